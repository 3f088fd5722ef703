"""Run a notebook with papermill in a kernel of its own, a warm one unless another is named.

papermill writes the notebook to disk around every cell unless told not to, loses the number of the cell
when a kernel hangs or dies, and draws a progress bar per cell; :class:`_Engine` mends this.
"""

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import nbformat
import papermill
from jupyter_client.kernelspec import NoSuchKernel
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from sozialraum.errors import DEBUG, RenderError, SozialraumError
from sozialraum.kernel import CLIENT, KERNEL, install, short_folder
from sozialraum.render.environment import CELL_TIMEOUT_S, variables
from sozialraum.render.parameters import effective_cells

START_TIMEOUT_S: Final = 120
_ENGINE: Final = "sozialraum"
# Each shutdown begins with an interrupt that the kernel would report as an error; real errors come as outputs.
_KERNEL_ARGUMENTS: Final = ["--IPKernelApp.log_level=50"]
_PYTHON: Final = {"name": "python3", "display_name": "Python 3", "language": "python"}
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_ADDED: Final = {"injected-parameters", "papermill-error-cell-tag"}


@dataclass(frozen=True)
class Executed:
    """A notebook with its outputs.

    Attributes
    ----------
    reads
        Paths of the files that the library has read or used for it; None if it was not asked for any data.
    """

    notebook: NotebookNode
    reads: frozenset[str] | None


