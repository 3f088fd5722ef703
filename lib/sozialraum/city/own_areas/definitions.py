"""What a planner wrote, ``quartiere.yml`` or a file of outlines alone, becomes definitions of Quartiere.

Every problem of a file is collected and told at once, with the line or object where it stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely
import yaml
from shapely.geometry.base import BaseGeometry

from sozialraum.city.gebiete import LEVEL_LABELS, QUARTIER, QUARTIER_PREFIX, Luecke, Planungsebene, Register, fold
from sozialraum.city.own_areas.inspection import faults
from sozialraum.city.own_areas.names import as_text, key_of, name_fault, quartier_id, tidy, tidy_name
from sozialraum.city.own_areas.outlines import ASSUMED, read_outlines
from sozialraum.city.own_areas.planning import Planung
from sozialraum.errors import SchemaError, SourceMissing, SozialraumError, UnknownArea, yaml_place, yaml_reason

SECTION: Final = "quartiere"
YAML: Final = (".yml", ".yaml")
NAME_COLUMNS: Final = ("name", "bezeichnung", "quartier")
"""Attributes, in any case of letters, that name the outlines of a file that comes without a ``quartiere.yml``."""
PREPOSITION: Final = "im Quartier"
NO_DATE: Final = "nicht dokumentiert"
_OWN: Final = f"{LEVEL_LABELS[QUARTIER]} "
_TEXTS: Final = ("name", "artikel", "praeposition", "quelle", "stand", "urheber", "hinweis", "fehlt")
_FILE_KEYS: Final = ("datei", "layer", "merkmal", "wert")
_LISTS: Final = ("stadtteile", "schreibweisen")


@dataclass(frozen=True)
class Definition:
    """One Quartier as it was defined: whole Stadtteile by id, an outline in metres, or a gap: what is missing.

    ``place`` says where the definition stands, for messages; ``file`` is the file that was given. A planning area has
    a level and its name within that level.
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
    planung: Planungsebene | None = None
    eigenname: str = ""
    fehlt: str = ""

    @property
    def key(self) -> str:
        """Id in the register: "q-" and a stable ASCII word."""
        return self.id or quartier_id(self.name)

    @property
    def where(self) -> str:
        """The preposition; "im" where the name says itself that it is a Quartier."""
        return "im" if self.name.startswith(_OWN) and self.praeposition == PREPOSITION else self.praeposition

    @property
    def claimed(self) -> tuple[str, ...]:
        """Names that nothing else may have; what a planning area is called within its level may come again."""
        return (self.name,) if self.planung else (self.name, *self.schreibweisen)


@dataclass
class Definitions:
    """All that one or more files define, and the files that were read.

    ``unusable`` has a German sentence for each definition that is left out because of its name.
    """

    found: list[Definition] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)

    @property
    def quartiere(self) -> list[Definition]:
        """What is an area."""
        return [one for one in self.found if not one.fehlt]

    @property
    def luecken(self) -> list[Luecke]:
        """What has a name only."""
        return [Luecke(one.key, one.name, one.fehlt, one.schreibweisen) for one in self.found if one.fehlt]


@dataclass(frozen=True)
class Border:
    """What a definition is checked against: the register and the outline of the city (read when needed)."""

    register: Register
    city: Callable[[], gpd.GeoSeries]

    def faults(self, outlines: gpd.GeoSeries) -> dict[int, str]:
        """As :func:`sozialraum.city.own_areas.inspection.faults`."""
        return faults(outlines, self.city(), city_name=self.register.city.name)


def read_definitions(files: Iterable[Path | Planung], border: Border, drawn: Iterable[Definition] = ()) -> Definitions:
    """Definitions of several files and further ones, checked one by one and against each other.

    A definition whose name cannot be used is left out and told in ``unusable``, as long as its file has a sound one.
    A SchemaError has every problem found.
    """
    result = Definitions()
    problems: list[str] = []
    for source in files:
        level = source if isinstance(source, Planung) else None
        path = level.file if level else Path(str(source))
        new = Definitions(files=[path])
        read = _read_yaml if path.suffix.lower() in YAML else _read_map
        try:
            wrong = read(path, border, new, level)
        except SchemaError as error:
            wrong = error.problems
        new.found = [_of_level(replace(one, file=path), level, border.register) for one in new.found]
        problems += [*wrong, *_joined(result, new, border.register, alone=not wrong)]
    problems += _joined(result, Definitions(list(drawn)), border.register)
    if problems:
        raise SchemaError(problems)
    return result


