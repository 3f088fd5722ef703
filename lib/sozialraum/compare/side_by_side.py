"""Two values of one indicator beside each other: how far apart they are, and whether the numbers bear that out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

from sozialraum.city.gebiete import Gebiet, Register
from sozialraum.city.indicators import PLAIN_COUNT, Indikator
from sozialraum.compare.wert import Wert
from sozialraum.errors import ParameterError
from sozialraum.style.grammar import upper_first
from sozialraum.style.numbers import MISSING, NBSP, art_label, change, coarse, dated, day, rounded

MAX_AREAS: Final = 6
"""As many areas fit beside each other on a sheet."""
ALL_PAIRS: Final = 3
"""Up to how many areas every two of them are compared."""
RELIABLE: Final = "belastbar"
NOT_RELIABLE: Final = "nicht belastbar"
SAME: Final = "kein Unterschied"
NO_STATEMENT: Final = "keine Aussage"
NO_VALUE: Final = "Es liegt kein Wert vor."
NO_SPAN: Final = "Für die Schätzung ist keine Spanne bekannt."
RULE: Final = (
    "Ein Unterschied heißt belastbar, wenn sich die Spannen der beiden Werte nicht überschneiden. "
    "Keine Aussage gibt es, wo ein Wert oder seine Spanne fehlt, wo Stand oder Art verschieden sind "
    "und wo der Indikator keine Einstufung erlaubt."
)


@dataclass(frozen=True)
class Unterschied:
    """A value beside another one of the same indicator: what it is more or less.

    The difference is that of the numbers as printed, so that everybody can check it.
    """

    wert: Wert
    neben: Wert

    @cached_property
    def differenz(self) -> float | None:
        """The value minus the one that it stands beside, in the unit of the indicator; None without both."""
        here, there = (one.as_printed(one.wert) for one in (self.wert, self.neben))
        if here is None or there is None:
            return None
        estimated = self.wert.eintrag.typ == "anzahl" and "geschaetzt" in (self.wert.art, self.neben.art)
        apart = here - there
        return coarse(apart) if estimated else rounded(apart, self.wert.eintrag.nachkommastellen)

    @property
    def text(self) -> str:
        """As printed: "+2,3 Prozentpunkte", "−1.200 Einw.", "0"."""
        return MISSING if self.differenz is None else change(self.differenz, self.wert.eintrag)

    @property
    def cell(self) -> str:
        """Difference and verdict: "+2,3 Prozentpunkte, belastbar"."""
        return self.urteil if self.differenz is None else f"{self.text}, {self.urteil}"

    @cached_property
    def grund(self) -> str:
        """Why there is no statement on the difference, as a German sentence; empty if there is one."""
        both = (self.wert, self.neben)
        if missing := next((one for one in both if one.wert is None), None):
            return missing.hinweis or (missing.grund if missing.eintrag.typ != "anzahl" else "") or NO_VALUE
        if self.wert.stand != self.neben.stand:
            return f"Die Stände sind verschieden: {day(self.wert.stand)} und {day(self.neben.stand)}."
        if self.wert.art != self.neben.art:
            return f"Die Arten sind verschieden: {art_label(self.wert.art)} und {art_label(self.neben.art)}."
        if self.wert.eintrag.typ != "anzahl" and (barred := next((one.grund for one in both if one.grund), "")):
            return barred
        if any(one.art == "geschaetzt" and (one.von is None or one.bis is None) for one in both):
            return NO_SPAN
        return ""

    @cached_property
    def belastbar(self) -> bool | None:
        """Whether the intervals, as printed, have nothing in common; None where there is no statement."""
        if self.grund:
            return None
        (low, high), (other_low, other_high) = _ends(self.wert), _ends(self.neben)
        return low > other_high or high < other_low

    @property
    def urteil(self) -> str:
        """One of belastbar, nicht belastbar, kein Unterschied (the numbers are exact and the same), keine Aussage."""
        if self.belastbar is None:
            return NO_STATEMENT
        if self.belastbar:
            return RELIABLE
        exact = _ends(self.wert) == _ends(self.neben) and len(set(_ends(self.wert))) == 1
        return SAME if exact else NOT_RELIABLE


def _ends(item: Wert) -> tuple[float, float]:
    """The ends of the interval as printed; of an exact value itself twice."""
    low, high = (item.as_printed(item.wert if end is None else end) for end in (item.von, item.bis))
    return float("nan") if low is None else low, float("nan") if high is None else high


def row_title(entry: Indikator) -> str:
    """Short title with the unit, for rows whose cells have none: "Unter 15 Jahre (%)"."""
    title = upper_first(entry.kurztitel)
    return title if entry.einheit in ("", PLAIN_COUNT) or entry.einheit in title else f"{title} ({entry.einheit})"


def heads(areas: Sequence[Gebiet]) -> list[str]:
    """What stands over the columns: short labels, but whole names where two would read alike."""
    short = [area.kurz for area in areas]
    return [area.langname if short.count(name) > 1 else name for area, name in zip(areas, short, strict=True)]


def columns(werte: Sequence[Wert]) -> dict[str, str]:
    """One row of values beside each other by the heads of their columns: value and interval, without the unit."""
    cells = []
    for one in werte:
        between = one.span(unit=False).replace(" ", NBSP)
        text = f"{one.text(unit=False)}{f' ({between})' if between else ''}"
        cells.append(text if one.wert is None else dated(text, one.stand, one.eintrag))
    return dict(zip(heads([one.ort for one in werte]), cells, strict=True))


def difference_columns(werte: Sequence[Wert]) -> dict[str, str]:
    """One row of differences by the heads of their columns: "Kray gegenüber Borbeck-Mitte"."""
    names = dict(zip((one.gebiet_id for one in werte), heads([one.ort for one in werte]), strict=True))
    return {f"{names[one.wert.gebiet_id]} gegenüber {names[one.neben.gebiet_id]}": one.cell for one in pairs(werte)}


def pairs(werte: Sequence[Wert]) -> list[Unterschied]:
    """Every two of up to three values beside each other; of more all later ones beside the first."""
    if len(werte) > ALL_PAIRS:
        return [Unterschied(one, werte[0]) for one in werte[1:]]
    return [Unterschied(later, one) for one, later in combinations(werte, 2)]


def chosen_areas(register: Register, queries: Iterable[str | int]) -> list[str]:
    """Ids of areas beside each other, by name or number, in the given order; a single one stands beside the city.

    Raises
    ------
    UnknownArea
        If one is not found or ambiguous.
    ParameterError
        If one is given twice, or there are more than :data:`MAX_AREAS`.
    """
    listed = list(queries)
    if len(listed) > MAX_AREAS:
        raise ParameterError(f"Nebeneinander passen höchstens {MAX_AREAS} Orte, angegeben sind {len(listed)}.")
    found: list[Gebiet] = []
    for query in listed:
        area = register.resolve(query)
        if area in found:
            raise ParameterError(f"{area.langname} ist zweimal angegeben („{query}“). Bitte jeden Ort einmal nennen.")
        found.append(area)
    alone = len(found) == 1 and found[0] != register.city
    return [area.id for area in [*found, *([register.city] if alone else [])]]
