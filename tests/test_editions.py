"""Several editions of fetched files: change, revision and method apart, and what is kept of old files."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_fixtures import copy_tables
from fetching import describe, given_files
from musterstadt import publishers
from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import analyse
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.enrich import enrich
from sozialraum.supply.series import Reissue, breaks, dates_of, reissues, split_change, time_series
from sozialraum.text.development import change_words

SOURCES = ("unfallatlas", "privathaushalte")


class Desk:
    """Tables of Musterstadt for which a person brings files, edition by edition."""

    def __init__(self, folder: Path) -> None:
        copy_tables(folder)
        describe(folder / "sources" / "abruf", "https://amt.example")
        self.daten, self.raw, self.given = folder / "daten", folder / "raw", folder / "geladen"
        self.given.mkdir()

    def build(self, **files: bytes) -> Data:
        for name, content in files.items():
            (self.given / name).write_bytes(content)
        said = [one.error for one in given_files(self.daten, self.raw, self.given, *SOURCES)]
        assert not any(said), said
        enrich(self.daten, self.raw)
        made = open_data(self.daten)
        assert len(made.reihen) + len(made.indikatoren) + len(made.indikatoren_yml) + len(made.quellen)  # read now
        return made


def households(*rows: tuple[int, int, int]) -> bytes:
    """The table of the city for two Stadtteile and some years: year, single parents in Nordwest, in Nord-Mitte."""
    head = publishers.privathaushalte().decode("utf-8-sig").splitlines()[0]
    lines = [
        f"1;1;{name};{year};500;250;9;100;10;{alone};999"
        for year, *both in rows
        for name, alone in zip(("Nordwest", "Nord-Mitte"), both, strict=True)
    ]
    return "\r\n".join([head, *lines, ""]).encode()


YEAR, HOUSEHOLDS = "Unfallorte{}_EPSG25832_CSV.zip", "Privathaushalte.csv"


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[Data]:
    """Three months. 2021: two accidents in Altstadt, in the later edition three; 2022: one."""
    desk = Desk(tmp_path_factory.mktemp("ausgaben"))
    first = {YEAR.format(year): publishers.unfallorte(year) for year in (2021, 2022)}
    found = [desk.build(**first, **{HOUSEHOLDS: households((2021, 10, 30), (2022, 20, 30))})]
    again = ((5, (510, 510), 1, 0), (5, (520, 520), 0, 1), (5, (520, 525), 0, 1))
    second = {YEAR.format(2021): publishers.unfallorte(2021, again=again)}
    found.append(desk.build(**second, **{HOUSEHOLDS: households((2022, 20, 35), (2023, 25, 40))}))
    description = desk.daten.parent / "sources" / "abruf" / "privathaushalte.yml"
    text = description.read_text("utf-8")
    description.write_text(text.replace("an allen Haushalten mit Kindern.", "an allen Haushalten."), "utf-8")
    found.append(desk.build(**{HOUSEHOLDS: households((2023, 26, 40), (2024, 30, 45))}))
    return found


def test_a_year_that_is_issued_again_is_a_revision(states: list[Data]) -> None:
    before, after, later = states
    assert time_series(before, "unfaelle")["05"].to_dict() == {"2021": 2, "2022": 1}
    assert time_series(after, "unfaelle")["05"].to_dict() == {"2021": 3, "2022": 1}
    assert reissues(after, "unfaelle", "05") == [Reissue("2021", 2, 3, revision=True)]
    assert reissues(after, "unfaelle", "01") == []
    change = split_change(later, "unfaelle", "05")
    assert change is not None
    assert (change.total, change.change, change.revision, change.method) == (-1, -2, 1, 0)
    words = change_words(analyse(after, "05"), "unfaelle")
    assert "Revision: Der Wert zum Stand 2021 wurde nachträglich von 2 auf 3 geändert." in words


def test_dates_that_a_later_file_leaves_out_stay_and_another_definition_is_another_method(states: list[Data]) -> None:
    _, after, later = states
    assert time_series(after, "alleinerziehende")["01"].to_dict() == {
        "2021-12-31": 10, "2022-12-31": 20, "2023-12-31": 25,
    }  # fmt: skip
    assert [one.stand for one in reissues(after, "alleinerziehende", "02")] == ["2022-12-31"]
    assert breaks(dates_of(later, "alleinerziehende", "01")) == {"2023-12-31"}
    change = split_change(later, "alleinerziehende", "01")
    assert change is not None
    assert (change.change, change.revision, change.method) == (4, 0, 1)  # 26 to 30; 25 in the old way, 26 in the new
    assert "andere Zählweise" in change_words(analyse(later, "01"), "alleinerziehende")[0]


def test_nothing_new_is_nothing_and_a_damaged_memory_is_told(states: list[Data]) -> None:
    folder = states[-1].dir.parent
    kept = [folder / "raw" / "abruf" / name / "ausgaben.csv" for name in SOURCES]
    paths = [*kept, folder / "daten" / "abgerufen" / "reihen.csv"]
    written = [path.read_bytes() for path in paths]
    enrich(folder / "daten", folder / "raw")
    assert [path.read_bytes() for path in paths] == written
    assert len(list(kept[0].parent.glob("*.zip"))) == 2  # no file is kept twice
    kept[1].write_text("kaputt\n", "utf-8")
    with pytest.raises(SchemaError, match="früheren Ausgaben sind nicht lesbar"):
        enrich(folder / "daten", folder / "raw")
    assert paths[-1].read_bytes() == written[-1]
