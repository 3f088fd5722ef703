"""Charts for the workbench, drawn with seaborn: how values are distributed and how two of them go together."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from sozialraum.compare import Analysis
from sozialraum.indicators import Indikator
from sozialraum.maps import Breaks
from sozialraum.style import (
    ACCENT,
    CITY,
    DIVERGING,
    DOT,
    INK,
    MUTED,
    NBSP,
    PAPER,
    drawing,
    is_missing,
    number,
    value,
)

FAR: Final = 2.5
STEPS: Final = (-1.5, -0.5, 0.5, 1.5)


def distribution(analysis: Analysis, indikator: str, *, breaks: Breaks) -> Figure:
    """How many Stadtteile lie in each class of a map, each class in its colour; the city is a line."""
    entry, values = analysis.katalog[indikator], analysis.values(indikator).dropna()
    classes = breaks.classify(values)
    with drawing(560, 260) as (figure, axes):
        sns.histplot(
            x=values.to_numpy(), hue=classes.to_numpy(dtype=int), bins=list(breaks.limits), multiple="stack", alpha=1,
            palette=_palette(breaks, classes), edgecolor=CITY, linewidth=0.6, legend=False, ax=axes,
        )  # fmt: skip
        axes.set(xlabel=_axis_label(entry), ylabel="Stadtteile")
        _city_line(axes, analysis, indikator)
        _german(axes)
        sns.despine(ax=axes)
    return figure


def relation(analysis: Analysis, across: str, up: str) -> Figure:
    """Two indicators of all Stadtteile against each other; the area is filled and named, the city's values are lines.

    A relation of areas says nothing about single persons and nothing about causes.
    """
    table = pd.concat([analysis.values(across), analysis.values(up)], axis=1).dropna()
    first, second = analysis.katalog[across], analysis.katalog[up]
    here = table.index.isin(analysis.members) & (analysis.gebiet.ebene != "stadt")
    with drawing(560, 420) as (figure, axes):
        sns.scatterplot(x=table[across][~here], y=table[up][~here], color=DOT, s=46, linewidth=0.5, ax=axes)
        sns.scatterplot(x=table[across][here], y=table[up][here], color=ACCENT, s=80, linewidth=0.8, ax=axes)
        axes.set(xlabel=_axis_label(first), ylabel=_axis_label(second))
        axes.axvline(analysis.city(across), color=CITY, linewidth=1.4, zorder=0)
        axes.axhline(analysis.city(up), color=CITY, linewidth=1.4, zorder=0)
        _german(axes, both=True)
        if analysis.gebiet.ebene == "stadtteil" and here.any():
            place = float(analysis.row(across)["wert"]), float(analysis.row(up)["wert"])
            right = place[0] > float(table[across].median())
            axes.annotate(analysis.gebiet.label, place, xytext=(-8 if right else 8, 8), textcoords="offset points",
                          color=ACCENT, weight="bold", ha="right" if right else "left")  # fmt: skip
        sns.despine(ax=axes)
    return figure


def overview(analysis: Analysis, indikatoren: Sequence[str]) -> Figure:
    """All Stadtteile by several indicators: each cell is the distance from the city in spreads.

    Values stand in the table beside it; a missing one is hatched. Rows are in official order.
    """
    columns = {analysis.katalog[key].kurztitel: _distance(analysis, key) for key in indikatoren}
    table = pd.DataFrame(columns)
    table.index = pd.Index([analysis.data.register.by_id(str(key)).name for key in table.index])
    known = table.to_numpy(dtype="float64")
    classes = pd.DataFrame(np.digitize(known, STEPS), index=table.index, columns=table.columns)
    with drawing(640, 120 + 16 * len(table)) as (figure, axes):
        sns.heatmap(
            classes, mask=np.isnan(known), cmap=ListedColormap(list(DIVERGING)), vmin=0, vmax=len(DIVERGING) - 1,
            linewidths=0.6, linecolor=PAPER, cbar=False, ax=axes, yticklabels=True,
        )  # fmt: skip
        axes.patch.set(hatch="////", edgecolor=MUTED, facecolor=PAPER)
        axes.tick_params(length=0, top=False, bottom=False, labeltop=True, labelbottom=False, labelcolor=INK)
        axes.tick_params(axis="x", rotation=38, labelsize=11)
        for label in axes.get_xticklabels():
            label.set(ha="left", rotation_mode="anchor")
        axes.set(xlabel="", ylabel="")
    return figure


def _distance(analysis: Analysis, key: str) -> pd.Series:
    row = analysis.row(key)
    distance: pd.Series = (analysis.values(key) - row["stadtwert"]) / row["streuung"]
    return distance.clip(-FAR, FAR)


def _palette(breaks: Breaks, classes: pd.Series) -> dict[int, str]:
    return {int(place): breaks.colours[int(place)] for place in sorted(classes.unique())}


def _axis_label(entry: Indikator) -> str:
    unit = "" if entry.einheit in entry.kurztitel else f" ({entry.einheit})"
    return f"{entry.kurztitel}{unit}"


def _city_line(axes: Axes, analysis: Analysis, indikator: str) -> None:
    city, entry = analysis.city(indikator), analysis.katalog[indikator]
    if is_missing(city) or entry.typ == "anzahl":
        return
    axes.axvline(city, color=INK, linewidth=1.6)
    name = f"{analysis.data.register.city.name}{NBSP}{value(city, entry)}"
    axes.annotate(name, (city, 1), xycoords=("data", "axes fraction"), xytext=(5, -4), textcoords="offset points",
                  color=MUTED, weight="bold", va="top")  # fmt: skip


def _german(axes: Axes, *, both: bool = False) -> None:
    digits = _tick_digits(axes.get_xlim())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda tick, _: number(tick, digits)))
    if both:
        up_digits = _tick_digits(axes.get_ylim())
        axes.yaxis.set_major_formatter(FuncFormatter(lambda tick, _: number(tick, up_digits)))


def _tick_digits(limits: tuple[float, float]) -> int:
    return 1 if limits[1] - limits[0] < 5 else 0
