"""The locator: where in the city an area lies."""

from typing import Final

import pandas as pd

from sozialraum.compare import Analysis
from sozialraum.figures.figure import Figure
from sozialraum.gebiete import QUARTIER
from sozialraum.load import Data
from sozialraum.maps.ground import frame_around, ground, svg_path
from sozialraum.style import ACCENT, LAND, MUTED, PAPER, Canvas, SvgFigure
from sozialraum.text.findings import locator_alt

WIDTH: Final = 220.0


def locator(analysis: Analysis) -> Figure:
    """All Stadtteile in grey, the area filled, the Stadtbezirke outlined; for the city its own outline instead."""
    words = locator_alt(analysis)
    return Figure(
        title=f"Lage: {analysis.gebiet.label}", alt=words.text, table=pd.DataFrame(), belege=words.refs,
        draw=lambda: _drawn(analysis.data, analysis.gebiet.id),
    )  # fmt: skip


def _drawn(data: Data, gebiet_id: str) -> SvgFigure:
    area = data.register.by_id(gebiet_id)
    city = data.gebiete.geometry[data.register.city.id]
    frame = frame_around(city.bounds, width=WIDTH, padding=4)
    canvas = Canvas(frame.width, frame.height, paper=True)
    own = area.ebene not in ("stadt", QUARTIER)
    members = set(data.register.members(gebiet_id)) if own else set()
    below = ground(data, frame)
    shapes = {key: svg_path(shape, frame, precision=0.5) for key, shape in below.pieces.items()}
    grey = "".join(path for key, path in shapes.items() if key not in members)
    filled = "".join(path for key, path in shapes.items() if key in members)
    canvas.path(grey, fill=LAND, stroke=PAPER, weight=0.6)
    if filled:
        canvas.path(filled, fill=ACCENT, stroke=PAPER, weight=0.6)
    if area.ebene == QUARTIER:
        canvas.path(svg_path(below.outline_of(data, gebiet_id), frame, precision=0.5), fill=ACCENT)
    borders = "".join(svg_path(shape, frame, precision=0.5) for shape in below.bezirke.values())
    canvas.path(borders, fill="none", stroke=MUTED, weight=0.6)
    if area.ebene == "stadt":
        canvas.path(svg_path(below.outline(shapes), frame), fill="none", stroke=ACCENT, weight=2)
    return canvas.figure()
