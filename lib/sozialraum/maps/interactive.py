"""Interactive maps without tiles: folium on Leaflet, ready for a page that makes no request."""

from dataclasses import replace
from html import escape
from typing import Any, Final

import folium
import geopandas as gpd
import pandas as pd
import shapely
from folium.utilities import JsCode

from sozialraum.indicators import Indikator
from sozialraum.load import Data
from sozialraum.maps.circles import FILL, OPACITY, centres, circles_of, is_count
from sozialraum.maps.classes import Breaks
from sozialraum.maps.classes import breaks as city_breaks
from sozialraum.maps.geojson import DECIMALS, features, geographic, pieces
from sozialraum.maps.hatch import HATCH
from sozialraum.maps.infrastructure import MINUTES, frame_of, people_centre, walking_radius_m
from sozialraum.maps.key import Entry, entries, symbol_markup
from sozialraum.maps.leaflet import frame_document, map_parts
from sozialraum.maps.legend import map_legend
from sozialraum.maps.points import ACCIDENTS, drawn, spread_apart
from sozialraum.style import CORRIDOR, INK, LAND, LAND_HERE, MUTED, NBSP, SvgFigure, is_missing, value

SAME_PLACE_M: Final = 9.0
RADIUS: Final = {"stadtteil": 8.5, "quartier": 8.5, "stadtbezirk": 6.8, "stadt": 4.2}
KEY_RADIUS: Final = 8.5


class OfflineMap(folium.Map):
    """A folium map that names no address.

    Attributes
    ----------
    legend
        Drawing that belongs below the map; None if the map explains itself.
    """

    def __init__(self, location: list[float], **options: Any) -> None:
        super().__init__(location, tiles=None, **options)
        self.default_js = []
        self.default_css = []
        self.legend: SvgFigure | None = None

    def add_child(self, child: Any, name: str | None = None, index: int | None = None) -> Any:
        """As in folium, wherever the choice of layers stands."""
        super().add_child(child, name=name, index=index)
        self.choice_last()
        return self

    def choice_last(self) -> None:
        """Put the choice of layers behind the layers: its script names them, and they must be there by then."""
        for name, child in list(self._children.items()):
            if isinstance(child, folium.LayerControl):
                self._children.move_to_end(name)

    def document(self, title: str) -> str:
        """The map with its legend as an HTML document that asks nobody."""
        parts = map_parts(self, key="karte")
        legend = self.legend.markup(alt="Legende der Karte", prefix="karte-l-") if self.legend else ""
        return frame_document(replace(parts, html=parts.html + legend), title=title)

    def _repr_html_(self, **_: Any) -> str:
        """What a notebook shows for a map that is the last thing in a cell: it asks nobody either."""
        document = escape(self.document("Karte"))
        return f'<iframe title="Karte" srcdoc="{document}" style="width:100%;height:32rem;border:0"></iframe>'


def interactive_choropleth(
    data: Data,
    values: pd.Series,
    *,
    indikator: Indikator,
    gebiet_id: str | None = None,
    breaks: Breaks | None = None,
    make: type[OfflineMap] = OfflineMap,
) -> OfflineMap:
    """All Stadtteile in the same classes or circles as the static map; pointing at one shows name, value and class.

    Parameters
    ----------
    values
        One value per Stadtteil, index gebiet_id; a missing one is hatched.
    gebiet_id
        Area to outline in ink.
    make
        Class of the map.
    """
    classes = breaks or city_breaks(values, indikator=indikator)
    known = values.reindex([area.id for area in data.register.of_level("stadtteil")])
    counted = is_count(indikator)
    colours = dict.fromkeys(known.dropna().index, LAND) if counted else classes.colours_of(known)
    words = classes.labels()
    table = pieces(data)
    table["name"] = [escape(data.register.by_id(str(key)).name) for key in table.index]
    table["wert"] = [escape(value(known[key], indikator)) for key in table.index]
    table["klasse"] = [
        escape("" if counted or (place := classes.class_of(known[key])) is None else words[place])
        for key in table.index
    ]
    map_ = _empty_map(data, data.register.city.id, make)
    map_.legend = map_legend(classes, indikator=indikator, missing=bool(known.isna().any()))

    def look(feature: dict[str, Any]) -> dict[str, Any]:
        fill = colours.get(feature["id"]) or HATCH
        return {"fillColor": fill, "fillOpacity": 1, "color": "#ffffff", "weight": 1}

    layer = folium.GeoJson(features(table), style_function=look, control=False, smooth_factor=0)
    folium.GeoJsonTooltip(["name", "wert", "klasse"], labels=False, sticky=True).add_to(layer)
    layer.add_to(map_)
    if gebiet_id not in (None, data.register.city.id):
        _outline(data, str(gebiet_id)).add_to(map_)
    if counted:
        _circles(data, table, known, classes, indikator).add_to(map_)
    return map_


