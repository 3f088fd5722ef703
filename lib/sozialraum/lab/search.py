"""Search for anything: where it is, in which Stadtteil, and what is nearest."""

from functools import partial
from html import escape
from typing import Any, Final

import ipywidgets as widgets

from sozialraum.city.adressen import degrees, locate
from sozialraum.city.finder import STREET, Entry, find
from sozialraum.errors import ParameterError
from sozialraum.lab.controls import BUTTON, FIELD, LABEL
from sozialraum.lab.map_view import MapView
from sozialraum.lab.messages import Messages
from sozialraum.lab.near import ESTIMATE, nearest
from sozialraum.lab.state import State
from sozialraum.style import SYMBOLS
from sozialraum.style.grammar import enumerate_words, upper_first

HINT: Final = "Straße, Adresse, Stadtteil, Park, Schule …"
LISTED: Final = 8
MOST_BUTTONS: Final = 5


class Search:
    """A field; what was found, the best shown at once; buttons that choose its Stadtteile; the nearest places.

    Attributes
    ----------
    shown
        What is shown of what was found; None without.
    choices
        One button per Stadtteil of it.
    """

    def __init__(self, state: State, map_view: MapView, messages: Messages) -> None:
        self.state, self.map_view, self.messages = state, map_view, messages
        self.shown: Entry | None = None
        self._listing = False
        self.found: list[Entry] = []
        self.field = widgets.Text(
            description="Suche", placeholder=HINT, style=LABEL, layout=FIELD, continuous_update=False
        )
        self.hits = widgets.Select(description="Gefunden", rows=4, style=LABEL, layout={**FIELD, "display": "none"})
        self.answer, self.near = widgets.HTML(), widgets.HTML()
        self.choices = widgets.HBox(layout={"flex_flow": "row wrap"})
        kinds = [("keine", ""), *((upper_first(one.plural), key) for key, one in SYMBOLS.items())]
        self.kind = widgets.Dropdown(
            description="Nächste", options=kinds, style=LABEL, layout={**FIELD, "display": "none"}
        )
        found = widgets.HBox([self.answer, self.choices], layout={"flex_flow": "row wrap"})
        found.add_class("sr-wb-found")
        self.widget = widgets.VBox([self.field, self.hits, found, self.kind, self.near])
        self.field.observe(messages.act(lambda change: self.search(change["new"])), "value")
        self.hits.observe(messages.act(lambda change: None if self._listing else self._show(change["new"])), "index")
        self.kind.observe(messages.act(lambda _: self._nearest()), "value")
        messages.follow(state, self._nearest, "nur", "data")
        messages.follow(state, self._cleared, "adresse")

    def search(self, text: str) -> None:
        """Show the best of what a text may mean and list the rest; an error says that there is none."""
        self.found = find(self.state.data, text, limit=LISTED)
        self._listing = True
        self.hits.options = [
            f"{one.label} · {one.kind}{f' · {one.detail}' if one.detail else ''}" for one in self.found
        ]
        self.hits.layout.display = "flex" if len(self.found) > 1 else "none"
        self.hits.index = 0 if self.found else None
        self._listing = False
        self._show(0 if self.found else None)
        self._explain(text)

    def _explain(self, text: str) -> None:
        """Why an address was not found, in the words of the gazetteer; or that nothing was."""
        street = bool(self.found) and self.found[0].kind == STREET
        if any(letter.isdigit() for letter in text) and (street or not self.found):
            locate(self.state.data, text)
        elif not self.found and text.strip():
            raise ParameterError(
                f"Zu „{text.strip()}“ ist nichts zu finden. Bitte einen Stadtteil, eine Straße oder einen Ort eingeben."
            )

    def _cleared(self) -> None:
        if not self.state.adresse and self.shown is not None and self.shown.punkt:
            self.field.value = ""

    def _show(self, place: int | None) -> None:
        entry = self.shown = None if place is None else self.found[place]
        register = self.state.data.register
        self.answer.value = (
            "" if entry is None else f'<p class="sr-wb-note" role="status">{escape(self._words(entry))}</p>'
        )
        self.choices.children = [self._button(key) for key in (entry.gebiete if entry else ())[:MOST_BUTTONS]]
        self.kind.layout.display = "flex" if entry and entry.punkt else "none"
        if entry is None:
            self.map_view.show_city()
        elif entry.punkt:
            self.map_view.show_place(entry.label, *degrees(self.state.data, *entry.punkt))
        elif len(entry.gebiete) == 1 and not entry.group:
            self.state.choose(gebiet=entry.gebiete[0])
            self.map_view.show_area(entry.gebiete[0])
        elif entry.gebiete:
            self.map_view.show_area(register.by_id(entry.gebiete[0]).id)
        self._nearest()

    def _words(self, entry: Entry) -> str:
        areas = [self.state.data.register.by_id(key) for key in entry.gebiete]
        if not areas:
            return f"{entry.label} ({entry.kind}): {entry.detail}."
        if not entry.group:
            return f"{entry.label} ist gewählt ({entry.kind})."
        if entry.kind == STREET and len(areas) > 1:
            return f"{entry.label} verläuft durch {enumerate_words([area.label for area in areas])}."
        where = f"{areas[0].in_phrase} ({areas[0].ebene_label} {areas[0].id})" if len(areas) == 1 else entry.detail
        unknown = "" if entry.punkt else " Die genaue Lage ist nicht erfasst."
        return f"{entry.label} liegt {where}.{unknown}" if len(areas) == 1 else f"{entry.label}: {where}.{unknown}"

    def _button(self, key: str) -> Any:
        area = self.state.data.register.by_id(key)
        button = widgets.Button(description=f"{area.label} ansehen", layout=BUTTON)
        button.on_click(self.messages.act(partial(self._choose, key)))
        return button

    def _choose(self, key: str, _: Any) -> None:
        self.state.choose(gebiet=key)

    def _nearest(self) -> None:
        """The three nearest places of the chosen kind to what is shown, as lines of text and on the map."""
        entry, kind = self.shown, self.kind.value
        if entry is None or entry.punkt is None or not kind:
            self.near.value = ""
            self.map_view.show_ways(())
            return
        found = nearest(self.state.data, *entry.punkt, kind, self.state.nur)
        items = "".join(f"<li>{escape(one.text)}</li>" for one in found)
        words = f"Von {entry.label} aus: die nächsten {SYMBOLS[kind].plural}"
        listed = f"<ol>{items}</ol><p>{escape(ESTIMATE)}</p>" if found else "<p>Es ist keine verzeichnet.</p>"
        self.near.value = f'<div class="sr-wb-note" role="status"><p>{escape(words)}</p>{listed}</div>'
        here = degrees(self.state.data, *entry.punkt)
        self.map_view.show_ways([(here, degrees(self.state.data, one.x, one.y)) for one in found])
