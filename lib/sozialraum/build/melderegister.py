"""The municipal register's inhabitants as published: Stadtteile at one day, Stadtbezirke and city year by year.

Register and census count in different ways, so nothing here is mixed with the census; what is not published stays
missing and is never found by subtraction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sozialraum.build.areas import stadtteil_id
from sozialraum.build.raw import RawTables
from sozialraum.errors import SchemaError
from sozialraum.gebiete import Register, fold
from sozialraum.indicators import Indikator
from sozialraum.load import TOGETHER

SOURCE: Final = "einwohner_register"
SOURCE_SERIES: Final = "einwohner_register_bezirke"
COLUMNS: Final = ("gebiet_id", "stichtag", "einwohner", "quelle")
NOT_PUBLISHED: Final = "Kein Registerwert veröffentlicht."
_PAIR_IN_SOURCE: Final = "+"


@dataclass(frozen=True)
class Registered:
    """Register values of Stadtteile at one day.

    Attributes
    ----------
    stadtteile
        Index gebiet_id; only Stadtteile with a value of their own.
    gruppen
        Value of Stadtteile that are published together, by their ids.
    """

    stichtag: str
    stadtteile: pd.Series
    gruppen: Mapping[tuple[str, ...], int]


def build_register(raw: RawTables, register: Register) -> pd.DataFrame:
    """Table of register values, columns :data:`COLUMNS`; Stadtteile published together keep one row.

    Raises
    ------
    SchemaError
        With every row whose number and name do not belong together, every area that is named twice, and every
        year in which the Stadtbezirke do not add up to the city.
    """
    single, series = raw[SOURCE], raw[SOURCE_SERIES]
    faults = [fault for row, entry in single.iterrows() for fault in _single_faults(raw, row, entry, register)]
    faults += [fault for row, entry in series.iterrows() for fault in _series_faults(raw, row, entry, register)]
    if len(set(single["stichtag"])) > 1:
        faults.append(
            f"{raw.files[SOURCE]}: Die Werte haben mehrere Stichtage. Bitte nur einen in die Datei aufnehmen."
        )
    if faults:
        raise SchemaError(faults)
    ids = [TOGETHER.join(_ids(number)) for number in single["stadtteil_nr"]]
    table = pd.concat(
        [
            single.assign(gebiet_id=ids, quelle=SOURCE),
            series.rename(columns={"gebiet": "gebiet_id"}).assign(quelle=SOURCE_SERIES),
        ]
    )[list(COLUMNS)]
    faults = [*_twice(raw, table), *unequal_sums(table, register, file=raw.files[SOURCE_SERIES])]
    if faults:
        raise SchemaError(faults)
    order = {area.id: place for place, area in enumerate(register)}
    place = table["gebiet_id"].str.split(TOGETHER, regex=False).str[0].map(order)
    return table.assign(place=place).sort_values(["place", "stichtag"]).drop(columns="place").reset_index(drop=True)


def registered(table: pd.DataFrame) -> Registered:
    """Register values of Stadtteile, alone and together, at the day at which they were published.

    Parameters
    ----------
    table
        As of :func:`build_register` or :attr:`sozialraum.load.Data.einwohner_register`.
    """
    rows = table[table["quelle"] == SOURCE].set_index("gebiet_id")
    together = rows.index.str.contains(TOGETHER, regex=False)
    groups = {tuple(str(key).split(TOGETHER)): int(number) for key, number in rows["einwohner"][together].items()}
    return Registered(str(rows["stichtag"].iloc[0]), rows["einwohner"][~together], groups)


def register_rows(entry: Indikator, table: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Rows of ``indikatoren.csv``: the latest published value of every area, each with its own day."""
    latest = table.sort_values("stichtag").drop_duplicates("gebiet_id", keep="last").set_index("gebiet_id")
    partners = {key: group for group in registered(table).gruppen for key in group}
    rows = latest.reindex([area.id for area in register])
    unknown = rows["einwohner"].isna()
    notes = [_note(area.id, partners.get(area.id, ()), register) for area in register]
    return pd.DataFrame(
        {
            "gebiet_id": rows.index,
            "indikator": entry.id,
            "zaehler": rows["einwohner"].astype("float64").to_numpy(),
            **dict.fromkeys(("wert", "von", "bis"), rows["einwohner"].astype("float64").to_numpy()),
            "stand": rows["stichtag"].fillna(entry.stand).to_numpy(),
            "art": entry.art,
            "quelle": rows["quelle"].fillna(SOURCE).to_numpy(),
            "hinweis": pd.Series(notes, dtype="object").where(unknown.to_numpy()),
        }
    )


