"""What every map below the city is drawn on: boundaries, houses, names of streets, squares, parks and neighbours."""

import re
from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Final

import geopandas as gpd

from sozialraum.city.load import Data
from sozialraum.figures.ground import Frame, stadtteile, svg_path
from sozialraum.figures.houses import LAND, Street, houses_of
from sozialraum.figures.labels import SIZE, place_name, place_point_label
from sozialraum.style import Box, Canvas, free, n, text_box
from sozialraum.style.palette import CORRIDOR, INK, LAND_HERE, MUTED
from sozialraum.style.svg import DESCENT
from sozialraum.style.symbols import SYMBOLS

BEYOND: Final = "#f7f8f9"
STREET: Final = "#4d555d"
STREET_SIZE: Final = 8.5
MOST_STREETS: Final = 30
APART: Final = 7.0
"""Least distance of two names of streets: the map stays quiet."""
_HECTARES: Final = re.compile(r"(?:(?:etwa|rund|knapp|gut) )?\d+(?:,\d+)? ha\b")


def lay(canvas: Canvas, data: Data, gebiet_id: str, frame: Frame, *, corridors: bool = True) -> None:
    """Land, boundaries, houses and on request shopping streets, clipped to the frame by whoever calls."""
    canvas.rect(0, 0, frame.width, frame.height, fill=BEYOND)
    canvas.add(houses_of(data, gebiet_id).drawn(frame))
    if corridors:
        _corridors(canvas, data, frame)


def definitions(data: Data, gebiet_id: str, frame: Frame) -> str:
    """Elements for the head of a drawing: the frame to clip by, the ground."""
    clip = f'<clipPath id="id-clip"><rect width="{n(frame.width)}" height="{n(frame.height)}"/></clipPath>'
    return f"<defs>{clip}</defs>{houses_of(data, gebiet_id).definition}"


def _corridors(canvas: Canvas, data: Data, frame: Frame) -> None:
    for _, street in data.einkaufsstrassen.iterrows():
        if street.geometry.intersects(frame.rectangle()):
            canvas.path(svg_path(street.geometry, frame), fill=CORRIDOR, stroke="#9a7414", weight=0.8)


def name_places(
    canvas: Canvas, data: Data, frame: Frame, points: gpd.GeoDataFrame, taken: Sequence[Box], *, size: float = SIZE,
    corridors: bool = True,
) -> None:  # fmt: skip
    """Names of parks with their size, of squares, and on request of shopping streets."""
    write = partial(place_point_label, canvas, frame, halo=LAND_HERE, size=size)
    for _, street in data.einkaufsstrassen.iterrows() if corridors else ():
        x, y = frame.point(street.geometry.centroid.x, street.geometry.centroid.y)
        if frame.holds(x, y):
            write(x, y, street["name"], radius=6, colour="#6b4f08", taken=[*taken, *canvas.labels])
    for symbol, colour in (("P", SYMBOLS["P"].fill), ("Q", INK)):
        for _, row in points[points["symbol"] == symbol].iterrows():
            x, y = frame.point(row.geometry.x, row.geometry.y)
            area = _HECTARES.search(str(row["hinweis"])) if symbol == "P" else None
            for words in ([f"{row['name']} ({area[0]})"] if area else []) + [str(row["name"])]:
                if write(x, y, words, radius=8, colour=colour, taken=[*taken, *canvas.labels]):
                    break


def name_neighbours(canvas: Canvas, data: Data, frame: Frame, gebiet_id: str, taken: Sequence[Box]) -> None:
    """Names of the Stadtteile around an area, and of those in it; not its own."""
    members = set(data.register.members(gebiet_id))
    for key, piece in stadtteile(data).items():
        visible = piece.intersection(frame.rectangle())
        whole = gebiet_id in (key, data.register.city.id)
        if not (whole or visible.is_empty or visible.area * frame.scale**2 < 2500):
            place_name(
                canvas, frame, data.register.by_id(key), visible, taken=[*taken, *canvas.labels], colour=MUTED,
                halo=LAND_HERE if key in members else LAND, or_number=False,
            )  # fmt: skip


def name_streets(
    canvas: Canvas, data: Data, frame: Frame, gebiet_id: str, taken: Sequence[Box], *, size: float = STREET_SIZE,
    most: int = MOST_STREETS,
) -> None:  # fmt: skip
    """Names of streets where they hide nothing, the main ones first; a street whose name is there already has none."""
    known, written = {box.text for box in canvas.labels}, list[Box]()
    for street in houses_of(data, gebiet_id).streets:
        box = None if street.name in known else _spot(street, frame, taken, [*canvas.labels, *written], size)
        written += [box] if box else []
        if len(written) == most:
            break
    words = "".join(
        f'<text x="{n(box.left)}" y="{n(box.bottom - DESCENT * size)}">{escape(box.text)}</text>' for box in written
    )
    look = f'fill="{STREET}" stroke="{LAND_HERE}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"'
    canvas.add(f'<g font-size="{n(size)}" {look} aria-hidden="true">{words}</g>' if words else "")
    canvas.labels += written


def _spot(street: Street, frame: Frame, signs: Sequence[Box], labels: Sequence[Box], size: float) -> Box | None:
    for east, north in street.spots:
        x, y = frame.point(east, north)
        box = text_box(x, y + 3, street.name, size=size, anchor="middle")
        on_map = frame.holds(box.left, box.top, margin=2) and frame.holds(box.right, box.bottom, margin=2)
        if on_map and free(box, labels, gap=APART) and free(box, signs, gap=1):
            return box
    return None
