"""The command line: what it prints, what it refuses, its exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sozialraum import errors
from sozialraum.cli.lookup import as_csv, as_table
from sozialraum.cli.main import main
from sozialraum.compare.wert import COLUMNS

Run = Callable[..., tuple[int, str, str]]
commands: ModuleType = sys.modules["sozialraum.cli.main"]
rendering: ModuleType = sys.modules["sozialraum.cli.render_command"]


@pytest.fixture
def sozialraum(capsys: pytest.CaptureFixture[str], kleinstadt: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on the small city: (status, stdout, stderr)."""
    monkeypatch.setenv("SOZIALRAUM_DATA", str(kleinstadt))
    monkeypatch.setenv("SOZIALRAUM_DEBUG", "")  # --debug sets it for the process

    def runner(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        return int(ended.value.code or 0), *capsys.readouterr()

    return runner


def test_areas_as_a_table_and_as_json(sozialraum: Run) -> None:
    status, text, _ = sozialraum("areas")
    assert status == 0
    assert [line.split("  ")[0] for line in text.splitlines()] == [
        "Nummer",
        "01",
        "02",
        "03",
        "04",
        "I",
        "II",
        "kleinstadt",
    ]
    _, text, _ = sozialraum("areas", "--json")
    assert json.loads(text)[4]["label"] == "Stadtbezirk I"


def test_indicators_as_csv_follow_the_contract(sozialraum: Run) -> None:
    status, text, _ = sozialraum("indicators", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert status == 0
    assert tuple(rows[0]) == COLUMNS
    assert ",".join(COLUMNS) == (
        "gebiet_id,gebiet,ebene,indikator,titel,wert,von,bis,einheit,anzahl,stand,art,klasse,rang,quelle"
    )
    assert len(rows) == 14
    found = {(row["gebiet_id"], row["indikator"]): row for row in rows}
    assert found["02", "anteil_unter_15"]["wert"] == "19.0"
    assert found["02", "anteil_unter_15"]["rang"] == "3"
    assert found["02", "einwohner"]["wert"] == "2000"
    assert found["02", "anteil_unter_15"]["anzahl"] == "380"
    assert found["02", "anteil_unter_15"]["titel"] == "unter 15 Jahre"
    assert found["04", "anteil_unter_15"]["anzahl"] == ""
    assert found["04", "anteil_unter_15"]["wert"] == ""
    assert found["04", "anteil_unter_15"]["klasse"] == "keine Einstufung"
    assert found["I", "anteil_unter_15"]["klasse"] == found["kleinstadt", "anteil_unter_15"]["rang"] == ""


def test_indicators_of_one_area_as_json_and_as_a_table(sozialraum: Run) -> None:
    _, text, _ = sozialraum("indicators", "--gebiet", "4", "--format", "json")
    rows = json.loads(text)
    assert [row["gebiet_id"] for row in rows] == ["04", "04"]
    assert rows[1]["wert"] is None
    _, text, _ = sozialraum("indicators", "--gebiet", "01")
    assert "20,0\u00a0%" in text
    assert "rang" not in text.lower()


def test_text_that_a_spreadsheet_would_run_is_quoted_and_numbers_are_not(sozialraum: Run) -> None:
    _, text, _ = sozialraum("indicators", "--gebiet", "04", "--format", "csv")
    assert ",'=Rechen-Au," in text
    row: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "gebiet": "@a",
        "wert": -1.5,
        "rang": -1,
        "quelle": "-x",
        "art": "\tb",
    }
    assert as_csv([row], COLUMNS).splitlines()[1] == ",'@a,,,,-1.5,,,,,,'\tb,,-1,'-x"


def test_the_ending_of_the_file_says_the_format_of_indicators(sozialraum: Run, tmp_path: Path) -> None:
    assert sozialraum("indicators", "--gebiet", "04", "--out", str(tmp_path / "werte.xlsx"))[0] == 0
    assert (tmp_path / "werte.xlsx").read_bytes()[:2] == b"PK"
    status, _, problem = sozialraum("indicators", "--format", "csv", "--out", str(tmp_path / "w.xlsx"))
    assert (status, problem.split(" passen ")[1]) == (2, "nicht zusammen. Bitte eines ändern.\n")
    assert not (tmp_path / "w.xlsx").exists()


def test_an_empty_name_is_no_area(sozialraum: Run) -> None:
    status, text, problem = sozialraum("indicators", "--gebiet", "")
    assert (status, text) == (2, "")
    assert "Traceback" not in problem


def test_indicators_are_chosen_by_id_or_title(sozialraum: Run) -> None:
    _, text, _ = sozialraum(
        "indicators", "--indikator", "unter 15 Jahre", "--indikator", "anteil_unter_15", "--format", "json"
    )
    assert {row["indikator"] for row in json.loads(text)} == {"anteil_unter_15"}
    assert tuple(json.loads(text)[0]) == COLUMNS


def test_wide_is_one_row_per_place_with_intervals(sozialraum: Run) -> None:
    _, text, _ = sozialraum("indicators", "--wide", "--format", "csv")
    head, *lines = csv.reader(io.StringIO(text))
    assert head == [
        "gebiet_id", "gebiet", "ebene", "einwohner", "einwohner_von", "einwohner_bis",
        "anteil_unter_15", "anteil_unter_15_von", "anteil_unter_15_bis",
    ]  # fmt: skip
    found = {line[0]: line for line in lines}
    assert len(found) == len(lines) == 7
    assert found["02"][3], found["02"][6] == ("2000", "19.0")
    assert found["04"][6:] == ["", "", ""]
    assert found["04"][1] == "'=Rechen-Au"
    _, text, _ = sozialraum("indicators", "--wide", "--gebiet", "04")
    assert "keine Angabe" in text


def test_a_workbook_goes_to_a_file_or_a_pipe_but_not_to_a_screen(
    kleinstadt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATA", str(kleinstadt))
    target = tmp_path / "werte.xlsx"
    with pytest.raises(SystemExit) as ended:
        main(["indicators", "--format", "xlsx", "--out", str(target)])
    assert ended.value.code == 0
    assert capsysbinary.readouterr().out.decode() == f"Geschrieben: {target}\n"
    with pytest.raises(SystemExit):
        main(["indicators", "--format", "xlsx"])
    assert capsysbinary.readouterr().out == target.read_bytes()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with pytest.raises(SystemExit) as ended:
        main(["indicators", "--format", "xlsx"])
    assert ended.value.code == 2
    assert "--out werte.xlsx" in capsysbinary.readouterr().err.decode()


def test_export_writes_all_and_keeps_the_file_that_was_there_until_it_is_done(
    sozialraum: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "alles.csv"
    status, text, _ = sozialraum("export", str(target))
    assert (status, text) == (0, f"Geschrieben: {target} (12 Werte)\n")
    before = target.read_bytes()

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "replace", fail)
    assert sozialraum("export", str(target))[0] == 2
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


def test_a_table_of_nothing_is_nothing() -> None:
    assert as_table([]) == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["foo"], "Den Befehl „foo“ gibt es nicht. Hilfe: sozialraum --help"),
        (["rendr"], "Den Befehl „rendr“ gibt es nicht. Meinten Sie render? Hilfe: sozialraum --help"),
        (["data"], "Es fehlt ein Befehl. Hilfe: sozialraum data --help"),
        (["render", "--al"], "Die Option --al gibt es nicht. Meinten Sie --all? Hilfe: sozialraum render --help"),
        (["locate"], "Es fehlt: ADRESSE."),
        (["areas", "x"], "Diese Angabe ist zu viel: x."),
        (["areas", "--json=1"], "Die Option --json hat keinen Wert."),
        (["indicators", "--gebiet"], "Die Option --gebiet braucht einen Wert."),
        (["indicators", "--format", "xml"], "Das Format „xml“ gibt es nicht, nur: table, csv, json, xlsx."),
        (["indicators", "--gebiet", "Nord-Ots"], "Nord-Ost"),
        (["indicators", "--indikator", "einwoner"], "Den Indikator „einwoner“ gibt es nicht. Meinten Sie einwohner?"),
        (["indicators", "--indikator", "xyz"], "Möglich sind: einwohner, anteil_unter_15"),
        (["export", "alles.ods"], "alles.ods: Der Name der Datei muss auf .xlsx, .gpkg, .csv enden."),
        (["export"], "Es fehlt: DATEI."),
        (["areas", "--data", "/nirgends"], "liegen keine aufbereiteten Tabellen"),
        (["render"], "Was soll gerendert werden?"),
        (["render", "01", "--all"], "nicht beides"),
        (["render", "--jobs", "viele", "01"], "Der Wert für --jobs ist unbrauchbar."),
        (["render", "--jobs", "0", "01"], "müssen mindestens 1 sein"),
        (["render", "01", "-p", "faktor"], "„faktor“ ist kein Parameter der Form NAME=WERT."),
        (["render", "01", "--notebook", "99"], "Das Notebook „99“ ist unbekannt."),
    ],
)
def test_a_wrong_call_is_one_german_message_and_status_2(sozialraum: Run, arguments: list[str], message: str) -> None:
    status, text, problem = sozialraum(*arguments)
    assert status == 2
    assert text == ""
    assert message in problem
    assert "Traceback" not in problem
    assert len(problem.splitlines()) == 1


