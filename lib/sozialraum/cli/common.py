"""What every command has: the option for the data, and how it prints."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from sozialraum.city.load import Data

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


def tell_remarks(data: "Data") -> bool:
    """Print to standard error what is to be known of the own areas; whether some were left out (exit status 1)."""
    from sozialraum.city.own_areas.quartiere import remarks

    told = remarks(data)
    for sentence in (*told.unusable, *(one for level in told.levels.values() for one in level)):
        sys.stderr.write(f"Hinweis: {sentence}\n")
    return bool(told.unusable)


def say(text: str) -> None:
    """Print to standard output, with a line end."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def deliver(content: str | bytes, out: Path | None) -> None:
    """Print text or the bytes of a file, or write them to a file, whole or not at all."""
    if out is not None:
        from sozialraum.files import write_bytes

        write_bytes(out, content.encode() if isinstance(content, str) else content)
        say(f"Geschrieben: {out}")
    elif isinstance(content, str):
        say(content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
