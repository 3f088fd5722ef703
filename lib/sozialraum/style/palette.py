"""Colours, each with its role; ``docs/decisions/0005-palette-and-figures.md`` says how they were chosen."""

from typing import Final

INK: Final = "#1f2328"
MUTED: Final = "#57606a"
CITY: Final = "#6e7781"
DOT: Final = "#a8b0b8"
BAND: Final = "#e4e8ec"
LINE: Final = "#d0d5da"
PAPER: Final = "#ffffff"
ACCENT: Final = "#a3161f"
LAND: Final = "#e3e7ea"
LAND_HERE: Final = "#fbf7ef"
CORRIDOR: Final = "#e8c77a"

COMPARED: Final = ("#7b2d8b", "#8a4b00", "#0b5d4b")
"""Areas that stand beside the chosen one, in order; each also has a letter and dashes of its own."""

SEQUENTIAL: Final = ("#f6f3c6", "#a9d8b8", "#56aebd", "#2f76aa", "#22327a")
"""Five classes from low to high; equal steps of lightness, so that they also print in grey."""

TEXTURES: Final = {SEQUENTIAL[1]: "dashes", SEQUENTIAL[2]: "rows", SEQUENTIAL[3]: "columns"}
"""What is printed over a class, so that it is told apart without colour; diagonal lines mean "keine Angabe"."""

DARK: Final = {
    INK: "#e6e8ea",
    MUTED: "#b1b8bf",
    CITY: "#9aa3ac",
    DOT: "#6a737c",
    BAND: "#2c3238",
    LINE: "#454c54",
    PAPER: "#16191d",
    ACCENT: "#ff8f86",
    COMPARED[0]: "#d9a6e3",
    COMPARED[1]: "#e8b06a",
    COMPARED[2]: "#7fd1ba",
}
"""Colour on a dark ground for each colour of a chart; maps keep their light ground."""


def readable_on(ground: str) -> str:
    """Ink or white, whichever has more contrast on a colour (WCAG 2.1)."""
    paper, colour, ink = (_luminance(one) + 0.05 for one in (PAPER, ground, INK))
    return INK if colour / ink >= paper / colour else PAPER


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return sum(weight * part for weight, part in zip((0.2126729, 0.7151522, 0.0721750), linear, strict=True))
