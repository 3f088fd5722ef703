"""The core table: one row per indicator with count, value, interval, city, class, and a strip of all Stadtteile."""

from collections.abc import Iterator, Sequence
from html import escape

from sozialraum.city.indicators import PLAIN_COUNT
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.wert import Reference, Wert
from sozialraum.figures.blocks import put
from sozialraum.figures.html_table import cell_class
from sozialraum.figures.marks import Marks, attribute
from sozialraum.figures.profile import strip
from sozialraum.style import NBSP
from sozialraum.style.grammar import upper_first
from sozialraum.supply.intake.bring import OTHERWISE
from sozialraum.text import glance
from sozialraum.text.claims import about
from sozialraum.text.findings import extremes_of, sentence, sources_of


def core_table(analysis: Analysis) -> None:
    """Put the core table on the page: the profile of the area, with words for classes and a drawing in each row.

    A larger area shows its lowest and highest Stadtteil in place of interval, Stadtbezirk and class.
    """
    keys = glance.core(analysis)
    if not keys:
        return
    marks = Marks()
    heads = _heads(analysis)
    body = "".join(_row(analysis, key, heads, marks) for key in keys)
    caption = f"Kerntabelle: {analysis.gebiet.label}"
    head = "".join(_head(name, right) for name, right in heads)
    named = [("auswahl", *keys), *(ref for key in keys for ref in _refs(analysis, key))]
    marks.pictures(marks.number(named))
    html = (
        f'<div class="sr-scroll sr-core" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f'<table class="sr-table"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{_legend(analysis, keys, marks)}"
    )
    put(html, caption, marks)


def _bezirk(analysis: Analysis) -> str:
    """Id of the Stadtbezirk whose values stand beside those of the area; empty where there is not exactly one."""
    found = analysis.data.register.bezirke(analysis.gebiet.id) if glance.is_classed(analysis) else []
    return found[0] if len(found) == 1 else ""


def _heads(analysis: Analysis) -> list[tuple[str, bool]]:
    """Names of the columns, and whether they hold figures."""
    city = [] if analysis.gebiet.ebene == "stadt" else [(analysis.stadt, True)]
    drawn = [(f"niedriger als {analysis.stadt} | höher", False)]
    first = [("Indikator", False), ("Anzahl", True), ("Wert", True)]
    if not glance.is_classed(analysis):
        return [*first, *city, ("Niedrigster Stadtteil", False), ("Höchster Stadtteil", False), *drawn]
    bezirk = _bezirk(analysis)
    near = [(f"Bezirk {bezirk}", True)] if bezirk else []
    return [*first, ("Spanne", True), *near, *city, ("Einordnung", False), *drawn]


def _head(name: str, right: bool) -> str:
    low, _, high = name.partition(" | ")
    words = f'<span class="sr-ends"><span>{escape(low)}</span><span> {escape(high)}</span></span>' if high else ""
    return f'<th scope="col"{cell_class("sr-num" if right else "")}>{words or escape(name)}</th>'


def _cells(analysis: Analysis, item: Wert) -> Iterator[str]:
    """The texts of a row behind its name, without units; the drawing apart."""
    entry, bezirk = item.eintrag, _bezirk(analysis)
    yield item.people.removesuffix(f"{NBSP}{entry.counted}")
    yield item.text(unit=False)
    city = [] if item.ort.ebene == "stadt" else [item.city_text]
    if not glance.is_classed(analysis):
        yield from city
        ends = glance.ends_of(analysis, item.indikator)
        yield from (f"{one.text()} ({one.ort.name})" for one in ends) if ends else ("", "")
        return
    yield item.span(unit=False)
    if bezirk:
        yield analysis.wert(item.indikator, bezirk).text()
    yield from city
    yield item.klasse


def _row(analysis: Analysis, key: str, heads: Sequence[tuple[str, bool]], marks: Marks) -> str:
    item, entry = analysis[key], analysis.katalog[key]
    unit = "" if entry.einheit in ("", PLAIN_COUNT) or entry.einheit in entry.kurztitel else entry.einheit
    words = f"{upper_first(entry.kurztitel)}{' (abweichend gezählt)' if OTHERWISE in entry.definition else ''}"
    texts = [
        _figure(text, entry.einheit, name) for text, (name, _) in zip(_cells(analysis, item), heads[1:], strict=False)
    ]
    if item.wert is not None:
        texts[1] = f'<a class="sr-ref" href="#{item.anchor}">{texts[1]}</a>'
    cells = "".join(
        f'<td{cell_class("sr-num" if right else "")} data-name="{escape(name)}">{text}</td>'
        for text, (name, right) in zip(texts, heads[1:-1], strict=True)
    )
    name = f'<span data-methode="{escape(key)}">{escape(words)}</span>'
    shown = f'{name}<span class="sr-unit">{f" ({escape(unit)})" if unit else ""}</span>'
    drawing = strip(analysis, key).markup(alt=_alt(analysis, key), prefix=f"kern-{key}-")
    mark = attribute(marks.number(_refs(analysis, key)))
    return f'<tr{mark}><th scope="row">{shown}</th>{cells}<td class="sr-strip-cell">{drawing}</td></tr>'


def _figure(text: str, unit: str, column: str) -> str:
    """A cell whose unit is heard and not seen: the first column shows it."""
    if column in ("Anzahl", "Einordnung") or not unit:
        return escape(text)
    number, _, rest = text.partition(f"{NBSP}{unit}")
    if not number[-1:].isdigit():
        return escape(text)
    return f'{escape(number)}<span class="sr-vh">{NBSP}{escape(unit)}</span>{escape(rest)}'


def _refs(analysis: Analysis, key: str) -> list[Reference]:
    city, bezirk = analysis.data.register.city.id, _bezirk(analysis)
    ends = glance.ends_of(analysis, key) if not glance.is_classed(analysis) else ()
    areas = [analysis.gebiet.id, city, *([bezirk] if bezirk else []), *(one.gebiet_id for one in ends or ())]
    return [*(about(key, area) for area in dict.fromkeys(areas)), ("spanne", key)]


def _alt(analysis: Analysis, key: str) -> str:
    """Where the area, the city and the extremes stand."""
    entry, item = analysis.katalog[key], analysis[key]
    own = [f"{item.ort.in_phrase} {item.dated}"] if item.ort.ebene != "stadt" else []
    parts = [f"Punktreihe: {entry.titel}", *own, f"{analysis.stadt} {item.city_text}", extremes_of(analysis, key)]
    return sentence(parts)


def _legend(analysis: Analysis, keys: Sequence[str], marks: Marks) -> str:
    """What the signs mean, why some rows have no class, and where the values come from."""
    own = (
        ""
        if analysis.gebiet.ebene == "stadt"
        else " Rot: "
        + (
            "dieser Wert mit seiner Spanne."
            if glance.is_classed(analysis)
            else "dieser Wert; umrandet: die Stadtteile hier."
        )
    )
    hollow = glance.unclassed(analysis)
    signs = (
        f"Je Zeile: graue Punkte die Stadtteile, Strich {analysis.stadt}, helles Band durchschnittlich.{own}"
        f"{' Hohl: keine Einstufung.' if hollow else ''}"
    )
    told = [*hollow, sources_of(analysis, *keys)]
    lines = "".join(f'<p class="sr-source"{attribute(marks.number(one.refs))}>{escape(one.text)}</p>' for one in told)
    return f'<p class="sr-source">{escape(signs)}</p>{lines}'
