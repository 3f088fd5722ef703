"""One notebook becomes one page: parameters, execution, failure, the page itself, the page in Chromium."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sozialraum import figures
from sozialraum.city import load
from sozialraum.errors import ParameterError, RenderError
from sozialraum.figures.leaflet import leaflet_script
from sozialraum.publish.job import Job, Rendered, render
from sozialraum.publish.outline import outline
from sozialraum.publish.page import export
from sozialraum.publish.parameters import check_parameters, known_parameters
from sozialraum.publish.print_rules import check_content, dangling_links

EVIL = "<script>alert(1)</script>"
PARAMETERS = 'gebiet = "01"\nradius = 500\nanteil = 0.5\nkarte = True\nindikatoren = ["a"]'
TITLE = (
    "from IPython.display import HTML, display\ndisplay(HTML(f\"<h1 class='sr-title'>Bericht <b>{gebiet}</b></h1>\"))"
)
LIVE_MAP = {
    "version": 1,
    "html": '<figure class="sr-figure" id="sr-k"><figcaption class="sr-caption"><p class="sr-title">Karte der Kitas</p>'
    '</figcaption><div class="sr-map"><div class="folium-map" id="karte-1"></div></div>'
    '<div class="sr-picture sr-picture--static">'
    '<svg class="sr-svg" role="img" aria-label="Vier Kitas" viewBox="0 0 9 9">'
    '<rect width="9" height="9" fill="#a3161f"/></svg></div></figure>',
    "script": 'document.getElementById("sr-k").classList.add("sr-live"); window.leaflet = L.version;',
}


def html_output(markup: str) -> Any:
    return nbformat.v4.new_output("display_data", {"text/html": markup})  # type: ignore[no-untyped-call]


def executed(*parts: Any) -> Any:
    """A notebook as it comes back from a kernel; text is a Markdown cell, other parts are outputs of one code cell."""
    nb = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    for part in parts:
        if isinstance(part, str):
            nb.cells.append(nbformat.v4.new_markdown_cell(part))  # type: ignore[no-untyped-call]
        else:
            nb.cells.append(nbformat.v4.new_code_cell("secret_code()", outputs=[part]))  # type: ignore[no-untyped-call]
    return nb


def page(*parts: Any) -> str:
    return export(executed(html_output("<h1>Titel</h1>"), *parts), name="probe").html


# --- parameters --------------------------------------------------------------------------------------------------


def test_text_from_the_command_line_takes_the_type_of_the_default(make_notebook: Callable[..., Path]) -> None:
    notebook = make_notebook("p", PARAMETERS)
    given = {"gebiet": 7, "radius": "800", "anteil": "0,25", "karte": "nein", "indikatoren": "[a, b]"}
    expected = {"gebiet": 7, "radius": 800, "anteil": 0.25, "karte": False, "indikatoren": ["a", "b"]}
    assert check_parameters(notebook, given) == expected
    assert check_parameters(notebook, {"anteil": 1})["anteil"] == 1.0
    assert list(known_parameters(notebook)) == ["gebiet", "radius", "anteil", "karte", "indikatoren"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"gebeit": "01"}, "Der Parameter „gebeit“ ist unbekannt"),
        ({"radius": "weit"}, "„radius“ erwartet eine ganze Zahl, nicht „weit“"),
        ({"radius": 0.5}, "erwartet eine ganze Zahl"),
        ({"radius": True}, "erwartet eine ganze Zahl"),
        ({"anteil": True}, "erwartet eine Zahl"),
        ({"karte": "vielleicht"}, "erwartet ja oder nein"),
        ({"indikatoren": "a"}, "erwartet eine Liste"),
        ({"indikatoren": "["}, "erwartet eine Liste"),
    ],
)
def test_a_wrong_parameter_is_refused_with_the_known_names(
    make_notebook: Callable[..., Path], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError, match=re.escape(message)) as caught:
        check_parameters(make_notebook("p", PARAMETERS), given)
    assert "Das Notebook kennt: gebiet, radius, anteil, karte, indikatoren." in str(caught.value)


def test_every_wrong_parameter_is_named_at_once(make_notebook: Callable[..., Path]) -> None:
    with pytest.raises(ParameterError, match=r"„a“.*„b“"):
        check_parameters(make_notebook("p", PARAMETERS), {"a": 1, "b": 2})


def test_a_default_that_is_no_plain_value_is_refused(make_notebook: Callable[..., Path]) -> None:
    with pytest.raises(ParameterError, match="kein einfacher Wert"):
        known_parameters(make_notebook("p", "gebiet = str(1)"))


# --- chapters ----------------------------------------------------------------------------------------------------


def test_chapters_get_stable_unique_ids() -> None:
    parts = outline(["<h1>T</h1><p>a</p>", "<h2>Größe</h2><p>b</p><h2>Größe</h2>", "<p>c</p>", '<h2 id="x">Y</h2>'])
    assert [(heading.text, heading.id) for heading, _ in parts.chapters] == [
        ("Größe", "groesse"), ("Größe", "groesse-2"), ("Y", "x"),
    ]  # fmt: skip
    assert "<p>c</p>" in parts.chapters[1][1]
    assert parts.title == "T"
    assert parts.lead == '<h1 id="t">T</h1><p>a</p>'


@pytest.mark.parametrize("fragments", [["<h2>a</h2>"], ["<h1>a</h1>", "<h1>b</h1>"], ["<h1>a</h1><h3>b</h3>"]])
def test_headings_out_of_order_are_refused(fragments: list[str]) -> None:
    with pytest.raises(RenderError, match=r"Hauptüberschriften|überspringt"):
        outline(fragments)


# --- the page ----------------------------------------------------------------------------------------------------


def test_the_page_names_itself_and_shows_no_code() -> None:
    html = page(
        "## Kapitel\n\nText mit **Nachdruck**.\n\n| A | B |\n|---|--:|\n| 1 | 2 |", html_output("<p>Inhalt</p>")
    )
    assert '<html lang="de">' in html
    assert "<title>Titel</title>" in html
    assert html.count("<h1") == 1
    assert "secret_code" not in html
    assert "¶" not in html
    assert '<th scope="col"' in html
    assert '<section class="sr-chapter">\n<h2 id="kapitel">Kapitel</h2>' in html
    assert '<li><a href="#kapitel">Kapitel</a></li>' in html


def test_nothing_of_the_template_points_to_another_host() -> None:
    html = page("## K", nbformat.v4.new_output("display_data", {figures.MAP_MIME: LIVE_MAP}))  # type: ignore[no-untyped-call]
    without_scripts = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert not re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]+", without_scripts)
    assert not re.findall(r"url\((?![\"']?(?:data:|#))", without_scripts)
    for word in ("MathJax", "require.js", "cdn", "googleapis"):
        assert word not in without_scripts


def test_every_script_is_allowed_by_its_hash_and_no_other() -> None:
    html = page("## K", nbformat.v4.new_output("display_data", {figures.MAP_MIME: LIVE_MAP}))  # type: ignore[no-untyped-call]
    scripts = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    digests = [base64.b64encode(sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(scripts) == 2
    assert re.findall(r"'sha256-([^']+)'", policy[1]) == digests
    assert "unsafe-inline" not in policy[1].partition("script-src")[2].partition(";")[0]


def test_leaflet_is_inlined_once_and_only_for_a_map() -> None:
    live = nbformat.v4.new_output("display_data", {figures.MAP_MIME: LIVE_MAP})  # type: ignore[no-untyped-call]
    assert "leaflet" not in page("## K").lower().replace(".leaflet-container", "")
    assert page("## K", live, live).count(leaflet_script().strip()[:200]) == 1


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        (EVIL, "<script>"),
        ('<iframe srcdoc="x"></iframe>', "<iframe>"),
        ('<img src="data:image/png;base64,AA=="/>', "Alternativtext"),
        ('<img alt="" src="data:image/png;base64,AA=="/>', "Alternativtext"),
        ('<img alt="Bild" src="https://example.org/a.png"/>', "lädt etwas nach"),
        ("<div style=\"background:url('//example.org/a')\"></div>", "lädt etwas nach"),
        ('<svg><image href="a.png"/></svg>', "lädt etwas nach"),
        ("<p>x</p><style>@import 'a.css'</style>", "lädt etwas nach"),
    ],
)
def test_output_that_may_not_be_on_a_page_fails_the_render(markup: str, message: str) -> None:
    with pytest.raises(RenderError, match=re.escape(message)):
        page(html_output(markup))


@pytest.mark.parametrize(
    "markup",
    ['<img alt="Bild" src="data:image/png;base64,AA==">', '<svg><use href="#a"/></svg>', '<a href="https://example.org">x</a>',
     '<path clip-path="url(#a)"/>', "<p>Die Quelle: src=https</p>"],
)  # fmt: skip
def test_harmless_output_is_left_alone(markup: str) -> None:
    assert check_content(markup) == []


def test_plain_text_output_is_escaped() -> None:
    plain = nbformat.v4.new_output("execute_result", {"text/plain": f"'{EVIL}'"})  # type: ignore[no-untyped-call]
    assert "&lt;script&gt;" in page("## K", plain)


def test_a_title_cannot_break_out_of_the_style_sheet_or_the_head() -> None:
    title = html_output('<h1>&lt;/style&gt;&lt;script&gt; "} body { display: none } \\</h1>')
    html = export(executed(title), name="probe").html
    assert "</style><script>" not in html.partition("<body>")[0]
    assert html.count("<script>") == 0


# --- execution ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "said"),
    [("rat", "Nur für Rat und Verwaltung – enthält"), ("intern", "Nur für den internen Gebrauch – enthält")],
)
def test_a_page_that_is_not_for_everybody_says_so_at_its_head_and_on_every_sheet(audience: str, said: str) -> None:
    shown, public = (export(executed(html_output("<h1>T</h1>")), name="p", audience=one).html for one in (audience, ""))
    band = shown[shown.index('<header class="sr-strip">') : shown.index("</header>")]
    assert f'<p class="sr-audience">{said} Zahlen, die nicht veröffentlicht sind.</p>' in band
    assert "Entwurf" in band
    foot = shown[shown.index("@bottom-left { content:") :].partition("}")[0]
    assert said.partition(" – ")[0] in foot
    assert export(executed(html_output("<h1>T</h1>")), name="p", audience="oeffentlich").html == public
    assert "sr-audience" not in public
    rest = re.sub(r'\n<p class="sr-audience">[^<]*</p>', "", shown).replace(f" \\b7  {said.partition(' – ')[0]}", "")
    assert re.sub(r"<style>\n/\* The band.*?</style>\n", "", rest, flags=re.DOTALL) == public


def run(notebook: Path, out: Path, data: Path, **options: Any) -> Rendered:
    return render(
        Job(notebook, "stadtteil/01-nord.html", "01", {"gebiet": "02"}),
        data={load.ENVIRONMENT: str(data)},
        out=out,
        **options,
    )


@pytest.mark.slow
def test_the_parameter_reaches_the_page_and_the_bytes_repeat(
    make_notebook: Callable[..., Path], kleinstadt: Path, tmp_path: Path
) -> None:
    cells = [
        'gebiet = "01"',
        TITLE,
        "## Daten",
        "import os, sys\nprint('leise', file=sys.stderr)",
        "display(HTML(f'<p>{os.environ[\"SOZIALRAUM_DATA\"][-8:]}</p>'))",
        'display(HTML(f\'<p>{sorted({"a", "b"})} {list({"eins", "zwei", "drei"})}</p>\'))',
    ]
    notebook = make_notebook("probe", *cells)
    before = dict(os.environ)
    first = run(notebook, tmp_path / "a", kleinstadt)
    second = run(notebook, tmp_path / "b", kleinstadt)
    html = (tmp_path / "a/stadtteil/01-nord.html").read_text(encoding="utf-8")
    assert first.title == "Bericht 02"
    assert f"<p>{str(kleinstadt)[-8:]}</p>" in html
    assert str(tmp_path) not in html
    assert first.messages == ("leise",)
    assert "leise" not in html
    assert first.sha256 == second.sha256 == sha256(html.encode()).hexdigest()
    assert first.bytes == len(html.encode())
    assert dict(os.environ) == before
    assert not list((tmp_path / "a").rglob("*.tmp"))


@pytest.mark.slow
def test_a_failure_names_the_cell_keeps_the_notebook_and_the_last_good_page(
    make_notebook: Callable[..., Path], kleinstadt: Path, tmp_path: Path
) -> None:
    notebook = make_notebook("probe", 'gebiet = "01"', TITLE, "raise ValueError('Wert fehlt.')", "later = 1")
    old = tmp_path / "stadtteil/01-nord.html"
    old.parent.mkdir()
    old.write_text("alt", encoding="utf-8")
    with pytest.raises(RenderError, match=re.escape("probe, Zelle 3: ValueError: Wert fehlt. Teilergebnis")):
        run(notebook, tmp_path, kleinstadt)
    assert old.read_text(encoding="utf-8") == "alt"
    kept = (tmp_path / "fehler/probe-01-nord.ipynb").read_text(encoding="utf-8")
    assert "Bericht <b>02</b>" in kept


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import time; time.sleep(60)", "Zelle 2: Die Zelle lief länger als 1 Sekunden"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "Zelle 2: Der Kernel wurde beendet"),
    ],
)
def test_a_hanging_or_dying_kernel_is_one_failure(
    make_notebook: Callable[..., Path], kleinstadt: Path, tmp_path: Path, code: str, message: str
) -> None:
    with pytest.raises(RenderError, match=re.escape(message)):
        run(make_notebook("probe", 'gebiet = "01"', code), tmp_path, kleinstadt, timeout=1)
    assert (tmp_path / "fehler/probe-01-nord.ipynb").is_file()


# --- in the browser ----------------------------------------------------------------------------------------------

TABLE = """<div class="sr-scroll" role="region" tabindex="0" aria-label="Tabelle"><table class="sr-table sr-sortable">
<caption>Werte</caption><thead><tr><th scope="col">Name</th><th scope="col" class="sr-num">Wert</th></tr></thead><tbody>
<tr><th scope="row">Zeche</th><td class="sr-num" data-value="10">10,0 %</td></tr>
<tr><th scope="row">Ährenfeld</th><td class="sr-num sr-missing" data-value="">keine Angabe</td></tr>
<tr class="sr-this"><th scope="row">Berg</th><td class="sr-num" data-value="9">9,0 %</td></tr></tbody></table></div>"""
TILES = """<ul class="sr-tiles"><li class="sr-tile"><span class="sr-tile-label">unter 15 Jahre</span>
<span class="sr-tile-value">12,3<span class="sr-tile-unit"> %</span></span>
<span class="sr-tile-city">Stadt: 14,0 %</span>
<span class="sr-tile-class">durchschnittlich</span><span class="sr-tile-meta">15.05.2022, geschätzt</span></li></ul>"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    live = nbformat.v4.new_output("display_data", {figures.MAP_MIME: LIVE_MAP})  # type: ignore[no-untyped-call]
    nb = executed(
        html_output("<h1>Stadtteilanalyse Nord</h1>"), "## Auf einen Blick\n\nText.", html_output(TILES),
        "## Werte\n\n### Tabelle", html_output(TABLE), "## Karte", live,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("seite") / "seite.html"
    path.write_text(export(nb, name="probe", mark="Prüfkennung abc").html, encoding="utf-8")
    return path


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_asks_for_nothing_and_is_accessible(
    page_file: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]], scheme: str
) -> None:
    opened = open_page(page_file, scheme=scheme)
    assert opened.requests == []
    assert opened.errors == []
    assert opened.page.evaluate("window.leaflet").startswith("1.9")
    assert axe_violations(opened.page) == []


