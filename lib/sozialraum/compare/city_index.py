"""The index of a city's Stadtteile: what may enter, what is missing or refused, and what follows.

Only what an office counted enters: official values and those of own tables. Estimates, proxies, old data and bare
counts are refused, each with its reason, and so is everything neutral unless a person names its direction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from sozialraum.city.indicators import Indikator
from sozialraum.compare.analysis import MIN_INHABITANTS, TOO_OLD, Analysis
from sozialraum.compare.missing_table import (
    Piece,
    Tip,
    agreement_with,
    missing_effect,
    nearest_tips,
    open_classes,
    tips_of_missing,
)
from sozialraum.compare.social_index import (
    ESTIMATE,
    MIN_AREAS,
    NEUTRAL,
    NEUTRAL_WORDS,
    SIGNS,
    SMALL,
    Basis,
    basis_of,
    not_counted,
    social_index,
)
from sozialraum.compare.stability import Stability, checked
from sozialraum.errors import ParameterError

MIN_INDICATORS: Final = 2
_SECTION: Final = "sozialindex"
COVERED: Final = 0.8
"""Share of the Stadtteile that must have a value."""


@dataclass(frozen=True, eq=False)
class CityIndex:
    """An index of the Stadtteile, or why there is none.

    Attributes
    ----------
    gewuenscht
        Indicators that were asked for.
    eingegangen
        Those that entered, each with its direction.
    abgelehnt
        Those with data that may not enter, with the reason.
    fehlend
        Those without data.
    neutral
        Those that entered on purpose.
    gewichte
        Weights by indicator, where not all are equal.
    changes
        Changes since an earlier date, for the dynamics; ``attrs["stand"]`` holds both dates.
    """

    analysis: Analysis
    gewuenscht: tuple[str, ...]
    eingegangen: Mapping[str, str]
    abgelehnt: Mapping[str, str]
    fehlend: tuple[str, ...]
    neutral: tuple[str, ...]
    gewichte: Mapping[str, float]
    changes: pd.DataFrame | None = None

    @property
    def grund(self) -> str:
        """Why there is no index; empty if there is one."""
        if len(self.eingegangen) < MIN_INDICATORS:
            return f"Für einen Index sind mindestens {MIN_INDICATORS} Kennzahlen nötig."
        if self._complete < MIN_AREAS:
            return f"Nur {self._complete} Stadtteile haben alle Werte; nötig sind {MIN_AREAS}."
        return ""

    @property
    def vollstaendig(self) -> bool:
        """Whether all figures are in it that the city names for its Sozialindex: only then it may be called so."""
        named = declared(self.analysis)
        counted = {key for key in self.eingegangen if self.gewichte.get(key, 1.0) > 0}
        return bool(named) and not self.grund and set(named) <= counted

    @cached_property
    def values(self) -> pd.DataFrame:
        """Values of what entered, one row per Stadtteil."""
        return pd.DataFrame({key: self.analysis.values(key) for key in self.eingegangen})

    @property
    def _complete(self) -> int:
        known = self.values.notna().all(axis=1)
        return int((known if self.people is None else known & (self.people >= MIN_INHABITANTS)).sum())

    @cached_property
    def people(self) -> pd.Series | None:
        """Inhabitants of every Stadtteil; those with less than 300 do not count. None where nobody counted them."""
        known = "einwohner" in self.analysis.katalog and self.analysis.katalog["einwohner"].verfuegbar
        return self.analysis.values("einwohner") if known else None

    @cached_property
    def basis(self) -> Basis:
        """What the index is computed from."""
        return basis_of(self.values, **self._options)

    @property
    def _options(self) -> dict[str, Any]:
        weights = [float(self.gewichte.get(key, 1.0)) for key in self.eingegangen]
        return {"direction": dict(self.eingegangen), "weights": weights, "inhabitants": self.people}

    @cached_property
    def index(self) -> pd.DataFrame:
        """Index, class and, from a second date, dynamics of every Stadtteil."""
        return social_index(self.values, changes=self.changes, **self._options)

    @cached_property
    def stability(self) -> Stability:
        """How the classes hold."""
        low, high = (
            pd.DataFrame({key: self._ends(key, end) for key in self.eingegangen}, index=self.values.index)
            for end in ("von", "bis")
        )
        return checked(self.basis, low=low, high=high, institutions=special_areas(self.analysis))

    def _ends(self, key: str, end: str) -> list[float]:
        found = [getattr(self.analysis.wert(key, area), end) for area in self.values.index]
        return [np.nan if one is None else float(one) for one in found]

    @property
    def wanted(self) -> tuple[str, ...]:
        """What would enter if an office brought its table: missing, estimated or old, and not neutral."""
        curable = [key for key, reason in self.abgelehnt.items() if reason in (ESTIMATE, TOO_OLD)]
        return tuple(key for key in (*self.fehlend, *curable) if self.analysis.katalog[key].richtung != NEUTRAL)

    @cached_property
    def hints(self) -> dict[str, pd.Series]:
        """Older or related values of what is wanted, turned so that high is a burden."""
        katalog, named = self.analysis.katalog, _section(self.analysis).get("anhalt") or {}
        found = {key: str(named.get(key, key if key in self.abgelehnt else "")) for key in self.wanted}
        return {
            key: self.analysis.values(hint) * SIGNS.get(katalog[key].richtung, 1.0)
            for key, hint in found.items()
            if hint in katalog and katalog[hint].verfuegbar
        }

    @cached_property
    def effect(self) -> pd.DataFrame:
        """What each missing table would change; without an index nothing but the order."""
        if not self.grund:
            return missing_effect(self.basis, self.wanted, hints=self.hints)
        order = sorted(self.wanted, key=lambda key: key in self.hints)
        return pd.DataFrame({"anhalt": [key in self.hints for key in order]}, index=pd.Index(order, name="indikator"))

    @cached_property
    def agreement(self) -> list[float]:
        """Share of classes that the first 1, 2, ... of the wanted tables would have as all of them have."""
        return agreement_with(len(self.analysis.stadtteile), len(self.wanted))

    @cached_property
    def tips(self) -> dict[str, Tip]:
        """The value nearest to a change of class, of every Stadtteil that has one."""
        return nearest_tips(self.basis, {key: _bounds(self.analysis.katalog[key]) for key in self.eingegangen})

    @cached_property
    def tips_of_missing(self) -> dict[str, Tip]:
        """How far from the mean a Stadtteil would have to lie in a missing table to change its class.

        The same for each missing table: of none is anything known but that it would count as much as one that is there.
        """
        return tips_of_missing(self.basis, self.wanted[0]) if self.wanted else {}

    @cached_property
    def gaps(self) -> dict[str, tuple[str, list[Piece]]]:
        """For each Stadtteil with a single gap its indicator, and the classes by what stands there."""
        gone = [area for area, reason in self.basis.out.items() if reason != SMALL]
        found = {area: open_classes(self.basis, self.values, area) for area in gone}
        return {
            area: (key, _within(pieces, self.analysis.katalog[key])) for area, (key, pieces) in found.items() if key
        }


def city_index(
    analysis: Analysis,
    indikatoren: Sequence[str] = (),
    *,
    richtungen: Mapping[str, str] | None = None,
    gewichte: Mapping[str, float] | None = None,
) -> CityIndex:
    """Sort indicators into what enters, what is missing and what is refused.

    Parameters
    ----------
    indikatoren
        Ids; by default those that the catalogue names for the Sozialindex (``sozialindex`` in ``indikatoren.yml``).
    richtungen
        Direction (``belastung``, ``ressource``) of neutral indicators that are to enter.
    gewichte
        Weights that are not 1.

    Raises
    ------
    UnknownIndicator, ParameterError
        If an id, a direction or a weight cannot be used.
    """
    wished = tuple(dict.fromkeys(indikatoren or declared(analysis)))
    purpose = dict(richtungen or {})
    for given, what in ((purpose, "Eine Richtung"), (dict(gewichte or {}), "Ein Gewicht")):
        if strange := [key for key in given if key not in wished]:
            raise ParameterError(f"{what} gilt für eine Kennzahl, die nicht verlangt ist: {strange[0]}. "
                                 f"Verlangt sind: {', '.join(wished) or 'keine'}.")  # fmt: skip
    if wrong := [key for key, one in purpose.items() if one not in SIGNS]:
        raise ParameterError(f"„{purpose[wrong[0]]}“ ist keine Richtung. Möglich sind: {', '.join(SIGNS)}.")
    entered, refused, missing = {}, {}, []
    for key in wished:
        entry = analysis.katalog[key]
        direction = purpose.get(key, entry.richtung)
        reason = refusal(analysis, entry, direction)
        if not entry.verfuegbar:
            missing.append(key)
        elif reason:
            refused[key] = reason
        else:
            entered[key] = direction
    neutral = tuple(key for key in entered if analysis.katalog[key].richtung == NEUTRAL)
    shown = {key: float(one) for key, one in (gewichte or {}).items() if key in entered}
    return CityIndex(analysis, wished, entered, refused, tuple(missing), neutral, shown)


def refusal(analysis: Analysis, entry: Indikator, direction: str) -> str:
    """Why an indicator may not enter; empty if it may."""
    if direction == NEUTRAL:
        return NEUTRAL_WORDS
    if reason := not_counted(entry, analysis.issued):
        return reason
    known = analysis.values(entry.id).notna().mean()
    return "Es liegen nur für wenige Stadtteile Werte vor." if known < COVERED else ""


def declared(analysis: Analysis) -> tuple[str, ...]:
    """The figures that the city names for its Sozialindex; none if it names none."""
    return tuple(key for key in _section(analysis).get("kennzahlen") or () if key in analysis.katalog)


def special_areas(analysis: Analysis) -> list[str]:
    """Stadtteile whose values need care, such as those that an institution distorts (``besonderheiten``)."""
    named = set(analysis.data.stadt.get("besonderheiten") or {})
    return [key for key in analysis.stadtteile if analysis.data.register.by_id(key).name in named]


def _section(analysis: Analysis) -> Mapping[str, Mapping[str, str]]:
    return analysis.data.indikatoren_yml.get(_SECTION) or {}


def _bounds(entry: Indikator) -> tuple[float, float]:
    """Between which values an indicator can be at all."""
    if entry.typ == "veraenderung":
        return (-np.inf, np.inf)
    return (0.0, 100.0 if entry.typ == "anteil" else np.inf)


def _within(pieces: list[Piece], entry: Indikator) -> list[Piece]:
    low, high = _bounds(entry)
    return [
        Piece(max(one.von, low), min(one.bis, high), one.klasse) for one in pieces if one.bis > low and one.von < high
    ]
