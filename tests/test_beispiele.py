"""The example notebooks run as they stand, from anywhere, and their prose says what their cells show."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from conftest import NBCONVERT, ROOT, executed, outputs
from sozialraum.city.access import DETOUR
from sozialraum.city.load import DEFAULT_DIR, open_data

EXAMPLES = sorted((ROOT / "notebooks" / "beispiele").glob("*.ipynb"))
QUESTIONS = {
    "naechste_kita": "Wie weit ist es zur nächsten Kita?",
    "schlosspark": "Wer wohnt zehn Minuten vom Schlosspark?",
    "zusammenhaenge": "Was hängt zusammen?",
    "mein_quartier": "Mein Quartier aus drei Stadtteilen",
    "meine_tabelle": "Meine Tabelle auf der Karte",
    "mehrere_berichte": "Ein Bericht für mehrere Orte",
}
GIVEN = {DETOUR, 100, 15, 64, 65, 1, -1, 0}
"""A walk by the crow flies, the side of a cell, limits of ages, the range of a correlation: no results."""
NUMBER = r"−?\d+(?:\.\d{3})*(?:,\d+)?"
CAUSES = re.compile(
    r"\b(?:weil|bewirk|verursach|beeinfluss|Einfluss|Ursache|führt zu|Auswirkung|dadurch)", re.IGNORECASE
)


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def source(path: Path, kind: str) -> str:
    return "\n".join("".join(cell["source"]) for cell in cells(path, kind))


def test_every_question_has_its_example_and_the_start_page_leads_there() -> None:
    assert {path.stem: source(path, "markdown").splitlines()[0] for path in EXAMPLES} == {
        name: f"# {question}" for name, question in QUESTIONS.items()
    }
    start = source(ROOT / "notebooks" / "start.ipynb", "markdown")
    assert [path.name for path in EXAMPLES if f"(beispiele/{path.name})" not in start] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_for_readers(path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "nbstripout", "--verify", "--keep-id", path], check=False)
    assert done.returncode == 0
    text = source(path, "markdown")
    assert not re.search(r"\bGebiet", text)
    assert re.search(r"\*\*[^*]+\?\*\*", text.split("\n#")[0]), "the question stands at the top"
    assert 10 <= len([line for line in source(path, "code").splitlines() if line.strip()]) <= 60


def test_a_correlation_is_told_without_a_cause() -> None:
    text = source(ROOT / "notebooks" / "beispiele" / "zusammenhaenge.ipynb", "markdown")
    assert CAUSES.findall(text) == []


def lines(outputs: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What is to be read below the cells: words, and every row and column of a table as a line."""
    for output in outputs:
        html = "".join(output["data"].get("text/html", []))
        if html and not re.search(r"<(?:svg|iframe|script)", html):
            soup = BeautifulSoup(html, "html.parser")
            rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in soup.find_all("tr")]
            yield from (" ".join(row) for row in [*rows, *zip(*rows, strict=False)])
            yield from (part.get_text() for part in soup.find_all("p"))
        yield from "".join(output["data"].get("text/plain", [])).splitlines()


def numbers(text: str) -> set[float]:
    """Every number of a text, as Python and as German write it; days of a date count one by one."""
    text = re.sub(r"(\d{1,2})\.(\d{2})\.(\d{4})", r"\1 \2 \3", text.replace("−", "-"))
    found = set()
    for token in re.findall(r"-?\d+(?:[.,]\d+)*", text):
        for reading in (token, token.replace(".", "").replace(",", ".")):
            try:
                found.add(float(reading))
            except ValueError:
                continue
    return found


def said(text: str) -> list[tuple[float, int | None]]:
    """Numbers of German prose; after "rund" with the digits before the comma that were rounded away."""
    found = []
    for about, token in re.findall(rf"([Rr]und )?(?<![\d.,])({NUMBER})(?![\d])", text):
        plain = token.replace(".", "").replace(",", ".").replace("−", "-")
        found.append((float(plain), len(plain) - len(plain.rstrip("0")) if about and "." not in plain else None))
    return found


