"""Protection of small counts, and the audit that attacks it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from secrecy_tables import INDIKATOR, STAND, intervals, published, table, whole_tables, with_sums
from sozialraum.city.indicators import Indikator, catalogue
from sozialraum.city.load import Data
from sozialraum.errors import ParameterError, SecrecyError
from sozialraum.supply import secrecy
from sozialraum.supply.secrecy import Rule

PLAIN = {"01": 12, "02": 40, "03": 33, "04": 25, "05": 90, "06": 31, "07": 20, "08": 45, "09": 17}


@pytest.fixture(scope="session")
def katalog(musterstadt_data: Data) -> dict[str, Indikator]:
    return catalogue(musterstadt_data.indikatoren_yml)


def protect(
    data: Data,
    katalog: dict[str, Indikator],
    raw: pd.DataFrame,
    before: list[pd.DataFrame] | None = None,
    **options: object,
) -> pd.DataFrame:
    earlier = [one for old in before or [] for one in published(old, katalog)]
    return secrecy.protect(raw, register=data.register, katalog=katalog, before=earlier, **options)  # type: ignore[arg-type]


def audit(
    data: Data, katalog: dict[str, Indikator], tables: list[pd.DataFrame], own: dict[str, tuple[str, ...]] | None = None
) -> pd.DataFrame:
    found = secrecy.audit_published([one for raw in tables for one in published(raw, katalog)], data.register, own=own)
    rows = [(one.cell.teil, one.cell.gebiet_id, one.von, one.bis, one.sicher) for one in found]
    return pd.DataFrame(rows, columns=["teil", "gebiet_id", "von", "bis", "sicher"]).astype({"sicher": bool})


def hidden(protected: pd.DataFrame, column: str = "zaehler", indikator: str = INDIKATOR) -> set[str]:
    rows = protected[protected["indikator"] == indikator]
    return set(rows.loc[rows[column].isna(), "gebiet_id"])


def shown(protected: pd.DataFrame, column: str = "zaehler") -> dict[str, float]:
    return protected.set_index("gebiet_id")[column].dropna().to_dict()


def test_nothing_is_hidden_where_every_count_is_large(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    done = protect(musterstadt_data, katalog, table(PLAIN))
    assert hidden(done) == set()
    assert shown(done)["II"] == 146
    assert shown(done, "wert")["musterstadt"] == pytest.approx(100 * 313 / 4500)


def test_a_small_count_takes_another_of_its_bezirk_with_it(
    musterstadt_data: Data, katalog: dict[str, Indikator]
) -> None:
    done = protect(musterstadt_data, katalog, table(PLAIN | {"04": 2}))
    gone = hidden(done)
    assert "04" in gone
    assert gone & {"05", "06", "II"}
    assert gone == hidden(done, "wert")
    low, high = intervals(musterstadt_data.register, shown(done))["04"]
    assert low <= 1
    assert high >= 3


def test_a_zero_is_shown_unless_told_otherwise(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    raw = table(PLAIN | {"07": 0})
    assert hidden(protect(musterstadt_data, katalog, raw)) == set()
    assert "07" in hidden(protect(musterstadt_data, katalog, raw, rule=Rule(null_zeigen=False)))


@pytest.mark.parametrize(("minimum", "secret"), [(3, False), (5, False), (10, True)])
def test_the_minimum_is_a_choice(
    musterstadt_data: Data, katalog: dict[str, Indikator], minimum: int, secret: bool
) -> None:
    done = protect(musterstadt_data, katalog, table(PLAIN | {"04": 5}), rule=Rule(mindestfallzahl=minimum))
    assert ("04" in hidden(done)) is secret


def test_a_minimum_that_nobody_uses_is_refused() -> None:
    with pytest.raises(ParameterError, match="3, 5, 10"):
        Rule(mindestfallzahl=1)


@pytest.mark.parametrize("rest", [0, 1, 2])
def test_almost_everybody_is_as_secret_as_almost_nobody(
    musterstadt_data: Data, katalog: dict[str, Indikator], rest: int
) -> None:
    raw = table(PLAIN | {"04": 500 - rest})
    assert "04" in hidden(protect(musterstadt_data, katalog, raw))
    assert hidden(protect(musterstadt_data, katalog, raw, rule=Rule(gegenstuecke=False))) == set()


def test_a_small_denominator_is_hidden_too(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    nenner = dict.fromkeys(PLAIN, 500.0) | {"07": 2.0}
    done = protect(musterstadt_data, katalog, table(PLAIN | {"07": 1}, nenner))
    assert "07" in hidden(done, "nenner")
    assert len(hidden(done, "nenner")) > 1
    assert "07" in hidden(done, "wert")


def test_a_small_whole_hides_its_total(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    """Two people in the whole city: every total up to the city's gives them away."""
    done = protect(musterstadt_data, katalog, table(dict.fromkeys(PLAIN, 0) | {"05": 2}))
    assert hidden(done) == {"05", "II", "musterstadt"}


