"""A folium map as parts for a page that makes no request: container, script, Leaflet itself."""

import base64
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final

import folium
from branca.element import Element, Figure
from folium.elements import ElementAddToElement

from sozialraum.figures.hatch import DOUBT, doubt_patterns, hatch_pattern
from sozialraum.figures.offline import FILES, pin_script, works_offline

_SCRIPTS: Final = Path(__file__).resolve().parent.parent / "templates" / "karte"
_HARMLESS: Final = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"})
_DATA: Final = re.compile(r"(\w+_add\()(\{.*\})(\);)")
"""How folium writes the data of a layer."""
_ESCAPED: Final = re.compile(r"(?<!\\)\\u(00[a-f]\w|003e|003c(?=/?(?:svg|path|circle|text|g)\b))")
"""Letters and tags of our pictures that folium writes as \\u...; neither ends a script nor a string."""
_BELOW: Final = (
    '<p class="sr-map-keys">Pfeiltasten verschieben, + und − ändern den Maßstab.</p>'
    '<p class="sr-map-status" role="status"></p>'
)


@dataclass(frozen=True)
class MapParts:
    """An interactive map in pieces.

    Attributes
    ----------
    html
        Element that will hold the map.
    script
        JavaScript that builds it once Leaflet is there; it leaves no names behind.
    ground
        Paths of houses that must be on the page; the fixed drawing of the same area has them.
    """

    html: str
    script: str
    ground: str = ""


def map_parts(map_: folium.Map, *, key: str) -> MapParts:
    """Container and script of a map; the same bytes for the same map and key.

    Parameters
    ----------
    key
        Letters and digits that make the ids of this map unique on its page.

    Raises
    ------
    ParameterError
        If something on the map needs files from elsewhere or would run a script.
    """
    root = map_.get_root()
    assert isinstance(root, Figure)
    for part in (root.header, root.html, root.script):
        part._children.clear()  # what an earlier rendering under other ids has left
    with works_offline(map_) as pinned:
        _set_ids(root, key)
        root.render()
    name = map_.get_name()
    drawn = root.script.render()
    dotted = doubt_patterns(f"#{code}" for code in sorted(set(DOUBT.findall(drawn))))
    hatch = (hatch_pattern() + dotted).replace('id="id-', f'id="{key}-')
    pattern = f'<svg width="0" height="0" aria-hidden="true" focusable="false" style="position:absolute">{hatch}</svg>'
    below = getattr(map_, "ground", None)
    operate = f"{_read('bedienung.js')}\noperate({name});"
    if below:
        operate = f"{_read('grund.js')}\nground({name}, {_literal(below.options)});\n{operate}"
    pin = pin_script() if pinned else ""
    script = _squeeze(f"{pin}\n{drawn}\n{operate}").replace("url(#id-", f"url(#{key}-")
    html = pattern + _squeeze(root.html.render()) + _BELOW
    return MapParts(html, f"(() => {{\n{script}\n}})();", below.markup if below else "")


def frame_document(parts: MapParts, *, title: str) -> str:
    """A complete HTML document with the map and Leaflet in it, for a frame."""
    return (
        f'<!doctype html><html lang="de"><head><meta charset="utf-8">{_ASKS_NOBODY}<title>{escape(title)}</title>'
        f"<style>{leaflet_style()}\n{_FRAME_STYLE}</style>"
        f"</head><body>{_hidden(parts.ground)}{parts.html}<script>{leaflet_script()}</script><script>{parts.script}</script></body></html>"
    )


def _hidden(paths: str) -> str:
    hide = 'width="0" height="0" aria-hidden="true" style="position:absolute"'
    return f"<svg {hide}>{paths}</svg>" if paths else ""


@lru_cache(maxsize=2)
def _read(name: str) -> str:
    return (_SCRIPTS / name).read_text(encoding="utf-8")


def _literal(options: Any) -> str:
    """Options as JavaScript that may stand in a script."""
    return json.dumps(options, ensure_ascii=False, separators=(",", ":")).translate(_HARMLESS)


