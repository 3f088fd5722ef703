"""What can be found out about hidden counts from everything that was published.

The audit asks the question of an intruder and knows nothing but published tables: for each hidden count, what are the
smallest and the largest value that agree with all of them? It does not use how the protection
(:mod:`sozialraum.supply.secrecy.protect`) chose, and so checks it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Final

import numpy as np
import scipy

from sozialraum.city.gebiete import Register
from sozialraum.errors import SecrecyError
from sozialraum.supply.secrecy.budget import BUDGET_S, Array, Budget, between
from sozialraum.supply.secrecy.knowledge import FIRM, Fact, Hidden, Known, known_from
from sozialraum.supply.secrecy.measures import (
    GEGENSTUECK,
    NENNER,
    SMALLEST,
    SPERRUNG,
    ZAEHLER,
    Cell,
    Parts,
    Published,
    Rule,
    Var,
    is_part,
    measured,
    membership,
)

UNBOUNDED: Final = 1_000_000.0
"""A range so wide counts as unlimited."""
WIDE: Final = 200.0
"""A range so wide stays wide if only whole numbers are tried."""
ROUND_OFF: Final = 1e-4
MAX_EXPLAINED: Final = 5
"""For so many open counts the tables are named that open them."""
CONTRADICTION: Final = (
    "Teile und Summen der Tabelle passen nicht zusammen, oder sie widersprechen einer früheren Ausgabe. "
    "Bitte prüfen, ob alle Zahlen zum selben Stand gehören."
)
_EPSILON: Final = 1e-6


@dataclass(frozen=True)
class Finding:
    """What readers can find out about one hidden count."""

    cell: Cell
    von: float  # von, bis: smallest and largest value that is possible; inf without limit
    bis: float
    sicher: bool  # whether it does no harm to know that; see safe
    tabelle: int  # place of the table that hides it
    stufe: int = 0  # whose readers: those who see everything up to this number
    neu: bool = False  # whether a table that is to be added is needed to open it
    beteiligt: frozenset[int] = frozenset()  # places of the tables that readers need for it; only for what is not safe


def audit_published(
    tables: Sequence[Published],
    register: Register,
    *,
    new: Iterable[int] | None = None,
    own: Parts | None = None,
    budget_s: float = BUDGET_S,
) -> list[Finding]:
    """Attack every hidden count with everything that each audience can see.

    ``new`` are places of tables that are to be added: only what they have to do with is attacked. ``own`` are the
    Stadtteile of areas that the register does not know. An error if it is not finished in time.
    """
    budget, parts = Budget(budget_s), membership(register, own)
    wanted = frozenset(range(len(tables)) if new is None else new)
    lowest = min((tables[place].stufe for place in wanted), default=0)
    found: list[Finding] = []
    for stufe in sorted({one.stufe for one in tables if one.stufe >= lowest}):
        places = [place for place, one in enumerate(tables) if one.stufe <= stufe]
        seen = [tables[place] for place in places]
        known = known_from(seen, parts, budget)
        minimum = [_minimum(seen, one) for one in seen]
        fresh = frozenset(number for number, place in enumerate(places) if place in wanted)
        for one in attack(known, minimum, budget, fresh=fresh if new is not None else None):
            involved = frozenset(places[number] for number in one.beteiligt)
            found.append(replace(one, stufe=stufe, tabelle=places[one.tabelle], beteiligt=involved))
    return found


def _minimum(seen: Sequence[Published], mine: Published) -> Rule:
    """The rule for what a table hides: who may see a table with a lower minimum may draw conclusions down to that."""
    lower = [one.zahl for one in seen if one.verfahren == SPERRUNG and one.stufe > mine.stufe]
    return Rule(max(SMALLEST, min([mine.zahl, *lower])))


def attack(
    known: Known, rules: Sequence[Rule], budget: Budget, *, fresh: frozenset[int] | None = None
) -> list[Finding]:
    """Bounds of every hidden count; with ``fresh`` only of those that have to do with these tables."""
    system, found, explained = System(known.facts, budget), [], 0
    before: System | None = None
    for hidden in known.hidden:
        form, rule = hidden.cell.form(known.parts), rules[hidden.source]
        if fresh is not None and hidden.source not in fresh and not _sources(system.about(form)) & fresh:
            continue
        one = _finding(system, hidden, form, rule)
        if not one.sicher and fresh is not None:
            before = before or System([fact for fact in known.facts if not fact.sources & fresh], budget)
            one = replace(one, neu=hidden.source in fresh or _finding(before, hidden, form, rule).sicher)
            if one.neu and explained < MAX_EXPLAINED:
                explained += 1
                one = replace(one, beteiligt=_blame(system, hidden, form, rule))
        found.append(one)
    return found


def _sources(facts: Iterable[Fact]) -> frozenset[int]:
    return frozenset[int]().union(*(fact.sources for fact in facts))


def _finding(system: "System", hidden: Hidden, form: Mapping[Var, float], rule: Rule) -> Finding:
    """A count is not asked by the guess that it has not changed in a later edition.

    A hidden one follows the rule, a zero is none; one that was never delivered is open if it is surely small.
    """
    if any(fact.link in form for fact in system.about(form)):
        system = System([fact for fact in system.facts if fact.link not in form], system.budget)
    low, high = system.interval(form)
    floor = rule.floor(hidden.cell.teil)
    if hidden.gesperrt:
        safe = high < floor or rule.safe(low, high, hidden.cell.teil)
    else:
        safe = high < floor or low < floor or high >= rule.mindestfallzahl
    return Finding(hidden.cell, low, high, safe, hidden.source)


def _blame(system: "System", hidden: Hidden, form: Mapping[Var, float], rule: Rule) -> frozenset[int]:
    """The smallest set of tables, one left out after the other, that opens a count."""
    facts = system.around(form)
    needed = _sources(facts)
    for place in sorted(needed):
        rest = [fact for fact in facts if place not in fact.sources]
        if place != hidden.source and not _finding(System(rest, system.budget), hidden, form, rule).sicher:
            facts, needed = rest, needed - {place}
    return needed | {hidden.source}


class System:
    """Linear statements about whole numbers, in parts that have nothing to do with each other."""

    def __init__(self, facts: Sequence[Fact], budget: Budget) -> None:
        self.facts, self.budget = list(facts), budget
        self._group: dict[Var, Var] = {}
        self._fixed = {
            next(iter(fact.terms)): fact.low / next(iter(fact.terms.values()))
            for fact in self.facts
            if len(fact.terms) == 1 and fact.low == fact.high and fact.cost >= FIRM
        }
        for fact in self.facts:
            free = [var for var in fact.terms if var not in self._fixed]
            for var in free:
                self._group[self._root(var)] = self._root(free[0])
        self._members: dict[Var, list[Fact]] = {}
        for fact in self.facts:
            for root in self._roots(fact.terms):
                self._members.setdefault(root, []).append(fact)
        self._solvers: dict[frozenset[Var], _Solver] = {}

    def _root(self, var: Var) -> Var:
        while (above := self._group.setdefault(var, var)) != var:
            self._group[var] = self._group[above]
            var = above
        return var

    def _roots(self, form: Iterable[Var]) -> frozenset[Var]:
        return frozenset(self._root(var) for var in form if var not in self._fixed)

    def about(self, form: Iterable[Var]) -> list[Fact]:
        """Statements that have to do with some counts."""
        return [fact for root in self._roots(form) for fact in self._members.get(root, [])]

    def around(self, form: Iterable[Var]) -> list[Fact]:
        """Statements that have to do with some counts, and those about the shown counts in them."""
        found = self.about(form)
        shown = {var for fact in found for var in fact.terms}.union(form) & set(self._fixed)
        return found + [fact for fact in self.facts if len(fact.terms) == 1 and shown.issuperset(fact.terms)]

    def interval(self, form: Mapping[Var, float]) -> tuple[float, float]:
        """Smallest and largest value of a weighted sum that no statement excludes."""
        shown = sum(weight * self._fixed[var] for var, weight in form.items() if var in self._fixed)
        free = {var: weight for var, weight in form.items() if var not in self._fixed}
        if not free:
            return shown, shown
        roots = self._roots(free)
        if roots not in self._solvers:
            self._solvers[roots] = _Solver(self.about(free), self._fixed, free, self.budget)
        low, high = self._solvers[roots].interval(free)
        return low + shown, high + shown

    def solution(self, *, strict: bool) -> dict[Var, float]:
        """One whole number for every count that agrees with all statements, or with all that can be true together."""
        for fact in self.facts if strict else ():
            if not self._roots(fact.terms):
                total = sum(weight * self._fixed[var] for var, weight in fact.terms.items())
                if not fact.low - _EPSILON <= total <= fact.high + _EPSILON:
                    raise SecrecyError(CONTRADICTION)
        found = dict(self._fixed)
        for facts in self._members.values():
            found |= _Solver(facts, self._fixed, {}, self.budget, strict=strict).solution()
        return found


class _Solver:
    """The integer program for one part of the statements."""

    def __init__(
        self,
        facts: Sequence[Fact],
        fixed: Mapping[Var, float],
        more: Iterable[Var],
        budget: Budget,
        *,
        strict: bool = False,
    ) -> None:
        self._budget, self._whole = budget, True
        free = dict.fromkeys(var for fact in facts for var in fact.terms if var not in fixed)
        self._place = {var: place for place, var in enumerate([*free, *(var for var in more if var not in free)])}
        rows, costs = [], []
        for fact in facts:
            shown = sum(weight * fixed[var] for var, weight in fact.terms.items() if var in fixed)
            form = {self._place[var]: weight for var, weight in fact.terms.items() if var not in fixed}
            rows.append((form, fact.low - shown, fact.high - shown))
            costs.append(fact.cost)
        self._stated = [between(rows, len(self._place))] if rows else []
        if rows and not strict and not self._agrees():
            self._disbelieve(np.array(costs))

    def _agrees(self) -> bool:
        return self._solve(np.zeros(len(self._place)), whole=self._whole) is not None

    def _disbelieve(self, costs: Array) -> None:
        """Leave out what contradicts the rest, the least firm statements first."""
        (stated,) = self._stated
        count, size = stated.A.shape
        gaps = scipy.sparse.identity(count, format="csr")
        matrix = scipy.sparse.csr_array(scipy.sparse.hstack([stated.A, gaps, -gaps]))
        done = self._budget.solve(
            np.concatenate([np.zeros(size), costs, costs]),
            [scipy.optimize.LinearConstraint(matrix, stated.lb, stated.ub)],
            scipy.optimize.Bounds(0.0, np.inf),
            whole=False,
        )
        if done is None:
            raise SecrecyError(CONTRADICTION)
        kept = done[size : size + count] + done[size + count :] <= _EPSILON
        self._stated = (
            [scipy.optimize.LinearConstraint(stated.A[kept], stated.lb[kept], stated.ub[kept])] if kept.any() else []
        )
        self._whole = self._agrees()

    def interval(self, form: Mapping[Var, float]) -> tuple[float, float]:
        """Smallest and largest value of a weighted sum; whole numbers only where that can narrow it down to a few."""
        places = {self._place[var]: weight for var, weight in form.items()}
        low, high = self._extreme(places, 1.0, whole=False), self._extreme(places, -1.0, whole=False)
        if self._whole and high - low <= WIDE:
            low, high = self._extreme(places, 1.0, whole=True), self._extreme(places, -1.0, whole=True)
        return (-np.inf if low <= -UNBOUNDED else low), (np.inf if high >= UNBOUNDED else high)

    def solution(self) -> dict[Var, float]:
        """Smallest whole numbers that agree with all statements."""
        done = self._solve(np.ones(len(self._place)), whole=True)
        if done is None:
            raise SecrecyError(CONTRADICTION)
        return {var: float(round(done[place])) for var, place in self._place.items()}

    def _extreme(self, form: dict[int, float], sign: float, *, whole: bool) -> float:
        objective = np.zeros(len(self._place))
        objective[list(form)] = [sign * weight for weight in form.values()]
        done = self._solve(objective, whole=whole)
        if done is None:
            raise SecrecyError(CONTRADICTION)
        value = sign * float(objective @ done)
        if whole:
            return float(round(value))
        return float(np.ceil(value - ROUND_OFF) if sign > 0 else np.floor(value + ROUND_OFF))

    def _solve(self, objective: Array, *, whole: bool) -> Array | None:
        return self._budget.solve(objective, self._stated, scipy.optimize.Bounds(0.0, 2 * UNBOUNDED), whole=whole)


LATER_THAN_ALL: Final = 10**6
_TOGETHER: Final = (
    "Bitte diese Tabellen von der Statistikstelle gemeinsam schützen lassen (--statistikstelle), eine gröbere Fassung "
    "ohne diese Angaben anfordern oder eine der beteiligten Tabellen entfernen."
)
_ALONE: Final = (
    "Bitte die Tabelle ohne diese Summe oder diesen Anteil oder mit einer zweiten gesperrten Zelle (Zweitsperrung) "
    "liefern lassen, oder die ungeschützte Tabelle von der Statistikstelle mit --statistikstelle einlesen lassen."
)


def check_import(
    new: Sequence[Published],
    existing: Sequence[Published],
    register: Register,
    *,
    own: Parts | None = None,
    budget_s: float = BUDGET_S,
) -> list[str]:
    """German sentences on hidden counts that new tables would open, alone or with what is there.

    What was open before is not held against the new tables.
    """
    later = [replace(one, ausgabe=LATER_THAN_ALL + number) for number, one in enumerate(new)]
    tables = [*existing, *later]
    places = range(len(existing), len(tables))
    found = audit_published(tables, register, new=places, own=own, budget_s=budget_s)
    return _sentences([one for one in found if one.neu], tables, set(places))


def _sentences(found: Iterable[Finding], tables: Sequence[Published], new: set[int]) -> list[str]:
    lines = []
    for group in dict.fromkeys(one.beteiligt for one in found if one.beteiligt):
        fresh, old = ([tables[place].name for place in sorted(some)] for some in (group & new, group - new))
        names = _listed(fresh)
        others = _listed(f"der früheren Ausgabe von {name}" if name in fresh else name for name in old)
        what = "mindestens eine gesperrte oder zu kleine Zahl"
        if len(group) == 1:
            how = f"{names}: Aus Summen, Anteilen und anderen Zahlen der Tabelle selbst ließe sich {what} berechnen."
        elif old:
            how = f"Aus {names} ließe sich zusammen mit {others} {what} berechnen."
        else:
            how = f"Aus {names} zusammen ließe sich {what} berechnen."
        lines.append(f"{how} Es ist nichts geschrieben. {_ALONE if len(group) == 1 else _TOGETHER}")
    return list(dict.fromkeys(lines))


def _listed(names: Iterable[str]) -> str:
    words = list(dict.fromkeys(names))
    return " und ".join([*([", ".join(words[:-1])] if len(words) > 1 else []), *words[-1:]])


def shown_small(table: Published) -> list[tuple[str, str]]:
    """Id of the area and which count, for every small count of people that a table under ``sperrung`` shows.

    ``gegenstueck`` stands for what is left of the denominator: nobody, or too few, who are not in the numerator. Zeros
    of numerator and denominator may be shown.
    """
    if table.verfahren != SPERRUNG:
        return []
    rule = Rule()
    found = []
    for row in table.werte.to_dict("records"):
        counted = {teil: float(row[teil]) for teil in measured(table.eintrag) if table.people(teil)}
        if table.eintrag.typ == "anzahl" and ZAEHLER in counted and isnan(counted[ZAEHLER]):
            counted[ZAEHLER] = float(row["wert"])
        small = [teil for teil, count in counted.items() if rule.floor(teil) <= count < table.zahl]
        part, whole = (counted.get(teil, float("nan")) for teil in (ZAEHLER, NENNER))
        if not small and is_part(table.eintrag) and part > 0 and 0 <= whole - part < table.zahl:
            small = [GEGENSTUECK]
        found += [(str(row["gebiet_id"]), teil) for teil in small]
    return found
