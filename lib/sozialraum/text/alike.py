"""Sentences on the Stadtteile that are similar: after which topics, which ones, and how well the values bear it."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from sozialraum.compare.analysis import Analysis
from sozialraum.compare.similar import CLEAR, NEAREST, Near, Similar
from sozialraum.compare.similar import similar as similar_to
from sozialraum.style import NBSP
from sozialraum.style.grammar import enumerate_words, upper_first
from sozialraum.text.claims import Fact, Sentence, fact

ALIKE: Final = "aehnlich"
"""Kind of reference: what was computed of the similar ones, looked up again by the evidence checker."""
_FAR: Final = 1.0


def similar(analysis: Analysis) -> list[Sentence]:
    """Which Stadtteile are similar and after which topics, or that none clearly is; empty if the area is no Stadtteil.

    Each name stands with the share of draws in which it stays among the nearest.
    """
    if analysis.gebiet.ebene != "stadtteil":
        return []
    found = similar_to(analysis)
    if found.grund:
        return [
            Sentence(f"Ähnliche Stadtteile werden nicht genannt. {found.grund}", facts=(fact("grund", found.grund),)),
            *_left_out(found),
        ]
    basis = (fact(ALIKE, analysis.gebiet.id),)
    return [Sentence(text, facts=basis) for text in _texts(found)] + list(_left_out(found))


def _texts(found: Similar) -> Iterator[str]:
    others = [near for near in found.naechste if not near.eindeutig]
    if found.clear:
        verb = "ist" if len(found.clear) == 1 else "sind"
        yield f"{upper_first(found.words)} {verb} {_named(found.clear)}."
    else:
        yield f"{upper_first(found.words)}: keiner eindeutig ähnlich."
    if others:
        yield f"Nah, aber innerhalb der Spannen nicht immer unter den {_COUNT} nächsten: {_named(others)}."
    if found.naechste[0].abstand > _FAR:
        yield "Auch der nächste weicht dabei weit ab; der Stadtteil steht nach diesen Themen für sich."
    yield (
        "Der Prozentwert sagt, wie oft ein Stadtteil unter den "
        f"{_COUNT} nächsten bleibt, wenn alle Werte innerhalb ihrer Spannen schwanken; "
        f"eindeutig heißt: mindestens {round(CLEAR * 100)}{NBSP}%."
    )


_COUNT: Final = {5: "fünf"}.get(NEAREST, str(NEAREST))


def _named(nearest: Iterable[Near]) -> str:
    return enumerate_words([f"{near.gebiet.label} ({near.prozent}{NBSP}%)" for near in nearest])


def _left_out(found: Similar) -> Iterator[Sentence]:
    """Topics that were left out, those with one reason together."""
    ordered = sorted(found.entfallen.items(), key=lambda item: item[1])
    for reason, topics in groupby(ordered, key=lambda item: item[1]):
        text = f"Nicht eingegangen: {', '.join(topic for topic, _ in topics)}. {reason}"
        yield Sentence(text, facts=(Fact("grund", (reason,)),))
