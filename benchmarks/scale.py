"""Does time grow in step with the number of areas, and does memory stay where it is? Musterstadt, many times over.

    make bench ARGS=--scale              500 and 2,000 areas, one light report for each
    make bench ARGS="--scale --counts 50 100"

Every block of nine Stadtteile is a copy of the fictional city of the tests, moved to a place of its own. The tables are
written to a temporary folder, and `sozialraum.publish.run` makes the reports with two workers. Memory is sampled once a
second: the whole tree of processes, and the largest single process besides the one that coordinates (kernels, workers
and the server that both are forked from), in proportional set size. The run writes docs/scale.json and
docs/bilder/scale.svg.
"""

from __future__ import annotations

import itertools
import json
import math
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import psutil
import shapely

ROOT = Path(__file__).resolve().parent.parent
CITY = ROOT / "tests" / "musterstadt"
NOTEBOOK = Path(__file__).resolve().parent / "leicht.ipynb"
RESULT = ROOT / "docs" / "scale.json"
FIGURE = ROOT / "docs" / "bilder" / "scale.svg"
COUNTS = (500, 2000)
CORNER = (300_000, 5_600_000)
SIDE_M = 1000
BEZIRK = 50
WORKERS = 2
SAMPLE_S = 1.0
SECTIONS = 4


def generate(folder: Path, count: int) -> Path:
    """Tables of a city of many Stadtteile; returns their folder."""
    shutil.copytree(CITY / "sources", folder / "sources")
    tables = folder / "daten"
    shutil.copytree(CITY / "daten", tables)
    old = pd.read_csv(CITY / "daten" / "gebiete.csv", dtype=str, keep_default_na=False).set_index("gebiet_id")
    city = old.index[old["ebene"] == "stadt"][0]
    models = old.index[old["ebene"] == "stadtteil"]
    origin = {f"{number + 1:04d}": models[number % len(models)] for number in range(count)}
    bezirk = {key: f"B{number // BEZIRK + 1}" for number, key in enumerate(origin)}
    origin |= dict.fromkeys(dict.fromkeys(bezirk.values()), old.index[old["ebene"] == "stadtbezirk"][0])
    rows = old.loc[list(origin.values())].assign(gebiet_id=list(origin), schreibweisen="")
    rows["nummer"] = rows.groupby("ebene").cumcount() + 1
    rows["stadtbezirk_id"] = rows["gebiet_id"].map(bezirk).fillna("")
    rows["name"] = rows["name"] + " " + rows["gebiet_id"]
    whole = old.loc[[city]].assign(gebiet_id=city)
    pd.concat([rows, whole])[["gebiet_id", *old.columns]].to_csv(tables / "gebiete.csv", index=False)
    _copy_rows(tables / "indikatoren.csv", {**origin, city: city})
    for name in ("einrichtungen.csv", "raster.csv"):
        _copy_rows(tables / name, {key: model for key, model in origin.items() if key in bezirk})
    _draw(tables / "gebiete.geojson", bezirk, city)
    for name in ("angebote.csv", "kennzahlen.csv"):  # of areas that are not in this city
        pd.read_csv(tables / name, dtype=str).head(0).to_csv(tables / name, index=False)
    pd.read_parquet(tables / "adressen.parquet").head(0).to_parquet(tables / "adressen.parquet")
    (tables / "einkaufsstrassen.geojson").write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    (tables / "einzelwerte.yml").unlink()
    return tables


def _copy_rows(path: Path, origin: dict[str, str]) -> None:
    """Give every new area the rows of the one that it is a copy of."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    wanted = pd.DataFrame({"neu": list(origin), "gebiet_id": list(origin.values())})
    copied = wanted.merge(table, on="gebiet_id").assign(gebiet_id=lambda rows: rows["neu"])
    if "id" in copied:
        copied["id"] = copied["id"] + "-" + copied["neu"]
    copied[table.columns].to_csv(path, index=False)


def _draw(path: Path, bezirk: dict[str, str], city: str) -> None:
    """Squares side by side."""
    width = math.ceil(math.sqrt(len(bezirk)))
    corners = [(CORNER[0] + n % width * SIDE_M, CORNER[1] + n // width * SIDE_M) for n in range(len(bezirk))]
    squares = gpd.GeoSeries([shapely.box(x, y, x + SIDE_M, y + SIDE_M) for x, y in corners], index=list(bezirk))
    parts = {key: squares[[name for name in bezirk if bezirk[name] == key]].union_all() for key in bezirk.values()}
    shapes = {**squares.to_dict(), **parts, city: squares.union_all()}
    table = gpd.GeoDataFrame({"gebiet_id": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:25832")
    table.to_crs("EPSG:4326").to_file(path, driver="GeoJSON", COORDINATE_PRECISION=6)


class Memory:
    """Peak memory in MiB, by the time it was seen: of the whole tree, and of the largest process but this one."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, float, float]] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def peaks(self, start: float, end: float) -> tuple[int, int]:
        """Of a span of time."""
        inside = [(tree, one) for at, tree, one in self.seen if start <= at <= end] or [(0.0, 0.0)]
        return round(max(tree for tree, _ in inside)), round(max(one for _, one in inside))

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._end.wait(SAMPLE_S):
            others = list(_sizes(own.children(recursive=True)))
            self.seen.append((time.perf_counter(), sum(others) + sum(_sizes([own])), max(others, default=0.0)))


