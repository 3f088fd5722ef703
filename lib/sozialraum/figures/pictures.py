"""One picture on the page: caption, drawing with its alternative text, source line, data table."""

from collections.abc import Sequence
from hashlib import sha256
from html import escape
from typing import Any, Final

import folium
import pandas as pd
from matplotlib.figure import Figure

from sozialraum.errors import ParameterError
from sozialraum.figures.marks import Marks, Reference, attribute
from sozialraum.figures.output import display
from sozialraum.figures.tables import rows_of, table_html
from sozialraum.maps import OfflineMap
from sozialraum.maps.leaflet import MapParts, frame_document, map_parts
from sozialraum.style import SvgFigure, from_matplotlib

MAP_MIME: Final = "application/vnd.sozialraum.map+json"
WIDE: Final = 560.0
SHORTEST_ALT: Final = 25
_EMPTY_WORDS: Final = frozenset(
    {"karte", "diagramm", "abbildung", "bild", "grafik", "figure", "image", "map", "chart", "plot", "no description"}
)


def show(
    figure: SvgFigure | Figure | folium.Map,
    *,
    alt: str,
    title: str,
    table: pd.DataFrame | None = None,
    subtitle: str = "",
    source: str = "",
    static: SvgFigure | Figure | None = None,
    table_caption: str = "",
    key: str = "",
    belege: Sequence[Reference] | None = None,
) -> None:
    """Put one picture on the page.

    Parameters
    ----------
    alt, title
        What is to be seen, in sentences with figures (not just "Karte"); the finding, printed above.
    table, table_caption
        The same facts, folded below the picture; the caption is the title by default. A table without rows means that
        there is nothing to see: instead of the picture stands one line, with the subtitle as its reason.
    subtitle, source
        What is shown and its unit; as-of date, kind (amtlich, berechnet ...) and source.
    static
        For an interactive map: the drawing for print and for pages without scripts.
    key
        Only needed to show the very same picture twice on a page.
    belege
        What title, alternative text and subtitle rest on, for the evidence checker.

    Raises
    ------
    ParameterError
        If title or alternative text is missing or says nothing, or an interactive map has no static drawing.
    """
    bundle, marks = picture_bundle(
        figure, alt=alt, title=title, table=table, subtitle=subtitle, source=source, static=static,
        table_caption=table_caption, key=key, belege=belege,
    )  # fmt: skip
    display(bundle, raw=True, metadata=marks)


