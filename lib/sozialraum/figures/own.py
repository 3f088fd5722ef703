"""Indicators of own tables in their chapter: a notebook cannot know which ones a planner has brought."""

from sozialraum.charts import series, strip
from sozialraum.compare import Analysis
from sozialraum.figures.pictures import show
from sozialraum.text import strip_words
from sozialraum.text.series import gaps_filled_in, series_words, with_series


def own_tables(analysis: Analysis, *kapitel: str) -> None:
    """Put strips of indicators that only own tables have, and the series of those with several dates, on the page.

    Parameters
    ----------
    kapitel
        Letters of the chapters, as in ``indikatoren.yml``; without an own table in them nothing is put there.
    """
    for key in gaps_filled_in(analysis, *kapitel):
        show(strip(analysis, key), **strip_words(analysis, key))
    for key in with_series(analysis, *kapitel):
        show(series(analysis, key), **series_words(analysis, key))
