"""The build from beginning to end."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from sozialraum.city.indicators import Agreement, Indikator, catalogue, register_figures
from sozialraum.city.load import CRS_FILES, REGISTER, read_yaml, sources_dir
from sozialraum.city.sources import Source, read_manifests, verify
from sozialraum.errors import SchemaError, SourceMissing
from sozialraum.supply.prepare.areas import Areas, build_areas
from sozialraum.supply.prepare.check import Quality, check
from sozialraum.supply.prepare.counts import facility_values, single_parents_2011, turnout
from sozialraum.supply.prepare.estimates import Estimator, population_values
from sozialraum.supply.prepare.facilities import build_places, build_streets
from sozialraum.supply.prepare.gazetteer import build_gazetteer
from sozialraum.supply.prepare.levels import Values, roll_up, to_rows
from sozialraum.supply.prepare.melderegister import build_register, register_rows
from sozialraum.supply.prepare.offers import build_figures, build_offers
from sozialraum.supply.prepare.population import (
    Population,
    add_walking_distances,
    age_groups,
    build_population,
)
from sozialraum.supply.prepare.quality import OF_ESTIMATE, Findings, german
from sozialraum.supply.prepare.raw import RawTables, in_metres, read_all
from sozialraum.supply.prepare.reach import NEAR_BOUNDARY_M
from sozialraum.supply.prepare.schools import join_schools
from sozialraum.supply.prepare.write import INDICATOR_COLUMNS, csv_text, geojson_text, write_all

Progress = Callable[[str], None]


def build(raw: Path, out: Path, *, data: Path, progress: Progress = lambda _: None) -> Quality:
    """Turn the source files of a city into its built tables.

    Parameters
    ----------
    raw
        Folder with the source files that the manifests name.
    out
        Folder for the tables; written only if everything is right.
    data
        Folder with the hand-written YAML files; the manifests lie beside it in ``sources``.
    progress
        Called with a German word for each step.

    Returns
    -------
    Quality
        The check of what was written, with its German report.

    Raises
    ------
    SourceMissing, SchemaError
        With every problem found in manifests, checksums and files; then nothing is written.
    """
    progress("Quellen prüfen")
    sources = _verified_sources(raw, data)
    katalog = catalogue(read_yaml(data / "indikatoren.yml"), path=str(data / "indikatoren.yml"))
    stadt, orte = read_yaml(data / "stadt.yml"), read_yaml(data / "orte.yml")
    progress("Quellen lesen")
    tables, findings = read_all(sources, raw), Findings()
    progress("Grenzen")
    areas = build_areas(tables, stadt, findings)
    melderegister = build_register(tables, areas.register)
    progress("Einrichtungen")
    places = build_places(tables, areas, orte, sources, findings)
    schools = join_schools(tables["schulsozialindex"], places, findings, city=areas.register.city.name)
    progress("Bevölkerung schätzen")
    stops = in_metres(tables["haltestellen"])
    population = add_walking_distances(build_population(tables, areas, stadt), places, stops)
    ages = age_groups(population)
    progress("Indikatoren")
    figures = register_figures(melderegister, [area.id for area in areas.register.of_level("stadtteil")])
    estimator = Estimator(population, ages, areas, roll_up(areas.register), figures)
    values = _values(tables, areas, places, schools, estimator)
    _doubt(values, katalog, stadt, areas, findings)
    made = {key: to_rows(katalog[key], found) for key, found in values.items()}
    if REGISTER in katalog:
        made[REGISTER] = register_rows(katalog[REGISTER], melderegister, areas.register)
    rows = pd.concat([made[key] for key in katalog if key in made])
    _note_estimates(estimator.agreement, areas, findings)
    _note_withheld(katalog, values, findings)
    progress("Adressen")
    gazetteer = build_gazetteer(tables, areas, findings)
    progress("Schreiben")
    shapes = gpd.GeoDataFrame({"gebiet_id": areas.display.index}, geometry=areas.display.to_numpy(), crs=CRS_FILES)
    texts = {
        "gebiete.csv": csv_text(areas.table.reset_index()),
        "gebiete.geojson": geojson_text(shapes),
        "einrichtungen.csv": csv_text(places.drop(columns="geometry").reset_index()),
        "einkaufsstrassen.geojson": geojson_text(build_streets(tables, areas, orte).reset_index()),
        "angebote.csv": csv_text(build_offers(tables, areas, orte)),
        "kennzahlen.csv": csv_text(build_figures(tables, areas, orte)),
        "schulen.csv": csv_text(schools.reset_index()),
        "raster.csv": csv_text(_grid(population, ages)),
        "einwohner_register.csv": csv_text(melderegister),
        "indikatoren.csv": csv_text(rows[list(INDICATOR_COLUMNS)]),
        "qualitaet.csv": csv_text(findings.frame()),
    }
    return write_all(out, texts, gazetteer, sources, by_hand=data, accept=check)


def has_sources(raw: Path, data: Path) -> bool:
    """Whether any source file of the built tables lies in a folder."""
    sources = read_manifests(sources_dir(data)).values()
    return any((raw / source.datei).is_file() for source in sources if source.datei)


def _verified_sources(raw: Path, data: Path) -> dict[str, Source]:
    if not raw.is_dir():
        raise SourceMissing(
            f"Den Ordner {raw} mit den Quelldateien gibt es nicht. Bitte mit --raw einen anderen nennen."
        )
    sources = read_manifests(sources_dir(data))
    damaged = verify(sources.values(), raw)
    if damaged:
        raise SchemaError(damaged)
    return sources


def _values(
    tables: RawTables, areas: Areas, places: gpd.GeoDataFrame, schools: pd.DataFrame, estimator: Estimator
) -> dict[str, Values]:
    values = population_values(estimator)
    people, children = values["einwohner"].zaehler, values["anteil_unter_15"]
    relative = estimator.inhabitants_error / people.where(people > 0)
    values |= facility_values(places, schools, areas.table["flaeche_km2"], children, relative, estimator.extend)
    values["wahlbeteiligung_ew2024"] = turnout(tables, areas, people - children.zaehler, estimator.extend)
    values["alleinerziehendenquote_2011"] = single_parents_2011(tables, areas, estimator.extend)
    return values


def _grid(population: Population, ages: pd.DataFrame) -> pd.DataFrame:
    cells = population.cells
    near = (cells["randabstand_m"] < NEAR_BOUNDARY_M).rename("nah_am_stadtrand")
    return pd.concat([cells[["x", "y", "gebiet_id", "einwohner"]], ages, cells.filter(like="gehweg_"), near], axis=1)


def _note_estimates(found: Agreement | None, areas: Areas, findings: Findings) -> None:
    if found is None:
        return
    city, (ids, off) = areas.register.city.id, found.worst
    named = " und ".join(areas.register.by_id(key).label for key in ids)
    middle, mean, most = (german(part, 1) for part in (found.median, found.mean, found.nine_of_ten))
    findings.add(
        "Schätzung", city, OF_ESTIMATE[0],
        f"gegenüber {len(found.deviations)} Registerwerten im Median {middle} %, im Mittel {mean} % abweichend, neun "
        f"von zehn höchstens {most} %, am stärksten {named} ({german(off, 1, sign=True)} %)",
        "als Zensus-Schätzung mit Spanne ausgewiesen",
    )  # fmt: skip
    findings.add(
        "Schätzung", city, OF_ESTIMATE[1],
        f"Zensus-Schätzung gegenüber denselben Registerwerten {german(found.level, 1, sign=True)} %",
        "auf die amtliche Einwohnerzahl des Zensus hochgerechnet",
    )  # fmt: skip


def _doubt(
    values: Mapping[str, Values], katalog: Mapping[str, Indikator], stadt: Mapping[str, Any], areas: Areas,
    findings: Findings,
) -> None:  # fmt: skip
    """Take the interval from values that ``stadt.yml`` calls doubtful: how far they are off is not known."""
    for doubt in stadt.get("zweifel") or []:
        area, key = areas.register.match_stadtteil(doubt["gebiet"]), doubt["indikator"]
        if area is None or key not in values:
            raise SchemaError([f"stadt.yml, zweifel: {doubt['gebiet']} oder {key} gibt es nicht. Bitte prüfen."])
        text = values[key].zweifel[area.id] = " ".join(str(doubt["text"]).split())
        findings.add("Schätzung", area.id, katalog[key].titel, text, "Wert ohne Spanne und Einordnung")


def _note_withheld(katalog: Mapping[str, Indikator], values: Mapping[str, Values], findings: Findings) -> None:
    for key in katalog:
        for area, reason in values[key].zurueckgehalten.items() if key in values else ():
            findings.add("Zurückgehaltene Werte", area, katalog[key].titel, reason, "kein Wert ausgewiesen")
