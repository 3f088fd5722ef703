import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from musterstadt import tables
from sozialraum.access import (
    cell_points,
    facilities,
    near_boundary_note,
    straight_radius_m,
    walking_distance_m,
    walking_minutes,
    who_counts,
)
from sozialraum.load import CRS, Data


def test_walking_by_hand() -> None:
    assert walking_minutes(1762) == pytest.approx(21.144)  # 1,762 m at 5 km/h = 1762 / 83.333
    assert straight_radius_m(1300) == pytest.approx(1000)  # 1,300 / 1.3
    start, end = (gpd.GeoSeries([Point(xy)], crs=CRS) for xy in ((0, 0), (300, 400)))
    assert walking_distance_m(start, end).tolist() == pytest.approx([650])  # 500 m x 1.3


def test_reach_counts_children_for_kitas_and_schools() -> None:
    assert [who_counts(kind) for kind in ("kita", "grundschule", "haltestelle")] == [
        "unter_15",
        "unter_15",
        "einwohner",
    ]


def test_why_a_reach_is_longer_above_is_said_of_those_who_are_counted() -> None:
    assert near_boundary_note(0.9, kind="kita") == ""
    note = near_boundary_note(12.4, kind="kita")
    assert note.startswith("12 % der Kinder unter 15 wohnen weniger als 1 km von der Stadtgrenze entfernt.")
    assert note.endswith("es kann den Anteil nur erhöhen, deshalb reicht die Spanne nach oben weiter.")
    assert near_boundary_note(12.4, kind="haltestelle").startswith("12 % der Menschen wohnen")


def test_cells_keep_their_distances_in_metres() -> None:
    cells = pd.DataFrame({"x": [tables.ORIGIN[0] + 50, tables.ORIGIN[0] + 1050], "y": [tables.ORIGIN[1] + 50] * 2})
    found = cell_points(cells)
    assert str(found.crs) == CRS
    assert found.iloc[0].distance(found.iloc[1]) == pytest.approx(1000, abs=0.1)


def test_supply_by_kind(musterstadt_data: Data) -> None:
    places = musterstadt_data.einrichtungen
    assert len(facilities(places, "grundschule")) == 7  # nine sites without Gymnasium and Realschule
    assert "schule-003" in facilities(places, "grundschule").index  # a branch counts for distance
    assert len(facilities(places, "kita")) == 9  # ten, one of them planned
    assert "kita-0009" not in facilities(places, "kita").index
    assert len(facilities(places, "haltestelle")) == 6


def test_walks_of_the_grid(musterstadt_data: Data) -> None:
    walks = musterstadt_data.raster.set_index(["x", "y"]).filter(like="gehweg_")
    x, y = tables.ORIGIN
    # Nordwest, cell A: the stop is 100 m east: 130 m; the school 100 m north: 130 m; the Kita in the cell: 0
    assert walks.loc[(x + 250, y + 2750)].tolist() == [130, 130, 0]
    # Weiler, cell A: Westend's stop, school and Kita 1,000 m north: 1,300 m; Südviertel's Kita is only planned
    assert walks.loc[(x + 250, y + 750)].tolist() == [1300, 1300, 1300]
    # Weiler, cell B: Südviertel's school 500 m east, 500 m north: 707.1 x 1.3 = 919 m; the Kita Rathaus at
    # (1250, 1750): 500 east, 1,500 north: 1,581.1 x 1.3 = 2,055; Westend's at (250, 1750) the same; Kita Dom at
    # (1750, 1250): 1,000 east, 1,000 north: 1,414.2 x 1.3 = 1,838.5
    assert walks.loc[(x + 750, y + 250), ["gehweg_grundschule_m", "gehweg_kita_m"]].tolist() == [919, 1839]
