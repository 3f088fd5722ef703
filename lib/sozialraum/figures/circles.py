"""Counts as circles: the area of a circle is proportional to the count, on every map alike."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely

from sozialraum.city.indicators import Indikator
from sozialraum.city.load import Data
from sozialraum.figures.classes import Breaks
from sozialraum.figures.hatch import HATCH
from sozialraum.style import LAND, SEQUENTIAL, is_missing, value

COUNT: Final = "anzahl"
LARGEST: Final = 19.0
"""Radius of the highest count on a map of full width, in pixels."""
FILL: Final = SEQUENTIAL[3]
OPACITY: Final = 0.85
_STEPS: Final = (1, 2, 5)
_CLEARLY: Final = 1.6
"""How many times one count of a legend is at least the next one."""


@dataclass(frozen=True)
class Circles:
    """How large a count is drawn.

    Attributes
    ----------
    low, high
        The lowest and the highest count, as the legend says them.
    indikator
        What is counted.
    radius
        Radius of the highest count in drawing units.
    """

    low: float
    high: float
    indikator: Indikator
    radius: float = LARGEST

    def radius_of(self, wert: float) -> float:
        """Radius of a count: as its square root. 0 if it is missing or zero, which has no circle."""
        if is_missing(wert) or wert <= 0 or self.high <= 0:
            return 0.0
        return self.radius * math.sqrt(wert / self.high)

    def words(self, wert: float, *, unit: bool = True) -> str:
        """A count as tables print it."""
        return value(wert, self.indikator, unit=unit)

    def legend(self) -> list[float]:
        """The counts that a legend shows: the highest, a round one between, the lowest. None if there is no value."""
        if is_missing(self.high):
            return []
        ends = [self.high, self.low] if self.low < self.high else [self.high]
        middle = self._middle()
        return [ends[0], middle, *ends[1:]] if middle else ends

    def _middle(self) -> float:
        """A round count whose circle is about half as wide as the largest; 0 if none is clearly between the ends."""
        size = math.floor(math.log10(self.high)) if self.high > 0 else 0
        every = [step * 10.0**power for power in range(size + 1) for step in _STEPS]
        fits = [one for one in every if self.low * _CLEARLY <= one <= self.high / _CLEARLY]
        return min(fits, key=lambda one: abs(math.log(one * 4 / self.high)), default=0.0)

    def alt(self) -> str:
        """The legend in words."""
        return f"Größe der Kreise: {', '.join(self.words(wert) for wert in self.legend())}"


def is_count(indikator: Indikator) -> bool:
    """Whether an indicator counts and is drawn as circles; shares, rates and changes colour their areas."""
    return indikator.typ == COUNT


def paint(values: pd.Series, classes: Breaks, *, indikator: Indikator, hatch: str = HATCH) -> dict[str, str]:
    """Fill of each Stadtteil: the colour of its class, plain below circles, hatched if the value is missing."""
    colours = dict.fromkeys(values.dropna().index, LAND) if is_count(indikator) else classes.colours_of(values)
    return {str(key): colours.get(key) or hatch for key in values.index}


def circles_of(classes: Breaks, *, indikator: Indikator, radius: float = LARGEST) -> Circles:
    """The circles of a count that reach from the lowest to the highest value of its classes."""
    low, high = (classes.limits[0], classes.limits[-1]) if classes.limits else (math.nan, math.nan)
    return Circles(low, high, indikator, radius)


def centres(data: Data) -> dict[str, tuple[float, float]]:
    """Where the circle of each Stadtteil stands: the middle of its largest inscribed circle; metres, EPSG:25832."""
    keys = [area.id for area in data.register.of_level("stadtteil")]
    shapes = np.asarray([data.gebiete.geometry[key] for key in keys])
    spokes = shapely.maximum_inscribed_circle(shapes, tolerance=10.0)
    return {key: shapely.get_coordinates(spoke)[0].tolist() for key, spoke in zip(keys, spokes, strict=True)}
