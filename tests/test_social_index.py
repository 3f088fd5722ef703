"""The index: published results of Berlin and England, properties, what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sozialraum as sr
from sozialraum.compare.social_index import STATUS
from sozialraum.errors import ParameterError

DATA = Path(__file__).resolve().parent / "index"
IMD_RANKS = {"income": 33730, "employment": 33708, "education": 33755, "health": 33108, "crime": 33698,
             "barriers": 29220, "living": 244}  # fmt: skip
HEX = pd.DataFrame(
    {"arbeitslos": [1, 2, 3, 4, 5, 9], "abschluss": [60, 50, 40, 30, 20, 10]}, index=list("ABCDEF"), dtype="float64"
)
BOTH = {"arbeitslos": "belastung", "abschluss": "ressource"}


def berlin(year: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Values, changes and published classes of one year."""
    table = pd.read_csv(DATA / f"berlin_{year}.csv", dtype={"id": str}, index_col="id")
    values, changes = (table[[name for name in table if name[0] == kind and name[1:].isdigit()]] for kind in "sd")
    return values, changes, table[["status", "dynamik"]]


@pytest.mark.parametrize(("year", "areas", "other_dynamics"), [(2013, 434, 0), (2021, 534, 4)])
def test_the_published_classes_of_berlin(year: int, areas: int, other_dynamics: int) -> None:
    values, changes, published = berlin(year)
    found = sr.social_index(values, direction="belastung", rule="berlin", changes=changes)
    assert len(found) == areas
    assert found["klasse"].tolist() == published["status"].tolist()
    assert (found["dynamik"] != published["dynamik"]).sum() == other_dynamics
    assert found.attrs["hinweise"] == []


def test_the_published_row_of_the_english_index() -> None:
    assert round(sr.imd_score(IMD_RANKS, 33755), 3) == 8.742
    table = pd.DataFrame([IMD_RANKS, dict.fromkeys(IMD_RANKS, 33755)], index=["E01000001", "letzte"])
    scores = sr.imd_score(table, n=33755)
    assert scores.round(3).to_dict() == {"E01000001": 8.742, "letzte": 0.001}
    named = dict(zip(IMD_RANKS, (0.225, 0.225, 0.135, 0.135, 0.093, 0.093, 0.093), strict=True))
    turned = sr.imd_score(IMD_RANKS, 33755, dict(reversed(named.items())))
    assert turned == sr.imd_score(list(IMD_RANKS.values()), 33755)
    assert turned == sr.imd_score(IMD_RANKS, 33755, pd.Series(named)[::-1])
    assert sr.imd_score([list(IMD_RANKS.values())], 33755).tolist() == [turned]
    assert sr.imd_score([1] * 7, 33755) == pytest.approx(99.9, abs=0.1)  # the weights sum to 0.999 and stay so


def test_an_index_by_hand() -> None:
    found = sr.social_index(HEX, direction=BOTH)
    work = np.array([1, 2, 3, 4, 5, 9]) - 4
    degree = -(np.array([60, 50, 40, 30, 20, 10]) - 35)
    total = work / np.sqrt((work**2).mean()) + degree / np.sqrt((degree**2).mean())
    assert found["index"].to_numpy() == pytest.approx(total / total.std())
    assert found["klasse"].tolist() == ["hoch", "mittel", "mittel", "mittel", "mittel", "sehr niedrig"]
    ranks = sr.social_index(HEX, direction=BOTH, rule="rank")
    assert ranks["index"].tolist() == [0, 20, 40, 60, 80, 100]
    assert ranks["klasse"].isna().all()
    listed = sr.social_index(HEX, direction=["belastung", "ressource"])
    pd.testing.assert_frame_equal(listed, found)
    heavy = sr.social_index(HEX, direction=BOTH, weights={"abschluss": 0, "arbeitslos": 3})
    assert heavy["index"].to_numpy() == pytest.approx(work / work.std())


def test_figures_and_areas_have_any_names() -> None:
    found = sr.social_index(HEX, BOTH, [1, 2], "berlin")
    numbers = HEX.set_axis([7, 1], axis=1).set_axis(["A", 2, "C", 4, "E", 6])
    again = sr.social_index(
        numbers, {7: "belastung", 1: "ressource"}, pd.Series({1: 2, 7: 1}), valid=[True] * 6, inhabitants=[300] * 6
    )  # type: ignore[call-overload]
    assert again["index"].tolist() == pytest.approx(found["index"].tolist())
    assert again["klasse"].tolist() == found["klasse"].tolist()
    with pytest.raises(ParameterError, match="6 Orte, aber 2 Angaben"):
        sr.social_index(HEX, BOTH, valid=[True, False])  # type: ignore[arg-type]
    for wrong in ("ab", 2, {"arbeitslos": "x", "abschluss": 1}):
        with pytest.raises(ParameterError, match="genau einmal, als Zahl"):
            sr.social_index(HEX, BOTH, wrong)  # type: ignore[arg-type]