def unequal_sums(table: pd.DataFrame, register: Register, *, file: str) -> list[str]:
    """Years in which the Stadtbezirke do not add up to the city, or one of them is missing, as German sentences."""
    city, bezirke = register.city, [area.id for area in register.of_level("stadtbezirk")]
    wide = table.pivot(index="stichtag", columns="gebiet_id", values="einwohner").reindex(columns=[*bezirke, city.id])
    faults = []
    for day, row in wide.dropna(how="all").iterrows():
        lacking = [register.by_id(str(key)).label for key in row.index[row.isna()]]
        if lacking:
            faults.append(f"{file}: Zum Stichtag {day} fehlt {', '.join(lacking)}. Bitte ergänzen.")
        elif (total := row[bezirke].sum()) != row[city.id]:
            faults.append(
                f"{file}: Zum Stichtag {day} ergeben die Stadtbezirke {total:.0f} Menschen, für {city.label} stehen "
                f"{row[city.id]:.0f}. Bitte die Werte prüfen."
            )
    return faults


def _note(key: str, group: tuple[str, ...], register: Register) -> str:
    others = [register.by_id(other).label for other in group if other != key]
    return f"Nur zusammen mit {' und '.join(others)} veröffentlicht." if others else NOT_PUBLISHED


def _ids(number: str) -> list[str]:
    """Ids of one number or of several that are joined: "43+44" -> ["43", "44"]; a word stays as it is."""
    parts = [part.strip() for part in number.split(_PAIR_IN_SOURCE)]
    return [stadtteil_id(int(part)) if part.isdigit() else part for part in parts]


def _single_faults(raw: RawTables, row: object, entry: pd.Series, register: Register) -> Iterator[str]:
    known = {area.id: area.name for area in register.of_level("stadtteil")}
    place, number = raw.place(SOURCE, row), entry["stadtteil_nr"]
    ids = _ids(number)
    expected = " und ".join(known.get(key, "?") for key in ids)
    if not set(ids) <= set(known):
        yield f"{place}: Einen Stadtteil mit der Nummer {number} gibt es nicht. Bitte die Nummer prüfen."
    elif fold(expected) != fold(entry["stadtteil"]):
        yield (
            f"{place}: Nummer {number} gehört zu {expected}, dort steht {entry['stadtteil']}. "
            "Bitte Nummer oder Name berichtigen."
        )


def _series_faults(raw: RawTables, row: object, entry: pd.Series, register: Register) -> Iterator[str]:
    known = {area.id: area for area in register}
    area, place = known.get(entry["gebiet"]), raw.place(SOURCE_SERIES, row)
    if area is None:
        yield f"{place}: Die Kennung {entry['gebiet']} gibt es nicht. Bitte die Kennung prüfen."
    elif fold(entry["name"]) not in {fold(area.label), fold(f"{area.ebene_label} {area.name}"), fold(area.name)}:
        yield (
            f"{place}: Kennung {entry['gebiet']} gehört zu {area.langname}, dort steht {entry['name']}. "
            "Bitte Kennung oder Name berichtigen."
        )


def _twice(raw: RawTables, table: pd.DataFrame) -> list[str]:
    """Areas with two values at one day, alone or in a group."""
    each = table.assign(gebiet_id=table["gebiet_id"].str.split(TOGETHER, regex=False)).explode("gebiet_id")
    again = each[each.duplicated(["gebiet_id", "stichtag"])]
    return [
        f"{raw.files[str(source)]}: Zu {key} stehen am {day} zwei Werte. Bitte einen streichen."
        for key, day, source in zip(again["gebiet_id"], again["stichtag"], again["quelle"], strict=True)
    ]
