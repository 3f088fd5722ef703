"""The map of sites: what is as good as the site with the shortest mean way, the wish, what exists, a further site."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.city.access import WALKING_SPEED_M_PER_MIN, straight_radius_m
from sozialraum.city.load import CELL_M
from sozialraum.city.network import walk_network
from sozialraum.city.sources import source_ids
from sozialraum.compare.site_question import Siting
from sozialraum.compare.siting import MINUTES
from sozialraum.figures.backdrop import STREET_SIZE, definitions, lay, name_neighbours, name_streets
from sozialraum.figures.figure import NARROW, Figure
from sozialraum.figures.ground import MAX_HEIGHT, WIDTH, Frame, frame_of, svg_path
from sozialraum.figures.legend import north_arrow, scale_bar
from sozialraum.figures.terrain import terrain_key, terrain_sources
from sozialraum.style import ACCENT, INK, MUTED, NBSP, PAPER, Canvas, SvgFigure, n, number
from sozialraum.text import sites as words
from sozialraum.text.claims import fact
from sozialraum.text.findings import credits_of

ZONE: Final = "#d9942e"
_RADIUS: Final = 9.0
_KEY_ROW: Final = 20.0
_APART: Final = 3.0
"""Length of a minute's walk on the map from which on every ring has its name."""


@dataclass(frozen=True)
class _Sign:
    """A mark on the map: a letter in a circle, or in a square for what is no new site."""

    letter: str
    at: tuple[float, float]
    words: str
    fill: str
    square: bool = False

    def drawn(self, x: float, y: float) -> str:
        """The mark around a position."""
        look = f'fill="{self.fill}" stroke="{PAPER}" stroke-width="1.6"'
        size = _RADIUS - 1
        shape = (
            f'<rect x="{n(x - size)}" y="{n(y - size)}" width="{n(2 * size)}" height="{n(2 * size)}" {look}/>'
            if self.square
            else f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(_RADIUS)}" {look}/>'
        )
        return (
            f'{shape}<text x="{n(x)}" y="{n(y + 4)}" font-size="11.5" font-weight="700" text-anchor="middle" '
            f'fill="{PAPER}">{self.letter}</text>'
        )


def site_map(siting: Siting) -> Figure:
    """The answer to a question about sites on a map with streets and houses."""
    data, _ = siting.area
    sources = ("hauskoordinaten", "stadtteile_amtlich", *_people_sources(siting), *_path_sources(siting))
    known = [key for key in dict.fromkeys(sources) if key in data.quellen]
    credit = credits_of(siting.analysis, known)
    return Figure(
        title=words.site_title(siting),
        subtitle=" ".join(part for part in (words.site_subtitle(siting), terrain_key(data)) if part),
        alt=words.site_alt(siting),
        table=words.site_table(siting),
        source=credit.text,
        belege=[
            words.site_basis(siting).ref,
            fact("gehkreise", "5, 10 und 15 Minuten").ref,
            *(("quelle", key) for key in known),
        ],
        draw=lambda: replace(_drawn(siting, WIDTH), narrow=_drawn(siting, NARROW)),
    )


def _people_sources(siting: Siting) -> list[str]:
    table = siting.analysis.data.indikatoren
    cells = table.loc[(table["indikator"] == "einwohner") & table["gebiet_id"].isin(siting.members), "quelle"]
    return source_ids(cells)


def _path_sources(siting: Siting) -> tuple[str, ...]:
    """Sources of the footpaths, if ways were measured on them, and of what the ground shows."""
    network = walk_network(siting.analysis.data) if siting.sites.network else None
    return (*([network.quelle] if network else []), *terrain_sources(siting.analysis.data))


