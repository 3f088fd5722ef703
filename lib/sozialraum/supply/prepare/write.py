"""Write built tables with fixed decimals, all or nothing."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import Final, TypeVar

import geopandas as gpd
import pandas as pd

from sozialraum.city.load import CRS_FILES, DECISIONS, SOURCES, STATEMENTS, sources_dir
from sozialraum.city.sources import Source, file_sha256
from sozialraum.errors import SozialraumError, system_reason

Accepted = TypeVar("Accepted")

INDICATOR_COLUMNS: Final = (
    "gebiet_id", "indikator", "zaehler", "nenner", "wert", "von", "bis", "stand", "art", "quelle", "hinweis",
)  # fmt: skip
"""Columns of ``indikatoren.csv``."""

LICENCES: Final = [
    {
        "name": "dl-de/by-2-0",
        "title": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "path": "https://www.govdata.de/dl-de/by-2-0",
    },
    {
        "name": "ODbL-1.0",
        "title": (
            "Open Database License 1.0 (nur in einrichtungen.csv: Zeilen mit art haltestelle, soweit Namen und Lagen "
            "aus OpenStreetMap stammen, und Zeilen mit art markt)"
        ),
        "path": "https://opendatacommons.org/licenses/odbl/1-0/",
    },
]
DECIMALS: Final = {
    "flaeche_km2": 4, "lon": 6, "lat": 6, "wert": 6, "von": 6, "bis": 6, "zaehler": 0, "nenner": 4, "abstand_m": 0,
}  # fmt: skip


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV: UTF-8, comma, point, "ja"/"nein" for flags, empty for missing, fixed decimals."""
    text = table.copy()
    for name in text.columns:
        if pd.api.types.is_bool_dtype(text[name]):
            text[name] = text[name].map({True: "ja", False: "nein"})
        elif pd.api.types.is_float_dtype(text[name]):
            text[name] = [_fixed(value, DECIMALS.get(name, 6)) for value in text[name]]
    content: str = text.to_csv(index=False, lineterminator="\n")
    return content


def geojson_text(table: gpd.GeoDataFrame) -> str:
    """A table as GeoJSON in EPSG:4326 with six decimals (0.1 m), one feature per line."""
    degrees = table.to_crs(CRS_FILES)
    rounded = degrees.set_geometry(degrees.geometry.transform(lambda xy: xy.round(6) + 0.0))
    features = [
        json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in rounded.iterfeatures(drop_id=True)
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def write_all(
    out: Path,
    texts: Mapping[str, str],
    gazetteer: pd.DataFrame,
    sources: Mapping[str, Source],
    *,
    by_hand: Path,
    accept: Callable[[Path], Accepted],
) -> Accepted:
    """Write every file to a temporary folder beside the target, have it examined, then move all into place.

    The hand-written YAML files and the manifests go along when the target is another folder than theirs. What
    ``accept`` raises stops the move, what it returns is handed on; nothing has changed if the folder cannot be written.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".daten-") as temporary:
            folder = Path(temporary)
            shutil.copytree(sources_dir(by_hand), folder / SOURCES)
            patterns = ("*.yml", f"{STATEMENTS}/*.yml", f"{DECISIONS}/*.json")
            for path in chain.from_iterable(sorted(by_hand.glob(pattern)) for pattern in patterns):
                copied = folder / path.relative_to(by_hand)
                copied.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, copied)
            for name, text in texts.items():
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
            gazetteer.to_parquet(folder / "adressen.parquet", compression="zstd", index=False)
            (folder / "datapackage.json").write_text(datapackage(folder, sources), encoding="utf-8", newline="\n")
            accepted = accept(folder)
            _move(folder, out, everything=by_hand.resolve() != out.resolve())
            return accepted
    except OSError as error:
        raise SozialraumError(
            f"{out} lässt sich nicht beschreiben ({system_reason(error)}). Es wurde nichts geändert."
        ) from error


def _move(folder: Path, out: Path, *, everything: bool) -> None:
    """Put staged files in place; hand-written ones and manifests only if they are not there already."""
    (out / SOURCES if everything else out).mkdir(parents=True, exist_ok=True)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if everything or path.suffix != ".yml":
            (out / path.relative_to(folder)).parent.mkdir(exist_ok=True)
            path.replace(out / path.relative_to(folder))


def datapackage(folder: Path, sources: Mapping[str, Source]) -> str:
    """Description of the tables in the Frictionless Data Package form, with the checksum of each file."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix != ".yml"]
    named = [{"title": f"{source.quellenvermerk}: {source.titel}", "path": source.url} for source in sources.values()]
    package = {
        "name": "sozialraum-daten",
        "licenses": LICENCES,
        "sources": [{key: value for key, value in source.items() if value} for source in named],
        "resources": [
            {"name": path.name.replace(".", "-"), "path": path.name, "format": path.suffix[1:],
             **({} if path.suffix == ".parquet" else {"encoding": "utf-8"}), "bytes": path.stat().st_size,
             "hash": f"sha256:{file_sha256(path)}"}
            for path in files
        ],
    }  # fmt: skip
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def _fixed(value: float, decimals: int) -> str:
    if pd.isna(value):
        return ""
    text = f"{round(value, decimals) + 0.0:.{decimals}f}"  # -0.0 becomes 0
    return text.rstrip("0").rstrip(".") if "." in text else text
