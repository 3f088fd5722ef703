"""The example notebooks run as they stand, and their prose says what their cells show."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

EXAMPLES = sorted((ROOT / "notebooks" / "beispiele").glob("*.ipynb"))
NUMBER = re.compile(r"(?<![\d.,])[−-]?\d{1,3}(?:\.\d{3})*(?:,\d+)?(?= Prozent| Kinder| der 50)")


def markdown(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 2
    start = markdown(ROOT / "notebooks" / "start.ipynb")
    assert [path.name for path in EXAMPLES if f"(beispiele/{path.name})" not in start] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_for_readers(path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "nbstripout", "--verify", "--keep-id", path], check=False)
    assert done.returncode == 0
    text = markdown(path)
    assert text.startswith("# ")
    assert not re.search(r"\bGebiet", text)


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_finds_what_it_says(path: Path, tmp_path: Path) -> None:
    """Every number before "Prozent" or "Kinder" in the prose stands among the outputs, rounded as it is printed."""
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(copy)]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output["output_type"] in ("error", "stream")] == []
    shown = "".join("".join(output["data"].get("text/plain", [])) for output in outputs)
    found = {float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", shown)}
    said = [text.replace(".", "").replace(",", ".").replace("−", "-") for text in NUMBER.findall(markdown(path))]
    assert len(said) >= 2
    wrong = [text for text in said if not any(same(float(text), number) for number in found)]
    assert wrong == []


def same(said: float, shown: float) -> bool:
    """A round number may stand for one that lies within half a per cent of it."""
    return said == shown or (said >= 100 and abs(said - shown) <= said * 0.005)
