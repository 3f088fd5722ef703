"""The marked statements of an executed notebook, as they are printed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from nbformat import NotebookNode

from sozialraum.figures import MAP_MIME
from sozialraum.figures.marks import ATTRIBUTE, METADATA, PICTURES, REFERENCES

_DRAWING: Final = re.compile(r"<svg\b[^>]*>.*?</svg>", re.DOTALL)
_LABEL: Final = re.compile(r'<svg\b[^>]*\baria-label="([^"]*)"')
_TABLE: Final = re.compile(r"<table\b.*?</table>", re.DOTALL)
_MARKED: Final = re.compile(rf'<(p|li|span|caption)\b[^>]*\b{ATTRIBUTE}="(\d+)"[^>]*>(.*?)</\1>', re.DOTALL)
_NESTED: Final = re.compile(rf'<(li)\b[^>]*\b{ATTRIBUTE}="(\d+)"[^>]*>(.*?)</\1>', re.DOTALL)
_ROW: Final = re.compile(rf'<tr\b[^>]*\b{ATTRIBUTE}="(\d+)"[^>]*>(.*?)</tr>', re.DOTALL)
_CELL: Final = re.compile(r"<(?:th|td)\b[^>]*>(.*?)</(?:th|td)>", re.DOTALL)
_HEAD: Final = re.compile(r"<thead>(.*?)</thead>", re.DOTALL)
_UNIT: Final = re.compile(r' ?<span class="sr-unit">[^<]*</span>')
_END: Final = re.compile(r"</p>")
_TAG: Final = re.compile(r"<[^>]+>")
_CLAIM_NUMBER: Final = "Nr."


@dataclass(frozen=True)
class Printed:
    """A printed text and what it rests on."""

    text: str
    refs: tuple[tuple[str, ...], ...]


def printed(nb: NotebookNode) -> Iterator[Printed]:
    """Every marked statement of the notebook's outputs: sentences, tiles, captions, table rows, alternative texts."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            marks = output.get("metadata", {}).get(METADATA)
            if marks:
                yield from _output(_markup(output), marks)


def _markup(output: NotebookNode) -> str:
    shown = output.data.get(MAP_MIME)
    return str(shown["html"] if shown else output.data.get("text/html", ""))


def _output(markup: str, marks: dict[str, Any]) -> Iterator[Printed]:
    refs = [tuple(tuple(ref) for ref in item) for item in marks[REFERENCES]]
    picture = marks.get(PICTURES)
    if picture is not None:
        yield from (Printed(unescape(text), refs[picture]) for text in _LABEL.findall(markup))
    words = _DRAWING.sub("", markup)
    for table in _TABLE.findall(words):
        yield from (Printed(text, refs[number]) for number, text in _rows(table))
    for match in _NESTED.finditer(words):
        yield Printed(_plain(match[3]), refs[int(match[2])])
    for match in _MARKED.finditer(_NESTED.sub("", words)):
        yield Printed(_plain(match[3]), refs[int(match[2])])


def _rows(table: str) -> Iterator[tuple[int, str]]:
    """Number and text of each marked row, every cell with the name of its column."""
    head = _HEAD.search(table)
    names = [_plain(cell) for cell in _CELL.findall(head[1])] if head else []
    for match in _ROW.finditer(table):
        cells = [_plain(cell) for cell in _CELL.findall(match[2])]
        named = [f"{name} {cell}" for name, cell in zip(names[1:], cells[1:], strict=False)]
        first = [] if names[:1] == [_CLAIM_NUMBER] else cells[:1]
        yield int(match[1]), "; ".join([*first, *named])


def _plain(markup: str) -> str:
    """The words of a piece of markup; units that a head names stand, unseen, behind the figures that they belong to."""
    return unescape(_TAG.sub("", _END.sub("; ", _UNIT.sub("", markup))))
