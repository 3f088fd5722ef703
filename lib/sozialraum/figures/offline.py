"""What people add to a map with folium, made to work without a network: popups, tooltips, pins; the rest is refused.

folium's own popups need jQuery, its icons need fonts and its layers need tiles from elsewhere. Popups and tooltips are
written through Leaflet's own functions here, the pin carries its picture. What would ask another host, or run a
script, is refused in words.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import folium
import xstatic.pkg.leaflet
from branca.element import Element, Html, MacroElement
from folium.elements import JSCSSMixin
from folium.features import CustomIcon, GeoJsonDetail
from folium.template import Template

from sozialraum.errors import ParameterError

FILES: Final = Path(xstatic.pkg.leaflet.BASE_DIR)
_TAGS: Final = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption code dd div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img li ol p pre "
        "q s small span strong sub sup table tbody td tfoot th thead tr u ul "
        "svg g path circle ellipse rect line polygon polyline text tspan title",
    )
)
_LINKS: Final = ("http://", "https://", "mailto:", "#")
_PICTURES: Final = "data:image/"
_POSSIBLE: Final = "Möglich sind Text, Listen, Tabellen, Links und Bilder als data:-Adresse."
_ELSEWHERE: Final = "Karten für Berichte holen nichts von anderen Rechnern."


class _Bound(MacroElement):
    """A popup or a tooltip, by Leaflet's own means."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this._parent.get_name() }}.{{ this.verb }}"
        "({{ this.content }}, {{ this.options|tojavascript }}){{ this.end }};"
        "{% endmacro %}"
    )

    def __init__(self, verb: str, content: str, options: dict[str, Any], *, end: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Bound"
        self.verb, self.options, self.end = verb, options, end
        self.content = json.dumps(content).replace("<", "\\u003c")


@contextmanager
def works_offline(map_: folium.Map) -> Iterator[bool]:
    """Inside, every popup and tooltip of a map is one that needs nothing; afterwards the map is as it was.

    Yields
    ------
    bool
        Whether the map has a marker with Leaflet's own pin, which needs :func:`pin_script`.

    Raises
    ------
    ParameterError
        If something on the map needs files from elsewhere or would run a script.
    """
    found = list(_elements(map_))
    for element in found:
        _refuse(element)
    swapped = []
    try:
        for element in found:
            bound = _bound(element)
            if bound is not None:
                parent = element._parent
                bound._parent = parent
                swapped.append((parent, dict(parent._children)))
                for key, child in parent._children.items():
                    if child is element:
                        parent._children[key] = bound
        yield any(map(_has_pin, found))
    finally:
        for parent, children in reversed(swapped):
            parent._children.update(children)


@lru_cache(maxsize=1)
def pin_script() -> str:
    """JavaScript that gives Leaflet's pin its pictures, which it would look for in a folder."""
    files = {"iconUrl": "marker-icon.png", "iconRetinaUrl": "marker-icon-2x.png", "shadowUrl": "marker-shadow.png"}
    pictures = {
        name: f"{_PICTURES}png;base64,{base64.b64encode((FILES / 'images' / file).read_bytes()).decode()}"
        for name, file in files.items()
    }
    return f"delete L.Icon.Default.prototype._getIconUrl;\nL.Icon.Default.mergeOptions({json.dumps(pictures)});"


def require_harmless(markup: str, *, where: str) -> None:
    """Refuse HTML that asks for something elsewhere or runs something.

    Parameters
    ----------
    where
        What holds it, for the message: "Ein Popup der Karte".

    Raises
    ------
    ParameterError
        Names the tag or attribute and what is possible.
    """
    parser = _Check()
    parser.feed(markup)
    parser.close()
    if parser.wrong:
        raise ParameterError(f"{where} enthält {parser.wrong[0]}. {_ELSEWHERE} {_POSSIBLE}")


def require_offline(element: Element) -> None:
    """Refuse an element of a map, or one in it, that needs files from elsewhere or would run a script.

    Raises
    ------
    ParameterError
        Names what it is and what is possible.
    """
    for part in _elements(element):
        _refuse(part)
        _bound(part)


class _Check(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            text = "".join((value or "").split()).lower()
            harmless = {
                "href": text.startswith(_LINKS) and tag == "a",
                "src": text.startswith(_PICTURES),
                "style": "url(" not in text.replace(f"url({_PICTURES}", "") and "expression" not in text,
            }.get(name, not name.startswith("on") and name not in ("srcset", "background", "xlink:href", "action"))
            if not harmless:
                self.wrong.append(f"{name}=„{value}“ in <{tag}>")


def _elements(map_: Element) -> Iterator[Any]:
    pending: list[Any] = [map_]
    while pending:
        element = pending.pop(0)
        yield element
        if not isinstance(element, folium.Popup):
            pending.extend(element._children.values())


def _refuse(element: Any) -> None:
    name = type(element).__name__
    if isinstance(element, folium.TileLayer | folium.WmsTileLayer):
        raise ParameterError(f"{name} lädt Kacheln aus dem Netz. {_ELSEWHERE} Bitte ohne Kacheln: tiles=None.")
    if isinstance(element, CustomIcon):
        require_harmless(
            f'<img src="{escape(str(element.options.get("icon_url", "")))}">', where="Ein Symbol der Karte"
        )
    elif isinstance(element, folium.Icon):
        raise ParameterError(
            f"folium.Icon braucht Schriften und Bilder aus dem Netz. {_ELSEWHERE} Bitte das Symbol weglassen, oder "
            "folium.DivIcon oder folium.CircleMarker nehmen."
        )
    elif isinstance(element, folium.DivIcon):
        require_harmless(str(element.options.get("html") or ""), where="Ein Symbol der Karte")
    elif isinstance(element, folium.raster_layers.ImageOverlay):
        require_harmless(f'<img src="{escape(str(element.url))}">', where="Ein Bild der Karte")
    elif isinstance(element, folium.raster_layers.VideoOverlay):
        raise ParameterError(f"{name} lädt ein Video. {_ELSEWHERE} Bitte weglassen.")
    elif isinstance(element, GeoJsonDetail):
        _require_harmless_fields(element)
    elif isinstance(element, folium.GeoJson):
        _refuse(getattr(element.marker, "icon", None))
    elif isinstance(element, JSCSSMixin) and _asks(element):
        raise ParameterError(
            f"{name} braucht Dateien aus dem Netz. {_ELSEWHERE} Bitte weglassen; was folium ohne Erweiterungen kann "
            "(Marker, Flächen, Linien, GeoJson, Popups), geht."
        )


def _asks(element: JSCSSMixin) -> bool:
    return not isinstance(element, folium.Map) and bool(element.default_js or element.default_css)


def _has_pin(element: Any) -> bool:
    """Whether Leaflet draws its own pin, if only for the moment until folium sets another icon."""
    if isinstance(element, folium.GeoJson):
        return (
            not isinstance(element.marker, folium.CircleMarker | folium.Circle)
            and not (element.marker and element.marker.icon)
            and any("Point" in str((one.get("geometry") or {}).get("type")) for one in _features(element))
        )
    return isinstance(element, folium.Marker) and not isinstance(element, folium.CircleMarker | folium.Circle)


def _features(layer: Any) -> list[dict[str, Any]]:
    data = getattr(layer, "data", None)
    return list(data.get("features", [])) if isinstance(data, dict) else []


def _require_harmless_fields(detail: Any) -> None:
    for feature in _features(getattr(detail, "_parent", None)):
        for field in detail.fields:
            value = (feature.get("properties") or {}).get(field)
            if isinstance(value, str) and "<" in value:
                require_harmless(value, where=f"Das Merkmal „{field}“ in einem Popup oder Hinweis der Karte")


def _bound(element: Any) -> _Bound | None:
    """The element that stands for a popup or tooltip of folium; None if it is neither."""
    if isinstance(element, folium.Popup):
        content = "".join(_markup(part) for part in element.html._children.values())
        require_harmless(content, where="Ein Popup der Karte")
        width = element.options.get("max_width")
        options = {key: value for key, value in element.options.items() if key not in ("max_width", "content")}
        if isinstance(width, int | float):
            options["max_width"] = width
        return _Bound("bindPopup", content, options, end=".openPopup()" if element.show else "")
    if isinstance(element, folium.Tooltip):
        require_harmless(element.text, where="Ein Hinweis der Karte")
        own = getattr(element, "style", None)
        style = f' style="{escape(own)}"' if own else ""
        require_harmless(f"<div{style}></div>", where="Ein Hinweis der Karte")
        return _Bound("bindTooltip", f"<div{style}>{element.text}</div>", dict(element.options))
    return None


def _markup(part: Element) -> str:
    """Content of a popup: text that folium was told to escape, HTML, or an element that renders itself."""
    if isinstance(part, Html):
        text = str(part.data).replace("\\`", "`")
        return text if part.script else escape(text)
    return str(part.render())
