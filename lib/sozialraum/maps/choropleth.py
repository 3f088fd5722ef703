"""Maps of one value per Stadtteil: shares, rates and changes as areas in city-wide classes, counts as circles."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd
from shapely.geometry.base import BaseGeometry

from sozialraum.indicators import Indikator
from sozialraum.load import Data
from sozialraum.maps.circles import FILL, LARGEST, Circles, centres, circles_of, is_count
from sozialraum.maps.classes import Breaks
from sozialraum.maps.classes import breaks as city_breaks
from sozialraum.maps.ground import Frame, Ground, frame_around, ground, svg_path
from sozialraum.maps.hatch import HATCH, hatch_pattern, texture_of, texture_patterns, textured
from sozialraum.maps.labels import place_name, place_point_label
from sozialraum.maps.legend import circle, map_bar, mini_legend
from sozialraum.style import (
    INK,
    LAND,
    MUTED,
    PAPER,
    SEQUENTIAL,
    Box,
    Canvas,
    SvgFigure,
    is_missing,
    n,
    readable_on,
    wrapped,
)

WIDTH: Final = 640.0
LEGEND: Final = 74.0
COLUMNS: Final = 3
NARROW: Final = (352.0, 2)
"""Width and columns of the small maps on a phone."""
GUTTER: Final = 14.0
TITLE_SIZE: Final = 12.0
TITLE_LINE: Final = 14.0
PANEL_GAP: Final = 16.0
SMALL_MAP: Final = 1.5
"""How much larger circles are on small maps than the map's scale would make them."""
NUMBER_INSIDE: Final = 8.5
"""Smallest radius of a circle that holds the number of its Stadtteil."""


def choropleth(
    data: Data,
    values: pd.Series,
    *,
    indikator: Indikator,
    gebiet_id: str | None = None,
    breaks: Breaks | None = None,
    labels: bool = True,
    city: float | None = None,
) -> SvgFigure:
    """A map of all Stadtteile: a share, rate or change in classes with their limits and unit; a count as circles.

    The area of a circle is proportional to the count. Zero has no circle.

    Parameters
    ----------
    values
        One value per Stadtteil, index gebiet_id; a missing one is hatched and named "keine Angabe", in both kinds.
    gebiet_id
        Area to outline in ink.
    breaks
        Classes; by default :func:`sozialraum.maps.breaks` of these values.
    labels
        Whether to write names; where a name does not fit stands the official number of the Stadtteil.
    city
        The city's value, marked on the legend.
    """
    classes = breaks or city_breaks(values, indikator=indikator)
    frame = frame_around(data.gebiete.geometry[data.register.city.id].bounds, width=WIDTH, padding=6)
    canvas = Canvas(WIDTH, frame.height + LEGEND, paper=True)
    below = ground(data, frame)
    fills = _fills(values, classes, below, indikator)
    canvas.add(_definitions(below, frame, None) + hatch_pattern() + texture_patterns(classes.colours))
    _pieces(canvas, fills, weight=0.8)
    _borders(canvas, below, frame, _edge(data, below, gebiet_id))
    if is_count(indikator):
        placed = _placed(data, frame, values, circles_of(classes, indikator=indikator))
        _circles(canvas, placed)
        if labels:
            _names_beside(canvas, data, below, frame, placed, gebiet_id)
    elif labels:
        _names(canvas, data, below, frame, fills, gebiet_id)
    map_bar(
        canvas, classes, indikator=indikator, left=6, top=frame.height + 28, missing=HATCH in fills.values(), city=city,
        name=data.register.city.name,
    )  # fmt: skip
    return canvas.figure()


def small_multiples(
    data: Data, columns: Mapping[str, pd.Series], *, katalog: Mapping[str, Indikator], gebiet_id: str | None = None
) -> SvgFigure:
    """Several maps side by side, each with its own classes or circles and their limits; the geometry is written once.

    Parameters
    ----------
    columns
        Values per indicator id, each with index gebiet_id.
    """
    wide = _multiples(data, columns, katalog, gebiet_id, WIDTH, COLUMNS)
    return replace(wide, narrow=_multiples(data, columns, katalog, gebiet_id, *NARROW))


