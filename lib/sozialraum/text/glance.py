"""The first page: a few sentences on who lives here, where the area is average, where not, and how sure that is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from sozialraum.charts import AGES, fitting
from sozialraum.compare import (
    ABOVE,
    AVERAGE,
    BELOW,
    FAR_ABOVE,
    FAR_BELOW,
    MAX_AGE_YEARS,
    TOO_OLD,
    UNCLASSED,
    UNCLEAR,
    Analysis,
)
from sozialraum.gebiete import QUARTIER
from sozialraum.indicators import Indikator
from sozialraum.intake.entries import OTHERWISE
from sozialraum.style import NBSP, counted, day, number, rounded_estimate, value
from sozialraum.text.chapters import facility_sentence, register_value, single_values
from sozialraum.text.claims import INDICATOR, Claim, Fact, Sentence, claim, claims, fact
from sozialraum.text.grammar import SHARE, enumerate_words, joined_bei, subject, this, upper_first

WORDS: Final = {
    FAR_ABOVE: "weit über dem Stadtwert liegt",
    ABOVE: "überdurchschnittlich ist",
    BELOW: "unterdurchschnittlich ist",
    FAR_BELOW: "weit unter dem Stadtwert liegt",
}
SIDES: Final = ((FAR_ABOVE, ABOVE), (FAR_BELOW, BELOW))
CENSUS: Final = "zensus"
#: More gaps than these are named in the chapter on what is not known only.
MOST_NAMED: Final = 10
"""In the id of each source of the census; another source of inhabitants is a delivered register."""
CUT: Final = (
    "Der Umriss schneidet Stadtteile an: Einwohner, Altersgruppen und Wege sind deshalb über das Bevölkerungsraster "
    "geschätzt, mit größerer Spanne; was sich nicht aufteilen lässt, liegt hier nicht vor."
)
WITH_FIGURES: Final = 3
"""Of so many indicators a sentence prints the values; the evidence table holds those of the others."""
OLD_DATA: Final = (
    "Neuere Werte stehen in der städtischen Reihe „Ein Blick auf … Stadtteile“; ihre Tabellen zu Fläche, Bevölkerung "
    "und Wanderung (Kapitel A, B und E) können eingelesen werden."
)
COUNTED_OTHERWISE: Final = "(abweichend gezählt, siehe Methode)"
SHARE_SUBJECT: Final = "der Anteil "
APART: Final = ("wahlbeteiligung_ew2024", "anteil_unter_15", "anteil_65plus")
"""Indicators whose lowest and highest Stadtteil a larger area names."""
#: Without a class (Stadtbezirk, city) these indicators are named on the first page.
NAMED: Final = ("anteil_unter_15", "anteil_65plus", "geboren_eu", "geboren_nicht_eu", "wahlbeteiligung_ew2024")


def at_a_glance(analysis: Analysis) -> list[Sentence]:
    """The sentences of "Auf einen Blick" for an area of any level."""
    sentences = [_with_register(analysis, _people(analysis))]
    if analysis.gebiet.angeschnittene:
        sentences.append(Sentence(CUT))
    if analysis.gebiet.ebene in ("stadtteil", QUARTIER):
        sentences += [*_ages(analysis), *_classed(analysis), *_doubtful(analysis), *_outdated(analysis)]
    elif analysis.gebiet.ebene == "stadtbezirk":
        sentences += [*_values_beside_city(analysis), *_members(analysis)]
    else:
        sentences += [*_city_values(analysis), *_members(analysis)]
    return _marked(analysis, [*sentences, facility_sentence(analysis), _not_known(analysis)])


def _marked(analysis: Analysis, sentences: list[Sentence]) -> list[Sentence]:
    """The sentences; the first that names the value of an indicator that is counted in another way says so."""
    for key, entry in analysis.katalog.items():
        if OTHERWISE not in entry.definition:
            continue
        for place, sentence in enumerate(sentences):
            if any(item.indikator == key and pd.notna(item.wert) for item in sentence.claims):
                sentences[place] = replace(sentence, text=_with_mark(analysis, sentence, key))
                break
    return sentences


def _with_mark(analysis: Analysis, sentence: Sentence, indikator: str) -> str:
    """The text with the mark behind the words for an indicator; at its end if it has none of them."""
    phrases = {
        phrase: item.indikator
        for item in sentence.claims
        for phrase in _phrases(analysis.katalog[item.indikator])
    }  # fmt: skip
    longest = sorted(phrases, key=len, reverse=True)
    found = re.finditer(rf"(?:{'|'.join(map(re.escape, longest))})(?!\w)", sentence.text, re.IGNORECASE)
    said = {phrase.lower(): key for phrase, key in phrases.items()}
    end = next((one.end() for one in found if said[one[0].lower()] == indikator), 0)
    if not end:
        return f"{sentence.text.rstrip('.')} {COUNTED_OTHERWISE}."
    return f"{sentence.text[:end]} {COUNTED_OTHERWISE}{sentence.text[end:]}"


def _phrases(entry: Indikator) -> set[str]:
    """How sentences name an indicator, with its article and, after another share, without "der Anteil"."""
    words = (entry.titel, entry.subjekt, entry.subjekt.removeprefix("Der Anteil "))
    return {*words, entry.bei, entry.bei.removeprefix(SHARE)}


def _people(analysis: Analysis) -> Sentence:
    row = claim(analysis, "einwohner")
    area = analysis.gebiet
    if pd.isna(row.wert) or pd.isna(row.stadtwert):
        return Sentence(f"Wie viele Menschen {area.in_phrase} leben, ist nicht bekannt.", (row,))
    census = CENSUS in row.quelle
    if area.ebene == "stadt":
        when = f"Am Stichtag des Zensus ({day(row.stand)})" if census else f"Zum Stand {day(row.stand)}"
        return Sentence(f"{when} lebten {area.in_phrase} {number(row.wert)} Menschen.", (row,))
    share_of_city = number(row.wert / row.stadtwert * 100, 1)
    city = analysis.data.register.city.name
    estimated = census or row.art == "geschaetzt"
    people = f"rund {rounded_estimate(row.wert)}" if estimated else number(row.wert)
    when = "Zensus-Schätzung 2022" if census else f"Stand {day(row.stand)}"
    text = (
        f"{upper_first(area.in_phrase)} leben {people} Menschen ({when}), "
        f"das sind etwa {share_of_city}{NBSP}% der Bevölkerung von {city}."
    )
    return Sentence(text, (row,))


def _with_register(analysis: Analysis, people: Sentence) -> Sentence:
    """The register's inhabitants beside those of the census, never mixed with them."""
    found = register_value(analysis)
    if found is None:
        return people
    return Sentence(f"{people.text} {found.text}.", (*people.claims, *found.claims), (*people.facts, *found.facts))


