"""The dotplot: one indicator, every Stadtteil a dot, this area filled, the city a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import QUARTIER
from sozialraum.city.indicators import Indikator
from sozialraum.compare.analysis import UNCLEAR, Analysis
from sozialraum.compare.wert import Wert
from sozialraum.figures.basis import gap, known, rests_on
from sozialraum.figures.figure import Figure
from sozialraum.figures.parts import (
    DOT_RADIUS,
    LABEL_SIZE,
    SMALL_SIZE,
    SPAN,
    Key,
    Scale,
    city_line,
    clamp_anchor,
    diamond,
    first_free_row,
    interval,
    lettered,
    number_of_stadtteile,
    ring,
    scale_over,
    squeeze,
    swarm,
    text_with_value,
)
from sozialraum.style.grammar import plural
from sozialraum.style.numbers import MISSING, NBSP, dated, value
from sozialraum.style.palette import ACCENT, BAND, DOT, INK, MUTED, PAPER
from sozialraum.style.svg import Box, Canvas, SvgFigure, free, text_box
from sozialraum.text import tables
from sozialraum.text.claims import about
from sozialraum.text.findings import FINDINGS, extremes_of, named_value, own_value, sentence, sources_of

COMPOSED: Final = ("stadtbezirk", QUARTIER)
"""Levels that are no dot among the Stadtteile; their own Stadtteile are ringed."""
WIDTH: Final = 352.0
MARGIN: Final = 8.0
TOP: Final = 26.0
MIDDLE: Final = 62.0
BOTTOM: Final = 98.0
ROWS: Final = (115.0, 131.0, 147.0)
KEY_ROW: Final = 17.0
FOOT: Final = 6.0


@dataclass(frozen=True)
class _Dots:
    """Everything one dotplot needs to know."""

    analysis: Analysis
    entry: Indikator
    values: pd.Series
    area: Wert
    city: float
    band: float
    scale: Scale
    offsets: dict[str, float]
    beside: tuple[Wert, ...]

    @property
    def level(self) -> str:
        return self.analysis.gebiet.ebene

    @property
    def spans(self) -> bool:
        """Whether the value of the area has an interval to draw."""
        return self.entry.typ != "anzahl" and self.area.interval is not None

    def place(self, key: str) -> tuple[float, float]:
        """Centre of a Stadtteil's dot."""
        return self.scale(float(self.values[key])), MIDDLE + self.offsets[key]


def dotplot(analysis: Analysis, indikator: str, *, beside: Sequence[str] = ()) -> Figure:
    """One indicator in the context of the whole city.

    Every Stadtteil with a value is a dot; the area of the analysis is filled and labelled with its
    value and its interval, its neighbours are ringed; for a Stadtbezirk its Stadtteile are ringed in
    its colour and its own value is a diamond. The city is a line with its value, the band of
    "durchschnittlich" is shaded, the lowest and highest Stadtteil are named.

    Parameters
    ----------
    beside
        Ids of up to three areas that stand beside this one, marked by the letters A, B, C.

    Raises
    ------
    KeyError
        If the indicator is not in the analysis.
    """
    if not known(analysis, indikator):
        return gap(analysis, "", indikator)
    return Figure(
        title=_title(analysis, indikator),
        subtitle=_subtitle(analysis, indikator),
        alt=_alt(analysis, indikator, beside),
        table=tables.around(analysis, indikator),
        source=sources_of(analysis, indikator).text,
        belege=[*rests_on(analysis, indikator), *(about(indikator, key) for key in beside)],
        draw=lambda: _drawn(analysis, indikator, beside),
    )


def _title(analysis: Analysis, indikator: str) -> str:
    """The finding for one indicator: class in words, otherwise the value without a judgement."""
    entry, item = analysis.katalog[indikator], analysis[indikator]
    if item.wert is None:
        return f"{entry.titel}: für {analysis.gebiet.label} kein belastbarer Wert"
    if item.klasse in FINDINGS:
        return f"{entry.subjekt} {FINDINGS[item.klasse]}"
    own = item.text()
    if item.klasse == UNCLEAR:
        return f"{entry.titel}: {own}, Einordnung nicht eindeutig"
    if entry.typ == "anzahl":
        return f"{entry.titel}: {dated(item.text(unit=False), item.stand, entry)}"
    if analysis.gebiet.ebene == "stadt":
        return f"{entry.titel}: {own}"
    return f"{entry.titel}: {own}, in {analysis.stadt} {item.city_text}"


def _subtitle(analysis: Analysis, indikator: str) -> str:
    """What is shown: definition, unit, date, and why there is no class."""
    entry, item = analysis.katalog[indikator], analysis[indikator]
    unit = f" ({entry.einheit})" if entry.einheit else ""
    parts = [entry.definition.rstrip("."), f"Jeder Punkt ist ein Stadtteil{unit}"]
    if item.wert is None:
        parts.append(item.hinweis.rstrip("."))
    elif item.klasse == "keine Einstufung" and item.grund:
        parts.append(f"Keine Einstufung: {item.grund.rstrip('.')}")
    return ". ".join(parts) + "."


