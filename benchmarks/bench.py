"""The same reports made in five ways, in one run on one machine: time and memory.

    make bench                            six Stadtteile in every way, then all areas by the quick ways
    make bench ARGS="--areas 2 --brief"   fewer areas, and not all of them at the end
    make bench ARGS="--all"               every area in every way (a quarter of an hour or more)
    make bench ARGS=--scale               generated cities of 500 and 2,000 areas; see benchmarks/scale.py
    make bench ARGS=--import              own tables, also at the end of a run; see benchmarks/intake.py

The ways, each in a process of its own, start and imports included:

a  shell            `papermill`, then `nbconvert`, from the shell, for each area
b  one process      papermill and nbconvert's exporter in one process, the standard kernel
c1, c2              `sozialraum render --force` with one report at a time, with two
d  bare functions   the notebook's calls one after the other in one process, and our export; no kernel, no papermill

Memory is the peak of the proportional set size (shared pages count once) over the whole process tree, sampled five
times a second. The run writes docs/bench.json and docs/bilder/bench.svg.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import intake
import psutil
import scale

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "03_stadtteilanalyse.ipynb"
RESULT = ROOT / "docs" / "bench.json"
FIGURE = ROOT / "docs" / "bilder" / "bench.svg"
SAMPLE_S = 0.2
WAYS = {
    "a": "papermill + nbconvert, shell",
    "b": "papermill in one process",
    "c1": "sozialraum render --jobs 1",
    "c2": "sozialraum render --jobs 2",
    "d": "bare functions, no notebook",
}
QUICK = ("c2", "d")


def shell(areas: list[str], folder: Path) -> None:
    """Way a: what one would type."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for area in areas:
        done = folder / f"{area}.ipynb"
        papermill = [sys.executable, "-m", "papermill", str(NOTEBOOK), str(done), "-k", "python3", "-r", "gebiet", area]
        subprocess.run(papermill, check=True, **quiet)
        nbconvert = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", str(done)]
        subprocess.run(nbconvert, check=True, **quiet)


def one_process(areas: list[str], folder: Path) -> None:
    """Way b: the same tools without their start."""
    import papermill
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(exclude_input=True)
    for area in areas:
        done = papermill.execute_notebook(
            NOTEBOOK, folder / f"{area}.ipynb", {"gebiet": area}, kernel_name="python3", progress_bar=False
        )
        (folder / f"{area}.html").write_text(exporter.from_notebook_node(done)[0], encoding="utf-8")


def batch(areas: list[str], folder: Path, *, jobs: int) -> None:
    """Ways c1 and c2."""
    from sozialraum.cli import main

    main(["render", *areas, "--force", "--jobs", str(jobs), "--out", str(folder)])


def bare(areas: list[str], folder: Path) -> None:
    """Way d: run the notebook's cells here, keep what they display, and make our page of it."""
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from sozialraum.render.page import export

    shell_ = InteractiveShell.instance()
    for area in areas:
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        for cell in [cell for cell in notebook.cells if cell.cell_type == "code"]:
            own = f"\ngebiet = {area!r}" if "parameters" in cell.metadata.get("tags", []) else ""
            with capture_output() as captured:
                result = shell_.run_cell(cell.source + own)
            result.raise_error()
            cell.outputs = [
                nbformat.v4.new_output("display_data", data=shown.data, metadata=shown.metadata or {})
                for shown in captured.outputs
            ]
        (folder / f"{area}.html").write_text(export(notebook, name=NOTEBOOK.stem).html, encoding="utf-8")


def run_way(way: str, areas: list[str], folder: Path) -> None:
    """Make reports in one way."""
    if way.startswith("c"):
        batch(areas, folder, jobs=int(way[1:]))
    else:
        {"a": shell, "b": one_process, "d": bare}[way](areas, folder)


