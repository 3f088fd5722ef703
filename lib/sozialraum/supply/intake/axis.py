"""Where the areas stand: in which column or row, of which sheet, of which level; and several tables on one sheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Final

from openpyxl.utils import column_index_from_string, range_boundaries

from sozialraum.city.gebiete import fold
from sozialraum.errors import TableError
from sozialraum.supply.intake.dates import as_stand
from sozialraum.supply.intake.grid import WORDS, Cell, Sheet
from sozialraum.supply.intake.matcher import AREA, CLASH, TOTAL, Match, Matcher, level_of, number_keys
from sozialraum.supply.intake.reading import looks_numeric

HEAD_WORDS: Final = re.compile(WORDS["koepfe"]["gebiete"])
_RUNNING: Final = re.compile(r"\b(?:lfd|laufende|rang|platz|zeile)\b")
_MIN_NAMED: Final = 2
_MIN_NUMBERED: Final = 3
_MOSTLY: Final = 0.6
_MAX_LABEL: Final = 80
#: Rows that are looked at to find the column of the areas; a long table repeats itself.
_ENOUGH: Final = 3000
_HEAD_ROWS: Final = 12
#: How the line before the titles of a further table begins.
_NOTE: Final = re.compile(r"quelle|datenquelle|\d\)|\*|©|\(c\)|anm|hinweis|zeichen|_{3}|-{3}|erstell", re.IGNORECASE)
_MIN_AREAS: Final = 2
_NEARLY_ALL: Final = 0.9
Matches = dict[int, Match]


@dataclass(frozen=True)
class Axis:
    """The column of the areas, in a sheet that is turned if they stood in a row."""

    sheet: Sheet
    column: int
    matches: Matches  # meaning of each label, by row
    distinct: int  # how many different areas were found
    numbers: tuple[int, ...] = ()  # columns with the numbers of the same areas, if there are any beside the names
    levels: tuple[int, ...] = ()  # columns that name the Stadtbezirk or the city of each row
    level: str = ""  # level of the areas, if a description or the head of the column names it

    @property
    def labels(self) -> set[int]:
        """Columns that name areas in one way or another."""
        return {self.column, *self.numbers, *self.levels}

    def label(self, row: int) -> str:
        """What a row calls its area."""
        return self.sheet.at(row, self.column).text

    def has_values(self, row: int) -> bool:
        """Whether a row holds anything that reads as a value, outside of the columns of labels."""
        names = self.labels
        return any(column not in names and looks_numeric(cell) for column, cell in self.sheet.row(row))


def find_axis(sheet: Sheet, matcher: Matcher) -> Axis | None:
    """The areas of a sheet, in a column or in a row; None if it names none. What the matcher's rule says holds."""
    named = matcher.rule.get("spalte") or matcher.rule.get("zeile")
    if named:
        return _given(turned(sheet, matcher.rule), str(named), matcher)
    upright = _find(sheet, matcher)
    if upright and (upright.distinct >= len(matcher.register.of_level("stadtteil")) / 2 or sheet.rows > _ENOUGH):
        return upright
    found = [axis for axis in (upright, _find(sheet.turn(), matcher)) if axis]
    return max(found, key=lambda axis: axis.distinct, default=None)


def column_named(sheet: Sheet, name: str) -> int | None:
    """The column of a letter in capitals (a row's number in a turned sheet), else of a head, else of a letter."""
    plain = name.strip()
    lettered = _lettered(sheet, plain.upper())
    if lettered and (plain.isupper() or plain.isdigit()):
        return lettered
    cells = (item for row in range(1, _HEAD_ROWS + 1) for item in sheet.row(row))
    heads = (column for column, cell in cells if plain and fold(cell.text) == fold(name))
    return next(heads, lettered)


def _lettered(sheet: Sheet, letter: str) -> int | None:
    if sheet.turned or letter.isdigit():
        return int(letter) if letter.isdigit() and sheet.turned else None
    try:
        found = column_index_from_string(letter)
    except ValueError:
        return None
    return found if found <= sheet.columns else None


