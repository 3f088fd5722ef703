"""Whether classes of an index hold, what would tip them, and what a missing table would change."""

import time

import numpy as np
import pandas as pd
import pytest

import sozialraum as sr
from sozialraum.compare.missing_table import agreement_with, missing_effect, nearest_tips, open_classes, tips_of_missing
from sozialraum.compare.social_index import basis_of
from sozialraum.compare.stability import INSTITUTIONS, LEFT_OUT, RANKS, VALUES, WEIGHTS, stability
from sozialraum.errors import ParameterError
from test_social_index import BOTH, HEX, berlin

VALUES_2013 = berlin(2013)[0]


def test_the_stability_of_berlin_2013() -> None:
    found = stability(VALUES_2013, direction="belastung")
    moved = {(check.art, check.name): int((check.anteil < 1).sum()) for check in found.pruefungen}
    assert (moved[LEFT_OUT, "s1"], moved[RANKS, ""]) == (10, 30)
    assert 434 - moved[WEIGHTS, ""] == pytest.approx(412, abs=2)  # held in all of 1,000 draws
    assert found.entfallen == {
        VALUES: "Die Werte sind Vollzählungen ohne Spanne.", INSTITUTIONS: "Kein Ort mit Index gilt als Sonderfall."
    }  # fmt: skip
    area = found.share.idxmin()
    parts = [found.by_kind.loc[area, kind] for kind in (LEFT_OUT, WEIGHTS, RANKS)]
    assert found.share[area] == pytest.approx(sum(parts) / 3)  # each kind counts the same
    assert found.of_100(area) == int(found.share[area] * 100)


def test_a_thousand_draws_of_534_areas_take_less_than_five_seconds() -> None:
    values = berlin(2021)[0]
    start = time.process_time()
    found = stability(values, direction="belastung", low=values * 0.95, high=values * 1.05, draws=1000)
    assert time.process_time() - start < 5
    assert {check.art for check in found.pruefungen} == {LEFT_OUT, WEIGHTS, RANKS, VALUES}


def test_intervals_of_some_areas_or_figures_are_enough() -> None:
    whole = stability(HEX, direction=BOTH, low=HEX.assign(abschluss=np.nan), high=HEX * 1.2, draws=50)
    part = stability(HEX, direction=BOTH, low=HEX[["arbeitslos"]], high=HEX * 1.2, draws=50)
    pd.testing.assert_series_equal(whole.share, part.share)
    with pytest.raises(ParameterError, match="beide Enden"):
        stability(HEX, direction=BOTH, low=HEX)


