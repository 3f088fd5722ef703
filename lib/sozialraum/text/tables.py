"""Frames that are printed: text cells in German, ready for display; index = first column."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import QUARTIER, Gebiet
from sozialraum.city.indicators import AREA_UNIT, PLAIN_COUNT, Indikator, chosen
from sozialraum.city.load import REGISTER
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.wert import UNCLASSED, Reference
from sozialraum.style import MISSING, NBSP, art_label, day, number
from sozialraum.style.grammar import upper_first
from sozialraum.text.ages import AGES
from sozialraum.text.chapters import source_numbers
from sozialraum.text.claims import about, with_form, with_rows

AREA: Final = "Fläche"


def with_register(analysis: Analysis, indikatoren: Sequence[str]) -> list[str]:
    """The indicators with the register's inhabitants, where the catalogue has them, behind those of the census."""
    behind = [REGISTER] if REGISTER in analysis.katalog and analysis.katalog[REGISTER].verfuegbar else []
    wanted = chosen(analysis.katalog, indikatoren)
    return [one for key in wanted for one in ([key, *behind] if key == "einwohner" else [key])]


POPULATION: Final = ("A", "B", "C", "D", "E", "F", "G")
"""Chapters on people and households."""


def population_indicators(analysis: Analysis) -> list[str]:
    """Shares and changes of people and households with data; of others those that complete the ages or the chapter."""
    entries = [analysis.katalog[item.indikator] for item in analysis.known]
    fit = [entry for entry in entries if entry.kapitel in POPULATION and analysis.known_anywhere(entry.id)]
    shares = [entry for entry in fit if entry.im_kapitel or entry.typ in ("anteil", "veraenderung")]
    return [entry.id for entry in shares if entry.kern or entry.im_kapitel or entry.id in AGES]


def population(analysis: Analysis) -> pd.DataFrame:
    """Ages, origin, moves and trend in one table: count, value, Stadtbezirk and city; index indicator."""
    area, register = analysis.gebiet, analysis.data.register
    near = register.bezirke(area.id) if area.ebene in ("stadtteil", QUARTIER) else []
    others = [*(near if len(near) == 1 else []), *([register.city.id] if area.ebene != "stadt" else [])]
    rows, keys = [], population_indicators(analysis)
    for key in keys:
        item = analysis[key]
        beside = {_short(register.by_id(one)): analysis.wert(key, one).dated for one in others}
        people = item.people.removesuffix(f"{NBSP}{item.eintrag.counted}")
        rows.append({"Indikator": item.titel, "Anzahl": people, "Wert": item.dated, **beside})
    refs = [[about(key, one) for one in (area.id, *others)] for key in keys]
    if not rows:
        return pd.DataFrame()
    frame = with_rows(pd.DataFrame(rows).set_index("Indikator"), refs)
    return _by_indicator(frame, analysis, keys, *frame.columns)


