"""Places to visit: hours of markets, the audience, what is in the list and what is not, the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sozialraum import text
from sozialraum.city.load import Data
from sozialraum.city.market_hours import Hours, market_hours
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.errors import ParameterError
from sozialraum.publish.job import Job, render
from sozialraum.publish.plan import plan, read_batch
from sozialraum.supply.workspace import open_data
from sozialraum.text.meetings import BANDS, KINDS

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def inner(essen_dir: Path) -> Data:
    return open_data(essen_dir, weitergabe="intern")


@pytest.fixture(scope="module")
def borbeck(inner: Data) -> Analysis:
    return analyse(inner, "21")


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("freitags 8 bis 13 Uhr", [Hours("freitags", 8, 13)]),
        ("samstags 8 bis 14 Uhr, dienstags 11 bis 18:30 Uhr", [Hours("dienstags", 11, 18.5), Hours("samstags", 8, 14)]),
        ("montags bis dienstags 9:15 bis 12 Uhr", [Hours(day, 9.25, 12) for day in ("montags", "dienstags")]),
        ("dienstags, donnerstags und samstags 8 bis 13 Uhr",
         [Hours(day, 8, 13) for day in ("dienstags", "donnerstags", "samstags")]),
        ("jeden Morgen", []),
    ],
)  # fmt: skip
def test_hours_of_markets_are_read(words: str, hours: list[Hours]) -> None:
    assert market_hours(words) == hours


def test_every_market_of_the_city_has_hours(essen_data: Data) -> None:
    markets = essen_data.einrichtungen[essen_data.einrichtungen["art"] == "markt"]
    assert all(market_hours(str(note)) for note in markets["hinweis"])


def test_only_the_administration_sees_the_list(essen_data: Data, essen_dir: Path) -> None:
    for data in (essen_data, open_data(essen_dir, weitergabe="rat")):
        with pytest.raises(ParameterError, match="nur für die Verwaltung"):
            text.meeting_places(analyse(data, "21"))
    batch = read_batch(ROOT / "batch.yml")
    known: dict[str, Any] = {"queries": ["21"], "names": ["08_treffpunkte"]}
    for circle in (None, "oeffentlich", "rat"):
        with pytest.raises(ParameterError, match="--weitergabe intern"):
            plan(batch, essen_data.register, ROOT / "notebooks", weitergabe=circle, **known)
    (job, *_) = plan(batch, essen_data.register, ROOT / "notebooks", weitergabe="intern", **known)
    assert job.target == "08_treffpunkte/21-borbeck-mitte.html"
    assert not any("08_treffpunkte" in one.target for one in plan(batch, essen_data.register, ROOT / "notebooks"))


def test_the_list_holds_places_with_reason_and_source(borbeck: Analysis) -> None:
    found = text.meeting_places(borbeck)
    places = borbeck.places
    for art in ("schule", "kita", "platz", "park", "markt", "haltestelle"):
        open_ = places[(places["art"] == art) & places["hauptstandort"]]
        names = {one.name for one in found if one.art == art}
        assert names <= set(open_["name"]), art
        assert names, art
    assert {one.art for one in found} <= set(KINDS)
    assert any(one.art == "einkaufsstrasse" for one in found)
    assert all(one.zeiten and set(one.zeiten) <= set(BANDS) and one.grund and one.quelle for one in found)
    (market,) = [one for one in found if one.art == "markt"]
    assert market.wann == "dienstags 8 bis 13 Uhr, freitags 8 bis 13 Uhr"
    assert market.zeiten == ("morgens", "vormittags", "mittags")
    assert not market.angenommen
    table = text.meeting_table(found)
    assert table.loc[market.name, "Wann"] == market.wann
    assert table.loc["Schlosspark Borbeck", "Wann"].endswith("(Festlegung)")
    told = " ".join(one.text for one in text.meeting_lead(borbeck, found))
    assert "Abfahrten je Haltestelle sind nicht abgerufen" in told


def test_a_day_of_the_week_leaves_what_counts_on_that_day(borbeck: Analysis) -> None:
    saturday, sunday = ({one.art for one in text.meeting_places(borbeck, tag)} for tag in ("samstags", "sonntags"))
    assert {"schule", "kita", "anlaufstelle"} & (saturday | sunday) == set()
    assert ("einkaufsstrasse" in saturday, "einkaufsstrasse" in sunday) == (True, False)
    assert {"haltestelle", "platz", "park"} <= sunday
    kita = next(one for one in text.meeting_places(borbeck) if one.art == "kita")
    assert kita.wann == "montags bis freitags morgens, nachmittags"
    assert ", sonntags: " in text.meeting_lead(borbeck, [], "sonntags")[0].text
    assert [one.wann for one in text.meeting_places(borbeck, "freitags") if one.art == "markt"] == [
        "freitags 8 bis 13 Uhr"
    ]
    assert not [one for one in text.meeting_places(borbeck, "montags") if one.art == "markt"]
    with pytest.raises(ParameterError, match="Möglich sind: montags"):
        text.meeting_places(borbeck, "Freitag")


def test_departures_are_told_where_they_were_fetched(borbeck: Analysis) -> None:
    stop = borbeck.places[borbeck.places["art"] == "haltestelle"].index[0]
    rows = [
        {"einrichtung": stop, "stand": "2026-11-03", "stunde": hour, "abfahrten": n} for hour, n in ((7, 4), (8, 9))
    ]
    timed = replace(borbeck, data=borbeck.data.laid_over(abfahrten=lambda: pd.DataFrame(rows)))
    found = {one.key: one for one in text.meeting_places(timed)}
    told = " ".join(one.text for one in text.meeting_lead(timed, list(found.values())))
    assert "am 03.11.2026 bis zu 9\u00a0Abfahrten in einer Stunde" in found[stop].grund
    assert "nicht abgerufen" not in told


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_of_places_reads_well(
    inner: Data, tmp_path: Path, open_page: Callable[..., Any], axe_violations: Callable[..., list[str]]
) -> None:
    job = Job(ROOT / "notebooks" / "08_treffpunkte.ipynb", "08_treffpunkte/27.html", "27", {"gebiet": "27"})
    render(job, data=inner.environment, out=tmp_path)
    opened = open_page(tmp_path / job.target, width=360)
    page = opened.page
    assert opened.requests == opened.errors == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe_violations(page) == []
    page.get_by_role("radio", name="abends").check()
    assert page.get_by_text("Abends (18 bis 21 Uhr)").first.is_visible()
    assert "Weitergabe: nur intern" in page.content()
    assert (tmp_path / job.target).stat().st_size < 700_000
