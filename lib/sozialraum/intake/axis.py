"""Where the areas of a table stand, which row belongs to which of them, and what stands above and below."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from typing import Final

from openpyxl.utils import column_index_from_string

from sozialraum.errors import TableError
from sozialraum.gebiete import Gebiet, Register, fold
from sozialraum.intake.grid import Sheet
from sozialraum.intake.matcher import (
    AREA,
    CLASH,
    ELSEWHERE,
    MEAN,
    REST,
    TOTAL,
    UNKNOWN,
    Match,
    Matcher,
    level_of,
    number_keys,
)
from sozialraum.intake.reading import looks_numeric

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
    """The column of the areas."""

    sheet: Sheet  # turned if the areas stood in a row
    column: int  # the column that names the areas
    matches: dict[int, Match]  # meaning of each label, by row
    distinct: int  # how many different areas were found
    numbers: tuple[int, ...] = ()  # columns with the numbers of the same areas, if there are any beside the names
    levels: tuple[int, ...] = field(default=())  # columns that name the Stadtbezirk or the city of each row
    level: str = ""  # level of the areas, if a description or the head of the column names it


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


def _number_of(match: Match) -> int | None:
    return match.gebiet.nummer if match.gebiet else None


def _agree(sheet: Sheet, column: int, found: dict[int, Match], matches: dict[int, Match]) -> bool:
    """Whether a column holds the numbers of the areas that another one names."""
    cells = islice(sheet.column(column), _ENOUGH)
    head = " ".join(fold(cell.text) for _, cell in cells if not cell.is_number)
    rows = [row for row, match in matches.items() if match.gebiet and match.gebiet.ebene != "stadt"][:_ENOUGH]
    numbered = [row for row in rows if row in found and found[row].by_number]
    same = [row for row in numbered if _number_of(found[row]) == _number_of(matches[row])]
    return (
        bool(rows)
        and not _RUNNING.search(head)
        and len(numbered) >= _MOSTLY * len(rows)
        and 2 * len(same) >= len(numbered)
    )


_HALF: Final = 0.5


@dataclass
class Body:
    """The rows with values."""

    first: int  # first, last: first and last row of the table's body
    last: int
    areas: dict[int, Gebiet] = field(default_factory=dict)  # area of each row
    rests: list[int] = field(default_factory=list)  # rows that count to a total but belong to no area
    # problems, remarks: german sentences: what must be repaired; what was read tolerantly or left out
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_body(axis: Axis, matcher: Matcher) -> Body | None:
    """The rows with values; None if no area has one."""
    rows = [
        row for row, match in axis.matches.items() if match.kind in (AREA, TOTAL, REST, CLASH) and has_values(axis, row)
    ]
    if not any(axis.matches[row].kind in (AREA, CLASH) for row in rows):
        return None
    body = Body(min(rows), max(rows))
    body.first, body.last = _grow(axis, body)
    reader = _Reader(axis, matcher, body)
    for row in range(body.first, body.last + 1):
        reader.read(row)
    _second_meaning(axis, body)
    _open_level(axis, matcher.register, body)
    return body


def label_columns(axis: Axis) -> set[int]:
    """Columns that name areas in one way or another."""
    return {axis.column, *axis.numbers, *axis.levels}


def has_values(axis: Axis, row: int) -> bool:
    """Whether a row holds anything that reads as a value, outside of the columns of labels."""
    names = label_columns(axis)
    return any(column not in names and looks_numeric(cell) for column, cell in axis.sheet.row(row))


def _grow(axis: Axis, body: Body) -> tuple[int, int]:
    """Include headings above, and rows above and below whose label is unknown though they are full of values."""
    first, last = body.first, body.last
    while _stranger(axis, first - 1) or _heading(axis, first - 1):
        first -= 1
    while _stranger(axis, last + 1):
        last += 1
    return first, last


def _heading(axis: Axis, row: int) -> bool:
    """A Stadtbezirk without values above its first Stadtteil."""
    match = axis.matches.get(row)
    return bool(match and match.kind == AREA and match.gebiet and match.gebiet.ebene == "stadtbezirk")


def _stranger(axis: Axis, row: int) -> bool:
    label = axis.sheet.at(row, axis.column).text
    match = axis.matches.get(row)
    if not label or match is None or match.kind != UNKNOWN or HEAD_WORDS.search(fold(label)) or len(label) > 60:
        return False
    cells = [cell for column, cell in axis.sheet.row(row) if column not in label_columns(axis)]
    numeric = [cell for cell in cells if looks_numeric(cell)]
    years = [cell for cell in numeric if cell.text.isdigit() and 1900 <= int(cell.text) <= 2100]
    return bool(numeric) and len(numeric) > _HALF * len(cells) and len(years) < len(numeric)


class _Reader:
    """Reads rows from top to bottom and remembers which Stadtteile came since the last total."""

    def __init__(self, axis: Axis, matcher: Matcher, body: Body) -> None:
        self.axis, self.matcher, self.body = axis, matcher, body
        self.register: Register = matcher.register
        self.group: list[str] = []
        self.seen: list[str] = []
        self.unknown: set[str] = set()
        heads = (axis.sheet.at(row, axis.column).text for row in range(1, body.first))
        self.heads = {fold(text) for text in heads if text}

    def read(self, row: int) -> None:
        """Sort one row."""
        match = self.axis.matches.get(row, Match(UNKNOWN))
        valued = has_values(self.axis, row)
        if match.kind == AREA and match.gebiet:
            self._area(row, match, match.gebiet, valued=valued)
        elif match.kind == CLASH:
            self.body.problems.append(f"{self._where(row)}: {match.remark} Bitte berichtigen.")
        elif not valued:
            self._text(row)
        elif match.kind == REST:
            self.body.rests.append(row)
            self._remark(row, "gehört zu keinem Stadtteil; zählt nur zur Summe der Stadt")
        elif match.kind == MEAN:
            self._remark(row, "nicht verwendet: Ein Mittel der Stadtteile ist nicht der Wert der Stadt")
        elif match.kind == ELSEWHERE:
            self._remark(row, "nicht verwendet: liegt nicht in der Stadt")
        elif fold(self.axis.sheet.at(row, self.axis.column).text) not in self.heads - {""}:
            self._total(row, match)

    def _area(self, row: int, match: Match, area: Gebiet, *, valued: bool) -> None:
        if not valued and area.ebene != "stadtteil":
            self._remark(row, "Zwischenüberschrift")
            return
        if match.remark:
            self.body.remarks.append(f"{self._where(row)}: {match.remark}")
        self._numbers(row, area)
        self.body.areas[row] = area
        if area.ebene == "stadtteil":
            self.group.append(area.id)
            self.seen.append(area.id)
        else:
            self.group = []

    def _numbers(self, row: int, area: Gebiet) -> None:
        """A number beside the name must belong to it."""
        for column in self.axis.numbers:
            found = self.matcher.match(self.axis.sheet.at(row, column).text)
            if area.ebene == "stadtteil" and found.by_number and found.gebiet and found.gebiet != area:
                self.body.problems.append(
                    f"{self.axis.sheet.where(row, column)}: Die Nummer {found.gebiet.nummer} gehört zu "
                    f"{found.gebiet.name}, daneben steht {area.name}. Bitte Nummer oder Name berichtigen."
                )

    def _total(self, row: int, match: Match) -> None:
        """A row of values without a name of its own: a total by its word or by the column of the levels."""
        label = self.axis.sheet.at(row, self.axis.column).text
        if match.kind != TOTAL and label:
            if fold(label) not in self.unknown:
                self.unknown.add(fold(label))
                self.body.problems.append(
                    f"{self._where(row)}: {match.remark or 'Unbekannt.'} Bitte den Namen berichtigen, oder in der "
                    f"Beschreibung übersetzen: gebiet: {{namen: {{{label}: …}}}} („nicht“ lässt die Zeile aus)."
                )
            return
        area = self._level(row) or (self._by_group() if match.kind == TOTAL else None)
        if area is None:
            what = (
                "Zu welchen Stadtteilen diese Summe gehört, ist nicht zu erkennen"
                if label
                else "Hier stehen Werte ohne Namen"
            )
            self.body.problems.append(f"{self._where(row)}: {what}. Bitte Stadtteil, Stadtbezirk oder Stadt eintragen.")
            return
        self.body.areas[row] = area
        self.group = []

    def _level(self, row: int) -> Gebiet | None:
        found = [self.matcher.match(self.axis.sheet.at(row, column).text) for column in self.axis.levels]
        areas = [match.gebiet for match in found if match.kind == AREA and match.gebiet and not match.by_number]
        return areas[-1] if areas else None

    def _by_group(self) -> Gebiet | None:
        """The area that the rows above make up; the city for a total before them or below all."""
        if not self.seen:
            return self.register.city
        for area in self.register.of_level("stadtbezirk"):
            if self.group and set(self.group) == set(self.register.members(area.id)):
                return area
        taken = {area.id for area in self.body.areas.values()}
        return None if self.register.city.id in taken and self.group else self.register.city

    def _text(self, row: int) -> None:
        texts = dict.fromkeys(cell.text for _, cell in self.axis.sheet.row(row))
        if texts:
            self._remark(row, f"„{' '.join(texts)[:80]}“ ohne Werte", plain=True)

    def _remark(self, row: int, text: str, *, plain: bool = False) -> None:
        label = "" if plain else f"„{self.axis.sheet.at(row, self.axis.column).text}“ "
        self.body.remarks.append(f"{self._where(row)}: {label}{text}")

    def _where(self, row: int) -> str:
        return self.axis.sheet.where(row, self.axis.column)


def _open_level(axis: Axis, register: Register, body: Body) -> None:
    """Bare numbers that are exactly those of the Stadtbezirke may mean these."""
    numbers = {area.nummer for row, area in body.areas.items() if axis.matches[row].by_number}
    bezirke = {area.nummer for area in register.of_level("stadtbezirk")}
    if numbers and numbers == bezirke and not axis.level and len(numbers) < len(register.of_level("stadtteil")):
        where, column = axis.sheet.where(None, axis.column), axis.sheet.letter(axis.column)
        body.problems.append(
            f"{where}: Sind 1 bis {max(numbers)} Stadtteile oder Stadtbezirke? Bitte in der Beschreibung angeben: "
            f"gebiet: {{spalte: {column}, ebene: stadtbezirk}}, oder stadtteil."
        )


def _second_meaning(axis: Axis, body: Body) -> None:
    """A name that a Stadtteil and a Stadtbezirk share: the other rows of the column decide, else a person."""
    shared = {row: axis.matches[row].other for row in body.areas if axis.matches[row].other}
    named = {area.id for row, area in body.areas.items() if row not in shared}
    levels = {area.ebene for row, area in body.areas.items() if row not in shared}
    for row, bezirk in shared.items():
        label, area = axis.sheet.at(row, axis.column).text, body.areas[row]
        if not has_values(axis, row):
            del body.areas[row]
        elif bezirk is None or area.id in named or (levels and levels <= {"stadtbezirk", "stadt"}):
            body.areas[row] = bezirk or area
            body.remarks.append(
                f"{axis.sheet.where(row, axis.column)}: „{label}“ gelesen als {body.areas[row].langname}"
            )
        else:
            body.problems.append(
                f"{axis.sheet.where(row, axis.column)}: „{label}“ kann {area.langname} oder {bezirk.langname} "
                f"sein. Bitte in "
                f"der Beschreibung angeben: gebiet: {{namen: {{{label}: {area.name}}}}}, oder den Namen berichtigen."
            )


MAX_HEAD_ROWS: Final = 6
_MAX_HEAD_TEXT: Final = 40
_SYMBOL_LEGEND: Final = re.compile(
    r"(?P<sign>[-–—./×x*•·#…]|\.\.\.|\(\)|\( \))\s*(?:=|:|\s)\s*(?P<words>[a-zäöü][^;,=|]{3,80})", re.IGNORECASE
)


@dataclass(frozen=True)
class Head:
    """What stands around the values."""

    texts: dict[int, tuple[str, ...]]  # head of each column from top to bottom, without repetitions
    titles: tuple[tuple[int, str], ...]  # titles, notes: lines above the head and below the body, with their rows
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
