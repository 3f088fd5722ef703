"""A planner at work: the real JupyterLab in Chromium, from the start page to the finished report."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from conftest import ROOT
from sozialraum.city.load import CRS, open_data, sources_dir

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOKEN = "werkbank"
PATIENCE_S = 120
WORKBENCH = ".sr-werkbank"
SQUARE = [(0.45, 0.35), (0.6, 0.35), (0.6, 0.5), (0.45, 0.5)]


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab over a repository with working copies."""

    address: str
    root: Path

    def url(self, notebook: str) -> str:
        return f"{self.address}lab/tree/arbeit/{notebook}?token={TOKEN}"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """The server of ``make lab`` on a free port, with a home of its own."""
    root, home = tmp_path / "projekt", tmp_path / "heim"
    _checkout(root)
    (home / "config" / "labconfig").mkdir(parents=True)
    settings = home / "config" / "labconfig" / "default_setting_overrides.json"
    shutil.copyfile(ROOT / "tools" / "lab_settings.json", settings)
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data",
           "JUPYTER_RUNTIME_DIR": home / "runtime", "IPYTHONDIR": home / "ipython"}  # fmt: skip
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0", "--ip=127.0.0.1",
               f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}"]  # fmt: skip
    with (tmp_path / "lab.log").open("wb") as log:
        environment = {**os.environ, **{name: str(path) for name, path in own.items()}}
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield Lab(_address(home / "runtime", server, tmp_path / "lab.log"), root)
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


def _checkout(root: Path) -> None:
    """A repository with the notebooks, what fills the working copies, and nothing uncommitted."""
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns("ausgabe", ".ipynb*"))
    for name in (".gitignore", "tools/arbeitskopien.py"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, root / name)
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*author, "commit", "-qm", "Stand"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    subprocess.run([sys.executable, root / "tools" / "arbeitskopien.py"], check=True)


def _changed(root: Path) -> str:
    """What git says has changed or is new."""
    return subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True).stdout


def _address(runtime: Path, server: subprocess.Popen[bytes], log: Path) -> str:
    """Where the server answers; it writes its port into a file."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        for found in runtime.glob("jpserver-*.json"):
            try:
                address = str(json.loads(found.read_text(encoding="utf-8"))["url"])
                urllib.request.urlopen(f"{address}api/status?token={TOKEN}", timeout=PATIENCE_S).close()
            except (OSError, ValueError):
                continue
            return address
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-2000:])


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    expect.set_options(timeout=PATIENCE_S * 1000)
    yield page
    context.close()


def test_a_planner_at_work(lab: Lab, page: Page) -> None:
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if _is_foreign(request.url, lab) else None)
    bench = _open_workbench(lab, page)
    _choose(bench)
    _site(bench)
    _search(bench)
    _nearest(bench)
    _own_points(page, bench, lab.root.parent)
    _save(bench, lab)
    _save_picture(page, bench, lab)
    _draw(page, bench, lab)
    _report(bench, lab)
    assert _serious(page) == []
    assert foreign == []
    assert page.locator(".jp-OutputArea [data-mime-type*=stderr], .jp-OutputArea [data-mime-type*=error]").count() == 0
    page.keyboard.press("Control+s")
    copy = lab.root / "arbeit" / "05_erkunden.ipynb"
    _until(lambda: copy.read_bytes() != (lab.root / "notebooks" / "05_erkunden.ipynb").read_bytes())
    assert _changed(lab.root) == ""


CELLS = (
    "import folium\nimport sozialraum as sr\nessen = sr.open()\ngebiet = essen['Borbeck-Mitte']\nessen",
    "gebiet['anteil_unter_15']",
    "gebiet.dotplot('anteil_unter_15')",
    """karte = gebiet.map('schule', 'kita')
