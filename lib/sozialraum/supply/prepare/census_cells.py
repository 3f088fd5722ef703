"""The cells of the Zensus 2022 in place of the estimated ones: published people, ages as far as they are known.

A cell whose number is hidden stays out of the table; the interval of its area holds what the 1 km cell leaves for it.
People under 15 are no group of the census: they keep the share of the cells below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from sozialraum.city.indicators import share
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.census_grid import (
    CHANGED_BY,
    TIMES,
    WHOLE,
    Grid,
    hidden_of,
    kilometre,
    silent_notes,
)
from sozialraum.supply.prepare.levels import Values
from sozialraum.supply.prepare.population import AGES, whole_parts
from sozialraum.supply.prepare.reach import Off

ROUNDING: Final = 1e-6
"""So much is added before numbers are rounded, that sums of thirds do not fall short of a half."""
UNKNOWN: Final = (
    "Für einzelne Rasterzellen ist die Zahl nicht veröffentlicht und auch aus der 1-km-Zelle nicht bekannt; sie fehlt, "
    "und eine Spanne lässt sich nicht nennen."
)


def census_cells(kept: Sequence[Kept], base: Base, angaben: Mapping[str, Any]) -> "CensusCells | None":
    """The cells of a city; None without the table of people."""
    rule = angaben.get("zellen")
    grid = Grid(kept, base)
    if not rule or grid.table(rule["thema"], "100m") is None:
        return None
    if base.data.raster.empty and any(grid.table(rule[name][0], "100m") is None for name in ("junge", "alte")):
        return None  # nothing tells the ages
    return CensusCells(grid, rule, kept[0].file.stand, kept[0].offer.id, kept[0].offer.indikatoren)


@dataclass(frozen=True, eq=False)
class CensusCells:
    """People of the published cells by what is known of them, and what is hidden.

    ``rule`` names the topic of all people, that of the oldest (``alte``) and those of children by age (``kinder``), and
    what the catalogue says of values that rest on the cells (``texte``).
    """

    grid: Grid
    rule: Mapping[str, Any]
    stand: str
    quelle: str
    entries: Mapping[str, Mapping[str, Any]]

    @cached_property
    def _published(self) -> pd.DataFrame:
        found = self.grid.table(self.rule["thema"], "100m")
        assert found is not None
        return found

    @cached_property
    def _home(self) -> pd.Series:
        return self.grid.home(self._published)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows of ``raster.csv`` but for walking metres, in the order of its places."""
        known = self._published[self._home.notna() & self._published[WHOLE].notna()]
        people = known[WHOLE].astype("int64").rename("einwohner").sort_index()
        cells = people.reset_index().assign(gebiet_id=self._home.reindex(people.index).to_numpy())
        cells["km"] = kilometre(people.index)
        ages = whole_parts(cells, self._shares(cells, people.index), AGES)
        fine = {name: self._counts(at, cells, people.index) for name, at in self.rule["kinder"].items()}
        columns = {name: counts for name, counts in fine.items() if counts is not None}
        return pd.concat([cells[["x", "y", "gebiet_id", "einwohner"]], ages], axis=1).assign(**columns)

    def _shares(self, cells: pd.DataFrame, at: "pd.Index[Any]") -> np.ndarray[Any, Any]:
        """The share of each age group in every cell: that of the oldest as published, that of the youngest as below."""
        young, old = (self._below(cells, name) for name in (AGES[0], AGES[2]))
        if self.grid.base.data.raster.empty:
            young = self._share_of_youngest(at)
        told = self._share_of_oldest(at)
        old = told.fillna(old) if told is not None else old
        old = old.clip(upper=1 - young)
        return pd.concat([young, 1 - young - old, old], axis=1).to_numpy()

    def _below(self, cells: pd.DataFrame, group: str) -> pd.Series:
        """The share of an age group among the people of the 1 km cell, else of the Stadtteil, else of the city."""
        below = self.grid.base.data.raster
        km = pd.Series(kilometre(pd.MultiIndex.from_frame(below[["x", "y"]])), index=below.index)
        whole = float(below[group].sum() / max(below["einwohner"].sum(), 1))
        found = pd.Series(np.nan, index=cells.index)
        for name, key in (("km", km), ("gebiet_id", below["gebiet_id"])):
            sums = below[[group, "einwohner"]].groupby(key).sum()
            found = found.fillna(cells[name].map(share(sums[group], sums["einwohner"], factor=1.0)))
        return found.fillna(whole)

    def _share_of_youngest(self, at: "pd.Index[Any]") -> pd.Series:
        """Their share in each cell by the classes that hold them, else in all cells."""
        topic, parts = self.rule["junge"]
        hidden = hidden_of(self.grid, topic)
        assert hidden is not None
        young = (hidden.filled[list(parts)] * pd.Series(parts)).sum(axis=1)
        everywhere = float(young.sum() / max(hidden.cells[WHOLE].sum(), 1.0))
        found = share(young, hidden.cells[WHOLE], factor=1.0).reindex(at).fillna(everywhere)
        return found.clip(0.0, 1.0).reset_index(drop=True)

    def _share_of_oldest(self, at: "pd.Index[Any]") -> pd.Series | None:
        """Their share in each cell, else in its 1 km cell; missing where neither is published."""
        topic, name = self.rule["alte"]
        hidden = hidden_of(self.grid, topic)
        if hidden is None:
            return None
        of_cell = share(hidden.filled[name], hidden.cells[WHOLE], factor=1.0).reindex(at)
        if hidden.coarse is not None:
            of_km = share(hidden.coarse[name], hidden.coarse[WHOLE], factor=1.0)
            by_km = of_km.set_axis(kilometre(of_km.index)).reindex(kilometre(at))
            of_cell = of_cell.fillna(pd.Series(by_km.to_numpy(), index=at))
        return of_cell.clip(0.0, 1.0).reset_index(drop=True)

    def _counts(self, at: Sequence[str], cells: pd.DataFrame, index: "pd.Index[Any]") -> pd.Series | None:
        """Children of an age in every cell as whole numbers; missing where the cell is not published.

        What rounding an estimate leaves goes to the next cell of the Stadtteil: published numbers stay as they are.
        """
        topic, name = at
        hidden = hidden_of(self.grid, topic)
        if hidden is None:
            return None
        found = pd.Series(hidden.filled[name].reindex(index).to_numpy(), index=cells.index)
        order = cells.sort_values(["gebiet_id", "km", "y", "x"]).index
        until = (found.fillna(0.0)[order].cumsum() + ROUNDING).round()
        return until.diff().fillna(until.iloc[0]).reindex(cells.index).where(found.notna())

    def inhabitants(self) -> Values:
        """Published people of each area; the interval reaches to what the 1 km cells leave for hidden numbers."""
        extend = self.grid.base.extend
        people = extend(self.table.groupby("gebiet_id")["einwohner"].sum())
        numbers = extend(self.table.groupby("gebiet_id")["einwohner"].size())
        silent = self._published[WHOLE].isna() & self._home.notna()
        off = TIMES * CHANGED_BY * numbers**0.5
        most = self._room(silent) if silent.any() else people * 0.0
        values = Values(people, von=(people - off).clip(lower=0.0), bis=people + off + most)
        values.hinweise = silent_notes(self.grid, silent.groupby(self._home).sum())
        values.zweifel = {str(key): UNKNOWN for key in most.index[np.isinf(most)]}
        return values

    def _room(self, silent: pd.Series) -> pd.Series:
        """The most people in cells without a number by area, infinite where nothing tells it.

        That is what the 1 km cell leaves for them, else what the official number of the city does.
        """
        published, coarse = self._published[WHOLE], self.grid.table(self.rule["thema"], "1km")
        km = pd.Series(kilometre(published.index), index=published.index)
        told = pd.Series(np.nan, index=pd.Index(km[silent].unique()))
        if coarse is not None:
            told = coarse[WHOLE].set_axis(kilometre(coarse.index)).reindex(told.index)
        official = self.grid.base.city.figure(self.rule["bekannt"])
        left = np.inf if official is None else max(0.0, official - published.sum())
        rest = (told - published.groupby(km).sum().reindex(told.index)).clip(lower=0.0).fillna(left)

        def measure(area: pd.Series) -> pd.DataFrame:
            here = pd.DataFrame({"area": area[silent], "km": km[silent]}).drop_duplicates().dropna()
            return here["km"].map(rest).groupby(here["area"]).sum().to_frame("most")

        return self.grid.levels(self._home, measure)["most"]

    @cached_property
    def oldest_off(self) -> tuple[pd.Series, pd.Series] | None:
        """How far the share of the oldest may be off below and above by area; None where their topic is not there."""
        topic, name = self.rule["alte"]
        hidden = hidden_of(self.grid, topic)
        if hidden is None:
            return None
        home = self.grid.home(hidden.cells)
        part = self.grid.levels(home, lambda at: hidden.counted([name], at))
        people = self.grid.base.extend(hidden.cells[WHOLE].groupby(home).sum())
        off = TIMES * CHANGED_BY * part["numbers"] ** 0.5
        low, high = (part["least"] - off).clip(lower=0.0), part["most"] + off
        return share(part["best"] - low, people), share(high - part["best"], people)

    def off(self, columns: Sequence[str]) -> Off | None:
        """How far the reach of those in some columns may be off; None if that is not told.

        Of children it is what the hidden numbers can be at least and at most on either side of the limit.
        """
        if list(columns) == ["einwohner"]:
            return self._off_everybody
        if not set(columns) <= set(self.rule["kinder"]):
            return None

        def off(reached: list[pd.Series], best: pd.Series) -> tuple[pd.Series, pd.Series]:
            ends = [self._ends(name, near) for name, near in zip(columns, reached, strict=True)]
            near, far = (sum((one[side] for one in ends[1:]), ends[0][side]) for side in (0, 1))
            low = share(near["least"], near["least"] + far["most"]).fillna(best)
            high = share(near["most"], near["most"] + far["least"]).fillna(best)
            return (best - low).clip(lower=0.0), (high - best).clip(lower=0.0)

        return off

    def _ends(self, name: str, near: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The least and most children of an age within the limit and beyond it, by area."""
        topic, column = self.rule["kinder"][name]
        hidden = hidden_of(self.grid, topic)
        assert hidden is not None
        home = self.grid.home(hidden.cells)
        here = near.set_axis(pd.MultiIndex.from_frame(self.table[["x", "y"]])).reindex(hidden.cells.index)
        sides = []
        for side in (here.eq(True), here.eq(False)):
            part = self.grid.levels(home.where(side), lambda at: hidden.counted([column], at))
            off = TIMES * CHANGED_BY * part["numbers"] ** 0.5
            sides.append(pd.DataFrame({"least": (part["least"] - off).clip(lower=0.0), "most": part["most"] + off}))
        return sides[0], sides[1]

    def _off_everybody(self, reached: list[pd.Series], _: pd.Series) -> tuple[pd.Series, pd.Series]:
        """Numbers that were changed: r x people is off by their number on either side, weighted by the other share."""
        (near,) = reached
        extend, home = self.grid.base.extend, self.table["gebiet_id"]
        people = extend(self.table.groupby("gebiet_id")["einwohner"].sum())
        inside, whole = (extend(one.groupby(home).sum()) for one in (near.astype("float64"), near * 0.0 + 1.0))
        rate = share(extend(self.table["einwohner"].where(near, 0).groupby(home).sum()), people, factor=1.0)
        root = ((1 - rate) ** 2 * inside + rate**2 * (whole - inside)) ** 0.5
        off = share(TIMES * CHANGED_BY * root, people)
        return off, off
