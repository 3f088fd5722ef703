"""What a table cannot say itself: who delivered it, what is counted, when, under which rules it may be passed on.

Answers come from options, else from a YAML beside the file, else from a sheet "Angaben" in it, else from its words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

import yaml

from sozialraum.errors import TableError, yaml_place, yaml_reason
from sozialraum.gebiete import fold
from sozialraum.indicators import DIRECTIONS, TYPES
from sozialraum.intake.audience import WEITERGABE, Weitergabe
from sozialraum.intake.dates import as_stand, stand_of_title, the_one
from sozialraum.intake.grid import Sheet

NONE, SUPPRESSED, ROUNDED, CELL_KEY = "keines", "sperrung", "rundung", "cell-key"
VERFAHREN: Final = (NONE, SUPPRESSED, ROUNDED, CELL_KEY)
DEFAULT_MINIMUM, DEFAULT_BASE, DEFAULT_DEVIATION = 3, 5, 5
ANSWERS_SHEET: Final = "Angaben"
_ANSWER: Final = re.compile(r"^(?P<was>.*?)\s*[(\[]\s*(?P<einheit>[^()\[\]]+?)\s*[)\]]\s*$")
_NEW: Final = ("titel", "definition", "einheit", "typ", "richtung", "kapitel")


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
            SUPPRESSED: f"Sperrung (Mindestfallzahl {self.zahl})",
            ROUNDED: f"Rundung auf Vielfache von {self.zahl}",
            CELL_KEY: f"Cell-Key (je Wert höchstens ±{self.zahl})",
        }
        return words[self.verfahren]


@dataclass(frozen=True)
class Description:
    """Answers about one table; empty means not answered.

    Attributes
    ----------
    zaehler, nenner
        What is counted, with the unit in brackets: ``Arbeitslose (Personen)``.
    neu
        Entries of new indicators by id, as in the catalogue.
    spalten
        Roles of columns, see :func:`sozialraum.intake.roles.assign`.
    zeichen
        Meaning of symbols: ``null`` or ``fehlt``.
    """

    indikator: str = ""
    blatt: str = ""
    bereich: str = ""
    stelle: str = ""
    tabelle: str = ""
    stichtag: str = ""
    zaehler: str = ""
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
    definition: str = ""
    titel: str = ""
    typ: str = ""
    kapitel: str = ""
    spalten: Mapping[str, str] = field(default_factory=dict)
    zeichen: Mapping[str, str] = field(default_factory=dict)

    def over(self, other: "Description") -> "Description":
        """These answers, and those of another description where these are silent."""
        return Description(
            **{item.name: getattr(self, item.name) or getattr(other, item.name) for item in fields(self)}
        )


KEYS: Final = tuple(item.name for item in fields(Description))


def sidecar(path: Path) -> Path:
    """The YAML that belongs to a table: same name, ``.yml``."""
    return path.with_suffix(".yml")


def read_description(path: Path) -> Description:
    """Answers of a YAML file; none if there is no such file.

    Raises
    ------
    TableError
        If it is no YAML, or has an unknown key.
    """
    if not path.is_file():
        return Description()
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TableError(
            f"{path.name}: Die Beschreibung ist kein lesbares YAML{yaml_place(error)}. {yaml_reason(error)}."
        ) from error
    if not isinstance(raw, dict):
        raise TableError(f"{path.name}: Die Beschreibung braucht Zeilen der Form „stelle: Amt für Statistik“.")
    return _of(path.name, raw)


def answers_in(sheets: list[Sheet]) -> Description:
    """Answers of a sheet "Angaben" in the workbook: a word in the first column, the answer in the second."""
    sheet = next((sheet for sheet in sheets if fold(sheet.name) == fold(ANSWERS_SHEET)), None)
    if sheet is None:
        return Description()
    pairs = {fold(sheet.at(row, 1).text).replace(" ", "_"): sheet.at(row, 2).text for row in range(1, sheet.rows + 1)}
    known = {key: value for key, value in pairs.items() if key in KEYS and value and not value.startswith("(")}
    return _of(f"{sheet.file}, Blatt „{sheet.name}“", known)


def _of(name: str, raw: Mapping[str, Any]) -> Description:
    problems = [f"{name}: „{key}“ ist unbekannt. Erlaubt: {', '.join(KEYS)}." for key in raw if key not in KEYS]
    answers: dict[str, Any] = {}
    for key, value in raw.items():
        if key in ("spalten", "zeichen"):
            if not isinstance(value or {}, dict):
                problems.append(f"{name}: „{key}“ braucht Zeilen der Form „C: arbeitslosenanteil:zaehler“.")
                continue
            answers[str(key)] = {str(name): _role(role) for name, role in (value or {}).items()}
        else:
            answers[str(key)] = _text(value)
    if problems:
        raise TableError(problems)
    return Description(**answers)


def _role(value: Any) -> str:
    """``{indikator: x, angabe: zaehler}`` or ``x:zaehler``."""
    if isinstance(value, dict):
        return ":".join(str(value[key]) for key in ("indikator", "angabe") if value.get(key))
    return str(value)


def _text(value: Any) -> str:
    if isinstance(value, dict):
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
    if found is None:
        return None
    word = {
        "keine": NONE,
        "kein": NONE,
        "cellkey": CELL_KEY,
        "cell key": CELL_KEY,
        "gerundet": ROUNDED,
        "gesperrt": SUPPRESSED,
    }
    name = word.get(found[1], found[1])
    if name not in VERFAHREN:
        return None
    default = {NONE: 0, SUPPRESSED: DEFAULT_MINIMUM, ROUNDED: DEFAULT_BASE, CELL_KEY: DEFAULT_DEVIATION}[name]
    return Geheimhaltung(name, int(found[2] or default))


def stand_of(titles: tuple[str, ...]) -> str:
    """The as-of date of the title lines, if they name exactly one; the most exact of dates that mean the same day."""
    return the_one(stand for title in titles if (stand := stand_of_title(title))) or ""


def missing_answers(given: Description, *, needs: Mapping[str, str]) -> list[str]:
    """One German line per question that nobody has answered or that has an answer that is not allowed.

    Parameters
    ----------
    needs
        Further questions by key, with their reason: ``nenner``, ``zaehler``, ``stichtag`` and those of a new indicator.
    """
    lines = []
    for key, question in {**_ALWAYS, **needs}.items():
        value = getattr(given, key)
        if not value:
            lines.append(f"{question} ({_option(key)} oder in der Beschreibung „{key}:“)")
    audience = Weitergabe.known(given.weitergabe)
    given = replace(given, weitergabe=audience.value) if audience else given
    allowed = {"weitergabe": WEITERGABE, "richtung": DIRECTIONS, "typ": TYPES}
    for key, words in allowed.items():
        if getattr(given, key) and getattr(given, key) not in words:
            lines.append(f"{key} „{getattr(given, key)}“ ist nicht erlaubt, nur: {', '.join(words)}")
    if given.geheimhaltung and geheimhaltung(given.geheimhaltung) is None:
        lines.append(
            f"geheimhaltung „{given.geheimhaltung}“ ist unbekannt. Erlaubt: keines, sperrung:3, rundung:5, cell-key:5"
        )
    if given.stichtag and as_stand(given.stichtag) is None:
        lines.append(f"stichtag „{given.stichtag}“ ist kein Datum. Erlaubt: 31.12.2023, 2023-12-31, 2023 oder 2023/24")
    return lines


def questions_of_new(given: Description) -> dict[str, str]:
    """Questions about an indicator that the catalogue does not have."""
    texts = {
        "titel": 'Wie heißt der neue Indikator? Zum Beispiel "Anteil der Menschen mit Wohngeld"',
        "definition": "Was genau misst er, in einem Satz?",
        "einheit": 'In welcher Einheit? "%", "Anzahl", "je 1.000 Einwohner"',
        "typ": f"Welcher Typ? {', '.join(TYPES)}",
        "richtung": f"Ist ein hoher Wert {', '.join(DIRECTIONS[:2])} oder {DIRECTIONS[2]}?",
        "kapitel": "In welches Kapitel gehört er? A bis M wie in „Ein Blick auf … Stadtteile“, oder X",
    }
    return {key: texts[key] for key in _NEW if not getattr(given, key)}


_ALWAYS: Final = {
    "stelle": 'Wer hat die Tabelle geliefert? Zum Beispiel "Stadt Essen, Amt für Statistik, Stadtforschung und Wahlen"',
    "lizenz": "Unter welcher Lizenz? dl-de/by-2-0, oder in Worten: „nur für den Dienstgebrauch“",
    "geheimhaltung": "Mit welchem Geheimhaltungsverfahren? sperrung:3, rundung:5, cell-key:5 oder keines",
    "weitergabe": f"Wer darf die Werte sehen? {', '.join(WEITERGABE)}",
}


def _option(key: str) -> str:
    return f"--{key.replace('_', '-')}"