ebene = folium.FeatureGroup(name='Eigenes').add_to(karte)
folium.Marker(karte.location, popup='Unser Büro').add_to(ebene)
karte""",
    "sr.offline(essen.frame(indicators='anteil_unter_15').explore(tiles=None))",
)


def test_what_a_cell_of_the_public_face_ends_with_is_seen(lab: Lab, page: Page) -> None:
    """A fresh notebook on ``import sozialraum as sr``: value, dotplot, map with a popup, explore; nobody is asked."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])  # type: ignore[no-untyped-call]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    (lab.root / "arbeit" / "eigenes.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")  # type: ignore[no-untyped-call]
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if _is_foreign(request.url, lab) else None)
    page.set_viewport_size({"width": 1400, "height": 4000})
    page.goto(lab.url("eigenes.ipynb"))
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Leerlauf")
    page.locator(".lm-MenuBar-item", has_text="Ausführen").click()
    page.locator(".lm-Menu-item", has_text="Alle Zellen ausführen").first.click()
    shown = page.locator(".jp-OutputArea-output")
    expect(shown.nth(len(CELLS) - 1)).to_be_attached()
    for place, words in enumerate(
        ("50 Stadtteile, 9 Stadtbezirke", "12,9 % (11,9 bis 13,8)", "Einordnung nicht eindeutig")
    ):
        expect(shown.nth(place)).to_contain_text(words)
        expect(shown.nth(place)).to_be_visible()
    expect(shown.nth(2).locator("svg.sr-svg")).to_be_visible()
    frames = shown.locator("iframe")
    expect(frames).to_have_count(2)
    own, explored = (shown.frame_locator("iframe").nth(place) for place in (0, 1))
    expect(own.locator("img.leaflet-marker-icon")).to_be_visible()
    own.locator("img.leaflet-marker-icon").click()
    expect(own.locator(".leaflet-popup-content")).to_have_text("Unser Büro")
    expect(own.get_by_label("Eigenes")).to_be_checked()
    expect(explored.locator("path.leaflet-interactive")).to_have_count(50)
    expect(explored.locator("path.leaflet-interactive").first).to_be_visible()
    assert page.locator(".jp-OutputArea [data-mime-type*=stderr], .jp-OutputArea [data-mime-type*=error]").count() == 0
    assert foreign == []


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def _is_foreign(url: str, lab: Lab) -> bool:
    return not url.startswith((lab.address, "data:", "blob:", "about:")) and ":" in url


def _open_workbench(lab: Lab, page: Page) -> Locator:
    """From the start page by its link, then run all cells by the German menu."""
    page.goto(lab.url("start.ipynb"))
    start = page.locator(".jp-RenderedMarkdown")
    expect(start.get_by_role("heading", name="Sozialraum Essen")).to_be_visible()
    start.get_by_role("link", name="05_erkunden").first.click()
    expect(page.locator(".jp-RenderedMarkdown h1", has_text="Erkunden")).to_be_visible()
    status = page.locator("#jp-main-statusbar")
    expect(status).to_contain_text("05_erkunden.ipynb")
    expect(status).to_contain_text("| Leerlauf")
    page.locator(".lm-MenuBar-item", has_text="Ausführen").click()
    page.locator(".lm-Menu-item", has_text="Alle Zellen ausführen").first.click()
    bench = page.locator(WORKBENCH)
    expect(bench.locator(".leaflet-container path").nth(49)).to_be_attached()
    expect(bench.locator(".sr-wb-finding h2")).to_have_text("Borbeck-Mitte")
    return bench


def _choose(bench: Locator) -> None:
    """By keyboard: a name, then an indicator; finding, profile, table and map follow."""
    field = bench.get_by_label("Ort", exact=True)
    field.fill("Kray")
    field.press("Tab")
    expect(bench.locator(".sr-wb-finding h2")).to_have_text("Kray")
    expect(bench.locator(".sr-wb-finding svg")).to_have_attribute("aria-label", _containing("Kray"))
    expect(bench.locator(".sr-wb-values caption")).to_have_text("Alle Werte: Kray")
    bench.get_by_label("Indikator", exact=True).select_option(label="Anteil der über 64-Jährigen")
    expect(bench.locator(".sr-wb-legend")).to_contain_text("über 64-Jährigen")
    field.fill("Borbeck")
    field.press("Tab")
    expect(bench.get_by_role("alert")).to_contain_text("mehrdeutig")
    expect(field).to_have_value("Kray")


