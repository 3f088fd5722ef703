"""Choose which counts to hide: those that are too small, and others so that these cannot be computed.

Which others is a question of whole numbers. A hidden count is protected if two tables exist that agree with everything
shown and in which it differs widely enough. :func:`secondary` looks for two such tables and for the cheapest set of
further counts that have to be hidden so that both agree; scipy's HiGHS solves it exactly, one count after the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Final

import numpy as np
import scipy

from sozialraum.errors import SecrecyError
from sozialraum.secrecy.budget import Array, Budget, between
from sozialraum.secrecy.facts import Fact
from sozialraum.secrecy.model import (
    GEGENSTUECK,
    NENNER,
    ZAEHLER,
    Cell,
    Counts,
    Katalog,
    Parts,
    Rule,
    Var,
    atoms,
    is_part,
)

SHIFT: Final = 2
"""The two tables differ from the true one by at most so many times the minimum case number."""
WHOLE_IS_DEARER: Final = 4.0
"""Hiding a denominator costs so many times as much as hiding a numerator."""
SMALLER_FIRST: Final = 1e-3
"""Of two counts that do equally well, the smaller one is hidden."""
HALF: Final = 0.5
EPSILON: Final = 1e-6


@dataclass(frozen=True)
class Problem:
    """Everything that the choice depends on.

    Attributes
    ----------
    truth
        Counts of all Stadtteile.
    new
        Counts of the table.
    fixed
        Counts of it that cannot be hidden: published before, or zeros where zeros are shown.
    facts
        What is known whatever is hidden.
    """

    truth: Mapping[Var, float]
    new: Counts
    fixed: frozenset[Cell]
    parts: Parts
    katalog: Katalog
    rule: Rule
    facts: Sequence[Fact]
    budget: Budget

    def true(self, form: Mapping[Var, float]) -> float:
        """True value of a weighted sum."""
        return sum(weight * self.truth.get(var, 0.0) for var, weight in form.items())


def primary(truth: Counts, *, katalog: Katalog, rule: Rule) -> set[Cell]:
    """Counts that must be hidden for their own sake; numerators also for the sake of their complement."""
    return {
        cell
        for cell, count in truth.items()
        if rule.secret(count, cell.teil) or _tells_the_rest(truth, cell, katalog=katalog, rule=rule)
    }


def _tells_the_rest(truth: Counts, cell: Cell, *, katalog: Katalog, rule: Rule) -> bool:
    part = cell.teil == ZAEHLER and is_part(katalog[cell.indikator])
    if not rule.gegenstuecke or not part or (rule.null_zeigen and truth[cell] == 0):
        return False
    return rule.secret(truth.get(cell._replace(teil=NENNER), nan) - truth[cell], GEGENSTUECK)


def secondary(problem: Problem, hidden: set[Cell], cell: Cell) -> set[Cell]:
    """Hide what else is needed so that one count cannot be computed.

    Parameters
    ----------
    hidden
        What is hidden already.
    cell
        The count to protect.

    Returns
    -------
    set of Cell
        ``hidden`` and the further counts.

    Raises
    ------
    SecrecyError
        If nothing that may still be hidden protects it.
    """
    wanted = set(problem.parts[cell.gebiet_id])
    around = min((set(one) for one in problem.parts.values() if set(one) > wanted), key=len, default=wanted)
    near = _Search(problem, hidden, around).protect(cell)
    found = near if near is not None else _Search(problem, hidden, set(atoms(problem.parts))).protect(cell)
    if found is None:
        titel = problem.katalog[cell.indikator].titel
        raise SecrecyError(
            f"{titel} ({cell.stand}): Ein geheim zu haltender Wert ließe sich auch dann errechnen, wenn alles "
            "gesperrt würde, was noch nicht veröffentlicht ist. Bitte gröbere Angaben liefern."
        )
    return hidden | found


class _Search:
    """The integer program: shifts of two tables in some Stadtteile, a switch for each count that may be hidden."""

    def __init__(self, problem: Problem, hidden: set[Cell], near: set[str]) -> None:
        self._p = problem
        self._limit = float(SHIFT * problem.rule.mindestfallzahl)
        self._facts = [fact for fact in problem.facts if self._holds(fact)]
        self._new = [cell for cell in problem.new if near & set(problem.parts[cell.gebiet_id])]
        pairs = dict.fromkeys(var for fact in self._facts for var in fact.terms if var[1] in near)
        pairs |= dict.fromkeys(var for cell in self._new for var in cell.form(problem.parts) if var[1] in near)
        self._place = {pair: place for place, pair in enumerate(pairs)}
        free = [cell for cell in self._new if cell not in problem.fixed and cell not in hidden]
        self._switch = {cell: 2 * len(pairs) + number for number, cell in enumerate(free)}
        self._size = 2 * len(pairs) + len(free)
        self._rows: list[tuple[dict[int, float], float, float]] = []

    def _holds(self, fact: Fact) -> bool:
        """Whether a statement is true, so that the two tables have to keep it."""
        return fact.low - EPSILON <= self._p.true(fact.terms) <= fact.high + EPSILON

    def protect(self, cell: Cell) -> set[Cell] | None:
        """The cheapest further counts to hide for the sake of one; None if none are enough."""
        for side in (0, 1):
            self._keep_what_is_shown(side)
            self._keep_the_facts(side)
        self._spread(cell)
        rows = [between(self._rows, self._size)]
        done = self._p.budget.solve(self._costs(), rows, self._bounds(), whole=True)
        return None if done is None else {chosen for chosen, place in self._switch.items() if done[place] > HALF}

    def _form(self, form: Mapping[Var, float], side: int) -> dict[int, float]:
        shift = side * len(self._place)
        return {self._place[var] + shift: weight for var, weight in form.items() if var in self._place}

    def _keep_what_is_shown(self, side: int) -> None:
        for cell in self._new:
            form = self._form(cell.form(self._p.parts), side)
            if switch := self._switch.get(cell):
                self._rows.append(({**form, switch: self._limit}, 0.0, np.inf))
                self._rows.append(({**form, switch: -self._limit}, -np.inf, 0.0))
            elif cell in self._p.fixed:
                self._rows.append((form, 0.0, 0.0))

    def _keep_the_facts(self, side: int) -> None:
        for fact in self._facts:
            true, form = self._p.true(fact.terms), self._form(fact.terms, side)
            if form:
                self._rows.append((form, min(0.0, fact.low - true), max(0.0, fact.high - true)))

    def _spread(self, cell: Cell) -> None:
        """The first table makes the count small, the second one large."""
        true = self._p.true(cell.form(self._p.parts))
        small, large = (self._form(cell.form(self._p.parts), side) for side in (0, 1))
        enough = self._p.rule.mindestfallzahl
        self._rows.append((large, enough - true, np.inf))
        apart = {**large, **{place: -weight for place, weight in small.items()}}
        self._rows.append((apart, enough - self._p.rule.floor(cell.teil), np.inf))

    def _costs(self) -> Array:
        costs = np.zeros(self._size)
        for cell, place in self._switch.items():
            size = (len(self._p.parts[cell.gebiet_id]) + 1) / 2
            dear = WHOLE_IS_DEARER if cell.teil == NENNER else 1.0
            costs[place] = dear * size + SMALLER_FIRST * np.log1p(self._p.true(cell.form(self._p.parts)))
        return costs

    def _bounds(self) -> "scipy.optimize.Bounds":
        low, high = np.zeros(self._size), np.ones(self._size)
        for (measure, atom), place in self._place.items():
            true, floor = self._p.truth.get((measure, atom), 0.0), self._p.rule.floor(measure.teil)
            both = [place, place + len(self._place)]
            low[both] = min(0.0, max(-self._limit, floor - true))
            high[both] = 0.0 if true == 0 and floor else self._limit
        return scipy.optimize.Bounds(low, high)