def _ages(analysis: Analysis) -> list[Sentence]:
    """Children and old people in one statement: count, share, city, class; in two if they do not fit together."""
    items = [claim(analysis, key) for key in (AGES[0], AGES[2]) if key in analysis.katalog]
    known = [item for item in items if pd.notna(item.wert)]
    together, parts = _one_whole(analysis), []
    for item in known:
        entry = analysis.katalog[item.indikator]
        people = counted(item.anzahl, entry, art=item.art)
        date = "" if together else f"Stand {day(item.stand)}"
        behind = ", ".join(part for part in (people, _beside_city(analysis, item), date) if part)
        word = f", Einordnung {item.klasse}" if item.klasse not in ("", UNCLASSED) else ""
        parts.append(f"{_lower_article(entry.subjekt)} beträgt {value(item.wert, entry)} ({behind}){word}")
    if not together:
        return [Sentence(f"{upper_first(part)}.", (item,)) for part, item in zip(parts, known, strict=True)]
    return [Sentence(f"{upper_first('; '.join(parts))}.", tuple(known))] if parts else []


def _one_whole(analysis: Analysis) -> bool:
    """Whether the shares of the age groups may stand in one sentence: one date, one source, one whole."""
    keys = [key for key in AGES if key in analysis.table.index.unique("indikator")]
    return len(fitting(analysis, keys)) == len(keys)


