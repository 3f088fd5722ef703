"""The index of a city: what enters, what is refused, its name, its page; by hand on Musterstadt with own tables."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data_fixtures import copy_tables
from index_tables import BEFORE, PER_CENT, deliver_all
from intake_samples import KEYS
from report_texts import run
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.compare.city_index import city_index
from sozialraum.compare.social_index import places_of, status_of
from sozialraum.compare.stability import LEFT_OUT
from sozialraum.errors import ParameterError, UnknownIndicator
from sozialraum.figures.index_maps import index_map, stability_map
from sozialraum.publish.job import Job, render
from sozialraum.report.evidence import Known, faults
from sozialraum.report.page_text import printed
from sozialraum.supply import workspace
from sozialraum.text import index_words

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = "06_sozialindex"
THREE = ("arbeitslosenanteil", "existenzsichernde_leistungen", "uebergang_gymnasium")
NEUTRAL = "staatsangehoerige_bg_ro"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Musterstadt with three of the five tables."""
    return workspace.open_data(deliver_all(copy_tables(tmp_path_factory.mktemp("drei")), *THREE))


@pytest.fixture(scope="module")
def five(three: Data, tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Musterstadt with all five."""
    folder = tmp_path_factory.mktemp("fuenf") / "alles"
    shutil.copytree(three.dir.parent, folder)
    return workspace.open_data(deliver_all(folder / "daten", *(key for key in PER_CENT if key not in THREE)))


def city(data: Data, gebiet: str = "musterstadt") -> Analysis:
    return analyse(data, gebiet)


def text_of(nb: Any) -> str:
    cells = [str(output.data["text/html"]) for cell in nb.cells for output in cell.get("outputs", [])]
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(cells)).replace("\u00a0", " ").split())


def by_hand(*keys: str) -> np.ndarray:
    """The index of all Stadtteile but Ostfeld, where one value is withheld, and Weiler, where 230 people live."""
    table = pd.DataFrame({key: PER_CENT[key] for key in keys}, index=KEYS, dtype="float64").drop(index=["06", "07"])
    z = (table - table.mean()) / table.std(ddof=0)
    total = z.mul([-1 if key == "uebergang_gymnasium" else 1 for key in keys]).sum(axis=1)
    return ((total - total.mean()) / total.std(ddof=0)).to_numpy()


def test_the_index_of_musterstadt_by_hand(three: Data) -> None:
    found = index_words.index_of(city(three))
    assert dict(found.eingegangen) == dict(zip(THREE, ("belastung", "belastung", "ressource"), strict=True))
    assert found.fehlend == ("alleinerziehende", NEUTRAL)
    wanted = by_hand(*THREE)
    kept = found.index.drop(index=["06", "07"])
    assert kept["index"].to_numpy() == pytest.approx(wanted)
    assert kept["klasse"].tolist() == status_of(wanted)
    assert found.index.loc[["06", "07"], ["index", "klasse"]].isna().all(axis=None)
    without = next(check for check in found.stability.pruefungen if (check.art, check.name) == (LEFT_OUT, THREE[2]))
    assert (without.anteil.to_numpy() == (places_of(by_hand(*THREE[:2])) == places_of(wanted))).all()


def test_dynamics_are_changes_counted_in_the_same_way(three: Data) -> None:
    assert index_words.index_of(city(three)).changes is None  # one of the three has a single date
    found = index_words.index_of(city(three), THREE[:2])
    assert found.changes is not None
    changes = pd.DataFrame({key: np.subtract(PER_CENT[key], BEFORE[key]) for key in THREE[:2]}, index=KEYS)
    pd.testing.assert_frame_equal(found.changes, changes.astype("float64"), check_names=False)
    dynamics = found.index["dynamik"]
    assert (dynamics["04"], dynamics["05"]) == ("negativ", "positiv")
    note = index_words.dynamics_note(found)[0].text
    assert note == "Dynamik: Veränderung vom 31.12.2021 zum 31.12.2023, auf dieselbe Art gezählt."


def test_it_is_called_sozialindex_only_with_all_five_in_it(three: Data, five: Data) -> None:
    wish = [f"{NEUTRAL}: belastung"]
    names = [
        index_words.index_title(index_words.index_of(city(data), keys, richtungen=given))
        for data, keys, given in ((three, (), ()), (five, (), ()), (five, (), wish), (five, (*THREE, NEUTRAL), wish))
    ]
    assert names == [
        "Index aus 3 Kennzahlen: Musterstadt", "Index aus 4 Kennzahlen: Musterstadt", "Sozialindex: Musterstadt",
        "Index aus 4 Kennzahlen: Musterstadt",
    ]  # fmt: skip
    named = [line.text for line in index_words.index_result(index_words.index_of(city(five), richtungen=wish))]
    assert sum("obwohl neutral: Anteil der bulgarischen und rumänischen" in line for line in named) == 1
    nothing = index_words.index_of(city(five), richtungen=wish, gewichte=["alleinerziehende: 0"])
    assert "Sozialindex" not in index_words.index_title(nothing)  # a figure without weight is not in it
    weighed = index_words.index_of(city(five), THREE, gewichte=["arbeitslosenanteil: 2,5"])
    assert "Gewichte, die nicht 1 sind: Arbeitslose 2,50." in [one.text for one in index_words.index_result(weighed)]
    assert not np.allclose(weighed.index["index"].drop(["06", "07"]), by_hand(*THREE))


def test_only_official_figures_enter_on_essen(essen_data: Data) -> None:
    analysis = analyse(essen_data, "essen")
    default = city_index(analysis)
    assert default.fehlend == (
        "arbeitslosenanteil", "existenzsichernde_leistungen", "alleinerziehende", "uebergang_gymnasium", NEUTRAL
    )  # fmt: skip
    assert default.grund == "Für einen Index sind mindestens 2 Kennzahlen nötig."
    assert list(default.effect.index)[-1] == "alleinerziehende"  # of which an old value is known
    old, proxy, count = "alleinerziehendenquote_2011", "kitas_je_1000_kinder", "kitas"
    refused = city_index(analysis, [old, proxy, count, "wahlbeteiligung_ew2024", "anteil_65plus"]).abgelehnt
    assert refused == {
        "alleinerziehendenquote_2011": "Die Daten sind älter als 5 Jahre.",
        "kitas_je_1000_kinder": "Ein Stellvertreter wird nicht eingestuft.",
        "kitas": "Eine bloße Anzahl wird nicht eingestuft.", "wahlbeteiligung_ew2024": "Eine Schätzung geht nicht ein.",
        "anteil_65plus": "Neutral; geht nur auf ausdrücklichen Wunsch ein.",
    }  # fmt: skip
    assert city_index(analysis, [old, proxy, count]).wanted == (old,)  # no table makes a proxy or a count a figure
    assert city_index(analysis, ["anteil_65plus"], richtungen={"anteil_65plus": "belastung"}).abgelehnt == {
        "anteil_65plus": "Eine Schätzung geht nicht ein."
    }


def test_own_tables_that_have_become_old_are_refused(three: Data) -> None:
    found = city_index(analyse(three, "musterstadt", issued="2029-06-01"))
    assert not found.eingegangen
    assert set(found.abgelehnt.values()) == {"Die Daten sind älter als 5 Jahre."}
    assert set(found.hints) >= set(THREE)  # old values limit what the new ones can be


WRONG: dict[str, dict[str, Any]] = {
    "nicht verlangt ist: kitas": {"richtungen": ["kitas: ressource"]},
    "„hoch“ ist keine Richtung": {"richtungen": [f"{NEUTRAL}: hoch"]},
    "nennt nicht Kennung und Angabe": {"gewichte": ["arbeitslosenanteil"]},
    "„viel“ von arbeitslosenanteil ist keine Zahl": {"gewichte": ["arbeitslosenanteil: viel"]},
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_parameters_are_told(words: str, essen_data: Data) -> None:
    with pytest.raises(ParameterError, match=words):
        index_words.index_of(analyse(essen_data, "essen"), **WRONG[words])
    with pytest.raises(UnknownIndicator):
        index_words.index_of(analyse(essen_data, "essen"), ["arbeitslos"])


def test_the_page_of_essen_says_that_the_data_decide_nothing(essen_data: Data) -> None:
    text = text_of(run("essen", name=NOTEBOOK, data=essen_data))
    assert "Die vorliegenden Daten entscheiden nichts: Es lässt sich kein Index rechnen." in text
    assert text.count("sozialraum data template kennzahlen") >= 9  # for each missing table, twice
    assert "Kein Index für Essen: Es fehlen Tabellen" in text
    assert "Sozialindex" not in text
    assert "Stabilitätsprüfung" not in text


@pytest.mark.parametrize("gebiet", ["musterstadt", "02", "07"])
def test_the_page_of_musterstadt_shows_everything_and_every_number_has_its_proof(three: Data, gebiet: str) -> None:
    nb = run(gebiet, name=NOTEBOOK, data=three)
    text = text_of(nb)
    assert faults(list(printed(nb)), Known(three), gebiet_id=gebiet) == []
    assert re.search(r"Status \w+; hält in \d+ von 100 Rechnungen; kippt mit Rängen", text)
    own = {"02": "Nord-Mitte: Status mittel; hält in", "07": "Weiler hat keinen Index: Dort leben weniger als 300"}
    assert own.get(gebiet, "") in text
    for words in (
        "Was anders gerechnet wurde", "Am meisten ändert sich", "Ohne Index, weil Werte fehlen: Ostfeld.",
        "Ohne Index, weil dort weniger als 300 Menschen leben: Weiler.",
        "Ostfeld, es fehlt Übergang zum Gymnasium. Der Status wäre", "Welche Tabellen zuerst zu erbitten sind",
        "Nicht geprüft: Werte in ihren Spannen. Die Werte sind Vollzählungen ohne Spanne.",
    ):  # fmt: skip
        assert words in text, words
    assert re.search(r"(ab|bis) [+−]\d,\d: (hoch|mittel|niedrig|sehr niedrig)", text)
    assert re.search(r"(ab|bis) \d+,\d % (hoch|mittel|niedrig|sehr niedrig) \(heute \d+,\d %\)", text)
    assert "Sozialindex" not in text
    assert "NaN" not in text


def test_an_invented_number_of_the_index_is_refused(three: Data) -> None:
    item = next(one for one in printed(run("musterstadt", name=NOTEBOOK, data=three)) if one.text.startswith("Von 7"))
    wrong = type(item)(item.text.replace("Von 7", "Von 9"), item.refs)
    assert faults([wrong], Known(three)) != []


def test_maps_say_which_classes_hold(three: Data) -> None:
    found = index_words.index_of(city(three))
    classes, held = index_map(found), stability_map(found)
    assert classes is not None
    assert held is not None
    for klasse, areas in found.stability.klassen.groupby(found.stability.klassen):
        assert f"{klasse}: {city(three).data.register.by_id(areas.index[0]).label}" in classes.alt
    assert "Schraffiert: ohne Index." in classes.subtitle
    assert classes.svg().count("data-ort=") == 9
    steady = sum(found.stability.of_100(area) == 100 for area in found.stability.klassen.index)
    assert (
        held.title.replace("\u00a0", " ") == f"In allen Rechnungen hält die Statusgruppe bei {steady} von 7 Stadtteilen"
    )
    assert classes.drawing.narrow is not None
    assert list(classes.table.columns) == ["Index", "Statusgruppe"]
    assert list(held.table.columns) == ["Statusgruppe", "hält", "kippt", "nächste Grenze"]


@pytest.mark.browser
def test_the_page_reads_on_a_phone_and_passes_axe(
    three: Data, tmp_path: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]]
) -> None:
    job = Job(ROOT / "notebooks" / f"{NOTEBOOK}.ipynb", "index.html", "02", {"gebiet": "02"})
    render(job, data=three.environment, out=tmp_path)
    opened = open_page(tmp_path / "index.html", width=390)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (opened.requests, opened.errors) == ([], [])
    assert axe_violations(opened.page) == []
