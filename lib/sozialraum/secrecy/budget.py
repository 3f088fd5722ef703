"""How long an audit may take: what is not finished in time is refused."""

from time import monotonic
from typing import Final

from sozialraum.errors import SecrecyError

BUDGET_S: Final = 60.0


class Budget:
    """Seconds that are left.

    Parameters
    ----------
    seconds
        How long everything together may take.
    """

    def __init__(self, seconds: float = BUDGET_S) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds until the end.

        Raises
        ------
        SecrecyError
            If there are none.
        """
        left = self._end - monotonic()
        if left <= 0:
            raise SecrecyError(
                f"Die Prüfung der Geheimhaltung war nach {self._seconds:.0f} Sekunden nicht fertig. Was nicht geprüft "
                "ist, wird nicht eingelesen; es ist nichts geschrieben. Bitte weniger Tabellen oder Spalten auf einmal "
                "einlesen, oder sie von der Statistikstelle gemeinsam schützen lassen (--statistikstelle)."
            )
        return left
