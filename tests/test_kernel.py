"""Warm kernels: forked, each on its own, gone when they should be, without an open port."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import papermill
import psutil
import pytest
from jupyter_client.manager import KernelManager
from traitlets.config import Config

from sozialraum import kernel, load, workspace
from sozialraum.kernel import CLIENT, forked, servers
from sozialraum.kernel import __main__ as command

pytestmark = pytest.mark.skipif(not servers.possible(), reason="this system cannot fork")

PATIENCE_S = 30
SERVER = "sozialraum.kernel.server"


@pytest.fixture(scope="module", autouse=True)
def _installed(tmp_path_factory: pytest.TempPathFactory, kleinstadt: Path) -> Iterator[None]:
    prefix = tmp_path_factory.mktemp("prefix")
    kernel.install(prefix)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(prefix / "share" / "jupyter"))
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        patch.setenv(load.ENVIRONMENT, str(kleinstadt))
        yield
        kernel.stop()


class Running:
    """A kernel with a client."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE_S)

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self.manager.provisioner.pid)  # type: ignore[union-attr]

    def run(self, code: str) -> str:
        """Everything that a cell prints, shows or raises."""
        parts: list[str] = []

        def collect(message: dict[str, Any]) -> None:
            content = message["content"]
            parts.append(content.get("text", ""))
            parts.extend(content.get("data", {}))
            parts.append(content.get("ename", ""))

        self.client.execute_interactive(code, timeout=PATIENCE_S, output_hook=collect)
        return "".join(parts)

    def is_warm(self) -> bool:
        parent = self.process.parent()
        return parent is not None and SERVER in parent.cmdline()


@contextmanager
def running(**options: Any) -> Iterator[Running]:
    manager = KernelManager(kernel_name=kernel.KERNEL, config=options.pop("config", Config()))
    manager.start_kernel(**options)
    started = None
    try:
        started = Running(manager)
        yield started
    finally:
        if started:
            started.client.stop_channels()
        manager.shutdown_kernel(now=True)


def gone(*processes: psutil.Process) -> bool:
    return not psutil.wait_procs(list(processes), timeout=PATIENCE_S)[1]


def test_a_kernel_is_forked_with_everything_imported() -> None:
    with running() as warm:
        assert (
            warm.run("import sys; print({'geopandas', 'folium', 'sozialraum.maps'} <= sys.modules.keys())") == "True\n"
        )
        assert warm.is_warm()
        assert warm.process.parent().num_threads() == 1


def test_the_library_has_read_its_tables(kleinstadt: Path) -> None:
    with running() as warm:
        code = (
            "from sozialraum import workspace; data = workspace.open_data(); print(data.dir, 'gebiete' in vars(data))"
        )
        assert warm.run(code) == f"{kleinstadt} True\n"


def test_folder_environment_and_arguments_arrive(tmp_path: Path) -> None:
    environment = {**os.environ, "EIGENE": "ä ö", "TZ": "Asia/Tokyo"}
    environment.pop("HOSTNAME", None)
    with running(cwd=str(tmp_path), env=environment, extra_arguments=["--IPKernelApp.log_level=50"]) as warm:
        code = "import os, sys, time; print(os.getcwd(), os.environ['EIGENE'], time.tzname[0], sys.argv[-1])"
        assert warm.run(code) == f"{tmp_path} ä ö JST --IPKernelApp.log_level=50\n"
        assert warm.run("print({'OPENBLAS_NUM_THREADS', 'HOSTNAME'} & os.environ.keys())") == "set()\n"
        assert warm.is_warm()


def test_nothing_leaks_from_one_kernel_to_the_next() -> None:
    leave = "import os, pandas; pandas.spur = 1; os.environ['SPUR'] = '1'; spur = 1"
    look = "import os, pandas; print(hasattr(pandas, 'spur'), 'SPUR' in os.environ, 'spur' in globals())"
    chance = "import random, numpy; print(random.random(), numpy.random.random())"
    with running() as one, running() as other:
        assert one.run(leave) == ""
        assert other.run(look) == "False False False\n"
        assert one.process.pid != other.process.pid
        first, second = one.run(chance).split(), other.run(chance).split()
        assert first[0] != second[0]
        assert first[1] != second[1]


FORK = """
import multiprocessing, time, warnings
warnings.simplefilter("ignore")  # a fork of a process with threads
child = multiprocessing.get_context("fork").Process(target=print, args=("Kind",))
child.start()
child.join()
time.sleep(0.5)
"""


