"""Several figures of which a reader chooses one: on paper, and where nothing can be chosen, stands the first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from sozialraum.figures.figure import Figure
from sozialraum.figures.houses import once
from sozialraum.figures.html_table import rows_of
from sozialraum.figures.marks import Marks
from sozialraum.figures.output import display
from sozialraum.figures.stylesheet import STYLE


@dataclass(eq=False, repr=False)
class Choice:
    """Figures by the word under which a reader chooses them, and what is chosen."""

    question: str
    figures: Mapping[str, Figure]

    wide: bool = False
    """Whether the figures take the whole width, their words above them."""

    @property
    def first(self) -> Figure:
        """The figure that is shown unless another is chosen."""
        return next(iter(self.figures.values()))

    def __repr__(self) -> str:
        return repr(self.first)

    def show(self) -> None:
        """Put the figures on the page, from within a cell that shows several."""
        bundle, metadata = self._repr_mimebundle_()
        display(bundle, raw=True, metadata=metadata)

    def savefig(self, path: str | Path, *, which: str = "") -> Path:
        """Save one of the figures, by default the first; see :meth:`Figure.savefig`."""
        return (self.figures[which] if which else self.first).savefig(path)

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        marks = Marks()
        mark = marks.number(ref for figure in self.figures.values() for ref in figure.belege or ())
        marks.pictures(mark)
        parts = [
            figure.html(mark, [marks.number(refs) for refs in rows_of(figure.table)])
            for figure in self.figures.values()
        ]
        made = {"text/html": f"{STYLE}{self._wrapped(once(''.join(parts)))}", "text/plain": repr(self)}
        return {
            kind: one for kind, one in made.items() if kind in (include or made) and kind not in (exclude or ())
        }, marks.metadata

    def _wrapped(self, drawn: str) -> str:
        name = f"sr-w-{sha256(drawn.encode()).hexdigest()[:8]}"
        inputs = "".join(
            f'<label><input type="radio" name="{name}"{" checked" if not place else ""}> {escape(word)}</label>'
            for place, word in enumerate(self.figures)
        )
        names = "sr-choice sr-choice--wide" if self.wide else "sr-choice"
        head = f"<fieldset><legend>{escape(self.question)}</legend>{inputs}</fieldset>"
        return f'<div class="{names}">{head}{drawn}</div>'

    def _repr_html_(self) -> str:
        return str(self._repr_mimebundle_()[0]["text/html"])
