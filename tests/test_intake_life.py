"""The life of an own table: it is listed, brought again, corrected, revised, completed and removed."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from data_fixtures import copy_tables
from intake_samples import BEZIRKE, CITY, HEAD, KEYS, NAME, PART, WHOLE, total, write_csv
from sozialraum.city.indicators import catalogue
from sozialraum.city.load import Data, open_data
from sozialraum.city.own_areas import quartiere
from sozialraum.city.own_areas.names import quartier_id
from sozialraum.cli.main import main
from sozialraum.compare.analysis import analyse
from sozialraum.errors import SchemaError, TableError
from sozialraum.supply import intake, own_tables, workspace
from sozialraum.supply.intake import NO_DENOMINATOR, Description, Paket, Written
from sozialraum.supply.kept import NOTHING_KEPT, written_words
from sozialraum.supply.series import latest_issues, reissues, time_series

FORMAT_1 = Path(__file__).parent / "format1" / "eigene"
TODAY = date(2025, 6, 1)
ANSWERS = Description(
    stelle="Amt für Statistik, Musterstadt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich"
)
COUNTS = ["Stadtteil", "Personen mit existenzsichernden Leistungen"]
PEOPLE = ["Stadtteil", "Einwohner"]
Bring = Callable[..., list[Written]]
Run = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_tables(tmp_path)


@pytest.fixture
def bring(folder: Path, tmp_path: Path) -> Bring:
    def bringer(
        lines: list[list[Any]], file: str = "tabelle.csv", revision: bool = False, **answers: Any
    ) -> list[Written]:
        data = workspace.open_data(folder, weitergabe="intern")
        path = write_csv(tmp_path / file, lines)
        brought = intake.bring(path, data, options=intake.description(answers, "Optionen").over(ANSWERS), today=TODAY)
        made = [replace(paket, revision=revision) for paket in intake.packages(brought, data)]
        return intake.write_packages(folder, made, today=TODAY)

    return bringer


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command that must end with a status; what it says."""

    def runner(*arguments: object, status: int = 0) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main([*map(str, arguments), "--data", str(folder)])
        said = capsys.readouterr()
        assert int(str(caught.value.code)) == status, said
        return said.out + said.err

    return runner


def year(stand: str, nordhoehe: int = 61) -> list[list[Any]]:
    lines = [[NAME[key], nordhoehe if key == "03" else PART[key], WHOLE[key]] for key in KEYS]
    return [[f"Stichtag {stand}"], HEAD, *lines]


def counts(stand: str) -> list[list[Any]]:
    return [[f"Stichtag {stand}"], COUNTS, *[[NAME[key], PART[key]] for key in KEYS]]


def people(stand: str) -> list[list[Any]]:
    return [[f"Stichtag {stand}"], PEOPLE, *[[NAME[key], WHOLE[key]] for key in KEYS]]


def files(folder: Path) -> dict[str, bytes]:
    own = intake.own_dir(folder)
    return {str(path.relative_to(own)): path.read_bytes() for path in sorted(own.rglob("*")) if path.is_file()}


def value(data: Data, indikator: str, area: str) -> Any:
    return data.indikatoren.set_index(["indikator", "gebiet_id"]).loc[(indikator, area)]


# What is kept


def test_the_list_names_everything_that_is_known_of_a_table(bring: Bring, run: Run, folder: Path) -> None:
    (one,) = bring(year("31.12.2023"), weitergabe="rat")
    manifest = one.folder / "paket.yml"
    text = manifest.read_text(encoding="utf-8").replace("beschreibung: ''", "beschreibung: tabelle.yml")
    manifest.write_text(
        text.replace("begruendung: []", "begruendung: [Die Quote ist hier ein Anteil.]"), encoding="utf-8"
    )
    shown = run("data", "list")
    for words in (
        "Anteil der Arbeitslosen (arbeitslosenanteil)", "31.12.2023", "Amt für Statistik, Musterstadt",
        "Rat und Verwaltung", "Sperrung (Mindestfallzahl 3)", "01.06.2025", "tabelle.csv", "tabelle.yml",
        "arbeitslosenanteil_2023-12-31_001: Begründung: Die Quote ist hier ein Anteil.",
    ):  # fmt: skip
        assert words in shown, words
    (row,) = json.loads(run("data", "list", "--json"))
    assert row == {
        "indikator": "arbeitslosenanteil", "titel": "Anteil der Arbeitslosen", "stelle": ANSWERS.stelle,
        "stand": "2023-12-31", "ausgabe": 1, "gilt": True, "revision": False, "weitergabe": "rat",
        "geheimhaltung": "Sperrung (Mindestfallzahl 3)", "eingelesen": "2025-06-01", "datei": "tabelle.csv",
        "beschreibung": "tabelle.yml", "begruendung": ["Die Quote ist hier ein Anteil."],
        "name": "arbeitslosenanteil_2023-12-31_001", "hinweis": None,
    }  # fmt: skip


