"""The map as a sheet of its own: what is seen, with title, legend and source, as a picture (PNG) or a drawing (SVG).

Both are one figure, made from the layers that the map itself shows, in its projection and at its scale.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline

from sozialraum.figures import choropleth
from sozialraum.files import write_bytes, write_text
from sozialraum.maps.circles import FILL, OPACITY, circles_of, is_count
from sozialraum.maps.legend import NO_CIRCLE
from sozialraum.style import (
    CORRIDOR,
    INK,
    MISSING,
    MUTED,
    PAPER,
    SYMBOLS,
    day,
    drawing,
    from_matplotlib,
    text_width,
    wrapped,
)
from sozialraum.workbench import layers
from sozialraum.workbench.layers import BESIDE, OUTLINE, SPOT, STREETS, View, kind_words, whole_city
from sozialraum.workbench.state import State

MARGIN: Final = 16.0
NARROWEST: Final = 480.0
TITLE_SIZE: Final = 18.0
SMALL_SIZE: Final = 12.0
TITLE_LINE: Final = 24.0
LINE: Final = 18.0
SWATCH: Final = 24.0
GAP: Final = 18.0
DPI: Final = 200
HATCH: Final = "////"


def write_svg(state: State, target: Path) -> None:
    """The sheet as a drawing with real text."""
    write_text(target, from_matplotlib(picture(state)).markup(alt=alt(state)))


def write_png(state: State, target: Path) -> None:
    """The sheet as a picture."""
    stream = io.BytesIO()
    picture(state).savefig(stream, format="png", dpi=DPI, metadata={"Software": None, "Description": alt(state)})
    write_bytes(target, stream.getvalue())


def alt(state: State) -> str:
    """What the sheet shows, in words: the map's text, what lies over it and whether it is a part of the city."""
    parts = [choropleth(state.shown, state.indikator).alt]
    kinds = [kind_words(key) for key in state.einrichtungen]
    if kinds:
        parts.append(f"Eingezeichnet: {', '.join(kinds)}.")
    if state.other:
        parts.append(f"Gestrichelt: {state.other.label}.")
    if state.adresse:
        parts.append(f"Markiert: {state.adresse[0]}.")
    return " ".join(parts)


def finding_lines(state: State) -> list[str]:
    """Area and value, the comparison and the city, each with its date if it is another one; and the date."""
    places = [state.area, *([state.other] if state.other else []), state.data.register.city]
    said = [f"{area.langname}: {state.dated(area.id)}" for area in dict.fromkeys(places)]
    return [" · ".join(said), f"Stand {day(state.entry.stand)}"]


def source_line(state: State) -> str:
    """Date, kind and source, and that the sheet is a draft."""
    sources = choropleth(state.shown, state.indikator).source
    return f"{sources} Entwurf – nicht freigegeben, keine amtliche Statistik."


def view(state: State) -> View:
    """What is seen of the map; the whole city before anybody has seen it."""
    return View(*state.gesehen) if state.gesehen else whole_city(state.data)


def picture(state: State) -> Figure:
    """Title, map, legend and source below each other, in pixels of the screen."""
    seen = view(state)
    width, height = seen.size
    total = max(width, NARROWEST) + 2 * MARGIN
    room = total - 2 * MARGIN
    head = wrapped(state.entry.titel, room, size=TITLE_SIZE, bold=True)
    below = list(chain.from_iterable(wrapped(line, room, size=SMALL_SIZE) for line in finding_lines(state)))
    foot = wrapped(source_line(state), room, size=SMALL_SIZE)
    rows = _rows(list(_key(state)), room)
    top = MARGIN + TITLE_LINE * len(head) + LINE * len(below) + 8
    key_top = top + height + 14
    foot_top = key_top + sum(row.height for row in rows) + 8
    with drawing(total, foot_top + LINE * len(foot) + MARGIN) as (figure, axes):
        figure.set_layout_engine("none")
        axes.set_position((0, 0, 1, 1))
        axes.set(xlim=(0, total), ylim=(foot_top + LINE * len(foot) + MARGIN, 0))
        axes.set_axis_off()
        _lines(axes, head, MARGIN, TITLE_LINE, size=TITLE_SIZE, weight="bold")
        _lines(axes, below, MARGIN + TITLE_LINE * len(head), LINE, size=SMALL_SIZE, color=MUTED)
        _map(axes, state, seen, MARGIN + (room - width) / 2, top)
        y = key_top
        for row in rows:
            row.draw(axes, y)
            y += row.height
        _lines(axes, foot, foot_top, LINE, size=SMALL_SIZE, color=MUTED)
    return figure


