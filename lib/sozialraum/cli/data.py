"""The commands below ``data``. Heavy modules are imported where they are used."""

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.common import ROOT, DataOption, say
from sozialraum.cli.importing import import_
from sozialraum.cli.usage import Command, new_app

data_app = new_app(help="Tabellen prüfen, aus Quelldateien bauen, eigene Tabellen einlesen.")
data_app.command("import", cls=Command)(import_)


@data_app.command(cls=Command)
def check(*, data: DataOption = None) -> None:
    """Tabellen prüfen: Prüfsummen, Schemata, Summen, Plausibilität; gibt den Qualitätsbericht aus."""
    from sozialraum import build
    from sozialraum.workspace import open_data

    say(build.check(open_data(data).dir).text)


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
    say(build.build(raw.resolve(), (out or source).resolve(), data=source, progress=say).text)
