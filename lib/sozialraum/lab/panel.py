"""All of the workbench on one page, in the order in which the Tab key walks through it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import ipywidgets as widgets
from IPython.display import display

from sozialraum.lab import still
from sozialraum.lab.chart_view import ChartView
from sozialraum.lab.controls import Controls
from sozialraum.lab.drawing import Drawing
from sozialraum.lab.importing import Importing
from sozialraum.lab.map_view import MapView
from sozialraum.lab.messages import Messages
from sozialraum.lab.own_points import OwnPoints
from sozialraum.lab.report_button import Report
from sozialraum.lab.saving import FOLDER, Saving
from sozialraum.lab.search import Search
from sozialraum.lab.site_search import SiteSearch
from sozialraum.lab.state import State
from sozialraum.style import ACCENT, CITY, INK, LINE, MUTED
from sozialraum.supply import workspace

WIDGET_MIME: Final = "application/vnd.jupyter.widget-view+json"


class Workbench:
    """State, views and tools; :meth:`show` puts them on the page."""

    def __init__(self, state: State, *, folder: Path) -> None:
        self.state, self.messages = state, Messages()
        self.map_view = MapView(state, self.messages)
        self.charts = ChartView(state, self.messages)
        self.controls = Controls(state, self.messages)
        self.search = Search(state, self.map_view, self.messages)
        self.drawing = Drawing(state, self.map_view, self.messages, folder)
        self.sites = SiteSearch(state, self.map_view, self.messages)
        self.points = OwnPoints(state, self.messages)
        self.saving = Saving(state, self.messages, folder)
        self.report = Report(state, self.messages, folder)
        self.importing = Importing(state, self.messages, today=_today, renew=self.drawing.renew)
        self.widget = self._page()

    def _page(self) -> Any:
        style = widgets.HTML(f"<style>{CSS}</style>")
        choice = _row(widgets.VBox([self.controls.widget, self.search.widget]), self.controls.what)
        kinds = _section("Einrichtungen auf der Karte", self.controls.facilities, "sr-wb-kinds")
        beside = widgets.VBox([self.charts.finding, self.charts.series, kinds])
        look = _row(self.map_view.widget, beside, name="sr-wb-look")
        more = _row(self.charts.profile, self.charts.values, name="sr-wb-more")
        tools = _row(
            _section("Eigene Fläche", self.drawing.widget),
            _section("Eigene Punkte", self.points.widget),
            _section("Speichern", self.saving.widget),
            _section("Bericht", self.report.widget),
            name="sr-wb-tools",
        )
        site = _section("Standort", self.sites.widget)
        table = _section("Eigene Tabelle", self.importing.widget)
        page = widgets.VBox([style, choice, self.messages.widget, look, site, tools, more, table])
        page.add_class("sr-werkbank")
        return page

    def show(self) -> None:
        """Put the workbench on the page."""
        words = f"Werkbank: {self.state.area.langname}, {self.state.entry.titel}. Zum Arbeiten in JupyterLab öffnen."
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        bundle = {WIDGET_MIME: view, "text/html": f"<p>{words}</p>", "text/plain": words}
        display(bundle, raw=True)  # type: ignore[no-untyped-call]


def open_workbench(
    *, gebiet: str, indikator: str, vergleich: str | Sequence[str] = (), ausgabe: str = "", weitergabe: str = ""
) -> None:
    """Put the workbench on the page; plain figures where nobody can click.

    Parameters
    ----------
    gebiet, vergleich
        Id or name of the area, and those of up to three beside it.
    indikator
        Id of an indicator with data.
    ausgabe
        Day of issue JJJJ-MM-TT; "" is the latest as-of date.
    weitergabe
        Audience: ``oeffentlich``, ``rat`` or ``intern``; "" is the one of the environment, otherwise everybody.
    """
    data = workspace.open_data(weitergabe=weitergabe or None)
    state = State(data, gebiet=gebiet, vergleich=vergleich, indikator=indikator, ausgabe=ausgabe, weitergabe=weitergabe)
    if still.attended():
        Workbench(state, folder=Path(FOLDER)).show()
    else:
        still.put(state)


def _today() -> date:
    return datetime.now(UTC).date()


def _row(*children: Any, name: str = "sr-wb-row") -> Any:
    box = widgets.Box(list(children))
    box.add_class("sr-wb-columns")
    box.add_class(name)
    return box


def _section(title: str, content: Any, name: str = "sr-wb-section") -> Any:
    box = widgets.VBox([widgets.HTML(f'<h3 class="sr-wb-title">{title}</h3>'), content])
    box.add_class(name)
    return box


CSS: Final = f"""
.sr-werkbank {{ container-type: inline-size; overflow: visible; color: {INK}; }}
.sr-werkbank .widget-vbox, .sr-werkbank .widget-box {{ overflow: visible; }}
.sr-wb-columns {{ display: grid; gap: 12px 28px; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }}
.sr-wb-look {{ grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); }}
.sr-wb-more {{ grid-template-columns: minmax(0, 5fr) minmax(0, 9fr); margin-top: 8px; }}
.sr-wb-tools {{ grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); }}
.sr-wb-tools {{ border: solid {LINE}; border-width: 1px 0; padding-bottom: 8px; }}
@container (max-width: 760px) {{ .sr-wb-columns {{ grid-template-columns: minmax(0, 1fr); }} }}
.sr-werkbank .widget-html-content {{ line-height: 1.45; }}
.sr-werkbank .sr-title {{ margin-bottom: 4px; }}
.sr-werkbank h2 {{ margin: 0 0 8px; font-size: 1.4em; }}
.sr-wb-title {{ margin: 8px 0 0; font-size: 1em; font-weight: 650; }}
.sr-wb-note, .sr-wb-legend {{ margin: 0; line-height: 1.4; color: {MUTED}; }}
.sr-wb-legend {{ margin-top: 4px; }}
.sr-wb-signs span {{ display: inline-flex; align-items: center; gap: 5px; margin-right: 14px; }}
.sr-werkbank .sr-svg {{ display: block; max-width: 100%; height: auto; }}
.sr-wb-message {{ border-left: 4px solid {CITY}; padding: 4px 12px; line-height: 1.4; white-space: pre-line; }}
.sr-wb-message[role=alert] {{ border-color: {ACCENT}; }}
.sr-wb-boxes {{ display: flex; flex-flow: row wrap; gap: 0 16px; }}
.sr-werkbank .sr-wb-note :is(p, ol) {{ margin: 0 0 2px; }}
.sr-wb-kinds svg {{ display: block; margin-top: 6px; }}
.sr-wb-values .sr-table, .sr-wb-own .sr-table {{ font-size: 0.92em; width: 100%; table-layout: auto; }}
:is(.sr-wb-values, .sr-wb-own) .sr-table :is(th, td) {{ padding: 4px 6px; }}
.sr-wb-own .sr-table :is(caption, th, td) {{ text-align: left; }}
.sr-wb-own .sr-table caption {{ padding: 8px 6px 0; font-weight: 650; }}
.sr-wb-values .sr-num {{ white-space: normal !important; }}
.sr-wb-values tbody th {{ font-weight: 400; }}
.sr-wb-preview {{ max-height: 24rem; overflow: auto; margin: 4px 0; font-size: 0.92em; }}
.sr-wb-found {{ min-height: 32px; align-items: center; }}
.sr-werkbank .leaflet-container {{ background: transparent; }}
""".strip()
"""Only inside the workbench; the drawings bring the look of the reports (``sozialraum.figures.CSS``)."""
