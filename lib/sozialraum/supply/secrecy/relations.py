"""What published numbers have to do with each other: equal counts, sums of parts, shares and changes.

Whoever sees the tables sees this too, so nobody has to declare it. A relation is believed when it holds wherever its
numbers are shown and so many different numbers would not agree by chance.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy

from sozialraum.supply.secrecy.budget import Array, Budget
from sozialraum.supply.secrecy.measures import Measure

SURE_BITS: Final = 8.0
"""So many bits of agreement are asked for, beyond what the number of tried combinations explains."""
DECLARED_BITS: Final = 4.0
FACTORS: Final = (1.0, 100.0, 1000.0, 10_000.0, 100_000.0)
EPSILON: Final = 1e-6


class Relation(NamedTuple):
    """A measure that is the sum of others in every area; of one other if both count the same."""

    whole: Measure
    parts: tuple[Measure, ...]


class Ratio(NamedTuple):
    """Values of the table with this place as ``faktor * above / below``.

    A change has ``minus``: ``faktor * (above - minus) / below``; without ``below`` it is ``above - minus``.
    """

    tabelle: int
    above: Measure
    below: Measure | None
    faktor: float
    minus: Measure | None = None


@dataclass
class Column:
    """What readers know of a number in each area: bounds, infinite where nothing is shown."""

    low: Array
    high: Array

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Where something is shown."""
        return np.isfinite(self.high)

    @property
    def middle(self) -> Array:
        """Middle of the bounds; missing where nothing is shown."""
        return np.where(self.known, (self.low + np.where(self.known, self.high, 0.0)) / 2, np.nan)

    def both(self, other: "Column") -> "Column":
        """What two tables say of the same counts; where they contradict each other, what the other one says."""
        low, high = np.maximum(self.low, other.low), np.minimum(self.high, other.high)
        torn = low > high
        return Column(np.where(torn, other.low, low), np.where(torn, other.high, high))


Columns = Mapping[Measure, Column]


def find_relations(columns: Columns, budget: Budget) -> list[Relation]:
    """Equal counts and sums of any number of parts.

    The sums of one year are found by an integer program for each measure, from the smallest to the largest. A sum that
    follows from those before it is left out. Gaps that a sum fills are filled.
    """
    found = list(_equal(columns))
    years: dict[str, dict[Measure, Column]] = {}
    for measure, column in without_twins(columns, found)[1].items():
        if column.known.any():
            years.setdefault(measure.stand[:4], {})[measure] = column
    for year in years.values():
        found += _sums(year, budget)
    return found


def without_twins(
    columns: Columns, relations: Sequence[Relation]
) -> tuple[dict[Measure, Measure], dict[Measure, Column]]:
    """Of equal counts the first: which one that is for each other, and what all of them together say."""
    twins = {one.whole: one.parts[0] for one in relations if len(one.parts) == 1}
    once = {measure: column.both(column) for measure, column in columns.items() if measure not in twins}
    for twin, first in twins.items():
        once[first] = columns[twin].both(once[first])
    return twins, once


def _equal(columns: Columns) -> Iterator[Relation]:
    """Each measure with the first one that counts the same."""
    need = SURE_BITS + 2 * np.log2(len(columns) + 1)
    done: set[Measure] = set()
    for (first, one), (second, two) in combinations(columns.items(), 2):
        if first in done or second in done:
            continue
        both = one.known & two.known
        low, high = np.maximum(one.low, two.low)[both], np.minimum(one.high, two.high)[both]
        width = (one.high + two.high - one.low - two.low)[both]
        if (low <= high + EPSILON).all() and _bits_of_rows(one.middle[both], width).sum() >= need:
            done.add(second)
            yield Relation(second, (first,))


def _sums(columns: dict[Measure, Column], budget: Budget) -> Iterator[Relation]:
    order = sorted(columns, key=lambda key: float(np.nanmean(columns[key].middle)))
    found: list[Relation] = []
    for whole in order:
        for parts in _sums_of(whole, columns, found, budget):
            found.append(Relation(whole, parts))
            _fill(columns, found[-1])
            yield found[-1]


def _sums_of(whole: Measure, columns: Columns, found: list[Relation], budget: Budget) -> Iterator[tuple[Measure, ...]]:
    """Every set of parts of one measure, none that spells out a part for which a sum is known already."""
    total = columns[whole]
    rows = total.known
    low, high = total.low[rows], total.high[rows]
    parts = [key for key, one in columns.items() if key != whole and _fits(one, total)]
    if len(parts) < 2:
        return
    least = np.array([columns[key].low[rows] for key in parts]).T
    most = np.array([np.minimum(columns[key].high[rows], high) for key in parts]).T
    if (most.sum(axis=1) < low - EPSILON).any():
        return
    gaps = np.array([~columns[key].known[rows] for key in parts], dtype=float).T
    bits = _bits_of_rows(total.middle[rows], high - low + (most - least).max(axis=1) * (gaps.sum(axis=1) == 0))
    system = _Subset(low, high, least, most, gaps, bits)
    for relation in found:
        system.forbid([parts.index(key) for key in relation.parts if key in parts], len(relation.parts))
    while chosen := system.solve(budget):
        system.forbid(chosen, len(chosen))
        yield tuple(parts[place] for place in chosen)


def _fits(part: Column, total: Column) -> bool:
    both = part.known & total.known
    return bool(both.any() and (part.low[both] <= total.high[both] + EPSILON).all() and part.high[both].any())


def _bits_of_rows(values: Array, width: Array) -> Array:
    """Bits of agreement in some areas, each different number once: large and exactly known numbers tell most."""
    bits = np.clip(np.log2((np.abs(values) + 1) / (width + 1)), 0.0, None)
    _, first = np.unique(np.round(values, 6), return_index=True)
    return np.where(np.isin(np.arange(len(values)), first), bits, 0.0)


