"""Read outlines from GeoJSON, GeoPackage or Shapefile.

A file must name its coordinate reference system; a GeoJSON without one is WGS 84 by RFC 7946.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pyogrio
import shapely

from sozialraum.errors import SchemaError, SourceMissing
from sozialraum.quartiere.dbf import BYTES, Encoding, text_encoding

SHAPEFILE: Final = ".shp"
GEOJSON: Final = (".geojson", ".json")
FORMATS: Final = (*GEOJSON, ".gpkg", SHAPEFILE)
"""Endings of the files that are read."""
ASSUMED: Final = "angenommen"
"""Where ``GeoDataFrame.attrs`` says, in German, what the file left open and was assumed; empty if nothing."""
_NO_CONTENT: Final = "-shm"
"""An index that SQLite makes of the journal whenever somebody reads."""
_SIDECARS: Final = {
    ".shx": "der Index der Umrisse",
    ".dbf": "die Tabelle der Merkmale",
    ".prj": "das Koordinatensystem; ohne es ist nicht bekannt, wo die Umrisse liegen",
}


def read_outlines(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """All objects of a file with their attributes, in the coordinates of the file.

    Parameters
    ----------
    layer
        Which layer of a GeoPackage; needed only if it has several with geometry.

    Raises
    ------
    SourceMissing
        If the file does not exist.
    SchemaError
        If it cannot be read, is empty, has several layers to choose from, or names no coordinate system.
    """
    if not path.is_file():
        raise SourceMissing(f"Die Datei {path} gibt es nicht. Bitte den Pfad prüfen.")
    if path.suffix.lower() not in FORMATS:
        raise SchemaError([f"{path}: Umrisse werden nur aus GeoJSON, GeoPackage (.gpkg) und Shapefile (.shp) gelesen."])
    if path.suffix.lower() == SHAPEFILE:
        _require_sidecars(path)
    how = text_encoding(path) if path.suffix.lower() == SHAPEFILE else Encoding()
    chosen = _layer(path, layer)
    try:
        with _quiet():
            table = gpd.read_file(path, layer=chosen, encoding=BYTES if how.name else None)
    except shapely.GEOSException as error:
        raise SchemaError(_broken_shapes(path, chosen)) from error
    except (RuntimeError, ValueError, OSError) as error:
        raise SchemaError([_unreadable(path)]) from error
    if not isinstance(table, gpd.GeoDataFrame) or table.empty:
        raise SchemaError([f"{path}: Die Datei enthält keine Umrisse. Bitte aus dem Programm neu ausgeben."])
    if table.crs is None or not (table.crs.is_geographic or table.crs.is_projected):
        raise SchemaError([_without_crs(path)])
    if how.name:
        table = _decoded(table, how.name)
    table.attrs[ASSUMED] = how.assumed
    return table


@contextmanager
def _quiet() -> Iterator[None]:
    """Without two kinds of English warnings on files of others; every other warning stays.

    GDAL's remarks on shapes and fields (RuntimeWarning) are told in German by the checks of this package; a field that
    is called JSON and holds plain text is read as the text that it is.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="pyogrio")
        warnings.filterwarnings("ignore", message=r"Could not parse column .* as JSON; leaving as string")
        yield


def _decoded(table: gpd.GeoDataFrame, encoding: str) -> gpd.GeoDataFrame:
    """A table that was read byte by byte with its texts decoded; a letter that a field has cut is left out."""

    def text(value: Any) -> Any:
        return value.encode(BYTES).decode(encoding, "ignore") if isinstance(value, str) else value

    named = table.rename(columns=text)
    return named.assign(**{name: named[name].map(text) for name in named.columns if name != named.geometry.name})


