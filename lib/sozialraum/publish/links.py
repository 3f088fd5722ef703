"""Links between the pages of a folder: which there are, where a page leads, and what is said where one is lacking."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final

from sozialraum.city.gebiete import Register
from sozialraum.compare.analysis import Analysis
from sozialraum.compare.similar import similar
from sozialraum.files import write_bytes
from sozialraum.publish.declaration import DECLARATION
from sozialraum.publish.job import Job, Way
from sozialraum.publish.plan import MAIN, METHOD, report_path
from sozialraum.publish.record import DONE, FAILED, Outcome

INDEX: Final = "index.html"
_WORDS: Final = re.compile(r'<span data-ort="([^"]*)">(.*?)</span>', re.DOTALL)
_SHAPE: Final = re.compile(r'<(use|path) data-ort="([^"]*)"([^>]*)/>')
_DRAWING: Final = re.compile(r"<svg\b.*?</svg>", re.DOTALL)


@dataclass(frozen=True)
class Leads:
    """Where a page leads: to pages of areas, by the links at its head, and to the declaration of accessibility."""

    orte: Mapping[str, Way] = field(default_factory=dict)
    rows: tuple[tuple[str, tuple[Way, ...]], ...] = ()
    declaration: str = ""


def linked(jobs: Iterable[Job], register: Register, out: Path, known: Mapping[str, Outcome]) -> list[Job]:
    """Jobs with the index and the pages of areas that their pages may link to: those of this run, and those that stand.

    A page links to the page of the same notebook, otherwise to the report. One that failed the last time and never
    stood is not counted on: all others would be made again with each run.
    """
    jobs = list(jobs)
    planned = {job.target for job in jobs} - {path for path, one in known.items() if one.status == FAILED}
    there: dict[str, bool] = {}

    def exists(path: str) -> bool:
        if path not in there:
            there[path] = path in planned or (out / path).is_file()
        return there[path]

    def ways(job: Job) -> dict[str, Way]:
        found = {}
        for area in register:
            paths = (report_path(name, area) for name in dict.fromkeys((job.name, MAIN)))
            path = next((path for path in paths if path != job.target and exists(path)), "")
            if path:
                found[area.id] = (area.langname, _relative(path, job.target))
        return found

    return [replace(job, index=_relative(INDEX, job.target), orte=ways(job)) for job in jobs]


def leads(job: Job, analysis: Analysis) -> Leads:
    """The line of links at the head of a page: index, Stadtbezirk, parts, neighbours, similar; only what there is."""
    if not job.index:
        return Leads()
    area, register = analysis.gebiet, analysis.data.register
    wanted: list[tuple[str, Sequence[str]]] = [("Bericht", [area.id])] if job.name != MAIN else []
    if area.ebene != "stadt":
        wanted += [("", [*register.bezirke(area.id), register.city.id]), ("Nachbarn", analysis.neighbours)]
    if area.ebene == "stadtteil":
        found = similar(analysis)
        wanted += [(found.words[:1].upper() + found.words[1:], [near.gebiet.id for near in found.clear])]
    else:
        parts = [part.id for part in register.parts] if area.ebene == "stadt" else analysis.members
        divided = area.ebene == "stadt" and register.of_level("stadtbezirk")
        wanted += [("Stadtbezirke" if divided else "Stadtteile", parts)]
    wanted = [] if job.target == METHOD else wanted  # the annex is about no area
    known = [(label, tuple(job.orte[key] for key in keys if key in job.orte)) for label, keys in wanted]
    index = ("Übersicht", f"{job.index}#ort={area.id}")
    above = tuple(way for label, ways in known if not label for way in ways)
    rows = (("", (index, *above)), *((label, ways) for label, ways in known if label and ways))
    return Leads(job.orte, rows, _relative(DECLARATION, job.target))


def with_links(fragment: str, orte: Mapping[str, Way]) -> str:
    """The fragment with links where it names or draws an area that has a page; elsewhere the words or shape alone."""

    def shape(match: re.Match[str]) -> str:
        plain = f"<{match[1]}{match[3]}/>"
        if match[2] not in orte:
            return plain
        name, address = orte[match[2]]
        named = f'data-ziel="{match[2]}" href="{escape(address)}" aria-label="{escape(name)}"'
        return f'<a {named} tabindex="-1">{plain}</a>'

    def drawing(match: re.Match[str]) -> str:
        made = _SHAPE.sub(shape, match[0])
        return made.replace('role="img"', 'role="group"', 1) if "<a data-ziel=" in made else made

    def words(match: re.Match[str]) -> str:
        way = orte.get(match[1])
        return f'<a href="{escape(way[1])}">{match[2]}</a>' if way else match[2]

    if "data-ort" not in fragment:
        return fragment
    return _WORDS.sub(words, _DRAWING.sub(drawing, fragment))


def without_dead_links(
    jobs: Iterable[Job], outcomes: Mapping[str, Outcome], out: Path, fingerprint: Callable[[Job], str]
) -> dict[str, Outcome]:
    """Take the links to pages that were never finished from the pages of this run; the new outcomes of these.

    Their fingerprint is that of a page without these links, so that the next run makes them again.
    """
    jobs, changed = list(jobs), {}
    lost = {job.target for job in jobs if not (out / job.target).is_file()}
    finished = [job for job in jobs if job.target in outcomes and outcomes[job.target].status == DONE]
    for job in finished if lost else ():
        dead = {_relative(target, job.target) for target in lost}
        page = (out / job.target).read_text(encoding="utf-8")
        mended = _unlinked(page, dead)
        if mended != page:
            content = mended.encode("utf-8")
            write_bytes(out / job.target, content)
            left = replace(job, orte={key: way for key, way in job.orte.items() if way[1] not in dead})
            changed[job.target] = replace(
                outcomes[job.target],
                fingerprint=fingerprint(left), bytes=len(content), sha256=sha256(content).hexdigest(),
            )  # fmt: skip
    return changed


def _unlinked(page: str, addresses: Collection[str]) -> str:
    wanted = "|".join(re.escape(escape(address)) for address in sorted(addresses))
    link = rf'<a (?:[\w-]+="[^"]*" )*href="(?:{wanted})(?:#[^"]*)?"[^>]*>(.*?)</a>'
    return re.sub(link, r"\1", page, flags=re.DOTALL)


def _relative(path: str, target: str) -> str:
    """Address of a page as seen from another, both below the folder of reports."""
    return posixpath.relpath(path, posixpath.dirname(target) or ".")
