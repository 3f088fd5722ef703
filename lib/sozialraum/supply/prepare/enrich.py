"""Turn fetched files into values that are laid over the built tables; see :mod:`sozialraum.city.fetched`."""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from sozialraum.city.access import REACH_INDICATORS
from sozialraum.city.departures import FILE as DEPARTURES
from sozialraum.city.fetched import CELLS, ENTRIES, FETCHED, FINDINGS, MANIFESTS, SERIES, VALUES, with_fetched_values
from sozialraum.city.load import SOURCES, sources_dir
from sozialraum.city.sources import LICENCES_FILE, read_manifests
from sozialraum.errors import SchemaError, SozialraumError, system_reason
from sozialraum.supply.fetch.offered import FOLDER, Offer, read_offers
from sozialraum.supply.fetch.store import Kept, usable_of
from sozialraum.supply.prepare.accidents import accident_places, accident_values
from sozialraum.supply.prepare.base import Base, built
from sozialraum.supply.prepare.census_cells import CensusCells, census_cells
from sozialraum.supply.prepare.census_grid import census_values
from sozialraum.supply.prepare.check import Quality, check
from sozialraum.supply.prepare.city_places import EDITIONS, city_places, compare_boundaries
from sozialraum.supply.prepare.elections import election_values
from sozialraum.supply.prepare.gtfs import TIMETABLE, departures, expired, timetable_values
from sozialraum.supply.prepare.households import household_values
from sozialraum.supply.prepare.levels import Values, to_rows
from sozialraum.supply.prepare.newer_schools import newer_schools
from sozialraum.supply.prepare.osm_map import OSM, OsmMap, more_reach, read_map
from sozialraum.supply.prepare.overlay import Brought, Overlay
from sozialraum.supply.prepare.people import (
    as_built,
    by_indicator,
    differs,
    entry_of,
    other_words,
    resting_entry,
    resting_values,
    with_walks,
)
from sozialraum.supply.prepare.pipeline import build, has_sources
from sozialraum.supply.prepare.quality import Findings
from sozialraum.supply.prepare.remembered import Editions, method_of
from sozialraum.supply.prepare.write import INDICATOR_COLUMNS, csv_text, datapackage

Loader = Callable[[Sequence[Kept], Base, Mapping[str, Any]], dict[str, dict[str, Values]]]
LOADERS: Final[Mapping[str, Loader]] = {
    "wahl": election_values, "unfallatlas": accident_values, "zensus": census_values, "haushalte": household_values,
}  # fmt: skip
"""What turns the files of a source into values by indicator and date, by the ``form`` that its description names."""
Dated = Mapping[str, tuple[Mapping[str, Any], Values]]
"""Words and values of an indicator by date."""
PlaceLoader = Callable[[Sequence[Kept], Base, Mapping[str, Any], Findings], Brought | None]
PLACE_LOADERS: Final[Mapping[str, PlaceLoader]] = {
    "orte": city_places, "grenzen": compare_boundaries, "unfallatlas": accident_places,
}  # fmt: skip
"""What turns the files of a source into places, by form; None where there is nothing newer."""
SCHOOL_LISTS: Final = "schulliste"
"""Form of the files that number schools."""
WALKED_TO: Final = ("kita", "schule", "haltestelle")
"""Kinds to which every cell has a walk."""


def build_and_enrich(raw: Path, out: Path, *, data: Path, progress: Callable[[str], None]) -> Quality:
    """Build the tables from source files and lay fetched values over them.

    Where no source files are there but fetched files are, were, or were asked for, the tables that are there already
    are the ground: those that ship need no source files. Arguments and errors as of
    :func:`sozialraum.supply.prepare.pipeline.build`.
    """
    fetched = has_fetched(data, raw)
    laid = fetched or any(one.is_dir() for one in (out / FETCHED, data / FETCHED, raw / FOLDER))
    if has_sources(raw, data) or not laid:
        quality = build(raw, out, data=data, progress=progress)
        return enrich(out, raw, progress=progress) if fetched or (out / FETCHED).is_dir() else quality
    if out != data:
        progress("Vorhandene Tabellen übernehmen")
        shutil.copytree(data, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns(FETCHED))
        shutil.copytree(sources_dir(data), out / SOURCES, dirs_exist_ok=True)
    return enrich(out, raw, progress=progress)


def has_fetched(folder: Path, raw: Path) -> bool:
    """Whether a file lies in ``raw`` that could enrich the tables of a folder."""
    return bool(usable_of(read_offers(folder).values(), raw))


