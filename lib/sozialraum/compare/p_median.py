"""The p-median on a matrix: which p columns make the weighted sum of each row's least cost smallest, with proof.

Bounds come from Lagrange multipliers on the rows (what a row pays to be served), improved by subgradient steps; sets
come from the columns that earn most and from exchanges of one column. Columns that cannot be part of a better set, or
must be, are settled by their reduced cost. Of what is left, few columns to choose are branched on, best bound first;
many are given to HiGHS as a radius model (:mod:`sozialraum.compare.radius_model`), which is small then. Costs without
any geometry have loose bounds: up to three columns are simply all tried where that is not much dearer than branching.
"""

import heapq
import math
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy

from sozialraum.compare.radius_model import chosen_by_radius
from sozialraum.errors import ParameterError

LIMIT_S: Final = 30.0
MANY: Final = 15
"""So many columns to choose are left to HiGHS: branching would take too long, and the radius model is small."""
_FIRST, _LATER = 900, 120
"""Steps of the multipliers at the root and at each branch."""
_LONGEST, _PATIENCE, _LEAST_STEP, _MOMENTUM = 1.5, 12, 0.004, 0.3
"""Length of the first steps, halved after so many without a better bound down to the least; part of the last step."""
_TRIED: Final = 10
"""In how many steps the columns that earn most are tried as a set."""
_PROMISING: Final = 1.01
"""Sets up to this part of the best one are worth exchanges."""
_EXCHANGES: Final = 200
_FEW, _DEARER, _MOST_TRIED = 3, 8, 30_000_000_000
"""So many columns to choose may all be tried, at so many times the numbers looked at so far, and at most so many."""
_SINGLE: Final = 1e-5
"""Part by which a sum of numbers of single precision may be off."""
_TINY: Final = 1e-9
_SAME: Final = 1e-7
"""Totals that differ by this part are one: sums of the same numbers in another order."""

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]


class _Pair(NamedTuple):
    columns: tuple[int, ...]
    total: float


class Median(_Pair):
    """Chosen columns and total cost; a pair, with what is known of its quality.

    Attributes
    ----------
    bound
        No set of columns has a smaller total.
    gap
        (total − bound) / total; 0.0 is a proof that no set is better.
    """

    bound: float

    def __new__(cls, columns: tuple[int, ...], total: float, bound: float) -> "Median":
        """The bound is not part of the pair."""
        made = super().__new__(cls, columns, total)
        made.bound = bound if total - bound > _SAME * max(1.0, total) else total
        return made

    @property
    def gap(self) -> float:
        """How far the total may lie above the smallest, as a part of it."""
        return (self.total - self.bound) / self.total if self.total > self.bound else 0.0

    @property
    def proven(self) -> bool:
        """Whether no set of columns is better."""
        return self.gap == 0.0

    def __repr__(self) -> str:
        proof = "bewiesen" if self.proven else f"höchstens {100 * self.gap:.2f} % über dem Kleinsten".replace(".", ",")
        return f"Spalten {', '.join(map(str, self.columns))}: {self.total:g} ({proof})"


def p_median(
    cost: Any, weights: Any = None, p: int = 1, fixed: Collection[int] = (), *, limit: float = LIMIT_S
) -> Median:
    """The p columns for which the weighted sum of the least cost of each row is smallest.

    Parameters
    ----------
    cost
        One row per place of demand, one column per candidate; finite and not negative.
    weights
        One per row; None counts every row once.
    p
        How many columns in all, those of ``fixed`` among them.
    fixed
        Columns that are chosen in any case: what exists already.
    limit
        Seconds, after which the best set found is given with its gap.

    Returns
    -------
    Median
        The pair of chosen columns, ascending, and total; ``gap`` is 0.0 where the optimum is proven. The same input
        gives the same answer as long as the time suffices.

    Raises
    ------
    ParameterError
        If shape, numbers, p or fixed cannot be used.

    Examples
    --------
    >>> import sozialraum as sr
    >>> sr.p_median([[0, 5, 9], [5, 0, 4], [9, 4, 0]], [10, 1, 1], 1)
    Spalten 0: 14 (bewiesen)
    >>> columns, total = sr.p_median([[0, 5, 9], [5, 0, 4], [9, 4, 0]], [10, 1, 1], 2, fixed=[2])
    >>> columns, total
    ((0, 2), 4.0)
    """
    table, weight = _checked(cost, weights)
    columns = table.shape[1]
    kept = _checked_columns(fixed, columns)
    if isinstance(p, bool) or not isinstance(p, int | np.integer) or not max(1, len(kept)) <= p <= columns:
        raise ParameterError(
            f"„{p}“ ist keine mögliche Zahl von Standorten. Erwartet wird eine ganze Zahl von {max(1, len(kept))} "
            f"bis {columns}; bestehende zählen mit."
        )
    if not limit > 0:
        raise ParameterError(f"„{limit}“ ist keine Zeit in Sekunden. Erwartet wird eine Zahl über 0.")
    used = weight > 0
    search = _Search((table[used] * weight[used, None]).T, int(p), np.array(kept, dtype=np.intp), limit)
    chosen, bound = search.run()
    return Median(tuple(chosen.tolist()), float(table[:, chosen].min(axis=1) @ weight), bound)


