import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.city.indicators import (
    agreement,
    catalogue,
    chosen,
    half_difference,
    look_up,
    register_deviations,
    register_figures,
    share,
    suppress,
    told,
)
from sozialraum.city.load import Data
from sozialraum.errors import ParameterError, SchemaError

counts = st.integers(min_value=0, max_value=10**6)


@pytest.fixture
def raw(essen_data: Data) -> dict[str, Any]:
    return copy.deepcopy(essen_data.indikatoren_yml)


def refusal(raw: dict[str, Any]) -> str:
    with pytest.raises(SchemaError) as caught:
        catalogue(raw)
    return "; ".join(caught.value.problems)


def test_catalogue_of_essen(raw: dict[str, Any]) -> None:
    assert len(catalogue(raw)) == 45
    found = told(catalogue(raw))
    assert len(found) == 33
    assert [key for key, entry in found.items() if not entry.verfuegbar] == [
        "alleinerziehende",
        "arbeitslosenanteil",
        "existenzsichernde_leistungen",
        "staatsangehoerige_bg_ro",
        "uebergang_gymnasium",
    ]
    assert found["anteil_unter_15"].stand == "2022-05-15"
    assert found["arbeitslosenanteil"].stand == ""
    assert found["wahlbeteiligung_ew2024"].quellen == ("europawahl2024",)
    assert "  " not in found["einwohner"].methode


def test_same_universe(raw: dict[str, Any]) -> None:
    found = catalogue(raw)
    assert found["anteil_unter_15"].gleiche_grundgesamtheit
    assert found["dichte_je_km2"].gleiche_grundgesamtheit  # an area fits every numerator
    assert found["kitas"].gleiche_grundgesamtheit  # a count has no denominator
    assert not found["kitas_je_1000_kinder"].gleiche_grundgesamtheit  # facilities of 2024 for children of 2022


def test_households_are_not_compared_with_persons(raw: dict[str, Any]) -> None:
    raw["indikatoren"]["geboren_eu"]["zaehler"]["einheit"] = "Haushalte"
    assert refusal(raw) == (
        "indikatoren.yml, Indikator geboren_eu: Der Zähler zählt Haushalte, der Nenner Personen; "
        "ein Anteil braucht auf beiden Seiten dieselbe Einheit."
    )


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("typ", "quote", "typ „quote“ ist nicht erlaubt (anzahl, anteil, rate, veraenderung)"),
        ("richtung", "schlecht", "richtung „schlecht“ ist nicht erlaubt"),
        ("art", "geraten", "art „geraten“ ist nicht erlaubt (amtlich, berechnet, geschaetzt, stellvertretend)"),
        ("quellen", [], "art, zaehler und quellen sind nötig, wenn Daten vorliegen"),
        ("farbe", "rot", "„farbe“ ist unbekannt"),
    ],
)
def test_faulty_entry_is_named(raw: dict[str, Any], key: str, value: object, message: str) -> None:
    raw["indikatoren"]["geboren_eu"][key] = value
    assert f"indikatoren.yml, Indikator geboren_eu: {message}" in refusal(raw)


def test_all_faults_at_once(raw: dict[str, Any]) -> None:
    del raw["indikatoren"]["geboren_eu"]["titel"]
    del raw["indikatoren"]["arbeitslosenanteil"]["veroeffentlicht"]
    text = refusal(raw)
    assert "Indikator geboren_eu: „titel“ fehlt" in text
    assert "Indikator arbeitslosenanteil: veroeffentlicht (wo die Stadt den Wert herausgibt) ist nötig" in text


def test_share_by_hand() -> None:
    part = pd.Series({"a": 1.0, "b": 0.0, "c": 3.0, "d": np.nan})
    whole = pd.Series({"a": 4, "b": 5, "c": 0, "d": 2})
    # 1/4; 0/5; nothing to divide by; unknown part
    expected = pd.Series({"a": 25.0, "b": 0.0, "c": np.nan, "d": np.nan}, name="wert")
    pd.testing.assert_series_equal(share(part, whole), expected)
    assert share(part, whole, factor=1000)["a"] == 250


@given(st.lists(st.tuples(counts, counts), min_size=1))
def test_shares_stay_between_0_and_100(pairs: list[tuple[int, int]]) -> None:
    part = pd.Series([min(pair) for pair in pairs])
    whole = pd.Series([max(pair) for pair in pairs])
    values = share(part, whole)
    assert values.dropna().between(0, 100).all()
    assert (values.isna() == (whole == 0)).all()


def test_suppression_keeps_an_exact_zero() -> None:
    assert suppress(pd.Series([0, 1, 2, 3, 4]), minimum=3).tolist()[3:] == [3, 4]
    assert suppress(pd.Series([0, 1, 2, 3, 4]), minimum=3).isna().tolist() == [False, True, True, False, False]


def test_half_of_the_difference_by_hand() -> None:
    error = half_difference(pd.Series([10.0, 10.0, np.nan]), pd.Series([14.0, 10.2, 1.0]))
    assert error.tolist()[:2] == pytest.approx([2.0, 0.1])  # |10-14|/2; |10-10.2|/2, without a minimum
    assert np.isnan(error[2])


REGISTER = {("01",): 1100, ("02",): 2200, ("05",): 2475, ("08", "09"): 1155}
ESTIMATE = pd.Series({"01": 1100, "02": 2200, "03": 900, "05": 2200, "08": 660, "09": 440})


