"""Files of any kind as sheets: text tables, spreadsheets, and a clear message for those that cannot be read."""

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from sozialraum.errors import SourceMissing, TableError, system_reason
from sozialraum.supply.intake.grid import LIMITS, WORDS, Cell, Draft, Sheet, clean, uncollected
from sozialraum.supply.intake.spreadsheets import DAMAGED, parts_of, read_old_excel, read_opendocument, read_workbook

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
    """A text table."""
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
    _fill_plain(draft, text, sign, skip=1 if given else 0)
    return draft


def _fill_plain(draft: Draft, text: str, sign: str, *, skip: int) -> None:
    reader, start, row = csv.reader(io.StringIO(text, newline=""), delimiter=sign), 0, 0
    try:
        for row, record in enumerate(reader, start=1):
            for column, value in enumerate(record if row > skip else (), start=1):
                if cell := _plain_cell(value):
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
def _plain_cell(value: str) -> Cell | None:
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


MAX_BYTES: Final = 200_000_000
MAX_UNPACKED: Final = 2_000_000_000
MAX_SMALL_PART: Final = 50_000_000
ALL_HIDDEN: Final = (
    "Alle Blätter sind ausgeblendet. Bitte einblenden, oder mit --ausgeblendetes lesen, was ausgeblendet ist."
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_EXCEL: Final = (
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)


def read_sheets(path: Path, *, separator: str | None = None, hidden: bool = False) -> list[Sheet]:
    """All sheets of a file that hold something; a text file has one."""
    content = _content(path)
    kind = _kind(path.name, content)
    with uncollected():
        drafts = _drafts(path.name, content, kind, separator, hidden=hidden)
        wanted = [draft for draft in drafts if draft.visible or hidden]
        if drafts and not wanted:
            raise TableError(f"{path.name}: {ALL_HIDDEN}")
        for draft in wanted:
            draft.remarks += [
                f"ausgeblendetes Blatt „{one.name}“ nicht gelesen" for one in drafts if not (one.visible or hidden)
            ]
        sheets = [draft.sheet(hidden=hidden) for draft in wanted]
    filled = [sheet for sheet in sheets if sheet.cells or sheet.uncomputed]
    if not filled:
        raise TableError(f"{path.name}: Die Datei enthält keine Werte. Ist es die richtige Datei?")
    return filled


def _drafts(file: str, content: bytes, kind: str, separator: str | None, *, hidden: bool) -> list[Draft]:
    if kind == "text":
        return [read_plain(file, content, separator)]
    try:
        if kind == "ods":
            return read_opendocument(file, content)
        return (read_workbook if kind == "xlsx" else read_old_excel)(file, content, hidden=hidden)
    except DAMAGED as error:
        what, how = WORDS["beschaedigt"][kind]
        raise TableError(
            f"{file}: Die {what} ist beschädigt. Bitte {how} speichern und noch einmal versuchen."
        ) from error


def _content(path: Path) -> bytes:
    if path.name.startswith("~$"):
        raise TableError(f"{path.name}: Das ist nur der Sperrvermerk von Excel. Gemeint ist wohl {path.name[2:]}.")
    if path.is_dir():
        raise TableError(f"{path}: Das ist ein Ordner. Bitte die Datei darin angeben.")
    if not path.is_file():
        raise SourceMissing(f"{path}: Die Datei gibt es nicht. Bitte Ordner und Schreibweise prüfen.")
    if path.stat().st_size > MAX_BYTES:
        raise TableError(_too_big(path.name))
    try:
        content = path.read_bytes()
    except PermissionError as error:
        locked = path.with_name(f"~${path.name}").exists()
        reason = (
            "ist in Excel geöffnet" if locked else "lässt sich nicht lesen (keine Berechtigung oder gerade geöffnet)"
        )
        raise TableError(f"{path.name}: Die Datei {reason}. Bitte dort schließen und noch einmal versuchen.") from error
    except OSError as error:
        why = system_reason(error)
        raise TableError(f"{path.name}: Die Datei lässt sich nicht lesen: {why}. Bitte dort nachsehen.") from error
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TableError(f"{path.name}: Die Datei ist leer. Bitte noch einmal speichern oder neu anfordern.")
    return content


def _kind(file: str, content: bytes) -> str:
    """``xlsx``, ``ods``, ``xls`` or ``text``; everything else is an error."""
    if content.startswith(b"PK\x03\x04"):
        kind, reason = _packed(file, content)
    elif content.startswith((_OLE, *_OLD_EXCEL)):
        contained = (text for name, text in WORDS["im_container"].items() if name.encode("utf-16-le") in content)
        kind, reason = "xls", next(contained, "")
    else:
        kind, reason = _unpacked(content)
    if reason:
        raise TableError(f"{file}: {reason}")
    return kind


def _unpacked(content: bytes) -> tuple[str, str]:
    """Kind of a file that is no container, and the reason why it cannot be read."""
    begin = content[:64].decode("latin-1")
    reason = next((text for text, starts in WORDS["anfang"].items() if begin.startswith(tuple(starts))), "")
    head = content[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower().decode("latin-1")
    if head.startswith("<") and "office:document" in head:
        return "ods", reason
    marked = (text for look, text in WORDS["auszeichnung"].items() if re.match(look, head))
    return "text", reason or next(marked, "")


def _packed(file: str, content: bytes) -> tuple[str, str]:
    """Kind of a packed file, and the reason why it cannot be read."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = parts_of(archive)
            sizes = {name: archive.getinfo(stored).file_size for name, stored in parts.items()}
    except DAMAGED as error:
        raise TableError(f"{file}: Die Datei ist beschädigt oder unvollständig. Bitte neu anfordern.") from error
    large = ("xl/worksheets/", "xl/sharedstrings", "content.xml", "xl/media/", "pictures/")
    small = (size for name, size in sizes.items() if name.startswith("xl/") and not name.startswith(large))
    if sum(sizes.values()) > MAX_UNPACKED or max(small, default=0) > MAX_SMALL_PART:
        raise TableError(_too_big(file))
    if any(name.startswith("xl/worksheets/") and name.endswith(".xml") for name in parts) or "xl/workbook.xml" in parts:
        return "xlsx", ""
    if "content.xml" in parts and "mimetype" in parts:
        return "ods", ""
    names = parts or ("",)
    return "", next(text for start, text in WORDS["gepackt"].items() if any(name.startswith(start) for name in names))


def _too_big(file: str) -> str:
    return f"{file}: Die Datei ist zu groß für eine Tabelle. {LIMITS}"
