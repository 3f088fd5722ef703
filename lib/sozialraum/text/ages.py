"""The age groups: which of their shares may be set side by side."""

from collections.abc import Sequence
from typing import Final

from sozialraum.compare.analysis import Analysis

AGES: Final = ("anteil_unter_15", "anteil_15_64", "anteil_65plus")
"""The age groups: shares that add up to one whole."""
WHOLE_OFF: Final = 0.2
"""So many points the age groups may miss 100 % by, because published shares are rounded."""


def fitting(analysis: Analysis, indikatoren: Sequence[str]) -> list[str]:
    """Those of some shares of an area that may be set side by side: of one date and one source.

    Of several groups the largest, at least two; all three age groups only if they add up to 100 %. None if nothing
    fits; a single share needs to fit nothing.
    """
    keys = list(indikatoren)
    groups: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        groups.setdefault(_origin(analysis, key), []).append(key)
    largest = max(groups.values(), key=len, default=[])
    if len(largest) < min(2, len(keys)):
        return []
    total = sum(float(analysis[key]) for key in AGES) if set(AGES) <= set(largest) else float("nan")
    return [] if abs(total - 100) > WHOLE_OFF + 1e-9 else largest


def _origin(analysis: Analysis, indikator: str) -> tuple[str, ...]:
    """Date of a value and who published it; a table has a source for each of its indicators."""
    item, known = analysis[indikator], analysis.data.quellen
    sources = [known[key] for key in item.quelle.split("|") if key in known]
    return (item.stand, *dict.fromkeys(source.kurz or source.quellenvermerk for source in sources))
