"""What Jupyter calls to start, signal and end a kernel."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any, Final
from weakref import finalize

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from sozialraum.kernel.forked import Forked, NoFork, fork
from sozialraum.kernel.servers import possible, short_folder

_APP: Final = "sozialraum.kernel.app"
_KNOWN: Final = {"cwd", "env", "stdout", "stderr"}
_CHANNELS: Final = ("shell_port", "control_port", "iopub_port", "stdin_port", "hb_port")
_LINGER_S: Final = 0.2  # longer than a request to shut down, sent to a dead kernel, waits for the next one
_LOOK_S: Final = 0.005
_LOOKS: Final = 100


class WarmProvisioner(LocalProvisioner):
    """Forks kernels from a prepared process; starts them like any other kernel where that is not possible."""

    _sockets = ""
    _unheard = False
    _remove_sockets: Callable[[], Any] | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Let manager and kernel talk over sockets in the file system, where the system has them."""
        manager = self.parent
        if manager is not None and possible() and manager.transport != "ipc":
            self._sockets = mkdtemp(prefix="sozialraum-", dir=short_folder())
            self._remove_sockets = finalize(self, rmtree, self._sockets, ignore_errors=True)
            manager.transport = "ipc"
            manager.ip = f"{self._sockets}/kernel"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, or else run the command."""
        kwargs = self._scrub_kwargs(kwargs)
        try:
            process = await self._fork(cmd, kwargs)
        except NoFork as reason:
            self.log.debug("Kernel starts without a fork: %s", reason)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process  # type: ignore[assignment]
        await self._listening()
        self.pid = self.pgid = process.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def _fork(self, cmd: list[str], kwargs: dict[str, Any]) -> Forked:
        if not possible() or _APP not in cmd:
            raise NoFork("the system or the kernelspec does not allow it")
        asked = {name: value for name, value in kwargs.items() if value is not None and value is not False}
        if not asked.keys() <= _KNOWN:
            raise NoFork(f"unusual options {sorted(asked.keys() - _KNOWN)}")
        folder = str(asked.get("cwd", Path.cwd()))
        if not Path(folder).is_dir():
            raise NoFork(f"there is no folder {folder}")
        files = [_descriptor(asked.get("stdout"), 1), _descriptor(asked.get("stderr"), 2)]
        environment = dict(asked.get("env", os.environ))
        arguments = cmd[cmd.index(_APP) + 1 :]
        return await fork(
            arguments, environment=environment, folder=folder, files=files, sockets=self._sockets, python=cmd[0]
        )

    async def _listening(self) -> None:
        """Wait until the kernel has opened its sockets; who connects too early tries again only after 0.1 s."""
        info = self.connection_info
        paths = [Path(f"{info['ip']}-{info[name]}") for name in _CHANNELS]
        for _ in range(_LOOKS):
            if await self.poll() is not None or all(path.exists() for path in paths):
                return
            await asyncio.sleep(_LOOK_S)

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and the processes it has started; nothing happens if it has ended."""
        if await self.poll() is None:
            with suppress(ProcessLookupError):
                await super().send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel."""
        await super().kill(restart=restart)
        await self._ended()

    async def shutdown_requested(self, restart: bool = False) -> None:  # noqa: ARG002
        """Notice the end of the kernel at once."""
        self._unheard = await self.poll() is not None
        await self._ended()

    async def _ended(self) -> None:
        """Look often for a moment whether the kernel has ended: the manager itself looks ten times a second."""
        for _ in range(_LOOKS):
            if await self.poll() is not None:
                return
            await asyncio.sleep(_LOOK_S)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets, unless the kernel starts again."""
        await super().cleanup(restart=restart)
        if restart and self._unheard:
            await asyncio.sleep(_LINGER_S)
        if self._remove_sockets and not restart:
            self._remove_sockets()


def _descriptor(stream: Any, default: int) -> int:
    """Descriptor of what Popen accepts as a stream."""
    if stream is None:
        return default
    number = stream if isinstance(stream, int) else stream.fileno()
    if number < 0:
        raise NoFork("a pipe or another special stream is asked for")
    return int(number)
