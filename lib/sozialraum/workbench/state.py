"""What is chosen in the workbench. Every view watches this one object and updates only what has changed."""

from typing import Any

import pandas as pd
from traitlets import Dict, HasTraits, Instance, Tuple, Unicode

from sozialraum import compare, indicators, maps, quartiere
from sozialraum.compare import Analysis
from sozialraum.gebiete import Gebiet
from sozialraum.indicators import Indikator
from sozialraum.load import Data
from sozialraum.style import value


class State(HasTraits):
    """The choices of a person, as ids; change them by :meth:`choose` and watch them with ``observe``.

    Attributes
    ----------
    data
        Tables, with the areas that were drawn.
    gebiet, vergleich
        Ids of the area and of the one beside it; no comparison is "".
    indikator
        Id of an indicator with data.
    einrichtungen
        Keys of the kinds of facilities that the map shows.
    ausgabe
        Day of issue as in the notebooks; "" is the latest as-of date.
    weitergabe
        Audience of the data; "" is the one that is set outside.
    outlines
        File with the outline of each area that was drawn, by id.
    """

    data = Instance(Data)
    gebiet = Unicode()
    vergleich = Unicode()
    indikator = Unicode()
    einrichtungen = Tuple()
    ausgabe = Unicode()
    weitergabe = Unicode()
    outlines = Dict()

    def __init__(
        self, data: Data, *, gebiet: str, indikator: str, vergleich: str = "", ausgabe: str = "", weitergabe: str = ""
    ) -> None:
        """Start with names as a person writes them.

        Raises
        ------
        UnknownArea, ParameterError
            If an area, the indicator or the day of issue is not known.
        """
        super().__init__(data=data, ausgabe=ausgabe, weitergabe=weitergabe)
        self._kept: dict[tuple[Any, ...], Any] = {}
        self.choose(gebiet=gebiet, vergleich=vergleich, indikator=indikator)

    def choose(self, *, gebiet: str | None = None, vergleich: str | None = None, indikator: str | None = None) -> None:
        """Change choices all at once, or none if one of them is not known.

        Raises
        ------
        UnknownArea, ParameterError
            With what could have been meant.
        """
        wanted: dict[str, str] = {}
        if gebiet is not None:
            wanted["gebiet"] = self.data.register.resolve(gebiet).id
        if vergleich is not None:
            wanted["vergleich"] = self.data.register.resolve(vergleich).id if vergleich.strip() else ""
        if indikator is not None:
            katalog = self.analysis_of(self.data.register.city.id).katalog
            wanted["indikator"] = indicators.look_up(katalog, indikator).id
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
        return self.data.environment | ({quartiere.ENVIRONMENT: str(drawn.resolve())} if drawn else {})

    @property
    def area(self) -> Gebiet:
        """The chosen area."""
        return self.data.register.by_id(self.gebiet)

    @property
    def other(self) -> Gebiet | None:
        """The area beside it; None if there is none, or if it is the same."""
        return self.data.register.by_id(self.vergleich) if self.vergleich not in ("", self.gebiet) else None

    @property
    def analysis(self) -> Analysis:
        """The chosen area against the city."""
        return self.analysis_of(self.gebiet)

    def analysis_of(self, gebiet: str) -> Analysis:
        """Any area against the city; the last few are kept."""
        key = (id(self.data), gebiet)
        if key not in self._kept:
            self._kept = dict(list(self._kept.items())[-3:])
            self._kept[key] = compare.analyse(self.data, gebiet, issued=self.ausgabe)
        analysis: Analysis = self._kept[key]
        return analysis

    @property
    def entry(self) -> Indikator:
        """The chosen indicator."""
        return self.analysis.katalog[self.indikator]

    @property
    def values(self) -> pd.Series:
        """Its values in all Stadtteile, index gebiet_id."""
        return self.analysis.values(self.indikator)

    def printed(self, gebiet_id: str, indikator: str = "", *, unit: bool = True) -> str:
        """A value of an area as printed, of the chosen indicator unless another is named."""
        key = indikator or self.indikator
        row = self.analysis.row(key, gebiet_id)
        return value(row["wert"], self.analysis.katalog[key], art=str(row["art"]), unit=unit)

    @property
    def breaks(self) -> maps.Breaks:
        """Its classes, the same as on every other page."""
        return maps.breaks(self.values, indikator=self.entry)
