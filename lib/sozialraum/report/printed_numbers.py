"""Numbers and class words as they are printed in German text, with what stands around them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sozialraum.compare.analysis import ABOVE, AVERAGE, BELOW, FAR_ABOVE, FAR_BELOW, UNCLEAR
from sozialraum.compare.wert import UNCLASSED
from sozialraum.style.numbers import MINUS, NBSP

UNITS: Final = ("Prozentpunkte", "Prozentpunkt", "Prozent", "%", "km²", "km", "m", "ha", "Minuten", "Einw.", "km/h")
POINTS: Final = "Prozentpunkte"
_SAME: Final = {"Prozent": "%", "Prozentpunkt": POINTS}
_NUMBER: Final = rf"(?<![\w/.,–])[{MINUS}+-]?\d+(?:\.\d{{3}})*(?:,\d+)?(?!\d)"
_DAY: Final = r"(?<!\d)\d{2}\.\d{2}\.\d{4}"
#: "keine Kita" states a zero; "keine Angabe" states nothing.
_PLACES: Final = (
    "Grundschule", "Kita", "Haltestelle", "Schule", "Park", "Platz", "Wochenmarkt", "Krankenhaus", "Pflegeeinrichtung",
    "Anlaufstelle",
)  # fmt: skip
_NONE: Final = rf"\b[Kk]eine?n?(?= (?:{'|'.join(_PLACES)})\b)"

CLASSES: Final = {
    "weit über dem stadtwert": FAR_ABOVE,
    "weit unter dem stadtwert": FAR_BELOW,
    "überdurchschnittlich": ABOVE,
    "unterdurchschnittlich": BELOW,
    "nicht eindeutig": UNCLEAR,
    "keine einstufung": UNCLASSED,
    "im gesamtstädtischen durchschnitt": AVERAGE,
    "durchschnittlich": AVERAGE,
}
CLASS: Final = re.compile(rf"(?<!als )(?<!\w)(?:{'|'.join(CLASSES)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Token:
    """A number in a text: as printed, its unit ("" if there is none), and where it stands with its unit."""

    printed: str
    unit: str
    start: int
    end: int


def pattern(units: Iterable[str]) -> re.Pattern[str]:
    """What finds numbers with these units besides the usual ones."""
    words = "|".join(re.escape(word) for word in sorted({*UNITS, *units}, key=len, reverse=True) if word)
    return re.compile(rf"(?P<day>{_DAY})|(?P<number>{_NUMBER})(?: ?(?P<unit>{words})(?!\w))?|(?P<none>{_NONE})")


def tokens(text: str, numbers: re.Pattern[str]) -> Iterator[Token]:
    """Every number of a text in order; "keine Kita" counts as 0."""
    for match in numbers.finditer(text):
        unit = match["unit"] or ""
        printed = "0" if match["none"] else match["day"] or match["number"].replace("-", MINUS)
        yield Token(printed, _SAME.get(unit, unit), match.start(), match.end())


def flat(text: str) -> str:
    """Text with single plain blanks, as the patterns expect it."""
    return " ".join(text.replace(NBSP, " ").split())
