"""The workbench for readers who cannot click: sentences and plain figures, as in a report."""

from IPython.core.getipython import get_ipython

from sozialraum import charts, figures, maps, text
from sozialraum.text.series import series_words
from sozialraum.workbench.chart_view import comparison, has_series, value_table
from sozialraum.workbench.state import State


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
    figures.prose([*text.at_a_glance(analysis), *([comparison(state)] if state.other else [])], as_list=True)
    figures.show(
        maps.choropleth(state.data, state.values, indikator=state.entry, gebiet_id=state.gebiet, breaks=state.breaks),
        **text.choropleth_words(analysis, key),
    )
    figures.show(charts.strip(analysis, key), **text.strip_words(analysis, key))
    if has_series(state):
        figures.show(charts.series(analysis, key), **series_words(analysis, key))
    figures.show(charts.profile(analysis), **text.profile_words(analysis))
    figures.table(value_table(state), caption=f"Alle Werte: {state.area.langname}")
