"""``build.json``: what was rendered from which code and data, how long it took, and what failed.

It is written after each report: a run that is killed goes on where it stopped.
"""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

from sozialraum.city.load import Data
from sozialraum.files import write_text
from sozialraum.publish.folder import trouble
from sozialraum.publish.inputs import LIBRARY, digest, versions
from sozialraum.publish.plan import Entry

RECORD: Final = "build.json"
INDEX: Final = "index.html"
FORMAT: Final = 4
DONE: Final = "done"
FAILED: Final = "failed"
UNCHANGED: Final = "unchanged"
_SHARE: Final = 20.0
_LONG_S: Final = 0.05


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
    freigabe
        Who released the page and when, as it is printed there; empty for a draft.
    pdf_error
        German message if the page is there and a PDF could not be made; PDFs that lie there are of an earlier page.
    """

    report: str
    notebook: str
    gebiet_id: str
    status: str
    fingerprint: str = ""
    title: str = ""
    seconds: float = 0.0
    bytes: int = 0
    sha256: str = ""
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
    freigabe: str = ""

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
        lists = ("messages", "pdf")
        entries = [Outcome(**{**entry, **{name: tuple(entry[name]) for name in lists}}) for entry in raw["reports"]]
    except (OSError, ValueError, KeyError, TypeError):
        return {}, ""
    return {entry.report: entry for entry in entries}, raw["index"]


class Ledger:
    """Outcomes of this run and of earlier ones whose page or failure still stands."""

    def __init__(
        self, out: Path, data: Data, batch: Mapping[str, Entry], *, inputs: Mapping[str, str], code: str, workers: int
    ) -> None:
        self.known, self._index = read_record(out)
        self.outcomes: dict[str, Outcome] = {}
        self._out, self._data, self._batch = out, data, batch
        self._made_from = [dict(inputs), code]
        self._head = {
            "format": FORMAT, "commit": _commit(), "versions": versions(), "data": dict(inputs), "jobs": workers,
        }  # fmt: skip
        self._start = perf_counter()
        self._next = 0.0

    def add(self, outcome: Outcome) -> None:
        """Note an outcome and write ``build.json``.

        Writing takes longer with every report. So that thousands of them take at most a twentieth of the time, the
        next writing waits for twenty times as long as a long one took; a killed run then repeats a few reports.
        """
        self.outcomes[outcome.report] = outcome
        if perf_counter() >= self._next:
            begin = process_time()
            self._write()
            took = process_time() - begin
            self._next = perf_counter() + _SHARE * took if took > _LONG_S else 0.0

    def close(self, make: Callable[[Sequence[Outcome]], str]) -> Path:
        """Write ``build.json`` and, unless it would be the same as before, the index that ``make`` makes."""
        self._write()
        index, standing = self._out / INDEX, self._standing()
        shown = [
            (
                one.report,
                one.there,
                one.title,
                one.error,
                one.partial,
                one.pdf,
                one.place,
                one.since,
                one.pdf_error,
                one.freigabe,
            )
            for one in standing
        ]
        wanted = digest([shown, [str(entry) for entry in self._batch.values()], self._made_from])
        if wanted != self._index or not index.is_file():
            try:
                write_text(index, make(standing))
            except OSError as error:
                raise trouble(error, self._out) from error
            self._index = wanted
            self._write()
        return index

    def _write(self) -> None:
        standing = self._standing()
        record = {
            **self._head,
            "index": self._index,
            "seconds": round(perf_counter() - self._start, 2),
            "failures": sum(outcome.faulty for outcome in standing),
            "reports": [{**asdict(outcome), "seconds": round(outcome.seconds, 2)} for outcome in standing],
        }
        try:
            write_text(self._out / RECORD, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
        except OSError as error:
            raise trouble(error, self._out) from error

    def _standing(self) -> list[Outcome]:
        """By notebook as in ``batch.yml``, then by area in official order, own areas last; pages that are gone are not.

        A report on an own area stands as long as its page does, whether or not this run knows the area.
        """
        names = {name: place for place, name in enumerate(self._batch)}
        areas = {area.id: place for place, area in enumerate(self._data.register)}
        before = [
            self._now(outcome)
            for report, outcome in self.known.items()
            if report not in self.outcomes and (outcome.status == FAILED or (self._out / report).is_file())
        ]
        found = [*self.outcomes.values(), *before]
        kept = [one for one in found if one.notebook in names and (one.there or one.gebiet_id in areas)]
        last = len(areas)
        return sorted(
            kept,
            key=lambda one: (names[one.notebook], areas.get(one.gebiet_id, last), bool(one.parameters), one.report),
        )

    def _now(self, outcome: Outcome) -> Outcome:
        """An outcome of an earlier run, as far as it still holds: pages and PDFs may have been removed since."""
        pdf = tuple(name for name in outcome.pdf if (self._out / name).is_file())
        if (self._out / outcome.report).is_file():
            return replace(outcome, pdf=pdf)
        return replace(outcome, status=FAILED, since="", pdf=pdf)


def _commit() -> str | None:
    """Commit of the repository, with ``+`` if files differ from it; None outside of git."""
    head = _git("rev-parse", "HEAD")
    return head and head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(LIBRARY), *arguments], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
