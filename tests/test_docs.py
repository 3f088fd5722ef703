"""The documents say what the code and the data say: names, links, commands, numbers, attributions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from pkgutil import resolve_name

import pandas as pd
import pytest
import typer

from sozialraum.city.indicators import agreement, register_figures
from sozialraum.city.load import DEFAULT_DIR, Data, open_data
from sozialraum.city.own_areas import uncertainty
from sozialraum.city.sources import read_manifests
from sozialraum.cli.main import app
from sozialraum.compare import analysis as compare
from sozialraum.supply.prepare import schools
from test_house import ORDER

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "lib" / "sozialraum"
DECISIONS = ROOT / "docs" / "decisions"
README = ROOT / "README.md"
GERMAN = ROOT / "README.de.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
SOURCES = ROOT / "docs" / "daten.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
LICENCES = ROOT / "data" / "LIZENZ.md"
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")],
    key=lambda path: path.relative_to(ROOT).as_posix(),
)
MANIFESTS = read_manifests(ROOT / "data" / "sources")
NO_FILES = (
    "reports/",
    "data/raw",
    "data/eigene",
    "abgerufen/",
    "fehler/",
    "stadtteil/",
    "stadtbezirk/",
    "stadt/",
    "text/",
    "application/",
)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def page_id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def decision(number: int) -> str:
    return read(next(DECISIONS.glob(f"{number:04d}-*.md")))


def code_spans(text: str) -> list[str]:
    """Inline code outside of fenced blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def rows(text: str) -> list[list[str]]:
    """Cells of all table rows but the rulers."""
    found = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in found if not set("".join(row)) <= set("- :")]


def anchor(heading: str) -> str:
    """Id that a heading gets: lower case, no punctuation, hyphens for blanks."""
    kept = [char for char in heading.lower() if char in " -_" or unicodedata.category(char)[0] in "LN"]
    return "".join(kept).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    return {anchor(match) for match in re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)}


