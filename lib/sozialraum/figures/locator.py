"""The locator: where in the city an area lies."""

from functools import lru_cache
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import QUARTIER
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis
from sozialraum.figures.figure import Figure
from sozialraum.figures.ground import Frame, frame_around, ground, svg_path
from sozialraum.style import ACCENT, LAND, MUTED, PAPER, Canvas, SvgFigure
from sozialraum.style.grammar import enumerate_words, pronoun
from sozialraum.text.claims import Sentence, noted

WIDTH: Final = 220.0


def locator(analysis: Analysis) -> Figure:
    """All Stadtteile in grey, the area filled, the Stadtbezirke outlined; for the city its own outline instead."""
    words = _alt(analysis)
    return Figure(
        title=f"Lage: {analysis.gebiet.label}", alt=words.text, table=pd.DataFrame(), belege=words.refs,
        draw=lambda: _drawn(analysis.data, analysis.gebiet.id),
    )  # fmt: skip


def _alt(analysis: Analysis) -> Sentence:
    """Where the area lies: Stadtbezirk and neighbours, or members."""
    area, register = analysis.gebiet, analysis.data.register
    city = register.city.name
    if area.ebene == "stadt":
        return noted("lage", f"Umriss der Stadt {city} mit {len(analysis.stadtteile)} Stadtteilen.")
    if area.ebene == "stadtbezirk":
        names = enumerate_words([register.by_id(key).name for key in analysis.members])
        return Sentence(f"Lage des Stadtbezirks {area.id} in {city}; er besteht aus {names}.")
    names = enumerate_words([register.by_id(key).name for key in analysis.neighbours])
    if area.ebene == QUARTIER:
        parts = enumerate_words([register.by_id(key).name for key in (*area.ganze, *area.angeschnittene)])
        holds = f"{pronoun(area)} {'hat Anteil an' if area.angeschnittene else 'besteht aus'}"
        whose = "von" if area.planung or area.in_phrase == f"im {area.label}" else "des Quartiers"
        return Sentence(f"Lage {whose} {area.label} in {city}; {holds} {parts}.")
    bezirk = f", Stadtbezirk {area.stadtbezirk_id}" if area.stadtbezirk_id else ""
    return Sentence(f"Lage von {area.label} in {city}{bezirk}; benachbart sind {names}.")


def _drawn(data: Data, gebiet_id: str) -> SvgFigure:
    area = data.register.by_id(gebiet_id)
    city = data.gebiete.geometry[data.register.city.id]
    frame = frame_around(city.bounds, width=WIDTH, padding=4)
    canvas = Canvas(frame.width, frame.height, paper=True)
    own = area.ebene not in ("stadt", QUARTIER)
    members = set(data.register.members(gebiet_id)) if own else set()
    below, (shapes, borders) = ground(data, frame), _paths(data, frame)
    canvas.add(f'<g stroke="{PAPER}" stroke-width="0.6" stroke-linejoin="round">')
    for key, path in shapes.items():
        canvas.add(f'<path data-ort="{key}" d="{path}" fill="{ACCENT if key in members else LAND}"/>')
    canvas.add("</g>")
    if area.ebene == QUARTIER:
        canvas.path(svg_path(below.outline_of(data, gebiet_id), frame, precision=0.5), fill=ACCENT)
    canvas.path(borders, fill="none", stroke=MUTED, weight=0.6)
    if area.ebene == "stadt":
        canvas.path(svg_path(below.outline(shapes), frame), fill="none", stroke=ACCENT, weight=2)
    return canvas.figure()


@lru_cache(maxsize=4)
def _paths(data: Data, frame: Frame) -> tuple[dict[str, str], str]:
    """Path data of every Stadtteil, and of the boundaries of the Stadtbezirke."""
    below = ground(data, frame)
    shapes = {key: svg_path(shape, frame, precision=0.5) for key, shape in below.pieces.items()}
    return shapes, "".join(svg_path(shape, frame, precision=0.5) for shape in below.bezirke.values())
