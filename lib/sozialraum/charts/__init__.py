"""Charts: an area in the context of the city. Every function returns a figure and does nothing else."""

from sozialraum.charts.bars import AGES, bars, comparison, fitting
from sozialraum.charts.explore import distribution
from sozialraum.charts.profile import profile, profile_indicators
from sozialraum.charts.series import series
from sozialraum.charts.strip import strip

__all__ = ["AGES", "bars", "comparison", "distribution", "fitting", "profile", "profile_indicators", "series", "strip"]
