"""Maps of an index: the Statusgruppe of every Stadtteil, dotted where it does not hold, and how well it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import pandas as pd

from sozialraum.compare.analysis import Analysis
from sozialraum.compare.city_index import CityIndex
from sozialraum.compare.social_index import STATUS
from sozialraum.compare.stability import CLEAR
from sozialraum.figures.choropleth import WIDTH, borders, definitions, draw_pieces, edge, names
from sozialraum.figures.figure import NARROW, Figure
from sozialraum.figures.ground import frame_around, ground
from sozialraum.figures.hatch import (
    HATCH,
    doubt_patterns,
    doubtful,
    hatch_pattern,
    texture_box,
    texture_patterns,
    textured,
)
from sozialraum.figures.parts import Key
from sozialraum.style import CITY, NBSP, SEQUENTIAL, Canvas, SvgFigure
from sozialraum.style.grammar import enumerate_words
from sozialraum.text import index_words
from sozialraum.text.claims import fact
from sozialraum.text.findings import sources_of

STEPS: Final = (100, round(CLEAR * 100), 75)
"""From so many of 100 runs on a class counts as holding: in all of them, nearly all, most."""
_STEP_WORDS: Final = (
    "in allen Rechnungen", f"in {STEPS[1]} bis 99 von 100", f"in {STEPS[2]} bis {STEPS[1] - 1} von 100",
    f"in weniger als {STEPS[2]} von 100",
)  # fmt: skip
_COLOURS: Final = (SEQUENTIAL[0], SEQUENTIAL[1], SEQUENTIAL[3], SEQUENTIAL[4])
_WITHOUT: Final = "ohne Index"
_SWATCH: Final = 22.0


def index_map(found: CityIndex, *, table: bool = True) -> Figure | None:
    """The Statusgruppe of every Stadtteil, dotted where it holds in less than 90 of 100 runs; None without an index.

    Without ``table`` for a page that has it beside the map.
    """
    if found.grund:
        return None
    classes = {str(area): STATUS.index(klasse) for area, klasse in found.stability.klassen.items()}
    share = found.stability.share
    open_ = [str(area) for area in share.index[share < CLEAR]]
    title = "Statusgruppen der Stadtteile" if not open_ else "Statusgruppen der Stadtteile, gepunktet: nicht stabil"
    doubt = f"hält in weniger als {STEPS[1]} von 100 Rechnungen"
    figure = _figure(found, title, _index_subtitle(found), STATUS, classes, open_, doubt)
    return replace(figure, table=index_words.index_table(found)) if table else figure


def stability_map(found: CityIndex, *, table: bool = True) -> Figure | None:
    """In how many of 100 runs the Statusgruppe of every Stadtteil holds; None without an index. See index_map."""
    if found.grund:
        return None
    held = {str(area): found.stability.of_100(str(area)) for area in found.stability.klassen.index}
    classes = {area: sum(count < step for step in STEPS) for area, count in held.items()}
    title = f"In allen Rechnungen hält die Statusgruppe bei {sum(one == 0 for one in classes.values())} von {len(held)}"
    subtitle = "Wie oft die Statusgruppe hält, wenn anders gerechnet wird; jede Art der Prüfung zählt gleich."
    figure = _figure(found, f"{title}{NBSP}Stadtteilen", subtitle, _STEP_WORDS, classes, [], "")
    return replace(figure, table=index_words.stability_table(found)) if table else figure


def _index_subtitle(found: CityIndex) -> str:
    hatched = f" Schraffiert: {_WITHOUT}." if found.basis.out else ""
    return f"Ein hoher Status ist eine geringe Belastung nach diesen Kennzahlen.{hatched}"


def _figure(
    found: CityIndex, title: str, subtitle: str, words: Sequence[str], classes: Mapping[str, int],
    dotted: Sequence[str], doubt: str,
) -> Figure:  # fmt: skip
    analysis = found.analysis
    said = [_listed(analysis, word, [k for k, one in classes.items() if one == n]) for n, word in enumerate(words)]
    alt = f"Karte der Stadtteile. {' '.join(text for text in said if text)}"

    def draw() -> SvgFigure:
        wide, narrow = (_drawn(found, width, words, classes, dotted, doubt) for width in (WIDTH, NARROW))
        return replace(wide, narrow=narrow)

    return Figure(
        title=title, subtitle=subtitle, alt=alt, table=pd.DataFrame(), draw=draw,
        source=sources_of(analysis, *found.eingegangen).text,
        belege=[fact(index_words.INDEX, title, subtitle, alt).ref, *(("definition", key) for key in found.eingegangen)],
    )  # fmt: skip


def _listed(analysis: Analysis, word: str, areas: Sequence[str]) -> str:
    """A class with its Stadtteile: "hoch: Altstadt und Ostfeld."."""
    named = enumerate_words([analysis.data.register.by_id(key).label for key in areas])
    return f"{word}: {named}." if areas else ""


def _drawn(
    found: CityIndex, width: float, words: Sequence[str], classes: Mapping[str, int], dotted: Sequence[str], doubt: str
) -> SvgFigure:
    data, area = found.analysis.data, found.analysis.gebiet.id
    frame = frame_around(data.gebiete.geometry[data.register.city.id].bounds, width=width, padding=6)
    canvas = Canvas(width, 0, paper=True)
    below = ground(data, frame)
    fills = {key: _COLOURS[classes[key]] if key in classes else HATCH for key in below.pieces}
    canvas.add(
        definitions(below, frame, None) + hatch_pattern() + texture_patterns(_COLOURS) + doubt_patterns(_COLOURS)
    )
    draw_pieces(canvas, fills, dotted)
    borders(canvas, below, frame, edge(data, below, area))
    names(canvas, data, below, frame, fills, area)
    counts = [sum(one == place for one in classes.values()) for place in range(len(words))]
    rows = [(_COLOURS[place], f"{word}: {counts[place]}") for place, word in enumerate(words) if counts[place]]
    rows += [(doubtful(_COLOURS[1]), f"{doubt}: {len(dotted)}")] if dotted else []
    rows += [(HATCH, f"{_WITHOUT}: {len(fills) - len(classes)}")] if len(fills) > len(classes) else []
    key = Key(canvas, 6, width - 6, frame.height + 20)
    for fill, word in rows:
        key.add(word, _SWATCH, partial(_swatch, canvas, fill))
    canvas.height = key.y + 8
    return canvas.figure()


def _swatch(canvas: Canvas, fill: str, x: float, y: float) -> None:
    """A class as the legend shows it, from its left edge and baseline."""
    canvas.rect(x, y - 10, _SWATCH, 12, fill=fill, stroke=CITY, weight=0.5)
    canvas.add(textured([texture_box(fill, x, y - 10, _SWATCH, 12)]))
