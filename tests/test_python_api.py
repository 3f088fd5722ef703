"""The public face: ``import sozialraum as sr`` runs as it is written down, and says in German what is possible."""

from __future__ import annotations

import csv
import doctest
import importlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import pandas as pd
import pytest
import shapely

import sozialraum as sr
from conftest import NBCONVERT, ROOT
from drawings import misplaced
from sozialraum import style
from sozialraum.city.load import sources_dir
from sozialraum.compare.analysis import KLASSEN

SKETCH = """
import sozialraum as sr
essen = sr.open()
essen.indicators()
frame = essen.frame()
essen.facilities("kita"), essen.cells()
essen.locate("Schloßstr. 101"), essen.within("Schloßstr. 101", 800)
gebiet = essen["Borbeck-Mitte"]
gebiet["anteil_unter_15"]
gebiet.dotplot("anteil_unter_15").savefig("x.svg")
essen.scatter("anteil_unter_15", "wahlbeteiligung_ew2024"), essen.distribution("anteil_unter_15")
gebiet.series("einwohner")
karte = gebiet.map("schule", "kita")
offline = sr.offline(frame.explore(tiles=None))
frame["mein_wert"] = frame["anteil_unter_15"] * 2
eigene = essen.map(frame["mein_wert"], title="Mein Wert", unit="%")
tabelle = essen.read("arbeitslose.xlsx")
neu = tabelle.keep()
bericht = gebiet.report()
"""
ANSWERS = (
    "stelle: Amt\nstichtag: 31.12.2023\nlizenz: frei\ngeheimhaltung: sperrung:3\nweitergabe: oeffentlich\n"
    "nenner: Einwohner von 15 bis unter 65 Jahren (Personen)\n"
)
MODULES = [
    "figures.figure", "figures.karte", "api.gebiet", "api.orte", "api.own", "api.stadt", "api.tabelle", "compare.wert",
]  # fmt: skip


@pytest.fixture(scope="module")
def essen() -> sr.Stadt:
    return sr.open()


@pytest.fixture
def stadt(musterstadt_dir: Path) -> sr.Stadt:
    return sr.open(musterstadt_dir)


@pytest.fixture
def own_essen(essen_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of Essen's tables that takes own ones, and a folder to work in with a table of an office."""
    for folder in (essen_dir, sources_dir(essen_dir)):
        shutil.copytree(folder, tmp_path / "tabellen" / folder.name)
    monkeypatch.setenv("SOZIALRAUM_DATA", str(tmp_path / "tabellen" / essen_dir.name))
    names = [area.name for area in sr.open().data.register.of_level("stadtteil")]
    table = {"Stadtteil": names, "Arbeitslose": 40, "Einwohner 15 bis 64": 500}
    pd.DataFrame(table).to_excel(tmp_path / "arbeitslose.xlsx", index=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_importing_is_cheap_and_the_names_are_listed() -> None:
    code = (
        "import sys, sozialraum as sr; assert {'open', 'offline', 'Wert'} <= set(dir(sr)) & set(sr.__all__);"
        "assert not {'pandas', 'geopandas', 'matplotlib', 'folium'} & set(sys.modules);"
        "assert all(getattr(sr, name) for name in sr.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError):
        _ = sr.gibtesnicht


@pytest.mark.slow
def test_the_sketch_runs_as_written(own_essen: Path) -> None:
    (own_essen / "arbeitslose.yml").write_text(ANSWERS, encoding="utf-8")
    names: dict[str, Any] = {}
    exec(SKETCH, names)
    assert isinstance(names["karte"], folium.Map)
    assert isinstance(names["offline"], folium.Map)
    assert names["eigene"].figure.title.startswith("Mein Wert: von ")
    assert names["neu"]["Kray"]["arbeitslosenanteil"].wert == 8
    assert names["essen"]["Kray"]["arbeitslosenanteil"].wert is None
    page = names["bericht"].read_text(encoding="utf-8")
    assert "<title>Stadtteilanalyse Borbeck-Mitte" in page
    assert (own_essen / "x.svg").is_file()


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_the_docstrings_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"sozialraum.{module}"))
    assert result.failed == 0


def test_the_page_on_python_runs(own_essen: Path) -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    (own_essen / "arbeitslose.yml").write_text(ANSWERS, encoding="utf-8")
    names: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) > 4
    blocks += re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    for block in blocks:
        exec(block.replace("gebiet.report()", "..."), names)  # the sketch makes one
    assert page.count("\n") < 145


