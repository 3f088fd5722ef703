"""One colour, number and drawing style for every picture, table and sentence."""

from sozialraum.style.numbers import (
    ART_LABELS,
    MISSING,
    NBSP,
    UNRECORDED,
    art_label,
    change,
    counted,
    dated,
    day,
    estimate,
    is_missing,
    number,
    points,
    rounded,
    rounded_estimate,
    share,
    signed,
    span,
    value,
)
from sozialraum.style.palette import (
    ACCENT,
    BAND,
    CITY,
    COMPARED,
    CORRIDOR,
    DARK,
    DOT,
    INK,
    LAND,
    LAND_HERE,
    LINE,
    MUTED,
    PAPER,
    SEQUENTIAL,
    TEXTURES,
    readable_on,
)
from sozialraum.style.plots import RC, drawing, from_matplotlib
from sozialraum.style.svg import FONT_FAMILY, Box, Canvas, SvgFigure, free, n, text_box, text_width, wrapped
from sozialraum.style.symbols import KINDS, SYMBOLS, Symbol, symbol_key

__all__ = [
    "ACCENT", "ART_LABELS", "BAND", "CITY", "COMPARED", "CORRIDOR", "DARK", "DOT", "FONT_FAMILY", "INK", "KINDS",
    "LAND", "LAND_HERE", "LINE", "MISSING", "MUTED", "NBSP", "PAPER", "RC", "SEQUENTIAL", "SYMBOLS", "TEXTURES",
    "UNRECORDED", "Box", "Canvas", "SvgFigure", "Symbol", "art_label", "change", "counted", "dated", "day", "drawing",
    "estimate", "free", "from_matplotlib", "is_missing", "n", "number", "points", "readable_on", "rounded",
    "rounded_estimate", "share", "signed", "span", "symbol_key", "text_box", "text_width", "value", "wrapped",
]  # fmt: skip
