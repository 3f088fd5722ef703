"""Many reports: what is planned, what a failure does, what is kept, the index."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data_fixtures import BATCH
from sozialraum.batch import Outcome, plan, read_batch, read_record, run
from sozialraum.errors import ParameterError, SchemaError, SozialraumError, UnknownArea
from sozialraum.load import Data, open_data

ROOT = Path(__file__).resolve().parent.parent
EVIL = "<script>alert(1)</script>"
MAIN = "03_stadtteilanalyse"
CELLS = (
    'gebiet = "01"\nfaktor = 2',
    "from IPython.display import HTML, display\ndisplay(HTML(f'<h1>Bericht {gebiet}</h1>'))",
    "# nichts",
    "assert gebiet != '04', 'Für 04 fehlt ein Wert'",
)


@pytest.fixture
def data(kleinstadt: Path) -> Data:
    return open_data(kleinstadt)


@pytest.fixture
def notebooks(make_notebook: Callable[..., Path], tmp_path: Path) -> Path:
    make_notebook(MAIN, *(cell for cell in CELLS if not cell.startswith("#")))
    make_notebook("01_karte", "from IPython.display import HTML, display\ndisplay(HTML('<h1>Karte</h1>'))")
    make_notebook("02_infrastruktur", *CELLS[:2])
    return tmp_path


def targets(jobs: Any) -> list[str]:
    return [job.target for job in jobs]


# --- plan --------------------------------------------------------------------------------------------------------


def test_all_means_every_level_except_what_is_on_request(data: Data, notebooks: Path) -> None:
    jobs = plan(BATCH, data.register, notebooks)
    assert targets(jobs) == [
        "stadtteil/01-nord-ost.html",
        "stadtteil/02-hof-script-alert-1-script.html",
        "stadtteil/03-suedheide.html",
        "stadtteil/04-rechen-au.html",
        "stadtbezirk/1-bezirk1.html",
        "stadtbezirk/2-bezirk2.html",
        "stadt/kleinstadt.html",
        "01_karte/kleinstadt.html",
    ]
    assert jobs[0].parameters == {"gebiet": "01"}
    assert jobs[-1].parameters == {}


def test_a_named_area_means_its_analysis(data: Data, notebooks: Path) -> None:
    assert targets(plan(BATCH, data.register, notebooks, queries=[1, "II", "Nord-Ost"])) == [
        "stadtteil/01-nord-ost.html",
        "stadtbezirk/2-bezirk2.html",
    ]
    on_request = plan(BATCH, data.register, notebooks, queries=["01"], names=["02_infrastruktur.ipynb"])
    assert targets(on_request) == ["02_infrastruktur/01-nord-ost.html"]


@pytest.mark.parametrize(
    ("wishes", "error", "message"),
    [
        ({"queries": ["Nirgends"]}, UnknownArea, "Nirgends"),
        (
            {"names": ["99_nichts"]},
            ParameterError,
            "Das Notebook „99_nichts“ ist unbekannt. Es gibt: 03_stadtteilanalyse",
        ),
        (
            {"queries": ["01"], "names": ["01_karte"]},
            ParameterError,
            "01_karte gibt es nicht für Nord-Ost, nur für: stadt",
        ),
        ({"queries": ["01"], "parameters": {"fakt": "3"}}, ParameterError, "Der Parameter „fakt“ ist unbekannt"),
        ({"parameters": {"faktor": "3"}}, ParameterError, "01_karte.ipynb: Der Parameter „faktor“ ist unbekannt"),
        ({"parameters": {"gebiet": "3"}}, ParameterError, "als Argument angeben"),
    ],
)
def test_wrong_wishes_stop_before_anything_runs(
    data: Data, notebooks: Path, wishes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        plan(BATCH, data.register, notebooks, **wishes)


def test_a_missing_notebook_is_said(data: Data, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"Das Notebook 03_stadtteilanalyse\.ipynb fehlt"):
        plan(BATCH, data.register, tmp_path)


def test_the_real_plan_is_valid_and_names_no_place() -> None:
    batch = read_batch(ROOT / "batch.yml")
    assert batch[MAIN].ebenen == ("stadtteil", "stadtbezirk", "stadt", "quartier")
    assert [name for name, entry in batch.items() if entry.auf_anfrage] == ["02_infrastruktur"]
    assert "Essen" not in (ROOT / "batch.yml").read_text(encoding="utf-8")


def test_every_problem_of_a_plan_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "batch.yml"
    path.write_text("a: {titel: A, ebenen: [land], wann: jetzt}\nb: {ebenen: stadt}\nc: 1\n", encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        read_batch(path)
    text = str(caught.value)
    assert "„wann“ ist unbekannt" in text
    assert "b: „titel“ fehlt" in text
    assert "„ebenen“ hat die falsche Art" in text
    path.write_text("a: {titel: A, ebenen: [land]}\n", encoding="utf-8")
    with pytest.raises(SchemaError, match="Die Ebene „land“ ist unbekannt"):
        read_batch(path)


# --- run ---------------------------------------------------------------------------------------------------------


def pages(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.html")}


@pytest.mark.slow
def test_a_failure_stops_nothing_and_two_processes_give_the_same_bytes(
    data: Data, notebooks: Path, tmp_path: Path
) -> None:
    jobs = plan(BATCH, data.register, notebooks, queries=["01", "04", "I"])
    out = tmp_path / "einzeln"
    stale = out / "stadtteil/04-rechen-au.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("alt", encoding="utf-8")
    told: list[Outcome] = []
    one = run(jobs, data=data, batch=BATCH, out=out, processes=1, progress=told.append)
    two = run(jobs, data=data, batch=BATCH, out=tmp_path / "doppelt", processes=2)

    assert [outcome.status for outcome in one.outcomes] == ["done", "failed", "done"]
    assert [outcome.report for outcome in told] == [outcome.report for outcome in one.outcomes]
    failure = one.failures[0]
    assert failure.error.startswith(f"{MAIN}, Zelle 3: AssertionError: Für 04 fehlt ein Wert.")
    assert (out / failure.partial).is_file()
    assert not stale.exists()
    assert "Bericht I<" in (out / "stadtbezirk/1-bezirk1.html").read_text(encoding="utf-8")
    assert [replace(a, seconds=0) for a in one.outcomes] == [replace(b, seconds=0) for b in two.outcomes]
    assert pages(out) == pages(tmp_path / "doppelt")
    index = one.index.read_text(encoding="utf-8")
    assert "1 Bericht konnte nicht erstellt werden" in index
    assert "Für 04 fehlt ein Wert" in index
    check_record(json.loads((out / "build.json").read_text(encoding="utf-8")))


def check_record(record: Mapping[str, Any]) -> None:
    assert record["failures"] == 1
    assert record["jobs"] == 1
    assert set(record["data"]) >= {"tabellen/gebiete.csv", "sources/amt.yml"}
    assert "papermill" in record["versions"]
    assert len({entry["fingerprint"] for entry in record["reports"]}) == 3
    assert [entry["status"] for entry in record["reports"]] == ["done", "failed", "done"]


@pytest.mark.slow
def test_only_what_changed_is_rendered_again(data: Data, notebooks: Path, tmp_path: Path) -> None:
    out = tmp_path / "berichte"
    options: dict[str, Any] = {"data": data, "batch": BATCH, "out": out, "processes": 1}
    jobs = plan(BATCH, data.register, notebooks, queries=["01"])
    other = plan(BATCH, data.register, notebooks, names=["01_karte"])

    def statuses(wanted: Any, **more: Any) -> list[str]:
        return [outcome.status for outcome in run(wanted, **options, **more).outcomes]

    assert statuses(jobs) == ["done"]
    assert statuses(jobs) == ["unchanged"]
    assert statuses(other) == ["done"]
    assert sorted(read_record(out)[0]) == ["01_karte/kleinstadt.html", "stadtteil/01-nord-ost.html"]
    (out / jobs[0].target).write_text("von Hand geändert", encoding="utf-8")
    assert statuses(jobs) == ["done"]
    assert statuses(jobs, force=True) == ["done"]
    changed = [replace(jobs[0], parameters={"gebiet": "01", "faktor": 3})]
    assert statuses(changed) == ["done"]


def test_a_folder_that_cannot_be_written_is_said_before_anything_runs(
    data: Data, notebooks: Path, tmp_path: Path
) -> None:
    (tmp_path / "datei").write_text("", encoding="utf-8")
    with pytest.raises(SozialraumError, match=r"ist nicht beschreibbar .* --out"):
        run(plan(BATCH, data.register, notebooks), data=data, batch=BATCH, out=tmp_path / "datei/berichte")


def test_a_damaged_record_is_no_record(tmp_path: Path) -> None:
    assert read_record(tmp_path) == ({}, "")
    for text in ("{", "[]", '{"format": 0}', '{"format": 1, "reports": [{"x": 1}]}'):
        (tmp_path / "build.json").write_text(text, encoding="utf-8")
        assert read_record(tmp_path) == ({}, "")
