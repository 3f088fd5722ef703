"""Names that people give to own areas, made fit for a page, a drawing and a file; told at once where that cannot be."""

import unicodedata
from datetime import date
from hashlib import sha256
from typing import Any, Final

import pandas as pd

from sozialraum.city.gebiete import LEVEL_LABELS, QUARTIER, QUARTIER_PREFIX, slugify

MAX_NAME: Final = 300
"""Letters of a name on a page; a longer one ends with an ellipsis."""
MAX_KEY: Final = 60
"""Letters of an id: a file name is at most 255 bytes long, and ours carry more than the id."""
_GARBLED: Final = "\ufffd"
_INVISIBLE: Final = ("Cf", "Cs", "Co")
_BLANK: Final = ("Cc", "Zs", "Zl", "Zp")


def tidy(text: str) -> str:
    """Composed text on one line: line breaks and control characters are blanks, invisible characters are gone."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(map(_printable, composed)).split())


def tidy_name(name: str) -> str:
    """A name as it is printed: tidy, not endless, and never a mere number, which would read as a value."""
    plain = tidy(name)
    if plain and not any(character.isalpha() for character in plain):
        plain = f"{LEVEL_LABELS[QUARTIER]} {plain}"
    return plain if len(plain) <= MAX_NAME else f"{plain[: MAX_NAME - 1].rstrip()}…"


def as_text(value: Any) -> str:
    """An attribute of an object as text; numbers and dates as a person would write them, empty if there is none."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return str(value)


def name_fault(text: str) -> str:
    """Why a text cannot be a name, in German; empty if it can."""
    if not tidy(text):
        return "ist leer. Bitte einen Namen eintragen."
    if _GARBLED in text:
        return (
            f"enthält unlesbare Zeichen („{tidy(text)}“), weil die Datei in einem anderen Zeichensatz gespeichert ist, "
            "als sie angibt. Bitte in UTF-8 neu ausgeben."
        )
    if not any(character.isalnum() for character in text):
        return f"enthält weder Buchstaben noch Ziffern („{tidy(text)}“). Bitte einen Namen eintragen."
    return ""


def quartier_id(name: str) -> str:
    """Id of a Quartier with this name: "q-am-hang" for "Am Hang"."""
    return key_of(tidy_name(name), whole=tidy(name))


def key_of(text: str, *, whole: str = "") -> str:
    """Id from a word: ASCII, short enough for a file name, and different where letters or the end are lost.

    ``whole`` is what the end of a shortened id is made from, if not the word itself.
    """
    slug = slugify(text)
    lost = any(character.isalpha() and not slugify(character) for character in unicodedata.normalize("NFC", text))
    if (lost or len(slug) > MAX_KEY) and text:
        mark = sha256((whole or text).encode("utf-8", "replace")).hexdigest()[:8]
        slug = f"{slug[: MAX_KEY - len(mark) - 1].strip('-')}-{mark}".strip("-")
    return f"{QUARTIER_PREFIX}{slug}"


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category in _BLANK:
        return " "
    noncharacter = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return "" if category in _INVISIBLE or noncharacter else character
