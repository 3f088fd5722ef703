"""The commands below ``data``. Heavy modules are imported where they are used."""

from pathlib import Path
from typing import Annotated

import typer

from sozialraum.cli.common import ROOT, AreasOption, DataOption, WeitergabeOption, say
from sozialraum.cli.fetch_command import fetch_, in_turn
from sozialraum.cli.own_data import import_, list_, remove
from sozialraum.cli.usage import Command, new_app
from sozialraum.errors import ParameterError

data_app = new_app(help="Tabellen prüfen, abrufen, bauen; eigene Tabellen einlesen, zeigen, entfernen.")
data_app.command("import", cls=Command)(import_)
data_app.command("list", cls=Command)(list_)
data_app.command(cls=Command)(remove)
data_app.command("fetch", cls=Command)(fetch_)


@data_app.command(cls=Command)
def check(*, data: DataOption = None) -> None:
    """Tabellen prüfen: Prüfsummen, Schemata, Summen, Plausibilität; gibt den Qualitätsbericht aus."""
    from sozialraum.supply.prepare import check as check_prepare
    from sozialraum.supply.workspace import open_data

    say(check_prepare.check(open_data(data).dir).text)


@data_app.command(cls=Command)
def template(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", show_default=False, help="Welche Vorlagen (Vorgabe: die fehlenden Kennzahlen)."),
    ] = None,
    *,
    listed: Annotated[bool, typer.Option("--list", help="Zeigen, welche Vorlagen es gibt; nichts schreiben.")] = False,
    stichtag: Annotated[
        list[str] | None,
        typer.Option("--stichtag", metavar="DATUM", help="Spalten für diesen Stichtag; mehrfach für mehrere Jahre."),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="ORDNER", show_default=False, help="Zielordner (Vorgabe: der aktuelle).")
    ] = Path(),
    data: DataOption = None,
) -> None:
    """Leere Tabellen zum Ausfüllen schreiben, jede als XLSX und als CSV mit YAML; was es gibt, zeigt --list."""
    from sozialraum.city.indicators import catalogue
    from sozialraum.city.load import open_data
    from sozialraum.files import write_bytes, write_text
    from sozialraum.supply import intake

    opened = open_data(data)
    raw = opened.indikatoren_yml
    known = intake.templates(raw, catalogue(raw))
    if listed:
        say(intake.template_list(known))
        return
    dates = intake.read_dates(stichtag or [])
    files: dict[Path, bytes | str] = {}
    for one in intake.choose_templates(known, names or []):
        stem = f"vorlage_{one.name}" if names else "vorlage"
        files[out / f"{stem}.xlsx"] = intake.template_workbook(opened.register, one, dates)
        files[out / f"{stem}_csv.csv"] = intake.template_csv(opened.register, one.entries, dates)
        files[out / f"{stem}_csv.yml"] = intake.template_yaml(one.titel if names else "", dates)
    present = next((path for path in files if path.exists()), None)
    if present:
        raise ParameterError(f"{present} gibt es schon. Bitte umbenennen oder mit --out woanders ablegen.")
    for path, content in files.items():
        if isinstance(content, bytes):
            write_bytes(path, content)
        else:
            write_text(path, content)
    say("\n".join(f"Geschrieben: {path}" for path in files))


@data_app.command(cls=Command)
def diff(
    gebiete: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Nur diese Berichte, als Nummer oder Name.")
    ] = None,
    *,
    vorher: Annotated[
        Path | None,
        typer.Option("--vorher", metavar="ORDNER", help="Stand davor (Vorgabe: dieselben ohne eigene Tabellen)."),
    ] = None,
    weitergabe: WeitergabeOption = None,
    areas: AreasOption = None,
    data: DataOption = None,
) -> None:
    """Welche Sätze welcher Berichte sich durch eigene Tabellen ändern."""
    from sozialraum.publish.changes import changes, listed
    from sozialraum.supply.kept import kept
    from sozialraum.supply.workspace import built_data, open_data

    after = open_data(data, areas=areas, weitergabe=weitergabe)
    before = open_data(vorher, areas=areas, weitergabe=weitergabe) if vorher else built_data(data, areas=areas)
    chosen = [after.register.resolve(name).id for name in gebiete or []]
    found = changes(before, after, gebiete=chosen) if vorher or kept(after) else []  # comparing takes a minute
    say(listed(found, after))