def test_an_empty_list_is_a_friendly_sentence(run: Run) -> None:
    assert run("data", "list") == NOTHING_KEPT + "\n"
    assert json.loads(run("data", "list", "--json")) == []
    assert "zu entfernen gibt es nichts" in run("data", "remove", "kitas", "--ja", status=2)


def test_the_list_shows_an_audience_only_what_it_may_know(bring: Bring, run: Run) -> None:
    for stand, audience in (("31.12.2021", "oeffentlich"), ("31.12.2022", "rat"), ("31.12.2023", "intern")):
        bring(year(stand), weitergabe=audience)
    seen = {
        audience: [row["weitergabe"] for row in json.loads(run("data", "list", "--json", "--weitergabe", audience))]
        for audience in intake.WEITERGABE
    }
    assert seen == {"oeffentlich": ["oeffentlich"], "rat": ["oeffentlich", "rat"], "intern": list(intake.WEITERGABE)}
    assert "2022" not in run("data", "list", "--weitergabe", "öffentlich")
    assert run("data", "list").count("arbeitslosenanteil_") == 3
    assert "gibt es nicht" in run("data", "list", "--weitergabe", "alle", status=2)


def test_old_tables_of_format_1_are_read_with_the_same_values(folder: Path, bring: Bring, run: Run) -> None:
    copytree(FORMAT_1, folder.parent / "eigene")
    data = workspace.open_data(folder, weitergabe="rat")
    kept = [
        (one.indikator, one.stand, one.ausgabe, one.eingelesen, one.revision) for one in own_tables.own_packages(data)
    ]
    assert kept == [
        ("arbeitslosenanteil", "2022-12-31", 1, "", False), ("arbeitslosenanteil", "2022-12-31", 2, "", False),
        ("arbeitslosenanteil", "2023-12-31", 3, "", False), ("einwohner", "2023-12-31", 4, "", False),
    ]  # fmt: skip
    row = value(data, "arbeitslosenanteil", "03")
    assert (row["zaehler"], row["nenner"], row["wert"]) == (61, 731, pytest.approx(100 * 61 / 731))
    assert value(data, "arbeitslosenanteil", "08").isna()["wert"]
    assert value(data, "einwohner", CITY)["wert"] == 2 * sum(WHOLE.values())
    series = time_series(workspace.open_data(folder), "arbeitslosenanteil")
    assert series.at["2022-12-31", "03"] == pytest.approx(100 * 65 / 731)
    shown = run("data", "list")
    assert "–           arbeitslose_2022.csv  –" in shown
    assert "1 (ersetzt)" in shown
    (later,) = bring(year("31.12.2022", 66))
    assert later.paket.ausgabe == 3
    assert len(json.loads(run("data", "list", "--json"))) == 5


def test_a_damaged_table_is_listed_and_can_be_removed(bring: Bring, run: Run, folder: Path) -> None:
    (one,) = bring(year("31.12.2023"))
    bring(people("31.12.2023"))
    (one.folder / "paket.yml").write_text("format: [", encoding="utf-8")
    assert "beschädigt" in run("data", "list")
    assert "beschädigt" not in run("data", "list", "--weitergabe", "rat")
    with pytest.raises(SchemaError, match=r"data remove arbeitslosenanteil_2023-12-31_001"):
        _ = workspace.open_data(folder).indikatoren
    said = run("data", "remove", one.folder.name, "--ja")
    assert "kann bei der Geheimhaltung nicht mehr geprüft werden" in said
    bring(year("31.12.2023"))
    assert value(workspace.open_data(folder), "arbeitslosenanteil", "03")["zaehler"] == 61


@pytest.mark.parametrize("stand", ["2023-13", "abcd/24"])
def test_a_table_with_a_date_that_is_none_is_damaged(bring: Bring, run: Run, stand: str) -> None:
    (one,) = bring(year("31.12.2023"))
    path = one.folder / "paket.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("stand: '2023-12-31'", f"stand: '{stand}'", 1), "utf-8")
    assert "Die eigene Tabelle ist beschädigt" in run("data", "list")


# The same, a correction, a revision


def test_the_same_file_again_says_so_and_writes_nothing(folder: Path, tmp_path: Path, run: Run) -> None:
    path = write_csv(tmp_path / "tabelle.csv", year("31.12.2023"))
    options = [
        word
        for key in ("stelle", "lizenz", "geheimhaltung", "weitergabe")
        for word in (f"--{key}", getattr(ANSWERS, key))
    ]
    assert "Eingelesen: " in run("data", "import", path, *options)
    before = files(folder)
    said = run("data", "import", path, *options)
    assert "Schon eingelesen: Anteil der Arbeitslosen (arbeitslosenanteil), Stand 31.12.2023, Ausgabe 1, am " in said
    assert "es wird nichts geschrieben" in said
    assert "data diff" not in said
    assert files(folder) == before


