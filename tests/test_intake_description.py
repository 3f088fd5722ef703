"""What a description says holds; what it does not say and the catalogue does not spell out is asked about."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from intake_samples import BEZIRKE, CITY, HEAD, KEYS, NAME, PART, WHOLE, rows, total, write_csv, write_xlsx
from sozialraum.city.load import Data
from sozialraum.errors import TableError
from sozialraum.supply import intake
from sozialraum.supply.intake.bring import as_mapping, recall
from sozialraum.supply.intake.dates import END_OF_MONTH, stand_in_cell
from sozialraum.supply.intake.matcher import Matcher, level_of
from sozialraum.supply.intake.phrases import Phrases, Role, normal, subject
from sozialraum.supply.intake.table_files import read_sheets

TODAY = date(2025, 6, 1)
ANSWERS: dict[str, Any] = {
    "stelle": "Amt", "lizenz": "dl-de/by-2-0", "geheimhaltung": "sperrung:3", "weitergabe": "oeffentlich",
    "stichtag": "31.12.2023",
}  # fmt: skip


def bring(path: Path, data: Data, **answers: Any) -> intake.Brought:
    options = intake.description({**ANSWERS, **answers}, "Optionen")
    return intake.bring(path, data, options=options, today=TODAY)


def made(path: Path, data: Data, **answers: Any) -> dict[str, intake.Paket]:
    return {paket.indikator: paket for paket in intake.packages(bring(path, data, **answers), data)}


def refused(path: Path, data: Data, **answers: Any) -> str:
    with pytest.raises(TableError) as caught:
        made(path, data, **answers)
    return str(caught.value)


def numbers(paket: intake.Paket, column: str = "zaehler") -> dict[str, float]:
    return dict(paket.werte.set_index("gebiet_id")[column][KEYS])


@pytest.fixture
def phrases(musterstadt_data: Data) -> Phrases:
    return Phrases(musterstadt_data.indikatoren_yml)


# --- phrases -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "same"),
    [
        ("Arbeitslose am 31.12.2023 (Anzahl)", "arbeitslose"),
        ("Einwohnerinnen und Einwohner", "einwohner"),
        ("Einwohner*innen insgesamt", "einwohner"),
        ("Bevölkerung, 15 bis unter 65 Jahre", "bevoelkerung 15 bis 64"),
        ("Bevölkerung 15–64", "bevoelkerung 15 bis 64"),
        ("unter 15 Jahren", "0 bis 14"),
        ("0 bis 14 Jahre", "0 bis 14"),
        ("65+", "65 und aelter"),
        ("ab 65", "65 und aelter"),
        ("über 64 Jahre", "65 und aelter"),
        ("12 bis unter 15 Jahre", "12 bis 14"),
    ],
)
def test_heads_have_one_form(head: str, same: str) -> None:
    assert normal(head) == same


@given(st.text(max_size=60))
def test_the_form_of_a_head_is_its_own_form(head: str) -> None:
    assert normal(normal(head)) == normal(head) or any(sign.isdigit() for sign in head)


@pytest.mark.parametrize(
    "head",
    [
        "12 bis unter 15", "Arbeitslose Männer", "Arbeitslose m", "Arbeitslose länger als ein Jahr",
        "Beschäftigtenquote",
        "Unter 15-Jährige in Mindestsicherung", "Rumänien", "Bulgarien", "Leistungsberechtigte nach dem SGB XII",
        "Schülerinnen und Schüler an Gymnasien", "Gymnasium", "Personen in Haushalten Alleinerziehender",
        "Alleinerziehende Arbeitslose", "Einwohner unter 18", "Einwohner mit Migrationshintergrund",
        "65 bis unter 75 Jahre",
        "Arbeitslosenquote", "Wohnberechtigte Bevölkerung", "Ausländische Einwohner", "Arbeitslose je 1.000 Einwohner",
        "Leistungsberechtigte SGB II unter 15", "Bildung und Teilhabe", "Einwohner je km²", "Veränderung der Einwohner",
    ],
)  # fmt: skip
def test_a_word_in_a_head_is_not_enough(head: str, phrases: Phrases) -> None:
    assert [role for role in phrases.exact(head) if role.angabe != "nenner"] == []


def test_a_head_that_says_exactly_what_the_catalogue_says_maps(phrases: Phrases) -> None:
    assert Role("arbeitslosenanteil", "zaehler") in phrases.exact("Zahl der Arbeitslosen, Dez. 2023")
    assert phrases.exact("Anteil der Arbeitslosen an den Einwohnern von 15 bis 64 Jahren in %") == [
        Role("arbeitslosenanteil", "wert")
    ]
    assert phrases.exact("Arbeitslose", percent=True) == [Role("arbeitslosenanteil", "wert")]
    assert phrases.exact("Anteil der Arbeitslosen an allen Haushalten in %") == []


def test_every_phrase_of_the_catalogue_maps_to_one_indicator(musterstadt_data: Data, phrases: Phrases) -> None:
    for key, entry in musterstadt_data.indikatoren_yml["begriffe"].items():
        for kind in ("zaehler", "wert"):
            for phrase in entry.get(kind, ()):
                found = {role.indikator for role in phrases.exact(phrase) if role.angabe != "nenner"}
                assert found == {key}, phrase
    assert set(phrases.known) <= set(musterstadt_data.indikatoren_yml["indikatoren"])


@pytest.mark.parametrize(
    ("title", "counted"),
    [
        ("Arbeitslose in Musterstadt am 31.12.2023", "arbeitslose"),
        ("Bevölkerung nach Geschlecht und Altersgruppen", "bevoelkerung"),
        ("Tabelle 3: Arbeitslose in den Stadtteilen", "arbeitslose"),
        ("Leistungsberechtigte nach SGB II", "leistungsberechtigte nach sgb ii"),
    ],
)
def test_a_title_says_what_is_counted(title: str, counted: str) -> None:
    assert subject(title, "Musterstadt") == counted


def test_a_bare_head_takes_its_subject_from_the_title(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Arbeitslose in Musterstadt"], ["Stadtteil", "Anzahl", "Einwohner 15-64"], *rows()]
    assert numbers(made(write_csv(tmp_path / "t.csv", lines), musterstadt_data)["arbeitslosenanteil"]) == PART
    lines[0] = ["Langzeitarbeitslose in Musterstadt"]
    assert "Spalte B „Anzahl“: Was ist das?" in refused(write_csv(tmp_path / "t.csv", lines), musterstadt_data)


def test_a_part_of_a_used_column_is_left_out_and_named(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[*HEAD, "Arbeitslose SGB II"], *[[*line, 1] for line in rows()]]
    brought = bring(write_csv(tmp_path / "t.csv", lines), musterstadt_data)
    assert brought.assignment.indikatoren == ["arbeitslosenanteil"]
    assert any("D (Arbeitslose SGB II)" in remark for remark in brought.findings.remarks)


def test_an_open_column_stops_the_import_until_a_person_decides(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[*HEAD, "Wohngeldempfänger"], *[[*line, 5] for line in rows()]]
    path = write_csv(tmp_path / "t.csv", lines)
    text = refused(path, musterstadt_data)
    assert "Spalte D „Wohngeldempfänger“: Was ist das?" in text
    assert "--beschreibung-anlegen" in text
    assert numbers(made(path, musterstadt_data, rest="nicht")["arbeitslosenanteil"]) == PART
    assert numbers(made(path, musterstadt_data, nicht="D")["arbeitslosenanteil"]) == PART


# --- descriptions ------------------------------------------------------------------------------------------------


def test_columns_are_added(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Stadtteil", "m", "w", "x", "15-44", "45-64"]]
    lines += [[NAME[k], PART[k] // 2, PART[k] - PART[k] // 2, 9, WHOLE[k] // 3, WHOLE[k] - WHOLE[k] // 3] for k in KEYS]
    path = write_csv(tmp_path / "t.csv", lines)
    for part, whole in (("B+C", "E:F"), ("m + w", ["15-44", "45-64"])):
        paket = made(path, musterstadt_data, indikatoren={"arbeitslosenanteil": {"zaehler": part, "nenner": whole}})
        assert numbers(paket["arbeitslosenanteil"]) == PART
        assert numbers(paket["arbeitslosenanteil"], "nenner") == WHOLE


def test_rows_are_chosen_and_added(tmp_path: Path, musterstadt_data: Data) -> None:
    lines: list[list[Any]] = [["Stadtteil", "Status", "Geschlecht", "Zahl"]]
    for key in KEYS:
        half = PART[key] // 2
        lines += [[NAME[key], "arbeitslos", "m", half], [NAME[key], "arbeitslos", "w", PART[key] - half]]
        lines += [[NAME[key], "alle", "m", 10], [NAME[key], "alle", "w", WHOLE[key] - 10]]
    path = write_csv(tmp_path / "t.csv", lines)
    choice = {"zaehler": "Zahl [Status = arbeitslos]", "nenner": {"spalten": "D", "zeilen": {"B": "alle"}}}
    text = refused(path, musterstadt_data, indikatoren={"arbeitslosenanteil": choice})
    assert "steht zweimal, mit verschiedenen Werten" in text
    assert "summe: ja" in text
    paket = made(path, musterstadt_data, indikatoren={"arbeitslosenanteil": {**choice, "summe": "ja"}})
    assert numbers(paket["arbeitslosenanteil"]) == PART
    assert numbers(paket["arbeitslosenanteil"], "nenner") == WHOLE
    women = {"einwohner": {"zaehler": "Zahl", "zeilen": {"Geschlecht": "w", "Status": ["alle"]}}}
    assert numbers(made(path, musterstadt_data, indikatoren=women)["einwohner"]) == {k: WHOLE[k] - 10 for k in KEYS}


def test_rows_may_be_chosen_for_a_table_that_maps_by_itself(tmp_path: Path, musterstadt_data: Data) -> None:
    lines: list[list[Any]] = [["Stadtteil", "Stufe", "Arbeitslose", "Einwohner 15-64"]]
    for key in KEYS:
        lines += [[NAME[key], "vorläufig", PART[key] + 5, WHOLE[key]], [NAME[key], "endgültig", PART[key], WHOLE[key]]]
    path = write_csv(tmp_path / "t.csv", lines)
    assert "Was ist das?" in refused(path, musterstadt_data)
    assert numbers(made(path, musterstadt_data, zeilen={"Stufe": "endgültig"})["arbeitslosenanteil"]) == PART
    assert "Es gibt: „vorläufig“, „endgültig“." in refused(path, musterstadt_data, zeilen={"Stufe": "geschätzt"})


def test_a_wrong_name_in_a_description_lists_what_there_is(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [HEAD, *rows()])
    text = refused(path, musterstadt_data, indikatoren={"arbeitslosenanteil": {"zaehler": "Frauen"}})
    assert "Eine Spalte „Frauen“ mit Werten gibt es nicht" in text
    assert "B (Arbeitslose)" in text
    assert "Spalte „Merkmal“ gibt es nicht" in refused(
        path, musterstadt_data, indikatoren={"einwohner": {"zaehler": "C"}}, zeilen={"Merkmal": "x"}
    )
    assert "steht bei arbeitslosenanteil (zaehler) und unter „nicht“" in refused(
        path, musterstadt_data, indikatoren={"arbeitslosenanteil": {"zaehler": "B"}}, nicht=["B"]
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"spaltn": {}}, "„spaltn“ ist unbekannt"),
        ({"indikatoren": {"x": "B"}}, "x: {zaehler: C, nenner: D}"),
        ({"indikatoren": {"x": {"zahler": "B"}}}, "„zahler“ ist unbekannt"),
        ({"gebiet": {"spalt": "A"}}, "„spalt“ ist unbekannt"),
        ({"spalten": {"C": "einwohner"}}, "braucht zaehler, nenner, wert hinter der Kennung"),
        ({"zeilen": "B"}, "eingerückte Zeilen"),
    ],
)
def test_a_wrong_key_names_the_allowed_ones(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(TableError) as caught:
        intake.description(raw, "t.yml")
    assert said in str(caught.value)
    assert "t.yml" in str(caught.value)


def test_an_own_indicator_is_described_in_its_entry(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [["Stadtteil", "Wohngeld", "Einwohner"], *rows()])
    entry = {"zaehler": "B", "nenner": "C"}
    text = refused(path, musterstadt_data, indikatoren={"wohngeld": entry})
    assert text.count("wohngeld: ") == 8
    entry |= {"titel": "Wohngeld", "definition": "Personen mit Wohngeld.", "einheit": "%", "typ": "anteil"}
    entry |= {"richtung": "belastung", "kapitel": "I", "zaehlt": "Wohngeld (Personen)", "bezug": "Einwohner (Personen)"}
    paket = made(path, musterstadt_data, indikatoren={"wohngeld": entry})["wohngeld"]
    assert paket.eintrag["titel"] == "Wohngeld"
    assert paket.eintrag["nenner"] == {"was": "Einwohner", "einheit": "Personen", "stand": "2023-12-31"}


def test_the_short_form_by_column_says_the_same(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [["Stadtteil", "a", "b", "c"], *[[*line, 7] for line in rows()]])
    roles = {"B": "arbeitslosenanteil:zaehler", "C": "arbeitslosenanteil:nenner", "D": "nicht"}
    short = made(path, musterstadt_data, spalten=roles)["arbeitslosenanteil"]
    long = made(path, musterstadt_data, indikatoren={"arbeitslosenanteil": {"zaehler": "B", "nenner": "C"}})
    assert short.werte.equals(long["arbeitslosenanteil"].werte)


def test_a_value_of_a_plain_count_adds_up(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [["Stadtteil", "x"], *[[NAME[key], WHOLE[key]] for key in KEYS]])
    values = made(path, musterstadt_data, spalten={"B": "einwohner:wert"})["einwohner"].werte.set_index("gebiet_id")
    assert values.at["I", "wert"] == total(WHOLE, "I")
    assert values.at[CITY, "wert"] == sum(WHOLE.values())


# --- areas and dates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "level"),
    [
        ("Stadtbezirk", "stadtbezirk"), ("BEZ", "stadtbezirk"), ("Bezirk-Nr.", "stadtbezirk"),
        ("Stadtteil", "stadtteil"),
        ("Stt-Nr.", "stadtteil"), ("Ortsteil", "stadtteil"), ("Gebiet", ""), ("Stadtteil/Stadtbezirk", ""),
    ],
)  # fmt: skip
def test_the_head_names_the_level(head: str, level: str) -> None:
    assert level_of(head) == level


@pytest.mark.parametrize(
    ("head", "labels"),
    [
        ("Stadtbezirk", ["Nord", "Mitte", "Süd"]),
        ("BEZ", ["1", "2", "3"]),
        ("Bezirk", ["01", "02", "03"]),
        ("Gebiet", ["Nord", "Mitte", "Süd"]),
    ],
)
def test_the_head_decides_the_level_of_the_whole_column(
    head: str, labels: list[str], tmp_path: Path, musterstadt_data: Data
) -> None:
    lines = [[head, "Arbeitslose", "Einwohner 15-64"]]
    lines += [
        [label, str(total(PART, area)), str(total(WHOLE, area))] for label, area in zip(labels, BEZIRKE, strict=True)
    ]
    paket = made(write_csv(tmp_path / "t.csv", lines), musterstadt_data, unvollstaendig="ja")["arbeitslosenanteil"]
    values = paket.werte.set_index("gebiet_id")["zaehler"]
    assert {area: values[area] for area in BEZIRKE} == {area: total(PART, area) for area in BEZIRKE}
    assert values[KEYS].isna().all()


def test_a_name_of_both_levels_among_stadtteile_is_asked_about(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [HEAD, *rows(lambda key: "Nord" if key == "02" else NAME[key])]
    path = write_csv(tmp_path / "t.csv", lines)
    assert "„Nord“ kann Nord-Mitte oder Stadtbezirk I – Nord sein" in refused(path, musterstadt_data)
    paket = made(path, musterstadt_data, gebiet={"namen": {"Nord": "Nord-Mitte"}})["arbeitslosenanteil"]
    assert numbers(paket) == PART


def test_codes_of_areas(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["CODE", "a", "b"], *rows(lambda key: f"9{key}00"), ["90000", sum(PART.values()), sum(WHOLE.values())]]
    path = write_csv(tmp_path / "t.csv", lines)
    choice = {"arbeitslosenanteil": {"zaehler": "a", "nenner": "b"}}
    paket = made(path, musterstadt_data, gebiet={"spalte": "CODE", "muster": "9NN00"}, indikatoren=choice)
    assert numbers(paket["arbeitslosenanteil"]) == PART
    codes = {f"9{key}00": key for key in KEYS} | {"90000": CITY}
    given_codes = made(path, musterstadt_data, gebiet={"spalte": "A", "codes": codes}, indikatoren=choice)
    assert given_codes["arbeitslosenanteil"].werte.equals(paket["arbeitslosenanteil"].werte)
    assert "Keiner der Texte ist ein Stadtteil" in refused(path, musterstadt_data, gebiet="CODE", indikatoren=choice)
    assert "braucht N für die Ziffern" in refused(path, musterstadt_data, gebiet={"spalte": "A", "muster": "9"})
    assert "„ortsteil“ gibt es nicht" in refused(path, musterstadt_data, gebiet={"spalte": "A", "ebene": "ortsteil"})


def test_official_keys_without_names(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Schlüssel", *HEAD[1:]], *rows(lambda key: f"051130{key}")]
    lines += [[f"0511390{n}", total(PART, area), total(WHOLE, area)] for n, area in enumerate(BEZIRKE, start=1)]
    lines += [["05113000", sum(PART.values()), sum(WHOLE.values())]]
    paket = made(write_csv(tmp_path / "t.csv", lines), musterstadt_data)["arbeitslosenanteil"]
    values = paket.werte.set_index("gebiet_id")["zaehler"]
    assert numbers(paket) == PART
    assert (values["II"], values[CITY]) == (total(PART, "II"), sum(PART.values()))


@pytest.mark.parametrize(
    ("label", "area"),
    [
        ("Musterstadt, krfr. Stadt", CITY), ("kreisfreie Stadt Musterstadt", CITY), ("Musterstadt, Stadt", CITY),
        ("Stadt Musterstadt", CITY), ("  Nordwest", "01"), ("Nordwest (1)", "01"),
    ],
)  # fmt: skip
def test_names_of_offices_are_recognised(label: str, area: str, musterstadt_data: Data) -> None:
    found = Matcher(musterstadt_data.register).match(label).gebiet
    assert found is not None
    assert found.id == area


@pytest.mark.parametrize("label", ["Bezirk (Rd), nicht zuzuordnen", "nicht zuordenbar", "Ohne Angabe", "unbekannt"])
def test_what_belongs_to_no_area_is_a_rest(label: str, musterstadt_data: Data) -> None:
    assert Matcher(musterstadt_data.register).match(label).kind == "rest"


@pytest.mark.parametrize(
    ("text", "stand"),
    [
        ("20231231", "2023-12-31"), ("31_12_2023", "2023-12-31"), ("2023_12_31", "2023-12-31"), ("202312", "2023-12"),
        ("31-12-2023", "2023-12-31"), ("2023", "2023"), ("2023/24", "2023/24"), ("31.12.2023", "2023-12-31"),
        ("7", None),
    ],
)  # fmt: skip
def test_dates_in_cells(text: str, stand: str | None) -> None:
    assert stand_in_cell(text) == stand


def test_a_month_is_completed_if_the_description_says_so() -> None:
    assert stand_in_cell("202402", day=END_OF_MONTH) == "2024-02-29"


def test_a_column_of_dates_that_holds_another_text_names_the_row(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Tag", *HEAD], *[["31.12.2023", *line] for line in rows()]]
    lines[4][0] = "irgendwann"
    choice = {"arbeitslosenanteil": {"zaehler": "C", "nenner": "D"}}
    text = refused(
        write_csv(tmp_path / "t.csv", lines), musterstadt_data, stichtag={"spalte": "Tag"}, indikatoren=choice
    )
    assert "Zeile 5, Spalte A: „irgendwann“ ist kein Stichtag" in text


@pytest.mark.parametrize("names", [[f"{key} {NAME[key]}" for key in KEYS], KEYS])
def test_a_sheet_for_each_area(names: list[str], tmp_path: Path, musterstadt_data: Data) -> None:
    def change(first: Any) -> None:
        book = first.parent
        for key, name in zip(KEYS, names, strict=True):
            sheet = book.create_sheet(name)
            for line in (["Merkmal", None, 2022, 2023], ["Arbeitsmarkt"], [None, "Arbeitslose", 11, PART[key]], []):
                sheet.append(line)
            sheet.append([None, "15 bis 64", 100, WHOLE[key]])

    path = write_xlsx(tmp_path / "t.xlsx", [["Deckblatt"]], change)
    choice = {
        "zaehler": {"zeilen": {"A": "Arbeitsmarkt", "B": "Arbeitslose"}},
        "nenner": {"zeilen": {"B": "15 bis 64"}},
    }
    brought = bring(path, musterstadt_data, gebiet="blatt", indikatoren={"arbeitslosenanteil": choice})
    _, latest = intake.packages(brought, musterstadt_data)
    assert latest.stand == "2023"
    assert numbers(latest) == PART
    assert numbers(latest, "nenner") == WHOLE


def test_a_sheet_for_each_year(tmp_path: Path, musterstadt_data: Data) -> None:
    def change(first: Any) -> None:
        first.title = "2022"
        second = first.parent.create_sheet("2023")
        for line in [HEAD, *rows(number=int)]:
            first.append(line)
            second.append(line)

    packages = intake.packages(bring(write_xlsx(tmp_path / "t.xlsx", [], change), musterstadt_data), musterstadt_data)
    assert [paket.stand for paket in packages] == ["2022", "2023"]
    assert all(numbers(paket) == PART for paket in packages)


# --- checks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "number"), [(3, "98,8"), (4, "0,0989")])
def test_a_share_that_stands_far_off_is_asked_about(
    place: int, number: str, tmp_path: Path, musterstadt_data: Data
) -> None:
    lines = [["Stadtteil", "Arbeitslosenanteil in %"], *[[NAME[key], f"9,{key[1]}"] for key in KEYS]]
    lines[place][1] = number
    path = write_csv(tmp_path / "t.csv", lines)
    answers = {"nenner": "Einwohner von 15 bis 64 Jahren (Personen)"}
    text = refused(path, musterstadt_data, **answers)
    assert f"Zeile {place + 1}, Spalte B" in text
    assert "steht weit ab von den anderen" in text
    paket = made(path, musterstadt_data, **answers, ausreisser="Nachgefragt, stimmt.")["arbeitslosenanteil"]
    assert "Nachgefragt, stimmt." in paket.eintrag["grenzen"]


def test_a_denominator_of_another_day_is_asked_about(tmp_path: Path, musterstadt_data: Data) -> None:
    head = ["Stadtteil", "Arbeitslose 31.12.2023", "Einwohner 15-64 31.12.2022"]
    path = write_csv(tmp_path / "t.csv", [head, *rows()])
    assert "Zähler vom 31.12.2023 und Nenner vom 31.12.2022" in refused(path, musterstadt_data)
    choice = {"zaehler": "B", "nenner": "C", "begruendung": "Neuere Einwohnerzahlen gibt es nicht."}
    paket = made(path, musterstadt_data, indikatoren={"arbeitslosenanteil": choice})["arbeitslosenanteil"]
    assert (paket.stand, numbers(paket)) == ("2023-12-31", PART)
    assert "Neuere Einwohnerzahlen gibt es nicht." in paket.eintrag["grenzen"]
    head[2] = "Einwohner 15-64 2023"
    assert made(write_csv(path, [head, *rows()]), musterstadt_data)


def test_a_trap_is_overruled_with_a_reason_that_is_kept(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Stadtteil", "Arbeitslosenquote in %"], *[[NAME[key], f"9,{key[1]}"] for key in KEYS]]
    path = write_csv(tmp_path / "t.csv", lines)
    choice = {"wert": "B", "bezug": "Einwohner von 15 bis 64 Jahren (Personen)"}
    text = refused(path, musterstadt_data, indikatoren={"arbeitslosenanteil": choice})
    assert "bezieht sich auf die Erwerbspersonen" in text
    assert "begruendung:" in text
    reason = "Das Amt nennt seinen Anteil an allen 15- bis 64-Jährigen so."
    paket = made(path, musterstadt_data, indikatoren={"arbeitslosenanteil": {**choice, "begruendung": reason}})
    limits = paket["arbeitslosenanteil"].eintrag["grenzen"]
    assert reason in limits
    assert "bezieht sich auf die Erwerbspersonen" in limits


def test_count_and_share_keep_the_exact_quotient(tmp_path: Path, musterstadt_data: Data) -> None:
    shares = {key: f"{100 * PART[key] / WHOLE[key]:.1f}".replace(".", ",") for key in KEYS}
    lines = [[*HEAD, "in %"], *[[NAME[key], PART[key], WHOLE[key], shares[key]] for key in KEYS]]
    choice = {"arbeitslosenanteil": {"zaehler": "B", "nenner": "C", "wert": "D"}}
    paket = made(write_csv(tmp_path / "t.csv", lines), musterstadt_data, indikatoren=choice)["arbeitslosenanteil"]
    assert numbers(paket, "wert")["01"] == pytest.approx(100 * 52 / 702)


def test_counts_of_things_need_no_method_and_counts_of_people_do(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_csv(tmp_path / "t.csv", [["Stadtteil", "Zahl"], *[[NAME[key], 2] for key in KEYS]])
    entry = {"zaehler": "B", "titel": "Spielplätze", "definition": "Öffentliche.", "einheit": "Anzahl", "typ": "anzahl"}
    entry |= {"richtung": "ressource", "kapitel": "J", "zaehlt": "Spielplätze (Anzahl)"}
    things = {"indikatoren": {"spielplaetze": entry}, "geheimhaltung": ""}
    answers = {key: value for key, value in ANSWERS.items() if key != "geheimhaltung"}
    options = intake.description({**answers, **things}, "t")
    (paket,) = intake.packages(intake.bring(path, musterstadt_data, options=options, today=TODAY), musterstadt_data)
    assert paket.geheimhaltung.verfahren == "entfaellt"
    assert "keine Menschen" in paket.eintrag["methode"]
    people = {"indikatoren": {"kranke": {**entry, "zaehlt": "Kranke (Personen)"}}}
    options = intake.description({**answers, **people}, "t")
    brought = intake.bring(path, musterstadt_data, options=options, today=TODAY)
    assert any("Geheimhaltungsverfahren" in question for question in brought.findings.questions)


# --- remembered --------------------------------------------------------------------------------------------------


def test_the_second_year_imports_with_the_description_of_the_first(tmp_path: Path, musterstadt_data: Data) -> None:
    table = [["Gebiet", "Status", "Zahl 2022"]]
    table += [[NAME[k], what, n] for k in KEYS for what, n in (("A", PART[k]), ("B", WHOLE[k]))]
    first = write_csv(tmp_path / "jahr22.csv", table)
    answers = {key: value for key, value in ANSWERS.items() if key != "stichtag"}
    choice = {"zaehler": "C [Status = A]", "nenner": "C [Status = B]"}
    answers |= {"indikatoren": {"arbeitslosenanteil": choice}}
    first.with_suffix(".yml").write_text(yaml.safe_dump(answers), encoding="utf-8")
    brought = intake.bring(first, musterstadt_data, today=TODAY)
    folder = tmp_path / "daten"
    folder.mkdir()
    register = musterstadt_data.register
    intake.remember(folder, brought.sheets, brought.answers, register)
    table[0][2] = "Zahl 2023"
    second = write_csv(tmp_path / "jahr23.csv", table)
    found, name = recall(folder, read_sheets(second), register)
    assert name == "gemerkt von jahr22.csv"
    (paket,) = intake.packages(intake.bring(second, musterstadt_data, options=found, today=TODAY), musterstadt_data)
    assert (paket.stand, numbers(paket)) == ("2023", PART)
    beside = intake.bring(second, musterstadt_data, beschreibung=first.with_suffix(".yml"), today=TODAY)
    assert intake.packages(beside, musterstadt_data)[0].werte.equals(paket.werte)
    table[0][1] = "Merkmal"
    assert recall(folder, read_sheets(write_csv(second, table)), register) == (intake.Description(), "")


@given(
    st.fixed_dictionaries(
        {"stelle": st.text(min_size=1, max_size=9), "gebiet": st.fixed_dictionaries({"spalte": st.just("A")})},
        optional={"zeilen": st.dictionaries(st.sampled_from("BCD"), st.sampled_from(["x", "y 1"]), max_size=2)},
    )
)
def test_a_kept_description_says_what_was_said(raw: dict[str, Any]) -> None:
    said = intake.description(raw, "t")
    kept = yaml.safe_load(yaml.safe_dump(as_mapping(said), allow_unicode=True)) or {}
    assert intake.description(kept, "t") == said