def _broken_shapes(path: Path, layer: str | None) -> list[str]:
    """What is wrong with each object whose form cannot even be read."""
    with _quiet():
        shapes = pyogrio.raw.read(path, layer=layer, columns=[])[2]
    problems = []
    for place, written in enumerate(shapes, start=1):
        try:
            shapely.from_wkb(written)
        except shapely.GEOSException as error:
            problems.append(f"{path}, Objekt {place}: {_why_broken(str(error))}")
    return problems or [_unreadable(path)]


def _why_broken(reason: str) -> str:
    if "closed" in reason:
        return (
            "Der Umriss ist nicht geschlossen: Die letzte Ecke muss dieselbe sein wie die erste. Bitte im "
            "Kartenprogramm schließen und neu ausgeben."
        )
    if "number of points" in reason or "point array" in reason:
        return "Der Umriss hat zu wenige Ecken; eine Fläche braucht mindestens drei. Bitte neu zeichnen."
    return "Der Umriss ist nicht zu lesen. Bitte im Kartenprogramm neu zeichnen und ausgeben."


def files_of(path: Path) -> list[Path]:
    """Every file that belongs to a file of outlines, itself first: what stands beside it counts as its content.

    A Shapefile is several files of one stem; a GeoPackage that a program still has open keeps the latest changes in a
    journal (``-wal``); GDAL finds further files by the whole name.
    """
    if path.suffix.lower() not in FORMATS or not path.parent.is_dir():
        return [path]
    return [path, *sorted(other for other in path.parent.iterdir() if other != path and _belongs(other, path))]


def _belongs(other: Path, path: Path) -> bool:
    name, stem = other.name.casefold(), path.stem.casefold()
    part = path.suffix.lower() == SHAPEFILE and other.stem.casefold() == stem and other.suffix.lower() not in FORMATS
    if not (part or name.startswith((f"{path.name.casefold()}-", f"{path.name.casefold()}.", f"{stem}.shp."))):
        return False
    return other.is_file() and not name.endswith(_NO_CONTENT) and other.stat().st_size > 0


def _require_sidecars(path: Path) -> None:
    beside = {other.suffix.lower() for other in path.parent.iterdir() if other.stem == path.stem}
    lacking = [
        f"{path}: Daneben fehlt {path.stem}{ending} ({what}). Ein Shapefile besteht aus mehreren Dateien; bitte alle "
        "zusammen in denselben Ordner legen."
        for ending, what in _SIDECARS.items()
        if ending not in beside
    ]
    if lacking:
        raise SchemaError(lacking)


def _layer(path: Path, wanted: str | None) -> str | None:
    try:
        with _quiet():
            known = gpd.list_layers(path)
    except (RuntimeError, ValueError) as error:
        raise SchemaError([_unreadable(path)]) from error
    layers = [str(name) for name in known.loc[known["geometry_type"].notna(), "name"]]
    named = ", ".join(f"„{name}“" for name in layers)
    if wanted is not None and wanted not in layers:
        raise SchemaError([f"{path}: Den Layer „{wanted}“ gibt es nicht. Vorhanden: {named or 'keiner mit Umrissen'}."])
    if wanted is None and len(layers) > 1:
        raise SchemaError(
            [f"{path}: Die Datei hat mehrere Layer ({named}). Bitte in einer quartiere.yml mit „layer“ einen nennen."]
        )
    return wanted


def _unreadable(path: Path) -> str:
    return (
        f"{path}: Die Datei lässt sich nicht als Karte lesen; sie ist beschädigt oder hat ein anderes Format, als ihre "
        "Endung sagt. Bitte neu ausgeben."
    )


def _without_crs(path: Path) -> str:
    return (
        f"{path}: Die Datei nennt kein Koordinatensystem; ohne es ist nicht bekannt, wo die Umrisse liegen. Bitte beim "
        "Ausgeben eines wählen, zum Beispiel EPSG:25832. Nur ein GeoJSON kommt ohne Angabe aus: Es gilt dann nach "
        "RFC 7946 als WGS 84 (Länge, Breite in Grad)."
    )
