"""Write the source files and manifests of Musterstadt in the formats of the real publishers.

Run ``python tests/musterstadt/make.py`` after a change of ``tables.py``; the same tables always give the
same bytes. The hand-written files lie in ``daten``; its catalogue is a link to Essen's.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from pyproj import Transformer

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from musterstadt import tables
from sozialraum.city.sources import file_sha256
from sozialraum.supply.prepare.pipeline import build

HERE = Path(__file__).resolve().parent
TO_DEGREES = Transformer.from_crs("EPSG:3035", "EPSG:4326", always_xy=True)
FIXED_TIME = (2024, 1, 1, 0, 0, 0)
CORNERS = {number: (column, row) for number, _, _, column, row in tables.STADTTEILE} | {0: (3, 1)}


def main() -> None:
    """Write raw files, manifests and the built tables."""
    write_sources(HERE)
    build(HERE / "raw", HERE / "daten", data=HERE / "daten")


def write_sources(folder: Path) -> None:
    """Write raw files and manifests below a folder."""
    raw, sources = folder / "raw", folder / "sources"
    for target in (raw, sources):
        target.mkdir(parents=True, exist_ok=True)
    for name, content in raw_files().items():
        (raw / name).write_bytes(content)
    for key, manifest in manifests(raw).items():
        text = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False)
        (sources / f"{key}.yml").write_text(text, encoding="utf-8", newline="\n")


def raw_files() -> dict[str, bytes]:
    """Content of every raw file by name."""
    return {
        "stadtteile.csv": _csv(_register()),
        "stadtteile.geojson": _geojson(_polygons()),
        "stadtbezirke.geojson": _geojson(_official_bezirke()),
        "stadtgrenze.geojson": _geojson([({}, _polygon(_ring(0, 0, 3000, 3000), [0, None]))]),
        "schulen.geojson": _geojson(_schools()),
        "kitas.geojson": _geojson(_kitas()),
        "schulverzeichnis.csv": _csv(_school_list()),
        "haltestellen.csv": _csv(_stops()),
        "hauskoordinaten.zip": _zip("hauskoordinaten.geojson", _geojson(_houses())),
        "zensus_1km.csv": _csv(_census_km()),
        "zensus2011_100m.parquet": _parquet(_census_cells()),
        "europawahl.csv": _csv(_election()),
        "melderegister.csv": _csv(_people_registered()),
        "melderegister_bezirke.csv": _csv(_people_by_year()),
        "maerkte.csv": _csv(_points("name opening_hours", tables.MAERKTE)),
        "krankenhaeuser.csv": _csv(_points("name adresse status", tables.KRANKENHAEUSER)),
        "pflege.csv": _csv(_points("name strasse", tables.PFLEGE).assign(plz="10001")),
        "anlaufstellen.csv": _csv(_contact_points()),
        "im_bau.csv": _csv(_points("name bauabschnitt", tables.IM_BAU)),
        "radunfaelle.csv": _csv(_points("jahr", tables.RADUNFAELLE)),
        "quartiermanagement.csv": _csv(_offers()),
        "kennzahlen.csv": _csv(_figures()),
    }


FILES = {
    "stadtteile_liste": ("stadtteile.csv", "Nummern und Namen der Stadtteile", "2024"),
    "stadtteile_amtlich": ("stadtteile.geojson", "Grenzen der Stadtteile", "2025"),
    "stadtbezirke": ("stadtbezirke.geojson", "Grenzen der Stadtbezirke", "2024-07-02"),
    "stadtgrenze": ("stadtgrenze.geojson", "Stadtgrenze", "2024-07-02"),
    "schulen": ("schulen.geojson", "Schulstandorte", "2024/25"),
    "kitas": ("kitas.geojson", "Kindertageseinrichtungen", "2024/25"),
    "schulsozialindex": ("schulverzeichnis.csv", "Schulverzeichnis und Schulsozialindex", "2025/26"),
    "haltestellen": ("haltestellen.csv", "Haltestellen", "2026"),
    "hauskoordinaten": ("hauskoordinaten.zip", "Hauskoordinaten", "2022-08-22"),
    "zensus_1km": ("zensus_1km.csv", "Zensus im 1-km-Raster", "2022-05-15"),
    "zensus2011_100m": ("zensus2011_100m.parquet", "Zensus 2011 im 100-m-Raster", "2011-05-09"),
    "europawahl2024": ("europawahl.csv", "Europawahl 2024 nach Wahlbezirken", "2024-06-09"),
    "einwohner_register": ("melderegister.csv", "Einwohner nach dem Melderegister, Stadtteile", "2022-09-30"),
    "einwohner_register_bezirke": (
        "melderegister_bezirke.csv",
        "Einwohner nach dem Melderegister, Bezirke",
        "2018-12-31",
    ),
    "wochenmaerkte": ("maerkte.csv", "Wochenmärkte", "2026-07"),
    "krankenhaeuser": ("krankenhaeuser.csv", "Krankenhäuser", "2020/21"),
    "pflegeeinrichtungen": ("pflege.csv", "Pflegeheime", "2026-03"),
    "anlaufstellen": ("anlaufstellen.csv", "Anlaufstellen", None),
    "citybahn": ("im_bau.csv", "Haltestellen im Bau", "2024-11"),
    "radunfaelle": ("radunfaelle.csv", "Unfälle mit Personenschaden und Fahrrad", "2020"),
    "quartiermanagement": ("quartiermanagement.csv", "Quartiermanagement", "2025"),
    "kennzahlen": ("kennzahlen.csv", "Einzelne veröffentlichte Angaben", None),
    "parks": (None, "Angaben zu Parks", None),
    "zeitung": (None, "Ein erfundener Artikel", "2023-06"),
}


def manifests(raw: Path) -> dict[str, dict[str, Any]]:
    """Manifest of every source, and the one licence."""
    made: dict[str, dict[str, Any]] = {"lizenzen": {"erfunden": {"name": "Erfundene Daten für Tests", "url": None}}}
    for key, (file, title, stand) in FILES.items():
        made[key] = {
            "id": key,
            "titel": f"{title} von Musterstadt",
            "herausgeber": "Stadt Musterstadt",
            "url": None,
            "lizenz": "erfunden",
            "quellenvermerk": "Stadt Musterstadt (erfunden)",
            "stand": stand,
            "abruf": None,
            "datei": file,
            "sha256": file and file_sha256(raw / file),
        }
    return made


def _register() -> pd.DataFrame:
    rows = [
        (number, name, tables.BEZIRKE[key][0], key, tables.BEZIRKE[key][1])
        for number, name, key, *_ in tables.STADTTEILE
    ]
    return pd.DataFrame(
        rows, columns=["stadtteil_nr", "stadtteil", "stadtbezirk_nr", "stadtbezirk_roemisch", "stadtbezirk_name"]
    )


def _polygons() -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """The official Stadtteile, in no order."""
    for number, name, bezirk, column, row in reversed(tables.STADTTEILE):
        square = _ring(column * 1000, row * 1000, 1000, 1000)
        yield {"stadtteil_nr": f"{number:02d}", "stadtteil": name, "stadtbezirk_roemisch": bezirk}, _polygon(square, [])


def _official_bezirke() -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Three strips; coordinates have four members, some null."""
    for number, key in enumerate(tables.BEZIRKE):
        strip = _ring(0, 2000 - number * 1000, 3000, 1000)
        yield {"STADTBEZR": key}, _polygon(strip, [0, None if key == "III" else 0])


