"""For whom a value is: the one vocabulary of imports, packages, pages, exports, workbench and command line."""

from enum import StrEnum
from typing import Final

from sozialraum.errors import ParameterError
from sozialraum.gebiete import fold


class Weitergabe(StrEnum):
    """Who may see a value; each may see what those before it may.

    The value of a member is what files and options say, :attr:`label` is what people read.
    """

    OEFFENTLICH = "oeffentlich"
    RAT = "rat"
    INTERN = "intern"

    @property
    def label(self) -> str:
        """As printed: ``öffentlich``, ``Rat und Verwaltung``, ``nur intern``."""
        return _LABELS[self]

    def may_see(self, other: "Weitergabe") -> bool:
        """Whether this audience may see what is meant for another one."""
        order = list(Weitergabe)
        return order.index(other) <= order.index(self)

    @classmethod
    def known(cls, text: str) -> "Weitergabe | None":
        """The audience that a person names by its id or its label, in any case and spelling of umlauts; None if none.

        Examples
        --------
        >>> Weitergabe.known("Öffentlich").value
        'oeffentlich'
        """
        wanted = fold(text)
        return next((one for one in cls if wanted in (fold(one.value), fold(one.label))), None)

    @classmethod
    def parse(cls, text: str) -> "Weitergabe":
        """As :meth:`known`.

        Raises
        ------
        ParameterError
            If there is no such audience.
        """
        found = cls.known(text)
        if found is None:
            raise ParameterError(f"Die Weitergabe „{text}“ gibt es nicht, nur: {', '.join(WEITERGABE)}.")
        return found


_LABELS: Final = {
    Weitergabe.OEFFENTLICH: "öffentlich",
    Weitergabe.RAT: "Rat und Verwaltung",
    Weitergabe.INTERN: "nur intern",
}
WEITERGABE: Final = tuple(one.value for one in Weitergabe)
CHOICE: Final = f"{', '.join(WEITERGABE[:-1])} oder {WEITERGABE[-1]}"
"""The ids, as options and templates list them."""
