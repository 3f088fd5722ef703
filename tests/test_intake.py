"""Own tables: what is read from nasty files, value by value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from intake_samples import CITY, KEYS, SAMPLES, expected
from sozialraum.city.load import Data
from sozialraum.supply import intake
from sozialraum.supply.intake import Description

ANSWERS = Description(
    stelle="Musterstadt, Amt für Statistik", lizenz="dl-de/by-2-0", geheimhaltung="sperrung:3", weitergabe="oeffentlich"
)
TODAY = date(2024, 6, 1)
STAND = "2023-12-31"


def read(path: Path, data: Data, **answers: object) -> pd.DataFrame:
    brought = intake.bring(path, data, options=replace(ANSWERS, **answers), today=TODAY)  # type: ignore[arg-type]
    (paket,) = intake.packages(brought, data)
    assert (paket.indikator, paket.stand) == ("arbeitslosenanteil", STAND)
    return paket.werte.set_index("gebiet_id")


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_same_numbers_come_out_of_every_file(sample: str, tmp_path: Path, musterstadt_data: Data) -> None:
    made = read(SAMPLES[sample](tmp_path), musterstadt_data)
    plus = {CITY: (7, 20)} if sample == "rest_without_area" else {}
    for key, (part, whole) in expected().items():
        more = plus.get(key, (0, 0))
        assert (made.at[key, "zaehler"], made.at[key, "nenner"]) == (part + more[0], whole + more[1]), key
        assert made.at[key, "wert"] == pytest.approx(100 * (part + more[0]) / (whole + more[1]), abs=0.051)
    assert set(made.index) == {*KEYS, "I", "II", "III", CITY}
