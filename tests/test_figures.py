"""What a notebook puts on the page: words that are required, ids that do not collide, text that is escaped."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sozialraum import figures
from sozialraum.city.load import open_data
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.errors import ParameterError
from sozialraum.figures import Figure, blocks
from sozialraum.figures.figure import nothing
from sozialraum.figures.karte import Karte
from sozialraum.figures.output import words_only
from sozialraum.figures.stylesheet import STYLE
from sozialraum.style import SvgFigure
from sozialraum.text.claims import with_form

EVIL = "<script>alert(1)</script>"
ALT = "Ein Punkt je Stadtteil; Borbeck-Mitte liegt bei 12,9 %."
DOT = SvgFigure(10, 10, '<g id="id-a"><circle r="1"/></g>')


def dot(*, title: str = "Befund", alt: str = ALT, table: pd.DataFrame | None = None, **more: Any) -> Figure:
    return Figure(title=title, alt=alt, table=pd.DataFrame() if table is None else table, draw=lambda: DOT, **more)


def page_html(figure: Figure) -> str:
    """HTML as a report page has it, without the style sheet for notebooks."""
    return figure._repr_html_().removeprefix(STYLE)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Bundles that were displayed."""
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr(blocks, "display", lambda bundle, **_: bundles.append(bundle))
    return bundles


@pytest.fixture(scope="module")
def borbeck() -> Analysis:
    return analyse(open_data(), "21")


@dataclass(frozen=True)
class Beleg:
    nummer: int
    stand: str = "2022-05-15"

    @property
    def anchor(self) -> str:
        return f"beleg-{self.nummer}"


@dataclass(frozen=True)
class Satz:
    text: str
    claims: tuple[Beleg, ...]
    refs: tuple[tuple[str, ...], ...] = (("indikator", "kitas", "21"),)


@pytest.mark.parametrize(
    "alt", ["", "  ", "Karte", "Diagramm.", "No description has been provided for this image", "kurz"]
)
def test_an_empty_alternative_text_is_refused(alt: str) -> None:
    with pytest.raises(ParameterError, match="Alternativtext"):
        dot(alt=alt)


def test_a_missing_title_is_refused() -> None:
    with pytest.raises(ParameterError, match="Titel"):
        dot(title=" ")


def test_a_figure_without_a_map_has_none() -> None:
    with pytest.raises(ParameterError, match="keine bewegliche Karte"):
        _ = dot().karte


def test_a_gap_is_one_line_with_its_reason() -> None:
    html = page_html(nothing("Kitas", "Die Liste fehlt.", belege=[("quelle", "kitas")]))
    assert html == (
        '<div class="sr-note sr-note--missing" role="note"><p><strong>Liegt nicht vor:</strong> '
        '<span data-satz="0">Kitas. Die Liste fehlt.</span></p></div>'
    )


def test_a_figure_shows_itself_and_carries_its_evidence() -> None:
    data, metadata = dot(belege=[("indikator", "kitas", "21")])._repr_mimebundle_()
    assert {"text/html", "image/svg+xml", "text/plain"} == set(data)
    assert metadata == {"sozialraum": {"belege": [[["indikator", "kitas", "21"]]], "bilder": 0}}
    assert dot()._repr_mimebundle_()[1] == {}


def test_only_words_are_made_where_nobody_looks() -> None:
    drawn: list[str] = []

    def draw() -> SvgFigure:
        drawn.append("x")
        return DOT

    figure = Figure(title="Befund", alt=ALT, table=pd.DataFrame(), draw=draw)
    with words_only():
        assert "Befund" in figure._repr_html_()
    assert drawn == []


def test_a_figure_has_caption_picture_source_and_table() -> None:
    table = pd.DataFrame({"Wert": [12.94, math.nan]}, index=pd.Index(["Borbeck-Mitte", "Schuir"], name="Stadtteil"))
    html = page_html(dot(title="Befund <b>", subtitle="in Prozent", table=table, source="Stand: 2024."))
    assert html.startswith('<figure class="sr-figure" id="sr-')
    assert "Befund &lt;b&gt;" in html
    assert f'role="img" aria-label="{ALT}"' in html
    assert '<p class="sr-source">Stand: 2024.</p>' in html
    assert '<th scope="row">Borbeck-Mitte</th><td class="sr-num" data-value="12.9">12,9</td>' in html
    assert '<td class="sr-num sr-missing" data-value="">keine Angabe</td>' in html
    assert "<caption>Befund &lt;b&gt;</caption>" in html


def test_ids_of_two_figures_differ_and_repeat() -> None:
    shown = [page_html(dot(title=title)) for title in ("Eins", "Zwei", "Eins")]
    ids = [re.findall(r'\bid="([^"]+)"', html) for html in shown]
    assert not set(ids[0]) & set(ids[1])
    assert shown[0] == shown[2]


