"""Newer editions of places of Musterstadt as the city and the ministry publish them, with the traps of real files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pyproj import Transformer

from musterstadt import tables
from musterstadt.make import degrees, metres

KEY: Final = "99001000"
WITH_ZONE: Final = Transformer.from_crs("EPSG:3035", "EPSG:4647", always_xy=True)
TO_UTM: Final = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True)

# Kitas of 2025/26: the one in Südviertel has opened, the one in Großsüd is gone, one in Weiler is new.
KITAS: Final = (
    *(row for row in tables.KITAS if row[0] not in (9, 10)),
    (9, "Kita Süd", "DW", "Betreuung für Kinder von 2 J. - Schulpflicht", "Südviertel", 8, (250, 750)),
    (11, "Kita Dorfstraße", "AWO", "Betreuung für Kinder von 0 J. - Schulpflicht", "Weiler", 7, (250, 750)),
)
# Schools of 2025/26: a new one stands first, so that the rows of all others have moved.
SCHULEN: Final = (("Grundschule", "Weilerschule", "Dorfstr.", 1, "Weiler", 7, (250, 750)), *tables.SCHULEN)
# number, key of the form, name, in operation, pupils, level, Stadtteil, (x, y)
SCHULDATEN: Final = (
    (100001, "02", "GG Nordwestschule", 1, 210, "3", 1, (250, 850)),
    (100002, "02", "GG Schule am Markt", 1, 250, "6", 2, (250, 760)),
    (100003, "02", "GG Westschule", 1, 190, "8", 4, (250, 750)),
    (100004, "02", "KG Altstadtschule", 1, 230, "3", 5, (500, 500)),
    (100005, "02", "GG Südschule", 1, 170, "6", 8, (250, 750)),
    (100006, "20", "Stadtgymnasium", 1, 810, "ohne Sozialindex", 5, (750, 250)),
    (100007, "10", "Grenzschule", 1, 410, "4", 9, (50, 500)),
    (100009, "02", "GG Weilerschule", 1, 90, "9", 7, (250, 750)),
    (100010, "02", "KG Domschule", 1, 120, "ohne Sozialindex", 5, None),
    (100011, "02", "GG Alte Domschule", 6, 5, "1", 5, (250, 750)),
    (100012, "0A", "Schule der Haft", 1, 7, "9", 5, (260, 750)),
)
# name, street, postal code, Stadtteil, what, telephone, mail, internet, place
BEGEGNUNG: Final = (
    ("Begegnungsstätte Süße Straße", "Hauptstr. 12", 10001, "Altstadt", "Treffpunkt, Beratung", "0201 000001", "",
     "www.example.org", (5, (600, 600))),
    ("Bürgertreff Weiler", "Dorfstr. 3", None, "Weiler", "Mittagstisch", None, "info@example.org", None, None),
)  # fmt: skip
GROSSSUED_M: Final = 1100
"""Width of Großsüd in the city's file: 100 m more than in the tables."""


def kitas(rows: Iterable[tuple[Any, ...]] = KITAS) -> bytes:
    """Kitas; coordinates have four members, the last null."""
    return _collection(
        ({"FID": key, "E_ENR": key, "E_Bezeichn": name, "E_Strasse": tables.STRASSEN[number], "E_HNR": key,
          "E_HSNR_ZUS": " ", "E_PLZ": 10001, "E_Stadttei": stated, "V_Name": association, "Betreukonz": concept},
         [*degrees(number, offset), 0, None])
        for key, name, association, concept, stated, number, offset in rows
    )  # fmt: skip


def schulen() -> bytes:
    """School sites."""
    return _collection(
        ({"FID": house, "S_SCHULFOR": form, "S_BEZEICHN": name, "S_STRASSE": street, "S_HNR": house, "S_HNR_ZUSA": " ",
          "S_PLZ": "00001", "S_STADTT_1": stated}, degrees(number, offset))
        for form, name, street, house, stated, number, offset in SCHULEN
    )  # fmt: skip


def begegnung() -> bytes:
    """Places to meet; UTF-8 that was taken for Latin and encoded once more."""
    names = ("EINRICHTUN", "STRASSE", "PLZ", "STADTTEIL", "ANGEBOT", "TELEFON", "E_MAIL", "INTERNET")
    once = _collection(
        (dict(zip(names, said, strict=True)), degrees(*place) if place else None) for *said, place in BEGEGNUNG
    )
    return once.decode().encode().decode("cp1252").encode()


