"""Contracts of the tables, raw and built, and one way to report every breach in German.

A schema is a pandera ``DataFrameSchema``; :func:`problems` runs it and turns each failure into a
sentence with file, row, column and remedy. Nothing here changes a table.
"""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import pandera.pandas as pa

from sozialraum.city.sources import KINDS, parse_stand

MAX_LISTED: Final = 20
FROM_SOURCE: Final = "Bitte die Quelldatei prüfen und neu laden oder berichtigen."
REBUILD: Final = "Bitte neu erzeugen mit: sozialraum data build"
NOT_NEGATIVE: Final = pa.Check(
    lambda values: ~(pd.to_numeric(values, errors="coerce") < 0), error="darf nicht negativ sein"
)
ARTEN: Final = (
    "schule", "kita", "haltestelle", "platz", "park", "markt", "krankenhaus", "pflege", "anlaufstelle",
    "haltestelle_im_bau", "radunfall", "einkaufsstrasse", "anlaufstelle_beschlossen", "lebensmittel", "apotheke",
    "arzt", "spielplatz", "toilette", "bank", "begegnung", "fussunfall",
)  # fmt: skip
STATUS: Final = ("offen", "geplant", "geschlossen", "im Bau", "beschlossen")


def _is_stand(values: pd.Series) -> pd.Series:
    def fits(value: object) -> bool:
        try:
            parse_stand(str(value))
        except ValueError:
            return False
        return True

    return values.map(fits)


_STAND: Final = pa.Check(_is_stand, error="ist kein Stand wie 2024, 2024-08-01 oder 2024/25")
_PARTS: Final = pa.Check(
    lambda t: t["unter_15"] + t["von_15_bis_64"] + t["ab_65"] == t["einwohner"],
    error="Die Altersgruppen ergeben nicht die Einwohner der Zelle",
)
_TOLERANCE: Final = 1e-6
_INTERVAL: Final = pa.Check(
    lambda t: (
        (t["von"].isna() == t["bis"].isna())
        & ~(t["von"] > t["wert"] + _TOLERANCE)
        & ~(t["bis"] < t["wert"] - _TOLERANCE)
        & ~(t["von"].notna() & t["wert"].isna())
    ),
    error="Der Wert liegt nicht in seiner Spanne von „von“ bis „bis“",
)

_TEXT: Final = pa.Column(str)
_TEXT_OR_NOTHING: Final = pa.Column(str, nullable=True)
_COUNT: Final = pa.Column("int64", NOT_NEGATIVE)
_NUMBER_OR_NOTHING: Final = pa.Column(float, nullable=True)
_STATUS: Final = pa.Column(str, pa.Check.isin(STATUS, error="ist kein bekannter Status"), nullable=True)


def _texts(*names: str) -> dict[str, pa.Column]:
    return dict.fromkeys(names, _TEXT)


GEBIETE: Final = pa.DataFrameSchema(
    {
        "ebene": pa.Column(str, pa.Check.isin(["stadtteil", "stadtbezirk", "stadt"], error="ist keine Ebene")),
        "nummer": _COUNT,
        **_texts("name", "praeposition"),
        "flaeche_km2": pa.Column(float, pa.Check.gt(0, error="muss größer als 0 sein")),
    },
    index=pa.Index(str, name="gebiet_id", unique=True),
)
EINRICHTUNGEN: Final = pa.DataFrameSchema(
    {
        "art": pa.Column(str, pa.Check.isin(ARTEN, error="ist keine bekannte Art")),
        **_texts("name", "quelle"),
        "stand": pa.Column(str, _STAND, nullable=True),
        "gebiet_id": _TEXT_OR_NOTHING,
        "stadtteil_angabe": _TEXT_OR_NOTHING,
        "status": _STATUS,
    },
    index=pa.Index(str, name="id", unique=True),
)
ANGEBOTE: Final = pa.DataFrameSchema(
    {
        **_texts("art", "bereich", "nachweis", "quelle"),
        "gebiete": _TEXT_OR_NOTHING,
        "stand": pa.Column(str, _STAND),
        "status": _STATUS,
        "buero": _STATUS,
    },
    index=pa.Index(str, name="id", unique=True),
)
KENNZAHLEN: Final = pa.DataFrameSchema(
    {
        **_texts("gebiet_id", "thema", "angabe", "urheber", "nachweis", "quelle"),
        "stand": pa.Column(str, _STAND, nullable=True),
    }
)
RASTER: Final = pa.DataFrameSchema(
    {
        **dict.fromkeys(("x", "y"), pa.Column("int64")),
        **_texts("gebiet_id"),
        **dict.fromkeys(("einwohner", "unter_15", "von_15_bis_64", "ab_65"), _COUNT),
    },
    checks=[_PARTS],
    unique=["x", "y"],
)
EINWOHNER_REGISTER: Final = pa.DataFrameSchema(
    {**_texts("gebiet_id", "quelle"), "stichtag": pa.Column(str, _STAND), "einwohner": _COUNT},
    unique=["gebiet_id", "stichtag"],
)
_ROWS: Final = {
    **_texts("gebiet_id", "indikator", "quelle"),
    **dict.fromkeys(("zaehler", "wert", "von", "bis"), _NUMBER_OR_NOTHING),
    "nenner": pa.Column(float, NOT_NEGATIVE, nullable=True),
    "stand": pa.Column(str, _STAND),
    "art": pa.Column(str, pa.Check.isin(KINDS, error=f"ist keine Art ({', '.join(KINDS)})")),
}


