"""What places must be to be shown: the form of a school, the association of a Kita, the age from which it takes."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from sozialraum.city.load import Data
from sozialraum.figures.points import drawn
from sozialraum.style import NBSP, SYMBOLS, number
from sozialraum.style.grammar import plural

SCHOOL: Final = "schule"
FORM, ASSOCIATION, AGE = "unterart", "verband", "alter_von"
LABELS: Final = {FORM: "Schulform", ASSOCIATION: "Verband", AGE: "Alter"}
"""Column of the places that is asked -> what its field is called."""


@lru_cache(maxsize=4)
def places(data: Data) -> pd.DataFrame:
    """The places that a map can show: what they are, and where in metres (x, y)."""
    table = drawn(data, with_quiet=True)
    plain = pd.DataFrame(table.drop(columns="geometry")).assign(x=table.geometry.x, y=table.geometry.y)
    plain.loc[plain["art"] != SCHOOL, FORM] = pd.NA
    return plain


def said(column: str, value: Any) -> str:
    """A value as its field offers it: "ab 1 Jahr", "Gymnasium"."""
    return f"ab {number(value)}{NBSP}{'Jahr' if value == 1 else 'Jahren'}" if column == AGE else str(value)


def options(data: Data, column: str) -> list[tuple[str, Any]]:
    """Words and values that may be asked of a column, the first is "any"; empty if there is no choice."""
    known = places(data)[column].dropna().unique()
    return [("alle", ""), *((said(column, one), one) for one in sorted(known))] if len(known) > 1 else []


def fitting(data: Data, nur: Mapping[str, Any]) -> pd.DataFrame:
    """The places that are all that is asked; what is not asked of a kind does not concern it."""
    table = places(data)
    for column, wanted in nur.items():
        concerned = table["art"].isin(table.loc[table[column].notna(), "art"].unique())
        fits = table[column].le(wanted) if column == AGE else table[column].eq(wanted)
        table = table[~concerned | fits.fillna(False).astype(bool)]
    return table


def kinds_of(data: Data, column: str) -> list[str]:
    """Symbols of the kinds that a column says something about."""
    table = places(data)
    return list(table.loc[table[column].notna(), "symbol"].unique())


def words(nur: Mapping[str, Any]) -> str:
    """What is asked, as printed: "Schulform Gymnasium, Alter ab 1 Jahr"; empty if nothing is."""
    return ", ".join(f"{LABELS[column]} {said(column, value)}" for column, value in nur.items())


def note(data: Data, nur: Mapping[str, Any], kinds: Iterable[str]) -> str:
    """How many of each kind that is asked about are shown, and how many say nothing of it; empty if all are."""
    every, left = places(data), fitting(data, nur)
    asked = [kind for kind in kinds if any(kind in kinds_of(data, column) for column in nur)]
    shown, silent = [], 0
    for kind in asked:
        own = every[every["symbol"] == kind]
        count = number(int((left["symbol"] == kind).sum()))
        shown.append(f"{count} von {plural(len(own), SYMBOLS[kind].label, SYMBOLS[kind].plural)}")
        columns = [column for column in nur if own[column].notna().any()]
        silent += int(own[columns].isna().any(axis=1).sum())
    parts = [f"Gezeigt: {', '.join(shown)}." if shown else ""]
    parts += [f"Ohne Angabe dazu und nicht gezeigt: {number(silent)}."] if silent else []
    return " ".join(parts).strip()
