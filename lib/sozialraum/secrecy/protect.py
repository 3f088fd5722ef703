"""A table with small counts becomes one that may leave the Statistikstelle, or nothing does."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any, Final

import numpy as np
import pandas as pd

from sozialraum.errors import ParameterError, SecrecyError
from sozialraum.gebiete import Register
from sozialraum.indicators import share
from sozialraum.secrecy.attack import System, attack
from sozialraum.secrecy.budget import Budget
from sozialraum.secrecy.facts import Known, known_from
from sozialraum.secrecy.gate import LATER_THAN_ALL
from sozialraum.secrecy.model import (
    MINDESTFALLZAHLEN,
    NENNER,
    ROW,
    SMALLEST,
    ZAEHLER,
    Cell,
    Counts,
    Katalog,
    Parts,
    Published,
    Rule,
    counts,
    measured,
    membership,
    row_keys,
)
from sozialraum.secrecy.suppress import Problem, primary, secondary

VERFAHREN: Final = "Sperrung"
MAX_ROUNDS: Final = 12
GESPERRT: Final = "Gesperrt zur statistischen Geheimhaltung"
"""First words of the note beside a hidden value."""
COUNTS: Final = [ZAEHLER, NENNER]
_ADDED_UP: Final = ("anzahl", "anteil", "rate")


@dataclass(frozen=True)
class Protected:
    """What may leave the Statistikstelle.

    Attributes
    ----------
    table
        Like ``indikatoren.csv``; hidden counts and everything computed from them are missing, with the reason.
    manifest
        How it was protected and what is hidden; plain values.
    """

    table: pd.DataFrame
    manifest: Mapping[str, Any]


def protect(
    table: pd.DataFrame,
    *,
    register: Register,
    katalog: Katalog,
    rule: Rule | None = None,
    own: Parts | None = None,
    before: Sequence[Published] = (),
) -> Protected:
    """Hide small counts, and whatever they could be computed from, and attack the result.

    Parameters
    ----------
    table
        Like ``indikatoren.csv``, with true counts. A missing count is kept secret like a small one. Sums of
        Stadtbezirke and city that are not in it are added, because nobody can add them up later.
    katalog
        Catalogue entry of each indicator.
    own
        Stadtteile of areas that the register does not know.
    before
        What was published earlier, the oldest first, whichever way it came in.

    Raises
    ------
    SecrecyError
        If counts are no whole numbers, parts and sums disagree, or a count cannot be protected, for example because
        it was published before, or if it takes too long. No message names a count.
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
            return Protected(released, _manifest(released, hidden, rule))
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
    gone = _gone(result, hidden)
    either = gone.any(axis=1)
    result[COUNTS] = result[COUNTS].mask(gone)
    result[["wert", "von", "bis"]] = result[["wert", "von", "bis"]].mask(either)
    result["hinweis"] = result["hinweis"].astype("object").mask(either, reason(rule))
    return result


def _gone(table: pd.DataFrame, hidden: Container[Cell]) -> pd.DataFrame:
    """Whether numerator and denominator of each row are hidden."""
    flags = [[Cell(key, stand, teil, area) in hidden for teil in COUNTS] for key, stand, area in row_keys(table)]
    return pd.DataFrame(flags, index=table.index, columns=COUNTS, dtype=bool)


def reason(rule: Rule) -> str:
    """Why a value is not shown: the same words for a small count and for one that would give it away."""
    return (
        f"{GESPERRT}: Hier oder bei einem Wert, der sich sonst errechnen ließe, sind es "
        f"weniger als {rule.mindestfallzahl} Fälle."
    )


def _manifest(released: pd.DataFrame, hidden: Container[Cell], rule: Rule) -> dict[str, Any]:
    gone = _gone(released, hidden).to_numpy()
    return {
        "geheimhaltungsverfahren": VERFAHREN,
        "mindestfallzahl": rule.mindestfallzahl,
        "null_gezeigt": rule.null_zeigen,
        "gegenstuecke_geschuetzt": rule.gegenstuecke,
        "verfahren": "Primär- und Sekundärsperrung, ganzzahlig optimiert; vor der Ausgabe durch einen Angriff geprüft",
        "grund": reason(rule),
        "gesperrt": [
            {**dict(zip(ROW, key, strict=True)), "felder": [*np.array(COUNTS)[flags].tolist(), "wert"]}
            for key, flags in zip(row_keys(released), gone, strict=True)
            if flags.any()
        ],
    }