def _schools() -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    for form, name, street, house, stated, number, offset in tables.SCHULEN:
        words = {"S_SCHULFOR": form, "S_BEZEICHN": name, "S_STRASSE": street, "S_HNR": house, "S_HNR_ZUSA": " "}
        yield words | {"S_PLZ": "00001", "S_STADTT_1": stated}, _point(number, offset)


def _kitas() -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    for key, name, association, concept, stated, number, offset in tables.KITAS:
        words = {
            "E_ENR": key,
            "E_Bezeichn": name,
            "E_Strasse": tables.STRASSEN[number],
            "E_HNR": key,
            "E_HSNR_ZUS": " ",
        }
        words |= {"E_PLZ": 10001, "E_Stadttei": stated, "V_Name": association, "Betreukonz": concept}
        yield words, _point(number, offset)


def _school_list() -> pd.DataFrame:
    rows = []
    for key, form, name, start, pupils, level, number, offset in tables.SCHULVERZEICHNIS:
        lon, lat = degrees(number, offset)
        rows.append((key, form, name, None, None, name, start, pupils, level, lat, lon))
    columns = [
        "schulnummer",
        "schulform_itnrw",
        "Amtliche Bezeichnung 1",
        "Amtliche Bezeichnung 2",
        "schulbezeichnung_1",
    ]
    columns += [
        "kurzbezeichnung",
        "startchancen_schule",
        "schueler_2024_25_gerundet",
        "sozialindexstufe_2025_26",
        "lat",
        "lon",
    ]
    return pd.DataFrame(rows, columns=columns).astype({"sozialindexstufe_2025_26": "Int64"})


