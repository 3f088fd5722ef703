"""Definitions of own areas: what may be written, and what each mistake is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from quartier_fixtures import box, on_grid, write_outlines
from sozialraum.city.load import CRS, CRS_FILES, CRS_GRID, Data
from sozialraum.city.own_areas import quartiere
from sozialraum.errors import SchemaError, SourceMissing, UnknownArea

HEAD = "quartiere:\n"


@pytest.fixture
def problems(musterstadt_data: Data) -> Callable[[Path], list[str]]:
    """All problems of a file with own areas."""

    def find(path: Path) -> list[str]:
        with pytest.raises(SchemaError) as caught:
            quartiere.lay_over(musterstadt_data, file=path).register  # noqa: B018 - it is read when first used
        return caught.value.problems

    return find


def write(folder: Path, text: str) -> Path:
    path = folder / "quartiere.yml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def entry(key: str = "hang", name: str = "Am Hang", parts: str = "[Nordwest, 4]", more: str = "") -> str:
    return f"  {key}:\n    name: {name}\n    quelle: Beschluss\n    stadtteile: {parts}\n{more}"


def test_a_list_of_stadtteile_is_an_area_with_grammar_and_origin(musterstadt_data: Data, tmp_path: Path) -> None:
    more = "    urheber: Amt\n    stand: 2024-02-03\n    hinweis: Vorläufig.\n    schreibweisen: [Hangviertel]\n"
    data = quartiere.lay_over(musterstadt_data, file=write(tmp_path, entry(more=more)))
    area = data.register.resolve("am hang")
    assert (area.id, area.slug, area.ebene, area.ebene_label) == ("q-hang", "hang", "quartier", "Quartier")
    assert area.in_phrase == "im Quartier Am Hang"
    assert (
        data.register.resolve("Hangviertel")
        is data.register.resolve("q-hang")
        is data.register.resolve("Quartier am Hang")
    )
    assert (area.ganze, area.angeschnittene, data.register.members("q-hang")) == (("01", "04"), (), ["01", "04"])
    assert data.register.bezirke("q-hang") == ["I", "II"]
    assert area.stadtbezirk_id is None
    assert area.flaeche_km2 == 2
    assert area.beschreibung == (
        "Das Quartier besteht aus den Stadtteilen Nordwest und Westend. Abgrenzung: Beschluss, Amt, Stand 03.02.2024. "
        "Vorläufig. Anzahlen sind die Summen der Stadtteile, Anteile sind daraus neu berechnet."
    )
    assert data.gebiete.geometry["q-hang"].area == pytest.approx(2e6, rel=1e-3)
    assert [area.id for area in data.register][-2:] == ["musterstadt", "q-hang"]


def test_own_grammar(musterstadt_data: Data, tmp_path: Path) -> None:
    more = "    artikel: die\n    praeposition: auf der\n"
    data = quartiere.lay_over(musterstadt_data, file=write(tmp_path, entry(name="Hohe Kante", more=more)))
    assert data.register.resolve("Hohe Kante").in_phrase == "auf der Hohe Kante"


def test_a_gap_has_a_name_and_a_reason(musterstadt_data: Data, tmp_path: Path) -> None:
    text = (
        "  feld:\n    name: Nord/Südfeld\n    schreibweisen: [Südfeld]\n    quelle: Rat\n    fehlt: Der Umriss kommt.\n"
    )
    register = quartiere.lay_over(musterstadt_data, file=write(tmp_path, text)).register
    assert [gap.name for gap in register.luecken] == ["Nord/Südfeld"]
    for query in ("Nord/Südfeld", "südfeld", "q-feld"):
        with pytest.raises(UnknownArea, match=r"Nord/Südfeld: Abgrenzung liegt nicht vor\. Der Umriss kommt\."):
            register.resolve(query)
    assert register.of_level("quartier") == []


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp"])
@pytest.mark.parametrize("crs", [CRS, CRS_FILES, CRS_GRID])
def test_formats_and_coordinate_systems(musterstadt_data: Data, tmp_path: Path, ending: str, crs: str) -> None:
    shape = gpd.GeoSeries([on_grid(200, 200, 1200, 1200)], crs=CRS_GRID).to_crs(crs).iloc[0]
    path = write_outlines(tmp_path / f"hof{ending}", shape, crs=crs)
    data = quartiere.lay_over(musterstadt_data, file=path)
    area = data.register.resolve("hof")
    assert area.id == "q-hof"
    assert set(area.angeschnittene) == {"04", "05", "07", "08"}
    assert area.flaeche_km2 == pytest.approx(1.0, abs=0.002)
    assert "Abgrenzung: Datei hof" in area.beschreibung
    assert data.environment["SOZIALRAUM_AREAS"] == str(path)
    assert path in data.files


def test_names_from_an_attribute_or_one_area_from_all(musterstadt_data: Data, tmp_path: Path) -> None:
    shapes = on_grid(0, 0, 500, 500), on_grid(1500, 1500, 2500, 2500)
    named = write_outlines(tmp_path / "a.geojson", *shapes, crs=CRS_GRID, Name=["Ecke", "Kern"])
    assert [a.name for a in quartiere.lay_over(musterstadt_data, file=named).register.of_level("quartier")] == [
        "Ecke",
        "Kern",
    ]
    unnamed = write_outlines(tmp_path / "beide.gpkg", *shapes, nr=["1", "2"])
    area = quartiere.lay_over(musterstadt_data, file=unnamed).register.resolve("beide")
    assert area.flaeche_km2 == pytest.approx(1.25, abs=0.003)


def test_yaml_chooses_layer_and_objects(musterstadt_data: Data, tmp_path: Path) -> None:
    shapes = [on_grid(0, 0, 500, 500), on_grid(500, 0, 900, 500), on_grid(1500, 1500, 2500, 2500)]
    table = gpd.GeoDataFrame({"projekt": ["A", "A", "B"]}, geometry=shapes, crs=CRS_GRID)
    for layer in ("alt", "neu"):
        table.to_file(tmp_path / "u.gpkg", layer=layer)
    every = "  alle:\n    quelle: Amt\n    datei: u.gpkg\n    merkmal: projekt\n    layer: alt\n"
    one = every.replace("alle", "sued").replace("alt", "neu") + "    name: Projekt Süd\n    wert: A\n"
    register = quartiere.lay_over(musterstadt_data, file=write(tmp_path, one + every)).register
    assert [(area.id, area.name) for area in register.of_level("quartier")] == [
        ("q-sued", "Projekt Süd"),
        ("q-a", "A"),
        ("q-b", "B"),
    ]
    assert register.resolve("Projekt Süd").flaeche_km2 == pytest.approx(0.45, abs=0.002)


def test_an_outline_that_follows_stadtteile_means_them(musterstadt_data: Data) -> None:
    wide = quartiere.from_polygon(musterstadt_data, box(-8, 1992, 2008, 3008), name="Oben").register.resolve("Oben")
    assert (wide.ganze, wide.angeschnittene) == (("01", "02"), ())
    narrow = quartiere.from_polygon(musterstadt_data, box(0, 1950, 2000, 3000), name="Oben").register.resolve("Oben")
    assert (narrow.ganze, narrow.angeschnittene) == (("01", "02"), ("04", "05"))


def test_a_part_outside_is_told_and_not_counted(musterstadt_data: Data) -> None:
    area = quartiere.from_polygon(musterstadt_data, box(-1000, 2500, 500, 3000), name="Rand").register.resolve("Rand")
    assert "66,7 % des Umrisses liegen außerhalb von Musterstadt und zählen nicht mit." in area.beschreibung
    assert area.flaeche_km2 == pytest.approx(0.25, abs=0.002)


BOWTIE = shapely.Polygon([(4431100, 3210100), (4431900, 3210900), (4431900, 3210100), (4431100, 3210900)])


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (BOWTIE, r"Objekt 2: Der Umriss kreuzt oder berührt sich selbst bei 4431500 / 3210500"),
        (shapely.Polygon(), "Objekt 2: Der Umriss ist leer"),
        (on_grid(0, 0, 500, 500).exterior, "Objekt 2: Statt einer Fläche steht hier eine Linie"),
        (on_grid(0, 0, 500, 500).centroid, "Objekt 2: Statt einer Fläche steht hier ein Punkt"),
        (on_grid(20000, 0, 21000, 500), "Objekt 2: Der Umriss liegt außerhalb von Musterstadt"),
        (on_grid(100, 100, 105, 102), "Objekt 2: Der Umriss hat nur 10 m²"),
        (on_grid(-500, 100, 5, 500), "Objekt 2: In Musterstadt liegen davon nur"),
    ],
    ids=["bowtie", "empty", "line", "point", "outside", "tiny", "almost outside"],
)  # fmt: skip
def test_each_bad_outline_has_its_sentence(
    problems: Callable[[Path], list[str]], tmp_path: Path, shape: shapely.Geometry, told: str
) -> None:
    path = write_outlines(
        tmp_path / "u.geojson", on_grid(0, 0, 900, 900), shape, crs=CRS_GRID, name=["Gut", "Schlecht"]
    )
    found = problems(path)
    assert len(found) == 1
    assert told in found[0]
    assert str(path) in found[0]


@pytest.mark.parametrize(("crs", "told"), [(CRS_FILES, "Länge und Breite"), (CRS, "Rechts- und Hochwert")])
def test_swapped_axes_are_recognised(
    problems: Callable[[Path], list[str]], tmp_path: Path, crs: str, told: str
) -> None:
    right = gpd.GeoSeries([box(0, 0, 900, 900)], crs=CRS).to_crs(crs).iloc[0]
    swapped = shapely.transform(right, lambda xy: xy[:, ::-1])
    found = problems(write_outlines(tmp_path / "u.gpkg", swapped, crs=crs))
    assert len(found) == 1
    assert f"{told} sind vertauscht" in found[0]


def test_metres_in_a_geojson_without_crs_are_explained(problems: Callable[[Path], list[str]], tmp_path: Path) -> None:
    path = tmp_path / "u.geojson"
    shape = shapely.geometry.mapping(box(0, 0, 900, 900))
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}))
    found = problems(path)
    assert "sind keine Grad" in found[0]
    assert "RFC 7946" in found[0]


def test_files_without_crs_or_parts_are_refused(problems: Callable[[Path], list[str]], tmp_path: Path) -> None:
    shape = on_grid(0, 0, 900, 900)
    for lost in (".shx", ".prj", ".dbf"):
        path = write_outlines(tmp_path / f"u{lost[1:]}.shp", shape)
        path.with_suffix(lost).unlink()
        found = problems(path)
        assert f"Daneben fehlt u{lost[1:]}{lost}" in found[0]
    bare = gpd.GeoDataFrame(geometry=[shape])
    with pytest.warns(UserWarning, match="crs"):
        bare.to_file(tmp_path / "bare.gpkg")
    assert "nennt kein Koordinatensystem" in problems(tmp_path / "bare.gpkg")[0]


def test_unreadable_missing_and_ambiguous_files(
    problems: Callable[[Path], list[str]], musterstadt_data: Data, tmp_path: Path
) -> None:
    with pytest.raises(SourceMissing, match="gibt es nicht"):
        quartiere.lay_over(musterstadt_data, file=tmp_path / "weg.geojson").register  # noqa: B018 - read when used
    for name, content in (
        ("a.geojson", "{"),
        ("b.gpkg", "kein sqlite"),
        ("c.geojson", '{"type": "FeatureCollection", "features": []}'),
    ):
        path = tmp_path / name
        path.write_text(content)
        assert str(path) in problems(path)[0]
    (tmp_path / "u.txt").write_text("x")
    assert "nur aus GeoJSON" in problems(tmp_path / "u.txt")[0]
    for layer in ("alt", "neu"):
        gpd.GeoDataFrame(geometry=[on_grid(0, 0, 900, 900)], crs=CRS_GRID).to_file(tmp_path / "zwei.gpkg", layer=layer)
    assert "mehrere Layer („alt“, „neu“)" in problems(tmp_path / "zwei.gpkg")[0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (entry(parts="[Nordwst]"), "Zeile 2 (hang): „Nordwst“ ist weder ein Stadtteil noch"),
        (entry(parts="[Nordwst]"), "Meinten Sie Nordwest"),
        (entry(parts="[II]"), "„II“ ist kein Stadtteil, sondern: Stadtbezirk Mitte"),
        (entry(parts="[1, Nordwest]"), "Der Stadtteil Nordwest steht doppelt"),
        (entry(parts="[]"), "„stadtteile“ braucht eine Liste"),
        (entry(name="Westend"), "„Westend“ heißt schon: Stadtteil Westend"),
        (entry(key="musterstadt"), "heißt schon: Stadt Musterstadt"),
        (entry() + entry(), "Zeile 6 (hang): Die Kennung q-hang ist schon vergeben"),
        (entry() + entry(key="zwei"), "Den Namen „Am Hang“ gibt es schon"),
        (entry(more="    farbe: rot\n"), "„farbe“ ist unbekannt. Möglich sind: name,"),
        (entry(more="    datei: u.shp\n"), "genau eines von „stadtteile“ (Liste), „datei“ (Umriss) und „fehlt“"),
        ("  hang:\n    name: X\n    stadtteile: [1]\n", "„quelle“ fehlt"),
        ("  hang:\n    quelle: X\n    stadtteile: [1]\n", "„name“ fehlt"),
        ("  hang: Kray\n", "Es fehlen Angaben"),
        ("  hang:\n    name: X\n    quelle: a: b\n", "Zeile 4: kein lesbares YAML. Der Doppelpunkt passt hier nicht"),
        ("  hang:\n\t name: X\n", "Zeile 3: kein lesbares YAML. Hier steht ein Tabulator"),
    ],
)  # fmt: skip
def test_each_mistake_in_the_yaml_has_its_sentence(
    problems: Callable[[Path], list[str]], tmp_path: Path, text: str, told: str
) -> None:
    path = write(tmp_path, text)
    found = problems(path)
    assert len(found) == 1, found
    assert told in found[0]
    assert str(path) in found[0]


def test_all_mistakes_are_told_at_once(problems: Callable[[Path], list[str]], tmp_path: Path) -> None:
    found = problems(write(tmp_path, entry(parts="[X1, X2]") + entry(key="b", name="B", parts="[II]")))
    assert len(found) == 3


def test_a_file_that_is_no_section_or_no_utf8(problems: Callable[[Path], list[str]], tmp_path: Path) -> None:
    path = tmp_path / "q.yml"
    path.write_bytes("quartiere:\n  a: Südhang".encode("cp1252"))
    assert "nicht in UTF-8" in problems(path)[0]
    path.write_text("stadtteile: []\n")
    assert "Der Abschnitt „quartiere:“ fehlt" in problems(path)[0]


def test_a_missing_outline_file_names_the_entry(problems: Callable[[Path], list[str]], tmp_path: Path) -> None:
    text = "  hof:\n    name: Hof\n    quelle: Amt\n    datei: weg.gpkg\n"
    assert "Zeile 2 (hof): Die Datei" in problems(write(tmp_path, text))[0]


def test_drawn_outlines_are_checked_too(musterstadt_data: Data) -> None:
    with pytest.raises(SchemaError, match="kreuzt oder berührt sich selbst"):
        quartiere.from_polygon(musterstadt_data, gpd.GeoSeries([BOWTIE], crs=CRS_GRID).to_crs(CRS).iloc[0], name="X")
    with pytest.raises(SchemaError, match="kein Umriss"):
        quartiere.from_polygon(musterstadt_data, {"type": "Polygon"}, name="X")
    with pytest.raises(SchemaError, match="heißt schon: Stadtteil Westend"):
        quartiere.from_polygon(musterstadt_data, box(0, 0, 900, 900), name="Westend")
    geojson = shapely.geometry.mapping(gpd.GeoSeries([box(0, 0, 900, 900)], crs=CRS).to_crs(CRS_FILES).iloc[0])
    drawn = quartiere.from_polygon(musterstadt_data, {"type": "Feature", "geometry": geojson}, name="X")
    assert drawn.register.resolve("X").flaeche_km2 == pytest.approx(0.81, abs=0.002)
