"""The profile: all comparable indicators on one axis, as distance from the city in spreads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import QUARTIER, shortened
from sozialraum.city.indicators import Indikator
from sozialraum.compare.analysis import AVERAGE, TOO_OLD, UNCLEAR, Analysis
from sozialraum.compare.wert import UNCLASSED, Wert
from sozialraum.figures.figure import Figure, nothing
from sozialraum.figures.parts import SMALL_SIZE, SPAN, Key, Scale, city_line, diamond, interval
from sozialraum.style.grammar import joined_bei, plural
from sozialraum.style.numbers import value
from sozialraum.style.palette import ACCENT, BAND, DOT, INK, LINE, MUTED, PAPER
from sozialraum.style.svg import Canvas, SvgFigure, text_width
from sozialraum.text import tables
from sozialraum.text.ages import AGES
from sozialraum.text.claims import about
from sozialraum.text.findings import FINDINGS, sources_of

FOOT: Final = 34.0
REACH: Final = 3.0
SMALLEST: Final = 11.0


AGE_STRUCTURE: Final = "beim Altersaufbau"
MOST_NAMED: Final = 3
"""So many differences a title names."""


@dataclass(frozen=True)
class _Layout:
    """Where things stand; ``stacked`` writes the words of a row above its dots, for a phone.

    With ``name_above`` the head has a line of its own for the name of the area.
    """

    width: float
    left: float
    right: float
    own: float
    own_last: float
    city: float
    row: float
    head: float
    chapter_gap: float = 8
    stacked: bool = False
    name_above: bool = False

    @property
    def scale(self) -> Scale:
        """The common axis."""
        return Scale(-REACH, REACH, self.left + 6, self.right - 6)

    def words_y(self, y: float) -> float:
        """Baseline of the words of the row whose dots stand at y."""
        return y - 13 if self.stacked else y + 4


BROAD: Final = _Layout(640, 186, 452, 548, 576, 638, 28, 40)
NARROW: Final = _Layout(292, 5, 286, 238, 238, 288, 46, 64, stacked=True, name_above=True)
STRIP_WIDTH: Final = 220.0
STRIP_HEIGHT: Final = 24.0


def profile_indicators(analysis: Analysis) -> list[str]:
    """Ids that can stand in a profile, by chapter: with a city value and a spread, not plain counts."""
    entries = [analysis.katalog[key] for key in analysis.katalog if analysis.katalog[key].verfuegbar]
    fit = [
        entry
        for entry in entries
        if entry.typ != "anzahl" and pd.notna(analysis.city(entry.id)) and (analysis[entry.id].streuung or 0) > 0
    ]
    return [entry.id for entry in sorted(fit, key=lambda entry: entry.kapitel)]


def profile(analysis: Analysis) -> Figure:
    """All comparable indicators of an area, one row each, on a common axis.

    A dot is a Stadtteil at its distance from the city's value, in spreads of that indicator; distances
    beyond three spreads stand at the edge as triangles. The band "durchschnittlich" is shaded in rows that
    can have a class. Rows without a class have a hollow marker. Value and city value stand at the right.
    For a phone there is a drawing with the words above the dots.
    """
    keys = profile_indicators(analysis)
    if not keys:
        return nothing("Profil", "Kein Indikator lässt sich mit der Stadt vergleichen.", belege=())

    def draw() -> SvgFigure:
        broad, narrow = (_drawn(analysis, keys, layout) for layout in (BROAD, NARROW))
        return replace(broad, narrow=narrow)

    return Figure(
        title=_title(analysis),
        subtitle=_subtitle(analysis, keys),
        alt=_alt(analysis, keys),
        table=tables.profile_table(analysis, keys),
        source=sources_of(analysis, *keys).text,
        belege=[("auswahl", *keys), *(about(key, analysis.gebiet.id) for key in keys)],
        draw=draw,
    )


def _title(analysis: Analysis) -> str:
    """By which indicators the area clearly differs from the city, the farthest first; no count of classes."""
    label, area = analysis.gebiet.label, analysis.gebiet
    if area.ebene not in ("stadtteil", QUARTIER):
        return f"{label}: alle vergleichbaren Indikatoren im Überblick"
    items = [analysis[key] for key, entry in analysis.katalog.items() if entry.verfuegbar]
    off = [item for item in items if item.klasse in FINDINGS and item.klasse != AVERAGE]
    if not any(item.klasse in FINDINGS or item.klasse == UNCLEAR for item in items):
        return f"{label}: Kein Indikator lässt sich einstufen"
    old = sum(item.grund == TOO_OLD for item in items)
    if not off and old > len([item for item in items if item.klasse not in ("", UNCLASSED)]):
        return f"{label}: Die meisten Werte sind für eine Einordnung zu alt"
    if not off:
        return f"{label}: Kein Wert unterscheidet sich klar vom Stadtwert"
    ordered = sorted(off, key=lambda item: -item.apart)
    far = dict.fromkeys(AGE_STRUCTURE if item.indikator in AGES else item.eintrag.bei for item in ordered)
    return f"{label}: klare Unterschiede zum Stadtwert {joined_bei(list(far)[:MOST_NAMED])}"


def _alt(analysis: Analysis, indikatoren: Sequence[str]) -> str:
    """Every row of the profile in words: value, city, class."""
    city = analysis.stadt
    rows = []
    for key in indikatoren:
        entry, item = analysis.katalog[key], analysis[key]
        text = f"{entry.kurztitel} {item.text()} ({city} {item.city_text}"
        rows.append(f"{text}, {item.klasse})" if item.klasse else f"{text})")
    return f"Profil von {analysis.gebiet.label} mit {plural(len(rows), 'Zeile', 'Zeilen')}: {'; '.join(rows)}."


def _subtitle(analysis: Analysis, keys: Sequence[str]) -> str:
    """What is shown; hollow signs only where the profile has one."""
    shown = [analysis[key] for key in keys if analysis.gebiet.ebene != "stadtbezirk"]
    hollow = any(item.klasse == UNCLASSED and item.wert is not None for item in shown)
    text = (
        "Abstand vom Stadtwert, gemessen an der Streuung. Graue Punkte sind die Stadtteile, im hellen Band liegt, "
        "was als durchschnittlich gilt."
    )
    return f"{text} Hohle Zeichen: ohne Einstufung." if hollow else text


def _drawn(analysis: Analysis, keys: Sequence[str], layout: _Layout) -> SvgFigure:
    tops = _row_positions(analysis, keys, layout)
    bottom = (tops[-1] if tops else layout.head) + 16
    canvas = Canvas(layout.width, 0)
    for key, y in zip(keys, tops, strict=True):
        _band(canvas, analysis[key], y, layout.scale)
    _city_line(canvas, tops, bottom, layout)
    for key, y in zip(keys, tops, strict=True):
        _row(canvas, analysis, key, y, layout)
    _head(canvas, analysis, layout)
    _axis(canvas, analysis, bottom, layout)
    key_line = _key(canvas, analysis, bottom + FOOT, layout)
    canvas.height = key_line + 6
    return canvas.figure()


def _row_positions(analysis: Analysis, keys: Sequence[str], layout: _Layout) -> list[float]:
    positions: list[float] = []
    y, chapter = layout.head, None
    for key in keys:
        here = analysis.katalog[key].kapitel
        y += layout.row if positions else layout.row / 2
        y += layout.chapter_gap if chapter is not None and here != chapter else 0
        positions.append(y)
        chapter = here
    return positions


def _band(canvas: Canvas, item: Wert, y: float, scale: Scale) -> None:
    if item.band is None or not item.streuung:
        return
    half = item.band / item.streuung
    canvas.rect(scale(-half), y - 10, scale(half) - scale(-half), 20, fill=BAND)


def _city_line(canvas: Canvas, tops: Sequence[float], bottom: float, layout: _Layout) -> None:
    """One line through all rows; where words stand between the rows it is drawn row by row."""
    x = layout.scale(0)
    if not layout.stacked:
        city_line(canvas, x, layout.head - 14, bottom)
        return
    for y in tops:
        city_line(canvas, x, y - 10, y + 10)


def _row(canvas: Canvas, analysis: Analysis, key: str, y: float, layout: _Layout) -> None:
    item, entry, scale = analysis[key], analysis.katalog[key], layout.scale
    distances = analysis.values(key).dropna().map(item.spreads)
    classed = item.klasse != UNCLASSED
    canvas.line((layout.left, y), (layout.right, y), colour=LINE, width=0.6)
    _background_dots(canvas, analysis, distances.drop(analysis.gebiet.id, errors="ignore"), y, scale)
    (_label_above if layout.stacked else _label)(canvas, entry, y, classed, layout)
    percent, words = entry.einheit == "%", layout.words_y(y)
    city_text = value(item.stadtwert, entry, unit=percent)
    write = partial(canvas.text, y=words, size=SMALL_SIZE, anchor="end")
    if analysis.gebiet.ebene == "stadt":
        write(layout.city, content=city_text, colour=MUTED, bold=True)
        return
    _own_marker(canvas, item, y, scale, classed)
    shown, missing = item.text(unit=percent), item.wert is None
    write(_value_end(analysis, layout), content=shown, colour=MUTED if missing else ACCENT, bold=not missing)
    write(layout.city, content=city_text, colour=MUTED)


def _background_dots(canvas: Canvas, analysis: Analysis, distances: pd.Series, y: float, scale: Scale) -> None:
    canvas.dots([(scale(distance), y) for distance in distances if abs(distance) <= REACH], 2.8, fill=DOT)
    for distance in distances[distances.abs() > REACH]:
        x, tip = scale(distance), 5 if distance > 0 else -5
        canvas.polygon([(x + tip, y), (x, y - 3.5), (x, y + 3.5)], fill=DOT)
    if analysis.gebiet.ebene in ("stadtbezirk", QUARTIER):
        for distance in distances[distances.index.isin(analysis.members) & (distances.abs() <= REACH)]:
            canvas.circle(scale(distance), y, 2.8, fill=PAPER, stroke=ACCENT, weight=1.2)


def _label(canvas: Canvas, entry: Indikator, y: float, classed: bool, layout: _Layout) -> None:
    size, end, name = SMALL_SIZE, layout.left - 8, entry.kurztitel
    while text_width(name, size) > end - 4 and size > SMALLEST:
        size -= 0.5
    while text_width(name, size) > end and len(name) > 1:
        name = shortened(name, len(name) - 1)
    colour = INK if classed else MUTED
    under = _unit(entry)
    baseline = y if under else y + 4
    canvas.text(end, baseline, name, size=size, anchor="end", colour=colour, italic=not classed)
    if under:
        canvas.text(end, y + 11, under, size=SMALLEST, anchor="end", colour=MUTED)


def _label_above(canvas: Canvas, entry: Indikator, y: float, classed: bool, layout: _Layout) -> None:
    words = " ".join(part for part in (entry.kurztitel, _unit(entry)) if part)
    colour = INK if classed else MUTED
    canvas.text(layout.left, layout.words_y(y), words, size=SMALLEST, colour=colour, italic=not classed)


def _unit(entry: Indikator) -> str:
    """The unit, unless the value shows it or the name says it."""
    return "" if entry.einheit == "%" or entry.einheit in entry.kurztitel else entry.einheit


def _own_marker(canvas: Canvas, item: Wert, y: float, scale: Scale, classed: bool) -> None:
    if item.wert is None:
        return
    distance = item.spreads(item.wert)
    x = scale(distance)
    canvas.mark(x, y, 5)
    if item.interval:
        low, high = map(item.spreads, item.interval)
        interval(canvas, scale(low), scale(high), y, cut=(low < -REACH, high > REACH))
    fill = ACCENT if classed else PAPER
    if abs(distance) > REACH:
        tip = 9 if distance > 0 else -9
        canvas.polygon([(x + tip, y), (x - tip / 3, y - 7), (x - tip / 3, y + 7)], fill=fill, stroke=ACCENT, weight=1.6)
    elif item.ort.ebene == "stadtbezirk":
        diamond(canvas, x, y, 7)
    else:
        canvas.circle(x, y, 5.4, fill=fill, stroke=PAPER if classed else ACCENT, weight=1.2 if classed else 1.8)


def _head(canvas: Canvas, analysis: Analysis, layout: _Layout) -> None:
    city = analysis.stadt
    y = layout.head - 20
    canvas.text(layout.scale(0), y, city, size=SMALL_SIZE, anchor="middle", colour=MUTED, bold=True)
    canvas.text(layout.city, y, city, size=SMALL_SIZE, anchor="end", colour=MUTED)
    if analysis.gebiet.ebene != "stadt":
        y -= 18 if layout.name_above else 0
        end = _value_end(analysis, layout)
        canvas.text(end, y, analysis.gebiet.kurz, size=SMALL_SIZE, anchor="end", colour=ACCENT, bold=True)


def _value_end(analysis: Analysis, layout: _Layout) -> float:
    """Right edge of the value column: further right for a long name above it, but not into the city's."""
    if layout.name_above:
        return layout.own
    wanted = layout.right + 12 + text_width(analysis.gebiet.kurz, SMALL_SIZE, bold=True)
    last = layout.city - 10 - text_width(analysis.stadt, SMALL_SIZE)
    return min(max(layout.own, wanted), layout.own_last, last)


