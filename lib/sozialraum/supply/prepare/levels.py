"""Add Stadtteil counts up to Stadtbezirke and city, and put values of one indicator together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import Register
from sozialraum.city.indicators import Indikator, share, suppress

#: Kinds of values that are complete counts: they have no error.
EXACT: Final = ("amtlich", "berechnet")
RollUp = Callable[[pd.Series], pd.Series]


@dataclass
class Values:
    """Values of one indicator over all areas before they become rows.

    ``zaehler`` and ``nenner`` have the index gebiet_id of all areas. ``von`` and ``bis`` are the ends of the
    interval in the unit of the value; without them a complete count is exact and an estimate has no known
    interval. ``hinweise`` and ``arten`` override per area; an id in ``zurueckgehalten`` loses its value,
    one in ``zweifel`` its interval.
    """

    zaehler: pd.Series
    nenner: pd.Series | None = None
    von: pd.Series | None = None
    bis: pd.Series | None = None
    hinweise: dict[str, str] = field(default_factory=dict)
    arten: dict[str, str] = field(default_factory=dict)
    zurueckgehalten: dict[str, str] = field(default_factory=dict)
    zweifel: dict[str, str] = field(default_factory=dict)
    zaehlungen_verbergen: bool = False


def roll_up(register: Register) -> RollUp:
    """Function that extends a Stadtteil series of complete counts by the sums of Stadtbezirke and city."""
    members = {area.id: register.members(area.id) for area in register}

    def extend(counts: pd.Series) -> pd.Series:
        complete = counts.reindex(members[register.city.id], fill_value=0)
        return pd.Series({key: complete.loc[parts].sum() for key, parts in members.items()})

    return extend


def to_rows(entry: Indikator, values: Values) -> pd.DataFrame:
    """Rows of ``indikatoren.csv`` for one indicator, in official order of the areas."""
    wert, nenner = values.zaehler.astype("float64"), pd.Series(float("nan"), index=values.zaehler.index)
    if values.nenner is not None:
        wert, nenner = share(values.zaehler, values.nenner, factor=entry.faktor), values.nenner.astype("float64")
    table = pd.DataFrame(
        {"indikator": entry.id, "zaehler": values.zaehler.astype("float64"), "nenner": nenner, "wert": wert,
         "stand": entry.stand, "art": pd.Series(values.arten, dtype="object").reindex(wert.index).fillna(entry.art),
         "quelle": "|".join(entry.quellen), "hinweis": pd.Series(values.hinweise, dtype="object").reindex(wert.index)}
    )  # fmt: skip
    table["von"], table["bis"] = _interval(table, values, entry)
    unknown = table["wert"].isna() & table["hinweis"].isna()
    if entry.nenner is not None:
        table.loc[unknown, "hinweis"] = (
            f"Nicht berechenbar: Zu „{entry.nenner.was}“ liegt hier keine Angabe größer als 0 vor."
        )
    if entry.typ == "anteil":
        kept = suppress(table["zaehler"], minimum=entry.mindestfallzahl)  # a counted zero stays
        small = kept.isna() & table["zaehler"].notna()
        table.loc[small, ["zaehler", "nenner", "wert", "von", "bis"]] = float("nan")
        table.loc[small, "hinweis"] = (
            f"Weniger als {entry.mindestfallzahl} Fälle; aus Gründen der Geheimhaltung nicht genannt."
        )
    for key, reason in values.zweifel.items():
        table.loc[key, ["von", "bis"]] = float("nan")
        table.loc[key, "hinweis"] = reason
    for key, reason in values.zurueckgehalten.items():
        table.loc[key, ["wert", "von", "bis"]] = float("nan")
        table.loc[key, "hinweis"] = reason
        if values.zaehlungen_verbergen:
            table.loc[key, ["zaehler", "nenner"]] = float("nan")
    return table.rename_axis("gebiet_id").reset_index()


def _interval(table: pd.DataFrame, values: Values, entry: Indikator) -> tuple[pd.Series, pd.Series]:
    """Ends of the interval: exact for complete counts, nothing below 0 or, for a share, above 100 %."""
    wert, exact = table["wert"], table["art"].isin(EXACT)
    low, high = (
        wert.where(exact, float("nan") if end is None else end.reindex(table.index)) for end in (values.von, values.bis)
    )
    if entry.typ != "veraenderung":
        low = low.clip(lower=0.0)
    if entry.typ == "anteil":
        high = high.clip(upper=entry.faktor)
    low, high = low.where(~(low > wert), wert), high.where(~(high < wert), wert)
    known = wert.notna() & low.notna() & high.notna()
    return low.where(known), high.where(known)
