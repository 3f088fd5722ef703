"""The scatter: two indicators against each other, every Stadtteil a dot with its name where there is room."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import pandas as pd

from sozialraum.city.indicators import Indikator
from sozialraum.compare.analysis import Analysis
from sozialraum.errors import ParameterError
from sozialraum.figures.distribution import axis_label, german
from sozialraum.figures.figure import Figure
from sozialraum.figures.ground import Frame
from sozialraum.figures.html_table import form_of
from sozialraum.figures.labels import place_point_label
from sozialraum.figures.parts import first_free_row
from sozialraum.style.grammar import upper_first
from sozialraum.style.numbers import NBSP, is_missing, signed, value
from sozialraum.style.palette import ACCENT, CITY, DOT, INK, MUTED, PAPER
from sozialraum.style.plots import drawing, from_matplotlib
from sozialraum.style.svg import Box, Canvas, SvgFigure, text_box
from sozialraum.text import findings, tables
from sozialraum.text.ages import AGES
from sozialraum.text.claims import with_form

SIZE: Final = (552.0, 400.0)
NARROW: Final = (352.0, 320.0)
FEWEST: Final = 5
"""So many Stadtteile a coefficient needs at least."""
NAMED: Final = 14
OWN_DISTANCES: Final = (6.0, 18.0, 32.0, 50.0, 80.0)
"""How far from its dot the name of the area may stand, if nearer there is no room."""
DOT_RADIUS: Final = 4.0
LABEL_SIZE: Final = 11.0
_STRENGTHS: Final = ((0.7, "stark"), (0.4, "deutlich"), (0.0, "schwach"))


@dataclass(frozen=True)
class _Axis:
    """One of the two indicators."""

    analysis: Analysis
    entry: Indikator
    values: pd.Series

    @property
    def city(self) -> float:
        """The city's value; missing for a count, of which no Stadtteil has as many as the city."""
        return float("nan") if self.entry.typ == "anzahl" else float(self.analysis.city(self.entry.id))

    def named(self, area: str) -> str:
        """Short title and value of an area."""
        return f"{self.entry.kurztitel} {value(self.values[area], self.entry)}"


