"""Reports on paper: whole sheets, a mark on each, two for the short form, and what of PDF/UA-1 a machine can check."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from html import unescape
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pdfua
import pikepdf
import psutil
import pytest
from PIL import Image
from playwright.sync_api import Browser

from conftest import ROOT
from sozialraum.city.load import open_data
from sozialraum.errors import RenderError
from sozialraum.pdf import file_names, press
from sozialraum.pdf.press import Press
from sozialraum.publish.inputs import fingerprint
from sozialraum.publish.job import Job, render
from sozialraum.publish.page import export
from sozialraum.publish.plan import report_path
from sozialraum.publish.prints import Prints
from sozialraum.publish.record import Outcome
from sozialraum.publish.vorlage import Freigabe, Vorlage
from sozialraum.style.grammar import DRAFT

MAIN = "03_stadtteilanalyse"
TOOLS = ("pdfinfo", "pdftotext", "pdftoppm")
RESOLUTION = 40
MARGIN_MM = 10.0
RELEASE = Vorlage(freigabe=Freigabe("A. Beispiel", date(2099, 3, 4), ("0123456789ab",)))
KINDS = ("21", "27", "laengster", "IV", "essen")

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Print:
    """One PDF beside the page that it was printed from."""

    path: Path
    html: str

    def run(self, tool: str, *arguments: str) -> str:
        done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    @cached_property
    def info(self) -> dict[str, str]:
        lines = self.run("pdfinfo", str(self.path)).splitlines()
        return {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}

    @cached_property
    def pages(self) -> list[str]:
        """Text of each page."""
        return self.run("pdftotext", "-layout", str(self.path), "-").split("\f")[:-1]

    @property
    def printed(self) -> str:
        """The page without the figures that a reader may choose instead of the first."""
        start = self.html.find('class="sr-choice')
        if start < 0:
            return self.html
        end = self.html.find("</section>", start)
        first, last = self.html.index("</figure>", start), self.html.rindex("</figure>", start, end)
        return self.html[:first] + self.html[last:]

    @property
    def headings(self) -> list[str]:
        """Chapters of the page."""
        found = re.findall(r"<h2[^>]*>(.*?)</h2>", self.html.partition('<nav class="sr-toc"')[0], flags=re.DOTALL)
        return [" ".join(unescape(text).split()) for text in found]

    def images(self, folder: Path) -> Iterator[np.ndarray]:
        """Pages in grey, as a printer would see them."""
        self.run("pdftoppm", "-r", str(RESOLUTION), "-gray", str(self.path), str(folder / "seite"))
        for path in sorted(folder.glob("seite-*.pgm")):
            with Image.open(path) as picture:
                yield np.asarray(picture)


@pytest.fixture(scope="module")
def press_room(chromium: Browser) -> Browser:
    """Chromium and poppler; tests are skipped without them, but fail in CI."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        reason = f"{', '.join(lacking)} not installed (Debian: apt-get install poppler-utils)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return chromium


@pytest.fixture(scope="module")
def started(press_room: Browser) -> Iterator[Press]:
    with Press() as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, started: Press) -> Path:
    """Pages and PDFs of reports of every kind, by the names of KINDS."""
    out = tmp_path_factory.mktemp("drucke")
    data = open_data()
    longest = max(data.register, key=lambda area: (area.ebene != "stadt", len(area.name)))
    for kind in KINDS:
        area = longest.id if kind == "laengster" else kind
        job = Job(ROOT / "notebooks" / f"{MAIN}.ipynb", f"{kind}.html", area, {"gebiet": area})
        render(job, data=data.environment, out=out)
        assert started.write(out, job.target) == (f"{kind}.pdf", f"{kind}-kurz.pdf")
    return out


def _print(folder: Path, stem: str, suffix: str = "") -> Print:
    return Print(folder / f"{stem}{suffix}.pdf", (folder / f"{stem}.html").read_text(encoding="utf-8"))


@pytest.fixture(params=KINDS)
def full(request: pytest.FixtureRequest, folder: Path) -> Print:
    return _print(folder, request.param)


@pytest.fixture(params=KINDS)
def short(request: pytest.FixtureRequest, folder: Path) -> Print:
    return _print(folder, request.param, "-kurz")


