"""From cells to numbers: numerator, denominator and value of each area, for one indicator at one date."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import isnan, nan
from typing import Final

from sozialraum.city.indicators import Indikator
from sozialraum.supply.intake.dates import german_stand, the_one
from sozialraum.supply.intake.description import Description
from sozialraum.supply.intake.grid import MAX_REPEATED, Column, Spot, Table, without_result
from sozialraum.supply.intake.mapping import Assignment
from sozialraum.supply.intake.phrases import KINDS, PART, VALUE, WHOLE, Role
from sozialraum.supply.intake.reading import (
    COMMA,
    NOTHING,
    POINT,
    UNSAFE,
    ZERO,
    Reading,
    Style,
    looks_numeric,
    read,
    style_of,
)

AS_PERCENT, AS_FRACTION = "prozent", "bruch"
_GERMAN: Final = {PART: "den Zähler", WHOLE: "den Nenner", VALUE: "den Wert"}
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

    def plus(self, more: "Number") -> "Number":
        """The sum of two numbers; missing if one is."""
        first, second = self.reading, more.reading
        long = len(self.text) >= _LONG_TEXT
        text = f"{self.text.removesuffix(' + …')} + …" if long else f"{self.text} + {more.text}"
        if first.value is None or second.value is None:
            return Number(first if first.value is None else second, more.spot, text)
        reason = first.reason if first.reason != ZERO else second.reason
        return Number(Reading(first.value + second.value, reason), more.spot, text)


@dataclass(frozen=True)
class Series:
    """One indicator at one date: readings by area and kind, of rows of no area, and the columns they come from."""

    eintrag: Indikator
    stand: str
    numbers: Mapping[str, Mapping[str, Number]]
    rests: tuple[Mapping[str, Number], ...]
    columns: Mapping[str, tuple[Column, ...]]
    scale: float = 1.0

    def number(self, gebiet_id: str, kind: str) -> float:
        """The number of an area; a share in percent; missing (nan) if there is none."""
        found = self.numbers.get(gebiet_id, {}).get(kind)
        if found is None or found.reading.value is None:
            return nan
        return found.reading.value * (self.scale if kind == VALUE else 1.0)

    def row(self, gebiet_id: str) -> tuple[float, float, float]:
        """Numerator, denominator and value of an area."""
        return self.number(gebiet_id, PART), self.number(gebiet_id, WHOLE), self.number(gebiet_id, VALUE)

    def share(self, gebiet_id: str) -> float:
        """The value of an area, else what its counts make."""
        part, whole, value = self.row(gebiet_id)
        return self.eintrag.faktor * part / whole if isnan(value) and whole else value

    def known(self) -> Iterator[tuple[str, str, float]]:
        """Area, kind and number of everything that is not missing."""
        for key in self.numbers:
            yield from ((key, kind, one) for kind, one in zip(KINDS, self.row(key), strict=True) if not isnan(one))

    def values(self) -> list[float]:
        """Values that are not missing."""
        return [number for _, kind, number in self.known() if kind == VALUE]

    def rest(self, kind: str) -> list[float]:
        """Numbers of the rows that belong to no area."""
        return [numbers[kind].reading.value or 0.0 for numbers in self.rests if kind in numbers]

    def reason(self, gebiet_id: str) -> str:
        """Why an area has no number or one that needs care; empty if nothing is to be said."""
        found = [number.reading.reason for number in self.numbers.get(gebiet_id, {}).values()]
        return next((reason for reason in found if reason and reason != ZERO), "")

    def spot(self, gebiet_id: str, *kinds: str) -> Spot | None:
        """Where a number of an area stands, the first of these kinds that there is."""
        numbers = self.numbers.get(gebiet_id, {})
        return next((numbers[kind].spot for kind in kinds if kind in numbers), None)


@dataclass
class Findings:
    """What came to light: problems to be repaired, questions to be answered, remarks, and how to answer."""

    problems: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """All indicators and dates of a table; what is wrong goes into ``found``."""

    table: Table
    assignment: Assignment
    answers: Description
    found: Findings

    def read(self, entry: Indikator) -> Iterator[Series]:
        """The series of one indicator, one for each date."""
        columns = {kind: self.assignment.of(entry.id, kind) for kind in KINDS}
        if entry.typ == "anzahl":  # the value of a count is the count: it adds up
            columns = {PART: columns[PART] or columns[VALUE], WHOLE: [], VALUE: []}
        dates = dict.fromkeys(column.stand or "" for kind in (PART, VALUE) for column in columns[kind])
        for stand in dates:
            chosen = {kind: tuple(c for c in columns[kind] if (c.stand or "") == stand) for kind in KINDS}
            # a denominator without date, or of another one, serves if there is nothing else
            chosen[WHOLE] = chosen[WHOLE] or tuple(c for c in columns[WHOLE] if not c.stand or len(dates) == 1)
            if not self.answers.entry(entry.id, "begruendung"):
                self._refuse_other_dates(entry.id, stand, chosen[WHOLE])
            yield self._one(entry, stand or self.answers.stichtag, chosen)

    def _refuse_other_dates(self, key: str, stand: str, wholes: tuple[Column, ...]) -> None:
        other = next((c.stand for c in wholes if stand and c.stand and not the_one((stand, c.stand))), None)
        if other:
            self._problem(
                f"Zu „{key}“ gehören Zähler vom {german_stand(stand)} und Nenner vom {german_stand(other)}. Bitte "
                "beide vom selben Tag liefern lassen, oder in der Beschreibung begründen (begruendung:)."
            )

    def _problem(self, text: str) -> None:
        self.found.problems.append(f"{self.table.sheet.where()}: {text}")

    def _one(self, entry: Indikator, stand: str, columns: Mapping[str, tuple[Column, ...]]) -> Series:
        numbers: dict[str, dict[str, Number]] = {}
        rests: dict[int, dict[str, Number]] = {}
        for kind, chosen in columns.items():
            role = Role(entry.id, kind if self.assignment.of(entry.id, kind) else VALUE)
            if several := self._several(role, chosen):
                self._refuse_several(entry, kind, several)
                continue
            repeated: dict[str, tuple[Spot, Spot]] = {}
            parts: dict[str, list[float]] = {}
            for column in chosen:
                style, here = self._style(column, kind, entry), dict[str, Spot]()
                for spot in column.spots:
                    number = Number(read(spot.cell, style, self.table.symbols), spot, spot.cell.text)
                    self._note(spot, number.reading, kind)
                    key = spot.gebiet.id if spot.gebiet else ""
                    if key and not self.assignment.added.get(role) and here.setdefault(key, spot) is not spot:
                        repeated.setdefault(key, (here[key], spot))
                        continue
                    target = numbers.setdefault(key, {}) if key else rests.setdefault(spot.row, {})
                    target[kind] = target[kind].plus(number) if kind in target else number
                    if key and number.reading.value is not None:
                        parts.setdefault(key, []).append(number.reading.value)
            if role in self.assignment.added:
                self._refuse_parts_with_their_sum(entry, kind, list(parts.values()))
            self._refuse_repeated(list(repeated.values()))
        series = Series(entry, stand, numbers, tuple(rests.values()), columns)
        return replace(series, scale=self._scale(series))

    def _several(self, role: Role, chosen: tuple[Column, ...]) -> list[Column]:
        """Columns of one number among which a person has to choose."""
        if role not in self.assignment.added:
            return list(chosen) if len(chosen) > 1 else []
        if self.assignment.added[role]:
            return []
        groups = ([one for one in chosen if one.letter == column.letter] for column in chosen)
        return next((same for same in groups if len(same) > 1), [])

    def _refuse_several(self, entry: Indikator, kind: str, chosen: list[Column]) -> None:
        listed = ", ".join(f"{one.letter} ab Zeile {one.spots[0].row} ({one.title})" for one in chosen[:MAX_REPEATED])
        more = f" und {len(chosen) - MAX_REPEATED} weitere" if len(chosen) > MAX_REPEATED else ""
        self._problem(
            f"Mehrere Spalten oder Gruppen von Zeilen geben {_GERMAN[kind]} von „{entry.id}“ zum selben Stand: "
            f'{listed}{more}. Bitte eine wählen (--spalte "{chosen[0].letter}={entry.id}:{kind}", in der Beschreibung '
            "auch zeilen: {Merkmal: Text}), mit --bereich A5:F60 eine von mehreren Tabellen lesen, oder in der "
            "Beschreibung „summe: ja“ angeben, wenn sie zu addieren sind."
        )

    def _refuse_parts_with_their_sum(self, entry: Indikator, kind: str, parts: list[list[float]]) -> None:
        """Männlich, weiblich and insgesamt are not added."""
        told = [one for one in parts if len(one) > 2 and sum(one) > 0]
        if len(told) >= _ENOUGH_SUMS and all(abs(2 * max(one) - sum(one)) <= _HALF for one in told):
            self._problem(
                f"Für {_GERMAN[kind]} von „{entry.id}“ werden Teile und ihre Summe addiert. Bitte nur eines von beiden "
                "nehmen: in der Beschreibung zeilen: {Merkmal: insgesamt}, oder andere Spalten."
            )

    def _refuse_repeated(self, pairs: list[tuple[Spot, Spot]]) -> None:
        for first, second in pairs[:MAX_REPEATED]:
            area = first.gebiet.langname if first.gebiet else ""
            where = f"{first.sheet.where(first.row)} und {second.sheet.where(second.row).rpartition(', ')[2]}"
            self.found.problems.append(
                f"{where}: {area} steht zweimal, mit verschiedenen Werten. Bitte eine Zeile entfernen; von mehreren "
                "Tabellen auf einem Blatt eine wählen, zum Beispiel --bereich A5:F60; Zeilen auswählen (zeilen: "
                "{Merkmal: Text}) oder addieren (summe: ja) sagt die Beschreibung."
            )
        if len(pairs) > MAX_REPEATED:
            self._problem(f"So ist es bei {len(pairs) - MAX_REPEATED} weiteren Zeilen.")

    def _style(self, column: Column, kind: str, entry: Indikator) -> Style:
        whole, share = kind in (PART, WHOLE), kind == VALUE and entry.typ == "anteil"
        style = style_of((spot.cell for spot in column.spots), self.table.symbols, whole=whole, share=share)
        if style.clash:
            self.found.problems.append(
                f"{self.table.sheet.where()}, Spalte {column.letter}: „{style.clash[0]}“ und „{style.clash[1]}“ sind "
                "verschieden geschrieben, einmal mit Komma und einmal mit Punkt für die Dezimalstellen. Bitte "
                "einheitlich schreiben."
            )
        if style.open and self.answers.dezimalzeichen not in (COMMA, POINT):
            self.found.questions.append(
                f"Spalte {column.letter} ({column.title}): „{style.open[0]}“ kann mit Komma oder Punkt als "
                f"Dezimalzeichen gemeint sein. Was gilt? (--dezimalzeichen {COMMA} oder --dezimalzeichen {POINT})"
            )
        return style if style.decimal else Style((self.answers.dezimalzeichen if style.open else "") or COMMA)

    def _note(self, spot: Spot, reading: Reading, kind: str) -> None:
        """What stands against a cell, or is to be said of it."""
        cell, problem, remark = spot.cell, reading.fault, ""
        if spot.uncomputed:
            self.found.problems += without_result(spot.sheet, [(spot.row, spot.column)])
            return
        if not problem and not cell.anchor and looks_numeric(cell):
            problem = "Ein Wert steht in einer verbundenen Zelle über mehrere Zeilen. Bitte die Zellen trennen."
        elif not problem and kind != VALUE and cell.value is not None and (cell.percent or "%" in str(cell.value)):
            problem = "Hier steht ein Prozentwert, erwartet wird eine Anzahl. Bitte die Spalte als „wert“ zuordnen."
        elif reading.mark:
            remark = f"Fußnotenzeichen „{reading.mark}“ hinter der Zahl abgetrennt"
        elif reading.reason == UNSAFE and reading.value is not None:
            remark = "Wert in Klammern, als unsicher übernommen"
        if problem or remark:
            (self.found.problems if problem else self.found.remarks).append(f"{spot.where()}: {problem or remark}")

    def _scale(self, series: Series) -> float:
        """100 if a share is written as a fraction without the percent format; asked for if nothing decides."""
        if series.eintrag.typ != "anteil" or not series.columns[VALUE]:
            return 1.0
        cells = (spot.cell for column in series.columns[VALUE] for spot in column.spots)
        most = max(series.values(), default=0.0)
        if not 0 < most <= 1 or any(cell.percent or "%" in cell.text for cell in cells):
            return 1.0
        if self.answers.anteil_als in (AS_PERCENT, AS_FRACTION):
            return 100.0 if self.answers.anteil_als == AS_FRACTION else 1.0
        decided = {_counts_decide(*series.row(key)) for key in series.numbers} - {None}
        if len(decided) == 1:
            return decided.pop() or 1.0
        self.found.questions.append(
            f"Spalte {series.columns[VALUE][0].letter}: Alle Anteile liegen zwischen 0 und 1. Sind es Prozent (0,5 = "
            f"0,5 %) oder Bruchteile (0,5 = 50 %)? (--anteil-als {AS_PERCENT} oder --anteil-als {AS_FRACTION})"
        )
        return 1.0


def _counts_decide(part: float, whole: float, value: float) -> float | None:
    """How many times the value of an area its counts make."""
    share = part / whole if whole else nan
    fits = (scale for scale in (100.0, 1.0) if abs(value - 100 * share / scale) < _FRACTION_FITS * 100 * share / scale)
    return next(fits, None)


def symbols_used(series: Iterable[Series]) -> dict[str, tuple[str, int]]:
    """Symbols that were read, with meaning and number of cells."""
    found: dict[str, tuple[str, int]] = {}
    for number in (number for one in series for numbers in one.numbers.values() for number in numbers.values()):
        text, reason = number.spot.cell.text or "leer", number.reading.reason
        if reason and (number.reading.value is None or reason == ZERO):
            found[text] = (NOTHING if text == "leer" else reason, found.get(text, ("", 0))[1] + 1)
    return found