def test_debug_shows_how_it_came_to_an_error(sozialraum: Run) -> None:
    status, _, problem = sozialraum("areas", "--data", "/nirgends", "--debug")
    assert status == 2
    assert "Traceback" in problem
    assert "SourceMissing" in problem


def test_a_full_disk_and_bad_data_are_said_plainly(sozialraum: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, message in [
        (
            OSError(28, "No space left on device", "a.html"),
            "Der Zugriff auf a.html ist nicht möglich: der Datenträger ist voll.",
        ),
        (errors.SchemaError(["eins", "zwei"]), "2 Probleme in den Daten:\n  - eins\n  - zwei"),
    ]:

        def fail(*_: Any, error: BaseException = error, **__: Any) -> None:
            raise error

        monkeypatch.setattr(commands, "app", fail)
        assert sozialraum("areas") == (2, "", message + "\n")


def test_an_interrupted_run_is_said_plainly(sozialraum: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "app", lambda *_, **__: 130)
    assert sozialraum("areas") == (130, "", "Abgebrochen. Was fertig ist, bleibt.\n")


@pytest.mark.parametrize(
    "arguments", [[], ["--help"], ["render", "--help"], ["data", "--help"], ["data", "build", "--help"]]
)
def test_help_is_german(sozialraum: Run, arguments: list[str]) -> None:
    status, text, _ = sozialraum(*arguments)
    assert status == 0
    assert text.startswith("Aufruf: sozialraum")
    for word in ("Usage", "Options", "Show this message", "default", "required", "Gebiet", "[x>="):
        assert word not in text


def test_help_needs_no_heavy_module() -> None:
    code = (
        "import sys\nfrom sozialraum.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('pandas', 'papermill', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [["areas"], ["locate", "Schloßstr. 101"], ["data", "list"], ["indicators"]])
def test_looking_something_up_needs_no_heavy_module(arguments: list[str]) -> None:
    """What takes longer to load than the answer takes to find."""
    heavy = ("pydantic", "pandera", "sklearn", "scipy.optimize", "papermill", "folium", "seaborn", "statsmodels")
    heavy += () if arguments == ["indicators"] else ("matplotlib",)
    code = (
        f"import sys\nfrom sozialraum.cli.main import main\ntry:\n    main({arguments})\nexcept SystemExit as ended:\n"
        f"    print(ended.code)\nprint([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines()[-2:] == ["0", "[]"]


@pytest.mark.slow
def test_render_writes_the_report_says_so_and_fails_with_status_1(
    sozialraum: Run, make_notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "from IPython.display import HTML, display\ndisplay(HTML(f'<h1>{gebiet}</h1>'))"
    make_notebook("03_stadtteilanalyse", 'gebiet = "01"', title, "assert gebiet != '04', 'kein Wert'")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "03_stadtteilanalyse.ipynb").rename(tmp_path / "notebooks/03_stadtteilanalyse.ipynb")
    (tmp_path / "batch.yml").write_text("03_stadtteilanalyse: {titel: A, ebenen: [stadtteil]}", encoding="utf-8")
    monkeypatch.setattr(rendering, "ROOT", tmp_path)
    out = str(tmp_path / "berichte")
    status, text, _ = sozialraum("render", "1", "--out", out, "--jobs", "1")
    assert status == 0
    assert text.startswith("[1/1] fertig      stadtteil/01-nord-ost.html (")
    assert "1 von 1 Berichten liegen vor" in text
    assert (tmp_path / "berichte/index.html").is_file()
    sozialraum("render", "--all", "--out", out, "--jobs", "1")  # with pages to link to, the first page is another
    status, text, _ = sozialraum("render", "--all", "--out", out, "--jobs", "1")
    assert status == 1
    assert "[1/4] unverändert stadtteil/01-nord-ost.html\n" in text
    assert "FEHLER      stadtteil/04-rechen-au.html: 03_stadtteilanalyse, Zelle 3: AssertionError: kein Wert." in text
    assert "3 von 4 Berichten liegen vor" in text


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).with_name("sozialraum")
    done = subprocess.run(
        [command, "unsinn"], capture_output=True, text=True, check=False, timeout=60, env={**os.environ, "LANG": "C"}
    )
    assert done.returncode == 2
    assert "unsinn" in done.stderr
