"""Render many reports in worker processes; a failure never stops the others."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter

from sozialraum.batch.attempt import DEAD, Workshop, failed
from sozialraum.batch.crew import Away, Here, cores
from sozialraum.batch.folder import keep_last, require_one_audience, require_writable, sweep, trouble
from sozialraum.batch.inputs import Inputs, code_checksum
from sozialraum.batch.ledger import Ledger
from sozialraum.batch.plan import Entry
from sozialraum.batch.prints import Prints
from sozialraum.batch.record import FAILED, UNCHANGED, Outcome, read_record
from sozialraum.errors import RenderError
from sozialraum.gebiete import LEVELS
from sozialraum.load import Data
from sozialraum.render import CELL_TIMEOUT_S, KERNEL, Job
from sozialraum.sources import file_sha256
from sozialraum.workspace import ENVIRONMENT as AUDIENCE
from sozialraum.workspace import audience

Progress = Callable[[Outcome], None]


@dataclass(frozen=True)
class Summary:
    """What a run did; ``outcomes`` are in the order of the jobs."""

    outcomes: tuple[Outcome, ...]
    seconds: float
    index: Path

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """Reports that failed, and those whose PDF did."""
        return tuple(outcome for outcome in self.outcomes if outcome.faulty)


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
    cluster: str | None = None,
    pdf: bool = False,
    day: str = "",
) -> Summary:
    """Render jobs and write the index and ``build.json``.

    Parameters
    ----------
    batch
        The notebooks with their titles, for the index.
    out
        Folder of the reports; made if missing.
    processes
        How many reports at a time; by default one per core, or fewer where a container has a share of them.
    force
        Render also what an earlier run made from the same inputs.
    kernel
        Name of the kernelspec.
    timeout
        Seconds that one cell may take.
    progress
        Called after each report, in order of completion.
    cluster
        Address of a Dask scheduler whose workers make the reports, instead of processes of this machine.
    pdf
        Whether to print each report too.
    day
        Today (JJJJ-MM-TT), for reports that cannot be renewed; by default as the clock says.

    Raises
    ------
    SozialraumError
        If the folder cannot be written or holds reports for another audience, or the scheduler cannot be reached;
        nothing has run then.
    RenderError
        If PDFs are wanted and cannot be made here; nothing has run then. If the folder cannot be written any more
        (full disk); what is finished stays.
    """
    begin = perf_counter()
    known, _ = read_record(out)
    reader = audience(data.environment.get(AUDIENCE))
    levels = [*LEVELS, *(level.id for level in data.register.planungsebenen)]
    require_one_audience(out, known, [*levels, *batch], reader)
    require_writable(out)
    workshop = Workshop(data.environment, Inputs.of(data), out, kernel, timeout, code_checksum())
    crew = Away(cluster) if cluster else Here(max(1, min(processes or cores(), len(jobs))))
    ledger = Ledger(out, data, batch, inputs=workshop.inputs, code=workshop.code, workers=crew.size)
    unchanged = {} if force else _unchanged(jobs, workshop, ledger.known)
    todo = [job for job in jobs if job.target not in unchanged]
    tell = progress or _silent
    with Prints(out, wanted=pdf) as prints:
        try:
            for outcome in map(prints.of, unchanged.values()):
                ledger.outcomes[outcome.report] = outcome
                tell(outcome)
            with closing(_render_all(todo, workshop, crew)) as results:
                for result in results:
                    outcome = prints.of(_kept(result, out, ledger.known, day or today()))
                    outcome = replace(outcome, audience=reader)
                    ledger.add(outcome)
                    tell(outcome)
        finally:
            sweep(out)
            index = ledger.close(partial(crew.portal, data=data, batch=batch))
    return Summary(tuple(ledger.outcomes[job.target] for job in jobs), perf_counter() - begin, index)


def _silent(_outcome: Outcome) -> None:
    """Show nothing."""


def today() -> str:
    """Day (JJJJ-MM-TT) as the clock says."""
    return datetime.now().astimezone().date().isoformat()


def _kept(outcome: Outcome, out: Path, known: Mapping[str, Outcome], day: str) -> Outcome:
    """The outcome; of a failure with the last good page."""
    if outcome.status != FAILED:
        return outcome
    try:
        return keep_last(out, outcome, known.get(outcome.report), day)
    except OSError as error:
        raise trouble(error, out) from error


def _render_all(jobs: Sequence[Job], workshop: Workshop, crew: Here | Away) -> Generator[Outcome]:
    """Outcomes in order of completion; ends with the error that makes it pointless to go on."""
    with closing(crew.spread(workshop, jobs)) as results:
        for job, result in results:
            if isinstance(result, RenderError):
                raise result
            yield result or failed(job, DEAD)


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
