"""Maps with ground: houses, streets, residents; what they print of people and what they never do."""

import importlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from drawings import misplaced
from sozialraum import figures
from sozialraum.city.access import REACH, beyond, facilities, reach_at
from sozialraum.city.adressen import houses
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import analyse
from sozialraum.figures import houses as ground
from sozialraum.figures.choice import Choice
from sozialraum.figures.leaflet import frame_document, map_parts
from sozialraum.report.evidence import Known, faults, printed
from sozialraum.text import walks

module = importlib.import_module("sozialraum.figures.residents")
MUSTERSTADT = Path(__file__).parent / "musterstadt" / "daten"


@pytest.fixture(scope="module")
def essen() -> Data:
    return open_data()


@pytest.fixture(scope="module")
def muster() -> Data:
    return open_data(MUSTERSTADT)


def choice(data: Data, gebiet: str) -> Choice:
    made = figures.residents(analyse(data, gebiet))
    assert isinstance(made, Choice)
    return made


def steps(path: str) -> pd.DataFrame:
    """The dots of a path, in its own units."""
    moves = re.findall(r"m(-?[\d.]+) ?(-?[\d.]+)z", path)
    assert "".join(f"m{x}{'' if y.startswith('-') else ' '}{y}z" for x, y in moves) == path
    return pd.DataFrame(moves, columns=["x", "y"]).astype(float).cumsum()


def test_every_house_of_an_area_is_a_dot_at_most_five_metres_off(essen: Data) -> None:
    made = ground.houses_of(essen, "49")
    table = houses(essen.dir)
    own = table[table["gebiet_id"] == "49"]
    wanted = {
        (round((x - made.west) / 5), round((made.north - y) / 5)) for x, y in zip(own["x"], own["y"], strict=True)
    }
    found = {(int(x), int(y)) for x, y in steps(made.here).to_numpy()}
    assert found == wanted
    assert len(made.here) < 24_000
    assert len(ground.houses_of(essen, "IX").here) < 72_000


def test_the_ground_is_written_once_on_a_page_and_within_every_file(essen: Data, tmp_path: Path) -> None:
    analysis = analyse(essen, "21")
    key = ground.houses_of(essen, "21").key
    page = figures.once(figures.facility_map(analysis)._repr_html_() + figures.residents(analysis)._repr_html_())
    assert page.count(f'<path id="{key}-h"') == 1
    assert page.count(f'href="#{key}-h"') == 7
    saved = figures.residents(analysis).savefig(tmp_path / "karte.svg").read_text(encoding="utf-8")
    assert saved.count(f'<path id="{key}-h"') == 1


@pytest.mark.parametrize("gebiet", ["21", "02", "27", "IX"])
def test_names_of_streets_are_main_ones_and_touch_nothing(essen: Data, gebiet: str) -> None:
    streets = [street.name for street in ground.houses_of(essen, gebiet).streets]
    drawings = [figure.drawing for figure in choice(essen, gebiet).figures.values()]
    for drawing in (figures.facility_map(analyse(essen, gebiet)).drawing, *drawings):
        named = [streets.index(box.text) for box in drawing.labels if box.text in streets]
        assert len(named) >= 5
        assert min(named) < 15
        assert misplaced(drawing) == []


def test_parks_are_named_with_their_size(essen: Data) -> None:
    texts = [box.text for box in figures.facility_map(analyse(essen, "21")).drawing.labels]
    assert any(text.endswith("(etwa 42 ha)") for text in texts)


@pytest.mark.parametrize("kind", REACH)
@pytest.mark.parametrize("gebiet", ["21", "44", "IV"])
def test_those_beyond_are_the_other_side_of_the_reach(essen: Data, gebiet: str, kind: str) -> None:
    found = beyond(essen, gebiet, kind)
    assert found is not None
    item = analyse(essen, gebiet)[walks.indicator_of(kind)]
    assert item.wert is not None
    assert 100 - 100 * found.far / found.total == pytest.approx(item.wert)
    assert 100 - 100 * found.far / found.total == pytest.approx(reach_at(essen, gebiet, kind, REACH[kind]), abs=0.2)
    few, many = (found.others[metres] for metres in sorted(found.others, reverse=True))
    assert few <= found.far <= many
    assert found.von <= found.far <= found.bis


