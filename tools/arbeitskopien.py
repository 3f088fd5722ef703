"""Fill the folder of working copies that ``make lab`` opens: ``python tools/arbeitskopien.py [FOLDER]``.

git ignores the folder, so that what a planner tries out, or JupyterLab saves by itself, changes nothing that the batch
renders. A copy that a person has changed is never written over: a new version is put beside it.
"""

import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
NOTEBOOKS: Final = ROOT / "notebooks"
FOLDER: Final = ROOT / "arbeit"
STATE: Final = ".stand.json"
_LEFT_OUT: Final = ("ausgabe", ".ipynb_checkpoints")


def fill(notebooks: Path, folder: Path) -> list[str]:
    """Copy new notebooks and new versions; German sentences on what a person should know.

    Parameters
    ----------
    notebooks
        The notebooks of the repository.
    folder
        The working copies; made if missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = _read_state(folder)
    told = []
    for source in sorted(notebooks.rglob("*.ipynb")):
        name = source.relative_to(notebooks).as_posix()
        if not set(_LEFT_OUT) & set(source.relative_to(notebooks).parts):
            content = source.read_bytes()
            told += _bring(content, folder / name, name, state.get(name, {}))
            state[name] = {"datei": _digest(content), "inhalt": _digest(repr(essence(content)).encode())}
    _write(folder / STATE, json.dumps(state, indent=1).encode())
    return told


def _bring(content: bytes, copy: Path, name: str, brought: Mapping[str, str]) -> list[str]:
    """Bring one notebook; ``brought`` tells what was brought last."""
    if not copy.exists():
        _write(copy, content)
        return []
    old = copy.read_bytes()
    if brought.get("datei") == _digest(content) or essence(old) == essence(content):
        return []
    if brought.get("datei") == _digest(old):
        _write(copy, content)
        return [f"{name}: Es gibt eine neue Fassung. Ihre Arbeitskopie war unverändert und ist ersetzt."]
    if brought.get("inhalt") == _digest(repr(essence(old)).encode()):
        kept = _free(copy, old, "alt")
        _write(kept, old)
        _write(copy, content)
        told = "war nur ausgeführt und ist ersetzt; mit ihren Ergebnissen liegt sie daneben:"
        return [f"{name}: Es gibt eine neue Fassung. Ihre Arbeitskopie {told} {kept.name}"]
    beside = _free(copy, content, "neu")
    _write(beside, content)
    told = "ist verändert und bleibt, wie sie ist; die neue Fassung liegt daneben:"
    return [f"{name}: Es gibt eine neue Fassung. Ihre Arbeitskopie {told} {beside.name}"]


def _free(copy: Path, content: bytes, word: str) -> Path:
    """A name beside a copy: one that is free, or has this very content already."""
    number = 1
    while True:
        beside = copy.with_name(f"{copy.stem}_{word}{'' if number == 1 else number}{copy.suffix}")
        if not beside.exists() or beside.read_bytes() == content:
            return beside
        number += 1


def essence(content: bytes) -> Any:
    """What a person writes in a notebook: kinds and texts of its cells; the bytes if it is no notebook."""
    try:
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(content)["cells"]]
    except (ValueError, KeyError, TypeError):
        return content
    return [(kind, source) for kind, source in cells if source.strip()]


def _read_state(folder: Path) -> dict[str, dict[str, str]]:
    """What was brought last, by name; a copy of which nothing is known counts as changed."""
    try:
        found = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return {str(name): dict(known) for name, known in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


def main() -> None:
    """Fill the folder and say what happened."""
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FOLDER
    try:
        told = fill(NOTEBOOKS, folder)
    except OSError as error:
        sys.exit(
            f"Die Arbeitskopien in {folder} lassen sich nicht anlegen: {error.filename or folder} ist nicht lesbar "
            "oder nicht beschreibbar. Bitte Platz und Berechtigung prüfen."
        )
    sys.stdout.write("".join(f"{line}\n" for line in told))


if __name__ == "__main__":
    main()
