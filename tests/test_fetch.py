"""``data fetch`` against a publisher on this machine: what it asks, what it refuses, and that the old file stays."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from data_fixtures import ROOT, Sozialraum
from fetch_server import Publisher, Time, archive, certificate, cut, file, packed, publisher, send, slow, status
from sozialraum.city.load import Data
from sozialraum.city.sources import Licence, file_sha256
from sozialraum.cli import fetch_command
from sozialraum.errors import SchemaError
from sozialraum.supply.fetch import fetching
from sozialraum.supply.fetch.content import City, read_table
from sozialraum.supply.fetch.dating import edition
from sozialraum.supply.fetch.fetching import Outcome, adopt, fetch, reexamine
from sozialraum.supply.fetch.offered import Offer, OfferedFile, OfferedTable, read_offers
from sozialraum.supply.fetch.store import kept_files, usable_of
from sozialraum.supply.fetch.transport import USER_AGENT, Line, open_client

CSV = "Land;RB;Kreis;Gem;Zahl (A);Ort\r\n99;0;1;000;1.200;Süd\r\n01;2;3;004;7;Nord\r\n"
COLUMNS = {"land": "Land", "bezirk": "RB", "kreis": "Kreis", "gemeinde": "Gem", "zahl": r"Zahl( \(A\))?"}
ZIP = archive({"hinweise.pdf": b"%PDF", "sub/Werte_2024.csv": "\ufeff" + CSV})


def described(address: str, **more: Any) -> OfferedFile:
    table = OfferedTable(COLUMNS, mitglied=r"Werte.*\.csv$", ort="gemeinde", kodierungen=("utf-8-sig", "latin-1"))
    table = replace(table, **{name: more.pop(name) for name in list(more) if hasattr(table, name)})
    return OfferedFile("werte.zip", "2024", {"werte": table}, **{"url": address, **more})


def offer(*files: OfferedFile) -> Offer:
    licence = Licence("dl-de/by-2-0", "Datenlizenz", None)
    return Offer("amt", "Werte", "Amt", licence, "© Amt", "https://amt.example", "Werte", "wahl", files, "nie erprobt")


class Desk:
    """Fetches into a folder with a clock of its own."""

    def __init__(self, raw: Path, city: City) -> None:
        self.raw, self.city, self.time = raw, city, Time()

    def fetch(self, *files: OfferedFile, timeout: float = 5.0, **options: Any) -> list[Outcome]:
        with open_client(timeout) as client:
            return list(fetch([offer(*files)], self.raw, self.city, Line(client, self.time.clock()), **options))

    def error(self, *files: OfferedFile, **options: Any) -> str:
        (one,) = self.fetch(*files, **options)
        assert one.status == "Fehler"
        return one.error

    @property
    def folder(self) -> Path:
        return self.raw / "abruf" / "amt"

    def manifest(self) -> dict[str, Any]:
        return yaml.safe_load((self.folder / "werte.zip.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def city(musterstadt_data: Data) -> City:
    return City(musterstadt_data, "99001000")


@pytest.fixture
def desk(tmp_path: Path, city: City) -> Desk:
    return Desk(tmp_path, city)


@pytest.fixture(scope="module")
def amt() -> Iterator[Publisher]:
    with publisher() as here:
        yield here


@pytest.fixture(autouse=True)
def _quiet(amt: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    amt.answers.clear()
    amt.asked.clear()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def test_a_file_is_brought_examined_and_described(desk: Desk, amt: Publisher) -> None:
    seen: list[tuple[int, int]] = []
    wanted = described(amt.says("/w", file(ZIP, etag='"1"', modified="Mon, 02 Nov 2026 07:00:00 GMT")))
    (one,) = desk.fetch(wanted, progress=lambda _, done, total: seen.append((done, total)))
    assert (one.status, one.bytes) == ("neu", len(ZIP))
    assert seen[-1] == (len(ZIP), len(ZIP))
    assert (desk.folder / "werte.zip").read_bytes() == ZIP
    assert sorted(path.name for path in desk.folder.iterdir()) == ["werte.zip", "werte.zip.yml"]
    said = desk.manifest()
    assert said["url"] == amt.address + "/w"
    assert said["abruf"] == "2026-11-02T08:00:00+00:00"
    assert (said["sha256"], said["bytes"]) == (file_sha256(desk.folder / "werte.zip"), len(ZIP))
    assert (said["lizenz"], said["stand"], said["zeilen"]) == ("dl-de/by-2-0", "2024", {"werte": 2})
    assert amt.heads("User-Agent") == [USER_AGENT]
    rows = read_table(desk.folder / "werte.zip", wanted, "werte", desk.city).rows
    assert rows.to_dict("list") == {
        name: [value] for name, value in zip(COLUMNS, ["99", "0", "1", "000", "1.200"], strict=True)
    }


def test_only_what_has_changed_is_brought(desk: Desk, amt: Publisher) -> None:
    wanted = described(amt.says("/w", file(ZIP, etag='"1"')))
    assert [one.status for one in [*desk.fetch(wanted), *desk.fetch(wanted)]] == ["neu", "unverändert"]
    assert amt.heads("If-None-Match") == [None, '"1"']
    assert [one.status for one in desk.fetch(wanted, force=True)] == ["unverändert"]  # the same bytes
    newer = archive({"Werte.csv": CSV.replace("1.200", "1.300")})
    amt.says("/w", file(newer, etag='"2"'))
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]
    assert (desk.folder / "werte.zip").read_bytes() == newer


def test_the_date_serves_where_there_is_no_etag(desk: Desk, amt: Publisher) -> None:
    wanted = described(amt.says("/w", file(ZIP, modified="Mon, 02 Nov 2026 07:00:00 GMT")))
    assert [one.status for one in [*desk.fetch(wanted), *desk.fetch(wanted)]] == ["neu", "unverändert"]


def test_a_file_that_was_changed_here_is_brought_again(desk: Desk, amt: Publisher) -> None:
    wanted = described(amt.says("/w", file(ZIP, etag='"1"')))
    desk.fetch(wanted)
    (desk.folder / "werte.zip").write_bytes(b"PK")
    (kept,) = kept_files(offer(wanted), desk.raw)
    assert "wurde nach dem Abruf verändert" in kept.fault
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]


def test_a_cut_transfer_goes_on_where_it_stopped(desk: Desk, amt: Publisher) -> None:
    wanted = described(amt.says("/w", cut(ZIP, 100, ETag='"1"'), file(ZIP, etag='"1"')))
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]
    assert amt.heads("Range") == [None, "bytes=100-"]
    assert amt.heads("If-Range") == [None, '"1"']


def test_a_cut_transfer_of_another_edition_begins_anew(desk: Desk, amt: Publisher) -> None:
    amt.says("/w", cut(b"x" * 500, 100, ETag='"1"'), file(ZIP, etag='"2"'))
    assert [one.status for one in desk.fetch(described(amt.address + "/w"))] == ["neu"]


def test_a_transfer_goes_on_in_a_later_run(desk: Desk, amt: Publisher) -> None:
    wanted = described(amt.says("/w", cut(ZIP, 90, ETag='"1"'), status(404)))
    assert "keine Datei mehr" in desk.error(wanted)
    amt.says("/w", file(ZIP, etag='"1"'))
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]
    assert amt.heads("Range")[-1] == "bytes=90-"


def test_a_transfer_that_breaks_off_every_time_is_given_up(desk: Desk, amt: Publisher) -> None:
    assert "ist abgebrochen" in desk.error(described(amt.says("/w", cut(ZIP, 10))))
    assert len(amt.asked) == 5
    assert desk.time.slept == pytest.approx([2, 4, 8, 16])  # the pause for the host is within


@pytest.mark.parametrize(("code", "waits"), [(429, "7"), (503, "Mon, 02 Nov 2026 08:00:07 GMT")])
def test_a_busy_publisher_is_asked_when_it_says(desk: Desk, amt: Publisher, code: int, waits: str) -> None:
    wanted = described(amt.says("/w", status(code, Retry_After=waits), file(ZIP)))
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]
    assert desk.time.slept == pytest.approx([7])


def test_a_publisher_that_asks_for_hours_is_not_waited_for(desk: Desk, amt: Publisher) -> None:
    assert "in 120 Minuten" in desk.error(described(amt.says("/w", status(429, Retry_After="7200"))))
    assert desk.time.slept == []


@pytest.mark.parametrize(
    ("answers", "asked"),
    [(status(429), 5), (status(503), 5), (status(429, Retry_After="7200"), 1), (slow(threading.Event()), 5)],
)
def test_a_host_that_is_busy_is_left_alone(
    desk: Desk, amt: Publisher, answers: Callable[[Any], None], asked: int
) -> None:
    files = [replace(described(amt.says(f"/{n}", answers)), datei=f"{n}.zip") for n in range(2)]
    assert [one.status for one in desk.fetch(*files, timeout=0.05)] == ["Fehler", "Fehler"]
    assert [path for path, _ in amt.asked] == ["/0"] * asked


def test_one_file_that_is_refused_says_nothing_of_others(desk: Desk, amt: Publisher) -> None:
    """Also an answer "not changed" to somebody who has nothing."""
    files = [replace(described(amt.says(f"/{n}", status(n))), datei=f"{n}.zip") for n in (403, 500, 304)]
    assert [one.status for one in desk.fetch(*files)] == ["Fehler"] * 3
    assert [path for path, _ in amt.asked] == [*["/403"] * 5, *["/500"] * 5, "/304"]
    assert list(desk.folder.iterdir()) == []


def test_one_host_has_a_pause_between_requests(desk: Desk, amt: Publisher) -> None:
    files = [replace(described(amt.says(f"/{n}", file(ZIP))), datei=f"{n}.zip") for n in range(3)]
    assert [one.status for one in desk.fetch(*files)] == ["neu"] * 3
    assert desk.time.slept == pytest.approx([1, 1])


REFUSALS: dict[str, tuple[Callable[[], bytes], str]] = {
    "page": (lambda: b"\xef\xbb\xbf <!DOCTYPE html><html>", "eine Webseite (HTML)"),
    "no archive": (lambda: b"a;b\n1;2\n", "Erwartet wird ein vollständiges ZIP-Archiv"),
    "damaged": (lambda: ZIP[:150] + b"\0\0\0\0" + ZIP[154:], "vollständiges ZIP-Archiv"),
    "cut archive": (lambda: ZIP[:-30], "vollständiges ZIP-Archiv"),
    "no member": (lambda: archive({"liesmich.txt": "x"}), "gefunden: keine. Im Archiv liegen liesmich.txt"),
    "two members": (lambda: archive({"Werte_1.csv": CSV, "b/Werte_2.csv": CSV}), "Werte_1.csv, b/Werte_2.csv"),
    "bomb": (lambda: archive({"Werte.csv": CSV, "x": b"0" * 5_000_000}), "ungewöhnlich viel"),
    "renamed": (lambda: archive({"Werte.csv": CSV.replace("Zahl (A)", "Zähler")}), "gefunden: Land; RB; Kreis; Gem; Z"),
    "no rows": (lambda: archive({"Werte.csv": CSV.splitlines()[0]}), "hat keine Zeilen"),
    "other city": (lambda: archive({"Werte.csv": CSV.replace("99;", "98;")}), "keine Zeile für Musterstadt"),
    "no letters": (lambda: archive({"Werte.csv": CSV.encode("utf-16")}), "Erwartet werden Spalten wie „Land“"),
    "total": (lambda: archive({"Werte.csv": CSV.replace("1.200", "1.187")}), "erwartet rund 1.200, gefunden 1.187"),
    "rows": (lambda: archive({"Werte.csv": CSV + "01;2;3;004;7;Nord\r\n"}), "Zeilen: erwartet rund 2, gefunden 3"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSALS)
def test_what_is_not_the_file_is_refused_and_the_old_one_stays(desk: Desk, amt: Publisher, kind: str) -> None:
    content, words = REFUSALS[kind]
    wanted = described(amt.says("/w", file(ZIP)), zeilen=2, summen={"zahl": 1200})
    desk.fetch(wanted)
    before = desk.manifest()
    amt.says("/w", file(content()))
    assert words in desk.error(wanted)
    assert (desk.folder / "werte.zip").read_bytes() == ZIP
    assert desk.manifest() == before
    assert sorted(path.name for path in desk.folder.iterdir()) == ["werte.zip", "werte.zip.yml"]


def test_a_plain_table_that_breaks_off_is_refused(desk: Desk, amt: Publisher) -> None:
    wanted = described(amt.says("/w", file(CSV.encode())), mitglied="")
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]
    amt.says("/w", file(CSV.encode() + b"99;0;1"))
    assert "werte.zip, Zeile 4: Die Zeile bricht ab" in desk.error(wanted)


def test_an_empty_answer_is_refused(desk: Desk, amt: Publisher) -> None:
    assert "Die Antwort ist leer" in desk.error(described(amt.says("/w", status(200))))


def test_an_answer_packed_for_transport_is_unpacked(desk: Desk, amt: Publisher) -> None:
    assert [one.status for one in desk.fetch(described(amt.says("/w", packed(ZIP))))] == ["neu"]
    assert (desk.folder / "werte.zip").read_bytes() == ZIP


@pytest.mark.parametrize("answer", [file(b"0" * 2_000_001), packed(b"0" * 3_000_000)])
def test_more_than_the_limit_is_not_taken(desk: Desk, amt: Publisher, answer: Callable[[Any], None]) -> None:
    assert "größer als 2 MB" in desk.error(described(amt.says("/w", answer), hoechstens_mb=2))
    assert list(desk.folder.iterdir()) == []


def test_redirects_are_followed_to_safe_addresses_only(desk: Desk, amt: Publisher) -> None:
    amt.says("/neu", file(ZIP))
    moved = described(amt.says("/w", status(301, Location="/neu")))
    assert [one.status for one in desk.fetch(moved)] == ["neu"]
    assert desk.manifest()["url"] == amt.address + "/neu"
    amt.says("/w", status(302, Location="http://amt.example/w"))
    assert "ohne sichere Verbindung (https)" in desk.error(moved)
    amt.says("/w", status(302, Location="/w"))
    assert "mehr als 5-mal weiter" in desk.error(moved)
    assert "ohne sichere Verbindung" in desk.error(described("http://amt.example/w"))


def test_a_silent_publisher_is_left_after_the_time(desk: Desk, amt: Publisher) -> None:
    release = threading.Event()
    wanted = described(amt.says("/w", slow(release), slow(release), slow(release), slow(release), file(ZIP)))
    assert [one.status for one in desk.fetch(wanted, timeout=0.05)] == ["neu"]
    amt.says("/w", slow(release))
    assert "antwortet nicht rechtzeitig" in desk.error(wanted, timeout=0.05)
    release.set()


def test_a_transfer_that_trickles_is_left(desk: Desk, amt: Publisher) -> None:
    def trickle(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(ZIP)))
        handler.end_headers()
        handler.wfile.flush()
        release.wait(0.05)  # the client has seen the head
        desk.time.slept.append(200)
        handler.wfile.write(ZIP[:60])
        handler.wfile.flush()
        release.wait(5)
        handler.close_connection = True

    release = threading.Event()
    assert "Die Übertragung ist zu langsam" in desk.error(described(amt.says("/w", trickle)))
    release.set()


def test_a_host_without_an_answer_is_tried_once(desk: Desk) -> None:
    with publisher() as gone:
        files = [replace(described(f"{gone.address}/{n}"), datei=f"{n}.zip") for n in range(2)]
    outcomes = desk.fetch(*files)
    assert [one.error.count("ist nicht erreichbar") for one in outcomes] == [1, 1]
    assert outcomes[0].error == outcomes[1].error


def test_a_certificate_that_nobody_knows_is_refused_unless_it_is_named(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = certificate(tmp_path)
    with publisher(both) as amt:
        wanted = described(amt.says("/w", file(ZIP)))
        assert "Das Zertifikat von 127.0.0.1 ist nicht gültig" in desk.error(wanted)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert [one.status for one in desk.fetch(wanted)] == ["neu"]
        amt.says("/w", status(302, Location="http://127.0.0.1:9/w"))
        assert "ohne sichere Verbindung" in desk.error(wanted, force=True)


def test_a_proxy_is_used_that_the_environment_names(
    desk: Desk, amt: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", amt.address)
    monkeypatch.setenv("NO_PROXY", "")
    amt.answers["http://localhost:9/w"] = [file(ZIP)]
    assert [one.status for one in desk.fetch(described("http://localhost:9/w"))] == ["neu"]


def test_the_newest_edition_is_found_in_a_catalogue_by_title(desk: Desk, amt: Publisher) -> None:
    def dataset(title: str, modified: str, name: str, key: str = "downloadURL") -> dict[str, Any]:
        return {"title": title, "modified": modified, "distribution": [{key: f"{amt.address}/{name}", "format": "?"}]}

    listed = [
        dataset("Werte der Stadt", "2024-07-02", "neu.zip", "accessURL"),
        dataset("Werte der Stadt", "2023-07-02", "alt.zip"),
        dataset("Anderes", "2025-01-01", "x.zip"),
    ]
    amt.says("/data.json", packed(json.dumps({"dataset": listed}).encode()))
    amt.says("/neu.zip", file(ZIP))
    found = {"url": f"{amt.address}/data.json", "titel": "^Werte der Stadt$", "datei": r"\.zip$"}
    wanted = replace(described(""), katalog=found)
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]
    assert desk.manifest()["url"] == f"{amt.address}/neu.zip"
    assert "kein Datensatz „Fehlt“" in desk.error(replace(wanted, katalog=found | {"titel": "Fehlt"}))
    amt.says("/data.json", file(b"<html>"))
    assert "ein Katalog von Datensätzen" in desk.error(wanted)


def test_files_are_taken_from_a_folder_and_examined_again(desk: Desk, tmp_path: Path) -> None:
    given, wanted = tmp_path / "geladen", described("")
    assert [(one.status, "mit --aus ORDNER" in one.error) for one in desk.fetch(wanted)] == [("von Hand", True)]
    given.mkdir()
    amt = [offer(wanted)]
    when = desk.time.clock().now()
    assert [one.status for one in adopt(amt, desk.raw, desk.city, given, when)] == ["fehlt"]
    (given / "werte.zip").write_bytes(b"<html>")
    assert [one.status for one in adopt(amt, desk.raw, desk.city, given, when)] == ["Fehler"]
    (given / "werte.zip").write_bytes(ZIP)
    assert [one.status for one in adopt(amt, desk.raw, desk.city, given, when)] == ["neu"]
    assert [one.status for one in reexamine(amt, desk.raw, desk.city)] == ["in Ordnung"]
    assert [one.status for one in desk.fetch(wanted)] == ["unverändert"]
    (desk.folder / "werte.zip").write_bytes(b"PK")
    assert [one.status for one in reexamine(amt, desk.raw, desk.city)] == ["Fehler"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda said: said.pop("geprueft"), lambda said: said.pop("abruf"), lambda said: said.update(abruf="gestern"),
        lambda said: said.update(zeilen="2"), dict.clear,
    ],
)  # fmt: skip
def test_a_manifest_edited_by_hand_is_told_and_written_again(
    desk: Desk, amt: Publisher, damage: Callable[[dict[str, Any]], object]
) -> None:
    wanted = described(amt.says("/w", file(ZIP, etag='"1"')))
    desk.fetch(wanted)
    said = desk.manifest()
    damage(said)
    (desk.folder / "werte.zip.yml").write_text(yaml.safe_dump(said), "utf-8")
    (one,) = kept_files(offer(wanted), desk.raw)
    assert "Die Herkunft fehlt oder ist verändert (werte.zip.yml)" in one.fault
    assert "mindestens eine verändert" in fetch_command._age([one], 1, desk.time.clock().now())
    desk.fetch(wanted)
    assert one.fault == ""


def test_a_time_that_lost_its_quotes_and_its_zone_is_still_one(desk: Desk, amt: Publisher) -> None:
    """Also a date that the publisher writes in a form of its own."""
    wanted = replace(described(amt.says("/w", file(ZIP, modified="gestern"))), stand="")
    desk.fetch(wanted)
    path = desk.folder / "werte.zip.yml"
    path.write_text(path.read_text("utf-8").replace("'2026-11-02T08:00:00+00:00'", "2026-11-02T08:00:00"), "utf-8")
    (one,) = kept_files(offer(wanted), desk.raw)
    assert (one.fault, fetch_command._age([one], 1, desk.time.clock().now())) == (
        "",
        "1 von 1 abgerufen, heute zuletzt beim Herausgeber nachgesehen",
    )
    assert edition(one) == "2026-11-02"


def test_of_some_tables_one_has_to_be_there(desk: Desk, amt: Publisher) -> None:
    more = {name: OfferedTable({"a": "A"}, mitglied=f"{name}.csv", entbehrlich=True) for name in ("tage", "wochen")}
    wanted = described(amt.says("/w", file(ZIP)))
    wanted = replace(wanted, tabellen={**wanted.tabellen, **more}, eine_von=tuple(more))
    assert "Erwartet wird eine Tabelle „tage“ oder „wochen“ mit Zeilen" in desk.error(wanted)
    amt.says("/w", file(archive({"Werte.csv": CSV, "tage.csv": "A\r\n1\r\n"})))
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]
    assert read_offers(ROOT / "data" / "essen")["vrr"].dateien[0].eine_von == ["kalender", "ausnahmen"]


def test_the_plan_says_what_is_brought_whole_what_perhaps_and_what_never(desk: Desk, amt: Publisher) -> None:
    there = replace(described(amt.says("/w", file(ZIP))), mb=5)
    desk.fetch(there)
    by_hand = replace(described(""), datei="b.zip", mb=7)
    plan = list(fetch_command._plan([offer(there, by_hand)], desk.raw, force=False))
    assert plan[0].startswith("amt: werte.zip, nur falls geändert, von http")
    assert plan[1] == "amt: b.zip, nur mit --aus, von https://amt.example"
    assert (
        plan[2]
        == f"Was sich geändert hat, sind höchstens rund {fetch_command._amount(5e6)}. Es wurde nichts abgerufen."
    )
    assert "rund 5,0" in list(fetch_command._plan([offer(there, by_hand)], desk.raw, force=True))[2]


def test_a_full_disk_and_a_folder_of_everything_are_told_file_by_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No description takes the files of another; a file that cannot be put down does not keep the rest away."""
    given = tmp_path / "geladen"
    given.mkdir()
    offers = read_offers(ROOT / "data" / "essen")
    names = [one.datei for each in offers.values() for one in each.dateien]
    for name in names:
        (given / name).write_bytes(b"")
    assert [fetching._given(one, given) for each in offers.values() for one in kept_files(each, desk.raw)] == [
        given / name for name in names
    ]

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "voll")

    monkeypatch.setattr(fetching.shutil, "copyfile", full)
    found = adopt([offers["vrr"], offers["kitas"]], desk.raw, desk.city, given, desk.time.clock().now())
    assert ["der Datenträger ist voll" in one.error for one in found] == [True, True]