def _drawn(siting: Siting, width: float) -> SvgFigure:
    data, area = siting.area
    frame = frame_of(data.gebiete.geometry[area], width, tallest=MAX_HEIGHT * width / WIDTH)
    signs = list(_signs(siting))
    signs = [
        one if frame.holds(*frame.point(*one.at)) else replace(one, words=f"{one.words} (außerhalb der Karte)")
        for one in signs
    ]
    key = [("", "gleichwertig"), *((one.letter, one.words) for one in signs)]
    canvas = Canvas(width, frame.height + 42 + _KEY_ROW * len(key), paper=True)
    canvas.add(definitions(data, area, frame) + '<g clip-path="url(#id-clip)">')
    lay(canvas, data, area, frame, corridors=False)
    canvas.add(f'<g fill="{ZONE}" fill-opacity="0.5" stroke="{ZONE}" stroke-width="1">{_zone(siting, frame)}</g>')
    if not siting.sites.network:
        _rings(canvas, siting, frame)
    placed = [(one, *frame.point(*one.at)) for one in signs]
    for _, x, y in placed:
        canvas.mark(x, y, _RADIUS + 2, bottom=frame.height)
    taken = list(canvas.marks)
    name_neighbours(canvas, data, frame, area, taken)
    name_streets(canvas, data, frame, area, taken, size=10 if width == NARROW else STREET_SIZE)
    for one, x, y in reversed(placed):
        canvas.add(one.drawn(x, y))
    canvas.add("</g>")
    north_arrow(canvas, x=width - 8, top=frame.height + 4)
    scale_bar(canvas, frame, right=width - 24, bottom=frame.height + 28)
    _key(canvas, signs, top=frame.height + 34)
    return canvas.figure()


def _signs(siting: Siting) -> Iterator[_Sign]:
    """New sites, the wish, what exists, and a further site."""
    found = siting.sites
    several = len(found.chosen) > 1
    for place, (at, name) in enumerate(zip(found.sites.at.tolist(), words.site_names(siting), strict=True), start=1):
        yield _Sign(str(place) if several else "S", (at[0], at[1]), f"Standort {name}", ACCENT)
    if found.wish:
        yield _Sign("W", found.wish.at, f"gewünscht: {found.wish.name}", INK, square=True)
    for at, name in zip(found.fixed.at.tolist(), found.fixed.names, strict=True):
        yield _Sign("B", (at[0], at[1]), f"bestehend: {name}", MUTED, square=True)
    if found.second:
        x, y = found.second.site.at[0].tolist()
        name = words.site_name(siting, (x, y), found.second.site.names[0])
        yield _Sign("+", (x, y), f"weiterer Standort {name}", MUTED)


def _zone(siting: Siting, frame: Frame) -> str:
    """The cells that are as good, as one shape; addresses as dots."""
    found = siting.sites
    if any(found.candidates.names):
        spots = (frame.point(x, y) for x, y in found.candidates.at[np.any(found.equal, axis=0)].tolist())
        return "".join(f'<circle cx="{n(x)}" cy="{n(y)}" r="4"/>' for x, y in spots)
    return f'<path d="{svg_path(cells_as_good(siting), frame)}"/>'


def cells_as_good(siting: Siting) -> BaseGeometry:
    """The cells of all sites that are as good as those found, as one shape in metres."""
    at, half = siting.sites.candidates.at[np.any(siting.sites.equal, axis=0)], CELL_M / 2 + 1
    return shapely.union_all(shapely.box(*(at - half).T, *(at + half).T))


def _rings(canvas: Canvas, siting: Siting, frame: Frame) -> None:
    """How far some minutes on foot reach around each site, as the crow flies."""
    for x, y in siting.sites.sites.at.tolist():
        left, top = frame.point(x, y)
        named = MINUTES if straight_radius_m(WALKING_SPEED_M_PER_MIN) * frame.scale > _APART else MINUTES[-1:]
        for minutes in MINUTES:
            radius = straight_radius_m(minutes * WALKING_SPEED_M_PER_MIN) * frame.scale
            look = f'fill="none" stroke="{INK}" stroke-opacity="0.6" stroke-width="1" stroke-dasharray="4 4"'
            canvas.add(f'<circle cx="{n(left)}" cy="{n(top)}" r="{n(radius)}" {look}/>')
            if minutes in named and frame.holds(left, top - radius, margin=12):
                label = f"{number(minutes)}{NBSP}min"
                canvas.text(left, top - radius + 4, label, size=10, anchor="middle", colour=INK, halo=PAPER)


def _key(canvas: Canvas, signs: list[_Sign], *, top: float) -> None:
    canvas.rect(10, top + 2, 16, 14, fill=ZONE)
    canvas.text(34, top + 14, "gleichwertig", size=12, colour=INK)
    for place, one in enumerate(signs, start=1):
        y = top + _KEY_ROW * place + 9
        canvas.add(one.drawn(18, y))
        canvas.text(34, y + 5, one.words, size=12, colour=INK)
