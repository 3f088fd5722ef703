"""What one table holds: columns of values by area, whatever way round and whether wide or long."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sozialraum.gebiete import Gebiet, fold
from sozialraum.intake.areas import Matcher
from sozialraum.intake.axis import Axis, find_axis
from sozialraum.intake.body import Body, label_columns, read_body
from sozialraum.intake.dates import as_stand
from sozialraum.intake.grid import Cell, Sheet
from sozialraum.intake.heads import Head, legend, read_head
from sozialraum.intake.numbers import LATER, MEANINGLESS, SECRET, SMALL, SYMBOLS, UNSAFE, ZERO, looks_numeric

_DATE_HEAD: Final = re.compile(r"\b(?:jahr\w*|stichtag\w*|datum|stand|zeit\w*|monat\w*|periode|berichts\w*|quartal)\b")
_NAMES: Final = re.compile(
    r"\b(?:merkmal\w*|indikator\w*|kennzahl\w*|variable\w*|auspraegung\w*|einheit|thema|sachverhalt)\b"
)
_MOSTLY: Final = 0.9
_HALF: Final = 0.5
MAX_REPEATED: Final = 5
_MEANINGS: Final = (
    (ZERO, r"genau null|nichts vorhanden|kein(?:e|er)? (?:fall|fälle|vorkommen|person)|^null|zahlenwert (?:ist )?null"),
    (SMALL, r"kleiner|unter \d|weniger als \d|fallzahl"),
    (SECRET, r"geheim|gesperrt|unbekannt|datenschutz|anonymis|unterdrückt"),
    (UNSAFE, r"sicher|eingeschränkt|aussagewert"),
    (MEANINGLESS, r"sinnvoll|entfällt|keine aussage|tabellenfach"),
    (LATER, r"später|noch nicht|fällt später"),
)


@dataclass(frozen=True)
class Spot:
    """One value: where it stands and whose it is; ``gebiet`` is None for people of no area."""

    row: int
    column: int
    gebiet: Gebiet | None
    cell: Cell


@dataclass(frozen=True)
class Column:
    """Values of one kind at one date.

    Attributes
    ----------
    heads
        Words above it, from top to bottom; for a long table also the words of its rows.
    letter
        Its name in the file; the number of the row if areas stood in a row.
    stand
        As-of date in its head or rows; None if there is none.
    spots
        Values of areas, each once unless the file repeats an area.
    """

    index: int
    letter: str
    heads: tuple[str, ...]
    stand: str | None
    spots: tuple[Spot, ...]

    @property
    def title(self) -> str:
        """Words of its head on one line."""
        return " · ".join(self.heads)


@dataclass(frozen=True)
class Table:
    """A sheet as understood.

    Attributes
    ----------
    ignored
        Columns that are no values: letter and head.
    symbols
        Meaning of symbols, with the table's own legend.
    problems, remarks
        German sentences: what must be repaired; what was read tolerantly or left out.
    """

    sheet: Sheet
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    ignored: tuple[str, ...]
    symbols: Mapping[str, str]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]

    def __len__(self) -> int:
        return len({spot.gebiet.id for column in self.columns for spot in column.spots if spot.gebiet})


def read_table(sheet: Sheet, matcher: Matcher) -> Table | None:
    """The one table of a sheet; None if no area in it has a value."""
    axis = find_axis(sheet, matcher)
    if axis is None:
        return None
    body = read_body(axis, matcher)
    if body is None:
        return None
    head = read_head(axis, body)
    names = label_columns(axis)
    inner = {column: _inner(axis, body, column) for column in range(1, axis.sheet.columns + 1) if column not in names}
    inner = {column: cells for column, cells in inner.items() if cells}
    dates = [column for column, cells in inner.items() if _is_date(cells, head.texts[column])]
    values = [c for c, cells in inner.items() if c not in dates and _mostly_numeric(cells)]
    words = [column for column in inner if column not in (*dates, *values)]
    keys = _keys(axis, body, words) if _repeats(body) else []
    keys += [column for column in words if column not in keys and _names_all(axis, body, column, head.texts[column])]
    columns, faults = _columns(axis, body, head, values, dates, keys)
    ignored = [column for column in (*axis.numbers, *axis.levels, *words) if column not in keys]
    return Table(
        axis.sheet,
        tuple(columns),
        tuple(text for _, text in head.titles),
        tuple(text for _, text in head.notes),
        tuple(f"{axis.sheet.letter(c)} {' · '.join(head.texts[c])}".strip() for c in sorted(ignored)),
        {**SYMBOLS, **_legend([text for _, text in (*head.titles, *head.notes)])},
        (*body.problems, *faults),
        (*sheet.remarks, *body.remarks, *head.remarks),
    )


def _inner(axis: Axis, body: Body, column: int) -> list[Cell]:
    """Cells of a column in rows of areas."""
    cells = [axis.sheet.at(row, column) for row in (*body.areas, *body.rests)]
    return [cell for cell in cells if cell.value is not None]


def _is_date(cells: list[Cell], heads: tuple[str, ...]) -> bool:
    dated = [cell for cell in cells if as_stand(cell.text)]
    whole = all(len(cell.text) < 24 for cell in cells)
    return whole and len(dated) >= _MOSTLY * len(cells) and bool(_DATE_HEAD.search(fold(" ".join(heads))))


def _mostly_numeric(cells: list[Cell]) -> bool:
    return sum(looks_numeric(cell) for cell in cells) >= _HALF * len(cells)


def _repeats(body: Body) -> bool:
    return len({area.id for area in body.areas.values()}) < len(body.areas)


def _keys(axis: Axis, body: Body, words: list[int]) -> list[int]:
    """Columns of words that differ between rows of the same area: indicator, unit, group."""
    by_area: dict[tuple[int, str], set[str]] = {}
    for row, area in body.areas.items():
        for column in words:
            by_area.setdefault((column, area.id), set()).add(axis.sheet.at(row, column).text)
    varying = {column for (column, _), texts in by_area.items() if len(texts) > 1}
    units = {
        column for column in words if len({axis.sheet.at(row, column).text for row in body.areas}) <= len(varying) + 2
    }
    return [column for column in words if column in varying or (varying and column in units)]


def _names_all(axis: Axis, body: Body, column: int, heads: tuple[str, ...]) -> bool:
    """Whether a column says the same of every row, and what it says is what is counted."""
    texts = {axis.sheet.at(row, column).text for row in body.areas}
    return len(texts) == 1 and bool(_NAMES.search(fold(" ".join(heads))))


def _columns(
    axis: Axis, body: Body, head: Head, values: list[int], dates: list[int], keys: list[int]
) -> tuple[list[Column], list[str]]:
    """Columns of values, one for each kind and date; and rows that repeat an area without saying what differs."""
    grouped: dict[tuple[int, tuple[str, ...], str | None], list[Spot]] = {}
    rows: list[tuple[int, Gebiet | None]] = [*body.areas.items(), *((row, None) for row in body.rests)]
    for row, area in sorted(rows, key=lambda item: item[0]):
        words = tuple(axis.sheet.at(row, column).text for column in keys)
        found = [as_stand(axis.sheet.at(row, column).text) for column in dates]
        stand = next((date for date in found if date), None)
        for column in values:
            spot = Spot(row, column, area, axis.sheet.at(row, column))
            grouped.setdefault((column, words, stand), []).append(spot)
    columns = []
    for (column, words, stand), listed in grouped.items():
        spots = _without_copies(axis, body, listed)
        heads = (*words, *head.texts[column])
        dated = stand or as_stand(" | ".join(head.texts[column]))
        columns.append(Column(column, axis.sheet.letter(column), heads, dated, tuple(spots)))
    return columns, _repeated(axis, columns)


def _without_copies(axis: Axis, body: Body, spots: list[Spot]) -> list[Spot]:
    """Values without those of rows that repeat an earlier row of the same area word for word."""
    rows: dict[tuple[str, tuple[str, ...]], int] = {}
    kept = []
    for spot in spots:
        if spot.gebiet is None:
            kept.append(spot)
            continue
        row = (spot.gebiet.id, tuple(cell.text for _, cell in axis.sheet.row(spot.row)))
        if rows.setdefault(row, spot.row) == spot.row:
            kept.append(spot)
            continue
        remark = (
            f"{axis.sheet.where(spot.row)}: {spot.gebiet.langname} noch einmal mit denselben Werten, nicht verwendet"
        )
        if remark not in body.remarks:
            body.remarks.append(remark)
    return kept


def _repeated(axis: Axis, columns: list[Column]) -> list[str]:
    problems: dict[str, None] = {}
    for column in columns:
        first: dict[str, int] = {}
        for spot in column.spots:
            if spot.gebiet is None:
                continue
            if spot.gebiet.id in first:
                second = axis.sheet.where(spot.row).rpartition(", ")[2]
                places = f"{axis.sheet.where(first[spot.gebiet.id])} und {second}"
                problems[
                    f"{places}: {spot.gebiet.langname} steht zweimal, mit verschiedenen Werten. Bitte eine Zeile "
                    "entfernen; von mehreren Tabellen auf einem Blatt eine wählen, zum Beispiel --bereich A5:F60."
                ] = None
            first.setdefault(spot.gebiet.id, spot.row)
    rest = len(problems) - MAX_REPEATED
    more = [f"{axis.sheet.where()}: So ist es bei {rest} weiteren Zeilen."] if rest > 0 else []
    return [*list(problems)[:MAX_REPEATED], *more]


def _legend(lines: list[str]) -> dict[str, str]:
    """Symbols that the table explains itself, with one of the known meanings."""
    found = {}
    for sign, words in legend(lines).items():
        meaning = next((name for name, pattern in _MEANINGS if re.search(pattern, words.lower())), None)
        if meaning:
            found[sign] = meaning
    return found
