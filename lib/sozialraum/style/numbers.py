"""German numbers, units and dates for people.

One format everywhere: decimal comma, thousands point, a no-break space before the unit, a true minus
sign, halves rounded away from zero. A missing value is "keine Angabe", never 0.
"""

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

from sozialraum.city.indicators import PLAIN_COUNT, Indikator

LOCALE: Final = "de"
NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"
MISSING: Final = "keine Angabe"
UNRECORDED: Final = "nicht erfasst"
"""In place of a count of 0 where the list of that kind of place may be incomplete."""
SIGNIFICANT_DIGITS: Final = 3
_SMALL_STEPS: Final = 20
TENS_FROM: Final = 20
"""Estimated counts below this are not rounded: tens would be coarser than the count bears."""
ART_LABELS: Final = {
    "amtlich": "amtlich",
    "berechnet": "berechnet",
    "geschaetzt": "geschätzt",
    "stellvertretend": "Stellvertreter",
}
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def is_missing(wert: float | None) -> bool:
    """Whether there is no value: None, NaN or pandas' NA."""
    return bool(pd.isna(wert))


@lru_cache(maxsize=4096)
def _decimal(text: str, digits: int) -> str:
    rounded = Decimal(text).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(abs(rounded), format=pattern, locale=LOCALE) if rounded else _zero(digits)


def _zero(digits: int) -> str:
    return "0" + ("," + "0" * digits if digits else "")


def number(wert: float | None, digits: int = 0) -> str:
    """A number with a fixed count of decimals: 12345.6 with 1 is "12.345,6".

    A value that rounds to zero has no sign.
    """
    if wert is None or is_missing(wert):
        return MISSING
    if not math.isfinite(wert):
        raise ValueError(f"Keine darstellbare Zahl: {wert}")
    text = _decimal(str(float(wert)), digits)
    return text if wert >= 0 or text == _zero(digits) else MINUS + text


