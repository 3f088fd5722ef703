"""What the chosen indicator says about the area: finding, strip, profile, values beside the comparison."""

from html import escape
from typing import Any, Final

import ipywidgets as widgets
import pandas as pd

from sozialraum.compare.side_by_side import RULE, row_title
from sozialraum.figures import Figure, dotplot, profile, table_html, timeline
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State
from sozialraum.style import day
from sozialraum.text.beside import differences
from sozialraum.text.claims import with_form
from sozialraum.text.development import with_series

NAMED: Final = "jp-RenderedHTMLCommon"
NO_PROFILE: Final = "<p>Kein Indikator hat genug Werte für ein Profil.</p>"


class ChartView:
    """Drawings and table of the chosen area.

    Attributes
    ----------
    finding
        Heading, the finding on the chosen indicator, its strip.
    series
        The chosen indicator at all its dates, as a drawing and a table; empty if the area has fewer than two.
    profile
        All comparable indicators of the area.
    values
        All indicators of the area, of those beside it and of the city, and how far they are apart.
    """

    def __init__(self, state: State, messages: Messages) -> None:
        self.state = state
        self.finding, self.series = _pane("sr-wb-finding"), _pane("sr-wb-series")
        self.profile, self.values = _pane("sr-wb-profile"), _pane("sr-wb-values")
        self._finding()
        self._series()
        self._profile()
        self._values()
        messages.follow(state, self._finding, "data", "gebiet", "vergleich", "indikator", "stand")
        messages.follow(state, self._series, "data", "gebiet", "indikator")
        messages.follow(state, self._profile, "data", "gebiet")
        messages.follow(state, self._values, "data", "gebiet", "vergleich", "stand")

    def _finding(self) -> None:
        state = self.state
        beside = f'<p class="sr-prose">{escape(comparison(state))}</p>' if state.others else ""
        picture = _markup(dotplot(state.shown, state.indikator, beside=[area.id for area in state.others.values()]))
        self.finding.value = f"<h2>{escape(state.area.langname)}</h2>{picture}{beside}"

    def _series(self) -> None:
        analysis, key = self.state.analysis, self.state.indikator
        if not has_series(self.state):
            self.series.value = ""
            return
        figure = timeline(analysis, key)
        table = table_html(figure.table, caption=figure.title)
        self.series.value = (
            f'{_markup(figure)}<details class="sr-data"><summary>Daten als Tabelle</summary>{table}</details>'
        )

    def _profile(self) -> None:
        figure = profile(self.state.analysis)
        self.profile.value = NO_PROFILE if figure.gap else _markup(figure)

    def _values(self) -> None:
        state = self.state
        values = table_html(value_table(state), caption=f"Alle Werte: {state.area.langname}")
        self.values.value = values + (differences_html(state) if state.others else "")


def value_table(state: State) -> pd.DataFrame:
    """Every indicator with data: the area, those beside it, the city, class, date; index short title.

    Only a Stadtteil or Quartier has classes. The date is that of the area; another one stands with its value.
    """
    places = [state.area, *state.others.values(), state.data.register.city]
    names = dict.fromkeys(places)
    rows = {
        row_title(entry): {
            **{area.label: state.dated(area.id, key, beside=state.area.id, unit=False) for area in names},
            "Einordnung": state.shown[key].klasse,
            "Stand": day(state.stand_of(state.area.id, key)),
        }
        for key, entry in state.shown.katalog.items()
        if entry.verfuegbar
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("Indikator")
    shown = table if table["Einordnung"].any() else table.drop(columns="Einordnung")
    return with_form(shown, *(area.label for area in names))


def differences_html(state: State) -> str:
    """How far the areas are apart in every indicator, folded, with the rule."""
    places = [state.gebiet, *(area.id for area in state.others.values())]
    known = [key for key, entry in state.shown.katalog.items() if entry.verfuegbar]
    table = table_html(
        differences(state.shown, places, known), caption="Unterschiede: Abstand, und ob er belastbar ist"
    )
    return (
        f'<details class="sr-data"><summary>Unterschiede zwischen den Orten</summary>{table}'
        f'<p class="sr-wb-note">{escape(RULE)}</p></details>'
    )


def has_series(state: State) -> bool:
    """Whether the chosen area has the chosen indicator at two dates or more."""
    return state.indikator in with_series(state.analysis, state.entry.kapitel)


def comparison(state: State) -> str:
    """The chosen indicator in the area, in those beside it and in the city, in one sentence."""
    areas = [state.area, *state.others.values(), state.data.register.city]
    shown = [f"{area.label} {state.dated(area.id)}" for area in dict.fromkeys(areas)]
    return f"{state.entry.titel}: {', '.join(shown)}."


def _markup(figure: Figure) -> str:
    """A figure with title, subtitle and source; narrow if it can be; its table stands elsewhere."""
    return (
        f'<p class="sr-title">{escape(figure.title)}</p><p class="sr-subtitle">{escape(figure.subtitle)}</p>'
        f'<div class="sr-picture">{figure.svg(narrow=True)}</div><p class="sr-source">{escape(figure.source)}</p>'
    )


def _pane(name: str) -> Any:
    pane = widgets.HTML()
    pane.add_class(NAMED)
    pane.add_class(name)
    return pane
