"""Counts that came without a denominator: own inhabitants of the same date are one, the census estimate never is.

Which own table serves which share says the catalogue (``nenner_aus``). It is decided whenever the packages are read, so
that it does not matter which of the two was brought first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from sozialraum.intake.dates import german_stand, last_day
from sozialraum.intake.packages import Paket

COMPUTED: Final = "berechnet"
SHARES: Final = ("anteil", "rate")
WITHOUT: Final = "Anzahl ohne Nenner"
NO_DENOMINATOR: Final = f"{WITHOUT}: Einwohner zum selben Stichtag einlesen."
_NO_RULE: Final = f"{WITHOUT}: Bitte eine Tabelle mit dem Nenner liefern lassen."
_NOT_HERE: Final = f"{WITHOUT}: Die eingelesene Tabelle des Nenners hat hier keinen Wert."
_TOO_MANY: Final = "Die Anzahl ist größer als der eingelesene Nenner zum selben Stichtag."


def counts_only(paket: Paket) -> bool:
    """Whether a package of a share or rate holds counts and neither denominators nor values."""
    werte, typ = paket.werte, paket.eintrag.get("typ")
    without = werte["nenner"].isna().all() and werte["wert"].isna().all()
    return bool(typ in SHARES and without and werte["zaehler"].notna().any())


def with_denominators(packages: Sequence[Paket], katalog: Mapping[str, Mapping[str, Any]]) -> list[Paket]:
    """The packages; those of counts only with the denominators of own tables of the same date, if there are any."""
    return [_completed(paket, packages, katalog) if counts_only(paket) else paket for paket in packages]


def denominators_of(
    paket: Paket, packages: Sequence[Paket], katalog: Mapping[str, Mapping[str, Any]], *, by_words: bool = False
) -> tuple[list[Paket], str, str]:
    """Own tables of the same date that count the denominator of a share, and the indicator and column to look for."""
    rule = paket.eintrag.get("nenner_aus") or katalog.get(paket.indikator, {}).get("nenner_aus") or ""
    if by_words and not rule and (words := _words(paket.eintrag)):
        alike = (entry.get("nenner_aus") for entry in katalog.values() if _words(entry) == words)
        rule = next(filter(None, alike), "")
    key, _, column = str(rule).partition(":")
    own = [one for one in packages if one.indikator == key and same_day(one.stand, paket.stand)]
    return (own if paket.eintrag.get("typ") in SHARES else []), key, column


def _words(entry: Mapping[str, Any]) -> tuple[str, str] | None:
    whole = entry.get("nenner") or {}
    return (whole["was"], whole["einheit"]) if whole.get("was") else None


def _completed(paket: Paket, packages: Sequence[Paket], katalog: Mapping[str, Mapping[str, Any]]) -> Paket:
    own, key, column = denominators_of(paket, packages, katalog)
    if not own:
        hints = _hints(paket.werte, NO_DENOMINATOR if key else _NO_RULE)
        words = katalog.get(key, {}).get("zaehler") or {**paket.eintrag["zaehler"], "was": "Grundgesamtheit"}
        counted = {"nenner": {**words, "stand": paket.stand}, **paket.eintrag}
        return replace(paket, werte=paket.werte.assign(hinweis=hints), eintrag=counted)
    people = max(own, key=lambda one: one.ausgabe)
    werte = _shares(paket, people.werte.set_index("gebiet_id")[column or "wert"])
    return replace(paket, werte=werte, eintrag=_entry(paket, people))


def same_day(first: str, second: str) -> bool:
    """Whether two as-of dates mean the same day: a month means its last one, a year only itself."""
    return first == second or ("-" in first and "-" in second and last_day(first) == last_day(second))


def _shares(paket: Paket, people: pd.Series) -> pd.DataFrame:
    werte = paket.werte.copy()
    nenner = people.reindex(werte["gebiet_id"]).to_numpy()
    more = (werte["zaehler"] > nenner) & (paket.eintrag["typ"] == "anteil")
    werte["nenner"] = pd.Series(nenner, index=werte.index).where(lambda counts: (counts > 0) & ~more)
    werte["wert"] = werte["zaehler"] / werte["nenner"] * float(paket.eintrag.get("faktor", 100.0))
    werte["art"] = COMPUTED
    werte["hinweis"] = _hints(werte, _NOT_HERE).mask(more, _TOO_MANY)
    return werte


def _hints(werte: pd.DataFrame, reason: str) -> pd.Series:
    """The hints of a table: a reason where there is a count without a value, none where there is a value."""
    open_, done = werte["zaehler"].notna() & werte["wert"].isna(), werte["wert"].notna()
    return werte["hinweis"].astype(object).mask(open_, reason).mask(done, None)


def _entry(paket: Paket, people: Paket) -> dict[str, Any]:
    """The entry with the denominator's words, source and part in the method."""
    counted = paket.eintrag.get("nenner") or people.eintrag["zaehler"]
    by = people.quelle.get("kurz") or people.quelle["quellenvermerk"]
    method = f"Nenner: eingelesene Zahl „{counted['was']}“, Stand {german_stand(people.stand)} ({by})."
    return {
        **paket.eintrag,
        "art": COMPUTED,
        "nenner": {**counted, "stand": paket.stand},
        "quellen": [*paket.eintrag["quellen"], people.quelle_id],
        "methode": f"{paket.eintrag.get('methode', '')} {method}".strip(),
    }
