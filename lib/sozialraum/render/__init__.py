"""One notebook and its parameters become one HTML page.

:func:`check_parameters` refuses what a notebook does not know before anything runs; :func:`render`
executes the notebook in its own kernel, exports it with the template ``bericht`` and moves the page into
place only when it is complete. A failure removes the page of an earlier run and keeps the partial notebook.
"""

from sozialraum.kernel import KERNEL
from sozialraum.render.execute import CELL_TIMEOUT_S, warm_up
from sozialraum.render.job import Job, Rendered, render, write_text
from sozialraum.render.outline import outline
from sozialraum.render.page import TEMPLATES, Page, export
from sozialraum.render.parameters import check_parameters, known_parameters

__all__ = [
    "CELL_TIMEOUT_S",
    "KERNEL",
    "TEMPLATES",
    "Job",
    "Page",
    "Rendered",
    "check_parameters",
    "export",
    "known_parameters",
    "outline",
    "render",
    "warm_up",
    "write_text",
]
