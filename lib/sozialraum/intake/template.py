"""An empty table for the indicators that are not in the data: filled in, it is read without any option."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sozialraum.gebiete import Register
from sozialraum.indicators import Indikator
from sozialraum.intake.audience import WEITERGABE
from sozialraum.intake.description import ANSWERS_SHEET, VERFAHREN
from sozialraum.intake.phrases import Phrases

TABLE_SHEET: Final = "Tabelle"
_KINDS: Final = ("Zähler", "Nenner", "Wert")
_GREY: Final = PatternFill("solid", fgColor="EEEEEE")
_ANSWERS: Final = {
    "stelle": "Wer die Tabelle liefert, zum Beispiel „Stadt Essen, Amt für Statistik, Stadtforschung und Wahlen“",
    "tabelle": "Titel der Tabelle, für das Quellenverzeichnis",
    "stichtag": "Stichtag aller Spalten: 31.12.2023, 2023 oder 2023/24",
    "lizenz": "dl-de/by-2-0 oder in Worten, zum Beispiel „nur für den Dienstgebrauch“",
    "geheimhaltung": f"Geheimhaltungsverfahren mit Zahl ({', '.join(VERFAHREN[1:])}), zum Beispiel sperrung:3",
    "weitergabe": f"Wer die Werte sehen darf: {', '.join(WEITERGABE)}",
    "methode": "Freiwillig: Name der Zählweise; ein neuer Name heißt, dass frühere Werte nicht vergleichbar sind",
    "grenzen": "Freiwillig: Was beim Lesen der Werte zu beachten ist",
}
_RULES: Final = (
    "Nur die weißen Zellen ausfüllen. Spalten, zu denen es nichts gibt, bleiben leer.",
    "Je Indikator entweder Zähler und Nenner oder den Wert in Prozent; alles zusammen wird verglichen.",
    "- heißt genau null, . heißt unbekannt oder geheim gehalten, leer heißt keine Angabe.",
    "Stadtbezirke und Stadt dürfen leer bleiben; sie werden dann aus den Stadtteilen berechnet, wenn alle vorliegen.",
    f"Auf dem Blatt „{ANSWERS_SHEET}“ in der zweiten Spalte antworten.",
    "Einlesen: sozialraum data import DATEI. Vorher ansehen: sozialraum data import DATEI --vorschau",
)


def template_csv(register: Register, entries: Iterable[Indikator], phrases: Phrases) -> str:
    """The table as CSV with semicolons, as Excel in German opens it."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows(_lines(register, list(entries), phrases))
    return "\ufeff" + stream.getvalue()


def template_yaml() -> str:
    """The questions as YAML, to lie beside the CSV."""
    return "\n".join(line for key, words in _ANSWERS.items() for line in (f"# {words}", f"{key}:")) + "\n"


def template_workbook(register: Register, entries: Iterable[Indikator], phrases: Phrases) -> bytes:
    """The table as XLSX with a sheet for the answers and one of explanations; always the same bytes."""
    chosen = list(entries)
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill_table(book.create_sheet(TABLE_SHEET), _lines(register, chosen, phrases))
    answers = book.create_sheet(ANSWERS_SHEET)
    for key, words in _ANSWERS.items():
        answers.append([key, None, words])
    _widths(answers, (18, 60, 90))
    explained = book.create_sheet("Erläuterungen")
    for text in (*_RULES, "", *(f"{entry.titel}: {entry.definition}" for entry in chosen)):
        explained.append([text])
    _widths(explained, (120,))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lines(register: Register, entries: list[Indikator], phrases: Phrases) -> list[list[str]]:
    """Three rows of head, then one row per area."""
    titles, counted, roles = ["Nummer", "Name"], ["", ""], ["", ""]
    for entry in entries:
        part, whole = phrases.of(entry.id).zaehlt, phrases.of(entry.id).bezug
        titles += [entry.titel] * len(_KINDS)
        counted += [part, whole, "Anteil in %"]
        roles += [f"{entry.id}: {kind}" for kind in _KINDS]
    empty = [""] * (len(titles) - 2)
    areas = [area for level in ("stadtteil", "stadtbezirk", "stadt") for area in register.of_level(level)]
    numbers = {area.id: str(area.nummer) if area.ebene == "stadtteil" else "" for area in areas}
    return [titles, counted, roles, *([numbers[area.id], area.label, *empty] for area in areas)]


def _fill_table(sheet: Worksheet, lines: list[list[str]]) -> None:
    for line in lines:
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in line])
    for first in range(3, len(lines[0]) + 1, len(_KINDS)):
        sheet.merge_cells(start_row=1, end_row=1, start_column=first, end_column=first + len(_KINDS) - 1)
    for row in sheet.iter_rows(max_row=3):
        for cell in row:
            cell.font, cell.fill = Font(bold=True), _GREY
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in sheet.iter_rows(min_row=4, max_col=2):
        for cell in row:
            cell.fill = _GREY
    sheet.freeze_panes = "C4"
    _widths(sheet, (9, 24, *(18 for _ in lines[0][2:])))


def _widths(sheet: Worksheet, widths: Iterable[int]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
