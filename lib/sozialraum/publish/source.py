"""What of a notebook counts: the sources of its cells and the tags that a page knows.

JupyterLab saves by itself: outputs, numbers of runs, metadata, an empty cell at the end. Nothing of this reaches a page
or its fingerprint.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from sozialraum.errors import ParameterError

PARAMETERS: Final = "parameters"
LAB_ONLY: Final = "nur-lab"
"""Tag of cells that speak to people in JupyterLab and do not belong to the report."""
SHORT: Final = "kurz"
"""Tag of cells that belong to the short form too."""
_KNOWN_TAGS: Final = (PARAMETERS, LAB_ONLY, SHORT)


@dataclass(frozen=True)
class Cell:
    """One cell: ``code``, ``markdown`` or ``raw``, its text, and those of its tags that mean something here."""

    kind: str
    source: str
    tags: tuple[str, ...] = ()


def read_cells(notebook: Path) -> tuple[Cell, ...]:
    """The cells of a notebook in order.

    Raises
    ------
    ParameterError
        If the file is no notebook.
    """
    try:
        return _cells(notebook.read_text(encoding="utf-8"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParameterError(
            f"{notebook}: Die Datei ist kein lesbares Notebook. Bitte die letzte Fassung wiederherstellen "
            f"(git checkout {notebook.name})."
        ) from error


@lru_cache(maxsize=64)
def _cells(content: str) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            cell["cell_type"],
            "".join(cell["source"]),
            tuple(tag for tag in _KNOWN_TAGS if tag in cell.get("metadata", {}).get("tags", [])),
        )
        for cell in json.loads(content)["cells"]
    )
