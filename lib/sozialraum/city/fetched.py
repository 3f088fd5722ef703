"""What ``data build`` has made of fetched files: a folder of its own, laid over the built tables.

The tables beside it stay as they are byte for byte; without the folder nothing is laid over.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sozialraum.city.sources import Source, read_manifests
from sozialraum.files import load_yaml

FETCHED: Final = "abgerufen"
CELLS: Final = "raster.csv"
VALUES: Final = "indikatoren.csv"
SERIES: Final = "reihen.csv"
ENTRIES: Final = "katalog.yml"
MANIFESTS: Final = "quellen"


def fetched_folders(folder: Path) -> list[Path]:
    """Where files may lie that fetched values rest on."""
    return [folder / FETCHED, folder / FETCHED / MANIFESTS]


def with_fetched_values(rows: pd.DataFrame, fetched: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of ``indikatoren.csv`` with the fetched ones, which take the place of an indicator's earlier rows."""
    if fetched is None:
        return rows
    kept = rows[~rows["indikator"].isin(fetched["indikator"])]
    return pd.concat([kept, fetched], ignore_index=True)


def with_fetched_entries(raw: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The catalogue with the entries of the fetched indicators."""
    path = folder / FETCHED / ENTRIES
    if not path.is_file():
        return dict(raw)
    return {**raw, "indikatoren": {**raw["indikatoren"], **load_yaml(path.read_text("utf-8"))}}


def fetched_sources(folder: Path) -> dict[str, Source]:
    """The sources of the fetched values by id."""
    manifests = folder / FETCHED / MANIFESTS
    return read_manifests(manifests) if manifests.is_dir() else {}
