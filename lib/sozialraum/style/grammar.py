"""Small pieces of German grammar."""

from collections.abc import Sequence
from typing import Final

from sozialraum.city.gebiete import QUARTIER, Gebiet
from sozialraum.city.indicators import SHARE
from sozialraum.style import NBSP, number

_ARTICLES: Final = {"stadtteil": "der", "stadtbezirk": "der", "stadt": "die", QUARTIER: "das"}
_THIS: Final = {"der": "diesen", "das": "dieses", "die": "diese"}
DRAFT: Final = "Entwurf – nicht freigegeben, keine amtliche Statistik"
"""What stands on everything that no office has released."""
_PRONOUNS: Final = {"der": "er", "das": "es", "die": "sie"}


def enumerate_words(words: Sequence[str]) -> str:
    """Words joined as a German list: "a", "a und b", "a, b und c"."""
    return " und ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def plural(count: int, one: str, many: str) -> str:
    """Number with its noun: "1 Kita", "7 Kitas", "keine Kita"."""
    if count == 0:
        return f"{'keine' if one[:1].isupper() else 'kein'} {one}"
    return f"{number(count)}{NBSP}{one if count == 1 else many}"


def article(area: Gebiet) -> str:
    """Article of what the area is: "der" (Stadtteil), "die" (Stadt), "das" (Quartier)."""
    return area.planung.artikel if area.planung else _ARTICLES[area.ebene]


def subject(area: Gebiet) -> str:
    """The area as a sentence's subject: "der Stadtteil", "der Stadtbezirk", "die Stadt", "der Kita-Planungsbezirk"."""
    return f"{article(area)} {area.ebene_label}"


def this(area: Gebiet) -> str:
    """The area as an object: "diesen Stadtteil", "dieses Quartier", "diese Stadt"."""
    return f"{_THIS[article(area)]} {area.ebene_label}"


def pronoun(area: Gebiet) -> str:
    """The area by a pronoun: "er", "es", "sie"."""
    return _PRONOUNS[article(area)]


def to_phrase(area: Gebiet) -> str:
    """Whither-phrase: "zu Kray", "zum Ostviertel", "zur Margarethenhöhe", "zum Stadtbezirk IV", "zum Quartier X"."""
    for where, whither in (("im", "zum"), ("in der", "zur"), ("auf der", "zur"), ("in", "zu")):
        if area.praeposition == where or area.praeposition.startswith(f"{where} "):
            return f"{whither}{area.praeposition.removeprefix(where)} {area.label}"
    return f"zu {area.label}"


def joined_bei(phrases: Sequence[str]) -> str:
    """Where-phrases joined: "bei der C sowie bei den Anteilen der A und der B", the shares once."""
    shares = [phrase.removeprefix(SHARE) for phrase in phrases if phrase.startswith(SHARE)]
    others = [phrase for phrase in phrases if not phrase.startswith(SHARE)]
    lead = "bei den Anteilen " if len(shares) > 1 else SHARE
    parts = ([enumerate_words(others)] if others else []) + ([lead + enumerate_words(shares)] if shares else [])
    return " sowie ".join(parts)


def upper_first(sentence: str) -> str:
    """The sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]