def test_a_frame_by_hand(stadt: sr.Stadt) -> None:
    frame = stadt.frame(indicators=["anteil_unter_15", "kitas"], intervals=True)
    assert list(frame.columns) == [
        "name", "anteil_unter_15", "anteil_unter_15_von", "anteil_unter_15_bis", "kitas", "kitas_von", "kitas_bis",
        "geometry",
    ]  # fmt: skip
    assert frame.index.name == "gebiet_id"
    assert frame.crs.to_epsg() == 25832
    assert frame.loc["01", "anteil_unter_15"] == 20
    assert frame["kitas"].tolist() == [1, 2, 1, 1, 2, 1, 0, 0, 1]
    assert frame.geometry["05"].area == pytest.approx(1_000_000, rel=0.01)
    assert stadt.frame(level="stadtbezirk", indicators="kitas")["kitas"].to_dict() == {"I": 4, "II": 4, "III": 1}


def test_a_long_frame_has_the_columns_of_the_command(stadt: sr.Stadt) -> None:
    from sozialraum.cli.lookup import indicators

    long = stadt.frame(level="stadtteil", indicators="kitas", long=True)
    printed = indicators(stadt.analysis, "csv", gebiet=None, names=["kitas"], wide=False)
    assert isinstance(printed, str)
    head, *rows = csv.reader(io.StringIO(printed))
    assert list(long.columns) == head
    assert long["wert"].tolist() == [int(row[head.index("wert")]) for row in rows[:9]]


def test_a_value_is_told_once_everywhere(stadt: sr.Stadt) -> None:
    wert = stadt["Nordwest"]["anteil_unter_15"]
    assert (wert.wert, wert.von, wert.bis, wert.anzahl, wert.rang) == (20, 20, 20, 220, 3)
    assert (wert.stand, wert.art, wert.klasse) == ("2022-05-15", "geschaetzt", "überdurchschnittlich")
    assert wert.stadtwert == pytest.approx(1507 / 9922 * 100)
    assert str(wert) == "20,0\xa0%"
    assert str(stadt["Ostfeld"]["anteil_unter_15"]) == "20,7\xa0% (17,6 bis 23,8)"
    assert float(wert) == wert.wert == stadt.frame().loc["01", "anteil_unter_15"]
    shown = wert._repr_html_()
    assert "20,0\xa0%" in shown
    assert "Musterstadt 15,2\xa0% · überdurchschnittlich · Rang\xa03 · Stand 15.05.2022 · geschätzt" in shown


def test_a_value_that_is_not_there_says_why(essen: sr.Stadt) -> None:
    wert = essen["Kray"]["arbeitslosenanteil"]
    assert wert.wert is None
    assert str(wert) == "keine Angabe"
    assert wert.grund.startswith("Es liegen keine Daten vor. Veröffentlicht in: ")
    assert wert.grund.partition(":")[0] in wert._repr_html_()


def test_every_value_of_essen_agrees_with_the_frame(essen: sr.Stadt) -> None:
    frame, gebiet = essen.frame(intervals=True), essen["Rellinghausen"]
    for key in essen.indicators().query("verfuegbar").index:
        for name, column in (("wert", key), ("von", f"{key}_von"), ("bis", f"{key}_bis")):
            own = getattr(gebiet[key], name)
            assert (own is None and pd.isna(frame.loc[gebiet.id, column])) or own == frame.loc[gebiet.id, column]
        assert gebiet[key].klasse in KLASSEN


def test_facilities_count_as_the_report_does(essen: sr.Stadt, stadt: sr.Stadt) -> None:
    for city in (essen, stadt):
        whole = city[city.data.register.city.id]
        for kind, key in {"kita": "kitas", "grundschule": "grundschulen", "schule": "schulen",
                          "haltestelle": "haltestellen"}.items():  # fmt: skip
            assert len(city.facilities(kind)) == whole[key].wert
    assert set(stadt.facilities("kita", counted=False)["status"]) == {"offen", "geplant"}
    assert set(stadt.facilities("park", "einkaufsstrasse")["art"]) == {"park", "einkaufsstrasse"}
    assert len(essen.facilities("radunfall")) == len(essen.data.einrichtungen.query("art == 'radunfall'"))
    assert stadt.facilities().crs == stadt.cells().crs == stadt.frame().crs