def _checked(cost: Any, weights: Any) -> tuple[Floats, Floats]:
    try:
        table = np.asarray(cost, dtype=np.float64)
        weight = np.ones(len(table)) if weights is None else np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError("Kosten und Gewichte sind keine Zahlen. Bitte umwandeln, etwa mit .to_numpy().") from error
    if table.ndim != 2 or not table.size:
        raise ParameterError("Die Kosten sind keine Tabelle: je Zeile ein Wohnort, je Spalte ein möglicher Standort.")
    if weight.shape != (len(table),):
        raise ParameterError(f"Es gibt {len(table)} Zeilen, aber {weight.size} Gewichte. Nötig ist eines je Zeile.")
    for numbers, what in ((table, "Kosten"), (weight, "Gewichten")):
        if not np.isfinite(numbers).all() or (numbers < 0).any():
            raise ParameterError(f"Unter den {what} ist ein Wert negativ, unendlich oder nicht bekannt. Bitte prüfen.")
    return table, weight


def _checked_columns(fixed: Collection[int], columns: int) -> tuple[int, ...]:
    given = {fixed} if isinstance(fixed, int | np.integer) else set(fixed if fixed is not None else ())
    if wrong := [one for one in given if not isinstance(one, int | np.integer) or not 0 <= one < columns]:
        raise ParameterError(f"Die Spalte {wrong[0]} gibt es nicht. Möglich sind 0 bis {columns - 1}.")
    return tuple(sorted(map(int, given)))


@dataclass(order=True)
class _Part:
    """A part of all sets: those that hold ``taken`` and otherwise only columns of ``free``; ``pay`` gave its bound."""

    bound: float
    number: int
    taken: Indices = field(compare=False)
    free: Indices = field(compare=False)
    pay: Floats = field(compare=False)


