"""The index of all reports: a map to click, a searchable list, the state of each, method and sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import jinja2

from sozialraum.batch.plan import MAIN, Entry, report_path
from sozialraum.batch.record import FAILED, Outcome
from sozialraum.gebiete import Gebiet, fold
from sozialraum.load import Data
from sozialraum.maps.ground import Frame, frame_around, svg_path
from sozialraum.render import TEMPLATES
from sozialraum.render.page import DRAFT, content_security_policy
from sozialraum.render.styles import read_template, tokens
from sozialraum.sources import citation, parse_stand
from sozialraum.style import day

_MAP_WIDTH: Final = 720.0
_PADDING: Final = 4.0


@dataclass(frozen=True)
class _Item:
    """One line of the list: a report, with its state."""

    title: str
    detail: str
    path: str
    search: str
    done: bool
    error: str = ""


@dataclass(frozen=True)
class _Shape:
    """One Stadtteil on the map."""

    item: _Item
    path: str


@dataclass(frozen=True)
class _Border:
    """Outline of a Stadtbezirk and where its number stands."""

    path: str
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class _Group:
    """A Stadtbezirk with its Stadtteile."""

    head: _Item
    items: tuple[_Item, ...]


def portal(data: Data, batch: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> str:
    """HTML of ``index.html``.

    Parameters
    ----------
    outcomes
        State of every report that was tried, in order; a report of the main notebook that is not among them is
        shown as not made yet.

    Returns
    -------
    str
        A complete page that asks no other host for anything; links are relative.
    """
    states = {outcome.report: outcome for outcome in outcomes}
    stadtteile = {area.id: _main_item(area, data, states) for area in data.register.of_level("stadtteil")}
    frame = frame_around(data.gebiete.total_bounds.tolist(), width=_MAP_WIDTH, padding=_PADDING)
    script = read_template("portal/portal.js")
    return _template().render(
        city=data.register.city,
        as_of=day(max(data.indikatoren["stand"].dropna().unique(), key=parse_stand)),
        draft=DRAFT,
        csp=content_security_policy([script]),
        styles=[tokens(), read_template("gemeinsam/basis.css"), read_template("portal/portal.css")],
        script=script,
        frame=frame,
        shapes=[_Shape(item, _path(data, key, frame)) for key, item in stadtteile.items()],
        borders=[_border(data, area.id, frame) for area in data.register.of_level("stadtbezirk")],
        groups=_groups(data, stadtteile, states),
        city_items=_city_items(data, batch, states),
        others=_others(data, batch, outcomes),
        failures=[outcome for outcome in outcomes if outcome.status == FAILED],
        count=sum(outcome.status != FAILED for outcome in outcomes),
        sources=[(citation(source), source.url, source.lizenz.url) for source in data.quellen.values()],
    )


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "portal"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("index.html.j2")


def _path(data: Data, gebiet_id: str, frame: Frame) -> str:
    return svg_path(data.gebiete.geometry[gebiet_id], frame)


def _border(data: Data, gebiet_id: str, frame: Frame) -> _Border:
    inside = data.gebiete.geometry[gebiet_id].representative_point()
    x, y = frame.point(inside.x, inside.y)
    return _Border(_path(data, gebiet_id, frame), gebiet_id, round(x), round(y))


def _item(title: str, detail: str, path: str, states: Mapping[str, Outcome], words: str) -> _Item:
    state = states.get(path)
    error = state.error if state and state.status == FAILED else ""
    return _Item(title, detail, path, fold(words), done=state is not None and not error, error=error)


def _main_item(area: Gebiet, data: Data, states: Mapping[str, Outcome]) -> _Item:
    bezirk = data.register.by_id(area.stadtbezirk_id).langname if area.stadtbezirk_id else ""
    words = " ".join([area.id, str(area.nummer), area.langname, *area.schreibweisen, bezirk])
    detail = area.name if area.ebene == "stadtbezirk" and area.name != area.label else bezirk
    return _item(area.label, detail, report_path(MAIN, area), states, words)


def _groups(data: Data, stadtteile: Mapping[str, _Item], states: Mapping[str, Outcome]) -> list[_Group]:
    return [
        _Group(_main_item(area, data, states), tuple(stadtteile[key] for key in data.register.members(area.id)))
        for area in data.register.of_level("stadtbezirk")
    ]


def _city_items(data: Data, batch: Mapping[str, Entry], states: Mapping[str, Outcome]) -> list[_Item]:
    city = data.register.city
    return [
        _item(
            f"{entry.titel} {city.name}" if entry.name == MAIN else entry.titel,
            "Die ganze Stadt, mit denselben Kapiteln wie die Stadtteile." if entry.name == MAIN else entry.beschreibung,
            report_path(entry.name, city),
            states,
            f"{entry.titel} {entry.beschreibung} {city.name}",
        )
        for entry in sorted(batch.values(), key=lambda entry: entry.name != MAIN)
        if city.ebene in entry.ebenen and not entry.auf_anfrage
    ]


def _others(data: Data, batch: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> list[_Item]:
    """Reports on request, as far as they were made."""
    states = {outcome.report: outcome for outcome in outcomes}
    found = []
    for outcome in outcomes:
        entry = batch.get(outcome.notebook)
        if entry is not None and entry.auf_anfrage:
            area = data.register.by_id(outcome.gebiet_id)
            title = f"{entry.titel} {area.langname}"
            found.append(_item(title, entry.beschreibung, outcome.report, states, title))
    return found