def enrich(folder: Path, raw: Path, *, progress: Callable[[str], None] = lambda _: None) -> Quality:
    """Lay the values of all fetched files over the built tables of a folder; without any, take earlier ones away.

    All or nothing: if the check of the whole finds a problem, what was there before is there again.

    Raises
    ------
    SchemaError, FetchError
        With every problem found in files and values.
    """
    target = folder / FETCHED
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".abgerufen-") as temporary:
            new, old = Path(temporary) / "neu", Path(temporary) / "alt"
            editions = _write(new, folder, raw, progress)
            if target.is_dir():
                target.rename(old)
            if new.is_dir():
                new.rename(target)
            elif old.is_dir():
                progress(f"Abgerufene Dateien liegen in {raw} nicht mehr: {target} ist entfernt")
            try:
                quality = check(folder)
            except SozialraumError:
                shutil.rmtree(target, ignore_errors=True)
                if old.is_dir():
                    old.rename(target)
                raise
            for one in editions:
                one.write()
            return quality
    except OSError as error:
        raise SozialraumError(
            f"{target} lässt sich nicht beschreiben ({system_reason(error)}). Es wurde nichts geändert."
        ) from error


def _write(new: Path, folder: Path, raw: Path, progress: Callable[[str], None]) -> Sequence[Editions]:
    """Everything of the folder, if there is anything; what is to be kept of the values for later editions."""
    fetched = usable_of(read_offers(folder).values(), raw)
    with built(folder) as base:
        laid = Laid(replace(base, fetched=frozenset(offer.id for offer, _ in fetched)))
        for stage in STAGES:
            stage(laid, fetched, progress)
        if laid.rows or laid.tables or laid.places:
            _write_tables(new, laid)
            _write_sources(new, laid, fetched)
        return list(laid.editions.values())


def _write_tables(new: Path, laid: "Laid") -> None:
    (new / MANIFESTS).mkdir(parents=True)
    newest = [dates[-1] for dates in laid.rows.values()]
    tables = {
        CELLS: laid.tables.get("raster"),
        DEPARTURES: laid.tables.get("abfahrten"),
        VALUES: pd.concat(newest)[list(INDICATOR_COLUMNS)] if newest else None,
        SERIES: laid.series(),
    }
    if laid.map is not None:
        laid.map.write(new)
    if laid.places is not None:
        laid.places.write(new)
    if laid.places is not None or laid.cells is not None:
        over = laid.places or Overlay(laid.built, {}, Findings())
        titles = {key: str(entry["titel"]) for key, entry in laid.entries.items()}
        tables[FINDINGS] = over.quality(titles, {key: dates[-1] for key, dates in laid.rows.items()})
    for name, table in tables.items():
        if table is not None:
            (new / name).write_text(csv_text(table), encoding="utf-8", newline="\n")
    (new / ENTRIES).write_text(_yaml(laid.entries), encoding="utf-8", newline="\n")


def _write_sources(new: Path, laid: "Laid", fetched: "Fetched") -> None:
    licences = {offer.lizenz.id: {"name": offer.lizenz.name, "url": offer.lizenz.url} for offer, _ in fetched}
    (new / MANIFESTS / LICENCES_FILE).write_text(_yaml(licences), encoding="utf-8", newline="\n")
    for offer, kept in fetched:
        if offer.form in (*PLACE_LOADERS, SCHOOL_LISTS) and offer.id not in laid.stands:
            continue  # an edition that is not newer
        stand = laid.stands.get(offer.id) or max(one.file.stand for one in kept)
        (new / MANIFESTS / f"{offer.id}.yml").write_text(_yaml(_manifest(offer, kept, stand)), "utf-8", newline="\n")
    sources = read_manifests(new / MANIFESTS)
    (new / "datapackage.json").write_text(datapackage(new, sources), encoding="utf-8", newline="\n")


