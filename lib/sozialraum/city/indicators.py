"""The catalogue of indicators and the formulas for shares, rates and suppression.

The catalogue ``data/essen/indikatoren.yml`` is the one place for titles, definitions, thresholds and
limits; this module turns it into typed objects and computes values from numerators and denominators.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, Final

import pandas as pd

from sozialraum.city.sources import KINDS
from sozialraum.errors import ParameterError, SchemaError, UnknownIndicator

TYPES: Final = ("anzahl", "anteil", "rate", "veraenderung")
#: Unit of plain counts: named in tables for machines, left out where people read.
PLAIN_COUNT: Final = "Anzahl"
DIRECTIONS: Final = ("belastung", "ressource", "neutral")
AREA_UNIT: Final = "km²"
SHARE: Final = "beim Anteil "
DEFAULT_RELEVANCE_POINTS: Final = 1.0

_NUMBER_WITH_UNIT: Final = re.compile(r"(\d) (m|km|%)(?!\w)")


MODEL_BASIS: Final = "hauskoordinaten"
"""Source of the houses over which the people of the 1 km cells are spread."""


@dataclass(frozen=True)
class Grundgesamtheit:
    """What a numerator or denominator counts: words, counted unit (Personen, Haushalte ...), as-of date."""

    was: str
    einheit: str
    stand: str


@dataclass(frozen=True)
class Indikator:
    """One entry of the catalogue.

    ``relevanz`` is the smallest distance from the city that matters, in the indicator's own unit (percentage
    points for shares). Every shipped indicator that can have a class declares one; see :attr:`relevance` for others.
    ``nenner_aus`` names what may serve as denominator where own tables bring counts only: an indicator, with
    ``:zaehler`` if not its value but its numerator counts the denominator.
    ``kern`` is false for what stands in the annex and not in the core table of a report, ``im_kapitel`` true where it
    stands in the table of its chapter; values are printed in whole multiples of ``schritt``, where the data bear no
    more.
    ``vorlage`` is the template by which an office may deliver it; without data no report tells of it, see :func:`told`.
    """

    id: str
    titel: str
    kurztitel: str
    subjekt: str
    bei: str
    definition: str
    einheit: str
    typ: str
    richtung: str
    kapitel: str
    verfuegbar: bool
    nachkommastellen: int = 1
    art: str = ""
    zaehler: Grundgesamtheit | None = None
    nenner: Grundgesamtheit | None = None
    nenner_aus: str = ""
    faktor: float = 100.0
    zaehlwort: str = ""
    relevanz: float | None = None
    mindestfallzahl: int = 3
    quellen: tuple[str, ...] = ()
    methode: str = ""
    grenzen: str = ""
    keine_klasse: str = ""
    veroeffentlicht: str = ""
    vorlage: str = ""
    plural: bool = False
    kern: bool = True
    im_kapitel: bool = False
    schritt: float = 0.0

    @property
    def stand(self) -> str:
        """As-of date of the numerator; empty if there is no data."""
        return self.zaehler.stand if self.zaehler else ""

    @property
    def subject(self) -> str:
        """Its name as a subject within a sentence: "der Anteil der unter 15-Jährigen"."""
        return self.subjekt[:1].lower() + self.subjekt[1:]

    @property
    def counted(self) -> str:
        """Noun of what the numerator counts: "Menschen" for persons unless the entry says otherwise."""
        unit = self.zaehler.einheit if self.zaehler else ""
        return self.zaehlwort or {"Personen": "Menschen"}.get(unit, unit)

    @property
    def relevance(self) -> float:
        """The declared relevance; for an indicator without one a convention: one point for shares, otherwise none.

        It never depends on the city's value: the class of a share and of its complement must agree.
        """
        if self.relevanz is not None:
            return self.relevanz
        return DEFAULT_RELEVANCE_POINTS if self.einheit == "%" else 0.0

    @property
    def gleiche_grundgesamtheit(self) -> bool:
        """Whether numerator and denominator count the same units at the same date.

        An area in km² is no group of people or things and fits every numerator.
        """
        if self.nenner is None or self.nenner.einheit == AREA_UNIT:
            return True
        if self.zaehler is None:
            return False
        return (self.zaehler.einheit, self.zaehler.stand) == (self.nenner.einheit, self.nenner.stand)


class Catalogue(dict[str, Indikator]):
    """Entries by id; one that is not there is told in German."""

    def __missing__(self, key: str) -> Indikator:
        raise unknown_indicator(key, self)


def told(katalog: Mapping[str, Indikator]) -> Catalogue:
    """What reports speak of: indicators with data, and the gaps; not what an office might deliver some day."""
    return Catalogue({key: entry for key, entry in katalog.items() if entry.verfuegbar or not entry.vorlage})


def unknown_indicator(key: str, known: Iterable[str]) -> UnknownIndicator:
    """The error of an id that is not there, with near ones or all."""
    ids = list(known)
    near = get_close_matches(str(key), ids, n=3, cutoff=0.5)
    hint = f" Meinten Sie {' oder '.join(near)}?" if near else f" Möglich sind: {', '.join(ids)}."
    return UnknownIndicator(f"Den Indikator „{key}“ gibt es nicht.{hint} Alle Kennungen zeigt: sozialraum indicators")


def catalogue(raw: Mapping[str, Any], *, path: str = "indikatoren.yml") -> Catalogue:
    """Typed catalogue in its printed order.

    Parameters
    ----------
    raw
        Content of ``indikatoren.yml``: ``indikatoren`` maps each id to its entry.

    Raises
    ------
    SchemaError
        With every entry that lacks a key, has an unknown one, an unknown word, or sets a share of
        one counted unit (households) against another (persons).
    """
    entries: Mapping[str, Any] = raw["indikatoren"]
    known = {item.name for item in fields(Indikator)} - {"id"}
    required = {
        "titel",
        "kurztitel",
        "subjekt",
        "bei",
        "definition",
        "einheit",
        "typ",
        "richtung",
        "kapitel",
        "verfuegbar",
    }
    problems: list[str] = []
    result = Catalogue()
    for key, entry in entries.items():
        faults = [f"„{name}“ fehlt" for name in sorted(required - set(entry))]
        faults += [f"„{name}“ ist unbekannt" for name in sorted(set(entry) - known)]
        if not faults:
            result[key] = _to_indikator(key, entry)
            faults = _entry_faults(result[key])
        problems += [f"{path}, Indikator {key}: {fault}." for fault in faults]
    if problems:
        raise SchemaError(problems)
    return result


@dataclass(frozen=True)
class Agreement:
    """How well the population estimate agrees with published register figures.

    Attributes
    ----------
    deviations
        See :func:`register_deviations`.
    level
        Estimate against register over all areas compared, in per cent: the difference of the two concepts.
    """

    deviations: pd.Series
    level: float

    @property
    def median(self) -> float:
        """Median size of a deviation, per cent."""
        return float(self.deviations.abs().median())

    @property
    def mean(self) -> float:
        """Mean size of a deviation, per cent."""
        return float(self.deviations.abs().mean())

    @property
    def nine_of_ten(self) -> float:
        """Size that nine of ten deviations keep, per cent: the error where no figure is published."""
        return float(self.deviations.abs().quantile(0.9))

    @property
    def worst(self) -> tuple[tuple[str, ...], float]:
        """Ids with the largest deviation, and that deviation with its sign."""
        key = str(self.deviations.abs().idxmax())
        return tuple(key.split("+")), float(self.deviations[key])


def agreement(estimate: pd.Series, register: Mapping[tuple[str, ...], float]) -> Agreement | None:
    """The estimate against the register; None where nothing can be compared.

    Arguments as in :func:`register_deviations`; groups without an estimate of every part are left out.
    """
    known = {keys: figure for keys, figure in register.items() if estimate.reindex(list(keys)).notna().all()}
    if not known:
        return None
    counted = float(estimate.loc[[key for keys in known for key in keys]].sum())
    return Agreement(register_deviations(estimate, known), (counted / sum(known.values()) - 1) * 100)


def look_up(katalog: Mapping[str, Indikator], indikator: str) -> Indikator:
    """Catalogue entry of an indicator with data.

    Raises
    ------
    ParameterError
        If the id is unknown (the German message offers near ones) or has no data.
    """
    found = Catalogue(katalog)[indikator]
    if not found.verfuegbar and found.vorlage:
        raise ParameterError(
            f"Zum Indikator „{indikator}“ liegen keine Daten vor. Eine leere Tabelle dafür schreibt: sozialraum data "
            f"template {found.vorlage}"
        )
    if not found.verfuegbar:
        raise ParameterError(
            f"Zum Indikator „{indikator}“ liegen keine Daten vor. Veröffentlicht in: {found.veroeffentlicht}."
        )
    return found


def shown_first(katalog: Mapping[str, Indikator], indikator: str = "") -> Indikator:
    """The indicator that is named; without a name the first share with data, otherwise the first that is no count."""
    if indikator:
        return look_up(katalog, indikator)
    known = [entry for entry in katalog.values() if entry.verfuegbar]
    return min(known, key=lambda entry: (entry.typ != "anteil", entry.typ == "anzahl"))


def chosen(katalog: Mapping[str, Indikator], indikatoren: Iterable[str]) -> list[str]:
    """The ids of several indicators with data, each once; errors as in :func:`look_up`."""
    if not isinstance(indikatoren, Iterable):
        raise ParameterError(f"Erwartet werden Kennungen von Indikatoren, nicht {type(indikatoren).__name__}.")
    return [look_up(katalog, key).id for key in dict.fromkeys(indikatoren)]


def is_modelled(quelle: str) -> bool:
    """Whether inhabitants with these sources were spread over houses; otherwise they were counted or delivered."""
    return MODEL_BASIS in quelle.split("|")


def share(zaehler: pd.Series, nenner: pd.Series, *, factor: float = 100.0) -> pd.Series:
    """Numerator over denominator times a factor.

    Parameters
    ----------
    zaehler, nenner
        Counts with the same index. Missing stays missing; a denominator of 0 gives missing, never 0.
    factor
        100 for percent, 1000 for "je 1.000".
    """
    safe = nenner.astype("float64").where(nenner > 0)
    return (zaehler.astype("float64") / safe * factor).rename("wert")


def suppress(counts: pd.Series, *, minimum: int) -> pd.Series:
    """Counts with every value below the minimum case number set to missing, except an exact zero.

    A zero may only be passed in if it is a counted zero; a zero that comes from a threshold in the
    source must be missing before.
    """
    return counts.astype("float64").where((counts >= minimum) | (counts == 0))


def half_difference(first: pd.Series, second: pd.Series) -> pd.Series:
    """Half the distance of two equally good estimates: how far either may be off.

    Same index as the inputs; missing where either estimate is missing. Rule of ``METHODS``: dwellings
    alone against houses alone.
    """
    return ((first - second).abs() / 2).rename("abstand")


def register_figures(register: pd.DataFrame, stadtteile: Iterable[str]) -> dict[tuple[str, ...], int]:
    """Published register figures of Stadtteile at one day, by the ids that each counts together.

    Parameters
    ----------
    register
        ``einwohner_register.csv``: gebiet_id (several ids joined by "|"), stichtag, einwohner, quelle.
    stadtteile
        Ids of all Stadtteile. The day is the latest with a figure of several of them: a series of a single
        Stadtteil measures nothing.
    """
    if register.empty:
        return {}
    known = set(stadtteile)
    groups = register["gebiet_id"].str.split("|", regex=False)
    rows = register.assign(ids=groups)[[set(ids) <= known for ids in groups]]
    days = rows["stichtag"].value_counts()
    if days.empty or days.max() < 2:
        return {}
    day = max(days.index[days > 1])
    return {tuple(ids): int(n) for ids, n in rows.loc[rows["stichtag"] == day, ["ids", "einwohner"]].to_numpy()}


def register_deviations(estimate: pd.Series, register: Mapping[tuple[str, ...], float]) -> pd.Series:
    """How far the population estimate is from published register figures, in per cent of the register.

    The estimate is first scaled to the sum of the register over the areas compared: census and register are
    different concepts, so only the distribution can be compared.

    Parameters
    ----------
    estimate
        Estimated inhabitants, index gebiet_id.
    register
        Register population by the ids that it counts together (one id, or the two of a pair).

    Returns
    -------
    pandas.Series
        Named "abweichung", index the ids joined by "+"; empty without register figures.
    """
    counted = pd.Series({"+".join(keys): float(estimate.loc[list(keys)].sum()) for keys in register}, dtype="float64")
    official = pd.Series({"+".join(keys): float(number) for keys, number in register.items()}, dtype="float64")
    scaled = counted * (official.sum() / counted.sum())
    return ((scaled / official - 1) * 100).rename("abweichung")


def _to_indikator(key: str, entry: Mapping[str, Any]) -> Indikator:
    values = dict(entry)
    for name in ("zaehler", "nenner"):
        if values.get(name) is not None:
            values[name] = Grundgesamtheit(**{k: str(v) for k, v in values[name].items()})
    values["quellen"] = tuple(values.get("quellen", ()))
    for name in ("titel", "kurztitel", "subjekt", "bei", "definition"):
        values[name] = _NUMBER_WITH_UNIT.sub("\\1\u00a0\\2", str(values[name]))
    for name in ("definition", "methode", "grenzen", "keine_klasse", "veroeffentlicht"):
        values[name] = " ".join(str(values.get(name, "")).split())
    return Indikator(id=key, **values)


def _entry_faults(entry: Indikator) -> list[str]:
    allowed = {"typ": TYPES, "richtung": DIRECTIONS, "art": (*KINDS, "")}
    faults = [
        f"{name} „{getattr(entry, name)}“ ist nicht erlaubt ({', '.join(word for word in words if word)})"
        for name, words in allowed.items()
        if getattr(entry, name) not in words
    ]
    if entry.nenner_aus.partition(":")[2] not in ("", "zaehler", "wert"):
        faults.append(f"nenner_aus „{entry.nenner_aus}“: hinter dem Doppelpunkt steht zaehler oder wert")
    if entry.verfuegbar and (not entry.art or entry.zaehler is None or not entry.quellen):
        faults.append("art, zaehler und quellen sind nötig, wenn Daten vorliegen")
    if not entry.verfuegbar and not (entry.veroeffentlicht or entry.vorlage):
        faults.append("veroeffentlicht (wo die Stadt den Wert herausgibt) ist nötig, wenn keine Daten vorliegen")
    if entry.typ == "anteil" and entry.zaehler and entry.nenner and entry.zaehler.einheit != entry.nenner.einheit:
        faults.append(
            f"Der Zähler zählt {entry.zaehler.einheit}, der Nenner {entry.nenner.einheit}; "
            "ein Anteil braucht auf beiden Seiten dieselbe Einheit"
        )
    return faults
