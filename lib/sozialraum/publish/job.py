"""From a job to a file: execute, check, export, move into place."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from sozialraum.errors import RenderError, system_reason
from sozialraum.files import write_bytes
from sozialraum.publish.forge import Lost, spread
from sozialraum.publish.parameters import AREA, DAY, known_parameters

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from sozialraum.publish.links import Leads
    from sozialraum.publish.vorlage import Vorlage

CELL_TIMEOUT_S: Final = 300
Way = tuple[str, str]
"""A page to link to: the name of its area, and its address as seen from the page."""


@dataclass(frozen=True)
class Job:
    """One report to make.

    Attributes
    ----------
    notebook
        File of the notebook.
    target
        Path of the page below the folder of reports, with ``/``.
    parameters
        Checked parameters, with the canonical id of the area where the notebook takes one.
    gebiet_id
        Area that the report is about.
    vorlage
        What the page carries of a Vorlage; see :meth:`sozialraum.publish.vorlage.Vorlage.for_area`.
    defaults
        Values of further parameters; with any, the parameter cell of the notebook does not count.
    special
        Those of the parameters that differ from the defaults, without the area.
    place
        Name of the area, for lists.
    method
        Address of the annex of method that the page links to; ``#`` if the page holds it, empty if there is none.
    inside
        Notebook of the annex that a page which stands alone holds.
    index
        Address of the index; empty if the page links to no other.
    orte
        Pages of areas that there are, by id; see :mod:`sozialraum.publish.links`.
    """

    notebook: Path
    target: str
    gebiet_id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    vorlage: "Vorlage | None" = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    special: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""
    method: str = ""
    inside: Path | None = None
    index: str = ""
    orte: Mapping[str, Way] = field(default_factory=dict)

    @property
    def effective(self) -> dict[str, Any]:
        """The parameters that the notebook runs with."""
        return {**self.defaults, **self.parameters}

    @property
    def declared(self) -> dict[str, Any]:
        """The parameters whose values in the notebook do not count; none if the plan declares none."""
        return self.effective if self.defaults else {}

    @property
    def name(self) -> str:
        """Name of the notebook without its ending."""
        return self.notebook.stem

    @property
    def partial(self) -> str:
        """Path of the notebook that is kept when the report fails, below the folder of reports."""
        return f"fehler/{self.name}-{Path(self.target).stem}.ipynb"


@dataclass(frozen=True)
class Rendered:
    """A finished page.

    Attributes
    ----------
    title
        Text of the main heading.
    sha256
        Checksum of the bytes written.
    messages
        What the notebook wrote to stderr (warnings); it is not part of the page.
    """

    title: str
    bytes: int
    sha256: str
    seconds: float
    messages: tuple[str, ...] = ()


def render(job: Job, *, data: Mapping[str, str], out: Path, timeout: int = CELL_TIMEOUT_S, mark: str = "") -> Rendered:
    """Make one report in a process of its own.

    Parameters
    ----------
    data
        Environment variables that name the data; see :attr:`sozialraum.city.load.Data.environment`.
    out
        Folder of the reports.
    timeout
        Seconds that one cell may take.
    mark
        Text for the foot of the page that identifies the data.

    Raises
    ------
    RenderError
        If the notebook fails, its page breaks a rule or says what the tables do not, or it cannot be written. The page
        of an earlier run stays as it was.
    """
    work = partial(_attempt, data=data, out=out, mark=mark)
    with closing(spread(work, [job], workers=1, environment=data, timeout=timeout)) as results:
        _, result = next(results)
    if isinstance(result, Lost):
        from sozialraum.publish.engine import lost

        result = lost(job.notebook, result, out / job.partial, timeout)
    if isinstance(result, Exception):
        raise result
    return result


def _attempt(job: Job, **options: Any) -> Rendered | Exception:
    try:
        return make(job, **options)
    except Exception as error:  # noqa: BLE001 - it is raised where the report was asked for
        return error


def make(job: Job, *, data: Mapping[str, str], out: Path | None, mark: str = "") -> Rendered:
    """Make one report in this process, which serves no other; see :func:`render`. Without a folder nothing is kept."""
    from sozialraum.city.load import ENVIRONMENT as DATA
    from sozialraum.city.load import city_name, data_dir
    from sozialraum.publish.engine import execute
    from sozialraum.publish.page import export
    from sozialraum.report import evidence
    from sozialraum.supply.own_tables import ENVIRONMENT, audience, audience_words

    start = perf_counter()
    kept = out and out / job.partial
    try:
        done = execute(job.notebook, job.effective, partial=kept, declared=job.declared)
        if job.inside:
            done.cells += _chapters(execute(job.inside, _shared(job), partial=kept))
        evidence.check(done, data=data, name=job.name, gebiet_id=job.gebiet_id, issued=_issued(job))
        circle = audience(job.effective.get("weitergabe") or data.get(ENVIRONMENT))
        foot = " · ".join(text for text in (mark, audience_words(circle)) if text)
        city = city_name(data_dir(data.get(DATA)))
        page = export(
            done,
            name=job.name,
            mark=foot,
            annex=job.vorlage,
            audience=circle,
            city=city,
            method=job.method,
            leads=_leads(job, data),
        )
        content = page.html.encode("utf-8")
        if out and kept:
            write_bytes(out / job.target, content)
            kept.unlink(missing_ok=True)
    except OSError as error:
        raise RenderError(f"{out and out / job.target} lässt sich nicht schreiben: {system_reason(error)}.") from error
    return Rendered(page.title, len(content), sha256(content).hexdigest(), perf_counter() - start, page.messages)


def _leads(job: Job, data: Mapping[str, str]) -> "Leads":
    from sozialraum.compare.analysis import analyse
    from sozialraum.publish.links import Leads, leads
    from sozialraum.supply.workspace import named_data

    return leads(job, analyse(named_data(data), job.gebiet_id, issued=_issued(job))) if job.index else Leads()


def _shared(job: Job) -> dict[str, Any]:
    """Parameters that the annex has in common with the report."""
    return {name: value for name, value in {AREA: job.gebiet_id, DAY: _issued(job)}.items() if value}


def _chapters(annex: "NotebookNode") -> "list[NotebookNode]":
    """The cells of the annex from its first chapter on: the head belongs to a page of its own."""
    starts = (place for place, cell in enumerate(annex.cells) if cell.source.startswith("## "))
    return list(annex.cells[next(starts, 0) :])


def _issued(job: Job) -> str:
    """Day of issue that the notebook runs with; empty if it has none."""
    return str(job.parameters.get(DAY) or known_parameters(job.notebook, job.defaults).get(DAY) or "")
