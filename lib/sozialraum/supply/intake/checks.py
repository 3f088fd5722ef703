"""Whether the numbers can be true: each for itself, part and whole, areas, dates, people, totals; small counts."""

from collections.abc import Iterator, Mapping
from datetime import date
from math import isnan, nan
from statistics import median
from typing import Final

import pandas as pd

from sozialraum.city.gebiete import Register
from sozialraum.city.sources import parse_stand
from sozialraum.supply.intake.dates import german_stand, last_day, stand_in_cell
from sozialraum.supply.intake.description import CELL_KEY, NONE, ROUNDED, SUPPRESSED, Geheimhaltung
from sozialraum.supply.intake.grid import MAX_REPEATED, Table
from sozialraum.supply.intake.own_series import Number, Series
from sozialraum.supply.intake.phrases import KINDS, PART, VALUE, WHOLE, Phrases
from sozialraum.supply.intake.reading import LATER, MEANINGLESS, UNSAFE, german
from sozialraum.supply.secrecy import Published, audit_published, shown_small

_OF_PEOPLE: Final = ("Personen", "Haushalte", "Bedarfsgemeinschaften", "Familien", "Kinder")
_MAX_ABOVE_INHABITANTS: Final = 1.25
_HEADROOM: Final = 100
_MAX_OFF_ESTIMATE: Final = 0.5
_ENOUGH_VALUES: Final = 8
_ALMOST_ALL: Final = 90.0
_FAR_ABOVE_SHARE: Final = 3.0
_FAR: Final = 20.0
_FAR_POINTS: Final = 5.0
_FAR_TIMES: Final = 1.75
_MOST: Final = 2 / 3
_FEW: Final = 200
_HALF_A_TENTH: Final = 0.051
_ASK: Final = "Bitte bei der liefernden Stelle nachfragen."
_CONFIRM: Final = "Stimmt {}, bitte begründen: „ausreisser:“ in der Beschreibung (--ausreisser)."
_KINDS: Final = {PART: "Zähler", WHOLE: "Nenner"}
_SMALL: Final = {PART: "der Zähler", WHOLE: "der Nenner", "gegenstueck": "der Rest des Nenners ohne den Zähler"}
_WAY_OUT: Final = (
    "Bitte die Tabelle ohne diese Summe oder diesen Anteil oder mit einer zweiten gesperrten Zelle (Zweitsperrung) "
    "liefern lassen. Die Statistikstelle selbst liest die ungeschützte Tabelle mit --statistikstelle ein; dann wird "
    "das Nötige gesperrt."
)
NOT_SECRET: Final = (LATER, MEANINGLESS, UNSAFE)
#: Area, kind of the number, and what is wrong with it.
Faults = Iterator[tuple[str, str, str]]


def problems(
    table: Table,
    series: Series,
    method: Geheimhaltung | None,
    *,
    register: Register,
    people: Mapping[str, float],
    today: date | None,
    known: Mapping[str, float],
    confirmed: bool = False,
) -> list[str]:
    """Everything that cannot be true in one series, with its place.

    ``people`` are inhabitants by area, ``known`` the shares of the same indicator that are there already; no as-of date
    may be later than ``today``; ``confirmed`` says that a person knows of the values that stand far off.
    """
    where = table.sheet.where()
    found = [f"{where}: {text}" for text in (*_areas(table, series, register), *_date(series, today))]
    far_off = (_outliers(series), _unlike_before(series, known, register))
    everyone = (_numbers(series), _rounding(series, method))
    repeated = (_fractions(series), _parts(series, method), _people(series, people, register))
    for faults in (*everyone, *repeated, _implied(series, people, register), *(() if confirmed else far_off)):
        placed = []
        for key, kind, text in faults:
            spot = series.spot(key, kind, PART)
            placed.append(f"{spot.where() if spot else where}: {text}")
        rest = 0 if faults in everyone else len(placed) - MAX_REPEATED
        found += [*placed[:MAX_REPEATED], f"{where}: So ist es bei {rest} weiteren Werten."] if rest > 0 else placed
    return found


