"""The description to be filled in: what is understood stands in it, what is open stands above an empty answer."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from sozialraum.errors import SozialraumError, TableError
from sozialraum.indicators import catalogue
from sozialraum.intake.audience import CHOICE
from sozialraum.intake.bring import Opened, open_table
from sozialraum.intake.dates import german_stand
from sozialraum.intake.description import Description, geheimhaltung, stand_of
from sozialraum.intake.grid import Sheet
from sozialraum.intake.mapping import Assignment, assign, questions
from sozialraum.intake.memory import as_mapping
from sozialraum.intake.phrases import KINDS, Phrases
from sozialraum.intake.sheets import chosen, understand
from sozialraum.load import Data

_QUESTIONS: Final = {
    "stelle": "Wer hat die Tabelle geliefert?",
    "lizenz": "dl-de/by-2-0 oder in Worten",
    "geheimhaltung": "sperrung:3 (Anzahlen unter 3 fehlen), rundung:5 (auf 5 gerundet), cell-key:5 (bis ±5 "
    "verändert), keines",
    "weitergabe": f"Wer die Werte sehen darf: {CHOICE}",
}
_SHOWN_COLUMNS: Final = 60
_SHOWN_ROWS: Final = 4


def propose(path: Path, data: Data, **how: Any) -> str:
    """A YAML description of a table, whatever is understood of it.

    Parameters
    ----------
    how
        As :func:`sozialraum.intake.bring.open_table` takes it.

    Raises
    ------
    SourceMissing, TableError
        If the file itself cannot be read.
    """
    opened = open_table(path, data, **how)
    phrases = Phrases(data.indikatoren_yml)
    lines = [
        f"# Beschreibung zu {path.name}. Was hier steht, gilt; es muss beim Einlesen nicht als Option genannt werden.",
    ]
    try:
        sheets = chosen(opened.sheets, opened.answers)
        table = understand(sheets, opened.matcher, opened.answers)
        known = list(catalogue(data.indikatoren_yml))
        assignment = assign(table, opened.answers, phrases, known=known, city=data.register.city.name)
    except TableError as error:
        return "\n".join([*lines, *_answers(opened.answers, ""), *_not_understood(opened, error)]) + "\n"
    stands = [column.stand for column in table.columns if column.stand]
    lines += _answers(opened.answers, next(iter(stands), stand_of(table.titles)))
    if not opened.answers.gebiet:
        lines += [
            "# Wo die Stadtteile gefunden wurden; falsch? ebene: stadtteil oder stadtbezirk, codes, muster: 9NN00"
        ]
        lines += [f"gebiet: {flow(table.gebiet)}"]
    lines += _kept(opened.answers)
    lines += _assigned(opened.answers, assignment)
    lines += _open(assignment, phrases, opened.answers)
    return "\n".join(lines) + "\n"


def _answers(answers: Description, stand: str) -> Iterator[str]:
    for key, question in _QUESTIONS.items():
        value = getattr(answers, key)
        method = geheimhaltung(value) if key == "geheimhaltung" and value else None
        text = f"{method.verfahren}:{method.zahl}" if method else value
        yield f"# {question}"
        yield f"{key}: {quoted(text)}" if text else f"{key}:"
    yield "# 31.12.2023, 2023 oder 2023/24; oder {spalte: D}; leer, wenn er in Titel, Köpfen oder Zeilen steht"
    found = f"  # gefunden: {german_stand(stand)}" if stand else ""
    if not answers.stichtag_aus:
        yield f"stichtag: {quoted(answers.stichtag)}" if answers.stichtag else f"stichtag:{found}"


def _kept(answers: Description) -> Iterator[str]:
    """What the description said already about where things stand."""
    for key, value in as_mapping(answers).items():
        if key not in (*_QUESTIONS, "stichtag", "indikatoren") or (key == "stichtag" and answers.stichtag_aus):
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
    yield (
        f"#   Zum Beispiel: {known}: {{zaehler: {example.letter}, nenner: Kopf der Spalte}}. Ein neuer Indikator "
        f"braucht auch"
    )
    yield "#   titel, definition, einheit, typ (anteil, anzahl, rate), richtung, kapitel, zaehlt und bezug."
    if any(column.keys for column in assignment.undecided):
        names = dict.fromkeys(one.head or one.letter for column in assignment.undecided for one in column.keys)
        yield (
            f"#   Zeilen wählen: zaehler: {{spalten: {example.letter}, zeilen: {{{next(iter(names))}: "
            f"{example.keys[0].text}}}}}"
        )
        yield f"#   Mit „summe: ja“ werden mehrere Zeilen eines Stadtteils addiert. Merkmale: {', '.join(names)}"
    if not answers.nicht and not answers.rest:
        yield "rest: nicht"


def _not_understood(opened: Opened, error: SozialraumError) -> Iterator[str]:
    """The beginning of each sheet, so that a person can say where things stand."""
    yield (
        "# Wo die Stadtteile stehen: Spalte (Buchstabe oder Kopf), zeile, blatt (je Stadtteil eines) oder titel; "
        "ebene: "
        "stadtteil"
    )
    yield (
        "# oder stadtbezirk. Codes: codes: {STAD: Essen}, oder muster: 9NN00 (N: Ziffern der Nummer, 0 ist die Stadt)."
    )
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
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return "ja" if value else "nein"
    text = str(value)
    return text if text.replace("_", "").isalnum() and not text[:1].isdigit() else quoted(text)


def _key(text: str) -> str:
    return text if text.replace("_", "").isalnum() and not text[:1].isdigit() else quoted(text)


def quoted(text: str) -> str:
    """A text as YAML in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
