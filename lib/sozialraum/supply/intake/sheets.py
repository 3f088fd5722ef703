"""The table of a file: which sheets, which part of them, and several tables as one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from sozialraum.city.gebiete import Gebiet, fold
from sozialraum.errors import TableError
from sozialraum.supply.intake.axis import HEAD_WORDS, column_named, crop, cut, turned, with_names
from sozialraum.supply.intake.dates import as_stand, stand_in_cell, the_one, without_dates
from sozialraum.supply.intake.description import ANSWERS_SHEET, Auswahl, Description, stand_of
from sozialraum.supply.intake.grid import Column, Key, Sheet, Spot, Table, says, without_result
from sozialraum.supply.intake.layout import column_of, read_table, symbols_of
from sozialraum.supply.intake.matcher import AREA, Match, Matcher
from sozialraum.supply.intake.reading import looks_numeric

_TITLE_ROWS: Final = 12
_SHOWN: Final = 12
_TEMPLATE: Final = re.compile(r"^[a-z_0-9]+: (?:Zähler|Nenner|Wert)$")
#: A sheet with more rows is one long table, not several beside or below each other.
_LONG: Final = 2000


def chosen(sheets: Sequence[Sheet], answers: Description) -> list[Sheet]:
    """The sheets and the part of them that a description names; all of them if it names none."""
    found = [sheet for sheet in sheets if fold(sheet.name) != fold(ANSWERS_SHEET)] or list(sheets)
    if answers.blatt:
        wanted = [fold(name) for name in answers.blatt.split("|")]
        found = [sheet for sheet in sheets if fold(sheet.name) in wanted]
        if not found:
            names = (
                ", ".join(f"„{sheet.name}“" for sheet in sheets[:20]) if sheets[0].name else "keine Blätter, nur Text"
            )
            raise TableError(f"{sheets[0].file}: Ein Blatt „{answers.blatt}“ gibt es nicht. Vorhanden: {names}.")
    return [crop(sheet, answers.bereich) for sheet in found] if answers.bereich else found


def understand(sheets: Sequence[Sheet], matcher: Matcher, answers: Description) -> Table:
    """The one table of the chosen sheets, or several that belong together: halves, years, a sheet for each area."""
    if not {"blatt", "titel"} & set(matcher.rule):
        chosen_rows = [with_rows(sheet, answers.chosen_rows) for sheet in sheets]
        rest = replace(answers, zeilen={})
        read = [(sheet, _read(sheet, matcher, rest, whole=bool(answers.zeilen))) for sheet in chosen_rows if sheet]
        tables = [(sheet, replace(table, rows_chosen=True)) for sheet, table in read if table]
        if not any(chosen_rows):
            raise TableError(_no_rows(sheets, answers.chosen_rows))
        if tables:
            return _one(tables)
    single = list(_single(sheets, matcher))
    if len(single) > 1 or {"blatt", "titel"} & set(matcher.rule):
        read_single = [table for sheet, area in single if (table := _of_one_area(sheet, area))]
        if read_single:
            where = f"{sheets[0].file}: {len(read_single)} Blätter gelesen, je Stadtteil oder Stadtbezirk eines"
            return _joined(read_single[0].sheet, read_single, where)
    named = matcher.rule.get("spalte") or matcher.rule.get("zeile")
    if named and not any(column_named(turned(sheet, matcher.rule), str(named)) for sheet in sheets):
        raise TableError(
            f"{sheets[0].file}: Eine Spalte oder Zeile „{named}“ für die Stadtteile gibt es nicht (gebiet:)."
        )
    if any(_TEMPLATE.search(cell.text) for sheet in sheets for row in range(1, 6) for _, cell in sheet.row(row)):
        raise TableError(f"{sheets[0].file}: Die Vorlage ist noch leer: In keiner Spalte steht ein Wert.")
    unsolved = [line for sheet in sheets for line in without_result(sheet, sheet.uncomputed)]
    if unsolved:
        raise TableError(unsolved)
    raise TableError(
        f"{sheets[0].file}: Es sind keine Stadtteile mit Werten zu finden. Gesucht wird eine Spalte oder Zeile mit "
        "Namen oder Nummern der Stadtteile. Wo sie stehen, sagt die Beschreibung mit „gebiet:“ (spalte, zeile, blatt "
        "oder titel; Codes mit codes oder muster); --beschreibung-anlegen schreibt sie zum Ausfüllen. Alle Namen "
        "zeigt: sozialraum areas"
    )


def with_rows(sheet: Sheet, wanted: Auswahl) -> Sheet | None:
    """A sheet with the rows that a description chooses, and what stands above and below them; None if none fits."""
    gone: set[int] = set()
    for name, texts in wanted.zeilen.items():
        column = column_named(sheet, name)
        cells = dict(sheet.column(column)) if column else {}
        fitting = [row for row, cell in cells.items() if says(cell.text, texts)]
        if not fitting:
            return None
        top = next((row for row, cell in cells.items() if fold(cell.text) == fold(name)), min(cells))
        gone |= {*range(top + 1, max(fitting) + 1), *(row for row in cells if row > top)} - set(fitting)
    if not gone:
        return sheet
    return replace(sheet, cells={place: cell for place, cell in sheet.cells.items() if place[0] not in gone})


def _no_rows(sheets: Sequence[Sheet], wanted: Auswahl) -> list[str]:
    """What the columns hold by which rows are to be chosen."""
    lines = []
    for name, texts in wanted.zeilen.items():
        columns = [(sheet, column) for sheet in sheets if (column := column_named(sheet, name))]
        held = dict.fromkeys(cell.text for sheet, column in columns for _, cell in sheet.column(column))
        known = ", ".join(f"„{text}“" for text in [text for text in held if fold(text) != fold(name)][:_SHOWN])
        if not columns:
            lines.append(f"{sheets[0].file}: Eine Spalte „{name}“ gibt es nicht (in der Beschreibung unter „zeilen:“).")
        elif not any(says(text, texts) for text in held):
            lines.append(f"{sheets[0].file}: Keine Zeile erfüllt {name} = {' oder '.join(texts)}. Es gibt: {known}.")
    return lines or [f"{sheets[0].file}: Keine Zeile erfüllt alle Angaben unter „zeilen:“ zugleich."]


def _one(tables: list[tuple[Sheet, Table]]) -> Table:
    """The only table, or those of several years or of parts of the city."""
    if len(tables) == 1:
        return tables[0][1]
    dated = []
    for sheet, table in tables:
        stand = the_one(filter(None, (stand_in_cell(sheet.name), stand_of(table.titles))))
        dated.append(
            replace(table, columns=tuple(replace(column, stand=column.stand or stand) for column in table.columns))
        )
    stands = [tuple(sorted({column.stand or "" for column in table.columns})) for table in dated]
    areas = [{spot.gebiet.id for column in one.columns for spot in column.spots if spot.gebiet} for one in dated]
    heads = {tuple(fold(without_dates(column.title)) for column in table.columns) for table in dated}
    parts_of_one = len(heads) == 1 and sum(map(len, areas)) == len(set().union(*areas))
    names = ", ".join(f"„{sheet.name}“" for sheet, _ in tables[:20])
    if parts_of_one or (len(set(stands)) == len(stands) and all("" not in one for one in stands)):
        return _joined(dated[0].sheet, dated, f"{tables[0][0].file}: {len(tables)} Blätter gelesen: {names}")
    raise TableError(
        f"{tables[0][0].file}: Mehrere Blätter enthalten Stadtteile: {names}. Bitte eines wählen, zum Beispiel "
        f'--blatt "{tables[0][0].name}".'
    )


def _read(sheet: Sheet, matcher: Matcher, answers: Description, *, whole: bool) -> Table | None:
    """All tables of a sheet as one, or the sheet as one table; None if there is none."""
    described = {"spalte", "zeile"} & set(matcher.rule) or answers.keys()
    blocks = [sheet] if whole or described or sheet.rows > _LONG else cut(with_names(sheet, matcher), matcher)
    found = [table for block in blocks if (table := read_table(block, matcher, answers))]
    if len(found) < 2:
        return next(iter(found), None)
    told = [replace(table, columns=tuple(_told_apart(table, found[0], first=table is found[0]))) for table in found]
    places = []
    for table in found:  # columns and rows of the values: C–D, Zeilen 5–29
        letters = list(dict.fromkeys(column.letter for column in table.columns))
        rows = [spot.row for column in table.columns for spot in column.spots]
        places.append(f"{'–'.join(dict.fromkeys((letters[0], letters[-1])))}, Zeilen {min(rows)}–{max(rows)}")
    return _joined(sheet, told, f"{sheet.where()}: {len(found)} Tabellen gelesen: {', '.join(places)}")


def _joined(sheet: Sheet, tables: list[Table], remark: str) -> Table:
    """Columns with the same head and date become one."""
    columns: dict[tuple[str, str, tuple[Key, ...]], list[Column]] = {}
    for column in (column for table in tables for column in table.columns):
        same = columns.setdefault((fold(without_dates(column.title)), column.stand or "", column.keys), [])
        for place, other in enumerate(same):
            if (together := _together(other, column)) is not None:
                same[place] = together
                break
        else:
            same.append(column)

    def once(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for table in tables for text in getattr(table, name)))

    return Table(
        sheet,
        tuple(column for same in columns.values() for column in same),
        once("titles"),
        once("notes"),
        once("ignored"),
        {sign: meaning for table in tables for sign, meaning in table.symbols.items()},
        once("problems"),
        (remark, *once("remarks")),
        tables[0].gebiet,
    )


def _told_apart(table: Table, leading: Table, *, first: bool) -> Iterator[Column]:
    """Columns of one of several tables on a sheet with its own title and date; a bare one has the first one's heads."""
    stand = stand_of(table.titles) or stand_of(leading.titles) or None
    above = table.titles[-1:] if first or table.titles != leading.titles else ()
    above = tuple(title for title in above if without_dates(title))
    bare = not any(column.heads for column in table.columns) and len(table.columns) == len(leading.columns)
    for number, column in enumerate(table.columns):
        heads = leading.columns[number].heads if bare and not first else column.heads
        yield replace(column, heads=heads, stand=column.stand or stand, titles=above)


