"""A table of an office as understood: it shows itself, asks, and is kept."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.city.load import Data
from sozialraum.supply import intake
from sozialraum.supply.intake import Brought, Weitergabe
from sozialraum.supply.kept import written_words
from sozialraum.supply.workspace import open_data

if TYPE_CHECKING:
    from sozialraum.api.stadt import Stadt


class Tabelle:
    """What was understood of a table.

    Attributes
    ----------
    problems, questions
        What is wrong, and what is still to be said; German sentences. Only without any of both it can be kept.
    """

    def __init__(self, brought: Brought, opened: Data, renew: "Callable[[], Stadt]") -> None:
        self._brought, self._opened, self._renew = brought, opened, renew
        self.problems = list(dict.fromkeys(brought.findings.problems))
        self.questions = list(dict.fromkeys(brought.findings.questions))

    def __str__(self) -> str:
        return intake.preview(self._brought, self._opened)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def description(self) -> str:
        """The description (YAML) to be completed and kept beside the table."""
        return intake.propose(self._brought.path, self._opened, options=self._brought.answers)

    def keep(self, *, today: date | None = None) -> "Stadt":
        """Import the table; says what was done and returns the city with its values.

        A table for ``rat`` or ``intern`` is seen by a city that was opened for that audience only.

        Raises
        ------
        TableError, SecrecyError
            If there are problems or open questions, or a hidden count would come to light; nothing is written.
        """
        self._brought.refuse()
        day, folder = today or _now(), self._opened.dir
        done = intake.write_packages(folder, intake.packages(self._brought, self._opened), today=day)
        intake.remember(folder, self._brought.sheets, self._brought.answers, self._opened.register)
        print(written_words(done, self._opened.register))  # noqa: T201 (the one place where a person waits for it)
        return self._renew()


def understand(
    data: Data,
    file: Path,
    *,
    beschreibung: str | Path | None,
    angaben: Mapping[str, Any],
    renew: "Callable[[], Stadt]",
) -> Tabelle:
    """Read a table; see :meth:`sozialraum.Stadt.read`."""
    opened = open_data(data.dir, weitergabe=Weitergabe.INTERN)
    options = intake.description(dict(angaben), "Angaben")
    described = Path(beschreibung) if beschreibung else None
    brought = intake.bring(file, opened, options=options, beschreibung=described, today=_now())
    return Tabelle(brought, opened, renew)


def _now() -> date:
    return datetime.now(UTC).date()