def _joined(result: Definitions, new: Definitions, register: Register, *, alone: bool = True) -> list[str]:
    """Join what one file defines to the others; what is wrong if only names are wrong (``alone``), and none fits."""
    told = _clashes(result.found, new.found, register)
    new.unusable += dict.fromkeys(told.values())
    sound = [one for at, one in enumerate(new.found) if at not in told]
    filled = {one.key for one in sound if not one.fehlt}
    result.found = [*(one for one in result.found if not one.fehlt or one.key not in filled), *sound]
    result.files += new.files
    if alone and new.unusable and not sound:
        return new.unusable
    result.unusable += new.unusable
    return []


def _of_level(one: Definition, level: Planung | None, register: Register) -> Definition:
    """A planning area: called after its level, so that no name of it can be that of a Stadtteil or of another level."""
    if level is None or one.fehlt:
        return one
    ebene = level.ebene
    own = one.name.removeprefix(_OWN)
    first, _, rest = own.partition(" ")
    if rest and ebene.einzahl.casefold().endswith(first.casefold()):
        own = rest
    label = tidy_name(f"{ebene.einzahl} {own}")
    return replace(
        one, name=label, id=quartier_id(label), eigenname=own, planung=ebene, artikel=ebene.artikel,
        praeposition="in der" if ebene.artikel == "die" else "im", quelle=level.quelle or one.quelle,
        stand=level.stand if one.stand == NO_DATE and level.stand else one.stand,
        urheber=one.urheber or level.urheber, hinweis=" ".join(filter(None, (level.hinweis, one.hinweis))),
        schreibweisen=(*one.schreibweisen, *(() if register.named(own) else (own,))),
    )  # fmt: skip


def _read_map(path: Path, border: Border, result: Definitions, level: Planung | None) -> list[str]:
    """A file of outlines alone: one Quartier for each name, or one for the whole file."""
    table = read_outlines(path, layer=(level and level.layer) or None)
    wrong = border.faults(table.geometry)
    if wrong:
        return [f"{path}, Objekt {place + 1}: {fault}" for place, fault in wrong.items()]
    wanted = (level.merkmal.lower(),) if level and level.merkmal else NAME_COLUMNS
    column = next((name for name in table.columns if str(name).lower() in wanted), None)
    if level and column is None:
        there = ", ".join(_attributes(table)) or "keines"
        lacking = f"{path}: Kein Merkmal heißt {' oder '.join(wanted)}. Vorhanden: {there}."
        return [f"{lacking} Bitte in {level.place} mit „merkmal“ das nennen, in dem die Namen stehen."]
    common: dict[str, Any] = {"quelle": f"Datei {tidy(path.name)}", "hinweis": table.attrs[ASSUMED]}
    if column is None:
        name, outline = tidy_name(path.stem), _union(table, border)
        result.found.append(Definition(name, str(path), quartier_id(path.stem), **common, outline=outline))
        return []
    texts = [as_text(value) for value in table[column]]
    names = [tidy_name(text) for text in texts]
    for at, (text, name) in enumerate(zip(texts, names, strict=True)):
        where, fault, first = f"{path}, Objekt {at + 1}", name_fault(text), names.index(name)
        if fault:
            result.unusable.append(f"{where}: Das Merkmal „{column}“ {fault}")
        elif first < at:
            result.unusable.append(
                f"{where}: Den Namen „{name}“ trägt schon Objekt {first + 1}. Bitte umbenennen oder die Flächen im "
                "Kartenprogramm zu einem Objekt vereinigen; bis dahin fehlen beide."
            )
        elif names.count(name) == 1:
            outline = _union(table.iloc[[at]], border)
            result.found.append(Definition(name, where, quartier_id(text), **common, outline=outline))
    return []