def _site(bench: Locator) -> None:
    """One click: words and a shape on the map, which go again."""
    paths = bench.locator(".leaflet-container path")
    before = paths.count()
    bench.get_by_role("button", name="Standort suchen").click()
    expect(bench.get_by_text("Der mittlere Fußweg misst")).to_be_visible()
    expect(paths).to_have_count(before + 2)
    bench.get_by_role("button", name="Standort entfernen").click()
    expect(paths).to_have_count(before)


def _search(bench: Locator) -> None:
    field = bench.get_by_label("Suche", exact=True)
    field.fill("Schloßstr. 101")
    field.press("Enter")
    expect(bench.locator(".sr-wb-found")).to_contain_text("liegt in Borbeck-Mitte (Stadtteil 21)")
    field.fill("")
    field.press("Enter")
    expect(bench.get_by_role("button", name="Borbeck-Mitte ansehen")).to_be_hidden()


def _nearest(bench: Locator) -> None:
    """A misspelt park, the three Kitas nearest to it, and back to the whole city, by keyboard."""
    field = bench.get_by_label("Suche", exact=True)
    field.fill("schlospark borbeck")
    field.press("Enter")
    expect(bench.locator(".sr-wb-found")).to_contain_text("Schlosspark Borbeck liegt in Borbeck-Mitte")
    bench.get_by_label("Nächste", exact=True).select_option(label="Kitas")
    expect(bench.locator(".sr-wb-note li")).to_have_count(3)
    expect(bench.get_by_text("Geschätzt: Luftlinie mal 1,3")).to_be_visible()
    whole = bench.get_by_role("button", name="Ganze Stadt zeigen")
    whole.focus()
    whole.press("Enter")
    expect(bench.locator(".sr-wb-note li")).to_have_count(0)


def _own_points(page: Page, bench: Locator, folder: Path) -> None:
    table = folder / "buero.csv"
    table.write_bytes("Name;Adresse\nBüro;Schloßstr. 101\nFalsch;Schloßstr. 9999\n".encode("cp1252"))
    with page.expect_file_chooser() as chooser:
        bench.get_by_role("button", name=_containing("Datei wählen")).click()
    chooser.value.set_files(table)
    expect(bench.get_by_role("alert")).to_contain_text("buero.csv, Zeile 3: Schloßstr. 9999 steht nicht")
    expect(bench.get_by_text("1 von 2 Zeilen liegen auf der Karte.").first).to_be_visible()
    bench.get_by_role("button", name="Punkte entfernen").click()


def _save(bench: Locator, lab: Lab) -> None:
    bench.get_by_label("Format", exact=True).select_option(label="Karte für ein GIS (GeoPackage)")
    bench.get_by_role("button", name="Speichern").click()
    link = _link(bench, "karte-anteil-der-ueber-64-jaehrigen_35-kray.gpkg")
    layer = gpd.read_file(lab.root / "arbeit" / link.inner_text(), layer="werte")
    assert len(layer) == 50