def turned(sheet: Sheet, rule: Mapping[str, object]) -> Sheet:
    """The sheet with the areas in a column, if a rule says that they stand in a row."""
    return sheet.turn() if "zeile" in rule else sheet


def _given(sheet: Sheet, name: str, matcher: Matcher) -> Axis | None:
    column = column_named(sheet, name)
    if column is None:
        return None
    matches = _matches(sheet, column, matcher)
    if not _distinct(matches):
        texts = list(dict.fromkeys(cell.text for _, cell in islice(sheet.column(column), 8)))
        raise TableError(
            f"{sheet.where(None, column)}: Keiner der Texte ist ein Stadtteil oder Stadtbezirk: {', '.join(texts)}. "
            "Codes übersetzt „gebiet:“ mit codes: (Code: Name) oder muster: 9NN00."
        )
    return Axis(sheet, column, matches, _distinct(matches), level=_level(sheet, column, matcher))


def _find(sheet: Sheet, matcher: Matcher) -> Axis | None:
    columns = {column: _matches(sheet, column, matcher, _ENOUGH) for column in range(1, sheet.columns + 1)}
    named = {column: _distinct(found, by_number=False) for column, found in columns.items()}
    levels = [column for column, found in columns.items() if _names_levels(sheet, column, found)]
    chosen = max(columns, key=lambda column: (named[column], -column), default=0)
    numbered = _numbered(sheet, columns)
    fewer = chosen in levels and numbered is not None and _distinct(columns[numbered]) > named[chosen]
    if not chosen or named[chosen] < _MIN_NAMED or fewer:
        if numbered is None:
            return None
        whole, rest = _matches(sheet, numbered, matcher), tuple(set(levels) - {numbered})
        return Axis(sheet, numbered, whole, _distinct(whole), (), rest, _level(sheet, numbered, matcher))
    matches = {row: match for row, match in _matches(sheet, chosen, matcher).items() if not match.by_number}
    numbers = tuple(c for c, found in columns.items() if c != chosen and _agree(sheet, c, found, matches))
    others = tuple(column for column in levels if column not in (chosen, *numbers))
    return Axis(sheet, chosen, matches, named[chosen], numbers, others)


def _cells(sheet: Sheet, column: int) -> list[Cell]:
    return [cell for _, cell in islice(sheet.column(column), _ENOUGH)]


def _matches(sheet: Sheet, column: int, matcher: Matcher, enough: int | None = None) -> Matches:
    """Meaning of the texts of a column, under the level that its head names; a number with decimals is no area."""
    cells = islice(sheet.column(column), enough)
    labels = {r: cell.text for r, cell in cells if not isinstance(cell.value, float) or cell.value.is_integer()}
    coded = {"codes", "muster"} & set(matcher.rule)
    keys = {} if coded else number_keys(labels.values(), matcher.register.city.name)
    chosen = matcher.at(_level(sheet, column, matcher))
    found = {row: chosen.match(keys.get(label, label)) for row, label in labels.items() if len(label) < _MAX_LABEL}
    return {row: replace(match, by_number=True) if labels[row] in keys else match for row, match in found.items()}


def _level(sheet: Sheet, column: int, matcher: Matcher) -> str:
    """The level that a description, else the head of a column names."""
    labels = [cell.text for row, cell in islice(sheet.column(column), _HEAD_ROWS) if row <= _HEAD_ROWS]
    first = next((label for label in labels if level_of(label)), "")
    told = bool(first) and not any(sign.isdigit() for sign in first) and len(first) < _MAX_LABEL / 2
    return matcher.level or (level_of(" ".join(label for label in labels if not label.isdigit())) if told else "")


def _distinct(matches: Matches, *, by_number: bool = True) -> int:
    areas = (m for m in matches.values() if m.kind in (AREA, CLASH) and m.gebiet and (by_number or not m.by_number))
    return len({match.gebiet.id for match in areas if match.gebiet})


