"""Choropleths: one value per Stadtteil in city-wide classes."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
from shapely.geometry.base import BaseGeometry

from sozialraum.indicators import Indikator
from sozialraum.load import Data
from sozialraum.maps.classes import Breaks
from sozialraum.maps.classes import breaks as city_breaks
from sozialraum.maps.ground import Frame, Ground, frame_around, ground, svg_path
from sozialraum.maps.hatch import HATCH, hatch_pattern, texture_of, texture_patterns, textured
from sozialraum.maps.labels import place_name
from sozialraum.maps.legend import class_bar, mini_bar
from sozialraum.style import INK, MUTED, PAPER, SEQUENTIAL, Canvas, SvgFigure, n, readable_on

WIDTH: Final = 640.0
LEGEND: Final = 62.0
COLUMNS: Final = 3
GUTTER: Final = 14.0
PANEL_HEAD: Final = 20.0
PANEL_FOOT: Final = 42.0


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
    """A map of all Stadtteile in classes, with the class limits and their unit below.

    Parameters
    ----------
    values
        One value per Stadtteil, index gebiet_id; a missing one is hatched and named "keine Angabe".
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
    fills = _fills(values, classes, below)
    canvas.add(_definitions(below, frame, None) + hatch_pattern() + texture_patterns(classes.colours))
    _pieces(canvas, fills, weight=0.8)
    _borders(canvas, below, frame, _edge(data, below, gebiet_id))
    if labels:
        _names(canvas, data, below, frame, fills, gebiet_id)
    missing = any(fill == HATCH for fill in fills.values())
    class_bar(canvas, classes, left=6, top=frame.height + 24, missing=missing, city=city, name=data.register.city.name)
    return canvas.figure()


def small_multiples(
    data: Data, columns: Mapping[str, pd.Series], *, katalog: Mapping[str, Indikator], gebiet_id: str | None = None
) -> SvgFigure:
    """Several choropleths side by side, each in its own classes; the geometry is written once.

    Parameters
    ----------
    columns
        Values per indicator id, each with index gebiet_id.
    """
    width = (WIDTH - GUTTER * (COLUMNS - 1)) / COLUMNS
    frame = frame_around(data.gebiete.geometry[data.register.city.id].bounds, width=width, padding=2)
    height = PANEL_HEAD + frame.height + PANEL_FOOT
    rows = -(-len(columns) // COLUMNS)
    canvas = Canvas(WIDTH, rows * height, paper=True)
    below = ground(data, frame)
    outlined = _edge(data, below, gebiet_id)
    canvas.add(_definitions(below, frame, outlined) + hatch_pattern() + texture_patterns(SEQUENTIAL))
    for place, (key, values) in enumerate(columns.items()):
        left, top = (place % COLUMNS) * (width + GUTTER), (place // COLUMNS) * height
        _panel(canvas, katalog[key], values, below, frame, (left, top), outlined=outlined is not None)
    return canvas.figure()


def _edge(data: Data, below: Ground, gebiet_id: str | None) -> BaseGeometry | None:
    """The outline to draw; none for the whole city."""
    return None if gebiet_id in (None, data.register.city.id) else below.outline_of(data, str(gebiet_id))


def _fills(values: pd.Series, classes: Breaks, below: Ground) -> dict[str, str]:
    return {key: colour or HATCH for key, colour in classes.colours_of(values.reindex(list(below.pieces))).items()}


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


def _definitions(below: Ground, frame: Frame, outlined: BaseGeometry | None) -> str:
    pieces = [f'<path id="id-{key}" d="{svg_path(shape, frame)}"/>' for key, shape in below.pieces.items()]
    if outlined is not None:
        pieces.append(f'<path id="id-edge" d="{svg_path(outlined, frame)}" fill="none"/>')
    return f"<defs>{''.join(pieces)}</defs>"


def _panel(
    canvas: Canvas,
    entry: Indikator,
    values: pd.Series,
    below: Ground,
    frame: Frame,
    corner: tuple[float, float],
    *,
    outlined: bool,
) -> None:
    left, top = corner
    classes = city_breaks(values, indikator=entry)
    canvas.text(left, top + 12, entry.kurztitel, size=12, bold=True)
    shift = f' transform="translate({n(left)} {n(top + PANEL_HEAD)})"'
    fills = _fills(values, classes, below)
    _pieces(canvas, fills, weight=0.5, shift=shift)
    if outlined:
        canvas.add(f'<use href="#id-edge"{shift} stroke="{INK}" stroke-width="1.8"/>')
    missing = HATCH in fills.values()
    mini_bar(canvas, classes, left=left, top=top + PANEL_HEAD + frame.height + 4, width=frame.width, missing=missing)