def test_sums_that_are_delivered_are_checked(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    sums = with_sums(musterstadt_data.register, PLAIN)
    whole = with_sums(musterstadt_data.register, dict.fromkeys(PLAIN, 500.0))
    assert hidden(protect(musterstadt_data, katalog, table(sums, whole))) == set()
    with pytest.raises(SecrecyError, match="passen nicht zusammen") as error:
        protect(musterstadt_data, katalog, table(sums | {"II": 147}, whole))
    assert "147" not in str(error.value)


def test_a_missing_count_is_kept_secret_like_a_small_one(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    raw = table(with_sums(musterstadt_data.register, PLAIN | {"04": 1}),
                with_sums(musterstadt_data.register, dict.fromkeys(PLAIN, 500.0)))  # fmt: skip
    raw.loc[raw["gebiet_id"] == "04", ["zaehler", "wert"]] = np.nan
    gone = hidden(protect(musterstadt_data, katalog, raw))
    assert "04" in gone
    assert len(gone) > 1


def test_own_areas_are_sums_too(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    """An own area published as a sum would give away the one Stadtteil by which it differs from another."""
    counts = PLAIN | {"04": 2}
    own = {"west": ("01", "04", "07"), "rand": ("01", "07")}
    raw = table(counts | {"west": 34, "rand": 32}, dict.fromkeys(PLAIN, 500.0) | {"west": 1500.0, "rand": 1000.0})
    done = protect(musterstadt_data, katalog, raw, own=own)
    gone = hidden(done)
    assert "04" in gone
    assert not {"west", "rand"} <= set(shown(done))


def test_indicators_that_add_up_protect_each_other(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    """Men and women add up to all: hiding the women alone would be no secret."""
    men = {key: count // 2 for key, count in PLAIN.items()}
    women = {key: PLAIN[key] - men[key] for key in PLAIN} | {"04": 1}
    everybody = {key: men[key] + women[key] for key in PLAIN}
    names = {"arbeitslosenanteil": everybody, "anteil_unter_15": men, "geboren_eu": women}
    raw = pd.concat([table(counts, indikator=name) for name, counts in names.items()])
    done = protect(musterstadt_data, katalog, raw)
    rows = done[done["gebiet_id"] == "04"].set_index("indikator")["zaehler"]
    assert np.isnan(rows["geboren_eu"])
    assert rows[["arbeitslosenanteil", "anteil_unter_15"]].isna().any()


def test_what_is_hidden_carries_its_reason_and_nothing_tells_small_from_large(
    musterstadt_data: Data, katalog: dict[str, Indikator]
) -> None:
    raw = table(PLAIN | {"04": 2})
    raw["hinweis"] = "Im Westend sind es 2 Fälle."
    done = protect(musterstadt_data, katalog, raw)
    gone = done[done["zaehler"].isna()]
    assert set(gone["hinweis"]) == {secrecy.reason(Rule())}
    assert "weniger als 3 Fälle" in secrecy.reason(Rule())
    assert done["wert"].isna().equals(done["zaehler"].isna())


def test_counts_that_are_none_are_refused(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    with pytest.raises(SecrecyError, match="ganze Zahlen"):
        protect(musterstadt_data, katalog, table(PLAIN | {"01": 2.5}))
    with pytest.raises(SecrecyError, match="Ohne Nenner"):
        protect(musterstadt_data, katalog, table(PLAIN).assign(nenner=np.nan))


def test_what_was_published_before_does_not_protect(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    """A correction: one count fell below the minimum, all others stay, so every total that contains it must go."""
    first = protect(musterstadt_data, katalog, table(PLAIN))
    second = protect(musterstadt_data, katalog, table(PLAIN | {"04": 2}), before=[first])
    assert {"04", "II", "musterstadt"} <= hidden(second)


def test_a_small_count_that_was_published_before_is_refused(
    musterstadt_data: Data, katalog: dict[str, Indikator]
) -> None:
    raw = table(PLAIN | {"04": 5})
    first = protect(musterstadt_data, katalog, raw)
    with pytest.raises(SecrecyError, match="was noch nicht veröffentlicht ist") as error:
        protect(musterstadt_data, katalog, raw, before=[first], rule=Rule(mindestfallzahl=10))
    assert not any(character.isdigit() for character in str(error.value).replace(STAND, ""))


def test_a_correction_of_several_counts_can_be_protected(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    first = protect(musterstadt_data, katalog, table(PLAIN))
    second = protect(musterstadt_data, katalog, table(PLAIN | {"04": 2, "06": 30}), before=[first])
    assert {"04", "06"} <= hidden(second)


def test_what_is_hidden_once_stays_hidden(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    first = protect(musterstadt_data, katalog, table(PLAIN | {"04": 2}))
    second = protect(musterstadt_data, katalog, table(PLAIN | {"04": 8}), before=[first])
    assert hidden(first) <= hidden(second)


def test_the_same_table_twice_gives_the_same_package(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    raw = table(PLAIN | {"04": 2, "08": 1})
    first = protect(musterstadt_data, katalog, raw)
    second = protect(musterstadt_data, katalog, raw.sample(frac=1, random_state=1), before=[first])
    assert hidden(first) == hidden(second)


def test_the_second_of_two_tables_that_add_up_sees_the_first(
    musterstadt_data: Data, katalog: dict[str, Indikator]
) -> None:
    """All and men are published; the women come later, and with them the difference."""
    men = {key: count // 2 for key, count in PLAIN.items()}
    women = {key: PLAIN[key] - men[key] for key in PLAIN} | {"04": 1}
    everybody = {key: men[key] + women[key] for key in PLAIN}
    first = protect(musterstadt_data, katalog, pd.concat([table(everybody), table(men, indikator="anteil_unter_15")]))
    assert hidden(first) == set()
    with pytest.raises(SecrecyError, match="ließe sich auch dann errechnen"):
        protect(musterstadt_data, katalog, table(women, indikator="geboren_eu"), before=[first])


def test_another_date_is_another_count(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    first = protect(musterstadt_data, katalog, table(PLAIN))
    second = protect(musterstadt_data, katalog, table(PLAIN | {"04": 2}, 510, stand="2024-12-31"), before=[first])
    assert "04" in hidden(second)


def test_the_audit_finds_the_plain_difference(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    register = musterstadt_data.register
    leaky = table(with_sums(register, PLAIN | {"04": 2}), with_sums(register, dict.fromkeys(PLAIN, 500.0)))
    leaky.loc[leaky["gebiet_id"] == "04", ["zaehler", "wert"]] = np.nan
    found = audit(musterstadt_data, katalog, [leaky]).set_index(["teil", "gebiet_id"])
    assert tuple(found.loc[("zaehler", "04"), ["von", "bis", "sicher"]]) == (2, 2, False)


def test_the_audit_opens_a_rounded_share(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    """0,4 % of 500 can only be 2; of 5,000 it is between 18 and 22."""
    for nenner, bounds in ((500.0, (2, 2)), (5000.0, (18, 22))):
        share = table({"04": 0.004 * nenner}, nenner).assign(zaehler=np.nan, wert=0.4)
        found = audit(musterstadt_data, katalog, [share]).set_index("teil")
        assert tuple(found.loc["zaehler", ["von", "bis"]]) == bounds


def test_the_audit_agrees_with_trying_everything(musterstadt_data: Data, katalog: dict[str, Indikator]) -> None:
    """Three hidden Stadtteile in one Stadtbezirk whose total is 7, and an own area of two of them with 4."""
    register, own = musterstadt_data.register, {"paar": ("04", "05")}
    counts = with_sums(register, PLAIN | {"04": 1, "05": 3, "06": 3}) | {"paar": 4}
    open_table = table(counts, with_sums(register, dict.fromkeys(PLAIN, 500.0)) | {"paar": 1000.0})
    gone = open_table["gebiet_id"].isin(["04", "05", "06"])
    open_table.loc[gone, ["zaehler", "wert"]] = np.nan
    found = audit(musterstadt_data, katalog, [open_table], own)
    found = found[found["teil"] == "zaehler"].set_index("gebiet_id")
    tried = np.array(whole_tables([((0, 1, 2), 7), ((0, 1), 4)], 3, 7))
    for place, key in enumerate(("04", "05", "06")):
        assert tuple(found.loc[key, ["von", "bis"]]) == (tried[:, place].min(), tried[:, place].max())


COUNTS = st.lists(st.sampled_from([0, 0, 1, 1, 2, 2, 3, 4, 5, 9, 40, 300]), min_size=9, max_size=9)


@hypothesis_settings(max_examples=20)
@given(counts=COUNTS, minimum=st.sampled_from([3, 5]), zeros=st.booleans())
def test_no_interval_of_a_random_table_is_too_narrow(
    musterstadt_data: Data, katalog: dict[str, Indikator], counts: list[int], minimum: int, zeros: bool
) -> None:
    """Linear programming of the test, not of the library, over what is shown."""
    rule = Rule(mindestfallzahl=minimum, null_zeigen=zeros)
    raw = dict(zip(PLAIN, counts, strict=True))
    done = protect(musterstadt_data, katalog, table(raw, 1000.0), rule=rule)
    known = shown(done)
    assert all(known.get(key, minimum) >= minimum or (zeros and known[key] == 0) for key in raw)
    for key, (low, high) in intervals(musterstadt_data.register, known, lowest=float(zeros)).items():
        assert rule.safe(low, high, "zaehler"), (key, low, high)


@hypothesis_settings(max_examples=15)
@given(first=COUNTS, second=COUNTS)
def test_two_editions_together_open_nothing(
    musterstadt_data: Data, katalog: dict[str, Indikator], first: list[int], second: list[int]
) -> None:
    """Two indicators with one denominator, the second a part of the first."""
    whole = {key: a + b for key, a, b in zip(PLAIN, first, second, strict=True)}
    part = dict(zip(PLAIN, first, strict=True))
    one = protect(musterstadt_data, katalog, table(whole, 1000.0))
    try:
        two = protect(musterstadt_data, katalog, table(part, 1000.0, indikator="geboren_eu"), before=[one])
    except SecrecyError:
        return
    assert audit(musterstadt_data, katalog, [one, two])["sicher"].all()


def test_essen_is_protected_in_reasonable_time(essen_data: Data) -> None:
    katalog = catalogue(essen_data.indikatoren_yml)
    keys = [area.id for area in essen_data.register.of_level("stadtteil")]
    raw = table({key: (place * 37) % 91 for place, key in enumerate(keys)}, 2000.0)
    done = protect(essen_data, katalog, raw)
    low = raw.loc[raw["zaehler"].isin([1, 2]), "gebiet_id"]
    assert set(low) <= hidden(done)
    known = shown(done)
    found = intervals(essen_data.register, known)
    assert all(Rule().safe(*found[key], "zaehler") for key in low)


def test_the_rule_says_what_is_safe() -> None:
    rule = Rule()
    assert rule.safe(1, 3, "zaehler")
    assert rule.safe(2, 4, "zaehler")
    assert not rule.safe(1, 2, "zaehler")
    assert not rule.safe(2, 3, "zaehler")
    assert not rule.safe(2, 2, "zaehler")
    assert rule.safe(3, 3, "zaehler")
    assert not rule.safe(1, 3, "gegenstueck")
    assert not replace(rule, null_zeigen=False).safe(1, 3, "zaehler")
