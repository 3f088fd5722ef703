"""An intruder collects every number of one indicator from the written files and tries to compute what is hidden."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from scipy.optimize import linprog

from conftest import ROOT
from secrecy_tables import table
from sozialraum.api import delivery
from sozialraum.city.gebiete import Register
from sozialraum.city.indicators import catalogue
from sozialraum.city.load import DEFAULT_DIR, Data, open_data
from sozialraum.cli import lookup
from sozialraum.compare.analysis import analyse
from sozialraum.publish import export
from sozialraum.publish.job import Job, render
from sozialraum.publish.plan import report_path
from sozialraum.supply import secrecy
from sozialraum.supply.secrecy import Rule

INDIKATOR, STAND = "geboren_eu", "2022-05-15"
SECRETS = {"20": 1, "33": 2}
PAGES = (("03_stadtteilanalyse", "IV"), ("03_stadtteilanalyse", "20"), ("03_stadtteilanalyse", "essen"))
PRINTED, EXACT = 0.05, 5e-7


@dataclass
class Loot:
    """What the intruder knows: shares of areas with the half width of their rounding, and public denominators."""

    register: Register
    titles: tuple[str, ...]
    nenner: dict[str, float]
    shares: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def names(self) -> dict[str, str]:
        """Every name under which a page may speak of an area."""
        found = {}
        for area in self.register:
            words = {area.label, area.langname, area.id} | ({area.name} if area.ebene != "stadtbezirk" else set())
            found |= dict.fromkeys(words | ({f"Bezirk {area.id}"} if area.ebene == "stadtbezirk" else set()), area.id)
        return found

    def take(self, area: str, cell: str) -> None:
        if number := re.search(r"[-−]?\d[\d.]*(?:,\d+)?", cell):
            printed = number[0].replace(".", "").replace(",", ".").replace("−", "-")
            self.shares[area].append((float(printed), PRINTED))

    def read_page(self, path: Path, own: str) -> None:
        """All tables of a page; ``own`` is the area that it is about."""
        for rows, caption in _tables(path.read_text(encoding="utf-8")):
            head = rows[0]
            for row in rows[1:]:
                if any(_title(cell) in self.titles for cell in row):
                    for name, cell in zip(head, row, strict=False):
                        named = re.search(r"\((.+)\)$", cell)  # "4,4 % (Fischlaken)": the lowest, the highest
                        if name == "Wert" or name in self.names:
                            self.take(own if name == "Wert" else self.names[name], cell)
                        elif named and named[1] in self.names:
                            self.take(self.names[named[1]], cell)
                elif row[0] in self.names and any(title in _title(caption) for title in self.titles):
                    self.take(self.names[row[0]], row[1])

    def intervals(self) -> dict[str, tuple[float, float]]:
        """Bounds of the numerators of all Stadtteile for which no share was found."""
        stadtteile = [area.id for area in self.register.of_level("stadtteil")]
        rows, low, high = [], [], []
        for area, found in self.shares.items():
            members = self.register.members(area)
            whole = sum(self.nenner[member] for member in members)
            rows.append([float(key in members) for key in stadtteile])
            low.append(max(np.ceil((share - half) * whole / 100 - 1e-6) for share, half in found))
            high.append(min(np.floor((share + half) * whole / 100 + 1e-6) for share, half in found))
        inside, aims = np.array(rows), np.eye(len(stadtteile))
        edges = np.concatenate([inside, -inside]), np.concatenate([high, -np.array(low)])
        bounds = [(0.0 if key in self.shares else 1.0, self.nenner[key]) for key in stadtteile]
        result = {}
        for aim, key in zip(aims, stadtteile, strict=True):
            if key not in self.shares:
                ends = [linprog(sign * aim, A_ub=edges[0], b_ub=edges[1], bounds=bounds) for sign in (1, -1)]
                assert all(end.status == 0 for end in ends), "the numbers of the files contradict each other"
                result[key] = (float(np.ceil(ends[0].fun - 1e-6)), float(np.floor(-ends[1].fun + 1e-6)))
        return result


def _tables(html: str) -> Iterator[tuple[list[list[str]], str]]:
    for found in re.findall(r"<table.*?</table>", html, re.DOTALL):
        caption = "".join(re.findall(r"<caption[^>]*>(.*?)</caption>", found, re.DOTALL))
        lines = re.findall(r"<tr.*?</tr>", found, re.DOTALL)
        rows = [[_words(cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", line, re.DOTALL)] for line in lines]
        if rows and rows[0]:
            yield [row for row in rows if row], _words(caption)


def _title(cell: str) -> str:
    """The title of an indicator as it stands in a head of a row: "In anderem EU-Staat geboren (%)"."""
    return cell.removesuffix("(%)").strip().casefold()


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def plant(folder: Path, released: pd.DataFrame) -> Data:
    """Essen's tables with another table for one indicator."""
    shutil.copytree(DEFAULT_DIR, folder / "daten")
    shutil.copytree(DEFAULT_DIR.parent / "sources", folder / "sources")
    target = folder / "daten" / "indikatoren.csv"
    values = pd.read_csv(target, dtype=str)
    kept = values[values["indikator"] != INDIKATOR].astype(object)
    pd.concat([kept, released.astype(object)]).to_csv(target, index=False)
    return open_data(folder / "daten")


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    register = open_data(DEFAULT_DIR).register
    keys = [area.id for area in register.of_level("stadtteil")]
    counts = {key: 40 + (place * 37) % 150 for place, key in enumerate(keys)} | SECRETS
    whole = {key: 1237.0 + 17 * place for place, key in enumerate(keys)}
    return table(counts, whole, indikator=INDIKATOR, stand=STAND).assign(quelle="zensus_1km")


