"""``index.html``: the atlas. Map, strip, table and text of one indicator are linked; below, the list of all reports.

Python draws the shapes and prints every number; the scripts put them in place. The page is one file, asks no other host
for anything and keeps list and links without scripts. ``docs/atlas.md`` says what it can do.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace as Part
from typing import Any, Final

import jinja2

from sozialraum.city.finder import index
from sozialraum.city.indicators import is_modelled
from sozialraum.city.load import Data
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.figures.circles import FILL, OPACITY, paint
from sozialraum.figures.classes import breaks
from sozialraum.figures.hatch import HATCH
from sozialraum.figures.terrain import terrain_sources
from sozialraum.publish import atlas_map, atlas_values
from sozialraum.publish.inputs import checksums, mark
from sozialraum.publish.listing import listing
from sozialraum.publish.page import AUDIENCES, TEMPLATES, content_security_policy
from sozialraum.publish.plan import METHOD, Entry
from sozialraum.publish.record import Outcome
from sozialraum.publish.styles import dark_rules, read_template, tokens
from sozialraum.style.grammar import DRAFT
from sozialraum.supply.own_tables import ENVIRONMENT, audience_words
from sozialraum.text.findings import credit

SCRIPTS: Final = (
    "data", "state", "matching", "marks", "readout", "picker", "map", "strip", "table", "search", "area", "compare",
    "scatter", "filter", "time", "take", "start",
)  # fmt: skip
"""Files of ``templates/atlas`` in the order in which they run, all in one function."""
SHEETS: Final = ("gemeinsam/basis.css", "atlas/atlas.css", "atlas/reports.css")


def atlas(data: Data, batch: Mapping[str, Entry], outcomes: Sequence[Outcome]) -> str:
    """HTML of ``index.html``: a complete page whose links are relative; ``outcomes`` as of ``listing``."""
    analysis = analyse(data, data.register.city.id)
    reports = listing(data, batch, outcomes)
    drawing = atlas_map.drawing(data)
    content = atlas_values.everything(analysis, drawing, reports["items"])
    content["start"] = atlas_values.default_of(content["kennzahlen"], analysis.katalog)
    content["entwurf"] = DRAFT
    content["berichte"] = _other_reports(reports)
    content["methode"] = next((one.path for one in reports["city_items"] if one.done and one.path == METHOD), "")
    content["suche"] = index(data)
    content["rahmen"] = {"west": drawing.frame.west, "north": drawing.frame.north, "massstab": drawing.frame.scale}
    audience = AUDIENCES.get(data.environment.get(ENVIRONMENT, ""), "")
    content["weitergabe"] = audience
    script = _script()
    sheets = [*SHEETS, *(["gemeinsam/kreis.css"] if audience else [])]
    return _template().render(
        **reports,
        city=data.register.city,
        method=content["methode"] or "#methode",
        main=reports["items"][data.register.city.id],
        mark=f"{mark(checksums(data))} · {audience_words(data.environment.get(ENVIRONMENT))}",
        draft=DRAFT,
        audience=audience,
        csp=content_security_policy([script]),
        styles=[tokens(), *map(read_template, sheets), dark_rules()],
        script=script,
        content=_json(content),
        start=next((one for one in content["kennzahlen"] if one["id"] == content["start"]), None),
        picker=_picker(content, atlas_values.absent(analysis)),
        absent=atlas_values.absent(analysis),
        drawing=_drawn(analysis, drawing, content),
        legends=_legends(analysis, content),
        rule=content["urteile"]["regel"],
        modelled=is_modelled(analysis["einwohner"].quelle) or "zensus" not in analysis["einwohner"].quelle,
        bezirke=bool(data.register.of_level("stadtbezirk")),
    )


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "atlas"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("index.html.j2")


@lru_cache(maxsize=1)
def _script() -> str:
    """All scripts as one function: nothing of them is seen from outside."""
    parts = "\n".join(read_template(f"atlas/{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();'


def _json(content: Mapping[str, Any]) -> str:
    """Data for a script element: no text in it can end the element."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _other_reports(reports: Mapping[str, Any]) -> list[list[str]]:
    """Title and path of every report that is not the analysis of an area of this run."""
    main = {item.path for item in reports["items"].values()}
    listed = [
        *reports["city_items"],
        *reports["quartiere"],
        *(one for group in reports["others"] for one in group.items),
    ]
    return [[item.title, item.path] for item in listed if item.done and item.path not in main]


def _picker(content: Mapping[str, Any], absent: Sequence[Mapping[str, str]]) -> list[Part]:
    """The indicators by topic, those without data last in theirs."""
    groups = []
    for key, title in content["kapitel"].items():
        known = [one for one in content["kennzahlen"] if one["kapitel"] == key]
        missing = [one for one in absent if one["kapitel"] == key]
        if known or missing:
            groups.append(Part(title=title, known=known, absent=missing))
    return groups


def _drawn(analysis: Analysis, drawing: atlas_map.Drawing, content: Mapping[str, Any]) -> Part:
    """The map in the colours of the first indicator, as it is seen without scripts."""
    fills = dict.fromkeys(analysis.stadtteile, HATCH)
    if content["start"]:
        values = analysis.values(content["start"])
        entry = analysis.katalog[content["start"]]
        fills = paint(values, breaks(values, indikator=entry), indikator=entry)
    return Part(
        frame=drawing.frame,
        pieces=[
            Part(
                id=key,
                name=analysis.data.register.by_id(key).label,
                path=drawing.path(key),
                fill=fills[key].replace(HATCH, "url(#at-hatch)"),
            )
            for key in analysis.stadtteile
        ],
        borders=drawing.borders(),
        terrain=[Part(path=path, look=look) for path, look in drawing.terrain],
        fine=1 / atlas_map.FINE,
        credit=credit(analysis, terrain_sources(analysis.data)),
        circle=Part(fill=FILL, opacity=OPACITY),
    )


def _legends(analysis: Analysis, content: Mapping[str, Any]) -> list[Part]:
    found = []
    for one in content["kennzahlen"]:
        entry = analysis.katalog[one["id"]]
        drawn = atlas_map.legend_of(analysis, entry.id, breaks(analysis.values(entry.id), indikator=entry))
        found.append(Part(id=entry.id, width=drawn.width, height=round(drawn.height, 1), body=drawn.body))
    return found
