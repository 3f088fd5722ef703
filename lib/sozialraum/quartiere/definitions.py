"""What a planner wrote, ``quartiere.yml`` or a file of outlines alone, becomes definitions of Quartiere.

Every problem of a file is collected and told at once, with the line or object where it stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from sozialraum.errors import SchemaError, SozialraumError, UnknownArea
from sozialraum.gebiete import LEVEL_LABELS, QUARTIER, QUARTIER_PREFIX, Gebiet, Luecke, Register, slugify
from sozialraum.load import CRS
from sozialraum.quartiere.inspection import faults
from sozialraum.quartiere.lines import Entry, read_entries
from sozialraum.quartiere.names import as_text, key_of, name_fault, quartier_id, tidy, tidy_name
from sozialraum.quartiere.outlines import ASSUMED, read_outlines

SECTION: Final = "quartiere"
YAML: Final = (".yml", ".yaml")
NAME_COLUMNS: Final = ("name", "bezeichnung", "quartier")
"""Attributes, in any case of letters, that name the outlines of a file that comes without a ``quartiere.yml``."""
PREPOSITION: Final = "im Quartier"
NO_DATE: Final = "nicht dokumentiert"
_TEXTS: Final = ("name", "artikel", "praeposition", "quelle", "stand", "urheber", "hinweis", "fehlt")
_FILE_KEYS: Final = ("datei", "layer", "merkmal", "wert")
_LISTS: Final = ("stadtteile", "schreibweisen")


@dataclass(frozen=True)
class Definition:
    """One Quartier as it was defined: whole Stadtteile by id, or an outline in EPSG:25832.

    ``place`` says where the definition stands, for messages; ``file`` is the file that was given.
    """

    name: str
    place: str
    id: str = ""
    quelle: str = ""
    stand: str = NO_DATE
    urheber: str = ""
    hinweis: str = ""
    artikel: str = ""
    praeposition: str = PREPOSITION
    schreibweisen: tuple[str, ...] = ()
    stadtteile: tuple[str, ...] = ()
    outline: BaseGeometry | None = None
    file: Path | None = None

    @property
    def key(self) -> str:
        """Id in the register: "q-" and a stable ASCII word."""
        return self.id or quartier_id(self.name)

    @property
    def where(self) -> str:
        """The preposition; "im" where the name says itself that it is a Quartier."""
        named = self.name.startswith(f"{LEVEL_LABELS[QUARTIER]} ") and self.praeposition == PREPOSITION
        return "im" if named else self.praeposition


@dataclass
class Definitions:
    """All that one or more files define, the gaps among it, and the files that were read."""

    quartiere: list[Definition] = field(default_factory=list)
    luecken: list[Luecke] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Border:
    """What a definition is checked against: the register and the outline of the city (read when needed)."""

    register: Register
    city: Callable[[], BaseGeometry]

    def faults(self, outlines: gpd.GeoSeries) -> dict[int, str]:
        """As :func:`sozialraum.quartiere.inspection.faults`."""
        return faults(outlines, self.city(), city_name=self.register.city.name)


def read_definitions(files: list[Path], border: Border, drawn: Iterable[Definition] = ()) -> Definitions:
    """Definitions of several files and further ones, checked one by one and against each other.

    Raises
    ------
    SourceMissing
        If a file does not exist.
    SchemaError
        With every problem found.
    """
    result, problems = Definitions(), []
    for path in files:
        result.files.append(path)
        before = len(result.quartiere)
        try:
            problems += (
                _read_yaml(path, border, result) if path.suffix.lower() in YAML else _read_map(path, border, result)
            )
        except SchemaError as error:
            problems += error.problems
        result.quartiere[before:] = [replace(one, file=path) for one in result.quartiere[before:]]
    result.quartiere += drawn
    problems += list(_clashes(result, border.register))
    if problems:
        raise SchemaError(problems)
    return result


def _read_map(path: Path, border: Border, result: Definitions) -> list[str]:
    """A file of outlines alone: one Quartier for each name, or one for the whole file."""
    table = read_outlines(path)
    wrong = border.faults(table.geometry)
    if wrong:
        return [f"{path}, Objekt {place + 1}: {fault}" for place, fault in wrong.items()]
    column = next((name for name in table.columns if str(name).lower() in NAME_COLUMNS), None)
    origin = {"quelle": f"Datei {tidy(path.name)}", "hinweis": table.attrs[ASSUMED]}
    if column is None:
        name = tidy_name(path.stem)
        result.quartiere.append(Definition(name, str(path), quartier_id(path.stem), **origin, outline=_union(table)))
        return []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for place, value in enumerate(table[column], start=1):
        text, where = as_text(value), f"{path}, Objekt {place}"
        name, fault = tidy_name(text), name_fault(text)
        if fault:
            problems.append(f"{where}: Das Merkmal „{column}“ {fault}")
        elif name in seen:
            problems.append(
                f"{where}: Den Namen „{name}“ trägt schon Objekt {seen[name]}. Bitte umbenennen oder die Flächen im "
                "Kartenprogramm zu einem Objekt vereinigen."
            )
        else:
            seen[name] = place
            result.quartiere.append(
                Definition(name, where, quartier_id(text), **origin, outline=_union(table.iloc[[place - 1]]))
            )
    return problems


def _union(table: gpd.GeoDataFrame) -> BaseGeometry:
    metres = shapely.force_2d(table.geometry.to_crs(CRS).to_numpy())
    return shapely.union_all(metres)


def _read_yaml(path: Path, border: Border, result: Definitions) -> list[str]:
    problems: list[str] = []
    for entry in read_entries(path, SECTION):
        place = f"{path}, Zeile {entry.line} ({entry.key})"
        wrong = list(_wrong_keys(entry.content))
        if wrong:
            problems += [f"{place}: {fault}" for fault in wrong]
            continue
        try:
            _add(entry, place, path.parent, border, result)
        except SchemaError as error:
            problems += [fault if str(path) in fault else f"{place}: {fault}" for fault in error.problems]
        except SozialraumError as error:
            problems.append(f"{place}: {error}")
    return problems


def _wrong_keys(content: Any) -> Iterator[str]:
    if not isinstance(content, Mapping):
        yield "Es fehlen Angaben. Nötig sind „name“, „quelle“ und „stadtteile“ oder „datei“."
        return
    known = (*_TEXTS, *_FILE_KEYS, *_LISTS)
    yield from (f"„{key}“ ist unbekannt. Möglich sind: {', '.join(known)}." for key in content if key not in known)
    for key, value in content.items():
        if key in _LISTS and not (isinstance(value, list) and value and all(isinstance(one, str) for one in value)):
            yield f"„{key}“ braucht eine Liste, zum Beispiel [Kray, Leithe]."
        elif key in (*_TEXTS, *_FILE_KEYS) and not (isinstance(value, str) and value.strip()):
            yield f"„{key}“ ist leer oder kein Text."
    if sum(key in content for key in ("stadtteile", "datei", "fehlt")) != 1:
        yield "Nötig ist genau eines von „stadtteile“ (Liste), „datei“ (Umriss) und „fehlt“ (was noch vorliegen muss)."
    if "quelle" not in content:
        yield "„quelle“ fehlt: Wer hat das Quartier so abgegrenzt, und wo steht das?"
    many = "merkmal" in content and "wert" not in content
    if many and "name" in content:
        yield "Mit „merkmal“ ohne „wert“ heißt jedes Quartier wie sein Merkmal: „name“ weglassen oder „wert“ angeben."
    if not many and "name" not in content:
        yield "„name“ fehlt."
    if "wert" in content and "merkmal" not in content:
        yield "Zu „wert“ gehört „merkmal“: das Merkmal, das diesen Wert hat."


def _add(entry: Entry, place: str, folder: Path, border: Border, result: Definitions) -> None:
    """Add what one entry defines; it has the right keys."""
    content = entry.content
    names = tuple(tidy(name) for name in content.get("schreibweisen", ()))
    texts = {key: (tidy_name if key == "name" else tidy)(content[key]) for key in _TEXTS if key in content}
    fault = name_fault(content["name"]) if "name" in content else ""
    if fault:
        raise SchemaError([f"„name“ {fault}"])
    if "fehlt" in content:
        result.luecken.append(Luecke(key_of(entry.key), texts["name"], texts["fehlt"], names))
        return
    common: dict[str, Any] = {"place": place, "schreibweisen": names, **texts}
    if "stadtteile" in content:
        parts = _stadtteile(content["stadtteile"], border.register)
        result.quartiere.append(Definition(**common, id=key_of(entry.key), stadtteile=parts))
        return
    path = folder / content["datei"]
    result.files.append(path)
    table = _chosen(path, content)
    common["hinweis"] = " ".join(filter(None, (texts.get("hinweis"), table.attrs[ASSUMED])))
    wrong = border.faults(table.geometry)
    if wrong:
        raise SchemaError(f"{path}, Objekt {table.index[at] + 1}: {fault}" for at, fault in wrong.items())
    if "merkmal" in content and "wert" not in content:
        values = table[content["merkmal"]].map(as_text)
        wrong = {at: fault for at, value in enumerate(values) if (fault := name_fault(value))}
        if wrong:
            raise SchemaError(f"{path}, Objekt {at + 1}: Das Merkmal „{content['merkmal']}“ {fault}"
                              for at, fault in wrong.items())  # fmt: skip
        for value, part in table.groupby(values.map(tidy), sort=False):
            name, outline = tidy_name(str(value)), _union(gpd.GeoDataFrame(part))
            result.quartiere.append(Definition(**common, name=name, id=quartier_id(str(value)), outline=outline))
    else:
        result.quartiere.append(Definition(**common, id=key_of(entry.key), outline=_union(table)))


def _chosen(path: Path, content: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Objects of a file, or those whose attribute has the wanted value."""
    table = read_outlines(path, layer=content.get("layer"))
    column, value = content.get("merkmal"), content.get("wert")
    attributes = [str(name) for name in table.columns if name != table.geometry.name]
    if column and column not in attributes:
        raise SchemaError([f"{path}: Das Merkmal „{column}“ gibt es nicht. Vorhanden: {', '.join(attributes)}."])
    if column and table[column].isna().any():
        number = int(table[column].isna().to_numpy().argmax()) + 1
        raise SchemaError([f"{path}, Objekt {number}: Das Merkmal „{column}“ ist leer. Bitte ausfüllen."])
    if column and value:
        values = table[column].map(as_text).map(tidy)
        found = table[values == tidy(value)]
        if found.empty:
            there = ", ".join(dict.fromkeys(values))
            raise SchemaError([f"{path}: Kein Objekt hat „{column}“ = „{value}“. Vorhanden: {there}."])
        return found
    return table


