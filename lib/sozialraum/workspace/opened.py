"""The tables of a city with what a planner has laid over them: own tables, own areas."""

from sozialraum.load import Data


class Workspace(Data):
    """The built tables of a city; each layer of a planner overrides the tables that it changes."""
