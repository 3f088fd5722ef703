"""The profile: all comparable indicators on one axis, as distance from the city in spreads."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from sozialraum.charts.marks import SMALL_SIZE, Scale, diamond, interval, note
from sozialraum.compare import UNCLASSED, Analysis
from sozialraum.indicators import Indikator
from sozialraum.style import (
    ACCENT,
    BAND,
    CITY,
    DOT,
    INK,
    LINE,
    MUTED,
    PAPER,
    Canvas,
    SvgFigure,
    number,
    text_width,
    value,
)

WIDTH: Final = 640.0
LEFT: Final = 186.0
RIGHT: Final = 452.0
VALUE_AT: Final = 548.0
VALUE_LAST: Final = 576.0
CITY_AT: Final = 638.0
ROW: Final = 28.0
HEAD: Final = 40.0
FOOT: Final = 52.0
CHAPTER_GAP: Final = 8.0
REACH: Final = 3.0
SMALLEST: Final = 10.0


def profile_indicators(analysis: Analysis) -> list[str]:
    """Ids that can stand in a profile, by chapter: with a city value and a spread, not plain counts."""
    entries = [analysis.katalog[key] for key in analysis.table.index.unique("indikator")]
    fit = [
        entry
        for entry in entries
        if entry.typ != "anzahl" and pd.notna(analysis.city(entry.id)) and analysis.row(entry.id)["streuung"] > 0
    ]
    return [entry.id for entry in sorted(fit, key=lambda entry: entry.kapitel)]


def profile(analysis: Analysis, indikatoren: Sequence[str] | None = None) -> SvgFigure:
    """All comparable indicators of an area, one row each, on a common axis.

    A dot is a Stadtteil at its distance from the city's value, in spreads of that indicator; distances
    beyond three spreads stand at the edge as triangles. The band "durchschnittlich" is shaded in rows that
    can have a class. Rows without a class have a hollow marker. Value and city value stand at the right.

    Parameters
    ----------
    indikatoren
        Ids in the order to be drawn; by default :func:`profile_indicators`.
    """
    keys = list(profile_indicators(analysis) if indikatoren is None else indikatoren)
    tops = _row_positions(analysis, keys)
    height = (tops[-1] if tops else HEAD) + ROW / 2 + FOOT
    canvas = Canvas(WIDTH, height)
    scale = Scale(-REACH, REACH, LEFT + 6, RIGHT - 6)
    bottom = height - FOOT + 2
    _bands(canvas, analysis, keys, tops, scale)
    canvas.line((scale(0), HEAD - 14), (scale(0), bottom), colour=CITY, width=1.6)
    for key, y in zip(keys, tops, strict=True):
        _row(canvas, analysis, key, y, scale)
    _head(canvas, analysis, scale)
    _axis(canvas, scale, bottom)
    _key(canvas, analysis, height - 6)
    return canvas.figure()


def _row_positions(analysis: Analysis, keys: Sequence[str]) -> list[float]:
    positions: list[float] = []
    y, chapter = HEAD, None
    for key in keys:
        here = analysis.katalog[key].kapitel
        y += ROW if positions else ROW / 2
        y += CHAPTER_GAP if chapter is not None and here != chapter else 0
        positions.append(y)
        chapter = here
    return positions


def _bands(canvas: Canvas, analysis: Analysis, keys: Sequence[str], tops: Sequence[float], scale: Scale) -> None:
    for key, y in zip(keys, tops, strict=True):
        row = analysis.row(key)
        if pd.isna(row["band"]):
            continue
        half = row["band"] / row["streuung"]
        canvas.rect(scale(-half), y - 10, scale(half) - scale(-half), 20, fill=BAND)


def _row(canvas: Canvas, analysis: Analysis, key: str, y: float, scale: Scale) -> None:
    row, entry = analysis.row(key), analysis.katalog[key]
    distances = (analysis.values(key).dropna() - row["stadtwert"]) / row["streuung"]
    classed = row["klasse"] != UNCLASSED
    canvas.line((LEFT, y), (RIGHT, y), colour=LINE, width=0.6)
    _background_dots(canvas, analysis, distances.drop(analysis.gebiet.id, errors="ignore"), y, scale)
    _label(canvas, entry, y, classed)
    percent = entry.einheit == "%"
    city_text = value(row["stadtwert"], entry, unit=percent)
    if analysis.gebiet.ebene == "stadt":
        canvas.text(CITY_AT, y + 4, city_text, size=SMALL_SIZE, anchor="end", bold=True)
        return
    _own_marker(canvas, analysis, row, y, scale, classed)
    shown = value(row["wert"], entry, art=row["art"], unit=percent)
    colour = MUTED if pd.isna(row["wert"]) else ACCENT
    canvas.text(_value_end(analysis), y + 4, shown, size=SMALL_SIZE, anchor="end", colour=colour, bold=colour == ACCENT)
    canvas.text(CITY_AT, y + 4, city_text, size=SMALL_SIZE, anchor="end", colour=MUTED)


def _background_dots(canvas: Canvas, analysis: Analysis, distances: pd.Series, y: float, scale: Scale) -> None:
    canvas.dots([(scale(distance), y) for distance in distances if abs(distance) <= REACH], 2.8, fill=DOT)
    for distance in distances[distances.abs() > REACH]:
        x, tip = scale(distance), 5 if distance > 0 else -5
        canvas.polygon([(x + tip, y), (x, y - 3.5), (x, y + 3.5)], fill=DOT)
    if analysis.gebiet.ebene == "stadtbezirk":
        for distance in distances[distances.index.isin(analysis.members) & (distances.abs() <= REACH)]:
            canvas.circle(scale(distance), y, 2.8, fill=PAPER, stroke=ACCENT, weight=1.2)


def _label(canvas: Canvas, entry: Indikator, y: float, classed: bool) -> None:
    size = SMALL_SIZE
    while text_width(entry.kurztitel, size) > LEFT - 12 and size > SMALLEST:
        size -= 0.5
    colour = INK if classed else MUTED
    under = "" if entry.einheit == "%" or entry.einheit in entry.kurztitel else entry.einheit
    baseline = y if under else y + 4
    canvas.text(LEFT - 8, baseline, entry.kurztitel, size=size, anchor="end", colour=colour, italic=not classed)
    if under:
        canvas.text(LEFT - 8, y + 11, under, size=SMALLEST, anchor="end", colour=MUTED)


def _own_marker(canvas: Canvas, analysis: Analysis, row: pd.Series, y: float, scale: Scale, classed: bool) -> None:
    if pd.isna(row["wert"]):
        return
    distance = row["differenz"] / row["streuung"]
    x = scale(distance)
    if pd.notna(row["fehler"]):
        error = row["fehler"] / row["streuung"]
        interval(canvas, scale(distance - error), scale(distance + error), y)
    fill = ACCENT if classed else PAPER
    if abs(distance) > REACH:
        tip = 9 if distance > 0 else -9
        canvas.polygon([(x + tip, y), (x - tip / 3, y - 7), (x - tip / 3, y + 7)], fill=fill, stroke=ACCENT, weight=1.6)
    elif analysis.gebiet.ebene == "stadtbezirk":
        diamond(canvas, x, y, 7)
    else:
        canvas.circle(x, y, 5.4, fill=fill, stroke=PAPER if classed else ACCENT, weight=1.2 if classed else 1.8)


def _head(canvas: Canvas, analysis: Analysis, scale: Scale) -> None:
    city = analysis.data.register.city.name
    canvas.text(scale(0), HEAD - 20, city, size=SMALL_SIZE, anchor="middle", colour=MUTED, bold=True)
    canvas.text(CITY_AT, HEAD - 20, city, size=SMALL_SIZE, anchor="end", colour=MUTED)
    if analysis.gebiet.ebene != "stadt":
        end = _value_end(analysis)
        canvas.text(end, HEAD - 20, analysis.gebiet.label, size=SMALL_SIZE, anchor="end", colour=ACCENT, bold=True)


def _value_end(analysis: Analysis) -> float:
    """Right edge of the value column: further right for a long name, which stands above it."""
    wanted = RIGHT + 12 + text_width(analysis.gebiet.label, SMALL_SIZE, bold=True)
    return min(max(VALUE_AT, wanted), VALUE_LAST)


def _axis(canvas: Canvas, scale: Scale, y: float) -> None:
    for tick in range(-int(REACH), int(REACH) + 1):
        canvas.line((scale(tick), y), (scale(tick), y + 4), colour=CITY)
        canvas.text(scale(tick), y + 16, number(tick), size=11, anchor="middle", colour=MUTED)
    canvas.text(LEFT - 8, y + 16, "Abstand in Streuungen", size=11, anchor="end", colour=MUTED)


def _key(canvas: Canvas, analysis: Analysis, y: float) -> None:
    canvas.rect(LEFT - 174, y - 9, 14, 10, fill=BAND)
    x = note(canvas, LEFT - 156, y, "durchschnittlich") + 18
    canvas.circle(x, y - 4, 2.8, fill=DOT)
    x = note(canvas, x + 8, y, "ein Stadtteil") + 18
    if analysis.gebiet.ebene == "stadtteil":
        canvas.circle(x, y - 4, 4.6, fill=PAPER, stroke=ACCENT, weight=1.8)
        x = note(canvas, x + 10, y, "keine Einstufung") + 18
    if analysis.gebiet.ebene == "stadtbezirk":
        canvas.circle(x, y - 4, 2.8, fill=PAPER, stroke=ACCENT, weight=1.2)
        x = note(canvas, x + 8, y, "gehört dazu") + 18
    if analysis.gebiet.ebene != "stadt":
        interval(canvas, x, x + 14, y - 4, cap=3)
        note(canvas, x + 18, y, "Unsicherheit")
