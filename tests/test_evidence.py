"""Nothing on a page disagrees with the tables, and a page on which something does is refused."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from nbformat import NotebookNode

from report_texts import essen, report, run
from sozialraum import text
from sozialraum.city.sources import parse_stand
from sozialraum.compare import analysis as compare
from sozialraum.errors import RenderError
from sozialraum.publish.job import Job, render
from sozialraum.report import evidence
from sozialraum.report.evidence import check, faults
from sozialraum.report.explanation import explain
from sozialraum.report.known import Known
from sozialraum.report.printed_numbers import tokens
from sozialraum.report.rules import Statement
from sozialraum.style import number

NB = "\u00a0"
AREAS = [area.id for area in essen().register]
CLASS_WORDS = re.compile(r"(?<!als )\b(?:über|unter)?durchschnitt|weit (?:über|unter) dem Stadtwert", re.IGNORECASE)
#: Statements that rest on nothing in the tables, because they state no number and no class.
NUMBER_FREE = (
    "Die Stufe beschreibt die Schülerschaft",
    "Tabellen anfordern und einlesen: Kapitel",
    "Lage von ",
    "Lage des ",
    "Quartier · ",
)


@cache
def known() -> Known:
    return Known(essen())


def wrong(content: str, *refs: tuple[str, ...], area: str = "21") -> list[str]:
    return Statement(known(), content, refs, area).faults()


def indicator(key: str, area: str = "21") -> tuple[str, ...]:
    return ("indikator", key, area)


# All reports


@pytest.mark.parametrize("area", AREAS)
def test_every_statement_of_every_report_follows_from_the_tables(area: str) -> None:
    assert faults(report(area).statements, known(), gebiet_id=area) == []


@pytest.mark.parametrize("area", AREAS)
def test_no_statement_classes_old_data_or_a_proxy(area: str) -> None:
    for item in report(area).statements:
        stated = CLASS_WORDS.search(item.text)
        for kind, *details in item.refs if stated else ():
            if kind != "indikator" or details[1] != area:
                continue
            entry = known().katalog[details[0]]
            old = (known().issued - parse_stand(entry.stand)).days > 5 * 365.25
            if old or entry.art == "stellvertretend" or entry.typ == "anzahl":
                assert known().wert(*details).klasse in ("", compare.UNCLASSED), item.text


@pytest.mark.parametrize("area", AREAS)
def test_every_statement_has_evidence_or_is_known_to_need_none(area: str) -> None:
    bare = {item.text for item in report(area).statements if not item.refs}
    assert [words for words in bare if not words.startswith(NUMBER_FREE)] == []


@pytest.mark.parametrize("area", ["21", "27", "IV", "essen"])
def test_what_is_not_marked_has_no_figures(area: str) -> None:
    html = re.sub(
        r"<svg\b.*?</svg>|<sup\b.*?</sup>|<table\b.*?</table>|<style>.*?</style>",
        "",
        report(area).html,
        flags=re.DOTALL,
    )
    html = re.sub(r"<(p|li|span)\b[^>]*data-satz.*?</\1>", "", html, flags=re.DOTALL)
    assert re.findall(r"\d+", re.sub(r"<[^>]+>", " ", html)) == []


def test_tables_of_values_are_marked_row_by_row() -> None:
    tables = re.findall(r"<caption[^>]*>(.*?)</caption>.*?<tbody>(.*?)</tbody>", report("21").html, re.DOTALL)
    assert len(tables) > 8
    assert {caption for caption, body in tables if body.count("<tr") != body.count("data-satz")} == set()
    assert not [term.wort for term in text.begriffe() if re.search(r"\d", term.wort + term.erklaerung)]


# It catches things


@cache
def executed() -> NotebookNode:
    return run("21")


def tampered(old: str, new: str) -> NotebookNode:
    """The executed notebook with one passage of its printed text changed, everywhere."""
    nb = copy.deepcopy(executed())
    count = 0
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            html = output.data.get("text/html", "")
            count += html.count(old)
            output.data["text/html"] = html.replace(old, new)
    assert count, old
    return nb


CHANGES = {
    "value in a sentence": (f"> 87,4{NB}% (rund", f"> 87,5{NB}% (rund", ["87,5", "87,4", "Haltestelle"]),
    "city value in a sentence": (f"in Essen 71,3{NB}%", f"in Essen 72,3{NB}%", ["72,3", "71,3"]),
    "value and city swapped": (f"−4,7{NB}%, in Essen 0,9{NB}%", f"0,9{NB}%, in Essen −4,7{NB}%", ["−4,7"]),
    "share of a hundred": ("für 73 von 100 Kindern", "für 74 von 100 Kindern", ["74", "73,1"]),
    "city of a hundred": ("in Essen 77 von 100", "in Essen 78 von 100", ["78", "76,8"]),
    "count of a share": (f"rund 11.900{NB}Menschen), in", f"rund 11.800{NB}Menschen), in", ["11.800"]),
    "age groups swapped": ("rund 1.750 unter 15 und rund 3.180", "rund 3.180 unter 15 und rund 1.750", ["3.180"]),
    "count in the core table": (">rund 1.050</td>", ">rund 1.060</td>", ["1.060"]),
    "another limit": (f"Bei 400{NB}m sind es 58,4{NB}%", f"Bei 400{NB}m sind es 85,4{NB}%", ["85,4"]),
    "count": (f"3{NB}Grundschulen, 7{NB}Kitas", f"3{NB}Grundschulen, 8{NB}Kitas", ["8", "7"]),
    "counts swapped": (f"7{NB}Kitas und 17{NB}Halte", f"17{NB}Kitas und 7{NB}Halte", ["17"]),
    "none instead of some": (f"7{NB}Kitas und", "keine Kita und", ["keine"]),
    "estimate": ("leben rund 13.600 Menschen", "leben rund 13.500 Menschen", ["13.500", "13.600"]),
    "rounded density": (f"rund 4.250{NB}Einw./km²", f"rund 4.300{NB}Einw./km²", ["4.300", "4.250"]),
    "unit": (f": −4,7{NB}%, in", f": −4,7{NB}Prozentpunkte, in", ["Prozentpunkte"]),
    "unit lost": (f"> 87,4{NB}% (rund", "> 87,4 (rund", ["87,4"]),
    "sign": (f": −4,7{NB}%, in", f": 4,7{NB}%, in", ["4,7"]),
    "class of a sentence": (
        "2022 ist unterdurchschnittlich",
        "2022 ist überdurchschnittlich",
        ["überdurchschnittlich"],
    ),
    "strength of a class": (
        "Die Einwohnerdichte ist überdurchschnittlich",
        "Die Einwohnerdichte liegt weit über dem Stadtwert",
        ["weit über"],
    ),
    "average instead of unclear": (
        "Nicht eindeutig eingeordnet",
        "Im gesamtstädtischen Durchschnitt",
        ["nicht eindeutig"],
    ),
    "class in a title": (
        "nächsten Haltestelle ist überdurchschnittlich",
        "nächsten Haltestelle ist unterdurchschnittlich",
        ["unterdurchschnittlich"],
    ),
    "value in a title": (f"sind 12,9{NB}% der", f"sind 19,2{NB}% der", ["19,2"]),
    "value in the core table": (">7,8<", ">7,6<", ["7,6", "7,8"]),
    "value of the Stadtbezirk": (">13,4<", ">14,3<", ["14,3", "13,4"]),
    "class in the core table": (
        'data-name="Einordnung">durchschnittlich',
        'data-name="Einordnung">überdurchschnittlich',
        ["durchschnittlich"],
    ),
    "interval in the core table": (">21,5 bis 25,2<", ">20,5 bis 25,2<", ["20,5"]),
    "alternative text": (f"; in Borbeck-Mitte 23,4{NB}%;", f"; in Borbeck-Mitte 32,4{NB}%;", ["32,4", "23,4"]),
    "area in an alternative text": ("niedrigster Wert Gerschede", "niedrigster Wert Frintrop", ["−6,1"]),
    "lower end in an alternative text": ("(Spanne 69,2 bis", "(Spanne 68,2 bis", ["68,2"]),
    "upper end in an alternative text": (f"bis 77,1{NB}%)", f"bis 78,1{NB}%)", ["78,1"]),
    "ends of an interval swapped": (f"(Spanne 69,2 bis 77,1{NB}%)", f"(Spanne 77,1 bis 69,2{NB}%)", ["77,1"]),
    "band in an alternative text": ("als durchschnittlich gilt 6", "als durchschnittlich gilt 5", ["5"]),
    "date": ("Alter der Daten gemessen am 01.01.2026", "Alter der Daten gemessen am 02.01.2026", ["02.01.2026"]),
    "walk": (f"höchstens 300{NB}m Fußweg", f"höchstens 350{NB}m Fußweg", ["350"]),
    "size of a park": ("(etwa 42 ha)", "(etwa 24 ha)", ["24"]),
    "a park more": ("mindestens 1</td>", "mindestens 2</td>", ["2"]),
    "a bare number of an incomplete list": ("mindestens 1</td>", "1</td>", ["1"]),
    "none of an incomplete list": ("mindestens 1</td>", "0</td>", ["0"]),
    "hours of a market": ("freitags 8 bis 13 Uhr", "freitags 8 bis 14 Uhr", ["14"]),
    "accidents": ("12 im Jahr 2019", "13 im Jahr 2019", ["13"]),
    "since": ("seit 01.03.2021", "seit 01.03.2020", ["01.03.2020"]),
    "size of an office": ("etwa 156 m²", "etwa 165 m²", ["165"]),
    "pupils": ("rund 695 Schülerinnen", "rund 965 Schülerinnen", ["965"]),
    "Startchancen": ("nehmen 4 der 9 Schulen", "nehmen 3 der 9 Schulen", ["3"]),
    "houses of a street": ("mit 67 Hausnummern", "mit 76 Hausnummern", ["76"]),
}


@pytest.mark.parametrize(("old", "new", "named"), CHANGES.values(), ids=CHANGES)
def test_a_changed_page_is_refused(old: str, new: str, named: list[str]) -> None:
    with pytest.raises(RenderError) as caught:
        check(tampered(old, new), data=essen().environment, name="03_stadtteilanalyse", gebiet_id="21")
    message = str(caught.value).replace(NB, " ")
    assert message.startswith("03_stadtteilanalyse: Text und Tabellen widersprechen sich. Der Satz „")
    for word in named:
        assert word in message


def test_a_changed_cell_of_a_table_is_refused() -> None:
    cells = re.findall(r'>Schönebeck(?:</span>)?</th><td[^>]*data-value="[^"]+"[^>]*>([^<]+)<', report("21").html)
    assert len(set(cells)) >= 4
    for cell in set(cells):
        nb = copy.deepcopy(executed())
        for output in (output for part in nb.cells for output in part.get("outputs", [])):
            html = output.data.get("text/html", "")
            changed = re.sub(
                rf"(>Schönebeck(?:</span>)?</th><td[^>]*>){re.escape(cell)}<", rf"\g<1>9{cell.removeprefix('−')}<", html
            )
            output.data["text/html"] = changed
        with pytest.raises(RenderError, match="Schönebeck"):
            check(nb, data=essen().environment, name="x", gebiet_id="21")


def test_the_unchanged_page_is_accepted() -> None:
    check(executed(), data=essen().environment, name="x", gebiet_id="21")


def test_the_page_of_another_area_is_refused() -> None:
    with pytest.raises(RenderError):
        check(executed(), data=essen().environment, name="x", gebiet_id="essen", issued="2030-01-01")


def test_classes_are_judged_on_the_day_of_issue() -> None:
    later = run("21", ausgabe="2028-01-01")
    check(later, data=essen().environment, name="x", gebiet_id="21", issued="2028-01-01")
    with pytest.raises(RenderError, match="keine Einstufung"):
        check(executed(), data=essen().environment, name="x", gebiet_id="21", issued="2028-01-01")


def test_a_reference_to_nothing_is_named() -> None:
    assert wrong("Es gibt 7 Kitas.", indicator("kindergaerten")) == [
        "Für „indikator kindergaerten 21“ gibt es in den Tabellen keinen Beleg",
        "„7“ folgt nicht aus den Tabellen (der Satz hat keinen Beleg mit Zahlen)",
    ]


def test_a_share_that_is_not_its_parts_stops_everything() -> None:
    rows = essen().indikatoren.copy()
    place = rows.index[(rows["indikator"] == "anteil_unter_15") & (rows["gebiet_id"] == "21")]
    rows.loc[place, "wert"] += 1
    data = essen().laid_over(indikatoren=lambda: rows)
    with pytest.raises(
        RenderError, match=r"Anteil der unter 15-Jährigen, 21: Zähler durch Nenner ergibt 12\.88, als Wert"
    ):
        Known(data)


# Rules, one at a time


def test_numbers_are_read_as_germans_write_them() -> None:
    found = [
        (item.printed, item.unit)
        for item in tokens(
            "12.300 Menschen, −4,6 %, 2,3 Prozentpunkte, keine Kita, keine Angabe, 15.05.2022, 1–3", known().numbers
        )
    ]
    assert found == [("12.300", ""), ("−4,6", "%"), ("2,3", "Prozentpunkte"), ("0", ""), ("15.05.2022", ""), ("1", "")]


def test_a_difference_is_in_points() -> None:
    item = known().wert("anteil_65plus", "21")
    assert item.wert is not None
    assert item.stadtwert is not None
    apart = f"{abs(item.wert - item.stadtwert):.1f}".replace(".", ",")
    assert (
        wrong(f"Der Anteil der über 64-Jährigen liegt {apart} Prozentpunkte darüber.", indicator("anteil_65plus")) == []
    )
    assert wrong(f"Der Anteil der über 64-Jährigen liegt {apart} Prozent darüber.", indicator("anteil_65plus"))


def test_a_number_belongs_to_the_indicator_named_before_it() -> None:
    refs = (indicator("anteil_unter_15"), indicator("anteil_65plus"))
    right = "Der Anteil der unter 15-Jährigen beträgt 12,9 %, der Anteil der über 64-Jährigen 23,4 %."
    assert wrong(right, *refs) == []
    assert len(wrong(right.replace("12,9", "x").replace("23,4", "12,9").replace("x", "23,4"), *refs)) == 2


def test_a_number_belongs_to_the_area_named_beside_it() -> None:
    refs = (indicator("kitas"), indicator("kitas", "01"))
    assert wrong("Borbeck-Mitte 7, Stadtkern 5.", *refs)
    assert wrong("Borbeck-Mitte 7.", *refs) == []
    assert wrong("Stadtkern 7.", *refs)


def test_every_kind_of_reference_in_use_is_known() -> None:
    kinds = {ref for area in ("21", "27", "IV", "essen") for item in report(area).statements for ref in item.refs}
    assert [ref for ref in kinds if explain(known(), ref) is None] == []


def test_a_number_alone_proves_nothing() -> None:
    """A fact must say what it counts: "300 m", not "300"."""
    assert wrong("Der Weg ist höchstens 300 m lang.", ("gehzeit", "höchstens 300 m")) == []
    assert wrong("Der Weg ist höchstens 300 m lang.", ("gehzeit", "300"))


def test_an_invented_value_is_refused() -> None:
    """What a notebook says of a value counts for nothing: the tables of the data are asked."""
    analysis = compare.analyse(essen(), "21")
    invented = replace(analysis["kitas"], wert=9.0, von=9.0, bis=9.0)
    sentence = text.Sentence(f"Es gibt {invented} Kitas.", (invented,))
    assert wrong(sentence.text, *sentence.refs)
    assert wrong(sentence.text.replace("9", "7"), *sentence.refs) == []


def test_a_day_of_issue_reaches_the_rule() -> None:
    assert Known(essen(), date(2030, 1, 1)).wert("anteil_65plus", "21").klasse == compare.UNCLASSED


def test_text_and_checker_share_no_code() -> None:
    folder = Path(evidence.__file__).parent
    assert [
        path.name
        for path in folder.glob("*.py")
        if re.search(
            r"^(from|import) sozialraum(\.text| import .*\btext\b)", path.read_text(encoding="utf-8"), re.MULTILINE
        )
    ] == []


# In a render


def test_a_page_that_says_otherwise_is_not_made(tmp_path: Path, make_notebook: Callable[..., Path]) -> None:
    lie = 'figures.prose(replace(satz, text=satz.text.replace("7\\u00a0Kitas", "9\\u00a0Kitas")))'
    notebook = make_notebook(
        "luege",
        'gebiet = "21"',
        "from dataclasses import replace\nfrom sozialraum import figures, text\n"
        "from sozialraum.compare import analysis\nfrom sozialraum.supply import workspace\n"
        "from sozialraum.text.chapters import facility_sentence\n"
        "analyse = analysis.analyse(workspace.open_data(), gebiet)\nsatz = facility_sentence(analyse)\n"
        'figures.head(title="Probe")\nfigures.prose(satz.text)',
        lie,
    )
    target = tmp_path / "luege.html"
    target.write_text("alt", encoding="utf-8")
    with pytest.raises(RenderError, match=r"9.Kitas.*Kitas, Borbeck-Mitte: 7"):
        render(Job(notebook, "luege.html", "21", {"gebiet": "21"}), data=essen().environment, out=tmp_path)
    assert target.read_text(encoding="utf-8") == "alt"


def test_sentences_name_what_they_rest_on() -> None:
    analysis = compare.analyse(essen(), "21")
    sentence = text.at_a_glance(analysis)[0]
    assert sentence.refs == (("indikator", "einwohner", "21"),)
    assert replace(sentence, claims=()).refs == ()


@pytest.mark.parametrize("unit", ["Prozentpunkte", "km", "Einw."])
def test_a_wrong_unit_behind_an_interval_or_the_band_is_refused(unit: str) -> None:
    item = known().wert("anteil_unter_15", "21")
    low, high = (number(end or 0.0, 1) for end in (item.von, item.bis))
    city, band = item.stadtwert or 0.0, item.band or 0.0
    lower, upper = (f"{number(city + sign * band, 1)} %" for sign in (-1, 1))
    right = f"Der Wert ist {item.text()} (Spanne {low} bis {high} %); als durchschnittlich gilt {lower} bis {upper}."
    assert wrong(right, indicator("anteil_unter_15")) == []
    for place in (f"{high} %", lower, upper):
        assert wrong(right.replace(place, place.replace("%", unit)), indicator("anteil_unter_15"))
