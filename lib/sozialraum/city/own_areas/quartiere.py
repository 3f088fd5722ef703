"""Own areas: Quartiere as lists of Stadtteile or as outlines, with values like official areas.

``docs/quartiere.md`` says how to define them, ``docs/decisions/0016-own-areas.md`` how values and errors come about.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.load import CRS_FILES, Data, named_path
from sozialraum.city.own_areas.definitions import Definition
from sozialraum.city.own_areas.inspection import faults
from sozialraum.city.own_areas.layer import ENVIRONMENT, OwnAreas, Remarks, with_areas
from sozialraum.city.own_areas.names import name_fault, quartier_id, tidy, tidy_name
from sozialraum.city.own_areas.planning import BATCH, Planung, batch_file, planning_section, read_planning
from sozialraum.city.own_areas.planning import ENVIRONMENT as BATCH_ENVIRONMENT
from sozialraum.city.own_areas.planning import SECTION as PLANNING
from sozialraum.errors import SchemaError

__all__ = [
    "BATCH",
    "BATCH_ENVIRONMENT",
    "ENVIRONMENT",
    "PLANNING",
    "Planung",
    "Remarks",
    "areas_file",
    "batch_file",
    "from_polygon",
    "lay_over",
    "own_areas",
    "planning_section",
    "quartier_id",
    "read_planning",
    "remarks",
    "with_areas",
]


def lay_over(data: Data, *, file: Path | str | None = None, batch: Path | None = None) -> Data:
    """The data with the Quartiere that ship with them, planning areas, and those of a file of one's own.

    Parameters
    ----------
    file
        ``quartiere.yml``, GeoJSON, GeoPackage or Shapefile; by default the one that ``SOZIALRAUM_AREAS`` names.
    batch
        The ``batch.yml`` that names levels of planning areas; by default that of the data, see :func:`batch_file`.
    """
    named = batch or batch_file(data.dir)
    return with_areas(data, file=areas_file(file), planung=read_planning(named), batch=named)


def remarks(data: Data) -> Remarks:
    """What a reader of the own areas in data should know; nothing if there are none."""
    return data.areas.remarks if isinstance(data.areas, OwnAreas) else Remarks()


def own_areas(data: Data) -> list[str]:
    """Ids of the Quartiere that the file of one's own defines, in its order; none if the data have no such file."""
    own = data.areas
    if not isinstance(own, OwnAreas) or own.file is None:
        return []
    return [one.key for one in own.definitions.quartiere if one.file == own.file]


def areas_file(file: Path | str | None = None) -> Path | None:
    """File with own areas: the one given, else the one that ``SOZIALRAUM_AREAS`` names, if any."""
    return Path(file).resolve() if file else named_path(ENVIRONMENT)


def from_polygon(data: Data, geometry: BaseGeometry | Mapping[str, Any], *, name: str) -> Data:
    """The data with one more Quartier, in memory; its id is ``quartier_id(name)``.

    Parameters
    ----------
    geometry
        A polygon in the metres of the data, or a GeoJSON geometry or feature (WGS 84, as RFC 7946 has it).
    name
        What it is called.

    Raises
    ------
    SchemaError
        If the outline or the name cannot be used.
    """
    city = gpd.GeoSeries(data.gebiete.geometry.loc[[data.register.city.id]])
    outline = _in_metres(geometry, data.crs)
    wrong = [f"Der Name {name_fault(name)}"] if name_fault(name) else []
    wrong += [f"{tidy(name)}: {fault}" for fault in faults(outline, city, city_name=data.register.city.name).values()]
    if wrong:
        raise SchemaError(wrong)
    metres = shapely.force_2d(outline.to_crs(data.crs).iloc[0])
    shown = tidy_name(name)
    drawn = Definition(shown, f"Quartier „{shown}“", quartier_id(name), quelle="von Hand gezeichnet", outline=metres)
    made = with_areas(data, drawn=(drawn,), shipped=False)
    made.register  # noqa: B018 - an unusable name is told now
    return made


def _in_metres(geometry: BaseGeometry | Mapping[str, Any], crs: Any) -> gpd.GeoSeries:
    if isinstance(geometry, BaseGeometry):
        return gpd.GeoSeries([geometry], crs=crs)
    try:
        return gpd.GeoSeries([shapely.geometry.shape(geometry.get("geometry", geometry))], crs=CRS_FILES)
    except (AttributeError, KeyError, TypeError, ValueError, shapely.GEOSException) as error:
        raise SchemaError(["Die Zeichnung ist kein Umriss. Bitte neu zeichnen."]) from error
