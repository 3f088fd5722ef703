"""Places to visit on a map, one picture per time of day: what counts then is drawn full, the rest pale."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import geopandas as gpd

from sozialraum.city.sources import source_ids
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.backdrop import STREET_SIZE, definitions, lay, name_neighbours, name_streets
from sozialraum.figures.choice import Choice
from sozialraum.figures.figure import NARROW, Figure, nothing
from sozialraum.figures.ground import MAX_HEIGHT, WIDTH, frame_of, svg_path
from sozialraum.figures.key import symbol_definition, symbol_markup, symbol_size, symbols_at
from sozialraum.figures.legend import north_arrow, scale_bar
from sozialraum.figures.points import drawn as points_of
from sozialraum.figures.points import spread_apart
from sozialraum.figures.terrain import terrain_key, terrain_sources
from sozialraum.style import SYMBOLS, Canvas, SvgFigure, n, number
from sozialraum.style.grammar import enumerate_words
from sozialraum.style.palette import CORRIDOR
from sozialraum.text.claims import fact
from sozialraum.text.findings import credits_of
from sozialraum.text.meetings import BANDS, STREET, Treffpunkt
from sozialraum.text.stops import timetable_sources

_KEY_ROW: Final = 22.0
_COLUMN: Final = 170.0


def meeting_map(analysis: Analysis, places: Sequence[Treffpunkt]) -> Choice | Figure:
    """Maps by time of day, of which a reader chooses one."""
    if not places:
        return nothing("Karte der Treffpunkte", "Hier ist kein Ort verzeichnet.", belege=())
    return Choice("Tageszeit", {name: _figure(analysis, places, name) for name in BANDS}, wide=True)


def _figure(analysis: Analysis, places: Sequence[Treffpunkt], band: str) -> Figure:
    now = [one for one in places if band in one.zeiten]
    start, end = BANDS[band]
    kinds = list(dict.fromkeys(one.label for one in now))
    title = f"{band.capitalize()} ({start} bis {end} Uhr): {number(len(now))} Orte"
    alt = f"Karte von {analysis.gebiet.label}: {band} zählen {number(len(now))} Orte, und zwar {_kinds(kinds)}."
    used = _sources(analysis, places)
    signs = "Kräftig: zählt zu dieser Tageszeit. Blass: zu einer anderen."
    subtitle = " ".join(part for part in (signs, terrain_key(analysis.data)) if part)
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=alt,
        table=gpd.GeoDataFrame(),
        source=credits_of(analysis, used).text,
        belege=[fact("treffpunkte", title, alt, subtitle).ref, *(("quelle", key) for key in used)],
        draw=lambda: replace(_drawn(analysis, places, band, WIDTH), narrow=_drawn(analysis, places, band, NARROW)),
    )


def _kinds(kinds: Sequence[str]) -> str:
    return enumerate_words(list(kinds)) if kinds else "keine"


def _sources(analysis: Analysis, places: Sequence[Treffpunkt]) -> list[str]:
    keys = [one.key for one in places if one.art != STREET]
    table, streets = analysis.data.einrichtungen, analysis.data.einkaufsstrassen
    extra = (*timetable_sources(analysis.data), *terrain_sources(analysis.data))
    cells = [*table.loc[keys, "quelle"], *streets.loc[[one.key for one in places if one.art == STREET], "quelle"]]
    return [key for key in source_ids([*cells, *extra]) if key in analysis.data.quellen]


def _drawn(analysis: Analysis, places: Sequence[Treffpunkt], band: str, width: float) -> SvgFigure:
    data, area = analysis.data, analysis.gebiet.id
    frame = frame_of(data.gebiete.geometry[area], width, tallest=MAX_HEIGHT * width / WIDTH)
    radius = max(4.0, min(7.5, 60 * frame.scale))
    points = points_of(data, frame, with_dense=True)
    points = points[points.index.isin([one.key for one in places])]
    now = {one.key for one in places if band in one.zeiten}
    shown = [key for key in SYMBOLS if (points["symbol"] == key).any()]
    columns = max(1, int(width // _COLUMN))
    canvas = Canvas(width, frame.height + 40 + _KEY_ROW * -(-len(shown) // columns), paper=True)
    signs = "".join(symbol_definition(key, radius) for key in SYMBOLS)
    canvas.add(definitions(data, area, frame) + f'<defs>{signs}</defs><g clip-path="url(#id-clip)">')
    lay(canvas, data, area, frame, corridors=False)
    for key, street in data.einkaufsstrassen.iterrows():
        if key in now:
            canvas.path(svg_path(street.geometry, frame), fill=CORRIDOR, stroke="#9a7414", weight=0.8)
    spots = points.get_coordinates().to_numpy().tolist()
    homes = {str(key): frame.point(x, y) for key, (x, y) in zip(points.index, spots, strict=True)}
    symbols = {str(key): str(symbol) for key, symbol in points["symbol"].items()}
    moved = spread_apart(homes, {key: symbol_size(symbols[key], radius) for key in homes})
    for active in (False, True):
        canvas.add("<g>" if active else '<g opacity="0.3">')
        for symbol in shown:
            at = [moved[key] for key in moved if symbols[key] == symbol and (key in now) is active]
            canvas.add(symbols_at(symbol, at))
        canvas.add("</g>")
    for key, (x, y) in moved.items():
        canvas.mark(x, y, symbol_size(symbols[key], radius), bottom=frame.height)
    taken = list(canvas.marks)
    name_neighbours(canvas, data, frame, area, taken)
    name_streets(canvas, data, frame, area, taken, size=STREET_SIZE, most=20)
    canvas.add("</g>")
    north_arrow(canvas, x=width - 8, top=frame.height + 4)
    scale_bar(canvas, frame, right=width - 24, bottom=frame.height + 28)
    for place, key in enumerate(shown):
        x, y = 14 + place % columns * _COLUMN, frame.height + 46 + place // columns * _KEY_ROW
        canvas.add(f'<g transform="translate({n(x)} {n(y - 4)})">{symbol_markup(key, 7.5)}</g>')
        canvas.text(x + 14, y, SYMBOLS[key].plural, size=12)
    return canvas.figure()
