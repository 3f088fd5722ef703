"""What a person sees when a cell fails: one German line; the batch notices it as before."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from sozialraum.errors import RenderError, SozialraumError, UnknownArea
from sozialraum.publish.job import Job, render

UNKNOWN = """from sozialraum.compare.analysis import analyse
from sozialraum.supply import workspace
analyse(workspace.open_data(), 'Unsinnsdorf')"""
SAID = "„Unsinnsdorf“ ist weder ein Stadtteil noch ein Stadtbezirk"


@pytest.fixture
def fails(make_notebook: Callable[..., Path], tmp_path: Path, musterstadt_dir: Path) -> Callable[[str], str]:
    """The message of the batch for a notebook with such a cell."""

    def run(source: str) -> str:
        notebook = make_notebook("probe", "x = 1", source)
        job = Job(notebook, "probe.html", "")
        with pytest.raises(RenderError) as caught:
            render(job, data={"SOZIALRAUM_DATA": str(musterstadt_dir)}, out=tmp_path)
        assert caught.value.cell == 2
        return str(caught.value)

    return run


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_of_ours_is_one_german_line_in_a_notebook(
    make_notebook: Callable[..., Path], musterstadt_dir: Path, monkeypatch: pytest.MonkeyPatch, debug: bool
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    monkeypatch.setenv("SOZIALRAUM_DEBUG", "1" if debug else "")
    nb = nbformat.read(make_notebook("probe", UNKNOWN), as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(nb, kernel_name="python3", allow_errors=True).execute()
    (output,) = nb.cells[0].outputs
    assert (output.output_type, output.ename) == ("error", "UnknownArea")
    assert output.evalue.startswith(SAID)
    shown = "\n".join(output.traceback)
    assert ("Traceback" in shown) == debug
    if not debug:
        assert shown == output.evalue
        assert len(output.traceback) == 1


def test_plain_papermill_and_nbconvert_keep_the_german_line(
    make_notebook: Callable[..., Path], musterstadt_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    notebook = make_notebook("probe", UNKNOWN)
    done = subprocess.run(
        [sys.executable, "-m", "papermill", str(notebook), str(tmp_path / "aus.ipynb"), "--no-progress-bar"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    kept = nbformat.read(tmp_path / "aus.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    errors = [output for cell in kept.cells for output in cell.get("outputs", []) if output.output_type == "error"]
    assert [len(output.traceback) for output in errors] == [1]
    call = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "--allow-errors", str(notebook)]
    subprocess.run(call, check=True, capture_output=True)
    page = notebook.with_suffix(".html").read_text(encoding="utf-8")
    assert SAID in page
    assert "Traceback" not in page


def test_the_batch_says_our_errors_as_they_are(fails: Callable[[str], str]) -> None:
    said = fails(UNKNOWN)
    assert said.startswith(f"probe, Zelle 2: {SAID}")
    assert "UnknownArea" not in said


@pytest.mark.parametrize(
    "source", ["{}['a']", "1 / 0", "import pandas as pd\npd.DataFrame().loc['a']", "int('x')", "x ="]
)
def test_the_words_of_a_library_do_not_reach_the_reader(fails: Callable[[str], str], source: str) -> None:
    said = fails(source)
    assert re.match(
        r"probe, Zelle 2: Im Notebook ist ein Fehler aufgetreten \(\w+Error\); den Hergang zeigt das Teil", said
    )


def test_words_of_the_author_do(fails: Callable[[str], str]) -> None:
    assert "ValueError: Der Wert fehlt." in fails("raise ValueError('Der Wert fehlt')")


def test_an_error_that_is_a_key_error_too_keeps_its_words() -> None:
    error = UnknownArea("Es gibt kein „X“.")
    assert isinstance(error, KeyError)
    assert isinstance(error, SozialraumError)
    assert str(error) == "Es gibt kein „X“."
