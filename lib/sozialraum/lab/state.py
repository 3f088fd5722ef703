"""What is chosen in the workbench. Every view watches this one object and updates only what has changed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

import pandas as pd
from traitlets import Dict, HasTraits, Instance, Tuple, Unicode

from sozialraum.city import indicators
from sozialraum.city.gebiete import Gebiet
from sozialraum.city.indicators import Indikator
from sozialraum.city.load import Data
from sozialraum.city.own_areas import layer
from sozialraum.compare import analysis as compare
from sozialraum.compare.analysis import Analysis
from sozialraum.errors import ParameterError
from sozialraum.figures.classes import Breaks, breaks
from sozialraum.style import MISSING, day
from sozialraum.supply.series import at_date, latest_issues, time_series

LETTERS: Final = ("A", "B", "C")
"""What the areas beside the chosen one are called on map, strip and table."""
KEPT: Final = 8
"""How many results the state keeps."""
Kept = TypeVar("Kept")


class State(HasTraits):
    """The choices of a person, as ids; change them by :meth:`choose` and watch them with ``observe``.

    ``gebiet`` is an area, ``vergleich`` up to three beside it. ``stand`` is one of :attr:`stands`, "" the newest;
    ``ausgabe`` the day of issue, "" the latest as-of date; ``weitergabe`` the audience, "" the one that is set outside.
    ``einrichtungen`` are kinds of places, ``nur`` what they must be (see :mod:`sozialraum.lab.filters`), ``punkte`` own
    points. ``gesehen`` has west, south, east, north in degrees and zoom of the map, ``adresse`` name, longitude and
    latitude of what was searched for; ``outlines`` the file with the outline of each area that was drawn, by id.
    """

    data = Instance(Data)
    gebiet = Unicode()
    vergleich = Tuple()
    indikator = Unicode()
    stand = Unicode()
    einrichtungen = Tuple()
    nur = Dict()
    punkte = Tuple()
    ausgabe = Unicode()
    weitergabe = Unicode()
    gesehen = Tuple()
    adresse = Tuple()
    outlines = Dict()

    def __init__(
        self, data: Data, *, gebiet: str, indikator: str, vergleich: str | Sequence[str] = (), ausgabe: str = "",
        weitergabe: str = "",
    ) -> None:  # fmt: skip
        """Start with names as a person writes them; UnknownArea or ParameterError if one of them is not known."""
        super().__init__(data=data, ausgabe=ausgabe, weitergabe=weitergabe)
        self._kept: dict[tuple[Any, ...], Any] = {}
        self.choose(gebiet=gebiet, vergleich=vergleich, indikator=indikator)
        self._start: dict[str, Any] = {"gebiet": self.gebiet, "vergleich": self.vergleich, "indikator": self.indikator}

    def reset(self) -> None:
        """Everything as at first: area, comparison, indicator at its newest date, no places, nothing searched for.

        Areas that were drawn and own points stay.
        """
        with self.hold_trait_notifications():
            self.choose(**self._start, stand="")
            self.einrichtungen, self.nur, self.adresse = (), {}, ()

    def choose(
        self, *, gebiet: str | None = None, vergleich: str | Sequence[str] | None = None, indikator: str | None = None,
        stand: str | None = None,
    ) -> None:  # fmt: skip
        """Change choices at once, or none if one of them is not known; another indicator starts at its newest date."""
        wanted: dict[str, Any] = {}
        if gebiet is not None:
            wanted["gebiet"] = self.data.register.resolve(gebiet).id
        if vergleich is not None:
            wanted["vergleich"] = self._beside(vergleich)
        if indikator is not None:
            katalog = self.analysis_of(self.data.register.city.id).katalog
            wanted["indikator"] = indicators.look_up(katalog, indikator).id
        looked_at = wanted.get("indikator", self.indikator)
        if stand is not None or looked_at != self.indikator:
            wanted["stand"] = self._known_date(looked_at, stand or "")
        with self.hold_trait_notifications():
            for name, key in wanted.items():
                setattr(self, name, key)

    def lay_over(self, data: Data, gebiet: str) -> None:
        """Go on with other tables, those of the same city with one more area, and look at this area."""
        with self.hold_trait_notifications():
            self.data = data
            self.gebiet = gebiet

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which another process knows the chosen area."""
        drawn = self.outlines.get(self.gebiet)
        return {**self.data.environment, **({layer.ENVIRONMENT: str(drawn.resolve())} if drawn else {})}

    @property
    def area(self) -> Gebiet:
        """The chosen area."""
        return self.data.register.by_id(self.gebiet)

    @property
    def others(self) -> dict[str, Gebiet]:
        """The areas beside it by their letters, without the chosen one itself."""
        found = [self.data.register.by_id(key) for key in self.vergleich if key != self.gebiet]
        return dict(zip(LETTERS, found, strict=False))

    def _beside(self, queries: str | Sequence[str]) -> tuple[str, ...]:
        named = [queries] if isinstance(queries, str) else list(queries)
        found = dict.fromkeys(self.data.register.resolve(one).id for one in named if str(one).strip())
        if len(found) > len(LETTERS):
            raise ParameterError(f"Zum Vergleich passen höchstens {len(LETTERS)} Orte, angegeben sind {len(found)}.")
        return tuple(found)

    @property
    def stands(self) -> list[str]:
        """Dates of the chosen indicator, newest first."""
        return self._dates(self.indikator)

    @property
    def older(self) -> str:
        """The earlier date that is shown; "" if it is the newest."""
        return self.stand if self.stand in self.stands[1:] else ""

    @property
    def same_method(self) -> bool:
        """Whether the date that is shown was counted in the same way as the newest."""
        issues = latest_issues(self.data, self.indikator)
        return not self.older or issues[self.older].methode == issues[self.stands[0]].methode

    @property
    def analysis(self) -> Analysis:
        """The chosen area against the city, every indicator at its newest date."""
        return self.analysis_of(self.gebiet)

    @property
    def shown(self) -> Analysis:
        """The same with the chosen indicator at the date that is shown; an earlier one has no classes."""
        if not self.older:
            return self.analysis
        return self._keep((self.data, self.gebiet, self.indikator, self.older), self._at_older_date)

    def analysis_of(self, gebiet: str) -> Analysis:
        """Any area against the city; the last few are kept."""
        return self._keep((self.data, gebiet), lambda: compare.analyse(self.data, gebiet, issued=self.ausgabe))

    @property
    def entry(self) -> Indikator:
        """The chosen indicator, with the date that is shown."""
        return self.shown.katalog[self.indikator]

    @property
    def values(self) -> pd.Series:
        """Its values in all Stadtteile at the date that is shown, index gebiet_id."""
        return self.shown.values(self.indikator)

    def printed(self, gebiet_id: str, indikator: str = "", *, unit: bool = True) -> str:
        """A value of an area as printed, of the chosen indicator unless another is named."""
        key = indikator or self.indikator
        return self.shown.wert(key, gebiet_id).text(unit=unit)

    def stand_of(self, gebiet_id: str, indikator: str = "") -> str:
        """Date of a value of an area: published values of Stadtteile and Stadtbezirke may be of different days."""
        key = indikator or self.indikator
        return self.shown.wert(key, gebiet_id).stand or self.shown.katalog[key].stand

    def dated(self, gebiet_id: str, indikator: str = "", *, beside: str = "", unit: bool = True) -> str:
        """A value as printed, with its date where it is not that of the indicator or of another area ``beside`` it."""
        key = indikator or self.indikator
        printed, stand = self.printed(gebiet_id, key, unit=unit), self.stand_of(gebiet_id, key)
        usual = self.stand_of(beside, key) if beside else self.shown.katalog[key].stand
        return printed if stand == usual or printed == MISSING else f"{printed} ({day(stand)})"

    @property
    def breaks(self) -> Breaks:
        """Its classes, those of the newest date as on every other page; the outer two reach over all dates."""
        found: Breaks = self._keep((self.data, self.indikator, "breaks"), self._breaks)
        return found

    def _breaks(self) -> Breaks:
        values, entry = self.analysis.values(self.indikator), self.analysis.katalog[self.indikator]
        series = self._series(self.indikator).reindex(columns=self.analysis.stadtteile)
        every = pd.Series(series.to_numpy(dtype="float64").ravel())
        newest = breaks(values if values.notna().any() else every, indikator=entry)
        return newest.reaching(every) if len(series) > 1 else newest

    def _at_older_date(self) -> Analysis:
        newest, key = self.analysis, self.indikator
        data = at_date(self.data, key, self.older, reason=newest_only(self.stands[0]))
        entry = indicators.catalogue({"indikatoren": {key: data.indikatoren_yml["indikatoren"][key]}})[key]
        rows = compare.compare_city(data, {key: entry}, issued=newest.issued)
        others = newest.table.drop(index=key, level="indikator")
        table = pd.concat([others, rows]).reindex(newest.table.index).astype(newest.table.dtypes)
        katalog = indicators.Catalogue({**newest.katalog, key: entry})
        werte = {**newest.werte, **compare.werte_of(table.loc[[key]], katalog, data.register)}
        return replace(newest, data=data, katalog=katalog, table=table, werte=werte)

    def _known_date(self, indikator: str, stand: str) -> str:
        dates = self._dates(indikator)
        if stand in ("", dates[0]):
            return ""
        if stand not in dates:
            known = ", ".join(day(one) for one in dates)
            raise ParameterError(f"Den Stand {day(stand)} gibt es bei diesem Indikator nicht, nur: {known}.")
        return stand

    def _dates(self, indikator: str) -> list[str]:
        found = [str(stand) for stand in self._series(indikator).index]
        return found[::-1] or [self.analysis_of(self.data.register.city.id).katalog[indikator].stand]

    def _series(self, indikator: str) -> pd.DataFrame:
        return self._keep((self.data, indikator, "series"), lambda: time_series(self.data, indikator))

    def _keep(self, key: tuple[Any, ...], make: Callable[[], Kept]) -> Kept:
        """A result that was made before, if it is one of the last few."""
        if key not in self._kept:
            made = make()
            self._kept = {**dict(list(self._kept.items())[1 - KEPT :]), key: made}
        found: Kept = self._kept[key]
        return found


def newest_only(stand: str) -> str:
    """Why an earlier date has no class, in one sentence."""
    return f"Eingeordnet und mit der Stadt verglichen wird nur der neueste Stand ({day(stand)})."