@pytest.fixture(scope="module")
def protected(raw: pd.DataFrame) -> pd.DataFrame:
    data = open_data(DEFAULT_DIR)
    return secrecy.protect(raw, register=data.register, katalog=catalogue(data.indikatoren_yml))


@pytest.fixture(scope="module")
def careless(raw: pd.DataFrame) -> pd.DataFrame:
    """The control: only the small counts are hidden, and all totals are there."""
    data = open_data(DEFAULT_DIR)
    katalog = catalogue(data.indikatoren_yml)
    harmless = raw.assign(zaehler=raw["zaehler"].clip(lower=3))
    everything = secrecy.protect(harmless, register=data.register, katalog=katalog).set_index("gebiet_id")
    true = raw.set_index("gebiet_id")["zaehler"]
    for area in data.register:
        everything.loc[area.id, "zaehler"] = true[data.register.members(area.id)].sum()
    everything["wert"] = 100 * everything["zaehler"] / everything["nenner"]
    everything.loc[list(SECRETS), ["zaehler", "wert"]] = np.nan
    everything.loc[list(SECRETS), "hinweis"] = secrecy.reason(Rule())
    return everything.reset_index()


def loot_of(data: Data, raw: pd.DataFrame) -> Loot:
    entry = catalogue(data.indikatoren_yml)[INDIKATOR]
    nenner = raw.set_index("gebiet_id")["nenner"].to_dict()
    return Loot(data.register, (entry.titel.casefold(), entry.kurztitel.casefold()), nenner)


