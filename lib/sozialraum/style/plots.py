"""Matplotlib and seaborn in the house style, without pyplot and without lasting global settings.

Both are imported when something is plotted, not before.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from sozialraum.style.palette import CITY, INK, LINE, MUTED, PAPER
from sozialraum.style.svg import FONT_FAMILY, SvgFigure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI: Final = 72
_BLANK: Final = re.compile(r"\n\s*")
RC: Final[dict[Any, Any]] = {
    "figure.dpi": DPI,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 12,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "text.color": INK,
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "xtick.color": CITY,
    "ytick.color": CITY,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "sozialraum",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Inside, what somebody has set in a matplotlibrc changes nothing."""
    import matplotlib as mpl

    ours = {key: value for key, value in mpl.rcParamsDefault.items() if not key.startswith("backend")} | RC
    with mpl.rc_context(ours):
        yield


@contextmanager
def drawing(width: float, height: float) -> "Iterator[tuple[Figure, Axes]]":
    """A figure of a size in CSS pixels with one axes; the house style holds inside the block."""
    from matplotlib.figure import Figure

    with house_style():
        figure = Figure(figsize=(width / DPI, height / DPI), layout="constrained")
        yield figure, figure.add_subplot()


def from_matplotlib(figure: "Figure") -> SvgFigure:
    """A matplotlib figure as SVG with real text and the same bytes every time."""
    stream = io.StringIO()
    with house_style():
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    source = stream.getvalue()
    width, height = (float(size) for size in re.findall(r'(?:width|height)="([\d.]+)pt"', source)[:2])
    inner = source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]
    inner = re.sub(r"\s*<metadata>.*?</metadata>|\s*<style.*?</style>", "", inner, flags=re.DOTALL)
    inner = inner.replace("'DejaVu Sans'", FONT_FAMILY.replace('"', "'"))
    inner = re.sub(r'\bid="', 'id="id-', re.sub(r'(url\(#|href="#)', r"\1id-", inner))
    # The style sheet of the file would hold for the whole page; its one rule becomes attributes.
    body = f'<g stroke-linejoin="round" stroke-linecap="butt">{re.sub(_BLANK, chr(10), inner)}</g>'
    return SvgFigure(width, height, body, paper=True)
