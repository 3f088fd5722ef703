"""Frames that are printed: text cells in German, ready for display; index = first column."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from sozialraum.compare import UNCLASSED, Analysis
from sozialraum.gebiete import QUARTIER, Gebiet
from sozialraum.indicators import PLAIN_COUNT, Indikator, chosen
from sozialraum.load import REGISTER
from sozialraum.style import MISSING, NBSP, art_label, counted, dated, day, number, span, value
from sozialraum.text.chapters import register_value, source_numbers
from sozialraum.text.claims import Claim, Reference, Sentence, about, claim, claims, with_rows

TILES: Final = ("einwohner", "anteil_unter_15", "anteil_65plus", "geboren_eu", "wahlbeteiligung_ew2024", "kitas",
                "grundschulen", "reichweite_haltestelle_300m")  # fmt: skip


def key_figures(analysis: Analysis, indikatoren: Sequence[str] = TILES) -> list[dict[str, object]]:
    """Key figures for tiles: label, value, unit, count and city, class, date and kind, and what they rest on."""
    tiles: list[dict[str, object]] = []
    registered = register_value(analysis)
    if registered and registered.facts:  # a value shared with another Stadtteil is said in the sentence
        registered = Sentence("Melderegister: kein eigener Registerwert veröffentlicht", registered.claims)
    for key in indikatoren:
        if indikatoren is TILES and not (key in analysis.katalog and analysis.katalog[key].verfuegbar):
            continue
        entry, item = analysis.katalog[key], claim(analysis, key)
        city = city_text(analysis, key)
        beside = f"{analysis.data.register.city.name}: {city}" if city and analysis.gebiet.ebene != "stadt" else ""
        people = counted(item.anzahl, entry, art=item.art) if pd.notna(item.wert) else ""
        tiles.append(
            {
                "label": upper(entry.kurztitel),
                "value": value(item.wert, entry, art=item.art, unit=False),
                "unit": entry.einheit if not pd.isna(item.wert) and entry.einheit != PLAIN_COUNT else "",
                "count": registered.text if registered and key == "einwohner" else people,
                "city": beside,
                "klasse": item.klasse if entry.typ != "anzahl" else "",
                "meta": f"{day(item.stand)}, {art_label(item.art)}",
                "belege": (item.ref, *(registered.refs if registered and key == "einwohner" else ())),
            }
        )
    return tiles


def with_register(analysis: Analysis, indikatoren: Sequence[str]) -> list[str]:
    """The indicators with the register's inhabitants, where the catalogue has them, behind those of the census."""
    behind = [REGISTER] if REGISTER in analysis.table.index.unique("indikator") else []
    wanted = chosen(analysis.katalog, indikatoren)
    return [one for key in wanted for one in ([key, *behind] if key == "einwohner" else [key])]


def city_text(analysis: Analysis, indikator: str) -> str:
    """The city's value as printed, rounded by its own kind."""
    return _text(analysis, indikator, analysis.data.register.city.id)


def upper(text: str) -> str:
    """First letter as a capital."""
    return text[:1].upper() + text[1:]


