"""Where a text names a Quartier whose name looks like a statement: "Sozialraum 12", "Überdurchschnittlich".

What stands in a name is no statement. But a wrong number must not hide behind a name either: a name that could be
read as a statement ("7 Kitas", "Kray 1") counts as a name only where a sentence names its area.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_BEFORE: Final = r"(?<![\w-])(?<!\d[.,–/])(?<![−+±])(?<!± )"
_AFTER: Final = r"(?![\w-])(?![.,–/]\d)"
#: What introduces an area: a name follows, whatever it looks like.
_INTRODUCED: Final = re.compile(r"(?:\b[Qq]uartiers? |\bLage von |\bProfil von |\bAussagen zu |\bLinie: |: für )$")
#: A part of a sentence begins; a name in doubt is one if it is followed by what is said of the area.
_HEAD: Final = re.compile(r"[;.:] $")
_VALUE: Final = re.compile(r" (?:[+−]?\d|mindestens \d|nicht erfasst\b|keine Angabe\b)")
_REST: Final = re.compile(r"[;:] | und Stadtbezirk\b")


def without(phrase: str, text: str, fill: str) -> str:
    """A text with a phrase filled in wherever it is whole: "Platz 1" is neither in "Platz 12" nor in "Platz 1,5"."""
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if _is_whole(text, start, end):
            text = text[:start] + fill * len(phrase) + text[end:]
        start = text.find(phrase, start + 1)
    return text


def _is_whole(text: str, start: int, end: int) -> bool:
    before, last, after = text[max(0, start - 1) : start], text[end - 1], text[end : end + 2]
    if (_is_word(text[start]) and _is_word(before)) or (_is_word(last) and _is_word(after[:1])):
        return False
    return not (last.isdigit() and after[:1] in (".", ",") and after[1:].isdecimal())


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


@dataclass(frozen=True)
class Name:
    """One name, and how it is told from a statement.

    Attributes
    ----------
    pattern
        What finds it as a whole, but not where a number goes on or a unit follows.
    doubtful
        Whether it could be a statement: then the place decides.
    introduction
        Phrase in which its area is spoken of, without the name: "im Quartier".
    """

    gebiet_id: str
    pattern: re.Pattern[str]
    doubtful: bool
    introduction: str

    def spans(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """Where the text names the area, and whether an introduction says so."""
        for match in self.pattern.finditer(text):
            introduced = self._introduced(text[max(0, match.start() - 200) : match.start()])
            if introduced or not self.doubtful or self._subject(text, match.start(), match.end()):
                yield *match.span(), introduced

    def _introduced(self, before: str) -> bool:
        return bool(_INTRODUCED.search(before)) or before.lower().endswith(f"{self.introduction.lower()} ")

    @staticmethod
    def _subject(text: str, start: int, end: int) -> bool:
        """Whether something is said of it at the beginning of a text or of a part of it."""
        if _VALUE.match(text, end):
            return start == 0 or bool(_HEAD.search(text[:start]))
        return start == 0 and bool(_REST.match(text, end))


def named(
    areas: Iterable[tuple[str, str, str]], *, units: Iterable[str], is_statement: Callable[[str], bool]
) -> list[Name]:
    """Names of areas as patterns, the longest first.

    Parameters
    ----------
    areas
        Id, name and preposition of each.
    units
        Units of numbers.
    is_statement
        Whether a text by itself states a number, a class or an indicator, or names another area.
    """
    ends = "|".join(re.escape(unit) for unit in sorted(filter(None, units), key=len, reverse=True))
    found = []
    for key, name, preposition in sorted(areas, key=lambda area: -len(area[1])):
        # A unit behind a digit makes the end of the name a number of the sentence.
        unit = rf"(?! ?(?:{ends})(?!\w))" if name[-1:].isdigit() else ""
        pattern = re.compile(rf"{_BEFORE}{re.escape(name)}{_AFTER}{unit}")
        found.append(Name(key, pattern, is_statement(name), preposition))
    return found