def test_cells_add_up_and_are_squares(stadt: sr.Stadt) -> None:
    cells = stadt.cells()
    assert cells.groupby("gebiet_id")["einwohner"].sum()["01"] == stadt["01"]["einwohner"].wert == 1100
    assert cells.area.round(-2).eq(10_000).all()


def test_a_walk_by_hand(stadt: sr.Stadt) -> None:
    """154 people live in cell A of Weiler; 66 in its cell B and 330 in that of Westend, both 707 m or 919 m on foot."""
    here = stadt.locate("Dorfstr. 3")
    assert (here.stadtteil, here.gebiet_id) == ("Weiler", "07")
    near, far = stadt.within("Dorfstr. 3", 900), stadt.within(here, 930)
    assert (near.einwohner, far.einwohner) == (154, 550)
    assert near.unter_15 == 15
    assert near.hinweis == "Der Umkreis reicht über die Stadtgrenze; was dort liegt, ist nicht erfasst."
    assert stadt.within(here.punkt, 900).einwohner == 154
    middle = stadt.within(shapely.Point(stadt.facilities("haltestelle").geometry["haltestelle-9004"]), 300)
    assert middle.einrichtungen["gehweg_m"].is_monotonic_increasing
    assert middle.einrichtungen.loc["haltestelle-9004", "gehweg_m"] == 0
    assert middle.anzahlen.loc["Haltestellen", "nächste (m)"] == 0
    assert "rund 770 Menschen" in str(middle)


def test_a_dotplot_shows_itself_and_is_saved_whole(essen: sr.Stadt, tmp_path: Path) -> None:
    figure = essen["Kray"].dotplot("anteil_unter_15")
    bundle, _ = figure._repr_mimebundle_()
    assert {"text/html", "image/svg+xml", "text/plain"} <= set(bundle)
    assert set(figure._repr_mimebundle_(include={"text/plain"}, exclude=None)[0]) == {"text/plain"}
    for shown in (bundle["text/html"], bundle["image/svg+xml"]):
        assert figure.title.split()[-1] in shown
        assert "15.05.2022" in shown
    assert "Entwurf" in bundle["image/svg+xml"]
    assert "Kray" in figure.table.index
    saved = figure.savefig(tmp_path / "kray.svg").read_text(encoding="utf-8")
    assert saved == bundle["image/svg+xml"]


@pytest.mark.browser
def test_a_figure_is_saved_as_picture_and_page(essen: sr.Stadt, tmp_path: Path, chromium: Any) -> None:
    from pikepdf import Pdf
    from PIL import Image

    figure = essen["Kray"].dotplot("anteil_unter_15")
    sheet = figure.sheet()
    with Image.open(figure.savefig(tmp_path / "kray.png")) as picture:
        assert picture.size[0] == pytest.approx(2 * sheet.width, abs=2)
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20
    with Pdf.open(figure.savefig(tmp_path / "kray.pdf")) as printed:
        assert len(printed.pages) == 1


