"""The catalogue entry of what a table brings: of the catalogue, or new; with what numerator and denominator count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sozialraum.gebiete import fold
from sozialraum.indicators import Grundgesamtheit, Indikator
from sozialraum.intake import vocabulary
from sozialraum.intake.description import Description, counted
from sozialraum.intake.roles import PART, VALUE, WHOLE, Assignment

_FACTORS: Final = {"je 1.000": 1000.0, "je 10.000": 10000.0, "je 100.000": 100000.0}

_OF_THE_CENSUS: Final = re.compile(r"am Stichtag des Zensus \d{4}")


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
        return replace(found, definition=answers.definition or _OF_THE_CENSUS.sub("am Stichtag", found.definition))
    title = answers.titel or key
    factor = next((value for words, value in _FACTORS.items() if words in answers.einheit), 100.0)
    return Indikator(
        id=key,
        titel=title,
        kurztitel=title,
        subjekt=f"Der Indikator „{title}“",
        bei=f"beim Indikator „{title}“",
        definition=answers.definition,
        einheit=answers.einheit,
        typ=answers.typ or "anteil",
        richtung=answers.richtung or "neutral",
        kapitel=answers.kapitel or "X",
        verfuegbar=False,
        nachkommastellen=0 if answers.typ == "anzahl" else 1,
        faktor=factor,
    )


def define(entry: Indikator, assignment: Assignment, answers: Description, context: str) -> Definition:
    """What numerator and denominator count, from the answers, else from what the table says, else still to be asked."""
    words = vocabulary.WORDS.get(entry.id)
    expected = _expected(entry, words)
    own = [column.title for column, role in assignment.roles if role.indikator == entry.id and role.angabe != WHOLE]
    said = any(vocabulary.meant(text, [entry.id]) for text in [*own, *[f"{context} {text}" for text in own]])
    part = counted(answers.zaehler) if answers.zaehler else expected[0] if said else ("", "")
    whole = counted(answers.nenner) if answers.nenner else ("", "")
    spelled = any(entry.id in title for title in own)
    named = words and words.whole and re.search(words.whole, fold(" ".join([context, *own])))
    if not whole[0] and (
        spelled or (said and named) or assignment.of(entry.id, WHOLE) or (said and _counts_only(entry, assignment))
    ):
        whole = expected[1]
    needs, problems = [], _against(entry, answers, expected)
    if not part[0]:
        example = expected[0] if expected[0][0] else ("Arbeitslose", "Personen")
        needs.append(
            (
                "zaehler",
                f"{entry.id}: Was wird gezählt, und in welcher Einheit? Zum Beispiel „{example[0]} ({example[1]})“",
            )
        )
    if not whole[0] and entry.typ in ("anteil", "rate"):
        example = expected[1] if expected[1][0] else ("Einwohner", "Personen")
        needs.append(
            ("nenner", f"{entry.id}: Worauf bezieht sich der Anteil? Zum Beispiel „{example[0]} ({example[1]})“")
        )
    return Definition(
        (part[0], part[1] or expected[0][1]), (whole[0], whole[1] or expected[1][1]), tuple(needs), tuple(problems)
    )


def _counts_only(entry: Indikator, assignment: Assignment) -> bool:
    """Whether there are counts without shares, so that the denominator is not the table's to choose."""
    return bool(assignment.of(entry.id, PART)) and not assignment.of(entry.id, VALUE)


def _expected(entry: Indikator, words: vocabulary.Words | None) -> tuple[tuple[str, str], tuple[str, str]]:
    if words:
        return words.counts_part, words.counts_whole
    part, whole = entry.zaehler, entry.nenner
    return (part.was, part.einheit) if part else ("", ""), (whole.was, whole.einheit) if whole else ("", "")


def _against(entry: Indikator, answers: Description, expected: tuple[tuple[str, str], tuple[str, str]]) -> list[str]:
    """Answers that make it another indicator."""
    problems = []
    for answer, (was, einheit), name in (
        (answers.zaehler, expected[0], "Zähler"),
        (answers.nenner, expected[1], "Nenner"),
    ):
        reason = vocabulary.trap(entry.id, answer) if answer else ""
        unit = counted(answer)[1]
        if reason:
            problems.append(f"{entry.id}, {name} „{answer}“: {reason}.")
        elif unit and einheit and unit != einheit:
            problems.append(
                f"{entry.id}: Der {name} zählt {unit}, der Indikator zählt {einheit} ({was}). Bitte passend liefern "
                "lassen oder als "
                f"eigenen Indikator mit anderer Kennung einlesen, zum Beispiel --indikator {entry.id}_{unit.lower()}."
            )
        elif answer and not unit and not einheit:
            problems.append(
                f"{entry.id}: Beim {name} „{answer}“ fehlt die Einheit in Klammern, zum Beispiel „{answer} (Personen)“."
            )
    for key in ("einheit", "richtung", "typ"):
        value = getattr(answers, key)
        if value and entry.verfuegbar is not None and value != getattr(entry, key):
            problems.append(f"{entry.id}: {key} „{value}“ widerspricht dem Katalog („{getattr(entry, key)}“).")
    return problems


def as_written(
    entry: Indikator, definition: Definition, stand: str, *, art: str, source: str, words: Mapping[str, str]
) -> dict[str, Any]:
    """The entry as ``indikatoren.yml`` would hold it, now with data."""
    whole = definition.nenner if entry.typ in ("anteil", "rate") else ("", "")
    changed = replace(
        entry,
        verfuegbar=True,
        art=art,
        zaehler=Grundgesamtheit(definition.zaehler[0], definition.zaehler[1], stand),
        nenner=Grundgesamtheit(whole[0], whole[1], stand) if whole[0] else None,
        quellen=(source,),
        methode=words["methode"],
        grenzen=words["grenzen"],
    )
    written = {key: value for key, value in vars(changed).items() if value not in (None, "", ())}
    for name in ("zaehler", "nenner"):
        if name in written:
            written[name] = vars(written[name])
    return {**written, "quellen": list(changed.quellen)}
