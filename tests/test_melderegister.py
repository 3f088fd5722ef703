"""The register's inhabitants where people read them: beside the estimate, never mixed with it, never filled up."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from report_texts import essen, run
from sozialraum import figures, text
from sozialraum.api.rows import long_rows
from sozialraum.city.load import Data
from sozialraum.cli import lookup
from sozialraum.compare.analysis import analyse
from sozialraum.lab.state import State
from sozialraum.publish.changes import sentences
from sozialraum.report.evidence import faults
from sozialraum.report.known import Known
from sozialraum.report.page_text import printed
from sozialraum.report.rules import Statement
from sozialraum.style import number
from sozialraum.supply import own_tables, series, workspace
from sozialraum.text.development import with_series

PAIR = "Melderegister, 30.09.2022: 16.048 in Überruhr-Hinsel und Überruhr-Holthausen zusammen."


def flat(words: str) -> str:
    return words.replace("\u00a0", " ")


def people(data: Data, gebiet: str) -> str:
    return flat(" ".join(one.text for one in text.facts(analyse(data, gebiet))[0][1]))


def test_the_register_stands_beside_the_estimate_on_the_first_page() -> None:
    assert " Menschen (Zensus-Schätzung 2022). Davon sind " in people(essen(), "21")  # not of the register
    assert " ab 65 Jahre alt. Melderegister, 30.09.2022: 13.770. " in people(essen(), "21")
    assert "(Zensus-Schätzung 2022), 14,1 % der Bevölkerung von Essen. Davon sind " in people(essen(), "IV")
    assert " Melderegister, 31.12.2018: 83.754. " in people(essen(), "IV")
    assert " Melderegister, 31.12.2018: 590.611. " in people(essen(), "essen")


def test_every_stadtteil_says_its_register_value_or_that_there_is_none() -> None:
    table = essen().einwohner_register.query("stichtag == '2022-09-30'").set_index("gebiet_id")["einwohner"]
    for area in essen().register.of_level("stadtteil"):
        shown = people(essen(), area.id)
        if area.id in table.index:
            assert f" Melderegister, 30.09.2022: {number(int(table[area.id]))}. " in shown
        elif area.id in ("43", "44"):
            assert f" {PAIR} " in shown
        else:
            assert " Melderegister: kein Registerwert veröffentlicht. " in shown


@pytest.mark.parametrize("gebiet", ["43", "44"])
def test_the_pair_stands_in_both_reports_and_in_no_table(gebiet: str) -> None:
    found = sentences(essen(), gebiet)
    places = [place for place, texts in found.items() for one in texts if "16.048" in one]
    assert places == ["Überblick, Thema „Menschen“"]
    cities = text.city_table(analyse(essen(), "essen"), ["einwohner", "einwohner_register"])
    assert cities.loc[["Überruhr-Hinsel", "Überruhr-Holthausen"], "Melderegister"].tolist() == ["keine Angabe"] * 2
    assert "16048" not in lookup.indicators(analyse(essen(), "essen"), "csv", gebiet=None, names=[], wide=False)


def test_a_value_of_another_date_is_printed_with_its_date() -> None:
    areas = text.area_table(analyse(essen(), "essen"))["Melderegister"].map(flat)
    assert areas["Borbeck-Mitte"] == "13.770 Einw."
    assert areas["Stadtbezirk IV – Borbeck"] == "83.754 Einw. (31.12.2018)"
    assert areas["Nordviertel"] == "keine Angabe"
    rows = {row["gebiet_id"]: row for row in long_rows(analyse(essen(), "essen"), indikatoren=["einwohner_register"])}
    assert (rows["21"]["wert"], rows["21"]["stand"]) == (13770, "2022-09-30")
    assert (rows["IV"]["wert"], rows["IV"]["stand"]) == (83754, "2018-12-31")
    assert rows["03"]["wert"] is None
    assert {row["klasse"] for row in rows.values()} <= {"", "keine Einstufung"}


def test_the_series_stands_in_the_reports_of_stadtbezirke_and_city() -> None:
    words = figures.timeline(analyse(essen(), "IV"), "einwohner_register")
    assert flat(words.title) == (
        "Einwohnerinnen und Einwohner nach dem Melderegister im Stadtbezirk IV: 83.754 Einw. am 31.12.2018, "
        "85.247 Einw. am 31.12.2007"
    )
    assert flat(words.subtitle) == (
        "Linie: Stadtbezirk IV. Seit 31.12.2017: Veränderung −238 Einw. Seit 31.12.2007: Veränderung −1.493 Einw."
    )
    assert words.source == "Stand: 31.12.2007 bis 31.12.2018 (amtlich). Quelle: Stadt Essen, Melderegister."
    assert words.table.shape == (12, 2)
    having = {area.id for area in essen().register if with_series(analyse(essen(), area.id), "B")}
    assert having == {"45", "essen", *(area.id for area in essen().register.of_level("stadtbezirk"))}
    titles = sentences(essen(), "IV")["Bevölkerung und Haushalte"]
    assert words.title in titles


def test_the_workbench_has_every_date_of_the_register() -> None:
    state = State(essen(), gebiet="IV", indikator="einwohner_register")
    assert state.stands[:2] == ["2022-09-30", "2018-12-31"]
    assert len(state.stands) == 13
    assert flat(state.dated("IV")) == "83.754 Einw. (31.12.2018)"
    state.choose(stand="2007-12-31")
    assert flat(state.dated("IV")) == "85.247 Einw."
    assert state.dated("21") == "keine Angabe"
    assert state.shown.row("einwohner_register", "IV")["quelle"] == "einwohner_register_bezirke"


def test_the_evidence_check_knows_register_pair_and_series() -> None:
    known = Known(essen())
    for gebiet in ("43", "IV"):
        assert faults(list(printed(run(gebiet))), known, gebiet_id=gebiet) == []
    sentence = next(one for one in text.at_a_glance(analyse(essen(), "43")) if "16.048" in one.text)
    assert Statement(known, sentence.text.replace("16.048", "16.047"), sentence.refs, "43").faults()
    assert Statement(known, sentence.text.replace("30.09.2022", "30.09.2021"), sentence.refs, "43").faults()
    own = next(one for one in text.at_a_glance(analyse(essen(), "21")) if "13.770" in one.text)
    assert Statement(known, own.text.replace("13.770", "13.771"), own.refs, "21").faults()


def test_an_own_register_table_stands_for_the_shipped_series(musterstadt_copy: Path) -> None:
    """Own tables stand for the city's: their dates and those that are shipped are never one line."""
    from test_intake_series import invented

    data = invented(workspace.open_data(musterstadt_copy), {"2023-12-31": [(1000, "")], "2024-12-31": [(1010, "")]})
    for paket in own_tables.own_packages(data):
        paket.eintrag["id"] = "einwohner_register"  # type: ignore[index]
    assert list(series.time_series(data, "einwohner_register").index) == ["2023-12-31", "2024-12-31"]


def test_tables_of_before_the_register_are_still_read(musterstadt_copy: Path) -> None:
    (musterstadt_copy / "einwohner_register.csv").unlink()
    catalog = musterstadt_copy / "indikatoren.yml"
    words = catalog.read_text(encoding="utf-8")
    catalog.unlink()
    catalog.write_text(re.sub(r"  einwohner_register:\n(?:    .*\n)+", "", words), encoding="utf-8")
    table = pd.read_csv(musterstadt_copy / "indikatoren.csv", dtype=str)
    table[table["indikator"] != "einwohner_register"].to_csv(musterstadt_copy / "indikatoren.csv", index=False)
    data = workspace.open_data(musterstadt_copy)
    assert "Melderegister" not in people(data, "01")
    assert "Melderegister" not in text.area_table(analyse(data, "01")).columns
    assert with_series(analyse(data, "I"), "B") == []
