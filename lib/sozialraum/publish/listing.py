"""What reports there are, as the atlas lists them: by Stadtbezirk, level and notebook, with the state of each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace as Part
from typing import Any, Final

import pandas as pd

from sozialraum.city.gebiete import LEVEL_LABELS, QUARTIER, Gebiet
from sozialraum.city.indicators import Indikator, catalogue, told
from sozialraum.city.load import Data
from sozialraum.city.own_areas.quartiere import remarks
from sozialraum.city.sources import citation
from sozialraum.publish.plan import MAIN, Entry, report_path
from sozialraum.publish.record import FAILED, Outcome
from sozialraum.style import day

_LONG: Final = 240
_PARAMETERS: Final = {
    "ausgabe": "Ausgabe",
    "indikator": "Indikator",
    "indikatoren": "Indikatoren",
    "vergleich": "Vergleich",
    "weitergabe": "Weitergabe",
}
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Item:
    """One line of the list: a report with its state; ``since`` is the German day from which the page is out of date."""

    title: str
    detail: str
    path: str
    done: bool
    error: str = ""
    since: str = ""
    freigabe: str = ""
    pdfs: tuple[tuple[str, str], ...] = ()

    @property
    def state(self) -> str:
        """What became of the report, as printed."""
        if self.since:
            return f"veraltet seit {self.since}"
        if self.done:
            return "erstellt"
        return "nicht erstellt" if self.error else "noch nicht erstellt"


@dataclass(frozen=True)
class _Failure:
    """A report that could not be made; ``cell`` only where the message does not name it, ``kept`` is its last page."""

    name: str
    cell: int | None
    error: str
    partial: str
    kept: str = ""
    since: str = ""

    @property
    def long(self) -> bool:
        """Whether the message is folded."""
        return len(self.error) > _LONG


def listing(data: Data, batch: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Lists, states and failures of all reports, for the template of the atlas.

    Parameters
    ----------
    outcomes
        State of every report that was tried, in order; a report of the main notebook that is not among them is
        shown as not made yet.
    """
    states = {outcome.report: outcome for outcome in outcomes}
    items = {area.id: _main_item(area, data, states) for area in data.register}
    known = {area.id: area.langname for area in data.register}
    own = [_own_item(outcome) for outcome in outcomes if _is_main(outcome) and outcome.gebiet_id not in known]
    katalog = told(catalogue(data.indikatoren_yml))
    return {
        "items": items,
        "as_of": _years(data.indikatoren),
        "groups": _groups(data, items),
        "levels": _levels(data, items),
        "quartiere": [*(items[area.id] for area in data.register.of_level(QUARTIER) if not area.planung), *own],
        "city_items": _city_items(data, batch, states),
        "others": _others(data, batch, katalog, outcomes),
        "table": [
            *(_state(data, katalog, area, items[area.id]) for area in data.register),
            *(Part(item=item, level=LEVEL_LABELS[QUARTIER], years="–", missing="") for item in own),
        ],
        "unknown": [entry.titel for entry in katalog.values() if not entry.verfuegbar],
        "failures": [_failure(batch, outcome, known) for outcome in outcomes if outcome.status == FAILED],
        "unprinted": [_unprinted(batch, outcome, known) for outcome in outcomes if outcome.pdf_error],
        "count": sum(outcome.there for outcome in outcomes),
        "sources": [(citation(source), source.url, source.lizenz.url) for source in data.quellen.values()],
    }


def _item(title: str, detail: str, path: str, states: Mapping[str, Outcome]) -> Item:
    state = states.get(path)
    return Item(
        title,
        detail,
        path,
        done=state is not None and state.there,
        error=state.error if state and state.status == FAILED else "",
        since=day(state.since) if state and state.since else "",
        freigabe=state.freigabe if state else "",
        pdfs=_pdfs(state) if state and state.there else (),
    )


def _name_of(batch: Mapping[str, Entry], outcome: Outcome, known: Mapping[str, str]) -> str:
    entry = batch.get(outcome.notebook)
    place = known.get(outcome.gebiet_id) or outcome.place or outcome.gebiet_id
    return f"{entry.titel if entry else outcome.notebook}: {place}"


def _failure(batch: Mapping[str, Entry], outcome: Outcome, known: Mapping[str, str]) -> _Failure:
    cell = None if f"Zelle {outcome.cell}" in outcome.error else outcome.cell
    kept = {"kept": outcome.report, "since": day(outcome.since)} if outcome.since else {}
    return _Failure(_name_of(batch, outcome, known), cell, outcome.error, outcome.partial, **kept)


def _unprinted(batch: Mapping[str, Entry], outcome: Outcome, known: Mapping[str, str]) -> _Failure:
    return _Failure(_name_of(batch, outcome, known), None, outcome.pdf_error, "")