def test_chance_has_a_seed_and_belongs_to_the_areas() -> None:
    options = {"direction": BOTH, "low": HEX - 1, "high": HEX + 1, "draws": 50}
    first, again = (stability(HEX, seed=4, **options).table for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(stability(HEX.iloc[::-1], seed=4, **options).table, first)
    assert not stability(HEX, seed=5, **options).by_kind.equals(first[[LEFT_OUT, WEIGHTS, RANKS, VALUES]])
    with pytest.raises(ParameterError, match="keine Zahl von Ziehungen"):
        stability(HEX, direction=BOTH, draws=0)


def test_each_kind_of_check_by_hand() -> None:
    found = stability(HEX, direction=BOTH, institutions=["F", "nirgends"], draws=20)
    table = found.table
    # without F the five others are evenly spaced: an index of 1.41 or less, so that E is niedrig now
    assert table.loc["E", "kippt"].split("|")[0] in (f"{INSTITUTIONS}:F", f"{RANKS}")
    assert table.loc["E", INSTITUTIONS] == 0
    assert found.words("E", {"F": "Fabrik"}).startswith(
        f"hält in {found.of_100('E')} von 100 Rechnungen; kippt ohne Fabrik"
    )
    assert table.loc["B", "worte"] == found.words("B")
    assert np.isnan(table.loc["F", INSTITUTIONS])  # what is left out has no class of its own
    without = sr.social_index(HEX[["arbeitslos"]], direction=BOTH)["klasse"]
    held = next(check.anteil for check in found.pruefungen if check.name == "abschluss")
    assert (held == (without == table["klasse"])).all()
    alone = stability(HEX[["arbeitslos"]], direction=BOTH, draws=2)
    assert alone.entfallen[LEFT_OUT] == "Es gibt nur eine Kennzahl."
    assert (alone.by_kind[WEIGHTS] == 1).all()  # a single indicator has no other weight


def test_wide_intervals_tip_classes_and_exact_ones_do_not() -> None:
    low, high = HEX.copy(), HEX.copy()
    low.loc["A", "arbeitslos"], high.loc["A", "arbeitslos"] = 0, 9
    share = stability(HEX, direction=BOTH, low=low, high=high, draws=400).by_kind[VALUES]
    tips = nearest_tips(basis_of(HEX[["arbeitslos"]], direction=BOTH))
    assert share["A"] < 0.9
    assert share["F"] > share["A"]
    assert tips["A"].wert == 1


@pytest.mark.parametrize("values", [HEX, VALUES_2013.iloc[:60]], ids=["six", "berlin"])
def test_beyond_the_tipping_point_the_class_is_another_and_before_it_is_not(values: pd.DataFrame) -> None:
    direction = {**dict.fromkeys(values, "belastung"), **{key: BOTH[key] for key in values if key in BOTH}}
    held = sr.social_index(values, direction=direction)["klasse"]
    tips = nearest_tips(basis_of(values, direction=direction))
    assert len(tips) > len(values) / 2
    for area, tip in tips.items():
        assert tip.wert == values.loc[area, tip.indikator]
        for share, klasse in ((1.0, tip.klasse), (0.99, held[area])):
            tried = values.copy()
            tried.loc[area, tip.indikator] = tip.wert + share * (tip.ab - tip.wert)
            assert sr.social_index(tried, direction=direction).loc[area, "klasse"] == klasse
    bounded = nearest_tips(basis_of(values, direction=direction), dict.fromkeys(values, (0.0, 100.0)))
    assert all(0 <= tip.ab <= 100 for tip in bounded.values())


def test_the_tipping_point_in_a_missing_table() -> None:
    basis = basis_of(HEX, direction=BOTH)
    index = sr.social_index(HEX, direction=BOTH)["index"]
    for area, tip in tips_of_missing(basis, "m").items():
        confirmed = HEX.assign(m=index)
        confirmed.loc[area, "m"] = tip.ab
        found = sr.social_index(confirmed, direction={**BOTH, "m": "belastung"})
        assert found.loc[area, "klasse"] == tip.klasse


def test_a_gap_leaves_open_what_its_ranges_say() -> None:
    gap = VALUES_2013.copy()
    area = gap.index[5]
    gap.loc[area, "s3"] = np.nan
    name, pieces = open_classes(basis_of(gap, direction="belastung"), gap, area)
    assert name == "s3"
    assert [one.bis for one in pieces[:-1]] == [one.von for one in pieces[1:]]
    assert len({one.klasse for one in pieces}) > 1
    for one in pieces:
        tried = VALUES_2013.copy()
        tried.loc[area, "s3"] = (one.von + one.bis) / 2
        assert sr.social_index(tried, direction="belastung").loc[area, "klasse"] == one.klasse
    gap.loc[area, "s1"] = np.nan
    assert open_classes(basis_of(gap, direction="belastung"), gap, area) == ("", [])


def test_missing_tables_differ_by_what_is_known_of_them_only() -> None:
    basis = basis_of(VALUES_2013[["s1", "s2"]], direction="belastung")
    blind = missing_effect(basis, ["m", "n"], draws=200)
    assert blind["gleichauf"].all()
    assert blind.loc["m", "anteil"] == blind.loc["n", "anteil"]
    assert (blind["von"] <= blind["anteil"]).all()
    assert (blind["anteil"] <= blind["bis"]).all()
    known = missing_effect(basis, ["n", "m"], hints={"n": VALUES_2013["s3"]}, draws=200)
    assert list(known.index) == ["m", "n"]  # what is known of n lets it move fewer classes
    assert known.loc["m", "anteil"] == blind.loc["m", "anteil"]
    assert known["anhalt"].to_dict() == {"m": False, "n": True}
    few = missing_effect(basis, ["n"], hints={"n": VALUES_2013["s3"].iloc[:9]}, draws=20)
    assert not few["anhalt"].any()  # a hint for few areas is none


def test_with_no_table_at_all_each_further_one_settles_more() -> None:
    shares = agreement_with(50, 4, draws=200)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert 0.5 < shares[0] < 0.9
