"""Time and memory of the batch beside the bare functions, on the same notebook and areas, in one run.

    make bench                                  ten areas of 03_stadtteilanalyse
    make bench ARGS="--areas 3 --jobs 1 2"      fewer areas, other numbers of processes

Prints seconds per report, ratios to the bare functions and the peak memory (proportional set size where the system
knows it, so that shared pages count once; whole process tree), and writes
them to reports/bench.json. Every way runs in a process of its own; the bare functions run the notebook's code cells one
after the other in one process, without kernel, papermill or export.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "03_stadtteilanalyse.ipynb"
SAMPLE_S = 0.1


def bare(areas: list[str]) -> None:
    """Run the notebook's cells for each area in this process."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    cells = [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    for area in areas:
        for cell in cells:
            parameters = "parameters" in cell.metadata.get("tags", [])
            with contextlib.redirect_stdout(io.StringIO()):
                result = shell.run_cell(cell.source + (f"\ngebiet = {area!r}" if parameters else ""))
            result.raise_error()


def measure(command: list[str]) -> dict[str, float]:
    """Seconds and peak MiB of a command with all its children."""
    start = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL)
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    watcher.start()
    status = process.wait()
    watcher.join()
    if status != 0:
        sys.exit(f"failed with status {status}: {' '.join(command)}")
    return {"seconds": time.perf_counter() - start, "peak_mib": peak[0] / 2**20}


def _watch(process: psutil.Popen, peak: list[int]) -> None:
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        total = 0
        with contextlib.suppress(psutil.NoSuchProcess):
            for part in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    total += getattr(part.memory_full_info(), "pss", part.memory_info().rss)
        peak[0] = max(peak[0], total)
        time.sleep(SAMPLE_S)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--areas", type=int, default=10, help="how many Stadtteile")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2], help="numbers of processes of the batch")
    parser.add_argument("--bare", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        bare(options.bare)
        return
    from sozialraum.load import open_data

    areas = [area.id for area in open_data().register.of_level("stadtteil")][: options.areas]
    ways = {"bare functions": [sys.executable, __file__, "--bare", *areas]}
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for jobs in options.jobs:
            render = [sys.executable, "-m", "sozialraum.cli", "render", *areas, "--force", "--jobs", str(jobs)]
            ways[f"batch, {jobs} at a time"] = [*render, "--out", f"{folder}/{jobs}"]
        for name, command in ways.items():
            results[name] = measure(command)
    report(results, len(areas))


def report(results: dict[str, dict[str, float]], count: int) -> None:
    """Print the table and write reports/bench.json."""
    base = results["bare functions"]["seconds"]
    print(f"{NOTEBOOK.stem}, {count} areas")
    print(f"{'':24}{'s/report':>10}{'ratio':>8}{'peak MiB':>10}")
    for name, result in results.items():
        result |= {"seconds_per_report": result["seconds"] / count, "ratio": result["seconds"] / base}
        print(f"{name:24}{result['seconds_per_report']:>10.2f}{result['ratio']:>8.2f}{result['peak_mib']:>10.0f}")
    target = ROOT / "reports" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"areas": count, "ways": results}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
