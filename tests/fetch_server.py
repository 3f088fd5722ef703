"""A publisher on this machine that answers as told, also badly; and a clock that nobody waits for."""

from __future__ import annotations

import gzip
import io
import ssl
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from sozialraum.supply.fetch.transport import Clock

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
Behaviour = Callable[[Any], None]


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    @property
    def passed(self) -> float:
        return sum(self.slept)

    def clock(self) -> Clock:
        return Clock(lambda: START + timedelta(seconds=self.passed), lambda: self.passed, self.slept.append)


@dataclass
class Publisher:
    """Behaviours by path, one after the other (the last one stays), and what was asked."""

    address: str
    answers: dict[str, list[Behaviour]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)

    def says(self, path: str, *behaviours: Behaviour) -> str:
        self.answers[path] = list(behaviours)
        return self.address + path

    def heads(self, name: str) -> list[str | None]:
        return [head.get(name) for _, head in self.asked]


@contextmanager
def publisher(certificate: Path | None = None) -> Iterator[Publisher]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            here.asked.append((self.path, dict(self.headers)))
            behaviours = here.answers.get(self.path) or [status(404)]
            (behaviours.pop(0) if len(behaviours) > 1 else behaviours[0])(self)

        def do_POST(self) -> None:
            self.query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0]
            here.queries.append(self.query)
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    here = Publisher(f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key in one file."""
    key, file, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(file)],
        check=True, capture_output=True,
    )  # fmt: skip
    both.write_bytes(key.read_bytes() + file.read_bytes())
    return both


def send(handler: Any, code: int, body: bytes, **heads: str) -> None:
    handler.send_response(code)
    for name, value in ({"Content-Length": str(len(body))} | heads).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def status(code: int, body: bytes = b"", **heads: str) -> Behaviour:
    return lambda handler: send(handler, code, body, **heads)


def file(body: bytes, *, etag: str = "", modified: str = "") -> Behaviour:
    """A well-behaved file: conditional requests and parts of it."""

    def answer(handler: Any) -> None:
        named = {name: value for name, value in (("ETag", etag), ("Last-Modified", modified)) if value}
        head = handler.headers
        if (etag and head.get("If-None-Match") == etag) or (modified and head.get("If-Modified-Since") == modified):
            send(handler, 304, b"", **named)
        elif head.get("Range") and head.get("If-Range") in (etag, modified):
            first = int(head["Range"].removeprefix("bytes=").removesuffix("-"))
            place = f"bytes {first}-{len(body) - 1}/{len(body)}"
            send(handler, 206, body[first:], Content_Range=place, **named)
        else:
            send(handler, 200, body, **named)

    return answer


def cut(body: bytes, after: int, **heads: str) -> Behaviour:
    """Announces the whole file and breaks off."""

    def answer(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in heads.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body[:after])
        handler.wfile.flush()
        handler.close_connection = True

    return answer


def slow(release: threading.Event) -> Behaviour:
    """Says nothing until the test is over."""

    def answer(handler: Any) -> None:
        release.wait(5)
        handler.close_connection = True

    return answer


def packed(body: bytes, **heads: str) -> Behaviour:
    return status(200, gzip.compress(body), Content_Encoding="gzip", **heads)


def archive(members: Mapping[str, bytes | str]) -> bytes:
    """A ZIP of some members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
