"""The command ``render``. Heavy modules are imported where they are used, so that help and errors come at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from sozialraum.cli.common import ROOT, AreasOption, DataOption, WeitergabeOption, say, tell_remarks
from sozialraum.errors import ParameterError

if TYPE_CHECKING:
    from sozialraum.publish.run import Summary
    from sozialraum.publish.vorlage import Vorlage

OUTPUT: Final = "ausgabe"
"""Where pages to hand on go unless ``--out`` says otherwise, as in JupyterLab."""


def render(
    gebiete: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Stadtteile, Stadtbezirke oder Quartiere, als Nummer oder Name."),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Alle Berichte nach batch.yml.")] = False,
    notebook: Annotated[
        list[str] | None, typer.Option("--notebook", metavar="NAME", help="Nur dieses Notebook; mehrfach erlaubt.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="ORDNER", help="Ordner der Berichte (Vorgabe: reports).")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="ANZAHL", help="Wie viele zugleich (Vorgabe: Zahl der Kerne)."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Auch rendern, was sich nicht geändert hat.")] = False,
    timeout: Annotated[
        int,
        typer.Option(
            "--timeout", metavar="SEKUNDEN", show_default=False, help="Höchstdauer einer Zelle (Vorgabe: 300)."
        ),
    ] = 300,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=WERT", help="Parameter des Notebooks; mehrfach erlaubt.")
    ] = None,
    dask: Annotated[
        str | None, typer.Option("--dask", metavar="ADRESSE", help="Auf einem Dask-Cluster, etwa tcp://rechner:8786.")
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Jeden Bericht auch als PDF ablegen, dazu eine Kurzfassung von zwei Seiten.")
    ] = False,
    einzeln: Annotated[
        bool,
        typer.Option(
            "--einzeln",
            help="Seiten zum Weitergeben: je Ort eine Datei im Ordner --out (Vorgabe: ausgabe), ohne Übersicht.",
        ),
    ] = False,
    vorlage: Annotated[
        Path | None,
        typer.Option("--vorlage", metavar="DATEI", help="Anlage zu einer Vorlage; Muster: docs/vorlage.beispiel.yml."),
    ] = None,
    weitergabe: WeitergabeOption = None,
    areas: AreasOption = None,
    data: DataOption = None,
) -> None:
    """Notebooks ausführen und als HTML-Berichte ablegen."""
    if not (gebiete or everything or notebook or areas):
        raise ParameterError("Was soll gerendert werden? Einen Stadtteil nennen (sozialraum render 21) oder --all.")
    if gebiete and everything:
        raise ParameterError("Bitte entweder einzelne Namen oder --all angeben, nicht beides.")
    if (jobs is not None and jobs < 1) or timeout < 1:
        raise ParameterError("--jobs und --timeout müssen mindestens 1 sein.")
    if einzeln and dask:
        raise ParameterError("--einzeln und --dask gehen nicht zusammen. Bitte eines weglassen.")
    from sozialraum.publish import forge

    if not dask:
        forge.start()  # it imports while this process reads and plans
    from sozialraum.city.indicators import catalogue
    from sozialraum.city.own_areas.planning import batch_file
    from sozialraum.city.own_areas.quartiere import own_areas
    from sozialraum.cli.progress import Patient, reporter
    from sozialraum.publish.plan import attach, issue_day, plan, read_batch, standing_alone
    from sozialraum.publish.run import hand_on, run
    from sozialraum.publish.vorlage import read_vorlage
    from sozialraum.supply.workspace import open_data

    opened = open_data(data, areas=areas, weitergabe=weitergabe)
    unusable = tell_remarks(opened)
    own = own_areas(opened) if areas and not (gebiete or everything) else []
    batch = read_batch(batch_file(ROOT / "data" / "essen") or ROOT / "batch.yml")
    annex = read_vorlage(vorlage, opened.register) if vorlage else None
    issued = issue_day(os.environ)
    wanted = plan(
        batch, opened.register, ROOT / "notebooks", queries=gebiete or own, names=notebook or (), issued=issued,
        parameters=_parameters(parameter or []), katalog=catalogue(opened.indikatoren_yml), weitergabe=weitergabe,
    )  # fmt: skip
    jobs_ = attach(wanted, annex)
    folder, file = _place((out or Path(OUTPUT)).resolve())
    if einzeln:
        jobs_ = standing_alone(jobs_, file)
    options: dict[str, Any] = {"data": opened, "processes": jobs, "timeout": timeout, "pdf": pdf}
    with _interrupted_once(), reporter(len(jobs_), Patient()) as show:
        if einzeln:
            summary = hand_on(jobs_, out=folder, progress=show, **options)
        else:
            summary = run(
                jobs_,
                out=(out or ROOT / "reports").resolve(),
                batch=batch,
                force=force,
                progress=show,
                tell=lambda sentence: sys.stderr.write(f"{sentence}\n"),
                cluster=dask,
                day=issued,
                **options,
            )
    _conclude(summary, annex)
    if unusable:
        raise typer.Exit(1)


def _place(where: Path) -> tuple[Path, str]:
    """Folder of pages that stand alone, and the name of the file if one is named."""
    return (where.parent, where.name) if where.suffix == ".html" else (where, "")


def _parameters(pairs: list[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    wrong = [name for name, sign, _ in split if not (name and sign)]
    if wrong:
        raise ParameterError(f"„{wrong[0]}“ ist kein Parameter der Form NAME=WERT.")
    names = [name for name, _, _ in split]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise ParameterError(f"Der Parameter „{twice}“ steht mehrmals im Aufruf. Bitte nur einen Wert angeben.")
    return {name: text for name, _, text in split}


def _conclude(summary: "Summary", annex: "Vorlage | None") -> None:
    from sozialraum.publish.vorlage import remark
    from sozialraum.style import number

    done = sum(outcome.status != "failed" for outcome in summary.outcomes)
    old = sum(bool(outcome.since) for outcome in summary.outcomes)
    unprinted = sum(bool(outcome.pdf_error) for outcome in summary.outcomes)
    seconds = number(summary.seconds, 1)
    index = f" Übersicht: {summary.index}" if summary.index else ""
    say(f"{done} von {len(summary.outcomes)} Berichten liegen vor, {seconds} s.{index}")
    if old:
        say(f"Nicht erneuert, aber noch da und als veraltet bezeichnet: {old}.")
    if unprinted:
        say(f"Ohne neues PDF: {unprinted}. Die HTML-Seite liegt vor.")
    marks = [outcome.mark for outcome in summary.outcomes if annex and annex.for_area(outcome.gebiet_id)]
    if annex and any(marks):
        say(remark(annex, marks))
    if summary.failures:
        raise typer.Exit(1)


@contextmanager
def _interrupted_once() -> Iterator[None]:
    """Ctrl-C and SIGTERM end what is inside; further ones do not disturb the tidying up, which takes seconds.

    As the first process of a container this one would not even hear a SIGTERM that it has not asked for.
    """
    signals = (signal.SIGINT, signal.SIGTERM)

    def first(_number: int, _frame: object) -> None:
        for one in signals:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = [signal.getsignal(one) for one in signals]
    usual = [signal.default_int_handler, signal.SIG_DFL]
    if before != usual or threading.current_thread() is not threading.main_thread():
        yield
        return
    for one in signals:
        signal.signal(one, first)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is first:
            for one, handler in zip(signals, before, strict=True):
                signal.signal(one, handler)
