"""Values from the grids of the Zensus 2022: counts of 100 m cells added up, published shares and means weighted.

Small numbers of a cell are not published. What a cell hides is the rest of its total that no class explains. How much
of it belongs to a class is told by the 1 km cell where that lies wholly within the city, elsewhere by all of these
together. The interval holds everything that the hidden numbers can be at least and at most, and an allowance for
numbers that were changed (cell-key method). A hidden number is never read as 0, and no mean is made of means.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from sozialraum.city.indicators import share
from sozialraum.city.load import cell_points
from sozialraum.supply.fetch.content import has_table, numbers, read_table
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.levels import Values

KM_M: Final = 1000
PER_ROW: Final = 100_000
WHOLE: Final = "gesamt"
FLAG: Final = "zeichen"
CHANGED_BY: Final = 1.0
"""Assumed standard deviation of a published number around the true one: a convention, the offices publish none."""
TIMES: Final = 2.0
"""How many standard deviations the interval allows for."""
HIDDEN_ZERO: Final = "Nicht belastbar: In den Rasterzellen sind nur verschwiegene kleine Zahlen."


def census_values(kept: Sequence[Kept], base: Base, angaben: Mapping[str, Any]) -> dict[str, dict[str, Values]]:
    """Values of every indicator whose tables are there, by the rules in ``angaben``."""
    grid, made, day = Grid(kept, base), {}, kept[0].file.stand
    for key, rule in angaben["rechnung"].items():
        values = _counted(grid, rule) if "teile" in rule else _weighted(grid, rule)
        if values is not None:
            made[str(key)] = {day: values}
    return made


class Grid:
    """The tables of all topics by level, read when first used."""

    def __init__(self, kept: Sequence[Kept], base: Base) -> None:
        self.base = base
        self._places = {name: one for one in kept for name in one.file.tabellen}
        self._read: dict[str, pd.DataFrame | None] = {}
        self.hidden: dict[str, Hidden | None] = {}

    def table(self, topic: str, level: str) -> pd.DataFrame | None:
        """Cells of a topic, index (x, y); None where the file or the level is not there."""
        name = f"{topic}_{level}"
        if name not in self._read:
            self._read[name] = self._table(name)
        return self._read[name]

    def _table(self, name: str) -> pd.DataFrame | None:
        one = self._places.get(name)
        if one is None or not has_table(one.path, one.file, name):
            return None
        text = read_table(one.path, one.file, name, self.base.city).rows
        table = text.drop(columns=FLAG, errors="ignore").apply(numbers)
        table["unsicher"] = text[FLAG].str.strip().ne("") if FLAG in text else False
        table[["x", "y"]] = table[["x", "y"]].astype("int64")
        return table.set_index(["x", "y"])

    def home(self, cells: pd.DataFrame) -> pd.Series:
        """The Stadtteil of each cell, by its midpoint."""
        places = cells.index.to_frame(index=False)
        return pd.Series(self.base.locate(cell_points(places, self.base.data.crs)).to_numpy(), index=cells.index)

    def inside(self, km: "pd.Index[Any]") -> pd.Series:
        """Which 1 km cells lie wholly within the city."""
        north, east = np.divmod(km.to_numpy(), PER_ROW)
        squares = shapely.box(east * KM_M, north * KM_M, (east + 1) * KM_M, (north + 1) * KM_M)
        return pd.Series(shapely.covers(self.base.city.outline.buffer(1.0), squares), index=km)

    def levels(self, home: pd.Series, measure: Callable[[pd.Series], pd.DataFrame]) -> pd.DataFrame:
        """A measure of the areas of every level, given the area of every cell; 0 where there are no cells."""
        register = self.base.register
        above = {key: area.id for area in register.of_level("stadtbezirk") for key in register.members(area.id)}
        city = pd.Series(register.city.id, index=home.index).where(home.notna())
        found = pd.concat([measure(area) for area in (home, home.map(above), city)])
        return found.reindex([area.id for area in register]).fillna(0.0)


@dataclass(frozen=True, eq=False)
class Hidden:
    """What the cells of one topic hide.

    ``cells`` are the 100 m cells with a known total, ``coarse`` the 1 km cells or None, ``inside`` says which 1 km
    cells lie wholly within the city.
    """

    cells: pd.DataFrame
    coarse: pd.DataFrame | None
    inside: Callable[["pd.Index[Any]"], pd.Series]

    @cached_property
    def classes(self) -> pd.DataFrame:
        """The published classes, missing where hidden."""
        return self.cells.drop(columns=[WHOLE, "unsicher"])

    @cached_property
    def room(self) -> pd.DataFrame:
        """The most that each hidden number can be: the rest of its cell's total."""
        rest = (self.cells[WHOLE] - self.classes.sum(axis=1)).clip(lower=0.0)
        return self.classes.isna().mul(rest, axis=0)

    @cached_property
    def km(self) -> pd.Series:
        """The 1 km cell of every cell."""
        return pd.Series(kilometre(self.cells.index), index=self.cells.index, name="km")

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Sum of the hidden numbers of every class by 1 km cell; missing where it is not known."""
        known, room = self.classes.groupby(self.km).sum(), self.room.groupby(self.km).sum()
        if self.coarse is None:
            return room * np.nan
        told = self.coarse.set_axis(kilometre(self.coarse.index)).reindex(known.index)[list(self.classes.columns)]
        told = told.where(self.inside(known.index))
        return (told - known).clip(lower=0.0).clip(upper=room)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """The hidden numbers: each cell's rest by the share of the class in the rests of its 1 km cell."""
        room, totals = self.room.groupby(self.km).sum(), self.totals
        known = totals.notna()
        everywhere = share(totals.sum(), room.where(known).sum(), factor=1.0)
        even = 1.0 / self.classes.isna().sum(axis=1).clip(lower=1)
        found = {}
        for name in map(str, self.classes):
            rate = share(totals[name], room[name], factor=1.0).where(known[name], everywhere[name])
            found[name] = self.room[name] * rate.reindex(self.km).to_numpy()
            found[name] = found[name].fillna(self.room[name] * even)
        estimate = pd.DataFrame(found)
        rest = self.room.max(axis=1)
        too_much = estimate.sum(axis=1).where(lambda total: total > rest)
        return estimate.mul((rest / too_much).fillna(1.0), axis=0)

    @cached_property
    def filled(self) -> pd.DataFrame:
        """The classes, with the estimate where a number is hidden."""
        return self.classes.fillna(self.estimates)

    def counted(self, names: Sequence[str], area: pd.Series) -> pd.DataFrame:
        """Sum of some classes by area: best, least and most, and how many published numbers are in it."""
        known, room = self.classes[list(names)], self.room[list(names)]
        sums = known.fillna(0.0).sum(axis=1).groupby(area).sum()
        best = sums + self.estimates[list(names)].sum(axis=1).groupby(area).sum()
        spans = [self._span(name, area) for name in names]
        least = sum((low for low, _ in spans), sums * 0.0)
        most = sum((high for _, high in spans), sums * 0.0)
        most = most.clip(upper=room.max(axis=1).groupby(area).sum())
        numbers_in = known.notna().sum(axis=1).groupby(area).sum()
        return pd.DataFrame(
            {"best": best, "least": sums + least, "most": sums + most, "numbers": numbers_in, "hidden": most}
        )

    def _span(self, name: str, area: pd.Series) -> tuple[pd.Series, pd.Series]:
        """The least and most that the hidden numbers of a class can be by area."""
        here = self.room[name].groupby([area, self.km]).sum()
        cell = here.index.get_level_values(1)
        whole = self.room[name].groupby(self.km).sum().reindex(cell).to_numpy()
        total = self.totals[name].reindex(cell).to_numpy()
        low = np.nan_to_num(np.maximum(0.0, total - (whole - here.to_numpy())))
        high = np.where(np.isnan(total), here.to_numpy(), np.minimum(total, here.to_numpy()))
        by_area = here.index.get_level_values(0)
        least, most = (pd.Series(ends, index=by_area).groupby(level=0).sum() for ends in (low, high))
        return least, most


