"""Whether the numbers can be true: each for itself, part and whole, areas, dates, inhabitants, totals."""

from collections.abc import Iterator, Mapping
from datetime import date
from statistics import median
from typing import Final

from sozialraum.gebiete import Gebiet, Register
from sozialraum.intake.dates import german_stand, last_day, stand_in_cell
from sozialraum.intake.description import CELL_KEY, NONE, ROUNDED, SUPPRESSED, Geheimhaltung
from sozialraum.intake.layout import MAX_REPEATED, Table
from sozialraum.intake.own_series import Series
from sozialraum.intake.phrases import KINDS, PART, VALUE, WHOLE, Phrases
from sozialraum.intake.reading import german
from sozialraum.sources import parse_stand

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
    """Everything that cannot be true in one series, with its place."""
    return [
        *_areas(table, series, register),
        *_date(table, series, today),
        *_numbers(series),
        *shortened(list(_fractions(series)), table.sheet.where()),
        *shortened(list(_parts(series, method)), table.sheet.where()),
        *_rounding(series, method),
        *shortened(list(_people(series, people, register)), table.sheet.where()),
        *_implied(table, series, people, register),
        *(() if confirmed else shortened(list(_outliers(series)), table.sheet.where())),
        *(() if confirmed else shortened(list(_unlike_before(series, known, register)), table.sheet.where())),
    ]


def missing_areas(series: Series, register: Register) -> list[str]:
    """Names of the Stadtteile without a row."""
    return [area.name for area in register.of_level("stadtteil") if area.id not in series.numbers]


def _areas(table: Table, series: Series, register: Register) -> Iterator[str]:
    missing = missing_areas(series, register) if series.numbers else []
    if len(missing) == len(register.of_level("stadtteil")):
        yield (
            f"{table.sheet.where()}: Es fehlen alle Stadtteile; die Tabelle nennt nur Stadtbezirke oder die Stadt. "
            "Bitte die Tabelle der Stadtteile anfordern, oder die Werte mit --unvollstaendig nur für Stadtbezirke "
            "und Stadt übernehmen."
        )
    elif missing:
        names = ", ".join(missing[:8]) + (f" und {len(missing) - 8} weitere" if len(missing) > 8 else "")
        hidden = any("ausgeblendet" in remark for remark in table.sheet.remarks)
        also = " In der Datei sind Zeilen oder Spalten ausgeblendet: --ausgeblendetes liest sie mit." if hidden else ""
        count = "Es fehlt 1 Stadtteil" if len(missing) == 1 else f"Es fehlen {len(missing)} Stadtteile"
        yield (
            f"{table.sheet.where()}: {count}: {names}. Bitte ergänzen (ohne Wert: „.“), "
            f"oder mit --unvollstaendig zulassen.{also}"
        )


def _date(table: Table, series: Series, today: date | None) -> Iterator[str]:
    if not series.stand or today is None or not stand_in_cell(series.stand):
        return
    if parse_stand(series.stand) > today or (len(series.stand) == 10 and last_day(series.stand) > today.isoformat()):
        day = german_stand(series.stand)
        yield f"{table.sheet.where()}: Der Stichtag {day} liegt in der Zukunft. Bitte berichtigen."


def _numbers(series: Series) -> Iterator[str]:
    """No negative counts, shares from 0 to 100."""
    may_fall = series.eintrag.typ == "veraenderung"
    for key in series.numbers:
        for kind in (PART, WHOLE, VALUE):
            number, spot = series.number(key, kind), series.spot(key, kind)
            if number is None or spot is None:
                continue
            where = spot.where()
            if number < 0 and not may_fall:
                yield f"{where}: {german(number)} ist negativ. {_ASK}"
            elif kind == VALUE and series.eintrag.typ == "anteil" and number > 100:
                yield f"{where}: {german(number)} % ist mehr als alles. Sind es Anzahlen? Dann als „zaehler“ zuordnen."


def _fractions(series: Series) -> Iterator[str]:
    """No broken persons."""
    for key in series.numbers if series.eintrag.typ in ("anteil", "anzahl") else ():
        for kind in (PART, WHOLE):
            number, spot = series.number(key, kind), series.spot(key, kind)
            if number is not None and spot is not None and not float(number).is_integer():
                where, unit = spot.where(), _unit(series, kind)
                yield (
                    f"{where}: {german(number)} ist keine ganze Zahl, gezählt werden {unit}. Steht die Spalte in "
                    "Tausend oder in Prozent? Bitte die Anzahl selbst liefern lassen."
                )


