"""Text tables: encoding and separator are found out from the content."""

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Final

from sozialraum.errors import TableError
from sozialraum.intake.grid import Cell, Draft, clean

SEPARATORS: Final = {";": "Semikolon", "\t": "Tabulator", "|": "senkrechter Strich", ",": "Komma"}
_LOOKED_AT: Final = 2_000
_FORMULA: Final = re.compile(r'^="(.*)"$')
_CONTROL: Final = bytes(sorted({*range(32)} - set(b"\t\n\r\f\v\x1a")))
_SINGLE_BYTE: Final = {
    "cp1252": "Windows-1252", "cp850": "DOS (CP850)", "mac_roman": "Macintosh", "latin-1": "Latin-1"
}  # fmt: skip
_GERMAN: Final = frozenset("äöüÄÖÜß")
_USUAL: Final = frozenset("–—„“”‚‘’…€§°²³¹%‰×·•±é\u00a0\u00ad")
_BOMS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_plain(file: str, content: bytes, separator: str | None = None) -> Draft:
    """A text table.

    Raises
    ------
    TableError
        If it is no text, has a single column, is too large, or a quotation mark never ends.
    """
    text, encoding, remarks = decode(file, content)
    lines = list(islice(io.StringIO(text, newline=""), _LOOKED_AT))
    given = re.fullmatch(r'"?sep=(.)"?\s*', lines[0]) if lines else None
    sign = separator or (given[1] if given else _separator(lines))
    if sign is None:
        raise TableError(
            f"{file}: Es ist kein Trennzeichen zwischen den Spalten zu erkennen. Bitte angeben, zum Beispiel "
            '--trennzeichen ";", oder die Tabelle als .xlsx speichern.'
        )
    draft = Draft(file, "", remarks=[f"Zeichensatz {encoding}, Trennzeichen {SEPARATORS.get(sign, sign)}", *remarks])
    _fill(draft, text, sign, skip=1 if given else 0)
    return draft


def _fill(draft: Draft, text: str, sign: str, *, skip: int) -> None:
    reader, start, row = csv.reader(io.StringIO(text, newline=""), delimiter=sign), 0, 0
    try:
        for row, record in enumerate(reader, start=1):
            for column, value in enumerate(record if row > skip else (), start=1):
                if cell := _cell(value):
                    draft.put(row, column, cell)
            start, last = reader.line_num, start
    except csv.Error as error:
        raise TableError(_unclosed(draft.file, row + 1)) from error
    if row and reader.line_num - last > 1:  # a quotation mark that never ends takes in all that follows
        try:
            list(csv.reader(islice(io.StringIO(text, newline=""), last, None), delimiter=sign, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise TableError(_unclosed(draft.file, row)) from error


@lru_cache(maxsize=100_000)
def _cell(value: str) -> Cell | None:
    plain = clean(_FORMULA.sub(r"\1", value))
    return None if plain is None else Cell(plain)


def _unclosed(file: str, row: int) -> str:
    return (
        f"{file}, Zeile {row}: Hier beginnt ein Anführungszeichen, das nicht endet. Bitte in der Datei berichtigen, "
        "oder die Tabelle als .xlsx speichern."
    )


def decode(file: str, content: bytes) -> tuple[str, str, list[str]]:
    """Text, the German name of its encoding, and remarks."""
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return _strict(file, content, encoding), "UTF-16" if "16" in encoding else "UTF-8", []
    zeros = content[:4000].count(0)
    if zeros > len(content[:4000]) // 4:
        order = "le" if content[1::2].count(0) > content[::2].count(0) else "be"
        return _strict(file, content, f"utf-16-{order}"), "UTF-16", []
    plain = content.rstrip(b"\x1a").replace(b"\0", b"")
    if len(plain.translate(None, _CONTROL)) < 0.99 * len(plain):
        raise TableError(f"{file}: Die Datei ist keine Texttabelle. Bitte als .xlsx oder .csv speichern.")
    remarks = ["Zeichen ohne Bedeutung (NUL) nicht gelesen"] if b"\0" in content else []
    try:
        return plain.decode("utf-8"), "UTF-8", remarks
    except UnicodeDecodeError:
        return *_best_single_byte(plain), remarks


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
    for encoding, name in _SINGLE_BYTE.items():
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            beyond = Counter(sign for sign in text if not sign.isascii())
            score = sum(n * (1 if sign in _GERMAN else 0 if sign in _USUAL else -2) for sign, n in beyond.items())
            candidates.append((score, text, name))
    _, text, name = max(candidates, key=itemgetter(0))
    return text, name


def _separator(lines: list[str]) -> str | None:
    """The sign that cuts most lines into equally many columns; the first of :data:`SEPARATORS` on a tie."""
    best, most = None, 0
    for sign in SEPARATORS:
        counts = Counter[int]()
        with suppress(csv.Error):  # a field of endless length: what stands before it counts
            for record in csv.reader(lines, delimiter=sign):
                counts[len(record)] += len(record) > 1
        same = max(counts.values(), default=0)
        if same > most:
            best, most = sign, same
    return best
