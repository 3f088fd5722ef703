"""Real layouts of offices with Essen's areas: each gives its expected values, or is asked about."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from sozialraum.city.load import Data
from sozialraum.errors import TableError
from sozialraum.supply import intake
from sozialraum.supply.workspace import open_data

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT.parent / "shared" / "faelle" / "import"
DESCRIPTIONS = Path(__file__).parent / "faelle"
TODAY = date(2026, 11, 25)
TABLES = (".csv", ".xlsx", ".xls", ".ods")
FOLDERS = sorted(path.name for path in CASES.iterdir() if path.is_dir()) if CASES.is_dir() else []
EXPECTED = [name for name in FOLDERS if (CASES / name / "expected.csv").is_file()]
ASKED = [name for name in FOLDERS if name not in EXPECTED]
Number = float | None

needs_cases = pytest.mark.skipif(not FOLDERS, reason="../shared/faelle is not there")


@pytest.fixture(scope="module")
def essen() -> Data:
    return open_data(ROOT / "data" / "essen", weitergabe="intern")


def table_of(folder: Path) -> Path:
    (path,) = (path for path in folder.iterdir() if path.suffix in TABLES and path.name != "expected.csv")
    return path


def described(name: str) -> Path | None:
    path = DESCRIPTIONS / f"{name}.yml"
    return path if path.is_file() else None


def wanted(folder: Path) -> dict[tuple[str, str, str], tuple[Number, ...]]:
    with (folder / "expected.csv").open(encoding="utf-8") as stream:
        return {
            (row["gebiet_id"], row["indikator"], row["stichtag"]): tuple(
                float(row[key]) if row[key] else None for key in ("zaehler", "nenner", "wert")
            )
            for row in csv.DictReader(stream)
        }


@needs_cases
@pytest.mark.parametrize("name", EXPECTED)
def test_a_layout_gives_its_expected_values(name: str, essen: Data) -> None:
    brought = intake.bring(table_of(CASES / name), essen, beschreibung=described(name), today=TODAY)
    found = {
        (str(row["gebiet_id"]), paket.indikator, paket.stand): row
        for paket in intake.packages(brought, essen)
        for row in paket.werte.to_dict("records")
    }
    expected = wanted(CASES / name)
    assert {key[1:] for key in found} == {key[1:] for key in expected}
    for key, numbers in expected.items():
        for column, number in zip(("zaehler", "nenner", "wert"), numbers, strict=True):
            value = found[key][column]
            assert value != value if number is None else value == pytest.approx(number, rel=1e-4), (key, column)


@needs_cases
@pytest.mark.parametrize("name", ASKED)
def test_a_head_that_is_not_the_catalogues_is_asked_about(name: str, essen: Data) -> None:
    with pytest.raises(TableError) as caught:
        intake.packages(intake.bring(table_of(CASES / name), essen, today=TODAY), essen)
    assert "Was ist das?" in str(caught.value)


@needs_cases
@pytest.mark.parametrize("name", [*EXPECTED, *ASKED])
def test_a_description_to_fill_in_is_always_written(name: str, essen: Data, tmp_path: Path) -> None:
    table = tmp_path / table_of(CASES / name).name
    table.write_bytes(table_of(CASES / name).read_bytes())
    text = intake.propose(table, essen)
    assert "stelle:\n" in text
    assert "indikatoren:\n" in text
    answers = {"stelle": "Amt", "lizenz": "dl-de/by-2-0", "geheimhaltung": "sperrung:3", "weitergabe": "intern"}
    for key, answer in answers.items():
        text = text.replace(f"\n{key}:\n", f'\n{key}: "{answer}"\n')
    table.with_suffix(".yml").write_text(text.replace("{spalte: , ebene: stadtteil}", ""), encoding="utf-8")
    try:
        questions = intake.bring(table, essen, today=TODAY).findings.questions
    except TableError as error:
        questions = error.problems
    assert [line for line in questions if "unbekannt" in line or "YAML" in line] == []


@needs_cases
def test_the_decision_says_how_many_lines_each_case_needs() -> None:
    text = (ROOT / "docs" / "decisions" / "0018-own-tables.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| (\d\w+)[^|]* \| .* \| (\d+) \|$", text, re.MULTILINE))
    always = {"stelle", "lizenz", "geheimhaltung", "weitergabe"}
    needed = {}
    for name in EXPECTED:
        path = described(name)
        lines = path.read_text(encoding="utf-8").splitlines() if path else []
        needed[name.split("-")[0]] = sum(line.partition(":")[0] not in always for line in lines)
    assert {key: int(number) for key, number in table.items()} == needed
