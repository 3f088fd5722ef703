"""Counts that a table hides and gives away all the same: by its totals, or by share and denominator."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from sozialraum.gebiete import Register
from sozialraum.intake.layout import Table
from sozialraum.intake.numbers import LATER, MEANINGLESS, UNSAFE
from sozialraum.intake.phrases import PART, VALUE, WHOLE
from sozialraum.intake.series import Series

_NOT_SECRET: Final = (LATER, MEANINGLESS, UNSAFE)
_WAY_OUT: Final = (
    "Bitte die Tabelle ohne diese Summe oder mit einer zweiten gesperrten Zelle (Zweitsperrung) liefern lassen. Die "
    "Statistikstelle selbst liest die ungeschützte Tabelle mit --statistikstelle ein; dann wird das Nötige gesperrt."
)


def problems(table: Table, series: Series, register: Register) -> list[str]:
    """German sentences on hidden counts that anybody could compute from the table itself."""
    found = []
    for kind, names in ((PART, "Zähler"), (WHOLE, "Nenner")):
        for key in computable(series, register, kind):
            spot = series.spot(key, kind)
            where = spot.where() if spot else table.sheet.where()
            found.append(
                f"{where}: Der gesperrte {names} von {register.by_id(key).langname} ist aus Summen der Tabelle zu "
                f"berechnen. {_WAY_OUT}"
            )
    return [*found, *_from_shares(series, register)]


def computable(series: Series, register: Register, kind: str) -> list[str]:
    """Ids of Stadtteile whose hidden count follows from totals minus other parts, also over several totals.

    A total whose hidden parts have one case each, as each hides at least one, gives them away too.
    """
    parts = register.members(register.city.id)
    rests = [rest[kind].reading.value for rest in series.rests if kind in rest]
    unknown = [key for key in parts if series.number(key, kind) is None]
    unknown += [f"rest {place}" for place, rest in enumerate(rests) if rest is None]
    hidden = [key for key in unknown if _hidden(series, key, kind)]
    rows, left = [], []
    for area in (*register.of_level("stadtbezirk"), register.city):
        total = series.number(area.id, kind)
        if total is None:
            continue
        inside = set(register.members(area.id))
        extra = area == register.city
        rows.append([float(key in inside or (extra and key not in parts)) for key in unknown])
        known = sum(series.number(key, kind) or 0.0 for key in inside)
        left.append(total - known - (sum(rest or 0.0 for rest in rests) if extra else 0.0))
    if not rows or not hidden:
        return []
    open_to_all = _determined(np.array(rows), np.array(left))
    return [key for key, told in zip(unknown, open_to_all, strict=True) if told and key in hidden]


def _hidden(series: Series, key: str, kind: str) -> bool:
    found = series.numbers.get(key, {}).get(kind)
    return found is not None and found.reading.value is None and found.reading.reason not in _NOT_SECRET


def _determined(rows: npt.NDArray[np.float64], left: npt.NDArray[np.float64]) -> list[bool]:
    """Which unknowns have one value only, given that each sum of some of them is known."""
    rank = np.linalg.matrix_rank(rows)
    units = np.eye(rows.shape[1])
    told = [bool(np.linalg.matrix_rank(np.vstack([rows, unit])) == rank) for unit in units]
    for row, rest in zip(rows, left, strict=True):
        if row.any() and rest <= row.sum():
            told = [before or bool(inside) for before, inside in zip(told, row, strict=True)]
    return told


def _from_shares(series: Series, register: Register) -> Iterator[str]:
    """A hidden count beside its share and its denominator."""
    for key in series.numbers:
        spot = series.spot(key, PART)
        share, whole = series.number(key, VALUE), series.number(key, WHOLE)
        if spot is not None and _hidden(series, key, PART) and share is not None and whole is not None:
            yield (
                f"{spot.where()}: Der gesperrte Zähler von {register.by_id(key).langname} "
                "ist aus Anteil und Nenner zu berechnen. Bitte den Anteil in dieser Zeile ebenfalls sperren lassen."
            )
