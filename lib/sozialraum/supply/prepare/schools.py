"""Join the ministry's list of schools (pupils, Schulsozialindex) to the city's school sites."""

import re
from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely
from rapidfuzz import fuzz

from sozialraum.city.gebiete import fold
from sozialraum.city.load import CRS
from sozialraum.supply.prepare.facilities import BRANCH
from sozialraum.supply.prepare.quality import Findings, german
from sozialraum.supply.prepare.raw import in_metres

FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "Freie Waldorfschule": ("Waldorfschule",),
    "Förderschule Grund-/Hauptschule": ("Förderschule", "Klinikschule"),
    "Förderschule Berufskolleg": ("Förderschule", "Berufskolleg"),
}
NAMES: Final = ("schulbezeichnung_1", "kurzbezeichnung", "Amtliche Bezeichnung 1", "Amtliche Bezeichnung 2")
NEAR_M: Final = 100.0
FAR_M: Final = 400.0
SAME_NAME: Final = 85.0
SIMILAR_NAME: Final = 60.0
_NOISE: Final = re.compile(
    r"\b(staedt|kath|ev|evangelische|katholische|gemeinschafts|grundschule|gymnasium|realschule|gg|kg|gh|ge|rs|gesamtschule|"
    r"hauptschule|foerderschule|schule|der|die|des|in|im|am|an|ggs|kgs)\b"
)
COLUMNS: Final = ("schulnummer", "schueler", "sozialindex", "startchancen", "abstand_m", "quelle")


def join_schools(listed: pd.DataFrame, places: gpd.GeoDataFrame, findings: Findings, *, city: str) -> pd.DataFrame:
    """Pupils (rounded by the publisher) and level of each school whose match is certain, index id of the main site.

    A match is certain if the form agrees and one of the school's sites lies within 100 m with no
    better-named rival, or within 400 m under nearly the same name, or anywhere under the very same name.
    """
    taken = matched_sites(listed, places, findings, city=city)
    matched = listed.loc[taken.index]
    result = pd.DataFrame(
        {
            "schulnummer": matched["schulnummer"].astype(str),
            "schueler": matched["schueler_2024_25_gerundet"].astype("Int64"),
            "sozialindex": matched["sozialindexstufe_2025_26"].astype("Int64"),
            "startchancen": matched["startchancen_schule"].map({1: "ja", 0: "nein"}),
            "abstand_m": taken["distance"].round(0),
            "quelle": "schulsozialindex",
        }
    )
    return result.set_index(pd.Index(taken["site"], name="id")).sort_index()[list(COLUMNS)]


def matched_sites(listed: pd.DataFrame, places: gpd.GeoDataFrame, findings: Findings, *, city: str) -> pd.DataFrame:
    """Main site and its distance in metres for each listed school whose match is certain; see :func:`join_schools`.

    ``listed`` has the form, :data:`NAMES` and the position (lon, lat) of each school.
    """
    sites = places[(places["art"] == "schule") & places["hauptstandort"]]
    taken = _best_pairs(_candidates(sites, _grounds(places), listed, re.compile(rf"\b{re.escape(city)}\b", re.I)))
    label = listed["kurzbezeichnung"].fillna(listed["Amtliche Bezeichnung 1"])
    for row in listed.index.difference(taken.index):
        found = f"{listed['schulform_itnrw'][row]} laut Schulverzeichnis, kein sicherer Standort"
        findings.add("Abgleich Schulen", "", str(label[row]), found, "ohne Zuordnung")
    for key in sites.index.difference(pd.Index(taken["site"])):
        site = sites.loc[key]
        findings.add("Abgleich Schulen", str(site["gebiet_id"]), f"{site['name']} ({site['unterart']})",
                     "kein sicherer Eintrag im Schulverzeichnis", "ohne Schülerzahl und Schulsozialindex")  # fmt: skip
    for site, distance in taken[taken["distance"] > FAR_M].itertuples(index=False):
        findings.add("Abgleich Schulen", str(sites.at[site, "gebiet_id"]), str(sites.at[site, "name"]),
                     f"Standort und Schulverzeichnis liegen {german(distance / 1000, 1)} km auseinander",
                     "wegen desselben Namens zugeordnet")  # fmt: skip
    return taken


def similarity(first: str, second: str) -> float:
    """How alike two school names are once form, provider and filler words are gone: 0 to 100."""
    return float(fuzz.token_set_ratio(_core(first), _core(second)))


def _core(name: str) -> str:
    folded = fold(name)
    return _NOISE.sub(" ", folded).strip() or folded


def _grounds(places: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """All sites of each school as one geometry, index id of the main site."""
    schools = places[places["art"] == "schule"]
    base = schools["unterart"] + "|" + schools["name"].str.replace(BRANCH, "", regex=True).map(fold)
    merged = schools.geometry.groupby(base).agg(lambda group: group.union_all())
    main = schools[schools["hauptstandort"]]
    return gpd.GeoSeries(base.loc[main.index].map(merged), index=main.index, crs=CRS)


def _candidates(
    sites: gpd.GeoDataFrame, grounds: gpd.GeoSeries, listed: pd.DataFrame, city: re.Pattern[str]
) -> pd.DataFrame:
    """Pairs of a row and a site of one form that are near enough for how alike their names are without the city's."""
    rows = []
    called = listed[list(NAMES)].apply(lambda names: [city.sub(" ", str(name)) for name in names.dropna()], axis=1)
    points = [point or shapely.Point() for point in in_metres(listed)]  # from nowhere no site is near
    for row, point, form, names in zip(listed.index, points, listed["schulform_itnrw"], called, strict=True):
        same = sites[sites["unterart"].isin(FORMS.get(form, (form,)))]
        called_here = same["name"].str.replace(city, " ", regex=True)
        distances = gpd.GeoSeries(grounds.loc[same.index]).distance(point)
        for key, name, distance in zip(same.index, called_here, distances, strict=True):
            likeness = max(similarity(other, name) for other in names)
            identical = any(_core(other) == _core(name) for other in names)
            limit = float("inf") if identical else FAR_M if likeness >= SAME_NAME else NEAR_M
            if distance <= limit or (identical and point.is_empty):
                rows.append((row, key, float(distance), likeness))
    return pd.DataFrame(rows, columns=["row", "site", "distance", "likeness"])


def _best_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """One to one, best name first, then nearest; a lone near pair needs no similar name."""
    ordered = pairs.sort_values(["likeness", "distance"], ascending=[False, True], kind="stable")
    taken: dict[object, tuple[str, float]] = {}
    used: set[str] = set()
    rivals = pairs.groupby("site")["row"].nunique()
    for row, site, distance, likeness in ordered.itertuples(index=False):
        certain = likeness >= SIMILAR_NAME or rivals[site] == 1
        if certain and row not in taken and site not in used:
            taken[row] = (site, distance)
            used.add(site)
    return pd.DataFrame.from_dict(taken, orient="index", columns=["site", "distance"]).sort_index()
