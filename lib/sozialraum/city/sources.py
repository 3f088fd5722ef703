"""Manifests of the source files: who published what, under which licence, as of when.

A manifest is a YAML file in ``data/sources``; unknown values are ``null`` and printed as
"nicht dokumentiert". Citations and licence notices are generated from manifests and nowhere else.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sozialraum.errors import SchemaError, SourceMissing, yaml_place, yaml_reason
from sozialraum.files import load_yaml

LICENCES_FILE = "lizenzen.yml"
UNDOCUMENTED = "nicht dokumentiert"
KINDS = ("amtlich", "berechnet", "geschaetzt", "stellvertretend")
"""How a value came about."""
_REQUIRED = ("id", "titel", "herausgeber", "url", "lizenz", "quellenvermerk", "stand", "abruf", "datei", "sha256")
_STAND = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?|/(\d{2}))?$")


@dataclass(frozen=True)
class Licence:
    """A licence with its German name and the address of its text."""

    id: str
    name: str
    url: str | None


@dataclass(frozen=True)
class Source:
    """One published source.

    ``stand`` is the as-of date (see :func:`parse_stand`), ``abruf`` the day of retrieval; ``None`` means
    that nobody recorded it. ``datei`` is ``None`` for a source that was read, not processed as a file.
    ``kurz`` is the attribution for the line under a picture; the full one stands in the list of sources.
    """

    id: str
    titel: str
    herausgeber: str | None
    url: str | None
    lizenz: Licence
    quellenvermerk: str
    stand: str | None
    abruf: str | None
    datei: str | None
    sha256: str | None
    kurz: str = ""
    aenderung: str = ""
    fallstricke: tuple[str, ...] = ()
    zeilen: int | None = None
    eckwerte: Mapping[str, float] = field(default_factory=dict)


def parse_stand(stand: str) -> date:
    """First day that an as-of string can mean; ValueError if it has another form.

    ``2022-05-15``, ``2022-05``, ``2022`` or a school year ``2024/25`` (it begins on 1 August).
    """
    match = _STAND.match(stand)
    if match is None:
        raise ValueError(f"Kein Stand: {stand!r}")
    year, month, day, school_year = match.groups()
    if school_year:
        return date(int(year), 8, 1)
    return date(int(year), int(month or 1), int(day or 1))


def read_manifests(folder: Path) -> dict[str, Source]:
    """Read every manifest of a folder, ordered by id.

    A SchemaError has every manifest that lacks a key, names an unknown licence or has a malformed value.
    """
    paths = sorted(path for path in folder.glob("*.yml") if path.name != LICENCES_FILE)
    if not paths or not (folder / LICENCES_FILE).is_file():
        raise SourceMissing(f"In {folder} liegen keine Quellenbeschreibungen (*.yml mit {LICENCES_FILE}).")
    licences = read_licences(folder / LICENCES_FILE)
    problems: list[str] = []
    found: dict[str, Source] = {}
    for path in paths:
        raw = _read_yaml(path)
        faults = _manifest_problems(path, raw, licences)
        problems.extend(faults)
        if not faults:
            source = _to_source(raw, licences)
            found[source.id] = source
    if problems:
        raise SchemaError(problems)
    return found


def source_ids(cells: Iterable[object]) -> list[str]:
    """Ids of sources that cells of a column ``quelle`` name, joined by ``|``, each once; missing cells name none."""
    named = (key for cell in cells if isinstance(cell, str) for key in cell.split("|"))
    return list(dict.fromkeys(named))


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes as lower-case hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(sources: Iterable[Source], raw: Path) -> list[str]:
    """One German sentence per source file that is missing, empty or not the one of its manifest."""
    problems = []
    for source in sources:
        if source.datei is None:
            continue
        path = raw / source.datei
        if not path.is_file():
            problems.append(f"{path}: Die Datei fehlt. Bitte aus der Quelle „{source.titel}“ bereitstellen.")
        elif path.stat().st_size == 0:
            problems.append(f"{path}: Die Datei ist leer. Bitte neu von der Quelle „{source.titel}“ laden.")
        elif source.sha256 != file_sha256(path):
            problems.append(
                f"{path}: Die Prüfsumme weicht von der Quellenbeschreibung {source.id}.yml ab. Entweder ist die Datei "
                "beschädigt (neu laden) oder es gibt eine neue Ausgabe (dann Stand und sha256 dort anpassen)."
            )
    return problems


def citation(source: Source) -> str:
    """German source line: attribution, title, as-of date, licence with its address, changes."""
    licence = f"{source.lizenz.name} ({source.lizenz.url})" if source.lizenz.url else source.lizenz.name
    line = f"{source.quellenvermerk}: {source.titel}, Stand {german_day(source.stand)}, {licence}."
    return f"{line} Daten verändert: {source.aenderung}." if source.aenderung else line


def german_day(stand: str | None) -> str:
    """An as-of date as printed: 15.05.2022; a year or school year stays; None is "nicht dokumentiert"."""
    if stand is None:
        return UNDOCUMENTED
    match = _STAND.match(stand)
    return f"{match[3]}.{match[2]}.{match[1]}" if match and match[3] else stand


def _read_yaml(path: Path) -> Any:
    try:
        return load_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SchemaError([f"{path}: kein lesbares YAML{yaml_place(error)}. {yaml_reason(error)}."]) from error


def read_licences(path: Path) -> dict[str, Licence]:
    """Licences of a file by id."""
    raw: dict[str, dict[str, str]] = _read_yaml(path)
    return {key: Licence(key, value["name"], value.get("url")) for key, value in raw.items()}


def _manifest_problems(path: Path, raw: Any, licences: Mapping[str, Licence]) -> list[str]:
    if not isinstance(raw, dict):
        return [f"{path}: Die Quellenbeschreibung ist leer oder keine Liste von Schlüsseln."]
    problems = [
        f"{path}: Der Schlüssel „{key}“ fehlt (Unbekanntes als null angeben)." for key in _REQUIRED if key not in raw
    ]
    if raw.get("id", path.stem) != path.stem:
        problems.append(f"{path}: id „{raw['id']}“ passt nicht zum Dateinamen.")
    if raw.get("lizenz", "") not in {*licences, ""}:
        problems.append(f"{path}: Die Lizenz „{raw['lizenz']}“ steht nicht in {LICENCES_FILE}.")
    if isinstance(raw.get("stand"), str) and not _STAND.match(raw["stand"]):
        problems.append(f"{path}: stand „{raw['stand']}“ ist kein Datum (erlaubt: 2024, 2024-08, 2024-08-01, 2024/25).")
    return problems


def _to_source(raw: dict[str, Any], licences: Mapping[str, Licence]) -> Source:
    values = dict(raw)
    values["lizenz"] = licences[values["lizenz"]]
    values["fallstricke"] = tuple(values.get("fallstricke") or ())
    for key in ("stand", "abruf"):
        values[key] = None if values[key] is None else str(values[key])
    return Source(**values)
