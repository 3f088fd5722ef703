"""German sentences, titles, alternative texts and printed tables, computed from values.

:mod:`claims` binds sentences to the values they rest on, :mod:`glance` writes the first page, :mod:`findings`
the titles and alternative texts of figures, :mod:`chapters` the paragraphs between them, :mod:`tables` the
frames that are printed. Nothing here draws or displays.
"""

from sozialraum.text.chapters import (
    area_note,
    infrastructure,
    missing,
    published_values,
    question,
    reach_note,
    source_list,
    subtitle,
    unknowns,
)
from sozialraum.text.claims import Claim, Sentence, claim
from sozialraum.text.findings import (
    age_alt,
    age_title,
    choropleth_alt,
    choropleth_title,
    comparison_alt,
    comparison_title,
    infrastructure_alt,
    infrastructure_title,
    locator_alt,
    profile_alt,
    profile_title,
    sources_of,
    strip_alt,
    strip_subtitle,
    strip_title,
)
from sozialraum.text.glance import at_a_glance
from sozialraum.text.grammar import enumerate_words, plural
from sozialraum.text.tables import (
    around,
    city_table,
    evidence,
    facilities,
    key_figures,
    methods,
    neighbours,
    profile_table,
    supply,
)

__all__ = [
    "Claim",
    "Sentence",
    "age_alt",
    "age_title",
    "area_note",
    "around",
    "at_a_glance",
    "choropleth_alt",
    "choropleth_title",
    "city_table",
    "claim",
    "comparison_alt",
    "comparison_title",
    "enumerate_words",
    "evidence",
    "facilities",
    "infrastructure",
    "infrastructure_alt",
    "infrastructure_title",
    "key_figures",
    "locator_alt",
    "methods",
    "missing",
    "neighbours",
    "plural",
    "profile_alt",
    "profile_table",
    "profile_title",
    "published_values",
    "question",
    "reach_note",
    "source_list",
    "sources_of",
    "strip_alt",
    "strip_subtitle",
    "strip_title",
    "subtitle",
    "supply",
    "unknowns",
]
