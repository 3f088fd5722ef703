"""The first page by topic: what differs, what is to be settled, key figures of the social situation, facts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sozialraum.city.access import REACH, REACH_INDICATORS, whose
from sozialraum.city.gebiete import QUARTIER
from sozialraum.city.indicators import Indikator, is_modelled
from sozialraum.compare.analysis import AVERAGE, MAX_AGE_YEARS, TOO_OLD, UNCLEAR, Analysis
from sozialraum.compare.wert import UNCLASSED, Wert
from sozialraum.style import NBSP, day, number, rounded_estimate
from sozialraum.style.grammar import enumerate_words, plural, upper_first
from sozialraum.supply.intake.bring import OTHERWISE
from sozialraum.text.ages import AGES, fitting
from sozialraum.text.chapters import COUNTED, UNDER_THREE, park_names, register_value, single_values, social_indicators
from sozialraum.text.claims import Sentence, fact, noted
from sozialraum.text.contacts import offers_in_short
from sozialraum.text.development import ended
from sozialraum.text.findings import FINDINGS
from sozialraum.text.stops import served_often

MOST: Final = 3
"""So many points each list of the first page has at most."""
CUT: Final = (
    "Der Umriss schneidet Stadtteile an. Einwohner, Altersgruppen und Wege sind deshalb mit größerer Spanne geschätzt; "
    "was sich nicht aufteilen lässt, liegt hier nicht vor."
)
COUNTED_OTHERWISE: Final = " (abweichend gezählt, siehe Methode)"
GROWTH: Final = "veraenderung_2011_2022"
TURNOUT: Final = "wahlbeteiligung_ew2024"
CENSUS: Final = "zensus"
"""In the id of each source of the census; another source of inhabitants is a delivered register."""
NO_NEED: Final = "Diese Analyse stellt keinen Bedarf fest."
NO_DIFFERENCE: Final = "Kein Wert unterscheidet sich klar vom Stadtwert."
COMES_NEAR: Final = "nach höchstens"


CLASS_RULES: Final = (
    "Der Stadtwert ist der Wert der ganzen Stadt. Um ihn liegt ein Band, das als durchschnittlich gilt.",
    "Durchschnittlich: Die ganze Spanne eines Wertes liegt im Band.",
    "Über- oder unterdurchschnittlich: Sie liegt ganz auf einer Seite außerhalb des Bandes.",
    "Weit über oder weit unter dem Stadtwert: Sie ist außerdem mehr als anderthalb Streuungen vom Stadtwert entfernt.",
    "Nicht eindeutig: Sie reicht über die Grenze des Bandes.",
    "Keine Einstufung: Die Daten sind zu alt, die Spanne ist nicht bekannt, oder der Wert steht nur stellvertretend.",
)
"""How classes come about, for readers who do not open the annex."""


def is_classed(analysis: Analysis) -> bool:
    """Whether values of the area have classes: of a Stadtteil or Quartier; larger areas compare their Stadtteile."""
    return analysis.gebiet.ebene in ("stadtteil", QUARTIER)


def core(analysis: Analysis) -> list[str]:
    """Indicators of the core table, by chapter: with data, comparable with the city; the annex has the others."""
    entries = [entry for entry in analysis.katalog.values() if entry.verfuegbar and entry.kern]
    fit = [entry for entry in entries if entry.typ != "anzahl" and analysis.known_anywhere(entry.id)]
    return [entry.id for entry in sorted(fit, key=lambda entry: entry.kapitel)]


def first_page_titles(analysis: Analysis) -> tuple[str, str]:
    """Headings of the two lists of the first page."""
    differs = "Unterschiede zum Stadtwert" if is_classed(analysis) else "Unterschiede zwischen den Stadtteilen"
    return differs, "Was zu klären ist"


def clear_differences(analysis: Analysis) -> list[Sentence]:
    """By which indicators the area differs most clearly, one per chapter; of a larger area how far its parts do."""
    if not is_classed(analysis):
        return [_range(*ends) for ends in _one_per_topic(_far_apart(analysis))][:MOST]
    items = [item for item in analysis.known if item.klasse in FINDINGS]
    off = sorted((item for item in items if item.klasse != AVERAGE), key=lambda item: -item.apart)
    topics = {(AGES if item.indikator in AGES else item.eintrag.kapitel): item for item in reversed(off)}
    chosen = sorted(topics.values(), key=lambda item: -item.apart)[:MOST]
    return [_differs(item) for item in chosen] or [_no_difference(analysis)]


def _differs(item: Wert) -> Sentence:
    said = f"{item.eintrag.subjekt} {FINDINGS[item.klasse]}{_otherwise(item)}: {with_count(item)}, {beside(item)}."
    return Sentence(upper_first(said), (item,))


def with_count(item: Wert) -> str:
    """A value with the count behind it in brackets; one that is printed in steps says that it is rounded."""
    text = f"rund {item.text()}" if item.eintrag.schritt else item.text()
    return f"{text} ({item.people})" if item.people else text


def beside(item: Wert) -> str:
    """The city's value for the end of a sentence; a rounded one says so."""
    return f"in {item.stadt} {'rund ' if item.eintrag.schritt else ''}{item.city_text}"


