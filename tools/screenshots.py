"""Make the pictures of the README from reports: ``python tools/screenshots.py [folder]`` after ``make reports``.

Needs Chromium and poppler-utils. Every picture stays under 200 kB.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "bilder"
LIMIT = 200_000
COLOURS = (256, 128, 64, 32)
REPORT = "stadtteil/21-borbeck-mitte.html"
MAP_WORDS = "Modellrechnung"


@dataclass(frozen=True)
class View:
    """One picture: a page, the size of the window, and what of it is taken."""

    name: str
    page: str
    width: int
    height: int
    element: str = ""


VIEWS = (
    View("bericht", REPORT, 1280, 1400),
    View("karte", REPORT, 1000, 900, element=".sr-figure:has(.folium-map)"),
    View("atlas", "index.html#indikator=anteil_65plus&ort=21", 1280, 1100),
    View("telefon", REPORT, 390, 1100, element=".sr-core"),
)


def main(reports: Path) -> None:
    """Write all pictures into ``docs/bilder``."""
    missing = [view.page for view in VIEWS if not (reports / view.page.partition("#")[0]).is_file()]
    if missing:
        raise SystemExit(f"Not rendered yet: {', '.join(sorted(set(missing)))}. Run `make reports` first.")
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for view in VIEWS:
            save(view.name, screen(browser, reports, view))
        save("druck", paper(browser, reports / REPORT))
        browser.close()


def screen(browser: Browser, reports: Path, view: View) -> bytes:
    """What a window shows, or one element of the page."""
    page = opened(browser, reports / view.page, width=view.width, height=view.height)
    found = page.locator(view.element).first.screenshot() if view.element else page.screenshot()
    page.close()
    return found


def paper(browser: Browser, report: Path) -> bytes:
    """Two printed pages side by side: the first, and the one with the map."""
    page = opened(browser, report, width=1280, height=900)
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder, "druck.pdf")
        page.pdf(path=printed, prefer_css_page_size=True, print_background=True)
        subprocess.run(["pdftoppm", "-r", "70", "-png", printed, Path(folder, "seite")], check=True)
        sheets = [Image.open(path).convert("RGB") for path in sorted(Path(folder).glob("seite-*.png"))]
        words = subprocess.run(["pdftotext", printed, "-"], check=True, capture_output=True, text=True).stdout
    page.close()
    with_map = next(number for number, text in enumerate(words.split("\f")) if MAP_WORDS in text)
    return joined([sheets[0], sheets[with_map]])


def opened(browser: Browser, path: Path, *, width: int, height: int) -> Page:
    """A page whose maps stand still."""
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    file, hash_, place = str(path).partition("#")
    page.goto(f"{Path(file).resolve().as_uri()}{hash_}{place}")
    page.wait_for_timeout(500)
    return page


def joined(sheets: list[Image.Image], gap: int = 12) -> bytes:
    """Sheets of paper side by side on grey."""
    width = sum(sheet.width for sheet in sheets) + gap * (len(sheets) + 1)
    whole = Image.new("RGB", (width, max(sheet.height for sheet in sheets) + 2 * gap), "#c8ccd0")
    left = gap
    for sheet in sheets:
        whole.paste(sheet, (left, gap))
        left += sheet.width + gap
    stream = io.BytesIO()
    whole.save(stream, format="PNG")
    return stream.getvalue()


def save(name: str, content: bytes) -> None:
    """Write a picture with as many colours as the limit allows."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    for colours in COLOURS:
        stream = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(stream, format="PNG", optimize=True)
        if len(stream.getvalue()) <= LIMIT:
            (PICTURES / f"{name}.png").write_bytes(stream.getvalue())
            print(f"{name}.png: {len(stream.getvalue()) // 1000} kB, {colours} colours")
            return
    raise SystemExit(f"{name}.png does not fit into {LIMIT // 1000} kB.")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "reports")
