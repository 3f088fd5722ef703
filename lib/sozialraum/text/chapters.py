"""Paragraphs between the figures: question, gaps, published values, infrastructure, sources."""

from collections.abc import Iterable, Iterator
from typing import Final

import pandas as pd

from sozialraum.city.access import INDEX_GROUPS, LIMIT_STEP, REACH, by_age, reach_at, walking_minutes, whose
from sozialraum.city.gebiete import QUARTIER
from sozialraum.city.indicators import Indikator
from sozialraum.city.load import REGISTER
from sozialraum.city.sources import Source, citation
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.statements import mitteilungen
from sozialraum.style import NBSP, counted, day, number, share, span
from sozialraum.style.grammar import enumerate_words, plural, subject, upper_first
from sozialraum.supply.secrecy import GESPERRT
from sozialraum.supply.series import published_together
from sozialraum.text.claims import Sentence, fact, noted
from sozialraum.text.stops import served_often

COUNTED: Final = (
    ("grundschulen", "Grundschule", "Grundschulen"),
    ("kitas", "Kita", "Kitas"),
    ("haltestellen", "Haltestelle", "Haltestellen"),
)
PUPILS: Final = "grundschulkinder"
STARTCHANCEN: Final = "startchancenschulen"
UNDER_THREE: Final = "kitas_u3"
REACHED: Final = {
    "haltestelle": (
        "reichweite_haltestelle_300m", "die nächste Haltestelle", "Über Linien und Takt sagt das nichts."
    ),
    "grundschule": (
        "reichweite_grundschule_1km", "die nächste Grundschule",
        "Über Plätze und die Wahl der Schule sagt das nichts.",
    ),
    "kita": (
        "reichweite_kita_500m", "die nächste Kita",
        "Über Plätze, Träger, Aufnahmealter und den Wunsch der Eltern sagt das nichts.",
    ),
}  # fmt: skip
"""Indicator of each reach, its noun, and what a walking distance does not say."""


def reached(analysis: Analysis, kind: str) -> tuple[str, str, str]:
    """As :data:`REACHED`, for Kitas that take the children counted where the cells tell their ages."""
    key, noun, unsaid = REACHED[kind]
    if kind == "kita" and by_age(analysis.data.raster, kind):
        return key, f"{noun} für ihr Alter", unsaid.replace(", Aufnahmealter und", " und")
    return key, noun, unsaid


def register_value(analysis: Analysis) -> Sentence | None:
    """Inhabitants of the register with their day, as published; of a Stadtteil without a value, what there is instead.

    None where nothing can be said: for a Quartier that is not made of Stadtteile with a value.
    """
    if REGISTER not in analysis.katalog or not analysis.katalog[REGISTER].verfuegbar:
        return None
    item, area = analysis[REGISTER], analysis.gebiet
    if item.wert is not None:
        return Sentence(f"Melderegister, {day(item.stand)}: {number(item.wert)}", (item,))
    together = published_together(analysis.data, area.id)
    if together is not None:
        ids, stichtag, people = together
        names = enumerate_words([analysis.data.register.by_id(key).label for key in ids])
        text = f"Melderegister, {day(stichtag)}: {number(people)} in {names} zusammen"
        return Sentence(text, (item,), (fact("melderegister", text),))
    return None if area.ebene == QUARTIER else Sentence("Melderegister: kein Registerwert veröffentlicht", (item,))


def question(analysis: Analysis) -> str:
    """The question that the report answers."""
    area, city = analysis.gebiet, analysis.stadt
    reliable = "und wie belastbar sind die Zahlen?"
    if area.ebene == "stadt":
        return f"Wie verschieden sind die Stadtteile von {city}, {reliable}"
    if area.ebene == "stadtbezirk":
        return f"Wie verschieden sind die Stadtteile {area.in_phrase}, {reliable}"
    if area.ebene == QUARTIER:
        return f"Wie steht es {area.in_phrase}, {reliable}"
    name = f"{area.artikel} {area.name}".strip()
    return f"Wie steht {name} da, {reliable}"


