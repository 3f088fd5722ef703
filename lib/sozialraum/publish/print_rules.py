"""What a cell's output may not bring onto a page."""

import re
from typing import Final

_ACTIVE: Final = re.compile(r"<(script|iframe|object|embed|link|base|form|video|audio)\b", re.IGNORECASE)
_IMAGE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE | re.DOTALL)
_ALT: Final = re.compile(r"""\balt\s*=\s*(?:"\s*[^"\s]|'\s*[^'\s])""", re.IGNORECASE)
_DECORATIVE: Final = re.compile(r"""\brole\s*=\s*["']presentation["']""", re.IGNORECASE)
_FOREIGN: Final = re.compile(
    r"""<(?:img|image|use|source|feimage)\b[^>]*?(?<![\w-])(?:src|srcset|href|xlink:href)\s*=\s*["']?\s*(?!data:|\#|["'\s])[^"'\s>]+"""
    r"""|\burl\(\s*(?:["']|&quot;)?(?!data:|\#)[a-z/.]|@import\b""",
    re.IGNORECASE | re.DOTALL,
)


def check_content(content: str) -> list[str]:
    """Problems of the HTML that cells produced, as German sentences; empty if there are none.

    A page may not hold active content, a picture without alternative text, or anything that a browser would
    load from another address.
    """
    problems = []
    active = _ACTIVE.search(content)
    if active:
        problems.append(
            f"Eine Ausgabe enthält <{active[1].lower()}>; eine Seite darf nur Bilder, Tabellen und Text enthalten "
            "(interaktive Karten über sozialraum.figures)."
        )
    if any(not _ALT.search(tag) and not _DECORATIVE.search(tag) for tag in _IMAGE.findall(content)):
        problems.append("Ein Bild hat keinen Alternativtext.")
    foreign = _FOREIGN.search(content)
    if foreign:
        problems.append(f"Eine Ausgabe lädt etwas nach: {foreign[0][:80]}")
    return problems


def dangling_links(content: str) -> list[str]:
    """Targets of links within the page that do not exist on it, each once."""
    targets = set(re.findall(r"""\bid\s*=\s*["']([^"']+)["']""", content))
    wanted = re.findall(r"""\bhref\s*=\s*["']#([^"']+)["']""", content)
    return [name for name in dict.fromkeys(wanted) if name not in targets]
