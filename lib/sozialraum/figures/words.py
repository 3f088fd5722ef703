"""Prose, key figures, notes and tables on the page."""

from collections.abc import Hashable, Iterable, Mapping
from html import escape
from typing import Final, Protocol

import pandas as pd
from IPython.display import display

from sozialraum.errors import ParameterError
from sozialraum.figures.tables import DIGITS, table_html

NOTE_KINDS: Final = ("", "draft", "limits", "missing")
_TILE_PARTS: Final = (("label", "label"), ("value", "value"), ("city", "city"), ("klasse", "class"), ("meta", "meta"))


class Reference(Protocol):
    """A claim that a sentence rests on."""

    @property
    def nummer(self) -> int:
        """Number printed as reference."""

    @property
    def anchor(self) -> str:
        """Id of its row in the evidence table."""


class Statement(Protocol):
    """A sentence with its claims; see ``sozialraum.text.Sentence``."""

    @property
    def text(self) -> str:
        """The German sentence."""

    @property
    def claims(self) -> Iterable[Reference]:
        """What it rests on."""


def prose(content: str | Statement | Iterable[str | Statement], *, as_list: bool = False) -> None:
    """Put sentences on the page: one paragraph, or one list item per sentence.

    A sentence with claims ends with small links to their rows in the evidence table. Blank text puts nothing.

    Parameters
    ----------
    content
        Text, a sentence, or several; several become one paragraph, strings with a blank line between them
        become paragraphs of their own.
    as_list
        Whether each sentence becomes a list item.
    """
    items: list[str | Statement] = [content] if _is_single(content) else list(content)  # type: ignore[arg-type, list-item]
    texts = [_sentence(item) for item in items]
    texts = [text for text in texts if text]
    if not texts:
        return
    if as_list:
        inner = f"<ul>{''.join(f'<li>{text}</li>' for text in texts)}</ul>"
    else:
        inner = "".join(f"<p>{part}</p>" for part in " ".join(texts).split("\n\n"))
    _put(f'<div class="sr-prose">{inner}</div>', " ".join(_plain(item) for item in items))


def note(text: str, *, kind: str = "", title: str = "") -> None:
    """Put a note on the page; blank text puts nothing.

    Parameters
    ----------
    kind
        "" (plain), "draft" (not released), "limits" (what the data cannot say) or "missing" (a gap).
    title
        Bold words before the text.

    Raises
    ------
    ParameterError
        If the kind is unknown.
    """
    if kind not in NOTE_KINDS:
        raise ParameterError(f"Die Art „{kind}“ eines Hinweises gibt es nicht; möglich: draft, limits, missing.")
    if not text.strip():
        return
    paragraphs = [one.strip() for one in ([text] if isinstance(text, str) else text) if one.strip()]
    if not paragraphs:
        return
    name = f"sr-note sr-note--{kind}" if kind else "sr-note"
    head = f"<strong>{escape(title)}</strong> " if title else ""
    inner = "</p><p>".join(escape(one) for one in paragraphs)
    _put(f'<div class="{name}" role="note"><p>{head}{inner}</p></div>', f"{title} {' '.join(paragraphs)}".strip())


def tiles(figures: Iterable[Mapping[str, str]]) -> None:
    """Put a row of key figures on the page.

    Parameters
    ----------
    figures
        One mapping per tile: label, value, and where they exist unit, city (the city's value), klasse (in
        words) and meta (date and kind); see ``sozialraum.text.key_figures``.
    """
    chosen = list(figures)
    items = "".join(_tile(figure) for figure in chosen)
    _put(f'<ul class="sr-tiles">{items}</ul>', "; ".join(f"{one['label']}: {one['value']}" for one in chosen))


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    digits: int = DIGITS,
    this: Hashable | None = None,
    row_ids: str = "",
    sortable: bool = False,
    source: str = "",
    folded: bool = False,
) -> None:
    """Put a table on the page; see :func:`sozialraum.figures.tables.table_html`.

    An empty frame puts nothing; ``folded`` hides a long table until the reader opens it.

    Raises
    ------
    ParameterError
        If the caption is missing.
    """
    if not caption.strip():
        raise ParameterError("Der Tabelle fehlt die Überschrift (caption=...).")
    if frame.empty:
        return
    html = table_html(frame, caption=caption, digits=digits, this=this, row_ids=row_ids, sortable=sortable)
    below = f'<p class="sr-source">{escape(source)}</p>' if source else ""
    content = html + below
    if folded:
        content = f'<details class="sr-data"><summary>{escape(caption)}</summary>{content}</details>'
    _put(content, f"{caption}\n{frame.to_string()}")


def _is_single(content: object) -> bool:
    return isinstance(content, str) or hasattr(content, "claims")


def _plain(item: str | Statement) -> str:
    return item if isinstance(item, str) else item.text


def _sentence(item: str | Statement) -> str:
    text = escape(_plain(item).strip())
    links = "" if isinstance(item, str) else ", ".join(_link(claim) for claim in item.claims)
    return f'{text}<sup class="sr-refs">{links}</sup>' if links else text


def _link(claim: Reference) -> str:
    label = f"Beleg {claim.nummer}"
    return f'<a class="sr-ref" href="#{escape(claim.anchor)}" aria-label="{label}">{claim.nummer}</a>'


def _tile(figure: Mapping[str, str]) -> str:
    parts = []
    for key, name in _TILE_PARTS:
        text = escape(figure.get(key, ""))
        if not text:
            continue
        unit = escape(figure.get("unit", ""))
        if key == "value" and unit:
            text = f'{text}\u00a0<span class="sr-tile-unit">{unit}</span>'
        parts.append(f'<p class="sr-tile-{name}">{text}</p>')
    return f'<li class="sr-tile">{"".join(parts)}</li>'


def _put(html: str, plain: str) -> None:
    display({"text/html": html, "text/plain": plain}, raw=True)  # type: ignore[no-untyped-call]
