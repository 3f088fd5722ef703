"""The protected unit of the statistics office: a table with true counts goes in, only protected packages come out."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from data_fixtures import copy_tables
from sozialraum.cli.main import main
from sozialraum.compare.analysis import analyse
from sozialraum.supply.workspace import open_data
from sozialraum.text import social

WHOLE = {"01": 711, "02": 1457, "03": 713, "04": 719, "05": 1531, "06": 613, "07": 131, "08": 457, "09": 271}
PART = {"01": 83, "02": 119, "03": 77, "04": 2, "05": 153, "06": 61, "07": 23, "08": 47, "09": 31}
OPTIONS = (
    "--stichtag", "31.12.2023", "--stelle", "Statistikstelle Musterstadt", "--lizenz", "dl-de/by-2-0",
    "--weitergabe", "oeffentlich", "--zaehler", "Arbeitslose (Personen)",
    "--nenner", "Einwohner von 15 bis 64 Jahren (Personen)",
)  # fmt: skip


def write_table(path: Path, part: dict[str, int], rest: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["Stadtteil;Arbeitslose;Einwohner 15 bis 64"]
    lines += [f"{key};{count};{WHOLE[key]}" for key, count in part.items()]
    lines += [f"ohne Zuordnung;{rest};0"] * bool(rest)
    lines += [f"Musterstadt;{sum(part.values()) + rest};{sum(WHOLE.values())}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def daten(tmp_path: Path) -> Path:
    return copy_tables(tmp_path / "stadt")


def bring(file: Path, daten: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as done:
        main(["data", "import", str(file), *OPTIONS, "--data", str(daten), *more])
    return int(str(done.value.code or 0))


def packages(daten: Path) -> list[Path]:
    return sorted(path.parent for folder in (daten.parent, daten) for path in folder.glob("eigene/*/paket.yml"))


def values(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "werte.csv", dtype={"gebiet_id": str}).set_index("gebiet_id")


def test_without_a_method_the_way_is_named(daten: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = write_table(tmp_path / "amt" / "tabelle.csv", PART)
    assert bring(file, daten, "--geheimhaltung", "keines") == 2
    assert "--statistikstelle" in capfd.readouterr().err
    assert packages(daten) == []


def test_the_package_is_protected_and_holds_nothing_else(
    daten: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = write_table(tmp_path / "amt" / "tabelle.csv", PART)
    assert bring(file, daten, "--statistikstelle") == 0
    said = capfd.readouterr()
    (folder,) = packages(daten)
    table = values(folder)
    gone = set(table.index[table["zaehler"].isna()])
    assert "04" in gone
    assert len(gone) > 1
    assert table.loc[list(gone), "wert"].isna().all()
    assert table.loc[list(gone), "hinweis"].str.startswith("Gesperrt zur statistischen Geheimhaltung").all()
    manifest = yaml.safe_load((folder / "paket.yml").read_text(encoding="utf-8"))
    assert manifest["geheimhaltung"] == {"verfahren": "sperrung", "zahl": 3}
    assert manifest["ausgabe"] == 1
    assert "sha256" not in manifest["herkunft"], "whoever guesses the table could check the guess"
    assert not [
        count for count in PART.values() if count > 9 and re.search(rf"\b{count}\b", said.out.replace("31.12.2023", ""))
    ]
    assert said.err == ""


def test_no_hidden_count_stays_anywhere(daten: Path, tmp_path: Path) -> None:
    """All bytes below the folder of the test, but for the office's own file."""
    part = PART | {"05": 151, "06": 163}
    file = write_table(tmp_path / "amt" / "tabelle.csv", part)
    assert bring(file, daten, "--statistikstelle") == 0
    (folder,) = packages(daten)
    table = values(folder)
    hidden = [part[key] for key in part if pd.isna(table["zaehler"][key]) and part[key] > 9]
    assert hidden, "a secondary count is large enough to be found"
    shares = [f"{100 * part[key] / WHOLE[key]:.5g}" for key in part if pd.isna(table["zaehler"][key])]
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path != file and "eigene" in path.parts]
    assert {path.name for path in written if path.parent.name != "beschreibungen"} == {"werte.csv", "paket.yml"}
    for path in written:
        content = path.read_text(encoding="utf-8")
        assert not [count for count in hidden if re.search(rf"(?<![\d.]){count}(?![\d.])", content)]
        assert not [share for share in shares if share in content]
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".tmp"]


