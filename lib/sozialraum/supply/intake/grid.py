"""A sheet of cells as a person sees it in a spreadsheet, whatever file it came from."""

import gc
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from openpyxl.utils import get_column_letter

from sozialraum.city.gebiete import Gebiet, fold
from sozialraum.errors import TableError
from sozialraum.files import load_yaml

#: Words by which tables are read, and what is said of files that cannot be; see the file.
WORDS: Final[Mapping[str, Any]] = load_yaml(Path(__file__).with_name("words.yml").read_text("utf-8"))
Value = str | int | float | bool | date | None
Place = tuple[int, int]
MAX_REPEATED: Final = 5
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 2_000
MAX_CELLS: Final = 3_000_000
LIMITS: Final = (
    "Gelesen werden höchstens 200.000 Zeilen, 2.000 Spalten und 3 Millionen Zellen mit Werten. Bitte nach der eigenen "
    "Stadt filtern und nur die Zeilen und Spalten, die gebraucht werden, in eine neue Datei speichern."
)
PROTECTED: Final = (
    "Die Datei ist mit einem Kennwort geschützt und kann nicht eingelesen werden. Bitte den Schutz aufheben und neu "
    "speichern."
)
_BROKEN_WORD: Final = re.compile(r"-[ \t]*\r?\n[ \t]*(?=[a-zäöüß])")
_AS_TEXT: Final = re.compile(r"^['’‘´`](?=[-−–+]?[\d.,])")
EMPTY_TEXTS: Final = "\u00a0\u202f\u2009\u2007\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell."""

    value: Value = None  # as the file stores it; text without blanks around it, None for an empty cell
    percent: bool = False  # whether the number is shown as a percentage: 0.123 reads as 12,3 %
    anchor: bool = True  # false for the other cells of a merged range, which repeat the value of its first one

    @property
    def text(self) -> str:
        """The cell on one line, words joined that a line end breaks; whole numbers plain, dates as ``2023-12-31``."""
        if self.value is None:
            return ""
        if isinstance(self.value, bool):
            return "WAHR" if self.value else "FALSCH"
        if isinstance(self.value, float) and self.value.is_integer() and not self.percent:
            return str(int(self.value))
        if isinstance(self.value, datetime):
            return self.value.date().isoformat()
        return " ".join(_BROKEN_WORD.sub("", str(self.value)).split())

    @property
    def is_number(self) -> bool:
        """Whether the file stores a number, not text."""
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)


EMPTY: Final = Cell()


