"""What the build notices about the data: collected as rows, printed as a German report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

COLUMNS: Final = ("thema", "gebiet_id", "gegenstand", "befund", "behandlung")
TOPICS: Final = (
    "Namen und Nummern", "Grenzen", "Lage", "Abgleich Schulen", "Schätzung", "Zurückgehaltene Werte", "Kontrollsummen",
    "Abgerufene Ausgaben",
)  # fmt: skip
OF_ESTIMATE: Final = ("Verteilung der Einwohner", "Niveau der Einwohnerzahl")
"""What is found of the estimate of people."""
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


def german(value: float, decimals: int, *, sign: bool = False) -> str:
    """Number with decimal comma and a real minus sign; with ``sign`` also a plus, but none for a printed zero."""
    rounded = round(value, decimals) + 0.0  # -0.0 becomes 0.0
    text = f"{rounded:+.{decimals}f}" if sign and rounded else f"{rounded:.{decimals}f}"
    return text.replace(".", ",").replace("-", "−")


def thousands(value: int) -> str:
    """Whole number with thousands points: 210268645 is "210.268.645"."""
    return f"{value:,}".replace(",", ".")


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


def summary(findings: pd.DataFrame, labels: Sequence[str]) -> list[str]:
    """One German line per thing, finding and treatment; findings that differ in numbers only share a line.

    ``labels`` are the names of the rows' areas, empty where a finding belongs to none.
    """
    named = findings.assign(ort=list(labels), muster=findings["befund"].str.replace(_NUMBER, "…", regex=True))
    lines = []
    for _, group in named.groupby(["gegenstand", "muster", "behandlung"], sort=False):
        finding, numbers = _shared([str(text) for text in group["befund"]])
        places = [
            f"{place} ({number})" if number else place for place, number in zip(group["ort"], numbers, strict=True)
        ]
        line = f"{group['gegenstand'].iloc[0]}: {finding.rstrip('.')}; {group['behandlung'].iloc[0]}"
        unsaid = [place for place in places if place and place not in line]
        lines.append(f"{line} – {', '.join(unsaid)}" if unsaid else line)
    return lines


def _shared(texts: list[str]) -> tuple[str, list[str]]:
    """Text that several findings share, "…" for the numbers that differ, and those numbers per finding."""
    numbers = [_NUMBER.findall(text) for text in texts]
    differ = [len(set(column)) > 1 for column in zip(*numbers, strict=True)]
    position = iter(differ)
    shared = _NUMBER.sub(lambda match: "…" if next(position) else match.group(), texts[0])
    return shared, [", ".join(n for n, other in zip(row, differ, strict=True) if other) for row in numbers]
