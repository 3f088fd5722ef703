"""Bring one file over HTTP: resumable, polite, bounded; what goes wrong is told in German.

Proxies and certificates are those that httpx takes from the environment (``HTTPS_PROXY``, ``NO_PROXY``,
``SSL_CERT_FILE``, ``SSL_CERT_DIR``).
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from sozialraum.errors import FetchError, Unreachable, system_reason
from sozialraum.files import write_text

USER_AGENT: Final = f"sozialraum-essen/{version('sozialraum-essen')} (sozialraum data fetch; one request at a time)"
ATTEMPTS: Final = 5
MOST_REDIRECTS: Final = 5
PAUSE_S: Final = 1.0
"""Seconds between two requests to one host."""
LONGEST_WAIT_S: Final = 300.0
PATIENCE_S: Final = 120.0
LEAST_RATE: Final = 1000.0
"""Bytes per second below which a transfer is left after :data:`PATIENCE_S`; the next attempt goes on from there."""
QUERY_S: Final = 200.0
"""Seconds that the answer to a query may take to begin: the server computes it first."""
AFTER_QUERY_S: Final = 30.0
"""Least seconds between two attempts of a query: servers that compute block who comes back sooner."""
_TOO_BUSY: Final = re.compile(rb"too busy|Dispatcher_Client|rate_limited")
_BUSY: Final = {403, 408, 425, 429, 500, 502, 503, 504}
"""Answers that may be another one later; some publishers answer 403 now and then."""
_ALL_OF_IT: Final = {429, 503}
"""Of these, what a host says of itself rather than of one file."""
_REDIRECTS: Final = {301, 302, 303, 307, 308}

Progress = Callable[[int, int], None]


class _Later(FetchError):
    """Trying again may help, after so many seconds if the publisher says so."""

    def __init__(self, message: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(message)


class _Busy(_Later, Unreachable):
    """The host takes no requests now or does not answer: after the last attempt its other files are not asked for."""


@dataclass(frozen=True)
class Clock:
    """Time, as an argument."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    seconds: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Answer:
    """What came: nothing new (``changed`` is False), or a file at the given place."""

    address: str
    changed: bool
    etag: str = ""
    last_modified: str = ""


