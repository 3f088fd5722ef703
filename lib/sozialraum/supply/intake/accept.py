"""A table that stands becomes packages: values of all areas with their sums, the entry, the source; what they reveal.

A later issue is complete: what its table does not deliver stays as the issue before says. What tables reveal they say
together with all that are kept: what was issued before is read from there, so that no issue reveals anything together
with an earlier one, whichever way that came in. In the Statistikstelle true counts exist in memory only, until they are
protected.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import isnan, nan
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import Gebiet, Register
from sozialraum.city.indicators import catalogue
from sozialraum.city.load import Data
from sozialraum.city.sources import file_sha256
from sozialraum.errors import SecrecyError, TableError
from sozialraum.supply.intake.bring import Brought, as_written, entry_of
from sozialraum.supply.intake.checks import NOT_SECRET
from sozialraum.supply.intake.dates import as_stand, german_stand, last_day, several_dates
from sozialraum.supply.intake.description import (
    DEFAULT_MINIMUM,
    NONE,
    SUPPRESSED,
    WEITERGABE,
    Geheimhaltung,
    Weitergabe,
)
from sozialraum.supply.intake.own_series import Series
from sozialraum.supply.intake.packages import (
    COLUMNS,
    NO_DENOMINATOR,
    WITHOUT,
    Paket,
    content_of,
    counts_only,
    denominators_of,
    one_date,
    read_packages,
    same_day,
    with_denominators,
)
from sozialraum.supply.intake.phrases import PART, VALUE, WHOLE
from sozialraum.supply.intake.reading import NOTHING, SECRET, UNSAFE
from sozialraum.supply.secrecy import GESPERRT, ZAEHLER, Measure, Parts, Published, Rule, check_import, protect

REST: Final = "ohne_zuordnung"
"""Id of what belongs to the city and to none of its Stadtteile; never written."""
UNKNOWN: Final = 1000.0
"""Denominator, beyond its numerator, of a rest that has none: no reader knows one, so it must not cause a secret."""
NOT_DELIVERED: Final = ("Der Stadtteil steht nicht in der gelieferten Tabelle", "Nicht geliefert")
_NOT_HIDDEN: Final = (*NOT_DELIVERED, WITHOUT, *(f"In der gelieferten Tabelle: {why}" for why in NOT_SECRET))
_COUNTS: Final = ["zaehler", "nenner"]
Rest = tuple[float, float]


def opened_by(packages: Sequence[Paket], data: Data) -> list[str]:
    """German sentences on hidden counts that new packages would open, alone or with all that are there."""
    existing = read_packages(data.dir, stadt=data.register.city.id, removed=True)
    new, old, own = _with_rests(packages, existing, data, every=False)
    return check_import(new, old, data.register, own=own)


def protected(packages: Sequence[Paket], data: Data, *, mindestfallzahl: int) -> list[Paket]:
    """Packages without any count that must stay secret or would give one away."""
    earlier = read_packages(data.dir, stadt=data.register.city.id, removed=True)
    earlier.sort(key=lambda paket: paket.ausgabe)
    new, before, own = _with_rests(packages, earlier, data, every=True)
    rows = [one.werte.assign(indikator=one.eintrag.id, stand=one.stand, von=nan, bis=nan) for one in new]
    done = protect(
        pd.concat(rows, ignore_index=True).drop(columns="gesperrt"),
        register=data.register,
        katalog={one.eintrag.id: one.eintrag for one in new},
        rule=Rule(mindestfallzahl=mindestfallzahl),
        own=own,
        before=before,
    )
    return [_released(paket, done, mindestfallzahl) for paket in packages]


def published(paket: Paket, data: Data) -> Published:
    """A package as its readers see it."""
    words = {name: value for name, value in paket.eintrag.items() if name != "id"}
    katalog = catalogue({**data.indikatoren_yml, "indikatoren": {paket.indikator: words}})
    hints = paket.werte["hinweis"].fillna("").astype(str)
    hidden = paket.werte["wert"].isna() & ~hints.str.startswith(_NOT_HIDDEN)
    return Published(
        eintrag=katalog[paket.indikator],
        stand=paket.stand,
        werte=paket.werte.assign(gesperrt=hidden),
        verfahren=paket.geheimhaltung.verfahren,
        zahl=paket.geheimhaltung.zahl,
        stufe=WEITERGABE.index(paket.weitergabe),
        ausgabe=paket.ausgabe,
    )


def _with_rests(
    packages: Sequence[Paket], earlier: Sequence[Paket], data: Data, *, every: bool
) -> tuple[list[Published], list[Published], Parts]:
    """New and earlier tables; if any of them counts people without a Stadtteil, each says how many it has.

    Where that cannot be seen, because something is hidden, it is nobody (``every``: in all new tables; otherwise unless
    another table of the indicator has some, whose number stays open then).
    """
    register = data.register
    tables = _linked([*packages, *earlier], data)
    rests = [_rest(one, register) for one in tables]
    some = {one.eintrag.id for one, rest in zip(tables, rests, strict=True) if rest and max(rest) > 0}
    if some:
        for place, (one, rest) in enumerate(zip(tables, rests, strict=True)):
            if rest or one.eintrag.id not in some or (every and place < len(packages)):
                tables[place] = replace(one, werte=_balanced(one.werte, rest or (0.0, 0.0), register))
    city = register.city.id
    parts = {REST: (REST,), city: (*register.members(city), REST)} if some else {}
    return tables[: len(packages)], tables[len(packages) :], parts


def _linked(packages: Sequence[Paket], data: Data) -> list[Published]:
    """Packages as their readers see them: issues of one date have one date, and denominators are known by name."""
    katalog, stands = data.indikatoren_yml["indikatoren"], dict[tuple[str, str], str]()
    named = [stands.setdefault((one.indikator, last_day(one.stand)), one.stand) for one in packages]
    found = []
    for paket, stand in zip(packages, named, strict=True):
        people, key, _ = denominators_of(paket, packages, katalog, by_words=True)
        whole = Measure(key, stands[key, last_day(people[0].stand)], ZAEHLER) if people else None
        found.append(replace(published(paket, data), stand=stand, nenner_von=whole))
    return found


def _rest(table: Published, register: Register) -> Rest | None:
    """Numerator and denominator that the city has beyond its Stadtteile; None if a number is missing."""
    if table.verfahren not in (SUPPRESSED, NONE):
        return 0.0, 0.0
    werte, parts = table.werte.set_index("gebiet_id"), register.members(register.city.id)
    part, whole = (float(werte[kind][register.city.id] - werte[kind][parts].sum(skipna=False)) for kind in _COUNTS)
    return None if isnan(part) else (max(0.0, part), max(0.0, whole))


def _balanced(table: pd.DataFrame, rest: Rest, register: Register) -> pd.DataFrame:
    """A table with a row for the rest; the city's denominator grows if the rest has none of its own."""
    part, whole = rest
    whole = whole if whole > part or not part else part + UNKNOWN
    row = table.tail(1).assign(gebiet_id=REST, zaehler=part, nenner=whole, wert=float("nan"), gesperrt=False)
    together = pd.concat([table, row], ignore_index=True)
    stadtteile = together["gebiet_id"].isin([*register.members(register.city.id), REST])
    city = together["gebiet_id"] == register.city.id
    if part and whole > rest[1]:
        together.loc[city, "nenner"] = together.loc[stadtteile, "nenner"].sum(skipna=False)
    return together


