"""The facility map: places of an area and its surroundings on a quiet ground, fixed for print, moving on a screen."""

import json
import math
from collections.abc import Sequence
from html import escape
from typing import Any, Final

import folium
import geopandas as gpd
import pandas as pd
import shapely
from branca.element import MacroElement
from folium.template import Template

from sozialraum.city.access import WALKING_SPEED_M_PER_MIN, straight_radius_m
from sozialraum.city.gebiete import QUARTIER
from sozialraum.city.load import CRS_FILES, CRS_GRID, Data
from sozialraum.city.sources import source_ids
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.backdrop import definitions, lay, name_neighbours, name_places, name_streets
from sozialraum.figures.figure import Figure, nothing
from sozialraum.figures.geojson import COARSE, DECIMALS, features, geographic, pieces
from sozialraum.figures.ground import WIDTH, Frame, frame_of
from sozialraum.figures.houses import EDGE, LAND, live_ground
from sozialraum.figures.karte import Karte, city_map, outline
from sozialraum.figures.key import (
    Entry,
    draw_key,
    entries,
    height,
    symbol_definition,
    symbol_markup,
    symbol_size,
    symbols_at,
)
from sozialraum.figures.legend import north_arrow, scale_bar
from sozialraum.figures.points import NEAR, QUIET, WORDLESS, drawn, spread_apart
from sozialraum.figures.terrain import terrain_key, terrain_sources
from sozialraum.style.grammar import enumerate_words
from sozialraum.style.numbers import NBSP, is_missing
from sozialraum.style.palette import CORRIDOR, LAND_HERE, MUTED, PAPER
from sozialraum.style.svg import Box, Canvas, SvgFigure, free, n, text_box
from sozialraum.style.symbols import SYMBOLS, symbol_key
from sozialraum.text import findings, places
from sozialraum.text.claims import about, fact
from sozialraum.text.stops import departures_in_words, timetable_sources

MARGIN_LINE: Final = 34.0
"""Room below the map for scale bar and north arrow, where they hide nothing."""
RADIUS: Final = {"stadtteil": 8.0, "quartier": 6.4, "stadtbezirk": 6.4, "stadt": 3.2}
STREET_SIZE: Final = 10.0
MINUTES: Final = 10
SIGNS: Final = (
    "Zeichen wie in der Legende, blasse liegen außerhalb. Gestrichelt: im Bau oder beschlossen, zählt nicht mit."
)
WALK: Final = f"Der Kreis um den mittleren Wohnort der Menschen zeigt {MINUTES}{NBSP}Minuten zu Fuß."
CIRCLE_TURNS: Final = tuple(math.radians(angle) for step in range(0, 181, 15) for angle in (step, -step))
LIVE_RADIUS: Final = {"stadtteil": 8.5, "quartier": 8.5, "stadtbezirk": 6.8, "stadt": 4.2}
KEY_RADIUS: Final = 8.5
SAME_PLACE_M: Final = 9.0


def facility_map(analysis: Analysis) -> Figure:
    """The facilities in and around an area, and for a Stadtteil how far ten minutes on foot reach.

    Facilities differ by shape, letter and colour; those outside the area are pale. Overlapping symbols
    are moved apart, with a fine line to their true place. For the whole city symbols are small, without
    letters, and kinds with hundreds of places are left out. In a notebook and on a page the kinds are layers that
    can be switched, with the keyboard too, and pointing at a symbol shows its name, kind and address.
    """
    table, known, area = places.supply(analysis), analysis.data.einrichtungen, analysis.gebiet.id
    if table.empty:
        reason = f"Für {analysis.stadt} ist keine Einrichtung verzeichnet."
        return nothing("Karte der Einrichtungen", reason, belege=())
    ground = terrain_sources(analysis.data)
    used = dict.fromkeys(
        [*known.loc[analysis.inside(known), "quelle"], "stadtteile_amtlich", *ground, *timetable_sources(analysis.data)]
    )
    walk = WALK if analysis.gebiet.ebene == "stadtteil" else ""
    return Figure(
        title=findings.infrastructure_title(analysis),
        subtitle=" ".join(part for part in (SIGNS, walk, terrain_key(analysis.data)) if part),
        alt=findings.infrastructure_alt(analysis),
        table=table,
        source=findings.credits_of(analysis, used).text,
        belege=[
            *(about(key, area) for key in ("schulen", "kitas", "haltestellen")),
            places.map_basis(analysis),
            fact("gehkreis", WALK).ref,
            *(("quelle", key) for key in used),
        ],
        draw=lambda: _drawn(analysis.data, area, MINUTES),
        live=lambda: _live(analysis.data, area, MINUTES),
    )