class _Search:
    """The search; ``cost`` holds one row per candidate and one column per place of demand, times its weight."""

    def __init__(self, cost: Floats, p: int, fixed: Indices, limit: float) -> None:
        self.cost, self.p, self.fixed = np.ascontiguousarray(cost), p, fixed
        self.deadline = time.monotonic() + limit
        whole = bool((self.cost == np.rint(self.cost)).all())
        self.step = 1.0 - 1e-6 if whole else 0.0
        """A better set is better by this much at least."""
        self.best, self.chosen = np.inf, np.empty(0, dtype=np.intp)
        self.numbers, self.tried, self.seen = count(), set[bytes](), 0

    def run(self) -> tuple[Indices, float]:
        """The best set, ascending, and the smallest bound of what was not searched."""
        self._greedy()
        if self.p - len(self.fixed) <= 1:  # every column was tried
            return self.chosen, self.best
        free = np.setdiff1d(np.arange(len(self.cost)), self.fixed)
        first = self._bounded(_Part(0.0, 0, self.fixed, free, self._first_pay()), _FIRST)
        parts = [first] if first else []
        if parts and self.p - len(parts[0].taken) >= MANY:
            return self._by_radius(parts[0])
        while parts and not self._late() and not self._beaten(parts[0].bound):
            if self._affordable(parts):
                parts = [part for part in parts if not self._every_set(part)]
                break
            part = heapq.heappop(parts)
            for one in self._branches(part):
                heapq.heappush(parts, one)
        left = [part.bound for part in parts if not self._beaten(part.bound)]
        return self.chosen, self._rounded(min(left, default=self.best))

    def _affordable(self, parts: list[_Part]) -> bool:
        """Whether every set that is left can be tried at little more than what the search has cost so far."""
        if any(self.p - len(part.taken) > _FEW for part in parts):
            return False
        sets = sum(math.comb(len(part.free), self.p - len(part.taken)) for part in parts)
        return bool(sets * self.cost.shape[1] <= min(_DEARER * self.seen, _MOST_TRIED))

    def _every_set(self, part: _Part) -> bool:
        """Try every set of a part; whether time sufficed. Numbers of single precision find what is worth a sum."""
        high = float(self.cost.max()) or 1.0
        costs = (self.cost[part.free] / high).astype(np.float32)
        ones, space = np.ones(costs.shape[1], dtype=np.float32), np.empty_like(costs)

        def tried(least: Any, start: int, chosen: list[int]) -> bool:
            if len(part.taken) + len(chosen) < self.p - 1:
                return all(
                    tried(np.minimum(least, costs[one]), one + 1, [*chosen, one])
                    for one in range(start, len(costs) - (self.p - len(part.taken) - len(chosen)) + 1)
                )
            totals = np.minimum(costs[start:], least, out=space[start:]) @ ones
            enough = (self.best - self.step) / high
            for one in (np.flatnonzero(totals < enough + _SINGLE * max(enough, 1e-30)) + start).tolist():
                self._keep(np.concatenate([part.taken, part.free[[*chosen, one]]]))
            return not self._late()

        start = (self.cost[part.taken].min(axis=0, initial=np.inf) / high).astype(np.float32)
        return self._beaten(part.bound) or tried(start, 0, [])

    def _by_radius(self, part: _Part) -> tuple[Indices, float]:
        bound = part.bound
        for found in chosen_by_radius(self.cost, part.taken, part.free, self.p, part.pay, self.deadline):
            self._improve(found.chosen)
            bound = max(bound, found.bound)
            if self._beaten(self._rounded(bound)):
                bound = self.best
                break
        return self.chosen, min(self._rounded(bound), self.best)

    def _rounded(self, bound: float) -> float:
        """A bound, of whole numbers the next whole one."""
        return float(np.ceil(bound - 1e-5)) if self.step else bound

    def _late(self) -> bool:
        return time.monotonic() > self.deadline

    def _beaten(self, bound: float) -> bool:
        """Whether nothing with such a bound is better than the best set."""
        return bound > self.best - self.step - _TINY * max(1.0, self.best)

    def _first_pay(self) -> Floats:
        """What a place pays at first: half way from its least to its second least cost in the best set."""
        two = np.partition(self.cost[self.chosen], 1, axis=0)[:2]
        return np.asarray(two.mean(axis=0))

    def _greedy(self) -> None:
        """A first set: fixed columns, then whichever lowers the total most; then exchanges."""
        chosen = self.fixed.tolist()
        least = self.cost[chosen].min(axis=0, initial=np.inf)
        while len(chosen) < self.p:
            totals = np.minimum(self.cost, least).sum(axis=1)
            totals[chosen] = np.inf
            chosen.append(int(totals.argmin()))
            least = np.minimum(least, self.cost[chosen[-1]])
        self._improve(np.array(chosen, dtype=np.intp))

    def _improve(self, chosen: Indices) -> None:
        """Exchange one column for another while that lowers the total; keep the set if it is the best."""
        held = np.isin(chosen, self.fixed)
        for _ in range(_EXCHANGES):
            total = float(self.cost[chosen].min(axis=0).sum())
            if total < self.best - _TINY * max(1.0, total):
                self.best, self.chosen = total, np.sort(chosen)
            change = self._changes(chosen)
            change[chosen], change[:, held] = np.inf, np.inf
            enter, leave = divmod(int(change.argmin()), len(chosen))
            if not change[enter, leave] < -_TINY * max(1.0, total):
                return
            chosen = chosen.copy()
            chosen[leave] = enter

    def _changes(self, chosen: Indices) -> Floats:
        """By how much the total changes if a column (row) comes in for a chosen one (column)."""
        costs = self.cost[chosen]
        nearest, least = costs.argmin(axis=0), costs.min(axis=0)
        second = np.partition(costs, 1, axis=0)[1] if len(chosen) > 1 else self.cost.max(axis=0)
        saved = np.maximum(least - self.cost, 0.0)
        lost = np.minimum(self.cost, second) - least + saved
        places = np.arange(len(least))
        owned = scipy.sparse.csr_array((np.ones(len(least)), (nearest, places)), shape=(len(chosen), len(least)))
        return np.asarray((owned @ lost.T).T - saved.sum(axis=1)[:, None])

    def _bounded(self, part: _Part, steps: int) -> _Part | None:
        """The part with a better bound and fewer columns; None if it holds nothing better than the best set."""
        held, wanted = len(part.taken), self.p - len(part.taken)
        if wanted <= 0 or len(part.free) <= wanted:
            self._single(part)
            return None
        at = np.concatenate([part.taken, part.free])
        costs, pay = self.cost[at], part.pay
        high, best_pay, earned = -np.inf, pay, np.empty(0)
        length, since, direction = _LONGEST, 0, np.zeros_like(pay)
        for step in range(steps):
            self.seen += costs.size
            gains = costs - pay
            np.minimum(gains, 0.0, out=gains)
            value = gains.sum(axis=1)
            others = np.argpartition(value[held:], wanted - 1)[:wanted] + held
            picked = np.concatenate([np.arange(held), others])
            total = float(pay.sum() + value[picked].sum())
            since = 0 if total > high + 1e-6 * max(1.0, abs(high)) else since + 1
            if total > high:
                high, best_pay, earned = total, pay, value
            if self._beaten(max(high, part.bound)):
                return None
            if step % _TRIED == 0:
                self._try(at[picked])
            if since > _PATIENCE:
                length, since, pay, direction = length / 2, 0, best_pay, np.zeros_like(pay)
            slope = 1.0 - (gains[picked] < 0).sum(axis=0)
            if length < _LEAST_STEP or not slope.any() or self._late():
                break
            direction = slope + _MOMENTUM * direction
            pay = np.maximum(pay + length * (1.02 * self.best - total) / (direction @ direction) * direction, 0.0)
        better = _Part(max(high, part.bound), next(self.numbers), part.taken, part.free, best_pay)
        return self._settled(better, high, earned[held:])

    def _single(self, part: _Part) -> None:
        """A part with one set only."""
        if len(part.taken) + len(part.free) >= self.p:
            self._keep(np.concatenate([part.taken, part.free[: self.p - len(part.taken)]]))

    def _keep(self, chosen: Indices) -> None:
        total = float(self.cost[chosen].min(axis=0).sum())
        if total < self.best:
            self.best, self.chosen = total, np.sort(chosen)

    def _try(self, chosen: Indices) -> None:
        """Improve a set that was not seen before."""
        key = np.sort(chosen).tobytes()
        if key not in self.tried:
            self.tried.add(key)
            if self.cost[chosen].min(axis=0).sum() < _PROMISING * self.best:
                self._improve(chosen)

    def _settled(self, part: _Part, high: float, earned: Floats) -> _Part | None:
        """The part without columns that a better set cannot hold, and with those taken that it must hold."""
        wanted = self.p - len(part.taken)
        order = earned.argsort(kind="stable")
        inner, outer = order[:wanted], order[wanted:]
        least = self.best - self.step - _TINY * max(1.0, self.best)
        free = np.ones(len(earned), dtype=bool)
        free[outer] = high + earned[outer] - earned[inner[-1]] <= least
        must = inner[high + earned[outer[0]] - earned[inner] > least]
        free[must] = False
        taken = np.concatenate([part.taken, part.free[must]])
        left = _Part(part.bound, part.number, taken, part.free[free], part.pay)
        if len(taken) < self.p < len(taken) + len(left.free):
            return left
        self._single(left)
        return None

    def _branches(self, part: _Part) -> list[_Part]:
        """Parts with and without the free column that earns most, as far as they may hold something better."""
        earned = np.minimum(self.cost[part.free] - part.pay, 0.0).sum(axis=1)
        column = part.free[earned.argmin()]
        rest = part.free[part.free != column]
        parts = (_Part(part.bound, 0, taken, rest, part.pay) for taken in (np.append(part.taken, column), part.taken))
        return [found for one in parts if (found := self._bounded(one, _LATER))]
