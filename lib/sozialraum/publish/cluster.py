"""The same reports on the machines of a Dask cluster; pages come back as bytes, so that no folder need be shared.

A machine of the cluster needs this library and the tables, both the same as here: their checksums are compared before
each report. Notebooks travel with the task. Each report is made in a process of its own beside the Dask worker, because
making one changes the environment of its process, and because a report that exhausts the memory must not take the
worker with it.
"""

import os
import socket
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from sozialraum.city.load import ENVIRONMENT
from sozialraum.errors import RenderError, SozialraumError
from sozialraum.files import write_bytes
from sozialraum.publish.attempt import Result, Workshop
from sozialraum.publish.folder import trouble
from sozialraum.publish.forge import Lost, spread
from sozialraum.publish.inputs import checksums, code_checksum
from sozialraum.publish.job import Job
from sozialraum.publish.record import DONE, Outcome

CONNECT_S: Final = 5.0


@dataclass(frozen=True)
class Made:
    """What comes back from another machine: how it went, and the page or the notebook that was broken off."""

    result: Result
    content: bytes = b""


def connect(address: str) -> Any:
    """A client of a running scheduler.

    Raises
    ------
    SozialraumError
        If Dask is not installed, or the scheduler does not answer or has no workers.
    """
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise SozialraumError(
            "Für --dask fehlt das Paket dask.distributed. Bitte nachrüsten: pip install -e '.[cluster]'"
        ) from error
    try:
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SozialraumError(
            f"Unter {address} antwortet kein Dask-Scheduler. Bitte die Adresse prüfen "
            "(zum Beispiel tcp://rechner:8786) oder dort starten: dask scheduler"
        ) from error
    if not client.nthreads():
        client.close()
        raise SozialraumError(f"Der Dask-Scheduler {address} hat keine Worker. Bitte starten: dask worker {address}")
    return client


def spread_on(client: Any, workshop: Workshop, jobs: Sequence[Job]) -> Generator[tuple[Job, Result]]:
    """Make reports on a cluster and put the pages into the folder of reports, in order of completion."""
    as_completed = import_module("distributed").as_completed
    sources = {job.notebook.name: job.notebook.read_bytes() for job in jobs}
    common = client.scatter((workshop, sources), broadcast=True, hash=False)
    futures = {client.submit(make, common, job, pure=False): job for job in jobs}
    for future in as_completed(list(futures), loop=client.loop, raise_errors=False):
        job = futures.pop(future)
        made = future.result() if future.status == "finished" else Made(Lost())
        yield job, _keep(made, job, workshop.out)


def _keep(made: Made, job: Job, out: Path) -> Result:
    """Write what came back."""
    if not isinstance(made.result, Outcome):
        return made.result
    done = made.result.status == DONE
    try:
        if done:
            (out / job.partial).unlink(missing_ok=True)
            write_bytes(out / job.target, made.content)
        elif made.result.partial:
            write_bytes(out / made.result.partial, made.content)
    except OSError as error:
        return trouble(error, out)
    return made.result


def make(common: tuple[Workshop, Mapping[str, bytes]], job: Job) -> Made:
    """On a machine of the cluster: make one report in a process of its own and bring back what it wrote."""
    workshop, sources = common
    try:
        here = _here(workshop)
    except SozialraumError as error:
        return Made(RenderError(str(error)))
    with tempfile.TemporaryDirectory(prefix="sozialraum-") as folder:
        notebook = Path(folder) / job.notebook.name
        notebook.write_bytes(sources[notebook.name])
        out = Path(folder) / "out"
        here = replace(here, out=out)
        task = replace(job, notebook=notebook)
        with closing(spread(here.attempt, [task], workers=1, environment=here.data, timeout=here.timeout)) as results:
            _, result = next(results)
        if isinstance(result, Lost):
            result = here.lost(task, result)
        if not isinstance(result, Outcome):
            return Made(result)
        wrote = job.target if result.status == DONE else result.partial
        return Made(result, (out / wrote).read_bytes() if wrote else b"")


def _here(workshop: Workshop) -> Workshop:
    """The workshop with the tables of this machine.

    Raises
    ------
    SozialraumError
        If library or tables are missing or differ from those where the run was started.
    """
    from sozialraum.supply.workspace import named_data

    name = socket.gethostname()
    if code_checksum() != workshop.code:
        raise SozialraumError(
            f"Auf dem Rechner {name} ist die Bibliothek oder eines ihrer Pakete in einer anderen Fassung. "
            "Bitte dort dieselbe Fassung einrichten (requirements.lock)."
        )
    data = dict(workshop.data)
    own = os.environ.get(ENVIRONMENT)
    if own and not Path(data[ENVIRONMENT]).is_dir():
        data[ENVIRONMENT] = own
    if checksums(named_data(data)) != workshop.inputs:
        raise SozialraumError(
            f"Auf dem Rechner {name} liegen andere Daten in {data[ENVIRONMENT]}. "
            "Bitte dort denselben Stand ablegen; einen anderen Ordner nennt SOZIALRAUM_DATA."
        )
    return replace(workshop, data=data)
