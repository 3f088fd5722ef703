"""An index from several indicators: each standardised over the areas, summed, standardised again, and classed.

The rule "berlin" is that of its Monitoring Soziale Stadtentwicklung: z = (x - unweighted mean of the valid areas) /
population standard deviation, the sum standardised again; up to -1 hoch, up to 1 mittel, up to 1.5 niedrig, above it
sehr niedrig. It reproduces the published classes (``tests/test_social_index.py``). A high index is a high burden.
``docs/decisions/0026-index.md`` says why, and what the index does not say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sozialraum.city.indicators import DIRECTIONS, Indikator, catalogue
from sozialraum.city.load import data_dir, read_yaml
from sozialraum.city.sources import parse_stand
from sozialraum.compare.analysis import MIN_INHABITANTS, no_class_reason
from sozialraum.errors import ParameterError

Floats = npt.NDArray[np.float64]
Directions = str | Mapping[str, str] | Sequence[str] | pd.Series
RULES: Final = ("berlin", "rank")
STATUS: Final = ("hoch", "mittel", "niedrig", "sehr niedrig")
"""Statusgruppen by a rising index: a high status is a low burden."""
LIMITS: Final = (-1.0, 1.0, 1.5)
"""Where a Statusgruppe ends; the limit belongs to the lower index."""
DYNAMICS: Final = ("positiv", "stabil", "negativ")
SIGNS: Final = {"belastung": 1.0, "ressource": -1.0}
NEUTRAL: Final = "neutral"
COUNTED: Final = ("amtlich", "berechnet")
"""Kinds of values that may enter: what an office counted, or what was computed from that."""
SMALL: Final = f"Weniger als {MIN_INHABITANTS} Menschen."
ESTIMATE: Final = "Eine Schätzung geht nicht ein."
NEUTRAL_WORDS: Final = "Neutral; geht nur auf ausdrücklichen Wunsch ein."
MIN_AREAS: Final = 3
IMD_WEIGHTS: Final = (0.225, 0.225, 0.135, 0.135, 0.093, 0.093, 0.093)
"""Income, employment, education, health, crime, barriers, living environment, as published; they sum to 0.999."""
_DIGITS: Final = 9
"""Digits that are compared with a limit: what adding up in another order changes does not decide a class."""
_NOISE: Final = 12
"""Digits of a sum of standardised values; what is left where they cancel out is no difference between areas."""
_IMD_SCALE: Final = 23.0
_NO_FIGURES: Final = ("name", "geometry")
"""Columns of :meth:`sozialraum.Stadt.frame` that are no indicators."""


@dataclass(frozen=True, eq=False)
class Basis:
    """What an index is computed from: the valid areas in the order of their ids, high values a high burden.

    Attributes
    ----------
    signed
        One row per valid area, one column per indicator, turned so that high is a burden.
    signs, weights
        Of each indicator.
    out
        Areas that do not count, each with the reason.
    against
        What speaks against indicators that were passed on purpose: neutral, estimated, a proxy, old.
    """

    areas: pd.Index
    names: tuple[str, ...]
    signed: Floats
    signs: Floats
    weights: Floats
    out: Mapping[str, str]
    against: Mapping[str, str]

    @property
    def neutral(self) -> tuple[str, ...]:
        """Indicators that are neutral and were passed on purpose."""
        return tuple(name for name, why in self.against.items() if why == NEUTRAL_WORDS)

    @property
    def constant(self) -> tuple[str, ...]:
        """Indicators with one value everywhere: they part no areas."""
        return tuple(name for name, flat in zip(self.names, is_flat(self.signed), strict=True) if flat)


def social_index(
    values: pd.DataFrame,
    direction: Directions | None = None,
    weights: Mapping[str, float] | Sequence[float] | None = None,
    rule: str = "berlin",
    *,
    changes: pd.DataFrame | None = None,
    before: pd.DataFrame | None = None,
    valid: pd.Series | None = None,
    inhabitants: pd.Series | None = None,
) -> pd.DataFrame:
    """An index of areas from several indicators, with classes of status and, from changes, of dynamics.

    Parameters
    ----------
    values
        One row per area, one column per indicator; ``name`` and ``geometry`` of :meth:`sozialraum.Stadt.frame` are left
        out. An area with a missing value has no index and does not count for mean and spread of the others.
    direction
        What a high value is: ``belastung`` or ``ressource``, by name, in the order of the columns, or one for all; by
        default that of the catalogue. What is neutral there, an estimate, a proxy, old or a bare count is refused. Who
        names a direction for just this one does so on purpose; then it is named in ``attrs["hinweise"]``, a neutral one
        in ``attrs["neutral"]`` too.
    weights
        Per indicator, by name or in the order of the columns; equal by default. Their sum does not matter.
    rule
        ``berlin``, or ``rank``: the weighted mean of the ranks, 0 (lowest burden) to 100, without classes.
    changes
        Changes of the same indicators: index and classes of dynamics. Other names stand for the same order of columns.
    before
        Instead of changes: the values of an earlier date.
    valid
        True for each area that counts; the others have no index.
    inhabitants
        Areas with less than 300 do not count.

    Returns
    -------
    pandas.DataFrame
        In the order of ``values``: ``index`` (spreads from the mean; high is a high burden), ``klasse`` (hoch, mittel,
        niedrig, sehr niedrig), ``hinweis`` (why an area has none); with changes ``dynamik_index`` and ``dynamik``
        (positiv, stabil, negativ). ``attrs``: ``regel``, ``richtung``, ``neutral``, ``hinweise``.

    Raises
    ------
    ParameterError
        If an indicator has no direction or may not enter, a value is no number, or too few areas have all values.

    Notes
    -----
    Senatsverwaltung für Stadtentwicklung, Bauen und Wohnen Berlin: Monitoring Soziale Stadtentwicklung. Mean and spread
    are those of the areas, unweighted; the spread is that of the population, not of a sample.

    Examples
    --------
    >>> import pandas as pd, sozialraum as sr
    >>> frame = pd.DataFrame({"arbeitslos": [2, 4, 6, 20], "leistungen": [5, 9, 10, 40]}, index=list("ABCD"))
    >>> found = sr.social_index(frame, direction="belastung")
    >>> found["klasse"].tolist(), round(found.loc["D", "index"], 2)
    (['mittel', 'mittel', 'mittel', 'sehr niedrig'], 1.71)
    """
    if rule not in RULES:
        raise ParameterError(f"Die Regel „{rule}“ gibt es nicht. Möglich sind: {', '.join(RULES)}.")
    basis = basis_of(values, direction=direction, weights=weights, valid=valid, inhabitants=inhabitants)
    score = (index_of if rule == "berlin" else ranked)(basis.signed, basis.weights)
    found = pd.DataFrame({"index": pd.Series(score, basis.areas)}, index=values.index)
    found["klasse"] = pd.Series(status_of(score) if rule == "berlin" else None, basis.areas, dtype=object)
    found["hinweis"] = pd.Series(dict(basis.out), dtype=object)
    said = notes(basis)
    if changes is None and before is not None:
        changes = _changes(values, before)
    if changes is not None:
        if rule != "berlin":
            raise ParameterError('Eine Dynamik gibt es nur nach der Regel „berlin“. Bitte rule="berlin" wählen.')
        said += _with_dynamics(found, changes, values, basis, valid, inhabitants)
    signs = {sign: name for name, sign in SIGNS.items()}
    directions = {name: signs[sign] for name, sign in zip(basis.names, basis.signs, strict=True)}
    found.attrs = {"regel": rule, "richtung": directions, "neutral": basis.neutral, "hinweise": said}
    return found


def imd_score(
    ranks: Mapping[str, float] | Sequence[float] | pd.Series | pd.DataFrame | Floats,
    n: int,
    weights: Sequence[float] | Mapping[str, float] = IMD_WEIGHTS,
) -> Any:
    """The score of the English Index of Multiple Deprivation from the ranks of an area in its domains.

    Parameters
    ----------
    ranks
        Rank of one area in each domain, 1 is the most deprived; a frame or matrix has one row per area.
    n
        Number of areas that were ranked.
    weights
        Of the domains, by name or in the same order; by default as published (income, employment, education, health,
        crime, barriers, living environment). They sum to 0.999 and are taken as they are, never normalised.

    Returns
    -------
    float or pandas.Series
        For one area, or one value per row of a frame.

    Notes
    -----
    R = (N - rank + 1) / N; X = -23 ln(1 - R (1 - e^(-100/23))); score = sum of weight times X. English Indices of
    Deprivation, technical report.

    Examples
    --------
    >>> import sozialraum as sr
    >>> round(sr.imd_score([26525, 3000, 15, 800, 12000, 5, 700], n=33755), 1)
    55.2
    """
    rows = isinstance(ranks, Sequence) and len(ranks) > 0 and isinstance(ranks[0], Sequence)
    many = rows or isinstance(ranks, pd.DataFrame) or (isinstance(ranks, np.ndarray) and ranks.ndim == 2)
    table = pd.DataFrame(ranks) if many else pd.DataFrame([pd.Series(ranks)])
    given = pd.Series(weights if isinstance(weights, Mapping | pd.Series) else list(weights), dtype="float64")
    named = set(given.index) == set(table.columns)
    if (isinstance(weights, Mapping) and not named) or len(given) != table.shape[1]:
        raise ParameterError(
            f"Zu {table.shape[1]} Rängen je Ort sind {len(given)} Gewichte angegeben oder andere Namen."
        )
    factors = (given.loc[list(table.columns)] if named else given).to_numpy()
    numbers = _numbers(table, "Die Ränge")
    if ((numbers < 1) | (numbers > n)).to_numpy().any():
        raise ParameterError(f"Ein Rang liegt zwischen 1 und {n} (Zahl der Orte). Bitte die Ränge und n prüfen.")
    relative = (n - numbers + 1) / n
    scores = (-_IMD_SCALE * np.log(1 - relative * (1 - np.exp(-100 / _IMD_SCALE)))) @ factors
    return scores if many else float(scores.iloc[0])


def basis_of(
    values: pd.DataFrame,
    *,
    direction: Directions | None = None,
    weights: Mapping[str, float] | Sequence[float] | None = None,
    valid: pd.Series | None = None,
    inhabitants: pd.Series | None = None,
) -> Basis:
    """Check values, directions and weights, and turn every indicator so that high is a burden; see social_index."""
    table = _table(values)
    names = tuple(map(str, table.columns))
    given, against = directions_of(names, direction)
    signs = np.array([SIGNS[given[name]] for name in names])
    out = _left_out(table, valid, inhabitants)
    kept = table.drop(index=list(out)).sort_index(key=lambda ids: ids.map(str))
    if len(kept) < MIN_AREAS:
        raise ParameterError(
            f"Nur {len(kept)} von {len(table)} Orten haben alle Werte und zählen; nötig sind {MIN_AREAS}. "
            "Bitte Spalten mit Lücken weglassen oder die fehlenden Werte ergänzen."
        )
    return Basis(kept.index, names, kept.to_numpy() * signs, signs, _weights(names, weights), out, against)


def index_of(signed: Floats, weights: Floats) -> Floats:
    """The index of each area; with several rows of weights one row of areas for each of them."""
    total = np.round(standardised(signed) @ weights.T, _NOISE)
    return standardised(total).T


def standardised(values: Floats) -> Floats:
    """Distance from the mean in population standard deviations, by column; 0 where all are the same."""
    off = values - values.mean(axis=0)
    spread = values.std(axis=0)
    return np.asarray(off / np.where(is_flat(values), 1.0, spread) * ~is_flat(values))


def is_flat(values: Floats) -> npt.NDArray[np.bool_]:
    """Columns whose values are all the same, but for what adding up leaves."""
    return np.asarray(np.ptp(values, axis=0) <= 1e-12 * np.abs(values).max(axis=0))


def ranks_of(signed: Floats) -> Floats:
    """Ranks by column from 1, the mean rank for equal values."""
    return np.asarray(pd.DataFrame(signed).rank().to_numpy())


def ranked(signed: Floats, weights: Floats) -> Floats:
    """The weighted mean of the ranks, 0 for the lowest burden in everything, 100 for the highest."""
    return np.asarray((ranks_of(signed) - 1) / (len(signed) - 1) * 100 @ (weights / weights.sum()))


def places_of(index: Floats) -> npt.NDArray[np.int8]:
    """Place of each index among the Statusgruppen."""
    return np.asarray(np.searchsorted(LIMITS, np.round(index, _DIGITS)), dtype=np.int8)


def status_of(index: Floats) -> list[str]:
    """Statusgruppe of each index."""
    return [STATUS[place] for place in places_of(index)]


def dynamics_of(index: Floats) -> list[str]:
    """Dynamics of each index of changes: below -1 the burden fell most."""
    exact = np.round(index, _DIGITS)
    return [DYNAMICS[place] for place in (exact >= -1).astype(int) + (exact > 1)]


def notes(basis: Basis) -> list[str]:
    """What is to be known of an index, German sentences."""
    said = []
    if basis.against:
        reasons = "; ".join(f"{name} ({why})" for name, why in basis.against.items())
        said.append(f"Auf Wunsch einbezogen, obwohl etwas dagegen spricht: {reasons}.")
    if basis.constant:
        said.append(f"Überall derselbe Wert, deshalb ohne Einfluss: {', '.join(basis.constant)}.")
    said += [f"{area}: {reason}" for area, reason in basis.out.items()]
    return said


def directions_of(names: Sequence[str], direction: Directions | None) -> tuple[dict[str, str], dict[str, str]]:
    """The direction of each indicator, and what speaks against those that enter on purpose.

    Raises
    ------
    ParameterError
        If one has no direction, or is neutral, estimated, a proxy or old and nobody named its direction.
    """
    known = _catalogue(data_dir() / "indikatoren.yml")
    if direction is not None and not isinstance(direction, str | Mapping | pd.Series):
        if len(direction) != len(names):
            raise ParameterError(f"{len(direction)} Richtungen für {len(names)} Kennzahlen: Bitte jede angeben.")
        direction = dict(zip(names, map(str, direction), strict=True))
    named = {} if direction is None or isinstance(direction, str) else {str(k): v for k, v in direction.items()}
    declared = {name: known[name][0] for name in names if name in known}
    given = {**(dict.fromkeys(names, direction) if isinstance(direction, str) else declared), **named}
    wrong = {name: given.get(name) for name in names if given.get(name) not in DIRECTIONS}
    if wrong:
        raise ParameterError(
            f"Für {', '.join(wrong)} ist keine Richtung bekannt. Bitte angeben, was ein hoher Wert bedeutet: "
            f'direction={{"{next(iter(wrong))}": "belastung"}} oder "ressource".'
        )
    against = {name: known[name][1] for name in names if name in known and known[name][1]}
    against |= {name: NEUTRAL_WORDS for name in names if given[name] == NEUTRAL and name not in against}
    refused = {name: why for name, why in against.items() if given[name] == NEUTRAL or not _on_purpose(name, direction)}
    if refused:
        raise ParameterError(
            f"Das geht nicht in einen Index ein: {'; '.join(f'{name} ({why})' for name, why in refused.items())}. Wer "
            f'es bewusst aufnimmt, nennt die Richtung: direction={{"{next(iter(refused))}": "belastung"}}.'
        )
    return {name: str(given[name]) for name in names}, against


def _on_purpose(name: str, direction: object) -> bool:
    """Whether a person named the direction of just this indicator; one word for all and the catalogue's own do not."""
    return isinstance(direction, Mapping) and name in map(str, direction)


