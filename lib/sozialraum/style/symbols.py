"""Facility symbols: each kind has its own shape, letter and colour, so that none of the three is needed alone."""

from dataclasses import dataclass
from typing import Final

from sozialraum.style.palette import INK, PAPER


@dataclass(frozen=True)
class Symbol:
    """How one kind of facility is drawn.

    ``outline`` is a polygon or "circle" in units of the symbol's radius; y grows downwards. A ``dashed`` edge is for
    what does not exist yet.
    """

    key: str
    letter: str
    label: str
    plural: str
    fill: str
    text: str
    outline: tuple[tuple[float, float], ...] | None
    size: float = 1.0
    dashed: bool = False


_SQUARE: Final = ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88))
_HOUSE: Final = ((0.0, -1.2), (1.0, -0.35), (1.0, 0.95), (-1.0, 0.95), (-1.0, -0.35))
_DIAMOND: Final = ((0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0))
_HEXAGON: Final = ((-0.55, -1.0), (0.55, -1.0), (1.15, 0.0), (0.55, 1.0), (-0.55, 1.0), (-1.15, 0.0))
_FLAG: Final = ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.55), (0.0, 1.15), (-0.9, 0.55))
_TRIANGLE: Final = ((0.0, -1.2), (1.15, 0.9), (-1.15, 0.9))
_CROSS: Final = (
    (-0.45, -1.1), (0.45, -1.1), (0.45, -0.45), (1.1, -0.45), (1.1, 0.45), (0.45, 0.45), (0.45, 1.1), (-0.45, 1.1),
    (-0.45, 0.45), (-1.1, 0.45), (-1.1, -0.45), (-0.45, -0.45),
)  # fmt: skip
_PENTAGON: Final = ((0.0, -1.1), (1.05, -0.34), (0.65, 0.9), (-0.65, 0.9), (-1.05, -0.34))
_OCTAGON: Final = (
    (-0.42, -1.0), (0.42, -1.0), (1.0, -0.42), (1.0, 0.42), (0.42, 1.0), (-0.42, 1.0), (-1.0, 0.42), (-1.0, -0.42),
)  # fmt: skip
_TALL_HEXAGON: Final = ((0.0, -1.15), (0.95, -0.6), (0.95, 0.6), (0.0, 1.15), (-0.95, 0.6), (-0.95, -0.6))
_SIGN: Final = ((-1.0, -0.7), (1.0, -0.7), (1.0, 0.7), (-1.0, 0.7))
_BASKET: Final = ((-1.1, -0.75), (1.1, -0.75), (0.75, 0.9), (-0.75, 0.9))
_MORTAR: Final = ((-0.7, -0.9), (0.7, -0.9), (1.1, 0.85), (-1.1, 0.85))
_DOOR: Final = ((-0.75, -1.05), (0.75, -1.05), (0.75, 1.05), (-0.75, 1.05))
_SLIDE: Final = ((-0.65, -0.9), (1.15, -0.9), (0.65, 0.9), (-1.15, 0.9))
_NOTCHED: Final = ((-0.9, -0.9), (0.3, -0.9), (0.9, -0.3), (0.9, 0.9), (-0.9, 0.9))
_BENCH: Final = ((-1.1, -0.4), (1.1, -0.4), (1.1, 0.4), (-1.1, 0.4))
_WEDGE: Final = ((-0.8, -1.0), (1.0, 0.0), (-0.8, 1.0))
_SHIELD: Final = ((-0.9, -0.95), (0.9, -0.95), (0.9, 0.25), (0.0, 1.05), (-0.9, 0.25))
_DROP: Final = ((-1.0, -0.8), (1.0, -0.8), (0.0, 1.0))

SYMBOLS: Final = {
    symbol.key: symbol
    for symbol in (
        Symbol("G", "G", "Grundschule", "Grundschulen", "#0b5fa5", PAPER, None),
        Symbol("W", "W", "weitere Schule", "weitere Schulen", "#4b2a7b", PAPER, _SQUARE),
        Symbol("K", "K", "Kita", "Kitas", "#b35c00", PAPER, _HOUSE),
        Symbol("H", "H", "Haltestelle", "Haltestellen", PAPER, INK, _FLAG, 0.8),
        Symbol("P", "P", "Park", "Parks", "#14663f", PAPER, _HEXAGON, 1.1),
        Symbol("Q", "", "Platz", "Plätze", "#f2c230", INK, _DIAMOND, 0.7),
        Symbol("M", "M", "Wochenmarkt", "Wochenmärkte", "#88dd88", INK, _TRIANGLE, 1.1),
        Symbol("X", "+", "Krankenhaus", "Krankenhäuser", "#2b0a2e", PAPER, _CROSS),
        Symbol("S", "S", "Pflegeeinrichtung", "Pflegeeinrichtungen", "#b7a3c9", INK, _PENTAGON),
        Symbol("A", "A", "Anlaufstelle", "Anlaufstellen", "#9a1fd6", PAPER, _OCTAGON),
        Symbol("E", "E", "Ort der Begegnung", "Orte der Begegnung", "#cc0c4b", PAPER, _SHIELD),
        Symbol("N", "N", "beschlossenes Büro", "beschlossene Büros", "#f0d8c0", INK, _TALL_HEXAGON, dashed=True),
        Symbol("B", "B", "Haltestelle im Bau", "Haltestellen im Bau", "#cdd5db", INK, _SIGN, 0.9, dashed=True),
        Symbol("L", "L", "Lebensmittelladen", "Lebensmittelläden", "#fc933f", INK, _BASKET),
        Symbol("R", "R", "Apotheke", "Apotheken", "#fc6969", INK, _MORTAR),
        Symbol("D", "D", "Arztpraxis", "Arztpraxen", "#2a15d2", PAPER, _DOOR),
        Symbol("Y", "Y", "Spielplatz", "Spielplätze", "#7e93fc", INK, _SLIDE, 0.9),
        Symbol("T", "T", "öffentliche Toilette", "öffentliche Toiletten", "#2abd7e", INK, _NOTCHED, 0.8),
        Symbol("O", "=", "Sitzbank", "Sitzbänke", "#3f5400", PAPER, _BENCH, 0.5),
        Symbol("F", "F", "Unfall zu Fuß", "Unfälle zu Fuß", "#172511", PAPER, _WEDGE, 0.5),
        Symbol("U", "U", "Radunfall", "Radunfälle", "#5f6f86", PAPER, _DROP, 0.5),
    )
}
"""All symbols by key, in the order in which legends list them."""

_KEYS: Final = {
    "kita": "K", "haltestelle": "H", "park": "P", "platz": "Q", "markt": "M", "krankenhaus": "X", "pflege": "S",
    "anlaufstelle": "A", "haltestelle_im_bau": "B", "radunfall": "U", "fussunfall": "F",
    "anlaufstelle_beschlossen": "N", "lebensmittel": "L", "apotheke": "R", "arzt": "D", "spielplatz": "Y",
    "toilette": "T", "bank": "O", "begegnung": "E",
}  # fmt: skip
KINDS: Final = {key: art for art, key in _KEYS.items()} | {"G": "schule", "W": "schule"}
"""Kind of facility that each symbol stands for."""


def symbol_key(art: str, unterart: str = "") -> str | None:
    """Key of the symbol of a facility; None for what is not drawn as a symbol (shopping streets)."""
    if art == "schule":
        return "G" if unterart == "Grundschule" else "W"
    return _KEYS.get(art)
