"""The commands. Heavy modules are imported where they are used, so that help and errors come at once."""

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sozialraum.cli.usage import Command, UsageProblem, german, new_app
from sozialraum.errors import ParameterError, RenderError, SozialraumError

if TYPE_CHECKING:
    from rich.console import Console

    from sozialraum.batch import Summary

ROOT: Final = Path(__file__).resolve().parents[3]
DEBUG: Final = "--debug"
INTERRUPTED: Final = 130
"""Status that typer turns Ctrl-C into."""

app = new_app(
    help="Essens Stadtteile und Stadtbezirke im Vergleich mit der ganzen Stadt.",
    epilog="Bei jedem Befehl zeigt --debug im Fehlerfall den technischen Hergang. "
    "Rückgabewert: 0 alles erledigt, 1 einzelne Berichte fehlen, 2 falscher Aufruf oder fehlerhafte Daten.",
)
data_app = new_app(help="Die aufbereiteten Tabellen prüfen oder aus den Quelldateien bauen.")
app.add_typer(data_app, name="data")

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="ORDNER", help="Ordner der Tabellen (Vorgabe: SOZIALRAUM_DATA oder data/essen)."),
]


@app.command(cls=Command)
def areas(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON für Programme.")] = False,
    data: DataOption = None,
) -> None:
    """Alle Stadtteile, Stadtbezirke und die Stadt mit Nummer und Name."""
    from sozialraum.cli import tables
    from sozialraum.workspace import open_data

    register = open_data(data).register
    if as_json:
        fields = ("id", "ebene", "nummer", "name", "label", "stadtbezirk_id", "slug")
        _print(tables.as_json([{name: getattr(area, name) for name in fields} for area in register]))
        return
    rows = [
        {"Nummer": area.id, "Name": area.name, "Ebene": area.ebene_label, "Stadtbezirk": area.stadtbezirk_id or ""}
        for area in register
    ]
    _print(tables.as_table(rows))


@app.command(cls=Command)
def indicators(
    *,
    gebiet: Annotated[
        str | None,
        typer.Option("--gebiet", metavar="NAME", help="Nur ein Stadtteil oder Stadtbezirk, als Nummer oder Name."),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="ART", show_default=False, help="table (Vorgabe), csv oder json.")
    ] = "table",
    data: DataOption = None,
) -> None:
    """Werte aller Indikatoren."""
    from sozialraum.cli import tables
    from sozialraum.workspace import open_data

    if format_ not in tables.FORMATS:
        raise ParameterError(f"Das Format „{format_}“ gibt es nicht, nur: {', '.join(tables.FORMATS)}.")
    opened = open_data(data)
    _print(tables.FORMATS[format_](tables.indicator_rows(opened, gebiet), opened))


@app.command(cls=Command)
def render(
    gebiete: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Stadtteile oder Stadtbezirke, als Nummer oder Name.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Alle Berichte nach batch.yml.")] = False,
    notebook: Annotated[
        list[str] | None, typer.Option("--notebook", metavar="NAME", help="Nur dieses Notebook; mehrfach erlaubt.")
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="ORDNER", show_default=False, help="Ordner der Berichte (Vorgabe: reports)."),
    ] = ROOT / "reports",
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
    data: DataOption = None,
) -> None:
    """Notebooks ausführen und als HTML-Berichte ablegen."""
    if not (gebiete or everything or notebook):
        raise ParameterError("Was soll gerendert werden? Einen Stadtteil nennen (sozialraum render 21) oder --all.")
    if gebiete and everything:
        raise ParameterError("Bitte entweder einzelne Namen oder --all angeben, nicht beides.")
    if (jobs is not None and jobs < 1) or timeout < 1:
        raise ParameterError("--jobs und --timeout müssen mindestens 1 sein.")
    from sozialraum.batch import plan, read_batch, run
    from sozialraum.cli.progress import reporter
    from sozialraum.workspace import open_data

    opened = open_data(data)
    batch = read_batch(ROOT / "batch.yml")
    wanted = plan(
        batch,
        opened.register,
        ROOT / "notebooks",
        queries=gebiete or (),
        names=notebook or (),
        parameters=_parameters(parameter or []),
    )
    with reporter(len(wanted), _console()) as show:
        summary = run(
            wanted,
            data=opened,
            batch=batch,
            out=out.resolve(),
            processes=jobs,
            force=force,
            timeout=timeout,
            progress=show,
        )
    _conclude(summary)


@app.command(cls=Command)
def locate(
    address: Annotated[
        str, typer.Argument(metavar="ADRESSE", help='Straße und Hausnummer, zum Beispiel "Schloßstr. 101".')
    ],
    *,
    data: DataOption = None,
) -> None:
    """Position und Stadtteil einer Adresse."""
    from sozialraum.adressen import locate as find
    from sozialraum.workspace import open_data

    _print(find(open_data(data), address).text)


@data_app.command(cls=Command)
def check(*, data: DataOption = None) -> None:
    """Tabellen prüfen: Prüfsummen, Schemata, Summen, Plausibilität; gibt den Qualitätsbericht aus."""
    from sozialraum import build
    from sozialraum.workspace import open_data

    _print(build.check(open_data(data).dir).text)


@data_app.command("build", cls=Command)
def build_(
    *,
    raw: Annotated[
        Path,
        typer.Option(
            "--raw", metavar="ORDNER", show_default=False, help="Ordner der Quelldateien (Vorgabe: data/raw)."
        ),
    ] = ROOT / "data" / "raw",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="ORDNER", help="Zielordner (Vorgabe: derselbe wie --data).")
    ] = None,
    data: DataOption = None,
) -> None:
    """Tabellen aus den Quelldateien bauen; bei einem Fehler bleibt alles, wie es war."""
    from sozialraum import build
    from sozialraum.load import data_dir

    source = data_dir(data)
    _print(build.build(raw.resolve(), (out or source).resolve(), data=source, progress=_print).text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = DEBUG in given
    sys.exit(_run([argument for argument in given if argument != DEBUG], debug=debug))


def _run(arguments: list[str], *, debug: bool) -> int:
    try:
        status = int(app(arguments or ["--help"], prog_name="sozialraum", standalone_mode=False) or 0)
    except (UsageProblem, SozialraumError, OSError) as error:
        if debug:
            traceback.print_exception(error)
        sys.stderr.write(_message(error) + "\n")
        return 1 if isinstance(error, RenderError) else 2
    if status == INTERRUPTED:
        sys.stderr.write(_message(KeyboardInterrupt()) + "\n")
    return status


def _message(error: BaseException) -> str:
    if isinstance(error, UsageProblem):
        return german(error)
    if isinstance(error, KeyboardInterrupt):
        return "Abgebrochen. Was fertig ist, bleibt."
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename or ''}".rstrip(": ") + "."
    return str(error)


def _parameters(pairs: list[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    wrong = [name for name, sign, _ in split if not (name and sign)]
    if wrong:
        raise ParameterError(f"„{wrong[0]}“ ist kein Parameter der Form NAME=WERT.")
    return {name: text for name, _, text in split}


def _conclude(summary: "Summary") -> None:
    from sozialraum.style import number

    failed = len(summary.failures)
    done = len(summary.outcomes) - failed
    seconds = number(summary.seconds, 1)
    _print(f"{done} von {len(summary.outcomes)} Berichten liegen vor, {seconds} s. Übersicht: {summary.index}")
    if failed:
        raise typer.Exit(1)


def _console() -> "Console":
    from rich.console import Console

    return Console()


def _print(text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
