"""What can be fetched: one YAML file per source in the folder ``abruf`` of the manifests.

A source names its files, and each file the tables in it: member of an archive, character sets, the columns by pattern.
Nothing of a publisher stands in code but how a table becomes values.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sozialraum.city.load import DEFAULT_DIR, read_yaml, sources_dir
from sozialraum.city.sources import LICENCES_FILE, Licence, read_licences
from sozialraum.errors import ParameterError, SchemaError, SourceMissing

FOLDER: Final = "abruf"
"""Name of the folder of descriptions beside the manifests, and of fetched files beside the source files."""
MB: Final = 1_000_000
ON_REQUEST: Final = "nach Abruf"
"""Kind of an indicator that has no values because its files were not fetched."""
PLACES: Final = ("gemeinde", "schluessel", "zelle", "halt", "punkt", "stadt")
"""How rows of the city are told: by municipality key in parts or as a whole, by the midpoint of a grid cell, by the
id of a stop, or all of them; those with a position ("punkt") have to lie in the city."""


@dataclass(frozen=True)
class OfferedTable:
    """One table of a file.

    ``spalten`` and ``auch`` (may be absent) have a pattern for the head of each column by the name that code uses.
    ``trenner`` holds every character that may separate columns.
    ``zeilen`` and ``summen`` are known figures: rows of the whole table, sums of columns over the city (a number, or
    the name of an ``eckwert`` in ``stadt.yml``), and ``spielraum`` is how far from these a newer edition may be.
    ``pflicht`` names columns in which every row of the city holds a "text" or a whole "zahl".
    """

    spalten: Mapping[str, str]
    auch: Mapping[str, str] = field(default_factory=dict)
    mitglied: str = ""
    kodierungen: tuple[str, ...] = ("utf-8-sig",)
    trenner: str = ";"
    ort: str = "stadt"
    entbehrlich: bool = False
    zeilen: int | str | None = None
    summen: Mapping[str, int | str] = field(default_factory=dict)
    spielraum: float = 0.01
    pflicht: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OfferedFile:
    """One file: where it lies, how large it may be, what is in it; ``stand`` is empty where every edition has its own.

    ``katalog`` finds the address in a catalogue instead: ``url``, ``titel`` of the data set (of a catalogue of many)
    and ``datei`` (patterns). With neither the address is not known: a person has to get the file. ``muster`` is a
    pattern of the names that editions have at the publisher.
    ``eine_von`` names tables of which one at least has to be there. ``abfrage`` is sent to the address (see
    :mod:`sozialraum.supply.fetch.overpass`); ``mindestens`` has the fewest objects of its answer that are plausible, by
    municipality key; ``auszug`` says what of an extract is the same.
    """

    datei: str
    stand: str
    tabellen: Mapping[str, OfferedTable] = field(default_factory=dict)
    url: str = ""
    abfrage: str = ""
    eine_von: tuple[str, ...] = ()
    mindestens: Mapping[str, int] = field(default_factory=dict)
    auszug: Mapping[str, Any] = field(default_factory=dict)
    katalog: Mapping[str, str] = field(default_factory=dict)
    muster: str = ""
    mb: float = 0.0
    hoechstens_mb: float = 200.0
    entpackt_mb: float = 2000.0

    @property
    def address(self) -> str:
        """Where it is asked for; empty if that is not known."""
        return self.url or self.katalog.get("url", "")

    @property
    def published(self) -> str:
        """Pattern of the names that a person may find the file under; empty if it has always the same."""
        return self.muster or self.katalog.get("datei", "")

    @property
    def limit(self) -> int:
        """Most bytes that are taken."""
        return int(self.hoechstens_mb * MB)


@dataclass(frozen=True)
class Offer:
    """One source that can be fetched.

    ``form`` names the loader that turns its files into values, ``angaben`` what that needs to know, ``indikatoren`` the
    entries of the catalogue that it fills.
    """

    id: str
    titel: str
    herausgeber: str
    lizenz: Licence
    quellenvermerk: str
    seite: str
    bringt: str
    form: str
    dateien: tuple[OfferedFile, ...]
    geprueft: str
    kurz: str = ""
    aenderung: str = ""
    gemeinde: str = ""
    fallstricke: tuple[str, ...] = ()
    indikatoren: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    angaben: Mapping[str, Any] = field(default_factory=dict)


def read_offers(data: Path) -> dict[str, Offer]:
    """Every source that a city can fetch, by id; descriptions of its own win over the shipped ones.

    A SchemaError has every description with a key that is missing, unknown or unusable.
    """
    shipped, own = sources_dir(DEFAULT_DIR), sources_dir(data)
    folder = own / FOLDER if (own / FOLDER).is_dir() else shipped / FOLDER
    licences = read_licences(shipped / LICENCES_FILE)
    if (own / LICENCES_FILE).is_file():
        licences |= read_licences(own / LICENCES_FILE)
    key = municipality(data)
    found, faults = {}, []
    for path in sorted(folder.glob("*.yml")):
        try:
            offer = _offer(read_yaml(path), licences)
        except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
            faults.append(f"{path}: Die Beschreibung ist nicht vollständig ({error}). Bitte ergänzen.")
            continue
        if key.startswith(offer.gemeinde):
            found[offer.id] = offer
    if faults:
        raise SchemaError(faults)
    if not found:
        raise SourceMissing(f"In {folder} ist keine Quelle zum Abrufen beschrieben.")
    return found


def fetchable(data: Path) -> dict[str, Mapping[str, Any]]:
    """Entries of the catalogue that fetched files would fill, by id of the indicator."""
    return {key: entry for offer in read_offers(data).values() for key, entry in offer.indikatoren.items()}


def municipality(data: Path) -> str:
    """The official key of the city (``gemeindeschluessel`` in ``stadt.yml``, eight digits); empty if not named."""
    path = data / "stadt.yml"
    return str(read_yaml(path).get("gemeindeschluessel") or "") if path.is_file() else ""


def chosen_offers(offers: Mapping[str, Offer], names: Iterable[str]) -> list[Offer]:
    """The sources of some ids, each once, or all; a ParameterError names what is possible."""
    wanted = list(dict.fromkeys(names))
    unknown = [name for name in wanted if name not in offers]
    if unknown:
        raise ParameterError(f"Die Quelle „{unknown[0]}“ lässt sich nicht abrufen. Möglich sind: {', '.join(offers)}.")
    return [offers[name] for name in wanted or offers]


def _offer(raw: Mapping[str, Any], licences: Mapping[str, Licence]) -> Offer:
    values = dict(raw)
    values["lizenz"] = licences[values["lizenz"]]
    values["fallstricke"] = tuple(values.get("fallstricke") or ())
    values["dateien"] = tuple(file for one in values["dateien"] for file in _files(one))
    return Offer(**values)


def _files(raw: Mapping[str, Any]) -> Iterable[OfferedFile]:
    """One file, or one for each of its ``jahre``: {jahr} stands for it in name, address and date."""
    values = dict(raw)
    years = values.pop("jahre", None)
    for year in years or [None]:
        filled: dict[str, Any] = {
            name: value.replace("{jahr}", str(year)) if isinstance(value, str) else value
            for name, value in values.items()
        }
        filled["tabellen"] = {name: _table(one, year) for name, one in values.get("tabellen", {}).items()}
        if not filled["tabellen"] and not filled.get("abfrage"):
            raise KeyError("tabellen")
        yield OfferedFile(**filled)


def _table(raw: Mapping[str, Any], year: int | None) -> OfferedTable:
    values = dict(raw)
    if isinstance(values.get("zeilen"), dict):
        values["zeilen"] = values["zeilen"].get(year)
    values["kodierungen"] = tuple(values.get("kodierungen") or ("utf-8-sig",))
    table = OfferedTable(**values)
    for pattern in (*table.spalten.values(), *table.auch.values(), table.mitglied):
        re.compile(pattern)
    if table.ort not in PLACES:
        raise ValueError(f"ort „{table.ort}“, möglich: {', '.join(PLACES)}")
    return table
