"""Spreadsheets (.xlsx, .xlsm, .ods, .fods, .xls): the stored cells of each sheet as a person sees them.

The parts of a package are read one after the other, the cells of a sheet only where the file stores some. openpyxl
knows the number formats and dates of Excel; its own workbook would stop at any fault of a style or a name, keep a
hundred objects for each cell of a long table, and cannot tell an empty result of a formula from one that was never
computed. Old workbooks are read by xlrd, which knows formats, hidden rows and merged cells.
"""

import io
import posixpath
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from math import isfinite
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile, ZipFile

import xlrd
import xlrd.compdoc
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from sozialraum.errors import TableError
from sozialraum.supply.intake.grid import LIMITS, MAX_CELLS, PROTECTED, Cell, Draft, Value, clean

DAMAGED: Final = (
    BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError,
    EOFError, NotImplementedError, RuntimeError, OSError,
)  # fmt: skip
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_VALUES: Final = re.compile(rb"</(?:\w+:)?(?:v|is)>")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CHUNK: Final = 1 << 20
_REMEMBERED: Final = 100_000
_INNER: Final = frozenset(("c", "v", "f", "is", "t", "r"))
_TRUE: Final = ("1", "true")


def read_workbook(file: str, content: bytes, *, hidden: bool = False) -> list[Draft]:
    """Every sheet; those that a person does not see are empty, unless wanted."""
    with ZipFile(io.BytesIO(content)) as archive:
        return _Workbook(file, archive).read(hidden=hidden)


def parts_of(archive: ZipFile) -> dict[str, str]:
    """Names of the parts as they are stored, by their names as the package means them."""
    return {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}


def _count_values(file: str, archive: ZipFile, part: str, value: re.Pattern[bytes], most: int = MAX_CELLS) -> int:
    """How many values a part holds, without taking it apart; an error as soon as there are too many."""
    count, rest = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            data = rest + chunk
            end = data.rfind(b"<") if len(data) > len(rest) else -1
            count += len(value.findall(data, 0, max(end, 0)))
            rest = data[max(end, 0) :][-_CHUNK:]
            if count > most:
                raise TableError(f"{file}: Die Tabelle ist zu groß. {LIMITS}")
    return count + len(value.findall(rest))


@lru_cache(maxsize=1000)
def _local(name: str) -> str:
    """Name of an element or attribute without its namespace: Strict Open XML has others."""
    return name.rpartition("}")[2]


def _attributes(element: Element) -> dict[str, str]:
    return {_local(name): value for name, value in element.attrib.items()}


