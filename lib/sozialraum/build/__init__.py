"""Raw source files -> the built tables of a city, deterministically.

One module per question: :mod:`raw` reads and checks source files, :mod:`areas` makes the register and
boundaries, :mod:`places` the facilities, :mod:`population` the grid, :mod:`values` the indicators,
:mod:`gazetteer` the addresses, :mod:`write` puts files in place, :mod:`quality` says what was noticed.
"""

from sozialraum.build.check import Quality, check
from sozialraum.build.pipeline import build

__all__ = ["Quality", "build", "check"]