def _otherwise(item: Wert) -> str:
    return COUNTED_OTHERWISE if OTHERWISE in item.eintrag.definition and item.wert is not None else ""


def _no_difference(analysis: Analysis) -> Sentence:
    known = [item for item in analysis.known if item.wert is not None]
    facts = tuple(fact(*item.ref) for item in known)
    classed = [item for item in known if item.klasse not in ("", UNCLASSED)]
    if not classed:
        return Sentence("Kein Wert lässt sich einordnen.", facts=facts)
    if sum(item.grund == TOO_OLD for item in known) > len(classed):
        return Sentence("Die meisten Werte sind für eine Einordnung zu alt.", facts=facts)
    return Sentence(NO_DIFFERENCE, facts=facts)


def sound(analysis: Analysis, indikator: str) -> list[Wert]:
    """Values of the Stadtteile of a larger area that no doubt speaks against."""
    items = [analysis.wert(indikator, key) for key in analysis.members]
    return [item for item in items if item.wert is not None and not (item.hinweis and item.hinweis == item.grund)]


def ends_of(analysis: Analysis, indikator: str) -> tuple[Wert, Wert] | None:
    """Lowest and highest Stadtteil of a larger area; None if fewer than two are known."""
    known = sound(analysis, indikator)
    return (min(known, key=float), max(known, key=float)) if len(known) > 1 else None


def _far_apart(analysis: Analysis) -> list[tuple[Wert, Wert]]:
    """Ends of the core indicators that can have a class, the widest range first, in spreads of the whole city."""
    keys = [key for key in core(analysis) if not analysis.katalog[key].keine_klasse]
    found = [ends for key in keys if (ends := ends_of(analysis, key))]
    return sorted(found, key=lambda ends: ends[0].spreads(ends[0].wert) - ends[1].spreads(ends[1].wert))


def widest(analysis: Analysis) -> list[str]:
    """Indicators by which the Stadtteile of a larger area differ most; none for a Stadtteil or Quartier."""
    return [] if is_classed(analysis) else [low.indikator for low, _ in _far_apart(analysis)][:MOST]


def _one_per_topic(ranges: Iterable[tuple[Wert, Wert]]) -> list[tuple[Wert, Wert]]:
    """The first of each chapter."""
    topics: dict[str, tuple[Wert, Wert]] = {}
    for ends in ranges:
        topics.setdefault(ends[0].eintrag.kapitel, ends)
    return list(topics.values())


def _range(low: Wert, high: Wert) -> Sentence:
    name = f"{upper_first(low.eintrag.kurztitel)}{_otherwise(low)}"
    return Sentence(f"{name}: {_from_to(low, high)}.", facts=(fact(*low.ref), fact(*high.ref)))


