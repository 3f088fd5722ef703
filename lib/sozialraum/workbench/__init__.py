"""The workbench of a planner in JupyterLab: choose, look, search, draw, save, and make the report of it.

state       what is chosen; the views watch it
messages    what went wrong or was done, in German, inside the workbench
controls    the fields in which a person chooses
layers      the GeoJSON of the map: Stadtteile, outlines, facilities
map_view    the map
chart_view  finding, strip, profile and table of values
search      an address
drawing     an area drawn on the map
saving      what is seen, as a file
importing   a table of one's own
report      what is seen, as a report
page        all of it on one page
still       the same as plain figures, where nobody can click
"""

from sozialraum.workbench.page import Workbench, open_workbench
from sozialraum.workbench.state import State

__all__ = ["State", "Workbench", "open_workbench"]
