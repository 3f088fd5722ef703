"""Packages on their way past the guard of secrecy: as their readers see them, and, in the Statistikstelle, protected.

True counts exist in memory only. What was issued before is read from the packages that are kept, so that no issue
reveals anything together with an earlier one, whichever way that came in.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import isnan
from typing import Final

import pandas as pd

from sozialraum.errors import SecrecyError
from sozialraum.gebiete import Register
from sozialraum.indicators import Indikator, catalogue
from sozialraum.intake.audience import WEITERGABE
from sozialraum.intake.dates import german_stand
from sozialraum.intake.description import SUPPRESSED, Geheimhaltung
from sozialraum.intake.numbers import LATER, MEANINGLESS, UNSAFE
from sozialraum.intake.packages import COLUMNS, Paket, read_packages
from sozialraum.load import Data
from sozialraum.secrecy import BUDGET_S, Parts, Published, Rule, check_import, protect

REST: Final = "ohne_zuordnung"
"""Id of what belongs to the city and to none of its Stadtteile; never written."""
UNKNOWN: Final = 1000.0
"""Denominator, beyond its numerator, of a rest that has none: no reader knows one, so it must not cause a secret."""
NOT_DELIVERED: Final = ("Der Stadtteil steht nicht in der gelieferten Tabelle", "Nicht geliefert")
_NOT_SECRET: Final = (*NOT_DELIVERED, *(f"In der gelieferten Tabelle: {why}" for why in (LATER, MEANINGLESS, UNSAFE)))
_COUNTS: Final = ["zaehler", "nenner"]
Rest = tuple[float, float]


def opened_by(packages: Sequence[Paket], data: Data, *, budget_s: float = BUDGET_S) -> list[str]:
    """German sentences on hidden counts that new packages would open, alone or with all that are there.

    Raises
    ------
    SecrecyError
        If the audit is not finished in time.
    """
    existing = read_packages(data.dir, stadt=data.register.city.id, removed=True)
    new, old, own = _with_rests(packages, existing, data, every=False)
    return check_import(new, old, data.register, own=own, budget_s=budget_s)


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
    earlier = sorted(
        read_packages(data.dir, stadt=data.register.city.id, removed=True), key=lambda paket: paket.ausgabe
    )
    new, before, own = _with_rests(packages, earlier, data, every=True)
    rows = [one.werte.assign(indikator=one.eintrag.id, stand=one.stand, von=float("nan"), bis=float("nan"))
            for one in new]  # fmt: skip
    done = protect(
        pd.concat(rows, ignore_index=True).drop(columns="gesperrt"),
        register=data.register,
        katalog={one.eintrag.id: one.eintrag for one in new},
        rule=Rule(mindestfallzahl=mindestfallzahl),
        own=own,
        before=before,
    )
    return [_released(paket, done.table, mindestfallzahl) for paket in packages]


def published(paket: Paket, data: Data) -> Published:
    """A package as its readers see it."""
    hints = paket.werte["hinweis"].fillna("").astype(str)
    hidden = paket.werte["wert"].isna() & ~hints.str.startswith(_NOT_SECRET)
    return Published(
        eintrag=entry(paket, data),
        stand=paket.stand,
        werte=paket.werte.assign(gesperrt=hidden),
        verfahren=paket.geheimhaltung.verfahren,
        zahl=paket.geheimhaltung.zahl,
        stufe=WEITERGABE.index(paket.weitergabe),
        ausgabe=paket.ausgabe,
    )


def entry(paket: Paket, data: Data) -> Indikator:
    """The typed entry of a package's indicator."""
    words = {name: value for name, value in paket.eintrag.items() if name != "id"}
    return catalogue({**data.indikatoren_yml, "indikatoren": {paket.indikator: words}})[paket.indikator]


def _with_rests(
    packages: Sequence[Paket], earlier: Sequence[Paket], data: Data, *, every: bool
) -> tuple[list[Published], list[Published], Parts]:
    """New and earlier tables; if any of them counts people without a Stadtteil, each says how many it has.

    Where that cannot be seen, because something is hidden, it is nobody (``every``: in all new tables; otherwise unless
    another table of the indicator has some, whose number stays open then).
    """
    register = data.register
    rests = [_rest(paket, register) for paket in (*packages, *earlier)]
    some = {paket.indikator for paket, rest in zip((*packages, *earlier), rests, strict=True) if rest and max(rest) > 0}
    tables = [published(paket, data) for paket in (*packages, *earlier)]
    if some:
        for place, (one, rest) in enumerate(zip(tables, rests, strict=True)):
            if rest or one.eintrag.id not in some or (every and place < len(packages)):
                tables[place] = replace(one, werte=_balanced(one.werte, rest or (0.0, 0.0), register))
    city = register.city.id
    parts = {REST: (REST,), city: (*register.members(city), REST)} if some else {}
    return tables[: len(packages)], tables[len(packages) :], parts


def _rest(paket: Paket, register: Register) -> Rest | None:
    """Numerator and denominator that the city has beyond its Stadtteile; None if a number is missing."""
    if paket.geheimhaltung.verfahren not in (SUPPRESSED, "keines"):
        return 0.0, 0.0
    werte, parts = paket.werte.set_index("gebiet_id"), register.members(register.city.id)
    part, whole = (float(werte[kind][register.city.id] - werte[kind][parts].sum(skipna=False)) for kind in _COUNTS)
    return None if isnan(part) else (max(0.0, part), max(0.0, whole))


def _balanced(table: pd.DataFrame, rest: Rest, register: Register) -> pd.DataFrame:
    """A table with a row for the rest; the city's denominator grows if the rest has none of its own."""
    part, whole = rest
    whole = whole if whole > part or not part else part + UNKNOWN
    row = table.tail(1).assign(gebiet_id=REST, zaehler=part, nenner=whole, wert=float("nan"), gesperrt=False)
    together = pd.concat([table, row], ignore_index=True)
    stadtteile = together["gebiet_id"].isin([*register.members(register.city.id), REST])
    city = together["gebiet_id"] == register.city.id
    if part and whole > rest[1]:
        together.loc[city, "nenner"] = together.loc[stadtteile, "nenner"].sum(skipna=False)
    return together


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
