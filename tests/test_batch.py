"""Many reports: what is planned, what a failure does, what is kept, the index."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data_fixtures import BATCH
from sozialraum.city.indicators import catalogue
from sozialraum.city.load import Data, open_data
from sozialraum.errors import ParameterError, SchemaError, SozialraumError, UnknownArea
from sozialraum.publish.parameters import known_parameters
from sozialraum.publish.plan import Entry, plan, read_batch, report_path
from sozialraum.publish.record import Outcome, read_record
from sozialraum.publish.run import run
from sozialraum.supply import workspace
from sozialraum.supply.own_tables import audience_words

ROOT = Path(__file__).resolve().parent.parent
EVIL = "<script>alert(1)</script>"
MAIN = "03_stadtteilanalyse"
CELLS = (
    'gebiet = "01"\nfaktor = 2',
    "from IPython.display import HTML, display\ndisplay(HTML(f'<h1>Bericht {gebiet}</h1>'))",
    "# nichts",
    "assert gebiet != '04', 'Für 04 fehlt ein Wert'",
)


@pytest.fixture
def data(kleinstadt: Path) -> Data:
    return open_data(kleinstadt)


@pytest.fixture
def notebooks(make_notebook: Callable[..., Path], tmp_path: Path) -> Path:
    make_notebook(MAIN, *(cell for cell in CELLS if not cell.startswith("#")))
    make_notebook("01_karte", "from IPython.display import HTML, display\ndisplay(HTML('<h1>Karte</h1>'))")
    make_notebook("02_infrastruktur", *CELLS[:2])
    return tmp_path


def targets(jobs: Any) -> list[str]:
    return [job.target for job in jobs]


# --- plan --------------------------------------------------------------------------------------------------------


def test_all_means_every_level_except_what_is_on_request(data: Data, notebooks: Path) -> None:
    jobs = plan(BATCH, data.register, notebooks)
    assert targets(jobs) == [
        "stadtteil/01-nord-ost.html",
        "stadtteil/02-hof-script-alert-1-script.html",
        "stadtteil/03-suedheide.html",
        "stadtteil/04-rechen-au.html",
        "stadtbezirk/1-bezirk1.html",
        "stadtbezirk/2-bezirk2.html",
        "stadt/kleinstadt.html",
        "01_karte/kleinstadt.html",
    ]
    assert jobs[0].parameters == {"gebiet": "01"}
    assert jobs[-1].parameters == {}


def test_a_named_area_means_its_analysis(data: Data, notebooks: Path) -> None:
    assert targets(plan(BATCH, data.register, notebooks, queries=[1, "II", "Nord-Ost"])) == [
        "stadtteil/01-nord-ost.html",
        "stadtbezirk/2-bezirk2.html",
    ]
    on_request = plan(BATCH, data.register, notebooks, queries=["01"], names=["02_infrastruktur.ipynb"])
    assert targets(on_request) == ["02_infrastruktur/01-nord-ost.html"]


@pytest.mark.parametrize(
    ("wishes", "error", "message"),
    [
        ({"queries": ["Nirgends"]}, UnknownArea, "Nirgends"),
        (
            {"names": ["99_nichts"]},
            ParameterError,
            "Das Notebook „99_nichts“ ist unbekannt. Es gibt: 03_stadtteilanalyse",
        ),
        (
            {"queries": ["01"], "names": ["01_karte"]},
            ParameterError,
            "01_karte gibt es nicht für Nord-Ost, nur für: stadt",
        ),
        ({"queries": ["01"], "parameters": {"fakt": "3"}}, ParameterError, "Der Parameter „fakt“ ist unbekannt"),
        ({"parameters": {"faktor": "3"}}, ParameterError, "01_karte.ipynb: Der Parameter „faktor“ ist unbekannt"),
        ({"parameters": {"gebiet": "3"}}, ParameterError, "als Argument angeben"),
    ],
)
def test_wrong_wishes_stop_before_anything_runs(
    data: Data, notebooks: Path, wishes: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        plan(BATCH, data.register, notebooks, **wishes)


def test_a_missing_notebook_is_said(data: Data, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"Das Notebook 03_stadtteilanalyse\.ipynb fehlt"):
        plan(BATCH, data.register, tmp_path)


def test_the_real_plan_is_valid_and_names_no_place() -> None:
    batch = read_batch(ROOT / "batch.yml")
    assert batch[MAIN].ebenen == ("stadtteil", "stadtbezirk", "stadt", "quartier")
    asked_for = ["02_infrastruktur", "06_sozialindex", "07_standort", "08_treffpunkte"]
    assert [name for name, entry in batch.items() if entry.auf_anfrage] == asked_for
    assert "Essen" not in (ROOT / "batch.yml").read_text(encoding="utf-8")


def test_every_problem_of_a_plan_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "batch.yml"
    path.write_text("a: {titel: A, ebenen: [land], wann: jetzt}\nb: {ebenen: stadt}\nc: 1\n", encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        read_batch(path)
    text = str(caught.value)
    assert "„wann“ ist unbekannt" in text
    assert "b: „titel“ fehlt" in text
    assert "„ebenen“ hat die falsche Art" in text
    path.write_text("a: {titel: A, ebenen: [land]}\n", encoding="utf-8")
    with pytest.raises(SchemaError, match="Die Ebene „land“ ist unbekannt"):
        read_batch(path)


# --- run ---------------------------------------------------------------------------------------------------------


def pages(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.html")}


@pytest.mark.slow
def test_a_failure_stops_nothing_and_two_processes_give_the_same_bytes(
    data: Data, notebooks: Path, tmp_path: Path
) -> None:
    jobs = plan(BATCH, data.register, notebooks, queries=["01", "04", "I"])
    out = tmp_path / "einzeln"
    told: list[Outcome] = []
    one = run(jobs, data=data, batch=BATCH, out=out, processes=1, progress=told.append)
    two = run(jobs, data=data, batch=BATCH, out=tmp_path / "doppelt", processes=2)

    assert [outcome.status for outcome in one.outcomes] == ["done", "failed", "done"]
    assert [outcome.report for outcome in told] == [outcome.report for outcome in one.outcomes]
    failure = one.failures[0]
    assert failure.error.startswith(f"{MAIN}, Zelle 3: AssertionError: Für 04 fehlt ein Wert.")
    assert (out / failure.partial).is_file()
    assert "Bericht I<" in (out / "stadtbezirk/1-bezirk1.html").read_text(encoding="utf-8")
    assert [replace(a, seconds=0) for a in one.outcomes] == [replace(b, seconds=0) for b in two.outcomes]
    assert pages(out) == pages(tmp_path / "doppelt")
    index = one.index.read_text(encoding="utf-8")
    assert "1 Bericht konnte nicht erstellt werden" in index
    assert "Für 04 fehlt ein Wert" in index
    check_record(json.loads((out / "build.json").read_text(encoding="utf-8")))


@pytest.mark.slow
def test_a_failed_render_keeps_the_last_good_page(
    data: Data, notebooks: Path, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    jobs, out = plan(BATCH, data.register, notebooks, queries=["01", "I"]), tmp_path / "berichte"
    options: dict[str, Any] = {"data": data, "batch": BATCH, "out": out, "processes": 1}
    run(jobs, **options)
    good = pages(out)["stadtteil/01-nord-ost.html"].decode()
    (out / "stadtteil/01-nord-ost.pdf").write_bytes(b"%PDF")
    make_notebook(MAIN, *CELLS[:2], "assert gebiet != '01', 'Der <b>Wert</b> fehlt'")
    failed = run(jobs, day="2026-11-25", **options)

    assert [outcome.status for outcome in failed.outcomes] == ["failed", "done"]
    assert failed.failures[0].since == "2026-11-25"
    assert failed.failures[0].title == "Bericht 01"
    assert (out / "stadtteil/01-nord-ost.pdf").is_file()
    kept = pages(out)["stadtteil/01-nord-ost.html"].decode()
    assert "<strong>Dieser Bericht ist veraltet.</strong> Er ließ sich am 25.11.2026 nicht erneuern" in kept
    assert "Der &lt;b&gt;Wert&lt;/b&gt; fehlt" in kept
    assert re.sub("<!-- veraltet -->.*?<!-- /veraltet -->", "", kept) == good
    index = failed.index.read_text(encoding="utf-8")
    assert '<a href="stadtteil/01-nord-ost.html">veraltet seit 25.11.2026</a>' in index
    assert "Der &lt;b&gt;Wert&lt;/b&gt; fehlt" in index
    record = json.loads((out / "build.json").read_text(encoding="utf-8"))
    assert record["failures"] == 1
    assert [entry["since"] for entry in record["reports"]] == ["2026-11-25", ""]

    again = run(jobs, day="2026-11-27", **options)
    assert [(outcome.status, outcome.since) for outcome in again.outcomes] == [
        ("failed", "2026-11-25"),
        ("unchanged", ""),
    ]
    assert pages(out)["stadtteil/01-nord-ost.html"].decode().count("Dieser Bericht ist veraltet") == 1
    make_notebook(MAIN, *CELLS[:2])
    run(jobs, **options)
    assert "veraltet" not in pages(out)["stadtteil/01-nord-ost.html"].decode()
    assert "veraltet" not in failed.index.read_text(encoding="utf-8")


def check_record(record: Mapping[str, Any]) -> None:
    assert record["failures"] == 1
    assert record["jobs"] == 1
    assert set(record["data"]) >= {"tabellen/gebiete.csv", "sources/amt.yml"}
    assert "papermill" in record["versions"]
    assert len({entry["fingerprint"] for entry in record["reports"]}) == 3
    assert [entry["status"] for entry in record["reports"]] == ["done", "failed", "done"]


@pytest.mark.slow
def test_only_what_changed_is_rendered_again(data: Data, notebooks: Path, tmp_path: Path) -> None:
    out = tmp_path / "berichte"
    options: dict[str, Any] = {"data": data, "batch": BATCH, "out": out, "processes": 1}
    jobs = plan(BATCH, data.register, notebooks, queries=["01"])
    other = plan(BATCH, data.register, notebooks, names=["01_karte"])

    def statuses(wanted: Any, **more: Any) -> list[str]:
        return [outcome.status for outcome in run(wanted, **options, **more).outcomes]

    assert statuses(jobs) == ["done"]
    assert statuses(jobs) == ["unchanged"]
    assert statuses(other) == ["done"]
    assert sorted(read_record(out)[0]) == ["01_karte/kleinstadt.html", "stadtteil/01-nord-ost.html"]
    (out / jobs[0].target).write_text("von Hand geändert", encoding="utf-8")
    assert statuses(jobs) == ["done"]
    assert statuses(jobs, force=True) == ["done"]
    changed = [replace(jobs[0], parameters={"gebiet": "01", "faktor": 3})]
    assert statuses(changed) == ["done"]


@pytest.mark.slow
def test_every_combination_of_parameters_has_a_file_of_its_own(data: Data, notebooks: Path, tmp_path: Path) -> None:
    out = tmp_path / "berichte"
    wishes: list[dict[str, Any]] = [{}, {"faktor": "2"}, {"faktor": "3"}, {"faktor": "4"}]
    jobs = [job for wish in wishes for job in plan(BATCH, data.register, notebooks, queries=["01"], parameters=wish)]
    assert targets(jobs)[:2] == ["stadtteil/01-nord-ost.html"] * 2
    assert len(set(targets(jobs))) == 3
    assert re.fullmatch(r"stadtteil/01-nord-ost--faktor-3-[0-9a-f]{8}\.html", targets(jobs)[2])
    summary = run(jobs[1:], data=data, batch=BATCH, out=out, processes=1)
    assert summary.failures == ()
    assert set(targets(jobs)) == set(pages(out)) - {"index.html", "barrierefreiheit.html"}
    index = summary.index.read_text(encoding="utf-8")
    assert all(f'href="{target}"' in index for target in targets(jobs))
    assert "faktor: 3" in index
    assert "faktor: 4" in index
    run(jobs[:1], data=data, batch=BATCH, out=out, processes=1)
    assert summary.index.read_text(encoding="utf-8") == index


def test_names_of_files_are_short_stable_and_never_meet(data: Data) -> None:
    area = data.register.by_id("01")
    values: list[Any] = ["a b", "a-b", "A b", "ä b", "x" * 300, "x" * 301, ["a", "b"], ["a b"], 1, 1.5, True, "1", ""]
    paths = [report_path(MAIN, area, {"wert": value}) for value in values]
    paths += [report_path(MAIN, area, {"wert": "a", "zahl": 1}), report_path(MAIN, area, {"wert": "a zahl 1"})]
    assert len({path.casefold() for path in paths}) == len(paths)
    assert max(map(len, paths)) < 120
    assert report_path(MAIN, area, {"b": 1, "a": 2}) == report_path(MAIN, area, {"a": 2, "b": 1})
    assert all(re.fullmatch(r"stadtteil/[a-z0-9-]+\.html", path) for path in paths)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"indikator": "foo"}, "Den Indikator „foo“ gibt es nicht"),
        ({"indikator": "anteil_unter15"}, "Meinten Sie anteil_unter_15"),
        ({"indikatoren": "[einwohner, foo]"}, "Den Indikator „foo“ gibt es nicht"),
        ({"indikatoren": "einwohner"}, "erwartet eine Liste"),
        ({"vergleich": "Nirgends"}, "„Nirgends“ ist weder ein Stadtteil"),
        ({"weitergabe": "alle"}, "Die Weitergabe „alle“ gibt es nicht"),
        ({"ausgabe": "31.12.2026"}, "ein Datum JJJJ-MM-TT"),
        ({"ausgabe": "20261231"}, "ein Datum JJJJ-MM-TT"),
        ({"ausgabe": "2026-02-30"}, "ein Datum JJJJ-MM-TT"),
    ],
)
def test_a_value_that_a_parameter_cannot_have_stops_before_anything_runs(
    data: Data, make_notebook: Callable[..., Path], tmp_path: Path, parameters: dict[str, str], message: str
) -> None:
    cell = 'gebiet = ""\nindikator = "einwohner"\nindikatoren = []\nvergleich = ""\nausgabe = ""\nweitergabe = ""'
    make_notebook("01_karte", cell)
    katalog = catalogue(data.indikatoren_yml)
    with pytest.raises(ParameterError, match=re.escape(message)):
        plan(BATCH, data.register, tmp_path, names=["01_karte"], parameters=parameters, katalog=katalog)


# --- one folder, one truth ---------------------------------------------------------------------------------------


@pytest.fixture
def for_audience(kleinstadt: Path) -> Callable[[str], Data]:
    return lambda audience: workspace.open_data(kleinstadt, weitergabe=audience)


@pytest.mark.slow
@pytest.mark.parametrize("recorded", [True, False], ids=["in the record", "left over"])
@pytest.mark.parametrize(("first", "second"), [("intern", "oeffentlich"), ("oeffentlich", "rat")])
def test_reports_of_two_audiences_never_share_a_folder(
    for_audience: Callable[[str], Data], notebooks: Path, tmp_path: Path, first: str, second: str, recorded: bool
) -> None:
    out, register = tmp_path / "o", for_audience(first).register
    on_request = plan(BATCH, register, notebooks, queries=["01"], names=["02_infrastruktur"])
    run(on_request, data=for_audience(first), batch=BATCH, out=out, processes=1)
    if not recorded:
        (out / "build.json").unlink()
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    jobs = plan(BATCH, register, notebooks, queries=["02"])
    with pytest.raises(ParameterError, match=r"„Weitergabe: .*02_infrastruktur/01.*--out") as caught:
        run(jobs, data=for_audience(second), batch=BATCH, out=out)
    assert all(word in str(caught.value) for word in (audience_words(first), audience_words(second)))
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    (out / on_request[0].target).unlink()
    summary = run(jobs, data=for_audience(second), batch=BATCH, out=out, processes=1)
    assert [outcome.audience for outcome in summary.outcomes] == [second]
    assert "02_infrastruktur" not in summary.index.read_text(encoding="utf-8")


@pytest.mark.slow
def test_reports_on_own_areas_stay_in_the_index_until_they_are_removed(
    musterstadt_dir: Path, notebooks: Path, tmp_path: Path
) -> None:
    batch = {**BATCH, MAIN: replace(BATCH[MAIN], ebenen=("stadtteil", "quartier"))}
    areas, out = tmp_path / "meine.yml", tmp_path / "o"
    areas.write_text("quartiere:\n  hang: {name: Am Hang, quelle: Test, stadtteile: [Nordwest]}\n", encoding="utf-8")
    own, plain = workspace.open_data(musterstadt_dir, areas=areas), workspace.open_data(musterstadt_dir)
    jobs = plan(batch, own.register, notebooks, queries=["q-hang"])
    run(jobs, data=own, batch=batch, out=out, processes=1)
    others = plan(batch, plain.register, notebooks, queries=["01"])
    index = run(others, data=plain, batch=batch, out=out, processes=1).index
    html = index.read_text(encoding="utf-8")
    assert (out / "quartier/hang.html").is_file()
    assert '<a href="quartier/hang.html">Am Hang</a>' in html
    assert html.count("2 Berichte ·") == 1
    (out / "quartier/hang.html").unlink()
    run(others, data=plain, batch=batch, out=out, processes=1)
    assert "Am Hang" not in index.read_text(encoding="utf-8")


# --- what Lab saves by itself ------------------------------------------------------------------------------------


DECLARED = {**BATCH, MAIN: replace(BATCH[MAIN], parameter={"faktor": 2})}
SHOWN = (CELLS[0], "from IPython.display import HTML, display\ndisplay(HTML(f'<h1>{gebiet} mal {faktor}</h1>'))")


def saved_by_lab(path: Path) -> None:
    """As JupyterLab leaves a notebook that was run: outputs, numbers, metadata, an empty cell, another kernel."""
    nb = json.loads(path.read_text(encoding="utf-8"))
    nb["metadata"] = {"kernelspec": {"name": "anders", "display_name": "Anderes", "language": "python"}, "widgets": {}}
    nb["nbformat_minor"] = 4
    for number, cell in enumerate(nb["cells"]):
        del cell["id"]
        cell["metadata"] |= {"scrolled": True, "collapsed": False, "tags": [*cell["metadata"]["tags"], "eigener"]}
        if cell["cell_type"] == "code":
            cell |= {"execution_count": number, "outputs": [{"output_type": "stream", "name": "stderr", "text": "Au!"}]}
    nb["cells"].append({"cell_type": "code", "metadata": {}, "source": [], "outputs": [], "execution_count": None})
    path.write_text(json.dumps(nb), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell",
    [
        'gebiet = "04"\nfaktor = 99',
        "# ausprobiert\nfaktor = [",
        'gebiet = "04"\nfaktor = open("/nirgends")',
        "",
    ],
    ids=["other values", "broken", "no plain value", "emptied"],
)
def test_what_lab_saves_in_a_notebook_never_reaches_the_batch(
    data: Data, make_notebook: Callable[..., Path], tmp_path: Path, cell: str
) -> None:
    notebook, out = make_notebook(MAIN, *SHOWN), tmp_path / "o"
    options: dict[str, Any] = {"data": data, "batch": DECLARED, "out": out, "processes": 1}
    run(plan(DECLARED, data.register, tmp_path, queries=["01"]), **options)
    before = pages(out)
    assert b"<h1" in before["stadtteil/01-nord-ost.html"]
    assert b"01 mal 2" in before["stadtteil/01-nord-ost.html"]
    saved_by_lab(notebook)
    nb = json.loads(notebook.read_text(encoding="utf-8"))
    nb["cells"][0]["source"] = cell.splitlines(keepends=True)
    notebook.write_text(json.dumps(nb), encoding="utf-8")
    jobs = plan(DECLARED, data.register, tmp_path, queries=["01"])
    assert [outcome.status for outcome in run(jobs, **options).outcomes] == ["unchanged"]
    assert [outcome.status for outcome in run(jobs, force=True, **options).outcomes] == ["done"]
    assert pages(out) == before


@pytest.mark.slow
def test_a_changed_cell_and_a_changed_plan_do_reach_the_batch(
    data: Data, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    make_notebook(MAIN, *SHOWN)
    options: dict[str, Any] = {"data": data, "out": tmp_path / "o", "processes": 1}

    def rendered(batch: Mapping[str, Entry]) -> tuple[str, str]:
        jobs = plan(batch, data.register, tmp_path, queries=["01"])
        done = run(jobs, batch=batch, **options).outcomes[0]
        return done.status, done.title

    assert rendered(DECLARED) == ("done", "01 mal 2")
    other = {**BATCH, MAIN: replace(BATCH[MAIN], parameter={"faktor": 7})}
    assert rendered(other) == ("done", "01 mal 7")
    make_notebook(MAIN, SHOWN[0], SHOWN[1].replace(" mal ", " durch "))
    assert rendered(other) == ("done", "01 durch 7")


def test_the_plan_names_the_parameters_of_every_notebook() -> None:
    for name, entry in read_batch(ROOT / "batch.yml").items():
        known = known_parameters(ROOT / "notebooks" / f"{name}.ipynb")
        assert {key: value for key, value in known.items() if key != "gebiet"} == entry.parameter, name


def test_a_file_that_is_no_notebook_is_said(data: Data, tmp_path: Path) -> None:
    (tmp_path / f"{MAIN}.ipynb").write_text("<<<<<<< HEAD\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"03_stadtteilanalyse\.ipynb: Die Datei ist kein lesbares Notebook"):
        plan(BATCH, data.register, tmp_path, queries=["01"])


def test_a_folder_that_cannot_be_written_is_said_before_anything_runs(
    data: Data, notebooks: Path, tmp_path: Path
) -> None:
    (tmp_path / "datei").write_text("", encoding="utf-8")
    with pytest.raises(SozialraumError, match=r"ist nicht beschreibbar .* --out"):
        run(plan(BATCH, data.register, notebooks), data=data, batch=BATCH, out=tmp_path / "datei/berichte")


def test_a_damaged_record_is_no_record(tmp_path: Path) -> None:
    assert read_record(tmp_path) == ({}, "")
    for text in ("{", "[]", '{"format": 0}', '{"format": 1, "reports": [{"x": 1}]}'):
        (tmp_path / "build.json").write_text(text, encoding="utf-8")
        assert read_record(tmp_path) == ({}, "")
