"""Planning areas of an office as lasting levels: ``batch.yml`` names them, and whoever opens the data sees them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sozialraum.city.gebiete import LEVEL_LABELS, LEVEL_PLURALS, LEVELS, Planungsebene, slugify
from sozialraum.city.load import named_path, read_yaml
from sozialraum.city.own_areas.names import name_fault, tidy
from sozialraum.errors import SchemaError, SourceMissing
from sozialraum.files import Stamp, stamp

SECTION: Final = "planungsraeume"
ENVIRONMENT: Final = "SOZIALRAUM_BATCH"
"""Environment variable that names another ``batch.yml`` than the one of the project."""
BATCH: Final = "batch.yml"
_NEEDED: Final = ("name", "datei")
_KEYS: Final = (*_NEEDED, "einzahl", "artikel", "layer", "merkmal", "quelle", "stand", "urheber", "hinweis")
_ARTICLES: Final = ("der", "die", "das")
_SINGULARS: Final = {
    "bezirke": ("bezirk", "der"), "räume": ("raum", "der"), "kreise": ("kreis", "der"), "sprengel": ("sprengel", "der"),
    "regionen": ("region", "die"), "einheiten": ("einheit", "die"), "zonen": ("zone", "die"),
    "quartiere": ("quartier", "das"), "reviere": ("revier", "das"),
}  # fmt: skip
"""By the end of a plural: the end of its singular, and the article; other words say both themselves."""


@dataclass(frozen=True)
class Planung:
    """One entry of ``planungsraeume``: a level, the file that draws it, and what all its areas have in common."""

    ebene: Planungsebene
    file: Path
    place: str
    layer: str = ""
    merkmal: str = ""
    quelle: str = ""
    stand: str = ""
    urheber: str = ""
    hinweis: str = ""


def batch_file(folder: Path) -> Path | None:
    """The ``batch.yml`` of a folder of tables: the one that ``SOZIALRAUM_BATCH`` names, else that of its project.

    The project of ``data/essen`` is two folders above; None if there is no such file.
    """
    named = named_path(ENVIRONMENT)
    return named or next((path for path in (folder.parent.parent / BATCH,) if path.is_file()), None)


def read_planning(path: Path | None) -> tuple[Planung, ...]:
    """The levels that a ``batch.yml`` names, in its order; a SchemaError has every problem of its section."""
    return _read(path, stamp([path])) if path else ()


def planning_section(path: Path) -> Any:
    """What stands under ``planungsraeume``, as written; None if nothing does."""
    return read_yaml(path).get(SECTION)


@lru_cache(maxsize=8)
def _read(path: Path, _made_from: Stamp) -> tuple[Planung, ...]:
    raw = planning_section(path)
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise SchemaError([f"{path}: „{SECTION}“ braucht eine Liste von Einträgen mit „name“ und „datei“."])
    problems: list[str] = []
    found: list[Planung] = []
    for number, entry in enumerate(raw, start=1):
        place = f"{path}, {SECTION}, Eintrag {number}"
        faults = list(_faults(entry))
        if not faults:
            made = _made(entry, place, path.parent)
            twice = next((one for one in found if one.ebene.id == made.ebene.id), None)
            faults = [f"Die Ebene „{made.ebene.name}“ steht schon in {twice.place}. Bitte umbenennen."] if twice else []
            found.append(made)
        problems += [f"{place}: {fault}" for fault in faults]
    if problems:
        raise SchemaError(problems)
    lacking = next((one for one in found if not one.file.is_file()), None)
    if lacking:
        raise SourceMissing(
            f"{lacking.place} ({lacking.ebene.name}): Die Datei {lacking.file} gibt es nicht. Bitte dort ablegen, den "
            "Pfad berichtigen (er gilt vom Ordner der batch.yml aus) oder den Eintrag streichen."
        )
    return tuple(found)


def _faults(entry: Any) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield "Es fehlen Angaben. Nötig sind „name“ (Mehrzahl, zum Beispiel Kita-Planungsbezirke) und „datei“."
        return
    yield from (f"„{key}“ ist unbekannt. Möglich sind: {', '.join(_KEYS)}." for key in entry if key not in _KEYS)
    texts = {key: str(value).strip() if isinstance(value, str) else "" for key, value in entry.items()}
    yield from (f"„{key}“ fehlt." for key in _NEEDED if key not in entry)
    yield from (
        f"„{key}“ ist leer oder kein Text." for key in entry if key in _KEYS and key != "stand" and not texts[key]
    )
    name = texts.get("name", "")
    if not name:
        return
    taken = {slugify(word) for words in (LEVELS, LEVEL_LABELS.values(), LEVEL_PLURALS.values()) for word in words}
    if name_fault(name) or not slugify(name):
        yield f"„name“ {name_fault(name) or 'braucht Buchstaben, aus denen sich ein Ordner benennen lässt.'}"
    elif taken & {slugify(name), slugify(texts.get("einzahl", ""))} or slugify(name) == "quartiere":
        yield f"„{name}“ heißt schon eine andere Ebene. Bitte anders nennen."
    elif slugify(name)[:1].isdigit():
        yield f"„{name}“ beginnt mit einer Ziffer; so heißen die Ordner der Notebooks. Bitte anders nennen."
    elif ("einzahl" not in entry or "artikel" not in entry) and not _singular(name):
        yield f"Zu „{name}“ fehlen „einzahl“ (ein Wort in der Einzahl) und „artikel“ (der, die oder das)."
    if texts.get("artikel", "der") not in _ARTICLES:
        yield f"„artikel“ ist „{entry['artikel']}“. Möglich sind: {', '.join(_ARTICLES)}."


def _singular(name: str) -> tuple[str, str] | None:
    """Singular and article of a plural whose end is known."""
    low = name.casefold()
    end = next((end for end in _SINGULARS if low.endswith(end)), None)
    if end is None:
        return None
    word, article = _SINGULARS[end]
    kept = name[: len(name) - len(end)]
    return kept + (word if kept and not kept.endswith(("-", " ")) else word.capitalize()), article


def _made(entry: Mapping[str, Any], place: str, folder: Path) -> Planung:
    text = {key: tidy(str(value)) for key, value in entry.items()}
    name = text.pop("name")
    word, article = _singular(name) or ("", "")
    ebene = Planungsebene(slugify(name), name, text.pop("einzahl", word), text.pop("artikel", article))
    return Planung(ebene, folder / text.pop("datei"), place, **text)
