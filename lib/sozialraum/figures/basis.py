"""What figures of indicators share: whether anything is known, the line in its place, what the words rest on."""

from sozialraum.compare.analysis import Analysis
from sozialraum.figures.figure import Figure, nothing
from sozialraum.figures.marks import Reference
from sozialraum.style.grammar import enumerate_words
from sozialraum.text.claims import about
from sozialraum.text.findings import sources_of


def known(analysis: Analysis, *indikatoren: str) -> bool:
    """Whether any area has a value of one of the indicators."""
    return any(analysis.known_anywhere(key) for key in indikatoren)


def gap(analysis: Analysis, lead: str, *indikatoren: str) -> Figure:
    """In place of a figure whose indicators have no value anywhere: what is missing, and why."""
    city = analysis.data.register.city.id
    reasons = dict.fromkeys(analysis.wert(key, city).hinweis for key in indikatoren)
    return nothing(
        f"{lead}{enumerate_words([analysis.katalog[key].titel for key in indikatoren])}",
        " ".join(reason for reason in reasons if reason),
        source=sources_of(analysis, *indikatoren).text,
        belege=[about(key, city) for key in indikatoren],
    )


def rests_on(analysis: Analysis, indikator: str) -> list[Reference]:
    """What the words of one indicator's figure rest on: the area's value and the extremes of the Stadtteile."""
    return [about(indikator, analysis.gebiet.id), ("spanne", indikator)]
