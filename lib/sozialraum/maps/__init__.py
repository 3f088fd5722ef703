"""Maps: where things are and how the Stadtteile differ. Functions return a figure or map and do nothing else."""

from sozialraum.maps.choropleth import choropleth, small_multiples
from sozialraum.maps.circles import Circles, circles_of, is_count
from sozialraum.maps.classes import Breaks, breaks, diverging_breaks, pooled_breaks
from sozialraum.maps.hatch import PRINT_ONLY
from sozialraum.maps.infrastructure import infrastructure, people_centre, walking_radius_m
from sozialraum.maps.interactive import OfflineMap, interactive_choropleth, interactive_infrastructure
from sozialraum.maps.locator import locator

__all__ = [
    "PRINT_ONLY",
    "Breaks",
    "Circles",
    "OfflineMap",
    "breaks",
    "choropleth",
    "circles_of",
    "diverging_breaks",
    "infrastructure",
    "interactive_choropleth",
    "interactive_infrastructure",
    "is_count",
    "locator",
    "people_centre",
    "pooled_breaks",
    "small_multiples",
    "walking_radius_m",
]
