"""The timeline: one indicator at several dates, the area as a line against the city's."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from sozialraum.city.indicators import Indikator
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.figure import Figure, nothing
from sozialraum.figures.parts import DOT_RADIUS, LABEL_SIZE, Scale, scale_over
from sozialraum.style import ACCENT, INK, MISSING, MUTED, Canvas, SvgFigure, day, text_width, value
from sozialraum.supply.intake import Paket
from sozialraum.supply.intake.dates import last_day
from sozialraum.supply.series import breaks, dates_of, value_of
from sozialraum.text.claims import with_cells, with_form
from sozialraum.text.development import change_words, ended, listed, said, series_basis, series_source
from sozialraum.text.tables import unit_of

WIDTH: Final = 352.0
LEFT: Final = 14.0
RIGHT: Final = 338.0
TOP: Final = 44.0
BOTTOM: Final = 140.0
DATES: Final = 182.0
KEY: Final = 14.0
_GAP: Final = 7.0


def timeline(analysis: Analysis, indikator: str) -> Figure:
    """An indicator at all dates of an area.

    Dates stand at their distance in time, values on a scale that need not begin at zero. A date without a value and
    another way of counting interrupt the line; the latter is drawn as a dashed upright. The first and last value of
    each line are written beside it. An amount is drawn without that of the city, beside which it would be flat.

    Raises
    ------
    KeyError
        If the indicator is not in the analysis.
    """
    entry, area, city = analysis.katalog[indikator], analysis.gebiet, analysis.data.register.city
    packages = dates_of(analysis.data, indikator, area.id)
    if not packages:
        return nothing(f"Zeitreihe: {entry.titel}", "Es gibt keine Werte mit verschiedenem Stand.", belege=())
    told = [paket for paket in packages if value_of(paket, area.id) is not None] or packages[-1:]
    named = dict.fromkeys(said(paket, area.id, entry) for paket in (told[-1], told[0]))
    drawn = [area] if entry.typ == "anzahl" else list(dict.fromkeys([area, city]))
    lines = [ended(f"{one.label} {'; '.join(listed(packages, one.id, entry))}") for one in drawn]
    beside = f", zum Vergleich {city.label}" if len(drawn) > 1 else ""
    return Figure(
        title=f"{entry.titel} {area.in_phrase}: {', '.join(named)}",
        subtitle=" ".join([f"Linie: {area.label}{beside}.", *change_words(analysis, indikator)]),
        alt=f"Zeitreihe. {' '.join(lines)}",
        table=_table(packages, analysis, indikator),
        source=series_source(packages, entry),
        belege=[series_basis(analysis, indikator).ref],
        draw=lambda: _drawn(analysis, indikator, packages),
    )


def _table(packages: Sequence[Paket], analysis: Analysis, indikator: str) -> pd.DataFrame:
    entry, area = analysis.katalog[indikator], analysis.gebiet
    shown = {
        one.label: [value(value_of(paket, one.id), entry) for paket in packages]
        for one in (area, analysis.data.register.city)
    }
    turned = breaks(packages)
    if turned:
        shown["Zählweise"] = ["ab hier anders" if paket.stand in turned else "" for paket in packages]
    frame = pd.DataFrame(shown, index=pd.Index([day(paket.stand) for paket in packages], name="Stand"))
    names = [area.label, analysis.data.register.city.label]
    return with_form(with_cells(frame, "zeitreihe"), *names, units=dict.fromkeys(names, unit_of(entry)))


def _drawn(analysis: Analysis, indikator: str, packages: Sequence[Paket]) -> SvgFigure:
    entry = analysis.katalog[indikator]
    city, area = analysis.data.register.city.id, analysis.gebiet.id
    keys = [area] if entry.typ == "anzahl" else list(dict.fromkeys([city, area]))
    stands = [paket.stand for paket in packages]
    table = pd.DataFrame({key: [value_of(paket, key) for paket in packages] for key in keys}, index=stands, dtype=float)
    canvas = Canvas(WIDTH, DATES + KEY)
    if table.isna().all(axis=None):
        canvas.text(LEFT, KEY, f"{entry.kurztitel}: {MISSING}", size=LABEL_SIZE, colour=MUTED)
        return canvas.figure()
    across, turned = _times(stands), breaks(packages)
    upwards = scale_over([float(number) for key in keys for number in table[key].dropna()], start=BOTTOM, end=TOP)
    for key in keys:
        points = [_point(x, number, upwards) for x, number in zip(across, table[key], strict=True)]
        _line(canvas, points, _colour(key, keys), apart=[stand in turned for stand in stands])
    for before, after, stand in zip(across, across[1:], stands[1:], strict=False):
        if stand in turned:
            middle = (before + after) / 2
            canvas.line((middle, TOP - 8), (middle, BOTTOM + 4), colour=MUTED, dash="3 3")
    for place, anchor in ((0, "start"), (-1, "end")):
        _ends(canvas, table, across, upwards, entry, place)
        canvas.text(across[place], DATES, day(str(table.index[place])), size=LABEL_SIZE, colour=MUTED, anchor=anchor)
    _key(canvas, analysis, keys)
    return canvas.figure()


def _colour(key: str, keys: Sequence[str]) -> str:
    """The last line is that of the area."""
    return ACCENT if key == keys[-1] else INK


def _times(stands: Sequence[str]) -> list[float]:
    """Horizontal places of dates, by their distance in time."""
    days = [date.fromisoformat(last_day(stand).replace("-31", "-28")).toordinal() for stand in stands]
    span = max(days[-1] - days[0], 1)
    return [LEFT + (RIGHT - LEFT) * (number - days[0]) / span for number in days]


def _point(x: float, number: float, upwards: Scale) -> tuple[float, float] | None:
    return None if pd.isna(number) else (x, upwards(float(number)))


def _line(canvas: Canvas, points: Sequence[tuple[float, float] | None], colour: str, *, apart: Sequence[bool]) -> None:
    """Dots and the line between them; none to a point that is ``apart`` from the one before."""
    for (start, end), broken in zip(pairwise(points), apart[1:], strict=True):
        if start is not None and end is not None and not broken:
            canvas.line(start, end, colour=colour, width=2)
    for point in points:
        if point is not None:
            canvas.circle(*point, DOT_RADIUS, fill=colour)


def _ends(
    canvas: Canvas, table: pd.DataFrame, across: Sequence[float], upwards: Scale, entry: Indikator, place: int
) -> None:
    """Values of the lines at one end: the higher one above what its line does there, the lower one below it."""
    keys, numbers, anchor = [str(key) for key in table.columns], table.iloc[place], "end" if place else "start"
    for key, number in numbers.dropna().items():
        text = value(float(number), entry)
        if str(key) != keys[-1] and number == numbers[keys[-1]]:
            continue  # the same place and number as the area's
        reach = text_width(text, LABEL_SIZE) + _GAP
        known = [(x, upwards(float(one))) for x, one in zip(across, table[key], strict=True) if not pd.isna(one)]
        near = [y for x, y in known if abs(x - across[place]) <= reach]
        beside = across[place] + (-reach if place else reach)
        near.append(float(np.interp(beside, [x for x, _ in known], [y for _, y in known])))
        y = min(near) - _GAP if number == numbers.max() else max(near) + _GAP + LABEL_SIZE
        canvas.text(across[place], y, text, size=LABEL_SIZE, colour=_colour(str(key), keys), anchor=anchor)


def _key(canvas: Canvas, analysis: Analysis, keys: Sequence[str]) -> None:
    x = LEFT
    for key in reversed(keys):
        canvas.line((x, KEY - 4), (x + 16, KEY - 4), colour=_colour(key, keys), width=2)
        label = analysis.data.register.by_id(key).label
        x = canvas.text(x + 22, KEY, label, size=LABEL_SIZE, colour=_colour(key, keys)).right + 18
