"""Bars: parts of an area against the city's outline bars, and one indicator across near areas."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from sozialraum.charts.marks import CITY_WEIGHT, LABEL_SIZE, SMALL_SIZE, Scale, city_line, clamp_anchor
from sozialraum.compare import Analysis
from sozialraum.gebiete import MAX_LABEL, QUARTIER, Gebiet, shortened
from sozialraum.style import (
    ACCENT,
    CITY,
    DOT,
    INK,
    LINE,
    MUTED,
    PAPER,
    Canvas,
    SvgFigure,
    text_width,
    value,
)

AGES: Final = ("anteil_unter_15", "anteil_15_64", "anteil_65plus")
"""The age groups: shares that add up to one whole."""
WHOLE_OFF: Final = 0.2
"""So many points the age groups may miss 100 % by, because published shares are rounded."""
WIDTH: Final = 352.0
HEAD: Final = 12.0
BAR: Final = 20.0


def fitting(analysis: Analysis, indikatoren: Sequence[str]) -> list[str]:
    """Those of some shares of an area that may be set side by side: of one date and one source.

    Of several groups the largest, at least two; all three age groups only if they add up to 100 %. None if nothing
    fits; a single share needs to fit nothing.
    """
    keys = list(indikatoren)
    groups: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        groups.setdefault(_origin(analysis, key), []).append(key)
    largest = max(groups.values(), key=len, default=[])
    if len(largest) < min(2, len(keys)):
        return []
    total = sum(float(analysis.row(key)["wert"]) for key in AGES) if set(AGES) <= set(largest) else float("nan")
    return [] if abs(total - 100) > WHOLE_OFF + 1e-9 else largest


def _origin(analysis: Analysis, indikator: str) -> tuple[str, ...]:
    """Date of a value and who published it; a table has a source for each of its indicators."""
    row, known = analysis.row(indikator), analysis.data.quellen
    sources = [known[key] for key in str(row["quelle"]).split("|") if key in known]
    return (str(row["stand"]), *dict.fromkeys(source.kurz or source.quellenvermerk for source in sources))


def bars(analysis: Analysis, indikatoren: Sequence[str]) -> SvgFigure:
    """Shares of an area as filled bars against the city's outline bars, for example the age structure.

    Parameters
    ----------
    indikatoren
        Ids of indicators with the same unit, in the order to be drawn. The bars start at zero. Only what fits together
        is drawn; see :func:`fitting`.
    """
    rows = [(analysis.katalog[key], analysis.row(key)) for key in fitting(analysis, indikatoren)]
    if not rows:
        canvas = Canvas(WIDTH, 2 * BAR)
        canvas.text(2, BAR, "Die Anteile passen nicht zusammen.", size=SMALL_SIZE, colour=MUTED)
        return canvas.figure()
    own = analysis.gebiet.ebene != "stadt"
    left = _label_width([entry.kurztitel for entry, _ in rows])
    right = max(
        text_width(value(row[column], entry), LABEL_SIZE, bold=True)
        for entry, row in rows
        for column in ("wert", "stadtwert")
    )
    largest = max(max(_known(row["wert"]), _known(row["stadtwert"])) for _, row in rows)
    scale = Scale(0, largest or 1, left, WIDTH - right - 14)
    step = 2 * BAR + 12
    canvas = Canvas(WIDTH, HEAD + step * len(rows) + 26)
    for place, (entry, row) in enumerate(rows):
        y = HEAD + place * step
        canvas.text(left - 8, y + BAR + 2, entry.kurztitel, size=SMALL_SIZE, anchor="end")
        if own:
            _bar(canvas, scale, y, row["wert"], value(row["wert"], entry, art=row["art"]), fill=ACCENT)
        shift = BAR if own else BAR / 2
        _bar(canvas, scale, y + shift, row["stadtwert"], value(row["stadtwert"], entry), stroke=CITY)
    canvas.line((left, HEAD - 4), (left, canvas.height - 28), colour=LINE)
    _key(canvas, analysis, canvas.height - 6)
    return canvas.figure()


def comparison(analysis: Analysis, indikator: str) -> SvgFigure:
    """One indicator: the area, its Stadtbezirk (or its Stadtteile), its neighbours, and the city as a line.

    The order is fixed (area, Stadtbezirk, then official order), not by size; a planning area stands in its place among
    all of its level. The bars start at zero.
    """
    entry = analysis.katalog[indikator]
    keys = _compared(analysis)
    names = [_name(analysis.data.register.by_id(key)) for key in keys]
    rows = [analysis.row(indikator, key) for key in keys]
    left = _label_width(names)
    right = max(text_width(value(row["wert"], entry), LABEL_SIZE, bold=True) for row in rows)
    city = analysis.city(indikator) if entry.typ != "anzahl" else float("nan")
    lowest = min(0.0, *(_known(row["wert"]) for row in rows), _known(city))
    largest = max(*(_known(row["wert"]) for row in rows), _known(city), 0.0)
    scale = Scale(lowest, largest if largest > lowest else 1, left, WIDTH - right - 14)
    canvas = Canvas(WIDTH, HEAD + (BAR + 6) * len(rows) + 24)
    for place, (key, name, row) in enumerate(zip(keys, names, rows, strict=True)):
        y = HEAD + place * (BAR + 6)
        here = key == analysis.gebiet.id
        colour = ACCENT if here else INK
        canvas.text(left - 8, y + 14, name, size=SMALL_SIZE, anchor="end", bold=here, colour=colour)
        _rectangle(canvas, scale, y, row["wert"], fill=ACCENT if here else DOT)
        shown = value(row["wert"], entry, art=row["art"])
        colour = ACCENT if here else MUTED
        canvas.text(WIDTH - 2, y + 14, shown, size=SMALL_SIZE, anchor="end", bold=here, colour=colour)
    if pd.notna(city):
        _city(canvas, analysis, scale(city), value(city, entry))
    return canvas.figure()


def _compared(analysis: Analysis) -> list[str]:
    area = analysis.gebiet
    if area.ebene == "stadt":
        return [part.id for part in analysis.data.register.parts]
    if area.ebene == "stadtbezirk":
        return [area.id, *analysis.members]
    if area.planung:
        return analysis.data.register.siblings(area.id)
    parts = analysis.members if area.ebene == QUARTIER else []
    return [area.id, *analysis.data.register.bezirke(area.id), *parts, *analysis.neighbours]


def _name(area: Gebiet) -> str:
    """Label of a bar; a planning area is called as within its level."""
    return shortened(area.eigenname, MAX_LABEL) if area.planung else area.kurz


def _known(wert: float) -> float:
    return 0.0 if pd.isna(wert) else float(wert)


def _label_width(labels: Sequence[str]) -> float:
    return max(text_width(label, SMALL_SIZE, bold=True) for label in labels) + 14


def _bar(
    canvas: Canvas, scale: Scale, y: float, wert: float, label: str, *, fill: str = "none", stroke: str = ""
) -> None:
    """A bar with its value at its end."""
    strong = fill == ACCENT
    if pd.isna(wert):
        canvas.text(scale(0) + 6, y + 14, label, size=SMALL_SIZE, colour=MUTED, italic=True)
        return
    _rectangle(canvas, scale, y, wert, fill=fill, stroke=stroke)
    canvas.text(scale(float(wert)) + 6, y + 14, label, size=SMALL_SIZE, bold=strong, colour=ACCENT if strong else MUTED)


def _rectangle(canvas: Canvas, scale: Scale, y: float, wert: float, *, fill: str, stroke: str = "") -> None:
    if pd.notna(wert):
        start, end = sorted((scale(0), scale(float(wert))))
        canvas.rect(start, y + 2, max(end - start, 0.8), BAR - 4, fill=fill, stroke=stroke, weight=1.4)


def _city(canvas: Canvas, analysis: Analysis, x: float, label: str) -> None:
    bottom = canvas.height - 18
    canvas.line((x, HEAD - 4), (x, bottom), colour=PAPER, width=3 * CITY_WEIGHT)
    city_line(canvas, x, HEAD - 4, bottom)
    content = f"{analysis.data.register.city.name} {label}"
    middle = clamp_anchor(x, content, size=SMALL_SIZE, low=2, high=WIDTH - 2, bold=True)
    canvas.text(middle, canvas.height - 5, content, size=SMALL_SIZE, anchor="middle", colour=MUTED, bold=True)


def _key(canvas: Canvas, analysis: Analysis, y: float) -> None:
    x = 2.0
    if analysis.gebiet.ebene != "stadt":
        canvas.rect(x, y - 10, 14, 10, fill=ACCENT)
        x = canvas.text(x + 20, y, analysis.gebiet.kurz, size=SMALL_SIZE, colour=ACCENT, bold=True).right + 18
    canvas.rect(x, y - 10, 14, 10, fill="none", stroke=CITY, weight=1.4)
    canvas.text(x + 20, y, analysis.data.register.city.name, size=SMALL_SIZE, colour=MUTED, bold=True)
