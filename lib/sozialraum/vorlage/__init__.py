"""What turns a report into the annex of a Vorlage: its number, the proposed decision, assessments, and the release.

:func:`read_vorlage` reads and checks ``vorlage.yml``; :meth:`Vorlage.for_area` is what one report carries of it;
:func:`stamp` is the line that every page bears.
"""

from sozialraum.vorlage.annex import (
    CHAPTER,
    DRAFT,
    Einschaetzung,
    Freigabe,
    Logo,
    Vorlage,
    chapter,
    masthead,
    remark,
    stamp,
)
from sozialraum.vorlage.read import read_vorlage

__all__ = [
    "CHAPTER",
    "DRAFT",
    "Einschaetzung",
    "Freigabe",
    "Logo",
    "Vorlage",
    "chapter",
    "masthead",
    "read_vorlage",
    "remark",
    "stamp",
]
