"""Sentences, titles and tables: right grammar, right numbers, never more than the class rule allows."""

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum import figures, text
from sozialraum.city.access import INDEX_GROUPS
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import AVERAGE, UNCLEAR, Analysis, analyse
from sozialraum.compare.wert import Wert
from sozialraum.figures.output import recorded
from sozialraum.publish import export
from sozialraum.style.grammar import SHARE, joined_bei, to_phrase, upper_first
from sozialraum.supply.series import published_together
from sozialraum.text.findings import FINDINGS

FORBIDDEN = re.compile(r"\b(Gebiet|Problem|Brennpunkt|schlecht|nan|None|NaN)\b")
ROOT = Path(__file__).resolve().parent.parent
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
    assert joined_bei(phrases) == "bei der Dichte sowie bei den Anteilen der A und der B"
    assert joined_bei(["bei der Dichte"]) == "bei der Dichte"


@given(st.lists(st.sampled_from(["beim Anteil der A", "bei der B", "beim Anteil der C", "bei D"]), min_size=1))
def test_joined_phrases_name_shares_at_most_once(phrases: list[str]) -> None:
    shares = sum(phrase.startswith(SHARE) for phrase in phrases)
    joined = joined_bei(phrases)
    assert (joined.count(SHARE), joined.count("bei den Anteilen")) == (int(shares == 1), int(shares > 1))


@pytest.mark.parametrize(
    ("gebiet", "phrase"),
    [("35", "zu Kray"), ("02", "zum Ostviertel"), ("01", "zum Stadtkern"), ("41", "zur Margarethenhöhe"),
     ("IV", "zum Stadtbezirk IV"), ("essen", "zu Essen")],
)  # fmt: skip
def test_ways_to_a_place_follow_german_grammar(data: Data, gebiet: str, phrase: str) -> None:
    assert to_phrase(data.register.by_id(gebiet)) == phrase
    assert phrase in text.evidence_caption(analyse(data, gebiet))


def test_first_page_has_few_plain_sentences(analysis: Analysis) -> None:
    assert 1 <= len(text.clear_differences(analysis)) <= 3
    assert 1 <= len(text.open_points(analysis)) <= 3
    for sentence in text.at_a_glance(analysis):
        assert sentence.text[0].isupper() or sentence.text[0].isdigit()
        assert sentence.text.endswith(".")
        assert not FORBIDDEN.search(sentence.text)
        assert "  " not in sentence.text
        assert ".." not in sentence.text


def test_first_page_names_the_area_and_no_other_report(analysis: Analysis, data: Data) -> None:
    first = text.at_a_glance(analysis)[0].text
    assert analysis.gebiet.in_phrase in first or upper_first(analysis.gebiet.in_phrase) in first
    together = published_together(data, analysis.gebiet.id)
    here = {analysis.gebiet.name, *(data.register.by_id(key).name for key in (together[0] if together else ()))}
    others = {area.name for area in data.register.of_level("stadtteil")} - here
    assert not any(re.search(rf"\b{re.escape(name)}\b", first) for name in others)


@pytest.mark.parametrize(
    ("gebiet", "phrase"),
    [
        ("35", "In Kray leben"),
        ("02", "Im Ostviertel leben"),
        ("01", "Im Stadtkern leben"),
        ("41", "Auf der Margarethenhöhe leben"),
        ("IV", "Im Stadtbezirk IV leben"),
        ("essen", "In Essen lebten am Stichtag des Zensus (15.05.2022) 571.039 Menschen"),
    ],
)
def test_grammar_of_places(data: Data, gebiet: str, phrase: str) -> None:
    assert phrase in text.at_a_glance(analyse(data, gebiet))[0].text


def test_differences_are_the_farthest_clear_ones_one_per_chapter(data: Data) -> None:
    for area in data.register.of_level("stadtteil"):
        analysis = analyse(data, area.id)
        off = [item for item in analysis.known if item.klasse in FINDINGS and item.klasse != AVERAGE]
        told = text.clear_differences(analysis)
        if not off:
            assert [one.text for one in told] == ["Kein Wert unterscheidet sich klar vom Stadtwert."]
            continue
        items = [item for one in told for item in one.claims]
        assert items[0] == max(off, key=lambda item: item.apart)
        chapters = [item.eintrag.kapitel for item in items if item.indikator not in text.AGES]
        assert len(set(chapters)) == len(chapters)
        assert len(items) == min(3, len({item.eintrag.kapitel for item in off} | _ages_apart(off)))
        assert all(item.text() in one.text and item.city_text in one.text for one in told for item in one.claims)


