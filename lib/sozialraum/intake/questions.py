"""What still has to be asked about a table, and answers that are not allowed: one German line each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sozialraum.indicators import DIRECTIONS, TYPES
from sozialraum.intake.audience import WEITERGABE, Weitergabe
from sozialraum.intake.dates import stand_in_cell
from sozialraum.intake.description import NEW, Description, geheimhaltung, text_of


def missing_answers(given: Description, *, needs: Mapping[str, str], without: Sequence[str] = ()) -> list[str]:
    """One German line per question that nobody has answered or that has an answer that is not allowed.

    Parameters
    ----------
    needs
        Further questions by key, with their reason: ``nenner``, ``zaehler``, ``stichtag`` and those of a new indicator.
    without
        Keys that need no answer here.
    """
    lines = []
    always = {key: text for key, text in _ALWAYS.items() if key not in without}
    for key, question in {**always, **needs}.items():
        if not getattr(given, key):
            lines.append(f"{question} {_how(key, given)}")
    audience = Weitergabe.known(given.weitergabe)
    given = replace(given, weitergabe=audience.value) if audience else given
    allowed = {"weitergabe": WEITERGABE, "richtung": DIRECTIONS, "typ": TYPES, "rest": ("nicht",), **_WORDS}
    said = [(key, getattr(given, key)) for key in allowed]
    said += [(key, text_of(entry.get(key))) for entry in given.indikatoren.values() for key in allowed if key in entry]
    for key, text in said:
        if text and text not in allowed[key]:
            lines.append(f"{key} „{text}“ ist nicht erlaubt, nur: {', '.join(allowed[key])}")
    if given.geheimhaltung and geheimhaltung(given.geheimhaltung) is None:
        lines.append(
            f"geheimhaltung „{given.geheimhaltung}“ ist unbekannt. Erlaubt: keines, sperrung:3, rundung:5, cell-key:5"
        )
    if given.stichtag and stand_in_cell(given.stichtag) is None:
        lines.append(f"stichtag „{given.stichtag}“ ist kein Datum. Erlaubt: 31.12.2023, 2023-12-31, 2023 oder 2023/24")
    return lines


def questions_of_new(given: Description, indikator: str) -> dict[str, str]:
    """Questions about an indicator that the catalogue does not have."""
    texts = {
        "titel": 'Wie heißt der neue Indikator? Zum Beispiel "Anteil der Menschen mit Wohngeld"',
        "definition": "Was genau misst er, in einem Satz?",
        "einheit": 'In welcher Einheit? "%", "Anzahl", "je 1.000 Einwohner"',
        "typ": f"Welcher Typ? {', '.join(TYPES)}",
        "richtung": f"Ist ein hoher Wert {', '.join(DIRECTIONS[:2])} oder {DIRECTIONS[2]}?",
        "kapitel": "In welches Kapitel gehört er? A bis M wie in „Ein Blick auf … Stadtteile“, oder X",
    }
    return {key: f"{indikator}: {texts[key]}" for key in NEW if not given.entry(indikator, key)}


_WORDS: Final = {
    "dezimalzeichen": ("komma", "punkt"),
    "anteil_als": ("prozent", "bruch"),
}
_ALWAYS: Final = {
    "stelle": 'Wer hat die Tabelle geliefert? Zum Beispiel "Stadt Essen, Amt für Statistik, Stadtforschung und Wahlen"',
    "lizenz": "Unter welcher Lizenz? dl-de/by-2-0, oder in Worten: „nur für den Dienstgebrauch“",
    "geheimhaltung": "Mit welchem Geheimhaltungsverfahren? sperrung:3, rundung:5, cell-key:5 oder keines",
    "weitergabe": f"Wer darf die Werte sehen? {', '.join(WEITERGABE)}",
}


def _how(key: str, given: Description) -> str:
    """Where an answer is given: in the entry of an indicator, if there is one."""
    inside = {"zaehler": "zaehlt", "nenner": "bezug"}.get(key, key)
    if given.indikatoren and key in ("zaehler", "nenner", *NEW):
        return f"({_option(key)} oder in der Beschreibung beim Indikator „{inside}:“)"
    return f"({_option(key)} oder in der Beschreibung „{key}:“)"


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"