def _axis(canvas: Canvas, analysis: Analysis, y: float, layout: _Layout) -> None:
    """The direction in words: distances in spreads mean little to readers."""
    scale = layout.scale
    write = partial(canvas.text, y=y + 16, size=SMALLEST, colour=MUTED)
    write(scale(-REACH), content=f"niedriger als {analysis.stadt}")
    write(scale(REACH), content="höher", anchor="end")


def strip(analysis: Analysis, key: str) -> SvgFigure:
    """One row of the profile without words: every Stadtteil a dot, the band, the city's line, the area."""
    item, y = analysis[key], STRIP_HEIGHT / 2
    scale = Scale(-REACH, REACH, 6, STRIP_WIDTH - 6)
    canvas = Canvas(STRIP_WIDTH, STRIP_HEIGHT)
    if item.stadtwert is None or not item.streuung:
        return canvas.figure()
    _band(canvas, item, y, scale)
    canvas.line((0, y), (STRIP_WIDTH, y), colour=LINE, width=0.6)
    city_line(canvas, scale(0), y - 11, y + 11)
    distances = analysis.values(key).dropna().map(item.spreads)
    _background_dots(canvas, analysis, distances.drop(analysis.gebiet.id, errors="ignore"), y, scale)
    if analysis.gebiet.ebene != "stadt":
        _own_marker(canvas, item, y, scale, item.klasse != UNCLASSED)
    return canvas.figure()


def _key(canvas: Canvas, analysis: Analysis, y: float, layout: _Layout) -> float:
    """Write the signs with their meaning; returns the last baseline."""
    level = analysis.gebiet.ebene
    left = 2 if layout.name_above else 12
    key = Key(canvas, left=left, right=layout.width, y=y)
    key.add("durchschnittlich", 14, lambda x, y: canvas.rect(x, y - 9, 14, 10, fill=BAND))
    key.add("ein Stadtteil", 6, lambda x, y: canvas.circle(x + 3, y - 4, 2.8, fill=DOT))
    if level in ("stadtteil", QUARTIER):
        sign = partial(canvas.circle, radius=4.6, fill=PAPER, stroke=ACCENT, weight=1.8)
        key.add("keine Einstufung", 10, lambda x, y: sign(x + 5, y - 4))
    if level in ("stadtbezirk", QUARTIER) and analysis.members:
        small = partial(canvas.circle, radius=2.8, fill=PAPER, stroke=ACCENT, weight=1.2)
        key.add("gehört dazu", 6, lambda x, y: small(x + 3, y - 4))
    if level != "stadt":
        key.add(SPAN, 14, lambda x, y: interval(canvas, x, x + 14, y - 4, cap=3))
    return key.y
