"""Terms that a report uses, each with a short definition; the chapter "Begriffe" lists those that occur on the page.

The one place for these definitions. ``glossar`` names the row of ``docs/glossary.md`` that has the identifier and who
defined the term; a test compares.
"""

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sozialraum.compare import Analysis
from sozialraum.text import chapters, places, status, tables
from sozialraum.text.glance import at_a_glance
from sozialraum.text.statements import statements
from sozialraum.workspace import own_packages


@dataclass(frozen=True)
class Begriff:
    """A term, what it means, the row of the glossary, and the pattern by which it is found in a text.

    ``eigene`` is what it means in a report with own tables, if that is more.
    """

    wort: str
    erklaerung: str
    glossar: str
    muster: str
    eigene: str = ""

    def occurs(self, content: str) -> bool:
        """Whether a text uses the term."""
        return bool(re.search(rf"(?<!\w)(?:{self.muster})", content, re.IGNORECASE))


ALWAYS: Final = (
    "Spanne Stadtwert Stadtbezirk Streuung durchschnittlich überdurchschnittlich nicht eindeutig keine Einstufung "
    "Stellvertreter "
    "Beleg"
)
"""Terms in headings and in the chapter "Methode", which every report has."""
BEZIRK: Final = "Stadtbezirk"
BEGRIFFE: Final = (
    Begriff(
        "amtlich, berechnet, geschätzt",
        "Art einer Zahl: von einem Amt so veröffentlicht; aus vollständigen Daten gezählt oder geteilt; mit "
        "einer Spanne aus gröberen Daten ermittelt.",
        "Art",
        "amtlich|berechnet|geschätzt",
        "Art einer Zahl: von einem Amt so veröffentlicht oder geliefert; aus vollständigen Daten gezählt oder geteilt; "
        "mit einer Spanne aus gröberen Daten ermittelt.",
    ),
    Begriff(
        "Anteil der Arbeitslosen",
        "Arbeitslose an den Einwohnern von fünfzehn bis vierundsechzig Jahren. Nicht die Arbeitslosenquote; "
        "diese bezieht sich "
        "auf die Erwerbspersonen.",
        "Arbeitslosenanteil",
        "Anteil der Arbeitslosen",
    ),
    Begriff(
        "Beleg",
        "Zeile der Tabelle „Belege“, auf der ein Satz beruht. Die kleine Zahl am Satzende führt dorthin.",
        "Beleg",
        "Beleg",
    ),
    Begriff(
        "bulgarische und rumänische Staatsangehörige",
        "Menschen mit einem dieser Pässe. Das Geburtsland ist etwas anderes.",
        "bulgarische und rumänische Staatsangehörige",
        "bulgarischen? und rumänischen? Staatsangehörige",
    ),
    Begriff(
        "durchschnittlich",
        "Der Wert liegt mit seiner Spanne im Band um den Stadtwert; auch: im gesamtstädtischen Durchschnitt.",
        "Band",
        "durchschnittlich|im gesamtstädtischen Durchschnitt",
    ),
    Begriff(
        "existenzsichernde Leistungen",
        "Leistungen nach dem SGB II (Bürgergeld), dem SGB XII (Sozialhilfe) und dem Asylbewerberleistungsgesetz.",
        "existenzsichernde Leistungen",
        "existenzsichernden? Leistungen",
    ),
    Begriff(
        "Fußweg", "Luftlinie mit einem Zuschlag für Umwege; ein Straßennetz liegt nicht zugrunde.", "Fußweg", "Fußweg"
    ),
    Begriff(
        "in anderen EU-Staaten, außerhalb der EU Geborene",
        "Nach dem Geburtsland. Weder die Staatsangehörigkeit noch ein Migrationshintergrund.",
        "in der EU / außerhalb der EU geboren",
        "in anderen EU-Staaten Geboren|außerhalb der EU Geboren",
    ),
    Begriff(
        "keine Einstufung",
        "Es gibt einen Wert, aber keine Einordnung, weil die Daten zu alt sind, eine bloße Anzahl oder ein "
        "Stellvertreter.",
        "Einordnung, Einstufung",
        "keine Einstufung",
    ),
    Begriff("Kita", "Kindertageseinrichtung. Gezählt sind geöffnete; angekündigte zählen nicht.", "Kita", "Kitas?\\b"),
    Begriff(
        "Melderegister",
        "Verzeichnis der in der Stadt gemeldeten Menschen. Es zählt nach anderen Regeln als der Zensus.",
        "Melderegister",
        "Melderegister",
    ),
    Begriff(
        "nicht eindeutig",
        "Die Spanne reicht über die Grenze des Bandes; die Daten lassen keine Einordnung zu.",
        "nicht eindeutig",
        "nicht eindeutig",
    ),
    Begriff(
        "Park (verzeichnet)",
        "Benannter Park aus einer Liste veröffentlichter Angaben. Die Liste ist nicht vollständig.",
        "Park",
        "Verzeichnete[r]? Park|Verzeichnet:",
    ),
    Begriff(
        "Schulsozialindex",
        "Kennzahl des Landes zur sozialen Lage der Schülerschaft einer Schule; kein Urteil über ihre Arbeit.",
        "Schulsozialindex",
        "Schulsozialindex",
    ),
    Begriff(
        "Spanne der Schätzung",
        "Bereich, in dem der Wert nach der Prüfung des Verfahrens in etwa neun von zehn Fällen liegt; kein "
        "Konfidenzintervall. Sie kann nach einer Seite weiter reichen.",
        "Spanne der Schätzung",
        "Spanne",
    ),
    Begriff(
        BEZIRK,
        "Einer der Verwaltungsteile der Stadt mit eigener Bezirksvertretung; umfasst mehrere Stadtteile.",
        "Stadtbezirk",
        "Stadtbezirk",
    ),
    Begriff("Stadtwert", "Wert der ganzen Stadt, nicht das Mittel der Stadtteile.", "Stadtwert", "Stadtwert"),
    Begriff(
        "Stellvertreter",
        "Wert, der an die Stelle eines fehlenden tritt und etwas anderes misst. Er wird nie eingeordnet.",
        "Stellvertreter",
        "Stellvertreter",
    ),
    Begriff(
        "Streuung",
        "Wie weit die Stadtteile im Mittel vom Stadtwert entfernt liegen; große zählen mehr als kleine.",
        "Streuung",
        "Streuung",
    ),
    Begriff(
        "über- und unterdurchschnittlich",
        "Der Wert liegt mit seiner ganzen Spanne außerhalb des Bandes. Weit über oder unter dem Stadtwert heißt: "
        "mit der ganzen Spanne mehr als anderthalb Streuungen entfernt.",
        "Einordnung, Einstufung",
        "überdurchschnittlich|unterdurchschnittlich|weit (?:über|unter) dem Stadtwert",
    ),
    Begriff(
        "veröffentlichter Einzelwert",
        "Eine einzelne veröffentlichte Zahl zu einem Stadtteil oder zur Stadt. Sie wird nicht eingeordnet.",
        "veröffentlichter Einzelwert",
        "veröffentlichter Einzelwert",
    ),
    Begriff(
        "Wahlbeteiligung",
        "Wählende an den Wahlberechtigten. Briefwahl ist auf die Stadtteile umgerechnet.",
        "Wahlbeteiligung",
        "Wahlbeteiligung",
    ),
    Begriff(
        "Zensus-Schätzung",
        "Zensus im Raster, nach Wohnungen und Häusern auf die Stadtteile verteilt.",
        "Zensus-Schätzung, dasymetric",
        "Zensus-Schätzung",
    ),
    Begriff(
        "zugezogen",
        "Ein Jahr vor dem Stichtag noch an einem anderen Ort in Deutschland oder im Ausland wohnhaft.",
        "zugezogen",
        "Zugezogen",
    ),
)


