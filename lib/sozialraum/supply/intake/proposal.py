"""What was understood of a table, in German, and its description to be filled in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from sozialraum.city.gebiete import LEVEL_PLURALS
from sozialraum.city.indicators import catalogue
from sozialraum.city.load import Data
from sozialraum.errors import SozialraumError, TableError
from sozialraum.supply.intake.bring import Brought, Opened, as_mapping, open_table
from sozialraum.supply.intake.dates import german_stand, last_day
from sozialraum.supply.intake.description import Description, Weitergabe, geheimhaltung, stand_of
from sozialraum.supply.intake.grid import WORDS, Sheet, Table
from sozialraum.supply.intake.mapping import Assignment, assign, questions
from sozialraum.supply.intake.own_series import Series, symbols_used
from sozialraum.supply.intake.packages import read_packages
from sozialraum.supply.intake.phrases import KINDS, Phrases
from sozialraum.supply.intake.reading import ZERO, german
from sozialraum.supply.intake.sheets import chosen, understand

_KIND_WORDS: Final = {"zaehler": "Zähler", "nenner": "Nenner", "wert": "Wert"}
_EXAMPLES: Final = 3
_MAX_REMARKS: Final = 12
_SHOWN_COLUMNS: Final = 60
_SHOWN_ROWS: Final = 4


def preview(brought: Brought, data: Data) -> str:
    """What a table was read as: columns, areas, symbols, examples, what was left out, what is open."""
    table = brought.table
    sections = {
        "Titel": table.titles,
        "Spalten": [
            f"{column.letter:<4} {column.title or 'ohne Kopf'} → {role.indikator}, {_KIND_WORDS[role.angabe]}"
            + (f", Stand {german_stand(column.stand)}" if column.stand else "")
            for column, role in brought.assignment.roles
        ],
        "Stadtteile und Summen": [_areas(table, data)],
        "Zeichen": [
            f"{text:<4} {reason}{' (Wert 0)' if reason == ZERO else ', fehlt'}: {count}-mal"
            for text, (reason, count) in symbols_used(brought.series).items()
        ],
        "Beispiele": [line for series in brought.series for line in _examples(series, data)],
        "Angaben": list(_answers(brought)),
        "Anmerkungen": _left_out(brought),
        "Schon da": list(_replaced(brought, data)),
    }
    lines = [f"Vorschau von {table.sheet.where()}", ""]
    for head, inner in sections.items():
        lines += [f"{head}:", *(f"  {line}" for line in inner), ""] if inner else []
    return "\n".join([*lines, *_verdict(brought)]).rstrip() + "\n"


def _areas(table: Table, data: Data) -> str:
    keys = {spot.gebiet.id for column in table.columns for spot in column.spots if spot.gebiet}
    levels = {plural: data.register.of_level(ebene) for ebene, plural in LEVEL_PLURALS.items()}
    counts = [
        f"{sum(one.id in keys for one in some)} von {len(some)} {words}n" for words, some in levels.items() if some
    ]
    counts.append("die Stadt" if data.register.city.id in keys else "keine Zeile der Stadt")
    found = [f"in {kind.capitalize()} {name}" for kind, name in table.gebiet.items()]
    where = "je Stadtteil oder Stadtbezirk ein Blatt" if "blatt" in table.gebiet else found[0]
    return f"{', '.join(counts)} ({where})"


def _examples(series: Series, data: Data) -> Iterator[str]:
    yield f"{series.eintrag.id}, Stand {german_stand(series.stand) if series.stand else 'offen'}"
    known = list(series.known())
    for key in list(dict.fromkeys(key for key, _, _ in known))[:_EXAMPLES]:
        parts = []
        for kind, number in [(kind, number) for area, kind, number in known if area == key]:
            unit = " %" if kind == "wert" and series.eintrag.einheit == "%" else ""
            parts.append(f"{_KIND_WORDS[kind]} „{series.numbers[key][kind].text}“ = {german(number)}{unit}")
        yield f"  {data.register.by_id(key).label}: {'; '.join(parts)}"


def _answers(brought: Brought) -> Iterator[str]:
    answers, audience = brought.answers, Weitergabe.known(brought.answers.weitergabe)
    said = {
        "Beschreibung": brought.described,
        "Liefernde Stelle": answers.stelle,
        "Stichtag": german_stand(answers.stichtag) if answers.stichtag else "",
        "Lizenz": answers.lizenz,
        "Geheimhaltung": brought.method.text if brought.method else "",
        "Weitergabe": audience.label if audience else answers.weitergabe,
    }
    for key, definition in brought.definitions.items():
        words = [f"{one.was} ({one.einheit})" for one in (definition.zaehler, definition.nenner) if one.was]
        said[key] = " an ".join(words) or "offen, was gezählt wird"
    yield from (f"{name}: {text}" for name, text in said.items() if text)


def _left_out(brought: Brought) -> list[str]:
    lines = [f"Spalte {name}" for name in brought.table.ignored]
    lines += [*(f"Anmerkung: {text[:100]}" for text in brought.table.notes), *brought.findings.remarks]
    rest = len(lines) - _MAX_REMARKS
    return lines[:_MAX_REMARKS] + ([f"und {rest} weitere"] if rest > 0 else [])


def _replaced(brought: Brought, data: Data) -> Iterator[str]:
    """Editions that an import would replace."""
    kept = read_packages(data.dir, stadt=data.register.city.id)
    for series in brought.series:
        day = last_day(series.stand) if series.stand else ""
        same = [one for one in kept if one.indikator == series.eintrag.id and last_day(one.stand) == day]
        for one in same[-1:]:
            what = f"{one.indikator}, Stand {german_stand(one.stand)}: Es gibt schon Ausgabe {one.ausgabe}"
            yield f"{what} ({one.herkunft.get('datei', 'ohne Datei')}); sie würde ersetzt."


def _verdict(brought: Brought) -> list[str]:
    problems = list(dict.fromkeys(brought.findings.problems))
    questions = list(dict.fromkeys(brought.findings.questions))
    lines = [f"Zu berichtigen ({len(problems)}):", *(f"  - {text}" for text in problems), ""] if problems else []
    lines += [f"Noch anzugeben ({len(questions)}):", *(f"  - {text}" for text in questions), ""] if questions else []
    lines += brought.findings.hints
    return lines or ["Alles geklärt. Es ist noch nichts geschrieben."]


def propose(path: Path, data: Data, **how: Any) -> str:
    """A YAML description of a table, whatever is understood of it."""
    opened = open_table(path, data, **how)
    phrases = Phrases(data.indikatoren_yml)
    lines = [f"# Beschreibung zu {path.name}. Was hier steht, gilt und muss beim Einlesen keine Option mehr sagen."]
    try:
        sheets = chosen(opened.sheets, opened.answers)
        table = understand(sheets, opened.matcher, opened.answers)
        known = list(catalogue(data.indikatoren_yml))
        assignment = assign(table, opened.answers, phrases, known=known, city=data.register.city.name)
    except TableError as error:
        return "\n".join([*lines, *_asked(opened.answers, ""), *_not_understood(opened, error)]) + "\n"
    stands = [column.stand for column in table.columns if column.stand]
    lines += _asked(opened.answers, next(iter(stands), stand_of(table.titles)))
    if not opened.answers.gebiet:
        lines += [
            "# Wo die Stadtteile gefunden wurden; falsch? ebene: stadtteil oder stadtbezirk, codes, muster: 9NN00",
            f"gebiet: {flow(table.gebiet)}",
        ]
    lines += [*_kept(opened.answers), *_assigned(opened.answers, assignment)]
    lines += _open(assignment, phrases, opened.answers)
    return "\n".join(lines) + "\n"


def _asked(answers: Description, stand: str) -> Iterator[str]:
    for key, question in WORDS["angaben_kurz"].items():
        value = getattr(answers, key)
        method = geheimhaltung(value) if key == "geheimhaltung" and value else None
        text = f"{method.verfahren}:{method.zahl}" if method else value
        yield f"# {question}"
        yield f"{key}: {flow(text)}" if text else f"{key}:"
    yield "# 31.12.2023, 2023 oder 2023/24; oder {spalte: D}; leer, wenn er in Titel, Köpfen oder Zeilen steht"
    found = f"  # gefunden: {german_stand(stand)}" if stand else ""
    if not answers.stichtag_aus:
        yield f"stichtag: {flow(answers.stichtag)}" if answers.stichtag else f"stichtag:{found}"


def _kept(answers: Description) -> Iterator[str]:
    """What the description said already about where things stand."""
    told = (*WORDS["angaben_kurz"], "indikatoren", *(() if answers.stichtag_aus else ("stichtag",)))
    for key, value in as_mapping(answers).items():
        if key not in told:
            yield f"{key}: {flow(value)}"


def _assigned(answers: Description, assignment: Assignment) -> Iterator[str]:
    yield (
        "# Je Indikator: zaehler, nenner oder wert. Spalten mit Buchstabe oder Kopf; mehrere werden addiert: J+K+L, J:L"
    )
    yield "indikatoren:"
    if answers.indikatoren:
        for key, entry in answers.indikatoren.items():
            yield f"  {key}: {flow(entry)}"
        return
    for key in assignment.indikatoren:
        for number, kind in enumerate(kind for kind in KINDS if assignment.of(key, kind)):
            columns = assignment.of(key, kind)
            if not number:
                yield f"  {key}:"
            names = "+".join(dict.fromkeys(column.letter for column in columns))
            rows = {one.letter: one.text for column in columns[:1] for one in column.keys}
            text = f"{{spalten: {names}, zeilen: {flow(rows)}}}" if rows else names
            yield f"    {kind}: {text}  # {columns[0].title[:60]}"


def _open(assignment: Assignment, phrases: Phrases, answers: Description) -> Iterator[str]:
    lines = questions(assignment, phrases) if assignment.undecided else []
    if not lines:
        return
    yield "# Noch offen: bitte oben eintragen. Was nicht eingetragen ist, wird nicht verwendet."
    yield from (f"#   {line}" for line in lines)
    example = assignment.undecided[0]
    known = next((key for key in phrases.known if key not in assignment.indikatoren), "arbeitslosenanteil")
    yield f"#   Zum Beispiel: {known}: {{zaehler: {example.letter}, nenner: Kopf der Spalte}}."
    yield "#   Ein neuer Indikator braucht auch titel, definition, einheit, typ (anteil, anzahl, rate),"
    yield "#   richtung, kapitel, zaehlt und bezug."
    if any(column.keys for column in assignment.undecided):
        names = dict.fromkeys(one.head or one.letter for column in assignment.undecided for one in column.keys)
        rows = f"{{{next(iter(names))}: {example.keys[0].text}}}"
        yield f"#   Zeilen wählen: zaehler: {{spalten: {example.letter}, zeilen: {rows}}}"
        yield f"#   Mit „summe: ja“ werden mehrere Zeilen eines Stadtteils addiert. Merkmale: {', '.join(names)}"
    if not answers.nicht and not answers.rest:
        yield "rest: nicht"


def _not_understood(opened: Opened, error: SozialraumError) -> Iterator[str]:
    """The beginning of each sheet, so that a person can say where things stand."""
    yield "# Wo die Stadtteile stehen: Spalte (Buchstabe oder Kopf), zeile, blatt (je Stadtteil eines) oder titel;"
    yield f"# ebene: stadtteil oder stadtbezirk. Codes: codes: {{STAD: {opened.matcher.register.city.name}}}, oder"
    yield "# muster: 9NN00 (N: Ziffern der Nummer, 0 ist die Stadt)."
    yield f"gebiet: {flow(opened.answers.gebiet)}" if opened.answers.gebiet else "gebiet: {spalte: , ebene: stadtteil}"
    yield from _kept(Description(**{**vars(opened.answers), "gebiet": {}}))
    yield "# zaehler, nenner oder wert: Spalten (J+K+L, J:L), bei Bedarf mit zeilen: {Merkmal: Text} und summe: ja"
    yield "indikatoren:"
    for key, entry in opened.answers.indikatoren.items():
        yield f"  {key}: {flow(entry)}"
    if not opened.answers.indikatoren:
        yield "#   arbeitslosenanteil: {zaehler: C, nenner: D}"
    yield "# Noch nicht zu verstehen, weil:"
    yield from (f"#   {line.strip()}" for line in str(error).splitlines())
    for sheet in opened.sheets[:3]:
        yield f"# So beginnt {sheet.where()}:"
        yield from (f"#   {line}" for line in _beginning(sheet))


def _beginning(sheet: Sheet) -> Iterator[str]:
    rows = [row for row in range(1, sheet.rows + 1) if len(sheet.row(row)) > 1][:_SHOWN_ROWS]
    for column in range(1, min(sheet.columns, _SHOWN_COLUMNS) + 1):
        texts = [sheet.at(row, column).text[:30] for row in rows]
        if any(texts):
            yield f"{sheet.letter(column)}: {' | '.join(texts)}"


def flow(value: Any) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=float("inf"), sort_keys=False)
    return text.strip().removesuffix("...").strip()
