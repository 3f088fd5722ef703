"""What an own table changes: the sentences that the reports print before and after, report by report.

The sentences are those of the page: the cells of its notebook run in this process, without drawing anything,
and what they display is read. So nothing is listed that no page prints, and a new cell needs no entry here.
"""

import ast
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from sozialraum.city.load import Data
from sozialraum.errors import ParameterError, SourceMissing
from sozialraum.figures.choice import Choice
from sozialraum.figures.figure import Figure
from sozialraum.figures.output import recorded, words_only
from sozialraum.supply import kept, own_tables, workspace
from sozialraum.supply.intake import Weitergabe
from sozialraum.text import plural

#: The notebook of the reports that are compared.
REPORT: Final = Path(__file__).resolve().parents[3] / "notebooks" / "03_stadtteilanalyse.ipynb"
HEAD: Final = "Kopf"
TOPIC: Final = "Thema"
TABLE: Final = "Tabelle"
#: Tables that belong to pictures have the title of the picture, which may be what changes.
PICTURED: Final = "Tabellen der Abbildungen"
_FOR: Final = {Weitergabe.OEFFENTLICH: "Für die Öffentlichkeit", Weitergabe.RAT: "Für Rat und Verwaltung"}
_UNSEEN: Final = frozenset({"svg", "style", "script", "sup", "iframe"})
_PARAMETERS, _LAB_ONLY = "parameters", "nur-lab"
_TITLE, _LABEL = "sr-title", "sr-fact-label"


@dataclass(frozen=True)
class Change:
    """One place of a report whose sentences differ.

    Attributes
    ----------
    place
        Chapter, with the topic of a fact or the caption of the table.
    old, new
        Sentences that are gone, sentences that are new, as the page prints them.
    rows
        Of a table: how many rows are gone or new; its cells are no sentences.
    """

    gebiet_id: str
    place: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    rows: int = 0


def changes(before: Data, after: Data, *, gebiete: Iterable[str] = (), notebook: Path = REPORT) -> list[Change]:
    """Sentences of the reports that differ between two states of the data.

    Parameters
    ----------
    gebiete
        Ids of the areas whose reports are compared; by default all that both states know.
    notebook
        Notebook of the reports.

    Raises
    ------
    ParameterError
        If the two states are not of the same city.
    SourceMissing
        If there is no such notebook.
    """
    if before.register.city.id != after.register.city.id:
        raise ParameterError("Die beiden Stände gehören zu verschiedenen Städten und lassen sich nicht vergleichen.")
    if not notebook.is_file():
        raise SourceMissing(f"{notebook}: Das Notebook der Berichte fehlt, ohne das kein Satz verglichen werden kann.")
    known = {area.id for area in before.register}
    chosen = list(gebiete) or [area.id for area in after.register if area.id in known]
    return [change for key in chosen for change in _of_report(before, after, key, notebook)]


def listed(found: Iterable[Change], data: Data) -> str:
    """Changes as German lines, grouped by report."""
    by_area: dict[str, list[Change]] = {}
    for change in found:
        by_area.setdefault(change.gebiet_id, []).append(change)
    if not by_area:
        return "\n".join(["Kein Satz ändert sich.", *_unseen(data)])
    count = sum(max(len(change.old), len(change.new)) for group in by_area.values() for change in group)
    lines = [f"{plural(count, 'geänderter Satz', 'geänderte Sätze')} in {plural(len(by_area), 'Bericht', 'Berichten')}"]
    for key, group in by_area.items():
        lines += ["", data.register.by_id(key).langname]
        for change in group:
            rows = f" ({plural(change.rows, 'geänderte Zeile', 'geänderte Zeilen')})" if change.rows else ""
            lines.append(f"  {change.place}{rows}")
            lines += [f"    − {text}" for text in change.old]
            lines += [f"    + {text}" for text in change.new]
    return "\n".join(lines)


def _unseen(data: Data) -> list[str]:
    """That own tables are for a smaller circle than the one that was asked for, and how to ask for that one."""
    circle = Weitergabe(own_tables.audience(data.environment.get(own_tables.ENVIRONMENT)))
    tables = {(one.paket.indikator, one.paket.stand): one.paket for one in kept.kept(data) if one.paket}
    meant_for = [Weitergabe.parse(paket.weitergabe) for paket in tables.values()]
    unseen = [one for one in meant_for if not circle.may_see(one)]
    if not unseen:
        return []
    count = plural(len(unseen), "eigene Tabelle ist", "eigene Tabellen sind")
    whom = "Rat oder intern" if circle is Weitergabe.OEFFENTLICH else "intern"
    narrowest = next(one for one in Weitergabe if one in unseen)
    return [f"{_FOR[circle]} ändert sich kein Satz. {count} für {whom} bestimmt: --weitergabe {narrowest.value}."]


