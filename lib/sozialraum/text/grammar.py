"""Small pieces of German grammar."""

from collections.abc import Sequence
from typing import Final

from sozialraum.gebiete import QUARTIER, Gebiet
from sozialraum.indicators import SHARE
from sozialraum.style import NBSP, number

SUBJECTS: Final = {"stadtteil": "der Stadtteil", "stadtbezirk": "der Stadtbezirk", "stadt": "die Stadt",
                   QUARTIER: "das Quartier"}  # fmt: skip


def enumerate_words(words: Sequence[str]) -> str:
    """Words joined as a German list: "a", "a und b", "a, b und c"."""
    return " und ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def plural(count: int, one: str, many: str) -> str:
    """Number with its noun: "1 Kita", "7 Kitas", "keine Kita"."""
    if count == 0:
        return f"{'keine' if one[:1].isupper() else 'kein'} {one}"
    return f"{number(count)}{NBSP}{one if count == 1 else many}"


def subject(area: Gebiet) -> str:
    """The area as a sentence's subject: "der Stadtteil", "der Stadtbezirk", "die Stadt", "der Kita-Planungsbezirk"."""
    return f"{area.planung.artikel} {area.planung.einzahl}" if area.planung else SUBJECTS[area.ebene]


def this(area: Gebiet) -> str:
    """The area as an object: "diesen Stadtteil", "dieses Quartier", "diese Stadt"."""
    pronoun = {"der": "diesen", "das": "dieses", "die": "diese"}[subject(area).partition(" ")[0]]
    return f"{pronoun} {area.ebene_label}"


def joined_bei(phrases: Sequence[str]) -> str:
    """Where-phrases joined: "bei der C sowie beim Anteil der A und der B", with "beim Anteil" only once."""
    shares = [phrase.removeprefix(SHARE) for phrase in phrases if phrase.startswith(SHARE)]
    others = [phrase for phrase in phrases if not phrase.startswith(SHARE)]
    parts = ([enumerate_words(others)] if others else []) + ([SHARE + enumerate_words(shares)] if shares else [])
    return " sowie ".join(parts)


def upper_first(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]
