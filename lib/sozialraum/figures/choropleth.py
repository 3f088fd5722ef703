"""Maps of one value per Stadtteil: shares, rates and changes as areas in city-wide classes, counts as circles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import folium
import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.gebiete import QUARTIER
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.basis import gap, known, rests_on
from sozialraum.figures.circles import FILL, OPACITY, Circles, centres, circles_of, is_count, paint
from sozialraum.figures.classes import Breaks
from sozialraum.figures.classes import breaks as city_breaks
from sozialraum.figures.figure import Figure
from sozialraum.figures.geojson import features, pieces
from sozialraum.figures.ground import PRECISION, Frame, Ground, frame_around, ground, svg_path
from sozialraum.figures.hatch import (
    HATCH,
    doubt_patterns,
    doubtful,
    hatch_pattern,
    texture_of,
    texture_patterns,
    textured,
)
from sozialraum.figures.karte import Karte, city_map, outline
from sozialraum.figures.labels import place_name, place_point_label
from sozialraum.figures.legend import circle, legend, map_legend
from sozialraum.style import INK, LAND, MUTED, PAPER, Box, Canvas, SvgFigure, readable_on, value
from sozialraum.style.grammar import enumerate_words
from sozialraum.text import tables
from sozialraum.text.claims import fact
from sozialraum.text.findings import extremes_of, own_value, sentence, sources_of

WIDTH: Final = 640.0
NUMBER_INSIDE: Final = 8.5
"""Smallest radius of a circle that holds the number of its Stadtteil."""
_NUMBERS: Final = {0: "Keine", 2: "Zwei", 3: "Drei", 4: "Vier", 5: "Fünf"}


def choropleth(analysis: Analysis, indikator: str, *, breaks: Breaks | None = None) -> Figure:
    """A map of all Stadtteile: a share, rate or change in classes with their limits and unit; a count as circles.

    The area of a circle is proportional to the count. Zero has no circle; a missing value is hatched and named "keine
    Angabe", in both kinds. The area of the analysis is outlined, the city's value marked on the legend. In a notebook
    and on a page the map moves, and pointing at a Stadtteil shows name, value and class.

    Parameters
    ----------
    breaks
        Classes; by default :func:`sozialraum.figures.classes.breaks` of the values.
    """
    if not known(analysis, indikator):
        return gap(analysis, "Karte: ", indikator)
    entry = analysis.katalog[indikator]
    classes = breaks or city_breaks(analysis.values(indikator), indikator=entry)
    open_ = _doubt_words(len(doubts(analysis, indikator, classes)))
    return Figure(
        title=_title(analysis, indikator),
        subtitle=" ".join(part for part in (entry.definition, _way(analysis, indikator, classes), open_) if part),
        alt=_alt(analysis, indikator),
        table=tables.all_stadtteile(analysis, indikator),
        source=sources_of(analysis, indikator).text,
        belege=[*rests_on(analysis, indikator), *([fact("klassengrenze", open_).ref] if open_ else [])],
        draw=lambda: _drawn(analysis, indikator, classes),
        live=lambda: _live(analysis, indikator, classes),
    )


def doubts(analysis: Analysis, indikator: str, classes: Breaks) -> list[str]:
    """Stadtteile whose interval crosses a limit of the classes, by id; none of a count, which has no classes."""
    items = [analysis.wert(indikator, key) for key in analysis.stadtteile]
    if is_count(analysis.katalog[indikator]):
        return []
    return [
        item.gebiet_id
        for item in items
        if item.interval and classes.class_of(item.interval[0]) != classes.class_of(item.interval[1])
    ]


def _doubt_words(count: int) -> str:
    if not count:
        return ""
    whose = "1 Stadtteil, dessen" if count == 1 else f"{count} Stadtteile, deren"
    return f"Gepunktet: {whose} Spanne über eine Klassengrenze reicht."


def _title(analysis: Analysis, indikator: str) -> str:
    """Range of the Stadtteile."""
    low, high = analysis.ends(indikator)
    return f"{low.titel}: von {low.dated} bis {high.dated}"


def _alt(analysis: Analysis, indikator: str) -> str:
    """Extremes, city value and missing Stadtteile of a map."""
    entry, values = analysis.katalog[indikator], analysis.values(indikator)
    gaps = values.index[values.isna()]
    kind = "Karte der Stadtteile mit Kreisen" if is_count(entry) else "Karte der Stadtteile"
    parts = [f"{kind}: {entry.titel}", extremes_of(analysis, indikator)]
    if entry.typ != "anzahl":
        parts.append(f"{analysis.stadt} {value(analysis.city(indikator), entry)}")
    if analysis.gebiet.ebene in ("stadtteil", QUARTIER):
        parts.append(own_value(analysis[indikator]))
    if len(gaps):
        parts.append(f"keine Angabe für {enumerate_words([analysis.data.register.by_id(key).name for key in gaps])}")
    return sentence(parts)


def _way(analysis: Analysis, indikator: str, classes: Breaks) -> str:
    """How a map shows the indicator: in how many classes or as circles, and the hatching if something is missing."""
    way = "Die Fläche eines Kreises entspricht der Zahl"
    if not is_count(analysis.katalog[indikator]):
        way = f"{_NUMBERS.get(classes.count)} Klassen nach natürlichen Sprüngen"
        way = "Alle Stadtteile in einer Klasse" if classes.count == 1 else way
    return f"{way}{'; schraffiert: keine Angabe' if analysis.values(indikator).isna().any() else ''}."


def _drawn(analysis: Analysis, indikator: str, classes: Breaks) -> SvgFigure:
    data, area, entry = analysis.data, analysis.gebiet.id, analysis.katalog[indikator]
    values, city = analysis.values(indikator), data.register.city
    frame = frame_around(data.gebiete.geometry[city.id].bounds, width=WIDTH, padding=6)
    canvas = Canvas(WIDTH, 0, paper=True)
    below = ground(data, frame)
    fills = paint(values.reindex(list(below.pieces)), classes, indikator=entry)
    open_ = doubts(analysis, indikator, classes)
    patterns = hatch_pattern() + texture_patterns(classes.colours) + (doubt_patterns(classes.colours) if open_ else "")
    canvas.add(definitions(below, frame, None) + patterns)
    draw_pieces(canvas, fills, open_)
    borders(canvas, below, frame, edge(data, below, area))
    if is_count(entry):
        placed = circles_on(data, frame, values, circles_of(classes, indikator=entry))
        draw_circles(canvas, placed)
        _names_beside(canvas, data, below, frame, placed, area)
    else:
        names(canvas, data, below, frame, fills, area)
    canvas.height = 12 + legend(
        canvas, classes, indikator=entry, left=6, top=frame.height + (15 if is_count(entry) else 28), right=WIDTH,
        missing=HATCH in fills.values(), city=analysis.city(indikator), name=city.name, doubt=len(open_),
    )  # fmt: skip
    return canvas.figure()


def _live(analysis: Analysis, indikator: str, classes: Breaks) -> Karte:
    """All Stadtteile in the same classes or circles as the drawing; pointing at one shows name, value and class."""
    data, area, entry = analysis.data, analysis.gebiet.id, analysis.katalog[indikator]
    values, register = analysis.values(indikator), data.register
    colours, labels = paint(values, classes, indikator=entry), classes.labels()
    table = pieces(data).copy()
    table["name"] = [escape(register.by_id(str(key)).name) for key in table.index]
    table["wert"] = [escape(value(values[key], entry)) for key in table.index]
    places = [None if is_count(entry) else classes.class_of(values[key]) for key in table.index]
    table["klasse"] = ["" if place is None else escape(labels[place]) for place in places]
    karte = city_map(data, register.city.id)
    open_ = doubts(analysis, indikator, classes)
    karte.legend = map_legend(classes, indikator=entry, missing=bool(values.isna().any()), doubt=len(open_))
    fills = {key: doubtful(fill) if key in open_ else fill for key, fill in colours.items()}

    def look(feature: dict[str, Any]) -> dict[str, Any]:
        return {"fillColor": fills[feature["id"]], "fillOpacity": 1, "color": PAPER, "weight": 1}

    layer = folium.GeoJson(features(table), style_function=look, control=False, smooth_factor=0)
    folium.GeoJsonTooltip(["name", "wert", "klasse"], labels=False, sticky=True).add_to(layer)
    layer.add_to(karte)
    if area != register.city.id:
        outline(data, area).add_to(karte)
    if is_count(entry):
        _live_circles(data, table, values, circles_of(classes, indikator=entry)).add_to(karte)
    return karte


def _live_circles(data: Data, table: gpd.GeoDataFrame, values: pd.Series, scale: Circles) -> folium.GeoJson:
    """Circles that keep their size on the screen, the largest first, with the words of the Stadtteile."""
    radii = {str(key): scale.radius_of(float(wert)) for key, wert in values.items()}
    shown = sorted((key for key in radii if radii[key]), key=lambda key: -radii[key])
    places = centres(data)
    words = table.drop(columns="geometry").loc[shown]

    def look(feature: dict[str, Any]) -> dict[str, Any]:
        return {"radius": round(radii[feature["id"]], 1), "fillColor": FILL, "fillOpacity": OPACITY,
                "color": PAPER, "weight": 1}  # fmt: skip

    layer = folium.GeoJson(
        features(gpd.GeoDataFrame(words, geometry=[shapely.Point(places[key]) for key in shown], crs=data.crs)),
        style_function=look, marker=folium.CircleMarker(fill=True), control=False,
    )  # fmt: skip
    folium.GeoJsonTooltip(["name", "wert", "klasse"], labels=False, sticky=True).add_to(layer)
    return layer


def edge(data: Data, below: Ground, gebiet_id: str) -> BaseGeometry | None:
    """The outline to draw; none for the whole city."""
    return None if gebiet_id == data.register.city.id else below.outline_of(data, gebiet_id)


def draw_pieces(canvas: Canvas, fills: Mapping[str, str], dotted: Collection[str]) -> None:
    """All Stadtteile in their colours, some of them dotted, and the textures of their classes for print."""
    dots = {key: doubtful(fills[key]) for key in fills if key in dotted}
    canvas.add(f'<g stroke="{PAPER}" stroke-width="0.8" stroke-linejoin="round">')
    canvas.add("".join(f'<use data-ort="{key}" href="#id-{key}" fill="{fill}"/>' for key, fill in fills.items()))
    canvas.add("".join(f'<use href="#id-{key}" fill="{fill}"/>' for key, fill in dots.items()))
    over = [(key, texture_of(fill)) for key, fill in fills.items()]
    canvas.add(textured(f'<use href="#id-{key}" fill="{texture}"/>' for key, texture in over if texture))
    canvas.add("</g>")


def draw_small(canvas: Canvas, fills: Mapping[str, str], dotted: Collection[str], *, shift: str) -> None:
    """The same on a small map, shorter: Stadtteile of one look are one group, which their texture uses again."""
    looks: dict[tuple[str, bool], list[str]] = {}
    for key, fill in fills.items():
        looks.setdefault((fill, key in dotted), []).append(key)
    groups, textures = [], []
    for place, ((fill, doubt), keys) in enumerate(looks.items()):
        name = f"id-{len(canvas.parts)}-{place}"
        uses = "".join(f'<use href="#id-{key}"/>' for key in keys)
        groups.append(f'<g fill="{doubtful(fill) if doubt else fill}"><g id="{name}">{uses}</g></g>')
        textures += [f'<use href="#{name}" fill="{texture_of(fill)}"/>'] if texture_of(fill) else []
    look = f'stroke="{PAPER}" stroke-width="0.5" stroke-linejoin="round"'
    canvas.add(f"<g{shift} {look}>{''.join(groups)}{textured(textures)}</g>")


def borders(canvas: Canvas, below: Ground, frame: Frame, outlined: BaseGeometry | None) -> None:
    """Borders of the Stadtbezirke, and the outline of an area."""
    lines = "".join(svg_path(shape, frame) for shape in below.bezirke.values())
    canvas.path(lines, fill="none", stroke=MUTED, weight=0.7)
    if outlined is not None:
        edge = svg_path(outlined, frame)
        canvas.path(edge, fill="none", stroke=PAPER, weight=5)
        canvas.path(edge, fill="none", stroke=INK, weight=2.4)


def names(canvas: Canvas, data: Data, below: Ground, frame: Frame, fills: Mapping[str, str], gebiet_id: str) -> None:
    """Name or number of every Stadtteil on its colour, the area's own first."""
    shapes = below.pieces
    for key in sorted(shapes, key=lambda key: (key != gebiet_id, -shapes[key].area)):
        fill = PAPER if fills[key] == HATCH else fills[key]
        place_name(
            canvas,
            frame,
            data.register.by_id(key),
            shapes[key],
            taken=canvas.labels,
            colour=readable_on(fill),
            halo=fill,
            bold=key == gebiet_id,
        )


