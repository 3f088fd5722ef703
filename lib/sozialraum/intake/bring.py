"""From a file to packages: read, understand, ask, check. Nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sozialraum.errors import TableError
from sozialraum.gebiete import slugify
from sozialraum.indicators import Grundgesamtheit, Indikator, catalogue
from sozialraum.intake import checks, revealed, totals, vocabulary
from sozialraum.intake.areas import Matcher
from sozialraum.intake.dates import as_stand
from sozialraum.intake.description import (
    NONE,
    SUPPRESSED,
    Description,
    Geheimhaltung,
    answers_in,
    geheimhaltung,
    missing_answers,
    questions_of_new,
    read_description,
    sidecar,
    stand_of,
)  # fmt: skip
from sozialraum.intake.entries import Definition, define, entry_of
from sozialraum.intake.files import read_sheets
from sozialraum.intake.inhabitants import with_inhabitants
from sozialraum.intake.layout import Table
from sozialraum.intake.numbers import NOTHING, ZERO
from sozialraum.intake.roles import Assignment, assign
from sozialraum.intake.series import Findings, Series, read_series
from sozialraum.intake.sheets import understand
from sozialraum.load import Data

STATISTIKSTELLE = (
    "Die Tabelle hat kein Geheimhaltungsverfahren („keines“). Sie darf nur in der abgeschotteten Statistikstelle "
    "eingelesen werden, "
    "die kleine Fallzahlen sperrt: dort mit --statistikstelle aufrufen und das geschützte Paket weitergeben. Sonst "
    "bitte eine "
    "geschützte Tabelle anfordern."
)
_SYMBOL_ANSWERS = {"null": ZERO, "0": ZERO, "fehlt": NOTHING}


@dataclass(frozen=True)
class Brought:
    """A table as understood, with everything that stands against it.

    Attributes
    ----------
    definitions
        What numerator and denominator of each indicator count.
    method
        Declared method of disclosure control; None while nobody has said.
    findings
        Problems to be repaired, questions to be answered, remarks.
    """

    path: Path
    table: Table
    assignment: Assignment
    series: tuple[Series, ...]
    answers: Description
    definitions: Mapping[str, Definition]
    method: Geheimhaltung | None
    findings: Findings = field(default_factory=Findings)

    def refuse(self) -> None:
        """Raise everything that stands against the table, all at once.

        Raises
        ------
        TableError
            If there is a problem or an open question.
        """
        lines = list(dict.fromkeys(self.findings.problems))
        lines += [f"Bitte noch angeben: {question}" for question in dict.fromkeys(self.findings.questions)]
        if lines:
            raise TableError(lines)


def bring(
    path: Path,
    data: Data,
    *,
    options: Description | None = None,
    separator: str | None = None,
    hidden: bool = False,
    today: date | None = None,
    statistikstelle: bool = False,
) -> Brought:
    """Read a table and say what it holds and what stands against it.

    Parameters
    ----------
    options
        Answers of a person; they go before those of the YAML beside the file.
    separator
        Sign between the columns of a text file, if it cannot be found out.
    hidden
        Read hidden rows, columns and sheets too.
    today
        Day on which the table is brought; no as-of date may be later.
    statistikstelle
        The caller is the statistics office's protected unit and applies the disclosure control itself.

    Raises
    ------
    SourceMissing, TableError
        If the file cannot be read or holds no table of areas.
    """
    sheets = read_sheets(path, separator=separator, hidden=hidden)
    answers = (options or Description()).over(read_description(sidecar(path))).over(answers_in(sheets))
    matcher = Matcher(data.register)
    table = _with_symbols(understand(sheets, matcher, blatt=answers.blatt or None, bereich=answers.bereich), answers)
    katalog = catalogue(data.indikatoren_yml)
    new = answers.indikator and answers.indikator not in katalog
    known = [*katalog, *([answers.indikator] if new else [])]
    assignment = assign(table, known=known, indikator=answers.indikator or None, given=answers.spalten)
    answers = replace(answers, stichtag=as_stand(answers.stichtag) or answers.stichtag or stand_of(table.titles))
    definitions = {
        key: define(entry_of(key, katalog, answers), assignment, answers, _context(table))
        for key in assignment.indikatoren
    }
    entries = {key: _counting(entry_of(key, katalog, answers), definitions[key]) for key in assignment.indikatoren}
    found = Findings(problems=list(table.problems), remarks=list(table.remarks))
    series = read_series(table, assignment, entries, answers, found)
    series = [with_inhabitants(one, data, found, table) for one in series]
    method = geheimhaltung(answers.geheimhaltung) if answers.geheimhaltung else None
    brought = Brought(path, table, assignment, tuple(series), answers, definitions, method, found)
    _ask(brought, katalog)
    _check(brought, data, today, statistikstelle=statistikstelle)
    return brought


def _context(table: Table) -> str:
    return " ".join([table.sheet.name, *table.titles])


def _with_symbols(table: Table, answers: Description) -> Table:
    """The table with meanings of symbols that a person declared."""
    wrong = [text for text in answers.zeichen.values() if text not in _SYMBOL_ANSWERS]
    if wrong:
        raise TableError(f"zeichen „{wrong[0]}“ ist nicht erlaubt, nur null (genau null) oder fehlt.")
    return replace(
        table, symbols={**table.symbols, **{sign: _SYMBOL_ANSWERS[text] for sign, text in answers.zeichen.items()}}
    )


def _counting(entry: Indikator, definition: Definition) -> Indikator:
    """The entry with units of numerator and denominator, so that checks know what is counted."""
    part, whole = definition.zaehler, definition.nenner
    return replace(
        entry,
        zaehler=Grundgesamtheit(*part, "") if part[1] else None,
        nenner=Grundgesamtheit(*whole, "") if whole[1] else None,
    )


def _ask(brought: Brought, katalog: Mapping[str, Indikator]) -> None:
    """Collect the open questions."""
    needs: dict[str, str] = {}
    for definition in brought.definitions.values():
        brought.findings.problems += definition.problems
        needs |= dict(definition.needs)
    if any(not series.stand for series in brought.series):
        needs["stichtag"] = (
            "Welcher Stichtag? In Titel und Spaltenköpfen steht keiner oder mehr als einer, zum Beispiel 31.12.2023"
        )
    key = brought.answers.indikator
    if key and key not in katalog:
        if key != slugify(key).replace("-", "_"):
            brought.findings.problems.append(
                f"Die Kennung „{key}“ darf nur aus kleinen Buchstaben, Ziffern und _ bestehen."
            )
        needs |= questions_of_new(brought.answers)
    brought.findings.questions += missing_answers(brought.answers, needs=needs)


def _check(brought: Brought, data: Data, today: date | None, *, statistikstelle: bool) -> None:
    """Collect the problems of the numbers."""
    rows = data.indikatoren[data.indikatoren["indikator"] == "einwohner"].set_index("gebiet_id")["wert"]
    people = {str(key): float(value) for key, value in rows.items()}
    found = brought.findings
    for series in brought.series:
        faults = checks.problems(
            brought.table, series, brought.method, register=data.register, people=people, today=today
        )
        if brought.answers.unvollstaendig:
            faults = [fault for fault in faults if "Es fehlen " not in fault]
        found.problems += faults
        found.problems += totals.problems(brought.table, series, brought.method, data.register)
        if brought.method and brought.method.verfahren == SUPPRESSED:
            found.problems += revealed.problems(brought.table, series, data.register, brought.method.zahl)
    if brought.method and brought.method.verfahren == NONE and not statistikstelle:
        found.problems.append(f"{brought.table.sheet.file}: {STATISTIKSTELLE}")
    unused = [f"{column.letter} ({column.title})" for column in brought.assignment.unused]
    if unused:
        found.remarks.append(f"Spalten mit Werten, die nicht verwendet werden: {', '.join(unused)}")
    for column in brought.assignment.unused:
        trap = vocabulary.trapped(column.title)
        if trap:
            found.remarks.append(f"Spalte {column.letter} ({column.title}): {trap.why}")
