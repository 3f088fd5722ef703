"""What a report is made from, as checksums: its notebook and parameters, the code, and the tables."""

import json
from collections.abc import Mapping
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from platform import python_version
from typing import Any, Final

from sozialraum.city.load import Data, sources_dir
from sozialraum.city.own_areas.planning import ENVIRONMENT as BATCH_ENVIRONMENT
from sozialraum.city.own_areas.planning import SECTION as PLANNING
from sozialraum.city.own_areas.planning import planning_section
from sozialraum.city.sources import file_sha256
from sozialraum.publish.job import Job
from sozialraum.publish.parameters import effective_cells
from sozialraum.supply.own_tables import ENVIRONMENT as AUDIENCE

LIBRARY: Final = Path(__file__).resolve().parent.parent
_PACKAGES: Final = (
    "branca", "folium", "geopandas", "ipython", "ipywidgets", "jinja2", "mapclassify", "matplotlib",
    "mistune", "nbformat", "numpy", "pandas", "papermill", "pyarrow", "pyyaml", "scipy", "seaborn",
    "shapely", "xstatic-leaflet",
)  # fmt: skip


def checksums(data: Data) -> dict[str, str]:
    """SHA-256 of every file that the data rest on, by folder and name; they are small, and count for every report.

    Further of the audience by the name of its environment variable, and of the levels of planning areas, if there are
    any, by that of their section in ``batch.yml``.
    """
    folders = {data.dir, sources_dir(data.dir)}
    found: dict[str, str] = {}
    for path in sorted(data.files, key=lambda path: path.parent not in folders):
        near = f"{path.parent.name}/{path.name}"
        names = (near, f"{path.parent.parent.name}/{near}", str(path))
        found[next(name for name in names if name not in found)] = file_sha256(path)
    found[AUDIENCE] = digest(data.environment.get(AUDIENCE, ""))
    if batch := data.environment.get(BATCH_ENVIRONMENT):
        found[PLANNING] = digest(planning_section(Path(batch)))
    return found


def mark(found: Mapping[str, str]) -> str:
    """Short checksum of the data, to be printed on the page."""
    return f"Prüfkennung {digest(found)[:12]}"


def fingerprint(job: Job, *, data: Mapping[str, str], code: str) -> str:
    """Checksum of everything a page depends on: notebook, parameters, library, templates, data, versions, Vorlage.

    Of the notebook only what is executed or printed counts; see :func:`sozialraum.publish.parameters.effective_cells`.
    """
    cells = effective_cells(job.notebook, job.declared)
    texts = [(cell.kind, cell.source, cell.tags) for cell in cells if cell.source.strip()]
    return digest([texts, job.effective, job.target, code, data, repr(job.vorlage), job.method, job.index, job.orte])


def code_checksum() -> str:
    """Checksum of the library's code and templates, and of the versions of what it uses."""
    found = sha256(digest(versions()).encode())
    for path in sorted(LIBRARY.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(f"{path.relative_to(LIBRARY).as_posix()} {file_sha256(path)}\n".encode())
    return found.hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that shape a page."""
    return {"python": python_version(), **{name: metadata.version(name) for name in _PACKAGES}}


def digest(content: Any) -> str:
    """Checksum of anything that JSON can hold."""
    return sha256(json.dumps(content, sort_keys=True, default=str).encode("utf-8")).hexdigest()
