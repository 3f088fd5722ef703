"""Bars: parts of an area against the city's outline bars, and one indicator across near areas."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import MAX_LABEL, QUARTIER, Gebiet, shortened
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.basis import gap, known
from sozialraum.figures.figure import Figure, nothing
from sozialraum.figures.parts import CITY_WEIGHT, LABEL_SIZE, SMALL_SIZE, Scale, city_line, clamp_anchor
from sozialraum.style import ACCENT, CITY, DOT, INK, LINE, MUTED, PAPER, Canvas, SvgFigure, day, text_width, value
from sozialraum.style.grammar import enumerate_words, upper_first
from sozialraum.text import tables
from sozialraum.text.ages import AGES, fitting
from sozialraum.text.claims import about
from sozialraum.text.findings import named_value, sources_of

WIDTH: Final = 352.0
HEAD: Final = 12.0
BAR: Final = 20.0


def age_groups(analysis: Analysis) -> Figure:
    """Shares of the age groups of an area as filled bars against the city's outline bars.

    The bars start at zero. Only what fits together is drawn; see :func:`sozialraum.text.ages.fitting`.
    """
    if not known(analysis, *AGES):
        return gap(analysis, "Altersgruppen: ", *AGES)
    title, subtitle, keys = _age_title(analysis), _age_subtitle(analysis), fitting(analysis, AGES)
    source, belege = sources_of(analysis, *AGES).text, [about(key, analysis.gebiet.id) for key in AGES]
    if not keys:
        return nothing(title, subtitle, source=source, belege=belege)
    return Figure(
        title=title,
        subtitle=subtitle,
        alt=_age_alt(analysis),
        table=tables.profile_table(analysis, keys),
        source=source,
        belege=belege,
        draw=lambda: _shares(analysis, keys),
    )


def _age_title(analysis: Analysis) -> str:
    """The age structure in one sentence without judgement; shares that do not fit together each with its date."""
    young, _, old = (analysis[key] for key in AGES)
    entry = analysis.katalog[AGES[0]]
    if pd.isna(young.wert) or pd.isna(old.wert):
        return f"Altersgruppen {analysis.gebiet.in_phrase}: keine Angabe"
    where, under, over = upper_first(analysis.gebiet.in_phrase), value(young.wert, entry), value(old.wert, entry)
    drawn = fitting(analysis, AGES)
    if len(drawn) == len(AGES):
        return f"{where} sind {under} der Menschen unter 15 und {over} über 64 Jahre alt"
    shown = {young: under, old: over}
    each = [f"{analysis.katalog[one.indikator].kurztitel} {text} ({day(one.stand)})" for one, text in shown.items()]
    if drawn:
        return f"Altersgruppen {analysis.gebiet.in_phrase}, nicht aus einer Zählung: {'; '.join(each)}"
    return f"Balken der Altersgruppen {analysis.gebiet.in_phrase}. Einzeln: {'; '.join(each)}"


def _age_subtitle(analysis: Analysis) -> str:
    """What is shown, and which age groups are not drawn because they do not fit; without a drawing the reason alone."""
    drawn = fitting(analysis, AGES)
    shown = f"Anteil an allen Menschen in Prozent. Umriss: {analysis.stadt}."
    if len(drawn) == len(AGES):
        return shown
    if all(len(fitting(analysis, pair)) == len(pair) for pair in (AGES[:2], AGES[1:])):
        return "Die drei Anteile ergeben zusammen nicht das Ganze und sind deshalb nicht gezeichnet."
    left = [key for key in AGES if key not in drawn]
    named = [f"{analysis.katalog[key].kurztitel} ({day(analysis[key].stand)})" for key in left]
    why = f"Nicht gezeichnet, weil Stand oder Quelle verschieden sind: {enumerate_words(named)}."
    return f"{shown} {why}" if drawn else why


def _age_alt(analysis: Analysis) -> str:
    """Shares of the three age groups beside the city's."""
    city = analysis.stadt
    rows = []
    for key in fitting(analysis, AGES):
        entry, item = analysis.katalog[key], analysis[key]
        rows.append(f"{entry.kurztitel} {item.text()} ({city} {item.city_text})")
    return f"Balken der Altersgruppen {analysis.gebiet.in_phrase} neben dem Umriss der Stadt: {'; '.join(rows)}."