def _alt(analysis: Analysis, indikator: str, beside: Sequence[str]) -> str:
    """Where the area, the city and the extremes stand, in numbers."""
    entry, item = analysis.katalog[indikator], analysis[indikator]
    values = analysis.values(indikator).dropna()
    parts = [f"Punktreihe: {entry.titel} in {plural(len(values), 'Stadtteil', 'Stadtteilen')}"]
    if analysis.gebiet.ebene != "stadt":
        parts.append(own_value(item))
    parts += [named_value(analysis.wert(indikator, key)) for key in beside]
    if entry.typ != "anzahl":
        parts.append(f"{analysis.stadt} {item.city_text}")
    if item.klasse not in ("", "keine Einstufung"):
        parts.append(f"als durchschnittlich gilt {item.average(unit=True)}, Ergebnis: {item.klasse}")
    if len(values) > 1:
        parts.append(extremes_of(analysis, indikator))
    return sentence(parts)


def _drawn(analysis: Analysis, indikator: str, beside: Sequence[str]) -> SvgFigure:
    if analysis.values(indikator).isna().all():
        return _nothing(analysis, indikator)
    data = _prepare(analysis, indikator, beside)
    canvas = Canvas(WIDTH, 0)
    _ground(canvas, data)
    _dots(canvas, data)
    _beside(canvas, data)
    _this_area(canvas, data)
    _dot_names(canvas, data)
    _city_label(canvas, data)
    _extremes(canvas, data)
    _key(canvas, data)
    canvas.height = max(box.bottom for box in canvas.labels) + FOOT
    return canvas.figure()


def _nothing(analysis: Analysis, indikator: str) -> SvgFigure:
    canvas = Canvas(WIDTH, 2 * TOP)
    content = f"{analysis.katalog[indikator].kurztitel}: {MISSING}"
    canvas.text(MARGIN, TOP, content, size=LABEL_SIZE, colour=MUTED)
    return canvas.figure()


def _prepare(analysis: Analysis, indikator: str, beside: Sequence[str]) -> _Dots:
    values = analysis.values(indikator).dropna()
    area = analysis[indikator]
    city = analysis.city(indikator)
    comparable = analysis.katalog[indikator].typ != "anzahl"
    band = area.band if comparable and area.band is not None else float("nan")
    shown = analysis.gebiet.ebene != "stadt"
    extent = [*values, *([city, city - band, city + band] if comparable else [])]
    if comparable and shown and area.wert is not None:
        extent += [end for end in (area.wert, area.von, area.bis) if end is not None]
    others = tuple(analysis.wert(indikator, key) for key in beside)
    extent += [float(one) for one in others if one.wert is not None and _placed(one)]
    scale = scale_over(extent, start=MARGIN + DOT_RADIUS, end=WIDTH - MARGIN - DOT_RADIUS)
    first = analysis.gebiet.id if analysis.gebiet.id in values.index else None
    offsets = squeeze(
        swarm({str(key): scale(wert) for key, wert in values.items()}, first=first), MIDDLE - TOP - DOT_RADIUS
    )
    return _Dots(analysis, analysis.katalog[indikator], values, area, city, band, scale, offsets, others)


def _ground(canvas: Canvas, data: _Dots) -> None:
    if pd.notna(data.band):
        left, right = data.scale(data.city - data.band), data.scale(data.city + data.band)
        canvas.rect(left, TOP, right - left, BOTTOM - TOP, fill=BAND)
    if data.entry.typ != "anzahl" and pd.notna(data.city):
        city_line(canvas, data.scale(data.city), TOP - 4, BOTTOM + 4)


def _dots(canvas: Canvas, data: _Dots) -> None:
    members = set(data.analysis.members) if data.level in COMPOSED else set()
    near = set(data.analysis.neighbours) if data.level == "stadtteil" else set()
    others = [str(key) for key in data.values.index if key != data.analysis.gebiet.id]
    canvas.dots([data.place(key) for key in others if key not in near | members], DOT_RADIUS, fill=DOT)
    for key in others:
        if key in near | members:
            ring(canvas, *data.place(key), colour=ACCENT if key in members else INK)


def _placed(item: Wert) -> bool:
    """Whether a value has a place on the axis: a count of several Stadtteile together has none."""
    return item.wert is not None and (item.ebene == "stadtteil" or item.eintrag.typ != "anzahl")


def _beside(canvas: Canvas, data: _Dots) -> None:
    for place, item in enumerate(data.beside):
        if _placed(item):
            known = item.gebiet_id in data.offsets
            x, y = data.place(item.gebiet_id) if known else (data.scale(float(item)), MIDDLE)
            lettered(canvas, x, y, place)


