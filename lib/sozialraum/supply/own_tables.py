"""Own tables laid over the built ones: from then on they are the values, the catalogue and the sources."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sozialraum.city.access import OWN_AGES, OwnChildren
from sozialraum.city.load import Data, sources_dir
from sozialraum.city.sources import LICENCES_FILE, Source, read_licences
from sozialraum.supply.children import delivered_children, with_children
from sozialraum.supply.intake import (
    Paket,
    Weitergabe,
    counts_only,
    current,
    package_files,
    read_packages,
    visible,
    with_denominators,
)

ENVIRONMENT: Final = "SOZIALRAUM_WEITERGABE"
"""Environment variable with the audience, one of :class:`sozialraum.supply.intake.Weitergabe`; everybody by default."""
DENSITY: Final = "dichte_je_km2"
PEOPLE: Final = "einwohner"


def audience(given: str | None = None) -> str:
    """The audience: the one given, else the one of the environment, else everybody.

    Raises
    ------
    ParameterError
        If it is none of :class:`sozialraum.supply.intake.Weitergabe`.
    """
    return Weitergabe.parse(given or os.environ.get(ENVIRONMENT) or Weitergabe.OEFFENTLICH).value


def audience_words(given: str | None = None) -> str:
    """For whom an output is: ``Weitergabe: Rat und Verwaltung``; the audience as in :func:`audience`."""
    return f"Weitergabe: {Weitergabe(audience(given)).label}"


@dataclass(frozen=True, eq=False)
class OwnTables:
    """The own tables that an audience may see; see :func:`with_own_tables`."""

    below: Data
    weitergabe: str

    def files(self) -> list[Path]:
        """Those of the data, with the packages that the audience may know of."""
        here = package_files(self.below.dir)
        return [*self.below.files, *(path for path in here if visible(path, self.weitergabe))]

    @cached_property
    def alle(self) -> list[Paket]:
        """Every package that the audience may see, by indicator, date and issue."""
        return read_packages(self.below.dir, stadt=self.below.register.city.id, weitergabe=self.weitergabe)

    @cached_property
    def pakete(self) -> list[Paket]:
        """Those that may stand for a value; see :func:`holding`."""
        return holding(self.alle, self.below.indikatoren_yml["indikatoren"])

    @cached_property
    def own(self) -> dict[str, Paket]:
        """The package of each indicator that holds."""
        return current(self.pakete)

    def indikatoren(self) -> pd.DataFrame:
        """Indicator values, long; those of own tables stand for those of the city's tables."""
        return with_rows(self._tables, {key: rows for key, (_, rows) in self._children.items()})

    @cached_property
    def _tables(self) -> pd.DataFrame:
        """Values of the city's tables and of own tables."""
        below = self.below.indikatoren
        return with_rows(below, {key: as_rows(paket) for key, paket in self.own.items()} | self._density(below))

    @cached_property
    def _children(self) -> dict[str, tuple[OwnChildren, pd.DataFrame]]:
        counted = {key for keys, _ in OWN_AGES.values() for key in keys} - set(self.own)
        delivered = self._tables[~self._tables["indikator"].isin(counted)]  # cells count theirs
        found = delivered_children(delivered, self.below.register) if self.own else {}
        return {key: made for key, made in found.items() if key not in self.own}

    def indikatoren_yml(self) -> dict[str, Any]:
        """The catalogue; an own table makes its indicator available and says how it came about."""
        below = self.below.indikatoren_yml
        entries: dict[str, Any] = dict(below["indikatoren"])
        for key, paket in self.own.items():
            entry = {name: value for name, value in paket.eintrag.items() if name != "id"}
            published = below["indikatoren"].get(key, {}).get("veroeffentlicht")
            entries[key] = {**entry, **({"veroeffentlicht": published} if published else {})}
        if PEOPLE in self.own and DENSITY in entries and DENSITY not in self.own:
            entries[DENSITY] = self._density_entry(entries[DENSITY], self.own[PEOPLE])
        entries |= {key: with_children(entries[key], own) for key, (own, _) in self._children.items()}
        return {**below, "indikatoren": entries}

    def quellen(self) -> dict[str, Source]:
        """Manifests of all sources by id, own tables last."""
        return {**self.below.quellen, **_sources(self.own.values(), self.alle, self.below)}

    def _density(self, below: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """Density from own inhabitants: the one value of the city's tables that rests on the headcount alone.

        Shares of the census keep their own denominator, because numerator and denominator must count the same people.
        """
        old = below[below["indikator"] == DENSITY].copy()
        if PEOPLE not in self.own or DENSITY in self.own or old.empty:
            return {}
        paket = self.own[PEOPLE]
        people = paket.werte.set_index("gebiet_id")["wert"].reindex(old["gebiet_id"]).to_numpy()
        old["zaehler"], old["wert"] = people, people / old["nenner"]
        sources = "|".join([paket.quelle_id, *self._area_sources()])
        return {
            DENSITY: old.assign(stand=paket.stand, art="berechnet", von=old["wert"], bis=old["wert"], quelle=sources)
        }

    def _area_sources(self) -> list[str]:
        entry = self.below.indikatoren_yml["indikatoren"][DENSITY]
        return [key for key in entry.get("quellen", []) if "stadtteile" in key]

    def _density_entry(self, entry: Mapping[str, Any], paket: Paket) -> dict[str, Any]:
        people = paket.eintrag["zaehler"]
        return {
            **entry,
            "art": "berechnet",
            "zaehler": dict(people),
            "quellen": [paket.quelle_id, *self._area_sources()],
            "methode": "Gelieferte Einwohnerzahl geteilt durch die Fläche des Stadtteils.",
        }


def holding(packages: Sequence[Paket], katalog: Mapping[str, Mapping[str, Any]]) -> list[Paket]:
    """Packages that may stand for a value: of counts that lack their denominator only what hides nothing else.

    They give way to every package with values and to a value of the built tables; where there is neither, their hint
    says what is missing.

    Parameters
    ----------
    packages
        All that an audience may see.
    katalog
        Entries of the built catalogue by id.
    """
    done = with_denominators(packages, katalog)
    valued = {paket.indikator for paket in done if not counts_only(paket)}
    known = valued | {key for key, entry in katalog.items() if entry.get("verfuegbar")}
    return [paket for paket in done if not counts_only(paket) or paket.indikator not in known]


def with_own_tables(data: Data, *, weitergabe: str) -> Data:
    """The data with the own tables that an audience may see: they stand for values, catalogue and sources."""
    own = OwnTables(data, weitergabe)
    return data.laid_over(
        environment={ENVIRONMENT: weitergabe}, files=own.files, own=lambda: own, indikatoren=own.indikatoren,
        indikatoren_yml=own.indikatoren_yml, quellen=own.quellen,
    )  # fmt: skip


def own_tables(data: Data) -> OwnTables | None:
    """What is laid over data of own tables; None if nothing is."""
    return data.own if isinstance(data.own, OwnTables) else None


def own_packages(data: Data) -> list[Paket]:
    """Every package of own tables in data that may stand for a value, by indicator, date and issue."""
    own = own_tables(data)
    return own.pakete if own else []


def built_entries(data: Data) -> Mapping[str, Mapping[str, Any]]:
    """Entries of the catalogue without any own table."""
    own = own_tables(data)
    entries: Mapping[str, Mapping[str, Any]] = (own.below if own else data).indikatoren_yml["indikatoren"]
    return entries


def filled_gaps(data: Data) -> set[str]:
    """Ids of indicators that have values from own tables only."""
    own, built = own_tables(data), built_entries(data)
    return {key for key in (own.own if own else ()) if not built.get(key, {}).get("verfuegbar")}


def sources_of(packages: Iterable[Paket], data: Data) -> dict[str, Source]:
    """Sources of packages by id, those of their denominators too, as they were when these were brought."""
    own = own_tables(data)
    return _sources(packages, own.alle if own else [], data)


def _sources(packages: Iterable[Paket], known: Iterable[Paket], data: Data) -> dict[str, Source]:
    wanted = list(packages)
    named = {key for paket in wanted for key in (paket.quelle_id, *paket.eintrag["quellen"])}
    latest = {paket.quelle_id: paket for paket in [*known, *wanted]}
    licences = read_licences(sources_dir(data.dir) / LICENCES_FILE) if wanted else {}
    return {key: paket.source(licences) for key, paket in latest.items() if key in named}


def as_rows(paket: Paket) -> pd.DataFrame:
    """Values of a package as rows of ``indikatoren.csv``; a complete count is exact."""
    sources = "|".join(dict.fromkeys([paket.quelle_id, *paket.eintrag["quellen"]]))
    rows = paket.werte.assign(indikator=paket.indikator, stand=paket.stand, quelle=sources)
    return rows.assign(von=rows["wert"], bis=rows["wert"])


def with_rows(table: pd.DataFrame, new: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """A table like ``indikatoren.csv`` in which some indicators have other rows."""
    if not new:
        return table
    rows = [one.reindex(columns=table.columns) for one in new.values()]
    return pd.concat([table[~table["indikator"].isin(new)], *rows], ignore_index=True)
