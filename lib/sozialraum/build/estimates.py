"""Indicators that rest on the population estimate: inhabitants, shares, densities, reach."""

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from sozialraum import access
from sozialraum.build.areas import Areas
from sozialraum.build.levels import RollUp, Values
from sozialraum.build.population import (
    AGES,
    NEAR_BOUNDARY_M,
    Population,
    largest_remainder,
    part_of_cells,
    reach_smoothing,
    smoothing,
)
from sozialraum.indicators import Indikator, agreement, half_difference, share

WEIGHTINGS: Final = ("wohnungen", "haeuser")
AGE_INDICATORS: Final = dict(zip(("anteil_unter_15", "anteil_15_64", "anteil_65plus"), AGES, strict=True))
CHILDREN: Final = "unter_15"


class Estimator:
    """Sums of cells per area under the main weighting and the two alternatives, and what they may be off.

    Parameters
    ----------
    register
        Published register figures by the ids that they count together; they measure the error of the inhabitants.
    """

    def __init__(
        self, population: Population, ages: pd.DataFrame, areas: Areas, extend: RollUp,
        register: Mapping[tuple[str, ...], float],
    ) -> None:  # fmt: skip
        self.population = population
        self.ages = ages
        self.areas = areas.register
        self.table = areas.table
        self.city = areas.register.city.id
        self.extend = extend
        self.by_area = population.cells["gebiet_id"]
        self.alternatives = {name: population.people(name) for name in WEIGHTINGS}
        self.agreement = agreement(self.einwohner, register)

    def sums(self, per_cell: pd.Series) -> pd.Series:
        """Sum of a cell series for every area."""
        return self.extend(per_cell.groupby(self.by_area).sum())

    def whole_sums(self, per_cell: pd.Series) -> pd.Series:
        """As :meth:`sums`, with whole Stadtteil numbers that keep the (rounded) total."""
        parts = per_cell.groupby(self.by_area).sum()
        rounded = largest_remainder(parts.to_numpy(), total=round(float(parts.sum())))
        return self.extend(pd.Series(rounded, index=parts.index))

    @property
    def einwohner(self) -> pd.Series:
        """Inhabitants of every area, whole numbers."""
        return self.sums(self.population.cells["einwohner"])

    @property
    def inhabitants_error(self) -> pd.Series:
        """Half width of the interval of the inhabitants of every area; the city's number is official.

        Measured against the register where a Stadtteil has a figure of its own, elsewhere the 90 % quantile of
        the measured deviations; larger areas add up the squares. Without any register figure only the
        difference of the two weightings is known.
        """
        people = self.einwohner
        if self.agreement is None:
            error = half_difference(*(self.sums(other) for other in self.alternatives.values()))
        else:
            measured = self.agreement.deviations.abs().reindex(people.index)
            relative = measured.fillna(self.agreement.nine_of_ten) / 100
            error = self.extend((people * relative).pow(2)).pow(0.5)
        error[self.city] = 0.0
        return error

    def inhabitants(self) -> Values:
        """Inhabitants with their interval."""
        people, error = self.einwohner, self.inhabitants_error
        return Values(people, von=people - error, bis=people + error, arten={self.city: "amtlich"})

    def density(self) -> Values:
        """Inhabitants per square kilometre; interval of the inhabitants carried over."""
        people, error, area = self.einwohner, self.inhabitants_error, self.table["flaeche_km2"]
        ends = (people - error) / area, (people + error) / area
        return Values(people, area, *ends, arten={self.city: "berechnet"})

    def change(self) -> Values:
        """Change from 2011 to 2022, both years scaled to their own official totals."""
        before = self.whole_sums(self.population.people(year=2011))
        rates = [
            share(self.sums(other) - self.sums(self.population.people(name, year=2011)),
                  self.sums(self.population.people(name, year=2011)))
            for name, other in self.alternatives.items()
        ]  # fmt: skip
        km, then = self.population.km, self.population.people(year=2011)
        growth = (km["T"] / km["Z2011_Einwohner"].where(km["Z2011_Einwohner"] > 0) - 1).rename("wachstum")
        smoothed = share(self._smoothing(growth, then), self.sums(then))
        error = _both(half_difference(rates[0], rates[1]), smoothed)
        change = share(self.einwohner - before, before)
        ends = change - error, change + error
        return Values(self.einwohner - before, before, *ends, arten={self.city: "amtlich"})

    def age(self, entry: Indikator) -> Values:
        """Share of an age group."""
        group = AGE_INDICATORS[entry.id]
        return self._share(self.sums(self.ages[group]), group)

    def part(self, parts: tuple[str, ...]) -> Values:
        """Share of one or more census parts (country of birth, moved)."""
        people = self.population.people()
        counted = sum(
            (part_of_cells(self.population, name, people) for name in parts), start=pd.Series(0.0, people.index)
        )
        return self._share(self.whole_sums(counted), *parts)

    def foreigners_2011(self) -> Values:
        """Share of foreigners in 2011; cells without a figure are left out on both sides."""
        known = self.population.cells["km"].map(self.population.km["auslaender_2011"])

        def both(people: pd.Series) -> tuple[pd.Series, pd.Series]:
            return self.sums((people * known).fillna(0.0)), self.sums(people.where(known.notna(), 0.0))

        rates = [share(*both(self.population.people(name, year=2011))) for name in WEIGHTINGS]
        people = self.population.people(year=2011)
        here = people.where(known.notna(), 0.0)
        counted, whole = self.whole_sums((people * known).fillna(0.0)), self.whole_sums(here)
        smoothed = share(self._smoothing(self.population.km["auslaender_2011"], here), whole)
        error = _both(half_difference(rates[0], rates[1]), smoothed)
        value = share(counted, whole)
        return Values(counted, whole, value - error, value + error)

    def reach(self, entry: Indikator) -> Values:
        """Share of people, or of children under 15, within walking reach of a facility.

        Beyond the city boundary facilities are not known: who is not reached but lives nearer to the boundary than
        the reach may have one there. That can only raise the value, so the interval is longer above. For children
        the smoothing of ages within 1 km cells (:func:`reach_smoothing`) is added on both sides.
        """
        kind = access.REACH_INDICATORS[entry.id]
        limit = access.REACH[kind]
        cells = self.population.cells
        counted = self.ages[CHILDREN] if kind in access.COUNTS_CHILDREN else cells["einwohner"]
        reached = cells[f"gehweg_{kind}_m"] <= limit
        rates = [self._reach_share(people, kind, reached) for people in self.alternatives.values()]
        everybody = self.sums(counted)
        smoothed = everybody * 0.0
        if kind in access.COUNTS_CHILDREN:
            people, part = cells["einwohner"].astype("float64"), self.population.km[CHILDREN]
            smoothed = 100 * self._levels(lambda area: reach_smoothing(self.population, part, people, reached, area))
        error = _both(half_difference(rates[0], rates[1]), smoothed)
        open_edge = ~reached & (cells["randabstand_m"] < access.straight_radius_m(limit))
        unknown = share(self.sums(counted.where(open_edge, 0)), everybody)
        near = share(self.sums(counted.where(cells["randabstand_m"] < NEAR_BOUNDARY_M, 0)), everybody)
        notes = {str(key): note for key, value in near.items() if (note := access.near_boundary_note(value, kind=kind))}
        here = self.sums(counted.where(reached, 0))
        value = share(here, everybody)
        return Values(here, everybody, value - error, value + error + unknown, hinweise=notes)

    def _reach_share(self, people: pd.Series, kind: str, reached: pd.Series) -> pd.Series:
        if kind in access.COUNTS_CHILDREN:
            people = part_of_cells(self.population, CHILDREN, people)
        return share(self.sums(people.where(reached, 0.0)), self.sums(people))

    def _smoothing(self, share_of_cell: pd.Series, people: pd.Series) -> pd.Series:
        """As :func:`smoothing`, for every area of every level."""
        return self._levels(lambda area: smoothing(self.population, share_of_cell, people, area))

    def _levels(self, measure: Callable[[pd.Series], pd.Series]) -> pd.Series:
        """A measure of the areas of each level, given the area of every cell; 0 where nobody lives."""
        home, above = self.by_area, self.table["stadtbezirk_id"].dropna()
        levels = (home, home.map(above), pd.Series(self.city, index=home.index))
        return pd.Series(pd.concat([measure(area) for area in levels]).reindex(self.table.index).fillna(0.0))

    def _share(self, counted: pd.Series, *parts: str) -> Values:
        rates = []
        for people in self.alternatives.values():
            members = [part_of_cells(self.population, name, people) for name in parts]
            rates.append(share(self.sums(sum(members, start=pd.Series(0.0, people.index))), self.sums(people)))
        together = self.population.km[list(parts)].sum(axis=1)
        people = self.population.cells["einwohner"].astype("float64")
        smoothed = share(self._smoothing(together, people), self.einwohner)
        error = _both(half_difference(rates[0], rates[1]), smoothed)
        value = share(counted, self.einwohner)
        return Values(counted, self.einwohner, value - error, value + error)


def _both(first: pd.Series, second: pd.Series) -> pd.Series:
    """Two independent errors together."""
    return pd.Series((first**2 + second**2) ** 0.5)


def population_values(katalog: Mapping[str, Indikator], estimator: Estimator) -> dict[str, Values]:
    """Values of every indicator that rests on the population estimate."""
    made = {
        "einwohner": estimator.inhabitants(),
        "dichte_je_km2": estimator.density(),
        "veraenderung_2011_2022": estimator.change(),
        "geboren_eu": estimator.part(("geboren_eu",)),
        "geboren_nicht_eu": estimator.part(("geboren_nicht_eu",)),
        "zugezogen_1jahr": estimator.part(("zugezogen_inland", "zugezogen_ausland")),
        "auslaenderanteil_2011": estimator.foreigners_2011(),
    }
    made |= {key: estimator.age(katalog[key]) for key in AGE_INDICATORS}
    return made | {key: estimator.reach(katalog[key]) for key in access.REACH_INDICATORS}
