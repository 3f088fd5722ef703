"""The map as a sheet of its own: what is seen, with title, legend and source, as a picture (PNG) or a drawing (SVG).

Both are one figure, made from the layers that the map itself shows, in its projection and at its scale.
"""

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, PathPatch, Rectangle
from matplotlib.path import Path as Outline

from sozialraum.figures import choropleth
from sozialraum.figures.circles import FILL, OPACITY, circles_of, is_count
from sozialraum.figures.legend import NO_CIRCLE
from sozialraum.files import write_bytes, write_text
from sozialraum.lab import filters, layers, underlay
from sozialraum.lab.layers import BESIDE, OUTLINE, SPOT, STREETS, View, kind_words, whole_city
from sozialraum.lab.state import State
from sozialraum.style.grammar import plural
from sozialraum.style.numbers import MISSING, day
from sozialraum.style.palette import CORRIDOR, INK, MUTED, PAPER
from sozialraum.style.plots import drawing, from_matplotlib
from sozialraum.style.svg import text_width, wrapped
from sozialraum.style.symbols import SYMBOLS

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


def write(state: State, target: Path) -> None:
    """The sheet as a drawing with real text (``.svg``), or as a picture (``.png``)."""
    if target.suffix == ".svg":
        write_text(target, from_matplotlib(picture(state)).markup(alt=alt(state)))
        return
    stream = io.BytesIO()
    picture(state).savefig(stream, format="png", dpi=DPI, metadata={"Software": None, "Description": alt(state)})
    write_bytes(target, stream.getvalue())


def alt(state: State) -> str:
    """What the sheet shows, in words: the map's text, what lies over it and whether it is a part of the city."""
    parts = [choropleth(state.shown, state.indikator).alt]
    kinds = [kind_words(key) for key in state.einrichtungen]
    if kinds:
        only = f" (nur: {filters.words(state.nur)})" if state.nur else ""
        parts.append(f"Eingezeichnet: {', '.join(kinds)}{only}.")
    if state.punkte:
        parts.append(f"Sterne: {plural(len(state.punkte), 'eigener Punkt', 'eigene Punkte')}.")
    for letter, area in state.others.items():
        parts.append(f"Gestrichelt, {letter}: {area.label}.")
    if state.adresse:
        parts.append(f"Markiert: {state.adresse[0]}.")
    return " ".join(parts)


