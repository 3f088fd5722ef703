"""What the build notices about the data: collected as rows, printed as a German report."""

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

COLUMNS: Final = ("thema", "gebiet_id", "gegenstand", "befund", "behandlung")
TOPICS: Final = (
    "Namen und Nummern", "Grenzen", "Lage", "Abgleich Schulen", "Schätzung", "Zurückgehaltene Werte", "Kontrollsummen",
)  # fmt: skip


@dataclass
class Findings:
    """Findings in the order in which they were made."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def add(self, thema: str, gebiet_id: str, gegenstand: str, befund: str, behandlung: str) -> None:
        """Note one finding: topic, area, thing, what was found and what was done about it."""
        assert thema in TOPICS, thema
        self.rows.append((thema, gebiet_id, gegenstand, befund, behandlung))

    def frame(self) -> pd.DataFrame:
        """All findings, by topic; columns thema, gebiet_id, gegenstand, befund, behandlung."""
        table = pd.DataFrame(self.rows, columns=list(COLUMNS))
        order = table["thema"].map(TOPICS.index)
        return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)
