"""As-of dates in titles and column heads."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

END_OF_MONTH: Final = "monatsende"
_MONTHS: Final = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_MONTH: Final = r"(jan|feb|mär|mrz|mae|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-zäöü]*\.?"
_YEAR: Final = r"((?:19|20)\d\d)"
_DAY: Final = re.compile(rf"(?<!\d)(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?{_YEAR}(?!\d)")
_SHORT_DAY: Final = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d\d)(?!\d)")
_ISO: Final = re.compile(rf"(?<!\d){_YEAR}-(\d\d)-(\d\d)(?!\d)")
_DAY_MONTH: Final = re.compile(rf"(?<!\d)(\d{{1,2}})\.\s?{_MONTH}\s?{_YEAR}(?!\d)", re.IGNORECASE)
_MONTH_YEAR: Final = re.compile(rf"\b{_MONTH}[\s'’/-]*((?:(?:19|20)\d\d)|\d\d)(?!\d)", re.IGNORECASE)
_SLASH: Final = re.compile(rf"(?<![\d./])(0?[1-9]|1[0-2])[/.]{_YEAR}(?!\d)")
_SCHOOL: Final = re.compile(rf"(?<!\d){_YEAR}\s?/\s?(?:20)?(\d\d)(?!\d)")
_QUARTER: Final = re.compile(
    rf"([1-4])\. ?(?:quartal|q\.?) ?{_YEAR}|\bq([1-4])[ /]{_YEAR}|(?<!\d){_YEAR}[- ]?q([1-4])\b", re.IGNORECASE
)
_ISO_MONTH: Final = re.compile(rf"(?<![\d.-]){_YEAR}(?:-|m|/)(0[1-9]|1[0-2])(?![\d/-])", re.IGNORECASE)
_PACKED: Final = re.compile(r"(?<![\d.])((?:19|20)\d\d)[_-]?(0[1-9]|1[0-2])(?:[_-]?([0-3]\d))?(?![\d.,])")
_BARE: Final = re.compile(rf"(?<![\d.,/-]){_YEAR}(?![\d,]|[./-]\d|[- ]?q\d|m\d)", re.IGNORECASE)
#: Dates in the same line say when the file was made, not what it describes.
_OTHER_DATE: Final = re.compile(
    r"erstellt|druck|abruf|abgerufen|ausgabe|datei vom|exportiert|auszug vom|aktualisiert", re.IGNORECASE
)
_SAYS_STAND: Final = re.compile(
    r"stand|stichtag|\bam\b|\bzum\b|\bende\b|jahresende|berichtsjahr|schuljahr|\bjahr\b", re.IGNORECASE
)


def as_stand(text: str) -> str | None:
    """The one as-of date that a text names: ``2023-12-31``, ``2023-12``, ``2023`` or ``2023/24``; otherwise None."""
    return the_one(_all(text))


def the_one(stands: Iterable[str]) -> str | None:
    """The one date that several stand for, in its most exact form; None if they mean different days."""
    found = dict.fromkeys(stands)
    exact = [stand for stand in found if not any(other != stand and other.startswith(stand) for other in found)]
    return exact[0] if len(exact) == 1 else None


def stand_of_title(text: str) -> str | None:
    """The as-of date of a title line: a full date or month, or a year that is called one; never a date of printing."""
    if _OTHER_DATE.search(text):
        return None
    found = as_stand(text)
    if found and re.fullmatch(r"\d{4}", found) and not _SAYS_STAND.search(text):
        return None
    return found


@lru_cache(maxsize=10_000)
def stand_in_cell(text: str, *, day: str = "") -> str | None:
    """The as-of date of a cell that holds nothing else, also ``20231231``, ``31_12_2023`` and ``202312``."""
    plain = re.sub(r"^(\d{1,2})[-_/](\d{1,2})[-_/](\d{4})$", r"\1.\2.\3", text.strip())
    plain = re.sub(r"^(\d{4})[_/.](\d\d)[_/.](\d\d)$", r"\1-\2-\3", plain.removesuffix(".0"))
    plain = re.sub(r"^([0-3]\d)(0[1-9]|1[0-2])((?:19|20)\d\d)$", r"\1.\2.\3", plain)
    packed = re.fullmatch(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)?", plain)
    found = (_full(*packed.groups()) if packed[3] else f"{packed[1]}-{packed[2]}") if packed else as_stand(plain)
    if day == END_OF_MONTH and found and len(found) == len("2023-12"):
        return last_day(found)
    return found


def put_together(texts: Sequence[str]) -> str:
    """Year and month, or quarter, of two cells as one text: ``2023`` and ``12`` or ``Dezember``."""
    months = [text for text in texts if re.fullmatch(r"0?[1-9]|1[0-2]", text)]
    years = [text for text in texts if re.fullmatch(_YEAR, text)]
    if len(texts) == 2 and months and years:
        return f"{years[0]}-{int(months[0]):02d}"
    return " ".join(sorted(texts, key=lambda text: text in years))


def several_dates(text: str) -> bool:
    """Whether a text names dates of different days, as a change or a period does."""
    return len(_all(text)) > 1 and the_one(_all(text)) is None


def without_dates(text: str) -> str:
    """The text without any date in it."""
    for pattern in (_DAY, _SHORT_DAY, _ISO, _DAY_MONTH, _QUARTER, _MONTH_YEAR, _SCHOOL, _SLASH, _PACKED, _BARE):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def german_stand(stand: str) -> str:
    """An as-of date for people: 31.12.2023, 12/2023, 2023, 2023/24."""
    parts = stand.split("-")
    return ".".join(reversed(parts)) if len(parts) == 3 else "/".join(reversed(parts)) if len(parts) == 2 else stand


def last_day(stand: str) -> str:
    """Key that orders dates of different exactness: the last day that is meant."""
    if "/" in stand:
        return f"{int(stand[:4]) + 1}-07-31"
    if len(stand) == len("2023-12"):
        return f"{stand}-{monthrange(int(stand[:4]), int(stand[5:]))[1]:02d}"
    return f"{stand}-12-31" if len(stand) == len("2023") else stand


def _all(text: str) -> dict[str, None]:
    found: dict[str, None] = {}
    rest = text

    def without(match: re.Match[str]) -> str:
        return " " if make(match) else match[0]

    for pattern, make in _FORMS:
        for match in pattern.finditer(rest):
            stand = make(match)
            if stand:
                found[stand] = None
        rest = pattern.sub(without, rest)
    return found


def _full(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _century(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def _month(word: str) -> str:
    key = {"mrz": "mär", "mae": "mär"}.get(word.lower()[:3], word.lower()[:3])
    return f"{_MONTHS.index(key) + 1:02d}"


def _school(match: re.Match[str]) -> str | None:
    return f"{match[1]}/{match[2]}" if int(match[2]) == (int(match[1]) + 1) % 100 else None


def _quarter(match: re.Match[str]) -> str:
    number, year = match[1] or match[3] or match[6], match[2] or match[4] or match[5]
    return f"{year}-{int(number) * 3:02d}"


_FORMS: Final = (
    (_ISO, lambda m: _full(m[1], m[2], m[3])),
    (_DAY, lambda m: _full(m[3], m[2], m[1])),
    (_SHORT_DAY, lambda m: _full(_century(m[3]), m[2], m[1])),
    (_DAY_MONTH, lambda m: _full(m[3], _month(m[2]), m[1])),
    (_QUARTER, _quarter),
    (_MONTH_YEAR, lambda m: f"{_century(m[2])}-{_month(m[1])}"),
    (_SCHOOL, _school),
    (_ISO_MONTH, lambda m: f"{m[1]}-{m[2]}"),
    (_SLASH, lambda m: f"{m[2]}-{int(m[1]):02d}"),
    (_BARE, lambda m: m[1]),
)
