"""The fields in which a person chooses: area, comparison, theme, indicator, date, facilities."""

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any, Final

import ipywidgets as widgets

from sozialraum.city.load import Data
from sozialraum.figures.key import symbol_markup
from sozialraum.figures.points import drawn
from sozialraum.lab import filters
from sozialraum.lab.layers import STREETS, kind_words
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import LETTERS, State, newest_only
from sozialraum.style import CORRIDOR, SYMBOLS, day

LABEL: Final = {"description_width": "5.5rem"}
FIELD: Final = {"width": "auto"}
BUTTON: Final = {"width": "max-content", "flex": "0 0 auto"}


class Controls:
    """Fields that follow the state and change it.

    ``widget`` has the area and those beside it; ``what`` theme, indicator, date, and what an earlier date means;
    ``facilities`` one box per kind of place, and what they must be.
    """

    def __init__(self, state: State, messages: Messages) -> None:
        self.state, self._following = state, False
        self.gebiet = _area_field("Ort", "Name oder Nummer tippen")
        self.vergleich = [_area_field(f"Vergleich {letter}", "noch ein Ort; leer: keiner") for letter in LETTERS]
        self.thema, self.indikator, self.stand = (
            widgets.Dropdown(description=label, style=LABEL, layout=FIELD) for label in ("Thema", "Indikator", "Stand")
        )
        self.note = widgets.HTML()
        self.boxes = {
            key: widgets.Checkbox(description=kind_words(key), indent=False, layout=FIELD) for key in _kinds(state.data)
        }
        self.widget = widgets.VBox([self.gebiet, *self.vergleich])
        self.what = widgets.VBox([self.thema, self.indikator, self.stand, self.note])
        self.nur = {column: _filter(state.data, column) for column in filters.LABELS}
        self.filtered = widgets.HTML()
        boxes = widgets.Box([widgets.HBox([_symbol(key), box]) for key, box in self.boxes.items()])
        boxes.add_class("sr-wb-boxes")
        asked = [field for field in self.nur.values() if len(field.options) > 1]
        self.facilities = widgets.VBox([boxes, *asked, self.filtered])
        self.follow()
        messages.follow(state, self.follow, "data", "gebiet", "vergleich", "indikator", "stand", "einrichtungen", "nur")
        wishes: list[tuple[Any, Callable[[str], dict[str, Any]]]] = [
            (self.gebiet, lambda new: {"gebiet": new or self.state.gebiet}),
            *((field, lambda _: {"vergleich": [one.value for one in self.vergleich]}) for field in self.vergleich),
            (self.thema, lambda new: {"indikator": _chapters(self.state)[new][0][1]}),
            (self.indikator, lambda new: {"indikator": new}),
            (self.stand, lambda new: {"stand": new}),
        ]
        for field, wish in wishes:
            field.observe(self._by_hand(messages, partial(self._choose, wish)), "value")
        for box in self.boxes.values():
            box.observe(self._by_hand(messages, self._boxes), "value")
        for column, field in self.nur.items():
            field.observe(self._by_hand(messages, partial(self._ask, column)), "value")

    def follow(self) -> None:
        """Show in every field what is chosen."""
        self._following = True
        try:
            self._show(self.state)
        finally:
            self._following = False

    def _show(self, state: State) -> None:
        names = [area.langname for area in state.data.register]
        beside = [*state.vergleich, *[""] * len(self.vergleich)]
        for field, key in zip((self.gebiet, *self.vergleich), (state.gebiet, *beside), strict=False):
            field.options = names
            field.value = state.data.register.by_id(key).langname if key else ""
        chapters = _chapters(state)
        named = state.data.indikatoren_yml.get("kapitel") or {}
        self.thema.options = [(named.get(key, key), key) for key in chapters]
        self.thema.value = state.entry.kapitel
        self.indikator.options = chapters[state.entry.kapitel]
        self.indikator.value = state.indikator
        self.stand.options = [(day(stand), stand) for stand in state.stands]
        self.stand.value = state.older or state.stands[0]
        self.stand.disabled = len(state.stands) == 1
        for key, box in self.boxes.items():
            box.value = key in state.einrichtungen
        for column, choice in self.nur.items():
            choice.value = state.nur.get(column, "")
        words = filters.note(state.data, state.nur, state.einrichtungen)
        self.filtered.value = f'<p class="sr-wb-note" role="status">{escape(words)}</p>' if words else ""
        self.note.value = f'<p class="sr-wb-note" role="status">{escape(date_note(state))}</p>'

    def _choose(self, wish: Callable[[str], dict[str, Any]], new: str) -> None:
        """Change the state; a field with a name that means nothing goes back to what is chosen."""
        try:
            self.state.choose(**wish(new))
        finally:
            self.follow()

    def _ask(self, column: str, value: Any) -> None:
        """Show only places that are all that is asked, and the kinds that a new question is about."""
        nur = {name: field.value for name, field in self.nur.items() if field.value != ""}
        kinds = filters.kinds_of(self.state.data, column) if value != "" else []
        shown = {*self.state.einrichtungen, *(kinds if not {*kinds} & {*self.state.einrichtungen} else [])}
        with self.state.hold_trait_notifications():
            self.state.nur = nur
            self.state.einrichtungen = tuple(key for key in self.boxes if key in shown)

    def _boxes(self, _: Any) -> None:
        self.state.einrichtungen = tuple(key for key, box in self.boxes.items() if box.value)

    def _by_hand(self, messages: Messages, act: Callable[[Any], None]) -> Callable[[dict[str, Any]], None]:
        """A handler for new values that a person chose only, not for those that show the state."""

        def changed(change: dict[str, Any]) -> None:
            if not self._following:
                messages.act(act)(change["new"])

        return changed


def date_note(state: State) -> str:
    """What it means that an earlier date is shown; empty at the newest."""
    if not state.older:
        return ""
    other = " Zu diesem Stand galt eine andere Zählweise; die Werte sind nicht vergleichbar."
    return (
        f"Karte und Werte zeigen den Stand {day(state.older)}. {newest_only(state.stands[0])} Profil und Bericht "
        f"bleiben bei diesem. Die Karte hat zu jedem Stand dieselben Klassen.{'' if state.same_method else other}"
    )


def _area_field(label: str, hint: str) -> Any:
    return widgets.Combobox(
        description=label, placeholder=hint, style=LABEL, layout=FIELD, continuous_update=False, ensure_option=False
    )


def _filter(data: Data, column: str) -> Any:
    choices = filters.options(data, column) or [("alle", "")]
    return widgets.Dropdown(description=filters.LABELS[column], options=choices, style=LABEL, layout=FIELD)


def _chapters(state: State) -> dict[str, list[tuple[str, str]]]:
    """Per chapter, in the order of the catalogue: title and id of every indicator with data."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key, entry in state.analysis.katalog.items():
        if entry.verfuegbar:
            found.setdefault(entry.kapitel, []).append((entry.titel, key))
    return found


def _kinds(data: Data) -> list[str]:
    """Kinds of facilities that the city has, in the order of the legend."""
    present = set(drawn(data, with_quiet=True)["symbol"])
    return [key for key in SYMBOLS if key in present] + ([STREETS] if len(data.einkaufsstrassen) else [])


def _symbol(key: str) -> Any:
    corridor = f'<rect x="-8" y="-4" width="16" height="8" fill="{CORRIDOR}"/>'
    shape = corridor if key == STREETS else symbol_markup(key, 8)
    return widgets.HTML(f'<svg width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true">{shape}</svg>')
