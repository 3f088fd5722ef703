"""Everything that is known as tables in one file: a workbook, a GeoPackage, a CSV.

The columns are those of ``sozialraum indicators``; values are not rounded, a workbook only shows them so.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sozialraum.api.rows import LONG, PLACE, Rows, long_rows, wide_rows
from sozialraum.city.indicators import Indikator
from sozialraum.city.load import CRS_FILES
from sozialraum.city.sources import source_ids
from sozialraum.compare.analysis import Analysis
from sozialraum.errors import ParameterError
from sozialraum.files import write_bytes
from sozialraum.publish.export import fill, fill_notes, general_notes, notes, write_layers
from sozialraum.style.cells import neutral
from sozialraum.style.grammar import DRAFT
from sozialraum.supply.intake.template import same_bytes

VALUES, WIDE, AREAS, PLACES, CATALOGUE, SOURCES = (
    "werte", "werte_breit", "orte", "einrichtungen", "indikatoren", "quellen",
)  # fmt: skip
NOTES: Final = "hinweise"
_MEASURED: Final = ("wert", "von", "bis")
_NUMBERS: Final = (*_MEASURED, "anzahl", "rang")
_FORMATS: Final = {"lon": "0.000000", "lat": "0.000000", "flaeche_km2": "#,##0.00", "anzahl": "#,##0"}
_WIDEST, _NARROWEST = 60, 9


def write(analysis: Analysis, target: Path) -> int:
    """Write everything into one file and return the number of values.

    Parameters
    ----------
    target
        ``.xlsx``: a sheet each for the values, long and wide, areas, places, catalogue, sources, notes. ``.gpkg``: the
        same as layers and tables, with boundaries in the coordinate system of the data. ``.csv``: the values, long,
        for a German spreadsheet, and the notes below them.

    Raises
    ------
    ParameterError
        If the name of the file ends otherwise.
    """
    ending = target.suffix.lower()
    if ending not in _WRITERS:
        raise ParameterError(f"{target}: Der Name der Datei muss auf {', '.join(_WRITERS)} enden.")
    rows = long_rows(analysis)
    _WRITERS[ending](analysis, rows, target)
    return sum(row["wert"] is not None for row in rows)


def workbook(analysis: Analysis, rows: Rows, *, wide: bool = False) -> bytes:
    """Values as a workbook: the sheet of the values, long or wide, with catalogue, sources and notes."""
    values = {WIDE: _frame(wide_rows(rows))} if wide else {VALUES: _frame(rows, LONG)}
    keys = list(dict.fromkeys(row["indikator"] for row in rows))
    sources, used = _sources(analysis), source_ids(row["quelle"] for row in rows)
    about = {
        CATALOGUE: _catalogue(analysis, keys),
        SOURCES: sources[sources["id"].isin(used)],
    }
    return _book(analysis, values | about)


def _frame(rows: Rows, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows as a frame with numbers as numbers; missing ones are NaN."""
    frame = pd.DataFrame(rows, columns=list(columns) if columns else None)
    texts = {*PLACE, *LONG} - set(_NUMBERS)
    return frame.astype({name: "float64" for name in frame if name not in texts})


def _areas(analysis: Analysis) -> pd.DataFrame:
    names = ("id", "name", "level", "nummer", "stadtbezirk_id", "flaeche_km2")
    rows = [[getattr(area, name) for name in names] for area in analysis.data.register]
    frame = pd.DataFrame(rows, columns=["gebiet_id", "gebiet", "ebene", "nummer", "stadtbezirk_id", "flaeche_km2"])
    return frame.astype({"stadtbezirk_id": object})


def _places(analysis: Analysis) -> pd.DataFrame:
    places = analysis.data.einrichtungen
    degrees = places.geometry.to_crs(CRS_FILES)
    known = ~(degrees.is_empty | degrees.isna())
    plain = pd.DataFrame(places.drop(columns="geometry")).reset_index()
    lon, lat = (axis.where(known).round(6).to_numpy() for axis in (degrees.x, degrees.y))
    flags = plain["hauptstandort"].map({True: "ja", False: ""})
    ages = {name: plain[name].astype("float64") for name in ("alter_von", "alter_bis")}
    return plain.assign(hauptstandort=flags, **ages, lon=lon, lat=lat)


def _catalogue(analysis: Analysis, keys: Iterable[str]) -> pd.DataFrame:
    return pd.DataFrame([_about(analysis.katalog[key]) for key in keys])