class _Workbook:
    """A package with what the cells of all its sheets refer to."""

    def __init__(self, file: str, archive: ZipFile) -> None:
        self.file, self.archive, self.parts = file, archive, parts_of(archive)
        self.strings: list[str] = []
        self.percent: set[str] = set()
        self.dates: dict[str, bool] = {}
        self.epoch, self.stale = WINDOWS_EPOCH, False
        self.known: dict[tuple[str, str, str], Cell | None] = {}

    def read(self, *, hidden: bool) -> list[Draft]:
        """All sheets that the workbook lists."""
        main = next(iter(self._targets("", "officeDocument").values()), "xl/workbook.xml")
        sheets, drafts = self._targets(main, "worksheet"), dict[str, Draft]()
        for name, element in self._elements(main):
            found = _attributes(element)
            if name == "sheet" and found["id"] in sheets:
                visible = found.get("state", "visible") == "visible"
                drafts[sheets[found["id"]]] = Draft(self.file, found["name"], visible)
            elif name == "workbookPr" and found.get("date1904") in _TRUE:
                self.epoch = MAC_EPOCH
            elif name == "calcPr":
                self.stale = found.get("fullCalcOnLoad") in _TRUE
        wanted = {part: draft for part, draft in drafts.items() if draft.visible or hidden}
        left = MAX_CELLS
        for part in wanted:
            left -= _count_values(self.file, self.archive, self.parts[part], _VALUES, left)
        for part in self._targets(main, "sharedStrings").values():
            self.strings = [_text(element) for name, element in self._elements(part) if name == "si"]
        remarks = self._formats(list(self._targets(main, "styles").values()))
        for part, draft in wanted.items():
            draft.remarks += remarks
            self._fill(draft, part)
        return list(drafts.values())

    def _targets(self, source: str, kind: str) -> dict[str, str]:
        """Parts of a kind that a part refers to, by the id of the relation."""
        folder, name = posixpath.split(source)
        relations, found = f"{folder}/_rels/{name}.rels".lstrip("/"), {}
        for _, element in self._elements(relations) if relations in self.parts else ():
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/").lower()
            if element.get("Type", "").endswith(f"/{kind}") and target in self.parts:
                found[element.get("Id", "")] = target
        return found

    def _elements(self, part: str) -> Iterator[tuple[str, Element]]:
        """Elements of a part with their names, each when it is complete; not those within a cell or a string."""
        with self.archive.open(self.parts[part]) as stream:
            for _, element in iterparse(stream):
                name = _local(element.tag)
                if name not in _INNER:
                    yield name, element
                    if name in ("si", "row"):
                        element.clear()

    def _formats(self, styles: list[str]) -> list[str]:
        """Take over which formats show percentages and dates; a remark if the formats cannot be read."""
        codes, numbers = dict[str, str](), list[str]()
        try:
            for name, element in (item for part in styles for item in self._elements(part)):
                if name == "numFmt":
                    codes[element.attrib["numFmtId"]] = element.attrib["formatCode"]
                elif name == "cellXfs":
                    numbers = [child.get("numFmtId", "0") for child in element]
        except DAMAGED:
            numbers = []
        for style, number in enumerate(numbers):
            code = codes.get(number) or BUILTIN_FORMATS.get(int(number) if number.isdigit() else 0, "General")
            if _is_percent(code):
                self.percent.add(str(style))
            elif code.lower() != "standard" and is_date_format(code):
                self.dates[str(style)] = bool(is_timedelta_format(code))
        return (
            [] if numbers else ["Zahlenformate fehlen oder sind beschädigt: Prozent und Datum sind nicht zu erkennen"]
        )

    def _fill(self, draft: Draft, part: str) -> None:
        row = 0
        for name, element in self._elements(part):
            if name == "row":
                row = int(float(element.get("r", row + 1)))
                draft.hidden_rows |= {row} if element.get("hidden") in _TRUE else set()
                self._row(draft, element, row)
            elif name == "col" and element.get("hidden") in _TRUE:
                draft.hidden_columns.append((int(element.attrib["min"]), int(element.attrib["max"])))
            elif name == "mergeCell":
                left, top, right, bottom = range_boundaries(element.attrib["ref"])
                draft.merged.append((top or 1, left or 1, bottom or top or 1, right or left or 1))

    def _row(self, draft: Draft, cells: Element, row: int) -> None:
        column = 0
        for element in cells:
            place = element.get("r")
            column = column_index_from_string(place.rstrip("0123456789")) if place else column + 1
            if len(element) == 0:
                continue
            kind, text, formula = element.get("t", "n"), "", False
            for child in element:
                name = _local(child.tag)
                if name == "v":
                    text = child.text or ""
                elif name == "f":
                    formula = True
                elif name == "is":
                    text = _text(child)
            if formula and kind == "n" and (not text or (self.stale and text == "0")):
                draft.uncomputed.add((row, column))
            elif text and (cell := self._cell(kind, text, element.get("s", ""))):
                draft.put(row, column, cell)

    def _cell(self, kind: str, text: str, style: str) -> Cell | None:
        """A cell from its type, stored text and format; None if it is empty."""
        key = (kind, text, style)
        if key in self.known:
            return self.known[key]
        value = clean(self._value(kind, text, style))
        found = None if value is None else Cell(value, percent=style in self.percent and kind == "n")
        if len(self.known) < _REMEMBERED:
            self.known[key] = found
        return found

    def _value(self, kind: str, text: str, style: str) -> Value:
        if kind == "s":
            return self.strings[int(text)]
        if kind == "b":
            return text.strip() in _TRUE
        if kind == "d":
            return _day_of(text)
        if kind != "n":
            return _unescaped(text)
        try:
            number = _number_of(text)
        except ValueError:
            return text
        if style not in self.dates:
            return number
        try:
            day = from_excel(number, self.epoch, timedelta=self.dates[style])
        except (OverflowError, ValueError):
            return "#WERT!"
        return day if isinstance(day, date) else str(day)


