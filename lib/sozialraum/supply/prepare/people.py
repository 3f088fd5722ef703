"""What rests on cells, places and walks, computed again where fetched files have changed one of these.

Of the errors of the estimate below, those that still hold are carried over: a share that only 1 km cells tell keeps the
width of its interval.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from sozialraum.city.access import (
    BY_AGE,
    NETWORK,
    OWN_AGES,
    REACH,
    REACH_INDICATORS,
    Part,
    by_age,
    facilities,
    those_counted,
    who_counts,
)
from sozialraum.city.indicators import Indikator, catalogue, share
from sozialraum.city.load import WALKS, cell_points
from sozialraum.supply.children import aged_words
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.census_cells import CensusCells
from sozialraum.supply.prepare.counts import facility_values, implausible
from sozialraum.supply.prepare.estimates import AGE_INDICATORS
from sozialraum.supply.prepare.levels import Values
from sozialraum.supply.prepare.reach import NEAR_BOUNDARY_M, Off, Walkers, reach_values

PEOPLE: Final = "einwohner"
DENSITY: Final = "dichte_je_km2"
YOUNG: Final = "anteil_unter_15"
TURNOUT: Final = "wahlbeteiligung_ew2024"
REACH_BY_AGE: Final = {"reichweite_kita_u3_500m": BY_AGE["kita"][:1], "reichweite_kita_ab_3_500m": BY_AGE["kita"][1:]}
"""Reach of Kitas by those of one age only."""
AGES_OF: Final = {"reichweite_kita_u3_500m": "unter 3 Jahren", "reichweite_kita_ab_3_500m": "von 3 bis 5 Jahren"}
SITES: Final = {"gehweg_kita_u3_m": "kita_u3", "gehweg_kita_ab_3_m": "kita_ab_3"}
"""Sites of the walking metres that only cells with ages of children have."""
STRAIGHT: Final = {
    "methode": ("Luftlinie mal 1,3", f"Kürzester Weg im {NETWORK} von OpenStreetMap"),
    "grenzen": (
        "der Fußweg ist geschätzt, nicht gemessen.",
        f"ob das {NETWORK} vollständig ist, ist nicht geprüft. Gezählt ist bis zum nächsten Weg die Luftlinie.",
    ),
}
"""What the words of reach say of straight lines, and of the network instead."""
FAR_M: Final = 999_999
"""Walking metres where there is no facility of a kind at all."""
DIFFERENT: Final = 1e-5


def entry_of(key: str, said: Any) -> Indikator:
    """An entry of the catalogue."""
    return catalogue({"indikatoren": {key: said}})[key]


def with_walks(base: Base, built: Base) -> pd.DataFrame:
    """The cells with whole walking metres to the nearest facility of each kind, and whether the boundary is near.

    Cells of the built tables keep their metres to a kind of which no other places have come: of stops the middle is
    known here, but people walk to the platform.
    """
    cells, places = base.data.raster, base.data.einrichtungen
    points = cell_points(cells, base.data.crs)
    targets = dict(zip(WALKS, ("haltestelle", "grundschule", "kita"), strict=True))
    if by_age(cells.assign(**dict.fromkeys(SITES, 0)), "kita"):
        targets |= SITES
    columns = {}
    for column, kind in targets.items():
        sites = facilities(places, kind)
        metres = base.walk(points, sites).replace(np.inf, FAR_M).round(0)
        if base.network is None and column in WALKS and _same_sites(base, built, kind):
            known = built.data.raster.set_index(["x", "y"])[column].reindex(pd.MultiIndex.from_frame(cells[["x", "y"]]))
            metres = pd.Series(known.to_numpy(), index=metres.index).fillna(metres)
        columns[column] = metres if metres.isna().any() else metres.astype("int64")
    near = edge_of(base) < NEAR_BOUNDARY_M
    counted = [name for name in cells.columns if name not in (*columns, "nah_am_stadtrand")]
    return cells[counted].assign(**columns, nah_am_stadtrand=near)


def _same_sites(base: Base, built: Base, kind: str) -> bool:
    now, before = (facilities(one.data.einrichtungen, kind).sort_index() for one in (base, built))
    return bool(now.equals(before))


def edge_of(base: Base) -> pd.Series:
    """Metres of each cell to the city boundary."""
    data = base.data
    return cell_points(data.raster, data.crs).distance(data.gebiete.geometry[base.register.city.id].boundary)


def resting_values(base: Base, built: Base, cells: CensusCells | None) -> dict[str, Values]:
    """Values of every indicator that rests on cells, places or walks, also of those that come out as they are built."""
    below = by_indicator(built)
    made = _counted(base, below, cells) if cells is not None else {}
    people, young = (made.get(key) or as_built(below, key) for key in (PEOPLE, YOUNG))
    if people and young and people.von is not None and people.bis is not None:
        relative = (people.bis - people.von) / 2 / people.zaehler.where(people.zaehler > 0)
        made |= _of_places(base, young, relative)
        made |= _turnout(base, below, people.zaehler - young.zaehler)
    if not _is_estimate(below):
        made = {key: values for key, values in made.items() if key not in (PEOPLE, DENSITY)}
    return made | _reach(base, below, cells)


def _of_places(base: Base, young: Values, relative: pd.Series) -> dict[str, Values]:
    """Counts and rates of the kinds of which there are places; of others nothing is known, not that there are none."""
    data = base.data
    young = young if young.bis is not None else replace(young, bis=young.zaehler * float("nan"))
    found = facility_values(data.einrichtungen, data.schulen, data.gebiete["flaeche_km2"], young, relative, base.extend)
    here = set(data.einrichtungen["art"])
    kinds = {key: next((art for art in ("kita", "haltestelle") if key.startswith(art)), "schule") for key in found}
    return {key: values for key, values in found.items() if kinds[key] in here}


def _is_estimate(below: Mapping[str, pd.DataFrame]) -> bool:
    """Whether the people of the built tables are estimated: delivered numbers stay."""
    return PEOPLE in below and bool((below[PEOPLE]["art"] == "geschaetzt").any())


def as_built(below: Mapping[str, pd.DataFrame], key: str) -> Values | None:
    """The values of the built tables; None if they have no such indicator."""
    if key not in below:
        return None
    rows = below[key]
    withheld = rows.loc[rows["wert"].isna(), "hinweis"].dropna()
    whole = None if rows["nenner"].isna().all() else rows["nenner"]
    return Values(rows["zaehler"], whole, rows["von"], rows["bis"], zurueckgehalten=dict(withheld))


def by_indicator(base: Base) -> dict[str, pd.DataFrame]:
    """The rows of each indicator, index gebiet_id."""
    return {str(key): rows.set_index("gebiet_id") for key, rows in base.data.indikatoren.groupby("indikator")}


def _counted(base: Base, below: Mapping[str, pd.DataFrame], cells: CensusCells) -> dict[str, Values]:
    """Inhabitants, density and shares of all people."""
    people, raster = cells.inhabitants(), base.data.raster
    km2 = base.data.gebiete["flaeche_km2"].reindex(people.zaehler.index)
    assert people.von is not None
    assert people.bis is not None
    made = {
        PEOPLE: people,
        DENSITY: replace(people, nenner=km2, von=people.von / km2, bis=people.bis / km2),
    }
    for key, group in AGE_INDICATORS.items():
        part = base.extend(raster.groupby("gebiet_id")[group].sum())
        made[key] = _with_widths(Values(part, people.zaehler), below.get(key))
    if (off := cells.oldest_off) is not None:
        oldest = share(made["anteil_65plus"].zaehler, people.zaehler)
        made["anteil_65plus"].von, made["anteil_65plus"].bis = oldest - off[0], oldest + off[1]
    for key, rows in below.items():
        if key not in made and rows["nenner"].equals(below[PEOPLE]["zaehler"]):
            rate = (rows["wert"] / 100).fillna(0.0)
            part = base.extend((rate * people.zaehler).reindex(base.stadtteile).round(0))
            made[key] = _with_widths(Values(part, people.zaehler), rows)
    return made


def _with_widths(values: Values, rows: pd.DataFrame | None) -> Values:
    """Values with the widths that the intervals of rows have; none where these have none."""
    if rows is not None and values.nenner is not None:
        wert, rows = share(values.zaehler, values.nenner), rows.reindex(values.zaehler.index)
        values.von, values.bis = wert - (rows["wert"] - rows["von"]), wert + (rows["bis"] - rows["wert"])
    return values


def _turnout(base: Base, below: Mapping[str, pd.DataFrame], adults: pd.Series) -> dict[str, Values]:
    """The built turnout, withheld by the adults that are known now; of one withheld before no interval is known."""
    if TURNOUT not in below:
        return {}
    rows = below[TURNOUT]
    values = Values(rows["zaehler"], rows["nenner"], rows["von"], rows["bis"], arten=dict(rows["art"]))
    doubtful = rows[rows["wert"].notna() & rows["von"].isna() & rows["hinweis"].notna()]
    values.zweifel = {str(key): str(text) for key, text in doubtful["hinweis"].items()}
    values.zurueckgehalten = implausible(rows["nenner"].reindex(base.stadtteile), adults)
    return {TURNOUT: values}


def _reach(base: Base, below: Mapping[str, pd.DataFrame], cells: CensusCells | None) -> dict[str, Values]:
    """Reach of every kind of which there are places; by age where the cells tell it."""
    raster, made = base.data.raster, {}
    wanted: dict[str, tuple[str, tuple[Part, ...]]] = {
        key: (kind, who_counts(raster, kind)) for key, kind in REACH_INDICATORS.items()
    }
    if by_age(raster, "kita"):
        wanted |= {key: ("kita", parts) for key, parts in REACH_BY_AGE.items()}
    for key, (kind, parts) in wanted.items():
        if facilities(base.data.einrichtungen, kind).empty or raster.empty:
            continue
        off = cells.off([who for who, _ in parts]) if cells is not None else None
        whom = those_counted(raster, kind) if key in REACH_INDICATORS else f"der Kinder {AGES_OF[key]}"
        walkers = [_walkers(base, part) for part in parts]
        made[key] = reach_values(
            walkers, REACH[kind], edge_of(base), sums_of(base), off or widths_of(below.get(key)), whom,
            straight=base.network is None,
        )  # fmt: skip
    return made


def sums_of(base: Base) -> Callable[[pd.Series], pd.Series]:
    """Adds cells up for every area."""
    home = base.data.raster["gebiet_id"]
    return lambda per_cell: base.extend(per_cell.groupby(home).sum())


def _walkers(base: Base, part: Part) -> Walkers:
    """Who is counted in each cell; Kitas of unknown age may be for them."""
    raster, (who, walk) = base.data.raster, part
    perhaps = None
    if walk in SITES:
        perhaps = base.walk(cell_points(raster, base.data.crs), facilities(base.data.einrichtungen, "kita_ohne_alter"))
    return Walkers(raster[who].fillna(0), raster[walk], perhaps)


def widths_of(rows: pd.DataFrame | None) -> Off:
    """The width below the values of rows on either side: above them they also hold what lies beyond the boundary."""

    def off(_: list[pd.Series], value: pd.Series) -> tuple[pd.Series, pd.Series]:
        width = value * float("nan") if rows is None else (rows["wert"] - rows["von"]).reindex(value.index)
        return width, width

    return off


def differs(rows: pd.DataFrame, built: Base) -> bool:
    """Whether rows of an indicator are others than the built ones."""
    table = built.data.indikatoren
    before = table[table["indikator"] == rows["indikator"].iloc[0]].set_index("gebiet_id")
    now, columns = rows.set_index("gebiet_id"), ["zaehler", "nenner", "wert", "von", "bis"]
    before = before.reindex(now.index)
    same = np.isclose(now[columns], before[columns].astype("float64"), rtol=0, atol=DIFFERENT, equal_nan=True)
    return not (same.all() and (now["hinweis"].fillna("") == before["hinweis"].fillna("")).all())


def walked(said: Mapping[str, Any], base: Base) -> dict[str, Any]:
    """The words of a reach: how walks are measured."""
    if base.network is None:
        return dict(said)
    new = {name: " ".join(str(said[name]).split()).replace(*words) for name, words in STRAIGHT.items()}
    return {**said, **new, "quellen": list(dict.fromkeys([*said["quellen"], base.network.quelle]))}


def resting_entry(key: str, base: Base, cells: CensusCells | None) -> dict[str, Any] | None:
    """The words of an indicator that rests on cells, places or walks; None where the catalogue has none."""
    texts: Mapping[str, Any] = cells.rule["texte"] if cells is not None else {}
    shipped = base.data.indikatoren_yml["indikatoren"].get(key)
    said = {**(shipped or (cells.entries.get(key, {}) if cells is not None else {})), **texts.get(key, {})}
    if not said.get("zaehler"):
        return None
    if cells is not None and cells.grid.base.data.raster.empty:
        said |= texts.get(f"{key}_ohne_zellen", {})
    if cells is not None and cells.oldest_off is None:
        said |= texts.get(f"{key}_ohne_alter", {})
    kind = REACH_INDICATORS.get(key, "")
    if kind and by_age(base.data.raster, kind):
        said = {**aged_words(said, OWN_AGES[kind][1]), **texts.get(f"{key}_nach_alter", {})}
    for side in ("zaehler", "nenner"):
        if said.get(side) and cells is not None:
            said[side] = {"stand": cells.stand, **said[side]}
    if key in REACH_INDICATORS or key in REACH_BY_AGE:
        said = walked(said, base)
    first = [cells.quelle] if cells is not None and (key in texts or not shipped) else []
    return said | {"verfuegbar": True, "quellen": [*first, *base.named(said["quellen"])]}


def other_words(base: Base, cells: CensusCells | None, laid: Collection[str]) -> dict[str, dict[str, Any]]:
    """Entries of the catalogue that keep their values and say what the cells have nothing to do with."""
    if cells is None:
        return {}
    shipped: Mapping[str, Any] = base.data.indikatoren_yml["indikatoren"]
    texts = cells.rule["texte"].items()
    return {
        key: {**shipped[key], **said}
        for key, said in texts
        if key in shipped and key not in laid and "quellen" not in said
    }
