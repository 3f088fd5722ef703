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

from sozialraum.city.gebiete import Register, slugify
from sozialraum.city.indicators import AREA_UNIT, Grundgesamtheit, Indikator, catalogue
from sozialraum.city.load import Data
from sozialraum.errors import TableError
from sozialraum.supply.intake import checks
from sozialraum.supply.intake.dates import german_stand, last_day, stand_in_cell, the_one
from sozialraum.supply.intake.description import (
    NONE,
    SUPPRESSED,
    THINGS,
    Description,
    Geheimhaltung,
    answers_in,
    counted,
    geheimhaltung,
    missing_answers,
    questions_of_new,
    read_description,
    sidecar,
    stand_of,
)
from sozialraum.supply.intake.grid import Sheet, Table
from sozialraum.supply.intake.mapping import HOW_TO_ANSWER, Assignment, assign, questions
from sozialraum.supply.intake.matcher import UNKNOWN, Matcher
from sozialraum.supply.intake.own_series import Findings, Reader, Series
from sozialraum.supply.intake.packages import own_dir
from sozialraum.supply.intake.phrases import PART, VALUE, WHOLE, Phrases, normal
from sozialraum.supply.intake.reading import NOTHING, ZERO, looks_numeric
from sozialraum.supply.intake.sheets import chosen, understand
from sozialraum.supply.intake.table_files import read_sheets
from sozialraum.supply.secrecy import counts_people

_FACTORS: Final = {"je 1.000": 1000.0, "je 10.000": 10000.0, "je 100.000": 100000.0}
_OF_THE_CENSUS: Final = re.compile(r"am Stichtag des Zensus \d{4}")
_SHARES: Final = ("anteil", "rate")
OTHERWISE: Final = "Abweichend gezählt; Grund: "
"""Begins what the definition of an indicator says of a column that was taken although it means another thing."""
#: First words of titles that are a subject by themselves, with the article of each and its form after "bei".
_NOUNS: Final = (
    (re.compile(r"(?:\S*anteil)(?= (?:der|des|von|an|aller)\b)", re.IGNORECASE), "Der", "beim"),
    (re.compile(r"\S*(?:zahl|quote|rate|dichte)(?= (?:der|des|von|an|aller)\b)", re.IGNORECASE), "Die", "bei der"),
    (re.compile(r"(?:Anzahl|Zahl|Quote)(?= )", re.IGNORECASE), "Die", "bei der"),
)


_UNKNOWN: Final = Grundgesamtheit("", "", "")


@dataclass(frozen=True)
class Definition:
    """What numerator and denominator count, as far as it is known; what is still open or wrong."""

    zaehler: Grundgesamtheit
    nenner: Grundgesamtheit
    needs: Mapping[str, str]
    problems: Sequence[str]


def entry_of(key: str, katalog: Mapping[str, Indikator], answers: Description) -> Indikator:
    """The entry of an indicator; a new one is made from the answers, with neutral words where they are silent."""
    if key in katalog:
        found = katalog[key]
        said = answers.entry(key, "definition")
        return replace(found, definition=said or _OF_THE_CENSUS.sub("am Stichtag", found.definition))
    title, unit, kind = answers.entry(key, "titel") or key, answers.entry(key, "einheit"), answers.entry(key, "typ")
    subjekt, bei = _in_sentences(title)
    return Indikator(
        id=key,
        titel=title,
        kurztitel=title,
        subjekt=subjekt,
        bei=bei,
        definition=answers.entry(key, "definition"),
        einheit=unit,
        typ=kind or "anteil",
        richtung=answers.entry(key, "richtung") or "neutral",
        kapitel=answers.entry(key, "kapitel") or "X",
        verfuegbar=False,
        nachkommastellen=0 if kind == "anzahl" else 1,
        faktor=next((value for words, value in _FACTORS.items() if words in unit), 100.0),
    )


def _in_sentences(title: str) -> tuple[str, str]:
    """A title as the subject of a sentence and after "bei": "Der Anteil der …", "beim Anteil der …", else quoted."""
    for noun, article, before in _NOUNS:
        if noun.match(title):
            return f"{article} {title}", f"{before} {title}"
    return f"Der Indikator „{title}“", f"beim Indikator „{title}“"


