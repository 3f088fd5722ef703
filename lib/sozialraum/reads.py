"""Which files of the data this process has used: read itself, or through a table that was read before.

A report is made again when a file changes that its making used. What reads a file says so with :func:`note`;
:class:`Tracked` and :func:`remembered` repeat it whenever a result is used again, in this process or in one that was
forked from it. Whatever keeps something that was made from files does so with one of the two.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

Key = TypeVar("Key")
Rest = ParamSpec("Rest")
Result = TypeVar("Result")

ENVIRONMENT: Final = "SOZIALRAUM_READS"
"""Environment variable with the path of a file to which the process writes what it uses, one path per line."""

Stamp = tuple[tuple[str, int, int, int, int], ...]

_used: set[str] = set()
_collected: ContextVar[set[str] | None] = ContextVar("collected", default=None)
_written: dict[str, set[str]] = {}  # by file that ENVIRONMENT has named


def note(*paths: Path | str) -> None:
    """Note that files are used; a folder stands for every file in it, a missing file for its absence."""
    collected = _collected.get()
    if collected is not None:
        collected.update(map(str, paths))
        return
    _used.update(map(str, paths))
    target = os.environ.get(ENVIRONMENT)
    if target:
        _write(target)


def used() -> frozenset[str]:
    """Paths of everything that this process, or one that it was forked from, has used so far."""
    return frozenset(_used)


@contextmanager
def apart() -> Iterator[set[str]]:
    """Collect what is used inside without noting it.

    For reading tables in advance: only who uses one later depends on it.
    """
    found: set[str] = set()
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


def written(file: Path) -> frozenset[str] | None:
    """What another process wrote to the file that :data:`ENVIRONMENT` named; None if it wrote nothing."""
    try:
        return frozenset(file.read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return None


def stamp(paths: Iterable[Path]) -> Stamp:
    """What tells whether files are still the same without reading them; of a missing file only its name.

    The time of the last change of the entry (ctime) cannot be set: a copy that keeps the old time and size shows.
    """
    found = []
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            found.append((str(path), 0, 0, 0, 0))
            continue
        found.append((str(path), status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
    return tuple(found)


class Tracked:
    """Base of a class whose cached properties rest on files: each use notes the files that the first one read."""

    def __getattribute__(self, name: str) -> Any:
        """Any attribute; a cached property with a note of its files."""
        if name.startswith("__") or not isinstance(getattr(type(self), name, None), cached_property):
            return super().__getattribute__(name)
        rests_on: dict[str, set[str]] = self.__dict__.setdefault("_rests_on", {})
        if name in self.__dict__:
            note(*rests_on.get(name, ()))
            return self.__dict__[name]
        found: set[str] = set()
        try:
            with apart() as found:
                return super().__getattribute__(name)
        finally:
            rests_on[name] = found
            note(*found)


def remembered(compute: Callable[Concatenate[Key, Rest], Result]) -> Callable[Concatenate[Key, Rest], Result]:
    """A function whose results are kept as long as its first argument lives; each use notes the files of the first."""
    known: WeakKeyDictionary[Any, dict[Any, tuple[Result, set[str]]]] = WeakKeyDictionary()

    @wraps(compute)
    def recall(key: Key, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Result:
        made = known.setdefault(key, {})
        rest = (args, *kwargs.items())
        if rest not in made:
            with apart() as found:
                made[rest] = compute(key, *args, **kwargs), found
        result, found = made[rest]
        note(*found)
        return result

    return recall


def _write(target: str) -> None:
    known = _written.setdefault(target, set())
    new = sorted(_used - known)
    if new:
        with Path(target).open("a", encoding="utf-8") as file:
            file.writelines(f"{path}\n" for path in new)
        known.update(new)
