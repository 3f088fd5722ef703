"""Small counts stay secret: what is hidden, what else has to be hidden, and an attack that checks it.

:func:`protect` turns a table with true counts into a :class:`Protected` one; it calls :func:`audit`, which knows only
what is published, and returns nothing that the audit can open. Everything that is computed from a protected table can
reveal nothing more than the table itself: the true counts go no further than this package.
"""

from sozialraum.secrecy.attack import audit
from sozialraum.secrecy.model import MINDESTFALLZAHLEN, Cell, Measure, Parts, Relation, Rule, counts, membership
from sozialraum.secrecy.protect import GESPERRT, VERFAHREN, Protected, protect, reason
from sozialraum.secrecy.relations import find_relations

__all__ = [
    "GESPERRT",
    "MINDESTFALLZAHLEN",
    "VERFAHREN",
    "Cell",
    "Measure",
    "Parts",
    "Protected",
    "Relation",
    "Rule",
    "audit",
    "counts",
    "find_relations",
    "membership",
    "protect",
    "reason",
]
