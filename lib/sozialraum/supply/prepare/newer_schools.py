"""Pupils and levels of schools from the ministry's own files, by the official number of each school.

Which site has which number is known of the shipped table; where the city's list of sites is newer, or a number is not
known yet, the register of schools (form, names, position) is joined to the sites as in the build.
"""

from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from sozialraum.city.load import CRS, CRS_FILES
from sozialraum.city.sources import german_day
from sozialraum.errors import SchemaError
from sozialraum.supply.fetch.content import counts, read_table
from sozialraum.supply.fetch.dating import edition
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.city_places import EDITIONS, is_older
from sozialraum.supply.prepare.overlay import Schools
from sozialraum.supply.prepare.quality import Findings
from sozialraum.supply.prepare.schools import COLUMNS, NAMES, matched_sites

SHIPPED: Final = "schulsozialindex"
"""Source of the shipped pupils and levels."""
RESTING: Final = {"anzahl": "grundschulkinder", "stufen": "grundschulen_sozialindex_1_3"}
"""An indicator whose date is that of the shipped pupils, and of the levels."""
FEWEST: Final = 0.8
"""Part of the schools known before that a newer file has to know."""
OPEN: Final = "1"
"""Key of a school in operation."""
LEVELS: Final = range(1, 10)


def newer_schools(kept: Sequence[Kept], below: Base, over: Base, findings: Findings) -> Schools | None:
    """The table of schools with what is newer in fetched files; None if nothing is.

    Parameters
    ----------
    kept
        Files with the tables "schulen" (register), "anzahl" (pupils) and "stufen" (levels); any may be absent.
    below, over
        The tables without and with the fetched places.
    """
    files = {name: one for one in kept for name in one.file.tabellen}
    for name, key in RESTING.items():
        said = below.data.indikatoren_yml["indikatoren"].get(key) or {}
        if name in files and is_older(files[name], below, (said.get("zaehler") or {}).get("stand"), findings):
            del files[name]
    sites = _main_sites(over)
    moved = not sites.index.equals(_main_sites(below).index) or not sites["name"].equals(_main_sites(below)["name"])
    register, matched = _register(files["schulen"], below) if "schulen" in files else None, Findings()
    numbers, before = _numbers(register, below, over, matched, moved=moved), below.data.schulen
    if register is not None and not _enough(files["schulen"], len(numbers), len(before), len(sites), below, findings):
        register, matched = None, Findings()
        numbers = _numbers(None, below, over, matched, moved=moved)
    findings.rows += matched.rows
    shipped = before.drop_duplicates("schulnummer").set_index("schulnummer")
    table, newer = numbers.join(shipped.drop(columns="abstand_m"), on="schulnummer"), {}
    texts: dict[str, Any] = {}
    for name, column, read in (("anzahl", "schueler", _pupils), ("stufen", "sozialindex", _levels)):
        one = files.get(name)
        found = table["schulnummer"].map(read(one, below)).astype("Int64") if one else table[column]
        if one and _enough(
            one, int(found.notna().sum()), int(before[column].notna().sum()), len(sites), below, findings
        ):
            table[column], newer[column] = found, (one.offer.id, edition(one))
            texts |= one.offer.angaben.get("texte", {})
    if not newer and not moved and register is None:
        return None
    sources = [source for source, _ in newer.values()]
    table["quelle"] = "|".join([*sources, *([SHIPPED] if len(newer) < 2 or moved else [])])
    return Schools(table[list(COLUMNS)], newer, texts, joined=moved or register is not None)


def _enough(kept: Kept, known: int, before: int, sites: int, base: Base, findings: Findings) -> bool:
    """Whether a file knows about as many schools as were known; whether it is used is noted."""
    enough = known >= FEWEST * before
    told = f"Ausgabe {german_day(edition(kept))}: Angaben zu {known} von {sites} Schulen, bisher zu {before}"
    used = "verwendet" if enough else "nicht verwendet, weil zu viele Schulen keine Angabe mehr hätten"
    findings.add(
        EDITIONS,
        base.register.city.id,
        f"{kept.offer.titel} ({kept.manifest.get('name') or kept.file.datei})",
        told,
        used,
    )
    return enough


