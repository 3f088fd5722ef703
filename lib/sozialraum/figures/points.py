"""Facilities as points of a map: which are drawn, and how overlapping symbols move apart."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import geopandas as gpd
import pandas as pd

from sozialraum.city.access import NOT_OPEN
from sozialraum.city.load import Data
from sozialraum.figures.ground import Frame
from sozialraum.style import symbol_key

COMING: Final = ("im Bau", "beschlossen")
"""Status of what is drawn dashed; other places that are not open are not drawn."""
QUIET: Final = ("D", "Y", "T", "O", "F", "U")
"""Symbols that only maps of small areas have that move, as layers that are off at first."""
NEAR: Final = ("D", "Y", "T", "O", "F")
"""Those of them that are shown in the area only, not around it."""
DENSE: Final = ("H", "L", "R")
"""Symbols that a map of the whole city leaves out: there are too many."""
WORDLESS: Final = ("T", "O", "F", "U")
"""Those of them of which the key says all: hundreds are one shape."""
ROUNDS: Final = 60
LONGEST_MOVE: Final = 3.0


def drawn(
    data: Data, frame: Frame | None = None, *, with_dense: bool = True, with_quiet: bool = False
) -> gpd.GeoDataFrame:
    """Open facilities and those under construction with a known position; only those in a frame if one is given.

    Index and columns as in ``einrichtungen``, and a column symbol. Planned and closed ones are left out, and of several
    care homes at one address all but the first.
    """
    table = _symbols(data)
    shown = table.geometry.within(frame.rectangle()) if frame is not None else pd.Series(True, index=table.index)
    if not with_quiet:
        shown &= ~table["symbol"].isin(QUIET)
    return table[shown if with_dense else shown & ~table["symbol"].isin(DENSE)]


@lru_cache(maxsize=4)
def _symbols(data: Data) -> gpd.GeoDataFrame:
    """What any map may draw, with its symbol."""
    places = data.einrichtungen
    shown = ~places["status"].isin([status for status in NOT_OPEN if status not in COMING])
    shown &= places["hauptstandort"] | (places["art"] != "pflege")
    known = places[places.geometry.notna() & shown]
    known = known[~known.geometry.is_empty]
    kinds = known["unterart"].fillna("")
    keys = [symbol_key(art, unterart) for art, unterart in zip(known["art"], kinds, strict=True)]
    table = known.assign(symbol=pd.Series(keys, index=known.index, dtype=object))
    return table[table["symbol"].notna()]


def spread_apart(
    places: Mapping[str, tuple[float, float]], radii: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Move overlapping symbols apart, each as little as possible and at most three of its radii.

    Deterministic: pairs are pushed apart in sorted order; equal positions part at a fixed angle that
    depends on their rank.
    """
    keys = sorted(places)
    now = {key: places[key] for key in keys}
    for _ in range(ROUNDS):
        if not _push(keys, now, radii):
            break
        for key in keys:
            now[key] = _tethered(places[key], now[key], LONGEST_MOVE * radii[key])
    return {key: now[key] for key in places}


def _push(keys: list[str], now: dict[str, tuple[float, float]], radii: Mapping[str, float]) -> bool:
    moved = False
    order = sorted(keys, key=lambda key: now[key][0])
    furthest = 4 * max(radii.values(), default=0.0) + 2
    for place, one in enumerate(order):
        (x, y), radius = now[one], radii[one]
        for rank in range(place + 1, len(order)):
            other = order[rank]
            east, south = now[other]
            if east - x > furthest:
                break
            wanted = radius + radii[other] + 0.6
            if -wanted < south - y < wanted and east - x < wanted and _part(one, other, now, wanted, rank):
                moved, (x, y) = True, now[one]
    return moved


def _part(one: str, other: str, now: dict[str, tuple[float, float]], wanted: float, rank: int) -> bool:
    (ax, ay), (bx, by) = now[one], now[other]
    dx, dy = bx - ax, by - ay
    distance = math.hypot(dx, dy)
    if distance >= wanted - 0.05:
        return False
    if distance < 0.01:
        angle = rank * 2.399963
        dx, dy, distance = math.cos(angle), math.sin(angle), 1.0
        step = wanted / 2
    else:
        step = (wanted - distance) / 2
    now[one] = (ax - dx / distance * step, ay - dy / distance * step)
    now[other] = (bx + dx / distance * step, by + dy / distance * step)
    return True


def _tethered(home: tuple[float, float], place: tuple[float, float], limit: float) -> tuple[float, float]:
    dx, dy = place[0] - home[0], place[1] - home[1]
    distance = math.hypot(dx, dy)
    if distance <= limit:
        return place
    return home[0] + dx / distance * limit, home[1] + dy / distance * limit
