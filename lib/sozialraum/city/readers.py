"""Read one file of the built tables; what is not as it should be is told with its remedy."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from sozialraum.errors import SchemaError, SourceMissing


def read_csv(path: Path, kinds: Mapping[str, str]) -> pd.DataFrame:
    """A table as text but for the columns whose kinds are given; "ja" is the true one of a "bool"."""
    if not path.is_file():
        raise SourceMissing(f"{path} fehlt. Bitte erzeugen mit: sozialraum data build")
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8")
        flags = [column for column, kind in kinds.items() if kind == "bool"]
        table[flags] = table[flags] == "ja"
        return table.astype(dict(kinds))
    except (UnicodeDecodeError, ValueError, KeyError) as error:
        raise SchemaError(
            [f"{path}: keine lesbare Tabelle mit den erwarteten Spalten. Bitte neu erzeugen mit: sozialraum data build"]
        ) from error


def read_geojson(path: Path, crs: str, *columns: str) -> gpd.GeoDataFrame:
    """Shapes in a system in metres, index the first of the columns; an empty map has them all."""
    if not path.is_file():
        raise SourceMissing(f"{path} fehlt. Bitte erzeugen mit: sozialraum data build")
    try:
        table = gpd.read_file(path)
        whole = table if len(table) else gpd.GeoDataFrame(columns=[*columns, "geometry"], crs=crs)
        return whole.set_index(columns[0]).to_crs(crs)
    except (RuntimeError, ValueError, KeyError, AttributeError, shapely.GEOSException) as error:
        raise SchemaError([f"{path}: keine lesbare Karte. Bitte neu erzeugen mit: sozialraum data build"]) from error


def read_parquet(path: Path) -> pd.DataFrame:
    """A table with its types."""
    if not path.is_file():
        raise SourceMissing(f"{path} fehlt. Bitte erzeugen mit: sozialraum data build")
    from pyarrow.parquet import ParquetFile

    # pandas would have Arrow start threads: they live on, and a process that has some cannot fork reports.
    return pd.DataFrame(ParquetFile(path, pre_buffer=False).read(use_threads=False).to_pandas(use_threads=False))


def read_shapes(path: Path, crs: str, *columns: str) -> gpd.GeoDataFrame:
    """Shapes as :func:`write_shapes` left them, index the first of the columns; an empty map if the file is missing."""
    if not path.is_file():
        return gpd.GeoDataFrame(columns=[*columns, "geometry"], crs=crs).set_index(columns[0])
    from pyarrow.lib import ArrowInvalid

    try:
        table = read_parquet(path)
        shapes = shapely.from_wkb(table.pop("geometry"))
        return gpd.GeoDataFrame(table.set_index(columns[0])[list(columns[1:])], geometry=shapes, crs=crs)
    except (ArrowInvalid, KeyError, shapely.GEOSException) as error:
        raise SchemaError([f"{path}: keine lesbare Karte. Bitte neu erzeugen mit: sozialraum data build"]) from error


def write_shapes(path: Path, shapes: gpd.GeoDataFrame) -> None:
    """Write shapes in metres with their index as a column, to decimetres."""
    rounded = shapely.transform(shapes.geometry.to_numpy(), lambda xy: xy.round(1))
    table = pd.DataFrame(shapes).assign(geometry=shapely.to_wkb(rounded)).reset_index()
    table.to_parquet(path, compression="zstd", index=False)