@lru_cache(maxsize=4)
def _catalogue(path: Path) -> dict[str, tuple[str, str]]:
    """Direction of each indicator of the catalogue, and what speaks against it in an index; empty without catalogue.

    The age is that at the latest date in the catalogue.
    """
    if not path.is_file():
        return {}
    entries = catalogue(read_yaml(path), path=str(path))
    issued = max((parse_stand(entry.stand) for entry in entries.values() if entry.stand), default=date.min)
    return {
        key: (entry.richtung, NEUTRAL_WORDS if entry.richtung == NEUTRAL else not_counted(entry, issued))
        for key, entry in entries.items()
    }


def not_counted(entry: Indikator, issued: date) -> str:
    """Why an indicator is nothing that somebody counted lately; empty if it is."""
    estimated = ESTIMATE if entry.verfuegbar and entry.art not in COUNTED else ""
    return no_class_reason(entry, issued=issued) or estimated


def _table(values: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(values, pd.DataFrame):
        raise ParameterError(
            f"Erwartet wird eine Tabelle mit einer Zeile je Ort und einer Spalte je Kennzahl, nicht "
            f"{type(values).__name__}."
        )
    table = pd.DataFrame(values).drop(columns=[name for name in _NO_FIGURES if name in values])
    if table.shape[1] == 0:
        raise ParameterError("Die Tabelle hat keine Spalte mit einer Kennzahl. Bitte mindestens eine angeben.")
    if table.index.has_duplicates or table.columns.has_duplicates:
        twice = (table.index if table.index.has_duplicates else table.columns).to_series()
        raise ParameterError(f"„{twice[twice.duplicated()].iloc[0]}“ kommt zweimal vor. Bitte vorher zusammenfassen.")
    return _numbers(table, "Die Werte")


def _numbers(table: pd.DataFrame, what: str) -> pd.DataFrame:
    for name in table:
        try:
            numbers = table[name].astype("float64")
        except (TypeError, ValueError) as error:
            raise ParameterError(
                f'{what} von „{name}“ sind keine Zahlen. Umwandeln hilft: pd.to_numeric(werte, errors="coerce").'
            ) from error
        if np.isinf(numbers).any():
            raise ParameterError(f"Unter den Werten von „{name}“ ist unendlich; wohl durch 0 geteilt. Bitte prüfen.")
    return table.astype("float64")


def _left_out(table: pd.DataFrame, valid: pd.Series | None, inhabitants: pd.Series | None) -> dict[str, str]:
    """Areas that do not count, with the reason."""
    out = {}
    for area, row in zip(table.index, table.isna().to_numpy(), strict=True):
        if row.any():
            out[area] = f"Es fehlt: {', '.join(str(name) for name, gone in zip(table, row, strict=True) if gone)}."
    if inhabitants is not None:
        people = _by_area(inhabitants, table.index)
        out |= dict.fromkeys(people.index[~(people >= MIN_INHABITANTS)], SMALL)
    if valid is not None:
        counts = _by_area(valid, table.index).fillna(False).astype(bool)
        out |= dict.fromkeys(counts.index[~counts], "Auf Wunsch ausgenommen.")
    return out


def _by_area(given: Any, areas: pd.Index) -> pd.Series:
    """One per area: by id, or in the order of the rows."""
    if isinstance(given, pd.Series):
        return given.reindex(areas)
    if len(given) != len(areas):
        raise ParameterError(f"Es gibt {len(areas)} Orte, aber {len(given)} Angaben. Nötig ist eine je Ort.")
    return pd.Series(given, areas)


def _weights(names: Sequence[str], weights: Mapping[str, float] | Sequence[float] | None) -> Floats:
    if weights is None:
        return np.ones(len(names))
    named = isinstance(weights, Mapping | pd.Series)
    try:
        given = pd.Series(weights if named else dict(zip(names, weights, strict=True)), dtype="float64")
    except (TypeError, ValueError):
        given = pd.Series(dtype="float64")
    given.index = given.index.map(str)
    if sorted(given.index) != sorted(names):
        raise ParameterError(f"Gewichte braucht jede Kennzahl genau einmal, als Zahl: {', '.join(names)}.")
    found = np.asarray(given.loc[list(names)], dtype="float64")
    if not np.isfinite(found).all() or (found < 0).any() or not found.any():
        raise ParameterError("Gewichte sind Zahlen ab 0, mindestens eine davon größer als 0. Bitte prüfen.")
    return found


def _changes(values: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    now, then = _table(values), _table(before)
    if set(now.columns) != set(then.columns):
        raise ParameterError("Früherer und heutiger Stand brauchen dieselben Kennzahlen. Bitte die Spalten angleichen.")
    return now - then.reindex(index=now.index, columns=now.columns)


def _with_dynamics(
    found: pd.DataFrame,
    changes: pd.DataFrame,
    values: pd.DataFrame,
    basis: Basis,
    valid: pd.Series | None,
    inhabitants: pd.Series | None,
) -> list[str]:
    """Add index and class of the changes; returns what is to be known of them."""
    table = _table(changes)
    if set(map(str, table.columns)) != set(basis.names):
        if table.shape[1] != len(basis.names):
            raise ParameterError(f"Die Veränderungen brauchen dieselben Kennzahlen: {', '.join(basis.names)}.")
        table = table.set_axis(list(basis.names), axis=1)
    signs = {sign: name for name, sign in SIGNS.items()}
    moved = basis_of(
        table[list(basis.names)].reindex(values.index),
        direction={name: signs[sign] for name, sign in zip(basis.names, basis.signs, strict=True)},
        weights=list(basis.weights), valid=valid, inhabitants=inhabitants,
    )  # fmt: skip
    score = index_of(moved.signed, moved.weights)
    found["dynamik_index"] = pd.Series(score, moved.areas)
    found["dynamik"] = pd.Series(dynamics_of(score), moved.areas, dtype=object)
    gone = {area: reason for area, reason in moved.out.items() if area not in basis.out}
    return [f"{area}, Dynamik: {reason}" for area, reason in gone.items()]
