"""Empty tables for what an office delivers every year: filled in, they are read without any option."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sozialraum.city.gebiete import Register
from sozialraum.city.indicators import Grundgesamtheit, Indikator
from sozialraum.errors import ParameterError
from sozialraum.supply.intake.dates import as_stand
from sozialraum.supply.intake.description import ANSWERS_SHEET
from sozialraum.supply.intake.grid import WORDS

TABLE_SHEET: Final = "Tabelle"
HINTS_SHEET: Final = "Hinweise"
MISSING: Final = "kennzahlen"
"""Template of the indicators that reports name as missing."""
SECTION: Final = "vorlagen"
_GREY: Final = PatternFill("solid", fgColor="EEEEEE")
_DATED: Final = "stichtag"
_TIME: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*<")


@dataclass(frozen=True)
class Template:
    """One empty table: its name on the command line, its title, what it asks for, and how to fill it in."""

    name: str
    titel: str
    entries: tuple[Indikator, ...]
    hinweise: tuple[str, ...] = ()


def templates(raw: Mapping[str, Any], katalog: Mapping[str, Indikator]) -> dict[str, Template]:
    """All templates of a catalogue by name, in the order of its section ``vorlagen``."""
    section = {MISSING: {"titel": "Die fehlenden Kennzahlen"}, **(raw.get(SECTION) or {})}
    asked: dict[str, list[Indikator]] = {}
    for entry in katalog.values():
        asked.setdefault(entry.vorlage or ("" if entry.verfuegbar else MISSING), []).append(entry)
    return {
        name: Template(name, str(said["titel"]), tuple(asked.get(name, ())), tuple(map(str, said.get("hinweise", ()))))
        for name, said in section.items()
    }


def choose_templates(known: Mapping[str, Template], names: Iterable[str]) -> list[Template]:
    """The templates that a person names, each once; that of the missing indicators if none is named."""
    chosen = []
    for name in dict.fromkeys(names or [MISSING]):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Meinten Sie {near[0]}?" if near else f"Es gibt: {', '.join(known)}."
            raise ParameterError(
                f"Die Vorlage „{name}“ gibt es nicht. {hint} Alle zeigt: sozialraum data template --list"
            )
        if not known[name].entries:
            raise ParameterError(
                f"Zur Vorlage „{name}“ gibt es nichts auszufüllen: Zu allen Indikatoren liegen Daten vor."
            )
        chosen.append(known[name])
    return chosen


def template_list(known: Mapping[str, Template]) -> str:
    """All templates with what they ask for, in German."""
    return "\n".join(
        f"{one.name}: {one.titel}\n" + "".join(f"  {entry.id}: {entry.titel}\n" for entry in one.entries)
        for one in known.values()
    )


def template_csv(register: Register, entries: Iterable[Indikator], dates: Sequence[str] = ()) -> str:
    """The table as CSV with semicolons, as Excel in German opens it."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows(_lines(register, list(entries), dates))
    return "\ufeff" + stream.getvalue()


def template_yaml(title: str = "", dates: Sequence[str] = ()) -> str:
    """The questions as YAML, to lie beside the CSV."""
    said = {key: f" {title}" if key == "tabelle" and title else "" for key in WORDS["vorlage"]}
    return "".join(f"# {words}\n{key}:{said[key]}\n" for key, words in _asked(dates))


