"""Read the built tables: one function per table, no logic beyond types and indexes.

:func:`open_data` bundles them; each table is read once, when it is first asked for.
"""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, TypeVar

import geopandas as gpd
import pandas as pd
import pyproj
import yaml
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from sozialraum.city.departures import read_departures
from sozialraum.city.fetched import (
    CELLS,
    FETCHED,
    FINDINGS,
    LISTS,
    OUTLINES,
    PLACES,
    SCHOOLS,
    SERIES,
    VALUES,
    fetched_folders,
    fetched_sources,
    licences_of_fetched,
    with_fetched_entries,
    with_fetched_lists,
    with_fetched_places,
    with_fetched_values,
)
from sozialraum.city.gebiete import Register
from sozialraum.city.readers import read_csv, read_geojson, read_parquet, read_shapes
from sozialraum.city.sources import Source, read_manifests
from sozialraum.errors import SchemaError, SourceMissing, yaml_place, yaml_reason
from sozialraum.files import load_yaml

CRS: Final = "EPSG:25832"
"""Metres, unless ``stadt.yml`` names another system (``crs``)."""
CRS_GRID: Final = "EPSG:3035"
CRS_FILES: Final = "EPSG:4326"
CELL_M: Final = 100
"""Width of a cell of the grid."""
SOURCES: Final = "sources"
STATEMENTS: Final = "aussagen"
DECISIONS: Final = "entscheidungen"
ADRESSEN: Final = "adressen.parquet"
ENVIRONMENT: Final = "SOZIALRAUM_DATA"
#: Id of the indicator that holds the inhabitants of the municipal register.
REGISTER: Final = "einwohner_register"
#: Joins the ids of Stadtteile that have one published value together.
TOGETHER: Final = "|"
DEFAULT_DIR: Final = Path(__file__).resolve().parents[3] / "data" / "essen"

#: Columns of the cells with walking metres that every city has.
WALKS: Final = ("gehweg_haltestelle_m", "gehweg_grundschule_m", "gehweg_kita_m")
_VALUES: Final = dict.fromkeys(("zaehler", "nenner", "wert", "von", "bis"), "float64")

_Table = TypeVar("_Table")