def _beside_city(analysis: Analysis, item: Claim) -> str:
    return f"{analysis.data.register.city.name} {value(item.stadtwert, analysis.katalog[item.indikator])}"


def _doubtful(analysis: Analysis) -> list[Sentence]:
    """Values whose interval is not known because something speaks against them, with what that is."""
    items = [
        item for item in claims(analysis)
        if item.indikator in NAMED and item.hinweis and item.grund == item.hinweis and pd.notna(item.wert)
    ]  # fmt: skip
    entries = [analysis.katalog[item.indikator] for item in items]
    return [
        Sentence(f"{entry.titel}: {value(item.wert, entry)}. {item.hinweis}", (item,))
        for item, entry in zip(items, entries, strict=True)
    ]


def _outdated(analysis: Analysis) -> list[Sentence]:
    """Values of the census without a class because they are too old, and where newer ones come from."""
    old = [
        item for item in claims(analysis) if item.grund == TOO_OLD and item.indikator in NAMED and pd.notna(item.wert)
    ]
    if not old:
        return []
    other = [item for item in old if item.indikator not in AGES]
    named = [f"{_subject_of(analysis, item)} {_short_pair(analysis, item)}" for item in other]
    dates = enumerate_words(list(dict.fromkeys(day(item.stand) for item in old)))
    text = (
        f"Die Daten vom {dates} sind am {day(analysis.issued)} älter als {MAX_AGE_YEARS} Jahre und werden nicht "
        "eingeordnet"
    )
    if named:
        verb = "betragen" if len(named) > 1 else "beträgt"
        text += f"; nach ihnen {verb} {enumerate_words(named)}"
    return [Sentence(f"{text}.", tuple(old), (fact("zeitraum"),)), Sentence(OLD_DATA)]


def _classed(analysis: Analysis) -> list[Sentence]:
    known = [item for item in claims(analysis) if item.indikator not in AGES]
    by_class = {word: [item for item in known if item.klasse == word] for word in (*WORDS, AVERAGE, UNCLEAR)}
    sentences = []
    if by_class[AVERAGE]:
        named = joined_bei([analysis.katalog[item.indikator].bei for item in by_class[AVERAGE]])
        text = f"{upper_first(named)} liegt {subject(analysis.gebiet)} im gesamtstädtischen Durchschnitt."
        sentences.append(Sentence(text, tuple(by_class[AVERAGE])))
    for side in SIDES:
        used = [item for word in side for item in by_class[word]]
        printed = _farthest(analysis, used)
        parts = [_off_average(analysis, word, by_class[word], printed) for word in side if by_class[word]]
        if parts:
            sentences.append(Sentence(f"{upper_first('; '.join(parts))}.", tuple(used)))
    if by_class[UNCLEAR]:
        named = joined_bei([analysis.katalog[item.indikator].bei for item in by_class[UNCLEAR]])
        why = "Die Spanne der Schätzung reicht über die Grenze des Durchschnitts."
        text = f"Nicht eindeutig ist die Einordnung {named}: {why}"
        sentences.append(Sentence(text, tuple(by_class[UNCLEAR])))
    return sentences


def _farthest(analysis: Analysis, items: Sequence[Claim]) -> set[str]:
    """Indicators whose values a sentence prints: those farthest from the city, in spreads of the Stadtteile."""
    rows = {item.indikator: analysis.row(item.indikator) for item in items}
    apart = {key: abs(row["differenz"] / row["streuung"]) for key, row in rows.items()}
    return set(sorted(apart, key=lambda key: -apart[key])[:WITH_FIGURES])


