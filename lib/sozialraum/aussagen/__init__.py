"""Statements of others about an area, and whether the data bear them out.

:mod:`definitions` reads ``aussagen/*.yml`` beside the tables, :mod:`verdict` judges one statement by the same rule as
every class: no verdict without data, none from a proxy, none where the rule gives no class.
"""

from sozialraum.aussagen.mitteilungen import (
    CONFIRMED,
    FOLDER,
    NOT_CONFIRMED,
    UNTESTABLE,
    Aussage,
    Einrichtung,
    Erwartung,
    Mitteilung,
    Urteil,
    judge,
    mitteilungen,
)

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