def _together(column: Column, other: Column) -> Column | None:
    """Both as one; None if they tell different things of an area."""
    known = {spot.gebiet.id: spot.cell.text for spot in column.spots if spot.gebiet}
    more = [spot for spot in other.spots if spot.gebiet is None or spot.gebiet.id not in known]
    if any(spot.gebiet and known.get(spot.gebiet.id, spot.cell.text) != spot.cell.text for spot in other.spots):
        return None
    letter = "+".join(dict.fromkeys([*column.letter.split("+"), other.letter]))
    return replace(column, letter=letter, stand=column.stand or other.stand, spots=(*column.spots, *more))


# A sheet for each area


def _single(sheets: Iterable[Sheet], matcher: Matcher) -> Iterator[tuple[Sheet, Gebiet]]:
    """Sheets that hold one area each: by their name, or by one of their first lines."""
    found: list[tuple[Sheet, Match]] = []
    for sheet in sheets:
        lines = [cell.text for row in range(1, _TITLE_ROWS + 1) for _, cell in sheet.row(row)[:1]]
        texts = lines if "titel" in matcher.rule else [sheet.name]
        found += [(sheet, match) for text in texts if (match := matcher.match(text)).kind == AREA][:1]
    of_bezirke = {match.gebiet.ebene for _, match in found if match.gebiet and not match.other} == {"stadtbezirk"}
    for sheet, match in found:
        area = match.other if of_bezirke and match.other else match.gebiet
        if area:
            yield sheet, area