def _areas(table: Table, series: Series, register: Register) -> Iterator[str]:
    stadtteile = register.of_level("stadtteil")
    missing = [area.name for area in stadtteile if area.id not in series.numbers] if series.numbers else []
    if len(missing) == len(stadtteile):
        yield (
            "Es fehlen alle Stadtteile; die Tabelle nennt nur Stadtbezirke oder die Stadt. Bitte die Tabelle der "
            "Stadtteile anfordern, oder die Werte mit --unvollstaendig nur für Stadtbezirke und Stadt übernehmen."
        )
    elif missing:
        names = ", ".join(missing[:8]) + (f" und {len(missing) - 8} weitere" if len(missing) > 8 else "")
        hidden = any("ausgeblendet" in remark for remark in table.sheet.remarks)
        also = " In der Datei sind Zeilen oder Spalten ausgeblendet: --ausgeblendetes liest sie mit." if hidden else ""
        count = "Es fehlt 1 Stadtteil" if len(missing) == 1 else f"Es fehlen {len(missing)} Stadtteile"
        yield f"{count}: {names}. Bitte ergänzen (ohne Wert: „.“), oder mit --unvollstaendig zulassen.{also}"


def _date(series: Series, today: date | None) -> Iterator[str]:
    stand = series.stand
    if not stand or today is None or not stand_in_cell(stand):
        return
    if parse_stand(stand) > today or (len(stand) == 10 and last_day(stand) > today.isoformat()):
        yield f"Der Stichtag {german_stand(stand)} liegt in der Zukunft. Bitte berichtigen."


def _numbers(series: Series) -> Faults:
    """No negative counts, shares from 0 to 100."""
    for key, kind, number in series.known():
        if number < 0 and series.eintrag.typ != "veraenderung":
            yield key, kind, f"{german(number)} ist negativ. {_ASK}"
        elif kind == VALUE and series.eintrag.typ == "anteil" and number > 100:
            text = f"{german(number)} % ist mehr als alles. Sind es Anzahlen? Dann als „zaehler“ zuordnen."
            yield key, kind, text


def _fractions(series: Series) -> Faults:
    """No broken persons."""
    for key, kind, number in series.known() if series.eintrag.typ in ("anteil", "anzahl") else ():
        if kind != VALUE and not number.is_integer():
            text = f"{german(number)} ist keine ganze Zahl, gezählt werden {_unit(series, kind)}. Steht die Spalte in "
            yield key, kind, f"{text}Tausend oder in Prozent? Bitte die Anzahl selbst liefern lassen."


def _unit(series: Series, kind: str) -> str:
    group = series.eintrag.zaehler if kind == PART else series.eintrag.nenner
    return group.einheit if group else "Fälle"


def _parts(series: Series, method: Geheimhaltung | None) -> Faults:
    """The part is not larger than the whole, and the share is their quotient."""
    slack = deviation(method)
    rough = 0.5 if all(value.is_integer() for value in series.values()) else 0.0  # shares without decimals
    for key in series.numbers if series.eintrag.typ == "anteil" else ():
        part, whole, value = series.row(key)
        if part > whole + 2 * slack:
            yield key, PART, f"Der Teil ({german(part)}) ist größer als das Ganze ({german(whole)}). {_ASK}"
        elif whole == 0 and part > 0:
            yield key, PART, f"{german(part)} von 0 ist nicht möglich. {_ASK}"
        elif whole > 0:
            quotient, error = 100 * part / whole, _HALF_A_TENTH + 100 * slack * (whole + part) / (whole * whole)
            if abs(value - quotient) > max(error, rough):
                text = f"{german(part)} von {german(whole)} sind {german(round(quotient, 2))} %, daneben stehen "
                wrong = f"{german(round(value, 2))} %. Bezieht sich der Anteil auf etwas anderes? {_ASK}"
                yield key, PART, text + wrong