def _multiples(
    data: Data, columns: Mapping[str, pd.Series], katalog: Mapping[str, Indikator], gebiet_id: str | None, total: float,
    across: int,
) -> SvgFigure:  # fmt: skip
    width = (total - GUTTER * (across - 1)) / across
    frame = frame_around(data.gebiete.geometry[data.register.city.id].bounds, width=width, padding=2)
    canvas = Canvas(total, 0, paper=True)
    below = ground(data, frame)
    outlined = _edge(data, below, gebiet_id)
    canvas.add(_definitions(below, frame, outlined) + hatch_pattern() + texture_patterns(SEQUENTIAL))
    panel = _Panel(canvas, data, below, frame, outlined is not None)
    top, entries = 0.0, [(katalog[key], values) for key, values in columns.items()]
    for start in range(0, len(entries), across):
        row = entries[start : start + across]
        head = TITLE_LINE * max(len(_titled(entry, width)) for entry, _ in row) + 6
        ends = [
            panel.draw(entry, values, left=place * (width + GUTTER), top=top, head=head)
            for place, (entry, values) in enumerate(row)
        ]
        canvas.height = max(ends) + 6
        top = canvas.height + PANEL_GAP
    return canvas.figure()


def _titled(entry: Indikator, width: float) -> list[str]:
    """The title of a small map in lines that fit."""
    return wrapped(entry.kurztitel, width, size=TITLE_SIZE, bold=True)


def _edge(data: Data, below: Ground, gebiet_id: str | None) -> BaseGeometry | None:
    """The outline to draw; none for the whole city."""
    return None if gebiet_id in (None, data.register.city.id) else below.outline_of(data, str(gebiet_id))


def _fills(values: pd.Series, classes: Breaks, below: Ground, entry: Indikator) -> dict[str, str]:
    known = values.reindex(list(below.pieces))
    if is_count(entry):
        return {str(key): HATCH if is_missing(wert) else LAND for key, wert in known.items()}
    return {key: colour or HATCH for key, colour in classes.colours_of(known).items()}


def _pieces(canvas: Canvas, fills: Mapping[str, str], *, weight: float, shift: str = "") -> None:
    """All Stadtteile in their colours, and the textures of their classes for print."""
    canvas.add(f'<g{shift} stroke="{PAPER}" stroke-width="{weight}" stroke-linejoin="round">')
    canvas.add("".join(f'<use href="#id-{key}" fill="{fill}"/>' for key, fill in fills.items()))
    over = [(key, texture_of(fill)) for key, fill in fills.items()]
    canvas.add(textured(f'<use href="#id-{key}" fill="{texture}"/>' for key, texture in over if texture))
    canvas.add("</g>")


def _borders(canvas: Canvas, below: Ground, frame: Frame, outlined: BaseGeometry | None) -> None:
    lines = "".join(svg_path(shape, frame) for shape in below.bezirke.values())
    canvas.path(lines, fill="none", stroke=MUTED, weight=0.7)
    if outlined is not None:
        edge = svg_path(outlined, frame)
        canvas.path(edge, fill="none", stroke=PAPER, weight=5)
        canvas.path(edge, fill="none", stroke=INK, weight=2.4)


def _names(
    canvas: Canvas, data: Data, below: Ground, frame: Frame, fills: Mapping[str, str], gebiet_id: str | None
) -> None:
    shapes = below.pieces
    for key in sorted(shapes, key=lambda key: (key != gebiet_id, -shapes[key].area)):
        fill = PAPER if fills[key] == HATCH else fills[key]
        place_name(
            canvas,
            frame,
            data.register.by_id(key),
            shapes[key],
            taken=canvas.labels,
            colour=readable_on(fill),
            halo=fill,
            bold=key == gebiet_id,
        )


@dataclass(frozen=True)
class _Circle:
    """The circle of a Stadtteil in drawing units."""

    x: float
    y: float
    radius: float


