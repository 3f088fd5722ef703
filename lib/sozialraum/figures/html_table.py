"""Frames as accessible HTML tables."""

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from sozialraum.figures.marks import REFERENCES, Reference, attribute
from sozialraum.style import MISSING, NBSP, UNRECORDED, is_missing, number
from sozialraum.text.claims import FORM, Form

_NUMBER: Final = re.compile(r"[−-]?\d{1,3}(\.\d{3})*(,\d+)?|[−-]?\d+(,\d+)?")
NOTHING: Final = (MISSING, UNRECORDED)
"""Cells that hold no figure."""
DIGITS: Final = 1
WIDE: Final = 3
"""Columns behind the first from which on a table turns its rows into blocks where it has no room."""


def table_html(
    frame: pd.DataFrame,
    *,
    caption: str,
    digits: int = DIGITS,
    this: Hashable | None = None,
    row_ids: str = "",
    sortable: bool = False,
    marks: Sequence[int | None] = (),
    caption_mark: int | None = None,
) -> str:
    """A ``<table>`` in a region that can be scrolled with the keyboard.

    Parameters
    ----------
    frame
        Its index becomes the row headers, under its name. Numbers are printed in German form with
        ``digits`` decimals (whole numbers without), text as it is; missing is "keine Angabe".
    caption
        What the table shows.
    this
        Index value of the row to set off (the area of the report).
    row_ids
        If given, each row gets this text plus its index value as id, for links.
    sortable
        Whether the page may offer sorting.
    marks, caption_mark
        Which statement each row and the caption belong to; see :mod:`sozialraum.figures.marks`.
    """
    form, bare = form_of(frame), frame.copy(deep=False)
    bare.attrs = {}  # pandas would copy every reference for every column
    cells = [bare.iloc[:, place] for place in range(len(bare.columns))]
    columns = [
        _Column(str(name), form.units.get(str(name), ""), _is_figures(column, str(name) in form.figures))
        for name, column in zip(bare.columns, cells, strict=True)
    ]
    texts = [[cell_text(cell, digits=digits) for cell in column.tolist()] for column in cells]
    body = [
        _row(frame.index[place], columns, [cells[place] for cells in texts], form, place, this=this, row_ids=row_ids,
             mark=marks[place] if marks else None)
        for place in range(len(frame))
    ]  # fmt: skip
    foot = f"<tfoot>{body.pop()}</tfoot>" if form.foot and len(body) > 1 else ""
    names = " ".join(
        name
        for name, wanted in (("sr-table", True), ("sr-sortable", sortable), ("sr-table--wide", len(columns) >= WIDE))
        if wanted
    )
    head = "".join(column.head for column in columns)
    return (
        f'<div class="sr-scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table class="{names}">'
        f"<caption{attribute(caption_mark)}>{escape(caption)}</caption>"
        f'<thead><tr><th scope="col">{escape(str(frame.index.name or ""))}</th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody>{foot}</table></div>"
    )


@dataclass(frozen=True)
class _Column:
    """A column: its name, the unit that its cells do not show, whether it holds figures."""

    name: str
    unit: str
    figures: bool

    @property
    def head(self) -> str:
        return f'<th scope="col"{cell_class("sr-num" if self.figures else "")}>{with_unit(self.name, self.unit)}</th>'


def form_of(frame: pd.DataFrame) -> Form:
    """How the table is laid out; without any word on it only columns of numbers are figures."""
    form = frame.attrs.get(FORM)
    if not isinstance(form, Form):
        return Form()
    fits = all(len(part) in (0, len(frame)) for part in (form.row_units, form.nouns, form.orte))
    return form if fits else Form(form.figures, form.units)


def with_unit(name: str, unit: str) -> str:
    """A head with its unit, unless it names that itself."""
    shown = f' <span class="sr-unit">({escape(unit)})</span>' if unit and unit not in name else ""
    return f"{escape(name).replace('_', '_<wbr>')}{shown}"


def without_unit(text: str, *units: str) -> str:
    """A figure whose unit or noun is heard and not seen, because the head says it."""
    for unit in filter(None, units):
        number, found, rest = text.partition(f"{NBSP}{unit}")
        if found and number[-1:].isdigit():
            return f'{escape(number)}<span class="sr-vh">{NBSP}{escape(unit)}</span>{escape(rest)}'
    return escape(text)


def _is_figures(cells: pd.Series, declared: bool) -> bool:
    return declared or (is_numeric_dtype(cells) and not is_bool_dtype(cells))


def _row(
    key: Hashable,
    columns: Sequence[_Column],
    texts: Sequence[str],
    form: Form,
    place: int,
    *,
    this: Hashable | None,
    row_ids: str,
    mark: int | None,
) -> str:
    unit = form.row_units[place] if form.row_units else ""
    noun = form.nouns[place] if form.nouns else ""
    wide = len(columns) >= WIDE
    cells = "".join(_cell(text, column, (unit, noun), wide) for text, column in zip(texts, columns, strict=True))
    anchor = f' id="{escape(row_ids)}{escape(str(key))}"' if row_ids else ""
    look = cell_class("sr-this" if this is not None and key == this else "")
    head = with_unit(cell_text(key), "" if form.said else unit)
    linked = f'<span data-ort="{escape(form.orte[place])}">{head}</span>' if form.orte else head
    return f'<tr{anchor}{look}{attribute(mark)}><th scope="row">{linked}</th>{cells}</tr>'


def cell_text(cell: object, *, digits: int = DIGITS) -> str:
    """A cell as printed: German number, text as it is, "keine Angabe" if missing."""
    if cell is None or (not isinstance(cell, str) and is_missing(cell)):  # type: ignore[arg-type]
        return MISSING
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, int | float) or hasattr(cell, "dtype"):
        wert = float(cell)  # type: ignore[arg-type]
        return number(wert, 0 if isinstance(cell, int) or "int" in str(getattr(cell, "dtype", "")) else digits)
    return str(cell)


def rows_of(frame: pd.DataFrame) -> list[Iterable[Reference]]:
    """What each row of a table rests on, see :func:`sozialraum.text.claims.with_rows`; empty if it does not say."""
    rows: list[Iterable[Reference]] = frame.attrs.get(REFERENCES, [])
    return rows if len(rows) == len(frame) else []


def _cell(text: str, column: _Column, units: Sequence[str], wide: bool) -> str:
    names = " ".join(name for name, wanted in (("sr-num", column.figures), ("sr-missing", text in NOTHING)) if wanted)
    order = f' data-value="{_sort_value(text)}"' if column.figures else ""
    label = f' data-name="{escape(column.name)}"' if wide else ""
    shown = without_unit(text, column.unit, *units) if column.figures else escape(text)
    return f"<td{cell_class(names)}{order}{label}>{shown}</td>"


def _sort_value(text: str) -> str:
    """The number a printed figure stands for, in machine form; empty if there is none."""
    found = _NUMBER.search(text)
    return found[0].replace(".", "").replace(",", ".").replace("−", "-") if found else ""


def cell_class(names: str) -> str:
    """The class attribute of a cell with a blank in front; empty without a class."""
    return f' class="{names}"' if names else ""
