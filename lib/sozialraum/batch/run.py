"""Render many reports in worker processes; a failure never stops the others."""

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter

from sozialraum.batch.folder import HOPELESS, require_writable, sweep, trouble
from sozialraum.batch.ledger import Ledger
from sozialraum.batch.plan import Entry
from sozialraum.batch.record import DONE, FAILED, UNCHANGED, Outcome, data_checksums, data_mark, fingerprint
from sozialraum.batch.workers import spread
from sozialraum.errors import RenderError
from sozialraum.kernel import ADDRESS
from sozialraum.load import Data
from sozialraum.render import CELL_TIMEOUT_S, KERNEL, Job, render, warm_up
from sozialraum.sources import file_sha256

Task = tuple[Job, str]
"""A report to make and the fingerprint of what it is made from."""
Progress = Callable[[Outcome], None]


@dataclass(frozen=True)
class Summary:
    """What a run did; ``outcomes`` are in the order of the jobs."""

    outcomes: tuple[Outcome, ...]
    seconds: float
    index: Path

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """Reports that failed."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == FAILED)


def run(
    jobs: Sequence[Job],
    *,
    data: Data,
    batch: Mapping[str, Entry],
    out: Path,
    processes: int | None = None,
    force: bool = False,
    kernel: str = KERNEL,
    timeout: int = CELL_TIMEOUT_S,
    progress: Progress | None = None,
) -> Summary:
    """Render jobs and write the index and ``build.json``.

    Parameters
    ----------
    batch
        The notebooks with their titles, for the index.
    out
        Folder of the reports; made if missing.
    processes
        How many reports at a time; by default one per core.
    force
        Render also what an earlier run made from the same inputs.
    kernel
        Name of the kernelspec.
    timeout
        Seconds that one cell may take.
    progress
        Called after each report, in order of completion.

    Raises
    ------
    SozialraumError
        If the folder cannot be written; nothing has run then.
    RenderError
        If it cannot be written any more (full disk); what is finished stays.
    """
    start = perf_counter()
    require_writable(out)
    checksums = data_checksums(data)
    prints = {job.target: fingerprint(job, data=checksums, kernel=kernel) for job in jobs}
    work = partial(
        _attempt,
        data=data.environment,
        out=out,
        kernel=kernel,
        timeout=timeout,
        mark=f"Datenstand {data_mark(checksums)}",
    )
    workers = max(1, min(processes or len(os.sched_getaffinity(0)), len(jobs)))
    ledger = Ledger(out, data, batch, workers=workers)
    unchanged = {} if force else _unchanged(jobs, prints, ledger.known, out)
    todo = [(job, prints[job.target]) for job in jobs if job.target not in unchanged]
    tell = progress or _silent
    try:
        for outcome in unchanged.values():
            ledger.outcomes[outcome.report] = outcome
            tell(outcome)
        environment = {ADDRESS: warm_up(data.environment)} if todo and kernel == KERNEL else {}
        with closing(_render_all(todo, work, workers, environment, out)) as results:
            for outcome in results:
                ledger.add(outcome)
                tell(outcome)
    finally:
        sweep(out)
        index = ledger.close()
    return Summary(tuple(ledger.outcomes[job.target] for job in jobs), perf_counter() - start, index)


def _silent(_outcome: Outcome) -> None:
    """Show nothing."""


def _render_all(
    tasks: Sequence[Task],
    work: Callable[[Task], Outcome | RenderError],
    workers: int,
    environment: Mapping[str, str],
    out: Path,
) -> Generator[Outcome]:
    """Outcomes in order of completion; ends with the error that makes it pointless to go on."""
    with closing(spread(work, tasks, workers=workers, preload=__name__, environment=environment)) as results:
        for (job, print_), result in results:
            if isinstance(result, RenderError):
                raise result
            yield result or _lost(job, print_, out)


def _lost(job: Job, fingerprint_: str, out: Path) -> Outcome:
    """The worker process died."""
    (out / job.target).unlink(missing_ok=True)
    return _failed(job, fingerprint_, "Der Arbeitsprozess wurde beendet, vielleicht aus Mangel an Arbeitsspeicher.")


def _attempt(
    task: Task, *, data: Mapping[str, str], out: Path, kernel: str, timeout: int, mark: str
) -> Outcome | RenderError:
    """In a worker process: make one report, whatever happens."""
    job, fingerprint_ = task
    start = perf_counter()
    try:
        done = render(job, data=data, out=out, kernel=kernel, timeout=timeout, mark=mark)
    except RenderError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno in HOPELESS:
            (out / job.partial).unlink(missing_ok=True)
            return trouble(error.__cause__, out)
        outcome = _failed(job, fingerprint_, str(error))
        kept = job.partial if (out / job.partial).is_file() else ""
        return replace(outcome, seconds=perf_counter() - start, partial=kept)
    except Exception as error:  # noqa: BLE001 - a defect that shows in one report must not stop the others
        return _failed(job, fingerprint_, f"Unerwarteter Fehler ({type(error).__name__}: {error}).")
    return Outcome(
        report=job.target,
        notebook=job.name,
        gebiet_id=job.gebiet_id,
        status=DONE,
        fingerprint=fingerprint_,
        title=done.title,
        seconds=done.seconds,
        bytes=done.bytes,
        sha256=done.sha256,
        messages=done.messages,
    )


def _failed(job: Job, fingerprint_: str, message: str) -> Outcome:
    return Outcome(job.target, job.name, job.gebiet_id, FAILED, fingerprint_, error=message)


def _unchanged(
    jobs: Sequence[Job], prints: Mapping[str, str], known: Mapping[str, Outcome], out: Path
) -> dict[str, Outcome]:
    """Reports of an earlier run that were made from the same inputs and still lie there as written."""
    found = {}
    for job in jobs:
        before = known.get(job.target)
        if before is None or before.status == FAILED or before.fingerprint != prints[job.target]:
            continue
        path = out / job.target
        if path.is_file() and file_sha256(path) == before.sha256:
            found[job.target] = replace(before, status=UNCHANGED)
    return found
