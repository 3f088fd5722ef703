"""Read source files in the form their publishers use, and report everything that is wrong with them."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pandera.pandas as pa
from shapely.geometry import shape

from sozialraum.errors import SchemaError
from sozialraum.load import CRS, CRS_FILES
from sozialraum.schema import NOT_NEGATIVE, problems
from sozialraum.sources import Source

_TEXT: Final = pa.Column(str)
_COUNT: Final = pa.Column(int, NOT_NEGATIVE, coerce=True)
_NUMBER: Final = pa.Column(float, coerce=True)
_LON: Final = pa.Column(float, pa.Check.in_range(-180, 180, error="ist kein Längengrad"), coerce=True)
_LAT: Final = pa.Column(float, pa.Check.in_range(-90, 90, error="ist kein Breitengrad"), coerce=True)

COLUMNS: Final[Mapping[str, Mapping[str, pa.Column]]] = {
    "stadtteile_liste": {
        "stadtteil_nr": _COUNT,
        "stadtteil": _TEXT,
        "stadtbezirk_nr": _COUNT,
        "stadtbezirk_roemisch": _TEXT,
        "stadtbezirk_name": _TEXT,
    },
    "stadtteile_osm": {"name": _TEXT, "ref": pa.Column(nullable=True)},
    "stadtbezirke": {"STADTBEZR": _TEXT},
    "stadtgrenze": {},
    "schulen": {
        "S_SCHULFOR": _TEXT,
        "S_BEZEICHN": _TEXT,
        "S_STRASSE": _TEXT,
        "S_HNR": _COUNT,
        "S_HNR_ZUSA": _TEXT,
        "S_PLZ": _TEXT,
        "S_STADTT_1": _TEXT,
    },
    "kitas": {
        "E_ENR": _COUNT,
        "E_Bezeichn": _TEXT,
        "E_Strasse": _TEXT,
        "E_HNR": _COUNT,
        "E_HSNR_ZUS": _TEXT,
        "E_PLZ": _COUNT,
        "E_Stadttei": _TEXT,
        "V_Name": _TEXT,
        "Betreukonz": _TEXT,
    },
    "schulsozialindex": {
        "schulnummer": _COUNT,
        "schulform_itnrw": _TEXT,
        "Amtliche Bezeichnung 1": _TEXT,
        "Amtliche Bezeichnung 2": pa.Column(str, nullable=True),
        "schulbezeichnung_1": pa.Column(str, nullable=True),
        "kurzbezeichnung": pa.Column(str, nullable=True),
        "startchancen_schule": _COUNT,
        "schueler_2024_25_gerundet": _COUNT,
        "sozialindexstufe_2025_26": pa.Column(
            float, pa.Check.in_range(1, 9, error="ist keine Stufe von 1 bis 9"), nullable=True, coerce=True
        ),
        "lat": _LAT,
        "lon": _LON,
    },
    "haltestellen": {
        "eva_id": _COUNT,
        "name": _TEXT,
        "typ": pa.Column(str, pa.Check.isin(["station", "stop"], error="ist weder station noch stop")),
        "parent_id": _COUNT,
        "parent_name": _TEXT,
        "lat": _LAT,
        "lon": _LON,
        "regional": pa.Column(bool, coerce=True),
        "suburban": pa.Column(bool, coerce=True),
    },
    "hauskoordinaten": {"adresse": _TEXT, "strname": _TEXT, "hsnr": pa.Column(nullable=True)},
    "zensus_1km": {
        **{name: _COUNT for name in ("x", "y", "T", "Y_LT15", "Y_1564", "Y_GE65", "NAT", "EU_OTH", "OTH")},
        **{name: _COUNT for name in ("SAME", "CHG_IN", "CHG_OUT")},
        "share_in_essen": _NUMBER,
        "Z2011_Einwohner": _NUMBER,
        "Z2011_Auslaender_A": _NUMBER,
    },
    "zensus2011_100m": {"x": _COUNT, "y": _COUNT, "merkmal": _TEXT, "value": _COUNT},
    "europawahl2024": {
        "Wahlbezirk": _COUNT,
        "Bezirksart": _COUNT,
        "Wahlberechtigte": _COUNT,
        "Wahlberechtigte mit Sperrvermerk (A2)": _COUNT,
        "Wählende": _COUNT,
        "dar. Wählende mit Wahlschein": _COUNT,
    },
}
_PART_OF_WHOLE: Final = pa.Check(
    lambda t: t["dar. Wählende mit Wahlschein"] <= t["Wählende"],
    error="„dar. Wählende mit Wahlschein“ ist größer als „Wählende“: Der Teil ist größer als das Ganze",
)


@dataclass
class RawTables:
    """All source tables of one city by source id, and the problems found while reading."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __getitem__(self, key: str) -> pd.DataFrame:
        return self.tables[key]

    def geo(self, key: str) -> gpd.GeoDataFrame:
        """A table with geometry in EPSG:25832."""
        table = self.tables[key]
        assert isinstance(table, gpd.GeoDataFrame)
        return table


