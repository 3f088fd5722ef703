"""What tables reveal: small counts that one shows or gives away itself, and what all that are kept say together.

In the Statistikstelle true counts exist in memory only, until they are protected. What was issued before is read from
the packages that are kept, so that no issue reveals anything together with an earlier one, whichever way that came in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isnan, nan
from typing import Final

import pandas as pd

from sozialraum.errors import SecrecyError
from sozialraum.gebiete import Register
from sozialraum.indicators import catalogue
from sozialraum.intake.dates import german_stand, last_day
from sozialraum.intake.description import NONE, SUPPRESSED, WEITERGABE, Geheimhaltung
from sozialraum.intake.layout import Table
from sozialraum.intake.own_series import Number, Series
from sozialraum.intake.packages import COLUMNS, WITHOUT, Paket, denominators_of, read_packages
from sozialraum.intake.phrases import KINDS, PART, VALUE, WHOLE
from sozialraum.intake.reading import LATER, MEANINGLESS, SECRET, UNSAFE
from sozialraum.load import Data
from sozialraum.secrecy import (
    GESPERRT,
    ZAEHLER,
    Measure,
    Parts,
    Published,
    Rule,
    audit_published,
    check_import,
    protect,
    shown_small,
)

_NOT_SECRET: Final = (LATER, MEANINGLESS, UNSAFE)
_KINDS: Final = {PART: "Zähler", WHOLE: "Nenner"}
_SMALL: Final = {PART: "der Zähler", WHOLE: "der Nenner", "gegenstueck": "der Rest des Nenners ohne den Zähler"}
_WAY_OUT: Final = (
    "Bitte die Tabelle ohne diese Summe oder diesen Anteil oder mit einer zweiten gesperrten Zelle (Zweitsperrung) "
    "liefern lassen. Die Statistikstelle selbst liest die ungeschützte Tabelle mit --statistikstelle ein; dann wird "
    "das Nötige gesperrt."
)
REST: Final = "ohne_zuordnung"
"""Id of what belongs to the city and to none of its Stadtteile; never written."""
UNKNOWN: Final = 1000.0
"""Denominator, beyond its numerator, of a rest that has none: no reader knows one, so it must not cause a secret."""
NOT_DELIVERED: Final = ("Der Stadtteil steht nicht in der gelieferten Tabelle", "Nicht geliefert")
_NOT_HIDDEN: Final = (*NOT_DELIVERED, WITHOUT, *(f"In der gelieferten Tabelle: {why}" for why in _NOT_SECRET))
_COUNTS: Final = ["zaehler", "nenner"]
Rest = tuple[float, float]


def problems(table: Table, series: Series, register: Register, minimum: int) -> Iterator[str]:
    """German sentences on counts below the minimum that readers see in the table or can compute from it alone."""
    own = {f"rest {place}": (f"rest {place}",) for place, _ in enumerate(series.rests)}
    city = register.city.id
    parts = own | {city: (*register.members(city), *own)} if own else {}
    seen = Published(series.eintrag, series.stand, _rows(series), zahl=minimum)

    def where(key: str, kind: str) -> str:
        spot = series.spot(key, kind if kind in _KINDS else PART, VALUE)
        return spot.where() if spot else table.sheet.where()

    shown = shown_small(seen)
    for key, kind in shown:
        yield (
            f"{where(key, kind)}: Hier steht eine Anzahl von Menschen oder Fällen, die nach „sperrung:{minimum}“ nicht "
            f"gezeigt werden darf ({_SMALL[kind]} ist kleiner als {minimum}). Bitte eine Tabelle anfordern, in "
            "der solche Zahlen gesperrt sind, oder sie von der Statistikstelle mit --statistikstelle einlesen lassen."
        )
    for found in audit_published([seen], register, own=parts):
        key, kind = found.cell.gebiet_id, found.cell.teil
        number = series.numbers.get(key, {}).get(kind)
        hidden = number is not None and _hidden(number)
        exact = found.von == found.bis and kind in _KINDS and hidden
        if (found.sicher and not exact) or key not in series.numbers or {(key, kind), (key, "gegenstueck")} & {*shown}:
            continue
        how = "Summen der Tabelle" if isnan(series.number(key, VALUE)) else "Anteil und Nenner"
        what = f"{'gesperrte' if hidden else 'zu kleine'} {_KINDS.get(kind, 'Rest des Nenners')}"
        whose = register.by_id(key).langname
        yield f"{where(key, kind)}: Der {what} von {whose} ist aus {how} zu berechnen. {_WAY_OUT}"


def _rows(series: Series) -> pd.DataFrame:
    """The numbers as readers see them, those of rows without an area too."""
    rests = {f"rest {place}": rest for place, rest in enumerate(series.rests)}
    rows = [
        {"gebiet_id": key, "gesperrt": any(map(_hidden, numbers.values()))}
        | {kind: number.reading.value for kind, number in numbers.items()}
        for key, numbers in {**series.numbers, **rests}.items()
    ]
    table = pd.DataFrame(rows, columns=["gebiet_id", "gesperrt", *KINDS]).astype(dict.fromkeys(KINDS, "float64"))
    return table.assign(**{VALUE: table[VALUE] * series.scale})


def _hidden(number: Number) -> bool:
    return number.reading.value is None and number.reading.reason not in _NOT_SECRET


def opened_by(packages: Sequence[Paket], data: Data) -> list[str]:
    """German sentences on hidden counts that new packages would open, alone or with all that are there."""
    existing = read_packages(data.dir, stadt=data.register.city.id, removed=True)
    new, old, own = _with_rests(packages, existing, data, every=False)
    return check_import(new, old, data.register, own=own)


def protected(packages: Sequence[Paket], data: Data, *, mindestfallzahl: int) -> list[Paket]:
    """Packages without any count that must stay secret or would give one away."""
    earlier = read_packages(data.dir, stadt=data.register.city.id, removed=True)
    earlier.sort(key=lambda paket: paket.ausgabe)
    new, before, own = _with_rests(packages, earlier, data, every=True)
    rows = [one.werte.assign(indikator=one.eintrag.id, stand=one.stand, von=nan, bis=nan) for one in new]
    done = protect(
        pd.concat(rows, ignore_index=True).drop(columns="gesperrt"),
        register=data.register,
        katalog={one.eintrag.id: one.eintrag for one in new},
        rule=Rule(mindestfallzahl=mindestfallzahl),
        own=own,
        before=before,
    )
    return [_released(paket, done, mindestfallzahl) for paket in packages]


def published(paket: Paket, data: Data) -> Published:
    """A package as its readers see it."""
    words = {name: value for name, value in paket.eintrag.items() if name != "id"}
    katalog = catalogue({**data.indikatoren_yml, "indikatoren": {paket.indikator: words}})
    hints = paket.werte["hinweis"].fillna("").astype(str)
    hidden = paket.werte["wert"].isna() & ~hints.str.startswith(_NOT_HIDDEN)
    return Published(
        eintrag=katalog[paket.indikator],
        stand=paket.stand,
        werte=paket.werte.assign(gesperrt=hidden),
        verfahren=paket.geheimhaltung.verfahren,
        zahl=paket.geheimhaltung.zahl,
        stufe=WEITERGABE.index(paket.weitergabe),
        ausgabe=paket.ausgabe,
    )


def _with_rests(
    packages: Sequence[Paket], earlier: Sequence[Paket], data: Data, *, every: bool
) -> tuple[list[Published], list[Published], Parts]:
    """New and earlier tables; if any of them counts people without a Stadtteil, each says how many it has.

    Where that cannot be seen, because something is hidden, it is nobody (``every``: in all new tables; otherwise unless
    another table of the indicator has some, whose number stays open then).
    """
    register = data.register
    tables = _linked([*packages, *earlier], data)
    rests = [_rest(one, register) for one in tables]
    some = {one.eintrag.id for one, rest in zip(tables, rests, strict=True) if rest and max(rest) > 0}
    if some:
        for place, (one, rest) in enumerate(zip(tables, rests, strict=True)):
            if rest or one.eintrag.id not in some or (every and place < len(packages)):
                tables[place] = replace(one, werte=_balanced(one.werte, rest or (0.0, 0.0), register))
    city = register.city.id
    parts = {REST: (REST,), city: (*register.members(city), REST)} if some else {}
    return tables[: len(packages)], tables[len(packages) :], parts


def _linked(packages: Sequence[Paket], data: Data) -> list[Published]:
    """Packages as their readers see them: issues of one date have one date, and denominators are known by name."""
    katalog, stands = data.indikatoren_yml["indikatoren"], dict[tuple[str, str], str]()
    named = [stands.setdefault((one.indikator, last_day(one.stand)), one.stand) for one in packages]
    found = []
    for paket, stand in zip(packages, named, strict=True):
        people, key, _ = denominators_of(paket, packages, katalog, by_words=True)
        whole = Measure(key, stands[key, last_day(people[0].stand)], ZAEHLER) if people else None
        found.append(replace(published(paket, data), stand=stand, nenner_von=whole))
    return found


def _rest(table: Published, register: Register) -> Rest | None:
    """Numerator and denominator that the city has beyond its Stadtteile; None if a number is missing."""
    if table.verfahren not in (SUPPRESSED, NONE):
        return 0.0, 0.0
    werte, parts = table.werte.set_index("gebiet_id"), register.members(register.city.id)
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


def hides(werte: pd.DataFrame) -> bool:
    """Whether the table of a package says of any value that it is kept secret."""
    said = werte["hinweis"].fillna("").astype(str)
    return bool(said.str.startswith((GESPERRT, f"In der gelieferten Tabelle: {SECRET}")).any())


def not_delivered(werte: pd.DataFrame) -> pd.Series:
    """Which rows of a package's table stand for areas of which nothing was delivered."""
    said = werte["hinweis"].fillna("").astype(str).str.startswith(NOT_DELIVERED)
    return said & werte[[*_COUNTS, "wert"]].isna().all(axis=1)


def hidden_in(paket: Paket) -> str:
    """How many values of a package are hidden, as a sentence; no value is named."""
    gone = int(paket.werte["wert"].isna().sum())
    what = f"{paket.eintrag['titel']} ({german_stand(paket.stand)})"
    return f"{what}: {gone} von {len(paket.werte)} Werten fehlen oder sind gesperrt."
