"""Several tables on one sheet: halves side by side, tables one below the other, a name once for several years."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from openpyxl.utils import range_boundaries

from sozialraum.errors import TableError
from sozialraum.gebiete import fold
from sozialraum.intake.areas import AREA, TOTAL, Matcher
from sozialraum.intake.axis import HEAD_WORDS, Axis, find_axis
from sozialraum.intake.body import has_values
from sozialraum.intake.dates import as_stand
from sozialraum.intake.grid import Sheet
from sozialraum.intake.numbers import looks_numeric

_NOTE: Final = re.compile(r"quelle|datenquelle|\d\)|\*|©|\(c\)|anm|hinweis|zeichen|_{3}|-{3}|erstell", re.IGNORECASE)
_MIN_AREAS: Final = 2
_MOSTLY: Final = 0.9
_HALF: Final = 0.5


def crop(sheet: Sheet, bereich: str) -> Sheet:
    """The cells of a range as Excel writes it (``A5:F60``); places keep their names.

    Raises
    ------
    TableError
        If it is no range.
    """
    try:
        left, top, right, bottom = range_boundaries(bereich.strip().upper().replace("$", ""))
    except (ValueError, TypeError) as error:
        raise TableError(
            f"bereich „{bereich}“ ist kein Bereich. Bitte wie in Excel angeben, zum Beispiel A5:F60."
        ) from error
    return _inside(sheet, top or 1, bottom or sheet.rows, left or 1, right or sheet.columns)


def cut(sheet: Sheet, matcher: Matcher) -> list[Sheet]:
    """The tables of a sheet, from left to right and from top to bottom; the sheet itself if it holds one."""
    halves = _halves(sheet, matcher)
    return [block for half in halves for block in _stacked(half, matcher)]


def with_names(sheet: Sheet, matcher: Matcher) -> Sheet:
    """The sheet with the name of an area in each of its rows, where it stands in the first of several years only."""
    axis = find_axis(sheet, matcher)
    if axis is None or axis.sheet.turned:
        return sheet
    named = [row for row, match in axis.matches.items() if match.kind in (AREA, TOTAL) and has_values(axis, row)]
    rows = [row for row in range(min(named, default=1), sheet.rows + 1) if has_values(axis, row)]
    column = next((c for c in range(1, sheet.columns + 1) if c != axis.column and _dates(sheet, c, rows)), None)
    if column is None or len(rows) <= len(named):
        return sheet
    cells, last, dates = dict(sheet.cells), 0, set[str]()
    for row in rows:
        date = sheet.at(row, column).text
        if row in named:
            last, dates = row, {date}
        elif last and not sheet.at(row, axis.column).text and date not in dates:
            cells[row, axis.column] = sheet.at(last, axis.column)
            dates.add(date)
    return replace(sheet, cells=cells)


def _dates(sheet: Sheet, column: int, rows: list[int]) -> bool:
    texts = [sheet.at(row, column).text for row in rows]
    return bool(rows) and sum(len(text) < 24 and bool(as_stand(text)) for text in texts) >= _MOSTLY * len(rows)


def _inside(sheet: Sheet, top: int, bottom: int, left: int, right: int) -> Sheet:
    cells = {
        (row, column): cell
        for (row, column), cell in sheet.cells.items()
        if top <= row <= bottom and left <= column <= right
    }
    return replace(sheet, cells=cells)


def _halves(sheet: Sheet, matcher: Matcher) -> list[Sheet]:
    """The sheet cut before each further column of names, if no Stadtteil stands in two of them."""
    columns = {column: _stadtteile(sheet, column, matcher) for column in range(1, sheet.columns + 1)}
    names = [column for column, found in columns.items() if len(set(found.values())) >= _MIN_AREAS]
    every = [key for column in names for key in set(columns[column].values())]
    beside = all(set(columns[left]) & set(columns[right]) for left, right in pairwise(names))
    between = all(_has_numbers(sheet, left, right, list(columns[left])) for left, right in pairwise(names))
    if len(names) < 2 or len(every) > len(set(every)) or not beside or not between:
        return [sheet]
    starts = [1, *(_start(sheet, column, columns[column], matcher) for column in names[1:]), sheet.columns + 1]
    return [_inside(sheet, 1, sheet.rows, start, end - 1) for start, end in pairwise(starts)]


def _stadtteile(sheet: Sheet, column: int, matcher: Matcher) -> dict[int, str]:
    """Ids of the Stadtteile that a column names, by row."""
    found = {row: matcher.match(cell.text) for row, cell in sheet.column(column) if len(cell.text) < 80}
    return {
        row: match.gebiet.id
        for row, match in found.items()
        if match.kind == AREA and match.gebiet and match.gebiet.ebene == "stadtteil" and not match.by_number
    }


def _has_numbers(sheet: Sheet, left: int, right: int, rows: list[int]) -> bool:
    """Whether most rows have a number between two columns."""
    full = [row for row in rows if any(looks_numeric(sheet.at(row, column)) for column in range(left + 1, right))]
    return len(full) > _HALF * len(rows)


def _start(sheet: Sheet, column: int, found: dict[int, str], matcher: Matcher) -> int:
    """The first column of a half: that of the names, or that of their numbers to the left of it."""
    numbers = {row: matcher.match(sheet.at(row, column - 1).text) for row in found}
    same = [row for row, match in numbers.items() if match.by_number and match.gebiet and match.gebiet.id == found[row]]
    return column - 1 if len(same) > _HALF * len(found) else column


def _stacked(sheet: Sheet, matcher: Matcher) -> list[Sheet]:
    """The sheet cut where, below a head or a blank row, the Stadtteile begin again."""
    axis = find_axis(sheet, matcher)
    if axis is None or axis.sheet.turned:
        return [sheet]
    starts, seen, previous, gap = [1], [set[str]()], 0, 0
    for row in range(1, sheet.rows + 1):
        match = axis.matches.get(row)
        if match is None or match.kind not in (AREA, TOTAL) or not has_values(axis, row):
            continue
        gap = _begins(axis, previous, row) or gap
        previous = row
        if match.gebiet is None or match.gebiet.ebene == "stadt":
            continue
        if match.gebiet.id in seen[-1] and gap > starts[-1] and len(seen[-1]) >= _MIN_AREAS:
            starts.append(gap)
            seen.append(set())
        seen[-1].add(match.gebiet.id)
    if any(len(areas) < _MIN_AREAS for areas in seen):
        return [sheet]
    ends = [*starts[1:], sheet.rows + 1]
    return [_inside(sheet, start, end - 1, 1, sheet.columns) for start, end in zip(starts, ends, strict=True)]


def _begins(axis: Axis, previous: int, row: int) -> int:
    """First row of the titles and head between two rows of areas; 0 if there is neither head nor blank row."""
    between = range(previous + 1, row)
    texts = {number: " ".join(cell.text for _, cell in axis.sheet.row(number)) for number in between}
    label = {number: axis.sheet.at(number, axis.column).text for number in between}
    blank = [number for number in between if not texts[number]]
    if not previous or not (blank or any(HEAD_WORDS.search(fold(text)) for text in label.values())):
        return 0
    notes = [number for number in between if _NOTE.match(texts[number])]
    if blank and texts[between[0]]:
        notes.append(blank[0])
    return max(notes, default=previous) + 1
