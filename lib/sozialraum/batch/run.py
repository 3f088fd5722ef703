"""Render many reports in worker processes; a failure never stops the others."""

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from sozialraum.batch.attempt import DEAD, Workshop, failed, portal_of
from sozialraum.batch.folder import require_writable, sweep
from sozialraum.batch.inputs import Inputs, code_checksum
from sozialraum.batch.ledger import Ledger
from sozialraum.batch.plan import Entry
from sozialraum.batch.record import FAILED, UNCHANGED, Outcome
from sozialraum.batch.workers import spread
from sozialraum.errors import RenderError
from sozialraum.kernel import ADDRESS
from sozialraum.load import Data
from sozialraum.render import CELL_TIMEOUT_S, KERNEL, Job, warm_up
from sozialraum.render.environment import variables
from sozialraum.sources import file_sha256

PRELOAD: Final = ("sozialraum.batch.portal", "sozialraum.batch.attempt", "sozialraum.render.execute")
"""What workers need beside what kernels need."""
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
    begin = perf_counter()
    require_writable(out)
    workshop = Workshop(data.environment, Inputs.of(data), out, kernel, timeout, code_checksum())
    count = max(1, min(processes or len(os.sched_getaffinity(0)), len(jobs)))
    ledger = Ledger(out, data, batch, inputs=workshop.inputs, code=workshop.code, workers=count)
    unchanged = {} if force else _unchanged(jobs, workshop, ledger.known)
    todo = [job for job in jobs if job.target not in unchanged]
    environment = _environment(workshop) if todo else {}
    tell = progress or _silent
    try:
        for outcome in unchanged.values():
            ledger.outcomes[outcome.report] = outcome
            tell(outcome)
        with closing(_render_all(todo, workshop, count, environment)) as results:
            for outcome in results:
                ledger.add(outcome)
                tell(outcome)
    finally:
        sweep(out)
        index = ledger.close(partial(_portal, data=data, batch=batch, environment=environment))
    return Summary(tuple(ledger.outcomes[job.target] for job in jobs), perf_counter() - begin, index)


def _silent(_outcome: Outcome) -> None:
    """Show nothing."""


def _environment(workshop: Workshop) -> dict[str, str]:
    """Environment variables of the workers; the process that they and their kernels are forked from is started."""
    return {**variables(workshop.data), ADDRESS: warm_up(workshop.data, modules=PRELOAD)}


def _render_all(
    jobs: Sequence[Job], workshop: Workshop, workers: int, environment: Mapping[str, str]
) -> Generator[Outcome]:
    """Outcomes in order of completion; ends with the error that makes it pointless to go on."""
    with closing(spread(workshop.attempt, jobs, workers=workers, environment=environment)) as results:
        for job, result in results:
            if isinstance(result, RenderError):
                raise result
            if result is None:
                (workshop.out / job.target).unlink(missing_ok=True)
            yield result or failed(job, DEAD)


def _portal(
    outcomes: Sequence[Outcome], *, data: Data, batch: Mapping[str, Entry], environment: Mapping[str, str]
) -> str:
    """The index; made in a worker if there were any, because there everything that it takes has been imported."""
    if environment:
        make = partial(portal_of, data.environment, batch)
        with closing(spread(make, [outcomes], workers=1, environment=environment)) as results:
            _, page = next(results)
        if page is not None:
            return page
    return portal_of(data.environment, batch, outcomes)


def _unchanged(jobs: Sequence[Job], workshop: Workshop, known: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Reports of an earlier run that were made from the same inputs and still lie there as written."""
    found = {}
    for job in jobs:
        before = known.get(job.target)
        if before is None or before.status == FAILED or before.fingerprint != workshop.fingerprint(job, before.reads):
            continue
        path = workshop.out / job.target
        if path.is_file() and file_sha256(path) == before.sha256:
            found[job.target] = replace(before, status=UNCHANGED)
    return found
