"""papermill's engine for reports: the cells run in this process, with IPython's own shell and capture.

No kernel, no socket, no message. The process is a copy that serves one report; see :mod:`sozialraum.publish.forge`.
"""

import base64
import io
import logging
import os
import re
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Final

import nbformat
import pandas as pd
import papermill
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from papermill.engines import Engine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets import Type
from traitlets.config import Config

from sozialraum.errors import DEBUG, RenderError, SozialraumError
from sozialraum.publish.forge import Lost, note
from sozialraum.publish.parameters import effective_cells

ENGINE: Final = "sozialraum"
_PYTHON: Final = {"name": "python3", "display_name": "Python 3", "language": "python"}
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_ADDED: Final = {"injected-parameters", "papermill-error-cell-tag"}
MAX_PRINTED: Final = 16 * 2**20
"""Characters that a cell may print; more would fill memory or disk, and nobody reads them."""


class _Stream(io.TextIOBase):
    """What a cell prints becomes its output, in order with what it shows; in parts until the cell has ended."""

    encoding = "UTF-8"

    def __init__(self, name: str) -> None:
        self._name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        shell = Shell.instance()
        shell.printed += len(text)
        if shell.printed > MAX_PRINTED:
            raise RenderError("Die Zelle gibt zu viel aus (mehr als 16 Millionen Zeichen). Bitte weniger drucken")
        if shell.outputs and shell.outputs[-1].get("name") == self._name:
            shell.outputs[-1].text.append(text)
        elif text:
            shell.outputs.append(_output("stream", name=self._name, text=[text]))
        return len(text)


class _Hook(DisplayHook):
    """The value of a cell's last line becomes its result."""

    def write_output_prompt(self) -> None:
        """No prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        shell = Shell.instance()
        bundle = {"data": _as_json(format_dict), "metadata": md_dict or {}, "execution_count": self.prompt_count}
        shell.outputs.append(_output("execute_result", **bundle))


class _Publisher(DisplayPublisher):
    """What a cell displays becomes its output."""

    def publish(  # type: ignore[override]
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        shell = Shell.instance()
        shown, key = {"data": _as_json(data), "metadata": metadata or {}}, (transient or {}).get("display_id")
        for before in shell.displayed.get(str(key), ()) if update else ():
            before.update(nbformat.from_dict(shown))  # type: ignore[no-untyped-call]
        if not update:
            shell.outputs.append(_output("display_data", **shown))
            if key:
                shell.displayed.setdefault(key, []).append(shell.outputs[-1])

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002
        Shell.instance().outputs.clear()


class Shell(InteractiveShell):
    """IPython's shell; outputs of the cell that runs are in ``outputs``."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    outputs: list[NotebookNode]
    displayed: dict[str, list[NotebookNode]]
    printed = 0

    def enable_gui(self, gui: str | None = None) -> None:
        """No window and no event loop: ``%matplotlib inline`` asks for none."""

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        told = {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb}
        self.outputs.append(_output("error", **told))


