"""What is expected of each source file: its columns, their kinds, and rules between them."""

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd
import pandera.pandas as pa
from pandera.dtypes import is_string

from sozialraum.schema import NOT_NEGATIVE


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


_WHOLE: Final = _number(lambda n: n % 1 == 0, "ist keine ganze Zahl")
_TEXT: Final = pa.Column(str)
_TEXT_OR_NOTHING: Final = pa.Column(str, nullable=True)
_COUNT: Final = pa.Column(checks=[NOT_NEGATIVE, _WHOLE], metadata={"kind": "int64"})
_NUMBER: Final = pa.Column(checks=[_number(pd.Series.notna, "ist keine Zahl")], metadata={"kind": "float64"})
_LON: Final = pa.Column(
    checks=[_number(lambda n: n.between(-180, 180), "ist kein Längengrad")], metadata={"kind": "float64"}
)
_LAT: Final = pa.Column(
    checks=[_number(lambda n: n.between(-90, 90), "ist kein Breitengrad")], metadata={"kind": "float64"}
)
_LON_OR_NOTHING: Final = pa.Column(
    checks=[_number(lambda n: n.between(-180, 180), "ist kein Längengrad")],
    nullable=True,
    metadata={"kind": "float64"},
)
_LAT_OR_NOTHING: Final = pa.Column(
    checks=[_number(lambda n: n.between(-90, 90), "ist kein Breitengrad")], nullable=True, metadata={"kind": "float64"}
)
_LEVEL: Final = pa.Column(
    checks=[_number(lambda n: n.isin(range(1, 10)), "ist keine Stufe von 1 bis 9")],
    nullable=True,
    metadata={"kind": "float64"},
)
_FLAG: Final = pa.Column(bool)
_DAY: Final = pa.Column(str, pa.Check.str_matches(r"^\d{4}-\d{2}-\d{2}$", error="ist kein Tag wie 2022-09-30"))