@dataclass
class Line:
    """A client that makes one request at a time and leaves hosts a pause."""

    client: httpx.Client
    clock: Clock
    attempts: int = ATTEMPTS
    asked: dict[str, float] = field(default_factory=dict)
    catalogues: dict[str, Any] = field(default_factory=dict)
    """Catalogues of data sets by address: each is asked for once."""

    def download(
        self,
        address: str,
        part: Path,
        *,
        limit: int,
        known: Mapping[str, str],
        progress: Progress = lambda *_: None,
        query: str = "",
    ) -> Answer:
        """Bring a file to ``part``; go on where an earlier attempt stopped, if it is still the same file.

        Parameters
        ----------
        limit
            Most bytes that are taken.
        known
            ``etag`` and ``last_modified`` of the file that is there: then the answer may be "not changed".
        progress
            Called with the bytes so far and in total (0 if not known).
        query
            What is asked (POST, field ``data``); its answer is made anew each time, so nothing is resumed.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(_Later), stop=stop_after_attempt(self.attempts), wait=_pause,
            sleep=self.clock.sleep, reraise=True,
        )  # fmt: skip
        if query:
            return retrying(self._ask, address, part, limit, progress, query)
        return retrying(self._attempt, address, part, limit, known, progress)

    def _ask(self, address: str, part: Path, limit: int, progress: Progress, query: str) -> Answer:
        forget(part)
        try:
            with _told(address), self._opened(address, {}, query) as response:
                self._refuse(response, address)
                _receive(response, address, part, 0, limit, self._watched(address, 0, progress))
            if _TOO_BUSY.search(_ends(part)):
                raise _Later(f"{address}: Der Herausgeber ist überlastet. Bitte später wieder versuchen.")
        except _Later as error:
            forget(part)
            raise _Later(str(error), max(error.after or 0.0, AFTER_QUERY_S)) from error
        return Answer(str(response.url), changed=True)

    def _attempt(self, address: str, part: Path, limit: int, known: Mapping[str, str], progress: Progress) -> Answer:
        offset, headers = _resumed(address, part)
        if not offset:
            names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
            headers = {names[key]: value for key, value in known.items() if key in names and value}
        with _told(address), self._opened(address, headers) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED and known:
                return Answer(str(response.url), changed=False, etag=known.get("etag", ""),
                              last_modified=known.get("last_modified", ""))  # fmt: skip
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and offset:
                forget(part)
                raise _Later(f"{address}: Der Rest der Datei passt nicht zum Anfang.", 0.0)
            self._refuse(response, address)
            _receive(response, address, part, offset, limit, self._watched(address, offset, progress))
            head = response.headers
            return Answer(str(response.url), True, head.get("ETag", ""), head.get("Last-Modified", ""))

    def _watched(self, address: str, offset: int, progress: Progress) -> Progress:
        """Progress that leaves a transfer which is too slow to come to an end."""
        started = self.clock.seconds()

        def watch(done: int, total: int) -> None:
            spent = self.clock.seconds() - started
            if spent > PATIENCE_S and done - offset < spent * LEAST_RATE:
                raise _Later(f"{address}: Die Übertragung ist zu langsam. Bitte später wieder versuchen.")
            progress(done, total)

        return watch

    @contextmanager
    def _opened(self, address: str, headers: Mapping[str, str], query: str = "") -> Iterator[httpx.Response]:
        """The answer at the end of all redirects, its body not yet read."""
        url = httpx.URL(address)
        for _ in range(MOST_REDIRECTS + 1):
            _allowed(url, address)
            self._wait_for(url.host)
            if query:
                patient = httpx.Timeout(self.client.timeout.connect, read=QUERY_S)
                sent = self.client.build_request("POST", url, data={"data": query}, timeout=patient)
            else:
                sent = self.client.build_request("GET", url, headers={"Accept-Encoding": "identity", **headers})
            response = self.client.send(sent, stream=True, follow_redirects=False)
            try:
                if response.status_code not in _REDIRECTS or "Location" not in response.headers:
                    yield response
                    return
                url = url.join(response.headers["Location"])
            finally:
                response.close()
        raise FetchError(
            f"{address}: Die Adresse leitet mehr als {MOST_REDIRECTS}-mal weiter. Bitte die Adresse prüfen."
        )

    def _wait_for(self, host: str) -> None:
        before = self.asked.get(host)
        if before is not None and (rest := before + PAUSE_S - self.clock.seconds()) > 0:
            self.clock.sleep(rest)
        self.asked[host] = self.clock.seconds()

    def _refuse(self, response: httpx.Response, address: str) -> None:
        status = response.status_code
        if status in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            return
        if status in _BUSY:
            after = _retry_after(response.headers.get("Retry-After", ""), self.clock.now())
            message = f"{address}: Der Herausgeber nimmt gerade keine Anfragen an (Antwort {status})."
            if after is not None and after > LONGEST_WAIT_S:
                raise Unreachable(f"{message} Bitte frühestens in {after / 60:.0f} Minuten wieder versuchen.")
            raise (_Busy if status in _ALL_OF_IT else _Later)(f"{message} Bitte später wieder versuchen.", after)
        if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise FetchError(
                f"{address}: Dort liegt keine Datei mehr (Antwort {status}). Bitte auf der Seite des Herausgebers "
                f"die neue "
                "Adresse suchen und in der Beschreibung der Quelle eintragen."
            )
        raise FetchError(
            f"{address}: Der Herausgeber antwortet mit {status} statt mit der Datei. Bitte die Adresse prüfen."
        )


def open_client(timeout: float = 60.0) -> httpx.Client:
    """A client with our name; proxies and certificates as the environment says."""
    limits = httpx.Timeout(timeout, connect=min(timeout, 20.0))
    return httpx.Client(headers={"User-Agent": USER_AGENT}, timeout=limits, follow_redirects=False)


def forget(part: Path) -> None:
    """Throw away what an earlier attempt has brought."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _ends(part: Path) -> bytes:
    """How an answer begins, if it is a page, and how it ends: there a server says what it could not do."""
    with part.open("rb") as stream:
        start = stream.read(2000)
        stream.seek(max(0, part.stat().st_size - 500))
        end = stream.read().rpartition(b'"remark"')
    return (start if start.lstrip().startswith(b"<") else b"") + (end[2] if end[1] else b"")