@pytest.mark.browser
def test_the_page_reflows_at_320_pixels(page_file: Path, open_page: Callable[..., Any]) -> None:
    opened = open_page(page_file, width=320)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
def test_without_scripts_the_static_map_stands_there(page_file: Path, open_page: Callable[..., Any]) -> None:
    quiet = open_page(page_file, scripts=False).page
    assert quiet.locator(".sr-picture--static").is_visible()
    assert not quiet.locator(".sr-map").is_visible()
    live = open_page(page_file).page
    assert live.locator(".sr-map").is_visible()
    live.emulate_media(media="print")
    assert live.locator(".sr-picture--static").is_visible()


@pytest.mark.browser
def test_a_table_sorts_by_value_with_missing_last(page_file: Path, open_page: Callable[..., Any]) -> None:
    opened = open_page(page_file).page
    button = opened.get_by_role("button", name="Wert")
    names = opened.locator("tbody th")
    button.press("Enter")
    assert names.all_inner_texts() == ["Berg", "Zeche", "Ährenfeld"]
    button.press("Enter")
    assert names.all_inner_texts() == ["Zeche", "Berg", "Ährenfeld"]
    opened.get_by_role("button", name="Name").click()
    assert names.all_inner_texts() == ["Ährenfeld", "Berg", "Zeche"]


@pytest.mark.browser
def test_the_keyboard_skips_to_the_content(page_file: Path, open_page: Callable[..., Any]) -> None:
    opened = open_page(page_file).page
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "inhalt"


def test_a_day_of_issue_that_is_no_date_stops_before_the_kernel() -> None:
    notebook = Path(__file__).resolve().parent.parent / "notebooks" / "03_stadtteilanalyse.ipynb"
    with pytest.raises(ParameterError, match="„ausgabe“ erwartet ein Datum JJJJ-MM-TT, nicht „gestern“"):
        check_parameters(notebook, {"ausgabe": "gestern"})


def test_links_without_target_are_found() -> None:
    page = '<p id="a"><a href="#a">da</a> <a href="#b">weg</a> <a href="#b">weg</a></p>'
    assert dangling_links(page) == ["b"]
