"""Own tables in the workbench: choose a file, see what was understood, answer, take over; see what is there, remove."""

import base64
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import ipywidgets as widgets

from sozialraum.city.load import Data
from sozialraum.errors import TableError
from sozialraum.lab.controls import BUTTON, FIELD, LABEL
from sozialraum.lab.messages import Messages
from sozialraum.lab.state import State
from sozialraum.supply import intake, kept, workspace
from sozialraum.supply.intake import Weitergabe

ENDINGS: Final = ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods,.fods"
HOW: Final = "Tabelle wählen. Die Vorschau sagt, was verstanden wurde und was noch anzugeben ist."
_COLUMNS: Final = (kept.INDICATOR, "Stand", "Ausgabe", "Von", "Weitergabe", "Eingelesen", "Datei")


class Importing:
    """A file, its preview, the answers of a person as YAML, and a button that takes the values over.

    No copy of the file stays behind: it lies on disk only while it is read.
    """

    def __init__(
        self, state: State, messages: Messages, *, today: Callable[[], date], renew: Callable[[Data], None]
    ) -> None:
        self.state, self.messages, self.today, self.renew = state, messages, today, renew
        self.own = OwnTables(state, messages, renew=self._renew)
        self.file = widgets.FileUpload(description="Tabelle wählen", accept=ENDINGS, multiple=False, layout=BUTTON)
        self.check = widgets.Button(description="Angaben prüfen", disabled=True, layout=BUTTON)
        self.take = widgets.Button(description="Einlesen", disabled=True, layout=BUTTON)
        self.answers = widgets.Textarea(description="Angaben", rows=22, layout=FIELD)
        self.shown = widgets.HTML(f'<p class="sr-wb-note">{HOW}</p>')
        self.download = widgets.HTML()
        self.answers.layout.display = "none"
        buttons = widgets.HBox([self.file, self.check, self.take])
        beside = widgets.Box([self.shown, widgets.VBox([self.answers, self.download])])
        beside.add_class("sr-wb-columns")
        self.widget = widgets.VBox([buttons, beside, self.own.widget])
        self.file.observe(messages.act(lambda _: self._chosen()), "value")
        self.check.on_click(messages.act(lambda _: self._look()))
        self.take.on_click(messages.act(lambda _: self._take()))

    def _chosen(self) -> None:
        self.answers.value = self.download.value = ""
        self.take.disabled = True
        with self._table() as (path, data):
            self.answers.value = intake.propose(path, data)
        self.answers.layout.display = "flex"
        self.check.disabled = False
        self._look()

    def _look(self) -> None:
        """Show what is understood with the answers as they stand, and what is open in the words of the import."""
        with self._table() as (path, data):
            brought = intake.bring(path, data, today=self.today())
            words, name = intake.preview(brought, data), intake.sidecar(path).name
        open_ = _open_in(brought)
        self.take.disabled = bool(open_)
        self.shown.value = f'<pre class="sr-wb-preview" tabindex="0" aria-label="Vorschau">{escape(words)}</pre>'
        self.download.value = _download(name, self.answers.value) if open_ else ""
        if open_:
            self.messages.warn(open_)

    def _take(self) -> None:
        with self._table() as (path, data):
            brought = intake.bring(path, data, today=self.today())
            done = intake.write_packages(data.dir, intake.packages(brought, data), today=self.today())
            intake.remember(data.dir, brought.sheets, brought.answers, data.register)
        self.take.disabled = True
        self._renew()
        now = " Ab jetzt gelten diese Werte." if any(one.new for one in done) else ""
        self.messages.say(f"{kept.written_words(done, self.state.data.register)}{now}")

    def _renew(self) -> None:
        """Everything anew from what is kept now; an indicator that is gone gives way to the first one that is there."""
        data = workspace.open_data(self.state.data.dir, weitergabe=self.state.weitergabe or None)
        known = [key for key, entry in data.indikatoren_yml["indikatoren"].items() if entry["verfuegbar"]]
        if self.state.indikator not in known:
            self.state.choose(indikator=known[0])
        self.renew(data)
        self.own.show()

    def _table(self) -> "_OnDisk":
        (chosen,) = self.file.value
        return _OnDisk(chosen, self.answers.value, self.state.data.dir)


class OwnTables:
    """The own tables with their audiences; one is removed after a second click, which says what holds then."""

    def __init__(self, state: State, messages: Messages, *, renew: Callable[[], None]) -> None:
        self.state, self.messages, self.renew = state, messages, renew
        self.list = widgets.HTML()
        self.which = widgets.Dropdown(description="Entfernen", style=LABEL, layout=FIELD)
        self.ask = widgets.Button(description="Was gilt dann?", layout=BUTTON)
        self.sure = widgets.Button(description="Wirklich entfernen", disabled=True, layout=BUTTON)
        self.words = widgets.HTML()
        self.plan: kept.Removal | None = None
        self.widget = widgets.VBox([self.list, self.which, widgets.HBox([self.ask, self.sure]), self.words])
        self.list.add_class("sr-wb-own")
        self.which.observe(messages.guard(lambda _: self._forget()), "value")
        self.ask.on_click(messages.act(lambda _: self._ask()))
        self.sure.on_click(messages.act(lambda _: self._remove()))
        messages.guard(self.show)()

    @property
    def audience(self) -> str:
        """For whom the list is: the audience that the notebook names, otherwise whoever sits here."""
        return self.state.weitergabe or Weitergabe.INTERN

    def show(self) -> None:
        """What is kept now."""
        found = kept.kept(self.state.data, weitergabe=self.audience)
        rows = kept.kept_rows(found, self.state.data)
        people = kept.for_people(rows)
        self.widget.layout.display = "flex" if rows else "none"
        head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
        body = "".join(f"<tr>{''.join(f'<td>{escape(row[name])}</td>' for name in _COLUMNS)}</tr>" for row in people)
        notes = "".join(f'<p class="sr-wb-note">{escape(text)}</p>' for text in kept.remarks(rows))
        title = "<caption>Eingelesene Tabellen</caption>"
        table = f"{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        self.list.value = f'<table class="sr-table">{table}</table>{notes}'
        self.which.options = [
            (f"{row[kept.INDICATOR]}, {row['Stand']}, {row['Ausgabe']}", row["Name"]) for row in people
        ]
        self.which.value = people[0]["Name"] if people else None
        self._forget()

    def _forget(self) -> None:
        self.plan, self.sure.disabled, self.words.value = None, True, ""

    def _ask(self) -> None:
        self.plan = kept.plan_removal(self.state.data, [self.which.value], weitergabe=self.audience)
        self.sure.disabled = False
        self.words.value = f'<div class="sr-wb-message" role="status">{escape(self.plan.text)}</div>'

    def _remove(self) -> None:
        if self.plan is not None:
            said = kept.remove(self.state.data, self.plan)
            self._forget()
            self.renew()
            self.messages.say(said)


def _open_in(brought: intake.Brought) -> str:
    """What stands against a table, in the words of the import; empty if nothing does."""
    try:
        brought.refuse()
    except TableError as error:
        return str(error)
    return ""


def _download(name: str, text: str) -> str:
    """A link that saves the description, to be filled in elsewhere and kept beside the table."""
    content = base64.b64encode(text.encode("utf-8")).decode("ascii")
    href = f"data:application/yaml;charset=utf-8;base64,{content}"
    words = f"Beschreibung herunterladen: {escape(name)}"
    return f'<p class="sr-wb-note"><a download="{escape(name)}" href="{href}">{words}</a></p>'


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
