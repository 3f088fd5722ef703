"""The tables as the checker knows them: every value, recomputed against the city, and the names that a text may use.

Nothing here comes from the text modules. A process makes it once per state of the data and day of issue.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final

import pandas as pd

from sozialraum.city.gebiete import QUARTIER
from sozialraum.city.indicators import PLAIN_COUNT, SHARE, Indikator
from sozialraum.city.load import Data
from sozialraum.compare.analysis import analyse
from sozialraum.compare.wert import Wert
from sozialraum.errors import RenderError
from sozialraum.report.foreign_names import Name, named
from sozialraum.report.printed_numbers import CLASS, UNITS, flat, pattern

_TOLERANCE: Final = 1e-4
_SHORTEST_PHRASE: Final = 4


class Known:
    """What the tables say on a day of issue.

    Parameters
    ----------
    issued
        Day on which the age of the data is judged; by default as in :func:`sozialraum.compare.analysis.analyse`.

    Raises
    ------
    RenderError
        If a stored share is not its numerator over its denominator.
    """

    def __init__(self, data: Data, issued: date | None = None) -> None:
        analysis = analyse(data, data.register.city.id, issued=issued)
        self.data, self.issued, self.katalog = data, analysis.issued, analysis.katalog
        _check_shares(analysis.table, self.katalog)
        self.wert, self.stadtteile, self.city = analysis.wert, analysis.stadtteile, analysis.gebiet
        #: Explanations of references, kept by :mod:`sozialraum.report.explanation`.
        self.explained: dict[tuple[str, ...], Any] = {}
        #: What statements rest on, kept by :mod:`sozialraum.report.rules`.
        self.bases: dict[tuple[tuple[str, ...], ...], Any] = {}
        self._labels_of: dict[frozenset[str], re.Pattern[str]] = {}
        self._phrases_of: dict[frozenset[str], re.Pattern[str]] = {}

    def local(self, indikator: str) -> list[Wert]:
        """Known values of the Stadtteile."""
        return [item for key in self.stadtteile if (item := self.wert(indikator, key)).wert is not None]

    @cached_property
    def numbers(self) -> re.Pattern[str]:
        """What finds numbers, with the catalogue's units."""
        return pattern(self._units)

    @property
    def _units(self) -> set[str]:
        return {flat(entry.einheit) for entry in self.katalog.values() if entry.einheit != PLAIN_COUNT}

    @cached_property
    def labels(self) -> dict[str, str]:
        """Id of the official area that a printed name means; of Quartiere see :attr:`names`."""
        named = {f"Bezirk {area.id}": area.id for area in self.data.register.of_level("stadtbezirk")}
        return named | {flat(area.label): area.id for area in self.data.register if area.ebene != QUARTIER}

    @cached_property
    def names(self) -> list[Name]:
        """Names of the Quartiere, which anybody may have chosen: what stands in them is no statement."""
        areas = [(area.id, flat(area.label), area.praeposition) for area in self.data.register.of_level(QUARTIER)]
        others = self.label_pattern
        phrases = _words(self.phrases)

        def is_statement(name: str) -> bool:
            words = (CLASS.search(name), self.numbers.search(name), others.search(name), phrases.search(name.lower()))
            return any(words)

        return named(areas, units={*UNITS, *self._units}, is_statement=is_statement) if areas else []

    @cached_property
    def label_pattern(self) -> re.Pattern[str]:
        """What finds names of areas."""
        return _words(self.labels)

    @cached_property
    def numbered(self) -> re.Pattern[str]:
        """What finds names of official areas that hold a number: "Bezirk 1" says nothing of 1."""
        return _words(name for name in self.labels if re.search(r"\d", name))

    def labels_of(self, gebiet_ids: frozenset[str]) -> re.Pattern[str]:
        """What finds the names of some areas and of the city."""
        if gebiet_ids not in self._labels_of:
            wanted = {*gebiet_ids, self.city.id}
            self._labels_of[gebiet_ids] = _words([name for name, key in self.labels.items() if key in wanted])
        return self._labels_of[gebiet_ids]

    @cached_property
    def phrases(self) -> dict[str, frozenset[str]]:
        """Ids of the indicators that a phrase of the catalogue (in lower case) can mean."""
        found: dict[str, set[str]] = {}
        for key in self.katalog:
            for phrase in self.words_of({key}):
                found.setdefault(phrase.lower(), set()).add(key)
        return {phrase: frozenset(keys) for phrase, keys in found.items()}

    def words_of(self, indikatoren: Iterable[str]) -> list[str]:
        """Phrases by which texts name indicators; no bare nouns of counts, which stand behind their number."""
        entries = [self.katalog[key] for key in indikatoren]
        return [
            flat(phrase)
            for entry in entries
            for name in (entry.titel, entry.kurztitel, entry.subjekt, entry.bei, entry.bei.removeprefix(SHARE))
            for phrase in dict.fromkeys((name, name[:1].upper() + name[1:], name[:1].lower() + name[1:]))
            if len(phrase) >= _SHORTEST_PHRASE and (entry.typ != "anzahl" or " " in phrase)
        ]

    def phrases_of(self, indikatoren: frozenset[str]) -> re.Pattern[str]:
        """What finds the phrases of some indicators, longest first."""
        if indikatoren not in self._phrases_of:
            self._phrases_of[indikatoren] = _words(self.words_of(indikatoren))
        return self._phrases_of[indikatoren]


def _words(words: Iterable[str]) -> re.Pattern[str]:
    """What finds one of several words or phrases as a whole, the longest first."""
    ordered = sorted(set(words), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered))})(?![\w-])" if ordered else r"(?!)")


def _check_shares(table: pd.DataFrame, katalog: Mapping[str, Indikator]) -> None:
    """A stored share must be its numerator over its denominator."""
    for key, entry in katalog.items():
        if entry.typ != "anteil" or not entry.verfuegbar:
            continue
        rows = pd.DataFrame(table.loc[key]).dropna(subset=["zaehler", "nenner", "wert"])
        computed = rows["zaehler"] / rows["nenner"] * entry.faktor
        off = (computed - rows["wert"]).abs() > _TOLERANCE
        for place in rows.index[off]:
            raise RenderError(
                f"indikatoren.csv: {entry.titel}, {place}: Zähler durch Nenner ergibt {float(computed[place]):.2f}, "
                f"als Wert steht {float(rows['wert'][place]):.2f}. Bitte neu erzeugen mit: sozialraum data build"
            )
