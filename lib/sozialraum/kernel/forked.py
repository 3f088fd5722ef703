"""A client's view of one forked process: a kernel, or another task."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sozialraum.kernel.protocol import receive, send, waiting
from sozialraum.kernel.servers import ADDRESS, key_of, warm

START_S: Final = 60.0
END_S: Final = 5.0
_POLL_S: Final = 0.002


class NoFork(Exception):
    """No kernel could be forked; the reason is for the log."""


class Forked:
    """A forked kernel or other task, used like :class:`subprocess.Popen`.

    When this object goes, or the process that holds it, the kernel goes too.
    """

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self._connection = connection
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit status, negative if killed by a signal; nothing while it runs."""
        if self.returncode is None and waiting(self._connection):
            try:
                self.returncode = int(receive(self._connection)[0]["status"])
            except (EOFError, OSError):
                self.returncode = -signal.SIGKILL  # the server has gone, and with it its kernels
            self._connection.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Exit status, as soon as it is known.

        Raises
        ------
        subprocess.TimeoutExpired
            If the kernel still runs after ``timeout`` seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired("kernel", timeout or 0.0)
            time.sleep(_POLL_S)
        return status

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel alone; nothing happens if it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Kill the process and all that belongs to its group, and wait until it has ended."""
        self.kill()
        with suppress(subprocess.TimeoutExpired):
            self.wait(END_S)
        self._connection.close()


async def fork(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: str,
    files: Sequence[int],
    sockets: str,
    python: str,
) -> Forked:
    """Start a kernel.

    Parameters
    ----------
    arguments
        Command line after the module.
    files
        Descriptors for its stdout and stderr.
    sockets
        Folder to remove if this process dies before the kernel; empty for none.
    python
        Interpreter of the server.

    Raises
    ------
    NoFork
        If it is not possible.
    """
    message = {
        "key": key_of(environment, python),
        "task": "",
        "arguments": list(arguments),
        "environment": dict(environment),
        "folder": folder,
        "sockets": sockets,
    }
    shared = environment.get(ADDRESS)
    if shared:
        with suppress(NoFork):
            return await _ask(shared, message, files)
    address = warm(environment, python=python)
    if not address:
        raise NoFork("the server could not start")
    return await _ask(address, message, files)


def start(task: str, *, files: Sequence[int], environment: Mapping[str, str], sockets: str = "") -> Forked:
    """Fork a process that runs a function; it leads a session of its own and does not hear Ctrl-C.

    Parameters
    ----------
    task
        Module and name of the function, with a colon; it gets the descriptors after the first two as arguments.
    files
        Descriptors for its stdout and stderr, and more.
    environment
        Complete environment of the process.
    sockets
        Folder to remove if this process dies before the other; empty for none.

    Raises
    ------
    NoFork
        If it is not possible.
    """
    address = warm(environment)
    if not address:
        raise NoFork("the server could not start")
    message = {"key": key_of(environment, sys.executable), "task": task, "arguments": [], "sockets": sockets}
    connection = _send(address, {**message, "environment": dict(environment), "folder": str(Path.cwd())}, files)
    try:
        if not select.select([connection], [], [], START_S)[0]:
            raise NoFork(f"no answer after {START_S:.0f} s")
        return _reply(connection)
    except BaseException:
        connection.close()
        raise


async def _ask(address: str, message: dict[str, Any], files: Sequence[int]) -> Forked:
    connection = _send(address, message, files)
    try:
        end = time.monotonic() + START_S
        while not waiting(connection):
            if time.monotonic() > end:
                raise NoFork(f"no answer after {START_S:.0f} s")
            await asyncio.sleep(_POLL_S)
        return _reply(connection)
    except BaseException:
        connection.close()
        raise


def _send(address: str, message: dict[str, Any], files: Sequence[int]) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(address)
        send(connection, message, files)
    except OSError as error:
        connection.close()
        raise NoFork(f"the server has gone ({error!r})") from error
    return connection


def _reply(connection: socket.socket) -> Forked:
    try:
        reply = receive(connection)[0]
    except (OSError, EOFError) as error:
        raise NoFork(f"the server has gone ({error!r})") from error
    if "pid" not in reply:
        raise NoFork(reply["refusal"])
    return Forked(connection, reply["pid"])