class _Engine(Engine):  # type: ignore[misc]
    """papermill's engine."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, _kernel: str, *, found: list[NotebookNode], **_: Any) -> None:
        found.append(nb_man.nb)
        note(nb_man.nb)
        # The history would start a thread, and a fork with threads is none.
        shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        shell.reset(new_session=True)  # type: ignore[no-untyped-call]
        shell.displayed = {}
        pd.set_option("display.max_columns", 20)  # as under Jupyter; it was imported where there is no shell
        done: list[NotebookNode] = []
        for index, cell in enumerate(nb_man.nb.cells):
            note((index, done))
            nb_man.cell_start(cell, index)
            done = shell.outputs = []
            if cell.cell_type == "code" and cell.source.strip():
                shell.printed = 0
                with redirect_stdout(_Stream("stdout")), redirect_stderr(_Stream("stderr")):
                    result = shell.run_cell(cell.source, store_history=True)  # type: ignore[no-untyped-call]
                for output in done:
                    if output.output_type == "stream":
                        output.text = "".join(output.text)
                cell.update(outputs=done, execution_count=shell.execution_count - 1)
                error = result.error_in_exec or result.error_before_exec
                if error and not any(output.output_type == "error" for output in done):  # IPython prints a group
                    done.append(_output("error", ename=type(error).__name__, evalue=str(error), traceback=[]))
                if any(output.output_type == "error" for output in done):
                    nb_man.cell_exception(cell, cell_index=index, exception=error)
                    return
            nb_man.cell_complete(cell, cell_index=index)


papermill_engines.register(ENGINE, _Engine)


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    partial: Path | None,
    declared: Mapping[str, Any] | None = None,
) -> NotebookNode:
    """Execute a notebook from top to bottom.

    Only sources and known tags of the cells are taken from the file: what JupyterLab has saved beside them stays out.

    Raises
    ------
    RenderError
        If a cell raises: names notebook, cell, cause and the partial notebook.
    """
    found: list[NotebookNode] = []
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    try:
        done: NotebookNode = papermill.execute_notebook(
            _prepared(notebook, declared),
            None,
            parameters=dict(parameters),
            engine_name=ENGINE,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            report_mode=True,
            found=found,
        )
    except PapermillExecutionError as error:
        raise broken_off(notebook, found[0], partial, _cause(error)) from error
    if done.metadata.papermill.get("exception"):  # papermill lets sys.exit() pass; half a report is none
        raise broken_off(notebook, done, partial, "Das Notebook beendet sich selbst (SystemExit).")
    return done


def lost(notebook: Path, left: Lost, partial: Path, timeout: int) -> RenderError:
    """The error of a report whose process has ended; the notebook is kept as far as it came."""
    if not left.notes:
        return RenderError("Der Arbeitsprozess wurde beendet, vielleicht aus Mangel an Arbeitsspeicher.")
    nb, *steps = left.notes
    for index, outputs in steps:
        nb.cells[index].metadata["papermill"] = {"start_time": True}
        if outputs:
            nb.cells[index - 1].outputs = outputs
    late = f"Die Zelle lief länger als {timeout} Sekunden und wurde abgebrochen."
    gone = "Der Kernel wurde beendet, vielleicht aus Mangel an Arbeitsspeicher."
    return broken_off(notebook, nb, partial, late if left.late else gone)


def broken_off(notebook: Path, nb: NotebookNode, partial: Path | None, cause: str) -> RenderError:
    """The error of a notebook that broke off at the cell that ran last; it is kept."""
    added = [index for index, cell in enumerate(nb.cells) if _ADDED & set(cell.metadata.get("tags", []))]
    started = [index for index, cell in enumerate(nb.cells) if cell.metadata.get("papermill", {}).get("start_time")]
    last = started[-1] if started else 0
    cell = last + 1 - sum(index < last for index in added)  # counted as it is stored
    words = f"{notebook.stem}, Zelle {cell}: {cause}"
    if partial:
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(nbformat.writes(nb), encoding="utf-8")  # type: ignore[no-untyped-call]
        words += f" Teilergebnis: {partial.name}"
    return RenderError(words, cell=cell)


def _prepared(notebook: Path, declared: Mapping[str, Any] | None) -> NotebookNode:
    """The notebook as it is executed: clean, and with nothing in its parameter cell that is declared elsewhere."""
    kinds = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
    nb: NotebookNode = new_notebook(metadata={"kernelspec": _PYTHON})  # type: ignore[no-untyped-call]
    for place, cell in enumerate(effective_cells(notebook, declared), start=1):
        tags = {"tags": list(cell.tags)} if cell.tags else {}
        nb.cells.append(kinds[cell.kind](cell.source, id=f"zelle-{place}", metadata=tags))  # type: ignore[no-untyped-call]
    return nb


def _output(kind: str, **content: Any) -> NotebookNode:
    """An output; nbformat's own function validates each one against a JSON schema, which takes its time."""
    made: NotebookNode = nbformat.from_dict({"output_type": kind, **content})  # type: ignore[no-untyped-call]
    return made


def _as_json(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """A bundle of representations; pictures as text, as in a notebook file."""
    return {
        kind: base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else content
        for kind, content in bundle.items()
    }


def _cause(error: PapermillExecutionError) -> str:
    if error.ename == "MemoryError":
        return "Der Arbeitsspeicher reicht nicht (MemoryError)."
    said = str(error.evalue).strip().rstrip(".")
    if error.ename in _own_errors(SozialraumError):
        return f"{said}."
    if os.environ.get(DEBUG) or _raised_in_cell(error.traceback):
        return f"{error.ename}: {said}." if said else f"{error.ename}."
    return f"Im Notebook ist ein Fehler aufgetreten ({error.ename}); den Hergang zeigt das Teilergebnis."


def _own_errors(kind: type[Exception]) -> set[str]:
    """Names of our errors, whose messages are German."""
    return {kind.__name__}.union(*(_own_errors(part) for part in kind.__subclasses__()))


def _raised_in_cell(traceback: list[str]) -> bool:
    """Whether the cell itself raised the error, in words of its author; those of a library would be English."""
    lines = [_COLOURS.sub("", line) for line in "\n".join(traceback or []).splitlines()]
    frames = [line for line in lines if line.startswith(("Cell In", "File "))]
    arrows = [line for line in lines if line.startswith("---->")]
    return bool(frames and arrows and frames[-1].startswith("Cell In") and re.search(r"\b(raise|assert)\b", arrows[-1]))
