"""Kinds of references that are no indicator: places, published single values, the state of the data."""

from collections.abc import Callable
from typing import Final

import pandas as pd

from sozialraum.access import (
    COMPLETE,
    LIMIT_STEP,
    REACH,
    is_supply,
    list_note,
    list_of,
    reach_at,
    walking_minutes,
)
from sozialraum.aussagen import Mitteilung, judge, mitteilungen
from sozialraum.compare import MAX_AGE_YEARS
from sozialraum.evidence.explanation import CITY, OTHER, VALUE, Explanation, Number
from sozialraum.evidence.known import Known
from sozialraum.evidence.numbers import POINTS, flat
from sozialraum.indicators import agreement, register_figures
from sozialraum.load import Data, licence_of
from sozialraum.reads import remembered
from sozialraum.style import SYMBOLS, change, day, number, share, symbol_key, value
from sozialraum.workspace import (
    dates_of,
    published_together,
    reissues,
    split_change,
    value_of,
    whole_change,
)

_ARTS: Final = {
    "Kita": "kita", "Haltestelle": "haltestelle", "Platz": "platz", "Park": "park", "Wochenmarkt": "markt",
    "Krankenhaus": "krankenhaus", "Pflegeeinrichtung": "pflege", "Anlaufstelle": "anlaufstelle",
}  # fmt: skip


def _number_of(known: Known, gebiet_id: str) -> Explanation:
    area = known.data.register.by_id(gebiet_id)
    return Explanation((Number(str(area.nummer), OTHER, ""),))


def _bezirke(known: Known) -> Explanation:
    count = len(known.data.register.of_level("stadtbezirk"))
    return Explanation((Number(number(count), OTHER, "", after=("Stadtbezirk",)),))


def _period(known: Known) -> Explanation:
    years = sorted({entry.stand[:4] for entry in known.katalog.values() if entry.verfuegbar})
    issued = day(known.issued)
    old = f"am {issued} älter als {MAX_AGE_YEARS} Jahre"
    return Explanation(
        literals=(
            f"Daten {'–'.join(dict.fromkeys((years[0], years[-1])))}",
            f"Alter der Daten gemessen am {issued}",
            old,
        )
    )


@remembered
def _open_places(data: Data) -> pd.DataFrame:
    """Facilities that count, without their positions: rows of a plain table are chosen in a tenth of the time."""
    places = pd.DataFrame(data.einrichtungen.drop(columns="geometry"))
    return places[is_supply(places, data.orte)]


@remembered
def _inside(data: Data, gebiet_id: str) -> pd.Series:
    return data.inside(gebiet_id, data.einrichtungen)


def _here(known: Known, gebiet_id: str) -> pd.DataFrame:
    return pd.DataFrame(known.data.einrichtungen[_inside(known.data, gebiet_id)])


def _planned(known: Known, gebiet_id: str) -> Explanation:
    here = _here(known, gebiet_id)
    count = int(((here["art"] == "kita") & (here["status"] == "geplant")).sum())
    return Explanation((Number(number(count), OTHER, "", "kitas"),))


def _further_sites(known: Known, gebiet_id: str) -> Explanation:
    here = _here(known, gebiet_id)
    count = int(((here["art"] == "schule") & ~here["hauptstandort"]).sum())
    return Explanation((Number(number(count), OTHER, "", after=("weiter",)),))


def _places(known: Known, gebiet_id: str, art: str) -> Explanation:
    """Names of places in an area, with the size of parks."""
    places = known.data.einrichtungen
    found = places[(places["art"] == art) & _inside(known.data, gebiet_id)]
    sizes = [f"{row.name} ({str(row.hinweis).split(';')[0]})" for row in found.itertuples()]
    return Explanation(literals=tuple(flat(text) for text in (*sizes, *found["name"])))