def _unit(series: Series, kind: str) -> str:
    group = series.eintrag.zaehler if kind == PART else series.eintrag.nenner
    return group.einheit if group else "Fälle"


def _parts(series: Series, method: Geheimhaltung | None) -> Iterator[str]:
    """The part is not larger than the whole, and the share is their quotient."""
    slack = deviation(method)
    for key in series.numbers:
        part, whole, value = (series.number(key, kind) for kind in (PART, WHOLE, VALUE))
        spot = series.spot(key, PART)
        if part is None or whole is None or spot is None or series.eintrag.typ != "anteil":
            continue
        where = spot.where()
        if part > whole + 2 * slack:
            yield f"{where}: Der Teil ({german(part)}) ist größer als das Ganze ({german(whole)}). {_ASK}"
        elif whole == 0 and part > 0:
            yield f"{where}: {german(part)} von 0 ist nicht möglich. {_ASK}"
        elif value is not None and whole > 0:
            error = _HALF_A_TENTH + 100 * slack * (whole + part) / (whole * whole)
            if abs(value - 100 * part / whole) > max(error, 0.5 if _whole_percent(series) else 0):
                yield (
                    f"{where}: {german(part)} von {german(whole)} sind {german(round(100 * part / whole, 2))} %, "
                    f"daneben stehen {german(round(value, 2))} %. Bezieht sich der Anteil auf etwas anderes? {_ASK}"
                )


def _whole_percent(series: Series) -> bool:
    """Whether all shares are given without decimals."""
    values = [value for key in series.numbers if (value := series.number(key, VALUE)) is not None]
    return all(float(value).is_integer() for value in values)


def deviation(method: Geheimhaltung | None) -> float:
    """By how much the declared method may change one count."""
    if method is None:
        return 0.0
    return {ROUNDED: method.zahl / 2, CELL_KEY: float(method.zahl)}.get(method.verfahren, 0.0)


def _rounding(series: Series, method: Geheimhaltung | None) -> Iterator[str]:
    """Counts are multiples of the declared base."""
    if method is None or method.verfahren != ROUNDED:
        return
    for key in series.numbers:
        number, spot = series.number(key, PART), series.spot(key, PART)
        if number is not None and spot is not None and number % method.zahl:
            yield (
                f"{spot.where()}: {german(number)} ist kein Vielfaches von {method.zahl}, angegeben ist "
                f"„{method.text}“. Bitte das Verfahren oder die Basis berichtigen."
            )


def _people(series: Series, people: Mapping[str, float], register: Register) -> Iterator[str]:
    """No more people than live there; inhabitants not far from the census estimate."""
    headcount = series.eintrag.id == "einwohner"
    for kind, group in ((PART, series.eintrag.zaehler), (WHOLE, series.eintrag.nenner)):
        if group is None or group.einheit not in _OF_PEOPLE:
            continue
        for key in series.numbers:
            number, spot, known = series.number(key, kind), series.spot(key, kind), people.get(key)
            if number is None or spot is None or known is None or known != known:
                continue
            off = abs(number - known) > _MAX_OFF_ESTIMATE * known + _HEADROOM if headcount else False
            if off or number > _MAX_ABOVE_INHABITANTS * known + _HEADROOM:
                yield (
                    f"{spot.where()}: {german(number)} {group.einheit} passen nicht zu {register.by_id(key).label} mit "
                    f"rund {german(round(known, -2))} Einwohnern (Zensus-Schätzung). Ist die Zeile verrutscht? {_ASK}"
                )


def _implied(table: Table, series: Series, people: Mapping[str, float], register: Register) -> list[str]:
    """Count and share without their denominator: not more people than can live there; a share may be one of a part."""
    group, entry = series.eintrag.nenner, series.eintrag
    if series.columns[WHOLE] or entry.typ != "anteil" or group is None or group.einheit != "Personen":
        return []
    digits = _half_a_digit(series)
    found = []
    for key in series.numbers:
        part, value, known = series.number(key, PART), series.number(key, VALUE), people.get(key)
        spot = series.spot(key, VALUE)
        if part is None or value is None or known is None or known != known or spot is None:
            continue
        low = 100 * part / (value + digits)
        if low > (1 + _MAX_OFF_ESTIMATE) * known + _HEADROOM:
            where, name = spot.where(), register.by_id(key).in_phrase
            implied = german(round(100 * part / value if value else low))
            found.append(
                f"{where}: {german(part)} {_unit(series, PART)} und {german(value)} % ergeben rund {implied} als "
                f"Grundgesamtheit; {name} leben rund {german(round(known, -2))} Menschen. Gehören Anzahl und Anteil "
                f"zusammen? {_ASK}"
            )
    return shortened(found, table.sheet.where())


