"""Where the PDFs of a report lie: beside the page, under its name."""

from pathlib import Path, PurePosixPath
from typing import Final

SHORT_SUFFIX: Final = "-kurz"


def names(report: str) -> tuple[str, str]:
    """Paths of the full PDF and of the short form, below the folder of reports, with ``/``."""
    path = PurePosixPath(report)
    return str(path.with_suffix(".pdf")), str(path.with_name(f"{path.stem}{SHORT_SUFFIX}.pdf"))


def remove(out: Path, report: str) -> None:
    """Remove the PDFs of a report, if there are any."""
    for name in names(report):
        (out / name).unlink(missing_ok=True)