def _ages_apart(off: list[Wert]) -> set[str]:
    """One topic more where age groups and something else of the same chapter differ."""
    ages = [item for item in off if item.indikator in text.AGES]
    others = {item.eintrag.kapitel for item in off if item not in ages}
    return {"ages"} if ages and ages[0].eintrag.kapitel in others else set()


def test_people_are_told_with_their_ages_as_counts(data: Data) -> None:
    for area in data.register.of_level("stadtteil"):
        people = " ".join(one.text for one in dict(text.facts(analyse(data, area.id)))["Menschen"])
        assert re.search(r"Davon sind rund [\d.]+ unter 15 und rund [\d.]+ ab 65 Jahre alt\.", people)


@pytest.mark.parametrize("gebiet", ["21", "27", "33", "IV", "essen"])
def test_distance_is_never_worded_as_supply(data: Data, gebiet: str) -> None:
    analysis = analyse(data, gebiet)
    words = " ".join(s.text for s in [*text.at_a_glance(analysis), *text.reach_note(analysis)])
    entries = " ".join(
        part for key, entry in analysis.katalog.items() if key.startswith("reichweite_")
        for part in (entry.titel, entry.subjekt, entry.bei, entry.definition, entry.methode, entry.grenzen)
    )  # fmt: skip
    assert re.findall(r"haben eine|hat eine|fehlen|[Vv]ersorg|erreichen", words + entries) == []
    assert "Über Plätze, Träger, Aufnahmealter und den Wunsch der Eltern sagt das nichts." in words


def test_reach_of_kitas_and_schools_counts_children_and_names_other_limits(data: Data) -> None:
    said = [sentence.text.replace("\u00a0", " ") for sentence in text.reach_note(analyse(data, "21"))]
    cells = data.raster[data.raster["gebiet_id"] == "21"]
    children = int(cells["unter_15"].sum())
    for metres, words in (
        (500, "Für {} % der Kinder unter 15"),
        (400, "Bei 400 m sind es {} %"),
        (600, "bei 600 m {} %"),
    ):
        near = cells.loc[cells["gehweg_kita_m"] <= metres, "unter_15"].sum() / children * 100
        wanted = words.format(f"{near:.1f}".replace(".", ","))
        assert any(wanted in sentence for sentence in said), wanted
    assert any("der Menschen (rund" in sentence and "Haltestelle" in sentence for sentence in said)


def test_a_one_sided_interval_says_why_it_reaches_up(data: Data) -> None:
    words = " ".join(sentence.text for sentence in text.reach_note(analyse(data, "27")))
    assert "es kann den Anteil nur erhöhen, deshalb reicht die Spanne nach oben weiter" in words


@pytest.mark.parametrize("gebiet", ["21", "27", "12", "50", "IV", "essen"])
def test_the_first_page_stays_useful_when_the_census_is_too_old(data: Data, gebiet: str) -> None:
    analysis = analyse(data, gebiet, issued="2027-06-01")
    points = [sentence.text for sentence in text.open_points(analysis)]
    assert points[0].startswith("Die Daten vom 15.05.2022 sind am 01.06.2027 älter als 5 Jahre")
    assert "Neuere Tabellen zu Fläche, Bevölkerung und Wanderung (Kapitel A, B und E von" in points[0]
    assert not any(
        item.indikator.startswith("geboren") for one in text.clear_differences(analysis) for item in one.claims
    )
    assert any(
        "Menschen (Zensus-Schätzung 2022)" in one.text or gebiet == "essen" for one in text.at_a_glance(analysis)
    )


@pytest.mark.parametrize("gebiet", ["IV", "IX", "essen"])
def test_a_larger_area_compares_its_stadtteile_and_counts_no_classes(data: Data, gebiet: str) -> None:
    analysis = analyse(data, gebiet)
    ranges = [sentence.text.replace("\u00a0", " ") for sentence in text.clear_differences(analysis)]
    assert len(ranges) == 3
    assert all(
        re.search(r": von −?[\d.,]+ .* (in|im|auf der) .* bis −?[\d.,]+ .* (in|im|auf der) ", one) for one in ranges
    )
    said = " ".join(sentence.text for sentence in text.at_a_glance(analysis))
    assert not re.search(r"durchschnittlich|\d+ von \d+ (Werten|Indikatoren|Stadtteilen)", said)


