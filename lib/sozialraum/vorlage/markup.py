"""The parts of a Vorlage as HTML. Every text comes from a file that people write: all of it is escaped."""

import re
from html import escape
from typing import Final

from sozialraum.vorlage.model import Einschaetzung, Vorlage, long_date

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
