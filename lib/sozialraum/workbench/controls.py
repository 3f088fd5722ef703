"""The fields in which a person chooses: area, comparison, theme, indicator, date, facilities."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, Final

import ipywidgets as widgets

from sozialraum.load import Data
from sozialraum.maps.key import symbol_markup
from sozialraum.maps.points import drawn
from sozialraum.style import CORRIDOR, SYMBOLS, day
from sozialraum.workbench.layers import STREETS, kind_words
from sozialraum.workbench.messages import Messages
from sozialraum.workbench.state import State, newest_only

LABEL: Final = {"description_width": "5.5rem"}
FIELD: Final = {"width": "auto"}
BUTTON: Final = {"width": "max-content", "flex": "0 0 auto"}


class Controls:
    """Fields that follow the state and change it.

    Attributes
    ----------
    widget, what
        Area and comparison; theme, indicator and its date, with what an earlier date means.
    facilities
        One box per kind of facility.
    """

    def __init__(self, state: State, messages: Messages) -> None:
        self.state, self._following = state, False
        self.gebiet = _area_field("Ort", "Name oder Nummer tippen")
        self.vergleich = _area_field("Vergleich", "ein zweiter Ort; leer: nur die Stadt")
        self.thema = widgets.Dropdown(description="Thema", style=LABEL, layout=FIELD)
        self.indikator = widgets.Dropdown(description="Indikator", style=LABEL, layout=FIELD)
        self.stand = widgets.Dropdown(description="Stand", style=LABEL, layout=FIELD)
        self.note = widgets.HTML()
        self.boxes = {key: _box(key) for key in _kinds(state.data)}
        fields = [self.gebiet, self.vergleich, self.thema, self.indikator, self.stand]
        self.widget = widgets.VBox(fields[:2])
        self.what = widgets.VBox([*fields[2:], self.note])
        self.facilities = widgets.Box([widgets.HBox([_symbol(key), box]) for key, box in self.boxes.items()])
        self.follow()
        messages.follow(state, self.follow, "data", "gebiet", "vergleich", "indikator", "stand")
        acts = (self._area, self._other, self._theme, self._indicator, self._date)
        for field, act in zip(fields, acts, strict=True):
            field.observe(self._by_hand(messages.act(act)), "value")
        for box in self.boxes.values():
            box.observe(self._by_hand(messages.act(self._boxes)), "value")

    def follow(self) -> None:
        """Show in every field what is chosen."""
        state = self.state
        with self._quietly():
            for field, key in ((self.gebiet, state.gebiet), (self.vergleich, state.vergleich)):
                field.options = [area.langname for area in state.data.register]
                field.value = state.data.register.by_id(key).langname if key else ""
            chapters = _chapters(state)
            self.thema.options = [(state.data.indikatoren_yml["kapitel"].get(key, key), key) for key in chapters]
            self.thema.value = state.entry.kapitel
            self.indikator.options = chapters[state.entry.kapitel]
            self.indikator.value = state.indikator
            self.stand.options = [(day(stand), stand) for stand in state.stands]
            self.stand.value = state.older or state.stands[0]
            self.stand.disabled = len(state.stands) == 1
            self.note.value = f'<p class="sr-wb-note" role="status">{escape(date_note(state))}</p>'

    def _area(self, change: dict[str, Any]) -> None:
        self._choose(gebiet=change["new"] or self.state.gebiet)

    def _other(self, change: dict[str, Any]) -> None:
        self._choose(vergleich=change["new"])

    def _theme(self, change: dict[str, Any]) -> None:
        self._choose(indikator=_chapters(self.state)[change["new"]][0][1])

    def _indicator(self, change: dict[str, Any]) -> None:
        self._choose(indikator=change["new"])

    def _date(self, change: dict[str, Any]) -> None:
        self._choose(stand=change["new"])

    def _choose(self, **wanted: str) -> None:
        """Change the state; a field with a name that means nothing goes back to what is chosen."""
        try:
            self.state.choose(**wanted)
        finally:
            self.follow()

    def _boxes(self, _: dict[str, Any]) -> None:
        self.state.einrichtungen = tuple(key for key, box in self.boxes.items() if box.value)

    def _by_hand(self, act: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        """The same handler for changes by a person only, not for those that show the state."""

        def changed(change: dict[str, Any]) -> None:
            if not self._following:
                act(change)

        return changed

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        self._following = True
        try:
            yield
        finally:
            self._following = False


def date_note(state: State) -> str:
    """What it means that an earlier date is shown; empty at the newest."""
    if not state.older:
        return ""
    method = (
        "" if state.same_method else " Zu diesem Stand galt eine andere Zählweise; die Werte sind nicht vergleichbar."
    )
    return (
        f"Karte und Werte zeigen den Stand {day(state.older)}. {newest_only(state.stands[0])} Profil und Bericht "
        f"bleiben bei diesem. Die Karte hat zu jedem Stand dieselben Klassen.{method}"
    )


def _area_field(label: str, hint: str) -> Any:
    return widgets.Combobox(
        description=label, placeholder=hint, style=LABEL, layout=FIELD, continuous_update=False, ensure_option=False
    )


def _chapters(state: State) -> dict[str, list[tuple[str, str]]]:
    """Per chapter, in the order of the catalogue: title and id of every indicator with data."""
    found: dict[str, list[tuple[str, str]]] = {}
    for key, entry in state.analysis.katalog.items():
        if entry.verfuegbar:
            found.setdefault(entry.kapitel, []).append((entry.titel, key))
    return found


def _kinds(data: Data) -> list[str]:
    """Kinds of facilities that the city has, in the order of the legend."""
    present = set(drawn(data, with_accidents=True)["symbol"])
    return [key for key in SYMBOLS if key in present] + ([STREETS] if len(data.einkaufsstrassen) else [])


def _box(key: str) -> Any:
    return widgets.Checkbox(description=kind_words(key), indent=False, layout=FIELD)


def _symbol(key: str) -> Any:
    shape = (
        f'<rect x="-8" y="-4" width="16" height="8" fill="{CORRIDOR}"/>' if key == STREETS else symbol_markup(key, 8)
    )
    return widgets.HTML(f'<svg width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true">{shape}</svg>')