def _lines(axes: Axes, lines: list[str], top: float, step: float, *, size: float, **look: Any) -> None:
    for number, line in enumerate(lines, start=1):
        axes.text(
            MARGIN, top + number * step - 0.3 * size, line, fontsize=size, va="baseline", parse_math=False, **look
        )


def _map(axes: Axes, state: State, seen: View, left: float, top: float) -> None:
    """The layers of the map in their order, cut off where the window ends."""
    data, (width, height) = state.data, seen.size
    frame = Rectangle((left, top), width, height, facecolor="none", edgecolor="none")
    axes.add_patch(frame)
    shown: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        (layers.stadtteile(state), {}),
        (layers.circles(state, seen.zoom), {}),
        (layers.outline(data, state.other.id if state.other else ""), BESIDE),
        (layers.outline(data, state.gebiet), OUTLINE),
        (layers.facilities(data, state.einrichtungen, seen.zoom), {}),
    )
    for collection, style in shown:
        for feature in collection["features"]:
            patch = PathPatch(
                _outline(feature["geometry"], seen, left, top),
                **_look({**feature["properties"].get("style", {}), **style}),
            )
            axes.add_patch(patch)
            patch.set_clip_path(frame)
    if state.adresse:
        x, y = seen.point(*state.adresse[1:])
        spot = Circle((left + x, top + y), SPOT["radius"], **_look(SPOT))
        axes.add_patch(spot)
        spot.set_clip_path(frame)