def _half_a_digit(series: Series) -> float:
    """Half a unit of the last decimal that any share of the series has; at most two decimals count."""
    values = [value for key in series.numbers if (value := series.number(key, VALUE)) is not None]
    return next((0.5 / 10**n for n in (0, 1) if all(abs(round(v, n) - v) < 1e-9 for v in values)), 0.005)


def shortened(problems: list[str], where: str) -> list[str]:
    """The first sentences of the same kind, and how many more there are."""
    rest = len(problems) - MAX_REPEATED
    return [*problems[:MAX_REPEATED], f"{where}: So ist es bei {rest} weiteren Werten."] if rest > 0 else problems


def _outliers(series: Series) -> Iterator[str]:
    """Shares that stand far off all others: of another unit, or with a slipped decimal sign."""
    if series.eintrag.typ not in ("anteil", "rate"):
        return
    shares = {key: _share(series, key) for key in series.numbers}
    known = {key: value for key, value in shares.items() if value is not None and value > 0}
    if len(known) < _ENOUGH_VALUES:
        return
    middle = median(known.values())
    for key, value in known.items():
        far = value / middle
        above = series.eintrag.typ == "anteil" and value > _ALMOST_ALL and far > _FAR_ABOVE_SHARE
        spot = series.spot(key, VALUE) or series.spot(key, PART)
        if spot and (above or far > _FAR or far < 1 / _FAR) and not _small(series, key):
            yield (
                f"{spot.where()}: {german(round(value, 4))}{' %' if series.eintrag.einheit == '%' else ''} steht weit "
                f"ab von den anderen (in der Mitte {german(round(middle, 2))}). Ist die Zahl oder ihre Einheit "
                f"verrutscht? {_ASK} Stimmt sie, bitte begründen: „ausreisser:“ in der Beschreibung (--ausreisser)."
            )


def _unlike_before(series: Series, known: Mapping[str, float], register: Register) -> Iterator[str]:
    """Shares that are mostly another thing than what is known of the same indicator."""
    if series.eintrag.typ != "anteil":
        return
    pairs = {key: (_share(series, key), known[key]) for key in series.numbers if known.get(key)}
    compared = {key: (value, before) for key, (value, before) in pairs.items() if value is not None}
    far = {
        key: (value, before)
        for key, (value, before) in compared.items()
        if abs(value - before) > _FAR_POINTS and not 1 / _FAR_TIMES < value / before < _FAR_TIMES
    }
    if len(far) < _MOST * len(compared):
        return
    for key, (value, before) in far.items():
        spot = series.spot(key, VALUE) or series.spot(key, PART)
        where = f"{spot.where()}: " if spot else ""
        yield (
            f"{where}{register.by_id(key).label} hat {german(round(value, 1))} %, bisher bekannt sind "
            f"{german(round(before, 1))} %. Ist das dieselbe Größe? Stimmt die Zahl, bitte begründen: „ausreisser:“ in "
            "der Beschreibung (--ausreisser)."
        )


def _share(series: Series, key: str) -> float | None:
    part, whole, value = (series.number(key, kind) for kind in (PART, WHOLE, VALUE))
    return value if value is not None else series.eintrag.faktor * part / whole if part is not None and whole else None


def _small(series: Series, key: str) -> bool:
    """Whether the share is one of so few that chance explains it."""
    whole, part = series.number(key, WHOLE), series.number(key, PART)
    return (whole is not None and whole < _FEW) or (part is not None and 0 < part < _FEW / 10)


