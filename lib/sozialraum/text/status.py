"""What 00_datenstand prints: sources, catalogue, quality, benchmarks; and notes that every report needs."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sozialraum.compare import KLASSEN, UNCLASSED, Analysis
from sozialraum.load import Data
from sozialraum.sources import UNDOCUMENTED
from sozialraum.style import art_label, day, number, share
from sozialraum.text.claims import Sentence, fact
from sozialraum.text.grammar import plural


def data_subtitle(data: Data) -> Sentence:
    """Numbers of sources and indicators."""
    entries = data.indikatoren_yml["indikatoren"].values()
    known = sum(bool(entry["verfuegbar"]) for entry in entries)
    sources = plural(len(data.quellen), "Quelle", "Quellen")
    text = f"{sources} · {known} Indikatoren mit Daten · {len(entries) - known} ohne Daten"
    return Sentence(text, facts=(fact("bestand"),))


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
            "Kapitel": chapters[entry.kapitel],
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
    return pd.DataFrame(rows, columns=["Eckwert", "Wert", "Stand", "Quelle"]).set_index("Eckwert")


def estimate_quality(analysis: Analysis) -> list[Sentence]:
    """How good the population estimate is: distribution and level against the register."""
    quality = analysis.data.stadt.get("schaetzguete")
    if not quality:
        return []
    mean, worst = share(quality["mittlere_abweichung_prozent"]), share(quality["groesste_abweichung_prozent"], 0)
    return [
        Sentence(
            f"Güte der Zensus-Schätzung: Gegenüber veröffentlichten Registerwerten von {quality['stadtteile']} "
            f"Stadtteilen weicht die Verteilung im Mittel um {mean} ab, bei einzelnen Stadtteilen um bis zu {worst}.",
            facts=(fact("schaetzguete"),),
        ),
        Sentence(_level(analysis.data.stadt.get("eckwerte") or {}, quality), facts=(fact("schaetzguete"),)),
    ]


def _level(marks: Mapping[str, Any], quality: Mapping[str, Any]) -> str:
    """How the census stands to the register; without a register figure only by how much it differs."""
    apart = share(abs(quality["niveau_prozent"]))
    side = "darunter" if quality["niveau_prozent"] < 0 else "darüber"
    census, register = marks.get("einwohner_2022"), quality.get("einwohner_register_rund")
    if not census or not register:
        than = "unter" if side == "darunter" else "über"
        return f"Der Zensus liegt in der Stadt etwa {apart} {than} dem Melderegister, und die Schätzung folgt ihm."
    return (
        f"Der Zensus zählt in der Stadt {number(census['wert'])} Menschen, das Melderegister rund {number(register)}; "
        f"der Zensus liegt also etwa {apart} {side}, und die Schätzung folgt ihm."
    )


def licence_notice() -> list[Sentence]:
    """Under which licence the prepared tables stand, and that data were changed."""
    return [
        Sentence(
            "Die aufbereiteten Tabellen stehen unter der Datenlizenz Deutschland – Namensnennung – Version 2.0; Namen "
            "und Lagen von Haltestellen stammen zum Teil aus OpenStreetMap und stehen unter der Open Database License "
            "1.0. Die Daten wurden verändert, wie bei den Quellen angegeben.",
            facts=(fact("lizenz"),),
        )
    ]


def class_counts(analysis: Analysis) -> pd.DataFrame:
    """Number of Stadtteile in each class, for the indicators that can have one; index indicator."""
    rows = {}
    for key in analysis.table.index.unique("indikator"):
        entry = analysis.katalog[key]
        classes = analysis.table.loc[key]["klasse"].loc[analysis.stadtteile].value_counts()
        if classes.get(UNCLASSED, 0) < len(analysis.stadtteile):
            rows[entry.titel] = {word: number(int(classes.get(word, 0))) for word in KLASSEN}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Indikator")


def special_cases(analysis: Analysis) -> list[Sentence]:
    """Explanations of Stadtteile whose values need care."""
    notes = analysis.data.stadt.get("besonderheiten") or {}
    names = {area.name: area.id for area in analysis.data.register}
    return [
        Sentence(f"{name}: {note['text']}", facts=(fact("besonderheit", names[name]),))
        for name, note in notes.items()
        if name in names
    ]


def indicator_method(analysis: Analysis, indikator: str) -> list[Sentence]:
    """Definition, method and limits of one indicator."""
    entry, defined = analysis.katalog[indikator], fact("definition", indikator)
    return [Sentence(text, facts=(defined,)) for text in (entry.definition, entry.methode, entry.grenzen) if text]
