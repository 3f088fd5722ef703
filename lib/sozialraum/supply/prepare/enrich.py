"""Turn fetched files into values that are laid over the built tables; see :mod:`sozialraum.city.fetched`."""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from sozialraum.city.fetched import ENTRIES, FETCHED, MANIFESTS, SERIES, VALUES
from sozialraum.city.indicators import Indikator, catalogue
from sozialraum.city.load import SOURCES, open_data, sources_dir
from sozialraum.city.sources import LICENCES_FILE, read_manifests
from sozialraum.errors import SchemaError, SozialraumError, system_reason
from sozialraum.supply.fetch.content import City
from sozialraum.supply.fetch.offered import Offer, municipality, read_offers
from sozialraum.supply.fetch.store import Kept, usable
from sozialraum.supply.prepare.accidents import accident_values
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.census_grid import census_values
from sozialraum.supply.prepare.check import Quality, check
from sozialraum.supply.prepare.editions import SERIES_COLUMNS, Editions, method_of
from sozialraum.supply.prepare.elections import election_values
from sozialraum.supply.prepare.gtfs import timetable_values
from sozialraum.supply.prepare.households import household_values
from sozialraum.supply.prepare.levels import Values, to_rows
from sozialraum.supply.prepare.pipeline import build, has_sources
from sozialraum.supply.prepare.write import INDICATOR_COLUMNS, csv_text, datapackage

Loader = Callable[[Sequence[Kept], Base, Mapping[str, Any]], dict[str, dict[str, Values]]]
LOADERS: Final[Mapping[str, Loader]] = {
    "wahl": election_values, "unfallatlas": accident_values, "zensus": census_values, "haushalte": household_values,
    "fahrplan": timetable_values,
}  # fmt: skip
"""What turns the files of a source into values by indicator and date, by the ``form`` that its description names."""


def build_and_enrich(raw: Path, out: Path, *, data: Path, progress: Callable[[str], None]) -> Quality:
    """Build the tables from source files and lay fetched values over them.

    Where only fetched files are there, the tables that are there already are the ground: those that ship need no source
    files. Arguments and errors as of :func:`sozialraum.supply.prepare.pipeline.build`.
    """
    fetched = has_fetched(data, raw)
    if has_sources(raw, data) or not fetched:
        quality = build(raw, out, data=data, progress=progress)
        return enrich(out, raw, progress=progress) if fetched or (out / FETCHED).is_dir() else quality
    if out != data:
        progress("Vorhandene Tabellen übernehmen")
        shutil.copytree(data, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns(FETCHED))
        shutil.copytree(sources_dir(data), out / SOURCES, dirs_exist_ok=True)
    return enrich(out, raw, progress=progress)


def has_fetched(folder: Path, raw: Path) -> bool:
    """Whether a file lies in ``raw`` that could enrich the tables of a folder."""
    return any(usable(offer, raw) for offer in read_offers(folder).values())


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


def _write(new: Path, folder: Path, raw: Path, progress: Callable[[str], None]) -> list[Editions]:
    """Everything of the folder, if there is anything; what is to be kept of the values for later editions."""
    base = Base(open_data(folder), City(open_data(folder), municipality(folder)))
    rows, series, entries, manifests, licences = [], [], {}, {}, {}
    kept_values: list[Editions] = []
    for offer in read_offers(folder).values():
        kept = usable(offer, raw)
        if not kept:
            continue
        progress(f"Abgerufenes einrechnen: {offer.titel}")
        stand, editions = "", Editions.read(kept)
        for key, by_date in LOADERS[offer.form](kept, base, offer.angaben).items():
            stand = max(stand, *by_date)
            entries[key] = _said(offer, key, max(by_date))
            dated = [to_rows(_entry(key, _said(offer, key, day), folder), by_date[day]) for day in sorted(by_date)]
            rows.append(dated[-1])
            editions = editions.with_values(dated, method_of(entries[key]), kept)
            series.append(editions.series(key, max(by_date)))
        kept_values.append(editions)
        manifests[offer.id] = _manifest(offer, kept, stand)
        licences[offer.lizenz.id] = {"name": offer.lizenz.name, "url": offer.lizenz.url}
    if not rows:
        return []
    (new / MANIFESTS).mkdir(parents=True)
    several = [table for table in series if table is not None]
    for name, tables, columns in ((VALUES, rows, INDICATOR_COLUMNS), (SERIES, several, SERIES_COLUMNS)):
        if tables:
            text = csv_text(pd.concat(tables)[list(columns)])
            (new / name).write_text(text, encoding="utf-8", newline="\n")
    (new / ENTRIES).write_text(_yaml(entries), encoding="utf-8", newline="\n")
    (new / MANIFESTS / LICENCES_FILE).write_text(_yaml(licences), encoding="utf-8", newline="\n")
    for key, manifest in manifests.items():
        (new / MANIFESTS / f"{key}.yml").write_text(_yaml(manifest), encoding="utf-8", newline="\n")
    sources = read_manifests(new / MANIFESTS)
    (new / "datapackage.json").write_text(datapackage(new, sources), encoding="utf-8", newline="\n")
    return kept_values


def _said(offer: Offer, key: str, stand: str) -> dict[str, Any]:
    """The catalogue entry of an indicator with what is known now: date and source."""
    if key not in offer.indikatoren:
        raise SchemaError([f"{offer.id}.yml: Unter indikatoren fehlt „{key}“. Bitte ergänzen."])
    said = dict(offer.indikatoren[key]) | {"verfuegbar": True, "quellen": [offer.id]}
    for side in ("zaehler", "nenner"):
        if said.get(side):
            said[side] = dict(said[side]) | {"stand": stand}
    return said


def _entry(key: str, said: Mapping[str, Any], folder: Path) -> Indikator:
    return catalogue({"indikatoren": {key: said}}, path=str(folder / FETCHED / ENTRIES))[key]


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
