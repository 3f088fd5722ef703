"""A table of a statistics office in the workbench: choose the file, see what was understood, answer, take over."""

from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import ipywidgets as widgets

from sozialraum import intake, workspace
from sozialraum.intake import Weitergabe
from sozialraum.load import Data
from sozialraum.workbench.controls import BUTTON, FIELD
from sozialraum.workbench.messages import Messages
from sozialraum.workbench.state import State

ENDINGS: Final = ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods,.fods"
HOW: Final = "CSV oder XLSX wählen. Die Vorschau sagt, was verstanden wurde und was noch anzugeben ist."


class Importing:
    """A file, its preview, the answers of a person as YAML, and a button that takes the values over.

    No copy of the file stays behind: it lies on disk only while it is read.

    Attributes
    ----------
    widget
        All of these.
    """

    def __init__(
        self, state: State, messages: Messages, *, today: Callable[[], date], renew: Callable[[Data], None]
    ) -> None:
        self.state, self.messages, self.today, self.renew = state, messages, today, renew
        self.file = widgets.FileUpload(description="Tabelle wählen", accept=ENDINGS, multiple=False, layout=BUTTON)
        self.check = widgets.Button(description="Angaben prüfen", disabled=True, layout=BUTTON)
        self.take = widgets.Button(description="Einlesen", disabled=True, layout=BUTTON)
        self.answers = widgets.Textarea(description="Angaben", rows=22, layout=FIELD)
        self.shown = widgets.HTML(f'<p class="sr-wb-note">{HOW}</p>')
        self.answers.layout.display = "none"
        buttons = widgets.HBox([self.file, self.check, self.take])
        beside = widgets.Box([self.shown, self.answers])
        beside.add_class("sr-wb-columns")
        self.widget = widgets.VBox([buttons, beside])
        self.file.observe(messages.act(lambda _: self._chosen()), "value")
        self.check.on_click(messages.act(lambda _: self._look()))
        self.take.on_click(messages.act(lambda _: self._take()))

    def _chosen(self) -> None:
        self.answers.value = ""
        self.take.disabled = True
        with self._table() as (path, data):
            self.answers.value = intake.template_of_description(intake.bring(path, data, today=self.today()))
        self.answers.layout.display = "flex"
        self.check.disabled = False
        self._look()

    def _look(self) -> None:
        """Show what is understood with the answers as they stand."""
        with self._table() as (path, data):
            brought = intake.bring(path, data, today=self.today())
            words = intake.preview(brought, data)
        self.take.disabled = bool(brought.findings.problems or brought.findings.questions)
        self.shown.value = f'<pre class="sr-wb-preview" tabindex="0" aria-label="Vorschau">{escape(words)}</pre>'

    def _take(self) -> None:
        with self._table() as (path, data):
            made = intake.packages(intake.bring(path, data, today=self.today()), data)
            intake.write_packages(data.dir, made)
        self.take.disabled = True
        self.renew(workspace.open_data(data.dir, weitergabe=self.state.weitergabe or None))
        self.messages.say(f"Eingelesen: {', '.join(paket.name for paket in made)}. Ab jetzt gelten diese Werte.")

    def _table(self) -> "_OnDisk":
        (chosen,) = self.file.value
        return _OnDisk(chosen, self.answers.value, self.state.data.dir)


class _OnDisk:
    """The uploaded table and its description, in a folder that goes away; and the data that they are read against."""

    def __init__(self, chosen: dict[str, Any], answers: str, folder: Path) -> None:
        self.chosen, self.answers, self.folder = chosen, answers, folder
        self.place = TemporaryDirectory(prefix="sozialraum-")

    def __enter__(self) -> tuple[Path, Data]:
        path = Path(self.place.name) / Path(str(self.chosen["name"])).name
        path.write_bytes(bytes(self.chosen["content"]))
        if self.answers.strip():
            intake.sidecar(path).write_text(self.answers, encoding="utf-8")
        return path, workspace.open_data(self.folder, weitergabe=Weitergabe.INTERN)

    def __exit__(self, *_: object) -> None:
        self.place.cleanup()
