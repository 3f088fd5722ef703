"""Printed tables: units in heads, the city last, what is copied, and that every one fits its page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_notebook, new_output

from conftest import ROOT
from sozialraum import text
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import analyse
from sozialraum.figures import dotplot
from sozialraum.figures.html_table import form_of, table_html
from sozialraum.publish.job import Job, render
from sozialraum.publish.page import export
from sozialraum.text import tables

COPY = """([first, last]) => {
  const range = document.createRange(), cells = [...document.querySelectorAll("table")][0];
  range.setStartBefore(cells.rows[first].cells[0]);
  range.setEndAfter([...cells.rows[last].cells].at(-1));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  const event = new ClipboardEvent("copy", {clipboardData: new DataTransfer(), bubbles: true, cancelable: true});
  document.dispatchEvent(event);
  return [event.clipboardData.getData("text/plain"), event.clipboardData.getData("text/html")];
}"""
TOO_WIDE = """() => [...document.querySelectorAll(".sr-scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.getAttribute("aria-label"))"""


def page_of(html: str, path: Path) -> Path:
    cells = [new_output("display_data", {"text/html": part}) for part in ("<h1>Tabellen</h1>", f"<h2>A</h2>{html}")]
    nb = new_notebook()
    nb.cells = [_cell(output) for output in cells]
    path.write_text(export(nb, name="probe").html, encoding="utf-8")
    return path


def _cell(output: Any) -> Any:
    from nbformat.v4 import new_code_cell

    cell = new_code_cell("")
    cell.outputs = [output]
    return cell


@pytest.fixture
def essen() -> Data:
    return open_data()


def test_no_figure_of_a_table_shows_its_unit_and_every_unit_is_said(essen: Data) -> None:
    analysis = analyse(essen, "21")
    keys = ["anteil_unter_15", "dichte_je_km2", "einwohner", "veraenderung_2011_2022", "kitas"]
    made = [
        tables.around(analysis, "anteil_unter_15"), tables.profile_table(analysis, keys), text.evidence(analysis),
        text.neighbours(analysis, keys), text.city_table(analysis, keys), text.area_table(analysis),
        text.all_stadtteile(analysis, "dichte_je_km2"), tables.population(analysis),
    ]  # fmt: skip
    for frame in made:
        html = table_html(frame, caption="Probe")
        cells = re.findall(r'<td class="sr-num[^>]*>(.*?)</td>', html)
        seen = [re.sub(r'<span class="sr-vh">.*?</span>', "", cell) for cell in cells]
        assert len(cells) > 5
        assert not [cell for cell in seen if re.search(r"%|km²|Einw|Kinder|Menschen", cell)], frame.columns
        assert any('class="sr-vh"' in cell for cell in cells)
        assert re.search(r"\((%|Einw\.(/km²)?)\)", html)


def test_the_city_stays_last_and_rows_lead_to_their_areas(musterstadt_data: Data) -> None:
    analysis = analyse(musterstadt_data, "05")
    for frame in (text.city_table(analysis, ["anteil_unter_15"]), text.area_table(analysis)):
        html = table_html(frame, caption="Probe", sortable=True)
        foot = re.search(r"<tfoot>(.*?)</tfoot>", html)
        assert foot
        assert '<span data-ort="musterstadt">Musterstadt</span>' in foot[1]
        assert '<span data-ort="05">Altstadt</span>' in html
        assert "Musterstadt" not in re.sub(r"<tfoot>.*", "", html)
        assert form_of(frame.iloc[:3]).orte == (), "a part of a table says nothing of other rows"


@pytest.mark.browser
def test_what_is_copied_pastes_as_numbers_and_sorting_leaves_the_city(
    musterstadt_data: Data, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    analysis = analyse(musterstadt_data, "05")
    frame = text.city_table(analysis, ["anteil_unter_15", "dichte_je_km2", "veraenderung_2011_2022"])
    page = open_page(page_of(table_html(frame, caption="Werte", sortable=True), tmp_path / "t.html")).page
    plain, html = page.evaluate(COPY, [1, 2])
    first = [str(analysis.wert(key, "01").text(unit=False)) for key in
             ("anteil_unter_15", "dichte_je_km2", "veraenderung_2011_2022")]  # fmt: skip
    wanted = [cell.replace("rund ", "").replace(".", "").replace("−", "-") for cell in first]
    assert plain.split("\n")[0].split("\t") == ["Nordwest", *wanted]
    assert all(re.fullmatch(r"-?\d+(,\d+)?", cell) for cell in plain.split("\n")[1].split("\t")[1:])
    assert html.count("<tr>") == 2
    assert f"<td>{wanted[0]}</td>" in html
    page.get_by_role("button", name="Unter 15 Jahre").click()
    values = page.locator("tbody td:nth-child(2)").all_text_contents()
    numbers = [float(cell.partition("\u00a0")[0].replace(",", ".")) for cell in values if cell[0].isdigit()]
    assert numbers == sorted(numbers)
    assert page.locator("table tr").last.inner_text().startswith("Musterstadt")


@pytest.mark.browser
@pytest.mark.slow
def test_tables_of_a_report_fit_on_every_screen(tmp_path: Path, essen: Data, open_page: Callable[..., Any]) -> None:
    job = Job(ROOT / "notebooks" / "03_stadtteilanalyse.ipynb", "iv.html", "IV", {"gebiet": "IV"})
    render(job, data=essen.environment, out=tmp_path)
    for width in (1280, 390, 320):
        page = open_page(tmp_path / "iv.html", width=width).page
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate(TOO_WIDE) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_dots_have_names_for_pointer_and_keyboard_and_are_one_stop(
    musterstadt_data: Data, tmp_path: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]]
) -> None:
    figure = dotplot(analyse(musterstadt_data, "05"), "anteil_unter_15")
    opened = open_page(page_of(figure._repr_mimebundle_()[0]["text/html"], tmp_path / "punkte.html"))
    page = opened.page
    assert page.locator(".sr-dot").count() == 9
    assert page.locator('.sr-dot[tabindex="0"]').count() == 1
    own = page.locator(".sr-dot--own")
    assert own.get_attribute("aria-label").startswith("Altstadt ")
    own.focus()
    said = page.locator(".sr-dot-name")
    assert said.inner_text() == own.get_attribute("aria-label")
    page.keyboard.press("Home")
    lowest = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert said.inner_text() == lowest != own.get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    assert said.inner_text() != lowest
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('svg')") is None
    assert not said.is_visible()
    page.locator(".sr-dot").first.hover(force=True)
    assert said.is_visible()
    assert opened.errors == []
    assert axe_violations(page) == []
    still = open_page(tmp_path / "punkte.html", scripts=False).page
    assert "<title>Altstadt " in still.content()
