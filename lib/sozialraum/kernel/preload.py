"""What every kernel needs, imported and read once, before the first fork."""

import gc
import importlib
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

# Not matplotlib_inline: it hooks into the running shell when it is imported, and here there is none.
MODULES: Final = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.pylabtools",
    "matplotlib.backends.backend_agg",
    "geopandas",
    "folium",
    "seaborn",
    "libpysal.graph",
    "sozialraum.kernel.app",
)
LIBRARY: Final = ("charts", "compare", "figures", "maps", "text", "workspace")


def preload(modules: Iterable[str] = ()) -> None:
    """Import the modules and read the tables; if those are damaged, the kernel that asks for them will say so."""
    for name in (*MODULES, *(f"sozialraum.{name}" for name in LIBRARY), *modules):
        importlib.import_module(name)
    from sozialraum.compare import analyse
    from sozialraum.errors import SozialraumError
    from sozialraum.workspace import keep

    with suppress(SozialraumError):
        data = keep()
        analyse(data, data.register.city.id)
    gc.collect()
    gc.freeze()  # the collector of a kernel must not touch, and so copy, the pages that all share
