"""Own tables: a file from a statistics office becomes validated values with source, rules and date.

:func:`bring` reads and understands, :func:`preview` says what it understood, :func:`packages` makes values of it,
:func:`write_packages` keeps them. A table without a method of disclosure control is refused unless the caller is the
protected unit of the statistics office.
"""

from sozialraum.intake.accept import packages
from sozialraum.intake.areas import Matcher
from sozialraum.intake.audience import WEITERGABE, Weitergabe
from sozialraum.intake.bring import STATISTIKSTELLE, Brought, bring
from sozialraum.intake.description import Description, Geheimhaltung, sidecar
from sozialraum.intake.packages import (
    Paket,
    allowed,
    current,
    own_dir,
    package_files,
    read_packages,
    visible,
    write_packages,
)
from sozialraum.intake.preview import preview, template_of_description
from sozialraum.intake.protected import hidden_in
from sozialraum.intake.template import (
    choose_templates,
    read_dates,
    template_csv,
    template_list,
    template_workbook,
    template_yaml,
    templates,
)

__all__ = [
    "STATISTIKSTELLE",
    "WEITERGABE",
    "Brought",
    "Description",
    "Geheimhaltung",
    "Matcher",
    "Paket",
    "Weitergabe",
    "allowed",
    "bring",
    "choose_templates",
    "current",
    "hidden_in",
    "own_dir",
    "package_files",
    "packages",
    "preview",
    "read_dates",
    "read_packages",
    "sidecar",
    "template_csv",
    "template_list",
    "template_of_description",
    "template_workbook",
    "template_yaml",
    "templates",
    "visible",
    "write_packages",
]