def indikatoren_schema(typen: Mapping[str, str]) -> pa.DataFrameSchema:
    """The contract of ``indikatoren.csv``: in every share of the catalogue the part is within the whole.

    ``typen`` has the type of each indicator by id, as the catalogue says; only a change may be negative.
    """

    def typ(table: pd.DataFrame) -> pd.Series:
        return table["indikator"].map(typen)

    within = pa.Check(
        lambda table: ~((table["zaehler"] > table["nenner"]) & (typ(table) == "anteil")),
        error="Der Teil (zaehler) ist größer als das Ganze (nenner)",
    )
    counted = pa.Check(
        lambda table: ~((table["zaehler"] < 0) & (typ(table) != "veraenderung")),
        error="Der Teil (zaehler) ist kleiner als 0",
    )
    return pa.DataFrameSchema(_ROWS, checks=[within, counted, _INTERVAL], unique=["gebiet_id", "indikator"])


def problems(
    table: pd.DataFrame, schema: pa.DataFrameSchema, *, file: str, first_row: int | None = 2, remedy: str = FROM_SOURCE
) -> list[str]:
    """Every breach of a schema as a German sentence, in the order of the rows; none if the table keeps the contract.

    At most :data:`MAX_LISTED` sentences and one that counts the rest. ``first_row`` is the line of the first record in
    the file (2 for a CSV with one head line); None counts objects from 1, as in a GeoJSON.
    """
    rows = {key: number for number, key in enumerate(table.index)}
    name, first = ("Objekt", 1) if first_row is None else ("Zeile", first_row)
    found = [
        (f"{file}: {text} {remedy}" if row is None else f"{file}, {name} {row + first}: {text} {remedy}")
        for row, text in sorted(_breaches(table, schema, rows), key=lambda item: -1 if item[0] is None else item[0])
    ]
    found = list(dict.fromkeys(found))
    rest = len(found) - MAX_LISTED
    more = "1 weiteres Problem" if rest == 1 else f"{rest} weitere Probleme"
    return found[:MAX_LISTED] + ([f"{file}: und {more}."] if rest > 0 else [])


def _breaches(
    table: pd.DataFrame, schema: pa.DataFrameSchema, rows: Mapping[object, int]
) -> list[tuple[int | None, str]]:
    """Row (counted from 0; None for the whole file) and sentence of every breach."""
    found = _repeated(table, schema)
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        cases = cases[(cases["check"] != "multiple_fields_uniqueness") & ~cases["failure_case"].map(_is_exception)]
        single = cases["schema_context"] != "DataFrameSchema"
        single |= cases["check"] == "column_in_dataframe"
        wrong = set(cases.loc[single, "index"].dropna())
        cases = cases[single | ~cases["index"].isin(wrong)].drop_duplicates(["column", "index"])
        found += [(rows.get(case.index), _sentence(case)) for case in cases.itertuples(index=False)]
    return found


def _repeated(table: pd.DataFrame, schema: pa.DataFrameSchema) -> list[tuple[int | None, str]]:
    keys = list(schema.unique or [])
    if not keys or not set(keys) <= set(table.columns):
        return []
    again = table[keys].reset_index(drop=True)
    again = again[again.duplicated()]
    return [
        (
            int(str(row)),
            f"Die Angaben in {' und '.join(keys)} ({', '.join(map(str, values))}) stehen schon in einer Zeile davor.",
        )
        for row, values in zip(again.index, again.itertuples(index=False), strict=True)
    ]


def _sentence(case: Any) -> str:
    check, column, value = str(case.check), str(case.column), _printed(case.failure_case)
    if check == "column_in_dataframe":
        return f"Die Spalte „{value}“ fehlt."
    if case.schema_context == "DataFrameSchema":
        return f"{check}."
    if check == "field_uniqueness":
        return f"„{value}“ in Spalte „{column}“ kommt mehrfach vor."
    if check == "not_nullable" or value == "nan":
        return f"In Spalte „{column}“ fehlt der Wert."
    if check.startswith("dtype"):
        return f"„{value}“ in Spalte „{column}“ hat nicht die erwartete Form."
    return f"„{value}“ in Spalte „{column}“ {check}."


def _printed(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _is_exception(value: object) -> bool:
    """A check that could not run: another one says why."""
    return str(value).startswith(("TypeError(", "ValueError(", "KeyError("))
