"""What a process has used: read itself, through a table that was read before, or in the process it was forked from."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

import pytest

from sozialraum import reads, workspace
from sozialraum.compare import analyse
from sozialraum.load import Data, Layer, open_data
from sozialraum.reads import apart, note


def names(found: set[str]) -> set[str]:
    return {Path(path).name for path in found}


def test_each_use_of_a_table_notes_its_files_again(musterstadt_dir: Path) -> None:
    data = open_data(musterstadt_dir)
    with apart() as first:
        assert len(data.gebiete)
    with apart() as second:
        assert len(data.gebiete)
    with apart() as other:
        assert data.stadt
    assert names(first) == names(second) == {"gebiete.csv", "gebiete.geojson"}
    assert names(other) == {"stadt.yml"}


def test_every_table_notes_a_file(musterstadt_dir: Path) -> None:
    for name in [key for key, value in vars(Data).items() if isinstance(value, cached_property)]:
        with apart() as found:
            getattr(open_data(musterstadt_dir), name)
        assert found, name


def test_the_manifests_are_noted_as_a_folder_and_a_missing_file_by_its_name(
    musterstadt_copy: Path, musterstadt_dir: Path
) -> None:
    (musterstadt_copy / "einzelwerte.yml").unlink()
    with apart() as found:
        assert open_data(musterstadt_copy).einzelwerte.empty
        assert open_data(musterstadt_copy).quellen
    assert names(found) == {"einzelwerte.yml", "sources"}


def test_data_over_data_rest_on_the_files_below(musterstadt_dir: Path) -> None:
    class Doubled(Layer):
        @cached_property
        def raster(self):  # type: ignore[no-untyped-def]
            return self.below.raster.assign(einwohner=lambda table: table["einwohner"] * 2)

    data = Doubled(open_data(musterstadt_dir))
    with apart():
        assert len(data.raster)
        assert data.stadt
    with apart() as found:
        assert len(data.raster)
        assert data.stadt
    assert names(found) == {"raster.csv", "stadt.yml"}


def test_what_is_remembered_notes_its_files_at_each_use(musterstadt_dir: Path) -> None:
    data = open_data(musterstadt_dir)
    with apart() as first:
        analyse(data, "01")
    with apart() as second:
        analyse(data, "02")
    assert names(first) == names(second)
    assert names(first) >= {"indikatoren.csv", "indikatoren.yml", "gebiete.csv", "gebiete.geojson"}
    assert not names(first) & {"raster.csv", "sources", "schulen.csv"}


def test_tables_read_in_advance_count_when_they_are_used(
    musterstadt_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "_kept", {})
    with apart() as found:
        data = workspace.keep(musterstadt_dir)
        assert "schulen.csv" not in names(found)
        assert len(data.schulen)
    assert "schulen.csv" in names(found)
    assert not names(found) & {"raster.csv", "einkaufsstrassen.geojson"}


def test_what_is_used_is_written_for_others_even_after_a_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "reads"
    monkeypatch.setattr(reads, "_used", {"vorher"})
    monkeypatch.setattr(reads, "_written", {})
    assert reads.written(target) is None
    monkeypatch.setenv(reads.ENVIRONMENT, str(target))
    child = os.fork()
    if child == 0:
        note("nachher")
        with apart():
            note("nur gesammelt")
        os._exit(0)
    os.waitpid(child, 0)
    assert reads.written(target) == {"vorher", "nachher"}
