"""Numbers of German tables: what is written one way or another is read as the same number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.supply.intake.grid import Cell, listed
from sozialraum.supply.intake.reading import COMMA, POINT, Style, read, style_of

GROUPS = ["", ".", " ", "\u00a0", "\u202f", "'", "’"]
MARKS = ["", " 1)", "*", "¹", " r", " a)", " (2)"]


def written(number: int, decimals: str, group: str, *, decimal: str = ",") -> str:
    whole = f"{number:,}".replace(",", group)
    return f"{whole}{decimal}{decimals}" if decimals else whole


@given(
    whole=st.integers(0, 10_000_000),
    decimals=st.text("0123456789", min_size=1, max_size=4),
    group=st.sampled_from(GROUPS),
    mark=st.sampled_from(MARKS),
    sign=st.sampled_from(["", "-", "−", "+"]),
    percent=st.sampled_from(["", " %", "%"]),
)
def test_a_german_decimal_is_read_back(
    whole: int, decimals: str, group: str, mark: str, sign: str, percent: str
) -> None:
    text = f"{sign}{written(whole, decimals, group)}{percent}{mark}"
    number = float(f"{whole}.{decimals}") * (-1 if sign in ("-", "−") else 1)
    found = read(Cell(text), Style(COMMA))
    assert found.fault == ""
    assert found.value == pytest.approx(number)


@given(whole=st.integers(0, 10_000_000), decimals=st.text("0123456789", min_size=1, max_size=4))
def test_an_english_decimal_is_read_back(whole: int, decimals: str) -> None:
    text = f"{whole:,}.{decimals}"
    assert read(Cell(text), Style(POINT)).value == pytest.approx(float(f"{whole}.{decimals}"))


@given(counts=st.lists(st.integers(0, 5_000_000), min_size=1, max_size=20), group=st.sampled_from([*GROUPS, ","]))
def test_counts_are_read_back_however_thousands_are_grouped(counts: list[int], group: str) -> None:
    cells = [Cell(written(count, "", group)) for count in counts]
    style = style_of(cells, whole=True)
    assert not style.open
    assert not style.clash
    assert [read(cell, style if style.decimal else Style(COMMA)).value for cell in cells] == counts


@given(st.text(max_size=12))
def test_any_text_is_a_number_missing_or_a_fault_and_never_an_error(text: str) -> None:
    found = read(Cell(text or None), Style(COMMA))
    assert (found.value is not None) + bool(found.reason) + bool(found.fault) >= 1
    assert not (found.fault and found.value is not None)


def test_one_proof_decides_for_the_whole_column() -> None:
    assert style_of([Cell("1.234"), Cell("12,5")]).decimal == COMMA
    assert style_of([Cell("1,234"), Cell("12.5")]).decimal == POINT
    assert style_of([Cell("1.234"), Cell("12.345.678")]).decimal == COMMA
    assert style_of([Cell("12,5"), Cell("12.5")]).clash == ("12,5", "12.5")
    assert style_of([Cell("1.234")]).open == ("1.234",)
    assert style_of([Cell("1.234")], whole=True).decimal == COMMA
    assert style_of([Cell("1.234")], share=True).decimal == POINT


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3-", -3),
        ("3,5−", -3.5),
        ("(12)", 12),
        ("( 12,5 )", 12.5),
        ("12 345 1)", 12345),
        ("12,3 % *", 12.3),
        ("0,0", 0),
        ("-0,0", 0),
        ("'148", 148),
        ("’12'345", 12345),
        ("12´345,5", 12345.5),
        ("1.234,56", 1234.56),
        ("1 234,5", 1234.5),
        ("12\u2009345", 12345),
        ("12\u2005345", 12345),
        ("１２，３％", 12.3),
        ("－１.２３４", -1234),
        ("\u200e−3,5\u200b", -3.5),
        ("‑3,5", -3.5),
        ("12,3%", 12.3),
        ("1.104²", 1104),
        ("1104 [2]", 1104),
        ("148*)", 148),
    ],
)
def test_single_forms(text: str, number: float) -> None:
    assert read(Cell(text), Style(COMMA)).value == number


def test_numbers_of_programs_are_told_by_their_column() -> None:
    column = [Cell("1234.0"), Cell("148.0"), Cell("7.0")]
    assert [read(cell, style_of(column, whole=True)).value for cell in column] == [1234, 148, 7]
    swiss = [Cell("12'345.5"), Cell("1’234"), Cell("'7.25")]
    assert [read(cell, style_of(swiss)).value for cell in swiss] == [12345.5, 1234, 7.25]


def test_a_column_that_was_too_narrow_and_errors_of_every_program_are_named() -> None:
    assert "zu schmal" in read(Cell("########"), Style(COMMA)).fault
    assert [read(Cell(text), Style(COMMA)).fault[:17] for text in ("Err:508", "#ÜBERLAUF!")] == [
        "Die Formel ergibt"
    ] * 2
    assert read(Cell("#"), Style(COMMA)).reason


@pytest.mark.parametrize("text", ["12 34", "1.23.4", "12..5", "1,2,3", "zwölf", "12 EUR", "1.2345"])
def test_what_is_no_number_is_a_fault(text: str) -> None:
    assert read(Cell(text), Style(COMMA)).fault


def test_percent_formats_and_ranges_of_rows() -> None:
    assert read(Cell(0.123, percent=True), Style()).value == 12.3
    assert listed([5, 6, 7, 3]) == "3, 5–7"
    assert listed([3], letters=True) == "C"