def test_the_turnout_of_a_stadtbezirk_names_its_ends(data: Data) -> None:
    said = " ".join(sentence.text for sentence in text.at_a_glance(analyse(data, "IV"))).replace("\u00a0", " ")
    assert "Wahlbeteiligung von 48,3 % in Bergeborbeck bis 69,2 % in Schönebeck" in said


def test_every_published_value_of_a_gap_stands_among_the_key_figures_of_the_social_situation(data: Data) -> None:
    values = data.einzelwerte[data.einzelwerte["indikator"] != ""]
    assert len(values) == 13
    for row in values.to_dict("records"):
        said = " ".join(one.text for one in text.social(analyse(data, row["gebiet"])))
        assert row["bezeichnung"] in said
        assert f"{row['wert']:g}".replace(".", ",") in said


def test_each_gap_is_told_once(analysis: Analysis) -> None:
    gaps = [key for key, entry in analysis.katalog.items() if not entry.verfuegbar]
    told = [one for one in text.social(analysis) if {("luecke", key) for key in gaps} <= set(one.refs)]
    assert [one.text.endswith("von der Stadt veröffentlicht, hier noch nicht eingelesen.") for one in told] == [True]
    assert all(analysis.katalog[key].kurztitel.casefold() in told[0].text.casefold() for key in gaps)
    others = [*text.withheld(analysis), *text.open_points(analysis), *text.statements(analysis)]
    assert not [one for one in others if {("luecke", key) for key in gaps} & set(one.refs)]


def test_institutions_are_named_before_the_first_number_and_without_a_cause(data: Data) -> None:
    with recorded() as bundles:
        figures.overview(analyse(data, "27"))
    html = bundles[0]["text/html"]
    assert html.index("Kloster") < html.index("Unterschiede zum Stadtwert")
    assert "Diese Analyse stellt keinen Bedarf fest." in html
    notes = " ".join(note["text"] for note in data.stadt["besonderheiten"].values())
    assert not re.search(r"\b([Dd]eshalb|[Dd]aher|weil|führt|Grund)\b", notes)
    assert "Kloster" in notes.split("36,1")[0]


def test_title_of_the_profile_names_clear_differences_and_counts_no_classes(data: Data) -> None:
    for area in data.register.of_level("stadtteil"):
        analysis = analyse(data, area.id)
        title = figures.profile(analysis).title
        assert not re.search(r"\d+ von \d+|eingestuften", title)
        off = [item for item in analysis.known if item.klasse in FINDINGS and item.klasse != AVERAGE]
        assert ("klare Unterschiede zum Stadtwert" in title) == bool(off)
    assert "bei der Einwohnerdichte" in figures.profile(analyse(data, "21")).title


def test_titles_claim_only_what_the_class_allows(analysis: Analysis) -> None:
    for item in analysis.known:
        title = figures.dotplot(analysis, item.indikator).title
        stated = [word for word in FINDINGS.values() if word in title]
        assert stated == ([FINDINGS[item.klasse]] if item.klasse in FINDINGS else [])
        assert ("nicht eindeutig" in title) == (item.klasse == UNCLEAR)
        assert not FORBIDDEN.search(title)


def test_alternative_texts_agree_with_the_table(analysis: Analysis) -> None:
    for item in analysis.known:
        words = figures.dotplot(analysis, item.indikator)
        shown = set(words.table["Wert"])
        assert any(value in words.alt for value in shown)
        if analysis.gebiet.ebene != "stadt":
            own = words.table.loc[analysis.gebiet.label, "Wert"]
            assert (own if item.wert == item.wert else "keine Angabe") in words.alt


def test_alternative_texts_are_all_different(analysis: Analysis) -> None:
    alts = [figures.dotplot(analysis, item.indikator).alt for item in analysis.known]
    assert len(set(alts)) == len(alts)


def test_withheld_values_are_never_printed(data: Data) -> None:
    analysis = analyse(data, "33")
    words = figures.dotplot(analysis, "alleinerziehendenquote_2011")
    assert "kein belastbarer Wert" in words.title
    assert words.table.loc["Byfang", "Wert"] == "keine Angabe"
    assert any("Nicht belastbar" in line.text for line in text.withheld(analysis))


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


