"""OpenDocument spreadsheets (.ods, .fods): the same as a person sees in LibreOffice."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from sozialraum.errors import TableError
from sozialraum.intake.grid import PROTECTED, Cell, Draft, Value, clean
from sozialraum.intake.workbook import attributes, count_values, day_of, local, number_of, parts_of

_VALUES: Final = re.compile(rb"office:value-type=")
_NUMBERS: Final = ("float", "percentage", "currency")
_ERRORS: Final = ("#DIV", "#WERT", "#VALUE", "#REF", "#BEZUG", "#NAME", "#N", "#ZAHL", "Err:")
_CELLS: Final = ("table-cell", "covered-table-cell")
_INNER: Final = frozenset((*_CELLS, "p", "span", "s", "annotation"))
_HIDDEN: Final = ("collapse", "filter")


def read_opendocument(file: str, content: bytes) -> list[Draft]:
    """Every sheet, also those that a person does not see.

    Raises
    ------
    TableError
        If the file is protected or too large.
    """
    if not content.startswith(b"PK"):
        return list(_tables(file, io.BytesIO(content)))
    with ZipFile(io.BytesIO(content)) as archive:
        parts = parts_of(archive)
        if b"encryption-data" in archive.read(parts.get("meta-inf/manifest.xml", "mimetype")):
            raise TableError(f"{file}: {PROTECTED}")
        count_values(file, archive, parts["content.xml"], _VALUES)
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
        name = local(element.tag)
        if name in _INNER:
            continue
        if name == "table" and event == "start":
            open_tables += 1
            if open_tables == 1:
                found = attributes(element)
                table = _Table(file, found.get("name", ""), found.get("style-name") not in styles.invisible)
        elif name == "table" and event == "end":
            open_tables -= 1
            if open_tables == 0:
                element.clear()
                yield table
        elif event == "end" and open_tables == 1 and name == "table-column":
            _column(table, attributes(element))
        elif event == "end" and open_tables == 1 and name == "table-row":
            _row(table, element, styles)
            element.clear()
        elif event == "end" and name == "style":
            _style(styles, element)


def _style(styles: _Styles, element: Element) -> None:
    name = attributes(element).get("name", "")
    for child in element:
        found = attributes(child)
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


def _row(table: _Table, element: Element, styles: _Styles) -> None:
    """Take over the cells of a row, as often as it is repeated; what is repeated and empty costs nothing."""
    found = attributes(element)
    first, table.row = table.row + 1, table.row + int(found.get("number-rows-repeated", 1))
    column, any_value = 0, False
    for child in element:
        if local(child.tag) not in _CELLS:
            continue
        cell_of = attributes(child)
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
    lines = [child for child in element if local(child.tag) == "p"]
    text = "\n".join(["".join(_runs(line, styles)) if len(line) else line.text or "" for line in lines])
    if kind in _NUMBERS and not text.startswith(_ERRORS):  # beside an error stands a nought that nobody computed
        return number_of(found["value"])
    if kind == "boolean":
        return found.get("boolean-value") == "true"
    if kind == "date":
        return day_of(found.get("date-value", ""))
    return text or found.get("string-value", "")


def _runs(element: Element, styles: _Styles) -> Iterator[str]:
    """Text of a paragraph with its blanks, without comments and superscript runs, which are footnote marks."""
    yield element.text or ""
    for child in element:
        name, found = local(child.tag), attributes(child)
        if name == "s":
            yield " " * int(found.get("c", 1))
        elif name in ("tab", "line-break"):
            yield " "
        elif name not in ("annotation", "note") and found.get("style-name") not in styles.superscript:
            yield from _runs(child, styles)
        yield child.tail or ""
