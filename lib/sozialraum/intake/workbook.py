"""Excel workbooks (.xlsx, .xlsm): the stored cells of each sheet as a person sees them.

The parts of the package are read one after the other, the cells of a sheet only where the file stores some. openpyxl
knows the number formats and dates; its own workbook would stop at any fault of a style or a name, keep a hundred
objects for each cell of a long table, and cannot tell an empty result of a formula from one that was never computed.
"""

import io
import posixpath
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from typing import Final
from xml.etree.ElementTree import Element, ParseError, iterparse
from zipfile import BadZipFile, ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from sozialraum.errors import TableError
from sozialraum.intake.grid import LIMITS, MAX_CELLS, Cell, Draft, Value, clean

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
    """Every sheet; those that a person does not see are empty, unless wanted.

    Raises
    ------
    TableError
        If the workbook is too large.
    """
    with ZipFile(io.BytesIO(content)) as archive:
        parts, book = parts_of(archive), _Book()
        main = next(iter(_targets(archive, parts, "", "officeDocument").values()), "xl/workbook.xml")
        listed = _listed(file, archive, parts[main], book)
        sheets = _targets(archive, parts, main, "worksheet")
        drafts = {sheets[key]: draft for key, draft in listed.items() if key in sheets}
        wanted = {parts[part]: draft for part, draft in drafts.items() if draft.visible or hidden}
        left = MAX_CELLS
        for part in wanted:
            left -= count_values(file, archive, part, _VALUES, left)
        for part in _targets(archive, parts, main, "sharedStrings").values():
            book.strings = [_text(element) for name, element in _elements(archive, parts[part]) if name == "si"]
        remarks = _formats(archive, parts, _targets(archive, parts, main, "styles"), book)
        for part, draft in wanted.items():
            draft.remarks += remarks
            _fill(draft, archive, part, book)
    return list(drafts.values())


def parts_of(archive: ZipFile) -> dict[str, str]:
    """Names of the parts as they are stored, by their names as the package means them."""
    return {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}


def count_values(file: str, archive: ZipFile, part: str, value: re.Pattern[bytes], most: int = MAX_CELLS) -> int:
    """How many values a part holds, without taking it apart.

    Raises
    ------
    TableError
        As soon as there are more than ``most``.
    """
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
def local(name: str) -> str:
    """Name of an element or attribute without its namespace: Strict Open XML has others."""
    return name.rpartition("}")[2]


def attributes(element: Element) -> dict[str, str]:
    """Attributes of an element without their namespaces."""
    return {local(name): value for name, value in element.attrib.items()}


@dataclass
class _Book:
    """What the cells of all sheets refer to."""

    strings: list[str] = field(default_factory=list)
    percent: set[str] = field(default_factory=set)
    dates: dict[str, bool] = field(default_factory=dict)
    epoch: datetime = WINDOWS_EPOCH
    stale: bool = False
    known: dict[tuple[str, str, str], Cell | None] = field(default_factory=dict)

    def cell(self, kind: str, text: str, style: str) -> Cell | None:
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
            return day_of(text)
        if kind != "n":
            return _unescaped(text)
        try:
            number = number_of(text)
        except ValueError:
            return text
        if style not in self.dates:
            return number
        try:
            return _day(from_excel(number, self.epoch, timedelta=self.dates[style]))
        except (OverflowError, ValueError):
            return "#WERT!"


def number_of(text: str) -> int | float:
    """A stored number, without the noise that sums leave behind its twelfth digit.

    Raises
    ------
    ValueError
        If it is none, or not finite.
    """
    try:
        return int(text)
    except ValueError:
        number = float(f"{float(text):.12g}")
        if not isfinite(number):
            raise
        return number


def day_of(text: str) -> Value:
    """A day or time in the form of ISO 8601; the text itself if it is none."""
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text


def _day(value: object) -> Value:
    return value if isinstance(value, date) else str(value)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _listed(file: str, archive: ZipFile, part: str, book: _Book) -> dict[str, Draft]:
    """Sheets that the workbook lists, by the ids of their relations."""
    listed = {}
    for name, element in _elements(archive, part):
        found = attributes(element)
        if name == "sheet":
            listed[found["id"]] = Draft(file, found["name"], visible=found.get("state", "visible") == "visible")
        elif name == "workbookPr" and found.get("date1904") in _TRUE:
            book.epoch = MAC_EPOCH
        elif name == "calcPr":
            book.stale = found.get("fullCalcOnLoad") in _TRUE
    return listed


