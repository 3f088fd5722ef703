"""Charts: an area in the context of the city. Every function returns a figure and does nothing else."""

from sozialraum.charts.bars import bars, comparison
from sozialraum.charts.explore import distribution
from sozialraum.charts.profile import profile, profile_indicators
from sozialraum.charts.series import series
from sozialraum.charts.strip import strip

__all__ = ["bars", "comparison", "distribution", "profile", "profile_indicators", "series", "strip"]
