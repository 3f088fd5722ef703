"""Places that fetched files bring: laid over the shipped ones, with what is said of their lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import yaml

from sozialraum.city.access import INDEX_GROUPS
from sozialraum.city.fetched import (
    KIND_PART,
    LISTS,
    PLACES,
    SCHOOLS,
    replaced_places,
    with_fetched_lists,
    with_fetched_places,
)
from sozialraum.city.load import CRS_FILES
from sozialraum.city.sources import parse_stand
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.base import Base
from sozialraum.supply.prepare.facilities import COLUMNS
from sozialraum.supply.prepare.quality import OF_ESTIMATE, TOPICS, Findings
from sozialraum.supply.prepare.write import csv_text

JOIN: Final = "Abgleich Schulen"
PLACE: Final = "Lage"
WITHHELD: Final = "Zurückgehaltene Werte"
COLUMN_OF: Final = {"grundschulkinder": "schueler", **dict.fromkeys(INDEX_GROUPS, "sozialindex")}
"""Column of the table of schools that an indicator rests on."""


@dataclass(frozen=True, eq=False)
class Brought:
    """Places of one source.

    Attributes
    ----------
    rows
        Columns of ``einrichtungen.csv``, index id; none where a source only says something of what is there.
    stand
        As-of date of the source.
    replaces
        Kinds ("kita"), or subdivisions of one ("anlaufstelle/Bibliothek"), of which no earlier row stays.
    lists
        What is said of the lists of kinds, as under ``arten`` in ``orte.yml``.
    """

    rows: gpd.GeoDataFrame
    stand: str
    replaces: tuple[str, ...] = ()
    lists: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Schools:
    """The table of schools made anew, and the source and date of each of its columns that is newer."""

    table: pd.DataFrame
    newer: Mapping[str, tuple[str, str]]
    texts: Mapping[str, Mapping[str, str]]
    """Words of indicators that the newer columns change."""
    joined: bool
    """Whether sites and numbers were joined anew."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """What fetched files say of places, by source, over the tables of a city."""

    below: Base
    brought: Mapping[str, Brought]
    findings: Findings
    schools: Schools | None = None

    @cached_property
    def replaces(self) -> list[str]:
        """Kinds of which no earlier row stays."""
        return sorted({kind for one in self.brought.values() for kind in one.replaces})

    @cached_property
    def kinds(self) -> set[str]:
        """Kinds of which rows have come or gone."""
        come = {str(art) for one in self.brought.values() for art in one.rows["art"]}
        return come | {kind.partition(KIND_PART)[0] for kind in self.replaces}

    @cached_property
    def lists(self) -> dict[str, Any]:
        """What ``orte.yml`` beside the fetched places says."""
        arten = {art: dict(said) for one in self.brought.values() for art, said in one.lists.items()}
        return {"ersetzt": self.replaces, "arten": arten}

    @cached_property
    def base(self) -> Base:
        """The tables with everything laid over them."""
        data = self.below.data
        return self.below.laid_over(
            einrichtungen=with_fetched_places(
                data.einrichtungen, self._rows()[data.einrichtungen.columns], self.replaces
            ),
            orte=with_fetched_lists(data.orte, self.lists),
            schulen=data.schulen if self.schools is None else self.schools.table,
        )

    def _rows(self) -> gpd.GeoDataFrame:
        """The fetched places as the table of places has them; a SchemaError names an id that is there already."""
        data = self.below.data
        kept = data.einrichtungen[~replaced_places(data.einrichtungen, self.replaces)]
        parts = [pd.DataFrame(one.rows).drop(columns="geometry") for one in self.brought.values() if len(one.rows)]
        if not parts:
            return data.einrichtungen.iloc[:0].assign(lon=0.0, lat=0.0)
        rows = pd.concat(parts).astype({"alter_von": "Int64", "alter_bis": "Int64", "hauptstandort": "bool"})
        again = sorted({*rows.index[rows.index.duplicated()], *rows.index.intersection(kept.index)})
        if again:
            raise SchemaError(
                f"{PLACES}: Die Kennung {key} gibt es schon bei einem anderen Ort. Bitte in der Quelle "
                f"{rows.loc[[key], 'quelle'].iloc[0]} prüfen."
                for key in again
            )
        points = gpd.GeoSeries(gpd.points_from_xy(rows["lon"], rows["lat"]), rows.index, crs=CRS_FILES)
        return gpd.GeoDataFrame(rows, geometry=points.where(rows["lon"].notna()).to_crs(data.crs))

    def renewed(self, key: str, said: Mapping[str, Any]) -> dict[str, Any] | None:
        """The words of an indicator with source and date of what it counts; None if nothing of that is newer."""
        sources, counted, newer = [str(name) for name in said["quellen"]], dict(said["zaehler"]), False
        walks = set() if self.below.network is None else {self.below.network.quelle}
        for art in self.kinds:
            tables = [one.data.einrichtungen for one in (self.below, self.base)]
            before, now = (table[table["art"] == art] for table in tables)
            gone = set(before["quelle"]) - set(now["quelle"])
            if not ({*before["quelle"], *now["quelle"]} & set(sources)) - walks:
                continue
            newer = True
            sources = [*sorted({*now["quelle"]} - {*sources}), *(name for name in sources if name not in gone)]
            if counted["stand"] in set(before["stand"]):
                counted["stand"] = max((str(stand) for stand in now["stand"]), key=parse_stand)
        source, stand = self.schools.newer.get(COLUMN_OF.get(key, ""), ("", "")) if self.schools else ("", "")
        if source:
            sources = [source, *(name for name in sources if name not in set(self.below.data.schulen["quelle"]))]
            counted["stand"] = stand
        texts = self.schools.texts.get(key, {}) if self.schools and source else {}
        return {**said, **texts, "zaehler": counted, "quellen": sources} if newer or source else None

    def quality(self, titles: Mapping[str, str], rows: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """The findings of the build without those that no longer hold, and with the new ones.

        ``titles`` and ``rows`` have the title and the new rows of indicators that were computed again.
        """
        data = self.below.data
        gone = data.einrichtungen[replaced_places(data.einrichtungen, self.replaces)]
        table, things = data.qualitaet, set(gone["name"] + " (" + gone["adresse"].fillna("") + ")")
        joined = self.schools is not None and self.schools.joined
        stale = (table["thema"] == PLACE) & table["gegenstand"].isin(things) | (table["thema"] == JOIN) & joined
        stale |= table["gegenstand"].isin(OF_ESTIMATE) & ("einwohner" in rows)  # people were counted
        for key in sorted({*rows} & {*data.indikatoren["indikator"]}):
            stale |= (table["thema"] == WITHHELD) & (table["gegenstand"] == titles[key])
            for row in rows[key][rows[key]["wert"].isna()].itertuples():
                self.findings.add(WITHHELD, str(row.gebiet_id), titles[key], str(row.hinweis), "kein Wert ausgewiesen")
        new = self.findings.frame()
        both = pd.concat([table[~stale], new[~new.duplicated()]], ignore_index=True)
        order: pd.Series = both["thema"].map(TOPICS.index)
        return both.iloc[order.argsort(kind="stable")].reset_index(drop=True)

    def write(self, new: Path) -> None:
        """The tables and lists of the folder of what was fetched, but for the findings."""
        rows = self._rows()
        if len(rows) or self.replaces:
            text = csv_text(pd.DataFrame(rows.reset_index(names="id"))[["id", *COLUMNS]])
            (new / PLACES).write_text(text, encoding="utf-8", newline="\n")
            said = yaml.safe_dump(self.lists, allow_unicode=True, sort_keys=False, width=120)
            (new / LISTS).write_text(said, encoding="utf-8", newline="\n")
        if self.schools is not None:
            text = csv_text(self.schools.table.rename_axis("id").reset_index())
            (new / SCHOOLS).write_text(text, encoding="utf-8", newline="\n")
