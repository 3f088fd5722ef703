"""Reports as text: the cells of a notebook run in this process, without drawing anything."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from functools import cache
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from sozialraum import figures
from sozialraum.city.load import DEFAULT_DIR, Data
from sozialraum.figures.output import words_only
from sozialraum.publish.changes import run_cell
from sozialraum.report.page_text import Printed, printed
from sozialraum.supply import workspace

ROOT = Path(__file__).resolve().parent.parent
MAIN = "03_stadtteilanalyse"
MODULES = ("blocks", "choice", "head", "figure", "stylesheet")


@cache
def essen() -> Data:
    """Essen's tables, opened once."""
    return workspace.open_data(DEFAULT_DIR)


def run(
    gebiet: str, *, name: str = MAIN, ausgabe: str = "", data: Data | None = None, drawn: bool = False
) -> NotebookNode:
    """The executed notebook of one area, with everything that figures display; the drawings only if ``drawn``."""
    nb = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    space: dict[str, Any] = {}
    tables = data or essen()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace, "open_data", lambda *_, **__: tables)
        for module in MODULES:
            patch.setattr(sys.modules[f"{figures.__name__}.{module}"], "display", lambda *a, **k: _keep(nb, *a, **k))
        for cell in json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                nb.cells.append(nbformat.v4.new_markdown_cell(source))  # type: ignore[no-untyped-call]
                continue
            nb.cells.append(nbformat.v4.new_code_cell(""))  # type: ignore[no-untyped-call]
            with nullcontext() if drawn else words_only():
                run_cell(source, space)
            if "parameters" in cell["metadata"].get("tags", []):
                space |= {"gebiet": gebiet, "ausgabe": ausgabe}
    return nb


def _keep(nb: NotebookNode, data: Any, raw: bool = True, metadata: Any = None) -> None:
    assert raw
    output = nbformat.v4.new_output("display_data", data, metadata=metadata or {})  # type: ignore[no-untyped-call]
    nb.cells[-1].outputs.append(output)


@cache
def report(gebiet: str) -> SimpleNamespace:
    """Notebook, HTML of all outputs and statements of the Stadtteilanalyse of one area; made once."""
    nb = run(gebiet)
    html = "\n".join(str(output.data.get("text/html", "")) for cell in nb.cells for output in cell.get("outputs", []))
    found: list[Printed] = list(printed(nb))
    return SimpleNamespace(nb=nb, html=html, statements=found, words=unescape(html))
