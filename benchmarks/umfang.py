"""How long reports are: visible words, A4 pages and bytes of pages; minimum, median, maximum by level, the largest.

    python benchmarks/umfang.py reports [--seiten]

Words are those of the page as it opens: without drawings and without what is folded. ``--seiten`` prints each page too.
"""

import argparse
import re
from html import unescape
from pathlib import Path
from statistics import median

from sozialraum.pdf.finish import count_pages
from sozialraum.pdf.press import Press

_UNSEEN = re.compile(r"<(svg|details|style|script|sup)\b.*?</\1>|<[^>]* hidden>.*?</div>|<nav\b.*?</nav>", re.DOTALL)
LEVELS = ("stadtteil", "stadtbezirk", "stadt", "quartier")


def visible_words(page: str) -> int:
    """Words of the main part of a page that a reader sees without a click."""
    main = page[page.index("<main") : page.index("</main>")]
    shown = _UNSEEN.sub(" ", _first_choice(main))
    return len(unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def _first_choice(main: str) -> str:
    """Without the figures that a reader may choose instead of the first."""
    start = main.find('class="sr-choice"')
    end = main.find("</section>", start)
    if start < 0:
        return main
    first, last = main.index("</figure>", start), main.rindex("</figure>", start, end)
    return main[:first] + main[last:]


def _told(name: str, values: list[float]) -> str:
    return f"{name}: {min(values):.0f} / {median(values):.0f} / {max(values):.0f}"


def main() -> None:
    """Print one line per level."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ordner", type=Path)
    parser.add_argument("--seiten", action="store_true")
    asked = parser.parse_args()
    for level in LEVELS:
        paths = sorted((asked.ordner / level).glob("*.html"))
        if not paths:
            continue
        told = [
            _told("Wörter", [visible_words(path.read_text(encoding="utf-8")) for path in paths]),
            _told("kB", [path.stat().st_size / 1000 for path in paths]),
            f"größte: {max(paths, key=lambda path: path.stat().st_size).stem}",
        ]
        if asked.seiten:
            with Press() as press:
                made = [press.write(asked.ordner, path.relative_to(asked.ordner).as_posix())[0] for path in paths]
            told.append(_told("Seiten", [count_pages((asked.ordner / name).read_bytes()) for name in made]))
        print(f"{level} ({len(paths)}): {'; '.join(told)}")


if __name__ == "__main__":
    main()