def place_map(analysis: Analysis) -> Figure:
    """The same of data that hold only places of some kinds: how many there are, each with its name."""
    data, area = analysis.data, analysis.gebiet
    points = drawn(data, frame_of(data.gebiete.geometry[area.id]), with_dense=True, with_quiet=True)
    streets = data.einkaufsstrassen
    here = streets[data.inside(area.id, streets)]
    told = [*(line.words for line in entries(data, area.id, points)), *here["name"].astype(str)]
    found = enumerate_words(told) or "nichts davon verzeichnet"
    rows = data.einrichtungen[data.inside(area.id, data.einrichtungen)]
    signs = [symbol_key(art, str(form)) for art, form in zip(rows["art"], rows["unterart"], strict=True)]
    table = pd.DataFrame(
        {"Name": rows["name"].fillna(""), "Art": [SYMBOLS[sign].label if sign else "" for sign in signs],
         "Adresse": rows["adresse"].fillna(""), "Hinweis": rows["status"].fillna("").replace("offen", "")}
    ).set_index("Name")  # fmt: skip
    sources = source_ids([*rows["quelle"], *here["quelle"], *terrain_sources(data)])
    return Figure(
        title=f"{area.label}: {found}",
        subtitle=f"Was außerhalb liegt, ist blasser gezeichnet. {terrain_key(data)}".strip(),
        alt=f"Karte von {area.label} und der Umgebung: {found}.",
        table=table,
        source=findings.credits_of(analysis, [key for key in sources if key in data.quellen]).text if sources else "",
        draw=lambda: _drawn(data, area.id, None),
        live=lambda: _live(data, area.id, None),
    )


def _drawn(data: Data, gebiet_id: str, minutes: int | None) -> SvgFigure:
    area = data.register.by_id(gebiet_id)
    shape = data.gebiete.geometry[gebiet_id]
    frame = frame_of(shape)
    points = drawn(data, frame, with_dense=area.ebene != "stadt")
    lines = entries(data, gebiet_id, points)
    canvas = Canvas(WIDTH, frame.height + MARGIN_LINE + height(lines), paper=True)
    canvas.add(definitions(data, gebiet_id, frame) + _signs(RADIUS[area.ebene], points))
    canvas.add('<g clip-path="url(#id-clip)">')
    lay(canvas, data, gebiet_id, frame)
    walk: tuple[float, float, float] | None = None
    if minutes and area.ebene == "stadtteil":
        centre = people_centre(data, gebiet_id)
        walk = (*frame.point(centre.x, centre.y), walking_radius_m(minutes) * frame.scale)
        _circle(canvas, *walk)
    taken = _symbols(canvas, data, frame, points, gebiet_id, RADIUS[area.ebene])
    if walk:
        _circle_name(canvas, frame, *walk, f"{minutes}{NBSP}Minuten zu Fuß", taken)
    if area.ebene != "stadt":
        name_places(canvas, data, frame, points[data.inside(gebiet_id, points)], taken)
    name_neighbours(canvas, data, frame, gebiet_id, taken)
    if area.ebene != "stadt":
        name_streets(canvas, data, frame, gebiet_id, taken, size=STREET_SIZE)
    canvas.add("</g>")
    north_arrow(canvas, x=frame.width - 8, top=frame.height + 2)
    scale_bar(canvas, frame, right=frame.width - 28, bottom=frame.height + 28)
    draw_key(canvas, lines, top=frame.height + MARGIN_LINE, radius=RADIUS[area.ebene])
    return canvas.figure()


def people_centre(data: Data, gebiet_id: str) -> shapely.Point:
    """Mean place of residence of the people of an area (EPSG:25832), from the inhabited grid cells."""
    cells = data.raster[data.inside(gebiet_id, data.raster)]
    total = cells["einwohner"].sum()
    if not total:
        return shapely.Point(data.gebiete.geometry[gebiet_id].representative_point())
    mean = [float((cells[axis] * cells["einwohner"]).sum() / total) for axis in ("x", "y")]
    moved = gpd.GeoSeries([shapely.Point(mean)], crs=CRS_GRID).to_crs(data.crs)
    return shapely.Point(float(moved.x.iloc[0]), float(moved.y.iloc[0]))


def walking_radius_m(minutes: int) -> float:
    """Radius in metres, as the crow flies, that is walked in some minutes: 5 km/h, detour factor 1.3."""
    return straight_radius_m(minutes * WALKING_SPEED_M_PER_MIN)


def _signs(radius: float, points: gpd.GeoDataFrame) -> str:
    shown = set(points["symbol"])
    parts = [symbol_definition(key, radius) for key in SYMBOLS if key in shown]
    return f"<defs>{''.join(parts)}</defs>"


