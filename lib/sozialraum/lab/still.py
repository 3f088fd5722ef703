"""The workbench for readers who cannot click: sentences and plain figures, as in a report."""

from IPython.core.getipython import get_ipython

from sozialraum import figures, text
from sozialraum.lab.chart_view import comparison, has_series, value_table
from sozialraum.lab.state import State


def attended() -> bool:
    """Whether someone sits in front of the notebook.

    Jupyter's clients say with every request whether they can ask a person for input (``allow_stdin``):
    JupyterLab can, nbconvert and papermill cannot.
    """
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    asked = kernel.get_parent("shell").get("content", {})
    return bool(asked.get("allow_stdin", False))


def put(state: State) -> None:
    """Put finding, map, strip, profile and table of values on the page."""
    analysis, key = state.analysis, state.indikator
    figures.prose([*text.at_a_glance(analysis), *([comparison(state)] if state.others else [])], as_list=True)
    for figure in (
        figures.choropleth(state.shown, key, breaks=state.breaks),
        figures.dotplot(analysis, key, beside=[area.id for area in state.others.values()]),
        *([figures.timeline(analysis, key)] if has_series(state) else []),
        figures.profile(analysis),
    ):
        figure.show()
    figures.table(value_table(state), caption=f"Alle Werte: {state.area.langname}")
