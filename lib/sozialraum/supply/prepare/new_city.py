"""The tables of another city from its boundaries and one table of inhabitants: ``sozialraum data new``.

Nothing else is needed to open, map, compare and report; whatever else the catalogue names is a gap, until an own table
or a build fills it.
"""

import re
import tempfile
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
import yaml

from sozialraum.city.gebiete import fold, slugify
from sozialraum.city.load import CRS_FILES, DEFAULT_DIR, REGISTER, SOURCES, read_yaml, sources_dir
from sozialraum.city.own_areas.outlines import read_outlines
from sozialraum.city.sources import LICENCES_FILE, file_sha256, read_licences, read_manifests
from sozialraum.errors import ParameterError, SchemaError, SourceMissing
from sozialraum.supply.intake.dates import as_stand
from sozialraum.supply.prepare.areas import REGISTER_COLUMNS, display_outlines, square_km
from sozialraum.supply.prepare.check import Quality, check
from sozialraum.supply.prepare.write import csv_text, geojson_text, write_all

BOUNDARIES, PEOPLE = "grenzen", "einwohner"
DENSITY: Final = "dichte_je_km2"
NO_LICENCE: Final = "nicht-angegeben"
MAX_GAP_M: Final = 5.0
"""Overlaps and slivers between neighbours up to this width are closed; wider ones are refused."""
_ETRS_ZONES: Final = range(28, 39)
_AREAL: Final = ("Polygon", "MultiPolygon")
_USUAL: Final = {
    "nummer": ("nummer", "nr", "stadtteil nr", "stadtteilnr", "stadtteil nummer", "stadtteilnummer", "ortsteil nr",
               "ortsteilnummer", "stt nr", "gebiet nr", "gebietsnummer", "nummer des stadtteils", "schluessel",
               "kennziffer", "kennung", "code", "id", "gebiet id"),
    "name": ("name", "stadtteil", "ortsteil", "stadtteilname", "stadtteil name", "ortsteilname", "bezeichnung",
             "gebietsname", "gebiet", "bezirk name", "stt name"),
    "einwohner": ("einwohner", "einwohnerzahl", "bevoelkerung", "einwohner insgesamt", "bevoelkerung insgesamt",
                  "insgesamt", "anzahl", "hauptwohnsitz", "einwohnerinnen und einwohner"),
}  # fmt: skip
_WHAT: Final = {"nummer": "die Nummer", "name": "der Name", "einwohner": "die Zahl der Einwohner"}
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.\s\u00a0\u202f]\d{3})+|\d+")
_EMPTY: Final = {
    "einrichtungen.csv": (
        "id,art,unterart,name,verband,adresse,gebiet_id,stadtteil_angabe,lon,lat,stand,quelle,status,hauptstandort,"
        "alter_von,alter_bis,hinweis,nachweis"
    ),
    "angebote.csv": "id,art,bereich,gebiete,stelle,adresse,buero,seit,bis,status,hinweis,nachweis,stand,quelle",
    "kennzahlen.csv": "gebiet_id,thema,angabe,urheber,nachweis,stand,quelle",
    "schulen.csv": "id,schulnummer,schueler,sozialindex,startchancen,abstand_m,quelle",
    "raster.csv": (
        "x,y,gebiet_id,einwohner,unter_15,von_15_bis_64,ab_65,gehweg_haltestelle_m,gehweg_grundschule_m,gehweg_kita_m,"
        "nah_am_stadtrand"
    ),
    "einwohner_register.csv": "gebiet_id,stichtag,einwohner,quelle",
    "qualitaet.csv": "thema,gebiet_id,gegenstand,befund,behandlung",
}
"""Tables that nothing is known for yet, by their heads."""
_NO_FEATURES: Final = '{"type":"FeatureCollection","features":[]}\n'
_ADDRESSES: Final = ("strasse", "hausnummer", "x", "y", "gebiet_id")
_ROWS: Final = (
    "gebiet_id", "indikator", "zaehler", "nenner", "wert", "von", "bis", "stand", "art", "quelle", "hinweis",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a person says of the city and its two files; empty is to be guessed.

    Attributes
    ----------
    stadt, stand
        Name of the city, date of the inhabitants.
    nummer, name, einwohner
        Columns of the number, the name and the inhabitants.
    herausgeber, lizenz
        Who published both files, and the id of their licence.
    layer
        Layer of a GeoPackage with several.
    """

    stadt: str
    stand: str
    nummer: str = ""
    name: str = ""
    einwohner: str = ""
    herausgeber: str = ""
    lizenz: str = NO_LICENCE
    layer: str | None = None


def new_city(folder: Path, boundaries: Path, table: Path, wanted: Wanted, *, today: date) -> Quality:
    """Make a folder of tables for another city, all or nothing.

    Parameters
    ----------
    folder
        Must not exist yet, or be empty.
    boundaries
        GeoJSON, GeoPackage or Shapefile of all Stadtteile with number and name.
    table
        CSV or XLSX with one row per Stadtteil: number or name, and inhabitants.

    Raises
    ------
    ParameterError
        If something that only a person knows is missing, or the folder is in use.
    SourceMissing, SchemaError
        If a file is missing or cannot be used; names row or object and remedy.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ParameterError(f"{folder} gibt es schon. Bitte einen neuen Ordner nennen.")
    stand = as_stand(wanted.stand)
    if stand is None:
        raise ParameterError(f"„{wanted.stand}“ ist kein Stand. Möglich sind: 31.12.2023, 2023-12-31, 2023.")
    shapes = _outlines(boundaries, wanted)
    people = _inhabitants(table, shapes, wanted)
    register = _register(shapes, wanted)
    licences = _licences(wanted)
    with tempfile.TemporaryDirectory() as temporary:
        by_hand = Path(temporary) / "neu"
        (by_hand / SOURCES).mkdir(parents=True)
        for name, content in _written(shapes, wanted, stand, licences, boundaries, table, today).items():
            text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
            (by_hand / name).write_text(text, encoding="utf-8", newline="\n")
        areas = gpd.GeoDataFrame(geometry=display_outlines(gpd.GeoSeries(shapes.geometry), register), crs=CRS_FILES)
        texts = {
            "gebiete.csv": csv_text(register.rename_axis("gebiet_id").reset_index()),
            "gebiete.geojson": geojson_text(gpd.GeoDataFrame(areas.rename_axis("gebiet_id").reset_index())),
            "indikatoren.csv": csv_text(_values(people, register, stand)),
            "einkaufsstrassen.geojson": _NO_FEATURES,
            **{name: f"{head}\n" for name, head in _EMPTY.items()},
        }
        addresses = pd.DataFrame(columns=list(_ADDRESSES)).astype({"strasse": "category", "x": "int64", "y": "int64"})
        sources = read_manifests(by_hand / SOURCES)
        return write_all(folder, texts, addresses, sources, by_hand=by_hand, accept=check)


def _guessed(what: str, named: str, columns: list[str], path: Path) -> str:
    """The column that a person names, or the only one with a usual name."""
    if named:
        if named not in columns:
            raise ParameterError(f"{path}: Eine Spalte „{named}“ gibt es nicht. Vorhanden: {', '.join(columns)}.")
        return named
    folded = {column: fold(column) for column in columns}
    for usual in _USUAL[what]:
        found = [column for column in columns if folded[column] == usual]
        if len(found) == 1:
            return found[0]
    raise ParameterError(
        f"{path}: In welcher Spalte {_WHAT[what]} steht, ist nicht zu erkennen. Bitte nennen, mit: --{what} SPALTE. "
        f"Vorhanden: {', '.join(columns)}."
    )


def _outlines(path: Path, wanted: Wanted) -> gpd.GeoDataFrame:
    """Stadtteile in metres of the UTM zone of the city: index gebiet_id, columns nummer and name."""
    table = read_outlines(path, layer=wanted.layer, remedy="mit --layer")
    columns = [str(name) for name in table.columns if name != table.geometry.name]
    numbers = table[_guessed("nummer", wanted.nummer, columns, path)]
    names = table[_guessed("name", wanted.name, columns, path)]
    faults: list[str] = []
    read: list[tuple[int, str]] = []
    for place, (number, name, shape) in enumerate(zip(numbers, names, table.geometry, strict=True), start=1):
        digits = re.fullmatch(r"0*(\d{1,9})(?:\.0)?", str(number).strip())
        said = "" if pd.isna(name) else " ".join(str(name).split())
        fault = (
            ""
            if digits
            else f"Die Nummer „{number}“ ist keine ganze Zahl. Bitte mit --nummer eine andere Spalte nennen."
        )
        fault = fault or ("" if said else "Der Name fehlt. Bitte ergänzen.")
        if not fault and not re.search(r"[^\W\d_]", said):
            fault = f"Der Name „{said}“ ist kein Wort. Bitte mit --name eine andere Spalte nennen."
        if not fault and (shape is None or shape.is_empty or shape.geom_type not in _AREAL):
            fault = "Das Objekt ist keine Fläche. Bitte entfernen oder neu zeichnen."
        faults += [f"{path}, Objekt {place}: {fault}"] if fault else []
        read.append((int(digits[1]) if digits else -place, said))
    for what, place_of in (("Nummer", 0), ("Name", 1)):
        values = [one[place_of] for one in read]
        folded = [(place_of and fold(str(value))) or value for value in values]  # „Süd“ is „Sued“ wherever it is typed
        faults += [
            f"{path}, Objekt {place}: {what} „{value}“ kommt mehrfach vor. Bitte zu einem Objekt vereinigen."
            for place, value in enumerate(values, start=1)
            if folded[place - 1] in folded[: place - 1] and value != ""
        ]
    faults += [
        f"{path}, Objekt {place}: Der Stadtteil heißt wie die Stadt ({said}); in Berichten wäre nicht zu sehen, wer "
        f"gemeint ist. Bitte anders nennen, etwa {said}-Mitte."
        for place, (_, said) in enumerate(read, start=1)
        if said and fold(said) == fold(wanted.stadt)
    ]
    if not faults and len(read) < 2:
        faults = [f"{path}: Die Datei hat nur ein Objekt. Erwartet werden alle Stadtteile der Stadt."]
    if faults:
        raise SchemaError(faults)
    width = max(2, *(len(str(number)) for number, _ in read))
    ids = pd.Index([f"{number:0{width}d}" for number, _ in read], name="gebiet_id")
    flat = shapely.make_valid(shapely.force_2d(table.geometry.to_numpy()))
    degrees = gpd.GeoSeries(flat, index=ids, crs=table.crs).to_crs(CRS_FILES)
    metres = gpd.GeoSeries(degrees.to_crs(_zone(degrees)))
    attributes: dict[str, list[Any]] = {"nummer": [number for number, _ in read], "name": [name for _, name in read]}
    found = gpd.GeoDataFrame(
        attributes, index=ids, geometry=_covering(metres, path, attributes["name"]), crs=metres.crs
    )
    return found.sort_values("nummer")


def _zone(degrees: gpd.GeoSeries) -> str:
    """The UTM zone of the city: that of ETRS89 in Europe, otherwise that of WGS 84."""
    zone = int((shapely.box(*degrees.total_bounds).centroid.x + 180) // 6) + 1
    if zone in _ETRS_ZONES:
        return f"EPSG:258{zone}"
    return f"EPSG:{pyproj.CRS(degrees.estimate_utm_crs()).to_epsg()}"


def _covering(shapes: gpd.GeoSeries, path: Path, names: list[Any]) -> list[Any]:
    """Outlines that neither overlap nor leave slivers between neighbours."""
    parts = shapes.to_numpy()
    if not shapely.coverage_is_valid(parts):
        parts = shapely.coverage_clean(parts, gap_width=MAX_GAP_M)  # type: ignore[attr-defined]
        moved = shapely.area(shapely.symmetric_difference(parts, shapes.to_numpy())) / shapes.length.to_numpy()
        if faults := [
            f"{path}: Die Fläche von {name} überlappt eine andere. Bitte die Grenzen im Kartenprogramm berichtigen."
            for name, far in zip(names, moved, strict=True)
            if far > MAX_GAP_M
        ]:
            raise SchemaError(faults)
    return list(parts)


def _inhabitants(path: Path, shapes: gpd.GeoDataFrame, wanted: Wanted) -> pd.Series:
    """Inhabitants by gebiet_id; every Stadtteil must be there once, a line of the sum may."""
    table = _table(path)
    columns = list(table.columns)
    counted = table[_guessed("einwohner", wanted.einwohner, columns, path)]
    keys = _keys(table, columns, path, wanted)
    by_number = {str(number): key for key, number in shapes["nummer"].items()}
    by_name = {fold(name): key for key, name in shapes["name"].items()}
    names = {str(key): str(name) for key, name in shapes["name"].items()}
    found: dict[str, int] = {}
    whole = {fold(wanted.stadt), "insgesamt", "gesamt", "summe", "gesamtstadt", "stadt"}
    sums: list[tuple[int, str]] = []
    faults: list[str] = []
    for row, (said, count) in enumerate(zip(keys, counted, strict=True), start=2):
        key = by_number.get(re.sub(r"^0+(?=\d)|\.0$", "", said)) or by_name.get(fold(said))
        if key is None:
            words = {fold(str(cell)) for cell in table.iloc[row - 2]}
            sums += [(row, count)] if words & whole and _THOUSANDS.fullmatch(count) else []
            if fold(said) not in {"", *whole}:
                faults.append(f"{path}, Zeile {row}: „{said}“ steht nicht in den Grenzen. Bitte prüfen.")
            continue
        number = _THOUSANDS.fullmatch(re.sub(r"\.0$", "", count.strip()))
        if number is None:
            faults.append(f"{path}, Zeile {row}: „{count}“ ist keine Zahl von Einwohnern. Bitte berichtigen.")
        elif key in found:
            faults.append(f"{path}, Zeile {row}: {names[str(key)]} kommt zweimal vor. Bitte eine Zeile streichen.")
        else:
            found[str(key)] = int(re.sub(r"\D", "", number[0]))
    lacking = [str(shapes.at[key, "name"]) for key in shapes.index if key not in found]
    if lacking and not faults:
        faults = [f"{path}: Es fehlt die Zeile von {', '.join(lacking)}. Bitte ergänzen."]
    total = sum(found.values())
    faults = faults or [
        f"{path}, Zeile {row}: Die Summe sagt {count.strip()}, die Zeilen ergeben {total}. Bitte berichtigen oder die "
        "Zeile der Summe streichen."
        for row, count in sums
        if re.sub(r"\D", "", count) != str(total)
    ]
    if not faults and total == 0:
        faults = [f"{path}: Die Summe der Einwohner ist 0. Bitte prüfen."]
    if faults:
        raise SchemaError(faults)
    return pd.Series(found).loc[shapes.index]


def _keys(table: pd.DataFrame, columns: list[str], path: Path, wanted: Wanted) -> list[str]:
    """What names the area of each row: the number where there is one, otherwise the name."""
    for what in ("nummer", "name"):
        try:
            named = getattr(wanted, what)
            return list(table[_guessed(what, named if named in columns else "", columns, path)])
        except ParameterError:
            if what == "name":
                raise
    return []


def _table(path: Path) -> pd.DataFrame:
    """A CSV or XLSX as texts."""
    if not path.is_file():
        raise SourceMissing(f"Die Datei {path} gibt es nicht. Bitte den Pfad prüfen.")
    try:
        if path.suffix.lower() == ".xlsx":
            table = pd.read_excel(path, dtype=str, keep_default_na=False)
        elif path.suffix.lower() == ".csv":
            table = _csv(path)
        else:
            raise SchemaError([f"{path}: Die Einwohner werden aus .csv oder .xlsx gelesen."])
    except (ValueError, OSError, KeyError) as error:
        raise SchemaError(
            [f"{path}: Die Tabelle ist nicht zu lesen. Bitte als .xlsx oder .csv neu speichern."]
        ) from error
    return table.rename(columns=str).fillna("")


def _csv(path: Path) -> pd.DataFrame:
    content = path.read_bytes()
    try:
        text = content.decode("utf-16" if content[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    head = text.partition("\n")[0]
    mark = max(";,\t", key=head.count)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(StringIO(text), sep=mark, dtype=str, keep_default_na=False)


def _register(shapes: gpd.GeoDataFrame, wanted: Wanted) -> pd.DataFrame:
    """The table of areas: the Stadtteile and the city; there are no Stadtbezirke."""
    rows = pd.DataFrame(
        {"ebene": "stadtteil", "nummer": shapes["nummer"], "name": shapes["name"], "praeposition": "in"}
    )
    key = _city_id(wanted, list(shapes.index))
    city = pd.DataFrame({"ebene": "stadt", "nummer": 0, "name": wanted.stadt, "praeposition": "in"}, index=[key])
    table = pd.concat([rows, city]).reindex(columns=list(REGISTER_COLUMNS))
    table["flaeche_km2"] = square_km(shapes.geometry, table)
    return table.assign(quelle=BOUNDARIES)


def _city_id(wanted: Wanted, taken: list[str]) -> str:
    key = slugify(wanted.stadt)
    if not key or key in taken:
        raise ParameterError(f"„{wanted.stadt}“ ist kein Name einer Stadt. Bitte mit --stadt angeben.")
    return key


def _values(people: pd.Series, register: pd.DataFrame, stand: str) -> pd.DataFrame:
    every = pd.concat([people, pd.Series({register.index[-1]: people.sum()})]).astype("float64")
    area = register["flaeche_km2"]
    rows = []
    for key, counts, whole, art in ((PEOPLE, every, None, "amtlich"), (DENSITY, every, area, "berechnet")):
        value = counts if whole is None else counts / whole
        rows.append(
            pd.DataFrame(
                {"gebiet_id": every.index, "indikator": key, "zaehler": counts.to_numpy(),
                 "nenner": float("nan") if whole is None else whole.to_numpy(),
                 **dict.fromkeys(("wert", "von", "bis"), value.to_numpy()), "stand": stand, "art": art,
                 "quelle": PEOPLE if whole is None else f"{PEOPLE}|{BOUNDARIES}", "hinweis": ""}
            )
        )  # fmt: skip
    return pd.concat(rows)[list(_ROWS)]


def _licences(wanted: Wanted) -> dict[str, dict[str, str | None]]:
    """The licences that manifests may name, with the one of files without any."""
    known = read_licences(sources_dir(DEFAULT_DIR) / LICENCES_FILE)
    found: dict[str, dict[str, str | None]] = {key: {"name": one.name, "url": one.url} for key, one in known.items()}
    found[NO_LICENCE] = {"name": "Lizenz nicht angegeben", "url": None}
    if wanted.lizenz not in found:
        raise ParameterError(f"Die Lizenz „{wanted.lizenz}“ gibt es nicht. Möglich sind: {', '.join(found)}.")
    return found


def _written(
    shapes: gpd.GeoDataFrame, wanted: Wanted, stand: str, licences: Mapping[str, Any], boundaries: Path, table: Path,
    today: date,
) -> dict[str, Any]:  # fmt: skip
    """The files that are written by hand elsewhere, by their path in the folder."""
    publisher = wanted.herausgeber or f"Stadt {wanted.stadt}"
    crs = f"EPSG:{pyproj.CRS(shapes.crs).to_epsg()}"
    manifests = {
        key: {
            "id": key, "titel": title, "herausgeber": wanted.herausgeber or None, "url": None, "lizenz": wanted.lizenz,
            "quellenvermerk": publisher, "stand": as_of, "abruf": today.isoformat(), "datei": path.name,
            "sha256": file_sha256(path), "aenderung": change,
        }
        for key, title, as_of, path, change in (
            (BOUNDARIES, f"Grenzen der Stadtteile, {wanted.stadt}", None, boundaries, "für die Anzeige vereinfacht"),
            (PEOPLE, f"Einwohner der Stadtteile, {wanted.stadt}", stand, table, ""),
        )
    }  # fmt: skip
    return {
        "stadt.yml": {
            "id": _city_id(wanted, []),
            "name": wanted.stadt,
            "praeposition": "in",
            "crs": crs,
            "eckwerte": {},
        },
        "orte.yml": {"arten": {}},
        "indikatoren.yml": _catalogue(wanted.stadt, stand),
        f"{SOURCES}/{LICENCES_FILE}": dict(licences),
        **{f"{SOURCES}/{key}.yml": content for key, content in manifests.items()},
    }


def _catalogue(city: str, stand: str) -> dict[str, Any]:
    """The catalogue as it ships: what the two files give has data, all else is a gap that an own table can fill."""
    catalogue = read_yaml(DEFAULT_DIR / "indikatoren.yml")
    entries = {key: entry for key, entry in catalogue["indikatoren"].items() if key != REGISTER}
    gone = ("quellen", "methode", "grenzen", "veroeffentlicht")
    for key, entry in entries.items():
        entries[key] = {name: said for name, said in entry.items() if name not in gone} | {"verfuegbar": False}
        if not entry.get("vorlage"):
            entries[key]["veroeffentlicht"] = f"Statistik der Stadt {city}, soweit herausgegeben"
    counted = {"was": "Einwohner", "einheit": "Personen", "stand": stand}
    known = {"verfuegbar": True, "zaehler": counted, "veroeffentlicht": ""}
    entries[PEOPLE] |= known | {
        "definition": "Einwohnerinnen und Einwohner nach der Tabelle der Stadt.", "art": "amtlich", "quellen": [PEOPLE],
    }  # fmt: skip
    entries[DENSITY] |= known | {
        "art": "berechnet", "quellen": [PEOPLE, BOUNDARIES],
        "nenner": {"was": "Fläche in km²", "einheit": "km²", "stand": stand},
        "methode": "Einwohner geteilt durch die Fläche des Stadtteils.",
        "grenzen": "Wald, Wasser und Gewerbe zählen zur Fläche; die Dichte bewohnter Straßen ist höher.",
    }  # fmt: skip
    return {**catalogue, "indikatoren": entries}
