"""``build.json``: what was rendered from which code and data, how long it took, and what failed."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from sozialraum.load import Data
from sozialraum.render import Job, write_text
from sozialraum.sources import file_sha256

RECORD: Final = "build.json"
FORMAT: Final = 1
DONE: Final = "done"
FAILED: Final = "failed"
UNCHANGED: Final = "unchanged"
_LIBRARY: Final = Path(__file__).resolve().parent.parent
_PACKAGES: Final = (
    "folium", "geopandas", "ipykernel", "matplotlib", "nbconvert", "numpy", "pandas", "papermill", "seaborn", "shapely",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """How one report went.

    Attributes
    ----------
    report
        Path below the folder of reports.
    status
        ``done``, ``failed`` or ``unchanged`` (an earlier run made the same page).
    seconds
        Time of the run that made the page.
    error
        German message of a failure.
    partial
        Path of the partial notebook of a failure, below the folder of reports.
    """

    report: str
    notebook: str
    gebiet_id: str
    status: str
    fingerprint: str
    title: str = ""
    seconds: float = 0.0
    bytes: int = 0
    sha256: str = ""
    error: str = ""
    partial: str = ""
    messages: tuple[str, ...] = ()


def read_record(out: Path) -> dict[str, Outcome]:
    """Outcomes of earlier runs by report; empty if there is no usable ``build.json``."""
    try:
        raw = json.loads((out / RECORD).read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            return {}
        entries = [Outcome(**{**entry, "messages": tuple(entry["messages"])}) for entry in raw["reports"]]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return {}
    return {entry.report: entry for entry in entries}


def head(data: Data, *, jobs: int) -> dict[str, Any]:
    """What holds for a whole run: code, versions, data, and how many reports at a time."""
    return {
        "format": FORMAT,
        "commit": commit(),
        "versions": versions(),
        "data": data_checksums(data),
        "jobs": jobs,
    }


def write_record(out: Path, outcomes: Iterable[Outcome], *, head: Mapping[str, Any], seconds: float) -> None:
    """Write ``build.json``; outcomes in the given order."""
    found = list(outcomes)
    record = {
        **head,
        "seconds": round(seconds, 2),
        "failures": sum(outcome.status == FAILED for outcome in found),
        "reports": [{**asdict(outcome), "seconds": round(outcome.seconds, 2)} for outcome in found],
    }
    write_text(out / RECORD, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def fingerprint(job: Job, *, data: Mapping[str, str], kernel: str) -> str:
    """Checksum of everything a page depends on: notebook, parameters, library, templates, data, versions.

    Parameters
    ----------
    data
        Checksums of the tables that the report may read.
    """
    parts = {
        "notebook": file_sha256(job.notebook),
        "parameters": dict(job.parameters),
        "target": job.target,
        "library": library_checksum(),
        "versions": versions(),
        "data": dict(data),
        "kernel": kernel,
    }
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode("utf-8")).hexdigest()


def data_checksums(data: Data) -> dict[str, str]:
    """SHA-256 of every file that the data are read from, by folder and name."""
    return {f"{path.parent.name}/{path.name}": file_sha256(path) for path in data.files}


def data_mark(checksums: Mapping[str, str]) -> str:
    """Short checksum of all data, to be printed on the page."""
    return sha256(json.dumps(checksums, sort_keys=True).encode("utf-8")).hexdigest()[:12]


@lru_cache(maxsize=1)
def library_checksum() -> str:
    """Checksum of the library's code and templates."""
    digest = sha256()
    for path in sorted(_LIBRARY.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(_LIBRARY).as_posix()} {file_sha256(path)}\n".encode())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Versions of the packages that shape a page."""
    return {name: version(name) for name in _PACKAGES}


def commit() -> str | None:
    """Commit of the repository, with ``+`` if files differ from it; None outside of git."""
    head = _git("rev-parse", "HEAD")
    return head and head + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(_LIBRARY), *arguments], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
