"""The kernelspec under which Jupyter knows our kernel."""

import json
import sys
from pathlib import Path
from typing import Final

NAME: Final = "sozialraum"
DISPLAY_NAME: Final = "Sozialraum (Schnellstart)"
PROVISIONER: Final = "sozialraum-warm"
MODULE: Final = "sozialraum.kernel"


def install(prefix: Path | str = sys.prefix) -> Path:
    """Write the kernelspec, and have JupyterLab prepare the first kernel when it starts.

    The command in it starts a kernel of this Python without a fork; the provisioner uses it where it cannot fork.

    Parameters
    ----------
    prefix
        Folder with ``share/jupyter`` and ``etc/jupyter``; by default that of this Python.

    Returns
    -------
    pathlib.Path
        Folder of the kernelspec.
    """
    spec = {
        "argv": [sys.executable, "-P", "-m", f"{MODULE}.app", "-f", "{connection_file}"],
        "display_name": DISPLAY_NAME,
        "language": "python",
        "interrupt_mode": "signal",
        "env": {"PYDEVD_DISABLE_FILE_VALIDATION": "1"},  # or each start warns about frozen modules
        "metadata": {
            "debugger": True,
            "supported_encryption": ["curve"],
            "kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}},
        },
    }
    folder = Path(prefix) / "share" / "jupyter" / "kernels" / NAME
    _write(folder / "kernel.json", spec)
    extension = {"ServerApp": {"jpserver_extensions": {MODULE: True}}}
    _write(Path(prefix) / "etc" / "jupyter" / "jupyter_server_config.d" / f"{MODULE}.json", extension)
    return folder


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
