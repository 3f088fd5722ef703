"""One area against the city: values, figures, maps, its report."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Unpack

import pandas as pd

from sozialraum import charts, maps, text
from sozialraum.api.figure import Figure
from sozialraum.api.karte import Karte
from sozialraum.api.orte import only
from sozialraum.api.own import About, indicator_or_series
from sozialraum.compare import Analysis
from sozialraum.errors import ParameterError, RenderError
from sozialraum.figures import table_html
from sozialraum.indicators import look_up
from sozialraum.intake.dates import last_day
from sozialraum.load import DEFAULT_DIR, Data
from sozialraum.maps.infrastructure import MINUTES, frame_of
from sozialraum.maps.key import entries
from sozialraum.maps.points import drawn
from sozialraum.style import SYMBOLS, day, symbol_key, value
from sozialraum.wert import Wert
from sozialraum.workspace import time_series

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
        names = ["Indikator", "Wert", self.analysis.data.register.city.name, "Einstufung", "Stand"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("Kennung")

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
        found, key = indicator_or_series(self.analysis, indikator, dict(about))
        return _figure(charts.strip(found, key), text.strip_words(found, key))

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
        data = only(self.analysis.data, kinds) if kinds else self.analysis.data
        minutes = None if kinds else MINUTES
        made = maps.interactive_infrastructure(data, self.id, minutes=minutes, make=Karte)
        assert isinstance(made, Karte)
        still = maps.infrastructure(data, self.id, minutes=minutes)
        if kinds:
            made.figure = self._places(data, still)
        else:
            made.figure = _figure(still, text.infrastructure_words(self.analysis))
        return made

    def _places(self, data: Data, still: Any) -> Figure:
        """Words of a map of some kinds: how many there are, each with its name."""
        area = self.analysis.gebiet
        points = drawn(data, frame_of(data.gebiete.geometry[area.id]), with_stops=True, with_accidents=True)
        told = [line.words for line in entries(data, area.id, points)]
        streets = data.einkaufsstrassen
        here = streets[data.inside(area.id, streets)]
        told += [str(name) for name in here["name"]]
        found = text.enumerate_words(told) or "nichts davon verzeichnet"
        places = data.einrichtungen[data.inside(area.id, data.einrichtungen)]
        signs = [symbol_key(art, str(form)) for art, form in zip(places["art"], places["unterart"], strict=True)]
        table = pd.DataFrame(
            {"Name": places["name"].fillna(""), "Art": [SYMBOLS[sign].label if sign else "" for sign in signs],
             "Adresse": places["adresse"].fillna(""), "Hinweis": places["status"].fillna("").replace("offen", "")}
        ).set_index("Name")  # fmt: skip
        used = [*places["quelle"], *here["quelle"]]
        sources = dict.fromkeys(part for cell in used for part in str(cell).split("|"))
        return Figure(
            title=f"{area.label}: {found}",
            subtitle="Was außerhalb liegt, ist blasser gezeichnet.",
            alt=f"Karte von {area.label} und der Umgebung: {found}.",
            table=table,
            source=text.credits_of(self.analysis, [key for key in sources if key in data.quellen]).text if used else "",
            drawing=still,
        )

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
            [sys.executable, "-m", "sozialraum.workbench", json.dumps(wish)],
            env={**os.environ, **self.analysis.data.environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RenderError(f"Der Bericht ist nicht fertig geworden. {done.stderr.strip()}")
        return out / target


def _figure(drawing: Any, words: text.Words) -> Figure:
    return Figure(words["title"], words["subtitle"], words["alt"], words["table"], words["source"], drawing)


def choropleth(analysis: Analysis, values: str | pd.Series, about: dict[str, Any]) -> Karte:
    """A map of all Stadtteile; see :meth:`sozialraum.Stadt.map`."""
    found, key = indicator_or_series(analysis, values, about)
    shown, entry, city = found.values(key), found.katalog[key], found.city(key)
    made = maps.interactive_choropleth(found.data, shown, indikator=entry, make=Karte)
    assert isinstance(made, Karte)
    known = None if pd.isna(city) else city
    drawing = maps.choropleth(found.data, shown, indikator=entry, city=known)
    words = text.choropleth_words(found, key)
    if known is None and entry.typ != "anzahl":  # no row has a class, and every one would say why
        words["table"] = words["table"][["Wert"]].iloc[:-1]
    made.figure = _figure(drawing, words)
    return made
