"""Whether totals agree with their parts, within what the declared method of disclosure control allows."""

from collections.abc import Iterator

from sozialraum.gebiete import Gebiet, Register
from sozialraum.intake.checks import deviation
from sozialraum.intake.description import NONE, SUPPRESSED, Geheimhaltung
from sozialraum.intake.numbers import german
from sozialraum.intake.phrases import PART, VALUE, WHOLE
from sozialraum.intake.series import Series


def problems(series: Series, method: Geheimhaltung | None, register: Register) -> list[str]:
    """Totals that do not agree with their parts: Stadtteile with Stadtbezirk, both with the city."""
    found: list[str] = []
    for area, parts in sums(register):
        for kind in (PART, WHOLE):
            found += _count(series, kind, area, parts, method, register)
        found += _share(series, area, parts)
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


def _count(
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


def _share(series: Series, area: Gebiet, parts: list[str]) -> Iterator[str]:
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
