"""The municipal register's inhabitants as published: Stadtteile at one day, Stadtbezirke and city year by year.

Register and census count in different ways, so nothing here is mixed with the census; what is not published stays
missing and is never found by subtraction.
"""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import Register, fold
from sozialraum.city.indicators import Indikator
from sozialraum.city.load import TOGETHER
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.areas import stadtteil_id
from sozialraum.supply.prepare.raw import RawTables

SOURCE: Final = "einwohner_register"
SOURCE_SERIES: Final = "einwohner_register_bezirke"
COLUMNS: Final = ("gebiet_id", "stichtag", "einwohner", "quelle")
NOT_PUBLISHED: Final = "Kein Registerwert veröffentlicht."


def build_register(raw: RawTables, register: Register) -> pd.DataFrame:
    """Table of register values, columns :data:`COLUMNS`; Stadtteile published together keep one row.

    A SchemaError names every row whose number and name do not belong together, every area that is named twice, and
    every year in which the Stadtbezirke do not add up to the city.
    """
    single, series = raw[SOURCE], raw[SOURCE_SERIES]
    faults = [*_single_faults(raw, register), *_series_faults(raw, register)]
    if len(set(single["stichtag"])) > 1:
        faults.append(
            f"{raw.files[SOURCE]}: Die Werte haben mehrere Stichtage. Bitte nur einen in die Datei aufnehmen."
        )
    if faults:
        raise SchemaError(faults)
    ids = [TOGETHER.join(_ids(number)) for number in single["stadtteil_nr"]]
    single = single.assign(gebiet_id=ids, quelle=SOURCE)
    table = pd.concat([single, series.rename(columns={"gebiet": "gebiet_id"}).assign(quelle=SOURCE_SERIES)])
    table = table[list(COLUMNS)]
    each = table.assign(gebiet_id=table["gebiet_id"].str.split(TOGETHER, regex=False)).explode("gebiet_id")
    again = each[each.duplicated(["gebiet_id", "stichtag"])]
    faults = [
        f"{raw.files[str(row.quelle)]}: Zu {row.gebiet_id} stehen am {row.stichtag} zwei Werte. Bitte einen streichen."
        for row in again.itertuples()
    ]
    faults += unequal_sums(table, register, file=raw.files[SOURCE_SERIES])
    if faults:
        raise SchemaError(faults)
    order = {area.id: place for place, area in enumerate(register)}
    place = table["gebiet_id"].str.split(TOGETHER, regex=False).str[0].map(order)
    return table.assign(place=place).sort_values(["place", "stichtag"]).drop(columns="place").reset_index(drop=True)


def register_rows(entry: Indikator, table: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Rows of ``indikatoren.csv``: the latest published value of every area, each with its own day."""
    latest = table.sort_values("stichtag").drop_duplicates("gebiet_id", keep="last").set_index("gebiet_id")
    notes = dict.fromkeys([area.id for area in register], NOT_PUBLISHED)
    for joined in table["gebiet_id"].unique():
        group = str(joined).split(TOGETHER)
        for key in group if len(group) > 1 else ():
            others = " und ".join(register.by_id(other).label for other in group if other != key)
            notes[key] = f"Nur zusammen mit {others} veröffentlicht."
    rows = latest.reindex(list(notes)).rename_axis("gebiet_id").reset_index()
    people = rows["einwohner"].astype("float64")
    hinweis = pd.Series(list(notes.values()), dtype="object").where(people.isna())
    return pd.DataFrame(
        {"gebiet_id": rows["gebiet_id"], "indikator": entry.id,
         **dict.fromkeys(("zaehler", "wert", "von", "bis"), people), "stand": rows["stichtag"].fillna(entry.stand),
         "art": entry.art, "quelle": rows["quelle"].fillna(SOURCE), "hinweis": hinweis}
    )  # fmt: skip


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


def _ids(number: str) -> list[str]:
    """Ids of one number or of several that are joined: "43+44" -> ["43", "44"]; a word stays as it is."""
    parts = [part.strip() for part in number.split("+")]
    return [stadtteil_id(int(part)) if part.isdigit() else part for part in parts]


def _single_faults(raw: RawTables, register: Register) -> Iterator[str]:
    known = {area.id: area.name for area in register.of_level("stadtteil")}
    for row in raw[SOURCE].itertuples():
        place, number, ids = raw.place(SOURCE, row.Index), row.stadtteil_nr, _ids(str(row.stadtteil_nr))
        expected = " und ".join(known.get(key, "?") for key in ids)
        if not set(ids) <= set(known):
            yield f"{place}: Einen Stadtteil mit der Nummer {number} gibt es nicht. Bitte die Nummer prüfen."
        elif fold(expected) != fold(str(row.stadtteil)):
            yield (
                f"{place}: Nummer {number} gehört zu {expected}, dort steht {row.stadtteil}. "
                "Bitte Nummer oder Name berichtigen."
            )


def _series_faults(raw: RawTables, register: Register) -> Iterator[str]:
    known = {area.id: area for area in register}
    for row in raw[SOURCE_SERIES].itertuples():
        area, place, name = known.get(str(row.gebiet)), raw.place(SOURCE_SERIES, row.Index), str(row.name)
        if area is None:
            yield f"{place}: Die Kennung {row.gebiet} gibt es nicht. Bitte die Kennung prüfen."
        elif fold(name) not in {fold(area.label), fold(f"{area.ebene_label} {area.name}"), fold(area.name)}:
            yield (
                f"{place}: Kennung {row.gebiet} gehört zu {area.langname}, dort steht {name}. "
                "Bitte Kennung oder Name berichtigen."
            )
