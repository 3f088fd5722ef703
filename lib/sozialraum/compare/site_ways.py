"""How far it is from people to sites: as the crow flies, or on footpaths."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import scipy

Floats = npt.NDArray[np.float64]


class Ways:
    """Walking metres between places: as the crow flies times a factor."""

    network = False

    def __init__(self, detour: float) -> None:
        self.detour = detour

    def matrix(self, start: Floats, end: Floats) -> Floats:
        """Metres from every start (rows) to every end (columns)."""
        return np.asarray(scipy.spatial.distance.cdist(start, end) * self.detour)

    def least(self, start: Floats, end: Floats) -> Floats:
        """Metres from every start to the nearest end; infinite without any."""
        return np.asarray(self.matrix(start, end).min(axis=1, initial=np.inf))


class PathWays(Ways):
    """Walking metres on footpaths from where the people live; where no path leads, as the crow flies times a factor.

    Parameters
    ----------
    home
        The places from which the paths are walked; from others only the crow flies.
    walked
        Metres on paths from all of them to some places; infinite where there is no path.
    """

    network = True

    def __init__(self, detour: float, home: Floats, walked: Callable[[Floats], Floats]) -> None:
        super().__init__(detour)
        self.home, self.walked, self._known = home, walked, dict[tuple[float, float], Floats]()

    def matrix(self, start: Floats, end: Floats) -> Floats:
        """Metres as of :class:`Ways`; every place is walked to once."""
        if start is not self.home or not len(end):
            return super().matrix(start, end)
        places = [(x, y) for x, y in end.tolist()]
        new = np.array([one for one in dict.fromkeys(places) if one not in self._known]).reshape(-1, 2)
        if len(new):
            metres = self.walked(new)
            metres = np.where(np.isfinite(metres), metres, super().matrix(start, new))
            self._known |= {(x, y): way for (x, y), way in zip(new.tolist(), metres.T, strict=True)}
        return np.column_stack([self._known[one] for one in places])
