"""What an import would give away, in words for the office that brings it. No sentence names a count or an area."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isnan
from typing import Final

from sozialraum.gebiete import Register
from sozialraum.secrecy.attack import Finding, audit_published
from sozialraum.secrecy.budget import BUDGET_S
from sozialraum.secrecy.model import GEGENSTUECK, NENNER, SPERRUNG, ZAEHLER, Parts, Published, Rule, is_part, measured

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

    Raises
    ------
    SecrecyError
        If the audit is not finished in time.
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
