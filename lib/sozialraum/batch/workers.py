"""Worker processes: each does one task at a time, and one that dies takes only its own task with it.

A pool of :mod:`concurrent.futures` gives up all tasks when one process dies, does not end a task that runs, and its
processes outlive a parent that was killed.
"""

import os
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from shutil import rmtree
from typing import Any, Final, Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
_PREFIX: Final = "sozialraum-"


@dataclass(eq=False)
class _Worker(Generic[Task]):
    """A process, our end of its pipe, and what it does at present."""

    process: BaseProcess
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
        self.process.kill()
        self.process.join()
        self.pipe.close()


def spread(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    *,
    workers: int,
    preload: str,
    environment: Mapping[str, str] | None = None,
) -> Generator[tuple[Task, Result | None]]:
    """Do tasks in several processes.

    Parameters
    ----------
    work
        A function that can be pickled; it must not raise.
    workers
        How many tasks at a time.
    preload
        Module that the processes import once, together, where the system can fork.
    environment
        Further environment variables of the processes.

    Yields
    ------
    tuple
        Task and result in order of completion; the result is None if the process died. When the iterator is
        closed, or Ctrl-C comes, the processes are killed at once; their temporary files are removed.
    """
    waiting = deque(tasks)
    context = _context(preload)
    crew: list[_Worker[Task]] = []
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        arguments = (work, folder, dict(environment or {}))
        try:
            while waiting or crew:
                while waiting and len(crew) < workers:
                    crew.append(_hire(context, arguments, waiting.popleft()))
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


def _hire(context: BaseContext, arguments: tuple[Any, ...], task: Task) -> _Worker[Task]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, *arguments), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    worker = _Worker(process, ours, task)
    worker.give(task)
    return worker


def _context(preload: str) -> BaseContext:
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([preload])
    return context


def _serve(pipe: Connection, work: Callable[[Any], Any], folder: str, environment: Mapping[str, str]) -> None:
    """In a worker process: do tasks until the pipe closes. Ctrl-C is for the parent alone."""
    if hasattr(os, "setsid"):
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(environment)
    tempfile.tempdir = folder
    threading.Thread(target=_follow, args=(folder,), daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(work(pipe.recv()))


def _follow(folder: str) -> None:
    """End with the parent, even in the middle of a task."""
    parent = parent_process()
    if parent:
        parent.join()
        rmtree(folder, ignore_errors=True)
        os._exit(1)