COLUMNS: Final[Mapping[str, Mapping[str, pa.Column]]] = {
    "stadtteile_liste": {
        "stadtteil_nr": _COUNT,
        "stadtteil": _TEXT,
        "stadtbezirk_nr": _COUNT,
        "stadtbezirk_roemisch": _TEXT,
        "stadtbezirk_name": _TEXT,
    },
    "einwohner_register": {"stadtteil_nr": _TEXT, "stadtteil": _TEXT, "einwohner": _COUNT, "stichtag": _DAY},
    "einwohner_register_bezirke": {"gebiet": _TEXT, "name": _TEXT, "stichtag": _DAY, "einwohner": _COUNT},
    "stadtteile_amtlich": {"stadtteil_nr": _TEXT, "stadtteil": _TEXT, "stadtbezirk_roemisch": _TEXT},
    "stadtbezirke": {"STADTBEZR": _TEXT},
    "stadtgrenze": {},
    "schulen": {
        "S_SCHULFOR": _TEXT,
        "S_BEZEICHN": _TEXT,
        "S_STRASSE": _TEXT,
        "S_HNR": _COUNT,
        "S_HNR_ZUSA": _TEXT,
        "S_PLZ": _TEXT,
        "S_STADTT_1": _TEXT,
    },
    "kitas": {
        "E_ENR": _COUNT,
        "E_Bezeichn": _TEXT,
        "E_Strasse": _TEXT,
        "E_HNR": _COUNT,
        "E_HSNR_ZUS": _TEXT,
        "E_PLZ": _COUNT,
        "E_Stadttei": _TEXT,
        "V_Name": _TEXT,
        "Betreukonz": _TEXT,
    },
    "schulsozialindex": {
        "schulnummer": _COUNT,
        "schulform_itnrw": _TEXT,
        "Amtliche Bezeichnung 1": _TEXT,
        "Amtliche Bezeichnung 2": pa.Column(str, nullable=True),
        "schulbezeichnung_1": pa.Column(str, nullable=True),
        "kurzbezeichnung": pa.Column(str, nullable=True),
        "startchancen_schule": _COUNT,
        "schueler_2024_25_gerundet": _COUNT,
        "sozialindexstufe_2025_26": _LEVEL,
        "lat": _LAT,
        "lon": _LON,
    },
    "haltestellen": {
        "eva_id": _COUNT,
        "name": _TEXT,
        "typ": pa.Column(str, pa.Check.isin(["station", "stop"], error="ist weder station noch stop")),
        "parent_id": _COUNT,
        "parent_name": _TEXT,
        "lat": _LAT,
        "lon": _LON,
        "regional": _FLAG,
        "suburban": _FLAG,
    },
    "hauskoordinaten": {"adresse": _TEXT, "strname": _TEXT, "hsnr": pa.Column(nullable=True)},
    "zensus_1km": {
        **dict.fromkeys(("x", "y", "T", "Y_LT15", "Y_1564", "Y_GE65", "NAT", "EU_OTH", "OTH"), _COUNT),
        **dict.fromkeys(("SAME", "CHG_IN", "CHG_OUT"), _COUNT),
        "share_in_essen": _NUMBER,
        "Z2011_Einwohner": _NUMBER,
        "Z2011_Auslaender_A": _NUMBER,
    },
    "zensus2011_100m": {"x": _COUNT, "y": _COUNT, "merkmal": _TEXT, "value": _COUNT},
    "europawahl2024": {
        "Wahlbezirk": _COUNT,
        "Bezirksart": _COUNT,
        "Wahlberechtigte": _COUNT,
        "Wahlberechtigte mit Sperrvermerk (A2)": _COUNT,
        "Wählende": _COUNT,
        "dar. Wählende mit Wahlschein": _COUNT,
    },
    "wochenmaerkte": {"name": _TEXT, "opening_hours": _TEXT, "lon": _LON, "lat": _LAT, "stadtteil": _TEXT},
    "krankenhaeuser": {
        "name": _TEXT, "adresse": _TEXT, "lon": _LON, "lat": _LAT, "stadtteil": _TEXT, "status": _TEXT,
    },
    "pflegeeinrichtungen": {
        "name": _TEXT, "strasse": _TEXT, "plz": _TEXT, "lon": _LON, "lat": _LAT, "stadtteil": _TEXT,
    },
    "anlaufstellen": {
        "typ": _TEXT, "name": _TEXT, "adresse": _TEXT, "lon": _LON_OR_NOTHING, "lat": _LAT_OR_NOTHING,
        "stadtteil": _TEXT, "quelle": _TEXT, "stand": _TEXT_OR_NOTHING,
    },
    "citybahn": {"name": _TEXT, "lat": _LAT, "lon": _LON, "bauabschnitt": _COUNT, "stadtteil": _TEXT},
    "radunfaelle": {"jahr": _COUNT, "lon": _LON, "lat": _LAT},
    "quartiermanagement": {
        "id": _TEXT, "art": _TEXT, "bereich": _TEXT, "quelle": _TEXT, "stand": _TEXT,
        **dict.fromkeys(("stadtteile", "stelle", "adresse", "seit", "seit_text", "bis", "hinweis"), _TEXT_OR_NOTHING),
    },
    "kennzahlen": {
        "thema": _TEXT, "ebene": _TEXT, "kennzahl": _TEXT, "wert": _TEXT_OR_NOTHING, "urheber": _TEXT, "quelle": _TEXT,
        "stand": _TEXT,
    },
}  # fmt: skip
#: Rules between columns of one file: a part is never larger than the whole.
PART_OF_WHOLE: Final[Mapping[str, list[pa.Check]]] = {
    "europawahl2024": [
        _part("dar. Wählende mit Wahlschein", "Wählende"),
        _part("Wahlberechtigte mit Sperrvermerk (A2)", "Wahlberechtigte"),
    ],
}


def text_columns(columns: Mapping[str, pa.Column]) -> list[str]:
    """Columns to read as text even where they hold nothing or only digits."""
    return [name for name, column in columns.items() if column.dtype is not None and is_string(column.dtype)]


def converted(table: pd.DataFrame, columns: Mapping[str, pa.Column]) -> pd.DataFrame:
    """A table that keeps its contract, with numbers as numbers."""
    kinds = {name: column.metadata["kind"] for name, column in columns.items() if column.metadata}
    return table.astype(kinds)
