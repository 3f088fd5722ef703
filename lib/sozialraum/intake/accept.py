"""A table that stands becomes packages: values of all areas with their sums, the entry, the source."""

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from sozialraum.errors import SecrecyError
from sozialraum.gebiete import Gebiet, Register
from sozialraum.indicators import catalogue
from sozialraum.intake.audience import Weitergabe
from sozialraum.intake.bring import Brought
from sozialraum.intake.denominators import NO_DENOMINATOR
from sozialraum.intake.description import DEFAULT_MINIMUM, NONE, SUPPRESSED, Geheimhaltung
from sozialraum.intake.entries import as_written, entry_of
from sozialraum.intake.numbers import NOTHING, UNSAFE
from sozialraum.intake.packages import COLUMNS, Paket
from sozialraum.intake.phrases import PART, VALUE, WHOLE
from sozialraum.intake.revealed import opened_by, protected
from sozialraum.intake.series import Series
from sozialraum.load import Data
from sozialraum.sources import file_sha256

OFFICIAL, COMPUTED = "amtlich", "berechnet"
_HINTS: Final = {
    NOTHING: "In der gelieferten Tabelle steht keine Angabe.",
    UNSAFE: "Der Wert ist nach Angabe der liefernden Stelle nicht sicher genug.",
}


def packages(brought: Brought, data: Data, *, mindestfallzahl: int = DEFAULT_MINIMUM) -> list[Paket]:
    """Packages of a table, one per indicator and date; a table without a method of disclosure control is protected.

    Parameters
    ----------
    mindestfallzahl
        For a table without a method: number of cases below which a count is not shown.

    Raises
    ------
    TableError
        With everything that stands against the table; see :meth:`sozialraum.intake.bring.Brought.refuse`.
    SecrecyError
        If it cannot be protected, or would open a count that another package hides; see
        :mod:`sozialraum.intake.revealed`.
    """
    brought.refuse()
    own = brought.method is None or brought.method.verfahren == NONE
    method = Geheimhaltung(SUPPRESSED, mindestfallzahl) if own or not brought.method else brought.method
    made = [_package(brought, series, method, data) for series in brought.series]
    if own:
        made = protected(made, data, mindestfallzahl=mindestfallzahl)
    if opened := opened_by(made, data):
        raise SecrecyError("\n".join(opened))
    return made


def _package(brought: Brought, series: Series, method: Geheimhaltung, data: Data) -> Paket:
    answers, key = brought.answers, series.eintrag.id
    title = answers.tabelle or (brought.table.titles[0] if brought.table.titles else series.eintrag.titel)
    source = {
        "titel": title,
        "herausgeber": answers.stelle,
        "url": answers.url or None,
        "lizenz": answers.lizenz,
        "quellenvermerk": answers.stelle,
        "kurz": answers.stelle.split(",")[0],
        "datei": brought.path.name,
    }
    rows = _rows(series, data.register)
    reasons = brought.reasons.get(key, ())
    words = {
        "methode": _method_words(series, answers.stelle, method),
        "grenzen": " ".join(text for text in (answers.grenzen, *reasons, _limits(method)) if text),
        "grund": answers.entry(key, "begruendung") if key in answers.indikatoren else "",
    }
    paket = Paket(
        stadt=data.register.city.id,
        stand=series.stand,
        eintrag={"id": key},
        werte=rows,
        quelle=source,
        geheimhaltung=method,
        weitergabe=Weitergabe.parse(answers.weitergabe).value,
        methode=answers.methode,
        revision=answers.revision == "ja",
        beschreibung=brought.described,
        begruendung=reasons,
        herkunft={"datei": brought.path.name, "blatt": brought.table.sheet.name, "sha256": file_sha256(brought.path)},
    )
    entry = entry_of(key, catalogue(data.indikatoren_yml), answers)
    art = OFFICIAL if (rows["art"] == OFFICIAL).any() else COMPUTED
    written = as_written(entry, brought.definitions[key], series.stand, art=art, source=paket.quelle_id, words=words)
    return replace(paket, eintrag={"id": key, **written})


def _method_words(series: Series, office: str, method: Geheimhaltung) -> str:
    if series.eintrag.typ == "anzahl":
        how = "Geliefert als Anzahl"
    else:
        how = "Geliefert als Wert" if series.columns[VALUE] else "Berechnet aus den gelieferten Anzahlen"
    return f"{how} ({office}). Geheimhaltungsverfahren der liefernden Stelle: {method.text}."


def _limits(method: Geheimhaltung) -> str:
    words = {
        "sperrung": "Kleine Fallzahlen sind gesperrt; diese Werte fehlen und werden nicht geschätzt.",
        "rundung": "Die Anzahlen sind gerundet und addieren sich nicht genau.",
        "cell-key": "Die Anzahlen sind zum Schutz verändert und addieren sich deshalb nicht genau.",
    }
    return words.get(method.verfahren, "")


def _rows(series: Series, register: Register) -> pd.DataFrame:
    levels = ("stadtteil", "stadtbezirk", "stadt")
    rows = [_row(series, area, register) for area in register if area.ebene in levels]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(("zaehler", "nenner", "wert"), "float64"))


def _row(series: Series, area: Gebiet, register: Register) -> dict[str, Any]:
    """Values as delivered; of a Stadtbezirk or the city that has no row the sums of its Stadtteile."""
    delivered = area.id in series.numbers or area.ebene == "stadtteil"
    if delivered:
        part, whole, value = (series.number(area.id, kind) for kind in (PART, WHOLE, VALUE))
    else:
        members = register.members(area.id)
        part, whole, value = _sum(series, members, PART, area), _sum(series, members, WHOLE, area), None
    wert, art = _value(series, part, whole, value, delivered=delivered)
    hint = _hint(series, area, wert)
    return dict(zip(COLUMNS, (area.id, part, whole, wert, art, hint), strict=True))


def _sum(series: Series, members: list[str], kind: str, area: Gebiet) -> float | None:
    """Sum over the Stadtteile; None if one is missing."""
    numbers = [series.number(key, kind) for key in members]
    rests = [rest[kind].reading.value or 0.0 for rest in series.rests if kind in rest] if area.ebene == "stadt" else []
    known = [number for number in numbers if number is not None]
    return sum(known) + sum(rests) if len(known) == len(numbers) else None


def _value(
    series: Series, part: float | None, whole: float | None, value: float | None, *, delivered: bool
) -> tuple[float | None, str]:
    if series.eintrag.typ == "anzahl":
        return part, OFFICIAL if delivered else COMPUTED
    if part is not None and whole:  # more exact than the printed share, which has been compared with it
        return part / whole * series.eintrag.faktor, COMPUTED
    return value, OFFICIAL if series.columns[VALUE] else COMPUTED


def _hint(series: Series, area: Gebiet, wert: float | None) -> str:
    reason = series.reason(area.id)
    if wert is None and series.number(area.id, PART) is not None and not series.columns[WHOLE]:
        return NO_DENOMINATOR
    if wert is not None:
        return _HINTS[UNSAFE] if reason == UNSAFE else ""
    if area.id in series.numbers:
        return _HINTS.get(
            reason, f"In der gelieferten Tabelle: {reason}." if reason else "In der gelieferten Tabelle fehlt der Wert."
        )
    if area.ebene == "stadtteil":
        return "Der Stadtteil steht nicht in der gelieferten Tabelle."
    return (
        "Nicht geliefert und aus den Werten der Stadtteile nicht zu berechnen, weil einzelne fehlen oder nur Anteile "
        "vorliegen."
    )
