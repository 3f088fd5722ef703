"""Reports of areas and cities at the edge: the largest, the smallest, and one of which nothing is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page

from conftest import ROOT, Opened
from quartier_fixtures import box
from report_texts import run
from sozialraum.city.load import Data
from sozialraum.city.own_areas import quartiere
from sozialraum.publish.job import Job, render
from sozialraum.publish.plan import report_path
from sozialraum.report.evidence import faults
from sozialraum.report.known import Known
from sozialraum.report.page_text import printed
from sozialraum.supply import workspace

MAIN = "03_stadtteilanalyse"
OTHERS = ("00_datenstand", "01_stadtkarte", "02_infrastruktur", "04_stadtvergleich")
#: Largest, smallest and most central Stadtteil, one whose values mislead, the longest name, a Quartier.
EXTREMES = ("Kettwig", "Stadtkern", "Schuir", "ohne Grundschule", "längster Name", "Quartier")
WRONG = re.compile(r"\b(?:nan|None|NaN|NaT|Gebiete?s?)\b")


@pytest.fixture(scope="module")
def essen() -> Data:
    return workspace.open_data()


@pytest.fixture(params=["as it is", "without anything"])
def musterstadt(request: pytest.FixtureRequest, musterstadt_dir: Path, musterstadt_nothing: Path) -> Data:
    """The fictional city, and the same of which nothing is known."""
    return workspace.open_data(musterstadt_dir if request.param == "as it is" else musterstadt_nothing)


def area_of(data: Data, case: str) -> str:
    """Id of the area that a case means."""
    register = data.register
    if case == "ohne Grundschule":
        table = data.indikatoren
        without = table[(table["indikator"] == "grundschulen") & (table["wert"] == 0)]["gebiet_id"]
        return [str(key) for key in without if register.by_id(str(key)).ebene == "stadtteil"][-1]
    if case == "längster Name":
        return max(register.of_level("stadtteil"), key=lambda area: len(area.name)).id
    if case == "Quartier":
        return register.of_level("quartier")[0].id
    return next(area.id for area in register.of_level("stadtteil") if area.name == case)


def check_texts(name: str, area: str, data: Data, known: Known) -> str:
    """Run a notebook with all its drawings: every statement follows from the tables; returns what is read."""
    nb = run(area, name=name, data=data, drawn=True)
    statements = list(printed(nb))
    assert statements
    assert faults(statements, known, gebiet_id=area) == []
    html = " ".join(str(output.data.get("text/html", "")) for cell in nb.cells for output in cell.get("outputs", []))
    words = re.sub(r'<style\b.*?</style>|srcdoc="[^"]*"', " ", html, flags=re.DOTALL)
    assert WRONG.findall(words) == []
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())


def render_page(name: str, area: str, data: Data, out: Path) -> Path:
    target = report_path(name, data.register.by_id(area))
    render(Job(ROOT / "notebooks" / f"{name}.ipynb", target, area, {"gebiet": area}), data=data.environment, out=out)
    return out / target


def check_page(path: Path, open_page: Callable[..., Opened], violations: Callable[[Page], list[str]]) -> None:
    """The page asks for nothing, fits a phone and is accessible."""
    opened = open_page(path, width=320)
    assert opened.requests == []
    assert opened.errors == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(opened.page) == []
    assert WRONG.findall(opened.page.inner_text("body")) == []


def test_the_main_report_of_every_level(musterstadt: Data) -> None:
    known = Known(musterstadt)
    for area in ("05", "07", "II", "musterstadt"):
        check_texts(MAIN, area, musterstadt, known)


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_reports(name: str, musterstadt: Data) -> None:
    known = Known(musterstadt)
    areas = ("musterstadt", "05") if name == "02_infrastruktur" else ("musterstadt",)
    for area in areas:
        check_texts(name, area, musterstadt, known)


@pytest.mark.parametrize("name", [MAIN, "02_infrastruktur"])
def test_a_quartier(name: str, musterstadt: Data) -> None:
    data = quartiere.from_polygon(musterstadt, box(300, 1300, 1800, 2800), name="Probe")
    check_texts(name, "q-probe", data, Known(data))


def test_what_is_missing_is_said(musterstadt_nothing: Path) -> None:
    data = workspace.open_data(musterstadt_nothing)
    words = check_texts(MAIN, "05", data, Known(data))
    for said in (
        "Wie viele Menschen in der Altstadt leben, ist nicht bekannt.",
        "Zu keinem Indikator liegt in der Altstadt ein Wert vor.",
        "Liegt nicht vor: Karte der Wohnorte. In der Altstadt ist kein Fußweg bekannt",
        "Liegt nicht vor: Vergleich: Anteil der unter 15-Jährigen. Im Test zurückgehalten.",
        "Liegt nicht vor: Karte der Einrichtungen. Für Musterstadt ist keine Einrichtung verzeichnet.",
    ):
        assert said in words, said
    assert "keine Kita" not in words, "missing is not none"


def test_the_agreement_with_the_register_is_said_with_its_worst_place(musterstadt_dir: Path) -> None:
    data = workspace.open_data(musterstadt_dir)
    words = check_texts("00_datenstand", "musterstadt", data, Known(data))
    assert "Gegenüber 4 Werten des Melderegisters weicht die Verteilung im Median um" in words
    assert "Am größten ist sie für " in words


@pytest.mark.browser
@pytest.mark.parametrize("case", EXTREMES)
def test_pages_of_extreme_areas(
    case: str,
    essen: Data,
    tmp_path: Path,
    open_page: Callable[..., Opened],
    axe_violations: Callable[[Page], list[str]],
) -> None:
    check_page(render_page(MAIN, area_of(essen, case), essen, tmp_path), open_page, axe_violations)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "area"), [(MAIN, "05"), ("00_datenstand", "musterstadt"), ("04_stadtvergleich", "musterstadt")]
)
def test_pages_of_a_city_of_which_nothing_is_known(
    name: str,
    area: str,
    musterstadt_nothing: Path,
    tmp_path: Path,
    open_page: Callable[..., Opened],
    axe_violations: Callable[[Page], list[str]],
) -> None:
    data = workspace.open_data(musterstadt_nothing)
    check_page(render_page(name, area, data, tmp_path), open_page, axe_violations)
