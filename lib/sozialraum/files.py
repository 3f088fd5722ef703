"""Files are written whole or not at all; YAML is read ten times faster where libyaml is there."""

import os
from collections.abc import Iterable
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
