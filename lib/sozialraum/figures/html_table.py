"""Frames as accessible HTML tables."""

import re
from collections.abc import Hashable, Iterable, Sequence
from html import escape
from typing import Final

import pandas as pd

from sozialraum.figures.marks import REFERENCES, Reference, attribute
from sozialraum.style import MISSING, NBSP, UNRECORDED, is_missing, number

_FIGURES: Final = re.compile(
    rf"(mindestens )?[±+−-]?{NBSP}?\d[\d.]*(,\d+)?({NBSP}?(%|Einw\.?\S*|je{NBSP}?\S*|m|km))?.{{0,24}}"
)
_NUMBER: Final = re.compile(r"[−-]?\d{1,3}(\.\d{3})*(,\d+)?|[−-]?\d+(,\d+)?")
NOTHING: Final = (MISSING, UNRECORDED)
"""Cells that hold no figure."""
DIGITS: Final = 1


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
    columns = [[cell_text(cell, digits=digits) for cell in frame.iloc[:, place]] for place in range(frame.shape[1])]
    numeric = [_is_numeric(texts) for texts in columns]
    name = "sr-table sr-sortable" if sortable else "sr-table"
    head = "".join(
        f'<th scope="col"{cell_class("sr-num" if right else "")}>{escape(str(column))}</th>'
        for column, right in zip(frame.columns, numeric, strict=True)
    )
    body, rows = [], list(zip(*columns, strict=True)) or [()] * len(frame)
    for key, texts, mark in zip(frame.index, rows, marks or [None] * len(frame), strict=True):
        cells = "".join(map(_cell, texts, numeric))
        anchor = f' id="{escape(row_ids)}{escape(str(key))}"' if row_ids else ""
        look = cell_class("sr-this" if this is not None and key == this else "")
        body.append(f'<tr{anchor}{look}{attribute(mark)}><th scope="row">{escape(cell_text(key))}</th>{cells}</tr>')
    return (
        f'<div class="sr-scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table class="{name}">'
        f"<caption{attribute(caption_mark)}>{escape(caption)}</caption>"
        f'<thead><tr><th scope="col">{escape(str(frame.index.name or ""))}</th>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


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


def _cell(text: str, right: bool) -> str:
    names = " ".join(name for name, wanted in (("sr-num", right), ("sr-missing", text in NOTHING)) if wanted)
    order = f' data-value="{_sort_value(text)}"' if right else ""
    return f"<td{cell_class(names)}{order}>{escape(text)}</td>"


def _sort_value(text: str) -> str:
    """The number a printed figure stands for, in machine form; empty if there is none."""
    found = _NUMBER.search(text)
    return found[0].replace(".", "").replace(",", ".").replace("−", "-") if found else ""


def _is_numeric(texts: Iterable[str]) -> bool:
    known = [text for text in texts if text and text not in NOTHING]
    return bool(known) and all(_FIGURES.fullmatch(text) for text in known)


def cell_class(names: str) -> str:
    """The class attribute of a cell with a blank in front; empty without a class."""
    return f' class="{names}"' if names else ""