def measure(way: str, areas: list[str]) -> dict[str, float]:
    """Seconds and peak MiB of one way, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [sys.executable, __file__, "--way", way, folder, *areas]
        said = Path(folder) / "stderr.txt"
        with said.open("w", encoding="utf-8") as stderr:
            process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)
        peak = [0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        status = process.wait()
        seconds = time.perf_counter() - start
        watcher.join()
        pages = len([path for path in Path(folder).rglob("*.html") if path.name != "index.html"])
        errors = said.read_text(encoding="utf-8")
    if status != 0 or pages != len(areas):
        sys.exit(f"{WAYS[way]}: status {status}, {pages} of {len(areas)} pages\n{errors}")
    return {"seconds": round(seconds, 2), "per_report": round(seconds / pages, 3), "peak_mib": round(peak[0] / 2**20)}


def _watch(process: psutil.Popen, peak: list[int]) -> None:
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        total = 0
        with contextlib.suppress(psutil.NoSuchProcess):
            for part in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    total += getattr(part.memory_full_info(), "pss", part.memory_info().rss)
        peak[0] = max(peak[0], total)
        time.sleep(SAMPLE_S)


def compare(ways: tuple[str, ...], areas: list[str]) -> dict[str, Any]:
    """Measure ways over the same areas and print them side by side."""
    print(f"\n{NOTEBOOK.stem}, {len(areas)} reports")
    print(f"{'':32}{'s':>9}{'s/report':>10}{'of (d)':>8}{'of (a)':>8}{'peak MiB':>10}")
    found = {way: measure(way, areas) for way in ways}
    for way, result in found.items():
        for other in [other for other in ("d", "a") if other in found]:
            result[f"ratio_{other}"] = round(result["seconds"] / found[other]["seconds"], 3)
        cells = f"{result['seconds']:>9.1f}{result['per_report']:>10.2f}{result['ratio_d']:>8.2f}"
        ratio_a = f"{result['ratio_a']:>8.2f}" if "ratio_a" in result else f"{'':8}"
        print(f"{f'({way}) {WAYS[way]}':32}{cells}{ratio_a}{result['peak_mib']:>10.0f}", flush=True)
    return {"reports": len(areas), "ways": found}


def draw(some: dict[str, Any], target: Path) -> None:
    """Bars of the seconds per report."""
    from sozialraum.style import ACCENT, MUTED
    from sozialraum.style.svg import Canvas

    most = max(result["per_report"] for result in some["ways"].values())
    canvas = Canvas(720, 44 + 34 * len(some["ways"]))
    canvas.text(12, 24, f"Seconds per report, {some['reports']} reports, start included", size=14, colour=MUTED)
    for row, (way, result) in enumerate(some["ways"].items()):
        y, length = 40 + 34 * row, 370 * result["per_report"] / most
        canvas.text(12, y + 16, f"({way}) {WAYS[way]}", size=14)
        canvas.rect(270, y, length, 22, fill=ACCENT if way.startswith("c") else MUTED)
        canvas.text(278 + length, y + 16, f"{result['per_report']:.2f}", size=14)
    values = ", ".join(f"{WAYS[way]} {result['per_report']:.2f} s" for way, result in some["ways"].items())
    canvas.figure().save(target, alt=f"Seconds per report: {values}")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--areas", type=int, default=6, help="how many Stadtteile in every way")
    parser.add_argument("--all", action="store_true", help="all areas in every way")
    parser.add_argument("--brief", action="store_true", help="leave out all areas by the quick ways")
    parser.add_argument("--scale", action="store_true", help="generated cities instead")
    parser.add_argument("--import", action="store_true", dest="tables", help="own tables instead")
    parser.add_argument("--counts", type=int, nargs="+", help="how many areas the generated cities have")
    parser.add_argument("--way", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        way, folder, *areas = options.way
        run_way(way, areas, Path(folder))
        return
    if options.tables:
        intake.intake()
        return
    if options.scale:
        scale.scale(options.counts or list(scale.COUNTS))
        return
    from sozialraum.workspace import open_data

    register = open_data().register
    every = [area.id for area in register]
    chosen = every if options.all else [area.id for area in register.of_level("stadtteil")][: options.areas]
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores; load before the run {load:.1f}: other work slows every way")
    result: dict[str, Any] = {"cores": os.cpu_count(), "load_before": round(load, 1)}
    result["some"] = compare(tuple(WAYS), chosen)
    if not (options.all or options.brief):
        result["all"] = compare(QUICK, every)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    draw(result["some"], FIGURE)
    print()
    intake.intake()


if __name__ == "__main__":
    main()
