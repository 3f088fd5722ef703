"""What to render: ``batch.yml`` says which notebook for which levels, a person says which areas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sozialraum.city.gebiete import LEVELS, Gebiet, Register, fold, slugify
from sozialraum.city.indicators import Indikator, chosen, look_up
from sozialraum.city.load import read_yaml
from sozialraum.city.own_areas.planning import SECTION as PLANNING
from sozialraum.city.own_areas.planning import read_planning
from sozialraum.compare.side_by_side import chosen_areas
from sozialraum.errors import ParameterError, SchemaError, SozialraumError
from sozialraum.publish.inputs import digest
from sozialraum.publish.job import Job
from sozialraum.publish.parameters import AREA, DAY, check_parameters, known_parameters, uses
from sozialraum.publish.vorlage import Vorlage
from sozialraum.supply.own_tables import audience

MAIN: Final = "03_stadtteilanalyse"
ANNEX: Final = "09_methode"
"""The notebook of the annex of method, one for all reports: it is made with every one of them."""
METHOD: Final = "methode.html"
EPOCH: Final = "SOURCE_DATE_EPOCH"
_KEYS: Final = {"titel": str, "beschreibung": str, "ebenen": list, "auf_anfrage": bool, "parameter": dict,
               "weitergabe": str}  # fmt: skip
_PLAIN: Final = (str, int, float, bool, list)
_LONGEST: Final = 60
"""Letters of a file name that tell the parameters; a checksum tells apart what is cut off."""
_HEX: Final = 8


@dataclass(frozen=True)
class Entry:
    """One notebook of ``batch.yml``.

    ``auf_anfrage`` leaves it out of ``--all``; ``parameter`` are the defaults that hold, whatever the notebook says;
    ``weitergabe`` is the only audience for which it is rendered, "" is any.
    """

    name: str
    titel: str
    beschreibung: str
    ebenen: tuple[str, ...]
    auf_anfrage: bool = False
    parameter: Mapping[str, Any] = field(default_factory=dict)
    weitergabe: str = ""


def read_batch(path: Path) -> dict[str, Entry]:
    """The notebooks of ``batch.yml``; its levels of planning areas are read by :mod:`sozialraum.city.own_areas`.

    Raises
    ------
    SchemaError
        With every problem of the file: unknown key, unknown level, missing notebook.
    """
    problems: list[str] = []
    result = {}
    levels = [*LEVELS, *(one.ebene.id for one in read_planning(path))]
    for name, raw in read_yaml(path).items():
        if name == PLANNING:
            continue
        faults = _faults(raw, levels) if isinstance(raw, dict) else ["Es fehlen titel und ebenen"]
        problems += [f"{path.name}, {name}: {fault}." for fault in faults]
        if not faults:
            result[name] = Entry(
                name=name,
                titel=raw["titel"],
                beschreibung=raw.get("beschreibung", ""),
                ebenen=tuple(raw["ebenen"]),
                auf_anfrage=raw.get("auf_anfrage", False),
                parameter=raw.get("parameter", {}),
                weitergabe=raw.get("weitergabe", ""),
            )
    if problems:
        raise SchemaError(problems)
    return result


def report_path(name: str, area: Gebiet, special: Mapping[str, Any] | None = None) -> str:
    """Path of a report below the folder of reports, with ``/``.

    Reports of the main notebook lie in a folder per level, all others in a folder per notebook; the annex of method
    stands beside the index.
    """
    if name == ANNEX:
        return METHOD
    folder = area.level if name == MAIN else name
    if not special:
        return f"{folder}/{area.slug}.html"
    words = slugify(" ".join(f"{key} {special[key]}" for key in sorted(special)))[:_LONGEST].strip("-")
    return f"{folder}/{area.slug}--{words}-{digest(special)[:_HEX]}.html"


def plan(
    batch: Mapping[str, Entry],
    register: Register,
    notebooks: Path,
    *,
    queries: Iterable[str | int] = (),
    names: Iterable[str] = (),
    parameters: Mapping[str, Any] | None = None,
    issued: str = "",
    katalog: Mapping[str, Indikator] | None = None,
    weitergabe: str | None = None,
) -> list[Job]:
    """All jobs, checked; ``weitergabe`` is the audience, by default that of the environment.

    Raises
    ------
    ParameterError
        If a notebook or parameter is unknown, a value is none that the parameter may have, or no notebook fits a
        named area.
    UnknownArea
        If an area is not found or ambiguous.
    """
    areas = list(dict.fromkeys(area for query in queries for area in _meant(query, register)))
    chosen = _choose(batch, list(names), areas=bool(areas))
    given = dict(parameters or {})
    if AREA in given:
        raise ParameterError("Bitte den Stadtteil oder Stadtbezirk als Argument angeben: sozialraum render 21")
    jobs: list[Job] = []
    for entry in chosen:
        notebook = notebooks / f"{entry.name}.ipynb"
        if not notebook.is_file():
            raise ParameterError(f"Das Notebook {notebook.name} fehlt im Ordner {notebooks}.")
        if entry.weitergabe and audience(given.get("weitergabe") or weitergabe) != entry.weitergabe:
            raise ParameterError(
                f"{entry.name} gibt es nur für die Verwaltung. Bitte mit --weitergabe {entry.weitergabe} aufrufen und "
                "mit --out einen eigenen Ordner nennen."
            )
        fitting = [area for area in areas or register if {area.ebene, area.level} & set(entry.ebenen)]
        if areas and len(fitting) < len(areas):
            wrong = next(area for area in areas if area not in fitting)
            raise ParameterError(
                f"{entry.name} gibt es nicht für {wrong.langname}, nur für: {', '.join(entry.ebenen)}."
            )
        known = known_parameters(notebook, entry.parameter)
        takes_day = DAY in known and (not entry.parameter or uses(notebook, DAY))
        day = {DAY: issued} if issued and takes_day else {}
        checked = check_parameters(notebook, {**day, **given}, entry.parameter)
        check_values(entry.name, {**known, **checked}, register, katalog)
        special = {name: checked[name] for name in given if checked[name] != known[name]}
        jobs += [_job(notebook, area, checked, entry=entry, special=special) for area in fitting]
    return _with_annex(jobs, batch, register, notebooks)


def _with_annex(jobs: list[Job], batch: Mapping[str, Entry], register: Register, notebooks: Path) -> list[Job]:
    """The jobs linked to the annex of method, and the job of the annex itself, once."""
    entry, notebook = batch.get(ANNEX), notebooks / f"{ANNEX}.ipynb"
    if entry is None or not notebook.is_file() or not any(job.name in (MAIN, ANNEX) for job in jobs):
        return jobs
    linked = [replace(job, method="" if job.name == ANNEX else f"../{METHOD}") for job in jobs]
    if any(job.name == ANNEX for job in jobs):
        return linked
    days = {job.parameters[DAY] for job in jobs if DAY in job.parameters}
    day = {DAY: days.pop()} if len(days) == 1 else {}
    return [*linked, _job(notebook, register.city, day, entry=entry, special={})]


def attach(jobs: Iterable[Job], vorlage: Vorlage | None) -> list[Job]:
    """Jobs with what their pages carry of a Vorlage."""
    return [replace(job, vorlage=vorlage and vorlage.for_area(job.gebiet_id)) for job in jobs]


def standing_alone(jobs: Sequence[Job], file: str = "") -> list[Job]:
    """Jobs whose pages are named by what they are, all in one folder.

    Raises
    ------
    ParameterError
        If there is one name for several pages.
    """
    jobs = [job for job in jobs if job.name != ANNEX] or jobs  # each page holds the annex itself
    if file and len(jobs) != 1:
        raise ParameterError(
            f"--out nennt eine Datei ({file}), es sind aber {len(jobs)} Berichte. Bitte einen Ordner angeben."
        )
    return [
        replace(
            job,
            target=file or f"bericht-{job.name.partition('_')[2] or job.name}_{Path(job.target).stem}.html",
            method=job.method and "#",
            inside=job.notebook.with_name(f"{ANNEX}.ipynb") if job.method else None,
        )
        for job in jobs
    ]


def issue_day(environment: Mapping[str, str]) -> str:
    """Day (JJJJ-MM-TT, UTC) that ``SOURCE_DATE_EPOCH`` names, as reproducible builds agreed; empty if it is not set.

    Raises
    ------
    ParameterError
        If it is no number of seconds.
    """
    text = environment.get(EPOCH, "").strip()
    try:
        return datetime.fromtimestamp(int(text), tz=UTC).date().isoformat() if text else ""
    except (ValueError, OverflowError, OSError) as error:
        raise ParameterError(
            f"Die Umgebungsvariable {EPOCH} ist keine Zahl von Sekunden seit 1970 („{text}“). "
            "Bitte berichtigen oder löschen."
        ) from error


def check_values(
    notebook: str, values: Mapping[str, Any], register: Register, katalog: Mapping[str, Indikator] | None
) -> None:
    """Refuse values that no notebook could use: unknown indicators, areas and audiences.

    Raises
    ------
    ParameterError
        With every such value.
    """
    problems = []
    for name, value in values.items():
        try:
            if name == "indikator" and katalog is not None and value != "":
                look_up(katalog, value)
            elif name == "indikatoren" and katalog is not None:
                chosen(katalog, [str(one) for one in value])
            elif name in ("gebiete", "vergleich"):
                chosen_areas(register, [value] if isinstance(value, str) and value else value)
            elif name == "weitergabe":
                audience(value)
        except SozialraumError as error:
            problems.append(f"Parameter „{name}“: {error}")
    if problems:
        raise ParameterError(f"{notebook}: {' '.join(problems)}")


def _job(
    notebook: Path, area: Gebiet, parameters: Mapping[str, Any], *, entry: Entry, special: Mapping[str, Any]
) -> Job:
    takes_area = bool(entry.parameter) or AREA in known_parameters(notebook)
    own = {AREA: area.id} if takes_area else {}
    return Job(
        notebook,
        report_path(notebook.stem, area, special),
        area.id,
        {**own, **parameters},
        defaults=entry.parameter,
        special=special,
        place=area.langname,
    )


def _choose(batch: Mapping[str, Entry], names: list[str], *, areas: bool) -> list[Entry]:
    if not names:
        return [entry for entry in batch.values() if (entry.name == MAIN if areas else not entry.auf_anfrage)]
    unknown = [name for name in names if name.removesuffix(".ipynb") not in batch]
    if unknown:
        raise ParameterError(f"Das Notebook „{unknown[0]}“ ist unbekannt. Es gibt: {', '.join(batch)}.")
    return [batch[name.removesuffix(".ipynb")] for name in dict.fromkeys(names)]


def _meant(query: str | int, register: Register) -> list[Gebiet]:
    """The area that a person means, or all of a planning level."""
    wanted = fold(str(query))
    levels = register.planungsebenen
    level = next((one for one in levels if wanted in map(fold, (one.name, one.id, one.einzahl))), None)
    return register.of_level(level.id) if level else [register.resolve(query)]


def _faults(raw: dict[str, Any], levels: list[str]) -> list[str]:
    faults = [f"„{key}“ ist unbekannt" for key in raw if key not in _KEYS]
    faults += [f"„{key}“ fehlt" for key in ("titel", "ebenen") if key not in raw]
    faults += [
        f"„{key}“ hat die falsche Art" for key, kind in _KEYS.items() if key in raw and type(raw[key]) is not kind
    ]
    if not faults:
        faults += [
            f"Der Parameter „{name}“ ist kein einfacher Wert (Text in Anführungszeichen, Zahl, true, false oder Liste)"
            for name, value in raw.get("parameter", {}).items()
            if type(value) not in _PLAIN
        ]
        faults += [f"Die Ebene „{level}“ ist unbekannt" for level in raw["ebenen"] if level not in levels]
    return faults