def _note(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _resumed(address: str, part: Path) -> tuple[int, dict[str, str]]:
    """Bytes that are there already and the header fields that ask for the rest; 0 if there is nothing to go on with."""
    try:
        note: dict[str, Any] = json.loads(_note(part).read_text("utf-8"))
        size = part.stat().st_size
    except (OSError, ValueError):
        return 0, {}
    if note.get("address") != address or not note.get("validator") or size == 0:
        return 0, {}
    return size, {"Range": f"bytes={size}-", "If-Range": note["validator"]}


def _receive(response: httpx.Response, address: str, part: Path, offset: int, limit: int, progress: Progress) -> None:
    head = response.headers
    coded = head.get("Content-Encoding", "identity") != "identity"
    if response.status_code == httpx.codes.PARTIAL_CONTENT:
        if coded or not head.get("Content-Range", "").startswith(f"bytes {offset}-"):
            forget(part)
            raise _Later(f"{address}: Der Herausgeber hat einen anderen Teil der Datei geschickt als erbeten.", 0.0)
    else:
        offset = 0
        etag = head.get("ETag", "")
        validator = "" if coded else etag if etag and not etag.startswith("W/") else head.get("Last-Modified", "")
        write_text(_note(part), json.dumps({"address": address, "validator": validator}))
    announced = 0 if coded else offset + int(head.get("Content-Length") or 0)
    got = offset
    with part.open("ab" if offset else "wb") as stream:
        for chunk in response.iter_bytes():
            got += len(chunk)
            if max(got, announced) > limit:
                break
            stream.write(chunk)
            progress(got, announced)
    if max(got, announced) > limit:
        forget(part)
        raise FetchError(
            f"{address}: Die Datei ist größer als {limit / 1e6:.0f} MB und wurde nicht übernommen. Bitte prüfen; "
            f"die Grenze "
            "steht als hoechstens_mb in der Beschreibung der Quelle."
        )
    if got == 0:
        raise FetchError(f"{address}: Die Antwort ist leer. Bitte später wieder versuchen.")


def _allowed(url: httpx.URL, asked: str) -> None:
    """Only https, except from this machine itself."""
    first = httpx.URL(asked)
    if url.scheme == "https" or (url.scheme == first.scheme == "http" and _is_here(url.host) and _is_here(first.host)):
        return
    raise FetchError(
        f"{asked}: Die Adresse führt zu {url.scheme}://{url.host}, ohne sichere Verbindung (https). "
        "Die Datei wurde nicht geladen; bitte die Adresse prüfen."
    )


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _retry_after(text: str, now: datetime) -> float | None:
    """Seconds that a publisher asks to wait: a number or a date."""
    if text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (TypeError, ValueError):
        return None


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    after = error.after if isinstance(error, _Later) else None
    return 2.0**state.attempt_number if after is None else after


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Errors of the connection and of the disk as sentences."""
    host = httpx.URL(address).host
    try:
        yield
    except httpx.TimeoutException as error:
        raise _Busy(f"{address}: {host} antwortet nicht rechtzeitig. Bitte später wieder versuchen.") from error
    except httpx.ConnectError as error:
        if "CERTIFICATE" in str(error).upper():
            raise Unreachable(
                f"{address}: Das Zertifikat von {host} ist nicht gültig. Die Datei wurde nicht geladen; verwendet "
                f"Ihr Netz ein "
                "eigenes Zertifikat, bitte seine Datei in SSL_CERT_FILE nennen."
            ) from error
        raise Unreachable(
            f"{address}: {host} ist nicht erreichbar. Bitte die Verbindung prüfen; einen Proxy nennt HTTPS_PROXY."
        ) from error
    except httpx.ProxyError as error:
        raise Unreachable(f"{address}: Der Proxy lässt keine Verbindung zu. Bitte HTTPS_PROXY prüfen.") from error
    except httpx.DecodingError as error:
        raise FetchError(f"{address}: Die Antwort ist falsch gepackt. Bitte später wieder versuchen.") from error
    except httpx.InvalidURL as error:
        raise FetchError(f"{address}: Das ist keine Adresse. Bitte die Beschreibung der Quelle prüfen.") from error
    except httpx.TransportError as error:
        raise _Later(
            f"{address}: Die Übertragung ist abgebrochen. Bitte wieder versuchen; sie wird fortgesetzt."
        ) from error
    except OSError as error:
        raise FetchError(f"{address}: Die Datei lässt sich nicht ablegen ({system_reason(error)}).") from error
