"""All the words of one figure at once: title, subtitle, alternative text, data table, source line.

The result is passed on as keywords: ``figures.show(charts.strip(a, key), **text.strip_words(a, key))``.
"""

from collections.abc import Sequence
from typing import Final, TypedDict

import pandas as pd

from sozialraum import maps
from sozialraum.charts import AGES, fitting, profile_indicators
from sozialraum.compare import UNCLASSED, Analysis
from sozialraum.gebiete import QUARTIER
from sozialraum.style import day
from sozialraum.text import findings, places, tables
from sozialraum.text.claims import Reference, Sentence, about, claim, fact
from sozialraum.text.grammar import enumerate_words, plural

COMPARED: Final = (
    "einwohner", "dichte_je_km2", "anteil_unter_15", "anteil_65plus", "geboren_eu", "geboren_nicht_eu",
    "zugezogen_1jahr", "wahlbeteiligung_ew2024", "reichweite_haltestelle_300m", "reichweite_grundschule_1km",
    "reichweite_kita_500m",
)  # fmt: skip


class Words(TypedDict):
    """Keywords of ``figures.show``."""

    title: str
    subtitle: str
    alt: str
    table: pd.DataFrame
    source: str
    belege: tuple[Reference, ...]


def strip_words(analysis: Analysis, indikator: str) -> Words:
    """Words of a strip."""
    if not _known(analysis, indikator):
        return _gap(analysis, "", indikator)
    return Words(
        title=findings.strip_title(analysis, indikator),
        subtitle=findings.strip_subtitle(analysis, indikator),
        alt=findings.strip_alt(analysis, indikator),
        table=tables.around(analysis, indikator),
        source=findings.sources_of(analysis, indikator).text,
        belege=_one(analysis, indikator),
    )


def profile_words(analysis: Analysis) -> Words:
    """Words of the profile."""
    keys = profile_indicators(analysis)
    if not keys:
        return _nothing("Profil", "Kein Indikator lässt sich mit der Stadt vergleichen.", source="", belege=())
    return Words(
        title=findings.profile_title(analysis),
        subtitle=_profile_subtitle(analysis, keys),
        alt=findings.profile_alt(analysis, keys),
        table=tables.profile_table(analysis, keys),
        source=findings.sources_of(analysis, *keys).text,
        belege=(
            ("auswahl", *keys),
            *(about(key, analysis.gebiet.id) for key in keys),
        ),
    )


def _profile_subtitle(analysis: Analysis, keys: Sequence[str]) -> str:
    """What is shown; hollow signs only where the profile has one."""
    shown = [claim(analysis, key) for key in keys if analysis.gebiet.ebene != "stadtbezirk"]
    hollow = any(item.klasse == UNCLASSED and pd.notna(item.wert) for item in shown)
    text = (
        "Abstand vom Stadtwert in Streuungen der Stadtteile. Graue Punkte sind die Stadtteile, im hellen Band liegt, "
        "was als durchschnittlich gilt."
    )
    return f"{text} Hohle Zeichen: ohne Einstufung." if hollow else text


def age_words(analysis: Analysis) -> Words:
    """Words of the age bars."""
    if not _known(analysis, *AGES):
        return _gap(analysis, "Altersgruppen: ", *AGES)
    return Words(
        title=findings.age_title(analysis),
        subtitle=findings.age_subtitle(analysis),
        alt=findings.age_alt(analysis),
        table=tables.profile_table(analysis, fitting(analysis, AGES)),
        source=findings.sources_of(analysis, *AGES).text,
        belege=tuple(about(key, analysis.gebiet.id) for key in AGES),
    )


def comparison_words(analysis: Analysis, indikator: str) -> Words:
    """Words of a comparison with Stadtbezirk and neighbours."""
    if not _known(analysis, indikator):
        return _gap(analysis, "Vergleich: ", indikator)
    keys = [key for key in tables.context(analysis) if key != analysis.data.register.city.id]
    return Words(
        title=findings.comparison_title(analysis, indikator),
        subtitle=analysis.katalog[indikator].definition,
        alt=findings.comparison_alt(analysis, indikator, keys),
        table=tables.around(analysis, indikator),
        source=findings.sources_of(analysis, indikator).text,
        belege=tuple(about(indikator, key) for key in keys),
    )


