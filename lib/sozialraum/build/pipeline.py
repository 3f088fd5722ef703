"""The build from beginning to end."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from sozialraum.build.areas import Areas, build_areas
from sozialraum.build.check import Quality, check
from sozialraum.build.counts import facility_values, single_parents_2011, turnout
from sozialraum.build.estimates import Estimator, population_values
from sozialraum.build.gazetteer import build_gazetteer
from sozialraum.build.levels import Values, roll_up, to_rows
from sozialraum.build.places import build_places, build_streets
from sozialraum.build.population import NEAR_BOUNDARY_M, Population, add_walking_distances, age_groups, build_population
from sozialraum.build.quality import Findings, german
from sozialraum.build.raw import RawTables, read_all
from sozialraum.build.schools import join_schools
from sozialraum.build.write import csv_text, geojson_text, write_all
from sozialraum.errors import SchemaError, SourceMissing
from sozialraum.indicators import Indikator, catalogue
from sozialraum.load import CRS, CRS_FILES, read_yaml, sources_dir
from sozialraum.sources import Source, read_manifests, verify

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
    tables = read_all(sources, raw)
    findings = Findings()
    progress("Grenzen")
    areas = build_areas(tables, stadt, findings)
    progress("Einrichtungen")
    places = build_places(tables, areas, orte, sources, findings)
    schools = join_schools(tables["schulsozialindex"], places, findings)
    progress("Bevölkerung schätzen")
    population = add_walking_distances(build_population(tables, areas, stadt), places, _stop_points(tables))
    ages = age_groups(population)
    progress("Indikatoren")
    register: dict[tuple[str, ...], float] = {}
    values = _values(
        tables, areas, places, schools, Estimator(population, ages, areas, roll_up(areas.register), register), katalog
    )
    rows = pd.concat([to_rows(entry, values[key]) for key, entry in katalog.items() if key in values])
    _note_estimates(stadt, areas, findings)
    _note_withheld(katalog, values, findings)
    progress("Adressen")
    gazetteer = build_gazetteer(tables, areas, findings)
    progress("Schreiben")
    texts = {
        "gebiete.csv": csv_text(areas.table.reset_index()),
        "gebiete.geojson": geojson_text(_shapes(areas)),
        "einrichtungen.csv": csv_text(places.drop(columns="geometry").reset_index()),
        "einkaufsstrassen.geojson": geojson_text(build_streets(tables, areas, orte).reset_index()),
        "schulen.csv": csv_text(schools.reset_index()),
        "raster.csv": csv_text(_grid(population, ages)),
        "indikatoren.csv": csv_text(rows[_INDICATOR_COLUMNS]),
        "qualitaet.csv": csv_text(findings.frame()),
    }
    return write_all(out, texts, gazetteer, sources, by_hand=data, accept=check)


_INDICATOR_COLUMNS = [
    "gebiet_id",
    "indikator",
    "zaehler",
    "nenner",
    "wert",
    "von",
    "bis",
    "stand",
    "art",
    "quelle",
    "hinweis",
]


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
    tables: RawTables, areas: Areas, places: gpd.GeoDataFrame, schools: pd.DataFrame, estimator: Estimator,
    katalog: Mapping[str, Indikator],
) -> dict[str, Values]:  # fmt: skip
    values = population_values(katalog, estimator)
    people, children = values["einwohner"].zaehler, values["anteil_unter_15"]
    relative = estimator.inhabitants_error / people.where(people > 0)
    values |= facility_values(places, schools, areas, children, relative, estimator.extend)
    values["wahlbeteiligung_ew2024"] = turnout(tables, areas, people - children.zaehler, estimator.extend)
    values["alleinerziehendenquote_2011"] = single_parents_2011(tables, areas, estimator.extend)
    return values


def _stop_points(tables: RawTables) -> gpd.GeoSeries:
    stops = tables["haltestellen"]
    return gpd.GeoSeries(gpd.points_from_xy(stops["lon"], stops["lat"]), crs=CRS_FILES).to_crs(CRS)


def _shapes(areas: Areas) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"gebiet_id": areas.display.index}, geometry=areas.display.to_numpy(), crs=CRS_FILES)


def _grid(population: Population, ages: pd.DataFrame) -> pd.DataFrame:
    cells = population.cells
    near = (cells["randabstand_m"] < NEAR_BOUNDARY_M).rename("nah_am_stadtrand")
    return pd.concat([cells[["x", "y", "gebiet_id", "einwohner"]], ages, cells.filter(like="gehweg_"), near], axis=1)


def _note_estimates(stadt: Mapping[str, Any], areas: Areas, findings: Findings) -> None:
    quality = stadt.get("schaetzguete")
    if not quality:
        return
    city = areas.register.city.id
    mean, level = (german(quality[key], 1) for key in ("mittlere_abweichung_prozent", "niveau_prozent"))
    worst = german(quality["groesste_abweichung_prozent"], 0)
    apart = (
        f"gegenüber Registerwerten von {quality['stadtteile']} Stadtteilen im Mittel {mean} %, "
        f"einzelne bis {worst} % abweichend"
    )
    done = "auf die amtliche Einwohnerzahl des Zensus hochgerechnet"
    findings.add("Schätzung", city, "Verteilung der Einwohner", apart, "als Zensus-Schätzung mit Fehler ausgewiesen")
    findings.add("Schätzung", city, "Niveau der Einwohnerzahl", f"Zensus gegenüber Melderegister {level} %", done)


def _note_withheld(katalog: Mapping[str, Indikator], values: Mapping[str, Values], findings: Findings) -> None:
    for key, entry in katalog.items():
        if key in values:
            for area, reason in values[key].zurueckgehalten.items():
                findings.add("Zurückgehaltene Werte", area, entry.titel, reason, "kein Wert ausgewiesen")
