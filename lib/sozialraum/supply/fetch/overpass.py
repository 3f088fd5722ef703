"""OpenStreetMap by queries (Overpass API): what is asked, and whether an answer is one.

A query in a description holds ``{ort}`` where the place belongs; what stands around it is added here.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely

from sozialraum.city.load import CRS_FILES, CRS_GRID
from sozialraum.errors import FetchError
from sozialraum.supply.fetch.content import City, no_page
from sozialraum.supply.fetch.offered import OfferedFile

PLACE: Final = "{ort}"
FEWER: Final = 0.5
"""Part of the objects of the answer before that a new one must have."""
_HEAD: Final = "[out:json][timeout:180][maxsize:536870912];"
_TYPES: Final = ("node", "way", "relation")

Element = Mapping[str, Any]
Rule = Mapping[str, Collection[str]]


def queries(file: OfferedFile, city: City) -> Iterator[str]:
    """What to ask, one after the other until an answer has objects: within the municipality, within its frame."""
    if city.key:
        area = f'area["de:amtlicher_gemeindeschluessel"="{city.key}"]["boundary"="administrative"]->.stadt;'
        yield _HEAD + area + file.abfrage.replace(PLACE, "(area.stadt)")
    west, south, east, north = frame_of(city)
    frame = f"({south:.4f},{west:.4f},{north:.4f},{east:.4f})"
    yield _HEAD + file.abfrage.replace(PLACE, frame)


def frame_of(city: City) -> tuple[float, float, float, float]:
    """West, south, east and north of the city in degrees."""
    bounds = gpd.GeoSeries([city.outline], crs=CRS_GRID).to_crs(CRS_FILES).total_bounds.tolist()
    return bounds[0], bounds[1], bounds[2], bounds[3]


def fits(tags: Mapping[str, str], rule: Rule) -> bool:
    """Whether one of the tags has one of the values, any where none are named; values may be lists with semicolons."""
    given = {key: words(tags, key) for key in rule if key in tags}
    return any(not rule[key] or not set(rule[key]).isdisjoint(found) for key, found in given.items())


def words(tags: Mapping[str, str], key: str) -> list[str]:
    """The values of a tag."""
    return [word.strip() for word in str(tags.get(key, "")).split(";")]


def elements(path: Path, shown: str) -> tuple[list[Element], str]:
    """The objects of an answer and the day of their data; a FetchError says why it is none."""
    no_page(path, shown)
    try:
        answer = json.loads(path.read_text("utf-8"))
        remark = str(answer.get("remark") or "")
        found = list(answer["elements"])
        whole = all(one["type"] in _TYPES and isinstance(one["id"], int) for one in found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FetchError(
            f"{shown}: Erwartet wird eine Antwort von Overpass (JSON mit „elements“); gekommen ist etwas anderes. "
            "Bitte später erneut abrufen."
        ) from error
    if remark.startswith("runtime error"):
        raise FetchError(
            f"{shown}: Der Herausgeber hat die Abfrage abgebrochen: „{remark}“ Bitte später erneut abrufen."
        )
    if not whole:
        raise FetchError(
            f"{shown}: Erwartet werden Objekte mit „type“ (node, way, relation) und „id“; einem fehlt das. Bitte die "
            "Beschreibung der Quelle anpassen."
        )
    return found, str((answer.get("osm3s") or {}).get("timestamp_osm_base") or "")[:10]


def examine_answer(path: Path, file: OfferedFile, city: City, before: int = 0) -> dict[str, int]:
    """Number of objects; a FetchError says what was expected and what was found where there are too few.

    Parameters
    ----------
    before
        Objects of the file that is there.
    """
    found, _ = elements(path, file.datei)
    if not found:
        raise FetchError(f"{file.datei}: Die Antwort hat keine Objekte. Bitte später erneut abrufen.")
    if not _touches(found, city):
        raise FetchError(f"{file.datei}: Kein Objekt der Antwort liegt in {city.name}. Bitte prüfen.")
    always, usual = file.mindestens.get(city.key, 1), round(before * FEWER)
    if len(found) < max(always, usual):
        changed = (
            "mindestens in der Beschreibung der Quelle ändern" if len(found) < always else "mit --force übernehmen"
        )
        raise FetchError(
            f"{file.datei}: Erwartet werden mindestens {max(always, usual)} Objekte, gefunden {len(found)}. Bitte "
            f"später erneut abrufen; ist so viel weggefallen, {changed}."
        )
    return {"objekte": len(found)}


def same_objects(path: Path, other: Path) -> bool:
    """Whether two answers have the same objects: each says anew when it was made."""
    if not other.is_file():
        return False
    try:
        return bool(elements(path, path.name)[0] == elements(other, other.name)[0])
    except FetchError:
        return False


def coordinates(element: Element) -> Iterable[tuple[float, float]]:
    """Longitude and latitude of every point of an object."""
    if "lat" in element:
        yield element["lon"], element["lat"]
    if "center" in element:
        yield element["center"]["lon"], element["center"]["lat"]
    for point in element.get("geometry") or ():
        if point:  # what lies outside a clipped answer is null
            yield point["lon"], point["lat"]
    for member in element.get("members") or ():
        yield from coordinates(member)


def _touches(found: Iterable[Element], city: City) -> bool:
    outline = gpd.GeoSeries([city.outline], crs=CRS_GRID).to_crs(CRS_FILES).iloc[0]
    shapely.prepare(outline)
    return any(shapely.contains_xy(outline, lon, lat) for one in found for lon, lat in coordinates(one))