def _from_to(low: Wert, high: Wert) -> str:
    return f"von {low.text()} {low.ort.in_phrase} bis {high.text()} {high.ort.in_phrase}"


def open_points(analysis: Analysis) -> list[Sentence]:
    """What is to be settled: values that are too old, in doubt or unclear, and which tables to ask for."""
    points = [*_outdated(analysis), *_doubtful(analysis), *_to_ask_for(analysis), *_unclear(analysis)]
    if not any(item.wert is not None for item in analysis.known):
        points.insert(0, Sentence(f"Zu keinem Indikator liegt {analysis.gebiet.in_phrase} ein Wert vor."))
    return points[:MOST]


def _outdated(analysis: Analysis) -> Iterator[Sentence]:
    """Values that are too old for a class, and which chapters of the city's own series bring newer ones."""
    entries = [analysis.katalog[key] for key in core(analysis)]
    stands = {entry.stand for entry in entries if _aged(analysis, entry)}
    old = [entry for entry in entries if entry.stand in stands]
    if not old:
        return
    ways = {analysis.katalog[key].kapitel for key in REACH_INDICATORS if key in analysis.katalog}
    chapters = sorted({entry.kapitel for entry in old} - ways)
    dates = enumerate_words(list(dict.fromkeys(day(entry.stand) for entry in old)))
    text = f"Die Daten vom {dates} sind am {day(analysis.issued)} älter als {MAX_AGE_YEARS} Jahre und werden nicht "
    text += "eingeordnet."
    if chapters:
        names = analysis.data.indikatoren_yml["kapitel"]
        topics = enumerate_words([str(names.get(letter, letter)) for letter in chapters])
        text += f" Neuere Tabellen zu {topics} ({letters(chapters)}{_series(analysis)}) einlesen."
    yield Sentence(text, facts=(fact("zeitraum"), *(fact(*analysis[entry.id].ref) for entry in old)))


def _aged(analysis: Analysis, entry: Indikator) -> bool:
    return any(analysis.wert(entry.id, key).grund == TOO_OLD for key in analysis.stadtteile)


def letters(kapitel: Sequence[str]) -> str:
    """Chapters by their letters: "Kapitel A, B und E"."""
    return f"Kapitel {enumerate_words(list(kapitel))}"


def _series(analysis: Analysis) -> str:
    """Of which series of the city the chapters are; empty if it is not known."""
    named = str(analysis.data.stadt.get("reihe") or "")
    return f" von {named}" if named else ""


def _doubtful(analysis: Analysis) -> Iterator[Sentence]:
    """Values whose interval is not known because something speaks against them, with what that is."""
    for item in (analysis[key] for key in core(analysis)):
        if item.wert is not None and item.hinweis and item.grund == item.hinweis:
            yield Sentence(f"{item.titel}: {item.text()}. {item.hinweis}", (item,))


def _to_ask_for(analysis: Analysis) -> Iterator[Sentence]:
    chapters = sorted({entry.kapitel for entry in analysis.katalog.values() if not entry.verfuegbar})
    if chapters:
        which = f"{letters(chapters)}{_series(analysis)}"
        yield Sentence(f"Tabellen anfordern und einlesen: {which}. Sie bringen die Kennzahlen zur sozialen Lage.")


def _unclear(analysis: Analysis) -> Iterator[Sentence]:
    """Core values whose interval reaches over the limit of the average."""
    items = [analysis[key] for key in core(analysis) if analysis[key].klasse == UNCLEAR]
    if items:
        named = [item.eintrag.kurztitel for item in items[:MOST]]
        more = " und weitere" if len(items) > MOST else ""
        lead = f"Nicht eindeutig eingeordnet: {', '.join(named) if more else enumerate_words(named)}{more}."
        text = f"{lead} Die Spanne der Schätzung reicht über die Grenze des Durchschnitts."
        yield Sentence(text, tuple(items[:MOST]))


