"""Chapters of a page: headings get stable ids, every h2 at the start of a cell's content opens a chapter."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sozialraum.city.gebiete import slugify
from sozialraum.errors import RenderError

_HEADING: Final = re.compile(r"<h([1-6])\b([^>]*)>(.*?)</h\1\s*>", re.DOTALL | re.IGNORECASE)
_ID: Final = re.compile(r"""\bid\s*=\s*["']([^"']+)["']""")
_TAG: Final = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Heading:
    """A chapter heading: plain text and the id to link to."""

    text: str
    id: str


@dataclass(frozen=True)
class Outline:
    """A page cut into chapters.

    Attributes
    ----------
    title
        Plain text of the one h1.
    lead
        HTML before the first chapter, with the h1.
    chapters
        Heading and HTML (heading included) of each chapter.
    """

    title: str
    lead: str
    chapters: tuple[tuple[Heading, str], ...]


def outline(fragments: Iterable[str]) -> Outline:
    """Cut a page into chapters.

    Raises
    ------
    RenderError
        If there is not exactly one h1, or a heading skips a level.
    """
    pieces = [piece for fragment in fragments for piece in _split(fragment)]
    used = set(_ID.findall("\n".join(pieces)))
    pieces = [_HEADING.sub(lambda match: _with_id(match, used), piece) for piece in pieces]
    title = _check_order("\n".join(pieces))
    lead: list[str] = []
    chapters: list[tuple[Heading, list[str]]] = []
    for piece in pieces:
        heading = _leading_h2(piece)
        if heading:
            chapters.append((heading, [piece]))
        else:
            (chapters[-1][1] if chapters else lead).append(piece)
    return Outline(title, "\n".join(lead), tuple((heading, "\n".join(parts)) for heading, parts in chapters))


def plain(markup: str) -> str:
    """Text of a piece of HTML with single blanks."""
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _split(fragment: str) -> list[str]:
    """Cut at every h2 if the fragment is flat (Markdown, or an output that begins with its h2)."""
    starts = [match.start() for match in _HEADING.finditer(fragment) if match[1] == "2" and _flat(fragment, match)]
    cuts = [0, *[start for start in starts if start], len(fragment)]
    return [piece for piece in (fragment[a:b].strip() for a, b in pairwise(cuts)) if piece]


def _flat(fragment: str, match: re.Match[str]) -> bool:
    before = fragment[: match.start()]
    return before.count("<div") == before.count("</div") and before.count("<section") == before.count("</section")


def _with_id(match: re.Match[str], used: set[str]) -> str:
    level, attributes, inner = match.groups()
    if _ID.search(attributes):
        return match[0]
    return f'<h{level}{attributes} id="{_free_id(plain(inner), used)}">{inner}</h{level}>'


def _free_id(text: str, used: set[str]) -> str:
    base = slugify(text) or "abschnitt"
    key, number = base, 2
    while key in used:
        key, number = f"{base}-{number}", number + 1
    used.add(key)
    return key


def _leading_h2(piece: str) -> Heading | None:
    match = _HEADING.match(piece)
    if match is None or match[1] != "2":
        return None
    found = _ID.search(match[2])
    return Heading(plain(match[3]), found[1] if found else "")


def _check_order(text: str) -> str:
    found = [(int(match[1]), plain(match[3])) for match in _HEADING.finditer(text)]
    titles = [words for level, words in found if level == 1]
    if len(titles) != 1:
        raise RenderError(f"Der Bericht hat {len(titles)} Hauptüberschriften (h1), nötig ist genau eine.")
    for (before, _), (level, words) in pairwise(found):
        if level > before + 1:
            raise RenderError(f"Die Überschrift „{words}“ (h{level}) überspringt eine Ebene nach h{before}.")
    return titles[0]