def _stadtteile(names: list[str], register: Register) -> tuple[str, ...]:
    problems, found = [], []
    for name in names:
        try:
            area = register.resolve(name)
        except UnknownArea as error:
            problems.append(str(error))
            continue
        if area.ebene != "stadtteil":
            problems.append(
                f"„{name}“ ist kein Stadtteil, sondern: {area.ebene_label} {area.name}. Bitte einzeln nennen."
            )
        elif area.id in found:
            problems.append(f"Der Stadtteil {area.name} steht doppelt in der Liste. Bitte einmal streichen.")
        found.append(area.id)
    if problems:
        raise SchemaError(problems)
    order = [area.id for area in register.of_level("stadtteil")]
    return tuple(sorted(found, key=order.index))


def _clashes(result: Definitions, register: Register) -> Iterator[str]:
    """Ids and names that something else already has."""
    slugs = {area.slug: area for area in register}
    keys: dict[str, str] = {}
    everything: list[Definition | Luecke] = [*result.quartiere, *result.luecken]
    for one in everything:
        key = one.key if isinstance(one, Definition) else one.id
        place = one.place if isinstance(one, Definition) else f"Eintrag „{one.name}“"
        if key == QUARTIER_PREFIX:
            yield f"{place}: Aus „{one.name}“ lässt sich keine Kennung bilden. Bitte Buchstaben oder Ziffern verwenden."
        elif key in keys:
            yield f"{place}: Die Kennung {key} ist schon vergeben ({keys[key]}). Bitte umbenennen."
        keys.setdefault(key, place)
        official = slugs.get(key.removeprefix(QUARTIER_PREFIX))
        for name in (one.name, *one.schreibweisen):
            official = official or _official(register, name)
        if official:
            yield f"{place}: „{one.name}“ heißt schon: {official.ebene_label} {official.name}. Bitte anders nennen."
    yield from _repeated_names(result)


def _official(register: Register, name: str) -> Gebiet | None:
    try:
        return register.resolve(name)
    except UnknownArea:
        return None


def _repeated_names(result: Definitions) -> Iterator[str]:
    """Names of two Quartiere with different ids; those with the same id are told already."""
    seen: dict[str, Definition] = {}
    for one in result.quartiere:
        for name in dict.fromkeys(slugify(name) for name in (one.name, *one.schreibweisen)):
            other = seen.setdefault(name, one)
            if other.key != one.key:
                yield f"{one.place}: Den Namen „{one.name}“ gibt es schon ({other.place}). Bitte umbenennen."
