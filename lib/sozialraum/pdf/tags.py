"""Mend the tree of tags that Chromium writes."""

from collections.abc import Callable, Iterator
from typing import Final

import pikepdf

_Element = pikepdf.Object


def mend_tags(pdf: pikepdf.Pdf) -> None:
    """Mend three things.

    An HTML ``figure`` becomes a tag without alternative text around the picture that has one: a screen reader would
    read neither the caption nor the source line in it. It becomes a section. List items get the body that the
    standard wants. The language of the whole document stands at its root.
    """
    tree = pdf.Root.StructTreeRoot
    for element in list(_elements(tree)):
        mend = _MENDERS.get(str(element.S))
        if mend:
            mend(pdf, element)


def _elements(node: _Element) -> Iterator[_Element]:
    for child in _children(node):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)


def _children(node: _Element) -> list[_Element]:
    kids = node.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _mend_figure(_pdf: pikepdf.Pdf, element: _Element) -> None:
    if "/Alt" in element or not any(str(one.S) == "/Figure" for one in _elements(element)):
        return
    element.S = pikepdf.Name.Sect
    for child in _children(element):
        if isinstance(child, pikepdf.Dictionary) and child.get("/S") == pikepdf.Name.Caption:
            child.S = pikepdf.Name.Div


def _mend_item(pdf: pikepdf.Pdf, element: _Element) -> None:
    children = _children(element)
    labels = [child for child in children if _is(child, "/Lbl")]
    rest = [child for child in children if not _is(child, "/Lbl")]
    if not rest or any(_is(child, "/LBody") for child in rest):
        return
    body = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.LBody, P=element, K=pikepdf.Array(rest))
    )
    if "/Pg" in element:
        body.Pg = element.Pg
    for child in rest:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            child.P = body
    element.K = pikepdf.Array([*labels, body])


def _mend_document(_pdf: pikepdf.Pdf, element: _Element) -> None:
    if "/Lang" in element:
        del element["/Lang"]  # the catalogue names it, once


def _is(child: _Element, name: str) -> bool:
    return isinstance(child, pikepdf.Dictionary) and str(child.get("/S", "")) == name


_MENDERS: Final[dict[str, Callable[[pikepdf.Pdf, _Element], None]]] = {
    "/Figure": _mend_figure,
    "/LI": _mend_item,
    "/Document": _mend_document,
}
