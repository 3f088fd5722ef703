"""A table with small counts becomes one that may leave the Statistikstelle, or nothing does.

Hidden are counts that are too small, and others so that these cannot be computed. Which others is a question of whole
numbers. A hidden count is protected if two tables exist that agree with everything shown and in which it differs widely
enough. :func:`secondary` looks for two such tables and for the cheapest set of further counts that have to be hidden so
that both agree; scipy's HiGHS solves it exactly, one count after the other.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Final

import numpy as np
import pandas as pd
import scipy

from sozialraum.city.gebiete import Register
from sozialraum.city.indicators import share
from sozialraum.errors import ParameterError, SecrecyError
from sozialraum.supply.secrecy.attack import LATER_THAN_ALL, System, attack
from sozialraum.supply.secrecy.budget import Array, Budget, between
from sozialraum.supply.secrecy.knowledge import Fact, Known, known_from
from sozialraum.supply.secrecy.measures import (
    GEGENSTUECK,
    MINDESTFALLZAHLEN,
    NENNER,
    SMALLEST,
    ZAEHLER,
    Cell,
    Counts,
    Katalog,
    Parts,
    Published,
    Rule,
    Var,
    atoms,
    counts,
    is_part,
    measured,
    membership,
    row_keys,
)

SHIFT: Final = 2
"""The two tables differ from the true one by at most so many times the minimum case number."""
WHOLE_IS_DEARER: Final = 4.0
"""Hiding a denominator costs so many times as much as hiding a numerator."""
SMALLER_FIRST: Final = 1e-3
"""Of two counts that do equally well, the smaller one is hidden."""
HALF: Final = 0.5
_EPSILON: Final = 1e-6


@dataclass(frozen=True)
class Problem:
    """Everything that the choice depends on."""

    truth: Mapping[Var, float]  # counts of all Stadtteile
    new: Counts  # counts of the table
    fixed: frozenset[Cell]  # counts of it that cannot be hidden: published before, or zeros where zeros are shown
    parts: Parts
    katalog: Katalog
    rule: Rule
    facts: Sequence[Fact]  # what is known whatever is hidden
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
    """Hide what else is needed so that one count cannot be computed."""
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
        return fact.low - _EPSILON <= self._p.true(fact.terms) <= fact.high + _EPSILON

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


MAX_ROUNDS: Final = 12
GESPERRT: Final = "Gesperrt zur statistischen Geheimhaltung"
"""First words of the note beside a hidden value."""
COUNTS: Final = [ZAEHLER, NENNER]
_ADDED_UP: Final = ("anzahl", "anteil", "rate")


def protect(
    table: pd.DataFrame,
    *,
    register: Register,
    katalog: Katalog,
    rule: Rule | None = None,
    own: Parts | None = None,
    before: Sequence[Published] = (),
) -> pd.DataFrame:
    """A table like ``indikatoren.csv`` without small counts and whatever they could be computed from.

    A missing count is kept secret like a small one. Sums of Stadtbezirke and city that are not in it are added, because
    nobody can add them up later. ``before`` is what was published earlier, the oldest first, whichever way it came in.
    An error, which never names a count, if the attack on the result opens one.
    """
    rule, parts, budget = rule or Rule(), membership(register, own), Budget()
    if rule.mindestfallzahl not in MINDESTFALLZAHLEN:
        allowed = ", ".join(map(str, MINDESTFALLZAHLEN))
        raise ParameterError(f"Die Mindestfallzahl {rule.mindestfallzahl} ist nicht vorgesehen, nur: {allowed}.")
    _refuse_what_is_no_count(table, katalog)
    raw = _with_totals(table, register, katalog)
    System(known_from(_published(raw, katalog, rule), parts, budget, rule=rule).facts, budget).solution(strict=True)
    earlier = [_still_true(old, counts(raw, katalog)) for old in before]
    tables = [*earlier, *_published(raw, katalog, rule)]
    truth = known_from(tables, parts, budget, rule=rule, one_count=True)
    problem, hidden = _problem(raw, earlier, truth, katalog, rule, budget)
    rules = [replace(rule, mindestfallzahl=max(SMALLEST, one.zahl)) for one in tables]
    for _ in range(MAX_ROUNDS):
        released = _masked(raw, hidden, rule)
        tables = [*earlier, *_published(released, katalog, rule)]
        known = known_from(tables, parts, budget, rule=rule, one_count=True, given=truth)
        fresh = frozenset(range(len(earlier), len(tables)))
        unsafe = [one.cell for one in attack(known, rules, budget, fresh=fresh) if not one.sicher]
        if not unsafe:
            return released
        for cell in unsafe:
            hidden = secondary(problem, hidden, cell)
    raise SecrecyError("Die Tabelle lässt sich nicht so sperren, dass kein kleiner Wert errechnet werden kann.")


def _published(table: pd.DataFrame, katalog: Katalog, rule: Rule) -> list[Published]:
    """A table of several indicators and dates as its readers see it."""
    return [
        Published(katalog[str(indikator)], str(stand), rows, zahl=rule.mindestfallzahl, ausgabe=LATER_THAN_ALL)
        for (indikator, stand), rows in table.groupby(["indikator", "stand"], sort=False)
    ]


def _refuse_what_is_no_count(table: pd.DataFrame, katalog: Katalog) -> None:
    for indikator, rows in table.groupby("indikator", sort=False):
        for teil in measured(katalog[str(indikator)]):
            known = rows[teil].dropna()
            titel = katalog[str(indikator)].titel
            if known.empty:
                word = "Zähler" if teil == ZAEHLER else "Nenner"
                raise SecrecyError(f"{titel}: Ohne {word} lässt sich nicht prüfen, ob ein Wert geheim zu halten ist.")
            if (known < 0).any() or (known % 1 != 0).any():
                raise SecrecyError(f"{titel}: Fallzahlen müssen ganze Zahlen und nicht negativ sein.")


def _with_totals(table: pd.DataFrame, register: Register, katalog: Katalog) -> pd.DataFrame:
    """The table with the sums of Stadtbezirke and city that it lacks; sums with an unknown part stay out."""
    added = []
    for (indikator, _), rows in table.groupby(["indikator", "stand"], sort=False):
        entry, by_area = katalog[str(indikator)], rows.set_index("gebiet_id")
        for area in (*register.of_level("stadtbezirk"), register.city):
            members = register.members(area.id)
            if area.id in by_area.index or entry.typ not in _ADDED_UP or not set(members) <= set(by_area.index):
                continue
            sums = by_area.loc[members, [ZAEHLER, NENNER]].astype("float64").sum(skipna=False)
            if isnan(sums[ZAEHLER]):
                continue
            wert = share(sums[[ZAEHLER]], pd.Series({ZAEHLER: sums[NENNER]}), factor=entry.faktor)[ZAEHLER]
            sums["wert"] = sums[ZAEHLER] if entry.typ == "anzahl" else wert
            unknown = {"von": np.nan, "bis": np.nan, "hinweis": None}
            added.append({**rows.iloc[0].to_dict(), **sums, **unknown, "gebiet_id": area.id})
    return pd.concat([table, pd.DataFrame(added, columns=table.columns).astype(table.dtypes)]) if added else table


def _still_true(old: Published, truth: Counts) -> Published:
    """An earlier table without the counts that have been revised since.

    Whoever compares two editions guesses which counts are unchanged. The guess is granted: what is still true counts
    as known, what is not as unknown.
    """
    werte = old.werte.reset_index(drop=True)
    for teil in (ZAEHLER, NENNER):
        cells = [Cell(old.eintrag.id, old.stand, teil, str(area)) for area in werte["gebiet_id"]]
        now = pd.Series([truth.get(cell, np.nan) for cell in cells], index=werte.index)
        revised = now.notna() & ((now - werte[teil].astype("float64")).abs() > old.deviation)
        werte[teil] = werte[teil].mask(revised)
        werte["wert"] = werte["wert"].mask(revised)
        if "gesperrt" in werte:
            werte["gesperrt"] = werte["gesperrt"] & ~revised
    return replace(old, werte=werte)


def _problem(
    raw: pd.DataFrame, earlier: Sequence[Published], truth: Known, katalog: Katalog, rule: Rule, budget: Budget
) -> tuple[Problem, set[Cell]]:
    """What is to be solved, and what is hidden from the start."""
    filled = System(truth.facts, budget).solution(strict=False)
    new, out, gone = counts(raw, katalog), set[Cell](), set[Cell]()
    for old in earlier:
        for row in old.werte.to_dict("records"):
            for teil in measured(old.eintrag):
                cell = Cell(old.eintrag.id, old.stand, teil, str(row["gebiet_id"]))
                (gone if isnan(row[teil]) else out).add(cell)
    small = primary(new, katalog=katalog, rule=rule)
    hidden = {cell for cell, count in new.items() if cell in small or isnan(count) or cell in gone - out}
    zeros = {cell for cell, count in new.items() if count == 0 and rule.null_zeigen} - hidden
    fixed = frozenset(zeros | (out & set(new)))
    silent = raw.assign(**dict.fromkeys((ZAEHLER, NENNER, "wert"), np.nan), gesperrt=False)
    tables = [*earlier, *_published(silent, katalog, rule)]
    facts = known_from(tables, truth.parts, budget, rule=rule, one_count=True, given=truth).facts
    return Problem(filled, new, fixed, truth.parts, katalog, rule, facts, budget), hidden


def _masked(raw: pd.DataFrame, hidden: Container[Cell], rule: Rule) -> pd.DataFrame:
    """The table without what is hidden and everything that was computed from it."""
    result = raw.reset_index(drop=True)
    flags = [[Cell(*key[:2], teil, key[2]) in hidden for teil in COUNTS] for key in row_keys(result)]
    gone = pd.DataFrame(flags, index=result.index, columns=COUNTS, dtype=bool)
    either = gone.any(axis=1)
    result[COUNTS] = result[COUNTS].mask(gone)
    result[["wert", "von", "bis"]] = result[["wert", "von", "bis"]].mask(either)
    result["hinweis"] = result["hinweis"].astype("object").mask(either, reason(rule))
    return result


def reason(rule: Rule) -> str:
    """Why a value is not shown: the same words for a small count and for one that would give it away."""
    return (
        f"{GESPERRT}: Hier oder bei einem Wert, der sich sonst errechnen ließe, sind es "
        f"weniger als {rule.mindestfallzahl} Fälle."
    )
