"""Numbers, dates and colours as readers meet them."""

import itertools
import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

import colours
from sozialraum import style
from sozialraum.city.indicators import Indikator
from sozialraum.style.svg import Canvas, SvgFigure


def entry(**more: object) -> Indikator:
    words = dict.fromkeys(("titel", "kurztitel", "subjekt", "bei", "definition"), "x")
    base = {
        "id": "x",
        **words,
        "einheit": "%",
        "typ": "anteil",
        "richtung": "neutral",
        "kapitel": "A",
        "verfuegbar": True,
    }
    return Indikator(**{**base, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wert", "digits", "text"),
    [
        (12345.6, 1, "12.345,6"),
        (0.25, 1, "0,3"),
        (-3.25, 1, "−3,3"),
        (-0.04, 1, "0,0"),
        (0, 0, "0"),
        (13322, 0, "13.322"),
    ],
)
def test_number(wert: float, digits: int, text: str) -> None:
    assert style.number(wert, digits) == text


def test_missing_is_never_zero() -> None:
    for shown in (
        style.number(None),
        style.number(math.nan, 1),
        style.share(math.nan),
        style.points(None),
        style.estimate(math.nan),
    ):
        assert shown == "keine Angabe"
    assert style.value(math.nan, entry()) == "keine Angabe"


def test_infinite_is_an_error() -> None:
    with pytest.raises(ValueError, match="darstellbar"):
        style.number(math.inf)


def test_units() -> None:
    assert style.share(24.94) == "24,9\u00a0%"
    assert style.points(-1.0) == "1,0\u00a0Prozentpunkt"
    assert style.points(2.34) == "2,3\u00a0Prozentpunkte"
    assert style.signed(2.34, 1) == "+2,3"
    assert style.signed(0.01, 1) == "0,0"
    assert style.value(4163.2, entry(einheit="Einw./km²", typ="rate", nachkommastellen=0)) == "4.163\u00a0Einw./km²"


def test_estimates_are_rounded_to_what_they_bear() -> None:
    assert style.rounded_estimate(12345) == "12.300"
    assert style.estimate(12350) == "rund 12.400"
    assert style.rounded_estimate(640) == "640"
    count = entry(einheit="Einw.", typ="anzahl", art="geschaetzt", nachkommastellen=0)
    assert style.value(13571, count) == "13.600\u00a0Einw."
    assert style.value(571039, count, art="amtlich") == "571.039\u00a0Einw."


@given(st.floats(min_value=1, max_value=1e7))
def test_rounded_estimates_stay_within_half_a_percent_or_five(wert: float) -> None:
    shown = float(style.rounded_estimate(wert).replace(".", ""))
    assert abs(shown - wert) <= max(0.5 if wert < style.numbers.TENS_FROM else 5.0, 0.00501 * wert)


@pytest.mark.parametrize(
    ("stand", "text"),
    [
        ("2022-05-15", "15.05.2022"),
        ("2024-08", "August 2024"),
        ("2024", "2024"),
        ("2024/25", "2024/25"),
        (date(2024, 6, 9), "09.06.2024"),
        (None, "Stand nicht dokumentiert"),
        (math.nan, "Stand nicht dokumentiert"),
    ],
)
def test_day(stand: object, text: str) -> None:
    assert style.day(stand) == text  # type: ignore[arg-type]


def test_text_and_lines_have_contrast_on_light_and_dark_ground() -> None:
    for colour in (style.INK, style.MUTED, style.ACCENT):
        assert colours.contrast(colour, style.PAPER) >= 4.5
        assert colours.contrast(colour, style.BAND) >= 4.5
        assert colours.contrast(style.DARK[colour], style.DARK[style.PAPER]) >= 4.5
    assert colours.contrast(style.CITY, style.PAPER) >= 3
    assert colours.contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("vision", colours.VISIONS)
def test_classes_differ_for_every_vision(vision: str) -> None:
    assert colours.smallest_difference(style.SEQUENTIAL, vision=vision) >= 14
    assert colours.smallest_difference([symbol.fill for symbol in style.SYMBOLS.values()], vision=vision) >= 12
    assert colours.smallest_difference([style.ACCENT, style.DOT, style.INK], vision=vision) >= 25


def test_the_ramp_prints_in_grey() -> None:
    steps = [colours.lightness(colour) for colour in style.SEQUENTIAL]
    assert all(first - second >= 12 for first, second in itertools.pairwise(steps))


def test_symbols_differ_without_colour() -> None:
    outlines = [symbol.outline for symbol in style.SYMBOLS.values()]
    letters = [symbol.letter for symbol in style.SYMBOLS.values()]
    assert len(set(outlines)) == len(outlines)
    assert len(set(letters)) == len(letters)
    assert all(colours.contrast(symbol.fill, symbol.text) >= 4.5 for symbol in style.SYMBOLS.values())
    assert [style.symbol_key(*kind) for kind in (("schule", "Grundschule"), ("schule", "Gymnasium"), ("kita", ""))] == [
        "G",
        "W",
        "K",
    ]
    assert style.symbol_key("einkaufsstrasse") is None


def test_canvas_escapes_text_and_records_boxes() -> None:
    canvas = Canvas(100, 50)
    box = canvas.text(50, 20, "<script>&", size=10, anchor="middle")
    assert "<script>" not in canvas.figure().markup(alt='"x"')
    assert box.left == pytest.approx(100 - box.right)
    assert canvas.figure().labels == (box,)


def test_only_ids_get_the_prefix() -> None:
    drawing = SvgFigure(1, 1, '<g id="id-a"/><use href="#id-a"/><rect fill="url(#id-h)"/><text>Heid-id-weg</text>')
    body = drawing.markup(alt="x", prefix="p-")
    assert '<g id="p-a"/><use href="#p-a"/>' in body
    assert "url(#p-h)" in body
    assert "Heid-id-weg" in body


def test_matplotlib_keeps_text_bytes_and_its_style_sheet_to_itself() -> None:
    def drawn() -> Figure:
        with style.drawing(200, 100) as (figure, axes):
            axes.plot([0, 1], [0, 1])
            axes.set_title("Überruhr")
        return figure

    first, second = (style.from_matplotlib(drawn()).markup(alt="x") for _ in range(2))
    assert first == second
    assert ">Überruhr</text>" in first
    assert "<style" not in first
    assert "metadata" not in first


def test_an_interval_is_printed_from_end_to_end_and_never_as_plus_or_minus() -> None:
    share = entry()
    assert style.span(20.74, 99.86, share) == f"20,7 bis 99,9{style.NBSP}%"
    assert style.span(20.74, 99.86, share, unit=False) == "20,7 bis 99,9"
    assert style.span(-6.7, -2.6, share) == f"−6,7 bis −2,6{style.NBSP}%"
    assert style.span(20.0, 20.04, share) == ""  # ends that print alike
    assert style.span(None, 3.0, share) == ""
    assert style.span(float("nan"), float("nan"), share) == ""
