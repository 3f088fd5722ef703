"""Places and outlines from the city's own data sets: newer Kitas and schools, places to meet, Stadtteile."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import geopandas as gpd

from sozialraum.city.gebiete import Gebiet
from sozialraum.city.load import CRS
from sozialraum.city.sources import german_day
from sozialraum.supply.fetch.content import read_table
from sozialraum.supply.fetch.dating import edition, older
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.columns import COLUMNS as CONTRACTS
from sozialraum.supply.prepare.facilities import COLUMNS, newer_places
from sozialraum.supply.prepare.overlay import Brought
from sozialraum.supply.prepare.quality import Findings, german
from sozialraum.supply.prepare.raw import checked

EDITIONS: Final = "Abgerufene Ausgaben"
BOUNDARIES: Final = "Grenzen"
SAME_AREA: Final = 0.001
"""Part by which an outline may be larger or smaller and still be the same."""
SAME_OUTLINE: Final = 0.98
"""Part that two outlines have in common if they are the same: ours are drawn to 10 m."""


def city_places(kept: Sequence[Kept], base: Base, angaben: Mapping[str, Any], findings: Findings) -> Brought | None:
    """The places of one data set, under the kinds that ``angaben`` names; None if the edition is older than ours."""
    (only,) = kept
    key, stand = str(angaben["tabelle"]), edition(only)
    known = base.data.quellen.get(key)
    if is_older(only, base, known.stand if known else None, findings):
        return None
    table = _map(only, key, base)
    if key in CONTRACTS:
        table = checked(table, key, only.file.datei)
    rows = newer_places(table, only.file.datei, key, base.areas, base.data.orte, stand, findings)
    before = int(base.data.einrichtungen["art"].isin(rows["art"].unique()).sum())
    words = f"{len(rows)} Orte, bisher {before}" if before else f"{len(rows)} Orte"
    findings.add(
        EDITIONS, base.register.city.id, only.offer.titel, f"Ausgabe {german_day(stand)}: {words}", "verwendet"
    )
    return Brought(rows, stand, tuple(angaben.get("ersetzt") or ()), angaben.get("arten") or {})


def is_older(kept: Kept, base: Base, known: str | None, findings: Findings) -> bool:
    """Whether a file is older than what the tables have, of whose date only that is known; then that is noted."""
    stand = edition(kept)
    if not known or not older(stand, known):
        return False
    found = f"Ausgabe {german_day(stand)} ist älter als die vorhandene ({german_day(known)})"
    findings.add(EDITIONS, base.register.city.id, kept.offer.titel, found, "nicht verwendet")
    return True


def compare_boundaries(kept: Sequence[Kept], base: Base, _angaben: Mapping[str, Any], findings: Findings) -> Brought:
    """Compare outlines of Stadtteile with those of the tables, which stay: every difference becomes a finding."""
    (only,) = kept
    table, told = _map(only, "stadtteile", base), len(findings.rows)
    found = {str(name): base.register.match_stadtteil(str(name)) for name in table["name"]}
    home = table["name"].map({name: area.id for name, area in found.items() if area is not None})
    shapes = dict(table.geometry.make_valid().groupby(home).agg(lambda parts: parts.union_all()))
    for name in (name for name, area in found.items() if area is None):
        _note(base.register.city, name, "In den Tabellen gibt es diesen Stadtteil nicht", findings)
    for key in base.stadtteile:
        _compare(base.register.by_id(key), shapes.get(key), base, findings)
    if len(findings.rows) == told:
        said = f"Umrisse mit Stand {german_day(edition(only))} wie die vorhandenen"
        _note(base.register.city, f"{len(shapes)} Stadtteile", said, findings)
    return Brought(gpd.GeoDataFrame(columns=[*COLUMNS, "geometry"], geometry="geometry", crs=CRS), edition(only))


def _map(kept: Kept, name: str, base: Base) -> gpd.GeoDataFrame:
    table = read_table(kept.path, kept.file, name, base.city).rows
    assert isinstance(table, gpd.GeoDataFrame)
    return table


def _compare(area: Gebiet, shape: Any, base: Base, findings: Findings) -> None:
    if shape is None:
        _note(area, area.name, "Der Umriss fehlt in der abgerufenen Datei", findings)
        return
    ours, km2 = base.areas.full[area.id], float(base.areas.table["flaeche_km2"][area.id])
    common = shape.intersection(ours).area / shape.union(ours).area
    if abs(shape.area / 1e6 - km2) > SAME_AREA * km2 or common < SAME_OUTLINE:
        found = f"{german(shape.area / 1e6, 2)} km² statt {german(km2, 2)} km², {german(100 * common, 1)} % gemeinsam"
        _note(area, f"Umriss von {area.name}", found, findings)


def _note(area: Gebiet, thing: str, found: str, findings: Findings) -> None:
    findings.add(BOUNDARIES, area.id, thing, found, "die mitgelieferten Grenzen gelten")