def test_a_failed_savefig_keeps_the_last_good_file(
    essen: sr.Stadt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "kray.png"
    target.write_bytes(b"gut")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(sr.SozialraumError, match=r"Für Bilder als \.png fehlt Chromium.*oder als \.svg speichern"):
        essen["Kray"].dotplot("anteil_unter_15").savefig(target)
    assert target.read_bytes() == b"gut"


def test_a_scatter_names_the_coefficients_and_what_they_do_not_say(essen: sr.Stadt, stadt: sr.Stadt) -> None:
    figure = essen.scatter("anteil_unter_15", "wahlbeteiligung_ew2024")
    frame = essen.frame()
    x, y = frame["anteil_unter_15"], frame["wahlbeteiligung_ew2024"]
    for method in ("spearman", "pearson"):
        assert style.signed(x.corr(y, method=method), 2) in figure.subtitle
    assert "n\xa0=\xa050 Stadtteile" in figure.subtitle
    assert "nicht für einzelne Menschen" in figure.subtitle
    assert figure.title == "Unter 15 Jahre und Wahlbeteiligung 2024: deutlich gegenläufig"
    assert "deutlich gegenläufig" in figure.alt
    assert "15.05.2022 und 09.06.2024" in figure.source
    assert figure.table.loc["Kray"].tolist() == [str(essen["Kray"][key]).split(" (")[0] for key in (x.name, y.name)]
    assert misplaced(figure.drawing) == []
    labels = {box.text for box in figure.drawing.labels}
    assert {"Schuir", "Essen 14,0\xa0%", "Essen 61,1\xa0%"} <= labels
    assert figure.drawing.narrow is not None
    assert "Kray" in {box.text for box in essen["Kray"].scatter("kitas", "einwohner").drawing.labels}
    assert "Anzahlen hängen schon deshalb zusammen" in essen.scatter("kitas", "einwohner").subtitle


def test_a_scatter_takes_series_and_says_when_there_is_nothing_to_see(stadt: sr.Stadt) -> None:
    values = stadt.frame()["anteil_unter_15"]
    same = stadt.scatter((values * 2).rename("Doppelt"), "anteil_unter_15")
    assert same.title == "Doppelt und unter 15 Jahre: stark gleichläufig"
    assert "(Spearman) +1,00, Korrelation (Pearson) +1,00" in same.subtitle
    with pytest.raises(sr.SozialraumError, match=r"lassen sich nicht gegenüberstellen: 3 Stadtteile haben beide Werte"):
        stadt.scatter(values.iloc[:3].rename("Wenige"), "anteil_unter_15")
    with pytest.raises(sr.SozialraumError, match="lassen sich nicht gegenüberstellen"):
        stadt.scatter((values * 0).rename("Gleich"), "anteil_unter_15")


def test_a_city_line_is_named_only_where_it_is_drawn(stadt: sr.Stadt) -> None:
    own = (stadt.frame()["anteil_unter_15"] * 2).rename("eigenes")
    assert "Linie" not in stadt.scatter(own, "kitas").subtitle
    assert "; Linie: Musterstadt." in stadt.scatter(own, "anteil_unter_15").subtitle
    assert "; Linien: Musterstadt." in stadt.scatter("anteil_65plus", "anteil_unter_15").subtitle
    assert "Linie" not in stadt.distribution(own).subtitle
    assert "; Linie: Stadtwert." in stadt.distribution("anteil_unter_15").subtitle
    assert stadt.distribution(own).title.startswith("Eigenes: ")


def test_a_scatter_names_the_line_of_one_city_value_beside_it(stadt: sr.Stadt) -> None:
    """The other value is missing: the words stood at the upper edge."""
    drawing = stadt.scatter("kitas", "anteil_unter_15").drawing
    label = next(box for box in drawing.labels if box.text.startswith("Musterstadt"))
    line = stadt.scatter("anteil_65plus", "anteil_unter_15").drawing
    both = next(box for box in line.labels if box.text == label.text)
    assert abs(label.top - both.top) < 20


def test_a_distribution_shows_a_series_too(stadt: sr.Stadt, tmp_path: Path) -> None:
    own = stadt.frame()["anteil_unter_15"].rename("Eigenes")
    figure = stadt.distribution(own, unit="%", date="2023", city=12)
    assert figure.title == "Eigenes: Verteilung der Stadtteile"
    assert "niedrigster Wert" in figure.alt
    saved = figure.savefig(tmp_path / "verteilung.svg").read_text(encoding="utf-8")
    for words in ("Musterstadt\xa012,0\xa0%", "Stand: 2023", "Entwurf"):
        assert words in saved
    assert stadt["Nordwest"].distribution("kitas").belege


def test_a_matplotlibrc_changes_no_figure_and_no_figure_loads_seaborn_before_it_is_drawn(tmp_path: Path) -> None:
    code = (
        "import sys, hashlib, sozialraum as sr; essen = sr.open(); figure = essen.distribution('anteil_unter_15');"
        "loaded = 'seaborn' in sys.modules or 'matplotlib.figure' in sys.modules;"
        "print(loaded, hashlib.sha256(figure.drawing.body.encode()).hexdigest())"
    )
    (tmp_path / "matplotlibrc").write_text("axes.facecolor: red\nfont.size: 30\nsvg.fonttype: path\n", encoding="utf-8")
    said = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
        ).stdout.split()
        for folder in (ROOT, tmp_path)
    ]
    assert said[0] == said[1]
    assert said[0][0] == "False"


