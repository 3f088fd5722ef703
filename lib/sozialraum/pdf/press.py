"""Print report pages with one Chromium for all of them."""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import escape
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from sozialraum.errors import DEBUG, RenderError
from sozialraum.files import write_bytes
from sozialraum.pdf.file_names import names

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHORT_PAGES: Final = 2
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET: Final = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
_SCALES: Final = (1.0, 0.96, 0.92, 0.88, 0.84, 0.8)
"""Sizes to try until the short form fits; the smallest prints its 10 point text with 8 points."""
_TIMEOUT_MS: Final = 120_000
_CRASHED: Final = "Chromium ist abgestürzt"

# The page with its marks for the short form only; the second sheet begins with the last chapter.
_SHORTEN: Final = """() => {
  document.documentElement.classList.add("sr-kurz");
  document.title += " – Kurzfassung";
  const marked = [...document.querySelectorAll("main [data-kurz]")];
  const turn = marked.filter((part) => part.matches("h2")).at(-1);
  turn?.closest(".sr-chapter").classList.add("sr-turn");
  return turn !== undefined;
}"""
_ADDRESSES: Final = "() => [...document.querySelectorAll('.sr-paper-toc a')].map((a) => a.hash.slice(1))"
_NUMBER: Final = """(pages) => document.querySelectorAll(".sr-paper-toc li").forEach((item) => {
  item.dataset.page = pages[item.firstElementChild.hash.slice(1)] ?? "";
})"""
_UNLINK: Final = """() => document.querySelectorAll("a[href]").forEach((a) => {
  const folded = a.hash && document.getElementById(a.hash.slice(1))?.closest("details.sr-data tr");
  if (folded || !/^(#|https?:|mailto:)/.test(a.getAttribute("href"))) a.removeAttribute("href");
})"""
_LABELS: Final = """() => Object.fromEntries([...document.querySelectorAll("a[href]")].map((a) =>
  [a.getAttribute("href").replace(/^#/, ""), (a.getAttribute("aria-label") ?? a.textContent).trim()]))"""