def test_figures_that_cancel_out_part_no_area_and_tiny_units_do() -> None:
    against = HEX.assign(umgekehrt=-HEX["arbeitslos"])[["arbeitslos", "umgekehrt"]]
    assert (sr.social_index(against, direction="belastung")["index"] == 0).all()
    tiny = sr.social_index(HEX * 1e-14, direction=BOTH)["index"]
    assert tiny.to_numpy() == pytest.approx(sr.social_index(HEX, direction=BOTH)["index"].to_numpy())


def test_a_limit_belongs_to_the_lower_index() -> None:
    two = pd.DataFrame({"x": [-1.0, 1.0] * 3}, index=list("abcdef"))  # indices of exactly -1 and 1
    found = sr.social_index(two, direction="belastung", changes=two)
    assert found["klasse"].tolist() == ["hoch", "mittel"] * 3
    assert found["dynamik"].tolist() == ["stabil"] * 6


def test_dynamics_come_from_changes_or_an_earlier_date() -> None:
    before = HEX.copy()
    before.loc["A", "arbeitslos"] += 5  # less unemployment since
    before.loc["F", "abschluss"] += 40  # fewer degrees since
    found = sr.social_index(HEX, direction=BOTH, before=before)
    assert found.loc[["A", "F"], "dynamik"].tolist() == ["positiv", "negativ"]
    assert found["dynamik"].equals(sr.social_index(HEX, direction=BOTH, changes=HEX - before)["dynamik"])
    renamed = (HEX - before).set_axis(["d1", "d2"], axis=1)
    assert found["dynamik"].equals(sr.social_index(HEX, direction=BOTH, changes=renamed)["dynamik"])


def test_areas_that_do_not_count_have_no_index_and_move_no_other() -> None:
    more = pd.concat([HEX, pd.DataFrame({"arbeitslos": [900, 3, np.nan], "abschluss": [0, 2, 30]}, index=list("XYZ"))])
    people = pd.Series(1000, index=more.index)
    people["X"] = 299
    valid = pd.Series(more.index != "Y", index=more.index)
    found = sr.social_index(more, direction=BOTH, inhabitants=people, valid=valid)
    alone = sr.social_index(HEX, direction=BOTH)
    pd.testing.assert_series_equal(found.loc[HEX.index, "index"], alone["index"])
    assert found.loc[list("XYZ"), ["index", "klasse"]].isna().all(axis=None)
    assert found.loc[list("XYZ"), "hinweis"].tolist() == [
        "Weniger als 300 Menschen.", "Auf Wunsch ausgenommen.", "Es fehlt: arbeitslos."
    ]  # fmt: skip
    assert found.attrs["hinweise"][0] == "Z: Es fehlt: arbeitslos."


frames = st.integers(4, 12).flatmap(
    lambda size: st.lists(
        st.tuples(*[st.integers(0, 400).map(lambda x: x / 10)] * 3), min_size=size, max_size=size
    ).map(lambda rows: pd.DataFrame(rows, index=[f"{n:02}" for n in range(len(rows))], columns=list("abc")))
)


def index(values: pd.DataFrame, **options: object) -> pd.DataFrame:
    return sr.social_index(values, direction="belastung", **options)  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None)
@given(frames, st.randoms(use_true_random=False))
def test_order_units_and_constant_columns_do_not_matter(values: pd.DataFrame, random) -> None:  # type: ignore[no-untyped-def]
    assume((values.max() > values.min()).all())
    found = index(values)
    order = random.sample(list(values.index), len(values))
    pd.testing.assert_frame_equal(index(values.loc[order]).loc[values.index], found)
    other = values * [1, 1000, 0.01] + [0, 50, -3]
    assert index(other)["index"].to_numpy() == pytest.approx(found["index"].to_numpy(), abs=1e-6)
    flat = index(values.assign(d=7.0))
    pd.testing.assert_frame_equal(flat, found)
    assert flat.attrs["hinweise"] == ["Überall derselbe Wert, deshalb ohne Einfluss: d."]
    turned = sr.social_index(-values, direction="ressource")
    pd.testing.assert_frame_equal(turned, found)
    assert found["index"].mean() == pytest.approx(0, abs=1e-9)
    pd.testing.assert_frame_equal(index(values, weights=[5, 5, 5])[["index", "klasse"]], found[["index", "klasse"]])


