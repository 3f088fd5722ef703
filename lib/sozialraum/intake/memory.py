"""Answers that were given once: the description of a table serves the next one with the same heads."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

import yaml

from sozialraum.gebiete import Register
from sozialraum.intake.areas import UNKNOWN, Matcher
from sozialraum.intake.description import Description, read_description
from sozialraum.intake.grid import Sheet
from sozialraum.intake.numbers import looks_numeric
from sozialraum.intake.packages import own_dir
from sozialraum.intake.phrases import normal

FOLDER: Final = "beschreibungen"
_ROWS: Final = 15
_COLUMNS: Final = 400
#: Answers about one delivery only; the next one is asked again.
_OF_ONE_FILE: Final = ("stichtag", "ausreisser", "revision", "unvollstaendig", "tabelle", "bereich")


def recall(folder: Path, sheets: Sequence[Sheet], register: Register) -> tuple[Description, str]:
    """The description of an earlier table with the same heads, and its name; an empty one if there is none."""
    path = own_dir(folder).with_name(FOLDER) / f"{fingerprint(sheets, register)}.yml"
    if not path.is_file():
        return Description(), ""
    first = path.read_text(encoding="utf-8").partition(";")[0].removeprefix("# Gemerkt von ")
    return read_description(path), f"gemerkt von {first}"


def remember(folder: Path, sheets: Sequence[Sheet], answers: Description, register: Register) -> Path:
    """Keep answers for the next table with the same heads; returns the file."""
    once: dict[str, Any] = dict.fromkeys(_OF_ONE_FILE, "")
    text = yaml.safe_dump(as_mapping(replace(answers, **once)), allow_unicode=True, sort_keys=False, width=100)
    path = own_dir(folder).with_name(FOLDER) / f"{fingerprint(sheets, register)}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    partial.write_text(f"# Gemerkt von {sheets[0].file}; gilt für Tabellen mit denselben Köpfen.\n{text}", "utf-8")
    return partial.replace(path)


def as_mapping(answers: Description) -> dict[str, Any]:
    """A description as its YAML holds it."""
    found = {item.name: getattr(answers, item.name) for item in fields(answers) if getattr(answers, item.name)}
    if "stichtag_aus" in found:
        found["stichtag"] = found.pop("stichtag_aus")
    return {key: _plain(value) for key, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def fingerprint(sheets: Sequence[Sheet], register: Register) -> str:
    """What is the same in a table of each year: its words without dates, numbers and names of areas."""
    words = sorted(set(_words(sheets, Matcher(register))))
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _words(sheets: Sequence[Sheet], matcher: Matcher) -> Iterator[str]:
    for sheet in sheets:
        for row in range(1, min(sheet.rows, _ROWS) + 1):
            cells = sheet.row(row)[:_COLUMNS]
            for column, cell in cells if len(cells) > 1 else ():
                if not looks_numeric(cell) and matcher.match(cell.text).kind == UNKNOWN and normal(cell.text):
                    yield f"{column}:{normal(cell.text)}"