def _sizes(processes: list[psutil.Process]) -> Iterator[float]:
    for process in processes:
        try:
            yield process.memory_full_info().pss / 2**20
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def measure(count: int) -> dict[str, Any]:
    """Make the reports of a generated city and say how long each quarter of them took."""
    from sozialraum.publish import plan
    from sozialraum.publish import run as run_publish
    from sozialraum.supply.workspace import open_data

    with tempfile.TemporaryDirectory() as folder:
        data = open_data(generate(Path(folder), count))
        entries = {NOTEBOOK.stem: plan.Entry(NOTEBOOK.stem, "Leicht", "", ("stadtteil",))}
        jobs = plan.plan(entries, data.register, NOTEBOOK.parent)
        times: list[float] = []
        cpu = os.times()
        with Memory() as memory:
            start = time.perf_counter()
            done = run_publish.run(
                jobs,
                data=data,
                batch=entries,
                out=Path(folder) / "out",
                processes=WORKERS,
                progress=lambda _: times.append(time.perf_counter()),
            )
        used = os.times()
    if done.failures:
        raise SystemExit(f"{len(done.failures)} reports failed: {done.failures[0].error}")
    marks = [start, *(times[count * part // SECTIONS - 1] for part in range(1, SECTIONS + 1))]
    return {
        "areas": count,
        "seconds": round(done.seconds, 1),
        "per_report": round(done.seconds / count, 3),
        "cpu_seconds": round(sum(used[:4]) - sum(cpu[:4]), 1),
        "quarters_s": [round(b - a, 1) for a, b in itertools.pairwise(marks)],
        "quarters_peak_mib": [memory.peaks(a, b) for a, b in itertools.pairwise(marks)],
        "load": round(os.getloadavg()[0], 1),
    }


def draw(found: list[dict[str, Any]], target: Path) -> None:
    """Seconds per report, and the largest process, by quarter of each run."""
    from sozialraum.style import ACCENT, MUTED
    from sozialraum.style.svg import Canvas

    rows = [
        (f"{run['areas']:,} areas, quarter {n + 1}", seconds * SECTIONS / run["areas"], run["quarters_peak_mib"][n][1])
        for run in found
        for n, seconds in enumerate(run["quarters_s"])
    ]
    most, largest = max(row[1] for row in rows), max(row[2] for row in rows)
    canvas = Canvas(720, 44 + 26 * len(rows))
    canvas.text(190, 24, "Seconds per report", size=14, colour=MUTED)
    canvas.text(470, 24, "Largest process, MiB", size=14, colour=MUTED)
    for number, (label, seconds, size) in enumerate(rows):
        y = 36 + 26 * number
        canvas.text(12, y + 14, label, size=14)
        canvas.rect(190, y, 190 * seconds / most, 18, fill=ACCENT)
        canvas.text(198 + 190 * seconds / most, y + 14, f"{seconds:.2f}", size=14)
        canvas.rect(470, y, 170 * size / largest, 18, fill=MUTED)
        canvas.text(478 + 170 * size / largest, y + 14, f"{size:.0f}", size=14)
    words = "; ".join(f"{label}: {seconds:.2f} s per report, {size:.0f} MiB" for label, seconds, size in rows)
    canvas.figure().save(target, alt=f"Time per report and the largest process: {words}")


def scale(counts: list[int]) -> None:
    """Measure and write down."""
    found = []
    for count in counts:
        found.append(measure(count))
        print(json.dumps(found[-1]), flush=True)
    RESULT.write_text(
        json.dumps({"cores": os.cpu_count(), "workers": WORKERS, "runs": found}, indent=1) + "\n", encoding="utf-8"
    )
    draw(found, FIGURE)
