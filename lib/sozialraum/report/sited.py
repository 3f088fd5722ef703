"""What a page about sites may print: the question is answered again, whatever the notebook made of it."""

from itertools import chain

from sozialraum.city.access import DETOUR, WALKING_SPEED_M_PER_MIN
from sozialraum.compare.site_question import WHO, Question, answered, house_near, streets_in
from sozialraum.compare.siting import COVER, DRAWS, EQUAL, FEWEST, MINUTES, NONE, Span
from sozialraum.report.explanation import OTHER, SPAN_FROM, SPAN_TO, Explanation, Number
from sozialraum.report.known import Known
from sozialraum.report.printed_numbers import flat
from sozialraum.style import number, rounded_estimate


def site(known: Known, *key: str) -> Explanation:
    """A question about sites, answered again: ways, people, counts, and the addresses of what was found."""
    question = Question.of(key)
    found = answered(known.data, question)
    more = found.second
    reaches = [found.reach, *(one.reach for one in (found.wish, more) if one)]
    metres = [found.metres, *(way for reach in reaches for way in (reach.laengster, *_all(reach.mittel)))]
    metres += [more.before, more.after] if more else []
    people = [amount for reach in reaches for span in reach.binnen.values() for amount in _all(span)]
    people += [more.helped.wert] if more else []
    shares = [100 * EQUAL, 100 * found.gap, *(abs(end) for end in (_all(found.wish.mehr) if found.wish else ()))]
    if found.objective == COVER:
        shares += [found.value, *([found.wish.value] if found.wish else [])]
    else:
        metres += [found.value, *([found.wish.value] if found.wish else [])]
    zones = [int(near.sum()) for near in found.equal]
    counts = [*zones, sum(zones), len(found.candidates), DRAWS, *MINUTES, round(WALKING_SPEED_M_PER_MIN)]
    numbers: list[tuple[str, str | None]] = [(number(round(one)), "m") for one in (*metres, WALKING_SPEED_M_PER_MIN)]
    numbers += [(rounded_estimate(one), None) for one in people] + [(number(one), None) for one in counts]
    numbers += [(number(one, digits), "%") for one in shares for digits in (0, 1)]
    places = found.sites.with_(found.fixed).with_(more.site if more else NONE)
    named = [house_near(known.data, x, y) for x, y in places.at.tolist()]
    zone = [streets_in(known.data, found.candidates.some(near.nonzero()[0])) for near in found.equal]
    literals = [
        *named,
        *places.names,
        question.adresse,
        found.wish.name if found.wish else "",
        *chain.from_iterable(zone),
    ]
    fixed = (f"weniger als {FEWEST}", "100-m-Zellen", "Zellen von 100 m", f"mal {number(DETOUR, 1)}", "5 km/h")
    ages = tuple(WHO.values())
    return Explanation(
        tuple(Number(text, role, unit) for text, unit in numbers for role in (OTHER, SPAN_FROM, SPAN_TO)),
        tuple(flat(text) for text in (*literals, *fixed, *ages) if text),
    )


def _all(span: Span) -> tuple[float, float, float]:
    return span.wert, span.von, span.bis