def _shares(analysis: Analysis, keys: Sequence[str]) -> SvgFigure:
    items = [analysis[key] for key in keys]
    own = analysis.gebiet.ebene != "stadt"
    left = _label_width([item.eintrag.kurztitel for item in items])
    right = max(
        text_width(value(wert, item.eintrag), LABEL_SIZE, bold=True)
        for item in items
        for wert in (item.wert, item.stadtwert)
    )
    largest = max(max(item.wert or 0.0, item.stadtwert or 0.0) for item in items)
    scale = Scale(0, largest or 1, left, WIDTH - right - 14)
    step = 2 * BAR + 12
    canvas = Canvas(WIDTH, HEAD + step * len(items) + 26)
    for place, item in enumerate(items):
        y = HEAD + place * step
        canvas.text(left - 8, y + BAR + 2, item.eintrag.kurztitel, size=SMALL_SIZE, anchor="end")
        if own:
            _bar(canvas, scale, y, item.wert, item.text(), fill=ACCENT)
        shift = BAR if own else BAR / 2
        _bar(canvas, scale, y + shift, item.stadtwert, item.city_text, stroke=CITY)
    canvas.line((left, HEAD - 4), (left, canvas.height - 28), colour=LINE)
    _key(canvas, analysis, canvas.height - 6)
    return canvas.figure()


def comparison(analysis: Analysis, indikator: str) -> Figure:
    """One indicator: the area, its Stadtbezirk (or its Stadtteile), its neighbours, and the city as a line.

    The order is fixed (area, Stadtbezirk, then official order), not by size; a planning area stands in its place among
    all of its level. The bars start at zero.
    """
    if not known(analysis, indikator):
        return gap(analysis, "Vergleich: ", indikator)
    keys = [key for key in tables.context(analysis) if key != analysis.data.register.city.id]
    return Figure(
        title=_comparison_title(analysis, indikator),
        subtitle=analysis.katalog[indikator].definition,
        alt=_comparison_alt(analysis, indikator, keys),
        table=tables.around(analysis, indikator),
        source=sources_of(analysis, indikator).text,
        belege=[about(indikator, key) for key in keys],
        draw=lambda: _compared(analysis, indikator, keys),
    )


def _comparison_title(analysis: Analysis, indikator: str) -> str:
    """What is compared with whom."""
    entry = analysis.katalog[indikator]
    if analysis.gebiet.planung:
        return f"{entry.titel} im Vergleich der {analysis.gebiet.planung.name}"
    divided = bool(analysis.data.register.of_level("stadtbezirk"))
    with_whom = {
        "stadtteil": f"im Vergleich mit {'Stadtbezirk und ' if divided else ''}Nachbarn",
        "stadtbezirk": "in den Stadtteilen des Stadtbezirks",
        "stadt": f"in den {'Stadtbezirken' if divided else 'Stadtteilen'}",
        QUARTIER: f"im Vergleich mit {'Stadtbezirk und ' if divided else ''}Stadtteilen",
    }[analysis.gebiet.ebene]
    return f"{entry.titel} {with_whom}"


def _comparison_alt(analysis: Analysis, indikator: str, gebiet_ids: Sequence[str]) -> str:
    """Values of all compared areas."""
    entry = analysis.katalog[indikator]
    rows = [named_value(analysis.wert(indikator, key)) for key in gebiet_ids]
    city = f"{analysis.stadt} {value(analysis.city(indikator), entry)}"
    return f"Balken: {entry.titel}. {'; '.join(rows)}; zum Vergleich {city}."


