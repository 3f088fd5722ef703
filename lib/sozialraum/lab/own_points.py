"""Own points on the map: a table with addresses or coordinates, read where it lies, kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import ipywidgets as widgets
import pandas as pd
from pyproj import Transformer

from sozialraum.city.adressen import found
from sozialraum.city.gebiete import fold
from sozialraum.city.load import CRS_FILES, Data
from sozialraum.city.spatial import assign
from sozialraum.errors import TableError, UnknownAddress
from sozialraum.figures import table_html
from sozialraum.lab.controls import BUTTON
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State
from sozialraum.style import number
from sozialraum.supply.intake.grid import Sheet
from sozialraum.supply.intake.table_files import SEPARATORS, read_sheets

ENDINGS: Final = ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods"
HOW: Final = (
    "CSV oder Excel mit einer Spalte „Adresse“ (oder „Straße“ und „Hausnummer“) oder mit „Länge“ und „Breite“ "
    "(auch x und y in Metern). Eine Spalte „Name“ beschriftet die Punkte. Die Datei wird nur gelesen, nicht abgelegt."
)
HEADS: Final = {
    "name": ("name", "bezeichnung", "titel", "einrichtung", "standort", "objekt"),
    "adresse": ("adresse", "anschrift", "address"),
    "strasse": ("strasse", "str", "strassenname"),
    "nummer": ("hausnummer", "hausnr", "hnr", "nr", "nummer"),
    "x": ("laenge", "laengengrad", "lon", "lng", "long", "longitude", "x", "rechtswert", "ostwert", "east", "easting"),
    "y": ("breite", "breitengrad", "lat", "latitude", "y", "hochwert", "nordwert", "north", "northing"),
}
"""What a column is for, by its folded head."""
SEARCHED_ROWS: Final = 20
MOST: Final = 2_000
FAR_M: Final = 50_000
OUTSIDE: Final = "außerhalb"


@dataclass(frozen=True)
class Punkt:
    """An own point: name, address or coordinates as written, Stadtteil, degrees, and its row in the file."""

    name: str
    angabe: str
    stadtteil: str
    lon: float
    lat: float
    zeile: int


@dataclass(frozen=True)
class Punkte:
    """What a file brought: its points, one German sentence on every row that could not be read, and how many rows."""

    punkte: tuple[Punkt, ...]
    fehler: tuple[str, ...]
    zeilen: int


class OwnPoints:
    """A file and what was read of it: points on the map, every other row with its reason."""

    def __init__(self, state: State, messages: Messages) -> None:
        self.state, self.messages = state, messages
        self.file = widgets.FileUpload(description="Datei wählen", accept=ENDINGS, multiple=False, layout=BUTTON)
        self.clear = widgets.Button(description="Punkte entfernen", disabled=True, layout=BUTTON)
        self.shown = widgets.HTML(f'<p class="sr-wb-note">{HOW}</p>')
        self.widget = widgets.VBox([widgets.HBox([self.file, self.clear]), self.shown])
        self.shown.add_class("sr-wb-own")
        self.file.observe(messages.act(lambda change: self._read(change["new"])), "value")
        self.clear.on_click(messages.act(lambda _: self._clear()))

    def _read(self, chosen: tuple[Mapping[str, Any], ...]) -> None:
        if not chosen:
            return
        try:
            with TemporaryDirectory(prefix="sozialraum-") as folder:
                path = Path(folder) / Path(str(chosen[0]["name"])).name
                path.write_bytes(bytes(chosen[0]["content"]))
                brought = read_points(path, self.state.data)
        finally:
            self.file.value = ()  # so that a saved notebook does not hold the file
        self.state.punkte, self.clear.disabled = brought.punkte, not brought.punkte
        on_map = f"{number(len(brought.punkte))} von {number(brought.zeilen)} Zeilen liegen auf der Karte."
        self.shown.value = f'<p class="sr-wb-note" role="status">{on_map}</p>{_listed(brought)}'
        if brought.fehler:
            self.messages.warn("\n".join([on_map, *brought.fehler]))

    def _clear(self) -> None:
        self.state.punkte, self.clear.disabled = (), True
        self.shown.value = f'<p class="sr-wb-note">{HOW}</p>'


def _listed(brought: Punkte) -> str:
    """All points as a folded table."""
    rows = [(one.name, one.angabe, one.stadtteil, str(one.zeile)) for one in brought.punkte]
    frame = pd.DataFrame(rows, columns=["Name", "Angabe", "Stadtteil", "Zeile"]).set_index("Name")
    table = table_html(frame, caption="Eigene Punkte")
    return (
        f'<details class="sr-data"><summary>{escape("Eigene Punkte als Tabelle")}</summary>{table}</details>'
        if rows
        else ""
    )


def read_points(path: Path, data: Data) -> Punkte:
    """Read the points of a table (CSV as Excel writes it, XLSX, ODS) from every sheet that has any.

    Raises
    ------
    TableError
        If the file cannot be read, has no column of addresses or coordinates, no row below the heads, or too many rows.
    """
    parts = [_points(sheet, *head, data) for sheet in _sheets(path) if (head := _head(sheet))]
    if not parts:
        raise TableError(
            f"{path.name}: Es gibt keine Spalte mit Adressen oder Koordinaten. Bitte eine Spalte „Adresse“ nennen "
            "(oder „Straße“ und „Hausnummer“) oder die Spalten „Länge“ und „Breite“."
        )
    points = tuple(chain.from_iterable(part.punkte for part in parts))
    faults = tuple(chain.from_iterable(part.fehler for part in parts))
    rows = sum(part.zeilen for part in parts)
    if not rows:
        raise TableError(f"{path.name}: Unter den Köpfen der Spalten steht keine Zeile. Bitte Orte eintragen.")
    return Punkte(points, faults, rows)


def _sheets(path: Path) -> list[Sheet]:
    """All sheets; a list of addresses has one column, so that nothing tells its separator."""
    try:
        return read_sheets(path)
    except TableError:
        one_column = read_sheets(path, separator=next(iter(SEPARATORS)))
        if not any(_head(sheet) for sheet in one_column):
            raise
        return one_column


def _head(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of heads, and what its columns are for."""
    for row in range(1, min(sheet.rows, SEARCHED_ROWS) + 1):
        columns = _columns(sheet, row)
        if {"x", "y"} <= columns.keys() or {"adresse", "strasse"} & columns.keys():
            return row, columns
    return None


