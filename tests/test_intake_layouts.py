"""Several tables on one sheet, single columns of counts and shares, and counts that a table hides badly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from intake_samples import BEZIRKE, CITY, HEAD, KEYS, NAME, PART, TITLE, WHOLE, german, total, write_csv, write_xlsx
from sozialraum.city.load import Data
from sozialraum.errors import TableError
from sozialraum.supply import intake
from sozialraum.supply.intake import Description, Paket

ANSWERS = Description(stelle="Amt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich")
LINES = [[NAME[key], PART[key], WHOLE[key]] for key in KEYS]
CITY_LINE = ["Musterstadt", total(PART, CITY), total(WHOLE, CITY)]


def made(path: Path, data: Data, **answers: Any) -> list[Paket]:
    brought = intake.bring(path, data, options=replace(ANSWERS, **answers), today=date(2025, 6, 1))
    return intake.packages(brought, data)


def refused(path: Path, data: Data, **answers: Any) -> str:
    with pytest.raises(TableError) as caught:
        made(path, data, **answers)
    return str(caught.value)


def counts(paket: Paket) -> dict[str, float]:
    return dict(paket.werte.set_index("gebiet_id")["zaehler"][KEYS].astype(int))


def numbered(keys: list[str]) -> list[list[Any]]:
    return [[int(key), NAME[key], PART[key], WHOLE[key]] for key in keys]


def test_halves_side_by_side_are_one_table(tmp_path: Path, musterstadt_data: Data) -> None:
    left, right = numbered(KEYS[:5]), [*numbered(KEYS[5:]), [None, *CITY_LINE]]
    lines = [[*first, None, *second] for first, second in zip(left, right, strict=True)]
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, ["Nr.", *HEAD, None, "Nr.", *HEAD], *lines])
    (paket,) = made(path, musterstadt_data)
    assert counts(paket) == PART
    assert paket.werte.set_index("gebiet_id").at[CITY, "zaehler"] == sum(PART.values())


def test_tables_of_two_years_one_below_the_other(tmp_path: Path, musterstadt_data: Data) -> None:
    lines: list[list[Any]] = []
    for year in (2022, 2023):
        body = [[name, part + 3 * (2023 - year), whole] for name, part, whole in LINES]
        lines += [[f"Arbeitslose am 31.12.{year}"], HEAD, *body, [], ["Quelle: Amt"], []]
    first, second = made(write_xlsx(tmp_path / "t.xlsx", lines), musterstadt_data)
    assert (first.stand, second.stand) == ("2022-12-31", "2023-12-31")
    assert counts(first)["01"] == counts(second)["01"] + 3 == 55


def test_tables_of_two_indicators_one_below_the_other(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Soziales am 31.12.2023"], [], ["Arbeitslose"], HEAD, *LINES, []]
    lines += [["Personen mit existenzsichernden Leistungen"], ["Stadtteil", "Anzahl", "Einwohner"], *LINES]
    found = made(write_xlsx(tmp_path / "t.xlsx", lines), musterstadt_data)
    assert {(paket.indikator, paket.stand) for paket in found} == {
        ("arbeitslosenanteil", "2023-12-31"),
        ("existenzsichernde_leistungen", "2023-12-31"),
    }


def test_a_range_chooses_one_of_two_tables(tmp_path: Path, musterstadt_data: Data) -> None:
    other = [[name, part + 3, whole] for name, part, whole in LINES]
    path = write_xlsx(tmp_path / "t.xlsx", [HEAD, *LINES, [], HEAD, *other])
    text = refused(path, musterstadt_data, stichtag="2023")
    assert "B ab Zeile 2" in text
    assert "--bereich A5:F60" in text
    (paket,) = made(path, musterstadt_data, stichtag="2023", bereich="a12:c21")
    assert counts(paket)["01"] == 55
    assert "kein Bereich" in refused(path, musterstadt_data, bereich="oben")


def test_a_name_stands_in_the_first_of_its_years(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [line for key in KEYS for line in ([NAME[key], 2022, PART[key] + 3, WHOLE[key]], [None, 2023, *_of(key)])]
    path = write_xlsx(tmp_path / "t.xlsx", [["Stadtteil", "Jahr", *HEAD[1:]], *lines])
    first, second = made(path, musterstadt_data)
    assert (first.stand, second.stand) == ("2022", "2023")
    assert counts(second) == PART


def _of(key: str) -> list[int]:
    return [PART[key], WHOLE[key]]


def test_equal_rows_count_once_and_different_ones_are_refused(tmp_path: Path, musterstadt_data: Data) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *LINES, LINES[2]])
    assert counts(made(path, musterstadt_data)[0]) == PART
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *LINES, [NAME["03"], 62, WHOLE["03"]]])
    assert "Zeile 7 und Zeile 14: Nordhöhe steht zweimal, mit verschiedenen Werten" in refused(path, musterstadt_data)


def test_stadtbezirke_alone_only_when_asked(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[f"Stadtbezirk {key}", total(PART, key), total(WHOLE, key)] for key in BEZIRKE]
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, ["Stadtbezirk", *HEAD[1:]], *lines, CITY_LINE])
    assert "die Tabelle nennt nur Stadtbezirke oder die Stadt" in refused(path, musterstadt_data)
    (paket,) = made(path, musterstadt_data, unvollstaendig="ja")
    assert set(paket.werte.dropna(subset="wert")["gebiet_id"]) == {*BEZIRKE, CITY}


def test_codes_of_stadtbezirk_and_stadtteil_before_the_names(tmp_path: Path, musterstadt_data: Data) -> None:
    bezirk = {key: number for number, keys in enumerate(BEZIRKE.values(), start=1) for key in keys}
    lines = [[f"{bezirk[key]}{key} {NAME[key]} (Stadtteil)", *_of(key)] for key in KEYS]
    assert counts(made(write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *lines]), musterstadt_data)[0]) == PART
    lines[0][0] = f"2{KEYS[0]} {NAME['01']}"
    assert "Nummer 201" in refused(write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *lines]), musterstadt_data)


def test_a_word_that_stands_in_every_row_says_what_is_counted(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[NAME[key], 2023, "Einwohner", 2 * WHOLE[key]] for key in KEYS]
    (paket,) = made(write_csv(tmp_path / "t.csv", [["gebiet", "jahr", "merkmal", "anzahl"], *lines]), musterstadt_data)
    assert (paket.indikator, paket.stand) == ("einwohner", "2023")
    assert "Zensus" not in paket.eintrag["definition"]


def _shares(people: dict[str, float]) -> list[list[Any]]:
    head = ["Stadtteil", "Personen mit existenzsichernden Leistungen", "Anteil an der Bevölkerung in %"]
    body = [[NAME[key], PART[key], german(100 * PART[key] / people[key], 1)] for key in KEYS]
    return [["Stand 31.12.2023"], head, *body]


def test_count_and_share_without_their_denominator(tmp_path: Path, musterstadt_data: Data) -> None:
    rows = musterstadt_data.indikatoren.query("indikator == 'einwohner'").set_index("gebiet_id")["wert"]
    people = {key: float(rows[key]) for key in KEYS}
    (paket,) = made(write_csv(tmp_path / "t.csv", _shares(people)), musterstadt_data)
    found = paket.werte.set_index("gebiet_id")
    assert found["wert"]["02"] == pytest.approx(100 * PART["02"] / people["02"], abs=0.05)
    assert (found["zaehler"]["02"], found["nenner"].isna().all()) == (1104, True)
    wrong = write_csv(tmp_path / "t.csv", _shares({**people, "02": 20 * people["02"]}))
    text = refused(wrong, musterstadt_data)
    assert "Zeile 4, Spalte C: 1.104 Personen und" in text
    assert "Gehören Anzahl und Anteil zusammen?" in text


@pytest.mark.parametrize(
    ("hidden", "totals", "told"),
    [
        (["02"], ["I"], ["Nord-Mitte"]),
        (["02"], [CITY], ["Nord-Mitte"]),
        (["02"], ["II"], []),
        (["01", "02"], ["I"], []),
        (["01", "02", "07"], ["I", CITY], ["Weiler"]),
        (["01", "05", "07"], ["I", "II", "III", CITY], ["Nordwest", "Altstadt", "Weiler"]),
    ],
)
def test_a_hidden_count_must_not_follow_from_totals(
    hidden: list[str], totals: list[str], told: list[str], tmp_path: Path, musterstadt_data: Data
) -> None:
    lines = [[NAME[key], "." if key in hidden else PART[key], WHOLE[key]] for key in KEYS]
    names = {CITY: "Musterstadt", **{key: f"Stadtbezirk {key}" for key in BEZIRKE}}
    lines += [[names[key], total(PART, key), total(WHOLE, key)] for key in totals]
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *lines])
    if not told:
        assert made(path, musterstadt_data)
        return
    text = refused(path, musterstadt_data)
    assert [name for name in NAME.values() if f"Zähler von {name} ist aus Summen" in text] == told
    assert "--statistikstelle" in text


def test_hidden_parts_of_one_case_each_and_shares_beside_denominators(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [[NAME[key], PART[key], WHOLE[key], german(100 * PART[key] / WHOLE[key], 1)] for key in KEYS]
    lines[2][1] = "."
    path = write_xlsx(tmp_path / "t.xlsx", [*TITLE, [*HEAD, "Arbeitslose in %"], *lines])
    assert "ist aus Anteil und Nenner zu berechnen" in refused(path, musterstadt_data)
    lines = [[NAME[key], "." if key in ("01", "03") else PART[key], WHOLE[key]] for key in KEYS]
    lines.append(["Stadtbezirk I", PART["02"] + 2, total(WHOLE, "I")])
    text = refused(write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *lines]), musterstadt_data)
    assert "Zähler von Nordwest" in text
    assert "Zähler von Nordhöhe" in text


def test_a_title_above_the_values_may_name_the_city(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [["Stadt Musterstadt", None, None], *LINES]
    lines = [[name, None, part, whole] for name, part, whole in lines]
    lines[0] = [None, None, "Stadt Musterstadt", None]
    path = write_xlsx(tmp_path / "t.xlsx", [lines[0], *TITLE, [HEAD[0], None, *HEAD[1:]], *lines[1:]])
    assert counts(made(path, musterstadt_data)[0]) == PART


def test_rows_of_the_state_are_left_out(tmp_path: Path, musterstadt_data: Data) -> None:
    lines = [*LINES, CITY_LINE, ["NRW", 700_000, 11_000_000], ["Deutschland", 2_600_000, 53_000_000]]
    (paket,) = made(
        write_xlsx(tmp_path / "t.xlsx", [*TITLE, HEAD, *lines[:4], *lines[-2:], *lines[4:-2]]), musterstadt_data
    )
    assert counts(paket) == PART
