"""The exception tree of the library.

Every message is a complete German sentence for a planner: what happened, where, and what to do.
"""

import codecs
import errno
import os
import sys
import traceback
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

DEBUG: Final = "SOZIALRAUM_DEBUG"
"""Environment variable that shows tracebacks and the words of libraries; the option ``--debug`` sets it."""
MOST_LINES: Final = 20
"""How many lines a message has at most."""
_SYSTEM: Final = {
    errno.ENOSPC: "der Datenträger ist voll",
    errno.EDQUOT: "der zugeteilte Speicherplatz ist aufgebraucht",
    errno.EROFS: "der Datenträger ist schreibgeschützt",
    errno.EIO: "der Datenträger meldet einen Fehler",
    errno.EACCES: "die Berechtigung fehlt",
    errno.EPERM: "die Berechtigung fehlt",
    errno.ENOENT: "es gibt die Datei oder den Ordner nicht",
    errno.ENOTDIR: "ein Teil des Pfads ist kein Ordner",
    errno.EISDIR: "an seiner Stelle liegt ein Ordner",
    errno.EEXIST: "an seiner Stelle liegt eine Datei",
    errno.ENOTEMPTY: "an seiner Stelle liegt ein Ordner mit Dateien",
    errno.ENAMETOOLONG: "der Name oder der Pfad ist zu lang",
    errno.ELOOP: "Verknüpfungen führen im Kreis",
    errno.EMFILE: "zu viele Dateien sind offen",
    errno.ENFILE: "zu viele Dateien sind offen",
    errno.ENOMEM: "der Arbeitsspeicher reicht nicht",
    errno.EFBIG: "die Datei wird zu groß",
    errno.EBUSY: "die Datei ist gerade in Gebrauch",
    errno.ETXTBSY: "die Datei ist gerade in Gebrauch",
    errno.EPIPE: "die Ausgabe wurde geschlossen",
    errno.EINVAL: "der Name ist dort nicht erlaubt",
}
_YAML: Final = {
    "found character '\\t' that cannot start any token": "Hier steht ein Tabulator; YAML rückt mit Leerzeichen ein",
    "mapping values are not allowed here": "Der Doppelpunkt passt hier nicht; Texte mit Doppelpunkt in "
    "Anführungszeichen setzen",
    "could not find expected ':'": "Hier fehlt ein Doppelpunkt",
}


_PLAIN: Final = {
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "„": '"', "“": '"', "”": '"', "‚": "'",
    "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "…": "...", "×": "x", "·": "-", "→": "->", "≥": ">=", "≤": "<=",
    "²": "2", "±": "+/-", "§": "Par.", "€": "EUR", "°": " Grad",
}  # fmt: skip
_SUBSTITUTE: Final = "sozialraum-ersatz"


def tolerant_streams() -> None:
    """Let messages reach every terminal: what its character set lacks is written in plain letters."""
    codecs.register_error(_SUBSTITUTE, _substitute)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors=_SUBSTITUTE)


def _substitute(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    if unicodedata.category(character) == "Zs":
        return " "
    base = unicodedata.normalize("NFKD", character)[0]
    return _PLAIN.get(character) or (base if base.isascii() else "?")


def system_reason(error: OSError) -> str:
    """Why the system refused something, as a German clause."""
    return _SYSTEM.get(error.errno or 0, f"das System meldet Fehler {error.errno}" if error.errno else "ein Lesefehler")


def yaml_reason(error: Exception) -> str:
    """What is wrong with a text that is no YAML in UTF-8, as a German sentence without the full stop."""
    if isinstance(error, UnicodeDecodeError):
        return "Die Datei ist nicht in UTF-8 gespeichert; bitte so speichern"
    return _YAML.get(str(getattr(error, "problem", "")), "Bitte Einrückung und Zeichen an dieser Stelle prüfen")


def yaml_place(error: Exception) -> str:
    """Where: ", Zeile 4"; empty if that is not known."""
    mark = getattr(error, "problem_mark", None)
    return f", Zeile {mark.line + 1}" if mark else ""


def shortened(lines: Iterable[str]) -> list[str]:
    """A list for people: at most :data:`MOST_LINES` lines, the last of them saying how many more there are."""
    found = list(lines)
    if len(found) <= MOST_LINES:
        return found
    kept = found[: MOST_LINES - 1]
    indent = " " * (len(kept[-1]) - len(kept[-1].lstrip()))
    return [*kept, f"{indent}… und {len(found) - len(kept)} weitere"]


class SozialraumError(Exception):
    """Base of all errors that the library raises on purpose; a long list in a message is cut by :func:`shortened`."""

    def __str__(self) -> str:
        return "\n".join(shortened(Exception.__str__(self).split("\n")))  # a KeyError would show its message in quotes

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback: the message; the traceback too when debugging."""
        where = traceback.format_exception(self) if os.environ.get(DEBUG) else []
        return [line.rstrip("\n") for line in where] or [str(self)]


class SourceMissing(SozialraumError):
    """A source file or a built table is not where it should be."""


class SchemaError(SozialraumError):
    """A table or file breaks its contract.

    ``problems`` has one German sentence per problem, each naming file, row and remedy; all are collected before.
    """

    head_one = "1 Problem in den Daten:"
    head_many = "{count} Probleme in den Daten:"

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        count = len(self.problems)
        head = self.head_one if count == 1 else self.head_many.format(count=count)
        super().__init__("\n".join([head, *(f"  - {problem}" for problem in self.problems)]))


class TableError(SchemaError):
    """A table that somebody brought cannot be read, understood or accepted; see :class:`SchemaError`."""

    head_one = "1 Problem in der Tabelle:"
    head_many = "{count} Probleme in der Tabelle:"

    def __init__(self, problems: str | Iterable[str]) -> None:
        super().__init__([problems] if isinstance(problems, str) else problems)


class UnknownArea(SozialraumError, KeyError):
    """A name or number means no area, or more than one."""


class UnknownAddress(SozialraumError):
    """An address is not in the gazetteer; the message offers near matches."""


class ParameterError(SozialraumError):
    """A notebook parameter or option is unknown or has an unusable value."""


class UnknownIndicator(ParameterError, KeyError):
    """There is no such indicator; the message offers near ones."""


class SecrecyError(SozialraumError):
    """A table would reveal a secret, or cannot be protected; nothing was written. The message names no count."""


class FetchError(SozialraumError):
    """A file could not be fetched or is not what was expected; what was there before stays."""


class Unreachable(FetchError):
    """The host gives no answer or takes no requests now: other files of it need not be tried."""


class RenderError(SozialraumError):
    """A notebook could not be turned into a report; ``cell`` is the one that failed, from 1, None if it was none."""

    def __init__(self, message: str, *, cell: int | None = None) -> None:
        self.cell = cell
        super().__init__(message)


def as_path(given: object, what: str) -> Path:
    """A path that a person gave.

    Raises
    ------
    ParameterError
        If it is none.
    """
    if isinstance(given, str | os.PathLike):
        return Path(os.fsdecode(given))
    raise ParameterError(f"Erwartet wird {what} als Text oder Path, nicht {type(given).__name__}.")
