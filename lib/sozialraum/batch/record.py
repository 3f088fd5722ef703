"""``build.json``: what was rendered from which code and data, how long it took, and what failed."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from sozialraum.batch.inputs import Inputs, versions
from sozialraum.files import write_text

RECORD: Final = "build.json"
FORMAT: Final = 3
DONE: Final = "done"
FAILED: Final = "failed"
UNCHANGED: Final = "unchanged"
_LIBRARY: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Outcome:
    """How one report went.

    Attributes
    ----------
    report
        Path below the folder of reports.
    status
        ``done``, ``failed`` or ``unchanged`` (an earlier run made the same page).
    seconds
        Time of the run that made the page.
    reads
        Files of the data that the page rests on, as :class:`~sozialraum.batch.inputs.Inputs` names them; they are in
        the fingerprint.
    error
        German message of a failure.
    cell
        Number of the cell that failed, from 1, in the notebook as it is stored; None if it was none.
    partial
        Path of the partial notebook of a failure, below the folder of reports.
    mark
        Mark of the data, as printed on the page.
    pdf
        Paths of the PDFs below the folder of reports.
    place
        Name of the area: an own area is known to the runs only that were given its file.
    audience
        For whom the report was made.
    parameters
        Those that differ from the defaults, without the area.
    since
        Of a failed report whose last good page still lies there: day (JJJJ-MM-TT) from which it is out of date.
    pdf_error
        German message if the page is there and a PDF could not be made; PDFs that lie there are of an earlier page.
    """

    report: str
    notebook: str
    gebiet_id: str
    status: str
    fingerprint: str
    title: str = ""
    seconds: float = 0.0
    bytes: int = 0
    sha256: str = ""
    reads: tuple[str, ...] = ()
    error: str = ""
    cell: int | None = None
    partial: str = ""
    messages: tuple[str, ...] = ()
    mark: str = ""
    pdf: tuple[str, ...] = ()
    place: str = ""
    audience: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    since: str = ""
    pdf_error: str = ""

    @property
    def there(self) -> bool:
        """Whether there is a page, of this run or an earlier one."""
        return self.status != FAILED or bool(self.since)

    @property
    def faulty(self) -> bool:
        """Whether the page or a PDF could not be made."""
        return self.status == FAILED or bool(self.pdf_error)


def read_record(out: Path) -> tuple[dict[str, Outcome], str]:
    """Outcomes of earlier runs by report, and what the index was made from; empty without a usable ``build.json``."""
    try:
        raw = json.loads((out / RECORD).read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            return {}, ""
        lists = ("reads", "messages", "pdf")
        entries = [Outcome(**{**entry, **{name: tuple(entry[name]) for name in lists}}) for entry in raw["reports"]]
    except (OSError, ValueError, KeyError, TypeError):
        return {}, ""
    return {entry.report: entry for entry in entries}, raw["index"]


def head(inputs: Inputs, *, jobs: int) -> dict[str, Any]:
    """What holds for a whole run: code, versions, data, and how many reports at a time."""
    return {
        "format": FORMAT,
        "commit": commit(),
        "versions": versions(),
        "data": dict(inputs.checksums),
        "jobs": jobs,
    }


def write_record(out: Path, outcomes: Iterable[Outcome], *, head: Mapping[str, Any], seconds: float) -> None:
    """Write ``build.json``; outcomes in the given order."""
    found = list(outcomes)
    record = {
        **head,
        "seconds": round(seconds, 2),
        "failures": sum(outcome.faulty for outcome in found),
        "reports": [{**asdict(outcome), "seconds": round(outcome.seconds, 2)} for outcome in found],
    }
    write_text(out / RECORD, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def commit() -> str | None:
    """Commit of the repository, with ``+`` if files differ from it; None outside of git."""
    head = _git("rev-parse", "HEAD")
    return head and head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(_LIBRARY), *arguments], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