def subtitle(analysis: Analysis) -> Sentence:
    """Line under the title: level, number, Stadtbezirk."""
    area = analysis.gebiet
    if area.ebene == "stadt":
        counts = [len(analysis.data.register.of_level(level)) for level in ("stadtteil", "stadtbezirk")]
        bezirke = f" · {counts[1]} Stadtbezirke" if counts[1] else ""
        return noted("lage", f"Gesamtstadt · {counts[0]} Stadtteile{bezirke}")
    if area.ebene == "stadtbezirk":
        return noted("lage", f"{area.name} · {plural(len(analysis.members), 'Stadtteil', 'Stadtteile')}")
    if area.ebene == QUARTIER:
        of = analysis.data.register.bezirke(area.id)
        noun = "Stadtbezirk" if len(of) == 1 else "Stadtbezirke"
        level = area.planung.name if area.planung else area.ebene_label
        return Sentence(f"{level} · {noun} {enumerate_words(of)}" if of else level)
    bezirk = f" · Stadtbezirk {area.stadtbezirk_id}" if area.stadtbezirk_id else ""
    return noted("lage", f"Stadtteil {area.nummer}{bezirk}")


def unknowns(analysis: Analysis) -> list[Sentence]:
    """What the data cannot say of the city: indicators without data and who publishes them, and withheld values."""
    lines = [
        Sentence(
            f"{entry.titel}: {'liegen' if entry.plural else 'liegt'} nicht vor ({entry.veroeffentlicht}).",
            facts=(fact("luecke", entry.id),),
        )
        for entry in analysis.katalog.values()
        if not entry.verfuegbar
    ]
    if lines:
        lines.append(Sentence("Sobald eine fehlende amtliche Tabelle vorliegt, tritt sie an die Stelle der Lücke."))
    return [*lines, *(_without_links(line) for line in withheld(analysis))]


def social_indicators(analysis: Analysis) -> list[str]:
    """Key figures of the social situation: what the city publishes and people bring as own tables."""
    return [key for key, entry in analysis.katalog.items() if entry.veroeffentlicht and not entry.vorlage]


def withheld(analysis: Analysis) -> list[Sentence]:
    """Values that there are for others but not for the area, or not for some of its Stadtteile, with the reason.

    Those of the social situation are told on the first page already.
    """
    lines, told = [], social_indicators(analysis)
    for key, entry in analysis.katalog.items():
        if entry.verfuegbar:
            item = analysis[key]
            if item.wert is None and not analysis.shows_a_school(key) and key not in told:
                lines.append(Sentence(f"{entry.titel}: kein Wert. {item.hinweis}", (item,)))
            lines += _hidden_parts(analysis, entry)
    return lines


def _without_links(sentence: Sentence) -> Sentence:
    """The same sentence for a page without an evidence table; it still rests on the same values."""
    values = (fact(*item.ref) for item in sentence.claims)
    return Sentence(sentence.text, facts=(*values, *sentence.facts))


def _hidden_parts(analysis: Analysis, entry: Indikator) -> list[Sentence]:
    """In which Stadtteile of a larger area a value is kept secret, and why."""
    others = [key for key in analysis.members if key != analysis.gebiet.id]
    items = [item for item in (analysis.wert(entry.id, key) for key in others) if item.hinweis.startswith(GESPERRT)]
    if not items:
        return []
    names = enumerate_words([analysis.data.register.by_id(item.gebiet_id).label for item in items])
    return [Sentence(f"{entry.titel}: kein Wert für {names}. {items[0].hinweis}", tuple(items))]


def published_values(analysis: Analysis, *kapitel: str) -> list[Sentence]:
    """Single values of some chapters that were published for the area, as such; never classed."""
    return [
        noted("einzelwert", f"Veröffentlichter Einzelwert: {what}: {amount} (Stand {when}; {source.quellenvermerk}).")
        for what, amount, when, source in _single(analysis, "kapitel", kapitel)
    ]


def without_tables(analysis: Analysis, *kapitel: str) -> str:
    """That no table of some chapters is imported yet; empty where there is one, or a single published value."""
    there = any(entry.verfuegbar and entry.kapitel in kapitel for entry in analysis.katalog.values())
    if there or published_values(analysis, *kapitel):
        return ""
    return "Zu diesen Themen ist hier noch keine Tabelle eingelesen; der Überblick nennt, was zu klären ist."


def single_values(analysis: Analysis, indikatoren: Iterable[str]) -> list[Sentence]:
    """Single published values of some indicators for the area, in short: what, how much, date, source; no sentence."""
    return [
        noted("einzelwert", f"{what} {amount} (Stand {when}; {source.kurz or source.quellenvermerk})")
        for what, amount, when, source in _single(analysis, "indikator", indikatoren)
    ]


