"""What a missing table would change in an index, and how near the class of each area is to another.

Nobody knows a missing table; it is drawn. Plausible means here: normally distributed over the areas, and as closely
tied to the index as anything between not at all and :data:`TIED` (in Berlin's monitoring unemployment and benefits
correlate at about 0.95, single parents with the index at 0.5 to 0.6). Where an older or related table is known, the
drawn one follows that instead. All missing tables get the same draws, so that a difference between them is one of
knowledge, not of chance.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sozialraum.compare.social_index import STATUS, Basis, Floats, index_of, is_flat, places_of, standardised
from sozialraum.compare.stability import DRAWS, SEED

TIED: Final = (0.0, 0.9)
"""Correlations of a missing table with the index that are drawn."""
HINTED: Final = (0.5, 0.9)
"""The same with an older or related table, where there is one: what is known limits what is plausible."""
RANGE: Final = (0.05, 0.95)
"""Part of the draws that is printed: nine of ten."""
_GRID: Final = 400
_HALVINGS: Final = 40
_MARGIN: Final = 1e-6
"""How far beyond the limit a tipping point lies, so that it is beyond it however it is added up."""


@dataclass(frozen=True)
class Tip:
    """From where on an area has another class, all else being as it is.

    Attributes
    ----------
    wert
        Its value today; missing where the tipping point is one of a missing table.
    ab
        The value from which on the class is another; in spreads from the mean for a missing table.
    spreads
        How far that is from today's value, in spreads of the areas.
    """

    gebiet_id: str
    indikator: str
    wert: float
    ab: float
    spreads: float
    klasse: str

    @property
    def upwards(self) -> bool:
        """Whether a higher value changes the class."""
        return self.ab > self.wert


@dataclass(frozen=True)
class Piece:
    """A range of values of a missing cell with the class that the area would have."""

    von: float
    bis: float
    klasse: str


def missing_effect(
    basis: Basis,
    missing: Sequence[str],
    *,
    hints: Mapping[str, pd.Series] | None = None,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """How many classes each missing indicator would move if it were there.

    Parameters
    ----------
    missing
        Ids of the missing indicators.
    hints
        Older or related values of some of them by area, high is a high burden.

    Returns
    -------
    pandas.DataFrame
        Index indicator, those that move most first: anteil (mean share of the areas whose class changes), von and bis
        (nine of ten draws lie between), anhalt (whether a hint is known), gleichauf (whether another moves as many).
    """
    random = np.random.default_rng(SEED)
    noise = random.standard_normal((len(basis.areas), draws))
    places = random.random(draws)
    held = places_of(index_of(basis.signed, basis.weights))
    total = standardised(basis.signed) @ basis.weights
    weight = float(basis.weights[basis.weights > 0].mean())
    rows = {}
    for name in missing:
        hint = _hint(basis, (hints or {}).get(name))
        lead, (least, most) = (standardised(total), TIED) if hint is None else (hint, HINTED)
        tied = least + places * (most - least)
        drawn = standardised(tied * lead[:, None] + np.sqrt(1 - tied**2) * standardised(noise))
        moved = (places_of(standardised(total[:, None] + weight * drawn)) != held[:, None]).mean(axis=0)
        rows[name] = [moved.mean(), *np.quantile(moved, RANGE), hint is not None]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["anteil", "von", "bis", "anhalt"])
    found = found.sort_values("anteil", ascending=False, kind="stable").rename_axis("indikator")
    return found.assign(gleichauf=found["anteil"].duplicated(keep=False))


def agreement_with(areas: int, tables: int, *, draws: int = DRAWS) -> list[float]:
    """With no table there at all: in which share of areas the classes of the first 1, 2, ... tables are those of all.

    All tables are drawn, tied to each other by a correlation between the ends of :data:`TIED`.
    """
    random = np.random.default_rng(SEED)
    tied = TIED[0] + random.random(draws) * (TIED[1] - TIED[0])
    common = random.standard_normal((areas, draws, 1))
    own = random.standard_normal((areas, draws, tables))
    drawn = standardised(np.sqrt(tied)[None, :, None] * common + np.sqrt(1 - tied)[None, :, None] * own)
    classes = [places_of(standardised(drawn[:, :, : count + 1].sum(axis=2))) for count in range(tables)]
    return [float((found == classes[-1]).mean()) for found in classes]


def nearest_tips(basis: Basis, bounds: Mapping[str, tuple[float, float]] | None = None) -> dict[str, Tip]:
    """For each area the smallest change of a single value, in spreads, that changes its class; none if none does.

    ``bounds`` says between which values an indicator can be at all: a share between 0 and 100.
    """
    found: dict[str, Tip] = {}
    for place, name in enumerate(basis.names):
        if is_flat(basis.signed)[place] or not basis.weights[place]:
            continue
        low, high = (bounds or {}).get(name, (-np.inf, np.inf))
        _keep_nearest(found, (tip for tip in _tips(basis, place, name) if low <= tip.ab <= high))
    return found


def tips_of_missing(basis: Basis, name: str) -> dict[str, Tip]:
    """For each area the value of a missing indicator, in spreads from the mean, that would change its class.

    All other areas lie in it as they lie in the index: the missing table confirms them, and only this area is off.
    """
    index = index_of(basis.signed, basis.weights)
    weight = float(basis.weights[basis.weights > 0].mean())
    wider = replace(
        basis, names=(*basis.names, name), signed=np.column_stack([basis.signed, index]),
        signs=np.append(basis.signs, 1.0), weights=np.append(basis.weights, weight),
    )  # fmt: skip
    found: dict[str, Tip] = {}
    _keep_nearest(found, _tips(wider, len(basis.names), name))
    return found


def open_classes(basis: Basis, values: pd.DataFrame, area: str) -> tuple[str, list[Piece]]:
    """Which class an area with a single gap would have, by what stands there: the indicator and its ranges.

    Nothing where more than one value is missing, or the area does not count for another reason.
    """
    row = values.loc[area, list(basis.names)].astype("float64")
    gaps = [name for name in basis.names if np.isnan(row[name])]
    if len(gaps) != 1:
        return "", []
    place = basis.names.index(gaps[0])
    filled = row.fillna(0.0).to_numpy() * basis.signs
    filled[place] = basis.signed[:, place].mean()
    wider = replace(basis, areas=basis.areas.append(pd.Index([area])), signed=np.vstack([basis.signed, filled]))
    grid = np.repeat(_grid(basis.signed[:, place])[None], len(wider.areas), axis=0)
    classes = places_of(_own_index(wider, place, grid)[-1])
    starts = [0, *(np.flatnonzero(np.diff(classes)) + 1)]
    edges = [grid[0, 0], *((grid[0, at - 1] + grid[0, at]) / 2 for at in starts[1:]), grid[0, -1]]
    sign = basis.signs[place]
    pieces = []
    for number, start in enumerate(starts):
        low, high = sorted(float(sign * edge) for edge in edges[number : number + 2])
        pieces.append(Piece(low, high, STATUS[classes[start]]))
    return gaps[0], pieces[:: int(sign)]


def _keep_nearest(found: dict[str, Tip], tips: Iterable[Tip]) -> None:
    for tip in tips:
        if tip.gebiet_id not in found or tip.spreads < found[tip.gebiet_id].spreads:
            found[tip.gebiet_id] = tip


def _hint(basis: Basis, values: pd.Series | None) -> Floats | None:
    """A related table over the areas that count; what is missing in it lies at its mean. None if it says nothing."""
    if values is None:
        return None
    known = values.reindex(basis.areas).astype("float64")
    filled: Floats = np.array(known.fillna(known.mean()), dtype=np.float64)[:, None]
    return None if known.notna().sum() < len(basis.areas) / 2 or is_flat(filled)[0] else standardised(filled)[:, 0]


def _grid(column: Floats) -> Floats:
    """Values that are tried: as far beyond the lowest and the highest as these are apart."""
    low, high = column.min(), column.max()
    return np.linspace(low - (high - low), high + (high - low), 3 * _GRID + 1)


def _own_index(basis: Basis, place: int, tried: Floats) -> Floats:
    """Index of each area (rows) if its value in one indicator were another; mean and spread follow, exactly."""
    count, column, weight = len(basis.areas), basis.signed[:, place], basis.weights[place]
    others = np.delete(standardised(basis.signed), place, axis=1) @ np.delete(basis.weights, place)
    own, rest = column[:, None], others[:, None]
    mean = column.mean() + (tried - own) / count
    spread = np.sqrt(np.maximum((column**2).mean() + (tried**2 - own**2) / count - mean**2, 1e-300))
    shared = ((others * column).mean() + rest * (tried - own) / count) / spread
    whole = others.var() + weight**2 + 2 * weight * shared
    return np.asarray((rest + weight * (tried - mean) / spread) / np.sqrt(np.maximum(whole, 1e-300)))


def _tips(basis: Basis, place: int, name: str) -> Iterator[Tip]:
    """Upwards and downwards the nearest value from which on the class of each area is another."""
    column = basis.signed[:, place]
    spread, sign = column.std(), basis.signs[place]
    held = places_of(index_of(basis.signed, basis.weights))
    reach = 2 * np.ptp(column)
    for way in (1.0, -1.0):
        tried = column[:, None] + way * np.linspace(0, reach, 2 * _GRID + 1)[None]
        differs = places_of(_own_index(basis, place, tried)) != held[:, None]
        first = differs.argmax(axis=1)
        rows = np.flatnonzero(differs.any(axis=1) & (first > 0))
        inner, outer = tried[rows, first[rows] - 1], tried[rows, first[rows]]
        for _ in range(_HALVINGS):
            middle = (inner + outer) / 2
            over = _classes_at(basis, place, rows, middle) != held[rows]
            inner, outer = np.where(over, inner, middle), np.where(over, middle, outer)
        reached = _classes_at(basis, place, rows, outer)
        for row, at, then in zip(rows.tolist(), outer + (outer - column[rows]) * _MARGIN, reached, strict=True):
            yield Tip(
                str(basis.areas[row]), name, float(sign * column[row]), float(sign * at),
                float(abs(at - column[row]) / spread), STATUS[then],
            )  # fmt: skip


def _classes_at(basis: Basis, place: int, rows: npt.NDArray[np.intp], tried: Floats) -> npt.NDArray[np.int8]:
    """Class of some areas, each with one value tried."""
    values = basis.signed[:, place].copy()
    values[rows] = tried
    return places_of(_own_index(basis, place, values[:, None])[:, 0])[rows]
