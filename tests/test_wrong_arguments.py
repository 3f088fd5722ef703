"""Public functions with an indicator, an area or a kind that does not exist: one German sentence says so."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sozialraum.city.load import Data
from sozialraum.compare import analysis as compare
from sozialraum.errors import SozialraumError
from sozialraum.supply import workspace

MODULES = (
    "text", "figures", "compare.analysis", "city.access", "supply.workspace", "supply.series", "publish.export",
    "city.indicators", "city.spatial",
)  # fmt: skip
WRONG = {"indikator": "unsinn", "gebiet_id": "unsinn", "gebiet": "unsinn", "kind": "unsinn", "arten": "unsinn",
         "indikatoren": ["unsinn"], "gebiete": ["unsinn"], "ebene": "unsinn"}  # fmt: skip
#: They make or describe a reference; whether it leads anywhere is asked by the evidence check. The last looks into one
#: package, which does not know the register.
REFERENCES = ("about", "fact", "value_of")


@pytest.fixture(scope="module")
def analysis() -> compare.Analysis:
    return compare.analyse(workspace.open_data(Path(__file__).parent / "musterstadt" / "daten"), "05")


def right(name: str, analysis: compare.Analysis, folder: Path) -> Any:
    """An argument that exists."""
    data = analysis.data
    known: dict[str, Any] = {
        "analysis": analysis, "data": data, "register": data.register, "katalog": analysis.katalog,
        "einrichtungen": data.einrichtungen, "indikator": "einwohner", "gebiet_id": "05", "gebiet": "05",
        "gebiete": data.gebiete, "values": analysis.values("anteil_unter_15"), "target": folder / "a.csv",
        "stand": "2022-01-01", "reason": "Test", "table": data.einrichtungen, "breaks": None,
        "content": "Ein Satz.", "title": "Parks",
        "indikatoren": data.indikatoren, "stadtteile": ["05"], "kind": "kita", "metres": 500, "percent": 10.0,
        "columns": {"anteil_unter_15": analysis.values("anteil_unter_15")}, "ebene": "stadtteil",
        "raster": data.raster, "day": "2026-01-01",
    }  # fmt: skip
    return known[name]


def cases() -> Iterator[Any]:
    """Each public function with each argument of it that can be wrong."""
    for module in MODULES:
        found = import_module(f"sozialraum.{module}")
        for name in getattr(found, "__all__", [name for name in vars(found) if not name.startswith("_")]):
            function = getattr(found, name)
            if not inspect.isfunction(function) or not function.__module__.startswith(f"sozialraum.{module}"):
                continue
            hints = inspect.signature(function).parameters
            for argument, parameter in hints.items():
                typed = str(parameter.annotation)
                frame = any(kind in typed for kind in ("Frame", "Series", "Indikator"))
                if argument in WRONG and not frame and name not in REFERENCES:
                    yield pytest.param(function, argument, id=f"{module.rpartition('.')[2]}.{name}-{argument}")


@pytest.mark.parametrize(("function", "wrong"), list(cases()))
def test_an_argument_that_does_not_exist_is_told_in_german(
    function: Callable[..., Any], wrong: str, analysis: compare.Analysis, tmp_path: Path
) -> None:
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if name == wrong:
            value = WRONG[name]
        elif parameter.default is not parameter.empty or parameter.kind is parameter.VAR_POSITIONAL:
            continue
        elif "Indikator" in str(parameter.annotation) and name == "indikator":
            value = analysis.katalog["anteil_unter_15"]
        elif "Sequence[str]" in str(parameter.annotation):
            value = {"gebiete": ["05", "01"], "indikatoren": ["einwohner"]}.get(name) or right(name, analysis, tmp_path)
        else:
            value = right(name, analysis, tmp_path)
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = value
        elif parameter.kind is parameter.VAR_POSITIONAL:
            positional += value if isinstance(value, list) else [value]
        elif parameter.default is not parameter.empty:
            named[name] = value
        else:
            positional.append(value)
    with pytest.raises(SozialraumError, match="unsinn") as caught:
        function(*positional, **named)
    said = str(caught.value)
    assert said.endswith((".", "?", "indicators", "areas"))
    assert not said.startswith(("'", '"'))


@pytest.mark.parametrize(
    "call",
    [
        lambda a: a.row("unsinn"), lambda a: a.row("einwohner", "unsinn"), lambda a: a.city("unsinn"),
        lambda a: a.values("unsinn"), lambda a: a.katalog["unsinn"], lambda a: a.data.register.by_id("unsinn"),
        lambda a: a.data.register.members("unsinn"), lambda a: a.data.register.bezirke("unsinn"),
        lambda a: a.data.register.of_level("unsinn"), lambda a: a.data.register.resolve("unsinn"),
        lambda a: a.data.inside("unsinn", a.data.einrichtungen),
    ],
)  # fmt: skip
def test_methods_of_what_notebooks_hold_tell_it_too(call: Callable[[Any], Any], analysis: compare.Analysis) -> None:
    with pytest.raises(SozialraumError, match="unsinn"):
        call(analysis)


def test_every_module_has_functions_to_try() -> None:
    assert {str(case.id).split(".")[0] for case in cases()} >= {"text", "figures", "analysis", "access", "export"}
    assert len(list(cases())) > 40


def test_a_known_indicator_is_told_with_near_ones(musterstadt_data: Data) -> None:
    with pytest.raises(SozialraumError, match="Meinten Sie anteil_unter_15"):
        compare.analyse(musterstadt_data, "05").row("anteil_unter_14")
