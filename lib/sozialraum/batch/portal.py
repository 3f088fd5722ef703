"""The index of all reports: a map to click, a searchable list, the state of each, method and sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import jinja2
import pandas as pd

from sozialraum.batch.inputs import EVERYTHING, Inputs
from sozialraum.batch.plan import MAIN, Entry, report_path
from sozialraum.batch.record import FAILED, Outcome
from sozialraum.gebiete import Gebiet, fold
from sozialraum.indicators import Indikator, catalogue
from sozialraum.load import Data
from sozialraum.maps.ground import Frame, frame_around, svg_path
from sozialraum.render import TEMPLATES
from sozialraum.render.page import DRAFT, content_security_policy
from sozialraum.render.styles import read_template, tokens
from sozialraum.sources import citation
from sozialraum.workspace import ENVIRONMENT, audience_words

_MAP_WIDTH: Final = 720.0
_PADDING: Final = 4.0
_LONG: Final = 240


@dataclass(frozen=True)
class _Item:
    """One line of the list: a report, with its state."""

    title: str
    detail: str
    path: str
    search: str
    done: bool
    error: str = ""
    pdfs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Failure:
    """A report that could not be made; ``cell`` only where the message does not name it."""

    name: str
    cell: int | None
    error: str
    partial: str

    @property
    def long(self) -> bool:
        """Whether the message is folded."""
        return len(self.error) > _LONG


@dataclass(frozen=True)
class _State:
    """One row of the table of all reports: what its data are and whether it is there."""

    item: _Item
    level: str
    years: str
    missing: str


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
    items = {area.id: _main_item(area, data, states) for area in data.register}
    katalog = catalogue(data.indikatoren_yml)
    frame = frame_around(data.gebiete.total_bounds.tolist(), width=_MAP_WIDTH, padding=_PADDING)
    script = read_template("portal/portal.js")
    shown = [key for area in data.register.of_level("stadtbezirk") for key in data.register.members(area.id)]
    return _template().render(
        city=data.register.city,
        as_of=_years(data.indikatoren),
        mark=f"{Inputs.of(data).mark([EVERYTHING])} · {audience_words(data.environment.get(ENVIRONMENT))}",
        draft=DRAFT,
        csp=content_security_policy([script]),
        styles=[tokens(), read_template("gemeinsam/basis.css"), read_template("portal/portal.css")],
        script=script,
        frame=frame,
        shapes=[_Shape(items[key], _path(data, key, frame)) for key in shown],
        borders=[_border(data, area.id, frame) for area in data.register.of_level("stadtbezirk")],
        groups=_groups(data, items),
        quartiere=[items[area.id] for area in data.register.of_level("quartier")],
        city_items=_city_items(data, batch, states),
        others=_others(data, batch, outcomes),
        table=[_state(data, katalog, area, items[area.id]) for area in data.register],
        unknown=[entry.titel for entry in katalog.values() if not entry.verfuegbar],
        failures=[_failure(data, batch, outcome) for outcome in outcomes if outcome.status == FAILED],
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
    done = state is not None and not error
    return _Item(title, detail, path, fold(words), done=done, error=error, pdfs=_pdfs(state) if done else ())


def _failure(data: Data, batch: Mapping[str, Entry], outcome: Outcome) -> _Failure:
    entry, area = batch.get(outcome.notebook), data.register.by_id(outcome.gebiet_id)
    name = f"{entry.titel if entry else outcome.notebook}: {area.langname}"
    cell = None if f"Zelle {outcome.cell}" in outcome.error else outcome.cell
    return _Failure(name, cell, outcome.error, outcome.partial)


def _pdfs(outcome: Outcome | None) -> tuple[tuple[str, str], ...]:
    """Address and German name of each PDF of a report."""
    paths = getattr(outcome, "pdf", ()) or ()
    listed = (paths,) if isinstance(paths, str) else tuple(paths)
    return tuple((path, "Kurzfassung" if "kurz" in path.rpartition("/")[2] else "PDF") for path in listed)


def _main_item(area: Gebiet, data: Data, states: Mapping[str, Outcome]) -> _Item:
    bezirk = data.register.by_id(area.stadtbezirk_id).langname if area.stadtbezirk_id else ""
    words = " ".join([area.id, str(area.nummer or ""), area.langname, *area.schreibweisen, bezirk])
    detail = area.name if area.ebene == "stadtbezirk" and area.name != area.label else bezirk
    return _item(area.label, detail, report_path(MAIN, area), states, words)


def _years(rows: pd.DataFrame) -> str:
    """First and last year of some values: "2011–2026"."""
    known = sorted(rows.loc[rows["wert"].notna(), "stand"].dropna().astype(str).str[:4].unique())
    return "–".join(dict.fromkeys([known[0], known[-1]])) if known else ""


def _state(data: Data, katalog: Mapping[str, Indikator], area: Gebiet, item: _Item) -> _State:
    rows = data.indikatoren
    own = rows[rows["gebiet_id"] == area.id]
    known = set(own.loc[own["wert"].notna(), "indikator"])
    city = rows[(rows["gebiet_id"] == data.register.city.id) & rows["wert"].notna()]
    missing = [katalog[key].kurztitel for key in city["indikator"] if key not in known]
    return _State(item, area.ebene_label, _years(own), ", ".join(missing))


def _groups(data: Data, items: Mapping[str, _Item]) -> list[_Group]:
    return [
        _Group(items[area.id], tuple(items[key] for key in data.register.members(area.id)))
        for area in data.register.of_level("stadtbezirk")
    ]


def _city_items(data: Data, batch: Mapping[str, Entry], states: Mapping[str, Outcome]) -> list[_Item]:
    """Reports on the city, the main one first, with the title that stands on the page."""
    city = data.register.city
    return [
        _item(
            _title(states.get(report_path(entry.name, city)), city.name if entry.name == MAIN else entry.titel),
            "Die ganze Stadt, mit denselben Kapiteln wie die Stadtteile." if entry.name == MAIN else entry.beschreibung,
            report_path(entry.name, city),
            states,
            f"{entry.titel} {entry.beschreibung} {city.name}",
        )
        for entry in sorted(batch.values(), key=lambda entry: entry.name != MAIN)
        if city.ebene in entry.ebenen and not entry.auf_anfrage
    ]


def _title(outcome: Outcome | None, otherwise: str) -> str:
    return outcome.title if outcome and outcome.title else otherwise


def _others(data: Data, batch: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> list[_Item]:
    """Reports on request, as far as they were made."""
    states = {outcome.report: outcome for outcome in outcomes}
    found = []
    for outcome in outcomes:
        entry = batch.get(outcome.notebook)
        if entry is not None and entry.auf_anfrage:
            area = data.register.by_id(outcome.gebiet_id)
            title = _title(outcome, f"{entry.titel} {area.langname}")
            found.append(_item(title, entry.beschreibung, outcome.report, states, title))
    return found