def test_a_single_grundschule_is_not_seen_with_its_level_or_its_pupils(data: Data) -> None:
    public = data.indikatoren.set_index(["indikator", "gebiet_id"])["wert"]
    keys = [*INDEX_GROUPS, "grundschulkinder"]
    alone = [area.id for area in data.register.of_level("stadtteil") if public["grundschulen", area.id] == 1]
    assert len(alone) > 10
    for area in alone:
        analysis = analyse(data, area)
        assert public.loc[keys].loc[:, area].notna().all()  # the public table holds them
        assert all(pd.isna(analysis.row(key)["wert"]) and pd.isna(analysis.row(key)["zaehler"]) for key in keys)
        assert all(analysis.row(key)["hinweis"].startswith("Nur eine Grundschule") for key in keys)
        said = " ".join(sentence.text for sentence in text.school_levels(analysis))
        assert "Schülerzahl einer einzelnen Schule werden nicht genannt" in said
        assert "mit Stufe" not in said
        assert set(text.evidence(analysis).loc[[str(analysis[key].nummer) for key in keys], "Wert"]) == {"keine Angabe"}
        assert [row["Wert"] for row in export.rows(analysis, indikatoren=keys, gebiete=[area])] == [None] * len(keys)


def test_pupils_and_kitas_for_the_youngest_are_told(data: Data) -> None:
    analysis = analyse(data, "21")
    levels = " ".join(sentence.text for sentence in text.school_levels(analysis))
    assert "rund 695 Schülerinnen und Schüler (Schuljahr 2024/25)" in levels
    assert "nehmen 4 der 9 Schulen aller Formen teil" in levels
    assert "alle 7 Kitas Kinder unter drei Jahren" in " ".join(s.text for s in text.young_children(analysis))
    assert text.young_children(analyse(data, "27")) == []


INCOMPLETE = ("Platz", "Park", "Wochenmarkt", "Krankenhaus", "Pflegeeinrichtung", "Anlaufstelle")


def test_an_incomplete_list_never_prints_0(data: Data) -> None:
    for area in data.register:
        table = text.supply(analyse(data, area.id))
        cells = table.loc[list(INCOMPLETE)].iloc[:, :2].to_numpy().ravel()
        assert all(cell == "nicht erfasst" or cell.startswith("mindestens ") for cell in cells)
        assert "0" not in {cell.removeprefix("mindestens ") for cell in cells}
    parks = {area.name: text.supply(analyse(data, area.id)).loc["Park", area.label] for area in
             data.register.of_level("stadtteil")}  # fmt: skip
    known = {name for name, cell in parks.items() if cell == "mindestens 1"}
    assert known == {"Borbeck-Mitte", "Südviertel", "Werden", "Stoppenberg", "Leithe"}
    assert set(parks.values()) == {"mindestens 1", "nicht erfasst"}
    assert text.supply(analyse(data, "essen")).loc["Park", "Essen"] == "mindestens 7"


def test_closed_hospitals_and_stops_under_construction_are_named_and_never_counted(data: Data) -> None:
    stoppenberg = analyse(data, "38")
    assert text.supply(stoppenberg).loc["Krankenhaus", "Stoppenberg"] == "nicht erfasst"
    listed = text.more_places(stoppenberg)
    note = listed.loc["Katholisches Klinikum Essen - St. Vincenz Krankenhaus", "Hinweis"]
    assert note.startswith("geschlossen 31.12.2020")
    assert note.endswith("zählt nicht mit")
    assert text.supply(analyse(data, "essen")).loc["Krankenhaus", "Essen"] == "mindestens 14"
    bochold = analyse(data, "22")
    assert "4\u00a0Haltestellen der Citybahn" in text.not_counted(bochold)[0].text
    assert (
        bochold.row("haltestellen")["wert"]
        == (data.einrichtungen["art"] == "haltestelle")[bochold.inside(data.einrichtungen)].sum()
    )


def test_markets_say_days_and_hours_in_german(data: Data) -> None:
    row = text.more_places(analyse(data, "21"), "markt").loc["Neuer Markt"]
    assert (row["Hinweis"], row["Stand"]) == ("dienstags und freitags 8 bis 13 Uhr", "Juli 2026")


