import copy
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.errors import ParameterError, SchemaError
from sozialraum.indicators import catalogue, chosen, look_up, share, suppress, weighted_half_difference
from sozialraum.load import Data

counts = st.integers(min_value=0, max_value=10**6)


@pytest.fixture
def raw(essen_data: Data) -> dict[str, Any]:
    return copy.deepcopy(essen_data.indikatoren_yml)


def refusal(raw: dict[str, Any]) -> str:
    with pytest.raises(SchemaError) as caught:
        catalogue(raw)
    return "; ".join(caught.value.problems)


def test_catalogue_of_essen(raw: dict[str, Any]) -> None:
    found = catalogue(raw)
    assert len(found) == 29
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
    error = weighted_half_difference(pd.Series([10.0, 10.0, np.nan]), pd.Series([14.0, 10.2, 1.0]), minimum=0.5)
    assert error.tolist()[:2] == [2.0, 0.5]  # |10-14|/2; |10-10.2|/2 = 0.1, at least 0.5
    assert np.isnan(error[2])


def test_an_indicator_is_looked_up_or_explained(essen_data: Data) -> None:
    katalog = catalogue(essen_data.indikatoren_yml)
    assert look_up(katalog, "kitas").titel == "Kitas"
    with pytest.raises(ParameterError, match="Meinten Sie anteil_unter_15"):
        look_up(katalog, "anteil_unter15")
    with pytest.raises(ParameterError, match="liegen keine Daten vor"):
        look_up(katalog, "arbeitslosenanteil")
    assert chosen(katalog, ["schulen", "kitas", "schulen"]) == ["schulen", "kitas"]
