"""Values of a Quartier from those of its Stadtteile: counts are added, shares recomputed, cut parts estimated.

A Stadtteil that is cut is divided by its people on the grid, so that the parts of a Stadtteil add up to its value,
whichever source that has. What is not known per grid cell cannot be divided and is missing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from sozialraum.city.access import (
    INDEX_GROUPS,
    REACH,
    REACH_INDICATORS,
    counted,
    counted_within,
    near_boundary_note,
    unlisted_note,
    whose,
)
from sozialraum.city.indicators import AREA_UNIT, Indikator
from sozialraum.city.load import Data
from sozialraum.city.own_areas.pieces import Pieces
from sozialraum.city.own_areas.uncertainty import edge_people, exchanged, mixture, small_area
from sozialraum.city.sources import source_ids

PEOPLE: Final = "einwohner"
DENSITY: Final = "dichte_je_km2"
CHILDREN: Final = "kitas_je_1000_kinder"
ALL: Final = "_alle"
"""End of the name of the column of the grid with all those whom a reach counts."""
#: Columns of the grid by which numerator and denominator of an indicator are divided.
ON_GRID: Final[Mapping[str, tuple[str, str]]] = {
    PEOPLE: (PEOPLE, ""),
    DENSITY: (PEOPLE, ""),
    "anteil_unter_15": ("unter_15", PEOPLE),
    "anteil_15_64": ("von_15_bis_64", PEOPLE),
    "anteil_65plus": ("ab_65", PEOPLE),
    CHILDREN: ("", "unter_15"),
    **{key: (key, f"{key}{ALL}") for key in REACH_INDICATORS},
}
NOT_DIVISIBLE: Final = "Liegt nicht vor: Der Wert lässt sich nicht auf Teile von Stadtteilen aufteilen"
ESTIMATED: Final = "Über das Bevölkerungsraster geschätzt, weil der Umriss Stadtteile anschneidet."
COLUMNS: Final = ("zaehler", "nenner", "wert", "von", "bis")


@dataclass(frozen=True, eq=False)
class City:
    """What the values of any Quartier are made from; computed once for all of them."""

    data: Data

    @cached_property
    def on_grid(self) -> Mapping[str, tuple[str, str]]:
        """:data:`ON_GRID`, and the reach of which the cells say who is reached and who is counted in all."""
        told = [name.removesuffix(ALL) for name in self.data.raster.columns if name.endswith(ALL)]
        return {**ON_GRID, **{key: (key, f"{key}{ALL}") for key in told}}

    @cached_property
    def grid(self) -> pd.DataFrame:
        """People of each cell by what is known of them: all, age groups, and who is counted and reached by a kind."""
        raster = self.data.raster
        people = raster[["einwohner", "unter_15", "von_15_bis_64", "ab_65"]].astype("float64")
        for key, kind in REACH_INDICATORS.items():
            people[f"{key}{ALL}"], people[key] = counted_within(raster, kind, REACH[kind])
        more = [name for pair in self.on_grid.values() for name in pair if name in raster.columns]
        return people.assign(**{name: raster[name] for name in more if name not in people.columns})

    @cached_property
    def counted(self) -> dict[str, pd.Series]:
        """Which facilities count for which indicator."""
        return counted(self.data.einrichtungen, self.data.schulen)

    def rows(self, indikator: str, stadtteile: list[str]) -> pd.DataFrame:
        """Values of an indicator for some Stadtteile; missing where the table has none."""
        return self.by_indicator[indikator].reindex(stadtteile)

    @cached_property
    def by_indicator(self) -> dict[str, pd.DataFrame]:
        """Values of each indicator by area."""
        table = self.data.indikatoren
        return {str(key): rows.set_index("gebiet_id") for key, rows in table.groupby("indikator", sort=False)}


@dataclass(frozen=True)
class Quartier:
    """One Quartier whose values are wanted.

    ``here`` tells which facilities lie in it.
    """

    gebiet_id: str
    pieces: Pieces
    city: City
    here: Callable[[], pd.Series]

    def table(self, katalog: Mapping[str, Indikator]) -> pd.DataFrame:
        """Rows of ``indikatoren.csv`` for every indicator that the city's table has."""
        rows = [
            self._row(entry) for key, entry in katalog.items() if entry.verfuegbar and key in self.city.by_indicator
        ]
        return pd.DataFrame(rows).astype(dict.fromkeys(COLUMNS, "float64"))

    def _row(self, entry: Indikator) -> dict[str, object]:
        parts = self.city.rows(entry.id, self.pieces.touched)
        first = parts.iloc[0]
        row: dict[str, object] = {
            "gebiet_id": self.gebiet_id, "indikator": entry.id, **dict.fromkeys(COLUMNS, float("nan")),
            "stand": first["stand"] if isinstance(first["stand"], str) else entry.stand, "art": entry.art,
            "quelle": "|".join(source_ids(parts["quelle"])),
            "hinweis": float("nan"),
        }  # fmt: skip
        reason = self._why_missing(entry, parts)
        if reason:
            return {**row, "hinweis": reason}
        zaehler, nenner = self._amount(entry, parts, "zaehler"), self._amount(entry, parts, "nenner")
        wert = zaehler if np.isnan(nenner) else zaehler / nenner * entry.faktor if nenner > 0 else float("nan")
        if entry.typ == "anteil" and 0 < zaehler < entry.mindestfallzahl:
            return {
                **row,
                "hinweis": f"Weniger als {entry.mindestfallzahl} Fälle; aus Gründen der Geheimhaltung nicht genannt.",
            }
        if np.isnan(wert):
            assert entry.nenner is not None
            return {
                **row,
                "hinweis": f"Nicht berechenbar: Zu „{entry.nenner.was}“ liegt hier keine Angabe größer als 0 vor.",
            }
        low, high = self._off(entry, parts, wert)
        von, bis = max(wert - low, 0.0) if entry.typ != "veraenderung" else wert - low, wert + high
        bis = min(bis, entry.faktor) if entry.typ == "anteil" else bis
        values = {"zaehler": zaehler, "nenner": nenner, "wert": wert, "von": von, "bis": bis}
        return {**row, **values, "art": self._art(entry, parts), "hinweis": self._note(entry) or float("nan")}

    @cached_property
    def _here(self) -> pd.Series:
        return self.here()

    @property
    def _is_cut(self) -> bool:
        return bool(self.pieces.angeschnittene)

    def _why_missing(self, entry: Indikator, parts: pd.DataFrame) -> str:
        """Why there is no value, in German; empty if there is one."""
        if self._is_cut and entry.id not in {**self.city.on_grid, **self.city.counted}:
            names = ", ".join(self._names(self.pieces.angeschnittene))
            return f"{NOT_DIVISIBLE} (angeschnitten: {names})."
        zaehler = parts["zaehler"].fillna(parts["wert"]) if entry.typ == "anzahl" else parts["zaehler"]
        unknown = zaehler.isna()
        if entry.nenner is not None:
            unknown |= parts["nenner"].isna() | (parts["wert"].isna() & (parts["nenner"] > 0))
        if not unknown.any():
            return ""
        names = ", ".join(self._names([str(key) for key in parts.index[unknown]]))
        if parts["wert"][unknown].notna().all():
            return f"Liegt nicht vor: Ohne Zähler und Nenner ({names}) lässt sich der Wert nicht zusammenfassen."
        known = zaehler[~unknown].sum()
        atleast = f" Die übrigen ergeben zusammen mindestens {known:.0f}." if entry.typ == "anzahl" and known else ""
        return f"Liegt nicht vor: Für {names} ist kein Wert bekannt, und was fehlt, wird nicht ergänzt.{atleast}"

    def _amount(self, entry: Indikator, parts: pd.DataFrame, side: str) -> float:
        """Numerator or denominator; missing where the indicator has none."""
        if side == "nenner" and entry.nenner is None:
            return float("nan")
        if side == "nenner" and entry.nenner and entry.nenner.einheit == AREA_UNIT:
            return float(self.pieces.km2.sum())
        if self._is_cut and side == "zaehler" and entry.id in self.city.counted:
            return float((self.city.counted[entry.id] & self._here).sum())
        amounts = parts[side].fillna(parts["wert"]) if entry.typ == "anzahl" else parts[side]
        column = self.city.on_grid[entry.id][0 if side == "zaehler" else 1] if self._is_cut else ""
        total = float((amounts * self._shares[column]).sum()) if column else float(amounts.sum())
        return float(round(total)) if entry.id == PEOPLE else total

    @cached_property
    def _shares(self) -> pd.DataFrame:
        """Which share of each Stadtteil's people lives in the Quartier; a column for each kind of people."""
        people, home = self.city.grid, self.city.data.raster["gebiet_id"]
        near = home.isin(self.pieces.touched)
        inside = people[near].mul(self.pieces.cells[near], axis=0).groupby(home).sum()
        whole = people[near].groupby(home).sum()
        shares = (inside / whole.where(whole > 0)).reindex(self.pieces.touched).fillna(0.0)
        shares.loc[list(self.pieces.ganze)] = 1.0
        return shares

    def _off(self, entry: Indikator, parts: pd.DataFrame, wert: float) -> tuple[float, float]:
        """How far the value may be off below and above; missing where that is not known."""
        if entry.id == PEOPLE:
            return (self._people_off(parts),) * 2
        if entry.id == DENSITY or (self._is_cut and entry.id == CHILDREN):
            people = self.city.rows(PEOPLE, self.pieces.touched)
            count = float((self._shares[PEOPLE] * people["zaehler"].fillna(people["wert"])).sum())
            return (abs(wert) * self._people_off(people) / count if count else float("nan"),) * 2
        if self._art(entry, parts) in ("amtlich", "berechnet"):
            return 0.0, 0.0
        if entry.typ == "anzahl":
            return float("nan"), float("nan")
        weights = parts["nenner"] * (self._shares[self.city.on_grid[entry.id][1]] if self._is_cut else 1.0)
        sides = (parts["wert"] - parts["von"], parts["bis"] - parts["wert"])
        whole = float(weights.sum()) if entry.nenner else float("nan")
        low, high = (float((weights * side).sum(skipna=False)) / whole for side in sides)
        return (self._share_off(entry.id, low), self._share_off(entry.id, high)) if self._is_cut else (low, high)

    def _people_off(self, people: pd.DataFrame) -> float:
        """Half width of the interval of the inhabitants; errors of Stadtteile add up as squares."""
        half = (people["bis"] - people["von"]) / 2
        if not self._is_cut:
            return float((half**2).sum(skipna=False) ** 0.5)
        shares = self._shares[PEOPLE]
        own = float(((half.fillna(0.0) * shares) ** 2).sum() ** 0.5)
        count = float((self.city.grid[PEOPLE] * self.pieces.cells).where(self._in_cut, 0.0).sum())
        return float(np.hypot(max(own, small_area(count)), edge_people(self.city.grid[PEOPLE], self.pieces.cells)))

    @property
    def _in_cut(self) -> pd.Series:
        return self.city.data.raster["gebiet_id"].isin(self.pieces.angeschnittene)

    def _share_off(self, indikator: str, own: float) -> float:
        column, whole = self.city.on_grid[indikator]
        smoothed = mixture(column, self.city.data.raster, self.pieces.cells)
        edge = exchanged(self.city.grid[column], self.city.grid[whole], self.pieces.cells)
        return float(np.hypot(max(own, smoothed), edge))

    def _art(self, entry: Indikator, parts: pd.DataFrame) -> str:
        kinds = set(parts["art"].dropna())
        if "stellvertretend" in kinds:
            return "stellvertretend"
        on_grid = self._is_cut and (entry.id in self.city.on_grid)
        return "geschaetzt" if on_grid or "geschaetzt" in kinds else "berechnet"

    def _note(self, entry: Indikator) -> str:
        notes = []
        if f"{entry.id}{ALL}" in self.city.grid:
            people = self.city.grid[f"{entry.id}{ALL}"] * self.pieces.cells
            near = people.where(self.city.data.raster["nah_am_stadtrand"], 0.0).sum()
            notes.append(near_boundary_note(near / people.sum() * 100 if people.sum() else 0.0, whom=whose(entry)))
        if entry.id in INDEX_GROUPS:
            notes.append(unlisted_note(int((self.city.counted["grundschulen_ohne_stufe"] & self._here).sum())))
        if self._is_cut and entry.id in self.city.on_grid:
            notes.append(ESTIMATED)
        return " ".join(note for note in notes if note)

    def _names(self, keys: tuple[str, ...] | list[str]) -> list[str]:
        return [self.city.data.register.by_id(key).name for key in keys]
