"""What PDF/UA-1 (ISO 14289-1) wants and Chromium leaves out; the same page always gives the same bytes."""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Final

import pikepdf

from sozialraum.pdf.artifacts import mark_artifacts
from sozialraum.pdf.tags import mend_tags

LANGUAGE: Final = "de-DE"
PRODUCER: Final = "Sozialraum"
_UA: Final = "http://www.aiim.org/pdfua/ns/id/"


def finish(printed: bytes, *, title: str, labels: Mapping[str, str]) -> bytes:
    """A printed page as accessible PDF."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        root = pdf.Root
        root.Lang = pikepdf.String(LANGUAGE)
        root.MarkInfo = pikepdf.Dictionary(Marked=True)
        root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        for page in pdf.pages:
            page.obj.Tabs = pikepdf.Name.S
            mark_artifacts(pdf, page)
            _describe_links(page, labels)
        mend_tags(pdf)
        _describe(pdf, title)
        target = BytesIO()
        pdf.save(target, min_version="1.7", deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return target.getvalue()


def count_pages(printed: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        return len(pdf.pages)


def lacks_letters(printed: bytes, text: str) -> bool:
    """Whether most letters of a text are not in a PDF: without fonts Chromium prints pages without a word."""
    wanted = {letter for letter in text if letter.isalpha()}
    with pikepdf.open(BytesIO(printed)) as pdf:
        maps = [font.ToUnicode.read_bytes() for font in pdf.objects if _has_map(font)]
    return 2 * len(wanted - set().union(*map(_letters, maps))) > len(wanted)


def _has_map(item: pikepdf.Object) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.Font and "/ToUnicode" in item


def _letters(cmap: bytes) -> set[str]:
    """The characters that a font of a PDF maps its signs to."""
    found: set[str] = set()
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        codes = re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>", section)
        found |= {letter for code in codes for letter in bytes.fromhex(code.decode()).decode("utf-16-be", "ignore")}
    for section in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, start in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]{4})>", section):
            count = int(last, 16) - int(first, 16) + 1
            found |= {chr(int(start, 16) + step) for step in range(count)}
    return found


def pages_of(printed: bytes, ids: Iterable[str]) -> dict[str, str]:
    """Number of the page on which each element with an id stands; only those that something links to are known."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        numbers = {page.obj.objgen: str(number) for number, page in enumerate(pdf.pages, start=1)}
        places = pdf.Root.get("/Dests", pikepdf.Dictionary())
        found = {id_: places.get(f"/{id_}") for id_ in ids}
        return {id_: numbers[place[0].objgen] for id_, place in found.items() if place is not None}


def _describe(pdf: pikepdf.Pdf, title: str) -> None:
    """Title and identifier in XMP; no dates, which would differ from run to run."""
    del pdf.docinfo
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/Producer"] = PRODUCER
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        meta.register_xml_namespace(_UA, "pdfuaid")
        meta["dc:title"] = title
        meta["dc:language"] = {LANGUAGE}
        meta["pdf:Producer"] = PRODUCER
        meta[f"{{{_UA}}}part"] = "1"


def _describe_links(page: pikepdf.Page, labels: Mapping[str, str]) -> None:
    for note in page.obj.get("/Annots", ()):
        if note.get("/Subtype") != pikepdf.Name.Link or "/Contents" in note:
            continue
        target = _target(note)
        note.Contents = pikepdf.String(labels.get(target) or f"Verweis auf {target}")


def _target(note: pikepdf.Object) -> str:
    if "/Dest" in note:
        return str(note.Dest).removeprefix("/")
    return str(note.get("/A", pikepdf.Dictionary()).get("/URI", ""))
