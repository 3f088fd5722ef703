"""Delivered numbers of young children in the reach of Kitas and Grundschulen, instead of children under 15."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from sozialraum.city.access import (
    COUNTS_CHILDREN,
    REACH_INDICATORS,
    UNDER_15,
    OwnChildren,
    by_own_children,
    own_children,
)
from sozialraum.city.gebiete import Register
from sozialraum.city.sources import german_day

_TEXTS: Final = ("titel", "subjekt", "definition")


def delivered_children(indikatoren: pd.DataFrame, register: Register) -> dict[str, tuple[OwnChildren, pd.DataFrame]]:
    """By indicator of reach the delivered children and its new rows; those without such numbers are left out."""
    stadtteile = [area.id for area in register.of_level("stadtteil")]
    found = {}
    for key, kind in REACH_INDICATORS.items():
        own = own_children(indikatoren, stadtteile, kind) if kind in COUNTS_CHILDREN else None
        rows = indikatoren[indikatoren["indikator"] == key].set_index("gebiet_id")
        if own is None or not set(stadtteile) <= set(rows.index):
            continue
        made = by_own_children(rows, own, {str(area): register.members(str(area)) for area in rows.index})
        if made is not None:
            found[key] = own, made.reset_index()
    return found


def with_children(entry: Mapping[str, Any], own: OwnChildren) -> dict[str, Any]:
    """The entry of a reach that counts delivered children: its words, sources and method."""
    in_cells = own.ages in str(entry["nenner"]["was"])
    share = (
        f"seiner Kinder {own.ages} in den Rasterzellen"
        if in_cells
        else "seiner Kinder unter 15 Jahren, weil das Zensus-Raster jüngere Altersgruppen nicht enthält"
    )
    method = (
        f"{str(entry['methode']).strip()} Gezählt sind Kinder {own.ages} nach der gelieferten Tabelle (Stand "
        f"{german_day(own.stand)}): Der Anteil eines Stadtteils ist der {share}; Anzahlen sowie die Werte der "
        "Stadtbezirke und der Stadt sind mit den gelieferten Zahlen gewichtet."
    )
    return {**aged_words(entry, own.ages), "quellen": [*entry["quellen"], *own.quellen], "methode": method}


def aged_words(entry: Mapping[str, Any], ages: str) -> dict[str, Any]:
    """The entry of a reach of children under 15 that counts those of other ages."""

    def aged(text: str) -> str:
        return text.replace(f"{UNDER_15} Jahren", ages).replace(UNDER_15, ages)

    sides = {side: {**entry[side], "was": aged(str(entry[side]["was"]))} for side in ("zaehler", "nenner")}
    return {**entry, **{key: aged(str(entry[key])) for key in _TEXTS}, **sides}
