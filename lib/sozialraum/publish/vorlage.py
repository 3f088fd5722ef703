"""What turns a report into the annex of a Vorlage: its number, the proposed decision, assessments, and the release.

The one rule of release: it holds for the data that it names and for no other. Every problem of ``vorlage.yml`` is told
at once, each with its key and a remedy. Every text comes from a file that people write: all of it is escaped.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date
from PIL import Image, UnidentifiedImageError

from sozialraum.city.gebiete import Register
from sozialraum.city.load import read_yaml
from sozialraum.errors import SchemaError, UnknownArea
from sozialraum.style.grammar import DRAFT

LABEL: Final = "Prüfkennung"
"""Word before the mark of the data."""


@dataclass(frozen=True)
class Logo:
    """A checked picture."""

    address: str  # data: address with the bytes
    alt: str  # alternative text


@dataclass(frozen=True)
class Einschaetzung:
    """An assessment by a named person: an opinion, not data."""

    verfasst_von: str
    datum: date
    text: str
    gebiete: tuple[str, ...] = ()  # ids of the areas that it is about; empty means all


@dataclass(frozen=True)
class Freigabe:
    """The release of reports by a person."""

    durch: str
    am: date
    datenstand: tuple[str, ...]  # marks of the data that were released, as printed on the pages after "Prüfkennung"


@dataclass(frozen=True)
class Vorlage:
    """The content of ``vorlage.yml``, or the part of it that one report carries."""

    gebiete: tuple[str, ...] = ()  # ids of the areas whose reports belong to the Vorlage; empty means all
    vorlagen_nr: str = ""
    herausgeber: str = ""
    ansprechperson: str = ""
    beschlussvorschlag: str = ""
    einschaetzungen: tuple[Einschaetzung, ...] = ()
    logo: Logo | None = None
    freigabe: Freigabe | None = None

    def for_area(self, gebiet_id: str) -> "Vorlage | None":
        """What the report on an area carries; None if the Vorlage is not about it."""
        if gebiet_id not in (self.gebiete or (gebiet_id,)):
            return None
        about = tuple(one for one in self.einschaetzungen if gebiet_id in (one.gebiete or (gebiet_id,)))
        return replace(self, gebiete=(gebiet_id,), einschaetzungen=about)

    def released(self, mark: str) -> bool:
        """Whether the release holds for the data with this mark (``Prüfkennung 0123456789ab``, more after a dot).

        It holds for the data that it names and for no other: a table that changes has another mark.
        """
        label = mark.partition(" · ")[0]
        return self.freigabe is not None and label in {f"{LABEL} {one}" for one in self.freigabe.datenstand}


def stamp(vorlage: Vorlage | None, mark: str) -> str:
    """The line that every page bears: draft, or who released the report and when."""
    return released(vorlage, mark) or DRAFT


def released(vorlage: Vorlage | None, mark: str) -> str:
    """Who released a report of these data and when; empty for a draft."""
    if vorlage is None or vorlage.freigabe is None or not vorlage.released(mark):
        return ""
    return f"Freigegeben durch {vorlage.freigabe.durch} am {long_date(vorlage.freigabe.am)}"


def remark(vorlage: Vorlage, marks: Iterable[str]) -> str:
    """What the person who renders should know about the release, in German."""
    open_ = sorted({mark for mark in marks if mark and not vorlage.released(mark)})
    if not open_:
        return "Die Freigabe gilt: Die Prüfkennung stimmt überein." if vorlage.freigabe else ""
    marked = ", ".join(f'"{mark.removeprefix(LABEL).strip()}"' for mark in open_)
    remedy = f"Nach der Prüfung in der Vorlage unter „freigabe“ bei „datenstand“ eintragen: {marked}."
    if vorlage.freigabe is None:
        return f"Entwurf: Die Vorlage enthält keine Freigabe. {remedy}"
    return (
        f"Entwurf: Freigegeben ist die Prüfkennung {', '.join(vorlage.freigabe.datenstand)}; die Daten haben sich "
        f"seitdem geändert. {remedy}"
    )


def long_date(day: date) -> str:
    """A day in words: 3. März 2027."""
    return format_date(day, "d. MMMM y", locale="de_DE")


CHAPTER: Final = ("Zur Vorlage", "zur-vorlage")
"""Heading and id of the chapter with what the Vorlage says."""
_BLANK_LINE: Final = re.compile(r"\n\s*\n")


def masthead(vorlage: Vorlage) -> str:
    """Logo and the facts of the Vorlage, for the top of the report; empty if there is nothing to say."""
    facts = {
        "Anlage zur Vorlage": vorlage.vorlagen_nr,
        "Herausgeber": vorlage.herausgeber,
        "Ansprechperson": vorlage.ansprechperson,
    }
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in facts.items() if text)
    words = f"<dl>{rows}</dl>" if rows else ""
    logo = vorlage.logo
    picture = f'<img class="sr-logo" src="{logo.address}" alt="{escape(logo.alt)}">' if logo else ""
    return f'<div class="sr-masthead">{words}{picture}</div>' if words or picture else ""


def chapter(vorlage: Vorlage) -> str:
    """The proposed decision and the assessments as one chapter; empty if there are none."""
    parts = []
    if vorlage.beschlussvorschlag:
        parts.append(f"<h3>Beschlussvorschlag</h3>{paragraphs(vorlage.beschlussvorschlag)}")
    for one in vorlage.einschaetzungen:
        signed = f'<p class="sr-opinion-signature">{escape(f"{one.verfasst_von}, {long_date(one.datum)}")}</p>'
        parts.append(f"<h3>Fachliche Einschätzung</h3>{paragraphs(one.text)}{signed}")
    if not parts:
        return ""
    inner = "".join(f'<div class="sr-opinion">{part}</div>' for part in parts)
    note = '<p class="sr-opinion-note">Dieses Kapitel stammt aus der Vorlage, nicht aus den Daten.</p>'
    title, key = CHAPTER
    return f'<h2 id="{key}">{title}</h2>{note}{inner}'


def paragraphs(text: str) -> str:
    """Escaped paragraphs: a blank line parts them, a line break stays."""
    found = [part.strip() for part in _BLANK_LINE.split(text.strip())]
    return "".join(f"<p>{'<br>'.join(escape(line.strip()) for line in part.splitlines())}</p>" for part in found)


MAX_BYTES: Final = 400_000
MAX_PIXELS: Final = 4000
_KINDS: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}


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
        einschaetzungen=tuple(_read_assessment(part, register) for part in top.parts("einschaetzungen")),
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
    """A picture from a file: PNG or JPEG only, because an SVG can carry scripts and addresses."""
    part = top.part("logo")
    if part is None:
        return None
    part.only(("datei", "beschreibung"))
    name, alt, wrong = part.text("datei"), part.text("beschreibung"), ""
    if name and Path(name).name != name:
        part.complain(part.name("datei"), "Nur der Dateiname; die Datei liegt neben der Vorlage")
        return None
    try:
        content = (folder / name).read_bytes() if name else b""
        with Image.open(BytesIO(content), formats=tuple(_KINDS)) as picture:
            picture.verify()
            kind, size = str(picture.format), picture.size
        if len(content) <= MAX_BYTES and max(size) <= MAX_PIXELS:
            return Logo(f"data:{_KINDS[kind]};base64,{base64.b64encode(content).decode()}", alt)
        wrong = f"{name} ist zu groß; erlaubt sind höchstens {MAX_BYTES // 1000} kB und {MAX_PIXELS} Pixel"
    except FileNotFoundError:
        wrong = f"die Datei {name} liegt nicht neben der Vorlage"
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        wrong = f"{name} ist kein lesbares PNG oder JPEG; bitte als PNG speichern"
    if name:
        part.complain(part.name("datei"), f"Das Logo ist nicht brauchbar: {wrong}")
    return None


def _read_assessment(part: _Part, register: Register) -> Einschaetzung:
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
            "Erwartet werden die zwölf Zeichen nach „Prüfkennung“ am Fuß des Berichts, in Anführungszeichen",
        )
    return Freigabe(durch=part.text("durch"), am=part.day("am"), datenstand=tuple(str(mark) for mark in marks))
