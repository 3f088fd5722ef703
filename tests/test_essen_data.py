"""Essen's built tables: public totals, sums, boundaries, and a rebuild from the source files."""

import json
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from sozialraum.city.access import is_supply
from sozialraum.city.load import CRS, CRS_FILES, Data, adressen
from sozialraum.supply.prepare.check import check
from sozialraum.supply.prepare.pipeline import build

MAX_BYTES = 6_000_000


@pytest.fixture(scope="module")
def values(essen_data: Data) -> pd.DataFrame:
    return essen_data.indikatoren.set_index(["indikator", "gebiet_id"])


def test_tables_pass_their_check(essen_dir: Path) -> None:
    assert "Eckwerte stimmen" in check(essen_dir).text


def test_areas(essen_data: Data) -> None:
    register = essen_data.register
    assert [len(register.of_level(ebene)) for ebene in ("stadtteil", "stadtbezirk", "stadt")] == [50, 9, 1]
    assert [register.by_id(key).name for key in register.members("IV")] == [
        "Schönebeck", "Bedingrade", "Frintrop", "Dellwig", "Gerschede", "Borbeck-Mitte", "Bochold", "Bergeborbeck",
    ]  # fmt: skip
    assert register.city.flaeche_km2 == pytest.approx(210.268645, abs=0.001)  # sum of parts that are rounded to 100 m²
    assert register.resolve("Margarethenhöhe").in_phrase == "auf der Margarethenhöhe"


@pytest.mark.parametrize(
    ("indikator", "column", "total"),
    [
        ("einwohner", "wert", 571_039),
        ("veraenderung_2011_2022", "nenner", 566_201),
        ("wahlbeteiligung_ew2024", "zaehler", 249_599),
        ("wahlbeteiligung_ew2024", "nenner", 408_493),
        ("schulen", "wert", 163),
        ("grundschulen", "wert", 85),
        ("kitas", "wert", 309),
        ("haltestellen", "wert", 630),
    ],
)
def test_public_totals(values: pd.DataFrame, essen_data: Data, indikator: str, column: str, total: int) -> None:
    counts = values.loc[indikator][column]
    stadtteile, bezirke = (
        [area.id for area in essen_data.register.of_level(ebene)] for ebene in ("stadtteil", "stadtbezirk")
    )
    assert counts["essen"] == total
    assert counts[stadtteile].sum() == total
    assert counts[bezirke].sum() == total


def test_public_shares(values: pd.DataFrame) -> None:
    city = values.xs("essen", level="gebiet_id")["wert"]
    assert city["wahlbeteiligung_ew2024"] == pytest.approx(61.10, abs=0.005)
    assert city["alleinerziehendenquote_2011"] == pytest.approx(21.9, abs=0.05)


def test_every_facility_is_placed(essen_data: Data) -> None:
    places = essen_data.einrichtungen
    counted = places[places["gebiet_id"].notna()]["art"].value_counts()
    assert (counted["schule"], counted["kita"], counted["haltestelle"]) == (212, 312, 630)
    assert (places[places["art"] == "kita"]["status"] == "geplant").sum() == 3
    lost = places[places["gebiet_id"].isna()]
    assert set(lost["name"]) == {"Grugapark", "Krupp-Park"}
    assert lost.geometry.isna().all()


def test_places_of_the_new_sources_are_all_there(essen_data: Data) -> None:
    places = essen_data.einrichtungen
    rows = places["art"].value_counts()
    kinds = ["markt", "krankenhaus", "pflege", "anlaufstelle", "haltestelle_im_bau", "radunfall"]
    assert rows[kinds].tolist() == [26, 16, 81, 25, 13, 691]  # 24 contact points and one more office
    counted = places[is_supply(places, essen_data.orte)]["art"].value_counts()
    # 81 entries at 73 addresses: 75 ways of writing a street, but Maxstraße 34 and Selmastr. 5 are written in two ways
    assert counted.reindex(kinds, fill_value=0).tolist() == [26, 14, 73, 25, 0, 0]
    assert places.loc[places["art"] == "krankenhaus", "hinweis"].notna().sum() == 2
    assert "betten" not in places.columns
    assert len(essen_data.angebote) == 29
    assert len(set(essen_data.kennzahlen["angabe"])) > 29
    assert essen_data.kennzahlen["stand"].notna().sum() == 6


def test_stadtteile_without_grundschule(values: pd.DataFrame, essen_data: Data) -> None:
    counts = values.loc["grundschulen"]["wert"]
    none = [area.name for area in essen_data.register.of_level("stadtteil") if counts[area.id] == 0]
    assert sorted(none) == ["Byfang", "Fulerum", "Rellinghausen", "Schuir", "Stadtkern", "Westviertel"]


def test_every_share_is_a_share(values: pd.DataFrame, essen_data: Data) -> None:
    shares = [key for key, entry in essen_data.indikatoren_yml["indikatoren"].items() if entry["typ"] == "anteil"]
    chosen = values[values.index.get_level_values("indikator").isin(shares)]["wert"].dropna()
    assert chosen.between(0, 100).all()
    ages = sum(values.loc[key]["wert"] for key in ("anteil_unter_15", "anteil_15_64", "anteil_65plus"))
    assert ages.to_numpy() == pytest.approx(100, abs=1e-4)


