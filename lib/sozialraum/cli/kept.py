"""The commands ``data list`` and ``data remove``: own tables that are there, and how one of them goes again."""

import sys
from typing import Annotated

import typer

from sozialraum.cli.common import DataOption, say
from sozialraum.errors import ParameterError

_YES = ("j", "ja")


def list_(
    *,
    weitergabe: Annotated[
        str | None,
        typer.Option(
            "--weitergabe",
            metavar="KREIS",
            help="Nur was dieser Kreis wissen darf: oeffentlich, rat oder intern (Vorgabe).",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON für Programme.")] = False,
    data: DataOption = None,
) -> None:
    """Eigene Tabellen: was, von wem, zu welchem Stand, für wen, seit wann und mit welcher Beschreibung."""
    from sozialraum import workspace
    from sozialraum.cli import tables
    from sozialraum.intake import Weitergabe

    wanted = Weitergabe.parse(weitergabe or Weitergabe.INTERN)
    opened = workspace.open_data(data, weitergabe=wanted)
    rows = workspace.kept_rows(workspace.kept(opened, weitergabe=wanted), opened)
    if as_json:
        say(tables.as_json(rows))
        return
    if not rows:
        say(workspace.NOTHING_KEPT)
        return
    say("\n".join([*_grouped(workspace.for_people(rows)), *workspace.remarks(rows)]))


def _grouped(rows: list[dict[str, str]]) -> list[str]:
    """A table with a line of its own for each indicator: its title would make every row twice as long."""
    from sozialraum.cli import tables
    from sozialraum.workspace import INDICATOR

    titles = [row.pop(INDICATOR) for row in rows]
    head, *lines = tables.as_table(rows).splitlines()
    grouped = [f"  {head}"]
    for title, before, line in zip(titles, ["", *titles], lines, strict=False):
        grouped += [*([title] if title != before else []), f"  {line}"]
    return grouped


def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME", help="Indikator, oder Name einer Tabelle, wie data list ihn zeigt.")
    ],
    *,
    stichtag: Annotated[
        str, typer.Option("--stichtag", metavar="DATUM", show_default=False, help="Nur zu diesem Stand: 31.12.2023.")
    ] = "",
    ja: Annotated[bool, typer.Option("--ja", help="Nicht nachfragen.")] = False,
    probe: Annotated[bool, typer.Option("--probe", help="Nur zeigen, was entfernt würde und was dann gilt.")] = False,
    data: DataOption = None,
) -> None:
    """Eigene Tabellen entfernen; sagt vorher, welche Werte dann gelten."""
    from sozialraum import workspace
    from sozialraum.intake import Weitergabe

    opened = workspace.open_data(data, weitergabe=Weitergabe.INTERN)
    removal = workspace.plan_removal(opened, names, stichtag=stichtag)
    say(removal.text)
    if probe:
        say("Probe: Es ist nichts entfernt.")
    elif ja or _confirmed():
        say(workspace.remove(opened, removal))
        say("Berichte zeigen den neuen Stand nach: sozialraum render")
    else:
        say("Es ist nichts entfernt.")


def _confirmed() -> bool:
    """Whether a person at the terminal says yes."""
    if not sys.stdin.isatty():
        raise ParameterError("Es ist nichts entfernt: Ohne Terminal bitte mit --ja bestätigen.")
    sys.stdout.write("Entfernen? (j/n) ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in _YES