def deviation(method: Geheimhaltung | None) -> float:
    """By how much the declared method may change one count."""
    if method is None:
        return 0.0
    return {ROUNDED: method.zahl / 2, CELL_KEY: float(method.zahl)}.get(method.verfahren, 0.0)


def _rounding(series: Series, method: Geheimhaltung | None) -> Faults:
    """Counts are multiples of the declared base."""
    for key, kind, number in series.known() if method and method.verfahren == ROUNDED else ():
        if method and kind == PART and number % method.zahl:
            text = f"{german(number)} ist kein Vielfaches von {method.zahl}, angegeben ist „{method.text}“."
            yield key, kind, f"{text} Bitte das Verfahren oder die Basis berichtigen."


def _people(series: Series, people: Mapping[str, float], register: Register) -> Faults:
    """No more people than live there; inhabitants not far from the census estimate."""
    groups = {PART: series.eintrag.zaehler, WHOLE: series.eintrag.nenner}
    for key, kind, number in series.known():
        group, known = groups.get(kind), people.get(key, nan)
        if group is None or group.einheit not in _OF_PEOPLE:
            continue
        off = series.eintrag.id == "einwohner" and abs(number - known) > _MAX_OFF_ESTIMATE * known + _HEADROOM
        if off or number > _MAX_ABOVE_INHABITANTS * known + _HEADROOM:
            text = f"{german(number)} {group.einheit} passen nicht zu {register.by_id(key).label} mit rund "
            why = f"{german(round(known, -2))} Einwohnern (Zensus). Ist die Zeile verrutscht? {_ASK}"
            yield key, kind, text + why


def _implied(series: Series, people: Mapping[str, float], register: Register) -> Faults:
    """Count and share without their denominator: not more people than can live there; a share may be one of a part."""
    group = series.eintrag.nenner
    if series.columns[WHOLE] or series.eintrag.typ != "anteil" or group is None or group.einheit != "Personen":
        return
    values = series.values()  # half a unit of the last decimal that any of them has; at most two decimals count
    half = next((0.5 / 10**n for n in (0, 1) if all(abs(round(v, n) - v) < 1e-9 for v in values)), 0.005)
    for key in series.numbers:
        (part, _, value), known = series.row(key), people.get(key, nan)
        if value < 0 or not 100 * part / (value + half) > (1 + _MAX_OFF_ESTIMATE) * known + _HEADROOM:
            continue
        implied = german(round(100 * part / (value or half)))
        text = f"{german(part)} {_unit(series, PART)} und {german(value)} % ergeben rund {implied} als Grundgesamtheit;"
        lives = f"{register.by_id(key).in_phrase} leben rund {german(round(known, -2))} Menschen."
        yield key, VALUE, f"{text} {lives} Gehören Anzahl und Anteil zusammen? {_ASK}"


def _outliers(series: Series) -> Faults:
    """Shares that stand far off all others: of another unit, or with a slipped decimal sign."""
    shares = {key: value for key in series.numbers if (value := series.share(key)) > 0}
    if series.eintrag.typ not in ("anteil", "rate") or len(shares) < _ENOUGH_VALUES:
        return
    middle = median(shares.values())
    for key, value in shares.items():
        (part, whole, _), far = series.row(key), value / middle
        above = series.eintrag.typ == "anteil" and value > _ALMOST_ALL and far > _FAR_ABOVE_SHARE
        by_chance = whole < _FEW or 0 < part < _FEW / 10
        if (above or far > _FAR or far < 1 / _FAR) and not by_chance:
            shown = f"{german(round(value, 4))}{' %' if series.eintrag.einheit == '%' else ''}"
            text = f"{shown} steht weit ab von den anderen (in der Mitte {german(round(middle, 2))}). Ist die Zahl "
            yield key, VALUE, f"{text}oder ihre Einheit verrutscht? {_ASK} {_CONFIRM.format('sie')}"


