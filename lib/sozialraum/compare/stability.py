"""Stabilitätsprüfung: how well the class of each area holds when the index is computed otherwise.

Kinds of checks: each indicator left out; other weights (drawn evenly within 25 % either way); ranks in place of values;
values drawn evenly within their intervals; areas with a known institution left out. Each kind counts the same in the
share of runs in which a class holds: otherwise the thousand draws of one kind would hide a single run of another.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from sozialraum.compare.social_index import (
    STATUS,
    Basis,
    Floats,
    basis_of,
    index_of,
    places_of,
    ranks_of,
    standardised,
)
from sozialraum.errors import ParameterError
from sozialraum.style.grammar import enumerate_words
from sozialraum.style.numbers import NBSP

DRAWS: Final = 1000
SEED: Final = 0
WEIGHT_STEP: Final = 0.25
CLEAR: Final = 0.9
"""Share of runs from which on a class is called stable, as for similar Stadtteile."""
LEFT_OUT, WEIGHTS, RANKS, VALUES, INSTITUTIONS = "auslassen", "gewichte", "raenge", "spannen", "einrichtungen"
KINDS: Final = {
    LEFT_OUT: "eine Kennzahl weggelassen",
    WEIGHTS: "andere Gewichte",
    RANKS: "Ränge statt Werte",
    VALUES: "Werte in ihren Spannen",
    INSTITUTIONS: "Sonderfälle weggelassen",
}
_AT_ONCE: Final = 2_000_000


@dataclass(frozen=True, eq=False)
class Check:
    """One way to compute the index otherwise.

    Attributes
    ----------
    art
        One of :data:`KINDS`.
    name
        What was left out; empty for the other kinds.
    anteil
        Share of its runs in which the class of each area holds; missing for an area that the run leaves out.
    """

    art: str
    name: str
    anteil: pd.Series
    laeufe: int


@dataclass(frozen=True, eq=False)
class Stability:
    """How the classes of an index hold.

    Attributes
    ----------
    klassen
        Class of each area that counts.
    pruefungen
        What was done.
    entfallen
        Kinds that could not be checked, with the reason.
    """

    klassen: pd.Series
    pruefungen: tuple[Check, ...]
    entfallen: Mapping[str, str]

    @cached_property
    def by_kind(self) -> pd.DataFrame:
        """Share of runs in which each class holds: one row per area, one column per kind."""
        found: dict[str, list[pd.Series]] = {}
        for check in self.pruefungen:
            found.setdefault(check.art, []).append(check.anteil)
        shares = {kind: pd.concat(each, axis=1).mean(axis=1) for kind, each in found.items()}
        return pd.DataFrame(shares, index=self.klassen.index)

    @cached_property
    def share(self) -> pd.Series:
        """Share of all runs in which each class holds, every kind counted the same."""
        return self.by_kind.mean(axis=1).rename("anteil")

    def of_100(self, area: str) -> int:
        """In how many of 100 runs a class holds, rounded down: what is below 100 never looks as if it reached it."""
        return int(self.share[area] * 100 + 1e-9)

    def turned(self, area: str) -> list[Check]:
        """The checks that change the class of an area in at least one run, the strongest first."""
        found = [check for check in self.pruefungen if check.anteil[area] < 1]
        return sorted(found, key=lambda check: float(check.anteil[area]))

    def held(self, area: str) -> str:
        """How often a class holds, in words: "in 94 von 100 Rechnungen"."""
        count = self.of_100(area)
        return "in allen Rechnungen" if count == 100 else f"in {count} von 100 Rechnungen"

    def turning(self, area: str, names: Mapping[str, str] | None = None) -> str:
        """What changes the class of an area, in words: "ohne Arbeitslose"; empty if nothing does.

        ``names`` has the words of indicators and areas by id.
        """
        found = self.turned(area)
        return enumerate_words([_turning(check, float(check.anteil[area]), names or {}) for check in found])

    def words(self, area: str, names: Mapping[str, str] | None = None) -> str:
        """How a class holds: "hält in 94 von 100 Rechnungen; kippt ohne Arbeitslose"."""
        turning = self.turning(area, names)
        return f"hält {self.held(area)}" + (f"; kippt {turning}" if turning else "")

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per area: klasse, anteil, a column per kind, kippt (ids of the checks that change it), worte."""
        turned = {
            area: [f"{check.art}:{check.name}".rstrip(":") for check in self.turned(area)] for area in self.share.index
        }
        kippt = pd.Series({area: "|".join(each) for area, each in turned.items()}, name="kippt", dtype=object)
        worte = pd.Series({area: self.words(area) for area in self.share.index}, name="worte", dtype=object)
        return pd.concat([self.klassen, self.share, self.by_kind, kippt, worte], axis=1)


