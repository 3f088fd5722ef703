"""A table with small counts becomes one that may leave the Statistikstelle, or nothing does."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Final

import numpy as np
import pandas as pd

from sozialraum.errors import SecrecyError
from sozialraum.gebiete import Register
from sozialraum.indicators import share
from sozialraum.secrecy.attack import audit, consistent
from sozialraum.secrecy.model import (
    NENNER,
    ROW,
    ZAEHLER,
    Cell,
    Counts,
    Katalog,
    Parts,
    Relation,
    Rule,
    counts,
    measured,
    measures,
    membership,
    row_keys,
)
from sozialraum.secrecy.relations import find_relations
from sozialraum.secrecy.suppress import Problem, primary, secondary

VERFAHREN: Final = "Sperrung"
MAX_ROUNDS: Final = 12
GESPERRT: Final = "Gesperrt zur statistischen Geheimhaltung"
"""First words of the note beside a hidden value."""
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
    before: Sequence[pd.DataFrame] = (),
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
        What was published earlier, the oldest first.

    Raises
    ------
    SecrecyError
        If counts are no whole numbers, parts and sums disagree, or a count cannot be protected, for example because
        it was published before. No message names a count.
    """
    rule, parts = rule or Rule(), membership(register, own)
    _refuse_what_is_no_count(table, katalog)
    raw = _with_totals(table, register, katalog)
    truth = counts([raw], katalog)
    earlier = [_still_true(old, truth) for old in before]
    relations = find_relations(counts([*earlier, raw], katalog))
    earlier = _connected(earlier, raw, relations)
    problem, hidden = _problem(raw, earlier, parts, katalog, rule, relations)
    for _ in range(MAX_ROUNDS):
        released = _masked(raw, hidden, rule)
        found = audit([*earlier, released], parts=parts, katalog=katalog, rule=rule, relations=relations)
        unsafe = found.loc[~found["sicher"], list(Cell._fields)]
        if unsafe.empty:
            return Protected(released, _manifest(released, hidden, rule))
        for cell in unsafe.itertuples(index=False, name=None):
            hidden = secondary(problem, hidden, Cell(*cell))
    raise SecrecyError("Die Tabelle lässt sich nicht so sperren, dass kein kleiner Wert errechnet werden kann.")


def _refuse_what_is_no_count(table: pd.DataFrame, katalog: Katalog) -> None:
    for indikator, rows in table.groupby("indikator", sort=False):
        for teil in measured(katalog, str(indikator)):
            known = rows[teil].dropna()
            titel = katalog[str(indikator)].titel
            if known.empty:
                word = "Zähler" if teil == ZAEHLER else "Nenner"
                raise SecrecyError(f"{titel}: Ohne {word} lässt sich nicht prüfen, ob ein Wert geheim zu halten ist.")
            if (known < 0).any() or (known % 1 != 0).any():
                raise SecrecyError(f"{titel}: Fallzahlen müssen ganze Zahlen und nicht negativ sein.")


_NO_INTERVAL: Final = {"von": np.nan, "bis": np.nan}


def _with_totals(table: pd.DataFrame, register: Register, katalog: Katalog) -> pd.DataFrame:
    """The table with the sums of Stadtbezirke and city that it lacks; sums with an unknown part stay out."""
    added = []
    for (indikator, _), rows in table.groupby(["indikator", "stand"], sort=False):
        entry, by_area = katalog[str(indikator)], rows.set_index("gebiet_id")
        for area in (*register.of_level("stadtbezirk"), register.city):
            members = register.members(area.id)
            if area.id in by_area.index or entry.typ not in _ADDED_UP or not set(members) <= set(by_area.index):
                continue
            sums = by_area.loc[members, [ZAEHLER, NENNER]].astype("float64").sum(skipna=False, min_count=1)
            if not np.isnan(sums[ZAEHLER]):
                added.append(
                    {
                        **rows.iloc[0].to_dict(),
                        **sums,
                        "gebiet_id": area.id,
                        **_NO_INTERVAL,
                        "hinweis": None,
                    }
                )
                wert = share(sums[[ZAEHLER]], pd.Series({ZAEHLER: sums[NENNER]}), factor=entry.faktor)[ZAEHLER]
                added[-1]["wert"] = sums[ZAEHLER] if entry.typ == "anzahl" else wert
    return pd.concat([table, pd.DataFrame(added, columns=table.columns).astype(table.dtypes)]) if added else table


