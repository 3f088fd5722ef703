"""Find an address of the city: position and Stadtteil.

Spelling is forgiving (Str./Straße/str., ß/ss, case, blanks, house-number suffixes); a wrong street or
number is never silently replaced: the error offers near matches.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
from rapidfuzz import fuzz, process

from sozialraum.city.gebiete import Gebiet, fold
from sozialraum.city.load import ADRESSEN, CRS, CRS_FILES, Data, adressen, metres
from sozialraum.errors import UnknownAddress

MIN_SIMILARITY: Final = 70.0
OFFERED: Final = 4
_NUMBER: Final = re.compile(
    r"^(?P<street>.*?\D)[ ]*(?P<number>\d+)\s*(?P<suffix>[a-zA-Z]?)(?:\s*[-–]\s*\d+\s*[a-zA-Z]?)?$"
)
_STREET: Final = re.compile(r"str$")
_ONE_S: Final = re.compile("sss+")
_WHOLE: Final = {"sankt": "st"}


@dataclass(frozen=True)
class Place:
    """A found address: as the gazetteer writes it, its Stadtteil, degrees and metres."""

    adresse: str
    gebiet: Gebiet
    lon: float
    lat: float
    x: int
    y: int
    crs: str = CRS

    @property
    def text(self) -> str:
        """One German line with address, Stadtteil and position."""
        return (
            f"{self.adresse}: {self.gebiet.ebene_label} {self.gebiet.id} {self.gebiet.name}, Länge {self.lon:.6f}, "
            f"Breite {self.lat:.6f} ({self.crs}: {self.x} {self.y})"
        )


def locate(data: Data, address: str) -> Place:
    """Position and Stadtteil of an address, or of the label point of a street without a house number.

    UnknownAddress names near matches of what is not known.
    """
    row = found(data, address)
    lon, lat = degrees(data, row["x"], row["y"])
    name = f"{row['strasse']} {row['hausnummer']}".strip()
    area = data.register.by_id(str(row["gebiet_id"]))
    return Place(name, area, lon, lat, int(row["x"]), int(row["y"]), metres(data.dir))


def found(data: Data, address: str) -> pd.Series:
    """The row of the gazetteer that an address means: strasse, hausnummer, x, y, gebiet_id; errors as of ``locate``."""
    street, number = parsed(data, address)
    table = gazetteer(data.dir)
    if not street:
        known = table[table["hausnummer"] != ""]
        example = "" if known.empty else f", zum Beispiel „{known.iloc[0]['strasse']} {known.iloc[0]['hausnummer']}“"
        raise UnknownAddress(f"Bitte eine Straße mit Hausnummer angeben{example}.")
    if table.empty:
        raise UnknownAddress(
            f"Für {data.register.city.name} gibt es kein Adressverzeichnis; Adressen sind nicht zu finden."
        )
    here = table.iloc[_rows_of_streets(data.dir).get(street, [])]
    if here.empty:
        raise UnknownAddress(_unknown_street(address, street, table))
    hits = here[here["hausnummer"].str.casefold() == number]
    if hits.empty:
        raise UnknownAddress(_unknown_number(address, number, here))
    return pd.Series(hits.iloc[0])


def degrees(data: Data, x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a point in metres."""
    point = gpd.GeoSeries(gpd.points_from_xy([x], [y]), crs=data.crs).to_crs(CRS_FILES)
    return round(float(point.x[0]), 6), round(float(point.y[0]), 6)


def search_words(text: str) -> list[str]:
    """Words in the form in which names are compared: no umlauts, no ß, "Str." is "strasse", "Sankt" is "st"."""
    return [_ONE_S.sub("ss", _WHOLE.get(word, _STREET.sub("strasse", word))) for word in fold(text).split()]


def street_key(street: str) -> str:
    """The same without blanks: "Schloßstr.", "Schloss-Straße", "Schlosstr." and "schlossstrasse" are one street."""
    return joined(search_words(street))


