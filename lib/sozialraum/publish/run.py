"""Render many reports, each in a process of its own; a failure never stops the others."""

import os
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from math import ceil
from pathlib import Path
from time import perf_counter

from sozialraum.city.gebiete import LEVELS
from sozialraum.city.load import Data
from sozialraum.city.sources import file_sha256
from sozialraum.errors import RenderError
from sozialraum.files import write_text
from sozialraum.publish import forge
from sozialraum.publish.attempt import Result, Workshop
from sozialraum.publish.declaration import DECLARATION, declaration
from sozialraum.publish.folder import alone, keep_last, require_one_audience, require_writable, sweep, trouble
from sozialraum.publish.forge import Lost, spread
from sozialraum.publish.inputs import checksums, code_checksum
from sozialraum.publish.job import CELL_TIMEOUT_S, Job
from sozialraum.publish.links import linked, without_dead_links
from sozialraum.publish.plan import Entry
from sozialraum.publish.prints import Prints
from sozialraum.publish.record import FAILED, UNCHANGED, Ledger, Outcome
from sozialraum.supply.own_tables import ENVIRONMENT as AUDIENCE
from sozialraum.supply.own_tables import audience

_FEW = 2
"""Up to so many reports are made without a rehearsal, which takes about as long as two of them."""


@dataclass(frozen=True)
class Summary:
    """What a run did; ``outcomes`` are in the order of the jobs, pages that stand alone have no index."""

    outcomes: tuple[Outcome, ...]
    seconds: float
    index: Path | None

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
    timeout: int = CELL_TIMEOUT_S,
    progress: Callable[[Outcome], object] = lambda _: None,
    tell: Callable[[str], object] = lambda _: None,
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
        Folder of the reports; made if missing. One run at a time works in it; a second one waits.
    processes
        How many reports at a time; by default one per core, or fewer where a container has a share of them.
    force
        Render also what an earlier run made from the same inputs.
    timeout
        Seconds that one cell may take.
    progress
        Called after each report, in order of completion.
    tell
        Called with a German sentence if the run has to wait.
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
    crew = Away(cluster) if cluster else Here(max(1, min(processes or cores(), len(jobs))))
    require_writable(out)
    with alone(out, tell):
        workshop = Workshop(data.environment, checksums(data), out, timeout, code_checksum())
        ledger = Ledger(out, data, batch, inputs=workshop.inputs, code=workshop.code, workers=crew.size)
        levels = [*LEVELS, *(level.id for level in data.register.planungsebenen)]
        require_one_audience(out, ledger.known, [*levels, *batch], audience(data.environment.get(AUDIENCE)))
        jobs = linked(jobs, data.register, out, ledger.known)
        told = next((job.vorlage for job in jobs if job.vorlage), None)
        write_text(out / DECLARATION, declaration(data.stadt, told, name=data.register.city.name))
        unchanged = {} if force else _unchanged(jobs, workshop, ledger.known)
        todo = [job for job in jobs if job.target not in unchanged]
        with Prints(out, wanted=pdf) as prints:
            try:
                for outcome in map(prints.of, unchanged.values()):
                    ledger.outcomes[outcome.report] = outcome
                    progress(outcome)
                with closing(_render_all(todo, workshop, crew)) as results:
                    for result in results:
                        outcome = prints.of(_kept(result, out, ledger.known, day or today()))
                        ledger.add(outcome)
                        progress(outcome)
            finally:
                sweep(out)
                with suppress(OSError):  # a full disk was told above
                    ledger.outcomes.update(without_dead_links(jobs, ledger.outcomes, out, workshop.fingerprint))
                index = ledger.close(partial(_atlas, workshop.data, batch))
    return Summary(tuple(ledger.outcomes[job.target] for job in jobs), perf_counter() - begin, index)


def hand_on(
    jobs: Sequence[Job],
    *,
    data: Data,
    out: Path,
    processes: int | None = None,
    timeout: int = CELL_TIMEOUT_S,
    progress: Callable[[Outcome], object] = lambda _: None,
    pdf: bool = False,
) -> Summary:
    """Render pages that stand alone: one file per place, without index and ``build.json``; see :func:`run`.

    The page of an earlier run stays as it was if it cannot be renewed.
    """
    begin = perf_counter()
    require_writable(out)
    workshop = Workshop(data.environment, checksums(data), out, timeout, code_checksum())
    crew = Here(max(1, min(processes or cores(), len(jobs))))
    outcomes = {}
    with Prints(out, wanted=pdf) as prints, closing(_render_all(jobs, workshop, crew)) as results:
        for outcome in map(prints.of, results):
            outcomes[outcome.report] = outcome
            progress(outcome)
    return Summary(tuple(outcomes[job.target] for job in jobs), perf_counter() - begin, None)


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


