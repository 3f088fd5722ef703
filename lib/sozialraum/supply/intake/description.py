"""What a table cannot say itself: where things stand in it, who delivered it, under which rules it may be passed on.

A description is a YAML beside the file, or one that is remembered, or the same as options. What it says holds; what it
calls "nicht" is used for nothing.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from sozialraum.city.gebiete import fold
from sozialraum.city.indicators import DIRECTIONS, TYPES
from sozialraum.errors import ParameterError, TableError, yaml_place, yaml_reason
from sozialraum.files import load_yaml
from sozialraum.supply.intake.dates import stand_in_cell, stand_of_title, the_one
from sozialraum.supply.intake.grid import WORDS, Sheet
from sozialraum.supply.intake.phrases import KINDS, PART, VALUE


class Weitergabe(StrEnum):
    """Who may see a value; each may see what those before it may.

    The value of a member is what files and options say, :attr:`label` is what people read.
    """

    OEFFENTLICH = "oeffentlich"
    RAT = "rat"
    INTERN = "intern"

    @property
    def label(self) -> str:
        """As printed: ``öffentlich``, ``Rat und Verwaltung``, ``nur intern``."""
        return _LABELS[self]

    def may_see(self, other: "Weitergabe") -> bool:
        """Whether this audience may see what is meant for another one."""
        order = list(Weitergabe)
        return order.index(other) <= order.index(self)

    @classmethod
    def known(cls, text: str) -> "Weitergabe | None":
        """The audience that a person names by its id or its label, in any case and spelling of umlauts; None if none.

        Examples
        --------
        >>> Weitergabe.known("Öffentlich").value
        'oeffentlich'
        """
        wanted = fold(text)
        return next((one for one in cls if wanted in (fold(one.value), fold(one.label))), None)

    @classmethod
    def parse(cls, text: str) -> "Weitergabe":
        """As :meth:`known`."""
        found = cls.known(text)
        if found is None:
            raise ParameterError(f"Die Weitergabe „{text}“ gibt es nicht, nur: {', '.join(WEITERGABE)}.")
        return found


_LABELS: Final = dict(zip(Weitergabe, ("öffentlich", "Rat und Verwaltung", "nur intern"), strict=True))
WEITERGABE: Final = tuple(one.value for one in Weitergabe)
CHOICE: Final = f"{', '.join(WEITERGABE[:-1])} oder {WEITERGABE[-1]}"
"""The ids, as options and templates list them."""


NONE, SUPPRESSED, ROUNDED, CELL_KEY = "keines", "sperrung", "rundung", "cell-key"
VERFAHREN: Final = (NONE, SUPPRESSED, ROUNDED, CELL_KEY)
#: Things are counted, no people: nothing is to be hidden.
THINGS: Final = "entfaellt"
DEFAULT_MINIMUM: Final = 3
_DEFAULTS: Final = {NONE: 0, SUPPRESSED: DEFAULT_MINIMUM, ROUNDED: 5, CELL_KEY: 5}
_OTHER_WORDS: Final = {
    "keine": NONE, "kein": NONE, "cellkey": CELL_KEY, "cell key": CELL_KEY, "gerundet": ROUNDED, "gesperrt": SUPPRESSED,
}  # fmt: skip
ANSWERS_SHEET: Final = "Angaben"
#: Where the area of a value stands; ``blatt`` and ``titel``: one for a whole sheet.
PLACES: Final = ("spalte", "zeile", "blatt", "titel")
NEW: Final = ("titel", "definition", "einheit", "typ", "richtung", "kapitel")
_OF_AREA: Final = (*PLACES, "ebene", "codes", "muster", "namen")
_OF_DATE: Final = ("spalte", "blatt", "titel", "tag")
_OF_INDICATOR: Final = (*KINDS, *NEW, "zeilen", "summe", "zaehlt", "bezug", "begruendung")
_OF_NUMBER: Final = ("spalten", "zeilen", "summe")
_ANSWER: Final = re.compile(r"^(?P<was>.*?)\s*[(\[]\s*(?P<einheit>[^()\[\]]+?)\s*[)\]]\s*$")


@dataclass(frozen=True)
class Geheimhaltung:
    """The method of disclosure control that the delivering office applied.

    ``zahl`` is the minimum case number, the base of rounding, or the largest deviation of one value.
    """

    verfahren: str
    zahl: int = 0

    @property
    def text(self) -> str:
        """In German: ``Sperrung (unter 3)``."""
        words = {
            NONE: "keines",
            THINGS: "nicht nötig, denn gezählt werden keine Menschen",
            SUPPRESSED: f"Sperrung (Mindestfallzahl {self.zahl})",
            ROUNDED: f"Rundung auf Vielfache von {self.zahl}",
            CELL_KEY: f"Cell-Key (je Wert höchstens ±{self.zahl})",
        }
        return words[self.verfahren]


@dataclass(frozen=True)
class Auswahl:
    """The cells of one number of an indicator."""

    # names of columns (letter or head); several are added. Empty means every column of values
    spalten: tuple[str, ...] = ()
    zeilen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # texts that the row must have, by column
    summe: bool = False  # whether several rows of an area at one date are added


@dataclass(frozen=True)
class Description:
    """Answers about one table; empty means not answered."""

    indikator: str = ""
    blatt: str = ""
    bereich: str = ""
    stelle: str = ""
    tabelle: str = ""
    stichtag: str = ""
    zaehler: str = ""  # zaehler, nenner: what is counted, with the unit in brackets: Arbeitslose (Personen)
    nenner: str = ""
    einheit: str = ""
    richtung: str = ""
    lizenz: str = ""
    geheimhaltung: str = ""
    weitergabe: str = ""
    methode: str = ""
    grenzen: str = ""
    url: str = ""
    dezimalzeichen: str = ""
    anteil_als: str = ""
    unvollstaendig: str = ""
    ausreisser: str = ""
    revision: str = ""
    rest: str = ""
    definition: str = ""
    titel: str = ""
    typ: str = ""
    kapitel: str = ""
    # where the area stands (PLACES), ebene of the areas, codes and namen (text to area) and muster of codes:
    # 9NN00, where the N are the area's number
    gebiet: Mapping[str, Any] = field(default_factory=dict)
    # where the as-of date stands: a column, the name of the sheet, a title; tag: monatsende completes a month
    stichtag_aus: Mapping[str, Any] = field(default_factory=dict)
    # by id: where KINDS stand, what they count, for a new one its entry
    indikatoren: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    zeilen: Mapping[str, Any] = field(default_factory=dict)
    zeichen: Mapping[str, str] = field(default_factory=dict)  # meaning of symbols: null or fehlt
    nicht: tuple[str, ...] = ()  # nicht, rest: columns that are used for nothing; rest: nicht means all others

    def over(self, other: "Description") -> "Description":
        """These answers, and those of another description where these are silent."""
        return Description(
            **{item.name: _over(getattr(self, item.name), getattr(other, item.name)) for item in fields(self)}
        )

    def auswahl(self, indikator: str, kind: str) -> Auswahl | None:
        """Which cells give a number of an indicator; None if the description does not say."""
        entry = self.indikatoren.get(indikator, {})
        raw = entry.get(kind)
        if raw in (None, ""):
            return None
        own = raw if isinstance(raw, Mapping) else {"spalten": raw} if isinstance(raw, list) else _bracketed(str(raw))
        rows = {**_rows(self.zeilen), **_rows(entry.get("zeilen", {})), **_rows(own.get("zeilen", {}))}
        added = fold(text_of(own.get("summe", entry.get("summe", False)))) in _YES
        return Auswahl(_columns(own.get("spalten", "")), rows, added)

    @property
    def _chosen(self) -> list[Auswahl]:
        return [one for key in self.indikatoren for kind in KINDS if (one := self.auswahl(key, kind))]

    def keys(self) -> set[str]:
        """Columns whose texts choose rows."""
        return {*self.zeilen, *(name for one in self._chosen for name in one.zeilen)}

    @property
    def adds(self) -> bool:
        """Whether rows are added: then equal rows count as often as they stand there."""
        return any(one.summe for one in self._chosen)

    @property
    def chosen_rows(self) -> Auswahl:
        """The rows that are chosen for the whole table."""
        return Auswahl(zeilen=_rows(self.zeilen))

    def entry(self, indikator: str, key: str) -> str:
        """What is said of an indicator, else of the whole table."""
        return text_of(self.indikatoren.get(indikator, {}).get(key)) or str(getattr(self, key, ""))


def _over(first: Any, second: Any) -> Any:
    """Answers of the first, those of the second where it is silent; mappings key by key."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return {key: _over(first.get(key), second.get(key)) for key in {**second, **first}}
    return first or second


