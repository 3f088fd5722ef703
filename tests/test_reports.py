"""Real reports of real areas: everything on a page belongs to the area it names, and the page is accessible."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import ROOT, Opened
from sozialraum import figures, text
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.figures import locator
from sozialraum.publish.job import Job, render
from sozialraum.publish.plan import report_path

MAIN = "03_stadtteilanalyse"
AREAS = ("21", "27", "41", "IV", "essen")
CITY_PAGES = ("00_datenstand", "01_stadtkarte", "04_stadtvergleich")
MAX_BYTES = {"stadtteil": 700_000, "stadtbezirk": 1_000_000, "stadt": 1_000_000}


@dataclass(frozen=True)
class Report:
    """A rendered report with the analysis it should show."""

    path: Path
    analysis: Analysis

    @cached_property
    def html(self) -> str:
        return re.sub(r"<script>.*?</script>", "", self.path.read_text(encoding="utf-8"), flags=re.DOTALL)

    @cached_property
    def words(self) -> str:
        """Visible text and labels with single blanks."""
        return " ".join(unescape(re.sub(r"<style\b.*?</style>|<[^>]+>", " ", self.html, flags=re.DOTALL)).split())


@pytest.fixture(scope="module")
def data() -> Data:
    return open_data()


def _render(name: str, area: str, out: Path, data: Data) -> Report:
    found = data.register.by_id(area)
    job = Job(ROOT / "notebooks" / f"{name}.ipynb", report_path(name, found), found.id, {"gebiet": found.id})
    render(job, data=data.environment, out=out)
    return Report(out / job.target, analyse(data, area))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, data: Data) -> dict[str, Report]:
    out = tmp_path_factory.mktemp("reports")
    return {area: _render(MAIN, area, out, data) for area in AREAS}


@pytest.fixture(params=AREAS)
def report(request: pytest.FixtureRequest, reports: dict[str, Report]) -> Report:
    return reports[request.param]


def test_title_names_the_area(report: Report) -> None:
    title = text.report_title(report.analysis)
    assert f"<title>{title}</title>" in report.html
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", report.html) == [title]


def test_locator_fills_this_area(report: Report) -> None:
    area = report.analysis.gebiet.id
    drawn = {key: locator(analyse(report.analysis.data, key)).drawing.body for key in AREAS}
    plain = {key: re.sub(r' data-ort="[^"]*"', "", body) for key, body in drawn.items()}
    assert [key for key, body in plain.items() if body in report.html] == [area]
    assert figures.locator(report.analysis).alt in unescape(report.html)


def test_every_sentence_of_the_first_page_is_there(report: Report) -> None:
    for sentence in text.at_a_glance(report.analysis):
        assert " ".join(sentence.text.split()) in report.words


def test_charts_are_labelled_with_this_area(report: Report) -> None:
    for key in ("veraenderung_2011_2022", "wahlbeteiligung_ew2024"):
        words = figures.dotplot(report.analysis, key)
        assert words.title in unescape(report.html)
        assert words.alt in unescape(report.html)


def test_no_other_area_is_the_subject(report: Report, reports: dict[str, Report]) -> None:
    for other in reports.values():
        if other.analysis.gebiet.id != report.analysis.gebiet.id:
            assert text.report_title(other.analysis) not in report.words
            assert text.at_a_glance(other.analysis)[0].text not in report.words


def test_evidence_table_holds_the_values_of_this_area(report: Report) -> None:
    rows = dict(re.findall(r'<tr id="beleg-(\d+)".*?>(.*?)</tr>', report.html, flags=re.DOTALL))
    expected = text.evidence(report.analysis)
    assert list(rows) == list(expected.index)
    for number, row in rows.items():
        assert f">{expected.loc[number, 'Wert']}<" in re.sub(r"</?span[^>]*>", "", unescape(row))


def test_links_lead_somewhere(report: Report) -> None:
    targets = set(re.findall(r'\bid="([^"]+)"', report.html))
    links = set(re.findall(r'href="#([^"]+)"', report.html))
    assert "beleg-1" in links
    assert links <= targets


def test_ids_are_unique(report: Report) -> None:
    ids = re.findall(r'\bid="([^"]+)"', report.html)
    assert len(ids) == len(set(ids))


def test_page_is_small_and_without_traces(report: Report) -> None:
    assert report.path.stat().st_size <= MAX_BYTES[report.analysis.gebiet.ebene]
    assert str(ROOT) not in report.html
    assert "Gebiet" not in report.words
    assert not re.search(r"\b(nan|None|NaN|Traceback)\b", report.words)
    assert "Entwurf – nicht freigegeben, keine amtliche Statistik" in report.words


def test_every_picture_says_something_of_its_own(report: Report) -> None:
    labels = [unescape(label) for label in re.findall(r'<svg[^>]*role="img"[^>]*aria-label="([^"]+)"', report.html)]
    assert len(labels) >= 15
    assert len(set(labels)) == len(labels)
    assert all(len(label) > 25 for label in labels)


def test_old_data_and_proxies_stand_folded_with_all_values_only(report: Report) -> None:
    open_ = re.sub(r"<details\b.*?</details>", "", report.html, flags=re.DOTALL)
    for key in ("auslaenderanteil_2011", "alleinerziehendenquote_2011", "kitas_je_1000_kinder"):
        item = report.analysis[key]
        assert item.titel in unescape(report.html)
        assert item.titel not in unescape(open_) or item.wert is None  # a withheld value is an open question
        assert item.klasse in ("", "keine Einstufung")


def test_source_line_under_every_picture(report: Report) -> None:
    figures = re.findall(r'<figure class="sr-figure.*?</figure>', report.html, flags=re.DOTALL)
    assert len(figures) >= 5
    assert all("Stand: " in figure and "Quelle: " in figure for figure in figures)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_page_opens_without_requests_and_without_sideways_scroll(
    report: Report, open_page: Callable[..., Opened], width: int
) -> None:
    opened = open_page(report.path, width=width)
    assert opened.requests == []
    assert opened.errors == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible(report: Report, open_page: Callable[..., Opened], scheme: str) -> None:
    opened = open_page(report.path, scheme=scheme)
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_map_comes_alive_and_stays_a_picture_without_scripts(report: Report, open_page: Callable[..., Opened]) -> None:
    alive = open_page(report.path).page
    assert alive.locator(".sr-live .leaflet-container").count() == 1
    assert alive.locator(".sr-picture--static").first.is_hidden()
    alive.emulate_media(media="print")
    assert alive.locator(".sr-picture--static svg").first.is_visible()
    assert alive.locator(".leaflet-container").is_hidden()
    still = open_page(report.path, scripts=False).page
    assert still.locator(".sr-picture--static svg").first.is_visible()


@pytest.mark.parametrize("name", CITY_PAGES)
@pytest.mark.browser
def test_city_pages_render_and_are_accessible(
    name: str, tmp_path: Path, data: Data, open_page: Callable[..., Opened]
) -> None:
    made = _render(name, "essen", tmp_path, data)
    opened = open_page(made.path)
    assert opened.requests == []
    assert opened.errors == []
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_infrastructure_page_lists_every_facility(tmp_path: Path, data: Data, open_page: Callable[..., Opened]) -> None:
    made = _render("02_infrastruktur", "21", tmp_path, data)
    here = data.einrichtungen[data.einrichtungen["gebiet_id"] == "21"]
    for name in here.loc[here["art"] != "radunfall", "name"]:  # accidents are counted, not listed
        assert " ".join(str(name).split()) in made.words
    found = Axe().run(open_page(made.path).page)
    assert found.violations_count == 0, found.generate_report()


def test_same_inputs_same_bytes(reports: dict[str, Report], tmp_path: Path, data: Data) -> None:
    again = _render(MAIN, "21", tmp_path, data)
    assert again.path.read_bytes() == reports["21"].path.read_bytes()