def _about(entry: Indikator) -> dict[str, str]:
    names = ("id", "titel", "einheit", "definition", "methode", "grenzen", "art", "stand", "kapitel")
    counted = {
        name: f"{what.was} ({what.einheit}, Stand {what.stand})" if what else ""
        for name, what in (("zaehler", entry.zaehler), ("nenner", entry.nenner))
    }
    gap = {"daten": "ja" if entry.verfuegbar else "nein", "veroeffentlicht": entry.veroeffentlicht}
    return {name: getattr(entry, name) for name in names} | counted | {"quellen": "|".join(entry.quellen)} | gap


def _sources(analysis: Analysis) -> pd.DataFrame:
    names = ("id", "titel", "herausgeber", "quellenvermerk", "url", "stand", "abruf", "aenderung")
    rows = [
        {name: getattr(source, name) or "" for name in names}
        | {"lizenz": source.lizenz.name, "lizenz_url": source.lizenz.url or ""}
        for source in analysis.data.quellen.values()
    ]
    return pd.DataFrame(rows)


def _xlsx(analysis: Analysis, rows: Rows, target: Path) -> None:
    frames = {VALUES: _frame(rows, LONG), WIDE: _frame(wide_rows(rows))}
    frames |= {AREAS: _areas(analysis), PLACES: _places(analysis)}
    frames |= {CATALOGUE: _catalogue(analysis, analysis.katalog), SOURCES: _sources(analysis)}
    write_bytes(target, _book(analysis, frames))


def _book(analysis: Analysis, frames: dict[str, pd.DataFrame]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    shown = {key: f"#,##0{'.' if entry.nachkommastellen else ''}{'0' * entry.nachkommastellen}"
             for key, entry in analysis.katalog.items()}  # fmt: skip
    for name, frame in frames.items():
        _sheet(book.create_sheet(name), frame, shown)
    fill_notes(book.create_sheet(NOTES), general_notes(analysis))
    return same_bytes(book)


def _sheet(sheet: Worksheet, frame: pd.DataFrame, shown: dict[str, str]) -> None:
    """A table with a fixed head and a filter; a number looks as its indicator is printed."""
    lines = [[None if pd.isna(cell) else _safe(cell) for cell in line] for line in frame.itertuples(index=False)]
    fill(sheet, [[neutral(str(name)) for name in frame], *lines])
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    if sheet.oddHeader is not None:
        sheet.oddHeader.center.text = DRAFT
    of_row = list(frame["indikator"]) if "indikator" in frame else []
    for place, name in enumerate(map(str, frame), start=1):
        sheet.cell(1, place).font = Font(bold=True)
        longest = max((len(str(line[place - 1] or "")) for line in lines), default=0)
        width = min(max(len(name) + 3, longest + 1, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width
        of_column = shown.get(name.removesuffix("_von").removesuffix("_bis")) or _FORMATS.get(name, "0")
        by_row = bool(of_row) and name in _MEASURED
        for row, line in enumerate(lines, start=2):
            if isinstance(line[place - 1], float | int):
                sheet.cell(row, place).number_format = shown[of_row[row - 2]] if by_row else of_column


def _safe(cell: Any) -> Any:
    return neutral(cell) if isinstance(cell, str) else cell


def _gpkg(analysis: Analysis, rows: Rows, target: Path) -> None:
    wide = _frame(wide_rows(rows)).drop(columns=["gebiet", "ebene"])
    areas = _areas(analysis).merge(wide, on="gebiet_id").set_index("gebiet_id")
    outlines = gpd.GeoDataFrame(areas, geometry=analysis.data.gebiete.geometry).reset_index()
    plain = _places(analysis).drop(columns=["lon", "lat"]).set_index("id")
    places = gpd.GeoDataFrame(plain, geometry=analysis.data.einrichtungen.geometry).reset_index()
    layers = {
        AREAS: outlines, PLACES: places, VALUES: _frame(rows, LONG),
        CATALOGUE: _catalogue(analysis, analysis.katalog), SOURCES: _sources(analysis),
        NOTES: pd.DataFrame({"hinweis": general_notes(analysis)}),
    }  # fmt: skip
    for layer in layers.values():
        for name in set(layer) - {"geometry"}:
            layer[name] = layer[name].map(_safe)
    write_layers(target, layers, day=analysis.issued)


def _csv(analysis: Analysis, rows: Rows, target: Path) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(LONG)
    writer.writerows([_german(row[name]) for name in LONG] for row in rows)
    writer.writerow([])
    writer.writerows([line] for line in notes(analysis))
    write_bytes(target, stream.getvalue().encode("utf-8-sig"))


def _german(cell: Any) -> str:
    """A cell for a German spreadsheet: decimal comma, empty is missing."""
    if cell is None:
        return ""
    return neutral(cell) if isinstance(cell, str) else str(cell).replace(".", ",")


_WRITERS: Final[dict[str, Callable[[Analysis, Rows, Path], None]]] = {".xlsx": _xlsx, ".gpkg": _gpkg, ".csv": _csv}