def finding_lines(state: State) -> list[str]:
    """Area and value, those beside it and the city, each with its date if it is another one; and the date."""
    places = [state.area, *state.others.values(), state.data.register.city]
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
    key = list(_key(state))
    swatch = max([SWATCH, *(sign.get_markersize() for sign, _ in key if isinstance(sign, Line2D))])
    widest = swatch + 6 + GAP + max(text_width(words, SMALL_SIZE) for _, words in key)
    columns, row = max(1, int((room + GAP) // widest)), max(20.0, swatch + 4 if swatch > SWATCH else 0)
    top = MARGIN + TITLE_LINE * len(head) + LINE * len(below) + 8
    key_top = top + height + 14
    foot_top = key_top + row * math.ceil(len(key) / columns) + 8
    with drawing(total, foot_top + LINE * len(foot) + MARGIN) as (figure, axes):
        figure.set_layout_engine("none")
        axes.set_position((0, 0, 1, 1))
        axes.set(xlim=(0, total), ylim=(foot_top + LINE * len(foot) + MARGIN, 0))
        axes.set_axis_off()
        _lines(axes, head, MARGIN, TITLE_LINE, size=TITLE_SIZE, weight="bold")
        _lines(axes, below, MARGIN + TITLE_LINE * len(head), LINE, size=SMALL_SIZE, color=MUTED)
        _map(axes, state, seen, MARGIN + (room - width) / 2, top)
        _legend(axes, key, top=key_top, columns=columns, row=row, swatch=swatch)
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
        (layers.beside(state), {}),
        (layers.outline(data, state.gebiet), OUTLINE),
        (layers.facilities(state, state.einrichtungen, seen.zoom), {}),
        (layers.own_points(state, seen.zoom), {}),
    )
    for place, (collection, style) in enumerate(shown):
        if place == 1:
            _ground(axes, state, seen, (left, top), frame)
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


def _ground(axes: Axes, state: State, seen: View, corner: tuple[float, float], frame: Patch) -> None:
    """Houses and names of streets, as the map shows them above the Stadtteile."""
    found = underlay.underlay(state.data, seen)
    if found is None:
        return
    left, top = (start - underlay.BEYOND * size for start, size in zip(corner, seen.size, strict=True))
    houses = axes.scatter(
        found.spots[:, 0] + left, found.spots[:, 1] + top, s=2.0, color=INK, alpha=underlay.OPACITY, lw=0, zorder=1
    )
    houses.set_clip_path(frame)
    right, bottom = (start + size for start, size in zip(corner, seen.size, strict=True))
    for name in found.names:
        if (
            left + name.left < corner[0]
            or left + name.right > right
            or not corner[1] < top + name.top < bottom - SMALL_SIZE
        ):
            continue
        words = axes.text(
            left + name.left, top + name.bottom - 3, name.text, fontsize=underlay.SIZE, color=INK, parse_math=False,
            zorder=1,
            bbox={"facecolor": PAPER, "alpha": 0.7, "pad": 0.8, "lw": 0}, clip_on=True,
        )  # fmt: skip
        words.set_clip_path(frame)


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


def _key(state: State) -> Iterator[tuple[Artist, str]]:
    """Every sign that is on the map, with its meaning."""
    entry, classes, ink = state.entry, state.breaks, {"color": MUTED, "weight": 0.5}
    if is_count(entry):
        scale = circles_of(classes, indikator=entry)
        look = {"color": PAPER, "weight": 1, "fillColor": FILL, "fillOpacity": OPACITY}
        for wert in scale.legend():
            words = scale.words(wert) + ("" if wert else f": {NO_CIRCLE}")
            yield _sign(look, "o", 2 * scale.radius_of(wert)), words
    else:
        for colour, label in zip(classes.colours, classes.labels(), strict=True):
            yield _sign({**ink, "fillColor": colour}), label
    if state.values.isna().any():
        yield _sign({**ink, "fillColor": layers.HATCH}), MISSING
    seen = view(state)
    others = ((area, BESIDE[letter], f"{letter} {area.label}") for letter, area in state.others.items())
    for area, look, words in ((state.area, OUTLINE, state.area.label), *others):
        if _is_seen(layers.outline(state.data, area.id), seen):
            line = _look(look)
            yield Line2D([], [], color=line["edgecolor"], lw=line["linewidth"], ls=line["linestyle"]), words
    for kind in state.einrichtungen:
        if _is_seen(layers.facilities(state, [kind], seen.zoom), seen):
            yield _facility(kind), kind_words(kind)
    yield from _added(state, seen)


def _added(state: State, seen: View) -> Iterator[tuple[Artist, str]]:
    """What a person asked of the places, own points and the address."""
    if state.nur and state.einrichtungen:
        yield Patch(alpha=0), f"nur: {filters.words(state.nur)}"
    if state.punkte and _is_seen(layers.own_points(state, seen.zoom), seen):
        corners = Outline([(x, -y) for x, y in (*layers.STAR_SHAPE, layers.STAR_SHAPE[0])], closed=True)
        yield _sign(layers.STAR, corners, 2 * layers.STAR_PX), "eigene Punkte"
    if state.adresse and _is_seen(layers.spot(*state.adresse[1:]), seen):
        yield _sign({**SPOT, "weight": 1}, "o", 14), state.adresse[0]


def _facility(kind: str) -> Artist:
    if kind == STREETS:
        return _sign({"color": "#9a7414", "weight": 1, "fillColor": CORRIDOR})
    symbol = SYMBOLS[kind]
    corners = symbol.outline or ((1.0, 0.0),)
    shape = Outline([(x, -y) for x, y in (*corners, corners[0])], closed=True) if symbol.outline else "o"
    reach = max(abs(part) for corner in corners for part in corner)
    return _sign(layers.symbol_style(symbol), shape, 2 * layers.RADIUS_PX * symbol.size * reach)


def _sign(style: Mapping[str, Any], marker: Any = None, size: float = 0.0) -> Artist:
    """A sign of the legend: a box, or a marker of a size in pixels."""
    look = _look(style)
    if marker is None:
        return Patch(**look)
    return Line2D(
        [], [], ls="", marker=marker, ms=size, mfc=look["facecolor"], mec=look["edgecolor"], mew=look["linewidth"]
    )


def _legend(
    axes: Axes, key: Sequence[tuple[Artist, str]], *, top: float, columns: int, row: float, swatch: float
) -> None:
    """The signs with their words in equal columns."""
    em = SMALL_SIZE
    shown = axes.legend(
        *zip(*key, strict=True), loc="upper left", bbox_to_anchor=(MARGIN, top), bbox_transform=axes.transData,
        ncols=columns, frameon=False, borderpad=0, borderaxespad=0, fontsize=em, labelcolor=INK,
        handlelength=swatch / em,
        handletextpad=6 / em, columnspacing=GAP / em, handleheight=1, labelspacing=(row - em) / em,
    )  # fmt: skip
    for words in shown.get_texts():
        words.set_parse_math(False)


def _is_seen(collection: Mapping[str, Any], seen: View) -> bool:
    """Whether anything of a layer lies in the window; of an outline its line."""
    window = shapely.box(seen.west, seen.south, seen.east, seen.north)
    shapes = (shapely.geometry.shape(feature["geometry"]) for feature in collection["features"])
    return any(window.intersects(shape.boundary if shape.area else shape) for shape in shapes)