def _targets(archive: ZipFile, parts: dict[str, str], source: str, kind: str) -> dict[str, str]:
    """Parts of a kind that a part refers to, by the id of the relation."""
    folder, name = posixpath.split(source)
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    found = {}
    for _, element in _elements(archive, parts[relations]) if relations in parts else ():
        if element.get("Type", "").endswith(f"/{kind}"):
            target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", ""))).lstrip("/").lower()
            if target in parts:
                found[element.get("Id", "")] = target
    return found


def _elements(archive: ZipFile, part: str) -> Iterator[tuple[str, Element]]:
    """Elements of a part with their names, each when it is complete; not those within a cell or a string."""
    with archive.open(part) as stream:
        for _, element in iterparse(stream):
            name = local(element.tag)
            if name in _INNER:
                continue
            yield name, element
            if name in ("si", "row"):
                element.clear()


def _text(element: Element) -> str:
    """Text of a string or an inline string, without reading aids and superscript runs, which are footnote marks."""
    found = []
    for child in element:
        name = local(child.tag)
        if name == "t":
            found.append(child.text or "")
        elif name == "r" and not any(
            local(part.tag) == "vertAlign" and part.get("val") == "superscript" for part in child.iter()
        ):
            found += [part.text or "" for part in child if local(part.tag) == "t"]
    return _unescaped("".join(found))


def _formats(archive: ZipFile, parts: dict[str, str], styles: dict[str, str], book: _Book) -> list[str]:
    """Take over which formats show percentages and dates; a remark if the formats cannot be read."""
    codes, numbers = dict[str, str](), list[str]()
    try:
        for part in styles.values():
            for name, element in _elements(archive, parts[part]):
                if name == "numFmt":
                    codes[element.attrib["numFmtId"]] = element.attrib["formatCode"]
                elif name == "cellXfs":
                    numbers = [child.get("numFmtId", "0") for child in element]
    except DAMAGED:
        numbers = []
    for style, number in enumerate(numbers):
        code = codes.get(number) or BUILTIN_FORMATS.get(int(number) if number.isdigit() else 0, "General")
        if is_percent(code):
            book.percent.add(str(style))
        elif code.lower() != "standard" and is_date_format(code):
            book.dates[str(style)] = bool(is_timedelta_format(code))
    return [] if numbers else ["Zahlenformate fehlen oder sind beschädigt: Prozent und Datum sind nicht zu erkennen"]


def is_percent(number_format: str) -> bool:
    """Whether a number format shows 0.123 as 12,3 %."""
    return "%" in _QUOTED.sub("", number_format)


def _fill(draft: Draft, archive: ZipFile, part: str, book: _Book) -> None:
    row = 0
    for name, element in _elements(archive, part):
        if name == "row":
            row = int(float(element.get("r", row + 1)))
            if element.get("hidden") in _TRUE:
                draft.hidden_rows.add(row)
            _row(draft, element, row, book)
        elif name == "col" and element.get("hidden") in _TRUE:
            draft.hidden_columns.append((int(element.attrib["min"]), int(element.attrib["max"])))
        elif name == "mergeCell":
            left, top, right, bottom = range_boundaries(element.attrib["ref"])
            draft.merged.append((top or 1, left or 1, bottom or top or 1, right or left or 1))


def _row(draft: Draft, cells: Element, row: int, book: _Book) -> None:
    column = 0
    for element in cells:
        place = element.get("r")
        column = column_index_from_string(place.rstrip("0123456789")) if place else column + 1
        if len(element) == 0:
            continue
        kind, text, formula = element.get("t", "n"), "", False
        for child in element:
            name = local(child.tag)
            if name == "v":
                text = child.text or ""
            elif name == "f":
                formula = True
            elif name == "is":
                text = _text(child)
        if formula and kind == "n" and (not text or (book.stale and text == "0")):
            draft.uncomputed.add((row, column))
        elif text and (cell := book.cell(kind, text, element.get("s", ""))):
            draft.put(row, column, cell)
