"""Where the areas stand: in which column, or in which row, of which sheet."""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from sozialraum.gebiete import fold
from sozialraum.intake.areas import AREA, CLASH, Match, Matcher, number_keys
from sozialraum.intake.grid import Sheet
from sozialraum.intake.numbers import looks_numeric

HEAD_WORDS: Final = re.compile(
    r"\b(?:stadtteil\w*|stadtbezirk\w*|bezirk\w*|nr|nummer|name|gebiet\w*|raum\w*|ort\w*|kennz\w*|schluessel\w*|id|stt|bez|key|einheit"
    r"|raeumliche)\b"
)
_RUNNING: Final = re.compile(r"\b(?:lfd|laufende|rang|platz|zeile)\b")
_MIN_NAMED: Final = 2
_MIN_NUMBERED: Final = 3
_MOSTLY: Final = 0.6


@dataclass(frozen=True)
class Axis:
    """The column of the areas.

    Attributes
    ----------
    sheet
        Turned if the areas stood in a row.
    column
        The column that names the areas.
    matches
        Meaning of each label, by row.
    numbers
        Columns with the numbers of the same areas, if there are any beside the names.
    levels
        Columns that name the Stadtbezirk or the city of each row.
    distinct
        How many different areas were found.
    """

    sheet: Sheet
    column: int
    matches: dict[int, Match]
    distinct: int
    numbers: tuple[int, ...] = ()
    levels: tuple[int, ...] = field(default=())


def find_axis(sheet: Sheet, matcher: Matcher) -> Axis | None:
    """The areas of a sheet, in a column or in a row; None if it names none."""
    found = [axis for axis in (_find(sheet, matcher), _find(sheet.turn(), matcher)) if axis]
    return max(found, key=lambda axis: axis.distinct, default=None)


def _find(sheet: Sheet, matcher: Matcher) -> Axis | None:
    columns = {column: _matches(sheet, column, matcher) for column in range(1, sheet.columns + 1)}
    named = {column: _distinct(found, by_number=False) for column, found in columns.items()}
    levels = [column for column, found in columns.items() if _mostly_levels(found) and not _of_values(sheet, column)]
    chosen = max(columns, key=lambda column: (named[column], -column), default=None)
    if chosen is None or named[chosen] < _MIN_NAMED:
        chosen = _numbered(sheet, columns)
        if chosen is None:
            return None
        return Axis(sheet, chosen, columns[chosen], _distinct(columns[chosen]), levels=tuple(set(levels) - {chosen}))
    matches = {row: match for row, match in columns[chosen].items() if not match.by_number}
    numbers = tuple(
        column for column, found in columns.items() if column != chosen and _agree(sheet, column, found, matches)
    )
    others = tuple(column for column in levels if column not in (chosen, *numbers))
    return Axis(sheet, chosen, matches, named[chosen], numbers, others)


def _matches(sheet: Sheet, column: int, matcher: Matcher) -> dict[int, Match]:
    labels = {row: cell.text for row, cell in sheet.column(column)}
    keys = number_keys(labels.values())
    return {row: matcher.match(keys.get(label, label)) for row, label in labels.items() if len(label) < 80}


def _distinct(matches: dict[int, Match], *, by_number: bool = True) -> int:
    found = [
        m.gebiet.id for m in matches.values() if m.kind in (AREA, CLASH) and m.gebiet and (by_number or not m.by_number)
    ]
    return len(set(found))


def _mostly_levels(matches: dict[int, Match]) -> bool:
    """Whether a column names Stadtbezirke or the city, and no Stadtteile."""
    areas = [match.gebiet for match in matches.values() if match.kind == AREA and match.gebiet and not match.by_number]
    return len(areas) >= 1 and all(area.ebene != "stadtteil" for area in areas)


def _of_values(sheet: Sheet, column: int) -> bool:
    """Whether a column holds mostly numbers: a title above it may name the city all the same."""
    cells = [cell for _, cell in sheet.column(column)]
    return sum(looks_numeric(cell) for cell in cells) > len(cells) / 2


def _numbered(sheet: Sheet, columns: dict[int, dict[int, Match]]) -> int | None:
    """The first column that lists numbers of Stadtteile, each once or in equal blocks."""
    for column, found in columns.items():
        areas = [match.gebiet.id for match in found.values() if match.kind == AREA and match.gebiet and match.by_number]
        cells = [cell for _, cell in sheet.column(column)]
        if len(set(areas)) < _MIN_NUMBERED or len(areas) < _MOSTLY * len(cells):
            continue
        head = " ".join(fold(cell.text) for cell in cells if not cell.text.strip("0").isdigit())
        ordered = all(before < after for before, after in pairwise(areas))
        if not _RUNNING.search(head) and (HEAD_WORDS.search(head) or (ordered and column == 1)):
            return column
    return None


def _agree(sheet: Sheet, column: int, found: dict[int, Match], matches: dict[int, Match]) -> bool:
    """Whether a column holds the numbers of the areas that another one names."""
    head = " ".join(fold(cell.text) for _, cell in sheet.column(column) if not cell.is_number)
    rows = [row for row, match in matches.items() if match.gebiet and match.gebiet.ebene == "stadtteil"]
    numbered = [row for row in rows if row in found and found[row].by_number]
    same = [row for row in numbered if found[row].gebiet == matches[row].gebiet]
    return (
        bool(rows)
        and not _RUNNING.search(head)
        and len(numbered) >= _MOSTLY * len(rows)
        and 2 * len(same) >= len(numbered)
    )
