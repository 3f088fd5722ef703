"""What a person types is found: areas, streets, places and addresses, in whatever spelling."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pandas as pd
import pytest

from sozialraum.city.finder import STREET, Entry, entries, find, index
from sozialraum.city.load import Data, open_data


def labels(data: Data, text: str, limit: int = 10) -> list[str]:
    return [one.label for one in find(data, text, limit=limit)]


def first(data: Data, text: str) -> Entry:
    return find(data, text)[0]


def test_an_area_is_found_by_name_number_and_spelling(musterstadt_data: Data, essen_data: Data) -> None:
    for data in (musterstadt_data, essen_data):
        for area in data.register:
            numbers = {
                "stadtteil": (area.id, f"Stadtteil {area.nummer}", f"{area.id} {area.name}"),
                "stadtbezirk": (area.id, f"Bezirk {area.nummer}", f"stadtbezirk {area.id}"),
            }.get(area.ebene, ())
            for text in dict.fromkeys((area.label, area.langname, area.name.upper(), *area.schreibweisen, *numbers)):
                exact = [one.gebiete for one in find(data, text, limit=2)]
                assert (area.id,) in exact, text


def test_every_street_names_all_its_stadtteile_most_houses_first(essen_data: Data) -> None:
    table = pd.read_parquet(essen_data.dir / "adressen.parquet").astype({"strasse": str, "gebiet_id": str})
    found = {one.label: one.gebiete for one in entries(essen_data) if one.kind == STREET}
    assert {name: set(keys) for name, keys in found.items()} == table.groupby("strasse")["gebiet_id"].agg(set).to_dict()
    several = max(found, key=lambda name: len(found[name]))
    houses = table[(table["strasse"] == several) & (table["hausnummer"] != "")]["gebiet_id"].value_counts()
    numbers = [int(houses.get(key, 0)) for key in found[several]]
    assert len(numbers) > 2
    assert numbers == sorted(numbers, reverse=True)
    assert first(essen_data, several).detail == ", ".join(
        essen_data.register.by_id(key).label for key in found[several]
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Hauptstr.", "Hauptstr."), ("hauptstrasse", "Hauptstr."), ("Haupt-Straße", "Hauptstr."),
        ("HAUPT STR", "Hauptstr."), ("hoehenstr", "Höhenstr."), ("Grosssüdstraße", "Großsüdstr."),
        ("Großsüdstr. 10", "Großsüdstr. 10"), ("Großsüdstr. 777", "Großsüdstr."), ("Nordhohe", "Nordhöhe"),
        ("Wochenmakt", "Wochenmarkt"), ("Rübe & Möhre", 'Kita "Rübe & Möhre"'), ("gymnasium", "Stadtgymnasium"),
        ("Ostfeld Klinik", "Ostklinik"), ("park auen", "Auenpark"), ("Bibliothek", "Bücherei"),
        ("<script>", '<script>alert("x")</script> & Söhne'),
    ],
)  # fmt: skip
def test_spelling_is_forgiven(musterstadt_data: Data, typed: str, meant: str) -> None:
    assert labels(musterstadt_data, typed)[0] == meant


def test_better_matches_come_first(musterstadt_data: Data) -> None:
    assert labels(musterstadt_data, "ostfeld") == ["Ostfeld", "Ostfeld", "Ostfeldweg", "Quartiermanagement Ostfeld"]
    assert labels(musterstadt_data, "nord")[:3] == ["Nord-Mitte", "Stadtbezirk I", "Nordwest"], (
        "exact names, then beginnings"
    )
    inside = labels(musterstadt_data, "markt", limit=20)
    assert inside.index("Am Markt") < inside.index("Dommarkt"), "the beginning of a word comes before its middle"
    assert labels(musterstadt_data, "Nordmarkt") == ["Nordmarkt"], "nothing similar where something fits"


@pytest.mark.parametrize("typed", ["", "  ", "---", "qqqqqq", "12345678"])
def test_nothing_found_is_an_empty_list(musterstadt_data: Data, typed: str) -> None:
    assert find(musterstadt_data, typed) == []


def test_a_place_says_where_it_is_and_that_it_is_not_open(musterstadt_data: Data) -> None:
    assert first(musterstadt_data, "Ostklinik").detail == "Ostfeld, Ostfeldweg 2, geschlossen"
    assert first(musterstadt_data, "Kita Süd").detail.endswith("geplant")
    assert first(musterstadt_data, "Weiler Mitte").detail == "Weiler, im Bau"
    assert first(musterstadt_data, "Hauptstr. 4").punkt == (679864, 5764794)


def test_the_index_holds_every_entry_in_its_order_and_is_small(essen_data: Data) -> None:
    table = index(essen_data)
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    assert len(text.encode()) < 250_000
    back = [
        (label, table["arten"][art], table["wos"][wo], tuple(filter(None, table["orte"][ort].split("|"))))
        for label, art, wo, ort in zip(table["label"], table["art"], table["wo"], table["ort"], strict=True)
    ]
    assert back == [(one.label, one.kind, one.detail, one.gebiete) for one in entries(essen_data)]
    assert [one.group for one in (entries(essen_data)[place] for place in table["gruppe"])] == [0, 1, 2, 3]


def test_an_answer_takes_a_blink(essen_data: Data) -> None:
    typed = ("s", "Schloßstr.", "Schlosspak Borbek", "kita mitte", "qwertzuiopü")
    entries(essen_data)
    started = time.process_time()
    assert [len(find(essen_data, text)) for text in typed] == [10, 2, 1, 10, 0]
    assert (time.process_time() - started) / len(typed) < 0.1


def test_without_a_gazetteer_everything_else_is_found(musterstadt_copy: Path) -> None:
    (musterstadt_copy / "adressen.parquet").unlink()
    data = open_data(musterstadt_copy)
    assert first(data, "Altstadt").gebiete == ("05",)
    assert first(data, "Auenpark").kind == "Park"
    assert find(data, "Hauptstr. 4") == []
