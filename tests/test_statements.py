"""Statements of others: a strict file, one rule, no verdict without data, and verdicts that follow the tables."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from data_fixtures import MUSTERSTADT
from report_texts import essen
from sozialraum import text
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import ABOVE, AVERAGE, BELOW, FAR_ABOVE, FAR_BELOW, UNCLEAR, analyse
from sozialraum.compare.statements import (
    CONFIRMED,
    NOT_CONFIRMED,
    UNTESTABLE,
    Aussage,
    Einrichtung,
    Erwartung,
    judge,
    mitteilungen,
)
from sozialraum.compare.wert import UNCLASSED
from sozialraum.errors import SchemaError
from sozialraum.report.known import Known
from sozialraum.report.rules import Statement
from sozialraum.supply.prepare.check import check

KEY = "arbeitslosenanteil"


@pytest.fixture
def stadt(tmp_path: Path) -> Path:
    """Tables of Musterstadt that a test may change, with a folder for statements."""
    folder = tmp_path / "daten"
    shutil.copytree(MUSTERSTADT / "daten", folder)
    shutil.copytree(MUSTERSTADT / "sources", tmp_path / "sources")
    (folder / "aussagen").mkdir()
    return folder


def write(folder: Path, *entries: dict[str, Any], **changes: Any) -> Data:
    content = {"quelle": "zeitung", "wer": "Der Rat", "datum": "2024-03-01", "orte": ["01"], "aussagen": list(entries)}
    (folder / "aussagen" / "rat.yml").write_text(
        yaml.safe_dump(content | changes, allow_unicode=True), encoding="utf-8"
    )
    return open_data(folder)


def stated(klasse: str = AVERAGE, **more: Any) -> dict[str, Any]:
    return {"id": "arbeit", "text": "Die Lage ist wie anderswo.", "indikator": {"id": KEY, "klasse": klasse}} | more


def import_table(folder: Path, wert: float, *, art: str = "amtlich", stand: str = "2024-01-01") -> None:
    """Give the indicator that has no data a value of 10 % everywhere and another in the first Stadtteil."""
    catalogue = yaml.safe_load((folder / "indikatoren.yml").read_text(encoding="utf-8"))
    counted = {"was": "Menschen", "einheit": "Personen", "stand": stand}
    entry = catalogue["indikatoren"][KEY]
    entry |= {"verfuegbar": True, "art": art, "quellen": ["zeitung"], "zaehler": counted, "nenner": counted}
    (folder / "indikatoren.yml").unlink()
    (folder / "indikatoren.yml").write_text(
        yaml.safe_dump(catalogue, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    table = pd.read_csv(folder / "indikatoren.csv", dtype=str)
    rows = table[table["indikator"] == "einwohner"].copy()
    rows = rows.assign(
        indikator=KEY, zaehler="", nenner="", wert="10", stand=stand, art=art, von="10", bis="10", quelle="zeitung"
    )
    rows.loc[rows["gebiet_id"] == "01", ["wert", "von", "bis"]] = str(wert)  # a complete count is a point
    pd.concat([table[table["indikator"] != KEY], rows]).to_csv(folder / "indikatoren.csv", index=False)


def result(folder: Path, gebiet: str = "01") -> str:
    """The verdict as printed, after the checker has agreed."""
    data = open_data(folder)
    analysis = analyse(data, gebiet, issued="2024-12-31")
    found = text.statements(analysis)
    for sentence in found:
        assert Statement(Known(data, analysis.issued), sentence.text, sentence.refs, gebiet).faults() == []
    return found[0].text.split("Ergebnis: ")[1].split(". ")[0].rstrip(".")


# The rule


@pytest.mark.parametrize(
    ("klasse", "expected", "verdict"),
    [
        (AVERAGE, AVERAGE, CONFIRMED), (ABOVE, ABOVE, CONFIRMED), (ABOVE, FAR_ABOVE, CONFIRMED),
        (BELOW, FAR_BELOW, CONFIRMED),
        (AVERAGE, ABOVE, NOT_CONFIRMED), (ABOVE, AVERAGE, NOT_CONFIRMED), (AVERAGE, UNCLEAR, NOT_CONFIRMED),
        (ABOVE, BELOW, NOT_CONFIRMED), (AVERAGE, UNCLASSED, UNTESTABLE), (AVERAGE, "", UNTESTABLE),
    ],
)  # fmt: skip
def test_a_stated_class_against_the_rule(klasse: str, expected: str, verdict: str) -> None:
    analysis = analyse(essen(), "21")
    aussage = Aussage("a", "Text.", Erwartung("anteil_65plus", klasse))
    classed = replace(analysis["anteil_65plus"], klasse=expected, grund="Zu alt.")
    judged = replace(analysis, werte={**analysis.werte, ("anteil_65plus", "21"): classed})
    assert judge(aussage, judged).ergebnis == verdict


@pytest.mark.parametrize(
    ("wanted", "area", "verdict"),
    [
        (Einrichtung("kita"), "21", CONFIRMED), (Einrichtung("kita"), "27", NOT_CONFIRMED),
        (Einrichtung("schule", "Gymnasium"), "27", NOT_CONFIRMED), (Einrichtung("park"), "27", UNTESTABLE),
        (Einrichtung("park", name="Schlosspark Borbeck"), "IV", CONFIRMED),
        (Einrichtung("einkaufsstrasse"), "21", UNTESTABLE), (Einrichtung("einkaufsstrasse"), "IV", UNTESTABLE),
        (Einrichtung("einkaufsstrasse"), "22", UNTESTABLE), (Einrichtung("kita", "Waldkita"), "21", UNTESTABLE),
    ],
)  # fmt: skip
def test_a_stated_facility_against_the_tables(wanted: Einrichtung, area: str, verdict: str) -> None:
    found = judge(Aussage("a", "Text.", einrichtung=wanted), analyse(essen(), area))
    assert found.ergebnis == verdict
    assert bool(found.orte) == (verdict == CONFIRMED)


@pytest.mark.parametrize(
    ("art", "area", "liste", "verdict"),
    [
        ("park", "08", "unvollständig", UNTESTABLE),  # the only park of the list lies there
        ("park", "08", "vollständig", CONFIRMED),
        ("markt", "05", "unvollständig", CONFIRMED),  # the list names a market elsewhere, too
        ("markt", "05", "ausgewählt", UNTESTABLE),
        ("markt", "07", "vollständig", NOT_CONFIRMED),
        ("markt", "07", "unvollständig", UNTESTABLE),
        ("einkaufsstrasse", "05", "ausgewählt", UNTESTABLE),
        ("krankenhaus", "06", "vollständig", NOT_CONFIRMED),  # closed
    ],
)
def test_a_list_made_for_the_one_place_proves_no_statement_on_it(
    stadt: Path, art: str, area: str, liste: str, verdict: str
) -> None:
    orte = yaml.safe_load((stadt / "orte.yml").read_text(encoding="utf-8"))
    orte["arten"][art]["liste"] = liste
    (stadt / "orte.yml").write_text(yaml.safe_dump(orte, allow_unicode=True), encoding="utf-8")
    if art == "park":
        table = pd.read_csv(stadt / "einrichtungen.csv", dtype=str)
        table[table["id"] != "park-auenpark"].to_csv(stadt / "einrichtungen.csv", index=False)
    data = open_data(stadt)
    aussage = Aussage("a", "Text.", einrichtung=Einrichtung(art))
    found = judge(aussage, analyse(data, area))
    assert found.ergebnis == verdict


def test_paraphrases_say_what_the_press_release_says() -> None:
    one = next(one for one in mitteilungen(essen()) if one.id == "borbeck_2023")
    words = {aussage.id: aussage.text for aussage in one.aussagen}
    assert words["park"] == "Es gibt öffentliche Plätze, wie zum Beispiel den Schlosspark Borbeck."
    assert "überdurchschnittlich hohe Anteile" in words["zuzug_bg_ro"]
    average = ("bildung", "leistungen", "alleinerziehende", "arbeitslosigkeit")
    assert all(words[key].endswith("im gesamtstädtischen Durchschnitt.") for key in average)


# Verdicts follow the tables


def test_without_data_there_is_no_verdict(stadt: Path) -> None:
    write(stadt, stated())
    assert result(stadt) == UNTESTABLE


def test_an_imported_table_changes_the_verdict_by_itself(stadt: Path) -> None:
    write(stadt, stated())
    import_table(stadt, 10.2)
    assert result(stadt) == CONFIRMED
    import_table(stadt, 25)
    assert result(stadt) == NOT_CONFIRMED
    write(stadt, stated(ABOVE))
    assert result(stadt) == CONFIRMED


def test_a_proxy_and_old_data_give_no_verdict(stadt: Path) -> None:
    write(stadt, stated())
    import_table(stadt, 10, art="stellvertretend")
    assert result(stadt) == UNTESTABLE
    import_table(stadt, 10, stand="2019-01-01")
    assert result(stadt) == UNTESTABLE


def test_a_stadtbezirk_has_no_class_and_no_verdict(stadt: Path) -> None:
    write(stadt, stated(), orte=["I"])
    import_table(stadt, 10)
    assert result(stadt, "I") == UNTESTABLE
    lead = text.statements_lead(analyse(open_data(stadt), "I"))[0].text
    assert "Ein Stadtbezirk wird nicht eingestuft" in lead


def test_a_changed_verdict_is_refused() -> None:
    sentence = text.statements(analyse(essen(), "21"))[1]
    changed = sentence.text.replace(UNTESTABLE, CONFIRMED)
    assert Statement(Known(essen()), sentence.text, sentence.refs, "21").faults() == []
    assert Statement(Known(essen()), changed, sentence.refs, "21").faults() == [
        f"Im Text steht „{CONFIRMED}“, nach der Regel gilt „{UNTESTABLE}“"
    ]


# Borbeck


def test_statements_on_borbeck_stand_in_two_reports_only() -> None:
    shown = [area.id for area in essen().register if text.statements(analyse(essen(), area.id))]
    assert shown == ["21", "IV"]


@pytest.mark.parametrize("area", ["21", "IV"])
def test_verdicts_on_borbeck(area: str) -> None:
    known = {aussage.text: aussage.id for one in mitteilungen(essen()) for aussage in one.aussagen}
    sentences = [sentence.text for sentence in text.statements(analyse(essen(), area))]
    found = {known[said.partition(" Ergebnis: ")[0]]: said for said in sentences}
    untestable = {"bildung", "leistungen", "alleinerziehende", "arbeitslosigkeit", "zuzug_bg_ro", "nahversorgung"}
    untestable |= {"einkaufsstrasse"}
    assert {key for key, words in found.items() if f"Ergebnis: {UNTESTABLE}." in words} == untestable
    confirmed = {"park", "schulen", "kitas"}
    assert {key for key, words in found.items() if f"Ergebnis: {CONFIRMED}." in words} == confirmed


def test_the_chapter_is_only_there_if_somebody_spoke() -> None:
    from report_texts import report

    assert "<h2>Aussagen zu diesem Stadtteil</h2>" in report("21").html
    assert "<h2>Aussagen zu diesem Stadtbezirk</h2>" in report("IV").html
    assert "Aussagen zu diesem" not in report("22").html


def test_press_release_is_among_the_sources_of_these_reports() -> None:
    assert "pressemitteilung_2023" in [s.id for s in text.source_list(analyse(essen(), "21"))]
    assert "pressemitteilung_2023" not in [s.id for s in text.source_list(analyse(essen(), "22"))]


# The file


def test_files_of_statements_belong_to_the_data() -> None:
    assert essen().dir / "aussagen" / "borbeck_2023.yml" in essen().files
    assert [one.id for one in mitteilungen(essen())] == ["borbeck_2023"]
    assert mitteilungen(open_data(MUSTERSTADT / "daten")) == []


@pytest.mark.parametrize(
    ("entry", "changes", "problem"),
    [
        (stated(), {"quelle": "niemand"}, "Zur Quelle „niemand“ gibt es keine Quellenbeschreibung"),
        (stated(), {"orte": ["99"]}, "„orte“ nennt nicht nur Kennungen"),
        (stated(), {"datum": "gestern"}, "„gestern“ ist kein Datum"),
        (stated(), {"orte": []}, "„orte“ ist leer."),
        (stated(), {"autor": "x"}, "„autor“ ist unbekannt."),
        (stated(klasse="gut"), {}, "„gut“ ist keine Einstufung, die sich prüfen lässt"),
        (stated(indikator={"id": "glueck", "klasse": AVERAGE}), {}, "Den Indikator „glueck“ gibt es nicht."),
        (stated(indikator={"id": KEY}), {}, "„klasse“ fehlt."),
        (stated(grund="weil"), {}, "Nötig ist genau eines von indikator, einrichtung und grund."),
        ({"id": "a", "text": "Text."}, {}, "Nötig ist genau eines"),
        ({"id": "a", "grund": "weil"}, {}, "„text“ fehlt."),
        ({"id": "a", "text": "T.", "einrichtung": {"art": "bad"}}, {}, "„bad“ ist keine Art von Einrichtung"),
    ],
)
def test_a_faulty_file_is_explained(stadt: Path, entry: dict[str, Any], changes: dict[str, Any], problem: str) -> None:
    data = write(stadt, entry, **changes)
    with pytest.raises(SchemaError) as caught:
        mitteilungen(data)
    assert any(line.startswith("aussagen/rat.yml: ") and problem in line for line in caught.value.problems)


def test_every_problem_is_named_at_once_and_by_data_check(stadt: Path) -> None:
    write(stadt, stated(), stated(klasse="gut"), quelle="niemand")
    with pytest.raises(SchemaError) as caught:
        check(stadt)
    assert len(caught.value.problems) == 3