def test_every_changed_file_is_named_at_once(desk: Desk, amt: Publisher) -> None:
    files = [replace(described(amt.says(f"/{n}", file(ZIP))), datei=f"{n}.zip") for n in range(2)]
    offers = [replace(offer(one), id=f"amt{n}") for n, one in enumerate(files)]
    with open_client(5.0) as client:
        list(fetch(offers, desk.raw, desk.city, Line(client, desk.time.clock())))
    for n in range(2):
        (desk.raw / "abruf" / f"amt{n}" / f"{n}.zip").write_bytes(b"x")
    with pytest.raises(SchemaError) as caught:
        usable_of(offers, desk.raw)
    assert len(caught.value.problems) == 2


def test_a_part_of_another_place_is_not_joined(desk: Desk, amt: Publisher) -> None:
    def wrong(handler: Any) -> None:
        send(handler, 206, ZIP[50:], Content_Range=f"bytes 50-{len(ZIP) - 1}/{len(ZIP)}")

    wanted = described(amt.says("/w", cut(ZIP, 100, ETag='"1"'), wrong, file(ZIP, etag='"1"')))
    assert [one.status for one in desk.fetch(wanted)] == ["neu"]
    assert (desk.folder / "werte.zip").read_bytes() == ZIP


def test_every_description_is_whole_and_names_what_was_tried() -> None:
    offers = read_offers(ROOT / "data" / "essen")
    assert {"unfallatlas", "bundestagswahlen", "europawahl2019", "zensus2022"} <= set(offers)
    for one in offers.values():
        assert "nie gegen den Herausgeber erprobt" in one.geprueft
        assert all(file.url.startswith("https://") for file in one.dateien if file.url)
        assert f"`{one.id}`" in (ROOT / "docs" / "daten-holen.md").read_text("utf-8")


def test_a_second_run_waits_and_takes_over_from_a_dead_one(
    sozialraum: Sozialraum, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one is a process of its own that is killed as soon as the second one says that it waits."""
    folder, given = tmp_path / "raw" / "abruf", tmp_path / "leer"
    for one in (folder, given):
        one.mkdir(parents=True)
    code = (
        "import pathlib, time; from sozialraum.files import one_after_another\n"
        f"with one_after_another(pathlib.Path({str(folder)!r}), print): print('da', flush=True); time.sleep(60)"
    )
    told: list[str] = []
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdout.readline() == "da\n"
        monkeypatch.setattr(fetch_command, "_tell", lambda text: (told.append(text), first.kill()))
        done = sozialraum("data", "fetch", "europawahl2019", "--aus", str(given), "--raw", str(tmp_path / "raw"))
        assert first.wait(5) < 0
    assert done[:2] == (0, "fehlt europawahl2019: ew19_wbz.zip\n1 Datei: 1 fehlt.\n")
    assert told == [
        f"Im Ordner {folder} arbeitet schon ein anderer Lauf. Dieser wartet, bis jener fertig ist (Ende: Strg+C)."
    ]