def _unlike_before(series: Series, known: Mapping[str, float], register: Register) -> Faults:
    """Shares that are mostly another thing than what is known of the same indicator."""
    if series.eintrag.typ != "anteil":
        return
    shares = {key: (series.share(key), known[key]) for key in series.numbers if known.get(key)}
    compared = {key: pair for key, pair in shares.items() if not isnan(pair[0])}
    far = {
        key: (now, before)
        for key, (now, before) in compared.items()
        if abs(now - before) > _FAR_POINTS and not 1 / _FAR_TIMES < now / before < _FAR_TIMES
    }
    for key, (now, before) in far.items() if len(far) >= _MOST * len(compared) else ():
        text = f"{register.by_id(key).label} hat {german(round(now, 1))} %, bisher bekannt sind "
        yield key, VALUE, f"{text}{german(round(before, 1))} %. Ist das dieselbe Größe? {_CONFIRM.format('die Zahl')}"


def mixed_up(table: Table, series: Series, phrases: Phrases) -> Iterator[str]:
    """Why a head that was given to this indicator means another thing."""
    key = series.eintrag.id
    for kind in KINDS if key in phrases.known else ():
        for column in series.columns[kind] if len(series.columns[kind]) == 1 else ():
            exact = [role for role in phrases.exact(column.title) if role.indikator in phrases.known]
            where = f"{table.sheet.where()}, Spalte {column.letter} ({column.title}): "
            if exact and (key, kind == WHOLE) not in {(role.indikator, role.angabe == WHOLE) for role in exact}:
                yield f"{where}Dem Kopf nach ist das {'ein anderer Nenner' if kind == WHOLE else 'etwas anderes'}"
            elif kind != WHOLE and (limits := phrases.limits(column.head, ages=False)):
                yield f"{where}Gezählt ist nur ein Teil ({limits})"
    for column in (*series.columns[PART], *series.columns[VALUE]):
        heads = [column.title, *(() if phrases.exact(column.title) else table.titles)]
        if reason := next((why for head in heads if (why := phrases.trap(key, head))), ""):
            yield f"{table.sheet.where()}, Spalte {column.letter} ({column.title}): {reason}"


def wrong_totals(series: Series, method: Geheimhaltung | None, register: Register) -> list[str]:
    """Totals that do not agree with their parts: Stadtteile with Stadtbezirk, both with the city."""
    found: list[str] = []
    stadtteile, bezirke = ([area.id for area in register.of_level(one)] for one in ("stadtteil", "stadtbezirk"))
    for key in bezirke:
        found += _total(series, key, register.members(key), "Stadtteile", method, register)
    for parts, what in ((stadtteile, "Stadtteile"), (bezirke, "Stadtbezirke")):
        found += _total(series, register.city.id, parts, what, method, register)
    if found and (method is None or method.verfahren in (NONE, SUPPRESSED)):
        found.append(
            "Summen, die nicht aufgehen, sind bei gerundeten oder mit Cell-Key geschützten Tabellen üblich. Ist das "
            "hier so, bitte angeben: "
            "--geheimhaltung rundung:5 oder --geheimhaltung cell-key:5 (höchste Abweichung je Wert)."
        )
    return found