@dataclass(frozen=True, eq=False)
class Data:
    """The tables of one city; see :func:`open_data`. Nothing in it changes.

    Every attribute is one table, made when first used and then shared: do not change it in place.

    Attributes
    ----------
    dir
        Folder of the built tables.
    environment
        Environment variables with which another process opens the same data.
    other
        How tables that do not come from the folder are made, by name; see :meth:`laid_over`.
    """

    dir: Path
    environment: Mapping[str, str]
    other: Mapping[str, Callable[[], Any]] = field(default_factory=dict, repr=False)

    def laid_over(self, *, environment: Mapping[str, str] | None = None, **tables: Callable[[], Any]) -> "Data":
        """New data with some other tables, each made when it is first used; the rest are shared with these."""
        below = {name: partial(getattr, self, name) for name in TABLES}
        return Data(self.dir, {**self.environment, **(environment or {})}, below | tables)

    def _made(self, name: str, read: Callable[[Path], _Table]) -> _Table:
        made: _Table = self.other[name]() if name in self.other else read(self.dir)
        return made

    @property
    def crs(self) -> Any:
        """The coordinate system of every geometry, in metres."""
        return self.gebiete.crs

    @property
    def files(self) -> list[Path]:
        """Every file that a table may be made from."""
        return self._made("files", files_of)

    def inside(self, gebiet_id: str, table: pd.DataFrame) -> pd.Series:
        """Which rows of a table of places or cells lie in an area.

        Parameters
        ----------
        table
            :attr:`einrichtungen`, :attr:`einkaufsstrassen`, :attr:`raster` or rows of them.

        Returns
        -------
        pandas.Series
            True or False, index of the table. A place without a known position lies where its source says, and where
            that says nothing in the city only. In Stadtteile that a Quartier cuts, the position decides.
        """
        if gebiet_id == self.register.city.id:
            return pd.Series(True, index=table.index)
        cut = self.register.by_id(gebiet_id).angeschnittene
        shape = self.gebiete.geometry[gebiet_id] if cut else None
        return lies_in(table, self.register.members(gebiet_id), cut, shape, self.crs)

    @cached_property
    def orte(self) -> dict[str, Any]:
        """How complete the lists of places are (``orte.yml``); empty if there is no such file."""
        return self._made("orte", _orte)

    @cached_property
    def stadt(self) -> dict[str, Any]:
        """Facts about the city as a whole (``stadt.yml``)."""
        return self._made("stadt", _stadt)

    @cached_property
    def register(self) -> Register:
        """The areas with names and grammar."""
        return self._made("register", _register)

    @cached_property
    def gebiete(self) -> gpd.GeoDataFrame:
        """Areas with display boundaries; index gebiet_id, in metres."""
        return self._made("gebiete", gebiete)

    @cached_property
    def einrichtungen(self) -> gpd.GeoDataFrame:
        """Facilities; index id, points in metres, empty geometry where the position is unknown."""
        return self._made("einrichtungen", einrichtungen)

    @cached_property
    def angebote(self) -> pd.DataFrame:
        """Quartiermanagement and its relatives; index id."""
        return self._made("angebote", angebote)

    @cached_property
    def kennzahlen(self) -> pd.DataFrame:
        """Single published figures in words, one row per area that they name."""
        return self._made("kennzahlen", kennzahlen)

    @cached_property
    def schulen(self) -> pd.DataFrame:
        """Schools with pupils and Schulsozialindex; index id of the main site."""
        return self._made("schulen", schulen)

    @cached_property
    def einkaufsstrassen(self) -> gpd.GeoDataFrame:
        """Shopping streets as corridors; index id, in metres."""
        return self._made("einkaufsstrassen", einkaufsstrassen)

    @cached_property
    def flaechen(self) -> gpd.GeoDataFrame:
        """Fetched outlines and lines (park, wasser, bahn ...); index id, in metres; empty without any."""
        return self._made("flaechen", flaechen)

    @cached_property
    def raster(self) -> pd.DataFrame:
        """Inhabitants per inhabited 100 m cell."""
        return self._made("raster", raster)

    @cached_property
    def indikatoren(self) -> pd.DataFrame:
        """Indicator values, long."""
        return self._made("indikatoren", indikatoren)

    @cached_property
    def reihen(self) -> pd.DataFrame:
        """Values of fetched indicators in every edition of several dates; empty without any."""
        return self._made("reihen", reihen)

    @cached_property
    def abfahrten(self) -> pd.DataFrame:
        """Departures per stop and hour of a working day; empty if no timetable was fetched."""
        return self._made("abfahrten", read_departures)

    @cached_property
    def einwohner_register(self) -> pd.DataFrame:
        """Inhabitants of the municipal register by area and day, as published."""
        return self._made("einwohner_register", einwohner_register)

    @cached_property
    def indikatoren_yml(self) -> dict[str, Any]:
        """The catalogue of indicators as written in ``indikatoren.yml``."""
        return self._made("indikatoren_yml", _catalogue)

    @cached_property
    def einzelwerte(self) -> pd.DataFrame:
        """Single published values."""
        return self._made("einzelwerte", einzelwerte)

    @cached_property
    def qualitaet(self) -> pd.DataFrame:
        """What the build noticed: topic, place, finding, treatment."""
        return self._made("qualitaet", qualitaet)

    @cached_property
    def quellen(self) -> dict[str, Source]:
        """Manifests of all sources by id."""
        return self._made("quellen", _sources)

    @cached_property
    def own(self) -> Any:
        """What :mod:`sozialraum.supply.workspace` has laid over of own tables; None without any."""
        return self._made("own", _none)

    @cached_property
    def areas(self) -> Any:
        """What :mod:`sozialraum.city.own_areas.quartiere` has laid over of own areas; None without any."""
        return self._made("areas", _none)


