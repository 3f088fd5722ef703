"""Own tables of Musterstadt for the index: four figures of every Stadtteil at two dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from intake_samples import KEYS, NAME, write_csv
from sozialraum.supply import intake, workspace
from sozialraum.supply.intake import Description

ANSWERS = Description(stelle="Amt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich")
HEADS = {
    "arbeitslosenanteil": ("Arbeitslose", "Einwohner 15 bis 64"),
    "existenzsichernde_leistungen": ("Personen mit existenzsichernden Leistungen", "Einwohner"),
    "alleinerziehende": ("Alleinerziehende", "Haushalte mit Kindern"),
    "uebergang_gymnasium": ("Übergänge zum Gymnasium", "Übergänge"),
    "staatsangehoerige_bg_ro": ("bulgarische und rumänische Staatsangehörige", "Einwohner"),
}
PER_CENT: dict[str, list[int | None]] = {
    "arbeitslosenanteil": [4, 6, 5, 12, 8, 7, 9, 5, 20],
    "existenzsichernde_leistungen": [10, 14, 9, 26, 20, 15, 18, 12, 40],
    "alleinerziehende": [15, 20, 18, 28, 24, 30, 16, 19, 35],
    "uebergang_gymnasium": [60, 50, 55, 30, 36, None, 40, 48, 20],  # withheld in Ostfeld
    "staatsangehoerige_bg_ro": [1, 2, 1, 4, 2, 1, 4, 3, 5],
}
"""Of each Stadtteil in the order of their numbers, at the later date."""
BEFORE: dict[str, list[int | None]] = {
    "arbeitslosenanteil": [4, 6, 5, 10, 9, 7, 9, 6, 21],
    "existenzsichernde_leistungen": [10, 14, 9, 22, 23, 15, 18, 13, 40],
}
WHOLE = [500, 500, 500, 500, 500, 500, 100, 300, 300]


def deliver(folder: Path, key: str, shares: Sequence[int | None], stand: str) -> None:
    """Keep one figure as an own table, with counts whose shares are whole per cents."""
    part, whole = HEADS[key]
    lines = [
        [NAME[area], "." if share is None else share * count // 100, count]
        for area, share, count in zip(KEYS, shares, WHOLE, strict=True)
    ]
    path = write_csv(folder.parent / "t.csv", [["Stadtteil", part, whole], *lines])
    options = replace(ANSWERS, stichtag=stand)
    data = workspace.open_data(folder)
    made = intake.packages(intake.bring(path, data, options=options, today=date(2025, 1, 1)), data)
    intake.write_packages(folder, made)


def deliver_all(folder: Path, *keys: str) -> Path:
    """Keep figures, the first two at an earlier date too; returns the folder."""
    for key in keys or PER_CENT:
        if key in BEFORE:
            deliver(folder, key, BEFORE[key], "31.12.2021")
        deliver(folder, key, PER_CENT[key], "31.12.2023")
    return folder
