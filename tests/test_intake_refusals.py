"""What is refused, asked for, or told apart; every message names the place and what to do."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from intake_samples import HEAD, KEYS, NAME, PART, TITLE, WHOLE, german, rows, total, write_csv, write_xlsx
from sozialraum.city.load import Data
from sozialraum.errors import SourceMissing, TableError
from sozialraum.supply import intake
from sozialraum.supply.intake import Description

ANSWERS = Description(stelle="Amt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich")
TODAY = date(2024, 6, 1)


def options(answers: dict[str, Any]) -> Description:
    return intake.description(answers, "Optionen").over(ANSWERS)


def problems(path: Path, data: Data, **answers: Any) -> str:
    with pytest.raises(TableError) as caught:
        made(path, data, **answers)
    return str(caught.value)


def made(path: Path, data: Data, **answers: Any) -> list[intake.Paket]:
    return intake.packages(intake.bring(path, data, options=options(answers), today=TODAY), data)


def test_all_missing_answers_are_listed_at_once(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [HEAD, *rows()])
    with pytest.raises(TableError) as caught:
        intake.bring(path, musterstadt_data).refuse()
    text = str(caught.value)
    assert text.startswith("5 Probleme in der Tabelle:")
    assert all(option in text for option in ("--stelle", "--stichtag", "--lizenz", "--geheimhaltung", "--weitergabe"))


def test_a_table_without_disclosure_control_is_for_the_statistikstelle(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *rows()])
    assert "--statistikstelle" in problems(path, musterstadt_data, geheimhaltung="keines")
    options = replace(ANSWERS, geheimhaltung="keines")
    intake.bring(path, musterstadt_data, options=options, today=TODAY, statistikstelle=True).refuse()


def test_every_problem_is_named_with_row_and_column(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = rows()
    lines[0][0], lines[1][1], lines[2][1], lines[4][2] = "Nordwst", "viele", "-4", "100"
    lines[8] = [lines[7][0], "26", lines[7][2]]
    text = problems(write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines]), musterstadt_data)
    assert "t.csv, Zeile 5, Spalte A: „Nordwst“ ist kein Stadtteil und kein Stadtbezirk. Meinten Sie Nordwest?" in text
    assert "t.csv, Zeile 6, Spalte B: „viele“ ist keine Zahl und kein bekanntes Zeichen." in text
    assert "t.csv, Zeile 7, Spalte B: -4 ist negativ." in text
    assert "t.csv, Zeile 9, Spalte B: Der Teil (143) ist größer als das Ganze (100)." in text
    assert "t.csv, Zeile 12 und Zeile 13: Südviertel steht zweimal, mit verschiedenen Werten." in text
    assert "Es fehlen 2 Stadtteile: Nordwest, Großsüd." in text


def test_number_and_name_must_agree(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[int(key), NAME[key], PART[key], WHOLE[key]] for key in KEYS]
    lines[3][0], lines[4][0] = 5, 4
    text = problems(write_xlsx(tmp_path / "t.xlsx", [["Nr.", *HEAD], *lines]), musterstadt_data, stichtag="2023")
    assert "Zeile 5, Spalte A: Die Nummer 5 gehört zu Altstadt, daneben steht Westend." in text


def test_a_running_number_is_no_number_of_a_stadtteil(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[10 - int(key), NAME[key], PART[key], WHOLE[key]] for key in KEYS]
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, ["lfd. Nr.", *HEAD], *lines])
    assert made(path, musterstadt_data)[0].werte.set_index("gebiet_id").at["02", "zaehler"] == 1104


@pytest.mark.parametrize(
    ("method", "fits"),
    [("sperrung:3", False), ("rundung:5", False), ("cell-key:5", True), ("cell-key:1", True)],
)
def test_totals_must_agree_unless_the_method_changes_them(
    method: str, fits: bool, tmp_path: Path, musterstadt_data: Data
) -> None:
    lines = [*rows(), ["Musterstadt", str(total(PART, "alle") + 9), str(total(WHOLE, "alle"))]]
    path = write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines])
    if fits:
        assert made(path, musterstadt_data, geheimhaltung=method)
    else:
        text = problems(path, musterstadt_data, geheimhaltung=method)
        assert "Zeile 14, Spalte B" in text
        assert ("--geheimhaltung" if method.startswith("sperr") else "kein Vielfaches von 5") in text


def test_rounded_tables_pass_within_the_base(tmp_path: Path, musterstadt_data: Data) -> None:
    def rounded(count: int) -> int:
        return 5 * round(count / 5)

    lines = [[NAME[key], rounded(PART[key]), rounded(WHOLE[key])] for key in KEYS]
    lines.append(["Insgesamt", rounded(total(PART, "x")), rounded(total(WHOLE, "x"))])
    path = write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines])
    assert made(path, musterstadt_data, geheimhaltung="rundung:5")
    lines[-1][1] += 200
    write_csv(path, [*TITLE, HEAD, *lines])
    assert "zulässig sind bei Rundung auf Vielfache von 5" in problems(
        path, musterstadt_data, geheimhaltung="rundung:5"
    )


def test_suppressed_parts_make_the_sum_a_lower_bound(tmp_path: Path, musterstadt_data: Data) -> None:
    lines: list[list[Any]] = [*rows(), ["Insgesamt", total(PART, "x"), total(WHOLE, "x")]]
    lines[0][1] = lines[6][1] = "."
    (paket,) = made(write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines]), musterstadt_data)
    values = paket.werte.set_index("gebiet_id")
    assert values["wert"].isna()[["01", "07", "I", "III"]].all()
    assert "geheim gehalten" in values.at["01", "hinweis"]
    assert values.at["04", "zaehler"] == 0
    assert values.at["II", "wert"] == pytest.approx(100 * 180 / 2661)
    lines[-1][1] = 100
    assert "mehr" in problems(write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines]), musterstadt_data)


SYMBOLS = {
    "-": 0.0, ".": None, "…": None, "...": None, "/": None, "x": None, "×": None, "•": None, "*": None, "–": None,
    "()": None, "k. A.": None, "<3": None, "unter 5": None, "1-2": None, "": None, "0": 0.0, "(12)": 12.0, "12¹": 12.0,
}  # fmt: skip


@pytest.mark.parametrize(("symbol", "number"), SYMBOLS.items())
def test_symbols_of_official_tables(symbol: str, number: float | None, tmp_path: Path, musterstadt_data: Data) -> None:
    lines = rows()
    lines[6][1] = symbol
    (paket,) = made(write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines]), musterstadt_data)
    found = paket.werte.set_index("gebiet_id").at["07", "zaehler"]
    assert found == number if number is not None else found != found


def test_the_legend_of_a_table_says_what_a_dash_means(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = rows()
    lines[6][1] = "–"
    foot = [[], ["Zeichenerklärung: – = nichts vorhanden; . = Zahlenwert geheim zu halten"]]
    (paket,) = made(write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines, *foot]), musterstadt_data)
    assert paket.werte.set_index("gebiet_id").at["07", "zaehler"] == 0
    (paket,) = made(write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines]), musterstadt_data, zeichen={"–": "null"})
    assert paket.werte.set_index("gebiet_id").at["07", "zaehler"] == 0


def test_percent_in_all_its_forms(tmp_path: Path, musterstadt_data: Data) -> None:
    shares = [100 * PART[key] / WHOLE[key] for key in KEYS]
    answers = {"nenner": "Einwohner von 15 bis 64 Jahren (Personen)"}
    texts = [[NAME[key], f"{german(share, 2)} %"] for key, share in zip(KEYS, shares, strict=True)]
    path = write_csv(tmp_path / "t.csv", [*TITLE, ["Stadtteil", "Arbeitslosenanteil"], *texts])
    (paket,) = made(path, musterstadt_data, **answers)
    assert paket.werte.set_index("gebiet_id").at["02", "wert"] == 78.74
    assert paket.werte.set_index("gebiet_id")["wert"].isna()["musterstadt"]
    fractions = [[NAME[key], share / 1000] for key, share in zip(KEYS, shares, strict=True)]
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, ["Stadtteil", "Arbeitslose in %"], *fractions])
    assert "--anteil-als" in problems(path, musterstadt_data, **answers)
    (paket,) = made(path, musterstadt_data, **answers, anteil_als="prozent")
    assert paket.werte["wert"].max() == pytest.approx(0.07874, abs=1e-4)


def test_an_ambiguous_thousand_is_asked_for(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[NAME[key], f"1.{int(key):03d}"] for key in KEYS]
    path = write_csv(tmp_path / "t.csv", [["Stadtteil", "Wohndauer"], *lines])
    own = {"indikator": "wohndauer", "titel": "Wohndauer", "definition": "Dauer.", "einheit": "Jahre", "typ": "rate"}
    own |= {
        "richtung": "neutral",
        "kapitel": "B",
        "zaehler": "Jahre (Jahre)",
        "nenner": "Einwohner (Personen)",
        "stichtag": "2023",
    }
    own["spalten"] = {"B": "wohndauer:wert"}  # type: ignore[assignment]
    assert "--dezimalzeichen komma oder --dezimalzeichen punkt" in problems(path, musterstadt_data, **own)
    (paket,) = made(path, musterstadt_data, **own, dezimalzeichen="punkt")
    assert paket.werte.set_index("gebiet_id").at["03", "wert"] == 1.003
    (paket,) = made(path, musterstadt_data, **own, dezimalzeichen="komma")
    assert paket.werte.set_index("gebiet_id").at["03", "wert"] == 1003


@pytest.mark.parametrize(
    ("head", "indikator", "words"),
    [
        ("Arbeitslosenquote in %", "arbeitslosenanteil", "Erwerbspersonen"),
        ("Bedarfsgemeinschaften", "existenzsichernde_leistungen", "zählt Personen"),
        ("Haushalte mit existenzsichernden Leistungen", "existenzsichernde_leistungen", "zählt Personen"),
        ("Leistungsberechtigte SGB II", "existenzsichernde_leistungen", "nur ein Teil"),
        ("im Ausland Geborene aus EU-2", "staatsangehoerige_bg_ro", "Staatsangehörigkeit"),
        ("Wohnberechtigte Bevölkerung", "einwohner", "Hauptwohnsitz"),
    ],
)
def test_classic_mix_ups_are_refused(
    head: str, indikator: str, words: str, tmp_path: Path, musterstadt_data: Data
) -> None:
    path = write_csv(tmp_path / "t.csv", [*TITLE[1:], ["Stadtteil", head], *[[NAME[key], "12"] for key in KEYS]])
    assert words in problems(path, musterstadt_data)
    assert words in problems(path, musterstadt_data, indikator=indikator)
    assert words in problems(path, musterstadt_data, spalten={"B": f"{indikator}:zaehler"})


def test_households_are_no_persons(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *rows()])
    text = problems(path, musterstadt_data, zaehler="Arbeitslose (Haushalte)")
    assert "Der Zähler zählt Haushalte, der Indikator zählt Personen" in text


def test_percentages_are_no_counts(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[NAME[key], f"{key} %", WHOLE[key]] for key in KEYS]
    path = write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines])
    assert "Prozentwert" in problems(path, musterstadt_data, spalten={"B": "arbeitslosenanteil:zaehler"})


def test_a_stichtag_in_the_future_and_a_slipped_row(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [HEAD, *rows()])
    assert "liegt in der Zukunft" in problems(path, musterstadt_data, stichtag="31.12.2031")
    lines = rows()
    lines[6][2] = "5000"
    path = write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *lines])
    assert "Zeile 11, Spalte C: 5.000 Personen passen nicht zu Weiler" in problems(path, musterstadt_data)


def test_files_that_are_no_tables(tmp_path: Path, musterstadt_data: Data) -> None:
    def text(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return problems(tmp_path / name, musterstadt_data)

    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert "(.xls) ist beschädigt" in text("alt.xls", ole)
    assert "Kennwort" in text("geheim.xlsx", ole + "EncryptedPackage".encode("utf-16-le"))
    assert "PDF" in text("bericht.pdf", b"%PDF-1.7 ...")
    assert "leer" in text("leer.csv", b"")
    assert "keine Werte" in text("striche.csv", b";;;\n;;;\n")
    assert "Webseite" in text("export.xls", b"<html><table></table></html>")
    assert "Sperrvermerk" in text("~$t.xlsx", b"x")
    assert "beschädigt" in text("kaputt.xlsx", b"PK\x03\x04 kaputt")
    assert "keine Stadtteile" in text("andere.csv", b"Ort;Wert\nBochum;3\nHerne;4\n")
    with pytest.raises(SourceMissing, match="gibt es nicht"):
        intake.bring(tmp_path / "fehlt.csv", musterstadt_data)


def test_a_packed_file_that_unpacks_to_a_giant_is_not_read(tmp_path: Path, musterstadt_data: Data) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(210_000_000))
    assert "zu groß für eine Tabelle" in problems(tmp_path / "t.xlsx", musterstadt_data)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_cannot_be_read(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [HEAD])
    path.chmod(0)
    assert "schließen" in problems(path, musterstadt_data)


def test_formulas_need_stored_results(tmp_path: Path, musterstadt_data: Data) -> None:
    lines: list[list[Any]] = rows(number=int)
    lines[2][1] = "=B4*2"
    text = problems(write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *lines]), musterstadt_data)
    assert "Zeile 7, Spalte B: Die Formel hat kein gespeichertes Ergebnis." in text
    for line in lines:
        line[1] = "=C5/10"
    text = problems(write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *lines]), musterstadt_data)
    assert "Spalte B: Die Formel hat kein gespeichertes Ergebnis." in text


def test_a_formula_without_result_outside_of_the_table_does_not_matter(tmp_path: Path, musterstadt_data: Data) -> None:
    lines: list[list[Any]] = [*TITLE, HEAD, *rows(number=int), [], ["Prüfsumme", "=SUM(B5:B13)"]]
    assert made(write_xlsx(tmp_path / "t.xlsx", lines), musterstadt_data)


def test_cells_that_excel_turned_into_dates_and_errors(tmp_path: Path, musterstadt_data: Data) -> None:
    lines: list[list[Any]] = rows(number=int)
    lines[0][1], lines[1][1] = date(2024, 12, 3), "#DIV/0!"
    text = problems(write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *lines]), musterstadt_data)
    assert "Zeile 5, Spalte B: Excel hat hier ein Datum stehen." in text
    assert "Zeile 6, Spalte B: Die Formel ergibt #DIV/0!." in text


def test_a_value_over_merged_rows_is_refused(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *rows(number=int)], lambda sheet: sheet.merge_cells("B5:B6"))
    assert "verbundenen Zelle" in problems(path, musterstadt_data)


def test_two_sheets_are_asked_for(tmp_path: Path, musterstadt_data: Data) -> None:
    book = Workbook()
    for sheet in (book.active, book.create_sheet("2022")):
        for line in [*TITLE, HEAD, *rows(number=int)]:
            sheet.append(line)
    book.save(tmp_path / "t.xlsx")
    assert '--blatt "Sheet"' in problems(tmp_path / "t.xlsx", musterstadt_data)
    assert made(tmp_path / "t.xlsx", musterstadt_data, blatt="2022")
    assert "Ein Blatt „2021“ gibt es nicht. Vorhanden: „Sheet“, „2022“." in problems(
        tmp_path / "t.xlsx", musterstadt_data, blatt="2021"
    )


def test_hidden_rows_are_named(tmp_path: Path, musterstadt_data: Data) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[6].hidden = True

    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *rows(number=int)], hide)
    assert "--ausgeblendetes" in problems(path, musterstadt_data)
    brought = intake.bring(path, musterstadt_data, options=ANSWERS, hidden=True, today=TODAY)
    assert len(intake.packages(brought, musterstadt_data)) == 1


def test_incomplete_tables_only_when_asked(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [*TITLE, HEAD, *rows()[:3]])
    assert "Es fehlen 6 Stadtteile" in problems(path, musterstadt_data)
    (paket,) = made(path, musterstadt_data, unvollstaendig="ja")
    values = paket.werte.set_index("gebiet_id")
    assert values["wert"].notna().sum() == 4
    assert values.at["I", "wert"] == pytest.approx(100 * 1217 / 2835)
    assert "steht nicht in der gelieferten Tabelle" in values.at["09", "hinweis"]


def test_counts_without_a_denominator_are_taken_without_a_value(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [*TITLE, HEAD[:2], *[line[:2] for line in rows()]])
    (paket,) = made(path, musterstadt_data)
    assert paket.werte["zaehler"].notna().all()
    assert paket.werte[["nenner", "wert"]].isna().all(axis=None)


def test_two_columns_for_the_same_number(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[*line, line[1]] for line in rows()]
    path = write_csv(tmp_path / "t.csv", [*TITLE, [*HEAD, "Arbeitslose"], *lines])
    assert "geben den Zähler von „arbeitslosenanteil“ zum selben Stand" in problems(path, musterstadt_data)
    assert made(path, musterstadt_data, spalten={"B": "arbeitslosenanteil:zaehler", "C": "arbeitslosenanteil:nenner"})