def test_the_same_content_under_another_name_is_the_same(bring: Bring, folder: Path) -> None:
    bring(year("31.12.2023"))
    before = files(folder)
    (again,) = bring(year("31.12.2023"), file="tabelle (1).csv")
    assert not again.new
    assert files(folder) == before


def test_a_changed_cell_becomes_the_second_issue_and_is_named(bring: Bring, folder: Path) -> None:
    bring(year("31.12.2023"))
    bring(year("31.12.2022"))
    (one,) = bring(year("31.12.2023", 71))
    assert one.folder.name == "arbeitslosenanteil_2023-12-31_002"
    said = written_words([one], workspace.open_data(folder).register)
    assert said.splitlines() == [
        f"Eingelesen: {one.folder} (Ausgabe 2, Korrektur der Ausgabe 1)",
        "Geänderte Werte, Anteil der Arbeitslosen (arbeitslosenanteil), Stand 31.12.2023, Ausgabe 2:",
        "  Nordhöhe: Zähler 61, jetzt 71; Wert 8,345, jetzt 9,713",
        "  Stadtbezirk I: Zähler 1.217, jetzt 1.227; Wert 42,928, jetzt 43,28",
        "  Musterstadt: Zähler 1.452, jetzt 1.462; Wert 22,975, jetzt 23,133",
    ]
    assert value(workspace.open_data(folder), "arbeitslosenanteil", "03")["zaehler"] == 71


def test_the_issue_before_last_again_is_a_new_issue(bring: Bring) -> None:
    assert [bring(year("31.12.2023", count))[0].paket.ausgabe for count in (61, 71, 61, 61)] == [1, 2, 3, 3]


def test_two_words_for_one_day_are_issues_of_one_date(bring: Bring) -> None:
    (one,), (two,) = bring(year("31.12.2023")), bring(year("31.12.2023", 71)[1:], stichtag="2023")
    assert (one.paket.ausgabe, two.paket.ausgabe) == (1, 2)
    assert two.before is not None


def test_another_audience_or_method_is_a_new_issue_without_a_changed_value(bring: Bring, folder: Path) -> None:
    bring(year("31.12.2023"))
    (one,) = bring(year("31.12.2023"), weitergabe="intern", methode="neu")
    said = written_words([one], workspace.open_data(folder).register)
    assert "Kein Wert ist geändert" in said
    assert "Auch geändert: Weitergabe, Zählweise" in said


def test_a_long_list_of_changes_is_cut_at_twenty_lines(bring: Bring, folder: Path) -> None:
    tables = [[*year("31.12.2023")[:2], *[[NAME[k], n * PART[k], 2 * WHOLE[k]] for k in KEYS]] for n in (1, 2)]
    first = [bring(table)[0] for table in tables][1]
    said = written_words([first, first], workspace.open_data(folder).register)
    assert len([line for line in said.splitlines() if "jetzt" in line or "und" in line.split()[:1]]) <= 20
    assert re.search(r"^und \d+ weitere$", said, re.MULTILINE)


def test_a_revision_is_kept_as_one(bring: Bring, folder: Path) -> None:
    bring(year("31.12.2022", 66))
    bring(year("31.12.2022", 64), revision=True)
    bring(year("31.12.2023"))
    (found,) = reissues(workspace.open_data(folder), "arbeitslosenanteil", "03")
    assert found.revision
    assert (found.before, found.after) == (pytest.approx(100 * 66 / 731), pytest.approx(100 * 64 / 731))


# A table that delivers a part only


def bezirke(stand: str, more: int = 0, head: list[str] = HEAD) -> list[list[Any]]:
    """The Stadtbezirke alone, with as many people more in each."""
    columns = [PART, WHOLE][: len(head) - 1]
    rows = [[f"Stadtbezirk {key}", *(total(counted, key) + more for counted in columns)] for key in BEZIRKE]
    return [[f"Stichtag {stand}"], head, *rows]


def by_area(paket: Paket) -> pd.DataFrame:
    return paket.werte.fillna({"hinweis": ""}).set_index("gebiet_id")


def test_a_table_of_bezirke_keeps_the_values_of_the_stadtteile(bring: Bring, folder: Path) -> None:
    (first,) = bring(year("31.12.2023"))
    (second,) = bring(bezirke("31.12.2023", 3), file="bezirke.csv", unvollstaendig="ja")
    assert second.paket.ausgabe == 2
    kept, rows = (by_area(one.paket) for one in (first, second))
    assert_frame_equal(rows.loc[[*KEYS, CITY]], kept.loc[[*KEYS, CITY]])
    assert rows.at["I", "zaehler"] == total(PART, "I") + 3
    assert second.paket.eintrag["methode"].endswith(" Für 9 Stadtteile und die Stadt gilt weiter Ausgabe 1.")
    assert value(workspace.open_data(folder), "arbeitslosenanteil", "03")["zaehler"] == 61
    (again,) = bring(bezirke("31.12.2023", 3), file="bezirke.csv", unvollstaendig="ja")
    assert not again.new
    (third,) = bring(bezirke("31.12.2023", 4), file="bezirke.csv", unvollstaendig="ja")
    assert "gilt weiter Ausgabe 2." in third.paket.eintrag["methode"]


