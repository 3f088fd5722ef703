"""A Vorlage as data and as HTML, and the one rule of release: it holds for the data that it names and for no other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Final

from babel.dates import format_date

DRAFT: Final = "Entwurf – nicht freigegeben, keine amtliche Statistik"
"""What every page says unless a release holds."""
LABEL: Final = "Datenstand"
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
    datenstand: tuple[str, ...]  # marks of the data that were released, as printed on the pages after "Datenstand"


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
        if not _concerns(self.gebiete, gebiet_id):
            return None
        about = tuple(one for one in self.einschaetzungen if _concerns(one.gebiete, gebiet_id))
        return replace(self, gebiete=(gebiet_id,), einschaetzungen=about)

    def released(self, mark: str) -> bool:
        """Whether the release holds for the data with this mark (``Datenstand 0123456789ab``, more after a dot).

        It holds for the data that it names and for no other: a table that changes has another mark.
        """
        label = mark.partition(" · ")[0]
        return self.freigabe is not None and label in {f"{LABEL} {one}" for one in self.freigabe.datenstand}


def stamp(vorlage: Vorlage | None, mark: str) -> str:
    """The line that every page bears: draft, or who released the report and when."""
    if vorlage is None or vorlage.freigabe is None or not vorlage.released(mark):
        return DRAFT
    return f"Freigegeben durch {vorlage.freigabe.durch} am {long_date(vorlage.freigabe.am)}"


def remark(vorlage: Vorlage, marks: Iterable[str]) -> str:
    """What the person who renders should know about the release, in German."""
    open_ = sorted({mark for mark in marks if mark and not vorlage.released(mark)})
    if not open_:
        return "Die Freigabe gilt: Der Datenstand stimmt überein." if vorlage.freigabe else ""
    remedy = f"Nach der Prüfung in der Vorlage unter „freigabe“ bei „datenstand“ eintragen: {_quoted(open_)}."
    if vorlage.freigabe is None:
        return f"Entwurf: Die Vorlage enthält keine Freigabe. {remedy}"
    return (
        f"Entwurf: Freigegeben ist der Datenstand {', '.join(vorlage.freigabe.datenstand)}; die Daten haben sich "
        f"seitdem geändert. {remedy}"
    )


def long_date(day: date) -> str:
    """A day in words: 3. März 2027."""
    return format_date(day, "d. MMMM y", locale="de_DE")


def _quoted(marks: Sequence[str]) -> str:
    return ", ".join(f'"{mark.removeprefix(LABEL).strip()}"' for mark in marks)


def _concerns(gebiete: Sequence[str], gebiet_id: str) -> bool:
    return not gebiete or gebiet_id in gebiete


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
    parts += [_assessment(one) for one in vorlage.einschaetzungen]
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


def _assessment(one: Einschaetzung) -> str:
    signature = f"{one.verfasst_von}, {long_date(one.datum)}"
    return (
        f'<h3>Fachliche Einschätzung</h3>{paragraphs(one.text)}<p class="sr-opinion-signature">{escape(signature)}</p>'
    )