def check_words(check: Check, names: Mapping[str, str] | None = None) -> str:
    """A check in words: "ohne Arbeitslose", "mit Rängen statt Werten"."""
    if check.art in (LEFT_OUT, INSTITUTIONS):
        parts = [check.name] if check.art == LEFT_OUT else check.name.split("+")
        return f"ohne {enumerate_words([(names or {}).get(part, part) for part in parts])}"
    return {
        WEIGHTS: f"mit Gewichten, die bis {round(WEIGHT_STEP * 100)}{NBSP}% anders sind",
        RANKS: "mit Rängen statt Werten",
        VALUES: "mit Werten überall in ihren Spannen",
    }[check.art]


def _turning(check: Check, held: float, names: Mapping[str, str]) -> str:
    if check.art not in (WEIGHTS, VALUES):
        return check_words(check, names)
    lead = "bei anderen Gewichten" if check.art == WEIGHTS else "innerhalb der Spannen"
    return f"{lead} ({max(1, round((1 - held) * 100))} von 100)"


def stability(
    values: pd.DataFrame,
    *,
    low: pd.DataFrame | None = None,
    high: pd.DataFrame | None = None,
    institutions: Iterable[str] = (),
    draws: int = DRAWS,
    seed: int = SEED,
    **options: Any,
) -> Stability:
    """Check how the classes of an index by the rule "berlin" hold.

    Parameters
    ----------
    values, **options
        As of :func:`sozialraum.compare.social_index.social_index`: direction, weights, valid, inhabitants.
    low, high
        Ends of the intervals of the values; a value without is exact.
    institutions
        Areas whose values a known institution distorts.
    draws, seed
        Number of draws of weights and values, and the seed of chance: the same seed gives the same shares.

    Raises
    ------
    ParameterError
        As of social_index, or if there is no draw.

    Examples
    --------
    >>> import pandas as pd, sozialraum as sr
    >>> frame = pd.DataFrame({"x": [1, 2, 3, 4, 20], "y": [2, 2, 3, 8, 20]}, index=list("ABCDE"))
    >>> found = sr.stability(frame, direction="belastung")
    >>> found.words("A")
    'hält in 66 von 100 Rechnungen; kippt mit Rängen statt Werten'
    """
    if draws < 1:
        raise ParameterError(f"„{draws}“ ist keine Zahl von Ziehungen. Erwartet wird eine ganze Zahl ab 1.")
    return checked(basis_of(values, **options), low=low, high=high, institutions=institutions, draws=draws, seed=seed)


