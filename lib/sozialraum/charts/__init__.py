"""Charts: an area in the context of the city. Every function returns a figure and does nothing else."""

from sozialraum.charts.bars import bars, comparison
from sozialraum.charts.explore import distribution, overview, relation
from sozialraum.charts.profile import profile, profile_indicators
from sozialraum.charts.strip import strip

__all__ = ["bars", "comparison", "distribution", "overview", "profile", "profile_indicators", "relation", "strip"]