def _outline(geometry: Mapping[str, Any], seen: View, left: float, top: float) -> Outline:
    """A polygon or several, with their holes, in pixels."""
    rings = [
        ring
        for part in shapely.get_parts(shapely.geometry.shape(dict(geometry)))
        for polygon in [shapely.geometry.polygon.orient(part)]
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    placed = [[seen.point(x, y) for x, y in ring.coords] for ring in rings]
    paths = [Outline([(left + x, top + y) for x, y in ring], closed=True) for ring in placed]
    return Outline.make_compound_path(*paths)


def _look(style: Mapping[str, Any]) -> dict[str, Any]:
    """A style of the map in the words of matplotlib."""
    weight = float(style["weight"])
    dashes = tuple(float(part) / weight for part in str(style.get("dashArray", "")).split())
    edge = {"edgecolor": style["color"], "linewidth": weight, "linestyle": (0, dashes) if dashes else "-"}
    if not style.get("fill", True):
        return {**edge, "facecolor": "none"}
    if str(style["fillColor"]).startswith("url("):
        return {"facecolor": PAPER, "edgecolor": MUTED, "linewidth": 0.5, "hatch": HATCH}
    red, green, blue = (int(style["fillColor"][place : place + 2], 16) / 255 for place in (1, 3, 5))
    return {**edge, "facecolor": (red, green, blue, float(style.get("fillOpacity", 1)))}


@dataclass(frozen=True)
class _Sign:
    """One entry of the legend: a sign of a width and height, and its words."""

    words: str
    style: Mapping[str, Any]
    shape: str = "box"
    radius: float = 0.0
    corners: tuple[tuple[float, float], ...] = ()

    @property
    def room(self) -> float:
        """Width of the sign."""
        return 2 * self.radius if self.shape == "circle" else SWATCH

    @property
    def width(self) -> float:
        """Width of sign and words."""
        return self.room + (6 if self.room else 0) + text_width(self.words, SMALL_SIZE)

    def draw(self, axes: Axes, x: float, y: float) -> None:
        """Put it on the sheet, its middle at a height."""
        look = _look(self.style) if self.style else {}
        middle = x + self.room / 2
        if self.shape == "line":
            plain = {name: look[name] for name in ("linewidth", "linestyle")}
            axes.plot([x, x + self.room], [y, y], color=look["edgecolor"], **plain)
        elif self.shape == "circle":
            axes.add_patch(Circle((middle, y), self.radius, **look))
        elif self.corners:
            axes.add_patch(Polygon([(middle + right * 7, y + down * 7) for right, down in self.corners], **look))
        else:
            axes.add_patch(Rectangle((x, y - 6), self.room, 12, **look))
        left = x + self.room + (6 if self.room else 0)
        axes.text(left, y + 0.35 * SMALL_SIZE, self.words, fontsize=SMALL_SIZE, color=INK, parse_math=False)


@dataclass(frozen=True)
class _Row:
    """Entries of the legend beside each other."""

    signs: tuple[_Sign, ...]

    @property
    def height(self) -> float:
        """Height that the tallest sign needs."""
        return max(20.0, *(2 * sign.radius + 4 for sign in self.signs if sign.shape == "circle"), 0.0)

    @property
    def width(self) -> float:
        """Width of all entries and the gaps between them."""
        return sum(sign.width for sign in self.signs) + GAP * (len(self.signs) - 1)

    def draw(self, axes: Axes, top: float) -> None:
        """Put them on the sheet."""
        x = MARGIN
        for sign in self.signs:
            sign.draw(axes, x, top + self.height / 2)
            x += sign.width + GAP


def _rows(signs: list[_Sign], room: float) -> list[_Row]:
    """The entries in as many rows as the width needs."""
    rows: list[_Row] = []
    for sign in signs:
        longer = _Row((*(rows[-1].signs if rows else ()), sign))
        if rows and longer.width <= room:
            rows[-1] = longer
        else:
            rows.append(_Row((sign,)))
    return rows


def _key(state: State) -> Iterator[_Sign]:
    """Every sign that is on the map, with its meaning."""
    entry, classes, ink = state.entry, state.breaks, {"color": MUTED, "weight": 0.5}
    if is_count(entry):
        scale = circles_of(classes, indikator=entry)
        look = {"color": PAPER, "weight": 1, "fillColor": FILL, "fillOpacity": OPACITY}
        for wert in scale.legend():
            words = scale.words(wert) + ("" if wert else f": {NO_CIRCLE}")
            yield _Sign(words, look, "circle", scale.radius_of(wert))
    else:
        for colour, label in zip(classes.colours, classes.labels(), strict=True):
            yield _Sign(label, {**ink, "fillColor": colour})
    if state.values.isna().any():
        yield _Sign(MISSING, {**ink, "fillColor": layers.HATCH})
    seen = view(state)
    for area, look in ((state.area, OUTLINE), (state.other, BESIDE)):
        if area and _is_seen(layers.outline(state.data, area.id), seen):
            yield _Sign(area.label, look, "line")
    for key in state.einrichtungen:
        if _is_seen(layers.facilities(state.data, [key], seen.zoom), seen):
            yield _facility(key)
    if state.adresse and _is_seen(layers.spot(*state.adresse[1:]), seen):
        yield _Sign(state.adresse[0], {**SPOT, "weight": 1}, "circle", 7)


def _is_seen(collection: Mapping[str, Any], seen: View) -> bool:
    """Whether anything of a layer lies in the window; of an outline its line."""
    window = shapely.box(seen.west, seen.south, seen.east, seen.north)
    shapes = (shapely.geometry.shape(feature["geometry"]) for feature in collection["features"])
    return any(window.intersects(shape.boundary if shape.area else shape) for shape in shapes)


def _facility(key: str) -> _Sign:
    if key == STREETS:
        return _Sign(kind_words(key), {"color": "#9a7414", "weight": 1, "fillColor": CORRIDOR})
    symbol = SYMBOLS[key]
    look = layers.symbol_style(symbol)
    if symbol.outline is None:
        return _Sign(kind_words(key), look, "circle", layers.RADIUS_PX * symbol.size)
    return _Sign(kind_words(key), look, corners=tuple((x * symbol.size, y * symbol.size) for x, y in symbol.outline))