def define(entry: Indikator, assignment: Assignment, answers: Description, phrases: Phrases) -> Definition:
    """What numerator and denominator count: as the description says, else the catalogue, else still to be asked."""
    part, whole, needs = entry.zaehler or _UNKNOWN, entry.nenner or _UNKNOWN, {}
    said = (answers.entry(entry.id, "zaehlt") or answers.zaehler, answers.entry(entry.id, "bezug") or answers.nenner)
    problems = _against(entry, answers, said, (part, whole), phrases)
    example = f"{whole.was or 'Einwohner'} ({whole.einheit if whole.was else 'Personen'})"
    if not said[1] and not _names_whole(entry, assignment, phrases):
        whole = replace(whole, was="")
    part, whole = (_said(answer, group) for answer, group in zip(said, (part, whole), strict=True))
    if not part.was:
        question = "Was wird gezählt, und in welcher Einheit? Zum Beispiel „Arbeitslose (Personen)“"
        needs["zaehler"] = f"{entry.id}: {question}"
    if not whole.was and entry.typ in _SHARES:
        needs["nenner"] = f"{entry.id}: Worauf bezieht sich der Anteil? Zum Beispiel „{example}“"
    return Definition(part, whole, needs, problems)


def _said(answer: str, group: Grundgesamtheit) -> Grundgesamtheit:
    """What a person says is counted, with the unit of the catalogue if it names none."""
    was, einheit = counted(answer) if answer else (group.was, group.einheit)
    return Grundgesamtheit(was, einheit or group.einheit, "")


def _names_whole(entry: Indikator, assignment: Assignment, phrases: Phrases) -> bool:
    """Whether the denominator is the catalogue's: it has a column, there are counts only, or the head names it."""
    if assignment.of(entry.id, WHOLE) or not assignment.of(entry.id, VALUE):
        return True
    heads = [column.title for column in assignment.of(entry.id, VALUE)]
    spelled = any(entry.id in head for head in heads)
    return spelled or any(f" an {whole}" in normal(head) for head in heads for whole in phrases.of(entry.id).nenner)


def _against(
    entry: Indikator,
    answers: Description,
    said: tuple[str, str],
    expected: tuple[Grundgesamtheit, Grundgesamtheit],
    phrases: Phrases,
) -> list[str]:
    """Answers that make it another indicator."""
    problems = []
    for answer, group, name in zip(said, expected, ("Zähler", "Nenner"), strict=True):
        reason, unit = phrases.trap(entry.id, answer) if answer else "", counted(answer)[1]
        if reason:
            problems.append(f"{entry.id}, {name} „{answer}“: {reason}.")
        elif unit and group.einheit and unit != group.einheit:
            problems.append(
                f"{entry.id}: Der {name} zählt {unit}, der Indikator zählt {group.einheit} ({group.was}). Bitte "
                "passend liefern lassen oder als eigenen Indikator mit anderer Kennung einlesen, zum Beispiel "
                f"--indikator {entry.id}_{unit.lower()}."
            )
        elif answer and not unit and not group.einheit:
            problems.append(
                f"{entry.id}: Beim {name} „{answer}“ fehlt die Einheit in Klammern, zum Beispiel „{answer} (Personen)“."
            )
    for key in ("einheit", "richtung", "typ"):
        value = answers.entry(entry.id, key)
        if value and value != getattr(entry, key):
            problems.append(f"{entry.id}: {key} „{value}“ widerspricht dem Katalog („{getattr(entry, key)}“).")
    return problems


def as_written(entry: Indikator, definition: Definition, stand: str, *, grund: str, **said: Any) -> dict[str, Any]:
    """The entry as ``indikatoren.yml`` would hold it, now with data.

    ``grund`` is why a column was taken although it means another thing; ``said`` are further keys of the entry.
    """
    grund = " ".join(grund.split()).rstrip(" .")
    if grund:
        said["definition"] = f"{entry.definition.rstrip(' .')}. {OTHERWISE}{grund}.".lstrip(" .")
    groups = {"zaehler": definition.zaehler, "nenner": definition.nenner if entry.typ in _SHARES else _UNKNOWN}
    counts = {key: vars(replace(group, stand=stand)) for key, group in groups.items() if group.was or key == "zaehler"}
    written = {**vars(entry), "nenner": None, **said, **counts, "verfuegbar": True}
    return {key: value for key, value in written.items() if value not in (None, "", ())}


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
            found.problems += checks.small_counts(table, series, data.register, brought.method.zahl)
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
