"""Indicators that rest on the population estimate: inhabitants, shares, densities, reach."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from sozialraum import access
from sozialraum.build.areas import Areas
from sozialraum.build.levels import RollUp, Values
from sozialraum.build.population import AGES, Population, largest_remainder, part_of_cells
from sozialraum.indicators import Indikator, share, weighted_half_difference

MIN_RELATIVE_ERROR: Final = 0.04
WEIGHTINGS: Final = ("wohnungen", "haeuser")
AGE_INDICATORS: Final = dict(zip(("anteil_unter_15", "anteil_15_64", "anteil_65plus"), AGES, strict=True))


class Estimator:
    """Sums of cells per area under the main weighting and the two alternatives that give the error."""

    def __init__(self, population: Population, ages: pd.DataFrame, areas: Areas, extend: RollUp) -> None:
        self.population = population
        self.ages = ages
        self.table = areas.table
        self.city = areas.register.city.id
        self.extend = extend
        self.by_area = population.cells["gebiet_id"]
        self.alternatives = {name: population.people(name) for name in WEIGHTINGS}

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

    def inhabitants(self) -> Values:
        """Inhabitants with an error of at least 4 %; the city's number is official."""
        people = self.einwohner
        half = weighted_half_difference(*(self.sums(other) for other in self.alternatives.values()), minimum=0.0)
        error = _larger(half, people * MIN_RELATIVE_ERROR)
        error[self.city] = 0.0
        return Values(people, fehler=error, arten={self.city: "amtlich"})

    def density(self) -> Values:
        """Inhabitants per square kilometre; error of the inhabitants carried over."""
        people = self.inhabitants()
        assert people.fehler is not None
        area = self.table["flaeche_km2"]
        return Values(people.zaehler, area, people.fehler / area, arten={self.city: "berechnet"})

    def change(self, entry: Indikator) -> Values:
        """Change from 2011 to 2022, both years scaled to their own official totals."""
        before = self.whole_sums(self.population.people(year=2011))
        rates = [
            share(self.sums(other) - self.sums(self.population.people(name, year=2011)),
                  self.sums(self.population.people(name, year=2011)))
            for name, other in self.alternatives.items()
        ]  # fmt: skip
        error = weighted_half_difference(rates[0], rates[1], minimum=entry.mindestfehler)
        error[self.city] = 0.0
        return Values(self.einwohner - before, before, error, arten={self.city: "amtlich"})

    def age(self, entry: Indikator) -> Values:
        """Share of an age group."""
        group = AGE_INDICATORS[entry.id]
        return self._share(entry, self.sums(self.ages[group]), group)

    def part(self, entry: Indikator, parts: tuple[str, ...]) -> Values:
        """Share of one or more census parts (country of birth, moved)."""
        people = self.population.people()
        counted = sum(
            (part_of_cells(self.population, name, people) for name in parts), start=pd.Series(0.0, people.index)
        )
        return self._share(entry, self.whole_sums(counted), *parts)

    def foreigners_2011(self, entry: Indikator) -> Values:
        """Share of foreigners in 2011; cells without a figure are left out on both sides."""
        known = self.population.cells["km"].map(self.population.km["auslaender_2011"])

        def both(people: pd.Series) -> tuple[pd.Series, pd.Series]:
            return self.sums((people * known).fillna(0.0)), self.sums(people.where(known.notna(), 0.0))

        errors = [share(*both(self.population.people(name, year=2011))) for name in WEIGHTINGS]
        error = weighted_half_difference(errors[0], errors[1], minimum=entry.mindestfehler)
        people = self.population.people(year=2011)
        counted = self.whole_sums((people * known).fillna(0.0))
        return Values(counted, self.whole_sums(people.where(known.notna(), 0.0)), error)

    def reach(self, entry: Indikator) -> Values:
        """Share of people within walking reach of a facility.

        The error also covers people who are not reached but live nearer to the city boundary than the
        reach: a facility beyond the boundary might serve them.
        """
        kind = access.REACH_INDICATORS[entry.id]
        limit = access.REACH[kind]
        cells = self.population.cells
        reached = cells[f"gehweg_{kind}_m"] <= limit
        open_edge = ~reached & (cells["randabstand_m"] < access.straight_radius_m(limit))
        alternatives = [
            share(self.sums(people.where(reached, 0.0)), self.sums(people)) for people in self.alternatives.values()
        ]
        half = weighted_half_difference(alternatives[0], alternatives[1], minimum=entry.mindestfehler)
        people = self.einwohner
        unknown = share(self.sums(cells["einwohner"].where(open_edge, 0)), people)
        near = share(self.sums(cells["einwohner"].where(cells["randabstand_m"] < 1000, 0)), people)
        notes = {str(key): note for key, value in near.items() if (note := access.near_boundary_note(value))}
        counted = self.sums(cells["einwohner"].where(reached, 0))
        return Values(counted, people, _larger(half, unknown), hinweise=notes)

    def _share(self, entry: Indikator, counted: pd.Series, *parts: str) -> Values:
        estimates = []
        for people in self.alternatives.values():
            members = [part_of_cells(self.population, name, people) for name in parts]
            estimates.append(share(self.sums(sum(members, start=pd.Series(0.0, people.index))), self.sums(people)))
        error = weighted_half_difference(estimates[0], estimates[1], minimum=entry.mindestfehler)
        return Values(counted, self.einwohner, error)


def _larger(first: pd.Series, second: pd.Series) -> pd.Series:
    """The larger of two values per area; missing where either is."""
    return first.where((first >= second) | first.isna(), second)


def population_values(katalog: Mapping[str, Indikator], estimator: Estimator) -> dict[str, Values]:
    """Values of every indicator that rests on the population estimate."""
    made = {
        "einwohner": estimator.inhabitants(),
        "dichte_je_km2": estimator.density(),
        "veraenderung_2011_2022": estimator.change(katalog["veraenderung_2011_2022"]),
        "geboren_eu": estimator.part(katalog["geboren_eu"], ("geboren_eu",)),
        "geboren_nicht_eu": estimator.part(katalog["geboren_nicht_eu"], ("geboren_nicht_eu",)),
        "zugezogen_1jahr": estimator.part(katalog["zugezogen_1jahr"], ("zugezogen_inland", "zugezogen_ausland")),
        "auslaenderanteil_2011": estimator.foreigners_2011(katalog["auslaenderanteil_2011"]),
    }
    made |= {key: estimator.age(katalog[key]) for key in AGE_INDICATORS}
    return made | {key: estimator.reach(katalog[key]) for key in access.REACH_INDICATORS}
