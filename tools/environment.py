"""Print environment.yml, the conda way in, from pyproject.toml: ``python tools/environment.py > environment.yml``."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Not packaged for conda, or under another name: pip installs these with the package itself.
PIP_ONLY = {"jupyterlab-language-pack-de-DE", "pandera[geopandas]", "xstatic-leaflet"}


def environment(pyproject: str) -> str:
    """Text of environment.yml for the text of a pyproject.toml."""
    project = tomllib.loads(pyproject)["project"]
    names = [dependency for dependency in project["dependencies"] if _name(dependency) not in PIP_ONLY]
    lines = [
        "# Generated from pyproject.toml by tools/environment.py; edit pyproject.toml.",
        "name: sozialraum",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python{project['requires-python']}",
        "  - pip",
        *(f"  - {dependency}" for dependency in names),
        "  - pip:",
        '      - "-e .[cluster,dev,pdf]"',
    ]
    return "\n".join(lines) + "\n"


def _name(dependency: str) -> str:
    return re.split(r"[<>=~!; ]", dependency, maxsplit=1)[0]


if __name__ == "__main__":
    print(environment((ROOT / "pyproject.toml").read_text(encoding="utf-8")), end="")
