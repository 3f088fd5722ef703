"""The register's inhabitants: as published, never split, never filled up, and adding up in every year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from data_fixtures import RawCopy
from sozialraum.city.indicators import catalogue, register_figures
from sozialraum.city.load import Data, open_data
from sozialraum.city.sources import read_manifests
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.check import check
from sozialraum.supply.prepare.melderegister import build_register, register_rows
from sozialraum.supply.prepare.raw import read_all
from test_prepare_check import problems, sign


def refusals(copy: RawCopy) -> list[str]:
    with pytest.raises(SchemaError) as caught:
        copy.build()
    assert not copy.out.exists()
    return caught.value.problems


def published(data: Data) -> dict[tuple[str, ...], int]:
    return register_figures(data.einwohner_register, [area.id for area in data.register.of_level("stadtteil")])


def test_register_values_are_as_published_and_the_pair_keeps_one_row(musterstadt_data: Data) -> None:
    found = published(musterstadt_data)
    assert found == {("01",): 1100, ("02",): 2200, ("05",): 2475, ("08", "09"): 1155}
    rows = musterstadt_data.einwohner_register.query("quelle == 'einwohner_register'")
    assert set(rows["stichtag"]) == {"2022-09-30"}


def test_register_values_of_essen(essen_data: Data) -> None:
    found = published(essen_data)
    assert len([key for key in found if len(key) == 1]) == 34
    assert found["21",] == 13770
    assert {key: number for key, number in found.items() if len(key) > 1} == {("43", "44"): 16048}
    years = essen_data.einwohner_register.query("gebiet_id == 'essen'")
    assert years["einwohner"].tolist()[:: len(years) - 1] == [580597, 590611]


def test_missing_register_values_are_said_and_never_filled_by_subtraction(musterstadt_data: Data) -> None:
    rows = musterstadt_data.indikatoren.query("indikator == 'einwohner_register'").set_index("gebiet_id")
    assert rows["wert"].dropna().to_dict() == {
        "01": 1100, "02": 2200, "05": 2475, "I": 4100, "II": 3850, "III": 1200, "musterstadt": 9150,
    }  # fmt: skip
    assert rows.loc["03", "hinweis"] == "Kein Registerwert veröffentlicht."
    assert rows.loc["08", "hinweis"] == "Nur zusammen mit Großsüd veröffentlicht."
    assert rows.loc["09", "hinweis"] == "Nur zusammen mit Südviertel veröffentlicht."
    assert rows.loc[["05", "II"], "stand"].tolist() == ["2022-09-30", "2018-12-31"]


def test_the_register_is_never_a_denominator(essen_data: Data) -> None:
    catalog = catalogue(essen_data.indikatoren_yml)
    register = catalog["einwohner_register"]
    assert register.zaehler is not None
    assert [entry.id for entry in catalog.values() if entry.nenner and entry.nenner.was == register.zaehler.was] == []
    assert [entry.id for entry in catalog.values() if "einwohner_register" in entry.quellen] == ["einwohner_register"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("melderegister.csv", "01,Nordwest,", "71,Nordwest,",
         "melderegister.csv, Zeile 2: Einen Stadtteil mit der Nummer 71 gibt es nicht. Bitte die Nummer prüfen."),
        ("melderegister.csv", "01,Nordwest,", "03,Nordwest,",
         ("melderegister.csv, Zeile 2: Nummer 03 gehört zu Nordhöhe, dort steht Nordwest. "
          "Bitte Nummer oder Name berichtigen.")),
        ("melderegister.csv", "05,Altstadt,", "09,Großsüd,",
         "melderegister.csv: Zu 09 stehen am 2022-09-30 zwei Werte. Bitte einen streichen."),
        ("melderegister.csv", "2475,2022-09-30", "2475,2022-06-30",
         "melderegister.csv: Die Werte haben mehrere Stichtage. Bitte nur einen in die Datei aufnehmen."),
        ("melderegister.csv", "2475,2022-09-30", "2475,30.09.2022",
         ("melderegister.csv, Zeile 4: „30.09.2022“ in Spalte „stichtag“ ist kein Tag wie 2022-09-30. "
          "Bitte die Quelldatei prüfen und neu laden oder berichtigen.")),
        ("melderegister_bezirke.csv", "II,Stadtbezirk II,2017-12-31,3820", "II,Stadtbezirk II,2017-12-31,3821",
         ("melderegister_bezirke.csv: Zum Stichtag 2017-12-31 ergeben die Stadtbezirke 9111 Menschen, für Musterstadt "
          "stehen 9110. Bitte die Werte prüfen.")),
        ("melderegister_bezirke.csv", "II,Stadtbezirk II,2017-12-31,3820\n", "",
         "melderegister_bezirke.csv: Zum Stichtag 2017-12-31 fehlt Stadtbezirk II. Bitte ergänzen."),
        ("melderegister_bezirke.csv", "II,Stadtbezirk II,2017-12-31", "II,Stadtbezirk III,2017-12-31",
         ("melderegister_bezirke.csv, Zeile 9: Kennung II gehört zu Stadtbezirk II – Mitte, dort steht "
          "Stadtbezirk III. Bitte Kennung oder Name berichtigen.")),
    ],
)  # fmt: skip
def test_wrong_rows_of_the_register_are_refused(raw_copy: RawCopy, file: str, old: str, new: str, said: str) -> None:
    text = (raw_copy.raw / file).read_text(encoding="utf-8")
    passage = f"\n{old}"
    raw_copy.write(
        file, text.replace(passage if passage in text else old, new if passage not in text else f"\n{new}").encode()
    )
    assert refusals(raw_copy) == [said]


def test_check_finds_a_year_in_which_the_stadtbezirke_do_not_add_up(musterstadt_copy: Path) -> None:
    path = musterstadt_copy / "einwohner_register.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("III,2018-12-31,1200", "III,2018-12-31,1300"), encoding="utf-8"
    )
    sign(musterstadt_copy, path.name)
    [problem] = problems(musterstadt_copy)
    assert "Zum Stichtag 2018-12-31 ergeben die Stadtbezirke 9250 Menschen, für Musterstadt stehen 9150." in problem


def test_sums_are_compared_at_one_date_only(musterstadt_copy: Path) -> None:
    """All Stadtteile of Bezirk I with a value of 2022 need not add up to the Bezirk's value of 2018."""
    path = musterstadt_copy / "indikatoren.csv"
    table = pd.read_csv(path, dtype=str)
    third = (table["indikator"] == "einwohner_register") & (table["gebiet_id"] == "03")
    table.loc[third, ["zaehler", "wert", "hinweis"]] = ["1000", "1000", None]
    table.to_csv(path, index=False)
    sign(musterstadt_copy, path.name)
    check(musterstadt_copy)


def test_register_rows_name_the_areas_of_the_register_once(raw_copy: RawCopy, musterstadt_data: Data) -> None:
    raw = read_all(read_manifests(raw_copy.folder / "sources"), raw_copy.raw)
    table = build_register(raw, musterstadt_data.register)
    entry = catalogue(musterstadt_data.indikatoren_yml)["einwohner_register"]
    rows = register_rows(entry, table, musterstadt_data.register)
    assert rows["gebiet_id"].tolist() == [area.id for area in musterstadt_data.register]
    assert open_data(musterstadt_data.dir).einwohner_register.equals(table)
