"""Where fetched files lie, and the manifest beside each: address, time, checksum, licence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from sozialraum.city.sources import file_sha256
from sozialraum.errors import SchemaError
from sozialraum.files import load_yaml, write_text
from sozialraum.supply.fetch.offered import FOLDER, Offer, OfferedFile


@dataclass(frozen=True)
class Kept:
    """One file of a source as it lies in the folder of source files."""

    offer: Offer
    file: OfferedFile
    folder: Path

    @property
    def path(self) -> Path:
        """Where the file is or would be."""
        return self.folder / self.file.datei

    @property
    def part(self) -> Path:
        """Where it grows while it is fetched."""
        return self.folder / f".{self.file.datei}.teil"

    @property
    def manifest_path(self) -> Path:
        """Where its manifest is."""
        return self.folder / f"{self.file.datei}.yml"

    @property
    def manifest(self) -> dict[str, Any]:
        """Its manifest; empty if the file is not there or somebody has damaged what it says."""
        if not (self.path.is_file() and self.manifest_path.is_file()):
            return {}
        try:
            raw = load_yaml(self.manifest_path.read_text("utf-8"))
        except (OSError, yaml.YAMLError, UnicodeDecodeError):
            raw = None
        return _sound(raw)

    @property
    def fault(self) -> str:
        """What is wrong with a file that is there, as a German sentence; empty if nothing is."""
        if not self.path.is_file():
            return ""
        if not self.manifest:
            return (
                f"{self.path}: Die Herkunft fehlt oder ist verändert ({self.manifest_path.name}). Bitte erneut "
                f"abrufen: {again(self.offer)}"
            )
        if self.manifest["sha256"] != file_sha256(self.path):
            return f"{self.path}: Die Datei wurde nach dem Abruf verändert. Bitte erneut abrufen: {again(self.offer)}"
        return ""

    @property
    def remedy(self) -> str:
        """What to do about a whole file whose content does not fit, as a German sentence."""
        return f"Bitte beim Herausgeber nachsehen; ohne die Quelle baut data build, wenn {self.path} gelöscht ist."

    def accept(self, address: str, when: datetime, rows: Mapping[str, int], **answer: str) -> None:
        """Move the fetched file into place and write its manifest."""
        manifest = {
            "quelle": self.offer.id,
            "datei": self.file.datei,
            "url": address,
            "stand": self.file.stand,
            "abruf": when.isoformat(timespec="seconds"),
            "geprueft": when.isoformat(timespec="seconds"),
            "bytes": self.part.stat().st_size,
            "sha256": file_sha256(self.part),
            "zeilen": dict(rows),
            **{name: value for name, value in answer.items() if value},
            "lizenz": self.offer.lizenz.id,
            "quellenvermerk": self.offer.quellenvermerk,
        }
        self.part.replace(self.path)
        self._write(manifest)

    def confirm(self, when: datetime) -> None:
        """Note that the publisher still has the same file."""
        self._write(self.manifest | {"geprueft": when.isoformat(timespec="seconds")})

    def _write(self, manifest: Mapping[str, Any]) -> None:
        write_text(self.manifest_path, yaml.safe_dump(dict(manifest), allow_unicode=True, sort_keys=False))


def _sound(raw: Any) -> dict[str, Any]:
    """A manifest with its times in the one form that :meth:`Kept.accept` writes; empty if something is missing."""
    try:
        times = {name: datetime.fromisoformat(str(raw[name])).astimezone(UTC) for name in ("abruf", "geprueft")}
        whole = bool(raw["sha256"]) and isinstance(raw["zeilen"], dict)
    except (KeyError, TypeError, ValueError):
        return {}
    return {**raw, **{name: time.isoformat(timespec="seconds") for name, time in times.items()}} if whole else {}


def again(offer: Offer) -> str:
    """The command that fetches a source once more."""
    return f"sozialraum data fetch {offer.id} --force"


def kept_files(offer: Offer, raw: Path) -> list[Kept]:
    """Every file of a source, there or not."""
    return [Kept(offer, file, raw / FOLDER / offer.id) for file in offer.dateien]


def usable_of(offers: Iterable[Offer], raw: Path) -> list[tuple[Offer, list[Kept]]]:
    """Each source of which files are there, with these; a SchemaError names all that were changed."""
    found = [(offer, there) for offer in offers if (there := [k for k in kept_files(offer, raw) if k.path.is_file()])]
    if faults := [fault for _, there in found for one in there if (fault := one.fault)]:
        raise SchemaError(faults)
    return found
