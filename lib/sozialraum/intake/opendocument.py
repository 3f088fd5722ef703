"""OpenDocument spreadsheets (.ods, .fods): the same as a person sees in LibreOffice."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from sozialraum.errors import TableError
from sozialraum.intake.grid import Cell, Draft, Sheet, Value, clean
from sozialraum.intake.workbook import ALL_HIDDEN, DAMAGED, attributes, count_values, day_of, local, number_of, parts_of

PROTECTED: Final = (
    "Die Datei ist mit einem Kennwort geschützt und kann nicht eingelesen werden. Bitte den Schutz aufheben und neu "
    "speichern."
)
_VALUES: Final = re.compile(rb"office:value-type=")
_NUMBERS: Final = ("float", "percentage", "currency")
_ERRORS: Final = ("#DIV", "#WERT", "#VALUE", "#REF", "#BEZUG", "#NAME", "#N", "#ZAHL", "Err:")
_CELLS: Final = ("table-cell", "covered-table-cell")
_INNER: Final = frozenset((*_CELLS, "p", "span", "s", "annotation"))
_HIDDEN: Final = ("collapse", "filter")


def read_opendocument(path: Path, content: bytes, *, hidden: bool = False) -> list[Sheet]:
    """Every visible sheet; hidden rows, columns and sheets are left out and named, unless wanted.

    Raises
    ------
    TableError
        If the file is damaged, protected, too large, or hides all of its sheets.
    """
    try:
        if not content.startswith(b"PK"):
            return _sheets(path.name, io.BytesIO(content), hidden=hidden)
        with ZipFile(path) as archive:
            parts = parts_of(archive)
            if b"encryption-data" in archive.read(parts.get("meta-inf/manifest.xml", "mimetype")):
                raise TableError(f"{path.name}: {PROTECTED}")
            count_values(path.name, archive, parts["content.xml"], _VALUES)
            with archive.open(parts["content.xml"]) as stream:
                return _sheets(path.name, stream, hidden=hidden)
    except DAMAGED as error:
        raise TableError(
            f"{path.name}: Die OpenDocument-Datei ist beschädigt. Bitte in LibreOffice öffnen, neu als .ods oder .xlsx "
            "speichern und noch einmal versuchen."
        ) from error


@dataclass
class _Table:
    draft: Draft
    visible: bool
    row: int = 0
    column: int = 0


@dataclass
class _Styles:
    superscript: set[str] = field(default_factory=set)
    invisible: set[str] = field(default_factory=set)


def _sheets(file: str, stream: object, *, hidden: bool) -> list[Sheet]:
    found = list(_tables(file, stream))
    wanted = [table for table in found if table.visible or hidden]
    if found and not wanted:
        raise TableError(f"{file}: {ALL_HIDDEN}")
    for table in wanted:
        table.draft.remarks += [
            f"ausgeblendetes Blatt „{other.draft.name}“ nicht gelesen" for other in found if other not in wanted
        ]
    return [table.draft.sheet(hidden=hidden) for table in wanted]


def _tables(file: str, stream: object) -> Iterator[_Table]:
    """Tables as they are met; a table within a cell or a drawing is none of them."""
    styles, open_tables, table = _Styles(), 0, _Table(Draft(file, ""), visible=True)
    for event, element in iterparse(stream, events=("start", "end")):  # type: ignore[call-overload]
        name = local(element.tag)
        if name in _INNER:
            continue
        if name == "table" and event == "start":
            open_tables += 1
            if open_tables == 1:
                found = attributes(element)
                visible = found.get("style-name") not in styles.invisible
                table = _Table(Draft(file, found.get("name", "")), visible)
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
        table.draft.hidden_columns.append((first, table.column))


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
                table.draft.uncomputed.add((first, left))
            continue
        any_value = True
        if "number-rows-spanned" in cell_of or "number-columns-spanned" in cell_of:
            down, across = int(cell_of.get("number-rows-spanned", 1)), int(cell_of.get("number-columns-spanned", 1))
            table.draft.merged.append((first, left, first + down - 1, left + across - 1))
        for row in range(first, table.row + 1):
            for place in range(left, column + 1):
                table.draft.put(row, place, cell)
    if any_value and found.get("visibility") in _HIDDEN:
        table.draft.hidden_rows.update(range(first, table.row + 1))


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