def _facilities(known: Known, gebiet_id: str, kind: str) -> Explanation:
    """A row of the supply table: open facilities of a kind here and in the city, with the date of the list.

    Of a list that may be incomplete only "mindestens n" may be printed, never the bare number and never 0.
    """
    counted, art = _open_places(known.data), _ARTS.get(kind, "schule")
    chosen = counted[counted["art"] == art] if kind in _ARTS else counted[counted["unterart"] == kind]
    here = int(_inside(known.data, gebiet_id)[chosen.index].sum())
    dates = tuple(f"Stand {day(stand)}" for stand in chosen["stand"].dropna().unique())
    if list_of(known.data.orte, art) == COMPLETE:
        counts = ((here, VALUE, gebiet_id), (len(chosen), CITY, known.city.id))
        numbers = tuple(Number(number(count), role, "", gebiet_id=key) for count, role, key in counts)
        return Explanation(numbers, dates)
    symbol, label = SYMBOLS[symbol_key(art) or ""], known.data.register.by_id(gebiet_id).label
    noun = symbol.label if here == 1 else symbol.plural
    least = [f"{label} mindestens {number(here)}", f"mindestens {number(here)} {noun}"] if here else []
    city = [f"{known.city.name} gesamt mindestens {number(len(chosen))}"] if len(chosen) else []
    return Explanation(literals=tuple(flat(text) for text in (*least, *city, *dates)))


def _list(known: Known, art: str) -> Explanation:
    """What is noted of the gaps of a list."""
    return Explanation(literals=(flat(list_note(known.data.orte, art)),))


def _unrecorded(_known: Known, _gebiet_id: str) -> Explanation:
    """Which kinds are not recorded in an area: words without figures."""
    return Explanation()


def _place(known: Known, key: str) -> Explanation | None:
    """A row of a list of places: what is known of one."""
    places = known.data.einrichtungen
    if key not in places.index:
        return None
    row = places.loc[key]
    source = known.data.quellen[str(row["quelle"])]
    columns = ("name", "unterart", "adresse", "hinweis", "nachweis")
    texts = [str(row[name]) for name in columns if isinstance(row[name], str)]
    dates = [day(str(row["stand"]))] if isinstance(row["stand"], str) else []
    return Explanation(
        literals=tuple(flat(text) for text in (*texts, *dates, source.kurz, source.quellenvermerk) if text)
    )


def _under_construction(known: Known, gebiet_id: str) -> Explanation:
    """Stops under construction: their number, names and date."""
    here = _here(known, gebiet_id)
    found = here[here["art"] == "haltestelle_im_bau"]
    names = tuple(flat(str(name)) for name in found["name"])
    dates = tuple(f"Stand {day(stand)}" for stand in found["stand"].unique())
    return Explanation((Number(number(len(found)), OTHER, "", after=("Haltestelle",)),), (*names, *dates))


def _accidents(known: Known, gebiet_id: str) -> Explanation:
    """Bicycle accidents with injury: how many in which year, and no other number."""
    here, places = _here(known, gebiet_id), known.data.einrichtungen
    years = places.loc[places["art"] == "radunfall", "stand"].unique()
    mine = here.loc[here["art"] == "radunfall", "stand"]
    return Explanation(literals=tuple(f"{number(int((mine == year).sum()))} im Jahr {year}" for year in years))


def _offer(known: Known, key: str) -> Explanation | None:
    """A row of the table of offers: every word that is known of one."""
    table = known.data.angebote
    if key not in table.index:
        return None
    row = table.loc[key]
    words = [str(row[name]) for name in table.columns if isinstance(row[name], str)]
    dates = [day(str(row[name])) for name in ("seit", "bis", "stand") if isinstance(row[name], str)]
    return Explanation(literals=tuple(flat(word) for word in (*words, *dates) if not word.isdigit() or len(word) == 4))


def _offers(_known: Known, _gebiet_id: str) -> Explanation:
    """That the list of offers is incomplete: words without figures."""
    return Explanation()


def _figure(known: Known, gebiet_id: str, place: str) -> Explanation | None:
    """A published figure in words that names the area."""
    table = known.data.kennzahlen
    if not place.isdigit() or int(place) not in table.index or table.at[int(place), "gebiet_id"] != gebiet_id:
        return None
    row = table.loc[int(place)]
    words = [str(row[name]) for name in ("thema", "angabe", "urheber", "nachweis")]
    dates = [day(row["stand"])] if isinstance(row["stand"], str) else []
    return Explanation(literals=tuple(flat(word) for word in (*words, *dates)))


def _street(known: Known, key: str) -> Explanation:
    streets = known.data.einkaufsstrassen
    name, names, houses = (streets.at[key, column] for column in ("name", "strassen", "haeuser"))
    words = (str(name), *str(names).split(", "))
    count = Number(number(int(str(houses))), OTHER, "", after=("Hausnummer",))
    return Explanation((count,), tuple(flat(word) for word in words))


