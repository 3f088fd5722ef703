"""What a sentence rests on: claims (values, each a :class:`Wert`) and facts (anything else that was counted).

A sentence carries both; on the page they travel as references, and :mod:`sozialraum.evidence` recomputes what they
name from the tables and compares it with what is printed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sozialraum.wert import INDICATOR, Reference, Wert

ROWS: Final = "belege"
"""Key in ``DataFrame.attrs``: the references of each row; figures marks the rows with them."""


@dataclass(frozen=True)
class Fact:
    """Something counted or published that is no indicator's value.

    ``art`` is one of the kinds that :mod:`sozialraum.evidence.facts` can recompute, ``angaben`` its details.
    """

    art: str
    angaben: tuple[str, ...] = ()

    @property
    def ref(self) -> Reference:
        """What the evidence checker looks up."""
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
    """A fact by its kind and details."""
    return Fact(art, angaben)


def with_rows(frame: pd.DataFrame, rows: Iterable[Iterable[Reference]]) -> pd.DataFrame:
    """The printed table with what each of its rows rests on, for the evidence checker."""
    frame.attrs[ROWS] = [tuple(row) for row in rows]
    return frame