def unclassed(analysis: Analysis) -> list[Sentence]:
    """Core values without a class, with the reason; those that are too old are told among the open points."""
    reasons: dict[str, list[Wert]] = {}
    for item in (analysis[key] for key in core(analysis)):
        doubtful = item.grund == item.hinweis
        if item.klasse == UNCLASSED and item.wert is not None and item.grund != TOO_OLD and not doubtful:
            reasons.setdefault(item.grund, []).append(item)
    return [
        Sentence(
            f"Keine Einstufung für {enumerate_words([one.eintrag.kurztitel for one in items])}: {why}", tuple(items)
        )
        for why, items in reasons.items()
    ]


def social(analysis: Analysis) -> list[Sentence]:
    """The key figures of the social situation, once: values, single published values, and what is not imported."""
    keys = social_indicators(analysis)
    known = [analysis[key] for key in keys if analysis.katalog[key].verfuegbar]
    gaps = [key for key in keys if not analysis.katalog[key].verfuegbar]
    lines = [_key_figure(item) for item in known]
    lines += [Sentence(f"{upper_first(one.text)}.", facts=one.facts) for one in single_values(analysis, gaps)]
    if gaps:
        named = enumerate_words([analysis.katalog[key].kurztitel for key in gaps])
        each = "je Stadtteil " if analysis.gebiet.ebene == "stadt" else ""
        text = f"{upper_first(named)}: {each}von der Stadt veröffentlicht, hier noch nicht eingelesen."
        lines.append(Sentence(text, facts=tuple(fact("luecke", key) for key in gaps)))
    return lines


def _key_figure(item: Wert) -> Sentence:
    name = f"{item.titel}{_otherwise(item)}"
    if item.wert is None:
        return Sentence(f"{name}: kein Wert. {item.hinweis}", (item,))
    city = f", {beside(item)}" if item.ort.ebene != "stadt" else ""
    word = f"; {item.klasse}" if item.klasse not in ("", UNCLASSED) else ""
    return Sentence(f"{name}: {with_count(item)}{city}{word} (Stand {day(item.stand)}).", (item,))


def facts(analysis: Analysis) -> list[tuple[str, list[Sentence]]]:
    """The area by topic, in short: label and sentences; topics without anything are left out."""
    topics = [
        ("Menschen", [*_people(analysis), *_ages(analysis), *_registered(analysis), *_growth(analysis)]),
        ("Kinder, Schule", [*_children(analysis), *_ways(analysis, "kita", "grundschule")]),
        ("Wege", [*_ways(analysis, "haltestelle"), *served_often(analysis)]),
        ("Wahlbeteiligung", [*_turnout(analysis)]),
        ("Orte", [*_places(analysis)]),
        ("Angebote", [*_offers(analysis)]),
    ]
    return [(label, said) for label, said in topics if said]


def at_a_glance(analysis: Analysis) -> list[Sentence]:
    """Everything that the first page says, in one list, for a page without its own layout."""
    told = [sentence for _, sentences in facts(analysis) for sentence in sentences]
    return [*told, *clear_differences(analysis), *social(analysis), *open_points(analysis)]


def _people(analysis: Analysis) -> Iterator[Sentence]:
    """How many people live here, of a Stadtbezirk also what share of the city's they are."""
    item = analysis["einwohner"]
    first = _counted(analysis, item)
    if item.wert and item.stadtwert and analysis.gebiet.ebene == "stadtbezirk":
        share = f"{number(item.wert / item.stadtwert * 100, 1)}{NBSP}% der Bevölkerung von {item.stadt}"
        first = f"{first.removesuffix('.')}, {share}."
    yield Sentence(first, (item,))
    if analysis.gebiet.angeschnittene:
        yield Sentence(CUT)


