"""The command ``sozialraum``: a thin wrapper over the library, in German.

Exit status: 0 all done, 1 some reports failed and the rest is there, 2 bad usage or bad data and nothing touched.
"""

from sozialraum.cli.main import app, main

__all__ = ["app", "main"]
