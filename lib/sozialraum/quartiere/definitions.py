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
from sozialraum.gebiete import (
    LEVEL_LABELS,
    QUARTIER,
    QUARTIER_PREFIX,
    Luecke,
    Planungsebene,
    Register,
    fold,
)
from sozialraum.quartiere.inspection import faults
from sozialraum.quartiere.lines import Entry, read_entries
from sozialraum.quartiere.names import as_text, key_of, name_fault, quartier_id, tidy, tidy_name
from sozialraum.quartiere.outlines import ASSUMED, read_outlines
from sozialraum.quartiere.planning import Planung

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
    """One Quartier as it was defined: whole Stadtteile by id, or an outline in metres.

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
    """All that one or more files define, the gaps among it, and the files that were read.

    ``unusable`` has a German sentence for each definition that is left out because of its name.
    """

    quartiere: list[Definition] = field(default_factory=list)
    luecken: list[Luecke] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Border:
    """What a definition is checked against: the register and the outline of the city (read when needed)."""

    register: Register
    city: Callable[[], gpd.GeoSeries]

    def faults(self, outlines: gpd.GeoSeries) -> dict[int, str]:
        """As :func:`sozialraum.quartiere.inspection.faults`."""
        return faults(outlines, self.city(), city_name=self.register.city.name)


def read_definitions(files: Iterable[Path | Planung], border: Border, drawn: Iterable[Definition] = ()) -> Definitions:
    """Definitions of several files and further ones, checked one by one and against each other.

    A definition whose name cannot be used is left out and told in ``unusable``, as long as its file has a sound one.

    Raises
    ------
    SourceMissing
        If a file does not exist.
    SchemaError
        With every problem found.
    """
    result = Definitions()
    problems: list[str] = []
    for one in files:
        new, wrong = _read(one, border)
        problems += [*wrong, *_joined(result, new, border.register, alone=not wrong)]
    problems += _joined(result, Definitions(quartiere=list(drawn)), border.register)
    if problems:
        raise SchemaError(problems)
    return result


def _read(source: Path | Planung, border: Border) -> tuple[Definitions, list[str]]:
    """What one file defines, and what is wrong with it."""
    path = source.file if isinstance(source, Planung) else source
    level = source if isinstance(source, Planung) else None
    new = Definitions(files=[path])
    try:
        problems = (
            _read_yaml(path, border, new, level) if path.suffix.lower() in YAML else _read_map(path, border, new, level)
        )
    except SchemaError as error:
        problems = error.problems
    new.quartiere = [replace(one, file=path) for one in new.quartiere]
    if level:
        new.quartiere = [_of_level(one, level, border.register) for one in new.quartiere]
    return new, problems


def _joined(result: Definitions, new: Definitions, register: Register, *, alone: bool = True) -> list[str]:
    """Join what one file defines to all others; what is wrong if nothing of it can be used.

    Parameters
    ----------
    alone
        Whether names are all that is wrong with the file.
    """
    told = _clashes(result, new, register)
    new.unusable += dict.fromkeys(told.values())
    sound = [one for place, one in enumerate(new.quartiere) if ("quartier", place) not in told]
    gaps = [gap for place, gap in enumerate(new.luecken) if ("luecke", place) not in told]
    filled = {one.key for one in sound}
    result.luecken = [*(gap for gap in result.luecken if gap.id not in filled), *gaps]
    result.quartiere += sound
    result.files += new.files
    if alone and new.unusable and not (sound or gaps):
        return new.unusable
    result.unusable += new.unusable
    return []


def _of_level(one: Definition, level: Planung, register: Register) -> Definition:
    """A planning area: called after its level, so that no name of it can be that of a Stadtteil or of another level."""
    ebene = level.ebene
    own = one.name.removeprefix(f"{LEVEL_LABELS[QUARTIER]} ")
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
        there = ", ".join(str(name) for name in table.columns if name != table.geometry.name) or "keines"
        lacking = f"{path}: Kein Merkmal heißt {' oder '.join(wanted)}. Vorhanden: {there}."
        return [f"{lacking} Bitte in {level.place} mit „merkmal“ das nennen, in dem die Namen stehen."]
    origin = {"quelle": f"Datei {tidy(path.name)}", "hinweis": table.attrs[ASSUMED]}
    if column is None:
        name = tidy_name(path.stem)
        result.quartiere.append(
            Definition(name, str(path), quartier_id(path.stem), **origin, outline=_union(table, border))
        )
        return []
    texts = [as_text(value) for value in table[column]]
    names = [tidy_name(text) for text in texts]
    for place, (text, name) in enumerate(zip(texts, names, strict=True), start=1):
        where, fault = f"{path}, Objekt {place}", name_fault(text)
        first = names.index(name) + 1
        if fault:
            result.unusable.append(f"{where}: Das Merkmal „{column}“ {fault}")
        elif first < place:
            result.unusable.append(
                f"{where}: Den Namen „{name}“ trägt schon Objekt {first}. Bitte umbenennen oder die Flächen im "
                "Kartenprogramm zu einem Objekt vereinigen; bis dahin fehlen beide."
            )
        elif names.count(name) == 1:
            result.quartiere.append(
                Definition(name, where, quartier_id(text), **origin, outline=_union(table.iloc[[place - 1]], border))
            )
    return []


def _union(table: gpd.GeoDataFrame, border: Border) -> BaseGeometry:
    crs: Any = border.city().crs
    metres = shapely.force_2d(table.geometry.to_crs(crs).to_numpy())
    return shapely.union_all(metres)


def _read_yaml(path: Path, border: Border, result: Definitions, level: Planung | None) -> list[str]:
    problems: list[str] = []
    for entry in read_entries(path, SECTION):
        place = f"{path}, Zeile {entry.line} ({entry.key})"
        if level and isinstance(entry.content, dict):
            entry.content.setdefault("quelle", level.quelle or f"Datei {tidy(path.name)}")
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
        result.unusable.append(f"{place}: „name“ {fault}")
        return
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
        result.unusable += [
            f"{path}, Objekt {table.index[at] + 1}: Das Merkmal „{content['merkmal']}“ {fault}"
            for at, fault in wrong.items()
        ]
        kept = ~values.index.isin(values.index[list(wrong)])
        table, values = table[kept], values[kept]
        for value, part in table.groupby(values.map(tidy), sort=False):
            name, outline = tidy_name(str(value)), _union(gpd.GeoDataFrame(part), border)
            result.quartiere.append(Definition(**common, name=name, id=quartier_id(str(value)), outline=outline))
    else:
        result.quartiere.append(Definition(**common, id=key_of(entry.key), outline=_union(table, border)))


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


def _clashes(known: Definitions, new: Definitions, register: Register) -> dict[tuple[str, int], str]:
    """What cannot be used because something else has its id or name, by kind and place in the file.

    Which of two that clash is meant, only the file can say: of one file both are left out, of two files the later one.
    A gap that another file fills is no clash.
    """
    told: dict[tuple[str, int], str] = {}
    items: list[tuple[tuple[str, int], Definition | Luecke]] = [
        *((("quartier", place), one) for place, one in enumerate(new.quartiere)),
        *((("luecke", place), gap) for place, gap in enumerate(new.luecken)),
    ]
    before: list[tuple[tuple[str, int] | None, Definition | Luecke]] = []
    before += [(None, one) for one in known.quartiere]
    before += [(None, gap) for gap in known.luecken]
    slugs = {area.slug: area for area in register}
    for at, one in items:
        key, place = _key_and_place(one)
        taken = slugs.get(key.removeprefix(QUARTIER_PREFIX))
        for name in _claimed(one):
            taken = taken or next(iter(register.named(name)), None)
        if key == QUARTIER_PREFIX:
            told[at] = (
                f"{place}: Aus „{one.name}“ lässt sich keine Kennung bilden. Bitte Buchstaben oder Ziffern verwenden."
            )
        elif taken:
            who = f"{taken.ebene_label} {taken.eigenname or taken.name}"
            told[at] = f"{place}: „{one.name}“ heißt schon: {who}. Bitte anders nennen."
        for other_at, other in before:
            fills = other_at is None and isinstance(other, Luecke) and isinstance(one, Definition)
            sentence = "" if fills else _clash(one, other)
            if sentence:
                told.setdefault(at, sentence)
                if other_at:
                    told.setdefault(other_at, sentence)
        before.append((at, one))
    return told


def _key_and_place(one: Definition | Luecke) -> tuple[str, str]:
    return (one.key, one.place) if isinstance(one, Definition) else (one.id, f"Eintrag „{one.name}“")


def _claimed(one: Definition | Luecke) -> tuple[str, ...]:
    """Names that nothing else may have; what a planning area is called within its level may come again elsewhere."""
    planned = isinstance(one, Definition) and one.planung
    return (one.name,) if planned else (one.name, *one.schreibweisen)


def _clash(one: Definition | Luecke, other: Definition | Luecke) -> str:
    """Why two cannot both be there, as the sentence of the later one; empty if they can."""
    (key, place), (other_key, other_place) = _key_and_place(one), _key_and_place(other)
    if key == other_key:
        return f"{place}: Die Kennung {key} ist schon vergeben ({other_place}). Bitte umbenennen."
    same = {fold(name) for name in _claimed(one)} & {fold(name) for name in _claimed(other)}
    if same and isinstance(one, Definition) and isinstance(other, Definition):
        return f"{place}: Den Namen „{one.name}“ gibt es schon ({other_place}). Bitte umbenennen."
    return ""
