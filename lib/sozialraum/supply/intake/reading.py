"""What one cell of a German table says: a number, exactly zero, or why there is none.

The decimal sign is decided for a whole column, because 1.234 alone can be 1234 or 1,234.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from babel.numbers import format_decimal

from sozialraum.supply.intake.grid import WORDS, Cell, clean

ZERO: Final = "genau null"
SECRET: Final = "unbekannt oder geheim gehalten"
UNSAFE: Final = "nicht sicher genug"
MEANINGLESS: Final = "nicht sinnvoll"
LATER: Final = "liegt noch nicht vor"
NOTHING: Final = "keine Angabe"
SMALL: Final = "zu kleine Fallzahl, geheim gehalten"
#: Symbols of DIN 55301 and of the offices; see also the legend that a table brings along.
SYMBOLS: Final[Mapping[str, str]] = {sign: meaning for meaning, signs in WORDS["zeichen"].items() for sign in signs}
COMMA, POINT = "komma", "punkt"

_BLANKS: Final = " \u00a0\u202f\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u205f\u3000'’‘´`"
#: Other forms of the same signs, and signs that show nothing.
_SAME: Final = str.maketrans(
    "０１２３４５６７８９，．％－＋（）﹣‐‑‒", "0123456789,.%-+()---–", "\u00ad\u200b\u200e\u200f\u2060\ufeff"
)
_MARK: Final = re.compile(
    r"(?:[¹²³⁰⁴-⁹⁾⁽]+|\*+\)?|[†‡§]|(?<=[\d%])\s*(?:\(\d\)|\[\d{1,2}\])|(?<=[\d%])[ \u00a0]+\d{1,2}\)|(?<=\d)\d\)"
    r"|\s*[a-z]\)|\s+[rpseb]|(?<=\d)[rpseb])$"
)
_PERCENT: Final = re.compile(r"\s*(?:%|v\. ?h\.|prozent)$", re.IGNORECASE)
_BELOW: Final = re.compile(r"^(?:<|≤|unter|weniger als|bis)\s*\d+$|^\d\s*(?:-|–|bis)\s*\d$", re.IGNORECASE)
_GROUPED: Final = re.compile(rf"\d{{1,3}}(?:[{_BLANKS}]\d{{3}})+(?:[.,]\d+)?")
_DIGITS: Final = re.compile(r"[+]?\d[\d.,]*|[,.]\d+")


@dataclass(frozen=True)
class Reading:
    """What a cell says."""

    value: float | None = None  # the number; None if there is none
    reason: str = ""  # why there is none, or ZERO, or a remark on the number; empty for a plain number
    mark: str = ""  # footnote mark that stood behind the number
    fault: str = ""  # German sentence on a cell that cannot be read; empty if it could


@dataclass(frozen=True)
class Style:
    """How the numbers of a column are written."""

    decimal: str = ""  # COMMA, POINT, or empty if nothing decides
    open: tuple[str, ...] = ()  # texts that could be read in two ways, while decimal is empty
    clash: tuple[str, ...] = ()  # two texts that contradict each other, if any


def style_of(
    cells: Iterable[Cell], symbols: Mapping[str, str] = SYMBOLS, *, whole: bool = False, share: bool = False
) -> Style:
    """The decimal sign of a column."""
    evidence: dict[str, str] = {}
    unclear: dict[str, str] = {}
    for text in [cell.value for cell in cells if isinstance(cell.value, str)]:
        plain = _plain(text)
        if _symbol(plain, symbols) is None:
            body = _body(plain)[0]
            found = _evidence(body)
            if found == "?":
                unclear[text] = COMMA if "," in body else POINT
            elif found:
                evidence.setdefault(found, text)
    if evidence:
        return Style(clash=tuple(evidence.values())) if len(evidence) > 1 else Style(next(iter(evidence)))
    signs = set(unclear.values())
    if len(signs) != 1 or not (whole or share):
        return Style(open=tuple(unclear))
    decimal = signs.pop()
    return Style(decimal if share else {POINT: COMMA, COMMA: POINT}[decimal])


def read(cell: Cell, style: Style, symbols: Mapping[str, str] = SYMBOLS) -> Reading:
    """What a cell says in a column of this style."""
    if cell.value is None:
        return Reading(reason=NOTHING)
    if isinstance(cell.value, bool):
        return Reading(fault=f"„{cell.text}“ ist keine Zahl.")
    if isinstance(cell.value, int | float):
        number = float(cell.value)
        return Reading(round(number * 100, 10) if cell.percent else number)
    if isinstance(cell.value, date):
        return Reading(fault="Excel hat hier ein Datum stehen. Bitte die Zelle als Zahl formatieren und neu eintragen.")
    return _read_text(_plain(cell.value), style, symbols)


def _plain(text: str) -> str:
    """The text in the usual signs, without what a cell begins with only to be text."""
    return str(clean(text.translate(_SAME)) or "")


def _read_text(text: str, style: Style, symbols: Mapping[str, str]) -> Reading:
    if not text:
        return Reading(reason=NOTHING)
    if len(text) > 1 and not text.strip("#"):
        return Reading(fault="Die Spalte war beim Speichern zu schmal. Bitte verbreitern und neu speichern.")
    if text.upper() in WORDS["rechenfehler"] or text.startswith("Err:"):
        return Reading(fault=f"Die Formel ergibt {text}. Bitte in Excel berichtigen.")
    meaning = _symbol(text, symbols)
    if meaning is not None:
        return Reading(0.0 if meaning == ZERO else None, meaning)
    if _BELOW.match(text):
        return Reading(reason=SMALL)
    body, mark, unsafe = _body(text)
    negative, digits = _sign(body)
    number = _number(digits, style)
    if number is None:
        return Reading(fault=f"„{text}“ ist keine Zahl und kein bekanntes Zeichen.")
    return Reading(-number if negative and number else number, UNSAFE if unsafe else "", mark)


def _symbol(text: str, symbols: Mapping[str, str]) -> str | None:
    plain = " ".join(text.split()).lower()
    found = symbols.get(plain)
    if found is None:
        bare = re.sub(r"\s*(?:[¹²³⁰⁴-⁹]+|\d\)|\s[a-z]\))$", "", plain)
        found = symbols.get(bare) if bare != plain else None
    return found


def _body(text: str) -> tuple[str, str, bool]:
    """Digits with signs and separators; the footnote mark; whether the number stood in brackets."""
    body, marks = text.strip(), []
    bracketed = re.fullmatch(r"(\([^()]*\d[^()]*\))(\s*(?:[¹²³⁰⁴-⁹]+|\*+|\d\)|[a-z]\)))?", body)
    if bracketed:
        inner = _PERCENT.sub("", bracketed[1].strip("() "))
        return inner.strip(), (bracketed[2] or "").strip(), True
    while (found := _MARK.search(body)) and found.start() > 0:
        marks.append(found[0].strip())
        body = body[: found.start()].rstrip()
        body = _PERCENT.sub("", body)
    return _PERCENT.sub("", body).strip(), " ".join(reversed(marks)), False


def looks_numeric(cell: Cell) -> bool:
    """Whether a cell could hold a value: a number or one of the usual symbols, whatever the decimal sign."""
    if isinstance(cell.value, str):
        return _numeric_text(cell.value)
    return not read(cell, Style(COMMA)).fault


@lru_cache(maxsize=100_000)
def _numeric_text(text: str) -> bool:
    return any(not read(Cell(text), Style(sign)).fault for sign in (COMMA, POINT))


def _sign(body: str) -> tuple[bool, str]:
    """Whether the number is negative, before or behind; the rest without blanks or apostrophes between thousands."""
    found = re.fullmatch(r"([-−–+]?)\s*(.*?)\s*([-−–]?)", body, re.DOTALL)
    before, rest, behind = found.groups() if found else ("", body, "")
    if before and behind:
        return False, body
    return (before or behind) in ("-", "−", "–"), re.sub(rf"[{_BLANKS}]", "", rest) if _GROUPED.fullmatch(
        rest
    ) else rest


def _evidence(body: str) -> str:
    """What the separators of one number prove: a decimal sign, ``?`` for either, nothing."""
    raw = _sign(body)[1]
    grouped = bool(re.search(rf"[{_BLANKS}]", body.strip("+-−– ")))
    if not _DIGITS.fullmatch(raw):
        return ""
    commas, points = raw.count(","), raw.count(".")
    if commas and points:
        return COMMA if raw.rfind(",") > raw.rfind(".") else POINT
    if commas > 1 or points > 1:
        return POINT if commas else COMMA
    if not (commas or points):
        return ""
    before, after = raw.lstrip("+").split("," if commas else ".")
    if grouped or len(after) != 3 or len(before) > 3 or before in ("", "0"):
        return COMMA if commas else POINT
    return "?"


def _number(raw: str, style: Style) -> float | None:
    if not _DIGITS.fullmatch(raw):
        return None
    decimal, group = (",", ".") if style.decimal == COMMA else (".", ",")
    if style.decimal:
        whole = raw.lstrip("+").split(decimal)[0]
        if group in raw and not re.fullmatch(rf"\d{{1,3}}(?:\{group}\d{{3}})+", whole):
            return None
        raw = raw.replace(group, "").replace(decimal, ".")
    try:
        return float(raw)
    except ValueError:
        return None


def german(value: float) -> str:
    """A number for people: 1.234,5; at most three decimals."""
    return str(format_decimal(value, format="#,##0.###", locale="de"))
