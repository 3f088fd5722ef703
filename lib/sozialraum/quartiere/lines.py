"""Read a YAML file together with the line of each entry, so that a message can say where."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sozialraum.errors import SchemaError, SourceMissing, yaml_place, yaml_reason


@dataclass(frozen=True)
class Entry:
    """One entry of a mapping: its key, its content, and the line in the file where it begins (from 1)."""

    key: str
    content: Any
    line: int


def read_entries(path: Path, section: str) -> list[Entry]:
    """The entries of one section of a YAML file, in the order of the file.

    Unlike a mapping, the list keeps a key that is written twice.

    Raises
    ------
    SourceMissing
        If the file does not exist.
    SchemaError
        If it is no YAML in UTF-8 (with the line), or has no such section.
    """
    if not path.is_file():
        raise SourceMissing(f"Die Datei {path} gibt es nicht. Bitte den Pfad prüfen.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaError([f"{path}: Die Datei ist nicht in UTF-8 gespeichert. Bitte so speichern."]) from error
    try:
        top = yaml.compose(text, Loader=yaml.SafeLoader)
        entries = _section(top, section)
        if entries is not None:
            return [Entry(str(key.value), _plain(value), key.start_mark.line + 1) for key, value in entries.value]
    except yaml.YAMLError as error:
        raise SchemaError([f"{path}{yaml_place(error)}: kein lesbares YAML. {yaml_reason(error)}."]) from error
    raise SchemaError([f"{path}: Der Abschnitt „{section}:“ fehlt oder ist keine Liste von Einträgen mit Namen."])


def _section(top: yaml.Node | None, name: str) -> yaml.MappingNode | None:
    if not isinstance(top, yaml.MappingNode):
        return None
    found = next((value for key, value in top.value if key.value == name), None)
    return found if isinstance(found, yaml.MappingNode) else None


def _plain(node: yaml.Node) -> Any:
    """Content of a node as Python values; dates and numbers stay the text that was written."""
    loader = yaml.BaseLoader("")
    return loader.construct_object(node, deep=True)
