"""What a report is made from, as checksums: its notebook and parameters, the code, and the tables that it read."""

import ast
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from platform import python_version
from typing import Any, Final

from sozialraum.load import Data, sources_dir
from sozialraum.quartiere import BATCH_ENVIRONMENT, PLANNING, planning_section
from sozialraum.render import effective_cells
from sozialraum.sources import file_sha256
from sozialraum.vorlage import Vorlage
from sozialraum.workspace import ENVIRONMENT as AUDIENCE

EVERYTHING: Final = "*"
"""Instead of names of files: nobody knows which."""
_LIBRARY: Final = Path(__file__).resolve().parent.parent
_PACKAGES: Final = (
    "branca", "folium", "geopandas", "ipykernel", "ipython", "ipywidgets", "jinja2", "libpysal", "mapclassify",
    "matplotlib", "mistune", "nbclient", "nbconvert", "nbformat", "numpy", "pandas", "papermill", "pyarrow", "pyyaml",
    "scipy", "seaborn", "shapely", "xstatic-leaflet",
)  # fmt: skip
_HIDDEN_READING: Final = {"open", "exec", "eval", "compile", "__import__", "get_ipython"}


@dataclass(frozen=True)
class Inputs:
    """The files that the data rest on.

    Attributes
    ----------
    checksums
        SHA-256 by folder and name of the file; of the audience by the name of its environment variable, of the levels
        of planning areas, if there are any, by that of their section in ``batch.yml``.
    names
        Folder and name by absolute path; of the folder of manifests too, with ``/`` at its end.
    shared
        Names of files that count for every report: what a planner has laid over the built tables.
    """

    checksums: Mapping[str, str]
    names: Mapping[str, str]
    shared: frozenset[str]

    @classmethod
    def of(cls, data: Data) -> "Inputs":
        """The files as they are now."""
        folders = {data.dir, sources_dir(data.dir)}
        names: dict[str, str] = {}
        for path in sorted(data.files, key=lambda path: path.parent not in folders):
            near = f"{path.parent.name}/{path.name}"
            known = set(names.values())
            names[str(path)] = next(
                name for name in (near, f"{path.parent.parent.name}/{near}", str(path)) if name not in known
            )
        shared = {AUDIENCE: digest(data.environment.get(AUDIENCE, ""))}
        if batch := data.environment.get(BATCH_ENVIRONMENT):
            shared[PLANNING] = digest(planning_section(Path(batch)))
        return cls(
            checksums={**{name: file_sha256(Path(path)) for path, name in names.items()}, **shared},
            names={**names, **{str(folder): f"{folder.name}/" for folder in folders}},
            shared=frozenset([*shared, *(name for path, name in names.items() if Path(path).parent not in folders)]),
        )

    def read(self, paths: Iterable[str] | None) -> tuple[str, ...]:
        """Names of the files that were used, sorted; paths that do not belong to the data stay as they are.

        Parameters
        ----------
        paths
            As :mod:`sozialraum.reads` notes them; None if that is not known.
        """
        if paths is None:
            return (EVERYTHING,)
        return tuple(sorted({self._name(Path(path)) for path in paths}))

    def part(self, names: Iterable[str]) -> dict[str, str]:
        """Checksums of the named files, and of those that count for every report; empty text: no such file."""
        found = {name: self.checksums[name] for name in self.shared}
        for name in names:
            if name == EVERYTHING:
                found |= self.checksums
            elif name.endswith("/"):
                found |= {key: value for key, value in self.checksums.items() if key.startswith(name)}
            else:
                found[name] = self.checksums.get(name) or _checksum(Path(name))
        return found

    def mark(self, names: Iterable[str]) -> str:
        """Short checksum of what a report has read, to be printed on the page."""
        return f"Datenstand {digest(self.part(names))[:12]}"

    def _name(self, path: Path) -> str:
        near = self.names.get(str(path.parent))
        return self.names.get(str(path)) or (f"{near}{path.name}" if near else str(path))


def fingerprint(
    notebook: Path,
    parameters: Mapping[str, Any],
    *,
    target: str,
    data: Mapping[str, str],
    kernel: str,
    code: str,
    vorlage: Vorlage | None = None,
    declared: Mapping[str, Any] | None = None,
) -> str:
    """Checksum of everything a page depends on: notebook, parameters, library, templates, data, versions.

    Of the notebook only what is executed or printed counts; see :func:`sozialraum.render.effective_cells`.

    Parameters
    ----------
    code
        Checksum of the library and what it uses; see :func:`code_checksum`.
    data
        Checksums of the files that the report has read.
    vorlage
        What the page carries of a Vorlage.
    declared
        Parameters whose values in the notebook do not count.
    """
    cells = effective_cells(notebook, declared)
    parts = {
        "notebook": [(cell.kind, cell.source, cell.tags) for cell in cells if cell.source.strip()],
        "parameters": dict(parameters),
        "target": target,
        "code": code,
        "data": dict(data),
        "kernel": kernel,
        "vorlage": repr(vorlage),
    }
    return digest(parts)


def reads_through_library(notebook: Path, declared: Mapping[str, Any] | None = None) -> bool:
    """Whether all that a notebook reads is read by the library, which notes it.

    A notebook that imports something else, or can run or open anything, may read tables that nobody notices.
    """
    sources = [cell.source for cell in effective_cells(notebook, declared) if cell.kind == "code"]
    try:
        nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    except SyntaxError:
        return False
    modules = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    called = {node.id for node in nodes if isinstance(node, ast.Name)}
    return all(name.split(".")[0] == "sozialraum" for name in modules) and not called & _HIDDEN_READING


def code_checksum() -> str:
    """Checksum of the library's code and templates, and of the versions of what it uses."""
    found = sha256(digest(versions()).encode())
    for path in sorted(_LIBRARY.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(f"{path.relative_to(_LIBRARY).as_posix()} {file_sha256(path)}\n".encode())
    return found.hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that shape a page."""
    return {"python": python_version(), **{name: metadata.version(name) for name in _PACKAGES}}


def digest(content: Any) -> str:
    """Checksum of anything that JSON can hold."""
    return sha256(json.dumps(content, sort_keys=True, default=str).encode("utf-8")).hexdigest()


def _checksum(path: Path) -> str:
    """Of a file that does not belong to the data."""
    return file_sha256(path) if path.is_absolute() and path.is_file() else ""