def test_a_series_of_ones_own_is_compared_by_hand(stadt: sr.Stadt) -> None:
    """City 10; weighted by people the spread of (10 ... 10, 40 in Nordwest) is sqrt(1100 / 9922) * 30 = 10.0."""
    own = pd.Series({area.name: 10.0 for area in stadt.data.register.of_level("stadtteil")} | {"Nordwest": 40.0})
    wert = stadt["Nordwest"].compare(own, title="Eigenes", unit="%", city=10, date="31.12.2023")
    assert (wert.wert, wert.stadtwert, wert.rang, wert.klasse) == (40, 10, 1, "weit über dem Stadtwert")
    assert (wert.titel, wert.stand, str(wert)) == ("Eigenes", "2023-12-31", "40\xa0%")
    assert stadt["Westend"].compare(own, city=10).klasse == "durchschnittlich"
    assert stadt["Westend"].compare(own).grund == "Der Wert der Stadt fehlt."
    assert stadt["I"].compare(own).wert is None
    figure = stadt["Nordwest"].dotplot(own, title="Eigenes", unit="%", city=10, date="2023", source="Amt für X")
    assert figure.title == "Eigenes liegt weit über dem Stadtwert"
    assert figure.source == "Stand: 2023 (berechnet). Quelle: Amt für X."


def test_a_series_by_id_or_name_makes_the_same_map(stadt: sr.Stadt) -> None:
    by_id = stadt.frame()["anteil_unter_15"].rename("Mein Wert")
    by_name = by_id.rename(index=lambda key: stadt.data.register.by_id(key).name)
    by_number = by_id.rename(index=int)
    maps = [stadt.map(one, unit="%") for one in (by_id, by_name, by_number)]
    assert len({one._repr_html_() for one in maps}) == 1
    assert maps[0].figure is not None
    assert maps[0].figure.title == "Mein Wert: von 10,0\xa0% bis 25,0\xa0%"
    assert maps[0].figure.table.loc["Westend", "Wert"] == "25,0\xa0%"


def test_an_indicator_as_it_stands_keeps_date_and_source_and_a_computed_one_does_not(essen: sr.Stadt) -> None:
    column = essen.frame()["anteil_unter_15"]
    same, computed = essen.map(column).figure, essen.map(column * 2).figure
    assert same is not None
    assert computed is not None
    assert same.title == "Anteil der unter 15-Jährigen: von 10,8\xa0% bis 18,1\xa0%"
    assert same.source.startswith("Stand: 15.05.2022 (geschätzt). Quelle: © Europäische Union")
    assert computed.title.startswith("anteil_unter_15: von 21,6 bis ")
    assert computed.source == "Stand: nicht dokumentiert (berechnet). Quelle: eigene Angabe."


def test_a_count_of_ones_own_is_drawn_as_circles(stadt: sr.Stadt) -> None:
    counts = stadt.frame()["kitas"].rename("Bäume")
    figure = stadt.map(counts, count=True).figure
    assert figure is not None
    assert "Die Fläche eines Kreises entspricht der Zahl" in figure.subtitle
    assert stadt["Altstadt"].compare(counts, count=True).klasse == "keine Einstufung"


def test_a_map_of_some_kinds_counts_and_names_them(stadt: sr.Stadt) -> None:
    karte = stadt["Altstadt"].map("kita", "schule")
    assert karte.figure is not None
    assert karte.figure.title == "Altstadt: 2\xa0Grundschulen, 1\xa0weitere Schule und 2\xa0Kitas"
    assert set(karte.figure.table["Art"]) == {"Kita", "Grundschule", "weitere Schule"}
    assert "Musterstadt Hbf" not in karte._repr_html_()
    assert "Musterstadt Hbf" in stadt["Altstadt"].map()._repr_html_()


def test_names_that_try_to_break_out_are_text(kleinstadt: Path, stadt: sr.Stadt) -> None:
    evil = "<script>alert(1)</script>"
    small = sr.open(kleinstadt)
    own = pd.Series({area.id: 1.0 for area in small if area.ebene == "stadtteil"}, name=evil)
    hof = small["02"]
    assert evil in hof.name
    shown = [small, hof, hof["einwohner"], hof.dotplot("einwohner"), hof.dotplot(own, unit=evil),
             hof.compare(own, source=evil), stadt["Nord-Mitte"].map("kita")]  # fmt: skip
    for one in shown:
        assert "<script>alert(" not in one._repr_html_()
    assert "<script" not in hof.dotplot(own, title=evil).sheet().markup(alt="Punktreihe mit einem Namen")


