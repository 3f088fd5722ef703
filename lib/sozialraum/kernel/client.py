"""A client that starts as soon as the kernel is ready.

Jupyter's own waits for 0.2 s of silence before the first cell. To use this one, set in the configuration
``KernelManager.client_class`` to :data:`sozialraum.kernel.CLIENT`.
"""

import time
from queue import Empty
from typing import Any, Final

from jupyter_client.asynchronous.client import AsyncKernelClient

_REPLY_S: Final = 1.0
_OUTPUT_S: Final = 0.2


class EagerClient(AsyncKernelClient):
    """Ready when the kernel has answered on both channels; the last output about the answer is the sign."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        end = float("inf") if timeout is None else time.monotonic() + timeout
        while not await self._answered(self.kernel_info()):
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    wait_for_ready = _async_wait_for_ready

    async def _answered(self, request: str) -> bool:
        try:
            reply = await self.get_shell_msg(timeout=_REPLY_S)
            while not _is_last(await self.get_iopub_msg(timeout=_OUTPUT_S), request):
                pass
        except Empty:  # not there yet, or output went by before the channel was open
            return False
        if reply["msg_type"] != "kernel_info_reply":
            return False
        self._handle_kernel_info_reply(reply)
        return True


def _is_last(message: dict[str, Any], request: str) -> bool:
    about: str | None = message["parent_header"].get("msg_id")
    return about == request and message["content"].get("execution_state") == "idle"
