"""What ``data build`` has made of fetched files: a folder of its own, laid over the built tables.

The tables beside it stay as they are byte for byte; without the folder nothing is laid over.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from sozialraum.city.sources import Source, read_manifests
from sozialraum.files import load_yaml

FETCHED: Final = "abgerufen"
VALUES: Final = "indikatoren.csv"
SERIES: Final = "reihen.csv"
ENTRIES: Final = "katalog.yml"
MANIFESTS: Final = "quellen"
OUTLINES: Final = "flaechen.parquet"
PATHS: Final = "fusswege.parquet"


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


def read_shapes(folder: Path, name: str, crs: Any) -> gpd.GeoDataFrame | None:
    """Fetched outlines or paths in metres, as :func:`write_shapes` left them; None without any."""
    path = folder / FETCHED / name
    if not path.is_file():
        return None
    from pyarrow.parquet import ParquetFile

    # as of the gazetteer: without threads, which live on and would keep a process from forking
    table = pd.DataFrame(ParquetFile(path, pre_buffer=False).read(use_threads=False).to_pandas(use_threads=False))
    return gpd.GeoDataFrame(table, geometry=shapely.from_wkb(table.pop("geometry")), crs=crs)


def write_shapes(folder: Path, name: str, shapes: gpd.GeoDataFrame) -> None:
    """Write outlines or paths into the folder of fetched values, to decimetres."""
    rounded = shapely.transform(shapes.geometry.to_numpy(), lambda xy: xy.round(1))
    pd.DataFrame(shapes).assign(geometry=shapely.to_wkb(rounded)).to_parquet(folder / name, compression="zstd")
