"""Several dates of one indicator: the series, the parts of a change, the drawing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_fixtures import MUSTERSTADT, ROOT, copy_tables
from intake_samples import HEAD, KEYS, NAME, PART, WHOLE, write_csv
from report_texts import run
from sozialraum import figures, text
from sozialraum.city.load import Data, open_data, sources_dir
from sozialraum.compare.analysis import analyse
from sozialraum.publish.job import Job, render
from sozialraum.report.known import Known
from sozialraum.report.page_text import printed
from sozialraum.report.rules import Statement
from sozialraum.supply import intake, series, workspace
from sozialraum.supply.intake import Description, Geheimhaltung, Paket
from sozialraum.supply.intake.bring import entry_of
from sozialraum.supply.intake.dates import as_stand, stand_of_title
from sozialraum.supply.own_tables import OwnTables
from sozialraum.text.development import change_words, series_basis, with_series

ANSWERS = Description(stelle="Amt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_tables(tmp_path)


def bring(folder: Path, stand: str, nordhoehe: int, methode: str = "", *, revision: bool = False) -> None:
    lines = [[NAME[key], nordhoehe if key == "03" else PART[key], 1000 if key == "03" else WHOLE[key]] for key in KEYS]
    path = write_csv(folder.parent / "t.csv", [HEAD, *lines])
    data = workspace.open_data(folder)
    options = replace(ANSWERS, stichtag=stand, methode=methode)
    made = intake.packages(intake.bring(path, data, options=options, today=date(2025, 1, 1)), data)
    intake.write_packages(folder, [replace(paket, revision=revision) for paket in made])


def deliver(folder: Path, head: list[str], lines: dict[str, list[int]], **said: Any) -> None:
    """Keep a table with counts of every Stadtteil, with further answers."""
    path = write_csv(folder.parent / "t.csv", [["Stadtteil", *head], *([NAME[key], *lines[key]] for key in KEYS)])
    options = replace(ANSWERS, **{"stichtag": "31.12.2023", **said})
    data = workspace.open_data(folder)
    made = intake.packages(intake.bring(path, data, options=options, today=date(2025, 1, 1)), data)
    intake.write_packages(folder, made)


def faultless(data: Data, gebiet: str, *texts: str) -> None:
    """Nothing that these texts say of the age groups contradicts the tables."""
    refs = [("indikator", key, gebiet) for key in text.AGES]
    known = Known(data)
    assert [fault for one in texts for fault in Statement(known, one, refs, gebiet).faults()] == []


def opened(folder: Path) -> Data:
    return workspace.open_data(folder)


def test_a_change_is_change_and_revision(folder: Path) -> None:
    assert series.split_change(opened(folder), "arbeitslosenanteil", "03") is None
    bring(folder, "31.12.2022", 60)
    bring(folder, "31.12.2022", 65, revision=True)
    bring(folder, "31.12.2023", 80)
    found = series.split_change(opened(folder), "arbeitslosenanteil", "03")
    assert found is not None
    assert (found.first, found.last) == ("2022-12-31", "2023-12-31")
    assert found.total == pytest.approx(2.0)
    assert found.change == pytest.approx(1.5)
    assert found.revision == pytest.approx(0.5)
    assert (found.correction, found.method) == (0, 0)
    table = series.time_series(opened(folder), "arbeitslosenanteil")
    assert list(table["03"]) == [6.5, 8.0]


def test_another_method_is_separated_if_one_date_is_there_in_both(folder: Path) -> None:
    bring(folder, "31.12.2022", 60, "alt")
    bring(folder, "31.12.2023", 90, "neu")
    found = series.split_change(opened(folder), "arbeitslosenanteil", "03")
    assert found is not None
    assert (found.change, found.method) == (None, None)
    assert found.total == pytest.approx(3.0)
    bring(folder, "31.12.2022", 62, "alt")
    bring(folder, "31.12.2022", 75, "neu")
    found = series.split_change(opened(folder), "arbeitslosenanteil", "03")
    assert found is not None
    parts = (found.change, found.correction, found.method)
    assert parts == pytest.approx((1.5, 0.2, 1.3))
    assert found.revision == 0
    assert sum(part for part in parts if part is not None) == pytest.approx(found.total)


def test_the_line_of_an_area_against_the_city(folder: Path) -> None:
    for year, count in ((2020, 60), (2021, 65), (2023, 80)):
        bring(folder, f"31.12.{year}", count)
    drawn = figures.timeline(analyse(opened(folder), "03"), "arbeitslosenanteil").drawing.markup(alt="Zeitreihe")
    assert drawn.count("<circle") == 6
    assert all(text in drawn for text in ("6,0", "8,0", "31.12.2020", "31.12.2023", "Nordhöhe", "Musterstadt"))
    places = [float(part.split('"')[0]) for part in drawn.split('cx="')[1:4]]
    assert places[1] - places[0] == pytest.approx((places[2] - places[1]) / 2, abs=0.5)
    city = figures.timeline(analyse(opened(folder), "musterstadt"), "arbeitslosenanteil").drawing.markup(
        alt="Zeitreihe"
    )
    assert city.count("<circle") == 3


def test_without_own_tables_the_drawing_says_so(musterstadt_data: Data) -> None:
    drawn = figures.timeline(analyse(musterstadt_data, "03"), "kitas")._repr_html_()
    assert "Es gibt keine Werte mit verschiedenem Stand." in drawn


@pytest.mark.parametrize(
    ("text", "stand", "of_title"),
    [
        ("31.12.2023", "2023-12-31", "2023-12-31"),
        ("Dez 2023", "2023-12", "2023-12"),
        ("Stand: 31. Dezember 2023", "2023-12-31", "2023-12-31"),
        ("Stichtag 30.6.24", "2024-06-30", "2024-06-30"),
        ("Schuljahr 2023/24", "2023/24", "2023/24"),
        ("Ende 2023", "2023", "2023"),
        ("Sozialbericht 2024", "2024", None),
        ("erstellt am 03.02.2024", "2024-02-03", None),
        ("2. Quartal 2024", "2024-06", "2024-06"),
        ("2020 bis 2023", None, None),
        ("31.02.2023", None, None),
    ],
)
def test_dates_in_titles_and_heads(text: str, stand: str | None, of_title: str | None) -> None:
    assert as_stand(text) == stand
    assert stand_of_title(text) == of_title


@pytest.mark.slow
def test_the_report_shows_what_own_tables_bring(essen_dir: Path, tmp_path: Path) -> None:
    """With invented counts in a copy of the tables: 500 inhabitants of 15 to 64 everywhere."""
    copytree(essen_dir, tmp_path / "essen")
    copytree(sources_dir(essen_dir), tmp_path / "sources")
    data = workspace.open_data(tmp_path / "essen")
    for stand, count in (("31.12.2021", 30), ("31.12.2022", 32), ("31.12.2022", 33), ("31.12.2023", 40)):
        revision = count == 33
        lines = [[area.name, count, 500] for area in data.register.of_level("stadtteil")]
        path = write_csv(tmp_path / "t.csv", [HEAD, *lines])
        brought = intake.bring(path, data, options=replace(ANSWERS, stichtag=stand), today=date(2025, 1, 1))
        made = [replace(paket, revision=revision) for paket in intake.packages(brought, data)]
        intake.write_packages(data.dir, made)
    notebook = ROOT / "notebooks" / "03_stadtteilanalyse.ipynb"
    opened_now = workspace.open_data(tmp_path / "essen")
    render(Job(notebook, "21.html", "21", {"gebiet": "21"}), data=opened_now.environment, out=tmp_path)
    page = (tmp_path / "21.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "Anteil der Arbeitslosen in Borbeck-Mitte: 8,0 % am 31.12.2023, 6,0 % am 31.12.2021" in page
    assert "Seit 31.12.2022: Veränderung 1,4 Prozentpunkte, Revision 0,2 Prozentpunkte." in page.replace("+", "")
    assert "Weitergabe: öffentlich" in page


def invented(
    data: Data,
    dates: dict[str, list[tuple[float | None, str]]],
    *,
    typ: str = "anteil",
    einheit: str = "%",
    revised: tuple[int, ...] = (),
) -> Data:
    """Data in which an invented indicator has these issues (value of Nordhöhe, method) at these dates.

    The office calls the issues with a number in ``revised`` a revision.
    """
    entry = {
        "id": "erfunden", "titel": "Anteil der Erfundenen", "kurztitel": "Erfundene", "subjekt": "Der Anteil",
        "bei": "beim Anteil der Erfundenen", "definition": "Erfunden.", "einheit": einheit, "typ": typ,
        "richtung": "neutral", "kapitel": "B", "verfuegbar": True, "art": "amtlich", "quellen": ["x"],
        "zaehler": {"was": "Erfundene", "einheit": "Personen", "stand": "2023"},
    }  # fmt: skip
    source = {
        "titel": "T", "herausgeber": "Amt", "url": None, "lizenz": "frei", "quellenvermerk": "Amt", "stand": None,
    }  # fmt: skip
    own = OwnTables(data, "oeffentlich")
    own.__dict__["pakete"] = [
        Paket(
            "musterstadt", stand, entry | {"quellen": [f"eigene_erfunden_{stand.replace('/', '-')}"]},
            pd.DataFrame({"gebiet_id": ["03", "musterstadt"], "zaehler": value, "nenner": 100.0, "wert": value,
                          "art": "amtlich", "hinweis": None}).astype({"wert": float, "zaehler": float}),
            source, Geheimhaltung("sperrung", 3), "oeffentlich", ausgabe=number, methode=methode,
            revision=number in revised,
        )
        for stand, issues in dates.items() for number, (value, methode) in enumerate(issues, start=1)
    ]  # fmt: skip
    tables = {"indikatoren": own.indikatoren, "indikatoren_yml": own.indikatoren_yml, "quellen": own.quellen}
    return data.laid_over(own=lambda: own, **tables)


def said(data: Data, dates: dict[str, list[tuple[float | None, str]]], **kind: Any) -> str:
    words = figures.timeline(analyse(invented(data, dates, **kind), "03"), "erfunden")
    return words.subtitle.replace("\u00a0", " ")


def test_a_fall_is_printed_with_its_sign(musterstadt_data: Data) -> None:
    fall = said(musterstadt_data, {"2022-12-31": [(9.9, "")], "2023-12-31": [(5.6, "")]})
    assert fall.endswith("Seit 31.12.2022: Veränderung −4,3 Prozentpunkte.")
    rise = said(musterstadt_data, {"2022-12-31": [(5.6, "")], "2023-12-31": [(9.9, "")]})
    assert rise.endswith("Seit 31.12.2022: Veränderung +4,3 Prozentpunkte.")
    none = said(musterstadt_data, {"2022-12-31": [(5.62, "")], "2023-12-31": [(5.6, "")]})
    assert none.endswith("Seit 31.12.2022: Veränderung 0,0 Prozentpunkte.")


def test_a_change_of_a_count_has_sign_and_unit(musterstadt_data: Data) -> None:
    count = {"typ": "anzahl", "einheit": "Einw."}
    fall = said(musterstadt_data, {"2020": [(1230, "")], "2022": [(1200, "")], "2023": [(1190, "")]}, **count)
    assert fall == ("Linie: Nordhöhe. Seit 2022: Veränderung −10,0 Einw. Seit 2020: Veränderung −40,0 Einw.")


@pytest.mark.parametrize("typo", [98.9, 10.4])
def test_a_corrected_typo_is_no_revision_however_far_off(musterstadt_data: Data, typo: float) -> None:
    printed = f"{typo:.1f}".replace(".", ",")
    text = said(musterstadt_data, {"2022-12-31": [(typo, ""), (9.9, "")], "2023-12-31": [(5.6, "")]})
    assert "Revision" not in text
    assert "89,0" not in text
    assert "Seit 31.12.2022: Veränderung −4,3 Prozentpunkte." in text
    assert f"Berichtigt ist der Wert zum Stand 31.12.2022: zuerst {printed} %, jetzt 9,9 %." in text
    newest = said(musterstadt_data, {"2022-12-31": [(9.9, "")], "2023-12-31": [(56.0, ""), (5.6, "")]})
    assert "Seit 31.12.2022: Veränderung −4,3 Prozentpunkte. Berichtigt ist der Wert zum Stand 31.12.2023" in newest


def test_a_revision_says_from_what_to_what(musterstadt_data: Data) -> None:
    text = said(musterstadt_data, {"2022-12-31": [(6.6, ""), (6.4, "")], "2023-12-31": [(8.0, "")]}, revised=(2,))
    assert "Seit 31.12.2022: Veränderung +1,6 Prozentpunkte, Revision −0,2 Prozentpunkte." in text
    assert "Revision: Der Wert zum Stand 31.12.2022 wurde nachträglich von 6,6 % auf 6,4 % geändert." in text


def test_a_correction_and_a_revision_of_one_date_are_told_apart(musterstadt_data: Data) -> None:
    dates = {"2022-12-31": [(98.9, ""), (9.9, ""), (9.7, "")], "2023-12-31": [(5.6, "")]}
    text = said(musterstadt_data, dates, revised=(3,))
    assert text.endswith(
        "Seit 31.12.2022: Veränderung −4,1 Prozentpunkte, Revision −0,2 Prozentpunkte. Berichtigt ist der Wert zum "
        "Stand 31.12.2022: zuerst 98,9 %, dann 9,9 %. Revision: Der Wert zum Stand 31.12.2022 wurde nachträglich von "
        "9,9 % auf 9,7 % geändert."
    )
    data = invented(musterstadt_data, dates, revised=(3,))
    words = figures.timeline(analyse(data, "03"), "erfunden")
    assert Statement(Known(data), words.subtitle, words.belege, "03").faults() == []
    wrong = words.subtitle.replace("dann 9,9", "dann 9,8")
    assert Statement(Known(data), wrong, words.belege, "03").faults()


def test_what_is_called_a_revision_afterwards_is_one(musterstadt_data: Data) -> None:
    dates = {"2022-12-31": [(6.6, ""), (6.4, ""), (6.4, "")], "2023-12-31": [(8.0, "")]}
    assert "Revision −0,2 Prozentpunkte" in said(musterstadt_data, dates, revised=(3,))


def test_another_way_of_counting_interrupts_line_and_change(musterstadt_data: Data) -> None:
    dates = {"2021": [(5.0, "alt")], "2022": [(6.0, "alt")], "2023": [(9.0, "neu")]}
    data = invented(musterstadt_data, dates)
    words = figures.timeline(analyse(data, "03"), "erfunden")
    assert words.subtitle.endswith("Seit 2023 wird anders gezählt; die Werte davor sind nicht vergleichbar.")
    assert "Veränderung" not in words.subtitle
    assert words.table["Zählweise"].tolist() == ["", "", "ab hier anders"]
    drawn = figures.timeline(analyse(data, "03"), "erfunden").drawing.markup(alt="Zeitreihe")
    assert drawn.count("stroke-dasharray") == 1
    one_way = {year: [(value, "") for value, _ in issues] for year, issues in dates.items()}
    smooth = figures.timeline(analyse(invented(musterstadt_data, one_way), "03"), "erfunden").drawing.markup(
        alt="Zeitreihe"
    )
    assert smooth.count("<path") == drawn.count("<path") + 1  # two lines more, one upright less


def test_a_hidden_value_is_no_other_way_of_counting(musterstadt_data: Data) -> None:
    text = said(musterstadt_data, {"2021": [(5.0, "")], "2022": [(6.0, "")], "2023": [(None, "")]})
    assert "anders gezählt" not in text
    assert "Seit 2021: Veränderung +1,0 Prozentpunkt" in text


def test_dates_are_in_order_and_two_words_for_one_day_are_one_date(musterstadt_data: Data) -> None:
    data = invented(
        musterstadt_data, {"2023": [(8.0, "")], "2021/22": [(6.0, "")], "2023-12-31": [(None, ""), (7.0, "")]}
    )
    assert list(series.time_series(data, "erfunden").index) == ["2021/22", "2023-12-31"]
    words = figures.timeline(analyse(data, "03"), "erfunden")
    assert words.title.replace("\u00a0", " ") == (
        "Anteil der Erfundenen auf der Nordhöhe: 7,0 % am 31.12.2023, 6,0 % im Schuljahr 2021/22"
    )


def test_a_series_needs_no_value_for_every_area(musterstadt_data: Data) -> None:
    """An area that no table names has no series, and its report is made."""
    data = invented(musterstadt_data, {"2022": [(5.0, "")], "2023": [(6.0, "")]})
    assert with_series(analyse(data, "03"), "B") == ["erfunden"]
    assert with_series(analyse(data, "04"), "B") == []


VALUES = st.floats(0, 100, allow_nan=False).map(lambda number: round(number, 2))
ISSUES = st.lists(st.tuples(st.one_of(st.none(), VALUES), st.sampled_from(["", "neu"])), min_size=1, max_size=4)


@given(
    dates=st.dictionaries(st.sampled_from(["2019", "2020-06", "2020-12-31", "2022/23", "2023"]), ISSUES, min_size=1),
    revised=st.sets(st.integers(1, 4)),
)
def test_parts_add_up_to_the_difference_with_its_sign(
    dates: dict[str, list[tuple[float | None, str]]], revised: set[int]
) -> None:
    data = invented(open_data(MUSTERSTADT / "daten"), dates, revised=tuple(revised))
    found = series.split_change(data, "erfunden", "03")
    known = [paket for paket in series.dates_of(data, "erfunden", "03") if series.value_of(paket, "03") is not None]
    assert (found is None) == (len(known) < 2)
    if found is None:
        return
    parts = (found.change, found.revision, found.correction, found.method)
    if found.total is not None and None not in parts:
        assert sum(part for part in parts if part is not None) == pytest.approx(found.total)
    last, before = (series.value_of(known[place], "03") for place in (-1, -2))
    assert last is not None
    assert before is not None
    if known[-1].methode == known[-2].methode:
        assert found.change is not None
        assert found.change == pytest.approx(last - before)


@settings(deadline=None, max_examples=40)
@given(before=VALUES, after=VALUES)
def test_a_printed_change_has_the_sign_of_the_change(before: float, after: float) -> None:
    data = invented(open_data(MUSTERSTADT / "daten"), {"2022": [(before, "")], "2023": [(after, "")]})
    analysis = analyse(data, "03")
    (text,) = change_words(analysis, "erfunden")
    printed = text.removeprefix("Seit 2022: Veränderung ").split("\u00a0")[0]
    number = float(printed.replace("−", "-").replace("+", "").replace(",", "."))
    assert number == pytest.approx(after - before, abs=0.0500001)
    assert printed[0] == ("+" if number > 0 else "−" if number < 0 else "0")
    statement = Statement(Known(data), text, [series_basis(analysis, "erfunden").ref], "03")
    assert statement.faults() == []


def test_a_lost_sign_is_refused_by_the_evidence_check(musterstadt_data: Data) -> None:
    data = invented(musterstadt_data, {"2022-12-31": [(9.9, "")], "2023-12-31": [(5.6, "")]})
    words, known = figures.timeline(analyse(data, "03"), "erfunden"), Known(data)
    refs = words.belege
    for one in (words.title, words.subtitle, words.alt, words.source):
        assert Statement(known, one, refs, "03").faults() == [], one
    for wrong in ("4,3 Prozentpunkte", "+4,3 Prozentpunkte", "−4,4 Prozentpunkte"):
        assert Statement(known, words.subtitle.replace("−4,3\u00a0Prozentpunkte", wrong), refs, "03").faults()
    assert Statement(known, words.alt.replace("31.12.2022: 9,9", "31.12.2022: 5,6"), refs, "03").faults()


def test_values_at_the_ends_of_a_line_do_not_cover_it_nor_the_dates(essen_data: Data) -> None:
    for gebiet in (*(area.id for area in essen_data.register.of_level("stadtbezirk")), "essen", "45"):
        figure = figures.timeline(analyse(essen_data, gebiet), "einwohner_register").drawing
        labels = [box for box in figure.labels if "Einw." in box.text]
        assert len(labels) == 2
        dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', figure.body)
        assert len(dots) == (13 if gebiet == "45" else 12)
        for box in labels:
            assert not [1 for x, y in dots if box.left < float(x) < box.right and box.top < float(y) < box.bottom]
            assert not [other for other in figure.labels if other is not box and box.overlaps(other)]


def test_a_constant_series_is_drawn(musterstadt_data: Data) -> None:
    data = invented(musterstadt_data, {"2021": [(5.0, "")], "2022": [(5.0, "")], "2023": [(5.0, "")]})
    drawn = figures.timeline(analyse(data, "03"), "erfunden").drawing.markup(alt="Zeitreihe")
    assert drawn.count("<circle") == 6
    assert "nan" not in drawn


PEOPLE = {key: {"07": 200, "08": 700, "09": 400}.get(key, 1000) for key in KEYS}
YOUNG, MIDDLE, OLD = "Einwohner unter 15 Jahren", "Einwohner von 15 bis 64 Jahren", "Einwohner ab 65 Jahren"


@pytest.mark.parametrize("gebiet", ["03", "I", "musterstadt"])
def test_ages_of_two_dates_stand_in_no_sentence_and_no_picture_together(folder: Path, gebiet: str) -> None:
    deliver(folder, [YOUNG, "Einwohner"], {key: [count // 5, count] for key, count in PEOPLE.items()})
    data = opened(folder)
    analysis = analyse(data, gebiet)
    people = dict(text.facts(analysis))["Menschen"]
    found = [one for one in people if "unter 15-Jährigen" in one.text or "über 64" in one.text]
    assert found
    assert not [one.text for one in found if "unter 15-Jährigen" in one.text and "über 64" in one.text]
    assert all(("31.12.2023" if "unter 15" in one.text else "15.05.2022") in one.text for one in found)
    words = figures.age_groups(analysis)
    label = analysis.gebiet.in_phrase
    assert words.title.startswith(f"Altersgruppen {label}, nicht aus einer Zählung: unter 15 Jahre 20,0")
    assert all(stand in words.title for stand in ("(31.12.2023)", "(15.05.2022)"))
    assert words.subtitle.endswith(
        "Nicht gezeichnet, weil Stand oder Quelle verschieden sind: unter 15 Jahre (31.12.2023)."
    )
    assert list(words.table.index) == ["Anteil der 15- bis 64-Jährigen", "Anteil der über 64-Jährigen"]
    assert "unter 15" not in words.alt
    drawn = figures.age_groups(analysis).drawing.markup(alt="Balken")
    assert "65 Jahre und älter" in drawn
    assert "unter 15" not in drawn
    faultless(data, gebiet, words.title, words.subtitle, words.alt)


def test_ages_of_one_table_stand_together_again(folder: Path) -> None:
    lines = {key: [count // 5, count * 3 // 5, count // 5, count] for key, count in PEOPLE.items()}
    deliver(folder, [YOUNG, MIDDLE, OLD, "Einwohner"], lines)
    analysis = analyse(opened(folder), "03")
    said = " ".join(one.text for one in dict(text.facts(analysis))["Menschen"])
    assert "Davon sind 200 unter 15 und 200 ab 65 Jahre alt." in said
    words = figures.age_groups(analysis)
    shown = words.title.replace("\u00a0", " ")
    assert shown == "Auf der Nordhöhe sind 20,0 % der Menschen unter 15 und 20,0 % über 64 Jahre alt"
    assert len(words.table) == 3


def test_ages_that_do_not_add_up_are_not_drawn(folder: Path) -> None:
    lines = {key: [count // 5, count * 3 // 5, count // 5, count] for key, count in PEOPLE.items()}
    lines["03"][2] = 247
    deliver(folder, [YOUNG, MIDDLE, OLD, "Einwohner"], lines)
    data = opened(folder)
    assert len(figures.age_groups(analyse(data, "01")).table) == 3
    analysis = analyse(data, "03")
    words = figures.age_groups(analysis)
    assert words.table.empty
    assert "ergeben zusammen nicht das Ganze" in words.subtitle
    assert "20,0" not in figures.age_groups(analysis).drawing.markup(alt="Balken")
    assert len([one for one in dict(text.facts(analysis))["Menschen"] if "-Jährigen: " in one.text]) == 2
    faultless(data, "03", words.title, words.subtitle)


def test_a_column_that_means_another_thing_says_so_where_its_value_stands(folder: Path) -> None:
    choice = {
        "zaehler": "B", "nenner": "C", "begruendung": "Nur SGB II;\n die anderen Leistungen folgen 2024.",
    }  # fmt: skip
    head = ["Empfänger von Regelleistungen nach SGB II", "Einwohner"]
    lines = {key: [count // 10 + 5 * int(key), count] for key, count in PEOPLE.items()}
    deliver(folder, head, lines, indikatoren={"existenzsichernde_leistungen": choice})
    data = opened(folder)
    entry = data.indikatoren_yml["indikatoren"]["existenzsichernde_leistungen"]
    reason = "Abweichend gezählt; Grund: Nur SGB II; die anderen Leistungen folgen 2024."
    assert entry["definition"].endswith(f". {reason}")
    assert "Bitte" not in entry["grenzen"]
    assert "Übernommen trotz des Hinweises" in entry["grenzen"]
    analysis = analyse(data, "03")
    marked = [one.text for one in text.at_a_glance(analysis) if "abweichend" in one.text]
    assert marked
    assert all("(abweichend gezählt, siehe Methode)" in one for one in marked)
    assert any("existenzsichernden Leistungen (abweichend" in one for one in marked)
    assert reason in figures.dotplot(analysis, "existenzsichernde_leistungen").subtitle
    assert reason in figures.comparison(analysis, "existenzsichernde_leistungen").subtitle
    assert text.methods(analysis)["Definition"].str.contains(reason, regex=False).sum() == 1
    known = Known(data)
    found = [one for one in printed(run("03", data=data)) if "bweichend gezählt" in one.text]
    assert len(found) > 2
    assert [fault for one in found for fault in Statement(known, one.text, one.refs, "03").faults()] == []


def test_a_column_taken_without_a_reason_is_not_marked(folder: Path) -> None:
    bring(folder, "31.12.2023", 61)
    analysis = analyse(opened(folder), "03")
    assert "bweichend gezählt" not in " ".join(one.text for one in text.at_a_glance(analysis))
    assert "bweichend gezählt" not in " ".join(entry.definition for entry in analysis.katalog.values())


def test_the_heading_of_a_series_names_only_dates_with_a_value(musterstadt_data: Data) -> None:
    dates: dict[str, list[tuple[float | None, str]]] = {
        "2020-12-31": [(None, "")], "2021-12-31": [(8.0, "")], "2023-12-31": [(9.1, "")], "2024-12-31": [(None, "")],
    }  # fmt: skip
    title = figures.timeline(analyse(invented(musterstadt_data, dates), "03"), "erfunden").title
    assert title.replace("\u00a0", " ").endswith(": 9,1 % am 31.12.2023, 8,0 % am 31.12.2021")
    del dates["2021-12-31"]
    title = figures.timeline(analyse(invented(musterstadt_data, dates), "03"), "erfunden").title
    assert title.replace("\u00a0", " ").endswith(" Nordhöhe: 9,1 % am 31.12.2023")
    del dates["2023-12-31"]
    title = figures.timeline(analyse(invented(musterstadt_data, dates), "03"), "erfunden").title
    assert title.endswith(": keine Angabe am 31.12.2024")


@pytest.mark.parametrize(
    ("titel", "subjekt", "bei"),
    [
        ("Anteil der Menschen mit Wohngeld", "Der Anteil der", "beim Anteil der"),
        ("Anteil von Haushalten mit Kindern", "Der Anteil von", "beim Anteil von"),
        ("Ausländeranteil der Schulen", "Der Ausländeranteil", "beim Ausländeranteil"),
        ("Zahl der Haushalte", "Die Zahl der", "bei der Zahl der"),
        ("Anzahl Haushalte", "Die Anzahl", "bei der Anzahl"),
        ("Quote der Übergänge", "Die Quote", "bei der Quote"),
        ("Anteilseigner im Quartier", "Der Indikator „Anteilseigner", "beim Indikator „Anteilseigner"),
        ("Menschen mit Wohngeld", "Der Indikator „Menschen", "beim Indikator „Menschen"),
    ],
)
def test_the_title_of_an_own_indicator_is_the_subject_of_a_sentence(titel: str, subjekt: str, bei: str) -> None:
    entry = entry_of("neu", {}, replace(ANSWERS, indikatoren={"neu": {"titel": titel, "einheit": "%"}}))
    assert entry.subjekt.startswith(subjekt)
    assert entry.bei.startswith(bei)
    assert titel in entry.subjekt
    assert titel in entry.bei


def test_what_is_delivered_is_not_only_published(folder: Path, musterstadt_data: Data) -> None:
    bring(folder, "31.12.2023", 61)
    explained = [
        text.terms(analyse(data, "03")).loc["amtlich, berechnet, geschätzt", "Erklärung"]
        for data in (musterstadt_data, opened(folder))
    ]
    assert "von einem Amt so veröffentlicht;" in explained[0]
    assert "von einem Amt so veröffentlicht oder geliefert;" in explained[1]