def profile_table(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """The profile as a table: value, count, interval, city, distance, band, class, date and kind per indicator."""
    rows = [_claim_row(analysis, key) for key in indikatoren]
    if not rows:
        return pd.DataFrame()
    frame = with_rows(pd.DataFrame(rows).set_index("Indikator"), _one_each(indikatoren, [analysis.gebiet.id]))
    return _by_indicator(frame, analysis, indikatoren, *_claim_figures(analysis))


def _claim_figures(analysis: Analysis) -> tuple[str, ...]:
    return ("Wert", "Anzahl", "Spanne", analysis.stadt, "Durchschnitt")


def _by_indicator(
    frame: pd.DataFrame, analysis: Analysis, keys: Sequence[str], *figures: str, said: bool = False
) -> pd.DataFrame:
    """A table whose rows are indicators: the first cell of a row names the unit of its figures."""
    entries = [analysis.katalog[key] for key in keys]
    units = [unit_of(entry) for entry in entries]
    return with_form(frame, *figures, row_units=units, nouns=[entry.counted for entry in entries], said=said)


def unit_of(entry: Indikator) -> str:
    """The unit that a head names; none of plain counts."""
    return "" if entry.einheit == PLAIN_COUNT else entry.einheit


def evidence(analysis: Analysis) -> pd.DataFrame:
    """The evidence table: every value that a sentence may rest on, numbered; index Nr."""
    rows, known = [], analysis.known
    for item in known:
        row = _claim_row(analysis, item.indikator)
        reason = item.hinweis if item.wert is None else item.grund
        if reason:
            row["Einordnung"] = f"{item.klasse}: {reason}" if item.klasse else reason
        row["Quelle"] = source_numbers(analysis, item.quelle.split("|"))
        unit = unit_of(item.eintrag)
        row["Indikator"] += f" ({unit})" if unit and unit not in row["Indikator"] else ""
        rows.append({"Nr.": str(item.nummer), **row})
    frame = with_rows(pd.DataFrame(rows).set_index("Nr."), [(item.ref,) for item in known])
    return _by_indicator(frame, analysis, [item.indikator for item in known], *_claim_figures(analysis), said=True)


def around(analysis: Analysis, indikator: str) -> pd.DataFrame:
    """One indicator for the area, its Stadtbezirk, the city, neighbours or members, and the extremes."""
    keys = context(analysis)
    if not analysis.gebiet.planung:
        keys += [item.gebiet_id for item in analysis.ends(indikator)]
    entry = analysis.katalog[indikator]
    keys = list(dict.fromkeys(keys))
    rows = [_area_row(analysis, indikator, entry.typ == "anzahl", key) for key in keys]
    frame = pd.DataFrame(rows).set_index(_place_head(analysis))
    said = [name for name in frame.columns if name == "Wert" or frame[name].ne("").any()]
    shown = with_rows(frame[said], _one_each([indikator], keys))
    return _by_area(shown, entry, keys, "Wert", "Anzahl", "Spanne", "Durchschnitt")


def _by_area(
    frame: pd.DataFrame, entry: Indikator, keys: Sequence[str], *figures: str, foot: bool = False
) -> pd.DataFrame:
    """A table of one indicator whose rows are areas: the head names the unit."""
    units, nouns = {"Wert": unit_of(entry), "Anzahl": entry.counted}, [entry.counted] * len(keys)
    return with_form(frame, *figures, units=units, nouns=nouns, orte=keys, foot=foot)


def _by_areas(frame: pd.DataFrame, analysis: Analysis, keys: Sequence[str], areas: Sequence[str]) -> pd.DataFrame:
    """A table of several indicators whose rows are areas, the city last: each head names its unit."""
    units = {analysis.katalog[key].kurztitel: unit_of(analysis.katalog[key]) for key in keys}
    return with_form(frame, *units, units=units, orte=areas, foot=True)


def _one_each(indikatoren: Sequence[str], gebiet_ids: Sequence[str]) -> list[tuple[Reference]]:
    """One reference per row, for rows that are the indicators of an area or the areas of an indicator."""
    return [(about(key, area),) for key in indikatoren for area in gebiet_ids]


def neighbours(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """Several indicators for the area, its Stadtbezirk, its neighbours (or members) and the city; index indicator.

    A planning area stands among all of its level, of which there may be many: they are the rows.
    """
    if analysis.gebiet.planung:
        return _level_table(analysis, indikatoren)
    columns = {_short(analysis.data.register.by_id(key)): key for key in context(analysis)}
    rows = {
        upper_first(analysis.katalog[key].kurztitel): {
            name: analysis.wert(key, area).dated for name, area in columns.items()
        }
        for key in indikatoren
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("Indikator")
    refs = [[about(key, area) for area in columns.values()] for key in indikatoren]
    return _by_indicator(with_rows(frame, refs), analysis, indikatoren, *columns)


def _level_table(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """Indicators for all areas of a planning level and the city, without those that no area has; index area."""
    areas = context(analysis)
    level = analysis.data.register.siblings(analysis.gebiet.id)
    known = [key for key in indikatoren if any(analysis.wert(key, area).wert is not None for area in level)]
    names = [analysis.data.register.by_id(key).label for key in areas]
    columns = {analysis.katalog[key].kurztitel: [analysis.wert(key, area).dated for area in areas] for key in known}
    frame = pd.DataFrame(columns, index=pd.Index(names, name=analysis.gebiet.ebene_label))
    return _by_areas(with_rows(frame, [[about(key, area) for key in known] for area in areas]), analysis, known, areas)


def methods(analysis: Analysis) -> pd.DataFrame:
    """Definition, method and limits of every indicator with data; index id."""
    rows = [
        {
            "Kennung": entry.id,
            "Indikator": entry.titel,
            "Definition": entry.definition,
            "Verfahren": entry.methode,
            "Grenzen": entry.grenzen,
            "Stand": day(entry.stand),
            "Art": art_label(entry.art),
        }
        for entry in analysis.katalog.values()
        if entry.verfuegbar
    ]
    return pd.DataFrame(rows).set_index("Kennung")


def city_table(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """All Stadtteile side by side, then the city; index name, one column per indicator."""
    keys = [*analysis.stadtteile, analysis.data.register.city.id]
    rows = {
        analysis.data.register.by_id(area).label: {
            analysis.katalog[key].kurztitel: analysis.wert(key, area).dated for key in indikatoren
        }
        for area in keys
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("Stadtteil")
    refs = [[about(key, area) for key in indikatoren] for area in keys]
    return _by_areas(with_rows(frame, refs), analysis, indikatoren, keys)


def all_stadtteile(analysis: Analysis, indikator: str) -> pd.DataFrame:
    """One indicator for all Stadtteile and the city: value, class, note; index name."""
    rows, keys = [], [*analysis.stadtteile, analysis.data.register.city.id]
    for key in keys:
        item = analysis.wert(indikator, key)
        rows.append(
            {
                "Stadtteil": item.ort.label,
                "Wert": item.dated,
                "Einordnung": item.klasse,
                "Hinweis": item.hinweis or (item.grund if item.klasse == UNCLASSED else ""),
            }
        )
    frame = with_rows(pd.DataFrame(rows).set_index("Stadtteil"), _one_each([indikator], keys))
    return _by_area(frame, analysis.katalog[indikator], keys, "Wert", foot=True)


def area_table(analysis: Analysis) -> pd.DataFrame:
    """Stadtteile and Stadtbezirke with number, Stadtbezirk, size, inhabitants by estimate and register; index name."""
    shown = with_register(analysis, ["einwohner"])
    divided = bool(analysis.data.register.of_level("stadtbezirk"))
    rows = [
        {
            "Name": area.langname,
            "Nummer": area.id,
            **({"Stadtbezirk": ", ".join(analysis.data.register.bezirke(area.id))} if divided else {}),
            AREA: f"{number(area.flaeche_km2, 2)}{NBSP}{AREA_UNIT}",
            "Einwohner": analysis.wert(shown[0], area.id).dated,
            **{analysis.katalog[key].kurztitel: analysis.wert(key, area.id).dated for key in shown[1:]},
        }
        for area in analysis.data.register
    ]
    keys, frame = [area.id for area in analysis.data.register], pd.DataFrame(rows).set_index("Name")
    last = keys.index(analysis.data.register.city.id)
    order = [*range(last), *range(last + 1, len(keys)), last]
    people = [analysis.katalog[key].kurztitel for key in shown[1:]]
    units = {AREA: AREA_UNIT, **dict.fromkeys(["Einwohner", *people], unit_of(analysis.katalog[shown[0]]))}
    return with_form(frame.iloc[order], *units, units=units, orte=[keys[one] for one in order], foot=True)


def extremes(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """Lowest and highest Stadtteil and the city for several indicators; index indicator."""
    rows, refs = [], []
    for key in indikatoren:
        entry, values = analysis.katalog[key], analysis.values(key).dropna()
        refs.append([("spanne", key), about(key, analysis.data.register.city.id)])
        low, high = _ends(analysis, key)
        rows.append(
            {
                "Indikator": entry.titel,
                "Niedrigster Wert": low,
                "Höchster Wert": high,
                analysis.stadt: analysis.city_wert(key).dated,
                "Keine Angabe": number(len(analysis.stadtteile) - len(values)),
            }
        )
    frame = with_rows(pd.DataFrame(rows).set_index("Indikator"), refs)
    return _by_indicator(frame, analysis, indikatoren, analysis.stadt, "Keine Angabe")


def _ends(analysis: Analysis, indikator: str) -> list[str]:
    """Lowest and highest Stadtteil with their values."""
    return [f"{item.ort.label} {item.dated}" for item in analysis.ends(indikator)] or [MISSING, MISSING]


def _claim_row(analysis: Analysis, indikator: str) -> dict[str, str]:
    entry, item = analysis.katalog[indikator], analysis[indikator]
    return {
        "Indikator": entry.titel,
        "Wert": item.text(),
        "Anzahl": item.people,
        "Spanne": item.span(unit=False),
        analysis.stadt: analysis.city_wert(indikator).dated,
        "Durchschnitt": item.average(),
        "Einordnung": item.klasse,
        "Stand": f"{art_label(item.art)}, {day(item.stand)}",
    }


def context(analysis: Analysis) -> list[str]:
    """Ids to compare the area with: itself, its Stadtbezirk, city and neighbours; or its members, or its level."""
    area, register = analysis.gebiet, analysis.data.register
    if area.ebene == "stadt":
        return [area.id, *(part.id for part in register.parts)]
    if area.ebene == "stadtbezirk":
        return [area.id, register.city.id, *analysis.members]
    if area.planung:
        return [*register.siblings(area.id), register.city.id]
    parts = analysis.members if area.ebene == QUARTIER else []
    return [area.id, *register.bezirke(area.id), register.city.id, *parts, *analysis.neighbours]


def _place_head(analysis: Analysis) -> str:
    return "Stadtteil oder Bezirk" if analysis.data.register.of_level("stadtbezirk") else "Stadtteil"


def _area_row(analysis: Analysis, indikator: str, plain_count: bool, gebiet_id: str) -> dict[str, str]:
    item = analysis.wert(indikator, gebiet_id)
    row = {_place_head(analysis): item.ort.label, "Wert": item.dated}
    if not plain_count:
        row["Anzahl"] = item.people
        row["Spanne"] = item.span(unit=False)
        row["Durchschnitt"] = item.average()
        row["Einordnung"] = item.klasse
    return row


def _short(area: Gebiet) -> str:
    return f"Bezirk {area.id}" if area.ebene == "stadtbezirk" else area.kurz
