"""Similar Stadtteile: by hand on Musterstadt, properties of the distance and of the draws, words and refusals."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sozialraum as sr
from sozialraum import text
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import analyse
from sozialraum.compare.similar import CLEAR, NEAREST, nearest, similar, similar_stadtteile
from sozialraum.errors import ParameterError, SchemaError
from sozialraum.report.evidence import Known, Printed, faults

TOPICS = {"Altersaufbau": "anteil_65plus", "Dichte": "dichte_je_km2", "Wahlbeteiligung": "wahlbeteiligung_ew2024"}
tables = st.integers(7, 10).flatmap(
    lambda size: st.lists(
        st.tuples(*[st.floats(-5, 5, allow_nan=False).map(lambda x: round(x, 3))] * 3), min_size=size, max_size=size
    )
)


def frame(rows: list[tuple[float, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=[f"{number:02}" for number in range(len(rows))], columns=list(TOPICS))


def test_the_nearest_of_a_stadtteil_by_hand(musterstadt_data: Data) -> None:
    found = similar(analyse(musterstadt_data, "Altstadt"))
    values = musterstadt_data.indikatoren.set_index(["indikator", "gebiet_id"])["wert"]
    spreads = analyse(musterstadt_data, "Altstadt").table["streuung"]
    assert dict(found.themen) == TOPICS
    assert found.words == "ähnlich nach Altersaufbau, Dichte, Wahlbeteiligung"
    for near in found.naechste:
        parts = [
            ((values[key, "05"] - values[key, near.gebiet.id]) / spreads[key, "05"]) ** 2 for key in TOPICS.values()
        ]
        assert near.abstand == pytest.approx((sum(parts) / 3) ** 0.5)
    assert [near.gebiet.name for near in found.naechste] == [
        "Nord-Mitte", "Westend", "Nordwest", "Ostfeld", "Südviertel"
    ]  # fmt: skip
    assert all(near.eindeutig == (near.anteil >= CLEAR) for near in found.naechste)
    shares = similar(analyse(musterstadt_data, "08")).naechste
    assert [near.prozent for near in shares[:4]] == [100] * 4
    assert not shares[4].eindeutig


def test_a_stadtteil_without_a_class_is_neither_compared_nor_named(musterstadt_data: Data) -> None:
    found = similar_stadtteile(musterstadt_data, analyse(musterstadt_data, "05").issued)
    named = {near.gebiet.name for item in found.values() for near in item.naechste}
    assert not named & {"Weiler", "Großsüd"}
    assert found["09"].grund.endswith("ohne Einstufung ist hier: Wahlbeteiligung.")
    with pytest.raises(ParameterError, match="Großsüd: Verglichen wird nur"):
        sr.open(musterstadt_data.dir)["Großsüd"].similar()


@settings(max_examples=25)
@given(tables, st.randoms(use_true_random=False))
def test_distance_is_symmetric_and_the_order_of_rows_is_irrelevant(rows, random) -> None:  # type: ignore[no-untyped-def]
    values = frame(rows)
    apart, shares = nearest(values, values - 0.5, values + 0.5, draws=20)
    assert np.allclose(apart, apart.T)
    assert (np.diag(apart) == 0).all()
    order = random.sample(list(values.index), len(values))
    turned = values.loc[order]
    again, drawn = nearest(turned, turned - 0.5, turned + 0.5, draws=20)
    pd.testing.assert_frame_equal(again.loc[values.index, values.index], apart)
    pd.testing.assert_frame_equal(drawn.loc[values.index, values.index], shares)


@settings(max_examples=25)
@given(tables)
def test_exact_values_stay_among_the_nearest_in_every_draw(rows: list[tuple[float, ...]]) -> None:
    values = frame(rows)
    apart, shares = nearest(values, values, values, draws=5)
    for key in values.index:
        others = apart.loc[key].drop(key).sort_values()
        limit = others.iloc[NEAREST - 1]
        assert (shares.loc[key, others.index[others <= limit]] == 1).all()
        assert (shares.loc[key, others.index[others > limit + 1e-9]] == 0).all()


def test_tighter_intervals_bring_the_shares_to_one() -> None:
    values = frame([tuple(row) for row in np.random.default_rng(3).normal(size=(20, 3))])
    means = []
    for width in (2.0, 0.5, 0.05, 0.0):
        apart, shares = nearest(values, values - width, values + width, draws=200)
        first = [shares.loc[key, apart.loc[key].drop(key).nsmallest(NEAREST).index].mean() for key in values.index]
        means.append(np.mean(first))
    assert means == sorted(means)
    assert means[-1] == 1.0


def test_topics_without_data_or_too_old_are_left_out_and_said(musterstadt_data: Data) -> None:
    said = text.similar(analyse(musterstadt_data, "05"))
    assert said[-1].text.startswith("Nicht eingegangen: Haushalte, Arbeit, Existenzsicherung.")
    old = text.similar(analyse(musterstadt_data, "05", issued="2027-06-01"))
    assert "zu wenige Themen vor (Wahlbeteiligung)" in old[0].text
    assert any("Altersaufbau, Dichte. Die Daten sind älter als 5 Jahre." in sentence.text for sentence in old)


def other_list(data: Data, topics: dict[str, str]) -> Data:
    return data.laid_over(indikatoren_yml=lambda: {**data.indikatoren_yml, "aehnlich": topics})


def test_the_list_names_one_known_indicator_per_chapter(musterstadt_data: Data) -> None:
    issued = analyse(musterstadt_data, "05").issued
    with pytest.raises(SchemaError, match="„gibt_es_nicht“ gibt es nicht"):
        similar_stadtteile(other_list(musterstadt_data, {"Eins": "gibt_es_nicht"}), issued)
    with pytest.raises(SchemaError, match="stehen im selben Kapitel"):
        similar_stadtteile(other_list(musterstadt_data, {"A": "anteil_unter_15", "B": "anteil_65plus"}), issued)
    assert similar_stadtteile(other_list(musterstadt_data, {}), issued)["05"].grund.startswith(
        "Es ist nicht festgelegt"
    )
    two = {"Dichte": "dichte_je_km2", "Wahlbeteiligung": "wahlbeteiligung_ew2024", "Kitas": "kitas"}
    found = similar_stadtteile(other_list(musterstadt_data, two), issued)["05"]
    assert found.words == "ähnlich nach Dichte, Wahlbeteiligung"
    assert found.entfallen == {"Kitas": "Eine bloße Anzahl wird nicht eingestuft."}


@pytest.mark.parametrize("folder", [None, "muster"])
def test_every_sentence_is_short_and_rests_on_the_tables(folder: str | None, musterstadt_data: Data) -> None:
    data = musterstadt_data if folder else open_data()
    known, none_clear = Known(data), 0
    for area in data.register.of_level("stadtteil"):
        analysis = analyse(data, area.id)
        said = text.similar(analysis)
        assert faults([Printed(item.text, item.refs) for item in said], known, gebiet_id=area.id) == []
        words = " ".join(item.text for item in said)
        assert max(len(part.split()) for part in re.split(r"(?<=[.:;]) ", words)) <= 30
        assert "sozial ähnlich" not in words
        found = similar(analysis)
        if not found.grund:
            assert len(found.naechste) == NEAREST
            assert area.id not in {near.gebiet.id for near in found.naechste}
            none_clear += not found.clear
            assert bool(found.clear) != ("keiner eindeutig ähnlich" in words)
    assert none_clear or folder


def test_a_share_that_the_tables_do_not_say_is_refused() -> None:
    known, data = Known(open_data()), open_data()
    one, other = similar(analyse(data, "21")).naechste[:2]
    for wrong in (f"{one.gebiet.label} ({one.prozent - 1} %)", f"{other.gebiet.label} ({one.prozent} %)"):
        assert faults([Printed(f"Ähnlich ist {wrong}.", (("aehnlich", "21"),))], known, gebiet_id="21")


def test_the_frame_of_python_and_its_refusals(musterstadt_data: Data) -> None:
    stadt = sr.open(musterstadt_data.dir)
    near = stadt["Altstadt"].similar()
    assert list(near.columns) == ["gebiet", "abstand", "anteil", "eindeutig"]
    assert near["abstand"].is_monotonic_increasing
    assert near.attrs["themen"] == TOPICS
    for other in ("I", "Musterstadt"):
        with pytest.raises(ParameterError, match="nur zu einem Stadtteil"):
            stadt[other].similar()
