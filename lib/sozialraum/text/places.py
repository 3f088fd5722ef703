"""Tables and sentences of the places in an area: how many of each kind, which, with date and source, and what is open.

A kind whose list may be incomplete never prints 0: it prints "mindestens n" or "nicht erfasst". How complete a list is
stands under ``arten`` in ``orte.yml``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from sozialraum.city.access import COMPLETE, is_supply, list_note, list_of
from sozialraum.city.schema import ARTEN
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.wert import Reference
from sozialraum.errors import ParameterError
from sozialraum.style import SYMBOLS, UNRECORDED, day, number, symbol_key
from sozialraum.style.grammar import enumerate_words, plural, this, upper_first
from sozialraum.text.claims import Sentence, fact, noted, with_cells, with_form
from sozialraum.text.stops import departures_in_words

SCHOOL_FORMS: Final = (
    "Grundschule", "Hauptschule", "Realschule", "Sekundarschule", "Gesamtschule", "Gymnasium", "Waldorfschule",
    "Förderschule", "Berufskolleg", "Weiterbildungskolleg", "Klinikschule",
)  # fmt: skip
ART_NAMES: Final = {
    "schule": "Schule", "kita": "Kita", "haltestelle": "Haltestelle", "platz": "Platz", "park": "Park",
    "markt": "Wochenmarkt", "krankenhaus": "Krankenhaus", "pflege": "Pflegeeinrichtung",
    "anlaufstelle": "Anlaufstelle", "lebensmittel": "Lebensmittelladen", "apotheke": "Apotheke", "arzt": "Arztpraxis",
    "spielplatz": "Spielplatz", "begegnung": "Ort der Begegnung",
}  # fmt: skip
MORE: Final = ("markt", "krankenhaus", "pflege", "anlaufstelle", "begegnung")
"""Kinds that a report lists with address, date and source and counts only as far as they are known."""
FETCHED: Final = ("lebensmittel", "apotheke", "arzt", "spielplatz")
"""Kinds of which places are known only once they were fetched; they are counted and drawn, not listed."""
ACCIDENTS: Final = {
    "radunfall": ("Fahrrad", "Wie viel hier Rad gefahren wird"),
    "fussunfall": ("Menschen zu Fuß", "Wie viel hier zu Fuß gegangen wird"),
}
"""Kinds of accidents: who took part, and what would have to be known to measure danger."""
FEW_YEARS: Final = 3
UNDATED: Final = "ohne Datum"
BY_ENTRY: Final = "je Eintrag"
NOT_CHECKED: Final = {"ungeprüft": "nicht geprüft"}
CLOSED_WORDS: Final = {
    "geplant": "angekündigt, zählt nicht mit",
    "geschlossen": "zählt nicht mit",
    "im Bau": "im Bau, zählt nicht mit",
    "beschlossen": "beschlossen, noch nicht eröffnet",
}
_LIST_COLUMNS: Final = ("Name", "Art", "Adresse", "Stadtteil", "Hinweis")


def supply(analysis: Analysis) -> pd.DataFrame:
    """Facilities of the area by kind beside the city's, with date and how complete the list is; index kind."""
    places, orte = pd.DataFrame(analysis.data.einrichtungen), analysis.data.orte
    counted = places[is_supply(places, orte)]
    kinds = counted["art"].map(ART_NAMES).where(counted["art"] != "schule", counted["unterart"])
    here, city = (kinds[chosen].value_counts() for chosen in (counted.index.isin(analysis.places.index), kinds.notna()))
    arten = dict(zip(kinds, counted["art"], strict=True))
    order = [kind for kind in (*SCHOOL_FORMS, *ART_NAMES.values()) if kind in city.index]
    rows = [
        {
            "Art": kind,
            analysis.gebiet.label: amount(orte, arten[kind], int(here.get(kind, 0))),
            f"{analysis.stadt} gesamt": amount(orte, arten[kind], int(city[kind])),
            "Stand": _stand_of(counted.loc[counted["art"] == arten[kind], "stand"]),
            "Liste": NOT_CHECKED.get(list_of(orte, arten[kind]), list_of(orte, arten[kind])),
        }
        for kind in order
    ]
    if not rows:
        return pd.DataFrame()
    figures = (analysis.gebiet.label, f"{analysis.stadt} gesamt")
    return with_form(with_cells(pd.DataFrame(rows).set_index("Art"), "einrichtungen"), *figures)


def amount(orte: Mapping[str, Any], art: str, count: int) -> str:
    """A number of places as printed: only a complete list has a 0."""
    if list_of(orte, art) == COMPLETE:
        return number(count)
    return f"mindestens {number(count)}" if count else UNRECORDED