def checked(
    basis: Basis,
    *,
    low: pd.DataFrame | None = None,
    high: pd.DataFrame | None = None,
    institutions: Iterable[str] = (),
    draws: int = DRAWS,
    seed: int = SEED,
) -> Stability:
    """The checks of what an index is computed from; arguments as of :func:`stability`."""
    held = places_of(index_of(basis.signed, basis.weights))
    out = [area for area in basis.areas if area in set(institutions)]
    ends = _ends(basis, low, high)
    random = np.random.default_rng(seed)
    checks = [*_without_one(basis, held), _other_weights(basis, held, draws, random), _as_ranks(basis, held)]
    checks += [_within_intervals(basis, held, ends, draws, random)] if ends is not None else []
    checks += list(_without_areas(basis, held, out))
    classes = pd.Series([STATUS[place] for place in held], basis.areas, name="klasse", dtype=object)
    missing = {
        LEFT_OUT: "Es gibt nur eine Kennzahl." if len(basis.names) == 1 else "",
        VALUES: "" if ends is not None else "Die Werte sind Vollzählungen ohne Spanne.",
        INSTITUTIONS: "" if out else "Kein Ort mit Index gilt als Sonderfall.",
    }
    return Stability(classes, tuple(checks), {kind: reason for kind, reason in missing.items() if reason})


def _share(basis: Basis, same: Any) -> pd.Series:
    """Share of runs (rows) in which the class of each area (columns) is the same."""
    return pd.Series(np.atleast_2d(same).mean(axis=0), basis.areas)


def _without_one(basis: Basis, held: Any) -> Iterator[Check]:
    if len(basis.names) == 1:
        return
    for place, name in enumerate(basis.names):
        weights = np.delete(basis.weights, place)
        if weights.any():
            again = index_of(np.delete(basis.signed, place, axis=1), weights)
            yield Check(LEFT_OUT, name, _share(basis, places_of(again) == held), 1)


def _other_weights(basis: Basis, held: Any, draws: int, random: np.random.Generator) -> Check:
    factors = random.uniform(1 - WEIGHT_STEP, 1 + WEIGHT_STEP, (draws, len(basis.names)))
    return Check(WEIGHTS, "", _share(basis, places_of(index_of(basis.signed, basis.weights * factors)) == held), draws)


def _as_ranks(basis: Basis, held: Any) -> Check:
    return Check(RANKS, "", _share(basis, places_of(index_of(ranks_of(basis.signed), basis.weights)) == held), 1)


def _ends(basis: Basis, low: pd.DataFrame | None, high: pd.DataFrame | None) -> tuple[Floats, Floats] | None:
    """Ends of the intervals, turned as the values are; None where all values are exact."""
    if low is None and high is None:
        return None
    if low is None or high is None:
        raise ParameterError("Zu den Spannen gehören beide Enden. Bitte low und high angeben.")
    tables = [frame.set_axis(frame.columns.map(str), axis=1) for frame in (low, high)]
    ends = [
        np.where(np.isnan(end), basis.signed, end)
        for end in (
            frame.reindex(index=basis.areas, columns=list(basis.names)).to_numpy(dtype="float64") * basis.signs
            for frame in tables
        )
    ]
    return (ends[0], ends[1]) if (ends[0] != ends[1]).any() else None


def _within_intervals(
    basis: Basis, held: Any, ends: tuple[Floats, Floats], draws: int, random: np.random.Generator
) -> Check:
    first, last = ends
    same = np.zeros(len(held))
    step = max(1, _AT_ONCE // first.size)
    for start in range(0, draws, step):
        count = min(step, draws - start)
        drawn = first + random.random((count, *first.shape)) * (last - first)
        total = standardised(drawn.transpose(1, 0, 2)) @ basis.weights
        same += (held == places_of(standardised(total)).T).sum(axis=0)
    return Check(VALUES, "", pd.Series(same / draws, basis.areas), draws)


def _without_areas(basis: Basis, held: Any, out: list[str]) -> Iterator[Check]:
    """Each area left out, and all of them where there are several; it has no class of its own then."""
    groups = [[area] for area in out] + ([out] if len(out) > 1 else [])
    for group in groups:
        kept = ~basis.areas.isin(group)
        again = places_of(index_of(basis.signed[kept], basis.weights)) == held[kept]
        share = pd.Series(again.astype(float), basis.areas[kept]).reindex(basis.areas)
        yield Check(INSTITUTIONS, "+".join(group), share, 1)
