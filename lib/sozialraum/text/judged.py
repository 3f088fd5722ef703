"""What others said about the area, and whether the data bear it out."""

from collections.abc import Iterator
from typing import Final

from sozialraum.compare.analysis import Analysis
from sozialraum.compare.statements import NOT_IMPORTED, Aussage, Mitteilung, Urteil, judge, mitteilungen
from sozialraum.style import NBSP, day, number
from sozialraum.style.grammar import article, enumerate_words, plural, subject, upper_first
from sozialraum.text.claims import Sentence, fact, noted

RESULT: Final = "Ergebnis: "
_COUNTED: Final = {"schule": ("schulen", "Schule", "Schulen"), "kita": ("kitas", "Kita", "Kitas"),
                   "haltestelle": ("haltestellen", "Haltestelle", "Haltestellen")}  # fmt: skip


def statements_title(analysis: Analysis) -> str:
    """Heading of the chapter."""
    pronoun = "dieser" if article(analysis.gebiet) == "die" else "diesem"
    return f"Aussagen zu {pronoun} {analysis.gebiet.ebene_label}"


def statements_lead(analysis: Analysis) -> list[Sentence]:
    """Who spoke and when, and how the text names the area."""
    return [
        noted(
            "mitteilung",
            f"{one.wer} hat sich am {day(one.datum)} öffentlich geäußert "
            f"({analysis.data.quellen[one.quelle].quellenvermerk}). Hier stehen die Aussagen sinngemäß, jede mit dem "
            f"Ergebnis der Prüfung an den vorliegenden Daten für {_whom(analysis)}. {one.hinweis} "
            f"{_limits(analysis)}".strip(),
        )
        for one in spoken(analysis)
    ]


def statements(analysis: Analysis) -> list[Sentence]:
    """Each statement with its verdict and what that rests on; empty if nobody said anything."""
    return [_judged(analysis, aussage) for one in spoken(analysis) for aussage in one.aussagen]


def spoken(analysis: Analysis) -> list[Mitteilung]:
    """Published texts on the area."""
    return [one for one in mitteilungen(analysis.data) if analysis.gebiet.id in one.orte]


def _limits(analysis: Analysis) -> str:
    """Why an area other than a Stadtteil gets no verdict on averages."""
    if analysis.gebiet.ebene != "stadtbezirk":
        return ""
    return (
        f"Ein {analysis.gebiet.ebene_label} wird nicht eingestuft; ob er im Mittel der Stadt liegt, bleibt hier auch "
        "dann offen, wenn Daten vorliegen. Für die Stadtteile steht es in deren Berichten."
    )


def _whom(analysis: Analysis) -> str:
    area = analysis.gebiet
    return f"den Stadtteil {area.name}" if area.ebene == "stadtteil" else f"den {area.label}"


def _judged(analysis: Analysis, aussage: Aussage) -> Sentence:
    found = judge(aussage, analysis)
    basis = _basis(analysis, aussage, found)
    text = f"{aussage.text} {RESULT}{found.ergebnis}. {' '.join(part.text for part in basis)}".strip()
    stated = fact("aussage", found.ergebnis, aussage.text, found.grund, aussage.hinweis)
    claims = tuple(item for part in basis for item in part.claims)
    return Sentence(text, claims, (stated, *(item for part in basis for item in part.facts)))


def _basis(analysis: Analysis, aussage: Aussage, found: Urteil) -> list[Sentence]:
    """What the verdict rests on, in words."""
    if found.grund:
        return [Sentence(found.grund)] if found.grund != NOT_IMPORTED else []  # the first page tells the gap, once
    if aussage.indikator:
        item, entry = analysis[aussage.indikator.id], analysis.katalog[aussage.indikator.id]
        city = f"{item.city_text} in {analysis.stadt}"
        text = f"{entry.titel}: {item.text()} gegenüber {city} (Stand {day(item.stand)}), "
        return [Sentence(f"{text}{item.klasse}. {aussage.hinweis}".strip(), (item,))]
    return list(_present(analysis, aussage, found))


def _present(analysis: Analysis, aussage: Aussage, found: Urteil) -> Iterator[Sentence]:
    wanted = aussage.einrichtung
    if wanted is None:
        return
    counted = _COUNTED.get(wanted.art)
    if counted and not wanted.unterart and not wanted.name:
        key, one, many = counted
        item = analysis[key]
        if item.wert is None:
            return
        text = f"{upper_first(subject(analysis.gebiet))} hat {plural(int(item.wert), one, many)}."
        yield Sentence(text, (item,))
    elif wanted.art == "einkaufsstrasse":
        for key in found.orte:
            row = analysis.data.einkaufsstrassen.loc[key]
            streets = enumerate_words(str(row["strassen"]).split(", "))
            text = f"Verzeichnet: {row['name']} ({streets}) mit {number(int(str(row['haeuser'])))}{NBSP}Hausnummern."
            yield noted("einkaufsstrasse", text)
    elif found.orte:
        found_names = [str(name) for name in analysis.data.einrichtungen.loc[list(found.orte), "name"]]
        yield noted("orte", f"Verzeichnet: {enumerate_words(found_names)}.")
