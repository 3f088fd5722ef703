"""All reports as text: language, grammar, terms, alternative texts; nothing about single schools."""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest

from report_texts import essen, report, run
from sozialraum import text
from sozialraum.compare.analysis import analyse
from sozialraum.report.known import Known
from sozialraum.report.printed_numbers import flat, tokens

AREAS = [area.id for area in essen().register]
GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"
FORBIDDEN = re.compile(
    r"\b(Gebiet\w*|nan|NaN|None|Brennpunkt|Problemlage|schlecht\w*|the|and|district|of|share|EU-2|deutlich)\b"
    r"|\.\.(?!\.)| ,| \.|\s\)|\(\s"
)
FIGURE = re.compile(r'<figure class="sr-figure.*?</figure>', re.DOTALL)
#: Fewer than this many characters cannot say what is to be seen.
SHORTEST = 40
TERMS = {
    "amtlich, berechnet, geschätzt": "amtlich|berechnet|geschätzt",
    "Anteil der Arbeitslosen": "Anteil der Arbeitslosen",
    "Beleg": "Beleg",
    "bulgarische und rumänische Staatsangehörige": "bulgarischen? und rumänischen? Staatsangehörige",
    "durchschnittlich": "durchschnittlich|im gesamtstädtischen Durchschnitt",
    "existenzsichernde Leistungen": "existenzsichernden? Leistungen",
    "Fußweg": "Fußweg",
    "in anderen EU-Staaten, außerhalb der EU Geborene": "in anderen EU-Staaten Geboren|außerhalb der EU Geboren",
    "keine Einstufung": "keine Einstufung",
    "Kita": "Kitas?\\b",
    "Melderegister": "Melderegister",
    "nicht eindeutig": "nicht eindeutig",
    "Park (verzeichnet)": "Verzeichnete[r]? Park|Verzeichnet:",
    "Schulsozialindex": "Schulsozialindex",
    "Spanne der Schätzung": "Spanne",
    "Stadtbezirk": "Stadtbezirk",
    "Stadtwert": "Stadtwert",
    "Stellvertreter": "Stellvertreter",
    "Streuung": "Streuung",
    "über- und unterdurchschnittlich": "überdurchschnittlich|unterdurchschnittlich|weit (?:über|unter) dem Stadtwert",
    "veröffentlichter Einzelwert": "veröffentlichter Einzelwert",
    "Wahlbeteiligung": "Wahlbeteiligung",
    "Zensus-Schätzung": "Zensus-Schätzung",
    "zugezogen": "Zugezogen",
}
"""By which words each term occurs on a page."""


@cache
def words(area: str) -> str:
    """Everything a reader of the page sees, with single blanks."""
    markdown = [cell.source for cell in report(area).nb.cells if cell.cell_type == "markdown"][1:]
    return flat(
        unescape(re.sub(r"<sup\b.*?</sup>|<[^>]+>", " ", report(area).html, flags=re.DOTALL)) + " ".join(markdown)
    )


def figures(area: str) -> list[tuple[str, str]]:
    """Alternative text and folded table of every figure."""
    found = []
    for figure in FIGURE.findall(report(area).html):
        label = re.search(r'aria-label="([^"]*)" viewBox', figure)
        table = re.search(r"<details.*?</details>", figure, re.DOTALL)
        assert label, figure[:200]
        found.append((flat(unescape(label[1])), flat(unescape(re.sub(r"<[^>]+>", " ", table[0]))) if table else ""))
    return found


@pytest.mark.parametrize("area", AREAS)
def test_sentences_are_plain_german(area: str) -> None:
    for item in report(area).statements:
        assert not re.search(r"[ \u00a0]{2}", item.text.strip()), item.text
    for sentence in text.at_a_glance(analyse(essen(), area)):
        assert sentence.text.endswith(".")
        assert not FORBIDDEN.search(sentence.text), sentence.text
    assert not re.search(r"\b(nan|NaN|None|Gebiet\w*|Problemlage)\b", words(area))


BLOCK = re.compile(r"<(p|li|dd|h[1-3]|caption)\b[^>]*>(.*?)</\1>", re.DOTALL)
HIDDEN = re.compile(
    r"<svg\b.*?</svg>|<style.*?</style>|<sup\b.*?</sup>|<script.*?</script>|<details\b.*?</details>", re.DOTALL
)
LONGEST_SENTENCE = 30
MOST_WORDS = 2500


def visible(area: str) -> str:
    """HTML of what a reader sees without unfolding anything; drawings do not count."""
    html: str = report(area).html
    start = html.find('class="sr-choice"')
    if start >= 0:  # of several figures a reader sees the first
        first, others = html.index("</figure>", start), html.count("<label>", start) - 1
        last = first
        for _ in range(others):
            last = html.index("</figure>", last + 1)
        html = html[:first] + html[last:]
    return HIDDEN.sub("", html)


