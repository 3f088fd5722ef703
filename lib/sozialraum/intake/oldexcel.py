"""Workbooks of Excel 97 to 2003 and before (.xls), by xlrd: it knows formats, hidden rows and merged cells."""

import io
import struct
from itertools import pairwise
from typing import Any, Final

import xlrd
import xlrd.compdoc

from sozialraum.errors import TableError
from sozialraum.intake.grid import LIMITS, PROTECTED, Cell, Draft, Value, clean
from sozialraum.intake.workbook import is_percent, number_of

MAX_BYTES: Final = 60_000_000
_SUPERSCRIPT: Final = 1


def read_old_excel(file: str, content: bytes, *, hidden: bool = False) -> list[Draft]:
    """Every sheet; those that a person does not see are empty, unless wanted.

    Raises
    ------
    TableError
        If the workbook is protected, damaged or too large.
    """
    if len(content) > MAX_BYTES:
        raise TableError(f"{file}: Die Tabelle ist zu groß. {LIMITS}")
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except (xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, AssertionError) as error:
        if "encrypted" in str(error):
            raise TableError(f"{file}: {PROTECTED}") from error
        raise ValueError from error
    drafts = [Draft(file, sheet.name, visible=not sheet.visibility) for sheet in book.sheets()]
    for draft, sheet in zip(drafts, book.sheets(), strict=True):
        if draft.visible or hidden:
            _fill(draft, book, sheet)
    return drafts


def _fill(draft: Draft, book: Any, sheet: Any) -> None:
    draft.hidden_rows = {row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden}
    draft.hidden_columns = [(column + 1, column + 1) for column, info in sheet.colinfo_map.items() if info.hidden]
    draft.merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            value = clean(_value(book, cell, sheet.rich_text_runlist_map.get((row, column), ())))
            if value is not None:
                shown_as = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
                percent = cell.ctype == xlrd.XL_CELL_NUMBER and is_percent(shown_as)
                draft.put(row + 1, column + 1, Cell(value, percent=percent))


def _value(book: Any, cell: Any, runs: Any) -> Value:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return _without_superscript(book, cell.value, runs)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return number_of(repr(cell.value).removesuffix(".0"))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _day(book, cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#WERT!"))
    return None


def _day(book: Any, number: float) -> Value:
    try:
        found = xlrd.xldate_as_datetime(number, book.datemode)
    except (xlrd.XLDateError, ValueError, OverflowError):
        return "#WERT!"
    return found if number >= 1 else str(found.time())


def _without_superscript(book: Any, text: str, runs: Any) -> str:
    """Text without the runs that stand high, which are footnote marks."""
    kept, starts = "", [*runs, (len(text), 0)]
    for (start, font), (end, _) in pairwise(starts):
        kept += "" if book.font_list[font].escapement == _SUPERSCRIPT else text[start:end]
    return text[: starts[0][0]] + kept if runs else text
