"""What people add to our maps with folium works without a network, or is refused in German words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import numpy as np
import pytest
from branca.element import Element, IFrame
from branca.element import Figure as Frame

from sozialraum import figures
from sozialraum.city.load import Data
from sozialraum.compare.analysis import analyse
from sozialraum.errors import ParameterError
from sozialraum.figures.karte import Karte, offline
from sozialraum.figures.leaflet import frame_document, map_parts

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJ"
    "RU5ErkJggg=="
)
EVIL = '</script><img src="https://boese.example/x.png" onerror="alert(1)">`${alert(1)}'


@pytest.fixture
def map_(musterstadt_data: Data) -> Karte:
    return figures.facility_map(analyse(musterstadt_data, "musterstadt")).karte


@pytest.fixture
def middle(map_: Karte) -> list[float]:
    return list(map_.location)


def opened(map_: folium.Map, path: Path, open_page: Callable[..., Any]) -> Any:
    path.write_text(frame_document(map_parts(map_, key="k"), title="Karte"), encoding="utf-8")
    return open_page(path, width=800)


def popups(place: list[float]) -> dict[str, tuple[Any, str]]:
    """Everything that takes a popup, what is to be clicked, and what it shows."""
    square = [[place[0] - 0.004, place[1] - 0.004], [place[0] - 0.004, place[1] + 0.004], [place[0] + 0.004, place[1]]]
    outline = {"type": "Polygon", "coordinates": [[[y, x] for x, y in [*square, square[0]]]]}
    shape = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "Feld & Flur"}, "geometry": outline}]}  # fmt: skip
    group = folium.FeatureGroup(name="Eigene")
    folium.Marker(place).add_to(group)
    group.add_child(folium.Popup("In der Gruppe"))
    return {
        "text": (folium.Marker(place, popup="Ein Text mit ` und ${x}"), "Ein Text mit ` und ${x}"),
        "html": (folium.Marker(place, popup="<b>Fett</b><br>neue Zeile"), "Fett\nneue Zeile"),
        "escaped": (folium.Marker(place, popup=folium.Popup(EVIL, parse_html=True)), EVIL),
        "popup": (folium.Marker(place, popup=folium.Popup("Breit", max_width=120, sticky=True)), "Breit"),
        "lazy": (folium.Marker(place, popup=folium.Popup("Spät", lazy=True)), "Spät"),
        "number": (folium.Marker(place, popup=12.5), "12.5"),
        "element": (folium.Marker(place, popup=folium.Popup(Element("<i>Element</i>"))), "Element"),
        "picture": (folium.Marker(place, popup=f'<img src="{PIXEL}" alt="">Bild'), "Bild"),
        "icon": (folium.Marker(place, popup="Eigenes", icon=folium.DivIcon(html="<b>X</b>")), "Eigenes"),
        "circle": (folium.CircleMarker(place, radius=30, fill=True, popup="Kreis"), "Kreis"),
        "metres": (folium.Circle(place, radius=300, fill=True, popup="Umkreis"), "Umkreis"),
        "line": (folium.PolyLine(square[:2], weight=20, popup="Linie"), "Linie"),
        "area": (folium.Polygon(square, fill=True, popup="Fläche"), "Fläche"),
        "geojson": (folium.GeoJson(shape, popup=folium.GeoJsonPopup(["name"], labels=False)), "Feld & Flur"),
        "geojson text": (folium.GeoJson(shape, popup=folium.Popup("Ganz")), "Ganz"),
        "group": (group, "In der Gruppe"),
    }  # fmt: skip


KINDS = list(popups([51.0, 7.0]))


@pytest.mark.browser
@pytest.mark.parametrize("kind", KINDS)
def test_a_popup_opens_by_a_click_and_asks_nobody(
    map_: Karte, middle: list[float], kind: str, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    bare = Karte(middle, zoom_start=15)
    element, shown = popups(middle)[kind]
    element.add_to(bare)
    result = opened(bare, tmp_path / "karte.html", open_page)
    page = result.page
    page.locator(".leaflet-marker-icon, path.leaflet-interactive").first.click(force=True)
    page.wait_for_selector(".leaflet-popup-content")
    assert page.locator(".leaflet-popup-content").inner_text().strip() == shown
    assert page.locator(".leaflet-popup-close-button").get_attribute("aria-label") == "Schließen"
    assert result.requests == []
    assert result.errors == []


@pytest.mark.browser
def test_a_default_marker_shows_its_pin_and_the_map_stays_whole(
    map_: Karte, middle: list[float], tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    folium.Marker(middle, popup="Büro", tooltip="Hinweis ` ${x}").add_to(map_)
    result = opened(map_, tmp_path / "karte.html", open_page)
    pin = result.page.locator("img.leaflet-marker-icon")
    pin.wait_for()
    assert pin.evaluate("image => image.complete && image.naturalWidth") > 10
    pin.hover(force=True)
    assert result.page.locator(".leaflet-tooltip").inner_text().strip() == "Hinweis ` ${x}"
    pin.click(force=True)
    assert result.page.locator(".leaflet-popup-content").inner_text() == "Büro"
    assert result.requests == []
    assert result.errors == []


@pytest.mark.browser
def test_a_map_at_the_end_of_a_cell_shows_itself(
    map_: Karte, middle: list[float], tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    folium.Marker(middle, popup=folium.Popup("Offen", show=True)).add_to(map_)
    path = tmp_path / "zelle.html"
    path.write_text(f'<!doctype html><html lang="de"><title>x</title>{map_._repr_html_()}', encoding="utf-8")
    result = open_page(path, width=800)
    content = result.page.frame_locator("iframe").locator(".leaflet-popup-content")
    content.wait_for()
    assert content.inner_text() == "Offen"
    assert result.requests == []
    assert result.errors == []


REFUSED: dict[str, Callable[[list[float]], Any]] = {
    "script": lambda p: folium.Marker(p, popup="<script>alert(1)</script>"),
    "handler": lambda p: folium.Marker(p, popup='<b onclick="x()">x</b>'),
    "picture elsewhere": lambda p: folium.Marker(p, popup='<img src="https://boese.example/x.png">'),
    "style elsewhere": lambda p: folium.Marker(p, popup='<p style="background: url(https://boese.example/x)">x</p>'),
    "javascript": lambda p: folium.Marker(p, popup='<a href="java\nscript:alert(1)">x</a>'),
    "iframe": lambda p: folium.Marker(p, popup=folium.Popup(IFrame("<b>x</b>"))),
    "figure": lambda p: folium.Marker(p, popup=folium.Popup(Frame())),
    "tooltip": lambda p: folium.Marker(p, tooltip=EVIL),
    "tooltip style": lambda p: folium.Marker(p, tooltip=folium.Tooltip("x", style="background:url(https://b.example/x)")),
    "icon": lambda p: folium.Marker(p, icon=folium.Icon(color="red", icon="info-sign")),
    "icon elsewhere": lambda p: folium.Marker(p, icon=folium.CustomIcon("https://boese.example/x.png")),
    "div icon": lambda p: folium.Marker(p, icon=folium.DivIcon(html='<img src="//boese.example/x.png">')),
    "tiles": lambda _: folium.TileLayer("OpenStreetMap"),
    "wms": lambda _: folium.WmsTileLayer("https://boese.example/wms", layers="x"),
    "image": lambda p: folium.raster_layers.ImageOverlay("https://boese.example/x.png", [p, [p[0] + 1, p[1] + 1]]),
    "video": lambda p: folium.raster_layers.VideoOverlay("https://boese.example/x.mp4", [p, [p[0] + 1, p[1] + 1]]),
    "plugin": lambda p: folium.plugins.MarkerCluster([p]),
    "heat": lambda p: folium.plugins.HeatMap([p]),
    "field": lambda p: folium.GeoJson(
        {"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"name": EVIL}, "geometry": {"type": "Point", "coordinates": p[::-1]}}]},
        popup=folium.GeoJsonPopup(["name"])),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_needs_files_from_elsewhere_is_refused_in_words(map_: Karte, middle: list[float], kind: str) -> None:
    element = REFUSED[kind](middle)
    with pytest.raises(ParameterError, match="holen nichts von anderen Rechnern"):
        element.add_to(map_)
    bare = folium.Map(middle, tiles=None)
    element.add_to(bare)
    with pytest.raises(ParameterError, match="holen nichts von anderen Rechnern"):
        offline(bare)


def test_a_map_with_popups_is_the_same_twice_and_stays_as_it_was(map_: Karte, middle: list[float]) -> None:
    marker = folium.Marker(middle, popup="Büro", tooltip="Hinweis").add_to(map_)
    before = list(marker._children.values())
    first, second = map_parts(map_, key="k"), map_parts(map_, key="k")
    assert first == second
    assert list(marker._children.values()) == before
    map_.get_root().render()  # as folium itself does
    assert map_parts(map_, key="k") == first
    assert '"Büro"' in first.script


def test_a_picture_from_numbers_or_a_file_is_carried_along(map_: Karte, middle: list[float], tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(np.zeros(20, "uint8").tobytes())
    folium.raster_layers.ImageOverlay(np.zeros((2, 2)), [middle, [middle[0] + 1, middle[1] + 1]]).add_to(map_)
    folium.Marker(middle, icon=folium.CustomIcon(str(tmp_path / "p.png"))).add_to(map_)
    assert "data:image/png" in map_parts(map_, key="k").script
