"""Two values beside each other: a difference is called reliable only where the intervals have nothing in common."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sozialraum import text
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.compare.side_by_side import MAX_AREAS, Unterschied, chosen_areas, pairs
from sozialraum.compare.wert import Wert
from sozialraum.errors import ParameterError, UnknownArea
from sozialraum.figures import dotplot
from sozialraum.report.evidence import Known, Statement
from sozialraum.supply import workspace
from sozialraum.text.claims import ROWS


@pytest.fixture
def essen_analysis(essen_data: Data) -> Analysis:
    return analyse(essen_data, essen_data.register.city.id)


@pytest.fixture
def share(essen_analysis: Analysis) -> Wert:
    """A share of 20 % between 19 and 21 that may have a class."""
    found = essen_analysis.wert("anteil_unter_15", essen_analysis.stadtteile[0])
    return replace(found, wert=20.0, von=19.0, bis=21.0, grund="", klasse="nicht eindeutig")


@pytest.mark.parametrize(
    ("changed", "text", "urteil"),
    [
        ({"wert": 25.0, "von": 24.0, "bis": 26.0}, "+5,0\u00a0Prozentpunkte", "belastbar"),
        ({"wert": 15.0, "von": 14.0, "bis": 16.0}, "−5,0\u00a0Prozentpunkte", "belastbar"),
        ({"wert": 22.0, "von": 21.01, "bis": 23.0}, "+2,0\u00a0Prozentpunkte", "nicht belastbar"),
        ({"wert": 22.0, "von": 21.1, "bis": 23.0}, "+2,0\u00a0Prozentpunkte", "belastbar"),
        ({"wert": 20.0}, "0,0\u00a0Prozentpunkte", "nicht belastbar"),
        ({"wert": 25.0, "von": None, "bis": None}, "+5,0\u00a0Prozentpunkte", "keine Aussage"),
        ({"wert": 25.0, "von": 24.0, "bis": 26.0, "stand": "2011-05-09"}, "+5,0\u00a0Prozentpunkte", "keine Aussage"),
        ({"wert": 25.0, "von": 25.0, "bis": 25.0, "art": "amtlich"}, "+5,0\u00a0Prozentpunkte", "keine Aussage"),
        ({"wert": 25.0, "von": 24.0, "bis": 26.0, "grund": "Zu alt."}, "+5,0\u00a0Prozentpunkte", "keine Aussage"),
        ({"wert": None, "von": None, "bis": None, "grund": "Fehlt."}, "keine Angabe", "keine Aussage"),
    ],
)
def test_the_verdict_follows_from_the_printed_intervals(
    share: Wert, changed: dict[str, object], text: str, urteil: str
) -> None:
    found = Unterschied(replace(share, **changed), share)
    assert (found.text, found.urteil) == (text, urteil)
    assert (found.belastbar is None) == bool(found.grund) == (urteil == "keine Aussage")
    turned = Unterschied(found.neben, found.wert)
    assert turned.urteil == urteil
    assert (turned.differenz is None and found.differenz is None) or turned.differenz == -(found.differenz or 0)


def test_exact_values_differ_wherever_they_are_not_the_same(share: Wert) -> None:
    exact = replace(share, art="amtlich", wert=20.0, von=20.0, bis=20.0)
    assert Unterschied(replace(exact, wert=20.1, von=20.1, bis=20.1), exact).urteil == "belastbar"
    assert Unterschied(replace(exact, wert=20.04, von=20.04, bis=20.04), exact).urteil == "kein Unterschied"
    assert Unterschied(replace(exact, wert=21.0, von=None, bis=None), exact).urteil == "belastbar"


def test_on_every_pair_of_the_city_the_verdict_agrees_with_the_printed_spans(essen_analysis: Analysis) -> None:
    counted = {"belastbar": 0, "nicht belastbar": 0, "kein Unterschied": 0, "keine Aussage": 0}
    for key, entry in essen_analysis.katalog.items():
        werte = [essen_analysis.wert(key, area) for area in essen_analysis.stadtteile[:12]]
        for one in pairs(werte):
            counted[one.urteil] += 1
            if entry.typ != "anzahl" and one.belastbar is not None:
                assert not one.wert.grund
                assert not one.neben.grund
            if one.belastbar:
                assert one.wert.text() != one.neben.text()
                assert one.wert.span() != one.neben.span() or not one.wert.span()
    assert all(counted.values()), counted


def test_up_to_three_areas_are_compared_each_with_each(essen_analysis: Analysis) -> None:
    werte = [essen_analysis.wert("anteil_unter_15", key) for key in essen_analysis.stadtteile[:4]]
    assert [(one.wert.gebiet_id, one.neben.gebiet_id) for one in pairs(werte[:3])] == [
        ("02", "01"), ("03", "01"), ("03", "02")
    ]  # fmt: skip
    assert {one.neben.gebiet_id for one in pairs(werte)} == {"01"}


def test_areas_are_chosen_strictly(essen_data: Data) -> None:
    register = essen_data.register
    assert chosen_areas(register, ["41", "Borbeck-Mitte", "IV", 7]) == ["41", "21", "IV", "07"]
    assert chosen_areas(register, ["21"]) == ["21", register.city.id]
    assert chosen_areas(register, []) == []
    with pytest.raises(ParameterError, match="zweimal"):
        chosen_areas(register, ["21", "Borbeck-Mitte"])
    with pytest.raises(ParameterError, match=f"höchstens {MAX_AREAS}"):
        chosen_areas(register, [str(number) for number in range(1, MAX_AREAS + 2)])
    with pytest.raises(UnknownArea, match="Bogenhausen"):
        chosen_areas(register, ["Bogenhausen"])


def test_the_printed_tables_follow_from_the_values_and_a_wrong_verdict_is_refused(essen_analysis: Analysis) -> None:
    chosen, keys = ["41", "21", "IV"], ["anteil_unter_15", "wahlbeteiligung_ew2024", "einwohner_register", "kitas"]
    known = Known(essen_analysis.data)
    for frame in (text.beside(essen_analysis, chosen, keys), text.differences(essen_analysis, chosen, keys)):
        for (title, cells), refs in zip(frame.iterrows(), frame.attrs[ROWS], strict=True):
            row = "; ".join([str(title), *(f"{head} {cell}" for head, cell in cells.items())])
            assert Statement(known, row, refs).faults() == []
            assert Statement(known, row.replace("Borbeck-Mitte", "Kray"), refs).faults() or "Borbeck" not in row
            if "belastbar" in row and "nicht belastbar" not in row:
                assert Statement(known, row.replace("belastbar", "nicht belastbar"), refs).faults()
    assert list(text.beside(essen_analysis, chosen, keys))[-1] == essen_analysis.stadt
    said = [one.text for one in text.beside_lead(essen_analysis, chosen, keys)]
    assert len(said) == 4
    assert all(len(sentence.split()) <= 30 for one in said for sentence in one.split(". "))


@pytest.mark.parametrize("area", ["21", "IV", "q-quartiermanagement-west"])
def test_the_strip_with_areas_beside_follows_from_the_tables(essen_dir: Path, area: str) -> None:
    data = workspace.open_data(essen_dir)
    analysis, known = analyse(data, area), Known(data)
    beside = [key for key in ("41", "q-quartiermanagement-west", "I") if key != area]
    for key in ("anteil_unter_15", "einwohner", "kitas"):
        figure = dotplot(analysis, key, beside=beside)
        assert Statement(known, figure.alt, [tuple(ref) for ref in figure.belege], area).faults() == []
        assert all(f">{letter}</text>" in figure.svg() for letter in "ABC"[: len(beside)])