def test_a_correction_that_would_give_a_count_away_is_refused(
    daten: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Published with 3 as minimum, then the same table with 10: what is out is out."""
    part = PART | {"04": 7}
    file = write_table(tmp_path / "amt" / "tabelle.csv", part)
    assert bring(file, daten, "--statistikstelle") == 0
    before = packages(daten)
    capfd.readouterr()
    assert bring(file, daten, "--statistikstelle", "--mindestfallzahl", "10") == 2
    said = capfd.readouterr()
    assert "ließe sich auch dann errechnen" in said.err
    assert "Traceback" not in said.err
    assert packages(daten) == before


def test_a_second_issue_knows_the_first(daten: Path, tmp_path: Path) -> None:
    assert bring(write_table(tmp_path / "amt" / "eins.csv", PART), daten, "--statistikstelle") == 0
    assert bring(write_table(tmp_path / "amt" / "zwei.csv", PART | {"04": 5}), daten, "--statistikstelle") == 0
    first, second = (values(folder) for folder in packages(daten))
    assert set(first.index[first["wert"].isna()]) <= set(second.index[second["wert"].isna()])


def test_people_without_a_stadtteil_count_in_the_city(daten: Path, tmp_path: Path) -> None:
    file = write_table(tmp_path / "amt" / "tabelle.csv", PART | {"04": 57}, rest=40)
    assert bring(file, daten, "--statistikstelle") == 0
    (folder,) = packages(daten)
    table = values(folder)
    assert table["zaehler"].notna().all()
    assert table.loc["musterstadt", "zaehler"] == sum(PART.values()) - 2 + 57 + 40
    assert table.loc["musterstadt", "nenner"] == sum(WHOLE.values())


def test_few_people_without_a_stadtteil_are_a_secret_too(daten: Path, tmp_path: Path) -> None:
    file = write_table(tmp_path / "amt" / "tabelle.csv", PART | {"04": 57}, rest=2)
    assert bring(file, daten, "--statistikstelle") == 0
    (folder,) = packages(daten)
    assert values(folder)["zaehler"].isna().any(), "city minus Stadtteile would be the two"


def test_a_rest_in_one_issue_does_not_blur_another(daten: Path, tmp_path: Path) -> None:
    """The first table counts people without a Stadtteil; the second, of another date, none: its city is a plain sum."""
    assert bring(write_table(tmp_path / "amt" / "a.csv", PART | {"04": 57}, rest=40), daten, "--statistikstelle") == 0
    second = write_table(tmp_path / "amt" / "b.csv", PART)
    assert bring(second, daten, "--statistikstelle", "--stichtag", "31.12.2022") == 0
    table = values(next(folder for folder in packages(daten) if "2022" in folder.name))
    assert len(table.index[table["zaehler"].isna()]) > 1


def test_a_package_without_a_method_is_not_read(daten: Path, tmp_path: Path) -> None:
    assert bring(write_table(tmp_path / "amt" / "tabelle.csv", PART), daten, "--statistikstelle") == 0
    path = packages(daten)[0] / "paket.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("verfahren: sperrung", "verfahren: keines"), "utf-8")
    with pytest.raises(Exception, match="kein Geheimhaltungsverfahren"):
        _ = open_data(daten).indikatoren


def test_own_areas_reveal_nothing(daten: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Quartier is a sum of what the package shows; over a hidden Stadtteil there is none."""
    areas = tmp_path / "quartiere.yml"
    parts = "    quelle: Beschluss\n    stadtteile: "
    areas.write_text(f"quartiere:\n  west:\n    name: West\n{parts}[1, 4]\n  nord:\n    name: Hafen\n{parts}[1, 2]\n")
    monkeypatch.setenv("SOZIALRAUM_AREAS", str(areas))
    assert bring(write_table(tmp_path / "amt" / "tabelle.csv", PART), daten, "--statistikstelle") == 0
    table = open_data(daten).indikatoren
    rows = table[table["indikator"] == "arbeitslosenanteil"].set_index("gebiet_id")
    assert rows.loc["q-west", ["zaehler", "wert"]].isna().all()
    assert rows.loc["q-nord", "zaehler"] == PART["01"] + PART["02"]


def test_the_report_says_what_is_hidden_and_why(daten: Path, tmp_path: Path) -> None:
    assert bring(write_table(tmp_path / "amt" / "tabelle.csv", PART), daten, "--statistikstelle") == 0
    lines = [sentence.text for sentence in social(analyse(open_data(daten), "04"))]
    assert any("Gesperrt zur statistischen Geheimhaltung" in line for line in lines)