def test_a_hidden_value_and_its_reason_are_kept_too(bring: Bring) -> None:
    hidden = [[line[0], ".", line[2]] if line[0] in (NAME["07"], NAME["08"]) else line for line in year("31.12.2023")]
    (first,) = bring(hidden)
    (second,) = bring(bezirke("31.12.2023")[:4], unvollstaendig="ja")
    old, new = (by_area(one.paket).loc[["07", "08", "09"]] for one in (first, second))
    assert_frame_equal(new, old)
    assert "geheim" in new.at["07", "hinweis"]


def test_sums_follow_the_stadtteile_that_a_part_corrects(bring: Bring) -> None:
    """Two Stadtteile are corrected: their Stadtbezirk and the city grow with them, the others stay."""
    bring(year("31.12.2023"))
    (one,) = bring(year("31.12.2023", 71)[:5], unvollstaendig="ja")
    rows = one.paket.werte.set_index("gebiet_id")
    assert [rows.at[key, "zaehler"] for key in ("03", "I", CITY)] == [71, total(PART, "I") + 10, total(PART, CITY) + 10]
    assert rows.at["I", "wert"] == pytest.approx(100 * (total(PART, "I") + 10) / total(WHOLE, "I"))
    assert rows.at["II", "zaehler"] == total(PART, "II")


def test_two_halves_together_have_sums(bring: Bring) -> None:
    head, lines = year("31.12.2023")[:2], year("31.12.2023")[2:]
    bring([*head, *lines[:5]], unvollstaendig="ja")
    (one,) = bring([*head, *lines[5:]], unvollstaendig="ja")
    rows = one.paket.werte.set_index("gebiet_id")
    assert [rows.at[key, "zaehler"] for key in ("II", CITY)] == [total(PART, "II"), total(PART, CITY)]
    assert rows["wert"].notna().all()


def test_counts_for_bezirke_take_the_denominators_that_are_there(bring: Bring, folder: Path) -> None:
    bring(people("31.12.2023"))
    bring(counts("31.12.2023"))
    shares = [[NAME[key], f"{100 * PART[key] / WHOLE[key]:.3f}".replace(".", ",")] for key in KEYS]
    head = [["Stichtag 31.12.2023"], ["Stadtteil", "Anteil in %"]]
    (one,) = bring(
        [*head, *shares], nenner="Einwohner (Personen)", indikatoren={"existenzsichernde_leistungen": {"wert": "B"}}
    )
    assert one.paket.ausgabe == 2
    row = value(workspace.open_data(folder), "existenzsichernde_leistungen", "I")
    assert row["wert"] == pytest.approx(100 * total(PART, "I") / total(WHOLE, "I"))


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"weitergabe": "intern"}, {}, "nur für einen engeren Kreis bestimmt (nur intern)"),
        ({"geheimhaltung": "rundung:5"}, {}, "anders geschützt"),
        ({}, {"methode": "neu"}, "anders gezählt („ohne Angabe“)"),
    ],
)
def test_a_part_that_does_not_go_with_the_issue_before_is_refused(
    bring: Bring, folder: Path, first: dict[str, str], second: dict[str, str], why: str
) -> None:
    rounded = [[NAME[key], 5 * round(PART[key] / 5), 5 * round(WHOLE[key] / 5)] for key in KEYS]
    bring([*year("31.12.2023")[:2], *rounded], **first)
    before = files(folder)
    with pytest.raises(TableError) as caught:
        bring(bezirke("31.12.2023"), unvollstaendig="ja", **second)
    assert why in str(caught.value)
    assert "data remove arbeitslosenanteil_2023-12-31_001" in str(caught.value)
    assert files(folder) == before