def hidden_of(grid: Grid, topic: str) -> Hidden | None:
    """The cells of a topic whose total is published; None where the topic is not there."""
    if topic not in grid.hidden:
        fine = grid.table(topic, "100m")
        grid.hidden[topic] = (
            None if fine is None else Hidden(fine[fine[WHOLE].notna()], grid.table(topic, "1km"), grid.inside)
        )
    return grid.hidden[topic]


def _counted(grid: Grid, rule: Mapping[str, Any]) -> Values | None:
    """A count, or its share in the whole or in some classes."""
    topic, parts = str(rule["thema"]), list(rule["teile"])
    fine = grid.table(topic, "100m")
    if fine is None:
        return None
    home = grid.home(fine)
    silent, hidden = fine[WHOLE].isna(), hidden_of(grid, topic)
    assert hidden is not None
    cells, area = hidden.cells, home[~silent]
    part = grid.levels(area, lambda at: hidden.counted(parts, at))
    values = Values(_whole(grid, part["best"]), hinweise=silent_notes(grid, silent.groupby(home).sum()))
    off = TIMES * CHANGED_BY * part["numbers"] ** 0.5
    low, high = (part["least"] - off).clip(lower=0.0), part["most"] + off
    if rule.get("anzahl"):
        values.von, values.bis = low, high
    elif beside := list(rule.get("neben") or ()):
        others = grid.levels(area, lambda at: hidden.counted(beside, at))
        values.nenner = values.zaehler + _whole(grid, others["best"])
        values.von = share(low, low + others["most"])
        values.bis = share(high, high + others["least"])
    else:
        people = grid.base.extend(cells[WHOLE].groupby(area).sum())
        values.nenner, values.von, values.bis = people, share(low, people), share(high, people)
    for key in part.index[(values.zaehler == 0) & (part["hidden"] > 0)]:
        values.zurueckgehalten[str(key)] = HIDDEN_ZERO
    return values


