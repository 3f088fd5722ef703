import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.city.gebiete import Gebiet, Luecke, Register, fold, slugify
from sozialraum.city.load import Data
from sozialraum.errors import UnknownArea


@pytest.fixture(scope="module")
def essen(essen_data: Data) -> Register:
    return essen_data.register


@pytest.fixture(scope="module")
def muster(musterstadt_data: Data) -> Register:
    return musterstadt_data.register


def test_official_order_and_levels(muster: Register) -> None:
    assert [area.id for area in muster] == [*(f"0{n}" for n in range(1, 10)), "I", "II", "III", "musterstadt"]
    assert len(muster) == 13
    assert muster.city.id == "musterstadt"


def test_members(muster: Register) -> None:
    assert muster.members("II") == ["04", "05", "06"]
    assert muster.members("05") == ["05"]
    assert len(muster.members("musterstadt")) == 9


@pytest.mark.parametrize(
    ("query", "gebiet_id"),
    [
        (7, "07"),
        ("7", "07"),
        ("07", "07"),
        ("7 Weiler", "07"),
        ("Stadtteil 7", "07"),
        ("Stadtteil Weiler", "07"),
        ("weiler", "07"),
        ("Musterstadt-Weiler", "07"),
        ("NORD-MITTE", "02"),
        ("nord mitte", "02"),
        ("Nordhoehe", "03"),
        ("Grosssued", "09"),
        ("Südviertl.", "08"),
        ("I", "I"),
        ("ii", "II"),
        ("Stadtbezirk 3", "III"),
        ("Bezirk III", "III"),
        ("Stadtbezirk II – Mitte", "II"),
        ("Mitte", "II"),
        ("Musterstadt", "musterstadt"),
        ("musterstadt", "musterstadt"),
    ],
)
def test_what_a_person_may_write(muster: Register, query: str | int, gebiet_id: str) -> None:
    assert muster.resolve(query).id == gebiet_id


def test_every_id_name_and_label_finds_its_area(essen: Register, muster: Register) -> None:
    for register in (essen, muster):
        for area in register:
            assert register.resolve(area.id) is area
            assert register.resolve(area.label) is area
            assert register.resolve(area.langname) is area
            assert (
                register.resolve(f"{area.ebene_label} {area.id} {area.name}" if area.ebene != "stadt" else area.name)
                is area
            )


def message(register: Register, query: str | int) -> str:
    with pytest.raises(UnknownArea) as caught:
        register.resolve(query)
    return str(caught.value)


def test_ambiguous_name_lists_what_it_may_mean(essen: Register, muster: Register) -> None:
    assert message(essen, "Borbeck") == (
        "„Borbeck“ ist mehrdeutig: Gemeint sein kann Stadtteil 21 Borbeck-Mitte oder Stadtbezirk IV Borbeck. "
        "Bitte die Nummer angeben, zum Beispiel 21."
    )
    assert "Stadtteil 02 Nord-Mitte oder Stadtbezirk I Nord" in message(muster, "Nord")


def test_near_matches(essen: Register) -> None:
    assert "Borbeck-Mitte" in message(essen, "Borbek").partition("Meinten Sie")[2]


def test_one_partial_hit_is_a_question(essen: Register) -> None:
    text = message(essen, "Zollverein")
    assert "Meinten Sie Stadtbezirk VI – Zollverein (Katernberg/Schonnebeck/Stoppenberg)?" in text
    assert "mehrdeutig" not in text


@pytest.mark.parametrize("query", ["51", 51, "0", "Stadtteil 51", "XII", "Stadtbezirk 12"])
def test_impossible_number_says_which_exist(essen: Register, query: str | int) -> None:
    assert "Es gibt die Stadtteile 01 bis 50 und die Stadtbezirke I bis IX." in message(essen, query)


def test_number_and_name_that_do_not_fit(muster: Register) -> None:
    assert "Meinten Sie Weiler oder Altstadt?" in message(muster, "7 Altstadt")


