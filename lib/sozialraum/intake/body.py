"""Which row of a table belongs to which area, and which rows are titles, totals, headings or footnotes."""

from dataclasses import dataclass, field
from typing import Final

from sozialraum.gebiete import Gebiet, Register, fold
from sozialraum.intake.areas import AREA, CLASH, ELSEWHERE, MEAN, REST, TOTAL, UNKNOWN, Match, Matcher
from sozialraum.intake.axis import HEAD_WORDS, Axis
from sozialraum.intake.numbers import looks_numeric

_HALF: Final = 0.5


@dataclass
class Body:
    """The rows with values.

    Attributes
    ----------
    areas
        Area of each row.
    rests
        Rows that count to a total but belong to no area.
    first, last
        First and last row of the table's body.
    problems, remarks
        German sentences: what must be repaired; what was read tolerantly or left out.
    """

    first: int
    last: int
    areas: dict[int, Gebiet] = field(default_factory=dict)
    rests: list[int] = field(default_factory=list)
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
