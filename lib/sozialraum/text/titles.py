"""Titles, captions and questions of pages and tables."""

from typing import Final

from sozialraum.city.gebiete import QUARTIER
from sozialraum.compare.analysis import Analysis
from sozialraum.style import day
from sozialraum.style.grammar import to_phrase
from sozialraum.text.claims import Sentence, fact

COMPARED: Final = (
    "einwohner", "dichte_je_km2", "anteil_unter_15", "anteil_65plus", "geboren_eu", "geboren_nicht_eu",
    "zugezogen_1jahr", "wahlbeteiligung_ew2024", "reichweite_haltestelle_300m", "reichweite_grundschule_1km",
    "reichweite_kita_500m",
)  # fmt: skip


def compared(analysis: Analysis) -> list[str]:
    """What tables of several areas show unless told otherwise: of :data:`COMPARED` what has data."""
    return [key for key in COMPARED if key in analysis.katalog and analysis.katalog[key].verfuegbar]


def report_title(analysis: Analysis) -> str:
    """Title of the report: "Stadtteilanalyse Borbeck-Mitte"."""
    kind = {"stadtteil": "Stadtteilanalyse", "stadtbezirk": "Bezirksanalyse", "stadt": "Stadtanalyse",
            QUARTIER: "Quartiersanalyse"}  # fmt: skip
    area = analysis.gebiet
    return f"Analyse {area.label}" if area.planung else f"{kind[area.ebene]} {area.label}"


def period(analysis: Analysis) -> Sentence:
    """How old the data are: first and last year, and that every figure carries its own date."""
    years = sorted({entry.stand[:4] for entry in analysis.katalog.values() if entry.verfuegbar})
    span = "–".join(dict.fromkeys((years[0], years[-1])))
    text = f"Daten {span}, Stand je Angabe. Alter der Daten gemessen am {day(analysis.issued)}."
    return Sentence(text, facts=(fact("zeitraum"),))


def supply_caption(analysis: Analysis) -> str:
    """Caption of the supply table."""
    return f"Einrichtungen {analysis.gebiet.in_phrase} und in {analysis.stadt} insgesamt"


def neighbours_caption(analysis: Analysis) -> str:
    """Caption of the table of neighbours or members."""
    divided = bool(analysis.data.register.of_level("stadtbezirk"))
    bezirk, parts = (", Stadtbezirk", "Stadtbezirke") if divided else ("", "Stadtteile")
    whom = {"stadtteil": f"{bezirk}, Nachbarn und Stadt", "stadtbezirk": ", seine Stadtteile und die Stadt",
            "stadt": f" und die {parts}",
            QUARTIER: f"{bezirk}, Stadt und Stadtteile"}[analysis.gebiet.ebene]  # fmt: skip
    if analysis.gebiet.planung:
        return f"Alle {analysis.gebiet.planung.name} und {analysis.stadt}"
    return f"{analysis.gebiet.label}{whom}"


def evidence_caption(analysis: Analysis) -> str:
    """Caption of the evidence table."""
    return f"Alle Werte, auf denen die Aussagen {to_phrase(analysis.gebiet)} beruhen"


def infrastructure_heading(analysis: Analysis) -> str:
    """Title of the infrastructure page."""
    return f"Infrastruktur {analysis.gebiet.label}"


def infrastructure_question(analysis: Analysis) -> str:
    """Question of the infrastructure page."""
    return f"Welche Einrichtungen gibt es {analysis.gebiet.in_phrase}, und wie weit sind die Wege?"


def map_title(analysis: Analysis, indikator: str) -> str:
    """Title of the city map."""
    return f"Stadtkarte: {analysis.katalog[indikator].titel}"


def map_question(analysis: Analysis) -> str:
    """Question of the city map."""
    return f"Wie verteilt sich dieser Wert auf die Stadtteile von {analysis.stadt}?"
