"""A logo from a file: PNG or JPEG only, because an SVG can carry scripts and addresses."""

import base64
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

MAX_BYTES: Final = 400_000
MAX_PIXELS: Final = 4000
_KINDS: Final = {"PNG": "image/png", "JPEG": "image/jpeg"}


def data_address(path: Path) -> str:
    """The picture as a ``data:`` address.

    Raises
    ------
    ValueError
        If the file is missing, too large, or no PNG or JPEG; the message is a German clause with a remedy.
    """
    try:
        content = path.read_bytes()
        with Image.open(path, formats=tuple(_KINDS)) as picture:
            picture.verify()
            kind, size = str(picture.format), picture.size
    except FileNotFoundError:
        raise ValueError(f"die Datei {path.name} liegt nicht neben der Vorlage") from None
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ValueError(f"{path.name} ist kein lesbares PNG oder JPEG; bitte als PNG speichern") from None
    if len(content) > MAX_BYTES or max(size) > MAX_PIXELS:
        limit = f"{MAX_BYTES // 1000} kB und {MAX_PIXELS} Pixel"
        raise ValueError(f"{path.name} ist zu groß; erlaubt sind höchstens {limit}")
    return f"data:{_KINDS[kind]};base64,{base64.b64encode(content).decode()}"