def _dot_names(canvas: Canvas, data: _Dots) -> None:
    """Name and value of every dot, the own one of a Stadtteil where it is drawn."""
    own = data.analysis.gebiet.id
    said = {str(key): text_with_value(data.analysis, data.entry.id, str(key)) for key in data.values.index}
    places = {key: (data.scale(float(data.values[key])), MIDDLE) if key == own else data.place(key) for key in said}
    canvas.names([(*places[key], said[key]) for key in said], DOT_RADIUS + 1, own=said.get(own, ""))


def _this_area(canvas: Canvas, data: _Dots) -> None:
    area = data.analysis.gebiet
    if data.level == "stadt":
        return
    content = text_with_value(data.analysis, data.entry.id, area.id)
    wert = data.area.wert
    if wert is None or (data.level in COMPOSED and data.entry.typ == "anzahl"):
        canvas.text(MARGIN, TOP - 10, content, size=LABEL_SIZE, colour=ACCENT, bold=True)
        return
    x, y = data.scale(wert), MIDDLE
    if data.spans and data.area.interval:
        low, high = map(data.scale, data.area.interval)
        interval(canvas, low, high, y)
    canvas.line((x, TOP - 6), (x, y), colour=ACCENT, width=1.2)
    if data.level == "stadtteil":
        canvas.circle(x, y, DOT_RADIUS + 1.8, fill=ACCENT, stroke=PAPER, weight=1.5)
    else:
        diamond(canvas, x, y, DOT_RADIUS + 4)
    canvas.mark(x, y, DOT_RADIUS + 2)
    middle = clamp_anchor(x, content, size=LABEL_SIZE, low=2, high=WIDTH - 2, bold=True)
    canvas.text(middle, TOP - 10, content, size=LABEL_SIZE, anchor="middle", colour=ACCENT, bold=True)


def _extremes(canvas: Canvas, data: _Dots) -> None:
    for wert, anchor in ((data.values.min(), "start"), (data.values.max(), "end")):
        keys = list(data.values.index[data.values == wert])
        if len(keys) == len(data.values) or keys == [data.analysis.gebiet.id]:
            continue
        content = (
            text_with_value(data.analysis, data.entry.id, keys[0])
            if len(keys) == 1
            else f"{number_of_stadtteile(len(keys))} {value(wert, data.entry)}"
        )
        dot = data.scale(float(wert))
        x = dot + (-DOT_RADIUS if anchor == "start" else DOT_RADIUS)
        boxes = [text_box(x, row, content, size=SMALL_SIZE, anchor=anchor) for row in ROWS]
        row = ROWS[first_free_row(boxes, canvas.labels)]
        lowest = max(data.place(key)[1] for key in keys)
        if row == ROWS[0] or free(Box("", dot, ROWS[0], dot, row - 11), canvas.labels, gap=2):
            canvas.line((dot, lowest + DOT_RADIUS + 1), (dot, row - 11), colour=DOT)
        canvas.text(x, row, content, size=SMALL_SIZE, anchor=anchor, colour=MUTED)


def _city_label(canvas: Canvas, data: _Dots) -> None:
    city = data.analysis.data.register.city
    content = text_with_value(data.analysis, data.entry.id, city.id)
    if data.entry.typ == "anzahl":
        canvas.text(
            WIDTH - MARGIN, ROWS[1], f"{content} insgesamt", size=SMALL_SIZE, anchor="end", colour=MUTED, bold=True
        )
        return
    if pd.isna(data.city):
        return
    x = clamp_anchor(data.scale(data.city), content, size=SMALL_SIZE, low=2, high=WIDTH - 2, bold=True)
    canvas.text(x, ROWS[0], content, size=SMALL_SIZE, anchor="middle", colour=MUTED, bold=True)


def _key(canvas: Canvas, data: _Dots) -> None:
    key = Key(canvas, left=MARGIN, right=WIDTH, y=max(box.bottom for box in canvas.labels) + KEY_ROW)
    if pd.notna(data.band):
        key.add("durchschnittlich", 14, lambda x, y: canvas.rect(x, y - 9, 14, 10, fill=BAND))
    if data.level == "stadtteil" and data.analysis.neighbours:
        key.add("grenzt an", 8, lambda x, y: ring(canvas, x + 4, y - 4, colour=INK))
    if data.level in COMPOSED and data.analysis.members:
        key.add("gehört dazu", 8, lambda x, y: ring(canvas, x + 4, y - 4, colour=ACCENT))
    for place, item in enumerate(data.beside):
        words = text_with_value(data.analysis, data.entry.id, item.gebiet_id)
        key.add(words, 13, lambda x, y, place=place: lettered(canvas, x + 6.5, y - 4, place))  # type: ignore[misc]
    if data.level != "stadt" and data.spans:
        key.add(SPAN, 14, lambda x, y: interval(canvas, x, x + 14, y - 4, cap=3))
    absent = len(data.analysis.stadtteile) - len(data.values)
    if absent:
        key.add(f"{absent}{NBSP}ohne Angabe")
