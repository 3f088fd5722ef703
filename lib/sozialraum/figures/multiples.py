"""Small multiples: maps of several indicators side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from sozialraum.city.indicators import Indikator
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.basis import gap, known, rests_on
from sozialraum.figures.choropleth import WIDTH, circles_on, definitions, doubts, draw_circles, draw_small, edge
from sozialraum.figures.circles import LARGEST, circles_of, is_count, paint
from sozialraum.figures.classes import breaks, limit_words
from sozialraum.figures.figure import Figure
from sozialraum.figures.ground import Frame, Ground, frame_around, ground
from sozialraum.figures.hatch import HATCH, doubt_patterns, hatch_pattern, texture_patterns
from sozialraum.figures.legend import SMALL_SIZE, legend
from sozialraum.style import INK, SEQUENTIAL, Canvas, SvgFigure, n, wrapped
from sozialraum.style.grammar import enumerate_words, upper_first
from sozialraum.text import findings, tables
from sozialraum.text.claims import ROWS, with_rows

COLUMNS: Final = 3
ON_A_SHEET: Final = 6
NARROW: Final = (352.0, 2)
"""Width and columns of the small maps on a phone."""
GUTTER: Final = 14.0
TITLE_SIZE: Final = 12.0
TITLE_LINE: Final = 14.0
PANEL_GAP: Final = 16.0
SMALL_PRECISION: Final = 0.5
SMALL_MAP: Final = 1.5
"""How much larger circles are on small maps than the map's scale would make them."""


def small_multiples(analysis: Analysis, indikatoren: Sequence[str], *, lead: str = "") -> Figure:
    """Several maps side by side, each with its own classes or circles; the geometry is written once.

    ``lead`` says in the title what the indicators have in common, before their names.
    """
    if not known(analysis, *indikatoren):
        return gap(analysis, "Karten: ", *indikatoren)

    def draw() -> SvgFigure:
        return replace(_drawn(analysis, indikatoren, WIDTH, COLUMNS), narrow=_drawn(analysis, indikatoren, *NARROW))

    named = enumerate_words([analysis.katalog[key].kurztitel for key in indikatoren])
    told = "; ".join(findings.range_words(analysis, key) for key in indikatoren)
    return Figure(
        title=lead + (named if lead else f"{upper_first(named)} nach Stadtteilen"),
        subtitle=_ways(analysis, indikatoren),
        alt=f"Kleine Karten der Stadtteile{_whose(analysis)}: {told}.",
        table=ranges(analysis, indikatoren),
        source=findings.sources_of(analysis, *indikatoren).text,
        belege=[("auswahl", *indikatoren), *(ref for key in indikatoren for ref in rests_on(analysis, key))],
        draw=draw,
    )


def map_sheets(analysis: Analysis, indikatoren: Sequence[str]) -> None:
    """Put small maps on the page, as many together as are legible on a sheet of paper."""
    for start in range(0, len(indikatoren), ON_A_SHEET):
        small_multiples(analysis, indikatoren[start : start + ON_A_SHEET]).show()


def ranges(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """Lowest and highest Stadtteil, the city, and the limits of the colours of the maps; index indicator."""
    frame = tables.extremes(analysis, indikatoren)
    limits = [limit_words(analysis.values(key), analysis.katalog[key]) for key in indikatoren]
    shown = frame.assign(Farbklassen=limits)
    rows = zip(frame.attrs[ROWS], indikatoren, strict=True)
    return with_rows(shown, [[*refs, ("farbklassen", key)] for refs, key in rows])


def _whose(analysis: Analysis) -> str:
    """Whose Stadtteile they are, or which area is outlined."""
    area = analysis.gebiet
    return f" von {area.label}" if area.ebene == "stadt" else f", {area.label} umrandet"


def _ways(analysis: Analysis, indikatoren: Sequence[str]) -> str:
    """How the small maps show their indicators."""
    counted = [is_count(analysis.katalog[key]) for key in indikatoren]
    missing = any(bool(analysis.values(key).isna().any()) for key in indikatoren)
    parts = [
        "Anteile und Raten: eigene Klassen je Karte, dunkler heißt höher." if not all(counted) else "",
        "Anzahlen: Die Fläche eines Kreises entspricht der Zahl." if any(counted) else "",
        "Schraffiert: keine Angabe." if missing else "",
        "Gepunktet: Die Spanne reicht über eine Klassengrenze." if not all(counted) else "",
    ]
    return " ".join(part for part in parts if part)


def _drawn(analysis: Analysis, indikatoren: Sequence[str], total: float, across: int) -> SvgFigure:
    data, area = analysis.data, analysis.gebiet.id
    width = (total - GUTTER * (across - 1)) / across
    frame = frame_around(data.gebiete.geometry[data.register.city.id].bounds, width=width, padding=2)
    canvas = Canvas(total, 0, paper=True)
    below = ground(data, frame)
    outlined = edge(data, below, area)
    patterns = hatch_pattern() + texture_patterns(SEQUENTIAL) + doubt_patterns(SEQUENTIAL)
    canvas.add(definitions(below, frame, outlined, precision=SMALL_PRECISION) + patterns)
    panel = _Panel(canvas, analysis, below, frame, outlined is not None)
    top = 0.0
    for start in range(0, len(indikatoren), across):
        row = [analysis.katalog[key] for key in indikatoren[start : start + across]]
        head = TITLE_LINE * max(len(_titled(entry, width)) for entry in row) + 6
        ends = [panel.draw(entry, left=place * (width + GUTTER), top=top, head=head) for place, entry in enumerate(row)]
        canvas.height = max(ends) + 6
        top = canvas.height + PANEL_GAP
    return canvas.figure()


def _titled(entry: Indikator, width: float) -> list[str]:
    """The title of a small map in lines that fit."""
    return wrapped(entry.kurztitel, width, size=TITLE_SIZE, bold=True)


@dataclass(frozen=True)
class _Panel:
    """Draws small maps on one ground."""

    canvas: Canvas
    analysis: Analysis
    below: Ground
    frame: Frame
    outlined: bool

    def draw(self, entry: Indikator, *, left: float, top: float, head: float) -> float:
        """One small map with title and legend; returns where it ends."""
        canvas, frame, values = self.canvas, self.frame, self.analysis.values(entry.id)
        classes = breaks(values, indikator=entry)
        for place, line in enumerate(_titled(entry, frame.width)):
            canvas.text(left, top + 12 + place * TITLE_LINE, line, size=TITLE_SIZE, bold=True)
        shift = f' transform="translate({n(left)} {n(top + head)})"'
        fills = paint(values.reindex(list(self.below.pieces)), classes, indikator=entry)
        open_ = doubts(self.analysis, entry.id, classes)
        draw_small(canvas, fills, open_, shift=shift)
        if self.outlined:
            canvas.add(f'<use href="#id-edge"{shift} stroke="{INK}" stroke-width="1.8"/>')
        radius = SMALL_MAP * LARGEST * frame.width / WIDTH
        if is_count(entry):
            scale = circles_of(classes, indikator=entry, radius=radius)
            draw_circles(canvas, circles_on(self.analysis.data, frame, values, scale), shift=(left, top + head))
        return legend(
            canvas, classes, indikator=entry, left=left, top=top + head + frame.height + 6, right=left + frame.width,
            box=(frame.width - 8) / max(classes.count, 5), size=SMALL_SIZE, radius=radius,
            missing=HATCH in fills.values(), doubt=len(open_),
        )  # fmt: skip