def _union(table: gpd.GeoDataFrame, border: Border) -> BaseGeometry:
    crs: Any = border.city().crs
    return shapely.union_all(shapely.force_2d(table.geometry.to_crs(crs).to_numpy()))


def _attributes(table: gpd.GeoDataFrame) -> list[str]:
    return [str(name) for name in table.columns if name != table.geometry.name]


def _read_yaml(path: Path, border: Border, result: Definitions, level: Planung | None) -> list[str]:
    problems: list[str] = []
    for key, content, line in _entries(path):
        place = f"{path}, Zeile {line} ({key})"
        if level and isinstance(content, dict):
            content.setdefault("quelle", level.quelle or f"Datei {tidy(path.name)}")
        wrong = list(_wrong_keys(content, border.register))
        if wrong:
            problems += [f"{place}: {fault}" for fault in wrong]
            continue
        try:
            result.found += _defined(key, content, place, path.parent, border, result)
        except SchemaError as error:
            problems += [fault if str(path) in fault else f"{place}: {fault}" for fault in error.problems]
        except SozialraumError as error:
            problems.append(f"{place}: {error}")
    return problems


def _entries(path: Path) -> list[tuple[str, Any, int]]:
    """Key, content and line of each entry, also of a key that is written twice; dates and numbers stay as written."""
    if not path.is_file():
        raise SourceMissing(f"Die Datei {path} gibt es nicht. Bitte den Pfad prüfen.")
    try:
        top = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
        pairs = top.value if isinstance(top, yaml.MappingNode) else []
        section = next((value for key, value in pairs if key.value == SECTION), None)
        if isinstance(section, yaml.MappingNode):
            plain = yaml.BaseLoader("").construct_object
            return [(str(key.value), plain(value, deep=True), key.start_mark.line + 1) for key, value in section.value]
    except UnicodeDecodeError as error:
        raise SchemaError([f"{path}: Die Datei ist nicht in UTF-8 gespeichert. Bitte so speichern."]) from error
    except yaml.YAMLError as error:
        raise SchemaError([f"{path}{yaml_place(error)}: kein lesbares YAML. {yaml_reason(error)}."]) from error
    raise SchemaError([f"{path}: Der Abschnitt „{SECTION}:“ fehlt oder ist keine Liste von Einträgen mit Namen."])


def _wrong_keys(content: Any, register: Register) -> Iterator[str]:
    if not isinstance(content, Mapping):
        yield "Es fehlen Angaben. Nötig sind „name“, „quelle“ und „stadtteile“ oder „datei“."
        return
    known = (*_TEXTS, *_FILE_KEYS, *_LISTS)
    example = ", ".join(area.name for area in register.of_level("stadtteil")[:2])
    yield from (f"„{key}“ ist unbekannt. Möglich sind: {', '.join(known)}." for key in content if key not in known)
    for key, value in content.items():
        if key in _LISTS and not (isinstance(value, list) and value and all(isinstance(one, str) for one in value)):
            yield f"„{key}“ braucht eine Liste, zum Beispiel [{example}]."
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


