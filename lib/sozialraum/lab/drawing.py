"""An area drawn on the map becomes an area like any other, and the workbench looks at it."""

import json
from pathlib import Path
from typing import Any, Final

import ipyleaflet
import ipywidgets as widgets

from sozialraum.city.gebiete import QUARTIER_PREFIX
from sozialraum.city.load import Data
from sozialraum.city.own_areas import names, quartiere
from sozialraum.files import write_text
from sozialraum.lab.controls import BUTTON, FIELD, LABEL
from sozialraum.lab.map_view import MapView
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State
from sozialraum.style import ACCENT

NAME: Final = "Eigene Fläche"
HOW: Final = (
    "Jeder Klick auf die Karte setzt eine Ecke. Ein Doppelklick setzt die letzte und schließt die Fläche, "
    "ein Klick auf die erste Ecke schließt sie auch."
)
LOOK: Final = {"color": ACCENT, "weight": 3, "fillColor": ACCENT, "fillOpacity": 0.15}


class Drawing:
    """A name, a button that starts drawing and one that gives up.

    Areas that were drawn keep their outline in a file of their own; one with the name of another replaces it.

    Attributes
    ----------
    widget
        Name, buttons, and how it goes.
    """

    def __init__(self, state: State, map_view: MapView, messages: Messages, folder: Path) -> None:
        self.state, self.map_view, self.messages, self.folder = state, map_view, messages, folder
        self.below, self.drawn = state.data, dict[str, dict[str, Any]]()
        options = {
            "pathOptions": LOOK, "templineStyle": LOOK, "tooltips": False, "snappable": False, "finishOn": "dblclick",
        }  # fmt: skip
        self.pen = ipyleaflet.GeomanDrawControl(
            polygon=options, polyline={}, circlemarker={}, hide_controls=True, drag=False, cut=False, rotate=False
        )
        self.name = widgets.Text(value=NAME, description="Name", style=LABEL, layout=FIELD)
        self.start = widgets.Button(description="Fläche zeichnen", icon="pencil", layout=BUTTON)
        self.stop = widgets.Button(description="Abbrechen", disabled=True, layout=BUTTON)
        self.hint = widgets.HTML()
        self.widget = widgets.VBox([self.name, widgets.HBox([self.start, self.stop]), self.hint])
        map_view.map.add(self.pen)
        self.pen.on_draw(messages.guard(self._heard))
        self.start.on_click(messages.act(lambda _: self._switch(on=True)))
        self.stop.on_click(messages.act(lambda _: self._switch(on=False)))

    def _switch(self, *, on: bool) -> None:
        self.pen.clear()
        self.pen.current_mode = "draw:Polygon" if on else None
        self.map_view.drawing = on
        self.start.disabled, self.stop.disabled = on, not on
        self.hint.value = f'<p class="sr-wb-note" role="status">{HOW}</p>' if on else ""

    def _heard(self, _: Any, *, action: str, geo_json: list[dict[str, Any]]) -> None:
        if action == "create":
            self._switch(on=False)
            self.add(self.name.value.strip() or NAME, geo_json[-1]["geometry"])

    def renew(self, data: Data) -> None:
        """Go on with other tables of the city below what was drawn."""
        self.below = data
        self.state.lay_over(_laid_over(data, self.drawn), self.state.gebiet)

    def add(self, name: str, geometry: dict[str, Any]) -> None:
        """Look at an area with this name and outline (a GeoJSON polygon in degrees).

        Raises
        ------
        SchemaError
            If outline or name cannot be used; nothing has changed then.
        """
        drawn = {**self.drawn, name: geometry}
        data = _laid_over(self.below, drawn)
        self.drawn = drawn
        key = names.quartier_id(name)
        path = self.folder / f"flaeche-{key.removeprefix(QUARTIER_PREFIX)}.geojson"
        write_text(path, _file(name, geometry))
        self.state.outlines = {**self.state.outlines, key: path}
        self.state.lay_over(data, key)
        self.messages.say(f"„{name}“ ist gewählt, der Umriss liegt in {self.folder.name}/{path.name}.")


def _laid_over(data: Data, drawn: dict[str, dict[str, Any]]) -> Data:
    for name, outline in drawn.items():
        data = quartiere.from_polygon(data, outline, name=name)
    return data


def _file(name: str, geometry: dict[str, Any]) -> str:
    feature = {"type": "Feature", "properties": {"name": name}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False) + "\n"
