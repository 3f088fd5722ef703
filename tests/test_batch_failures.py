"""What goes wrong in a batch: failing notebooks, dying processes, Ctrl-C, kill -9, a full disk."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import psutil
import pytest

from sozialraum.city.load import Data, open_data
from sozialraum.errors import RenderError
from sozialraum.publish.folder import alone, require_writable, trouble
from sozialraum.publish.forge import Lost
from sozialraum.publish.plan import Entry, plan
from sozialraum.publish.record import Outcome
from sozialraum.publish.run import run

MAIN = "03_stadtteilanalyse"
BATCH = {MAIN: Entry(MAIN, "Analyse", "Ein Stadtteil.", ("stadtteil", "stadtbezirk", "stadt"))}
RUN = sys.modules["sozialraum.publish.run"]
PATIENCE_S = 180
TITLE = "from IPython.display import HTML, display\ndisplay(HTML(f'<h1>Bericht {gebiet}</h1>'))"
TROUBLE = """import os, resource, time
if gebiet == "01":
    raise ValueError("Der Wert <b>fehlt</b>")
if gebiet == "02":
    os.kill(os.getpid(), 9)
if gebiet == "03":
    time.sleep(600)
if gebiet == "04":
    resource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33))
    bytearray(2**34)"""
SCRIPT = """import sys
from importlib import import_module
from pathlib import Path
from sozialraum.cli.main import main
if __name__ == "__main__":
    import_module("sozialraum.cli.render_command").ROOT = Path(sys.argv[1])
    main(sys.argv[2:])
