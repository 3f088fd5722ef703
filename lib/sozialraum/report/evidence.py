"""Check that what a page prints follows from the tables.

Every sentence, tile, caption, table row and alternative text carries references to what it rests on (see
:mod:`sozialraum.figures.marks`). :func:`check` recomputes them from the tables, without the text modules, and refuses
a page on which a number, a unit or a class word does not follow. It runs in the process that makes the page, after
the notebook and before the export: what it reads is what will be printed.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from nbformat import NotebookNode

from sozialraum.city.load import Data
from sozialraum.errors import RenderError
from sozialraum.report.known import Known
from sozialraum.report.page_text import Printed, printed
from sozialraum.report.rules import Statement
from sozialraum.supply import workspace

__all__ = ["Known", "Printed", "Statement", "check", "faults", "printed"]

MAX_LISTED: Final = 5


def check(nb: NotebookNode, *, data: Mapping[str, str], name: str, gebiet_id: str = "", issued: str = "") -> None:
    """Refuse an executed notebook that prints what the tables do not say.

    Parameters
    ----------
    data
        Environment variables that name the data; see :attr:`sozialraum.city.load.Data.environment`.
    name
        Name of the notebook, for messages.
    gebiet_id
        Area that the page is about: a number without a name beside it belongs to it.
    issued
        Day (JJJJ-MM-TT) on which the age of the data is judged; by default as in ``analyse``.

    Raises
    ------
    RenderError
        Names the notebook, the sentence, the claim, what is printed and what the tables say.
    """
    statements = list(printed(nb))
    if not statements:
        return
    found = faults(statements, _known(workspace.named_data(data), issued), gebiet_id=gebiet_id)
    if found:
        more = f" Und {len(found) - MAX_LISTED} weitere." if len(found) > MAX_LISTED else ""
        raise RenderError(
            f"{name}: Text und Tabellen widersprechen sich. {' '.join(found[:MAX_LISTED])}{more} "
            "Bitte den Satz in sozialraum.text und die Tabellen prüfen."
        )


def faults(statements: list[Printed], tables: Known, *, gebiet_id: str = "") -> list[str]:
    """What does not follow from the tables, one German sentence per statement; empty if everything does."""
    found = []
    for item in statements:
        wrong = Statement(tables, item.text, item.refs, gebiet_id).faults()
        if wrong:
            found.append(f"Der Satz „{' '.join(item.text.split())}“ stimmt nicht: {'; '.join(wrong)}.")
    return list(dict.fromkeys(found))


@lru_cache(maxsize=2)
def _known(data: Data, issued: str) -> Known:
    return Known(data, date.fromisoformat(issued) if issued else None)
