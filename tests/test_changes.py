"""What own tables change: exactly what the pages print, before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from data_fixtures import ROOT, copy_tables
from intake_samples import HEAD, KEYS, NAME, PART, WHOLE, write_csv
from sozialraum.compare.analysis import analyse
from sozialraum.errors import ParameterError, SourceMissing
from sozialraum.figures import own_tables
from sozialraum.figures.delivered import FURTHER, further_tables
from sozialraum.figures.output import recorded
from sozialraum.publish.changes import REPORT, Change, changes, listed, sentences
from sozialraum.publish.job import Job, render
from sozialraum.supply import intake, workspace
from sozialraum.supply.intake import Description, description
from sozialraum.text import catalogue_table

ANSWERS = Description(stelle="Amt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich")
NEW = description(
    {
        "titel": "Haushalte mit Wohngeld", "definition": "Haushalte mit Wohngeld an allen Haushalten.", "einheit": "%",
        "typ": "anteil", "richtung": "belastung", "zaehler": "Haushalte mit Wohngeld (Haushalte)",
        "nenner": "Haushalte (Haushalte)", "stichtag": "31.12.2023",
        "spalten": {"B": "wohngeld:zaehler", "C": "wohngeld:nenner"},
    },
    "t",
).over(ANSWERS)  # fmt: skip
Bring = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_tables(tmp_path)


@pytest.fixture
def bring(folder: Path) -> Bring:
    def brought(options: Description, head: list[str] = HEAD) -> None:
        path = write_csv(folder.parent / "t.csv", [head, *([NAME[key], PART[key], WHOLE[key]] for key in KEYS)])
        data = workspace.open_data(folder)
        found = intake.bring(path, data, options=options, today=date(2025, 1, 1))
        intake.write_packages(folder, intake.packages(found, data))

    return brought


class Texts(HTMLParser):
    """Text nodes of a page that a reader sees: without drawings, tables, references, contents and foot."""

    UNSEEN = frozenset({"svg", "style", "script", "sup", "nav", "footer", "table", "header", "title", "iframe"})
    VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.UNSEEN & set(self.open):
            self.found.append(" ".join(data.split()))


def page(folder: Path, gebiet: str, out: Path) -> set[str]:
    environment = workspace.open_data(folder).environment
    render(Job(REPORT, f"{gebiet}.html", gebiet, {"gebiet": gebiet}), data=environment, out=out)
    return set(Texts((out / f"{gebiet}.html").read_text(encoding="utf-8")).found)


def flat(texts: list[str]) -> set[str]:
    return {" ".join(text.split()) for text in texts}


@pytest.mark.slow
@pytest.mark.parametrize("gebiet", ["03", "III"])
def test_diff_lists_what_pages_print_and_all_that_changes(
    folder: Path, bring: Bring, tmp_path: Path, gebiet: str
) -> None:
    before = page(folder, gebiet, tmp_path / "vorher")
    bring(replace(ANSWERS, stichtag="31.12.2022"))
    bring(replace(ANSWERS, stichtag="31.12.2023"))
    bring(replace(NEW, kapitel="F"), ["Stadtteil", "Haushalte mit Wohngeld", "Haushalte"])
    after = page(folder, gebiet, tmp_path / "nachher")
    found = changes(workspace.built_data(folder), workspace.open_data(folder), gebiete=[gebiet])
    gone, come = (flat([text for one in found for text in getattr(one, side)]) for side in ("old", "new"))
    assert gone <= before
    assert come <= after
    foot = ("Prüfkennung", "Entwurf", "sozialraum", "Daten ")
    assert {text for text in after - before if not text.startswith(foot)} <= come
    assert {text for text in before - after if not text.startswith(foot)} <= gone
    assert "Haushalte mit Wohngeld" in listed(found, workspace.open_data(folder))


def test_nothing_changes_without_own_tables(folder: Path) -> None:
    data = workspace.open_data(folder)
    assert changes(workspace.built_data(folder), data, gebiete=["03"]) == []
    assert listed([], data) == "Kein Satz ändert sich."


def test_changed_rows_of_a_table_are_counted_and_not_printed_as_sentences(folder: Path) -> None:
    found = [Change("03", "Wanderung, Tabelle „Zuzüge“", (), (), 2), Change("03", "Wanderung", ("Alt.",), ("Neu.",))]
    text = listed(found, workspace.open_data(folder))
    assert text.splitlines() == [
        "1\u00a0geänderter Satz in 1\u00a0Bericht", "", "Nordhöhe",
        "  Wanderung, Tabelle „Zuzüge“ (2\u00a0geänderte Zeilen)", "  Wanderung", "    − Alt.", "    + Neu.",
    ]  # fmt: skip


def test_other_cities_and_a_missing_notebook_are_refused(folder: Path, essen_dir: Path) -> None:
    data = workspace.open_data(folder)
    with pytest.raises(ParameterError, match="verschiedenen Städten"):
        changes(data, workspace.open_data(essen_dir))
    with pytest.raises(SourceMissing, match="Das Notebook der Berichte fehlt"):
        changes(data, data, notebook=folder / "fehlt.ipynb")


@pytest.mark.parametrize("kapitel", [*"ABCDEFGHIJKLM", "X", "", "Z", "Verkehr", "b"])
def test_an_own_table_of_every_chapter_appears_exactly_once(folder: Path, bring: Bring, kapitel: str) -> None:
    bring(replace(NEW, kapitel=kapitel or "X"), ["Stadtteil", "Haushalte mit Wohngeld", "Haushalte"])
    printed = sentences(workspace.open_data(folder), "03")
    said = "Haushalte mit Wohngeld an allen Haushalten. Jeder Punkt"
    titles = [place for place, texts in printed.items() for text in texts if text.startswith(said)]
    assert len(titles) == 1
    assert (titles == [FURTHER]) == (kapitel not in set("ABCDEFGHIJKLM"))
    assert (FURTHER in printed) == (kapitel not in set("ABCDEFGHIJKLM"))


def test_the_last_chapter_has_a_heading_for_each_chapter_that_no_page_has(folder: Path, bring: Bring) -> None:
    head = ["Stadtteil", "Haushalte mit Wohngeld", "Haushalte"]
    for key, kapitel in (("eins", "X"), ("zwei", "Z"), ("drei", "Verkehr")):
        roles = {"B": f"{key}:zaehler", "C": f"{key}:nenner"}
        own = description({"titel": f"Titel {key}", "kapitel": kapitel, "spalten": roles}, "t")
        bring(own.over(replace(NEW, indikatoren={})), head)
    texts = sentences(workspace.open_data(folder), "03")[FURTHER]
    wanted = ["Verkehr", "Weitere Themen", "Kapitel Z"]
    assert [text for text in texts if text in wanted] == wanted


def test_what_a_chapter_has_shown_does_not_come_again(folder: Path, bring: Bring) -> None:
    bring(replace(ANSWERS, stichtag="31.12.2023"))
    analysis = analyse(workspace.open_data(folder), "03")
    with recorded() as bundles:
        further_tables(analysis)
    assert FURTHER in bundles[0]["text/plain"]
    again = analyse(workspace.open_data(folder), "03")
    with recorded() as bundles:
        own_tables(again, "H")
        own_tables(again, "B")
        own_tables(again, "B")
        count = len(bundles)
        further_tables(again)
    assert len(bundles) == count


def test_an_unknown_chapter_does_not_break_the_catalogue(folder: Path, bring: Bring) -> None:
    bring(replace(NEW, kapitel="Verkehr"), ["Stadtteil", "Haushalte mit Wohngeld", "Haushalte"])
    table = catalogue_table(analyse(workspace.open_data(folder), "musterstadt"))
    assert table.at["Haushalte mit Wohngeld", "Kapitel"] == "Verkehr"


def test_the_report_places_every_own_table() -> None:
    assert "figures.further_tables(analyse)" in (ROOT / "notebooks" / REPORT.name).read_text(encoding="utf-8")
