"""Another city: boundaries and one table of inhabitants are enough, in another UTM zone and without Stadtbezirke."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import sozialraum as sr
from fetch_server import archive
from sozialraum.city.load import CRS_FILES, open_data
from sozialraum.cli.main import main
from sozialraum.report.evidence import Known, Statement

NAMES = (
    "Altmarkt", "Am Wehr", "Birkenfeld", "Brunnthal", "Föhrau", "Hagenried", "Lindgrund", "Mühlwinkel", "Oberau",
    "Sandbühl", "Talacker", "Weidach",
)  # fmt: skip
PEOPLE = dict(zip(NAMES, (1200, 3400, 5600, 780, 4321, 2500, 1900, 6100, 3000, 2750, 1480, 5005), strict=True))
CORNER = (411_000.0, 5_656_000.0)
"""Somewhere in the zone of EPSG:25833, where no such city is."""
SIDE_M = 1500.0
Run = Callable[..., tuple[int, str, str]]


def outlines() -> gpd.GeoDataFrame:
    """Three rows of four squares whose corners are moved, so that neighbours share their lines."""

    def corner(column: int, row: int) -> tuple[float, float]:
        moved = ((column * 7 + row * 3) % 5 - 2) * 60.0
        return CORNER[0] + column * SIDE_M + moved, CORNER[1] + row * SIDE_M - moved

    shapes = [
        shapely.Polygon([corner(c, r), corner(c + 1, r), corner(c + 1, r + 1), corner(c, r + 1)])
        for r in range(3)
        for c in range(4)
    ]
    numbers = [str(number) for number in range(1, 13)]
    return gpd.GeoDataFrame({"STT_NR": numbers, "Bezeichnung": NAMES}, geometry=shapes, crs="EPSG:25833")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command: (status, stdout, stderr)."""
    monkeypatch.delenv("SOZIALRAUM_DATA", raising=False)
    monkeypatch.setenv("SOZIALRAUM_DEBUG", "")

    def runner(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        return int(ended.value.code or 0), *capsys.readouterr()

    return runner


def write_sources(folder: Path) -> tuple[Path, Path]:
    boundaries, table = folder / "stadtteile.geojson", folder / "einwohner.csv"
    outlines().to_crs(CRS_FILES).to_file(boundaries, driver="GeoJSON")
    rows = [
        f"{number:02d};{name};{count:,}".replace(",", ".") for number, (name, count) in enumerate(PEOPLE.items(), 1)
    ]
    total = f"{sum(PEOPLE.values()):,}".replace(",", ".")
    text = "\r\n".join(["Nr;Stadtteil;Einwohner", *rows, f";Neuburg;{total}", ""])
    table.write_bytes(text.encode("cp1252"))
    return boundaries, table


ASKED = ("--stadt", "Neuburg", "--stand", "31.12.2023", "--herausgeber", "Stadt Neuburg (erfunden)")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new city."""
    folder = tmp_path_factory.mktemp("andere")
    boundaries, table = write_sources(folder)
    with pytest.raises(SystemExit) as ended:
        main(["data", "new", str(folder / "neuburg"), "--boundaries", str(boundaries), "--table", str(table), *ASKED])
    assert not ended.value.code
    return folder / "neuburg"


def test_the_folder_is_whole_and_passes_the_check(city: Path, run: Run) -> None:
    status, text, _ = run("data", "check", "--data", city)
    assert status == 0
    assert "Datenstand Neuburg: 12 Stadtteile" in text
    assert "Stadtbezirk" not in text
    package = json.loads((city / "datapackage.json").read_text(encoding="utf-8"))
    assert {"gebiete.csv", "gebiete.geojson", "indikatoren.csv", "einrichtungen.csv"} < {
        one["path"] for one in package["resources"]
    }
    assert sorted(path.stem for path in (city / "sources").glob("*.yml")) == ["einwohner", "grenzen", "lizenzen"]


def test_areas_values_and_gaps_on_the_command_line(city: Path, run: Run) -> None:
    _, text, _ = run("areas", "--data", city)
    assert "Stadtbezirk" not in text
    assert text.splitlines()[2].split()[:3] == ["02", "Am", "Wehr"]
    _, text, _ = run("indicators", "--data", city, "--gebiet", "Föhrau", "--format", "json")
    rows = {row["indikator"]: row for row in json.loads(text)}
    assert rows["einwohner"]["wert"] == 4321
    assert rows["einwohner"]["stand"] == "2023-12-31"
    assert rows["dichte_je_km2"]["wert"] == pytest.approx(4321 / outlines().area[4] * 1e6, rel=1e-3)
    status, _, problem = run("areas", "--data", city, "--json")
    assert (status, problem) == (0, "")
    status, _, problem = run("indicators", "--data", city, "--gebiet", "99")
    assert "Es gibt die Stadtteile 01 bis 12" in problem
    assert "Stadtbezirk" not in problem


def test_the_python_face_works_in_the_zone_of_the_city(city: Path) -> None:
    stadt = sr.open(city)
    assert repr(stadt) == "Neuburg: 12 Stadtteile"
    frame = stadt.frame()
    assert frame.crs.to_epsg() == 25833
    assert frame["einwohner"].tolist() == list(PEOPLE.values())
    assert frame.geometry.area.sum() == pytest.approx(outlines().area.sum(), rel=1e-3)
    assert stadt["Neuburg"]["einwohner"].wert == sum(PEOPLE.values())
    gap = stadt["Altmarkt"]["anteil_unter_15"]
    assert gap.wert is None
    assert "keine Daten" in gap.grund
    assert len(stadt.facilities()) == len(stadt.cells()) == 0
    assert "Dichte" in stadt.dotplot("dichte_je_km2").title or stadt["Weidach"].dotplot("dichte_je_km2").title
    assert "Altmarkt" in stadt.map("einwohner")._repr_html_()
    assert stadt["Weidach"].map()._repr_html_()
    mine = pd.Series({name: place for place, name in enumerate(NAMES)}, name="Rang")
    assert stadt.map(mine, title="Mein Rang").figure.title.startswith("Mein Rang")


def test_an_own_table_fills_a_gap(city: Path, run: Run, tmp_path: Path) -> None:
    table = tmp_path / "kinder.csv"
    rows = [f"{number};{name};{count // 7};{count}" for number, (name, count) in enumerate(PEOPLE.items(), 1)]
    table.write_text("\n".join(["Nr;Stadtteil;unter 15 Jahre;Einwohner", *rows, ""]), encoding="utf-8")
    (tmp_path / "kinder.yml").write_text(
        "indikator: anteil_unter_15\n"
        'spalten: {unter 15 Jahre: "anteil_unter_15:zaehler", Einwohner: "anteil_unter_15:nenner"}\n'
        "stichtag: 31.12.2023\nstelle: Stadt Neuburg (erfunden)\nlizenz: dl-de/by-2-0\n"
        "geheimhaltung: sperrung:3\nweitergabe: oeffentlich\n",
        encoding="utf-8",
    )
    status, text, problem = run("data", "import", table, "--data", city)
    assert status == 0, text + problem
    assert sr.open(city)["Oberau"]["anteil_unter_15"].wert == pytest.approx(100 * (3000 // 7) / 3000)


def test_the_commands_of_the_page_for_other_cities(city: Path, run: Run, tmp_path: Path) -> None:
    status, text, _ = run("indicators", "--wide", "--data", city)
    assert status == 0
    assert "4.321" in text
    assert run("export", tmp_path / "neuburg.gpkg", "--data", city)[0] == 0
    areas = gpd.read_file(tmp_path / "neuburg.gpkg", layer="orte")
    assert (areas.crs.to_epsg(), len(areas), len(gpd.read_file(tmp_path / "neuburg.gpkg", layer="einrichtungen"))) == (
        25833, 13, 0,
    )  # fmt: skip
    assert run("export", tmp_path / "neuburg.xlsx", "--data", city)[0] == 0
    assert run("data", "template", "altersgruppen", "--out", tmp_path, "--data", city)[0] == 0
    assert "Adressverzeichnis" in run("locate", "Hauptstr. 1, Neuburg", "--data", city)[2]


def damaged(folder: Path, change: str) -> tuple[list[object], str]:  # noqa: C901 - one case after the other
    """The options of a call that cannot be met, and what its message says."""
    boundaries, table = write_sources(folder)
    shapes, text = outlines(), table.read_bytes().decode("cp1252")
    options: list[object] = []
    if change == "names":
        shapes = shapes.rename(columns={"Bezeichnung": "benannt"})
        said = "In welcher Spalte der Name steht, ist nicht zu erkennen. Bitte nennen, mit: --name SPALTE."
    elif change == "numbers":
        shapes["STT_NR"] = [f"A{number}" for number in shapes["STT_NR"]]
        said = "Objekt 1: Die Nummer „A1“ ist keine ganze Zahl."
    elif change == "twice":
        shapes.loc[3, "Bezeichnung"] = "Altmarkt"
        said = "Objekt 4: Name „Altmarkt“ kommt mehrfach vor."
    elif change == "one name":
        shapes.loc[3, "Bezeichnung"], shapes.loc[4, "Bezeichnung"] = "Foehrau", "föhrau"
        said = "Objekt 5: Name „föhrau“ kommt mehrfach vor."
    elif change == "sum":
        text = text.replace(";Neuburg;", ";Neuburg;1")
        said = "Zeile 14: Die Summe sagt 138.036, die Zeilen ergeben 38036."
    elif change == "nobody":
        text = re.sub(r"[\d.]+(?=\r?\n)", "0", text)
        said = "Die Summe der Einwohner ist 0."
    elif change == "city":
        shapes.loc[3, "Bezeichnung"] = "Neuburg"
        said = "Objekt 4: Der Stadtteil heißt wie die Stadt (Neuburg)"
    elif change == "number as name":
        shapes["Bezeichnung"] = shapes["STT_NR"]
        said = "Objekt 1: Der Name „1“ ist kein Wort. Bitte mit --name eine andere Spalte nennen."
    elif change == "layers":
        shapes.to_file(boundaries := folder / "alles.gpkg", layer="eins", driver="GPKG")
        shapes.to_file(boundaries, layer="zwei", driver="GPKG")
        said = "Die Datei hat mehrere Layer („eins“, „zwei“). Bitte mit --layer einen nennen."
        return ["--boundaries", boundaries, "--table", table, *ASKED], said
    elif change == "overlap":
        shapes.loc[0, "geometry"] = shapes.geometry[0].buffer(200)
        said = "überlappt eine andere"
    elif change == "lacking":
        text = "\n".join(line for line in text.splitlines() if "Oberau" not in line)
        said = "Es fehlt die Zeile von Oberau."
    elif change == "unknown":
        text = text.replace("Oberau", "Unterau").replace("09;", "99;")
        said = "Zeile 10: „99“ steht nicht in den Grenzen."
    elif change == "no number":
        text = text.replace("4.321", "viele")
        said = "Zeile 6: „viele“ ist keine Zahl von Einwohnern."
    elif change == "column":
        options, said = (
            ["--einwohner", "Leute"],
            "Eine Spalte „Leute“ gibt es nicht. Vorhanden: Nr,",
        )
    else:
        options, said = ["--lizenz", "frei"], "Die Lizenz „frei“ gibt es nicht. Möglich sind: dl-de/by-2-0,"
    shapes.to_crs(CRS_FILES).to_file(boundaries, driver="GeoJSON")
    table.write_text(text, encoding="utf-8")
    return ["--boundaries", boundaries, "--table", table, *ASKED, *options], said


@pytest.mark.parametrize(
    "change", [
        "names", "numbers", "twice", "one name", "overlap", "lacking", "unknown", "no number", "sum", "nobody", "city",
        "number as name",
        "layers", "column", "licence",
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_and_nothing_is_written(run: Run, tmp_path: Path, change: str) -> None:
    options, said = damaged(tmp_path, change)
    status, _, problem = run("data", "new", tmp_path / "neu", *options)
    assert status == 2
    assert said in problem
    assert "Traceback" not in problem
    assert not (tmp_path / "neu").exists()


def test_slivers_are_closed_other_columns_are_named_and_a_folder_in_use_stays(run: Run, tmp_path: Path) -> None:
    boundaries, table = tmp_path / "grenzen.gpkg", tmp_path / "leute.xlsx"
    shapes = outlines().rename(columns={"STT_NR": "ziffer", "Bezeichnung": "benannt"})
    shapes.loc[5, "geometry"] = shapes.geometry[5].buffer(-1, join_style="mitre")
    shapes.to_crs(3857).to_file(boundaries, driver="GPKG")
    pd.DataFrame({"wo": PEOPLE.keys(), "wie viele": PEOPLE.values()}).to_excel(table, index=False)
    options = ["--boundaries", boundaries, "--table", table, *ASKED]
    columns = ["--nummer", "ziffer", "--name", "benannt", "--einwohner", "wie viele"]
    status, _, problem = run("data", "new", tmp_path / "neu", *options, *columns)
    assert status == 2
    assert "leute.xlsx: In welcher Spalte der Name steht" in problem
    pd.DataFrame({"benannt": PEOPLE.keys(), "wie viele": PEOPLE.values()}).to_excel(table, index=False)
    status, _, problem = run("data", "new", tmp_path / "neu", *options, *columns)
    assert status == 0, problem
    assert sr.open(tmp_path / "neu").frame()["einwohner"].sum() == sum(PEOPLE.values())
    status, _, problem = run("data", "new", tmp_path / "neu", *options, *columns)
    assert (status, problem) == (2, f"{tmp_path / 'neu'} gibt es schon. Bitte einen neuen Ordner nennen.\n")
    status, _, problem = run("data", "new", tmp_path / "zwei", *options, *columns, "--stand", "gestern")
    assert "„gestern“ ist kein Stand." in problem


def test_inhabitants_saved_as_unicode_text_are_read(run: Run, tmp_path: Path) -> None:
    boundaries, table = write_sources(tmp_path)
    table.write_text(table.read_bytes().decode("cp1252"), encoding="utf-16", newline="")
    status, _, problem = run("data", "new", tmp_path / "neu", "--boundaries", boundaries, "--table", table, *ASKED)
    assert status == 0, problem


def test_names_that_hold_numbers_are_no_statements(run: Run, tmp_path: Path) -> None:
    boundaries, table = write_sources(tmp_path)
    shapes = outlines()
    shapes["Bezeichnung"] = [f"Bezirk {number}" for number in shapes["STT_NR"]]
    shapes.to_file(boundaries, driver="GeoJSON")
    table.write_text("\n".join(["Nr;Einwohner", *(f"{n};{c}" for n, c in enumerate(PEOPLE.values(), 1))]), "utf-8")
    assert run("data", "new", tmp_path / "neu", "--boundaries", boundaries, "--table", table, *ASKED)[0] == 0
    status, text, _ = run("render", "2", "--data", tmp_path / "neu", "--out", tmp_path / "out")
    assert status == 0, text
    tables = Known(open_data(tmp_path / "neu"))
    right, refs = "Bezirk 2 3.400 Einw., Neuburg 38.036 Einw.", [("indikator", "einwohner", "02")]
    assert Statement(tables, right, refs).faults() == []
    for wrong in ("Bezirk 2 3.401 Einw.", "Bezirk 2,5 3.400 Einw.", "Bezirk 22 3.400 Einw.", "2 3.400 Einw."):
        assert Statement(tables, wrong, refs).faults()


def test_a_wrong_coordinate_system_is_told(city: Path, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "kopie"
    shutil.copytree(city, folder)
    facts = (folder / "stadt.yml").read_text(encoding="utf-8")
    (folder / "stadt.yml").write_text(facts.replace("EPSG:25833", "EPSG:4326"), encoding="utf-8")
    status, _, problem = run("indicators", "--data", folder)
    assert status == 2
    assert "stadt.yml: „EPSG:4326“ ist kein Koordinatensystem in Metern wie EPSG:25832." in problem


def test_fetched_cells_bring_ages_and_no_facility_that_nobody_listed(city: Path, run: Run, tmp_path: Path) -> None:
    """One cell with 100 people in the middle of each Stadtteil; 5 + 6 + 8 + 12 x 5/6 of them are under 15: 29."""
    folder, given = tmp_path / "stadt", tmp_path / "geladen"
    shutil.copytree(city, folder)
    given.mkdir()
    middles = outlines().to_crs("EPSG:3035").centroid.get_coordinates() // 100 * 100 + 50
    ages = "Unter3;a3bis5;a6bis9;a10bis15;a16bis18;a19bis24;a25bis39;a40bis59;a60bis66;a67bis74;a75undaelter"
    for name, head, said in (
        ("Zensus2022_Bevoelkerungszahl", "Einwohner", "100"),
        ("Alter_in_5_Altersklassen", "Insgesamt_Bevoelkerung;Unter18;a18bis29;a30bis49;a50bis64;a65undaelter",
         "100;20;20;20;20;20"),
        ("Alter_in_infrastrukturellen_Altersgruppen", f"Insgesamt_Bevoelkerung;{ages}", "100;5;6;8;12;4;5;20;20;8;7;5"),
    ):  # fmt: skip
        rows = "".join(f"id;{x:.0f};{y:.0f};{said}\r\n" for x, y in middles.to_numpy())
        text = f"GITTER_ID_100m;x_mp_100m;y_mp_100m;{head}\r\n{rows}"
        (given / f"{name}.zip").write_bytes(archive({f"{name}_100m-Gitter.csv": text}))
    where = ("--data", folder, "--raw", tmp_path / "raw")
    run("data", "fetch", "zensus2022", "--aus", given, *where)
    status, _, wrong = run("data", "build", *where)
    assert status == 0, wrong
    data = open_data(folder)
    rows = data.indikatoren.set_index(["indikator", "gebiet_id"])
    city_id = data.register.city.id
    assert rows.loc[("einwohner", city_id), "wert"] == sum(PEOPLE.values())  # the register stays
    assert rows.loc[("anteil_unter_15", city_id), "wert"] == pytest.approx(29)
    assert rows.loc[("anteil_65plus", city_id), "wert"] == pytest.approx(20)
    assert not {"kitas", "kitas_je_1000_kinder", "reichweite_kita_500m"} & set(data.indikatoren["indikator"])
    entry = data.indikatoren_yml["indikatoren"]["anteil_unter_15"]
    assert (entry["quellen"], entry["methode"].split(":")[0]) == (
        ["zensus2022"], "Das Gitter hat keine Altersgruppe unter 15",
    )  # fmt: skip


@pytest.mark.slow
def test_every_report_is_made(city: Path, run: Run, tmp_path: Path) -> None:
    status, text, problem = run("render", "--all", "--data", city, "--out", tmp_path / "berichte")
    assert status == 0, text + problem
    pages = {
        path.relative_to(tmp_path / "berichte").as_posix(): path for path in (tmp_path / "berichte").rglob("*.html")
    }
    assert {"index.html", "stadt/neuburg.html", "stadtteil/01-altmarkt.html", "stadtteil/12-weidach.html"} <= set(pages)
    for path in pages.values():
        page = re.sub(r"<script.*?</script>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert [word for word in ("Essen", "Borbeck", "Stadtbezirk", "None") if word in page] == []
