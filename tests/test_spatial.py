import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from sozialraum.city.load import CRS, Data
from sozialraum.city.spatial import assign, nearest_distance_m, neighbouring_stadtteile, neighbours

SQUARES = gpd.GeoSeries([box(0, 0, 10, 10), box(10, 0, 20, 10)], index=["01", "02"], crs=CRS)


def points(*xy: tuple[float, float] | None) -> gpd.GeoSeries:
    return gpd.GeoSeries([None if pair is None else Point(pair) for pair in xy], crs=CRS)


def test_neighbours_share_a_line_or_a_corner(musterstadt_data: Data) -> None:
    # corner 01 of the 3 x 3 grid touches 02, 04 and, at a corner, 05; the middle touches all
    assert neighbours(musterstadt_data.gebiete, "01") == ["02", "04", "05"]
    assert neighbours(musterstadt_data.gebiete, "05") == ["01", "02", "03", "04", "06", "07", "08", "09"]
    assert neighbours(musterstadt_data.gebiete, "II") == ["I", "III"]
    assert neighbours(musterstadt_data.gebiete, "musterstadt") == []


def test_neighbours_of_a_bezirk_are_stadtteile(musterstadt_data: Data) -> None:
    data = musterstadt_data
    assert neighbouring_stadtteile(data.gebiete, data.register, "III") == ["04", "05", "06"]
    assert neighbouring_stadtteile(data.gebiete, data.register, "01") == ["02", "04", "05"]
    assert neighbouring_stadtteile(data.gebiete, data.register, "musterstadt") == []


def test_neighbours_are_mutual(essen_data: Data) -> None:
    areas = essen_data.gebiete
    found = {key: set(neighbours(areas, key)) for key in ("21", "41", "01")}
    assert all(key in neighbours(areas, other) for key, others in found.items() for other in others)


def test_distance_by_hand() -> None:
    # (0,0) to (3,4) is 5; (10,0) to (3,4) is sqrt(49+16); the empty target does not count
    distances = nearest_distance_m(points((0, 0), (10, 0)), points((3, 4), None, (30, 40)))
    assert distances.tolist() == pytest.approx([5.0, np.sqrt(65)])
    assert distances.name == "distance_m"


def test_distance_without_targets_is_infinite() -> None:
    assert np.isinf(nearest_distance_m(points((0, 0)), points(None))).all()


def test_assignment_by_hand() -> None:
    found = assign(points((5, 5), (15, 5), (10, 5), (25, 5), None), SQUARES)
    # inside 01; inside 02; on the border: first in order; outside; no position
    assert found.tolist()[:3] == ["01", "02", "01"]
    assert found.isna().tolist() == [False, False, False, True, True]


def test_nearest_area_within_a_distance() -> None:
    found = assign(points((25, 5), (26, 5), (-1, 5)), SQUARES, max_distance_m=5)
    assert found.fillna("").tolist() == ["02", "", "01"]


@given(st.permutations(range(6)))
def test_order_of_points_does_not_matter(order: list[int]) -> None:
    some = points((1, 1), (11, 1), (10, 3), (21, 1), (-9, 0), (15, 9))
    expected = assign(some, SQUARES, max_distance_m=5)
    found = assign(some.iloc[order], SQUARES, max_distance_m=5)
    pd.testing.assert_series_equal(found.sort_index(), expected)
