"""The declaration of accessibility that stands beside the index: filled from ``stadt.yml``, gaps marked as such."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import jinja2

from sozialraum.errors import SchemaError
from sozialraum.publish.styles import read_template, tokens
from sozialraum.publish.vorlage import Vorlage
from sozialraum.style.grammar import DRAFT

DECLARATION: Final = "barrierefreiheit.html"
_KEY: Final = "barrierefreiheit"
_SAID: Final = ("herausgeber", "kontakt", "vereinbarkeit", "geprueft", "ombudsstelle")
"""What an office must say; a page without one of them says that it is a pattern."""
_USUAL: Final = {
    "rechtsgrundlage": "Behindertengleichstellungsgesetz und Barrierefreie-Informationstechnik-Verordnung (BITV)",
    "stelle": "Schlichtungs- oder Ombudsstelle des Landes für barrierefreie Informationstechnik",
    "frist": "",
}
_MORE: Final = (*_USUAL, "einschraenkungen")


def declaration(stadt: Mapping[str, Any], vorlage: Vorlage | None = None, *, name: str) -> str:
    """HTML of the declaration of accessibility.

    Parameters
    ----------
    stadt
        Content of ``stadt.yml``: under ``barrierefreiheit`` herausgeber, kontakt, vereinbarkeit, geprueft,
        ombudsstelle, and if wanted rechtsgrundlage, stelle, frist and a list of einschraenkungen. What an office must
        say and has not stands as a marked gap.
    vorlage
        Its publisher and contact stand in where ``stadt.yml`` names none.
    name
        Name of the city.

    Raises
    ------
    SchemaError
        If the section holds something else.
    """
    found = stadt.get(_KEY) or {}
    unknown = [key for key in found if key not in (*_SAID, *_MORE)]
    if unknown:
        raise SchemaError([f"stadt.yml, {_KEY}: „{unknown[0]}“ ist unbekannt. Möglich: {', '.join((*_SAID, *_MORE))}."])
    said = {key: " ".join(str(found.get(key) or _USUAL.get(key, "")).split()) for key in (*_SAID, *_USUAL)}
    if vorlage:
        said["herausgeber"] = said["herausgeber"] or vorlage.herausgeber
        said["kontakt"] = said["kontakt"] or vorlage.ansprechperson
    gaps = [key for key in _SAID if not said[key]]
    return _template().render(
        **said, einschraenkungen=found.get("einschraenkungen") or [], luecken=gaps, stadt=name,
        stempel=DRAFT if gaps else "", style=f"{tokens()}\n{read_template('gemeinsam/basis.css')}",
    )  # fmt: skip


def _template() -> jinja2.Template:
    folder = Path(__file__).resolve().parents[1] / "templates" / "barrierefreiheit"
    loader = jinja2.FileSystemLoader(folder)
    return jinja2.Environment(loader=loader, autoescape=True).get_template("index.html.j2")
