"""The monthly run as the page for planners writes it, against publishers on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from data_fixtures import ROOT, Sozialraum, copy_tables
from fetch_server import file, publisher
from fetching import describe, given_files
from musterstadt import publishers
from sozialraum.supply.prepare.enrich import enrich

PAGE = (ROOT / "docs" / "daten-holen.md").read_text("utf-8")
YEAR = "Unfallorte{}_EPSG25832_CSV.zip"


def written(start: str) -> str:
    """A block of the page that begins with some words, without its indentation."""
    block = next(one for one in re.findall(r"(?:^    .*\n|^\n(?=    ))+", PAGE, re.MULTILINE) if start in one)
    return re.sub(r"^    ", "", block, flags=re.MULTILINE)


STAND_IN = """#!/bin/sh
echo "$@" >>"$0.log"
[ "$2" != fetch ] # a file is missing
"""


def run_as_written(tmp_path: Path, daten: Path) -> list[list[str]]:
    """Run the line for cron with stand-ins for the program, which writes down its calls, and for the post."""
    line = written("monatlich.sh").split("* * ", 1)[1].strip()
    assert line.startswith("cd sozialraum && sh tools/monatlich.sh ")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("mail", '#!/bin/sh\necho "$@" >"$0.kopf"\ncat >"$0.text"\n'), ("sozialraum", STAND_IN)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    where = {"SOZIALRAUM_DATA": str(daten), "RAW": str(tmp_path / "raw"), "REPORTS": str(tmp_path / "berichte")}
    done = subprocess.run(
        ["sh", "-c", line.replace("cd sozialraum", f"cd {ROOT}").replace("monatlich.sh", "monatlich.sh Altstadt")],
        check=False,
        env={**os.environ, **where, "BIN": str(programs), "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (programs / "mail.kopf").read_text() == "-s Sozialraum amt@stadt.example\n"
    assert (programs / "mail.text").read_text() == "Weiter mit dem, was da ist.\n\nWas sich geändert hat:\n"
    return [call.split() for call in (programs / "sozialraum").with_suffix(".log").read_text().splitlines()]


@pytest.mark.slow
def test_the_line_for_cron_works_as_written(
    tmp_path: Path, sozialraum: Sozialraum, monkeypatch: pytest.MonkeyPatch
) -> None:
    """2021 and 2022 were there; now 2021 is issued again with one accident more, and 2023 does not answer."""
    daten, given, before = copy_tables(tmp_path), tmp_path / "geladen", tmp_path / "vorher"
    given.mkdir()
    with publisher() as amt:
        folder = tmp_path / "sources" / "abruf"
        describe(folder, amt.address)
        for path in folder.glob("*.yml"):
            if path.stem != "unfallatlas":
                path.unlink()
        text = (folder / "unfallatlas.yml").read_text("utf-8")
        (folder / "unfallatlas.yml").write_text(text.replace("[2021, 2022, 2023, 2024, 2025]", "[2021, 2022, 2023]"))
        for year in (2021, 2022):
            (given / YEAR.format(year)).write_bytes(publishers.unfallorte(year))
        given_files(daten, tmp_path / "raw", given)
        enrich(daten, tmp_path / "raw")
        again = ((5, (510, 510), 1, 0), (5, (520, 520), 0, 1), (5, (520, 525), 0, 1))
        for year, content in ((2021, publishers.unfallorte(2021, again=again)), (2022, publishers.unfallorte(2022))):
            amt.says(f"/produkte/transport_verkehr/unfallatlas/{YEAR.format(year)}", file(content))
        calls = run_as_written(tmp_path, daten)
        assert not before.exists()
        assert calls[-1][-1] == str(before)
        shutil.copytree(daten, before)  # as the script does
        monkeypatch.setenv("SOZIALRAUM_DATA", str(daten))
        done = [sozialraum(*call) for call in calls]
    assert [status for status, _, _ in done] == [1, 0, 0, 0], done
    said = "".join(out + wrong for _, out, wrong in done)
    for words in (
        "neu unfallatlas: Unfallorte2021", "unverändert unfallatlas: Unfallorte2022",
        "FEHLER unfallatlas: Unfallorte2023", "Eckwerte stimmen", "stadtteil/05-altstadt.html",
        "+ Linie: Altstadt. Seit 2021: Veränderung −2, Revision +1.",
    ):  # fmt: skip
        assert words in said, (words, said)
    assert (tmp_path / "berichte" / "stadtteil" / "05-altstadt.html").is_file()


def test_the_example_of_an_action_can_be_read_and_names_what_there_is() -> None:
    action = yaml.safe_load(written("jobs:"))
    (job,) = action["jobs"].values()
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands == ["make setup", 'sh tools/monatlich.sh 2>&1 | tee -a "$GITHUB_STEP_SUMMARY"']
    assert next(step["shell"] for step in job["steps"] if "tee" in step.get("run", "")) == "bash"  # a failure is one
    kept = next(
        step["with"]["path"].split() for step in job["steps"] if step.get("uses", "").startswith("actions/cache")
    )
    assert kept == ["data/raw/abruf", "data/essen/abgerufen"]
    assert re.search(r"^setup: ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]) for step in job["steps"] if "uses" in step)
