"""What one table holds: columns of values by area, whatever way round, wide or long, alone on its sheet or not."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Final

from sozialraum.errors import TableError
from sozialraum.gebiete import Gebiet, fold
from sozialraum.intake.axis import column_named, find_axis
from sozialraum.intake.body import Body
from sozialraum.intake.dates import as_stand, put_together, stand_in_cell
from sozialraum.intake.description import Description, says
from sozialraum.intake.grid import WORDS, Cell, Sheet
from sozialraum.intake.matcher import Matcher
from sozialraum.intake.reading import SYMBOLS, looks_numeric

_DATE_HEAD: Final = re.compile(WORDS["koepfe"]["stichtag"])
_NAMES: Final = re.compile(WORDS["koepfe"]["merkmal"])
_OF_THE_FILE: Final = re.compile(WORDS["koepfe"]["der_datei"], re.IGNORECASE)
_MOSTLY: Final = 0.9
_SAMPLE: Final = 2000
MAX_REPEATED: Final = 5
_SYMBOL_LEGEND: Final = re.compile(
    r"(?P<sign>[-–—./×x*•·#…]|\.\.\.|\(\)|\( \))\s*(?:=|:|\s)\s*(?P<words>[a-zäöü][^;,=|]{3,80})", re.IGNORECASE
)
_LEGEND_HEAD: Final = re.compile(r"^(?:zeichenerklärung|legende|zeichen|erläuterung)\w*\s*:?\s*", re.IGNORECASE)
_LEGEND_PARTS: Final = re.compile(r"[;|]|(?<=\w), (?=[-–./×x*•…] ?[=:])|\s{2,}")


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

    def is_one_of(self, conditions: Iterable[tuple[str, object]]) -> bool:
        """Whether a condition speaks of this column."""
        return any(self.fits(name, ()) is not None for name, _ in conditions)


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

    @property
    def percent(self) -> bool:
        """Whether its values are shown as percentages."""
        cells = [spot.cell for spot in self.spots[:60] if spot.cell.value is not None]
        return any(cell.percent or (isinstance(cell.value, str) and "%" in cell.text) for cell in cells)


@dataclass(frozen=True)
class Table:
    """A sheet as understood."""

    sheet: Sheet
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    ignored: tuple[str, ...]  # columns that are no values: letter and head
    symbols: Mapping[str, str]  # meaning of symbols, with the table's own legend
    # problems, remarks: German sentences: what must be repaired; what was read tolerantly or left out
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
    body = Body(axis, matcher) if axis else None
    if axis is None or body is None or body.empty:
        return None
    roles, sheet = _Roles(body, given), axis.sheet
    columns = tuple(roles.columns())
    ignored = sorted({*axis.numbers, *axis.levels, *roles.words} - set(roles.keys))
    return Table(
        sheet,
        columns,
        body.titles,
        body.notes,
        tuple(f"{sheet.letter(c)} {' · '.join(body.heads[c])}".strip() for c in ignored),
        symbols_of([*body.titles, *body.notes]),
        tuple(body.problems),
        (*sheet.remarks, *body.remarks),
        {"zeile" if sheet.turned else "spalte": sheet.letter(axis.column)},
        roles.constants(),
    )


class _Roles:
    """Which columns hold values, dates, and words that tell rows apart; a description goes first."""

    def __init__(self, body: Body, given: Description) -> None:
        self.body, self.sheet, self.adds = body, body.sheet, given.adds
        sheet, heads, names = body.sheet, body.heads, body.axis.labels
        rows, self.rows = [*body.areas, *body.rests], list(islice(body.areas, _SAMPLE))
        full = sorted({column for row in rows for column, _ in sheet.row(row)} - names)
        inner = {c: [cell for row in rows[:_SAMPLE] if (cell := sheet.at(row, c)).value is not None] for c in full}
        inner = {column: cells for column, cells in inner.items() if cells}
        self.keys = [required(sheet, name, "zeilen") for name in sorted(given.keys())]
        named = str(given.stichtag_aus.get("spalte", "")).split("+")
        self.dates = [required(sheet, name, "stichtag") for name in named if name.strip()]
        self.day_column, self.parts_of_date = next(iter(self.dates), 0), len(self.dates) > 1
        self.day = str(given.stichtag_aus.get("tag", ""))
        free = [column for column in inner if column not in (*self.keys, *self.dates)]
        self.dates = self.dates or [column for column in free if _is_date(inner[column], heads[column])]
        free = [c for c in free if c not in self.dates and not any(map(_OF_THE_FILE.match, heads[c]))]
        self.values = [c for c in free if 2 * sum(looks_numeric(cell) for cell in inner[c]) >= len(inner[c])]
        self.words = [column for column in free if column not in self.values]
        unsolved = {c for row, c in sheet.uncomputed if row in body.areas and heads.get(c) and c not in inner}
        self.values += sorted(unsolved - names)
        if given.indikatoren:
            return
        if len({area.id for area in body.areas.values()}) < len(body.areas):
            # words that differ between rows of the same area tell these apart: indicator, unit, group
            self.keys = [column for column in self.words if self._differs_within_areas(column)]
            self.values = [column for column in self.values if not self._codes(column)]
        self.keys += [c for c in self.words if c not in self.keys and self._names_all(c)]

    def constants(self) -> tuple[str, ...]:
        """Words that stand in every row, and those above the areas."""
        texts = [set(self._texts(column)) for column in self.words if column not in self.keys]
        return (*self.body.heads[self.body.axis.column], *(one.pop() for one in texts if len(one) == 1))

    def columns(self) -> Iterator[Column]:
        """Columns of values, one for each kind, words of rows, and date."""
        sheet, body = self.sheet, self.body
        grouped: dict[tuple[int, tuple[str, ...], str | None], list[Spot]] = {}
        rows: list[tuple[int, Gebiet | None]] = [*body.areas.items(), *((row, None) for row in body.rests)]
        copies, undated = self._copies(), list[int]()
        for row, area in sorted(rows, key=itemgetter(0)):
            if row in copies:
                continue
            words, stand = tuple(sheet.at(row, column).text for column in self.keys), self._stand(row)
            undated += [row] if self.day_column and not stand else []
            for column in self.values:
                spot = Spot(row, column, area, sheet.at(row, column), sheet)
                grouped.setdefault((column, words, stand), []).append(spot)
        body.problems += [
            f"{sheet.where(row, self.day_column)}: „{sheet.at(row, self.day_column).text}“ ist kein Stichtag. Erlaubt "
            "sind zum Beispiel 31.12.2023, 20231231, 2023-12, 2023 und 2023/24."
            for row in undated[:MAX_REPEATED]
        ]
        labels = [(sheet.letter(column), " ".join(body.heads[column])) for column in self.keys]
        for (column, words, stand), spots in grouped.items():
            written = body.heads[column]
            dated = as_stand(" | ".join(written)) or next(filter(None, map(stand_in_cell, written)), None)
            keys = [Key(*label, text) for label, text in zip(labels, words, strict=True)]
            yield column_of(spots, written, stand or dated, keys)

    def _copies(self) -> set[int]:
        """Rows that repeat an earlier row of the same area word for word."""
        rows, copies = dict[tuple[str, tuple[str, ...]], int](), set[int]()
        for row, area in self.body.areas.items() if not self.adds else ():
            texts = tuple(cell.text for _, cell in self.sheet.row(row))
            if rows.setdefault((area.id, texts), row) != row:
                copies.add(row)
                text = f"{area.langname} noch einmal mit denselben Werten, nicht verwendet"
                self.body.remarks.append(f"{self.sheet.where(row)}: {text}")
        return copies

    def _stand(self, row: int) -> str | None:
        """The as-of date of a row; the most exact if there are several columns, or put together from year and month."""
        texts = [self.sheet.at(row, column).text for column in self.dates]
        if self.parts_of_date:
            return stand_in_cell(put_together(texts), day=self.day)
        found = [stand_in_cell(text, day=self.day) for text in texts]
        return max((date for date in found if date), key=len, default=None)

    def _texts(self, column: int) -> list[str]:
        return [self.sheet.at(row, column).text for row in self.rows]

    def _differs_within_areas(self, column: int) -> bool:
        pairs = {*zip((self.body.areas[row].id for row in self.rows), self._texts(column), strict=True)}
        return len(pairs) > len({area for area, _ in pairs})

    def _codes(self, column: int) -> bool:
        """Whether a column of numbers only repeats what a column of words says of each row."""
        codes = self._texts(column)
        for other in map(self._texts, self.keys):
            pairs = len({*zip(codes, other, strict=True)})
            if pairs == len({*other}) == len({*codes}) > 1 and len(codes) > 2 * pairs:
                return True
        return False

    def _names_all(self, column: int) -> bool:
        """Whether a column says the same of every row, and what it says is what is counted."""
        return len({*self._texts(column)}) == 1 and bool(_NAMES.search(fold(" ".join(self.body.heads[column]))))


def column_of(spots: Sequence[Spot], written: tuple[str, ...], stand: str | None, keys: Sequence[Key]) -> Column:
    """A column from its values, its heads, and what columns of words say of its rows."""
    heads, first = (*(key.text for key in keys), *map(_plain_head, written)), spots[0]
    letter = first.sheet.letter(first.column)
    return Column(first.column, letter, heads, stand, tuple(spots), tuple(keys), written=written)


def required(sheet: Sheet, name: str, key: str) -> int:
    """The column of a name in a description; an error if there is none."""
    found = column_named(sheet, name)
    if found is None:
        raise TableError(f"{sheet.where()}: Eine Spalte „{name}“ gibt es nicht (in der Beschreibung unter „{key}:“).")
    return found


def _is_date(cells: list[Cell], heads: tuple[str, ...]) -> bool:
    stands = [stand_in_cell(cell.text) or "" for cell in cells]
    told = bool(_DATE_HEAD.search(fold(" ".join(heads).replace("_", " "))))
    told = told or all(len(stand) == len("2023-12-31") for stand in stands)
    whole = all(len(cell.text) < 24 for cell in cells)
    return told and whole and sum(map(bool, stands)) >= _MOSTLY * len(cells)


def _plain_head(text: str) -> str:
    """``BEVSTD__Bevoelkerungsstand__Anzahl`` of a flat file as ``Bevoelkerungsstand``."""
    parts = text.split("__")
    return parts[1] if len(parts) == 3 else "" if text == "value" else text


def symbols_of(lines: Iterable[str]) -> dict[str, str]:
    """Symbols with their meaning; those that the table explains itself go before the usual ones."""
    parts = (part for line in lines for part in _LEGEND_PARTS.split(line))
    legend = (_SYMBOL_LEGEND.match(_LEGEND_HEAD.sub("", part.strip())) for part in parts)
    said = {match["sign"]: match["words"].strip().lower() for match in legend if match}
    meanings = WORDS["legende"].items()
    means = {sign: next((name for name, look in meanings if re.search(look, text)), "") for sign, text in said.items()}
    return {**SYMBOLS, **{sign: meaning for sign, meaning in means.items() if meaning}}
