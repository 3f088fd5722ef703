"""Tables as statistics offices make them, written by code: every kind of nastiness, always the same numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

NAMES = ["Nordwest", "Nord-Mitte", "Nordhöhe", "Westend", "Altstadt", "Ostfeld", "Weiler", "Südviertel", "Großsüd"]
KEYS = [f"{number:02d}" for number in range(1, 10)]
BEZIRKE = {"I": KEYS[:3], "II": KEYS[3:6], "III": KEYS[6:]}
PART = dict(zip(KEYS, [52, 1_104, 61, 0, 143, 37, 12, 25, 18], strict=True))
WHOLE = dict(zip(KEYS, [702, 1_402, 731, 700, 1_350, 611, 121, 402, 301], strict=True))
NAME = dict(zip(KEYS, NAMES, strict=True))
CITY = "musterstadt"


def total(counts: dict[str, int], area: str) -> int:
    return sum(counts[key] for key in BEZIRKE.get(area, KEYS))


def expected() -> dict[str, tuple[float, float]]:
    """Numerator and denominator of every area."""
    areas = {key: [key] for key in KEYS} | BEZIRKE | {CITY: KEYS}
    return {area: (sum(PART[k] for k in keys), sum(WHOLE[k] for k in keys)) for area, keys in areas.items()}


def german(number: float, digits: int = 0, group: str = ".") -> str:
    return f"{number:,.{digits}f}".replace(",", "_").replace(".", ",").replace("_", group)


def rows(name: Callable[[str], Any] = NAME.__getitem__, number: Callable[[float], Any] = str) -> list[list[Any]]:
    return [[name(key), number(PART[key]), number(WHOLE[key])] for key in KEYS]


def write_csv(
    path: Path, lines: list[list[Any]], *, sep: str = ";", encoding: str = "utf-8", end: str = "\r\n"
) -> Path:
    stream = io.StringIO()
    csv.writer(stream, delimiter=sep, lineterminator=end).writerows(lines)
    path.write_bytes(stream.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, lines: list[list[Any]], change: Callable[[Any], None] | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    for line in lines:
        sheet.append(line)
    if change:
        change(sheet)
    book.save(path)
    return path


HEAD = ["Stadtteil", "Arbeitslose", "Einwohner 15 bis 64"]
TITLE = [["Arbeitslose in Musterstadt"], ["Stichtag: 31.12.2023"], []]
FOOT = [[], ["1) vorläufig"], ["Quelle: Amt für Statistik"], ["- = nichts vorhanden"]]


def plain_semicolon(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows()])


def comma_cp1252(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows()], sep=",", encoding="cp1252")


def tab_utf16(folder: Path) -> Path:
    return write_csv(folder / "t.txt", [*TITLE, HEAD, *rows()], sep="\t", encoding="utf-16")


def pipe_bom(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows()], sep="|", encoding="utf-8-sig")


def dos_codepage(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows()], encoding="cp850")


def excel_separator_line(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [["sep=|"], *TITLE, HEAD, *rows()], sep="|", encoding="cp1252")


def thousands_point(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows(number=german)])


def thousands_comma(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows(number=lambda n: f"{n:,}")])


def thousands_narrow_blank(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows(number=lambda n: german(n, group="\u202f"))])


def thousands_apostrophe(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows(number=lambda n: german(n, group="’"))])


def footnote_marks(folder: Path) -> Path:
    marks = ["", " 1)", "¹", "*", " a)", " r", "", "1)", " (1)"]
    lines = [
        [n, f"{german(p, group=' ')}{m}" if p else "-", f"{w}{m}"]
        for (n, p, w), m in zip(rows(number=int), marks, strict=True)
    ]
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *lines, *FOOT])


def number_and_name(folder: Path) -> Path:
    lines = [[int(key), NAME[key], PART[key], WHOLE[key]] for key in KEYS]
    return write_xlsx(folder / "t.xlsx", [*TITLE, ["Nr.", *HEAD], *lines])


def only_numbers(folder: Path) -> Path:
    return write_xlsx(folder / "t.xlsx", [*TITLE, ["STT", *HEAD[1:]], *rows(int, int)])


def padded_numbers(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, ["Stadtteil-Nr.", *HEAD[1:]], *rows(lambda key: f"0{key}")])


def official_keys(folder: Path) -> Path:
    return write_csv(folder / "t.csv", [*TITLE, ["Schlüssel", *HEAD[1:]], *rows(lambda key: f"051130{key}")])


def number_before_name(folder: Path) -> Path:
    forms = [
        "{n} {a}",
        "{n} - {a}",
        "{n}: {a}",
        "{k} {a}",
        "Stadtteil {n} {a}",
        "{a} ({n})",
        "{a} [{k}]",
        "{n}/{a}",
        "{a}, {n}",
    ]
    names = [f.format(n=int(k), k=k, a=NAME[k]) for f, k in zip(forms, KEYS, strict=True)]
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows(lambda key: names[int(key) - 1])])


def sloppy_names(folder: Path) -> Path:
    names = [
        "NORDWEST",
        "Nord Mitte",
        "Nordhoehe",
        "  Westend ",
        "Altstadt*",
        "Ostfeld 1)",
        "Stadtteil Weiler",
        "Südviert.",
        "Grosssued",
    ]
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows(lambda key: names[int(key) - 1])])


def mojibake(folder: Path) -> Path:
    def broken(key: str) -> str:
        return NAME[key].encode().decode("cp1252")

    return write_csv(folder / "t.csv", [*TITLE, HEAD, *rows(broken)])


def _with_totals(label: Callable[[str], list[Any]]) -> list[list[Any]]:
    lines: list[list[Any]] = []
    for bezirk, members in BEZIRKE.items():
        lines += [[*label(key), PART[key], WHOLE[key]] for key in members]
        lines.append([*label(bezirk), total(PART, bezirk), total(WHOLE, bezirk)])
    return [*lines, [*label(CITY), total(PART, CITY), total(WHOLE, CITY)]]


def bezirke_and_city(folder: Path) -> Path:
    names = {
        **NAME,
        "I": "Stadtbezirk I",
        "II": "Bezirk II insgesamt",
        "III": "Summe Stadtbezirk 3",
        CITY: "Musterstadt insgesamt",
    }
    return write_xlsx(folder / "t.xlsx", [*TITLE, HEAD, *_with_totals(lambda key: [names[key]]), *FOOT])


def nameless_totals(folder: Path) -> Path:
    names = {**NAME, "I": "zusammen", "II": "zusammen", "III": "zusammen", CITY: "Insgesamt"}
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *_with_totals(lambda key: [names[key]])])


def merged_bezirk_column(folder: Path) -> Path:
    lines = [["" if len(label) > 1 and label[0] is None else label[0], *label[1:]] for label in _bezirk_lines()]

    def merge(sheet: Any) -> None:
        for first in (5, 9, 13):
            sheet.merge_cells(start_row=first, end_row=first + 3, start_column=1, end_column=1)

    return write_xlsx(folder / "t.xlsx", [*TITLE, ["Stadtbezirk", *HEAD], *lines], merge)


def _bezirk_lines() -> list[list[Any]]:
    lines: list[list[Any]] = []
    for bezirk, members in BEZIRKE.items():
        for place, key in enumerate(members):
            lines.append([f"Stadtbezirk {bezirk}" if not place else None, NAME[key], PART[key], WHOLE[key]])
        lines.append([None, "Summe", total(PART, bezirk), total(WHOLE, bezirk)])
    return [*lines, ["Musterstadt", None, total(PART, CITY), total(WHOLE, CITY)]]


def two_row_head_merged(folder: Path) -> Path:
    lines = [[NAME[key], WHOLE[key], PART[key], PART[key] / WHOLE[key]] for key in KEYS]

    def shape(sheet: Any) -> None:
        sheet.merge_cells("A1:D1")
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("C2:D2")
        for row in range(4, 13):
            sheet.cell(row, 4).number_format = "0.0%"

    head = [
        ["Arbeitsmarkt 2023, Stand 31.12.2023"],
        ["Stadtteil", "Einwohner", "Arbeitslose", None],
        [None, "15 - 64", "abs.", "in %"],
    ]
    return write_xlsx(folder / "t.xlsx", [*head, *lines], shape)


def three_row_head_unmerged(folder: Path) -> Path:
    head = [
        ["", "Arbeitslose", "", "Einwohner"],
        ["", "Personen", "Anteil", "15 bis unter 65"],
        ["", "Anzahl", "%", "Anzahl"],
        ["1", "2", "3", "4"],
    ]
    lines = [[NAME[key], PART[key], german(100 * PART[key] / WHOLE[key], 1), WHOLE[key]] for key in KEYS]
    return write_csv(folder / "t.csv", [*TITLE, *head, *lines, *FOOT], encoding="cp1252")


def transposed(folder: Path) -> Path:
    lines = [["Merkmal", *NAMES], ["Arbeitslose", *PART.values()], ["Einwohner 15-64", *WHOLE.values()]]
    return write_xlsx(folder / "t.xlsx", [*TITLE, *lines])


def long_form(folder: Path) -> Path:
    lines = [["gebiet", "merkmal", "stichtag", "einheit", "wert"]]
    for key in KEYS:
        lines.append([NAME[key], "Arbeitslose", "31.12.2023", "Anzahl", str(PART[key])])
        lines.append([NAME[key], "Einwohner 15 bis 64 Jahre", "31.12.2023", "Anzahl", str(WHOLE[key])])
    return write_csv(folder / "t.csv", lines)


def date_in_head(folder: Path) -> Path:
    lines = [["Stadtteil", "Arbeitslose 31.12.2023", "Einwohner 15-64 31.12.2023"], *rows(number=int)]
    return write_xlsx(folder / "t.xlsx", lines)


def date_cells_in_head(folder: Path) -> Path:
    head = [["Stadtteil", "Arbeitslose", "Einwohner 15-64"], [None, date(2023, 12, 31), date(2023, 12, 31)]]
    return write_xlsx(folder / "t.xlsx", [*head, *rows(number=int)])


def numbers_as_text(folder: Path) -> Path:
    return write_xlsx(folder / "t.xlsx", [*TITLE, HEAD, *rows(number=lambda n: f" {german(n)}\u00a0")])


def hidden_and_empty(folder: Path) -> Path:
    lines = [[NAME[key], None, PART[key], 999_999, WHOLE[key]] for key in KEYS]

    def hide(sheet: Any) -> None:
        sheet.column_dimensions["D"].hidden = True
        sheet.insert_rows(8)
        sheet.row_dimensions[1].hidden = True

    head = [
        ["ALT", None, None, None, None],
        ["Stand 31.12.2023"],
        ["Stadtteil", None, "Arbeitslose", "Arbeitslose alt", HEAD[2]],
    ]
    return write_xlsx(folder / "t.xlsx", [*head, *lines], hide)


def superscripts(folder: Path) -> Path:
    small = InlineFont(vertAlign="superscript")
    lines: list[list[Any]] = [[NAME[key], str(PART[key]), WHOLE[key]] for key in KEYS]
    lines[1][1] = CellRichText("1104", TextBlock(small, "2"))
    return write_xlsx(folder / "t.xlsx", [*TITLE, HEAD, *lines])


def several_sheets(folder: Path) -> Path:
    book = Workbook()
    book.active.title = "Erläuterungen"
    book.active.append(["Diese Datei enthält Arbeitslose."])
    sheet = book.create_sheet("Daten")
    for line in [*TITLE, HEAD, *rows(number=int)]:
        sheet.append(line)
    book.create_sheet("leer")
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def rest_without_area(folder: Path) -> Path:
    lines = [
        *rows(number=int),
        ["nicht zuordenbar", 7, 20],
        ["Insgesamt", total(PART, CITY) + 7, total(WHOLE, CITY) + 20],
    ]
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *lines])


def total_first(folder: Path) -> Path:
    lines = [["Musterstadt", total(PART, CITY), total(WHOLE, CITY)], *rows(number=int), ["Durchschnitt", 40, 300]]
    return write_csv(folder / "t.csv", [*TITLE, HEAD, *lines])


def headings_of_bezirke(folder: Path) -> Path:
    lines: list[list[Any]] = []
    for number, (bezirk, members) in enumerate(BEZIRKE.items(), start=1):
        lines.append([number, f"Stadtbezirk {bezirk}"])
        lines += [
            [int(key), NAME[key], WHOLE[key], PART[key], german(100 * PART[key] / WHOLE[key], 1)] for key in members
        ]
    head = [["Stadtteil", None, "Einwohner", "Arbeitslose", None], ["Nr.", "Name", "15-64", "absolut", "in %"]]
    return write_xlsx(folder / "t.xlsx", [["Arbeitslose am 31.12.2023"], [], *head, *lines, [], ["Quelle: Amt"]])


def part_of_a_whole(folder: Path) -> Path:
    head = ["Stadtteil", "Bevölkerung von 15 bis unter 65 Jahren", "Arbeitslose"]
    lines = [[NAME[key], WHOLE[key], PART[key]] for key in KEYS]
    return write_csv(folder / "t.csv", [["Arbeitslose, Stand Dez. 2023 (31.12.2023)"], head, *lines])


def quoted_cells(folder: Path) -> Path:
    path = folder / "t.csv"
    lines = ['"Stichtag: 31.12.2023; vorläufig"', '"Stadtteil";"Arbeits-\nlose ""gesamt""";"Einwohner\n15-64"']
    lines += [f'"{NAME[key]}";"{german(PART[key])}";"{german(WHOLE[key])}"' for key in KEYS]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


SAMPLES: dict[str, Callable[[Path], Path]] = {
    function.__name__: function
    for function in (
        plain_semicolon, comma_cp1252, tab_utf16, pipe_bom, dos_codepage, excel_separator_line, thousands_point,
        thousands_comma, thousands_narrow_blank, thousands_apostrophe, footnote_marks, number_and_name, only_numbers,
        padded_numbers, official_keys, number_before_name, sloppy_names, mojibake, bezirke_and_city, nameless_totals,
        merged_bezirk_column, two_row_head_merged, three_row_head_unmerged, transposed, long_form, date_in_head,
        date_cells_in_head, numbers_as_text, hidden_and_empty, superscripts, several_sheets, rest_without_area,
        total_first, quoted_cells, headings_of_bezirke, part_of_a_whole,
    )
}  # fmt: skip
