"""Reports on a Dask cluster: the same bytes as here, a worker may die, clear words when it cannot be."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sozialraum.city.load import Data
from sozialraum.errors import RenderError, SozialraumError
from sozialraum.publish.attempt import Workshop
from sozialraum.publish.cluster import connect, make
from sozialraum.publish.inputs import checksums, code_checksum
from sozialraum.publish.plan import Entry, plan
from sozialraum.publish.record import Outcome
from sozialraum.publish.run import run
from sozialraum.supply.workspace import open_data

distributed = pytest.importorskip("distributed")

MAIN = "03_stadtteilanalyse"
BATCH = {MAIN: Entry(MAIN, "Analyse", "Ein Stadtteil.", ("stadtteil", "stadtbezirk", "stadt"))}
TITLE = "from IPython.display import HTML, display\ndisplay(HTML(f'<h1>Bericht {gebiet}</h1>'))"
OLD = "stadtteil/04-rechen-au.html"
FAILS_FOR_04 = "assert gebiet != '04', 'Für 04 fehlt ein Wert'"


@pytest.fixture
def data(kleinstadt: Path) -> Data:
    return open_data(kleinstadt)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    before = dict(os.environ)  # distributed leaves the variables of its workers behind
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster
    os.environ.clear()
    os.environ.update(before)


def pages(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.html")}


def plain(outcomes: tuple[Outcome, ...]) -> list[Outcome]:
    return [replace(outcome, seconds=0, since="") for outcome in outcomes]


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_and_survives_the_death_of_a_worker(
    cluster: Any, data: Data, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    make_notebook(MAIN, 'gebiet = "01"', TITLE, FAILS_FOR_04)
    jobs = plan(BATCH, data.register, tmp_path, queries=["01", "02", "04", "I"])
    stale = tmp_path / "dort" / OLD
    for page in (stale, tmp_path / "hier" / OLD):  # a page that stands is linked
        page.parent.mkdir(parents=True)
        page.write_text("alt", encoding="utf-8")
    pids = [worker.pid for worker in cluster.workers.values()]
    killed: list[Outcome] = []

    def kill_one(outcome: Outcome) -> None:
        if not killed:
            os.kill(pids[0], signal.SIGKILL)
        killed.append(outcome)

    there = run(
        jobs, data=data, batch=BATCH, out=tmp_path / "dort", cluster=cluster.scheduler_address, progress=kill_one
    )
    here = run(jobs, data=data, batch=BATCH, out=tmp_path / "hier", processes=2)
    assert len(killed) == len(jobs)
    assert plain(there.outcomes) == plain(here.outcomes)
    assert [outcome.since != "" for outcome in there.outcomes] == [False, False, True, False]
    assert [outcome.gebiet_id for outcome in there.failures] == ["04"]
    made, alike = ({name: page for name, page in pages(tmp_path / folder).items() if name not in ("index.html", OLD)}
                   for folder in ("dort", "hier"))  # fmt: skip
    assert made == alike
    partial = there.failures[0].partial
    assert "Für 04 fehlt ein Wert" in (tmp_path / "dort" / partial).read_text(encoding="utf-8")
    assert "Dieser Bericht ist veraltet." in stale.read_text(encoding="utf-8")
    again = run(jobs[:2], data=data, batch=BATCH, out=tmp_path / "dort", processes=1)
    assert {outcome.status for outcome in again.outcomes} == {"unchanged"}


def workshop(data: Data, out: Path) -> Workshop:
    return Workshop(data.environment, checksums(data), out, 60, code_checksum())


def test_a_machine_with_other_data_or_another_library_is_named(
    musterstadt_copy: Path, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    data = open_data(musterstadt_copy)
    notebook = make_notebook(MAIN, 'gebiet = "01"', TITLE)
    job = plan(BATCH, data.register, tmp_path, queries=["01"])[0]
    asked = workshop(data, tmp_path / "out")
    sources = {notebook.name: notebook.read_bytes()}
    other = make((replace(asked, code="anders"), sources), job).result
    assert isinstance(other, RenderError)
    assert "ist die Bibliothek oder eines ihrer Pakete in einer anderen Fassung" in str(other)
    (musterstadt_copy / "raster.csv").write_text("anders\n", encoding="utf-8")
    changed = make((asked, sources), job).result
    assert isinstance(changed, RenderError)
    assert f"liegen andere Daten in {musterstadt_copy}" in str(changed)


def test_without_dask_or_a_scheduler_the_remedy_is_said(
    data: Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sozialraum.publish.cluster.CONNECT_S", 0.3)
    with pytest.raises(SozialraumError, match=r"Unter tcp://127\.0\.0\.1:9 antwortet kein Dask-Scheduler"):
        run([], data=data, batch=BATCH, out=tmp_path, cluster="tcp://127.0.0.1:9")
    with pytest.raises(SozialraumError, match="antwortet kein Dask-Scheduler"):
        connect("unsinn://hier")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SozialraumError, match=r"fehlt das Paket dask\.distributed.*\[cluster\]"):
        connect("tcp://127.0.0.1:9")