def _placed(data: Data, frame: Frame, values: pd.Series, scale: Circles) -> dict[str, _Circle]:
    """Circle of every Stadtteil, that of the highest count first; radius 0 where there is none."""
    found = {
        key: _Circle(*frame.point(x, y), scale.radius_of(float(values.get(key, float("nan")))))
        for key, (x, y) in centres(data).items()
    }
    return dict(sorted(found.items(), key=lambda item: -item[1].radius))


def _circles(canvas: Canvas, placed: Mapping[str, _Circle], *, shift: tuple[float, float] = (0.0, 0.0)) -> None:
    """Large circles first, so that none hides a smaller one."""
    for one in placed.values():
        if one.radius:
            canvas.add(circle(one.x + shift[0], one.y + shift[1], one.radius))


def _names_beside(
    canvas: Canvas, data: Data, below: Ground, frame: Frame, placed: Mapping[str, _Circle], gebiet_id: str | None
) -> None:
    """Name of every Stadtteil below or above its circle, otherwise its number in the circle or beside it."""
    signs = [
        Box("", o.x - o.radius, o.y - o.radius, o.x + o.radius, o.y + o.radius) for o in placed.values() if o.radius
    ]
    shapes = below.pieces
    for key in sorted(shapes, key=lambda key: (key != gebiet_id, -shapes[key].area)):
        one, area, bold = placed[key], data.register.by_id(key), key == gebiet_id
        taken = [*canvas.labels, *signs]
        near = one.radius + 8
        shifts = [step * sign for step in (near, near + 7, near + 14) for sign in (1, -1)] if one.radius else [0.0]
        if place_name(
            canvas, frame, area, shapes[key], at=(one.x, one.y), shifts=shifts, or_number=False, taken=taken, halo=LAND,
            bold=bold,
        ):  # fmt: skip
            continue
        if one.radius >= NUMBER_INSIDE:
            colour = readable_on(FILL)
            canvas.text(one.x, one.y + 4, str(area.nummer), size=11, anchor="middle", colour=colour, bold=bold)
        else:
            place_point_label(
                canvas, frame, one.x, one.y, str(area.nummer), radius=one.radius, taken=taken, colour=INK, halo=LAND,
                bold=bold,
            )  # fmt: skip


def _definitions(below: Ground, frame: Frame, outlined: BaseGeometry | None) -> str:
    pieces = [f'<path id="id-{key}" d="{svg_path(shape, frame)}"/>' for key, shape in below.pieces.items()]
    if outlined is not None:
        pieces.append(f'<path id="id-edge" d="{svg_path(outlined, frame)}" fill="none"/>')
    return f"<defs>{''.join(pieces)}</defs>"


@dataclass(frozen=True)
class _Panel:
    """Draws small maps on one ground."""

    canvas: Canvas
    data: Data
    below: Ground
    frame: Frame
    outlined: bool

    def draw(self, entry: Indikator, values: pd.Series, *, left: float, top: float, head: float) -> float:
        """One small map with title and legend; returns where it ends."""
        canvas, frame = self.canvas, self.frame
        classes = city_breaks(values, indikator=entry)
        for place, line in enumerate(_titled(entry, frame.width)):
            canvas.text(left, top + 12 + place * TITLE_LINE, line, size=TITLE_SIZE, bold=True)
        shift = f' transform="translate({n(left)} {n(top + head)})"'
        fills = _fills(values, classes, self.below, entry)
        _pieces(canvas, fills, weight=0.5, shift=shift)
        if self.outlined:
            canvas.add(f'<use href="#id-edge"{shift} stroke="{INK}" stroke-width="1.8"/>')
        radius = SMALL_MAP * LARGEST * frame.width / WIDTH
        if is_count(entry):
            scale = circles_of(classes, indikator=entry, radius=radius)
            _circles(canvas, _placed(self.data, frame, values, scale), shift=(left, top + head))
        return mini_legend(
            canvas, classes, indikator=entry, left=left, top=top + head + frame.height + 6, width=frame.width,
            radius=radius, missing=HATCH in fills.values(),
        )  # fmt: skip