def _walk(_known: Known, kind: str) -> Explanation:
    metres = REACH[kind]
    minutes = number(walking_minutes(metres), 0)
    return Explanation((Number(number(metres), OTHER, "m"), Number(minutes, OTHER, "Minuten")))


def _other_limits(known: Known, kind: str, gebiet_id: str) -> Explanation:
    """The reach at a smaller and a larger limit."""
    limits = [REACH[kind] + sign * LIMIT_STEP[kind] for sign in (-1, 1)]
    shares = [flat(share(reach_at(known.data, gebiet_id, kind, metres))).split()[0] for metres in limits]
    return Explanation(
        (*(Number(number(metres), OTHER, "m") for metres in limits), *(Number(part, OTHER, "%") for part in shares))
    )


def _single(known: Known, gebiet: str, label: str) -> Explanation:
    """A published single value with its date and attribution, in full and in short."""
    table = known.data.einzelwerte
    row = table[(table["gebiet"] == gebiet) & (table["bezeichnung"] == label)].iloc[0]
    wert = float(row["wert"])
    printed = number(wert, 0 if wert.is_integer() else 1)
    source = known.data.quellen[row["quelle"]]
    credited = (flat(source.quellenvermerk), flat(source.kurz))
    return Explanation((Number(printed, VALUE, flat(row["einheit"])),), (flat(label), *credited, day(row["stand"])))


def _special(known: Known, gebiet_id: str) -> Explanation:
    """A note on a Stadtteil: it may print the published values of that Stadtteil and their year."""
    area, table = known.data.register.by_id(gebiet_id), known.data.einzelwerte
    rows = table[table["gebiet"] == area.name]
    parts = [_single(known, area.name, label) for label in rows["bezeichnung"]]
    years = [f"Ende {str(stand)[:4]}" for stand in rows["stand"]]
    numbers = [item for part in parts for item in part.numbers]
    return Explanation((*numbers, Number(str(area.nummer), OTHER, "")), tuple(years))


def _selection(_known: Known, *keys: str) -> Explanation:
    return Explanation((Number(number(len(keys)), OTHER, "", after=("Karte", "Zeile")),))


def _estimate(known: Known, gebiet_id: str = "") -> Explanation | None:
    """How well the population estimate agrees with the register."""
    people = {key: float(row["zaehler"]) for key in known.stadtteile if (row := known.row("einwohner", key))}
    figures = register_figures(known.data.einwohner_register, known.stadtteile)
    found = agreement(pd.Series(people), figures)
    if found is None:
        return None
    if gebiet_id:
        off = abs(found.deviations.get(gebiet_id, found.nine_of_ten))
        return Explanation((Number(flat(share(off)).split()[0], OTHER, "%"),))
    shares = (found.median, found.mean, found.nine_of_ten, abs(found.worst[1]), abs(found.level))
    counts = [Number(number(len(found.deviations)), OTHER, "", after=("Wert",))]
    return Explanation((*(Number(flat(share(part)).split()[0], OTHER, "%") for part in shares), *counts))


def _stock(known: Known) -> Explanation:
    with_data = sum(entry.verfuegbar for entry in known.katalog.values())
    counts = (
        (len(known.data.quellen), ("Quelle",)),
        (with_data, ("Indikator",)),
        (len(known.katalog) - with_data, ("ohne",)),
    )
    return Explanation(tuple(Number(number(count), OTHER, "", after=after) for count, after in counts))


def _boundary(known: Known, gebiet_id: str) -> Explanation:
    """Who drew a Quartier, and what lies in it."""
    return Explanation(literals=(flat(known.data.register.by_id(gebiet_id).beschreibung),))


def _licence(known: Known) -> Explanation:
    return Explanation(literals=(flat(licence_of(known.data)),))


def _levels(_known: Known) -> Explanation:
    """The words that explain the levels of the Schulsozialindex."""
    groups = [f"mit Stufe {part}" for part in ("1–3", "4–6", "7–9")]
    return Explanation(literals=("(1 = niedrigste, 9 = höchste Stufe", *groups))


def _published(known: Known, key: str) -> Explanation:
    """A published text: who, when, and the note on the areas."""
    one = _text_of(known, key)
    credit = known.data.quellen[one.quelle].quellenvermerk
    return Explanation(literals=(flat(credit), day(one.datum), flat(one.hinweis)))


