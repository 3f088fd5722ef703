"""One notebook and its parameters become one HTML page.

:func:`check_parameters` refuses what a notebook does not know before anything runs; :func:`render`
executes the notebook in its own kernel, exports it with the template ``bericht`` and moves the page into
place only when it is complete. A failure leaves the page of an earlier run as it was and keeps the partial notebook.

papermill and nbconvert are imported when a page is made: who only plans pages starts without them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sozialraum.kernel import KERNEL
from sozialraum.render.environment import CELL_TIMEOUT_S, warm_up
from sozialraum.render.job import Job, Rendered, render
from sozialraum.render.outline import outline
from sozialraum.render.parameters import check_parameters, effective_cells, known_parameters

if TYPE_CHECKING:
    from sozialraum.render.page import TEMPLATES, Page, export

__all__ = [
    "CELL_TIMEOUT_S",
    "KERNEL",
    "TEMPLATES",
    "Job",
    "Page",
    "Rendered",
    "check_parameters",
    "effective_cells",
    "export",
    "known_parameters",
    "outline",
    "render",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    if name in ("TEMPLATES", "Page", "export"):
        return getattr(import_module("sozialraum.render.page"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
