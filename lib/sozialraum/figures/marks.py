"""Marks on everything that states something: which statement of an output it is, and what that rests on.

The mark is an attribute in the HTML; the references travel in the metadata of the output, where
:mod:`sozialraum.report.evidence` finds them when the page is made. Readers see neither. Plain text without
references, which an author wrote, has no mark.
"""

from collections.abc import Iterable
from typing import Any, Final

ATTRIBUTE: Final = "data-satz"
METADATA: Final = "sozialraum"
REFERENCES: Final = "belege"
PICTURES: Final = "bilder"

Reference = tuple[str, ...]


class Marks:
    """The statements of one output, in order."""

    def __init__(self) -> None:
        self._references: list[list[list[str]]] = []
        self._pictures: int | None = None

    def number(self, refs: Iterable[Reference] | None) -> int | None:
        """Register a statement and return its number; None stands for plain text and stays None."""
        if refs is None:
            return None
        self._references.append([list(ref) for ref in dict.fromkeys(refs)])
        return len(self._references) - 1

    def pictures(self, number: int | None) -> None:
        """Say which statement the alternative texts of this output's pictures belong to."""
        self._pictures = number

    @property
    def metadata(self) -> dict[str, Any]:
        """Metadata of the output; empty if it states nothing."""
        if not self._references:
            return {}
        return {METADATA: {REFERENCES: self._references, PICTURES: self._pictures}}


def attribute(number: int | None) -> str:
    """Attribute, with a blank in front, that marks an element as part of a statement."""
    return "" if number is None else f' {ATTRIBUTE}="{number}"'
