"""When a market is held, as the list of markets says it: "dienstags und freitags 8 bis 13 Uhr"."""

import re
from dataclasses import dataclass
from typing import Final

WEEKDAYS: Final = ("montags", "dienstags", "mittwochs", "donnerstags", "freitags", "samstags", "sonntags")
_DAY: Final = rf"(?:{'|'.join(WEEKDAYS)})"
_HOUR: Final = r"\d{1,2}(?::\d\d)?"
_PART: Final = re.compile(rf"(?P<days>{_DAY}(?:(?:, | und | bis ){_DAY})*) (?P<start>{_HOUR}) bis (?P<end>{_HOUR}) Uhr")


@dataclass(frozen=True)
class Hours:
    """One day of the week, from and to in hours: 18.5 is half past six."""

    tag: str
    von: float
    bis: float


def market_hours(text: str) -> list[Hours]:
    """All days and hours that a text names, in the order of the week; none if it names none.

    Examples
    --------
    >>> market_hours("mittwochs 10 bis 18:30 Uhr, samstags 8 bis 13 Uhr")
    [Hours(tag='mittwochs', von=10.0, bis=18.5), Hours(tag='samstags', von=8.0, bis=13.0)]
    """
    found = [
        Hours(day, _hour(part["start"]), _hour(part["end"]))
        for part in _PART.finditer(text)
        for day in _days(part["days"])
    ]
    return sorted(found, key=lambda one: (WEEKDAYS.index(one.tag), one.von))


def _days(text: str) -> list[str]:
    """The days of a list; "montags bis freitags" are five."""
    found = list[str]()
    for part in re.split(r", | und ", text):
        first, _, last = part.partition(" bis ")
        start = WEEKDAYS.index(first)
        found += WEEKDAYS[start : WEEKDAYS.index(last) + 1] if last else [first]
    return found


def _hour(text: str) -> float:
    hour, _, minute = text.partition(":")
    return int(hour) + int(minute or 0) / 60
