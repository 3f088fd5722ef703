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

    head_one = "1 Problem in den Daten:"
    head_many = "{count} Probleme in den Daten:"

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        count = len(self.problems)
        head = self.head_one if count == 1 else self.head_many.format(count=count)
        super().__init__("\n".join([head, *(f"  - {problem}" for problem in self.problems)]))


class TableError(SchemaError):
    """A table that somebody brought cannot be read, understood or accepted; see :class:`SchemaError`."""

    head_one = "1 Problem in der Tabelle:"
    head_many = "{count} Probleme in der Tabelle:"

    def __init__(self, problems: str | Iterable[str]) -> None:
        super().__init__([problems] if isinstance(problems, str) else problems)


class UnknownArea(SozialraumError):
    """A name or number means no area, or more than one."""


class UnknownAddress(SozialraumError):
    """An address is not in the gazetteer; the message offers near matches."""


class ParameterError(SozialraumError):
    """A notebook parameter or option is unknown or has an unusable value."""


class SecrecyError(SozialraumError):
    """A table would reveal a secret, or cannot be protected; nothing was written. The message names no count."""


class RenderError(SozialraumError):
    """A notebook could not be turned into a report.

    Parameters
    ----------
    cell
        Number of the cell that failed, from 1; None if it was none.
    """

    def __init__(self, message: str, *, cell: int | None = None) -> None:
        self.cell = cell
        super().__init__(message)
