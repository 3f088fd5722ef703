"""A small drawing surface that writes plain SVG with real text.

It exists because every report draws some twenty pictures: a strip written this way takes a few
milliseconds and kilobytes. Label boxes are recorded, so that tests can prove that none overlap.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sozialraum.style.palette import INK, PAPER

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

FONT_FAMILY: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
ASCENT: Final = 0.78
DESCENT: Final = 0.22
_MEASURE_SIZE: Final = 100.0
_WIDEST: Final = 1.3
"""Width that is assumed for a character that the measuring font lacks: no emoji or ideogram is wider."""
_ID: Final = re.compile(r'((?:\bid="|url\(#|href="#))id-')


@dataclass(frozen=True)
class Box:
    """A label and the rectangle it needs at most, in drawing units."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box", *, gap: float = 0.0) -> bool:
        """Whether two boxes come closer than a gap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


@dataclass(frozen=True)
class SvgFigure:
    """A finished drawing.

    Attributes
    ----------
    body
        SVG elements; ids in it and references to them start with ``id-``, so that a page can make them unique.
    labels
        Every text with its box, for tests.
    marks
        Boxes of signs that no label may cover: the marker of this area, facilities.
    narrow
        The same for a phone, if this drawing would become too small to read there.
    paper
        Whether the drawing needs a white ground (maps do).
    """

    width: float
    height: float
    body: str
    labels: tuple[Box, ...] = ()
    paper: bool = False
    marks: tuple[Box, ...] = ()
    narrow: "SvgFigure | None" = None

    def markup(self, *, alt: str, prefix: str = "id-", labelled_by: str = "") -> str:
        """The ``<svg>`` element for a page: alternative text, or the id of the drawing that has it; unique ids."""
        body = _ID.sub(rf"\1{prefix}", self.body)
        name = "sr-svg sr-svg--paper" if self.paper else "sr-svg"
        words = f'aria-labelledby="{labelled_by}"' if labelled_by else f'aria-label="{escape(alt)}"'
        font = f'font-family="{escape(FONT_FAMILY)}" ' if "<text" in body else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="{name}" id="{prefix}svg" role="img" {words} '
            f'viewBox="0 0 {n(self.width)} {n(self.height)}" width="{n(self.width)}" height="{n(self.height)}" '
            f'{font}fill="{INK}">{body}</svg>'
        )

    def save(self, path: Path, *, alt: str) -> None:
        """Write a standalone SVG file on white paper."""
        ground = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        path.write_text(SvgFigure(self.width, self.height, ground + self.body).markup(alt=alt), encoding="utf-8")


@dataclass
class Canvas:
    """A drawing in progress; units are CSS pixels, y grows downwards."""

    width: float
    height: float
    paper: bool = False
    parts: list[str] = field(default_factory=list)
    labels: list[Box] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)

    def add(self, element: str) -> None:
        """Append an SVG element."""
        self.parts.append(element)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], *, colour: str, width: float = 1.0, dash: str = ""
    ) -> None:
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.add(
            f'<path d="M{n(start[0])} {n(start[1])}L{n(end[0])} {n(end[1])}" stroke="{colour}" '
            f'stroke-width="{n(width)}" fill="none"{dashed}/>'
        )

    def rect(
        self, left: float, top: float, width: float, height: float, *, fill: str, stroke: str = "", weight: float = 1.0
    ) -> None:
        """A rectangle, filled or "none"."""
        size = f'width="{n(width)}" height="{n(height)}"'
        self.add(f'<rect x="{n(left)}" y="{n(top)}" {size} fill="{fill}"{_stroke(stroke, weight)}/>')

    def circle(self, x: float, y: float, radius: float, *, fill: str, stroke: str = "", weight: float = 1.0) -> None:
        """A circle."""
        self.add(f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" fill="{fill}"{_stroke(stroke, weight)}/>')

    def dots(self, points: Iterable[tuple[float, float]], radius: float, *, fill: str) -> None:
        """Many equal dots as one short element: a path of round caps, from dot to dot from left to right."""
        data, (left, top) = "", (0.0, 0.0)
        for x, y in sorted((round(x, 1), round(y, 1)) for x, y in points):
            data += f"m{n(x - left)} {n(y - top)}z"
            left, top = x, y
        if data:
            self.add(
                f'<path d="{data}" fill="none" stroke="{fill}" stroke-width="{n(2 * radius)}" stroke-linecap="round"/>'
            )

    def names(self, points: Iterable[tuple[float, float, str]], radius: float, *, own: str = "") -> None:
        """What is said of each dot when one points at it; of several, the own one is met first with the keyboard."""
        self.add(
            "".join(
                f'<circle class="sr-dot{" sr-dot--own" if words == own else ""}" cx="{n(x)}" cy="{n(y)}" '
                f'r="{n(radius)}" fill="transparent"><title>{escape(words)}</title></circle>'
                for x, y, words in points
            )
        )

    def polygon(
        self, points: Iterable[tuple[float, float]], *, fill: str, stroke: str = "", weight: float = 1.0
    ) -> None:
        """A closed polygon."""
        steps = "L".join(f"{n(x)} {n(y)}" for x, y in points)
        self.add(f'<path d="M{steps}Z" fill="{fill}"{_stroke(stroke, weight)}/>')

    def path(self, data: str, *, fill: str, stroke: str = "", weight: float = 1.0) -> None:
        """A path given as SVG path data."""
        self.add(f'<path d="{data}" fill="{fill}"{_stroke(stroke, weight)}/>')

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
        italic: bool = False,
        halo: str = "",
    ) -> Box:
        """One line of text on the baseline y; returns and records its box. Content is escaped."""
        box = text_box(x, y, content, size=size, anchor=anchor, bold=bold)
        look = f' fill="{colour}"' if colour != INK else ""
        look += ' font-weight="600"' if bold else ""
        look += ' font-style="italic"' if italic else ""
        look += f' text-anchor="{anchor}"' if anchor != "start" else ""
        look += f' stroke="{halo}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"' if halo else ""
        self.add(f'<text x="{n(x)}" y="{n(y)}" font-size="{n(size)}"{look}>{escape(content)}</text>')
        self.labels.append(box)
        return box

    def mark(self, x: float, y: float, radius: float, *, bottom: float = inf) -> None:
        """Record that a sign stands here (cut off at ``bottom``), so that tests can prove that no label covers it."""
        self.marks.append(Box("", x - radius, y - radius, x + radius, min(y + radius, bottom)))

    def figure(self) -> SvgFigure:
        """The finished drawing."""
        return SvgFigure(
            self.width, self.height, "".join(self.parts), tuple(self.labels), self.paper, tuple(self.marks)
        )


def n(number: float) -> str:
    """A coordinate with at most one decimal, as short as possible."""
    text = f"{number:.1f}"
    return text[:-2] if text.endswith(".0") and text != "-0.0" else "0" if text == "-0.0" else text


def text_width(content: str, size: float, *, bold: bool = False) -> float:
    """Width that a text needs at most: measured in DejaVu Sans, the widest font of the stack."""
    return _advances(content, bold) * size


@lru_cache(maxsize=4096)
def _advances(content: str, bold: bool) -> float:
    return sum(_advance(character, bold) for character in content)


def text_box(x: float, y: float, content: str, *, size: float, anchor: str = "start", bold: bool = False) -> Box:
    """Box of a line of text on the baseline y."""
    width = text_width(content, size, bold=bold)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(content, left, y - ASCENT * size, left + width, y + DESCENT * size)


def wrapped(content: str, width: float, *, size: float, bold: bool = False) -> list[str]:
    """A text in lines no wider than a width, parted at blanks; a longer word has a line of its own."""
    lines: list[str] = []
    for word in content.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def free(box: Box, taken: Sequence[Box], *, gap: float = 1.0) -> bool:
    """Whether a box keeps a gap from all others."""
    return not any(box.overlaps(other, gap=gap) for other in taken)


@lru_cache(maxsize=2)
def _font(bold: bool) -> "FT2Font":
    """The font that matplotlib brings along; imported when the first text is measured."""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    return FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")


@lru_cache(maxsize=2048)
def _advance(character: str, bold: bool) -> float:
    from matplotlib.ft2font import LoadFlags

    font = _font(bold)
    if not font.get_char_index(ord(character)):
        return 0.0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else _WIDEST
    font.set_size(_MEASURE_SIZE, 72)
    glyph = font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance / 65536 / _MEASURE_SIZE)


def _stroke(colour: str, width: float) -> str:
    return f' stroke="{colour}" stroke-width="{n(width)}"' if colour else ""
