"""Files become sheets: every cell arrives as a person sees it, in every format, or one sentence says why not."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill

from intake_samples import write_xlsx
from sozialraum.errors import TableError
from sozialraum.supply.intake import grid
from sozialraum.supply.intake.grid import Sheet, without_result
from sozialraum.supply.intake.table_files import read_sheets

OLD_EXCEL = Path(__file__).parent / "intake_kinds.xls"  # written with xlwt: formats, hidden parts, a cell far outside
DAY = datetime.fromisoformat("2023-12-31")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>Stadtteil</t></is></c><c r="B1" t="str"><v>Zahl</v></c></row>'


def only(path: Path, **options: Any) -> Sheet:
    (sheet,) = read_sheets(path, **options)
    return sheet


def values(sheet: Sheet, row: int) -> list[Any]:
    return [cell.value for _, cell in sheet.row(row)]


def refusal(path: Path, content: bytes | None = None) -> str:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TableError) as caught:
        read_sheets(path)
    text = str(caught.value)
    assert text.startswith("1 Problem in der Tabelle:\n")
    assert len(text.splitlines()) == 2
    assert path.name in text
    assert text.endswith(".")
    return text


def package(path: Path, rows: str, *, after: str = "", before: str = "", **changed: str | None) -> Path:
    """A workbook of one sheet, written by hand; ``changed`` replaces parts, None leaves one out."""
    parts: dict[str, str | None] = {
        "rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "workbook": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Daten" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "bookrels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "styles": f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0&quot;%&quot;"/></numFmts>'
        '<fills><fill/></fills><cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="14"/><xf numFmtId="164"/>'
        '<xf numFmtId="21"/></cellXfs></styleSheet>',
        "strings": f'<sst xmlns="{MAIN}"><si><t>Nordwest</t></si><si><r><t>12</t></r><r><rPr>'
        '<vertAlign val="superscript"/></rPr><t>1</t></r></si><si><t>Weiler</t><rPh><t>vairaa</t></rPh></si></sst>',
        "sheet": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>',
    }
    names = {
        "rels": "_rels/.rels", "workbook": "xl/workbook.xml", "bookrels": "xl/_rels/workbook.xml.rels",
        "styles": "xl/styles.xml", "strings": "xl/sharedStrings.xml", "sheet": "xl/worksheets/sheet1.xml",
        "core": "docProps/core.xml",
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for key, text in (parts | changed).items():
            if text is not None:
                archive.writestr(names[key], text)
    return path


_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "text", "table", "style")
)
_STYLES = (
    '<style:style style:name="hoch"><style:text-properties style:text-position="super 58%"/></style:style>'
    '<style:style style:name="weg"><style:table-properties table:display="false"/></style:style>'
)


def content_of(tables: str, root: str = "document-content") -> str:
    return (
        f"<office:{root} {_SPACES}><office:automatic-styles>{_STYLES}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:{root}>"
    )


def opendocument(path: Path, tables: str, *, manifest: str = "<manifest/>") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content_of(tables))
    return path


def cell(shown: str, of_kind: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="{of_kind}"{more}><text:p>{shown}</text:p></table:table-cell>'


def number(value: float, kind: str = "float", more: str = "") -> str:
    return cell("x", kind, f' office:value="{value}"{more}')


def text(value: str, more: str = "") -> str:
    return cell(value, "string", more)


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def table(*rows: str, more: str = "", name: str = "Daten") -> str:
    return f'<table:table table:name="{name}"{more}>{"".join(rows)}</table:table>'


def repeated(count: int, what: str = "columns") -> str:
    return f' table:number-{what}-repeated="{count}"'


# --- Excel


@pytest.mark.parametrize("place", ["D1048576", "XFD1048576", "XFD1"])
def test_one_formatted_cell_far_outside_costs_nothing(place: str, tmp_path: Path) -> None:
    def colour(sheet: Any) -> None:
        sheet[place].fill = PatternFill("solid", "FFFF00")

    sheet = only(write_xlsx(tmp_path / "t.xlsx", [["Stadtteil", "Zahl"], ["Weiler", 3]], colour))
    assert (sheet.rows, sheet.columns, len(sheet.cells)) == (2, 2, 4)


def test_a_range_merged_over_a_million_rows_costs_nothing(tmp_path: Path) -> None:
    lines = [["Titel", "Stadtteil", "Zahl"], [None, "Weiler", 3], [None, "Nord", 4]]
    sheet = only(write_xlsx(tmp_path / "t.xlsx", lines, lambda sheet: sheet.merge_cells("A1:A2")))
    assert (sheet.at(2, 1).value, sheet.at(2, 1).anchor, sheet.at(3, 1).value) == ("Titel", False, None)
    rows = HEAD + '<row r="2"><c r="B2"><v>3</v></c></row>'
    merged = '<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>'
    sheet = only(package(tmp_path / "u.xlsx", rows, after=merged))
    assert (sheet.rows, sheet.at(2, 1).value) == (2, "Stadtteil")


def test_a_value_far_outside_is_named_in_one_message(tmp_path: Path) -> None:
    rows = HEAD + '<row r="1048576"><c r="D1048576"><v>3</v></c></row>'
    said = refusal(package(tmp_path / "t.xlsx", rows))
    assert "Zeile 1048576, Spalte D: Auch hier steht noch etwas" in said
    assert "höchstens 200.000 Zeilen, 2.000 Spalten und 3 Millionen Zellen" in said


def test_an_empty_result_of_a_formula_is_missing_and_not_uncomputed(tmp_path: Path) -> None:
    rows = HEAD + (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="str"><f>IF(1,"")</f><v></v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3"><f>B2*2</f></c><c r="C3"><f>1+1</f><v>2</v></c></row>'
    )
    sheet = only(package(tmp_path / "t.xlsx", rows))
    assert (2, 2) not in sheet.cells
    assert sheet.uncomputed == {(3, 2)}
    assert sheet.at(3, 3).value == 2
    assert sheet.turn().uncomputed == {(2, 3)}
    (said,) = without_result(sheet, [(2, 2), (3, 2)])
    assert said.startswith(
        "t.xlsx, Blatt „Daten“, Zeile 3, Spalte B: Die Formel hat kein gespeichertes Ergebnis. Bitte"
    )
    assert "F9" in said
    assert without_result(sheet, [(9, 9)]) == []


def test_a_nought_that_no_program_computed_is_no_value(tmp_path: Path) -> None:
    rows = HEAD + '<row r="2"><c r="A2"><f>1+1</f><v>0</v></c><c r="B2"><v>0</v></c></row>'
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Daten" r:id="r1"/></sheets>%s</workbook>'
    sheet = only(package(tmp_path / "t.xlsx", rows, workbook=book % '<calcPr fullCalcOnLoad="1"/>'))
    assert sheet.uncomputed == {(2, 1)}
    assert values(sheet, 2) == [0]
    assert values(only(package(tmp_path / "u.xlsx", rows, workbook=book % "")), 2) == [0, 0]


ROWS = HEAD + (
    '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>0.123</v></c><c r="C2" s="2"><v>45291</v></c></row>'
    '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="b"><v>1</v></c>'
    '<c r="D3" t="e"><v>#DIV/0!</v></c><c r="E3" s="3"><v>4.000000000000001</v></c></row>'
)


def as_read(sheet: Sheet) -> None:
    assert values(sheet, 1) == ["Stadtteil", "Zahl"]
    assert values(sheet, 2) == ["Nordwest", 0.123, DAY]
    assert sheet.at(2, 2).percent
    assert values(sheet, 3) == ["Weiler", "12", True, "#DIV/0!", 4]
    assert not sheet.at(3, 5).percent


def strict(text: str) -> str:
    for usual, other in STRICT.items():
        text = text.replace(usual, other)
    return text


def test_variants_of_a_workbook_are_read_alike(tmp_path: Path) -> None:
    as_read(only(package(tmp_path / "t.xlsx", ROWS)))
    as_read(only(package(tmp_path / "t.xlsm", ROWS, core="<kaputt", before='<dimension ref="A1:XFD1048576"/>')))
    as_read(only(package(tmp_path / "t.xlsx", ROWS.replace('<row r="2">', "<row>").replace(' r="A', ' q="A'))))
    prefixed = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
        + ROWS.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
        + "</x:sheetData></x:worksheet>"
    )
    as_read(only(package(tmp_path / "t.xlsx", "", sheet=prefixed)))


def test_strict_open_xml_is_read(tmp_path: Path) -> None:
    package(tmp_path / "t.xlsx", ROWS)
    with zipfile.ZipFile(tmp_path / "t.xlsx") as usual, zipfile.ZipFile(tmp_path / "s.xlsx", "w") as other:
        for name in usual.namelist():
            other.writestr(name, strict(usual.read(name).decode()))
    as_read(only(tmp_path / "s.xlsx"))


def test_absolute_places_and_other_names_of_parts_are_found(tmp_path: Path) -> None:
    package(tmp_path / "t.xlsx", ROWS)
    with zipfile.ZipFile(tmp_path / "t.xlsx") as usual, zipfile.ZipFile(tmp_path / "s.xlsx", "w") as other:
        for name in usual.namelist():
            text = usual.read(name).decode().replace("xl/workbook.xml", "/xl/Mappe.xml")
            text = text.replace('"worksheets/', '"/xl/worksheets/').replace("sheet1.xml", "Blatt.xml")
            other.writestr(name.replace("workbook", "Mappe").replace("sheet1", "BLATT"), text)
    as_read(only(tmp_path / "s.xlsx"))


@pytest.mark.parametrize("styles", [None, "<kaputt"])
def test_formats_that_cannot_be_read_are_remarked(styles: str | None, tmp_path: Path) -> None:
    sheet = only(package(tmp_path / "t.xlsx", ROWS, styles=styles))
    assert values(sheet, 2) == ["Nordwest", 0.123, 45291]
    assert "Prozent und Datum sind nicht zu erkennen" in " ".join(sheet.remarks)


def test_defined_names_that_are_broken_do_not_matter(tmp_path: Path) -> None:
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="1"/><sheets><sheet name="Daten" r:id="r1"/>'
        '</sheets><definedNames><definedName name="_xlnm.Print_Titles" localSheetId="7">#REF!,,</definedName>'
        "</definedNames></workbook>"
    )
    sheet = only(package(tmp_path / "t.xlsx", ROWS.replace("45291", "43829"), workbook=book))
    assert sheet.at(2, 3).value == DAY


def test_noise_of_sums_is_no_fraction(tmp_path: Path) -> None:
    rows = HEAD + "".join(
        f'<row r="{row}"><c r="B{row}"><v>{stored}</v></c></row>'
        for row, stored in enumerate(
            ["4166.0000000001", "0.30000000000000004", "12.3456789", "51130000000001", "1E+05"], start=2
        )
    )
    sheet = only(package(tmp_path / "t.xlsx", rows))
    assert [sheet.at(row, 2).value for row in range(2, 7)] == [4166, 0.3, 12.3456789, 51130000000001, 100000]


def test_times_and_days_outside_of_the_calendar_are_no_error(tmp_path: Path) -> None:
    rows = HEAD + '<row r="2"><c r="A2" s="4"><v>0.5</v></c><c r="B2" s="2"><v>-5000000</v></c></row>'
    assert values(only(package(tmp_path / "t.xlsx", rows)), 2) == ["12:00:00", "#WERT!"]


def test_a_number_that_is_none_is_kept_as_text(tmp_path: Path) -> None:
    rows = HEAD + '<row r="2" hidden="1"><c r="A2"><f>1</f></c></row><row r="3"><c r="A3"><v>NaN</v></c></row>'
    sheet = only(package(tmp_path / "t.xlsx", rows))
    assert values(sheet, 3) == ["NaN"]
    assert sheet.uncomputed == set()


def test_hidden_sheets_are_named(tmp_path: Path) -> None:
    two = Workbook()
    two.active.append(["Stadtteil", 3])
    two.create_sheet("Rest").append(["x", 4])
    two["Rest"].sheet_state = "hidden"
    two.save(tmp_path / "t.xlsx")
    assert only(tmp_path / "t.xlsx").remarks == ("ausgeblendetes Blatt „Rest“ nicht gelesen",)
    assert [sheet.name for sheet in read_sheets(tmp_path / "t.xlsx", hidden=True)] == ["Sheet", "Rest"]
    sheets = '<sheets><sheet name="A" state="veryHidden" r:id="r1"/></sheets>'
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>'
    assert "--ausgeblendetes" in refusal(package(tmp_path / "u.xlsx", ROWS, workbook=book))


def test_a_workbook_of_charts_only_is_empty_and_does_not_hide_its_sheets(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_chartsheet("Diagramm")
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(TableError, match=r"t\.xlsx: Die Datei enthält keine Werte\."):
        read_sheets(tmp_path / "t.xlsx")


@pytest.mark.parametrize(
    "changed",
    [{"sheet": "<worksheet><sheetData><row r="}, {"workbook": None}, {"bookrels": "<"}, {"strings": "<sst/>"}],
)
def test_a_damaged_workbook_is_said_in_one_sentence(changed: dict[str, str | None], tmp_path: Path) -> None:
    said = refusal(package(tmp_path / "t.xlsx", ROWS, **changed))
    assert "beschädigt" in said


def test_a_cut_off_workbook_is_said_in_one_sentence(tmp_path: Path) -> None:
    content = package(tmp_path / "t.xlsx", ROWS).read_bytes()
    for end in (40, len(content) // 2, len(content) - 30):
        assert "beschädigt" in refusal(tmp_path / "t.xlsx", content[:end])


# --- XLS and ODS


def test_old_excel_is_read_as_a_person_sees_it() -> None:
    sheet = only(OLD_EXCEL)
    assert (sheet.rows, sheet.columns) == (7, 5)
    assert sheet.remarks == (
        "ausgeblendete Zeilen 6 nicht gelesen",
        "ausgeblendete Spalten D nicht gelesen",
        "ausgeblendetes Blatt „Versteckt“ nicht gelesen",
    )
    assert [(cell.value, cell.anchor) for _, cell in sheet.row(1)][:2] == [
        ("Arbeitslose in Musterstadt", True), ("Arbeitslose in Musterstadt", False),
    ]  # fmt: skip
    assert sheet.at(2, 2).value == DAY
    assert (sheet.at(4, 2).value, sheet.at(4, 3).value, sheet.at(4, 3).percent) == (52, 0.123, True)
    assert sheet.at(5, 2).value == "1104"  # behind it stands a footnote mark, which is set high
    assert sheet.at(7, 2).value is True
    assert [found.name for found in read_sheets(OLD_EXCEL, hidden=True)] == ["Werte", "Versteckt"]
    assert read_sheets(OLD_EXCEL, hidden=True)[0].at(6, 2).value == 7


def test_a_damaged_old_workbook_is_said_in_one_sentence(tmp_path: Path) -> None:
    content = OLD_EXCEL.read_bytes()
    for broken in (content[:600], content[:3000], content[:512] + bytes(len(content) - 512)):
        assert "beschädigt" in refusal(tmp_path / "t.xls", broken)


def test_opendocument_is_read_as_a_person_sees_it(tmp_path: Path) -> None:
    rows = (
        f'<table:table-column{repeated(3)}/><table:table-column table:visibility="collapse"/>',
        row(text("Arbeitslose", ' table:number-columns-spanned="3"'), f"<table:covered-table-cell{repeated(2)}/>"),
        row(
            text('Stadt<text:s/>teil<text:span text:style-name="hoch">1)</text:span>'),
            number(0.123, "percentage"),
            number(4166.0000000001),
            number(99),
        ),
        row(text("Altlast"), number(7), more=' table:visibility="filter"'),
        row(
            text("Weiler"),
            f"<table:table-cell{repeated(2)}/>",
            number(1),
            cell("31.12.", "date", ' office:date-value="2023-12-31T00:00:00"'),
            '<table:table-cell office:value-type="string" office:string-value=""><office:annotation><text:p>Notiz'
            "</text:p></office:annotation><text:p>#DIV/0!</text:p></table:table-cell>",
            cell("WAHR", "boolean", ' office:boolean-value="true"'),
            '<table:table-cell table:formula="of:=1+1"/>',
        ),
        row(f'<table:table-cell table:style-name="grau"{repeated(16384)}/>', more=repeated(1_048_000, "rows")),
    )
    two = table(*rows) + table(row(text("x")), more=' table:style-name="weg"', name="Rest")
    (tmp_path / "t.fods").write_text("<?xml version='1.0'?>" + content_of(two, "document"), encoding="utf-8")
    for path in (opendocument(tmp_path / "t.ods", two), tmp_path / "t.fods"):
        sheet = only(path)
        assert (sheet.rows, sheet.columns) == (4, 7)
        assert values(sheet, 1) == ["Arbeitslose"] * 3
        assert [cell.anchor for _, cell in sheet.row(1)] == [True, False, False]
        assert values(sheet, 2) == ["Stadt teil", 0.123, 4166]
        assert sheet.at(2, 2).percent
        assert values(sheet, 4) == ["Weiler", DAY, "#DIV/0!", True]
        assert sheet.uncomputed == {(4, 8)}
        assert sheet.remarks == (
            "ausgeblendete Zeilen 3 nicht gelesen",
            "ausgeblendete Spalten D nicht gelesen",
            "ausgeblendetes Blatt „Rest“ nicht gelesen",
        )
        assert len(read_sheets(path, hidden=True)) == 2


def test_a_nought_beside_an_error_of_opendocument_is_no_value(tmp_path: Path) -> None:
    cells = row(text("Nord"), cell("#DIV/0!", "float", ' office:value="0" table:formula="of:=1/0"'), number(0))
    assert values(only(opendocument(tmp_path / "t.ods", table(cells))), 1) == ["Nord", "#DIV/0!", 0]


def test_a_repeated_cell_of_opendocument_stands_where_it_is_repeated(tmp_path: Path) -> None:
    several = row(number(5, more=repeated(3)), more=repeated(2, "rows"))
    sheet = only(opendocument(tmp_path / "t.ods", table(row(text("a")), several, row(text("b")))))
    assert [values(sheet, line) for line in (1, 2, 3, 4)] == [["a"], [5, 5, 5], [5, 5, 5], ["b"]]


def test_a_protected_or_damaged_opendocument_is_said_in_one_sentence(tmp_path: Path) -> None:
    assert "Kennwort" in refusal(opendocument(tmp_path / "t.ods", "", manifest="<m><encryption-data/></m>"))
    assert "beschädigt" in refusal(opendocument(tmp_path / "t.ods", "<table:table>"))


# --- too large


def test_a_million_rows_or_columns_end_with_one_message(tmp_path: Path) -> None:
    limits = "höchstens 200.000 Zeilen, 2.000 Spalten und 3 Millionen Zellen"
    assert limits in refusal(tmp_path / "zeilen.csv", b"Stadtteil;Zahl\n" + b"Weiler;3\n" * 1_000_000)
    assert limits in refusal(tmp_path / "spalten.csv", b"3;" * 1_000_000)
    rows = "<row><c><v>3</v></c></row>" * 1_000_000
    assert limits in refusal(package(tmp_path / "zeilen.xlsx", rows))
    assert limits in refusal(package(tmp_path / "spalten.xlsx", "<row>" + "<c><v>3</v></c>" * 1_000_000 + "</row>"))
    assert limits in refusal(package(tmp_path / "zellen.xlsx", ("<row>" + "<c><v>3</v></c>" * 8 + "</row>") * 400_000))
    long = table(row(number(3), more=repeated(1_048_576, "rows")))
    assert limits in refusal(opendocument(tmp_path / "zeilen.ods", long))
    wide = table(row(number(3, more=repeated(16_384))))
    assert limits in refusal(opendocument(tmp_path / "spalten.ods", wide))


def test_too_many_cells_of_an_old_workbook_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MAX_CELLS", 5)
    assert "höchstens" in refusal(Path(tmp_path / "t.xls"), OLD_EXCEL.read_bytes())


def test_a_long_table_is_read_whole(tmp_path: Path) -> None:
    lines = "".join(f"Weiler;{number};{number % 90} Jahre\n" for number in range(100_000))
    (tmp_path / "t.csv").write_text("Stadtteil;Zahl;Alter\n" + lines, encoding="utf-8")
    sheet = only(tmp_path / "t.csv")
    assert (sheet.rows, sheet.columns, values(sheet, 100_001)) == (100_001, 3, ["Weiler", "99999", "9 Jahre"])


# --- what cannot be read


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("t.pdf", b"%PDF-1.7", "PDF"),
        ("t.xls", b"\r\n<HTML xmlns:o='urn:schemas-microsoft-com:office:office'><table></table>", "Webseite"),
        ("t.xls", b"<table><tr><td>1</td></tr></table>", "Webseite"),
        ("t.xls", b"\xef\xbb\xbf<!DOCTYPE html PUBLIC><html>", "Webseite"),
        ("t.xls", "\ufeff<html><body>".encode("utf-16-le"), "Webseite"),
        ("t.xls", b"<style>td {}</style><body>1</body>", "Webseite"),
        ("t.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "Webarchiv"),
        ("t.xml", b"<?xml version='1.0'?><daten><wert>1</wert></daten>", "XML-Datei"),
        (
            "t.xls",
            b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>",
            "XML-Format von Excel 2003",
        ),
        ("t.json", b'{"type": "FeatureCollection"}', "JSON"),
        ("t.json", b'[{"a": 1}]', "JSON"),
        ("t.parquet", b"PAR1\x15\x04\x15", "Parquet"),
        ("t.gpkg", b"SQLite format 3\x00", "GeoPackage"),
        ("t.sav", b"$FL2@(#) SPSS", "SPSS"),
        ("t.csv.gz", b"\x1f\x8b\x08\x00", "entpacken"),
        ("t.7z", b"7z\xbc\xaf\x27\x1c", "entpacken"),
        ("t.rtf", b"{\\rtf1\\ansi", "rtf"),
        ("t.png", b"\x89PNG\r\n", "Bild"),
        ("t.jpg", b"\xff\xd8\xff\xdb", "Bild"),
        ("t.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "Word"),
        ("t.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_001A".encode("utf-16-le"), "E-Mail"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "Kennwort"),
        ("t.dbf", b"\x03\x7b\x01\x02\x05\x00\x00\x00\x10\x11\x12\x13" * 9, "keine Texttabelle"),
    ],
)  # fmt: skip
def test_files_of_other_kinds_are_told_apart(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    said = refusal(tmp_path / name, content)
    assert words in said
    assert "Bitte" in said


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/workbook.bin", ".xlsb"), ("word/document.xml", "Word"), ("ppt/a.xml", "PowerPoint"), ("a.csv", ".zip"),
        ("Index/Document.iwa", "Numbers"), ("Index.zip", "Numbers"),
    ],
)  # fmt: skip
def test_packed_files_of_other_kinds_are_told_apart(part: str, words: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr(part, "x")
    assert words in refusal(tmp_path / "t.xlsx")


# --- text


def plain(path: Path, content: str | bytes, encoding: str = "utf-8") -> Sheet:
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return only(path)


def lines_of(sheet: Sheet) -> list[list[Any]]:
    return [values(sheet, row) for row in range(1, sheet.rows + 1)]


TABLES: dict[str, tuple[str, list[str]]] = {
    "decimal commas in quotes": ('Teil,Quote\nWeiler,"12,5"\nNord,"3,2"\n', ["Teil|Quote", "Weiler|12,5", "Nord|3,2"]),
    "a title with fewer separators": ("Quote, 2023\nTeil;A;B\nNord;1,5;2\n", ["Quote, 2023", "Teil|A|B", "Nord|1,5|2"]),
    "quoted line breaks": ('Teil;"Arbeits-\nlose"\nNord;3\n', ["Teil|Arbeits-\nlose", "Nord|3"]),
    "quotes inside": ('Teil;"sog. ""Quote"""\nNord;3\n', ['Teil|sog. "Quote"', "Nord|3"]),
    "quotes in the middle": ('Teil;sog. "Quote"\nNord;3\n', ['Teil|sog. "Quote"', "Nord|3"]),
    "a separator behind each row": ("Teil;Zahl;\nNord;3;\n", ["Teil|Zahl", "Nord|3"]),
    "rows of different length": ("Teil;A;B\nNord;3\nSüd;1;2;9\n", ["Teil|A|B", "Nord|3", "Süd|1|2|9"]),
    "old line ends": ("Teil;A\rNord;3\r", ["Teil|A", "Nord|3"]),
    "numbers kept as text": ("Nr;A\n=\"01\";=\"3\"\n'02;4\n", ["Nr|A", "01|3", "02|4"]),
    "the footer of GENESIS": ("Tab.: 1\n;A\nEssen;3\n__________\n(C) Amt, 2023\n", [
        "Tab.: 1", "A", "Essen|3", "__________", "(C) Amt, 2023",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_tables_of_every_kind(kind: str, encoding: str, tmp_path: Path) -> None:
    content, expected = TABLES[kind]
    found = lines_of(plain(tmp_path / "t.csv", content, encoding))
    assert ["|".join(line) for line in found] == expected


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "\ufeffsep=;"])
def test_the_first_line_of_excel_names_the_separator(first: str, tmp_path: Path) -> None:
    sheet = plain(tmp_path / "t.csv", f"{first}\r\nTeil;A,B,C\r\nNord;1,5\r\n")
    assert lines_of(sheet) == [[], ["Teil", "A,B,C"], ["Nord", "1,5"]]