def _circle(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """The walking circle and its middle."""
    look = f'fill="none" stroke="{MUTED}" stroke-width="1.4" stroke-dasharray="6 4"'
    canvas.add(f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" {look}/>')
    canvas.path(f"M{x - 4:.1f} {y:.1f}h8M{x:.1f} {y - 4:.1f}v8", fill="none", stroke=MUTED, weight=1.4)


def _circle_name(
    canvas: Canvas, frame: Frame, x: float, y: float, radius: float, label: str, taken: Sequence[Box]
) -> None:
    """Write the minutes where the circle leaves room for them."""
    for turn in CIRCLE_TURNS:
        middle = x + math.sin(turn) * radius, y - math.cos(turn) * radius + 4
        box = text_box(*middle, label, size=11, anchor="middle")
        inside = frame.holds(box.left, box.top) and frame.holds(box.right, box.bottom)
        if inside and free(box, [*taken, *canvas.labels]):
            canvas.text(*middle, label, size=11, anchor="middle", colour=MUTED, halo=PAPER)
            return


def _symbols(
    canvas: Canvas, data: Data, frame: Frame, points: gpd.GeoDataFrame, gebiet_id: str, radius: float
) -> list[Box]:
    true = _places(frame, points)
    symbols = {str(key): str(symbol) for key, symbol in points["symbol"].items()}
    sizes = {key: symbol_size(symbol, radius) for key, symbol in symbols.items()}
    moved = spread_apart(true, sizes) if radius > 5 else true
    inside = {str(key): bool(here) for key, here in data.inside(gebiet_id, points).items()}
    for key, (x, y) in moved.items():
        if abs(x - true[key][0]) + abs(y - true[key][1]) > radius * 0.6:
            canvas.line(true[key], (x, y), colour=MUTED, width=0.8)
    for wanted in (False, True):
        canvas.add("<g>" if wanted else '<g opacity="0.45">')
        for symbol in SYMBOLS:
            shown = [moved[key] for key in moved if symbols[key] == symbol and inside[key] is wanted]
            canvas.add(symbols_at(symbol, shown))
        canvas.add("</g>")
    for key, (x, y) in moved.items():
        canvas.mark(x, y, sizes[key], bottom=frame.height)
    return list(canvas.marks)


def _places(frame: Frame, points: gpd.GeoDataFrame) -> dict[str, tuple[float, float]]:
    return {
        str(key): frame.point(x, y)
        for key, x, y in zip(points.index, points.geometry.x, points.geometry.y, strict=True)
    }


def _live(data: Data, gebiet_id: str, minutes: int | None) -> Karte:
    """Kinds with hundreds of places are off at first; facilities at the same place stand a few metres apart."""
    karte = city_map(data, gebiet_id)
    members = set(data.register.members(gebiet_id))

    def look(feature: dict[str, Any]) -> dict[str, Any]:
        fill = LAND_HERE if feature["id"] in members else LAND
        return {"fillColor": fill, "fillOpacity": 1, "color": EDGE, "weight": 1}

    around = frame_of(data.gebiete.geometry[gebiet_id]).rectangle()
    ground = pieces(data)
    ground = ground[ground.intersects(around.buffer(math.sqrt(around.area) / 4))]
    ground["name"] = [escape(data.register.by_id(str(key)).name) for key in ground.index]
    layer = folium.GeoJson(features(ground, decimals=COARSE), style_function=look, control=False, smooth_factor=0)
    folium.GeoJsonTooltip(["name"], labels=False, sticky=True).add_to(layer)
    layer.add_to(karte)
    outline(data, gebiet_id).add_to(karte)
    _live_streets(karte, data)
    if minutes and data.register.by_id(gebiet_id).ebene == "stadtteil":
        _live_walk(karte, data, people_centre(data, gebiet_id), minutes)
    frame = frame_of(data.gebiete.geometry[gebiet_id])
    level = data.register.by_id(gebiet_id).ebene  # of a large area some are too many
    points = drawn(data, frame, with_dense=level != "stadt", with_quiet=level in ("stadtteil", QUARTIER))
    points = points.assign(fahrten=points.index.map(departures_in_words(data)))
    within = data.inside(gebiet_id, points)
    points = points[within | ~points["symbol"].isin(NEAR)]
    for line in entries(data, gebiet_id, points):
        chosen = points[points["symbol"] == line.symbol]
        _live_facilities(
            karte, chosen, line, inside=within[chosen.index], radius=LIVE_RADIUS[data.register.by_id(gebiet_id).ebene]
        )
    folium.LayerControl(collapsed=False, position="topright").add_to(karte)
    if level != "stadt" or len(data.flaechen):
        karte.ground = live_ground(data, gebiet_id)
    return karte


def _live_streets(karte: Karte, data: Data) -> None:
    streets = data.einkaufsstrassen
    if not len(streets):
        return
    table = gpd.GeoDataFrame(geometry=streets.geometry)
    table["name"] = [escape(str(name)) for name in streets["name"]]

    def look(_: dict[str, Any]) -> dict[str, Any]:
        return {"fillColor": CORRIDOR, "fillOpacity": 0.9, "color": "#9a7414", "weight": 1}

    layer = folium.GeoJson(features(table), name="Einkaufsstraßen", style_function=look)
    folium.GeoJsonTooltip(["name"], labels=False, sticky=True).add_to(layer)
    layer.add_to(karte)


def _live_walk(karte: Karte, data: Data, centre: shapely.Point, minutes: int) -> None:
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
    group.add_to(karte)


def _live_facilities(karte: Karte, chosen: gpd.GeoDataFrame, line: Entry, *, inside: pd.Series, radius: float) -> None:
    """One layer: what lies in the area, and paler what lies around it."""
    places = zip(chosen.index, chosen.geometry.x, chosen.geometry.y, strict=True)
    homes = {str(key): (float(x), float(y)) for key, x, y in places}
    moved = spread_apart(homes, dict.fromkeys(homes, SAME_PLACE_M))
    points = [shapely.Point(moved[str(key)]) for key in chosen.index]
    table = gpd.GeoDataFrame(index=chosen.index, geometry=points, crs=chosen.crs)
    table["name"] = [escape(str(name)) for name in chosen["name"]]
    said = zip(*(chosen[name] for name in ("unterart", "adresse", "fahrten")), strict=True)
    table["info"] = [escape(_info(*told)) for told in said]
    group = folium.FeatureGroup(
        name=f"{_symbol_svg(line.symbol, KEY_RADIUS)} {line.words}".replace('"', "'"), show=line.symbol not in QUIET
    )
    if line.symbol in WORDLESS:
        table = table[["geometry"]]
    Symbols(table[~inside], table[inside], line.symbol, radius).add_to(group)
    group.add_to(karte)


class Symbols(MacroElement):
    """Places of one kind with the same picture, as short as a page can hold them: position, name, what else is known.

    A layer of GeoJSON would repeat the picture, and its own words for every place.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "for (const [look, places] of {{ this.places }}) {"
        "const icon = L.divIcon({html: `{{ this.picture }}`, iconSize: [{{ this.size }}, {{ this.size }}], "
        "iconAnchor: [{{ this.size // 2 }}, {{ this.size // 2 }}], className: look});"
        "for (const [lat, lon, ...said] of places) {"
        "const place = L.marker([lat, lon], {icon, keyboard: false}).addTo({{ this._parent.get_name() }});"
        "if (said.length) place.bindTooltip("
        "`<table>${said.map((one) => `<tr><td>${one}</td></tr>`).join('')}</table>`, "
        '{className: "foliumtooltip"});}}'
        "{% endmacro %}"
    )

    def __init__(self, around: gpd.GeoDataFrame, inside: gpd.GeoDataFrame, symbol: str, radius: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Symbols"
        self.picture, self.size = _symbol_svg(symbol, radius), _picture_size(radius)
        look = f"sr-icon sr-icon--{symbol}"
        parts = [(f"{look} sr-icon--outside", _spots(around)), (look, _spots(inside))]
        told = json.dumps([part for part in parts if part[1]], ensure_ascii=False, separators=(",", ":"))
        self.places = told.replace("<", "\\u003c")


def _spots(table: gpd.GeoDataFrame) -> list[list[Any]]:
    """Latitude and longitude of each place, and its words."""
    degrees = table.geometry.to_crs(CRS_FILES)
    words = table.drop(columns="geometry").to_numpy().tolist()
    spots = zip(degrees.y, degrees.x, words, strict=True)
    return [[round(lat, DECIMALS), round(lon, DECIMALS), *said] for lat, lon, said in spots]


def _symbol_svg(key: str, radius: float) -> str:
    size = _picture_size(radius)
    return (
        f'<svg width="{size}" height="{size}" viewBox="{-size // 2} {-size // 2} {size} {size}" aria-hidden="true" '
        f'font-family="sans-serif">{symbol_markup(key, radius)}</svg>'
    )


def _picture_size(radius: float) -> int:
    """Side of the square that a symbol needs, an even number of pixels."""
    return 2 * round(radius * 1.2)


def _info(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if not is_missing(part) and str(part))
