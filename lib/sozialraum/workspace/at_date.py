"""One indicator as it was at an earlier date of its own tables."""

from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import pandas as pd

from sozialraum.errors import ParameterError
from sozialraum.intake import Paket
from sozialraum.load import Data, Layer
from sozialraum.sources import Source
from sozialraum.workspace.own_tables import as_rows, sources_of
from sozialraum.workspace.series import latest_issues

NO_VALUE: Final = "Zu diesem Stand liegt kein Wert vor."


class AtDate(Layer):
    """Data in which one indicator has the values, the entry and the source of another date.

    Parameters
    ----------
    paket
        The package of this date.
    reason
        Why no value of this date has a class, as printed.
    """

    def __init__(self, below: Data, paket: Paket, *, reason: str) -> None:
        super().__init__(below)
        self.paket, self.reason = paket, reason

    @cached_property
    def indikatoren(self) -> pd.DataFrame:
        """Indicator values, long; an area that the package does not know has a missing value and the reason."""
        below, key = self.below.indikatoren, self.paket.indikator
        values = self.paket.werte.set_index("gebiet_id")
        areas = pd.Index([area.id for area in self.below.register], name="gebiet_id")
        known = areas.isin(values.index)
        rows = values.reindex(areas)
        rows["art"] = rows["art"].where(known, str(self.paket.eintrag.get("art", "")))
        rows["hinweis"] = rows["hinweis"].astype(object).where(known, NO_VALUE)
        new = as_rows(replace(self.paket, werte=rows.reset_index()), below.columns)
        return pd.concat([below[below["indikator"] != key], new], ignore_index=True)

    @cached_property
    def indikatoren_yml(self) -> dict[str, Any]:
        """The catalogue; the entry says why no value of this date has a class."""
        below, key = self.below.indikatoren_yml, self.paket.indikator
        entry = {name: value for name, value in self.paket.eintrag.items() if name != "id"}
        return {**below, "indikatoren": {**below["indikatoren"], key: {**entry, "keine_klasse": self.reason}}}

    @cached_property
    def quellen(self) -> dict[str, Source]:
        """Manifests of all sources by id, that of this date last."""
        return {**self.below.quellen, **sources_of([self.paket], self.below)}


def at_date(data: Data, indikator: str, stand: str, *, reason: str) -> AtDate:
    """Data in which an indicator is as at another date, in its latest issue, without classes for this reason.

    Raises
    ------
    ParameterError
        If there is no such indicator, or own tables have no such date of it.
    """
    issues = latest_issues(data, indikator)
    if stand not in issues:
        there = f"Vorhanden: {', '.join(issues)}." if issues else "Es gibt keine eigene Tabelle dazu."
        raise ParameterError(f"Zum Indikator „{indikator}“ liegt der Stand „{stand}“ nicht vor. {there}")
    return AtDate(data, issues[stand], reason=reason)
