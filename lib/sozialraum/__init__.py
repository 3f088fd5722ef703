"""Essen's Stadtteile and Stadtbezirke, each compared with the city.

``import sozialraum as sr`` is the public face: :func:`open` and the types that a notebook meets, see
``docs/python.md``. Each is loaded when it is first used. The modules stand in one fixed order (see
``docs/decisions/0003-module-order.md``); each imports only modules above it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sozialraum.api.gebiet import Gebiet
    from sozialraum.api.orte import Ort, Umkreis
    from sozialraum.api.stadt import Stadt, open  # noqa: A004
    from sozialraum.api.standort import Standorte, best_sites
    from sozialraum.api.tabelle import Tabelle
    from sozialraum.compare.p_median import Median, p_median
    from sozialraum.compare.social_index import imd_score, social_index
    from sozialraum.compare.stability import stability
    from sozialraum.compare.wert import Wert
    from sozialraum.errors import SozialraumError
    from sozialraum.figures.figure import Figure
    from sozialraum.figures.karte import Karte, offline

__version__ = "0.1.0"
__all__ = [
    "Figure",
    "Gebiet",
    "Karte",
    "Median",
    "Ort",
    "SozialraumError",
    "Stadt",
    "Standorte",
    "Tabelle",
    "Umkreis",
    "Wert",
    "best_sites",
    "imd_score",
    "offline",
    "open",
    "p_median",
    "social_index",
    "stability",
]

_MODULES = {
    "Figure": "figures.figure", "Gebiet": "api.gebiet", "Karte": "figures.karte", "Ort": "api.orte",
    "SozialraumError": "errors", "Stadt": "api.stadt", "Standorte": "api.standort", "best_sites": "api.standort",
    "Median": "compare.p_median", "p_median": "compare.p_median", "Tabelle": "api.tabelle", "Umkreis": "api.orte",
    "Wert": "compare.wert", "imd_score": "compare.social_index", "offline": "figures.karte", "open": "api.stadt",
    "social_index": "compare.social_index", "stability": "compare.stability",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
