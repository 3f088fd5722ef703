"""How tables call the indicators that offices deliver, what each of them counts, and with what it is mixed up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sozialraum.gebiete import fold

COUNTED: Final = (
    "Personen",
    "Haushalte",
    "Bedarfsgemeinschaften",
    "Familien",
    "Kinder",
    "Fälle",
    "Wohnungen",
    "Einrichtungen",
)
_ADULTS: Final = r"(?:15 (?:bis |b )?(?:unter )?6[45]|erwerbsfaehige[nr]? alter|erwerbsfaehige bevoelkerung)"
_PEOPLE: Final = (
    r"\b(?:einwohner(?:innen)?(?: und einwohner(?:innen)?)?|einwohnerzahl|bevoelkerung|bev|wohnbevoelkerung"
    r"|hauptwohn\w*|ew|personen (?:insgesamt|gesamt))\b"
)
#: A column with one of these counts a part or a change, never the whole indicator.
_PART: Final = re.compile(
    r"\b(?:weiblich\w*|maennlich\w*|frauen|maenner|unter 25|jugend\w*|langzeit\w*|ueber 55|55 jahre"
    r"|auslaend\w*|nichtdeutsch\w*|deutsche|rechtskreis|sgb iii|veraenderung|vorjahr\w*|differenz|zuwachs|index|rang"
    r"|minderjaehrig\w*|dichte|je km2|haushaltsgroesse|median|prognose)\b"
)
_SHARE: Final = re.compile(r"\b(?:prozent|anteil\w*|\w*quote\w*|\w*anteil\w*|vh|v h|je 100)\b")


@dataclass(frozen=True)
class Words:
    """Words of one indicator.

    Attributes
    ----------
    part, whole
        Patterns of heads (folded) that mean its numerator and its denominator.
    counts_part, counts_whole
        What both count, with the unit; the whole is empty for a plain count.
    """

    part: str
    whole: str
    counts_part: tuple[str, str]
    counts_whole: tuple[str, str] = ("", "")


WORDS: Final[dict[str, Words]] = {
    "arbeitslosenanteil": Words(
        r"\barbeitslose?n?\b|\barbeitslosenanteil\w*|\barbeitslosenzahl\w*", _ADULTS,
        ("Arbeitslose", "Personen"), ("Einwohner von 15 bis 64 Jahren", "Personen"),
    ),
    "existenzsichernde_leistungen": Words(
        r"existenzsicher\w*|mindestsicherung\w*|transferleistung\w*|leistungs(?:berechtigt|bezieh|empfaeng)\w*",
        _PEOPLE,
        ("Personen mit existenzsichernden Leistungen", "Personen"), ("Einwohner", "Personen"),
    ),
    "uebergang_gymnasium": Words(
        r"gymnasi\w*",
        r"uebergaeng\w*.*\b(?:insgesamt|gesamt|zusammen|alle\w*)|uebergaenger?\b|viertklaess\w*"
        r"|\bschueler\w*.*\b(?:4|insgesamt)\b|weiterfuehrende\w* schulen",
        ("Übergänge zum Gymnasium", "Kinder"), ("Übergänge zu weiterführenden Schulen", "Kinder"),
    ),
    "alleinerziehende": Words(
        r"alleinerziehend\w*", r"haushalte mit (?:\w+ )?(?:minderjaehrigen )?kind\w*|familienhaushalte",
        ("Haushalte Alleinerziehender mit Kindern unter 18 Jahren", "Haushalte"),
        ("Haushalte mit Kindern unter 18 Jahren", "Haushalte"),
    ),
    "staatsangehoerige_bg_ro": Words(
        r"(?:bulgar|rumaen)\w*|\beu ?2\b", _PEOPLE,
        ("bulgarische und rumänische Staatsangehörige", "Personen"), ("Einwohner", "Personen"),
    ),
    "anteil_unter_15": Words(
        r"\bunter 15\b|\b0 (?:bis |b )?(?:14|unter 15)\b", _PEOPLE,
        ("Einwohner unter 15 Jahren", "Personen"), ("Einwohner", "Personen"),
    ),
    "anteil_15_64": Words(_ADULTS, _PEOPLE, ("Einwohner von 15 bis 64 Jahren", "Personen"), ("Einwohner", "Personen")),
    "anteil_65plus": Words(
        r"\b65 (?:jahre |j )?(?:und|u) (?:aelter|mehr)|\b(?:ab|ueber) 6[45]\b", _PEOPLE,
        ("Einwohner ab 65 Jahren", "Personen"), ("Einwohner", "Personen"),
    ),
    "einwohner": Words(_PEOPLE, "", ("Einwohner", "Personen")),
}  # fmt: skip


#: Indicators that are also denominators: another one that is named goes first.
PLAIN: Final = ("einwohner", "anteil_unter_15", "anteil_15_64", "anteil_65plus")


@dataclass(frozen=True)
class Trap:
    """A thing that is taken for an indicator but is another one."""

    indikator: str
    pattern: str
    why: str


TRAPS: Final = (
    Trap(
        "arbeitslosenanteil", r"arbeitslosenquote\w*|\balq\b|erwerbspersonen",
        "Die Arbeitslosenquote bezieht sich auf die Erwerbspersonen, der Arbeitslosenanteil auf alle Einwohner von 15 "
        "bis 64 "
        "Jahren. Bitte die Zahl der Arbeitslosen oder den Anteil liefern lassen, oder die Quote als eigenen Indikator "
        "einlesen",
    ),
    Trap(
        "existenzsichernde_leistungen", r"bedarfsgemeinschaft\w*|haushalt\w*|\bbg\b|familien",
        "Hier sind Haushalte oder Bedarfsgemeinschaften gezählt, der Indikator zählt Personen. Bitte Personen liefern "
        "lassen "
        "oder als eigenen Indikator einlesen",
    ),
    Trap(
        "existenzsichernde_leistungen",
        r"^(?!.*(?:sgb xii|sgb 12|asyl|existenzsicher|mindestsicherung))"
        r".*(?:sgb ii\b|sgb 2\b|buergergeld|arbeitsuchende|hartz|regelleistung)",
        "SGB II ist nur ein Teil der existenzsichernden Leistungen (dazu gehören SGB XII und Asylbewerberleistungen). "
        "Bitte als "
        "eigenen Indikator einlesen",
    ),
    Trap(
        "alleinerziehende", r"an allen haushalten|alle haushalte\b|haushalte "
        "insgesamt|privathaushalte|\bpersonen\b|\bkinder von",
        "Der Indikator setzt Haushalte Alleinerziehender ins Verhältnis zu Haushalten mit Kindern unter 18 Jahren, "
        "nicht zu allen "
        "Haushalten und nicht zu Personen. Bitte passend liefern lassen oder als eigenen Indikator einlesen",
    ),
    Trap(
        "staatsangehoerige_bg_ro", r"geboren|geburts|migrationshintergrund|eu 27|eu auslaend|drittstaat",
        "Geburtsland und Migrationshintergrund sind nicht die Staatsangehörigkeit. Bitte Staatsangehörige liefern "
        "lassen oder als "
        "eigenen Indikator einlesen",
    ),
    Trap(
        "uebergang_gymnasium", r"schueler\w* (?:am|an|auf|der|des) gymnasi|abitur|hochschulreife|schulabg|empfehlung",
        "Gezählt werden Übergänge nach der Grundschule, nicht Schülerinnen und Schüler, Empfehlungen oder Abschlüsse. "
        "Bitte als "
        "eigenen Indikator einlesen",
    ),
    Trap(
        "einwohner", r"wohnberechtigt\w*|nebenwohn\w*|haushalte",
        "Gezählt werden Menschen mit Hauptwohnsitz, keine Nebenwohnsitze und keine Haushalte. Bitte die Bevölkerung am "
        "Ort der "
        "Hauptwohnung liefern lassen",
    ),
)  # fmt: skip


def is_share(text: str) -> bool:
    """Whether a head speaks of percentages."""
    return "%" in text or bool(_SHARE.search(fold(text)))


def is_part(text: str) -> bool:
    """Whether a head speaks of a subgroup or a change."""
    return bool(_PART.search(fold(text)))


def trap(indikator: str, text: str) -> str:
    """Why a head does not fit an indicator although it sounds like it; empty if nothing is known against it."""
    words = fold(text)
    return next((found.why for found in TRAPS if found.indikator == indikator and re.search(found.pattern, words)), "")


def trapped(text: str) -> Trap | None:
    """The first indicator that a head sounds like, but is not."""
    words = fold(text)
    if re.search(r"haushalt|famili", words) and not re.search(r"leistung|sicher|bedarf|sgb|alleinerzieh", words):
        return None
    return next((found for found in TRAPS if re.search(found.pattern, words)), None)


def meant(text: str, among: Iterable[str]) -> str | None:
    """The indicator whose numerator or value a head names; None if none or only a part of it."""
    words = fold(text)
    if is_part(text):
        return None
    for key in sorted(among, key=lambda key: (key in PLAIN, key == "einwohner")):
        found = WORDS.get(key)
        if found and re.search(found.part, words) and not trap(key, text) and not _subgroup(found, words):
            return key
    return None


def _subgroup(found: Words, words: str) -> bool:
    """Whether a head goes on to a part of what it names: "Arbeitslose, darunter SGB II"."""
    before, sign, _ = re.sub(r"\b(?:darunter|davon)\b", "|", words).partition("|")
    return bool(sign and re.search(found.part, before))


def is_whole(indikator: str, text: str) -> bool:
    """Whether a head names the denominator of an indicator."""
    found = WORDS.get(indikator)
    if found and found.whole == _PEOPLE and any(re.search(WORDS[key].part, fold(text)) for key in PLAIN[1:]):
        return False
    return (
        bool(found and found.whole and re.search(found.whole, fold(text))) and not is_part(text) and not is_share(text)
    )
