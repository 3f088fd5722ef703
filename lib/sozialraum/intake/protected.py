"""The way of a table through the Statistikstelle: true counts come in, protected packages go out, nothing else.

The true counts exist in memory only. What was issued before is read from the packages that are kept, so that no issue
reveals anything together with an earlier one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isnan
from typing import Any, Final

import pandas as pd

from sozialraum.errors import SecrecyError
from sozialraum.gebiete import Register
from sozialraum.indicators import Indikator, catalogue
from sozialraum.intake.checks import german_stand
from sozialraum.intake.description import SUPPRESSED, Geheimhaltung
from sozialraum.intake.packages import COLUMNS, Paket, read_packages
from sozialraum.load import Data
from sozialraum.secrecy import Parts, Rule, protect

REST: Final = "ohne_zuordnung"
"""Id of what belongs to the city and to none of its Stadtteile; never written."""
UNKNOWN: Final = 1000.0
"""Denominator, beyond its numerator, of a rest that has none: no reader knows one, so it must not cause a secret."""
_COUNTS: Final = ["zaehler", "nenner"]


def protected(packages: Sequence[Paket], data: Data, *, mindestfallzahl: int) -> list[Paket]:
    """Packages without any count that must stay secret or would give one away.

    Parameters
    ----------
    packages
        Packages with true counts.
    mindestfallzahl
        Number of cases below which a count is not shown: 3, 5 or 10.

    Raises
    ------
    SecrecyError
        If they cannot be protected, alone or together with what was issued before. No message names a count.
    """
    earlier = [
        paket
        for paket in read_packages(data.dir, stadt=data.register.city.id)
        if paket.geheimhaltung.verfahren == SUPPRESSED
    ]
    earlier.sort(key=lambda paket: paket.ausgabe)
    tables, before = _with_rests(packages, earlier, data.register)
    done = protect(
        pd.concat(tables, ignore_index=True),
        register=data.register,
        katalog=_katalog([*earlier, *packages], data.indikatoren_yml),
        rule=Rule(mindestfallzahl=mindestfallzahl),
        own=_parts_with_rest(data.register, [*tables, *before]),
        before=before,
    )
    return [_released(paket, done.table, mindestfallzahl) for paket in packages]


def _table(paket: Paket) -> pd.DataFrame:
    """Values of a package as rows like those of ``indikatoren.csv``."""
    unknown = dict.fromkeys(("von", "bis"), float("nan"))
    return paket.werte.assign(indikator=paket.indikator, stand=paket.stand, quelle=paket.quelle_id, **unknown)


def _with_rests(
    packages: Iterable[Paket], earlier: Iterable[Paket], register: Register
) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """Rows of new and earlier packages; if any of them counts people without a Stadtteil, each says how many it has."""
    new, old = ([(_table(paket), _rest(paket, register)) for paket in group] for group in (packages, earlier))
    if not any(rest and max(rest) > 0 for _, rest in [*new, *old]):
        return [table for table, _ in new], [table for table, _ in old]
    return (
        [_balanced(table, rest or (0.0, 0.0), register) for table, rest in new],
        [_balanced(table, rest, register) if rest else table for table, rest in old],
    )


def _rest(paket: Paket, register: Register) -> tuple[float, float] | None:
    """Numerator and denominator that the city has beyond its Stadtteile; None if a number is missing."""
    werte, parts = paket.werte.set_index("gebiet_id"), register.members(register.city.id)
    part, whole = (float(werte[kind][register.city.id] - werte[kind][parts].sum(skipna=False)) for kind in _COUNTS)
    return None if isnan(part) else (max(0.0, part), max(0.0, whole))


def _balanced(table: pd.DataFrame, rest: tuple[float, float], register: Register) -> pd.DataFrame:
    """A table with a row for the rest; the city's denominator grows if the rest has none of its own."""
    part, whole = rest
    whole = whole if whole > part or not part else part + UNKNOWN
    row = table.tail(1).assign(gebiet_id=REST, zaehler=part, nenner=whole, wert=float("nan"))
    together = pd.concat([table, row], ignore_index=True)
    stadtteile = together["gebiet_id"].isin([*register.members(register.city.id), REST])
    city = together["gebiet_id"] == register.city.id
    together.loc[city, "nenner"] = together.loc[stadtteile, "nenner"].sum(skipna=False)
    return together


def _parts_with_rest(register: Register, tables: Iterable[pd.DataFrame]) -> Parts:
    if not any((table["gebiet_id"] == REST).any() for table in tables):
        return {}
    return {REST: (REST,), register.city.id: (*register.members(register.city.id), REST)}


def _katalog(packages: Iterable[Paket], raw: Mapping[str, Any]) -> dict[str, Indikator]:
    entries = {
        paket.indikator: {name: value for name, value in paket.eintrag.items() if name != "id"} for paket in packages
    }
    return catalogue({**raw, "indikatoren": entries})


def _released(paket: Paket, table: pd.DataFrame, mindestfallzahl: int) -> Paket:
    """The package with its rows of the protected table; the checksum of the true file would help to guess it."""
    mine = (table["indikator"] == paket.indikator) & (table["stand"] == paket.stand) & (table["gebiet_id"] != REST)
    werte = table.loc[mine, list(COLUMNS)].reset_index(drop=True)
    if list(werte["gebiet_id"]) != list(paket.werte["gebiet_id"]):
        raise SecrecyError("Beim Sperren sind Zeilen verlorengegangen; es ist nichts geschrieben.")
    werte["nenner"] = paket.werte["nenner"].where(werte["nenner"].notna())
    origin = {key: text for key, text in paket.herkunft.items() if key != "sha256"}
    return replace(paket, werte=werte, geheimhaltung=Geheimhaltung(SUPPRESSED, mindestfallzahl), herkunft=origin)


def hidden_in(paket: Paket) -> str:
    """How many values of a package are hidden, as a sentence; no value is named."""
    gone = int(paket.werte["wert"].isna().sum())
    what = f"{paket.eintrag['titel']} ({german_stand(paket.stand)})"
    return f"{what}: {gone} von {len(paket.werte)} Werten fehlen oder sind gesperrt."