def _stops() -> pd.DataFrame:
    rows = []
    for key, name, kind, parent, parent_name, rail, number, offset in tables.HALTESTELLEN:
        lon, lat = degrees(number, offset)
        rows.append((key, name, kind, parent, parent_name, lat, lon, rail, False))
    return pd.DataFrame(
        rows, columns=["eva_id", "name", "typ", "parent_id", "parent_name", "lat", "lon", "regional", "suburban"]
    )


def _points(head: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows that end with Stadtteil and metres from its corner, with degrees and the name of the Stadtteil."""
    names = {number: name for number, name, *_ in tables.STADTTEILE}
    made = [(*words, names[number], *degrees(number, offset)) for *words, number, offset in rows]
    return pd.DataFrame(made, columns=[*head.split(), "stadtteil", "lon", "lat"])


def _contact_points() -> pd.DataFrame:
    rows = [(*words, number, offset or (0, 0)) for *words, number, offset, _, _ in tables.ANLAUFSTELLEN]
    table = _points("typ name adresse", rows)
    known = [offset is not None for *_, offset, _, _ in tables.ANLAUFSTELLEN]
    table[["lon", "lat"]] = table[["lon", "lat"]].where(pd.Series(known), axis=0)
    return table.assign(
        quelle=[row[-2] for row in tables.ANLAUFSTELLEN], stand=[row[-1] for row in tables.ANLAUFSTELLEN]
    )


def _offers() -> pd.DataFrame:
    head = "id art bereich stadtteile stelle adresse seit seit_text bis quelle stand hinweis"
    return pd.DataFrame(tables.QUARTIERMANAGEMENT, columns=head.split())


def _figures() -> pd.DataFrame:
    return pd.DataFrame(tables.KENNZAHLEN, columns=["thema", "ebene", "kennzahl", "wert", "urheber", "quelle", "stand"])


def _houses() -> Iterable[tuple[dict[str, Any], dict[str, Any]]]:
    """Label points first, then houses 1-5 in cell A and 6-10 in B, twenty metres apart; one beyond the boundary."""
    for street, number, offset in tables.BESCHRIFTUNGEN:
        yield {"adresse": f"{street} *", "strname": street}, _point(number, offset)
    for number, *_ in tables.STADTTEILE:
        for cell, (x, y) in enumerate((tables.CELL_A, tables.CELL_B)):
            for house in range(tables.HOUSES_PER_CELL):
                words = _address(tables.STRASSEN[number], cell * tables.HOUSES_PER_CELL + house + 1)
                yield words, _point(number, (x - 40 + 20 * house, y))
    yield _address(tables.STRASSEN[0], 1, "a"), _point(0, (50, 750))


def _address(street: str, number: int, suffix: str = "") -> dict[str, Any]:
    extra = {"hsnrzu": suffix.upper()} if suffix else {}
    return {"hsnr": str(number), **extra, "adresse": f"{street} {number}{suffix.upper()}", "strname": street}


def _census_km() -> pd.DataFrame:
    rows = []
    for number, values in tables.ZENSUS.items():
        column, row = CORNERS[number]
        corner = {"x": tables.ORIGIN[0] + column * 1000, "y": tables.ORIGIN[1] + row * 1000}
        named = dict(zip(tables.ZENSUS_HEAD.split(), map(int, values.split()), strict=True))
        rows.append(corner | named | {"share_in_essen": 1.0 if number else tables.SHARE_OF_BORDER_CELL})
    return pd.DataFrame(rows)


def _census_cells() -> pd.DataFrame:
    rows = []
    for number, dwellings in tables.WOHNUNGEN.items():
        for offset, count in zip((tables.CELL_A, tables.CELL_B), dwellings, strict=True):
            x, y = metres(number, offset)
            rows += [(x, y, f"dwellings_WOHNFLAECHE_10S_{size}", count // 2, 0) for size in (5, 9)]
        x, y = metres(number, tables.CELL_A)
        counts = zip(tables.FAMILIEN_HEAD, tables.FAMILIEN[number].split(), strict=True)
        rows += [(x, y, name, int(value), 0) for name, value in counts if value != "-"]
    table = pd.DataFrame(rows, columns=["x", "y", "merkmal", "value", "quality"])
    return table.astype({"x": "int32", "y": "int32", "quality": "int32"})


def _election() -> pd.DataFrame:
    columns = ["Wahlbezirk", "Bezirksart", "Wahlberechtigte", "Wahlberechtigte mit Sperrvermerk (A2)", "Wählende"]
    return pd.DataFrame(tables.WAHL, columns=[*columns, "dar. Wählende mit Wahlschein"])


def _people_registered() -> pd.DataFrame:
    table = pd.DataFrame(tables.REGISTER, columns=["stadtteil_nr", "stadtteil", "einwohner"])
    return table.assign(stichtag=tables.REGISTER_STICHTAG)


def _people_by_year() -> pd.DataFrame:
    rows = [
        (key, tables.REGISTER_NAMEN[key], f"{year}-12-31", people)
        for year, counts in tables.REGISTER_REIHE.items()
        for key, people in counts.items()
    ]
    return pd.DataFrame(rows, columns=["gebiet", "name", "stichtag", "einwohner"])


def metres(number: int, offset: tuple[int, int]) -> tuple[int, int]:
    """Easting and northing of a place in a Stadtteil, EPSG:3035."""
    column, row = CORNERS[number]
    return tables.ORIGIN[0] + column * 1000 + offset[0], tables.ORIGIN[1] + row * 1000 + offset[1]


def degrees(number: int, offset: tuple[int, int]) -> tuple[float, float]:
    """Longitude and latitude of a place in a Stadtteil."""
    lon, lat = TO_DEGREES.transform(*metres(number, offset))
    return round(lon, 9), round(lat, 9)


def _point(number: int, offset: tuple[int, int]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(degrees(number, offset))}


def _ring(x: int, y: int, width: int, height: int) -> list[tuple[int, int]]:
    """Corners of a rectangle in metres from the origin, one each kilometre on the horizontal sides."""
    steps = range(0, width + 1, 1000)
    return [*((x + step, y) for step in steps), *((x + width - step, y + height) for step in steps), (x, y)]


def _polygon(ring: Iterable[tuple[int, int]], more: list[int | None]) -> dict[str, Any]:
    corners = [TO_DEGREES.transform(tables.ORIGIN[0] + x, tables.ORIGIN[1] + y) for x, y in ring]
    return {"type": "Polygon", "coordinates": [[[round(lon, 9), round(lat, 9), *more] for lon, lat in corners]]}


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def _geojson(features: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> bytes:
    lines = [
        json.dumps({"type": "Feature", "properties": words, "geometry": geometry}, ensure_ascii=False)
        for words, geometry in features
    ]
    return ('{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n").encode()


def _zip(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, FIXED_TIME), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _parquet(table: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    table.to_parquet(stream, index=False, compression="zstd")
    return stream.getvalue()


if __name__ == "__main__":
    main()
