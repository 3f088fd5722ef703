"""Counts that add up to others. Whoever sees a table sees this too, so nobody has to declare it."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from sozialraum.secrecy.model import Cell, Counts, Measure, Relation, measures

MIN_AREAS: Final = 3
"""Areas in which a sum must hold before it is believed."""
MAX_PARTS: Final = 4
MAX_MEASURES: Final = 14
"""Up to so many measures of one date, sums of more than two parts are sought."""

Values = dict[Measure, npt.NDArray[np.float64]]


def find_relations(known: Counts) -> list[Relation]:
    """Sums that hold wherever all their counts are known.

    Parameters
    ----------
    known
        See :func:`sozialraum.secrecy.model.counts`.

    Returns
    -------
    list of Relation
        First the measures that count the same as an earlier one, then sums of up to :data:`MAX_PARTS` others. A sum
        that holds by chance only makes the protection stricter.
    """
    areas = list(dict.fromkeys(cell.gebiet_id for cell in known))
    values = {key: np.array([known.get(Cell(*key, area), np.nan) for area in areas]) for key in measures(known)}
    found = _equal(values)
    twins = {relation.whole for relation in found}
    for stand in dict.fromkeys(key.stand for key in values):
        found += _sums({key: column for key, column in values.items() if key.stand == stand and key not in twins})
    return found


def _equal(values: Values) -> list[Relation]:
    """Each measure with the first one that counts the same."""
    found: dict[Measure, Relation] = {}
    for first, second in combinations(values, 2):
        if first not in found and second not in found and _holds(values[second], values[first]):
            found[second] = Relation(second, (first,))
    return list(found.values())


def _sums(values: Values) -> Iterator[Relation]:
    largest = MAX_PARTS if len(values) <= MAX_MEASURES else 2
    for whole, column in values.items():
        others = [key for key in values if key != whole]
        for size in range(2, largest + 1):
            for parts in combinations(others, size):
                if _holds(column, np.sum([values[key] for key in parts], axis=0)):
                    yield Relation(whole, parts)


def _holds(first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]) -> bool:
    known = ~np.isnan(first) & ~np.isnan(second)
    seen = first[known]
    return len(np.unique(seen)) >= MIN_AREAS and bool(np.allclose(seen, second[known]))
