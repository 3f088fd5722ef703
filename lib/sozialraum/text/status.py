"""What 00_datenstand prints: sources, catalogue, quality, benchmarks; and notes that every report needs."""

from collections import Counter
from functools import lru_cache
from typing import Final

import pandas as pd

from sozialraum.city.access import by_age
from sozialraum.city.indicators import Agreement, agreement, catalogue, is_modelled, register_figures, told
from sozialraum.city.load import Data, licence_of
from sozialraum.city.sources import UNDOCUMENTED
from sozialraum.compare.analysis import KLASSEN, Analysis
from sozialraum.compare.wert import UNCLASSED
from sozialraum.style import art_label, day, number, share
from sozialraum.style.grammar import plural
from sozialraum.text.claims import Sentence, fact, noted, with_form

CHANGED: Final = "Die Daten wurden verändert, wie bei den Quellen angegeben."


def data_subtitle(data: Data) -> Sentence:
    """Numbers of sources and indicators."""
    entries = told(catalogue(data.indikatoren_yml)).values()
    known = sum(entry.verfuegbar for entry in entries)
    sources = plural(len(data.quellen), "Quelle", "Quellen")
    text = f"{sources} · {known} Indikatoren mit Daten · {len(entries) - known} ohne Daten"
    return noted("bestand", text)


def source_table(data: Data) -> pd.DataFrame:
    """All sources: title, publisher, as-of date, retrieval, licence, pitfalls; index title."""
    rows = [
        {
            "Quelle": source.titel,
            "Herausgeber": source.herausgeber or UNDOCUMENTED,
            "Stand": day(source.stand) if source.stand else UNDOCUMENTED,
            "Abruf": day(source.abruf) if source.abruf else UNDOCUMENTED,
            "Lizenz": source.lizenz.name,
            "Zu beachten": " ".join(source.fallstricke),
        }
        for source in data.quellen.values()
    ]
    return pd.DataFrame(rows).set_index("Quelle")


def catalogue_table(analysis: Analysis) -> pd.DataFrame:
    """The catalogue: indicator, chapter, unit, date, kind, state; index indicator."""
    chapters = analysis.data.indikatoren_yml["kapitel"]
    rows = [
        {
            "Indikator": entry.titel,
            "Kennung": entry.id,
            "Kapitel": chapters.get(entry.kapitel, entry.kapitel),
            "Einheit": entry.einheit,
            "Stand": day(entry.stand) if entry.verfuegbar else "",
            "Art": art_label(entry.art),
            "Datenlage": "liegt vor" if entry.verfuegbar else f"liegt nicht vor; {entry.veroeffentlicht}",
        }
        for entry in analysis.katalog.values()
    ]
    return pd.DataFrame(rows).set_index("Indikator")


def quality_table(data: Data) -> pd.DataFrame:
    """Findings of the build; index topic."""
    rows = [
        {
            "Thema": row.thema,
            "Ort": data.register.by_id(row.gebiet_id).label if isinstance(row.gebiet_id, str) else "",
            "Gegenstand": row.gegenstand,
            "Befund": row.befund,
            "Behandlung": row.behandlung,
        }
        for row in data.qualitaet.itertuples()
    ]
    return pd.DataFrame(rows, columns=["Thema", "Ort", "Gegenstand", "Befund", "Behandlung"]).set_index("Thema")


def benchmark_table(data: Data) -> pd.DataFrame:
    """Published figures that the tables must reproduce; index name."""
    marks = data.stadt.get("eckwerte") or {}
    rows = [
        {
            "Eckwert": mark["was"],
            "Wert": number(mark["wert"]),
            "Stand": day(mark["stand"]),
            "Quelle": data.quellen[mark["quelle"]].quellenvermerk,
        }
        for mark in marks.values()
    ]
    frame = pd.DataFrame(rows, columns=["Eckwert", "Wert", "Stand", "Quelle"]).set_index("Eckwert")
    return with_form(frame, "Wert")


def estimate_quality(analysis: Analysis) -> list[Sentence]:
    """How good the population estimate is, measured against published register figures; empty without any."""
    found, people = _against_register(analysis.data), analysis["einwohner"].quelle
    if "zensus" in people and not is_modelled(people):
        return _counted_cells(analysis, found)
    if found is None:
        return []
    ids, off = found.worst
    named = " und ".join(analysis.data.register.by_id(key).label for key in ids)
    return [
        noted(
            "schaetzguete",
            f"Güte der Zensus-Schätzung: Gegenüber {plural(len(found.deviations), 'Wert', 'Werten')} des "
            f"Melderegisters weicht die Verteilung im Median um {share(found.median)} ab, im Mittel um "
            f"{share(found.mean)}; neun von zehn Abweichungen sind höchstens {share(found.nine_of_ten)} groß. Am "
            f"größten ist sie für {named}: {share(abs(off))} {'zu hoch' if off > 0 else 'zu niedrig'}.",
        ),
        noted(
            "schaetzguete",
            f"Im Niveau liegt die Schätzung, die dem Zensus folgt, {share(abs(found.level))} "
            f"{'unter' if found.level < 0 else 'über'} diesen Registerwerten. Verglichen ist deshalb nur "
            "die Verteilung.",
        ),
        *_deviation_here(analysis, found),
    ]