@pytest.mark.parametrize("query", ["", " ", "???", "xyz"])
def test_nonsense_names_the_list(muster: Register, query: str) -> None:
    assert message(muster, query).endswith("Alle Namen und Nummern zeigt: sozialraum areas")


@pytest.mark.parametrize(
    ("gebiet_id", "phrase", "slug"),
    [
        ("01", "in Nordwest", "01-nordwest"),
        ("03", "auf der Nordhöhe", "03-nordhoehe"),
        ("04", "im Westend", "04-westend"),
        ("05", "in der Altstadt", "05-altstadt"),
        ("09", "in Großsüd", "09-grosssued"),
        ("I", "im Stadtbezirk I", "1-nord"),
        ("musterstadt", "in Musterstadt", "musterstadt"),
    ],
)
def test_grammar_and_file_names(muster: Register, gebiet_id: str, phrase: str, slug: str) -> None:
    area = muster.by_id(gebiet_id)
    assert area.in_phrase == phrase
    assert area.slug == slug


def test_slugs_of_essen_are_different_ascii_names(essen: Register) -> None:
    slugs = [area.slug for area in essen]
    assert len(set(slugs)) == 60
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) for slug in slugs)


def test_names_of_source_files(muster: Register) -> None:
    found = muster.match_stadtteil("Nord")
    assert found is not None
    assert found.id == "02"
    assert muster.match_stadtteil("Mitte") is None


@given(st.text())
def test_slugs_are_ascii_words(text: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slugify(text))


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=30))
def test_any_query_gives_an_area_or_a_german_sentence(muster: Register, query: str) -> None:
    try:
        found = muster.resolve(query)
    except UnknownArea as error:
        found, text = None, str(error)
    assert found in list(muster) or "Bitte die Nummer angeben" in text or "sozialraum areas" in text


def _with_quartier(register: Register) -> Register:
    hang = Gebiet(
        "q-am-hang", "quartier", 0, "Am Hang", None, "das", "im Quartier", 2.0, ("Hangviertel",), ("01",), ("04",)
    )
    return register.extended([hang], [Luecke("q-feld", "Nord/Feld", "Der Umriss fehlt.", ("Feldlage",))])


@pytest.mark.parametrize("query", ["q-am-hang", "Am Hang", "am hang", "Quartier Am Hang", "hangviertel"])
def test_a_quartier_is_found_by_id_name_and_variant(muster: Register, query: str) -> None:
    area = _with_quartier(muster).resolve(query)
    assert (area.id, area.slug, area.label, area.in_phrase) == (
        "q-am-hang",
        "am-hang",
        "Am Hang",
        "im Quartier Am Hang",
    )


def test_a_quartier_comes_last_and_changes_nothing_before(muster: Register) -> None:
    wider = _with_quartier(muster)
    assert [area.id for area in wider] == [*(area.id for area in muster), "q-am-hang"]
    assert wider.members("q-am-hang") == ["01"]
    assert wider.members("musterstadt") == muster.members("musterstadt")
    assert wider.bezirke("q-am-hang") == ["I", "II"]
    assert (wider.bezirke("05"), wider.bezirke("I"), wider.bezirke("musterstadt")) == (["II"], [], [])
    assert "q-am-hang" not in [area.id for area in muster]
    assert muster.luecken == ()


def test_a_gap_says_what_is_missing_and_an_unknown_name_that_it_is_no_quartier(muster: Register) -> None:
    wider = _with_quartier(muster)
    for query in ("q-feld", "nord feld", "Feldlage"):
        with pytest.raises(UnknownArea, match=r"Nord/Feld: Abgrenzung liegt nicht vor\. Der Umriss fehlt\."):
            wider.resolve(query)
    with pytest.raises(UnknownArea, match="weder ein Stadtteil noch ein Stadtbezirk noch ein Quartier"):
        wider.resolve("Xyz")
    with pytest.raises(UnknownArea, match=r"noch ein Stadtbezirk\."):
        muster.resolve("Xyz")
    with pytest.raises(UnknownArea, match=r"Meinten Sie Am Hang\?"):
        wider.resolve("Am Hangg")
