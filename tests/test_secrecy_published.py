"""Everything published together: an intruder who knows what belongs together solves for every hidden count.

The intruder shares nothing with the library: it is told by the test which counts add up, which values are changes or
shares, and asks linear programming for the bounds of each hidden count.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from conftest import ROOT
from secrecy_tables import published, with_sums
from sozialraum.city.gebiete import Register
from sozialraum.city.indicators import Grundgesamtheit, Indikator, catalogue
from sozialraum.city.load import DEFAULT_DIR, Data, open_data
from sozialraum.cli.main import main
from sozialraum.errors import SecrecyError
from sozialraum.supply import intake, secrecy, workspace
from sozialraum.supply.intake import description
from sozialraum.supply.secrecy import Published, Rule

CASES = ROOT / "tests" / "geheimhaltung"
KEYS = [f"0{number}" for number in range(1, 10)]
OLD, NEW = "2022-12-31", "2023-12-31"
Name = tuple[str, str]
"""Indicator and date of a count."""


@dataclass
class Intruder:
    """Bounds of hidden counts from rows of published tables, by linear programming."""

    register: Register
    lowest: dict[tuple[Name, str], float] = field(default_factory=dict)
    known: list[tuple[dict[tuple[Name, str], float], float, float]] = field(default_factory=list)
    hidden: dict[tuple[Name, str], None] = field(default_factory=dict)

    def see(self, name: Name, table: pd.DataFrame) -> None:
        """Counts of a table, and which of them are hidden."""
        for row in table.to_dict("records"):
            cell = (name, row["gebiet_id"])
            if not np.isnan(row["zaehler"]):
                self.say({cell: 1.0}, row["zaehler"], row["zaehler"])
            elif row.get("gesperrt", True):
                self.hidden[cell] = None
                self.say({cell: 1.0}, 1.0, np.inf)

    def say(self, terms: Mapping[tuple[Name, str], float], low: float, high: float) -> None:
        """A weighted sum of counts of areas lies between two bounds."""
        form: dict[tuple[Name, str], float] = {}
        for (name, area), weight in terms.items():
            for member in self.register.members(area):
                form[name, member] = form.get((name, member), 0.0) + weight
        self.known.append((form, low, high))

    def add_up(self, whole: Name, parts: Iterable[Name]) -> None:
        """Counts of which others are the sum, in every Stadtteil."""
        for area in self.register.of_level("stadtteil"):
            terms = {(part, area.id): -1.0 for part in parts}
            self.say({**terms, (whole, area.id): 1.0}, 0.0, 0.0)

    def changes(self, now: Name, then: Name, percent: Mapping[str, float], half: float) -> None:
        """Changes in percent, rounded."""
        for area, value in percent.items():
            for sign in (1.0, -1.0):
                factor = 1 + (value + sign * half) / 100
                bounds = (-np.inf, 1e-9) if sign > 0 else (-1e-9, np.inf)
                self.say({(now, area): 1.0, (then, area): -factor}, *bounds)

    def intervals(self) -> dict[tuple[Name, str], tuple[float, float]]:
        """Bounds of every hidden count, in whole numbers."""
        places = {cell: place for place, cell in enumerate(dict.fromkeys(c for form, _, _ in self.known for c in form))}
        rows, limits = [], []
        for form, low, high in self.known:
            line = np.zeros(len(places))
            for cell, weight in form.items():
                line[places[cell]] = weight
            rows += [line] * int(np.isfinite(high)) + [-line] * int(np.isfinite(low))
            limits += [high] * int(np.isfinite(high)) + [-low] * int(np.isfinite(low))
        found = {}
        for name, area in self.hidden:
            aim = np.zeros(len(places))
            for member in self.register.members(area):
                aim[places[name, member]] = 1.0
            ends = [linprog(sign * aim, A_ub=np.array(rows), b_ub=np.array(limits)) for sign in (1, -1)]
            assert ends[0].status == 0, "the published numbers contradict each other"
            high = np.floor(-ends[1].fun + 1e-6) if ends[1].status == 0 else np.inf
            found[name, area] = (float(np.ceil(ends[0].fun - 1e-6)), float(high))
        return found


def entry(name: str, typ: str = "anzahl") -> Indikator:
    """A catalogue entry for counts of persons."""
    return Indikator(
        id=name, titel=name.capitalize(), kurztitel=name, subjekt=name, bei=name, definition=name,
        einheit="Anzahl" if typ == "anzahl" else "%", typ=typ, richtung="neutral", kapitel="B", verfuegbar=True,
        zaehler=Grundgesamtheit("Menschen", "Personen", NEW), faktor=100.0,
    )  # fmt: skip


def counted(register: Register, counts: Mapping[str, float], *, hide: bool = True) -> pd.DataFrame:
    """Rows of an office: counts of Stadtteile and their sums; the small ones are hidden, and nothing else."""
    sums = with_sums(register, counts)
    rows = [
        {"gebiet_id": key, "zaehler": np.nan if hide and 0 < count < 3 else float(count), "nenner": np.nan}
        for key, count in sums.items()
    ]
    return pd.DataFrame(rows).assign(wert=lambda table: table["zaehler"])


def office(register: Register, name: str, counts: Mapping[str, float], stand: str = NEW) -> Published:
    return Published(entry(name), stand, counted(register, counts))


def statistikstelle(
    register: Register, truth: Mapping[Name, Mapping[str, float]], before: Sequence[Published] = ()
) -> list[Published]:
    """Tables of counts, protected together."""
    raw = pd.concat(
        counted(register, counts, hide=False).assign(
            indikator=name, stand=stand, art="amtlich", von=np.nan, bis=np.nan, quelle="", hinweis=None
        )
        for (name, stand), counts in truth.items()
    )
    katalog = {name: entry(name) for name, _ in truth}
    done = secrecy.protect(raw, register=register, katalog=katalog, before=before)
    return published(done, katalog)


def unsafe(intruder: Intruder) -> dict[tuple[Name, str], tuple[float, float]]:
    return {cell: ends for cell, ends in intruder.intervals().items() if not Rule().safe(*ends, "zaehler")}


def group(seed: int, parts: int, small: Mapping[tuple[int, str], int]) -> dict[str, dict[str, float]]:
    """Parts of a group, with a few small counts, and their sum."""
    random = np.random.default_rng(seed)
    found = {f"teil_{number}": {key: float(random.integers(3, 400)) for key in KEYS} for number in range(parts)}
    for (number, key), count in small.items():
        found[f"teil_{number % parts}"][key] = float(count)
    return {**found, "alle": {key: sum(part[key] for part in found.values()) for key in KEYS}}


def intruder_of(register: Register, tables: Iterable[Published], whole: str, parts: Iterable[str]) -> Intruder:
    found = Intruder(register)
    for one in tables:
        found.see((one.eintrag.id, one.stand), one.werte)
    found.add_up((whole, NEW), [(part, NEW) for part in parts])
    return found


@pytest.mark.parametrize("parts", [2, 3, 6, 10])
def test_a_part_that_the_other_parts_give_away_is_refused(parts: int, musterstadt_data: Data) -> None:
    """Whatever the number of parts: the last of them is not let in, and where it is, the intruder has the count."""
    register = musterstadt_data.register
    truth = group(parts, parts, {(0, "04"): 2})
    tables: list[Published] = []
    for name, counts in truth.items():
        table = office(register, name, counts)
        table.werte.loc[
            table.werte["gebiet_id"].isin(["II", "musterstadt"]) & (name == "teil_0"), ["zaehler", "wert"]
        ] = np.nan
        refused = secrecy.check_import([table], tables, register)
        assert bool(refused) == (name == "alle"), name
        tables.append(table)
    (line,) = refused
    assert "„Alle“ (31.12.2023)" in line
    assert "„Teil_0“ (31.12.2023)" in line
    assert "--statistikstelle" in line
    assert "Westend" not in line
    found = intruder_of(register, tables, "alle", [name for name in truth if name != "alle"]).intervals()
    assert found[("teil_0", NEW), "04"] == (2, 2)


def test_men_and_women_give_the_protected_total_away(musterstadt_data: Data) -> None:
    """A package of the Statistikstelle, and two ordinary imports beside it."""
    register = musterstadt_data.register
    total = {key: 40.0 + 13 * place for place, key in enumerate(KEYS)} | {"04": 2.0}
    men = {key: float(int(count) // 2) for key, count in total.items()}
    women = {key: total[key] - men[key] for key in KEYS}
    (protected,) = statistikstelle(register, {("alle", NEW): total})
    tables, refused = [protected], False
    for name, counts in (("maenner", men), ("frauen", women)):
        table = office(register, name, counts)
        bezirke = table.werte["gebiet_id"].isin(["I", "II", "III", "musterstadt"])
        table = replace(table, werte=table.werte[~bezirke])
        refused = bool(secrecy.check_import([table], tables, register))
        tables.append(table)
    assert refused
    found = intruder_of(register, tables, "alle", ["maenner", "frauen"]).intervals()
    assert found[("alle", NEW), "04"] == (2, 2)


@pytest.mark.parametrize("typ", ["veraenderung", "rate"])
def test_last_years_count_and_the_change_in_percent_give_it_away(typ: str, musterstadt_data: Data) -> None:
    register = musterstadt_data.register
    then = {key: 40.0 + 17 * place for place, key in enumerate(KEYS)} | {"04": 5.0}
    now = {key: count + place % 5 - 2 for place, (key, count) in enumerate(then.items())} | {"04": 2.0}
    tables = statistikstelle(register, {("alle", OLD): then, ("alle", NEW): now})
    sums = {stand: with_sums(register, counts) for stand, counts in ((OLD, then), (NEW, now))}
    percent = {key: round(100 * (sums[NEW][key] / sums[OLD][key] - 1), 1) for key in sums[NEW]}
    rows = [{"gebiet_id": key, "zaehler": np.nan, "nenner": np.nan, "wert": value} for key, value in percent.items()]
    change = Published(entry("zunahme", typ), NEW, pd.DataFrame(rows).assign(gesperrt=False))
    (line,) = secrecy.check_import([change], tables, register)
    assert "„Zunahme“ (31.12.2023)" in line
    assert "„Alle“ (31.12.2022)" in line
    intruder = Intruder(register)
    for one in tables:
        intruder.see((one.eintrag.id, one.stand), one.werte)
    assert not unsafe(intruder)
    intruder.changes(("alle", NEW), ("alle", OLD), percent, 0.05)
    assert intruder.intervals()[("alle", NEW), "04"] == (2, 2)
    hidden = {key for one in tables for key in one.werte.loc[one.werte["zaehler"].isna(), "gebiet_id"]}
    kept = replace(change, werte=change.werte[~change.werte["gebiet_id"].isin(hidden)])
    assert secrecy.check_import([kept], tables, register) == []


def test_a_difference_to_an_earlier_date_gives_it_away(musterstadt_data: Data) -> None:
    register = musterstadt_data.register
    then = {key: 40.0 + 17 * place for place, key in enumerate(KEYS)} | {"04": 5.0}
    now = {key: count + (place * 7) % 11 - 5 for place, (key, count) in enumerate(then.items())} | {"04": 2.0}
    tables = statistikstelle(register, {("alle", OLD): then, ("alle", NEW): now})
    rows = [{"gebiet_id": key, "zaehler": now[key] - then[key], "nenner": np.nan} for key in KEYS]
    werte = pd.DataFrame(rows).assign(wert=lambda table: table["zaehler"])
    assert secrecy.check_import([Published(entry("mehr"), NEW, werte)], tables, register)


def test_a_share_times_a_denominator_of_another_table_gives_it_away(musterstadt_data: Data) -> None:
    """The counts are in one package, people in another, the share of both in a third."""
    register = musterstadt_data.register
    part = {key: 40.0 + 17 * place for place, key in enumerate(KEYS)} | {"04": 2.0}
    whole = {key: 711.0 + 131 * ((place * 5) % 9) for place, key in enumerate(KEYS)}
    tables = [*statistikstelle(register, {("alle", NEW): part}), office(register, "einwohner", whole)]
    rows = [
        {"gebiet_id": key, "zaehler": np.nan, "nenner": np.nan, "wert": round(100 * part[key] / whole[key], 2)}
        for key in KEYS
    ]
    share = Published(entry("quote", "anteil"), NEW, pd.DataFrame(rows).assign(gesperrt=False))
    (line,) = secrecy.check_import([share], tables, register)
    assert "„Einwohner“" in line
    hidden = {key for one in tables for key in one.werte.loc[one.werte["zaehler"].isna(), "gebiet_id"]}
    kept = replace(share, werte=share.werte[~share.werte["gebiet_id"].isin(hidden)])
    assert secrecy.check_import([kept], tables, register) == []


@pytest.mark.parametrize("method", [("rundung", 5), ("cell-key", 2)])
def test_a_changed_count_narrows_a_hidden_one(method: tuple[str, int], musterstadt_data: Data) -> None:
    """The same count, hidden in one package and rounded to zero in another."""
    register = musterstadt_data.register
    total = {key: 40.0 + 13 * place for place, key in enumerate(KEYS)} | {"04": 2.0}
    tables = statistikstelle(register, {("alle", NEW): total})
    changed = {key: 5.0 * round(count / 5) if method[0] == "rundung" else count - 2 for key, count in total.items()}
    werte = counted(register, changed, hide=False)
    werte = werte[werte["gebiet_id"].isin(KEYS)]
    rounded = Published(entry("andere"), NEW, werte, verfahren=method[0], zahl=method[1])
    assert secrecy.check_import([rounded], tables, register)
    elsewhere = replace(rounded, werte=werte[werte["gebiet_id"].isin(["01", "02", "07", "08", "09"])])
    assert secrecy.check_import([elsewhere], tables, register) == []


def test_a_corrected_edition_does_not_open_the_earlier_one(musterstadt_data: Data) -> None:
    """The new edition shows the count that protected another one; who guesses that it is unchanged has the other."""
    register = musterstadt_data.register
    total = {key: 40.0 + 13 * place for place, key in enumerate(KEYS)} | {"04": 2.0}
    (first,) = statistikstelle(register, {("alle", NEW): total})
    first = replace(first, ausgabe=1)
    corrected = office(register, "alle", total | {"04": 8.0})
    (line,) = secrecy.check_import([corrected], [first], register)
    assert "zusammen mit der früheren Ausgabe von „Alle“ (31.12.2023)" in line
    assert secrecy.check_import([replace(first, ausgabe=0)], [first], register) == []


def test_what_only_the_office_sees_does_not_open_what_the_public_sees(musterstadt_data: Data) -> None:
    """Parts for internal use beside a public total: no reader of public tables has both; internal readers do."""
    register = musterstadt_data.register
    truth = group(7, 2, {(0, "04"): 1})
    (total,) = statistikstelle(register, {("alle", NEW): truth["alle"] | {"04": 2.0}})
    parts = [office(register, name, truth[name] | {"04": 1.0}) for name in ("teil_0", "teil_1")]
    parts = [replace(one, stufe=2, werte=one.werte[one.werte["gebiet_id"].isin(KEYS)]) for one in parts]
    assert secrecy.check_import(parts, [total], register), "internal readers see all three"
    levels = {one.stufe for one in secrecy.audit_published([total, *parts], register) if not one.sicher}
    assert levels == {2}
    lower = [replace(one, zahl=10, stufe=0) for one in [office(register, "x", dict.fromkeys(KEYS, 40.0) | {"04": 2.0})]]
    assert {one.stufe for one in secrecy.audit_published(lower, register)} == {0}


def test_what_was_open_before_is_not_held_against_a_new_table(musterstadt_data: Data) -> None:
    register = musterstadt_data.register
    truth = group(1, 3, {(0, "04"): 2})
    leaky = [office(register, name, counts) for name, counts in truth.items()]
    other = office(register, "anderes", {key: 1000.0 + 7 * place**2 for place, key in enumerate(KEYS)})
    assert secrecy.check_import([other], leaky, register) == []
    assert secrecy.check_import(leaky, [], register)


def test_an_audit_that_takes_too_long_refuses(musterstadt_data: Data) -> None:
    register = musterstadt_data.register
    table = office(register, "alle", {key: 40.0 + place for place, key in enumerate(KEYS)} | {"04": 2.0})
    with pytest.raises(SecrecyError, match="nicht fertig") as error:
        secrecy.check_import([table], [], register, budget_s=1e-9)
    assert "weniger Tabellen" in str(error.value)


def test_small_counts_that_are_shown_are_found(musterstadt_data: Data) -> None:
    """Numerator, denominator and what is left of it; zeros may be shown; things need no protection."""
    rows = [("01", 2, 500), ("02", 0, 500), ("03", 498, 500), ("04", 1, 2), ("05", 5, 0), ("06", 40, 500)]
    werte = pd.DataFrame(rows, columns=["gebiet_id", "zaehler", "nenner"]).assign(wert=1.0)
    one = Published(replace(entry("quote", "anteil"), nenner=Grundgesamtheit("Menschen", "Personen", NEW)), NEW, werte)
    assert secrecy.shown_small(one) == [
        ("01", "zaehler"), ("03", "gegenstueck"), ("04", "zaehler"), ("04", "nenner"),
    ]  # fmt: skip
    assert secrecy.shown_small(replace(one, verfahren="rundung", zahl=5)) == []
    things = replace(entry("spielplaetze"), zaehler=Grundgesamtheit("Spielplätze", "Einrichtungen", NEW))
    assert secrecy.shown_small(replace(one, eintrag=things)) == []
    assert ("06", "zaehler") not in secrecy.shown_small(replace(one, zahl=10))


@pytest.mark.parametrize(
    "unit",
    ["Personen", "Haushalte", "Bedarfsgemeinschaften", "Kinder", "Fälle", "Kinder in Kitas", "belegte Plätze", "",
     "Anzahl", "Familien", "Wohnungen", "Schülerinnen und Schüler", "Türkei"],
)  # fmt: skip
def test_whatever_may_be_people_counts_as_people(unit: str) -> None:
    assert secrecy.counts_people(unit)


@pytest.mark.parametrize("unit", ["Spielplätze", "Spielplätze (Anzahl)", "Kitas", "Haltestellen", "Einrichtungen",
                                  "öffentliche Spielplätze", "km²"])  # fmt: skip
def test_things_are_no_people(unit: str) -> None:
    assert not secrecy.counts_people(unit)


PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
SMALL = st.dictionaries(st.tuples(st.integers(0, 7), st.sampled_from(KEYS)), st.integers(1, 2), min_size=1, max_size=6)


@hypothesis_settings(max_examples=12, phases=PHASES)
@given(seed=st.integers(0, 10**6), parts=st.integers(2, 8), small=SMALL, order=st.randoms(use_true_random=False))
def test_whatever_passes_leaves_every_hidden_count_safe(
    musterstadt_data: Data, seed: int, parts: int, small: dict[tuple[int, str], int], order: st.DataObject
) -> None:
    """Tables of offices and one of the Statistikstelle, in any order; who would open a count stays out."""
    register = musterstadt_data.register
    truth = group(seed, parts, small)
    names = list(truth)
    order.shuffle(names)  # type: ignore[attr-defined]
    tables: list[Published] = []
    for place, name in enumerate(names):
        new = [office(register, name, truth[name])]
        if place == 0:
            new = statistikstelle(register, {(name, NEW): truth[name]})
        if not secrecy.check_import(new, tables, register):
            tables += new
    assert tables
    intruder = intruder_of(register, tables, "alle", [name for name in truth if name != "alle"])
    assert unsafe(intruder) == {}


@hypothesis_settings(max_examples=12, phases=PHASES)
@given(seed=st.integers(0, 10**6), small=SMALL, digits=st.integers(0, 2))
def test_changes_that_pass_leave_every_hidden_count_safe(
    musterstadt_data: Data, seed: int, small: dict[tuple[int, str], int], digits: int
) -> None:
    register, random = musterstadt_data.register, np.random.default_rng(seed)
    then = {key: float(random.integers(3, 300)) for key in KEYS}
    now = {key: float(max(0, count + random.integers(-30, 30))) for key, count in then.items()}
    now |= {key: float(count) for (_, key), count in small.items()}
    tables = statistikstelle(register, {("alle", OLD): then, ("alle", NEW): now})
    percent = {key: round(100 * (now[key] / then[key] - 1), digits) for key in KEYS}
    rows = [{"gebiet_id": key, "zaehler": np.nan, "nenner": np.nan, "wert": value} for key, value in percent.items()]
    change = Published(entry("zunahme", "veraenderung"), NEW, pd.DataFrame(rows).assign(gesperrt=False))
    intruder = Intruder(register)
    for one in tables:
        intruder.see((one.eintrag.id, one.stand), one.werte)
    assert unsafe(intruder) == {}
    refused = secrecy.check_import([change], tables, register)
    intruder.changes(("alle", NEW), ("alle", OLD), percent, 0.5 * 10**-digits)
    assert refused or unsafe(intruder) == {}


def six_tables() -> pd.DataFrame:
    return pd.read_csv(CASES / "six.csv", sep=";").set_index("Stadtteil")


def test_six_parts_are_protected_together(tmp_path: Path) -> None:
    """six.csv by the Statistikstelle: two parts or more are hidden in Schuir, and no hidden count is open."""
    register = open_data(DEFAULT_DIR).register
    raw = six_tables()
    stadtteile = {area.name: area.id for area in register.of_level("stadtteil")}
    truth = {
        (column.split()[0].lower(), NEW): {stadtteile[name]: float(raw.at[name, column]) for name in stadtteile}
        for column in raw.columns
    }
    tables = statistikstelle(register, truth)
    schuir = [one for one in tables if one.werte.set_index("gebiet_id")["zaehler"].isna()["27"]]
    assert len(schuir) > 1
    parts = [one.eintrag.id for one in tables if one.eintrag.id != "zusammen"]
    assert unsafe(intruder_of(register, tables, "zusammen", parts)) == {}
    assert secrecy.check_import(tables, [], register) == []
    careless = [office(register, name, counts) for (name, _), counts in truth.items()]
    assert intruder_of(register, careless, "zusammen", parts).intervals()[("türkei", NEW), "27"] == (2, 2)
    assert secrecy.check_import(careless, [], register)


ANSWERS = ("--stelle", "Amt", "--lizenz", "dl-de/by-2-0", "--weitergabe", "oeffentlich")  # fmt: skip


@pytest.fixture
def essen(tmp_path: Path) -> Path:
    shutil.copytree(DEFAULT_DIR, tmp_path / "daten")
    shutil.copytree(DEFAULT_DIR.parent / "sources", tmp_path / "sources")
    return tmp_path / "daten"


def bring(daten: Path, file: str, name: str, *more: str, kind: str = "zaehler", columns: str = "B") -> int:
    typ, unit = ("anzahl", "Anzahl") if kind == "zaehler" else ("veraenderung", "%")
    new = ("--titel", name, "--definition", "x", "--einheit", unit, "--typ", typ, "--richtung", "neutral",
           "--kapitel", "B", "--zaehler", "Menschen (Personen)", "--nenner", "Menschen (Personen)")  # fmt: skip
    roles = [word for column in columns for word in ("--spalte", f"{column}={name}:{kind}")]
    options = [
        *ANSWERS,
        *new,
        "--indikator",
        name,
        "--data",
        str(daten),
        *roles,
        *(more or ["--geheimhaltung", "sperrung:3"]),
    ]
    with pytest.raises(SystemExit) as done:
        main(["data", "import", str(CASES / file), *options])
    return int(str(done.value.code or 0))


def packages(daten: Path) -> list[str]:
    return sorted(path.parent.name for path in (daten.parent / "eigene").glob("*/paket.yml"))


def test_men_and_women_beside_a_protected_package_are_refused(essen: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert bring(essen, "p1.csv", "tuerkei", "--statistikstelle", columns="BC") == 0
    assert bring(essen, "m.csv", "maenner") == 0
    before = packages(essen)
    capfd.readouterr()
    assert bring(essen, "w.csv", "frauen") == 2
    said = capfd.readouterr().err
    assert "„maenner“ (31.12.2023)" in said
    assert "Schuir" not in said
    assert "Traceback" not in said
    assert packages(essen) == before


def test_a_change_in_percent_beside_a_protected_package_is_refused(
    essen: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert bring(essen, "p1.csv", "tuerkei", "--statistikstelle", columns="BC") == 0
    before = packages(essen)
    capfd.readouterr()
    assert bring(essen, "p2.csv", "zunahme", kind="wert") == 2
    assert "„tuerkei“ (31.12.2022)" in capfd.readouterr().err
    assert packages(essen) == before


def test_the_statistikstelle_knows_what_came_in_another_way(essen: Path) -> None:
    """First the ordinary imports, then the table with true counts: what it leaves out, they do not give away."""
    assert bring(essen, "m.csv", "maenner") == 0
    assert bring(essen, "w.csv", "frauen") == 0
    code = bring(essen, "p1.csv", "tuerkei", "--statistikstelle", columns="BC")
    data = open_data(essen)
    tables = {}
    for name in packages(essen):
        werte = pd.read_csv(essen.parent / "eigene" / name / "werte.csv", dtype={"gebiet_id": str})
        tables[name.split("_")[0], name.split("_")[1]] = werte.assign(
            gesperrt=werte["wert"].isna() & (werte["gebiet_id"] == "27")
        )
    if code == 0:
        intruder = Intruder(data.register)
        for (name, stand), werte in tables.items():
            intruder.see((name, stand), werte)
        intruder.add_up(("tuerkei", NEW), [("maenner", NEW), ("frauen", NEW)])
        assert unsafe(intruder) == {}


def test_a_shown_two_under_sperrung_is_refused(essen: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["data", "import", str(CASES / "offen.csv"), *ANSWERS, "--geheimhaltung", "sperrung:3",
              "--data", str(essen)])  # fmt: skip
    said = capfd.readouterr().err
    assert done.value.code == 2
    assert "offen.csv, Zeile 28, Spalte B" in said
    assert "--statistikstelle" in said
    assert packages(essen) == []


BG_RO = "staatsangehoerige_bg_ro"
NEW_SHARE = {
    "titel": "Anteil mit Pass", "definition": "x", "einheit": "%", "typ": "anteil", "richtung": "neutral",
    "kapitel": "B", "zaehler": "Menschen mit Pass (Personen)",
}  # fmt: skip


NEW_COUNT = {**NEW_SHARE, "indikator": "pass", "titel": "Menschen mit Pass", "einheit": "Anzahl", "typ": "anzahl"}


class Office:
    """Tables of one office for Essen, each brought as people bring them; Schuir (27) has two people with a passport."""

    answers = description(
        {"stelle": "Amt", "lizenz": "dl-de/by-2-0", "weitergabe": "oeffentlich", "stichtag": "31.12.2023"}, "Optionen"
    )

    def __init__(self, essen: Path) -> None:
        self.dir = essen
        data = open_data(essen)
        self.stadtteile = {area.id: area.name for area in data.register.of_level("stadtteil")}
        census = data.indikatoren.query("indikator == 'einwohner'").set_index("gebiet_id")["wert"]
        self.people = {key: round(census[key]) for key in self.stadtteile} | {"27": 1811}
        self.passports = {key: 17 + int(key) * 37 % 301 for key in self.stadtteile} | {"27": 2}

    def bring(self, head: str, rows: Mapping[str, object], **answers: object) -> list[str]:
        """Names of the packages that were written."""
        path = self.dir.parent / "tabelle.csv"
        lines = [f"{area};{value}" for area, value in rows.items()]
        path.write_text("\n".join([f"Gebiet;{head}", *lines]) + "\n", encoding="utf-8")
        data = workspace.open_data(self.dir, weitergabe="intern")
        options = description({"geheimhaltung": "sperrung:3", **answers}, "Optionen").over(self.answers)
        own = answers.get("geheimhaltung") == "keines"
        brought = intake.bring(path, data, options=options, statistikstelle=own)
        return [one.folder.name for one in intake.write_packages(self.dir, intake.packages(brought, data))]

    def named(self, values: Mapping[str, object]) -> dict[str, object]:
        return {self.stadtteile[key]: value for key, value in values.items()}

    def bring_people(self, **answers: object) -> list[str]:
        return self.bring("Einwohner", self.named(self.people), **answers)

    def bring_passports(self, **answers: object) -> list[str]:
        hidden = {key: "." if count < 3 else count for key, count in self.passports.items()}
        return self.bring("Bulgarien und Rumänien", self.named(hidden), indikator=BG_RO, **answers)

    def bring_shares(self, digits: int = 2, name: str = BG_RO, **answers: object) -> list[str]:
        shares = {key: 100 * count / self.people[key] for key, count in self.passports.items()}
        shown = {key: f"{value:.{digits}f}".replace(".", ",") for key, value in shares.items()}
        kind = {"indikatoren": {name: {"wert": "B"}}, "nenner": "Einwohner (Personen)", **answers}
        return self.bring("Anteil in %", self.named(shown), **kind)


@pytest.fixture
def amt(essen: Path) -> Office:
    return Office(essen)


def refused(attempt: Callable[[], object]) -> str:
    """What is said where a table is refused; no sentence names the area or the count."""
    with pytest.raises(SecrecyError) as caught:
        attempt()
    assert "Schuir" not in str(caught.value)
    return str(caught.value)


def test_shares_do_not_open_what_the_edition_of_counts_hid(amt: Office) -> None:
    """0,11 % of 1.811 is 2, and 2 was hidden for this date."""
    amt.bring_people()
    amt.bring_passports()
    before = packages(amt.dir)
    assert "früheren Ausgabe" in refused(amt.bring_shares)
    assert packages(amt.dir) == before


@pytest.mark.parametrize("removed", [False, True])
def test_a_table_of_bezirke_does_not_make_the_audit_forget_the_edition_before(amt: Office, removed: bool) -> None:
    """A protected package, then Bezirke only as second edition, then shares by another name."""
    data = open_data(amt.dir)
    amt.bring_people()
    (first,) = amt.bring("Mit Pass", amt.named(amt.passports), **NEW_COUNT, geheimhaltung="keines")
    if removed:
        intake.remove_packages(amt.dir, [first])
    bezirke = {
        area.name: sum(amt.passports[key] for key in data.register.members(area.id))
        for area in data.register.of_level("stadtbezirk")
        if "27" not in data.register.members(area.id)
    }
    (second,) = amt.bring("Mit Pass", bezirke, **NEW_COUNT, unvollstaendig="ja")
    assert second.endswith("_002")
    assert refused(lambda: amt.bring_shares(name="anteil_x", **NEW_SHARE))
    intake.remove_packages(amt.dir, [second])
    assert refused(lambda: amt.bring_shares(name="anteil_x", **NEW_SHARE))


def test_a_date_in_other_words_is_the_same_date_for_the_audit(amt: Office) -> None:
    amt.bring_people()
    amt.bring_passports()
    assert refused(lambda: amt.bring_shares(stichtag="12/2023"))


@pytest.mark.parametrize(
    ("first", "digits", "name"),
    [("shares", 2, BG_RO), ("people", 2, BG_RO), ("shares", 1, BG_RO), ("people", 2, "anteil_x")],
)
def test_shares_and_their_denominator_do_not_open_a_small_count(
    amt: Office, first: str, digits: int, name: str
) -> None:
    """No count was ever shown: the catalogue says what the shares are shares of."""
    new = NEW_SHARE if name != BG_RO else {}
    ways = [lambda: amt.bring_shares(digits, name, **new), amt.bring_people]
    one, two = ways if first == "shares" else ways[::-1]
    one()
    before = packages(amt.dir)
    assert "Einwohner" in refused(two)
    assert packages(amt.dir) == before


def test_a_denominator_of_another_date_or_shares_without_small_counts_pass(amt: Office) -> None:
    amt.bring_shares()
    amt.bring_people(stichtag="31.12.2022")
    intake.remove_packages(amt.dir, packages(amt.dir))
    amt.passports["27"] = 0
    amt.bring_people(stichtag="30.06.2023")
    amt.bring_shares(stichtag="30.06.2023")


def test_the_complement_of_counts_without_a_denominator_is_no_secret_to_give_away(amt: Office) -> None:
    """1.810 of 1.811 inhabitants: the one who is not among them is known; nobody of nobody is no secret."""
    register = open_data(amt.dir).register
    amt.passports["27"] = 1810
    amt.bring_people()
    assert refused(lambda: amt.bring_passports(ausreisser="Probe"))
    people = office(register, "einwohner", dict.fromkeys(amt.stadtteile, 400.0) | {"27": 0.0, "28": 1810.0})
    counts = counted(register, dict.fromkeys(amt.stadtteile, 40.0) | {"27": 0.0}).assign(wert=np.nan, gesperrt=False)
    entry_ = replace(entry("quote", "anteil"), nenner=Grundgesamtheit("Menschen", "Personen", NEW))
    one = Published(entry_, NEW, counts, nenner_von=secrecy.Measure("einwohner", NEW, "zaehler"))
    assert secrecy.check_import([one], [people], register) == []
    counts.loc[counts["gebiet_id"] == "28", "zaehler"] = 1809.0
    assert secrecy.check_import([replace(one, werte=counts)], [people], register)


def test_the_cases_are_those_of_the_note() -> None:
    assert json.loads((CASES / "truth.json").read_text(encoding="utf-8"))["P"]["Türkei"]["27"] == 2
    assert catalogue(open_data(DEFAULT_DIR).indikatoren_yml)


def test_five_indicators_at_three_dates_are_audited_within_the_time() -> None:
    """Some dozens of hidden counts in Essen; the audit itself refuses when the seconds are over."""
    register, random = open_data(DEFAULT_DIR).register, np.random.default_rng(1)
    keys = [area.id for area in register.of_level("stadtteil")]
    tables = []
    for stand in ("2021-12-31", OLD, NEW):
        for number in range(5):
            counts = {key: float(random.integers(3, 400)) for key in keys}
            counts |= {str(key): 2.0 for key in random.choice(keys, 3, replace=False)}
            table = office(register, f"teil_{number}", counts, stand)
            tables.append(replace(table, werte=table.werte[table.werte["gebiet_id"].isin(keys)]))
    assert sum(int(one.werte["zaehler"].isna().sum()) for one in tables) == 45
    assert secrecy.check_import(tables, [], register, budget_s=20) == []