def _of_one_area(sheet: Sheet, area: Gebiet) -> Table | None:
    """Rows and columns of a sheet whose values all belong to one area; None if it holds no numbers."""
    first = _first_row(sheet)
    if first is None:
        return None
    rows = range(first, sheet.rows + 1)
    inner = {column: [cell for row, cell in sheet.column(column) if row >= first] for column in sheet.filled}
    values = [c for c, cells in inner.items() if 2 * sum(looks_numeric(cell) for cell in cells) > len(cells)]
    words = [c for c, cells in inner.items() if cells and c not in values and c < min(values, default=0)]
    above = list(takewhile(sheet.row, range(first - 1, 0, -1)))
    heads = {column: [text for row in above[::-1] if (text := sheet.at(row, column).text)] for column in inner}
    titles = tuple(" ".join(cell.text for _, cell in sheet.row(row)) for row in range(1, first) if sheet.row(row))
    grouped: dict[tuple[int, tuple[str, ...]], list[Spot]] = {}
    last = dict.fromkeys(words, "")
    for row in rows:
        for place, column in enumerate(words):
            if text := sheet.at(row, column).text:
                last |= dict.fromkeys(words[place:], "") | {column: text}
        for column in values:
            cell = sheet.at(row, column)
            if cell.value is not None and looks_numeric(cell):
                grouped.setdefault((column, tuple(last.values())), []).append(Spot(row, column, area, cell, sheet))
    labels = [(sheet.letter(column), (heads[column] or [""])[-1]) for column in words]
    columns = tuple(
        column_of(
            spots,
            tuple(heads[column]),
            as_stand(" | ".join(heads[column])),
            [Key(*label, text) for label, text in zip(labels, texts, strict=True)],
        )
        for (column, texts), spots in grouped.items()
    )
    return Table(sheet, columns, titles, (), (), symbols_of(titles), (), (), {"blatt": "ja"}) if columns else None


def _first_row(sheet: Sheet) -> int | None:
    """The first row with words and a number that is no year, with the headings above: a text, and nothing beside it."""
    years_above = False
    for row in range(1, sheet.rows + 1):
        cells = [cell for _, cell in sheet.row(row)]
        numbers = [cell for cell in cells if looks_numeric(cell) and (years_above or not as_stand(cell.text))]
        years_above = years_above or any(as_stand(cell.text) for cell in cells[1:])
        if numbers and any(not looks_numeric(cell) for cell in cells):
            above = ((number, sheet.row(number - 1)) for number in range(row, 0, -1))
            return next(n for n, one in above if [c for c, _ in one] != [1] or HEAD_WORDS.search(fold(one[0][1].text)))
    return None