def test_the_words_are_those_of_a_model_and_rest_on_the_tables(essen: Data) -> None:
    made = choice(essen, "21")
    assert list(made.figures) == ["Kita", "Grundschule", "Haltestelle"]
    assert made.first.title == (
        "Modellrechnung: für rund 470 von 1.750 Kindern unter 15 ist die nächste Kita weiter als 500\xa0m Fußweg"
    )
    assert "Bei 400\xa0m sind es rund 730, bei 600\xa0m rund 330 Kinder." in made.first.subtitle
    assert "Das Alter ist nur je 1-km-Zelle bekannt." in made.first.subtitle
    known, wrong = Known(essen), []
    for gebiet in ("21", "05", "33", "07", "IV"):
        bundle, marks = choice(essen, gebiet)._repr_mimebundle_()
        outputs = [new_output("display_data", data=bundle, metadata=marks)]
        statements = list(printed(new_notebook(cells=[new_code_cell(outputs=outputs)])))
        assert len(statements) > 9
        wrong += faults(statements, known, gebiet_id=gebiet)
        broken = [replace(one, text=re.sub(r"rund [\d.]+", "rund 999", one.text)) for one in statements]
        assert faults(broken, known, gebiet_id=gebiet)
    assert wrong == []


def test_no_number_of_few_people_and_no_count_of_a_cell_is_printed(essen: Data) -> None:
    for area in essen.register.of_level("stadtteil"):
        analysis = analyse(essen, area.id)
        for kind in REACH:
            found = walks.far(analysis, kind)
            assert found is not None
            words = walks.walk_title(analysis, kind, found) + walks.walk_subtitle(analysis, kind, found)
            amounts = re.findall(r"(?:rund|Spanne|von|zu) (\d[\d.]*)", words)
            assert min(int(amount.replace(".", "")) for amount in amounts) >= walks.FEWEST
    cells = module._cells(essen, "21")
    assert {size for size, _ in cells.paths} == set(range(5))
    people = essen.raster.loc[essen.raster["gebiet_id"] == "21", "einwohner"]
    assert sum(path.count("z") for path in cells.paths.values()) == (people > 0).sum()


def test_a_cell_is_far_where_its_walk_is_longer(essen: Data) -> None:
    cells, rows = module._cells(essen, "44"), essen.raster[essen.raster["gebiet_id"] == "44"]
    for bit, kind in enumerate(module.KINDS):
        far = sum(path.count("z") for (_, code), path in cells.paths.items() if code >> bit & 1)
        assert far == (rows[f"gehweg_{kind}_m"] > REACH[kind]).sum()


