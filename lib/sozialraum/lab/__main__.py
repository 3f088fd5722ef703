"""Render one report that the workbench asks for: ``python -m sozialraum.lab WISH`` (JSON)."""

import json
import sys
from pathlib import Path

from sozialraum.errors import SozialraumError
from sozialraum.publish.job import Job, render
from sozialraum.publish.parameters import check_parameters
from sozialraum.supply.workspace import open_data


def main(wish: str) -> int:
    """Render what is wished for; an error is one German sentence on stderr, and the exit status 1."""
    try:
        asked = json.loads(wish)
        notebook = Path(asked["notebook"])
        parameters = check_parameters(notebook, asked["parameters"])
        job = Job(notebook, asked["target"], asked["gebiet_id"], parameters)
        render(job, data=open_data().environment, out=Path(asked["out"]))
    except SozialraumError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
