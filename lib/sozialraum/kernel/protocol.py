"""Messages over a Unix socket: a length, then JSON; open files may travel with the length."""

import array
import json
import socket
import struct
from collections.abc import Sequence
from typing import Any, Final

_LENGTH: Final = struct.Struct("!I")
_MAX_FILES: Final = 8


def send(connection: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Send one message; ``files`` are descriptors that the receiver gets copies of."""
    content = json.dumps(message).encode("utf-8")
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
    connection.sendmsg([_LENGTH.pack(len(content))], rights)
    connection.sendall(content)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """One message and the files that came with it.

    Raises
    ------
    EOFError
        If the other side has gone.
    """
    head, files = b"", []
    while len(head) < _LENGTH.size:
        part, more, _flags, _address = socket.recv_fds(connection, _LENGTH.size - len(head), _MAX_FILES)
        files += more
        head += _some(part)
    content = b""
    while len(content) < _LENGTH.unpack(head)[0]:
        content += _some(connection.recv(_LENGTH.unpack(head)[0] - len(content)))
    message: dict[str, Any] = json.loads(content)
    return message, files


def waiting(connection: socket.socket) -> bool:
    """Whether a message, or the end of the connection, can be read now."""
    try:
        connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return True


def _some(part: bytes) -> bytes:
    if not part:
        raise EOFError
    return part
