"""What one table holds: columns of values by area, whatever way round, wide or long, alone on its sheet or not."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Final

from openpyxl.utils import range_boundaries

from sozialraum.errors import TableError
from sozialraum.gebiete import Gebiet, fold
from sozialraum.intake.axis import (
    HEAD_WORDS,
    Axis,
    Body,
    Head,
    column_named,
    find_axis,
    has_values,
    label_columns,
    legend,
    read_body,
    read_head,
)
from sozialraum.intake.dates import as_stand, put_together, stand_in_cell
from sozialraum.intake.description import Description, says
from sozialraum.intake.grid import Cell, Sheet
from sozialraum.intake.matcher import AREA, TOTAL, Matcher
from sozialraum.intake.reading import LATER, MEANINGLESS, SECRET, SMALL, SYMBOLS, UNSAFE, ZERO, looks_numeric

_DATE_HEAD: Final = re.compile(
    r"\b(?:jahr\w*|\w*jahr|stichtag\w*|datum|\w*stand|zeit\w*|monat\w*|periode|berichts\w*|quartal|time|year|date|ref|jaar)\b"
)
_NAMES: Final = re.compile(
    r"\b(?:merkmal\w*|indikator\w*|kennzahl\w*|variable\w*|auspraegung\w*|einheit|thema|sachverhalt)\b"
)
#: Columns of a flat file that say nothing of a value: names of dimensions, codes, the statistic, signs of quality.
_OF_THE_FILE: Final = re.compile(
    r"^(?:statisti\w*_(?:code|label)|zeit_(?:code|label)|time_(?:code|label)|\d+_(?:merkmal|variable)_(?:code|label)"
    r"|\d+_(?:auspraegung|variable_attribute)_code|value_variable_code|value_unit|value_q)$",
    re.IGNORECASE,
)
_MOSTLY: Final = 0.9
_HALF: Final = 0.5
_SAMPLE: Final = 2000
MAX_REPEATED: Final = 5
_MEANINGS: Final = (
    (ZERO, r"genau null|nichts vorhanden|kein(?:e|er)? (?:fall|fälle|vorkommen|person)|^null|zahlenwert (?:ist )?null"),
    (SMALL, r"kleiner|unter \d|weniger als \d|fallzahl"),
    (SECRET, r"geheim|gesperrt|unbekannt|datenschutz|anonymis|unterdrückt"),
    (UNSAFE, r"sicher|eingeschränkt|aussagewert"),
    (MEANINGLESS, r"sinnvoll|entfällt|keine aussage|tabellenfach"),
    (LATER, r"später|noch nicht|fällt später"),
)


@dataclass(frozen=True, eq=False)
class Spot:
    """One value: where it stands and whose it is; ``gebiet`` is None for people of no area."""

    row: int
    column: int
    gebiet: Gebiet | None
    cell: Cell
    sheet: Sheet = field(repr=False)

    def where(self) -> str:
        """Its place as Excel shows it."""
        return self.sheet.where(self.row, self.column)

    @property
    def uncomputed(self) -> bool:
        """Whether a formula stands here whose result the file does not hold."""
        return (self.row, self.column) in self.sheet.uncomputed


@dataclass(frozen=True)
class Key:
    """What a column of words says of a row: its letter, its head, the text."""

    letter: str
    head: str
    text: str

    def fits(self, column: str, texts: Iterable[str]) -> bool | None:
        """Whether the text is one of those wanted; None if another column is meant."""
        if column.strip().upper() != self.letter and fold(column) != fold(self.head):
            return None
        return says(self.text, texts)


@dataclass(frozen=True, eq=False)
class Column:
    """Values of one kind at one date."""

    index: int
    letter: str  # its name in the file; the number of the row if areas stood in a row
    heads: tuple[str, ...]  # words above it, from top to bottom; for a long table also the words of its rows
    stand: str | None  # as-of date in its head or rows; None if there is none
    spots: tuple[Spot, ...]  # values of areas; an area may have several rows
    keys: tuple[Key, ...] = ()  # what the columns of words say of these rows
    titles: tuple[str, ...] = ()  # title of its own, if it was one of several tables on a sheet
    written: tuple[str, ...] = ()  # heads as the file writes them

    @property
    def title(self) -> str:
        """Words of its head on one line."""
        return " · ".join(self.heads)

    @property
    def head(self) -> str:
        """Words that stand above it, without those of its rows."""
        return " · ".join(self.heads[len(self.keys) :])


@dataclass(frozen=True)
class Table:
    """A sheet as understood."""

    sheet: Sheet
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    ignored: tuple[str, ...]  # columns that are no values: letter and head
    symbols: Mapping[str, str]  # meaning of symbols, with the table's own legend
    # problems, remarks: german sentences: what must be repaired; what was read tolerantly or left out
    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    gebiet: Mapping[str, object] = field(default_factory=dict)  # where the areas were found, as a description says it
    constants: tuple[str, ...] = ()  # words that stand in every row
    rows_chosen: bool = False  # whether the rows that a description chooses for the whole table are chosen already

    def __len__(self) -> int:
        return len({spot.gebiet.id for column in self.columns for spot in column.spots if spot.gebiet})


def read_table(sheet: Sheet, matcher: Matcher, given: Description) -> Table | None:
    """The one table of a sheet; None if no area in it has a value."""
    axis = find_axis(sheet, matcher)
    if axis is None:
        return None
    body = read_body(axis, matcher)
    if body is None:
        return None
    head = read_head(axis, body)
    roles = _Roles(axis, body, head, given)
    ignored = sorted({*axis.numbers, *axis.levels, *roles.words} - set(roles.keys))
    return Table(
        axis.sheet,
        tuple(_columns(axis, body, head, roles)),
        tuple(text for _, text in head.titles),
        tuple(text for _, text in head.notes),
        tuple(f"{axis.sheet.letter(c)} {' · '.join(head.texts[c])}".strip() for c in ignored),
        symbols_of([text for _, text in (*head.titles, *head.notes)]),
        tuple(body.problems),
        (*sheet.remarks, *body.remarks, *head.remarks),
        {"zeile" if axis.sheet.turned else "spalte": axis.sheet.letter(axis.column)},
        roles.constants(),
    )


class _Roles:
    """Which columns hold values, dates, and words that tell rows apart; a description goes first."""

    def __init__(self, axis: Axis, body: Body, head: Head, given: Description) -> None:
        self.axis, self.body, self.head = axis, body, head
        sheet, names = axis.sheet, label_columns(axis)
        rows = [*body.areas, *body.rests]
        full = {column for row in rows for column, _ in sheet.row(row)} - names
        self.inner = {c: [cell for row in rows[:_SAMPLE] if (cell := sheet.at(row, c)).value is not None] for c in full}
        self.inner = {column: cells for column, cells in sorted(self.inner.items()) if cells}
        unsolved = {c for row, c in sheet.uncomputed if row in body.areas and head.texts.get(c) and c not in self.inner}
        self.keys = [required(sheet, name, "zeilen") for name in sorted(given.keys())]
        named = str(given.stichtag_aus.get("spalte", "")).split("+")
        self.dates = [required(sheet, name, "stichtag") for name in named if name.strip()]
        self.parts_of_date = len(self.dates) > 1
        self.adds = given.adds
        self.day_column = self.dates[0] if self.dates else 0
        self.day = str(given.stichtag_aus.get("tag", ""))
        free = [column for column in self.inner if column not in (*self.keys, *self.dates)]
        self.dates = self.dates or [c for c in free if _is_date(self.inner[c], head.texts[c])]
        free = [column for column in free if column not in self.dates and not self._of_the_file(column)]
        self.values = [column for column in free if _mostly_numeric(self.inner[column])]
        self.words = [column for column in free if column not in self.values]
        self.values += sorted(unsolved - names)
        if given.indikatoren:
            return
        if len({area.id for area in body.areas.values()}) < len(body.areas):
            self.keys = self._telling_apart()
            self.values = [column for column in self.values if not self._codes(column)]
        self.keys += [c for c in self.words if c not in self.keys and self._names_all(c)]

    def stand(self, row: int) -> str | None:
        """The as-of date of a row; the most exact if there are several columns, or put together from year and month."""
        texts = [self.axis.sheet.at(row, column).text for column in self.dates]
        if self.parts_of_date:
            return stand_in_cell(put_together(texts), day=self.day)
        found = [stand_in_cell(text, day=self.day) for text in texts]
        return max((date for date in found if date), key=len, default=None)

    def constants(self) -> tuple[str, ...]:
        """Words that stand in every row, and those above the areas."""
        texts = [self._texts(column) for column in self.words if column not in self.keys]
        return (*self.head.texts[self.axis.column], *(next(iter(one)) for one in texts if len(one) == 1))

    def _of_the_file(self, column: int) -> bool:
        return any(_OF_THE_FILE.match(text) for text in self.head.texts[column])

    def _rows(self) -> list[int]:
        return list(islice(self.body.areas, _SAMPLE))

    def _telling_apart(self) -> list[int]:
        """Columns of words that differ between rows of the same area: indicator, unit, group."""
        by_area: dict[tuple[int, str], set[str]] = {}
        for row in self._rows():
            for column in self.words:
                key = (column, self.body.areas[row].id)
                by_area.setdefault(key, set()).add(self.axis.sheet.at(row, column).text)
        varying = {column for (column, _), texts in by_area.items() if len(texts) > 1}
        return [column for column in self.words if column in varying]

    def _codes(self, column: int) -> bool:
        """Whether a column of numbers only repeats what a column of words says of each row."""
        for other in self.keys:
            pairs = {
                (self.axis.sheet.at(row, column).text, self.axis.sheet.at(row, other).text) for row in self._rows()
            }
            texts = {text for _, text in pairs}
            if len(pairs) == len(texts) == len({code for code, _ in pairs}) > 1 and len(self._rows()) > 2 * len(pairs):
                return True
        return False

    def _names_all(self, column: int) -> bool:
        """Whether a column says the same of every row, and what it says is what is counted."""
        return len(self._texts(column)) == 1 and bool(_NAMES.search(fold(" ".join(self.head.texts[column]))))

    def _texts(self, column: int) -> set[str]:
        return {self.axis.sheet.at(row, column).text for row in self._rows()}


def required(sheet: Sheet, name: str, key: str) -> int:
    """The column of a name in a description."""
    found = column_named(sheet, name)
    if found is None:
        raise TableError(f"{sheet.where()}: Eine Spalte „{name}“ gibt es nicht (in der Beschreibung unter „{key}:“).")
    return found


def _is_date(cells: list[Cell], heads: tuple[str, ...]) -> bool:
    dated = [cell for cell in cells if stand_in_cell(cell.text)]
    whole = all(len(cell.text) < 24 for cell in cells)
    told = bool(_DATE_HEAD.search(fold(" ".join(heads).replace("_", " "))))
    told = told or all(len(stand_in_cell(cell.text) or "") == len("2023-12-31") for cell in cells)
    return whole and len(dated) >= _MOSTLY * len(cells) and told


def _mostly_numeric(cells: list[Cell]) -> bool:
    return sum(looks_numeric(cell) for cell in cells) >= _HALF * len(cells)


def _columns(axis: Axis, body: Body, head: Head, roles: _Roles) -> list[Column]:
    """Columns of values, one for each kind, words of rows, and date."""
    sheet = axis.sheet
    grouped: dict[tuple[int, tuple[str, ...], str | None], list[Spot]] = {}
    rows: list[tuple[int, Gebiet | None]] = [*body.areas.items(), *((row, None) for row in body.rests)]
    once, undated = set() if roles.adds else _without_copies(axis, body), list[int]()
    for row, area in sorted(rows, key=lambda item: item[0]):
        if row in once:
            continue
        words = tuple(sheet.at(row, column).text for column in roles.keys)
        stand = roles.stand(row)
        if roles.day_column and not stand:
            undated.append(row)
        for column in roles.values:
            grouped.setdefault((column, words, stand), []).append(Spot(row, column, area, sheet.at(row, column), sheet))
    body.problems += [
        f"{sheet.where(row, roles.day_column)}: „{sheet.at(row, roles.day_column).text}“ ist kein Stichtag. Erlaubt "
        "sind zum Beispiel 31.12.2023, 20231231, 2023-12, 2023 und 2023/24."
        for row in undated[:MAX_REPEATED]
    ]
    heads = {column: tuple(_plain_head(text) for text in head.texts[column]) for column in head.texts}
    dated = {column: _stand_of_head(head.texts[column]) for column in roles.values}
    labels = [(sheet.letter(column), " ".join(head.texts[column])) for column in roles.keys]
    return [
        Column(
            column,
            sheet.letter(column),
            (*words, *heads[column]),
            stand or dated[column],
            tuple(spots),
            tuple(Key(letter, label, text) for (letter, label), text in zip(labels, words, strict=True)),
            written=head.texts[column],
        )
        for (column, words, stand), spots in grouped.items()
    ]


def _stand_of_head(texts: tuple[str, ...]) -> str | None:
    return as_stand(" | ".join(texts)) or next((stand for text in texts if (stand := stand_in_cell(text))), None)


def _plain_head(text: str) -> str:
    """``BEVSTD__Bevoelkerungsstand__Anzahl`` of a flat file as ``Bevoelkerungsstand``."""
    parts = text.split("__")
    return parts[1] if len(parts) == 3 else "" if text == "value" else text


def _without_copies(axis: Axis, body: Body) -> set[int]:
    """Rows that repeat an earlier row of the same area word for word."""
    rows: dict[tuple[str, tuple[str, ...]], int] = {}
    copies = set[int]()
    if len({area.id for area in body.areas.values()}) == len(body.areas):
        return copies
    for row, area in body.areas.items():
        texts = tuple(cell.text for _, cell in axis.sheet.row(row))
        if rows.setdefault((area.id, texts), row) != row:
            copies.add(row)
            body.remarks.append(
                f"{axis.sheet.where(row)}: {area.langname} noch einmal mit denselben Werten, nicht verwendet"
            )
    return copies


def symbols_of(lines: list[str]) -> dict[str, str]:
    """Symbols with their meaning; those that the table explains itself go before the usual ones."""
    found = {}
    for sign, words in legend(lines).items():
        meaning = next((name for name, pattern in _MEANINGS if re.search(pattern, words.lower())), None)
        if meaning:
            found[sign] = meaning
    return {**SYMBOLS, **found}


_NOTE: Final = re.compile(r"quelle|datenquelle|\d\)|\*|©|\(c\)|anm|hinweis|zeichen|_{3}|-{3}|erstell", re.IGNORECASE)
_MIN_AREAS: Final = 2


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
