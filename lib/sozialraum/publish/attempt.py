"""In a copy of the forge: make one report, whatever happens, and say how it went."""

import os
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from sozialraum.errors import DEBUG, RenderError, system_reason
from sozialraum.publish.folder import HOPELESS, trouble
from sozialraum.publish.forge import Lost
from sozialraum.publish.inputs import fingerprint, mark
from sozialraum.publish.job import Job, make
from sozialraum.publish.record import DONE, FAILED, Outcome
from sozialraum.publish.vorlage import released
from sozialraum.supply.own_tables import ENVIRONMENT as AUDIENCE
from sozialraum.supply.own_tables import audience

Result = Outcome | RenderError | Lost
"""How a report went; an error if the following ones would meet it too; what is left of it if its process has ended."""


@dataclass(frozen=True)
class Workshop:
    """What all reports of a run have in common.

    Attributes
    ----------
    data
        Environment variables that name the data; see :attr:`sozialraum.city.load.Data.environment`.
    inputs
        Checksums of the data when the run began.
    out
        Folder of the reports.
    timeout
        Seconds that one cell may take.
    code
        Checksum of the library when the run began.
    """

    data: Mapping[str, str]
    inputs: Mapping[str, str]
    out: Path
    timeout: int
    code: str

    def fingerprint(self, job: Job) -> str:
        """Checksum of what a report is made from."""
        return fingerprint(job, data=self.inputs, code=self.code)

    def rehearse(self, job: Job) -> None:
        """Make a report and throw it away, in the process that is forked: fonts, templates and tables are read once."""
        from sozialraum.supply.workspace import keep

        keep()
        make(job, data=self.data, out=None)

    def attempt(self, job: Job) -> Outcome | RenderError:
        """Make one report."""
        begin, label = perf_counter(), mark(self.inputs)
        try:
            done = make(job, data=self.data, out=self.out, mark=label)
        except RenderError as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in HOPELESS:
                (self.out / job.partial).unlink(missing_ok=True)
                return trouble(error.__cause__, self.out)
            return self.failed(job, error, seconds=perf_counter() - begin)
        except Exception as error:  # noqa: BLE001 - a defect that shows in one report must not stop the others
            if os.environ.get(DEBUG):
                traceback.print_exception(error)
            reason = system_reason(error) if isinstance(error, OSError) else type(error).__name__
            return self.failed(
                job, RenderError(f"Unerwarteter Fehler ({reason}). Den technischen Hergang zeigt --debug.")
            )
        return replace(
            self._outcome(job, DONE),
            fingerprint=self.fingerprint(job),
            title=done.title,
            seconds=done.seconds,
            bytes=done.bytes,
            sha256=done.sha256,
            messages=done.messages,
            mark=label,
            freigabe=released(job.vorlage, label),
        )

    def lost(self, job: Job, left: Lost) -> Outcome:
        """The outcome of a report whose process has ended."""
        from sozialraum.publish.engine import lost

        return self.failed(job, lost(job.notebook, left, self.out / job.partial, self.timeout))

    def failed(self, job: Job, error: RenderError, *, seconds: float = 0.0) -> Outcome:
        """A report that could not be made; it is tried again by every run."""
        kept = job.partial if error.cell and (self.out / job.partial).is_file() else ""
        return replace(self._outcome(job, FAILED), error=str(error), seconds=seconds, cell=error.cell, partial=kept)

    def _outcome(self, job: Job, status: str) -> Outcome:
        reader = audience(self.data.get(AUDIENCE))
        return Outcome(
            job.target, job.name, job.gebiet_id, status, place=job.place, audience=reader, parameters=dict(job.special)
        )