def _circles(
    data: Data, table: gpd.GeoDataFrame, values: pd.Series, classes: Breaks, indikator: Indikator
) -> folium.GeoJson:
    """Circles that keep their size on the screen, the largest first, with the words of the Stadtteile."""
    scale = circles_of(classes, indikator=indikator)
    radii = {str(key): scale.radius_of(float(wert)) for key, wert in values.items()}
    shown = sorted((key for key in radii if radii[key]), key=lambda key: -radii[key])
    places = centres(data)
    points = [shapely.Point(places[key]) for key in shown]
    words = table.drop(columns="geometry").loc[shown]

    def look(feature: dict[str, Any]) -> dict[str, Any]:
        return {"radius": round(radii[feature["id"]], 1), "fillColor": FILL, "fillOpacity": OPACITY,
                "color": "#ffffff", "weight": 1}  # fmt: skip

    layer = folium.GeoJson(
        features(gpd.GeoDataFrame(words, geometry=points, crs=data.crs)), style_function=look,
        marker=folium.CircleMarker(fill=True), control=False,
    )  # fmt: skip
    folium.GeoJsonTooltip(["name", "wert", "klasse"], labels=False, sticky=True).add_to(layer)
    return layer


def interactive_infrastructure(
    data: Data, gebiet_id: str, *, minutes: int | None = MINUTES, make: type[OfflineMap] = OfflineMap
) -> OfflineMap:
    """Facilities in and around an area in layers that can be switched, with the keyboard too.

    Symbols have the shapes, letters and colours of the static map; pointing at one shows its name, kind and
    address. Bicycle accidents are a layer that is off at first. Facilities at the same place stand a few metres apart.
    The map of the whole city has no stops. Names are escaped. ``make`` is the class of the map.
    """
    map_ = _empty_map(data, gebiet_id, make)
    members = set(data.register.members(gebiet_id))

    def look(feature: dict[str, Any]) -> dict[str, Any]:
        fill = LAND_HERE if feature["id"] in members else LAND
        return {"fillColor": fill, "fillOpacity": 1, "color": "#b9c0c6", "weight": 1}

    ground = pieces(data)
    ground["name"] = [escape(data.register.by_id(str(key)).name) for key in ground.index]
    layer = folium.GeoJson(features(ground), style_function=look, control=False, smooth_factor=0)
    folium.GeoJsonTooltip(["name"], labels=False, sticky=True).add_to(layer)
    layer.add_to(map_)
    _outline(data, gebiet_id).add_to(map_)
    _streets(map_, data)
    if minutes and data.register.by_id(gebiet_id).ebene == "stadtteil":
        _walk(map_, data, people_centre(data, gebiet_id), minutes)
    frame = frame_of(data.gebiete.geometry[gebiet_id])
    points = drawn(data, frame, with_stops=data.register.by_id(gebiet_id).ebene != "stadt", with_accidents=True)
    within = data.inside(gebiet_id, points)
    for line in entries(data, gebiet_id, points):
        chosen = points[points["symbol"] == line.symbol]
        _facilities(
            map_, chosen, line, inside=within[chosen.index], radius=RADIUS[data.register.by_id(gebiet_id).ebene]
        )
    folium.LayerControl(collapsed=False, position="topright").add_to(map_)
    return map_


