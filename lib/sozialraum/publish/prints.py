"""The PDFs of a run: printed beside each finished page by one browser, or removed with the page that they showed."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from sozialraum.errors import RenderError, system_reason
from sozialraum.pdf import file_names, press
from sozialraum.publish.folder import HOPELESS, trouble
from sozialraum.publish.record import FAILED, UNCHANGED, Outcome


class Prints:
    """Keeps the PDFs of reports in step with their pages; use it in a ``with`` statement.

    Raises
    ------
    RenderError
        On entry, if PDFs are wanted and cannot be made here; see :class:`sozialraum.pdf.press.Press`.
    """

    def __init__(self, out: Path, *, wanted: bool) -> None:
        self._out = out
        self._wanted = wanted
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._press = self._stack.enter_context(press.Press()) if self._wanted else None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def of(self, outcome: Outcome) -> Outcome:
        """The outcome with its PDFs, and with the reason if they are wanted and one could not be made.

        A failure takes nothing away: the page is there, PDFs of an earlier page stay and are told to be old.

        Raises
        ------
        RenderError
            If nothing can be written any more.
        """
        if outcome.status == FAILED or (outcome.status == UNCHANGED and self._standing(outcome)):
            return outcome
        try:
            if self._press is None:
                file_names.remove(self._out, outcome.report)
                return replace(outcome, pdf=(), pdf_error="")
            made = self._press.write(self._out, outcome.report)
        except RenderError as error:
            return self._without(outcome, str(error))
        except OSError as error:
            if error.errno in HOPELESS:
                raise trouble(error, self._out) from error
            return self._without(outcome, f"Das PDF lässt sich nicht schreiben oder löschen: {system_reason(error)}.")
        for name in set(file_names.names(outcome.report)) - set(made):
            (self._out / name).unlink(missing_ok=True)
        return replace(outcome, pdf=made, pdf_error="")

    def _standing(self, outcome: Outcome) -> bool:
        """Whether the PDFs of an earlier run are all that is wanted."""
        there = all((self._out / name).is_file() for name in outcome.pdf)
        if not self._wanted:
            return there
        return there and bool(outcome.pdf) and not outcome.pdf_error

    def _without(self, outcome: Outcome, message: str) -> Outcome:
        """The page is there, its PDFs are not or are old: the next run tries again."""
        old = tuple(name for name in file_names.names(outcome.report) if (self._out / name).is_file())
        return replace(outcome, pdf=old, pdf_error=message)