def _number_of(text: str) -> int | float:
    """A stored number, without the noise that sums leave behind its twelfth digit; an error if it is not finite."""
    try:
        return int(text)
    except ValueError:
        number = float(f"{float(text):.12g}")
        if not isfinite(number):
            raise
        return number


def _day_of(text: str) -> Value:
    """A day or time in the form of ISO 8601; the text itself if it is none."""
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _text(element: Element) -> str:
    """Text of a string or an inline string, without reading aids and superscript runs, which are footnote marks."""
    found = []
    for child in element:
        name, parts = _local(child.tag), [(_local(part.tag), part) for part in child.iter()]
        if name == "t":
            found.append(child.text or "")
        elif name == "r" and not any(tag == "vertAlign" and one.get("val") == "superscript" for tag, one in parts):
            found += [part.text or "" for tag, part in parts if tag == "t"]
    return _unescaped("".join(found))


def _is_percent(number_format: str) -> bool:
    """Whether a number format shows 0.123 as 12,3 %."""
    return "%" in _QUOTED.sub("", number_format)


_ODS_VALUES: Final = re.compile(rb"office:value-type=")
_NUMBERS: Final = ("float", "percentage", "currency")
_ERRORS: Final = ("#DIV", "#WERT", "#VALUE", "#REF", "#BEZUG", "#NAME", "#N", "#ZAHL", "Err:")
_CELLS: Final = ("table-cell", "covered-table-cell")
_ODS_INNER: Final = frozenset((*_CELLS, "p", "span", "s", "annotation"))
_HIDDEN: Final = ("collapse", "filter")


def read_opendocument(file: str, content: bytes) -> list[Draft]:
    """Every sheet, also those that a person does not see."""
    if not content.startswith(b"PK"):
        return list(_tables(file, io.BytesIO(content)))
    with ZipFile(io.BytesIO(content)) as archive:
        parts = parts_of(archive)
        if b"encryption-data" in archive.read(parts.get("meta-inf/manifest.xml", "mimetype")):
            raise TableError(f"{file}: {PROTECTED}")
        _count_values(file, archive, parts["content.xml"], _ODS_VALUES)
        with archive.open(parts["content.xml"]) as stream:
            return list(_tables(file, stream))


@dataclass
class _Table(Draft):
    """A sheet with the row and column that have been reached."""

    row: int = 0
    column: int = 0


@dataclass
class _Styles:
    superscript: set[str] = field(default_factory=set)
    invisible: set[str] = field(default_factory=set)


def _tables(file: str, stream: object) -> Iterator[_Table]:
    """Tables as they are met; a table within a cell or a drawing is none of them."""
    styles, open_tables, table = _Styles(), 0, _Table(file, "")
    for event, element in iterparse(stream, events=("start", "end")):  # type: ignore[call-overload]
        name = _local(element.tag)
        if name in _ODS_INNER:
            continue
        if name == "table" and event == "start":
            open_tables += 1
            if open_tables == 1:
                found = _attributes(element)
                table = _Table(file, found.get("name", ""), found.get("style-name") not in styles.invisible)
        elif name == "table" and event == "end":
            open_tables -= 1
            if open_tables == 0:
                element.clear()
                yield table
        elif event == "end" and open_tables == 1 and name == "table-column":
            _column(table, _attributes(element))
        elif event == "end" and open_tables == 1 and name == "table-row":
            _ods_row(table, element, styles)
            element.clear()
        elif event == "end" and name == "style":
            _style(styles, element)


def _style(styles: _Styles, element: Element) -> None:
    name = _attributes(element).get("name", "")
    for child in element:
        found = _attributes(child)
        position = found.get("text-position", "").split(" ")[0]
        if position == "super" or re.fullmatch(r"[1-9]\d*%", position):
            styles.superscript.add(name)
        if found.get("display") == "false":
            styles.invisible.add(name)


