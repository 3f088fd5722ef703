"""Helpers for tests that need a browser, a small city or a small notebook."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import nbformat
import pandas as pd
import pytest
import shapely
import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from sozialraum.publish.engine import execute
from sozialraum.publish.forge import spread

pytest_plugins = ["data_fixtures"]

ROOT = Path(__file__).resolve().parent.parent
EVIL = "<script>alert(1)</script>"

NBCONVERT = ("/require.min.js", "/latest.js?config=TeX-AMS_CHTML-full,Safe")
"""What a page of plain nbconvert asks for by itself; blocked, nothing is missing."""

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium; tests are skipped without it, but fail in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "Chromium is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A page in Chromium with everything that it asked for or complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Opened]]:
    """Open a file: ``open_page(path, width=1280, scripts=True, scheme="light", blocked=False)``.

    ``blocked`` lets no request leave the machine; what was asked for is recorded all the same.
    """
    contexts = []

    def opener(
        path: Path, *, width: int = 1280, scripts: bool = True, scheme: Any = "light", blocked: bool = False
    ) -> Opened:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts, color_scheme=scheme, locale="de-DE"
        )
        contexts.append(context)
        opened = Opened(context.new_page())
        if blocked:
            context.route(re.compile("^(?!file:|data:|blob:|about:)"), lambda route: route.abort())
        own = path.resolve().as_uri()
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.on(
            "console", lambda message: opened.errors.append(message.text) if message.type == "error" else None
        )
        opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.page.goto(own)
        opened.requests = [url for url in opened.requests if url != own and not url.startswith("data:")]
        return opened

    yield opener
    for context in contexts:
        context.close()


def executed(notebook: Path) -> Any:
    """A notebook as the engine executes it."""
    work = partial(execute, parameters={}, partial=None)
    with closing(spread(work, [notebook], workers=1, environment={})) as found:
        return next(found)[1]


def outputs(nb: Any) -> list[str]:
    """Outputs of all code cells: streams joined, random ids of widgets and addresses in memory left out."""
    found: list[Any] = []
    for cell in nb.cells:
        merged: list[Any] = []
        for output in cell.get("outputs", []):
            if merged and output.output_type == "stream" and merged[-1].get("name") == output.name:
                merged[-1]["text"] += output.text
            else:
                merged.append(dict(output))
        found += [cell.get("execution_count"), *(json.dumps(output, sort_keys=True) for output in merged)]
    random = r"[0-9a-f]{32}|0x[0-9a-f]+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    return [re.sub(random, "ID", str(text)) for text in found]


@pytest.fixture(scope="session")
def axe_violations() -> Callable[[Page], list[str]]:
    """Violations of WCAG 2.1 A and AA and of axe's best practices, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    def check(page: Page) -> list[str]:
        found = Axe().run(page).response["violations"]
        return [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]

    return check


