"""Running feet, and all else on a page that is outside of the tags, become artifacts: a screen reader skips them."""

from collections.abc import Iterable, Iterator
from typing import Final

import pikepdf

_BEGIN: Final = {"BMC", "BDC"}
_PATH: Final = {"m", "l", "c", "v", "y", "h", "re", "W", "W*"}
_PAINT: Final = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"}
_ALONE: Final = {"Do", "sh", "INLINE IMAGE"}
_Operation = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage


def mark_artifacts(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Put every text, path and picture that no tag encloses between ``/Artifact BMC`` and ``EMC``."""
    operations = pikepdf.parse_content_stream(page)
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(list(_marked(operations))))


def _marked(operations: Iterable[_Operation]) -> Iterator[_Operation]:
    depth = 0
    drawing: list[_Operation] = []
    for operation in operations:
        name = str(operation.operator)
        if name in _BEGIN:
            depth += 1
        elif name == "EMC":
            depth -= 1
        if depth or name == "EMC":
            yield from drawing
            drawing = []
            yield operation
        elif drawing or name in _PATH or name == "BT" or name in _ALONE:
            drawing.append(operation)
            if name in _PAINT or name in _ALONE or name == "ET":
                yield _instruction("BMC", pikepdf.Name.Artifact)
                yield from drawing
                yield _instruction("EMC")
                drawing = []
        else:
            yield operation


def _instruction(operator: str, *operands: pikepdf.Name) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(list(operands), pikepdf.Operator(operator))