def sentences(data: Data, gebiet: str, *, notebook: Path = REPORT) -> dict[str, list[str]]:
    """What the report of an area prints, by place, as the page has it; table rows stand under their caption."""
    found: dict[str, list[str]] = {}
    place = HEAD
    for source, markup in _displayed(data, gebiet, notebook):
        if source:
            place = next((line.removeprefix("## ") for line in source.splitlines() if line.startswith("## ")), place)
        reader = _Reader(place, found)
        reader.feed(markup)
        reader.close()
        place = reader.chapter
    return found


def _of_report(before: Data, after: Data, key: str, notebook: Path) -> Iterator[Change]:
    old, new = (sentences(data, key, notebook=notebook) for data in (before, after))
    for place in dict.fromkeys([*new, *old]):
        gone = tuple(text for text in old.get(place, ()) if text not in new.get(place, ()))
        come = tuple(text for text in new.get(place, ()) if text not in old.get(place, ()))
        if _is_table(place) and (gone or come):
            yield Change(key, place, (), (), max(len(gone), len(come)))
        elif gone or come:
            yield Change(key, place, gone, come)


def _is_table(place: str) -> bool:
    return f", {TABLE} „" in place or place.endswith(f", {PICTURED}")


def _displayed(data: Data, gebiet: str, notebook: Path) -> Iterator[tuple[str, str]]:
    """Markdown of each text cell, and HTML of everything that each code cell displays."""
    space: dict[str, Any] = {}
    opened = SimpleNamespace(**{name: getattr(workspace, name) for name in workspace.__all__})
    opened.open_data = lambda *_, **__: data
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code":
            if _LAB_ONLY not in tags:
                yield source, ""
            continue
        with recorded() as bundles, words_only():
            run_cell(source, space, workspace=opened)
        if _PARAMETERS in tags:
            space |= {"gebiet": gebiet}
        for bundle in bundles:
            yield "", str(bundle.get("text/html", ""))


def run_cell(source: str, space: dict[str, Any], **stand_ins: Any) -> None:
    """Run a cell in this process and show the figure it ends with; what it imports may have a stand-in."""
    value: Any = None
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), "<cell>", "eval"), space)
            continue
        value = None
        exec(compile(ast.Module([statement], []), "<cell>", "exec"), space)
        if isinstance(statement, ast.Import | ast.ImportFrom):
            space |= {name: one for name, one in stand_ins.items() if name in space}
    if isinstance(value, Figure | Choice):
        value.show()


class _Reader(HTMLParser):
    """Collects the printed texts of one output by place."""

    def __init__(self, chapter: str, found: dict[str, list[str]]) -> None:
        super().__init__()
        self.chapter, self.found = chapter, found
        self._open: list[tuple[str, str]] = []
        self._inside = ""
        self._row: list[str] = []
        self._caption = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and its classes."""
        names = dict(attrs).get("class") or ""
        if tag == "br":
            return
        self._open.append((tag, names))
        if tag == "tr":
            self._row = []
        if tag in ("figure", "li"):
            self._inside = ""

    def handle_endtag(self, tag: str) -> None:
        """Close an element; a complete table row is one text."""
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "tr" and self._row:
            cells = self._row[1:] if self._row[0].isdecimal() else self._row  # without the number of an evidence row
            pictured = any(name == "figure" for name, _ in self._open)
            table = PICTURED if pictured else f"{TABLE} „{self._caption}“"
            self._add(f"{self.chapter}, {table}", "; ".join(cells))
            self._row = []
        if tag in ("figure", "ul", "dl"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Put a text in its place."""
        text, tags = data.strip(), [tag for tag, _ in self._open]
        if not text or _UNSEEN & set(tags):
            return
        names = " ".join(classes for _, classes in self._open).split()
        if "h2" in tags:
            self.chapter = text
        elif "caption" in tags:
            self._caption = text
            if "figure" in tags:  # it repeats the title
                return
        elif "table" in tags:
            self._row.append(text)
            return
        if _TITLE in names:
            self._inside = ""
        if _LABEL in names:
            self._inside = f", {TOPIC} „{text}“"
            return
        self._add(f"{self.chapter}{self._inside}", text)

    def _add(self, place: str, text: str) -> None:
        self.found.setdefault(place, []).append(text)