def _single(analysis: Analysis, column: str, wanted: Iterable[str]) -> Iterator[tuple[str, str, str, Source]]:
    """Single published values of the area: what, how much, date, source."""
    table, area, keys = analysis.data.einzelwerte, analysis.gebiet, set(wanted)
    for row in table.to_dict("records") if area.ebene != "stadtbezirk" else ():
        if row[column] in keys and row["gebiet"] in (area.name, area.id):
            wert = float(row["wert"])
            amount = f"{row['vergleich']} {number(wert, 0 if wert.is_integer() else 1)}{NBSP}{row['einheit']}".strip()
            yield row["bezeichnung"], amount, day(row["stand"]), analysis.data.quellen[row["quelle"]]


def area_note(analysis: Analysis, *kapitel: str) -> list[Sentence]:
    """What is special about the area and explains its values (of some chapters); empty if nothing is noted.

    For a Quartier: who drew it, what lies in it, and how its values come about.
    """
    if analysis.gebiet.ebene == QUARTIER and not kapitel:
        return [noted("abgrenzung", analysis.gebiet.beschreibung)]
    note = (analysis.data.stadt.get("besonderheiten") or {}).get(analysis.gebiet.name)
    if note is None or analysis.gebiet.ebene != "stadtteil" or (kapitel and note["kapitel"] not in kapitel):
        return []
    return [noted("besonderheit", str(note["text"]))]


def facility_sentence(analysis: Analysis) -> Sentence:
    """How many Grundschulen, Kitas and stops there are, and which parks."""
    items = [analysis[key] for key, _, _ in COUNTED]
    counts, unknown = counts_of(analysis, COUNTED)
    parts = [f"{upper_first(subject(analysis.gebiet))} hat {enumerate_words(counts)}."] if counts else []
    if unknown:
        parts.append(f"Wie viele {enumerate_words(unknown)} es {analysis.gebiet.in_phrase} gibt, ist nicht bekannt.")
    text = " ".join(parts)
    parks = park_names(analysis) if analysis.gebiet.ebene != "stadt" else []
    if parks:
        text += f" {'Verzeichneter Park' if len(parks) == 1 else 'Verzeichnete Parks'}: {enumerate_words(parks)}."
    return Sentence(text, tuple(items), (fact("parks", *parks),) if parks else ())


def counts_of(analysis: Analysis, kinds: Iterable[tuple[str, str, str]]) -> tuple[list[str], list[str]]:
    """Facilities in words: "2 Kitas" for every kind whose number is known, and the nouns of the others."""
    items = [(analysis[key].wert, one, many) for key, one, many in kinds]
    known = [plural(int(wert), one, many) for wert, one, many in items if pd.notna(wert)]
    return known, [many for wert, _, many in items if pd.isna(wert)]


def infrastructure(analysis: Analysis) -> list[Sentence]:
    """What the area has in squares, shopping street and parks, and what the counts do not say."""
    area = analysis.gebiet
    here = analysis.places
    sentences = [facility_sentence(analysis)]
    squares = here.loc[here["art"] == "platz", "name"].tolist()
    if squares and area.ebene in ("stadtteil", QUARTIER):
        lead = "Benannter Platz ist" if len(squares) == 1 else "Benannte Plätze sind"
        sentences.append(noted("plaetze", f"{lead} {enumerate_words(squares)}."))
    for row in analysis.streets.to_dict("records"):
        streets_of = enumerate_words(row["strassen"].split(", "))
        text = f"{row['name']}: {streets_of} mit {number(row['haeuser'])} Hausnummern."
        sentences.append(noted("einkaufsstrasse", text))
    kitas = here[here["art"] == "kita"]
    planned = int((kitas["status"] == "geplant").sum())
    if planned:
        text = f"Angekündigt, aber nicht mitgezählt: {plural(planned, 'Kita', 'Kitas')}."
        sentences.append(noted("geplante_kitas", text))
    further = int(((here["art"] == "schule") & ~here["hauptstandort"]).sum())
    if further:
        sentences.append(
            noted(
                "weitere_schulstandorte",
                f"Schulen zählen mit ihrem Hauptstandort; dazu {'kommt' if further == 1 else 'kommen'} "
                f"{plural(further, 'weiterer Schulstandort', 'weitere Schulstandorte')}.",
            )
        )
    return sentences


