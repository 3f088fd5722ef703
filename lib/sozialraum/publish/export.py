"""Values as files for other programs: CSV and XLSX for people, GeoPackage for a GIS.

Every file carries units, dates, sources, licences and the mark of a draft; numbers have the digits of the reports. Text
from data cannot act as a formula: :mod:`sozialraum.style.cells` is the one place for this rule.
"""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyogrio
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sozialraum import text
from sozialraum.city.indicators import chosen
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.wert import Wert
from sozialraum.errors import SozialraumError, system_reason
from sozialraum.files import write_bytes
from sozialraum.style import MISSING, art_label, day
from sozialraum.style.cells import neutral
from sozialraum.style.grammar import DRAFT
from sozialraum.supply.intake.template import same_bytes
from sozialraum.supply.own_tables import ENVIRONMENT, audience_words

COLUMNS: Final = (
    "Nummer",
    "Ort",
    "Ebene",
    "Indikator",
    "Wert",
    "von",
    "bis",
    "Einheit",
    "Anzahl",
    "Stand",
    "Art",
    "Einordnung",
    "Hinweis",
    "Quelle",
)
VALUES, NOTES = "Werte", "Hinweise"
AREAS_LAYER, NOTES_LAYER = "werte", "hinweise"
_WIDTHS: Final = (9, 24, 13, 44, 12, 12, 12, 14, 12, 14, 14, 24, 60, 60)
_NOTES_WIDTH: Final = 120

Row = dict[str, str | float | None]


def rows(
    analysis: Analysis, *, indikatoren: Iterable[str] | None = None, gebiete: Iterable[str] | None = None
) -> list[Row]:
    """Values with everything that belongs to them.

    Parameters
    ----------
    indikatoren
        Ids; all that have data if not given.
    gebiete
        Ids of areas; all that the table has if not given.

    Returns
    -------
    list of dict
        Keys :data:`COLUMNS`; Wert, the interval from von to bis and the count behind it (Anzahl) are numbers with the
        digits of the reports, None if they are missing: then Hinweis says why there is no value.

    Raises
    ------
    ParameterError
        If an indicator is unknown or has no data.
    UnknownArea
        If an area is unknown.
    """
    keys = _indicators(analysis, indikatoren)
    register = analysis.data.register
    areas = [area.id for area in (register if gebiete is None else map(register.by_id, gebiete))]
    return [_row(analysis, analysis.wert(key, area)) for area in areas for key in keys]


def _indicators(analysis: Analysis, wanted: Iterable[str] | None) -> list[str]:
    known = [key for key, entry in analysis.katalog.items() if entry.verfuegbar]
    return known if wanted is None else chosen(analysis.katalog, wanted)


