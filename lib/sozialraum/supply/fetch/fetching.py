"""Fetch sources: what has changed is brought, examined, and only then put in the place of the old file."""

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from sozialraum.errors import FetchError, SozialraumError, Unreachable, system_reason
from sozialraum.supply.fetch.content import City, examine
from sozialraum.supply.fetch.dating import newness
from sozialraum.supply.fetch.offered import MB, Offer
from sozialraum.supply.fetch.osm_extract import ENDINGS, extract_in, write_answer
from sozialraum.supply.fetch.overpass import elements, examine_answer, queries, same_objects
from sozialraum.supply.fetch.store import Kept, kept_files
from sozialraum.supply.fetch.transport import Answer, Line, forget

CATALOGUE_MB: Final = 50
_DAY: Final = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
"""A day in the name of a file: 20260601 or 2026-06-01."""
Progress = Callable[[Kept, int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one file: "neu", "unverändert", or "Fehler" and "von Hand" with a sentence."""

    kept: Kept
    status: str
    bytes: int = 0
    seconds: float = 0.0
    error: str = ""


def fetch(
    offers: Iterable[Offer],
    raw: Path,
    city: City,
    line: Line,
    *,
    force: bool = False,
    progress: Progress = lambda *_: None,
) -> Iterator[Outcome]:
    """Fetch every file of some sources, one after the other; a file that fails leaves what was there.

    Parameters
    ----------
    raw
        Folder of the source files.
    force
        Bring files again that have not changed.
    """
    silent: dict[str, str] = {}
    for offer in offers:
        for kept in kept_files(offer, raw):
            host = kept.file.address.partition("//")[2].partition("/")[0]
            if not host:
                yield _by_hand(kept)
                continue
            if host in silent:
                yield Outcome(kept, "Fehler", error=silent[host])
                continue
            started = line.clock.seconds()
            try:
                answer, size = _bring(kept, city, line, force, progress)
            except Unreachable as error:
                silent[host] = str(error)
                yield Outcome(kept, "Fehler", error=str(error))
            except SozialraumError as error:
                yield Outcome(kept, "Fehler", error=str(error))
            else:
                spent = line.clock.seconds() - started
                yield Outcome(kept, "neu" if answer.changed else "unverändert", size, spent)


def _by_hand(kept: Kept) -> Outcome:
    """A file that only a person can get: its address is not known."""
    if kept.path.is_file() and not kept.fault:
        return Outcome(kept, "unverändert")
    page = kept.offer.seite
    text = f"Die Adresse der Datei ist nicht bekannt. Bitte von {page} laden und mit --aus ORDNER übernehmen."
    return Outcome(kept, "von Hand", error=text)


def adopt(offers: Iterable[Offer], raw: Path, city: City, folder: Path, when: datetime) -> Iterator[Outcome]:
    """Take the files of some sources from a folder into which a person has put them, examined as if fetched."""
    for offer in offers:
        for kept in kept_files(offer, raw):
            given = _given(kept, folder) or (extract_in(folder) if kept.file.auszug else None)
            if given is None:
                yield Outcome(kept, "fehlt")
                continue
            try:
                make_folder(kept.folder)
                if kept.file.auszug and given.name.endswith(ENDINGS):
                    write_answer(given, kept.file, city, kept.part)
                else:
                    shutil.copyfile(given, kept.part)
                _accept(kept, city, when, Answer(kept.file.address or offer.seite, changed=True), name=given.name)
            except SozialraumError as error:
                yield Outcome(kept, "Fehler", error=str(error))
            except OSError as error:
                forget(kept.part)
                reason = f"{given}: Die Datei lässt sich nicht nach {kept.path} übernehmen ({system_reason(error)})."
                yield Outcome(kept, "Fehler", error=reason)
            else:
                yield Outcome(kept, "neu", kept.path.stat().st_size)


def reexamine(offers: Iterable[Offer], raw: Path, city: City) -> Iterator[Outcome]:
    """Examine the files that are there once more, without a network."""
    for offer in offers:
        for kept in kept_files(offer, raw):
            if not kept.path.is_file():
                yield Outcome(kept, "fehlt")
                continue
            try:
                if kept.fault:
                    raise FetchError(kept.fault)
                _examined(kept, kept.path, city)
            except FetchError as error:
                yield Outcome(kept, "Fehler", error=str(error))
            else:
                yield Outcome(kept, "in Ordnung", kept.path.stat().st_size)


def _bring(kept: Kept, city: City, line: Line, force: bool, progress: Progress) -> tuple[Answer, int]:
    make_folder(kept.folder)
    if kept.file.abfrage:
        return _asked(kept, city, line, force, progress)
    address, issued = (kept.file.url, "") if kept.file.url else _found(kept, line)
    manifest = {} if force or kept.fault else kept.manifest
    same = manifest.get("adresse") == address
    known = {name: str(manifest.get(name, "")) for name in ("etag", "last_modified")} if same else {}
    answer = line.download(
        address, kept.part, limit=kept.file.limit, known=known,
        progress=lambda done, total: progress(kept, done, total),
    )  # fmt: skip
    if not answer.changed:
        kept.confirm(line.clock.now())
        return answer, 0
    return _accept(kept, city, line.clock.now(), answer, adresse=address, name=_name(address), ausgabe=issued)


def _asked(kept: Kept, city: City, line: Line, force: bool, progress: Progress) -> tuple[Answer, int]:
    """Ask for the objects within the municipality; where nothing is known of that, within its frame."""
    for query in queries(kept.file, city):
        answer = line.download(
            kept.file.url, kept.part, limit=kept.file.limit, known={}, query=query,
            progress=lambda done, total: progress(kept, done, total),
        )  # fmt: skip
        try:
            if elements(kept.part, kept.file.datei)[0]:
                break
        except FetchError:
            forget(kept.part)
            raise
    return _accept(kept, city, line.clock.now(), answer, adresse=kept.file.url, force=force)


def _examined(kept: Kept, path: Path, city: City, *, force: bool = True) -> dict[str, int]:
    if kept.file.abfrage:
        before = 0 if force else int(kept.manifest.get("zeilen", {}).get("objekte", 0))
        return examine_answer(path, kept.file, city, before)
    return examine(path, kept.file, city)


def _given(kept: Kept, folder: Path) -> Path | None:
    """The file in a folder, under its own name or those of its editions: the newest of these."""
    own = f"^{re.escape(kept.file.datei)}$"
    pattern = f"{own}|{kept.file.published}" if kept.file.published else own
    named = [path for path in folder.iterdir() if path.is_file() and re.search(pattern, path.name, re.IGNORECASE)]
    return max(named, key=lambda path: newness(path.name, ""), default=None)


def _name(address: str) -> str:
    return unquote(urlsplit(address).path.rpartition("/")[2])


def _accept(
    kept: Kept, city: City, when: datetime, answer: Answer, *, force: bool = True, **noted: str
) -> tuple[Answer, int]:
    """Put what was brought in place if it is what was described; bytes or objects as before are nothing new."""
    size = kept.part.stat().st_size
    try:
        rows = _examined(kept, kept.part, city, force=force)
    except FetchError:
        forget(kept.part)
        raise
    if kept.file.abfrage and not kept.fault and same_objects(kept.part, kept.path):
        forget(kept.part)
        kept.confirm(when)
        return replace(answer, changed=False), 0
    before = "" if kept.fault else kept.manifest.get("sha256")
    kept.accept(answer.address, when, rows, **noted, etag=answer.etag, last_modified=answer.last_modified)
    forget(kept.part)
    return replace(answer, changed=before != kept.manifest["sha256"]), size


def make_folder(folder: Path) -> None:
    """Make a folder for fetched files."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FetchError(
            f"{folder}: Der Ordner lässt sich nicht anlegen. Bitte mit --raw einen beschreibbaren Ordner nennen."
        ) from error


def _found(kept: Kept, line: Line) -> tuple[str, str]:
    """Address and date of a file in a catalogue: the newest edition."""
    wanted, place = kept.file.katalog, kept.folder / ".katalog.teil"
    forget(place)
    try:
        if wanted["url"] not in line.catalogues:
            line.download(wanted["url"], place, limit=CATALOGUE_MB * MB, known={})
            line.catalogues[wanted["url"]] = json.loads(place.read_text("utf-8-sig"))
        hits = list(_editions(line.catalogues[wanted["url"]], wanted))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FetchError(
            f"{wanted['url']}: Erwartet wird ein Katalog von Datensätzen (JSON); gekommen ist etwas anderes. "
            f"Bitte später erneut "
            "abrufen."
        ) from error
    finally:
        forget(place)
    if not hits:
        named = f"kein Datensatz „{wanted['titel']}“ mit einer Datei" if "titel" in wanted else "keine Datei"
        raise FetchError(
            f"{wanted['url']}: Im Katalog steht {named} „{wanted['datei']}“. Bitte die "
            "Beschreibung der Quelle anpassen."
        )
    address, changed = max(hits, key=lambda hit: newness(_name(hit[0]), hit[1]))
    return urljoin(wanted["url"], address), changed


def _editions(catalogue: Mapping[str, Any], wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Address and date of every file that is meant: in a catalogue of data sets, or in one data set of CKAN."""
    if "dataset" not in catalogue:
        for given in catalogue["result"]["resources"]:
            address = str(given.get("url") or "")
            if re.search(wanted["datei"], address, re.IGNORECASE):
                days = _DAY.findall(f"{given.get('name', '')} {address.rpartition('/')[2]}")
                yield address, "-".join(max(days, default=()))
        return
    for one in catalogue["dataset"]:
        if re.search(wanted["titel"], str(one.get("title", "")), re.IGNORECASE):
            for given in one.get("distribution") or []:
                address = str(given.get("downloadURL") or given.get("accessURL") or "")
                if re.search(wanted["datei"], address, re.IGNORECASE):
                    changed = re.match(r"\d{4}-\d\d-\d\d", str(one.get("modified") or one.get("issued") or ""))
                    yield address, changed[0] if changed else ""
