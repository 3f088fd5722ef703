"""The command ``data fetch``: official files from their publishers, with progress and what goes wrong in German."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sozialraum.cli.common import ROOT, DataOption, say

if TYPE_CHECKING:
    from sozialraum.supply.fetch.fetching import Outcome
    from sozialraum.supply.fetch.offered import Offer
    from sozialraum.supply.fetch.store import Kept

_MB = 1_000_000
NEXT = "Nächster Schritt: sozialraum data build"


def fetch_(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUELLE", show_default=False, help="Welche Quellen (Vorgabe: alle; zeigt --list)."),
    ] = None,
    *,
    listed: Annotated[
        bool, typer.Option("--list", help="Zeigen, was es gibt, wie groß und wie alt es ist; ohne Netz.")
    ] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Zeigen, was abgerufen würde; ohne Netz.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Auch abrufen, was sich nicht geändert hat.")] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ohne Netz: nur prüfen, ob das Abgerufene noch in Ordnung ist.")
    ] = False,
    given: Annotated[
        Path | None,
        typer.Option("--aus", metavar="ORDNER", help="Ohne Netz: Dateien übernehmen, die jemand dorthin geladen hat."),
    ] = None,
    raw: Annotated[
        Path,
        typer.Option(
            "--raw", metavar="ORDNER", show_default=False, help="Ordner der Quelldateien (Vorgabe: data/raw)."
        ),
    ] = ROOT / "data" / "raw",
    data: DataOption = None,
) -> None:
    """Amtliche Dateien bei ihren Herausgebern abrufen; danach rechnet sie data build ein."""
    from sozialraum.city.load import open_data
    from sozialraum.supply.fetch.offered import chosen_offers, municipality, read_offers

    opened = open_data(data)
    offers = chosen_offers(read_offers(opened.dir), names or [])
    source = raw.resolve()
    if listed or dry:
        say("\n".join(_listing(offers, source, datetime.now(UTC)) if listed else _plan(offers, source, force)))
        return

    from sozialraum.supply.fetch.content import City
    from sozialraum.supply.fetch.fetching import adopt, fetch, reexamine
    from sozialraum.supply.fetch.transport import Clock, Line, open_client

    city = City(opened, municipality(opened.dir))
    if offline:
        _finish(list(_shown(reexamine(offers, source, city))), "")
        return
    with in_turn(source, make=True):
        if given is not None:
            _finish(list(_shown(adopt(offers, source, city, given, datetime.now(UTC)))), NEXT)
            return
        with open_client() as client, _progress() as progress:
            line = Line(client, Clock())
            outcomes = list(_shown(fetch(offers, source, city, line, force=force, progress=progress)))
        _finish(outcomes, NEXT)


@contextmanager
def in_turn(raw: Path, *, make: bool = False) -> Iterator[None]:
    """Keep others from the fetched files in a folder of source files while they are brought or read."""
    from sozialraum.files import one_after_another
    from sozialraum.supply.fetch.fetching import make_folder
    from sozialraum.supply.fetch.offered import FOLDER

    folder = raw / FOLDER
    if make:
        make_folder(folder)
    with one_after_another(folder, _tell) if folder.is_dir() else nullcontext():
        yield


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _finish(outcomes: "list[Outcome]", then: str) -> None:
    """Say the sum; status 1 if a file failed."""
    words = ("neu", "unverändert", "in Ordnung", "fehlt", "von Hand", "Fehler")
    by_status = {word: sum(one.status == word for one in outcomes) for word in words}
    files = "1 Datei" if len(outcomes) == 1 else f"{len(outcomes)} Dateien"
    say(f"{files}: " + ", ".join(f"{count} {word}" for word, count in by_status.items() if count) + ".")
    if then and by_status["neu"]:
        say(then)
    if by_status["Fehler"]:
        say("Ohne Netz oder Zugang: Dateien an anderer Stelle laden und mit --aus ORDNER übernehmen.")
        raise typer.Exit(1)


def _shown(outcomes: "Iterable[Outcome]") -> "Iterator[Outcome]":
    told: set[str] = set()
    for one in outcomes:
        name = f"{one.kept.offer.id}: {one.kept.file.datei}"
        if one.status == "Fehler":
            stays = " Die bisherige Datei bleibt." if one.kept.path.is_file() else ""
            again = one.error in told
            told.add(one.error)
            reason = one.error.removeprefix(f"{one.kept.file.datei}: ")
            if stays and not reason.endswith("."):  # it ends with a command
                reason += "."
            sys.stderr.write(f"FEHLER {name}{' (ebenso)' if again else f': {reason}{stays}'}\n")
        elif one.status == "von Hand":
            sys.stderr.write(f"von Hand {name}: {one.error}\n")
        elif one.status == "neu":
            say(f"neu {name}, {_amount(one.bytes)}{_rate(one.bytes, one.seconds)}")
        else:
            say(f"{one.status} {name}")
        yield one


@contextmanager
def _progress() -> "Iterator[Callable[[Kept, int, int], None]]":
    """A bar with rate and remaining time on a terminal; nothing in a pipe."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TextColumn("noch"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(kept: "Kept", done: int, total: int) -> None:
            bar.update(task, description=kept.file.datei, completed=done, total=total or None)

        yield show