def _compared(analysis: Analysis, indikator: str, keys: Sequence[str]) -> SvgFigure:
    entry = analysis.katalog[indikator]
    items = [analysis.wert(indikator, key) for key in keys]
    names = [_name(item.ort) for item in items]
    left = _label_width(names)
    right = max(text_width(value(item.wert, entry), LABEL_SIZE, bold=True) for item in items)
    city = analysis.city(indikator) if entry.typ != "anzahl" else float("nan")
    lowest = min(0.0, *(item.wert or 0.0 for item in items), _known(city))
    largest = max(*(item.wert or 0.0 for item in items), _known(city), 0.0)
    scale = Scale(lowest, largest if largest > lowest else 1, left, WIDTH - right - 14)
    canvas = Canvas(WIDTH, HEAD + (BAR + 6) * len(items) + 24)
    for place, (name, item) in enumerate(zip(names, items, strict=True)):
        y = HEAD + place * (BAR + 6)
        here = item.gebiet_id == analysis.gebiet.id
        colour = ACCENT if here else INK
        canvas.text(left - 8, y + 14, name, size=SMALL_SIZE, anchor="end", bold=here, colour=colour)
        _rectangle(canvas, scale, y, item.wert, fill=ACCENT if here else DOT)
        colour = ACCENT if here else MUTED
        canvas.text(WIDTH - 2, y + 14, item.text(), size=SMALL_SIZE, anchor="end", bold=here, colour=colour)
    if pd.notna(city):
        _city(canvas, analysis, scale(city), value(city, entry))
    return canvas.figure()


def _name(area: Gebiet) -> str:
    """Label of a bar; a planning area is called as within its level."""
    return shortened(area.eigenname, MAX_LABEL) if area.planung else area.kurz


def _known(wert: float) -> float:
    return 0.0 if pd.isna(wert) else float(wert)


def _label_width(labels: Sequence[str]) -> float:
    return max(text_width(label, SMALL_SIZE, bold=True) for label in labels) + 14


def _bar(
    canvas: Canvas, scale: Scale, y: float, wert: float | None, label: str, *, fill: str = "none", stroke: str = ""
) -> None:
    """A bar with its value at its end."""
    strong = fill == ACCENT
    if wert is None:
        canvas.text(scale(0) + 6, y + 14, label, size=SMALL_SIZE, colour=MUTED, italic=True)
        return
    _rectangle(canvas, scale, y, wert, fill=fill, stroke=stroke)
    canvas.text(scale(wert) + 6, y + 14, label, size=SMALL_SIZE, bold=strong, colour=ACCENT if strong else MUTED)


def _rectangle(canvas: Canvas, scale: Scale, y: float, wert: float | None, *, fill: str, stroke: str = "") -> None:
    if wert is not None:
        start, end = sorted((scale(0), scale(wert)))
        canvas.rect(start, y + 2, max(end - start, 0.8), BAR - 4, fill=fill, stroke=stroke, weight=1.4)


def _city(canvas: Canvas, analysis: Analysis, x: float, label: str) -> None:
    bottom = canvas.height - 18
    canvas.line((x, HEAD - 4), (x, bottom), colour=PAPER, width=3 * CITY_WEIGHT)
    city_line(canvas, x, HEAD - 4, bottom)
    content = f"{analysis.stadt} {label}"
    middle = clamp_anchor(x, content, size=SMALL_SIZE, low=2, high=WIDTH - 2, bold=True)
    canvas.text(middle, canvas.height - 5, content, size=SMALL_SIZE, anchor="middle", colour=MUTED, bold=True)


def _key(canvas: Canvas, analysis: Analysis, y: float) -> None:
    x = 2.0
    if analysis.gebiet.ebene != "stadt":
        canvas.rect(x, y - 10, 14, 10, fill=ACCENT)
        x = canvas.text(x + 20, y, analysis.gebiet.kurz, size=SMALL_SIZE, colour=ACCENT, bold=True).right + 18
    canvas.rect(x, y - 10, 14, 10, fill="none", stroke=CITY, weight=1.4)
    canvas.text(x + 20, y, analysis.stadt, size=SMALL_SIZE, colour=MUTED, bold=True)