@pytest.fixture(params=["", "-kurz"], ids=["full", "short"])
def either(request: pytest.FixtureRequest, folder: Path) -> Print:
    return _print(folder, "21", request.param)


def small_page(out: Path, name: str, *cells: tuple[str, bool], vorlage: Vorlage | None = None, mark: str = "") -> str:
    """A page of Markdown cells, each with whether it belongs to the short form; returns its name."""
    nb = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    for source, marked in cells:
        tags = {"tags": ["kurz"] if marked else []}
        nb.cells.append(nbformat.v4.new_markdown_cell(source, metadata=tags))  # type: ignore[no-untyped-call]
    (out / f"{name}.html").write_text(export(nb, name="probe", mark=mark, annex=vorlage).html, encoding="utf-8")
    return f"{name}.html"


# --- the document ------------------------------------------------------------------------------------------------


def test_title_language_and_tags(full: Print) -> None:
    title = unescape(re.findall(r"<title>(.*?)</title>", full.html)[0])
    assert full.info["Title"] == title
    assert full.info["Tagged"] == "yes"
    assert full.info["JavaScript"] == "no"
    assert "A4" in full.info["Page size"]
    with pikepdf.open(full.path) as document:
        assert str(document.Root.Lang) == "de-DE"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert all(page.obj.Tabs == "/S" for page in document.pages)
        with document.open_metadata() as meta:
            assert meta["dc:title"] == title
            assert meta["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


def test_machine_checkable_rules_of_pdf_ua(full: Print) -> None:
    report = pdfua.validate(str(full.path))
    assert [str(finding) for finding in report.findings] == []


def test_the_short_form_keeps_the_rules_too(short: Print) -> None:
    assert [str(finding) for finding in pdfua.validate(str(short.path)).findings] == []
    assert short.info["Title"].endswith(" – Kurzfassung")


def tags(path: Path, name: str) -> list[tuple[str, str]]:
    """Name and alternative text of elements of the tree, in reading order."""
    with pikepdf.open(path) as document:
        found = [(str(one.S), str(one.get("/Alt", ""))) for one in _walk(document.Root.StructTreeRoot)]
    return [pair for pair in found if re.fullmatch(name, pair[0])]


def test_every_picture_has_the_words_of_the_page(full: Print) -> None:
    pictures = [alt for _, alt in tags(full.path, "/Figure")]
    labels = [unescape(text) for text in re.findall(r'<svg[^>]*role="img"[^>]*aria-label="([^"]+)"', full.printed)]
    wanted = [" ".join(text.split()) for text in labels if not text.startswith("Legende der Karte")]
    assert len(pictures) >= 2
    assert all(len(text) > 25 for text in pictures)
    assert [" ".join(text.split()) for text in pictures] == wanted


def test_one_main_heading_and_no_level_is_skipped(full: Print) -> None:
    levels = [int(name[2:]) for name, _ in tags(full.path, r"/H\d")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_lists_and_tables_are_whole(either: Print) -> None:
    with pikepdf.open(either.path) as document:
        items = [one for one in _walk(document.Root.StructTreeRoot) if one.S == "/LI"]
        assert items
        for item in items:
            assert {str(child.S) for child in item.K} <= {"/Lbl", "/LBody"}


def _walk(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = node.get("/K", pikepdf.Array())
    for child in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _walk(child)


def test_bookmarks_are_the_chapters(full: Print) -> None:
    with pikepdf.open(full.path) as document, document.open_outline() as outline:
        assert len(outline.root) == 1
        assert [item.title for item in outline.root[0].children] == full.headings


def test_links_say_where_they_lead_and_lead_there(either: Print) -> None:
    with pikepdf.open(either.path) as document:
        known = document.Root.get("/Dests", pikepdf.Dictionary())
        links = [note for page in document.pages for note in page.obj.get("/Annots", ())]
        assert all(str(link.Contents).strip() for link in links)
        assert all(str(link.Dest) in known for link in links if "/Dest" in link)
        labels = {str(link.Contents) for link in links}
    if not either.path.stem.endswith("kurz"):
        assert "Überblick" in labels


def test_the_contents_name_the_right_pages(full: Print) -> None:
    page = next(found[1] for text in full.pages if (found := re.search(r"^\s*Inhalt\n(.*)", text, flags=re.M | re.S)))
    for heading in full.headings:
        number = re.search(rf"{re.escape(heading)}\s+(\d+)\b", page)
        assert number is not None, heading
        assert re.search(rf"^\s*{re.escape(heading)}\s*$", full.pages[int(number[1]) - 1], flags=re.MULTILINE)


def test_figures_and_tables_are_numbered_in_order(full: Print) -> None:
    words = "\n".join(full.pages)
    for name in ("Abbildung", "Tabelle"):
        numbers = {int(number) for number in re.findall(rf"\b{name} (\d+):", words)}
        assert numbers == set(range(1, len(numbers) + 1))
    assert "Abbildung 1:" in words


def test_same_page_same_bytes(folder: Path, started: Press) -> None:
    before = [(folder / name).read_bytes() for name in file_names.names("27.html")]
    started.write(folder, "27.html")
    assert [(folder / name).read_bytes() for name in file_names.names("27.html")] == before


# --- the sheets --------------------------------------------------------------------------------------------------


def test_the_short_form_has_two_pages(short: Print) -> None:
    assert short.info["Pages"] == "2"
    words = " ".join(" ".join(short.pages).split())
    for heading in ("Was zu klären ist", "Kerntabelle", "Nicht eindeutig: ", "Kurzfassung. Der vollständige Bericht"):
        assert heading in words
    assert "Wo die Menschen wohnen" in short.pages[1]
    assert "Offene Fragen" not in words


def test_a_report_of_a_stadtteil_has_at_most_eight_sheets(folder: Path) -> None:
    areas = open_data().register.of_level("stadtteil")
    printed = [_print(folder, kind) for kind in KINDS if kind in {area.id for area in areas}]
    assert printed
    assert [one.path.name for one in printed if int(one.info["Pages"]) > 8] == []


def test_the_short_form_has_two_pages_even_where_nothing_is_known(
    started: Press, musterstadt_nothing: Path, tmp_path: Path
) -> None:
    job = Job(ROOT / "notebooks" / f"{MAIN}.ipynb", "leer.html", "05", {"gebiet": "05"})
    render(job, data=open_data(musterstadt_nothing).environment, out=tmp_path)
    started.write(tmp_path, job.target)
    made = _print(tmp_path, "leer", "-kurz")
    assert made.info["Pages"] == "2"
    assert "Wie viele Menschen in der Altstadt leben, ist nicht bekannt." in " ".join(" ".join(made.pages).split())


def test_every_sheet_bears_the_mark_and_its_number(full: Print, folder: Path) -> None:
    for made in (full, _print(folder, full.path.stem, "-kurz")):
        for number, text in enumerate(made.pages, start=1):
            foot = text.rstrip().splitlines()[-2:]
            assert re.search(rf"\w.* · Daten .*\sSeite {number} von {len(made.pages)}$", foot[0])
            assert DRAFT in foot[1]


def test_nothing_is_cut_off_and_no_sheet_is_blank(full: Print, tmp_path: Path) -> None:
    sheets = list(full.images(tmp_path))
    assert len(sheets) == len(full.pages)
    for number, sheet in enumerate(sheets, start=1):
        rows, columns = np.nonzero(sheet < 200)
        edge = MARGIN_MM / 25.4 * RESOLUTION
        assert min(rows.min(), columns.min()) > edge, number
        assert sheet.shape[0] - rows.max() > edge, number
        assert sheet.shape[1] - columns.max() > edge, number
        content = rows[rows < 0.9 * sheet.shape[0]]
        lowest = 0.45 if number < len(sheets) else 0.1
        assert content.max() > lowest * sheet.shape[0], f"sheet {number} is nearly empty"


def test_no_wide_table_shrinks_the_print(folder: Path) -> None:
    """Chromium scales all sheets down when something does not fit: the title would be smaller then."""
    heights = []
    for kind in KINDS:
        words = _print(folder, kind).run("pdftotext", "-bbox", "-l", "1", str(folder / f"{kind}.pdf"), "-")
        boxes = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">\w+analyse<', words)
        heights.append(float(boxes[0][1]) - float(boxes[0][0]))
    assert min(heights) > 0.97 * max(heights)


def test_no_heading_ends_a_sheet(full: Print) -> None:
    for text in full.pages:
        lines = [line.strip() for line in text.rstrip().splitlines() if line.strip()]
        assert lines[-3] not in full.headings


def test_data_stay_folded_and_the_rules_of_classes_unfold(folder: Path) -> None:
    printed = _print(folder, "21")
    words = " ".join(printed.run("pdftotext", str(printed.path), "-").split())  # in the order in which it is read
    assert "Daten als Tabelle" not in words
    assert "Nicht eindeutig: Sie reicht über die Grenze des Bandes." in words


def test_table_heads_come_again(started: Press, tmp_path: Path) -> None:
    job = Job(ROOT / "notebooks" / "09_methode.ipynb", "methode.html", "essen", {"gebiet": "essen"})
    render(job, data=open_data().environment, out=tmp_path)
    assert started.write(tmp_path, job.target) == ("methode.pdf",)
    words = "\n".join(_print(tmp_path, "methode").pages)
    assert len(re.findall(r"^\s*Kennung\s+Indikator\s+Definition", words, flags=re.MULTILINE)) >= 2


def test_rows_are_not_torn(started: Press, tmp_path: Path) -> None:
    rows = "\n".join(f"| {number} | {'Wort ' * 60}Ende{number} |" for number in range(60))
    name = small_page(tmp_path, "lang", (f"# T\n\n## Tabelle\n\n| Nr | Text |\n|---|---|\n{rows}", False))
    assert started.write(tmp_path, name) == ("lang.pdf",)
    pages = _print(tmp_path, "lang").pages
    assert len(pages) > 3
    for number in range(60):
        page = next(text for text in pages if f"Ende{number}\n" in text + "\n" or f"Ende{number} " in text)
        assert re.search(rf"^\s*{number}\s+Wort", page, flags=re.MULTILINE), number
    assert all(re.search(r"^\s*Nr\s+Text", page, flags=re.MULTILINE) for page in pages[:-1])


# --- release -----------------------------------------------------------------------------------------------------

TWO_PARTS = (
    ("# Bericht\n\nFrage", True),
    ("## Auf einen Blick", True),
    ("Satz.", True),
    ("## Was fehlt\n\nText", True),
)


@pytest.mark.parametrize(
    ("mark", "says", "says_not"),
    [
        ("Prüfkennung 0123456789ab", "Freigegeben durch A. Beispiel am 4. März 2099", "Entwurf"),
        ("Prüfkennung ffffffffffff", DRAFT, "Freigegeben"),
    ],
)
def test_a_release_is_on_every_sheet_until_a_table_changes(
    started: Press, tmp_path: Path, mark: str, says: str, says_not: str
) -> None:
    name = small_page(tmp_path, "frei", *TWO_PARTS, vorlage=RELEASE, mark=mark)
    for path in started.write(tmp_path, name):
        for text in Print(tmp_path / path, "").pages:
            assert says in text
            assert says_not not in text


# --- what goes wrong ---------------------------------------------------------------------------------------------


def test_a_short_form_that_does_not_fit_is_an_error(started: Press, tmp_path: Path) -> None:
    name = small_page(tmp_path, "voll", *TWO_PARTS[:3], ("- Punkt\n" * 400, True), TWO_PARTS[3])
    with pytest.raises(RenderError, match="Die Kurzfassung füllt nicht genau 2 Seiten"):
        started.write(tmp_path, name)
    assert not list(tmp_path.glob("*.pdf"))


def test_without_chromium_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(RenderError, match=r"fehlt Chromium\. Bitte installieren \(Debian: sudo apt install chromium\)"),
        Press(),
    ):
        pass


def test_without_the_packages_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "find_spec", lambda name: None)
    with pytest.raises(RenderError, match="fehlt das Paket pikepdf und playwright"), Press():
        pass


def test_a_browser_that_does_not_start_is_said_plainly(
    press_room: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(RenderError, match=r"Chromium \(.*\) startet nicht"), Press():
        pass


def test_old_prints_can_be_removed(tmp_path: Path) -> None:
    target = report_path(MAIN, open_data().register.by_id("21"))
    for name in (*file_names.names(target), "stadtteil/22-bochold.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    file_names.remove(tmp_path, target)
    assert [path.name for path in tmp_path.rglob("*.pdf")] == ["22-bochold.pdf"]


# --- in the batch ------------------------------------------------------------------------------------------------


def outcome(status: str, *, made: tuple[str, ...] = ()) -> Outcome:
    return Outcome("bericht.html", MAIN, "21", status, "abc", pdf=made)


@pytest.fixture
def standing(tmp_path: Path) -> Path:
    """A page with PDFs of an earlier run."""
    small_page(tmp_path, "bericht", *TWO_PARTS)
    for name in file_names.names("bericht.html"):
        (tmp_path / name).write_bytes(b"alt")
    return tmp_path


def test_a_new_page_is_printed(press_room: Browser, standing: Path) -> None:
    with Prints(standing, wanted=True) as prints:
        assert prints.of(outcome("done")).pdf == file_names.names("bericht.html")
    assert all((standing / name).read_bytes().startswith(b"%PDF-1.7") for name in file_names.names("bericht.html"))


def test_prints_of_a_page_that_has_changed_are_removed(standing: Path) -> None:
    with Prints(standing, wanted=False) as prints:
        assert prints.of(outcome("done", made=file_names.names("bericht.html"))).pdf == ()
    assert not list(standing.glob("*.pdf"))


@pytest.mark.parametrize("wanted", [True, False])
def test_a_failed_report_keeps_its_last_good_prints(press_room: Browser, standing: Path, wanted: bool) -> None:
    made = file_names.names("bericht.html")
    with Prints(standing, wanted=wanted) as prints:
        assert prints.of(outcome("failed", made=made)).pdf == made
    assert all((standing / name).read_bytes() == b"alt" for name in made)


def test_prints_of_an_unchanged_page_stay_and_missing_ones_are_made(press_room: Browser, standing: Path) -> None:
    full, short = file_names.names("bericht.html")
    with Prints(standing, wanted=True) as prints:
        assert prints.of(outcome("unchanged", made=(full, short))).pdf == (full, short)
        assert (standing / full).read_bytes() == b"alt"
        (standing / short).unlink()
        assert prints.of(outcome("unchanged", made=(full, short))).pdf == (full, short)
    assert (standing / full).read_bytes() != b"alt"


def test_a_pdf_that_fails_never_deletes_the_finished_page(press_room: Browser, standing: Path) -> None:
    small_page(standing, "bericht", *TWO_PARTS[:3], ("- Punkt\n" * 400, True), TWO_PARTS[3])
    page = (standing / "bericht.html").read_bytes()
    with Prints(standing, wanted=True) as prints:
        result = prints.of(outcome("done"))
    assert (result.status, result.fingerprint, result.faulty) == ("done", "abc", True)
    assert "Die Kurzfassung füllt nicht genau 2 Seiten" in result.pdf_error
    assert (standing / "bericht.html").read_bytes() == page
    assert result.pdf == file_names.names("bericht.html")
    assert all((standing / name).read_bytes() == b"alt" for name in result.pdf)
    small_page(standing, "bericht", *TWO_PARTS)
    with Prints(standing, wanted=True) as prints:
        again = prints.of(replace(result, status="unchanged"))
    assert (again.pdf_error, again.pdf) == ("", file_names.names("bericht.html"))
    assert all((standing / name).read_bytes() != b"alt" for name in again.pdf)


def test_a_vorlage_belongs_to_what_a_report_is_made_from(tmp_path: Path) -> None:
    notebook = tmp_path / "n.ipynb"
    notebook.write_text('{"cells": []}', encoding="utf-8")
    prints = {
        fingerprint(Job(notebook, "a.html", "21", vorlage=vorlage), data={}, code="c")
        for vorlage in (None, RELEASE, Vorlage(), Vorlage(beschlussvorschlag="Text"))
    }
    assert len(prints) == 4


def test_a_browser_that_dies_while_printing_costs_one_pdf_only(press_room: Browser, standing: Path) -> None:
    """Killed from outside, as when memory runs out: this PDF is missing, the next one is printed."""
    others = set(psutil.Process().children(recursive=True))  # the browser of other tests lives on
    with Prints(standing, wanted=True) as prints:
        assert prints.of(outcome("done")).pdf_error == ""
        for child in set(psutil.Process().children(recursive=True)) - others:
            with suppress(psutil.NoSuchProcess):
                if "chrom" in child.name():
                    child.kill()
        assert "Chromium ist abgestürzt" in prints.of(outcome("done")).pdf_error
        assert prints.of(outcome("done")).pdf_error == ""
