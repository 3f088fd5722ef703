"""From a reference to what it allows a text to print."""

from sozialraum.evidence.explanation import Explanation, Reference
from sozialraum.evidence.facts import FACTS
from sozialraum.evidence.known import Known
from sozialraum.evidence.values import VALUES


def explain(known: Known, ref: Reference) -> Explanation | None:
    """What a reference allows; None if the tables have nothing under it."""
    if ref not in known.explained:
        kind = (VALUES | FACTS).get(ref[0])
        try:
            known.explained[ref] = kind(known, *ref[1:]) if kind else None
        except (KeyError, TypeError, IndexError):
            known.explained[ref] = None
    found: Explanation | None = known.explained[ref]
    return found
