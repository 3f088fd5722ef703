"""Where the areas stand: in which column, or in which row, of which sheet, and of which level they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Final

from openpyxl.utils import column_index_from_string

from sozialraum.errors import TableError
from sozialraum.gebiete import fold
from sozialraum.intake.areas import AREA, CLASH, Match, Matcher, level_of, number_keys
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
_MAX_LABEL: Final = 80
#: Rows that are looked at to find the column of the areas; a long table repeats itself.
_ENOUGH: Final = 3000
_HEAD_ROWS: Final = 12


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
    distinct
        How many different areas were found.
    numbers
        Columns with the numbers of the same areas, if there are any beside the names.
    levels
        Columns that name the Stadtbezirk or the city of each row.
    level
        Level of the areas, if a description or the head of the column names it.
    """

    sheet: Sheet
    column: int
    matches: dict[int, Match]
    distinct: int
    numbers: tuple[int, ...] = ()
    levels: tuple[int, ...] = field(default=())
    level: str = ""


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
    heads = [column for column, cell in cells if plain and fold(cell.text) == fold(name)]
    return heads[0] if heads else lettered


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
    levels = [column for column, found in columns.items() if _mostly_levels(found) and not _of_values(sheet, column)]
    chosen = max(columns, key=lambda column: (named[column], -column), default=None)
    numbered = _numbered(sheet, columns)
    fewer = chosen in levels and numbered is not None and _distinct(columns[numbered]) > named[chosen]
    if chosen is None or named[chosen] < _MIN_NAMED or fewer:
        chosen = numbered
        if chosen is None:
            return None
        whole = _matches(sheet, chosen, matcher)
        rest, level = tuple(set(levels) - {chosen}), _level(sheet, chosen, matcher)
        return Axis(sheet, chosen, whole, _distinct(whole), levels=rest, level=level)
    whole = _matches(sheet, chosen, matcher)
    matches = {row: match for row, match in whole.items() if not match.by_number}
    numbers = tuple(
        column for column, found in columns.items() if column != chosen and _agree(sheet, column, found, matches)
    )
    others = tuple(column for column in levels if column not in (chosen, *numbers))
    return Axis(sheet, chosen, matches, named[chosen], numbers, others)


def _matches(sheet: Sheet, column: int, matcher: Matcher, enough: int | None = None) -> dict[int, Match]:
    """Meaning of the texts of a column, under the level that its head names."""
    labels = {row: cell.text for row, cell in islice(sheet.column(column), enough) if not _broken(cell.value)}
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


def _broken(value: object) -> bool:
    """A number with decimals is no area."""
    return isinstance(value, float) and not value.is_integer()


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
    cells = [cell for _, cell in islice(sheet.column(column), _ENOUGH)]
    return sum(looks_numeric(cell) for cell in cells) > len(cells) / 2


def _numbered(sheet: Sheet, columns: dict[int, dict[int, Match]]) -> int | None:
    """The column that lists numbers of areas, each once or in equal blocks; the one with the most areas."""
    fitting: dict[int, int] = {}
    for column, found in columns.items():
        areas = [m.gebiet.nummer for m in found.values() if m.kind == AREA and m.gebiet and m.by_number]
        cells = [cell for _, cell in islice(sheet.column(column), _ENOUGH)]
        if len(set(areas)) < _MIN_NUMBERED or len(areas) < _MOSTLY * len(cells):
            continue
        head = " ".join(fold(cell.text) for cell in cells if not cell.text.strip("0").isdigit())
        ordered = all(before < after for before, after in pairwise(areas))
        named = HEAD_WORDS.search(head) or level_of(head)
        if not _RUNNING.search(head) and (named or (ordered and column == 1)):
            fitting[column] = len(set(areas))
    return max(fitting, key=lambda column: (fitting[column], -column), default=None)


def _number(match: Match) -> int | None:
    return match.gebiet.nummer if match.gebiet else None


def _agree(sheet: Sheet, column: int, found: dict[int, Match], matches: dict[int, Match]) -> bool:
    """Whether a column holds the numbers of the areas that another one names."""
    cells = islice(sheet.column(column), _ENOUGH)
    head = " ".join(fold(cell.text) for _, cell in cells if not cell.is_number)
    rows = [row for row, match in matches.items() if match.gebiet and match.gebiet.ebene != "stadt"][:_ENOUGH]
    numbered = [row for row in rows if row in found and found[row].by_number]
    same = [row for row in numbered if _number(found[row]) == _number(matches[row])]
    return (
        bool(rows)
        and not _RUNNING.search(head)
        and len(numbered) >= _MOSTLY * len(rows)
        and 2 * len(same) >= len(numbered)
    )
