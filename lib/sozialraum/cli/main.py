"""The commands. Heavy modules are imported where they are used, so that help and errors come at once."""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from sozialraum.cli.common import AreasOption, DataOption, WeitergabeOption, deliver, say, tell_remarks
from sozialraum.cli.data import data_app
from sozialraum.cli.render_command import render
from sozialraum.cli.surroundings import prepare, require_own_checkout
from sozialraum.cli.usage import Command, UsageProblem, german, new_app
from sozialraum.errors import DEBUG, ParameterError, RenderError, SozialraumError, system_reason

DEBUG_OPTION: Final = "--debug"
INTERRUPTED: Final = 130
"""Status that typer turns Ctrl-C into."""

app = new_app(
    help="Stadtteile und Stadtbezirke im Vergleich mit der ganzen Stadt.",
    epilog="Bei jedem Befehl zeigt --debug im Fehlerfall den technischen Hergang. "
    "Rückgabewert: 0 alles erledigt, 1 einzelne Berichte fehlen, 2 falscher Aufruf oder fehlerhafte Daten.",
)
app.add_typer(data_app, name="data")
app.command(cls=Command)(render)


@app.command(cls=Command)
def areas(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON für Programme.")] = False,
    own: AreasOption = None,
    data: DataOption = None,
) -> None:
    """Alle Stadtteile, Stadtbezirke, die Stadt, Quartiere und Planungsräume mit Nummer und Name."""
    from sozialraum.cli import lookup
    from sozialraum.supply.workspace import open_data

    opened = open_data(data, areas=own)
    register = opened.register
    if as_json:
        fields = {name: name for name in ("id", "ebene", "nummer", "name", "label", "stadtbezirk_id", "slug")}
        fields["ebene"] = "level"
        say(lookup.as_json([{name: getattr(area, of) for name, of in fields.items()} for area in register]))
    else:
        say(lookup.as_table(lookup.area_rows(register)))
    if tell_remarks(opened):
        raise typer.Exit(1)


@app.command(cls=Command)
def indicators(
    *,
    gebiet: Annotated[
        str | None,
        typer.Option(
            "--gebiet", metavar="NAME", help="Nur ein Stadtteil, Stadtbezirk oder Quartier, als Nummer oder Name."
        ),
    ] = None,
    indikator: Annotated[
        list[str] | None,
        typer.Option("--indikator", metavar="NAME", help="Nur dieser, als Kennung oder Titel; mehrfach für mehrere."),
    ] = None,
    wide: Annotated[
        bool, typer.Option("--wide", help="Eine Zeile je Ort, je Indikator eine Spalte mit Spanne (_von, _bis).")
    ] = False,
    given: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="ART", help="table, csv, json oder xlsx (Vorgabe: Endung von --out, sonst table)."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DATEI", help="In diese Datei statt auf den Bildschirm.")
    ] = None,
    weitergabe: WeitergabeOption = None,
    own: AreasOption = None,
    data: DataOption = None,
) -> None:
    """Werte aller Indikatoren."""
    from sozialraum.cli import lookup
    from sozialraum.compare.analysis import analyse
    from sozialraum.supply.workspace import open_data

    ending = out.suffix.lower()[1:] if out else ""
    format_ = given or (ending if ending in lookup.FORMATS else "table")
    if format_ not in lookup.FORMATS:
        raise ParameterError(f"Das Format „{format_}“ gibt es nicht, nur: {', '.join(lookup.FORMATS)}.")
    if ending in lookup.FORMATS and ending != format_:
        raise ParameterError(f"--format {format_} und --out {out} passen nicht zusammen. Bitte eines ändern.")
    if format_ == "xlsx" and out is None and sys.stdout.isatty():
        raise ParameterError("Eine Arbeitsmappe lässt sich nicht anzeigen. Bitte speichern, etwa mit: --out werte.xlsx")
    opened = open_data(data, areas=own, weitergabe=weitergabe)
    analysis = analyse(opened, opened.register.city.id)
    deliver(lookup.indicators(analysis, format_, gebiet=gebiet, names=indikator or [], wide=wide), out)
    if tell_remarks(opened):
        raise typer.Exit(1)


@app.command(cls=Command)
def export(
    target: Annotated[Path, typer.Argument(metavar="DATEI", help="Name der Datei; die Endung bestimmt die Art.")],
    *,
    weitergabe: WeitergabeOption = None,
    own: AreasOption = None,
    data: DataOption = None,
) -> None:
    """Alles in einer Datei: .xlsx (Excel), .gpkg (GIS) oder .csv.

    XLSX und GeoPackage enthalten alle Werte lang und breit mit Spannen und Quellen, die Orte (im GeoPackage mit
    Grenzen), Einrichtungen, Kennzahlen mit Definition, Quellen mit Lizenz. Die CSV enthält die Werte, eine Zeile je
    Wert, mit Semikolon und Dezimalkomma, darunter Hinweise und Quellen.
    """
    from sozialraum.api import delivery
    from sozialraum.compare.analysis import analyse
    from sozialraum.style import number
    from sozialraum.supply.workspace import open_data

    opened = open_data(data, areas=own, weitergabe=weitergabe)
    count = delivery.write(analyse(opened, opened.register.city.id), target)
    say(f"Geschrieben: {target} ({number(count)} Werte)")
    if tell_remarks(opened):
        raise typer.Exit(1)


@app.command(cls=Command)
def locate(
    address: Annotated[
        str, typer.Argument(metavar="ADRESSE", help='Straße und Hausnummer, zum Beispiel "Schloßstr. 101".')
    ],
    *,
    data: DataOption = None,
) -> None:
    """Position und Stadtteil einer Adresse."""
    from sozialraum.city.adressen import locate as find
    from sozialraum.supply.workspace import open_data

    say(find(open_data(data), address).text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    before = os.environ.get(DEBUG, "")
    if DEBUG_OPTION in given:
        os.environ[DEBUG] = "1"  # for the processes that make reports, too
    prepare()
    try:
        status = _run([argument for argument in given if argument != DEBUG_OPTION])
    finally:
        os.environ[DEBUG] = before
    sys.exit(status)


def _run(arguments: list[str]) -> int:
    try:
        require_own_checkout()
        status = int(app(arguments or ["--help"], prog_name="sozialraum", standalone_mode=False) or 0)
    except Exception as error:  # noqa: BLE001 - a defect is told in German too; --debug shows where it is
        if os.environ.get(DEBUG):
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
        where = f" auf {error.filename}" if error.filename else ""
        return f"Der Zugriff{where} ist nicht möglich: {system_reason(error)}."
    if isinstance(error, SozialraumError):
        return str(error)
    return f"Das hätte nicht geschehen dürfen ({type(error).__name__}). Den technischen Hergang zeigt --debug."