def profile_table(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """The profile as a table: value, count, interval, city, distance, band, class, date and kind per indicator."""
    rows = [_claim_row(analysis, key) for key in indikatoren]
    if not rows:
        return pd.DataFrame()
    return with_rows(pd.DataFrame(rows).set_index("Indikator"), _one_each(indikatoren, [analysis.gebiet.id]))


def evidence(analysis: Analysis) -> pd.DataFrame:
    """The evidence table: every value that a sentence may rest on, numbered; index Nr."""
    rows, known = [], claims(analysis)
    for item in known:
        row = _claim_row(analysis, item.indikator)
        reason = item.hinweis if pd.isna(item.wert) else item.grund
        if reason:
            row["Einordnung"] = f"{item.klasse}: {reason}" if item.klasse else reason
        row["Quelle"] = source_numbers(analysis, item.quelle.split("|"))
        rows.append({"Nr.": str(item.nummer), **row})
    return with_rows(pd.DataFrame(rows).set_index("Nr."), [(item.ref,) for item in known])


def around(analysis: Analysis, indikator: str) -> pd.DataFrame:
    """One indicator for the area, its Stadtbezirk, the city, neighbours or members, and the extremes."""
    keys = context(analysis)
    values = analysis.values(indikator).dropna()
    if len(values) and not analysis.gebiet.planung:
        keys += [str(values.idxmin()), str(values.idxmax())]
    entry = analysis.katalog[indikator]
    keys = list(dict.fromkeys(keys))
    rows = [_area_row(analysis, indikator, entry.typ == "anzahl", key) for key in keys]
    frame = pd.DataFrame(rows).set_index(_place_head(analysis))
    said = [name for name in frame.columns if name == "Wert" or frame[name].ne("").any()]
    return with_rows(frame[said], _one_each([indikator], keys))


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
        analysis.katalog[key].kurztitel: {name: _text(analysis, key, area) for name, area in columns.items()}
        for key in indikatoren
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("Indikator")
    return with_rows(frame, [[about(key, area) for area in columns.values()] for key in indikatoren])


def _level_table(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """Indicators for all areas of a planning level and the city, without those that no area has; index area."""
    areas = context(analysis)
    level = analysis.data.register.siblings(analysis.gebiet.id)
    known = [key for key in indikatoren if analysis.rows_of(key)["wert"].loc[level].notna().any()]
    names = [analysis.data.register.by_id(key).label for key in areas]
    columns = {analysis.katalog[key].kurztitel: [_text(analysis, key, area) for area in areas] for key in known}
    frame = pd.DataFrame(columns, index=pd.Index(names, name=analysis.gebiet.ebene_label))
    return with_rows(frame, [[about(key, area) for key in known] for area in areas])


def methods(analysis: Analysis) -> pd.DataFrame:
    """Definition, method and limits of every indicator with data; index indicator."""
    rows = [
        {
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
    return pd.DataFrame(rows).set_index("Indikator")


def city_table(analysis: Analysis, indikatoren: Sequence[str]) -> pd.DataFrame:
    """All Stadtteile side by side, then the city; index name, one column per indicator."""
    keys = [*analysis.stadtteile, analysis.data.register.city.id]
    rows = {
        analysis.data.register.by_id(area).label: {
            analysis.katalog[key].kurztitel: _text(analysis, key, area) for key in indikatoren
        }
        for area in keys
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("Stadtteil")
    return with_rows(frame, [[about(key, area) for key in indikatoren] for area in keys])


def all_stadtteile(analysis: Analysis, indikator: str) -> pd.DataFrame:
    """One indicator for all Stadtteile and the city: value, class, note; index name."""
    rows, keys = [], [*analysis.stadtteile, analysis.data.register.city.id]
    for key in keys:
        row = analysis.row(indikator, key)
        note = row["hinweis"] if isinstance(row["hinweis"], str) else ""
        rows.append(
            {
                "Stadtteil": analysis.data.register.by_id(key).label,
                "Wert": _text(analysis, indikator, key),
                "Einordnung": str(row["klasse"]),
                "Hinweis": note or (str(row["grund"]) if row["klasse"] == UNCLASSED else ""),
            }
        )
    return with_rows(pd.DataFrame(rows).set_index("Stadtteil"), _one_each([indikator], keys))


def area_table(analysis: Analysis) -> pd.DataFrame:
    """Stadtteile and Stadtbezirke with number, Stadtbezirk, size, inhabitants by estimate and register; index name."""
    shown = with_register(analysis, ["einwohner"])
    divided = bool(analysis.data.register.of_level("stadtbezirk"))
    rows = [
        {
            "Name": area.langname,
            "Nummer": area.id,
            **({"Stadtbezirk": ", ".join(analysis.data.register.bezirke(area.id))} if divided else {}),
            "Fläche": f"{number(area.flaeche_km2, 2)}{NBSP}km²",
            "Einwohner": _text(analysis, shown[0], area.id),
            **{analysis.katalog[key].kurztitel: _text(analysis, key, area.id) for key in shown[1:]},
        }
        for area in analysis.data.register
    ]
    return pd.DataFrame(rows).set_index("Name")


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
                analysis.data.register.city.name: city_text(analysis, key),
                "Keine Angabe": number(len(analysis.stadtteile) - len(values)),
            }
        )
    return with_rows(pd.DataFrame(rows).set_index("Indikator"), refs)


def _ends(analysis: Analysis, indikator: str) -> list[str]:
    """Lowest and highest Stadtteil with their values."""
    values = analysis.values(indikator).dropna()
    keys = (str(values.idxmin()), str(values.idxmax())) if len(values) else ()
    found = [f"{analysis.data.register.by_id(key).label} {_text(analysis, indikator, key)}" for key in keys]
    return found or [MISSING, MISSING]


def _claim_row(analysis: Analysis, indikator: str) -> dict[str, str]:
    entry, item = analysis.katalog[indikator], claim(analysis, indikator)
    return {
        "Indikator": entry.titel,
        "Wert": value(item.wert, entry, art=item.art),
        "Anzahl": counted(item.anzahl, entry, art=item.art) if pd.notna(item.wert) else "",
        "Spanne": _span_text(item, entry),
        analysis.data.register.city.name: city_text(analysis, indikator),
        "Durchschnitt": _band_text(item, entry),
        "Einordnung": item.klasse,
        "Stand": f"{art_label(item.art)}, {day(item.stand)}",
    }


def _span_text(item: Claim, entry: Indikator) -> str:
    return span(item.von, item.bis, entry, art=item.art, unit=False)


def _band_text(item: Claim, entry: Indikator) -> str:
    if pd.isna(item.band):
        return ""
    low, high = (number(item.stadtwert + sign * item.band, entry.nachkommastellen) for sign in (-1, 1))
    return f"{low} bis {high}"


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
    row = {
        _place_head(analysis): analysis.data.register.by_id(gebiet_id).label,
        "Wert": _text(analysis, indikator, gebiet_id),
    }
    if not plain_count:
        item, entry = claim(analysis, indikator, gebiet_id), analysis.katalog[indikator]
        row["Anzahl"] = counted(item.anzahl, entry, art=item.art) if pd.notna(item.wert) else ""
        row["Spanne"] = _span_text(item, entry)
        row["Durchschnitt"] = _band_text(item, entry)
        row["Einordnung"] = item.klasse
    return row


def _text(analysis: Analysis, indikator: str, gebiet_id: str) -> str:
    row, entry = analysis.row(indikator, gebiet_id), analysis.katalog[indikator]
    if pd.isna(row["wert"]):
        return MISSING
    return dated(value(row["wert"], entry, art=str(row["art"])), row["stand"], entry)


def _short(area: Gebiet) -> str:
    return f"Bezirk {area.id}" if area.ebene == "stadtbezirk" else area.kurz
