"""Where everything that a page shows goes: to the notebook, or to whoever wants to read it without one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from IPython import display as notebook

_kept: Final[ContextVar[list[Mapping[str, Any]] | None]] = ContextVar("kept", default=None)
_drawn: Final[ContextVar[bool]] = ContextVar("drawn", default=True)


def display(bundle: Mapping[str, Any], *, raw: bool = True, metadata: Mapping[str, Any] | None = None) -> None:
    """Show one MIME bundle."""
    kept = _kept.get()
    if kept is None:
        notebook.display(dict(bundle), raw=raw, metadata=dict(metadata or {}))  # type: ignore[no-untyped-call]
    else:
        kept.append(bundle)


@contextmanager
def recorded() -> Iterator[list[Mapping[str, Any]]]:
    """Bundles that are displayed inside, in order, instead of showing them."""
    bundles: list[Mapping[str, Any]] = []
    token = _kept.set(bundles)
    try:
        yield bundles
    finally:
        _kept.reset(token)


@contextmanager
def words_only() -> Iterator[None]:
    """Inside, figures show themselves with a blank instead of the drawing."""
    token = _drawn.set(False)
    try:
        yield
    finally:
        _drawn.reset(token)


def is_drawn() -> bool:
    """Whether figures are to be drawn here."""
    return _drawn.get()
