"""The PDFs of a run: printed beside each finished page by one browser, or removed with the page that they show."""

from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from sozialraum import pdf
from sozialraum.batch.folder import HOPELESS, trouble
from sozialraum.batch.record import FAILED, UNCHANGED, Outcome
from sozialraum.errors import RenderError, system_reason


class Prints:
    """Keeps the PDFs of reports in step with their pages; use it in a ``with`` statement.

    Parameters
    ----------
    out
        Folder of the reports.
    wanted
        Whether to print. If not, PDFs of an earlier run stay as long as their page does.

    Raises
    ------
    RenderError
        On entry, if PDFs are wanted and cannot be made here; see :class:`sozialraum.pdf.Press`.
    """

    def __init__(self, out: Path, *, wanted: bool) -> None:
        self._out = out
        self._wanted = wanted
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._press = self._stack.enter_context(pdf.Press()) if self._wanted else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def of(self, outcome: Outcome) -> Outcome:
        """The outcome with its PDFs; a failure if they are wanted and one could not be made.

        Raises
        ------
        RenderError
            If nothing can be written any more.
        """
        try:
            if outcome.status == UNCHANGED and self._standing(outcome):
                return outcome
            pdf.remove(self._out, outcome.report)
            if self._press is None or outcome.status == FAILED:
                return replace(outcome, pdf=())
            return replace(outcome, pdf=self._press.write(self._out, outcome.report))
        except RenderError as error:
            return self._failed(outcome, str(error))
        except OSError as error:
            if error.errno in HOPELESS:
                raise trouble(error, self._out) from error
            told = outcome.error or f"Das PDF lässt sich nicht schreiben oder löschen: {system_reason(error)}."
            return self._failed(outcome, told)

    def _standing(self, outcome: Outcome) -> bool:
        """Whether the PDFs of an earlier run are all that is wanted."""
        there = all((self._out / name).is_file() for name in outcome.pdf)
        return there and (bool(outcome.pdf) or not self._wanted)

    def _failed(self, outcome: Outcome, message: str) -> Outcome:
        """Neither page nor PDF: the next run tries again."""
        with suppress(OSError):  # what cannot be removed is no page of ours
            (self._out / outcome.report).unlink(missing_ok=True)
            pdf.remove(self._out, outcome.report)
        return replace(outcome, status=FAILED, fingerprint="", error=message, pdf=())
