"""``python -m sozialraum.kernel install``: write the kernelspec."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sozialraum.kernel.spec import NAME, install


def main(arguments: Sequence[str] | None = None) -> None:
    """Install the kernelspec where the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m sozialraum.kernel", description="Richtet den Jupyter-Kernel mit schnellem Start ein."
    )
    commands = parser.add_subparsers(required=True, metavar="BEFEHL")
    command = commands.add_parser("install", help="Kernel bei Jupyter anmelden")
    where = command.add_mutually_exclusive_group()
    where.add_argument("--sys-prefix", action="store_true", help="in die Umgebung dieses Pythons (Vorgabe)")
    where.add_argument("--prefix", type=Path, help="in einen anderen Ordner mit share/jupyter")
    folder = install(parser.parse_args(arguments).prefix or sys.prefix)
    sys.stdout.write(f"Kernel „{NAME}“ eingerichtet: {folder}\n")


if __name__ == "__main__":
    main()