def test_deviations_from_the_register_by_hand() -> None:
    # 6,600 estimated, 6,930 registered: scaled by 1.05; 1,155 / 1,100; 2,310 / 2,200; 2,310 / 2,475; 1,155 / 1,155
    found = register_deviations(ESTIMATE, REGISTER)
    assert found.to_dict() == pytest.approx({"01": 5, "02": 5, "05": -20 / 3, "08+09": 0}, abs=1e-9)


def test_agreement_with_the_register_by_hand() -> None:
    found = agreement(ESTIMATE, REGISTER)
    assert found is not None
    assert found.median == pytest.approx(5)
    assert found.mean == pytest.approx((5 + 5 + 20 / 3) / 4)
    assert found.nine_of_ten == pytest.approx(5 + 0.7 * (20 / 3 - 5))  # 0.9 x 3 = 2.7: between third and fourth
    assert found.worst == (("05",), pytest.approx(-20 / 3))
    assert found.level == pytest.approx((6600 / 6930 - 1) * 100)
    assert agreement(ESTIMATE, {}) is None


def test_agreement_leaves_out_what_has_no_estimate() -> None:
    found = agreement(ESTIMATE.drop("09").reindex(ESTIMATE.index), REGISTER)  # one of the pair is withheld
    assert found is not None
    assert list(found.deviations.index) == ["01", "02", "05"]
    assert found.level == pytest.approx((5500 / 5775 - 1) * 100)
    assert agreement(ESTIMATE * np.nan, REGISTER) is None


def test_register_figures_are_of_the_latest_day_with_several_stadtteile() -> None:
    rows = [
        ("01", "2022-09-30", 5), ("02|03", "2022-09-30", 7), ("01", "2023-12-31", 6), ("01", "2018-12-31", 4),
        ("02", "2018-12-31", 4), ("I", "2023-12-31", 9), ("stadt", "2023-12-31", 20),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["gebiet_id", "stichtag", "einwohner"])
    assert register_figures(table, ["01", "02", "03"]) == {("01",): 5, ("02", "03"): 7}
    assert register_figures(table.iloc[[2, 5, 6]], ["01", "02", "03"]) == {}  # one series of one Stadtteil


def test_every_indicator_that_can_have_a_class_declares_its_relevance(raw: dict[str, Any]) -> None:
    found = catalogue(raw)
    without = [key for key, entry in found.items() if entry.relevanz is None]
    assert all(
        found[key].typ == "anzahl" or found[key].art == "stellvertretend" or found[key].keine_klasse for key in without
    )
    assert {key: found[key].relevance for key in ("geboren_eu", "reichweite_kita_500m")} == {
        "geboren_eu": 1.0,
        "reichweite_kita_500m": 5.0,
    }


def test_no_minimum_error_is_declared(raw: dict[str, Any]) -> None:
    assert not any("mindestfehler" in entry for entry in raw["indikatoren"].values())
    raw["indikatoren"]["geboren_eu"]["mindestfehler"] = 0.5
    assert refusal(raw) == "indikatoren.yml, Indikator geboren_eu: „mindestfehler“ ist unbekannt."


def test_a_relevance_that_is_not_declared_never_depends_on_the_value_of_the_city(raw: dict[str, Any]) -> None:
    """One point for shares, none for other units: the same for a share and its complement."""
    for key in ("geboren_eu", "dichte_je_km2"):
        del raw["indikatoren"][key]["relevanz"]
    found = catalogue(raw)
    assert (found["geboren_eu"].relevance, found["dichte_je_km2"].relevance) == (1.0, 0.0)


def test_moves_get_no_class(raw: dict[str, Any]) -> None:
    assert catalogue(raw)["zugezogen_1jahr"].keine_klasse == (
        "In der Quelle ist nicht dokumentiert, ob Umzüge innerhalb der Stadt mitgezählt sind."
    )


def test_reach_of_kitas_and_schools_counts_children_and_stops_everybody(raw: dict[str, Any]) -> None:
    found = catalogue(raw)
    for key in ("reichweite_kita_500m", "reichweite_grundschule_1km"):
        entry = found[key]
        assert entry.nenner is not None
        assert entry.nenner.was == "Einwohner unter 15 Jahren"
        assert "Kinder unter 15" in entry.titel
        assert "Kinder unter 15" in entry.subjekt
        assert "der Kinder" in entry.bei
    stops = found["reichweite_haltestelle_300m"]
    assert stops.nenner is not None
    assert (stops.nenner.was, "Menschen" in stops.titel) == ("Einwohner", True)


@pytest.mark.parametrize("word", ["haben eine", "mit einer Kita", "fehlen", "fehlt", "versorg"])
def test_distance_is_never_worded_as_supply(raw: dict[str, Any], word: str) -> None:
    for key, entry in catalogue(raw).items():
        if key.startswith("reichweite"):
            assert word not in " ".join((entry.titel, entry.subjekt, entry.bei, entry.definition, entry.grenzen)), key


def test_an_indicator_is_looked_up_or_explained(essen_data: Data) -> None:
    katalog = catalogue(essen_data.indikatoren_yml)
    assert look_up(katalog, "kitas").titel == "Kitas"
    with pytest.raises(ParameterError, match="Meinten Sie anteil_unter_15"):
        look_up(katalog, "anteil_unter15")
    with pytest.raises(ParameterError, match="liegen keine Daten vor"):
        look_up(katalog, "arbeitslosenanteil")
    assert chosen(katalog, ["schulen", "kitas", "schulen"]) == ["schulen", "kitas"]
