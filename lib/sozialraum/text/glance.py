"""The first page: a few sentences on who lives here, where the area is average, where not, and how sure that is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sozialraum.city.gebiete import QUARTIER
from sozialraum.compare.analysis import (
    ABOVE,
    AVERAGE,
    BELOW,
    FAR_ABOVE,
    FAR_BELOW,
    MAX_AGE_YEARS,
    TOO_OLD,
    UNCLEAR,
    Analysis,
)
from sozialraum.compare.wert import UNCLASSED, Wert
from sozialraum.style import NBSP, day, number, rounded_estimate, value
from sozialraum.style.grammar import enumerate_words, joined_bei, subject, this, upper_first
from sozialraum.supply.intake.bring import OTHERWISE
from sozialraum.text.ages import AGES, fitting
from sozialraum.text.chapters import facility_sentence, register_value, single_values
from sozialraum.text.claims import Fact, Sentence, fact

VERBS: Final = {
    FAR_ABOVE: ("weit über dem Stadtwert liegt", "weit über dem Stadtwert liegen"),
    ABOVE: ("überdurchschnittlich ist", "überdurchschnittlich sind"),
    BELOW: ("unterdurchschnittlich ist", "unterdurchschnittlich sind"),
    FAR_BELOW: ("weit unter dem Stadtwert liegt", "weit unter dem Stadtwert liegen"),
}
"""How a class is said of one indicator and of several."""
SIDES: Final = ((FAR_ABOVE, ABOVE), (FAR_BELOW, BELOW))
MOST_NAMED: Final = 10
"""More gaps than these are named in the chapter on what is not known only."""
CENSUS: Final = "zensus"
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
APART: Final = ("wahlbeteiligung_ew2024", "anteil_unter_15", "anteil_65plus")
"""Indicators whose lowest and highest Stadtteil a larger area names."""
#: Without a class (Stadtbezirk, city) these indicators are named on the first page.
NAMED: Final = ("anteil_unter_15", "anteil_65plus", "geboren_eu", "geboren_nicht_eu", "wahlbeteiligung_ew2024")


class _Said:
    """Words for values in the order in which they are said: the first for one that is counted otherwise says so."""

    def __init__(self, analysis: Analysis) -> None:
        self.left = {key for key, entry in analysis.katalog.items() if OTHERWISE in entry.definition}

    def __call__(self, item: Wert, words: str) -> str:
        if item.wert is None or item.indikator not in self.left:
            return words
        self.left.remove(item.indikator)
        return f"{words} {COUNTED_OTHERWISE}"

    def whole(self, sentence: Sentence) -> Sentence:
        """The sentence; at its end the marks of values that it has no words for."""
        text = sentence.text
        for item in sentence.claims:
            text = f"{text.rstrip('.')}{mark}." if (mark := self(item, "")) else text
        return replace(sentence, text=text)


def at_a_glance(analysis: Analysis) -> list[Sentence]:
    """The sentences of "Auf einen Blick" for an area of any level."""
    said = _Said(analysis)
    return [said.whole(sentence) for sentence in _sentences(analysis, said)]


def _sentences(analysis: Analysis, said: _Said) -> Iterator[Sentence]:
    yield _people(analysis)
    if analysis.gebiet.angeschnittene:
        yield Sentence(CUT)
    if analysis.gebiet.ebene in ("stadtteil", QUARTIER):
        yield from _ages(analysis, said)
        yield from _classed(analysis, said)
        yield from _doubtful(analysis, said)
        yield from _outdated(analysis, said)
    else:
        yield from _named_values(analysis, said)
        yield from _members(analysis)
    yield facility_sentence(analysis)
    yield _not_known(analysis)


def _people(analysis: Analysis) -> Sentence:
    """How many people live here; the register's number beside that of the census, never mixed with it."""
    item, beside = analysis["einwohner"], register_value(analysis)
    first = _census(analysis, item)
    if beside is None:
        return Sentence(first, (item,))
    return Sentence(f"{first} {beside.text}.", (item, *beside.claims), beside.facts)


def _census(analysis: Analysis, item: Wert) -> str:
    area = analysis.gebiet
    if item.wert is None or item.stadtwert is None:
        return f"Wie viele Menschen {area.in_phrase} leben, ist nicht bekannt."
    census = CENSUS in item.quelle
    if area.ebene == "stadt":
        when = f"Am Stichtag des Zensus ({day(item.stand)})" if census else f"Zum Stand {day(item.stand)}"
        return f"{when} lebten {area.in_phrase} {number(item.wert)} Menschen."
    estimated = census or item.art == "geschaetzt"
    people = f"rund {rounded_estimate(item.wert)}" if estimated else number(item.wert)
    when = "Zensus-Schätzung 2022" if census else f"Stand {day(item.stand)}"
    return (
        f"{upper_first(area.in_phrase)} leben {people} Menschen ({when}), das sind etwa "
        f"{number(item.wert / item.stadtwert * 100, 1)}{NBSP}% der Bevölkerung von {item.stadt}."
    )


