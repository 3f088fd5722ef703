"""Own tables as they are kept: values and a manifest in a folder of their own, written whole or not at all.

They lie in ``eigene`` beside the built tables (ignored by git). A package holds one indicator at one date; a later
package of the same indicator and date is a new issue (``ausgabe``) and stands in front of the earlier one.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from sozialraum.errors import ParameterError, SchemaError, TableError, system_reason
from sozialraum.intake.audience import Weitergabe
from sozialraum.intake.dates import last_day
from sozialraum.intake.description import NONE, Geheimhaltung
from sozialraum.reads import note
from sozialraum.sources import Licence, Source

FOLDER: Final = "eigene"
VALUES, MANIFEST = "werte.csv", "paket.yml"
FORMAT: Final = 1
COLUMNS: Final = ("gebiet_id", "zaehler", "nenner", "wert", "art", "hinweis")
_NUMBERS: Final = ("zaehler", "nenner", "wert")
_REQUIRED: Final = (
    "format",
    "stadt",
    "stand",
    "ausgabe",
    "weitergabe",
    "geheimhaltung",
    "quelle",
    "eintrag",
    "werte_sha256",
)


@dataclass(frozen=True)
class Paket:
    """One indicator at one date, with everything that must be known about it.

    Attributes
    ----------
    eintrag
        Entry of the catalogue, ``id`` included, as in ``indikatoren.yml``.
    werte
        One row per area, columns :data:`COLUMNS`; shares in percent; missing stays missing, ``hinweis`` says why.
    weitergabe
        Who may see the values; an id of :class:`sozialraum.intake.Weitergabe`.
    ausgabe
        Number of the issue: a higher one was brought later.
    methode
        Name of the method of counting; another name means that values cannot be compared.
    quelle
        Keys of a source, see :class:`sozialraum.sources.Source`; ``lizenz`` is an id or words.
    herkunft
        Name and checksum of the file that was brought.
    """

    stadt: str
    stand: str
    eintrag: Mapping[str, Any]
    werte: pd.DataFrame
    quelle: Mapping[str, Any]
    geheimhaltung: Geheimhaltung
    weitergabe: str
    ausgabe: int = 0
    methode: str = ""
    herkunft: Mapping[str, str] = field(default_factory=dict)

    @property
    def indikator(self) -> str:
        """Id of the indicator."""
        return str(self.eintrag["id"])

    @property
    def quelle_id(self) -> str:
        """Id of the source, the same for every package of an indicator and date."""
        return f"{FOLDER}_{self.indikator}_{self.stand.replace('/', '-')}"

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"{self.indikator}_{self.stand.replace('/', '-')}_{self.ausgabe:03d}"

    def source(self, licences: Mapping[str, Licence]) -> Source:
        """The source for citations and licence notices."""
        words = str(self.quelle["lizenz"])
        licence = licences.get(words, Licence(words, words, None))
        keys = {key: value for key, value in self.quelle.items() if key != "lizenz"}
        return Source(
            **{
                "id": self.quelle_id,
                "abruf": None,
                "datei": None,
                "sha256": None,
                "stand": self.stand,
                **keys,
                "lizenz": licence,
            }
        )


def own_dir(folder: Path) -> Path:
    """Folder of the own tables that belong to a folder of built tables: within it, otherwise beside it."""
    own = folder / FOLDER
    return own if own.is_dir() else folder.parent / FOLDER


def package_files(folder: Path) -> list[Path]:
    """Every file of every package, in order."""
    own = own_dir(folder)
    return sorted(path for path in own.glob(f"*/{MANIFEST}")) + sorted(own.glob(f"*/{VALUES}")) if own.is_dir() else []


def read_packages(folder: Path, *, stadt: str, weitergabe: str = Weitergabe.INTERN) -> list[Paket]:
    """Packages of a city that an audience may see, by indicator, date and issue.

    Raises
    ------
    SchemaError
        With every package that is damaged.
    """
    manifests = [path for path in package_files(folder) if path.name == MANIFEST]
    problems: list[str] = []
    found = [paket for path in manifests if (paket := _read(path, problems, stadt, weitergabe))]
    if problems:
        raise SchemaError(problems)
    return sorted(found, key=lambda p: (p.indikator, last_day(p.stand), p.ausgabe))


def visible(path: Path, weitergabe: str) -> bool:
    """Whether an audience may know of a package's file; one that does not say for whom it is, is internal."""
    manifest = path.with_name(MANIFEST)
    raw = yaml.safe_load(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    meant = Weitergabe.known(str((raw or {}).get("weitergabe", "")))
    return Weitergabe.parse(weitergabe).may_see(meant or Weitergabe.INTERN)


def allowed(of_value: str, audience: str) -> bool:
    """Whether an audience may see a value."""
    return Weitergabe.parse(audience).may_see(Weitergabe.parse(of_value))


def write_packages(folder: Path, packages: Sequence[Paket]) -> list[Path]:
    """Write packages as new issues: all or none. Returns their folders.

    Raises
    ------
    TableError
        If the folder cannot be written; nothing has changed then.
    """
    own = own_dir(folder)
    made: list[tuple[Path, Path]] = []
    try:
        own.mkdir(parents=True, exist_ok=True)
        for paket in packages:
            numbered = _numbered(own, paket)
            made.append((_write(own, numbered), own / numbered.name))
        for temporary, target in made:
            temporary.replace(target)
    except OSError as error:
        for temporary, target in made:
            shutil.rmtree(temporary, ignore_errors=True)
            shutil.rmtree(target, ignore_errors=True)
        raise TableError(
            f"{own}: lässt sich nicht beschreiben ({system_reason(error)}). Es ist nichts geändert."
        ) from error
    return [target for _, target in made]


def _numbered(own: Path, paket: Paket) -> Paket:
    issues = [int(path.name.rsplit("_", 1)[1]) for path in own.glob("*_[0-9][0-9][0-9]") if path.is_dir()]
    return Paket(**{**vars(paket), "ausgabe": max(issues, default=0) + 1})


def _write(own: Path, paket: Paket) -> Path:
    temporary = own / f".{paket.name}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    content = paket.werte[list(COLUMNS)].to_csv(index=False, lineterminator="\n", float_format="%.10g").encode("utf-8")
    (temporary / VALUES).write_bytes(content)
    manifest = {
        "format": FORMAT,
        "stadt": paket.stadt,
        "stand": paket.stand,
        "ausgabe": paket.ausgabe,
        "weitergabe": paket.weitergabe,
        "geheimhaltung": {"verfahren": paket.geheimhaltung.verfahren, "zahl": paket.geheimhaltung.zahl},
        "methode": paket.methode,
        "quelle": dict(paket.quelle),
        "eintrag": dict(paket.eintrag),
        "herkunft": dict(paket.herkunft),
        "werte_sha256": hashlib.sha256(content).hexdigest(),
    }
    text = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False, width=120)
    (temporary / MANIFEST).write_text(text, encoding="utf-8")
    return temporary


