"""Geodata of others: what other programs write is read right, or told in one German sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from quartier_fixtures import on_grid, write_outlines
from sozialraum.city import load
from sozialraum.city.load import CRS_GRID, Data
from sozialraum.city.own_areas import quartiere
from sozialraum.cli.main import main
from sozialraum.errors import SchemaError

ROOT = Path(__file__).resolve().parent.parent
NAME = "Südstraße – Łódź"
FOREIGN = re.compile(
    r"\b(?:error|exception|invalid|failed|could not|unable|the|not a|line \d|column \d|expected)\b", re.I
)


@pytest.fixture
def told(musterstadt_data: Data) -> Callable[[Path], list[str]]:
    """All problems of a file with own areas; each is a German sentence that names the file."""

    def find(path: Path) -> list[str]:
        with pytest.raises(SchemaError) as caught:
            names_of(musterstadt_data, path)
        for problem in caught.value.problems:
            assert not FOREIGN.search(problem.replace(str(path), "")), problem
        return caught.value.problems

    return find


def names_of(data: Data, path: Path) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return [area.name for area in quartiere.lay_over(data, file=path).register.of_level("quartier")]


def shapefile(folder: Path, encoding: str, *names: str, cpg: str | None = None, mark: int = 0) -> Path:
    """A Shapefile whose table is written in an encoding, with a ``.cpg`` that says something or with none."""
    path = write_outlines(
        folder / "u.shp", *[on_grid(100 + 500 * n, 100, 500 + 500 * n, 900) for n in range(len(names))], crs=CRS_GRID,
        name=[f"PLATZHALTER{n}".ljust(60, ".") for n in range(len(names))],
    )  # fmt: skip
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[29] = mark
    for number, name in enumerate(names):
        place = content.index(f"PLATZHALTER{number}".encode())
        content[place : place + 60] = name.encode(encoding)[:60].ljust(60)
    dbf.write_bytes(content)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg", "mark"),
    [("utf-8", None, 0), ("utf-8", None, 0x57), ("utf-8", "UTF-8", 0), ("utf-8", "65001", 0), ("utf-8", "Unsinn", 0)],
)
def test_a_dbf_in_utf8_is_read_without_a_cpg_too(
    musterstadt_data: Data, tmp_path: Path, encoding: str, cpg: str | None, mark: int
) -> None:
    path = shapefile(tmp_path, encoding, NAME, "Feld", cpg=cpg, mark=mark)
    assert names_of(musterstadt_data, path) == [NAME, "Feld"]


def test_a_dbf_that_says_nothing_is_windows_and_the_report_says_so(musterstadt_data: Data, tmp_path: Path) -> None:
    path = shapefile(tmp_path, "cp1252", "Südstraße – Höhe")
    register = quartiere.lay_over(musterstadt_data, file=path).register
    assert [area.name for area in register.of_level("quartier")] == ["Südstraße – Höhe"]
    assert "als Windows-1252 gelesen" in register.resolve("q-suedstrasse-hoehe").beschreibung
    plain = shapefile(tmp_path, "ascii", "Feld")
    assert "Windows" not in quartiere.lay_over(musterstadt_data, file=plain).register.resolve("Feld").beschreibung


def test_a_dbf_in_latin1_with_its_cpg_is_right(musterstadt_data: Data, tmp_path: Path) -> None:
    assert names_of(musterstadt_data, shapefile(tmp_path, "latin-1", "Südstraße", cpg="ISO-8859-1")) == ["Südstraße"]
    assert names_of(musterstadt_data, shapefile(tmp_path, "cp850", "Südstraße", cpg="850")) == ["Südstraße"]


@pytest.mark.parametrize(("encoding", "cpg"), [("cp1252", "UTF-8"), ("utf-8", "ISO-8859-1"), ("utf-8", "1252")])
def test_a_cpg_that_is_not_true_is_told(
    told: Callable[[Path], list[str]], tmp_path: Path, encoding: str, cpg: str
) -> None:
    found = told(shapefile(tmp_path, encoding, "Südstraße", cpg=cpg))
    assert len(found) == 1
    assert f"steht als Zeichensatz „{cpg}“" in found[0]


def test_a_name_that_the_field_cuts_in_the_middle_of_a_letter_is_read(musterstadt_data: Data, tmp_path: Path) -> None:
    assert names_of(musterstadt_data, shapefile(tmp_path, "utf-8", "x" + "ü" * 40))[0].startswith("xüüü")


def test_bytes_that_are_no_known_text_ask_for_the_cpg(told: Callable[[Path], list[str]], tmp_path: Path) -> None:
    path = shapefile(tmp_path, "utf-8", "Feld x")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"Feld x", b"Feld\x81\xff"))
    assert "u.cpg" in told(path)[0]


RING = [[4431100.0, 3210100.0], [4431900.0, 3210100.0], [4431900.0, 3210900.0], [4431100.0, 3210900.0]]


def geojson(path: Path, *geometries: Any, crs: str | None = "EPSG:3035") -> Path:
    features = [
        {"type": "Feature", "properties": {"name": f"F{n}"}, "geometry": one} for n, one in enumerate(geometries, 1)
    ]
    content: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        content["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs.replace(':', '::')}"}}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


CLOSED = [*RING, RING[0]]


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (polygon(RING), "Der Umriss ist nicht geschlossen"),
        (polygon(CLOSED, [[p[0] * 0.99999, p[1]] for p in RING]), "Der Umriss ist nicht geschlossen"),
        ({"type": "MultiPolygon", "coordinates": [[CLOSED], [RING]]}, "Der Umriss ist nicht geschlossen"),
        (polygon([RING[0], RING[1], RING[0]]), "Objekt 2"),
        (polygon([RING[0], RING[0]]), "zu wenige Ecken"),
        (polygon([RING[0]]), "zu wenige Ecken"),
        (polygon(), "Der Umriss ist leer"),
        (polygon([]), "Objekt 2"),
        (None, "Der Umriss ist leer"),
        (polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]), "kreuzt oder berührt sich selbst"),
        ({"type": "Point", "coordinates": RING[0]}, "Statt einer Fläche steht hier ein Punkt"),
        ({"type": "MultiPoint", "coordinates": RING}, "Statt einer Fläche stehen hier Punkte"),
        ({"type": "LineString", "coordinates": CLOSED}, "Statt einer Fläche steht hier eine Linie"),
        ({"type": "MultiLineString", "coordinates": [CLOSED]}, "Statt einer Fläche stehen hier Linien"),
        ({"type": "GeometryCollection", "geometries": [polygon(CLOSED)]}, "eine Sammlung verschiedener Formen"),
        (polygon([[1e40, 1e40], [2e40, 1e40], [2e40, 2e40], [1e40, 1e40]]), "Objekt 2"),
        (polygon(CLOSED, [[p[0] + 5000, p[1]] for p in CLOSED]), "Objekt 2"),
    ],
    ids=str,
)  # fmt: skip
def test_a_form_that_no_library_can_read_is_told_in_german(
    told: Callable[[Path], list[str]], tmp_path: Path, shape: Any, sentence: str
) -> None:
    path = geojson(tmp_path / "u.geojson", polygon(CLOSED), shape)
    found = told(path)
    assert len(found) == 1, found
    assert sentence in found[0]
    assert f"{path}, Objekt 2" in found[0]


def test_heights_and_measures_are_ignored(musterstadt_data: Data, tmp_path: Path) -> None:
    path = geojson(tmp_path / "u.geojson", polygon([[*point, 77.5] for point in CLOSED]))
    assert names_of(musterstadt_data, path) == ["F1"]
    high = shapely.force_3d(on_grid(100, 100, 900, 900), 12.0)
    for ending in ("gpkg", "shp"):
        assert names_of(musterstadt_data, write_outlines(tmp_path / f"h.{ending}", high, name=["Hoch"])) == ["Hoch"]


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{", "null", '{"type": "FeatureCollection"}', '{"type": "FeatureCollection", "features": [1]}',
        '{"type": "Topology"}', '{"type": "FeatureCollection", "features": [{"type": "Feature"}]}',
        '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":"x"}}',
        '{"type":"Feature","properties":{},"geometry":{"type":"Kreis","coordinates":[1,2]}}',
        '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"Unsinn"}},"features":[]}',
        '{"type":"Feature","crs":{"type":"name","properties":{"name":"Unsinn"}},"properties":{},"geometry":null}',
        "\x00\x01", "<html>", "PK\x03\x04",
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["geojson", "gpkg", "json"])
def test_a_file_that_is_no_map_is_told_in_german(
    told: Callable[[Path], list[str]], tmp_path: Path, content: str, ending: str
) -> None:
    path = tmp_path / f"u.{ending}"
    path.write_text(content)
    assert all(str(path) in problem for problem in told(path))


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf", ".prj"])
@pytest.mark.parametrize("size", [0, 40, 110])
def test_a_shapefile_with_a_broken_part_is_told_in_german(
    told: Callable[[Path], list[str]], tmp_path: Path, musterstadt_data: Data, part: str, size: int
) -> None:
    path = write_outlines(tmp_path / "u.shp", on_grid(100, 100, 900, 900), crs=CRS_GRID, name=["Feld"])
    broken = path.with_suffix(part)
    broken.write_bytes(broken.read_bytes()[:size])
    try:
        assert names_of(musterstadt_data, path)
    except SchemaError:
        assert all(str(path) in problem for problem in told(path))


def test_a_relative_path_in_the_environment_means_the_folder_where_it_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, musterstadt_dir: Path
) -> None:
    write_outlines(tmp_path / "my.geojson", on_grid(100, 100, 900, 900), crs=CRS_GRID, name=["Feld"])
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "daten").symlink_to(musterstadt_dir)
    script = "from sozialraum.supply import workspace; print([a.name for a in workspace.open_data().register][-1])"
    environment = {**os.environ, "PWD": str(tmp_path), "SOZIALRAUM_AREAS": "my.geojson", "SOZIALRAUM_DATA": "daten"}
    where: dict[str, Any] = {"cwd": tmp_path / "notebooks", "env": environment}
    done = subprocess.run([sys.executable, "-c", script], **where, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Feld"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOZIALRAUM_AREAS", "my.geojson")
    assert quartiere.areas_file() == tmp_path / "my.geojson"
    monkeypatch.setenv("SOZIALRAUM_DATA", "weg")
    assert load.data_dir() == tmp_path / "weg"


def test_a_broken_outline_ends_the_command_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], musterstadt_dir: Path
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    path = geojson(tmp_path / "u.geojson", polygon(RING))
    with pytest.raises(SystemExit) as caught:
        main(["areas", "--areas", str(path)])
    assert caught.value.code == 2
    assert "Objekt 1: Der Umriss ist nicht geschlossen" in capsys.readouterr().err
