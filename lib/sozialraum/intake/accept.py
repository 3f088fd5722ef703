"""A table that stands becomes packages: values of all areas with their sums, the entry, the source.

A later issue is complete: what its table does not deliver stays as the issue before says.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import isnan, nan
from typing import Final

import pandas as pd

from sozialraum.errors import SecrecyError, TableError
from sozialraum.gebiete import Gebiet, Register
from sozialraum.indicators import catalogue
from sozialraum.intake.bring import Brought
from sozialraum.intake.dates import as_stand, german_stand, several_dates
from sozialraum.intake.description import DEFAULT_MINIMUM, NONE, SUPPRESSED, Geheimhaltung, Weitergabe
from sozialraum.intake.entries import as_written, entry_of
from sozialraum.intake.own_series import Series
from sozialraum.intake.packages import (
    COLUMNS,
    NO_DENOMINATOR,
    Paket,
    content_of,
    counts_only,
    one_date,
    read_packages,
    same_day,
    with_denominators,
)
from sozialraum.intake.phrases import PART, VALUE, WHOLE
from sozialraum.intake.reading import NOTHING, UNSAFE
from sozialraum.intake.revealed import hides, not_delivered, opened_by, protected
from sozialraum.load import Data
from sozialraum.sources import file_sha256

OFFICIAL, COMPUTED = "amtlich", "berechnet"
_COUNTS: Final = ["zaehler", "nenner"]
_SAYS: Final = r"\b(?:Datenstand|Stand|Stichtag|am|zum|vom|per|im|Jahr|Ende)\b[\s:]*"
_DAYS: Final = (
    r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}/\d{4}|\d{4}/\d\d|\d{4}|"
    r"(?:\d{1,2}\.\s?)?(?:jan|feb|mär|mrz|apr|mai|jun|jul|aug|sep|okt|nov|dez)[a-z]*\.?\s?\d{4}"
)
_DATED: Final = re.compile(rf"[\s,;:(–-]*(?:{_SAYS})*(?<!\d)(?P<day>{_DAYS})(?![\d/.-]*\d)\)?", re.IGNORECASE)
_HINTS: Final = {
    NOTHING: "In der gelieferten Tabelle steht keine Angabe.",
    UNSAFE: "Der Wert ist nach Angabe der liefernden Stelle nicht sicher genug.",
}


def packages(brought: Brought, data: Data, *, mindestfallzahl: int = DEFAULT_MINIMUM) -> list[Paket]:
    """Packages of a table, one per indicator and date; a table without a method of disclosure control is protected."""
    brought.refuse()
    own = brought.method is None or brought.method.verfahren == NONE
    method = Geheimhaltung(SUPPRESSED, mindestfallzahl) if own or not brought.method else brought.method
    made = [_package(brought, series, method, data) for series in brought.series]
    gaps = [set(one.werte.loc[not_delivered(one.werte), "gebiet_id"]) for one in made]
    if own:
        made = protected(made, data, mindestfallzahl=mindestfallzahl)
    kept = read_packages(data.dir, stadt=data.register.city.id)
    for place, (paket, missing, series) in enumerate(zip(made, gaps, brought.series, strict=True)):
        before = max((one for one in kept if one_date(one, paket)), key=lambda one: one.ausgabe, default=None)
        if before is not None:
            before = _before_with_shares(paket, before, [*kept, *made], data)
            made[place] = _carried_on(paket, missing, before, data.register, rest=bool(series.rests))
    made = [_with_limits(paket) for paket in made]
    if opened := opened_by(made, data):
        raise SecrecyError("\n".join(opened))
    return made


def _package(brought: Brought, series: Series, method: Geheimhaltung, data: Data) -> Paket:
    answers, key = brought.answers, series.eintrag.id
    title = answers.tabelle or (brought.table.titles[0] if brought.table.titles else "")
    source = {
        "titel": _without_date(title, series.stand) or series.eintrag.titel,
        "herausgeber": answers.stelle,
        "url": answers.url or None,
        "lizenz": answers.lizenz,
        "quellenvermerk": answers.stelle,
        "kurz": answers.stelle.split(",")[0],
        "datei": brought.path.name,
    }
    rows, reasons = _rows(series, data.register), brought.reasons.get(key, ())
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
    how = "Berechnet aus den gelieferten Anzahlen"
    if series.columns[VALUE] or series.eintrag.typ == "anzahl":
        how = "Geliefert als Anzahl" if series.eintrag.typ == "anzahl" else "Geliefert als Wert"
    written = as_written(
        entry_of(key, catalogue(data.indikatoren_yml), answers),
        brought.definitions[key],
        series.stand,
        grund=answers.entry(key, "begruendung") if key in answers.indikatoren else "",
        art=OFFICIAL if (rows["art"] == OFFICIAL).any() else COMPUTED,
        quellen=[paket.quelle_id],
        methode=f"{how} ({answers.stelle}). Geheimhaltungsverfahren der liefernden Stelle: {method.text}.",
        grenzen=" ".join(text for text in (answers.grenzen, *reasons) if text),
    )
    return replace(paket, eintrag={"id": key, **written})


def _without_date(title: str, stand: str) -> str:
    """The title of a table without the date that every citation of it names anyway."""
    if several_dates(title):
        return title
    plain = _DATED.sub(lambda found: "" if same_day(as_stand(found["day"]) or "", stand) else found[0], title)
    return plain.strip(" ,;:–-")


def _with_limits(paket: Paket) -> Paket:
    """The package with what its method of disclosure control means for its values."""
    hidden = "Kleine Fallzahlen sind gesperrt; diese Werte fehlen und werden nicht geschätzt."
    words = {
        SUPPRESSED: hidden if hides(paket.werte) else "In dieser Tabelle ist keine Zahl gesperrt.",
        "rundung": "Die Anzahlen sind gerundet und addieren sich nicht genau.",
        "cell-key": "Die Anzahlen sind zum Schutz verändert und addieren sich deshalb nicht genau.",
    }
    said = f"{paket.eintrag.get('grenzen', '')} {words.get(paket.geheimhaltung.verfahren, '')}".strip()
    return replace(paket, eintrag={**paket.eintrag, "grenzen": said}) if said else paket


def _before_with_shares(paket: Paket, before: Paket, there: Sequence[Paket], data: Data) -> Paket:
    """The issue before with the denominators that its readers have; counts without any do not take its place."""
    audience = Weitergabe.parse(paket.weitergabe)
    seen = [one for one in there if audience.may_see(Weitergabe.parse(one.weitergabe))]
    now, then = with_denominators([paket, before, *seen], data.indikatoren_yml["indikatoren"])[:2]
    if counts_only(now) and then.werte["wert"].notna().any():
        raise TableError(
            f"{_named(paket)}: Ausgabe {before.ausgabe} hat Werte; die neue Tabelle hat nur Anzahlen ohne Nenner. "
            "Damit gäbe es keinen Wert mehr. Bitte den Nenner mitliefern lassen oder zum selben Stichtag einlesen, "
            f"oder Ausgabe {before.ausgabe} entfernen: sozialraum data remove {before.name}."
        )
    return before if counts_only(paket) else then


def _named(paket: Paket) -> str:
    return f"{paket.eintrag['titel']}, Stand {german_stand(paket.stand)}"


def _carried_on(paket: Paket, missing: set[str], before: Paket, register: Register, *, rest: bool) -> Paket:
    """The package with the rows of the issue before for areas that its table does not deliver."""
    order, old = paket.werte["gebiet_id"], before.werte[list(COLUMNS)].set_index("gebiet_id")
    taken = missing & set(before.werte.loc[~not_delivered(before.werte), "gebiet_id"])
    if not taken:
        return paket
    _refuse_mixture(paket, before)
    rows = pd.concat([paket.werte[~order.isin(taken)].set_index("gebiet_id"), old[old.index.isin(taken)]]).loc[order]
    for area in (*register.of_level("stadtbezirk"), register.city):
        members = register.members(area.id)
        if area.id in taken:
            fresh = [key for key in members if key not in missing and key in old.index]
            change = _sums(rows, fresh) - _sums(old, fresh)
            _total(rows, area.id, _sums(old, [area.id]) + change, paket)
        elif area.id in missing and not (rest and area == register.city):
            _total(rows, area.id, _sums(rows, members), paket)
    words, by = _counted(taken, register), before.quelle["herausgeber"]
    whose = "" if by == paket.quelle["herausgeber"] else f" ({by})"
    said = f"Für {words} gilt weiter Ausgabe {before.ausgabe}{whose}."
    done = replace(paket, werte=rows.reset_index()[list(COLUMNS)])
    if content_of(done) == content_of(before):  # the same again says the same
        found = re.search(rf"Für {words} gilt weiter Ausgabe .*?\.$", before.eintrag.get("methode", ""))
        said = found[0] if found else said
    return replace(done, eintrag={**paket.eintrag, "methode": f"{paket.eintrag['methode']} {said}"})


def _refuse_mixture(paket: Paket, before: Paket) -> None:
    audience = Weitergabe.parse(before.weitergabe)
    why = {
        f"ist nur für einen engeren Kreis bestimmt ({audience.label})": not Weitergabe.parse(paket.weitergabe).may_see(
            audience
        ),
        f"ist anders geschützt ({before.geheimhaltung.text})": before.geheimhaltung != paket.geheimhaltung,
        f"ist anders gezählt („{before.methode or 'ohne Angabe'}“)": before.methode != paket.methode,
        "hat Werte, die neue nur Anzahlen ohne Nenner": counts_only(paket) and not counts_only(before),
    }
    for words in (words for words, holds in why.items() if holds):
        raise TableError(
            f"{_named(paket)}: Die Tabelle liefert nicht alle Stadtteile, Stadtbezirke und die Stadt; für die übrigen "
            f"gälte weiter Ausgabe {before.ausgabe}, aber diese {words}. Bitte alles in einer Tabelle liefern lassen, "
            f"oder Ausgabe {before.ausgabe} vorher entfernen: sozialraum data remove {before.name}."
        )


def _sums(rows: pd.DataFrame, areas: Sequence[str]) -> pd.Series:
    """Numerator and denominator of some areas together; missing if one is missing."""
    return rows.loc[list(areas), _COUNTS].sum(skipna=False)


def _total(rows: pd.DataFrame, area: str, sums: pd.Series, paket: Paket) -> None:
    """Set numerator, denominator and value of a sum, if they are known and not what is there."""
    part, whole = sums[_COUNTS]
    simple = paket.eintrag["typ"] == "anzahl"
    if isnan(part) or (isnan(whole) and rows["nenner"].notna().any()) or sums.equals(_sums(rows, [area])):
        return
    wert = part if simple else part / whole * float(paket.eintrag.get("faktor", 100.0)) if whole else nan
    rows.loc[area, [*_COUNTS, "wert"]] = part, whole, wert
    rows.loc[area, ["art", "hinweis"]] = COMPUTED, NO_DENOMINATOR if isnan(wert) else ""


def _counted(areas: set[str], register: Register) -> str:
    """How many areas these are: 50 Stadtteile, 9 Stadtbezirke und die Stadt."""
    names = []
    for level, one, many in (
        ("stadtteil", "1 Stadtteil", "Stadtteile"),
        ("stadtbezirk", "1 Stadtbezirk", "Stadtbezirke"),
    ):
        number = sum(register.by_id(key).ebene == level for key in areas)
        names += [one if number == 1 else f"{number} {many}"] if number else []
    names += ["die Stadt"] if register.city.id in areas else []
    return " und ".join([*([", ".join(names[:-1])] if len(names) > 1 else []), names[-1]])


def _rows(series: Series, register: Register) -> pd.DataFrame:
    levels = ("stadtteil", "stadtbezirk", "stadt")
    rows = [_row(series, area, register) for area in register if area.ebene in levels]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype(dict.fromkeys(("zaehler", "nenner", "wert"), "float64"))


def _row(series: Series, area: Gebiet, register: Register) -> tuple[str, float, float, float, str, str]:
    """Values as delivered; of a Stadtbezirk or the city that has no row the sums of its Stadtteile."""
    simple, delivered = series.eintrag.typ == "anzahl", area.id in series.numbers or area.ebene == "stadtteil"
    part, whole, value = series.row(area.id)
    if not delivered:
        members = register.members(area.id)
        part, whole = (
            sum(series.number(key, kind) for key in members) + sum(series.rest(kind) if area == register.city else [])
            for kind in (PART, WHOLE)
        )
    art = OFFICIAL if (delivered if simple else series.columns[VALUE]) else COMPUTED
    if simple:
        value = part
    elif not isnan(part) and whole > 0:  # more exact than the printed share, which has been compared with it
        value, art = part / whole * series.eintrag.faktor, COMPUTED
    return area.id, part, whole, value, art, _hint(series, area, value)


def _hint(series: Series, area: Gebiet, wert: float) -> str:
    reason = series.reason(area.id)
    if not isnan(wert):
        return _HINTS[UNSAFE] if reason == UNSAFE else ""
    if not isnan(series.number(area.id, PART)) and not series.columns[WHOLE]:
        return NO_DENOMINATOR
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