def _save_picture(page: Page, bench: Locator, lab: Lab) -> None:
    """Zoomed in, with Kitas and a comparison: the file has the extent of the window and what lies in it."""
    map_ = bench.locator(".leaflet-container")
    bench.get_by_label("Vergleich A", exact=True).fill("Leithe")
    bench.get_by_label("Vergleich A", exact=True).press("Tab")
    bench.get_by_label("Kitas", exact=True).check()
    bench.get_by_label("Suche", exact=True).fill("Krayer Str. 200")
    bench.get_by_label("Suche", exact=True).press("Enter")
    expect(bench.locator(".sr-wb-found")).to_contain_text("liegt in")
    page.wait_for_timeout(1500)
    box = map_.bounding_box()
    assert box is not None
    bench.get_by_label("Format", exact=True).select_option(label="Karte als Zeichnung (SVG)")
    bench.get_by_role("button", name="Speichern").click()
    link = _link(bench, "karte-anteil-der-ueber-64-jaehrigen_35-kray.svg")
    drawing = (lab.root / "arbeit" / link.inner_text()).read_text(encoding="utf-8")
    for words in ("Kitas", "Krayer Str. 200", "Gestrichelt, A: Leithe."):
        assert words in drawing, words
    clips = re.findall(r'<clipPath[^>]*>\s*<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="([\d.]+)"', drawing)
    sizes = [(float(width), float(height)) for width, height in clips]
    assert any(size == pytest.approx((box["width"], box["height"]), abs=2.5) for size in sizes), (sizes, box)
    bench.get_by_label("Kitas", exact=True).uncheck()
    bench.get_by_label("Suche", exact=True).fill("")
    bench.get_by_label("Suche", exact=True).press("Enter")
    page.wait_for_timeout(500)


def _link(bench: Locator, name: str) -> Locator:
    """The link to a finished file; a message of the workbench is there first if something went wrong."""
    link, alert = bench.get_by_role("link", name=name), bench.get_by_role("alert")
    expect(link.or_(alert)).to_be_visible()
    assert alert.all_inner_texts() == []
    return link


def _draw(page: Page, bench: Locator, lab: Lab) -> None:
    """A square in the middle of the city, closed by a click on its first corner."""
    bench.get_by_label("Name", exact=True).fill("Am Bahnhof")
    bench.get_by_role("button", name="Fläche zeichnen").click()
    expect(bench.get_by_text("Jeder Klick auf die Karte setzt eine Ecke.")).to_be_visible()
    map_ = bench.locator(".leaflet-container")
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    assert box is not None
    for place, (x, y) in enumerate([*SQUARE, SQUARE[0]]):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if place < 4:
            expect(map_.locator(".marker-icon")).to_have_count(place + 2)
    expect(bench.locator(".sr-wb-finding h2")).to_have_text("Am Bahnhof")
    expect(bench.locator(".sr-wb-values")).to_contain_text("Am Bahnhof")
    assert (lab.root / "arbeit" / "ausgabe" / "flaeche-am-bahnhof.geojson").is_file()


@pytest.mark.parametrize("jitter", [0, 2])
def test_a_double_click_closes_a_drawing(lab: Lab, page: Page, jitter: int) -> None:
    """The second click falls on the corner that the first has set, or beside it if the hand moves."""
    bench = _open_workbench(lab, page)
    bench.get_by_label("Name", exact=True).fill("Doppelt")
    bench.get_by_role("button", name="Fläche zeichnen").click()
    expect(bench.get_by_text("Ein Doppelklick setzt die letzte")).to_be_visible()
    map_ = bench.locator(".leaflet-container")
    map_.scroll_into_view_if_needed()
    box = map_.bounding_box()
    assert box is not None
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SQUARE]
    for place, (x, y) in enumerate(places[:3]):
        page.mouse.click(x, y)
        expect(map_.locator(".marker-icon")).to_have_count(place + 2)
    before = map_.locator(".leaflet-map-pane").get_attribute("style")
    _double_click(page, *places[3], jitter=jitter)
    expect(bench.locator(".sr-wb-finding h2")).to_have_text("Doppelt")
    assert map_.locator(".leaflet-map-pane").get_attribute("style") == before, "a double click does not zoom"
    drawn = gpd.read_file(lab.root / "arbeit" / "ausgabe" / "flaeche-doppelt.geojson").to_crs(CRS).geometry[0]
    assert drawn.is_valid
    west, south, east, north = drawn.bounds
    assert drawn.area == pytest.approx((east - west) * (north - south), rel=0.1), "all four corners count"


