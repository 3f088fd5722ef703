"""What a report is made from: it is made again when that changes and only then, and twice the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyproj import CRS

from data_fixtures import copy_tables
from quartier_fixtures import on_grid, write_outlines
from sozialraum.city.load import open_data
from sozialraum.errors import ParameterError
from sozialraum.publish.inputs import checksums, fingerprint, mark
from sozialraum.publish.plan import issue_day, plan, read_batch
from sozialraum.publish.run import Summary, run
from sozialraum.style import day
from sozialraum.supply import workspace
from sozialraum.supply.workspace import open_data as open_workspace

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
MUSTERSTADT = ROOT / "tests" / "musterstadt" / "daten"
BATCH = read_batch(ROOT / "batch.yml")
ANALYSIS, CITY = "03_stadtteilanalyse", ("00_datenstand", "01_stadtkarte", "04_stadtvergleich")
FIELDS = (on_grid(1000, 1000, 1900, 1900), on_grid(0, 2000, 400, 2400))
SHIFTED = "+proj=laea +lat_0=52 +lon_0=10 +x_0=4320500 +y_0=3210000 +ellps=GRS80"
EVERY = {"00", "01", "02", "03", "04", "09"}


class City:
    """A copy of Musterstadt whose reports are rendered into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.tables = copy_tables(folder)
        self.folder = folder
        register = open_data(self.tables).register
        self.jobs = plan(BATCH, register, NOTEBOOKS, queries=["05", "II", "musterstadt"])
        self.jobs += plan(BATCH, register, NOTEBOOKS, queries=["05"], names=["02_infrastruktur"])
        self.jobs += plan(BATCH, register, NOTEBOOKS, names=CITY)

    def render(self, out: str = "berichte", **options: Any) -> Summary:
        options = {"jobs": self.jobs, "processes": 2, **options}
        return run(options.pop("jobs"), data=open_data(self.tables), batch=BATCH, out=self.folder / out, **options)

    def file(self, name: str) -> Path:
        return self.folder / name if name.startswith("sources/") else self.tables / name


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return City(tmp_path_factory.mktemp("stadt"))


@pytest.fixture(scope="module")
def first(city: City) -> Summary:
    summary = city.render(processes=1)
    assert summary.failures == ()
    return summary


