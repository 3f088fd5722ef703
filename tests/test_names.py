"""Names that people give to areas are names: they are made printable, and no check takes them for statements."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartier_fixtures import box, on_grid, write_outlines
from report_texts import essen, run
from sozialraum.city.gebiete import fold, slugify
from sozialraum.city.load import CRS_GRID, Data
from sozialraum.city.own_areas import quartiere
from sozialraum.city.own_areas.definitions import Definition
from sozialraum.city.own_areas.layer import with_areas
from sozialraum.city.own_areas.names import MAX_KEY, MAX_NAME, as_text, name_fault, quartier_id, tidy_name
from sozialraum.cli.main import main
from sozialraum.errors import SchemaError
from sozialraum.report.evidence import faults
from sozialraum.report.foreign_names import without
from sozialraum.report.known import Known
from sozialraum.report.page_text import Printed, printed
from sozialraum.report.printed_numbers import flat, tokens
from sozialraum.report.rules import Statement
from sozialraum.style import text_width

SHY = (
    "Sozialraum 12", "Essen 2030", "Kray 1", "Zeche Zollverein 3/7/10", "Straße des 17. Juni", "Bereich 4,5 ha",
    "Teilfläche -2", "2. Bauabschnitt", "Block 1000000", "Überdurchschnittlich", "Weit über dem Stadtwert", "7 Kitas",
    "Essen 17,6 %", "Wahlbeteiligung 2024", "keine Kita", "5 von 12", "nicht eindeutig", "Borbeck-Mitte 7", "12",
    "50 %",
)  # fmt: skip


def defined(*names: str) -> Data:
    """Essen with a Quartier of each name: the odd ones are two Stadtteile, the even ones cut some."""
    centre = essen().gebiete.geometry["21"].centroid
    made = [
        Definition(
            tidy_name(name), name, quartier_id(name), quelle="Datei Umriss 2024.geojson", stadtteile=("21", "22")
        )
        if place % 2
        else Definition(tidy_name(name), name, quartier_id(name), quelle="Amt 3", outline=centre.buffer(1500))
        for place, name in enumerate(names)
    ]
    return with_areas(essen(), drawn=tuple(made), shipped=False)


@cache
def shy() -> tuple[Data, Known]:
    data = defined(*SHY)
    return data, Known(data)


# Names are not statements


@pytest.mark.parametrize("name", SHY)
@pytest.mark.parametrize("notebook", ["03_stadtteilanalyse", "02_infrastruktur"])
def test_a_name_with_digits_units_or_class_words_is_no_statement(name: str, notebook: str) -> None:
    data, known = shy()
    key = quartier_id(name)
    statements = list(printed(run(key, name=notebook, data=data)))
    assert any(tidy_name(name) in item.text for item in statements)
    assert faults(statements, known, gebiet_id=key) == []


@pytest.mark.parametrize("name", ["Sozialraum 12", "Kray 1", "Überdurchschnittlich", "Bereich 4,5 ha", "7 Kitas"])
def test_a_wrong_number_on_the_page_of_such_a_name_is_still_found(name: str) -> None:
    data, known = shy()
    key = quartier_id(name)
    missed = []
    for item in printed(run(key, data=data)):
        text = flat(item.text)
        for token in tokens(_masked(text, name), known.numbers):
            wrong = f"{text[: token.start]}9{text[token.start :].lstrip('−')}"
            if item.refs and not faults([Printed(wrong, item.refs)], known, gebiet_id=key):
                missed.append((token.printed, text))
    assert missed == []


def _masked(text: str, name: str) -> str:
    """The text, as long as before, without the name and the numbers of sources."""
    return re.sub(r"\[\d+\]", lambda match: "x" * len(match[0]), text.replace(name, "x" * len(name)))


words = st.sampled_from(
    ["Feld", "Block", "Kray", "Essen", "Stadtwert", "Kitas", "überdurchschnittlich", "rund", "%", "ha"]
)
parts = st.one_of(
    words, st.integers(0, 99_999).map(str), st.decimals(0, 99, places=1).map(lambda d: f"{d}".replace(".", ","))
)
names = st.lists(parts, min_size=1, max_size=4).map(" ".join).filter(lambda name: not name_fault(name))


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(name=names, more=st.integers(1, 9_000))
def test_beside_any_name_the_right_number_passes_and_a_wrong_one_does_not(name: str, more: int) -> None:
    try:
        data = defined(name)
        area = data.register.by_id(quartier_id(name))
    except SchemaError:
        return  # an official area is called like that
    known = Known(data)
    ref, count = (("indikator", "kitas", area.id),), int(float(known.wert("kitas", area.id)))
    city = str(int(float(known.wert("kitas", known.city.id))))
    for sentence in (
        "{place} gibt es {n} Kitas.",
        "{name}; Wert {n}",
        "{name} {n}; Essen 309",
        "Kita; {name} {n}; Essen gesamt 309",
    ):
        filled = sentence.replace("{place}", area.in_phrase[0].upper() + area.in_phrase[1:]).replace(
            "{name}", area.label
        )
        filled = filled.replace("309", city)
        refs = (("einrichtungen", filled.replace("{n}", str(count))),) if sentence.startswith("Kita") else ref
        assert Statement(known, filled.replace("{n}", str(count)), refs, area.id).faults() == []
        assert Statement(known, filled.replace("{n}", str(count + more)), refs, area.id).faults()


@pytest.mark.parametrize(
    ("name", "lie"),
    [
        ("7 Kitas", "Im Quartier 7 Kitas gibt es 3 Grundschulen, 7 Kitas und 4 Haltestellen."),
        ("Kray 1", "In Kray 1 Kita."),
        ("Essen 17,6 %", "Bedingrade 5,7 %; Essen 17,6 %; Gerschede 8,1 %"),
        ("Sozialraum 12", "Im Quartier Sozialraum 13 gibt es keine Angabe."),
        ("Sozialraum 12", "Im Quartier Sozialraum 12.300 gibt es keine Angabe."),
        ("Sozialraum 12", "Im Quartier Sozialraum 12 % gibt es keine Angabe."),
        ("Überdurchschnittlich", "Überdurchschnittlich ist der Anteil der unter 15-Jährigen."),
        ("nicht eindeutig", "Der Anteil ist nicht eindeutig."),
    ],
)
def test_a_statement_that_reads_like_a_name_is_still_a_statement(name: str, lie: str) -> None:
    data = defined(name)
    refs = tuple(("indikator", key, quartier_id(name)) for key in ("geboren_eu", "grundschulen"))
    assert Statement(Known(data), lie, refs, quartier_id(name)).faults()


def test_a_literal_is_found_as_a_whole_only() -> None:
    texts = ("Platz 1;", "Platz 1.", "Platz 12", "Platz 1,5", "RundPlatz 1")
    assert [without("Platz 1", text, "-") for text in texts] == ["-------;", "-------.", *texts[2:]]


# Names are made printable when they are read


@given(st.text())
def test_any_text_becomes_a_printable_name_or_a_sentence(text: str) -> None:
    name, key = tidy_name(text), quartier_id(text)
    if name_fault(text):
        return
    assert name
    assert name == unicodedata.normalize("NFC", name) == " ".join(name.split())
    assert len(name) <= MAX_NAME
    assert len(key) <= MAX_KEY + 2
    assert key.isascii()
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert any(character.isalpha() for character in name)
    assert text_width(name, 12) >= 0


@pytest.mark.parametrize(
    ("written", "printed_"),
    [
        ("Feld\nA\tB", "Feld A B"), ("Su\u0308dfeld", "Südfeld"), ("a\u200bb\ufeff", "ab"), ("\u202eabc", "abc"),
        (" x  y ", "x y"), ("12", "Quartier 12"), ("4,5", "Quartier 4,5"), ("x\0y", "x y"), ("x\x85y", "x y"),
        ("Stadtpark 🌳", "Stadtpark 🌳"), ("Парк", "Парк"),
    ],
)  # fmt: skip
def test_a_name_is_composed_and_stands_on_one_line(written: str, printed_: str) -> None:
    assert tidy_name(written) == printed_


def test_a_slug_composes_before_it_replaces_umlauts() -> None:
    assert slugify(unicodedata.normalize("NFD", "Südstraße Łódź")) == slugify("Südstraße Łódź") == "suedstrasse-lodz"
    assert fold("Øst") == "ost"


def test_names_that_lose_letters_have_different_ids() -> None:
    ids = {quartier_id(name) for name in ("Парк", "Сад", "公園", "Парк 1", "Сад 1")}
    assert len(ids) == 5
    assert all(re.fullmatch(r"q-[a-z0-9]+(-[a-z0-9]+)*", key) for key in ids)


def test_a_long_name_is_cut_for_the_file_only() -> None:
    long = "Gebiet der Stadterneuerung " * 10
    other = long + "Nord"
    assert tidy_name(long) == long.strip()
    assert len(quartier_id(long)) <= MAX_KEY + 2
    assert quartier_id(long) != quartier_id(other)
    assert tidy_name("x" * 900).endswith("x…")


@pytest.mark.parametrize(
    ("value", "text"), [(12, "12"), (12.0, "12"), (1.5, "1.5"), (None, ""), (float("nan"), ""), ("a", "a")]
)
def test_an_attribute_of_any_kind_becomes_text(value: Any, text: str) -> None:
    assert as_text(value) == text


# A file of such names on the command line


def features(path: Path, *names_: Any) -> Path:
    """GeoJSON in Musterstadt: a box for each name."""
    shape = shapely.geometry.mapping(shapely.transform(box(300, 1300, 1800, 2800), _degrees))
    items = [{"type": "Feature", "properties": {"name": name}, "geometry": shape} for name in names_]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": items}), encoding="utf-8")
    return path


def _degrees(xy: Any) -> Any:
    import pyproj

    there = pyproj.Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True)
    x, y = there.transform(xy[:, 0], xy[:, 1])
    return __import__("numpy").column_stack([x, y])


@pytest.fixture
def told(musterstadt_data: Data) -> Callable[[Path], list[str]]:
    def find(path: Path) -> list[str]:
        with pytest.raises(SchemaError) as caught:
            quartiere.lay_over(musterstadt_data, file=path).register  # noqa: B018 - it is read when first used
        return caught.value.problems

    return find


def test_numbers_line_breaks_and_emoji_become_names(musterstadt_data: Data, tmp_path: Path) -> None:
    path = features(tmp_path / "a.geojson", 12, "Feld\nA\tB", "Stadtpark 🌳", "Омега", "x" * 400)
    areas = quartiere.lay_over(musterstadt_data, file=path).register.of_level("quartier")
    assert [area.name for area in areas[:4]] == ["Quartier 12", "Feld A B", "Stadtpark 🌳", "Омега"]
    assert areas[0].in_phrase == "im Quartier 12"
    assert areas[1].in_phrase == "im Quartier Feld A B"
    assert all(len(area.slug) <= MAX_KEY for area in areas)


def test_a_name_that_stands_twice_after_composing_is_told(told: Callable[[Path], list[str]], tmp_path: Path) -> None:
    path = features(tmp_path / "a.geojson", "Südfeld", unicodedata.normalize("NFD", "Südfeld"))
    (found,) = told(path)
    assert found.startswith(f"{path}, Objekt 2: Den Namen „Südfeld“ trägt schon Objekt 1. Bitte umbenennen oder")
    assert "ist schon vergeben" in told(features(tmp_path / "b.geojson", "Südfeld", "Suedfeld"))[0]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "ist leer"),
        (" \u200b\n", "ist leer"),
        ("S\ufffdd", "enthält unlesbare Zeichen"),
        ("🌳", "weder Buchstaben"),
        ("–", "weder Buchstaben"),
    ],
)
def test_a_name_that_is_none_is_told_with_its_object(
    told: Callable[[Path], list[str]], tmp_path: Path, name: str, sentence: str
) -> None:
    found = told(features(tmp_path / "a.geojson", name))
    assert len(found) == 1
    assert f"{tmp_path / 'a.geojson'}, Objekt 1: Das Merkmal „name“" in found[0]
    assert sentence in found[0]


def test_names_in_the_yaml_and_of_files_are_tidied_too(musterstadt_data: Data, tmp_path: Path) -> None:
    write_outlines(
        tmp_path / "u.gpkg",
        on_grid(0, 0, 500, 500),
        on_grid(600, 0, 1200, 500),
        crs=CRS_GRID,
        p=["Südhang", unicodedata.normalize("NFD", "Südhang")],
    )
    path = tmp_path / "q.yml"
    path.write_text(
        'quartiere:\n  a:\n    name: "12"\n    quelle: "Rat\\nder Stadt"\n    stadtteile: [1, 2]\n'
        "  b:\n    quelle: Amt\n    datei: u.gpkg\n    merkmal: p\n",
        encoding="utf-8",
    )
    areas = quartiere.lay_over(musterstadt_data, file=path).register.of_level("quartier")
    assert [(area.id, area.name) for area in areas] == [("q-a", "Quartier 12"), ("q-suedhang", "Südhang")]
    assert "Abgrenzung: Rat der Stadt," in areas[0].beschreibung
    umriss = write_outlines(tmp_path / "2024.geojson", on_grid(0, 0, 900, 900), crs=CRS_GRID)
    assert quartiere.lay_over(musterstadt_data, file=umriss).register.of_level("quartier")[0].name == "Quartier 2024"


def test_a_drawn_area_with_a_number_as_name_has_the_id_that_is_announced(musterstadt_data: Data) -> None:
    for name in ("12", "Feld\nA", "x" * 400, "Парк"):
        data = quartiere.from_polygon(musterstadt_data, box(300, 1300, 1800, 2800), name=name)
        assert data.register.by_id(quartier_id(name)).ebene == "quartier"


@pytest.mark.parametrize("name", ["Sozialraum 12", "Stadtpark 🌳", "x" * 400])
def test_the_other_areas_of_the_file_are_made_too(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    musterstadt_dir: Path,
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    path = features(tmp_path / "a.geojson", "Alpha", name, "Omega")
    with pytest.raises(SystemExit) as caught:
        main(["render", "--areas", str(path), "--out", str(tmp_path / "o")])
    assert caught.value.code in (0, None), capsys.readouterr().out
    assert len(list((tmp_path / "o" / "quartier").glob("*.html"))) == 3


def test_a_target_that_cannot_be_written_never_ends_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], musterstadt_dir: Path
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    path = features(tmp_path / "a.geojson", "Alpha", "Zentrum", "Omega")
    for blocked in ("alpha.html", "zentrum.pdf"):
        (tmp_path / "o" / "quartier" / blocked / "x").mkdir(parents=True)
    with pytest.raises(SystemExit) as caught:
        main(["render", "--areas", str(path), "--out", str(tmp_path / "o")])
    shown = capsys.readouterr()
    assert caught.value.code == 1
    assert (tmp_path / "o" / "quartier" / "omega.html").is_file()
    assert "3 von 4" in shown.out  # two others and the annex of method
    assert "FEHLER      quartier/alpha.html" in shown.out
    assert "Is a directory" not in shown.out + shown.err
    assert "an seiner Stelle liegt ein Ordner" in shown.out