@pytest.mark.parametrize("area", AREAS)
def test_no_sentence_is_longer_than_30_words(area: str) -> None:
    blocks = [flat(unescape(re.sub(r"<[^>]+>", " ", block))) for _, block in BLOCK.findall(visible(area))]
    spoken = [one for block in blocks for one in re.split(r"(?<=[.!?])(?<!Einw\.) (?=[A-ZÄÖÜ„])", block)]
    assert [one for one in spoken if len(one.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("area", [area.id for area in essen().register.of_level("stadtteil")])
def test_a_report_has_at_most_2500_visible_words(area: str) -> None:
    headings = [cell.source for cell in report(area).nb.cells if cell.cell_type == "markdown"][1:]
    shown = re.sub(r"<[^>]+>", " ", visible(area)) + " ".join(headings)
    assert 1000 < len(unescape(shown).split()) <= MOST_WORDS


@pytest.mark.parametrize("area", AREAS)
def test_each_gap_is_told_once(area: str) -> None:
    told = [item.text for item in report(area).statements if "luecke" in {kind for kind, *_ in item.refs}]
    assert len(told) == 1
    assert len(re.findall(r"noch nicht eingelesen\.", flat(re.sub(r"<[^>]+>", "", _overview(area))))) == 1
    assert "liegt nicht vor (" not in words(area)


def _overview(area: str) -> str:
    return next(part for part in report(area).html.split("\n") if 'class="sr-overview"' in part)


@pytest.mark.parametrize("area", AREAS)
def test_singular_and_plural_agree_with_their_numbers(area: str) -> None:
    one = r"(?<![\d,.])1 (Grundschulen|Kitas|Haltestellen|Schulen|Stadtteile)\b"
    many = r"(?<![\d,.])(?:[2-9]|\d{2,}) (Grundschule|Kita|Haltestelle|Schule)\b"
    spoken = " ".join(item.text for item in report(area).statements if "; " not in item.text)
    assert not re.search(one, flat(spoken))
    assert not re.search(many, flat(spoken))


def test_terms_are_those_that_occur_in_reports_and_their_annex() -> None:
    annex = re.sub(r"<caption>Begriffe,.*?</table>", "", _annex(), flags=re.DOTALL)
    content = flat(unescape(re.sub(r"<[^>]+>", " ", annex))) + " ".join(map(words, AREAS))
    assert list(text.terms(analyse(essen(), "essen")).index) == [
        word for word, used in TERMS.items() if re.search(rf"(?<!\w)(?:{used})", content, re.IGNORECASE)
    ]


def _annex() -> str:
    nb = run("essen", name="09_methode")
    outputs = [output for cell in nb.cells for output in cell.get("outputs", [])]
    prose = [cell.source for cell in nb.cells if cell.cell_type == "markdown"][1:]
    return " ".join([*prose, *(str(output.data.get("text/html", "")) for output in outputs)])


def test_terms_and_glossary_do_not_drift() -> None:
    rows = {
        line.split("|")[1].strip() for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line[:2] == "| "
    }
    assert [term.glossar for term in text.begriffe() if term.glossar not in rows] == []
    names = [term.wort.casefold() for term in text.begriffe()]
    assert names == sorted(names, key=lambda name: name.replace("ü", "u"))
    assert all(term.erklaerung.endswith(".") and len(term.erklaerung) < 180 for term in text.begriffe())


@pytest.mark.parametrize("area", AREAS)
def test_alternative_texts_are_of_this_area_and_agree_with_their_tables(area: str) -> None:
    known = Known(essen()) if area == AREAS[0] else _known()
    label, found = essen().register.by_id(area).label, figures(area)
    assert len(found) >= 6
    assert len({alt for alt, _ in found}) == len(found)
    for alt, table in found:
        assert len(alt) > SHORTEST
        assert label in alt
        assert table, alt
        printed = {token.printed for token in tokens(table, known.numbers)}
        free = re.sub(r"Punktreihe: .*?(?=; )|Balken: [^.]*\.|Profil von .*?: ", "", alt)
        for phrase in sorted(known.phrases, key=len, reverse=True):
            if re.search(r"\d", phrase):
                free = re.sub(re.escape(phrase), "", free, flags=re.IGNORECASE)
        for token in tokens(free, known.numbers):
            if not re.match(r" (Schule|Kita|Haltestelle)", free[token.end :]):
                assert token.printed in printed, (token, alt, table)


@cache
def _known() -> Known:
    return Known(essen())


@pytest.mark.parametrize("area", AREAS)
def test_no_rank_and_no_school_with_its_level(area: str) -> None:
    assert not re.search(r"\bRang\b|\bRangfolge\b|\d\. Platz\b|\bSpitzenreiter\b|\bSchlusslicht\b", words(area))
    schools = essen().einrichtungen
    names = {str(name) for name in schools.loc[schools["art"] == "schule", "name"]} - {"Grundschule", "Gymnasium"}
    spoken = " ".join(item.text for item in report(area).statements)
    for sentence in re.split(r"(?<=\.) ", spoken):
        if "Stufe" in sentence or "Sozialindex" in sentence or "sozialindex" in sentence:
            assert not [name for name in names if len(name) > 6 and name in sentence]
