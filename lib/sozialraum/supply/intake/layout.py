"""What one table holds: columns of values by area, whatever way round, wide or long; its titles, heads and notes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Final

from sozialraum.city.gebiete import Gebiet, Register, fold
from sozialraum.errors import TableError
from sozialraum.supply.intake.axis import HEAD_WORDS, Axis, column_named, find_axis
from sozialraum.supply.intake.dates import as_stand, put_together, stand_in_cell
from sozialraum.supply.intake.description import Description
from sozialraum.supply.intake.grid import MAX_REPEATED, WORDS, Cell, Column, Key, Sheet, Spot, Table
from sozialraum.supply.intake.matcher import AREA, CLASH, ELSEWHERE, MEAN, REST, TOTAL, UNKNOWN, Match, Matcher
from sozialraum.supply.intake.reading import SYMBOLS, looks_numeric

MAX_HEAD_ROWS: Final = 6
_MAX_HEAD_TEXT: Final = 40


class Body:
    """The rows with values, read from top to bottom, and what stands around them.

    ``areas`` is the area of each row, ``rests`` the rows that count to a total but belong to no area; ``heads`` are the
    texts above each column, from top to bottom and without repetitions; ``titles`` and ``notes`` the lines above and
    below. ``problems`` must be repaired, ``remarks`` say what was read tolerantly or left out.
    """

    def __init__(self, axis: Axis, matcher: Matcher) -> None:
        self.axis, self.sheet, self.matcher = axis, axis.sheet, matcher
        self.register: Register = matcher.register
        self.areas: dict[int, Gebiet] = {}
        self.rests: list[int] = []
        self.problems: list[str] = []
        self.remarks: list[str] = []
        rows = [
            row
            for row, match in axis.matches.items()
            if match.kind in (AREA, TOTAL, REST, CLASH) and axis.has_values(row)
        ]
        self.empty = not any(axis.matches[row].kind in (AREA, CLASH) for row in rows)
        self.first, self.last = min(rows, default=1), max(rows, default=0)
        if self.empty:
            return
        while self._stranger(self.first - 1) or self._heading(self.first - 1):
            self.first -= 1
        while self._stranger(self.last + 1):
            self.last += 1
        self._read()
        self._second_meaning()
        self._open_level()
        self._read_heads()

    # The rows

    def _heading(self, row: int) -> bool:
        """A Stadtbezirk without values above its first Stadtteil."""
        match = self.axis.matches.get(row)
        return bool(match and match.kind == AREA and match.gebiet and match.gebiet.ebene == "stadtbezirk")

    def _stranger(self, row: int) -> bool:
        """A row beside the others whose label is unknown though it is full of values."""
        label, match = self.axis.label(row), self.axis.matches.get(row)
        if not label or match is None or match.kind != UNKNOWN or HEAD_WORDS.search(fold(label)) or len(label) > 60:
            return False
        cells = [cell for column, cell in self.sheet.row(row) if column not in self.axis.labels]
        numeric = [cell for cell in cells if looks_numeric(cell)]
        years = [cell for cell in numeric if cell.text.isdigit() and 1900 <= int(cell.text) <= 2100]
        return len(numeric) > len(cells) / 2 and len(years) < len(numeric)

    def _read(self) -> None:
        """Sort the rows; remembers which Stadtteile came since the last total, and which labels were unknown."""
        self._group: list[str] = []
        self._unknown: set[str] = set()
        heads = {fold(text) for row in range(1, self.first) if (text := self.axis.label(row))} - {""}
        reasons = {
            REST: "gehört zu keinem Stadtteil; zählt nur zur Summe der Stadt",
            MEAN: "nicht verwendet: Ein Mittel der Stadtteile ist nicht der Wert der Stadt",
            ELSEWHERE: "nicht verwendet: liegt nicht in der Stadt",
        }
        for row in range(self.first, self.last + 1):
            match, label = self.axis.matches.get(row, Match(UNKNOWN)), self.axis.label(row)
            valued = self.axis.has_values(row)
            if match.kind == AREA and match.gebiet:
                self._area(row, match, match.gebiet, valued=valued)
            elif match.kind == CLASH:
                self.problems.append(f"{self._where(row)}: {match.remark} Bitte berichtigen.")
            elif not valued:
                texts = dict.fromkeys(cell.text for _, cell in self.sheet.row(row))
                self.remarks += [f"{self._where(row)}: „{' '.join(texts)[:80]}“ ohne Werte"] if texts else []
            elif match.kind in reasons:
                self.rests += [row] if match.kind == REST else []
                self.remarks.append(f"{self._where(row)}: „{label}“ {reasons[match.kind]}")
            elif fold(label) not in heads:
                self._total(row, match, label)

    def _where(self, row: int) -> str:
        return self.sheet.where(row, self.axis.column)

    def _area(self, row: int, match: Match, area: Gebiet, *, valued: bool) -> None:
        if not valued and area.ebene != "stadtteil":
            self.remarks.append(f"{self._where(row)}: „{self.axis.label(row)}“ Zwischenüberschrift")
            return
        self.remarks += [f"{self._where(row)}: {match.remark}"] if match.remark else []
        for column in self.axis.numbers:  # a number beside the name must belong to it
            found = self.matcher.match(self.sheet.at(row, column).text)
            if area.ebene == "stadtteil" and found.by_number and found.gebiet and found.gebiet != area:
                self.problems.append(
                    f"{self.sheet.where(row, column)}: Die Nummer {found.gebiet.nummer} gehört zu "
                    f"{found.gebiet.name}, daneben steht {area.name}. Bitte Nummer oder Name berichtigen."
                )
        self.areas[row] = area
        if area.ebene == "stadtteil":
            self._group.append(area.id)
        else:
            self._group = []

    def _total(self, row: int, match: Match, label: str) -> None:
        """A row of values without a name of its own: a total by its word or by the column of the levels."""
        if match.kind != TOTAL and label:
            if fold(label) not in self._unknown:
                self._unknown.add(fold(label))
                self.problems.append(
                    f"{self._where(row)}: {match.remark or 'Unbekannt.'} Bitte den Namen berichtigen, oder in der "
                    f"Beschreibung übersetzen: gebiet: {{namen: {{{label}: …}}}} („nicht“ lässt die Zeile aus)."
                )
            return
        levels = (self.matcher.match(self.sheet.at(row, column).text) for column in self.axis.levels)
        named = [one.gebiet for one in levels if one.kind == AREA and one.gebiet and not one.by_number]
        area = named[-1] if named else self._made_up() if match.kind == TOTAL else None
        if area is None:
            what = (
                "Zu welchen Stadtteilen diese Summe gehört, ist nicht zu erkennen"
                if label
                else "Hier stehen Werte ohne Namen"
            )
            self.problems.append(f"{self._where(row)}: {what}. Bitte Stadtteil, Stadtbezirk oder Stadt eintragen.")
            return
        self.areas[row] = area
        self._group = []

    def _made_up(self) -> Gebiet | None:
        """The area that the rows above make up; the city for a total before them or below all."""
        if not any(area.ebene == "stadtteil" for area in self.areas.values()):
            return self.register.city
        for area in self.register.of_level("stadtbezirk"):
            if self._group and set(self._group) == set(self.register.members(area.id)):
                return area
        return None if self.register.city in self.areas.values() and self._group else self.register.city

    def _open_level(self) -> None:
        """Bare numbers that are exactly those of the Stadtbezirke may mean these."""
        numbers = {area.nummer for row, area in self.areas.items() if self.axis.matches[row].by_number}
        bezirke = {area.nummer for area in self.register.of_level("stadtbezirk")}
        if (
            numbers
            and numbers == bezirke
            and not self.axis.level
            and len(numbers) < len(self.register.of_level("stadtteil"))
        ):
            where, column = self.sheet.where(None, self.axis.column), self.sheet.letter(self.axis.column)
            self.problems.append(
                f"{where}: Sind 1 bis {max(numbers)} Stadtteile oder Stadtbezirke? Bitte in der Beschreibung angeben: "
                f"gebiet: {{spalte: {column}, ebene: stadtbezirk}}, oder stadtteil."
            )

    def _second_meaning(self) -> None:
        """A name that a Stadtteil and a Stadtbezirk share: the other rows of the column decide, else a person."""
        shared = {row: other for row in self.areas if (other := self.axis.matches[row].other)}
        plain = {area.id: area.ebene for row, area in self.areas.items() if row not in shared}
        no_stadtteil = bool(plain) and {*plain.values()} <= {"stadtbezirk", "stadt"}
        for row, bezirk in shared.items():
            label, area = self.axis.label(row), self.areas[row]
            if not self.axis.has_values(row):
                del self.areas[row]
            elif area.id in plain or no_stadtteil:
                self.areas[row] = bezirk
                self.remarks.append(f"{self._where(row)}: „{label}“ gelesen als {bezirk.langname}")
            else:
                self.problems.append(
                    f"{self._where(row)}: „{label}“ kann {area.langname} oder {bezirk.langname} sein. Bitte in der "
                    f"Beschreibung angeben: gebiet: {{namen: {{{label}: {area.name}}}}}, oder den Namen berichtigen."
                )

    # What stands around them

    def _read_heads(self) -> None:
        sheet, axis = self.sheet, self.axis
        row = self.first - 1
        while row > 0 and not sheet.row(row):
            row -= 1
        rows: list[int] = []
        while row > 0 and len(rows) < MAX_HEAD_ROWS and self._is_head(row, lowest=not rows):
            rows.insert(0, row)
            row -= 1
        numbering = [row for row in rows if _counts_columns(sheet, row)]
        self.remarks += [f"{sheet.where(row)}: Nummern der Spalten" for row in numbering]
        used = [row for row in rows if row not in numbering]
        filled = {row: self._filled(row, used) for row in used}
        self.heads = {
            column: tuple(dict.fromkeys(filled[row][column] for row in used if filled[row].get(column)))
            for column in range(1, sheet.columns + 1)
        }
        above, below = range(1, min(rows, default=self.first)), list(range(self.last + 1, sheet.rows + 1))
        upright = sheet
        if sheet.turned:  # titles and notes stand as lines of the file
            columns = range(axis.column + 1, sheet.columns + 1)
            above, below = range(1, axis.column), [column for column in columns if len(sheet.column(column)) == 1]
            upright = sheet.turn()
        self.titles, self.notes = (
            tuple(line for row in rows if (line := " ".join(dict.fromkeys(c.text for _, c in upright.row(row)))))
            for rows in (above, below)
        )

    def _is_head(self, row: int, *, lowest: bool) -> bool:
        cells, labels = self.sheet.row(row), self.axis.labels
        texts = dict.fromkeys(cell.text for _, cell in cells)
        if not texts:
            return False
        first = next(iter(texts))
        if len(texts) > 1:
            return any(column not in labels for column, _ in cells) and (lowest or not first.endswith(":"))
        columns = {column for column, _ in cells}
        if not columns & {self.axis.column, *range(1, min(labels) + 1)}:
            return True
        short = len(first) < _MAX_HEAD_TEXT and len(columns) < self.sheet.columns
        return bool(HEAD_WORDS.search(fold(first))) and short

    def _filled(self, row: int, rows: list[int]) -> dict[int, str]:
        """Texts of one row of the head; the head of a group also over the columns to its right."""
        texts = {column: cell.text for column, cell in self.sheet.row(row)}
        below = rows[rows.index(row) + 1 :]
        if not below or any(not cell.anchor for _, cell in self.sheet.row(row)):
            return texts
        last = ""
        for column in range(1, self.sheet.columns + 1):
            has_sub = any(self.sheet.at(lower, column).text for lower in below)
            if column in self.axis.labels:
                last = ""
            elif column in texts:
                last = texts[column] if has_sub else ""
            elif last and has_sub:
                texts[column] = last
        return texts


def _counts_columns(sheet: Sheet, row: int) -> bool:
    """A row of the head that only numbers the columns: 1, 2, 3 ..."""
    texts = [cell.text.strip("()") for _, cell in sheet.row(row)]
    numbers = [int(text) for text in texts if text.isdigit()]
    counting = len(numbers) == len(texts) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return counting and numbers[0] < 3


_DATE_HEAD: Final = re.compile(WORDS["koepfe"]["stichtag"])
_NAMES: Final = re.compile(WORDS["koepfe"]["merkmal"])
_OF_THE_FILE: Final = re.compile(WORDS["koepfe"]["der_datei"], re.IGNORECASE)
_MOSTLY: Final = 0.9
_SAMPLE: Final = 2000
_SYMBOL_LEGEND: Final = re.compile(
    r"(?P<sign>[-–—./×x*•·#…]|\.\.\.|\(\)|\( \))\s*(?:=|:|\s)\s*(?P<words>[a-zäöü][^;,=|]{3,80})", re.IGNORECASE
)
_LEGEND_HEAD: Final = re.compile(r"^(?:zeichenerklärung|legende|zeichen|erläuterung)\w*\s*:?\s*", re.IGNORECASE)
_LEGEND_PARTS: Final = re.compile(r"[;|]|(?<=\w), (?=[-–./×x*•…] ?[=:])|\s{2,}")


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
