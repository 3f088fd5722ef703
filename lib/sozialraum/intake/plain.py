"""Text tables: encoding and separator are found out from the content."""

import csv
import io
import re
from collections import Counter
from typing import Final

from sozialraum.errors import TableError
from sozialraum.intake.grid import Cell, Sheet, clean

SEPARATORS: Final = {";": "Semikolon", "\t": "Tabulator", "|": "senkrechter Strich", ",": "Komma"}
MAX_CELLS: Final = 2_000_000
_SINGLE_BYTE: Final = ("cp1252", "cp850", "mac_roman", "latin-1")
_GERMAN: Final = frozenset("äöüÄÖÜß")
_USUAL: Final = frozenset("–—„“”‚‘’…€§°²³¹%‰×·•±é\u00a0\u00ad")
_BOMS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_plain(file: str, content: bytes, separator: str | None = None) -> Sheet:
    """A text table as a sheet.

    Raises
    ------
    TableError
        If it is no text or has a single column.
    """
    text, encoding = decode(file, content)
    lines = text.splitlines()
    given = re.fullmatch(r"sep=(.)", lines[0].strip("\ufeff")) if lines else None
    sign = separator or (given[1] if given else _separator(lines))
    if sign is None:
        raise TableError(
            f"{file}: Es ist kein Trennzeichen zwischen den Spalten zu erkennen. Bitte angeben, zum Beispiel "
            '--trennzeichen ";", oder die Tabelle als .xlsx speichern.'
        )
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise TableError(f"{file}: Die Tabelle ist nicht zu lesen. Bitte als .xlsx speichern.") from error
    if sum(map(len, records)) > MAX_CELLS:
        raise TableError(f"{file}: Die Datei ist ungewöhnlich groß. Bitte nur die Zeilen der Stadtteile speichern.")
    if given:
        records[0] = []
    cells = {
        (row, column): Cell(clean(value))
        for row, record in enumerate(records, start=1)
        for column, value in enumerate(record, start=1)
        if clean(value) is not None
    }
    return Sheet(file, "", cells, (f"Zeichensatz {encoding}, Trennzeichen {SEPARATORS.get(sign, sign)}",))


def decode(file: str, content: bytes) -> tuple[str, str]:
    """Text and the German name of its encoding."""
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return _strict(file, content, encoding), "UTF-16" if "16" in encoding else "UTF-8"
    zeros = content[:4000].count(0)
    if zeros > len(content[:4000]) // 4:
        return _strict(
            file, content, "utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"
        ), "UTF-16"
    if zeros:
        raise TableError(f"{file}: Die Datei ist keine Texttabelle. Bitte als .xlsx oder .csv speichern.")
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _best_single_byte(content)


def _strict(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise TableError(
            f"{file}: Der Zeichensatz der Datei ist uneinheitlich. Bitte als „CSV UTF-8“ neu speichern."
        ) from error


def _best_single_byte(content: bytes) -> tuple[str, str]:
    """The encoding in which most letters beyond ASCII are German."""
    candidates = []
    for encoding in _SINGLE_BYTE:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        beyond = [sign for sign in text if ord(sign) > 127]
        score = sum(1 if sign in _GERMAN else 0 if sign in _USUAL else -2 for sign in beyond)
        candidates.append((score, text, encoding))
    _, text, encoding = max(candidates, key=lambda item: item[0])
    return text, {"cp1252": "Windows-1252", "cp850": "DOS (CP850)", "mac_roman": "Macintosh", "latin-1": "Latin-1"}[
        encoding
    ]


def _separator(lines: list[str]) -> str | None:
    """The sign that cuts most lines into equally many columns; the first of :data:`SEPARATORS` on a tie."""
    best, most = None, 0
    for sign in SEPARATORS:
        counts = Counter(len(record) for record in csv.reader(lines, delimiter=sign) if len(record) > 1)
        same = max(counts.values(), default=0)
        if same > most:
            best, most = sign, same
    return best
