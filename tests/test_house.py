"""The house rules: module order, sizes, notebooks, files that must not be there, the tools' verdict."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "lib" / "sozialraum"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ORDER = [
    "errors", "files", "city", "style", "compare", "supply", "text", "pdf", "figures", "report", "publish", "api",
    "lab", "cli",
]  # fmt: skip
REEXPORTING = {"style", "supply/intake", "supply/secrecy", "text", "figures"}
"""Packages whose names are imported from the package itself; __init__ of all others holds a docstring only."""
MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 60
MAX_CELL_LINES = 12
FORBIDDEN_IN_NOTEBOOKS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Try, ast.For, ast.AsyncFor, ast.While,
)  # fmt: skip


def modules() -> list[Path]:
    return sorted(LIBRARY.rglob("*.py"))


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def cells(kind: str) -> Iterator[tuple[str, int, Any]]:
    for path in NOTEBOOKS:
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"], start=1):
            if cell["cell_type"] == kind:
                yield path.name, number, {**cell, "source": "".join(cell["source"])}


def test_a_module_imports_only_modules_above_it() -> None:
    wrong = []
    for path in modules():
        own = path.relative_to(LIBRARY).with_suffix("").parts[0]
        if own == "__init__":
            continue  # the public names, each loaded from the api when it is used
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module == "sozialraum":
                names = [f"sozialraum.{alias.name}" for alias in node.names]
            used = {str(name).split(".")[1] for name in names if str(name).startswith("sozialraum.")} - {own}
            wrong += [f"{path}: {name}" for name in used if ORDER.index(name) >= ORDER.index(own)]
    assert wrong == []


def test_a_name_alone_says_where_something_is() -> None:
    places = [path.parent if path.name == "__init__.py" else path for path in modules() if path.name != "__main__.py"]
    names = Counter(path.stem for path in places)
    assert [name for name, count in names.items() if count > 1] == []


def test_a_package_holds_a_docstring_and_at_most_the_names_that_it_offers() -> None:
    wrong = []
    for path in LIBRARY.rglob("*/__init__.py"):
        room = path.parent.relative_to(LIBRARY).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        lists = [node.value for node in tree.body if ast.unparse(node).startswith("__all__ = [")]
        brought = sorted(alias.name for node in imports for alias in node.names)
        offered = sorted(name for node in lists for name in ast.literal_eval(node))
        if not ast.get_docstring(tree) or brought != offered or len(tree.body) != 1 + len(imports) + len(lists):
            wrong.append(f"{room}: {set(brought) ^ set(offered)}")
        if imports and room not in REEXPORTING:
            wrong.append(f"{room}: offers names")
    assert wrong == []


def test_modules_and_functions_are_small() -> None:
    wrong = []
    for path in modules():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MAX_MODULE_LINES:
            wrong.append(f"{path.name}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                start = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0].lineno
                lines = (node.end_lineno or 0) - start + 1
                wrong += [f"{path.name}, {node.name}: {lines} lines"] if lines > MAX_FUNCTION_LINES else []
    assert wrong == []


def test_nothing_names_a_place_in_code_and_nobody_says_district() -> None:
    wrong = [str(path) for path in modules() if re.search(r"\bdistricts?\b", path.read_text(encoding="utf-8"), re.I)]
    assert wrong == []


def test_no_place_is_named_in_code() -> None:
    """Names come from the tables: code that knows one would be tied to this city."""
    from sozialraum.city.load import open_data

    register = open_data(ROOT / "data" / "essen").register
    names = {area.name for level in ("stadtteil", "stadtbezirk") for area in register.of_level(level)}
    names |= {part for name in names for part in name.split("/")} | {register.city.name, "Schlosspark"}
    found = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)")
    wrong = []
    for path in modules():
        texts = texts_of(ast.parse(path.read_text(encoding="utf-8")))
        hits = [(node.lineno, hit) for node in texts if (hit := found.search(node.value))]
        wrong += [f"{path.relative_to(LIBRARY)}:{line}: {hit[0]}" for line, hit in hits]
    assert wrong == []


def texts_of(tree: ast.Module) -> Iterator[Any]:
    """Every text in code that is no docstring."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def test_printed_words_never_say_gebiet() -> None:
    """Printed text is German: a string with a blank in it that says "Gebiet" would reach a reader."""
    wrong = []
    for path in modules():
        for node in texts_of(ast.parse(path.read_text(encoding="utf-8"))):
            wrong += [f"{path.name}:{node.lineno}"] if re.search(r"\bGebiete?n?s?\b(?=.* )", node.value) else []
    assert wrong == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_has_no_outputs_and_starts_anywhere(notebook: Path) -> None:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    code = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    tagged = [cell for cell in code if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == ("gebiet" in "".join("".join(cell["source"]) for cell in tagged)) or len(tagged) <= 1


def test_notebooks_hold_no_logic() -> None:
    wrong = []
    for name, number, cell in cells("code"):
        source = cell["source"]
        found = {
            type(node).__name__ for node in ast.walk(ast.parse(source)) if isinstance(node, FORBIDDEN_IN_NOTEBOOKS)
        }
        found |= {
            word
            for word in ("sys.path", "filterwarnings", "simplefilter", "%", "!")
            if re.match(rf"[ ]*{re.escape(word)}|.*\b{re.escape(word)}\b", source)
        }
        if len(source.splitlines()) > MAX_CELL_LINES:
            found.add(f"{len(source.splitlines())} lines")
        wrong += [f"{name}, cell {number}: {', '.join(sorted(found))}"] if found else []
    assert wrong == []


def test_notebooks_say_stadtteil_and_never_gebiet() -> None:
    assert [
        f"{name}, cell {number}" for name, number, cell in cells("markdown") if re.search(r"\bGebiet", cell["source"])
    ] == []


def test_environment_yml_is_generated_from_pyproject() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools/environment.py"], capture_output=True, text=True, check=True)
    assert (ROOT / "environment.yml").read_text(encoding="utf-8") == done.stdout


def test_the_lock_has_hashes_and_every_dependency() -> None:
    import tomllib

    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {match.lower().replace("_", "-") for match in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=~!; ]", name, maxsplit=1)[0].lower() for name in wanted}
    assert names - pinned == set()
    assert lock.count("==") <= lock.count("--hash=sha256:")


def test_no_file_names_an_index_host_or_a_path_of_one_machine() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org", "index" + "-url", "registry.npm" + "js")
    places = ("/work" + "/main", "/ro" + "ot/", "/ho" + "me/")
    wrong = []
    for name in tracked():
        if name.endswith((".parquet", ".png", ".geojson")):
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        found = [word for word in (*hosts, *places) if word in text.replace("--no-emit-index" + "-url", "")]
        wrong += [f"{name}: {found}"] if found else []
    assert wrong == []


def test_gitignore_does_not_hide_the_library_and_hides_what_is_made() -> None:
    def ignored(path: str) -> bool:
        return subprocess.run(["git", "check-ignore", "-q", path], cwd=ROOT, check=False).returncode == 0

    assert not any(
        ignored(path) for path in ("lib/sozialraum/city/load.py", "lib/sozialraum/build/new.py", "data/essen/new.csv")
    )
    assert all(ignored(path) for path in ("reports/index.html", "data/raw/file.csv", ".venv/bin/python"))


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy", "--strict", "lib"],
        ["nbstripout", "--verify", "--keep-id", *map(str, NOTEBOOKS)],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_the_tools_find_nothing(command: list[str]) -> None:
    if command[0] == "nbstripout" and not NOTEBOOKS:
        pytest.skip("there are no notebooks")
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
