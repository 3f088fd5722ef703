"""Choose which counts to hide: those that are too small, and others so that these cannot be computed.

Which others is a question of whole numbers. A hidden count is protected if two tables exist that agree with everything
shown and in which it differs widely enough. :func:`secondary` looks for two such tables and for the cheapest set of
further counts that have to be hidden so that both agree; scipy's HiGHS solves it exactly, one count after the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from sozialraum.errors import SecrecyError
from sozialraum.secrecy.model import (
    GEGENSTUECK,
    NENNER,
    Cell,
    Counts,
    Katalog,
    Measure,
    Parts,
    Relation,
    Rule,
    atoms,
    complement,
    is_part,
    measures,
)

TIME_LIMIT_S: Final = 60.0
SHIFT: Final = 2
"""The two tables differ from the true one by at most so many times the minimum case number."""
WHOLE_IS_DEARER: Final = 4.0
"""Hiding a denominator costs so many times as much as hiding a numerator."""
SMALLER_FIRST: Final = 1e-3
"""Of two counts that do equally well, the smaller one is hidden."""
HALF: Final = 0.5


@dataclass(frozen=True)
class Problem:
    """Everything that the choice depends on.

    Attributes
    ----------
    truth
        Counts of all measures in all areas; nothing is missing.
    open
        Counts that may be hidden.
    fixed
        Counts that everybody knows: published before, or zeros where zeros are shown.
    """

    truth: Counts
    open: frozenset[Cell]
    fixed: frozenset[Cell]
    parts: Parts
    katalog: Katalog
    rule: Rule
    relations: Sequence[Relation] = ()


def primary(truth: Counts, *, katalog: Katalog, rule: Rule) -> set[Cell]:
    """Counts that must be hidden for their own sake; numerators also for the sake of their complement."""
    return {
        cell
        for cell, count in truth.items()
        if rule.secret(count, cell.teil) or _tells_the_rest(truth, cell, katalog=katalog, rule=rule)
    }


def _tells_the_rest(truth: Counts, cell: Cell, *, katalog: Katalog, rule: Rule) -> bool:
    if not rule.gegenstuecke or not is_part(katalog, cell.measure) or (rule.null_zeigen and truth[cell] == 0):
        return False
    return rule.secret(complement(truth, cell), GEGENSTUECK)


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
    return hidden | _Search(problem, hidden).protect(cell)


class _Search:
    """The integer program: shifts of two tables, and one switch for each count that may be hidden."""

    def __init__(self, problem: Problem, hidden: set[Cell]) -> None:
        self._p = problem
        self._limit = float(SHIFT * problem.rule.mindestfallzahl)
        self._atoms = atoms(problem.parts)
        self._measures = measures(problem.truth)
        pairs = [(measure, atom) for measure in self._measures for atom in self._atoms]
        self._place = {pair: place for place, pair in enumerate(pairs)}
        free = [cell for cell in problem.truth if cell in problem.open and cell not in hidden]
        self._switch = {cell: 2 * len(pairs) + number for number, cell in enumerate(free)}
        self._size = 2 * len(pairs) + len(free)
        self._rows: list[tuple[dict[int, float], float, float]] = []

    def protect(self, cell: Cell) -> set[Cell]:
        """The cheapest further counts to hide for the sake of one."""
        for side in (0, 1):
            self._keep_what_is_shown(side)
            self._keep_the_sums(side)
        self._spread(cell)
        done = milp(
            self._costs(),
            constraints=self._constraint(),
            integrality=np.ones(self._size),
            bounds=self._bounds(),
            options={"time_limit": TIME_LIMIT_S},
        )
        if done.x is None:
            titel = self._p.katalog[cell.indikator].titel
            raise SecrecyError(
                f"{titel} ({cell.stand}): Ein geheim zu haltender Wert ließe sich auch dann errechnen, wenn alles "
                "gesperrt würde, was noch nicht veröffentlicht ist. Bitte gröbere Angaben liefern."
            )
        return {chosen for chosen, place in self._switch.items() if done.x[place] > HALF}

    def _form(self, terms: Iterable[tuple[Measure, float]], area: str, side: int) -> dict[int, float]:
        shift = side * len(self._place)
        return {self._place[measure, atom] + shift: weight for measure, weight in terms for atom in self._p.parts[area]}

    def _keep_what_is_shown(self, side: int) -> None:
        for cell in self._p.truth:
            form = self._form(cell.terms(), cell.gebiet_id, side)
            if cell in self._switch:
                switch = self._switch[cell]
                self._rows.append(({**form, switch: self._limit}, 0.0, np.inf))
                self._rows.append(({**form, switch: -self._limit}, -np.inf, 0.0))
            elif cell in self._p.fixed:
                self._rows.append((form, 0.0, 0.0))

    def _keep_the_sums(self, side: int) -> None:
        for relation in self._p.relations:
            terms = [(relation.whole, 1.0), *((part, -1.0) for part in relation.parts)]
            self._rows += [(self._form(terms, atom, side), 0.0, 0.0) for atom in self._atoms]
        for measure in self._measures:
            if is_part(self._p.katalog, measure):
                for atom in self._atoms:
                    cell = Cell(*measure._replace(teil=GEGENSTUECK), atom)
                    self._rows.append((self._form(cell.terms(), atom, side), -complement(self._p.truth, cell), np.inf))

    def _spread(self, cell: Cell) -> None:
        """The first table makes the count small, the second one large."""
        true = sum(weight * self._p.truth[Cell(*key, cell.gebiet_id)] for key, weight in cell.terms())
        small, large = (self._form(cell.terms(), cell.gebiet_id, side) for side in (0, 1))
        enough = self._p.rule.mindestfallzahl
        self._rows.append((large, enough - true, np.inf))
        apart = {**large, **{place: -weight for place, weight in small.items()}}
        self._rows.append((apart, enough - self._p.rule.floor(cell.teil), np.inf))

    def _costs(self) -> npt.NDArray[np.float64]:
        costs = np.zeros(self._size)
        for cell, place in self._switch.items():
            size = (len(self._p.parts[cell.gebiet_id]) + 1) / 2
            dear = WHOLE_IS_DEARER if cell.teil == NENNER else 1.0
            costs[place] = dear * size + SMALLER_FIRST * np.log1p(self._p.truth[cell])
        return costs

    def _bounds(self) -> Bounds:
        low, high = np.zeros(self._size), np.ones(self._size)
        for (measure, atom), place in self._place.items():
            true, floor = self._p.truth[Cell(*measure, atom)], self._p.rule.floor(measure.teil)
            both = [place, place + len(self._place)]
            low[both] = min(0.0, max(-self._limit, floor - true))
            high[both] = 0.0 if true == 0 and floor else self._limit
        return Bounds(low, high)

    def _constraint(self) -> LinearConstraint:
        cells = [(line, place, weight) for line, row in enumerate(self._rows) for place, weight in row[0].items()]
        line, place, weight = (np.array(values) for values in zip(*cells, strict=True))
        low, high = (np.array([row[side] for row in self._rows], dtype="float64") for side in (1, 2))
        return LinearConstraint(csr_array((weight, (line, place)), shape=(len(self._rows), self._size)), low, high)
