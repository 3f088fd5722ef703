"""Contracts of the tables, raw and built, and one way to report every breach in German.

A schema is a pandera ``DataFrameSchema``; :func:`problems` runs it and turns each failure into a
sentence with file, row, column and remedy. Nothing here changes a table.
"""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import pandera.pandas as pa

from sozialraum.errors import SchemaError
from sozialraum.indicators import KINDS
from sozialraum.sources import parse_stand

MAX_LISTED: Final = 20
NOT_NEGATIVE: Final = pa.Check.ge(0, error="darf nicht negativ sein")
ARTEN: Final = ("schule", "kita", "haltestelle", "platz", "park", "einkaufsstrasse")


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
_SHARE: Final = pa.Check(
    lambda t: ~((t["zaehler"] > t["nenner"]) & t["indikator"].str.match(r"anteil|reichweite|geboren|wahl|zugezogen")),
    error="Der Teil (zaehler) ist größer als das Ganze (nenner)",
)

GEBIETE: Final = pa.DataFrameSchema(
    {
        "ebene": pa.Column(str, pa.Check.isin(["stadtteil", "stadtbezirk", "stadt"], error="ist keine Ebene")),
        "nummer": pa.Column("int64", NOT_NEGATIVE),
        "name": pa.Column(str),
        "praeposition": pa.Column(str),
        "flaeche_km2": pa.Column(float, pa.Check.gt(0, error="muss größer als 0 sein")),
    },
    index=pa.Index(str, name="gebiet_id", unique=True),
)
EINRICHTUNGEN: Final = pa.DataFrameSchema(
    {
        "art": pa.Column(str, pa.Check.isin(ARTEN, error="ist keine bekannte Art")),
        "name": pa.Column(str),
        "stand": pa.Column(str, _STAND, nullable=True),
        "quelle": pa.Column(str),
        "gebiet_id": pa.Column(str, nullable=True),
        "stadtteil_angabe": pa.Column(str, nullable=True),
    },
    index=pa.Index(str, name="id", unique=True),
)
RASTER: Final = pa.DataFrameSchema(
    {
        "x": pa.Column("int64"),
        "y": pa.Column("int64"),
        "gebiet_id": pa.Column(str),
        "einwohner": pa.Column("int64", NOT_NEGATIVE),
        "unter_15": pa.Column("int64", NOT_NEGATIVE),
        "von_15_bis_64": pa.Column("int64", NOT_NEGATIVE),
        "ab_65": pa.Column("int64", NOT_NEGATIVE),
    },
    checks=[_PARTS],
    unique=["x", "y"],
)
INDIKATOREN: Final = pa.DataFrameSchema(
    {
        "gebiet_id": pa.Column(str),
        "indikator": pa.Column(str),
        "zaehler": pa.Column(float, nullable=True),
        "nenner": pa.Column(float, NOT_NEGATIVE, nullable=True),
        "wert": pa.Column(float, nullable=True),
        "fehler": pa.Column(float, NOT_NEGATIVE, nullable=True),
        "stand": pa.Column(str, _STAND),
        "art": pa.Column(str, pa.Check.isin(KINDS, error="ist keine Art (amtlich, berechnet, geschaetzt, stellvertretend)")),
        "quelle": pa.Column(str),
    },
    checks=[_SHARE],
    unique=["gebiet_id", "indikator"],
)


def problems(table: pd.DataFrame, schema: pa.DataFrameSchema, *, file: str, first_row: int = 2) -> list[str]:
    """Every breach of a schema as a German sentence.

    Parameters
    ----------
    table
        The table as read; rows in file order.
    file
        Name printed in front of each sentence.
    first_row
        Row number of the first record in the file (2 for a CSV with one head row).

    Returns
    -------
    list of str
        Empty if the table keeps the contract; at most :data:`MAX_LISTED` sentences and one that
        counts the rest.
    """
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as error:
        rows = {key: number + first_row for number, key in enumerate(table.index)}
        cases = error.failure_cases.drop_duplicates(["column", "check", "index"])
        found = list(dict.fromkeys(_sentence(case, rows, file) for case in cases.itertuples()))
        rest = len(found) - MAX_LISTED
        return found[:MAX_LISTED] + ([f"{file}: und {rest} weitere Problem(e)."] if rest > 0 else [])
    return []


def validate(checks: Sequence[tuple[pd.DataFrame, pa.DataFrameSchema, str]]) -> None:
    """Check several tables and report the problems of all at once.

    Raises
    ------
    SchemaError
        With every problem of every table.
    """
    found = [problem for table, schema, file in checks for problem in problems(table, schema, file=file)]
    if found:
        raise SchemaError(found)


def _sentence(case: object, rows: dict[object, int], file: str) -> str:
    check, column, value = (str(getattr(case, name)) for name in ("check", "column", "failure_case"))
    if check == "column_in_dataframe":
        return f"{file}: Die Spalte „{value}“ fehlt. Bitte die Kopfzeile mit der Quellenbeschreibung vergleichen."
    row = rows.get(getattr(case, "index", None))
    where = f"{file}, Zeile {row}" if row is not None else file
    if getattr(case, "schema_context", "") == "DataFrameSchema" and check not in ("multiple_fields_uniqueness",):
        return f"{where}: {check}. Bitte die Zeile in der Quelle prüfen."
    if check in ("field_uniqueness", "multiple_fields_uniqueness"):
        return f"{where}: „{value}“ in Spalte „{column}“ kommt mehrfach vor. Bitte nur eine Zeile behalten."
    if check == "not_nullable":
        return f"{where}: In Spalte „{column}“ fehlt der Wert. Bitte ergänzen."
    if check.startswith(("dtype", "coerce_dtype")):
        return f"{where}: „{value}“ in Spalte „{column}“ hat nicht die erwartete Form ({check}). Bitte korrigieren."
    return f"{where}: „{value}“ in Spalte „{column}“ {check}. Bitte in der Quelle korrigieren."
