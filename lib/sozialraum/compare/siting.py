"""Where is something reached on the shortest mean way, what is as good within the errors, and what a wish costs.

Demand are cells with people; candidates are cells, houses of streets, or addresses. What exists already stays, ``p``
come in. The people of a cell are an estimate: they are drawn again and again within their errors, and whatever
is told of a site carries what nine of ten draws say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from sozialraum.city.access import WALKING_SPEED_M_PER_MIN
from sozialraum.compare.p_median import LIMIT_S, p_median
from sozialraum.compare.site_ways import Ways
from sozialraum.errors import ParameterError

MEAN, COVER, WORST = "mean", "cover", "worst"
OBJECTIVES: Final = (MEAN, COVER, WORST)
"""Shortest mean way, most people within some metres, shortest longest way."""
MINUTES: Final = (5, 10, 15)
EQUAL: Final = 0.05
"""Sites with a mean way up to so much longer are as good."""
DRAWS: Final = 400
ENDS: Final = (0.05, 0.95)
FEWEST: Final = 30
"""Nothing is told of fewer people."""
_NEAR: Final = 1.25
"""Candidates up to this part of the best value are drawn; others cannot become equal."""
_MOST: Final = 6_000_000
"""Pairs of cell and candidate up to which several sites are chosen among all candidates."""
_AT_ONCE: Final = 400
_MOST_WALKED, _WALKED_AT_ONCE, _NEAR_WALKED = 300, 100, 1.1
"""Candidates to which all ways are walked at once, those of one step of the search, and up to which part it goes."""
_ROUNDS: Final = 20

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Demand:
    """Who is to reach the sites.

    Attributes
    ----------
    at
        Places in metres, one row each.
    people
        How many live there.
    parts
        A number per place: places of one number err together.
    off, apart
        Standard error of each place as a part of its people: of its whole part, and of itself alone; 0 if counted.
    """

    at: Floats
    people: Floats
    parts: Indices
    off: Floats
    apart: Floats

    @property
    def total(self) -> float:
        """All people."""
        return float(self.people.sum())

    @cached_property
    def drawn(self) -> Floats:
        """People of every place in each draw (rows), never negative; one row if nothing is uncertain."""
        if not (self.off.any() or self.apart.any()):
            return self.people[None, :]
        random = np.random.default_rng(0)
        whole = random.standard_normal((DRAWS, int(self.parts.max()) + 1))[:, self.parts]
        shape = 1 / np.maximum(self.apart, 1e-3) ** 2
        single = np.where(self.apart > 0, random.gamma(shape, 1 / shape, (DRAWS, len(shape))), 1.0)
        return np.asarray(self.people * np.maximum(1 + self.off * whole, 0.05) * single)


@dataclass(frozen=True, eq=False)
class Places:
    """Candidates or existing sites: metres and names; a cell has no name of its own."""

    at: Floats
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.names)

    def some(self, which: Sequence[int] | Indices) -> "Places":
        """Some of them, in this order."""
        return Places(self.at[list(which)], tuple(self.names[int(one)] for one in which))

    def with_(self, other: "Places") -> "Places":
        """These and others."""
        return Places(np.vstack([self.at, other.at]), (*self.names, *other.names))


NONE: Final = Places(np.empty((0, 2)), ())


@dataclass(frozen=True)
class Span:
    """A number with what nine of ten draws say; the ends are the number itself if nothing is uncertain."""

    wert: float
    von: float
    bis: float


@dataclass(frozen=True, eq=False)
class Reach:
    """How a set of sites is reached.

    Attributes
    ----------
    mittel
        Mean way in metres.
    laengster
        Longest way of anybody.
    binnen
        People by minutes on foot, at most so many.
    """

    mittel: Span
    laengster: float
    binnen: Mapping[int, Span]


@dataclass(frozen=True, eq=False)
class Wish:
    """A wished site beside the best one.

    Attributes
    ----------
    value
        The objective with it, as :attr:`Sites.value`.
    mehr
        By how much its mean way is longer than that of the best, in per cent; negative is shorter: a wish need not be
        among the candidates.
    gleichwertig
        Whether it is as good, within :data:`EQUAL` or within the error of the people.
    instead
        Which of the new sites it stands for, by place.
    """

    name: str
    at: tuple[float, float]
    instead: int
    reach: Reach
    value: float
    mehr: Span
    gleichwertig: bool


@dataclass(frozen=True, eq=False)
class Second:
    """What one more site would change.

    Attributes
    ----------
    site
        Where it would lower the mean way most.
    helped
        People for whom it would be nearer than the present ones, and their mean way before and after.
    """

    site: Places
    reach: Reach
    helped: Span
    before: float
    after: float
    places: Flags = field(repr=False)


@dataclass(frozen=True, eq=False)
class Sites:
    """Where to put new sites.

    Attributes
    ----------
    sites
        The new ones.
    value
        What was made as good as possible: metres, or the share of people within ``metres`` in per cent.
    equal
        Candidates that are as good in place of one of the new sites: for each site True or False per candidate.
    gap
        0.0 if it is proven that no other sites are better, otherwise how much better they might be, as a part.
    merged
        Whether there were so many candidates that sites were searched for step by step, without proof.
    network
        Whether ways were measured on footpaths.
    """

    demand: Demand
    candidates: Places
    fixed: Places
    objective: str
    metres: float
    chosen: tuple[int, ...]
    value: float
    gap: float
    merged: bool
    reach: Reach
    equal: tuple[Flags, ...] = ()
    wish: Wish | None = None
    second: Second | None = None
    network: bool = False

    @property
    def sites(self) -> Places:
        """The new sites."""
        return self.candidates.some(self.chosen)

    @property
    def proven(self) -> bool:
        """Whether no other sites are better."""
        return self.gap == 0.0 and not self.merged


def best_of(
    demand: Demand,
    candidates: Places,
    ways: Ways,
    *,
    p: int = 1,
    fixed: Places = NONE,
    objective: str = MEAN,
    metres: float = 800.0,
    wish: Places = NONE,
    limit: float = LIMIT_S,
) -> Sites:
    """The p candidates that serve the demand best, beside those that are fixed.

    Raises
    ------
    ParameterError
        If there are fewer candidates than sites, nobody to serve, or no such objective.
    """
    if objective not in OBJECTIVES:
        raise ParameterError(f"Das Ziel „{objective}“ gibt es nicht. Möglich sind: {', '.join(OBJECTIVES)}.")
    if demand.total <= 0:
        raise ParameterError("Im Einzugsbereich wohnt niemand, der gezählt wird. Bitte einen anderen wählen.")
    if not len(candidates):
        raise ParameterError("Es ist kein möglicher Standort angegeben. Bitte Adressen oder Straßen nennen.")
    if isinstance(p, bool) or not isinstance(p, int | np.integer) or not 1 <= p <= len(candidates):
        raise ParameterError(
            f"„{p}“ neue Standorte sind nicht möglich. Erwartet wird eine ganze Zahl von 1 bis {len(candidates)}, "
            "der Zahl der möglichen Standorte; bestehende zählen nicht mit."
        )
    if isinstance(metres, str) or not metres > 0:
        raise ParameterError(f"„{metres}“ ist kein Fußweg in Metern. Erwartet wird eine Zahl über 0, zum Beispiel 800.")
    task = _Task(demand, candidates, ways, fixed, objective, metres)
    chosen, gap, merged = task.choose(int(p), limit)
    served = fixed.with_(candidates.some(chosen))
    now = ways.least(demand.at, served.at)
    return Sites(
        demand, candidates, fixed, objective, metres, tuple(chosen), task.value_of(now), gap, merged,
        reach=reach_of(demand, now),
        equal=tuple(task.equal(chosen, place) for place in range(len(chosen))),
        wish=task.wished(wish, chosen, now) if len(wish) else None,
        second=task.second(now) if objective == MEAN else None,
        network=ways.network,
    )  # fmt: skip


def reach_of(demand: Demand, way: Floats) -> Reach:
    """How places with such ways are reached."""
    within = {minutes: _span(demand, (way <= minutes * WALKING_SPEED_M_PER_MIN).astype(float)) for minutes in MINUTES}
    return Reach(_mean(demand, way), float(way[demand.people > 0].max()), within)


def _mean(demand: Demand, way: Floats) -> Span:
    drawn = demand.drawn @ way / demand.drawn.sum(axis=1)
    return _ends(float(demand.people @ way / demand.total), drawn)


def _span(demand: Demand, part: Floats) -> Span:
    """People for whom something holds; the draws change where they live, not how many they are in all."""
    drawn = demand.drawn @ part / demand.drawn.sum(axis=1) * demand.total
    return _ends(float(demand.people @ part), drawn)


def _ends(wert: float, drawn: Floats) -> Span:
    if len(drawn) == 1:
        return Span(wert, wert, wert)
    von, bis = np.quantile(drawn, ENDS)
    return Span(wert, min(wert, float(von)), max(wert, float(bis)))


class _Task:
    """One question: what a way costs by the objective, and the candidates by what they would cost."""

    def __init__(
        self, demand: Demand, candidates: Places, ways: Ways, fixed: Places, objective: str, metres: float
    ) -> None:
        self.demand, self.candidates, self.ways = demand, candidates, ways
        self.objective, self.metres = objective, metres
        self.fixed = fixed
        self.base = ways.least(demand.at, fixed.at)

    def cost(self, way: Floats) -> Floats:
        """What a way counts: metres, or whether it is too long."""
        return (way > self.metres).astype(float) if self.objective == COVER else way

    def value_of(self, way: Floats) -> float:
        """The objective as it is told: mean or longest metres, or the share within the limit in per cent."""
        if self.objective == WORST:
            return float(way[self.demand.people > 0].max())
        mean = float(self.cost(way) @ self.demand.people / self.demand.total)
        return 100 * (1 - mean) if self.objective == COVER else mean

    def choose(self, p: int, limit: float) -> tuple[list[int], float, bool]:
        """Candidates, gap, and whether they were searched for step by step."""
        if p == 1:
            return [int(self.totals(self.base).argmin())], 0.0, False
        most = _MOST_WALKED if self.ways.network else len(self.candidates)
        if len(self.candidates) * len(self.demand.people) <= _MOST and len(self.candidates) <= most:
            chosen, gap = self._exact(np.arange(len(self.candidates)), p, limit)
            return chosen, gap, False
        few = self._coarse(min(most, _MOST // len(self.demand.people)))
        chosen, _ = self._exact(few, min(p, len(few)), limit)
        return self._refined(chosen), 0.0, True

    def totals(self, base: Floats) -> Floats:
        """Value of each candidate beside ways that are there already, the smaller the better.

        On footpaths no way is shorter than the crow flies: candidates that cannot come near the best are infinite.
        """
        if not self.ways.network:
            return self._valued(self.ways, base, np.arange(len(self.candidates)))
        least = self._valued(Ways(1.0), base, np.arange(len(self.candidates)))
        found = np.full(len(least), np.inf)
        for part in np.array_split(least.argsort(kind="stable"), -(-len(least) // _WALKED_AT_ONCE)):
            if least[part[0]] > _NEAR_WALKED * found.min():
                break
            found[part] = self._valued(self.ways, base, part)
        return found

    def _valued(self, ways: Ways, base: Floats, which: Indices) -> Floats:
        found = []
        for start in range(0, len(which), _AT_ONCE):
            way = ways.matrix(self.demand.at, self.candidates.at[which[start : start + _AT_ONCE]])
            way = np.minimum(way, base[:, None])
            if self.objective == WORST:
                found.append(way[self.demand.people > 0].max(axis=0))
            else:
                found.append(self.demand.people @ self.cost(way))
        return np.concatenate(found)

    def _exact(self, among: Indices, p: int, limit: float) -> tuple[list[int], float]:
        way = self.ways.matrix(self.demand.at, self.candidates.at[among])
        fixed: tuple[int, ...] = ()
        if len(self.fixed):
            way, fixed = np.column_stack([self.base, way]), (0,)
        extra, people = len(fixed), self.demand.people
        if self.objective == WORST:
            columns, gap = _least_worst(way, people, p + extra, fixed, limit)
        else:
            found = p_median(self.cost(way), people, p + extra, fixed, limit=limit)
            columns, gap = found.columns, found.gap
        return [int(among[one - extra]) for one in columns if one >= extra], gap

    def _coarse(self, most: int) -> Indices:
        """Few candidates, spread evenly: of every block the one with the most people nearest to it."""
        size = 100.0
        while True:
            size += 50.0
            block = np.floor(self.candidates.at / size)
            first = np.unique(block, axis=0, return_index=True)[1]
            if len(first) <= most:
                return np.sort(first)

    def _refined(self, chosen: list[int]) -> list[int]:
        """Exchange one site at a time for the best candidate until nothing improves."""
        for _ in range(_ROUNDS):
            before = list(chosen)
            for place in range(len(chosen)):
                totals = self.totals(self._others(chosen, place))
                best = int(totals.argmin())
                if totals[best] < totals[chosen[place]]:
                    chosen[place] = best
            if chosen == before:
                break
        return chosen

    def _others(self, chosen: Sequence[int], place: int) -> Floats:
        """Ways to all sites but one."""
        rest = [one for at, one in enumerate(chosen) if at != place]
        return np.minimum(self.base, self.ways.least(self.demand.at, self.candidates.at[rest]))

    def equal(self, chosen: Sequence[int], place: int) -> Flags:
        """Candidates that are as good in place of a site: nearly as good, or not clearly worse in the draws."""
        base = self._others(chosen, place)
        totals = self.totals(base)
        best = totals[chosen[place]]
        if self.objective == COVER:
            people = self.demand.total
            near = people - totals >= (1 - EQUAL) * (people - best)
        else:
            near = totals <= (1 + EQUAL) * best
        if self.objective == WORST or len(self.demand.drawn) == 1:
            return np.asarray(near)
        tried = np.flatnonzero(~near & (totals <= _NEAR * best))
        own = self._drawn_cost(base, np.array([chosen[place]]))[:, 0]
        for start in range(0, len(tried), _AT_ONCE):
            part = tried[start : start + _AT_ONCE]
            worse = self._drawn_cost(base, part) - own[:, None]
            near[part] = np.quantile(worse, ENDS[0], axis=0) <= 0
        return np.asarray(near)

    def _drawn_cost(self, base: Floats, which: Indices) -> Floats:
        way = np.minimum(self.ways.matrix(self.demand.at, self.candidates.at[which]), base[:, None])
        drawn = self.demand.drawn
        return np.asarray(drawn @ self.cost(way) / drawn.sum(axis=1)[:, None])

    def wished(self, wish: Places, chosen: Sequence[int], best: Floats) -> Wish:
        """A wish in place of the best site, or of the new one that is nearest to it."""
        apart = self.ways.matrix(wish.at[:1], self.candidates.at[list(chosen)])[0]
        instead = int(apart.argmin())
        base = self._others(chosen, instead)
        way = np.minimum(self.ways.matrix(self.demand.at, wish.at[:1])[:, 0], base)
        demand = self.demand
        if best.any():
            mean, least = (float(demand.people @ one / demand.total) for one in (way, best))
            more = _ends(100 * (mean / least - 1), 100 * ((demand.drawn @ way) / (demand.drawn @ best) - 1))
        else:  # a site in every cell: all ways are 0, and no way is longer than that by any part
            more = Span(*[np.inf if way.any() else 0.0] * 3)
        where = (float(wish.at[0, 0]), float(wish.at[0, 1]))
        value, least = self.value_of(way), self.value_of(best)
        equal = value >= (1 - EQUAL) * least if self.objective == COVER else value <= (1 + EQUAL) * least
        equal = equal or (self.objective == MEAN and more.von <= 0)
        return Wish(wish.names[0], where, instead, reach_of(demand, way), value, more, equal)

    def second(self, now: Floats) -> Second | None:
        """One more site beside all there are; None if there is no other candidate."""
        if len(self.candidates) < 2:
            return None
        best = int(self.totals(now).argmin())
        way = self.ways.matrix(self.demand.at, self.candidates.at[[best]])[:, 0]
        nearer = way < now
        people = self.demand.people * nearer
        if not people.sum():
            return None
        before, after = (float(people @ one / people.sum()) for one in (now, way))
        reach = reach_of(self.demand, np.minimum(now, way))
        return Second(
            self.candidates.some([best]), reach, _span(self.demand, nearer.astype(float)), before, after, nearer
        )


def _least_worst(
    way: Floats, people: Floats, p: int, fixed: tuple[int, ...], limit: float
) -> tuple[tuple[int, ...], float]:
    """The p columns with the shortest longest way: the smallest radius within which everybody has one of them."""
    used = way[people > 0]
    ones = np.ones(len(used))
    radii = np.unique(used)
    low, high = 0, len(radii) - 1
    columns, proven = p_median(used, ones, p, fixed, limit=limit).columns, True
    high = int(np.searchsorted(radii, used[:, columns].min(axis=1).max()))
    while low < high:
        middle = (low + high) // 2
        found = p_median((used > radii[middle]).astype(float), ones, p, fixed, limit=limit / 8)
        if found.total == 0:
            columns, high = found.columns, int(np.searchsorted(radii, used[:, found.columns].min(axis=1).max()))
        else:
            low, proven = middle + 1, proven and found.bound > 0
    return columns, 0.0 if proven else 1.0


def without_demand(demand: Demand) -> Demand:
    """Only the places where somebody lives."""
    lived = demand.people > 0
    return replace(
        demand, at=demand.at[lived], people=demand.people[lived], parts=demand.parts[lived],
        off=demand.off[lived], apart=demand.apart[lived],
    )  # fmt: skip
