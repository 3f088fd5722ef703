"""How long an audit may take: what is not finished in time is refused. Every program is solved against its clock."""

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from sozialraum.errors import SecrecyError

BUDGET_S: Final = 60.0
_INFEASIBLE: Final = (2, 4)
Array = npt.NDArray[np.float64]


class Budget:
    """Seconds that are left."""

    def __init__(self, seconds: float = BUDGET_S) -> None:
        self._seconds = seconds
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds until the end."""
        left = self._end - monotonic()
        if left <= 0:
            raise SecrecyError(
                f"Die Prüfung der Geheimhaltung war nach {self._seconds:.0f} Sekunden nicht fertig. Was nicht geprüft "
                "ist, wird nicht eingelesen; es ist nichts geschrieben. Bitte weniger Tabellen oder Spalten auf einmal "
                "einlesen, oder sie von der Statistikstelle gemeinsam schützen lassen (--statistikstelle)."
            )
        return left

    def solve(
        self,
        costs: Array,
        constraints: Sequence["scipy.optimize.LinearConstraint"],
        bounds: "scipy.optimize.Bounds",
        *,
        whole: Array | bool,
    ) -> Array | None:
        """The cheapest solution; None if nothing meets all constraints."""
        done = scipy.optimize.milp(
            costs,
            constraints=constraints,
            integrality=np.broadcast_to(np.asarray(whole, dtype=int), costs.shape),
            bounds=bounds,
            options={"mip_rel_gap": 0.0, "time_limit": self.left()},
        )
        if done.status in _INFEASIBLE:
            return None
        if done.status != 0:
            self.left()
            raise SecrecyError("Die Prüfung der Geheimhaltung ist nicht zu Ende gerechnet; es ist nichts geschrieben.")
        return np.asarray(done.x)


def between(rows: Sequence[tuple[Mapping[int, float], float, float]], size: int) -> "scipy.optimize.LinearConstraint":
    """Rows of a program: a weighted sum of the variables with these numbers lies between two bounds."""
    cells = [(line, place, weight) for line, (form, _, _) in enumerate(rows) for place, weight in form.items()]
    line, place, weight = (np.array(values) for values in zip(*cells, strict=True))
    low, high = (np.array([row[side] for row in rows], dtype="float64") for side in (1, 2))
    return scipy.optimize.LinearConstraint(
        scipy.sparse.csr_array((weight, (line, place)), shape=(len(rows), size)), low, high
    )