def rob_exports(data: Data, loot: Loot, out: Path) -> None:
    """JSON of the command line, everything in one file; CSV, XLSX and GeoPackage."""
    analysis = analyse(data, data.register.city.id)
    out.mkdir(parents=True, exist_ok=True)
    printed = lookup.indicators(analysis, "json", gebiet=None, names=[], wide=False)
    delivery.write(analysis, out / "alles.xlsx")
    every = pd.read_excel(out / "alles.xlsx", sheet_name="werte", dtype={"gebiet_id": str})
    for row in [*json.loads(printed), *every.astype(object).where(every.notna(), None).to_dict("records")]:
        if row["indikator"] == INDIKATOR and row["wert"] is not None:
            loot.shares[row["gebiet_id"]].append((row["wert"], EXACT))
        if row["indikator"] == INDIKATOR and row["anzahl"] is not None:
            whole = sum(loot.nenner[member] for member in data.register.members(row["gebiet_id"]))
            loot.shares[row["gebiet_id"]].append((row["anzahl"] / whole * 100, EXACT))
    export.write_csv(analysis, out / "werte.csv", indikatoren=[INDIKATOR])
    for line in (out / "werte.csv").read_text(encoding="utf-8-sig").splitlines():
        cells = line.split(";")
        if len(cells) >= len(export.COLUMNS) and cells[0] != "Nummer":
            loot.take(cells[0], cells[4])
    export.write_xlsx(analysis, out / "werte.xlsx", indikatoren=[INDIKATOR])
    for cells in openpyxl.load_workbook(out / "werte.xlsx")["Werte"].iter_rows(min_row=2, values_only=True):
        if isinstance(cells[4], float | int):
            loot.shares[str(cells[0])].append((float(cells[4]), PRINTED))
    export.write_geopackage(analysis, out / "werte.gpkg", indikatoren=[INDIKATOR])
    layer = gpd.read_file(out / "werte.gpkg", layer=export.AREAS_LAYER).set_index("nummer")[INDIKATOR].dropna()
    for key, share in layer.items():
        loot.shares[str(key)].append((float(share), PRINTED))


def rob_pages(data: Data, loot: Loot, out: Path) -> None:
    for name, key in PAGES:
        area = data.register.by_id(key)
        job = Job(ROOT / "notebooks" / f"{name}.ipynb", report_path(name, area), key, {"gebiet": key})
        render(job, data=data.environment, out=out)
        loot.read_page(out / job.target, key)


def test_the_intruder_succeeds_where_nothing_else_was_hidden(
    careless: pd.DataFrame, raw: pd.DataFrame, tmp_path: Path
) -> None:
    data = plant(tmp_path, careless)
    loot = loot_of(data, raw)
    rob_exports(data, loot, tmp_path / "out")
    assert loot.intervals() == {key: (count, count) for key, count in SECRETS.items()}


def test_the_intruder_fails_on_exports(protected: pd.DataFrame, raw: pd.DataFrame, tmp_path: Path) -> None:
    data = plant(tmp_path, protected)
    loot = loot_of(data, raw)
    rob_exports(data, loot, tmp_path / "out")
    found = loot.intervals()
    assert set(SECRETS) < set(found)
    assert all(Rule().safe(*found[key], "zaehler") for key in found)


@pytest.mark.slow
def test_the_intruder_fails_on_reports_and_exports(protected: pd.DataFrame, raw: pd.DataFrame, tmp_path: Path) -> None:
    data = plant(tmp_path, protected)
    loot = loot_of(data, raw)
    rob_pages(data, loot, tmp_path / "out")
    printed = {key for key, found in loot.shares.items() if found}
    assert {"IV", "essen", "21"} <= printed, "the intruder reads the pages"
    rob_exports(data, loot, tmp_path / "out")
    found = loot.intervals()
    assert set(SECRETS) < set(found)
    assert all(Rule().safe(*found[key], "zaehler") for key in found)
    own = _words((tmp_path / "out" / report_path(PAGES[1][0], data.register.by_id("20"))).read_text(encoding="utf-8"))
    assert f"kein Wert. {secrecy.GESPERRT}" in own
    above = _words((tmp_path / "out" / report_path(PAGES[0][0], data.register.by_id("IV"))).read_text(encoding="utf-8"))
    assert re.search(rf"kein Wert für [^.]*{data.register.by_id('20').label}[^.]*\. {secrecy.GESPERRT}", above)
    assert not any(f"{share:.4f}" in content for share in _secret_shares(raw) for content in _files(tmp_path / "out"))


def _secret_shares(raw: pd.DataFrame) -> list[float]:
    return raw.set_index("gebiet_id").loc[list(SECRETS), "wert"].tolist()


def _files(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*") if path.is_file()]