def _off_average(analysis: Analysis, word: str, items: Sequence[Claim], printed: set[str]) -> str:
    """Indicators of one class, first those with their values."""
    verb = WORDS[word]
    if len(items) > 1:
        verb = verb.replace("liegt", "liegen").replace(" ist", " sind")
    groups = [[item for item in items if (item.indikator in printed) == figures] for figures in (True, False)]
    named = [_subjects(analysis, group, figures=group is groups[0]) for group in groups if group]
    return f"{verb} {', außerdem '.join(named)}"


def _subjects(analysis: Analysis, items: Sequence[Claim], *, figures: bool) -> str:
    """Indicators as subjects of a sentence, "die Anteile" only once."""
    shares, others = [], []
    for item in items:
        subjekt = _subject_of(analysis, item)
        share = subjekt.removeprefix(SHARE_SUBJECT)
        behind = f" ({_pair(analysis, item)})" if figures else ""
        if analysis.katalog[item.indikator].bei == SHARE + share:
            shares.append(f"{share}{behind}")
        else:
            others.append(f"{subjekt}{behind}")
    lead = "die Anteile " if len(shares) > 1 else SHARE_SUBJECT
    parts = [enumerate_words(others), lead + enumerate_words(shares)]
    return " sowie ".join(part for part, words in zip(parts, (others, shares), strict=True) if words)


def _pair(analysis: Analysis, item: Claim) -> str:
    entry = analysis.katalog[item.indikator]
    city = analysis.data.register.city.name
    people = counted(item.anzahl, entry, art=item.art)
    own = f"{value(item.wert, entry, art=item.art)}{f' oder {people}' if people else ''}"
    return f"{own} gegenüber {value(item.stadtwert, entry)} in {city}"


def _lower_article(subjekt: str) -> str:
    return subjekt[:1].lower() + subjekt[1:]


def _values_beside_city(analysis: Analysis) -> list[Sentence]:
    return [_listing(analysis, "Im Vergleich mit der Stadt", _short_pair, items) for items in _named_values(analysis)]


def _listing(
    analysis: Analysis, lead: str, words: Callable[[Analysis, Claim], str], items: Sequence[Claim]
) -> Sentence:
    """Several indicators with their values as one sentence; an age group on its own with its date."""
    alone = len(items) == 1 and items[0].indikator in AGES
    verb = f"beträgt zum Stand {day(items[0].stand)}" if alone else "betragen" if len(items) > 1 else "beträgt"
    named = [f"{_subject_of(analysis, item)} {words(analysis, item)}" for item in items]
    return Sentence(f"{lead} {verb} {enumerate_words(named)}.", tuple(items))


def _named_values(analysis: Analysis) -> list[list[Claim]]:
    """Values of the named indicators, where there are any, by sentence: ages that do not fit together stand alone."""
    items = [claim(analysis, key) for key in NAMED if key in analysis.katalog]
    known = [item for item in items if pd.notna(item.wert)]
    together = _one_whole(analysis)
    alone = [] if together else [[item] for item in known if item.indikator in AGES]
    rest = [item for item in known if together or item.indikator not in AGES]
    return [group for group in (rest, *alone) if group]


def _subject_of(analysis: Analysis, item: Claim) -> str:
    return _lower_article(analysis.katalog[item.indikator].subjekt)


def _short_pair(analysis: Analysis, item: Claim) -> str:
    entry = analysis.katalog[item.indikator]
    people = counted(item.anzahl, entry, art=item.art)
    behind = "; ".join(part for part in (people, _beside_city(analysis, item)) if part)
    return f"{value(item.wert, entry)} ({behind})"


def _with_count(analysis: Analysis, item: Claim) -> str:
    entry = analysis.katalog[item.indikator]
    people = counted(item.anzahl, entry, art=item.art)
    return f"{value(item.wert, entry)}{f' ({people})' if people else ''}"


def _city_values(analysis: Analysis) -> list[Sentence]:
    return [_listing(analysis, "Stadtweit", _with_count, items) for items in _named_values(analysis)]