@pytest.fixture(scope="session")
def verbunden(musterstadt_data: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reports of Musterstadt that link to each other: two Stadtteile, a Stadtbezirk, the city, a map."""
    from sozialraum.publish.plan import plan, read_batch
    from sozialraum.publish.run import run

    out, batch = tmp_path_factory.mktemp("verbunden"), read_batch(ROOT / "batch.yml")
    register, notebooks = musterstadt_data.register, ROOT / "notebooks"
    jobs = [
        *plan(batch, register, notebooks, queries=["05", "04", "II", "musterstadt"]),
        *plan(batch, register, notebooks, names=["01_stadtkarte"]),
    ]
    summary = run(jobs, data=musterstadt_data, batch=batch, out=out)
    assert not summary.failures, summary.failures
    return out


@pytest.fixture(scope="session")
def kleinstadt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of a city of four squares, just enough for batch and atlas; one name tries to break out of HTML."""
    folder = tmp_path_factory.mktemp("kleinstadt") / "tabellen"
    folder.mkdir()
    _write_areas(folder)
    _write_indicators(folder)
    _write_places(folder)
    sources = folder.parent / "sources"
    sources.mkdir()
    (sources / "lizenzen.yml").write_text(
        yaml.safe_dump({"frei": {"name": "Freie Lizenz", "url": None}}), encoding="utf-8"
    )
    manifest: dict[str, Any] = dict.fromkeys(("url", "abruf", "datei", "sha256"))
    manifest |= {"id": "amt", "titel": f"Tabelle {EVIL}", "herausgeber": "Amt", "lizenz": "frei"}
    manifest |= {"quellenvermerk": "Amt", "stand": "2024"}
    (sources / "amt.yml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    return folder


def _write_areas(folder: Path) -> None:
    names = {"01": "Nord-Ost", "02": f"Hof {EVIL}", "03": "Südheide", "04": "=Rechen-Au"}
    squares = {"01": (1, 1), "02": (0, 1), "03": (0, 0), "04": (1, 0)}
    rows, shapes = [], {}
    for number, (key, name) in enumerate(names.items(), start=1):
        x, y = squares[key]
        shapes[key] = shapely.box(360_000 + x * 2000, 5_700_000 + y * 2000, 362_000 + x * 2000, 5_702_000 + y * 2000)
        rows.append([key, "stadtteil", number, name, "I" if number < 3 else "II", "", "in", 4.0, ""])
    for number, (key, members) in enumerate({"I": ["01", "02"], "II": ["03", "04"]}.items(), start=1):
        shapes[key] = shapely.union_all([shapes[member] for member in members])
        rows.append([key, "stadtbezirk", number, f"Bezirk{number}", "", "", "im", 8.0, ""])
    shapes["kleinstadt"] = shapely.union_all(list(shapes.values()))
    rows.append(["kleinstadt", "stadt", 0, "Kleinstadt", "", "", "in", 16.0, ""])
    columns = ["gebiet_id", "ebene", "nummer", "name", "stadtbezirk_id", "artikel", "praeposition", "flaeche_km2"]
    table = pd.DataFrame(rows, columns=[*columns, "schreibweisen"])
    table.to_csv(folder / "gebiete.csv", index=False)
    geo = gpd.GeoDataFrame({"gebiet_id": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:25832")
    geo.to_crs("EPSG:4326").to_file(folder / "gebiete.geojson", driver="GeoJSON")


def _write_places(folder: Path) -> None:
    """Tables of places without a row."""
    for name in ("einrichtungen.csv", "angebote.csv", "einwohner_register.csv"):
        head = (ROOT / "tests" / "musterstadt" / "daten" / name).read_text(encoding="utf-8").splitlines()[0]
        (folder / name).write_text(f"{head}\n", encoding="utf-8")
    nothing = '{"type": "FeatureCollection", "features": []}'
    (folder / "einkaufsstrassen.geojson").write_text(nothing, encoding="utf-8")
    pd.DataFrame(columns=["strasse", "hausnummer", "x", "y", "gebiet_id"]).to_parquet(folder / "adressen.parquet")
    (folder / "stadt.yml").write_text("name: Kleinstadt\n", encoding="utf-8")


def _write_indicators(folder: Path) -> None:
    people = {"01": 1000, "02": 2000, "03": 500, "04": 100, "I": 3000, "II": 600, "kleinstadt": 3600}
    young = {"01": 200, "02": 380, "03": 100, "04": None, "I": 580, "II": None, "kleinstadt": 700}
    rows: list[list[Any]] = [
        [key, "einwohner", count, None, count, "2024", "amtlich", count, count, "amt", ""]
        for key, count in people.items()
    ]
    rows += [
        [
            key,
            "anteil_unter_15",
            part,
            people[key],
            part and part / people[key] * 100,
            "2024",
            "amtlich",
            *(part and part / people[key] * 100,) * 2,
            "amt",
            "",
        ]
        for key, part in young.items()
    ]
    columns = ["gebiet_id", "indikator", "zaehler", "nenner", "wert", "stand", "art", "von", "bis", "quelle", "hinweis"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "indikatoren.csv", index=False)
    common = {"richtung": "neutral", "kapitel": "B", "verfuegbar": True, "art": "amtlich", "quellen": ["amt"]}
    counted = {"was": "Menschen", "einheit": "Personen", "stand": "2024"}
    catalogue = {
        "einwohner": _entry("Einwohner", "Einw.", "anzahl", nachkommastellen=0, zaehler=counted) | common,
        "anteil_unter_15": _entry("unter 15 Jahre", "%", "anteil", zaehler=counted, nenner=counted) | common,
    }
    (folder / "indikatoren.yml").write_text(
        yaml.safe_dump({"indikatoren": catalogue}, sort_keys=False), encoding="utf-8"
    )


def _entry(titel: str, einheit: str, typ: str, **more: Any) -> dict[str, Any]:
    words = dict.fromkeys(("titel", "kurztitel", "subjekt", "bei", "definition"), titel)
    return {**words, "einheit": einheit, "typ": typ, **more}


@pytest.fixture
def make_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook: ``make_notebook(name, *cells)``; a cell is Markdown if it starts with ``#``, else code.

    The first code cell is tagged ``parameters`` if it starts with ``gebiet``.
    """

    def maker(name: str, *cells: str) -> Path:
        nb = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
        for number, source in enumerate(cells):
            make = nbformat.v4.new_markdown_cell if source.startswith("#") else nbformat.v4.new_code_cell
            tags = ["parameters"] if source.startswith("gebiet") else []
            nb.cells.append(make(source, id=f"zelle-{number}", metadata={"tags": tags}))  # type: ignore[no-untyped-call]
        nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = tmp_path / f"{name}.ipynb"
        path.write_text(nbformat.writes(nb), encoding="utf-8")  # type: ignore[no-untyped-call]
        return path

    return maker
