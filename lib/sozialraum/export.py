"""Values as files for other programs: CSV and XLSX for people, GeoPackage for a GIS.

Every file carries units, dates, sources, licences and the mark of a draft; numbers have the digits of the reports. Text
from data cannot act as a formula: :func:`neutral` is the one place for this rule.
"""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sozialraum import text
from sozialraum.compare import Analysis
from sozialraum.indicators import chosen
from sozialraum.render import write_bytes
from sozialraum.style import MISSING, art_label, day
from sozialraum.vorlage import DRAFT
from sozialraum.wert import Wert
from sozialraum.workspace import ENVIRONMENT, audience_words

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS: Final = (
    "Nummer",
    "Ort",
    "Ebene",
    "Indikator",
    "Wert",
    "von",
    "bis",
    "Einheit",
    "Anzahl",
    "Stand",
    "Art",
    "Einordnung",
    "Hinweis",
    "Quelle",
)
VALUES, NOTES = "Werte", "Hinweise"
AREAS_LAYER, NOTES_LAYER = "werte", "hinweise"
_WIDTHS: Final = (9, 24, 13, 44, 12, 12, 12, 14, 12, 14, 14, 24, 60, 60)
_NOTES_WIDTH: Final = 120

Row = dict[str, str | float | None]


def neutral(cell: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe in front if it begins like one.

    Blanks in front do not help, programs skip them. Numbers are not text and stay as they are.
    """
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(FORMULA_SIGNS) else cell


def rows(
    analysis: Analysis, *, indikatoren: Iterable[str] | None = None, gebiete: Iterable[str] | None = None
) -> list[Row]:
    """Values with everything that belongs to them.

    Parameters
    ----------
    indikatoren
        Ids; all that have data if not given.
    gebiete
        Ids of areas; all that the table has if not given.

    Returns
    -------
    list of dict
        Keys :data:`COLUMNS`; Wert, the interval from von to bis and the count behind it (Anzahl) are numbers with the
        digits of the reports, None if they are missing: then Hinweis says why there is no value.

    Raises
    ------
    ParameterError
        If an indicator is unknown or has no data.
    UnknownArea
        If an area is unknown.
    """
    keys = _indicators(analysis, indikatoren)
    register = analysis.data.register
    areas = [area.id for area in (register if gebiete is None else map(register.by_id, gebiete))]
    return [_row(analysis, analysis.wert(key, area)) for area in areas for key in keys]


def _indicators(analysis: Analysis, wanted: Iterable[str] | None) -> list[str]:
    known = [key for key, entry in analysis.katalog.items() if entry.verfuegbar]
    return known if wanted is None else chosen(analysis.katalog, wanted)


def _row(analysis: Analysis, item: Wert) -> Row:
    note = item.hinweis or (item.grund if item.wert is None else "")
    used = [analysis.data.quellen.get(key) for key in item.quelle.split("|")]
    cells: Row = {
        "Nummer": item.gebiet_id,
        "Ort": item.ort.label,
        "Ebene": item.ort.ebene_label,
        "Indikator": item.titel,
        "Wert": item.as_printed(item.wert),
        "von": item.as_printed(item.von),
        "bis": item.as_printed(item.bis),
        "Einheit": item.einheit,
        "Anzahl": item.count,
        "Stand": day(item.stand),
        "Art": art_label(item.art),
        "Einordnung": item.klasse,
        "Hinweis": note,
        "Quelle": "; ".join(dict.fromkeys(source.quellenvermerk for source in used if source)),
    }
    return {name: neutral(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}


def notes(analysis: Analysis, *, indikatoren: Iterable[str] | None = None, weitergabe: str | None = None) -> list[str]:
    """What belongs to the values: mark of a draft, audience, meaning of gaps, method, sources with licences.

    ``weitergabe`` is the audience; that of the data unless another is given.
    """
    keys = _indicators(analysis, indikatoren)
    circle = weitergabe or analysis.data.environment.get(ENVIRONMENT, "")
    audience = [audience_words(circle)] if circle else []
    between = (
        "„von“ und „bis“ sind die Spanne der Schätzung; leer, wo sie nicht bekannt ist. "
        "„Anzahl“ ist die Zahl hinter dem Wert, zum Beispiel der Zähler eines Anteils."
    )
    gaps = f"„{MISSING}“ heißt: Es gibt keinen Wert, oder er ist gesperrt; der Hinweis sagt, warum. Es heißt nie null."
    methods = [
        f"{entry.titel}: {' '.join(words for words in (entry.definition, entry.methode, entry.grenzen) if words)}"
        for entry in (analysis.katalog[key] for key in keys)
    ]
    sources = [sentence.text for sentence in text.citations(analysis, *keys)]
    lines = [f"{DRAFT}.", *audience, between, gaps, *methods, *sources, *(line.text for line in text.licence_notice())]
    return [neutral(line) for line in lines]


def write_csv(
    analysis: Analysis,
    target: Path,
    *,
    indikatoren: Sequence[str] | None = None,
    gebiete: Sequence[str] | None = None,
    weitergabe: str | None = None,
) -> None:
    """A table for German spreadsheets: semicolons, decimal commas, UTF-8 with BOM; notes below the table.

    For programs there is ``sozialraum indicators --format csv``.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(analysis, indikatoren=indikatoren, gebiete=gebiete):
        writer.writerow([_german(row[name], empty=_empty(name)) for name in COLUMNS])
    writer.writerow([])
    writer.writerows([line] for line in notes(analysis, indikatoren=indikatoren, weitergabe=weitergabe))
    write_bytes(target, stream.getvalue().encode("utf-8-sig"))


def _empty(column: str) -> str:
    """What stands for a missing number: a missing value is said, an unknown interval or count is an empty cell."""
    return MISSING if column == "Wert" else ""


def _german(cell: str | float | None, *, empty: str = MISSING) -> str:
    if cell is None:
        return empty
    return cell if isinstance(cell, str) else f"{cell:.10g}".replace(".", ",")


def write_xlsx(
    analysis: Analysis,
    target: Path,
    *,
    indikatoren: Sequence[str] | None = None,
    gebiete: Sequence[str] | None = None,
    weitergabe: str | None = None,
) -> None:
    """A workbook: the sheet "Werte" with real numbers and a fixed head, the sheet "Hinweise" with notes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(VALUES)
    _fill(
        sheet,
        [
            COLUMNS,
            *(
                [_empty(name) if row[name] is None else row[name] for name in COLUMNS]
                for row in rows(analysis, indikatoren=indikatoren, gebiete=gebiete)
            ),
        ],
    )
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(1, column).font = Font(bold=True)
    below = book.create_sheet(NOTES)
    _fill(below, [[line] for line in notes(analysis, indikatoren=indikatoren, weitergabe=weitergabe)])
    below.column_dimensions["A"].width = _NOTES_WIDTH
    for cell in below["A"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    stream = io.BytesIO()
    book.save(stream)
    write_bytes(target, stream.getvalue())


def _fill(sheet: Worksheet, lines: Iterable[Sequence[Any]]) -> None:
    """Write cells; text stays text whatever it begins with."""
    for row, line in enumerate(lines, start=1):
        for column, content in enumerate(line, start=1):
            cell = sheet.cell(row, column)
            if isinstance(content, float):
                cell.value = content
                cell.number_format = "#,##0" if content.is_integer() else "#,##0.0###"
            else:
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", MISSING if content is None else str(content))
                cell.data_type = "s"


def write_geopackage(
    analysis: Analysis,
    target: Path,
    *,
    indikatoren: Sequence[str] | None = None,
    gebiete: Sequence[str] | None = None,
    weitergabe: str | None = None,
) -> None:
    """A layer of areas with fields for value, interval, count, date and note of each indicator; a table of notes.

    EPSG:25832.
    """
    keys = _indicators(analysis, indikatoren)
    areas = list(gebiete) if gebiete is not None else analysis.stadtteile
    cells = {key: rows(analysis, indikatoren=[key], gebiete=areas) for key in keys}
    fields: dict[str, list[Any]] = {
        "nummer": [neutral(area) for area in areas],
        "name": [neutral(analysis.data.register.by_id(area).label) for area in areas],
    }
    for key, found in cells.items():
        by_area = {str(row["Nummer"]): row for row in found}
        fields[key] = [by_area.get(area, {}).get("Wert") for area in areas]
        for name in ("von", "bis", "Anzahl"):
            fields[f"{key}_{name.lower()}"] = [by_area.get(area, {}).get(name) for area in areas]
        fields[f"{key}_stand"] = [by_area.get(area, {}).get("Stand") for area in areas]
        fields[f"{key}_hinweis"] = [by_area.get(area, {}).get("Hinweis") for area in areas]
    shapes = [analysis.data.gebiete.geometry[area] for area in areas]
    layer = gpd.GeoDataFrame(fields, geometry=shapes, crs=analysis.data.gebiete.crs)
    words = pd.DataFrame({"hinweis": notes(analysis, indikatoren=indikatoren, weitergabe=weitergabe)})
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.tmp.gpkg")
    try:
        pyogrio.write_dataframe(layer, temporary, layer=AREAS_LAYER, driver="GPKG")
        pyogrio.write_dataframe(words, temporary, layer=NOTES_LAYER, driver="GPKG", append=True)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