@dataclass
class Laid:
    """What fetched files make, stage by stage: ``base`` are the built tables with all that was laid over them so far.

    ``rows`` has a table for each date of an indicator, ``entries`` its words, ``stands`` the latest date of a source.
    """

    base: Base
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    rows: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    stands: dict[str, str] = field(default_factory=dict)
    editions: dict[str, Editions] = field(default_factory=dict)
    cells: CensusCells | None = None
    places: Overlay | None = None
    map: OsmMap | None = None

    def __post_init__(self) -> None:
        self.built = self.base

    def lay_table(self, name: str, table: pd.DataFrame) -> None:
        """A table that takes the place of the one below."""
        self.tables[name] = table
        self.base = self.base.laid_over(**{name: table})

    def lay_dates(self, key: str, dated: Dated) -> None:
        """Words and values of an indicator by date, which take the place of those below."""
        self.rows[key] = [
            to_rows(entry_of(key, dated[day][0]), dated[day][1]).assign(stand=day) for day in sorted(dated)
        ]
        self.entries[key] = dict(dated[max(dated)][0])
        data = self.base.data
        entries = {**data.indikatoren_yml["indikatoren"], key: self.entries[key]}
        self.base = self.base.laid_over(
            indikatoren=with_fetched_values(data.indikatoren, self.rows[key][-1]),
            indikatoren_yml={**data.indikatoren_yml, "indikatoren": entries},
        )

    def lay_source(self, offer: Offer, kept: Sequence[Kept], found: Mapping[str, Dated]) -> None:
        """What the files of a source say of some indicators, beside what earlier editions said."""
        editions = self.editions.get(offer.id) or Editions.read(kept)
        for key, dated in found.items():
            self.stands[offer.id] = max(self.stands.get(offer.id, ""), *dated)
            self.lay_dates(key, dated)
            editions = editions.with_values(self.rows[key], method_of(self.entries[key]), kept)
        self.editions[offer.id] = editions

    def series(self) -> pd.DataFrame | None:
        """Every edition of every date of the indicators that have several."""
        found = [
            table
            for key, entry in self.entries.items()
            if (source := self.editions.get(entry["quellen"][0])) is not None
            and (table := source.series(key, str(self.rows[key][-1]["stand"].iloc[0]))) is not None
        ]
        return pd.concat(found) if found else None


Fetched = Sequence[tuple[Offer, Sequence[Kept]]]
"""The sources of which files are there."""
Progress = Callable[[str], None]


def lay_cells(laid: Laid, fetched: Fetched, progress: Progress) -> None:
    """Stage 1: cells that were counted."""
    for offer, kept in fetched:
        if offer.form == "zensus" and (found := census_cells(kept, laid.built, offer.angaben)):
            progress("Bewohnte Rasterzellen")
            laid.cells = found
            laid.lay_table("raster", found.table)


def lay_places(laid: Laid, fetched: Fetched, progress: Progress) -> None:
    """Stage 2: places, what is said of their lists, and what is known of schools."""
    brought, findings = {}, Findings()
    for offer, kept in fetched:
        if offer.form == OSM:
            progress(f"Karte und Wege: {offer.titel}")
            laid.map = read_map(kept, laid.base, offer)
            laid.base = laid.map.over(laid.base)
            brought[offer.id], laid.stands[offer.id] = laid.map.brought, laid.map.stand
        elif offer.form in PLACE_LOADERS:
            progress(f"Orte und Umrisse: {offer.titel}")
            if (found := PLACE_LOADERS[offer.form](kept, laid.base, offer.angaben, findings)) is not None:
                brought[offer.id], laid.stands[offer.id] = found, found.stand
    over = Overlay(laid.base, brought, findings)
    listed = [one for offer, kept in fetched if offer.form == SCHOOL_LISTS for one in kept]
    schools = newer_schools(listed, laid.base, over.base, findings) if listed or "schule" in over.kinds else None
    for topic, _, thing, found_, treated in findings.rows:
        if topic == EDITIONS:
            progress(f"{thing}: {found_}; {treated}")
    if brought or schools is not None:
        laid.places = replace(over, schools=schools)
        laid.base = laid.places.base
        laid.stands |= dict(schools.newer.values()) if schools else {}


def lay_walks(laid: Laid, _fetched: Fetched, _progress: Progress) -> None:
    """Stage 3: walking metres from each cell to the nearest place of each kind."""
    if laid.tables or laid.base.network or (laid.places and laid.places.kinds & {*WALKED_TO}):
        table = with_walks(laid.base, laid.built)
        if laid.cells is None:
            table["nah_am_stadtrand"] = laid.built.data.raster["nah_am_stadtrand"]
        if not table.equals(laid.base.data.raster):
            laid.lay_table("raster", table)


def lay_people(laid: Laid, fetched: Fetched, progress: Progress) -> None:
    """Stage 4: what rests on cells, places and walks: inhabitants, ages, rates, reach; only what differs is laid."""
    if not laid.tables and laid.places is None:
        return
    progress("Einwohner und Erreichbarkeit")
    for key, values in resting_values(laid.base, laid.built, laid.cells).items():
        said = resting_entry(key, laid.base, laid.cells)
        newer = laid.places.renewed(key, said) if said and laid.places else None
        walks = laid.base.network and key in REACH_INDICATORS
        if newer:
            _lay_newer(laid, fetched, key, newer, values)
        elif said and (walks or (laid.tables and differs(to_rows(entry_of(key, said), values), laid.built))):
            laid.lay_dates(key, {said["zaehler"]["stand"]: (said, values)})
    laid.entries |= other_words(laid.base, laid.cells, laid.entries)