def test_counts_without_a_denominator_do_not_replace_shares(bring: Bring, folder: Path) -> None:
    head = [*COUNTS, "Einwohner"]
    kind = {"spalten": {"B": "existenzsichernde_leistungen:zaehler", "C": "existenzsichernde_leistungen:nenner"}}
    bring([["Stichtag 31.12.2023"], head, *year("31.12.2023")[2:]], **kind)
    before = files(folder)
    with pytest.raises(TableError) as caught:
        bring(counts("31.12.2023"))
    for words in ("Ausgabe 1 hat Werte", "nur Anzahlen ohne Nenner", "data remove existenzsichernde_leistungen_"):
        assert words in str(caught.value)
    with pytest.raises(TableError, match="nur Anzahlen ohne Nenner"):
        bring(bezirke("31.12.2023", head=COUNTS), unvollstaendig="ja")
    assert files(folder) == before
    bring(people("31.12.2023"), weitergabe="intern")
    with pytest.raises(TableError, match="hat Werte"):
        bring(counts("31.12.2023"))
    bring(people("31.12.2023"))
    (one,) = bring(counts("31.12.2023"))
    assert one.paket.ausgabe == 2
    assert value(workspace.open_data(folder), "existenzsichernde_leistungen", "03")["nenner"] == 731


def test_only_a_table_with_a_hidden_value_says_so(bring: Bring) -> None:
    (one,) = bring(people("31.12.2023"))
    assert one.paket.eintrag["grenzen"] == "In dieser Tabelle ist keine Zahl gesperrt."
    (one,) = bring(counts("31.12.2023"))
    assert one.paket.eintrag["grenzen"] == "In dieser Tabelle ist keine Zahl gesperrt."
    hidden = [[line[0], ".", line[2]] if line[0] in (NAME["07"], NAME["08"]) else line for line in year("31.12.2023")]
    (one,) = bring(hidden)
    assert one.paket.eintrag["grenzen"].startswith("Kleine Fallzahlen sind gesperrt")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Arbeitslose in Essen, Stand 31.12.2023", "Arbeitslose in Essen"),
        ("Arbeitslose am 31.12.2023 in Essen (vorläufig)", "Arbeitslose in Essen (vorläufig)"),
        ("Arbeitslose in Essen (Stand: 31. Dezember 2023)", "Arbeitslose in Essen"),
        ("Stand 31.12.2023: Arbeitslose in Essen", "Arbeitslose in Essen"),
        ("Arbeitslose im Dezember 2023", "Arbeitslose"),
        ("Bestand an Arbeitslosen zum Stichtag 2023-12-31", "Bestand an Arbeitslosen"),
        ("Arbeitslose 2022 bis 2023", "Arbeitslose 2022 bis 2023"),
        ("Tabelle 4711: Arbeitslose nach SGB II", "Tabelle 4711: Arbeitslose nach SGB II"),
        ("Stichtag 31.12.2023", "Anteil der Arbeitslosen"),
    ],
)
def test_the_title_of_a_source_does_not_repeat_its_date(bring: Bring, title: str, shown: str) -> None:
    (one,) = bring(year("31.12.2023"), tabelle=title, stichtag="31.12.2023")
    assert one.paket.quelle["titel"] == shown


# Whole or not at all


def test_what_was_not_written_to_its_end_is_never_read(bring: Bring, folder: Path) -> None:
    (one,) = bring(year("31.12.2023"))
    copytree(one.folder, one.folder.with_name(f".{one.folder.name}.1.tmp"))
    assert len(own_tables.own_packages(workspace.open_data(folder))) == 1
    assert len(intake.package_files(folder)) == 2


