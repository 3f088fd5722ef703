"""What went wrong or was done: one German sentence inside the workbench, never a traceback."""

from collections.abc import Callable
from html import escape
from types import TracebackType
from typing import Any, ParamSpec

import ipywidgets as widgets
from traitlets import HasTraits

from sozialraum.errors import SozialraumError, system_reason

P = ParamSpec("P")


class Messages:
    """A line (``widget``) that a screen reader announces when it changes; as a context, it tells every error in it."""

    def __init__(self) -> None:
        self.widget = widgets.HTML()

    def say(self, text: str, role: str = "status") -> None:
        """Show what was done; nothing if there is nothing to say."""
        self.widget.value = f'<div class="sr-wb-message" role="{role}">{escape(text)}</div>' if text else ""

    def warn(self, text: str) -> None:
        """Show what went wrong and what to do."""
        self.say(text, "alert")

    def act(self, function: Callable[P, Any]) -> Callable[P, None]:
        """The same function for what a person does: an old message goes, an error becomes a message."""

        def acted(*args: P.args, **kwargs: P.kwargs) -> None:
            self.say("")
            with self:
                function(*args, **kwargs)

        return acted

    def guard(self, function: Callable[P, Any]) -> Callable[P, None]:
        """The same function for what follows from it: an error becomes a message, an old message stays."""

        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            with self:
                function(*args, **kwargs)

        return guarded

    def follow(self, source: HasTraits, update: Callable[[], None], *names: str) -> None:
        """Call a function whenever one of some traits has changed; an error in it becomes a message."""

        def changed(_: Any) -> None:
            update()

        source.observe(self.guard(changed), list(names))

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self.warn(explanation(error))
        return isinstance(error, Exception)


def explanation(error: Exception) -> str:
    """An error as a German sentence: our own as they are, those of the system with what to do."""
    if isinstance(error, SozialraumError):
        return str(error)
    if isinstance(error, PermissionError):
        return (
            f"{error.filename} lässt sich nicht schreiben. Ist die Datei noch in Excel geöffnet? Bitte dort schließen."
        )
    if isinstance(error, OSError):
        return f"{error.filename or 'Die Datei'} lässt sich nicht lesen oder schreiben: {system_reason(error)}."
    return (
        f"Das hat nicht geklappt ({type(error).__name__}). Die Auswahl ist unverändert; "
        "hilft ein Neustart nicht (Menü Kernel), bitte diese Zeile weitergeben."
    )
