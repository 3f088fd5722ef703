"""Files are written whole or not at all; YAML is read ten times faster where libyaml is there."""

import os
from pathlib import Path
from typing import Any, Final

import yaml

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
