"""Accessibility beyond axe: the declaration, 400 % zoom, forced colours, and what a saved figure carries."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sozialraum as sr
from sozialraum import figures
from sozialraum.city.load import Data
from sozialraum.compare.analysis import analyse
from sozialraum.errors import SchemaError
from sozialraum.figures.figure import Figure
from sozialraum.publish.declaration import declaration
from sozialraum.publish.vorlage import Vorlage
from sozialraum.style.grammar import DRAFT

FULL = {
    "barrierefreiheit": {
        "herausgeber": "Amt <b>1</b>", "kontakt": "hilfe@stadt.example", "vereinbarkeit": "Teilweise vereinbar.",
        "geprueft": "01.10.2026", "ombudsstelle": "Ring 1", "einschraenkungen": ["Die Karte der Wege ist klein."],
    }
}  # fmt: skip
CONTRAST = """() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  return [...document.querySelectorAll("svg.sr-svg:not(.sr-svg--paper)")]
    .filter((one) => one.getBoundingClientRect().width)
    .flatMap((svg) => [...svg.querySelectorAll("text")].map((text) => {
      const [a, b] = [light(getComputedStyle(svg).backgroundColor), light(getComputedStyle(text).fill)];
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }));
}"""


def test_the_declaration_marks_what_the_office_must_say() -> None:
    empty = declaration({}, name="Musterstadt")
    assert empty.count("– bitte eintragen›</mark>") == 5
    assert "<strong>Muster.</strong>" in empty
    assert DRAFT in empty
    full = declaration(FULL, name="Musterstadt")
    assert "<mark>" not in full
    assert "Muster.<" not in full
    assert DRAFT not in full
    assert "Amt &lt;b&gt;1&lt;/b&gt;" in full
    assert '<a href="mailto:hilfe@stadt.example">' in full
    assert "Die Karte der Wege ist klein." in full
    part = declaration({}, Vorlage(herausgeber="Jugendamt", ansprechperson="Frau Beispiel, 123"), name="Musterstadt")
    assert "Herausgeber ist\nJugendamt" in part
    assert "Frau Beispiel, 123" in part
    assert part.count("</mark>") == 3
    with pytest.raises(SchemaError, match="„kontakte“ ist unbekannt"):
        declaration({"barrierefreiheit": {"kontakte": "x"}}, name="Musterstadt")


@pytest.mark.browser
@pytest.mark.slow
def test_pages_hold_at_400_percent_and_in_forced_colours(
    verbunden: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]]
) -> None:
    for name in (
        "barrierefreiheit.html",
        "stadtteil/05-altstadt.html",
        "methode.html",
        "index.html",
    ):
        page = open_page(verbunden / name, width=320).page  # 1280 px at 400 %
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    for scheme in ("light", "dark"):
        page = open_page(verbunden / "stadtteil" / "05-altstadt.html", scheme=scheme).page
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        found = page.evaluate(CONTRAST)
        assert len(found) > 20
        assert min(found) >= 4.5, scheme
    page = open_page(verbunden / "barrierefreiheit.html").page
    assert axe_violations(page) == []


def every_figure(data: Data) -> list[Figure]:
    one, city = analyse(data, "05"), analyse(data, "musterstadt")
    keys = ["anteil_unter_15", "dichte_je_km2"]
    return [
        figures.dotplot(one, "anteil_unter_15"), figures.profile(one), figures.age_groups(one),
        figures.distribution(one, "anteil_unter_15"), figures.scatter(city, *keys), figures.choropleth(city, keys[0]),
        figures.choropleth(city, "einwohner"), figures.small_multiples(city, keys), figures.comparison(one, keys[0]),
        figures.facility_map(one), figures.residents(one).first,
    ]  # fmt: skip


def test_every_kind_of_figure_is_saved_with_title_date_source_and_draft(musterstadt_data: Data, tmp_path: Path) -> None:
    for place, figure in enumerate(every_figure(musterstadt_data)):
        svg = figure.savefig(tmp_path / f"{place}.svg").read_text(encoding="utf-8")
        words = " ".join(re.sub(r"<[^>]+>", " ", svg).split())
        said = " ".join(words.replace("\u00a0", " ").split())
        assert " ".join(figure.title.replace("\u00a0", " ").split()) in said, figure.title
        assert "Quelle" in said, figure.title
        assert re.search(r"\d{2}\.\d{2}\.\d{4}|20\d{2}", figure.source), figure.title
        assert figure.source.split()[0] in said
        assert DRAFT in said, figure.title
        assert 'role="img"' in svg
        assert f'aria-label="{figure.alt[:20].split(chr(34))[0]}' in svg


@pytest.mark.browser
def test_a_png_is_the_same_sheet(musterstadt_dir: Path, tmp_path: Path) -> None:
    figure = sr.open(musterstadt_dir)["Altstadt"].dotplot("anteil_unter_15")
    content = figure.savefig(tmp_path / "bild.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = (int.from_bytes(content[start : start + 4], "big") for start in (16, 20))
    assert (width, height) == (2 * -(-figure.sheet().width // 1), 2 * -(-figure.sheet().height // 1))
