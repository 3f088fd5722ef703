"""Prose, headings and tables on the page."""

from collections.abc import Hashable, Iterable
from html import escape
from typing import Protocol

import pandas as pd

from sozialraum.errors import ParameterError
from sozialraum.figures.html_table import DIGITS, rows_of, table_html
from sozialraum.figures.marks import Marks, Reference, attribute
from sozialraum.figures.output import display


class Evidence(Protocol):
    """A claim that a sentence rests on: a row of the evidence table."""

    @property
    def nummer(self) -> int:
        """Number printed as reference."""

    @property
    def anchor(self) -> str:
        """Id of its row in the evidence table."""

    @property
    def stand(self) -> str:
        """As-of date; empty without data: then that table has no row of it."""


class Statement(Protocol):
    """A sentence with its claims; see ``sozialraum.text.Sentence``."""

    @property
    def text(self) -> str:
        """The German sentence."""

    @property
    def claims(self) -> Iterable[Evidence]:
        """Rows of the evidence table that it links to."""

    @property
    def refs(self) -> Iterable[Reference]:
        """Everything it rests on, for the evidence checker."""


def prose(content: str | Statement | Iterable[str | Statement], *, as_list: bool = False, folded: str = "") -> None:
    """Put sentences on the page: one paragraph, or one list item per sentence.

    A sentence with claims ends with small links to their rows in the evidence table. Blank text puts nothing.

    Parameters
    ----------
    content
        Text, a sentence, or several; several become one paragraph, strings with a blank line between them
        become paragraphs of their own.
    as_list
        Whether each sentence becomes a list item.
    folded
        Words of a line that unfolds the sentences; without it they stand open.
    """
    items: list[str | Statement] = [content] if _is_single(content) else list(content)  # type: ignore[arg-type, list-item]
    items = [item for item in items if plain(item).strip()]
    if not items:
        return
    marks = Marks()
    if as_list:
        inner = f"<ul>{''.join(f'<li>{sentence(item, marks)}</li>' for item in items)}</ul>"
    else:
        inner = "".join(f"<p>{part}</p>" for part in _paragraphs(items, marks))
    html = f'<div class="sr-prose">{inner}</div>'
    put(_folded(html, folded) if folded else html, " ".join(plain(item) for item in items), marks)


def _folded(html: str, summary: str, *, paper: bool = True) -> str:
    names = "sr-data" if paper else "sr-data sr-screen"
    return f'<details class="{names}"><summary>{escape(summary)}</summary>{html}</details>'


def chapter(
    title: str, *, lead: str | Statement | Iterable[str | Statement] = "", items: Iterable[str | Statement]
) -> None:
    """Put a chapter on the page that is only there if it has something to say: heading, introduction, list.

    Parameters
    ----------
    title
        Heading of the second level.
    lead
        Introduction; see :func:`prose`.
    items
        Sentences, one list item each; without any there is no chapter.
    """
    listed = list(items)
    if not listed:
        return
    marks = Marks()
    first: list[str | Statement] = [lead] if _is_single(lead) else list(lead)  # type: ignore[arg-type, list-item]
    words = "".join(f"<p>{part}</p>" for part in _paragraphs(first, marks))
    inner = "".join(f"<li>{sentence(item, marks)}</li>" for item in listed)
    html = f'<h2>{escape(title)}</h2><div class="sr-prose sr-close">{words}<ul>{inner}</ul></div>'
    put(html, "\n".join([title, *(plain(item) for item in (*first, *listed))]), marks)


def heading(text: str, *, level: int) -> None:
    """Put a heading on the page; one of the second level begins a chapter."""
    put(f"<h{level}>{escape(text)}</h{level}>", text, Marks())


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    digits: int = DIGITS,
    this: Hashable | None = None,
    row_ids: str = "",
    sortable: bool = False,
    source: str | Statement = "",
    folded: bool = False,
    paper: bool = True,
) -> None:
    """Put a table on the page; see :func:`sozialraum.figures.html_table.table_html`.

    An empty frame puts nothing; ``folded`` hides a long table until the reader opens it; without
    ``paper`` a folded one is not printed.

    Raises
    ------
    ParameterError
        If the caption is missing.
    """
    if frame.empty:
        return
    if not caption.strip():
        raise ParameterError("Der Tabelle fehlt die Überschrift (caption=...).")
    marks = Marks()
    html = table_html(
        frame, caption=caption, digits=digits, this=this, row_ids=row_ids, sortable=sortable,
        marks=[marks.number(refs) for refs in rows_of(frame)],
    )  # fmt: skip
    content = html + source_line(source, attribute(marks.number(refs_of(source))))
    put(_folded(content, caption, paper=paper) if folded else content, f"{caption}\n{frame.to_string()}", marks)


def source_line(source: str | Statement, mark: str = "") -> str:
    """The line under a picture or table that says date and source; empty if there is none."""
    text = escape(plain(source))
    return f'<p class="sr-source"{mark}>{text}</p>' if text else ""


def _is_single(content: object) -> bool:
    return isinstance(content, str) or hasattr(content, "claims")


def plain(item: str | Statement) -> str:
    """The words of a text or a sentence."""
    return item if isinstance(item, str) else item.text


def refs_of(item: str | Statement) -> Iterable[Reference] | None:
    """What a sentence rests on; None for plain text."""
    return None if isinstance(item, str) else item.refs


def _paragraphs(items: Iterable[str | Statement], marks: Marks) -> list[str]:
    """Sentences joined; a blank line inside a text begins a new paragraph."""
    joined = " ".join(sentence(item, marks) for item in items)
    return [part for part in joined.split("\n\n") if part]


def sentence(item: str | Statement, marks: Marks, *, lead: bool = False) -> str:
    """Markup of a sentence with its links; with ``lead`` the words before its first colon stand out."""
    mark = marks.number(refs_of(item))
    parts = [escape(part) for part in plain(item).strip().split("\n\n")]
    if lead and ": " in parts[0]:
        first, _, rest = parts[0].partition(": ")
        parts[0] = f"<strong>{first}:</strong> {rest}"
    marked = parts if mark is None else [f"<span{attribute(mark)}>{part}</span>" for part in parts]
    text = "\n\n".join(marked)
    known = [] if isinstance(item, str) else [claim for claim in item.claims if claim.stand]
    links = ", ".join(_link(claim) for claim in sorted(known, key=_number))
    return f'{text}<sup class="sr-refs">{links}</sup>' if links else text


def _number(claim: Evidence) -> int:
    return claim.nummer


def _link(claim: Evidence) -> str:
    label = f"Beleg {claim.nummer}"
    return f'<a class="sr-ref" href="#{escape(claim.anchor)}" aria-label="{label}">{claim.nummer}</a>'


def put(html: str, plain: str, marks: Marks) -> None:
    """Display markup with its plain text and what it rests on."""
    bundle = {"text/html": html, "text/plain": plain}
    display(bundle, raw=True, metadata=marks.metadata)