def _row(analysis: Analysis, item: Wert) -> Row:
    note = item.hinweis or (item.grund if item.wert is None else "")
    used = [analysis.data.quellen.get(key) for key in item.quelle.split("|")]
    cells: Row = {
        "Nummer": item.gebiet_id,
        "Ort": item.ort.label,
        "Ebene": item.ort.ebene_label,
        "Indikator": item.titel,
        "Wert": item.as_printed(item.wert),
        "von": item.as_printed(item.von),
        "bis": item.as_printed(item.bis),
        "Einheit": item.einheit,
        "Anzahl": item.count,
        "Stand": day(item.stand),
        "Art": art_label(item.art),
        "Einordnung": item.klasse,
        "Hinweis": note,
        "Quelle": "; ".join(dict.fromkeys(source.quellenvermerk for source in used if source)),
    }
    return {name: neutral(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}


def notes(analysis: Analysis, *, indikatoren: Iterable[str] | None = None, weitergabe: str | None = None) -> list[str]:
    """What belongs to the values: mark of a draft, audience, meaning of gaps, method, sources with licences.

    ``weitergabe`` is the audience; that of the data unless another is given.
    """
    keys = _indicators(analysis, indikatoren)
    methods = [
        f"{entry.titel}: {' '.join(words for words in (entry.definition, entry.methode, entry.grenzen) if words)}"
        for entry in (analysis.katalog[key] for key in keys)
    ]
    sources = [sentence.text for sentence in text.citations(analysis, *keys)]
    *general, licence = general_notes(analysis, weitergabe=weitergabe)
    return [*general, *map(neutral, [*methods, *sources]), licence]


def general_notes(analysis: Analysis, *, weitergabe: str | None = None) -> list[str]:
    """What belongs to the values whatever they are, the licence last."""
    circle = weitergabe or analysis.data.environment.get(ENVIRONMENT, "")
    audience = [audience_words(circle)] if circle else []
    between = (
        "„von“ und „bis“ sind die Spanne der Schätzung; leer, wo sie nicht bekannt ist. "
        "„Anzahl“ ist die Zahl hinter dem Wert, zum Beispiel der Zähler eines Anteils."
    )
    gaps = (
        f"„{MISSING}“ oder eine leere Zelle heißt: Es gibt keinen Wert, oder er ist gesperrt; der Hinweis sagt, warum. "
        "Es heißt nie null."
    )
    lines = [
        f"{DRAFT}.",
        *audience,
        text.period(analysis).text,
        between,
        gaps,
        *(line.text for line in text.licence_notice(analysis)),
    ]
    return [neutral(line) for line in lines]


def write_csv(
    analysis: Analysis,
    target: Path,
    *,
    indikatoren: Sequence[str] | None = None,
    gebiete: Sequence[str] | None = None,
    weitergabe: str | None = None,
) -> None:
    """A table for German spreadsheets: semicolons, decimal commas, UTF-8 with BOM; notes below the table.

    For programs there is ``sozialraum indicators --format csv``.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(analysis, indikatoren=indikatoren, gebiete=gebiete):
        writer.writerow([_german(row[name], empty=_empty(name)) for name in COLUMNS])
    writer.writerow([])
    writer.writerows([line] for line in notes(analysis, indikatoren=indikatoren, weitergabe=weitergabe))
    write_bytes(target, stream.getvalue().encode("utf-8-sig"))


def _empty(column: str) -> str:
    """What stands for a missing number: a missing value is said, an unknown interval or count is an empty cell."""
    return MISSING if column == "Wert" else ""


def _german(cell: str | float | None, *, empty: str = MISSING) -> str:
    if cell is None:
        return empty
    return cell if isinstance(cell, str) else f"{cell:.10g}".replace(".", ",")


def write_xlsx(
    analysis: Analysis,
    target: Path,
    *,
    indikatoren: Sequence[str] | None = None,
    gebiete: Sequence[str] | None = None,
    weitergabe: str | None = None,
) -> None:
    """A workbook: the sheet "Werte" with real numbers and a fixed head, the sheet "Hinweise" with notes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(VALUES)
    fill(
        sheet,
        [
            COLUMNS,
            *(
                [_empty(name) if row[name] is None else row[name] for name in COLUMNS]
                for row in rows(analysis, indikatoren=indikatoren, gebiete=gebiete)
            ),
        ],
    )
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(1, column).font = Font(bold=True)
    below = book.create_sheet(NOTES)
    fill_notes(below, notes(analysis, indikatoren=indikatoren, weitergabe=weitergabe))
    write_bytes(target, same_bytes(book))


def fill_notes(sheet: Worksheet, lines: Iterable[str]) -> None:
    """Write notes, one below the other, each wrapped."""
    fill(sheet, [[line] for line in lines])
    sheet.column_dimensions["A"].width = _NOTES_WIDTH
    for cell in sheet["A"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def fill(sheet: Worksheet, lines: Iterable[Sequence[str | float | None]]) -> None:
    """Write cells; text stays text whatever it begins with, None is an empty cell."""
    for row, line in enumerate(lines, start=1):
        for column, content in enumerate(line, start=1):
            if content is None or content == "":
                continue
            cell = sheet.cell(row, column)
            if isinstance(content, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", content)
                cell.data_type = "s"
            else:
                cell.value = content
                cell.number_format = "#,##0" if float(content).is_integer() else "#,##0.0###"


def write_geopackage(
    analysis: Analysis,
    target: Path,
    *,
    indikatoren: Sequence[str] | None = None,
    gebiete: Sequence[str] | None = None,
    weitergabe: str | None = None,
) -> None:
    """A layer of areas with fields for value, interval, count, date and note of each indicator; a table of notes.

    In the coordinate system of the boundaries.
    """
    keys = _indicators(analysis, indikatoren)
    areas = list(gebiete) if gebiete is not None else analysis.stadtteile
    cells = {key: rows(analysis, indikatoren=[key], gebiete=areas) for key in keys}
    fields: dict[str, list[Any]] = {
        "nummer": [neutral(area) for area in areas],
        "name": [neutral(analysis.data.register.by_id(area).label) for area in areas],
    }
    for key, found in cells.items():
        by_area = {str(row["Nummer"]): row for row in found}
        fields[key] = [by_area.get(area, {}).get("Wert") for area in areas]
        for name in ("von", "bis", "Anzahl"):
            fields[f"{key}_{name.lower()}"] = [by_area.get(area, {}).get(name) for area in areas]
        fields[f"{key}_stand"] = [by_area.get(area, {}).get("Stand") for area in areas]
        fields[f"{key}_hinweis"] = [by_area.get(area, {}).get("Hinweis") for area in areas]
    shapes = [analysis.data.gebiete.geometry[area] for area in areas]
    layer = gpd.GeoDataFrame(fields, geometry=shapes, crs=analysis.data.crs)
    words = pd.DataFrame({"hinweis": notes(analysis, indikatoren=indikatoren, weitergabe=weitergabe)})
    write_layers(target, {AREAS_LAYER: layer, NOTES_LAYER: words}, day=analysis.issued)


def write_layers(target: Path, layers: Mapping[str, pd.DataFrame], *, day: date) -> None:
    """A GeoPackage, whole or not at all; ``day`` stands for the time of writing: same content, same bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.tmp.gpkg")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"})
    try:
        for name, layer in layers.items():
            pyogrio.write_dataframe(layer, temporary, layer=name, driver="GPKG", append=temporary.exists())
        temporary.replace(target)
    except (pyogrio.errors.DataSourceError, OSError) as error:
        why = f" ({system_reason(error)})" if isinstance(error, OSError) else ""
        raise SozialraumError(
            f"{target} lässt sich nicht schreiben{why}. Bitte einen anderen Ordner nennen."
        ) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        temporary.unlink(missing_ok=True)