TABLES: Final = ("files", *(name for name, made in vars(Data).items() if isinstance(made, cached_property)))
"""Names of everything that can be laid over."""


def open_data(folder: Path | str | None = None) -> Data:
    """The built tables of a folder.

    Parameters
    ----------
    folder
        Folder of the tables; by default the one that ``SOZIALRAUM_DATA`` names, otherwise Essen's.

    Raises
    ------
    SourceMissing
        If the folder does not exist or holds no tables.
    """
    chosen = data_dir(folder)
    if not (chosen / "gebiete.csv").is_file():
        raise SourceMissing(f"In {chosen} liegen keine aufbereiteten Tabellen (gebiete.csv fehlt).")
    metres(chosen)  # a coordinate system that is none is told now, not by the first map
    return Data(chosen, {ENVIRONMENT: str(chosen)})


def data_dir(folder: Path | str | None = None) -> Path:
    """Folder of the built tables: the one given, else the one in ``SOZIALRAUM_DATA``, else Essen's."""
    return Path(folder or named_path(ENVIRONMENT) or DEFAULT_DIR).resolve()


def named_path(variable: str) -> Path | None:
    """Absolute path that an environment variable names; None if it is not set.

    A relative one was typed in the folder that the shell calls ``PWD``: a kernel starts in the folder of its notebook.
    """
    text = os.environ.get(variable)
    if not text:
        return None
    typed = Path(os.environ.get("PWD", ".")) / text
    return (typed if typed.exists() and not Path(text).exists() else Path(text)).resolve()


def sources_dir(folder: Path) -> Path:
    """Folder of the manifests that belong to a folder of built tables: within it, otherwise beside it."""
    own = folder / SOURCES
    return own if own.is_dir() else folder.parent / SOURCES


def files_of(folder: Path) -> list[Path]:
    """Every file of the built tables and of the manifests that belong to them."""
    folders = [folder, folder / STATEMENTS, folder / DECISIONS, sources_dir(folder), *fetched_folders(folder)]
    return [path for one in folders if one.is_dir() for path in sorted(one.iterdir()) if path.is_file()]


def lies_in(
    table: pd.DataFrame, whole: Collection[str], cut: Collection[str], shape: BaseGeometry | None, crs: Any = CRS
) -> pd.Series:
    """Which rows lie in some Stadtteile, or in the part of some that a shape cuts; see :meth:`Data.inside`."""
    inside = table["gebiet_id"].isin(whole)
    near = table[table["gebiet_id"].isin(cut)]
    if shape is not None and len(near):
        points = near.geometry.representative_point() if isinstance(near, gpd.GeoDataFrame) else cell_points(near, crs)
        inside.loc[near.index] = points.within(shape)
    return inside


def cell_points(cells: pd.DataFrame, crs: Any = CRS) -> gpd.GeoSeries:
    """Cell midpoints (columns x, y in EPSG:3035) as points in metres, index of ``cells``."""
    points = gpd.points_from_xy(cells["x"], cells["y"])
    return gpd.GeoSeries(points, index=cells.index, crs=CRS_GRID).to_crs(crs)


def _none(_folder: Path) -> None:
    return None


def _orte(folder: Path) -> dict[str, Any]:
    path = folder / "orte.yml"
    return with_fetched_lists(read_yaml(path) if path.is_file() else {}, _fetched_lists(folder))


def _fetched_lists(folder: Path) -> dict[str, Any]:
    path = folder / FETCHED / LISTS
    return read_yaml(path) if path.is_file() else {}


def _newest(folder: Path, name: str) -> Path:
    """A table that fetched files may have made anew, as a whole."""
    fetched = folder / FETCHED / name
    return fetched if fetched.is_file() else folder / name


def _stadt(folder: Path) -> dict[str, Any]:
    return read_yaml(folder / "stadt.yml")


def _register(folder: Path) -> Register:
    return Register(register_table(folder))


def _catalogue(folder: Path) -> dict[str, Any]:
    return with_fetched_entries(read_yaml(folder / "indikatoren.yml"), folder)


