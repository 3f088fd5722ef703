"""What ``data build`` has made of fetched files: a folder of its own, laid over the built tables.

The tables beside it stay as they are byte for byte; without the folder nothing is laid over.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import pandas as pd

from sozialraum.city.sources import Source, read_manifests
from sozialraum.files import load_yaml

FETCHED: Final = "abgerufen"
CELLS: Final = "raster.csv"
VALUES: Final = "indikatoren.csv"
SERIES: Final = "reihen.csv"
ENTRIES: Final = "katalog.yml"
MANIFESTS: Final = "quellen"
OUTLINES: Final = "flaechen.parquet"
PATHS: Final = "fusswege.parquet"
PLACES: Final = "einrichtungen.csv"
SCHOOLS: Final = "schulen.csv"
LISTS: Final = "orte.yml"
"""How complete the lists of places are (``arten``), and which kinds leave no earlier row (``ersetzt``)."""
FINDINGS: Final = "qualitaet.csv"
KIND_PART: Final = "/"
"""In ``ersetzt`` between a kind and its subdivision ("anlaufstelle/Bibliothek") where only that is replaced."""

_Places = TypeVar("_Places", bound=pd.DataFrame)


def fetched_folders(folder: Path) -> list[Path]:
    """Where files may lie that fetched values rest on."""
    return [folder / FETCHED, folder / FETCHED / MANIFESTS]


def with_fetched_values(rows: pd.DataFrame, fetched: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of ``indikatoren.csv`` with the fetched ones, which take the place of an indicator's earlier rows."""
    if fetched is None:
        return rows
    kept = rows[~rows["indikator"].isin(fetched["indikator"])]
    return pd.concat([kept, fetched], ignore_index=True)


def replaced_places(places: pd.DataFrame, kinds: Collection[str]) -> pd.Series:
    """Which places are of a kind, or of its subdivision, that fetched ones take the place of."""
    return places["art"].isin(kinds) | (places["art"] + KIND_PART + places["unterart"].fillna("")).isin(kinds)


def with_fetched_places(places: _Places, fetched: _Places, kinds: Collection[str]) -> _Places:
    """Places with the fetched ones, which replace all earlier ones of some kinds and stand beside the others."""
    kept = places[~replaced_places(places, kinds)]
    together: _Places = pd.concat([kept, fetched])
    return together


def with_fetched_lists(orte: Mapping[str, Any], fetched: Mapping[str, Any]) -> dict[str, Any]:
    """``orte.yml`` with what is said of the lists that were fetched."""
    return {**orte, "arten": {**(orte.get("arten") or {}), **(fetched.get("arten") or {})}}


def with_fetched_entries(raw: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The catalogue with the entries of the fetched indicators."""
    path = folder / FETCHED / ENTRIES
    if not path.is_file():
        return dict(raw)
    below = raw["indikatoren"]
    published = {key: one["veroeffentlicht"] for key, one in below.items() if one.get("veroeffentlicht")}
    laid = load_yaml(path.read_text("utf-8"))
    for key in published.keys() & laid.keys():
        laid[key] = {"veroeffentlicht": published[key], **laid[key]}
    return {**raw, "indikatoren": {**below, **laid}}


def fetched_sources(folder: Path) -> dict[str, Source]:
    """The sources of the fetched values by id."""
    manifests = folder / FETCHED / MANIFESTS
    return read_manifests(manifests) if manifests.is_dir() else {}


SHARE_ALIKE: Final = frozenset({"ODbL-1.0"})
"""Licences that hold for what is made of the data, too."""


def licences_of_fetched(folder: Path) -> list[str]:
    """Sentences on the licences of what was fetched; one that holds for what is made of the data is named."""
    fetched = fetched_sources(folder).values()
    alike = {one.titel.partition(" (")[0]: one.lizenz.name for one in fetched if one.lizenz.id in SHARE_ALIKE}
    return [
        *(["Für abgerufene Daten gelten die Lizenzen ihrer Quellen."] if fetched else []),
        *(f"Was von {name} abgerufen oder daraus berechnet ist, steht unter der {it}." for name, it in alike.items()),
    ]
