"""The way of a table through the Statistikstelle: true counts come in, protected packages go out, nothing else.

The true counts exist in memory only. What was issued before is read from the packages that are kept, so that no issue
reveals anything together with an earlier one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from sozialraum.errors import SecrecyError
from sozialraum.gebiete import Register
from sozialraum.indicators import Indikator, catalogue
from sozialraum.intake.description import SUPPRESSED, Geheimhaltung
from sozialraum.intake.packages import COLUMNS, Paket, read_packages
from sozialraum.load import Data
from sozialraum.secrecy import Parts, Rule, protect

REST: Final = "ohne_zuordnung"
"""Id of what belongs to the city and to none of its Stadtteile; never written."""
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
    rest = [_rest(paket, data.register) for paket in packages]
    tables = [*map(_table, packages), *(row for row in rest if row is not None)]
    done = protect(
        pd.concat(tables, ignore_index=True),
        register=data.register,
        katalog=_katalog([*earlier, *packages], data.indikatoren_yml),
        rule=Rule(mindestfallzahl=mindestfallzahl),
        own=_with_rest(data.register, rest),
        before=[_table(paket) for paket in earlier],
    )
    return [_released(paket, done.table, mindestfallzahl) for paket in packages]


def _table(paket: Paket) -> pd.DataFrame:
    """Values of a package as rows like those of ``indikatoren.csv``."""
    fixed = {"indikator": paket.indikator, "stand": paket.stand, "fehler": float("nan"), "quelle": paket.quelle_id}
    return paket.werte.assign(**fixed)


def _rest(paket: Paket, register: Register) -> pd.DataFrame | None:
    """A row for what the city has beyond its Stadtteile; None if they add up or cannot be added."""
    werte = paket.werte.set_index("gebiet_id")[_COUNTS]
    parts = register.members(register.city.id)
    beyond = werte.loc[register.city.id] - werte.loc[parts].sum(skipna=False)
    if not (beyond > 0).any():
        return None
    last = _table(paket).tail(1)
    return last.assign(gebiet_id=REST, **beyond.where(beyond > 0, 0.0).to_dict(), wert=float("nan"))


def _with_rest(register: Register, rest: Iterable[pd.DataFrame | None]) -> Parts:
    if all(row is None for row in rest):
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
    origin = {key: text for key, text in paket.herkunft.items() if key != "sha256"}
    return replace(paket, werte=werte, geheimhaltung=Geheimhaltung(SUPPRESSED, mindestfallzahl), herkunft=origin)
