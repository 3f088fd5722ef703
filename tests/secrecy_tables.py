"""Tables with small counts for Musterstadt, and an intruder who knows nothing of the library."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from sozialraum.city.gebiete import Register
from sozialraum.city.indicators import Indikator
from sozialraum.supply.secrecy import Published

INDIKATOR = "arbeitslosenanteil"
STAND = "2023-12-31"


def table(
    zaehler: Mapping[str, float],
    nenner: Mapping[str, float] | float = 500.0,
    *,
    indikator: str = INDIKATOR,
    stand: str = STAND,
) -> pd.DataFrame:
    """A table like indikatoren.csv from counts by area."""
    whole = nenner if isinstance(nenner, Mapping) else dict.fromkeys(zaehler, nenner)
    rows = [
        {
            "gebiet_id": key,
            "indikator": indikator,
            "zaehler": float(count),
            "nenner": float(whole[key]),
            "wert": 100 * count / whole[key] if whole[key] else np.nan,
            "stand": stand,
            "art": "amtlich",
            "von": np.nan,
            "bis": np.nan,
            "quelle": "stadtteile_liste",
            "hinweis": None,
        }
        for key, count in zaehler.items()
    ]
    return pd.DataFrame(rows)


def published(raw: pd.DataFrame, katalog: Mapping[str, Indikator], **more: Any) -> list[Published]:
    """A table like indikatoren.csv as its readers see it, one for each indicator and date."""
    groups = raw.groupby(["indikator", "stand"], sort=False)
    return [Published(katalog[str(key)], str(stand), rows, **more) for (key, stand), rows in groups]


def with_sums(register: Register, counts: Mapping[str, float]) -> dict[str, float]:
    """Counts of Stadtteile and those of Stadtbezirke and city."""
    return {area.id: sum(counts[key] for key in register.members(area.id)) for area in register}


def intervals(
    register: Register, known: Mapping[str, float], *, upper: Mapping[str, float] | None = None, lowest: float = 1.0
) -> dict[str, tuple[float, float]]:
    """Bounds of every Stadtteil that is not known, by linear programming over the known areas."""
    names = [area.id for area in register.of_level("stadtteil")]
    sums = np.array([[float(name in register.members(key)) for name in names] for key in known]).reshape(-1, len(names))
    bounds = [(known[name],) * 2 if name in known else (lowest, (upper or {}).get(name)) for name in names]
    found = {}
    for place, name in enumerate(names):
        if name in known:
            continue
        aim = np.eye(len(names))[place]
        ends = [linprog(sign * aim, A_eq=sums, b_eq=np.array(list(known.values())), bounds=bounds) for sign in (1, -1)]
        found[name] = (
            float(ends[0].fun) if ends[0].status == 0 else -np.inf,
            -float(ends[1].fun) if ends[1].status == 0 else np.inf,
        )
    return found


def whole_tables(sums: Sequence[tuple[Sequence[int], int]], size: int, highest: int) -> list[tuple[int, ...]]:
    """Every table of whole numbers from 1 that agrees with some sums of its places: the slow, sure way."""
    return [
        candidate
        for candidate in itertools.product(range(1, highest + 1), repeat=size)
        if all(sum(candidate[place] for place in places) == total for places, total in sums)
    ]
