"""Statements of others about an area, and whether the data bear them out.

:mod:`definitions` reads ``aussagen/*.yml`` beside the tables, :mod:`verdict` judges one statement by the same rule as
every class: no verdict without data, none from a proxy, none where the rule gives no class.
"""

from sozialraum.aussagen.definitions import FOLDER, Aussage, Einrichtung, Erwartung, Mitteilung, mitteilungen
from sozialraum.aussagen.verdict import CONFIRMED, NOT_CONFIRMED, UNTESTABLE, Urteil, judge

__all__ = [
    "CONFIRMED",
    "FOLDER",
    "NOT_CONFIRMED",
    "UNTESTABLE",
    "Aussage",
    "Einrichtung",
    "Erwartung",
    "Mitteilung",
    "Urteil",
    "judge",
    "mitteilungen",
]