def rounded(wert: float, digits: int = 0) -> float:
    """A number as :func:`number` prints it: what is compared with a printed limit. Infinity stays infinity."""
    if not math.isfinite(wert):
        return wert
    return float(Decimal(str(float(wert))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def signed(wert: float | None, digits: int = 0) -> str:
    """A number that always shows its sign, except zero: "+2,3", "−0,4", "0,0"."""
    text = number(wert, digits)
    return text if is_missing(wert) or text[0] == MINUS or text == _zero(digits) else "+" + text


def share(percent: float | None, digits: int = 1) -> str:
    """A share given in percent: 24.9 is "24,9 %"."""
    return number(percent, digits) if is_missing(percent) else f"{number(percent, digits)}{NBSP}%"


def points(difference: float | None, digits: int = 1) -> str:
    """A difference of two shares without its sign: "2,3 Prozentpunkte", "1,0 Prozentpunkt"."""
    if difference is None or is_missing(difference):
        return MISSING
    text = number(abs(difference), digits)
    return f"{text}{NBSP}{'Prozentpunkt' if text == number(1, digits) else 'Prozentpunkte'}"


def rounded_estimate(wert: float | None) -> str:
    """An estimated count rounded to three significant digits, at most to tens: 12345 is "12.300", 861 is "860"."""
    return MISSING if wert is None or is_missing(wert) else number(coarse(wert))


def coarse(wert: float) -> float:
    """An estimated count as :func:`rounded_estimate` prints it."""
    if not wert:
        return 0.0
    smallest = 1 if abs(wert) >= TENS_FROM else 0
    size = 10 ** max(smallest, math.floor(math.log10(abs(wert))) + 1 - SIGNIFICANT_DIGITS)
    return float(int(Decimal(str(wert / size)).quantize(Decimal(1), rounding=ROUND_HALF_UP)) * size)


def stepped(wert: float, step: float) -> float:
    """A number as a whole multiple of a step, a small one of a fifth of it: of 50, 4255 is 4250 and 257 is 260."""
    step = step if abs(wert) >= _SMALL_STEPS * step else step / 5
    return rounded(wert / step) * step


def estimate(wert: float | None) -> str:
    """An estimated count as it stands in a sentence: "rund 12.300"."""
    return MISSING if is_missing(wert) else f"rund {rounded_estimate(wert)}"


def value(wert: float | None, indikator: Indikator, *, art: str | None = None, unit: bool = True) -> str:
    """A value of an indicator with its unit: "24,9 %", "4.163 Einw./km²", "12.300 Einw.".

    Parameters
    ----------
    art
        Kind of this value; by default the indicator's. Estimated counts are rounded to three digits.
    unit
        Whether to add the unit; a plain count has none.
    """
    if is_missing(wert):
        return MISSING
    estimated = indikator.typ == "anzahl" and (indikator.art if art is None else art) == "geschaetzt"
    if wert is not None and indikator.schritt:
        wert = stepped(wert, indikator.schritt)
    text = rounded_estimate(wert) if estimated else number(wert, indikator.nachkommastellen)
    return f"{text}{NBSP}{indikator.einheit}" if unit and indikator.einheit not in ("", PLAIN_COUNT) else text


def counted(zaehler: float | None, indikator: Indikator, *, art: str | None = None, noun: bool = True) -> str:
    """The count behind a share: "rund 1.750 Kinder", exact counts without "rund"; empty where it is unknown."""
    if is_missing(zaehler) or indikator.typ != "anteil" or not indikator.counted:
        return ""
    estimated = (indikator.art if art is None else art) == "geschaetzt"
    amount = estimate(zaehler) if estimated and zaehler else number(zaehler)
    return f"{amount}{NBSP}{indikator.counted}" if noun else amount


def span(
    low: float | None, high: float | None, indikator: Indikator, *, art: str | None = None, unit: bool = True
) -> str:
    """An interval of an indicator: "20,7 bis 99,9 %"; empty where it is unknown or its ends print alike."""
    if is_missing(low) or is_missing(high):
        return ""
    first, last = (value(end, indikator, art=art, unit=False) for end in (low, high))
    if first == last:
        return ""
    return f"{first} bis {value(high, indikator, art=art, unit=unit)}"


def dated(text: str, stand: str, indikator: Indikator) -> str:
    """A printed value, with its date in brackets if that is not the indicator's: "590.611 (31.12.2018)"."""
    return text if pd.isna(stand) or stand in ("", indikator.stand) else f"{text} ({day(stand)})"


def change(wert: float | None, indikator: Indikator) -> str:
    """A change in time with its sign, in points for shares: "−4,3 Prozentpunkte", "+120 Einw.", "0,0 Prozentpunkte"."""
    if wert is None or is_missing(wert):
        return MISSING
    sign = signed(wert, indikator.nachkommastellen)[:1]
    shown = points(wert, indikator.nachkommastellen)
    if indikator.einheit != "%":
        number_ = number(abs(wert), indikator.nachkommastellen)
        shown = f"{number_}{NBSP}{indikator.einheit}" if indikator.einheit not in ("", PLAIN_COUNT) else number_
    return f"{sign}{shown}" if sign in ("+", MINUS) else shown


def day(stand: str | date | None) -> str:
    """An as-of date: "15.05.2022", "August 2024", "2024", "2024/25".

    Accepts an ISO date, year-month, year or school year; other text is returned as it is, an empty one
    or a missing one becomes "Stand nicht dokumentiert".
    """
    if isinstance(stand, date):
        return format_date(stand, format="dd.MM.yyyy", locale=LOCALE)
    text = "" if pd.isna(stand) else str(stand).strip()
    if _DAY.fullmatch(text):
        return format_date(date.fromisoformat(text), format="dd.MM.yyyy", locale=LOCALE)
    month = _MONTH.fullmatch(text)
    if month:
        return format_date(date(int(month[1]), int(month[2]), 1), format="MMMM yyyy", locale=LOCALE)
    return text or "Stand nicht dokumentiert"


def art_label(art: str | None) -> str:
    """The kind of a value as printed: amtlich, berechnet, geschätzt, Stellvertreter; "" if unknown."""
    return ART_LABELS.get(art or "", "")