def template_workbook(register: Register, template: Template, dates: Sequence[str] = ()) -> bytes:
    """The table as XLSX with a sheet for the answers and one of hints; always the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _fill_table(book.create_sheet(TABLE_SHEET), _lines(register, list(template.entries), dates), dates)
    answers = book.create_sheet(ANSWERS_SHEET)
    for key, words in _asked(dates):
        answers.append([key, template.titel if key == "tabelle" and template.name != MISSING else None, words])
    _widths(answers, (18, 60, 90))
    _fill_hints(book.create_sheet(HINTS_SHEET), template)
    return same_bytes(book)


def read_dates(given: Iterable[str]) -> list[str]:
    """Dates as a person writes them ("31.12.2023", "2023", "2023/24"), oldest first, each once."""
    known = {}
    for text in given:
        stand = as_stand(text)
        if not stand:
            raise ParameterError(f"„{text}“ ist kein Stichtag. Möglich sind 31.12.2023, 2023 und 2023/24.")
        known[stand] = text.strip()
    return [known[stand] for stand in sorted(known)]


def same_bytes(book: Workbook) -> bytes:
    """The file without the time of its making, so that the same content is the same bytes."""
    made, fixed = io.BytesIO(), io.BytesIO()
    book.save(made)
    with ZipFile(made) as old, ZipFile(fixed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = _TIME.sub(rb"\g<1>2000-01-01T00:00:00Z<", old.read(name))
            new.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return fixed.getvalue()


def _asked(dates: Sequence[str]) -> list[tuple[str, str]]:
    return [(key, words) for key, words in WORDS["vorlage"].items() if not (dates and key == _DATED)]


def _counted(what: Grundgesamtheit) -> str:
    return f"{what.was} ({what.einheit})"


def _columns(entry: Indikator) -> list[tuple[str, str]]:
    """Role and plain words of each column of an indicator."""
    assert entry.zaehler is not None, entry.id
    if entry.nenner is None:
        return [("Zähler", _counted(entry.zaehler))]
    unit = "Anteil in %" if entry.einheit == "%" else entry.einheit
    return [("Zähler", _counted(entry.zaehler)), ("Nenner", _counted(entry.nenner)), ("Wert", unit)]


def _lines(register: Register, entries: list[Indikator], dates: Sequence[str]) -> list[list[str]]:
    """Three rows of head, four with dates; then one row per area."""
    columns = [
        (entry.titel, words, date, f"{entry.id}: {role}")
        for date in dates or [""]
        for entry in entries
        for role, words in _columns(entry)
    ]
    heads = zip(("Nummer", "", "", ""), ("Name", "", "", ""), *columns, strict=True)
    titles, counted, when, roles = map(list, heads)
    areas = [area for level in ("stadtteil", "stadtbezirk", "stadt") for area in register.of_level(level)]
    empty = [""] * len(columns)
    head = [titles, counted, *([when] if dates else []), roles]
    return [*head, *([str(area.nummer) if area.ebene == "stadtteil" else "", area.label, *empty] for area in areas)]


def _fill_table(sheet: Worksheet, lines: list[list[str]], dates: Sequence[str]) -> None:
    head = 4 if dates else 3
    for line in lines[:head]:
        sheet.append([cell or None for cell in line])
    for line in lines[head:]:
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in line])
    last = 2
    for _, same in groupby(lines[0][2:]):
        first, last = last + 1, last + len(list(same))
        if first < last:
            sheet.merge_cells(start_row=1, end_row=1, start_column=first, end_column=last)
    for row in sheet.iter_rows(max_row=head):
        for cell in row:
            cell.font, cell.fill = Font(bold=True), _GREY
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in sheet.iter_rows(min_row=head + 1, max_col=2):
        for cell in row:
            cell.fill = _GREY
    sheet.freeze_panes = f"C{head + 1}"
    _widths(sheet, (9, 24, *(18 for _ in lines[0][2:])))


def _fill_hints(sheet: Worksheet, template: Template) -> None:
    """What to fill in: each indicator with its definition and columns, then what holds for all, then the rules."""
    sheet.append([template.titel])
    sheet["A1"].font = Font(bold=True, size=14)
    for entry in template.entries:
        sheet.append([entry.titel, entry.definition])
        for role, words in _columns(entry):
            sheet.append([f"{entry.id}: {role}", words])
    for title, texts in (("Stichtag, Quelle, Zählweise", template.hinweise), ("Ausfüllen", WORDS["vorlage_regeln"])):
        for place, text in enumerate(texts):
            sheet.append([None if place else title, text])
    for row in sheet.iter_rows(min_row=2, max_col=2):
        row[0].font = Font(bold=bool(row[0].value) and ": " not in str(row[0].value))
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    _widths(sheet, (44, 110))


def _widths(sheet: Worksheet, widths: Iterable[int]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