# Links and paths


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_relative_link_has_its_target(page: Path) -> None:
    missing = []
    for target in re.findall(r"\]\(([^)\s]+)\)", read(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, part = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or (part and path.suffix == ".md" and part not in anchors(path)):
            missing.append(target)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_named_file_exists(page: Path) -> None:
    paths = [span for span in code_spans(read(page)) if re.fullmatch(r"\.?[\w-]+(/[\w.*-]+)+/?", span)]
    assert [path for path in paths if not path.startswith(NO_FILES) and not list(ROOT.glob(path.rstrip("/")))] == []


def test_every_module_named_without_its_folder_exists() -> None:
    named = {
        (page_id(page), span) for page in PAGES for span in code_spans(read(page)) if re.fullmatch(r"\w+\.py", span)
    }
    assert [f"{page}: {name}" for page, name in sorted(named) if not list(LIBRARY.rglob(name))] == []


def test_every_dotted_name_of_the_library_is_there() -> None:
    """In code, docstrings, pages and notebooks: ``sozialraum.city.load.open_data`` is found where it says."""
    folders = [LIBRARY, *(ROOT / name for name in ("tests", "tools", "benchmarks", "notebooks"))]
    files = [path for folder in folders for kind in ("*.py", "*.ipynb") for path in folder.rglob(kind)]
    files += [*PAGES, ROOT / "Makefile", ROOT / "pyproject.toml"]
    pattern = re.compile(r"(?<![/.])\bsozialraum(?:[.:][A-Za-z_]\w+)+")
    named = {name.replace(":", "."): path for path in files for name in pattern.findall(read(path))}
    named = {name: path for name, path in named.items() if name != "sozialraum.map"}  # a MIME type
    assert [f"{page_id(path)}: {name}" for name, path in sorted(named.items()) if not is_there(name)] == []


def is_there(name: str) -> bool:
    """Whether a dotted name is a module, or a name or field of one or of a class in it."""
    try:
        resolve_name(name)
    except AttributeError:
        above, _, field = name.rpartition(".")
        return field in getattr(resolve_name(above), "__annotations__", {})
    except ImportError:
        return False
    return True


def test_every_picture_has_an_alternative_text() -> None:
    pictures = [match for page in PAGES for match in re.findall(r"!\[([^\]]*)\]\(", read(page))]
    assert all(len(alt) > 40 for alt in pictures)


def test_pages_name_no_absolute_path() -> None:
    pattern = re.compile(r"(?<![\w.:/<])/(?:[a-z]+/)+[a-z]*")
    assert [(page.name, found) for page in PAGES for found in pattern.findall(read(page))] == []


# Decisions


def test_decisions_are_numbered_without_gap_and_titled_with_their_number() -> None:
    found = sorted(DECISIONS.glob("*.md"))
    assert [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))
    assert [path.name for path in found if not read(path).startswith(f"# {path.name[:4]} ")] == []


def test_every_decision_that_code_refers_to_exists() -> None:
    texts = [*LIBRARY.rglob("*.py"), *(ROOT / "data" / "essen").glob("*.yml"), *PAGES]
    named = {match for path in texts for match in re.findall(r"decisions/(\d{4}-[\w-]+\.md)", read(path))}
    assert [name for name in sorted(named) if not (DECISIONS / name).is_file()] == []


def test_the_decision_lists_every_room_in_the_order_that_is_enforced() -> None:
    block = re.search(r"^```\n(.*?)^```", decision(19), re.MULTILINE | re.DOTALL)
    assert block is not None
    listed = [line.split()[0] for line in block[1].splitlines()]
    assert listed == ORDER
    modules = {path.stem if path.is_file() else path.name for path in LIBRARY.iterdir() if is_module(path)}
    assert modules == set(listed)


def is_module(path: Path) -> bool:
    return (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").is_file()


def test_every_room_is_described_in_order() -> None:
    part = read(CONTRIBUTING).split("## How it hangs together")[1].split("\n## ")[0]
    table = rows(part)[1:]
    assert [room.strip("`") for room, *_ in table] == ORDER
    named = [(room.strip("`"), name) for room, _, main in table for name in code_spans(main)]
    assert [f"{room}: {name}" for room, name in named if not is_there(f"sozialraum.{room}.{name}")] == []


@pytest.mark.parametrize(
    ("number", "module"), [(4, compare), (9, schools), (16, uncertainty)], ids=["compare", "schools", "own areas"]
)
def test_constants_in_decisions_are_those_of_the_code(number: int, module: object) -> None:
    found = {row[0].strip("`"): float(row[1]) for row in rows(decision(number)) if re.fullmatch(r"`[A-Z_]+`", row[0])}
    assert found
    assert found == {name: float(getattr(module, name)) for name in found}


# Numbers


@lru_cache(maxsize=1)
def essen() -> Data:
    return open_data(DEFAULT_DIR)


def value(indikator: str, gebiet_id: str, column: str = "wert") -> float:
    table = essen().indikatoren.set_index(["indikator", "gebiet_id"])
    return float(table.at[(indikator, gebiet_id), column])


def city(indikator: str) -> float:
    return value(indikator, essen().register.city.id)


def test_numbers_of_the_population_estimate() -> None:
    text = decision(6)
    assert f"{len(essen().raster):,} such cells" in text
    assert f"exactly\n{essen().raster['einwohner'].sum():,}" in text
    assert f"{(essen().raster['einwohner'] == 0).sum()} inhabited cells round to 0 people" in text
    for label, key in (
        ("all 1,138 stop points (used)", "reichweite_haltestelle_300m"),
        ("all 104 sites (used)", "reichweite_grundschule_1km"),
        ("309 open Kitas (used)", "reichweite_kita_500m"),
    ):
        assert f"{label} | {city(key):.1f} % |" in text, key
    people = essen().indikatoren.query("indikator == 'einwohner'").set_index("gebiet_id")
    stadtteile = [area.id for area in essen().register.of_level("stadtteil")]
    relative = (people["bis"] / people["wert"] - 1)[stadtteile] * 100
    largest = ", ".join(
        f"{essen().register.by_id(key).name} {relative[key]:.0f} %" for key in relative.nlargest(3).index
    )
    assert f"exceeds 4 % in {(relative > 4).sum()} Stadtteile: {largest}." in text
    found = agreement(people["wert"], register_figures(essen().einwohner_register, stadtteile))
    assert found is not None
    for words, number in (
        ("median deviation", found.median),
        ("mean deviation", found.mean),
        ("nine of ten keep", found.nine_of_ten),
    ):
        assert f"| {words} | {number:.1f} % |" in text
        assert f"{number:.1f} %" in read(SOURCES).split("## Limits")[1].split("\n## ")[0]
    worst, off = found.worst
    assert f"| {essen().register.by_id(worst[0]).name} {off:+.1f} % |" in text
    assert f"| {found.level:+.1f} % |".replace("-", "−") in text
    edge = essen().raster.loc[essen().raster["nah_am_stadtrand"], "einwohner"].sum() / essen().raster["einwohner"].sum()
    assert f"{edge * 100:.1f} % of all\n  people live within 1 km" in text


def test_half_widths_of_shares_in_the_population_estimate() -> None:
    text = " ".join(decision(6).split())
    stadtteile = [area.id for area in essen().register.of_level("stadtteil")]
    table = essen().indikatoren.set_index(["indikator", "gebiet_id"])
    for words, key in (
        ("under 15 {} and {}", "anteil_unter_15"),
        ("15–64 {} and {}", "anteil_15_64"),
        ("65 and older {} and {}", "anteil_65plus"),
        ("EU-born {} and {}", "geboren_eu"),
        ("born outside the EU {} and {}", "geboren_nicht_eu"),
        ("change since 2011 {} and {}", "veraenderung_2011_2022"),
    ):
        rows = table.loc[key].loc[stadtteile]
        half = (rows["bis"] - rows["von"]) / 2
        assert words.format(f"{half.median():.1f}", f"{half.max():.1f}") in text, key


def test_numbers_of_the_turnout() -> None:
    text, byfang = decision(8), essen().register.resolve("Byfang").id
    key = "wahlbeteiligung_ew2024"
    city_id = essen().register.city.id
    voters, eligible = value(key, city_id, "zaehler"), value(key, city_id, "nenner")
    assert f"exactly {voters:,.0f} voters of {eligible:,.0f} eligible: {city(key):.2f} %" in text
    adults = value("einwohner", byfang) - value("anteil_unter_15", byfang, "zaehler")
    assert f"{value(key, byfang, 'nenner'):,.0f} eligible and about {adults:,.0f} inhabitants" in text
    assert "0.92757" in text
    assert "92,757 %" in essen().indikatoren_yml["indikatoren"][key]["methode"]


def test_numbers_of_the_school_join() -> None:
    text, joined, places = decision(9), essen().schulen, essen().einrichtungen
    main = places[(places["art"] == "schule") & places["hauptstandort"]]
    primary = main.index[main["unterart"] == "Grundschule"]
    assert f"{len(joined)} of {len(main)} schools are matched, all {len(primary)} Grundschulen" in text
    assert primary.isin(joined.index).all()
    assert f"({joined.loc[primary, 'abstand_m'].max():.0f} m apart at most)" in text
    assert f"all {joined['sozialindex'].notna().sum()} schools that have a level" in text
    assert f"{(joined['abstand_m'] <= schools.NEAR_M).sum()} matches lie within 100 m" in text


def test_numbers_of_the_classes() -> None:
    analysis = compare.analyse(essen(), "21")
    classes = analysis.table[analysis.table["klasse"] != compare.UNCLASSED]["klasse"]
    counts = classes[classes != ""].value_counts()
    printed = {row[0]: int(row[1]) for row in rows(decision(4)) if row[0] in compare.KLASSEN and row[1].isdigit()}
    assert printed == counts.to_dict()
    assert f"{counts.sum()} values" in decision(4)


# Commands


def commands() -> Iterator[tuple[str, set[str]]]:
    """Every command of the application with its options."""
    group = typer.main.get_command(app)
    assert hasattr(group, "commands")
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        for path, leaf in ((f"{name} {key}", part) for key, part in inner.items()) if inner else [(name, command)]:
            yield path, {option for parameter in leaf.params for option in parameter.opts}


def test_readme_lists_exactly_the_commands_and_only_options_that_exist() -> None:
    known = dict(commands())
    part = read(README).split("## Commands")[1].split("\n## ")[0]
    listed = {row[0].strip("`").removeprefix("sozialraum "): row[1] for row in rows(part)[1:]}
    assert set(listed) == set(known)
    for name, words in listed.items():
        assert set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", words)) - known[name] == set(), name


def test_every_command_that_a_page_names_exists() -> None:
    known = dict(commands())
    words = {word for name in known for word in (name, name.split()[0])}
    pattern = r"(?<!from )(?<!import )sozialraum ((?:data )?[a-z]+)\b(?=[ `\n])"
    named = [match for page in PAGES for match in re.findall(pattern, read(page))]
    assert [name for name in named if name not in words] == []


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    """A newcomer reads it in five minutes; what is longer has a page of its own, to which a link leads."""
    text = read(README)
    assert text.count("\n") <= 120
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"(docs/{page.name}" not in text] == []


def test_readme_lists_exactly_the_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):.*##", read(ROOT / "Makefile"), re.MULTILINE)) - {"help", "setup"}
    listed = {match for row in rows(read(README)) for match in re.findall(r"^`make ([a-z]+)", row[0])}
    assert listed == targets


