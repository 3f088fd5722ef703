"""The table of a file: which sheet, which part of it, and several tables of a sheet as one."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sozialraum.errors import TableError
from sozialraum.gebiete import fold
from sozialraum.intake import vocabulary
from sozialraum.intake.areas import Matcher
from sozialraum.intake.blocks import crop, cut, with_names
from sozialraum.intake.dates import without_dates
from sozialraum.intake.description import stand_of
from sozialraum.intake.grid import Sheet
from sozialraum.intake.layout import Column, Table, read_table


def understand(sheets: Iterable[Sheet], matcher: Matcher, *, blatt: str | None = None, bereich: str = "") -> Table:
    """The one sheet that holds a table of areas, or several that belong together.

    Parameters
    ----------
    blatt
        Name of the sheet.
    bereich
        The only cells to be read, as in Excel: ``A5:F60``.

    Raises
    ------
    TableError
        If no sheet fits, several do, or the named one does not exist.
    """
    found = list(sheets)
    if blatt is not None:
        chosen = [sheet for sheet in found if fold(sheet.name) == fold(blatt)]
        if not chosen:
            names = ", ".join(f"„{sheet.name}“" for sheet in found)
            raise TableError(f"{found[0].file}: Ein Blatt „{blatt}“ gibt es nicht. Vorhanden: {names}.")
        found = chosen
    found = [crop(sheet, bereich) for sheet in found] if bereich else found
    tables = [table for table in (_read(sheet, matcher) for sheet in found) if table]
    if not tables:
        raise TableError(_no_areas(found))
    if len(tables) > 1:
        names = ", ".join(f"„{table.sheet.name}“" for table in tables)
        raise TableError(
            f"{found[0].file}: Mehrere Blätter enthalten Stadtteile: {names}. Bitte eines wählen, zum Beispiel "
            f'--blatt "{tables[0].sheet.name}".'
        )
    return tables[0]


def _no_areas(sheets: list[Sheet]) -> str:
    return (
        f"{sheets[0].file}: Es sind keine Stadtteile mit Werten zu finden. Gesucht wird eine Spalte oder Zeile mit "
        "Namen oder "
        "Nummern der Stadtteile. Alle Namen zeigt: sozialraum areas. Eine leere Tabelle schreibt: sozialraum data "
        "template"
    )


def _read(sheet: Sheet, matcher: Matcher) -> Table | None:
    """All tables of a sheet as one; None if there is none."""
    found = [table for block in cut(with_names(sheet, matcher), matcher) if (table := read_table(block, matcher))]
    return _joined(sheet, found) if len(found) > 1 else next(iter(found), None)


def _joined(sheet: Sheet, tables: list[Table]) -> Table:
    """Tables that were side by side or one below the other; columns with the same head and date become one."""
    columns: list[Column] = []
    for number, table in enumerate(tables):
        for column in _told_apart(table, tables[0], first=number == 0):
            same = next((place for place, other in enumerate(columns) if _continues(other, column)), None)
            if same is None:
                columns.append(column)
            else:
                columns[same] = _together(columns[same], column)
    places = ", ".join(_place(table) for table in tables)
    return Table(
        sheet,
        tuple(columns),
        tuple(dict.fromkeys(title for table in tables for title in table.titles)),
        tuple(dict.fromkeys(note for table in tables for note in table.notes)),
        tuple(dict.fromkeys(text for table in tables for text in table.ignored)),
        {sign: meaning for table in tables for sign, meaning in table.symbols.items()},
        tuple(dict.fromkeys(text for table in tables for text in table.problems)),
        (f"{sheet.where()}: {len(tables)} Tabellen gelesen: {places}", *_all_remarks(tables)),
    )


def _all_remarks(tables: list[Table]) -> list[str]:
    return list(dict.fromkeys(remark for table in tables for remark in table.remarks))


def _place(table: Table) -> str:
    """Columns and rows of the values: ``C–D, Zeilen 5–29``."""
    letters = list(dict.fromkeys(column.letter for column in table.columns))
    rows = [spot.row for column in table.columns for spot in column.spots]
    across = letters[0] if len(letters) == 1 else f"{letters[0]}–{letters[-1]}"
    return f"{across}, Zeilen {min(rows)}–{max(rows)}"


def _told_apart(table: Table, leading: Table, *, first: bool) -> Iterator[Column]:
    """Columns of one of several tables with the date of its titles; heads that name nothing get its title."""
    titles = table.titles if first else (*leading.titles[:-1], *table.titles)
    stand = (stand_of(table.titles) or stand_of(titles)) or None
    meant = [vocabulary.meant(column.title, vocabulary.WORDS) for column in table.columns]
    above = tuple(table.titles[-1:]) if not set(meant) - {None, *vocabulary.PLAIN} else ()
    bare = not any(column.heads for column in table.columns) and len(table.columns) == len(leading.columns)
    for number, column in enumerate(table.columns):
        heads = leading.columns[number].heads if bare and not first else column.heads
        yield replace(column, heads=heads if meant[number] else (*above, *heads), stand=column.stand or stand)


def _continues(column: Column, other: Column) -> bool:
    """Whether both count the same at the same date, for different areas."""
    words = [fold(without_dates(one.title)) for one in (column, other)]
    known = {spot.gebiet.id: spot.cell.text for spot in column.spots if spot.gebiet}
    clash = any(spot.gebiet and known.get(spot.gebiet.id, spot.cell.text) != spot.cell.text for spot in other.spots)
    stands = {column.stand, other.stand} - {None}
    return words[0] == words[1] and len(stands) <= 1 and not clash


def _together(column: Column, other: Column) -> Column:
    known = {spot.gebiet.id for spot in column.spots if spot.gebiet}
    spots = [spot for spot in other.spots if spot.gebiet is None or spot.gebiet.id not in known]
    letters = dict.fromkeys([*column.letter.split("+"), other.letter])
    return replace(column, letter="+".join(letters), stand=column.stand or other.stand, spots=(*column.spots, *spots))