def _members(analysis: Analysis) -> list[Sentence]:
    """How far the Stadtteile of a larger area lie apart: lowest and highest of some indicators, with names."""
    parts: dict[str, list[str]] = {}  # by what the sentence says before them
    facts: dict[str, list[Fact]] = {}
    together = _one_whole(analysis)
    for key in APART:
        if key not in analysis.katalog:
            continue
        entry = analysis.katalog[key]
        rows = analysis.rows_of(key).loc[analysis.members]
        values = rows["wert"][rows["von"].notna()].dropna()  # a doubtful value is no end of a range
        if len(values) < 2:
            continue
        ends = [str(values.idxmin()), str(values.idxmax())]
        named = [f"{value(float(values[end]), entry)} ({analysis.data.register.by_id(end).label})" for end in ends]
        alone = key in AGES and not together
        base = (
            f"zum Stand {day(entry.stand)} {_lower_article(entry.subjekt)}" if alone else "nach den vorliegenden Werten"
        )
        said = f"von {named[0]} bis {named[1]}"
        parts.setdefault(base, []).append(said if alone else f"{_lower_article(entry.subjekt)} {said}")
        facts.setdefault(base, []).extend(Fact(INDICATOR, (key, end)) for end in ends)
    where = "des Stadtbezirks" if analysis.gebiet.ebene == "stadtbezirk" else "der Stadt"
    lead = f"Unter den {len(analysis.members)} Stadtteilen {where} reicht"
    return [
        Sentence(f"{lead} {base} {'; '.join(said)}.", (), (fact("stadtteile", analysis.gebiet.id), *facts[base]))
        for base, said in parts.items()
    ]


def _not_known(analysis: Analysis) -> Sentence:
    known = [item for item in claims(analysis) if pd.notna(item.wert)]
    if not known:
        return Sentence(f"Zu keinem Indikator liegt {analysis.gebiet.in_phrase} ein Wert vor.")
    named = [entry.bei.removeprefix(SHARE) for entry in analysis.katalog.values() if not entry.verfuegbar]
    if len(named) > MOST_NAMED or (not named and len(known) < len(analysis.katalog)):
        return Sentence("Zu einigen Indikatoren liegt hier kein Wert vor; „Was wir nicht wissen“ nennt sie.")
    if not named:
        return Sentence("Zu allen Indikatoren liegen Daten vor.")
    verb = "lassen sich die Anteile" if len(named) > 1 else "lässt sich der Anteil"
    lead = "Für die Stadtteile nicht beurteilen" if analysis.gebiet.ebene == "stadt" else "Nicht beurteilen"
    text = f"{lead} {verb} {enumerate_words(named)}: Dazu liegen hier keine Daten für die Stadtteile vor."
    told = _single_values(analysis)
    return Sentence(f"{text} {told.text}".strip(), facts=told.facts)


def _single_values(analysis: Analysis) -> Sentence:
    """Which of the topics without data have published single values, and those of the area."""
    gaps = [key for key, entry in analysis.katalog.items() if not entry.verfuegbar]
    mine = single_values(analysis, gaps)
    if mine:
        only = "ist nur ein einzelner Wert" if len(mine) == 1 else "sind nur einzelne Werte"
        said = "; ".join(item.text for item in mine)
        where = " für die Stadt" if analysis.gebiet.ebene == "stadt" else ""
        return Sentence(
            f"Veröffentlicht {only}{where}: {said}.", facts=tuple(one for item in mine for one in item.facts)
        )
    table, city = analysis.data.einzelwerte, analysis.data.register.city.name
    topics = [key for key in gaps if ((table["indikator"] == key) & (table["gebiet"] != city)).any()]
    if not topics:
        return Sentence("")
    named = enumerate_words([analysis.katalog[key].kurztitel for key in topics])
    return Sentence(
        f"Nur zum Thema {named} sind einzelne Werte anderer Stadtteile veröffentlicht, für "
        f"{this(analysis.gebiet)} keiner."
    )
