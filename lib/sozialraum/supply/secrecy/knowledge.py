"""Everything that published tables say, as linear statements about counts of Stadtteile."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from sozialraum.supply.secrecy.budget import Budget
from sozialraum.supply.secrecy.measures import (
    GEGENSTUECK,
    NENNER,
    RUNDUNG,
    SPERRUNG,
    ZAEHLER,
    Cell,
    Measure,
    Parts,
    Published,
    Rule,
    Var,
    atoms,
    is_part,
    measured,
)
from sozialraum.supply.secrecy.relations import Column, Ratio, Relation, find_ratios, find_relations, without_twins

FIRM, LIKELY, GUESSED = 1000.0, 10.0, 1.0
"""What it costs an intruder to disbelieve a statement when all together contradict each other."""
MAX_DIGITS: Final = 8


class Fact(NamedTuple):
    """A weighted sum of counts lies between two bounds.

    ``sources`` are the places of the tables that say so; ``cost`` is how firm the statement is; ``link`` names the
    count of an earlier edition for which it is only guessed that it has not changed, although a later one shows it.
    """

    terms: Mapping[Var, float]
    low: float
    high: float
    sources: frozenset[int]
    cost: float = FIRM
    link: Var | None = None


@dataclass(frozen=True)
class Hidden:
    """A count that readers must not be able to narrow down, of the table with this place."""

    cell: Cell
    source: int
    gesperrt: bool


@dataclass
class Known:
    """All statements of some tables."""

    parts: Parts
    facts: list[Fact] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    # relations, ratios: sums, equal counts, shares and changes that were found in them
    relations: list[Relation] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)

    def state(
        self,
        terms: Iterable[tuple[Measure, str, float]],
        low: float,
        high: float,
        sources: Iterable[int],
        cost: float = FIRM,
        link: Var | None = None,
    ) -> None:
        """Add a statement; every area stands for its Stadtteile."""
        form: dict[Var, float] = {}
        for measure, area, weight in terms:
            for atom in self.parts[area]:
                form[measure, atom] = form.get((measure, atom), 0.0) + weight
        self.facts.append(Fact(form, low, high, frozenset(sources), cost, link))


@dataclass
class _Table:
    """A table with what its readers can take from it, in the order of all areas."""

    place: int
    published: Published
    stand: str
    numbers: dict[str, Column]
    gesperrt: dict[str, np.ndarray]
    value: Column | None

    def measure(self, teil: str) -> Measure:
        return Measure(self.published.eintrag.id, self.stand, teil)

    def latest(self, teil: str) -> Measure:
        """The same count in the latest edition."""
        return Measure(self.published.eintrag.id, self.published.stand, teil)


def known_from(
    tables: Sequence[Published],
    parts: Parts,
    budget: Budget,
    *,
    rule: Rule | None = None,
    one_count: bool = False,
    given: Known | None = None,
) -> Known:
    """All statements of some tables, with the relations between them.

    ``rule`` says whether zeros are shown and complements count. ``one_count``: editions of one table speak of the same
    counts; otherwise each has its own, and a reader may guess which of them have not changed. ``given`` is what holds
    between these counts, if it is known from more than the tables show.
    """
    found = Known(parts)
    latest = {_key(one): one.ausgabe for one in sorted(tables, key=lambda one: one.ausgabe)}
    readers = [
        _read(place, one, list(parts), old=not one_count and latest[_key(one)] != one.ausgabe)
        for place, one in enumerate(tables)
    ]
    rule = rule or Rule()
    for table in readers:
        _state_counts(found, table, rule)
        _state_shares(found, table)
    for old, new in permutations(readers, 2):
        if _key(old.published) == _key(new.published) and old.stand != new.stand == new.published.stand:
            _link(found, old, new)
    _relate(found, readers, budget, given)
    return found


def _key(one: Published) -> tuple[str, str]:
    return one.eintrag.id, one.stand


def _read(place: int, one: Published, areas: list[str], *, old: bool) -> _Table:
    werte = one.werte.drop_duplicates("gebiet_id", keep="last").set_index("gebiet_id").reindex(areas)
    shown = {teil: werte[teil].astype("float64") for teil in measured(one.eintrag)}
    wert = werte["wert"].astype("float64")
    if one.eintrag.typ == "anzahl" and ZAEHLER in shown:
        shown[ZAEHLER] = shown[ZAEHLER].fillna(wert)
    shown = {teil: column for teil, column in shown.items() if not ((column < 0) | (column % 1 > 0)).any()}
    listed = werte.index.isin(one.werte["gebiet_id"])
    flags = werte["gesperrt"].astype("boolean").fillna(value=False) if "gesperrt" in werte else None
    secret = listed if flags is None else listed & flags.to_numpy(dtype=bool)
    gesperrt = {teil: secret & column.isna().to_numpy() for teil, column in shown.items()}
    numbers = {teil: _column(column, one.deviation) for teil, column in shown.items()}
    tells = wert.notna().any() and (ZAEHLER not in shown or one.eintrag.typ != "anzahl")
    value = _column(wert, _rounding(wert), floor=-np.inf) if tells else None
    stand = f"{one.stand} Ausgabe {one.ausgabe}" if old else one.stand
    return _Table(place, one, stand, numbers, gesperrt, value)


def _column(shown: pd.Series, half: float, floor: float = 0.0) -> Column:
    numbers = shown.to_numpy(dtype="float64")
    gaps = np.isnan(numbers)
    low = np.where(gaps, floor, np.maximum(numbers - half, floor))
    return Column(low, np.where(gaps, np.inf, numbers + half))


def _rounding(values: pd.Series) -> float:
    """Half the last printed digit of a column."""
    shown = values.dropna().to_numpy()
    digits = next((d for d in range(MAX_DIGITS) if np.allclose(shown, np.round(shown, d), rtol=0, atol=1e-9)), None)
    return 0.5 * 10.0**-digits if digits is not None else 1e-7


def _state_counts(found: Known, table: _Table, rule: Rule) -> None:
    """Shown counts, hidden ones, and what is left of a whole without its part."""
    areas, one, source = list(found.parts), table.published, [table.place]
    listed = set(one.werte["gebiet_id"]) if one.verfahren == SPERRUNG else set()
    for teil, column in table.numbers.items():
        measure = table.measure(teil)
        for place, area in enumerate(areas):
            if column.known[place]:
                _state_shown(found, table, measure, area, (column.low[place], column.high[place]))
                continue
            gesperrt = bool(table.gesperrt[teil][place])
            if gesperrt:
                found.state([(measure, area, 1.0)], rule.floor(teil), np.inf, source, LIKELY)
            if area in listed and one.people(teil):
                found.hidden.append(Hidden(Cell(*measure, area), table.place, gesperrt))
    if not (ZAEHLER in table.numbers and NENNER in table.numbers and is_part(one.eintrag)):
        return
    _state_complements(found, table, listed if rule.gegenstuecke and one.people(ZAEHLER) else ())


def _state_complements(found: Known, table: _Table, listed: Container[object]) -> None:
    """That a part is not larger than its whole, and what is left of it where it is hidden."""
    part, whole = table.measure(ZAEHLER), table.measure(NENNER)
    for atom in atoms(found.parts):
        found.state([(whole, atom, 1.0), (part, atom, -1.0)], 0.0, np.inf, [table.place])
    for place, area in enumerate(found.parts):
        shown = all(table.numbers[teil].known[place] for teil in (ZAEHLER, NENNER))
        gesperrt = any(table.gesperrt[teil][place] for teil in (ZAEHLER, NENNER))
        nobody = not gesperrt and table.numbers[ZAEHLER].high[place] == 0  # then it tells of nobody what is left
        if area in listed and not shown and not nobody:
            found.hidden.append(Hidden(Cell(*part._replace(teil=GEGENSTUECK), area), table.place, gesperrt))


def _state_shown(found: Known, table: _Table, measure: Measure, area: str, bounds: tuple[float, float]) -> None:
    """A shown count; of a total only that its parts are not more, and, less firmly, that there is no other part."""
    low, high, source = *bounds, [table.place]
    form = [(measure, area, 1.0)]
    wide = (high - low) / 2 if table.published.verfahren == RUNDUNG else 0.0
    total = len(found.parts[area]) > 1
    found.state(form, -np.inf if total else low - wide, high + wide, source)
    if wide or total:
        found.state(form, low, high, source, LIKELY)


def _state_shares(found: Known, table: _Table) -> None:
    """A share limits numerator and denominator where one of them is not shown."""
    part, whole = (table.numbers.get(teil) for teil in (ZAEHLER, NENNER))
    if table.value is None or part is None or whole is None:
        return
    faktor = table.published.eintrag.faktor
    for place, area in enumerate(found.parts):
        if table.value.known[place] and not (part.known[place] and whole.known[place]):
            low, high = table.value.low[place], table.value.high[place]
            share = Ratio(table.place, table.measure(ZAEHLER), table.measure(NENNER), faktor)
            _state_ratio(found, area, share, (low, high), [table.place])
            if np.isfinite(whole.high[place]):
                part.low[place] = max(part.low[place], np.ceil(low * whole.low[place] / faktor - 1e-6))
                part.high[place] = np.floor(high * whole.high[place] / faktor + 1e-6)


def _state_ratio(found: Known, area: str, ratio: Ratio, bounds: tuple[float, float], sources: Iterable[int]) -> None:
    """What a share, change or difference says in one area."""
    low, high = bounds
    above = (ratio.above, area, 1.0)
    if ratio.below:
        shift = ratio.faktor if ratio.minus else 0.0
        for weight, least, most in ((low + shift, -1e-7, np.inf), (high + shift, -np.inf, 1e-7)):
            found.state([above, (ratio.below, area, -weight / ratio.faktor)], least, most, sources, LIKELY)
    elif ratio.minus:
        found.state([above, (ratio.minus, area, -1.0)], low, high, sources, LIKELY / 2)


def _link(found: Known, old: _Table, new: _Table) -> None:
    """A reader guesses that a count is the same in two editions, unless both are shown and differ.

    A hidden one is asked by that guess too, unless the later edition shows it: that may be a correction.
    """
    for teil in [teil for teil in old.numbers if teil in new.numbers]:
        one, other = old.numbers[teil], new.numbers[teil]
        may_agree = (other.low <= one.high) & (one.low <= other.high)
        for place, (area, atoms_of) in enumerate(found.parts.items()):
            if may_agree[place] and len(atoms_of) == 1:
                terms = [(old.measure(teil), area, 1.0), (new.measure(teil), area, -1.0)]
                link = (old.measure(teil), atoms_of[0]) if other.known[place] else None
                found.state(terms, 0.0, 0.0, [old.place, new.place], GUESSED, link)


def _relate(found: Known, readers: Sequence[_Table], budget: Budget, given: Known | None) -> None:
    """Sums of parts, shares and changes that the numbers of all tables agree with; of equal counts only the first.

    What a later edition leaves open the earlier ones still say. A denominator that is known by its name is believed
    unless the numbers contradict it.
    """
    columns: dict[Measure, Column] = {}
    sources: dict[Measure, set[int]] = {}
    for table in sorted(readers, key=lambda one: one.published.ausgabe):
        for teil, column in table.numbers.items():
            measure = table.latest(teil)
            sources.setdefault(measure, set()).add(table.place)
            if column.known.any():
                columns[measure] = columns[measure].both(column) if measure in columns else column.both(column)
    values = {table.place: table.value for table in readers if table.value is not None}
    if given is None:
        found.relations = find_relations(columns, budget)
        twins, once = without_twins(columns, found.relations)
        own = {
            table.place: frozenset(twins.get(one, one) for one in map(table.latest, table.numbers)) for table in readers
        }
        changes = {table.place for table in readers if table.published.eintrag.typ == "veraenderung"}
        found.ratios = list(find_ratios(values, own, once, changes))
        named = [(table.latest(NENNER), table.published.nenner_von) for table in readers]
        found.relations += [
            Relation(whole, (part,))
            for whole, part in dict.fromkeys(named)
            if part in sources and whole in sources and _may_agree(columns.get(whole), columns.get(part))
        ]
    else:
        found.relations, found.ratios = given.relations, given.ratios
    for relation in found.relations:
        said = set().union(*(sources[key] for key in (relation.whole, *relation.parts)))
        for atom in atoms(found.parts):
            terms = [(relation.whole, atom, 1.0), *((part, atom, -1.0) for part in relation.parts)]
            found.state(terms, 0.0, 0.0, said, LIKELY / 2)
    for ratio in found.ratios:
        budget.left()
        said = {ratio.tabelle}.union(*(sources[key] for key in (ratio.above, ratio.below, ratio.minus) if key))
        value = values.get(ratio.tabelle)
        for place, area in enumerate(found.parts):
            if value is not None and value.known[place]:
                _state_ratio(found, area, ratio, (value.low[place], value.high[place]), said)


def _may_agree(first: Column | None, second: Column | None) -> bool:
    """Whether two counts may be the same wherever both are shown."""
    return not (first and second) or bool(((first.low <= second.high) & (second.low <= first.high)).all())