def _released(paket: Paket, table: pd.DataFrame, mindestfallzahl: int) -> Paket:
    """The package with its rows of the protected table; the checksum of the true file would help to guess it."""
    mine = (table["indikator"] == paket.indikator) & (table["stand"] == paket.stand) & (table["gebiet_id"] != REST)
    werte = table.loc[mine, list(COLUMNS)].reset_index(drop=True)
    if list(werte["gebiet_id"]) != list(paket.werte["gebiet_id"]):
        raise SecrecyError("Beim Sperren sind Zeilen verlorengegangen; es ist nichts geschrieben.")
    werte["nenner"] = paket.werte["nenner"].where(werte["nenner"].notna())
    origin = {key: text for key, text in paket.herkunft.items() if key != "sha256"}
    return replace(paket, werte=werte, geheimhaltung=Geheimhaltung(SUPPRESSED, mindestfallzahl), herkunft=origin)


def hides(werte: pd.DataFrame) -> bool:
    """Whether the table of a package says of any value that it is kept secret."""
    said = werte["hinweis"].fillna("").astype(str)
    return bool(said.str.startswith((GESPERRT, f"In der gelieferten Tabelle: {SECRET}")).any())


def not_delivered(werte: pd.DataFrame) -> pd.Series:
    """Which rows of a package's table stand for areas of which nothing was delivered."""
    said = werte["hinweis"].fillna("").astype(str).str.startswith(NOT_DELIVERED)
    return said & werte[[*_COUNTS, "wert"]].isna().all(axis=1)


def hidden_in(paket: Paket) -> str:
    """How many values of a package are hidden, as a sentence; no value is named."""
    gone = int(paket.werte["wert"].isna().sum())
    what = f"{paket.eintrag['titel']} ({german_stand(paket.stand)})"
    return f"{what}: {gone} von {len(paket.werte)} Werten fehlen oder sind gesperrt."


OFFICIAL, COMPUTED = "amtlich", "berechnet"

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
    rows, reasons = _values(series, data.register), brought.reasons.get(key, ())
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


def _values(series: Series, register: Register) -> pd.DataFrame:
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
