"""The folder of reports: whether it can be written, what went wrong, what a killed run left behind."""

import errno
import os
from pathlib import Path
from typing import Final

from sozialraum.errors import RenderError, SozialraumError
from sozialraum.render import write_text

HOPELESS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
"""Errors that the next report would meet too."""
_REASONS: Final = {
    errno.ENOSPC: "der Datenträger ist voll",
    errno.EDQUOT: "der zugeteilte Speicherplatz ist aufgebraucht",
    errno.EROFS: "der Datenträger ist schreibgeschützt",
    errno.EIO: "der Datenträger meldet einen Fehler",
    errno.EACCES: "die Berechtigung fehlt",
    errno.EPERM: "die Berechtigung fehlt",
    errno.ENOTDIR: "ein Teil des Pfads ist kein Ordner",
    errno.EEXIST: "an seiner Stelle liegt eine Datei",
}


def reason(error: OSError) -> str:
    """Why a file could not be written, in German where the system's error is a known one."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def trouble(error: OSError, out: Path) -> RenderError:
    """The error that stops a batch: nothing more can be written."""
    return RenderError(
        f"Im Ordner {out} lässt sich nichts mehr schreiben: {reason(error)}. Was fertig ist, bleibt. "
        "Nach dem Beheben denselben Befehl noch einmal aufrufen; gerendert wird nur, was fehlt."
    )


def require_writable(out: Path) -> None:
    """Make the folder, try to write in it, and remove what a killed run left half-written.

    Raises
    ------
    SozialraumError
        If it cannot be written.
    """
    try:
        write_text(out / ".probe", "-")
        (out / ".probe").unlink()
        sweep(out)
    except OSError as error:
        raise SozialraumError(
            f"Der Ordner {out} ist nicht beschreibbar ({reason(error)}). Bitte einen anderen mit --out angeben."
        ) from error


def sweep(out: Path) -> None:
    """Remove temporary files of processes that are no more."""
    for path in out.rglob(".*.tmp"):
        writer = path.suffixes[-2].removeprefix(".") if len(path.suffixes) > 1 else ""
        if writer.isdecimal() and not _runs(int(writer)):
            path.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