def _columns(sheet: Sheet, row: int) -> dict[str, int]:
    heads = {fold(cell.text): column for column, cell in reversed(sheet.row(row))}
    found_ = {kind: next((heads[name] for name in names if name in heads), 0) for kind, names in HEADS.items()}
    return {kind: column for kind, column in found_.items() if column}


def _points(sheet: Sheet, head: int, columns: Mapping[str, int], data: Data) -> Punkte:
    rows = [row for row in range(head + 1, sheet.rows + 1) if sheet.row(row)]
    if len(rows) > MOST:
        raise TableError(
            f"{sheet.file}: Gelesen werden höchstens {number(MOST)} Zeilen, es sind {number(len(rows))}. Bitte teilen."
        )
    points, faults = [], []
    for row in rows:
        texts = {kind: sheet.at(row, column).text for kind, column in columns.items()}
        try:
            x, y, said = _place(texts, data)
        except (UnknownAddress, ValueError) as error:
            faults.append(f"{sheet.where(row)}: {error}")
            continue
        points.append((texts.get("name") or said, said, x, y, row))
    shapes = gpd.GeoSeries(gpd.points_from_xy([p[2] for p in points], [p[3] for p in points]), crs=data.crs)
    local = data.gebiete.geometry[data.gebiete["ebene"] == "stadtteil"]
    areas, there = assign(shapes, gpd.GeoSeries(local)), shapes.to_crs(CRS_FILES)
    made = [
        Punkt(name, said, OUTSIDE if pd.isna(area) else data.register.by_id(str(area)).label, lon, lat, row)
        for (name, said, _, _, row), area, lon, lat in zip(points, areas, there.x, there.y, strict=True)
    ]
    return Punkte(tuple(made), tuple(faults), len(rows))


def _place(texts: Mapping[str, str], data: Data) -> tuple[float, float, str]:
    """Metres of a row and what it says; UnknownAddress or ValueError with a German sentence if it says nothing."""
    if texts.get("x") and texts.get("y"):
        return *_metres(texts["x"], texts["y"], data), f"{texts['x']} / {texts['y']}"
    if bool(texts.get("x")) != bool(texts.get("y")):
        raise ValueError("Es fehlt eine der beiden Koordinaten. Bitte ergänzen.")
    street = " ".join(filter(None, (texts.get("strasse"), texts.get("nummer"))))
    address = texts.get("adresse") or street
    if not address:
        raise ValueError("Es fehlt die Adresse oder die Koordinate. Bitte ergänzen oder die Zeile löschen.")
    row = found(data, address)
    return float(row["x"]), float(row["y"]), f"{row['strasse']} {row['hausnummer']}".strip()


def _metres(first: str, second: str, data: Data) -> tuple[float, float]:
    """Metres of two written coordinates: degrees or metres, decimal comma or point, whichever lies near the city."""
    west, south, east, north = data.gebiete.geometry[data.register.city.id].bounds
    swapped = False
    for x in _readings(first):
        for y in _readings(second):
            for turned, pair in ((False, (x, y)), (True, (y, x))):
                there = _in_metres(*pair, data)
                if max(west - there[0], there[0] - east, south - there[1], there[1] - north) <= FAR_M:
                    if not turned:
                        return there
                    swapped = True
    if swapped:
        raise ValueError(
            f"Länge und Breite sind vertauscht ({first} / {second}). Bitte die Köpfe der Spalten tauschen."
        )
    raise ValueError(
        f"Die Koordinate {first} / {second} liegt weit außerhalb von {data.register.city.name} oder ist keine Zahl. "
        "Bitte in Grad (Länge und Breite) oder in Metern (EPSG:25832) angeben."
    )


def _in_metres(x: float, y: float, data: Data) -> tuple[float, float]:
    if abs(x) > 180 or abs(y) > 90:
        return x, y
    east, north = _to_metres(data).transform(x, y)
    return float(east), float(north)


@lru_cache(maxsize=4)
def _to_metres(data: Data) -> Transformer:
    return Transformer.from_crs(CRS_FILES, data.crs, always_xy=True)


def _readings(text: str) -> list[float]:
    """What a written number may mean: the last of point and comma parts the decimals, or all of them thousands."""
    plain = text.replace(" ", "").replace("\u00a0", "").replace("°", "").rstrip("EWNSewns")
    sign = max(",.", key=plain.rfind)
    forms = (plain.replace("," if sign == "." else ".", "").replace(sign, "."), plain.replace(",", "").replace(".", ""))
    found_ = []
    for form in dict.fromkeys(forms):
        try:
            found_.append(float(form))
        except ValueError:
            continue
    return found_
