"""Facility symbols as SVG and the key below a map, which counts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import geopandas as gpd

from sozialraum.city.access import COMPLETE, is_supply, list_of
from sozialraum.city.load import Data
from sozialraum.style import INK, KINDS, NBSP, PAPER, SYMBOLS, UNRECORDED, Canvas, n, number, symbol_key
from sozialraum.style.grammar import enumerate_words

ROW: Final = 24.0
COLUMNS: Final = 2
COLUMN: Final = 316.0
LETTERED: Final = 7.0
SMALL_STOP: Final = 0.42


@dataclass(frozen=True)
class Entry:
    """One line of the key: how many facilities of a kind the area has, and at how many sites.

    ``complete`` says whether the list of the kind is, so that none may be called 0; ``aside`` is said of what is drawn
    but no supply: its years, or that it does not count.
    """

    symbol: str
    count: int
    sites: int
    complete: bool = True
    aside: str = ""

    @property
    def words(self) -> str:
        """ASCII digits and the noun, for example "5 Grundschulen an 6 Standorten" or "mindestens 1 Park"."""
        kind = SYMBOLS[self.symbol]
        if not self.complete and not self.count:
            return f"{kind.plural}: {UNRECORDED}"
        text = f"{number(self.count)}{NBSP}{kind.label if self.count == 1 else kind.plural}"
        if self.aside:
            return f"{text} ({self.aside})"
        if not self.complete:
            return f"mindestens {text}"
        return text if self.sites == self.count else f"{text} an {number(self.sites)}{NBSP}Standorten"


def entries(data: Data, gebiet_id: str, points: gpd.GeoDataFrame) -> list[Entry]:
    """Lines for all kinds that the map shows; they count what is known in the area itself, placed on the map or not."""
    sites = points[data.inside(gebiet_id, points)]["symbol"].value_counts()
    places = data.einrichtungen
    known = _known(data, gebiet_id)
    never = [art for art, entry in (data.orte.get("arten") or {}).items() if not entry.get("zaehlt", True)]
    lines = []
    for key in SYMBOLS:
        if (points["symbol"] == key).any():
            art, on_map = KINDS[key], int(sites.get(key, 0))
            if art in never:
                said = _aside(places[places["art"] == art], list_of(data.orte, art))
                lines.append(Entry(key, on_map, on_map, aside=said))
            else:
                lines.append(Entry(key, known[key], on_map, complete=list_of(data.orte, art) == COMPLETE))
    return lines


@lru_cache(maxsize=4)
def _known(data: Data, gebiet_id: str) -> dict[str, int]:
    """How many of each kind there are in an area, placed on a map or not."""
    places = data.einrichtungen
    open_ = places[is_supply(places, data.orte) & data.inside(gebiet_id, places)]
    kinds = [symbol_key(art, str(form)) for art, form in zip(open_["art"], open_["unterart"], strict=True)]
    return {key: kinds.count(key) for key in SYMBOLS}


def _aside(rows: gpd.GeoDataFrame, state: str) -> str:
    """Years of what is dated one by one, that it is not opened yet, that nobody checked, or that it is no supply."""
    if (rows["status"] == "beschlossen").all():
        return "noch nicht eröffnet"
    years = sorted(rows["stand"].dropna().unique())
    if len(years) > 1:
        return in_runs(years)
    return "nicht geprüft" if state == "ungeprüft" and rows["status"].isna().all() else "zählt nicht mit"


def in_runs(years: Sequence[str]) -> str:
    """Years in words, three and more in a row as "2019 bis 2023"."""
    runs: list[list[str]] = []
    for year in years:
        if runs and year.isdecimal() and runs[-1][-1] == str(int(year) - 1):
            runs[-1].append(year)
        else:
            runs.append([year])
    said = [[f"{run[0]} bis {run[-1]}"] if len(run) > 2 else run for run in runs]
    return enumerate_words([part for run in said for part in run])


def height(lines: Sequence[Entry]) -> float:
    """Height that the key needs."""
    return ROW * -(-len(lines) // COLUMNS) + 10


def draw_key(canvas: Canvas, lines: Sequence[Entry], *, top: float, radius: float) -> None:
    """Write the key in two columns, each symbol as the map draws it."""
    for place, line in enumerate(lines):
        x, y = 14 + (place % COLUMNS) * COLUMN, top + 22 + (place // COLUMNS) * ROW
        canvas.add(f'<g transform="translate({n(x)} {n(y - 4)})">{symbol_markup(line.symbol, radius)}</g>')
        canvas.text(x + 16, y, line.words, size=13)


def symbol_size(key: str, radius: float) -> float:
    """Radius of a symbol; on maps with small symbols stops shrink to marks."""
    return radius * (SMALL_STOP if key == "H" and radius < LETTERED else SYMBOLS[key].size)


def symbol_definition(key: str, radius: float) -> str:
    """A symbol for :func:`symbols_at`; a marker, because a place then costs its coordinates only."""
    look = 'overflow="visible" markerUnits="userSpaceOnUse" markerWidth="1" markerHeight="1"'
    return f'<marker id="id-{key}" {look}>{symbol_markup(key, radius)}</marker>'


def symbols_at(key: str, places: Sequence[tuple[float, float]]) -> str:
    """One symbol at several places."""
    line = "L".join(f"{n(x)} {n(y)}" for x, y in places)
    return f'<path d="M{line}" fill="none" style="marker:url(#id-{key})"/>' if places else ""


def symbol_markup(key: str, radius: float) -> str:
    """SVG elements of a facility symbol around the origin; tiny ones have no letter."""
    symbol, size = SYMBOLS[key], symbol_size(key, radius)
    edge = INK if symbol.text == INK else PAPER
    look = f'fill="{symbol.fill}" stroke="{edge}" stroke-width="{1.1 if radius > 5 else 0.6}"'
    look += ' stroke-dasharray="2.4 1.6"' if symbol.dashed else ""
    if symbol.outline is None:
        shape = f'<circle r="{n(size)}" {look}/>'
    else:
        corners = "L".join(f"{n(x * size)} {n(y * size)}" for x, y in symbol.outline)
        shape = f'<path d="M{corners}Z" {look}/>'
    if size < 5 or not symbol.letter:
        return shape
    return (
        f'{shape}<text y="{n(size * 0.46)}" font-size="{n(size * 1.3)}" font-weight="600" text-anchor="middle" '
        f'fill="{symbol.text}">{symbol.letter}</text>'
    )
