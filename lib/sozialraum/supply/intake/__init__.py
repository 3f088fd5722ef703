"""Own tables: a file from a statistics office becomes validated values with source, rules and date.

:func:`bring` reads and understands, :func:`preview` says what it understood, :func:`packages` makes values of it,
:func:`write_packages` keeps them. A table without a method of disclosure control is refused unless the caller is the
protected unit of the statistics office.
"""

from sozialraum.supply.intake.accept import hidden_in, packages
from sozialraum.supply.intake.bring import STATISTIKSTELLE, Brought, bring, remember
from sozialraum.supply.intake.description import (
    WEITERGABE,
    Description,
    Geheimhaltung,
    Weitergabe,
    description,
    sidecar,
)
from sozialraum.supply.intake.matcher import Matcher
from sozialraum.supply.intake.packages import (
    NO_DENOMINATOR,
    Kept,
    Paket,
    Written,
    counts_only,
    current,
    kept_packages,
    one_date,
    own_dir,
    package_files,
    read_packages,
    remove_packages,
    visible,
    with_denominators,
    write_packages,
)
from sozialraum.supply.intake.phrases import Phrases
from sozialraum.supply.intake.proposal import preview, propose
from sozialraum.supply.intake.template import (
    choose_templates,
    read_dates,
    template_csv,
    template_list,
    template_workbook,
    template_yaml,
    templates,
)

__all__ = [
    "NO_DENOMINATOR", "STATISTIKSTELLE", "WEITERGABE", "Brought", "Description", "Geheimhaltung", "Kept",
    "Matcher", "Paket", "Phrases", "Weitergabe", "Written", "bring", "choose_templates", "counts_only",
    "current", "description", "hidden_in", "kept_packages", "one_date", "own_dir", "package_files", "packages",
    "preview", "propose", "read_dates", "read_packages", "remember", "remove_packages", "sidecar",
    "template_csv", "template_list", "template_workbook", "template_yaml", "templates", "visible",
    "with_denominators", "write_packages",
]  # fmt: skip
