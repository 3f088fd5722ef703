"""From cells to numbers: numerator, denominator and value of each area, for one indicator at one date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sozialraum.indicators import Indikator
from sozialraum.intake.dates import german_stand, the_one
from sozialraum.intake.description import Description
from sozialraum.intake.grid import without_result
from sozialraum.intake.layout import MAX_REPEATED, Column, Spot, Table
from sozialraum.intake.mapping import Assignment
from sozialraum.intake.phrases import KINDS, PART, VALUE, WHOLE, Role
from sozialraum.intake.reading import COMMA, NOTHING, POINT, UNSAFE, ZERO, Reading, Style, looks_numeric, read, style_of

AS_PERCENT, AS_FRACTION = "prozent", "bruch"
_LONG_TEXT: Final = 24
_ENOUGH_SUMS: Final = 3
_HALF: Final = 0.5
_FRACTION_FITS: Final = 0.02


@dataclass(frozen=True)
class Number:
    """One reading and its place; of a sum that of its last part, and all its parts as they are written."""

    reading: Reading
    spot: Spot
    text: str = ""


@dataclass(frozen=True)
class Series:
    """One indicator at one date."""

    eintrag: Indikator
    stand: str
    numbers: Mapping[str, Mapping[str, Number]]  # readings by area and kind (zaehler, nenner, wert)
    rests: tuple[Mapping[str, Number], ...]  # readings of rows that belong to no area, by kind
    columns: Mapping[str, tuple[Column, ...]]  # where they come from, by kind
    scale: float = 1.0

    def number(self, gebiet_id: str, kind: str) -> float | None:
        """The number of an area; a share in percent; None if there is none."""
        found = self.numbers.get(gebiet_id, {}).get(kind)
        if found is None or found.reading.value is None:
            return None
        return found.reading.value * (self.scale if kind == VALUE else 1.0)

    def reason(self, gebiet_id: str) -> str:
        """Why an area has no number or one that needs care; empty if nothing is to be said."""
        found = [number.reading.reason for number in self.numbers.get(gebiet_id, {}).values()]
        return next((reason for reason in found if reason and reason != ZERO), "")

    def spot(self, gebiet_id: str, kind: str) -> Spot | None:
        """Where a number stands."""
        found = self.numbers.get(gebiet_id, {}).get(kind)
        return found.spot if found else None


@dataclass
class Findings:
    """What came to light: problems to be repaired, questions to be answered, remarks, and how to answer."""

    problems: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


def read_series(
    table: Table,
    assignment: Assignment,
    entries: Mapping[str, Indikator],
    answers: Description,
    found: Findings,
) -> list[Series]:
    """All indicators and dates of a table; what is wrong goes into ``found``."""
    series = []
    for key in assignment.indikatoren:
        columns = {kind: assignment.of(key, kind) for kind in KINDS}
        if entries[key].typ == "anzahl":  # the value of a count is the count: it adds up
            columns = {PART: columns[PART] or columns[VALUE], WHOLE: [], VALUE: []}
        dated = [column for kind in (PART, VALUE) for column in columns[kind]]
        for stand in dict.fromkeys(column.stand or "" for column in dated):
            chosen = {kind: _at(columns[kind], stand, kind, dated) for kind in KINDS}
            if not answers.entry(key, "begruendung"):
                found.problems += _other_dates(table, key, stand, chosen[WHOLE])
            made = _one(table, entries[key], stand or answers.stichtag, chosen, answers, found, assignment)
            series.append(made)
    return series


def _at(columns: list[Column], stand: str, kind: str, dated: list[Column]) -> tuple[Column, ...]:
    """Columns of a date; a denominator without date serves if there is only one date."""
    same = tuple(column for column in columns if (column.stand or "") == stand)
    if same or kind != WHOLE:
        return same
    dates = {column.stand or "" for column in dated}
    return tuple(column for column in columns if not column.stand or len(dates) == 1)


def _other_dates(table: Table, key: str, stand: str, wholes: tuple[Column, ...]) -> list[str]:
    """That a denominator is of another day than its numerator."""
    other = next((c.stand for c in wholes if stand and c.stand and not the_one((stand, c.stand))), None)
    if other is None:
        return []
    text = (
        f"{table.sheet.where()}: Zu „{key}“ gehören Zähler vom {german_stand(stand)} und Nenner vom "
        f"{german_stand(other)}. "
        "Bitte beide vom selben Tag liefern lassen, oder in der Beschreibung begründen (begruendung:)."
    )
    return [text]


def _one(
    table: Table,
    entry: Indikator,
    stand: str,
    columns: Mapping[str, tuple[Column, ...]],
    answers: Description,
    found: Findings,
    assignment: Assignment,
) -> Series:
    numbers: dict[str, dict[str, Number]] = {}
    rests: dict[int, dict[str, Number]] = {}
    for kind, chosen in columns.items():
        role = Role(entry.id, kind if assignment.of(entry.id, kind) else VALUE)
        groups = {column.letter: [one for one in chosen if one.letter == column.letter] for column in chosen}
        several = next((same for same in groups.values() if len(same) > 1), None)
        if role in assignment.added and not assignment.added[role] and several:
            found.problems.append(_several(table, entry, kind, tuple(several)))
            continue
        if len(chosen) > 1 and role not in assignment.added:
            found.problems.append(_several(table, entry, kind, chosen))
            continue
        repeated: dict[str, tuple[Spot, Spot]] = {}
        parts: dict[str, list[float]] = {}
        for column in chosen:
            style = _style(table, column, kind, entry, answers, found)
            here: dict[str, Spot] = {}
            for spot in column.spots:
                reading = read(spot.cell, style, table.symbols)
                _note(spot, reading, kind, found)
                if spot.gebiet and not assignment.added.get(role) and here.setdefault(spot.gebiet.id, spot) is not spot:
                    repeated.setdefault(spot.gebiet.id, (here[spot.gebiet.id], spot))
                    continue
                target = numbers.setdefault(spot.gebiet.id, {}) if spot.gebiet else rests.setdefault(spot.row, {})
                target[kind] = _added(target.get(kind), Number(reading, spot, spot.cell.text))
                if spot.gebiet and reading.value is not None:
                    parts.setdefault(spot.gebiet.id, []).append(reading.value)
        if role in assignment.added:
            found.problems += _with_their_sum(table, entry, kind, list(parts.values()))
        found.problems += _twice(table, list(repeated.values()))
    series = Series(entry, stand, numbers, tuple(rests.values()), columns)
    scale = _scale(series, answers, found)
    return Series(entry, stand, numbers, series.rests, columns, scale)


def _several(table: Table, entry: Indikator, kind: str, chosen: tuple[Column, ...]) -> str:
    listed = ", ".join(f"{one.letter} ab Zeile {one.spots[0].row} ({one.title})" for one in chosen[:MAX_REPEATED])
    more = f" und {len(chosen) - MAX_REPEATED} weitere" if len(chosen) > MAX_REPEATED else ""
    return (
        f"{table.sheet.where()}: Mehrere Spalten oder Gruppen von Zeilen geben {_german(kind)} von „{entry.id}“ "
        "zum selben "
        f'Stand: {listed}{more}. Bitte eine wählen (--spalte "{chosen[0].letter}={entry.id}:{kind}", in der '
        "Beschreibung auch zeilen: {Merkmal: Text}), mit --bereich A5:F60 eine von mehreren Tabellen lesen, oder in "
        "der Beschreibung „summe: ja“ angeben, wenn sie zu addieren sind."
    )


def _with_their_sum(table: Table, entry: Indikator, kind: str, parts: list[list[float]]) -> list[str]:
    """That parts are added together with their sum: männlich, weiblich and insgesamt."""
    told = [one for one in parts if len(one) > 2 and sum(one) > 0]
    if len(told) < _ENOUGH_SUMS or any(abs(2 * max(one) - sum(one)) > _HALF for one in told):
        return []
    text = (
        f"{table.sheet.where()}: Für {_german(kind)} von „{entry.id}“ werden Teile und ihre Summe addiert. Bitte "
        f"nur eines von "
        "beiden nehmen: in der Beschreibung zeilen: {Merkmal: insgesamt}, oder andere Spalten."
    )
    return [text]


def _twice(table: Table, pairs: list[tuple[Spot, Spot]]) -> list[str]:
    lines = []
    for first, second in pairs[:MAX_REPEATED]:
        area = first.gebiet.langname if first.gebiet else ""
        where = f"{first.sheet.where(first.row)} und {second.sheet.where(second.row).rpartition(', ')[2]}"
        lines.append(
            f"{where}: {area} steht zweimal, mit verschiedenen Werten. Bitte eine Zeile entfernen; von mehreren "
            "Tabellen auf einem Blatt eine wählen, zum Beispiel --bereich A5:F60; Zeilen auswählen (zeilen: "
            "{Merkmal: Text}) oder addieren (summe: ja) sagt die Beschreibung."
        )
    rest = len(pairs) - MAX_REPEATED
    return [*lines, f"{table.sheet.where()}: So ist es bei {rest} weiteren Zeilen."] if rest > 0 else lines


def _german(kind: str) -> str:
    return {PART: "den Zähler", WHOLE: "den Nenner", VALUE: "den Wert"}[kind]


def _added(before: Number | None, more: Number) -> Number:
    """The sum of two numbers; missing if one is."""
    if before is None:
        return more
    first, second = before.reading, more.reading
    long = len(before.text) >= _LONG_TEXT
    text = f"{before.text.removesuffix(' + …')} + …" if long else f"{before.text} + {more.text}"
    if first.value is None or second.value is None:
        return Number(first if first.value is None else second, more.spot, text)
    reason = first.reason if first.reason != ZERO else second.reason
    return Number(Reading(first.value + second.value, reason), more.spot, text)


def _style(table: Table, column: Column, kind: str, entry: Indikator, answers: Description, found: Findings) -> Style:
    cells = [spot.cell for spot in column.spots]
    whole, share = kind in (PART, WHOLE), kind == VALUE and entry.typ == "anteil"
    style = style_of(cells, table.symbols, whole=whole, share=share)
    where = table.sheet.where(None, None)
    if style.clash:
        found.problems.append(
            f"{where}, Spalte {column.letter}: „{style.clash[0]}“ und „{style.clash[1]}“ sind verschieden geschrieben, "
            "einmal mit Komma und einmal mit Punkt für die Dezimalstellen. Bitte einheitlich schreiben."
        )
    if style.open and answers.dezimalzeichen not in (COMMA, POINT):
        found.questions.append(
            f"Spalte {column.letter} ({column.title}): „{style.open[0]}“ kann mit Komma oder Punkt als Dezimalzeichen "
            f"gemeint sein. Was gilt? (--dezimalzeichen {COMMA} oder --dezimalzeichen {POINT})"
        )
    if style.open:
        return Style(answers.dezimalzeichen or COMMA)
    return style if style.decimal else Style(COMMA)


def _note(spot: Spot, reading: Reading, kind: str, found: Findings) -> None:
    where = spot.where()
    if spot.uncomputed:
        found.problems += without_result(spot.sheet, [(spot.row, spot.column)])
    elif reading.fault:
        found.problems.append(f"{where}: {reading.fault}")
    elif not spot.cell.anchor and looks_numeric(spot.cell):
        found.problems.append(
            f"{where}: Ein Wert steht in einer verbundenen Zelle über mehrere Zeilen. Bitte die Zellen trennen."
        )
    elif kind != VALUE and spot.cell.value is not None and (spot.cell.percent or "%" in str(spot.cell.value)):
        found.problems.append(
            f"{where}: Hier steht ein Prozentwert, erwartet wird eine Anzahl. Bitte die Spalte als „wert“ zuordnen."
        )
    elif reading.mark:
        found.remarks.append(f"{where}: Fußnotenzeichen „{reading.mark}“ hinter der Zahl abgetrennt")
    elif reading.reason == UNSAFE and reading.value is not None:
        found.remarks.append(f"{where}: Wert in Klammern, als unsicher übernommen")


def _scale(series: Series, answers: Description, found: Findings) -> float:
    """100 if a share is written as a fraction without the percent format; asked for if nothing decides."""
    if series.eintrag.typ != "anteil" or not series.columns[VALUE]:
        return 1.0
    cells = [spot.cell for column in series.columns[VALUE] for spot in column.spots]
    values = [value for key in series.numbers if (value := series.number(key, VALUE)) is not None]
    if any(cell.percent or "%" in cell.text for cell in cells) or not values or max(values) > 1 or max(values) <= 0:
        return 1.0
    if answers.anteil_als in (AS_PERCENT, AS_FRACTION):
        return 100.0 if answers.anteil_als == AS_FRACTION else 1.0
    decided = {_counts_decide(series, key) for key in series.numbers} - {None}
    if len(decided) == 1:
        return decided.pop() or 1.0
    letter = series.columns[VALUE][0].letter
    found.questions.append(
        f"Spalte {letter}: Alle Anteile liegen zwischen 0 und 1. Sind es Prozent (0,5 = 0,5 %) oder Bruchteile (0,5 = "
        f"50 %)? (--anteil-als {AS_PERCENT} oder --anteil-als {AS_FRACTION})"
    )
    return 1.0


def _counts_decide(series: Series, key: str) -> float | None:
    part, whole, value = (series.number(key, kind) for kind in (PART, WHOLE, VALUE))
    if not part or not whole or not value:
        return None
    share = part / whole
    return (
        100.0
        if abs(value - share) < _FRACTION_FITS * share
        else 1.0
        if abs(value - 100 * share) < _FRACTION_FITS * 100 * share
        else None
    )


def symbols_used(series: Iterable[Series]) -> dict[str, tuple[str, int]]:
    """Symbols that were read, with meaning and number of cells."""
    found: dict[str, tuple[str, int]] = {}
    for one in series:
        for numbers in one.numbers.values():
            for number in numbers.values():
                text, reason = number.spot.cell.text or "leer", number.reading.reason
                if reason and (number.reading.value is None or reason == ZERO):
                    found[text] = (reason, found.get(text, ("", 0))[1] + 1)
    return {text: (NOTHING if text == "leer" else reason, count) for text, (reason, count) in found.items()}