def _render_all(jobs: Sequence[Job], workshop: Workshop, crew: "Here | Away") -> Generator[Outcome]:
    """Outcomes in order of completion; ends with the error that makes it pointless to go on."""
    with closing(crew.spread(workshop, jobs)) as results:
        for job, result in results:
            if isinstance(result, RenderError):
                raise result
            yield workshop.lost(job, result) if isinstance(result, Lost) else result


def _unchanged(jobs: Sequence[Job], workshop: Workshop, known: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Reports of an earlier run that were made from the same inputs and still lie there as written."""
    found = {}
    for job in jobs:
        before = known.get(job.target)
        if before is None or before.status == FAILED or before.fingerprint != workshop.fingerprint(job):
            continue
        path = workshop.out / job.target
        if path.is_file() and file_sha256(path) == before.sha256:
            found[job.target] = replace(before, status=UNCHANGED)
    return found


def _atlas(data: Mapping[str, str], batch: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> str:
    """HTML of the index; made in a copy of the forge if there is one: it has imported everything that this takes."""
    make = partial(atlas_of, data, batch)
    if forge.running():
        with closing(spread(make, [outcomes], workers=1, environment=data)) as results:
            _, page = next(results)
        if isinstance(page, str):
            return page
    return make(outcomes)


def atlas_of(data: Mapping[str, str], batch: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> str:
    """HTML of the index, of data that environment variables name."""
    from sozialraum.publish.atlas import atlas
    from sozialraum.supply.workspace import named_data

    return atlas(named_data(data), batch, outcomes)


class Here:
    """Processes of this machine, as many at a time as ``size`` says."""

    def __init__(self, size: int) -> None:
        self.size = size

    def spread(self, workshop: Workshop, jobs: Sequence[Job]) -> Generator[tuple[Job, Result]]:
        """Make reports, after a rehearsal of the notebook that most of them have."""
        rehearsal = None
        if len(jobs) > _FEW:
            usual, _ = Counter(job.notebook for job in jobs).most_common(1)[0]
            rehearsal = partial(workshop.rehearse, next(job for job in jobs if job.notebook == usual))
        return spread(
            workshop.attempt, jobs, workers=self.size, environment=workshop.data, timeout=workshop.timeout,
            rehearsal=rehearsal,
        )  # fmt: skip


class Away:
    """The workers of the Dask cluster with a scheduler at this address.

    Raises
    ------
    SozialraumError
        If there is no cluster.
    """

    def __init__(self, address: str) -> None:
        from sozialraum.publish.cluster import connect

        self._client = connect(address)
        self.size = sum(self._client.nthreads().values())

    def spread(self, workshop: Workshop, jobs: Sequence[Job]) -> Generator[tuple[Job, Result]]:
        """Make reports; what the cluster has not begun is given up when the generator is closed."""
        from sozialraum.publish.cluster import spread_on

        with self._client:
            yield from spread_on(self._client, workshop, jobs)


def cores(system: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int:
    """How many cores this process may use: those it may run on, or less where a container gets a share of them."""
    allowed = len(os.sched_getaffinity(0))
    try:
        groups = [line.split(":", 2)[2].strip("/") for line in own.read_text(encoding="utf-8").splitlines()]
    except (OSError, IndexError):
        groups = []
    for group in {"", *groups}:
        for folder in [system / group, *(system / group).parents]:
            if folder.is_relative_to(system):
                allowed = min(allowed, *_shares(folder))
    return max(1, allowed)


def _shares(folder: Path) -> list[int]:
    """Cores that a control group allows, rounded up, in the new form and the old one."""
    found = [2**20]
    for names in (
        ("cpu.max",),
        ("cpu.cfs_quota_us", "cpu.cfs_period_us"),
        ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"),
    ):
        try:
            quota, period = " ".join((folder / name).read_text(encoding="utf-8") for name in names).split()
            found += [ceil(int(quota) / int(period))] if quota != "max" and int(quota) > 0 else []
        except (OSError, ValueError, ZeroDivisionError):
            continue
    return found