def _empty_map(data: Data, gebiet_id: str, make: type[OfflineMap]) -> OfflineMap:
    data.register.by_id(gebiet_id)
    west, south, east, north = geographic(data, data.gebiete.geometry[gebiet_id]).bounds
    map_ = make(
        [round((south + north) / 2, DECIMALS), round((west + east) / 2, DECIMALS)],
        zoom_control=False,
        attribution_control=False,
        scroll_wheel_zoom=False,
        zoom_snap=0.1,
        min_zoom=9,
        max_zoom=18,
    )
    options: dict[str, Any] = map_.options
    options["zoom_animation"] = JsCode('!matchMedia("(prefers-reduced-motion: reduce)").matches')
    corners = [[round(south, DECIMALS), round(west, DECIMALS)], [round(north, DECIMALS), round(east, DECIMALS)]]
    map_.fit_bounds(corners, padding=(16, 16))
    return map_


def _outline(data: Data, gebiet_id: str) -> folium.GeoJson:
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


def _streets(map_: folium.Map, data: Data) -> None:
    streets = data.einkaufsstrassen
    if not len(streets):
        return
    table = gpd.GeoDataFrame(geometry=streets.geometry)
    table["name"] = [escape(str(name)) for name in streets["name"]]

    def look(_: dict[str, Any]) -> dict[str, Any]:
        return {"fillColor": CORRIDOR, "fillOpacity": 0.9, "color": "#9a7414", "weight": 1}

    layer = folium.GeoJson(features(table), name="Einkaufsstraßen", style_function=look)
    folium.GeoJsonTooltip(["name"], labels=False, sticky=True).add_to(layer)
    layer.add_to(map_)


def _walk(map_: folium.Map, data: Data, centre: shapely.Point, minutes: int) -> None:
    place = geographic(data, centre)
    group = folium.FeatureGroup(name=f"{minutes}{NBSP}Minuten zu Fuß")
    folium.Circle(
        [round(place.y, DECIMALS), round(place.x, DECIMALS)],
        radius=round(walking_radius_m(minutes)),
        color=MUTED,
        weight=1.5,
        dash_array="6 4",
        fill=False,
        interactive=False,
    ).add_to(group)
    group.add_to(map_)


def _facilities(map_: folium.Map, chosen: gpd.GeoDataFrame, line: Entry, *, inside: pd.Series, radius: float) -> None:
    """One layer: what lies in the area, and paler what lies around it."""
    places = zip(chosen.index, chosen.geometry.x, chosen.geometry.y, strict=True)
    homes = {str(key): (float(x), float(y)) for key, x, y in places}
    moved = spread_apart(homes, dict.fromkeys(homes, SAME_PLACE_M))
    table = gpd.GeoDataFrame(
        index=chosen.index, geometry=[shapely.Point(moved[str(k)]) for k in chosen.index], crs=chosen.crs
    )
    table["name"] = [escape(str(name)) for name in chosen["name"]]
    table["info"] = [escape(_info(row)) for _, row in chosen.iterrows()]
    group = folium.FeatureGroup(
        name=f"{_symbol_svg(line.symbol, KEY_RADIUS)} {line.words}", show=line.symbol != ACCIDENTS
    )
    for part, look in ((table[~inside], " sr-icon--outside"), (table[inside], "")):
        if len(part):
            _symbols(part, line.symbol, radius=radius, look=look).add_to(group)
    group.add_to(map_)


def _symbols(table: gpd.GeoDataFrame, symbol: str, *, radius: float, look: str) -> folium.GeoJson:
    picture, size = _symbol_svg(symbol, radius), _picture_size(radius)
    names = f"sr-icon sr-icon--{symbol}{look}"
    icon = folium.DivIcon(html=picture, icon_size=(size, size), icon_anchor=(size // 2, size // 2), class_name=names)
    layer = folium.GeoJson(features(table), marker=folium.Marker(icon=icon, keyboard=False))
    folium.GeoJsonTooltip(["name", "info"], labels=False, sticky=False).add_to(layer)
    return layer


def _symbol_svg(key: str, radius: float) -> str:
    size = _picture_size(radius)
    return (
        f'<svg width="{size}" height="{size}" viewBox="{-size // 2} {-size // 2} {size} {size}" aria-hidden="true" '
        f'font-family="sans-serif">{symbol_markup(key, radius)}</svg>'
    )


def _picture_size(radius: float) -> int:
    """Side of the square that a symbol needs, an even number of pixels."""
    return 2 * round(radius * 1.2)


def _info(row: pd.Series) -> str:
    parts = [row["unterart"], row["adresse"]]
    return ", ".join(str(part) for part in parts if not is_missing(part) and str(part))
