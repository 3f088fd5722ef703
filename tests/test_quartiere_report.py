"""Own areas on the command line, in maps, charts and texts, and on a rendered page."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from data_fixtures import Sozialraum
from quartier_fixtures import box, on_grid, write_outlines
from sozialraum import figures, text
from sozialraum.city.load import CRS_GRID, Data
from sozialraum.city.own_areas import quartiere
from sozialraum.city.own_areas.definitions import Definition
from sozialraum.city.own_areas.layer import with_areas
from sozialraum.compare import analysis as compare
from sozialraum.supply import workspace


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Two areas of whole Stadtteile and a gap."""
    path = tmp_path / "quartiere.yml"
    path.write_text(
        "quartiere:\n  hang:\n    name: Am Hang\n    quelle: Rat\n    stadtteile: [1, 4]\n"
        "  feld:\n    name: Feld\n    quelle: Rat\n    fehlt: Es gibt keinen Umriss.\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(params=["whole", "cut"])
def analysis(request: pytest.FixtureRequest, musterstadt_data: Data) -> compare.Analysis:
    """A Quartier of three whole Stadtteile, and one that cuts four."""
    if request.param == "whole":
        one = Definition("Probe", "Probe", quelle="Test", stadtteile=("02", "04", "05"))
        return compare.analyse(with_areas(musterstadt_data, drawn=(one,), shipped=False), "Probe")
    return compare.analyse(quartiere.from_polygon(musterstadt_data, box(300, 1300, 1800, 2800), name="Probe"), "Probe")


def test_list_and_values_show_own_areas(sozialraum: Sozialraum, own: Path) -> None:
    status, out, _ = sozialraum("areas", "--areas", str(own))
    assert status == 0
    assert re.search(r"^q-hang +Am Hang +Quartier +I, II$", out, re.MULTILINE)
    assert re.search(r"^q-feld +Feld +Quartier +Abgrenzung liegt nicht vor$", out, re.MULTILINE)
    listed = json.loads(sozialraum("areas", "--json", "--areas", str(own))[1])
    assert listed[-1] == {
        "id": "q-hang", "ebene": "quartier", "nummer": 0, "name": "Am Hang", "label": "Am Hang", "stadtbezirk_id": None,
        "slug": "hang",
    }  # fmt: skip
    rows = json.loads(sozialraum("indicators", "--areas", str(own), "--gebiet", "am hang", "--format", "json")[1])
    people = next(row for row in rows if row["indikator"] == "einwohner")
    assert (people["gebiet_id"], people["ebene"], people["wert"], people["rang"]) == ("q-hang", "quartier", 2200, None)


def test_the_environment_names_own_areas_too(
    sozialraum: Sozialraum, own: Path, monkeypatch: pytest.MonkeyPatch, musterstadt_dir: Path
) -> None:
    monkeypatch.setenv("SOZIALRAUM_AREAS", str(own))
    assert "q-hang" in sozialraum("areas")[1]
    assert workspace.open_data(musterstadt_dir).environment["SOZIALRAUM_AREAS"] == str(own)


def test_a_bad_file_or_a_gap_renders_nothing(sozialraum: Sozialraum, own: Path, tmp_path: Path) -> None:
    out = tmp_path / "reports"
    status, _, error = sozialraum("render", "--areas", str(own), "feld", "--out", str(out))
    assert (status, out.exists()) == (2, False)
    assert "Feld: Abgrenzung liegt nicht vor. Es gibt keinen Umriss." in error
    bad = write_outlines(tmp_path / "u.geojson", on_grid(20000, 0, 21000, 900), crs=CRS_GRID)
    status, _, error = sozialraum("render", "--areas", str(bad), "--out", str(out))
    assert (status, out.exists()) == (2, False)
    assert "liegt außerhalb von Musterstadt" in error
    status, _, error = sozialraum("areas", "--areas", str(tmp_path / "weg.gpkg"))
    assert status == 2
    assert "gibt es nicht" in error


def test_a_file_of_outlines_is_rendered_from_end_to_end(
    sozialraum: Sozialraum, musterstadt_copy: Path, tmp_path: Path
) -> None:
    path = write_outlines(tmp_path / "u.gpkg", on_grid(300, 1300, 1800, 2800), name=["Alter <Hof>"])
    out = tmp_path / "reports"
    status, printed, error = sozialraum(
        "render", "--areas", str(path), "--out", str(out), "--data", str(musterstadt_copy)
    )
    assert status == 0, error + printed
    page = (out / "quartier" / "alter-hof.html").read_text(encoding="utf-8")
    words = " ".join(unescape(re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)).split())
    for said in (
        "Quartiersanalyse Alter <Hof>",
        "Im Quartier Alter <Hof> leben rund",
        "Der Umriss schneidet Stadtteile an",
        "Abgrenzung: Datei u.gpkg, Stand nicht dokumentiert.",
        "Das Quartier umfasst einen Teil von Nordwest, Nord-Mitte, Westend und Altstadt.",
        "Liegt nicht vor: Der Wert lässt sich nicht auf Teile von Stadtteilen aufteilen",
    ):
        assert said in words, said
    assert "<Hof>" not in page
    record = json.loads((out / "build.json").read_text(encoding="utf-8"))
    assert [entry["gebiet_id"] for entry in record["reports"]] == ["q-alter-hof", "musterstadt"]
    assert "alter-hof.html" in (out / "index.html").read_text(encoding="utf-8")


