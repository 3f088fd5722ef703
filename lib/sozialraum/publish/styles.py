"""Style sheets of the pages: files of the templates, and the tokens that come from the palette."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from sozialraum import style

_TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates"
_TOKENS: Final = {
    "ink": style.INK,
    "muted": style.MUTED,
    "city": style.CITY,
    "band": style.BAND,
    "line": style.LINE,
    "paper": style.PAPER,
    "accent": style.ACCENT,
}


@lru_cache(maxsize=16)
def read_template(name: str) -> str:
    """Text of a file below ``templates``."""
    return (_TEMPLATES / name).read_text(encoding="utf-8").strip()


def tokens() -> str:
    """Custom properties for the colours of the palette, for light and dark grounds and print."""
    light = " ".join(f"--sr-{name}: {colour};" for name, colour in _TOKENS.items())
    dark = " ".join(f"--sr-{name}: {style.DARK[colour]};" for name, colour in _TOKENS.items())
    return f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"


def dark_rules() -> str:
    """Rules that recolour the drawings' plain ``fill`` and ``stroke`` attributes on a dark ground."""
    drawing = ".sr-svg:not(.sr-svg--paper)"
    rules = [f"{drawing} {{ fill: {style.DARK[style.INK]}; }}"]
    rules += [
        f'{drawing} [{part}="{light}"] {{ {part}: {dark}; }}'
        for light, dark in style.DARK.items()
        for part in ("fill", "stroke")
    ]
    return "@media screen and (prefers-color-scheme: dark) {\n" + "\n".join(rules) + "\n}"
