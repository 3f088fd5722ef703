"""A process that has everything imported and read, and makes each report in a forked copy of itself.

:func:`spread` gives it tasks. It has one thread (only the thread that forks lives on in a copy) and does nothing but
fork, listen and kill: a copy that dies or hangs costs its own task. When the process that started it ends, in whatever
way, it ends with all its copies. ``docs/decisions/0011-engine.md`` says why.
"""

import atexit
import ctypes
import gc
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from sozialraum.errors import DEBUG

Task = TypeVar("Task")
Result = TypeVar("Result")

MODULES: Final = (
    "IPython.core.interactiveshell", "IPython.core.pylabtools", "matplotlib.backends.backend_svg", "geopandas",
    "folium", "sozialraum.api", "sozialraum.report.evidence", "sozialraum.publish.engine",
    "sozialraum.publish.page",
)  # fmt: skip
"""What reports need; not matplotlib_inline, which hooks into a shell when it is imported."""
_ENVIRONMENT: Final = {
    "PYTHONHASHSEED": "0",  # sets of strings in the same order in every report
    "MATPLOTLIBRC": os.devnull,  # a user's own settings must not shape a report
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # Libraries start threads when they are imported unless told not to.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_END_S: Final = 5.0
_LONGEST_S: Final = 3600.0
_REHEARSAL_S: Final = 60
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG
_NOTE, _RESULT = b"n", b"r"

_local = threading.local()
_notes: list[Connection] = []  # of a copy: its end of the pipe


@dataclass(frozen=True)
class Lost:
    """What is left of a task whose process died or was killed: what it had noted, and whether it took too long."""

    notes: tuple[Any, ...] = ()
    late: bool = False


def note(content: Any) -> None:
    """In a copy: leave a note for the case that this process dies; from now on it has its time anew."""
    for pipe in _notes:
        pipe.send_bytes(_NOTE + pickle.dumps(content))


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int,
    environment: Mapping[str, str],
    timeout: float | None = None,
    rehearsal: Callable[[], object] | None = None,
) -> Generator[tuple[Task, Result | Lost]]:
    """Do tasks, each in a process of its own.

    Parameters
    ----------
    work
        A function that can be pickled; it must not raise.
    workers
        How many tasks at a time.
    environment
        Further environment variables of the processes.
    timeout
        Seconds from one :func:`note` to the next, after which a process is killed.
    rehearsal
        Called once before the first copy is made, so that all share what it has loaded; what becomes of it is ignored.

    Yields
    ------
    tuple
        Task and result in order of completion. When the iterator is closed, or Ctrl-C comes, all processes are killed.
    """
    open_ = dict(enumerate(tasks))
    for trial in (rehearsal, None):  # the second time if the first one has killed even the process that forks
        if not open_:
            return
        forge = start()
        try:
            forge.send((dict(os.environ) | dict(environment), str(Path.cwd()), workers, timeout, trial, work, open_))
            while open_:
                number, result = forge.receive()
                yield open_.pop(number), result
        except (EOFError, OSError):
            forge.end()
        except BaseException:
            if open_:
                forge.end()
            raise
    yield from ((task, Lost()) for task in open_.values())


def running() -> bool:
    """Whether this thread has such a process already."""
    forge: Forge | None = getattr(_local, "forge", None)
    return forge is not None and forge.alive()


def start() -> "Forge":
    """The process of this thread; it begins to import as soon as it is asked for."""
    if not running():
        _local.forge = Forge()
    forge: Forge = _local.forge
    return forge