def test_every_drawing_copes_with_a_quartier(analysis: compare.Analysis) -> None:
    entry = analysis.katalog["anteil_unter_15"]
    drawn = [
        figures.locator(analysis).drawing,
        figures.facility_map(analysis).drawing,
        figures.choropleth(analysis, entry.id).drawing,
        figures.profile(analysis).drawing,
        figures.comparison(analysis, entry.id).drawing,
        *(figures.dotplot(analysis, indikator).drawing for indikator in analysis.table.index.unique("indikator")),
    ]
    assert not [figure.body for figure in drawn if re.search(r"\bnan\b", figure.body, re.IGNORECASE)]
    assert "Probe" in figures.dotplot(analysis, entry.id).drawing.body
    assert "Probe" in figures.comparison(analysis, entry.id).drawing.body
    assert figures.facility_map(analysis).karte.legend is None


def test_a_long_name_leaves_room_for_the_drawing(musterstadt_data: Data) -> None:
    name = "Bereich der Quartiershausmeister im Norden"
    data = quartiere.from_polygon(musterstadt_data, box(300, 1300, 1800, 2800), name=name)
    analysis = compare.analyse(data, name)
    assert (analysis.gebiet.label, analysis.gebiet.kurz) == (name, "Quartier")
    drawn = [figures.comparison(analysis, "anteil_unter_15").drawing, figures.profile(analysis).drawing]
    assert all(name not in figure.body and "Quartier" in figure.body for figure in drawn)
    assert text.neighbours(analysis, ["anteil_unter_15"]).columns[0] == "Quartier"
    longest = max(len(area.kurz) for area in data.register)
    assert longest <= 20


def test_texts_speak_of_a_quartier(analysis: compare.Analysis) -> None:
    assert text.report_title(analysis) == "Quartiersanalyse Probe"
    assert text.subtitle(analysis).text == "Quartier · Stadtbezirke I und II"
    assert "im Quartier Probe" in text.question(analysis)
    note = text.area_note(analysis)[0].text
    assert note == analysis.gebiet.beschreibung
    assert text.area_note(analysis, "I") == []
    glance = " ".join(sentence.text for sentence in text.at_a_glance(analysis))
    cut = bool(analysis.gebiet.angeschnittene)
    assert ("Der Umriss schneidet Stadtteile an" in glance) is cut
    assert "Im Quartier Probe leben" in glance
    assert any("lässt sich nicht auf Teile" in line.text for line in text.withheld(analysis)) is cut
    columns = text.neighbours(analysis, ["anteil_unter_15"]).columns
    assert list(columns[:4]) == ["Probe", "Bezirk I", "Bezirk II", "Musterstadt"]
    everything = " ".join([glance, note, figures.locator(analysis).alt, text.neighbours_caption(analysis)])
    assert "Gebiet" not in everything


def test_the_infrastructure_map_counts_what_lies_inside(musterstadt_data: Data) -> None:
    data = quartiere.from_polygon(musterstadt_data, box(1000, 1500, 1500, 2000), name="Kern")
    analysis = compare.analyse(data, "Kern")
    supply = text.supply(analysis)["Kern"]
    assert supply["Grundschule"] == "1"
    assert supply["Kita"] == "1"
    assert "1\u00a0Kita" in figures.facility_map(compare.analyse(data, "q-kern")).drawing.body


def test_the_areas_that_ship_with_essen() -> None:
    data = workspace.open_data()
    found = {area.id: list(area.ganze) for area in data.register.of_level("quartier")}
    assert found["q-quartiershausmeister-borbeck"] == ["18", "19", "21", "22"]
    assert found["q-quartiermanagement-west"] == ["07", "22"]
    assert found["q-quartiermanagement-nord"] == ["03", "25"]
    assert [gap.name for gap in data.register.luecken] == ["Bergmannsfeld/Hörsterfeld"]
    assert all("Abgrenzung: " in area.beschreibung for area in data.register.of_level("quartier"))
    people = compare.analyse(data, "q-quartiershausmeister-borbeck").row("einwohner")["wert"]
    assert people == sum(compare.analyse(data, "21").row("einwohner", key)["wert"] for key in ("18", "19", "21", "22"))
