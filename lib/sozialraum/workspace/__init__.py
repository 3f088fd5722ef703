"""The one door through which notebooks, batch and command line come to the data.

:mod:`sozialraum.load` reads the built tables of the city as they are; what a planner adds to them is laid over them
here.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from sozialraum import load, quartiere
from sozialraum.load import Data, data_dir
from sozialraum.quartiere import Planung, areas_file, batch_file, lay_over, read_planning
from sozialraum.reads import Stamp, apart, stamp
from sozialraum.workspace.kept import (
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
from sozialraum.workspace.own_tables import (
    ENVIRONMENT,
    WithOwnTables,
    audience,
    audience_words,
    filled_gaps,
    own_packages,
)
from sozialraum.workspace.series import (
    AtDate,
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
    "AtDate",
    "Change",
    "Reissue",
    "Removal",
    "WithOwnTables",
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
    "written_words",
]

_Key = tuple[Path, Path | None, str, tuple[Planung, ...]]
_kept: dict[_Key, tuple[Stamp, Data]] = {}


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
    key = _key(folder, areas, weitergabe, batch)
    made_from, kept = _kept.get(key, (None, None))
    if kept and stamp(kept.files) == made_from:
        return kept
    return lay_over(WithOwnTables(load.open_data(folder), weitergabe=key[2]), file=areas, batch=_path(batch))


def named_data(variables: Mapping[str, str]) -> Data:
    """The data that environment variables name, without setting them; see :attr:`sozialraum.load.Data.environment`."""
    return open_data(
        variables.get(load.ENVIRONMENT),
        areas=variables.get(quartiere.ENVIRONMENT),
        weitergabe=variables.get(ENVIRONMENT),
        batch=variables.get(quartiere.BATCH_ENVIRONMENT),
    )


def built_data(folder: Path | str | None = None, *, areas: Path | str | None = None) -> Data:
    """As :func:`open_data`, without any own table."""
    return lay_over(load.open_data(folder), file=areas)


def keep(folder: Path | str | None = None, *, areas: Path | str | None = None) -> Data:
    """Read all tables of a folder now; :func:`open_data` then answers with them as long as no file has changed.

    For a process that is forked later: its children share what was read. A table that cannot be read is left to
    whoever asks for it, and gets the error. What is read here counts as used once someone uses it.

    Raises
    ------
    SourceMissing
        As :func:`open_data`.
    """
    data = open_data(folder, areas=areas)
    made_from = stamp(data.files)
    for name in dir(type(data)):
        if isinstance(getattr(type(data), name), cached_property):
            with suppress(Exception), apart():
                getattr(data, name)
    _kept[_key(folder, areas)] = made_from, data
    return data


def _path(batch: Path | str | None) -> Path | None:
    return Path(batch).resolve() if batch else None


def _key(
    folder: Path | str | None,
    areas: Path | str | None = None,
    weitergabe: str | None = None,
    batch: Path | str | None = None,
) -> _Key:
    return (
        data_dir(folder),
        areas_file(areas),
        audience(weitergabe),
        read_planning(_path(batch) or batch_file(data_dir(folder))),
    )
