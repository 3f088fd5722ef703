"""What the kernels of reports are started with."""

import os
from collections.abc import Mapping, Sequence
from typing import Final

from sozialraum.kernel import warm

CELL_TIMEOUT_S: Final = 300
_QUIET: Final = {
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # or ipykernel's debugger warns about frozen modules at every start
    "PYTHONHASHSEED": "0",  # sets of strings in the same order in every kernel
}


def variables(data: Mapping[str, str]) -> dict[str, str]:
    """Environment variables of a kernel beside those of this process.

    Parameters
    ----------
    data
        Environment variables that name the data; see :attr:`sozialraum.load.Data.environment`.
    """
    return {**_QUIET, **data}


def warm_up(data: Mapping[str, str], *, modules: Sequence[str] = ()) -> str:
    """Have kernels ready that :func:`~sozialraum.render.execute.execute` can use; they load in the background.

    Parameters
    ----------
    modules
        What the process that is forked imports beside what every kernel needs.

    Returns
    -------
    str
        For other processes: the value of the environment variable :data:`sozialraum.kernel.ADDRESS`.
    """
    return warm({**os.environ, **variables(data)}, modules=modules)
