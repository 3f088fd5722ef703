"""Progress of a batch: a bar with rate and remaining time on a terminal, one plain line per report in a pipe."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sozialraum.publish.record import Outcome

_WORDS: Final = {"done": "fertig", "failed": "FEHLER", "unchanged": "unverändert"}
_OLD: Final = " Der letzte gute Bericht bleibt und ist als veraltet bezeichnet."


class Patient(Console):
    """A console that goes on when nobody reads its output any more (``sozialraum render | head``)."""

    def on_broken_pipe(self) -> None:
        """Say so once, and throw away what follows; rich would end the process without a word."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        try:
            sys.stderr.write("Die Ausgabe liest niemand mehr; die Berichte werden trotzdem fertig.\n")
        except OSError:  # it went the same way: ``2>&1 | head``
            os.dup2(nowhere, sys.stderr.fileno())
        os.close(nowhere)


class _Rate(ProgressColumn):
    """Reports per minute."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed * 60:.0f} je Minute" if speed else "– je Minute")


@contextmanager
def reporter(total: int, console: Console) -> Iterator[Callable[[Outcome], None]]:
    """A function that shows each finished report.

    Parameters
    ----------
    total
        Number of reports.
    """
    if not console.is_terminal:
        count = iter(range(1, total + 1))
        yield lambda outcome: console.print(
            _line(next(count), total, outcome), highlight=False, markup=False, soft_wrap=True
        )
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TextColumn("noch"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Berichte", total=total)

        def show(outcome: Outcome) -> None:
            if outcome.faulty:
                bar.console.print(f"FEHLER {_fault(outcome)}", style="red", markup=False, highlight=False)
            bar.advance(task)

        yield show


def _fault(outcome: Outcome) -> str:
    """What went wrong with a report, after its name."""
    if outcome.pdf_error:
        return f"{outcome.report}, PDF: {outcome.pdf_error}"
    return f"{outcome.report}: {outcome.error}{_OLD if outcome.since else ''}"


def _line(count: int, total: int, outcome: Outcome) -> str:
    head = f"[{count:>{len(str(total))}}/{total}] {_WORDS[outcome.status]:11} {outcome.report}"
    if outcome.status == "failed":
        return f"{head}: {outcome.error}{_OLD if outcome.since else ''}"
    if outcome.pdf_error:
        return f"{head}, PDF FEHLER: {outcome.pdf_error}"
    if outcome.status == "unchanged":
        return head
    from sozialraum.style import number  # not at the start: it loads what draws

    return f"{head} ({number(outcome.seconds, 1)} s)"
