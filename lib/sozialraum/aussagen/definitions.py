"""Read statements from ``aussagen/*.yml``; every problem of every file in one German error."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sozialraum.compare import ABOVE, AVERAGE, BELOW
from sozialraum.errors import SchemaError
from sozialraum.load import STATEMENTS, Data, read_yaml
from sozialraum.schema import ARTEN
from sozialraum.sources import parse_stand

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
    """Every published text, by file name; none if there is no folder.

    Raises
    ------
    SchemaError
        With every missing, unknown or impossible entry of every file.
    """
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