def _sources(folder: Path) -> dict[str, Source]:
    return read_manifests(sources_dir(folder)) | fetched_sources(folder)


def register_table(folder: Path) -> pd.DataFrame:
    """``gebiete.csv``: one row per area, index gebiet_id."""
    return read_csv(folder / "gebiete.csv", {"nummer": "int64", "flaeche_km2": "float64"}).set_index("gebiet_id")


def licence_of(data: Data) -> str:
    """What ``stadt.yml`` says of the licence of the prepared tables; otherwise the sources' licences hold.

    What was fetched stands under licences of its own.
    """
    said = data.stadt.get("lizenz") if (data.dir / "stadt.yml").is_file() else None
    words = " ".join(str(said or "Für die aufbereiteten Tabellen gelten die Lizenzen der Quellen.").split())
    return " ".join([words, *licences_of_fetched(data.dir)])


def city_name(folder: Path) -> str:
    """The name of the city that a folder is about."""
    table = register_table(folder)
    return str(table.loc[table["ebene"] == "stadt", "name"].iloc[0])


def gebiete(folder: Path) -> gpd.GeoDataFrame:
    """``gebiete.csv`` joined with the display boundaries of ``gebiete.geojson``."""
    shapes = read_geojson(folder / "gebiete.geojson", metres(folder), "gebiet_id")
    return gpd.GeoDataFrame(register_table(folder), geometry=shapes.geometry, crs=shapes.crs)


def metres(folder: Path) -> str:
    """The coordinate system in which the tables of a folder are opened: that of ``stadt.yml``, or :data:`CRS`."""
    path = folder / "stadt.yml"
    named = str(read_yaml(path).get("crs") or CRS) if path.is_file() else CRS
    try:
        known = pyproj.CRS(named).is_projected
    except CRSError:
        known = False
    if not known:
        raise SchemaError(
            [f"{path}: „{named}“ ist kein Koordinatensystem in Metern wie EPSG:25832. Bitte berichtigen."]
        )
    return named


def einrichtungen(folder: Path) -> gpd.GeoDataFrame:
    """``einrichtungen.csv``: facilities with the fetched ones, index id; points in metres."""
    kinds = {"lon": "float64", "lat": "float64", "alter_von": "Int64", "alter_bis": "Int64", "hauptstandort": "bool"}
    table = read_csv(folder / "einrichtungen.csv", kinds).set_index("id")
    if (fetched := folder / FETCHED / PLACES).is_file():
        gone = _fetched_lists(folder).get("ersetzt") or []
        table = with_fetched_places(table, read_csv(fetched, kinds).set_index("id"), gone)
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), index=table.index, crs=CRS_FILES)
    known = points.where(table["lon"].notna())
    return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=known.to_crs(metres(folder)))


def angebote(folder: Path) -> pd.DataFrame:
    """``angebote.csv``: Quartiermanagement and its relatives, index id; ``gebiete`` holds ids joined by ``|``."""
    return read_csv(folder / "angebote.csv", {}).set_index("id")


def kennzahlen(folder: Path) -> pd.DataFrame:
    """``kennzahlen.csv``: single published figures in words, one row per figure and area that it names."""
    return read_csv(folder / "kennzahlen.csv", {})


def schulen(folder: Path) -> pd.DataFrame:
    """``schulen.csv``: pupils and Schulsozialindex of each school, index id of its main site."""
    kinds = {"schueler": "Int64", "sozialindex": "Int64", "abstand_m": "float64"}
    return read_csv(_newest(folder, SCHOOLS), kinds).set_index("id")


def einkaufsstrassen(folder: Path) -> gpd.GeoDataFrame:
    """``einkaufsstrassen.geojson``: corridors along shopping streets, index id."""
    columns = ("id", "name", "gebiet_id", "strassen", "haeuser", "quelle")
    return read_geojson(folder / "einkaufsstrassen.geojson", metres(folder), *columns)