def _ages(analysis: Analysis, said: _Said) -> Iterator[Sentence]:
    """Children and old people in one statement: count, share, city, class; in two if they do not fit together."""
    items = [analysis[key] for key in (AGES[0], AGES[2]) if key in analysis.katalog]
    known = [item for item in items if item.wert is not None]
    together, parts = _one_whole(analysis), []
    for item in known:
        date = "" if together else f"Stand {day(item.stand)}"
        behind = ", ".join(part for part in (item.people, f"{item.stadt} {item.city_text}", date) if part)
        word = f", Einordnung {item.klasse}" if item.klasse not in ("", UNCLASSED) else ""
        parts.append(f"{said(item, item.eintrag.subject)} beträgt {item.text()} ({behind}){word}")
    if together and parts:
        yield Sentence(f"{upper_first('; '.join(parts))}.", tuple(known))
    elif not together:
        yield from (Sentence(f"{upper_first(part)}.", (item,)) for part, item in zip(parts, known, strict=True))


def _one_whole(analysis: Analysis) -> bool:
    """Whether the shares of the age groups may stand in one sentence: one date, one source, one whole."""
    keys = [key for key in AGES if key in analysis.katalog and analysis.katalog[key].verfuegbar]
    return len(fitting(analysis, keys)) == len(keys)


def _classed(analysis: Analysis, said: _Said) -> Iterator[Sentence]:
    known = [item for item in analysis.known if item.indikator not in AGES]
    by_class = {word: [item for item in known if item.klasse == word] for word in (*VERBS, AVERAGE, UNCLEAR)}
    if by_class[AVERAGE]:
        named = joined_bei([said(item, item.eintrag.bei) for item in by_class[AVERAGE]])
        text = f"{upper_first(named)} liegt {subject(analysis.gebiet)} im gesamtstädtischen Durchschnitt."
        yield Sentence(text, tuple(by_class[AVERAGE]))
    for side in SIDES:
        used = [item for word in side for item in by_class[word]]
        printed = sorted(used, key=lambda item: -item.apart)[:WITH_FIGURES]
        parts = [_off_average(word, by_class[word], printed, said) for word in side if by_class[word]]
        if parts:
            yield Sentence(f"{upper_first('; '.join(parts))}.", tuple(used))
    if by_class[UNCLEAR]:
        named = joined_bei([said(item, item.eintrag.bei) for item in by_class[UNCLEAR]])
        why = "Die Spanne der Schätzung reicht über die Grenze des Durchschnitts."
        yield Sentence(f"Nicht eindeutig ist die Einordnung {named}: {why}", tuple(by_class[UNCLEAR]))


def _off_average(word: str, items: Sequence[Wert], printed: Sequence[Wert], said: _Said) -> str:
    """Indicators of one class, first those with their values."""
    groups = [[item for item in items if (item in printed) == figures] for figures in (True, False)]
    named = [_subjects(group, said, figures=group is groups[0]) for group in groups if group]
    return f"{VERBS[word][len(items) > 1]} {', außerdem '.join(named)}"


def _subjects(items: Sequence[Wert], said: _Said, *, figures: bool) -> str:
    """Indicators as subjects of a sentence, "die Anteile" only once."""
    shares = [item for item in items if item.eintrag.share_of]
    others = [item for item in items if not item.eintrag.share_of]

    def words(item: Wert, name: str) -> str:
        count = f" oder {item.people}" if item.people else ""
        pair = f" ({item.text()}{count} gegenüber {item.city_text} in {item.stadt})"
        return said(item, name) + (pair if figures else "")

    lead = "die Anteile " if len(shares) > 1 else "der Anteil "
    parts = [enumerate_words([words(item, item.eintrag.subject) for item in others])] if others else []
    parts += [lead + enumerate_words([words(item, item.eintrag.share_of) for item in shares])] if shares else []
    return " sowie ".join(parts)


def _doubtful(analysis: Analysis, said: _Said) -> Iterator[Sentence]:
    """Values whose interval is not known because something speaks against them, with what that is."""
    for item in analysis.known:
        if item.indikator in NAMED and item.wert is not None and item.hinweis and item.grund == item.hinweis:
            yield Sentence(f"{said(item, item.titel)}: {item.text()}. {item.hinweis}", (item,))