def _total(
    series: Series, key: str, parts: list[str], what: str, method: Geheimhaltung | None, register: Register
) -> Iterator[str]:
    """What is wrong with the counts of a total, and with its share, which lies between those of its parts."""
    name = register.by_id(key).langname
    for kind in (PART, WHOLE):
        total, numbers = series.number(key, kind), [series.number(part, kind) for part in parts]
        known = [number for number in numbers if not isnan(number)]
        spot, rests = series.spot(key, kind), series.rest(kind) if key == register.city.id else []
        if isnan(total) or not spot or not known or any(part not in series.numbers for part in parts):
            continue
        least, slack = sum(known), deviation(method) * (len(known) + len(rests) + 1)
        off = abs(total - least - sum(rests))  # the rest may be part of the total or not
        gaps = len(known) < len(parts)  # then the sum is a lower bound
        if least <= total + slack if gaps else min(abs(total - least), off) <= slack + 1e-6:
            continue
        allowed = f" (zulässig sind bei {method.text} {german(slack)})" if method and slack else ""
        yield (
            f"{spot.where()}: Die {what} ergeben {german(least + sum(rests))}, {name} nennt {german(total)}; das sind "
            f"{german(off)} {'mehr' if least > total else 'weniger'}{allowed}. {_ASK}"
        )
    total, values = series.number(key, VALUE), [series.number(part, VALUE) for part in parts]
    spot = series.spot(key, VALUE)
    if not spot or not values or series.eintrag.typ not in ("anteil", "rate") or any(map(isnan, values)):
        return
    if total < min(values) - 0.1 or total > max(values) + 0.1:
        yield (
            f"{spot.where()}: {name} hat {german(total)}, die Teile liegen zwischen {german(min(values))} und "
            f"{german(max(values))}. Das ist kein Wert derselben Größe. {_ASK}"
        )


def small_counts(table: Table, series: Series, register: Register, minimum: int) -> Iterator[str]:
    """German sentences on counts below the minimum that readers see in the table or can compute from it alone."""
    own = {f"rest {place}": (f"rest {place}",) for place, _ in enumerate(series.rests)}
    city = register.city.id
    parts = own | {city: (*register.members(city), *own)} if own else {}
    seen = Published(series.eintrag, series.stand, _as_seen(series), zahl=minimum)

    def where(key: str, kind: str) -> str:
        spot = series.spot(key, kind if kind in _KINDS else PART, VALUE)
        return spot.where() if spot else table.sheet.where()

    shown = shown_small(seen)
    for key, kind in shown:
        yield (
            f"{where(key, kind)}: Hier steht eine Anzahl von Menschen oder Fällen, die nach „sperrung:{minimum}“ nicht "
            f"gezeigt werden darf ({_SMALL[kind]} ist kleiner als {minimum}). Bitte eine Tabelle anfordern, in "
            "der solche Zahlen gesperrt sind, oder sie von der Statistikstelle mit --statistikstelle einlesen lassen."
        )
    for found in audit_published([seen], register, own=parts):
        key, kind = found.cell.gebiet_id, found.cell.teil
        number = series.numbers.get(key, {}).get(kind)
        hidden = number is not None and _hidden(number)
        exact = found.von == found.bis and kind in _KINDS and hidden
        if (found.sicher and not exact) or key not in series.numbers or {(key, kind), (key, "gegenstueck")} & {*shown}:
            continue
        how = "Summen der Tabelle" if isnan(series.number(key, VALUE)) else "Anteil und Nenner"
        what = f"{'gesperrte' if hidden else 'zu kleine'} {_KINDS.get(kind, 'Rest des Nenners')}"
        whose = register.by_id(key).langname
        yield f"{where(key, kind)}: Der {what} von {whose} ist aus {how} zu berechnen. {_WAY_OUT}"


def _as_seen(series: Series) -> pd.DataFrame:
    """The numbers as readers see them, those of rows without an area too."""
    rests = {f"rest {place}": rest for place, rest in enumerate(series.rests)}
    rows = [
        {"gebiet_id": key, "gesperrt": any(map(_hidden, numbers.values()))}
        | {kind: number.reading.value for kind, number in numbers.items()}
        for key, numbers in {**series.numbers, **rests}.items()
    ]
    table = pd.DataFrame(rows, columns=["gebiet_id", "gesperrt", *KINDS]).astype(dict.fromkeys(KINDS, "float64"))
    return table.assign(**{VALUE: table[VALUE] * series.scale})


def _hidden(number: Number) -> bool:
    return number.reading.value is None and number.reading.reason not in NOT_SECRET