def _main_sites(base: Base) -> gpd.GeoDataFrame:
    places = base.data.einrichtungen
    return places[(places["art"] == "schule") & places["hauptstandort"]]


def _numbers(
    register: pd.DataFrame | None, below: Base, over: Base, findings: Findings, *, moved: bool
) -> pd.DataFrame:
    """Official number of each main site and its distance from where the register has it, index id of the site."""
    known = below.data.schulen[["schulnummer", "abstand_m"]]
    if not moved and register is None:
        return known
    listed = register if register is not None else _as_listed(below)
    kept = known.iloc[:0] if moved else known[known["schulnummer"].isin(listed["schulnummer"])]
    rest, places = listed[~listed["schulnummer"].isin(kept["schulnummer"])], over.data.einrichtungen.drop(kept.index)
    pairs = matched_sites(rest.reset_index(drop=True), places, findings, city=below.register.city.name)
    found = pd.DataFrame(
        {"schulnummer": rest["schulnummer"].to_numpy()[pairs.index]}, pd.Index(pairs["site"], name="id")
    )
    found["abstand_m"] = pairs["distance"].round(0).to_numpy()
    return pd.concat([kept, found]).sort_index()


def _as_listed(below: Base) -> pd.DataFrame:
    """The schools of the shipped table as if they were a register: what their sites are called, and where they are."""
    sites = _main_sites(below).loc[below.data.schulen.index]
    return _listed(below.data.schulen["schulnummer"], sites["unterart"], [sites["name"]], sites.geometry)


def _listed(
    numbers: pd.Series, forms: pd.Series, names: Sequence[pd.Series], points: gpd.GeoSeries
) -> pd.DataFrame:  # fmt: skip
    """A register as :func:`matched_sites` takes it."""
    degrees = points.to_crs(CRS_FILES)
    called = dict(zip(NAMES, [*names, *[None] * (len(NAMES) - len(names))], strict=True))
    said = {"schulnummer": numbers, "schulform_itnrw": forms, "lon": degrees.x, "lat": degrees.y}
    table = pd.DataFrame({**said, **called})
    return table.assign(kurzbezeichnung=table["kurzbezeichnung"].fillna(table[NAMES[0]]))


def _register(kept: Kept, base: Base) -> pd.DataFrame:
    """Schools of the city that are in operation and of an ordinary form."""
    rows, forms = read_table(kept.path, kept.file, "schulen", base.city).rows, kept.offer.angaben["formen"]
    rows = rows[(rows["betrieb"].str.strip() == OPEN) & rows["form"].str.strip().str.zfill(2).isin(forms)]
    rows = rows.drop_duplicates("schulnummer").reset_index(drop=True)
    east, north = counts(rows["ost"]), counts(rows["nord"])
    points = gpd.GeoSeries(gpd.points_from_xy(east, north, crs=CRS)).where(rows["crs"].str.strip() == CRS)
    names = [rows["name"].str.strip(), rows["kurz"].str.strip()]
    return _listed(rows["schulnummer"].str.strip(), rows["form"].str.strip().str.zfill(2).map(forms), names, points)


def _pupils(kept: Kept, base: Base) -> pd.Series:
    """Pupils by number; what is no number is not known."""
    return _by_number(kept, "anzahl", base).map(float)


def _levels(kept: Kept, base: Base) -> pd.Series:
    """Levels by number; a text ("ohne Sozialindex") is none, a number beyond 1 to 9 is an error."""
    found = _by_number(kept, "stufen", base)
    if wrong := sorted(found[found.notna() & ~found.isin(LEVELS)].index):
        raise SchemaError(
            f"{kept.file.datei}: Schule {number}: {found[number]:g} ist keine Stufe von 1 bis 9. {kept.remedy}"
            for number in wrong[:20]
        )
    return found


def _by_number(kept: Kept, table: str, base: Base) -> pd.Series:
    rows = read_table(kept.path, kept.file, table, base.city).rows
    numbers = rows["schulnummer"].str.strip()
    again = numbers[numbers.duplicated()].unique()
    if len(again):
        raise SchemaError(f"{kept.file.datei}: Schule {one} steht mehrfach. {kept.remedy}" for one in again)
    return counts(rows["wert"]).set_axis(pd.Index(numbers))
