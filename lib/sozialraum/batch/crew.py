"""Who makes the reports: processes of this machine, or a cluster."""

import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from functools import partial
from math import ceil
from pathlib import Path

from sozialraum.batch.attempt import Workshop, environment_of, portal_of
from sozialraum.batch.plan import Entry
from sozialraum.batch.record import Outcome
from sozialraum.batch.workers import spread
from sozialraum.errors import RenderError
from sozialraum.load import Data
from sozialraum.render import Job

Results = Generator[tuple[Job, Outcome | RenderError | None]]
"""Jobs and results in order of completion; no result if the process died of it."""


def cores(system: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> int:
    """How many cores this process may use: those it may run on, or less where a container gets a share of them.

    Parameters
    ----------
    system, own
        Where the kernel tells about control groups, and which this process belongs to.
    """
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


class Here:
    """Processes of this machine, as many at a time as ``size`` says."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._environment: dict[str, str] = {}

    def spread(self, workshop: Workshop, jobs: Sequence[Job]) -> Results:
        """Make reports."""
        if jobs:
            self._environment = environment_of(workshop.data)
        return spread(workshop.attempt, jobs, workers=self.size, environment=self._environment)

    def portal(self, outcomes: Sequence[Outcome], *, data: Data, batch: Mapping[str, Entry]) -> str:
        """The index; made in a worker if there were any, because there everything that it takes has been imported."""
        if self._environment:
            make = partial(portal_of, data.environment, batch)
            with closing(spread(make, [outcomes], workers=1, environment=self._environment)) as results:
                _, page = next(results)
            if page is not None:
                return page
        return portal_of(data.environment, batch, outcomes)


class Away:
    """The workers of a Dask cluster.

    Parameters
    ----------
    address
        Of its scheduler.

    Raises
    ------
    SozialraumError
        If there is no cluster.
    """

    def __init__(self, address: str) -> None:
        from sozialraum.batch.cluster import connect

        self._client = connect(address)
        self.size = sum(self._client.nthreads().values())

    def spread(self, workshop: Workshop, jobs: Sequence[Job]) -> Results:
        """Make reports; what the cluster has not begun is given up when the generator is closed."""
        from sozialraum.batch.cluster import spread_on

        with self._client:
            yield from spread_on(self._client, workshop, jobs)

    def portal(self, outcomes: Sequence[Outcome], *, data: Data, batch: Mapping[str, Entry]) -> str:
        """The index."""
        return portal_of(data.environment, batch, outcomes)
