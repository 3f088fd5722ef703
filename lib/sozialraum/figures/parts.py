"""Parts that the charts share: scales, swarms of dots, names of areas, label placement."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sozialraum.city.gebiete import QUARTIER
from sozialraum.compare.analysis import Analysis
from sozialraum.style import ACCENT, CITY, COMPARED, MUTED, NBSP, PAPER, Box, Canvas, free, text_box, text_width

DOT_RADIUS: Final = 4.0
LABEL_SIZE: Final = 13.0
SMALL_SIZE: Final = 12.0
KEY_SIZE: Final = 11.0
KEY_LINE: Final = 16.0
KEY_GAP: Final = 14.0
CITY_WEIGHT: Final = 1.6
SPAN: Final = "Spanne der Schätzung"
"""How an interval is called in every key."""


@dataclass(frozen=True)
class Scale:
    """A linear scale from values to positions."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, wert: float) -> float:
        """Position of a value; values outside the scale stay at its ends."""
        width = self.high - self.low
        fraction = (wert - self.low) / width if width else 0.5
        return self.start + min(1.0, max(0.0, fraction)) * (self.end - self.start)


def scale_over(values: Sequence[float], *, start: float, end: float) -> Scale:
    """A scale that covers all known values."""
    known = [wert for wert in values if math.isfinite(wert)]
    return Scale(min(known), max(known), start, end)


def swarm(
    positions: Mapping[str, float], *, first: str | None = None, gap: float = 2 * DOT_RADIUS + 0.6
) -> dict[str, float]:
    """Offsets across the axis that keep dots apart: the nearest free place, the same every time.

    Parameters
    ----------
    positions
        Position along the axis of each dot.
    first
        Key of the dot that gets its place first, on the axis.
    gap
        Smallest distance of two dots' centres.
    """
    order = sorted(positions, key=lambda key: (key != first, positions[key], key))
    placed: dict[str, float] = {}
    for key in order:
        near = [(positions[other] - positions[key], y) for other, y in placed.items()]
        near = [(dx, y) for dx, y in near if abs(dx) < gap]
        steps = [y + sign * math.sqrt(gap * gap - dx * dx) for dx, y in near for sign in (1, -1)]
        options = sorted([0.0, *steps], key=lambda y: (round(abs(y), 3), y))
        placed[key] = next(y for y in options if all(math.hypot(dx, y - other) >= gap - 1e-6 for dx, other in near))
    return placed


def squeeze(offsets: Mapping[str, float], limit: float) -> dict[str, float]:
    """Offsets shrunk so that none exceeds a limit; dots may then overlap."""
    largest = max((abs(y) for y in offsets.values()), default=0.0)
    factor = min(1.0, limit / largest) if largest else 1.0
    return {key: y * factor for key, y in offsets.items()}


def text_with_value(analysis: Analysis, indikator: str, gebiet_id: str) -> str:
    """Name and value of an area: "Borbeck-Mitte 24,9 %", "Byfang: keine Angabe", "Kita-Planungsbezirk 3: 278 Einw."."""
    item = analysis.wert(indikator, gebiet_id)
    name = item.ort.kurz
    if item.wert is None:
        return f"{name}: {item.text()}"
    # A name of a person's own may end with a number, or be short for one that does.
    name = f"{name}:" if item.ort.ebene == QUARTIER else name
    return f"{name} {item.text()}"


def number_of_stadtteile(count: int) -> str:
    """Number with its noun: 1 Stadtteil, 3 Stadtteile."""
    return f"{count}{NBSP}{'Stadtteil' if count == 1 else 'Stadtteile'}"


def clamp_anchor(x: float, content: str, *, size: float, low: float, high: float, bold: bool = False) -> float:
    """Middle position of a label near x that keeps it between two limits."""
    half = text_box(0, 0, content, size=size, bold=bold).right / 2
    return min(max(x, low + half), high - half)


def first_free_row(box_at: Sequence[Box], taken: Sequence[Box], *, gap: float = 4.0) -> int:
    """Index of the first of several possible boxes that is free; the last one if none is."""
    return next((place for place, box in enumerate(box_at) if free(box, taken, gap=gap)), len(box_at) - 1)


def diamond(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """The marker of a Stadtbezirk's own value."""
    points = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    canvas.polygon(points, fill=ACCENT, stroke=PAPER, weight=1.5)


def interval(
    canvas: Canvas, low: float, high: float, y: float, *, cap: float = 4.0, cut: tuple[bool, bool] = (False, False)
) -> None:
    """The interval of an estimate, with caps; an end that lies beyond the axis (``cut``: left, right) has none."""
    caps = [f"M{x:.1f} {y - cap:.1f}v{2 * cap:.1f}" for x, gone in zip((low, high), cut, strict=True) if not gone]
    canvas.path(f"{''.join(caps)}M{low:.1f} {y:.1f}H{high:.1f}", fill="none", stroke=ACCENT, weight=1.6)


def lettered(canvas: Canvas, x: float, y: float, place: int) -> None:
    """An area that a person set beside this one: a square with its letter, in its colour."""
    half = DOT_RADIUS + 2.5
    canvas.rect(x - half, y - half, 2 * half, 2 * half, fill=COMPARED[place], stroke=PAPER)
    canvas.text(x, y + 3.6, chr(ord("A") + place), size=10, anchor="middle", colour=PAPER, bold=True)


def ring(canvas: Canvas, x: float, y: float, *, colour: str) -> None:
    """A Stadtteil that stands out by its outline: a neighbour in ink, a part of a Stadtbezirk in its colour."""
    canvas.circle(x, y, DOT_RADIUS - 0.6, fill=PAPER, stroke=colour, weight=1.5)


def city_line(canvas: Canvas, x: float, top: float, bottom: float) -> None:
    """The city's value, in every chart the same grey line."""
    canvas.line((x, top), (x, bottom), colour=CITY, width=CITY_WEIGHT)


@dataclass
class Key:
    """The signs of a chart with their meaning, in as many lines as the width needs."""

    canvas: Canvas
    left: float
    right: float
    y: float
    x: float = field(init=False)

    def __post_init__(self) -> None:
        self.x = self.left

    def add(self, words: str, width: float = 0.0, sign: Callable[[float, float], None] | None = None) -> None:
        """Append an entry: a sign of a width, drawn by a function of left edge and baseline, and its words."""
        gap = 5.0 if sign else 0.0
        wanted = width + gap + text_width(words, KEY_SIZE)
        if self.x > self.left and self.x + wanted > self.right:
            self.x, self.y = self.left, self.y + KEY_LINE
        if sign:
            sign(self.x, self.y)
        end = self.canvas.text(self.x + width + gap, self.y, words, size=KEY_SIZE, colour=MUTED).right
        self.x = end + KEY_GAP
