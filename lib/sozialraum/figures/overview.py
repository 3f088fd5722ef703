"""The first page: two lists of points, the key figures of the social situation, facts by topic."""

from collections.abc import Iterable
from html import escape

from sozialraum.compare.analysis import Analysis
from sozialraum.figures.blocks import Statement, put, sentence
from sozialraum.figures.marks import Marks
from sozialraum.figures.multiples import small_multiples
from sozialraum.text import glance
from sozialraum.text.chapters import area_note


def overview(analysis: Analysis) -> None:
    """Put what stands first on the page: institutions, differences, what is to be settled, the social situation."""
    marks = Marks()
    differs, settle = glance.first_page_titles(analysis)
    first = [sentence(item, marks) for item in area_note(analysis)]
    noted = f'<div class="sr-note" role="note"><p>{" ".join(first)}</p></div>' if first else ""
    social = glance.social(analysis)
    box = (
        f'<div class="sr-social">{_listed("Kennzahlen zur sozialen Lage", social, marks, lead=False)}</div>'
        if social
        else ""
    )
    html = (
        f'<div class="sr-overview">{noted}<div class="sr-columns">'
        f"<div>{_listed(differs, glance.clear_differences(analysis), marks)}<p>{glance.NO_NEED}</p></div>"
        f"<div>{_listed(settle, glance.open_points(analysis), marks)}{box}</div></div></div>"
    )
    put(html, f"{differs}, {settle}", marks)


def _listed(title: str, items: Iterable[Statement], marks: Marks, *, lead: bool = True) -> str:
    """A heading with a list; with ``lead`` the words before the first colon stand out."""
    lines = [sentence(item, marks, lead=lead) for item in items]
    listed = f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>" if lines else "<p>Nichts.</p>"
    return f"<h3>{escape(title)}</h3>{listed}"


def facts(analysis: Analysis) -> None:
    """Put the facts on the page: one line per topic."""
    marks = Marks()
    rows = "".join(
        f'<div><dt class="sr-fact-label">{escape(label)}</dt>'
        f"<dd>{' '.join(sentence(item, marks) for item in said)}</dd></div>"
        for label, said in glance.facts(analysis)
    )
    put(f'<dl class="sr-facts">{rows}</dl>', "; ".join(label for label, _ in glance.facts(analysis)), marks)


def letters(analysis: Analysis, *kapitel: str) -> None:
    """Put a line under a heading: which chapters of the city's own series it follows, and where the method stands."""
    names = analysis.data.indikatoren_yml["kapitel"]
    said = "; ".join(f"{letter} {names[letter]}" for letter in kapitel if letter in names)
    series = str(analysis.data.stadt.get("reihe") or "Kapitel")
    told = f"{escape(series)}: {escape(said)} · " if said else ""
    html = f'<p class="sr-letters">{told}<span data-methode="">Methode</span></p>'
    put(html, said, Marks())


def maps_of_parts(analysis: Analysis) -> None:
    """Put small maps of what differs most between the Stadtteile of a larger area on the page; nothing for others."""
    keys = glance.widest(analysis)
    if keys:
        lead = f"Am weitesten auseinander liegen die Stadtteile {analysis.gebiet.in_phrase} bei: "
        small_multiples(analysis, keys, lead=lead).show()