KEYS: Final = tuple(item.name for item in fields(Description))
_FLAGS, _REASONS = (": unvollstaendig", ": revision", ", summe"), (": ausreisser", ", begruendung")
_YES, _NO = ("ja", "true", "yes", "1"), ("nein", "no", "false", "0", "")
_MAPPINGS: Final = ("gebiet", "stichtag_aus", "indikatoren", "zeilen", "zeichen")


def sidecar(path: Path) -> Path:
    """The YAML that belongs to a table: same name, ``.yml``."""
    return path.with_suffix(".yml")


def read_description(path: Path) -> Description:
    """Answers of a YAML file; none if there is no such file."""
    if not path.is_file():
        return Description()
    try:
        raw = load_yaml(path.read_text(encoding="utf-8-sig")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TableError(
            f"{path.name}: Die Beschreibung ist kein lesbares YAML{yaml_place(error)}. {yaml_reason(error)}."
        ) from error
    except ValueError as error:  # what looks like a date and is none
        raise TableError(f"{path.name}: Ein Datum darin gibt es nicht. Bitte berichtigen.") from error
    if not isinstance(raw, dict):
        raise TableError(f"{path.name}: Die Beschreibung braucht Zeilen der Form „stelle: Amt für Statistik“.")
    return description(raw, path.name)


def answers_in(sheets: Sequence[Sheet]) -> Description:
    """Answers of a sheet "Angaben" in the workbook: a word in the first column, the answer in the second."""
    sheet = next((sheet for sheet in sheets if fold(sheet.name) == fold(ANSWERS_SHEET)), None)
    if sheet is None:
        return Description()
    pairs = {fold(sheet.at(row, 1).text).replace(" ", "_"): sheet.at(row, 2).text for row in range(1, sheet.rows + 1)}
    known = {key: value for key, value in pairs.items() if key in KEYS and value and not value.startswith("(")}
    return description(known, f"{sheet.file}, Blatt „{sheet.name}“")


def description(raw: Mapping[str, Any], name: str) -> Description:
    """Answers by key, as a YAML of this name holds them; an error with all that is unknown or of a wrong form.

    Examples
    --------
    >>> given = description({"indikatoren": {"einwohner": {"zaehler": "C+D"}}}, "tabelle.yml")
    >>> given.auswahl("einwohner", "zaehler").spalten
    ('C', 'D')
    """
    problems: list[str] = []
    raw = _without_roles(raw, name, problems)
    _unknown(raw, KEYS, name, problems)
    answers: dict[str, Any] = {}
    for key, value in raw.items():
        if key == "stichtag" and (isinstance(value, Mapping) or value in ("blatt", "titel")):
            answers["stichtag_aus"] = _place(value, name, key, _OF_DATE, problems)
        elif key == "gebiet":
            answers[key] = _place(value, name, key, _OF_AREA, problems)
        elif key == "nicht":
            answers[key] = _columns(value)
        elif key in _MAPPINGS:
            answers[key] = _mapping(value, name, key, problems)
        elif key in KEYS:
            answers[key] = _answer(value, f"{name}: {key}", problems)
    for key, entry in answers.get("indikatoren", {}).items():
        _check_entry(key, entry, f"{name}, indikatoren, {key}", problems)
    if problems:
        raise TableError(problems)
    answers["zeichen"] = {str(sign): text_of(text) for sign, text in answers.get("zeichen", {}).items()}
    return Description(**answers)


def _check_entry(key: str, entry: Any, where: str, problems: list[str]) -> None:
    if not isinstance(entry, Mapping):
        problems.append(f"{where}: Bitte in der Form „{key}: {{zaehler: C, nenner: D}}“ angeben.")
        return
    _answer(entry.get("begruendung", ""), f"{where}, begruendung", problems)
    if not any(entry.get(kind) not in (None, "", {}, []) for kind in (PART, VALUE)):
        problems.append(f"{where}: Bitte eine Spalte für {PART} oder {VALUE} angeben.")
    inner = {f"{where}, {kind}": entry[kind] for kind in KINDS if isinstance(entry.get(kind), Mapping)}
    for place, one in {where: entry, **inner}.items():
        _unknown(one, _OF_INDICATOR if one is entry else _OF_NUMBER, place, problems)
        _answer(one.get("summe", ""), f"{place}, summe", problems)
        _mapping(one.get("zeilen"), place, "zeilen", problems)


def _answer(value: Any, where: str, problems: list[str]) -> str:
    """A text; ``ja`` or nothing where yes or no is asked; where a reason is, a mere yes is none."""
    text, word = text_of(value), fold(text_of(value))
    if where.endswith(_FLAGS) and word not in (*_YES, *_NO):
        problems.append(f"{where} „{value}“ ist nicht erlaubt, nur ja oder nein.")
    if where.endswith(_REASONS) and word in _YES:
        problems.append(f"{where}: Bitte den Grund nennen.")
    if where.endswith(_FLAGS):
        return "ja" if word in _YES else ""
    return "" if where.endswith(_REASONS) and word in _NO else text


def _without_roles(raw: Mapping[str, Any], name: str, problems: list[str]) -> dict[str, Any]:
    """``spalten: {C: arbeitslosenanteil:zaehler, D: nicht}``, the short form, written out by indicator."""
    rest, given = {str(key): value for key, value in raw.items() if key != "spalten"}, raw.get("spalten") or {}
    if not isinstance(given, Mapping):
        problems.append(f"{name}: „spalten“ braucht Zeilen der Form „C: arbeitslosenanteil:zaehler“.")
        return rest
    entries = {
        key: dict(entry) for key, entry in _mapping(given and rest.get("indikatoren"), name, "", problems).items()
    }
    left = list(_columns(rest.get("nicht", ""))) if given else []
    for column, role in given.items():
        key, _, kind = str(role).partition(":")
        key, kind = key.strip(), kind.strip().lower()
        if key == "nicht":
            left.append(str(column))
        elif kind in KINDS:
            entry = entries.setdefault(key, {})
            entry[kind] = [*_columns(entry.get(kind, "")), *_columns(str(column))]
        else:
            example = f"{', '.join(KINDS)} hinter der Kennung: {str(role).partition(':')[0]}:zaehler"
            problems.append(f"{name}, Spalte {column}: „{role}“ braucht {example}.")
    return {**rest, **({"indikatoren": entries} if entries else {}), **({"nicht": left} if left else {})}


def _unknown(raw: Mapping[Any, Any], known: Sequence[str], where: str, problems: list[str]) -> None:
    problems += [f"{where}: „{key}“ ist unbekannt. Erlaubt: {', '.join(known)}." for key in raw if key not in known]


def _mapping(value: Any, name: str, key: str, problems: list[str]) -> Mapping[str, Any]:
    if not isinstance(value or {}, Mapping):
        problems.append(f"{name}: „{key}“ braucht eingerückte Zeilen der Form „Name: Angabe“.")
        return {}
    return {str(one): item for one, item in (value or {}).items()}


def _place(value: Any, name: str, key: str, known: Sequence[str], problems: list[str]) -> Mapping[str, Any]:
    """``gebiet: G``, ``gebiet: blatt`` or ``gebiet: {spalte: G, ebene: stadtteil}``."""
    if not isinstance(value, Mapping):
        text = text_of(value)
        return {text: "ja"} if text in ("blatt", "titel") else {"spalte": text} if text else {}
    _unknown(value, known, f"{name}, {key}", problems)
    return {str(one): item for one, item in value.items()}


def _bracketed(text: str) -> dict[str, Any]:
    """``waarde [variabele = BEVTOTAAL; jahr = 2022]``: columns, and the rows they are taken from."""
    found = re.fullmatch(r"(?P<spalten>.*?)\s*\[(?P<zeilen>[^\[\]]*=[^\[\]]*)\]", text.strip())
    if found is None:
        return {"spalten": text}
    pairs = [pair.partition("=") for pair in found["zeilen"].split(";")]
    return {
        "spalten": found["spalten"],
        "zeilen": {column.strip(): [one.strip() for one in texts.split("|")] for column, _, texts in pairs},
    }


def _rows(raw: Any) -> dict[str, tuple[str, ...]]:
    """Texts by column; numbers and dates as text."""
    return {
        str(column): tuple(text_of(text) for text in (texts if isinstance(texts, list | tuple) else [texts]))
        for column, texts in (raw if isinstance(raw, Mapping) else {}).items()
    }


def _columns(raw: Any) -> tuple[str, ...]:
    """Names of columns: a list, or ``J+K+L``; ``J:L`` stays one name and is spread where the columns are known."""
    if isinstance(raw, list | tuple):
        return tuple(str(name).strip() for name in raw)
    text = text_of(raw)
    if re.fullmatch(r"[A-Za-z0-9: ]+(\+[A-Za-z0-9: ]+)*", text) or text.count(" + "):
        return tuple(part.strip() for part in re.split(r" \+ |\+(?=\S)", text) if part.strip())
    return (text,) if text else ()


def text_of(value: Any) -> str:
    """An answer as text; a mapping ``{was: x, einheit: y}`` as ``x (y)``."""
    if isinstance(value, Mapping):
        first = str(value.get("was", value.get("verfahren", "")))
        second = value.get("einheit", value.get("basis", value.get("zahl", value.get("mindestfallzahl", ""))))
        return f"{first} ({second})" if "was" in value else f"{first}:{second}".rstrip(":")
    if value is True:
        return "ja"
    return "" if value is None or value is False else " ".join(str(value).split())


def counted(answer: str) -> tuple[str, str]:
    """What is counted and its unit: ``Arbeitslose (Personen)``; the unit is empty if it is not named."""
    found = _ANSWER.match(answer)
    return (found["was"], found["einheit"]) if found else (answer, "")


def geheimhaltung(answer: str) -> Geheimhaltung | None:
    """The method with its number (``sperrung:3``, ``rundung:5``, ``cell-key:5``, ``keines``); None for another word."""
    found = re.fullmatch(r"([a-zäöü -]+?)\s*(?:[:( ]\s*(\d+)\s*\)?)?", answer.strip().lower().replace("_", "-"))
    name = _OTHER_WORDS.get(found[1], found[1]) if found else ""
    return Geheimhaltung(name, int(found[2] or _DEFAULTS[name])) if found and name in _DEFAULTS else None


def stand_of(titles: Sequence[str]) -> str:
    """The as-of date of the title lines, if they name exactly one; the most exact of dates that mean the same day."""
    return the_one(stand for title in titles if (stand := stand_of_title(title))) or ""


def missing_answers(given: Description, *, needs: Mapping[str, str], without: Sequence[str] = ()) -> list[str]:
    """One German line per question that nobody has answered or that has an answer that is not allowed."""
    always = {key: text for key, text in WORDS["angaben"].items() if key not in without}
    asked = {**always, **needs}.items()
    lines = [f"{question} {_how(key, given)}" for key, question in asked if not getattr(given, key)]
    audience = Weitergabe.known(given.weitergabe)
    given = replace(given, weitergabe=audience.value) if audience else given
    allowed = {"weitergabe": WEITERGABE, "richtung": DIRECTIONS, "typ": TYPES, "rest": ("nicht",)}
    allowed |= {"dezimalzeichen": ("komma", "punkt"), "anteil_als": ("prozent", "bruch")}
    said = [(key, getattr(given, key)) for key in allowed]
    said += [(key, text_of(entry.get(key))) for entry in given.indikatoren.values() for key in allowed if key in entry]
    for key, text in said:
        if text and text not in allowed[key]:
            lines.append(f"{key} „{text}“ ist nicht erlaubt, nur: {', '.join(allowed[key])}")
    if given.geheimhaltung and geheimhaltung(given.geheimhaltung) is None:
        lines.append(
            f"geheimhaltung „{given.geheimhaltung}“ ist unbekannt. Erlaubt: keines, sperrung:3, rundung:5, cell-key:5"
        )
    if given.stichtag and stand_in_cell(given.stichtag) is None:
        lines.append(f"stichtag „{given.stichtag}“ ist kein Datum. Erlaubt: 31.12.2023, 2023-12-31, 2023 oder 2023/24")
    return lines


def questions_of_new(given: Description, indikator: str) -> dict[str, str]:
    """Questions about an indicator that the catalogue does not have."""
    texts = {
        "titel": 'Wie heißt der neue Indikator? Zum Beispiel "Anteil der Menschen mit Wohngeld"',
        "definition": "Was genau misst er, in einem Satz?",
        "einheit": 'In welcher Einheit? "%", "Anzahl", "je 1.000 Einwohner"',
        "typ": f"Welcher Typ? {', '.join(TYPES)}",
        "richtung": f"Ist ein hoher Wert {', '.join(DIRECTIONS[:2])} oder {DIRECTIONS[2]}?",
        "kapitel": "In welches Kapitel gehört er? A bis M wie in „Ein Blick auf … Stadtteile“, oder X",
    }
    return {key: f"{indikator}: {texts[key]}" for key in NEW if not given.entry(indikator, key)}


def _how(key: str, given: Description) -> str:
    """Where an answer is given: in the entry of an indicator, if there is one."""
    name = {"zaehler": "zaehlt", "nenner": "bezug"}.get(key, key)
    inside = given.indikatoren and key in ("zaehler", "nenner", *NEW)
    where = f"beim Indikator „{name}:“" if inside else f"„{key}:“"
    return f"(--{key.replace('_', '-')} oder in der Beschreibung {where})"
