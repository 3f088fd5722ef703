"""Check the built tables of a city and describe their quality in German."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import shapely

from sozialraum.access import LISTS, is_supply
from sozialraum.aussagen import mitteilungen
from sozialraum.build.melderegister import unequal_sums
from sozialraum.build.quality import TOPICS, german, summary
from sozialraum.errors import SchemaError
from sozialraum.gebiete import LEVEL_PLURALS
from sozialraum.indicators import catalogue
from sozialraum.load import TOGETHER, Data, open_data
from sozialraum.schema import (
    ANGEBOTE,
    ARTEN,
    EINRICHTUNGEN,
    EINWOHNER_REGISTER,
    GEBIETE,
    KENNZAHLEN,
    RASTER,
    REBUILD,
    indikatoren_schema,
    problems,
)
from sozialraum.sources import file_sha256

COUNTED_PLACES: Final = ("markt", "krankenhaus", "pflege", "anlaufstelle")
"""Kinds of places whose number ``eckwerte`` in ``stadt.yml`` may state."""


@dataclass(frozen=True)
class Quality:
    """Result of a check that found no problem: a German report."""

    text: str
    findings: pd.DataFrame


def check(data: Path) -> Quality:
    """Verify checksums, schemas, sums and gates of built tables.

    Raises
    ------
    SourceMissing
        If a table is missing.
    SchemaError
        With every problem found; later checks are left out where they rest on something that is broken.
    """
    tables = open_data(data)
    found = _checksums(tables.dir) or _schemas(tables) or _membership(tables)
    if not found:
        found = [*_sums(tables), *_benchmarks(tables), *_coverage(tables), *_gates(tables)]
    if found:
        raise SchemaError(found)
    return Quality(_report(tables), tables.qualitaet)


def _checksums(folder: Path) -> list[str]:
    package = folder / "datapackage.json"
    if not package.is_file():
        return [f"{package}: Die Datei fehlt. {REBUILD}"]
    faults = []
    for resource in json.loads(package.read_text(encoding="utf-8"))["resources"]:
        path = folder / resource["path"]
        if not path.is_file():
            faults.append(f"{path}: Die Datei fehlt. {REBUILD}")
        elif f"sha256:{file_sha256(path)}" != resource["hash"]:
            faults.append(f"{path}: Die Datei wurde nach dem Erzeugen verändert. {REBUILD}")
    return faults


def _schemas(tables: Data) -> list[str]:
    katalog = catalogue(tables.indikatoren_yml, path=str(tables.dir / "indikatoren.yml"))
    rows = indikatoren_schema({key: entry.typ for key, entry in katalog.items()})
    undeclared = [
        f"indikatoren.yml, Indikator {key}: „relevanz“ fehlt. Bitte den kleinsten Abstand von der Stadt nennen."
        for key, entry in katalog.items()
        if entry.relevanz is None
        and entry.typ != "anzahl"
        and entry.art != "stellvertretend"
        and not entry.keine_klasse
    ]
    if undeclared:
        return undeclared
    mitteilungen(tables)
    contracts = {
        "gebiete.csv": (pd.DataFrame(tables.gebiete.drop(columns="geometry")), GEBIETE),
        "einrichtungen.csv": (pd.DataFrame(tables.einrichtungen.drop(columns="geometry")), EINRICHTUNGEN),
        "angebote.csv": (tables.angebote, ANGEBOTE),
        "kennzahlen.csv": (tables.kennzahlen, KENNZAHLEN),
        "raster.csv": (tables.raster, RASTER),
        "einwohner_register.csv": (tables.einwohner_register, EINWOHNER_REGISTER),
        "indikatoren.csv": (tables.indikatoren, rows),
    }
    return _lists(tables) + [
        line
        for file, (table, schema) in contracts.items()
        for line in problems(table, schema, file=file, remedy=REBUILD)
    ]


def _lists(tables: Data) -> list[str]:
    """Every kind of place says how complete its list is, in ``orte.yml`` and nowhere else."""
    declared = tables.orte.get("arten") or {}
    allowed = ", ".join(LISTS)
    unknown = sorted(set(declared) - set(ARTEN))
    silent = [
        art
        for art in ARTEN
        if (declared.get(art) or {}).get("liste") not in LISTS
        and (art in set(tables.einrichtungen["art"]) or (art == "einkaufsstrasse" and len(tables.einkaufsstrassen)))
    ]
    return [
        *(
            f"orte.yml, arten: „{art}“ ist keine Art von Einrichtung. Bitte streichen oder berichtigen."
            for art in unknown
        ),
        *(f"orte.yml, arten, {art}: „liste“ fehlt. Bitte eines von {allowed} eintragen." for art in silent),
    ]


def _membership(tables: Data) -> list[str]:
    known = {area.id for area in tables.register}
    faults = []
    for name, column in (("einrichtungen.csv", tables.einrichtungen["gebiet_id"].dropna()),
                         ("angebote.csv", tables.angebote["gebiete"].dropna().str.split("|").explode()),
                         ("kennzahlen.csv", tables.kennzahlen["gebiet_id"]),
                         ("raster.csv", tables.raster["gebiet_id"]),
                         ("einwohner_register.csv", _each_area(tables.einwohner_register)),
                         ("indikatoren.csv", tables.indikatoren["gebiet_id"])):  # fmt: skip
        unknown = sorted(set(column) - known)
        if unknown:
            faults.append(f"{name}: Die Kennung(en) {', '.join(unknown)} gibt es nicht. {REBUILD}")
    counted = tables.indikatoren.groupby("indikator")["gebiet_id"].nunique()
    for key, number in counted[counted != len(known)].items():
        faults.append(
            f"indikatoren.csv: {key} hat Zeilen für {number} statt {len(known)} Stadtteile, Stadtbezirke und Stadt. "
            f"{REBUILD}"
        )
    unknown = sorted(set(tables.indikatoren["indikator"]) - set(tables.indikatoren_yml["indikatoren"]))
    if unknown:
        faults.append(f"indikatoren.csv: {', '.join(unknown)} steht nicht in indikatoren.yml. {REBUILD}")
    return [*faults, *_origins(tables)]


def _origins(tables: Data) -> list[str]:
    """Every row names a source that has a manifest."""
    named = {
        "einrichtungen.csv": tables.einrichtungen["quelle"], "angebote.csv": tables.angebote["quelle"],
        "kennzahlen.csv": tables.kennzahlen["quelle"], "indikatoren.csv": tables.indikatoren["quelle"],
        "einwohner_register.csv": tables.einwohner_register["quelle"],
    }  # fmt: skip
    return [
        f"{name}: Zur Quelle {key} gibt es keine Quellenbeschreibung. Bitte {key}.yml im Ordner sources anlegen."
        for name, column in named.items()
        for key in sorted(set(column.str.split("|").explode()) - set(tables.quellen))
    ]


def _each_area(table: pd.DataFrame) -> pd.Series:
    """Ids of a table in which several may stand together."""
    return table["gebiet_id"].str.split(TOGETHER, regex=False).explode()


def _sums(tables: Data) -> list[str]:
    """Stadtteile add up to Stadtbezirke and the city, for numerators and denominators of one date."""
    wide = tables.indikatoren.set_index(["indikator", "gebiet_id"])
    faults = unequal_sums(tables.einwohner_register, tables.register, file="einwohner_register.csv")
    for key in wide.index.unique("indikator"):
        for column in ("zaehler", "nenner"):
            counts = wide.loc[key][column]
            for area in tables.register:
                if area.ebene == "stadtteil" or pd.isna(counts[area.id]):
                    continue
                parts = counts.loc[tables.register.members(area.id)]
                one_date = (wide.loc[key]["stand"].loc[parts.index] == wide.loc[key]["stand"][area.id]).all()
                if one_date and parts.notna().all() and abs(parts.sum() - counts[area.id]) > 0.01:
                    faults.append(
                        f"indikatoren.csv: {key}, {column}: Die Stadtteile ergeben {parts.sum():.0f}, "
                        f"für {area.label} steht {counts[area.id]:.0f}. {REBUILD}"
                    )
    if tables.raster.empty:
        return faults
    cells = tables.raster.groupby("gebiet_id")["einwohner"].sum()
    people = wide.loc["einwohner"]["wert"].loc[tables.register.members(tables.register.city.id)]
    off = people.index[people != cells.reindex(people.index, fill_value=0)]
    return faults + [
        f"raster.csv: Die Zellen von {key} ergeben nicht die Einwohner in indikatoren.csv. {REBUILD}" for key in off
    ]


def _benchmarks(tables: Data) -> list[str]:
    marks = tables.stadt.get("eckwerte") or {}
    if not marks:
        return []
    city = tables.indikatoren[tables.indikatoren["gebiet_id"] == tables.register.city.id].set_index("indikator")
    places = tables.einrichtungen
    found: dict[str, Any] = {
        "einwohner_2022": city.at["einwohner", "wert"],
        "einwohner_2011": city.at["veraenderung_2011_2022", "nenner"],
        "waehlende": city.at["wahlbeteiligung_ew2024", "zaehler"],
        "wahlberechtigte": city.at["wahlbeteiligung_ew2024", "nenner"],
        "schulstandorte": int((places["art"] == "schule").sum()),
        "schulen": city.at["schulen", "wert"],
        "kitas": int((places["art"] == "kita").sum()),
        "haltestellen": city.at["haltestellen", "wert"],
        **{art: int((is_supply(places, tables.orte) & (places["art"] == art)).sum()) for art in COUNTED_PLACES},
        "radunfaelle": int((places["art"] == "radunfall").sum()),
    }
    return [
        f"stadt.yml: {marks[key]['was']}: erwartet {marks[key]['wert']}, in den Tabellen {value:.0f}. "
        "Bitte Eckwert und Quelle prüfen."
        for key, value in found.items()
        if key in marks and marks[key]["wert"] != value
    ]


def _coverage(tables: Data) -> list[str]:
    parts = tables.gebiete[tables.gebiete["ebene"] == "stadtteil"].geometry.to_numpy()
    if not bool(shapely.coverage_is_valid(parts)):
        return [f"gebiete.geojson: Die Grenzen überlappen sich oder lassen Lücken. {REBUILD}"]
    return []


def _gates(tables: Data) -> list[str]:
    rows = tables.indikatoren
    percent = {key for key, entry in tables.indikatoren_yml["indikatoren"].items() if entry["typ"] == "anteil"}
    shares = rows[rows["indikator"].isin(percent) & rows["wert"].notna()]
    wrong = shares[(shares["wert"] < 0) | (shares["wert"] > 100)]
    faults = [
        f"indikatoren.csv: {key} in {area}: {german(wert, 1)} % ist kein Anteil. {REBUILD}"
        for key, area, wert in wrong[["indikator", "gebiet_id", "wert"]].to_numpy()
    ]
    wide = shares.drop(index=wrong.index)
    faults += [
        f"indikatoren.csv: {key} in {area}: Die Spanne von {german(von, 1)} bis {german(bis, 1)} % verlässt 0 bis "
        f"100 %. {REBUILD}"
        for key, area, von, bis in wide[["indikator", "gebiet_id", "von", "bis"]].to_numpy()
        if von < 0 or bis > 100
    ]
    silent = rows[rows["wert"].isna() & rows["hinweis"].isna()]
    return faults + [
        f"indikatoren.csv: {row.indikator} in {row.gebiet_id}: Der Wert fehlt ohne Begründung. {REBUILD}"
        for row in silent.itertuples()
    ]


def _report(tables: Data) -> str:
    levels = {LEVEL_PLURALS[name]: len(tables.register.of_level(name)) for name in LEVEL_PLURALS}
    counted = ", ".join(f"{count} {name}" for name, count in levels.items() if count)
    sums = "Stadtteile = Stadtbezirk = Stadt" if levels["Stadtbezirke"] else "Stadtteile = Stadt"
    head = [
        (
            f"Datenstand {tables.stadt['name']}: {counted}, {len(tables.einrichtungen)} Einrichtungen und Orte, "
            f"{len(tables.angebote)} Angebote, "
            f"{len(tables.raster)} bewohnte Rasterzellen, "
            f"{tables.indikatoren['indikator'].nunique()} Indikatoren."
        ),
        f"Prüfsummen, Aufbau, Summen ({sums}) und Eckwerte stimmen.",
    ]
    findings = tables.qualitaet
    for topic in TOPICS:
        rows = findings[findings["thema"] == topic]
        if len(rows):
            labels = [_place(tables, key) for key in rows["gebiet_id"]]
            head += [f"\n{topic} ({len(rows)})", *(f"  {line}" for line in summary(rows, labels))]
    return "\n".join(head)


def _place(tables: Data, gebiet_id: object) -> str:
    """Name of an area, empty for none and for the city as a whole."""
    return (
        ""
        if gebiet_id == tables.register.city.id or not isinstance(gebiet_id, str)
        else tables.register.by_id(gebiet_id).label
    )
