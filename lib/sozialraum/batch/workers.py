"""Worker processes: each does one task at a time, and one that dies takes only its own task with it.

They are forked from the server of warm kernels, which has imported everything. A pool of :mod:`concurrent.futures`
gives up all tasks when one process dies, does not end a task that runs, and outlives a parent that was killed.
"""

import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from shutil import rmtree
from typing import Any, Final, Generic, TypeVar

from sozialraum.kernel.forked import Forked, NoFork, start
from sozialraum.kernel.servers import short_folder

Task = TypeVar("Task")
Result = TypeVar("Result")
_PREFIX: Final = "sozialraum-"


@dataclass(eq=False)
class _Worker(Generic[Task]):
    """A process, our end of its pipe, and what it does at present."""

    process: Forked | BaseProcess
    pipe: Connection
    task: Task

    def give(self, task: Task) -> None:
        """Let it do a task; if it has just died, the next look at the pipe shows it."""
        self.task = task
        with suppress(OSError):
            self.pipe.send(task)

    def take(self) -> Any:
        """What it made of its task; None if it died."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            return None

    def end(self) -> None:
        """End it at once, whatever it does."""
        if isinstance(self.process, BaseProcess):
            self.process.kill()
            self.process.join()
        else:
            self.process.close()
        self.pipe.close()


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int,
    environment: Mapping[str, str] | None = None,
) -> Generator[tuple[Task, Result | None]]:
    """Do tasks in several processes.

    Parameters
    ----------
    work
        A function that can be pickled; it must not raise.
    workers
        How many tasks at a time.
    environment
        Further environment variables of the processes.

    Yields
    ------
    tuple
        Task and result in order of completion; the result is None if the process died. When the iterator is
        closed, or Ctrl-C comes, the processes are killed at once; their temporary files are removed.
    """
    waiting = deque(tasks)
    crew: list[_Worker[Task]] = []
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=short_folder(levels=2), ignore_cleanup_errors=True) as folder:
        try:
            while waiting or crew:
                while waiting and len(crew) < workers:
                    crew.append(_hire(work, waiting.popleft(), folder, {**os.environ, **(environment or {})}))
                ready = wait([worker.pipe for worker in crew])
                for worker in [worker for worker in crew if worker.pipe in ready]:
                    task, result = worker.task, worker.take()
                    if result is None or not waiting:
                        crew.remove(worker)
                        worker.end()
                    else:
                        worker.give(waiting.popleft())
                    yield task, result
        finally:
            for worker in crew:
                worker.end()


def _hire(work: Callable[[Task], Result], task: Task, folder: str, environment: Mapping[str, str]) -> _Worker[Task]:
    ours, theirs = Pipe()
    with theirs:
        worker = _Worker(_process(theirs, folder, environment), ours, task)
    with suppress(OSError):
        ours.send((folder, dict(environment)))
        ours.send(work)
    worker.give(task)
    return worker


def _process(pipe: Connection, folder: str, environment: Mapping[str, str]) -> Forked | BaseProcess:
    try:
        return start(f"{__name__}:serve", files=[1, 2, pipe.fileno()], environment=environment, sockets=folder)
    except NoFork:
        process = get_context("spawn").Process(target=_serve, args=(pipe,), daemon=True)
        process.start()
        return process


def serve(descriptor: int) -> None:
    """In a forked process: do tasks until the pipe closes. The server ends it with the parent."""
    _serve(Connection(descriptor))


def _serve(pipe: Connection) -> None:
    with suppress(EOFError, OSError):
        folder, environment = pipe.recv()
        os.environ.update(environment)
        tempfile.tempdir = folder
        if parent_process():
            threading.Thread(target=_follow, args=(folder,), daemon=True).start()
        work = pipe.recv()
        while True:
            pipe.send(work(pipe.recv()))


def _follow(folder: str) -> None:
    """End with the parent, even in the middle of a task."""
    parent = parent_process()
    if parent:
        parent.join()
        rmtree(folder, ignore_errors=True)
        os._exit(1)
