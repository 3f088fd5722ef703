"""Excel workbooks: what a person sees on each sheet."""

import re
import warnings
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from sozialraum.errors import TableError
from sozialraum.intake.grid import Cell, Place, Sheet, clean, listed

MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 2_000
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def read_workbook(path: Path, *, hidden: bool = False) -> list[Sheet]:
    """Every visible sheet; hidden rows and columns are left out and named, unless wanted.

    Raises
    ------
    TableError
        If the workbook is damaged, a sheet is absurdly large, or a formula has no stored result.
    """
    values, formulas = _open(path, data_only=True), _open(path, data_only=False)
    problems: list[str] = []
    sheets = []
    for name in values.sheetnames:
        shown = values[name]
        if not isinstance(shown, Worksheet) or (shown.sheet_state != "visible" and not hidden):
            continue
        if shown.max_row > MAX_ROWS or shown.max_column > MAX_COLUMNS:
            shown, formulas_sheet = _cut(path, name, shown), formulas[name]
        else:
            formulas_sheet = formulas[name]
        sheet, found = _sheet(path.name, shown, formulas_sheet, hidden=hidden)
        sheets.append(sheet)
        problems += found
    if problems:
        raise TableError(problems)
    return sheets


def _open(path: Path, *, data_only: bool) -> Any:
    try:
        with warnings.catch_warnings(record=True):
            return load_workbook(path, data_only=data_only, rich_text=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, OSError) as error:
        raise TableError(
            f"{path.name}: Die Excel-Datei ist beschädigt. Bitte öffnen, neu als .xlsx speichern und noch einmal "
            "versuchen."
        ) from error


def _cut(path: Path, name: str, sheet: Worksheet) -> Worksheet:
    """The sheet, if only formats make it large; openpyxl keeps a cell object for each of them."""
    filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    if any((cell.row or 0) > MAX_ROWS or (cell.column or 0) > MAX_COLUMNS for cell in filled):
        raise TableError(
            f"{path.name}, Blatt „{name}“: Das Blatt ist ungewöhnlich groß. Bitte nur die Tabelle der Stadtteile in "
            "eine neue Datei kopieren."
        )
    return sheet


def _sheet(file: str, shown: Worksheet, formulas: Worksheet, *, hidden: bool) -> tuple[Sheet, list[str]]:
    rows, columns = (set(), set()) if hidden else (_hidden_rows(shown), _hidden_columns(shown))
    cells: dict[Place, Cell] = {}
    unsolved: list[Place] = []
    for line in shown.iter_rows():
        for cell in line:
            if cell.row is None or cell.column is None or cell.row in rows or cell.column in columns:
                continue
            value = clean(_plain(cell.value))
            if value is not None:
                cells[cell.row, cell.column] = Cell(value, percent=_is_percent(cell.number_format))
            elif formulas.cell(cell.row, cell.column).data_type == "f":
                unsolved.append((cell.row, cell.column))
    _fill_merged(shown, cells, rows, columns)
    left = [f"ausgeblendete Zeilen {listed(rows)} nicht gelesen"] if rows else []
    left += [f"ausgeblendete Spalten {listed(columns, letters=True)} nicht gelesen"] if columns else []
    sheet = Sheet(file, shown.title, cells, tuple(left))
    return sheet, [
        f"{sheet.where(*place)}: Die Formel hat kein gespeichertes Ergebnis. Bitte die Datei in Excel öffnen, neu "
        "berechnen (F9) und speichern, oder nur die Werte einfügen."
        for place in unsolved
    ]


def _plain(value: Any) -> Any:
    """Text without the superscript runs, which are footnote marks."""
    if not isinstance(value, CellRichText):
        return value
    runs = [run for run in value if not (isinstance(run, TextBlock) and run.font.vertAlign == "superscript")]
    return "".join(run.text if isinstance(run, TextBlock) else str(run) for run in runs)


def _is_percent(number_format: str | None) -> bool:
    return "%" in _QUOTED.sub("", number_format or "")


def _hidden_rows(sheet: Worksheet) -> set[int]:
    return {row for row, size in sheet.row_dimensions.items() if size.hidden and row <= sheet.max_row}


def _hidden_columns(sheet: Worksheet) -> set[int]:
    return {
        column
        for size in sheet.column_dimensions.values()
        if size.hidden and size.min is not None
        for column in range(size.min, min(size.max or size.min, sheet.max_column) + 1)
    }


def _fill_merged(sheet: Worksheet, cells: dict[Place, Cell], rows: set[int], columns: set[int]) -> None:
    """Repeat the value of a merged range in all its visible cells."""
    for area in sheet.merged_cells.ranges:
        value = clean(_plain(sheet.cell(area.min_row, area.min_col).value))
        if value is None:
            continue
        percent = _is_percent(sheet.cell(area.min_row, area.min_col).number_format)
        places = [
            (row, column)
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
            if row not in rows and column not in columns
        ]
        for number, place in enumerate(places):
            cells[place] = Cell(value, percent=percent, anchor=number == 0)
