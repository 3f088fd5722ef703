"""Terms that a report uses, each with a short definition: ``begriffe.yml`` holds them; a test compares with pages."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pandas as pd

from sozialraum.city.access import NETWORK, REACH_INDICATORS
from sozialraum.city.indicators import is_modelled
from sozialraum.compare.analysis import Analysis
from sozialraum.files import load_yaml
from sozialraum.supply.own_tables import own_packages

FILE: Final = Path(__file__).with_name("begriffe.yml")


@dataclass(frozen=True)
class Begriff:
    """A term, what it means, the row of the glossary, and when a report uses it.

    ``wenn`` are ids of indicators of which the catalogue has one, or a word for what a page shows; without any every
    report uses the term. ``eigene`` is what it means in a report with own tables, if that is more.
    """

    wort: str
    erklaerung: str
    glossar: str = ""
    wenn: str | tuple[str, ...] = ()
    eigene: str = ""


@cache
def begriffe() -> tuple[Begriff, ...]:
    """All terms, in alphabetical order."""
    entries = load_yaml(FILE.read_text(encoding="utf-8"))
    return tuple(Begriff(**{"glossar": entry["wort"], **entry}) for entry in entries)


def terms(analysis: Analysis) -> pd.DataFrame:
    """Terms of the reports of the city with their definitions, in alphabetical order; index term."""
    own = bool(own_packages(analysis.data))
    walks = [analysis.katalog[key].methode for key in REACH_INDICATORS if key in analysis.katalog]
    people = analysis["einwohner"].quelle if "einwohner" in analysis.katalog else ""
    shown = {
        "parks": bool((analysis.data.einrichtungen["art"] == "park").any()),
        "einzelwerte": not analysis.data.einzelwerte.empty,
        "melderegister": not analysis.data.einwohner_register.empty,
        "bezirke": bool(analysis.data.register.of_level("stadtbezirk")),
        "zensus": any("zensus" in item.quelle and is_modelled(item.quelle) for item in analysis.known),
        "luftlinie": any(NETWORK not in method for method in walks),
        "wegenetz": any(NETWORK in method for method in walks),
        "zellen": not is_modelled(people) and "zensus" in people,
    }
    rows = [
        {"Begriff": term.wort, "Erklärung": term.eigene if own and term.eigene else term.erklaerung}
        for term in begriffe()
        if (
            shown[term.wenn]
            if isinstance(term.wenn, str)
            else not term.wenn or any(key in analysis.katalog for key in term.wenn)
        )
    ]
    return pd.DataFrame(rows, columns=["Begriff", "Erklärung"]).set_index("Begriff")
