"""The ledger of decisions: what was decided about areas, the data of that day, and what has changed since then.

``entscheidungen.yml`` holds the entries. The data of the day are frozen in ``entscheidungen/<id>.json`` when the
decision is made: checksums of all tables, and every public value of the areas. Nothing is made up afterwards, so
decisions of the past have no baseline. Since then something has changed only where one series has a date before the
decision and one after it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sozialraum.city.load import DECISIONS, Data, read_yaml
from sozialraum.compare.analysis import analyse
from sozialraum.errors import ParameterError, SchemaError, system_reason
from sozialraum.files import write_text
from sozialraum.supply.own_tables import audience
from sozialraum.supply.series import Change, change_since

FILE: Final = f"{DECISIONS}.yml"
KINDS: Final = ("Beschluss", "Ankündigung")
LATEST: Final = timedelta(days=31)
"""So long after a decision the data of its day may still be frozen."""
_KEYS: Final = frozenset({"id", "datum", "art", "wer", "text", "orte", "quelle", "nachweis", "datenmarke"})
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_PUBLIC: Final = "oeffentlich"
_SUM: Final = "pruefsumme"


@dataclass(frozen=True)
class Entscheidung:
    """A decision or announcement.

    Attributes
    ----------
    orte
        Ids of the areas it is about.
    datenmarke
        Mark of the frozen data; "" if nobody kept them.
    """

    id: str
    datum: str
    art: str
    wer: str
    text: str
    orte: tuple[str, ...]
    quelle: str
    nachweis: str
    datenmarke: str


@dataclass(frozen=True)
class Since:
    """What has changed in an area since a decision: an indicator, and what the change consists of."""

    indikator: str
    change: Change


@lru_cache(maxsize=4)
def decisions(data: Data) -> list[Entscheidung]:
    """Every entry of the ledger, the earliest first; none if there is no ledger.

    Raises
    ------
    SchemaError
        Names every fault with the entry.
    """
    path = data.dir / FILE
    raw = read_yaml(path).get(DECISIONS) if path.is_file() else []
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise SchemaError([f"{FILE}: „{DECISIONS}“ ist keine Liste von Einträgen. Bitte berichtigen."])
    known = {area.id for area in data.register}
    problems = [
        f"{FILE}, Eintrag {one.get('id') or place}: {fault}"
        for place, one in enumerate(raw, start=1)
        for fault in _faults(one, data, known)
    ]
    ids = [str(one.get("id")) for one in raw]
    problems += [f"{FILE}: Die Kennung „{key}“ kommt mehrmals vor." for key in dict.fromkeys(ids) if ids.count(key) > 1]
    if problems:
        raise SchemaError(problems)
    found = (
        {
            **one,
            "orte": tuple(map(str, one["orte"])),
            "datenmarke": one["datenmarke"] or "",
            "text": " ".join(one["text"].split()),
        }
        for one in raw
    )
    return sorted((Entscheidung(**one) for one in found), key=lambda one: one.datum)


def decisions_on(data: Data, gebiet_id: str) -> list[Entscheidung]:
    """Entries about an area, the earliest first."""
    return [one for one in decisions(data) if gebiet_id in one.orte]


def since(data: Data, decision: Entscheidung, gebiet_id: str) -> list[Since]:
    """What has changed in an area since a decision, in the order of the catalogue.

    The value before is that of the last date up to the decision; where the data of the day are frozen, what was known
    then: a later issue of that date is told as a revision.
    """
    package = baseline(data, decision) or {}
    kept = {
        str(row["indikator"]): (str(row["stand"]), float(row["wert"]))
        for row in package.get("werte", ())
        if row["gebiet_id"] == gebiet_id
    }
    changes = {
        key: change_since(data, key, gebiet_id, decision.datum, kept=kept.get(key))
        for key in data.indikatoren_yml["indikatoren"]
    }
    return [Since(key, change) for key, change in changes.items() if change is not None]


def baseline(data: Data, decision: Entscheidung) -> dict[str, Any] | None:
    """The frozen package of a decision; None without one."""
    path = data.dir / DECISIONS / f"{decision.id}.json"
    return _read(path) if path.is_file() else None


def freeze(data: Data, key: str, *, today: date, dateien: Mapping[str, str], marke: str) -> Path:
    """Freeze the data of a decision: write the package, and its mark into the ledger.

    Parameters
    ----------
    data
        As the public sees it: values for other audiences are never frozen.
    key
        Id of the entry.
    dateien, marke
        Checksum of every file that the data rest on, and the mark that stands for all of them.

    Returns
    -------
    Path
        The package.

    Raises
    ------
    ParameterError
        If there is no such entry, it has a baseline, its day is long past or to come, or the data are not public.
    """
    entry = next((one for one in decisions(data) if one.id == key), None)
    if entry is None:
        known = ", ".join(one.id for one in decisions(data)) or "keine"
        raise ParameterError(f"Die Entscheidung „{key}“ steht nicht in {FILE}. Vorhanden: {known}.")
    if entry.datenmarke:
        raise ParameterError(f"Zur Entscheidung „{key}“ gibt es schon eine Ausgangslage ({entry.datenmarke}).")
    day = date.fromisoformat(entry.datum)
    if not day <= today <= day + LATEST:
        raise ParameterError(
            f"„{key}“ ist vom {day:%d.%m.%Y}. Festhalten lässt sich die Ausgangslage nur am selben Tag "
            f"und bis {LATEST.days} Tage danach; später wäre sie erfunden."
        )
    if audience(data.environment.get("SOZIALRAUM_WEITERGABE") or None) != _PUBLIC:
        raise ParameterError("Festgehalten werden nur öffentliche Werte. Bitte ohne --weitergabe aufrufen.")
    target = data.dir / DECISIONS / f"{key}.json"
    package = {
        "entscheidung": key, "eingefroren": today.isoformat(), "datenmarke": marke,
        "dateien": dict(sorted(dateien.items())), "werte": list(_values(data, entry)),
    }  # fmt: skip
    package[_SUM] = _sum_of(package)
    try:
        path = data.dir / FILE
        marked = _marked(path.read_text(encoding="utf-8"), key, marke)
        target.parent.mkdir(exist_ok=True)
        write_text(target, json.dumps(package, ensure_ascii=False, indent=1) + "\n")
        write_text(path, marked)
    except OSError as error:
        raise ParameterError(f"{target} lässt sich nicht schreiben: {system_reason(error)}.") from error
    return target


def _values(data: Data, entry: Entscheidung) -> Iterator[dict[str, Any]]:
    """Every value of the areas as the tables have it."""
    analysis = analyse(data, data.register.city.id)
    for area in entry.orte:
        for key in analysis.katalog:
            item = analysis.wert(key, area)
            if item.wert is not None and not pd.isna(item.wert):
                ends = {name: getattr(item, name) for name in ("wert", "von", "bis")}
                yield {"gebiet_id": area, "indikator": key, **ends, "stand": item.stand, "art": item.art}


def _marked(text: str, key: str, marke: str) -> str:
    """The ledger with the mark of one entry."""
    entry = rf"-\s+id:\s*[\"']?{re.escape(key)}[\"']?\s*\n(?:(?!\s*-\s+id:).*\n)*?"
    pattern = rf"({entry}\s+datenmarke:)[ ]*(?:null|~)?[ ]*(?=\n|$)"
    done, count = re.subn(pattern, lambda match: f'{match[1]} "{marke}"', text, count=1)
    if not count:
        raise ParameterError(
            f"Die Zeile „datenmarke: null“ zum Eintrag „{key}“ ist in {FILE} nicht zu finden. Bitte nachtragen: {marke}"
        )
    return done


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        sound = {"datenmarke", "werte"} <= set(found) and found.get(_SUM) == _sum_of(found)
    except (OSError, ValueError, TypeError):
        sound = False
    if not sound:
        raise SchemaError(
            [f"{path.parent.name}/{path.name} ist beschädigt oder geändert. Bitte aus der Versionsverwaltung holen."]
        )
    return dict(found)


def _sum_of(package: Mapping[str, Any]) -> str:
    """Checksum of all that was frozen: who edits a value of the past by hand is told so."""
    rest = {name: part for name, part in package.items() if name != _SUM}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _faults(raw: Mapping[str, Any], data: Data, known: set[str]) -> list[str]:
    missing, unknown = sorted(_KEYS - set(raw)), sorted(set(raw) - _KEYS)
    faults = [f"„{name}“ fehlt." for name in missing] + [f"„{name}“ ist unbekannt." for name in unknown]
    faults += [f"„{name}“ ist leer." for name in sorted(_KEYS & set(raw) - {"datenmarke"}) if not raw[name]]
    if faults:
        return faults
    if not _ID.fullmatch(str(raw["id"])):
        faults.append("Die Kennung besteht aus kleinen Buchstaben, Ziffern und Bindestrichen.")
    if not _is_day(raw["datum"]):
        faults.append(f'„{raw["datum"]}“ ist kein Datum. Bitte als "JJJJ-MM-TT" schreiben.')
    if raw["art"] not in KINDS:
        faults.append(f"„{raw['art']}“ ist keine Art. Möglich sind: {', '.join(KINDS)}.")
    if not isinstance(raw["orte"], list) or not {str(key) for key in raw["orte"]} <= known:
        faults.append("„orte“ nennt nicht nur Kennungen. Alle zeigt: sozialraum areas")
    if raw["quelle"] not in data.quellen:
        faults.append(f"Zur Quelle „{raw['quelle']}“ gibt es keine Quellenbeschreibung im Ordner sources.")
    return faults or _mark_faults(raw, data)


def _mark_faults(raw: Mapping[str, Any], data: Data) -> list[str]:
    """Whether mark and package belong together."""
    path = data.dir / DECISIONS / f"{raw['id']}.json"
    if not raw["datenmarke"]:
        return [f"Es gibt {path.parent.name}/{path.name}, aber keine Datenmarke."] if path.is_file() else []
    if not path.is_file():
        return [f"Zur Datenmarke fehlt {path.parent.name}/{path.name}."]
    if _read(path)["datenmarke"] != raw["datenmarke"]:
        return [f"Die Datenmarke ist nicht die von {path.parent.name}/{path.name}."]
    return []


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False
