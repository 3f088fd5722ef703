"""Planning areas of an office: lasting levels that ``batch.yml`` names, and own areas with unusable names."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
import yaml

from conftest import Opened
from data_fixtures import Sozialraum
from drawings import misplaced
from quartier_fixtures import box, on_grid, write_outlines
from sozialraum import figures, text
from sozialraum.city.load import CRS_GRID, Data
from sozialraum.city.own_areas import planning, quartiere
from sozialraum.compare import analysis as compare
from sozialraum.errors import ParameterError, SchemaError, SourceMissing
from sozialraum.publish.inputs import checksums
from sozialraum.publish.plan import MAIN, plan, read_batch
from sozialraum.supply import workspace

ROOT = Path(__file__).resolve().parent.parent
ASD = "quartiere:\n" + "".join(
    f"  {key}: {{name: {name}, stadtteile: [{parts}]}}\n"
    for key, name, parts in (("nord", "Nord", "1, 2, 3"), ("west", "Westend", "4, 5"), ("rest", "Rest", "6, 7, 8, 9"))
)


def project(folder: Path, *entries: dict[str, str]) -> Path:
    """A ``batch.yml`` with the notebooks of the project and some levels of planning areas."""
    path = folder / "batch.yml"
    text_ = (ROOT / "batch.yml").read_text(encoding="utf-8")
    section = yaml.safe_dump({"planungsraeume": list(entries)}, allow_unicode=True) if entries else ""
    path.write_text(f"{text_}\n{section}", encoding="utf-8")
    return path


def kitas(folder: Path, *, names: tuple[str, ...] = ("1", "2")) -> dict[str, str]:
    """Two outlines that meet in the middle of Musterstadt and cut its Stadtteile."""
    shapes = on_grid(0, 0, 1500, 3000), on_grid(1500, 0, 3000, 3000)
    write_outlines(folder / "kita.gpkg", *shapes, crs=CRS_GRID, bezirk=list(names))
    return {"name": "Kita-Planungsbezirke", "datei": "kita.gpkg", "merkmal": "bezirk", "quelle": "Jugendamt"}


@pytest.fixture
def levels(tmp_path: Path) -> Path:
    """Two levels: outlines, and lists of Stadtteile."""
    (tmp_path / "asd.yml").write_text(ASD, encoding="utf-8")
    asd = {"name": "ASD-Bezirke", "datei": "asd.yml", "quelle": "Jugendamt, ASD", "stand": "2025-01-01"}
    return project(tmp_path, kitas(tmp_path), asd)


@pytest.fixture
def planned(musterstadt_data: Data, levels: Path) -> Data:
    return quartiere.lay_over(musterstadt_data, batch=levels)


def words_of(page: Path) -> str:
    source = page.read_text(encoding="utf-8")
    plain = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", source, flags=re.DOTALL)
    return " ".join(unescape(plain).split())


def test_a_level_is_named_in_batch_yml_and_is_there_for_everybody(planned: Data) -> None:
    register = planned.register
    assert [(one.id, one.einzahl, one.artikel) for one in register.planungsebenen] == [
        ("kita-planungsbezirke", "Kita-Planungsbezirk", "der"),
        ("asd-bezirke", "ASD-Bezirk", "der"),
    ]
    assert [area.label for area in register.of_level("asd-bezirke")] == [
        "ASD-Bezirk Nord", "ASD-Bezirk Westend", "ASD-Bezirk Rest",
    ]  # fmt: skip
    area = register.resolve("Kita-Planungsbezirk 1")
    assert (area.id, area.level, area.ebene, area.ebene_label, area.eigenname) == (
        "q-kita-planungsbezirk-1", "kita-planungsbezirke", "quartier", "Kita-Planungsbezirk", "1",
    )  # fmt: skip
    assert register.resolve("Rest") is register.resolve("ASD-Bezirk Rest")
    assert register.resolve("1").id == "01"
    assert register.resolve("Westend").ebene == "stadtteil"
    assert register.siblings(area.id) == ["q-kita-planungsbezirk-1", "q-kita-planungsbezirk-2"]
    assert register.siblings("01") == []
    assert "Der Kita-Planungsbezirk umfasst Nordwest, Westend und Weiler ganz und" in area.beschreibung
    with pytest.raises(ParameterError, match=r"Möglich sind: .*quartier, kita-planungsbezirke, asd-bezirke"):
        register.of_level("sozialbezirke")


def test_the_parts_of_a_level_add_up_to_the_city(planned: Data) -> None:
    table = planned.indikatoren[planned.indikatoren["indikator"] == "einwohner"].set_index("gebiet_id")
    for level in ("kita-planungsbezirke", "asd-bezirke"):
        rows = table.loc[[area.id for area in planned.register.of_level(level)]]
        assert rows["wert"].sum() == pytest.approx(table.at["musterstadt", "wert"], abs=2)
        assert (rows["von"] <= rows["wert"]).all()
        assert (rows["wert"] <= rows["bis"]).all()


def test_without_planning_levels_nothing_changes(musterstadt_data: Data, levels: Path, tmp_path: Path) -> None:
    plain, bare = quartiere.lay_over(musterstadt_data), quartiere.lay_over(musterstadt_data, batch=ROOT / "batch.yml")
    assert bare.environment == plain.environment == musterstadt_data.environment
    assert bare.files == plain.files
    assert checksums(bare) == checksums(plain)
    planned = quartiere.lay_over(musterstadt_data, batch=levels)
    assert planned.environment["SOZIALRAUM_BATCH"] == str(levels)
    before = checksums(planned)
    levels.write_text(levels.read_text(encoding="utf-8").replace("Jugendamt, ASD", "Amt 51"), encoding="utf-8")
    after = checksums(quartiere.lay_over(musterstadt_data, batch=levels))
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == ["planungsraeume"]
    levels.write_text(levels.read_text(encoding="utf-8").replace("Wie belastbar", "Wie sicher"), encoding="utf-8")
    assert checksums(quartiere.lay_over(musterstadt_data, batch=levels)) == after


def test_all_areas_of_a_level_stand_beside_one_another(planned: Data) -> None:
    analysis = compare.analyse(planned, "ASD-Bezirk Westend")
    assert text.report_title(analysis) == "Analyse ASD-Bezirk Westend"
    assert text.subtitle(analysis).text == "ASD-Bezirke · Stadtbezirk II"
    table = text.neighbours(analysis, ["einwohner", "anteil_unter_15"])
    assert list(table.index) == ["ASD-Bezirk Nord", "ASD-Bezirk Westend", "ASD-Bezirk Rest", "Musterstadt"]
    assert text.neighbours_caption(analysis) == "Alle ASD-Bezirke und Musterstadt"
    words = figures.comparison(analysis, "anteil_unter_15")
    assert words.title.endswith("im Vergleich der ASD-Bezirke")
    assert all(name in words.alt for name in ("ASD-Bezirk Nord", "ASD-Bezirk Rest"))
    drawn = figures.comparison(analysis, "anteil_unter_15").drawing.body
    assert all(f">{name}<" in drawn for name in ("Nord", "Westend", "Rest"))
    assert text.statements_title(analysis) == "Aussagen zu diesem ASD-Bezirk"


def test_a_number_of_a_planning_area_stays_in_its_label_and_apart_from_the_value(
    musterstadt_data: Data, tmp_path: Path
) -> None:
    kita = kitas(tmp_path, names=("3", "12"))
    long = {**kita, "name": "Jugendhilfeplanungsbezirke", "einzahl": "Jugendhilfeplanungsbezirk", "artikel": "der"}
    data = quartiere.lay_over(musterstadt_data, batch=project(tmp_path, kita, long))
    kurz = {area.label: area.kurz for level in ("kita-planungsbezirke", "jugendhilfeplanungsbezirke")
            for area in data.register.of_level(level)}  # fmt: skip
    assert kurz == {
        "Kita-Planungsbezirk 3": "Kita-Planungsbezirk 3",
        "Kita-Planungsbezirk 12": "Kita-Planungsbezirk 12",
        "Jugendhilfeplanungsbezirk 3": "Jugendhilfeplanungsbe… 3",
        "Jugendhilfeplanungsbezirk 12": "Jugendhilfeplanungsb… 12",
    }
    for label, short in kurz.items():
        analysis = compare.analyse(data, label)
        for key in ("dichte_je_km2", "anteil_unter_15"):
            figure = figures.dotplot(analysis, key).drawing
            assert f">{short}: " in figure.body
            assert misplaced(figure) == []
        assert misplaced(figures.age_groups(analysis).drawing) == []
        assert [one for one in misplaced(figures.profile(analysis).drawing) if short in one] == []


@pytest.mark.parametrize("query", ["Kita-Planungsbezirk", "kita-planungsbezirke", "KITA-PLANUNGSBEZIRKE"])
def test_a_level_may_be_named_in_the_singular(planned: Data, levels: Path, query: str) -> None:
    jobs = plan(read_batch(levels), planned.register, ROOT / "notebooks", queries=[query])
    assert [job.gebiet_id for job in jobs if job.notebook.stem == MAIN] == [
        "q-kita-planungsbezirk-1", "q-kita-planungsbezirk-2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"datei": ""}, "„datei“ ist leer oder kein Text"),
        ({"farbe": "rot"}, "„farbe“ ist unbekannt"),
        ({"name": "Stadtbezirke"}, "heißt schon eine andere Ebene"),
        ({"name": "Quartier"}, "heißt schon eine andere Ebene"),
        ({"name": "…"}, "weder Buchstaben noch Ziffern"),
        ({"name": "03_stadtteilanalyse", "einzahl": "X", "artikel": "der"}, "beginnt mit einer Ziffer"),
        ({"name": "Kieze"}, "fehlen „einzahl“ (ein Wort in der Einzahl) und „artikel“"),
        ({"artikel": "den"}, "„artikel“ ist „den“. Möglich sind: der, die, das"),
    ],
)
def test_each_mistake_in_an_entry_has_its_sentence(tmp_path: Path, changes: dict[str, str], told: str) -> None:
    with pytest.raises(SchemaError) as caught:
        planning.read_planning(project(tmp_path, {**kitas(tmp_path), **changes}))
    assert len(caught.value.problems) == 1
    assert told in caught.value.problems[0]
    assert "batch.yml, planungsraeume, Eintrag 1" in caught.value.problems[0]


def test_a_level_of_any_word_says_its_singular_itself(musterstadt_data: Data, tmp_path: Path) -> None:
    entry = {**kitas(tmp_path), "name": "Kieze", "einzahl": "Kiez", "artikel": "der"}
    data = quartiere.lay_over(musterstadt_data, batch=project(tmp_path, entry))
    assert data.register.resolve("Kiez 2").in_phrase == "im Kiez 2"
    entry |= {"name": "Regionen", "einzahl": "Region", "artikel": "die"}
    data = quartiere.lay_over(musterstadt_data, batch=project(tmp_path, entry))
    assert data.register.resolve("Region 2").in_phrase == "in der Region 2"
    analysis = compare.analyse(data, "Region 2")
    assert text.statements_title(analysis) == "Aussagen zu dieser Region"
    assert "Die Region umfasst" in analysis.gebiet.beschreibung


def test_the_same_level_twice_a_missing_file_and_no_list_are_told(tmp_path: Path) -> None:
    entry = kitas(tmp_path)
    with pytest.raises(SchemaError, match=r"„Kita-Planungsbezirke“ steht schon in .*Eintrag 1"):
        planning.read_planning(project(tmp_path, entry, entry))
    with pytest.raises(SourceMissing, match=r"Eintrag 1 \(Kita-Planungsbezirke\): Die Datei .*weg.gpkg gibt es nicht"):
        planning.read_planning(project(tmp_path, {**entry, "datei": "weg.gpkg"}))
    path = tmp_path / "batch.yml"
    path.write_text("planungsraeume: kita.gpkg\n")
    with pytest.raises(SchemaError, match="braucht eine Liste"):
        planning.read_planning(path)


def test_outlines_without_names_or_without_the_attribute_are_told(musterstadt_data: Data, tmp_path: Path) -> None:
    for merkmal in ("", "nummer"):
        entry = {**kitas(tmp_path), **({"merkmal": merkmal} if merkmal else {})}
        if not merkmal:
            del entry["merkmal"]
        data = quartiere.lay_over(musterstadt_data, batch=project(tmp_path, entry))
        with pytest.raises(SchemaError, match=r"Kein Merkmal heißt .*Vorhanden: bezirk\. Bitte in .*Eintrag 1"):
            data.register  # noqa: B018 - it is read when first used


def test_overlaps_gaps_and_names_of_stadtteile_are_remarked(musterstadt_data: Data, tmp_path: Path) -> None:
    shapes = on_grid(0, 0, 1500, 3000), on_grid(1200, 0, 2600, 3000)
    write_outlines(tmp_path / "kita.gpkg", *shapes, crs=CRS_GRID, bezirk=["Westend", "Planungsbezirk Ost"])
    entry = {"name": "Kita-Planungsbezirke", "datei": "kita.gpkg", "merkmal": "bezirk"}
    data = quartiere.lay_over(musterstadt_data, batch=project(tmp_path, entry))
    assert [area.label for area in data.register.of_level("kita-planungsbezirke")] == [
        "Kita-Planungsbezirk Westend", "Kita-Planungsbezirk Ost",
    ]  # fmt: skip
    told = quartiere.remarks(data)
    assert told.unusable == ()
    overlap, gap, name = told.levels["kita-planungsbezirke"]
    both = "Kita-Planungsbezirk Westend und Kita-Planungsbezirk Ost"
    assert overlap == f"{both} überlappen sich auf 0,90 km²; was dort liegt, zählt in beiden."
    assert gap == "Die Kita-Planungsbezirke decken Musterstadt nicht ganz ab: 1,20 km² gehören zu keiner der Flächen."
    assert name.startswith("„Westend“ ist auch der Name von Stadtteilen oder Stadtbezirken.")


def test_a_level_that_fits_has_no_remarks(musterstadt_data: Data, tmp_path: Path) -> None:
    data = quartiere.lay_over(musterstadt_data, batch=project(tmp_path, kitas(tmp_path)))
    assert quartiere.remarks(data).levels == {"kita-planungsbezirke": ()}
    assert quartiere.remarks(musterstadt_data).levels == {}
    for name in ("Stadtteile", "Quartiere", "Sonstige"):
        entry = {**kitas(tmp_path), "name": name, "einzahl": "Stadtteil", "artikel": "der"}
        with pytest.raises(SchemaError, match="heißt schon eine andere Ebene"):
            planning.read_planning(project(tmp_path, entry))


def test_a_value_that_an_own_table_gives_for_a_planning_area_stays(musterstadt_data: Data, levels: Path) -> None:
    rows = musterstadt_data.indikatoren
    given = rows[(rows["indikator"] == "einwohner") & (rows["gebiet_id"] == "01")]
    given = given.assign(gebiet_id="q-kita-planungsbezirk-1", wert=4321.0, zaehler=4321.0, art="amtlich")
    table = pd.concat([rows, given], ignore_index=True)
    data = quartiere.lay_over(musterstadt_data.laid_over(indikatoren=lambda: table), batch=levels)
    rows = data.indikatoren.set_index(["gebiet_id", "indikator"])
    assert rows.index.is_unique
    assert rows.loc[("q-kita-planungsbezirk-1", "einwohner"), "wert"] == 4321
    assert rows.loc[("q-kita-planungsbezirk-2", "einwohner"), "art"] == "geschaetzt"


def test_a_level_is_planned_by_its_name_and_lies_in_its_own_folder(planned: Data, levels: Path) -> None:
    batch = read_batch(levels)
    assert "planungsraeume" not in batch
    notebooks = ROOT / "notebooks"
    jobs = plan(batch, planned.register, notebooks, queries=["ASD-Bezirke"])
    assert [job.target for job in jobs] == [
        "asd-bezirke/asd-bezirk-nord.html", "asd-bezirke/asd-bezirk-westend.html", "asd-bezirke/asd-bezirk-rest.html",
        "methode.html",
    ]  # fmt: skip
    everything = plan(batch, planned.register, notebooks, names=["03_stadtteilanalyse"])
    assert {job.target.split("/")[0] for job in everything} == {
        "stadtteil", "stadtbezirk", "stadt", "kita-planungsbezirke", "asd-bezirke", "methode.html",
    }  # fmt: skip
    text_ = levels.read_text(encoding="utf-8").replace("[stadtteil, stadtbezirk, stadt, quartier]", "[asd-bezirke]")
    levels.write_text(text_, encoding="utf-8")
    narrowed = plan(read_batch(levels), planned.register, notebooks, names=["03_stadtteilanalyse"])
    assert {job.target.split("/")[0] for job in narrowed} == {"asd-bezirke", "methode.html"}


def test_a_level_is_rendered_listed_and_found_in_the_index(
    sozialraum: Sozialraum,
    levels: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_page: Callable[..., Opened],
    axe_violations: Callable[..., list[str]],
) -> None:
    monkeypatch.setenv("SOZIALRAUM_BATCH", str(levels))
    status, out, error = sozialraum("areas")
    assert status == 0
    assert re.search(r"^q-kita-planungsbezirk-1 +Kita-Planungsbezirk 1 +Kita-Planungsbezirk +I, II, III$", out, re.M)
    assert "„Nord“, „Westend“ sind auch Namen von Stadtteilen oder Stadtbezirken." in error
    listed = json.loads(sozialraum("areas", "--json")[1])
    assert [row["ebene"] for row in listed][-5:] == ["kita-planungsbezirke"] * 2 + ["asd-bezirke"] * 3
    rows = json.loads(sozialraum("indicators", "--gebiet", "asd-bezirk rest", "--format", "json")[1])
    assert {(row["gebiet_id"], row["ebene"]) for row in rows} == {("q-asd-bezirk-rest", "asd-bezirke")}
    reports = tmp_path / "reports"
    status, printed, error = sozialraum("render", "Kita-Planungsbezirke", "ASD-Bezirk Rest", "--out", str(reports))
    assert status == 0, printed + error
    page = words_of(reports / "kita-planungsbezirke" / "kita-planungsbezirk-1.html")
    for said in (
        "Analyse Kita-Planungsbezirk 1",
        "Im Kita-Planungsbezirk 1 leben rund",
        "Abgrenzung: Jugendamt, Stand nicht dokumentiert.",
        "Alle Kita-Planungsbezirke und Musterstadt",
    ):
        assert said in page, said
    assert "Quartier 1" not in page
    opened = open_page(reports / "index.html")
    assert opened.page.locator("section:has(> h2:text-is('Kita-Planungsbezirke')) li a").count() == 2
    assert opened.page.locator("section:has(> h2:text-is('ASD-Bezirke')) li a").count() == 1
    assert opened.page.locator("h2:text-is('Quartiere')").count() == 0
    assert opened.errors == []
    assert axe_violations(opened.page) == []
    assert axe_violations(open_page(reports / "kita-planungsbezirke" / "kita-planungsbezirk-1.html").page) == []


def test_the_batch_yml_of_the_project_of_the_tables_counts(musterstadt_copy: Path, tmp_path: Path) -> None:
    """Two folders above the tables, as ``data/essen`` lies in the project; other tables do not see it."""
    tables = tmp_path / "data" / "musterstadt"
    tables.parent.mkdir()
    shutil.move(str(musterstadt_copy), tables)
    shutil.move(str(tmp_path / "sources"), tables.parent / "sources")
    project(tmp_path, kitas(tmp_path))
    register = workspace.open_data(tables).register
    assert [one.id for one in register.planungsebenen] == ["kita-planungsbezirke"]


# Own areas with names that cannot be used: the sound ones are made, and the others are told.


@pytest.mark.parametrize(
    ("names", "sound", "told"),
    [
        (["Gut", ""], ["Gut"], "Objekt 2: Das Merkmal „name“ ist leer"),
        (["\u200b", "Gut"], ["Gut"], "Objekt 1: Das Merkmal „name“ ist leer"),
        (["Gut", "S\ufffdd"], ["Gut"], "Objekt 2: Das Merkmal „name“ enthält unlesbare Zeichen"),
        (["Gut", "Westend"], ["Gut"], "Objekt 2: „Westend“ heißt schon: Stadtteil Westend"),
        (["Gut", "Hof", "Hof"], ["Gut"], "Objekt 3: Den Namen „Hof“ trägt schon Objekt 2"),
        (["Gut", "Südfeld", "Suedfeld"], ["Gut"], "Objekt 3: Die Kennung q-suedfeld ist schon vergeben"),
    ],
)
def test_an_unusable_name_leaves_out_its_area_only(
    musterstadt_data: Data, tmp_path: Path, names: list[str], sound: list[str], told: str
) -> None:
    shapes = [on_grid(place * 800, 0, place * 800 + 600, 900) for place in range(len(names))]
    path = write_outlines(tmp_path / "u.geojson", *shapes, crs=CRS_GRID, name=names)
    data = quartiere.lay_over(musterstadt_data, file=path)
    assert [area.name for area in data.register.of_level("quartier")] == sound
    (sentence,) = quartiere.remarks(data).unusable
    assert f"{path}, {told}" in sentence


def test_an_unusable_name_in_the_yaml_leaves_out_its_entry_only(musterstadt_data: Data, tmp_path: Path) -> None:
    path = tmp_path / "q.yml"
    entries = (("a", "Gut"), ("b", "–"), ("c", "Westend"), ("d", "Hof"), ("e", "Hof"))
    path.write_text(
        "quartiere:\n" + "".join(f"  {k}: {{name: {n}, quelle: Rat, stadtteile: [1, 2]}}\n" for k, n in entries),
        encoding="utf-8",
    )
    data = quartiere.lay_over(musterstadt_data, file=path)
    assert [area.name for area in data.register.of_level("quartier")] == ["Gut"]
    told = quartiere.remarks(data).unusable
    assert [sentence.split(":")[0].removeprefix(f"{path}, ") for sentence in told] == [
        "Zeile 3 (b)", "Zeile 4 (c)", "Zeile 6 (e)",
    ]  # fmt: skip


def test_a_file_without_one_sound_name_is_refused(musterstadt_data: Data, tmp_path: Path) -> None:
    path = write_outlines(tmp_path / "u.geojson", on_grid(0, 0, 900, 900), crs=CRS_GRID, name=["Westend"])
    with pytest.raises(SchemaError, match="heißt schon: Stadtteil Westend"):
        quartiere.lay_over(musterstadt_data, file=path).register  # noqa: B018 - it is read when first used


def test_unusable_names_are_told_and_end_with_status_1(sozialraum: Sozialraum, tmp_path: Path) -> None:
    shapes = on_grid(0, 0, 900, 900), on_grid(1000, 0, 1900, 900)
    path = write_outlines(tmp_path / "u.geojson", *shapes, crs=CRS_GRID, name=["Gut", "Westend"])
    for command in (["areas"], ["areas", "--json"], ["indicators", "--gebiet", "Gut"]):
        status, out, error = sozialraum(*command, "--areas", str(path))
        assert (status, "Gut" in out) == (1, True)
        assert f"Hinweis: {path}, Objekt 2: „Westend“ heißt schon: Stadtteil Westend. Bitte anders nennen." in error
    reports = tmp_path / "reports"
    status, out, error = sozialraum("render", "--areas", str(path), "--out", str(reports))
    assert (status, "„Westend“ heißt schon" in error) == (1, True), out
    assert [page.name for page in (reports / "quartier").glob("*.html")] == ["gut.html"]


def test_an_outline_fills_the_gap_of_the_city(tmp_path: Path, musterstadt_copy: Path) -> None:
    gap = "quartiere:\n  am-hang: {name: Am Hang, quelle: Rat, fehlt: Der Umriss kommt.}\n"
    (musterstadt_copy / "quartiere.yml").write_text(gap, encoding="utf-8")
    path = write_outlines(tmp_path / "u.geojson", on_grid(0, 0, 900, 900), crs=CRS_GRID, name=["Am Hang"])
    register = workspace.open_data(musterstadt_copy, areas=path).register
    assert register.resolve("Am Hang").flaeche_km2 == pytest.approx(0.81, abs=0.002)
    assert register.luecken == ()


def test_a_drawn_area_beside_planning_areas(planned: Data) -> None:
    drawn = quartiere.from_polygon(planned, box(300, 1300, 1800, 2800), name="Probe")
    assert len(drawn.register.of_level("kita-planungsbezirke")) == 2
    with pytest.raises(SchemaError, match="heißt schon: ASD-Bezirk Rest"):
        quartiere.from_polygon(planned, box(300, 1300, 1800, 2800), name="ASD-Bezirk Rest")