def test_counted_cells_are_not_drawn_beside_houses(muster: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = analyse(muster, "01")
    assert isinstance(figures.residents(analysis), Choice)
    official = muster.indikatoren.assign(art="amtlich")
    monkeypatch.setattr(module, "_prepared", lambda _: official)
    refused = figures.residents(analysis)
    assert isinstance(refused, figures.Figure)
    assert refused.gap


def test_a_city_without_addresses_has_maps_without_houses(muster: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = pd.DataFrame({"strasse": [], "x": [], "y": [], "gebiet_id": []})
    monkeypatch.setattr(ground, "houses", lambda _: nothing)
    monkeypatch.setattr(walks, "houses", lambda _: nothing)
    ground.houses_of.cache_clear()
    made = choice(muster, "01").first
    assert not made.drawing.body.count('-h"')
    assert "Graue Punkte" not in made.subtitle
    ground.houses_of.cache_clear()


def test_the_city_has_a_choropleth(muster: Data) -> None:
    made = figures.residents(analyse(muster, "musterstadt"))
    assert isinstance(made, figures.Figure)
    assert "Kita" in made.title


@pytest.mark.browser
def test_a_reader_chooses_with_the_keyboard_and_print_shows_one(
    essen: Data, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    path = tmp_path / "karte.html"
    body = f'<body class="jp-RenderedHTMLCommon">{choice(essen, "44")._repr_html_()}</body>'
    path.write_text(f'<!doctype html><html lang="de"><meta charset="utf-8">{body}</html>', encoding="utf-8")
    page = open_page(path).page
    shown = page.locator(".sr-choice > figure:visible")
    assert shown.count() == 1
    page.get_by_role("radio", name="Kita").focus()
    page.keyboard.press("ArrowDown")
    assert "Grundschule" in shown.locator(".sr-title").inner_text()
    dots = page.locator('figure:visible use[href*="sr-zellen"]').first.bounding_box()
    assert dots["width"] > 1
    page.emulate_media(media="print")
    assert "Kita" in page.locator(".sr-choice > figure:visible .sr-title").inner_text()


def test_facilities_that_count_are_those_of_the_walk(essen: Data) -> None:
    drawn = choice(essen, "21").figures["Grundschule"].drawing.body
    sites = facilities(essen.einrichtungen, "grundschule")
    own = essen.einrichtungen.loc[sites.index, "gebiet_id"] == "21"
    here = drawn.split("<g>")[1].split("</g>")[0]
    path = re.search(r'd="M([^"]+)"[^>]*marker:url\(#id-G\)', here)
    assert path
    assert path[1].count("L") + 1 == own.sum()


def test_a_moving_map_brings_its_ground_and_the_page_needs_it_once(essen: Data) -> None:
    karte = figures.facility_map(analyse(essen, "IX")).karte
    parts = map_parts(karte, key="k")
    extra = len(parts.ground) + len(json.dumps(karte.ground.options)) if karte.ground else 0
    assert 70_000 < extra < 150_000
    assert parts.ground[:40] in frame_document(parts, title="Karte")
    assert parts.ground[:40] not in parts.html + parts.script
    assert figures.facility_map(analyse(essen, "essen")).karte.ground is None
    bundle = figures.facility_map(analyse(essen, "44"))._repr_mimebundle_()[0]
    page = bundle[figures.MAP_MIME]
    key = ground.houses_of(essen, "44").key
    assert f'<path id="{key}-h"' in page["html"]
    assert f'"id":"{key}"' in page["script"]


@pytest.mark.browser
def test_a_moving_map_draws_houses_where_they_are(essen: Data, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    path = figures.facility_map(analyse(essen, "27")).karte.save(tmp_path / "karte.html") or tmp_path / "karte.html"
    frame = open_page(path).page.frame_locator("iframe").first
    canvas = frame.locator("canvas.sr-map-ground")
    dark = (
        "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.filter(Boolean).length"
    )
    canvas.wait_for(state="attached")
    before = canvas.evaluate(dark)
    assert before > 2000
    frame.get_by_role("button", name="Vergrößern").click()
    canvas.evaluate("() => new Promise((done) => setTimeout(done, 700))")
    assert canvas.evaluate(dark) not in (0, before)
    assert canvas.evaluate("canvas => canvas.style.visibility") == ""


@pytest.mark.browser
def test_hundreds_of_accidents_are_one_layer_that_works(
    essen: Data, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    karte = figures.facility_map(analyse(essen, "21")).karte
    path = tmp_path / "karte.html"
    path.write_text(frame_document(map_parts(karte, key="k"), title="Karte"), encoding="utf-8")
    opened = open_page(path)
    opened.page.get_by_label("Radunfälle").check()
    drawn = opened.page.locator(".sr-icon--U:not(.sr-icon--outside)").count()
    accidents = essen.einrichtungen[essen.einrichtungen["art"] == "radunfall"]
    assert drawn == (accidents["gebiet_id"] == "21").sum()
    assert opened.errors == []
