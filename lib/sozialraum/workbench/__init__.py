"""The workbench of a planner in JupyterLab: choose, look, search, draw, save, and make the report of it.

``state`` is what is chosen; ``controls`` change it, the views and tools watch it; ``page`` puts all on one page, and
``still`` makes plain figures of it where nobody can click.
"""

from sozialraum.workbench.page import Workbench, open_workbench
from sozialraum.workbench.state import State

__all__ = ["State", "Workbench", "open_workbench"]
