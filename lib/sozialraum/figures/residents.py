"""Where people live: houses as ground, 100 m cells as circles by people, those with a long walk in another colour.

The cells are a model from public data, or those of the census, published with changed numbers; the circles have five
sizes, and no count of a cell is written anywhere. Cells that somebody else counted are not drawn at all: beside houses
they would say too much of a few people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from sozialraum.city.access import REACH, facilities, who_counts
from sozialraum.city.indicators import is_modelled
from sozialraum.city.load import Data, cell_points, indikatoren
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.backdrop import (
    MOST_STREETS,
    STREET_SIZE,
    definitions,
    lay,
    name_neighbours,
    name_places,
    name_streets,
)
from sozialraum.figures.choice import Choice
from sozialraum.figures.choropleth import choropleth
from sozialraum.figures.figure import NARROW, Figure, nothing
from sozialraum.figures.ground import Frame, frame_of
from sozialraum.figures.houses import Houses, dots, houses_of
from sozialraum.figures.key import symbol_definition, symbol_size, symbols_at
from sozialraum.figures.legend import north_arrow, scale_bar
from sozialraum.figures.points import drawn as points_of
from sozialraum.figures.terrain import terrain_key, terrain_sources
from sozialraum.style import INK, MUTED, NBSP, Box, Canvas, SvgFigure, number
from sozialraum.style.grammar import upper_first
from sozialraum.text import walks
from sozialraum.text.findings import credit, sources_of

KINDS: Final = {"kita": "Kita", "grundschule": "Grundschule", "haltestelle": "Haltestelle"}
WIDTH: Final = 460.0
TALLEST: Final = 620.0
LIMITS: Final = (10, 30, 60, 120)
"""People of a cell from which the next size of circle holds."""
SIZES: Final = (0.3, 0.5, 0.68, 0.84, 1.0)
"""Radius of each size, as a part of the largest: the area grows with the people in the middle of the class."""
NEAR: Final = "#8ba4bc"
FAR: Final = "#d9942e"
RING: Final = "#5f4108"
_SYMBOL: Final = {"kita": "K", "grundschule": "G", "haltestelle": "H"}
_KEY: Final = 66.0
CELL_STEP_M: Final = 10


def residents(analysis: Analysis) -> Choice | Figure:
    """Where the people of an area live, and for whom the next Kita, Grundschule or stop is far.

    On a screen a reader chooses the kind; print shows the Kitas. The city has a map of its Stadtteile instead. Where
    the cells are counted and no model, or nobody lives there, one line says why there is no map.
    """
    if analysis.gebiet.ebene == "stadt":
        return replace(choropleth(analysis, walks.indicator_of("kita")), live=None)  # one map that moves is enough
    if not is_model(analysis.data):
        reason = "Die Zellen sind gezählt; neben den Häusern würden sie zu viel über wenige Menschen sagen."
        return nothing("Karte der Wohnorte", reason, belege=())
    found = {KINDS[kind]: figure for kind in KINDS if (figure := _figure(analysis, kind))}
    if not found:
        where = upper_first(analysis.gebiet.in_phrase)
        reason = f"{where} ist kein Fußweg bekannt, oder es leben dort zu wenige Menschen."
        return nothing("Karte der Wohnorte", reason, belege=())
    return Choice("Fußweg zur nächsten", found, wide=analysis.gebiet.ebene == "stadtbezirk")


def is_model(data: Data) -> bool:
    """Whether an interval says how far the cells may be off, as the prepared tables say; own tables change no cell."""
    table = _prepared(data)
    kinds = table.loc[table["indikator"] == "einwohner", "art"]
    return bool((kinds == "geschaetzt").any())


def _origin(data: Data) -> str:
    """Where the people of the cells are from."""
    table = _prepared(data)
    people = table[table["indikator"] == "einwohner"].iloc[0]
    return "Modell" if is_modelled(str(people["quelle"])) else f"Zensus {str(people['stand'])[:4]}"


@lru_cache(maxsize=4)
def _prepared(data: Data) -> pd.DataFrame:
    return indikatoren(data.dir)


def _figure(analysis: Analysis, kind: str) -> Figure | None:
    found = walks.far(analysis, kind)
    if found is None:
        return None
    ground = terrain_sources(analysis.data)
    credited = f" Kartengrund: {credit(analysis, ground)}." if ground else ""
    return Figure(
        title=walks.walk_title(analysis, kind, found),
        subtitle=f"{walks.walk_subtitle(analysis, kind, found)} {terrain_key(analysis.data)}".strip(),
        alt=walks.walk_alt(analysis, kind, found),
        table=walks.walk_table(analysis, kind, found),
        source=f"{sources_of(analysis, walks.indicator_of(kind)).text}{credited}",
        belege=[
            *walks.basis(analysis, kind),
            *sources_of(analysis, walks.indicator_of(kind)).refs,
            *(("quelle", key) for key in ground),
        ],
        draw=lambda: replace(_drawn(analysis, kind, WIDTH), narrow=_drawn(analysis, kind, NARROW)),
    )


def _drawn(analysis: Analysis, kind: str, width: float) -> SvgFigure:
    data, area = analysis.data, analysis.gebiet.id
    shape = data.gebiete.geometry[area]
    frame = frame_of(shape, width, tallest=TALLEST)
    canvas = Canvas(width, frame.height + _KEY, paper=True)
    cells, ground = _cells(data, area), houses_of(data, area)
    canvas.add(definitions(data, area, frame) + cells.definition())
    canvas.add('<g clip-path="url(#id-clip)">')
    lay(canvas, data, area, frame, corridors=False)
    canvas.add(cells.drawn(ground, frame, kind, min(9.0, 0.47 * 100 * frame.scale)))
    named = _named(data, area)
    signs = _places(canvas, data, area, kind, frame, radius=min(7.5, max(5.0, 42 * frame.scale)))
    small = width == NARROW
    name_places(canvas, data, frame, named, signs, size=10, corridors=False)
    name_neighbours(canvas, data, frame, area, signs)
    name_streets(
        canvas, data, frame, area, signs, size=10 if small else STREET_SIZE, most=14 if small else MOST_STREETS
    )
    canvas.add("</g>")
    north_arrow(canvas, x=width - 8, top=frame.height + 4)
    scale_bar(canvas, frame, right=width - 24, bottom=frame.height + 28)
    _key(canvas, kind, _origin(data), top=frame.height)
    return canvas.figure()


@dataclass(frozen=True)
class Cells:
    """The inhabited cells of an area as path data: by size of circle and by the kinds of facilities that are far."""

    paths: Mapping[tuple[int, int], str]
    key: str

    def definition(self) -> str:
        """The paths for the head of a drawing, once per page like those of the houses."""
        parts = "".join(f'<path id="{self.key}-{size}{far}" d="{path}"/>' for (size, far), path in self.paths.items())
        return f'<defs data-ground="{self.key}">{parts}</defs>'

    def drawn(self, ground: Houses, frame: Frame, kind: str, largest: float) -> str:
        """All circles, the largest first, so that none hides a smaller one."""
        bit, scale, parts = 1 << list(KINDS).index(kind), frame.scale * CELL_STEP_M, []
        for size in reversed(range(len(SIZES))):
            radius = max(0.7, SIZES[size] * largest)
            uses = {
                beyond: "".join(
                    f'<use href="#{self.key}-{one}{far}"/>'
                    for one, far in self.paths
                    if one == size and bool(far & bit) == beyond
                )
                for beyond in (False, True)
            }
            for marks, wide, colour in (
                (uses[False], radius, NEAR), (uses[True], radius + 0.8, RING), (uses[True], radius - 0.4, FAR)
            ):  # fmt: skip
                if marks:
                    parts.append(f'<g stroke="{colour}" stroke-width="{2 * wide / scale:.2f}">{marks}</g>')
        look = 'fill="none" stroke-linecap="round"'
        return f"<g {ground.placed(frame, CELL_STEP_M)} {look}>{''.join(parts)}</g>"


@lru_cache(maxsize=4)
def _cells(data: Data, gebiet_id: str) -> Cells:
    table, ground = _metric(data), houses_of(data, gebiet_id)
    here = table[data.inside(gebiet_id, data.raster) & (table["einwohner"] > 0)]
    size = np.searchsorted(LIMITS, here["einwohner"].to_numpy(), side="right")
    metres = {kind: here[[walk for _, walk in who_counts(here, kind)]].max(axis=1) for kind in KINDS}
    far = sum((metres[kind] > REACH[kind]).to_numpy() << bit for bit, kind in enumerate(KINDS))
    found = ((one, code, here[(size == one) & (far == code)]) for one in range(len(SIZES)) for code in range(8))
    paths = {
        (one, code): dots(rows, ground.west, ground.north, CELL_STEP_M, step=CELL_STEP_M)
        for one, code, rows in found
        if len(rows)
    }
    digest = sha256(repr(sorted(paths.items())).encode()).hexdigest()[:8]
    return Cells(paths, f"sr-zellen-{digest}")


@lru_cache(maxsize=4)
def _metric(data: Data) -> pd.DataFrame:
    """The grid with its midpoints in metres of the maps."""
    points = cell_points(data.raster, data.crs)
    return data.raster.assign(x=points.x, y=points.y)


def _places(canvas: Canvas, data: Data, gebiet_id: str, kind: str, frame: Frame, *, radius: float) -> list[Box]:
    """The facilities of the kind, those around the area paler, and squares and parks of the area."""
    symbol, named = _SYMBOL[kind], _named(data, gebiet_id)
    signs = {symbol: radius, "P": 0.8 * radius, "Q": 0.8 * radius}
    shapes = "".join(symbol_definition(key, size) for key, size in signs.items())
    canvas.add(f"<defs>{shapes}</defs>")
    for here, sites in zip((False, True), _sites(data, gebiet_id, kind), strict=True):
        canvas.add("<g>" if here else '<g opacity="0.55">')
        _put(canvas, frame, sites, symbol, radius)
        canvas.add("</g>")
    for key in ("P", "Q"):
        _put(canvas, frame, named[named["symbol"] == key].get_coordinates().to_numpy().tolist(), key, signs[key])
    return list(canvas.marks)


def _put(canvas: Canvas, frame: Frame, places: Sequence[Sequence[float]], symbol: str, radius: float) -> None:
    """A symbol at the places that the frame shows."""
    shown = [spot for x, y in places if frame.holds(*(spot := frame.point(x, y)))]
    canvas.add(symbols_at(symbol, shown))
    for spot in shown:
        canvas.mark(*spot, symbol_size(symbol, radius), bottom=frame.height)


@lru_cache(maxsize=8)
def _sites(data: Data, gebiet_id: str, kind: str) -> tuple[list[list[float]], list[list[float]]]:
    """Where the facilities of a kind are: around the area, in the area."""
    sites = facilities(data.einrichtungen, kind)
    known = data.einrichtungen.loc[sites.index[~(sites.is_empty | sites.isna())]]
    inside, places = data.inside(gebiet_id, known).to_numpy(), known.get_coordinates().to_numpy()
    return places[~inside].tolist(), places[inside].tolist()


@lru_cache(maxsize=8)
def _named(data: Data, gebiet_id: str) -> gpd.GeoDataFrame:
    """Parks and squares of the area."""
    places = points_of(data, with_dense=False)
    return places[places["symbol"].isin(["P", "Q"]) & data.inside(gebiet_id, places)]


def _key(canvas: Canvas, kind: str, origin: str, *, top: float) -> None:
    """What colours and sizes mean, below the map."""
    y = top + 18
    limit = f"{number(REACH[kind])}{NBSP}m"
    x = 8.0
    for words, colour in ((f"bis {limit}", NEAR), (f"weiter als {limit}", FAR)):
        if colour == FAR:
            canvas.circle(x + 5, y - 4, 5.8, fill=RING)
        canvas.circle(x + 5, y - 4, 5, fill=colour)
        x = canvas.text(x + 15, y, words, size=11, colour=INK).right + 14
    bounds = ("unter 10", "10 bis 29", "30 bis 59", "60 bis 119", "ab 120")
    x, y = 8.0, top + 40
    for words, part in zip(bounds, SIZES, strict=True):
        radius = 6 * part
        canvas.circle(x + radius, y - 4, radius, fill=NEAR)
        x = canvas.text(x + 2 * radius + 4, y, words, size=10, colour=MUTED).right + 9
    canvas.text(8, top + 57, f"Menschen je Zelle ({origin})", size=10, colour=MUTED)