def read_all(sources: Mapping[str, Source], raw: Path) -> RawTables:
    """Read and check every source file that the build needs.

    Raises
    ------
    SchemaError
        With every problem of every file: unreadable, wrong encoding, missing columns, negative
        counts, part larger than the whole, other number of rows than the manifest says.
    """
    result = RawTables()
    for key, columns in COLUMNS.items():
        if key not in sources:
            result.problems.append(f"Die Quellenbeschreibung {key}.yml fehlt in data/sources.")
            continue
        try:
            result.tables[key] = _read_checked(sources[key], raw, columns)
        except SchemaError as error:
            result.problems.extend(error.problems)
    if result.problems:
        raise SchemaError(result.problems)
    return result


def _read_checked(source: Source, raw: Path, columns: Mapping[str, pa.Column]) -> pd.DataFrame:
    path = raw / str(source.datei)
    table = _READERS["".join(path.suffixes[-1:])](path)
    rules = [_PART_OF_WHOLE] if "dar. Wählende mit Wahlschein" in table else []
    schema = pa.DataFrameSchema(dict(columns), checks=rules)
    first = 1 if isinstance(table, gpd.GeoDataFrame) else 2
    found = problems(table, schema, file=path.name, first_row=first)
    if source.zeilen is not None and len(table) != source.zeilen:
        found.append(
            f"{path.name}: {len(table)} Datensätze statt {source.zeilen} laut {source.id}.yml. "
            "Bitte die Datei neu laden oder die Zahl dort anpassen."
        )
    if found:
        raise SchemaError(found)
    checked: pd.DataFrame = schema.validate(table)
    return checked


def _read_csv(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path, encoding="utf-8-sig", index_col=False, low_memory=False)
    except UnicodeDecodeError as error:
        raise SchemaError([f"{path.name}: Die Datei ist kein UTF-8 ({_line_of(path, error)}). Bitte als UTF-8 speichern."]) from error
    except pd.errors.EmptyDataError as error:
        raise SchemaError([f"{path.name}: Die Datei ist leer. Bitte neu laden."]) from error
    except pd.errors.ParserError as error:
        raise SchemaError([f"{path.name}: keine lesbare Tabelle ({error}). Bitte neu laden."]) from error


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise SchemaError([f"{path.name}: Die Datei ist beschädigt ({error}). Bitte neu laden."]) from error


def _read_geojson(path: Path) -> gpd.GeoDataFrame:
    return _features(path.read_bytes(), path.name)


def _read_zip(path: Path) -> gpd.GeoDataFrame:
    try:
        with zipfile.ZipFile(path) as archive:
            member = next(name for name in archive.namelist() if name.endswith(".geojson"))
            return _features(archive.read(member), f"{path.name}/{member}")
    except (zipfile.BadZipFile, StopIteration) as error:
        raise SchemaError([f"{path.name}: kein vollständiges Archiv mit einer GeoJSON-Datei. Bitte neu laden."]) from error


def _features(content: bytes, name: str) -> gpd.GeoDataFrame:
    try:
        features: Sequence[dict[str, Any]] = json.loads(content.decode("utf-8"))["features"]
    except UnicodeDecodeError as error:
        raise SchemaError([f"{name}: Die Datei ist kein UTF-8 (Byte {error.start}). Bitte als UTF-8 speichern."]) from error
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise SchemaError([f"{name}: Die Datei ist unvollständig oder kein GeoJSON ({error}). Bitte neu laden."]) from error
    geometry, faults = [], []
    for number, feature in enumerate(features, start=1):
        try:
            geometry.append(shape(_plain(feature["geometry"])))
        except (KeyError, TypeError, ValueError, AttributeError):
            faults.append(f"{name}, Objekt {number}: Die Lage fehlt oder ist unlesbar. Bitte in der Quelle ergänzen.")
    if faults:
        raise SchemaError(faults)
    table = pd.DataFrame([feature["properties"] for feature in features])
    return gpd.GeoDataFrame(table, geometry=geometry, crs=CRS_FILES).to_crs(CRS)


def _plain(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Geometry with coordinates cut to two members: some files write [lon, lat, 0, null]."""

    def cut(part: Any) -> Any:
        return part[:2] if isinstance(part[0], int | float) else [cut(inner) for inner in part]

    return {"type": geometry["type"], "coordinates": cut(geometry["coordinates"])}


def _line_of(path: Path, error: UnicodeDecodeError) -> str:
    line = path.read_bytes()[: error.start].count(b"\n") + 1
    return f"Zeile {line}, Byte {error.start}"


_READERS: Final = {".csv": _read_csv, ".geojson": _read_geojson, ".zip": _read_zip, ".parquet": _read_parquet}