def terms(analysis: Analysis) -> pd.DataFrame:
    """Terms of the report with their definitions, in alphabetical order; index term."""
    content = _content(analysis)
    own = bool(own_packages(analysis.data))
    divided = bool(analysis.data.register.of_level("stadtbezirk"))
    rows = [
        {"Begriff": term.wort, "Erklärung": term.eigene if own and term.eigene else term.erklaerung}
        for term in BEGRIFFE
        if term.occurs(content) and (divided or term.wort != BEZIRK)
    ]
    return pd.DataFrame(rows, columns=["Begriff", "Erklärung"]).set_index("Begriff")


def terms_of(content: str) -> list[str]:
    """The terms that a text uses."""
    return [term.wort for term in BEGRIFFE if term.occurs(content)]


def _content(analysis: Analysis) -> str:
    """Everything a report says in which its terms can differ from another report's, and the evidence table."""
    every = tuple(analysis.data.indikatoren_yml["kapitel"])
    sentences = [
        *at_a_glance(analysis), *chapters.infrastructure(analysis), *chapters.reach_note(analysis),
        *chapters.young_children(analysis), *chapters.school_levels(analysis),
        *chapters.published_values(analysis, *every), *chapters.area_note(analysis), *places.not_counted(analysis),
        *places.list_notes(analysis), *places.offers_note(analysis), *places.published_figures(analysis),
        *chapters.unknowns(analysis), *statements(analysis), *status.estimate_quality(analysis),
    ]  # fmt: skip
    frames = (
        tables.evidence(analysis), tables.methods(analysis), places.more_places(analysis), places.offers(analysis),
        places.supply(analysis),
    )  # fmt: skip
    cells = [str(cell) for frame in frames for cell in [*frame.columns, *frame.to_numpy().ravel(), *frame.index]]
    return " ".join([*(sentence.text for sentence in sentences), *cells, ALWAYS])
