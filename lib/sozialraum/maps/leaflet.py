"""A folium map as parts for a page that makes no request: container, script, Leaflet itself."""

import base64
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final

import folium
import xstatic.pkg.leaflet
from branca.element import Element, Figure

from sozialraum.maps.hatch import hatch_pattern

_FILES: Final = Path(xstatic.pkg.leaflet.BASE_DIR)
_CONTROLS: Final = """
const container = {map}.getContainer();
container.setAttribute("role", "application");
container.setAttribute("aria-label", {label});
L.control.zoom({{zoomInTitle: "Vergr\\u00f6\\u00dfern", zoomOutTitle: "Verkleinern"}}).addTo({map});
L.control.scale({{imperial: false}}).addTo({map});
"""
_HINT: Final = "Interaktive Karte: Pfeiltasten verschieben, Plus und Minus vergr\\u00f6\\u00dfern und verkleinern."


@dataclass(frozen=True)
class MapParts:
    """An interactive map in pieces.

    Attributes
    ----------
    html
        Element that will hold the map.
    script
        JavaScript that builds it once Leaflet is there; it leaves no names behind.
    """

    html: str
    script: str


def map_parts(map_: folium.Map, *, key: str) -> MapParts:
    """Container and script of a map; the same bytes for the same map and key.

    Parameters
    ----------
    key
        Letters and digits that make the ids of this map unique on its page.
    """
    root = map_.get_root()
    assert isinstance(root, Figure)
    _set_ids(root, key)
    root.render()
    name = map_.get_name()
    hatch = hatch_pattern().replace("id-hatch", f"hatch-{key}")
    pattern = f'<svg width="0" height="0" aria-hidden="true" focusable="false" style="position:absolute">{hatch}</svg>'
    controls = _CONTROLS.format(map=name, label=f'"{_HINT}"')
    script = _squeeze(f"{root.script.render()}\n{controls}").replace("url(#id-hatch)", f"url(#hatch-{key})")
    return MapParts(pattern + _squeeze(root.html.render()), f"(() => {{\n{script}\n}})();")


def frame_document(parts: MapParts, *, title: str) -> str:
    """A complete HTML document with the map and Leaflet in it, for a frame."""
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{leaflet_style()}\n{_FRAME_STYLE}</style>"
        f"</head><body>{parts.html}<script>{leaflet_script()}</script><script>{parts.script}</script></body></html>"
    )


@lru_cache(maxsize=1)
def leaflet_script() -> str:
    """Leaflet as published, without the reference to its source map."""
    source = (_FILES / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=.*", "", source).strip()


@lru_cache(maxsize=1)
def leaflet_style() -> str:
    """Leaflet's style sheet with its pictures as data: addresses, then the rules of our symbols and tooltips."""
    source = (_FILES / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\(#default#VML\)|url\(([^)]+)\)", _inline, source).strip() + "\n" + _OWN_STYLE


_FRAME_STYLE: Final = "html,body,.folium-map{height:100%;margin:0}body{font:14px/1.4 sans-serif}"
_OWN_STYLE: Final = """
.sr-icon { line-height: 0; }
.sr-icon svg { overflow: visible; }
.leaflet-container { background: #fff; }
.leaflet-tooltip table { border-collapse: collapse; }
.leaflet-tooltip td { padding: 0; white-space: normal; }
.leaflet-tooltip tr:first-child td { font-weight: 600; }
.leaflet-tooltip { max-width: 22em; width: max-content; white-space: normal; color: #1f2328; }
.leaflet-control-layers-expanded { color: #1f2328; }
.leaflet-control-layers-overlays label { display: block; padding: 1px 0; }
.leaflet-control-layers-overlays svg { vertical-align: -4px; margin: 0 2px; overflow: visible; }
.leaflet-bar a { color: #1f2328; }
""".strip()


def _inline(match: re.Match[str]) -> str:
    name = match.group(1)
    if name is None:
        return "none"
    picture = base64.b64encode((_FILES / name.strip("'\"")).read_bytes()).decode()
    return f"url(data:image/png;base64,{picture})"


def _set_ids(element: Element, key: str) -> None:
    """Give every element of the tree an id that depends on its place only."""
    pending: list[Any] = [element]
    place = 0
    while pending:
        current = pending.pop(0)
        current._id = f"{key}_{place}"
        place += 1
        pending.extend(current._children.values())
        parts = (getattr(current, name, None) for name in ("script", "html", "header"))
        pending.extend(part for part in parts if part is not None)


def _squeeze(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