def pages(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.html"))}


def statuses(summary: Summary) -> dict[str, set[str]]:
    """Numbers of the notebooks by what became of their reports."""
    found: dict[str, set[str]] = {}
    for outcome in summary.outcomes:
        found.setdefault(outcome.status, set()).add(outcome.notebook[:2])
    return found


@pytest.mark.parametrize(
    "name", [*sorted(path.name for path in MUSTERSTADT.iterdir()), "sources/schulen.yml", "sources/neu.yml"]
)
def test_every_table_and_manifest_counts_for_every_report(city: City, name: str) -> None:
    tables = open_data(city.tables)
    file, before = city.file(name), checksums(tables)
    kept = file.read_bytes() if file.is_file() else None
    file.write_bytes((kept or b"") + b"\n")
    try:
        after = checksums(tables)
    finally:
        file.unlink() if kept is None else file.write_bytes(kept)
    assert {part for part in after if after[part] != before.get(part)} == {f"{file.parent.name}/{file.name}"}
    assert mark(after) != mark(before)
    assert fingerprint(city.jobs[0], data=after, code="c") != fingerprint(city.jobs[0], data=before, code="c")


@pytest.mark.slow
def test_a_changed_table_is_rendered_again_and_then_nothing(city: City) -> None:
    some = {job.name: job for job in reversed(city.jobs) if job.name[:2] in ("01", "03")}
    options: dict[str, Any] = {"out": "teil", "jobs": list(some.values())}
    assert statuses(city.render(**options)) == {"done": {"01", "03"}}
    assert statuses(city.render(**options)) == {"unchanged": {"01", "03"}}
    table = city.file("raster.csv")
    before = table.read_bytes()
    table.write_bytes(before + b"\n")
    assert statuses(city.render(**options)) == {"done": {"01", "03"}}
    table.write_bytes(before)


@pytest.mark.slow
def test_two_full_renders_give_the_same_bytes(city: City, first: Summary) -> None:
    again = city.render("noch-einmal", processes=2, force=True)
    assert statuses(again) == {"done": EVERY}
    assert len(pages(again.index.parent)) == len(first.outcomes) + 2  # index, declaration
    assert pages(again.index.parent) == pages(first.index.parent)
    assert [outcome.fingerprint for outcome in again.outcomes] == [outcome.fingerprint for outcome in first.outcomes]


# --- own areas: files that are several ----------------------------------------------------------------------------


def swapped_names(path: Path, *, beside: Path) -> Path:
    """The same two outlines with each other's names."""
    beside.mkdir(exist_ok=True)
    return write_outlines(beside / path.name, *FIELDS, name=["Feld West", "Feld Ost"])


def fields(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_outlines(path, *FIELDS, name=["Feld Ost", "Feld West"])


def people(tables: Path, file: Path) -> float:
    values = open_workspace(tables, areas=file).indikatoren
    return float(values[(values["gebiet_id"] == "q-feld-ost") & (values["indikator"] == "einwohner")]["wert"].iloc[0])


def keep_times(path: Path, source: Path) -> None:
    """Exchange the content of a file; its time and size stay."""
    times = path.stat()
    path.write_bytes(source.read_bytes())
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("ending", [".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".shp.xml"])
def test_every_file_of_a_shapefile_counts(musterstadt_copy: Path, tmp_path: Path, ending: str) -> None:
    file = fields(tmp_path / "q" / "q.shp")
    job = plan(BATCH, open_workspace(musterstadt_copy, areas=file).register, NOTEBOOKS, queries=["q-feld-ost"])[0]

    def made_from() -> dict[str, str]:
        return checksums(open_workspace(musterstadt_copy, areas=file))

    before = made_from()
    part = file.with_name(f"q{ending}")
    part.write_bytes((part.read_bytes() if part.exists() else b"") + b" ")
    (tmp_path / "q" / "andere.dbf").write_bytes(b"x")
    after = made_from()
    assert {name for name in after if after[name] != before.get(name)} == {f"q/q{ending}"}
    assert job.gebiet_id == "q-feld-ost"


HOLDER = """import sqlite3, sys
held = sqlite3.connect(sys.argv[1])
held.execute("PRAGMA journal_mode=WAL")
for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
    held.execute(f'DROP TRIGGER "{name}"')
held.commit()
held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
print("open", flush=True)
sys.stdin.readline()
for old, new in (("Feld Ost", "x"), ("Feld West", "Feld Ost"), ("x", "Feld West")):
    held.execute("UPDATE q SET name = ? WHERE name = ?", (new, old))
held.commit()
print("changed", flush=True)
sys.stdin.readline()
"""
"""A program that has a GeoPackage open; its change stays in the journal."""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A GeoPackage that another program has open, and how to let it change something."""
    file = fields(tmp_path / "q" / "q.gpkg")
    command = [sys.executable, "-c", HOLDER, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin
        assert holder.stdout
        send, said = holder.stdin, holder.stdout

        def change() -> None:
            send.write("\n")
            send.flush()
            assert said.readline() == "changed\n"

        assert said.readline() == "open\n"
        yield file, change
        holder.kill()


def test_a_change_in_the_journal_of_a_geopackage_counts(
    musterstadt_copy: Path, journal: tuple[Path, Callable[[], None]]
) -> None:
    file, change = journal
    before, first = checksums(open_workspace(musterstadt_copy, areas=file)), people(musterstadt_copy, file)
    assert checksums(open_workspace(musterstadt_copy, areas=file)) == before  # reading leaves nothing that counts
    change()
    after = checksums(open_workspace(musterstadt_copy, areas=file))
    assert people(musterstadt_copy, file) != first
    assert set(after) - set(before) == {"q/q.gpkg-wal"}


def test_kept_tables_notice_a_file_with_the_old_time_and_size(musterstadt_copy: Path, tmp_path: Path) -> None:
    file = fields(tmp_path / "q" / "q.shp")
    kept = workspace.keep(musterstadt_copy, areas=file)
    assert open_workspace(musterstadt_copy, areas=file) is kept
    keep_times(file.with_suffix(".dbf"), swapped_names(file, beside=tmp_path / "r").with_suffix(".dbf"))
    assert open_workspace(musterstadt_copy, areas=file) is not kept


def test_files_of_the_same_name_are_told_apart(musterstadt_copy: Path, tmp_path: Path) -> None:
    files = [tmp_path / where / "b" / "q" / "q.geojson" for where in ("x", "y", "z")]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text(file.parts[-4], encoding="utf-8")

    below = open_data(musterstadt_copy)
    data = below.laid_over(files=lambda: [*below.files, *files])
    before = checksums(data)
    for file in files:
        file.write_text("anders", encoding="utf-8")
        after = checksums(data)
        assert after != before
        before = after


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".dbf", ".prj"])
def test_a_report_is_never_unchanged_while_a_part_of_its_shapefile_is_another(
    musterstadt_copy: Path, tmp_path: Path, ending: str
) -> None:
    file = fields(tmp_path / "q" / "q.shp")

    def rendered(out: str = "o") -> tuple[str, bytes]:
        data = open_workspace(musterstadt_copy, areas=file)
        jobs = plan(BATCH, data.register, NOTEBOOKS, queries=["q-feld-ost"])
        done = run(jobs, data=data, batch=BATCH, out=tmp_path / out, processes=1).outcomes[0]
        assert done.error == ""
        return done.status, (tmp_path / out / done.report).read_bytes()

    first, value = rendered(), people(musterstadt_copy, file)
    assert rendered() == ("unchanged", first[1])
    other = swapped_names(file, beside=tmp_path / "r").with_suffix(ending)
    if ending == ".prj":
        other.write_text(CRS.from_user_input(SHIFTED).to_wkt("WKT1_ESRI"), encoding="utf-8")
    keep_times(file.with_suffix(ending), other)
    second = rendered()
    assert people(musterstadt_copy, file) != value
    assert second == ("done", rendered("neu")[1])
    assert second[1] != first[1]


# --- the day of issue --------------------------------------------------------------------------------------------


def days(city: City, **options: Any) -> list[Any]:
    jobs = plan(BATCH, open_data(city.tables).register, NOTEBOOKS, queries=["05"], **options)
    return [job.parameters.get("ausgabe") for job in jobs if job.name == ANALYSIS]


def test_the_day_of_issue_comes_from_the_environment_unless_it_is_given(city: City) -> None:
    issued = issue_day({"SOURCE_DATE_EPOCH": "1772323200"})
    assert issued == "2026-03-01"
    assert days(city) == [None]
    assert days(city, issued=issued) == ["2026-03-01"]
    assert days(city, issued=issued, parameters={"ausgabe": "2026-04-02"}) == ["2026-04-02"]
    assert issue_day({}) == issue_day({"SOURCE_DATE_EPOCH": " "}) == ""


def test_a_notebook_without_the_parameter_gets_no_day(
    city: City, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    make_notebook(ANALYSIS, 'gebiet = "01"')
    jobs = plan(BATCH, open_data(city.tables).register, tmp_path, queries=["05"], issued="2026-03-01")
    assert jobs[0].parameters == {"gebiet": "05"}


@pytest.mark.parametrize("text", ["gestern", "1e9", "9" * 30])
def test_an_unusable_day_of_issue_is_said(text: str) -> None:
    with pytest.raises(ParameterError, match="SOURCE_DATE_EPOCH ist keine Zahl von Sekunden"):
        issue_day({"SOURCE_DATE_EPOCH": text})


@pytest.mark.slow
def test_the_day_of_issue_stands_on_every_page(city: City) -> None:
    given = {"ausgabe": "2027-08-09"}
    jobs = [replace(job, parameters={**job.parameters, **given}) for job in city.jobs if "II" not in job.target]
    chosen = {job.name: job for job in jobs}
    summary = city.render("ausgabe", jobs=list(chosen.values()))
    assert statuses(summary) == {"done": EVERY}
    for outcome in summary.outcomes:
        assert day("2027-08-09") in (city.folder / "ausgabe" / outcome.report).read_text(encoding="utf-8")