def test_offers_stand_in_every_report_that_they_name(data: Data) -> None:
    def areas(kind: str, place: str) -> list[str]:
        offers = {area.name: text.offers(analyse(data, area.id)) for area in data.register.of_level("stadtteil")}
        return [name for name, found in offers.items() if (found.loc[found.index == kind, "Bereich"] == place).any()]

    assert areas("Quartiermanagement", "Katernberg/Zollverein") == ["Schonnebeck", "Stoppenberg", "Katernberg"]
    there = data.angebote.loc[["qm-borbeck", "krim-borbeck", "qhm-08", "bg-iv"]]
    assert text.offers(analyse(data, "21"))["Bereich"].tolist() == [*there["bereich"], ""]
    borbeck = text.offers(analyse(data, "21")).iloc[0]
    assert borbeck["Seit"] == "2024"
    assert borbeck["Stelle"] == "Stadtteilbüro Borbeck, Germaniaplatz 3 (Büro: beschlossen, noch nicht eröffnet)"
    assert "etwa 156 m²" in borbeck["Hinweis"]
    assert borbeck["Hinweis"].endswith("Eröffnungstermin nicht bekannt")
    assert borbeck["Quelle"].endswith("1577530, Stand 24.09.2025")
    assert text.offers(analyse(data, "07")).iloc[0][["Seit", "Bis"]].tolist() == ["spätestens 22.06.2021", "2026"]
    assert "noch nicht eingerichtet" in text.offers(analyse(data, "11"))["Seit"].tolist()


def test_every_area_has_its_contact_points_once_and_none_says_that_something_lacks(data: Data) -> None:
    city = analyse(data, "essen")
    places = data.einrichtungen
    contact = places[places["art"].str.startswith("anlaufstelle")]
    listed = text.offers(city)["Stelle"]
    for name, street in zip(contact["name"], contact["adresse"], strict=True):
        assert listed.str.contains(re.split("[Ss]tr", street)[0], regex=False).any(), name
    assert not listed[listed != "–"].duplicated().any()
    whole = text.offers(city)
    keepers = whole.loc["Quartiershausmeister"]
    assert not keepers.drop(columns="Bereich").duplicated().any()  # alike but for the area: one row
    assert " und ".join(keepers["Bereich"]).count("Frintrop") == 1
    assert "Dellwig, Frintrop, " in " ".join(keepers["Bereich"])
    assert listed.str.contains("Mülheimer").sum() == 1  # the office and the contact point are one house
    assert text.offers(analyse(data, "45")).index.tolist() == ["Quartiermanagement", "Bürgerzentrum"]
    for area in data.register.of_level("stadtteil"):
        analysis = analyse(data, area.id)
        found, said = text.offers(analysis), text.offers_note(analysis)
        assert (found["Quelle"] != "").all()
        assert (len(said) == 5) == bool(set(found.index) & set(data.angebote["art"]))
        assert all(len(sentence.split()) <= 30 for item in said for sentence in item.text.split(". "))
        assert not any("fehl" in item.text for item in said)
    assert text.offers_note(analyse(data, "27"))[0].text.startswith(
        "Quartiermanagement und verwandte Angebote sind in "
    )
    assert "Anlaufstellen stehen in der Liste" in text.offers_note(analyse(data, "10"))[0].text
    assert not text.offers(analyse(data, "essen")).astype(str).apply(lambda c: c.str.contains("Gebiet")).any(axis=None)


def test_a_figure_without_a_documented_date_is_without_date(data: Data) -> None:
    words = {area: " ".join(s.text for s in text.published_figures(analyse(data, area))) for area in ("10", "47", "II")}
    assert "erreicht nicht die Hälfte der Quote" in words["10"]
    assert words["10"].count("ohne Datum") == 3
    assert "besonders viel (rund das Dreifache der Quote)" in words["47"]
    assert "Einwohner über 18 je Hausarzt: 853; 55,5 Kassensitze" in words["II"]
    assert "versorgt" not in " ".join(words.values())
    assert text.published_figures(analyse(data, "21")) == []


def test_bicycle_accidents_are_counts_of_two_years(data: Data) -> None:
    said = text.not_counted(analyse(data, "21"))[-1].text
    assert "12 im Jahr 2019 und 16 im Jahr 2020" in said
    assert "je 1.000" not in said


def test_schlosspark_is_in_borbeck_mitte(data: Data) -> None:
    assert text.park_names(analyse(data, "21")) == ["Schlosspark Borbeck (etwa 42 ha)"]
    assert "Schlosspark Borbeck" in figures.facility_map(analyse(data, "IV")).alt
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


def test_a_doubtful_value_is_to_be_settled(data: Data) -> None:
    doubt = text.open_points(analyse(data, "12"))[0].text
    assert doubt.startswith("Wahlbeteiligung an der Europawahl 2024: 70,5")
    assert "Vermutlich zu niedrig" in doubt


def test_old_values_are_not_called_without_a_difference(data: Data) -> None:
    title = figures.profile(analyse(data, "21", issued="2027-06-01")).title
    assert title == "Borbeck-Mitte: Die meisten Werte sind für eine Einordnung zu alt"