def joined(words: Iterable[str]) -> str:
    """Words of :func:`search_words` as one."""
    return _ONE_S.sub("ss", "".join(words))


def house_key(address: object) -> str:
    """Form in which houses are compared: "Karnaper Str. 100" and "Karnaper Straße 100, 45329 Essen" are one."""
    street, number = re.match(r"([^\d,]*)([^,]*)", str(address)).groups()  # type: ignore[union-attr]
    return street_key(street) + number.replace(" ", "").casefold()


@lru_cache(maxsize=4)
def houses(folder: Path) -> pd.DataFrame:
    """Every address with a house number: strasse, x, y, gebiet_id; empty where there is no gazetteer."""
    table = adressen(folder) if (folder / ADRESSEN).is_file() else pd.DataFrame()
    if table.empty:
        return pd.DataFrame({"strasse": [], "x": [], "y": [], "gebiet_id": []})
    return table.loc[table["hausnummer"] != "", ["strasse", "x", "y", "gebiet_id"]].reset_index(drop=True)


@lru_cache(maxsize=4)
def gazetteer(folder: Path) -> pd.DataFrame:
    """All addresses with the key of their street (``schluessel``); no house number marks the sign of a street."""
    table = adressen(folder) if (folder / ADRESSEN).is_file() else pd.DataFrame()
    if table.empty:
        return pd.DataFrame(columns=["strasse", "hausnummer", "x", "y", "gebiet_id", "schluessel"])
    keys = {name: street_key(str(name)) for name in table["strasse"].cat.categories}
    return table.assign(schluessel=table["strasse"].astype(str).map(keys), hausnummer=table["hausnummer"].astype(str))


@lru_cache(maxsize=4)
def _rows_of_streets(folder: Path) -> dict[str, Any]:
    """Positions of the rows of each street by its key."""
    return {str(key): rows for key, rows in gazetteer(folder).groupby("schluessel").indices.items()}


def parsed(data: Data, address: str) -> tuple[str, str]:
    """Key of the street and house number ("" if there is none); post code and city at the end do not count."""
    town = rf",?\s*(?:\d{{5}}\s+)?\b{re.escape(data.register.city.name)}\s*$"
    text = re.sub(town, "", " ".join(address.split()), flags=re.IGNORECASE).rstrip(" ,")
    match = _NUMBER.match(text)
    if match is None:
        return street_key(text), ""
    return street_key(match["street"]), (match["number"].lstrip("0") + match["suffix"]).casefold()


def _unknown_street(address: str, street: str, table: pd.DataFrame) -> str:
    names = table.drop_duplicates("schluessel").set_index("schluessel")["strasse"].astype(str)
    near = process.extract(street, list(names.index), scorer=fuzz.ratio, limit=OFFERED, score_cutoff=MIN_SIMILARITY)
    hint = f" Meinten Sie {' oder '.join(names[key] for key, _, _ in near)}?" if near else ""
    return f"Die Straße in „{address}“ steht nicht im Adressverzeichnis.{hint}"


def _unknown_number(address: str, number: str, here: pd.DataFrame) -> str:
    street = here.iloc[0]["strasse"]
    if not number:
        return f"Für „{address}“ bitte eine Hausnummer angeben; {street} hat kein eigenes Straßenschild im Verzeichnis."
    known = here[here["hausnummer"] != ""]
    if known.empty:
        return f"„{address}“ steht nicht im Adressverzeichnis; {street} hat dort keine Hausnummern."
    wanted = int(re.sub(r"\D", "", number))
    gaps = (known["hausnummer"].str.extract(r"^(\d+)")[0].astype(int) - wanted).abs()
    near = known.loc[gaps.sort_values(kind="stable").index[:OFFERED], "hausnummer"]
    return (
        f"{street} {number} steht nicht im Adressverzeichnis. In der Nähe: {', '.join(f'{street} {n}' for n in near)}."
    )