@settings(max_examples=20, deadline=None)
@given(frames, st.data())
def test_a_missing_value_is_never_zero(values: pd.DataFrame, data: st.DataObject) -> None:
    assume((values.iloc[1:].max() > values.iloc[1:].min()).all())
    gap = values.copy()
    gap.iloc[0, data.draw(st.integers(0, 2))] = np.nan
    found = index(gap)
    assert np.isnan(found["index"].iloc[0])
    pd.testing.assert_series_equal(found["index"].iloc[1:], index(values.iloc[1:])["index"])
    assert set(found["klasse"].dropna()) <= set(STATUS)


def test_what_the_catalogue_speaks_against_enters_on_purpose_only() -> None:
    essen = sr.open()
    ids = ["wahlbeteiligung_ew2024", "anteil_65plus"]
    frame = essen.frame(indicators=ids)
    neutral = "anteil_65plus (Neutral; geht nur auf ausdrücklichen Wunsch ein.)"
    for direction in (None, "belastung", essen.indicators()["richtung"]):  # none of them names just this indicator
        with pytest.raises(ParameterError, match="Das geht nicht in einen Index ein: wahlbeteiligung_ew2024") as caught:
            sr.social_index(frame, direction=direction)
        assert neutral in str(caught.value)
    with pytest.raises(ParameterError, match="anteil_65plus"):
        sr.social_index(frame, direction=dict.fromkeys(ids, "neutral"))
    found = sr.social_index(frame, direction=dict(zip(ids, ("ressource", "belastung"), strict=True)))
    assert found.attrs["neutral"] == ("anteil_65plus",)
    assert found.attrs["hinweise"][0] == (
        "Auf Wunsch einbezogen, obwohl etwas dagegen spricht: wahlbeteiligung_ew2024 (Eine Schätzung geht nicht ein.); "
        f"{neutral}."
    )
    alone = sr.social_index(frame[ids[:1]], direction={ids[0]: "ressource"})["index"]
    assert alone.corr(frame[ids[0]]) == pytest.approx(-1)  # a resource: high is a low burden
    for key, words in (
        ("alleinerziehendenquote_2011", "älter als 5 Jahre"),
        ("kitas_je_1000_kinder", "Stellvertreter"),
    ):
        with pytest.raises(ParameterError, match=words):
            sr.social_index(essen.frame(indicators=key))
    gap = HEX.set_axis(["arbeitslosenanteil", "uebergang_gymnasium"], axis=1)  # as an own table brings them
    assert sr.social_index(gap)["index"].tolist() == sr.social_index(HEX, direction=BOTH)["index"].tolist()


WRONG = {
    "keine Richtung bekannt": {"direction": {"arbeitslos": "belastung"}},
    "1 Richtungen für 2 Kennzahlen": {"direction": ["belastung"]},
    "Die Regel „hamburg“": {"direction": BOTH, "rule": "hamburg"},
    "genau einmal": {"direction": BOTH, "weights": [1]},
    "ab 0, mindestens eine": {"direction": BOTH, "weights": [1, -1]},
    "dieselben Kennzahlen": {"direction": BOTH, "changes": HEX[["abschluss"]]},
    "nach der Regel „berlin“": {"direction": BOTH, "rule": "rank", "changes": HEX},
    "nötig sind 3": {"direction": BOTH, "valid": pd.Series({"A": True, "B": True})},
}


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_computed_is_told(words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        sr.social_index(HEX, **WRONG[words])  # type: ignore[arg-type]


def test_what_is_no_number_is_told() -> None:
    for values, words in (
        (HEX.assign(arbeitslos="viele"), "sind keine Zahlen"), (HEX.replace(9, np.inf), "ist unendlich"),
        (HEX[[]], "keine Spalte"), (pd.concat([HEX, HEX]), "„A“ kommt zweimal vor"),
    ):  # fmt: skip
        with pytest.raises(ParameterError, match=words):
            sr.social_index(values, direction=BOTH)
    with pytest.raises(ParameterError, match="Erwartet wird eine Tabelle"):
        sr.social_index(HEX["arbeitslos"], direction=BOTH)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="zwischen 1 und 100"):
        sr.imd_score([101] * 7, 100)
    with pytest.raises(ParameterError, match="Zu 6 Rängen"):
        sr.imd_score([1] * 6, 100)
