"""The folder of reports: whether it can be written, what went wrong, what a killed run left behind."""

import errno
import os
from pathlib import Path
from typing import Final

from sozialraum.errors import RenderError, SozialraumError, system_reason
from sozialraum.render import write_text

HOPELESS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
"""Errors that the next report would meet too."""


def trouble(error: OSError, out: Path) -> RenderError:
    """The error that stops a batch: nothing more can be written."""
    return RenderError(
        f"Im Ordner {out} lässt sich nichts mehr schreiben: {system_reason(error)}. Was fertig ist, bleibt. "
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
            f"Der Ordner {out} ist nicht beschreibbar ({system_reason(error)}). Bitte einen anderen mit --out angeben."
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
