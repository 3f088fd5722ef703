"""The population estimate and its parts: by hand and by properties."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from sozialraum.city.load import CRS, Data
from sozialraum.supply.prepare.facilities import shortest_tree
from sozialraum.supply.prepare.levels import roll_up
from sozialraum.supply.prepare.population import (
    AGES,
    Population,
    age_groups,
    distribute,
    largest_remainder,
    part_of_cells,
)
from sozialraum.supply.prepare.schools import similarity

weights = st.lists(st.floats(0.01, 1000), min_size=1, max_size=30)


def test_largest_remainder_by_hand() -> None:
    # floors 1, 2, 0 leave two of five; the largest remainders are .9 and .7
    assert largest_remainder(np.array([1.4, 2.7, 0.9]), total=5).tolist() == [1, 3, 1]
    # equal remainders: the earlier value wins
    assert largest_remainder(np.array([0.5, 0.5]), total=1).tolist() == [1, 0]


@given(weights, st.integers(0, 10_000))
def test_largest_remainder_keeps_the_total(values: list[float], total: int) -> None:
    scaled = np.array(values) * total / sum(values)
    found = largest_remainder(scaled, total=total)
    assert found.sum() == total
    assert (np.abs(found - scaled) < 1 + 1e-6).all()
    assert (found >= 0).all()


def test_largest_remainder_refuses_another_total() -> None:
    with pytest.raises(ValueError, match="nicht ungefähr 9"):
        largest_remainder(np.array([1.0, 2.0]), total=9)


def grid(weight: list[float], km: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"gewicht": weight, "km": km})


def test_distribution_by_hand() -> None:
    cells = grid([1, 3, 4, 5], [0, 0, 1, 2])
    km = pd.DataFrame({"T": [80, 40, 200], "share_in_essen": [1.0, 1.0, 0.2]})
    # full cells: 120 people on a weight of 8 = 15 each; the cut cell keeps 5 x 15 = 75 of its 200;
    # sum 195, total 390: x 2
    assert distribute(cells, km, "T", weight="gewicht", total=390).tolist() == [40, 120, 80, 150]


def test_full_cell_without_weight_keeps_nobody() -> None:
    km = pd.DataFrame({"T": [80, 40], "share_in_essen": [1.0, 1.0]})
    assert distribute(grid([2.0], [0]), km, "T", weight="gewicht", total=80).tolist() == [80]


@given(weights, st.integers(1, 10_000), st.randoms(use_true_random=False))
def test_distribution_keeps_the_total_in_any_order(values: list[float], total: int, random: object) -> None:
    cells = grid(values, [number % 3 for number in range(len(values))])
    km = pd.DataFrame({"T": [50, 70, 90], "share_in_essen": [1.0, 1.0, 0.5]})
    people = distribute(cells, km, "T", weight="gewicht", total=total)
    assert people.sum() == pytest.approx(total)
    assert (people >= 0).all()
    shuffled = cells.sample(frac=1, random_state=len(values))
    again = distribute(shuffled, km, "T", weight="gewicht", total=total)
    assert again.sort_index().tolist() == pytest.approx(people.tolist())


@given(st.lists(st.integers(0, 500), min_size=1, max_size=20), st.tuples(*[st.integers(1, 50)] * 3))
def test_age_groups_add_up(people: list[int], parts: tuple[int, int, int]) -> None:
    count = len(people)
    cells = pd.DataFrame(
        {
            "x": range(count),
            "y": 0,
            "km": 0,
            "gebiet_id": ["01" if n % 2 else "02" for n in range(count)],
            "einwohner": people,
        }
    )
    fractions = np.array(parts) / sum(parts)
    km = pd.DataFrame([dict(zip(AGES, fractions, strict=True))])
    groups = age_groups(Population(cells, km, {}))
    assert (groups.sum(axis=1) == people).all()
    assert (groups >= 0).all(axis=None)
    assert (groups.sum() - fractions * sum(people)).abs().max() < 3


def test_parts_of_cells_by_hand() -> None:
    cells = pd.DataFrame({"km": [0, 0, 1]})
    km = pd.DataFrame({"geboren_eu": [0.1, 0.5]})
    people = pd.Series([10.0, 30.0, 8.0])
    assert part_of_cells(Population(cells, km, {}), "geboren_eu", people).tolist() == [1, 3, 4]


@pytest.fixture(scope="module")
def extend(musterstadt_data: Data) -> Callable[[pd.Series], pd.Series]:
    return roll_up(musterstadt_data.register)


@given(st.lists(st.integers(0, 1000), min_size=9, max_size=9))
def test_stadtteile_add_up_to_bezirke_and_city(extend: Callable[[pd.Series], pd.Series], counts: list[int]) -> None:
    sums = extend(pd.Series(counts, index=[f"0{n}" for n in range(1, 10)]))
    assert sums[["I", "II", "III"]].tolist() == [sum(counts[:3]), sum(counts[3:6]), sum(counts[6:])]
    assert sums["musterstadt"] == sum(counts)


def test_a_stadtteil_without_a_row_counts_as_none(extend: Callable[[pd.Series], pd.Series]) -> None:
    assert extend(pd.Series({"01": 2})).to_dict() == {
        **{f"0{n}": 2 if n == 1 else 0 for n in range(1, 10)}, "I": 2, "II": 0, "III": 0, "musterstadt": 2,
    }  # fmt: skip


def test_shortest_tree_by_hand() -> None:
    # three houses in a row and one beside the middle: 10 + 10 + 4
    houses = gpd.GeoSeries([Point(xy) for xy in ((0, 0), (20, 0), (10, 0), (10, 4))], crs=CRS)
    assert shortest_tree(houses).length == pytest.approx(24)
    assert shortest_tree(houses.iloc[:1]).equals(Point(0, 0))


def test_names_of_schools() -> None:
    assert similarity("GG Nordwestschule", "Nordwestschule") == 100
    assert similarity("Städt. Gymnasium Nord", "Nordgymnasium") < similarity("Nord-Gymnasium", "Gymnasium Nord")
