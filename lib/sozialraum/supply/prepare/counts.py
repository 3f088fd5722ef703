"""Indicators that are counted: facilities, votes, families of 2011."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from sozialraum.city.access import INDEX_GROUPS, ageless_note, counted, grundschulkinder, unlisted_note
from sozialraum.city.indicators import share
from sozialraum.city.load import cell_points
from sozialraum.city.spatial import assign
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.areas import Areas, stadtteil_id
from sozialraum.supply.prepare.levels import RollUp, Values
from sozialraum.supply.prepare.population import largest_remainder
from sozialraum.supply.prepare.raw import RawTables

PLAIN_COUNTS: Final = ("kitas", "grundschulen", "schulen", "haltestellen", "startchancenschulen")
RATIO_LOW: Final = 0.85
RATIO_HIGH: Final = 1.0
MORE_VOTERS_THAN_ADULTS: Final = 1.05
MIN_VISIBLE: Final = 0.7
SINGLE_PARENTS: Final = ("families_FAMTYP_KIND_10", "families_FAMTYP_KIND_12")
FAMILIES: Final = ("families_FAMTYP_KIND_2", "families_FAMTYP_KIND_8", *SINGLE_PARENTS)
ALL_SINGLE_PARENTS: Final = tuple(f"families_FAMTYP_KIND_{code}" for code in (10, 11, 12, 13))
SINGLE_PARENT_HOUSEHOLDS: Final = "households_HHTYP_FAM_4"


def facility_values(
    places: pd.DataFrame, schools: pd.DataFrame, km2: pd.Series, children: Values, relative: pd.Series, extend: RollUp
) -> dict[str, Values]:
    """Counts of facilities by location, and their rates.

    ``km2`` are the areas, ``children`` is the share under 15, ``relative`` the relative error of the inhabitants.
    """
    chosen = counted(places, schools)
    counts = {key: extend(places[mask]["gebiet_id"].value_counts()) for key, mask in chosen.items()}

    def noted(key: str, note: Callable[[int], str]) -> dict[str, str]:
        return {str(area): text for area, number in counts[key].items() if (text := note(number))}

    assert children.nenner is not None
    assert children.bis is not None
    kitas, unter_15 = counts["kitas"], children.zaehler
    of_share = children.bis / share(unter_15, children.nenner) - 1
    off = (of_share**2 + relative**2) ** 0.5
    low, high = (share(kitas, unter_15 * factor, factor=1000) for factor in (1 + off, 1 - off))
    unlisted = noted("grundschulen_ohne_stufe", unlisted_note)
    return {
        **{key: Values(counts[key]) for key in PLAIN_COUNTS},
        "kitas_u3": Values(counts["kitas_u3"], hinweise=noted("kitas_ohne_alter", ageless_note)),
        "grundschulkinder": _pupils(places, schools, extend),
        "kitas_je_1000_kinder": Values(kitas, unter_15, low, high),
        "haltestellen_je_km2": Values(counts["haltestellen"], km2),
        **{key: Values(counts[key], hinweise=unlisted) for key in INDEX_GROUPS},
    }


def _pupils(places: pd.DataFrame, schools: pd.DataFrame, extend: RollUp) -> Values:
    """Pupils of the Grundschulen with their main site; withheld where the number of one school is not known."""
    pupils = grundschulkinder(places, schools)
    home = places["gebiet_id"].reindex(pupils.index)
    unknown = extend(pupils.isna().groupby(home).sum())
    reasons = {
        str(key): f"Für {number} {'Grundschule' if number == 1 else 'Grundschulen'} ist keine Schülerzahl bekannt."
        for key, number in unknown.items()
        if number
    }
    total = extend(pupils.fillna(0).astype("float64").groupby(home).sum())
    return Values(total, zurueckgehalten=reasons, zaehlungen_verbergen=True)


def turnout(raw: RawTables, areas: Areas, ab_15: pd.Series, extend: RollUp) -> Values:
    """Turnout with postal votes spread by the polling cards of each Stadtteil.

    Voters of a Stadtteil = voters at the urn without polling card + eligible with polling card (A2) x one
    ratio for the city, so that the Stadtteile add up to the city's voters. The interval runs from a ratio of
    0.85 to one of 1.0 in that area. Withheld where eligible voters exceed inhabitants aged
    15 and over by more than 5 %.
    """
    return spread_votes(*_votes(raw, areas), ab_15, extend, city=areas.register.city.id)


def spread_votes(
    urn: pd.DataFrame, voters: int, ratio: float, adults: pd.Series, extend: RollUp, *, city: str
) -> Values:
    """As :func:`turnout`.

    ``urn`` has berechtigt, wahlschein and vor_ort by Stadtteil, ``ratio`` is the one of the city, ``adults`` estimates
    who may vote at most.
    """
    counted = pd.Series(
        largest_remainder((urn["vor_ort"] + ratio * urn["wahlschein"]).to_numpy(), total=voters), index=urn.index
    )
    eligible, cards, voted = extend(urn["berechtigt"]), extend(urn["wahlschein"]), extend(counted)
    low, high = (share(voted + (used - ratio) * cards, eligible) for used in (RATIO_LOW, RATIO_HIGH))
    values = Values(voted, eligible, low, high, arten={city: "amtlich"})
    values.zurueckgehalten = implausible(eligible[urn.index], adults)
    return values


def implausible(eligible: pd.Series, adults: pd.Series) -> dict[str, str]:
    """Why a turnout is withheld, by Stadtteil: more may vote there than live there."""
    return {
        str(
            key
        ): f"Nicht belastbar: Auf {eligible[key]:.0f} Wahlberechtigte kommen nur rund {adults[key]:.0f} geschätzte "
        "Menschen ab 15 Jahren. Stimmbezirke und Stadtteil decken sich hier nicht."
        for key in eligible.index[eligible > MORE_VOTERS_THAN_ADULTS * adults[eligible.index]]
    }


def _votes(raw: RawTables, areas: Areas) -> tuple[pd.DataFrame, int, float]:
    table = raw["europawahl2024"]
    urn = table[table["Bezirksart"] == 0]
    ids = (urn["Wahlbezirk"] // 100).map(stadtteil_id)
    unknown = urn[~ids.isin(areas.full.index)]
    if len(unknown):
        raise SchemaError(
            f"{raw.place('europawahl2024', row)}: Wahlbezirk {number} gehört zu Stadtteil {number // 100}, "
            "den es nicht gibt. Bitte die Nummer prüfen."
            for row, number in unknown["Wahlbezirk"].items()
        )
    used = {"wahlschein": "Wahlberechtigte mit Sperrvermerk (A2)", "berechtigt": "Wahlberechtigte"}
    here = urn[list(used.values())].set_axis(list(used), axis=1)
    here = here.assign(vor_ort=urn["Wählende"] - urn["dar. Wählende mit Wahlschein"])
    sums = here.groupby(ids).sum()
    by_card = int(table["dar. Wählende mit Wahlschein"].sum())
    return sums, int(table["Wählende"].sum()), by_card / int(sums["wahlschein"].sum())


def single_parents_2011(raw: RawTables, areas: Areas, extend: RollUp) -> Values:
    """Single parents among families with a child under 18 in 2011, from cells with at least three cases.

    Withheld where the visible single parents are less than 70 % of the single-parent households: then
    the threshold of the cells decides the value. A missing case is never counted as zero.
    """
    census = raw["zensus2011_100m"]
    wanted = sorted({*FAMILIES, *ALL_SINGLE_PARENTS, SINGLE_PARENT_HOUSEHOLDS})
    used = census[census["merkmal"].isin(wanted)]
    cells = used.groupby(["x", "y", "merkmal"])["value"].sum().unstack(fill_value=0).reset_index()
    cells["gebiet_id"] = assign(cell_points(cells), areas.full, max_distance_m=1000.0)
    sums = cells.groupby("gebiet_id").sum().reindex(columns=wanted, fill_value=0)
    single, families = (extend(sums[list(codes)].sum(axis=1)) for codes in (SINGLE_PARENTS, FAMILIES))
    visible = extend(sums[list(ALL_SINGLE_PARENTS)].sum(axis=1))
    households = extend(sums[SINGLE_PARENT_HOUSEHOLDS])
    ratio = (visible / households.where(households > 0)).replace([np.inf], np.nan)
    values = Values(single, families, zaehlungen_verbergen=True)
    for key in ratio.index[~(ratio >= MIN_VISIBLE)]:
        none = np.isnan(ratio[key]) or ratio[key] == 0
        seen = "keine Alleinerziehenden" if none else f"nur {int(ratio[key] * 100)} % der Alleinerziehenden"
        values.zurueckgehalten[key] = (
            f"Nicht belastbar: In den Rasterzellen sind {seen} sichtbar (Werte unter drei fehlen)."
        )
    return values
