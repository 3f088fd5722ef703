"""The catalogue entry of what a table brings: of the catalogue, or new; with what numerator and denominator count."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sozialraum.indicators import Grundgesamtheit, Indikator
from sozialraum.intake.description import Description, counted
from sozialraum.intake.mapping import Assignment
from sozialraum.intake.phrases import VALUE, WHOLE, Phrases, normal

_FACTORS: Final = {"je 1.000": 1000.0, "je 10.000": 10000.0, "je 100.000": 100000.0}
_OF_THE_CENSUS: Final = re.compile(r"am Stichtag des Zensus \d{4}")
_SHARES: Final = ("anteil", "rate")
OTHERWISE: Final = "Abweichend gezählt; Grund: "
"""Begins what the definition of an indicator says of a column that was taken although it means another thing."""
#: First words of titles that are a subject by themselves, with the article of each and its form after "bei".
_NOUNS: Final = (
    (re.compile(r"(?:\S*anteil)(?= (?:der|des|von|an|aller)\b)", re.IGNORECASE), "Der", "beim"),
    (re.compile(r"\S*(?:zahl|quote|rate|dichte)(?= (?:der|des|von|an|aller)\b)", re.IGNORECASE), "Die", "bei der"),
    (re.compile(r"(?:Anzahl|Zahl|Quote)(?= )", re.IGNORECASE), "Die", "bei der"),
)


_UNKNOWN: Final = Grundgesamtheit("", "", "")


@dataclass(frozen=True)
class Definition:
    """What numerator and denominator count, as far as it is known; what is still open or wrong."""

    zaehler: Grundgesamtheit
    nenner: Grundgesamtheit
    needs: Mapping[str, str]
    problems: Sequence[str]


def entry_of(key: str, katalog: Mapping[str, Indikator], answers: Description) -> Indikator:
    """The entry of an indicator; a new one is made from the answers, with neutral words where they are silent."""
    if key in katalog:
        found = katalog[key]
        said = answers.entry(key, "definition")
        return replace(found, definition=said or _OF_THE_CENSUS.sub("am Stichtag", found.definition))
    title, unit, kind = answers.entry(key, "titel") or key, answers.entry(key, "einheit"), answers.entry(key, "typ")
    subjekt, bei = _in_sentences(title)
    return Indikator(
        id=key,
        titel=title,
        kurztitel=title,
        subjekt=subjekt,
        bei=bei,
        definition=answers.entry(key, "definition"),
        einheit=unit,
        typ=kind or "anteil",
        richtung=answers.entry(key, "richtung") or "neutral",
        kapitel=answers.entry(key, "kapitel") or "X",
        verfuegbar=False,
        nachkommastellen=0 if kind == "anzahl" else 1,
        faktor=next((value for words, value in _FACTORS.items() if words in unit), 100.0),
    )


def _in_sentences(title: str) -> tuple[str, str]:
    """A title as the subject of a sentence and after "bei": "Der Anteil der …", "beim Anteil der …", else quoted."""
    for noun, article, before in _NOUNS:
        if noun.match(title):
            return f"{article} {title}", f"{before} {title}"
    return f"Der Indikator „{title}“", f"beim Indikator „{title}“"


def define(entry: Indikator, assignment: Assignment, answers: Description, phrases: Phrases) -> Definition:
    """What numerator and denominator count: as the description says, else the catalogue, else still to be asked."""
    part, whole, needs = entry.zaehler or _UNKNOWN, entry.nenner or _UNKNOWN, {}
    said = (answers.entry(entry.id, "zaehlt") or answers.zaehler, answers.entry(entry.id, "bezug") or answers.nenner)
    problems = _against(entry, answers, said, (part, whole), phrases)
    example = f"{whole.was or 'Einwohner'} ({whole.einheit if whole.was else 'Personen'})"
    if not said[1] and not _names_whole(entry, assignment, phrases):
        whole = replace(whole, was="")
    part, whole = (_said(answer, group) for answer, group in zip(said, (part, whole), strict=True))
    if not part.was:
        question = "Was wird gezählt, und in welcher Einheit? Zum Beispiel „Arbeitslose (Personen)“"
        needs["zaehler"] = f"{entry.id}: {question}"
    if not whole.was and entry.typ in _SHARES:
        needs["nenner"] = f"{entry.id}: Worauf bezieht sich der Anteil? Zum Beispiel „{example}“"
    return Definition(part, whole, needs, problems)


def _said(answer: str, group: Grundgesamtheit) -> Grundgesamtheit:
    """What a person says is counted, with the unit of the catalogue if it names none."""
    was, einheit = counted(answer) if answer else (group.was, group.einheit)
    return Grundgesamtheit(was, einheit or group.einheit, "")


def _names_whole(entry: Indikator, assignment: Assignment, phrases: Phrases) -> bool:
    """Whether the denominator is the catalogue's: it has a column, there are counts only, or the head names it."""
    if assignment.of(entry.id, WHOLE) or not assignment.of(entry.id, VALUE):
        return True
    heads = [column.title for column in assignment.of(entry.id, VALUE)]
    spelled = any(entry.id in head for head in heads)
    return spelled or any(f" an {whole}" in normal(head) for head in heads for whole in phrases.of(entry.id).nenner)


def _against(
    entry: Indikator,
    answers: Description,
    said: tuple[str, str],
    expected: tuple[Grundgesamtheit, Grundgesamtheit],
    phrases: Phrases,
) -> list[str]:
    """Answers that make it another indicator."""
    problems = []
    for answer, group, name in zip(said, expected, ("Zähler", "Nenner"), strict=True):
        reason, unit = phrases.trap(entry.id, answer) if answer else "", counted(answer)[1]
        if reason:
            problems.append(f"{entry.id}, {name} „{answer}“: {reason}.")
        elif unit and group.einheit and unit != group.einheit:
            problems.append(
                f"{entry.id}: Der {name} zählt {unit}, der Indikator zählt {group.einheit} ({group.was}). Bitte "
                "passend liefern lassen oder als eigenen Indikator mit anderer Kennung einlesen, zum Beispiel "
                f"--indikator {entry.id}_{unit.lower()}."
            )
        elif answer and not unit and not group.einheit:
            problems.append(
                f"{entry.id}: Beim {name} „{answer}“ fehlt die Einheit in Klammern, zum Beispiel „{answer} (Personen)“."
            )
    for key in ("einheit", "richtung", "typ"):
        value = answers.entry(entry.id, key)
        if value and value != getattr(entry, key):
            problems.append(f"{entry.id}: {key} „{value}“ widerspricht dem Katalog („{getattr(entry, key)}“).")
    return problems


def as_written(entry: Indikator, definition: Definition, stand: str, *, grund: str, **said: Any) -> dict[str, Any]:
    """The entry as ``indikatoren.yml`` would hold it, now with data.

    ``grund`` is why a column was taken although it means another thing; ``said`` are further keys of the entry.
    """
    grund = " ".join(grund.split()).rstrip(" .")
    if grund:
        said["definition"] = f"{entry.definition.rstrip(' .')}. {OTHERWISE}{grund}.".lstrip(" .")
    groups = {"zaehler": definition.zaehler, "nenner": definition.nenner if entry.typ in _SHARES else _UNKNOWN}
    counts = {key: vars(replace(group, stand=stand)) for key, group in groups.items() if group.was or key == "zaehler"}
    written = {**vars(entry), "nenner": None, **said, **counts, "verfuegbar": True}
    return {key: value for key, value in written.items() if value not in (None, "", ())}
