"""Private households by Stadtteil and year from the city's own table."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from sozialraum.city.gebiete import fold
from sozialraum.errors import SchemaError
from sozialraum.supply.fetch.content import counts, read_table
from sozialraum.supply.fetch.store import Kept
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.levels import Values

NOT_NAMED: Final = "In der Tabelle der Stadt steht zu diesem Jahr kein Wert."
PART_MISSING: Final = "Nicht für alle Stadtteile steht zu diesem Jahr ein Wert in der Tabelle der Stadt."


def household_values(kept: Sequence[Kept], base: Base, angaben: Mapping[str, Any]) -> dict[str, dict[str, Values]]:
    """Shares of households per area and year, by the rules in ``angaben``; a year ends on 31 December."""
    (only,) = kept
    table = read_table(only.path, only.file, "haushalte", base.city).rows
    table["gebiet_id"] = _home(table["name"], base, only)
    table = table.dropna(subset="gebiet_id")
    numbers = table.drop(columns=["name", "gebiet_id"]).apply(counts).assign(gebiet_id=table["gebiet_id"])
    again = numbers.duplicated(["gebiet_id", "jahr"])
    if again.any():
        row = numbers[again].iloc[0]
        raise SchemaError(
            [f"{only.file.datei}: {row['gebiet_id']} steht im Jahr {row['jahr']:.0f} mehrfach. {only.remedy}"]
        )
    made: dict[str, dict[str, Values]] = {key: {} for key in angaben["rechnung"]}
    for year, rows in numbers.groupby("jahr"):
        for key, rule in angaben["rechnung"].items():
            made[key][f"{year:.0f}-12-31"] = _share(rows.set_index("gebiet_id"), rule, base)
    return made


def _home(names: pd.Series, base: Base, kept: Kept) -> pd.Series:
    """Ids by name, missing for a row of the whole city."""
    found = {name: base.register.match_stadtteil(name) for name in names.unique()}
    unknown = [name for name, area in found.items() if area is None and fold(name) != fold(base.register.city.name)]
    if unknown:
        raise SchemaError(
            [f"{kept.file.datei}: Einen Stadtteil „{name}“ gibt es nicht. {kept.remedy}" for name in unknown]
        )
    return names.map({name: area.id for name, area in found.items() if area is not None})


def _share(rows: pd.DataFrame, rule: Mapping[str, Any], base: Base) -> Values:
    """Numerator and denominator; what is not in the table stays a gap, and so does a sum over it."""
    part, whole = (rows[str(rule[side])].reindex(base.stadtteile) for side in ("teil", "ganzes"))
    gaps = (part.isna() | whole.isna()).astype("int64")
    values = Values(base.extend(part.fillna(0.0)), base.extend(whole.fillna(0.0)), zaehlungen_verbergen=True)
    values.arten = {area.id: "berechnet" for area in base.register if area.id not in base.stadtteile}
    for key, missing in base.extend(gaps).items():
        if missing:
            reason = NOT_NAMED if key in base.stadtteile else PART_MISSING
            values.zurueckgehalten[str(key)] = reason
    return values
