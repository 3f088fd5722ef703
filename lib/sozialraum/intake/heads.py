"""Titles above a table, its head of one to six rows, and the notes below."""

import re
from dataclasses import dataclass
from typing import Final

from sozialraum.gebiete import fold
from sozialraum.intake.axis import HEAD_WORDS, Axis
from sozialraum.intake.body import Body, label_columns
from sozialraum.intake.grid import Sheet

MAX_HEAD_ROWS: Final = 6
_MAX_HEAD_TEXT: Final = 40
_SYMBOL_LEGEND: Final = re.compile(
    r"(?P<sign>[-–—./×x*•·#…]|\.\.\.|\(\)|\( \))\s*(?:=|:|\s)\s*(?P<words>[a-zäöü][^;,=|]{3,80})", re.IGNORECASE
)


@dataclass(frozen=True)
class Head:
    """What stands around the values.

    Attributes
    ----------
    texts
        Head of each column from top to bottom, without repetitions.
    titles, notes
        Lines above the head and below the body, with their rows.
    """

    texts: dict[int, tuple[str, ...]]
    titles: tuple[tuple[int, str], ...]
    notes: tuple[tuple[int, str], ...]
    remarks: tuple[str, ...] = ()


def read_head(axis: Axis, body: Body) -> Head:
    """Head, titles and notes of a table."""
    sheet = axis.sheet
    rows = _head_rows(axis, body)
    numbering = [row for row in rows if _counts_columns(sheet, row)]
    used = [row for row in rows if row not in numbering]
    filled = {row: _filled(axis, row, used) for row in used}
    texts = {
        column: tuple(dict.fromkeys(filled[row][column] for row in used if filled[row].get(column)))
        for column in range(1, sheet.columns + 1)
    }
    above, below = _around(axis, body, min(rows, default=body.first))
    upright = sheet.turn() if sheet.turned else sheet
    return Head(
        texts,
        tuple((row, _line(upright, row)) for row in above if _line(upright, row)),
        tuple((row, _line(upright, row)) for row in below if _line(upright, row)),
        tuple(f"{sheet.where(row)}: Nummern der Spalten" for row in numbering),
    )


def _around(axis: Axis, body: Body, top: int) -> tuple[range, list[int]]:
    """Rows of titles and of notes, as they stand in the file."""
    if not axis.sheet.turned:
        return range(1, top), list(range(body.last + 1, axis.sheet.rows + 1))
    columns = range(axis.column + 1, axis.sheet.columns + 1)
    return range(1, axis.column), [column for column in columns if len(list(axis.sheet.column(column))) == 1]


def _line(sheet: Sheet, row: int) -> str:
    return " ".join(dict.fromkeys(cell.text for _, cell in sheet.row(row)))


def _head_rows(axis: Axis, body: Body) -> list[int]:
    """Rows of the head from top to bottom."""
    row = body.first - 1
    while row > 0 and not axis.sheet.row(row):
        row -= 1
    rows: list[int] = []
    while row > 0 and len(rows) < MAX_HEAD_ROWS and _is_head(axis, row, lowest=not rows):
        rows.insert(0, row)
        row -= 1
    return rows


def _is_head(axis: Axis, row: int, *, lowest: bool) -> bool:
    cells = axis.sheet.row(row)
    texts = dict.fromkeys(cell.text for _, cell in cells)
    if not texts:
        return False
    first = next(iter(texts))
    if len(texts) == 1:
        columns = {column for column, _ in cells}
        if not columns & {axis.column, *(range(1, min(label_columns(axis)) + 1))}:
            return True
        return (
            bool(HEAD_WORDS.search(fold(first))) and len(first) < _MAX_HEAD_TEXT and len(columns) < axis.sheet.columns
        )
    beyond = any(column not in label_columns(axis) for column, _ in cells)
    return beyond and (lowest or not first.endswith(":"))


def _counts_columns(sheet: Sheet, row: int) -> bool:
    """A row of the head that only numbers the columns: 1, 2, 3 ..."""
    texts = [cell.text.strip("()") for _, cell in sheet.row(row)]
    numbers = [int(text) for text in texts if text.isdigit()]
    return len(numbers) == len(texts) > 1 and numbers in (
        list(range(1, len(numbers) + 1)),
        list(range(numbers[0], numbers[0] + len(numbers))) if numbers[0] < 3 else [],
    )


def _filled(axis: Axis, row: int, rows: list[int]) -> dict[int, str]:
    """Texts of one row of the head; the head of a group also over the columns to its right."""
    sheet = axis.sheet
    texts = {column: cell.text for column, cell in sheet.row(row)}
    below = rows[rows.index(row) + 1 :]
    if not below or any(not cell.anchor for _, cell in sheet.row(row)):
        return texts
    last = ""
    for column in range(1, sheet.columns + 1):
        has_sub = any(sheet.at(lower, column).text for lower in below)
        if column in label_columns(axis):
            last = ""
        elif column in texts:
            last = texts[column] if has_sub else ""
        elif last and has_sub:
            texts[column] = last
    return texts


def legend(lines: list[str]) -> dict[str, str]:
    """Explanations of symbols in titles and notes: ``- = nichts vorhanden``; sign and words."""
    found: dict[str, str] = {}
    for line in lines:
        for part in re.split(r"[;|]|(?<=\w), (?=[-–./×x*•…] ?[=:])|\s{2,}", line):
            match = _SYMBOL_LEGEND.match(
                re.sub(
                    r"^(?:zeichenerklärung|legende|zeichen|erläuterung)\w*\s*:?\s*",
                    "",
                    part.strip(),
                    flags=re.IGNORECASE,
                )
            )
            if match:
                found[match["sign"]] = match["words"].strip()
    return found