@dataclass(frozen=True)
class Circle:
    """The circle of a Stadtteil in drawing units."""

    x: float
    y: float
    radius: float


def circles_on(data: Data, frame: Frame, values: pd.Series, scale: Circles) -> dict[str, Circle]:
    """Circle of every Stadtteil, that of the highest count first; radius 0 where there is none."""
    found = {
        key: Circle(*frame.point(x, y), scale.radius_of(float(values.get(key, float("nan")))))
        for key, (x, y) in centres(data).items()
    }
    return dict(sorted(found.items(), key=lambda item: -item[1].radius))


def draw_circles(canvas: Canvas, placed: Mapping[str, Circle], *, shift: tuple[float, float] = (0.0, 0.0)) -> None:
    """Large circles first, so that none hides a smaller one."""
    for one in placed.values():
        if one.radius:
            canvas.add(circle(one.x + shift[0], one.y + shift[1], one.radius))


def _names_beside(
    canvas: Canvas, data: Data, below: Ground, frame: Frame, placed: Mapping[str, Circle], gebiet_id: str
) -> None:
    """Name of every Stadtteil below or above its circle, otherwise its number in the circle or beside it."""
    signs = [
        Box("", o.x - o.radius, o.y - o.radius, o.x + o.radius, o.y + o.radius) for o in placed.values() if o.radius
    ]
    shapes = below.pieces
    for key in sorted(shapes, key=lambda key: (key != gebiet_id, -shapes[key].area)):
        one, area, bold = placed[key], data.register.by_id(key), key == gebiet_id
        taken = [*canvas.labels, *signs]
        near = one.radius + 8
        shifts = [step * sign for step in (near, near + 7, near + 14) for sign in (1, -1)] if one.radius else [0.0]
        if place_name(
            canvas, frame, area, shapes[key], at=(one.x, one.y), shifts=shifts, or_number=False, taken=taken, halo=LAND,
            bold=bold,
        ):  # fmt: skip
            continue
        if one.radius >= NUMBER_INSIDE:
            colour = readable_on(FILL)
            canvas.text(one.x, one.y + 4, str(area.nummer), size=11, anchor="middle", colour=colour, bold=bold)
        else:
            place_point_label(
                canvas, frame, one.x, one.y, str(area.nummer), radius=one.radius, taken=taken, colour=INK, halo=LAND,
                bold=bold,
            )  # fmt: skip


def definitions(below: Ground, frame: Frame, outlined: BaseGeometry | None, *, precision: float = PRECISION) -> str:
    """The shapes of all Stadtteile, and that of the outlined area, to be used by their ids."""
    paths = {key: svg_path(shape, frame, precision=precision) for key, shape in below.pieces.items()}
    pieces = [f'<path id="id-{key}" d="{path}"/>' for key, path in paths.items()]
    if outlined is not None:
        pieces.append(f'<path id="id-edge" d="{svg_path(outlined, frame, precision=precision)}" fill="none"/>')
    return f"<defs>{''.join(pieces)}</defs>"
