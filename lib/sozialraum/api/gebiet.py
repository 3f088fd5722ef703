"""One area against the city: values, figures, maps, its report."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Unpack

import pandas as pd

from sozialraum.api.orte import only
from sozialraum.api.own import KEY, About, indicator_or_series
from sozialraum.city.indicators import look_up
from sozialraum.city.load import DEFAULT_DIR
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.similar import similar
from sozialraum.compare.wert import Wert
from sozialraum.errors import ParameterError, RenderError
from sozialraum.figures import choropleth, distribution, dotplot, facility_map, scatter, table_html
from sozialraum.figures.facility_map import place_map
from sozialraum.figures.figure import Figure
from sozialraum.figures.karte import Karte
from sozialraum.style import day, is_missing, value
from sozialraum.supply.intake.dates import last_day
from sozialraum.supply.series import time_series

NOTEBOOKS: Final = DEFAULT_DIR.parents[1] / "notebooks"
REPORT: Final = "03_stadtteilanalyse"
OUTPUT: Final = "ausgabe"


class Gebiet:
    """One area: a Stadtteil, a Stadtbezirk, a Quartier or the city.

    Attributes
    ----------
    id, name, ebene
        "21", "Borbeck-Mitte", "stadtteil".
    analysis
        What all figures and sentences are made from.

    Examples
    --------
    >>> import sozialraum as sr
    >>> gebiet = sr.open()["Borbeck-Mitte"]
    >>> gebiet.id, gebiet.ebene, gebiet.nachbarn[:2]
    ('21', 'stadtteil', ['Schönebeck', 'Bedingrade'])
    """

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        area = analysis.gebiet
        self.id, self.name, self.ebene = area.id, area.name, area.level

    def __repr__(self) -> str:
        return f"{self.analysis.gebiet.langname} ({self.analysis.gebiet.ebene_label})"

    def _repr_html_(self) -> str:
        return table_html(self.table(), caption=self.analysis.gebiet.langname)

    def __getitem__(self, indikator: str) -> Wert:
        """The value of an indicator; of one without data a missing value that says where it is published.

        Raises
        ------
        UnknownIndicator
            Offers near ids.
        """
        return self.analysis[indikator]

    @property
    def nachbarn(self) -> list[str]:
        """Names of the Stadtteile that border on the area."""
        return [self.analysis.data.register.by_id(key).name for key in self.analysis.neighbours]

    def table(self) -> pd.DataFrame:
        """Every value as printed, beside the city's; index the ids of the indicators."""
        rows = {}
        for key, entry in self.analysis.katalog.items():
            if entry.verfuegbar:
                wert = self[key]
                city = value(wert.stadtwert, entry)
                rows[key] = (wert.titel, str(wert), city, wert.klasse, day(wert.stand))
        names = ["Indikator", "Wert", self.analysis.stadt, "Einstufung", "Stand"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("Kennung")

    def similar(self) -> pd.DataFrame:
        """The five nearest Stadtteile over one list of topics, the same for all; nearest first, index their ids.

        ``abstand`` is in spreads of the Stadtteile; ``anteil`` is the share of draws within the intervals of all values
        in which it stays among the five, ``eindeutig`` says whether that is at least 0.9. ``attrs`` hold ``worte``,
        ``themen`` (topic and indicator) and ``entfallen`` (topics left out with the reason).

        Raises
        ------
        ParameterError
            If the area is no Stadtteil, or nothing can be said of it.

        Examples
        --------
        >>> import sozialraum as sr
        >>> near = sr.open()["Borbeck-Mitte"].similar()
        >>> near.attrs["worte"]
        'ähnlich nach Altersaufbau, Dichte, Wahlbeteiligung'
        >>> near.loc[near["eindeutig"], "gebiet"].tolist()
        ['Freisenbruch', 'Schonnebeck', 'Frintrop']
        """
        found = similar(self.analysis)
        if found.grund:
            raise ParameterError(f"{self.analysis.gebiet.langname}: {found.grund}")
        rows = [(near.gebiet.name, near.abstand, near.anteil, near.eindeutig) for near in found.naechste]
        index = pd.Index([near.gebiet.id for near in found.naechste], name="gebiet_id")
        frame = pd.DataFrame(rows, index, ["gebiet", "abstand", "anteil", "eindeutig"])
        frame.attrs |= {"worte": found.words, "themen": dict(found.themen), "entfallen": dict(found.entfallen)}
        return frame

    def compare(self, series: pd.Series, **about: Unpack[About]) -> Wert:
        """The area's value of a Series of one's own, with class and rank against the city.

        Parameters
        ----------
        series
            One number per area; the index holds ids or names.
        **about
            title, unit, date, source, digits; ``city`` is the city's value if no row holds it: without it there is
            no class. ``count=True`` for plain counts.

        Raises
        ------
        ParameterError
            If the Series names an unknown area or holds no numbers.

        Examples
        --------
        >>> import sozialraum as sr
        >>> essen = sr.open()
        >>> kitas = essen.frame(indicators=["kitas", "einwohner"])
        >>> je_10000 = (kitas["kitas"] / kitas["einwohner"] * 10_000).rename("Kitas je 10.000 Einwohner")
        >>> wert = essen["Borbeck-Mitte"].compare(je_10000, city=5.3)
        >>> str(wert), wert.klasse, wert.rang
        ('5,2', 'durchschnittlich', 24)
        """
        found, key = indicator_or_series(self.analysis, series, dict(about))
        return found[key]

    def dotplot(self, indikator: str | pd.Series, **about: Unpack[About]) -> Figure:
        """One indicator, or a Series of one's own: every Stadtteil a dot, this area filled, the city a line.

        Parameters
        ----------
        indikator
            Id of an indicator with data, or a Series as of :meth:`compare`.
        **about
            What is said of a Series; see :meth:`compare`.

        Raises
        ------
        ParameterError
            If there is no such indicator or no data, or the Series cannot be used.
        """
        return drawn(dotplot, self.analysis, indikator, dict(about))

    def distribution(self, indikator: str | pd.Series, **about: Unpack[About]) -> Figure:
        """How many Stadtteile lie in each of some equally wide ranges; arguments and errors as of :meth:`dotplot`."""
        return drawn(distribution, self.analysis, indikator, dict(about))

    def scatter(self, x: str | pd.Series, y: str | pd.Series) -> Figure:
        """Two indicators, or Series of one's own by id or name, of all Stadtteile against each other, this area filled.

        The words name the coefficients (Spearman, Pearson) with the number of Stadtteile. They hold for Stadtteile, not
        for people, and name no cause.

        Raises
        ------
        ParameterError
            If there is no such indicator or no data, both are the same, the Series cannot be used, or too few
            Stadtteile have both values.

        Examples
        --------
        >>> import sozialraum as sr
        >>> sr.open().scatter("anteil_unter_15", "anteil_65plus").title
        'Unter 15 Jahre und 65 Jahre und älter: deutlich gegenläufig'
        """
        if isinstance(x, str) and x == y:
            raise ParameterError(f"Zweimal „{x}“: Eine Punktwolke braucht zwei verschiedene Indikatoren.")
        across, first = indicator_or_series(self.analysis, x, {})
        up, second = indicator_or_series(self.analysis, y, {})
        return scatter(across, first, second, other=None if up is across else up)

    def series(self, indikator: str) -> pd.Series:
        """Values of an indicator by date, oldest first; index the last day of each date, as ``DatetimeIndex``.

        An indicator with one date has one value. A value that is kept secret or not known is missing.

        Raises
        ------
        ParameterError
            If there is no such indicator or no data.

        Examples
        --------
        >>> import sozialraum as sr
        >>> sr.open()["IV"].series("einwohner_register").loc["2017":"2018"].tolist()
        [83992.0, 83754.0]
        """
        entry = look_up(self.analysis.katalog, indikator)
        table = time_series(self.analysis.data, indikator)
        if self.id in table:
            found = table[self.id].astype("float64")
        else:
            found = pd.Series({self[indikator].stand or entry.stand: float(self[indikator])}, dtype="float64")
        days = pd.DatetimeIndex([last_day(str(stand)) for stand in found.index], name="stand")
        return pd.Series(found.to_numpy(), index=days, name=indikator)

    def map(self, *kinds: str) -> Karte:
        """Facilities in and around the area, of some kinds or all: a folium map that takes further layers.

        Parameters
        ----------
        *kinds
            As of :meth:`sozialraum.Stadt.facilities`; without any all that the report shows.

        Raises
        ------
        ParameterError
            If there is no such kind; lists all.
        """
        if not kinds and not self.analysis.data.einrichtungen.empty:
            return facility_map(self.analysis).karte
        return place_map(
            replace(self.analysis, data=only(self.analysis.data, kinds) if kinds else self.analysis.data)
        ).karte

    def report(self, folder: str | Path = OUTPUT, *, notebook: str = REPORT) -> Path:
        """Make the report of the area: papermill runs the notebook, the result is one HTML file that opens offline.

        Parameters
        ----------
        folder
            Where the file goes; made if missing.
        notebook
            Name of a notebook of the project that takes an area.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ParameterError
            If there is no such notebook.
        RenderError
            If it fails; an earlier report stays as it was.
        """
        source = NOTEBOOKS / f"{notebook}.ipynb"
        if not source.is_file():
            known = ", ".join(path.stem for path in sorted(NOTEBOOKS.glob("0*.ipynb")))
            raise ParameterError(f"Das Notebook „{notebook}“ gibt es nicht. Möglich sind: {known}.")
        name = notebook.partition("_")[2] or notebook
        target = f"bericht-{name}_{self.analysis.gebiet.slug}.html"
        out = Path(folder).resolve()
        wish = {"notebook": str(source), "out": str(out), "target": target, "gebiet_id": self.id,
                "parameters": {"gebiet": self.id}}  # fmt: skip
        # A process of its own: rendering starts kernels, and this one may be a kernel with an event loop.
        done = subprocess.run(
            [sys.executable, "-m", "sozialraum.lab", json.dumps(wish)],
            env={**os.environ, **self.analysis.data.environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RenderError(f"Der Bericht ist nicht fertig geworden. {done.stderr.strip()}")
        return out / target


def drawn(
    make: Callable[[Analysis, str], Figure], analysis: Analysis, what: str | pd.Series, about: dict[str, Any]
) -> Figure:
    """A figure of an indicator or a Series of one's own, whose words the evidence checker cannot know."""
    found, key = indicator_or_series(analysis, what, about)
    figure = make(found, key)
    return figure if key != KEY else replace(figure, belege=None)


def city_map(analysis: Analysis, values: str | pd.Series, about: dict[str, Any]) -> Karte:
    """A map of all Stadtteile; see :meth:`sozialraum.Stadt.map`."""
    found, key = indicator_or_series(analysis, values, about)
    figure = choropleth(found, key)
    if figure.gap:
        raise ParameterError(f"{figure.title}: {figure.subtitle}")
    if key == KEY:
        table, entry = figure.table, found.katalog[key]
        if is_missing(found.city(key)) and entry.typ != "anzahl":  # no row has a class, and every one would say why
            table = table[["Wert"]].iloc[:-1]
        figure = replace(figure, belege=None, table=table)
    return figure.karte