@lru_cache(maxsize=1)
def leaflet_script() -> str:
    """Leaflet as published, without the reference to its source map."""
    source = (FILES / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=.*", "", source).strip()


@lru_cache(maxsize=1)
def leaflet_style() -> str:
    """Leaflet's style sheet with its pictures as data: addresses, then the rules of our symbols and tooltips."""
    source = (FILES / "leaflet.css").read_text(encoding="utf-8")
    return re.sub(r"url\(#default#VML\)|url\(([^)]+)\)", _inline, source).strip() + "\n" + _OWN_STYLE


_ASKS_NOBODY: Final = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:\">"
)
_FRAME_STYLE: Final = """
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font: 14px/1.4 sans-serif; }
.folium-map { flex: 1; min-height: 0; }
.sr-svg { flex: none; max-width: 100%; height: auto; }
""".strip()
_OWN_STYLE: Final = """
.sr-icon { line-height: 0; }
.sr-icon svg { overflow: visible; }
.sr-icon--outside { opacity: 0.45; }
.leaflet-container { position: relative; background: #fff; }
.leaflet-container:focus-visible, .sr-map-layers input:focus-visible, .leaflet-bar a:focus-visible {
  outline: 3px solid #a3161f; outline-offset: 2px;
}
.leaflet-bar a:focus-visible { outline-offset: -3px; }
.leaflet-container:focus-visible::after {
  content: ""; position: absolute; left: 50%; top: 50%; width: 24px; height: 24px; margin: -12px 0 0 -12px;
  z-index: 800; pointer-events: none;
  background: linear-gradient(#a3161f, #a3161f) 50% / 2px 100% no-repeat,
    linear-gradient(#a3161f, #a3161f) 50% / 100% 2px no-repeat;
}
.sr-map-layers { border: 0; margin: 0 0 8px; padding: 0; min-width: 0; }
.sr-map-layers legend { padding: 0; font-weight: 650; }
.sr-map-layers .leaflet-control-layers-list { margin: 0; }
.sr-map-layers .leaflet-control-layers-separator { display: none; }
.sr-map-layers .leaflet-control-layers-overlays { display: flex; flex-wrap: wrap; gap: 0 20px; }
.sr-map-layers label { display: inline-block; padding: 4px 0; }
.sr-map-layers svg { vertical-align: -5px; margin: 0 2px; overflow: visible; }
.sr-map-keys, .sr-map-status { margin: 0; }
.sr-map-keys { display: none; }
.folium-map:focus-visible ~ .sr-map-keys { display: block; }
.leaflet-tooltip table { border-collapse: collapse; }
.leaflet-tooltip td { padding: 0; white-space: normal; }
.leaflet-tooltip tr:first-child td { font-weight: 600; }
.leaflet-tooltip { max-width: 22em; width: max-content; white-space: normal; color: #1f2328; }
.leaflet-bar a { color: #1f2328; }
""".strip()


def _inline(match: re.Match[str]) -> str:
    name = match.group(1)
    if name is None:
        return "none"
    picture = base64.b64encode((FILES / name.strip("'\"")).read_bytes()).decode()
    return f"url(data:image/png;base64,{picture})"


def _set_ids(element: Element, key: str) -> None:
    """Give every element of the tree an id that depends on its place only, however often it was rendered."""
    pending: list[Any] = [element]
    place = 0
    while pending:
        current = pending.pop(0)
        for name, child in list(current._children.items()):
            if isinstance(child, ElementAddToElement):  # what folium itself adds whenever it renders
                del current._children[name]
        current._id = f"{key}_{place}"
        place += 1
        pending.extend(current._children.values())
        parts = (getattr(current, name, None) for name in ("script", "html", "header"))
        pending.extend(part for part in parts if part is not None)


def _squeeze(text: str) -> str:
    return "\n".join(_short(line.strip()) for line in text.splitlines() if line.strip())


def _short(line: str) -> str:
    """A line that adds data to a layer, without the blanks between its parts; letters and pictures as they are."""
    found = _DATA.fullmatch(line)
    return f"{found[1]}{_literal(json.loads(found[2]))}{found[3]}" if found else _ESCAPED.sub(_plain, line)


def _plain(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))
