"""Kernels that start in a fraction of a second: each is forked from a process that has imported everything.

The provisioner ``sozialraum-warm`` serves every Jupyter client (papermill, nbconvert, JupyterLab) through the
kernelspec ``sozialraum``; :func:`install` writes it. Each kernel is a process of its own, in a session of its own, and
talks over sockets in the file system. Where the system cannot fork, or anything is out of the ordinary, the
kernelspec's command is started as by the standard provisioner. See ``docs/decisions/0011-warm-kernels.md``.

app          the kernel: IPython's, without an open port
preload      what is imported and read before the first fork
server       the process that forks
protocol     messages between a client and the server
servers      the servers of this process
forked       a client's view of one forked process
client       a client that does not wait longer than needed
provisioner  what Jupyter calls
spec         the kernelspec
"""

from typing import Any, Final

from sozialraum.kernel.servers import ADDRESS, short_folder, stop, warm
from sozialraum.kernel.spec import NAME, install

__all__ = ["ADDRESS", "CLIENT", "KERNEL", "install", "short_folder", "stop", "warm"]

KERNEL: Final = NAME
"""Name of the kernelspec."""
CLIENT: Final = "sozialraum.kernel.client.EagerClient"
"""For ``KernelManager.client_class``: a client that starts as soon as the kernel is ready."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """JupyterLab loads this module at its start (see :func:`install`), so that the first kernel is quick too."""
    return [{"module": __name__}]


def _load_jupyter_server_extension(_server: Any) -> None:
    warm()
