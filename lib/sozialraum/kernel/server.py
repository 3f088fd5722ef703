"""The process that forks kernels: imports everything, then waits for requests. It has one thread.

It ends with the process that started it. A kernel ends with the client that asked for it: each connection stands for
one kernel; when the client closes it, or dies, the kernel is killed, and when the kernel ends, its exit status is sent.
"""

import importlib
import os
import selectors
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from sozialraum.kernel.preload import preload
from sozialraum.kernel.protocol import receive, send

WATCH_S: Final = 1.0
RECEIVE_S: Final = 10.0
RETIRE: Final = b"r"


class Request:
    """What a forked process is to become."""

    def __init__(self, message: dict[str, Any], files: list[int]) -> None:
        self.arguments: list[str] = message["arguments"]
        self.environment: dict[str, str] = message["environment"]
        self.folder: str = message["folder"]
        self.task: str = message["task"]
        self.stdout, self.stderr, *self.others = files


@dataclass
class Kernel:
    """A forked process: who asked for it (nothing when the client has gone), and where its sockets are."""

    client: socket.socket | None
    sockets: str


class Server:
    """Forks kernels and watches them.

    Parameters
    ----------
    listener
        Socket on which clients connect.
    owner
        Pipe whose other end the starting process holds; its end is ours.
    key
        What this server has loaded; a request for something else is refused.
    """

    def __init__(self, listener: socket.socket, owner: int, key: str) -> None:
        self._listener = listener
        self._owner = owner
        self._key = key
        self._parent = os.getppid()
        self._retired = False
        self._kernels: dict[int, Kernel] = {}  # by process id
        self._selector = selectors.DefaultSelector()
        self._alarm, self._bell = os.pipe()
        for end in (self._alarm, self._bell):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._bell)
        for source in (listener, owner, self._alarm):
            self._selector.register(source, selectors.EVENT_READ)

    def serve(self) -> Request | None:
        """Answer requests. Returns nothing at the end, and in a forked process what that is to become."""
        while os.getppid() == self._parent and not (self._retired and not self._kernels):
            for source in [key.fileobj for key, _ in self._selector.select(WATCH_S)]:
                if source is self._listener:
                    request = self._answer()
                    if request:
                        return request
                elif source == self._owner:
                    ended = os.read(self._owner, 1) != RETIRE
                    self._retired = True
                    if ended:
                        self._end()
                elif source == self._alarm:
                    os.read(self._alarm, 4096)
                elif isinstance(source, socket.socket):
                    self._drop(source)
            self._reap()
        self._end()
        return None

    def _answer(self) -> Request | None:
        client, _ = self._listener.accept()
        client.settimeout(RECEIVE_S)
        try:
            message, files = receive(client)
        except (OSError, EOFError, ValueError):
            client.close()
            return None
        refusal, pid = self._refusal(message), -1
        if not refusal:
            try:
                pid = os.fork()
            except OSError as error:
                refusal = str(error)
        if pid == 0:
            self._forget(client)
            return Request(message, files)
        for file in files:
            os.close(file)
        with suppress(OSError):
            send(client, {"refusal": refusal} if refusal else {"pid": pid})
        if refusal:
            client.close()
        else:
            self._kernels[pid] = Kernel(client, message["sockets"])
            self._selector.register(client, selectors.EVENT_READ)
        return None

    def _refusal(self, message: dict[str, Any]) -> str:
        if message["key"] != self._key:
            return "another library or environment is asked for"
        return f"the server has {threads()} threads" if threads() > 1 else ""

    def _drop(self, client: socket.socket) -> None:
        """The client has gone: so must its kernel."""
        self._selector.unregister(client)
        client.close()
        for pid, kernel in self._kernels.items():
            if kernel.client is client:
                kernel.client = None
                kill(pid)

    def _reap(self) -> None:
        for pid in list(self._kernels):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                self._bury(self._kernels.pop(pid), status)

    def _bury(self, kernel: Kernel, status: int) -> None:
        if kernel.client is None:
            rmtree(kernel.sockets, ignore_errors=True)
            return
        self._selector.unregister(kernel.client)
        with suppress(OSError):
            send(kernel.client, {"status": os.waitstatus_to_exitcode(status)})
        kernel.client.close()

    def _end(self) -> None:
        """End all kernels and leave no file behind."""
        for pid, kernel in self._kernels.items():
            kill(pid)
            os.waitpid(pid, 0)
            rmtree(kernel.sockets, ignore_errors=True)
        self._kernels.clear()
        rmtree(Path(self._listener.getsockname()).parent, ignore_errors=True)

    def _forget(self, client: socket.socket) -> None:
        """In the forked process: let go of everything that is the server's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for other in (self._listener, client, *(kernel.client for kernel in self._kernels.values())):
            if other:
                other.close()
        for end in (self._owner, self._alarm, self._bell):
            os.close(end)


def kill(pid: int) -> None:
    """Kill a kernel, unreaped as yet, and everything in its group."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)  # if it has not made its group yet


def threads() -> int:
    """Threads of this process, those of C libraries too where the system tells."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()


def become(request: Request) -> None:
    """Turn a forked process into the kernel, or the other task, that was asked for; returns when it has ended."""
    os.setsid()
    for file, number in ((request.stdout, 1), (request.stderr, 2)):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    os.chdir(request.folder)
    if request.task:
        module, _, function = request.task.partition(":")
        getattr(importlib.import_module(module), function)(*request.others)
        return
    import numpy as np

    from sozialraum.kernel import app

    np.random.seed()  # noqa: NPY002 - the old global state; Python reseeds its own
    sys.argv = [app.__file__, *request.arguments]
    app.main(request.arguments, parent_handle=os.getppid())


def main() -> None:
    """Run a server: ``python -m sozialraum.kernel.server LISTENER OWNER KEY [MODULE ...]``.

    Two open descriptors, a text, and what to import beside what every kernel needs.
    """
    listener, owner, key, *modules = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = Server(socket.socket(fileno=int(listener)), int(owner), key)
    preload(modules)
    request = server.serve()
    if request is None:
        os._exit(0)  # everything is cleaned up; taking all modules apart would take longer than the batch wants to wait
    become(request)


if __name__ == "__main__":
    main()