def test_output_of_every_kind_arrives() -> None:
    with running() as warm:
        assert (
            warm.run("import sys; print('aus'); sys.stdout.flush(); print('fehler', file=sys.stderr)")
            == "aus\nfehler\n"
        )
        assert "image/png" in warm.run("import matplotlib.pyplot as plt; plt.plot([1, 2]);")
        assert "Kind" in warm.run(FORK)


def test_no_port_is_open() -> None:
    with running() as warm:
        warm.run("1")
        assert warm.process.net_connections("inet") == []
        assert warm.process.parent().net_connections("inet") == []
        assert warm.manager.transport == "ipc"


def test_a_start_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    with running() as warm:
        warm.run("1")
    assert capfd.readouterr() == ("", "")


def test_interrupt_ends_the_cell_and_not_the_kernel() -> None:
    with running() as warm:
        # Every kernel throws away what reaches it just after an error, unless told not to stop on errors.
        code = "print('los', flush=True); import time; time.sleep(600)"
        request = warm.client.execute(code, stop_on_error=False)
        while warm.client.get_iopub_msg(timeout=PATIENCE_S)["msg_type"] != "stream":
            pass
        warm.manager.interrupt_kernel()
        reply = warm.client.get_shell_msg(timeout=PATIENCE_S)
        assert reply["parent_header"]["msg_id"] == request
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert warm.run("print(1 + 1)") == "2\n"


@pytest.mark.parametrize("now", [True, False], ids=["at once", "politely"])
def test_restart_gives_a_new_process(now: bool) -> None:
    with running() as warm:
        warm.run("rest = 1")
        old = warm.process
        warm.manager.restart_kernel(now=now)
        warm.client.wait_for_ready(timeout=PATIENCE_S)
        assert warm.run("print('rest' in globals())") == "False\n"
        assert gone(old)
        assert warm.is_warm()


def test_a_polite_shutdown_ends_kernel_and_removes_its_sockets() -> None:
    with running() as warm:
        process, sockets = warm.process, Path(warm.manager.ip).parent
        assert sockets.is_dir()
        warm.manager.shutdown_kernel()
        assert gone(process)
        assert not warm.manager.is_alive()
        assert not sockets.exists()


def test_a_killed_kernel_is_noticed_and_can_be_started_again() -> None:
    with running() as warm:
        process = warm.process
        process.kill()
        assert gone(process)
        warm.manager.signal_kernel(signal.SIGINT)
        assert warm.manager.provisioner is not None
        assert warm.manager.provisioner.process.wait(PATIENCE_S) == -signal.SIGKILL  # type: ignore[attr-defined]
        assert not warm.manager.is_alive()
        warm.manager.restart_kernel()
        warm.client.wait_for_ready(timeout=PATIENCE_S)
        assert warm.run("print(1)") == "1\n"


def test_what_a_cell_has_started_ends_with_the_kernel() -> None:
    with running() as warm:
        pid = int(warm.run("import subprocess; p = subprocess.Popen(['sleep', '600']); print(p.pid)"))
        child = psutil.Process(pid)
        warm.manager.shutdown_kernel(now=True)
        assert gone(child)


