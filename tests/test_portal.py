"""The index of all reports: a map and a list that work with the keyboard, and the state of each report."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from data_fixtures import BATCH
from sozialraum.city.load import Data
from sozialraum.publish.plan import read_batch, report_path
from sozialraum.publish.portal import portal
from sozialraum.publish.record import Outcome
from sozialraum.supply.workspace import open_data

ROOT = Path(__file__).resolve().parent.parent
EVIL = "<script>alert(1)</script>"
MAIN = "03_stadtteilanalyse"


@pytest.fixture
def data(kleinstadt: Path) -> Data:
    return open_data(kleinstadt)


def outcome(data: Data, name: str, area_id: str, **more: Any) -> Outcome:
    area = data.register.by_id(area_id)
    return Outcome(report_path(name, area), name, area.id, more.pop("status", "done"), "x", **more)


@pytest.fixture
def outcomes(data: Data) -> list[Outcome]:
    """All reports but 03, which was not made, and 04, which failed; one on request."""
    found = [outcome(data, MAIN, area.id, title=f"Bericht {area.name}") for area in data.register]
    failed = {"status": "failed", "error": f"Spalte {EVIL} fehlt.", "cell": 7, "partial": "fehler/04.ipynb"}
    kept = [one for one in found if one.gebiet_id not in ("03", "04")]
    return [*kept, outcome(data, MAIN, "04", **failed), outcome(data, "02_infrastruktur", "01")]


@pytest.fixture
def index(data: Data, outcomes: list[Outcome], tmp_path: Path) -> Path:
    path = tmp_path / "index.html"
    path.write_text(portal(data, BATCH, outcomes), encoding="utf-8")
    return path


def words(html: str) -> str:
    return " ".join(
        unescape(re.sub(r"<style.*?</style>|<script.*?</script>|<[^>]+>", " ", html, flags=re.DOTALL)).split()
    )


def test_text_from_data_stays_text(index: Path) -> None:
    html = index.read_text(encoding="utf-8")
    assert EVIL not in html
    assert html.count("&lt;script&gt;") >= 4
    assert html.count("<script>") == 1


def test_the_index_links_only_what_is_there(index: Path) -> None:
    html = index.read_text(encoding="utf-8")
    assert set(re.findall(r'href="([^"#]+\.html)"', html)) == {
        "stadtteil/01-nord-ost.html",
        "stadtteil/02-hof-script-alert-1-script.html",
        "stadtbezirk/1-bezirk1.html",
        "stadtbezirk/2-bezirk2.html",
        "stadt/kleinstadt.html",
        "02_infrastruktur/01-nord-ost.html",
    }
    assert "Infrastruktur Nord-Ost" in html
    assert "Gebiet" not in html
    assert "Karte noch nicht erstellt" in words(html)


def test_the_city_has_the_title_of_its_page(index: Path, data: Data) -> None:
    assert "Bericht Kleinstadt" in words(index.read_text(encoding="utf-8"))
    assert "Analyse Kleinstadt" not in words(portal(data, BATCH, []))


def test_a_failure_says_where_and_why_and_leads_to_the_notebook(index: Path) -> None:
    html = index.read_text(encoding="utf-8")
    assert "1 Bericht konnte nicht erstellt werden" in html
    assert f"(Zelle 7): Spalte {EVIL} fehlt. Unvollständiges Notebook" in words(html)
    assert 'href="fehler/04.ipynb"' in html


def test_the_cell_is_named_once(data: Data) -> None:
    message = "03_stadtteilanalyse, Zelle 7: KeyError"
    html = portal(data, BATCH, [outcome(data, MAIN, "04", status="failed", error=message, cell=7)])
    assert html.count("Zelle 7") == 1
    assert "<strong>Analyse: =Rechen-Au</strong>: 03_stadtteilanalyse, Zelle 7: KeyError" in html


def test_a_long_message_is_folded(data: Data) -> None:
    html = portal(data, BATCH, [outcome(data, MAIN, "04", status="failed", error="Lang. " * 60, cell=7)])
    assert "<details><summary>Meldung</summary>Lang." in html
    assert "(Zelle 7)" in html


def test_the_state_of_each_report_names_years_and_gaps(index: Path) -> None:
    html = index.read_text(encoding="utf-8")
    rows = [words(row) for row in re.findall(r'<tr><th scope="row">.*?</tr>', html, flags=re.DOTALL)]
    assert len(rows) == 7
    assert rows[0] == "Nord-Ost Stadtteil 2024 – erstellt"
    assert rows[2] == "Südheide Stadtteil 2024 – noch nicht erstellt"
    assert rows[3] == "=Rechen-Au Stadtteil 2024 unter 15 Jahre nicht erstellt"


def test_data_mark_draft_mark_method_and_licences_are_there(index: Path) -> None:
    shown = words(index.read_text(encoding="utf-8"))
    assert re.search(r"Datenstand [0-9a-f]{12}\b", shown)
    assert shown.count("Entwurf – nicht freigegeben, keine amtliche Statistik") == 2
    assert "Daten 2024, Stand je Angabe" in shown
    for part in ("Wie die Berichte vergleichen", "Quellen und Lizenzen", "Freie Lizenz"):
        assert part in shown


@pytest.mark.parametrize(
    "listed", ["stadtteil/01-nord-ost.pdf", ("stadtteil/01-nord-ost.pdf", "stadtteil/01-kurz.pdf")]
)
def test_pdfs_stand_beside_their_report(data: Data, outcomes: list[Outcome], listed: str | tuple[str, ...]) -> None:
    with_pdf = replace(outcomes[0])
    object.__setattr__(with_pdf, "pdf", listed)
    html = portal(data, BATCH, [with_pdf, *outcomes[1:]])
    assert re.findall(r'href="([^"]+\.pdf)"', html) == ([listed] if isinstance(listed, str) else list(listed))
    assert "PDF Nord-Ost" in words(html)
    assert ("Kurzfassung Nord-Ost" in words(html)) is not isinstance(listed, str)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_asks_for_nothing_and_is_accessible(
    index: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]], scheme: str
) -> None:
    opened = open_page(index, scheme=scheme)
    opened.page.get_by_text("Tabelle mit Stand").click()
    assert opened.requests == []
    assert opened.errors == []
    assert axe_violations(opened.page) == []


@pytest.mark.browser
def test_the_index_reflows_at_320_pixels_with_legible_words(index: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(index, width=320).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    scale = "svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width"
    size = "text => parseFloat(getComputedStyle(text).fontSize)"
    drawing = page.locator(".po-map svg")
    assert drawing.evaluate(scale) * min(text.evaluate(size) for text in drawing.locator("text").all()) >= 10.5


@pytest.mark.browser
def test_the_map_is_used_with_the_keyboard(index: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(index).page
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.po-past')"):
            break
    page.keyboard.press("Tab")
    focused = page.locator("a.po-area:focus")
    assert focused.get_attribute("aria-label") == "Nord-Ost, Stadtbezirk I – Bezirk1"
    assert focused.locator(".po-name").is_visible()
    assert page.locator(".po-name:visible").count() == 1
    assert not page.locator(".po-hint").is_visible()
    outlined, plain = (page.locator(f"a.po-area{how} path").first for how in (":focus", ":not(:focus)"))
    look = "path => getComputedStyle(path).fill + getComputedStyle(path).strokeWidth"
    assert outlined.evaluate(look) != plain.evaluate(look)
    with page.expect_request("**/stadtteil/01-nord-ost.html"):
        page.keyboard.press("Enter")


@pytest.mark.browser
def test_the_map_names_what_the_mouse_points_at(index: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(index).page
    page.locator("a.po-area path").first.hover()
    assert page.locator(".po-name:visible").all_text_contents()[0].startswith("Nord-Ost")


@pytest.mark.browser
def test_the_search_finds_names_numbers_and_opens_the_first(index: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(index).page
    box = page.get_by_role("searchbox", name="Name oder Nummer")
    visible = page.locator(".po-group li:visible")
    said = page.get_by_role("status")
    for query in ("südh", "SUEDHEIDE", "sudheide", "heide"):
        box.fill(query)
        assert visible.all_inner_texts() == ["Südheide noch nicht erstellt"], query
        assert said.inner_text() == "1 Stadtteil"
    box.fill("bezirk2")
    assert visible.count() == 2
    assert said.inner_text() == "2 Stadtteile"
    box.fill("xyz")
    assert visible.count() == 0
    assert said.inner_text() == "Kein Stadtteil gefunden"
    box.fill("")
    assert visible.count() == 4
    with page.expect_request("**/stadtteil/01-nord-ost.html"):
        box.press_sequentially("1")
        box.press("Enter")


class Searched:
    """The index of the whole city in a browser."""

    def __init__(self, index: Path, open_page: Callable[..., Any]) -> None:
        self.index = index
        self.page = open_page(index).page

    def type(self, query: str) -> str:
        """Type into a fresh index and press Enter; the title of the page that is open then."""
        self.page.goto(self.index.as_uri())
        box = self.page.get_by_role("searchbox")
        box.fill(query)
        box.press("Enter")
        self.page.wait_for_load_state()
        return str(self.page.title())

    @property
    def promised(self) -> str:
        """What the index says that Enter will do."""
        return str(self.page.locator(".po-best").inner_text())


def city_of_pages(data: Data, folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """The index of the whole city with a page for each area, whose title is its name."""
    found = [outcome(data, MAIN, area.id) for area in data.register if area.ebene != "quartier"]
    found += [outcome(data, name, data.register.city.id) for name in ("00_datenstand", "04_stadtvergleich")]
    found += [outcome(data, "02_infrastruktur", "35", title="Infrastruktur Kray")]
    for one in found:
        name = data.register.by_id(one.gebiet_id).langname
        title = name if one.notebook == MAIN else f"{one.notebook} {name}"
        (folder / one.report).parent.mkdir(exist_ok=True)
        (folder / one.report).write_text(
            f'<!doctype html><meta charset="utf-8"><title>{title}</title>', encoding="utf-8"
        )
    kept = [one for one in found if one.gebiet_id not in without]
    (folder / "index.html").write_text(portal(data, read_batch(ROOT / "batch.yml"), kept), encoding="utf-8")
    return folder / "index.html"


@pytest.fixture(scope="module")
def essen_index(essen_data: Data, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return city_of_pages(essen_data, tmp_path_factory.mktemp("essen"))


@pytest.fixture
def essen(essen_index: Path, open_page: Callable[..., Any]) -> Searched:
    return Searched(essen_index, open_page)


@pytest.mark.browser
@pytest.mark.slow
def test_every_name_typed_into_the_search_opens_its_own_report(essen: Searched, essen_data: Data) -> None:
    wrong = {}
    official = {area.name for area in essen_data.register}  # the name of one before the variant of another: "Borbeck"
    for area in essen_data.register:
        if area.ebene == "quartier":
            continue
        plain = area.name.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
        spellings = {area.name, f" {plain.lower()} ", area.id}
        every = area.ebene != "stadtteil" or area.nummer % 7 == 0  # all ways to write it, for some: a query takes time
        if every:
            spellings |= {area.label, area.langname, plain, area.name.upper()}
            spellings |= {area.name.replace("-", " "), *area.schreibweisen} - (official - {area.name})
        if every and area.ebene == "stadtteil":
            spellings |= {str(area.nummer), f"Essen-{area.name}", f"Stadtteil {area.nummer}", f"{area.id} {area.name}"}
        if area.ebene == "stadtbezirk":
            spellings |= {area.id.lower(), f"Bezirk {area.id}", f"bezirk {area.nummer}", f"Stadtbezirk {area.nummer}"}
        wrong |= {query: title for query in spellings if (title := essen.type(query)) != area.langname}
    assert wrong == {}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "title"),
    {
        "Borbeck": "Stadtbezirk IV – Borbeck",
        "borb": "Borbeck-Mitte",
        "Mitte": "Borbeck-Mitte",
        "Alten": "Altendorf",
        "altenessen": "Altenessen-Nord",
        "Altenessen S": "Altenessen-Süd",
        "sued": "Südviertel",
        "SÜDO": "Südostviertel",
        "Ueberruhr": "Überruhr-Hinsel",
        "holt": "Überruhr-Holthausen",
        "rütt": "Rüttenscheid",
        "margarethenhohe": "Margarethenhöhe",
        "Zollverein": "Stadtbezirk VI – Zollverein (Katernberg/Schonnebeck/Stoppenberg)",
        "ruhrhalbinsel": "Stadtbezirk VIII – Essen-Ruhrhalbinsel",
        "Ⅸ": "Stadtbezirk IX – Werden/Kettwig/Bredeney",
        "Holthausen Ruhrhalbinsel": "Überruhr-Holthausen",
        "Ruhr": "Stadtbezirk VIII – Essen-Ruhrhalbinsel",
        "eckenbo": "Sozialraum Essen: Berichte",
        "Datenstand": "00_datenstand Essen",
        "Infrastruktur Kray": "02_infrastruktur Kray",
    }.items(),
)
def test_fragments_open_what_begins_so_before_what_holds_them(essen: Searched, query: str, title: str) -> None:
    assert essen.type(query) == title


@pytest.mark.browser
def test_the_index_says_what_enter_opens_and_names_both_borbecks_first(essen: Searched) -> None:
    box = essen.page.get_by_role("searchbox")
    box.fill("Borbeck")
    assert essen.promised == "Die Eingabetaste öffnet: Stadtbezirk IV – Borbeck. Auch: Borbeck-Mitte"
    first = essen.page.locator(".po-group:visible").first
    assert first.locator("h3").inner_text() == "Stadtbezirk IV"
    assert first.locator("li:visible").first.inner_text() == "Borbeck-Mitte"
    box.fill("")
    assert essen.promised == ""
    assert essen.page.locator(".po-group h3").first.inner_text() == "Stadtbezirk I"


@pytest.mark.browser
def test_no_other_report_is_opened_because_the_one_that_is_meant_is_missing(
    essen_data: Data, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    index = Searched(city_of_pages(essen_data, tmp_path, without=("35", "IV")), open_page)
    for query, name in (("Kray", "Kray"), ("Borbeck", "Stadtbezirk IV – Borbeck")):
        assert index.type(query) == "Sozialraum Essen: Berichte"
        assert index.promised == f"Für „{name}“ liegt noch kein Bericht vor."


@pytest.fixture
def troubled(data: Data, outcomes: list[Outcome]) -> str:
    """The index with a report that is out of date, one without its PDF, a variant, and an own area."""
    old = replace(outcomes[0], status="failed", error="Spalte fehlt.", since="2026-11-25", pdf=("stadtteil/01.pdf",))
    unprinted = replace(outcomes[1], pdf_error="Der Drucker <b>klemmt</b>.")
    area = data.register.by_id("kleinstadt")
    special = {"indikator": "anteil_unter_15", "ausgabe": "2027-06-01", "karte": True, "liste": []}
    variant = Outcome(report_path("01_karte", area, special), "01_karte", "kleinstadt", "done", "x", parameters=special)
    own = Outcome("quartier/hang.html", MAIN, "q-hang", "done", "x", place="Am Hang", title="Bericht Am Hang")
    plan = Outcome(
        "02_infrastruktur/hang.html", "02_infrastruktur", "q-hang", "failed", "", place="Am Hang", error="E."
    )
    return portal(data, BATCH, [old, unprinted, *outcomes[2:], variant, own, plan])


def test_a_report_that_could_not_be_renewed_is_linked_as_out_of_date(troubled: str) -> None:
    shown = words(troubled)
    assert "Nord-Ost veraltet seit 25.11.2026 PDF (veraltet)" in shown
    assert "Analyse: Nord-Ost : Spalte fehlt." in shown
    assert "Der letzte gute Bericht liegt noch da und ist veraltet seit 25.11.2026" in shown
    rows = [words(row) for row in re.findall(r'<tr><th scope="row">.*?</tr>', troubled, flags=re.DOTALL)]
    assert rows[0] == "Nord-Ost Stadtteil 2024 – veraltet seit 25.11.2026"
    assert '<a class="po-area" href="stadtteil/01-nord-ost.html"' in troubled


def test_a_page_whose_pdf_failed_is_there_and_the_failure_is_said(troubled: str) -> None:
    assert "Von 1 Bericht gibt es kein neues PDF" in words(troubled)
    assert "Der Drucker &lt;b&gt;klemmt&lt;/b&gt;." in troubled


def test_other_parameters_are_listed_under_their_notebook_with_what_they_are(troubled: str) -> None:
    assert "<h3>Karte</h3>" in troubled
    assert "Indikator: unter 15 Jahre · Ausgabe: 01.06.2027 · karte: ja · liste: keine" in words(troubled)
    assert re.search(r'href="01_karte/kleinstadt--[a-z0-9-]+-[0-9a-f]{8}\.html"', troubled)


def test_own_areas_of_an_earlier_run_are_listed(troubled: str) -> None:
    shown = words(troubled)
    assert '<a href="quartier/hang.html">Am Hang</a>' in troubled
    assert "Am Hang Quartier – – erstellt" in shown
    assert "Infrastruktur Am Hang nicht erstellt" in shown


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_troubled_index_is_accessible(
    troubled: str, tmp_path: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]], scheme: str
) -> None:
    (tmp_path / "index.html").write_text(troubled, encoding="utf-8")
    page = open_page(tmp_path / "index.html", scheme=scheme).page
    page.get_by_role("searchbox").fill("n")
    assert axe_violations(page) == []


@pytest.mark.browser
def test_the_list_works_without_scripts(index: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(index, scripts=False).page
    assert not page.locator(".po-search").is_visible()
    assert page.locator(".po-group li").count() == 4
    assert page.locator("a.po-area").count() == 2


@pytest.mark.browser
def test_paper_shows_map_and_list_without_the_search(index: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(index).page
    page.emulate_media(media="print")
    assert page.locator(".po-map svg").is_visible()
    assert page.locator(".po-group li").last.is_visible()
    assert not page.locator(".po-search").is_visible()