@data_app.command(cls=Command)
def freeze(
    entscheidung: Annotated[str, typer.Argument(metavar="KENNUNG", help="Kennung des Eintrags in entscheidungen.yml.")],
    *,
    data: DataOption = None,
) -> None:
    """Die Daten am Tag einer Entscheidung festhalten: Prüfsummen und öffentliche Werte der betroffenen Orte."""
    from datetime import UTC, datetime

    from sozialraum.publish.inputs import checksums, mark
    from sozialraum.supply.decisions import freeze as frozen
    from sozialraum.supply.workspace import open_data

    opened = open_data(data)
    found = checksums(opened)
    path = frozen(opened, entscheidung, today=datetime.now(UTC).date(), dateien=found, marke=mark(found))
    say(f"Geschrieben: {path}\n{mark(found)}")


@data_app.command("build", cls=Command)
def build_(
    *,
    raw: Annotated[
        Path,
        typer.Option(
            "--raw", metavar="ORDNER", show_default=False, help="Ordner der Quelldateien (Vorgabe: data/raw)."
        ),
    ] = ROOT / "data" / "raw",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="ORDNER", help="Zielordner (Vorgabe: derselbe wie --data).")
    ] = None,
    data: DataOption = None,
) -> None:
    """Tabellen aus den Quelldateien bauen, Abgerufenes einrechnen; bei einem Fehler bleibt alles, wie es war."""
    from sozialraum.city.load import data_dir
    from sozialraum.supply.prepare.enrich import build_and_enrich

    source = data_dir(data)
    with in_turn(raw.resolve()):
        say(build_and_enrich(raw.resolve(), (out or source).resolve(), data=source, progress=say).text)


@data_app.command(cls=Command)
def new(
    folder: Annotated[Path, typer.Argument(metavar="ORDNER", help="Der neue Ordner der Tabellen.")],
    *,
    boundaries: Annotated[
        Path,
        typer.Option("--boundaries", metavar="DATEI", help="Grenzen als GeoJSON, .gpkg, .shp, mit Nummer und Name."),
    ],
    table: Annotated[
        Path, typer.Option("--table", metavar="DATEI", help="Einwohner: .csv oder .xlsx, eine Zeile je Stadtteil.")
    ],
    stadt: Annotated[str, typer.Option("--stadt", metavar="NAME", help="Name der Stadt.")],
    stand: Annotated[str, typer.Option("--stand", metavar="DATUM", help="Stichtag der Einwohner: 31.12.2023.")],
    nummer: Annotated[str, typer.Option("--nummer", metavar="SPALTE", help="Spalte der Nummern.")] = "",
    name: Annotated[str, typer.Option("--name", metavar="SPALTE", help="Spalte der Namen.")] = "",
    einwohner: Annotated[str, typer.Option("--einwohner", metavar="SPALTE", help="Spalte der Einwohner.")] = "",
    layer: Annotated[str | None, typer.Option("--layer", metavar="NAME", help="Ebene eines GeoPackage.")] = None,
    herausgeber: Annotated[
        str, typer.Option("--herausgeber", metavar="NAME", help="Wer beide Dateien herausgibt; steht als Quelle dabei.")
    ] = "",
    lizenz: Annotated[
        str | None,
        typer.Option("--lizenz", metavar="KENNUNG", help="Lizenz beider Dateien, zum Beispiel dl-de/by-2-0."),
    ] = None,
) -> None:
    """Eine andere Stadt anlegen: aus Grenzen und einer Tabelle der Einwohner; danach überall --data ORDNER."""
    from datetime import UTC, datetime

    from sozialraum.supply.prepare.new_city import NO_LICENCE, Wanted, new_city

    wanted = Wanted(" ".join(stadt.split()), stand, nummer, name, einwohner, herausgeber, lizenz or NO_LICENCE, layer)
    done = new_city(folder, boundaries, table, wanted, today=datetime.now(UTC).date())
    say(f"{done.text}\nGeschrieben: {folder}. Berichte: sozialraum render --all --data {folder}")
