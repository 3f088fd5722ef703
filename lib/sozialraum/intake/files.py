"""Which kind of file it is, and a clear message for those that cannot be read."""

import re
from io import BytesIO
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from sozialraum.errors import SourceMissing, TableError, system_reason
from sozialraum.intake.grid import LIMITS, PROTECTED, Draft, Sheet, uncollected
from sozialraum.intake.oldexcel import read_old_excel
from sozialraum.intake.opendocument import read_opendocument
from sozialraum.intake.plain import read_plain
from sozialraum.intake.workbook import DAMAGED, parts_of, read_workbook

MAX_BYTES: Final = 200_000_000
MAX_UNPACKED: Final = 2_000_000_000
MAX_SMALL_PART: Final = 50_000_000
SAVE_AS: Final = "Bitte in Excel oder LibreOffice öffnen und als .xlsx oder .csv speichern."
OF_APPLE: Final = "Die Datei ist von Apple Numbers, Pages oder Keynote. Bitte dort als .xlsx oder .csv ausgeben."
WEB_PAGE: Final = f"Die Datei ist eine Webseite (HTML), auch wenn der Name anders endet. {SAVE_AS}"
TABLE_OF: Final = "Bitte die Tabelle dazu als .xlsx oder .csv anfordern."
ALL_HIDDEN: Final = (
    "Alle Blätter sind ausgeblendet. Bitte einblenden, oder mit --ausgeblendetes lesen, was ausgeblendet ist."
)
#: What is damaged, and how to mend it.
_WORDS_OF: Final = {
    "xlsx": ("Excel-Datei", "öffnen, neu als .xlsx"),
    "xls": ("Excel-Datei (.xls)", "öffnen, neu als .xlsx"),
    "ods": ("OpenDocument-Datei", "in LibreOffice öffnen, neu als .ods oder .xlsx"),
}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_EXCEL: Final = (
    b"\x09\x08\x10\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x00\x04\x00",
)
#: Within a file of Microsoft's old container: the name of a part, and what the file is; in this order.
_CONTAINED: Final = {
    "EncryptedPackage": PROTECTED,
    "WordDocument": f"Die Datei ist ein Word-Dokument. {TABLE_OF}",
    "PowerPoint Document": f"Die Datei ist eine PowerPoint-Präsentation. {TABLE_OF}",
    "__substg1.0": "Die Datei ist eine E-Mail. Bitte den Anhang daraus speichern und einlesen.",
}
#: How files of other kinds begin.
_BEGINNINGS: Final = {
    b"%PDF": f"Die Datei ist eine PDF-Datei. {TABLE_OF}",
    b"{\\rtf": f"Die Datei ist ein Textdokument (.rtf). {TABLE_OF}",
    b"PAR1\x15": "Die Datei ist eine Parquet-Datei. Bitte als .csv ausgeben.",
    b"SQLite format 3": "Die Datei ist eine Datenbank (SQLite oder GeoPackage). Bitte die Tabelle als .csv ausgeben.",
    b"\x00\x01\x00\x00Standard": "Die Datei ist eine Access-Datenbank. Bitte die Tabelle als .csv oder .xlsx ausgeben.",
    b"$FL": "Die Datei ist eine SPSS-Datei. Bitte als .csv oder .xlsx ausgeben.",
    **dict.fromkeys(
        (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh9", b"\xfd7zXZ"), "Die Datei ist ein Archiv. Bitte zuerst entpacken."
    ),
    **dict.fromkeys(
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF"), f"Die Datei ist ein Bild. {TABLE_OF}"
    ),
}  # fmt: skip
#: What the beginning of marked-up texts looks like, in small letters; in this order.
_MARKED_UP: Final = {
    rb"<[^;]*urn:schemas-microsoft-com:office:spreadsheet": f"Die Datei ist im XML-Format von Excel 2003. {SAVE_AS}",
    rb"<[^;]*<(?:html|table)|<(?:!doctype html|html|head|meta|body|table|div|style|title)": WEB_PAGE,
    rb"<[a-z!?]": f"Die Datei ist eine XML-Datei. {SAVE_AS}",
    rb"mime-version:": f"Die Datei ist ein Webarchiv. {SAVE_AS}",
    rb"\{\s*\"|\[\s*\{": "Die Datei ist eine JSON-Datei. Bitte die Tabelle als .csv oder .xlsx anfordern.",
}
#: What is packed into a file of another kind: the beginning of a part's name, and what the file is; in this order.
_PACKED: Final = {
    "xl/workbook.bin": f"Die Datei ist eine binäre Excel-Datei (.xlsb) und kann nicht eingelesen werden. {SAVE_AS}",
    "word/": f"Die Datei ist ein Word-Dokument. {TABLE_OF}",
    "ppt/": f"Die Datei ist eine PowerPoint-Präsentation. {TABLE_OF}",
    "index/document.iwa": OF_APPLE,
    "index.zip": OF_APPLE,
    "": "Die Datei ist ein Archiv (.zip). Bitte zuerst entpacken.",
}


def read_sheets(path: Path, *, separator: str | None = None, hidden: bool = False) -> list[Sheet]:
    """All sheets of a file that hold something; a text file has one.

    Parameters
    ----------
    separator
        Sign between the columns of a text file; found out if None.
    hidden
        Read hidden rows, columns and sheets too.

    Raises
    ------
    SourceMissing
        If there is no such file.
    TableError
        If it cannot be read as a table, with the reason and what to do.
    """
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
        what, how = _WORDS_OF[kind]
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
        contained = (text for name, text in _CONTAINED.items() if name.encode("utf-16-le") in content)
        kind, reason = "xls", next(contained, "")
    else:
        kind, reason = _unpacked(content)
    if reason:
        raise TableError(f"{file}: {reason}")
    return kind


def _unpacked(content: bytes) -> tuple[str, str]:
    """Kind of a file that is no container, and the reason why it cannot be read."""
    reason = next((text for start, text in _BEGINNINGS.items() if content.startswith(start)), "")
    head = content[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"<") and b"office:document" in head:
        return "ods", reason
    marked = (text for look, text in _MARKED_UP.items() if re.match(look, head))
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
    return "", next(text for start, text in _PACKED.items() if any(name.startswith(start) for name in parts or ("",)))


def _too_big(file: str) -> str:
    return f"{file}: Die Datei ist zu groß für eine Tabelle. {LIMITS}"
