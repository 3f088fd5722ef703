"""What a batch shows while it runs: a bar on a terminal, plain lines in a pipe."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from sozialraum.cli.progress import reporter
from sozialraum.publish.record import Outcome

DONE = Outcome("stadtteil/01-nord.html", "03_stadtteilanalyse", "01", "done", "x", seconds=1.2)
KEPT = Outcome("stadtteil/02-[bold]hof.html", "03_stadtteilanalyse", "02", "unchanged", "x")
LOST = Outcome("stadtteil/03-süd.html", "03_stadtteilanalyse", "03", "failed", "", error="Zelle 4: [red]kaputt.")


def shown(*, terminal: bool) -> str:
    stream = io.StringIO()
    ticks = iter(range(1000))
    console = Console(
        file=stream, force_terminal=terminal, width=160, color_system=None, get_time=lambda: float(next(ticks))
    )
    with reporter(3, console) as show:
        for outcome in (DONE, KEPT, LOST):
            show(outcome)
    return stream.getvalue()


def test_a_pipe_gets_one_plain_line_per_report() -> None:
    assert shown(terminal=False).splitlines() == [
        "[1/3] fertig      stadtteil/01-nord.html (1,2 s)",
        "[2/3] unverändert stadtteil/02-[bold]hof.html",
        "[3/3] FEHLER      stadtteil/03-süd.html: Zelle 4: [red]kaputt.",
    ]


@pytest.mark.parametrize("word", ["Berichte", "3/3", " je Minute", "noch 0:00:00"])
def test_a_terminal_gets_a_bar_with_rate_and_remaining_time(word: str) -> None:
    assert word in shown(terminal=True)


def test_a_failure_is_told_above_the_bar_as_it_is() -> None:
    text = shown(terminal=True)
    assert "FEHLER stadtteil/03-süd.html: Zelle 4: [red]kaputt." in text
    assert "fertig" not in text
