"""Several dates of one indicator: the series, the parts of a change, the drawing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from data_fixtures import MUSTERSTADT, ROOT
from intake_samples import HEAD, KEYS, NAME, PART, WHOLE, write_csv
from sozialraum import charts, intake, workspace
from sozialraum.compare import analyse
from sozialraum.intake import Description
from sozialraum.intake.dates import as_stand, stand_of_title
from sozialraum.load import Data, sources_dir
from sozialraum.render import Job, render

ANSWERS = Description(stelle="Amt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("sources", "daten"):
        copytree(MUSTERSTADT / name, tmp_path / name)
    return tmp_path / "daten"


def bring(folder: Path, stand: str, nordhoehe: int, methode: str = "") -> None:
    lines = [[NAME[key], nordhoehe if key == "03" else PART[key], 1000 if key == "03" else WHOLE[key]] for key in KEYS]
    path = write_csv(folder.parent / "t.csv", [HEAD, *lines])
    data = workspace.open_data(folder)
    options = replace(ANSWERS, stichtag=stand, methode=methode)
    brought = intake.bring(path, data, options=options, today=date(2025, 1, 1))
    intake.write_packages(folder, intake.packages(brought, data))


def opened(folder: Path) -> Data:
    return workspace.open_data(folder)


def test_a_change_is_change_and_revision(folder: Path) -> None:
    assert workspace.split_change(opened(folder), "arbeitslosenanteil", "03") is None
    bring(folder, "31.12.2022", 60)
    bring(folder, "31.12.2022", 65)
    bring(folder, "31.12.2023", 80)
    found = workspace.split_change(opened(folder), "arbeitslosenanteil", "03")
    assert found is not None
    assert (found.first, found.last) == ("2022-12-31", "2023-12-31")
    assert found.total == pytest.approx(2.0)
    assert found.change == pytest.approx(1.5)
    assert found.revision == pytest.approx(0.5)
    assert found.method == 0
    table = workspace.time_series(opened(folder), "arbeitslosenanteil")
    assert list(table["03"]) == [6.5, 8.0]


def test_another_method_is_separated_if_one_date_is_there_in_both(folder: Path) -> None:
    bring(folder, "31.12.2022", 60, "alt")
    bring(folder, "31.12.2023", 90, "neu")
    found = workspace.split_change(opened(folder), "arbeitslosenanteil", "03")
    assert found is not None
    assert (found.change, found.method) == (None, None)
    assert found.total == pytest.approx(3.0)
    bring(folder, "31.12.2022", 62, "alt")
    bring(folder, "31.12.2022", 75, "neu")
    found = workspace.split_change(opened(folder), "arbeitslosenanteil", "03")
    assert found is not None
    parts = (found.change, found.revision, found.method)
    assert parts == pytest.approx((1.5, 0.2, 1.3))
    assert sum(part for part in parts if part is not None) == pytest.approx(found.total)


def test_the_line_of_an_area_against_the_city(folder: Path) -> None:
    for year, count in ((2020, 60), (2021, 65), (2023, 80)):
        bring(folder, f"31.12.{year}", count)
    drawn = charts.series(analyse(opened(folder), "03"), "arbeitslosenanteil").markup(alt="Zeitreihe")
    assert drawn.count("<circle") == 6
    assert all(text in drawn for text in ("6,0", "8,0", "31.12.2020", "31.12.2023", "Nordhöhe", "Musterstadt"))
    places = [float(part.split('"')[0]) for part in drawn.split('cx="')[1:4]]
    assert places[1] - places[0] == pytest.approx((places[2] - places[1]) / 2, abs=0.5)
    city = charts.series(analyse(opened(folder), "musterstadt"), "arbeitslosenanteil").markup(alt="Zeitreihe")
    assert city.count("<circle") == 3


def test_without_own_tables_the_drawing_says_so(musterstadt_data: Data) -> None:
    drawn = charts.series(analyse(musterstadt_data, "03"), "kitas").markup(alt="Zeitreihe")
    assert "keine Angabe" in drawn


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
        lines = [[area.name, count, 500] for area in data.register.of_level("stadtteil")]
        path = write_csv(tmp_path / "t.csv", [HEAD, *lines])
        brought = intake.bring(path, data, options=replace(ANSWERS, stichtag=stand), today=date(2025, 1, 1))
        intake.write_packages(data.dir, intake.packages(brought, data))
    notebook = ROOT / "notebooks" / "03_stadtteilanalyse.ipynb"
    opened_now = workspace.open_data(tmp_path / "essen")
    render(Job(notebook, "21.html", "21", {"gebiet": "21"}), data=opened_now.environment, out=tmp_path)
    page = (tmp_path / "21.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "Anteil der Arbeitslosen in Borbeck-Mitte: 8,0 % am 31.12.2023, 6,0 % am 31.12.2021" in page
    assert "Seit 31.12.2022: Veränderung 1,4 Prozentpunkte, Revision 0,2 Prozentpunkte." in page.replace("+", "")
    assert "Weitergabe: öffentlich" in page