def _outdated(analysis: Analysis, said: _Said) -> Iterator[Sentence]:
    """Values of the census without a class because they are too old, and where newer ones come from."""
    old = [
        item for item in analysis.known if item.grund == TOO_OLD and item.indikator in NAMED and item.wert is not None
    ]
    if not old:
        return
    named = [_short(item, said, city=True) for item in old if item.indikator not in AGES]
    dates = enumerate_words(list(dict.fromkeys(day(item.stand) for item in old)))
    text = (
        f"Die Daten vom {dates} sind am {day(analysis.issued)} älter als {MAX_AGE_YEARS} Jahre und werden nicht "
        "eingeordnet"
    )
    text += f"; nach ihnen {_amount_to(named)} {enumerate_words(named)}" if named else ""
    yield Sentence(f"{text}.", tuple(old), (fact("zeitraum"),))
    yield Sentence(OLD_DATA)


def _short(item: Wert, said: _Said, *, city: bool) -> str:
    """An indicator with its value, the count behind it, and the city's value."""
    behind = "; ".join(part for part in (item.people, f"{item.stadt} {item.city_text}" if city else "") if part)
    return f"{said(item, item.eintrag.subject)} {item.text()}{f' ({behind})' if behind else ''}"


def _amount_to(items: Sequence[object]) -> str:
    return "betragen" if len(items) > 1 else "beträgt"


def _named_values(analysis: Analysis, said: _Said) -> Iterator[Sentence]:
    """Some indicators of a larger area as one sentence; ages that do not fit together stand alone with their date."""
    city = analysis.gebiet.ebene != "stadt"
    items = [analysis[key] for key in NAMED if key in analysis.katalog]
    known = [item for item in items if item.wert is not None]
    alone = [] if _one_whole(analysis) else [item for item in known if item.indikator in AGES]
    for group in ([item for item in known if item not in alone], *([item] for item in alone)):
        named = [_short(item, said, city=city) for item in group]
        dated = len(group) == 1 and group[0].indikator in AGES
        verb = f"beträgt zum Stand {day(group[0].stand)}" if dated else _amount_to(group)
        lead = "Im Vergleich mit der Stadt" if city else "Stadtweit"
        if named:
            yield Sentence(f"{lead} {verb} {enumerate_words(named)}.", tuple(group))


def _members(analysis: Analysis) -> list[Sentence]:
    """How far the Stadtteile of a larger area lie apart: lowest and highest of some indicators, with names."""
    parts: dict[str, list[str]] = {}  # by what the sentence says before them
    facts: dict[str, list[Fact]] = {}
    together = _one_whole(analysis)
    for entry in (analysis.katalog[key] for key in APART if key in analysis.katalog):
        items = [analysis.wert(entry.id, key) for key in analysis.members]
        known = [item for item in items if item.von is not None]  # a doubtful value is no end of a range
        if len(known) < 2:
            continue
        ends = [min(known, key=float), max(known, key=float)]
        low, high = (f"{value(item.wert, entry)} ({item.ort.label})" for item in ends)
        alone = entry.id in AGES and not together
        base = f"zum Stand {day(entry.stand)} {entry.subject}" if alone else "nach den vorliegenden Werten"
        parts.setdefault(base, []).append(f"{'' if alone else f'{entry.subject} '}von {low} bis {high}")
        facts.setdefault(base, []).extend(fact(*item.ref) for item in ends)
    where = "des Stadtbezirks" if analysis.gebiet.ebene == "stadtbezirk" else "der Stadt"
    lead = f"Unter den {len(analysis.members)} Stadtteilen {where} reicht"
    return [
        Sentence(f"{lead} {base} {'; '.join(named)}.", (), (fact("stadtteile", lead), *facts[base]))
        for base, named in parts.items()
    ]


def _not_known(analysis: Analysis) -> Sentence:
    known = [item for item in analysis.known if item.wert is not None]
    if not known:
        return Sentence(f"Zu keinem Indikator liegt {analysis.gebiet.in_phrase} ein Wert vor.")
    named = [entry.share_of or entry.bei for entry in analysis.katalog.values() if not entry.verfuegbar]
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
    table, city = analysis.data.einzelwerte, analysis.stadt
    topics = [key for key in gaps if ((table["indikator"] == key) & (table["gebiet"] != city)).any()]
    if not topics:
        return Sentence("")
    named = enumerate_words([analysis.katalog[key].kurztitel for key in topics])
    return Sentence(
        f"Nur zum Thema {named} sind einzelne Werte anderer Stadtteile veröffentlicht, für "
        f"{this(analysis.gebiet)} keiner."
    )