class _Engine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine; keeps the executed notebook of a run that breaks off."""

    @classmethod
    def execute_notebook(
        cls, nb: NotebookNode, kernel_name: str, *, keep: list[NotebookNode], **options: Any
    ) -> NotebookNode:
        keep.append(nb)
        done: NotebookNode = super().execute_notebook(nb, kernel_name, **options)
        return done


papermill_engines.register(_ENGINE, _Engine)


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    data: Mapping[str, str],
    partial: Path,
    kernel: str = KERNEL,
    timeout: int = CELL_TIMEOUT_S,
    declared: Mapping[str, Any] | None = None,
) -> Executed:
    """Execute a notebook from top to bottom.

    Only sources and known tags of the cells are taken from the file: what JupyterLab has saved beside them stays out.

    Parameters
    ----------
    data
        Environment variables that name the data; see :attr:`sozialraum.load.Data.environment`.
    partial
        Where the notebook is kept if it breaks off; removed if it does not.
    kernel
        Name of the kernelspec.
    timeout
        Seconds that one cell may take.
    declared
        Parameters whose values in the notebook do not count; see :func:`sozialraum.render.known_parameters`.

    Raises
    ------
    RenderError
        If a cell raises, hangs or kills the kernel: names notebook, cell, cause and the partial notebook.
    """
    keep: list[NotebookNode] = []
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    try:
        with _kernel_environment(data) as folder:
            done: NotebookNode = papermill.execute_notebook(
                _prepared(notebook, declared),
                None,
                parameters=dict(parameters),
                engine_name=_ENGINE,
                kernel_name=kernel,
                progress_bar=False,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                report_mode=True,
                start_timeout=START_TIMEOUT_S,
                shutdown_kernel="immediate",  # what it has to say is said
                execution_timeout=timeout,
                config=_configuration(folder),
                extra_arguments=_KERNEL_ARGUMENTS,
                keep=keep,
            )
    except (PapermillExecutionError, CellTimeoutError, NoSuchKernel, RuntimeError) as error:
        cell = _last_cell(keep[0]) if keep else 0
        if not cell:
            raise RenderError(
                f"{notebook.stem}: Der Kernel „{kernel}“ ist nicht gestartet. Bitte „make setup“ aufrufen."
            ) from error
        _keep(keep[0], partial)
        place = f"{notebook.stem}, Zelle {cell}"
        raise RenderError(f"{place}: {_cause(error, timeout)} Teilergebnis: {partial.name}", cell=cell) from error
    partial.unlink(missing_ok=True)
    return Executed(done, None)


def _prepared(notebook: Path, declared: Mapping[str, Any] | None) -> NotebookNode:
    """The notebook as it is executed: clean, and with nothing in its parameter cell that is declared elsewhere."""
    kinds = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
    nb: NotebookNode = new_notebook(metadata={"kernelspec": _PYTHON})  # type: ignore[no-untyped-call]
    for place, cell in enumerate(effective_cells(notebook, declared), start=1):
        tags = {"tags": list(cell.tags)} if cell.tags else {}
        nb.cells.append(kinds[cell.kind](cell.source, id=f"zelle-{place}", metadata=tags))  # type: ignore[no-untyped-call]
    return nb


def _configuration(folder: str) -> Config:
    """Sockets in the file system instead of open ports, where the system has them; a prefix per run, or runs meet."""
    manager = {"client_class": CLIENT}
    if os.name == "posix":
        manager |= {"transport": "ipc", "ip": f"{folder}/kernel"}
    return Config({"KernelManager": manager})


def _cause(error: Exception, timeout: int) -> str:
    if isinstance(error, PapermillExecutionError) and error.ename == "MemoryError":
        return "Der Arbeitsspeicher reicht nicht (MemoryError)."
    if isinstance(error, PapermillExecutionError):
        said = str(error.evalue).strip().rstrip(".")
        if error.ename in _own_errors(SozialraumError):
            return f"{said}."
        if os.environ.get(DEBUG) or _raised_in_cell(error.traceback):
            return f"{error.ename}: {said}."
        return f"Im Notebook ist ein Fehler aufgetreten ({error.ename}); den Hergang zeigt das Teilergebnis."
    if isinstance(error, CellTimeoutError):
        return f"Die Zelle lief länger als {timeout} Sekunden und wurde abgebrochen."
    return "Der Kernel wurde beendet, vielleicht aus Mangel an Arbeitsspeicher."


def _own_errors(kind: type[Exception]) -> set[str]:
    """Names of our errors, whose messages are German."""
    return {kind.__name__}.union(*(_own_errors(part) for part in kind.__subclasses__()))


def _raised_in_cell(traceback: list[str]) -> bool:
    """Whether the cell itself raised the error, in words of its author; those of a library would be English."""
    lines = [_COLOURS.sub("", line) for line in "\n".join(traceback or []).splitlines()]
    frames = [line for line in lines if line.startswith(("Cell In", "File "))]
    arrows = [line for line in lines if line.startswith("---->")]
    return bool(frames and arrows and frames[-1].startswith("Cell In") and re.search(r"\b(raise|assert)\b", arrows[-1]))


def _last_cell(nb: NotebookNode) -> int:
    """Position, from 1, of the cell that ran last, counted in the notebook as it is stored; 0 if none ran."""
    added = [index for index, cell in enumerate(nb.cells) if _ADDED & set(cell.metadata.get("tags", []))]
    started = [index for index, cell in enumerate(nb.cells) if cell.metadata.get("papermill", {}).get("start_time")]
    last = started[-1] if started else -1
    return last + 1 - sum(index < last for index in added)


def _keep(nb: NotebookNode, partial: Path) -> None:
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text(nbformat.writes(nb), encoding="utf-8")  # type: ignore[no-untyped-call]


@contextmanager
def _kernel_environment(data: Mapping[str, str]) -> Iterator[str]:
    """Environment that kernels started inside inherit, and a folder of its own for their files.

    The folder is short-lived and has a short name (a socket's path has a limit); it also keeps a user's start-up
    files and history out of reports, and our kernelspec is there wherever the package is installed.
    """
    with TemporaryDirectory(prefix="sozialraum-", dir=short_folder()) as folder:
        install(folder)
        jupyter = os.pathsep.join([f"{folder}/share/jupyter", *filter(None, [os.environ.get("JUPYTER_PATH")])])
        own = {
            "IPYTHONDIR": folder,
            "JUPYTER_RUNTIME_DIR": folder,
            "JUPYTER_PATH": jupyter,
        }
        wanted = {**variables(data), **own}
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield folder
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
