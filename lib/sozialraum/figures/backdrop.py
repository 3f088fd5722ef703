"""What every map below the city is drawn on: boundaries, houses, names of streets, squares, parks and neighbours."""

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from html import escape
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from sozialraum.city.load import Data
from sozialraum.figures.ground import Frame, stadtteile, svg_path
from sozialraum.figures.houses import LAND, Street, houses_of
from sozialraum.figures.labels import SIZE, label_point, place_name, place_point_label
from sozialraum.style import Box, Canvas, n, text_box
from sozialraum.style.palette import CORRIDOR, INK, LAND_HERE, MUTED
from sozialraum.style.svg import DESCENT
from sozialraum.style.symbols import SYMBOLS

BEYOND: Final = "#f7f8f9"
STREET: Final = "#4d555d"
STREET_SIZE: Final = 8.5
MOST_STREETS: Final = 30
MOST_TRIED: Final = 150
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
    for name, spot in _corridor_names(data) if corridors else ():
        x, y = frame.point(*spot)
        if frame.holds(x, y):
            write(x, y, name, radius=6, colour="#6b4f08", taken=[*taken, *canvas.labels])
    for symbol, colour in (("P", SYMBOLS["P"].fill), ("Q", INK)):
        rows = points[points["symbol"] == symbol]
        places = rows.get_coordinates().to_numpy().tolist()
        for name, note, place in zip(rows["name"], rows["hinweis"], places, strict=True):
            x, y = frame.point(*place)
            area = _HECTARES.search(str(note)) if symbol == "P" else None
            for words in ([f"{name} ({area[0]})"] if area else []) + [str(name)]:
                if write(x, y, words, radius=8, colour=colour, taken=[*taken, *canvas.labels]):
                    break


@lru_cache(maxsize=4)
def _corridor_names(data: Data) -> list[tuple[str, tuple[float, float]]]:
    """Names of the shopping streets, and where their middles are."""
    streets = data.einkaufsstrassen
    spots = streets.geometry.centroid.get_coordinates().to_numpy().tolist()
    return [(name, (x, y)) for name, (x, y) in zip(streets["name"], spots, strict=True)]


def name_neighbours(canvas: Canvas, data: Data, frame: Frame, gebiet_id: str, taken: Sequence[Box]) -> None:
    """Names of the Stadtteile around an area, and of those in it; not its own."""
    members = set(data.register.members(gebiet_id))
    for key, (piece, spot) in _around(data, gebiet_id, frame).items():
        place_name(
            canvas, frame, data.register.by_id(key), piece, at=spot, taken=[*taken, *canvas.labels], colour=MUTED,
            halo=LAND_HERE if key in members else LAND, or_number=False,
        )  # fmt: skip


@lru_cache(maxsize=8)
def _around(data: Data, gebiet_id: str, frame: Frame) -> dict[str, tuple[BaseGeometry, tuple[float, float]]]:
    """What a frame shows of other Stadtteile, where that is enough for a name, and where the name stands best."""
    shown, least = frame.rectangle(), 2500 / frame.scale**2
    near = {} if gebiet_id == data.register.city.id else stadtteile(data)
    pieces = {key: piece.intersection(shown) for key, piece in near.items() if key != gebiet_id}
    return {key: (piece, label_point(piece, frame)) for key, piece in pieces.items() if piece.area >= least}


def name_streets(
    canvas: Canvas, data: Data, frame: Frame, gebiet_id: str, taken: Sequence[Box], *, size: float = STREET_SIZE,
    most: int = MOST_STREETS,
) -> None:  # fmt: skip
    """Names of streets where they hide nothing, the main ones first; a street whose name is there already has none."""
    known, written = {box.text for box in canvas.labels}, list[Box]()
    signs, labels = ([_grown(box, gap) for box in boxes] for boxes, gap in ((taken, 1.0), (canvas.labels, APART)))
    full = np.array([*signs, *labels]).reshape(-1, 4)
    for street in houses_of(data, gebiet_id).streets[:MOST_TRIED]:
        box = None if street.name in known else _spot(street, frame, full, size)
        if box:
            written.append(box)
            full = np.vstack([full, _grown(box, APART)])
        if len(written) == most:
            break
    words = "".join(
        f'<text x="{n(box.left)}" y="{n(box.bottom - DESCENT * size)}">{escape(box.text)}</text>' for box in written
    )
    look = f'fill="{STREET}" stroke="{LAND_HERE}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"'
    canvas.add(f'<g font-size="{n(size)}" {look} aria-hidden="true">{words}</g>' if words else "")
    canvas.labels += written


def _grown(box: Box, gap: float) -> list[float]:
    return [box.left - gap, box.top - gap, box.right + gap, box.bottom + gap]


def _spot(street: Street, frame: Frame, full: npt.NDArray[np.float64], size: float) -> Box | None:
    """The first place of a street at which its name stays on the map and off the boxes (left, top, right, bottom)."""
    for east, north in street.spots:
        x, y = frame.point(east, north)
        box = text_box(x, y + 3, street.name, size=size, anchor="middle")
        on_map = frame.holds(box.left, box.top, margin=2) and frame.holds(box.right, box.bottom, margin=2)
        beside = (full[:, 0] >= box.right) | (full[:, 2] <= box.left)
        if on_map and (beside | (full[:, 1] >= box.bottom) | (full[:, 3] <= box.top)).all():
            return box
    return None
