"""What a command finds when it starts: terminal, folders of the system, the checkout that it belongs to."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from sozialraum.cli.common import ROOT
from sozialraum.errors import SozialraumError, tolerant_streams

_PLOTS: Final = "MPLCONFIGDIR"


def prepare() -> None:
    """Make messages fit the terminal, and give matplotlib a folder of its own where the home cannot be written."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever called: ``>&-``
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - until the process ends
    tolerant_streams()
    if os.environ.get(_PLOTS) is None and not all(map(_writable, _homes())):
        for folder in (
            Path(sys.prefix) / "var" / "matplotlib",
            Path(tempfile.gettempdir()) / f"sozialraum-{os.getuid()}",
        ):
            if _writable(folder):
                os.environ[_PLOTS] = str(folder)
                return


def require_own_checkout() -> None:
    """Refuse to work from a copied folder whose environment still belongs to the original.

    Raises
    ------
    SozialraumError
        Names both folders and the remedy.
    """
    for environment in (Path(sys.prefix), Path(sys.argv[0]).absolute().parent.parent):
        project = environment.parent
        if (project / "lib" / "sozialraum").is_dir() and not project.samefile(ROOT):
            raise SozialraumError(
                f"Der Ordner {project} ist eine Kopie: Seine Umgebung {environment.name} gehört noch zu {ROOT} und "
                "würde dort lesen und schreiben. Bitte in der Kopie einmal „make setup“ aufrufen."
            )


def _homes() -> list[Path]:
    """Where matplotlib keeps its settings and its list of fonts."""
    home = Path(os.environ.get("HOME") or Path.home())
    places = {"XDG_CONFIG_HOME": home / ".config", "XDG_CACHE_HOME": home / ".cache"}
    return [Path(os.environ.get(variable) or usual) / "matplotlib" for variable, usual in places.items()]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK) and folder.stat().st_uid == os.geteuid()
