"""From the import on, own tables are the values everywhere; an audience sees only what it may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data_fixtures import copy_tables
from intake_samples import CITY, HEAD, KEYS, NAME, PART, WHOLE, rows, write_csv
from sozialraum.city.own_areas import names, quartiere
from sozialraum.cli.common import WeitergabeOption
from sozialraum.cli.main import main
from sozialraum.cli.own_data import import_
from sozialraum.compare.analysis import analyse
from sozialraum.errors import ParameterError, SchemaError, TableError
from sozialraum.publish import export
from sozialraum.publish.job import Job, render
from sozialraum.supply import intake, own_tables, workspace
from sozialraum.supply.intake import Description
from sozialraum.supply.intake.description import CHOICE

ANSWERS = Description(
    stelle="Amt für Statistik, Musterstadt", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich"
)
TODAY = date(2025, 6, 1)
Bring = Callable[..., list[Path]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_tables(tmp_path)


@pytest.fixture
def bring(folder: Path, tmp_path: Path) -> Bring:
    def bringer(lines: list[list[Any]], **answers: Any) -> list[Path]:
        data = workspace.open_data(folder, weitergabe="intern")
        path = write_csv(tmp_path / "tabelle.csv", lines)
        brought = intake.bring(path, data, options=intake.description(answers, "Optionen").over(ANSWERS), today=TODAY)
        return [one.folder for one in intake.write_packages(folder, intake.packages(brought, data))]

    return bringer


def year(stand: str, plus: int = 0) -> list[list[Any]]:
    lines = [[NAME[key], PART[key] + plus * (key != "04"), WHOLE[key]] for key in KEYS]
    return [[f"Stichtag {stand}"], HEAD, *lines]


def test_an_own_table_takes_the_place_of_a_gap(folder: Path, bring: Bring) -> None:
    before = workspace.open_data(folder)
    files = before.files
    assert not before.indikatoren_yml["indikatoren"]["arbeitslosenanteil"]["verfuegbar"]
    bring(year("31.12.2023"))
    data = workspace.open_data(folder)
    analysis = analyse(data, "02")
    row = analysis.row("arbeitslosenanteil")
    assert row["wert"] == pytest.approx(100 * 1104 / 1402)
    assert (row["art"], row["stand"], row["klasse"]) == ("berechnet", "2023-12-31", "weit über dem Stadtwert")
    assert analysis.city("arbeitslosenanteil") == pytest.approx(100 * 1452 / 6320)
    source = data.quellen[row["quelle"]]
    assert (source.herausgeber, source.kurz, source.lizenz.id) == (ANSWERS.stelle, "Amt für Statistik", "dl-de/by-2-0")
    assert {path.name for path in set(data.files) - set(files)} == {"werte.csv", "paket.yml"}


def test_register_counts_replace_the_estimate_but_not_the_denominators_of_the_census(
    folder: Path, bring: Bring
) -> None:
    before = workspace.open_data(folder).indikatoren.set_index(["indikator", "gebiet_id"])
    people = {"01": 1150, "02": 2300, "03": 1150, "04": 1120, "05": 2250, "06": 910, "07": 230, "08": 680, "09": 450}
    bring([["Stand 31.12.2024"], ["Stadtteil", "Einwohner"], *[[NAME[key], n] for key, n in people.items()]])
    after = workspace.open_data(folder).indikatoren.set_index(["indikator", "gebiet_id"])
    assert after.at[("einwohner", "02"), "wert"] == 2300
    assert after.at[("einwohner", "02"), "art"] == "amtlich"
    assert after.at[("einwohner", CITY), "wert"] == sum(people.values())
    assert after.at[("dichte_je_km2", "02"), "wert"] == 2300
    shares = ["anteil_unter_15", "geboren_eu", "kitas_je_1000_kinder"]
    assert after.loc[shares].equals(before.loc[shares])


def test_several_years_and_issues_the_latest_holds(folder: Path, bring: Bring) -> None:
    both = ["Stadtteil", "Arbeitslose 2021", "Arbeitslose 2022", "Einwohner 15-64 2021", "Einwohner 15-64 2022"]
    lines = [[NAME[key], PART[key], PART[key], WHOLE[key], WHOLE[key]] for key in KEYS]
    assert len(bring([both, *lines])) == 2
    bring(year("31.12.2020"))
    data = workspace.open_data(folder)
    assert [paket.stand for paket in own_tables.own_packages(data)] == ["2020-12-31", "2021", "2022"]
    assert analyse(data, "03").row("arbeitslosenanteil")["stand"] == "2022"
    lines[2][2] = 70
    bring([both, *lines])
    assert analyse(workspace.open_data(folder), "03").row("arbeitslosenanteil")["zaehler"] == 70


def test_a_new_indicator_needs_its_words_and_gets_a_class(folder: Path, bring: Bring) -> None:
    table = [["Stand 31.12.2023"], ["Stadtteil", "Haushalte mit Wohngeld", "Haushalte"], *rows()]
    columns = {"B": "wohngeld:zaehler", "C": "wohngeld:nenner"}
    with pytest.raises(TableError) as caught:
        bring(table, indikator="wohngeld", spalten=columns)
    asked = ("--titel", "--definition", "--einheit", "--typ", "--richtung", "--kapitel", "--zaehler", "--nenner")
    assert all(option in str(caught.value) for option in asked)
    bring(
        table, indikator="wohngeld", spalten=columns, titel="Haushalte mit Wohngeld", definition="Mit Wohngeld.",
        einheit="%", typ="anteil", richtung="belastung", kapitel="I", zaehler="Haushalte mit Wohngeld (Haushalte)",
        nenner="Haushalte (Haushalte)",
    )  # fmt: skip
    analysis = analyse(workspace.open_data(folder), "02")
    assert analysis.katalog["wohngeld"].titel == "Haushalte mit Wohngeld"
    assert analysis.row("wohngeld")["klasse"] == "weit über dem Stadtwert"


def test_an_audience_sees_only_what_it_may(folder: Path, bring: Bring) -> None:
    bring(year("31.12.2022"))
    bring(year("31.12.2023", 1), weitergabe="rat")
    bring(year("31.12.2024", 2), weitergabe="intern")
    seen = {
        audience: analyse(workspace.open_data(folder, weitergabe=audience), "01").row("arbeitslosenanteil")["zaehler"]
        for audience in intake.WEITERGABE
    }
    assert seen == {"oeffentlich": 52, "rat": 53, "intern": 54}
    for audience, count in {"oeffentlich": 52, "rat": 53, "intern": 54}.items():
        target = folder.parent / f"{audience}.xlsx"
        assert run("export", str(target), "--weitergabe", audience, "--data", str(folder)) == 0
        values = pd.read_excel(target, sheet_name="werte", dtype={"gebiet_id": str}).set_index(
            ["gebiet_id", "indikator"]
        )
        assert values.loc[("01", "arbeitslosenanteil"), "anzahl"] == count
    data = workspace.open_data(folder)
    assert data.environment["SOZIALRAUM_WEITERGABE"] == "oeffentlich"
    assert not any("2024-12-31" in str(path) for path in data.files)


def test_a_page_for_the_public_is_the_same_with_and_without_an_intern_table(
    folder: Path, bring: Bring, tmp_path: Path, make_notebook: Callable[..., Path]
) -> None:
    notebook = make_notebook(
        "03_stadtteilanalyse",
        'gebiet = "02"',
        "from sozialraum import figures, text\nfrom sozialraum.compare import analysis\n"
        "from sozialraum.supply import workspace\nanalyse = analysis.analyse(workspace.open_data(), gebiet)",
        "# Bericht",
        "figures.table(text.evidence(analyse), caption='Belege')",
    )

    def page(audience: str) -> bytes:
        data = workspace.open_data(folder, weitergabe=audience)
        render(Job(notebook, f"{audience}.html", "02", {"gebiet": "02"}), data=data.environment, out=tmp_path)
        return (tmp_path / f"{audience}.html").read_bytes()

    public = page("oeffentlich")
    bring(year("31.12.2023"), weitergabe="intern")
    assert page("oeffentlich") == public
    assert "Weitergabe: öffentlich" in public.decode()
    intern = page("intern").decode()
    assert "78,7" in intern
    assert "78,7" not in public.decode()
    assert "Weitergabe: nur intern" in intern


def test_nothing_is_written_unless_all_is_right(folder: Path, bring: Bring) -> None:
    lines = year("31.12.2023")
    lines[3][1] = "falsch"
    with pytest.raises(TableError):
        bring(lines)
    assert not (folder.parent / "eigene").exists()


def test_a_damaged_package_is_told(folder: Path, bring: Bring) -> None:
    (made,) = bring(year("31.12.2023"))
    values = made / "werte.csv"
    values.write_text(values.read_text(encoding="utf-8").replace("1104", "1105"), encoding="utf-8")
    with pytest.raises(SchemaError, match=r"beschädigt \(werte.csv wurde verändert\)"):
        _ = workspace.open_data(folder).indikatoren


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    return int(str(caught.value.code))


def test_the_command_shows_asks_and_writes(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_csv(tmp_path / "tabelle.csv", year("31.12.2023"))
    assert run("data", "import", str(path), "--vorschau", "--data", str(folder)) == 0
    shown = capsys.readouterr().out
    assert "B    Arbeitslose → arbeitslosenanteil, Zähler" in shown
    assert "9 von 9 Stadtteilen" in shown
    assert run("data", "import", str(path), "--data", str(folder)) == 2
    assert "4 Probleme in der Tabelle" in capsys.readouterr().err
    assert not (folder.parent / "eigene").exists()
    assert run("data", "import", str(path), "--beschreibung-anlegen", "--data", str(folder)) == 0
    template = path.with_suffix(".yml")
    answers = template.read_text(encoding="utf-8")
    for key, answer in (
        ("stelle", "Amt"),
        ("lizenz", "dl-de/by-2-0"),
        ("geheimhaltung", "sperrung:3"),
        ("weitergabe", "rat"),
    ):
        answers = answers.replace(f"\n{key}:\n", f"\n{key}: {answer}\n")
    template.write_text(answers, encoding="utf-8")
    assert run("data", "import", str(path), "--data", str(folder)) == 0
    capsys.readouterr()
    assert run("indicators", "--gebiet", "2", "--weitergabe", "rat", "--data", str(folder)) == 0
    assert "78,7\u00a0%" in capsys.readouterr().out
    assert run("indicators", "--gebiet", "2", "--data", str(folder)) == 0
    assert "78,7\u00a0%" not in capsys.readouterr().out


def test_every_part_names_audiences_with_the_same_words(folder: Path, bring: Bring) -> None:
    labels = {"oeffentlich": "öffentlich", "rat": "Rat und Verwaltung", "intern": "nur intern"}
    assert {one.value: one.label for one in intake.Weitergabe} == labels
    bring(year("31.12.2023"), weitergabe="Rat und Verwaltung")
    (manifest,) = (path for path in intake.package_files(folder) if path.suffix == ".yml")
    assert "weitergabe: rat\n" in manifest.read_text(encoding="utf-8")
    for key, label in labels.items():
        data = workspace.open_data(folder, weitergabe=label)
        assert data.environment["SOZIALRAUM_WEITERGABE"] == key
        assert own_tables.audience_words(key) == export.notes(analyse(data, "01"))[1] == f"Weitergabe: {label}"


def test_help_and_template_offer_every_audience() -> None:
    open_to, bring_for = WeitergabeOption.__metadata__[0], import_.__annotations__["weitergabe"].__metadata__[0]
    assert CHOICE.replace("oeffentlich", "oeffentlich (Vorgabe)") in open_to.help
    assert bring_for.help == f"{CHOICE}."
    assert CHOICE == "oeffentlich, rat oder intern"
    assert ", ".join(intake.WEITERGABE) in intake.template_yaml()


def test_an_exported_file_of_an_own_area_names_its_audience(folder: Path) -> None:
    council = workspace.open_data(folder, weitergabe="rat")
    data = quartiere.from_polygon(council, council.gebiete.geometry["05"].buffer(-100), name="Am Markt")
    assert "Weitergabe: Rat und Verwaltung" in export.notes(analyse(data, names.quartier_id("Am Markt")))


@pytest.mark.parametrize("typed", ["öffentlich", "Oeffentlich", " OEFFENTLICH "])
def test_an_audience_is_known_in_any_spelling(folder: Path, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workspace.open_data(folder, weitergabe=typed).environment["SOZIALRAUM_WEITERGABE"] == "oeffentlich"
    monkeypatch.setenv("SOZIALRAUM_WEITERGABE", typed)
    assert own_tables.audience() == "oeffentlich"


def test_an_audience_that_does_not_exist_is_refused_in_words(folder: Path, bring: Bring) -> None:
    with pytest.raises(ParameterError, match="nur: oeffentlich, rat, intern"):
        workspace.open_data(folder, weitergabe="alle")
    bring(year("31.12.2023"))
    (manifest,) = (path for path in intake.package_files(folder) if path.suffix == ".yml")
    text = manifest.read_text(encoding="utf-8").replace("weitergabe: oeffentlich", "weitergabe: alle")
    manifest.write_text(text, encoding="utf-8")
    assert not intake.visible(manifest, "rat")
    with pytest.raises(SchemaError, match="Die Weitergabe „alle“ gibt es nicht"):
        _ = workspace.open_data(folder).indikatoren
