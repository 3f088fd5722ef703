"""What a sentence rests on: claims (values, each a :class:`Wert`) and facts (anything else that was counted).

A sentence carries both; on the page they travel as references, and
:mod:`sozialraum.report.evidence` compares them with the tables and with what is printed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from sozialraum.compare.wert import INDICATOR, Reference, Wert

ROWS: Final = "belege"
"""Key in ``DataFrame.attrs``: the references of each row; figures marks the rows with them."""


FORM: Final = "form"
"""Key in ``DataFrame.attrs``: how the table is laid out, as of :func:`with_form`."""


@dataclass(frozen=True)
class Form:
    """How a printed table is laid out.

    Attributes
    ----------
    figures
        Columns that hold figures: they stand right, sort and copy as numbers. Columns of numbers need not be named.
    units
        Unit of the figures of a column: its head names it, the cells do not show it.
    row_units
        The same for tables whose rows have a unit each; the first cell of a row names it unless ``said``.
    nouns
        What the counts of each row count; not shown behind them.
    orte
        Id of the area that each row is about.
    foot
        Whether the last row is the city's, which stays last however the table is sorted.
    """

    figures: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    row_units: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    orte: tuple[str, ...] = ()
    foot: bool = False
    said: bool = False


@dataclass(frozen=True)
class Fact:
    """Something counted or published that is no indicator's value.

    Attributes
    ----------
    art
        What was counted: ``parks``, ``gehzeit``; or one of the kinds that :mod:`sozialraum.report.evidence` looks up.
    angaben
        The phrases that may be printed, each with its number, unit and noun: "höchstens 300 m"; for the kinds that are
        looked up the ids under which.
    """

    art: str
    angaben: tuple[str, ...] = ()

    @property
    def ref(self) -> Reference:
        """What the page says that it rests on."""
        return (self.art, *self.angaben)


@dataclass(frozen=True)
class Sentence:
    """A German sentence, the claims it states and the facts it names."""

    text: str
    claims: tuple[Wert, ...] = ()
    facts: tuple[Fact, ...] = ()

    @property
    def refs(self) -> tuple[Reference, ...]:
        """Everything the sentence rests on."""
        return (*(item.ref for item in self.claims), *(fact.ref for fact in self.facts))


def about(indikator: str, gebiet_id: str) -> Reference:
    """Reference to the value of an indicator for an area."""
    return (INDICATOR, indikator, gebiet_id)


def fact(art: str, *angaben: str) -> Fact:
    """A fact by its kind and what may be printed of it, without empty phrases."""
    return Fact(art, tuple(text for text in angaben if text))


def noted(art: str, text: str) -> Sentence:
    """A sentence about nothing but facts: all of it was counted or published."""
    return Sentence(text, facts=(fact(art, text),))


def with_rows(frame: pd.DataFrame, rows: Iterable[Iterable[Reference]]) -> pd.DataFrame:
    """The printed table with what each of its rows rests on, for the evidence checker."""
    frame.attrs[ROWS] = [tuple(row) for row in rows]
    return frame


def with_form(
    frame: pd.DataFrame,
    *figures: str,
    units: Mapping[str, str] | None = None,
    row_units: Iterable[str] = (),
    nouns: Iterable[str] = (),
    orte: Iterable[str] = (),
    foot: bool = False,
    said: bool = False,
) -> pd.DataFrame:
    """The printed table with its layout, see :class:`Form`."""
    frame.attrs[FORM] = Form(figures, dict(units or {}), tuple(row_units), tuple(nouns), tuple(orte), foot, said)
    return frame


def with_cells(frame: pd.DataFrame, art: str) -> pd.DataFrame:
    """A printed table of facts: each row rests on what stands in its cells."""
    rows = [
        "; ".join([str(key), *(f"{name} {cell}" for name, cell in zip(frame.columns, cells, strict=True))])
        for key, cells in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    return with_rows(frame, [(fact(art, row).ref,) for row in rows])
