"""What to render: ``batch.yml`` says which notebook for which levels, a person says which areas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sozialraum.errors import ParameterError, SchemaError
from sozialraum.gebiete import LEVELS, Gebiet, Register
from sozialraum.load import read_yaml
from sozialraum.render import Job, check_parameters, known_parameters
from sozialraum.render.parameters import AREA, DAY
from sozialraum.vorlage import Vorlage

MAIN: Final = "03_stadtteilanalyse"
EPOCH: Final = "SOURCE_DATE_EPOCH"
_KEYS: Final = {"titel": str, "beschreibung": str, "ebenen": list, "auf_anfrage": bool}


@dataclass(frozen=True)
class Entry:
    """One notebook of ``batch.yml``.

    ``auf_anfrage`` leaves it out of ``--all``.
    """

    name: str
    titel: str
    beschreibung: str
    ebenen: tuple[str, ...]
    auf_anfrage: bool = False


def read_batch(path: Path) -> dict[str, Entry]:
    """Read ``batch.yml``.

    Raises
    ------
    SchemaError
        With every problem of the file: unknown key, unknown level, missing notebook.
    """
    problems: list[str] = []
    result = {}
    for name, raw in read_yaml(path).items():
        faults = _faults(raw) if isinstance(raw, dict) else ["Es fehlen titel und ebenen"]
        problems += [f"{path.name}, {name}: {fault}." for fault in faults]
        if not faults:
            result[name] = Entry(
                name=name,
                titel=raw["titel"],
                beschreibung=raw.get("beschreibung", ""),
                ebenen=tuple(raw["ebenen"]),
                auf_anfrage=raw.get("auf_anfrage", False),
            )
    if problems:
        raise SchemaError(problems)
    return result


def report_path(name: str, area: Gebiet) -> str:
    """Path of a report below the folder of reports, with ``/``.

    Reports of the main notebook lie in a folder per level, all others in a folder per notebook.
    """
    folder = area.ebene if name == MAIN else name
    return f"{folder}/{area.slug}.html"


def plan(
    batch: Mapping[str, Entry],
    register: Register,
    notebooks: Path,
    *,
    queries: Iterable[str | int] = (),
    names: Iterable[str] = (),
    parameters: Mapping[str, Any] | None = None,
    issued: str = "",
) -> list[Job]:
    """All jobs, checked.

    Parameters
    ----------
    notebooks
        Folder of the notebooks.
    queries
        Areas by id or name; none means all areas of the levels that ``batch.yml`` names.
    names
        Notebooks by name; none means the main notebook if areas are named, otherwise all that are not
        rendered on request only.
    parameters
        Further notebook parameters; every chosen notebook must know them.
    issued
        Day of issue (JJJJ-MM-TT) for the notebooks that take one, unless it is among the parameters.

    Raises
    ------
    ParameterError
        If a notebook or parameter is unknown, or no notebook fits a named area.
    UnknownArea
        If an area is not found or ambiguous.
    """
    areas = list(dict.fromkeys(register.resolve(query) for query in queries))
    chosen = _choose(batch, list(names), areas=bool(areas))
    given = dict(parameters or {})
    if AREA in given:
        raise ParameterError("Bitte den Stadtteil oder Stadtbezirk als Argument angeben: sozialraum render 21")
    jobs: list[Job] = []
    for entry in chosen:
        notebook = notebooks / f"{entry.name}.ipynb"
        if not notebook.is_file():
            raise ParameterError(f"Das Notebook {notebook.name} fehlt im Ordner {notebooks}.")
        fitting = [area for area in areas or register if area.ebene in entry.ebenen]
        if areas and len(fitting) < len(areas):
            wrong = next(area for area in areas if area not in fitting)
            raise ParameterError(
                f"{entry.name} gibt es nicht für {wrong.langname}, nur für: {', '.join(entry.ebenen)}."
            )
        day = {DAY: issued} if issued and DAY in known_parameters(notebook) else {}
        checked = check_parameters(notebook, {**day, **given})
        jobs += [_job(notebook, area, checked) for area in fitting]
    return jobs


def attach(jobs: Iterable[Job], vorlage: Vorlage | None) -> list[Job]:
    """Jobs with what their pages carry of a Vorlage."""
    return [replace(job, vorlage=vorlage and vorlage.for_area(job.gebiet_id)) for job in jobs]


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


def _job(notebook: Path, area: Gebiet, parameters: Mapping[str, Any]) -> Job:
    own = {AREA: area.id} if AREA in known_parameters(notebook) else {}
    return Job(notebook, report_path(notebook.stem, area), area.id, {**own, **parameters})


def _choose(batch: Mapping[str, Entry], names: list[str], *, areas: bool) -> list[Entry]:
    if not names:
        return [entry for entry in batch.values() if (entry.name == MAIN if areas else not entry.auf_anfrage)]
    unknown = [name for name in names if name.removesuffix(".ipynb") not in batch]
    if unknown:
        raise ParameterError(f"Das Notebook „{unknown[0]}“ ist unbekannt. Es gibt: {', '.join(batch)}.")
    return [batch[name.removesuffix(".ipynb")] for name in dict.fromkeys(names)]


def _faults(raw: dict[str, Any]) -> list[str]:
    faults = [f"„{key}“ ist unbekannt" for key in raw if key not in _KEYS]
    faults += [f"„{key}“ fehlt" for key in ("titel", "ebenen") if key not in raw]
    faults += [
        f"„{key}“ hat die falsche Art" for key, kind in _KEYS.items() if key in raw and type(raw[key]) is not kind
    ]
    if not faults:
        faults += [f"Die Ebene „{level}“ ist unbekannt" for level in raw["ebenen"] if level not in LEVELS]
    return faults
