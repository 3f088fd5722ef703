"""German sentences, titles, alternative texts and printed tables, computed from values.

:mod:`claims` binds sentences to the values they rest on, :mod:`glance` writes the first page, :mod:`chapters` the
paragraphs, :mod:`findings` titles and alternative texts, :mod:`alike` what is similar,
:mod:`tables` the frames that are printed, :mod:`places` those of facilities, :mod:`contacts` those of offers,
:mod:`status` the state of the data.
Nothing here draws or displays.
"""

from sozialraum.style.grammar import enumerate_words, plural
from sozialraum.text.ages import AGES
from sozialraum.text.alike import similar
from sozialraum.text.chapters import (
    area_note,
    citations,
    infrastructure,
    missing,
    park_names,
    published_values,
    question,
    reach_note,
    school_levels,
    source_list,
    subtitle,
    unknowns,
    young_children,
)
from sozialraum.text.claims import Fact, Sentence, about, fact
from sozialraum.text.contacts import actors, offers, offers_note
from sozialraum.text.findings import credits_of, infrastructure_alt, sources_of
from sozialraum.text.glance import at_a_glance
from sozialraum.text.judged import statements, statements_lead, statements_title
from sozialraum.text.places import (
    facilities,
    figures_lead,
    list_notes,
    more_places,
    not_counted,
    published_figures,
    supply,
)
from sozialraum.text.status import (
    benchmark_table,
    catalogue_table,
    class_counts,
    data_subtitle,
    estimate_quality,
    indicator_method,
    licence_notice,
    quality_table,
    source_table,
    special_cases,
)
from sozialraum.text.tables import (
    all_stadtteile,
    area_table,
    city_table,
    evidence,
    key_figures,
    methods,
    neighbours,
    with_register,
)
from sozialraum.text.terms import begriffe, terms
from sozialraum.text.titles import (
    COMPARED,
    compared,
    evidence_caption,
    infrastructure_heading,
    infrastructure_question,
    map_question,
    map_title,
    neighbours_caption,
    period,
    report_title,
    supply_caption,
)

__all__ = [
    "AGES",
    "COMPARED",
    "Fact",
    "Sentence",
    "about",
    "actors",
    "all_stadtteile",
    "area_note",
    "area_table",
    "at_a_glance",
    "begriffe",
    "benchmark_table",
    "catalogue_table",
    "citations",
    "city_table",
    "class_counts",
    "compared",
    "credits_of",
    "data_subtitle",
    "enumerate_words",
    "estimate_quality",
    "evidence",
    "evidence_caption",
    "facilities",
    "fact",
    "figures_lead",
    "indicator_method",
    "infrastructure",
    "infrastructure_alt",
    "infrastructure_heading",
    "infrastructure_question",
    "key_figures",
    "licence_notice",
    "list_notes",
    "map_question",
    "map_title",
    "methods",
    "missing",
    "more_places",
    "neighbours",
    "neighbours_caption",
    "not_counted",
    "offers",
    "offers_note",
    "park_names",
    "period",
    "plural",
    "published_figures",
    "published_values",
    "quality_table",
    "question",
    "reach_note",
    "report_title",
    "school_levels",
    "similar",
    "source_list",
    "source_table",
    "sources_of",
    "special_cases",
    "statements",
    "statements_lead",
    "statements_title",
    "subtitle",
    "supply",
    "supply_caption",
    "terms",
    "unknowns",
    "with_register",
    "young_children",
]
