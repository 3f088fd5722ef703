"""Rows for people and for machines."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sozialraum.city.gebiete import LEVEL_LABELS, QUARTIER, Register

if TYPE_CHECKING:
    from sozialraum.compare.analysis import Analysis

FORMATS: Final = ("table", "csv", "json", "xlsx")
"""How values are printed."""


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
    if not (register.of_level("stadtbezirk") or register.luecken):
        return [{name: said for name, said in row.items() if name != "Stadtbezirk"} for row in rows]
    return [*rows, *({"Nummer": gap.id, "Name": gap.name, **empty} for gap in register.luecken)]


def for_people(rows: Sequence[Mapping[str, Any]], analysis: "Analysis") -> list[dict[str, str]]:
    """Indicator rows with German numbers, units and dates; ranks are for machines only."""
    from sozialraum.style import art_label, day, span, value

    katalog, register = analysis.katalog, analysis.data.register
    return [
        {
            "Ort": register.by_id(row["gebiet_id"]).label,
            "Indikator": katalog[row["indikator"]].kurztitel,
            "Wert": value(row["wert"], katalog[row["indikator"]], art=row["art"]),
            "Spanne": span(row["von"], row["bis"], katalog[row["indikator"]], art=row["art"], unit=False),
            "Stand": day(row["stand"]) if row["stand"] else "",
            "Art": art_label(row["art"]) if row["art"] else "",
            "Einstufung": row["klasse"],
        }
        for row in rows
    ]


def wide_for_people(rows: Sequence[Mapping[str, Any]], analysis: "Analysis") -> list[dict[str, str]]:
    """One line per place: the value of each indicator with its unit, and its interval."""
    lines: dict[str, dict[str, str]] = {}
    for row, shown in zip(rows, for_people(rows, analysis), strict=True):
        line = lines.setdefault(row["gebiet_id"], {"Ort": shown["Ort"]})
        line[shown["Indikator"]] = f"{shown['Wert']} ({shown['Spanne']})" if shown["Spanne"] else shown["Wert"]
    return list(lines.values())


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


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """CSV with decimal point; empty is missing. Text that a spreadsheet would run as a formula is quoted by ``'``."""
    from sozialraum.style.cells import neutral

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    cells = ([row[column] for column in columns] for row in rows)
    writer.writerows([neutral(cell) if isinstance(cell, str) else cell for cell in line] for line in cells)
    return stream.getvalue()


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """A JSON list of objects; null is missing."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1) + "\n"


def indicators(analysis: "Analysis", kind: str, *, gebiet: str | None, names: Sequence[str], wide: bool) -> str | bytes:
    """Values in one of :data:`FORMATS`: all of them, or those of one area and of some indicators.

    Raises
    ------
    UnknownArea, ParameterError
        If there is no such area or indicator; lists what is possible.
    """
    from sozialraum.api.rows import indicator_ids, long_rows, wide_rows
    from sozialraum.compare.wert import COLUMNS

    area = [analysis.data.register.resolve(gebiet).id] if gebiet is not None else []
    keys = indicator_ids(analysis, names) if names else None
    rows = long_rows(analysis, indikatoren=keys, gebiete=area)
    if kind == "xlsx":
        from sozialraum.api.delivery import workbook

        return workbook(analysis, rows, wide=wide)
    if kind == "table":
        return as_table((wide_for_people if wide else for_people)(rows, analysis))
    shown = wide_rows(rows) if wide else [{name: row[name] for name in COLUMNS} for row in rows]
    return as_json(shown) if kind == "json" else as_csv(shown, list(shown[0]))
