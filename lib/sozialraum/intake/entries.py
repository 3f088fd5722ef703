"""The catalogue entry of what a table brings: of the catalogue, or new; with what numerator and denominator count."""

import re
from collections.abc import Mapping
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


@dataclass(frozen=True)
class Definition:
    """Numerator and denominator as words with their units, and what is still open or wrong."""

    zaehler: tuple[str, str] = ("", "")
    nenner: tuple[str, str] = ("", "")
    needs: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


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
    expected = _expected(entry)
    said_part = answers.entry(entry.id, "zaehlt") or answers.zaehler
    said_whole = answers.entry(entry.id, "bezug") or answers.nenner
    part = counted(said_part) if said_part else expected[0]
    whole = counted(said_whole) if said_whole else expected[1] if _names_whole(entry, assignment, phrases) else ("", "")
    needs, problems = [], _against(entry, answers, (said_part, said_whole), expected, phrases)
    if not part[0]:
        needs.append(
            ("zaehler", f"{entry.id}: Was wird gezählt, und in welcher Einheit? Zum Beispiel „Arbeitslose (Personen)“")
        )
    if not whole[0] and entry.typ in _SHARES:
        example = expected[1] if expected[1][0] else ("Einwohner", "Personen")
        needs.append(
            ("nenner", f"{entry.id}: Worauf bezieht sich der Anteil? Zum Beispiel „{example[0]} ({example[1]})“")
        )
    return Definition(
        (part[0], part[1] or expected[0][1]), (whole[0], whole[1] or expected[1][1]), tuple(needs), tuple(problems)
    )


def _names_whole(entry: Indikator, assignment: Assignment, phrases: Phrases) -> bool:
    """Whether the denominator is the catalogue's: it has a column, there are counts only, or the head names it."""
    if assignment.of(entry.id, WHOLE) or not assignment.of(entry.id, VALUE):
        return True
    heads = [column.title for column in assignment.of(entry.id, VALUE)]
    spelled = any(entry.id in head for head in heads)
    return spelled or any(f" an {whole}" in normal(head) for head in heads for whole in phrases.of(entry.id).nenner)


def _expected(entry: Indikator) -> tuple[tuple[str, str], tuple[str, str]]:
    part, whole = entry.zaehler, entry.nenner
    return (part.was, part.einheit) if part else ("", ""), (whole.was, whole.einheit) if whole else ("", "")


def _against(
    entry: Indikator,
    answers: Description,
    said: tuple[str, str],
    expected: tuple[tuple[str, str], tuple[str, str]],
    phrases: Phrases,
) -> list[str]:
    """Answers that make it another indicator."""
    problems = []
    for answer, (was, einheit), name in zip(said, expected, ("Zähler", "Nenner"), strict=True):
        reason = phrases.trap(entry.id, answer) if answer else ""
        unit = counted(answer)[1]
        if reason:
            problems.append(f"{entry.id}, {name} „{answer}“: {reason}.")
        elif unit and einheit and unit != einheit:
            problems.append(
                f"{entry.id}: Der {name} zählt {unit}, der Indikator zählt {einheit} ({was}). Bitte passend liefern "
                "lassen oder als eigenen Indikator mit anderer Kennung einlesen, zum Beispiel --indikator "
                f"{entry.id}_{unit.lower()}."
            )
        elif answer and not unit and not einheit:
            problems.append(
                f"{entry.id}: Beim {name} „{answer}“ fehlt die Einheit in Klammern, zum Beispiel „{answer} (Personen)“."
            )
    for key in ("einheit", "richtung", "typ"):
        value = answers.entry(entry.id, key)
        if value and value != getattr(entry, key):
            problems.append(f"{entry.id}: {key} „{value}“ widerspricht dem Katalog („{getattr(entry, key)}“).")
    return problems


def as_written(
    entry: Indikator, definition: Definition, stand: str, *, art: str, source: str, words: Mapping[str, str]
) -> dict[str, Any]:
    """The entry as ``indikatoren.yml`` would hold it, now with data."""
    grund = " ".join(words.get("grund", "").split()).rstrip(" .")
    whole = definition.nenner if entry.typ in _SHARES else ("", "")
    changed = replace(
        entry,
        verfuegbar=True,
        art=art,
        zaehler=Grundgesamtheit(definition.zaehler[0], definition.zaehler[1], stand),
        nenner=Grundgesamtheit(whole[0], whole[1], stand) if whole[0] else None,
        quellen=(source,),
        methode=words["methode"],
        grenzen=words["grenzen"],
        definition=f"{entry.definition.rstrip(' .')}. {OTHERWISE}{grund}.".lstrip(" .") if grund else entry.definition,
    )
    written = {key: value for key, value in vars(changed).items() if value not in (None, "", ())}
    for name in ("zaehler", "nenner"):
        if name in written:
            written[name] = vars(written[name])
    return {**written, "quellen": list(changed.quellen)}
