"""Templates: what an office delivers every year is filled in and read without a question."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from time import sleep

import pytest
from openpyxl import load_workbook

from data_fixtures import MUSTERSTADT, copy_tables
from sozialraum.city.indicators import catalogue, look_up, told
from sozialraum.city.load import Data, open_data
from sozialraum.cli.main import main
from sozialraum.compare.analysis import analyse
from sozialraum.errors import ParameterError
from sozialraum.publish.listing import listing
from sozialraum.supply import intake, workspace
from sozialraum.supply.series import time_series
from sozialraum.text import social, unknowns

NAMES = ("altersgruppen", "kinderbetreuung", "ogs", "hilfen_zur_erziehung")
AGES = tuple(f"einwohner_{ages}" for ages in ("0_2", "3_5", "6_9", "10_13", "14_17", "18_26"))
ANSWERS = {
    "stelle": "Amt",
    "stichtag": "31.12.2023",
    "lizenz": "dl-de/by-2-0",
    "geheimhaltung": "sperrung:3",
    "weitergabe": "oeffentlich",
}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_tables(tmp_path)


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line on a copy of Musterstadt: status, output, errors."""

    def call(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([*map(str, arguments), "--data", str(folder)])
        captured = capsys.readouterr()
        return int(str(caught.value.code)), captured.out, captured.err

    return call


def amount(number: int, column: int, role: str) -> int:
    """A synthetic count of a Stadtteil; never below 3, and no numerator above its denominator."""
    return 200 + 3 * number if role == "Nenner" else 20 + number + column


def fill(path: Path, *, head: int) -> dict[tuple[str, str], list[int]]:
    """Fill in the Stadtteile and the answers; returns what was filled in by role and date, in order of Stadtteile."""
    book = load_workbook(path)
    sheet, filled = book["Tabelle"], {}
    for column in range(3, sheet.max_column + 1):
        spelled = str(sheet.cell(head, column).value)
        role = spelled.split(": ")[1]
        if role == "Wert":
            continue
        numbers = [amount(number, column, role) for number in range(1, 10)]
        for row, number in enumerate(numbers, start=head + 1):
            sheet.cell(row, column).value = number
        filled[spelled, str(sheet.cell(3, column).value) if head == 4 else ""] = numbers
    for row in book["Angaben"].iter_rows():
        row[1].value = row[1].value or ANSWERS.get(str(row[0].value))
    book.save(path)
    return filled


def entry_ids(name: str) -> list[str]:
    raw = open_data(MUSTERSTADT / "daten").indikatoren_yml
    return [entry.id for entry in intake.templates(raw, catalogue(raw))[name].entries]


@pytest.mark.parametrize("name", NAMES)
def test_a_filled_template_is_read_without_a_question(run: Run, folder: Path, tmp_path: Path, name: str) -> None:
    assert run("data", "template", name, "--out", tmp_path)[0] == 0
    path = tmp_path / f"vorlage_{name}.xlsx"
    filled = fill(path, head=3)
    status, out, error = run("data", "import", path)
    assert status == 0, out + error
    shown = run("indicators", "--format", "csv")[1]
    rows = {(row["indikator"], row["gebiet_id"]): row for row in csv.DictReader(StringIO(shown))}
    for key in entry_ids(name):
        parts = filled[f"{key}: Zähler", ""]
        wholes = filled.get((f"{key}: Nenner", ""))
        factor = 1000 if key == "hilfen_zur_erziehung" else 100
        for place, gebiet_id in enumerate(("01", "02", "03", "04", "05", "06", "07", "08", "09")):
            wanted = parts[place] / wholes[place] * factor if wholes else parts[place]
            assert float(rows[key, gebiet_id]["wert"]) == pytest.approx(wanted)
        city = sum(parts) / sum(wholes) * factor if wholes else sum(parts)
        assert float(rows[key, "musterstadt"]["wert"]) == pytest.approx(city)
        assert rows[key, "01"]["stand"] == "2023-12-31"


def test_several_years_stand_beside_one_another(run: Run, folder: Path, tmp_path: Path) -> None:
    years = ("31.12.2023", "31.12.2022")
    options = [word for year in years for word in ("--stichtag", year)]
    assert run("data", "template", "altersgruppen", "kinderbetreuung", *options, "--out", tmp_path)[0] == 0
    path = tmp_path / "vorlage_altersgruppen.xlsx"
    asked = [row[0].value for row in load_workbook(path)["Angaben"].iter_rows()]
    assert "stichtag" not in asked
    filled = fill(path, head=4)
    assert [date for _, date in filled] == ["31.12.2022"] * 6 + ["31.12.2023"] * 6
    status, out, error = run("data", "import", path)
    assert status == 0, out + error
    series = time_series(workspace.open_data(folder), "einwohner_6_9")
    assert list(series.index) == ["2022-12-31", "2023-12-31"]
    for date, stand in zip(reversed(years), series.index, strict=True):
        assert list(series.loc[stand, ["01", "09"]]) == [filled["einwohner_6_9: Zähler", date][at] for at in (0, 8)]


def test_the_csv_with_its_yaml_is_read_too(run: Run, tmp_path: Path, folder: Path) -> None:
    assert run("data", "template", "ogs", "--out", tmp_path)[0] == 0
    path, answers = tmp_path / "vorlage_ogs_csv.csv", tmp_path / "vorlage_ogs_csv.yml"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines[3:12] = [f"{line}{place * 11}" for place, line in enumerate(lines[3:12], start=1)]
    path.write_text("\n".join(lines), encoding="utf-8")
    text = answers.read_text(encoding="utf-8")
    assert "tabelle: Plätze im offenen Ganztag\n" in text
    for key, answer in ANSWERS.items():
        text = text.replace(f"\n{key}:\n", f"\n{key}: {answer}\n")
    answers.write_text(text.replace("stelle:", "stelle: Amt", 1), encoding="utf-8")
    status, out, error = run("data", "import", path)
    assert status == 0, out + error
    values = workspace.open_data(folder).indikatoren.set_index(["indikator", "gebiet_id"])["wert"]
    assert values["ogs_plaetze", "09"] == 99
    assert values["ogs_plaetze", "musterstadt"] == 11 * 45


def test_the_list_names_every_template_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    status, out, _ = run("data", "template", "--list", "--out", tmp_path)
    assert (status, sorted(tmp_path.iterdir())) == (0, before)
    for name in ("kennzahlen", *NAMES):
        assert f"\n{name}: " in f"\n{out}"
        assert all(f"  {key}: " in out for key in entry_ids(name))
    assert entry_ids("altersgruppen") == list(AGES)


def test_an_unknown_template_a_wrong_date_and_a_file_that_is_there_are_told(run: Run, tmp_path: Path) -> None:
    status, _, error = run("data", "template", "kinderbetreung", "--out", tmp_path)
    assert (status, "„kinderbetreung“ gibt es nicht. Meinten Sie kinderbetreuung?" in error) == (2, True)
    assert "Es gibt: kennzahlen, altersgruppen" in run("data", "template", "xyz", "--out", tmp_path)[2]
    status, _, error = run("data", "template", "ogs", "--stichtag", "bald", "--out", tmp_path)
    assert (status, "„bald“ ist kein Stichtag" in error) == (2, True)
    (tmp_path / "vorlage_ogs_csv.yml").write_text("", encoding="utf-8")
    status, _, error = run("data", "template", "altersgruppen", "ogs", "--out", tmp_path)
    assert (status, "vorlage_ogs_csv.yml gibt es schon" in error) == (2, True)
    assert not list(tmp_path.glob("vorlage_altersgruppen*"))


@pytest.mark.parametrize("name", ["kennzahlen", *NAMES])
def test_a_template_says_what_to_fill_in(musterstadt_data: Data, name: str) -> None:
    from io import BytesIO

    raw = musterstadt_data.indikatoren_yml
    one = intake.templates(raw, catalogue(raw))[name]
    written = intake.template_workbook(musterstadt_data.register, one)
    sleep(1.1)  # a file would show the second of its making
    assert written == intake.template_workbook(musterstadt_data.register, one)
    hints = load_workbook(BytesIO(written))["Hinweise"]
    said = "\n".join(str(cell.value) for row in hints.iter_rows() for cell in row if cell.value)
    for part in ("Stichtag: ", "Quelle: ", "- heißt nichts (genau null), . heißt unbekannt"):
        assert part in said
    for entry in one.entries:
        assert entry.definition in said
        assert entry.zaehler
        assert f"{entry.zaehler.was} ({entry.zaehler.einheit})" in said
        assert f"{entry.id}: Zähler" in said


def test_what_nobody_has_delivered_is_told_in_no_report(musterstadt_data: Data) -> None:
    whole = catalogue(musterstadt_data.indikatoren_yml)
    offered = [key for key, entry in whole.items() if entry.vorlage]
    assert len(offered) == 12
    assert not set(offered) & set(told(whole))
    analysis = analyse(musterstadt_data, "02")
    lines = "\n".join(sentence.text for sentence in unknowns(analysis))
    lines += "\n".join([*(one.text for one in social(analysis)), *listing(musterstadt_data, {}, [])["unknown"]])
    assert not [key for key in offered if whole[key].titel in lines]
    assert whole["arbeitslosenanteil"].titel in lines
    with pytest.raises(ParameterError, match=r"liegen keine Daten vor\. .* data template ogs"):
        look_up(whole, "ogs_plaetze")


def test_what_is_delivered_stands_in_the_report(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("data", "template", "hilfen_zur_erziehung", "ogs", "--out", tmp_path)[0] == 0
    for name in ("hilfen_zur_erziehung", "ogs"):
        fill(tmp_path / f"vorlage_{name}.xlsx", head=3)
        assert run("data", "import", tmp_path / f"vorlage_{name}.xlsx")[0] == 0
    reports = tmp_path / "reports"
    status, out, error = run("render", "2", "--out", reports)
    assert status == 0, out + error
    page = (reports / "stadtteil" / "02-nord-mitte.html").read_text(encoding="utf-8")
    assert "Plätze im offenen Ganztag der Grundschulen: 25" in page
    assert "Junge Menschen mit Hilfe zur Erziehung je 1.000 unter 21" in page
    assert json.loads((reports / "build.json").read_text(encoding="utf-8"))["reports"][0]["status"] != "failed"