def test_a_map_is_one_bundle_for_pages_and_for_jupyterlab(borbeck: Analysis) -> None:
    figure = figures.facility_map(borbeck)
    assert isinstance(figure.karte, Karte)
    data, _ = figure._repr_mimebundle_()
    bundle = data[figures.MAP_MIME]
    identifier = re.search(r'<figure class="[^"]+" id="([^"]+)"', bundle["html"])
    assert identifier is not None
    assert f'getElementById("{identifier[1]}").classList.add("sr-live")' in bundle["script"]
    assert "sr-picture--static" in bundle["html"]
    assert not re.search(r"<(script|iframe)\b", bundle["html"])
    frame = data["text/html"]
    assert f'<iframe title="{figure.title}" srcdoc="' in frame
    assert "sr-picture--static" in frame


def test_prose_links_each_sentence_to_its_evidence(shown: list[dict[str, Any]]) -> None:
    figures.prose([Satz(f"Hier steht {EVIL}.", (Beleg(1), Beleg(12))), "Noch ein Satz."])
    html = shown[0]["text/html"]
    assert EVIL not in html
    assert html.startswith('<div class="sr-prose"><p><span data-satz="0">Hier steht')
    assert shown[0]["text/html"].count("data-satz") == 1
    assert '<a class="sr-ref" href="#beleg-12" aria-label="Beleg 12">12</a></sup> Noch ein Satz.</p>' in html


def test_nothing_to_say_puts_nothing(shown: list[dict[str, Any]]) -> None:
    figures.prose("")
    figures.prose([])
    figures.table(pd.DataFrame(), caption="Leer")
    assert shown == []


def test_table_formats_aligns_marks_and_anchors() -> None:
    frame = pd.DataFrame(
        {
            "Wert": ["24,9\u00a0%", "keine Angabe"],
            "Nummer": ["07", "8"],
            "Name": [EVIL, "b"],
            "Zahl": [1234, 5],
            "Anteil": [1234.56, math.nan],
        },
        index=pd.Index(["1", "2"], name="Nr."),
    )
    frame = with_form(frame, "Wert", units={"Wert": "%"})
    html = figures.table_html(frame, caption="Belege", row_ids="beleg-", this="2", sortable=True)
    assert (
        '<th scope="col" class="sr-num">Wert <span class="sr-unit">(%)</span></th><th scope="col">Nummer</th>' in html
    )
    cells = re.sub(r' data-name="\w+"', "", html)
    unseen = '24,9<span class="sr-vh">\u00a0%</span>'
    assert f'<tr id="beleg-1"><th scope="row">1</th><td class="sr-num" data-value="24.9">{unseen}</td>' in cells
    assert "<td>07</td><td>&lt;script&gt;" in cells, "what looks like a number is text unless the table says so"
    assert '<td class="sr-num" data-value="1234">1.234</td><td class="sr-num" data-value="1234.6">1.234,6</td>' in cells
    assert '<td class="sr-num sr-missing" data-value="">keine Angabe</td>' in cells
    assert '<tr id="beleg-2" class="sr-this">' in html
    assert '<table class="sr-table sr-sortable sr-table--wide">' in html
    assert 'role="region" tabindex="0" aria-label="Belege"' in html


def test_a_folded_table_and_a_caption_are_required(shown: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame({"a": [1]})
    figures.table(frame, caption="Liste", folded=True)
    assert shown[0]["text/html"].startswith('<details class="sr-data"><summary>Liste</summary>')
    with pytest.raises(ParameterError, match="Überschrift"):
        figures.table(frame, caption="")


def test_the_style_sheet_holds_in_jupyterlab_only(shown: list[dict[str, Any]]) -> None:
    assert figures.CSS.startswith(".jp-RenderedHTMLCommon {")
    assert figures.CSS.count("{") == figures.CSS.count("}")


@pytest.mark.browser
def test_outputs_work_in_jupyterlab_without_a_request(
    borbeck: Analysis, tmp_path: Path, open_page: Callable[..., Any], axe_violations: Any
) -> None:
    shown = [figures.dotplot(borbeck, "anteil_65plus"), figures.choropleth(borbeck, "anteil_65plus")]
    body = "".join(figure._repr_html_() for figure in shown)
    page = tmp_path / "lab.html"
    page.write_text(
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>x</title><style>{figures.CSS}</style>'
        "</head>"
        f'<body class="jp-RenderedHTMLCommon"><main><h1>x</h1>{body}</main></body></html>',
        encoding="utf-8",
    )
    opened = open_page(page, width=700)
    frame = opened.page.frame_locator("iframe")
    frame.locator("path.leaflet-interactive").first.wait_for()
    assert frame.locator("path.leaflet-interactive").count() >= 50
    assert opened.page.locator(".sr-picture--static").is_hidden()
    assert [url for url in opened.requests if not url.startswith(("file:", "about:", "data:"))] == []
    assert opened.errors == []
    assert axe_violations(opened.page) == []
