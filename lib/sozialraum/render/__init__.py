"""One notebook and its parameters become one HTML page, made in a process of its own.

papermill is imported there: who only plans pages starts without it.
"""

from sozialraum.render.job import CELL_TIMEOUT_S, Job, Rendered, make, render
from sozialraum.render.parameters import check_parameters, effective_cells, known_parameters

__all__ = [
    "CELL_TIMEOUT_S", "Job", "Rendered", "check_parameters", "effective_cells", "known_parameters", "make", "render",
]  # fmt: skip