def test_a_failed_import_takes_no_other_package_with_it(
    bring: Bring, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = bring(year("31.12.2023"))
    before = files(folder)
    made = [replace(one.paket, stand=stand) for stand in ("2021-12-31", "2022-12-31")]
    move, moved = Path.rename, []

    def fails_the_second_time(self: Path, target: Any) -> Path:
        moved.append(target)
        if len(moved) == 2:
            raise OSError(28, "voll")
        return move(self, target)

    monkeypatch.setattr(Path, "rename", fails_the_second_time)
    with pytest.raises(TableError, match="der Datenträger ist voll"):
        intake.write_packages(folder, made)
    assert files(folder) == before


def test_a_failed_removal_leaves_everything(bring: Bring, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [bring(year(stand))[0].folder.name for stand in ("31.12.2022", "31.12.2023")]
    before, move, moved = files(folder), Path.rename, []

    def fails_the_second_time(self: Path, target: Any) -> Path:
        moved.append(target)
        if len(moved) == 2:
            raise PermissionError(13, "nein")
        return move(self, target)

    monkeypatch.setattr(Path, "rename", fails_the_second_time)
    with pytest.raises(TableError, match=r"die Berechtigung fehlt.*nichts entfernt"):
        intake.remove_packages(folder, names)
    assert files(folder) == before


# What is removed


def test_removing_says_what_falls_back_and_the_values_do(bring: Bring, run: Run, folder: Path) -> None:
    census = value(workspace.open_data(folder), "einwohner", "02")["wert"]
    bring(people("31.12.2023"))
    bring(counts("31.12.2023"))
    assert value(workspace.open_data(folder), "einwohner", "02")["wert"] == WHOLE["02"]
    said = run("data", "remove", "einwohner", "--ja")
    for words in (
        "Einwohnerinnen und Einwohner (einwohner), Stand 31.12.2023, Ausgabe 1 [einwohner_2023-12-31_001]",
        "(einwohner): Es gilt wieder die Schätzung aus den Tabellen der Stadt, Stand 15.05.2022.",
        "(existenzsichernde_leistungen), Stand 31.12.2023: verliert den Nenner; der Anteil fehlt dann.",
        "Einwohnerdichte: wird mit der Einwohnerzahl gerechnet, die dann gilt.",
        ".entfernt",
    ):
        assert words in said, words
    data = workspace.open_data(folder)
    assert value(data, "einwohner", "02")["wert"] == census
    assert value(data, "existenzsichernde_leistungen", "02").isna()["wert"]


def test_an_issue_a_date_and_an_indicator_can_be_removed(bring: Bring, run: Run, folder: Path) -> None:
    bring(year("31.12.2022", 66))
    bring(year("31.12.2022", 64))
    bring(year("31.12.2023"))
    said = run("data", "remove", "arbeitslosenanteil_2022-12-31_002", "--ja")
    assert "Es bleibt beim Stand 31.12.2023, Ausgabe 1" in said
    assert "Für den Stand 31.12.2022 gilt Ausgabe 1." in said
    series = time_series(workspace.open_data(folder), "arbeitslosenanteil")
    assert list(series["03"]) == pytest.approx([100 * 66 / 731, 100 * 61 / 731])
    said = run("data", "remove", "arbeitslosenanteil", "--stichtag", "31.12.2023", "--ja")
    assert "Es gilt der Stand 31.12.2022, Ausgabe 1 (Amt für Statistik, Musterstadt; öffentlich)." in said
    assert "Den Stand 31.12.2023 gibt es nicht mehr." in said
    said = run("data", "remove", "Anteil der Arbeitslosen", "--ja")
    assert "Der Wert fehlt dann; die Berichte nennen die Lücke." in said
    assert not workspace.open_data(folder).indikatoren_yml["indikatoren"]["arbeitslosenanteil"]["verfuegbar"]


def test_an_indicator_that_only_own_tables_know_vanishes(bring: Bring, run: Run) -> None:
    table = [["Stand 31.12.2023"], ["Stadtteil", "Haushalte mit Wohngeld", "Haushalte"], *year("31.12.2023")[2:]]
    bring(
        table, indikator="wohngeld", spalten={"B": "wohngeld:zaehler", "C": "wohngeld:nenner"}, titel="Wohngeld",
        definition="Mit Wohngeld.", einheit="%", typ="anteil", richtung="belastung", kapitel="I",
        zaehler="Haushalte mit Wohngeld (Haushalte)", nenner="Haushalte (Haushalte)",
    )  # fmt: skip
    assert "Wohngeld (wohngeld): Den Indikator gibt es nicht mehr." in run("data", "remove", "wohngeld", "--ja")


def test_a_trial_and_a_missing_terminal_remove_nothing(
    bring: Bring, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(year("31.12.2023"))
    before = files(folder)
    assert "Probe: Es ist nichts entfernt." in run("data", "remove", "arbeitslosenanteil", "--probe")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert "--ja" in run("data", "remove", "arbeitslosenanteil", status=2)
    assert files(folder) == before


@pytest.mark.parametrize(
    ("answer", "goes"), [("j\n", True), ("Ja\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_at_a_terminal_a_person_is_asked(
    bring: Bring, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, goes: bool
) -> None:
    bring(year("31.12.2023"))

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    said = run("data", "remove", "arbeitslosenanteil")
    assert ("Entfernt: 1 eigene Tabelle." in said) == goes
    assert bool(intake.package_files(folder)) != goes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["arbeitslosenanteile"],
            "Zu „arbeitslosenanteile“ gibt es keine eigene Tabelle. Meinten Sie arbeitslosenanteil",
        ),
        (["kitas"], "Zu „kitas“ ist keine eigene Tabelle eingelesen. Vorhanden: arbeitslosenanteil."),
        (["../daten"], "Zu „../daten“ gibt es keine eigene Tabelle."),
        ([".entfernt"], "Zu „.entfernt“ gibt es keine eigene Tabelle."),
        (["arbeitslosenanteil", "--stichtag", "31.12.2020"], "gibt es den Stand 31.12.2020 nicht, nur: 31.12.2023."),
        (["arbeitslosenanteil", "--stichtag", "gestern"], "--stichtag „gestern“ ist kein Datum."),
        ([], "Es fehlt: NAME"),
    ],
)
def test_a_wrong_name_removes_nothing_and_says_what_is_possible(
    bring: Bring, run: Run, folder: Path, arguments: list[str], message: str
) -> None:
    bring(year("31.12.2023"))
    before = files(folder)
    assert message in run("data", "remove", *arguments, "--ja", status=2)
    assert files(folder) == before
    if arguments:
        run("data", "remove", "arbeitslosenanteil", *arguments, "--ja", status=2)
        assert files(folder) == before


def test_what_was_removed_stays_for_the_audit_and_its_number_is_not_used_again(
    bring: Bring, run: Run, folder: Path
) -> None:
    bring(year("31.12.2023"))
    run("data", "remove", "arbeitslosenanteil", "--ja")
    (known,) = intake.read_packages(folder, stadt=CITY, removed=True)
    assert known.entfernt
    assert intake.read_packages(folder, stadt=CITY) == []
    assert run("data", "list") == NOTHING_KEPT + "\n"
    (again,) = bring(year("31.12.2023"))
    assert (again.new, again.paket.ausgabe, again.before) == (True, 2, None)
    run("data", "remove", "arbeitslosenanteil", "--ja")
    assert [one.ausgabe for one in intake.read_packages(folder, stadt=CITY, removed=True)] == [1, 2]


# Counts that came without a denominator


@pytest.mark.parametrize("first", ["counts", "people"])
def test_the_order_of_counts_and_inhabitants_does_not_matter(bring: Bring, folder: Path, first: str) -> None:
    tables = [counts("31.12.2023"), people("31.12.2023")]
    for table in tables if first == "counts" else tables[::-1]:
        bring(table)
    data = workspace.open_data(folder)
    row = analyse(data, "03").row("existenzsichernde_leistungen")
    assert (row["zaehler"], row["nenner"], row["wert"]) == (61, 731, pytest.approx(100 * 61 / 731))
    assert (row["art"], row["hinweis"]) == ("berechnet", None)
    assert row["klasse"] not in ("", "keine Einstufung")
    assert row["quelle"] == "eigene_existenzsichernde_leistungen_2023-12-31|eigene_einwohner_2023-12-31"
    assert set(row["quelle"].split("|")) <= set(data.quellen)
    city = analyse(data, CITY).row("existenzsichernde_leistungen")
    assert city["wert"] == pytest.approx(100 * sum(PART.values()) / sum(WHOLE.values()))
    method = data.indikatoren_yml["indikatoren"]["existenzsichernde_leistungen"]["methode"]
    assert "Nenner: eingelesene Zahl „Einwohner“, Stand 31.12.2023 (Amt für Statistik)." in method


def test_a_denominator_of_another_date_or_of_the_census_is_none(bring: Bring, folder: Path) -> None:
    bring(people("31.12.2022"))
    bring(counts("31.12.2023"))
    data = workspace.open_data(folder)
    for area in ("03", "I", CITY):
        row = value(data, "existenzsichernde_leistungen", area)
        assert row[["nenner", "wert", "von", "bis"]].isna().all()
        assert row["hinweis"] == NO_DENOMINATOR
    assert analyse(data, "03").row("existenzsichernde_leistungen")["klasse"] == "keine Einstufung"
    bring(people("31.12.2023"))
    assert value(workspace.open_data(folder), "existenzsichernde_leistungen", "03")["nenner"] == 731


def test_a_month_and_its_last_day_are_the_same_day_a_year_is_not(bring: Bring, folder: Path) -> None:
    bring(counts("31.12.2023"))
    bring(people("")[1:], stichtag="2023")
    assert value(workspace.open_data(folder), "existenzsichernde_leistungen", "03").isna()["wert"]
    bring(people("")[1:], stichtag="12/2023")
    assert value(workspace.open_data(folder), "existenzsichernde_leistungen", "03")["nenner"] == 731


@pytest.mark.parametrize(("month", "day"), [("06/2023", "30.06.2023"), ("02/2024", "29.02.2024")])
def test_a_short_month_and_its_last_day_are_issues_of_one_date(
    bring: Bring, folder: Path, month: str, day: str
) -> None:
    bring(people("")[1:], stichtag=month)
    (one,) = bring([["Stadtteil", "Einwohner"], *[[NAME[key], WHOLE[key] + 1] for key in KEYS]], stichtag=day)
    assert one.before is not None
    assert one.paket.ausgabe == 2
    assert len(latest_issues(workspace.open_data(folder), "einwohner")) == 1


def only_counts(one: Paket) -> Paket:
    werte = one.werte.assign(nenner=float("nan"), wert=float("nan"))
    return replace(one, werte=werte, eintrag={key: item for key, item in one.eintrag.items() if key != "nenner"})


def test_unemployed_take_the_numerator_of_those_of_15_to_64(bring: Bring, folder: Path) -> None:
    head = ["Stadtteil", "Einwohner 15 bis 64", "Einwohner"]
    lines = [[NAME[key], WHOLE[key], 2 * WHOLE[key]] for key in KEYS]
    columns = {"B": "anteil_15_64:zaehler", "C": "anteil_15_64:nenner"}
    bring([["Stichtag 31.12.2023"], head, *lines], spalten=columns)
    (one,) = bring(year("31.12.2023"), weitergabe="intern")
    intake.write_packages(folder, [replace(only_counts(one.paket), weitergabe="oeffentlich")])
    row = value(workspace.open_data(folder), "arbeitslosenanteil", "03")
    assert (row["nenner"], row["wert"]) == (731, pytest.approx(100 * 61 / 731))


def test_counts_without_a_denominator_hide_no_other_value(bring: Bring, folder: Path) -> None:
    census = value(workspace.open_data(folder), "anteil_unter_15", "03")
    bring(year("31.12.2022"))
    (one,) = bring(year("31.12.2023"))
    run_without = only_counts(one.paket)
    children = {**run_without.eintrag, "id": "anteil_unter_15"}
    intake.write_packages(folder, [run_without, replace(run_without, eintrag=children)])
    intake.remove_packages(folder, [one.folder.name])
    data = workspace.open_data(folder)
    assert value(data, "anteil_unter_15", "03").equals(census)
    assert value(data, "arbeitslosenanteil", "03")["stand"] == "2022-12-31"
    assert list(time_series(data, "arbeitslosenanteil").index) == ["2022-12-31"]


def test_a_denominator_that_an_audience_may_not_see_does_not_help_it(bring: Bring, folder: Path) -> None:
    bring(people("31.12.2023"), weitergabe="intern")
    bring(counts("31.12.2023"))
    public, intern = (
        value(workspace.open_data(folder, weitergabe=audience), "existenzsichernde_leistungen", "03")
        for audience in ("oeffentlich", "intern")
    )
    assert public.isna()["wert"]
    assert public["hinweis"] == NO_DENOMINATOR
    assert intern["nenner"] == 731


def test_more_cases_than_inhabitants_are_no_share(bring: Bring, folder: Path) -> None:
    (one,) = bring(people("31.12.2023"))
    werte = one.paket.werte.assign(wert=one.paket.werte["wert"].mask(one.paket.werte["gebiet_id"] == "03", 40))
    intake.write_packages(folder, [replace(one.paket, werte=werte)])
    bring(counts("31.12.2023"))
    data = workspace.open_data(folder)
    row = value(data, "existenzsichernde_leistungen", "03")
    assert row.isna()["wert"]
    assert "größer als der eingelesene Nenner" in row["hinweis"]
    assert value(data, "existenzsichernde_leistungen", "02")["nenner"] == WHOLE["02"]


def test_an_own_area_has_no_share_of_counts_without_a_denominator(bring: Bring, folder: Path) -> None:
    bring(counts("31.12.2023"))
    data = workspace.open_data(folder)
    data = quartiere.from_polygon(data, data.gebiete.geometry["05"], name="Am Markt")
    row = value(data, "existenzsichernde_leistungen", quartier_id("Am Markt"))
    assert row.isna()["wert"]


def test_the_catalogue_names_denominators_that_exist(musterstadt_data: Data, essen_data: Data) -> None:
    for data in (musterstadt_data, essen_data):
        katalog = catalogue(data.indikatoren_yml)
        rules = {key: entry.nenner_aus for key, entry in katalog.items() if entry.nenner_aus}
        assert rules["existenzsichernde_leistungen"] == "einwohner"
        assert rules["arbeitslosenanteil"] == "anteil_15_64:zaehler"
        for key, rule in rules.items():
            served, _, column = rule.partition(":")
            counted = katalog[served].zaehler
            assert counted is not None
            assert column in ("", "zaehler")
            whole = katalog[key].nenner
            assert whole is None or (whole.was, whole.einheit) == (counted.was, counted.einheit)
    raw = {**musterstadt_data.indikatoren_yml}
    entry = {**raw["indikatoren"]["arbeitslosenanteil"], "nenner_aus": "einwohner:anzahl"}
    with pytest.raises(SchemaError, match="nenner_aus"):
        catalogue({**raw, "indikatoren": {"arbeitslosenanteil": entry}})


def test_the_list_says_which_counts_lack_a_denominator(bring: Bring, run: Run) -> None:
    bring(counts("31.12.2023"))
    assert f"existenzsichernde_leistungen_2023-12-31_001: {NO_DENOMINATOR}" in run("data", "list")
    bring(people("31.12.2023"))
    assert NO_DENOMINATOR not in run("data", "list")


def test_packages_are_the_same_bytes_twice(bring: Bring, folder: Path) -> None:
    bring(year("31.12.2023"))
    before = files(folder)
    intake.remove_packages(folder, [one.folder.name for one in intake.kept_packages(folder, stadt=CITY)])
    for path in sorted(intake.own_dir(folder).rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    bring(year("31.12.2023"))
    assert files(folder) == before


def test_without_own_tables_the_built_ones_stand(folder: Path) -> None:
    assert workspace.open_data(folder).indikatoren.equals(open_data(folder).indikatoren)