class _Subset:
    """Which columns add up to a total: a switch for each column, and a mark for each row that proves it."""

    def __init__(self, low: Array, high: Array, least: Array, most: Array, gaps: Array, bits: Array) -> None:
        rows, size = least.shape
        self._size, self._aim = size, np.hstack([np.ones(size), np.zeros(rows)])
        price = np.log2(size + 1)
        marks = np.eye(rows)
        none = np.zeros((rows, rows))
        partial = gaps.any(axis=1)
        self._rows = [
            (np.hstack([least, none]), np.full(rows, -np.inf), high + EPSILON),
            (np.hstack([most, none]), low - EPSILON, np.full(rows, np.inf)),
            (np.hstack([gaps, marks * size])[partial], np.full(partial.sum(), -np.inf), np.full(partial.sum(), size)),
            (np.hstack([-np.full(size, price), bits])[None], np.array([SURE_BITS]), np.array([np.inf])),
            (self._aim[None], np.array([2.0]), np.array([np.inf])),
        ]

    def forbid(self, places: Sequence[int], size: int) -> None:
        """No solution with all of these columns."""
        if len(places) == size:
            row = np.zeros((1, len(self._aim)))
            row[0, list(places)] = 1.0
            self._rows.append((row, np.array([-np.inf]), np.array([size - 1.0])))

    def solve(self, budget: Budget) -> list[int]:
        """Columns of the smallest set that is left; empty if there is none."""
        matrix, low, high = (np.concatenate(one) for one in zip(*self._rows, strict=True))
        rows, everywhere = [scipy.optimize.LinearConstraint(matrix, low, high)], scipy.optimize.Bounds(0.0, 1.0)
        if budget.solve(self._aim, rows, everywhere, whole=False) is None:  # much sooner known than with whole numbers
            return []
        done = budget.solve(self._aim, rows, everywhere, whole=self._aim)
        return [] if done is None else [place for place in range(self._size) if done[place] > 0.5]


def _fill(columns: dict[Measure, Column], relation: Relation) -> None:
    """Close gaps of the whole and of single parts with what the sum says."""
    whole, parts = columns[relation.whole], [columns[key] for key in relation.parts]
    for one in (whole, *parts):
        rest = [other for other in (whole, *parts) if other is not one]
        known = ~one.known & np.logical_and.reduce([other.known for other in rest])
        if one is whole:
            low, high = sum(other.low for other in rest), sum(other.high for other in rest)
        else:
            low = whole.low - sum(other.high for other in rest[1:])
            high = whole.high - sum(other.low for other in rest[1:])
        one.low = np.where(known, np.maximum(low, 0.0), one.low)
        one.high = np.where(known, high, one.high)


def find_ratios(
    values: Mapping[int, Column], own: Mapping[int, frozenset[Measure]], columns: Columns, declared: Container[int] = ()
) -> Iterator[Ratio]:
    """Shares, changes and differences of two counts among the values of tables, by the places of these.

    ``own`` are the counts of each table, whose share need not be found; ``declared`` are tables that say themselves
    that they are changes: few areas prove of what.
    """
    keys = [key for key in columns if columns[key].known.any()]
    if not keys:
        return
    middle = np.array([columns[key].middle for key in keys]).reshape(len(keys), -1)
    half = np.array([np.where(columns[key].known, columns[key].high - columns[key].low, 0.0) for key in keys]) / 2
    for place, value in values.items():
        spread = _spread(value)
        if spread is None:
            continue
        need = DECLARED_BITS if place in declared else SURE_BITS + 2 * np.log2(len(keys) + 1)
        for way, faktor in (*(("share", one) for one in FACTORS), ("change", 100.0), ("difference", 1.0)):
            for above, below in _pairs(value, middle, half, way, faktor):
                if own[place] >= {keys[above], keys[below]} or above == below:
                    continue
                both = value.known & ~np.isnan(middle[above] + middle[below])
                if len({*zip(value.middle[both], middle[above][both], strict=True)}) * spread < need:
                    continue
                if way == "difference":
                    yield Ratio(place, keys[above], None, 1.0, keys[below])
                else:
                    change = keys[below] if way == "change" else None
                    yield Ratio(place, keys[above], keys[below], faktor, change)


def _spread(value: Column) -> float | None:
    """Bits that one printed value tells; None if there are too few different ones."""
    shown = value.middle[value.known]
    if len(np.unique(shown)) < 2:
        return None
    width = float((value.high - value.low)[value.known].max())
    return float(np.log2((np.percentile(shown, 90) - np.percentile(shown, 10) + 2 * width) / (2 * width)))


def _pairs(value: Column, middle: Array, half: Array, way: str, faktor: float) -> list[tuple[int, int]]:
    """Pairs of counts whose share, change or difference agrees with a column of values wherever all are shown."""
    first, second = np.indices((len(middle), len(middle))).reshape(2, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        for area in np.flatnonzero(value.known):
            one, two, low, high = middle[first, area], middle[second, area], value.low[area], value.high[area]
            wide_one, wide_two = half[first, area], half[second, area]
            if way == "difference":
                wide = wide_one + wide_two
                wrong = (one - two + wide < low - EPSILON) | (one - two - wide > high + EPSILON)
            else:
                shift = faktor if way == "change" else 0.0
                top, bottom = faktor * (one + wide_one), faktor * (one - wide_one)
                wrong = (top < (low + shift - EPSILON) * (two - np.sign(low + shift) * wide_two)) | (
                    bottom > (high + shift + EPSILON) * (two + np.sign(high + shift) * wide_two)
                )
            first, second = first[~wrong], second[~wrong]
    return list(zip(first.tolist(), second.tolist(), strict=True))
