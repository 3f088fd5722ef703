"""Own areas: Quartiere as lists of Stadtteile or as outlines, with values like official areas.

``docs/quartiere.md`` says how to define them, ``docs/decisions/0016-own-areas.md`` how values and errors come about.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.errors import SchemaError
from sozialraum.load import CRS, CRS_FILES, Data, named_path
from sozialraum.quartiere.definitions import Definition
from sozialraum.quartiere.inspection import faults
from sozialraum.quartiere.layer import ENVIRONMENT, Remarks, WithQuartiere
from sozialraum.quartiere.names import name_fault, quartier_id, tidy, tidy_name
from sozialraum.quartiere.planning import BATCH, Planung, batch_file, planning_section, read_planning
from sozialraum.quartiere.planning import ENVIRONMENT as BATCH_ENVIRONMENT
from sozialraum.quartiere.planning import SECTION as PLANNING

__all__ = [
    "BATCH",
    "BATCH_ENVIRONMENT",
    "ENVIRONMENT",
    "PLANNING",
    "Planung",
    "Remarks",
    "WithQuartiere",
    "areas_file",
    "batch_file",
    "from_polygon",
    "lay_over",
    "own_areas",
    "planning_section",
    "quartier_id",
    "read_planning",
    "remarks",
]


def lay_over(data: Data, *, file: Path | str | None = None, batch: Path | None = None) -> Data:
    """The data with the Quartiere that ship with them, planning areas, and those of a file of one's own.

    ``file`` is by default the one that ``SOZIALRAUM_AREAS`` names, ``batch`` the ``batch.yml`` of the data.
    """
    named = batch or batch_file(data.dir)
    return WithQuartiere(data, file=areas_file(file), planung=read_planning(named), batch=named)


def remarks(data: Data) -> Remarks:
    """What a reader of the own areas in data should know; nothing if there are none."""
    return data.remarks if isinstance(data, WithQuartiere) else Remarks()


def own_areas(data: Data) -> list[str]:
    """Ids of the Quartiere that the file of one's own defines, in its order; none if the data have no such file."""
    if not isinstance(data, WithQuartiere):
        return []
    return [one.key for one in data.definitions.quartiere if data.file and one.file == data.file]


def areas_file(file: Path | str | None = None) -> Path | None:
    """File with own areas: the one given, else the one that ``SOZIALRAUM_AREAS`` names, if any."""
    return Path(file).resolve() if file else named_path(ENVIRONMENT)


def from_polygon(
    data: Data, geometry: BaseGeometry | Mapping[str, Any], *, name: str, quelle: str = "von Hand gezeichnet"
) -> Data:
    """The data with one more Quartier, in memory; its id is ``quartier_id(name)``.

    ``geometry`` is a polygon in EPSG:25832, or a GeoJSON geometry or feature (WGS 84, as RFC 7946 has it). A
    SchemaError says why outline or name cannot be used.
    """
    outline = _in_metres(geometry)
    city = data.gebiete.geometry[data.register.city.id]
    wrong = [f"Der Name {name_fault(name)}"] if name_fault(name) else []
    wrong += [f"{tidy(name)}: {fault}" for fault in faults(outline, city, city_name=data.register.city.name).values()]
    if wrong:
        raise SchemaError(wrong)
    metres = shapely.force_2d(outline.to_crs(CRS).iloc[0])
    shown = tidy_name(name)
    drawn = Definition(shown, f"Quartier „{shown}“", quartier_id(name), quelle=tidy(quelle), outline=metres)
    made = WithQuartiere(data, drawn=(drawn,), shipped=False)
    made.register  # noqa: B018 - an unusable name is told now
    return made


def _in_metres(geometry: BaseGeometry | Mapping[str, Any]) -> gpd.GeoSeries:
    if isinstance(geometry, BaseGeometry):
        return gpd.GeoSeries([geometry], crs=CRS)
    try:
        return gpd.GeoSeries([shapely.geometry.shape(geometry.get("geometry", geometry))], crs=CRS_FILES)
    except (AttributeError, KeyError, TypeError, ValueError, shapely.GEOSException) as error:
        raise SchemaError(["Die Zeichnung ist kein Umriss. Bitte neu zeichnen."]) from error
