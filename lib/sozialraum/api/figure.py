"""A figure with all that belongs to it: it shows itself in a cell and saves itself as a sheet to hand on."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sozialraum.errors import ParameterError, system_reason
from sozialraum.figures import CSS, picture_bundle
from sozialraum.pdf import Press
from sozialraum.render import write_bytes
from sozialraum.style import MUTED, PAPER, Canvas, SvgFigure, n, wrapped
from sozialraum.vorlage import DRAFT

SUFFIXES: Final = (".svg", ".png", ".pdf")
_MARGIN: Final = 16.0
_NARROWEST: Final = 352.0
_TITLE, _SMALL = 15.0, 11.0


@dataclass(frozen=True, repr=False, eq=False)
class Figure:
    """A drawing with title, alternative text, table and source; the last line of a cell shows it.

    Attributes
    ----------
    title, subtitle
        The finding; what is shown and its unit.
    alt
        What there is to be seen, in words and numbers.
    table
        The same facts as a frame of printed texts.
    source
        As-of date, kind and source.

    Examples
    --------
    >>> import sozialraum as sr
    >>> figure = sr.open()["Katernberg"].dotplot("anteil_unter_15")
    >>> figure.title
    'Der Anteil der unter 15-Jährigen liegt weit über dem Stadtwert'
    >>> figure.source.startswith("Stand: 15.05.2022 (geschätzt). Quelle: ")
    True
    """

    title: str
    subtitle: str
    alt: str
    table: pd.DataFrame
    source: str
    drawing: SvgFigure

    def __repr__(self) -> str:
        return f"{self.title} ({self.alt})"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        """HTML with the table for a notebook, the drawing alone, and words."""
        bundle, _ = picture_bundle(
            self.drawing, title=self.title, alt=self.alt, table=self.table, subtitle=self.subtitle, source=self.source
        )
        bundle["text/html"] = f"<style>{CSS}</style>{bundle['text/html']}"
        bundle["image/svg+xml"] = self._svg()
        return {
            kind: made for kind, made in bundle.items() if kind in (include or bundle) and kind not in (exclude or ())
        }

    def _repr_html_(self) -> str:
        return str(self._repr_mimebundle_()["text/html"])

    def savefig(self, path: str | Path) -> Path:
        """Save the figure as a sheet with title, date, source and the mark of a draft.

        Parameters
        ----------
        path
            Ends in ``.svg``, ``.png`` or ``.pdf``; Chromium draws the latter two.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        ParameterError
            If the ending is another one or the file cannot be written.
        RenderError
            If Chromium is missing or fails; an earlier file stays as it was.
        """
        return save(self, path)

    def sheet(self) -> SvgFigure:
        """Title, drawing, source and the mark of a draft below each other."""
        room = max(self.drawing.width, _NARROWEST)
        canvas = Canvas(room + 2 * _MARGIN, 0, paper=True)
        y = _lines(canvas, self.title, _MARGIN, room, size=_TITLE, bold=True)
        y = _lines(canvas, self.subtitle, y, room, size=_SMALL, colour=MUTED) + 6
        canvas.add(f'<g transform="translate({n(_MARGIN)} {n(y)})">{self.drawing.body}</g>')
        y = _lines(canvas, self.source, y + self.drawing.height + 6, room, size=_SMALL, colour=MUTED)
        canvas.height = _lines(canvas, f"{DRAFT}.", y, room, size=_SMALL, colour=MUTED) + _MARGIN
        ground = f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        return SvgFigure(canvas.width, canvas.height, ground + "".join(canvas.parts), tuple(canvas.labels), paper=True)

    def _svg(self) -> str:
        return self.sheet().markup(alt=self.alt)


def save(figure: Figure, path: str | Path) -> Path:
    """Write a figure to a file; see :meth:`Figure.savefig`."""
    target = Path(path)
    if target.suffix.lower() not in SUFFIXES:
        raise ParameterError(
            f"„{target.name}“: Eine Abbildung lässt sich nicht als „{target.suffix or 'Datei ohne Endung'}“ speichern. "
            f"Möglich sind: {', '.join(SUFFIXES)}."
        )
    sheet = figure.sheet()
    makers: dict[str, Callable[[], bytes]] = {
        ".svg": lambda: sheet.markup(alt=figure.alt).encode("utf-8"),
        ".png": lambda: _printed(sheet, figure, ".png"),
        ".pdf": lambda: _printed(sheet, figure, ".pdf"),
    }
    try:
        write_bytes(target, makers[target.suffix.lower()]())
    except OSError as error:
        raise ParameterError(f"{target} lässt sich nicht schreiben: {system_reason(error)}.") from error
    return target


def _printed(sheet: SvgFigure, figure: Figure, suffix: str) -> bytes:
    with Press(need=f"Bilder als {suffix}", otherwise="als .svg speichern") as press:
        return press.draw(sheet.markup(alt=figure.alt), sheet.width, sheet.height, title=figure.title, suffix=suffix)


def _lines(canvas: Canvas, text: str, y: float, room: float, *, size: float, **look: Any) -> float:
    """Write a text in as many lines as it needs; returns where the next one begins."""
    for line in wrapped(text, room, size=size, bold=look.get("bold", False)) if text else []:
        y += 1.35 * size
        canvas.text(_MARGIN, y, line, size=size, **look)
    return y + 0.35 * size
