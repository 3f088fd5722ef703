"""Walking distances and the share of people within reach of a facility.

Walking metres are straight metres times a detour factor, or follow :mod:`sozialraum.city.network` where
footpaths were fetched; they start at the midpoint of a 100 m cell and end at the nearest facility.
Facilities outside the city are missing, so values near the boundary are lower bounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from sozialraum.city.indicators import Indikator
from sozialraum.city.load import Data
from sozialraum.city.sources import source_ids
from sozialraum.city.spatial import nearest_distance_m
from sozialraum.errors import ParameterError

DETOUR: Final = 1.3
NETWORK: Final = "Wegenetz"
"""The word by which a method says that walks follow streets and paths, not straight lines."""
WALKING_SPEED_M_PER_MIN: Final = 5000 / 60
REACH: Final = {"haltestelle": 300, "grundschule": 1000, "kita": 500}
LIMIT_STEP: Final = {"haltestelle": 100, "grundschule": 250, "kita": 100}
"""How far above and below the limit the share is printed beside it: the limit is a convention."""
REACH_INDICATORS: Final = {
    "reichweite_haltestelle_300m": "haltestelle",
    "reichweite_grundschule_1km": "grundschule",
    "reichweite_kita_500m": "kita",
}
COUNTS_CHILDREN: Final = ("kita", "grundschule")
"""Kinds of facilities whose reach counts children under 15: who uses them, as far as the grid tells ages apart."""
OWN_AGES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "kita": (("einwohner_0_2", "einwohner_3_5"), "von 0 bis 5 Jahren"),
    "grundschule": (("einwohner_6_9",), "von 6 bis 9 Jahren"),
}
"""Indicators of an own table that count who uses a kind of facility, and how their age is printed."""
UNDER_15: Final = "unter 15"
Part = tuple[str, str]
"""Who is counted and how far it is for them, as columns of the cells: ("unter_15", "gehweg_kita_m")."""
BY_AGE: Final[Mapping[str, tuple[Part, ...]]] = {
    "kita": (("unter_3", "gehweg_kita_u3_m"), ("von_3_bis_5", "gehweg_kita_ab_3_m")),
    "grundschule": (("von_6_bis_9", "gehweg_grundschule_m"),),
}
"""Who uses a kind of facility, where the cells tell these ages apart: Kitas that take them, for each age."""
INDEX_GROUPS: Final = {
    "grundschulen_sozialindex_1_3": (1, 3),
    "grundschulen_sozialindex_4_6": (4, 6),
    "grundschulen_sozialindex_7_9": (7, 9),
}

YOUNGEST: Final = 3
"""Kitas that take younger children count as ``kitas_u3``."""
COMPLETE: Final = "vollständig"
SELECTED: Final = "ausgewählt"
LISTS: Final = (COMPLETE, "unvollständig", "ungeprüft", SELECTED)
"""How complete the list of a kind of place can be, as ``arten`` in ``orte.yml`` says."""
NOT_OPEN: Final = ("geplant", "geschlossen", "im Bau", "beschlossen")
"""Status of places that are no supply: they are listed, never counted."""


def list_of(orte: Mapping[str, Any], art: str) -> str:
    """How complete the list of a kind of place is, one of :data:`LISTS`; unchecked if nobody said it."""
    return str(((orte.get("arten") or {}).get(art) or {}).get("liste", "ungeprüft"))


def list_note(orte: Mapping[str, Any], art: str) -> str:
    """What is known of the gaps of a list, as a German sentence; empty if nothing is noted."""
    return str(((orte.get("arten") or {}).get(art) or {}).get("hinweis", ""))


def is_supply(einrichtungen: pd.DataFrame, orte: Mapping[str, Any]) -> pd.Series:
    """Which places count when a kind is counted: open ones, each once, of a kind that is counted at all."""
    never = [art for art, entry in (orte.get("arten") or {}).items() if not entry.get("zaehlt", True)]
    open_ = einrichtungen["hauptstandort"] & ~einrichtungen["status"].isin(NOT_OPEN)
    return open_ & ~einrichtungen["art"].isin(never)


def _require_kind(kind: str) -> None:
    if kind not in REACH:
        raise ParameterError(f"Die Art „{kind}“ gibt es nicht. Möglich sind: {', '.join(REACH)}.")


def who_counts(raster: pd.DataFrame, kind: str) -> tuple[Part, ...]:
    """Who the reach of a kind of facility counts on a grid: children of its age, else those under 15, or everybody."""
    _require_kind(kind)
    parts = BY_AGE.get(kind, ())
    if parts and {column for part in parts for column in part} <= set(raster.columns):
        return parts
    return (("unter_15" if kind in COUNTS_CHILDREN else "einwohner", f"gehweg_{kind}_m"),)


def by_age(raster: pd.DataFrame, kind: str) -> bool:
    """Whether a grid tells the children apart that a kind of facility is for."""
    return who_counts(raster, kind) == BY_AGE.get(kind)


def those_counted(raster: pd.DataFrame, kind: str) -> str:
    """Whom the reach of a kind counts on a grid, in the genitive: "der Menschen", "der Kinder unter 15"."""
    _require_kind(kind)
    if kind not in COUNTS_CHILDREN:
        return "der Menschen"
    return f"der Kinder {OWN_AGES[kind][1] if by_age(raster, kind) else UNDER_15}"


def counted_within(raster: pd.DataFrame, kind: str, metres: float) -> tuple[pd.Series, pd.Series]:
    """Those counted in every cell, and those of them within so many walking metres; what is not known is left out."""
    parts = [
        (raster[who].astype("float64").fillna(0.0), raster[walk] <= metres) for who, walk in who_counts(raster, kind)
    ]
    counted = sum((people for people, _ in parts), pd.Series(0.0, index=raster.index))
    return counted, sum((people.where(near, 0.0) for people, near in parts), pd.Series(0.0, index=raster.index))


def walking_minutes(distance_m: float) -> float:
    """Minutes for a walking distance in metres at 5 km/h."""
    return distance_m / WALKING_SPEED_M_PER_MIN


def straight_radius_m(walking_m: float) -> float:
    """Straight-line radius in metres that a walking distance reaches."""
    return walking_m / DETOUR


def walking_distance_m(points: gpd.GeoSeries, targets: gpd.GeoSeries) -> pd.Series:
    """Estimated walking metres from each point to the nearest target.

    Returns
    -------
    pandas.Series
        Named "gehweg_m", index of ``points``; infinite if there is no target.
    """
    return (nearest_distance_m(points, targets) * DETOUR).rename("gehweg_m")


@dataclass(frozen=True)
class OwnChildren:
    """Delivered numbers of those who use a kind of facility, by Stadtteil; all of one date."""

    counts: pd.Series
    ages: str
    stand: str
    quellen: tuple[str, ...]


def own_children(indikatoren: pd.DataFrame, stadtteile: list[str], kind: str) -> OwnChildren | None:
    """Delivered numbers of the children who use Kitas or Grundschulen.

    Parameters
    ----------
    indikatoren
        Indicator values, long.

    Returns
    -------
    OwnChildren or None
        None unless every Stadtteil has every age, all at one date: otherwise some would be counted by other children
        than the rest.
    """
    _require_kind(kind)
    keys, ages = OWN_AGES.get(kind, ((), ""))
    rows = indikatoren[indikatoren["indikator"].isin(keys) & indikatoren["gebiet_id"].isin(stadtteile)]
    rows = rows[rows["wert"].notna()]
    if not keys or len(rows) != len(keys) * len(stadtteile) or rows["stand"].nunique() != 1:
        return None
    counts: pd.Series = rows.groupby("gebiet_id")["wert"].sum().reindex(stadtteile)
    return OwnChildren(counts, ages, str(rows["stand"].iloc[0]), tuple(source_ids(rows["quelle"])))


def by_own_children(rows: pd.DataFrame, own: OwnChildren, members: Mapping[str, list[str]]) -> pd.DataFrame | None:
    """The reach of a kind with the delivered children as denominator.

    The share of a Stadtteil stays that of children under 15, the youngest group of the grid: where in a Stadtteil the
    younger ones live is not known. Larger areas weight the values and the ends of the Stadtteile by their children,
    which takes them to be off in the same direction.

    Parameters
    ----------
    rows
        Rows of one indicator of reach, index gebiet_id.
    members
        The Stadtteile of each area.

    Returns
    -------
    pandas.DataFrame or None
        None if a Stadtteil with children has no share.
    """
    counts = own.counts
    ends = rows[["wert", "von", "bis"]].reindex(counts.index)
    if (ends["wert"].isna() & (counts > 0)).any():
        return None
    weighted = ends.where(counts > 0, 0.0).mul(counts, axis=0)
    keys = [str(key) for key in rows.index]
    whole = pd.Series({key: float(counts[members[key]].sum()) for key in keys})
    sums = pd.DataFrame({key: weighted.loc[members[key]].sum(skipna=False) for key in keys}).T
    values = sums.div(whole.where(whole > 0), axis=0)
    sources = ["|".join(source_ids([cell, *own.quellen])) for cell in rows["quelle"]]
    nobody = f"Nach der gelieferten Tabelle leben hier keine Kinder {own.ages}."
    notes = rows["hinweis"].where(whole > 0, nobody)
    return rows.assign(
        zaehler=sums["wert"] / 100, nenner=whole, wert=values["wert"], von=values["von"], bis=values["bis"],
        quelle=sources, hinweis=notes,
    )  # fmt: skip


def whose(entry: Indikator) -> str:
    """Whom a reach counts, in the genitive: "der Menschen", "der Kinder unter 15", "der Kinder von 0 bis 5 Jahren"."""
    if entry.nenner is None or entry.zaehlwort != "Kinder":
        return "der Menschen"
    return f"der Kinder {entry.nenner.was.removeprefix('Einwohner ').replace(f'{UNDER_15} Jahren', UNDER_15)}"


@lru_cache(maxsize=8)
def _delivered(data: Data, kind: str) -> OwnChildren | None:
    """:func:`own_children` of the data: the same for every area and limit."""
    brought = set() if data.own is None else set(data.own.own)
    if not set(OWN_AGES.get(kind, ((), ""))[0]) <= brought:
        return None
    return own_children(data.indikatoren, [area.id for area in data.register.of_level("stadtteil")], kind)


def reach_at(data: Data, gebiet_id: str, kind: str, metres: int) -> float:
    """Share in per cent of those counted in an area whose nearest facility is at most so many walking metres away.

    Missing where nobody counted lives there, or the area cuts cells of the grid. Stadtteile are weighted by delivered
    children where there are any, see :func:`own_children`.
    """
    own = _delivered(data, kind)
    here = data.raster[data.raster["gebiet_id"].isin(data.register.members(gebiet_id))]
    people, near = counted_within(here, kind, metres)
    if own is not None:
        weight = here["gebiet_id"].map(own.counts) / people.groupby(here["gebiet_id"]).transform("sum")
        people, near = people * weight, near * weight
    total = float(people.sum())
    return float(near.sum()) / total * 100 if total else float("nan")


@dataclass(frozen=True)
class Beyond:
    """How many of those counted in an area have a walk to the nearest facility that is longer than the limit.

    Attributes
    ----------
    total, far, von, bis
        Everybody counted; those with a longer walk, and the ends of the interval, missing where none is known.
    others
        The same at a smaller and a larger limit, by metres; empty where the area cuts cells of the grid.
    old, young
        Of a kind that everybody uses, how many of those are 65 and older, and under 15; otherwise missing.
    """

    total: float
    far: float
    von: float
    bis: float
    others: Mapping[int, float]
    old: float = float("nan")
    young: float = float("nan")


def beyond(data: Data, gebiet_id: str, kind: str) -> Beyond | None:
    """Those beyond the limit of a kind: the other side of its indicator of reach; None where that has no value."""
    _require_kind(kind)
    area = data.register.by_id(gebiet_id)
    key, table = next(name for name, one in REACH_INDICATORS.items() if one == kind), data.indikatoren
    rows = table[(table["indikator"] == key) & (table["gebiet_id"] == gebiet_id)]
    if rows.empty or pd.isna(rows.iloc[0]["wert"]) or not rows.iloc[0]["nenner"] > 0:
        return None
    row = rows.iloc[0]
    total, limit, step = float(row["nenner"]), REACH[kind], LIMIT_STEP[kind]
    far, von, bis = (total * (1 - min(max(float(row[name]), 0.0), 100.0) / 100) for name in ("wert", "bis", "von"))
    whole = not area.angeschnittene
    limits = (limit - step, limit + step) if whole else ()
    others = {metres: total * (1 - reach_at(data, gebiet_id, kind, metres) / 100) for metres in limits}
    if kind in COUNTS_CHILDREN or not whole:
        return Beyond(total, far, von, bis, others)
    cells = data.raster[data.inside(gebiet_id, data.raster) & ~(data.raster[f"gehweg_{kind}_m"] <= limit)]
    return Beyond(total, far, von, bis, others, float(cells["ab_65"].sum()), float(cells["unter_15"].sum()))


def counted(einrichtungen: pd.DataFrame, schulen: pd.DataFrame) -> dict[str, pd.Series]:
    """Which facilities each indicator of supply counts.

    Schools count with their main site, Kitas once they are open.

    Returns
    -------
    dict of pandas.Series
        By indicator id; True or False, index of ``einrichtungen``. ``"grundschulen_ohne_stufe"`` are those whose
        level of the Schulsozialindex is not known, ``"kitas_ohne_alter"`` those whose age concept is not.
    """
    main = (einrichtungen["art"] == "schule") & einrichtungen["hauptstandort"]
    primary = main & (einrichtungen["unterart"] == "Grundschule")
    kitas = (einrichtungen["art"] == "kita") & (einrichtungen["status"] == "offen")
    stops = einrichtungen["art"] == "haltestelle"
    level = schulen["sozialindex"].reindex(einrichtungen.index)
    start = schulen["startchancen"].reindex(einrichtungen.index) == "ja"
    groups = {key: primary & level.between(low, high).fillna(False) for key, (low, high) in INDEX_GROUPS.items()}
    return {
        "kitas": kitas,
        "kitas_je_1000_kinder": kitas,
        "kitas_u3": kitas & (einrichtungen["alter_von"] < YOUNGEST).fillna(False),
        "grundschulen": primary,
        "schulen": main,
        "startchancenschulen": main & start,
        "haltestellen": stops,
        "haltestellen_je_km2": stops,
        "grundschulen_ohne_stufe": primary & level.isna(),
        "kitas_ohne_alter": kitas & einrichtungen["alter_von"].isna(),
        **groups,
    }


def grundschulkinder(einrichtungen: pd.DataFrame, schulen: pd.DataFrame) -> pd.Series:
    """Pupils of each Grundschule with its main site; index of those schools, missing where the number is not known."""
    primary = counted(einrichtungen, schulen)["grundschulen"]
    pupils: pd.Series = schulen["schueler"].reindex(einrichtungen.index[primary])
    return pupils.astype("Float64").rename("grundschulkinder")


def near_boundary_note(percent: float, *, whom: str) -> str:
    """Why a reach can only be higher near the city boundary, in German; empty below one per cent of those counted."""
    return (
        f"{percent:.0f} % {whom} wohnen weniger als 1 km von der Stadtgrenze entfernt. Was jenseits liegt, ist nicht "
        "erfasst; es kann den Anteil nur erhöhen, deshalb reicht die Spanne nach oben weiter."
        if percent >= 1
        else ""
    )


def ageless_note(number: int) -> str:
    """For how many Kitas no age concept is known, in German; empty if there is none."""
    kitas = "Kita" if number == 1 else "Kitas"
    return f"Für {number} {kitas} ist kein Aufnahmealter bekannt." if number else ""


def unlisted_note(number: int) -> str:
    """For how many Grundschulen no level is known, in German; empty if there is none."""
    schools = "Grundschule" if number == 1 else "Grundschulen"
    return f"Für {number} {schools} ist keine Stufe bekannt." if number else ""


def facilities(einrichtungen: gpd.GeoDataFrame, kind: str) -> gpd.GeoSeries:
    """Sites that count as reachable supply of one kind: haltestelle, grundschule or kita (open ones).

    Every site counts for distance, further sites of a school too. Kitas may be told apart by whom they take:
    kita_u3, kita_ab_3, and kita_ohne_alter where that is not known.
    """
    if kind == "grundschule":
        chosen = (einrichtungen["art"] == "schule") & (einrichtungen["unterart"] == "Grundschule")
    elif kind.startswith("kita"):
        chosen = (einrichtungen["art"] == "kita") & (einrichtungen["status"] == "offen") & _takes(einrichtungen, kind)
    else:
        _require_kind(kind)
        chosen = einrichtungen["art"] == kind
    return gpd.GeoSeries(einrichtungen.geometry[chosen])


def _takes(einrichtungen: pd.DataFrame, kind: str) -> pd.Series:
    """Which Kitas take the children that a kind names."""
    first, last = einrichtungen["alter_von"], einrichtungen["alter_bis"]
    rules = {
        "kita": pd.Series(True, index=einrichtungen.index),
        "kita_u3": (first < YOUNGEST).fillna(False),
        "kita_ab_3": (last > YOUNGEST).fillna(False),
        "kita_ohne_alter": first.isna() | last.isna(),
    }
    if kind not in rules:
        _require_kind(kind)
    return rules[kind].astype(bool)