def stadtteile() -> bytes:
    """Outlines in metres with the zone before the easting, no word on that, and a third and fourth member."""

    def outline(number: int) -> list[list[float]]:
        width = GROSSSUED_M if number == 9 else 1000
        corners = ((0, 0), (width, 0), (width, 1000), (0, 1000), (0, 0))
        return [[*WITH_ZONE.transform(*metres(number, corner)), 0, 0] for corner in corners]

    return _collection(
        (({"FID": number, "STADTTEILE": name, "STAT_NR": number}, [outline(number)]) for number, name, *_ in
         tables.STADTTEILE), kind="Polygon",
    )  # fmt: skip


def schuldaten() -> bytes:
    """The register: a line before the head, whose last separator no row has; a school of another city comes first."""
    head = (
        "Schulnummer;Schulform;Schulbezeichnung_1;Schulbezeichnung_2;Schulbezeichnung_3;Kurzbezeichnung;"
        "Bezirksregierung;PLZ;Ort;Strasse;Telefonvorwahl;Telefon;Faxvorwahl;Fax;E-Mail;Homepage;Rechtsform;"
        "Traegernummer;Gemeindeschluessel;Schulbetriebsschluessel;Schulbetriebsdatum;EPSG;UTMRechtswert;UTMHochwert;"
    )
    elsewhere = _school(100500, "02", "GG Anderswo", 1, "05113000", "EPSG:25832", ("360014", "5702795"))
    return _lines(["sep=;", head, elsewhere, *_schools()])


def _schools() -> Iterator[str]:
    for number, form, name, state, _, _, area, offset in SCHULDATEN:
        place = [f"{part:.0f}" for part in TO_UTM.transform(*metres(area, offset))] if offset else ["0", "0"]
        yield _school(number, form, name, state, KEY, "EPSG:25832" if offset else "null", place)


def _school(number: int, form: str, name: str, state: int, key: str, crs: str, place: Iterable[str]) -> str:
    said = (
        number, form, name, "Städt. Schule", "", f"Musterstadt, {name}", 1, 10001, "Musterstadt", "Str. 1", "0", "1",
        "0", "2", "a@example.org", "http://www.example.org", 1, 9, key, state, "01.08.2019", crs, *place,
    )  # fmt: skip
    return ";".join(f'"{one}"' for one in said)


def anzahlen() -> bytes:
    """Pupils of every school of the land."""
    rows = [f'"{number}";"{pupils}"' for number, _, _, _, pupils, *_ in SCHULDATEN]
    return _lines(["sep=;", "Schulnummer;Anzahl", '"100500";"99"', *rows])


def schulliste() -> bytes:
    """Levels, in the letters of an old terminal."""
    rows = [
        f"{number};Musterstadt, {name};Düsseldorf;Muster;Musterstadt;{level}"
        for number, _, name, _, _, level, *_ in SCHULDATEN
    ]
    head = "Schulnummer;Kurzbezeichnung;Bezirksregierung;Kreis;Gemeinde;Sozialindexstufe"
    return _lines([head, *rows]).decode().encode("cp850")


def catalogue(address: str) -> bytes:
    """The city's data sets: an old edition that was touched later, one put up again, addresses under either name."""

    def entry(title: str, modified: str, *names: str, key: str = "downloadURL") -> dict[str, object]:
        return {
            "title": title,
            "modified": modified,
            "distribution": [{key: f"{address}/sites/default/files/{name}"} for name in names],
        }

    kitas_new = ("kitas_2025_2026.geojson", "kitas_2025_2026_0.geojson")
    sets = [
        entry("Kindertageseinrichtungen 2025/2026", "2025-09-01", *kitas_new),
        entry("Kindertageseinrichtungen 2024/2025", "2026-01-05", "kitas_2024_2025.geojson"),
        entry("Schulen", "2025-09-02", "Schulen_2025_2026.geojson", key="accessURL"),
        entry("Orte der Begegnung", "2026-03-04", "Orte_der_Begegnung.geojson"),
        entry("Verwaltungsgrenzen", "2024-07-02", "Stadtteile_WGS84.geojson", "Stadtgrenze_WGS84.geojson"),
    ]
    return json.dumps({"dataset": sets}).encode()


def published() -> dict[str, bytes]:
    """Every file by the end of its address."""
    return {
        "kitas_2025_2026_0.geojson": kitas(),
        "Schulen_2025_2026.geojson": schulen(),
        "Orte_der_Begegnung.geojson": begegnung(),
        "Stadtteile_WGS84.geojson": stadtteile(),
    }


def _collection(features: Iterable[tuple[Mapping[str, Any], Any]], kind: str = "Point") -> bytes:
    found = [
        {"type": "Feature", "geometry": place and {"type": kind, "coordinates": place}, "properties": words}
        for words, place in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False).encode()


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()