IN_SERIES: Final = ("kitas", "kitas_u3", "grundschulen", "schulen")
"""Counts of places in every edition. Pupils and levels of one school must not be seen: they have no series."""


def _lay_newer(laid: Laid, fetched: Fetched, key: str, said: dict[str, Any], values: Values) -> None:
    """What newer places count; of :data:`IN_SERIES` the number of the edition before stands beside it."""
    stand, before = said["zaehler"]["stand"], laid.built.data.indikatoren_yml["indikatoren"].get(key) or {}
    source = next(((offer, kept) for offer, kept in fetched if offer.id == said["quellen"][0]), None)
    if source is None or key not in IN_SERIES:
        laid.lay_dates(key, {stand: (said, values)})
        return
    earlier = as_built(by_indicator(laid.built), key)
    if earlier is not None and before["zaehler"]["stand"] < stand:
        laid.lay_source(*source, {key: {before["zaehler"]["stand"]: (before, earlier)}})
    laid.lay_source(*source, {key: {stand: (said, values)}})


def lay_more_reach(laid: Laid, fetched: Fetched, progress: Progress) -> None:
    """Stage 5: reach of kinds of places that only a map brings."""
    for offer, _ in fetched:
        if offer.form == OSM and laid.map is not None:
            progress("Erreichbarkeit von Spielplatz, Park, Laden und Apotheke")
            found, cells = more_reach(offer, laid.base, laid.built, laid.cells)
            if found:
                laid.lay_table("raster", cells)
            for key, (said, values) in found.items():
                laid.lay_dates(key, {said["zaehler"]["stand"]: (said, values)})


def lay_departures(laid: Laid, fetched: Fetched, progress: Progress) -> None:
    """Stage 6: departures at stops, and the reach of those that are served often."""
    for offer, kept in fetched:
        if offer.form == TIMETABLE:
            progress(f"Abfahrten: {offer.titel}")
            if note := expired(kept[0], laid.base):
                progress(note)
            table = departures(kept[0], laid.base)
            laid.lay_table("abfahrten", table)
            laid.lay_source(offer, kept, timetable_values(table, offer, kept[0], laid.base, laid.built, laid.cells))


def lay_values(laid: Laid, fetched: Fetched, progress: Progress) -> None:
    """Stage 7: all other values."""
    for offer, kept in ((offer, kept) for offer, kept in fetched if offer.form in LOADERS):
        progress(f"Abgerufenes einrechnen: {offer.titel}")
        made = LOADERS[offer.form](kept, laid.base, offer.angaben)
        found = {
            key: {day: (_said(offer, key, day), values) for day, values in by_date.items()}
            for key, by_date in made.items()
        }
        laid.lay_source(offer, kept, found)


STAGES: Final = (lay_cells, lay_places, lay_walks, lay_people, lay_more_reach, lay_departures, lay_values)
"""Each rests on those before it."""


def _said(offer: Offer, key: str, stand: str) -> dict[str, Any]:
    """The catalogue entry of an indicator with what is known now: date and source."""
    if key not in offer.indikatoren:
        raise SchemaError([f"{offer.id}.yml: Unter indikatoren fehlt „{key}“. Bitte ergänzen."])
    said = dict(offer.indikatoren[key]) | {"verfuegbar": True, "quellen": [offer.id]}
    for side in ("zaehler", "nenner"):
        if said.get(side):
            said[side] = dict(said[side]) | {"stand": stand}
    return said


def _manifest(offer: Offer, kept: Sequence[Kept], stand: str) -> dict[str, Any]:
    """One manifest for all files of a source; each file has its own in the folder of source files."""
    one = kept[0] if len(kept) == 1 else None
    return {
        "id": offer.id,
        "titel": offer.titel,
        "herausgeber": offer.herausgeber,
        "url": offer.seite,
        "lizenz": offer.lizenz.id,
        "quellenvermerk": offer.quellenvermerk,
        "kurz": offer.kurz or offer.quellenvermerk,
        "stand": stand,
        "abruf": max(str(each.manifest["abruf"]) for each in kept)[:10],
        "datei": one.file.datei if one else None,
        "sha256": one.manifest["sha256"] if one else None,
        "aenderung": offer.aenderung,
        "fallstricke": list(offer.fallstricke),
    }


def _yaml(content: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False, width=120)
    return text
