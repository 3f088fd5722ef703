"""Fetch for the tables of a folder: descriptions that name a publisher on this machine, fetched or given files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from data_fixtures import ROOT
from fetch_server import Time
from sozialraum.city.load import open_data
from sozialraum.supply.fetch.content import City
from sozialraum.supply.fetch.fetching import Outcome, adopt, fetch
from sozialraum.supply.fetch.offered import municipality, read_offers
from sozialraum.supply.fetch.transport import Line, open_client

PLACES = ("kitas", "schulen", "begegnung", "stadtteile", "schuldaten", "schulsozialindex_nrw")
"""Sources of places, which have a file of tests of their own."""


def describe(folder: Path, address: str) -> None:
    """The shipped descriptions, with every host replaced, and without figures of the whole country."""
    shutil.copytree(ROOT / "data" / "sources" / "abruf", folder, dirs_exist_ok=True)
    for path in folder.glob("*.yml"):
        text = re.sub(r'(url: "?)https://[^/]+', rf"\1{address}", path.read_text("utf-8"))
        text = text.replace("05113000", "99001000").replace('gemeinde: "05"', 'gemeinde: "99"')
        path.write_text(re.sub(r"\n +zeilen: [\d{].*", "", text), "utf-8")


def city_of(daten: Path) -> City:
    """What fetching knows of the city that a folder of tables is about."""
    return City(open_data(daten), municipality(daten))


def fetched(daten: Path, raw: Path, *sources: str) -> list[str]:
    """Fetch some sources, or all that are described: the status of each file, or its error."""
    offers = read_offers(daten)
    with open_client(5.0) as client:
        found = fetch([offers[key] for key in sources or offers], raw, city_of(daten), Line(client, Time().clock()))
        return [one.error or one.status for one in found]


def given_files(daten: Path, raw: Path, given: Path, *sources: str) -> list[Outcome]:
    """Take files of some sources, or of all that are described, from a folder, one outcome each."""
    offers = read_offers(daten)
    return list(adopt([offers[key] for key in sources or offers], raw, city_of(daten), given, Time().clock().now()))
