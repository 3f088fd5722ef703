"""Strict check of notebook parameters: papermill itself only warns about an unknown name."""

import ast
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from sozialraum.errors import ParameterError
from sozialraum.publish.source import PARAMETERS, Cell, read_cells

AREA: Final = "gebiet"
DAY: Final = "ausgabe"
_KINDS: Final = {
    bool: "ja oder nein",
    int: "eine ganze Zahl",
    float: "eine Zahl",
    str: "einen Text",
    list: "eine Liste in eckigen Klammern",
    dict: "eine Zuordnung",
}
_YES: Final = ("ja", "true", "wahr")
_NO: Final = ("nein", "false", "falsch")


def known_parameters(notebook: Path, declared: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Names and default values of the cell tagged ``parameters``, in the order written there.

    Raises
    ------
    ParameterError
        If a default is no plain Python value (then its type is unknown) and nothing is declared.
    """
    return {**further_parameters(notebook, declared), **(declared or {})}


def further_parameters(notebook: Path, declared: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """As :func:`known_parameters`, without the declared ones; with any declared, what cannot be used is left out."""
    found: dict[str, Any] = {}
    try:
        for name, value in _assigned(notebook):
            if name not in (declared or {}):
                found[name] = _default(notebook, name, value)
    except ParameterError:
        if not declared:
            raise
    return found


def effective_cells(notebook: Path, declared: Mapping[str, Any] | None = None) -> list[Cell]:
    """The cells that are executed: with declared parameters the cell tagged ``parameters`` holds only further ones."""
    cells = list(read_cells(notebook))
    if not declared:
        return cells
    further = "\n".join(f"{name} = {value!r}" for name, value in further_parameters(notebook, declared).items())
    for place in [place for place, cell in enumerate(cells) if PARAMETERS in cell.tags]:
        cells[place] = replace(cells[place], source=further)
        further = ""
    return cells


def uses(notebook: Path, name: str) -> bool:
    """Whether a cell other than the one tagged ``parameters`` uses a name; so it is taken if that is not clear."""
    sources = [cell.source for cell in read_cells(notebook) if cell.kind == "code" and PARAMETERS not in cell.tags]
    try:
        nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    except SyntaxError:
        return True
    return any(isinstance(node, ast.Name) and node.id == name for node in nodes)


def _assigned(notebook: Path) -> list[tuple[str, ast.expr]]:
    tagged = [cell.source for cell in read_cells(notebook) if PARAMETERS in cell.tags]
    try:
        lines = ast.parse(tagged[0] if tagged else "").body
    except SyntaxError as error:
        raise ParameterError(
            f"{notebook.name}: Die Parameterzelle ist kein gültiges Python (Zeile {error.lineno})."
        ) from error
    pairs = [(line.targets[0], line.value) for line in lines if isinstance(line, ast.Assign)]
    pairs += [(line.target, line.value) for line in lines if isinstance(line, ast.AnnAssign) and line.value]
    return [(name.id, value) for name, value in pairs if isinstance(name, ast.Name)]


def check_parameters(
    notebook: Path, given: Mapping[str, Any], declared: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Given values in the types of the notebook's defaults.

    Raises
    ------
    ParameterError
        With every unknown name, every value of the wrong type and a day of issue that is no date; lists the
        known names.
    """
    known = known_parameters(notebook, declared)
    problems, result = [], {}
    for name, value in given.items():
        if name not in known:
            problems.append(f"Der Parameter „{name}“ ist unbekannt.")
            continue
        try:
            result[name] = _convert(name, value, known[name])
        except ValueError:
            expected = "ein Datum JJJJ-MM-TT" if name == DAY else _KINDS[type(known[name])]
            problems.append(f"Der Parameter „{name}“ erwartet {expected}, nicht „{value}“.")
    if problems:
        names = ", ".join(known) or "keinen"
        raise ParameterError(f"{notebook.name}: {' '.join(problems)} Das Notebook kennt: {names}.")
    return result


def _default(notebook: Path, name: str, source: ast.expr) -> Any:
    try:
        return ast.literal_eval(source)
    except ValueError as error:
        raise ParameterError(
            f"{notebook.name}: Der Vorgabewert von „{name}“ ist kein einfacher Wert ({ast.unparse(source)}). "
            "In der Parameterzelle sind nur Zahlen, Texte, ja/nein-Werte und Listen erlaubt."
        ) from error


def _convert(name: str, value: Any, default: Any) -> Any:
    if default is None or (name == AREA and isinstance(value, int) and not isinstance(value, bool)):
        return value
    kind = type(default)
    if isinstance(value, str) and kind is not str:
        value = _read(value, kind)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise ValueError(name)
    if name == DAY and value and date.fromisoformat(value).isoformat() != value:
        raise ValueError(name)  # "20260301" is a date too, but not as it is printed
    return value


def _read(text: str, kind: type) -> Any:
    if kind is bool:
        word = text.strip().lower()
        if word not in _YES + _NO:
            raise ValueError(text)
        return word in _YES
    if kind in (int, float):
        return kind(text.strip().replace(",", "."))
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(text) from error