def _defined(
    key: str, content: Mapping[str, Any], place: str, folder: Path, border: Border, result: Definitions
) -> list[Definition]:
    """What one entry with the right keys defines; its files and names that cannot be used are noted in the result."""
    names = tuple(tidy(name) for name in content.get("schreibweisen", ()))
    common: dict[str, Any] = {name: tidy(content[name]) for name in _TEXTS if name in content}
    common |= {"place": place, "schreibweisen": names, "id": key_of(key)}
    if "name" in content:
        common["name"] = tidy_name(content["name"])
        if fault := name_fault(content["name"]):
            result.unusable.append(f"{place}: „name“ {fault}")
            return []
    if "fehlt" in content:
        return [Definition(**common | {"place": f"Eintrag „{common['name']}“"})]
    if "stadtteile" in content:
        return [Definition(**common, stadtteile=_stadtteile(content["stadtteile"], border.register))]
    path, column = folder / content["datei"], content.get("merkmal")
    result.files.append(path)
    table = _chosen(path, content)
    common["hinweis"] = " ".join(filter(None, (common.get("hinweis"), table.attrs[ASSUMED])))
    if wrong := border.faults(table.geometry):
        raise SchemaError(f"{path}, Objekt {table.index[at] + 1}: {fault}" for at, fault in wrong.items())
    if not column or "wert" in content:
        return [Definition(**common, outline=_union(table, border))]
    values = table[column].map(as_text)
    wrong = {at: fault for at, value in values.items() if (fault := name_fault(value))}
    result.unusable += [f"{path}, Objekt {at + 1}: Das Merkmal „{column}“ {fault}" for at, fault in wrong.items()]
    parts = table.drop(index=list(wrong)).groupby(values.drop(list(wrong)).map(tidy), sort=False)
    return [
        Definition(
            **common | {"name": tidy_name(str(value)), "id": quartier_id(str(value))},
            outline=_union(gpd.GeoDataFrame(part), border),
        )
        for value, part in parts
    ]


def _chosen(path: Path, content: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Objects of a file, or those whose attribute has the wanted value."""
    table = read_outlines(path, layer=content.get("layer"))
    column, value = content.get("merkmal"), content.get("wert")
    if not column:
        return table
    if column not in _attributes(table):
        raise SchemaError(
            [f"{path}: Das Merkmal „{column}“ gibt es nicht. Vorhanden: {', '.join(_attributes(table))}."]
        )
    if table[column].isna().any():
        number = int(table[column].isna().to_numpy().argmax()) + 1
        raise SchemaError([f"{path}, Objekt {number}: Das Merkmal „{column}“ ist leer. Bitte ausfüllen."])
    if not value:
        return table
    values = table[column].map(as_text).map(tidy)
    found = table[values == tidy(value)]
    if found.empty:
        there = ", ".join(dict.fromkeys(values))
        raise SchemaError([f"{path}: Kein Objekt hat „{column}“ = „{value}“. Vorhanden: {there}."])
    return found


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
    return tuple(area.id for area in register.of_level("stadtteil") if area.id in found)


def _clashes(known: list[Definition], new: list[Definition], register: Register) -> dict[int, str]:
    """What cannot be used because something else has its id or name, by its place in the file.

    Which of two that clash is meant, only the file can say: of one file both are left out, of two files the later one.
    A gap that another file fills is no clash.
    """
    told: dict[int, str] = {}
    slugs = {area.slug: [area] for area in register}
    for at, one in enumerate(new):
        taken = slugs.get(one.key.removeprefix(QUARTIER_PREFIX), [])
        taken = taken or [area for name in one.claimed for area in register.named(name)]
        if one.key == QUARTIER_PREFIX:
            told[at] = (
                f"{one.place}: Aus „{one.name}“ lässt sich keine Kennung bilden. "
                "Bitte Buchstaben oder Ziffern verwenden."
            )
        elif taken:
            who = f"{taken[0].ebene_label} {taken[0].eigenname or taken[0].name}"
            told[at] = f"{one.place}: „{one.name}“ heißt schon: {who}. Bitte anders nennen."
        elsewhere = [other for other in known if not other.fehlt or one.fehlt]
        for place, other in [*((None, other) for other in elsewhere), *enumerate(new[:at])]:
            if sentence := _clash(one, other):
                told.setdefault(at, sentence)
                if place is not None:
                    told.setdefault(place, sentence)
    return told


def _clash(one: Definition, other: Definition) -> str:
    """Why two cannot both be there, as the sentence of the later one; empty if they can."""
    if one.key == other.key:
        return f"{one.place}: Die Kennung {one.key} ist schon vergeben ({other.place}). Bitte umbenennen."
    if {fold(name) for name in one.claimed} & {fold(name) for name in other.claimed} and not (one.fehlt or other.fehlt):
        return f"{one.place}: Den Namen „{one.name}“ gibt es schon ({other.place}). Bitte umbenennen."
    return ""
