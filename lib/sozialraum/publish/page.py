"""An executed notebook becomes one self-contained HTML page.

The template ``bericht`` lays out the page; this module prepares what it needs: the cells' visible
content, chapters with stable ids, the table of contents, the scripts and their Content-Security-Policy.
Only scripts that come from this library run on the page; text from data cannot bring its own.
"""

import base64
import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import jinja2
from nbformat import NotebookNode

from sozialraum import figures
from sozialraum.errors import RenderError
from sozialraum.figures.leaflet import leaflet_script, leaflet_style
from sozialraum.figures.stylesheet import STYLE
from sozialraum.publish import vorlage
from sozialraum.publish.links import Leads, with_links
from sozialraum.publish.markdown import to_html
from sozialraum.publish.outline import Heading, Outline, outline, plain
from sozialraum.publish.print_rules import check_content, dangling_links
from sozialraum.publish.source import LAB_ONLY, SHORT
from sozialraum.publish.styles import dark_rules, read_template, tokens

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "templates"
AUDIENCES: Final = {
    "rat": "Nur für Rat und Verwaltung – enthält Zahlen, die nicht veröffentlicht sind.",
    "intern": "Nur für den internen Gebrauch – enthält Zahlen, die nicht veröffentlicht sind.",
}
"""What stands in the band of a page that is not for everybody, by audience."""
_CUT: Final = "\x1e"
_EMPTY: Final = re.compile(r"\s*(?:<style>[^<]*</style>\s*)?")
_SCRIPTS: Final = {"tabellen": 'class="sr-table', "punkte": 'class="sr-dot'}
"""Scripts of the page, and what each of them is for."""
_FIRST_TAG: Final = re.compile(r"<(\w+)")
_METHOD: Final = re.compile(r'<span data-methode="([^"]*)">(.*?)</span>', re.DOTALL)
_PREFIX: Final = "methode-"
_FIRST: Final = "einordnung"
"""What the id of each indicator in the annex of method begins with, and the id of its first chapter."""
_DATES: Final = re.compile(r'<p class="sr-head-dates"[^>]*>(.*?)(?:<sup|</p>)', re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A complete HTML page.

    Attributes
    ----------
    title
        Text of the main heading.
    messages
        What the notebook wrote to stderr.
    """

    html: str
    title: str
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Content:
    """What the template puts in place."""

    title: str
    lead: str
    chapters: tuple[tuple[Heading, str], ...]
    toc: tuple[Heading, ...]
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    csp: str
    stamp: str
    masthead: str
    audience: str
    city: str
    leads: Leads


def export(
    nb: NotebookNode,
    *,
    name: str,
    mark: str = "",
    annex: vorlage.Vorlage | None = None,
    audience: str = "",
    city: str = "",
    method: str = "",
    leads: Leads | None = None,
) -> Page:
    """Turn an executed notebook into a page.

    Parameters
    ----------
    method
        Address of the annex of method that values and headings link to; ``#`` if it is part of the page, empty if there
        is none.
    leads
        Other pages that this one links to.

    Raises
    ------
    RenderError
        If the page would break a rule: one main heading, an alternative text for every picture, no script
        and nothing from another address in a cell's output.
    """
    content = _content(nb, name, mark, annex, AUDIENCES.get(audience, ""), city, method, leads or Leads())
    html_ = _template().render(page=content, name=name, mark=mark)
    return Page(html_, content.title, tuple(_messages(nb)))


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(TEMPLATES / "bericht")
    return jinja2.Environment(loader=loader, autoescape=False).get_template("index.html.j2")  # it says what to escape


def _content(
    nb: NotebookNode,
    name: str,
    mark: str,
    annex: vorlage.Vorlage | None,
    audience: str,
    city: str,
    method: str,
    leads: Leads,
) -> _Content:
    shown = [cell for cell in nb.cells if LAB_ONLY not in _tags(cell)]
    fragments = [fragment for cell in shown for fragment in _cell(cell) if not _EMPTY.fullmatch(fragment)]
    parts = _checked([with_links(_linked(fragment, method), leads.orte) for fragment in fragments], name)
    chapters = _with_annex(parts.chapters, annex)
    maps = [
        output.data[figures.MAP_MIME]["script"]
        for cell in shown
        for output in _outputs(cell)
        if figures.MAP_MIME in output.data
    ]
    scripts = _scripts(maps, [name for name, sign in _SCRIPTS.items() if any(sign in one for one in fragments)])
    stamp = vorlage.stamp(annex, mark)
    return _Content(
        title=parts.title,
        lead=parts.lead,
        chapters=chapters,
        toc=tuple(heading for heading, _ in chapters),
        styles=_styles(_foot(parts, stamp, audience), leaflet=bool(maps), audience=bool(audience)),
        scripts=scripts,
        csp=content_security_policy(scripts),
        stamp=stamp,
        masthead=vorlage.masthead(annex) if annex else "",
        audience=audience,
        city=city,
        leads=leads,
    )


def _linked(fragment: str, method: str) -> str:
    """The fragment with links to the annex of method; without an annex only the words."""
    if not method:
        return _METHOD.sub(r"\2", fragment)
    file = method.removesuffix("#")
    top = file or f"#{_FIRST}"
    return _METHOD.sub(
        lambda match: f'<a href="{f"{file}#{_PREFIX}{match[1]}" if match[1] else top}">{match[2]}</a>', fragment
    )


_NAMESPACE: Final = ' xmlns="http://www.w3.org/2000/svg"'
"""What a drawing needs as a file, not on a page of HTML."""


def _checked(fragments: list[str], name: str) -> Outline:
    """The page in chapters, if it breaks no rule."""
    whole = figures.once(_CUT.join(fragments)).replace(_NAMESPACE, "")
    problems = check_content(whole)
    if problems:
        raise RenderError(f"{name}: {' '.join(problems)}")
    parts = outline(whole.split(_CUT))
    lost = dangling_links("\n".join([parts.lead, *(content for _, content in parts.chapters)]))
    if lost:
        raise RenderError(f"{name}: Verweise ohne Ziel auf der Seite: {', '.join(lost)}.")
    return parts


def _with_annex(
    chapters: tuple[tuple[Heading, str], ...], annex: vorlage.Vorlage | None
) -> tuple[tuple[Heading, str], ...]:
    """The words of the Vorlage come after the first chapter: first the facts, then what people make of them."""
    words = vorlage.chapter(annex) if annex else ""
    return (*chapters[:1], (Heading(*vorlage.CHAPTER), words), *chapters[1:]) if words else chapters


def _foot(parts: Outline, stamp: str, audience: str) -> str:
    """Two lines for the foot of every sheet: the report and how old its data are; the stamp and for whom it is."""
    dates = _DATES.search(parts.lead)
    marks = " · ".join(filter(None, (stamp, audience.partition(" – ")[0])))
    return f"{parts.title}{f' · {plain(dates[1])}' if dates else ''}\n{marks}"


def content_security_policy(scripts: Iterable[str]) -> str:
    """Policy that allows exactly these inline scripts, inline styles and data: pictures, and no address at all."""
    digests = [base64.b64encode(sha256(script.encode("utf-8")).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _scripts(maps: list[str], names: Iterable[str]) -> tuple[str, ...]:
    scripts = [leaflet_script(), *maps] if maps else []
    scripts += [read_template(f"bericht/{name}.js") for name in names]
    cleaned = tuple(script.replace("\r\n", "\n").strip() for script in scripts)
    if any("</script" in script.lower() or "<!--" in script for script in cleaned):
        raise RenderError("Ein Skript enthält ein HTML-Endzeichen und kann nicht in die Seite gesetzt werden.")
    return cleaned


def _styles(foot: str, *, leaflet: bool, audience: bool) -> tuple[str, ...]:
    sheets = [read_template(name) for name in ("gemeinsam/basis.css", "bericht/bericht.css", "bericht/druck.css")]
    styles = [tokens(), *sheets, dark_rules(), f'@page {{ @bottom-left {{ content: "{_css_text(foot)}"; }} }}']
    styles += [read_template("gemeinsam/kreis.css")] if audience else []
    return tuple([leaflet_style(), *styles] if leaflet else styles)


def _css_text(text: str) -> str:
    """Text for a CSS string: everything but letters, digits and harmless signs becomes a code point escape."""
    return "".join(char if char.isalnum() or char in " .,-–()" else f"\\{ord(char):x} " for char in text)


def _cell(cell: NotebookNode) -> Iterator[str]:
    if cell.cell_type == "markdown":
        yield _marked(cell, to_html(cell.source))
    for output in _outputs(cell):
        kind = next((kind for kind in _VISIBLE if kind in output.data), None)
        if kind is not None:
            yield _marked(cell, _VISIBLE[kind](output))


def _marked(cell: NotebookNode, fragment: str) -> str:
    """For a cell of the short form: its element with a mark that the style sheet for paper knows."""
    return _FIRST_TAG.sub(rf"<\1 data-{SHORT}", fragment, count=1) if SHORT in _tags(cell) else fragment


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _outputs(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.get("outputs", []) if output.output_type in ("display_data", "execute_result")]


def _messages(nb: NotebookNode) -> Iterator[str]:
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                yield output.text.strip()


def _picture(kind: str, output: NotebookNode) -> str:
    raw = output.data[kind]
    encoded = base64.b64encode(raw.encode("utf-8")).decode() if kind == "image/svg+xml" else raw.replace("\n", "")
    alt = html.escape(output.get("metadata", {}).get(kind, {}).get("alt", ""))
    return f'<figure class="sr-figure"><img src="data:{kind};base64,{encoded}" alt="{alt}"></figure>'


def _text(output: NotebookNode) -> str:
    return f'<pre class="sr-text">{html.escape(output.data["text/plain"])}</pre>'


# The richest representation a page can use comes first.
_VISIBLE: Final[dict[str, Callable[[NotebookNode], str]]] = {
    figures.MAP_MIME: lambda output: str(output.data[figures.MAP_MIME]["html"]),
    "text/html": lambda output: str(output.data["text/html"]).removeprefix(STYLE),
    "image/svg+xml": lambda output: _picture("image/svg+xml", output),
    "image/png": lambda output: _picture("image/png", output),
    "text/markdown": lambda output: to_html(output.data["text/markdown"]),
    "text/plain": _text,
}
