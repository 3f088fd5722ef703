"""The map of the workbench: no tiles, no other host; every layer is updated on its own."""

from html import escape
from typing import Any, Final

import ipyleaflet
import ipywidgets as widgets

from sozialraum.figures.legend import legend_alt, map_legend
from sozialraum.lab import layers
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State
from sozialraum.style import CITY, day

HEIGHT: Final = 460
NEAR_ZOOM: Final = 14.0
PANES: Final = {
    "kreise": {"zIndex": 405},
    "vergleich": {"zIndex": 410, "pointerEvents": "none"},
    "umriss": {"zIndex": 420, "pointerEvents": "none"},
    "orte": {"zIndex": 430},
    "adresse": {"zIndex": 440, "pointerEvents": "none"},
}


class MapView:
    """All Stadtteile in classes or with circles, the chosen area outlined, facilities, a found address.

    Attributes
    ----------
    widget
        Map, legend and a line about what the pointer is on.
    map
        For others who lay something over it.
    drawing
        While a person draws, a click chooses nothing.
    """

    def __init__(self, state: State, messages: Messages) -> None:
        self.state, self.drawing = state, False
        self.stadtteile = ipyleaflet.GeoJSON(data=layers.stadtteile(state), hover_style={"weight": 3, "color": CITY})
        self.kreise = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="kreise", hover_style={"weight": 2, "color": CITY})
        self.umriss = _outline("umriss", layers.OUTLINE)
        self.vergleich = _outline("vergleich", layers.BESIDE)
        self.orte = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="orte")
        self.adresse = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="adresse", point_style=layers.SPOT)
        self.map = self._map()
        self.legend, self.line = widgets.HTML(), widgets.HTML()
        self.widget = widgets.VBox([self.map, self.legend, self.line])
        self.stadtteile.on_click(messages.act(self._clicked))
        self.stadtteile.on_hover(messages.guard(self._hovered))
        self.kreise.on_click(messages.act(self._clicked))
        self.kreise.on_hover(messages.guard(self._hovered))
        self.orte.on_hover(messages.guard(self._hovered))
        self._area()
        self._other()
        self._circles()
        self._legend()
        messages.follow(state, self._area, "data", "gebiet")
        messages.follow(state, self._other, "gebiet", "vergleich")
        messages.follow(state, self._indicator, "data", "indikator", "stand")
        messages.follow(state, self._facilities, "einrichtungen")
        messages.follow(self.map, self._zoomed, "zoom")
        messages.follow(self.map, self._seen, "bounds", "zoom")
        messages.follow(state, self._address, "adresse")

    def show_place(self, name: str, lon: float, lat: float) -> None:
        """Mark a place and go there."""
        self.state.adresse = (name, lon, lat)
        self.map.center = (lat, lon)
        self.map.zoom = max(NEAR_ZOOM, self.map.zoom)

    def show_city(self) -> None:
        """No place is marked, the whole city is to be seen."""
        self.state.adresse = ()
        self.map.center, self.map.zoom = self._whole()

    def _map(self) -> Any:
        centre, zoom = self._whole()
        return ipyleaflet.Map(
            layers=(self.stadtteile, self.kreise, self.vergleich, self.umriss, self.orte, self.adresse),
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

    def _other(self) -> None:
        other = self.state.other
        self.vergleich.data = layers.outline(self.state.data, other.id if other else "")

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

    def _seen(self) -> None:
        west, south, east, north = self.map.west, self.map.south, self.map.east, self.map.north
        if west < east and south < north:
            self.state.gesehen = (west, south, east, north, self.map.zoom)

    def _facilities(self) -> None:
        shown = self.state.einrichtungen
        self.orte.data = layers.facilities(self.state.data, shown, self.map.zoom) if shown else layers.EMPTY

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


def _outline(pane: str, style: dict[str, Any]) -> Any:
    """A layer for one boundary; its style is set by the layer, so that new data keep it."""
    return ipyleaflet.GeoJSON(data=layers.EMPTY, style=style, pane=pane)
