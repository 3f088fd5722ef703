"""Maps that show themselves without a network, and any folium map made so."""

import os
import re
from collections.abc import Collection
from copy import deepcopy
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, Final

import folium
import geopandas as gpd
import pandas as pd
import shapely
from branca.colormap import ColorMap
from folium.utilities import JsCode

from sozialraum.city.load import Data
from sozialraum.errors import ParameterError
from sozialraum.figures.figure import Figure
from sozialraum.figures.geojson import DECIMALS, features, geographic, pieces
from sozialraum.figures.houses import LiveGround
from sozialraum.figures.leaflet import frame_document, map_parts
from sozialraum.figures.offline import require_offline
from sozialraum.files import write_text
from sozialraum.style import INK, LAND_HERE, MISSING, Canvas, SvgFigure, number
from sozialraum.style.grammar import DRAFT

_UNNAMED: Final = "Eigene Ebene"
_STEPS: Final = 40
_WIDTH: Final = 320.0
_SIGNS: Final = re.compile(r"<li><span style='background:([#\w]+)'></span>(.*?)</li>", re.DOTALL)
_HEAD: Final = re.compile(r"<div class='legend-title'>(.*?)</div>", re.DOTALL)
_PAGE: Final = "body{font:15px/1.45 sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}"


class Karte(folium.Map):
    """A folium map that shows itself offline: in JupyterLab, in plain nbconvert, as a file.

    It takes what folium can do without extensions: markers, shapes, GeoJSON, tooltips, popups, groups of layers. What
    needs files from elsewhere is refused in words.

    Attributes
    ----------
    figure
        The same as a fixed drawing, with its words and table, for print; None for a map of one's own.
    legend
        Drawing that belongs below the map; None if the map explains itself.
    ground
        Houses and names of streets below what the map shows; None for the whole city and a map of one's own.

    Examples
    --------
    >>> import folium, sozialraum as sr
    >>> karte = sr.open()["Borbeck-Mitte"].map("kita", "schule")
    >>> _ = folium.Marker([51.474, 6.945], popup="Unser Büro").add_to(karte)
    >>> karte.figure.table["Art"].value_counts().to_dict()
    {'Kita': 7, 'weitere Schule': 6, 'Grundschule': 3}
    """

    figure: Figure | None = None
    legend: SvgFigure | None = None
    ground: LiveGround | None = None

    def __init__(self, location: list[float], **options: Any) -> None:
        super().__init__(location, tiles=None, **options)
        self.default_js = []
        self.default_css = []

    def add_child(self, child: Any, name: str | None = None, index: int | None = None) -> Any:
        """As in folium, wherever the choice of layers stands; refuses at once what needs files from elsewhere."""
        require_offline(child)
        if isinstance(child, folium.map.Layer) and child.control and child.layer_name.endswith(child._id):
            unnamed = sum(str(getattr(one, "layer_name", "")).startswith(_UNNAMED) for one in self._children.values())
            child.layer_name = f"{_UNNAMED} {unnamed + 1}" if unnamed else _UNNAMED  # else the choice shows its id
        if isinstance(child, folium.FitBounds):  # the last extent holds; a second one would still be moving
            for key in [key for key, one in self._children.items() if isinstance(one, folium.FitBounds)]:
                del self._children[key]
        super().add_child(child, name=name, index=index)
        self.choice_last()
        return self

    def choice_last(self) -> None:
        """Put the choice of layers behind the layers: its script names them, and they must be there by then."""
        for name, child in list(self._children.items()):
            if isinstance(child, folium.LayerControl):
                self._children.move_to_end(name)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The map in a frame of its own for notebooks, in parts for reports, and words."""
        if self.figure:
            bundle, metadata = self.figure.bundle(self)
        else:
            document = escape(self._document())
            frame = f'<iframe title="Karte" srcdoc="{document}" style="width:100%;height:32rem;border:0"></iframe>'
            bundle, metadata = {"text/html": frame, "text/plain": "Karte"}, {}
        made = {
            kind: one for kind, one in bundle.items() if kind in (include or bundle) and kind not in (exclude or ())
        }
        return made, metadata

    def _repr_html_(self, **_: Any) -> str:
        return str(self._repr_mimebundle_()[0]["text/html"])

    def savefig(self, path: str | Path) -> Path:
        """Save the fixed drawing; what was added with folium is not in it. Arguments as of :meth:`Figure.savefig`."""
        if self.figure is None:
            raise ParameterError(
                'Diese Karte hat keine feste Zeichnung. Als Seite speichert sie: karte.save("karte.html")'
            )
        return self.figure.savefig(path)

    def save(self, outfile: Any, close_file: bool = True, **_: Any) -> None:
        """Save the map, with its words and the mark of a draft, as one HTML file that needs nothing else."""
        page = self._page(self.figure) if self.figure else self._document()
        if not hasattr(outfile, "write"):
            write_text(Path(os.fsdecode(outfile)), page)
            return
        outfile.write(page.encode("utf-8"))
        if close_file:
            outfile.close()

    def _document(self) -> str:
        """The map with its legend as an HTML document that asks nobody."""
        parts = map_parts(self, key="karte")
        legend = self.legend.markup(alt="Legende der Karte", prefix="karte-l-") if self.legend else ""
        return frame_document(replace(parts, html=parts.html + legend), title="Karte")

    def _page(self, words: Figure) -> str:
        head = f'<meta charset="utf-8"><title>{escape(words.title)}</title><style>{_PAGE}</style>'
        body = f'<body class="jp-RenderedHTMLCommon">{self._repr_html_()}<p class="sr-source">{DRAFT}.</p></body>'
        return f'<!doctype html><html lang="de"><head>{head}</head>{body}</html>'


def city_map(data: Data, gebiet_id: str) -> Karte:
    """An empty map that shows an area."""
    west, south, east, north = geographic(data, data.gebiete.geometry[gebiet_id]).bounds
    karte = Karte(
        [round((south + north) / 2, DECIMALS), round((west + east) / 2, DECIMALS)],
        zoom_control=False,
        attribution_control=False,
        scroll_wheel_zoom=False,
        zoom_snap=0.1,
        min_zoom=9,
        max_zoom=18,
    )
    options: dict[str, Any] = karte.options
    options["zoom_animation"] = JsCode('!matchMedia("(prefers-reduced-motion: reduce)").matches')
    corners = [[round(south, DECIMALS), round(west, DECIMALS)], [round(north, DECIMALS), round(east, DECIMALS)]]
    karte.fit_bounds(corners, padding=(16, 16))
    return karte


def outline(data: Data, gebiet_id: str) -> folium.GeoJson:
    """The boundary of an area; one that cuts Stadtteile is filled."""
    cut = bool(data.register.by_id(gebiet_id).angeschnittene)
    shapes = data.gebiete.geometry if cut else pieces(data).geometry
    parts = [gebiet_id] if cut else data.register.members(gebiet_id)
    outline = shapely.coverage_union_all([shapes[key] for key in parts])
    table = gpd.GeoDataFrame(index=pd.Index(["umriss"]), geometry=[outline], crs=data.crs)

    def look(_: dict[str, Any]) -> dict[str, Any]:
        return {
            "color": INK,
            "weight": 3,
            "fill": cut,
            "fillColor": LAND_HERE,
            "fillOpacity": 0.6,
            "interactive": False,
        }

    return folium.GeoJson(features(table), style_function=look, control=False, smooth_factor=0)


def offline(map_: folium.Map) -> Karte:
    """A copy of any folium map that asks no other host, such as one of ``GeoDataFrame.explore(tiles=None)``.

    Raises
    ------
    ParameterError
        If it is no folium map, or something on it needs files from elsewhere: tiles, icons, plugins.

    Examples
    --------
    >>> import sozialraum as sr
    >>> frame = sr.open().frame(indicators="anteil_unter_15")
    >>> karte = sr.offline(frame.explore("anteil_unter_15", tiles=None))
    >>> karte.default_js, karte.default_css
    ([], [])
    """
    if not isinstance(map_, folium.Map):
        raise ParameterError(
            f"Erwartet wird eine Karte von folium, etwa tabelle.explore(tiles=None), nicht {type(map_).__name__}."
        )
    made = deepcopy(map_)
    made.__class__ = Karte  # all options and layers stay as they are
    assert isinstance(made, Karte)
    made.default_js, made.default_css = [], []
    made.legend = getattr(map_, "legend", None) or _categories(made.get_root())
    made.figure, made.ground = getattr(map_, "figure", None), getattr(map_, "ground", None)
    made.control_scale = made.zoom_control_position = made.options["zoom_control"] = False  # the page adds German ones
    for name, child in list(made._children.items()):
        if isinstance(child, ColorMap):
            made.legend = _colour_bar(child)
            del made._children[name]
    made.choice_last()
    require_offline(made)
    return made


def _categories(root: Any) -> SvgFigure | None:
    """The legend of categories that ``explore`` writes as HTML beside the map, as a drawing; None if there is none."""
    markup = "".join(str(part.render()) for part in root.html._children.values())
    signs = _SIGNS.findall(markup)
    if not signs:
        return None
    title = _HEAD.search(markup)
    canvas = Canvas(_WIDTH, 22 + 18 * len(signs), paper=True)
    canvas.text(10, 14, title[1].strip() if title else "", size=12, bold=True)
    for place, (fill, words) in enumerate(signs):
        canvas.rect(10, 22 + 18 * place, 14, 14, fill=fill)
        canvas.text(30, 33 + 18 * place, MISSING if words == "NaN" else words, size=11, colour=INK)
    return canvas.figure()


def _colour_bar(colours: ColorMap) -> SvgFigure:
    """The colour bar of branca, which needs a script from elsewhere, as a drawing."""
    canvas, low, high = Canvas(_WIDTH, 52, paper=True), float(colours.vmin), float(colours.vmax)
    step, room = (high - low) / _STEPS, _WIDTH - 20
    if colours.caption:
        canvas.text(10, 14, str(colours.caption), size=12, bold=True)
    for place in range(_STEPS):
        fill = str(colours.rgb_hex_str(low + (place + 0.5) * step))
        canvas.rect(10 + place * room / _STEPS, 20, room / _STEPS + 0.5, 12, fill=fill)
    digits = 0 if high - low >= 10 else 1 if high - low >= 1 else 2
    for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
        canvas.text(
            10 + share * room, 47, number(low + share * (high - low), digits), size=11, anchor=anchor, colour=INK
        )
    return canvas.figure()