def picture_bundle(
    figure: SvgFigure | Figure | folium.Map,
    *,
    alt: str,
    title: str,
    table: pd.DataFrame | None = None,
    subtitle: str = "",
    source: str = "",
    static: SvgFigure | Figure | None = None,
    table_caption: str = "",
    key: str = "",
    belege: Sequence[Reference] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The MIME bundle of one picture and the marks of its evidence; arguments and errors as of :func:`show`."""
    check_words(alt, title)
    if table is not None and table.empty:
        return _gap(title, subtitle, belege)
    if isinstance(figure, folium.Map):
        if static is None:
            raise ParameterError(f"Zur Karte „{title}“ fehlt die feste Abbildung für den Druck (static=...).")
        frame = _Frame(_drawing(static), alt, title, table, subtitle, source, table_caption, key, belege)
        return _map_bundle(figure, frame), frame.marks.metadata
    frame = _Frame(_drawing(figure), alt, title, table, subtitle, source, table_caption, key, belege)
    return {"text/html": frame.html(), "text/plain": f"{title} ({alt})"}, frame.marks.metadata


def _gap(title: str, reason: str, belege: Sequence[Reference] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The line that stands where a picture would have nothing to show."""
    marks = Marks()
    words = f"{title.rstrip('.')}. {reason}".strip()
    marked = f"<span{attribute(marks.number(belege))}>{escape(words)}</span>"
    html = f'<div class="sr-note sr-note--missing" role="note"><p><strong>Liegt nicht vor:</strong> {marked}</p></div>'
    return {"text/html": html, "text/plain": f"Liegt nicht vor: {words}"}, marks.metadata


def lone_picture(figure: SvgFigure | Figure, *, alt: str) -> None:
    """Put a drawing without caption on the page.

    Raises
    ------
    ParameterError
        If the alternative text is missing or says nothing.
    """
    html = f'<div class="sr-picture sr-picture--lone">{picture_markup(figure, alt=alt)}</div>'
    display({"text/html": html, "text/plain": alt}, raw=True)


def picture_markup(figure: SvgFigure | Figure, *, alt: str) -> str:
    """A drawing as inline SVG with its alternative text and ids of its own.

    Raises
    ------
    ParameterError
        If the alternative text is missing or says nothing.
    """
    check_words(alt, alt)
    drawing = _drawing(figure)
    return drawing.markup(alt=alt, prefix=f"{_digest(drawing, alt)}-")


class _Frame:
    """A drawing with all its words."""

    def __init__(
        self, drawing: SvgFigure, alt: str, title: str, table: pd.DataFrame | None,
        subtitle: str, source: str, table_caption: str, key: str, belege: Sequence[Reference] | None,
    ) -> None:  # fmt: skip
        self.marks = Marks()
        self.mark = self.marks.number(belege)
        self.marks.pictures(self.mark)
        self.rows = [] if table is None else [self.marks.number(refs) for refs in rows_of(table)]
        self.drawing, self.alt, self.title, self.table = drawing, alt, title, table
        self.subtitle, self.source, self.table_caption = subtitle, source, table_caption or title
        self.id = _digest(drawing, alt, title, key)

    def html(self, *, live: str = "") -> str:
        """The complete figure; ``live`` is the container of an interactive map."""
        names = "sr-figure sr-figure--wide" if self.drawing.width > WIDE else "sr-figure"
        mark = attribute(self.mark)
        parts = [
            f'<figcaption class="sr-caption"><p class="sr-title"{mark}>{escape(self.title)}</p>',
            f'<p class="sr-subtitle"{mark}>{escape(self.subtitle)}</p>' if self.subtitle else "",
            "</figcaption>",
            live,
            self._still(live=bool(live)),
            f'<p class="sr-source"{mark}>{escape(self.source)}</p>' if self.source else "",
            self._data(),
        ]
        return f'<figure class="{names}" id="{self.id}">{"".join(parts)}</figure>'

    def _still(self, *, live: bool) -> str:
        """The drawing, and those for a phone and for half a sheet, which refer to the words of the first."""
        prefix, narrow = f"{self.id}-", self.drawing.narrow
        names = "sr-picture" + (" sr-picture--static" if live else "") + (" sr-picture--broad" if narrow else "")
        scrolls = self.drawing.width > WIDE and narrow is None
        reach = f' tabindex="0" role="group" aria-label="{escape(self.title)}"' if scrolls else ""
        broad = f'<div class="{names}"{reach}>{self.drawing.markup(alt=self.alt, prefix=prefix)}</div>'
        return f"{broad}{self._variant(narrow, 'narrow')}{self._variant(self.drawing.column, 'column')}"

    def _variant(self, drawing: SvgFigure | None, name: str) -> str:
        if drawing is None:
            return ""
        svg = drawing.markup(alt=self.alt, prefix=f"{self.id}-{name[0]}-", labelled_by=f"{self.id}-svg")
        return f'<div class="sr-picture sr-picture--{name}" hidden>{svg}</div>'

    def _data(self) -> str:
        if self.table is None:
            return ""
        return (
            f'<details class="sr-data"><summary>Daten als Tabelle</summary>'
            f"{table_html(self.table, caption=self.table_caption, marks=self.rows, caption_mark=self.mark)}</details>"
        )


def _map_bundle(map_: folium.Map, frame: _Frame) -> dict[str, Any]:
    parts = map_parts(map_, key=frame.id.replace("-", ""))
    legend = _legend(map_, frame)
    live = f'<div class="sr-map">{parts.html}{legend}</div>'
    wake = f'document.getElementById("{frame.id}").classList.add("sr-live");'
    bundle = {"version": 1, "html": frame.html(live=live), "script": f"{wake}\n{parts.script}"}
    return {MAP_MIME: bundle, "text/html": _framed(parts, frame, legend), "text/plain": f"{frame.title} ({frame.alt})"}


def _framed(parts: MapParts, frame: _Frame, legend: str) -> str:
    """The figure with the map in a frame of its own, for JupyterLab and plain exports."""
    document = escape(frame_document(parts, title=frame.title))
    window = (
        f'<div class="sr-map sr-map--frame"><iframe title="{escape(frame.title)}" srcdoc="{document}" '
        f'style="width:100%;height:32rem;border:0"></iframe>{legend}</div>'
    )
    return f"<style>{_FRAME_RULES}</style>{frame.html(live=window)}"


_FRAME_RULES: Final = (
    "@media screen{.sr-map--frame~.sr-picture--static{display:none}}@media print{.sr-map--frame{display:none}}"
)


def _legend(map_: folium.Map, frame: _Frame) -> str:
    legend = map_.legend if isinstance(map_, OfflineMap) else None
    if legend is None:
        return ""
    return legend.markup(alt=f"Legende der Karte: {frame.subtitle or frame.title}", prefix=f"{frame.id}-l-")


def _drawing(figure: SvgFigure | Figure) -> SvgFigure:
    return figure if isinstance(figure, SvgFigure) else from_matplotlib(figure)


def _digest(drawing: SvgFigure, *words: str) -> str:
    content = "\x1f".join([drawing.body, *words])
    return f"sr-{sha256(content.encode('utf-8')).hexdigest()[:10]}"


def check_words(alt: str, title: str) -> None:
    """Refuse a picture without title, or with an alternative text that is empty or says nothing."""
    if not title.strip():
        raise ParameterError("Der Abbildung fehlt der Titel. Er nennt den Befund (siehe sozialraum.text).")
    plain = alt.strip().rstrip(".").casefold()
    if not plain:
        raise ParameterError(f"Der Abbildung „{title}“ fehlt der Alternativtext. Er sagt, was zu sehen ist.")
    if plain in _EMPTY_WORDS or plain.startswith("no description") or len(plain) < SHORTEST_ALT:
        raise ParameterError(
            f"Der Alternativtext „{alt}“ der Abbildung „{title}“ sagt nichts. Er nennt, was zu sehen ist, mit Zahlen."
        )
