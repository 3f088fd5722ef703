"""Read source files in the form their publishers use, and report everything that is wrong with them."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa

from sozialraum.city.load import CRS, CRS_FILES
from sozialraum.city.schema import problems
from sozialraum.city.sources import Source
from sozialraum.errors import SchemaError
from sozialraum.supply.features import AGAIN, decoded, read_features
from sozialraum.supply.prepare.columns import COLUMNS, PART_OF_WHOLE, converted, text_columns


@dataclass
class RawTables:
    """All source tables of one city by source id, and their file names."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> pd.DataFrame:
        return self.tables[key]

    def geo(self, key: str) -> gpd.GeoDataFrame:
        """A table with geometry in EPSG:25832."""
        table = self.tables[key]
        assert isinstance(table, gpd.GeoDataFrame)
        return table

    def place(self, key: str, row: Any) -> str:
        """File and record of a row (counted from 0) as a person finds it: line of a CSV, object of a GeoJSON."""
        if isinstance(self.tables[key], gpd.GeoDataFrame):
            return f"{self.files[key]}, Objekt {row + 1}"
        return f"{self.files[key]}, Zeile {row + 2}"


def in_metres(table: pd.DataFrame) -> gpd.GeoSeries:
    """The positions ``lon`` and ``lat`` of a table as points in EPSG:25832, missing where one is missing."""
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), index=table.index, crs=CRS_FILES)
    return points.where(table["lon"].notna() & table["lat"].notna()).to_crs(CRS)


def read_all(sources: Mapping[str, Source], raw: Path) -> RawTables:
    """Read and check every source file that the build needs; a SchemaError names every problem of every file."""
    result, wrong = RawTables(), []
    for key, columns in COLUMNS.items():
        if key not in sources:
            wrong.append(f"{key}.yml: Die Quellenbeschreibung fehlt. Bitte im Ordner sources anlegen.")
            continue
        result.files[key] = str(sources[key].datei)
        try:
            result.tables[key] = _read_checked(sources[key], raw / result.files[key], columns)
        except SchemaError as error:
            wrong += error.problems
    if wrong:
        raise SchemaError(wrong)
    return result


def _read_checked(source: Source, path: Path, columns: Mapping[str, pa.Column]) -> pd.DataFrame:
    if path.suffix not in (".csv", *_READERS):
        formats = ", ".join([".csv", *_READERS])
        raise SchemaError(
            [f"{source.id}.yml: datei „{source.datei}“ hat keines der lesbaren Formate ({formats}). Bitte ändern."]
        )
    table = _read_csv(path, columns) if path.suffix == ".csv" else _READERS[path.suffix](path)
    found = _breaches_of(table, source.id, path.name)
    if source.zeilen is not None and len(table) != source.zeilen:
        found.append(
            f"{path.name}: {len(table)} Datensätze statt {source.zeilen} laut {source.id}.yml. "
            "Bitte die Datei neu laden oder die Zahl dort anpassen."
        )
    if found:
        raise SchemaError(found)
    return converted(table, columns)


def checked(table: gpd.GeoDataFrame, key: str, name: str) -> gpd.GeoDataFrame:
    """A newer edition of a table with geometry, held to the contract of the shipped one."""
    if found := _breaches_of(table, key, name):
        raise SchemaError(found)
    return gpd.GeoDataFrame(converted(table, COLUMNS[key]))


def _breaches_of(table: pd.DataFrame, key: str, name: str) -> list[str]:
    schema = pa.DataFrameSchema(dict(COLUMNS[key]), checks=PART_OF_WHOLE.get(key))
    return problems(table, schema, file=name, first_row=None if isinstance(table, gpd.GeoDataFrame) else 2)


def _read_csv(path: Path, columns: Mapping[str, pa.Column]) -> pd.DataFrame:
    text, kinds = io.StringIO(decoded(path.read_bytes(), path.name)), dict.fromkeys(text_columns(columns), "str")
    try:
        return pd.read_csv(text, index_col=False, low_memory=False, dtype=kinds)
    except pd.errors.EmptyDataError as error:
        raise SchemaError([f"{path.name}: Die Datei ist leer. {AGAIN}"]) from error
    except pd.errors.ParserError as error:
        raise SchemaError(
            [f"{path.name}: Die Zeilen haben nicht gleich viele Spalten oder die Datei bricht ab. {AGAIN}"]
        ) from error


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise SchemaError([f"{path.name}: Die Datei ist beschädigt. {AGAIN}"]) from error


def _read_zip(path: Path) -> gpd.GeoDataFrame:
    try:
        with zipfile.ZipFile(path) as archive:
            member = next(name for name in archive.namelist() if name.endswith(".geojson"))
            content = archive.read(member)
    except (zipfile.BadZipFile, StopIteration) as error:
        raise SchemaError([f"{path.name}: kein vollständiges Archiv mit einer GeoJSON-Datei. {AGAIN}"]) from error
    return read_features(content, f"{path.name}/{member}")


_READERS: Final = {
    ".geojson": lambda path: read_features(path.read_bytes(), path.name),
    ".zip": _read_zip,
    ".parquet": _read_parquet,
}
