"""From a job to a file: execute, export, move into place."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from sozialraum.errors import RenderError, system_reason
from sozialraum.kernel import KERNEL
from sozialraum.render.environment import CELL_TIMEOUT_S
from sozialraum.render.parameters import DAY, known_parameters
from sozialraum.vorlage import Vorlage


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
        What the page carries of a Vorlage; see :meth:`sozialraum.vorlage.Vorlage.for_area`.
    defaults
        Values of further parameters; with any, the parameter cell of the notebook does not count.
    special
        Those of the parameters that differ from the defaults, without the area.
    place
        Name of the area, for lists.
    """

    notebook: Path
    target: str
    gebiet_id: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    vorlage: Vorlage | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    special: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""

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
    reads
        Paths of the files of the data that were used; None if that is not known.
    messages
        What the notebook wrote to stderr (warnings); it is not part of the page.
    mark
        Text that identifies the data, as printed on the page.
    """

    title: str
    bytes: int
    sha256: str
    seconds: float
    reads: frozenset[str] | None = None
    messages: tuple[str, ...] = ()
    mark: str = ""


def no_mark(_reads: frozenset[str] | None) -> str:
    """Text for a page that names no data."""
    return ""


def render(
    job: Job,
    *,
    data: Mapping[str, str],
    out: Path,
    kernel: str = KERNEL,
    timeout: int = CELL_TIMEOUT_S,
    mark: Callable[[frozenset[str] | None], str] = no_mark,
) -> Rendered:
    """Make one report.

    Parameters
    ----------
    data
        Environment variables that name the data; see :attr:`sozialraum.load.Data.environment`.
    out
        Folder of the reports.
    timeout
        Seconds that one cell may take.
    mark
        From the paths of the files that were used to a text for the foot of the page that identifies them.

    Raises
    ------
    RenderError
        If the notebook fails, its page breaks a rule or says what the tables do not, or it cannot be written. The page
        of an earlier run stays as it was.
    """
    from sozialraum import evidence
    from sozialraum.load import ENVIRONMENT as DATA
    from sozialraum.load import city_name, data_dir
    from sozialraum.render.execute import execute
    from sozialraum.render.page import export
    from sozialraum.workspace import ENVIRONMENT, audience, audience_words

    start = perf_counter()
    target = out / job.target
    try:
        done = execute(
            job.notebook,
            job.effective,
            data=data,
            partial=out / job.partial,
            kernel=kernel,
            timeout=timeout,
            declared=job.declared,
        )
        evidence.check(done.notebook, data=data, name=job.name, gebiet_id=job.gebiet_id, issued=_issued(job))
        label = mark(done.reads)
        circle = audience(job.effective.get("weitergabe") or data.get(ENVIRONMENT))
        foot = " · ".join(text for text in (label, audience_words(circle)) if text)
        city = city_name(data_dir(data.get(DATA)))
        page = export(done.notebook, name=job.name, mark=foot, annex=job.vorlage, audience=circle, city=city)
        content = page.html.encode("utf-8")
        write_bytes(target, content)
    except OSError as error:
        raise RenderError(f"{target} lässt sich nicht schreiben: {system_reason(error)}.") from error
    return Rendered(
        title=page.title,
        bytes=len(content),
        sha256=sha256(content).hexdigest(),
        seconds=perf_counter() - start,
        reads=done.reads,
        messages=page.messages,
        mark=label,
    )


def _issued(job: Job) -> str:
    """Day of issue that the notebook runs with; empty if it has none."""
    return str(job.parameters.get(DAY) or known_parameters(job.notebook, job.defaults).get(DAY) or "")


def write_text(target: Path, text: str) -> None:
    """Write a UTF-8 file with Unix line ends: to a temporary name first, then moved into place."""
    write_bytes(target, text.encode("utf-8"))


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
