"""What a reference allows a text to print: numbers with their role, and phrases whose digits are no figures."""

from dataclasses import dataclass, field
from typing import Final

from sozialraum.compare import ABOVE, AVERAGE, BELOW, FAR_ABOVE, FAR_BELOW

Reference = tuple[str, ...]
VALUE: Final = "Wert"
CITY: Final = "Stadtwert"
SPAN_FROM: Final = "Anfang der Spanne"
SPAN_TO: Final = "Ende der Spanne"
BAND: Final = "Band"
LOWEST: Final = "niedrigster Wert"
HIGHEST: Final = "höchster Wert"
OTHER: Final = "Angabe"
CLASSED: Final = (FAR_ABOVE, ABOVE, AVERAGE, BELOW, FAR_BELOW)


@dataclass(frozen=True)
class Number:
    """A number that may be printed.

    Attributes
    ----------
    unit
        Must stand behind it; None if it may.
    indikator, gebiet_id
        What it belongs to; empty if it is free.
    after
        Words of which one must follow; empty if any text may.
    """

    printed: str
    role: str
    unit: str | None = None
    indikator: str = ""
    gebiet_id: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """What one reference allows.

    Attributes
    ----------
    literals
        Phrases, as :func:`sozialraum.evidence.numbers.flat` prints them, whose numbers need no further proof.
    klasse
        The class by the rule; empty if there is none.
    counted
        Classes that the reference counts, so that a text may name them.
    counted_for
        Indicator whose classes are counted; empty if several.
    ergebnis
        The verdict on a statement of others; empty if the reference is none.
    """

    numbers: tuple[Number, ...] = ()
    literals: tuple[str, ...] = ()
    indikator: str = ""
    gebiet_id: str = ""
    klasse: str = ""
    counted: tuple[str, ...] = ()
    counted_for: str = ""
    ergebnis: str = ""
    name: str = field(default="", compare=False)
