"""Whom one can turn to: Quartiermanagement and its relatives with the state of the office, centres, libraries."""

from collections.abc import Collection, Iterator
from typing import Any, Final

import pandas as pd

from sozialraum.city.adressen import house_key
from sozialraum.compare.analysis import Analysis
from sozialraum.style import day
from sozialraum.style.grammar import enumerate_words
from sozialraum.text.claims import Sentence, fact, noted, with_cells
from sozialraum.text.places import CLOSED_WORDS, UNDATED

OFFER_COLUMNS: Final = ("Angebot", "Bereich", "Stelle", "Seit", "Bis", "Hinweis", "Quelle")
CONTACT: Final = ("anlaufstelle", "anlaufstelle_beschlossen")
NOT_SAID: Final = "–"
_OFFICE: Final = {"offen": "offen", "beschlossen": CLOSED_WORDS["beschlossen"], "geschlossen": "geschlossen"}


def offers(analysis: Analysis, *more: str) -> pd.DataFrame:
    """Offers of the area, then its contact points and places of more kinds; index kind.

    Columns are working area, place, since, until, note, source.
    The place of a Quartiermanagement says whether its office is decided but not opened, or closed. Offers that differ
    in nothing but their working area are one row.
    """
    alike: dict[tuple[str, ...], list[str]] = {}
    for kind, where, *rest in _offer_rows(analysis):
        alike.setdefault((kind, *rest), []).append(where)
    merged = [(kind, enumerate_words(areas), *rest) for (kind, *rest), areas in alike.items()]
    rows = [*merged, *_contact_rows(analysis, more)]
    return with_cells(pd.DataFrame(rows, columns=list(OFFER_COLUMNS)).set_index("Angebot"), "angebot")


def offers_in_short(analysis: Analysis) -> list[str]:
    """Each kind of offer once with its time: "Quartiermanagement (seit 2024)"."""
    told, table = [], _offers(analysis)
    places = table.drop_duplicates(["art", "seit", "bis", "stelle"])["art"].value_counts()
    for row in _records(table):
        since, until = _dates(row)
        dated = since.replace("spätestens ", "spätestens seit ") if since != NOT_SAID else "Beginn nicht bekannt"
        start = f"seit {since}" if since[:1].isdigit() else dated
        name = f"{row.art} {row.bereich}" if row.stelle and places[row.art] > 1 else row.art
        told.append(f"{name} ({start}{f', bis {until}' if until != NOT_SAID else ''})")
    return list(dict.fromkeys(told))


def offers_note(analysis: Analysis) -> list[Sentence]:
    """That the list of offers is incomplete, and where there are any what stands under since, and who does what."""
    where = analysis.gebiet.in_phrase
    if not list(_offer_rows(analysis)):
        points = "; Anlaufstellen stehen in der Liste" if list(_contact_rows(analysis)) else ""
        text = f"Quartiermanagement und verwandte Angebote sind {where} nicht erfasst{points}."
        return [noted("angebote", f"{text} Die Liste ist unvollständig.")]
    text = (
        "Die Liste ist unvollständig. Sie nennt Angebote, deren Arbeitsbereich hier liegt, auch wenn er größer oder "
        "kleiner ist. „Spätestens“ heißt: Belegt ist nur das Datum der Quelle. Ein Strich heißt: nicht genannt."
    )
    return [noted("angebote", text), *actors(analysis)]


def actors(analysis: Analysis) -> list[Sentence]:
    """Who does what in the Quartiermanagement, as ``stadt.yml`` says (``akteure``); empty where that is not said."""
    said = analysis.data.stadt.get("akteure") or []
    return [Sentence(" ".join(str(text).split()), facts=(fact("akteure", str(text)),)) for text in said]


def _offer_rows(analysis: Analysis) -> Iterator[tuple[str, ...]]:
    for row in _records(_offers(analysis)):
        since, until = _dates(row)
        office, place = _OFFICE.get(_text(row.buero), ""), [_text(row.stelle), _text(row.adresse)]
        words = ", ".join(part for part in place if part)
        state = f" (Büro: {office})" if office else ""
        yield (row.art, row.bereich, f"{words}{state}" or NOT_SAID, since, until, _text(row.hinweis),
               f"{row.nachweis}, Stand {day(row.stand)}")  # fmt: skip


def _contact_rows(analysis: Analysis, more: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
    """Contact points, and places of more kinds, without those whose office stands with its offer."""
    told = {house_key(row.adresse) for row in _records(_offers(analysis)) if _text(row.adresse)}
    places = pd.DataFrame(analysis.places)
    points = places[places["art"].isin((*CONTACT, *more))]
    chosen = points[~points["adresse"].map(house_key).isin(told)]
    for row in _records(chosen.sort_values(["unterart", "name"], kind="stable")):
        stand = day(row.stand) if _text(row.stand) else UNDATED
        since = f"spätestens {stand}" if _text(row.stand) else NOT_SAID
        place = ", ".join(part for part in (_text(row.name), _text(row.adresse)) if part)
        source = analysis.data.quellen[str(row.quelle)]
        credit = _text(row.nachweis) or source.kurz or source.quellenvermerk
        dated = f"Stand {stand}" if _text(row.stand) else UNDATED
        yield (str(row.unterart), "", place, since, NOT_SAID, _text(row.hinweis), f"{credit}, {dated}")


def _offers(analysis: Analysis) -> pd.DataFrame:
    """Offers of an area: those that name it, its Stadtbezirk or one of its Stadtteile; for the city all."""
    table, area, register = analysis.data.angebote, analysis.gebiet, analysis.data.register
    if area.ebene == "stadt":
        return table
    wanted = {area.id, *register.bezirke(area.id), *analysis.members, *area.angeschnittene}
    return table.loc[[bool(wanted & set(str(keys).split("|"))) for keys in table["gebiete"]]]


def _dates(row: Any) -> tuple[str, str]:
    """Since and until in words; "spätestens" where only the date of the source is known."""
    if _text(row.status) == "geplant":
        return "noch nicht eingerichtet", NOT_SAID
    since, until = _text(row.seit), _text(row.bis)
    only_source = bool(since) and str(row.stand).startswith(since)
    words = f"{'spätestens ' if only_source else ''}{day(since)}" if since[:1].isdigit() else since
    return words or NOT_SAID, day(until) if until else NOT_SAID


def _records(table: pd.DataFrame) -> Iterator[Any]:
    return iter(table.itertuples())


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
