"""The gazetteer: every address of the city with its position and Stadtteil, compactly."""

from typing import Final

import pandas as pd

from sozialraum.city.spatial import assign
from sozialraum.supply.prepare.areas import Areas
from sozialraum.supply.prepare.quality import Findings
from sozialraum.supply.prepare.raw import RawTables

MAX_OUTSIDE_M: Final = 500.0
UNNAMED: Final = "###"


def build_gazetteer(raw: RawTables, areas: Areas, findings: Findings) -> pd.DataFrame:
    """Addresses sorted by street and number; a street's label point has no number; x, y in whole metres."""
    houses = raw.geo("hauskoordinaten")
    named = houses[~houses["strname"].str.startswith(UNNAMED)]
    located = assign(named.geometry, areas.full)
    outside = int(located.isna().sum())
    if outside:
        located = assign(named.geometry, areas.full, max_distance_m=MAX_OUTSIDE_M)
        city = areas.register.city
        number = "1 Adresse liegt" if outside == 1 else f"{outside} Adressen liegen"
        found = f"{number} außerhalb aller Stadtteilgrenzen"
        findings.add("Lage", city.id, "Hauskoordinaten", found, "dem nächsten Stadtteil zugeordnet")
    suffix = named["hsnrzu"].fillna("") if "hsnrzu" in named else ""
    table = pd.DataFrame(
        {
            "strasse": named["strname"].astype(str),
            "hausnummer": named["hsnr"].fillna("").astype(str) + suffix,
            "x": named.geometry.x.round().astype("int32"),
            "y": named.geometry.y.round().astype("int32"),
            "gebiet_id": located,
        }
    )
    table = table[table["gebiet_id"].notna()].drop_duplicates(["strasse", "hausnummer"])
    order = table["hausnummer"].str.extract(r"^(\d*)")[0].replace("", "0").astype(int)
    table = table.assign(_nr=order).sort_values(["strasse", "_nr", "hausnummer"], kind="stable").drop(columns="_nr")
    return table.reset_index(drop=True).astype({"strasse": "category", "gebiet_id": "category"})
