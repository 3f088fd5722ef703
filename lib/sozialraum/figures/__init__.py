"""Put pictures, tables, key figures and prose on a page: the only way a notebook does so.

Functions that make a figure return it (:class:`figure.Figure`): the last line of a cell shows it. All others emit MIME
bundles through :mod:`output` and return nothing. Text that comes from data is escaped here.
Headings below the main one are
Markdown cells of the notebook.

Class names in the emitted HTML (the export template and :data:`CSS` style the same names)
-----------------------------------------------------------------------------------------
``sr-head``          ``<div>`` at the top with the h1; ``sr-head-words`` around it and ``sr-head-subtitle``,
                     ``sr-head-question``, ``sr-head-dates`` (``<p>``); ``sr-head-picture`` around the locator map
``sr-figure``        ``<figure>``; also ``sr-figure--wide`` (may scroll sideways on a phone). Its id is ``sr-`` + hash.
                     Number figures with a CSS counter on ``.sr-figure`` shown in ``.sr-title::before``.
``sr-caption``       ``<figcaption>``, first child of the figure
``sr-title``         ``<p>`` in the caption: the finding
``sr-subtitle``      ``<p>`` in the caption: what is shown, unit
``sr-picture``       ``<div>`` around the drawing; ``sr-picture--static`` beside an interactive map
``sr-svg``           the inline ``<svg role="img" aria-label>``; ``sr-svg--paper`` keeps a white ground in dark mode.
                     All other drawings carry their colours as plain ``fill``/``stroke`` attributes, so dark mode is
                     ``.sr-svg:not(.sr-svg--paper) [fill="#1f2328"] { fill: ... }`` (pairs in ``sozialraum.style.DARK``)
``sr-source``        ``<p>`` under the picture: Stand, kind (amtlich ...), Quelle
``sr-data``          ``<details>`` with the figure's data table; ``<summary>`` inside
``sr-scroll``        ``<div role="region" tabindex="0" aria-label>`` around every table that may be wider than the page
``sr-table``         ``<table>``; cells ``sr-num`` (right-aligned figures), ``sr-missing`` (keine Angabe), row
                     ``sr-this`` (the area of the report); ``sr-sortable`` on the table, ``data-value`` on its figures
``sr-overview``      ``<div>`` of the first page: ``sr-columns`` with two lists, ``sr-social`` around key figures
``sr-facts``         ``<dl>`` of facts by topic; ``sr-fact-label`` its ``<dt>``
``sr-core``          ``sr-scroll`` around the core table; ``sr-strip-cell`` holds the drawing of a row
``sr-letters``       ``<p>`` under a heading: the chapters of the city's series, and a link to the method
``data-methode``     on a ``<span>``: a page makes it a link to this place of the annex of method
``sr-prose``         ``<div>`` of ``<p>`` or one ``<ul>``; a sentence with claims ends with
                     ``<sup class="sr-refs">`` of ``<a class="sr-ref">``
``sr-note``          ``<div class="sr-note" role="note">``; also ``sr-note--missing``
``sr-map``           ``<div>`` that holds the Leaflet container ``.folium-map`` and its legend (``.sr-svg``);
                     the height of ``.folium-map`` comes from CSS
``sr-live``          set by the map's script on its ``<figure>``: then show ``.sr-map`` and hide ``.sr-picture--static``
                     on screen; without it, and always in print, hide ``.sr-map`` and show the static picture
``sr-icon``          ``<div>`` of a facility symbol in a Leaflet map; also ``sr-icon--G``, ``--W``, ``--K`` ...
``sr-vh``            visually hidden text

The map bundle
--------------
An interactive map is displayed as one bundle with two representations:

``text/html``
    For JupyterLab and plain nbconvert: the figure with a self-contained ``<iframe srcdoc>`` (Leaflet inlined in the
    frame) and the static picture for print.
``application/vnd.sozialraum.map+json``
    For our export template: ``{"version": 1, "html": str, "script": str}``. ``html`` is the complete ``<figure>`` with
    an empty map container and the static picture; put it where the output stands. ``script`` is JavaScript without
    ``<script>`` tags; collect all of them and run them once, after Leaflet (``leaflet_script()``), at the end of the
    body. Leaflet's style sheet is ``leaflet_style()`` (images inlined as data: addresses); inline it once per page.
"""

from sozialraum.figures.bars import age_groups, comparison
from sozialraum.figures.blocks import chapter, prose, table
from sozialraum.figures.choropleth import choropleth
from sozialraum.figures.core_table import core_table
from sozialraum.figures.delivered import fetched_series, further_tables, own_tables
from sozialraum.figures.distribution import distribution
from sozialraum.figures.dotplot import dotplot
from sozialraum.figures.facility_map import facility_map
from sozialraum.figures.figure import MAP_MIME, Figure
from sozialraum.figures.head import head
from sozialraum.figures.houses import once
from sozialraum.figures.html_table import table_html
from sozialraum.figures.locator import locator
from sozialraum.figures.meeting_map import meeting_map
from sozialraum.figures.multiples import map_sheets, ranges, small_multiples
from sozialraum.figures.overview import facts, letters, maps_of_parts, overview
from sozialraum.figures.profile import profile
from sozialraum.figures.residents import residents
from sozialraum.figures.scatter import scatter
from sozialraum.figures.site_map import site_map
from sozialraum.figures.stylesheet import CSS, use_style
from sozialraum.figures.timeline import timeline

__all__ = [
    "CSS",
    "MAP_MIME",
    "Figure",
    "age_groups",
    "chapter",
    "choropleth",
    "comparison",
    "core_table",
    "distribution",
    "dotplot",
    "facility_map",
    "facts",
    "fetched_series",
    "further_tables",
    "head",
    "letters",
    "locator",
    "map_sheets",
    "maps_of_parts",
    "meeting_map",
    "once",
    "overview",
    "own_tables",
    "profile",
    "prose",
    "ranges",
    "residents",
    "scatter",
    "site_map",
    "small_multiples",
    "table",
    "table_html",
    "timeline",
    "use_style",
]  # fmt: skip
