"""Indicators of own and fetched tables in their chapter: a notebook cannot know which ones a planner has brought."""

from collections.abc import Iterable
from typing import Final

from sozialraum.compare.analysis import Analysis
from sozialraum.figures.blocks import heading
from sozialraum.figures.dotplot import dotplot
from sozialraum.figures.timeline import timeline
from sozialraum.text.development import chapter_title, gaps_filled_in, with_series

FURTHER: Final = "Weitere Tabellen"


def own_tables(analysis: Analysis, *kapitel: str) -> None:
    """Put dotplots of indicators that only own tables have, and the series of those with several dates, on the page.

    Parameters
    ----------
    kapitel
        Letters of the chapters, as in ``indikatoren.yml``; without anything to show in them nothing is put there.
    """
    _put_all(analysis, gaps_filled_in(analysis, *kapitel), with_series(analysis, *kapitel))


def fetched_series(analysis: Analysis, *kapitel: str) -> None:
    """Put the series of fetched indicators of some chapters on the page: those of own tables have a place of theirs."""
    fetched = set(analysis.data.reihen["indikator"])
    _put_all(analysis, (), [key for key in with_series(analysis, *kapitel) if key in fetched])


def further_tables(analysis: Analysis) -> None:
    """Put a last chapter with whatever :func:`own_tables` has not put on this page; none if there is nothing left.

    A chapter that a catalogue does not know, or for which the notebook has no cell, is thus shown as well.
    """
    strips, lines = gaps_filled_in(analysis), with_series(analysis)
    left = [key for key in dict.fromkeys([*strips, *lines]) if key not in analysis.placed]
    if not left:
        return
    heading(FURTHER, level=2)
    by_chapter: dict[str, list[str]] = {}
    for key in sorted(left, key=lambda key: analysis.katalog[key].kapitel):
        by_chapter.setdefault(chapter_title(analysis, analysis.katalog[key].kapitel), []).append(key)
    for title, keys in by_chapter.items():
        heading(title, level=3)
        _put_all(analysis, [key for key in strips if key in keys], [key for key in lines if key in keys])


def _put_all(analysis: Analysis, strips: Iterable[str], lines: Iterable[str]) -> None:
    for key in strips:
        dotplot(analysis, key).show()
        analysis.placed.add(key)
    for key in lines:
        timeline(analysis, key).show()
        analysis.placed.add(key)
