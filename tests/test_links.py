"""Links between pages: where a page leads, that no link is dead, and that a page that stands alone has none."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from conftest import ROOT
from sozialraum.city.load import Data
from sozialraum.compare.analysis import analyse
from sozialraum.publish.job import Job
from sozialraum.publish.links import leads, linked, with_links, without_dead_links
from sozialraum.publish.plan import plan, read_batch
from sozialraum.publish.record import DONE, FAILED, Outcome
from sozialraum.publish.run import hand_on

BATCH = ROOT / "batch.yml"


def links_of(page: Path) -> Iterator[str]:
    markup = re.sub(r"<script\b.*?</script>|<style\b.*?</style>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    yield from (unescape(address) for address in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', markup))


@pytest.mark.slow
def test_no_link_of_a_batch_is_dead(verbunden: Path) -> None:
    pages = sorted(verbunden.rglob("*.html"))
    assert len(pages) == 8
    followed = 0
    for page in pages:
        for link in links_of(page):
            address, _, anchor = link.partition("#")
            assert not re.match(r"\w+:", link) or link.startswith("https://"), (page, link)
            target = (page.parent / unquote(address)).resolve() if address else page
            if link.startswith("https://"):
                continue
            assert target.is_file(), f"{page.name}: {link}"
            if anchor and not anchor.startswith("ort="):
                assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), f"{page.name}: {link}"
            followed += bool(address)
    assert followed > 30


@pytest.mark.slow
def test_a_report_leads_to_index_method_bezirk_neighbours_and_map(verbunden: Path) -> None:
    found = set(links_of(verbunden / "stadtteil" / "05-altstadt.html"))
    assert {"../index.html#ort=05", "../stadtbezirk/2-mitte.html", "../stadt/musterstadt.html"} <= found
    assert "04-westend.html" in found
    assert any(link.startswith("../methode.html") for link in found)
    assert not any("02-nord-mitte" in link for link in found), "a page that there is not"
    assert not any("05-altstadt" in link for link in found)
    page = (verbunden / "stadtteil" / "05-altstadt.html").read_text(encoding="utf-8")
    drawing = re.search(r'<div class="sr-head-picture">(<svg.*?</svg>)', page, re.DOTALL)
    assert drawing
    assert '<a data-ziel="04" href="04-westend.html" aria-label="Westend" tabindex="-1"><path' in drawing[1]
    assert 'role="group"' in drawing[1]
    assert "data-ort" not in page
    card = (verbunden / "01_stadtkarte" / "musterstadt.html").read_text(encoding="utf-8")
    assert '<a data-ziel="05" href="../stadtteil/05-altstadt.html" aria-label="Altstadt" tabindex="-1"><use' in card


@pytest.mark.slow
def test_a_page_that_stands_alone_holds_the_method_and_no_link(musterstadt_data: Data, tmp_path: Path) -> None:
    from sozialraum.publish.plan import standing_alone

    jobs = standing_alone(plan(read_batch(BATCH), musterstadt_data.register, ROOT / "notebooks", queries=["05"]))
    assert not hand_on(jobs, data=musterstadt_data, out=tmp_path).failures
    page = next(tmp_path.glob("*.html"))
    assert {link[:1] for link in links_of(page) if not link.startswith("https://")} == {"#"}
    assert "#methode-anteil_unter_15" in set(links_of(page))
    assert "Weitere Seiten" not in page.read_text(encoding="utf-8")


def jobs_of(data: Data) -> list[Job]:
    return plan(read_batch(BATCH), data.register, ROOT / "notebooks", queries=["05", "04", "06"])


def test_only_pages_of_the_run_or_of_the_folder_are_linked(musterstadt_data: Data, tmp_path: Path) -> None:
    standing = tmp_path / "stadtteil" / "02-nord-mitte.html"
    standing.parent.mkdir()
    standing.touch()
    first = linked(jobs_of(musterstadt_data), musterstadt_data.register, tmp_path, {})[0]
    assert {key: way[1] for key, way in first.orte.items()} == {
        "02": "02-nord-mitte.html", "04": "04-westend.html", "06": "06-ostfeld.html",
    }  # fmt: skip
    lost = Outcome("stadtteil/04-westend.html", "03_stadtteilanalyse", "04", FAILED)
    again = linked(jobs_of(musterstadt_data), musterstadt_data.register, tmp_path, {lost.report: lost})[0]
    assert set(again.orte) == {"02", "06"}, "what failed the last time is not counted on"
    assert leads(replace(first, index=""), analyse(musterstadt_data, "05")).rows == ()
    rows = dict(leads(first, analyse(musterstadt_data, "05")).rows)
    assert rows[""] == (("Übersicht", "../index.html#ort=05"),)
    assert ("Westend", "04-westend.html") in rows["Nachbarn"]
    assert "Ähnlich nach Altersaufbau, Dichte, Wahlbeteiligung" in rows


def test_links_to_a_page_that_was_never_finished_are_taken_away(musterstadt_data: Data, tmp_path: Path) -> None:
    one, other = linked(jobs_of(musterstadt_data)[:2], musterstadt_data.register, tmp_path, {})
    page = tmp_path / one.target
    page.parent.mkdir()
    page.write_text('<p><a href="04-westend.html">Westend</a>, <a href="../index.html">x</a></p>', encoding="utf-8")
    outcomes = {
        one.target: Outcome(one.target, one.name, "05", DONE, fingerprint="alt"),
        other.target: Outcome(other.target, other.name, "04", FAILED),
    }
    changed = without_dead_links([one, other], outcomes, tmp_path, lambda job: f"neu {sorted(job.orte)}")
    assert page.read_text(encoding="utf-8") == '<p>Westend, <a href="../index.html">x</a></p>'
    assert list(changed) == [one.target]
    assert changed[one.target].fingerprint == "neu []"
    assert changed[one.target].bytes == page.stat().st_size
    (tmp_path / other.target).touch()
    assert without_dead_links([one, other], outcomes, tmp_path, lambda _: "") == {}


def test_words_and_shapes_are_linked_only_where_there_is_a_page() -> None:
    orte = {"05": ("Alt & Neu", 'a"b.html')}
    words = '<p><span data-ort="05">Altstadt</span>, <span data-ort="06">Ostfeld</span></p>'
    assert with_links(words, orte) == '<p><a href="a&quot;b.html">Altstadt</a>, Ostfeld</p>'
    drawing = '<svg role="img" aria-label="x"><use data-ort="05" href="#a"/><path data-ort="06" d="M0"/></svg>'
    made = with_links(drawing, orte)
    assert 'aria-label="Alt &amp; Neu" tabindex="-1"><use href="#a"/></a><path d="M0"/>' in made
    assert made.startswith('<svg role="group"')
    assert with_links(drawing, {}) == '<svg role="img" aria-label="x"><use href="#a"/><path d="M0"/></svg>'


@pytest.mark.browser
@pytest.mark.slow
def test_areas_of_an_interactive_map_are_links_for_pointer_and_keyboard(
    verbunden: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]]
) -> None:
    card = verbunden / "01_stadtkarte" / "musterstadt.html"
    page = open_page(card).page
    page.emulate_media(reduced_motion="reduce")
    page.reload()  # now the map does not glide
    box = page.locator(".leaflet-container")
    box.scroll_into_view_if_needed()
    assert axe_violations(page) == []
    box.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelector('.sr-map-status').textContent.includes('Altstadt')")
    assert "Eingabetaste: Bericht öffnen" in page.locator(".sr-map-status").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stadtteil/05-altstadt.html")
    page.goto(card.as_uri())
    box.scroll_into_view_if_needed()
    box.click()
    page.wait_for_url("**/stadtteil/05-altstadt.html")