@pytest.mark.browser
def test_a_group_of_layers_added_to_a_finished_map_leaves_it_whole(
    stadt: sr.Stadt, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    """The choice of layers stood before the new layer and named what was not there yet: the script broke off."""
    karte = stadt["Altstadt"].map("kita")
    group = folium.FeatureGroup(name="Eigenes").add_to(karte)
    folium.Marker(karte.location, popup="Büro", tooltip="Hinweis").add_to(group)
    karte.save(tmp_path / "karte.html")
    opened = open_page(tmp_path / "karte.html")
    inner = opened.page.frame_locator("iframe")
    inner.locator("img.leaflet-marker-icon").click()
    assert inner.locator(".leaflet-popup-content").inner_text() == "Büro"
    assert inner.get_by_label("Eigenes").is_checked()
    assert "Entwurf" in opened.page.locator("body").inner_text()
    assert opened.requests == []
    assert opened.errors == []


@pytest.mark.browser
def test_a_map_can_be_moved_to_another_extent(stadt: sr.Stadt, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    """The extent of the area was still being shown when the one of one's own came, and held."""
    karte = stadt["Altstadt"].map("kita")
    lat, lon = karte.location
    folium.CircleMarker([lat, lon], radius=5, tooltip="Mitte").add_to(karte)
    karte.fit_bounds([[lat - 0.001, lon - 0.001], [lat + 0.001, lon + 0.001]])
    karte.save(tmp_path / "karte.html")
    inner = open_page(tmp_path / "karte.html").page.frame_locator("iframe")
    assert inner.locator(".leaflet-control-scale-line").inner_text() in ("20 m", "30 m", "50 m")


def test_layers_without_a_name_are_told_apart_in_the_choice(stadt: sr.Stadt) -> None:
    """folium calls them after their ids, and two of one name are one in the choice."""
    karte = stadt["Altstadt"].map("kita")
    shape = stadt.frame(indicators="kitas").to_crs(4326).geometry.iloc[[0]]
    for layer in (folium.GeoJson(shape), folium.GeoJson(shape, name="Kreis"), folium.FeatureGroup()):
        layer.add_to(karte)
    layers = [child for child in karte._children.values() if isinstance(child, folium.map.Layer) and child.control]
    names = [layer.layer_name for layer in layers]
    assert names[-3:] == ["Eigene Ebene", "Kreis", "Eigene Ebene 2"]
    assert "macro_element" not in " ".join(names)


REFUSED: dict[str, Callable[[sr.Stadt], Any]] = {
    "„Borbek“ ist weder": lambda essen: essen["Borbek"],
    "mehrdeutig": lambda essen: essen["Borbeck"],
    "Name oder eine Nummer": lambda essen: essen[1.5],  # type: ignore[index]
    "Den Indikator „anteil_unter_16“ gibt es nicht. Meinten Sie": lambda essen: essen["Kray"]["anteil_unter_16"],
    "Den Indikator „anteil_unter_17“": lambda essen: essen["Kray"].dotplot("anteil_unter_17"),
    "keine Daten vor": lambda essen: essen["Kray"].dotplot("arbeitslosenanteil"),
    "keine Daten vor. ": lambda essen: essen["Kray"].series("arbeitslosenanteil"),
    "Den Indikator „kita“": lambda essen: essen.frame(indicators="kita"),
    "Die Ebene „block“ gibt es nicht. Möglich sind: stadtteil": lambda essen: essen.frame(level="block"),
    "Die Art „kitas“ gibt es nicht. Meinten Sie kita?": lambda essen: essen.facilities("kitas"),
    "Möglich sind: kita, grundschule": lambda essen: essen["Kray"].map("baum"),
    "Meinten Sie Schloßstr.": lambda essen: essen.locate("Schlosstrase 101"),
    "nach einem Text, etwa": lambda essen: essen.find(None),  # type: ignore[arg-type]
    "„0“ ist keine Anzahl von Treffern": lambda essen: essen.find("Kray", limit=0),
    "Zweimal „kitas“": lambda essen: essen["Kray"].scatter("kitas", "kitas"),
    "kein Fußweg in Metern": lambda essen: essen.within("Schloßstr. 101", -5),
    "EPSG:25832": lambda essen: essen.within(shapely.Point(7.0, 51.4), 500),
    "Erwartet wird eine Adresse": lambda essen: essen.within(3, 500),  # type: ignore[arg-type]
    "die es nicht gibt: „Nirgendwo“, „Krai“": lambda essen: essen.map(
        pd.Series({"Kray": 1, "Nirgendwo": 2, "Krai": 3})
    ),
    "Kray kommt zweimal vor": lambda essen: essen.map(pd.Series([1, 2], index=["Kray", "35"])),
    "sind keine Zahlen": lambda essen: essen.map(pd.Series({"Kray": "viel"})),
    "unendlich": lambda essen: essen.map(pd.Series({"Kray": float("inf")})),
    "für keinen Stadtteil einen Wert": lambda essen: essen.map(pd.Series({"IV": 1.0})),
    "Die Angabe „titel“ gibt es nicht. Möglich sind: title, unit": lambda essen: essen.map(
        pd.Series({"Kray": 1.0}),
        titel="x",  # type: ignore[call-arg]
    ),
    "ist kein Stand": lambda essen: essen.map(pd.Series({"Kray": 1.0}), date="gestern"),
    "nicht list": lambda essen: essen.map([1, 2]),  # type: ignore[arg-type]
    "nur zu einer eigenen Series": lambda essen: essen.map("anteil_unter_15", title="x"),
    "Möglich sind: .svg, .png, .pdf": lambda essen: essen["Kray"].dotplot("kitas").savefig("x.gif"),
    "nicht als „Datei ohne Endung“": lambda essen: essen["Kray"].dotplot("kitas").savefig("x"),
    "lässt sich nicht schreiben": lambda essen: essen["Kray"].dotplot("kitas").savefig("/proc/x/y.svg"),
    "keine feste Zeichnung": lambda essen: sr.offline(folium.Map(tiles=None)).savefig("x.svg"),
    "Erwartet wird eine Karte von folium": lambda essen: sr.offline("karte"),  # type: ignore[arg-type]
    "lädt Kacheln aus dem Netz": lambda essen: sr.offline(folium.Map()),
    "MarkerCluster braucht Dateien": lambda essen: folium.plugins.MarkerCluster().add_to(essen["Kray"].map("kita")),
    "folium.Icon braucht": lambda essen: folium.Marker([51, 7], icon=folium.Icon()).add_to(essen["Kray"].map("kita")),
    "Das Notebook „99“ gibt es nicht. Möglich sind: 00_datenstand": lambda essen: essen["Kray"].report(notebook="99"),
    "gibt es nicht": lambda essen: essen.read("fehlt.xlsx"),
    "Erwartet wird eine Datei als Text": lambda essen: essen.read(5),  # type: ignore[arg-type]
    "Erwartet wird ein Ordner": lambda essen: sr.open(5),  # type: ignore[arg-type]
    "Erwartet wird eine Datei mit eigenen Orten": lambda essen: sr.open(areas=5),  # type: ignore[arg-type]
    "Die Weitergabe „3“ gibt es nicht": lambda essen: sr.open(weitergabe=3),  # type: ignore[arg-type]
    "nicht NoneType": lambda essen: essen["Kray"].dotplot("kitas").savefig(None),  # type: ignore[arg-type]
    "Kennungen von Indikatoren, nicht int": lambda essen: essen.frame(indicators=5),  # type: ignore[arg-type]
    "keine Zahl von Nachkommastellen. Möglich sind: 0 bis 6.": lambda essen: essen["Kray"].dotplot(
        pd.Series({"Kray": 1.0, "Karnap": 2.0}),
        digits="x",  # type: ignore[typeddict-item]
    ),
    "keine aufbereiteten Tabellen": lambda essen: sr.open("/tmp"),
    "Weitergabe": lambda essen: sr.open(weitergabe="alle"),
}


@pytest.mark.parametrize("words", REFUSED)
def test_wrong_arguments_say_in_german_what_is_possible(
    essen: sr.Stadt, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sr.SozialraumError) as raised:
        REFUSED[words](essen)
    assert words in str(raised.value)


def test_a_table_that_asks_is_not_kept(own_essen: Path) -> None:
    essen = sr.open()
    tabelle = essen.read("arbeitslose.xlsx")
    assert any("Wer hat die Tabelle geliefert?" in question for question in tabelle.questions)
    assert tabelle.problems == []
    assert "Vorschau von" in tabelle._repr_html_()
    assert "stelle:" in tabelle.description()
    with pytest.raises(sr.SozialraumError, match="Bitte noch angeben"):
        tabelle.keep()
    assert not (own_essen / "tabellen" / "eigene").exists()


def test_a_table_is_kept_once_and_its_audience_holds(own_essen: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = dict(line.split(": ", 1) for line in ANSWERS.splitlines()) | {"weitergabe": "rat"}
    tabelle = sr.open().read("arbeitslose.xlsx", **answers)
    assert tabelle.questions == []
    essen = tabelle.keep()
    assert "Eingelesen: " in capsys.readouterr().out
    assert essen["Kray"]["arbeitslosenanteil"].wert is None
    assert sr.open(weitergabe="rat")["Kray"]["arbeitslosenanteil"].wert == 8
    sr.open().read("arbeitslose.xlsx", **answers).keep()
    assert "Schon eingelesen: " in capsys.readouterr().out


def test_the_description_may_lie_elsewhere(own_essen: Path) -> None:
    (own_essen / "vorjahr.yml").write_text(ANSWERS, encoding="utf-8")
    assert sr.open().read("arbeitslose.xlsx", beschreibung="vorjahr.yml").questions == []


def test_a_report_that_fails_keeps_the_last_good_one(essen: sr.Stadt, tmp_path: Path) -> None:
    page = tmp_path / "bericht-stadtteilanalyse_35-kray.html"
    page.mkdir()
    with pytest.raises(sr.SozialraumError, match="Der Bericht ist nicht fertig geworden"):
        essen["Kray"].report(tmp_path)
    assert page.is_dir()


@pytest.mark.browser
@pytest.mark.parametrize("how", ["plain", "column", "scheme", "categories", "points"])
def test_explore_is_seen_without_a_network(
    essen: sr.Stadt, how: str, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    frame = essen.frame(indicators="anteil_unter_15")
    frame["gruppe"] = (frame["anteil_unter_15"] > 14).map({True: "über 14 <%>", False: "bis 14 %"})
    made = {
        "plain": lambda: frame.explore(tiles=None),
        "column": lambda: frame.explore("anteil_unter_15", tiles=None),
        "scheme": lambda: frame.explore("anteil_unter_15", scheme="quantiles", tiles=None),
        "categories": lambda: frame.explore("gruppe", tiles=None),
        "points": lambda: essen.facilities("kita")[["name", "geometry"]].explore(tiles=None, popup=True),
    }[how]()
    layers = list(made._children)
    sr.offline(made).save(tmp_path / "karte.html")
    assert (type(made), list(made._children), bool(made.default_js)) == (folium.Map, layers, True)
    opened = open_page(tmp_path / "karte.html")
    assert opened.page.locator("path.leaflet-interactive").count() >= 50
    assert opened.page.locator(".leaflet-control-zoom").count() == 1
    said = opened.page.locator("body").inner_text()
    assert {"plain": "", "column": "18", "scheme": "18", "categories": "über 14 <%>", "points": ""}[how] in said
    assert opened.requests == []
    assert opened.errors == []


@pytest.mark.browser
def test_plain_nbconvert_shows_every_kind_of_object(
    make_notebook: Callable[..., Path], tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    notebook = make_notebook(
        "zellen", "import folium, sozialraum as sr\nessen = sr.open()\nessen", "gebiet = essen['Kray']\ngebiet",
        "gebiet['anteil_unter_15']", "gebiet.dotplot('anteil_unter_15')", "essen.locate('Schloßstr. 101')",
        "essen.within('Schloßstr. 101', 800)",
        """karte = gebiet.map('kita')
ebene = folium.FeatureGroup('Eigenes').add_to(karte)
folium.Marker(karte.location, popup='Büro').add_to(ebene)
karte""",
        "essen.map(essen.frame()['kitas'], title='Eigene')", "sr.offline(essen.frame().explore(tiles=None))",
    )  # fmt: skip
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", str(notebook), "--output-dir", tmp_path]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    opened = open_page(tmp_path / "zellen.html", blocked=True)
    page = opened.page
    said = page.locator("body").inner_text()
    for words in ("50 Stadtteile", "Anteil der unter 15-Jährigen, Kray: 15,9", "Schloßstr. 101, Borbeck-Mitte",
                  "zu Fuß von Schloßstr. 101 entfernt wohnen rund", "Quelle: ", "Eigene: von 0 bis 20"):  # fmt: skip
        assert words in said, words
    assert page.locator("svg.sr-svg").count() >= 3
    frames = page.locator("iframe")
    assert frames.count() == 3
    for place in range(3):
        inner = page.frame_locator("iframe").nth(place)
        inner.locator("path.leaflet-interactive >> visible=true").first.wait_for()
    own = page.frame_locator("iframe").nth(0)
    own.locator("img.leaflet-marker-icon").press("Enter")
    assert own.locator(".leaflet-popup-content").inner_text() == "Büro"
    assert own.get_by_label("Eigenes").is_checked()
    explored = page.frame_locator("iframe").nth(2).locator("path.leaflet-interactive")
    assert explored.count() == 50
    assert [url for url in opened.requests if not url.endswith(NBCONVERT)] == []