def counted_words(analysis: Analysis, *arten: str) -> list[str]:
    """How many places of some kinds there are, as far as any are known: "mindestens 1 Wochenmarkt"."""
    here = analysis.places[is_supply(analysis.places, analysis.data.orte)]
    words = []
    for art in arten:
        count, symbol = int((here["art"] == art).sum()), SYMBOLS[symbol_key(art) or ""]
        least = "" if list_of(analysis.data.orte, art) == COMPLETE else "mindestens "
        words += [least + plural(count, symbol.label, symbol.plural)] if count else []
    return words


def map_basis(analysis: Analysis) -> Reference:
    """What the words of the map rest on, besides values: names, counts of :data:`MORE` and :data:`FETCHED`."""
    named = analysis.places.loc[analysis.places["art"].isin(("park", "platz")), "name"]
    counts = counted_words(analysis, *MORE, *FETCHED)
    return fact("karte", *named, *counts, *analysis.streets["name"]).ref


def _stand_of(dates: pd.Series) -> str:
    known = dates.dropna().unique()
    if dates.isna().any():
        return BY_ENTRY if len(known) else UNDATED
    return day(known[0]) if len(known) == 1 else BY_ENTRY


def facilities(analysis: Analysis, *arten: str) -> pd.DataFrame:
    """Facilities of the area as a list: kind, name, address, note; index name. Parks by their stated Stadtteil too."""
    _require(analysis, arten)
    served = departures_in_words(analysis.data)
    rows = [
        {
            "Name": row.name,
            "Art": row.unterart,
            "Adresse": row.adresse if isinstance(row.adresse, str) else "",
            "Stadtteil": _stadtteil(analysis, row),
            "Hinweis": "; ".join(filter(None, (_facility_note(row), served.get(str(row.Index))))),
        }
        for row in _chosen(analysis, *arten).itertuples()
    ]
    return pd.DataFrame(rows, columns=list(_LIST_COLUMNS)).set_index("Name")


def _require(analysis: Analysis, arten: Sequence[str]) -> None:
    """Refuse kinds of places that do not exist, with those that do."""
    possible = list(dict.fromkeys([*ARTEN, *analysis.data.einrichtungen["art"]]))
    unknown = [art for art in arten if art not in possible]
    if unknown:
        raise ParameterError(f"Die Art „{unknown[0]}“ gibt es nicht. Möglich sind: {', '.join(possible)}.")


def more_places(analysis: Analysis, *arten: str) -> pd.DataFrame:
    """Places of some kinds (by default :data:`MORE`) with note, date and source of each; index name."""
    _require(analysis, arten)
    chosen = _chosen(analysis, *(arten or MORE))
    rows = [
        {
            "Name": row.name,
            "Art": row.unterart,
            "Adresse": row.adresse if isinstance(row.adresse, str) else "",
            "Hinweis": _facility_note(row),
            "Stand": day(row.stand) if isinstance(row.stand, str) else UNDATED,
            "Quelle": row.nachweis if isinstance(row.nachweis, str) else _credit(analysis, str(row.quelle)),
        }
        for row in chosen.itertuples()
    ]
    frame = pd.DataFrame(rows, columns=["Name", "Art", "Adresse", "Hinweis", "Stand", "Quelle"]).set_index("Name")
    return with_cells(frame, "ort")


def list_notes(analysis: Analysis, *arten: str) -> list[Sentence]:
    """What is known of the gaps of the lists of some kinds (by default :data:`MORE`), and which have no entry here."""
    _require(analysis, arten)
    orte, chosen = analysis.data.orte, arten or MORE
    here = set(analysis.places.loc[is_supply(analysis.places, orte), "art"])
    everywhere = set(analysis.data.einrichtungen["art"])
    known = [art for art in chosen if art in everywhere and list_of(orte, art) != COMPLETE]
    empty = [SYMBOLS[symbol_key(art) or ""].plural for art in known if art not in here]
    sentences = [_list_note(orte, art) for art in known if art in here]
    if empty:
        text = (
            f"Nicht erfasst sind {analysis.gebiet.in_phrase} {enumerate_words(empty)}. "
            "Das heißt nicht, dass es keine gibt: Die Listen sind unvollständig oder nicht geprüft."
        )
        sentences.append(noted("unerfasst", text))
    return sentences


def list_caption(analysis: Analysis, title: str, *arten: str) -> str:
    """Caption of a list of places: what it holds, and how complete it is: "Parks (Liste unvollständig)"."""
    _require(analysis, arten)
    states = list(dict.fromkeys(list_of(analysis.data.orte, art) for art in arten))
    told = enumerate_words([NOT_CHECKED.get(state, state) for state in states])
    return f"{title} (Liste {told})"


