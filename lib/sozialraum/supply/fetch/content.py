"""What is in a fetched file: its tables by name of column, and whether it still is what was described.

Columns are found by their heads, wherever these stand; a member of an archive by its name. Rows outside the city are
thrown away while reading, because some tables hold all of Germany.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import IO, Final

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.load import CRS_GRID, Data
from sozialraum.errors import FetchError, SchemaError
from sozialraum.supply.features import read_features
from sozialraum.supply.fetch.offered import MB, OfferedFile, OfferedTable

KEY_WIDTHS: Final = {"land": 2, "bezirk": 1, "kreis": 2, "gemeinde": 3}
"""Digits of the parts of a municipality key: "05" + "1" + "13" + "000"."""
KREIS_DIGITS: Final = 5
"""Digits of the key of a Kreis, the second part of the id of a stop: "de:05113:9289:0:1"."""
OUTSIDE_M: Final = 100.0
"""How far beyond the boundary a place may lie: it is drawn to 10 m, and some stand on it."""
MOST_PACKED: Final = 250
"""How many times its packed size a member may unfold to."""
_HEAD_LINES: Final = 30
_CHUNK_ROWS: Final = 200_000
_BLOCK: Final = 1 << 20
_NOTHING: Final = ("", "–", "-", ".", "nan")


@dataclass(frozen=True, eq=False)
class City:
    """What rows of one city are told by."""

    data: Data
    key: str

    @property
    def name(self) -> str:
        """The name of the city."""
        return self.data.register.city.name

    @cached_property
    def outline(self) -> BaseGeometry:
        """The boundary in EPSG:3035, prepared."""
        shape = gpd.GeoSeries(self.data.gebiete.geometry.loc[[self.data.register.city.id]]).to_crs(CRS_GRID).iloc[0]
        shapely.prepare(shape)
        return shape

    def figure(self, known: int | str) -> float | None:
        """A known figure: the number itself, or that of an ``eckwert``; None if the city states none."""
        if isinstance(known, int):
            return float(known)
        stated = (self.data.stadt.get("eckwerte") or {}).get(known)
        return float(stated["wert"]) if stated else None


@dataclass(frozen=True)
class Read:
    """Rows of the city, as text by the names of the description, and how many rows the whole table has."""

    rows: pd.DataFrame
    total: int


def numbers(values: pd.Series) -> pd.Series:
    """German decimals as numbers; what stands for "no value" is missing, never 0."""
    text = values.fillna("").str.strip()
    return pd.Series(pd.to_numeric(text.where(~text.isin(_NOTHING)).str.replace(",", "."), errors="coerce"))


def counts(values: pd.Series) -> pd.Series:
    """Whole numbers, also with points between thousands; what stands for "no value" is missing, never 0."""
    text = values.fillna("").str.strip()
    plain = text.where(~text.str.fullmatch(r"\d{1,3}(\.\d{3})+"), text.str.replace(".", ""))
    return numbers(plain)


def examine(path: Path, file: OfferedFile, city: City) -> dict[str, int]:
    """Rows of every table; a FetchError says what was expected and what was found where something has changed."""
    found = {name: _compared(path, file, name, city) for name in file.tabellen if has_table(path, file, name)}
    if file.eine_von and not any(found.get(name) for name in file.eine_von):
        wanted = " oder ".join(f"„{name}“" for name in file.eine_von)
        raise FetchError(
            f"{file.datei}: Erwartet wird eine Tabelle {wanted} mit Zeilen; gefunden: keine. Bitte beim Herausgeber "
            "nachsehen."
        )
    return found


def has_table(path: Path, file: OfferedFile, name: str) -> bool:
    """Whether a table is there; only one that may be absent is not."""
    table = file.tabellen[name]
    if not table.mitglied:
        return True
    with _archive(path, file) as archive:
        return bool(_hits(archive, table)) or not table.entbehrlich


def read_table(path: Path, file: OfferedFile, name: str, city: City) -> Read:
    """The rows of the city in one table of a file; errors as in :func:`examine`."""
    table = file.tabellen[name]
    if _is_map(file):
        return _read_map(path, file, table, city)
    kept, total = [], 0
    for chunk, inside in parts_of(path, file, name, city):
        total += len(chunk)
        kept.append(chunk[inside])
    columns = [*table.spalten, *table.auch]
    return Read(pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=columns, dtype="str"), total)


def parts_of(path: Path, file: OfferedFile, name: str, city: City) -> Iterator[tuple[pd.DataFrame, pd.Series]]:
    """All rows of a table, some at a time, and which of these belong to the city; errors as in :func:`examine`."""
    table = file.tabellen[name]
    with _stream(path, file, table) as (binary, shown):
        encoding = _encoding(binary, table, shown)
    with _stream(path, file, table) as (binary, shown), io.TextIOWrapper(binary, encoding, newline="") as text:
        lines = [line for line in (text.readline() for _ in range(_HEAD_LINES)) if line]
    row, places, separator = _head(lines, table, shown)
    with _stream(path, file, table) as (binary, shown), io.TextIOWrapper(binary, encoding, newline="") as text:
        for _ in range(row + 1):
            text.readline()
        if not table.mitglied:
            _whole(text, separator, max(places.values()), shown, row + 2)
        for chunk in _chunks(text, separator, places, shown):
            yield chunk, _inside(chunk, table, city, shown)


def _compared(path: Path, file: OfferedFile, name: str, city: City) -> int:
    """Number of rows of a table whose totals are near the known ones."""
    table, found = file.tabellen[name], read_table(path, file, name, city)
    if found.total == 0 and table.entbehrlich:
        return 0
    if found.total == 0:
        raise FetchError(f"{file.datei}: Die Tabelle „{name}“ hat keine Zeilen. Bitte später erneut abrufen.")
    if found.rows.empty:
        raise FetchError(f"{file.datei}: In der Tabelle „{name}“ steht keine Zeile für {city.name}. Bitte prüfen.")
    rows = None if table.zeilen is None else city.figure(table.zeilen)
    known: dict[str, tuple[float | None, float]] = {"Zeilen": (rows, float(found.total))}
    for column, figure in table.summen.items():
        known[column] = (city.figure(figure), float(counts(found.rows[column]).sum()))
    for what, (expected, value) in known.items():
        if expected is not None and abs(value - expected) > table.spielraum * expected:
            raise FetchError(
                f"{file.datei}: {what}: erwartet rund {_german(expected)}, gefunden {_german(value)}, also mehr als "
                f"{100 * table.spielraum:.0f} % daneben. Bitte beim Herausgeber nachsehen."
            )
    for column, kind in table.pflicht.items():
        if words := _unfit(file, column, found.rows[column], kind):
            raise FetchError(words)
    return found.total


def _unfit(file: OfferedFile, name: str, values: pd.Series, kind: str) -> str:
    """A sentence on the first row that lacks what it has to hold, a text or a whole number; empty if none does."""
    said = values.map(lambda value: "" if value is None or value != value else str(value).strip())
    wrong = said == "" if kind == "text" else pd.to_numeric(said, errors="coerce") % 1 != 0
    if not wrong.any():
        return ""
    row, wanted = int(wrong.to_numpy().argmax()), "ein Text" if kind == "text" else "eine ganze Zahl"
    return (
        f"{file.datei}, {'Objekt' if _is_map(file) else 'Zeile der Stadt'} {row + 1}: In „{name}“ steht "
        f"„{said.iloc[row]}“, erwartet wird {wanted}. Bitte beim Herausgeber nachsehen."
    )


def _is_map(file: OfferedFile) -> bool:
    """Whether a file holds objects with a geometry."""
    return file.datei.endswith(".geojson")


def _read_map(path: Path, file: OfferedFile, table: OfferedTable, city: City) -> Read:
    """Objects with the properties of the description under its names and their values as they are, in EPSG:25832.

    Places have to lie in the city: one that does not tells that positions or their system have changed.
    """
    no_page(path, file.datei)
    try:
        found = read_features(path.read_bytes(), file.datei, unplaced=table.ort == "punkt")
    except SchemaError as error:
        raise FetchError(" ".join(error.problems)) from error
    if found.empty:
        raise FetchError(f"{file.datei}: Die Datei hat keine Objekte. Bitte später erneut abrufen.")
    names = {name: _column(found.columns, pattern) for name, pattern in {**table.spalten, **table.auch}.items()}
    if missing := [f"„{table.spalten[name]}“" for name in table.spalten if names[name] is None]:
        raise FetchError(_changed(file.datei, missing, ", ".join(str(name) for name in found.columns)))
    rows = found[[*(column for column in names.values() if column is not None), "geometry"]]
    rows = rows.set_axis([*(name for name, column in names.items() if column is not None), "geometry"], axis=1)
    if table.ort == "punkt":
        rows["geometry"] = rows.geometry.representative_point()
        far = rows.geometry.to_crs(CRS_GRID).distance(city.outline) > OUTSIDE_M
        if far.any():
            raise FetchError(
                f"{file.datei}, Objekt {far.to_numpy().argmax() + 1}: Die Lage liegt außerhalb von {city.name}. "
                "Erwartet werden nur Orte in der Stadt; bitte beim Herausgeber nachsehen."
            )
    return Read(rows, len(rows))


def _column(columns: Iterable[str], pattern: str) -> str | None:
    return next((name for name in columns if re.fullmatch(pattern, str(name).strip(), re.IGNORECASE)), None)


def _changed(shown: str, missing: Iterable[str], found: str) -> str:
    return (
        f"{shown}: Erwartet werden Spalten wie {', '.join(missing)}; gefunden: {found[:600] or 'nichts'}. Der "
        "Herausgeber hat den Aufbau geändert; bitte die Beschreibung der Quelle anpassen."
    )


def _german(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")


@contextmanager
def _archive(path: Path, file: OfferedFile) -> Iterator[zipfile.ZipFile]:
    """An archive that is one, whole, and does not unfold to more than expected."""
    no_page(path, file.datei)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            large = sum(one.file_size for one in members)
            packed = max((one.file_size / max(one.compress_size, 1) for one in members), default=0)
            if large > file.entpackt_mb * MB or (packed > MOST_PACKED and large > MB):
                raise FetchError(
                    f"{file.datei}: Entpackt wäre das Archiv {large / MB:,.0f} MB groß, ungewöhnlich viel. Es "
                    f"wurde nicht "
                    "entpackt; bitte beim Herausgeber prüfen."
                )
            yield archive
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, RuntimeError, NotImplementedError) as error:
        raise FetchError(
            f"{file.datei}: Erwartet wird ein vollständiges ZIP-Archiv; die Datei ist beschädigt oder etwas anderes. "
            "Bitte erneut abrufen."
        ) from error


def _hits(archive: zipfile.ZipFile, table: OfferedTable) -> list[str]:
    return [name for name in archive.namelist() if re.search(table.mitglied, name)]


@contextmanager
def _stream(path: Path, file: OfferedFile, table: OfferedTable) -> Iterator[tuple[IO[bytes], str]]:
    """The bytes of a table, and how a person finds it."""
    if not table.mitglied:
        no_page(path, file.datei)
        with path.open("rb") as stream:
            yield stream, file.datei
        return
    with _archive(path, file) as archive:
        hits = _hits(archive, table)
        if len(hits) != 1:
            raise FetchError(
                f"{file.datei}: Erwartet wird genau eine Datei, deren Name zu „{table.mitglied}“ passt; gefunden: "
                f"{', '.join(hits) or 'keine'}. Im Archiv liegen "
                f"{', '.join(archive.namelist()[:8]) or 'keine Dateien'}. "
                "Bitte die Beschreibung der Quelle anpassen."
            )
        with archive.open(hits[0]) as stream:
            yield stream, f"{file.datei}/{hits[0].rpartition('/')[2]}"


def no_page(path: Path, shown: str) -> None:
    """Some publishers answer with a page and the status "all right" where the file is gone."""
    with path.open("rb") as stream:
        start = stream.read(400).lstrip(codecs.BOM_UTF8 + b" \r\n\t").lower()
    if not start:
        raise FetchError(f"{shown}: Die Datei ist leer. Bitte später erneut abrufen.")
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<?xml")):
        raise FetchError(
            f"{shown}: Erwartet wird eine Datendatei, gekommen ist eine Webseite (HTML). Bitte auf der Seite des "
            "Herausgebers nachsehen, ob die Datei umgezogen ist."
        )


def _encoding(stream: IO[bytes], table: OfferedTable, shown: str) -> str:
    """The first character set of the description in which every byte has a meaning."""
    decoders = {name: codecs.getincrementaldecoder(name)() for name in table.kodierungen}
    while block := stream.read(_BLOCK):
        for name, decoder in list(decoders.items()):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                del decoders[name]
        if not decoders:
            raise FetchError(
                f"{shown}: Die Zeichen sind weder {' noch '.join(table.kodierungen)}. Bitte die Beschreibung der "
                f"Quelle anpassen."
            )
    return next(iter(decoders))


def _head(lines: list[str], table: OfferedTable, shown: str) -> tuple[int, dict[str, int], str]:
    """Which line is the head, the place of each column in it, and what separates them."""
    best: tuple[int, dict[str, int], list[str], str] = (0, {}, [], "")
    for (number, line), separator in product(enumerate(lines), table.trenner):
        heads = [text.strip() for text in next(csv.reader([line], delimiter=separator), [])]
        found = {
            name: place
            for name, pattern in {**table.spalten, **table.auch}.items()
            for place in [next((i for i, text in enumerate(heads) if re.fullmatch(pattern, text, re.IGNORECASE)), -1)]
            if place >= 0
        }
        if len(found) > len(best[1]) or not best[2]:
            best = (number, found, heads, separator)
    row, places, heads, separator = best
    if missing := [f"„{table.spalten[name]}“" for name in table.spalten if name not in places]:
        raise FetchError(_changed(shown, missing, "; ".join(heads[:40])))
    return row, places, separator


def _whole(text: io.TextIOWrapper, separator: str, fields: int, shown: str, first: int) -> None:
    """No line breaks off: in a plain file nothing else tells that its end is missing. The place in it is kept."""
    rest = text.read()
    for number, line in enumerate(rest.splitlines(), start=first):
        if line.strip() and line.count(separator) < fields:
            raise FetchError(
                f"{shown}, Zeile {number}: Die Zeile bricht ab. Die Datei ist unvollständig; bitte erneut abrufen."
            )
    text.seek(0)
    for _ in range(first - 1):
        text.readline()


def _chunks(text: io.TextIOWrapper, separator: str, places: Mapping[str, int], shown: str) -> Iterator[pd.DataFrame]:
    ordered = sorted(places, key=lambda name: places[name])
    try:
        yield from pd.read_csv(
            text, sep=separator, header=None, usecols=sorted(places.values()), names=ordered, dtype="str",
            keep_default_na=False, na_values=[], chunksize=_CHUNK_ROWS, index_col=False, skip_blank_lines=True,
        )  # fmt: skip
    except pd.errors.EmptyDataError:
        return
    except (pd.errors.ParserError, ValueError) as error:
        raise FetchError(f"{shown}: Die Zeilen haben nicht gleich viele Spalten. Bitte erneut abrufen.") from error


def _inside(chunk: pd.DataFrame, table: OfferedTable, city: City, shown: str) -> pd.Series:
    """Which rows belong to the city."""
    if table.ort in ("gemeinde", "schluessel", "halt") and not city.key:
        raise FetchError(
            f"{shown}: Welche Zeilen zu {city.name} gehören, sagt der Gemeindeschlüssel. Bitte in stadt.yml "
            "gemeindeschluessel mit acht Ziffern eintragen."
        )
    if table.ort == "gemeinde":
        parts = [chunk[name].str.strip().str.zfill(width) for name, width in KEY_WIDTHS.items()]
        return parts[0] + parts[1] + parts[2] + parts[3] == city.key
    if table.ort == "halt":
        return chunk["halt"].str.match(rf"[^:]*:0*{city.key[:KREIS_DIGITS].lstrip('0')}:")
    if table.ort == "schluessel":
        return chunk["schluessel"].str.strip().str.zfill(sum(KEY_WIDTHS.values())) == city.key
    if table.ort == "zelle":
        x, y = numbers(chunk["x"]).to_numpy(), numbers(chunk["y"]).to_numpy()
        west, south, east, north = city.outline.bounds
        near = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        near[near] = shapely.contains_xy(city.outline, x[near], y[near])
        return pd.Series(near, index=chunk.index)
    return pd.Series(True, index=chunk.index)