class Forge:
    """The process that forks, as seen from the one that starts it."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", f"from {__name__} import main; main()", str(theirs.fileno())],
                env={**os.environ, **_ENVIRONMENT},
                cwd="/",  # matplotlib reads settings from the folder where it is started
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C reaches its starter alone
            )
        self.send, self.receive = self._pipe.send, self._pipe.recv
        atexit.register(self.end)

    def alive(self) -> bool:
        """Whether it runs and belongs to this process, not to one that this was forked from."""
        return self._pid == os.getpid() and not self._pipe.closed and self._process.poll() is None

    def end(self) -> None:
        """End it with all its copies."""
        atexit.unregister(self.end)
        if self._pid != os.getpid() or self._pipe.closed:
            return
        self._pipe.close()
        self._process.terminate()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass
class _Copy:
    """A forked process: its task, our end of its pipe, what it has noted, and when its time is over."""

    pid: int
    number: int
    pipe: Connection
    timeout: float | None
    notes: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.end = time.monotonic() + self.timeout if self.timeout else float("inf")

    def bury(self) -> None:
        """End it, and everything that it has started."""
        for kill in (os.killpg, os.kill):  # the second if it has not made its group yet
            with suppress(ProcessLookupError, PermissionError):
                kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.pipe.close()


class _Smithy(Generic[Task]):
    """The process that forks, seen from inside."""

    def __init__(self, owner: Connection) -> None:
        self._owner = owner
        self._copies: list[_Copy] = []
        self._folder = tempfile.tempdir = tempfile.mkdtemp(prefix="sozialraum-")
        signal.signal(signal.SIGTERM, lambda *_: self.end())

    def serve(self) -> None:
        """Answer requests until the owner has gone."""
        while True:
            environment, folder, workers, timeout, rehearsal, work, tasks = self._owner.recv()
            os.environ.clear()
            os.environ.update({**environment, **_ENVIRONMENT, "IPYTHONDIR": self._folder})
            time.tzset()
            with suppress(OSError):
                os.chdir(folder)
            if rehearsal:
                _rehearse(rehearsal)
            gc.collect()
            gc.freeze()  # the collector of a copy must not touch, and so copy, what all share
            if threads() > 1:
                raise EOFError(f"{threads()} threads")
            self._work(work, deque(tasks.items()), workers, timeout)

    def _work(
        self, work: Callable[[Task], Any], waiting: deque[tuple[int, Task]], workers: int, timeout: float | None
    ) -> None:
        while waiting or self._copies:
            while waiting and len(self._copies) < workers:
                self._fork(work, *waiting.popleft(), timeout)
            left = min(copy.end for copy in self._copies) - time.monotonic()
            ready = wait([self._owner, *(copy.pipe for copy in self._copies)], min(max(left, 0), _LONGEST_S))
            if self._owner in ready:
                raise EOFError
            for copy in [copy for copy in self._copies if copy.pipe in ready or copy.end <= time.monotonic()]:
                self._listen(copy, late=copy.pipe not in ready)

    def _listen(self, copy: _Copy, *, late: bool) -> None:
        try:
            message = b"" if late else copy.pipe.recv_bytes()
        except (EOFError, OSError):
            message = b""
        if message[:1] == _NOTE:
            copy.notes.append(message[1:])
            copy.renew()
            return
        self._copies.remove(copy)
        copy.bury()
        lost = Lost(tuple(map(pickle.loads, copy.notes)), late)
        self._owner.send((copy.number, pickle.loads(message[1:]) if message else lost))

    def _fork(self, work: Callable[[Task], Any], number: int, task: Task, timeout: float | None) -> None:
        ours, theirs = Pipe(duplex=False)
        forge = os.getpid()
        pid = os.fork()
        if pid:
            theirs.close()
            self._copies.append(_Copy(pid, number, ours, timeout))
            return
        try:
            for pipe in (self._owner, ours, *(copy.pipe for copy in self._copies)):
                pipe.close()
            _become(theirs, forge)
            theirs.send_bytes(_RESULT + pickle.dumps(work(task)))
        except BaseException:  # noqa: BLE001 - nothing of the forge may go on in a copy
            if os.environ.get(DEBUG):
                traceback.print_exc()
        finally:
            os._exit(0)

    def end(self) -> None:
        """End with all copies and leave no file behind."""
        for copy in self._copies:
            copy.bury()
        with suppress(Exception):
            atexit._run_exitfuncs()
        shutil.rmtree(self._folder, ignore_errors=True)
        os._exit(0)


def _become(pipe: Connection, forge: int) -> None:
    """In a new copy: a session of its own, fresh random numbers, and an end with the process that forked it."""
    _notes.append(pipe)
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != forge:
            os._exit(1)
    import numpy as np

    np.random.seed()  # noqa: NPY002 - the old global state; Python reseeds its own


def _rehearse(rehearsal: Callable[[], object]) -> None:
    def too_long(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(_REHEARSAL_S)
    with suppress(Exception), warnings.catch_warnings():  # what has been warned about here is warned about again
        rehearsal()
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def threads() -> int:
    """Threads of this process, those of C libraries too where the system tells."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()


def preload() -> None:
    """Import what reports need."""
    # nbformat's validator would compile a grammar of addresses, which takes a second; no notebook holds one to check.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    for name in MODULES:
        import_module(name)


def main() -> None:
    """Become the process that forks, for the owner at the other end of the pipe that the command line names."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload()
    smithy = _Smithy[Any](Connection(int(sys.argv[1])))
    with suppress(EOFError, OSError):
        smithy.serve()
    smithy.end()
