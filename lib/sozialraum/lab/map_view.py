"""The map of the workbench: no tiles, no other host; every layer is updated on its own."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import ipyleaflet
import ipywidgets as widgets

from sozialraum.figures.legend import legend_alt, map_legend
from sozialraum.lab import layers
from sozialraum.lab.controls import BUTTON
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State
from sozialraum.lab.underlay import underlay
from sozialraum.style import CITY, PAPER, day

HEIGHT: Final = 460
NEAR_ZOOM: Final = 14.0
NOTHING: Final = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
"""An image without anything."""
PANES: Final = {
    "grund": {"zIndex": 402, "pointerEvents": "none"},
    "kreise": {"zIndex": 405},
    "vergleich": {"zIndex": 410, "pointerEvents": "none"},
    "umriss": {"zIndex": 420, "pointerEvents": "none"},
    "orte": {"zIndex": 430},
    "adresse": {"zIndex": 440, "pointerEvents": "none"},
}


class MapView:
    """All Stadtteile in classes or with circles, the chosen area and those beside it outlined, places, an address.

    Attributes
    ----------
    widget
        Map, legend, the signs of the areas, and a line about what the pointer is on.
    map
        For others who lay something over it.
    drawing
        While a person draws, a click chooses nothing.
    """

    def __init__(self, state: State, messages: Messages) -> None:
        self.state, self.drawing = state, False
        self.stadtteile = ipyleaflet.GeoJSON(data=layers.stadtteile(state), hover_style={"weight": 3, "color": CITY})
        self.kreise = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="kreise", hover_style={"weight": 2, "color": CITY})
        self.grund = ipyleaflet.ImageOverlay(url=NOTHING, bounds=((0, 0), (0, 0)), pane="grund")
        self.umriss = _outline("umriss", layers.OUTLINE)
        self.vergleich = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="vergleich")
        self.buchstaben = ipyleaflet.LayerGroup()
        self.orte = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="orte")
        self.punkte = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="orte")
        self.wege = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="adresse")
        self.adresse = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="adresse", point_style=layers.SPOT)
        self.map = self._map()
        self.legend, self.beside, self.line = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.whole = widgets.Button(description="Ganze Stadt zeigen", icon="arrows-alt", layout=BUTTON)
        self.reset = widgets.Button(description="Alles zurücksetzen", icon="undo", layout=BUTTON)
        self.reset.tooltip = "Ort, Vergleich, Indikator, Einrichtungen und Ausschnitt wie am Anfang"
        self.whole.on_click(messages.act(lambda _: self.show_city()))
        self.reset.on_click(messages.act(lambda _: self._reset()))
        self.widget = widgets.VBox(
            [widgets.HBox([self.whole, self.reset]), self.map, self.legend, self.beside, self.line]
        )
        self.stadtteile.on_click(messages.act(self._clicked))
        self.stadtteile.on_hover(messages.guard(self._hovered))
        self.kreise.on_click(messages.act(self._clicked))
        self.kreise.on_hover(messages.guard(self._hovered))
        self.orte.on_hover(messages.guard(self._hovered))
        self.punkte.on_hover(messages.guard(self._hovered))
        self._area()
        self._others()
        self._circles()
        self._legend()
        messages.follow(state, self._area, "data", "gebiet")
        messages.follow(state, self._others, "data", "gebiet", "vergleich")
        messages.follow(state, self._indicator, "data", "indikator", "stand")
        messages.follow(state, self._facilities, "data", "einrichtungen", "nur")
        messages.follow(state, self._own_points, "punkte")
        messages.follow(self.map, self._zoomed, "zoom")
        messages.follow(self.map, self._seen, "bounds", "zoom")
        messages.follow(state, self._address, "adresse")
        messages.follow(state, self._ground, "gesehen")

    def show_place(self, name: str, lon: float, lat: float) -> None:
        """Mark a place and go there."""
        self.state.adresse = (name, lon, lat)
        self.map.center = (lat, lon)
        self.map.zoom = max(NEAR_ZOOM, self.map.zoom)

    def show_area(self, gebiet_id: str) -> None:
        """Go where an area fills the map; no place is marked."""
        width, height = layers.FITTED
        self.state.adresse = ()
        self.map.center, self.map.zoom = layers.view_of(self.state.data, gebiet_id, width=width, height=height)

    def show_ways(self, pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> None:
        """Draw straight lines between places, in degrees."""
        self.wege.data = layers.ways(pairs)

    def show_city(self) -> None:
        """No place is marked, the whole city is to be seen."""
        self.state.adresse = ()
        self.map.center, self.map.zoom = self._whole()

    def _reset(self) -> None:
        self.state.reset()
        self.show_city()

    def _map(self) -> Any:
        centre, zoom = self._whole()
        return ipyleaflet.Map(
            layers=(
                self.stadtteile, self.grund, self.kreise,
                self.vergleich, self.umriss, self.orte, self.punkte, self.wege,
                self.adresse, self.buchstaben,
            ),
            controls=(ipyleaflet.ZoomControl(zoom_in_title="Vergrößern", zoom_out_title="Verkleinern"),),
            panes=PANES, center=centre, zoom=zoom, min_zoom=9, max_zoom=18, zoom_snap=0.25, zoom_delta=0.5,
            zoom_control=False, attribution_control=False, scroll_wheel_zoom=False,
            layout=widgets.Layout(height=f"{HEIGHT}px", flex="0 0 auto"),
        )  # fmt: skip

    def _whole(self) -> tuple[tuple[float, float], float]:
        width, height = layers.FITTED
        return layers.view_of(self.state.data, self.state.data.register.city.id, width=width, height=height)

    def _area(self) -> None:
        self.umriss.data = layers.outline(self.state.data, self.state.gebiet)
        self._say(layers.line(self.state, self.state.gebiet))

    def _others(self) -> None:
        self.vergleich.data = layers.beside(self.state)
        self.buchstaben.layers = tuple(
            ipyleaflet.Marker(location=place, draggable=False, keyboard=False, icon=_letter(letter))
            for letter, place in layers.places_of_letters(self.state).items()
        )
        self.beside.value = _signs(self.state)

    def _indicator(self) -> None:
        self.stadtteile.data = layers.stadtteile(self.state)
        self._circles()
        self._legend()
        self._say(layers.line(self.state, self.state.gebiet))

    def _circles(self) -> None:
        self.kreise.data = layers.circles(self.state, self.map.zoom)

    def _address(self) -> None:
        self.adresse.data = layers.spot(*self.state.adresse[1:]) if self.state.adresse else layers.EMPTY

    def _zoomed(self) -> None:
        """What keeps its size on the screen is drawn anew."""
        self._circles()
        self._facilities()
        self._own_points()

    def _seen(self) -> None:
        west, south, east, north = self.map.west, self.map.south, self.map.east, self.map.north
        if west < east and south < north:
            self.state.gesehen = (west, south, east, north, self.map.zoom)

    def _ground(self) -> None:
        """Houses and streets below the window; nothing where it shows the city."""
        found = underlay(self.state.data, layers.View(*self.state.gesehen))
        with self.grund.hold_sync():
            self.grund.url, self.grund.bounds = (found.url, found.bounds) if found else (NOTHING, ((0, 0), (0, 0)))

    def _facilities(self) -> None:
        shown = self.state.einrichtungen
        self.orte.data = layers.facilities(self.state, shown, self.map.zoom) if shown else layers.EMPTY

    def _own_points(self) -> None:
        self.punkte.data = layers.own_points(self.state, self.map.zoom)

    def _legend(self) -> None:
        entry, breaks = self.state.entry, self.state.breaks
        drawing = map_legend(breaks, indikator=entry, missing=bool(self.state.values.isna().any()))
        alt = legend_alt(breaks, indikator=entry)
        title = f"{entry.titel} ({entry.einheit}), Stand {day(entry.stand)}"
        picture = drawing.markup(alt=alt, prefix=layers.HATCH_PREFIX)
        self.legend.value = f'<p class="sr-wb-legend">{escape(title)}</p>{picture}'

    def _clicked(self, *, id: str, **_: Any) -> None:
        if not self.drawing:
            self.state.choose(gebiet=id)

    def _hovered(self, *, id: str, properties: dict[str, Any], **_: Any) -> None:
        name = properties.get("name")
        self._say(f"{properties['art']}: {name}" if name else layers.line(self.state, id))

    def _say(self, text: str) -> None:
        self.line.value = f'<p class="sr-wb-note">{escape(text)}</p>'


def _letter(letter: str) -> Any:
    style = f"color:{PAPER};background:{layers.BESIDE[letter]['color']};font-weight:700;text-align:center"
    return ipyleaflet.DivIcon(html=f'<div style="{style}">{letter}</div>', icon_size=[18, 18], icon_anchor=[9, 9])


def _signs(state: State) -> str:
    """How the areas beside the chosen one are drawn, each with its line; empty without any."""
    if not state.others:
        return ""
    shown = [(layers.OUTLINE, state.area.label)]
    shown += [(layers.BESIDE[letter], f"{letter} {area.label}") for letter, area in state.others.items()]
    return f'<p class="sr-wb-legend sr-wb-signs">{"".join(f"<span>{_line(*one)}</span>" for one in shown)}</p>'


def _line(style: Mapping[str, Any], words: str) -> str:
    look = f'stroke="{style["color"]}" stroke-width="3" stroke-dasharray="{style.get("dashArray", "")}"'
    return f'<svg width="34" height="8" aria-hidden="true"><path d="M0 4H34" {look}/></svg>{escape(words)}'


def _outline(pane: str, style: dict[str, Any]) -> Any:
    """A layer for one boundary; its style is set by the layer, so that new data keep it."""
    return ipyleaflet.GeoJSON(data=layers.EMPTY, style=style, pane=pane)
