"""Read outlines from GeoJSON, GeoPackage or Shapefile.

A file must name its coordinate reference system; a GeoJSON without one is WGS 84 by RFC 7946. In which character set
the attributes of a Shapefile are written many files do not say, and some are wrong.
"""

import codecs
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pyogrio
import shapely

from sozialraum.errors import SchemaError, SourceMissing

SHAPEFILE: Final = ".shp"
GEOJSON: Final = (".geojson", ".json")
FORMATS: Final = (*GEOJSON, ".gpkg", SHAPEFILE)
"""Endings of the files that are read."""
ASSUMED: Final = "angenommen"
"""Where ``GeoDataFrame.attrs`` says, in German, what the file left open and was assumed; empty if nothing."""
BYTES: Final = "ISO-8859-1"
"""What gives every byte as one letter, to be decoded later."""
WINDOWS: Final = "cp1252"
_NAMES: Final = {"65001": "UTF-8", "ANSI 1252": WINDOWS, "88591": BYTES}
_MARK: Final = 29
"""Where a ``.dbf`` marks its character set."""
_NO_CONTENT: Final = "-shm"
"""An index that SQLite makes of the journal whenever somebody reads."""
_SIDECARS: Final = {
    ".shx": "der Index der Umrisse",
    ".dbf": "die Tabelle der Merkmale",
    ".prj": "das Koordinatensystem; ohne es ist nicht bekannt, wo die Umrisse liegen",
}


def read_outlines(
    path: Path, *, layer: str | None = None, remedy: str = "in einer quartiere.yml mit „layer“"
) -> gpd.GeoDataFrame:
    """All objects of a file with their attributes, in the coordinates of the file.

    ``layer`` is needed only if a GeoPackage has several with geometry. What the file left open stands in ``attrs``.

    Raises
    ------
    SourceMissing, SchemaError
        If the file does not exist, cannot be read, is empty, has several layers to choose from, or names no coordinate
        system.
    """
    if not path.is_file():
        raise SourceMissing(f"Die Datei {path} gibt es nicht. Bitte den Pfad prüfen.")
    if path.suffix.lower() not in FORMATS:
        raise SchemaError([f"{path}: Umrisse werden nur aus GeoJSON, GeoPackage (.gpkg) und Shapefile (.shp) gelesen."])
    shapefile = path.suffix.lower() == SHAPEFILE
    if shapefile:
        _require_sidecars(path)
    chosen = _layer(path, layer, remedy)
    try:
        with _quiet():
            encoding, assumed = _text_encoding(path, chosen) if shapefile else ("", "")
            table = gpd.read_file(path, layer=chosen, encoding=BYTES if encoding else None)
    except shapely.GEOSException as error:
        raise SchemaError(_broken_shapes(path, chosen)) from error
    except (RuntimeError, ValueError, OSError) as error:
        raise SchemaError([_unreadable(path)]) from error
    if not isinstance(table, gpd.GeoDataFrame) or table.empty:
        raise SchemaError([f"{path}: Die Datei enthält keine Umrisse. Bitte aus dem Programm neu ausgeben."])
    if table.crs is None or not (table.crs.is_geographic or table.crs.is_projected):
        raise SchemaError([_without_crs(path)])
    if encoding:
        table = _decoded(table, encoding)
    table.attrs[ASSUMED] = assumed
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


def _text_encoding(path: Path, layer: str | None) -> tuple[str, str]:
    """The character set of a Shapefile's attributes (empty: the reader knows), and what was assumed, if anything.

    The ``.cpg`` counts if it is there and can be true. Without it, text that is valid UTF-8 is UTF-8 (other text hardly
    ever is by chance), then the mark in the ``.dbf`` counts, then Windows-1252.
    """
    columns = pyogrio.raw.read(path, layer=layer, encoding=BYTES, read_geometry=False)[3]
    written = [str(value).encode(BYTES) for column in columns if column.dtype == object for value in column if value]
    texts = [text for text in written if not text.isascii()]
    if not texts:
        return "", ""
    beside = {one.suffix.lower(): one for one in path.parent.glob("*") if one.stem == path.stem}
    said = beside[".cpg"].read_text(encoding=BYTES).strip() if ".cpg" in beside else ""
    stated, utf8 = _codec(said), _fits(texts, "UTF-8")
    if stated:
        if not _fits(texts, stated) or (utf8 and stated in (WINDOWS, "iso8859-1")):
            found = "UTF-8" if utf8 else "einem anderen"
            wrong = f"{path}: In {path.stem}.cpg steht als Zeichensatz „{said}“, die Merkmale sind aber in {found}"
            raise SchemaError([f"{wrong} geschrieben. Bitte in UTF-8 neu ausgeben oder {path.stem}.cpg berichtigen."])
        return stated, ""
    if utf8:
        return "UTF-8", ""
    if beside[".dbf"].read_bytes()[_MARK]:
        return "", ""
    if _fits(texts, WINDOWS):
        return WINDOWS, "Die Datei nennt keinen Zeichensatz; ihre Namen sind als Windows-1252 gelesen."
    wrong = (
        f"{path}: In welchem Zeichensatz die Merkmale geschrieben sind, ist nicht zu erkennen. Bitte {path.stem}.cpg"
    )
    raise SchemaError([f"{wrong} mit dem Namen des Zeichensatzes daneben legen oder in UTF-8 neu ausgeben."])


def _codec(name: str) -> str:
    """Python's name of the character set in a ``.cpg``; empty if there is none of that name."""
    word = name.strip().strip("\0").upper()
    word = _NAMES.get(word, word)
    for attempt in (word, f"cp{word.removeprefix('ANSI ').removeprefix('OEM ')}", word.replace(" ", "")):
        try:
            return codecs.lookup(attempt).name
        except LookupError:
            continue
    return ""


def _fits(texts: Iterable[bytes], encoding: str) -> bool:
    """Whether the bytes can be text of that character set; a field may have cut the last letter."""
    try:
        for text in texts:
            codecs.getincrementaldecoder(encoding)().decode(text)
    except UnicodeDecodeError:
        return False
    return True


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


def _layer(path: Path, wanted: str | None, remedy: str) -> str | None:
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
        raise SchemaError([f"{path}: Die Datei hat mehrere Layer ({named}). Bitte {remedy} einen nennen."])
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
