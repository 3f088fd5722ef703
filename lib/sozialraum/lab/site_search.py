"""Sites in the workbench: one click finds where the chosen area has the shortest mean way, and what is as good."""

from html import escape
from typing import Any, Final

import geopandas as gpd
import ipyleaflet
import ipywidgets as widgets
import shapely

from sozialraum.compare.site_question import WHO, Siting, ask
from sozialraum.figures.geojson import features
from sozialraum.figures.site_map import cells_as_good
from sozialraum.lab import layers
from sozialraum.lab.controls import BUTTON, FIELD, LABEL
from sozialraum.lab.map_view import MapView
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State
from sozialraum.style import ACCENT, PAPER
from sozialraum.style.grammar import upper_first
from sozialraum.text.sites import BARRIERS, site_answer

HOW: Final = (
    "Sucht den Standort, zu dem die Menschen des gewählten Ortes im Mittel den kürzesten Weg haben. Eine gesuchte "
    "Adresse wird damit verglichen."
)
ZONE: Final = {"fillColor": "#d9942e", "fillOpacity": 0.5, "color": "#8a5a12", "weight": 1}
SPOT: Final = {"fillColor": ACCENT, "fillOpacity": 1, "color": PAPER, "weight": 2}
_SPOT_M: Final = 45


class SiteSearch:
    """Who is counted, a button, the answer in words and on the map."""

    def __init__(self, state: State, map_view: MapView, messages: Messages) -> None:
        self.state = state
        who = [(upper_first(words), key) for key, words in WHO.items()]
        self.who = widgets.Dropdown(description="Für", options=who, style=LABEL, layout={**FIELD, "max_width": "20rem"})
        self.start = widgets.Button(description="Standort suchen", icon="crosshairs", layout=BUTTON)
        self.clear = widgets.Button(description="Standort entfernen", disabled=True, layout=BUTTON)
        self.answer = widgets.HTML(f'<p class="sr-wb-note">{HOW}</p>')
        self.widget = widgets.VBox([widgets.HBox([self.who, self.start, self.clear]), self.answer])
        self.widget.children[0].layout.flex_flow = "row wrap"
        self.map_view = map_view
        self.layer = ipyleaflet.GeoJSON(data=layers.EMPTY, pane="grund")
        map_view.map.add(self.layer)
        self.start.on_click(messages.act(lambda _: self.search()))
        self.clear.on_click(messages.act(lambda _: self._clear()))
        messages.follow(state, self._clear, "data", "gebiet")

    def search(self) -> None:
        """Find the site for the chosen area; an address that was searched for is the wish.

        Raises
        ------
        ParameterError
            If too few people live there.
        """
        wish = str(self.state.adresse[0]) if self.state.adresse else ""
        siting = ask(self.state.analysis, nachfrage=self.who.value, adresse=wish)
        items = "".join(f"<li>{escape(one.text)}</li>" for one in site_answer(siting))
        note = "" if siting.sites.network else f"<p>{escape(BARRIERS)}. Ocker: gleichwertig; rot: der Standort.</p>"
        self.answer.value = f'<div class="sr-wb-note" role="status"><ul>{items}</ul>{note}</div>'
        self.layer.data, self.clear.disabled = shapes(siting), False
        width, height = layers.FITTED
        view = layers.view_of(self.state.data, self.state.gebiet, width=width, height=height)
        self.map_view.map.center, self.map_view.map.zoom = view

    def _clear(self) -> None:
        self.layer.data, self.clear.disabled = layers.EMPTY, True
        self.answer.value = f'<p class="sr-wb-note">{HOW}</p>'


def shapes(siting: Siting) -> dict[str, Any]:
    """The cells that are as good as one shape, and the site as a disc on it."""
    sites = [shapely.Point(x, y).buffer(_SPOT_M) for x, y in siting.sites.sites.at.tolist()]
    table = gpd.GeoDataFrame(
        {"style": [ZONE, *[SPOT] * len(sites)]}, geometry=[cells_as_good(siting), *sites], crs=siting.analysis.data.crs
    )
    return features(table)
