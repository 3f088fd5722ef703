"""The kernel: IPython's, without an open port."""

import os
from collections.abc import Sequence
from typing import Any

import zmq
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from zmq.eventloop.zmqstream import ZMQStream


class _IOPub(IOPubThread):
    """Receives what forked subprocesses print over a socket in the file system; ipykernel's opens a TCP port."""

    def __init__(self, socket: Any, *, address: str, session: Any) -> None:
        self._address = address
        super().__init__(socket, pipe=True, session=session)  # type: ignore[no-untyped-call]

    def _setup_pipe_in(self) -> None:
        self._pipe_uuid = os.urandom(16)
        pipe_in = self.socket.context.socket(zmq.PULL)
        pipe_in.linger = 0
        pipe_in.bind(self._address)
        self._pipe_in = ZMQStream(pipe_in, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def _setup_pipe_out(self) -> tuple[Any, Any]:
        context: Any = zmq.Context()  # a new one: a context must not be used across a fork
        pipe_out = context.socket(zmq.PUSH)
        pipe_out.linger = 3000
        pipe_out.connect(self._address)
        return context, pipe_out


class KernelApp(IPKernelApp):
    """ipykernel's application; over ``ipc`` it opens no TCP port at all."""

    def init_iopub(self, context: Any) -> None:
        """Open the channel for output."""
        if self.transport != "ipc":
            super().init_iopub(context)  # type: ignore[no-untyped-call]
            return
        self.iopub_socket = context.socket(zmq.XPUB)
        self.iopub_socket.linger = 1000
        self._apply_curve_server_options(self.iopub_socket)
        self.iopub_port = self._bind_socket(self.iopub_socket, self.iopub_port)  # type: ignore[no-untyped-call]
        self.configure_tornado_logger()  # type: ignore[no-untyped-call]
        self.iopub_thread = _IOPub(self.iopub_socket, address=f"ipc://{self.ip}-pipe", session=self.session)
        self.iopub_thread.start()  # type: ignore[no-untyped-call]
        self.iopub_socket = self.iopub_thread.background_socket


def main(arguments: Sequence[str] | None = None, **traits: Any) -> None:
    """Run a kernel until it is shut down.

    Parameters
    ----------
    arguments
        As on the command line of ipykernel; by default those of this process.
    traits
        Values for the application, like ``parent_handle``.
    """
    KernelApp.launch_instance(None if arguments is None else list(arguments), **traits)


if __name__ == "__main__":
    main()