def flaechen(folder: Path) -> gpd.GeoDataFrame:
    """``flaechen.parquet`` of the fetched values: art, name, flaeche_m2 (missing for lines and points), quelle."""
    return read_shapes(folder / FETCHED / OUTLINES, metres(folder), "id", "art", "name", "flaeche_m2", "quelle")


def raster(folder: Path) -> pd.DataFrame:
    """``raster.csv``: x, y (EPSG:3035 cell midpoint), gebiet_id, inhabitants by age group, walking metres.

    The table of cells from fetched files takes its place; that may have finer ages and more walking metres.
    """
    counted = ("x", "y", "einwohner", "unter_15", "von_15_bis_64", "ab_65")
    path = _newest(folder, CELLS)
    walks = dict.fromkeys(WALKS, "int64" if path.parent == folder else "float64")  # on a network some have no way
    table = read_csv(path, (kinds := {**dict.fromkeys(counted, "int64"), **walks, "nah_am_stadtrand": "bool"}))
    return table.astype({name: "float64" for name in table.columns if name not in (*kinds, "gebiet_id")})


def indikatoren(folder: Path) -> pd.DataFrame:
    """``indikatoren.csv``: gebiet_id, indikator, zaehler, nenner, wert, von, bis, stand, art, quelle, hinweis."""
    fetched = folder / FETCHED / VALUES
    more = read_csv(fetched, _VALUES) if fetched.is_file() else None
    return with_fetched_values(read_csv(folder / "indikatoren.csv", _VALUES), more)


def reihen(folder: Path) -> pd.DataFrame:
    """``reihen.csv`` of the fetched values: columns of ``indikatoren.csv``, number of the edition, its method."""
    path = folder / FETCHED / SERIES
    nothing = pd.DataFrame(columns=["gebiet_id", "indikator", "stand", *_VALUES, "ausgabe", "methode"])
    return read_csv(path, {**_VALUES, "ausgabe": "int64"}) if path.is_file() else nothing


def einwohner_register(folder: Path) -> pd.DataFrame:
    """``einwohner_register.csv``: gebiet_id, stichtag, einwohner, quelle.

    Ids joined by :data:`TOGETHER` ("43|44") are Stadtteile that have one published value together.
    """
    return read_csv(folder / "einwohner_register.csv", {"einwohner": "int64"})


def einzelwerte(folder: Path) -> pd.DataFrame:
    """``einzelwerte.yml``: single values that were published for one area; empty if there is no such file.

    ``indikator`` is the indicator without data that a value belongs to; "" for none.
    """
    columns = ["gebiet", "kapitel", "bezeichnung", "wert", "vergleich", "einheit", "stand", "quelle"]
    path = folder / "einzelwerte.yml"
    rows = read_yaml(path)["werte"] if path.is_file() else []
    for place, row in enumerate(rows, start=1):
        if lacking := [column for column in columns if column not in row]:
            raise SchemaError([f"{path}: Dem {place}. Einzelwert fehlt {', '.join(lacking)}. Bitte ergänzen."])
    return pd.DataFrame(rows, columns=[*columns, "indikator"]).fillna({"indikator": ""})


def qualitaet(folder: Path) -> pd.DataFrame:
    """``qualitaet.csv``: findings of the build."""
    return read_csv(_newest(folder, FINDINGS), {})


def adressen(folder: Path) -> pd.DataFrame:
    """``adressen.parquet``: the gazetteer; strasse, hausnummer, x, y (EPSG:25832, metres), gebiet_id."""
    return read_parquet(folder / ADRESSEN)


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file that holds a mapping.

    Raises
    ------
    SourceMissing
        If it does not exist.
    SchemaError
        If it is no YAML mapping in UTF-8.
    """
    if not path.is_file():
        raise SourceMissing(f"{path} fehlt.")
    try:
        content = load_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SchemaError([f"{path}: kein lesbares YAML{yaml_place(error)}. {yaml_reason(error)}."]) from error
    if not isinstance(content, dict):
        raise SchemaError([f"{path}: Die Datei ist leer oder enthält keine Schlüssel."])
    return content
