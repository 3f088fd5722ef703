"""A figure: drawing, title, alternative text, table, source and evidence together."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from sozialraum.errors import ParameterError, as_path, system_reason
from sozialraum.figures.html_table import rows_of, table_html
from sozialraum.figures.leaflet import frame_document, map_parts
from sozialraum.figures.marks import Marks, Reference, attribute
from sozialraum.figures.output import display, is_drawn
from sozialraum.figures.stylesheet import STYLE
from sozialraum.files import write_bytes
from sozialraum.pdf.press import Press
from sozialraum.style import MUTED, PAPER, Canvas, SvgFigure, n, wrapped
from sozialraum.style.grammar import DRAFT

if TYPE_CHECKING:
    from sozialraum.figures.karte import Karte

MAP_MIME: Final = "application/vnd.sozialraum.map+json"
SUFFIXES: Final = (".svg", ".png", ".pdf")
WIDE: Final = 560.0
SHORTEST_ALT: Final = 25
BLANK: Final = SvgFigure(10.0, 10.0, "")
_EMPTY_WORDS: Final = frozenset(
    {"karte", "diagramm", "abbildung", "bild", "grafik", "figure", "image", "map", "chart", "plot", "no description"}
)
NARROW: Final = 352.0
"""Width of a drawing for a phone, and the least of a sheet."""
_MARGIN: Final = 16.0
_TITLE, _SMALL = 15.0, 11.0
_FRAME_RULES: Final = (
    "@media screen{.sr-map--frame~.sr-picture--static{display:none}}@media print{.sr-map--frame{display:none}}"
)


@dataclass(eq=False, repr=False, kw_only=True)
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
    alt: str
    draw: Callable[[], SvgFigure]
    subtitle: str = ""
    table: pd.DataFrame
    source: str = ""
    belege: Sequence[Reference] | None = None
    """What title, alternative text and subtitle rest on, for the evidence checker; None for words of one's own."""
    live: "Callable[[], Karte] | None" = None
    """Makes the interactive map whose fixed form the drawing is."""
    gap: bool = False
    """Whether there is nothing to see: a page says so in one line, with the subtitle as its reason."""

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise ParameterError("Der Abbildung fehlt der Titel. Er nennt den Befund.")
        plain = self.alt.strip().rstrip(".").casefold()
        if not plain:
            raise ParameterError(f"Der Abbildung „{self.title}“ fehlt der Alternativtext. Er sagt, was zu sehen ist.")
        if plain in _EMPTY_WORDS or plain.startswith("no description") or len(plain) < SHORTEST_ALT:
            raise ParameterError(
                f"Der Alternativtext „{self.alt}“ der Abbildung „{self.title}“ sagt nichts. Er nennt, was zu sehen "
                "ist, mit Zahlen."
            )

    def __repr__(self) -> str:
        return f"{self.title} ({self.alt})"

    @cached_property
    def drawing(self) -> SvgFigure:
        """The fixed drawing."""
        return self.draw() if is_drawn() else BLANK

    @cached_property
    def karte(self) -> "Karte":
        """The interactive map, with this figure as its fixed form."""
        if self.live is None:
            raise ParameterError(f"Zur Abbildung „{self.title}“ gibt es keine bewegliche Karte.")
        made = self.live()
        made.figure = self
        return made

    @cached_property
    def key(self) -> str:
        """Id of the figure on a page: the same drawing with the same words has the same."""
        return _digest(self.drawing, self.alt, self.title, "")

    def without_table(self) -> "Figure":
        """The same figure for a page that has its table already."""
        return replace(self, table=pd.DataFrame())

    def show(self) -> None:
        """Put the figure on the page, from within a cell that shows several."""
        bundle, metadata = self._repr_mimebundle_()
        display(bundle, raw=True, metadata=metadata)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """HTML with the table for a notebook, the drawing alone, words; parts of a map for a page; its evidence."""
        bundle, marks = self.bundle(self.karte if self.live and is_drawn() else None)
        made = {
            kind: one for kind, one in bundle.items() if kind in (include or bundle) and kind not in (exclude or ())
        }
        return made, marks

    def _repr_html_(self) -> str:
        return str(self._repr_mimebundle_()[0]["text/html"])

    def bundle(self, karte: "Karte | None" = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """All representations, with a map if one is given, and the marks of its evidence."""
        marks = Marks()
        if self.gap:
            return self._line(marks), marks.metadata
        mark = marks.number(self.belege)
        marks.pictures(mark)
        rows = [] if self.belege is None else [marks.number(refs) for refs in rows_of(self.table)]
        words = f"{self.title} ({self.alt})"
        if karte is None:
            html = STYLE + self.html(mark, rows)
            return {"text/html": html, "image/svg+xml": self._svg(), "text/plain": words}, marks.metadata
        parts, legend = map_parts(karte, key=self.key.replace("-", "")), self._legend(karte)
        script = f'document.getElementById("{self.key}").classList.add("sr-live");\n{parts.script}'
        html = self.html(mark, rows, live=f'<div class="sr-map">{parts.html}{legend}</div>')
        title, document = escape(self.title), escape(frame_document(parts, title=self.title))
        window = (
            f'<div class="sr-map sr-map--frame"><iframe title="{title}" srcdoc="{document}" '
            f'style="width:100%;height:32rem;border:0"></iframe>{legend}</div>'
        )
        framed = f"{STYLE}<style>{_FRAME_RULES}</style>{self.html(mark, rows, live=window)}"
        page = {"version": 1, "html": html, "script": script}
        return {MAP_MIME: page, "text/html": framed, "text/plain": words}, marks.metadata

    def _line(self, marks: Marks) -> dict[str, Any]:
        words = f"{self.title.rstrip('.')}. {self.subtitle}".strip()
        marked = f"<span{attribute(marks.number(self.belege))}>{escape(words)}</span>"
        inner = f"<p><strong>Liegt nicht vor:</strong> {marked}</p>"
        html = f'<div class="sr-note sr-note--missing" role="note">{inner}</div>'
        return {"text/html": html, "text/plain": f"Liegt nicht vor: {words}"}

    def html(self, number: int | None, rows: Sequence[int | None], *, live: str = "") -> str:
        """The complete figure; ``live`` is the container of an interactive map."""
        names = "sr-figure sr-figure--wide" if self.drawing.width > WIDE else "sr-figure"
        mark = attribute(number)
        parts = [
            f'<figcaption class="sr-caption"><p class="sr-title"{mark}>{escape(self.title)}</p>',
            f'<p class="sr-subtitle"{mark}>{escape(self.subtitle)}</p>' if self.subtitle else "",
            "</figcaption>",
            live,
            self._still(live=bool(live)),
            f'<p class="sr-source"{mark}>{escape(self.source)}</p>' if self.source else "",
        ]
        if len(self.table):
            table = table_html(self.table, caption=self.title, marks=rows, caption_mark=number)
            parts.append(f'<details class="sr-data"><summary>Daten als Tabelle</summary>{table}</details>')
        return f'<figure class="{names}" id="{self.key}">{"".join(parts)}</figure>'

    def _still(self, *, live: bool) -> str:
        """The drawing, and the one for a phone, which refers to its words."""
        prefix, narrow = f"{self.key}-", self.drawing.narrow
        names = "sr-picture" + (" sr-picture--static" if live else "") + (" sr-picture--broad" if narrow else "")
        scrolls = self.drawing.width > WIDE and narrow is None
        reach = f' tabindex="0" role="group" aria-label="{escape(self.title)}"' if scrolls else ""
        parts = [f'<div class="{names}"{reach}>{self.drawing.markup(alt=self.alt, prefix=prefix)}</div>']
        if narrow is not None:
            svg = narrow.markup(alt=self.alt, prefix=f"{prefix}n-", labelled_by=f"{prefix}svg")
            parts.append(f'<div class="sr-picture sr-picture--narrow" hidden>{svg}</div>')
        return "".join(parts)

    def _legend(self, karte: "Karte") -> str:
        if karte.legend is None:
            return ""
        return karte.legend.markup(alt=f"Legende der Karte: {self.subtitle or self.title}", prefix=f"{self.key}-l-")

    def svg(self, *, narrow: bool = False) -> str:
        """The drawing alone with its alternative text, as inline SVG with ids of its own; or the one for a phone."""
        drawing = (self.drawing.narrow if narrow else None) or self.drawing
        return drawing.markup(alt=self.alt, prefix=f"{_digest(drawing, self.alt)}-")

    def sheet(self) -> SvgFigure:
        """Title, drawing, source and the mark of a draft below each other."""
        room = max(self.drawing.width, NARROW)
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
        target = as_path(path, "eine Datei")
        suffix = target.suffix.lower()
        if suffix not in SUFFIXES:
            raise ParameterError(
                f"„{target.name}“: Eine Abbildung lässt sich nicht als „{target.suffix or 'Datei ohne Endung'}“ "
                f"speichern. Möglich sind: {', '.join(SUFFIXES)}."
            )
        sheet, content = self.sheet(), self._svg().encode("utf-8")
        if suffix != ".svg":
            with Press(need=f"Bilder als {suffix}", otherwise="als .svg speichern") as press:
                content = press.draw(content.decode(), sheet.width, sheet.height, title=self.title, suffix=suffix)
        try:
            write_bytes(target, content)
        except OSError as error:
            raise ParameterError(f"{target} lässt sich nicht schreiben: {system_reason(error)}.") from error
        return target


def nothing(title: str, reason: str, *, source: str = "", belege: Sequence[Reference] | None = None) -> Figure:
    """In place of a figure that would have nothing to show: what is missing, and why."""
    return Figure(
        title=title, subtitle=reason, alt=f"Keine Abbildung, weil es nichts zu zeigen gibt: {title}.", source=source,
        table=pd.DataFrame(), draw=lambda: BLANK, belege=belege, gap=True,
    )  # fmt: skip


def _lines(canvas: Canvas, text: str, y: float, room: float, *, size: float, **look: Any) -> float:
    """Write a text in as many lines as it needs; returns where the next one begins."""
    for line in wrapped(text, room, size=size, bold=look.get("bold", False)) if text else []:
        y += 1.35 * size
        canvas.text(_MARGIN, y, line, size=size, **look)
    return y + 0.35 * size


def _digest(drawing: SvgFigure, *words: str) -> str:
    content = "\x1f".join([drawing.body, *words])
    return f"sr-{sha256(content.encode('utf-8')).hexdigest()[:10]}"
