"""The city: what is known of it, where it is, and its areas."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, Unpack

import geopandas as gpd
import pandas as pd
import shapely

from sozialraum.api import orte
from sozialraum.api.delivery import write
from sozialraum.api.gebiet import Gebiet, city_map
from sozialraum.api.orte import Ort, Umkreis
from sozialraum.api.own import About
from sozialraum.api.tabelle import Tabelle, understand
from sozialraum.city import finder
from sozialraum.city.indicators import chosen
from sozialraum.city.load import Data
from sozialraum.compare.analysis import analyse
from sozialraum.compare.wert import COLUMNS
from sozialraum.errors import ParameterError, as_path
from sozialraum.figures.figure import Figure
from sozialraum.figures.karte import Karte
from sozialraum.style import number
from sozialraum.supply.fetch.offered import ON_REQUEST, fetchable
from sozialraum.supply.workspace import open_data


def open(  # noqa: A001 (sr.open: the name is its module's)
    folder: str | Path | None = None, *, areas: str | Path | None = None, weitergabe: str | None = None
) -> "Stadt":
    """Open every table of the city.

    Parameters
    ----------
    folder
        Folder of the built tables; by default the one that ``SOZIALRAUM_DATA`` names, otherwise Essen's.
    areas
        File with own areas (Quartiere).
    weitergabe
        Audience: ``oeffentlich``, ``rat`` or ``intern``; own tables that it may not see are not there. By default the
        one that ``SOZIALRAUM_WEITERGABE`` names, otherwise ``oeffentlich``.

    Raises
    ------
    SozialraumError
        If the folder holds no tables, a file cannot be read, or there is no such audience.

    Examples
    --------
    >>> import sozialraum as sr
    >>> sr.open()
    Essen: 50 Stadtteile, 9 Stadtbezirke, 3 Quartiere
    """
    for given, what in ((folder, "ein Ordner"), (areas, "eine Datei mit eigenen Orten")):
        if given is not None:
            as_path(given, what)
    if weitergabe is not None:
        weitergabe = str(weitergabe)
    return Stadt(open_data(folder, areas=areas, weitergabe=weitergabe), areas=areas, weitergabe=weitergabe)


class Stadt:
    """A city with its areas, values and places. Geometries are in metres (EPSG:25832) everywhere.

    Attributes
    ----------
    name
        "Essen".
    data
        The tables.
    analysis
        All areas compared with the city.
    """

    def __init__(self, data: Data, *, areas: str | Path | None = None, weitergabe: str | None = None) -> None:
        self.data, self._areas, self._weitergabe = data, areas, weitergabe
        self.analysis = analyse(data, data.register.city.id)
        self.name = data.register.city.name

    def __repr__(self) -> str:
        counts = [
            f"{number(len(found))} {many if len(found) != 1 else one}"
            for level, one, many in (
                ("stadtteil", "Stadtteil", "Stadtteile"),
                ("stadtbezirk", "Stadtbezirk", "Stadtbezirke"),
                ("quartier", "Quartier", "Quartiere"),
            )
            if (found := self.data.register.of_level(level))
        ]
        return f"{self.name}: {', '.join(counts)}"

    def _repr_html_(self) -> str:
        return f"<p><strong>{escape(self.name)}</strong>{escape(repr(self).removeprefix(self.name))}</p>"

    def __getitem__(self, gebiet: str | int) -> Gebiet:
        """One area by name or number; UnknownArea offers near names or lists what could be meant."""
        if not isinstance(gebiet, str | int) or isinstance(gebiet, bool):
            example = next(iter(self.data.register)).name
            raise ParameterError(
                f'Erwartet wird ein Name oder eine Nummer, etwa "{example}", nicht {type(gebiet).__name__}.'
            )
        return Gebiet(analyse(self.data, gebiet, issued=self.analysis.issued))

    def __iter__(self) -> Iterator[Gebiet]:
        return (self[area.id] for area in self.data.register)

    def __len__(self) -> int:
        return len(self.data.register)

    def indicators(self) -> pd.DataFrame:
        """The catalogue: what is known, and what is not in the data.

        Returns
        -------
        pandas.DataFrame
            Index id; titel, einheit, stand (as recorded), art (amtlich, berechnet, geschaetzt, stellvertretend; "nach
            Abruf" for what ``sozialraum data fetch`` could bring), kapitel, richtung (of a high value: belastung,
            ressource, neutral), verfuegbar.

        Examples
        --------
        >>> import sozialraum as sr
        >>> sr.open().indicators().loc["anteil_unter_15", ["titel", "einheit", "stand", "art"]].tolist()
        ['Anteil der unter 15-Jährigen', '%', '2022-05-15', 'geschaetzt']
        """
        names = ("titel", "einheit", "stand", "art", "kapitel", "richtung", "verfuegbar")
        rows = {key: [getattr(entry, name) for name in names] for key, entry in self.analysis.katalog.items()}
        for key, entry in fetchable(self.data.dir).items():
            if key not in rows or not rows[key][-1]:
                said = {**entry, "stand": "", "art": ON_REQUEST, "verfuegbar": False}
                rows[key] = [said[name] for name in names]
        return pd.DataFrame.from_dict(rows, orient="index", columns=list(names)).rename_axis("id")

    def frame(
        self,
        *,
        level: str = "stadtteil",
        indicators: str | Sequence[str] | None = None,
        intervals: bool = False,
        long: bool = False,
    ) -> pd.DataFrame:
        """One row per area with its shape, one column per indicator; a share is in per cent, missing is NaN.

        Parameters
        ----------
        level
            stadtteil, stadtbezirk, stadt, quartier, or a level of planning areas.
        indicators
            Ids; all that have data if not given.
        intervals
            Adds ``<id>_von`` and ``<id>_bis``.
        long
            One row per value instead, with the columns of ``sozialraum indicators --format csv``.

        Returns
        -------
        geopandas.GeoDataFrame
            Index gebiet_id; name, the indicators, geometry in metres (EPSG:25832, display outlines). A plain
            DataFrame if ``long``.

        Raises
        ------
        ParameterError
            If there is no such level or indicator, or no data; lists what is possible.

        Examples
        --------
        >>> import sozialraum as sr
        >>> frame = sr.open().frame(indicators="anteil_unter_15", intervals=True)
        >>> list(frame), len(frame), frame.crs.to_epsg()
        (['name', 'anteil_unter_15', 'anteil_unter_15_von', 'anteil_unter_15_bis', 'geometry'], 50, 25832)
        """
        areas = self.data.register.of_level(level)
        table, ids = self.analysis.table, [area.id for area in areas]
        given = [indicators] if isinstance(indicators, str) else indicators
        keys = list(table.index.unique("indikator")) if given is None else chosen(self.analysis.katalog, given)
        if long:
            rows = [self.analysis.wert(key, area).row() for area in ids for key in keys]
            return pd.DataFrame(rows, columns=list(COLUMNS))
        columns: dict[str, Any] = {"name": pd.Series({area.id: area.name for area in areas}, dtype=object)}
        for key in keys:
            found = table.loc[key].reindex(ids)
            columns[key] = found["wert"]
            if intervals:
                columns |= {f"{key}_{end}": found[end].where(found["wert"].notna()) for end in ("von", "bis")}
        shapes = self.data.gebiete.geometry.reindex(ids)
        frame = gpd.GeoDataFrame(pd.DataFrame(columns, index=ids), geometry=shapes, crs=self.data.crs)
        return frame.rename_axis("gebiet_id")

    def facilities(self, *kinds: str, counted: bool = True) -> gpd.GeoDataFrame:
        """Places of some kinds, in metres (EPSG:25832).

        Parameters
        ----------
        *kinds
            kita, grundschule, schule (all of them), haltestelle, haltestelle_im_bau, park, platz, markt, krankenhaus,
            pflege, anlaufstelle, begegnung (once fetched), anlaufstelle_beschlossen (an office that is not opened yet),
            lebensmittel, apotheke, arzt, spielplatz, toilette, bank (these once fetched), radunfall, einkaufsstrasse;
            without any all that count as supply.
        counted
            Only what counts: open, each once; otherwise also what is planned or closed, and further sites.

        Returns
        -------
        geopandas.GeoDataFrame
            Index id; art, unterart, name, adresse, gebiet_id, stand, quelle and more. Where no position is known the
            geometry is missing.

        Raises
        ------
        ParameterError
            If there is no such kind; lists all.

        Examples
        --------
        >>> import sozialraum as sr
        >>> essen = sr.open()
        >>> len(essen.facilities("kita")) == essen["essen"]["kitas"].wert
        True
        """
        return orte.facilities(self.data, kinds, counted=counted)

    def cells(self) -> gpd.GeoDataFrame:
        """The inhabited 100 m cells as squares in metres (EPSG:25832).

        Returns
        -------
        geopandas.GeoDataFrame
            gebiet_id, einwohner, unter_15, von_15_bis_64, ab_65 (estimates), gehweg_haltestelle_m,
            gehweg_grundschule_m, gehweg_kita_m (walking metres to the nearest), nah_am_stadtrand, geometry. Cells of
            the census that were fetched also have children by age.
        """
        return orte.cells(self.data)

    def find(self, text: str, *, limit: int = 10) -> pd.DataFrame:
        """Areas, streets, places and addresses that a text may mean, best first; empty if nothing fits.

        Spelling is forgiving: ss/ß, ae/ä, Str./Straße, hyphens, and one typing error if nothing else fits.

        Returns
        -------
        pandas.DataFrame
            name, art (Stadtteil, Straße, Park ...), ort in words, gebiete: ids, of a street every Stadtteil that it
            runs through, most houses first.

        Raises
        ------
        ParameterError
            If the text is none, or the limit is not a number of hits.

        Examples
        --------
        >>> import sozialraum as sr
        >>> sr.open().find("schlospark")["name"].tolist()
        ['Schlosspark Borbeck']
        """
        if not isinstance(text, str):
            raise ParameterError(f"Gesucht wird nach einem Text, etwa „schlosspark“, nicht nach {type(text).__name__}.")
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise ParameterError(f"„{limit}“ ist keine Anzahl von Treffern. Erwartet wird eine ganze Zahl ab 1.")
        found = finder.find(self.data, text, limit=limit)
        rows = [(one.label, one.kind, one.detail, one.gebiete) for one in found]
        return pd.DataFrame(rows, columns=["name", "art", "ort", "gebiete"])

    def locate(self, address: str) -> Ort:
        """Position and Stadtteil of an address; UnknownAddress offers near ones."""
        return orte.place_of(self.data, address)

    def within(self, where: str | Ort | shapely.Point, metres: float) -> Umkreis:
        """People and places within so many metres on foot: straight metres times 1.3, as everywhere in the project.

        Parameters
        ----------
        where
            An address, a found place, or a point in metres (EPSG:25832).
        metres
            The walk.

        Raises
        ------
        UnknownAddress, ParameterError
            If the place or the number cannot be used.

        Examples
        --------
        >>> import sozialraum as sr
        >>> umkreis = sr.open().within("Schloßstr. 101", 800)
        >>> umkreis.einwohner > 1000, "gehweg_m" in umkreis.einrichtungen
        (True, True)
        """
        return orte.within(self.data, orte.place_of(self.data, where), metres)

    def map(self, values: str | pd.Series, **about: Unpack[About]) -> Karte:
        """All Stadtteile in classes (a count as circles): an indicator, or any Series by id or name.

        Returns
        -------
        Karte
            A folium map that takes further layers; ``.figure`` is the same as a fixed drawing, ``.savefig`` saves it.

        Parameters
        ----------
        values
            Id of an indicator with data, or one number per area; the index holds ids or names.
        **about
            What is said of a Series: title, unit, date, source, digits, city (its value), count.

        Raises
        ------
        ParameterError
            If there is no such indicator, or the Series names an unknown area or holds no numbers.

        Examples
        --------
        >>> import sozialraum as sr
        >>> essen = sr.open()
        >>> mein_wert = essen.frame()["anteil_unter_15"] - 14
        >>> essen.map(mein_wert, title="Abstand von 14 Prozent").figure.title
        'Abstand von 14 Prozent: von −3,2 bis 4,1'
        """
        return city_map(self.analysis, values, dict(about))

    def dotplot(self, values: str | pd.Series, **about: Unpack[About]) -> Figure:
        """Every Stadtteil a dot; arguments and errors as of :meth:`map`."""
        return Gebiet(self.analysis).dotplot(values, **about)

    def distribution(self, values: str | pd.Series, **about: Unpack[About]) -> Figure:
        """How many Stadtteile lie in each of some equally wide ranges; arguments and errors as of :meth:`map`."""
        return Gebiet(self.analysis).distribution(values, **about)

    def scatter(self, x: str | pd.Series, y: str | pd.Series) -> Figure:
        """Two indicators of all Stadtteile against each other; see :meth:`Gebiet.scatter`."""
        return Gebiet(self.analysis).scatter(x, y)

    def export(self, file: str | Path) -> None:
        """Write everything into one file: ``.xlsx``, ``.gpkg`` or ``.csv``; ParameterError for any other ending."""
        write(self.analysis, Path(file))

    def read(self, file: str | Path, *, beschreibung: str | Path | None = None, **angaben: Any) -> Tabelle:
        """Read a table of an office and say what was understood; nothing is written before ``.keep()``.

        Parameters
        ----------
        file
            ``.xlsx``, ``.xls``, ``.ods`` or ``.csv``.
        beschreibung
            A description that does not lie beside the file.
        **angaben
            Any line of the description: stelle, stichtag, geheimhaltung, weitergabe ...

        Raises
        ------
        SozialraumError
            If the file cannot be read, holds no table of areas, or there is no such line.
        """
        return understand(
            self.data, as_path(file, "eine Datei"), beschreibung=beschreibung, angaben=angaben, renew=lambda: open(
                self.data.dir, areas=self._areas, weitergabe=self._weitergabe
            ),
        )  # fmt: skip
