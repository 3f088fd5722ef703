"""The ledger of decisions: strict entries, a baseline frozen in time, and what has changed since by one series."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from sozialraum.city.load import Data, open_data
from sozialraum.compare.analysis import analyse
from sozialraum.errors import ParameterError, SchemaError
from sozialraum.supply.decisions import _sum_of, baseline, decisions, freeze, since
from sozialraum.supply.workspace import open_data as opened
from sozialraum.text import decided, decided_lead

KEY = "arbeitslosenanteil"
ENTRY: dict[str, Any] = {
    "id": "platz-2024", "datum": "2024-03-01", "art": "Beschluss", "wer": "Rat", "text": "Der Platz wird umgebaut.",
    "orte": ["01", "II"], "quelle": "zensus_1km", "nachweis": "Zeitung vom 02.03.2024", "datenmarke": None,
}  # fmt: skip


def ledger(folder: Path, *entries: dict[str, Any]) -> Data:
    content = {"entscheidungen": list(entries)}
    (folder / "entscheidungen.yml").write_text(
        yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    return open_data(folder)


def with_dates(data: Data, **values: float) -> Data:
    """Data with a series of one indicator in one Stadtteil, its dates as d2023_12_31=5.0."""
    rows = [
        {"gebiet_id": "01", "indikator": KEY, "stand": name[1:].replace("_", "-"), "wert": wert, "art": "amtlich",
         "quelle": "zensus_1km", "ausgabe": 0, "methode": ""}
        for name, wert in values.items()
    ]  # fmt: skip
    table = pd.DataFrame(rows).reindex(columns=[*rows[0], "zaehler", "nenner", "von", "bis", "hinweis"])
    return data.laid_over(reihen=lambda: table)


def test_since_then_needs_a_date_before_and_one_after(musterstadt_copy: Path) -> None:
    data = ledger(musterstadt_copy, ENTRY)
    (one,) = decisions(data)
    assert since(data, one, "01") == []
    assert since(with_dates(data, d2022_12_31=4.0, d2023_12_31=5.0), one, "01") == []
    assert since(with_dates(data, d2024_12_31=4.0, d2025_12_31=5.0), one, "01") == []
    (found,) = since(with_dates(data, d2022_12_31=4.0, d2023_12_31=5.0, d2025_12_31=6.5), one, "01")
    assert found.indikator == KEY
    assert (found.change.first, found.change.last) == ("2023-12-31", "2025-12-31")
    assert (found.change.change, found.change.revision, found.change.method) == (1.5, 0.0, 0.0)
    assert since(with_dates(data, d2023_12_31=5.0, d2025_12_31=6.5), one, "02") == []
    dated = with_dates(data, d2023_12_31=5.0, d2025_12_31=6.5)
    again = dated.reihen.iloc[[0, 0]].assign(wert=[5.2, 5.9], ausgabe=[1, 2], methode=["", "neu"])
    table = pd.concat([dated.reihen.assign(methode=["", "neu"]), again])
    (split,) = since(data.laid_over(reihen=lambda: table), one, "01")
    parts = (split.change.change, split.change.revision, split.change.method, split.change.total)
    assert parts == pytest.approx((0.6, 0.2, 0.7, 1.5))
    told = decided(analyse(with_dates(data, d2023_12_31=5.0, d2025_12_31=6.5), "01"))[0].text
    assert "01.03.2024, Beschluss, Rat: Der Platz wird umgebaut (Zeitung vom 02.03.2024)" in told
    assert "31.12.2023 bis 31.12.2025: Veränderung +1,5" in told
    assert decided_lead(analyse(data, "II")).endswith("Zu keiner Kennzahl liegen Werte von davor und danach vor.")
    assert "nicht festgehalten" in decided_lead(analyse(data, "II"))
    assert decided(analyse(data, "03")) == []


def test_a_frozen_baseline_tells_revision_from_change(musterstadt_copy: Path) -> None:
    data = ledger(musterstadt_copy, ENTRY)
    path = freeze(data, "platz-2024", today=date(2024, 3, 20), dateien={"a.csv": "00"}, marke="Prüfkennung 0123")
    package = json.loads(path.read_text(encoding="utf-8"))
    assert package["eingefroren"] == "2024-03-20"
    assert {row["gebiet_id"] for row in package["werte"]} == {"01", "II"}
    value = analyse(data, "01")["einwohner"]
    assert {
        "gebiet_id": "01", "indikator": "einwohner", "wert": value.wert, "von": value.von, "bis": value.bis,
        "stand": value.stand, "art": value.art,
    } in package["werte"]  # fmt: skip
    package["werte"].append({"gebiet_id": "01", "indikator": KEY, "stand": "2023-12-31", "wert": 4.8})
    path.write_text(json.dumps(package), encoding="utf-8")
    with pytest.raises(SchemaError, match=r"platz-2024\.json ist beschädigt oder geändert"):
        decisions(open_data(musterstadt_copy))
    package["pruefsumme"] = _sum_of(package)
    path.write_text(json.dumps(package), encoding="utf-8")
    data = open_data(musterstadt_copy)
    (one,) = decisions(data)
    assert one.datenmarke == "Prüfkennung 0123"
    assert path in data.files
    assert baseline(data, one) == package
    (found,) = since(with_dates(data, d2023_12_31=5.0, d2025_12_31=6.5), one, "01")
    assert found.change.change == pytest.approx(1.5)
    assert found.change.revision == pytest.approx(0.2)
    assert found.change.total == pytest.approx(1.7)
    assert "Prüfkennung 0123" in decided(analyse(data, "01"))[0].text
    path.unlink()
    with pytest.raises(SchemaError, match=r"Zur Datenmarke fehlt entscheidungen/platz-2024\.json"):
        decisions(open_data(musterstadt_copy))


def test_the_past_has_no_baseline_and_the_ledger_keeps_its_words(musterstadt_copy: Path) -> None:
    data = ledger(musterstadt_copy, ENTRY, ENTRY | {"id": "zweite-2024", "text": "Noch offen."})
    for key, day, message in (
        ("platz-2024", date(2024, 5, 1), "später wäre sie erfunden"),
        ("platz-2024", date(2024, 2, 1), "nur am selben Tag"),
        ("dritte", date(2024, 3, 1), "Vorhanden: platz-2024, zweite-2024"),
    ):
        with pytest.raises(ParameterError, match=message):
            freeze(data, key, today=day, dateien={}, marke="x")
    assert not (musterstadt_copy / "entscheidungen").exists()
    inner = opened(musterstadt_copy, weitergabe="intern")
    with pytest.raises(ParameterError, match="nur öffentliche Werte"):
        freeze(inner, "platz-2024", today=date(2024, 3, 1), dateien={}, marke="x")
    before = (musterstadt_copy / "entscheidungen.yml").read_text(encoding="utf-8")
    freeze(data, "zweite-2024", today=date(2024, 3, 1), dateien={}, marke="M 1")
    after = (musterstadt_copy / "entscheidungen.yml").read_text(encoding="utf-8")
    parts = after.split('datenmarke: "M 1"')
    assert before == "datenmarke: null".join(parts)
    assert parts[0].count("datenmarke: null") == 1
    with pytest.raises(ParameterError, match="schon eine Ausgangslage"):
        freeze(open_data(musterstadt_copy), "zweite-2024", today=date(2024, 3, 1), dateien={}, marke="M 2")
    (musterstadt_copy / "entscheidungen.yml").write_text(after.replace("datenmarke: null", "'datenmarke': null"))
    with pytest.raises(ParameterError, match="Bitte nachtragen: M 3"):
        freeze(open_data(musterstadt_copy), "platz-2024", today=date(2024, 3, 1), dateien={}, marke="M 3")
    assert len(decisions(open_data(musterstadt_copy))) == 2  # no package without its mark is left behind


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"datum": "1.3.2024"}, "kein Datum"),
        ({"art": "Wunsch"}, "keine Art"),
        ({"orte": ["99"]}, "nicht nur Kennungen"),
        ({"quelle": "hörensagen"}, "keine Quellenbeschreibung"),
        ({"nachweis": ""}, "„nachweis“ ist leer"),
        ({"farbe": "rot"}, "„farbe“ ist unbekannt"),
        ({"id": "Platz 1"}, "kleinen Buchstaben"),
        ({"datenmarke": "M"}, "Zur Datenmarke fehlt"),
    ],
)
def test_a_faulty_entry_is_told(musterstadt_copy: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        decisions(ledger(musterstadt_copy, ENTRY | change))


def test_the_ledger_of_the_city_is_sound_and_says_what_is_known(essen_data: Data) -> None:
    found = decisions(essen_data)
    assert [one.datum for one in found] == sorted(one.datum for one in found)
    assert all(not one.datenmarke for one in found)
    offers = " ".join(essen_data.angebote["nachweis"].dropna())
    numbers = {word.strip(",;") for one in found for word in one.nachweis.split() if word.strip(",;").isdigit()}
    assert numbers <= {word.strip(",;") for word in offers.split()}