def wrong(prose: str, shown: list[str], given: set[float], names: Iterable[str]) -> list[str]:
    """Sentences with a number that no output shows, or that no output shows beside the name before it."""
    name = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    found = []
    for sentence in re.split(r"(?<=[^\d\s])[.?!](?=\s|$)|[;\n]", re.sub(r"`[^`]*`|\]\([^)]*\)", "", prose)):
        for part in re.split(rf"(?=(?<![\w-])(?:{name})(?![\w-]))", sentence):
            named = re.match(rf"{name}", part)
            where = [line for line in shown if not named or named[0] in line]
            known = set().union(*(numbers(line) for line in where))
            for number, digits in said(part):
                near = {known_number if digits is None else round(known_number, -digits) for known_number in known}
                if number not in near | given:
                    found.append(f"{number:g}: {sentence.strip()}")
    return found


def test_a_changed_number_or_a_wrong_name_in_prose_is_found() -> None:
    shown = ["Kray 15.9 1866", "Leithe 13,5 % (12,5 bis 14,5)", "Summe 1.234"]

    def check(prose: str) -> list[str]:
        return wrong(prose, shown, {100.0}, ["Kray", "Leithe"])

    assert check("In Kray sind es 15,9 Prozent, in Leithe 13,5 Prozent. Zusammen 1.234; je 100 m. Rund 1.234.") == []
    assert check("In Kray rund 1.870 Kinder.") == []
    assert len(check("In Kray 15,8 Prozent.")) == 1
    assert len(check("In Leithe 15,9 Prozent.")) == 1
    assert len(check("Es sind −15,9 Prozent.")) == 1
    assert len(check("In Kray rund 1.880 Kinder.")) == 1


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_from_anywhere_and_finds_what_it_says(
    path: Path, tmp_path: Path, open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By papermill and by the engine with the same outputs; as a page it shows everything offline.

    An example that starts processes of its own for whole reports runs once: they take what all others take together.
    """
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    here, there = tmp_path / "hier", tmp_path / "dort"
    for folder in (here, there):
        folder.mkdir()
    done = here / "fertig.ipynb"
    command = [sys.executable, "-m", "papermill", path, done, "--no-progress-bar"]
    subprocess.run(command, check=True, capture_output=True, cwd=here)
    assert {made.name for made in here.iterdir()} <= {"fertig.ipynb", "ausgabe"}
    monkeypatch.chdir(there)
    if "subprocess.run" not in source(path, "code"):
        theirs = outputs(nbformat.read(done, as_version=4))  # type: ignore[no-untyped-call]
        assert [text[:300] for text, other in zip(outputs(executed(path)), theirs, strict=True) if text != other] == []
    check_prose(path, done)
    check_page(path, done, open_page)


def check_prose(path: Path, done: Path) -> None:
    found = [output for cell in cells(done, "code") for output in cell["outputs"]]
    assert [output for output in found if output["output_type"] in ("error", "stream")] == []
    names = [area.name for area in open_data(DEFAULT_DIR).register.of_level("stadtteil")]
    given = GIVEN | numbers(source(path, "code"))
    prose = source(path, "markdown")
    assert len(said(prose)) >= 5
    assert wrong(prose, list(lines(found)), given, names) == []


def check_page(path: Path, done: Path, open_page: Callable[..., Any]) -> None:
    command = [sys.executable, "-m", "nbconvert", "--to", "html", done, "--output", "seite.html"]
    subprocess.run(command, check=True, capture_output=True)
    opened = open_page(done.with_name("seite.html"), blocked=True)
    frames = opened.page.locator("iframe")
    for place in range(frames.count()):
        frames.nth(place).scroll_into_view_if_needed()
        inner = opened.page.frame_locator("iframe").nth(place)
        inner.locator("path.leaflet-interactive >> visible=true").first.wait_for()
    code = source(path, "code")
    assert frames.count() == len(re.findall(r"^(?:sr\.offline|essen\.map|quartier\.map|karte$)", code, re.MULTILINE))
    assert opened.page.locator("svg.sr-svg").count() >= code.count(".dotplot(")
    assert opened.page.locator(".jp-OutputArea [data-mime-type*=stderr]").count() == 0
    assert [url for url in opened.requests if not url.endswith(NBCONVERT)] == []