def test_papermill_runs_a_notebook(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    notebook = make_notebook("rechnung", "gebiet = 0", "print(gebiet + 1)")
    for config in (Config(), Config({"KernelManager": {"client_class": CLIENT}})):
        done = papermill.execute_notebook(
            notebook, None, parameters={"gebiet": 41}, kernel_name=kernel.KERNEL, progress_bar=False, config=config
        )
        assert done.cells[-1].outputs[0].text == "42\n"


SCRIPT = """
import os, signal, sys
from jupyter_client.manager import KernelManager
from sozialraum.kernel import CLIENT, forked, servers
manager = KernelManager(kernel_name="sozialraum")
manager.start_kernel()
print(manager.provisioner.pid, servers._servers[-1]._process.pid if servers._servers else 0, flush=True)
sys.stdin.readline()
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("how", ["killed", "careless"])
def test_nothing_outlives_the_client(how: str) -> None:
    with script(how) as client:
        processes = [psutil.Process(int(pid)) for pid in pids(client)]
        client.communicate("\n", timeout=PATIENCE_S)
        assert gone(*processes)


def test_kernels_end_with_a_killed_server() -> None:
    with script("careless") as client:
        warm, server = (psutil.Process(pid) for pid in pids(client))
        server.kill()
        assert gone(warm)
        client.communicate("\n", timeout=PATIENCE_S)


def test_processes_share_a_server_by_its_address() -> None:
    with running() as warm:
        mine = warm.process.parent()
        with script("careless", {servers.ADDRESS: kernel.warm()}) as client:
            other, server = pids(client)
            assert server == 0
            assert psutil.Process(other).ppid() == mine.pid
            client.communicate("\n", timeout=PATIENCE_S)
            assert not psutil.pid_exists(other) or gone(psutil.Process(other))
        assert mine.is_running()


def test_another_environment_gets_another_server_and_running_kernels_stay() -> None:
    with running() as before:
        old = before.process.parent()
        with running(env={**os.environ, "PYTHONHASHSEED": "5"}) as after:
            assert after.run("import sys; print(hash('a'), end='')") == hash_of_a(5)
            assert after.is_warm()
            assert after.process.ppid() != old.pid
            assert before.run("print(1)") == "1\n"
    assert gone(old)


def test_the_key_changes_with_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "modul.py").write_text("x = 1\n", encoding="utf-8")
    monkeypatch.setattr(servers, "_LIBRARY", tmp_path)
    key = servers.key_of({}, "python")
    assert servers.key_of({"ANDERES": "1"}, "python") == key
    (tmp_path / "modul.py").write_text("x = 22\n", encoding="utf-8")
    assert servers.key_of({}, "python") != key


@pytest.mark.parametrize("reason", ["no fork", "no server", "pipe"])
def test_without_a_fork_the_kernel_starts_as_usual(reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {}
    if reason == "no fork":
        monkeypatch.setattr("sozialraum.kernel.provisioner.possible", lambda: False)
        options["extra_arguments"] = ["--IPKernelApp.log_level=50"]  # over TCP ipykernel warns
    elif reason == "no server":
        monkeypatch.setattr(forked, "warm", lambda *_, **__: "")
    else:
        options["stdout"] = subprocess.DEVNULL
    with running(**options) as cold:
        assert cold.run("print(1)") == "1\n"
        assert cold.process.ppid() == os.getpid()
        assert cold.manager.transport == ("tcp" if reason == "no fork" else "ipc")


def test_jupyterlab_has_a_server_ready_and_stays_small() -> None:
    assert kernel._jupyter_server_extension_points() == [{"module": "sozialraum.kernel"}]
    kernel._load_jupyter_server_extension(None)
    with running() as warm:
        assert servers._servers[-1].address == kernel.warm()
        assert warm.is_warm()
    code = "import sys, sozialraum.kernel.provisioner; print('geopandas' in sys.modules, end='')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False"


def test_a_missing_folder_is_an_error_as_usual(tmp_path: Path) -> None:
    manager = KernelManager(kernel_name=kernel.KERNEL)
    with pytest.raises(FileNotFoundError):
        manager.start_kernel(cwd=str(tmp_path / "fehlt"))
    manager.cleanup_resources()


def test_kept_tables_are_used_until_a_file_changes(
    kleinstadt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "_kept", {})
    folder = copytree(kleinstadt.parent, tmp_path / "kopie") / kleinstadt.name
    assert workspace.open_data(folder) is not workspace.open_data(folder)
    kept = workspace.keep(folder)
    assert workspace.open_data(folder) is kept
    assert {"gebiete", "indikatoren", "quellen"} <= vars(kept).keys()
    (folder / "indikatoren.csv").touch()
    assert workspace.open_data(folder) is not kept


def test_the_command_writes_the_kernelspec(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["install", "--prefix", str(tmp_path)])
    folder = tmp_path / "share/jupyter/kernels/sozialraum"
    assert str(folder) in capsys.readouterr().out
    spec = json.loads((folder / "kernel.json").read_text(encoding="utf-8"))
    assert spec["metadata"]["kernel_provisioner"]["provisioner_name"] == "sozialraum-warm"
    assert spec["argv"][0] == sys.executable


@contextmanager
def script(how: str, environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, how],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as client:
        yield client


def pids(client: subprocess.Popen[str]) -> list[int]:
    assert client.stdout is not None
    return [int(word) for word in client.stdout.readline().split()]


def hash_of_a(seed: int) -> str:
    code = "print(hash('a'), end='')"
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout
