"""The p-median as a radius model for HiGHS: per place and radius, whether no chosen column lies within it.

A place costs its least cost, and for every radius within which nothing is chosen the way to the next one (Cornuejols,
Nemhauser and Wolsey 1980; Elloumi 2010). Only the radii up to what a place will probably cost are in the model; the
rest would only add cost. So every model gives a bound, and one whose chosen set really costs what the model says is
the end; otherwise the places that cost more get more radii.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

_ROUNDS: Final = 50
_TOLERANCE: Final = 1e-7

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Found:
    """A set of columns, and a bound below which no set lies."""

    chosen: Indices
    bound: float


def chosen_by_radius(
    cost: Floats, taken: Indices, free: Indices, p: int, reach: Floats, deadline: float
) -> Iterator[Found]:
    """Better and better bounds with the set that belongs to each; the last one is proven unless time ended.

    Parameters
    ----------
    cost
        One row per candidate, one column per place, times its weight.
    taken, free
        Candidates that are chosen in any case, and those that may be.
    p
        How many in all.
    reach
        What each place will probably cost at most; a wrong guess costs time only.
    """
    base = cost[taken].min(axis=0, initial=np.inf)
    for _ in range(_ROUNDS):
        left = deadline - time.monotonic()
        if left <= 0:
            return
        model = _model(cost[free], base, reach)
        found = _solved(model, len(free), p - len(taken), left)
        if found.x is None:
            return
        chosen = np.concatenate([taken, free[np.flatnonzero(found.x[: len(free)] > 0.5)]])
        bound = model.constant + float(found.mip_dual_bound)
        yield Found(chosen, bound)
        true = cost[chosen].min(axis=0)
        if float(true.sum()) <= bound * (1 + _TOLERANCE) + _TOLERANCE:
            return
        reach = np.maximum(reach, true)


@dataclass(frozen=True)
class _Model:
    """Rows of the constraints (row, column, value), their least values, what each radius costs, and the least costs."""

    entries: tuple[Indices, Indices, Floats]
    least: Floats
    price: Floats
    constant: float


def _model(costs: Floats, base: Floats, reach: Floats) -> _Model:
    rows, columns, values = list[int](), list[int](), list[float]()
    least, price, constant = list[float](), list[float](), 0.0
    count, places = costs.shape
    for place in range(places):
        own = costs[:, place]
        order = own.argsort(kind="stable")
        order = order[own[order] < base[place]]
        radii, starts = np.unique(own[order], return_index=True)
        ends = np.append(starts[1:], len(order))[: len(radii)]
        radii = np.append(radii, base[place]) if np.isfinite(base[place]) else radii
        constant += float(radii[0])
        kept = min(len(radii) - 1, int(np.searchsorted(radii, reach[place], side="right")))
        for step in range(kept):
            within = order[starts[step] : ends[step]]
            row, own_column = len(least), count + len(price)
            before = [own_column - 1] if step else []
            columns += [*within.tolist(), own_column, *before]
            values += [1.0] * (len(within) + 1) + [-1.0] * len(before)
            rows += [row] * (len(within) + 1 + len(before))
            least.append(0.0 if step else 1.0)
            price.append(float(radii[step + 1] - radii[step]))
    return _Model((np.array(rows), np.array(columns), np.array(values)), np.array(least), np.array(price), constant)


def _solved(model: _Model, free: int, wanted: int, seconds: float) -> scipy.optimize.OptimizeResult:
    radii = len(model.price)
    rows, columns, values = model.entries
    within = scipy.sparse.csr_array((values, (rows, columns)), shape=(len(model.least), free + radii))
    number = scipy.sparse.csr_array((np.ones(free), (np.zeros(free, int), np.arange(free))), shape=(1, free + radii))
    return scipy.optimize.milp(
        np.concatenate([np.zeros(free), model.price]),
        integrality=np.concatenate([np.ones(free), np.zeros(radii)]),
        bounds=scipy.optimize.Bounds(0, 1),
        constraints=[
            scipy.optimize.LinearConstraint(within, model.least, np.inf),
            scipy.optimize.LinearConstraint(number, wanted, wanted),
        ],
        options={"time_limit": seconds, "mip_rel_gap": 0},
    )
