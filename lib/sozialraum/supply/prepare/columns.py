"""What is expected of each source file: the columns of ``spalten.yml`` as contracts, and rules between them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pandera.pandas as pa
from pandera.dtypes import is_string

from sozialraum.city.schema import NOT_NEGATIVE
from sozialraum.files import load_yaml


def _numbers(values: pd.Series) -> pd.Series:
    """A column as numbers, missing where it holds none."""
    return pd.Series(pd.to_numeric(values, errors="coerce"))


def _number(fits: Callable[[pd.Series], pd.Series], error: str) -> pa.Check:
    """Check of a column as numbers; what is no number does not fit."""
    return pa.Check(lambda values: fits(_numbers(values)), error=error)


def _part(part: str, whole: str) -> pa.Check:
    return pa.Check(
        lambda t: ~(_numbers(t[part]) > _numbers(t[whole])),
        error=f"„{part}“ ist größer als „{whole}“: Der Teil ist größer als das Ganze",
    )


#: Type in the file, checks, and type after reading, by the kind that ``spalten.yml`` names.
_KINDS: Final[Mapping[str, tuple[Any, list[pa.Check], str | None]]] = {
    "beliebig": (None, [], None),
    "text": (str, [], None),
    "ja_nein": (bool, [], None),
    "tag": (str, [pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$", error="ist kein Tag wie 2022-09-30")], None),
    "anzahl": (None, [NOT_NEGATIVE, _number(lambda n: n % 1 == 0, "ist keine ganze Zahl")], "int64"),
    "zahl": (None, [_number(pd.Series.notna, "ist keine Zahl")], "float64"),
    "lon": (None, [_number(lambda n: n.between(-180, 180), "ist kein Längengrad")], "float64"),
    "lat": (None, [_number(lambda n: n.between(-90, 90), "ist kein Breitengrad")], "float64"),
    "stufe": (None, [_number(lambda n: n.isin(range(1, 10)), "ist keine Stufe von 1 bis 9")], "float64"),
}


def _column(kind: str | list[str]) -> pa.Column:
    if isinstance(kind, list):
        return pa.Column(str, pa.Check.isin(kind, error=f"ist weder {' noch '.join(kind)}"))
    dtype, checks, after = _KINDS[kind.removesuffix("?")]
    return pa.Column(dtype, checks, nullable=kind.endswith("?"), metadata={"kind": after} if after else None)


COLUMNS: Final[Mapping[str, Mapping[str, pa.Column]]] = {
    source: {name: _column(kind) for name, kind in columns.items()}
    for source, columns in load_yaml(Path(__file__).with_name("spalten.yml").read_text("utf-8")).items()
}
#: Rules between columns of one file: a part is never larger than the whole.
PART_OF_WHOLE: Final[Mapping[str, list[pa.Check]]] = {
    "europawahl2024": [
        _part("dar. Wählende mit Wahlschein", "Wählende"),
        _part("Wahlberechtigte mit Sperrvermerk (A2)", "Wahlberechtigte"),
    ]
}


def text_columns(columns: Mapping[str, pa.Column]) -> list[str]:
    """Columns to read as text even where they hold nothing or only digits."""
    return [name for name, column in columns.items() if column.dtype is not None and is_string(column.dtype)]


def converted(table: pd.DataFrame, columns: Mapping[str, pa.Column]) -> pd.DataFrame:
    """A table that keeps its contract, with numbers as numbers."""
    return table.astype({name: column.metadata["kind"] for name, column in columns.items() if column.metadata})