def reach_note(analysis: Analysis) -> list[Sentence]:
    """Walking distances in words: share, count and interval; other limits beside it; what a distance does not say."""
    sentences = []
    for kind in REACHED:
        key, noun, unsaid = reached(analysis, kind)
        item, entry = analysis[key], analysis.katalog[key]
        if item.wert is None:
            continue
        whom = whose(entry)
        minutes = number(walking_minutes(REACH[kind]), 0)
        people = counted(item.anzahl, entry, art=item.art, noun=False)
        between = span(item.von, item.bis, entry)
        notes = "; ".join(part for part in (people, f"Spanne {between}" if between else "") if part)
        walk = f"höchstens {number(REACH[kind])}{NBSP}m Fußweg entfernt (etwa {minutes} Minuten)"
        text = f"Für {item.text()} {whom} ({notes}) liegt {noun} {walk}."
        if analysis.gebiet.ebene != "stadt":
            text += f" In {analysis.stadt} sind es {item.city_text}."
        sentences.append(Sentence(text, (item,), (fact("gehzeit", walk),)))
        sentences.append(Sentence(unsaid) if analysis.gebiet.angeschnittene else _other_limits(analysis, kind, unsaid))
        if item.hinweis and item.hinweis not in {sentence.text for sentence in sentences}:
            sentences.append(Sentence(item.hinweis, (item,)))
    return [*sentences, *served_often(analysis)]


def _other_limits(analysis: Analysis, kind: str, unsaid: str) -> Sentence:
    """The share at a smaller and a larger limit, and what the distance does not say."""
    limit, step = REACH[kind], LIMIT_STEP[kind]
    low, high = (
        share(reach_at(analysis.data, analysis.gebiet.id, kind, metres)) for metres in (limit - step, limit + step)
    )
    text = (
        f"Die Grenze ist eine Festlegung: Bei {number(limit - step)}{NBSP}m sind es {low}, bei "
        f"{number(limit + step)}{NBSP}m {high}. {unsaid}"
    )
    return noted("andere_grenze", text)


def school_levels(analysis: Analysis) -> list[Sentence]:
    """How many Grundschulen here have which level of the Schulsozialindex, in three groups, and what that is not.

    From two schools on: a single school must not be seen.
    """
    levels = {
        analysis[key]: f"mit Stufe {low}–{high}" for key, (low, high) in INDEX_GROUPS.items() if key in analysis.katalog
    }
    total = analysis["grundschulen"]
    where = upper_first(analysis.gebiet.in_phrase)
    if total.wert is None:
        unknown = f"Wie viele Grundschulen {analysis.gebiet.in_phrase} ihren Hauptstandort haben, ist nicht bekannt."
        return [Sentence(unknown, (total,))]
    if not total.wert:
        return [Sentence(f"{where} gibt es keine Grundschule mit Hauptstandort.", (total,))]
    if total.wert == 1:
        text = (
            f"{where} hat 1{NBSP}Grundschule ihren Hauptstandort. Stufe im Schulsozialindex und Schülerzahl "
            "einer einzelnen Schule werden nicht genannt."
        )
        return [Sentence(text, (total,)), *_startchancen(analysis)]
    groups = [f"{number(item.wert)} {level}" for item, level in levels.items()]
    schools = plural(int(total.wert), "Grundschule", "Grundschulen")
    first = f"{where} haben {schools} ihren Hauptstandort. Schulsozialindex: "
    return [
        Sentence(
            first + f"{enumerate_words(groups)} (1 = niedrigste, 9 = höchste Stufe sozialer Herausforderungen).",
            (total, *levels),
            (fact("stufen", *levels.values(), "(1 = niedrigste, 9 = höchste Stufe"),),
        ),
        Sentence(
            f"Die Stufe beschreibt die Schülerschaft, nicht die Menschen {analysis.gebiet.in_phrase}, "
            "und ist kein Urteil über die Arbeit einer Schule."
        ),
        *_pupils(analysis),
        *_startchancen(analysis),
    ]


def _pupils(analysis: Analysis) -> list[Sentence]:
    """How many children the Grundschulen of the area teach together."""
    if PUPILS not in analysis.katalog:
        return []
    item = analysis[PUPILS]
    if item.wert is None:
        return [Sentence(f"Wie viele Kinder die Grundschulen besuchen, ist nicht bekannt. {item.hinweis}", (item,))]
    when = f"{'Schuljahr' if '/' in item.stand else 'Stand'} {day(item.stand)}"
    text = (
        f"Zusammen haben die Grundschulen rund {number(item.wert)} Schülerinnen und Schüler "
        f"({when}); gezählt ist, wer hier zur Schule geht, nicht, wer hier wohnt."
    )
    return [Sentence(text, (item,))]


