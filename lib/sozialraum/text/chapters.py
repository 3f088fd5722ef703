"""Paragraphs between the figures: question, gaps, published values, infrastructure, sources."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

import pandas as pd

from sozialraum.access import LIMIT_STEP, REACH, reach_at, walking_minutes, whose
from sozialraum.aussagen import mitteilungen
from sozialraum.compare import ONE_SCHOOL, Analysis
from sozialraum.gebiete import QUARTIER
from sozialraum.indicators import Indikator
from sozialraum.load import REGISTER
from sozialraum.secrecy import GESPERRT
from sozialraum.sources import Source, citation
from sozialraum.style import NBSP, counted, day, number, share, span, value
from sozialraum.text.claims import Fact, Sentence, claim, fact
from sozialraum.text.grammar import enumerate_words, plural, subject, upper_first
from sozialraum.workspace import published_together

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


def register_value(analysis: Analysis) -> Sentence | None:
    """Inhabitants of the register with their day, as published; of a Stadtteil without a value, what there is instead.

    None where nothing can be said: for a Quartier that is not made of Stadtteile with a value.
    """
    if REGISTER not in analysis.katalog or not analysis.katalog[REGISTER].verfuegbar:
        return None
    item, area = claim(analysis, REGISTER), analysis.gebiet
    if pd.notna(item.wert):
        return Sentence(f"Melderegister, {day(item.stand)}: {number(item.wert)}", (item,))
    together = published_together(analysis.data, area.id)
    if together is not None:
        ids, stichtag, people = together
        names = enumerate_words([analysis.data.register.by_id(key).label for key in ids])
        text = f"Melderegister, {day(stichtag)}: {number(people)} in {names} zusammen"
        return Sentence(text, (item,), (fact("melderegister", area.id),))
    return None if area.ebene == QUARTIER else Sentence("Melderegister: kein Registerwert veröffentlicht", (item,))


def question(analysis: Analysis) -> str:
    """The question that the report answers."""
    area, city = analysis.gebiet, analysis.data.register.city.name
    if area.ebene == "stadt":
        return f"Wie ist {city} zusammengesetzt, und wie verschieden sind seine Stadtteile?"
    if area.ebene == "stadtbezirk":
        return f"Wie steht der {area.label} im Vergleich mit {city} da, und wie verschieden sind seine Stadtteile?"
    if area.ebene == QUARTIER:
        return f"Wie steht es {area.in_phrase} im Vergleich mit {city}, und wie belastbar sind die Zahlen?"
    name = f"{area.artikel} {area.name}".strip()
    return f"Wie steht {name} im Vergleich mit {city} da, und wie belastbar sind die Zahlen?"


def subtitle(analysis: Analysis) -> Sentence:
    """Line under the title: level, number, Stadtbezirk."""
    area = analysis.gebiet
    members = fact("stadtteile", area.id)
    if area.ebene == "stadt":
        counts = [len(analysis.data.register.of_level(level)) for level in ("stadtteil", "stadtbezirk")]
        text = f"Gesamtstadt · {counts[0]} Stadtteile"
        if not counts[1]:
            return Sentence(text, facts=(members,))
        return Sentence(f"{text} · {counts[1]} Stadtbezirke", facts=(members, fact("stadtbezirke")))
    if area.ebene == "stadtbezirk":
        return Sentence(f"{area.name} · {plural(len(analysis.members), 'Stadtteil', 'Stadtteile')}", facts=(members,))
    if area.ebene == QUARTIER:
        bezirke = analysis.data.register.bezirke(area.id)
        noun = "Stadtbezirk" if len(bezirke) == 1 else "Stadtbezirke"
        level = area.planung.name if area.planung else area.ebene_label
        return Sentence(f"{level} · {noun} {enumerate_words(bezirke)}" if bezirke else level)
    bezirk = f" · Stadtbezirk {area.stadtbezirk_id}" if area.stadtbezirk_id else ""
    return Sentence(f"Stadtteil {area.nummer}{bezirk}", facts=(fact("nummer", area.id),))


def missing(analysis: Analysis, *kapitel: str) -> str:
    """What some chapters lack and who publishes it, as one paragraph; empty if nothing is missing."""
    entries = [entry for entry in analysis.katalog.values() if not entry.verfuegbar and entry.kapitel in kapitel]
    by_place: dict[str, list[str]] = {}
    for entry in entries:
        by_place.setdefault(entry.veroeffentlicht, []).append(entry.titel)
    return "\n\n".join(f"{enumerate_words(titles)}. Veröffentlicht in: {place}." for place, titles in by_place.items())


def unknowns(analysis: Analysis, *, linked: bool = True) -> list[Sentence]:
    """What the report cannot say: missing indicators, withheld values and values without a class, with reasons.

    Parameters
    ----------
    linked
        Whether the page has the evidence table that the sentences then link to.
    """
    lines = [
        Sentence(f"{entry.titel}: liegt nicht vor ({entry.veroeffentlicht}).", facts=(fact("luecke", entry.id),))
        for entry in analysis.katalog.values()
        if not entry.verfuegbar
    ]
    for key, entry in analysis.katalog.items():
        if entry.verfuegbar:
            item = claim(analysis, key)
            if pd.isna(item.wert) and not item.hinweis.startswith(ONE_SCHOOL):
                lines.append(Sentence(f"{entry.titel}: kein Wert. {item.hinweis}", (item,)))
            lines += _hidden_parts(analysis, entry)
    if any(not entry.verfuegbar for entry in analysis.katalog.values()):
        lines.append(Sentence("Sobald eine fehlende amtliche Tabelle vorliegt, tritt sie an die Stelle der Lücke."))
    return lines if linked else [_without_links(line) for line in lines]


def _without_links(sentence: Sentence) -> Sentence:
    """The same sentence for a page without an evidence table; it still rests on the same values."""
    values = (fact(*item.ref) for item in sentence.claims)
    return Sentence(sentence.text, facts=(*values, *sentence.facts))


def _hidden_parts(analysis: Analysis, entry: Indikator) -> list[Sentence]:
    """In which Stadtteile of a larger area a value is kept secret, and why."""
    others = [key for key in analysis.members if key != analysis.gebiet.id]
    items = [item for item in (claim(analysis, entry.id, key) for key in others) if item.hinweis.startswith(GESPERRT)]
    if not items:
        return []
    names = enumerate_words([analysis.data.register.by_id(item.gebiet_id).label for item in items])
    return [Sentence(f"{entry.titel}: kein Wert für {names}. {items[0].hinweis}", tuple(items))]


def published_values(analysis: Analysis, *kapitel: str) -> list[Sentence]:
    """Single values of some chapters that were published for the area, as such; never classed."""
    found = analysis.data.einzelwerte
    mine = found[found["kapitel"].isin(kapitel) & found["gebiet"].map(lambda name: _same_area(analysis, name))]
    return [
        Sentence(_published(analysis, row), facts=(fact("einzelwert", row["gebiet"], row["bezeichnung"]),))
        for row in mine.to_dict("records")
    ]


def single_values(analysis: Analysis, indikatoren: Iterable[str]) -> list[Sentence]:
    """Single published values of some indicators for the area, in short: what, how much, date, source; no sentence."""
    found = analysis.data.einzelwerte
    mine = found[
        found["indikator"].isin(list(indikatoren)) & found["gebiet"].map(lambda name: _same_area(analysis, name))
    ]
    parts = []
    for row in mine.to_dict("records"):
        source = analysis.data.quellen[row["quelle"]]
        amount = f"{_amount(float(row['wert']), row['vergleich'])}{NBSP}{row['einheit']}"
        text = f"{row['bezeichnung']} {amount} (Stand {day(row['stand'])}; {source.kurz or source.quellenvermerk})"
        parts.append(Sentence(text, facts=(fact("einzelwert", row["gebiet"], row["bezeichnung"]),)))
    return parts


def _published(analysis: Analysis, row: Mapping[Hashable, Any]) -> str:
    amount = f"{_amount(float(row['wert']), row['vergleich'])}{NBSP}{row['einheit']}"
    credit = analysis.data.quellen[row["quelle"]].quellenvermerk
    return f"Veröffentlichter Einzelwert: {row['bezeichnung']}: {amount} (Stand {day(row['stand'])}; {credit})."


def _same_area(analysis: Analysis, name: str) -> bool:
    return name in (analysis.gebiet.name, analysis.gebiet.id) and analysis.gebiet.ebene != "stadtbezirk"


def _amount(wert: float, vergleich: str) -> str:
    digits = 0 if float(wert).is_integer() else 1
    return f"{vergleich} {number(wert, digits)}".strip()


def area_note(analysis: Analysis, *kapitel: str) -> list[Sentence]:
    """What is special about the area and explains its values (of some chapters); empty if nothing is noted.

    For a Quartier: who drew it, what lies in it, and how its values come about.
    """
    if analysis.gebiet.ebene == QUARTIER and not kapitel:
        return [Sentence(analysis.gebiet.beschreibung, facts=(fact("abgrenzung", analysis.gebiet.id),))]
    note = (analysis.data.stadt.get("besonderheiten") or {}).get(analysis.gebiet.name)
    if note is None or analysis.gebiet.ebene != "stadtteil" or (kapitel and note["kapitel"] not in kapitel):
        return []
    return [Sentence(str(note["text"]), facts=(fact("besonderheit", analysis.gebiet.id),))]


def facility_sentence(analysis: Analysis) -> Sentence:
    """How many Grundschulen, Kitas and stops there are, and which parks."""
    items = [claim(analysis, key) for key, _, _ in COUNTED]
    counts, unknown = counts_of(analysis, COUNTED)
    parts = [f"{upper_first(subject(analysis.gebiet))} hat {enumerate_words(counts)}."] if counts else []
    if unknown:
        parts.append(f"Wie viele {enumerate_words(unknown)} es {analysis.gebiet.in_phrase} gibt, ist nicht bekannt.")
    text = " ".join(parts)
    parks = park_names(analysis) if analysis.gebiet.ebene != "stadt" else []
    if parks:
        text += f" {'Verzeichneter Park' if len(parks) == 1 else 'Verzeichnete Parks'}: {enumerate_words(parks)}."
    return Sentence(text, tuple(items), (fact("orte", analysis.gebiet.id, "park"),) if parks else ())


def counts_of(analysis: Analysis, kinds: Iterable[tuple[str, str, str]]) -> tuple[list[str], list[str]]:
    """Facilities in words: "2 Kitas" for every kind whose number is known, and the nouns of the others."""
    items = [(claim(analysis, key).wert, one, many) for key, one, many in kinds]
    known = [plural(int(wert), one, many) for wert, one, many in items if pd.notna(wert)]
    return known, [many for wert, _, many in items if pd.isna(wert)]


def infrastructure(analysis: Analysis) -> list[Sentence]:
    """What the area has in squares, shopping street and parks, and what the counts do not say."""
    area = analysis.gebiet
    places = analysis.data.einrichtungen
    here = places[analysis.inside(places)]
    sentences = [facility_sentence(analysis)]
    squares = here.loc[here["art"] == "platz", "name"].tolist()
    if squares and area.ebene in ("stadtteil", QUARTIER):
        lead = "Benannter Platz ist" if len(squares) == 1 else "Benannte Plätze sind"
        named = fact("orte", area.id, "platz")
        sentences.append(Sentence(f"{lead} {enumerate_words(squares)}.", facts=(named,)))
    streets = analysis.data.einkaufsstrassen
    for key, row in streets[analysis.inside(streets)].iterrows():
        text = (
            f"{row['name']}: {enumerate_words(row['strassen'].split(', '))} mit {number(row['haeuser'])} Hausnummern."
        )
        sentences.append(Sentence(text, facts=(fact("einkaufsstrasse", str(key)),)))
    kitas = here[here["art"] == "kita"]
    planned = int((kitas["status"] == "geplant").sum())
    if planned:
        text = f"Angekündigt, aber nicht mitgezählt: {plural(planned, 'Kita', 'Kitas')}."
        sentences.append(Sentence(text, facts=(fact("geplante_kitas", area.id),)))
    further = int(((here["art"] == "schule") & ~here["hauptstandort"]).sum())
    if further:
        sentences.append(
            Sentence(
                f"Schulen zählen mit ihrem Hauptstandort; dazu {'kommt' if further == 1 else 'kommen'} "
                f"{plural(further, 'weiterer Schulstandort', 'weitere Schulstandorte')}.",
                facts=(fact("weitere_schulstandorte", area.id),),
            )
        )
    return sentences


def reach_note(analysis: Analysis) -> list[Sentence]:
    """Walking distances in words: share, count and interval; other limits beside it; what a distance does not say."""
    sentences = []
    for kind, (key, noun, unsaid) in REACHED.items():
        item, entry = claim(analysis, key), analysis.katalog[key]
        if pd.isna(item.wert):
            continue
        whom = whose(entry)
        minutes = number(walking_minutes(REACH[kind]), 0)
        people = counted(item.anzahl, entry, art=item.art, noun=False)
        between = span(item.von, item.bis, entry)
        notes = "; ".join(part for part in (people, f"Spanne {between}" if between else "") if part)
        text = (
            f"Für {value(item.wert, entry)} {whom} ({notes}) liegt {noun} höchstens {number(REACH[kind])}{NBSP}m "
            f"Fußweg entfernt (etwa {minutes} Minuten)"
        )
        if analysis.gebiet.ebene != "stadt":
            text += f"; in {analysis.data.register.city.name} sind es {value(item.stadtwert, entry)}"
        sentences.append(Sentence(f"{text}.", (item,), (fact("gehzeit", kind),)))
        sentences.append(Sentence(unsaid) if analysis.gebiet.angeschnittene else _other_limits(analysis, kind, unsaid))
        if item.hinweis and item.hinweis not in {sentence.text for sentence in sentences}:
            sentences.append(Sentence(item.hinweis, (item,)))
    return sentences


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
    return Sentence(text, facts=(fact("andere_grenze", kind, analysis.gebiet.id),))


def school_levels(analysis: Analysis) -> list[Sentence]:
    """How many Grundschulen here have which level of the Schulsozialindex, in three groups, and what that is not.

    From two schools on: a single school must not be seen.
    """
    keys = [key for key in analysis.katalog if key.startswith("grundschulen_sozialindex_")]
    items = [claim(analysis, key) for key in keys]
    total = claim(analysis, "grundschulen")
    where = upper_first(analysis.gebiet.in_phrase)
    if pd.isna(total.wert):
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
    groups = [
        f"{number(item.wert)} mit Stufe {analysis.katalog[key].kurztitel.removeprefix('Schulsozialindex ')}"
        for key, item in zip(keys, items, strict=True)
    ]
    schools = plural(int(total.wert), "Grundschule", "Grundschulen")
    first = f"{where} haben {schools} ihren Hauptstandort; Schulsozialindex: "
    return [
        Sentence(
            first + f"{enumerate_words(groups)} (1 = niedrigste, 9 = höchste Stufe sozialer Herausforderungen).",
            (total, *items),
            (Fact("stufen"),),
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
    item = claim(analysis, PUPILS)
    if pd.isna(item.wert):
        return [Sentence(f"Wie viele Kinder die Grundschulen besuchen, ist nicht bekannt. {item.hinweis}", (item,))]
    text = (
        f"Zusammen haben die Grundschulen rund {number(item.wert)} Schülerinnen und Schüler "
        f"(Schuljahr {day(item.stand)}); gezählt ist, wer hier zur Schule geht, nicht, wer hier wohnt."
    )
    return [Sentence(text, (item,))]


def _startchancen(analysis: Analysis) -> list[Sentence]:
    """How many schools take part in the Startchancen programme; nothing where that would show a single school."""
    if STARTCHANCEN not in analysis.katalog:
        return []
    item, schools = claim(analysis, STARTCHANCEN), claim(analysis, "schulen")
    if pd.isna(item.wert) or pd.isna(schools.wert) or schools.wert < 2:
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
    item, kitas = claim(analysis, UNDER_THREE), claim(analysis, "kitas")
    if pd.isna(item.wert) or pd.isna(kitas.wert) or not kitas.wert:
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


def source_numbers(analysis: Analysis, quellen: Iterable[str]) -> str:
    """Numbers of sources in the report's list of sources: "[1] [4]"."""
    places = {source.id: place for place, source in enumerate(source_list(analysis), start=1)}
    return NBSP.join(f"[{places[key]}]" for key in quellen)


def park_names(analysis: Analysis) -> list[str]:
    """Parks in the area, by position or by the Stadtteil they are known to lie in, with their size where known."""
    places = analysis.data.einrichtungen
    inside = analysis.inside(places)
    return [_with_size(str(row.name), row.hinweis) for row in places[(places["art"] == "park") & inside].itertuples()]


def _with_size(name: str, note: object) -> str:
    size = str(note).split(";", maxsplit=1)[0]
    return f"{name} ({size})" if size.endswith(" ha") else name