def _column(table: _Table, found: dict[str, str]) -> None:
    first, count = table.column + 1, int(found.get("number-columns-repeated", 1))
    table.column += count
    if found.get("visibility") in _HIDDEN:
        table.hidden_columns.append((first, table.column))


def _ods_row(table: _Table, element: Element, styles: _Styles) -> None:
    """Take over the cells of a row, as often as it is repeated; what is repeated and empty costs nothing."""
    found = _attributes(element)
    first, table.row = table.row + 1, table.row + int(found.get("number-rows-repeated", 1))
    column, any_value = 0, False
    for child in element:
        if _local(child.tag) not in _CELLS:
            continue
        cell_of = _attributes(child)
        left, column = column + 1, column + int(cell_of.get("number-columns-repeated", 1))
        cell = _cell(child, cell_of, styles)
        if cell is None:
            if "formula" in cell_of and "value-type" not in cell_of:
                table.uncomputed.add((first, left))
            continue
        any_value = True
        if "number-rows-spanned" in cell_of or "number-columns-spanned" in cell_of:
            down, across = int(cell_of.get("number-rows-spanned", 1)), int(cell_of.get("number-columns-spanned", 1))
            table.merged.append((first, left, first + down - 1, left + across - 1))
        for row in range(first, table.row + 1):
            for place in range(left, column + 1):
                table.put(row, place, cell)
    if any_value and found.get("visibility") in _HIDDEN:
        table.hidden_rows.update(range(first, table.row + 1))


def _cell(element: Element, found: dict[str, str], styles: _Styles) -> Cell | None:
    kind = found.get("value-type", "")
    if kind == "" and not len(element):
        return None
    value = clean(_value(kind, element, found, styles))
    return None if value is None else Cell(value, percent=kind == "percentage")


def _value(kind: str, element: Element, found: dict[str, str], styles: _Styles) -> Value:
    lines = [child for child in element if _local(child.tag) == "p"]
    text = "\n".join(["".join(_runs(line, styles)) if len(line) else line.text or "" for line in lines])
    if kind in _NUMBERS and not text.startswith(_ERRORS):  # beside an error stands a nought that nobody computed
        return _number_of(found["value"])
    if kind == "boolean":
        return found.get("boolean-value") == "true"
    if kind == "date":
        return _day_of(found.get("date-value", ""))
    return text or found.get("string-value", "")


def _runs(element: Element, styles: _Styles) -> Iterator[str]:
    """Text of a paragraph with its blanks, without comments and superscript runs, which are footnote marks."""
    yield element.text or ""
    for child in element:
        name, found = _local(child.tag), _attributes(child)
        if name == "s":
            yield " " * int(found.get("c", 1))
        elif name in ("tab", "line-break"):
            yield " "
        elif name not in ("annotation", "note") and found.get("style-name") not in styles.superscript:
            yield from _runs(child, styles)
        yield child.tail or ""


MAX_XLS_BYTES: Final = 60_000_000
_SUPERSCRIPT: Final = 1


def read_old_excel(file: str, content: bytes, *, hidden: bool = False) -> list[Draft]:
    """Every sheet; those that a person does not see are empty, unless wanted."""
    if len(content) > MAX_XLS_BYTES:
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
            _fill_old(draft, book, sheet)
    return drafts


def _fill_old(draft: Draft, book: Any, sheet: Any) -> None:
    draft.hidden_rows = {row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden}
    draft.hidden_columns = [(column + 1, column + 1) for column, info in sheet.colinfo_map.items() if info.hidden]
    draft.merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            value = clean(_value_old(book, cell, sheet.rich_text_runlist_map.get((row, column), ())))
            if value is not None:
                shown_as = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
                percent = cell.ctype == xlrd.XL_CELL_NUMBER and _is_percent(shown_as)
                draft.put(row + 1, column + 1, Cell(value, percent=percent))


def _value_old(book: Any, cell: Any, runs: Any) -> Value:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return _without_superscript(book, cell.value, runs)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return _number_of(repr(cell.value).removesuffix(".0"))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _day_old(book, cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#WERT!"))
    return None


def _day_old(book: Any, number: float) -> Value:
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
