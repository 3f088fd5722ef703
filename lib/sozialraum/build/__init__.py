"""Raw source files -> the built tables of a city, deterministically.

One module per question: :mod:`raw` reads and checks source files, :mod:`areas` makes the register and
boundaries, :mod:`places` the facilities, :mod:`schools` their pupils, :mod:`population` the grid,
:mod:`estimates` and :mod:`counts` the indicators, :mod:`levels` their sums, :mod:`gazetteer` the
addresses; :mod:`write` puts files in place, :mod:`quality` says what was noticed, :mod:`pipeline` calls
them, :mod:`check` examines the result.
"""

from sozialraum.build.check import Quality, check
from sozialraum.build.pipeline import build

__all__ = ["Quality", "build", "check"]
