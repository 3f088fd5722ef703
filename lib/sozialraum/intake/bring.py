"""From a file to values: read, understand, ask, check. Nothing is written here."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import yaml

from sozialraum.errors import TableError
from sozialraum.gebiete import Register, slugify
from sozialraum.indicators import AREA_UNIT, Indikator, catalogue
from sozialraum.intake import checks, revealed
from sozialraum.intake.dates import german_stand, last_day, stand_in_cell, the_one
from sozialraum.intake.description import (
    NONE,
    SUPPRESSED,
    THINGS,
    Description,
    Geheimhaltung,
    answers_in,
    geheimhaltung,
    missing_answers,
    questions_of_new,
    read_description,
    sidecar,
    stand_of,
)
from sozialraum.intake.entries import Definition, define, entry_of
from sozialraum.intake.grid import Sheet
from sozialraum.intake.layout import Table
from sozialraum.intake.mapping import HOW_TO_ANSWER, Assignment, assign, questions
from sozialraum.intake.matcher import UNKNOWN, Matcher
from sozialraum.intake.own_series import Findings, Reader, Series
from sozialraum.intake.packages import own_dir
from sozialraum.intake.phrases import PART, VALUE, WHOLE, Phrases, normal
from sozialraum.intake.reading import NOTHING, ZERO, looks_numeric
from sozialraum.intake.sheets import chosen, understand
from sozialraum.intake.table_files import read_sheets
from sozialraum.load import Data
from sozialraum.secrecy import counts_people

STATISTIKSTELLE = (
    "Die Tabelle hat kein Geheimhaltungsverfahren („keines“). Sie darf nur in der abgeschotteten Statistikstelle "
    "eingelesen werden, die kleine Fallzahlen sperrt: dort mit --statistikstelle aufrufen und das geschützte Paket "
    "weitergeben. Sonst bitte eine geschützte Tabelle anfordern."
)
_REASON_WANTED = (
    "Wer die Spalte trotzdem meint, nennt in der Beschreibung den Grund (begruendung:); er steht dann beim Wert."
)
_SENTENCES = re.compile(r"(?<=[.!?]) (?=[A-ZÄÖÜ„])")
_SYMBOL_ANSWERS = {"null": ZERO, "0": ZERO, "fehlt": NOTHING}


@dataclass(frozen=True)
class Brought:
    """A table as understood, with everything that stands against it."""

    path: Path
    sheets: Sequence[Sheet] = field(repr=False)
    table: Table = field(repr=False)
    assignment: Assignment
    series: tuple[Series, ...]
    answers: Description
    definitions: Mapping[str, Definition]  # what numerator and denominator of each indicator count
    method: Geheimhaltung | None  # declared method of disclosure control; None while nobody has said
    findings: Findings = field(default_factory=Findings)  # problems to be repaired, questions to be answered, remarks
    # why a person has taken a column although it sounds like another thing
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    described: str = ""  # name of the description that was used; empty if there was none

    def refuse(self) -> None:
        """Raise everything that stands against the table, all at once."""
        lines = list(dict.fromkeys(self.findings.problems))
        lines += [f"Bitte noch angeben: {question}" for question in dict.fromkeys(self.findings.questions)]
        lines += self.findings.hints
        if lines:
            raise TableError(lines)


@dataclass(frozen=True)
class Opened:
    """A file with the answers that are known before anything in it is understood."""

    sheets: Sequence[Sheet]
    answers: Description
    matcher: Matcher
    described: str = ""


def open_table(
    path: Path,
    data: Data,
    *,
    options: Description | None = None,
    beschreibung: Path | None = None,
    separator: str | None = None,
    hidden: bool = False,
) -> Opened:
    """Read a file and find its description: named, beside it, or remembered from a table with the same heads.

    ``options`` are answers of a person and go first; ``beschreibung`` is a description that does not lie beside the
    file, such as that of the year before; ``hidden`` reads hidden rows, columns and sheets too.
    """
    sheets = read_sheets(path, separator=separator, hidden=hidden)
    if beschreibung is not None and not beschreibung.is_file():
        raise TableError(f"Die Beschreibung {beschreibung} gibt es nicht. Bitte den Pfad prüfen (--beschreibung).")
    beside = beschreibung or sidecar(path)
    described = beside.name if beside.is_file() else ""
    found = read_description(beside)
    if not described:
        found, described = recall(data.dir, sheets, data.register)
    answers = (options or Description()).over(found).over(answers_in(sheets))
    return Opened(sheets, answers, Matcher(data.register, answers.gebiet), described)


def bring(path: Path, data: Data, *, today: date | None = None, statistikstelle: bool = False, **how: Any) -> Brought:
    """Read a table and say what it holds and what stands against it.

    No as-of date may be later than ``today``. ``statistikstelle`` says that the caller is the statistics office's
    protected unit and applies the disclosure control itself. Everything else is as in :func:`open_table`.
    """
    opened = open_table(path, data, **how)
    options: Description | None = how.get("options")
    answers = opened.answers
    table = _with_symbols(understand(chosen(opened.sheets, answers), opened.matcher, answers), answers)
    katalog, phrases = catalogue(data.indikatoren_yml), Phrases(data.indikatoren_yml)
    assignment = assign(table, answers, phrases, known=list(katalog), city=data.register.city.name)
    keys = assignment.indikatoren
    if answers.stichtag_aus.get("blatt") or answers.stichtag_aus.get("titel"):
        answers = replace(answers, stichtag=stand_of([table.sheet.name, *table.titles]))
    given = stand_in_cell(answers.stichtag) or ""
    told = stand_of(table.titles)
    answers = replace(answers, stichtag=answers.stichtag or told)
    entries = {key: entry_of(key, katalog, answers) for key in keys}
    definitions = {key: define(entries[key], assignment, answers, phrases) for key in keys}
    for key, one in definitions.items():  # with the units of numerator and denominator checks know what is counted
        part, whole = (group if group.einheit else None for group in (one.zaehler, one.nenner))
        entries[key] = replace(entries[key], zaehler=part, nenner=whole)
    found = Findings(problems=list(table.problems), remarks=list(table.remarks))
    if given and told and not the_one((given, told)) and not (options and options.stichtag):
        found.problems.append(
            f"{opened.described}: In der Beschreibung steht der Stichtag {german_stand(given)}, in der Tabelle "
            f"{german_stand(told)}. Bitte eines berichtigen, oder mit --stichtag sagen, was gilt."
        )
    reader = Reader(table, assignment, replace(answers, stichtag=given or told), found)
    series = tuple(one for key in keys for one in reader.read(entries[key]))
    method = geheimhaltung(answers.geheimhaltung) if answers.geheimhaltung else None
    if definitions and not any(map(_of_people, definitions.values())):
        method = Geheimhaltung(THINGS)
    reasons = _overruled(table, series, answers, phrases, found)
    brought = Brought(
        path, opened.sheets, table, assignment, series, answers, definitions, method, found, reasons, opened.described
    )
    found.questions += questions(assignment, phrases)
    found.hints += [HOW_TO_ANSWER] if assignment.undecided or not assignment.roles else []
    _ask(brought, katalog)
    _check(brought, data, today, statistikstelle=statistikstelle)
    return brought


def _of_people(definition: Definition) -> bool:
    """Whether anybody is counted, so that small counts are secret; what nobody knows is treated like people."""
    groups = [one for one in (definition.zaehler, definition.nenner) if one.was or one.einheit]
    known = [one for one in groups if one.einheit != AREA_UNIT]
    return not groups or any(
        counts_people(one.einheit) and counts_people(f"{one.was} ({one.einheit})") for one in known
    )


def _with_symbols(table: Table, answers: Description) -> Table:
    """The table with meanings of symbols that a person declared."""
    wrong = [text for text in answers.zeichen.values() if text not in _SYMBOL_ANSWERS]
    if wrong:
        raise TableError(f"zeichen „{wrong[0]}“ ist nicht erlaubt, nur null (genau null) oder fehlt.")
    return replace(
        table, symbols={**table.symbols, **{sign: _SYMBOL_ANSWERS[text] for sign, text in answers.zeichen.items()}}
    )


def _overruled(
    table: Table, series: Sequence[Series], answers: Description, phrases: Phrases, found: Findings
) -> dict[str, tuple[str, ...]]:
    """Reasons of a person by indicator; a head that means another thing and has none is a problem."""
    reasons: dict[str, tuple[str, ...]] = {}
    for one in series:
        key = one.eintrag.id
        said = answers.entry(key, "begruendung") if key in answers.indikatoren else ""
        hints = list(checks.mixed_up(table, one, phrases))
        if said:
            taken = [f"Übernommen trotz des Hinweises „{_without_orders(hint.partition('): ')[2])}“." for hint in hints]
            reasons[key] = (*taken, f"Begründung: {said}")
        else:
            found.problems += [f"{hint}. {_REASON_WANTED}" for hint in hints]
        if answers.ausreisser:
            reasons[key] = (*reasons.get(key, ()), f"Weit abstehende Werte sind bestätigt: {answers.ausreisser}")
    return reasons


def _without_orders(hint: str) -> str:
    """A hint without the sentences that ask the person for something: no reader of a report can do it."""
    return " ".join(part for part in _SENTENCES.split(hint) if not part.startswith("Bitte ")).rstrip(" .")


def _ask(brought: Brought, katalog: Mapping[str, Indikator]) -> None:
    """Collect the open questions."""
    needs: dict[str, str] = {}
    answers, found = brought.answers, brought.findings
    for definition in brought.definitions.values():
        found.problems += definition.problems
        needs |= definition.needs
    if any(not series.stand for series in brought.series):
        needs["stichtag"] = (
            "Welcher Stichtag? In Titel und Spaltenköpfen steht keiner oder mehr als einer, zum Beispiel 31.12.2023"
        )
    for key in [*answers.indikatoren, *([answers.indikator] if answers.indikator else [])]:
        if key in katalog:
            continue
        near = get_close_matches(key, list(katalog), n=1, cutoff=0.85)
        if near and not answers.entry(key, "titel"):
            found.problems.append(f"Den Indikator „{key}“ gibt es nicht. Meinten Sie {near[0]}? Sonst bitte „titel:“.")
            continue
        if key != slugify(key).replace("-", "_"):
            found.problems.append(f"Die Kennung „{key}“ darf nur aus kleinen Buchstaben, Ziffern und _ bestehen.")
        needs |= questions_of_new(answers, key)
    things = brought.method is not None and brought.method.verfahren == THINGS
    found.questions += missing_answers(answers, needs=needs, without=("geheimhaltung",) if things else ())


def _check(brought: Brought, data: Data, today: date | None, *, statistikstelle: bool) -> None:
    """Collect the problems of the numbers."""
    people = _known(data, "einwohner")
    found, table = brought.findings, brought.table
    for series in brought.series:
        faults = checks.problems(
            table,
            series,
            brought.method,
            register=data.register,
            people=people,
            today=today,
            known=_known(data, series.eintrag.id, apart_from=series.stand),
            confirmed=bool(brought.answers.ausreisser),
        )
        if brought.answers.unvollstaendig:
            faults = [fault for fault in faults if not re.search(r": Es fehl(?:en|t) ", fault)]
        found.problems += faults
        found.problems += checks.wrong_totals(series, brought.method, data.register)
        if brought.method and brought.method.verfahren == SUPPRESSED:
            found.problems += revealed.problems(table, series, data.register, brought.method.zahl)
        if series.columns[PART] and not series.columns[VALUE] and not series.columns[WHOLE]:
            found.remarks += _without_whole(series)
    if brought.method and brought.method.verfahren == NONE and not statistikstelle:
        found.problems.append(f"{table.sheet.file}: {STATISTIKSTELLE}")
    unused = list(dict.fromkeys(f"{c.letter} ({c.title})" for c in brought.assignment.unused))
    if unused:
        more = f" und {len(unused) - 8} weitere" if len(unused) > 8 else ""
        found.remarks.append(f"Spalten mit Werten, die nicht verwendet werden: {', '.join(unused[:8])}{more}")


def _known(data: Data, key: str, *, apart_from: str = "") -> dict[str, float]:
    """Values of an indicator that are there already, by area; missing ones and those of a date left out."""
    rows = data.indikatoren[data.indikatoren["indikator"] == key].dropna(subset=["wert"])
    if apart_from:
        rows = rows[rows["stand"].astype(str).map(last_day) != last_day(apart_from)]
    return {str(area): float(value) for area, value in rows.set_index("gebiet_id")["wert"].items()}


def _without_whole(series: Series) -> list[str]:
    """That a count of a share has no denominator yet."""
    entry = series.eintrag
    if entry.typ not in ("anteil", "rate"):
        return []
    whole = entry.nenner.was if entry.nenner else "der Grundgesamtheit"
    text = (
        f"{entry.id}: Ein Nenner ({whole}) steht nicht in der Tabelle. Gespeichert werden die Anzahlen; den Anteil "
        "gibt es, sobald eigene Zahlen dazu mit demselben Stichtag eingelesen sind."
    )
    return [text]


FOLDER: Final = "beschreibungen"
_ROWS: Final = 15
_COLUMNS: Final = 400
#: Answers about one delivery only; the next one is asked again.
_OF_ONE_FILE: Final = ("stichtag", "ausreisser", "revision", "unvollstaendig", "tabelle", "bereich")


def recall(folder: Path, sheets: Sequence[Sheet], register: Register) -> tuple[Description, str]:
    """The description of an earlier table with the same heads, and its name; an empty one if there is none."""
    path = own_dir(folder).with_name(FOLDER) / f"{fingerprint(sheets, register)}.yml"
    if not path.is_file():
        return Description(), ""
    first = path.read_text(encoding="utf-8").partition(";")[0].removeprefix("# Gemerkt von ")
    return read_description(path), f"gemerkt von {first}"


def remember(folder: Path, sheets: Sequence[Sheet], answers: Description, register: Register) -> Path:
    """Keep answers for the next table with the same heads; returns the file."""
    once: dict[str, Any] = dict.fromkeys(_OF_ONE_FILE, "")
    text = yaml.safe_dump(as_mapping(replace(answers, **once)), allow_unicode=True, sort_keys=False, width=100)
    path = own_dir(folder).with_name(FOLDER) / f"{fingerprint(sheets, register)}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    partial.write_text(f"# Gemerkt von {sheets[0].file}; gilt für Tabellen mit denselben Köpfen.\n{text}", "utf-8")
    return partial.replace(path)


def as_mapping(answers: Description) -> dict[str, Any]:
    """A description as its YAML holds it."""
    found = {item.name: getattr(answers, item.name) for item in fields(answers) if getattr(answers, item.name)}
    if "stichtag_aus" in found:
        found["stichtag"] = found.pop("stichtag_aus")
    return {key: _plain_value(value) for key, value in found.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain_value(item) for key, item in value.items()}
    return [_plain_value(item) for item in value] if isinstance(value, tuple | list) else value


def fingerprint(sheets: Sequence[Sheet], register: Register) -> str:
    """What is the same in a table of each year: its words without dates, numbers and names of areas."""
    words = sorted(set(_words(sheets, Matcher(register))))
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _words(sheets: Sequence[Sheet], matcher: Matcher) -> Iterator[str]:
    for sheet in sheets:
        for row in range(1, min(sheet.rows, _ROWS) + 1):
            cells = sheet.row(row)[:_COLUMNS]
            for column, cell in cells if len(cells) > 1 else ():
                if not looks_numeric(cell) and matcher.match(cell.text).kind == UNKNOWN and normal(cell.text):
                    yield f"{column}:{normal(cell.text)}"
