"""What the project promises about time and memory, measured: each target with its value, and whether it is met.

    make bench                  a few minutes on two cores
    make bench ARGS=--scale     generated cities of 500 and 2,000 areas; see benchmarks/scale.py
    make bench ARGS=--import    own tables; see benchmarks/intake.py

Other work on the machine slows wall time: the load is told, CPU seconds and the ratio to papermill and nbconvert, which
run in the same minutes, say more. Memory is the peak of the proportional set size (shared pages count once) over the
whole tree of processes, sampled five times a second. The run writes docs/bench.json.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import intake
import psutil
import scale
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "03_stadtteilanalyse.ipynb"
RESULT = ROOT / "docs" / "bench.json"
SAMPLE_S = 0.2
PLAIN = ("01", "21")
LOOK_UPS = (["areas"], ["indicators", "--gebiet", "21"], ["data", "list"], ["locate", "Schloßstr. 101"])
CHOOSE = """() => {
  const picker = document.getElementById("at-indicator");
  const taken = (act) => {
    const start = performance.now();
    act();
    document.body.offsetHeight;
    return (performance.now() - start) / 1000;
  };
  const options = [...picker.options].filter((one) => !one.disabled);
  const shapes = [...document.querySelectorAll("#at-shapes use")];
  return [
    ...options.map((one) => taken(() => { picker.value = one.value; picker.dispatchEvent(new Event("change")); })),
    ...shapes.map((one) => taken(() => one.dispatchEvent(new MouseEvent("click", { bubbles: true })))),
  ];
}"""
SITES = """
import time
from pathlib import Path
import numpy as np
import sozialraum as sr
from sozialraum.publish.job import Job, render
essen = sr.open()
for area in ("21", "IV"):  # the first only warms what a batch keeps warm
    begin = time.perf_counter()
    job = Job(Path("notebooks/07_standort.ipynb").resolve(), "07.html", area, {"gebiet": area})
    render(job, data={}, out=Path(OUT))
print(time.perf_counter() - begin)
cells = essen.cells()
begin = time.perf_counter()
assert sr.best_sites(cells.iloc[::2], cells.iloc[::23].centroid, p=3).bewiesen
print(time.perf_counter() - begin)
"""
"""Seconds of the page on sites of a Stadtbezirk, and of three of 500 candidates for half of the city's cells."""
PRELOAD = "from sozialraum.publish.forge import preload; preload()"


@dataclass(frozen=True)
class Run:
    """One program: wall and CPU seconds, seconds to its first line, peak MiB of its tree, what it printed."""

    seconds: float
    cpu: float
    first: float
    peak: float
    lines: list[str]


def program(*command: str | Path) -> Run:
    """Run a program to its end and measure it with all its processes."""
    begin, before = time.perf_counter(), os.times()
    with psutil.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        first, lines = 0.0, []
        for line in process.stdout:
            first = first or time.perf_counter() - begin
            lines.append(line)
    watcher.join()
    if process.returncode:
        failed = "".join(line for line in lines if "fertig" not in line)
        sys.exit(f"{' '.join(map(str, command))}: exit status {process.returncode}\n{failed}")
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(time.perf_counter() - begin, cpu, first, peak[0], lines)


def _watch(process: psutil.Popen, peak: list[float]) -> None:
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        total = 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            for part in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    total += part.memory_full_info().pss / 2**20
        peak[0] = max(peak[0], total)
        time.sleep(SAMPLE_S)


def plain(folder: Path) -> float:
    """Seconds per report with papermill and nbconvert, as one would type it."""
    seconds = 0.0
    for area in PLAIN:
        done = folder / f"{area}.ipynb"
        papermill = [sys.executable, "-m", "papermill", NOTEBOOK, done, "-k", "python3", "-r", "gebiet", area]
        seconds += program(*papermill).seconds
        seconds += program(sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", done).seconds
    return seconds / len(PLAIN)


def choices(index: Path) -> list[float]:
    """Seconds until the atlas shows each indicator, and each Stadtteil."""
    with sync_playwright() as playwright:
        program_ = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=program_, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(index.as_uri())
        found: list[float] = page.evaluate(CHOOSE)
        browser.close()
    return found


def targets() -> list[tuple[str, float, str, float]]:
    """What is promised: name, value, unit, limit (at most; of a ratio at least)."""
    sozialraum = Path(sys.executable).with_name("sozialraum")
    with tempfile.TemporaryDirectory() as name:
        alone = plain(Path(name))
        batch = program(sozialraum, "render", "--all", "--force", "--out", Path(name) / "berichte")
        atlas = choices(Path(name) / "berichte" / "index.html")
        idle = program(sozialraum, "render", "--all", "--out", Path(name) / "berichte")
        sites = program(sys.executable, "-c", SITES.replace("OUT", repr(name)))
    pages = sum(line.startswith("[") for line in batch.lines)
    helped = min(program(sozialraum, "--help").seconds for _ in range(3))
    looked = max(min(program(sozialraum, *command).seconds for _ in range(2)) for command in LOOK_UPS)
    loaded = program(sys.executable, "-c", PRELOAD)
    return [
        (f"render --all --force, {pages} pages", batch.seconds, "s", 35),
        ("CPU per report, start included", batch.cpu / pages, "s", 0.5),
        ("start to first report", batch.first, "s", 5),
        ("peak memory of the tree", batch.peak, "MiB", 1024),
        ("papermill + nbconvert per report", alone, "s", 0),
        ("times faster per report", alone / (batch.seconds / pages), "", 20),
        ("render --all, nothing to do", idle.seconds, "s", 0),
        ("atlas: slowest choice", 1000 * max(atlas), "ms", 100),
        ("preloading", loaded.seconds, "s", 4),
        ("preloading, CPU", loaded.cpu, "s", 0),
        ("slowest look-up", looked, "s", 1),
        ("--help", helped, "s", 0.3),
        ("07_standort of a Stadtbezirk", float(sites.lines[0]), "s", 3),
        ("three of 500 sites, proven", float(sites.lines[1]), "s", 30),
    ]


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", action="store_true", help="generated cities instead")
    parser.add_argument("--import", action="store_true", dest="tables", help="own tables instead")
    parser.add_argument("--counts", type=int, nargs="+", help="how many areas the generated cities have")
    options = parser.parse_args()
    if options.tables:
        intake.intake()
        return
    if options.scale:
        scale.scale(options.counts or list(scale.COUNTS))
        return
    before = os.getloadavg()[0]
    found = targets()
    after = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores; load {before:.1f} before and {after:.1f} after the run (its own is about 2)\n")
    for name, value, unit, limit in found:
        met = value >= limit if not unit else value <= limit
        verdict = f"{'met' if met else 'MISSED'} ({'at least' if not unit else 'at most'} {limit:g})" if limit else ""
        print(f"{name:36}{value:9.2f} {unit:4} {verdict}")
    values = [
        {"what": name, "value": round(value, 2), "unit": unit, "limit": limit} for name, value, unit, limit in found
    ]
    result = {"cores": os.cpu_count(), "load": [round(before, 1), round(after, 1)], "values": values}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
