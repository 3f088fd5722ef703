"""The register of areas and their boundaries.

Full geometry serves assignment, areas and densities; display boundaries are simplified as one coverage,
so that neighbours share every line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from sozialraum.city.gebiete import Register
from sozialraum.city.load import CRS, CRS_FILES
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.quality import Findings, german, thousands
from sozialraum.supply.prepare.raw import RawTables

SIMPLIFY_M: Final = 10.0
MAX_AREA_DIFFERENCE_M2: Final = 1.0
MAX_SYMMETRIC_DIFFERENCE_M2: Final = 10.0
ROUNDING_M: Final = 0.05
DECIMALS: Final = 6
SOURCE: Final = "stadtteile_liste"
SOURCE_GEOMETRY: Final = "stadtteile_amtlich"
REGISTER_COLUMNS: Final = (
    "ebene", "nummer", "name", "stadtbezirk_id", "artikel", "praeposition", "flaeche_km2", "schreibweisen", "quelle",
)  # fmt: skip


@dataclass(frozen=True)
class Areas:
    """Register table (index gebiet_id), full Stadtteil polygons and display boundaries of all areas."""

    table: pd.DataFrame
    full: gpd.GeoSeries
    display: gpd.GeoSeries

    @property
    def register(self) -> Register:
        """The areas as objects."""
        return Register(self.table)


def build_areas(raw: RawTables, stadt: Mapping[str, Any], findings: Findings) -> Areas:
    """Join the official list with the boundaries and derive Stadtbezirke and city.

    A SchemaError says if polygons and list disagree, polygons overlap, or do not add up to the official Stadtbezirke.
    """
    listed = _listed(raw, stadt)
    full = _matched_polygons(raw, listed)
    bezirke = raw[SOURCE].drop_duplicates("stadtbezirk_roemisch").set_index("stadtbezirk_roemisch")
    bezirke = bezirke.rename(columns={"stadtbezirk_nr": "nummer", "stadtbezirk_name": "name"}).sort_values("nummer")
    bezirke = bezirke.assign(ebene="stadtbezirk", praeposition="im", artikel="der")
    city = pd.DataFrame(
        {"ebene": "stadt", "nummer": 0, "name": stadt["name"], "praeposition": stadt["praeposition"]},
        index=[stadt["id"]],
    )
    table = pd.concat([listed, bezirke, city]).reindex(columns=list(REGISTER_COLUMNS))
    table["flaeche_km2"] = square_km(full, table)
    table["quelle"] = SOURCE
    display = display_outlines(full, table)
    _prove(raw, table, full, stadt, findings)
    return Areas(table.rename_axis("gebiet_id"), full, display)


def stadtteil_id(number: int) -> str:
    """Official Stadtteil number as id: 7 -> "07"."""
    return f"{number:02d}"


def _listed(raw: RawTables, stadt: Mapping[str, Any]) -> pd.DataFrame:
    table, names = raw[SOURCE], raw[SOURCE]["stadtteil"]
    grammar, variants = stadt.get("grammatik") or {}, stadt.get("schreibweisen") or {}
    rows = pd.DataFrame(
        {"ebene": "stadtteil", "nummer": table["stadtteil_nr"], "name": names,
         "stadtbezirk_id": table["stadtbezirk_roemisch"],
         "artikel": [grammar.get(name, {}).get("artikel", "") for name in names],
         "praeposition": [grammar.get(name, {}).get("praeposition", "in") for name in names],
         "schreibweisen": ["|".join(variants.get(name, [])) for name in names]}
    )  # fmt: skip
    repeated = rows[rows["nummer"].duplicated() | rows["name"].duplicated()]
    if len(repeated):
        raise SchemaError(
            f"{raw.place(SOURCE, row)}: Nummer oder Name von „{name}“ kommt zweimal vor. Bitte eine Zeile streichen."
            for row, name in repeated["name"].items()
        )
    rows.index = pd.Index([stadtteil_id(number) for number in rows["nummer"]])
    return rows.sort_values("nummer")


def _matched_polygons(raw: RawTables, listed: pd.DataFrame) -> gpd.GeoSeries:
    """Full polygons by id; number, name and Stadtbezirk of each must agree with the list."""
    polygons, file, boundaries = raw.geo(SOURCE_GEOMETRY), raw.files[SOURCE], raw.files[SOURCE_GEOMETRY]
    ids = [str(number).zfill(2) for number in polygons["stadtteil_nr"]]
    faults = [
        f"{raw.place(SOURCE_GEOMETRY, row)}: Die Nummer {key} kommt zweimal vor. Bitte ein Objekt streichen."
        for row, key in enumerate(ids)
        if key in ids[:row]
    ]
    known = {key: (row["name"], row["stadtbezirk_id"]) for key, row in listed.iterrows()}
    for row, key in enumerate(ids):
        stated, meant = tuple(polygons.loc[row, ["stadtteil", "stadtbezirk_roemisch"]]), known.get(key, ())
        if stated != meant:
            faults.append(
                f"{raw.place(SOURCE_GEOMETRY, row)}: Nummer {key} ist hier {' im Stadtbezirk '.join(stated)}, "
                f"{file} nennt {' im Stadtbezirk '.join(meant) or 'keinen Stadtteil'}. Bitte prüfen."
            )
    faults += [
        f"{boundaries}: Für {name} ({key}) fehlt die Grenze. Bitte das Objekt ergänzen."
        for key, name in listed["name"].items()
        if key not in ids
    ]
    if faults:
        raise SchemaError(faults)
    full = gpd.GeoSeries(polygons.geometry.to_numpy(), index=pd.Index(ids, name="gebiet_id"), crs=CRS)
    broken = ~shapely.is_empty(shapely.coverage_invalid_edges(full.to_numpy()))
    if broken.any():
        raise SchemaError(
            f"{raw.place(SOURCE_GEOMETRY, row)}: Die Grenze von {name} überlappt die eines anderen Stadtteils oder "
            "lässt eine Lücke. Bitte die Datei neu laden."
            for row, name in polygons["stadtteil"][broken].items()
        )
    return gpd.GeoSeries(full.loc[listed.index])


def square_km(full: gpd.GeoSeries, table: pd.DataFrame) -> pd.Series:
    """Area of every row of the register table, the last of which is the city."""
    own = (full.area / 1e6).round(4)
    sums = own.groupby(table["stadtbezirk_id"].loc[own.index]).sum()
    return pd.Series(pd.concat([own, sums, pd.Series({table.index[-1]: own.sum()})]).round(4))


def display_outlines(full: gpd.GeoSeries, table: pd.DataFrame) -> gpd.GeoSeries:
    """Simplified boundaries in EPSG:4326 with fixed decimals; larger areas are unions of them."""
    simple = shapely.coverage_simplify(full.to_numpy(), SIMPLIFY_M)
    degrees = gpd.GeoSeries(simple, index=full.index, crs=full.crs).to_crs(CRS_FILES)
    rounded = gpd.GeoSeries(shapely.transform(degrees.to_numpy(), lambda xy: xy.round(DECIMALS)), index=full.index)
    bezirk = table["stadtbezirk_id"].loc[full.index]
    unions = {
        key: shapely.coverage_union_all(rounded[bezirk == key].to_numpy())
        for key in table.index[table["ebene"] == "stadtbezirk"]
    }
    unions[table.index[-1]] = shapely.coverage_union_all(rounded.to_numpy())
    merged = pd.concat([rounded, gpd.GeoSeries(unions)])
    return gpd.GeoSeries(shapely.normalize(merged.to_numpy()), index=merged.index, crs=CRS_FILES)


def _prove(
    raw: RawTables, table: pd.DataFrame, full: gpd.GeoSeries, stadt: Mapping[str, Any], findings: Findings
) -> None:
    """The Stadtteile must add up to the official Stadtbezirke and the city; the differences become findings."""
    official = raw.geo("stadtbezirke").set_index("STADTBEZR").geometry
    bezirk = table["stadtbezirk_id"].loc[full.index]
    rows = {str(number).zfill(2): row for row, number in enumerate(raw.geo(SOURCE_GEOMETRY)["stadtteil_nr"])}
    faults: list[str] = []
    for key in table.index[table["ebene"] == "stadtbezirk"]:
        if key not in official.index:
            raise SchemaError([f"{raw.files['stadtbezirke']}: Der Stadtbezirk {key} fehlt. Bitte das Objekt ergänzen."])
        union = shapely.coverage_union_all(full[bezirk == key].to_numpy())
        fault = _apart(findings, key, f"Stadtbezirk {key}", union, official[key])
        if fault:
            touched = full[bezirk == key].distance(_wide(union, official[key])) == 0
            faults += [
                f"{raw.place(SOURCE_GEOMETRY, rows[str(own)])} ({name}): {fault}"
                for own, name in table.loc[touched.index[touched], "name"].items()
            ] or [f"{raw.files[SOURCE_GEOMETRY]}: {fault}"]
    if faults:
        raise SchemaError(faults)
    city, total = str(table.index[-1]), round(float(full.area.sum()))
    stated = stadt["eckwerte"].get("flaeche_m2")
    if stated and stated["wert"] != total:
        said = f"Die Stadtteile haben zusammen {total} m², erwartet {stated['wert']} m²"
        raise SchemaError([f"{raw.files[SOURCE_GEOMETRY]}: {said}. Bitte die Grenzen prüfen."])
    whole = shapely.coverage_union_all(full.to_numpy())
    apart = shapely.symmetric_difference(whole, shapely.make_valid(raw.geo("stadtgrenze").geometry.iloc[0])).area
    findings.add(
        "Grenzen", city, "Stadtgrenze", f"Summe der Stadtteile {thousands(total)} m², keine Überlappung",
        f"von der amtlichen Stadtgrenze weichen {german(apart, 1)} m² ab",
    )  # fmt: skip


def _wide(own: Any, official: Any) -> Any:
    """Where two shapes differ by more than the width of rounding."""
    return shapely.symmetric_difference(own, shapely.make_valid(official)).buffer(-ROUNDING_M).buffer(2 * ROUNDING_M)


def _apart(findings: Findings, key: str, name: str, own: Any, official: Any) -> str:
    """Note how far a union is from the official shape; what is wrong if it is farther than rounding allows."""
    apart = shapely.symmetric_difference(own, shapely.make_valid(official)).area
    difference = own.area - official.area
    text = f"Fläche {german(difference, 2, sign=True)} m² gegenüber der amtlichen, abweichend {german(apart, 1)} m²"
    findings.add("Grenzen", key, name, text, "Die Stadtteile ergeben den amtlichen Stadtbezirk")
    if abs(difference) < MAX_AREA_DIFFERENCE_M2 and apart < MAX_SYMMETRIC_DIFFERENCE_M2:
        return ""
    return f"Die Stadtteile ergeben nicht den amtlichen {name}: {text}. Bitte die Grenzen prüfen."