def mixed_up(table: Table, series: Series, phrases: Phrases) -> Iterator[str]:
    """Why a head that was given to this indicator means another thing."""
    key = series.eintrag.id
    for kind in KINDS if key in phrases.known else ():
        columns = series.columns[kind] if len(series.columns[kind]) == 1 else ()
        for column in columns:
            exact = [role for role in phrases.exact(column.title) if role.indikator in phrases.known]
            where = f"{table.sheet.where()}, Spalte {column.letter} ({column.title}): "
            if exact and (key, kind == WHOLE) not in {(role.indikator, role.angabe == WHOLE) for role in exact}:
                yield f"{where}Dem Kopf nach ist das {'ein anderer Nenner' if kind == WHOLE else 'etwas anderes'}"
            elif kind != WHOLE and (limits := phrases.limits(column.head, ages=False)):
                yield f"{where}Gezählt ist nur ein Teil ({limits})"
    for kind in (PART, VALUE):
        for column in series.columns[kind]:
            heads = [column.title, *(() if phrases.exact(column.title) else table.titles)]
            reason = next((why for head in heads if (why := phrases.trap(series.eintrag.id, head))), "")
            if reason:
                yield f"{table.sheet.where()}, Spalte {column.letter} ({column.title}): {reason}"


def wrong_totals(series: Series, method: Geheimhaltung | None, register: Register) -> list[str]:
    """Totals that do not agree with their parts: Stadtteile with Stadtbezirk, both with the city."""
    found: list[str] = []
    for area, parts in sums(register):
        for kind in (PART, WHOLE):
            found += _total_count(series, kind, area, parts, method, register)
        found += _total_share(series, area, parts)
    if found and (method is None or method.verfahren in (NONE, SUPPRESSED)):
        found.append(
            "Summen, die nicht aufgehen, sind bei gerundeten oder mit Cell-Key geschützten Tabellen üblich. Ist das "
            "hier so, bitte angeben: "
            "--geheimhaltung rundung:5 oder --geheimhaltung cell-key:5 (höchste Abweichung je Wert)."
        )
    return found


def sums(register: Register) -> Iterator[tuple[Gebiet, list[str]]]:
    """Every total with its parts."""
    for area in register.of_level("stadtbezirk"):
        yield area, register.members(area.id)
    yield register.city, [area.id for area in register.of_level("stadtteil")]
    if register.of_level("stadtbezirk"):
        yield register.city, [area.id for area in register.of_level("stadtbezirk")]


def _total_count(
    series: Series,
    kind: str,
    area: Gebiet,
    parts: list[str],
    method: Geheimhaltung | None,
    register: Register,
) -> Iterator[str]:
    total, spot = series.number(area.id, kind), series.spot(area.id, kind)
    known = [number for part in parts if (number := series.number(part, kind)) is not None]
    if total is None or spot is None or not known or any(part not in series.numbers for part in parts):
        return
    rests = [rest[kind].reading.value or 0.0 for rest in series.rests if kind in rest] if area == register.city else []
    least, gaps = sum(known), len(parts) - len(known)
    slack = deviation(method) * (len(known) + len(rests) + 1)
    if _fits(total, least, sum(rests), slack, gaps=gaps):
        return
    words = "mehr" if least > total else "weniger"
    what = "Die Stadtteile" if parts[0] != "" and register.by_id(parts[0]).ebene == "stadtteil" else "Die Stadtbezirke"
    allowed = f" (zulässig sind bei {method.text} {german(slack)})" if method and slack else ""
    yield (
        f"{spot.where()}: {what} ergeben {german(least + sum(rests))}, {area.langname} nennt {german(total)}; das sind "
        f"{german(abs(total - least - sum(rests)))} {words}{allowed}. Bitte bei der liefernden Stelle nachfragen."
    )


def _fits(total: float, least: float, rest: float, slack: float, *, gaps: int) -> bool:
    """Whether a total agrees; the rest may be part of it or not; gaps make the sum a lower bound."""
    if gaps:
        return least <= total + slack
    return min(abs(total - least), abs(total - least - rest)) <= slack + 1e-6


def _total_share(series: Series, area: Gebiet, parts: list[str]) -> Iterator[str]:
    """The share of a total lies between those of its parts."""
    total, spot = series.number(area.id, VALUE), series.spot(area.id, VALUE)
    known = [series.number(part, VALUE) for part in parts]
    values = [value for value in known if value is not None]
    if total is None or spot is None or len(values) < len(parts) or series.eintrag.typ not in ("anteil", "rate"):
        return
    if not min(values) - 0.1 <= total <= max(values) + 0.1:
        yield (
            f"{spot.where()}: {area.langname} hat {german(total)}, die Teile liegen zwischen {german(min(values))} und "
            f"{german(max(values))}. Das ist kein Wert derselben Größe. Bitte bei der liefernden Stelle nachfragen."
        )