@contextmanager
def uncollected() -> Iterator[None]:
    """Make many cells without Python looking for circles among them after each few; there are none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def clean(value: Value) -> Value:
    """Text without blanks of any width around it, and without the apostrophe that only makes a number a text.

    An empty text is None.
    """
    if not isinstance(value, str):
        return value
    return _AS_TEXT.sub("", value.strip().strip(EMPTY_TEXTS).strip()) or None


@dataclass(frozen=True)
class Sheet:
    """All cells that hold something, by row and column counted from 1 as Excel does."""

    file: str  # file, name: name of the file; name of the sheet, empty for a text file
    name: str
    cells: dict[Place, Cell]
    remarks: tuple[str, ...] = ()  # German sentences about what was left out while reading
    turned: bool = False  # whether rows and columns have changed places; where still speaks of the file
    # places of formulas whose result the file does not hold: no value, and not missing either
    uncomputed: frozenset[Place] = frozenset()
    rows: int = field(init=False)
    columns: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", max((row for row, _ in self.cells), default=0))
        object.__setattr__(self, "columns", max((column for _, column in self.cells), default=0))

    def at(self, row: int, column: int) -> Cell:
        """A cell; an empty one where there is nothing."""
        return self.cells.get((row, column), EMPTY)

    def row(self, row: int) -> list[tuple[int, Cell]]:
        """Cells of a row that hold something, with their columns."""
        return self._by_row.get(row, [])

    def column(self, column: int) -> list[tuple[int, Cell]]:
        """Cells of a column that hold something, with their rows."""
        return self._by_column.get(column, [])

    @property
    def filled(self) -> list[int]:
        """Columns that hold something."""
        return sorted(self._by_column)

    @cached_property
    def _by_row(self) -> dict[int, list[tuple[int, Cell]]]:
        return _index(((row, column), cell) for (row, column), cell in self.cells.items())

    @cached_property
    def _by_column(self) -> dict[int, list[tuple[int, Cell]]]:
        return _index(((column, row), cell) for (row, column), cell in self.cells.items())

    def turn(self) -> "Sheet":
        """The same sheet with rows and columns exchanged."""
        turned = {(column, row): cell for (row, column), cell in self.cells.items()}
        uncomputed = frozenset((column, row) for row, column in self.uncomputed)
        return replace(self, cells=turned, uncomputed=uncomputed, turned=not self.turned)

    def where(self, row: int | None = None, column: int | None = None) -> str:
        """A place as Excel shows it: ``haushalte.xlsx, Blatt „2023“, Zeile 14, Spalte F``."""
        if self.turned:
            row, column = column, row
        parts = [self.file, f"Blatt „{self.name}“" if self.name else ""]
        parts += [f"Zeile {row}" if row else "", f"Spalte {get_column_letter(column)}" if column else ""]
        return ", ".join(part for part in parts if part)

    def letter(self, column: int) -> str:
        """Name of a column: its letter, or the number of its row if the sheet is turned."""
        return str(column) if self.turned else get_column_letter(column)


def _index(cells: Iterable[tuple[Place, Cell]]) -> dict[int, list[tuple[int, Cell]]]:
    found: dict[int, list[tuple[int, Cell]]] = {}
    with uncollected():
        for (first, second), cell in sorted(cells, key=itemgetter(0)):
            found.setdefault(first, []).append((second, cell))
    return found


def without_result(sheet: Sheet, places: Iterable[Place]) -> list[str]:
    """German sentences on the formulas among some places whose result the file does not hold."""
    return [
        f"{sheet.where(*place)}: Die Formel hat kein gespeichertes Ergebnis. Bitte die Datei in Excel öffnen, neu "
        "berechnen (F9) und speichern, oder nur die Werte einfügen."
        for place in sorted(sheet.uncomputed.intersection(places))
    ]


@dataclass
class Draft:
    """A sheet while its file is read, with the rows and columns that a person does not see."""

    file: str
    name: str
    visible: bool = True  # whether a person sees the sheet at all
    cells: dict[Place, Cell] = field(default_factory=dict)
    # ranges of merged cells: first row, first column, last row, last column
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    uncomputed: set[Place] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Keep a cell that holds something."""
        if row > MAX_ROWS or column > MAX_COLUMNS or len(self.cells) >= MAX_CELLS:
            where = Sheet(self.file, self.name, {}).where(row, column)
            raise TableError(f"{where}: Auch hier steht noch etwas; die Tabelle ist zu groß. {LIMITS}")
        self.cells[row, column] = cell

    def sheet(self, *, hidden: bool = False) -> Sheet:
        """The sheet as a person sees it, or with what is hidden."""
        cells = self.cells
        rows, columns = set[int](), set[int]()
        if not hidden and (self.hidden_rows or self.hidden_columns):
            used = [*cells, *self.uncomputed]
            rows = self.hidden_rows & {row for row, _ in used}
            columns = {
                column
                for column in {column for _, column in used}
                if any(first <= column <= last for first, last in self.hidden_columns)
            }
            cells = {(r, c): cell for (r, c), cell in cells.items() if r not in rows and c not in columns}
        self._fill_merged(cells, rows, columns)
        left = [f"ausgeblendete Zeilen {listed(rows)} nicht gelesen"] if rows else []
        left += [f"ausgeblendete Spalten {listed(columns, letters=True)} nicht gelesen"] if columns else []
        unsolved = frozenset((r, c) for r, c in self.uncomputed if r not in rows and c not in columns)
        return Sheet(self.file, self.name, cells, (*left, *self.remarks), uncomputed=unsolved)

    def _fill_merged(self, cells: dict[Place, Cell], rows: set[int], columns: set[int]) -> None:
        """Repeat the value of a merged range in all its visible cells, as far as the table reaches."""
        last_row = max((row for row, _ in self.cells), default=0)
        last_column = max((column for _, column in self.cells), default=0)
        for top, left, bottom, right in self.merged:
            first = self.cells.get((top, left))
            if first is None:
                continue
            if (min(bottom, last_row) - top + 1) * (min(right, last_column) - left + 1) + len(cells) > MAX_CELLS:
                where = Sheet(self.file, self.name, {}).where(top, left)
                raise TableError(f"{where}: Die verbundene Zelle ist zu groß. {LIMITS}")
            anchor = True
            for row in range(top, min(bottom, last_row) + 1):
                for column in range(left, min(right, last_column) + 1):
                    if row not in rows and column not in columns:
                        cells[row, column] = replace(first, anchor=anchor)
                        anchor = False


def listed(numbers: Iterable[int], *, letters: bool = False) -> str:
    """Numbers as ranges: ``3, 5–7``; as column letters if wanted."""
    found = sorted(set(numbers))
    name = get_column_letter if letters else str
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(name(run[0]) if len(run) == 1 else f"{name(run[0])}–{name(run[-1])}" for run in runs)


# What a table of cells holds


def says(text: str, wanted: Iterable[str]) -> bool:
    """Whether a cell says one of several texts, in whatever case."""
    return any(text == one or (fold(one) == fold(text) and fold(one) != "") for one in wanted)


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
