"""In which character set the attributes of a Shapefile are written: many files do not say, and some are wrong."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sozialraum.errors import SchemaError

BYTES: Final = "ISO-8859-1"
"""What gives every byte as one letter, to be decoded later."""
UTF8: Final = "UTF-8"
WINDOWS: Final = "cp1252"
_HEAD: Final = 32
_LANGUAGE: Final = 29
_END_OF_FIELDS: Final = 0x0D


@dataclass(frozen=True)
class Encoding:
    """A character set (empty: the reader knows), and the German sentence on what was assumed, if anything."""

    name: str = ""
    assumed: str = ""


def text_encoding(path: Path) -> Encoding:
    """The character set of a Shapefile's attributes.

    The ``.cpg`` counts if it is there and can be true. Without it, text that is valid UTF-8 is UTF-8 (other text hardly
    ever is by chance), then the mark in the ``.dbf`` counts, then Windows-1252.

    Raises
    ------
    SchemaError
        If the ``.cpg`` names a character set in which the attributes are not written.
    """
    dbf, cpg = _beside(path, ".dbf"), _beside(path, ".cpg")
    content = dbf.read_bytes() if dbf else b""
    texts = [text for text in _texts(content) if not text.isascii()]
    said = cpg.read_text(encoding=BYTES).strip() if cpg else ""
    stated = _codec(said)
    if not texts:
        return Encoding()
    utf8 = all(_fits(text, UTF8) for text in texts)
    if stated:
        if not all(_fits(text, stated) for text in texts) or (utf8 and stated in (WINDOWS, "iso8859-1")):
            raise SchemaError([_untrue(path, said, "UTF-8" if utf8 else "einem anderen")])
        return Encoding(stated)
    if utf8:
        return Encoding(UTF8)
    if content[_LANGUAGE]:
        return Encoding()
    if all(_fits(text, WINDOWS) for text in texts):
        return Encoding(WINDOWS, "Die Datei nennt keinen Zeichensatz; ihre Namen sind als Windows-1252 gelesen.")
    raise SchemaError([_unknown(path)])


def _untrue(path: Path, said: str, found: str) -> str:
    return (
        f"{path}: In {path.stem}.cpg steht als Zeichensatz „{said}“, die Merkmale sind aber in {found} geschrieben. "
        f"Bitte in UTF-8 neu ausgeben oder {path.stem}.cpg berichtigen."
    )


def _unknown(path: Path) -> str:
    return (
        f"{path}: In welchem Zeichensatz die Merkmale geschrieben sind, ist nicht zu erkennen. Bitte {path.stem}.cpg "
        "mit dem Namen des Zeichensatzes daneben legen oder in UTF-8 neu ausgeben."
    )


def _beside(path: Path, ending: str) -> Path | None:
    return next((one for one in path.parent.glob("*") if one.stem == path.stem and one.suffix.lower() == ending), None)


def _codec(name: str) -> str:
    """Python's name of the character set in a ``.cpg``; empty if there is none of that name."""
    word = name.strip().strip("\0").upper()
    word = {"65001": UTF8, "ANSI 1252": WINDOWS, "88591": "ISO-8859-1"}.get(word, word)
    for attempt in (word, f"cp{word.removeprefix('ANSI ').removeprefix('OEM ')}", word.replace(" ", "")):
        try:
            return codecs.lookup(attempt).name
        except LookupError:
            continue
    return ""


def _fits(text: bytes, encoding: str) -> bool:
    """Whether the bytes can be text of that character set; a field may have cut the last letter."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(text)
    except UnicodeDecodeError:
        return False
    return True


def _texts(content: bytes) -> Iterator[bytes]:
    """The text fields of all records of a dBase file."""
    if len(content) < _HEAD:
        return
    begin, size = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    fields: list[tuple[int, int]] = []
    offset, place = 1, _HEAD
    while place + _HEAD <= min(begin, len(content)) and content[place] != _END_OF_FIELDS:
        length = content[place + 16]
        if content[place + 11 : place + 12] == b"C":
            length += 256 * content[place + 17]  # long text fields use the byte of the decimals
            fields.append((offset, length))
        offset, place = offset + length, place + _HEAD
    for start in range(begin, len(content) - size + 1, max(size, 1)):
        for shift, length in fields:
            yield content[start + shift : start + shift + length].rstrip(b" \0")
