"""Indicators that rest on the population estimate: inhabitants, shares, densities, reach.

What a value may be off: half the difference of the two weightings, and the smoothing within 1 km cells.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from sozialraum.city import access
from sozialraum.city.indicators import agreement, half_difference, share
from sozialraum.supply.prepare.areas import Areas
from sozialraum.supply.prepare.levels import RollUp, Values
from sozialraum.supply.prepare.population import (
    AGES,
    Population,
    largest_remainder,
    part_of_cells,
    reach_smoothing,
    smoothing,
)
from sozialraum.supply.prepare.reach import Walkers, reach_values

WEIGHTINGS: Final = ("wohnungen", "haeuser")
AGE_INDICATORS: Final = dict(zip(("anteil_unter_15", "anteil_15_64", "anteil_65plus"), AGES, strict=True))
#: Parts of the census by the indicator that is their share (country of birth, moved).
PART_INDICATORS: Final = {
    "geboren_eu": ("geboren_eu",),
    "geboren_nicht_eu": ("geboren_nicht_eu",),
    "zugezogen_1jahr": ("zugezogen_inland", "zugezogen_ausland"),
}
CHILDREN: Final = "unter_15"


class Estimator:
    """Sums of cells per area under the main weighting and the two alternatives, and what they may be off.

    ``register`` has published figures by the ids that they count together; they measure the error of the inhabitants.
    """

    def __init__(
        self, population: Population, ages: pd.DataFrame, areas: Areas, extend: RollUp,
        register: Mapping[tuple[str, ...], float],
    ) -> None:  # fmt: skip
        self.population, self.ages, self.table, self.extend = population, ages, areas.table, extend
        self.city = areas.register.city.id
        self.by_area = population.cells["gebiet_id"]
        self.people = population.cells["einwohner"].astype("float64")
        self.alternatives = [population.people(name) for name in WEIGHTINGS]
        self.einwohner = self.sums(population.cells["einwohner"])
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
    def inhabitants_error(self) -> pd.Series:
        """Half width of the interval of the inhabitants of every area; the city's number is official.

        Measured against the register where a Stadtteil has a figure of its own, elsewhere the 90 % quantile of
        the measured deviations; larger areas add up the squares. Without any register figure only the
        difference of the two weightings is known.
        """
        if self.agreement is None:
            error = half_difference(*(self.sums(other) for other in self.alternatives))
        else:
            measured = self.agreement.deviations.abs().reindex(self.einwohner.index)
            relative = measured.fillna(self.agreement.nine_of_ten) / 100
            error = self.extend((self.einwohner * relative).pow(2)).pow(0.5)
        error[self.city] = 0.0
        return error

    def inhabitants(self) -> Values:
        """Inhabitants with their interval."""
        people, error = self.einwohner, self.inhabitants_error
        return Values(people, von=people - error, bis=people + error, arten={self.city: "amtlich"})

    def density(self) -> Values:
        """Inhabitants per square kilometre; interval of the inhabitants carried over."""
        people, error, area = self.einwohner, self.inhabitants_error, self.table["flaeche_km2"]
        return Values(people, area, (people - error) / area, (people + error) / area, arten={self.city: "berechnet"})

    def change(self) -> Values:
        """Change from 2011 to 2022, both years scaled to their own official totals."""
        then = self.population.people(year=2011)
        before = self.whole_sums(then)
        rates = []
        for name, now in zip(WEIGHTINGS, self.alternatives, strict=True):
            past = self.sums(self.population.people(name, year=2011))
            rates.append(share(self.sums(now) - past, past))
        km = self.population.km
        growth = km["T"] / km["Z2011_Einwohner"].where(km["Z2011_Einwohner"] > 0) - 1
        smoothed = share(self._smoothing(growth, then), self.sums(then))
        return _valued(self.einwohner - before, before, rates, smoothed, arten={self.city: "amtlich"})

    def age(self, group: str) -> Values:
        """Share of an age group."""
        return self._share(self.sums(self.ages[group]), (group,))

    def part(self, parts: tuple[str, ...]) -> Values:
        """Share of one or more census parts (country of birth, moved)."""
        return self._share(self.whole_sums(self._of(parts, self.population.people())), parts)

    def foreigners_2011(self) -> Values:
        """Share of foreigners in 2011; cells without a figure are left out on both sides."""
        foreign = self.population.km["auslaender_2011"]
        known = self.population.cells["km"].map(foreign)

        def both(people: pd.Series) -> tuple[pd.Series, pd.Series]:
            return (people * known).fillna(0.0), people.where(known.notna(), 0.0)

        rates = []
        for name in WEIGHTINGS:
            counted, whole = both(self.population.people(name, year=2011))
            rates.append(share(self.sums(counted), self.sums(whole)))
        counted, whole = both(self.population.people(year=2011))
        everybody = self.whole_sums(whole)
        return _valued(self.whole_sums(counted), everybody, rates, share(self._smoothing(foreign, whole), everybody))

    def reach(self, kind: str) -> Values:
        """Share of people, or of children under 15, within walking reach of a facility; see :func:`reach_values`.

        For children the smoothing of ages within 1 km cells (:func:`reach_smoothing`) is added on both sides.
        """
        limit, cells, children = access.REACH[kind], self.population.cells, kind in access.COUNTS_CHILDREN
        counted = self.ages[CHILDREN] if children else cells["einwohner"]
        walkers = Walkers(counted, cells[f"gehweg_{kind}_m"])

        def off(reached: list[pd.Series], _: pd.Series) -> tuple[pd.Series, pd.Series]:
            (near,) = reached
            rates = []
            for people in self.alternatives:
                those = part_of_cells(self.population, CHILDREN, people) if children else people
                rates.append(share(self.sums(those.where(near, 0.0)), self.sums(those)))
            smoothed, part = self.sums(counted) * 0.0, self.population.km[CHILDREN]
            if children:
                smoothed = 100 * self._levels(
                    lambda area: reach_smoothing(self.population, part, self.people, near, area)
                )
            error = (half_difference(*rates) ** 2 + smoothed**2) ** 0.5
            return error, error

        whom = access.those_counted(self.ages, kind)
        return reach_values([walkers], limit, cells["randabstand_m"], self.sums, off, whom)

    def _of(self, parts: Sequence[str], people: pd.Series) -> pd.Series:
        """People of some parts in every cell."""
        return sum((part_of_cells(self.population, name, people) for name in parts), pd.Series(0.0, people.index))

    def _share(self, counted: pd.Series, parts: Sequence[str]) -> Values:
        rates = [share(self.sums(self._of(parts, people)), self.sums(people)) for people in self.alternatives]
        together = self.population.km[list(parts)].sum(axis=1)
        return _valued(counted, self.einwohner, rates, share(self._smoothing(together, self.people), self.einwohner))

    def _smoothing(self, share_of_cell: pd.Series, people: pd.Series) -> pd.Series:
        """As :func:`smoothing`, for every area of every level."""
        return self._levels(lambda area: smoothing(self.population, share_of_cell, people, area))

    def _levels(self, measure: Callable[[pd.Series], pd.Series]) -> pd.Series:
        """A measure of the areas of each level, given the area of every cell; 0 where nobody lives."""
        home, above = self.by_area, self.table["stadtbezirk_id"].dropna()
        levels = (home, home.map(above), pd.Series(self.city, index=home.index))
        return pd.Series(pd.concat([measure(area) for area in levels]).reindex(self.table.index).fillna(0.0))


def _valued(
    counted: pd.Series, whole: pd.Series, rates: Sequence[pd.Series], smoothed: pd.Series, **more: Any
) -> Values:
    """A share with its interval: two independent errors together."""
    error = (half_difference(*rates) ** 2 + smoothed**2) ** 0.5
    value = share(counted, whole)
    return Values(counted, whole, value - error, value + error, **more)


def population_values(estimator: Estimator) -> dict[str, Values]:
    """Values of every indicator that rests on the population estimate."""
    made = {
        "einwohner": estimator.inhabitants(),
        "dichte_je_km2": estimator.density(),
        "veraenderung_2011_2022": estimator.change(),
        **{key: estimator.part(parts) for key, parts in PART_INDICATORS.items()},
        "auslaenderanteil_2011": estimator.foreigners_2011(),
    }
    made |= {key: estimator.age(group) for key, group in AGE_INDICATORS.items()}
    return made | {key: estimator.reach(kind) for key, kind in access.REACH_INDICATORS.items()}
