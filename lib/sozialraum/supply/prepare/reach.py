"""Reach of a kind of facility, from cells, walking metres and the distance to the boundary; the same for every grid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sozialraum.city.access import near_boundary_note, straight_radius_m
from sozialraum.city.indicators import share
from sozialraum.supply.prepare.levels import Values

NEAR_BOUNDARY_M: Final = 1000.0
"""Cells nearer to the city boundary are flagged: facilities beyond it are not known."""
Off = Callable[[list[pd.Series], pd.Series], tuple[pd.Series, pd.Series]]
"""How far values may be off below and above by area, given in which cells each part of those counted is reached."""


@dataclass(frozen=True, eq=False)
class Walkers:
    """Some of those counted: how many live in each cell, and how far they walk.

    ``perhaps`` are walking metres to the nearest facility of which is not known whether it is for them.
    """

    people: pd.Series
    metres: pd.Series
    perhaps: pd.Series | None = None


def reach_values(
    parts: Sequence[Walkers],
    limit: float,
    edge: pd.Series,
    sums: Callable[[pd.Series], pd.Series],
    off: Off,
    whom: str,
    *,
    straight: bool = True,
) -> Values:
    """Share of those counted within walking reach of a facility.

    Beyond the city boundary facilities are not known: who is not reached but lives nearer to the boundary than
    the reach may have one there. That can only raise the value, so the interval is longer above; so do facilities of
    which is not known whom they are for, and cells from which no way is known.

    Parameters
    ----------
    limit
        Walking metres.
    edge
        Metres of each cell to the boundary.
    sums
        Adds cells up for every area.
    off
        See :data:`Off`.
    whom
        Those counted, in the genitive.
    straight
        Whether metres are straight ones times the detour factor; on a network a way may also be straight.
    """
    reached = [part.metres <= limit for part in parts]
    everybody = _added([sums(part.people) for part in parts])
    here = _added([sums(part.people.where(near, 0)) for part, near in zip(parts, reached, strict=True)])
    open_edge = edge < (straight_radius_m(limit) if straight else limit)
    may_be = [
        ~near & (part.metres.isna() | open_edge | (False if part.perhaps is None else part.perhaps <= limit))
        for part, near in zip(parts, reached, strict=True)
    ]
    unknown = share(
        _added([sums(part.people.where(near, 0)) for part, near in zip(parts, may_be, strict=True)]), everybody
    )
    flagged = share(_added([sums(part.people.where(edge < NEAR_BOUNDARY_M, 0)) for part in parts]), everybody)
    notes = {str(key): note for key, value in flagged.items() if (note := near_boundary_note(value, whom=whom))}
    value = share(here, everybody)
    below, above = off(reached, value)
    return Values(here, everybody, value - below, value + above + unknown, hinweise=notes)


def _added(parts: Sequence[pd.Series]) -> pd.Series:
    first, *others = parts
    for other in others:
        first = first + other
    return first