def _counted_cells(analysis: Analysis, found: Agreement | None) -> list[Sentence]:
    """What holds where cells of the census were counted, and how far they are from the register."""
    by_age_ = by_age(analysis.data.raster, "kita")
    ages = " Bei Kitas zählen dann Kinder von 0 bis 5 Jahren, bei Grundschulen von 6 bis 9 Jahren." if by_age_ else ""
    told = (
        f"In {analysis.stadt} treten die ausgezählten 100-m-Zellen des Zensus an die Stelle der Schätzung: Ein "
        f"Stadtteil ist "
        f"die Summe der Zellen, deren Mittelpunkt in ihm liegt.{ages}"
    )
    if found is None:
        return [noted("schaetzguete", told)]
    values = plural(len(found.deviations), "Wert", "Werten")
    side = "unter" if found.level < 0 else "über"
    return [
        noted("schaetzguete", told),
        noted(
            "schaetzguete",
            f"Gegenüber {values} des Melderegisters weicht ihre Verteilung im Median um {share(found.median)} ab, im "
            f"Mittel um {share(found.mean)}. Im Niveau liegen sie {share(abs(found.level))} {side} diesen "
            f"Registerwerten. "
            "Verglichen ist deshalb nur die Verteilung.",
        ),
    ]


@lru_cache(maxsize=4)
def _against_register(data: Data) -> Agreement | None:
    """The same for every area."""
    rows = data.indikatoren[data.indikatoren["indikator"] == "einwohner"].set_index("gebiet_id")
    figures = register_figures(data.einwohner_register, [area.id for area in data.register.of_level("stadtteil")])
    return agreement(rows["zaehler"], figures)


def _deviation_here(analysis: Analysis, found: Agreement) -> list[Sentence]:
    """What the comparison says of the Stadtteil of the report."""
    area = analysis.gebiet
    if area.ebene != "stadtteil":
        return []
    off = found.deviations.get(area.id)
    if off is None:
        text = (
            f"Für {area.label} ist kein eigener Registerwert veröffentlicht; als Spanne der Einwohnerzahl gelten "
            f"deshalb {share(found.nine_of_ten)} nach oben und unten."
        )
    else:
        side = "zu hoch" if off > 0 else "zu niedrig"
        text = (
            f"Für {area.label} liegt die Verteilung gemessen am Melderegister {share(abs(float(off)))} {side}; so weit "
            "reicht die Spanne der Einwohnerzahl nach oben und unten."
        )
    return [noted("schaetzguete", text)]


def licence_notice(analysis: Analysis) -> list[Sentence]:
    """Under which licence the prepared tables stand, and that data were changed."""
    return [noted("lizenz", f"{licence_of(analysis.data)} {CHANGED}")]


def class_counts(analysis: Analysis) -> pd.DataFrame:
    """Number of Stadtteile in each class, for the indicators that can have one; index indicator."""
    rows = {}
    for key, entry in analysis.katalog.items():
        classes = Counter(analysis.wert(key, area).klasse for area in analysis.stadtteile)
        if entry.verfuegbar and classes[UNCLASSED] < len(analysis.stadtteile):
            rows[entry.titel] = {word: number(classes[word]) for word in KLASSEN}
    return with_form(pd.DataFrame.from_dict(rows, orient="index").rename_axis("Indikator"), *KLASSEN)


def special_cases(analysis: Analysis) -> list[Sentence]:
    """Explanations of Stadtteile whose values need care."""
    notes = analysis.data.stadt.get("besonderheiten") or {}
    names = {area.name for area in analysis.data.register}
    return [noted("besonderheit", f"{name}: {note['text']}") for name, note in notes.items() if name in names]


def indicator_method(analysis: Analysis, indikator: str) -> list[Sentence]:
    """Definition, method and limits of one indicator."""
    entry, defined = analysis.katalog[indikator], fact("definition", indikator)
    return [Sentence(text, facts=(defined,)) for text in (entry.definition, entry.methode, entry.grenzen) if text]