def _names_levels(sheet: Sheet, column: int, matches: Matches) -> bool:
    """Whether a column names Stadtbezirke or the city, no Stadtteile, and holds no values below a title."""
    areas = [match.gebiet for match in matches.values() if match.kind == AREA and match.gebiet and not match.by_number]
    if not areas or any(area.ebene == "stadtteil" for area in areas):
        return False
    cells = _cells(sheet, column)
    return sum(looks_numeric(cell) for cell in cells) <= len(cells) / 2


def _numbered(sheet: Sheet, columns: dict[int, Matches]) -> int | None:
    """The column that lists numbers of areas, each once or in equal blocks; the one with the most areas."""
    fitting: dict[int, int] = {}
    for column, found in columns.items():
        areas = [m.gebiet.nummer for m in found.values() if m.kind == AREA and m.gebiet and m.by_number]
        cells = _cells(sheet, column)
        if len(set(areas)) < _MIN_NUMBERED or len(areas) < _MOSTLY * len(cells):
            continue
        head = " ".join(fold(cell.text) for cell in cells if not cell.text.strip("0").isdigit())
        ordered = all(before < after for before, after in pairwise(areas))
        named = HEAD_WORDS.search(head) or level_of(head)
        if not _RUNNING.search(head) and (named or (ordered and column == 1)):
            fitting[column] = len(set(areas))
    return max(fitting, key=lambda column: (fitting[column], -column), default=None)


def _agree(sheet: Sheet, column: int, found: Matches, matches: Matches) -> bool:
    """Whether a column holds the numbers of the areas that another one names."""
    head = " ".join(fold(cell.text) for cell in _cells(sheet, column) if not cell.is_number)
    rows = [row for row, match in matches.items() if match.gebiet and match.gebiet.ebene != "stadt"][:_ENOUGH]
    numbered = [row for row in rows if row in found and found[row].by_number]
    numbers = [[one.gebiet and one.gebiet.nummer for one in (found[row], matches[row])] for row in numbered]
    same = sum(beside == named for beside, named in numbers)
    return bool(rows) and not _RUNNING.search(head) and _MOSTLY * len(rows) <= len(numbered) <= 2 * same


# Several tables on a sheet: halves side by side, one below the other, a name once for several years


def crop(sheet: Sheet, bereich: str) -> Sheet:
    """The cells of a range as Excel writes it (``A5:F60``); places keep their names."""
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
    named = [row for row, match in axis.matches.items() if match.kind in (AREA, TOTAL) and axis.has_values(row)]
    rows = [row for row in range(min(named, default=1), sheet.rows + 1) if axis.has_values(row)]
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
    return bool(rows) and sum(len(text) < 24 and bool(as_stand(text)) for text in texts) >= _NEARLY_ALL * len(rows)


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
    return 2 * len(full) > len(rows)


def _start(sheet: Sheet, column: int, found: dict[int, str], matcher: Matcher) -> int:
    """The first column of a half: that of the names, or that of their numbers to the left of it."""
    numbers = {row: matcher.match(sheet.at(row, column - 1).text) for row in found}
    same = [row for row, match in numbers.items() if match.by_number and match.gebiet and match.gebiet.id == found[row]]
    return column - 1 if 2 * len(same) > len(found) else column


def _stacked(sheet: Sheet, matcher: Matcher) -> list[Sheet]:
    """The sheet cut where, below a head or a blank row, the Stadtteile begin again."""
    axis = find_axis(sheet, matcher)
    if axis is None or axis.sheet.turned:
        return [sheet]
    starts, seen, previous, gap = [1], [set[str]()], 0, 0
    for row in range(1, sheet.rows + 1):
        match = axis.matches.get(row)
        if match is None or match.kind not in (AREA, TOTAL) or not axis.has_values(row):
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