def _still_true(old: pd.DataFrame, truth: Counts) -> pd.DataFrame:
    """An earlier table without the counts that have been revised since.

    Whoever compares two editions guesses which counts are unchanged. The guess is granted: what is still true counts
    as known, what is not as unknown.
    """
    result = old.copy()
    for teil in (ZAEHLER, NENNER):
        cells = [Cell(indikator, stand, teil, area) for indikator, stand, area in row_keys(old)]
        now = pd.Series([truth.get(cell, np.nan) for cell in cells], index=old.index)
        revised = now.notna() & old[teil].notna() & ~np.isclose(now, old[teil].astype("float64"))
        result[teil] = result[teil].mask(revised)
        result["wert"] = result["wert"].mask(revised)
    return result


def _connected(earlier: Iterable[pd.DataFrame], raw: pd.DataFrame, relations: Sequence[Relation]) -> list[pd.DataFrame]:
    """Rows of earlier tables that say something about the counts of this one."""
    linked = {key[:2] for key in row_keys(raw)}
    groups = [{key[:2] for key in (relation.whole, *relation.parts)} for relation in relations]
    while grown := {key for group in groups if group & linked for key in group} - linked:
        linked |= grown
    kept = [old[[key[:2] in linked for key in row_keys(old)]] for old in earlier]
    return [old for old in kept if len(old)]


def _problem(
    raw: pd.DataFrame,
    earlier: Sequence[pd.DataFrame],
    parts: Parts,
    katalog: Katalog,
    rule: Rule,
    relations: Sequence[Relation],
) -> tuple[Problem, set[Cell]]:
    """What is to be solved, and what is hidden from the start."""
    tables = [*earlier, raw]
    filled = consistent(tables, parts=parts, katalog=katalog, rule=rule, relations=relations)
    known, old, new = (counts(chosen, katalog) for chosen in (tables, earlier, [raw]))
    truth = {
        Cell(*measure, area): sum(filled[Cell(*measure, member)] for member in members)
        for measure in measures(filled)
        for area, members in parts.items()
    }
    small = primary(known, katalog=katalog, rule=rule)
    hidden = {cell for cell in new if cell in small or isnan(known[cell]) or isnan(old.get(cell, 0.0))}
    zeros = {cell for cell, count in new.items() if count == 0 and rule.null_zeigen} - hidden
    fixed = frozenset(zeros.union(cell for cell, count in old.items() if not isnan(count)))
    return Problem(truth, frozenset(new) - fixed, fixed, parts, katalog, rule, relations), hidden


def _masked(raw: pd.DataFrame, hidden: Container[Cell], rule: Rule) -> pd.DataFrame:
    """The table without what is hidden and everything that was computed from it."""
    result = raw.reset_index(drop=True)
    gone = {teil: _row_flags(result, hidden, teil) for teil in (ZAEHLER, NENNER)}
    either = gone[ZAEHLER] | gone[NENNER]
    for teil, flags in gone.items():
        result[teil] = result[teil].mask(flags)
    result[["wert", "von", "bis"]] = result[["wert", "von", "bis"]].mask(either)
    result["hinweis"] = result["hinweis"].astype("object").mask(either, reason(rule))
    return result


def _row_flags(table: pd.DataFrame, hidden: Container[Cell], teil: str) -> pd.Series:
    flags = [Cell(indikator, stand, teil, area) in hidden for indikator, stand, area in row_keys(table)]
    return pd.Series(flags, index=table.index, dtype=bool)


def reason(rule: Rule) -> str:
    """Why a value is not shown: the same words for a small count and for one that would give it away."""
    return (
        f"{GESPERRT}: Hier oder bei einem Wert, der sich sonst errechnen ließe, sind es "
        f"weniger als {rule.mindestfallzahl} Fälle."
    )


def _manifest(released: pd.DataFrame, hidden: Container[Cell], rule: Rule) -> dict[str, Any]:
    gone = {teil: _row_flags(released, hidden, teil).tolist() for teil in (ZAEHLER, NENNER)}
    return {
        "geheimhaltungsverfahren": VERFAHREN,
        "mindestfallzahl": rule.mindestfallzahl,
        "null_gezeigt": rule.null_zeigen,
        "gegenstuecke_geschuetzt": rule.gegenstuecke,
        "verfahren": "Primär- und Sekundärsperrung, ganzzahlig optimiert; vor der Ausgabe durch einen Angriff geprüft",
        "grund": reason(rule),
        "gesperrt": [
            {**dict(zip(ROW, key, strict=True)), "felder": [*(teil for teil in gone if gone[teil][place]), "wert"]}
            for place, key in enumerate(row_keys(released))
            if any(flags[place] for flags in gone.values())
        ],
    }
