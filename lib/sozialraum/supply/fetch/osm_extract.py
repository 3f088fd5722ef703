"""An extract of OpenStreetMap (``.osm.pbf`` as Geofabrik has it) as the answers to our queries, without a network."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from sozialraum.errors import FetchError
from sozialraum.files import write_text
from sozialraum.supply.fetch.content import City
from sozialraum.supply.fetch.offered import OfferedFile
from sozialraum.supply.fetch.overpass import Element, fits, frame_of

ENDINGS: Final = (".osm.pbf", ".osm")
_TAG: Final = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')
_NO_TAGS: Final = ("osm_id", "osm_way_id", "z_order", "other_tags", "geometry")


def extract_in(folder: Path) -> Path | None:
    """The newest extract in a folder."""
    found = [path for path in folder.iterdir() if path.is_file() and path.name.endswith(ENDINGS)]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def write_answer(extract: Path, file: OfferedFile, city: City, target: Path) -> None:
    """Write what a query would have brought, within the frame of the city; a FetchError says what is no extract."""
    day = datetime.fromtimestamp(extract.stat().st_mtime, UTC).isoformat(timespec="seconds")
    rule = file.auszug["merkmale"]
    try:
        found = [one for layer in file.auszug["ebenen"] for one in _read(extract, layer, rule, city)]
    except (DataSourceError, DataLayerError, RuntimeError, KeyError) as error:
        raise FetchError(
            f"{extract.name}: Erwartet wird ein Auszug von OpenStreetMap (.osm.pbf); die Datei ist unvollständig oder "
            "etwas anderes. Bitte noch einmal laden."
        ) from error
    write_text(target, json.dumps({"osm3s": {"timestamp_osm_base": day}, "elements": found}, ensure_ascii=False))


def _read(extract: Path, layer: str, rule: Any, city: City) -> Iterator[Element]:
    named = set(pyogrio.read_info(extract, layer=layer)["fields"])
    where = " OR ".join(f"{key} IS NOT NULL" if key in named else f"other_tags LIKE '%\"{key}\"=>%'" for key in rule)
    table = pyogrio.read_dataframe(extract, layer=layer, bbox=frame_of(city), where=where)
    for row in table.to_dict("records"):
        tags = {key: str(value) for key, value in row.items() if key not in _NO_TAGS and not pd.isna(value)}
        more = row.get("other_tags")
        tags |= dict(_TAG.findall(more)) if isinstance(more, str) else {}
        if fits(tags, rule):
            yield _element(row, tags)


def _element(row: Any, tags: dict[str, str]) -> Element:
    """A feature as Overpass writes it; ids of points are not known, the same place is the same point."""
    shape = row["geometry"]
    if shape.geom_type == "Point":
        return {"type": "node", "id": int(row["osm_id"]), "lat": shape.y, "lon": shape.x, "tags": tags}
    if shape.geom_type == "LineString":
        return {"type": "way", "id": int(row["osm_id"]), "geometry": _points(shape), "tags": tags}
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    if isinstance(row.get("osm_way_id"), str):
        return {"type": "way", "id": int(row["osm_way_id"]), "geometry": _points(rings[0]), "tags": tags}
    members = [{"type": "way", "role": "", "geometry": _points(ring)} for ring in rings]
    return {"type": "relation", "id": int(row["osm_id"]), "members": members, "tags": tags}


def _points(line: Any) -> list[dict[str, float]]:
    return [{"lat": round(y, 7), "lon": round(x, 7)} for x, y in shapely.get_coordinates(line).tolist()]