def _startchancen(analysis: Analysis) -> list[Sentence]:
    """How many schools take part in the Startchancen programme; nothing where that would show a single school."""
    if STARTCHANCEN not in analysis.katalog:
        return []
    item, schools = analysis[STARTCHANCEN], analysis["schulen"]
    if item.wert is None or pd.isna(schools.wert) or schools.wert < 2:
        return []
    of = f"der {number(schools.wert)} Schulen aller Formen"
    if not item.wert:
        return [Sentence(f"Am Startchancen-Programm nimmt keine {of} teil.", (item, schools))]
    verb = "nimmt" if item.wert == 1 else "nehmen"
    return [Sentence(f"Am Startchancen-Programm {verb} {number(item.wert)} {of} teil.", (item, schools))]


def young_children(analysis: Analysis) -> list[Sentence]:
    """How many of the Kitas take children under three, by their age concept; empty if there is no Kita."""
    if UNDER_THREE not in analysis.katalog:
        return []
    item, kitas = analysis[UNDER_THREE], analysis["kitas"]
    if item.wert is None or pd.isna(kitas.wert) or not kitas.wert:
        return []
    if kitas.wert == 1:
        which = "die einzige Kita Kinder" if item.wert else "die einzige Kita keine Kinder"
    else:
        some = "alle" if item.wert == kitas.wert else f"{number(item.wert)} der"
        which = f"{some} {number(kitas.wert)} Kitas Kinder" if item.wert else "keine der Kitas Kinder"
    verb = "nimmt" if item.wert <= 1 else "nehmen"
    text = f"Nach der Altersangabe {verb} {which} unter drei Jahren auf; über Plätze sagt das nichts."
    return [Sentence(f"{text} {item.hinweis}".strip(), (item, kitas))]


def source_list(analysis: Analysis, *indikatoren: str) -> list[Source]:
    """Sources of some indicators, or of everything that the report shows, in catalogue order."""
    entries = [analysis.katalog[key] for key in indikatoren or analysis.katalog]
    used = dict.fromkeys(key for entry in entries if entry.verfuegbar for key in entry.quellen)
    if not indikatoren:
        data = analysis.data
        tables = (data.einrichtungen, data.angebote, data.kennzahlen, data.einzelwerte)
        used |= dict.fromkeys(key for table in tables for key in table["quelle"].unique())
        used |= {one.quelle: None for one in mitteilungen(analysis.data) if analysis.gebiet.id in one.orte}
    return [analysis.data.quellen[key] for key in used]


def citations(analysis: Analysis, *indikatoren: str) -> list[Sentence]:
    """Numbered full citations with licence; unknown dates as "nicht dokumentiert"."""
    return [
        Sentence(f"[{place}] {citation(source)}", facts=(fact("quelle", source.id),))
        for place, source in enumerate(source_list(analysis, *indikatoren), start=1)
    ]


def short_citations(analysis: Analysis) -> list[Sentence]:
    """The same in short: who published it, title, date and licence; what was changed says the annex of method."""
    return [
        Sentence(f"[{place}] {_in_short(source)}", facts=(fact("quelle", source.id), fact("kurz", _in_short(source))))
        for place, source in enumerate(source_list(analysis), start=1)
    ]


def _in_short(source: Source) -> str:
    title = "" if source.titel in source.quellenvermerk else f": {source.titel}"
    stand = f", Stand {day(source.stand)}" if source.stand else ""
    return f"{source.kurz or source.quellenvermerk}{title}{stand}, {source.lizenz.name}"


def source_numbers(analysis: Analysis, quellen: Iterable[str]) -> str:
    """Numbers of sources in the report's list of sources: "[1] [4]"."""
    places = {source.id: place for place, source in enumerate(source_list(analysis), start=1)}
    return NBSP.join(f"[{places[key]}]" for key in quellen)


def park_names(analysis: Analysis) -> list[str]:
    """Parks in the area, by position or by the Stadtteil they are known to lie in, with their size where known."""
    parks = analysis.places[analysis.places["art"] == "park"]
    return [_with_size(str(name), note) for name, note in zip(parks["name"], parks["hinweis"], strict=True)]


def _with_size(name: str, note: object) -> str:
    size = str(note).split(";", maxsplit=1)[0]
    return f"{name} ({size})" if size.endswith(" ha") else name