def _list_note(orte: Mapping[str, Any], art: str) -> Sentence:
    state = list_of(orte, art)
    words = f"Liste {state}" if state not in NOT_CHECKED else "nicht geprüft, ob die Liste vollständig ist"
    text = f"{upper_first(SYMBOLS[symbol_key(art) or ''].plural)}: {words}. {list_note(orte, art)}".strip()
    return noted("liste", text)


def not_counted(analysis: Analysis) -> list[Sentence]:
    """Stops under construction and accidents: named, never counted as supply."""
    places, here = analysis.data.einrichtungen, analysis.places
    where, sentences = upper_first(analysis.gebiet.in_phrase), []
    coming = here[here["art"] == "haltestelle_im_bau"]
    if len(coming):
        verb = "ist" if len(coming) == 1 else "sind"
        stops = plural(len(coming), "Haltestelle", "Haltestellen")
        names = enumerate_words(coming["name"].tolist())
        text = (
            f"Im Bau {verb} {analysis.gebiet.in_phrase} {stops} der Citybahn: {names} "
            f"(Stand {day(coming['stand'].iloc[0])}). Sie {'zählt' if len(coming) == 1 else 'zählen'} nirgends mit."
        )
        sentences.append(noted("im_bau", text))
    for art, (involved, unknown) in ACCIDENTS.items():
        years = sorted(places.loc[places["art"] == art, "stand"].unique())
        if years:
            mine = here[here["art"] == art]["stand"]
            form = "{} im Jahr {}" if len(years) <= FEW_YEARS else "{} ({})"
            counts = [form.format(number(int((mine == year).sum())), year) for year in years]
            text = (
                f"{where} verzeichnet der Unfallatlas Unfälle mit Personenschaden und {involved}: "
                f"{enumerate_words(counts)}. {unknown}, ist nicht bekannt; die Anzahl ist kein Maß für die Gefahr."
            )
            sentences.append(noted("radunfaelle", text))
    return sentences


def not_counted_lead(analysis: Analysis) -> str:
    """What :func:`not_counted` tells of."""
    known = set(analysis.data.einrichtungen["art"])
    told = [involved for art, (involved, _) in ACCIDENTS.items() if art in known]
    return f"Im Bau, Unfälle mit {enumerate_words(told or ['Fahrrad'])}"


def published_figures(analysis: Analysis) -> list[Sentence]:
    """Single published figures in words that name the area, each with author, source and date; never classed."""
    table = analysis.data.kennzahlen
    return [
        noted(
            "kennzahl",
            f"{row['thema']}: {row['angabe']} ({row['urheber']}; {row['nachweis']}; "
            f"{day(row['stand']) if isinstance(row['stand'], str) else UNDATED}).",
        )
        for _, row in table[table["gebiet_id"] == analysis.gebiet.id].iterrows()
    ]


def figures_lead(analysis: Analysis) -> str:
    """What the published figures are."""
    named = "die Stadt" if analysis.gebiet.ebene == "stadt" else this(analysis.gebiet)
    return f"Einzelne veröffentlichte Angaben, die {named} nennen; keine Reihe, keine Einstufung"


def _chosen(analysis: Analysis, *arten: str) -> pd.DataFrame:
    """Places of some kinds in the area, in the order of the kinds."""
    chosen = analysis.places[analysis.places["art"].isin(arten)]
    ordered = chosen.assign(stelle=chosen["art"].map({art: place for place, art in enumerate(arten)}))
    return ordered.sort_values(["stelle", "unterart", "name"], kind="stable")


def _stadtteil(analysis: Analysis, row: Any) -> str:
    unplaced = row.geometry is None or row.geometry.is_empty
    if not isinstance(row.gebiet_id, str):
        return "Lage nicht erfasst"
    name = analysis.data.register.by_id(row.gebiet_id).name
    return f"{name} (Lage nicht erfasst)" if unplaced else name


def _credit(analysis: Analysis, quelle: str) -> str:
    source = analysis.data.quellen[quelle]
    return source.kurz or source.quellenvermerk


def _facility_note(row: Any) -> str:
    notes: Iterable[str] = (
        row.hinweis if row.art not in ("schule", "haltestelle") and isinstance(row.hinweis, str) else "",
        CLOSED_WORDS.get(row.status, "") if isinstance(row.status, str) else "",
        ""
        if row.hauptstandort
        else "gleiche Anschrift, zählt nicht doppelt"
        if row.art == "pflege"
        else "weiterer Standort",
        row.verband if isinstance(row.verband, str) else "",
    )
    return "; ".join(part for part in notes if part)
