"""A sheet of cells as a person sees it in a spreadsheet, whatever file it came from."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from openpyxl.utils import get_column_letter

Value = str | int | float | bool | date | None
Place = tuple[int, int]
_BROKEN_WORD: Final = re.compile(r"-[ \t]*\r?\n[ \t]*(?=[a-zäöüß])")
EMPTY_TEXTS: Final = "\u00a0\u202f\u2009\u2007\u200b\ufeff"


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes
    ----------
    value
        As the file stores it; text without blanks around it, None for an empty cell.
    percent
        Whether the number is shown as a percentage: 0.123 reads as 12,3 %.
    anchor
        False for the other cells of a merged range, which repeat the value of its first one.
    """

    value: Value = None
    percent: bool = False
    anchor: bool = True

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


def clean(value: Value) -> Value:
    """Text without blanks of any width around it; an empty text is None."""
    if not isinstance(value, str):
        return value
    return value.strip().strip(EMPTY_TEXTS).strip() or None


@dataclass(frozen=True)
class Sheet:
    """All cells that hold something, by row and column counted from 1 as Excel does.

    Attributes
    ----------
    file, name
        Name of the file; name of the sheet, empty for a text file.
    remarks
        German sentences about what was left out while reading.
    turned
        Whether rows and columns have changed places; :meth:`where` still speaks of the file.
    """

    file: str
    name: str
    cells: dict[Place, Cell]
    remarks: tuple[str, ...] = ()
    turned: bool = False
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
        return [
            (column, self.cells[row, column]) for column in range(1, self.columns + 1) if (row, column) in self.cells
        ]

    def column(self, column: int) -> Iterator[tuple[int, Cell]]:
        """Cells of a column that hold something, with their rows."""
        return ((row, self.cells[row, column]) for row in range(1, self.rows + 1) if (row, column) in self.cells)

    def turn(self) -> "Sheet":
        """The same sheet with rows and columns exchanged."""
        turned = {(column, row): cell for (row, column), cell in self.cells.items()}
        return replace(self, cells=turned, turned=not self.turned)

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
