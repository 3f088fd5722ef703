"""The empty template and the list of changed sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from data_fixtures import copy_tables
from intake_samples import KEYS, PART, WHOLE
from sozialraum.cli.main import main
from sozialraum.compare.analysis import analyse
from sozialraum.supply import own_tables, workspace

MISSING = (
    "alleinerziehende", "arbeitslosenanteil", "existenzsichernde_leistungen", "staatsangehoerige_bg_ro",
    "uebergang_gymnasium",
)  # fmt: skip
ANSWERS = {
    "stelle": "Amt",
    "stichtag": "31.12.2023",
    "lizenz": "dl-de/by-2-0",
    "geheimhaltung": "sperrung:3",
    "weitergabe": "oeffentlich",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_tables(tmp_path)


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return int(str(caught.value.code))


def fill(path: Path, change: Callable[[Worksheet], None]) -> None:
    book = load_workbook(path)
    change(book["Tabelle"])
    answers = book["Angaben"]
    for row in answers.iter_rows():
        row[1].value = ANSWERS.get(str(row[0].value))
    book.save(path)


def test_the_filled_template_is_read_without_options(folder: Path, tmp_path: Path) -> None:
    assert run("data", "template", "--out", tmp_path, "--data", folder) == 0
    assert run("data", "template", "--out", tmp_path, "--data", folder) == 2

    def numbers(sheet: Worksheet) -> None:
        for place in range(5):
            for row, key in enumerate(KEYS, start=4):
                sheet.cell(row, 3 + 3 * place).value = PART[key]
                sheet.cell(row, 4 + 3 * place).value = WHOLE[key]

    fill(tmp_path / "vorlage.xlsx", numbers)
    assert run("data", "import", tmp_path / "vorlage.xlsx", "--data", folder) == 0
    data = workspace.open_data(folder)
    analysis = analyse(data, "02")
    assert sorted(paket.indikator for paket in own_tables.own_packages(data)) == sorted(MISSING)
    for key in MISSING:
        assert analysis.row(key)["wert"] == pytest.approx(100 * 1104 / 1402)
        assert analysis.city(key) == pytest.approx(100 * 1452 / 6320)


def test_the_csv_template_with_its_yaml(folder: Path, tmp_path: Path) -> None:
    assert run("data", "template", "--out", tmp_path, "--data", folder) == 0
    path, answers = tmp_path / "vorlage_csv.csv", tmp_path / "vorlage_csv.yml"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    for row, key in enumerate(KEYS, start=3):
        cells = lines[row].split(";")
        cells[7] = f"{PART[key] % 10},5"
        lines[row] = ";".join(cells)
    place = lines[2].split(";").index("arbeitslosenanteil: Wert")
    assert place == 7
    path.write_text("\n".join(lines), encoding="utf-8")
    text = answers.read_text(encoding="utf-8")
    for key, answer in ANSWERS.items():
        text = text.replace(f"\n{key}:\n", f"\n{key}: {answer}\n")
    answers.write_text(text.replace("stelle:", "stelle: Amt", 1), encoding="utf-8")
    assert run("data", "import", path, "--data", folder) == 0
    values = workspace.open_data(folder).indikatoren.set_index(["indikator", "gebiet_id"])["wert"]
    assert values["arbeitslosenanteil", "02"] == 4.5


@pytest.mark.parametrize(("circle", "others"), [("rat", "rat"), ("intern", "intern")])
def test_a_diff_for_the_public_says_that_tables_are_for_others(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], circle: str, others: str
) -> None:
    lines = [f"{number};{PART[key]};{WHOLE[key]}" for number, key in enumerate(KEYS, start=1)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["Stadtteil-Nr.;Arbeitslose;Einwohner 15-64", *lines]), encoding="utf-8")
    options = [word for key, answer in {**ANSWERS, "weitergabe": circle}.items() for word in (f"--{key}", answer)]
    assert run("data", "import", path, *options, "--data", folder) == 0
    capsys.readouterr()
    assert run("data", "diff", "2", "--data", folder) == 0
    assert capsys.readouterr().out.replace("\u00a0", " ") == (
        "Kein Satz ändert sich.\nFür die Öffentlichkeit ändert sich kein Satz. 1 eigene Tabelle ist für Rat oder "
        f"intern bestimmt: --weitergabe {others}.\n"
    )
    assert run("data", "diff", "2", "--data", folder, "--weitergabe", "intern") == 0
    assert "bestimmt" not in capsys.readouterr().out


def test_the_changed_sentences_are_listed(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("data", "diff", "--data", folder) == 0
    assert capsys.readouterr().out == "Kein Satz ändert sich.\n"
    lines = [f"{number};{PART[key]};{WHOLE[key]}" for number, key in enumerate(KEYS, start=1)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["Stadtteil-Nr.;Arbeitslose;Einwohner 15-64", *lines]), encoding="utf-8")
    options: list[Any] = [word for key, answer in ANSWERS.items() for word in (f"--{key}", answer)]
    assert run("data", "import", path, *options, "--data", folder) == 0
    capsys.readouterr()
    assert run("data", "diff", "2", "--data", folder) == 0
    shown = capsys.readouterr().out
    assert "Nord-Mitte" in shown
    assert "Anteil der Arbeitslosen" in shown
    assert "78,7" in shown
    assert shown.splitlines()[0].endswith("in 1\u00a0Bericht")