class Press:
    """A started browser that turns pages into PDFs; use it in a ``with`` statement.

    Playwright's plain interface refuses to run beside an event loop (in JupyterLab) and twice in one thread: it gets a
    thread of its own.

    Raises
    ------
    RenderError
        On entry, if Chromium or a package is missing, or Chromium does not start.
    """

    def __init__(
        self, *, need: str = "--pdf", otherwise: str = "die Berichte ohne --pdf rendern und im Browser drucken"
    ) -> None:
        self._need, self._otherwise = need, otherwise

    def __enter__(self) -> Self:
        self._program = _require(self._need, self._otherwise)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sozialraum-pdf")
        try:
            self._thread.submit(self._start).result()
        except BaseException:
            self._thread.shutdown(wait=False, cancel_futures=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(self._stop).result()
        self._thread.shutdown()

    def write(self, out: Path, report: str) -> tuple[str, ...]:
        """Print a report beside its page.

        Raises
        ------
        RenderError
            If Chromium cannot print the page, or the short form does not fit.
        OSError
            If a PDF cannot be written.
        """
        made = self._thread.submit(self._print_both, out / report).result()
        found = [(name, content) for name, content in zip(names(report), made, strict=True) if content]
        for name, content in found:
            write_bytes(out / name, content)
        return tuple(name for name, _ in found)

    def draw(self, svg: str, width: float, height: float, *, title: str, suffix: str) -> bytes:
        """One drawing as a picture of twice its size (``.png``) or as a tagged page of its size (``.pdf``).

        Raises
        ------
        RenderError
            If Chromium cannot draw it.
        """
        return self._thread.submit(self._draw, svg, width, height, title, suffix).result()

    def _draw(self, svg: str, width: float, height: float, title: str, suffix: str) -> bytes:
        from playwright.sync_api import Error

        size = math.ceil(width), math.ceil(height)
        rules = f"@page{{size:{size[0]}px {size[1]}px;margin:0}}body{{margin:0}}svg{{display:block}}"
        head = (
            f'<html lang="de"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{rules}</style></head>'
        )
        try:
            with self._browser.new_page(
                viewport={"width": size[0], "height": size[1]}, device_scale_factor=2, java_script_enabled=False
            ) as page:
                page.set_content(f"<!doctype html>{head}<body>{svg}</body></html>")
                return _print(page) if suffix == ".pdf" else page.screenshot()
        except Error as error:
            raise self._failed(f"„{title}“ lässt sich nicht zeichnen", error) from error

    def _start(self) -> None:
        from playwright.sync_api import Error, sync_playwright

        self._playwright = sync_playwright().start()
        try:
            self._browser = self._playwright.chromium.launch(executable_path=self._program, args=list(_QUIET))
        except Error as error:
            self._playwright.stop()
            raise RenderError(
                f"Chromium ({self._program}) startet nicht. Bitte im Terminal prüfen: {self._program} --version"
            ) from error

    def _stop(self) -> None:
        with suppress(Exception):  # Ctrl-C has reached the browser too, or it has crashed
            self._browser.close()
        with suppress(Exception):
            self._playwright.stop()

    def _failed(self, words: str, error: Exception) -> RenderError:
        """The error to raise; a browser that has died is started again, so that it costs this drawing or PDF only."""
        why = _why(error)
        if why == _CRASHED:
            self._stop()
            self._start()
        return RenderError(f"{words}: {why}.")

    def _print_both(self, path: Path) -> tuple[bytes, bytes]:
        from playwright.sync_api import Error

        try:
            return self._full(path), self._short(path)
        except Error as error:
            raise self._failed(f"{path.name} lässt sich nicht drucken", error) from error

    def _full(self, path: Path) -> bytes:
        """Printed twice: the first time tells on which page each chapter begins."""
        from sozialraum.pdf.finish import finish, lacks_letters, pages_of

        with self._open(path) as page:
            labels: dict[str, str] = page.evaluate(_LABELS)
            first = _print(page)
            if lacks_letters(first, page.evaluate("document.querySelector('h1')?.textContent ?? ''")):
                raise RenderError(
                    f"{path.name}: Im PDF steht kein Buchstabe, weil Chromium keine Schrift findet. Bitte eine "
                    "installieren (Debian: sudo apt install fonts-dejavu-core) und noch einmal aufrufen."
                )
            page.evaluate(_NUMBER, pages_of(first, page.evaluate(_ADDRESSES)))
            return finish(_print(page), title=page.title(), labels=labels)

    def _short(self, path: Path) -> bytes:
        from sozialraum.pdf.finish import count_pages, finish

        with self._open(path) as page:
            if not page.locator("[data-kurz]").count():
                return b""
            labels: dict[str, str] = page.evaluate(_LABELS)
            found = page.evaluate(_SHORTEN)
            for scale in _SCALES if found else ():
                printed = _print(page, scale=scale)
                if count_pages(printed) == SHORT_PAGES:
                    return finish(printed, title=page.title(), labels=labels)
        raise RenderError(
            f"{path.name}: Die Kurzfassung füllt nicht genau {SHORT_PAGES} Seiten. Bitte im Notebook die Auswahl der "
            "Zellen mit der Markierung „kurz“ ändern."
        )

    def _open(self, path: Path) -> "Page":
        # The page's own scripts stay off: paper shows the static figures.
        page = self._browser.new_page(locale="de-DE", java_script_enabled=False)
        page.set_default_timeout(_TIMEOUT_MS)
        page.goto(path.resolve().as_uri())
        page.evaluate(_UNLINK)  # a PDF is handed on alone, and would name the folder it was printed in
        return page


def _print(page: "Page", **options: Any) -> bytes:
    return page.pdf(tagged=True, outline=True, prefer_css_page_size=True, print_background=True, **options)


def _require(need: str, otherwise: str) -> str:
    """Path of the browser, if everything for printing is there."""
    lacking = [name for name in ("pikepdf", "playwright") if find_spec(name) is None]
    if lacking:
        raise RenderError(
            f"Für {need} fehlt das Paket {' und '.join(lacking)}. Bitte „pip install -e .[pdf]“ aufrufen, oder "
            f"{otherwise}."
        )
    browser = next((found for name in BROWSERS if (found := which(name))), None)
    if browser is None:
        raise RenderError(
            f"Für {need} fehlt Chromium. Bitte installieren (Debian: sudo apt install chromium), oder {otherwise}."
        )
    return browser


def _why(error: Exception) -> str:
    """Why Chromium did not print, as a German clause."""
    words = str(error)
    if "Timeout" in words:
        return f"Chromium war nach {_TIMEOUT_MS // 1000} Sekunden nicht fertig"
    if "closed" in words or "crash" in words.lower():
        return _CRASHED
    return "Chromium meldet einen Fehler" + (f" ({words.strip().splitlines()[0]})" if os.environ.get(DEBUG) else "")
