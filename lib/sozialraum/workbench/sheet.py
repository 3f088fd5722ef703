"""The map as a sheet of its own, with title, legend and source: as a drawing (SVG) and as a picture (PNG)."""

import io
import textwrap
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sozialraum import charts, maps, text
from sozialraum.load import CRS
from sozialraum.render import write_bytes, write_text
from sozialraum.style import INK, MISSING, MUTED, PAPER, Canvas, SvgFigure, drawing
from sozialraum.workbench.state import State

MARGIN: Final = 16.0
LINE_HEIGHT: Final = 18.0
TITLE_SIZE: Final = 18.0
SMALL_SIZE: Final = 12.0
LETTERS: Final = 98
DPI: Final = 200
HATCH: Final = "////"


def write_svg(state: State, target: Path) -> None:
    """The sheet with map and strip as a drawing."""
    words = text.choropleth_words(state.shown, state.indikator)
    write_text(target, sheet(state).markup(alt=words["alt"]))


def sheet(state: State) -> SvgFigure:
    """Title, map, strip and source below each other."""
    map_ = maps.choropleth(
        state.data, state.values, indikator=state.entry, gebiet_id=state.gebiet, breaks=state.breaks,
        city=None if state.entry.typ == "anzahl" else state.shown.city(state.indikator),
    )  # fmt: skip
    strip = charts.strip(state.shown, state.indikator)
    foot = textwrap.wrap(source_line(state), LETTERS)
    width = map_.width + 2 * MARGIN
    canvas = Canvas(width, 70 + map_.height + strip.height + 20 + LINE_HEIGHT * len(foot) + MARGIN, paper=True)
    canvas.rect(0, 0, canvas.width, canvas.height, fill=PAPER)
    canvas.text(MARGIN, 32, state.entry.titel, size=TITLE_SIZE, bold=True)
    canvas.text(MARGIN, 54, finding_line(state), size=SMALL_SIZE, colour=MUTED)
    top = 66.0
    for figure in (map_, strip):
        canvas.add(f'<g transform="translate({MARGIN:g} {top:g})">{figure.body}</g>')
        top += figure.height + 10
    for number, line in enumerate(foot, start=1):
        canvas.text(MARGIN, top + number * LINE_HEIGHT, line, size=SMALL_SIZE, colour=MUTED)
    return canvas.figure()


def finding_line(state: State) -> str:
    """Area and value in one line."""
    return f"{state.area.langname}: {state.printed(state.gebiet)}"


def source_line(state: State) -> str:
    """Date, kind and source, and that the sheet is a draft."""
    sources = text.choropleth_words(state.shown, state.indikator)["source"]
    return f"{sources} Entwurf – nicht freigegeben, keine amtliche Statistik."


def write_png(state: State, target: Path) -> None:
    """The sheet with the map as a picture."""
    stream = io.BytesIO()
    picture(state).savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    write_bytes(target, stream.getvalue())


def picture(state: State) -> Figure:
    """The map drawn with matplotlib in the same classes and colours."""
    values, breaks = state.values, state.breaks
    colours = breaks.colours_of(values)
    shapes = gpd.GeoSeries([state.data.gebiete.geometry[key] for key in values.index], index=values.index, crs=CRS)
    with drawing(640, 660) as (figure, axes):
        known = [key for key in values.index if colours[key]]
        absent = [key for key in values.index if not colours[key]]
        shapes[known].plot(ax=axes, color=[colours[key] for key in known], edgecolor=PAPER, linewidth=0.6)
        if absent:
            shapes[absent].plot(ax=axes, color=PAPER, edgecolor=MUTED, linewidth=0.4, hatch=HATCH)
        if state.area.ebene != "stadt":
            gpd.GeoSeries([state.data.gebiete.geometry[state.gebiet]]).boundary.plot(ax=axes, color=INK, linewidth=2)
        axes.set_axis_off()
        axes.legend(handles=_handles(state, bool(absent)), loc="lower right", frameon=False, fontsize=10)
        figure.suptitle(f"{state.entry.titel}\n{finding_line(state)}", x=0.02, ha="left", fontsize=14)
        figure.supxlabel(
            "\n".join(textwrap.wrap(source_line(state), LETTERS)), x=0.02, ha="left", fontsize=9, color=MUTED
        )
    return figure


def _handles(state: State, absent: bool) -> list[Any]:
    classes = zip(state.breaks.colours, state.breaks.labels(), strict=True)
    found = [Patch(facecolor=colour, edgecolor=MUTED, linewidth=0.5, label=label) for colour, label in classes]
    return found + ([Patch(facecolor=PAPER, edgecolor=MUTED, hatch=HATCH, label=MISSING)] if absent else [])