# Glossary and sources


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Every word of the code, the hand-written data and the heads of the tables."""
    texts = [read(path) for path in [*LIBRARY.rglob("*.py"), ROOT / "batch.yml", *(ROOT / "data").rglob("*.yml")]]
    texts += [",".join(pd.read_csv(path, nrows=0).columns) for path in (ROOT / "data" / "essen").glob("*.csv")]
    texts += [read(path) for path in (ROOT / "notebooks").glob("*.ipynb")]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def test_glossary_identifiers_exist() -> None:
    entries = [row for row in rows(read(GLOSSARY)) if row[0] != "term"]
    assert all(len(row) == 4 and all(row) for row in entries)
    named = [span for row in entries for span in code_spans(row[2])]
    assert sorted(set(named) - known_words()) == []
    assert [row[0] for row in entries if row[2] != "—" and not code_spans(row[2])] == []


def test_glossary_explains_every_kind_class_and_level() -> None:
    named = {span for row in rows(read(GLOSSARY)) for span in code_spans(row[2])}
    wanted = {"amtlich", "berechnet", "geschaetzt", "stellvertretend", "stadtteil", "stadtbezirk", "stadt", "quartier"}
    assert wanted <= named
    missing = {key for key, entry in essen().indikatoren_yml["indikatoren"].items() if not entry["verfuegbar"]}
    assert missing <= named


@pytest.mark.parametrize("key", MANIFESTS)
def test_every_source_is_attributed(key: str) -> None:
    source, text = MANIFESTS[key], read(LICENCES)
    part = next(part for part in text.split("\n### ") if part.startswith(f"{source.titel}\n"))
    assert f"Vermerk: {source.quellenvermerk}\n" in part
    assert source.lizenz.name in part
    assert (source.lizenz.url or "") in part
    assert source.aenderung in part
    assert (source.url or "nicht dokumentiert") in part


def test_attributions_name_no_source_that_is_gone() -> None:
    assert len(re.findall(r"^### ", read(LICENCES), re.MULTILINE)) == len(MANIFESTS)


def test_every_source_is_listed_with_its_date() -> None:
    part = read(SOURCES).split("# Data")[1].split("\n## ")[0]
    listed = {name: row for row in rows(part)[1:] for name in code_spans(row[0])}
    assert set(listed) == set(MANIFESTS)
    wrong = [name for name, row in listed.items() if row[3] != (MANIFESTS[name].stand or "not documented")]
    assert wrong == []


def test_every_indicator_without_data_is_listed() -> None:
    missing = {key for key, entry in essen().indikatoren_yml["indikatoren"].items() if not entry["verfuegbar"]}
    assert missing <= {*code_spans(read(SOURCES)), *code_spans(read(CONTRIBUTING))}


def test_german_parts_do_not_say_gebiet() -> None:
    """The parameter ``gebiet`` may be named as code; the word is not for readers."""
    german = [read(LICENCES), read(GERMAN)]
    assert [found for text in german for found in re.findall(r"\bGebiet\w*", text)] == []
