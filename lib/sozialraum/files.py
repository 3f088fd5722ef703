"""Files are written whole or not at all, by one run after another; libyaml reads YAML ten times faster."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import yaml

Stamp = tuple[tuple[str, int, int, int, int], ...]
"""What :func:`stamp` tells of files."""
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(text: str) -> Any:
    """What YAML says; a :class:`yaml.YAMLError` with place and reason where it is none."""
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError:
        return yaml.safe_load(text)  # tells the reason in the words that our messages know


def write_text(target: Path, text: str) -> None:
    """Write a UTF-8 file whole or not at all."""
    write_bytes(target, text.encode("utf-8"))


def write_bytes(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(target)
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(target)) from error  # whoever reads it knows this name only
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def one_after_another(folder: Path, tell: Callable[[str], object]) -> Iterator[None]:
    """Wait until no other run works in a folder, which is there, and keep others waiting.

    The lock ends with the process, also with one that was killed.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(
                f"Im Ordner {folder} arbeitet schon ein anderer Lauf. Dieser wartet, bis jener fertig ist "
                "(Ende: Strg+C)."
            )
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(handle)


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
