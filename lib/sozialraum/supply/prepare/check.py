"""Check the built tables of a city and describe their quality in German."""

import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

import pandas as pd
import shapely

from sozialraum.city.access import LISTS, is_supply
from sozialraum.city.fetched import FETCHED
from sozialraum.city.gebiete import LEVEL_PLURALS
from sozialraum.city.indicators import catalogue
from sozialraum.city.load import Data, open_data
from sozialraum.city.schema import (
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
from sozialraum.city.sources import file_sha256
from sozialraum.compare.similar import topics
from sozialraum.compare.statements import mitteilungen
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.melderegister import unequal_sums
from sozialraum.supply.prepare.quality import TOPICS, german, summary

COUNTED_PLACES: Final = ("markt", "krankenhaus", "pflege", "anlaufstelle")
"""Kinds of places whose number ``eckwerte`` in ``stadt.yml`` may state."""
_WITH_AREAS: Final = {
    "einrichtungen": "gebiet_id", "angebote": "gebiete", "kennzahlen": "gebiet_id", "raster": "gebiet_id",
    "einwohner_register": "gebiet_id", "indikatoren": "gebiet_id",
}  # fmt: skip
"""Tables and the column in which their rows name areas."""


@dataclass(frozen=True)
class Quality:
    """Result of a check that found no problem: a German report."""

    text: str
    findings: pd.DataFrame


def check(data: Path) -> Quality:
    """Verify checksums, schemas, sums and gates of built tables.

    A SchemaError names every problem found; later checks are left out where they rest on something that is broken.
    """
    tables = open_data(data)
    found = _checksums(tables.dir) or _schemas(tables) or [*_membership(tables), *_origins(tables)]
    if not found:
        found = [*_sums(tables), *_benchmarks(tables), *_gates(tables)]
    if found:
        raise SchemaError(found)
    return Quality(_report(tables), tables.qualitaet)


def _checksums(folder: Path) -> list[str]:
    own = folder / FETCHED
    return _changed(folder) + (_changed(own) if own.is_dir() else [])


def _changed(folder: Path) -> list[str]:
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
    topics(tables)
    contracts = [GEBIETE, EINRICHTUNGEN, ANGEBOTE, KENNZAHLEN, RASTER, EINWOHNER_REGISTER, rows]
    return _lists(tables) + [
        line
        for name, schema in zip(("gebiete", *_WITH_AREAS), contracts, strict=True)
        for line in problems(
            pd.DataFrame(getattr(tables, name)).drop(columns="geometry", errors="ignore"),
            schema, file=f"{name}.csv", remedy=REBUILD,
        )
    ]  # fmt: skip


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


def _named(tables: Data, name: str, column: str) -> pd.Series:
    """What the rows of a table name in a column, where several may stand together."""
    table: pd.DataFrame = getattr(tables, name)
    return table[column].dropna().str.split("|", regex=False).explode()


def _membership(tables: Data) -> list[str]:
    known, faults = {area.id for area in tables.register}, []
    for name, column in _WITH_AREAS.items():
        unknown = sorted(set(_named(tables, name, column)) - known)
        if unknown:
            faults.append(f"{name}.csv: Die Kennung(en) {', '.join(unknown)} gibt es nicht. {REBUILD}")
    counted = tables.indikatoren.groupby("indikator")["gebiet_id"].nunique()
    faults += [
        f"indikatoren.csv: {key} hat Zeilen für {number} statt {len(known)} Stadtteile, Stadtbezirke und Stadt. "
        f"{REBUILD}"
        for key, number in counted[counted != len(known)].items()
    ]
    unknown = sorted(set(tables.indikatoren["indikator"]) - set(tables.indikatoren_yml["indikatoren"]))
    return faults + (
        [f"indikatoren.csv: {', '.join(unknown)} steht nicht in indikatoren.yml. {REBUILD}"] if unknown else []
    )


def _origins(tables: Data) -> list[str]:
    """Every row names a source that has a manifest."""
    return [
        f"{name}.csv: Zur Quelle {key} gibt es keine Quellenbeschreibung. Bitte {key}.yml im Ordner sources anlegen."
        for name in ("einrichtungen", "angebote", "kennzahlen", "indikatoren", "einwohner_register")
        for key in sorted(set(_named(tables, name, "quelle")) - set(tables.quellen))
    ]


def _sums(tables: Data) -> list[str]:
    """Stadtteile add up to Stadtbezirke and the city, for numerators and denominators of one date."""
    wide = tables.indikatoren.set_index(["indikator", "gebiet_id"])
    faults = unequal_sums(tables.einwohner_register, tables.register, file="einwohner_register.csv")
    larger = [area for area in tables.register if area.ebene != "stadtteil"]
    for key, column, area in product(wide.index.unique("indikator"), ("zaehler", "nenner"), larger):
        rows = wide.loc[key]
        whole, parts = rows[column][area.id], rows[column].loc[tables.register.members(area.id)]
        one_date = (rows["stand"].loc[parts.index] == rows["stand"][area.id]).all()
        if one_date and parts.notna().all() and abs(parts.sum() - whole) > 0.01:
            faults.append(
                f"indikatoren.csv: {key}, {column}: Die Stadtteile ergeben {parts.sum():.0f}, "
                f"für {area.label} steht {whole:.0f}. {REBUILD}"
            )
    people = wide.loc["einwohner"]
    if tables.raster.empty or not (people["art"] == "geschaetzt").any():
        return faults
    cells = tables.raster.groupby("gebiet_id")["einwohner"].sum()
    people = people["wert"].loc[tables.register.members(tables.register.city.id)]
    off = people.index[people != cells.reindex(people.index, fill_value=0)]
    return faults + [
        f"raster.csv: Die Zellen von {key} ergeben nicht die Einwohner in indikatoren.csv. {REBUILD}" for key in off
    ]


def _benchmarks(tables: Data) -> list[str]:
    """Known figures of the built tables; how far fetched ones may be off them is said when these come."""
    marks = tables.stadt.get("eckwerte") or {}
    if not marks or (tables.dir / FETCHED).is_dir():
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


def _gates(tables: Data) -> list[str]:
    stadtteile = tables.gebiete[tables.gebiete["ebene"] == "stadtteil"].geometry.to_numpy()
    faults = []
    if not shapely.coverage_is_valid(stadtteile):
        faults.append(f"gebiete.geojson: Die Grenzen überlappen sich oder lassen Lücken. {REBUILD}")
    rows = tables.indikatoren
    percent = {key for key, entry in tables.indikatoren_yml["indikatoren"].items() if entry["typ"] == "anteil"}
    shares = rows[rows["indikator"].isin(percent) & rows["wert"].notna()]
    faults += [
        f"indikatoren.csv: {row['indikator']} in {row['gebiet_id']}: {german(row['wert'], 1)} % ist kein Anteil. "
        f"{REBUILD}"
        for row in shares[~shares["wert"].between(0, 100)].to_dict("records")
    ]
    wide = shares[shares["wert"].between(0, 100) & ((shares["von"] < 0) | (shares["bis"] > 100))]
    faults += [
        f"indikatoren.csv: {row['indikator']} in {row['gebiet_id']}: Die Spanne von {german(row['von'], 1)} bis "
        f"{german(row['bis'], 1)} % verlässt 0 bis 100 %. {REBUILD}"
        for row in wide.to_dict("records")
    ]
    return faults + [
        f"indikatoren.csv: {row['indikator']} in {row['gebiet_id']}: Der Wert fehlt ohne Begründung. {REBUILD}"
        for row in rows[rows["wert"].isna() & rows["hinweis"].isna()].to_dict("records")
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
    labels = {area.id: area.label for area in tables.register} | {tables.register.city.id: ""}
    for topic in TOPICS:
        rows = tables.qualitaet[tables.qualitaet["thema"] == topic]
        if len(rows):
            places = [labels[key] if isinstance(key, str) else "" for key in rows["gebiet_id"]]
            head += [f"\n{topic} ({len(rows)})", *(f"  {line}" for line in summary(rows, places))]
    return "\n".join(head)
