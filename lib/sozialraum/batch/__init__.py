"""Many notebooks and areas become a folder of reports with an index.

:func:`plan` turns ``batch.yml`` and the wishes of a person into jobs, all checked before anything runs;
:func:`run` renders them, continues past failures, and writes ``index.html`` and ``build.json``.
"""

from sozialraum.batch.plan import Entry, attach, issue_day, plan, read_batch, report_path, standing_alone
from sozialraum.batch.record import Outcome, read_record
from sozialraum.batch.run import Summary, hand_on, run

__all__ = [
    "Entry", "Outcome", "Summary", "attach", "hand_on", "issue_day", "plan", "read_batch", "read_record", "report_path",
    "run", "standing_alone",
]  # fmt: skip
