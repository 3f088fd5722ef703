"""Words of the map of residents: for how many the nearest facility is farther than the limit. A model, and it says so.

Only sums of an area are printed, and none of fewer than :data:`FEWEST`; of a single cell nothing is.
"""

import math
from typing import Final

import pandas as pd

from sozialraum.city.access import COUNTS_CHILDREN, REACH, REACH_INDICATORS, Beyond, beyond, by_age, who_counts, whose
from sozialraum.city.adressen import houses
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.wert import Reference
from sozialraum.style import NBSP, number, rounded_estimate
from sozialraum.style.grammar import upper_first
from sozialraum.text.chapters import reached
from sozialraum.text.claims import about, fact, with_form, with_rows

FEWEST: Final = 30
BEYOND: Final = "jenseits"
"""Kind of the reference to those beyond a limit: kind of facility, area."""
_AGES: Final = "Das Alter ist nur je 1-km-Zelle bekannt."
_EDGE: Final = "Was jenseits der Stadtgrenze liegt, ist nicht erfasst; es kann die Zahl nur senken."


def indicator_of(kind: str) -> str:
    """Id of the indicator of reach of a kind of facility."""
    return next(key for key, one in REACH_INDICATORS.items() if one == kind)


def far(analysis: Analysis, kind: str) -> Beyond | None:
    """Those beyond the limit; None where that is not known or fewer than :data:`FEWEST` are counted."""
    found = beyond(analysis.data, analysis.gebiet.id, kind)
    return found if found and found.total >= FEWEST else None


def walk_title(analysis: Analysis, kind: str, found: Beyond) -> str:
    """The finding: "Modellrechnung: für rund 470 von 1.750 Kindern unter 15 ist die nächste Kita weiter …"."""
    total, noun = rounded_estimate(found.total), reached(analysis, kind)[1]
    if found.total - found.far < FEWEST:
        whom = f"fast alle der rund {total} {_whom(analysis, kind)}"
    else:
        whom = f"{people(found.far)} von {total} {_dative(_whom(analysis, kind))}"
    return f"Modellrechnung: für {whom} ist {noun} weiter als {_metres(REACH[kind])} Fußweg"


def walk_subtitle(analysis: Analysis, kind: str, found: Beyond) -> str:
    """Interval, other limits, what is drawn, and what a distance does not say."""
    noun = "Kinder" if kind in COUNTS_CHILDREN else "Menschen"
    parts = [_between(found, noun), _other_limits(found, noun)]
    if not math.isnan(found.old) and found.far >= FEWEST:
        parts.append(f"Darunter sind {people(found.young)} Kinder unter 15 und {people(found.old)} Menschen ab 65.")
    parts.append(_EDGE if analysis[indicator_of(kind)].hinweis else "")
    some = "für Kinder eines Alters " if len(who_counts(analysis.data.raster, kind)) > 1 else ""
    beyond_ = f"ocker mit Rand: {some}weiter als {_metres(REACH[kind])}"
    parts.append(f"Kreise: Menschen je 100-m-Zelle in fünf Größen; {beyond_}.")
    parts.append("" if houses(analysis.data.dir).empty else "Graue Punkte: Häuser.")
    by_km = kind in COUNTS_CHILDREN and not by_age(analysis.data.raster, kind)
    parts += [_AGES if by_km else "", reached(analysis, kind)[2]]
    return " ".join(part for part in parts if part)


def walk_alt(analysis: Analysis, kind: str, found: Beyond) -> str:
    """What the map shows, in words."""
    title = walk_title(analysis, kind, found).removeprefix("Modellrechnung: ")
    return (
        f"Karte der bewohnten Zellen {analysis.gebiet.in_phrase}, als Kreise nach der Zahl der Menschen; hervorgehoben "
        f"sind die mit längerem Weg. {upper_first(title)}."
    )


def walk_table(analysis: Analysis, kind: str, found: Beyond) -> pd.DataFrame:
    """How many live beyond each limit; index the limit."""
    column = f"{_whom(analysis, kind)} mit längerem Weg"
    limit = REACH[kind]
    amounts = {**found.others, limit: found.far}
    rows = [
        {"Grenze": _metres(metres), column: people(amounts[metres]), "Spanne": _ends(found) if metres == limit else ""}
        for metres in sorted(amounts)
    ]
    refs = basis(analysis, kind)
    return with_form(with_rows(pd.DataFrame(rows).set_index("Grenze"), [refs] * len(rows)), column, "Spanne")


def basis(analysis: Analysis, kind: str) -> tuple[Reference, ...]:
    """What all these words rest on."""
    whom = _whom(analysis, kind)
    phrases = ("100-m-Zelle", "1-km-Zelle", f"weniger als {FEWEST}", "unter 15", "ab 65", whom, _dative(whom))
    looked_up = (BEYOND, kind, analysis.gebiet.id)
    return (looked_up, about(indicator_of(kind), analysis.gebiet.id), fact("modellrechnung", *phrases).ref)


def people(amount: float) -> str:
    """A sum as printed: "rund 470", "weniger als 30"."""
    return f"rund {rounded_estimate(amount)}" if amount >= FEWEST else f"weniger als {FEWEST}"


def _between(found: Beyond, noun: str) -> str:
    """The interval as a sentence; an end that may not be printed is said in words."""
    if math.isnan(found.von) or found.bis < FEWEST or found.total - found.von < FEWEST:
        return ""
    ends = _ends(found)
    if ends:
        return f"Spanne {ends} {noun}."
    whom = _dative(f"{noun} ").strip()
    first = f"weniger als {FEWEST}" if found.von < FEWEST else rounded_estimate(found.von)
    last = "fast allen" if found.total - found.bis < FEWEST else rounded_estimate(found.bis)
    return "" if first == last else f"Die Spanne reicht von {first} bis zu {last} {whom}."


def _ends(found: Beyond) -> str:
    """The interval, where both ends may be printed and differ."""
    if math.isnan(found.von) or found.von < FEWEST or found.total - found.bis < FEWEST:
        return ""
    first, last = rounded_estimate(found.von), rounded_estimate(found.bis)
    return f"{first} bis {last}" if first != last else ""


def _other_limits(found: Beyond, noun: str) -> str:
    told = [f"{_metres(metres)} {{}}{people(amount)}" for metres, amount in sorted(found.others.items())]
    return f"Bei {', bei '.join(told)} {noun}.".replace("{}", "sind es ", 1).replace("{}", "") if told else ""


def _metres(metres: int) -> str:
    return f"{number(metres)}{NBSP}m"


def _whom(analysis: Analysis, kind: str) -> str:
    return whose(analysis.katalog[indicator_of(kind)]).removeprefix("der ")


def _dative(whom: str) -> str:
    return whom.replace("Kinder ", "Kindern ", 1)