def _listing(offers: "Iterable[Offer]", raw: Path, now: datetime) -> Iterator[str]:
    from sozialraum.supply.fetch.store import kept_files

    for offer in offers:
        files = kept_files(offer, raw)
        there = [one for one in files if one.path.is_file()]
        size = sum(one.file.mb for one in files)
        yield f"{offer.id}: {offer.titel}"
        yield f"  bringt    {offer.bringt}"
        if offer.indikatoren:
            yield f"  Werte     {', '.join(offer.indikatoren)}"
        yield f"  Größe     rund {_amount(size * _MB)} in {len(files)} {'Datei' if len(files) == 1 else 'Dateien'}"
        yield f"  Lizenz    {offer.lizenz.name}; {offer.herausgeber}"
        yield f"  Stand     {', '.join(dict.fromkeys(_stand(one) for one in files))}"
        yield f"  hier      {_age(there, len(files), now)}"
        yield f"  erprobt   {offer.geprueft}"


def _stand(kept: "Kept") -> str:
    """The date of the description; where editions come under one address, that of the file that is there."""
    from sozialraum.supply.fetch.dating import edition

    return kept.file.stand or (edition(kept) if kept.manifest else "neueste Ausgabe")


def _age(there: "list[Kept]", count: int, now: datetime) -> str:
    if not there:
        return "noch nicht abgerufen"
    if any(one.fault for one in there):
        return f"{len(there)} von {count} abgerufen, davon mindestens eine verändert; bitte erneut abrufen"
    oldest = min(datetime.fromisoformat(one.manifest["geprueft"]) for one in there)
    days = (now - oldest).days
    when = "heute" if days < 1 else "gestern" if days == 1 else f"vor {days} Tagen"
    return f"{len(there)} von {count} abgerufen, {when} zuletzt beim Herausgeber nachgesehen"


def _plan(offers: "Iterable[Offer]", raw: Path, force: bool) -> Iterator[str]:
    from sozialraum.supply.fetch.store import kept_files

    sizes = {"ganz": 0.0, "nur falls geändert": 0.0, "nur mit --aus": 0.0}
    for offer in offers:
        for one in kept_files(offer, raw):
            there = one.path.is_file() and not one.fault and not force
            asked = "nur mit --aus" if not one.file.address else "nur falls geändert" if there else "ganz"
            sizes[asked] += one.file.mb
            yield f"{offer.id}: {one.file.datei}, {asked}, von {one.file.address or offer.seite}"
    whole, perhaps = (_amount(sizes[asked] * _MB) for asked in ("ganz", "nur falls geändert"))
    said = [f"Zu laden sind rund {whole}."] if sizes["ganz"] else []
    if sizes["nur falls geändert"]:
        said.append(f"Was sich geändert hat, sind höchstens rund {perhaps}.")
    yield " ".join([*said, "Es wurde nichts abgerufen."])


def _amount(size: float) -> str:
    from sozialraum.style import number

    if size < _MB:
        return f"{number(max(size / 1000, 0.1), 1)} KB"
    return f"{number(size / _MB, 1 if size < 100 * _MB else 0)} MB"


def _rate(size: float, seconds: float) -> str:
    return f" in {seconds:.0f} s ({_amount(size / seconds)}/s)" if seconds >= 1 else ""
