"""Charts for the workbench, drawn with seaborn: how values are distributed and how two of them go together."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sozialraum.compare import Analysis
from sozialraum.indicators import Indikator
from sozialraum.maps import Breaks
from sozialraum.style import (
    CITY,
    MUTED,
    NBSP,
    PAPER,
    drawing,
    is_missing,
    number,
    value,
)


def distribution(analysis: Analysis, indikator: str, *, breaks: Breaks) -> Figure:
    """How many Stadtteile lie in each class of a map, each class in its colour; the city is a line."""
    entry, values = analysis.katalog[indikator], analysis.values(indikator).dropna()
    classes = breaks.classify(values)
    with drawing(352, 210) as (figure, axes):
        if len(values):
            sns.histplot(
                x=values.to_numpy(), hue=classes.to_numpy(dtype=int), bins=list(breaks.limits), multiple="stack",
                alpha=1, palette=_palette(breaks, classes), edgecolor=CITY, linewidth=0.6, legend=False, ax=axes,
            )  # fmt: skip
        axes.set(xlabel=_axis_label(entry), ylabel="Stadtteile")
        _city_line(axes, analysis, indikator)
        _german(axes)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        sns.despine(ax=axes)
    return figure


def _palette(breaks: Breaks, classes: pd.Series) -> dict[int, str]:
    return {int(place): breaks.colours[int(place)] for place in sorted(classes.unique())}


def _axis_label(entry: Indikator) -> str:
    unit = "" if entry.einheit in entry.kurztitel else f" ({entry.einheit})"
    return f"{entry.kurztitel}{unit}"


def _city_line(axes: Axes, analysis: Analysis, indikator: str) -> None:
    city, entry = analysis.city(indikator), analysis.katalog[indikator]
    if is_missing(city) or entry.typ == "anzahl":
        return
    for colour, width in ((PAPER, 4.8), (CITY, 1.6)):
        axes.axvline(city, color=colour, linewidth=width)
    name = f"{analysis.data.register.city.name}{NBSP}{value(city, entry)}"
    axes.annotate(name, (city, 1), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
                  color=MUTED, weight="bold", ha="center")  # fmt: skip


def _german(axes: Axes, *, both: bool = False) -> None:
    digits = _tick_digits(axes.get_xlim())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: number(tick, digits)))
    if both:
        up_digits = _tick_digits(axes.get_ylim())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: number(tick, up_digits)))


def _tick_digits(limits: tuple[float, float]) -> int:
    return 1 if limits[1] - limits[0] < 5 else 0
