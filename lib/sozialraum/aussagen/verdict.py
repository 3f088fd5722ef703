"""Whether the data bear out a statement about an area."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from sozialraum.access import COMPLETE, NOT_OPEN, SELECTED, list_of
from sozialraum.aussagen.definitions import Aussage, Einrichtung, Erwartung
from sozialraum.compare import ABOVE, AVERAGE, BELOW, FAR_ABOVE, FAR_BELOW, UNCLASSED, Analysis
from sozialraum.gebiete import Gebiet
from sozialraum.load import Data

CONFIRMED: Final = "nachvollziehbar"
NOT_CONFIRMED: Final = "mit den vorliegenden Daten nicht nachvollziehbar"
UNTESTABLE: Final = "nicht prüfbar, weil Daten fehlen"
#: Classes by the rule that bear out a stated class.
BEARS_OUT: Final = {AVERAGE: (AVERAGE,), ABOVE: (ABOVE, FAR_ABOVE), BELOW: (BELOW, FAR_BELOW)}
MADE_FOR_IT: Final = (
    "Die vorliegende Liste ist für diesen Ort gemacht oder nennt nur ihn; eine Aussage über ihn belegt sie nicht."
)


@dataclass(frozen=True)
class Urteil:
    """A verdict: one of the three above, why, and what it rests on.

    ``grund`` is a German sentence, needed only where there is no verdict; ``klasse`` the class by the rule; ``orte``
    ids of the facilities found.
    """

    ergebnis: str
    grund: str = ""
    klasse: str = ""
    orte: tuple[str, ...] = ()


def judge(aussage: Aussage, analysis: Analysis) -> Urteil:
    """Judge one statement about the area of an analysis."""
    if aussage.indikator:
        return _by_class(aussage.indikator, analysis)
    if aussage.einrichtung:
        return _by_presence(aussage.einrichtung, analysis.gebiet, analysis.data)
    return Urteil(UNTESTABLE, aussage.grund)


def _by_class(stated: Erwartung, analysis: Analysis) -> Urteil:
    item = analysis[stated.id]
    if not item.eintrag.verfuegbar:
        published = item.eintrag.veroeffentlicht
        return Urteil(UNTESTABLE, f"{item.titel}: liegt nicht vor. Veröffentlicht in: {published}.")
    if item.wert is None:
        return Urteil(UNTESTABLE, f"{item.titel}: kein Wert. {item.hinweis}".rstrip())
    if item.klasse in ("", UNCLASSED):
        reason = item.grund or f"Ein {analysis.gebiet.ebene_label} wird nicht eingestuft, nur ein Stadtteil."
        return Urteil(UNTESTABLE, f"{item.titel}: keine Einordnung. {reason}", item.klasse)
    return Urteil(CONFIRMED if item.klasse in BEARS_OUT[stated.klasse] else NOT_CONFIRMED, klasse=item.klasse)


def _by_presence(wanted: Einrichtung, area: Gebiet, data: Data) -> Urteil:
    table = pd.DataFrame(data.einkaufsstrassen if wanted.art == "einkaufsstrasse" else data.einrichtungen)
    if wanted.art != "einkaufsstrasse":
        table = table[(table["art"] == wanted.art) & ~table["status"].isin(NOT_OPEN)]
    state = list_of(data.orte, wanted.art)
    if _made_for(area, table, data, state):
        return Urteil(UNTESTABLE, MADE_FOR_IT)
    if wanted.unterart:
        table = table[table["unterart"] == wanted.unterart]
    known = not table.empty
    if wanted.name:
        table = table[table["name"] == wanted.name]
    here = table[data.inside(area.id, table)]
    if len(here):
        return Urteil(CONFIRMED, orte=tuple(str(key) for key in here.index))
    if known and state == COMPLETE:
        return Urteil(NOT_CONFIRMED)
    return Urteil(
        UNTESTABLE, "Die vorliegende Liste ist nicht vollständig; dass hier nichts verzeichnet ist, sagt nichts."
    )


def _made_for(area: Gebiet, table: pd.DataFrame, data: Data, state: str) -> bool:
    """Whether a list was made for the place that a statement speaks of, so that it cannot prove the statement.

    So it is with a list of chosen places that names one here, and with any list that is not complete and names places
    here only.
    """
    here = data.inside(area.id, table)
    if area.ebene == "stadt" or state == COMPLETE or not here.any():
        return False
    return state == SELECTED or bool(here.all())
