"""The servers of this process: processes that have loaded everything and fork kernels."""

import atexit
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from sysconfig import get_path
from tempfile import gettempdir, mkdtemp
from typing import Final

ADDRESS: Final = "SOZIALRAUM_KERNEL_SERVER"
"""Environment variable with the address of a running server, so that processes of one batch share it."""
_PROGRAM: Final = "sozialraum.kernel.server"
_LIBRARY: Final = Path(__file__).resolve().parents[1]
_READ_AT_START: Final = (
    "PYTHON", "LC_", "LANG", "LD_", "DYLD_", "HOME", "XDG_", "MPL", "OMP_", "OPENBLAS_", "MKL_", "GDAL_", "PROJ_",
)  # fmt: skip
_ONE_THREAD: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Libraries start threads when they are imported unless told not to, and only one thread survives a fork."""
_AS_IN_A_KERNEL: Final = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


_FOLDER_LENGTH: Final = 20
_PATH_LENGTH: Final = 80
"""The path of a socket has at most 107 characters; the rest is for its own name."""


def possible() -> bool:
    """Whether this system can fork and pass open files to other processes."""
    return hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and hasattr(socket, "send_fds")


def short_folder(*, levels: int = 1) -> str | None:
    """Where to put sockets, whose paths must be short; nothing if the usual place for temporary files will do.

    Parameters
    ----------
    levels
        How many temporary folders will lie one in the other.
    """
    return None if len(gettempdir()) + _FOLDER_LENGTH * levels < _PATH_LENGTH else "/tmp"


class Server:
    """A running server; it ends with this process, or when it is retired and its last kernel has ended."""

    def __init__(self, python: str, key: str, environment: Mapping[str, str], modules: Sequence[str] = ()) -> None:
        self.key = key
        self.pid = os.getpid()
        self._folder = mkdtemp(prefix="sozialraum-", dir=short_folder())
        self.address = f"{self._folder}/server"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen(64)
            owner, self._owner = os.pipe()
            command = [python, "-P", "-m", _PROGRAM, str(listener.fileno()), str(owner), key, *modules]
            try:
                self._process = subprocess.Popen(
                    command,
                    env={**_AS_IN_A_KERNEL, **environment, **_ONE_THREAD},
                    stdin=subprocess.DEVNULL,
                    pass_fds=(listener.fileno(), owner),
                    start_new_session=True,
                )
            finally:
                os.close(owner)

    def alive(self) -> bool:
        """Whether it runs and belongs to this process, not to one that this was forked from."""
        return self.pid == os.getpid() and self._process.poll() is None

    def failed(self) -> bool:
        """Whether it gave up by itself; another try would end the same way."""
        return self.pid == os.getpid() and (self._process.poll() or 0) > 0

    def retire(self) -> None:
        """Take no more requests and end with the last kernel."""
        with suppress(OSError):
            os.write(self._owner, b"r")

    def stop(self) -> None:
        """End it now with all its kernels."""
        if self.pid != os.getpid():
            return
        os.close(self._owner)
        self._process.wait()
        rmtree(self._folder, ignore_errors=True)


_servers: list[Server] = []
"""Of this process; the last one takes requests, the others are retired."""


def warm(
    environment: Mapping[str, str] | None = None, *, python: str = sys.executable, modules: Sequence[str] = ()
) -> str:
    """Have a server ready for kernels of this environment; it loads in the background.

    Processes started with the variable :data:`ADDRESS` set to the answer use the same server.

    Parameters
    ----------
    environment
        Of the kernels to come; by default that of this process.
    modules
        What a new server imports beside what every kernel needs.

    Returns
    -------
    str
        Address of the server; empty where kernels cannot be forked.
    """
    if not possible():
        return ""
    wanted = os.environ if environment is None else environment
    key = key_of(wanted, python)
    _servers[:-1] = [server for server in _servers[:-1] if server.alive()]
    last = _servers[-1] if _servers else None
    if last and last.key == key and (last.alive() or last.failed()):
        return last.address if last.alive() else ""
    if last and last.alive():
        last.retire()
    _servers.append(Server(python, key, wanted, modules))
    return _servers[-1].address


def stop() -> None:
    """End all servers that this process has started, with their kernels; also done when it ends."""
    while _servers:
        _servers.pop().stop()


atexit.register(stop)


def key_of(environment: Mapping[str, str], python: str) -> str:
    """Checksum of all that is fixed when a server starts: the library, the packages, variables that are read once.

    A kernel that starts after the library was edited must not run the old one.
    """
    known = sha256(str(Path(python).parent).encode())
    for path in [*sorted(_LIBRARY.rglob("*.py")), Path(get_path("purelib"))]:
        status = path.stat()
        known.update(f"{path} {status.st_mtime_ns} {status.st_size}\n".encode())
    for name in sorted(environment):
        if name.startswith(_READ_AT_START):
            known.update(f"{name}={environment[name]}\n".encode())
    return known.hexdigest()