def _weighted(grid: Grid, rule: Mapping[str, Any]) -> Values | None:
    """A published share or mean of the cells, each as often as it has people, households or dwellings."""
    fine, weights = grid.table(str(rule["thema"]), "100m"), grid.table(str(rule["gewicht"]), "100m")
    if fine is None or weights is None:
        return None
    weight = weights[WHOLE].dropna()
    weight = weight[weight > 0]
    home = grid.home(weight.to_frame())
    value = fine["wert"].reindex(weight.index)
    bracketed = fine["unsicher"].reindex(weight.index).fillna(False).astype(bool)
    known = value.notna()
    middle = float((value * weight)[known].sum() / weight[known].sum()) if known.any() else float("nan")
    spread = float(np.sqrt(((value - middle) ** 2 * weight)[known].sum() / weight[known].sum())) if known.any() else 0.0
    filled = value.fillna(_ofkilometre(grid, rule, weight.index)).fillna(middle)
    per = 100.0 if rule.get("prozent") else 1.0
    together = (filled * weight / per).groupby(home).sum().round(0)
    people = weight.groupby(home).sum()
    unsure = weight.where(~known | bracketed, 0.0).groupby(home).sum()
    zaehler, nenner, off = (grid.base.extend(part) for part in (together, people, unsure))
    wert, half = share(zaehler, nenner, factor=per), spread * off / nenner.where(nenner > 0)
    return Values(zaehler, nenner, wert - half, wert + half)


def _ofkilometre(grid: Grid, rule: Mapping[str, Any], cells: "pd.Index[Any]") -> pd.Series:
    """The value of the 1 km cell for every 100 m cell."""
    coarse = grid.table(str(rule["thema"]), "1km")
    if coarse is None:
        return pd.Series(np.nan, index=cells)
    by_cell = coarse["wert"].set_axis(kilometre(coarse.index))
    return pd.Series(by_cell.reindex(kilometre(cells)).to_numpy(), index=cells)


def kilometre(cells: "pd.Index[Any]") -> "pd.Index[Any]":
    """Number of the 1 km cell in which each cell lies: kilometres north x :data:`PER_ROW` + kilometres east."""
    x, y = (cells.get_level_values(axis) // KM_M for axis in ("x", "y"))
    return y * PER_ROW + x


def _whole(grid: Grid, counted: pd.Series) -> pd.Series:
    """Whole numbers of the Stadtteile, added up for the larger areas."""
    return grid.base.extend(counted.reindex(grid.base.stadtteile).fillna(0.0).round(0))


def silent_notes(grid: Grid, cells: pd.Series) -> dict[str, str]:
    """What is said of areas in which even the total of some cells is hidden."""
    return {
        str(key): f"In {number:.0f} bewohnten Rasterzelle{'' if number == 1 else 'n'} ist auch die Summe nicht "
        f"veröffentlicht; {'sie fehlt' if number == 1 else 'sie fehlen'}."
        for key, number in grid.base.extend(cells).items()
        if number > 0
    }