class _Damaged(ValueError):
    """A package that is not as it was written; the message is a German clause."""


def _read(path: Path, problems: list[str], stadt: str, weitergabe: str) -> Paket | None:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        lost = [key for key in _REQUIRED if key not in raw]
        if lost or raw["format"] != FORMAT:
            raise _Damaged(f"es fehlt {', '.join(lost)}" if lost else f"unbekanntes Format {raw['format']}")
        if raw["geheimhaltung"]["verfahren"] == NONE:
            raise _Damaged("sie hat kein Geheimhaltungsverfahren")
        if raw["stadt"] != stadt or not allowed(raw["weitergabe"], weitergabe):
            return None
        note(path)
        return _with_values(path, raw)
    except (ParameterError, yaml.YAMLError, OSError, ValueError, KeyError, TypeError) as error:
        why = f" ({error})" if isinstance(error, (_Damaged, ParameterError)) else ""
        problems.append(
            f"{path.parent}: Die eigene Tabelle ist beschädigt{why}. Bitte den Ordner löschen und neu einlesen."
        )
        return None


def _with_values(path: Path, raw: Mapping[str, Any]) -> Paket:
    values = path.with_name(VALUES)
    note(values)
    content = values.read_bytes()
    if hashlib.sha256(content).hexdigest() != raw["werte_sha256"]:
        raise _Damaged(f"{VALUES} wurde verändert")
    table = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, na_values=[""])
    return Paket(
        stadt=raw["stadt"],
        stand=str(raw["stand"]),
        eintrag=raw["eintrag"],
        werte=table.astype(dict.fromkeys(_NUMBERS, "float64")),
        quelle=raw["quelle"],
        geheimhaltung=Geheimhaltung(**raw["geheimhaltung"]),
        weitergabe=raw["weitergabe"],
        ausgabe=int(raw["ausgabe"]),
        methode=raw.get("methode", ""),
        herkunft=raw.get("herkunft", {}),
    )


def current(packages: Iterable[Paket]) -> dict[str, Paket]:
    """The package of each indicator that holds: its latest date in its latest issue."""
    return {paket.indikator: paket for paket in sorted(packages, key=lambda p: (last_day(p.stand), p.ausgabe))}


__all__ = [
    "COLUMNS",
    "FOLDER",
    "Paket",
    "allowed",
    "current",
    "own_dir",
    "package_files",
    "read_packages",
    "visible",
    "write_packages",
]