"""


@pytest.fixture
def data(kleinstadt: Path) -> Data:
    return open_data(kleinstadt)


def reports(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")} - {
        "index.html",
        "barrierefreiheit.html",
    }


def record(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / "build.json").read_text(encoding="utf-8"))["reports"]
    except FileNotFoundError:
        return {}
    return {entry["gebiet_id"]: entry for entry in found}


def until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


# --- notebooks that fail -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_way_to_fail_is_marked_and_stops_no_other(
    data: Data, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    make_notebook(MAIN, 'gebiet = "01"', TITLE, "## Mehr", TROUBLE)
    jobs = plan(BATCH, data.register, tmp_path)
    out = tmp_path / "berichte"
    for job in jobs:
        (out / job.target).parent.mkdir(parents=True, exist_ok=True)
        (out / job.target).write_text("alt", encoding="utf-8")
    summary = run(jobs, data=data, batch=BATCH, out=out, processes=2, timeout=4)

    place = f"{MAIN}, Zelle 4: "
    said = {
        "01": "ValueError: Der Wert <b>fehlt</b>.",
        "02": "Der Kernel wurde beendet, vielleicht aus Mangel an Arbeitsspeicher.",
        "03": "Die Zelle lief länger als 4 Sekunden und wurde abgebrochen.",
        "04": "Der Arbeitsspeicher reicht nicht (MemoryError).",
    }
    entries = record(out)
    index = summary.index.read_text(encoding="utf-8")
    assert entries["II"]["error"] == ""
    assert entries["II"]["cell"] is None
    assert {outcome.gebiet_id for outcome in summary.failures} == set(said)
    for gebiet_id, message in said.items():
        entry = entries[gebiet_id]
        assert entry["status"] == "failed"
        assert entry["error"].startswith(place + message)
        assert entry["cell"] == 4
        assert (out / entry["partial"]).is_file()
        assert f'<a href="{entry["partial"]}">Unvollständiges Notebook</a>' in index
        page = (out / entry["report"]).read_text(encoding="utf-8")
        assert "Dieser Bericht ist veraltet." in page
        assert page.endswith("alt")
    assert "Der Wert &lt;b&gt;fehlt&lt;/b&gt;" in index
    assert "4 Berichte konnten nicht erstellt werden" in index
    assert reports(out) == {entry["report"] for entry in entries.values()}
    assert "Bericht II<" in (out / entries["II"]["report"]).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_report_whose_worker_died_keeps_the_last_good_page(
    data: Data, make_notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notebook(MAIN, 'gebiet = "01"', TITLE)
    jobs = plan(BATCH, data.register, tmp_path, queries=["01"])
    out = tmp_path / "berichte"
    (out / jobs[0].target).parent.mkdir(parents=True)
    (out / jobs[0].target).write_text("alt", encoding="utf-8")

    def die(_work: Any, tasks: Any, **_options: Any) -> Iterator[Any]:
        yield from ((task, Lost()) for task in tasks)

    monkeypatch.setattr(RUN, "spread", die)
    summary = run(jobs, data=data, batch=BATCH, out=out)
    assert [outcome.error for outcome in summary.failures] == [
        "Der Arbeitsprozess wurde beendet, vielleicht aus Mangel an Arbeitsspeicher."
    ]
    assert reports(out) == {jobs[0].target}
    assert "Dieser Bericht ist veraltet." in (out / jobs[0].target).read_text(encoding="utf-8")


# --- broken off from outside -------------------------------------------------------------------------------------


class Batch:
    """The command line in a process of its own, over a notebook that waits in Bezirk II while a file exists."""

    def __init__(self, folder: Path, data: Path, make_notebook: Callable[..., Path]) -> None:
        self.out = folder / "berichte"
        self.halt = folder / "halt"
        self.halt.touch()
        wait = f"import os, time\nwhile gebiet == 'II' and os.path.exists({str(self.halt)!r}):\n    time.sleep(0.05)"
        notebook = make_notebook(MAIN, 'gebiet = "01"', TITLE, wait)
        (folder / "notebooks").mkdir()
        notebook.rename(folder / "notebooks" / notebook.name)
        plan_ = {MAIN: {"titel": "Analyse", "ebenen": list(BATCH[MAIN].ebenen)}}
        (folder / "batch.yml").write_text(json.dumps(plan_), encoding="utf-8")
        (folder / "lauf.py").write_text(SCRIPT, encoding="utf-8")
        arguments = ["render", "--all", "--jobs", "2", "--data", str(data), "--out", str(self.out)]
        self.command = [sys.executable, str(folder / "lauf.py"), str(folder), *arguments]

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[str]]:
        """Start, and wait until all but one report are finished."""
        process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        with process:
            try:
                until(lambda: len(record(self.out)) == 6 or process.poll() is not None)
                assert process.poll() is None, process.communicate()
                yield process
            finally:
                process.kill()

    def finish(self) -> str:
        """Start again, this time without a halt; returns what it prints."""
        self.halt.unlink()
        done = subprocess.run(self.command, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
        return done.stdout


@pytest.fixture
def batch(tmp_path: Path, kleinstadt: Path, make_notebook: Callable[..., Path]) -> Batch:
    return Batch(tmp_path, kleinstadt, make_notebook)


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_where_it_stopped(batch: Batch) -> None:
    with batch.started() as process:
        others = family(process)
        finished = reports(batch.out)
    assert psutil.wait_procs(others, timeout=PATIENCE_S)[1] == []
    assert process.returncode == -signal.SIGKILL
    assert len(finished) == 6
    left = batch.out / "stadtbezirk" / f".2-bezirk2.html.{process.pid}.tmp"
    left.write_text("halb", encoding="utf-8")
    lines = batch.finish()
    assert lines.count("unverändert") == 6
    assert lines.count("fertig") == 1
    assert "fertig      stadtbezirk/2-bezirk2.html" in lines
    assert not left.exists()
    assert len(reports(batch.out)) == 7


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_finished_and_leaves_nothing_running(batch: Batch) -> None:
    with batch.started() as process:
        others = family(process)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert errors == "Abgebrochen. Was fertig ist, bleibt.\n"
    assert process.returncode == 130
    assert psutil.wait_procs(others, timeout=15)[1] == []
    assert set(record(batch.out)) == {"01", "02", "03", "04", "I", "kleinstadt"}
    assert len(reports(batch.out)) == 6
    assert "noch nicht erstellt" in (batch.out / "index.html").read_text(encoding="utf-8")
    assert list(batch.out.rglob("*.tmp")) == []
    assert "fertig      stadtbezirk/2-bezirk2.html" in batch.finish()


@pytest.mark.slow
def test_ctrl_c_twice_leaves_no_temporary_folder(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as short:
        monkeypatch.setenv("TMPDIR", short)
        _broken_off_thrice(batch, Path(short))


@pytest.mark.slow
def test_a_long_path_of_temporary_files_does_not_stop_the_reports(
    batch: Batch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = tmp_path / "ein-langer-name-eines-ordners-wie-ihn-ein-server-vergibt" / "mit-unterordner"
    places.mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(places))
    _broken_off_thrice(batch, places)


def _broken_off_thrice(batch: Batch, places: Path) -> None:
    with batch.started() as process:
        others = family(process)
        for _ in range(3):
            os.kill(process.pid, signal.SIGINT)
            time.sleep(0.2)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert errors.endswith("Abgebrochen. Was fertig ist, bleibt.\n")
    assert process.returncode == 130
    assert psutil.wait_procs(others, timeout=15)[1] == []
    assert [path.name for path in places.iterdir() if path.name.startswith("sozialraum-")] == []
    assert (batch.out / "index.html").is_file()


@pytest.mark.slow
def test_a_closed_output_does_not_end_the_run(batch: Batch) -> None:
    batch.halt.unlink()
    with subprocess.Popen(batch.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 0
    assert errors == "Die Ausgabe liest niemand mehr; die Berichte werden trotzdem fertig.\n"
    assert len(reports(batch.out)) == 7


@pytest.mark.slow
def test_output_and_errors_into_one_closed_pipe_do_not_end_the_run(batch: Batch) -> None:
    batch.halt.unlink()
    with subprocess.Popen(batch.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        process.stdout.close()
    assert process.returncode == 0
    assert len(reports(batch.out)) == 7


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_command_without_output_ends_well(kleinstadt: Path, closed: str) -> None:
    command = f'"{sys.executable}" -m sozialraum.cli areas --data "{kleinstadt}" {closed}'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_sigterm_ends_a_run_as_ctrl_c_does(batch: Batch) -> None:
    """A container's first process hears it only if it has asked for it."""
    with batch.started() as process:
        others = family(process)
        os.kill(process.pid, signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert errors == "Abgebrochen. Was fertig ist, bleibt.\n"
    assert psutil.wait_procs(others, timeout=15)[1] == []
    assert len(record(batch.out)) == 6


@pytest.mark.slow
def test_two_runs_in_one_folder_leave_no_page_without_a_record(batch: Batch) -> None:
    """The second one waits and says so; it then finds the pages of the first one."""
    with batch.started():
        second = subprocess.Popen(batch.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with second:
            assert second.stderr
            said = second.stderr.readline()
            batch.halt.unlink()
            lines = second.communicate(timeout=PATIENCE_S)[0]
    assert said.endswith("arbeitet schon ein anderer Lauf. Dieser wartet, bis jener fertig ist (Ende: Strg+C).\n")
    assert lines.count("unverändert") == 7
    assert {entry["report"] for entry in record(batch.out).values()} == reports(batch.out)


def test_trying_a_folder_leaves_and_meets_no_file(tmp_path: Path) -> None:
    (tmp_path / ".probe").mkdir()  # what another run has there
    require_writable(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".probe"]


# --- the number of jobs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, 4),
        ({"cpu.max": "max 100000"}, 4),
        ({"cpu.max": "150000 100000"}, 2),
        ({"a/b/cpu.max": "max 100000", "a/cpu.max": "100000 100000"}, 1),
        ({"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"}, 3),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 4),
        ({"cpu.max": "20000 100000"}, 1),
        ({"cpu.max": "kaputt"}, 4),
    ],
)
def test_the_default_number_of_jobs_respects_the_share_of_a_container(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], expected: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(4)))
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{text}\n", encoding="utf-8")
    (tmp_path / "own").write_text("0::/a/b\n", encoding="utf-8")
    assert RUN.cores(tmp_path, tmp_path / "own") == expected


