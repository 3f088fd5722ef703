"""The notebooks with the plain tools, from any folder, as a planner would run them."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from types import ModuleType

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
    assert [path.stem[:2] for path in NOTEBOOKS] == ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_begins_with_words_and_parameters(path: Path) -> None:
    first, second = json.loads(path.read_text(encoding="utf-8"))["cells"][:2]
    assert first["cell_type"] == "markdown"
    assert second["metadata"]["tags"] == ["parameters"]
    assert "gebiet = " in "".join(second["source"])


def _menu_words() -> set[str]:
    """Every German word of JupyterLab's menus, as the language pack has them."""
    pack = files("jupyterlab_language_pack_de_DE") / "locale" / "de_DE" / "LC_MESSAGES" / "jupyterlab.json"
    return {str(said[0]) for said in json.loads(pack.read_text(encoding="utf-8")).values() if isinstance(said, list)}


@pytest.mark.parametrize("path", [*NOTEBOOKS, ROOT / "notebooks" / "start.ipynb"], ids=lambda path: path.stem)
def test_the_text_names_the_menu_as_the_german_lab_does(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    ways = re.findall(r"\*([^*\n]+ → [^*\n]+)\*", prose)
    assert [word for way in ways for word in way.split(" → ") if word not in _menu_words()] == []
    assert re.findall(r"\bRun\b|\bRestart\b|\bCell\b", prose) == []
    assert ways or path.stem.startswith("00")


# --- working copies ----------------------------------------------------------------------------------------------


@pytest.fixture
def copies() -> ModuleType:
    """The module ``tools/arbeitskopien.py``."""
    spec = importlib.util.spec_from_file_location("arbeitskopien", ROOT / "tools" / "arbeitskopien.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _edit(path: Path, text: str) -> bytes:
    """Write something into the first cell, as a person would."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    nb["cells"][0]["source"] = [text]
    path.write_text(json.dumps(nb), encoding="utf-8")
    return path.read_bytes()


def _run(path: Path) -> bytes:
    """Leave outputs behind, as JupyterLab saves them."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    nb["cells"][1] |= {"execution_count": 1, "outputs": [{"output_type": "stream", "name": "stdout", "text": "42"}]}
    path.write_text(json.dumps(nb), encoding="utf-8")
    return path.read_bytes()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks", ignore=shutil.ignore_patterns("ausgabe", ".ipynb*"))
    return tmp_path / "notebooks"


def test_working_copies_are_made_once_and_left_alone(copies: ModuleType, source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "arbeit"
    assert copies.fill(source, folder) == []
    assert {path.name for path in folder.glob("*.ipynb")} == {path.name for path in source.glob("*.ipynb")}
    mine, ran = _edit(folder / MAIN.name, "Meins"), _run(folder / "01_stadtkarte.ipynb")
    (folder / "04_stadtvergleich.ipynb").unlink()
    assert copies.fill(source, folder) == []
    assert (folder / MAIN.name).read_bytes() == mine
    assert (folder / "01_stadtkarte.ipynb").read_bytes() == ran
    assert (folder / "04_stadtvergleich.ipynb").is_file()


def test_a_new_version_never_writes_over_what_a_person_has_changed(
    copies: ModuleType, source: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "arbeit"
    copies.fill(source, folder)
    mine, ran = _edit(folder / MAIN.name, "Meins"), _run(folder / "01_stadtkarte.ipynb")
    new = {name: _edit(source / name, "Neu") for name in (MAIN.name, "01_stadtkarte.ipynb", "start.ipynb")}
    told = copies.fill(source, folder)
    assert (folder / MAIN.name).read_bytes() == mine
    assert (folder / f"{MAIN.stem}_neu.ipynb").read_bytes() == new[MAIN.name]
    assert (folder / "01_stadtkarte.ipynb").read_bytes() == new["01_stadtkarte.ipynb"]
    assert (folder / "01_stadtkarte_alt.ipynb").read_bytes() == ran
    assert (folder / "start.ipynb").read_bytes() == new["start.ipynb"]
    assert [line.partition(":")[0] for line in told] == ["01_stadtkarte.ipynb", MAIN.name, "start.ipynb"]
    assert "ist verändert und bleibt, wie sie ist" in told[1]
    assert copies.fill(source, folder) == []
    changed = _edit(folder / f"{MAIN.stem}_neu.ipynb", "Auch meins")
    newer = _edit(source / MAIN.name, "Noch neuer")
    assert f"{MAIN.stem}_neu2.ipynb" in copies.fill(source, folder)[0]
    assert (folder / f"{MAIN.stem}_neu.ipynb").read_bytes() == changed
    assert (folder / f"{MAIN.stem}_neu2.ipynb").read_bytes() == newer


def test_copies_of_which_nothing_is_known_count_as_changed(copies: ModuleType, source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "arbeit"
    copies.fill(source, folder)
    (folder / copies.STATE).write_text("kaputt", encoding="utf-8")
    before = (folder / MAIN.name).read_bytes()
    _edit(source / MAIN.name, "Neu")
    assert len(copies.fill(source, folder)) == 1
    assert (folder / MAIN.name).read_bytes() == before


def test_make_lab_opens_the_working_copies_and_takes_paths_from_where_they_were_typed() -> None:
    environment = {**os.environ, "SOZIALRAUM_AREAS": "meine.geojson"}
    done = subprocess.run(
        ["make", "-n", "lab"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert "tools/arbeitskopien.py" in done
    assert "default_url=/lab/tree/arbeit/start.ipynb" in done
    script = done[done.index("case ") : done.index("SOZIALRAUM_WEITERGABE=")] + 'printf "%s" "$SOZIALRAUM_AREAS"'
    said = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=True).stdout
    assert said == str(ROOT / "meine.geojson")


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
