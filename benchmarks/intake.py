"""How long own tables take: a wide table, and long ones whose rows are added.

    make bench ARGS=--import

Each runs in a process of its own, start and imports included; the tables are generated, and a copy of data/essen takes
the packages. Printed are seconds, peak memory (resident) and the target; nothing is judged.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import psutil
from openpyxl import Workbook

from sozialraum.city.gebiete import Gebiet
from sozialraum.supply.workspace import open_data

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = {"stelle": "Amt", "lizenz": "dl-de/by-2-0", "geheimhaltung": "sperrung:3", "weitergabe": "intern"}
YEARS = range(1989, 2024)
ROWS, COLUMNS, YEARS_OF_LONG = 100_000, 16, 25


def inhabitants() -> tuple[pd.Series, list[Gebiet]]:
    """Inhabitants of each area, and the Stadtteile."""
    data = open_data()
    rows = data.indikatoren[data.indikatoren["indikator"] == "einwohner"]
    return rows.set_index("gebiet_id")["wert"], data.register.of_level("stadtteil")


def wide() -> Iterator[list[object]]:
    """Fifty areas and seventy columns: unemployed and people of working age at 35 dates."""
    people, areas = inhabitants()
    heads = ("Arbeitslose", "Einwohner 15 bis unter 65")
    yield ["Stadtteil", *(f"{head} 31.12.{year}" for year in YEARS for head in heads)]
    for area in areas:
        whole = int(people[area.id] * 0.6)
        yield [area.name, *(count for number in range(len(YEARS)) for count in (whole // 10 + number, whole + number))]


def long() -> Iterator[list[object]]:
    """One row for each area, year, feature and group, with codes and texts as an office publishes them."""
    people, areas = inhabitants()
    yield ["Jahr", "Stadtteil", *(f"Merkmal {number}" for number in range(COLUMNS - 3)), "Wert"]
    for row in range(ROWS):
        area, year = areas[row % len(areas)], 2000 + row // len(areas) % YEARS_OF_LONG
        features = [row % 90 if number % 2 else f"Text {row % 300}" for number in range(COLUMNS - 3)]
        yield [year, area.name, *features, int(people[area.id] * len(areas) * YEARS_OF_LONG / ROWS)]


def write(path: Path, lines: Iterator[list[object]]) -> Path:
    """Lines as .csv or .xlsx."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter=";").writerows(lines)
        return path
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in lines:
        sheet.append(line)
    book.save(path)
    return path


def timed(name: str, target: int, command: list[str]) -> None:
    """Run a command and print what it took."""
    start, peak = time.perf_counter(), 0
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while process.poll() is None:
        try:
            peak = max(peak, process.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.05)
    errors = process.communicate()[1]
    if process.returncode:
        sys.exit(f"{name}: status {process.returncode}\n{errors}")
    print(f"{name:44}{time.perf_counter() - start:>8.1f}{target:>8}{peak / 2**20:>10.0f}", flush=True)


def intake() -> None:
    """Measure all tables."""
    print(f"{'own tables':44}{'s':>8}{'target':>8}{'peak MiB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        data = shutil.copytree(ROOT / "data" / "essen", here / "data" / "essen")
        options = [part for name, text in ANSWERS.items() for part in (f"--{name}", text)]
        bring = [sys.executable, "-m", "sozialraum.cli", "data", "import", str(write(here / "wide.csv", wide()))]
        timed(f"import of 50 areas x {2 * len(YEARS)} columns", 5, [*bring, *options, "--data", str(data)])
        for kind in ("csv", "xlsx"):
            path = write(here / f"long.{kind}", long())
            bring[-1] = str(path)
            added = ["--angabe", "indikatoren.einwohner.zaehler=Wert", "--angabe", "indikatoren.einwohner.summe=ja"]
            command = [*bring, *options, *added, "--data", str(data)]
            timed(f"import of {ROWS:,} rows x {COLUMNS} columns, {kind}", 20, command)


if __name__ == "__main__":
    intake()
