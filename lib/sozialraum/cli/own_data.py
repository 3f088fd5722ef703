"""The commands ``data import``, ``data list`` and ``data remove``: own tables, with questions instead of guesses."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from sozialraum.cli.common import DataOption, say
from sozialraum.errors import ParameterError

_Text = str | None


def _option(name: str, metavar: str, words: str) -> Any:
    return typer.Option(name, metavar=metavar, help=words)


def import_(
    file: Annotated[Path, typer.Argument(metavar="DATEI", help="Tabelle als .xlsx, .xls, .ods oder .csv.")],
    *,
    vorschau: Annotated[bool, typer.Option("--vorschau", help="Nur zeigen, was verstanden wurde.")] = False,
    anlegen: Annotated[
        bool, typer.Option("--beschreibung-anlegen", help="Eine YAML-Datei zum Ausfüllen neben die Tabelle legen.")
    ] = False,
    beschreibung: Annotated[
        Path | None,
        _option("--beschreibung", "DATEI", "Beschreibung, die nicht neben der Tabelle liegt: etwa die vom Vorjahr."),
    ] = None,
    angabe: Annotated[
        list[str] | None,
        _option(
            "--angabe", "NAME=WERT", "Jede Zeile der Beschreibung: gebiet.spalte=G, zeilen.Merkmal=Haushalte; mehrfach."
        ),
    ] = None,
    indikator: Annotated[
        _Text, _option("--indikator", "KENNUNG", "Was die Tabelle enthält, wenn es nur eines ist.")
    ] = None,
    spalte: Annotated[
        list[str] | None,
        _option(
            "--spalte", "SPALTE=KENNUNG:ANGABE", "Zähler, Nenner oder Wert: J+K=arbeitslosenanteil:zaehler; C=nicht."
        ),
    ] = None,
    blatt: Annotated[_Text, _option("--blatt", "NAME", "Blatt der Excel-Datei.")] = None,
    bereich: Annotated[
        _Text, _option("--bereich", "A5:F60", "Nur diese Zellen lesen, wenn mehrere Tabellen auf dem Blatt stehen.")
    ] = None,
    stelle: Annotated[_Text, _option("--stelle", "NAME", "Wer die Tabelle geliefert hat.")] = None,
    tabelle: Annotated[_Text, _option("--tabelle", "TITEL", "Titel der Tabelle, für das Quellenverzeichnis.")] = None,
    stichtag: Annotated[_Text, _option("--stichtag", "DATUM", "31.12.2023, 2023 oder 2023/24.")] = None,
    zaehler: Annotated[_Text, _option("--zaehler", "TEXT", 'Was gezählt wird: "Arbeitslose (Personen)".')] = None,
    nenner: Annotated[
        _Text, _option("--nenner", "TEXT", 'Worauf sich der Anteil bezieht: "Einwohner (Personen)".')
    ] = None,
    einheit: Annotated[_Text, _option("--einheit", "EINHEIT", "Einheit eines neuen Indikators.")] = None,
    richtung: Annotated[_Text, _option("--richtung", "WORT", "belastung, ressource oder neutral.")] = None,
    lizenz: Annotated[_Text, _option("--lizenz", "LIZENZ", "dl-de/by-2-0 oder in Worten.")] = None,
    geheimhaltung: Annotated[
        _Text, _option("--geheimhaltung", "VERFAHREN", "sperrung:3, rundung:5, cell-key:5 oder keines.")
    ] = None,
    weitergabe: Annotated[_Text, _option("--weitergabe", "KREIS", "oeffentlich, rat oder intern.")] = None,
    titel: Annotated[_Text, _option("--titel", "TEXT", "Name eines neuen Indikators.")] = None,
    definition: Annotated[_Text, _option("--definition", "TEXT", "Was ein neuer Indikator misst.")] = None,
    typ: Annotated[_Text, _option("--typ", "TYP", "anteil, anzahl, rate oder veraenderung.")] = None,
    kapitel: Annotated[_Text, _option("--kapitel", "BUCHSTABE", "Kapitel eines neuen Indikators.")] = None,
    methode: Annotated[
        _Text, _option("--methode", "NAME", "Zählweise; ein neuer Name: nicht mit früher vergleichbar.")
    ] = None,
    dezimalzeichen: Annotated[_Text, _option("--dezimalzeichen", "WORT", "komma oder punkt.")] = None,
    anteil_als: Annotated[
        _Text, _option("--anteil-als", "WORT", "prozent (0,5 = 0,5 %) oder bruch (0,5 = 50 %).")
    ] = None,
    zeichen: Annotated[
        list[str] | None, _option("--zeichen", "ZEICHEN=BEDEUTUNG", 'null oder fehlt: "–=null"; mehrfach erlaubt.')
    ] = None,
    trennzeichen: Annotated[
        _Text, _option("--trennzeichen", "ZEICHEN", "Zwischen den Spalten einer Textdatei.")
    ] = None,
    ausgeblendetes: Annotated[
        bool, typer.Option("--ausgeblendetes", help="Ausgeblendete Zeilen und Spalten lesen.")
    ] = False,
    unvollstaendig: Annotated[bool, typer.Option("--unvollstaendig", help="Fehlende Stadtteile zulassen.")] = False,
    rest: Annotated[_Text, _option("--rest", "nicht", "Alle Spalten, die niemand zugeordnet hat, auslassen.")] = None,
    ausreisser: Annotated[
        _Text, _option("--ausreisser", "GRUND", "Weit abstehende Werte sind richtig, mit dem Grund dafür.")
    ] = None,
    statistikstelle: Annotated[
        bool,
        typer.Option(
            "--statistikstelle",
            help="Nur in der abgeschotteten Statistikstelle: kleine Fallzahlen sperren, geschütztes Paket ablegen.",
        ),
    ] = False,
    mindestfallzahl: Annotated[
        int,
        typer.Option(
            "--mindestfallzahl",
            metavar="ZAHL",
            show_default=False,
            help="Zu --statistikstelle: 3 (Vorgabe), 5 oder 10.",
        ),
    ] = 3,
    data: DataOption = None,
) -> None:
    """Eine Tabelle der Statistikstelle einlesen; bei einem Fehler bleibt alles, wie es war."""
    from sozialraum.supply import intake
    from sozialraum.supply.intake import Weitergabe, description
    from sozialraum.supply.kept import written_words
    from sozialraum.supply.workspace import open_data

    texts = {
        "indikator": indikator, "blatt": blatt, "bereich": bereich, "stelle": stelle, "tabelle": tabelle,
        "stichtag": stichtag,
        "zaehler": zaehler, "nenner": nenner, "einheit": einheit, "richtung": richtung, "lizenz": lizenz,
        "geheimhaltung": geheimhaltung, "weitergabe": weitergabe, "titel": titel, "definition": definition,
        "typ": typ, "kapitel": kapitel, "methode": methode, "dezimalzeichen": dezimalzeichen,
        "anteil_als": anteil_als, "unvollstaendig": "ja" if unvollstaendig else "", "rest": rest,
        "ausreisser": ausreisser,
    }  # fmt: skip
    if statistikstelle and not geheimhaltung:
        texts["geheimhaltung"] = "keines"
    given: dict[str, Any] = {key: text for key, text in texts.items() if text}
    given |= {"spalten": _pairs(spalte, "--spalte"), "zeichen": _pairs(zeichen, "--zeichen")}
    options = description(_nested(angabe, given), "Optionen")
    opened = open_data(data, weitergabe=Weitergabe.INTERN)
    how: dict[str, Any] = {
        "options": options, "beschreibung": beschreibung, "separator": _sign(trennzeichen), "hidden": ausgeblendetes,
    }  # fmt: skip
    if anlegen:
        say(_write_description(file, intake.propose(file, opened, **how)))
        return
    today = datetime.now(UTC).date()
    brought = intake.bring(file, opened, today=today, statistikstelle=statistikstelle, **how)
    if vorschau:
        say(intake.preview(brought, opened))
        return
    made = intake.packages(brought, opened, mindestfallzahl=mindestfallzahl)
    say("\n".join(map(intake.hidden_in, made)) if statistikstelle else _understood(intake.preview(brought, opened)))
    done = intake.write_packages(opened.dir, made, today=today)
    say(written_words(done, opened.register))
    if not statistikstelle:
        intake.remember(opened.dir, brought.sheets, brought.answers, opened.register)
    if any(one.new for one in done):
        seen = max((Weitergabe.parse(one.paket.weitergabe) for one in done), key=list(Weitergabe).index)
        option = "" if seen is Weitergabe.OEFFENTLICH else f" --weitergabe {seen.value}"
        say(f"Was sich in den Berichten ändert, zeigt: sozialraum data diff{option}")


def _nested(given: list[str] | None, raw: dict[str, Any]) -> dict[str, Any]:
    """Answers with those of ``--angabe gebiet.spalte=G``."""
    for pair in given or []:
        name, sign, text = pair.partition("=")
        *path, last = name.strip().split(".")
        if not (sign and last):
            raise ParameterError(f"--angabe „{pair}“ hat nicht die Form NAME=WERT, zum Beispiel gebiet.spalte=G.")
        inner: Any = raw
        for part in path:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise ParameterError(f"--angabe „{pair}“: {part} ist schon ohne weitere Angaben gesetzt.")
        inner[last] = text.strip()
    return raw


def _understood(preview: str) -> str:
    """The preview without its last words, that nothing is written yet."""
    return preview.rsplit("\n\n", 1)[0] + "\n"


def _pairs(given: list[str] | None, option: str) -> dict[str, str]:
    split = [pair.rpartition("=") for pair in given or []]
    wrong = [pair for pair, (name, sign, _) in zip(given or [], split, strict=True) if not (name and sign)]
    if wrong:
        raise ParameterError(f"{option} „{wrong[0]}“ hat nicht die Form LINKS=RECHTS.")
    return {name: text for name, _, text in split}


def _sign(given: str | None) -> str | None:
    """A separator; ``tab`` means the tabulator."""
    if given in ("\\t", "tab", "Tab"):
        return "\t"
    if given is not None and len(given) != 1:
        raise ParameterError(f"--trennzeichen „{given}“ ist kein einzelnes Zeichen.")
    return given


def _write_description(file: Path, text: str) -> str:
    from sozialraum.files import write_text
    from sozialraum.supply.intake import sidecar

    target = sidecar(file)
    if target.exists():
        raise ParameterError(f"{target} gibt es schon. Bitte dort ergänzen oder die Datei umbenennen.")
    write_text(target, text)
    return f"Angelegt: {target}. Bitte ausfüllen und noch einmal einlesen."


_YES = ("j", "ja")


def list_(
    *,
    weitergabe: Annotated[
        str | None,
        typer.Option(
            "--weitergabe",
            metavar="KREIS",
            help="Nur was dieser Kreis wissen darf: oeffentlich, rat oder intern (Vorgabe).",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON für Programme.")] = False,
    data: DataOption = None,
) -> None:
    """Eigene Tabellen: was, von wem, zu welchem Stand, für wen, seit wann und mit welcher Beschreibung."""
    from sozialraum.cli import lookup
    from sozialraum.supply import kept, workspace
    from sozialraum.supply.intake import Weitergabe

    wanted = Weitergabe.parse(weitergabe or Weitergabe.INTERN)
    opened = workspace.open_data(data, weitergabe=wanted)
    rows = kept.kept_rows(kept.kept(opened, weitergabe=wanted), opened)
    if as_json:
        say(lookup.as_json(rows))
        return
    if not rows:
        say(kept.NOTHING_KEPT)
        return
    say("\n".join([*_grouped(kept.for_people(rows)), *kept.remarks(rows)]))


def _grouped(rows: list[dict[str, str]]) -> list[str]:
    """A table with a line of its own for each indicator: its title would make every row twice as long."""
    from sozialraum.cli import lookup
    from sozialraum.supply.kept import INDICATOR

    titles = [row.pop(INDICATOR) for row in rows]
    head, *lines = lookup.as_table(rows).splitlines()
    grouped = [f"  {head}"]
    for title, before, line in zip(titles, ["", *titles], lines, strict=False):
        grouped += [*([title] if title != before else []), f"  {line}"]
    return grouped


def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME", help="Indikator, oder Name einer Tabelle, wie data list ihn zeigt.")
    ],
    *,
    stichtag: Annotated[
        str, typer.Option("--stichtag", metavar="DATUM", show_default=False, help="Nur zu diesem Stand: 31.12.2023.")
    ] = "",
    ja: Annotated[bool, typer.Option("--ja", help="Nicht nachfragen.")] = False,
    probe: Annotated[bool, typer.Option("--probe", help="Nur zeigen, was entfernt würde und was dann gilt.")] = False,
    data: DataOption = None,
) -> None:
    """Eigene Tabellen entfernen; sagt vorher, welche Werte dann gelten."""
    from sozialraum.supply import kept, workspace
    from sozialraum.supply.intake import Weitergabe

    opened = workspace.open_data(data, weitergabe=Weitergabe.INTERN)
    removal = kept.plan_removal(opened, names, stichtag=stichtag)
    say(removal.text)
    if probe:
        say("Probe: Es ist nichts entfernt.")
    elif ja or _confirmed():
        say(kept.remove(opened, removal))
        say("Berichte zeigen den neuen Stand nach: sozialraum render")
    else:
        say("Es ist nichts entfernt.")


def _confirmed() -> bool:
    """Whether a person at the terminal says yes."""
    if not sys.stdin.isatty():
        raise ParameterError("Es ist nichts entfernt: Ohne Terminal bitte mit --ja bestätigen.")
    sys.stdout.write("Entfernen? (j/n) ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in _YES
