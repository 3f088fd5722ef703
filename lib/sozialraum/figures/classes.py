"""City-wide classes of a choropleth: breaks that are printed as they are used."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sozialraum.city.indicators import Indikator
from sozialraum.style import NBSP, SEQUENTIAL, is_missing, number, rounded
from sozialraum.style.numbers import stepped

CLASSES: Final = 5


@dataclass(frozen=True)
class Breaks:
    """Class limits of one indicator, for every page the same.

    Attributes
    ----------
    limits
        From the lowest to the highest value, as they are printed; one more than there are classes, none without any
        value. A value counts as it is printed, and one on a limit belongs to the lower class, as in mapclassify: what
        a table prints and what a legend says never differ.
    colours
        One colour per class.
    """

    limits: tuple[float, ...]
    colours: tuple[str, ...]
    digits: int
    unit: str
    step: float = 0.0

    @property
    def count(self) -> int:
        """How many classes there are."""
        return len(self.colours)

    def class_of(self, wert: float) -> int | None:
        """Class of a value from 0; None if it is missing."""
        return None if is_missing(wert) else bisect_left(self.limits[1:-1], _as_printed(wert, self.digits, self.step))

    def classify(self, values: pd.Series) -> pd.Series:
        """Class of each value from 0, index of ``values``; missing where the value is missing."""
        return pd.Series([self.class_of(wert) for wert in values], index=values.index, dtype="Int64", name="klasse")

    def colours_of(self, values: pd.Series) -> dict[str, str | None]:
        """Colour of each value by its index; None if it is missing."""
        return {
            str(key): None if is_missing(place) else self.colours[int(place)]
            for key, place in self.classify(values).items()
        }

    def reaching(self, values: pd.Series) -> "Breaks":
        """The same classes, the outer two as wide as further values need."""
        ends = [*_printed(values, self.digits, self.step), *self.limits[:1], *self.limits[-1:]]
        return replace(self, limits=(min(ends), *self.limits[1:-1], max(ends))) if self.limits else self

    def labels(self) -> list[str]:
        """Each class in words: "8,1 bis 12,3 %", "über 12,3 bis 15,0 %"."""
        return [self._label(place) for place in range(self.count)]

    def _label(self, place: int) -> str:
        low, high = self.limits[place], self.limits[place + 1]
        unit = f"{NBSP}{self.unit}" if self.unit else ""
        if math.isinf(low):
            return f"bis {number(high, self.digits)}{unit}"
        if math.isinf(high):
            return f"über {number(low, self.digits)}{unit}"
        return f"{'über ' if place else ''}{number(low, self.digits)} bis {number(high, self.digits)}{unit}"


def breaks(values: pd.Series, *, indikator: Indikator) -> Breaks:
    """City-wide classes by natural breaks, the least squared deviation within five classes, or fewer of few values.

    Parameters
    ----------
    values
        Values of all Stadtteile; missing ones are left out.

    Notes
    -----
    Fisher (1958), Journal of the American Statistical Association 53, 789-798: the exact optimum, the
    same every time. Values are rounded as they are printed before they are parted, and an inner limit half-way
    between two classes too: the legend is exact, and its ends are the lowest and the highest value of the table.
    """
    digits, step = indikator.nachkommastellen, indikator.schritt
    known = np.sort(_printed(values, digits, step).to_numpy(dtype="float64"))
    if not len(known):
        return Breaks((), (), digits, indikator.einheit)
    inner = [_between(known, top, digits, step) for top in natural_tops(known, CLASSES)[:-1]]
    limits = (float(known[0]), *inner, float(known[-1]))
    return Breaks(limits, _ramp(SEQUENTIAL, len(inner) + 1), digits, indikator.einheit, step)


def limit_words(values: pd.Series, indikator: Indikator) -> str:
    """Every limit of the classes with the unit: "12,6 · 18,1 · 21,4 · 30,7 %"; of a count how it is drawn."""
    if indikator.typ == "anzahl":
        return "Kreise"
    found = breaks(values, indikator=indikator)
    text = " · ".join(number(limit, found.digits) for limit in found.limits)
    return f"{text}{NBSP}{found.unit}" if text and found.unit else text


def natural_tops(known: npt.NDArray[np.float64], count: int) -> list[float]:
    """Highest value of each class of the optimal partition of sorted values into at most ``count`` classes."""
    unique, weights = np.unique(known, return_counts=True)
    size, k = len(unique), min(count, len(np.unique(known)))
    sums = np.concatenate([[0.0], np.cumsum(weights * unique)])
    squares = np.concatenate([[0.0], np.cumsum(weights * unique**2)])
    people = np.concatenate([[0.0], np.cumsum(weights)])
    best = np.full((k + 1, size + 1), np.inf)
    start = np.zeros((k + 1, size + 1), dtype=int)
    best[0, 0] = 0.0
    for groups in range(1, k + 1):
        for end in range(groups, size + 1):
            first = np.arange(groups - 1, end)
            within = squares[end] - squares[first] - (sums[end] - sums[first]) ** 2 / (people[end] - people[first])
            costs = best[groups - 1, first] + within
            start[groups, end] = first[int(np.argmin(costs))]
            best[groups, end] = costs.min()
    tops, end = [], size
    for groups in range(k, 0, -1):
        tops.append(float(unique[end - 1]))
        end = start[groups, end]
    return tops[::-1]


def _between(known: npt.NDArray[np.float64], top: float, digits: int, step: float) -> float:
    above = known[known > top].min()
    middle = _as_printed(float(top + above) / 2, digits, step)
    return middle if top <= middle < above else float(top)


def _as_printed(wert: float, digits: int, step: float) -> float:
    return stepped(wert, step) if step and math.isfinite(wert) else rounded(wert, digits)


def _printed(values: pd.Series, digits: int, step: float) -> pd.Series:
    """The known values as they are printed."""
    return values.dropna().astype("float64").map(lambda wert: _as_printed(wert, digits, step))


def _ramp(colours: Sequence[str], count: int) -> tuple[str, ...]:
    places = np.linspace(0, len(colours) - 1, count).round().astype(int) if count > 1 else [len(colours) // 2]
    return tuple(colours[place] for place in places)