def test_byfang_shows_no_lone_parents_of_zero_and_no_more_voters_than_adults(
    values: pd.DataFrame, essen_data: Data
) -> None:
    byfang = essen_data.register.resolve("Byfang").id
    parents = values.loc[("alleinerziehendenquote_2011", byfang)]
    assert pd.isna(parents["wert"])
    assert "Nicht belastbar" in parents["hinweis"]
    turnout = values.loc[("wahlbeteiligung_ew2024", byfang)]
    adults = values.at[("einwohner", byfang), "wert"] - values.at[("anteil_unter_15", byfang), "zaehler"]
    assert pd.isna(turnout["wert"]) or turnout["nenner"] <= 1.05 * adults


def features(path: Path) -> gpd.GeoDataFrame:
    """Objects of a GeoJSON in EPSG:25832; a corner may have four members, of which two count."""
    text = re.sub(r"(\[\s*-?[\d.]+\s*,\s*-?[\d.]+)\s*,[^\[\]]*\]", r"\1]", path.read_text(encoding="utf-8"))
    return gpd.GeoDataFrame.from_features(json.loads(text)["features"], crs=CRS_FILES).to_crs(CRS)


def test_official_boundaries_add_up_to_the_stadtbezirke(raw_essen: Path, essen_data: Data) -> None:
    """Area difference under 1 m², symmetric difference under 10 m², no overlap, sum 210,268,645 m²."""
    parts = features(raw_essen / "stadtteile_amtlich_wgs84.geojson")
    official = features(raw_essen / "stadtbezirke_wgs84.geojson").set_index("STADTBEZR").geometry
    assert len(parts) == 50
    assert round(parts.area.sum()) == 210_268_645
    assert parts.union_all().area == pytest.approx(parts.area.sum(), abs=0.5)
    for key, group in parts.groupby("stadtbezirk_roemisch"):
        union = group.union_all()
        assert abs(union.area - official[key].area) < 1, key
        assert union.symmetric_difference(shapely.make_valid(official[key])).area < 10, key
    own = parts.set_index("stadtteil_nr").area / 1e6
    known = essen_data.gebiete["flaeche_km2"]
    assert known[own.index].to_numpy() == pytest.approx(own.to_numpy(), abs=6e-5)


def test_the_proof_of_the_boundaries_is_recorded(essen_data: Data) -> None:
    found = essen_data.qualitaet.query("thema == 'Grenzen'").set_index("gebiet_id")
    assert found.index.tolist() == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "essen"]
    assert found.at["essen", "befund"] == "Summe der Stadtteile 210.268.645 m², keine Überlappung"
    assert essen_data.stadt["eckwerte"]["flaeche_m2"]["wert"] == 210_268_645


def test_no_table_rests_on_the_boundaries_of_openstreetmap(essen_data: Data) -> None:
    assert "stadtteile_osm" not in essen_data.quellen
    assert not essen_data.indikatoren["quelle"].str.contains("stadtteile_osm").any()
    assert not any(
        "stadtteile_osm" in entry.get("quellen", []) for entry in essen_data.indikatoren_yml["indikatoren"].values()
    )


def test_boundaries_fit_together(essen_data: Data) -> None:
    areas = essen_data.gebiete
    parts = areas[areas["ebene"] == "stadtteil"]
    assert shapely.coverage_is_valid(parts.geometry.to_numpy())
    degrees = areas.geometry.to_crs(CRS_FILES)
    for key in areas.index[areas["ebene"] != "stadtteil"]:
        union = shapely.union_all(degrees[essen_data.register.members(key)].to_numpy())
        assert union.symmetric_difference(degrees[key]).area == pytest.approx(0, abs=1e-12), key


def test_display_boundaries_stay_near_the_true_area(essen_data: Data) -> None:
    areas = essen_data.gebiete
    apart = (areas.geometry.area / 1e6 - areas["flaeche_km2"]).abs() / areas["flaeche_km2"]
    assert apart.max() < 0.01


def test_size(essen_dir: Path) -> None:
    assert sum(path.stat().st_size for path in essen_dir.iterdir() if path.is_file()) < MAX_BYTES


def test_addresses(essen_dir: Path, essen_data: Data) -> None:
    table = adressen(essen_dir)
    assert len(table) > 100_000
    assert set(table["gebiet_id"].cat.categories) == set(essen_data.register.members("essen"))


def test_no_area_is_called_gebiet_in_print(essen_data: Data) -> None:
    words = " ".join(str(entry) for entry in essen_data.indikatoren_yml["indikatoren"].values())
    assert "Gebiet" not in words
    assert not essen_data.qualitaet.astype(str).apply(lambda column: column.str.contains("Gebiet")).any(axis=None)


def test_a_rebuild_gives_the_same_bytes(raw_essen: Path, essen_dir: Path, tmp_path: Path) -> None:
    out = tmp_path / "essen"
    build(raw_essen, out, data=essen_dir)
    built = {path.name for path in out.iterdir() if path.is_file()}
    assert built == {path.name for path in essen_dir.iterdir() if path.is_file()}
    assert [name for name in sorted(built) if (out / name).read_bytes() != (essen_dir / name).read_bytes()] == []
