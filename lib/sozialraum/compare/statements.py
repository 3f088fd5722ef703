"""Statements of others about an area from ``aussagen/*.yml``, and whether the data bear them out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from sozialraum.city.access import COMPLETE, NOT_OPEN, SELECTED, list_of
from sozialraum.city.gebiete import Gebiet
from sozialraum.city.load import STATEMENTS, Data, read_yaml
from sozialraum.city.schema import ARTEN
from sozialraum.city.sources import parse_stand
from sozialraum.compare.analysis import ABOVE, AVERAGE, BELOW, FAR_ABOVE, FAR_BELOW, Analysis
from sozialraum.compare.wert import UNCLASSED
from sozialraum.errors import SchemaError

FOLDER: Final = STATEMENTS
CLASSES: Final = (AVERAGE, ABOVE, BELOW)
_FILE_KEYS: Final = frozenset({"quelle", "wer", "datum", "orte", "aussagen"})
_FILE_OPTIONS: Final = frozenset({"hinweis"})
_KEYS: Final = frozenset({"id", "text"})
_BASES: Final = ("indikator", "einrichtung", "grund")
_PARTS: Final = {
    "indikator": (frozenset({"id", "klasse"}), frozenset[str]()),
    "einrichtung": (frozenset({"art"}), frozenset({"unterart", "name"})),
}


@dataclass(frozen=True)
class Erwartung:
    """An indicator and the class that is stated of it."""

    id: str
    klasse: str


@dataclass(frozen=True)
class Einrichtung:
    """A kind of facility that is said to be there; form and name only if they are stated."""

    art: str
    unterart: str = ""
    name: str = ""


@dataclass(frozen=True)
class Aussage:
    """One statement in our own words.

    Exactly one of ``indikator``, ``einrichtung`` and ``grund`` (why no table shows it) is given; ``hinweis`` says how
    far the indicator is from what was stated.
    """

    id: str
    text: str
    indikator: Erwartung | None = None
    einrichtung: Einrichtung | None = None
    grund: str = ""
    hinweis: str = ""


@dataclass(frozen=True)
class Mitteilung:
    """A published text with its statements.

    ``orte`` are the ids of the areas whose reports show it; ``hinweis`` says how the text names them.
    """

    id: str
    quelle: str
    wer: str
    datum: str
    orte: tuple[str, ...]
    hinweis: str
    aussagen: tuple[Aussage, ...]


@lru_cache(maxsize=4)
def mitteilungen(data: Data) -> list[Mitteilung]:
    """Every published text, by file name; none if there is no folder."""
    paths = sorted((data.dir / FOLDER).glob("*.yml"))
    raw = {path: read_yaml(path) for path in paths}
    problems = [f"{FOLDER}/{path.name}: {fault}" for path in paths for fault in _faults(raw[path], data)]
    if problems:
        raise SchemaError(problems)
    return [_mitteilung(path.stem, raw[path]) for path in paths]


def _mitteilung(key: str, raw: Mapping[str, Any]) -> Mitteilung:
    return Mitteilung(
        id=key,
        quelle=raw["quelle"],
        wer=raw["wer"],
        datum=raw["datum"],
        orte=tuple(raw["orte"]),
        hinweis=" ".join(raw.get("hinweis", "").split()),
        aussagen=tuple(_aussage(entry) for entry in raw["aussagen"]),
    )


def _aussage(entry: Mapping[str, Any]) -> Aussage:
    return Aussage(
        id=entry["id"],
        text=entry["text"],
        indikator=Erwartung(**entry["indikator"]) if "indikator" in entry else None,
        einrichtung=Einrichtung(**entry["einrichtung"]) if "einrichtung" in entry else None,
        grund=" ".join(entry.get("grund", "").split()),
        hinweis=" ".join(entry.get("hinweis", "").split()),
    )


def _faults(raw: Mapping[str, Any], data: Data) -> list[str]:
    faults = _key_faults(raw, _FILE_KEYS, _FILE_OPTIONS)
    if faults:
        return faults
    known = {area.id for area in data.register}
    if raw["quelle"] not in data.quellen:
        faults.append(f"Zur Quelle „{raw['quelle']}“ gibt es keine Quellenbeschreibung im Ordner sources.")
    if not isinstance(raw["orte"], list) or not raw["orte"] or not {str(key) for key in raw["orte"]} <= known:
        faults.append(
            "„orte“ nennt nicht nur Kennungen von Stadtteilen und Stadtbezirken. Alle zeigt: sozialraum areas"
        )
    if not _is_stand(raw["datum"]):
        faults.append(f'„{raw["datum"]}“ ist kein Datum. Bitte als "JJJJ-MM-TT" schreiben.')
    entries = raw["aussagen"]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        return [*faults, "„aussagen“ ist keine Liste von Aussagen."]
    ids = [str(entry.get("id")) for entry in entries]
    faults += [f"Die Kennung „{key}“ kommt mehrfach vor." for key in dict.fromkeys(ids) if ids.count(key) > 1]
    return [*faults, *(f"Aussage „{entry.get('id')}“: {fault}" for entry in entries for fault in _entry(entry, data))]


def _entry(entry: Mapping[str, Any], data: Data) -> list[str]:
    faults = _key_faults(entry, _KEYS, {*_BASES, "hinweis"})
    bases = [name for name in _BASES if name in entry]
    if len(bases) != 1:
        faults.append("Nötig ist genau eines von indikator, einrichtung und grund.")
    for name in bases:
        required, optional = _PARTS.get(name, (None, None))
        if required is not None and optional is not None:
            part = entry[name]
            faults += (
                _key_faults(part, required, optional) if isinstance(part, dict) else [f"„{name}“ hat keine Schlüssel."]
            )
    if faults:
        return faults
    return _meaning(entry, data)


def _meaning(entry: Mapping[str, Any], data: Data) -> list[str]:
    faults = []
    if "indikator" in entry:
        key, klasse = entry["indikator"]["id"], entry["indikator"]["klasse"]
        if key not in data.indikatoren_yml["indikatoren"]:
            faults.append(f"Den Indikator „{key}“ gibt es nicht. Alle Kennungen zeigt: sozialraum indicators")
        if klasse not in CLASSES:
            faults.append(f"„{klasse}“ ist keine Einstufung, die sich prüfen lässt ({', '.join(CLASSES)}).")
    if "einrichtung" in entry and entry["einrichtung"]["art"] not in ARTEN:
        faults.append(f"„{entry['einrichtung']['art']}“ ist keine Art von Einrichtung ({', '.join(ARTEN)}).")
    return faults


def _key_faults(raw: Mapping[str, Any], required: Iterable[str], optional: Iterable[str]) -> list[str]:
    missing = sorted(set(required) - set(raw))
    unknown = sorted(set(raw) - set(required) - set(optional))
    empty = sorted(name for name in set(required) & set(raw) if raw[name] in (None, "", []))
    return [
        *(f"„{name}“ fehlt." for name in missing),
        *(f"„{name}“ ist unbekannt." for name in unknown),
        *(f"„{name}“ ist leer." for name in empty),
    ]


def _is_stand(value: object) -> bool:
    try:
        parse_stand(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


CONFIRMED: Final = "nachvollziehbar"
NOT_CONFIRMED: Final = "mit den vorliegenden Daten nicht nachvollziehbar"
UNTESTABLE: Final = "nicht prüfbar, weil Daten fehlen"
#: Classes by the rule that bear out a stated class.
BEARS_OUT: Final = {AVERAGE: (AVERAGE,), ABOVE: (ABOVE, FAR_ABOVE), BELOW: (BELOW, FAR_BELOW)}
NOT_IMPORTED: Final = "Die Kennzahl ist hier noch nicht eingelesen."
MADE_FOR_IT: Final = (
    "Die vorliegende Liste ist für diesen Ort gemacht oder nennt nur ihn; eine Aussage über ihn belegt sie nicht."
)


@dataclass(frozen=True)
class Urteil:
    """A verdict: one of the three above, why, and what it rests on.

    ``grund`` is a German sentence, needed only where there is no verdict; ``klasse`` the class by the rule; ``orte``
    ids of the facilities found.
    """

    ergebnis: str
    grund: str = ""
    klasse: str = ""
    orte: tuple[str, ...] = ()


def judge(aussage: Aussage, analysis: Analysis) -> Urteil:
    """Judge one statement about the area of an analysis."""
    if aussage.indikator:
        return _by_class(aussage.indikator, analysis)
    if aussage.einrichtung:
        return _by_presence(aussage.einrichtung, analysis.gebiet, analysis.data)
    return Urteil(UNTESTABLE, aussage.grund)


def _by_class(stated: Erwartung, analysis: Analysis) -> Urteil:
    item = analysis[stated.id]
    if not item.eintrag.verfuegbar:
        return Urteil(UNTESTABLE, NOT_IMPORTED)
    if item.wert is None:
        return Urteil(UNTESTABLE, f"{item.titel}: kein Wert. {item.hinweis}".rstrip())
    if item.klasse in ("", UNCLASSED):
        reason = item.grund or f"Ein {analysis.gebiet.ebene_label} wird nicht eingestuft, nur ein Stadtteil."
        return Urteil(UNTESTABLE, f"{item.titel}: keine Einordnung. {reason}", item.klasse)
    return Urteil(CONFIRMED if item.klasse in BEARS_OUT[stated.klasse] else NOT_CONFIRMED, klasse=item.klasse)


def _by_presence(wanted: Einrichtung, area: Gebiet, data: Data) -> Urteil:
    table = pd.DataFrame(data.einkaufsstrassen if wanted.art == "einkaufsstrasse" else data.einrichtungen)
    if wanted.art != "einkaufsstrasse":
        table = table[(table["art"] == wanted.art) & ~table["status"].isin(NOT_OPEN)]
    state = list_of(data.orte, wanted.art)
    if _made_for(area, table, data, state):
        return Urteil(UNTESTABLE, MADE_FOR_IT)
    if wanted.unterart:
        table = table[table["unterart"] == wanted.unterart]
    known = not table.empty
    if wanted.name:
        table = table[table["name"] == wanted.name]
    here = table[data.inside(area.id, table)]
    if len(here):
        return Urteil(CONFIRMED, orte=tuple(str(key) for key in here.index))
    if known and state == COMPLETE:
        return Urteil(NOT_CONFIRMED)
    return Urteil(
        UNTESTABLE, "Die vorliegende Liste ist nicht vollständig; dass hier nichts verzeichnet ist, sagt nichts."
    )


def _made_for(area: Gebiet, table: pd.DataFrame, data: Data, state: str) -> bool:
    """Whether a list was made for the place that a statement speaks of, so that it cannot prove the statement.

    So it is with a list of chosen places that names one here, and with any list that is not complete and names places
    here only.
    """
    here = data.inside(area.id, table)
    if area.ebene == "stadt" or state == COMPLETE or not here.any():
        return False
    return state == SELECTED or bool(here.all())
