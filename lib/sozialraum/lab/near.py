"""The nearest places of a kind around a point: walking metres and minutes, an estimate from the straight line."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sozialraum.city.access import DETOUR, NOT_OPEN, WALKING_SPEED_M_PER_MIN
from sozialraum.city.load import Data
from sozialraum.lab import filters
from sozialraum.style import NBSP, number

NEAREST: Final = 3
STEP_M: Final = 10
ESTIMATE: Final = "Geschätzt: Luftlinie mal 1,3, 5 km/h; Orte jenseits der Stadtgrenze sind nicht erfasst."


@dataclass(frozen=True)
class Near:
    """A place with the walk to it; ``x`` and ``y`` in metres."""

    name: str
    stadtteil: str
    metres: float
    x: float
    y: float

    @property
    def minutes(self) -> int:
        """Minutes on foot, at least one."""
        return max(1, math.ceil(self.metres / WALKING_SPEED_M_PER_MIN - 0.5))

    @property
    def text(self) -> str:
        """One German line with name, Stadtteil and walk."""
        far = f"rund {number(round(self.metres / STEP_M) * STEP_M)}{NBSP}m"
        return (
            f"{self.name} ({self.stadtteil}): {far}, "
            f"{number(self.minutes)}{NBSP}{'Minute' if self.minutes == 1 else 'Minuten'}"
        )


def nearest(data: Data, x: float, y: float, kind: str, nur: Mapping[str, Any]) -> list[Near]:
    """The three nearest open places of a kind (a symbol) that are all that is asked; fewer if there are fewer."""
    table = filters.fitting(data, nur)
    table = table[(table["symbol"] == kind) & ~table["status"].isin(NOT_OPEN)]
    far = ((table["x"] - x) ** 2 + (table["y"] - y) ** 2) ** 0.5 * DETOUR
    found = table.assign(metres=far).sort_values(["metres", "name"], kind="stable").drop_duplicates(["name", "x", "y"])
    labels = {area.id: area.label for area in data.register}
    return [
        Near(str(row["name"]), labels.get(str(row["gebiet_id"]), ""), float(row["metres"]), row["x"], row["y"])
        for row in found.head(NEAREST).to_dict("records")
    ]
