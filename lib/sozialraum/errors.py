"""The exception tree of the library.

Every message is a complete German sentence for a planner: what happened, where, and what to do.
"""

from collections.abc import Iterable


class SozialraumError(Exception):
    """Base of all errors that the library raises on purpose."""


class SourceMissing(SozialraumError):
    """A source file or a built table is not where it should be."""


class SchemaError(SozialraumError):
    """A table or file breaks its contract.

    Parameters
    ----------
    problems
        One German sentence per problem, each naming file, row and remedy. All problems are collected
        before the error is raised.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        count = len(self.problems)
        head = "1 Problem in den Daten:" if count == 1 else f"{count} Probleme in den Daten:"
        super().__init__("\n".join([head, *(f"  - {problem}" for problem in self.problems)]))


class UnknownArea(SozialraumError):
    """A name or number means no area, or more than one."""


class UnknownAddress(SozialraumError):
    """An address is not in the gazetteer; the message offers near matches."""


class ParameterError(SozialraumError):
    """A notebook parameter or option is unknown or has an unusable value."""


class RenderError(SozialraumError):
    """A notebook could not be turned into a report."""
