"""Read ``vorlage.yml``: every problem at once, each with its key and a remedy."""

import base64
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from sozialraum.errors import SchemaError, UnknownArea
from sozialraum.gebiete import Register
from sozialraum.load import read_yaml
from sozialraum.vorlage.annex import Einschaetzung, Freigabe, Logo, Vorlage

MAX_BYTES: Final = 400_000
MAX_PIXELS: Final = 4000
_KINDS: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}


def data_address(path: Path) -> str:
    """The picture as a ``data:`` address."""
    try:
        content = path.read_bytes()
        with Image.open(path, formats=tuple(_KINDS)) as picture:
            picture.verify()
            kind, size = str(picture.format), picture.size
    except FileNotFoundError:
        raise ValueError(f"die Datei {path.name} liegt nicht neben der Vorlage") from None
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError(f"{path.name} ist kein lesbares PNG oder JPEG; bitte als PNG speichern") from None
    if len(content) > MAX_BYTES or max(size) > MAX_PIXELS:
        limit = f"{MAX_BYTES // 1000} kB und {MAX_PIXELS} Pixel"
        raise ValueError(f"{path.name} ist zu groß; erlaubt sind höchstens {limit}")
    return f"data:{_KINDS[kind]};base64,{base64.b64encode(content).decode()}"


_ALL: Final = "alle"
_TEXTS: Final = ("vorlagen_nr", "herausgeber", "ansprechperson", "beschlussvorschlag")
_KEYS: Final = ("berichte", *_TEXTS, "logo", "einschaetzungen", "freigabe")
_LONGEST: Final = {"beschlussvorschlag": 4000, "text": 6000}
_LONGEST_LINE: Final = 160
_MARK: Final = re.compile(r"[0-9a-f]{12}")
_PLACEHOLDER: Final = re.compile(r"‹[^›\n]*›")


def read_vorlage(path: Path, register: Register) -> Vorlage:
    """Read and check a Vorlage."""
    problems: list[str] = []
    raw = read_yaml(path)
    top = _Part(raw, path.name, "", problems)
    top.only(_KEYS)
    vorlage = Vorlage(
        gebiete=top.areas("berichte", register),
        **{key: top.text(key) for key in _TEXTS if key in top.raw},
        logo=_logo(top, path.parent),
        einschaetzungen=tuple(_assessment(part, register) for part in top.parts("einschaetzungen")),
        freigabe=_release(top),
    )
    if problems:
        raise SchemaError(problems)
    return vorlage


class _Part:
    """A mapping of the file and where it stands; notes problems instead of raising them."""

    def __init__(self, raw: Any, file: str, place: str, problems: list[str]) -> None:
        self.file, self.place, self.problems = file, place, problems
        self.raw: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        if not isinstance(raw, dict):
            self.complain(place or "Datei", "Erwartet werden Schlüssel mit Werten (schluessel: wert)")

    def complain(self, key: str, what: str) -> None:
        self.problems.append(f"{self.file}, {key}: {what}.")

    def name(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def only(self, keys: Iterable[str]) -> None:
        for key in self.raw:
            if key not in keys:
                self.complain(self.name(str(key)), f"Der Schlüssel ist unbekannt. Erlaubt sind: {', '.join(keys)}")

    def text(self, key: str) -> str:
        """A filled text; an empty one, with the problem noted, if there is none."""
        value = self.raw.get(key)
        if value is None:
            self.complain(self.name(key), "Hier fehlt der Text. Bitte eintragen oder den Abschnitt löschen")
            return ""
        if not isinstance(value, str) or not value.strip():
            self.complain(self.name(key), "Hier muss ein Text stehen; Zahlen bitte in Anführungszeichen setzen")
            return ""
        limit = _LONGEST.get(key, _LONGEST_LINE)
        if len(value) > limit:
            self.complain(self.name(key), f"Der Text hat {len(value)} Zeichen; erlaubt sind {limit}. Bitte kürzen")
        if found := _PLACEHOLDER.search(value):
            self.complain(self.name(key), f"Der Platzhalter {found[0]} ist nicht ausgefüllt")
        return value.strip()

    def day(self, key: str) -> date:
        value = self.raw.get(key)
        if isinstance(value, str):
            with suppress(ValueError):
                value = date.fromisoformat(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.complain(self.name(key), "Erwartet wird ein Datum der Form JJJJ-MM-TT")
        return date.min

    def areas(self, key: str, register: Register) -> tuple[str, ...]:
        """Ids of a list of numbers and names; empty for "alle"."""
        value = self.raw.get(key)
        if value == _ALL:
            return ()
        if not isinstance(value, list) or not value:
            self.complain(self.name(key), f"Erwartet wird „{_ALL}“ oder eine Liste von Nummern oder Namen")
            return ()
        found = []
        for one in value:
            try:
                found.append(register.resolve(one if isinstance(one, int) else str(one)).id)
            except UnknownArea as error:
                self.complain(self.name(key), str(error).rstrip("."))
        return tuple(found)

    def part(self, key: str) -> "_Part | None":
        return _Part(self.raw[key], self.file, self.name(key), self.problems) if key in self.raw else None

    def parts(self, key: str) -> "list[_Part]":
        """The mappings of a list."""
        value = self.raw.get(key, [])
        if not isinstance(value, list):
            self.complain(self.name(key), "Erwartet wird eine Liste; jeder Eintrag beginnt mit einem Strich")
            return []
        return [_Part(one, self.file, f"{key}[{number}]", self.problems) for number, one in enumerate(value, start=1)]


def _logo(top: _Part, folder: Path) -> Logo | None:
    part = top.part("logo")
    if part is None:
        return None
    part.only(("datei", "beschreibung"))
    name, alt = part.text("datei"), part.text("beschreibung")
    if not name:
        return None
    if Path(name).name != name:
        part.complain(part.name("datei"), "Nur der Dateiname; die Datei liegt neben der Vorlage")
        return None
    try:
        return Logo(data_address(folder / name), alt)
    except ValueError as error:
        part.complain(part.name("datei"), f"Das Logo ist nicht brauchbar: {error}")
        return None


def _assessment(part: _Part, register: Register) -> Einschaetzung:
    part.only(("fuer", "verfasst_von", "datum", "text"))
    return Einschaetzung(
        verfasst_von=part.text("verfasst_von"),
        datum=part.day("datum"),
        text=part.text("text"),
        gebiete=part.areas("fuer", register),
    )


def _release(top: _Part) -> Freigabe | None:
    part = top.part("freigabe")
    if part is None:
        return None
    part.only(("durch", "am", "datenstand"))
    marks = part.raw.get("datenstand")
    marks = marks if isinstance(marks, list) else [marks]
    if not marks or not all(isinstance(mark, str) and _MARK.fullmatch(mark) for mark in marks):
        part.complain(
            part.name("datenstand"),
            "Erwartet werden die zwölf Zeichen nach „Datenstand“ am Fuß des Berichts, in Anführungszeichen",
        )
    return Freigabe(durch=part.text("durch"), am=part.day("am"), datenstand=tuple(str(mark) for mark in marks))
