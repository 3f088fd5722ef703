"""Which kind of file it is, and a clear message for those that cannot be read."""

import zipfile
from pathlib import Path
from typing import Final

from sozialraum.errors import SourceMissing, TableError
from sozialraum.intake.grid import Sheet
from sozialraum.intake.plain import read_plain
from sozialraum.intake.workbook import read_workbook

MAX_BYTES: Final = 30_000_000
MAX_UNPACKED: Final = 200_000_000
SAVE_AS: Final = "Bitte in Excel oder LibreOffice öffnen und als .xlsx oder .csv speichern."
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


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
    kind = _kind(path, content)
    sheets = read_workbook(path, hidden=hidden) if kind == "xlsx" else [read_plain(path.name, content, separator)]
    filled = [sheet for sheet in sheets if sheet.cells]
    if not filled:
        raise TableError(f"{path.name}: Die Datei enthält keine Werte. Ist es die richtige Datei?")
    return filled


def _content(path: Path) -> bytes:
    if path.name.startswith("~$"):
        raise TableError(f"{path.name}: Das ist nur der Sperrvermerk von Excel. Gemeint ist wohl {path.name[2:]}.")
    if not path.is_file():
        raise SourceMissing(f"{path}: Die Datei gibt es nicht. Bitte Ordner und Schreibweise prüfen.")
    if path.stat().st_size > MAX_BYTES:
        raise TableError(_too_big(path))
    try:
        content = path.read_bytes()
    except PermissionError as error:
        locked = path.with_name(f"~${path.name}").exists()
        reason = (
            "ist in Excel geöffnet" if locked else "lässt sich nicht lesen (keine Berechtigung oder gerade geöffnet)"
        )
        raise TableError(f"{path.name}: Die Datei {reason}. Bitte dort schließen und noch einmal versuchen.") from error
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TableError(f"{path.name}: Die Datei ist leer. Bitte noch einmal speichern oder neu anfordern.")
    return content


def _kind(path: Path, content: bytes) -> str:
    """``xlsx`` or ``text``; everything else is an error."""
    reason = _foreign(content)
    if content.startswith(b"PK\x03\x04"):
        names = _packed(path)
        if "xl/workbook.xml" in names:
            return "xlsx"
        reason = reason or ("ist eine binäre Excel-Datei (.xlsb)" if "xl/workbook.bin" in names else _other_zip(names))
    if reason:
        raise TableError(f"{path.name}: Die Datei {reason} und kann nicht eingelesen werden. {SAVE_AS}")
    return "text"


def _foreign(content: bytes) -> str:
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            return "ist mit einem Kennwort geschützt (bitte den Schutz aufheben und neu speichern)"
        return "ist im alten Excel-Format (.xls)"
    if head.startswith(b"%pdf"):
        return "ist eine PDF-Datei (bitte die Tabelle dazu anfordern)"
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        return "ist eine Webseite oder XML-Datei, auch wenn der Name anders endet,"
    if content[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1"):
        return "ist ein Bild"
    return ""


def _packed(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
                raise TableError(_too_big(path))
            return set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise TableError(f"{path.name}: Die Datei ist beschädigt oder unvollständig. Bitte neu anfordern.") from error


def _other_zip(names: set[str]) -> str:
    if "content.xml" in names and "mimetype" in names:
        return "ist eine OpenDocument-Datei (.ods)"
    if any(name.startswith("word/") for name in names):
        return "ist ein Word-Dokument"
    return "ist ein Archiv (.zip, bitte zuerst entpacken)"


def _too_big(path: Path) -> str:
    return (
        f"{path.name}: Die Datei ist ungewöhnlich groß für eine Tabelle mit Stadtteilen und wird nicht gelesen. "
        "Bitte nur das Blatt mit den Werten in eine neue Datei kopieren."
    )
