"""What every command has: the option for the data, and how it prints."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

ROOT: Final = Path(__file__).resolve().parents[3]

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="ORDNER", help="Ordner der Tabellen (Vorgabe: SOZIALRAUM_DATA oder data/essen)."),
]
AreasOption = Annotated[
    Path | None,
    typer.Option(
        "--areas", metavar="DATEI", help="Eigene Quartiere: quartiere.yml, GeoJSON, GeoPackage oder Shapefile."
    ),
]
WeitergabeOption = Annotated[
    str | None,
    typer.Option(
        "--weitergabe",
        metavar="KREIS",
        help="Für wen: oeffentlich (Vorgabe), rat oder intern; andere Werte eigener Tabellen fehlen dann.",
    ),
]


def say(text: str) -> None:
    """Print to standard output, with a line end."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
