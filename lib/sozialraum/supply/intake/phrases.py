"""What the catalogue calls what its indicators count: a head that says exactly this maps by itself, no other does."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sozialraum.city.gebiete import fold
from sozialraum.supply.intake.dates import several_dates, without_dates

PART, WHOLE, VALUE = "zaehler", "nenner", "wert"
KINDS: Final = (PART, WHOLE, VALUE)
#: Words that limit nothing: with or without them a head means the same.
_NEUTRAL: Final = re.compile(
    r"am|zum|stand|stichtag|prozent|anzahl|absolut|abs|zahl|insgesamt|gesamt|zusammen|ges|total|jahre?n?|j|jaehrigen?"
    r"|altersgruppen?|geschlecht|merkmal|der|die|des|den|von|werte?|v|h|vh"
)
_BESIDE_TITLES: Final = re.compile(
    r"\b(?:tabelle|tab|stadt|(?:in |nach )?(?:den |die )?(?:stadtteile|stadtbezirke)n?|in den|in der|in)\b( \d+\b)?"
)
_FEMALE: Final = re.compile(r"\b(\w{3,}?)innen (?:und|u) \1(?:e?n)?\b")
_GENDERED: Final = re.compile(r"(?<=\w)(?:[/*:_]-?innen|/-innen|Innen|\*in|:in|/-?in)\b")
_OF_AGE: Final = re.compile(r"\bim alter (?=von|\d|unter|ab|ueber|bis)")
#: Signs that mean something, unlike hyphens, brackets and blanks.
_SIGN: Final = re.compile(r"\+/-|[ΔΣØ]|[^\w\s.,;:()\[\]/%*\"'„“”‚‘’`´·•&+?!<>=|°§#–—‑-]")
_DATIVE: Final = re.compile(r"\b(\w{4,}(?:er|e))n\b")
_IN_PERCENT: Final = re.compile(r"\b(?:in|als) (?:%|Prozent|vH|v\. ?H\.)|%", re.IGNORECASE)
_AGE: Final = re.compile(r"jahr|jähr|\balter|unter \d|\d ?\+|und (?:älter|mehr)", re.IGNORECASE)
_SHARE: Final = re.compile(r"\b(?:prozent|anteil\w*|\w*quote\w*|\w*anteil\w*|vh|v h|je 100)\b")
_LONG_WORD: Final = 9
_ANTEIL: Final = re.compile(r"^(?P<part>.+?)(?: an (?:allen? )?(?P<whole>.+))?$")


@dataclass(frozen=True)
class Role:
    """What a column gives: numerator, denominator or value of an indicator."""

    indikator: str
    angabe: str


@dataclass(frozen=True)
class Trap:
    """Words that sound like an indicator and mean another thing; none of them counts where one of ``ausser`` stands."""

    woerter: tuple[str, ...]
    grund: str
    ausser: tuple[str, ...] = ()

    def caught(self, words: str) -> bool:
        """Whether a head, folded, holds one of the words."""
        return _holds(words, self.woerter) and not _holds(words, self.ausser)


def _holds(words: str, beginnings: Iterable[str]) -> bool:
    """Whether words begin like one of several; a number or numeral must end there ("SGB II" is not "SGB III")."""
    folded = [fold(word) for word in beginnings]
    return any(
        re.search(rf"\b{re.escape(word)}{chr(92)}b" if word[-1:] in "i0123456789" else rf"\b{re.escape(word)}", words)
        for word in folded
    )


@dataclass(frozen=True)
class Begriffe:
    """Phrases of one indicator, in their normal form."""

    zaehler: frozenset[str] = frozenset()
    nenner: frozenset[str] = frozenset()
    wert: frozenset[str] = frozenset()
    verwechselt: tuple[Trap, ...] = field(default=())


class Phrases:
    """The phrases of a catalogue."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        entries: Mapping[str, Mapping[str, Any]] = raw.get("begriffe", {})
        self.known = {key: _begriffe(entry, entries) for key, entry in entries.items()}
        self.limiting = [fold(str(word)) for word in raw.get("einschraenkend", ())]

    def of(self, indikator: str) -> Begriffe:
        """Phrases of an indicator; empty ones if the catalogue has none."""
        return self.known.get(indikator, Begriffe())

    def limits(self, text: str, *, ages: bool = True) -> str:
        """Words of a title, of the name of a sheet or of all rows that limit what is counted: "Frauen", "SGB II"."""
        words = f" {normal(text)} "
        phrases = {phrase for entry in self.known.values() for phrase in entry.zaehler | entry.nenner | entry.wert}
        for phrase in sorted(phrases, key=len, reverse=True):
            words = words.replace(f" {phrase} ", " ")
        of_age = ages and _AGE.search(text)
        found = re.findall(r"\b\d{1,2} bis \d{1,2}\b|\b\d{1,2} und aelter\b", words) if of_age else []
        limiting = [word for word in words.split() if _holds(word, self.limiting)]
        return " ".join([*([as_written(text, limiting)] if limiting else []), *found])

    def exact(self, head: str, *, percent: bool = False) -> list[Role]:
        """Every role that a head spells out, with nothing left over; a count or, in per cent, its share."""
        words, share = normal(head), percent or is_share(head)
        return list(dict.fromkeys(self._roles(words, share=share)))

    def _roles(self, words: str, *, share: bool) -> Iterator[Role]:
        bare = re.sub(r"^anteil (?:an )?", "", words)
        parts = _ANTEIL.match(bare)
        for key, entry in self.known.items():
            if words in entry.wert:
                yield Role(key, VALUE)
            elif share and parts and parts["part"] in entry.zaehler and entry.nenner:
                if parts["whole"] is None or parts["whole"] in entry.nenner:
                    yield Role(key, VALUE)
            elif not share and words in entry.zaehler:
                yield Role(key, PART)
            if not share and words in entry.nenner:
                yield Role(key, WHOLE)

    def near(self, head: str) -> Iterator[tuple[str, str]]:
        """Indicators that a head resembles, each with the reason why it is not taken for one of them."""
        words, traps = normal(head).split(), {key: why for key in self.known if (why := self.trap(key, head))}
        yield from traps.items()
        for key, entry in self.known.items():
            inside = [phrase.split() for phrase in entry.zaehler | entry.wert if set(phrase.split()) <= set(words)]
            if key in traps:
                continue
            if inside:
                rest = [word for word in words if word not in max(inside, key=len)]
                if rest:
                    yield key, f"zu viel: „{as_written(head, rest)}“"
            elif any(_alike(phrase, words) for phrase in entry.zaehler | entry.wert):
                yield key, "im Katalog heißt es anders"

    def trap(self, indikator: str, head: str) -> str:
        """Why a head does not fit an indicator although it sounds like it; empty if nothing is known against it."""
        words = fold(head)
        return next((trap.grund for trap in self.of(indikator).verwechselt if trap.caught(words)), "")


