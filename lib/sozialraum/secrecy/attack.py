"""What can be found out about hidden counts from everything that was published.

The audit asks the question of an intruder and knows nothing but published tables: for each hidden count, what are the
smallest and the largest value that agree with all published counts, shares, sums and the rule itself? It shares no code
with the protection (:mod:`sozialraum.secrecy.suppress`) and so checks it.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import isnan
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from sozialraum.errors import SecrecyError
from sozialraum.secrecy.model import (
    GEGENSTUECK,
    NENNER,
    ZAEHLER,
    Cell,
    Counts,
    Katalog,
    Measure,
    Parts,
    Relation,
    Rule,
    atoms,
    complement,
    counts,
    is_part,
    measures,
    row_keys,
)

UNBOUNDED: Final = 1_000_000.0
"""A range so wide counts as unlimited."""
ROUNDING: Final = 0.5
_INFEASIBLE: Final = 2

Row = tuple[dict[int, float], float, float]
Terms = Sequence[tuple[Measure, float]]


def audit(
    published: Sequence[pd.DataFrame],
    *,
    parts: Parts,
    katalog: Katalog,
    rule: Rule | None = None,
    relations: Iterable[Relation] = (),
) -> pd.DataFrame:
    """Attack every hidden count.

    Parameters
    ----------
    published
        Tables like ``indikatoren.csv``, the oldest first; a row without numerator, denominator or value hides it. Of
        two tables that name the same count the later one holds.
    parts
        Stadtteile of each area that a table may name.
    relations
        Counts that add up to others.

    Returns
    -------
    pandas.DataFrame
        One row per hidden count and per complement with a hidden side: indikator, stand, teil, gebiet_id, von, bis
        (``inf`` if without limit) and sicher, the verdict of :meth:`Rule.safe`.

    Raises
    ------
    SecrecyError
        If the published tables contradict each other.
    """
    rule = rule or Rule()
    system = _describe(published, parts=parts, katalog=katalog, rule=rule, relations=relations)
    bounds = {cell: system.interval(cell) for cell in _hidden(published, katalog, rule)}
    rows = [(*cell, low, high, rule.safe(low, high, cell.teil)) for cell, (low, high) in bounds.items()]
    return pd.DataFrame(rows, columns=[*Cell._fields, "von", "bis", "sicher"]).astype({"sicher": bool})


def consistent(
    tables: Sequence[pd.DataFrame], *, parts: Parts, katalog: Katalog, rule: Rule, relations: Iterable[Relation] = ()
) -> Counts:
    """One table of whole numbers for all Stadtteile that agrees with everything that some tables say.

    Returns
    -------
    dict
        Every measure in every Stadtteil; nothing is missing.

    Raises
    ------
    SecrecyError
        If there is none: parts and sums do not agree.
    """
    system = _describe(tables, parts=parts, katalog=katalog, rule=rule, relations=relations)
    return system.solution()


def _describe(
    tables: Sequence[pd.DataFrame], *, parts: Parts, katalog: Katalog, rule: Rule, relations: Iterable[Relation]
) -> "_System":
    """Everything that tables and rule say, as linear statements."""
    known = counts(tables, katalog)
    system = _System(measures(known), parts)
    for cell, count in known.items():
        low, high = (rule.floor(cell.teil), np.inf) if isnan(count) else (count, count)
        system.state(cell.terms(), cell.gebiet_id, low, high)
    for measure in measures(known):
        if is_part(katalog, measure):
            for atom in system.atoms:
                system.state(Cell(*measure._replace(teil=GEGENSTUECK), atom).terms(), atom, 0.0, np.inf)
    for relation in relations:
        _state_relation(system, relation)
    for table in tables:
        _state_shares(system, table, katalog)
    return system


def _hidden(published: Iterable[pd.DataFrame], katalog: Katalog, rule: Rule) -> list[Cell]:
    """Cells that a table names without a number, and complements of which one side is hidden."""
    found: dict[Cell, None] = {}
    for table in published:
        known = counts([table], katalog)
        for cell, count in known.items():
            if isnan(count):
                found[cell] = None
            if rule.gegenstuecke and is_part(katalog, cell.measure) and isnan(complement(known, cell)):
                found[cell._replace(teil=GEGENSTUECK)] = None
    return list(found)


def _state_relation(system: "_System", relation: Relation) -> None:
    terms = [(relation.whole, 1.0), *((part, -1.0) for part in relation.parts)]
    for atom in system.atoms if system.knows(terms) else ():
        system.state(terms, atom, 0.0, 0.0)


def _state_shares(system: "_System", table: pd.DataFrame, katalog: Katalog) -> None:
    """A share that stands without its counts limits them: it is rounded to the digits of the catalogue."""
    alone = table[table["wert"].notna() & (table[ZAEHLER].isna() | table[NENNER].isna())]
    for (indikator, stand, area), wert in zip(row_keys(alone), alone["wert"].astype("float64"), strict=True):
        entry = katalog[indikator]
        part, whole = (Measure(indikator, stand, teil) for teil in (ZAEHLER, NENNER))
        half = ROUNDING * 10.0**-entry.nachkommastellen
        for sign in (1.0, -1.0):
            terms = [(part, sign), (whole, -(sign * wert - half) / entry.faktor)]
            if system.knows(terms):
                system.state(terms, area, 0.0, np.inf)


class _System:
    """Linear statements about whole numbers: one unknown per measure and Stadtteil."""

    def __init__(self, measures: Sequence[Measure], parts: Parts) -> None:
        self.atoms = atoms(parts)
        self._parts = parts
        pairs = ((measure, atom) for measure in measures for atom in self.atoms)
        self._place = {pair: place for place, pair in enumerate(pairs)}
        self._measures = dict.fromkeys(measures)
        self._rows: list[Row] = []

    def knows(self, terms: Terms) -> bool:
        """Whether all measures of a sum are among the unknowns."""
        return all(measure in self._measures for measure, _ in terms)

    def state(self, terms: Terms, gebiet_id: str, low: float, high: float) -> None:
        """Add: the weighted counts of an area lie between two bounds."""
        self._rows.append((self._form(terms, gebiet_id), low, high))

    def interval(self, cell: Cell) -> tuple[float, float]:
        """Smallest and largest value of a cell that no statement excludes."""
        form = self._form(cell.terms(), cell.gebiet_id)
        low = self._extreme(form, [], 1.0)
        limit = low + UNBOUNDED
        high = self._extreme(form, [_constraint([(form, -np.inf, limit)], len(self._place))], -1.0)
        return low, (np.inf if high >= limit else high)

    def solution(self) -> Counts:
        """Smallest whole numbers that agree with all statements."""
        found = self._solve(np.ones(len(self._place)), []).x
        return {Cell(*measure, atom): float(round(found[place])) for (measure, atom), place in self._place.items()}

    def _form(self, terms: Terms, gebiet_id: str) -> dict[int, float]:
        return {self._place[measure, atom]: weight for measure, weight in terms for atom in self._parts[gebiet_id]}

    @cached_property
    def _stated(self) -> LinearConstraint:
        return _constraint(self._rows, len(self._place))

    def _extreme(self, form: dict[int, float], more: list[LinearConstraint], sign: float) -> float:
        objective = np.zeros(len(self._place))
        objective[list(form)] = [sign * weight for weight in form.values()]
        return sign * float(round(self._solve(objective, more).fun))

    def _solve(self, objective: npt.NDArray[np.float64], more: list[LinearConstraint]) -> Any:
        done = milp(
            objective,
            constraints=[self._stated, *more],
            integrality=np.ones_like(objective),
            bounds=Bounds(0.0, np.inf),
            options={"mip_rel_gap": 0.0},
        )
        if done.status == _INFEASIBLE:
            raise SecrecyError(
                "Teile und Summen der Tabelle passen nicht zusammen, oder sie widersprechen einer früheren Ausgabe. "
                "Bitte prüfen, ob alle Zahlen zum selben Stand gehören."
            )
        if done.status != 0:
            raise SecrecyError(f"Die Prüfung der Geheimhaltung ist nicht zu Ende gerechnet worden ({done.message}).")
        return done


def _constraint(rows: Sequence[Row], size: int) -> LinearConstraint:
    places = [(number, place, weight) for number, (form, _, _) in enumerate(rows) for place, weight in form.items()]
    line, column, weight = (np.array(values) for values in zip(*places, strict=True))
    low, high = (np.array([row[side] for row in rows], dtype="float64") for side in (1, 2))
    return LinearConstraint(csr_array((weight, (line, column)), shape=(len(rows), size)), low, high)
