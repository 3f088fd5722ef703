"""Fixtures for tests of data: the fictional Musterstadt, copies of it to damage, and Essen."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import settings

from sozialraum.city.load import DEFAULT_DIR, Data, open_data
from sozialraum.city.sources import LICENCES_FILE, file_sha256
from sozialraum.cli.main import main
from sozialraum.publish.plan import Entry
from sozialraum.supply.prepare.check import Quality
from sozialraum.supply.prepare.pipeline import build

Sozialraum = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).resolve().parent.parent
MUSTERSTADT = Path(__file__).resolve().parent / "musterstadt"
RAW_ESSEN = ROOT.parent / "shared" / "data"
BY_HAND = ("stadt.yml", "orte.yml", "indikatoren.yml", "einzelwerte.yml")

BATCH = {
    "03_stadtteilanalyse": Entry(
        "03_stadtteilanalyse", "Analyse", "Ein Stadtteil.", ("stadtteil", "stadtbezirk", "stadt")
    ),
    "01_karte": Entry("01_karte", "Karte", "Alle.", ("stadt",)),
    "02_infrastruktur": Entry("02_infrastruktur", "Infrastruktur", "Im Einzelnen.", ("stadtteil",), auf_anfrage=True),
}
"""Plan of the notebooks that tests make."""

NO_FEATURES = '{"type": "FeatureCollection", "features": []}'

settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")


@dataclass(frozen=True)
class RawCopy:
    """Sources, raw files and hand-written files of Musterstadt in a folder that a test may damage."""

    folder: Path

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def daten(self) -> Path:
        """Folder of the hand-written files; the built tables go to :attr:`out`."""
        return self.folder / "daten"

    @property
    def out(self) -> Path:
        return self.folder / "tabellen"

    def build(self) -> Quality:
        """Build the tables into :attr:`out`."""
        return build(self.raw, self.out, data=self.daten)

    def write(self, name: str, content: bytes, *, sign: bool = True) -> None:
        """Replace a raw file; ``sign`` puts its new checksum into the manifest, so that the reader meets the damage."""
        (self.raw / name).write_bytes(content)
        if sign:
            self.sign(name)

    def edit(self, name: str, old: str, new: str, *, sign: bool = True) -> None:
        """Replace one passage of a raw text file that occurs exactly once."""
        text = (self.raw / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old, text.count(old))
        self.write(name, text.replace(old, new).encode(), sign=sign)

    def sign(self, name: str) -> None:
        """Put the checksum of a raw file into its manifest."""
        for path in (self.folder / "sources").glob("*.yml"):
            manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
            if path.name != LICENCES_FILE and manifest["datei"] == name:
                manifest["sha256"] = file_sha256(self.raw / name)
                path.write_text(yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False), encoding="utf-8")


def copy_tables(target: Path) -> Path:
    """Copy the built tables and manifests of Musterstadt; returns the folder of the tables."""
    shutil.copytree(MUSTERSTADT / "sources", target / "sources")
    shutil.copytree(MUSTERSTADT / "daten", target / "daten")
    return target / "daten"


@pytest.fixture
def sozialraum(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], musterstadt_dir: Path
) -> Sozialraum:
    """Run the command line on Musterstadt: status, output, errors."""
    monkeypatch.setenv("SOZIALRAUM_DATA", str(musterstadt_dir))
    monkeypatch.delenv("SOZIALRAUM_AREAS", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        captured = capsys.readouterr()
        return int(caught.value.code or 0), captured.out, captured.err

    return run


@pytest.fixture(scope="session")
def musterstadt_dir() -> Path:
    """Folder of Musterstadt's built tables; read only."""
    return MUSTERSTADT / "daten"


@pytest.fixture(scope="session")
def musterstadt_data(musterstadt_dir: Path) -> Data:
    """Musterstadt's tables; read only."""
    return open_data(musterstadt_dir)


@pytest.fixture
def musterstadt_copy(tmp_path: Path) -> Path:
    """Musterstadt's built tables in a folder that a test may damage."""
    return copy_tables(tmp_path)


@pytest.fixture
def raw_copy(tmp_path: Path) -> RawCopy:
    """Source files to damage: ``raw_copy.edit("europawahl.csv", old, new); raw_copy.build()``."""
    for name in ("sources", "raw"):
        shutil.copytree(MUSTERSTADT / name, tmp_path / name)
    (tmp_path / "daten").mkdir()
    for name in BY_HAND:
        shutil.copyfile(MUSTERSTADT / "daten" / name, tmp_path / "daten" / name)
    return RawCopy(tmp_path)


@pytest.fixture(scope="session")
def musterstadt_only_einwohner(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Musterstadt whose indikatoren.csv holds inhabitants and nothing else."""
    folder = copy_tables(tmp_path_factory.mktemp("nur_einwohner"))
    table = pd.read_csv(folder / "indikatoren.csv", dtype=str)
    table[table["indikator"] == "einwohner"].to_csv(folder / "indikatoren.csv", index=False)
    return open_data(folder)


@pytest.fixture(scope="session")
def musterstadt_all_missing(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Musterstadt in which every value but the inhabitants is missing, with a reason."""
    folder = copy_tables(tmp_path_factory.mktemp("alles_fehlt"))
    table = pd.read_csv(folder / "indikatoren.csv", dtype=str)
    other = table["indikator"] != "einwohner"
    table.loc[other, ["zaehler", "nenner", "wert", "von", "bis"]] = None
    table.loc[other, "hinweis"] = "Im Test zurückgehalten."
    table.to_csv(folder / "indikatoren.csv", index=False)
    return open_data(folder)


@pytest.fixture(scope="session")
def musterstadt_nothing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of a Musterstadt without any value, place or finding, and without the optional words of ``stadt.yml``."""
    folder = copy_tables(tmp_path_factory.mktemp("nichts"))
    table = pd.read_csv(folder / "indikatoren.csv", dtype=str)
    table[["zaehler", "nenner", "wert", "von", "bis"]] = None
    table.assign(hinweis="Im Test zurückgehalten.").to_csv(folder / "indikatoren.csv", index=False)
    for name in ("einrichtungen.csv", "schulen.csv", "qualitaet.csv"):
        pd.read_csv(folder / name, dtype=str).iloc[:0].to_csv(folder / name, index=False)
    (folder / "einkaufsstrassen.geojson").write_text(NO_FEATURES, encoding="utf-8")
    (folder / "einzelwerte.yml").unlink()
    stadt = yaml.safe_load((folder / "stadt.yml").read_text(encoding="utf-8"))
    kept = {key: stadt[key] for key in ("id", "name", "praeposition", "crs")}
    (folder / "stadt.yml").write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def essen_dir() -> Path:
    """Folder of Essen's built tables; read only."""
    return DEFAULT_DIR


@pytest.fixture(scope="session")
def essen_data(essen_dir: Path) -> Data:
    """Essen's tables; read only."""
    return open_data(essen_dir)


@pytest.fixture(scope="session")
def raw_essen() -> Path:
    """Essen's source files; tests are skipped where they are not."""
    if not RAW_ESSEN.is_dir():
        pytest.skip("Essen's source files are not here (expected beside the project in shared/data)")
    return RAW_ESSEN