def test_text_that_is_called_xls_is_read(tmp_path: Path) -> None:
    assert lines_of(plain(tmp_path / "t.xls", "Teil\tA\nNord\t3\n")) == [["Teil", "A"], ["Nord", "3"]]


def test_a_text_table_may_begin_with_any_sign(tmp_path: Path) -> None:
    for first in ("<3", "{Teil}", "[Nr]", "PAR1", "MM", "Index"):
        assert values(plain(tmp_path / "t.csv", f"{first};A\nNord;3\n"), 1) == [first, "A"]


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Das ist ein Ordner"):
        read_sheets(tmp_path)


def test_signs_that_mean_nothing_are_left_out_and_remarked(tmp_path: Path) -> None:
    sheet = plain(tmp_path / "t.csv", b"Teil;A\nNord;3\0\0\nWeiler;4\n\x1a")
    assert lines_of(sheet) == [["Teil", "A"], ["Nord", "3"], ["Weiler", "4"]]
    assert "NUL" in sheet.remarks[1]


def test_a_quotation_mark_that_never_ends_is_named_with_its_row(tmp_path: Path) -> None:
    said = refusal(tmp_path / "t.csv", b'Teil;A\nNord;"3\nWeiler;4\nS\xc3\xbcd;5\n')
    assert "Zeile 2: Hier beginnt ein Anführungszeichen" in said
    assert "Zeile 2" in refusal(tmp_path / "u.csv", b'Teil;A\nNord;"' + b"3\n" * 100_000)


def test_a_sheet_finds_its_rows_and_columns(tmp_path: Path) -> None:
    sheet = plain(tmp_path / "t.csv", "a;;b\n;c;d\n")
    assert [(column, cell.value) for column, cell in sheet.row(1)] == [(1, "a"), (3, "b")]
    assert [(row, cell.value) for row, cell in sheet.column(3)] == [(1, "b"), (2, "d")]
    assert [(column, cell.value) for column, cell in sheet.turn().row(3)] == [(1, "b"), (2, "d")]
    assert sheet.row(7) == sheet.column(7) == []


def test_openpyxl_reads_the_same(tmp_path: Path) -> None:
    lines: list[list[Any]] = [
        ["Stadtteil", "Zahl", "Anteil"],
        ["Weiler", 3, 0.5],
        ["Nord", None, DAY],
    ]
    path = write_xlsx(tmp_path / "t.xlsx", lines)
    expected = [
        [cell.value for cell in row if cell.value is not None] for row in load_workbook(path).active.iter_rows()
    ]
    assert lines_of(only(path)) == expected