def infrastructure_words(analysis: Analysis) -> Words:
    """Words of the infrastructure map."""
    known, table = analysis.data.einrichtungen, places.supply(analysis)
    if table.empty:
        reason = f"Für {analysis.data.register.city.name} ist keine Einrichtung verzeichnet."
        return _nothing("Karte der Einrichtungen", reason, source="", belege=())
    used = known.loc[analysis.inside(known), "quelle"]
    return Words(
        title=findings.infrastructure_title(analysis),
        subtitle=("Zeichen wie in der Legende, blasse liegen außerhalb. Gestrichelt: im Bau, zählt nicht mit."),
        alt=findings.infrastructure_alt(analysis),
        table=table,
        source=findings.credits_of(analysis, dict.fromkeys([*used, "stadtteile_amtlich"])).text,
        belege=(
            *(about(key, analysis.gebiet.id) for key in ("schulen", "kitas", "haltestellen")),
            *(("orte", analysis.gebiet.id, art) for art in ("park", "platz")),
            *(("einrichtungen", analysis.gebiet.id, places.ART_NAMES[art]) for art in places.MORE),
            *(("quelle", key) for key in dict.fromkeys([*used, "stadtteile_amtlich"])),
        ),
    )


def choropleth_words(analysis: Analysis, indikator: str) -> Words:
    """Words of a choropleth of all Stadtteile."""
    if not _known(analysis, indikator):
        return _gap(analysis, "Karte: ", indikator)
    return Words(
        title=findings.choropleth_title(analysis, indikator),
        subtitle=f"{analysis.katalog[indikator].definition} {_way(analysis, indikator)}",
        alt=findings.choropleth_alt(analysis, indikator),
        table=tables.all_stadtteile(analysis, indikator),
        source=findings.sources_of(analysis, indikator).text,
        belege=_one(analysis, indikator),
    )


def _way(analysis: Analysis, indikator: str) -> str:
    """How a map shows the indicator: in how many classes or as circles, and the hatching if something is missing."""
    entry, values = analysis.katalog[indikator], analysis.values(indikator)
    if maps.is_count(entry):
        way = "Die Fläche eines Kreises entspricht der Zahl"
    else:
        count = maps.breaks(values, indikator=entry).count
        way = (
            "Alle Stadtteile in einer Klasse" if count == 1 else f"{_NUMBERS[count]} Klassen nach natürlichen Sprüngen"
        )
    return f"{way}{'; schraffiert: keine Angabe' if values.isna().any() else ''}."


_NUMBERS: Final = {0: "Keine", 2: "Zwei", 3: "Drei", 4: "Vier", 5: "Fünf"}


def distribution_words(analysis: Analysis, indikator: str) -> Words:
    """Words of the distribution of the Stadtteile over ranges of values that are equally wide."""
    if not _known(analysis, indikator):
        return _gap(analysis, "Verteilung: ", indikator)
    signs = "" if maps.is_count(analysis.katalog[indikator]) else "; Farben wie in der Karte, Linie: Stadtwert"
    return Words(
        title=f"{analysis.katalog[indikator].kurztitel}: Verteilung der Stadtteile",
        subtitle=f"Wie viele Stadtteile in jedem der gleich breiten Wertebereiche liegen{signs}.",
        alt=f"Säulen über gleich breiten Wertebereichen: {findings.range_words(analysis, indikator)}.",
        table=tables.all_stadtteile(analysis, indikator)[["Wert"]],
        source=findings.sources_of(analysis, indikator).text,
        belege=_one(analysis, indikator),
    )


def multiples_words(analysis: Analysis, indikatoren: Sequence[str]) -> Words:
    """Words of the small multiples."""
    if not _known(analysis, *indikatoren):
        return _gap(analysis, "Karten: ", *indikatoren)
    names = [analysis.katalog[key].kurztitel for key in indikatoren]
    return Words(
        title=f"{plural(len(names), 'Karte', 'Karten')} der Stadtteile",
        subtitle=_ways(analysis, indikatoren),
        alt=f"Kleine Karten der Stadtteile: {'; '.join(findings.range_words(analysis, key) for key in indikatoren)}.",
        table=tables.extremes(analysis, indikatoren),
        source=findings.sources_of(analysis, *indikatoren).text,
        belege=(("auswahl", *indikatoren), *(ref for key in indikatoren for ref in _one(analysis, key))),
    )


def _ways(analysis: Analysis, indikatoren: Sequence[str]) -> str:
    """How the small maps show their indicators."""
    counted = [maps.is_count(analysis.katalog[key]) for key in indikatoren]
    missing = any(bool(analysis.values(key).isna().any()) for key in indikatoren)
    parts = [
        "Anteile und Raten: eigene Klassen je Karte, dunkler heißt höher." if not all(counted) else "",
        "Anzahlen: Die Fläche eines Kreises entspricht der Zahl." if any(counted) else "",
        "Schraffiert: keine Angabe." if missing else "",
    ]
    return " ".join(part for part in parts if part)


