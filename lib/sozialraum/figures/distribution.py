"""The distribution: how many Stadtteile lie in each of some ranges of values, drawn with seaborn."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from sozialraum.city.indicators import PLAIN_COUNT, Indikator
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.basis import gap, known, rests_on
from sozialraum.figures.circles import is_count
from sozialraum.figures.classes import Breaks
from sozialraum.figures.classes import breaks as city_breaks
from sozialraum.figures.figure import Figure
from sozialraum.style import CITY, DOT, MUTED, NBSP, PAPER, drawing, from_matplotlib, is_missing, number, rounded, value
from sozialraum.style.grammar import upper_first
from sozialraum.text import findings, tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure as Plot

COLUMNS: Final = 10
"""About how many columns a distribution has."""
_STEPS: Final = (1, 2, 5, 10)
_TINY: Final = 1e-9
_ALL: Final = 100.0


def distribution(analysis: Analysis, indikator: str) -> Figure:
    """How many Stadtteile lie in each of some ranges of values, all equally wide; the city is a line.

    A column is as high as its Stadtteile are many. It is parted by the classes of the map, each in its colour; a count,
    which the map shows as circles, has one colour.
    """
    if not known(analysis, indikator):
        return gap(analysis, "Verteilung: ", indikator)
    entry = analysis.katalog[indikator]
    colours = "" if is_count(entry) else "; Farben wie in der Karte"
    line = "; Linie: Stadtwert" if _has_line(analysis, entry) else ""
    return Figure(
        title=f"{upper_first(entry.kurztitel)}: Verteilung der Stadtteile",
        subtitle=f"Wie viele Stadtteile in jedem der gleich breiten Wertebereiche liegen{colours}{line}.",
        alt=f"Säulen über gleich breiten Wertebereichen: {findings.range_words(analysis, indikator)}.",
        table=tables.all_stadtteile(analysis, indikator)[["Wert"]],
        source=findings.sources_of(analysis, indikator).text,
        belege=rests_on(analysis, indikator),
        draw=lambda: from_matplotlib(histogram(analysis, indikator)),
    )


def histogram(analysis: Analysis, indikator: str) -> "Plot":
    """The plot itself."""
    import seaborn as sns
    from matplotlib.ticker import MaxNLocator

    entry, values = analysis.katalog[indikator], analysis.values(indikator).dropna()
    breaks = city_breaks(values, indikator=entry)
    printed = values.map(lambda wert: rounded(float(wert), entry.nachkommastellen))
    top = _ALL if entry.typ == "anteil" else math.inf
    starts = equal_ranges(printed.to_list(), digits=entry.nachkommastellen, top=top)
    bins = _between_printed(starts, printed.max(), half=10.0**-entry.nachkommastellen / 2)
    with drawing(352, 210) as (figure, axes):
        if len(values):
            look = {"color": DOT} if is_count(entry) else _classes(breaks, breaks.classify(values))
            sns.histplot(
                x=printed.to_numpy(), bins=bins, multiple="stack", alpha=1, edgecolor=CITY, linewidth=0.6,
                legend=False, ax=axes, **look,
            )  # fmt: skip
            marked = starts[:-1] if is_count(entry) else starts
            axes.set_xticks(marked[:: math.ceil(len(marked) / 7)])
        axes.set(xlabel=axis_label(entry), ylabel="Stadtteile")
        _city_line(axes, analysis, indikator)
        german(axes.xaxis)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        sns.despine(ax=axes)
    return figure


def equal_ranges(values: Sequence[float], *, digits: int, top: float = math.inf) -> list[float]:
    """Round starts of about ten equally wide ranges that hold all values, and the end of the last; none without any.

    A range reaches from its start to just below the next one, so that every one holds as many different printed
    values; only the last one may hold ``top`` too, which no value exceeds (100 for a share).
    """
    if not values:
        return []
    low, high, finest = min(values), max(values), 10.0**-digits
    wanted = max((high - low) / COLUMNS, finest)
    size = 10.0 ** math.floor(math.log10(wanted) + _TINY)
    width = next(size * step for step in _STEPS if size * step >= wanted * (1 - _TINY))
    first = math.floor(low / width + _TINY)
    last = math.floor(high / width + _TINY) + 1
    return [round(place * width, 10) for place in range(first, last + 1) if place * width <= top or place == first + 1]


def _between_printed(starts: Sequence[float], high: float, *, half: float) -> list[float]:
    """The same limits, moved to where no printed value lies; the last one above the highest value."""
    return [*(start - half for start in starts[:-1]), *(end + (half if end <= high else -half) for end in starts[-1:])]


def _classes(breaks: Breaks, classes: pd.Series) -> dict[str, Any]:
    palette = {int(place): breaks.colours[int(place)] for place in sorted(classes.unique())}
    return {"hue": classes.to_numpy(dtype=int), "palette": palette, "hue_order": list(palette)[::-1]}


def axis_label(entry: Indikator) -> str:
    """Short title and unit."""
    unit = "" if entry.einheit == PLAIN_COUNT or entry.einheit in entry.kurztitel else f" ({entry.einheit})"
    return f"{entry.kurztitel}{unit}"


def _has_line(analysis: Analysis, entry: Indikator) -> bool:
    """A count has none: no Stadtteil has as many as the city."""
    return entry.typ != "anzahl" and not is_missing(analysis.city(entry.id))


def _city_line(axes: "Axes", analysis: Analysis, indikator: str) -> None:
    city, entry = analysis.city(indikator), analysis.katalog[indikator]
    if not _has_line(analysis, entry):
        return
    for colour, width in ((PAPER, 4.8), (CITY, 1.6)):
        axes.axvline(city, color=colour, linewidth=width)
    name = f"{analysis.stadt}{NBSP}{value(city, entry)}"
    axes.annotate(name, (city, 1), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
                  color=MUTED, weight="bold", ha="center")  # fmt: skip


def german(axis: "Axis") -> None:
    """Numbers of an axis in German form, with as many decimals as they need."""
    from matplotlib.ticker import FuncFormatter

    ticks = axis.get_ticklocs()
    digits = next((digits for digits in range(4) if all(abs(tick - round(tick, digits)) < 1e-9 for tick in ticks)), 4)
    axis.set_major_formatter(FuncFormatter(lambda tick, _: number(tick, digits)))
