"""Some areas beside each other: what each has, how far they are apart, and whether the intervals bear that out."""

from collections.abc import Callable, Sequence

import pandas as pd

from sozialraum.compare.analysis import Analysis
from sozialraum.compare.side_by_side import RULE, columns, difference_columns, pairs, row_title
from sozialraum.compare.wert import Wert
from sozialraum.style import number
from sozialraum.style.grammar import enumerate_words, plural
from sozialraum.text.claims import Sentence, noted, with_form, with_rows


def beside(analysis: Analysis, gebiete: Sequence[str], indikatoren: Sequence[str]) -> pd.DataFrame:
    """Value and interval of several areas and the city; index indicator, units in its words; empty without areas."""
    if not gebiete:
        return pd.DataFrame()
    frame = _table(analysis, [*gebiete, *({analysis.data.register.city.id} - {*gebiete})], indikatoren, columns)
    return with_form(frame, *map(str, frame.columns))


def differences(analysis: Analysis, gebiete: Sequence[str], indikatoren: Sequence[str]) -> pd.DataFrame:
    """How far the areas are apart, each pair of up to three, otherwise all against the first; index indicator."""
    known = [analysis.data.register.by_id(key).id for key in gebiete]
    return _table(analysis, known, indikatoren, difference_columns) if len(known) > 1 else pd.DataFrame()


def beside_caption(analysis: Analysis, gebiete: Sequence[str]) -> str:
    """Which areas stand beside each other: "Nebeneinander: Kray und Stadtbezirk IV – Borbeck"."""
    return f"Nebeneinander: {enumerate_words([analysis.data.register.by_id(key).langname for key in gebiete])}"


def beside_lead(analysis: Analysis, gebiete: Sequence[str], indikatoren: Sequence[str]) -> list[Sentence]:
    """In how many indicators each pair differs reliably, and the rule."""
    known = [analysis.data.register.by_id(key).id for key in gebiete]
    if len(known) < 2:
        return []
    found: dict[tuple[str, str], int] = {}
    for key in indikatoren:
        for one in pairs([analysis.wert(key, area) for area in known]):
            both = (one.neben.ort.langname, one.wert.ort.langname)
            found[both] = found.get(both, 0) + (one.belastbar is True)
    total = plural(len(indikatoren), "Indikator", "Indikatoren")
    said = [
        noted("belastbar", f"{first} und {second}: bei {number(count)} von {total} ist der Unterschied belastbar.")
        for (first, second), count in found.items()
    ]
    return [*said, noted("regel", RULE)]


def _table(
    analysis: Analysis, gebiete: Sequence[str], indikatoren: Sequence[str],
    row: Callable[[Sequence[Wert]], dict[str, str]],
) -> pd.DataFrame:  # fmt: skip
    rows = {
        row_title(analysis.katalog[key]): row([analysis.wert(key, area) for area in gebiete]) for key in indikatoren
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("Indikator")
    return with_rows(frame, [[("nebeneinander", key, *gebiete)] for key in indikatoren])
