"""In a worker: make one report, whatever happens, and say how it went."""

import os
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Final

from sozialraum.batch.folder import HOPELESS, trouble
from sozialraum.batch.inputs import EVERYTHING, Inputs, fingerprint, reads_through_library
from sozialraum.batch.plan import Entry
from sozialraum.batch.record import DONE, FAILED, Outcome
from sozialraum.errors import DEBUG, RenderError, system_reason
from sozialraum.kernel import ADDRESS
from sozialraum.render import Job, Rendered, render, warm_up
from sozialraum.render.environment import variables

PRELOAD: Final = ("sozialraum.batch.portal", "sozialraum.batch.attempt", "sozialraum.render.execute")
"""What workers need beside what kernels need."""
DEAD: Final = "Der Arbeitsprozess wurde beendet, vielleicht aus Mangel an Arbeitsspeicher."


@dataclass(frozen=True)
class Workshop:
    """What all reports of a run have in common.

    Attributes
    ----------
    data
        Environment variables that name the data; see :attr:`sozialraum.load.Data.environment`.
    inputs
        The files of the data when the run began.
    out
        Folder of the reports.
    timeout
        Seconds that one cell may take.
    code
        Checksum of the library when the run began.
    """

    data: Mapping[str, str]
    inputs: Inputs
    out: Path
    kernel: str
    timeout: int
    code: str

    def fingerprint(self, job: Job, reads: tuple[str, ...]) -> str:
        """Checksum of what a report is made from if it reads these files."""
        return fingerprint(
            job.notebook,
            job.effective,
            target=job.target,
            data=self.inputs.part(reads),
            kernel=self.kernel,
            code=self.code,
            vorlage=job.vorlage,
            declared=job.declared,
        )

    def attempt(self, job: Job) -> Outcome | RenderError:
        """Make one report; an error is returned if the following reports would meet it too."""
        begin = perf_counter()
        try:
            done = render(
                job,
                data=self.data,
                out=self.out,
                kernel=self.kernel,
                timeout=self.timeout,
                mark=lambda paths: self.inputs.mark(self._reads(job, paths)),
            )
        except RenderError as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in HOPELESS:
                (self.out / job.partial).unlink(missing_ok=True)
                return trouble(error.__cause__, self.out)
            kept = job.partial if (self.out / job.partial).is_file() else ""
            outcome = failed(job, str(error))
            return replace(outcome, seconds=perf_counter() - begin, cell=error.cell, partial=kept)
        except Exception as error:  # noqa: BLE001 - a defect that shows in one report must not stop the others
            if os.environ.get(DEBUG):
                traceback.print_exception(error)
            reason = system_reason(error) if isinstance(error, OSError) else type(error).__name__
            return failed(job, f"Unerwarteter Fehler ({reason}). Den technischen Hergang zeigt --debug.")
        return self._outcome(job, done)

    def _outcome(self, job: Job, done: Rendered) -> Outcome:
        reads = self._reads(job, done.reads)
        return replace(
            outcome_of(job, DONE),
            fingerprint=self.fingerprint(job, reads),
            title=done.title,
            seconds=done.seconds,
            bytes=done.bytes,
            sha256=done.sha256,
            reads=reads,
            messages=done.messages,
            mark=done.mark,
        )

    def _reads(self, job: Job, paths: frozenset[str] | None) -> tuple[str, ...]:
        return self.inputs.read(paths if reads_through_library(job.notebook, job.declared) else None)


def environment_of(data: Mapping[str, str]) -> dict[str, str]:
    """Environment variables of workers; starts the process that they and their kernels are forked from.

    Parameters
    ----------
    data
        Environment variables that name the data.
    """
    return {**variables(data), ADDRESS: warm_up(data, modules=PRELOAD)}


def outcome_of(job: Job, status: str) -> Outcome:
    """What is known of a report before it is made."""
    return Outcome(job.target, job.name, job.gebiet_id, status, "", place=job.place, parameters=dict(job.special))


def failed(job: Job, message: str) -> Outcome:
    """A report that could not be made; it is tried again by every run."""
    return replace(outcome_of(job, FAILED), reads=(EVERYTHING,), error=message)


def portal_of(data: Mapping[str, str], batch: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> str:
    """HTML of the index, of data that environment variables name."""
    from sozialraum.batch.portal import portal
    from sozialraum.workspace import named_data

    return portal(named_data(data), batch, outcomes)