# --- the disk ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_full_disk_stops_with_one_message_and_leaves_nothing_half_written(
    data: Data, make_notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notebook(MAIN, 'gebiet = "01"', TITLE)
    jobs = plan(BATCH, data.register, tmp_path)
    out = tmp_path / "berichte"
    full = False
    write = Path.write_bytes

    def write_half(path: Path, content: Any) -> int:
        if not full:
            return write(path, content)
        write(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    def fill(outcome: Outcome) -> None:
        nonlocal full
        full = outcome.gebiet_id == "02"

    def here(work: Callable[[Any], Any], tasks: Any, **_options: Any) -> Iterator[Any]:
        yield from ((task, work(task)) for task in tasks)

    monkeypatch.setattr(Path, "write_bytes", write_half)
    monkeypatch.setattr(RUN, "spread", here)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # a shell in this process takes its place
    with pytest.raises(RenderError, match=r"lässt sich nichts mehr schreiben: der Datenträger ist voll\. Was fertig"):
        run(jobs, data=data, batch=BATCH, out=out, progress=fill)
    assert list(record(out)) == ["01", "02"]
    assert reports(out) == {entry["report"] for entry in record(out).values()}
    assert {path.name for path in out.iterdir()} == {"barrierefreiheit.html", "build.json", "stadtteil"}
    assert list(out.rglob("*.tmp")) == []
    full = False
    statuses = [outcome.status for outcome in run(jobs, data=data, batch=BATCH, out=out).outcomes]
    assert statuses == ["unchanged"] * 2 + ["done"] * 5


def test_a_full_folder_of_temporary_files_is_not_blamed_on_the_reports(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    assert f"Im Ordner {gettempdir()} lässt sich nichts mehr schreiben" in str(trouble(full, tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_only_files_of_processes_that_are_gone_are_swept(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    own, old, other = (tmp_path / f".a.html.{part}.tmp" for part in (os.getpid(), gone.pid, "x"))
    for path in (own, old, other):
        path.touch()
    with alone(tmp_path, print):
        pass
    assert own.exists()
    assert other.exists()
    assert not old.exists()
