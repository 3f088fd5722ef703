"""The one door through which notebooks, batch and command line come to the data.

:mod:`sozialraum.city.load` reads the built tables of the city as they are; what a planner adds is laid over them here.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from sozialraum.city import load
from sozialraum.city.load import TABLES, Data, data_dir
from sozialraum.city.own_areas import layer, planning
from sozialraum.city.own_areas.planning import Planung, batch_file, read_planning
from sozialraum.city.own_areas.quartiere import areas_file, lay_over
from sozialraum.files import Stamp, stamp
from sozialraum.supply.kept import (
    INDICATOR,
    NOTHING_KEPT,
    Removal,
    for_people,
    kept,
    kept_rows,
    plan_removal,
    remarks,
    remove,
    written_words,
)
from sozialraum.supply.own_tables import (
    ENVIRONMENT,
    audience,
    audience_words,
    filled_gaps,
    own_packages,
    with_own_tables,
)
from sozialraum.supply.series import (
    Change,
    Reissue,
    at_date,
    breaks,
    dates_of,
    latest_issues,
    published_together,
    reissues,
    split_change,
    time_series,
    value_of,
    whole_change,
)

__all__ = [
    "ENVIRONMENT",
    "INDICATOR",
    "NOTHING_KEPT",
    "Change",
    "Reissue",
    "Removal",
    "at_date",
    "audience",
    "audience_words",
    "breaks",
    "built_data",
    "dates_of",
    "filled_gaps",
    "for_people",
    "keep",
    "kept",
    "kept_rows",
    "latest_issues",
    "named_data",
    "open_data",
    "own_packages",
    "plan_removal",
    "published_together",
    "reissues",
    "remarks",
    "remove",
    "split_change",
    "time_series",
    "value_of",
    "whole_change",
    "with_own_tables",
    "written_words",
]

_Key = tuple[Path, Path | None, str, tuple[Planung, ...]]
_opened: dict[_Key, tuple[Stamp, Data]] = {}
"""The data that were opened last: as long as no file has changed, they are opened once."""
_MOST_OPENED: Final = 4


def open_data(
    folder: Path | str | None = None,
    *,
    areas: Path | str | None = None,
    weitergabe: str | None = None,
    batch: Path | str | None = None,
) -> Data:
    """The tables of a folder with what a planner has laid over them: own tables first, then own areas.

    The order matters: the values of own areas are made from those of own tables.

    Parameters
    ----------
    folder
        Folder of the built tables; by default the one that ``SOZIALRAUM_DATA`` names, otherwise Essen's.
    areas
        File with own areas; by default the one that ``SOZIALRAUM_AREAS`` names, otherwise only those that ship.
    weitergabe
        Audience: ``oeffentlich``, ``rat`` or ``intern``; by default the one that ``SOZIALRAUM_WEITERGABE`` names,
        otherwise everybody. Values of own tables that it may not see are not there.
    batch
        The ``batch.yml`` that names levels of planning areas; by default the one that ``SOZIALRAUM_BATCH`` names,
        otherwise that of the project to which the folder belongs.

    Raises
    ------
    SourceMissing
        If the folder does not exist or holds no tables.
    ParameterError
        If there is no such audience.
    """
    key = data_dir(folder), areas_file(areas), audience(weitergabe), _planning(folder, batch)
    made_from, known = _opened.pop(key, ((), None))
    if known is None or stamp(known.files) != made_from:
        built = with_own_tables(load.open_data(folder), weitergabe=key[2])
        known = lay_over(built, file=areas, batch=Path(batch).resolve() if batch else None)
        made_from = stamp(known.files)
    _opened[key] = made_from, known
    for old in list(_opened)[:-_MOST_OPENED]:
        del _opened[old]
    return known


def named_data(variables: Mapping[str, str]) -> Data:
    """The data that environment variables name, without setting them; see ``Data.environment``."""
    return open_data(
        variables.get(load.ENVIRONMENT),
        areas=variables.get(layer.ENVIRONMENT),
        weitergabe=variables.get(ENVIRONMENT),
        batch=variables.get(planning.ENVIRONMENT),
    )


def built_data(folder: Path | str | None = None, *, areas: Path | str | None = None) -> Data:
    """As :func:`open_data`, without any own table."""
    return lay_over(load.open_data(folder), file=areas)


def keep(folder: Path | str | None = None, *, areas: Path | str | None = None) -> Data:
    """Open the tables of a folder and read all of them now.

    For a process that is forked later: its children share what was read. A table that cannot be read is left to
    whoever asks for it, and gets the error.

    Raises
    ------
    SourceMissing
        As :func:`open_data`.
    """
    data = open_data(folder, areas=areas)
    for name in TABLES:
        with suppress(Exception):
            getattr(data, name)
    return data


def _planning(folder: Path | str | None, batch: Path | str | None) -> tuple[Planung, ...]:
    return read_planning(Path(batch).resolve() if batch else batch_file(data_dir(folder)))
