"""Small counts stay secret: what is hidden, what else has to be hidden, and an attack that checks it.

:func:`check_import` says what tables would give away together with everything that is there; :func:`protect` returns
a table with true counts without anything that the same attack can open. Everything that
is computed from protected tables can reveal nothing more than the tables: true counts go no further than this package.
"""

from sozialraum.supply.secrecy.attack import Finding, audit_published, check_import, shown_small
from sozialraum.supply.secrecy.measures import ZAEHLER, Cell, Measure, Parts, Published, Rule, counts_people
from sozialraum.supply.secrecy.protect import GESPERRT, protect, reason

__all__ = [
    "GESPERRT", "ZAEHLER", "Cell", "Finding", "Measure", "Parts", "Published", "Rule", "audit_published",
    "check_import", "counts_people", "protect", "reason", "shown_small",
]  # fmt: skip
