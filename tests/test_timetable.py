"""Departures from a GTFS feed on Musterstadt, counted by hand; see musterstadt/feed.py for the facts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from data_fixtures import copy_tables
from fetch_server import archive
from fetching import city_of, describe, given_files
from musterstadt import feed
from sozialraum.city.departures import per_stop
from sozialraum.city.load import open_data
from sozialraum.errors import FetchError
from sozialraum.supply.fetch.offered import read_offers
from sozialraum.supply.fetch.store import Kept, usable_of
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.gtfs import departures, expired, kind_of


def brought(content: bytes, folder: Path) -> tuple[Kept, Base]:
    """A feed that a person has put into a folder, and the tables that it is for."""
    daten = copy_tables(folder)
    describe(folder / "sources" / "abruf", "https://amt.example")
    (folder / "gtfs_vrr.zip").write_bytes(content)
    for one in given_files(daten, folder / "raw", folder, "vrr"):
        if one.error:
            raise FetchError(one.error)
    ((_, (kept,)),) = usable_of([read_offers(daten)["vrr"]], folder / "raw")
    return kept, Base(open_data(daten), city_of(daten))


def counted(content: bytes, folder: Path) -> pd.DataFrame:
    """The departures of a feed."""
    return departures(*brought(content, folder))


def with_members(content: bytes, members: Mapping[str, str | None]) -> bytes:
    """The archive with other members, or without some."""
    with zipfile.ZipFile(io.BytesIO(content)) as whole:
        old: dict[str, str | bytes | None] = {name: whole.read(name) for name in whole.namelist()}
    return archive({name: text for name, text in {**old, **members}.items() if text is not None})


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    return counted(feed.gtfs(), tmp_path_factory.mktemp("fahrplan"))


def test_departures_of_an_ordinary_tuesday_by_hand(table: pd.DataFrame) -> None:
    """9 and 16 June have more trips, 23 June fewer; of 2 and 30 June, both usual, the last before the fetch."""
    assert set(table["stand"]) == {"2026-06-30"}
    stops = per_stop(table)
    assert stops["am_tag"].to_dict() == {"de:99001:1": 97, "de:99001:2": 24, "de:99001:3": 72, "de:99001:8": 1}
    assert stops["je_stunde"].tolist() == pytest.approx([8, 2, 6, 1 / 12])
    assert stops["gebiet_id"].tolist() == ["05", "01", "04", "07"]
    hours = table[table["halt"] == "de:99001:1"].set_index("stunde")["abfahrten"]
    assert hours.to_dict() == {0: 1, **dict.fromkeys(range(7, 19), 8)}  # 24:58 of Monday is 0:58 on Tuesday


def test_platforms_are_one_stop_and_meet_the_stops_of_our_tables(table: pd.DataFrame) -> None:
    ours = per_stop(table, "einrichtung")
    assert ours.index.tolist() == ["haltestelle-9001", "haltestelle-9002", "haltestelle-9004"]  # none at Dorfplatz
    assert ours.loc["haltestelle-9001", "arten"] == ("U-Bahn", "Bus")
    assert per_stop(table).loc["de:99001:8", "arten"] == ("Bus",)


@pytest.mark.parametrize(
    ("number", "name", "kind"),
    [
        ("0", "105", "Straßenbahn"), ("1", "U18", "U-Bahn"), ("2", "S9", "S-Bahn"), ("2", "RE1", "Regionalzug"),
        ("3", "140", "Bus"), ("106", "RB40", "Regionalzug"), ("109", "S6", "S-Bahn"), ("402", "U11", "U-Bahn"),
        ("700", "SB16", "Bus"), ("715", "T1", "Bus"), ("900", "101", "Straßenbahn"), ("3", "U80", "U-Bahn"),
        ("1", "BB1", "Bus"), ("102", "IC 2213", "Fernzug"), ("", "S3", "Bus"),
    ],
)  # fmt: skip
def test_plain_and_extended_numbers_are_kinds(number: str, name: str, kind: str) -> None:
    assert kind_of(number, name) == kind


def test_a_calendar_of_single_days_is_enough(tmp_path: Path) -> None:
    days = "service_id,date,exception_type\n" + "".join(f"MoFr,202606{day:02},1\n" for day in (1, 2))
    feed_of_days = with_members(feed.gtfs(), {"calendar.txt": None, "feed_info.txt": None, "calendar_dates.txt": days})
    assert per_stop(counted(feed_of_days, tmp_path))["am_tag"].tolist() == [97, 24, 72, 1]


def test_a_timetable_that_has_run_out_is_told(tmp_path: Path) -> None:
    """It was fetched on 2 November."""
    assert expired(*brought(feed.gtfs(last="20261101"), tmp_path)) == (
        "Der Fahrplan war am 02.11.2026 schon abgelaufen; er galt bis 01.11.2026."
    )
    (tmp_path / "anders").mkdir()
    assert expired(*brought(feed.gtfs(last="20261102"), tmp_path / "anders")) == ""


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"stops.txt": None}, "genau eine Datei"),
        ({"stop_times.txt": "trip_id,stop_id,stop_sequence\nx,y,1\n"}, "departure_time"),
        ({"stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nde:05112:1,X,51.4,6.7\n"}, "keine Zeile für Musterstadt"),
    ],
)
def test_a_damaged_feed_is_refused(members: Mapping[str, str | None], words: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=words):
        counted(with_members(feed.gtfs(), members), tmp_path)
