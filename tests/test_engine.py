"""The engine: each report in a forked copy, the outputs of a stock kernel, nothing left when it should be gone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from conftest import ROOT, executed, outputs
from sozialraum.publish import forge
from sozialraum.publish.forge import Lost, spread

PATIENCE_S = 60
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))  # the examples: test_beispiele.py
PID = "__import__('os').getpid()"
DIE = "__import__('os').kill(__import__('os').getpid(), 9)"
SLEEP = "__import__('time').sleep(600)"


def results(tasks: list[str], **options: Any) -> dict[str, Any]:
    """Python expressions, each evaluated in a process of its own."""
    with closing(spread(eval, tasks, **{"workers": 2, "environment": {}, **options})) as found:
        return dict(found)


@pytest.fixture
def fresh() -> Iterator[None]:
    """Let this test have a process that forks of its own."""
    if forge.running():
        forge.start().end()
    yield
    if forge.running():
        forge.start().end()


def until_gone(pids: list[int]) -> None:
    end = time.monotonic() + PATIENCE_S
    while any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in pids):
        assert time.monotonic() < end, "they live on"
        time.sleep(0.05)


# --- processes ---------------------------------------------------------------------------------------------------


def test_each_task_has_a_process_of_its_own_that_is_forked_with_everything_imported() -> None:
    asked = {"pid": PID, "parent": "__import__('os').getppid()", "there": "'folium' in __import__('sys').modules"}
    told = dict(results([f"({name!r}, {code})" for name, code in asked.items()]).values())
    assert told["there"] is True
    assert len({told["pid"], told["parent"], os.getpid()}) == 3


def test_environment_folder_and_time_zone_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    codes = ["__import__('os').environ['EIGENE']", "__import__('os').getcwd()", "__import__('time').tzname[0]"]
    found = results(codes, workers=1, environment={"EIGENE": "ä ö", "TZ": "Asia/Tokyo"})
    assert list(found.values()) == ["ä ö", str(tmp_path), "JST"]
    assert list(results(["'EIGENE' in __import__('os').environ"]).values()) == [False]


def test_random_numbers_are_fresh_in_every_process() -> None:
    codes = [f"({number}, __import__('numpy').random.rand(), __import__('random').random())" for number in range(2)]
    assert len({part for found in results(codes).values() for part in found[1:]}) == 4


def test_one_that_dies_or_hangs_costs_only_its_own_task() -> None:
    found = results(["1 + 1", DIE, SLEEP, "2 + 2"], timeout=2.0)
    assert found == {"1 + 1": 2, DIE: Lost(), SLEEP: Lost(late=True), "2 + 2": 4}


def test_what_a_cell_has_started_ends_with_its_report() -> None:
    code = "__import__('subprocess').Popen(['sleep', '600']).pid"
    until_gone([results([code])[code]])


def test_nothing_is_left_when_nobody_listens_any_more(fresh: None) -> None:
    others = set(psutil.Process().children(recursive=True))  # browsers and servers of other tests live on
    with closing(spread(eval, ["1", SLEEP, SLEEP], workers=2, environment={})) as found:
        assert next(found) == ("1", 1)
        pids = [process.pid for process in set(psutil.Process().children(recursive=True)) - others]
        assert len(pids) > 1
    until_gone(pids)


def test_a_rehearsal_that_kills_even_the_process_that_forks_is_left_out(fresh: None) -> None:
    assert results(["1 + 1"], rehearsal=partial(eval, DIE)) == {"1 + 1": 2}


def test_a_rehearsal_that_starts_a_thread_is_left_out(fresh: None) -> None:
    thread = "__import__('threading').Thread(target=__import__('time').sleep, args=(600,), daemon=True).start()"
    assert results(["1 + 1", thread], rehearsal=partial(eval, thread)) == {"1 + 1": 2, thread: None}


@pytest.mark.slow
def test_the_report_starts_no_thread_so_that_its_rehearsal_is_not_in_vain(tmp_path: Path) -> None:
    nb = nbformat.read(ROOT / "notebooks" / "03_stadtteilanalyse.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    code = "from sozialraum.publish.forge import threads\nthreads()"
    nb.cells.append(nbformat.v4.new_code_cell(code))  # type: ignore[no-untyped-call]
    nbformat.write(nb, tmp_path / "bericht.ipynb")  # type: ignore[no-untyped-call]
    assert executed(tmp_path / "bericht.ipynb").cells[-1].outputs[0]["data"]["text/plain"] == "1"


def test_the_second_death_of_the_process_that_forks_loses_what_is_left(fresh: None) -> None:
    kill = "__import__('os').kill(__import__('os').getppid(), 9)"
    assert results([kill]) == {kill: Lost()}


SCRIPT = """import sys
from sozialraum.publish.forge import spread
print(*(result for _, result in spread(eval, [sys.argv[1]] * 3, workers=2, environment={})))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_orphan_outlives_the_one_that_started_it(number: int, tmp_path: Path) -> None:
    code = f"(open({str(tmp_path)!r} + '/' + str({PID}), 'w'), {SLEEP})"
    with subprocess.Popen([sys.executable, "-c", SCRIPT, code], stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + PATIENCE_S
        while len(list(tmp_path.iterdir())) < 2:
            assert time.monotonic() < end
            time.sleep(0.05)
        pids = [child.pid for child in psutil.Process(process.pid).children(recursive=True)]
        process.send_signal(number)
    assert len(pids) == 3
    until_gone(pids)


def test_copies_end_with_the_process_that_forks(tmp_path: Path, fresh: None) -> None:
    file = f"open({str(tmp_path)!r} + '/' + str({PID}), 'w')"
    code = f"({file}, __import__('os').kill(__import__('os').getppid(), 9), {SLEEP})"
    assert results([code]) == {code: Lost()}
    until_gone([int(path.name) for path in tmp_path.iterdir()])


@pytest.mark.parametrize("limit", [64, 40])
def test_few_file_handles_and_a_long_folder_of_temporary_files_are_enough(limit: int, tmp_path: Path) -> None:
    places = tmp_path / ("x" * 120)
    places.mkdir()
    command = ["bash", "-c", f'ulimit -n {limit} && exec "$0" -c "$1" "1 + 1"', sys.executable, SCRIPT]
    environment = {**os.environ, "TMPDIR": str(places)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("2 2 2\n", "")
    assert list(places.iterdir()) == []


def test_a_matplotlibrc_of_the_user_or_of_the_folder_changes_nothing(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 21: ``text.usetex: True`` stops every drawing, other keys change it."""
    for folder in (tmp_path, tmp_path / "matplotlib"):
        folder.mkdir(exist_ok=True)
        (folder / "matplotlibrc").write_text("text.usetex: True\nfont.weight: bold\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    codes = [f"__import__('matplotlib').rcParams[{name!r}]" for name in ("text.usetex", "font.weight")]
    assert list(results(codes, workers=1).values()) == [False, "normal"]


# --- outputs -----------------------------------------------------------------------------------------------------


def stock(notebook: Path) -> Any:
    nb = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(nb, kernel_name="python3", timeout=600, allow_errors=True).execute()
    return nb


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_engine_and_stock_nbclient_give_the_same_outputs(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setenv("SOZIALRAUM_WEITERGABE", "intern")  # as in make lab: one notebook is for the administration
    ours, theirs = outputs(executed(notebook)), outputs(stock(notebook))
    assert len(ours) == len(theirs)
    assert [text[:300] for text, other in zip(ours, theirs, strict=True) if text != other] == []


CELLS = [
    """import sys, warnings
from IPython.display import HTML, Markdown, clear_output, display, update_display
print("eins"); print("zwei", end=""); display("vier"); print("fünf")
display(HTML("<p>sechs</p>"), metadata={"text/html": {"a": 1}}); display({"text/plain": "roh"}, raw=True)
display(Markdown("vorher"), display_id="stelle"); update_display(Markdown("nachher"), display_id="stelle")
"Ergebnis\\nmit Zeilen" """,
    "print('eins', file=sys.stderr)\nwarnings.warn('zwei')\nwarnings.warn('zwei')",
    "print('weg')\nclear_output()\nprint('da')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "%matplotlib inline\nplt.plot([1, 2]);",
    "import pandas as pd\npd.DataFrame({'a': [1]})",
    "_ is not None, In[1][:6], 4 in Out, __name__, get_ipython() is not None",
    "None",
    "x = 1;",
    "3;",
    "import asyncio\nawait asyncio.sleep(0)\n'gewartet'",
    "import pickle\nclass A:\n    b = 1\npickle.loads(pickle.dumps(A())).b",
    "class Eigen:\n    def _repr_html_(self): return '<b>e</b>'\n    def __repr__(self): return 'Eigen'\nEigen()",
    "class Bunt:\n    def _repr_png_(self): return b'\\x89PNG\\r\\n'\n    def __repr__(self): return 'Bunt'\nBunt()",
    "!echo Schale",
]


def test_every_kind_of_output_is_as_from_a_stock_kernel(make_notebook: Callable[..., Path]) -> None:
    notebook = make_notebook("alles", *CELLS)
    ours, theirs = (
        [re.sub(r"/tmp/ipykernel_\S+\.py|<ipython-input-[^>]+>", "D", text) for text in outputs(nb)]
        for nb in (executed(notebook), stock(notebook))
    )
    assert ours == theirs


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            "raise ExceptionGroup('viele', [ValueError('a')])",
            "alles, Zelle 1: Im Notebook ist ein Fehler aufgetreten (ExceptionGroup)",
        ),
        ("raise ValueError", "alles, Zelle 1: ValueError."),
        ("import sys; sys.exit()", "alles, Zelle 1: Das Notebook beendet sich selbst (SystemExit)."),
        ("while True: print('x' * 100_000)", "alles, Zelle 1: Die Zelle gibt zu viel aus (mehr als 16 Millionen"),
    ],
    ids=["a group of errors", "an error without words", "sys.exit", "endless printing"],
)
def test_a_cell_that_fails_fails_the_report(make_notebook: Callable[..., Path], cell: str, said: str) -> None:
    assert told(make_notebook("alles", cell)).startswith(said)


def told(notebook: Path) -> str:
    """The message of a notebook that fails."""
    code = f"""
from pathlib import Path
from sozialraum.publish.engine import execute
try:
    execute(Path({str(notebook)!r}), {{}}, partial=None)
except Exception as error:
    Path({str(notebook)!r}).with_suffix(".txt").write_text(str(error))
"""
    with closing(spread(partial(exec, code), [{}], workers=1, environment={})) as found:
        next(found)
    return notebook.with_suffix(".txt").read_text()
