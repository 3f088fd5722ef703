"""Search for an address: where it is, and in which Stadtteil."""

from html import escape
from typing import Any, Final

import ipywidgets as widgets

from sozialraum.city.adressen import Place, locate
from sozialraum.lab.controls import BUTTON, FIELD, LABEL
from sozialraum.lab.map_view import MapView
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State

HINT: Final = "Straße und Hausnummer"


class Search:
    """A field for an address; its answer, and a button that chooses the Stadtteil."""

    def __init__(self, state: State, map_view: MapView, messages: Messages) -> None:
        self.state, self.map_view = state, map_view
        self.place: Place | None = None
        self.field = widgets.Text(
            description="Adresse", placeholder=HINT, style=LABEL, layout=FIELD, continuous_update=False
        )
        self.answer = widgets.HTML()
        self.button = widgets.Button(layout={**BUTTON, "display": "none"})
        found = widgets.HBox([self.answer, self.button])
        found.add_class("sr-wb-found")
        self.widget = widgets.VBox([self.field, found])
        self.field.observe(messages.act(self._search), "value")
        self.button.on_click(messages.act(self._choose))

    def _search(self, change: dict[str, Any]) -> None:
        self.place, self.answer.value, self.button.layout.display = None, "", "none"
        if not change["new"].strip():
            self.map_view.show_city()
            return
        place = self.place = locate(self.state.data, change["new"])
        self.map_view.show_place(place.adresse, place.lon, place.lat)
        found = f"{place.adresse} liegt {place.gebiet.in_phrase} ({place.gebiet.ebene_label} {place.gebiet.id})."
        self.answer.value = f'<p class="sr-wb-note" role="status">{escape(found)}</p>'
        self.button.description, self.button.layout.display = f"{place.gebiet.label} ansehen", "block"

    def _choose(self, _: Any) -> None:
        if self.place:
            self.state.choose(gebiet=self.place.gebiet.id)
