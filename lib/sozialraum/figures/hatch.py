"""Hatching: what is missing, and textures that tell classes apart in a print without colour."""

from collections.abc import Iterable
from typing import Final

from sozialraum.style import MUTED, PAPER, TEXTURES, readable_on

HATCH: Final = "url(#id-hatch)"
PRINT_ONLY: Final = "sr-texture"
"""Class of what a page shows in print only; without its style sheet it stays hidden."""
_STRIPES: Final = {"dots": (5, "M2.5 2.5h0", 1.4), "rows": (5, "M0 2.5H5", 0.7), "columns": (5, "M2.5 0V5", 0.7)}


def hatch_pattern() -> str:
    """Definition of the diagonal hatching that means "keine Angabe"."""
    return (
        '<defs><pattern id="id-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{PAPER}"/>'
        f'<path d="M0 0V6" stroke="{MUTED}" stroke-width="1.6"/></pattern></defs>'
    )


def texture_patterns(colours: Iterable[str]) -> str:
    """Definitions of the textures of some classes; none is diagonal."""
    patterns = [_pattern(colour, TEXTURES[colour]) for colour in dict.fromkeys(colours) if colour in TEXTURES]
    return f"<defs>{''.join(patterns)}</defs>" if patterns else ""


def texture_of(colour: str) -> str:
    """Paint of a class's texture; "" if its tint is enough."""
    return f"url(#id-{TEXTURES[colour]})" if colour in TEXTURES else ""


def textured(elements: Iterable[str]) -> str:
    """A group that only a print shows."""
    return f'<g class="{PRINT_ONLY}" display="none" aria-hidden="true" stroke="none">{"".join(elements)}</g>'


def _pattern(colour: str, name: str) -> str:
    size, lines, weight = _STRIPES[name]
    return (
        f'<pattern id="id-{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse"><path d="{lines}" '
        f'stroke="{readable_on(colour)}" stroke-width="{weight}" stroke-linecap="round" fill="none"/></pattern>'
    )
