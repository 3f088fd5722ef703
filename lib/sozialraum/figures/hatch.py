"""Hatching: what is missing; dots: what may be of another class; textures that tell classes apart without colour."""

import re
from collections.abc import Iterable
from typing import Final

from sozialraum.style import MUTED, PAPER, TEXTURES, n, readable_on

HATCH: Final = "url(#id-hatch)"
PRINT_ONLY: Final = "sr-texture"
"""Class of what a page shows in print only; without its style sheet it stays hidden."""
DOUBT: Final = re.compile(r"id-doubt-([0-9a-f]{6})")
"""Id of a dotted paint, which holds its colour."""
_STRIPES: Final = {"dashes": (5, "M1 2.5h2.5", 0.8), "rows": (5, "M0 2.5H5", 0.7), "columns": (5, "M2.5 0V5", 0.7)}


def hatch_pattern() -> str:
    """Definition of the diagonal hatching that means "keine Angabe"."""
    return (
        '<defs><pattern id="id-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{PAPER}"/>'
        f'<path d="M0 0V6" stroke="{MUTED}" stroke-width="1.6"/></pattern></defs>'
    )


def doubtful(colour: str) -> str:
    """Dotted paint of a class: the interval of the value crosses its limits."""
    return f"url(#id-doubt-{colour[1:]})"


def doubt_patterns(colours: Iterable[str]) -> str:
    """Definitions of the dotted paints of some colours."""
    patterns = [_dotted(colour) for colour in dict.fromkeys(colours)]
    return f"<defs>{''.join(patterns)}</defs>" if patterns else ""


def _dotted(colour: str) -> str:
    return (
        f'<pattern id="id-doubt-{colour[1:]}" width="7" height="7" patternUnits="userSpaceOnUse">'
        f'<rect width="7" height="7" fill="{colour}"/><path d="M2 2h0M5.5 5.5h0" stroke="{readable_on(colour)}" '
        'stroke-width="1.5" stroke-linecap="round" stroke-opacity="0.75"/></pattern>'
    )


def texture_patterns(colours: Iterable[str]) -> str:
    """Definitions of the textures of some classes; none is diagonal."""
    patterns = [_pattern(colour, TEXTURES[colour]) for colour in dict.fromkeys(colours) if colour in TEXTURES]
    return f"<defs>{''.join(patterns)}</defs>" if patterns else ""


def texture_of(colour: str) -> str:
    """Paint of a class's texture; "" if its tint is enough."""
    return f"url(#id-{TEXTURES[colour]})" if colour in TEXTURES else ""


def texture_box(colour: str, x: float, y: float, width: float, height: float) -> str:
    """The texture of a class in its box of a legend; "" if its tint is enough."""
    fill = texture_of(colour)
    place = f'x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}"'
    return f'<rect {place} fill="{fill}"/>' if fill else ""


def textured(elements: Iterable[str]) -> str:
    """A group that only a print shows."""
    return f'<g class="{PRINT_ONLY}" display="none" aria-hidden="true" stroke="none">{"".join(elements)}</g>'


def _pattern(colour: str, name: str) -> str:
    size, lines, weight = _STRIPES[name]
    return (
        f'<pattern id="id-{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse"><path d="{lines}" '
        f'stroke="{readable_on(colour)}" stroke-width="{weight}" stroke-linecap="round" fill="none"/></pattern>'
    )
