"""Sentences, titles and tables: right grammar, right numbers, never more than the class rule allows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum import text
from sozialraum.compare import AVERAGE, UNCLEAR, Analysis, analyse
from sozialraum.load import Data, open_data
from sozialraum.text.findings import FINDINGS
from sozialraum.text.grammar import SHARE, joined_bei, upper_first

FORBIDDEN = re.compile(r"\b(Gebiet|Problem|Brennpunkt|schlecht|nan|None|NaN)\b")
AREAS = ["21", "01", "27", "33", "41", "44", "49", "IV", "VIII", "essen"]


@pytest.fixture(scope="module")
def data() -> Data:
    return open_data()


@pytest.fixture(scope="module", params=AREAS)
def analysis(request: pytest.FixtureRequest, data: Data) -> Analysis:
    return analyse(data, request.param)


def test_lists_follow_german_grammar() -> None:
    assert text.enumerate_words(["a"]) == "a"
    assert text.enumerate_words(["a", "b"]) == "a und b"
    assert text.enumerate_words(["a", "b", "c"]) == "a, b und c"


def test_counts_agree_with_their_nouns() -> None:
    assert text.plural(0, "Kita", "Kitas") == "keine Kita"
    assert text.plural(1, "Kita", "Kitas") == "1\u00a0Kita"
    assert text.plural(1234, "Kita", "Kitas") == "1.234\u00a0Kitas"


def test_shares_are_named_once() -> None:
    phrases = ["beim Anteil der A", "bei der Dichte", "beim Anteil der B"]
    assert joined_bei(phrases) == "bei der Dichte sowie beim Anteil der A und der B"
    assert joined_bei(["bei der Dichte"]) == "bei der Dichte"


@given(st.lists(st.sampled_from(["beim Anteil der A", "bei der B", "beim Anteil der C", "bei D"]), min_size=1))
def test_joined_phrases_name_shares_at_most_once(phrases: list[str]) -> None:
    assert joined_bei(phrases).count(SHARE) == (1 if any(phrase.startswith(SHARE) for phrase in phrases) else 0)


def test_first_page_has_few_plain_sentences(analysis: Analysis) -> None:
    sentences = text.at_a_glance(analysis)
    assert 5 <= len(sentences) <= 7
    for sentence in sentences:
        assert sentence.text[0].isupper()
        assert sentence.text.endswith(".")
        assert not FORBIDDEN.search(sentence.text)
        assert "  " not in sentence.text
        assert ".." not in sentence.text


def test_first_page_names_the_area_and_no_other_report(analysis: Analysis, data: Data) -> None:
    first = text.at_a_glance(analysis)[0].text
    assert analysis.gebiet.in_phrase in first or upper_first(analysis.gebiet.in_phrase) in first
    others = {area.name for area in data.register.of_level("stadtteil")} - {analysis.gebiet.name}
    assert not any(re.search(rf"\b{re.escape(name)}\b", first) for name in others)


@pytest.mark.parametrize(
    ("gebiet", "phrase"),
    [
        ("35", "In Kray leben"),
        ("02", "Im Ostviertel leben"),
        ("01", "Im Stadtkern leben"),
        ("41", "Auf der Margarethenhöhe leben"),
        ("IV", "Im Stadtbezirk IV leben"),
        ("essen", "lebten in Essen 571.039 Menschen"),
    ],
)
def test_grammar_of_places(data: Data, gebiet: str, phrase: str) -> None:
    assert phrase in text.at_a_glance(analyse(data, gebiet))[0].text


def test_average_sentence_lists_exactly_the_average_indicators(data: Data) -> None:
    for area in data.register.of_level("stadtteil"):
        analysis = analyse(data, area.id)
        expected = {item.indikator for item in text.claims(analysis) if item.klasse == AVERAGE}
        found = [s for s in text.at_a_glance(analysis) if s.text.endswith("im gesamtstädtischen Durchschnitt.")]
        assert {item.indikator for sentence in found for item in sentence.claims} == expected


def test_sentences_off_average_carry_both_values(data: Data) -> None:
    analysis = analyse(data, "33")
    sentence = next(s for s in text.at_a_glance(analysis) if s.text.startswith("Überdurchschnittlich"))
    for item in sentence.claims:
        assert f"{item.wert:.1f}".replace(".", ",") in sentence.text
        assert f"{item.stadtwert:.1f}".replace(".", ",") in sentence.text


def test_a_sentence_off_average_prints_at_most_three_pairs_and_names_every_indicator(data: Data) -> None:
    altendorf = next(s for s in text.at_a_glance(analyse(data, "07")) if s.text.startswith("Weit über"))
    assert len(altendorf.claims) == 8
    assert altendorf.text.count(" gegenüber ") == 3
    assert altendorf.text.count("Anteil") == 3  # one in each class with its values, the others under one word
    analysis = analyse(data, "29")
    werden = next(s for s in text.at_a_glance(analysis) if s.text.startswith("Unterdurchschnittlich"))
    rows = {item: analysis.row(item.indikator) for item in werden.claims}
    far = sorted(werden.claims, key=lambda item: -abs(rows[item]["differenz"]) / rows[item]["streuung"])
    printed = [f"({item.wert:.1f}".replace(".", ",") in werden.text for item in far]
    assert printed == [True, True, True, False, False]
    assert ", außerdem die Anteile der " in werden.text


def test_what_cannot_be_judged_does_not_deny_published_values(data: Data) -> None:
    last = {area: text.at_a_glance(analyse(data, area))[-1].text for area in ("21", "27", "essen")}
    assert last["21"].endswith("Dazu liegen hier keine Daten für die Stadtteile vor.")
    assert last["27"].endswith("Dazu liegen hier nur einzelne veröffentlichte Werte vor.")
    assert last["essen"].startswith("Für die Stadtteile nicht beurteilen lassen sich die Anteile der Alleinerziehenden")
    assert last["essen"].endswith("Dazu liegen hier nur einzelne veröffentlichte Werte vor.")


def test_title_of_the_profile_counts_what_is_not_clear(data: Data) -> None:
    assert text.profile_words(analyse(data, "21"))["title"].endswith("3 darüber oder darunter, 6 nicht eindeutig")


def test_what_takes_the_place_of_a_gap_is_said_once(data: Data) -> None:
    analysis = analyse(data, "21")
    printed = [text.missing(analysis, key) for key in "BCHIK"] + [item.text for item in text.unknowns(analysis)]
    assert sum("Sobald" in words for words in printed) == 1


def test_titles_claim_only_what_the_class_allows(analysis: Analysis) -> None:
    for item in text.claims(analysis):
        title = text.strip_title(analysis, item.indikator)
        stated = [word for word in FINDINGS.values() if word in title]
        assert stated == ([FINDINGS[item.klasse]] if item.klasse in FINDINGS else [])
        assert ("nicht eindeutig" in title) == (item.klasse == UNCLEAR)
        assert not FORBIDDEN.search(title)


def test_alternative_texts_agree_with_the_table(analysis: Analysis) -> None:
    for item in text.claims(analysis):
        words = text.strip_words(analysis, item.indikator)
        shown = set(words["table"]["Wert"])
        assert any(value in words["alt"] for value in shown)
        if analysis.gebiet.ebene != "stadt":
            own = words["table"].loc[analysis.gebiet.label, "Wert"]
            assert (own if item.wert == item.wert else "keine Angabe") in words["alt"]


def test_alternative_texts_are_all_different(analysis: Analysis) -> None:
    alts = [text.strip_words(analysis, item.indikator)["alt"] for item in text.claims(analysis)]
    assert len(set(alts)) == len(alts)


def test_withheld_values_are_never_printed(data: Data) -> None:
    analysis = analyse(data, "33")
    words = text.strip_words(analysis, "alleinerziehendenquote_2011")
    assert "kein belastbarer Wert" in words["title"]
    assert words["table"].loc["Byfang", "Wert"] == "keine Angabe"
    assert any("Nicht belastbar" in line.text for line in text.unknowns(analysis))


def test_what_is_missing_says_who_publishes_it(data: Data) -> None:
    analysis = analyse(data, "21")
    gaps = {"H": "Arbeitslosen", "I": "existenzsichernden", "K": "Gymnasium", "B": "bulgarischen"}
    for chapter, word in gaps.items():
        assert word in text.missing(analysis, chapter)
        assert "Veröffentlicht in: Stadt Essen" in text.missing(analysis, chapter)
    assert text.missing(analysis, "M") == ""


def test_published_single_values_stay_single(data: Data) -> None:
    schuir = analyse(data, "27")
    assert "36,1\u00a0%" in text.published_values(schuir, "I")[0].text
    assert "Kloster" in text.area_note(schuir)[0].text
    assert text.published_values(analyse(data, "21"), "I") == []
    assert all("Veröffentlichter Einzelwert" in s.text for s in text.published_values(analyse(data, "essen"), "H", "I"))


def test_single_schools_never_appear_with_their_level(data: Data) -> None:
    analysis = analyse(data, "21")
    schools = data.einrichtungen[data.einrichtungen["art"] == "schule"]["name"]
    levels = " ".join(sentence.text for sentence in text.school_levels(analysis))
    assert not any(name in levels for name in schools)
    assert "0 mit Stufe 1–3, 2 mit Stufe 4–6 und 1 mit Stufe 7–9" in levels


def test_schlosspark_is_in_borbeck_mitte(data: Data) -> None:
    assert text.park_names(analyse(data, "21")) == ["Schlosspark Borbeck (etwa 42 ha)"]
    assert "Schlosspark Borbeck" in text.infrastructure_words(analyse(data, "IV"))["alt"]
    assert text.park_names(analyse(data, "05")) == ["Stadtgarten (knapp 7 ha)"]


def test_evidence_has_a_row_for_every_reference(analysis: Analysis) -> None:
    rows = set(text.evidence(analysis).index)
    used = {str(item.nummer) for sentence in text.at_a_glance(analysis) for item in sentence.claims}
    assert used <= rows


def test_tables_do_not_leak_missing_markers(analysis: Analysis) -> None:
    frames = [
        text.evidence(analysis),
        text.methods(analysis),
        text.neighbours(analysis, text.COMPARED),
        text.supply(analysis),
        text.area_table(analysis),
        text.class_counts(analysis),
        text.facilities(analysis, "kita", "park", "platz"),
        text.quality_table(analysis.data),
    ]
    for frame in frames:
        cells = [str(cell) for row in frame.reset_index().to_numpy() for cell in row]
        assert not any(cell in ("nan", "None", "NaN", "<NA>") for cell in cells)
