"""Tables that say less than they mean, or more: each is asked about or read right, never taken for something else."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data_fixtures import copy_tables
from intake_samples import BEZIRKE, HEAD, KEYS, NAME, PART, WHOLE, rows, total, write_csv, write_xlsx
from sozialraum.city.load import Data
from sozialraum.errors import TableError
from sozialraum.supply import intake
from sozialraum.supply.intake.dates import as_stand, stand_in_cell
from sozialraum.supply.intake.phrases import Phrases
from sozialraum.supply.workspace import open_data

TODAY = date(2025, 6, 1)
ANSWERS: dict[str, Any] = {
    "stelle": "Amt", "lizenz": "dl-de/by-2-0", "geheimhaltung": "sperrung:3", "weitergabe": "oeffentlich",
}  # fmt: skip
DAY = {"stichtag": "31.12.2023"}
CHOICE = {"arbeitslosenanteil": {"zaehler": "B", "nenner": "C"}}


def made(path: Path, data: Data, **answers: Any) -> intake.Paket:
    options = intake.description({**ANSWERS, **answers}, "Optionen")
    (paket,) = intake.packages(intake.bring(path, data, options=options, today=TODAY), data)
    return paket


def refused(path: Path, data: Data, **answers: Any) -> str:
    with pytest.raises(TableError) as caught:
        made(path, data, **answers)
    return str(caught.value)


def numbers(paket: intake.Paket, column: str = "zaehler") -> dict[str, float]:
    return dict(paket.werte.set_index("gebiet_id")[column][KEYS])


# --- heads, titles, columns that limit ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "Mindestsicherung im Alter", "Arbeitslose im Alter", "Empfängerinnen von Mindestsicherung", "Einwohnerinnen",
        "Arbeitslose ♀", "Ø Arbeitslose", "Δ Arbeitslose", "Arbeitslose ±", "Arbeitslose +/-", "Arbeitslose‰",
        "Arbeitslose Dez 2022 / Dez 2023", "Arbeitslose 31.12.2022 - 31.12.2023", "darunter Arbeitslose",
        "Übergänge Gymnasium 2022/23 - 2023/24", "Arbeitslose je 1.000 Einwohner", "Arbeitslose SGB III",
    ],
)  # fmt: skip
def test_a_head_with_something_left_over_is_no_phrase(head: str, musterstadt_data: Data) -> None:
    found = Phrases(musterstadt_data.indikatoren_yml).exact(head)
    assert [role for role in found if role.angabe != "nenner"] == []


@pytest.mark.parametrize("head", ["Einwohner/-innen", "Einwohner*innen", "Einwohner:innen", "EinwohnerInnen"])
def test_both_genders_are_one_word(head: str, musterstadt_data: Data) -> None:
    found = Phrases(musterstadt_data.indikatoren_yml).exact(head)
    assert any(role.indikator == "einwohner" for role in found)


@pytest.mark.parametrize(
    "titles",
    [
        ["Arbeitslose nach dem SGB II"], ["Arbeitslose nach Alter: 55 und älter"], ["Arbeitslose", "Frauen"],
        ["Arbeitslose", "hier: Ausländer"], ["Arbeitslose Frauen nach Stadtteilen"], ["Arbeitslose unter 25 Jahren"],
        ["Veränderung der Arbeitslosen gegenüber dem Vorjahr"],
    ],
)  # fmt: skip
def test_a_title_that_limits_is_asked_about(titles: list[str], tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [*([title] for title in titles), HEAD, *rows()]
    assert "Was ist das?" in refused(write_csv(tmp_path / "t.csv", lines), musterstadt_data, **DAY)


def test_the_name_of_a_sheet_that_limits_is_asked_about(tmp_path: Path, musterstadt_data: Data) -> None:
    def rename(sheet: Any) -> None:
        sheet.title = "Frauen"

    path = write_xlsx(tmp_path / "t.xlsx", [HEAD, *rows(number=int)], rename)
    assert "Was ist das?" in refused(path, musterstadt_data, **DAY)


@pytest.mark.parametrize("word", ["weiblich", "SGB II", "Ausländer"])
def test_a_column_that_limits_every_row_is_asked_about(word: str, tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Stadtteil", "Merkmalsgruppe", *HEAD[1:]], *[[line[0], word, *line[1:]] for line in rows()]]
    path = write_csv(tmp_path / "t.csv", lines)
    assert "Was ist das?" in refused(path, musterstadt_data, **DAY)
    assert "Was ist das?" in refused(path, musterstadt_data, **DAY, zeilen={"Merkmalsgruppe": word})


def test_words_that_limit_nothing_do_not_matter(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Arbeitslose nach Geschlecht"], ["Land", *HEAD], *[["de-nw", *line] for line in rows()]]
    assert numbers(made(write_csv(tmp_path / "t.csv", lines), musterstadt_data, **DAY)) == PART


# --- areas --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", ["Nr", "Kreis", "Gebiet", "CODE"])
def test_bare_numbers_of_stadtbezirke_are_asked_about(head: str, tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[head, *HEAD[1:]]]
    lines += [[n, str(total(PART, area)), str(total(WHOLE, area))] for n, area in enumerate(BEZIRKE, start=1)]
    path = write_csv(tmp_path / "t.csv", lines)
    text = refused(path, musterstadt_data, **DAY, unvollstaendig="ja")
    assert "Sind 1 bis 3 Stadtteile oder Stadtbezirke?" in text
    answers = {**DAY, "unvollstaendig": "ja", "gebiet": {"spalte": "A", "ebene": "stadtbezirk"}}
    assert made(path, musterstadt_data, **answers).werte.set_index("gebiet_id").at["II", "zaehler"] == 180


@pytest.mark.parametrize("head", ["SB", "SB-Nr", "Stadtbz", "Verwaltungsbezirk", "Stbez"])
def test_short_heads_of_stadtbezirke(head: str, tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[head, *HEAD[1:]]]
    lines += [[n, str(total(PART, area)), str(total(WHOLE, area))] for n, area in enumerate(BEZIRKE, start=1)]
    paket = made(write_csv(tmp_path / "t.csv", lines), musterstadt_data, **DAY, unvollstaendig="ja")
    assert paket.werte.set_index("gebiet_id").at["I", "zaehler"] == total(PART, "I")


def test_rows_are_chosen_before_areas_are_read(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [
        ["Ebene", "Code", "a", "b"],
        ["3", "GA01", "9", "9"],
        *[["4", *line] for line in rows()],
        ["1", "X", "1", "2"],
    ]
    path = write_csv(tmp_path / "t.csv", lines)
    choice = {"arbeitslosenanteil": {"zaehler": "a", "nenner": "b"}}
    assert numbers(made(path, musterstadt_data, **DAY, zeilen={"Ebene": 4}, indikatoren=choice)) == PART
    codes = {"GA01": "nicht", "X": "nicht"}
    rule = {"spalte": "Code", "codes": codes}
    assert numbers(made(path, musterstadt_data, **DAY, gebiet=rule, indikatoren=choice)) == PART
    assert "Es gibt: „3“, „4“, „1“." in refused(path, musterstadt_data, **DAY, zeilen={"Ebene": 7}, indikatoren=choice)


def test_a_short_key_of_the_city_beside_longer_ones(tmp_path: Path, musterstadt_data: Data) -> None:
    day, city = "31.12.2023", f"{sum(PART.values())}"
    lines = [["Arbeitslose in Musterstadt"], ["", "", "", "Arbeitslose", "15 bis 64"]]
    lines += [[day, "05113", "    Musterstadt, krfr. Stadt", city, f"{sum(WHOLE.values())}"]]
    lines += [[day, f"05113{int(key):03d}", f"      {NAME[key]}", PART[key], WHOLE[key]] for key in KEYS]
    paket = made(write_csv(tmp_path / "t.csv", lines), musterstadt_data, rest="nicht")
    assert (paket.stand, numbers(paket)) == ("2023-12-31", PART)


def test_values_that_look_like_years_are_values(tmp_path: Path, musterstadt_data: Data) -> None:
    def change(first: Any) -> None:
        for number, key in enumerate(KEYS):
            sheet = first.parent.create_sheet(NAME[key])
            for line in (["Merkmal", 2022, 2023], ["Arbeitslose", 1977 if number == 1 else 9, PART[key]]):
                sheet.append(line)
            sheet.append(["15 bis 64", 2005 if number == 1 else 600, WHOLE[key]])

    path = write_xlsx(tmp_path / "t.xlsx", [["Deckblatt"]], change)
    entry = {"zaehler": {"zeilen": {"Merkmal": "Arbeitslose"}}, "nenner": {"zeilen": {"Merkmal": "15 bis 64"}}}
    answers = {"gebiet": "blatt", "indikatoren": {"arbeitslosenanteil": entry}, "ausreisser": "erfunden"}
    options = intake.description({**ANSWERS, **answers}, "t")
    brought = intake.bring(path, musterstadt_data, options=options, today=TODAY)
    assert {series.stand: series.number("02", "zaehler") for series in brought.series} == {"2022": 1977, "2023": 1104}


def test_a_cover_sheet_does_not_need_the_column_of_the_areas(tmp_path: Path, musterstadt_data: Data) -> None:
    def change(first: Any) -> None:
        sheet = first.parent.create_sheet("Daten")
        for line in [HEAD, *rows(number=int)]:
            sheet.append(line)

    path = write_xlsx(tmp_path / "t.xlsx", [["Deckblatt"]], change)
    assert numbers(made(path, musterstadt_data, **DAY, gebiet={"spalte": "Stadtteil"})) == PART
    assert "„Ort“ für die Stadtteile gibt es nicht" in refused(path, musterstadt_data, **DAY, gebiet={"spalte": "Ort"})


# --- dates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stand"),
    [
        ("2023-12", "2023-12"), ("2023Q4", "2023-12"), ("2023-Q4", "2023-12"), ("2023M12", "2023-12"),
        ("2023/12", "2023-12"), ("2011/12", "2011/12"),
        ("31122023", "2023-12-31"), ("2023.0", "2023"), ("2023/4", None), ("2022-2023", None), ("KW 52/2023", None),
    ],
)  # fmt: skip
def test_months_and_quarters_are_no_years(text: str, stand: str | None) -> None:
    assert stand_in_cell(text) == stand


def test_a_month_as_answer_stays_a_month(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [HEAD, *rows()])
    assert made(path, musterstadt_data, stichtag="2023-12").stand == "2023-12"
    assert as_stand("Dezember 2023") == "2023-12"


@pytest.mark.parametrize("text", ["31.13.2023", "31.02.2023", "morgen"])
def test_a_date_that_is_none_is_told(text: str, tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [HEAD, *rows()])
    assert f"stichtag „{text}“ ist kein Datum" in refused(path, musterstadt_data, stichtag=text)
    path.with_suffix(".yml").write_text("stichtag: 2023-13-01\n", encoding="utf-8")
    assert "t.yml: Ein Datum darin gibt es nicht." in refused(path, musterstadt_data)


def test_year_and_month_in_two_columns(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Jahr", "Monat", *HEAD], *[[2023, month, *line] for month in (6, 12) for line in rows()]]
    path = write_csv(tmp_path / "t.csv", lines)
    choice = {"arbeitslosenanteil": {"zaehler": "D", "nenner": "E"}}
    options = intake.description({**ANSWERS, "stichtag": {"spalte": "Jahr + Monat"}, "indikatoren": choice}, "t")
    packages = intake.packages(intake.bring(path, musterstadt_data, options=options, today=TODAY), musterstadt_data)
    assert [paket.stand for paket in packages] == ["2023-06", "2023-12"]


def test_an_old_description_does_not_give_a_new_table_its_date(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [["Stand 31.12.2023"], HEAD, *rows()])
    path.with_suffix(".yml").write_text("stichtag: 31.12.2022\n", encoding="utf-8")
    text = refused(path, musterstadt_data)
    assert "In der Beschreibung steht der Stichtag 31.12.2022, in der Tabelle 31.12.2023." in text
    assert made(path, musterstadt_data, stichtag="31.12.2022").stand == "2022-12-31"
    written = intake.propose(write_csv(tmp_path / "neu.csv", [["Stand 31.12.2023"], HEAD, *rows()]), musterstadt_data)
    assert "\nstichtag:  # gefunden: 31.12.2023\n" in written


# --- descriptions -------------------------------------------------------------------------------------------------


def test_parts_are_not_added_to_their_sum(tmp_path: Path, musterstadt_data: Data) -> None:
    lines: list[list[Any]] = [["Stadtteil", "Geschlecht", "Zahl", "Menschen"]]
    for key in KEYS:
        half = PART[key] // 3
        lines += [
            [NAME[key], "m", half, 1],
            [NAME[key], "w", PART[key] - half, 1],
            [NAME[key], "insgesamt", PART[key], 1],
        ]
    path = write_csv(tmp_path / "t.csv", lines)
    entry = {"zaehler": "Zahl", "summe": "ja"}
    assert "Teile und ihre Summe addiert" in refused(path, musterstadt_data, **DAY, indikatoren={"einwohner": entry})
    several = {"einwohner": {"zaehler": "Zahl + Menschen"}}
    assert "steht zweimal" in refused(path, musterstadt_data, **DAY, indikatoren=several)


def test_equal_rows_are_added_as_often_as_they_stand_there(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Stadtteil", "Zahl"], *[[NAME[key], 40] for key in KEYS for _ in range(5)]]
    path = write_csv(tmp_path / "t.csv", lines)
    entry = {"arbeitslosenanteil": {"zaehler": "Zahl", "summe": "ja"}}
    assert numbers(made(path, musterstadt_data, **DAY, indikatoren=entry)) == dict.fromkeys(KEYS, 200)


def test_a_head_of_something_else_needs_a_reason(tmp_path: Path, musterstadt_data: Data) -> None:
    for head in (["Stadtteil", "Arbeitslose Frauen", "Einwohner 15-64"], ["Stadtteil", "Arbeitslose", "Einwohner"]):
        path = write_csv(tmp_path / "t.csv", [head, *rows()])
        assert "begruendung:" in refused(path, musterstadt_data, **DAY, indikatoren=CHOICE)
        entry = {**CHOICE["arbeitslosenanteil"], "begruendung": "So vereinbart."}
        paket = made(path, musterstadt_data, **DAY, indikatoren={"arbeitslosenanteil": entry})
        assert "So vereinbart." in paket.eintrag["grenzen"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"unvollstaendig": "vielleicht"}, "nur ja oder nein"),
        ({"ausreisser": "ja"}, "Bitte den Grund nennen"),
        ({"nicht": ["Z"]}, "Eine Spalte „Z“ gibt es nicht"),
        ({"dezimalzeichen": ","}, "nur: komma, punkt"),
        ({"anteil_als": "x"}, "nur: prozent, bruch"),
        ({"gebiet": {"namen": ["a"]}}, "Code: Name"),
        ({"indikatoren": {"arbeitslosenanteil": {"zaehler": "B", "zeilen": "x"}}}, "eingerückte Zeilen"),
        ({"indikatoren": {"arbeitslosenanteil": {"nenner": "C"}}}, "Bitte eine Spalte für zaehler oder wert"),
        ({"indikatoren": {"arbeitslosenanteil": {"zaehler": "B+B"}}}, "zweimal genannt"),
        ({"indikatoren": {"arbeitslosanteil": {"zaehler": "B", "nenner": "C"}}}, "Meinten Sie arbeitslosenanteil?"),
        ({"indikatoren": {"neu": {"zaehler": "B", "typ": "quote"}}}, "typ „quote“ ist nicht erlaubt"),
        ({"indikatoren": {"neu": {"zaehler": "B"}}}, "in der Beschreibung beim Indikator „zaehlt:“"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_one_clear_sentence(
    answers: dict[str, Any], said: str, tmp_path: Path, musterstadt_data: Data
) -> None:
    assert said in refused(write_csv(tmp_path / "t.csv", [HEAD, *rows()]), musterstadt_data, **{**DAY, **answers})


def test_a_no_is_no(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [HEAD, *rows()[:-1]])
    assert "Es fehlt 1 Stadtteil: Großsüd" in refused(path, musterstadt_data, **DAY, unvollstaendig="nein")


def test_heads_in_a_description_are_compared_without_dates(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Stadtteil", "Alo 2023", "Menschen 2023"], *rows()]
    choice = {"arbeitslosenanteil": {"zaehler": "Alo 2022", "nenner": "Menschen 2022"}}
    assert numbers(made(write_csv(tmp_path / "t.csv", lines), musterstadt_data, indikatoren=choice)) == PART


def test_a_share_unlike_what_is_known_is_asked_about(tmp_path: Path, musterstadt_data: Data) -> None:
    known = musterstadt_data.indikatoren.query("indikator == 'anteil_unter_15' and gebiet_id == '02'")["wert"].iloc[0]
    lines = [["Stadtteil", "Einwohner unter 15 in %"], *[[NAME[key], "95,0"] for key in KEYS]]
    answers = {**DAY, "nenner": "Einwohner (Personen)"}
    text = refused(write_csv(tmp_path / "t.csv", lines), musterstadt_data, **answers)
    assert known < 50
    assert "Nord-Mitte hat 95 %, bisher bekannt sind" in text
    assert made(tmp_path / "t.csv", musterstadt_data, **answers, ausreisser="erfunden")


def test_an_empty_template_is_called_empty(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Nummer", "Name", "einwohner: Zähler"], *[[int(key), NAME[key], ""] for key in KEYS]]
    assert "Die Vorlage ist noch leer" in refused(write_csv(tmp_path / "t.csv", lines), musterstadt_data, **DAY)


def test_the_preview_says_what_would_be_replaced(tmp_path: Path) -> None:
    data = open_data(copy_tables(tmp_path / "stadt"), weitergabe="intern")
    path = write_csv(tmp_path / "t.csv", [HEAD, *rows()])
    options = intake.description({**ANSWERS, **DAY}, "t")
    brought = intake.bring(path, data, options=options, today=TODAY)
    assert "Schon da" not in intake.preview(brought, data)
    intake.write_packages(data.dir, intake.packages(brought, data))
    assert "Es gibt schon Ausgabe 1 (t.csv); sie würde ersetzt." in intake.preview(brought, data)
