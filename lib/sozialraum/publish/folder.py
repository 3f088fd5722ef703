"""The folder of reports: whether it can be written, what went wrong, what a killed run left behind."""

import errno
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import TYPE_CHECKING, Final

from sozialraum.errors import ParameterError, RenderError, SozialraumError, system_reason
from sozialraum.files import one_after_another, write_text
from sozialraum.supply.intake import WEITERGABE
from sozialraum.supply.own_tables import audience_words

if TYPE_CHECKING:
    from sozialraum.publish.record import Outcome

HOPELESS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
"""Errors that the next report would meet too."""

_LONG: Final = 400
_PROBE: Final = 2**20
_NOTE_BEGIN, _NOTE_END = "<!-- veraltet -->", "<!-- /veraltet -->"
_NOTE: Final = re.compile(f"{_NOTE_BEGIN}.*?{_NOTE_END}", re.DOTALL)


def trouble(error: OSError, out: Path) -> RenderError:
    """The error that stops a batch: no more room in the folder of reports, or in that of temporary files."""
    where = out
    try:
        _probe(out, b"-" * _PROBE)
        where = Path(gettempdir())
    except OSError:
        pass
    return RenderError(
        f"Im Ordner {where} lässt sich nichts mehr schreiben: {system_reason(error)}. Was fertig ist, bleibt. "
        "Nach dem Beheben denselben Befehl noch einmal aufrufen; gerendert wird nur, was fehlt."
    )


def _probe(out: Path, content: bytes = b"-") -> None:
    """Write a file without a name, which no other run can meet."""
    with TemporaryFile(dir=out, buffering=0) as file:
        file.write(content)


def require_writable(out: Path) -> None:
    """Make the folder and try to write in it.

    Raises
    ------
    SozialraumError
        If it cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        _probe(out)
    except OSError as error:
        raise SozialraumError(
            f"Der Ordner {out} ist nicht beschreibbar ({system_reason(error)}). Bitte einen anderen mit --out angeben."
        ) from error


@contextmanager
def alone(out: Path, tell: Callable[[str], object]) -> Iterator[None]:
    """Wait until no other run works in the folder, and keep others waiting; then remove what a killed run left.

    Two runs at a time would leave pages of one and a record of the other.
    """
    with one_after_another(out, tell):
        sweep(out)
        yield


def require_one_audience(out: Path, known: "Mapping[str, Outcome]", folders: Iterable[str], audience: str) -> None:
    """Refuse to put reports beside those of another audience: an index speaks for one only.

    Raises
    ------
    ParameterError
        Names one of them, both audiences, and what to do. Nothing was written.
    """
    words = {one: audience_words(one) for one in WEITERGABE}
    there = {
        one.report: one.audience
        for one in known.values()
        if one.audience != audience and any((out / name).is_file() for name in (one.report, one.partial) if name)
    }
    found = [path for folder in folders for path in sorted((out / folder).glob("*.html")) if path.is_file()]
    for path in found:
        name = path.relative_to(out).as_posix()
        text = "" if name in known else path.read_text(encoding="utf-8", errors="replace")
        for one in WEITERGABE:
            if one != audience and f" · {words[one]}" in text:
                there[name] = one
    if there:
        name, other = next(iter(there.items()))
        raise ParameterError(
            f"Im Ordner {out} liegen Berichte mit „{words.get(other, other)}“ (zum Beispiel {name}), dieser Lauf hat "
            f"„{words[audience]}“. In einem Ordner stehen nur Berichte für denselben Kreis. Bitte mit --out einen "
            "anderen Ordner angeben oder den alten löschen. Es wurde nichts verändert."
        )


def keep_last(out: Path, outcome: "Outcome", before: "Outcome | None", day: str) -> "Outcome":
    """A report that failed, with what an earlier run left of it: the page says so itself from now on."""
    page = out / outcome.report
    if not page.is_file():
        return outcome
    since = (before.since if before else "") or day
    html = page.read_text(encoding="utf-8", errors="replace")
    write_text(page, mark_stale(html, since=since, error=outcome.error))
    kept = tuple(name for name in (before.pdf if before else ()) if (out / name).is_file())
    return replace(outcome, since=since, pdf=kept, title=before.title if before else "")


def mark_stale(html: str, *, since: str, error: str) -> str:
    """A page with a note at its top that it is out of date; an older note is replaced."""
    from sozialraum.style import day  # not at the start: it loads what draws

    reason_ = error if len(error) <= _LONG else f"{error[:_LONG].rstrip()} …"
    note = (
        f'{_NOTE_BEGIN}<p role="note" style="border: 3px solid; padding: 12px; margin: 0 0 24px">'
        f"<strong>Dieser Bericht ist veraltet.</strong> Er ließ sich am {day(since)} nicht erneuern und zeigt den "
        f"Stand davor. Grund: {escape(reason_)}</p>{_NOTE_END}"
    )
    clean = _NOTE.sub("", html)
    begin = re.search(r"<main\b[^>]*>", clean) or re.search(r"<body\b[^>]*>", clean)
    place = begin.end() if begin else 0
    return clean[:place] + note + clean[place:]


def sweep(out: Path) -> None:
    """Remove temporary files of processes that are no more."""
    for path in out.rglob(".*.tmp"):
        writer = path.suffixes[-2].removeprefix(".") if len(path.suffixes) > 1 else ""
        if writer.isdecimal() and not _runs(int(writer)):
            path.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
