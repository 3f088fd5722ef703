"""Render many reports, one after the other or in several processes; a failure never stops the others."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from time import perf_counter
from typing import Final

from sozialraum.batch.plan import Entry
from sozialraum.batch.portal import portal
from sozialraum.batch.record import (
    DONE,
    FAILED,
    UNCHANGED,
    Outcome,
    data_checksums,
    data_mark,
    fingerprint,
    read_record,
    write_record,
)
from sozialraum.errors import RenderError, SozialraumError
from sozialraum.kernel import ADDRESS
from sozialraum.load import Data
from sozialraum.render import CELL_TIMEOUT_S, KERNEL, Job, render, warm_up, write_text
from sozialraum.sources import file_sha256

INDEX: Final = "index.html"
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
    """
    start = perf_counter()
    _require_writable(out)
    checksums = data_checksums(data.dir)
    prints = {job.target: fingerprint(job, data=checksums, kernel=kernel) for job in jobs}
    known = read_record(out)
    outcomes = {} if force else _unchanged(jobs, prints, known, out)
    work = partial(
        _attempt, data=data.dir, out=out, kernel=kernel, timeout=timeout, mark=f"Datenstand {data_mark(checksums)}"
    )
    todo = [job for job in jobs if job.target not in outcomes]
    workers = max(1, min(processes or len(os.sched_getaffinity(0)), len(todo)))
    try:
        for outcome in outcomes.values():
            _tell(progress, outcome)
        kernels = warm_up(data.dir) if todo and kernel == KERNEL else ""
        for outcome in _render_all(todo, work, prints, workers, kernels):
            outcomes[outcome.report] = outcome
            _tell(progress, outcome)
    finally:
        merged = _in_order(_merged(outcomes, known, out), data, batch)
        _finish(out, data, batch, merged, perf_counter() - start, workers)
    ordered = tuple(outcomes[job.target] for job in jobs)
    return Summary(ordered, perf_counter() - start, out / INDEX)


def _tell(progress: Progress | None, outcome: Outcome) -> None:
    if progress:
        progress(outcome)


def _render_all(
    jobs: list[Job], work: Callable[[Job, str], Outcome], prints: Mapping[str, str], workers: int, kernels: str
) -> Iterator[Outcome]:
    if workers == 1:
        yield from (work(job, prints[job.target]) for job in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=_processes(), initializer=_share, initargs=(kernels,)) as pool:
        futures = {pool.submit(work, job, prints[job.target]): job for job in jobs}
        try:
            for future in as_completed(futures):
                yield _result(future, futures[future], prints)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _share(kernels: str) -> None:
    """In a worker process: fork kernels where the others do."""
    os.environ[ADDRESS] = kernels


def _processes() -> BaseContext:
    """Worker processes that import the library once, together, where the system can fork."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _result(future: Future[Outcome], job: Job, prints: Mapping[str, str]) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return _failed(
            job, prints[job.target], "Der Arbeitsprozess wurde beendet, vielleicht aus Mangel an Arbeitsspeicher."
        )


def _attempt(job: Job, fingerprint_: str, *, data: Path, out: Path, kernel: str, timeout: int, mark: str) -> Outcome:
    start = perf_counter()
    try:
        done = render(job, data=data, out=out, kernel=kernel, timeout=timeout, mark=mark)
    except RenderError as error:
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


def _merged(outcomes: Mapping[str, Outcome], known: Mapping[str, Outcome], out: Path) -> list[Outcome]:
    """Outcomes of this run and those of earlier runs whose page or failure still stands."""
    before = [
        outcome
        for report, outcome in known.items()
        if report not in outcomes and (outcome.status == FAILED or (out / report).is_file())
    ]
    return [*outcomes.values(), *before]


def _in_order(outcomes: list[Outcome], data: Data, batch: Mapping[str, Entry]) -> list[Outcome]:
    """By notebook as in ``batch.yml``, then by area in official order; what is no longer known is left out."""
    names = list(batch)
    areas = [area.id for area in data.register]
    kept = [outcome for outcome in outcomes if outcome.notebook in names and outcome.gebiet_id in areas]
    return sorted(kept, key=lambda outcome: (names.index(outcome.notebook), areas.index(outcome.gebiet_id)))


def _finish(
    out: Path, data: Data, batch: Mapping[str, Entry], outcomes: list[Outcome], seconds: float, workers: int
) -> None:
    write_record(out, outcomes, data=data.dir, seconds=seconds, jobs=workers)
    write_text(out / INDEX, portal(data, batch, outcomes))


def _require_writable(out: Path) -> None:
    try:
        write_text(out / ".probe", "")
        (out / ".probe").unlink()
    except OSError as error:
        raise SozialraumError(
            f"Der Ordner {out} ist nicht beschreibbar ({error.strerror}). Bitte einen anderen mit --out angeben."
        ) from error