def _registered(analysis: Analysis) -> Iterator[Sentence]:
    """The register's number beside that of the census, after what is said of its parts: never mixed with it."""
    registered = register_value(analysis)
    if registered is not None:
        yield Sentence(f"{registered.text}.", registered.claims, registered.facts)


def _counted(analysis: Analysis, item: Wert) -> str:
    area = analysis.gebiet
    if item.wert is None:
        return f"Wie viele Menschen {area.in_phrase} leben, ist nicht bekannt."
    census = CENSUS in item.quelle
    if area.ebene == "stadt":
        when = f"am Stichtag des Zensus ({day(item.stand)})" if census else f"zum Stand {day(item.stand)}"
        people = f"rund {rounded_estimate(item.wert)}" if item.art == "geschaetzt" else number(item.wert)
        return f"{upper_first(area.in_phrase)} lebten {when} {people} Menschen."
    estimated = census or item.art == "geschaetzt"
    people = f"rund {rounded_estimate(item.wert)}" if estimated else number(item.wert)
    name = "Zensus-Schätzung" if is_modelled(item.quelle) else "Zensus"
    when = f"{name} {item.stand[:4]}" if census else f"Stand {day(item.stand)}"
    return f"{upper_first(area.in_phrase)} leben {people} Menschen ({when})."


def _ages(analysis: Analysis) -> Iterator[Sentence]:
    """Children and old people as counts of the people; each with its date if they do not fit together."""
    items = [analysis[key] for key in (AGES[0], AGES[2]) if key in analysis.katalog]
    known = [item for item in items if item.wert is not None]
    if len(known) == 2 and _parts_of_the_people(analysis, known):
        young, old = (item.people.removesuffix(f"{NBSP}{item.eintrag.counted}") for item in known)
        yield Sentence(f"Davon sind {young} unter 15 und {old} ab 65 Jahre alt.", tuple(known))
        return
    for item in known:
        city = "" if analysis.gebiet.ebene == "stadt" else f", {beside(item)}"
        name = f"{upper_first(item.eintrag.subjekt)}{_otherwise(item)}"
        yield Sentence(f"{name}: {with_count(item)}{city} (Stand {day(item.stand)}).", (item,))


def _parts_of_the_people(analysis: Analysis, ages: Sequence[Wert]) -> bool:
    """Whether age groups are parts of the printed number of people: of one date, and both of the census or neither."""
    whole, keys = analysis["einwohner"], [key for key in AGES if key in analysis.katalog]
    alike = all((one.stand, CENSUS in one.quelle) == (whole.stand, CENSUS in whole.quelle) for one in ages)
    return (
        alike and len(fitting(analysis, keys)) == len(keys) and all(one.people and not _otherwise(one) for one in ages)
    )


def _growth(analysis: Analysis) -> Iterator[Sentence]:
    """The change since 2011; beside counted people is said that it is estimated."""
    item = analysis[GROWTH] if GROWTH in analysis.katalog else None
    if item and item.wert is not None:
        city = "" if analysis.gebiet.ebene == "stadt" else f", {beside(item)}"
        people = analysis["einwohner"].quelle
        counted = CENSUS in people and not is_modelled(people)
        how = " (beide Jahre geschätzt)" if counted and item.art == "geschaetzt" and is_modelled(item.quelle) else ""
        yield Sentence(f"{item.titel}: {item.text()}{how}{city}.", (item,))


def _children(analysis: Analysis) -> Iterator[Sentence]:
    """Kitas with those for the youngest, and Grundschulen with their pupils."""
    items = [(analysis[key], one, many) for key, one, many in COUNTED[:2] if key in analysis.katalog]
    known = [(item, plural(int(item.wert), one, many)) for item, one, many in items if item.wert is not None]
    if known:
        said = [words + _for_the_youngest(analysis, item) for item, words in reversed(known)]
        claims = [*(item for item, _ in known), *([analysis[UNDER_THREE]] if UNDER_THREE in analysis.katalog else [])]
        yield Sentence(f"{upper_first('; '.join(said))}.", tuple(claims))
    unknown = [many for item, _, many in items if item.wert is None]
    if unknown:
        text = f"Wie viele {enumerate_words(unknown)} es {analysis.gebiet.in_phrase} gibt, ist nicht bekannt."
        yield Sentence(text, tuple(item for item, _, _ in items if item.wert is None))


