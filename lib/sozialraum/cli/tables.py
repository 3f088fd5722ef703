"""Rows for people and for machines."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sozialraum.gebiete import LEVEL_LABELS, QUARTIER, Register
from sozialraum.load import Data


def __getattr__(name: str) -> Any:
    """``COLUMNS``, looked up only when somebody asks: what stands beside it draws."""
    if name == "COLUMNS":
        from sozialraum.wert import COLUMNS

        return COLUMNS
    raise AttributeError(name)


def indicator_rows(data: Data, query: str | None) -> list[dict[str, Any]]:
    """Indicator values as the contract of the command line names them; missing is None.

    ``von`` and ``bis`` are the interval of the value, ``anzahl`` the count behind it; neither stands where the value is
    withheld.

    Parameters
    ----------
    query
        Area by id or name; None means all areas.
    """
    from sozialraum.compare import analyse

    area = data.register.resolve(query) if query else data.register.city
    analysis = analyse(data, area.id)
    wanted = [area.id] if query else [entry.id for entry in data.register]
    return [
        analysis.wert(indikator, gebiet_id).row()
        for gebiet_id in wanted
        for indikator in analysis.table.index.unique("indikator")
    ]


def area_rows(register: Register) -> list[dict[str, str]]:
    """All areas for people; then what has a name but no boundary yet."""
    rows = [
        {
            "Nummer": area.id,
            "Name": area.name,
            "Ebene": area.ebene_label,
            "Stadtbezirk": ", ".join(register.bezirke(area.id)),
        }
        for area in register
    ]
    empty = {"Ebene": LEVEL_LABELS[QUARTIER], "Stadtbezirk": "Abgrenzung liegt nicht vor"}
    return [*rows, *({"Nummer": gap.id, "Name": gap.name, **empty} for gap in register.luecken)]


def for_people(rows: Sequence[Mapping[str, Any]], data: Data) -> list[dict[str, str]]:
    """Indicator rows with German numbers, units and dates; ranks are for machines only."""
    from sozialraum.indicators import catalogue
    from sozialraum.style import art_label, day, span, value

    katalog = catalogue(data.indikatoren_yml)
    return [
        {
            "Ort": data.register.by_id(row["gebiet_id"]).label,
            "Indikator": katalog[row["indikator"]].kurztitel,
            "Wert": value(row["wert"], katalog[row["indikator"]], art=row["art"]),
            "Spanne": span(row["von"], row["bis"], katalog[row["indikator"]], art=row["art"], unit=False),
            "Stand": day(row["stand"]),
            "Art": art_label(row["art"]),
            "Einstufung": row["klasse"],
        }
        for row in rows
    ]


def as_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Aligned plain text with a head line."""
    if not rows:
        return ""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    right = {column for column, name in enumerate(lines[0]) if name in ("Wert", "Spanne")}
    return "\n".join(
        "  ".join(
            cell.rjust(widths[column]) if column in right else cell.ljust(widths[column])
            for column, cell in enumerate(line)
        ).rstrip()
        for line in lines
    )


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> str:
    """CSV with decimal point; empty is missing. Text that a spreadsheet would run as a formula is quoted by ``'``."""
    from sozialraum.wert import COLUMNS

    columns = columns or COLUMNS
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_safe(row[column]) for column in columns] for row in rows)
    return stream.getvalue()


def _safe(cell: Any) -> Any:
    from sozialraum.export import neutral

    if isinstance(cell, str):
        return neutral(cell)
    return "" if cell is None else cell


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """A JSON list of objects; null is missing."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n"


# How ``indicators`` prints its rows.
FORMATS: Final[dict[str, Callable[[Sequence[Mapping[str, Any]], Data], str]]] = {
    "table": lambda rows, data: as_table(for_people(rows, data)),
    "csv": lambda rows, _: as_csv(rows),
    "json": lambda rows, _: as_json(rows),
}
