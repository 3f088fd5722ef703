"""What is seen becomes a report: the same parameters through ``render``, in a process of its own."""

import json
import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, Final

import ipywidgets as widgets

from sozialraum.lab.controls import BUTTON, FIELD, LABEL
from sozialraum.lab.messages import Messages
from sozialraum.lab.saving import link_to
from sozialraum.lab.state import State
from sozialraum.publish.parameters import known_parameters

NOTEBOOKS: Final = Path(__file__).resolve().parents[3] / "notebooks"
REPORTS: Final = {
    "Stadtteilanalyse": "03_stadtteilanalyse",
    "Infrastruktur": "02_infrastruktur",
    "Stadtkarte des Indikators": "01_stadtkarte",
}
GLANCE_S: Final = 0.5
PARAMETERS: Final = ("gebiet", "indikator", "ausgabe")


class Report:
    """A choice of reports, a button, the progress and a link to the finished page.

    ``running`` is the thread that waits for the report; None before the first one.
    """

    def __init__(self, state: State, messages: Messages, folder: Path) -> None:
        self.state, self.messages, self.folder = state, messages, folder
        self.running: Thread | None = None
        self.which = widgets.Dropdown(options=REPORTS, description="Bericht", style=LABEL, layout=FIELD)
        self.button = widgets.Button(description="Daraus den Bericht machen", icon="file-text-o", layout=BUTTON)
        self.progress, self.link = widgets.HTML(), widgets.Output()
        self.widget = widgets.VBox([self.which, self.button, self.progress, self.link])
        self.button.on_click(messages.act(self._begin))

    def _begin(self, _: Any) -> None:
        wish = wish_of(self.state, NOTEBOOKS / f"{self.which.value}.ipynb", self.folder)
        self.link.outputs = ()
        self.button.disabled = True
        self._tell(0)
        environment = {**os.environ, **self.state.environment}
        self.running = Thread(target=self.messages.guard(self._wait), args=(wish, environment), daemon=True)
        self.running.start()

    def _wait(self, wish: dict[str, Any], environment: dict[str, str]) -> None:
        try:
            command = [sys.executable, "-m", "sozialraum.lab", json.dumps(wish)]
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for glances in count(1):
                try:
                    _, said = process.communicate(timeout=GLANCE_S)
                    break
                except subprocess.TimeoutExpired:
                    self._tell(int(glances * GLANCE_S))
            if process.returncode:
                self.messages.warn(f"Der Bericht ist nicht fertig geworden. {said.strip()}")
            else:
                self.link.outputs = link_to(self.folder / wish["target"], self.folder, "Bericht")
        finally:
            self.progress.value = ""
            self.button.disabled = False

    def _tell(self, seconds: int) -> None:
        words = f"Der Bericht wird gemacht ({seconds}\u00a0s) …"
        self.progress.value = f'<p class="sr-wb-note"><progress aria-label="Bericht"></progress> {words}</p>'


def wish_of(state: State, notebook: Path, folder: Path) -> dict[str, Any]:
    """What to render: notebook, page, area and the parameters that the notebook knows, as plain values."""
    known = known_parameters(notebook)
    name = notebook.stem.partition("_")[2] or notebook.stem
    return {
        "notebook": str(notebook),
        "out": str(folder.resolve()),
        "target": f"bericht-{name}_{state.area.slug}.html",
        "gebiet_id": state.gebiet,
        "parameters": {key: getattr(state, key) for key in PARAMETERS if key in known},
    }