def scatter(analysis: Analysis, x: str, y: str, *, other: Analysis | None = None) -> Figure:
    """Two indicators of all Stadtteile against each other; two lines show the city.

    The words name the coefficients with the number of Stadtteile, and what they do not say: a relation between
    Stadtteile is none between people, and no cause.

    Parameters
    ----------
    other
        Where ``y`` is found; by default where ``x`` is.

    Raises
    ------
    ParameterError
        If fewer than five Stadtteile have both values, or all have the same one.
    """
    over = other or analysis
    values = pd.DataFrame({"x": analysis.values(x), "y": over.values(y)}).dropna().astype(float)
    across, up = (_Axis(one, one.katalog[key], values[name]) for one, key, name in ((analysis, x, "x"), (over, y, "y")))
    pearson, spearman = values["x"].corr(values["y"]), values["x"].rank().corr(values["y"].rank())
    if len(values) < FEWEST or is_missing(pearson):
        raise ParameterError(
            f"„{across.entry.titel}“ und „{up.entry.titel}“ lassen sich nicht gegenüberstellen: "
            f"{len(values)} Stadtteile haben beide Werte, nötig sind {FEWEST} mit verschiedenen Werten."
        )

    def draw() -> SvgFigure:
        return replace(_drawn(across, up, SIZE), narrow=_drawn(across, up, NARROW))

    parts = [tables.city_table(one.analysis, [one.entry.id]) for one in (across, up)]
    sources = [findings.sources_of(one.analysis, one.entry.id).text for one in (across, up)]
    joined = findings.sources_of(analysis, x, y).text if other is None else " ".join(dict.fromkeys(sources))
    return Figure(
        title=f"{upper_first(across.entry.kurztitel)} und {up.entry.kurztitel}: {_relation(spearman, len(values))}",
        subtitle=_caution(across, up, spearman, pearson),
        alt=_alt(across, up, spearman),
        table=_joined(parts) if x != y else parts[0],
        source=joined,
        draw=draw,
    )


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The tables of two indicators side by side; pandas keeps no layout of tables that differ in theirs."""
    first, second = (form_of(part) for part in parts)
    units = {**first.units, **second.units}
    return with_form(pd.concat(parts, axis=1), *units, units=units, orte=first.orte, foot=True)


def _relation(spearman: float, count: int) -> str:
    """What the coefficient says, if it is larger than chance alone would often make it (1.96 standard errors)."""
    if abs(spearman) < 1.96 / math.sqrt(count - 1):
        return "kein klarer Zusammenhang"
    strength = next(word for least, word in _STRENGTHS if abs(spearman) >= least)
    return f"{strength} {'gleichläufig' if spearman > 0 else 'gegenläufig'}"


def _caution(across: _Axis, up: _Axis, spearman: float, pearson: float) -> str:
    count = f"n{NBSP}={NBSP}{len(across.values)} Stadtteile"
    parts = [
        f"Jeder Punkt ist ein Stadtteil{_lines(across, up)}.",
        f"Rangkorrelation (Spearman) {signed(spearman, 2)}, Korrelation (Pearson) {signed(pearson, 2)}, {count}.",
        "Das gilt für Stadtteile, nicht für einzelne Menschen, und nennt keine Ursache.",
        "Anzahlen hängen schon deshalb zusammen, weil Stadtteile verschieden groß sind."
        if "anzahl" in (across.entry.typ, up.entry.typ)
        else "",
        "Beide sind Teile eines Ganzen: Ist der eine Anteil hoch, bleibt für den anderen weniger."
        if {across.entry.id, up.entry.id} <= set(AGES)
        else "",
    ]
    return " ".join(part for part in parts if part)


def _lines(across: _Axis, up: _Axis) -> str:
    drawn = sum(not is_missing(axis.city) for axis in (across, up))
    return ("", f"; Linie: {across.analysis.stadt}", f"; Linien: {across.analysis.stadt}")[drawn]


def _alt(across: _Axis, up: _Axis, spearman: float) -> str:
    register, own = across.analysis.data.register, across.analysis.gebiet.id
    ends = [str(one.values.idxmax()) for one in (across, up)]
    shown = dict.fromkeys([*([own] if own in across.values.index else []), *ends])
    told = [f"{register.by_id(key).label} ({across.named(key)}, {up.named(key)})" for key in shown]
    return (
        f"Punktwolke von {len(across.values)} Stadtteilen, {across.entry.titel} waagerecht, {up.entry.titel} "
        f"senkrecht: "
        f"{_relation(spearman, len(across.values))}, Rangkorrelation {signed(spearman, 2)}. Genannt: {'; '.join(told)}."
    )


def _drawn(across: _Axis, up: _Axis, size: tuple[float, float]) -> SvgFigure:
    import seaborn as sns

    width, height = size
    own = across.analysis.gebiet.id
    with drawing(width, height) as (figure, axes):
        if not is_missing(across.city):
            axes.axvline(across.city, ymax=0.95, color=CITY, linewidth=1.2, zorder=0)
        if not is_missing(up.city):
            axes.axhline(up.city, color=CITY, linewidth=1.2, zorder=0)
        rest = [key != own for key in across.values.index]
        sns.scatterplot(
            x=across.values[rest], y=up.values[rest], color=DOT, edgecolor=PAPER, linewidth=0.8,
            s=(2 * DOT_RADIUS) ** 2, legend=False, ax=axes,
        )  # fmt: skip
        if not all(rest):
            axes.scatter(
                across.values[own], up.values[own], color=ACCENT, edgecolor=PAPER, linewidth=1.2, s=140, zorder=3
            )
        axes.set(xlabel=axis_label(across.entry), ylabel=axis_label(up.entry))
        german(axes.xaxis)
        german(axes.yaxis)
        sns.despine(ax=axes)
        figure.draw_without_rendering()
        points = axes.transData.transform(list(zip(across.values, up.values, strict=True)))
        left, right, bottom = axes.bbox.x0, axes.bbox.x1, height - axes.bbox.y0
        crossing = [axes.transData.transform((at, at))[way] for way, at in enumerate((across.city, up.city))]
    plot = from_matplotlib(figure)
    canvas = Canvas(width, height, paper=True)
    places = {str(key): (float(x), height - float(y)) for key, (x, y) in zip(across.values.index, points, strict=True)}
    for x, y in places.values():
        canvas.mark(x, y, DOT_RADIUS)
    _city(canvas, across, up, (float(crossing[0]), height - float(crossing[1])), left, right)
    _names(canvas, across.analysis, places, [Box("", 0, 0, left, height), Box("", 0, bottom, width, height)])
    names = canvas.figure()
    return replace(names, body=plot.body + names.body)


def _city(canvas: Canvas, across: _Axis, up: _Axis, at: tuple[float, float], left: float, right: float) -> None:
    """The city's values beside its lines, as far to the right as they cover no dot."""
    name = across.analysis.stadt
    write = partial(canvas.text, size=LABEL_SIZE, colour=MUTED, halo=PAPER)
    if not is_missing(across.city):
        words = f"{name} {value(across.city, across.entry)}"
        half = text_box(0, 0, words, size=LABEL_SIZE).right / 2
        write(min(max(at[0], left + half), right - half), 12, words, anchor="middle")
    if not is_missing(up.city):
        words = f"{name} {value(up.city, up.entry)}"
        wide = text_box(0, 0, words, size=LABEL_SIZE).right
        spots = [(x, at[1] + y) for x in range(int(right), int(left + wide), -10) for y in (-4, 12)]
        boxes = [text_box(x, y, words, size=LABEL_SIZE, anchor="end") for x, y in spots]
        write(*spots[first_free_row(boxes, [*canvas.labels, *canvas.marks], gap=1)], words, anchor="end")


def _names(canvas: Canvas, analysis: Analysis, places: dict[str, tuple[float, float]], margins: Sequence[Box]) -> None:
    """Name of the area and of those farthest from the middle of the cloud, each where it covers nothing."""
    frame, own = Frame(0, 0, 1, canvas.width, canvas.height), analysis.gebiet.id
    middle = pd.DataFrame(places.values(), index=list(places)).median()
    spread = {key: math.hypot(x - middle[0], y - middle[1]) for key, (x, y) in places.items()}
    written = 0
    for key in sorted(places, key=lambda key: (key != own, -spread[key], key)):
        if written >= NAMED:
            return
        for distance in OWN_DISTANCES if key == own else (DOT_RADIUS,):
            taken = [*canvas.labels, *canvas.marks, *margins]
            box = place_point_label(
                canvas, frame, *places[key], analysis.data.register.by_id(key).kurz, radius=distance, taken=taken,
                colour=ACCENT if key == own else INK, halo=PAPER, size=LABEL_SIZE, bold=key == own,
            )  # fmt: skip
            if box is None:
                continue
            if distance > OWN_DISTANCES[0]:
                (x, y), middle_y = places[key], (box.top + box.bottom) / 2
                nearest = min(max(x, box.left), box.right), box.top if middle_y > y else box.bottom
                canvas.line((x, y), nearest, colour=ACCENT)
            written += 1
            break
