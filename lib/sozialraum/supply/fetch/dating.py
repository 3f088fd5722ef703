"""Which edition a file is: school years stand in names, other dates in the catalogue or the answer of the publisher."""

import re
from email.utils import parsedate_to_datetime
from typing import Final

from sozialraum.city.sources import parse_stand
from sozialraum.supply.fetch.store import Kept

_SCHOOL_YEAR: Final = re.compile(r"(?<!\d)(?:20)?(\d\d)[_-](?:20)?(\d\d)(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_AGAIN: Final = re.compile(r"_(\d{1,2})\.\w+$")
"""Behind the name of a file that was put up once more."""


def school_year(name: str) -> str:
    """The school year in the name of a file, "2025/26"; empty if none is there.

    Examples
    --------
    >>> school_year("kitas_2025_2026_0.geojson"), school_year("schulliste_sj_25_26_open_data.csv"), school_year("a_1_2")
    ('2025/26', '2025/26', '')
    """
    years = [(int(first), int(last)) for first, last in _SCHOOL_YEAR.findall(name)]
    return next((f"20{first:02d}/{last:02d}" for first, last in years if (first + 1) % 100 == last), "")


def newness(name: str, modified: str) -> tuple[str, str, int, str]:
    """What orders editions of a data set, the newest last: year in the name or of the change, change, put up again."""
    years = [year for year in (school_year(name)[:4], *_YEAR.findall(name)) if year]
    again = _AGAIN.search(name)
    return (max(years, default=modified[:4]), modified, int(again[1]) if again else -1, name)


def edition(kept: Kept) -> str:
    """As-of date of a kept file: school year in its name, date in the catalogue, of the file, of the fetch."""
    said = kept.manifest
    if year := school_year(str(said.get("name", ""))):
        return year
    if said.get("ausgabe"):
        return str(said["ausgabe"])
    try:
        return f"{parsedate_to_datetime(str(said.get('last_modified'))):%Y-%m-%d}"
    except ValueError:  # none, or none that is a date
        return str(said["abruf"])[:10]


def older(stand: str, than: str) -> bool:
    """Whether an edition is from before another."""
    return parse_stand(stand) < parse_stand(than)