def _judged(known: Known, key: str, statement: str, gebiet_id: str) -> Explanation:
    """A statement of others: its words, and the verdict by the rule."""
    aussage = next(item for item in _text_of(known, key).aussagen if item.id == statement)
    area = known.data.register.by_id(gebiet_id)
    found = judge(aussage, area, data=known.data, katalog=known.katalog, row=known.row)
    literals = (flat(aussage.text), flat(found.grund), flat(aussage.hinweis))
    dates: tuple[str, ...] = ()
    if aussage.indikator:
        row = known.row(aussage.indikator.id, gebiet_id)
        dates = (f"(Stand {day(row['stand'])})",) if row else ()
    return Explanation(literals=(*literals, *dates), ergebnis=found.ergebnis)


def _text_of(known: Known, key: str) -> Mitteilung:
    return next(one for one in mitteilungen(known.data) if one.id == key)


def _series(known: Known, key: str, gebiet_id: str) -> Explanation:
    """Every value of an area and of the city with its date, and what the changes consist of, with their sign."""
    entry, packages = known.katalog[key], dates_of(known.data, key, gebiet_id)
    label, city = known.data.register.by_id(gebiet_id).label, known.city
    literals = [entry.titel, *(str(one.quelle.get("kurz") or one.quelle["quellenvermerk"]) for one in packages)]
    for paket in packages:
        when = day(paket.stand)
        own, beside = (value(value_of(paket, one), entry) for one in (gebiet_id, city.id))
        literals += [when, f"{when}: {own}", f"{when}: {beside}", f"{when}; {label} {own}; {city.label} {beside}"]
        literals += [f"{when}; {label} {own}", *(f"{own} {word}{when}" for word in ("", "am ", "im ", "im Schuljahr "))]
    for found in reissues(known.data, key, gebiet_id):
        before, after = value(found.before, entry), value(found.after, entry)
        literals += [f"zuerst {before}, {word} {after}" for word in ("dann", "jetzt")]
        literals.append(f"von {before} auf {after}")
    return Explanation(_changes(known, key, gebiet_id), tuple(flat(text) for text in literals))


def _changes(known: Known, key: str, gebiet_id: str) -> tuple[Number, ...]:
    """The parts of the last change and the whole one; a number counts with its sign."""
    entry, data = known.katalog[key], known.data
    step, whole = split_change(data, key, gebiet_id), whole_change(data, key, gebiet_id)
    parts = [step.change, step.method, step.revision] if step else []
    parts += [whole.change] if whole else []
    printed = [flat(change(part, entry)).partition(" ") for part in parts if part is not None]
    unit = {"Prozentpunkt": POINTS}
    return tuple(Number(text, OTHER, unit.get(words, words)) for text, _, words in printed)


def _register(known: Known, gebiet_id: str) -> Explanation | None:
    """The register value that a Stadtteil shares with others, its day, and the names of all of them."""
    found = published_together(known.data, gebiet_id)
    if found is None:
        return None
    ids, stichtag, people = found
    names = " und ".join(known.data.register.by_id(key).label for key in ids)
    return Explanation((Number(number(people), OTHER, None),), (day(stichtag), flat(names)))


FACTS: Final[dict[str, Callable[..., Explanation | None]]] = {
    "nummer": _number_of,
    "stadtbezirke": _bezirke,
    "zeitraum": _period,
    "geplante_kitas": _planned,
    "weitere_schulstandorte": _further_sites,
    "orte": _places,
    "einrichtungen": _facilities,
    "einkaufsstrasse": _street,
    "ort": _place,
    "liste": _list,
    "unerfasst": _unrecorded,
    "im_bau": _under_construction,
    "radunfaelle": _accidents,
    "angebot": _offer,
    "angebote": _offers,
    "kennzahl": _figure,
    "gehzeit": _walk,
    "andere_grenze": _other_limits,
    "einzelwert": _single,
    "besonderheit": _special,
    "abgrenzung": _boundary,
    "auswahl": _selection,
    "schaetzguete": _estimate,
    "bestand": _stock,
    "lizenz": _licence,
    "stufen": _levels,
    "mitteilung": _published,
    "aussage": _judged,
    "zeitreihe": _series,
    "melderegister": _register,
}
"""Kinds of references that this module explains."""