def as_written(head: str, normal_words: list[str]) -> str:
    """Words of a head in the spelling of the table; the normal form of those that have no word of their own."""
    written = [word.strip(",;:()") for word in head.split() if set(normal(word).split()) & set(normal_words)]
    return " ".join(written or normal_words)


def _alike(phrase: str, words: list[str]) -> bool:
    """Whether a head shares the beginning of a long word with a phrase of something else than inhabitants."""
    people = phrase.startswith(("einwohner", "bevoelkerung", "wohnbev", "hauptwohn"))
    return not people and len(phrase) >= _LONG_WORD and any(word[:_LONG_WORD] == phrase[:_LONG_WORD] for word in words)


def _begriffe(entry: Mapping[str, Any], entries: Mapping[str, Mapping[str, Any]]) -> Begriffe:
    like = entries.get(str(entry.get("nenner_wie", "")), {})
    return Begriffe(
        _normal_set(entry.get("zaehler", ())),
        _normal_set([*entry.get("nenner", ()), *like.get("zaehler", ())]),
        _normal_set(entry.get("wert", ())),
        tuple(
            Trap(tuple(trap["woerter"]), str(trap["grund"]), tuple(trap.get("ausser", ())))
            for trap in entry.get("verwechselt", ())
        ),
    )


def _normal_set(phrases: Iterable[Any]) -> frozenset[str]:
    return frozenset(normal(str(phrase)) for phrase in phrases)


def normal(text: str) -> str:
    """The form in which heads and phrases are compared: no dates, units, articles; ages and genders in one spelling.

    Examples
    --------
    >>> normal("Einwohnerinnen und Einwohner, 15 bis unter 65 Jahre (Anzahl) am 31.12.2023")
    'einwohner 15 bis 64'
    >>> normal("Bevölkerung 65+")
    'bevoelkerung 65 und aelter'
    """
    text = _SIGN.sub(" zeichen ", f"{text} zeitraum" if several_dates(text) else text)
    text = re.sub(r"(\d)\s*\+", r"\1 und älter", _IN_PERCENT.sub(" ", without_dates(text)))
    text = re.sub(r"(\d)\s*[-–—]\s*(?=\d)", r"\1 bis ", re.sub(r"<\s*(?=\d)", "unter ", text))
    words = _OF_AGE.sub("", _FEMALE.sub(r"\1", fold(_GENDERED.sub("", text))))
    words = re.sub(r"\b(\d+) (?:jahren? )?(?:bis|b) (?:unter|u) (\d+)\b", _up_to, words)
    words = re.sub(r"\bunter (\d+)\b", lambda found: f"0 bis {int(found[1]) - 1}", words)
    words = re.sub(r"\b(\d+) (?:jahren? |j )?(?:und|u) (?:aelter|mehr|ae|m)\b", r"\1 und aelter", words)
    words = re.sub(r"\bab (\d+)\b", r"\1 und aelter", words)
    words = re.sub(r"\bueber (\d+)\b", lambda found: f"{int(found[1]) + 1} und aelter", words)
    words = re.sub(r"\b0(\d)\b", r"\1", _DATIVE.sub(r"\1", words))
    return " ".join(word for word in words.split() if not _NEUTRAL.fullmatch(word))


def _up_to(found: re.Match[str]) -> str:
    return f"{int(found[1])} bis {int(found[2]) - 1}"


def subject(title: str, city: str) -> str:
    """What a title says that its table counts: without the city, its parts, and what it is divided by."""
    words = re.sub(rf"\b{re.escape(fold(city))}\b", " ", fold(without_dates(title)))
    words = re.split(r"\bnach\b(?! sgb)", words)[0]
    return normal(" ".join(_BESIDE_TITLES.sub(" ", words).split()))


def is_share(text: str) -> bool:
    """Whether a head speaks of percentages."""
    return "%" in text or bool(_SHARE.search(fold(text)))
