"""Small counts of people that a table under ``sperrung`` shows, or hides and gives away by its own other numbers."""

from collections.abc import Iterator, Mapping
from math import nan
from typing import Final

import pandas as pd

from sozialraum.gebiete import Register
from sozialraum.intake.layout import Table
from sozialraum.intake.numbers import LATER, MEANINGLESS, UNSAFE
from sozialraum.intake.phrases import PART, VALUE, WHOLE
from sozialraum.intake.series import Number, Series
from sozialraum.secrecy import Published, audit_published, shown_small

_NOT_SECRET: Final = (LATER, MEANINGLESS, UNSAFE)
_KINDS: Final = {PART: "Zähler", WHOLE: "Nenner"}
_SMALL: Final = {PART: "der Zähler", WHOLE: "der Nenner", "gegenstueck": "der Rest des Nenners ohne den Zähler"}
_WAY_OUT: Final = (
    "Bitte die Tabelle ohne diese Summe oder diesen Anteil oder mit einer zweiten gesperrten Zelle (Zweitsperrung) "
    "liefern lassen. Die Statistikstelle selbst liest die ungeschützte Tabelle mit --statistikstelle ein; dann wird "
    "das Nötige gesperrt."
)


def problems(table: Table, series: Series, register: Register, minimum: int) -> list[str]:
    """German sentences on counts below the minimum that readers see in the table or can compute from it alone."""
    own = {f"rest {place}": (f"rest {place}",) for place, _ in enumerate(series.rests)}
    city = register.city.id
    parts = own | {city: (*register.members(city), *own)} if own else {}
    published = Published(series.eintrag, series.stand, _rows(series), zahl=minimum)
    return [*_shown(table, series, published), *_open(table, series, published, register, parts)]


def _rows(series: Series) -> pd.DataFrame:
    rests = {f"rest {place}": rest for place, rest in enumerate(series.rests)}
    rows = [
        {
            "gebiet_id": key,
            "gesperrt": any(_hidden(number) for number in numbers.values()),
            **{kind: nan if (value := _value(numbers, kind)) is None else value for kind in (PART, WHOLE, VALUE)},
        }
        for key, numbers in {**series.numbers, **rests}.items()
    ]
    table = pd.DataFrame(rows, columns=["gebiet_id", "gesperrt", PART, WHOLE, VALUE])
    table[VALUE] *= series.scale
    return table


def _value(numbers: Mapping[str, Number], kind: str) -> float | None:
    found = numbers.get(kind)
    return None if found is None else found.reading.value


def _hidden(number: Number) -> bool:
    return number.reading.value is None and number.reading.reason not in _NOT_SECRET


def _shown(table: Table, series: Series, published: Published) -> Iterator[str]:
    for key, kind in shown_small(published):
        spot = series.spot(key, PART if kind not in _KINDS else kind) or series.spot(key, VALUE)
        where = spot.where() if spot else table.sheet.where()
        yield (
            f"{where}: Hier steht eine Anzahl von Menschen oder Fällen, die nach „sperrung:{published.zahl}“ nicht "
            f"gezeigt werden darf ({_SMALL[kind]} ist kleiner als {published.zahl}). Bitte eine Tabelle anfordern, in "
            "der solche Zahlen gesperrt sind, oder sie von der Statistikstelle mit --statistikstelle einlesen lassen."
        )


def _open(
    table: Table, series: Series, published: Published, register: Register, parts: dict[str, tuple[str, ...]]
) -> Iterator[str]:
    shown = set(shown_small(published))
    for found in audit_published([published], register, own=parts):
        key, kind = found.cell.gebiet_id, found.cell.teil
        exact = found.von == found.bis and kind in _KINDS and _hidden_in(series, key, kind)
        if (found.sicher and not exact) or key not in series.numbers or {(key, kind), (key, "gegenstueck")} & shown:
            continue
        spot = series.spot(key, kind if kind in _KINDS else PART) or series.spot(key, VALUE)
        where = spot.where() if spot else table.sheet.where()
        how = "Anteil und Nenner" if series.number(key, VALUE) is not None else "Summen der Tabelle"
        what = "gesperrte" if _hidden_in(series, key, kind) else "zu kleine"
        number = f"{_KINDS.get(kind, 'Rest des Nenners')} von {register.by_id(key).langname}"
        yield f"{where}: Der {what} {number} ist aus {how} zu berechnen. {_WAY_OUT}"


def _hidden_in(series: Series, key: str, kind: str) -> bool:
    found = series.numbers.get(key, {}).get(kind)
    return found is not None and _hidden(found)
