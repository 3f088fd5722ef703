"""A Vorlage as data, and the one rule of release: it holds for the data that it names and for no other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from babel.dates import format_date

DRAFT: Final = "Entwurf – nicht freigegeben, keine amtliche Statistik"
"""What every page says unless a release holds."""
LABEL: Final = "Datenstand"
"""Word before the mark of the data."""


@dataclass(frozen=True)
class Logo:
    """A checked picture.

    Attributes
    ----------
    address
        ``data:`` address with the bytes.
    alt
        Alternative text.
    """

    address: str
    alt: str


@dataclass(frozen=True)
class Einschaetzung:
    """An assessment by a named person: an opinion, not data.

    Attributes
    ----------
    gebiete
        Ids of the areas that it is about; empty means all.
    """

    verfasst_von: str
    datum: date
    text: str
    gebiete: tuple[str, ...] = ()


@dataclass(frozen=True)
class Freigabe:
    """The release of reports by a person.

    Attributes
    ----------
    datenstand
        Marks of the data that were released, as printed on the pages after "Datenstand".
    """

    durch: str
    am: date
    datenstand: tuple[str, ...]


@dataclass(frozen=True)
class Vorlage:
    """The content of ``vorlage.yml``, or the part of it that one report carries.

    Attributes
    ----------
    gebiete
        Ids of the areas whose reports belong to the Vorlage; empty means all.
    """

    gebiete: tuple[str, ...] = ()
    vorlagen_nr: str = ""
    herausgeber: str = ""
    ansprechperson: str = ""
    beschlussvorschlag: str = ""
    einschaetzungen: tuple[Einschaetzung, ...] = ()
    logo: Logo | None = None
    freigabe: Freigabe | None = None

    def for_area(self, gebiet_id: str) -> "Vorlage | None":
        """What the report on an area carries; None if the Vorlage is not about it."""
        if not _concerns(self.gebiete, gebiet_id):
            return None
        about = tuple(one for one in self.einschaetzungen if _concerns(one.gebiete, gebiet_id))
        return replace(self, gebiete=(gebiet_id,), einschaetzungen=about)

    def released(self, mark: str) -> bool:
        """Whether the release holds for the data with this mark (``Datenstand 0123456789ab``, more after a dot).

        It holds for the data that it names and for no other: a table that changes has another mark.
        """
        label = mark.partition(" · ")[0]
        return self.freigabe is not None and label in {f"{LABEL} {one}" for one in self.freigabe.datenstand}


def stamp(vorlage: Vorlage | None, mark: str) -> str:
    """The line that every page bears: draft, or who released the report and when."""
    if vorlage is None or vorlage.freigabe is None or not vorlage.released(mark):
        return DRAFT
    return f"Freigegeben durch {vorlage.freigabe.durch} am {long_date(vorlage.freigabe.am)}"


def remark(vorlage: Vorlage, marks: Iterable[str]) -> str:
    """What the person who renders should know about the release, in German.

    Parameters
    ----------
    marks
        Marks of the data of the reports that were made.
    """
    open_ = sorted({mark for mark in marks if mark and not vorlage.released(mark)})
    if not open_:
        return "Die Freigabe gilt: Der Datenstand stimmt überein." if vorlage.freigabe else ""
    remedy = f"Nach der Prüfung in der Vorlage unter „freigabe“ bei „datenstand“ eintragen: {_quoted(open_)}."
    if vorlage.freigabe is None:
        return f"Entwurf: Die Vorlage enthält keine Freigabe. {remedy}"
    return (
        f"Entwurf: Freigegeben ist der Datenstand {', '.join(vorlage.freigabe.datenstand)}; die Daten haben sich "
        f"seitdem geändert. {remedy}"
    )


def long_date(day: date) -> str:
    """A day in words: 3. März 2027."""
    return format_date(day, "d. MMMM y", locale="de_DE")


def _quoted(marks: Sequence[str]) -> str:
    return ", ".join(f'"{mark.removeprefix(LABEL).strip()}"' for mark in marks)


def _concerns(gebiete: Sequence[str], gebiet_id: str) -> bool:
    return not gebiete or gebiet_id in gebiete