def report_title(analysis: Analysis) -> str:
    """Title of the report: "Stadtteilanalyse Borbeck-Mitte"."""
    kind = {"stadtteil": "Stadtteilanalyse", "stadtbezirk": "Bezirksanalyse", "stadt": "Stadtanalyse",
            QUARTIER: "Quartiersanalyse"}  # fmt: skip
    area = analysis.gebiet
    return f"Analyse {area.label}" if area.planung else f"{kind[area.ebene]} {area.label}"


def _one(analysis: Analysis, indikator: str) -> tuple[Reference, ...]:
    """What the words of one indicator's figure rest on: the area's value and the extremes of the Stadtteile."""
    return (about(indikator, analysis.gebiet.id), ("spanne", indikator))


def _known(analysis: Analysis, *indikatoren: str) -> bool:
    """Whether any area has a value of one of the indicators."""
    return any(bool(analysis.rows_of(key)["wert"].notna().any()) for key in indikatoren)


def _gap(analysis: Analysis, lead: str, *indikatoren: str) -> Words:
    """Words in place of a figure whose indicators have no value anywhere: what is missing, and why."""
    city = analysis.data.register.city.id
    reasons = dict.fromkeys(claim(analysis, key, city).hinweis for key in indikatoren)
    return _nothing(
        f"{lead}{enumerate_words([analysis.katalog[key].titel for key in indikatoren])}",
        " ".join(reason for reason in reasons if reason),
        source=findings.sources_of(analysis, *indikatoren).text,
        belege=tuple(about(key, city) for key in indikatoren),
    )


def _nothing(title: str, reason: str, *, source: str, belege: tuple[Reference, ...]) -> Words:
    """Words of a figure without rows; ``figures.show`` puts one line in its place."""
    alt = f"Keine Abbildung, weil es nichts zu zeigen gibt: {title}."
    return Words(title=title, subtitle=reason, alt=alt, table=pd.DataFrame(), source=source, belege=belege)


def compared(analysis: Analysis) -> list[str]:
    """What tables of several areas show unless told otherwise: of :data:`COMPARED` what has data."""
    return [key for key in COMPARED if key in analysis.katalog and analysis.katalog[key].verfuegbar]


def period(analysis: Analysis) -> Sentence:
    """How old the data are: first and last year, and that every figure carries its own date."""
    years = sorted({entry.stand[:4] for entry in analysis.katalog.values() if entry.verfuegbar})
    span = "–".join(dict.fromkeys((years[0], years[-1])))
    text = f"Daten {span}, Stand je Angabe. Alter der Daten gemessen am {day(analysis.issued)}."
    return Sentence(text, facts=(fact("zeitraum"),))


def supply_caption(analysis: Analysis) -> str:
    """Caption of the supply table."""
    return f"Einrichtungen {analysis.gebiet.in_phrase} und in {analysis.data.register.city.name} insgesamt"


def neighbours_caption(analysis: Analysis) -> str:
    """Caption of the table of neighbours or members."""
    divided = bool(analysis.data.register.of_level("stadtbezirk"))
    bezirk, parts = (" und Stadtbezirk", "Stadtbezirke") if divided else ("", "Stadtteile")
    whom = {"stadtteil": f"{bezirk}, Nachbarn und Stadt", "stadtbezirk": " und seine Stadtteile und die Stadt",
            "stadt": f" und die {parts}",
            QUARTIER: f"{bezirk}, Stadt und Stadtteile"}[analysis.gebiet.ebene]  # fmt: skip
    if analysis.gebiet.planung:
        return f"Alle {analysis.gebiet.planung.name} und {analysis.data.register.city.name}"
    return f"{analysis.gebiet.label}{whom}"


def evidence_caption(analysis: Analysis) -> str:
    """Caption of the evidence table."""
    return f"Alle Werte, auf denen die Aussagen zu {analysis.gebiet.label} beruhen"


def infrastructure_heading(analysis: Analysis) -> str:
    """Title of the infrastructure page."""
    return f"Infrastruktur {analysis.gebiet.label}"


def infrastructure_question(analysis: Analysis) -> str:
    """Question of the infrastructure page."""
    return f"Welche Einrichtungen gibt es {analysis.gebiet.in_phrase}, und wie weit sind die Wege?"


def map_title(analysis: Analysis, indikator: str) -> str:
    """Title of the city map."""
    return f"Stadtkarte: {analysis.katalog[indikator].titel}"


def map_question(analysis: Analysis) -> str:
    """Question of the city map."""
    return f"Wie verteilt sich dieser Wert auf die Stadtteile von {analysis.data.register.city.name}?"
