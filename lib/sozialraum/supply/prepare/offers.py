"""Tables of what has no point on the map: Quartiermanagement and its relatives, and single published figures.

Both name areas: a row belongs to every Stadtteil or Stadtbezirk that it names, and where it names none, to the city.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from sozialraum.city.gebiete import Register, fold
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.areas import Areas
from sozialraum.supply.prepare.facilities import office_state, plain_reference
from sozialraum.supply.prepare.quality import thousands
from sozialraum.supply.prepare.raw import RawTables

SEPARATOR: Final = "|"
"""Between the ids of several areas in one cell."""
CONCLUDED: Final = "geschlossen"
"""In the date of a figure: it was concluded from the number of an article, so the figure has no date."""
HISTORICAL: Final = "nur historisch"
NOT_SET_UP: Final = "noch nicht eingerichtet"
OFFERS: Final = (
    "id", "art", "bereich", "gebiete", "stelle", "adresse", "buero", "seit", "bis", "status", "hinweis", "nachweis",
    "stand", "quelle",
)  # fmt: skip
FIGURES: Final = ("gebiet_id", "thema", "angabe", "urheber", "nachweis", "stand", "quelle")
_DATE: Final = re.compile(r"\d{4}(-\d{2}){0,2}")
_AMOUNT: Final = re.compile(r"(.+?) ([\d.,]+)")


def build_offers(raw: RawTables, areas: Areas, orte: Mapping[str, Any]) -> pd.DataFrame:
    """Quartiermanagement, Quartiershausmeister, Kriminalprävention and Bezirksgespräch; columns :data:`OFFERS`.

    ``seit`` is a date where one is known and words otherwise ("vor 2018"); ``status`` says "geplant" where it has
    only been announced, ``buero`` whether the office is open, decided or closed. ``gebiete`` is empty where the
    source assigns no Stadtteil.
    """
    table = raw["quartiermanagement"]
    note = table["hinweis"].str.replace(r"\bGebiet(e?n?)\b", r"Bereich\1", regex=True)
    states = table["stelle"].map(office_state)
    waiting = states == "beschlossen"
    note = note.where(~waiting, note.fillna("").str.cat(["Eröffnungstermin nicht bekannt"] * len(table), sep="; "))
    planned = table["hinweis"].str.contains(NOT_SET_UP, na=False)
    return table.assign(
        gebiete=[
            SEPARATOR.join(_areas_of(row, raw, areas.register, orte.get("angebote") or {}))
            for row in table.reset_index().to_dict("records")
        ],
        stelle=table["stelle"].str.replace(r"\s*\([^()]*\)$", "", regex=True),
        buero=states,
        seit=table["seit"].fillna(table["seit_text"]),
        status=planned.map({True: "geplant", False: ""}),
        hinweis=note,
        nachweis=plain_reference(table["quelle"], orte.get("belege") or []),
        quelle="quartiermanagement",
    )[list(OFFERS)]


def _areas_of(row: Mapping[Any, Any], raw: RawTables, register: Register, named: Mapping[str, list[str]]) -> list[str]:
    """Ids of the areas that a row names, or that are named for it by hand."""
    known = {area.id for area in register}
    stated = row["stadtteile"].split(";") if isinstance(row["stadtteile"], str) else []
    by_hand = [register.match_stadtteil(name) for name in named.get(row["id"], [])]
    unknown = [key for key in stated if key not in known]
    if unknown or None in by_hand:
        where = raw.place("quartiermanagement", row["index"]) if unknown else f"orte.yml, angebote, {row['id']}"
        wrong = ", ".join(unknown) or "ein Name"
        raise SchemaError([f"{where}: Den Ort „{wrong}“ gibt es nicht. Bitte Nummer oder Namen prüfen."])
    return list(dict.fromkeys([*stated, *(area.id for area in by_hand if area)]))


def build_figures(raw: RawTables, areas: Areas, orte: Mapping[str, Any]) -> pd.DataFrame:
    """Single published figures in words, one row for each area that a figure names; columns :data:`FIGURES`.

    ``stand`` is empty where the date is not documented or was only concluded from the number of an article.
    """
    table, order = raw["kennzahlen"], [area.id for area in areas.register]
    dated = table["stand"].map(lambda stand: _DATE.fullmatch(stand) is not None and CONCLUDED not in stand)
    worded = table.replace({"kennzahl": orte.get("wortlaut") or {}})
    said = pd.Series([_figure(row, areas.register) for row in worded.itertuples()], dtype=object)
    made = table.assign(
        said=said,
        nachweis=plain_reference(table["quelle"], orte.get("belege") or []),
        stand=table["stand"].where(dated, ""),
        urheber=table["urheber"].where(table["urheber"] != "dito").ffill(),
        quelle="kennzahlen",
    ).explode("said")
    made["gebiet_id"], made["angabe"] = zip(*made["said"], strict=True) if len(made) else ((), ())
    return made.sort_values("gebiet_id", key=lambda keys: keys.map(order.index), kind="stable")[list(FIGURES)]


def _figure(row: Any, register: Register) -> list[tuple[str, str]]:
    """Areas that a figure names, each with what is said of it."""
    label, value = str(row.kennzahl), row.wert if isinstance(row.wert, str) else ""
    if HISTORICAL in row.stand:
        label = f"{label} ({HISTORICAL})"
    level, _, number = str(row.ebene).partition(" ")
    if level == "bezirk":
        return [(register.resolve(f"Stadtbezirk {number}").id, _said(label, value))]
    found = []
    for part in filter(None, value.split(";")):
        match = _AMOUNT.fullmatch(part.strip())
        name, amount = (match[1], _dotted(match[2])) if match else (part.strip(), "")
        parts = name.split("+")
        several = f"{' und '.join(filter(None, [', '.join(parts[:-1]), parts[-1]]))} zusammen " if parts[1:] else ""
        found += [(key, _said(label, f"{several}{amount}")) for key in _places(parts, register)]
    in_label = [area.id for area in register.of_level("stadtteil") if f"({area.name})" in label]
    return found or [(key, _said(label, value)) for key in in_label or [register.city.id]]


def _places(parts: list[str], register: Register) -> list[str]:
    """Stadtteile of "Nord+Süd+Mitte", and the Stadtbezirk that is called so."""
    stadtteile = [area.id for part in parts if (area := register.match_stadtteil(part)) is not None]
    folded = [fold(part) for part in parts]
    bezirke = register.of_level("stadtbezirk") if len(parts) > 1 else []
    return stadtteile + [area.id for area in bezirke if [fold(part) for part in area.name.split("/")] == folded]


def _dotted(amount: str) -> str:
    """Thousands with their point: 1680 is "1.680"."""
    return thousands(int(amount)) if amount.isdigit() else amount


def _said(label: str, value: str) -> str:
    """The amount behind the first part of the label: "Je Arzt; 5 Sitze" and 853 make "Je Arzt: 853; 5 Sitze"."""
    first, *rest = label.split("; ") if value else [label]
    return "; ".join([": ".join(filter(None, [first, _dotted(value)])), *rest])