def _for_the_youngest(analysis: Analysis, kitas: Wert) -> str:
    """How many of the Kitas take children under three."""
    young = analysis[UNDER_THREE].wert if UNDER_THREE in analysis.katalog else None
    if kitas.indikator != "kitas" or not young or not kitas.wert or young > kitas.wert:
        return ""
    if kitas.wert == 1:
        return ", auch für unter Dreijährige"
    return f", {'alle' if young == kitas.wert else f'{number(young)} davon'} auch für unter Dreijährige"


_NOUNS: Final = {"haltestelle": "Haltestelle", "grundschule": "Grundschule", "kita": "Kita"}


def _ways(analysis: Analysis, *kinds: str) -> Iterator[Sentence]:
    """How many of a hundred reach the nearest place of a kind within its limit."""
    for key, kind in REACH_INDICATORS.items():
        item = analysis[key] if kind in kinds and key in analysis.katalog else None
        if item is None or item.wert is None:
            continue
        people = whose(item.eintrag).removeprefix("der ").replace("Kinder ", "Kindern ")
        limit = f"{COMES_NEAR} {number(REACH[kind])}{NBSP}m Fußweg"
        text = f"Nächste {_NOUNS[kind]}: für {of_a_hundred(item.wert)} {people} {limit}"
        if analysis.gebiet.ebene != "stadt" and item.stadtwert is not None:
            text += f", in {item.stadt} {of_a_hundred(item.stadtwert)}"
        yield Sentence(f"{text}.", (item,), (fact("gehzeit", limit),))


def of_a_hundred(percent: float) -> str:
    """A share as people understand it: "73 von 100"."""
    return f"{number(percent)} von 100"


def _turnout(analysis: Analysis) -> Iterator[Sentence]:
    item = analysis[TURNOUT] if TURNOUT in analysis.katalog else None
    if item is None or item.wert is None:
        return
    city = "" if analysis.gebiet.ebene == "stadt" else f", {beside(item)}"
    yield Sentence(f"{item.titel}: {with_count(item)}{city}.", (item,))
    ends = None if is_classed(analysis) else ends_of(analysis, TURNOUT)
    if ends:
        facts_ = (fact(*ends[0].ref), fact(*ends[1].ref))
        yield Sentence(f"In den Stadtteilen reicht die Wahlbeteiligung {_from_to(*ends)}.", facts=facts_)


def _places(analysis: Analysis) -> Iterator[Sentence]:
    """Parks and markets by name, and how many stops there are."""
    if analysis.gebiet.ebene != "stadt":
        here = analysis.places
        parks = park_names(analysis)
        if parks:
            yield noted("parks", f"{'Park' if len(parks) == 1 else 'Parks'}: {enumerate_words(parks)}.")
        markets = here[here["art"] == "markt"]["name"].drop_duplicates().tolist()
        if markets:
            kind = "Wochenmarkt" if len(markets) == 1 else "Wochenmärkte"
            yield noted("markt", ended(f"{kind}: {enumerate_words(markets)}"))
    stops = analysis["haltestellen"] if "haltestellen" in analysis.katalog else None
    if stops and stops.wert is not None:
        yield Sentence(f"{upper_first(plural(int(stops.wert), 'Haltestelle', 'Haltestellen'))}.", (stops,))


def _offers(analysis: Analysis) -> Iterator[Sentence]:
    """Which offers name the area, each with since when."""
    told = offers_in_short(analysis)
    if told and analysis.gebiet.ebene != "stadt":
        yield noted("angebote", f"{', '.join(told)}.")
