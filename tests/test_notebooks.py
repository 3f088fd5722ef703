"""The notebooks with the plain tools, from any folder, as a planner would run them."""

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
MAIN = ROOT / "notebooks" / "03_stadtteilanalyse.ipynb"


def _outputs(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(
        str(output.data.get("text/html", ""))
        for cell in cells
        for output in cell.get("outputs", [])
        if "data" in output
    )


def test_the_notebooks_are_there() -> None:
    assert [path.stem[:2] for path in NOTEBOOKS] == ["00", "01", "02", "03", "04", "05"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_begins_with_words_and_parameters(path: Path) -> None:
    first, second = json.loads(path.read_text(encoding="utf-8"))["cells"][:2]
    assert first["cell_type"] == "markdown"
    assert second["metadata"]["tags"] == ["parameters"]
    assert "gebiet = " in "".join(second["source"])


def test_papermill_from_another_folder_takes_a_number(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(MAIN), "out.ipynb", "-p", "gebiet", "7"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    shown = _outputs(tmp_path / "out.ipynb")
    assert "<h1>Stadtteilanalyse Altendorf</h1>" in shown
    assert "Borbeck-Mitte</h1>" not in shown


def test_nbconvert_executes_the_notebook_as_it_stands(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html", str(MAIN), "--output-dir", str(tmp_path)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    page = (tmp_path / "03_stadtteilanalyse.html").read_text(encoding="utf-8")
    assert "Stadtteilanalyse Borbeck-Mitte" in page


def test_an_ambiguous_name_is_explained(tmp_path: Path) -> None:
    with pytest.raises(PapermillExecutionError, match="Stadtteil 21 Borbeck-Mitte oder Stadtbezirk IV Borbeck"):
        papermill.execute_notebook(MAIN, tmp_path / "out.ipynb", {"gebiet": "Borbeck"}, progress_bar=False)


def test_an_unknown_indicator_is_explained(tmp_path: Path) -> None:
    page = ROOT / "notebooks" / "01_stadtkarte.ipynb"
    with pytest.raises(PapermillExecutionError, match="Meinten Sie anteil_unter_15"):
        papermill.execute_notebook(page, tmp_path / "out.ipynb", {"indikator": "anteil_unter15"}, progress_bar=False)