def _double_click(page: Page, x: float, y: float, *, jitter: int) -> None:
    page.mouse.move(x, y)
    for clicks in (1, 2):
        page.mouse.down(click_count=clicks)
        page.mouse.up(click_count=clicks)
        page.mouse.move(x + jitter, y + jitter)


@pytest.fixture
def own_essen(essen_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of Essen's tables, which the server uses: own tables stay in it."""
    for folder in (essen_dir, sources_dir(essen_dir)):
        shutil.copytree(folder, tmp_path / "tabellen" / folder.name)
    monkeypatch.setenv("SOZIALRAUM_DATA", str(tmp_path / "tabellen" / essen_dir.name))
    return tmp_path / "tabellen" / essen_dir.name


def test_a_planner_brings_a_table_twice_and_removes_it(own_essen: Path, lab: Lab, page: Page, tmp_path: Path) -> None:
    stadtteile = open_data(own_essen).register.of_level("stadtteil")
    lines = ["Stadtteil;Arbeitslose;Einwohner 15 bis 64", *(f"{area.name};40;500" for area in stadtteile)]
    table = tmp_path / "arbeitslose.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    bench = _open_workbench(lab, page)
    with page.expect_file_chooser() as chooser:
        bench.get_by_role("button", name=_containing("Tabelle wählen")).click()
    chooser.value.set_files(table)
    expect(bench.get_by_role("alert")).to_contain_text("Wer hat die Tabelle geliefert?")
    with page.expect_download() as saved:
        bench.get_by_role("link", name="Beschreibung herunterladen: arbeitslose.yml").click()
    assert "geheimhaltung" in saved.value.path().read_text(encoding="utf-8")
    answers = "stelle: Amt\nstichtag: 31.12.2023\nlizenz: frei\ngeheimhaltung: sperrung:3\nweitergabe: rat\n"
    for said in ("Eingelesen: ", "Schon eingelesen: "):
        bench.get_by_label("Angaben", exact=True).fill(answers)
        bench.get_by_label("Angaben", exact=True).press("Tab")
        bench.get_by_role("button", name="Angaben prüfen").click()
        expect(bench.get_by_role("button", name="Einlesen", exact=True)).to_be_enabled()
        bench.get_by_role("button", name="Einlesen", exact=True).click()
        expect(bench.locator(".sr-wb-message")).to_contain_text(said)
    assert len(list((own_essen.parent / "eigene").glob("*/paket.yml"))) == 1
    expect(bench.get_by_role("cell", name="Rat und Verwaltung")).to_be_visible()
    bench.get_by_role("button", name="Was gilt dann?").click()
    expect(bench.get_by_text("die Berichte nennen die Lücke")).to_be_in_viewport()
    assert _serious(page) == []
    bench.get_by_role("button", name="Wirklich entfernen").click()
    expect(bench.locator(".sr-wb-message")).to_contain_text("Entfernt: 1 eigene Tabelle.")
    expect(bench.get_by_role("button", name="Was gilt dann?")).to_be_hidden()
    assert list((own_essen.parent / "eigene").glob("*/paket.yml")) == []


def _report(bench: Locator, lab: Lab) -> None:
    bench.get_by_role("button", name="Daraus den Bericht machen").click()
    link = _link(bench, "bericht-stadtteilanalyse")
    html = (lab.root / "arbeit" / link.inner_text()).read_text(encoding="utf-8")
    assert "Am Bahnhof" in html


def _serious(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=WORKBENCH).response["violations"]
    heavy = [item for item in found if item["impact"] in ("serious", "critical")]
    return [f"{item['id']}: {node['html'][:160]}" for item in heavy for node in item["nodes"]]


def _containing(words: str) -> Any:
    return re.compile(re.escape(words))