def _pdfs(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Address and German name of each PDF of a report."""
    listed = (outcome.pdf,) if isinstance(outcome.pdf, str) else tuple(outcome.pdf)
    old = " (veraltet)" if outcome.pdf_error or outcome.since else ""
    return tuple((path, f"{'Kurzfassung' if 'kurz' in path.rpartition('/')[2] else 'PDF'}{old}") for path in listed)


def _main_item(area: Gebiet, data: Data, states: Mapping[str, Outcome]) -> Item:
    bezirk = data.register.by_id(area.stadtbezirk_id).langname if area.stadtbezirk_id else ""
    detail = area.name if area.ebene == "stadtbezirk" and area.name != area.label else bezirk
    return _item(area.label, detail, report_path(MAIN, area), states)


def _is_main(outcome: Outcome) -> bool:
    """Whether it is the analysis of an area, as it is made without further wishes."""
    return outcome.notebook == MAIN and not outcome.parameters


def _own_item(outcome: Outcome) -> Item:
    """The analysis of an own area that this run does not know: its file was given to an earlier one."""
    name = outcome.place or outcome.title or outcome.gebiet_id
    detail = "Eigenes Quartier eines früheren Laufs."
    return _item(name, detail, outcome.report, {outcome.report: outcome})


def _years(rows: pd.DataFrame) -> str:
    """First and last year of some values: "2011–2026"."""
    known = sorted(rows.loc[rows["wert"].notna(), "stand"].dropna().astype(str).str[:4].unique())
    return "–".join(dict.fromkeys([known[0], known[-1]])) if known else ""


def _state(data: Data, katalog: Mapping[str, Indikator], area: Gebiet, item: Item) -> Part:
    rows = data.indikatoren
    own = rows[rows["gebiet_id"] == area.id]
    known = set(own.loc[own["wert"].notna(), "indikator"])
    city = rows[(rows["gebiet_id"] == data.register.city.id) & rows["wert"].notna()]
    missing = [katalog[key].kurztitel for key in city["indikator"] if key not in known]
    return Part(item=item, level=area.ebene_label, years=_years(own), missing=", ".join(missing))


def _groups(data: Data, items: Mapping[str, Item]) -> list[Part]:
    return [
        Part(head=items[area.id], items=[items[key] for key in data.register.members(area.id)]) for area in _heads(data)
    ]


def _heads(data: Data) -> list[Gebiet]:
    """Under what the Stadtteile are listed: their Stadtbezirke, or the city where there are none."""
    return data.register.of_level("stadtbezirk") or [data.register.city]


def _levels(data: Data, items: Mapping[str, Item]) -> list[Part]:
    noticed = remarks(data)
    return [
        Part(
            id=one.id,
            title=one.name,
            items=[items[area.id] for area in data.register.of_level(one.id)],
            remarks=noticed.levels[one.id],
        )
        for one in data.register.planungsebenen
    ]


def _city_items(data: Data, batch: Mapping[str, Entry], states: Mapping[str, Outcome]) -> list[Item]:
    """Reports on the city, the main one first, with the title that stands on the page."""
    city = data.register.city
    found = []
    for entry in sorted(batch.values(), key=lambda entry: entry.name != MAIN):
        if city.ebene not in entry.ebenen or entry.auf_anfrage:
            continue
        main, path = entry.name == MAIN, report_path(entry.name, city)
        title = _title(states.get(path), city.name if main else entry.titel)
        detail = "Die ganze Stadt, mit denselben Kapiteln wie die Stadtteile." if main else entry.beschreibung
        found.append(_item(title, detail, path, states))
    return found


def _title(outcome: Outcome | None, otherwise: str) -> str:
    return outcome.title if outcome and outcome.title else otherwise


def _others(
    data: Data, batch: Mapping[str, Entry], katalog: Mapping[str, Indikator], outcomes: Sequence[Outcome]
) -> list[Part]:
    """What was made on request, with other parameters or for own areas, by notebook."""
    known = {area.id: area.langname for area in data.register}
    states = {outcome.report: outcome for outcome in outcomes}
    found = []
    for entry in batch.values():
        items = []
        for outcome in outcomes:
            listed_above = not outcome.parameters and not entry.auf_anfrage and outcome.gebiet_id in known
            if outcome.notebook != entry.name or _is_main(outcome) or listed_above:
                continue
            place = known.get(outcome.gebiet_id) or outcome.place or outcome.gebiet_id
            title = _title(outcome, f"{entry.titel} {place}")
            detail = _special_words(outcome.parameters, katalog) or entry.beschreibung
            items.append(_item(title, detail, outcome.report, states))
        if items:
            found.append(Part(title=entry.titel, items=items))
    return found


def _special_words(special: Mapping[str, Any], katalog: Mapping[str, Indikator]) -> str:
    """Parameters that differ from the defaults, in German: "Indikator: Anteil der unter 15-Jährigen"."""
    return " · ".join(f"{_PARAMETERS.get(name, name)}: {_value(value, katalog)}" for name, value in special.items())


def _value(value: Any, katalog: Mapping[str, Indikator]) -> str:
    if isinstance(value, list):
        return ", ".join(_value(one, katalog) for one in value) or "keine"
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, str) and value in katalog:
        return katalog[value].titel
    return day(value) if isinstance(value, str) and _DAY.fullmatch(value) else str(value)
