"""What was decided about the area, and what has changed since then."""

from typing import Final

from sozialraum.compare.analysis import Analysis
from sozialraum.style import day
from sozialraum.supply.decisions import Entscheidung, Since, decisions_on, since
from sozialraum.text.claims import Sentence, noted
from sozialraum.text.development import ended, parts_of_change

LEAD: Final = "Ob eine Veränderung mit einer Entscheidung zu tun hat, sagen die Daten nicht."
NOT_KEPT: Final = "Welche Daten an den Tagen vorlagen, ist nicht festgehalten."
NOTHING: Final = "Seither: Zu keiner Kennzahl liegen Werte von davor und danach vor."
MOST: Final = 4
"""So many changes are told of each decision; the others stand beside their series."""
DECIDED: Final = "entscheidung"
"""Kind of fact: words of the ledger."""


def decided(analysis: Analysis) -> list[Sentence]:
    """Every decision about the area with what has changed since; empty if there is none."""
    return [_told(analysis, one) for one in decisions_on(analysis.data, analysis.gebiet.id)]


def decided_lead(analysis: Analysis) -> str:
    """How it may be read, and what is not known of any of the decisions."""
    found = decisions_on(analysis.data, analysis.gebiet.id)
    kept = any(one.datenmarke for one in found)
    changed = any(since(analysis.data, one, analysis.gebiet.id) for one in found)
    return " ".join([*([] if kept else [NOT_KEPT]), LEAD if changed else NOTHING])


def _told(analysis: Analysis, one: Entscheidung) -> Sentence:
    mark = f"Die Daten dieses Tages sind festgehalten ({one.datenmarke})." if one.datenmarke else ""
    changes = since(analysis.data, one, analysis.gebiet.id)
    parts = [_changed(analysis, found) for found in changes[:MOST]]
    more = len(changes) - len(parts)
    parts += [f"Weitere {more} Veränderungen stehen bei ihren Zeitreihen."] if more > 1 else []
    lead = f"{day(one.datum)}, {one.art}, {one.wer}: {one.text.rstrip('.')} ({one.nachweis})."
    return noted(DECIDED, " ".join(filter(None, [lead, mark, *parts])))


def _changed(analysis: Analysis, found: Since) -> str:
    entry, step = analysis.katalog[found.indikator], found.change
    return ended(f"{entry.titel}, {day(step.first)} bis {day(step.last)}: {parts_of_change(step, entry)}")
