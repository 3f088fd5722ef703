"""What the atlas knows: every area, every indicator with its values as they are printed, series, phrases.

The scripts of the page put these texts in place. They write no number and no word of a class of their own: one rule
for German numbers and sentences, that of the reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sozialraum.city.indicators import PLAIN_COUNT, Indikator
from sozialraum.compare import side_by_side
from sozialraum.compare.analysis import ABOVE, AVERAGE, BELOW, FAR_ABOVE, FAR_BELOW, KLASSEN, UNCLEAR, Analysis, analyse
from sozialraum.compare.similar import similar
from sozialraum.compare.wert import UNCLASSED, Wert
from sozialraum.figures.circles import is_count
from sozialraum.figures.classes import Breaks, breaks
from sozialraum.publish.atlas_map import Axis, Drawing, axis_of, radius_of, row_of_dots, strip, ways
from sozialraum.publish.listing import Item
from sozialraum.style import MISSING, art_label, day, value
from sozialraum.style.cells import neutral
from sozialraum.style.grammar import upper_first
from sozialraum.supply import series
from sozialraum.supply.intake.dates import last_day
from sozialraum.text.alike import similar as alike_words
from sozialraum.text.chapters import area_note
from sozialraum.text.contacts import offers
from sozialraum.text.development import change_words
from sozialraum.text.findings import FINDINGS, credit

COLUMNS: Final = (
    "text", "spanne", "anzahl", "klasse", "grund", "farbe", "x", "wert", "von", "bis", "menschen", "unsicher", "stand",
    "art",
)  # fmt: skip
"""What is told of a value, in this order: text, interval and count as printed, class and reason (numbers of lists),
colour class or radius, position on the axis, value and ends of the interval as printed, count, whether the interval
reaches over the limit of a colour class, date and kind where they are not those of the indicator."""
_ABSENT: Final = "hier noch nicht eingelesen"


@dataclass
class _Texts:
    """Texts that occur often, each once; a value holds their numbers."""

    listed: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def __call__(self, text: str) -> int:
        if text not in self.numbers:
            self.numbers[text] = len(self.listed)
            self.listed.append(text)
        return self.numbers[text]


@dataclass
class _Offers:
    """The table of offers and contact points: rows that stand for several areas once, and each area's row numbers."""

    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def of(self, analysis: Analysis) -> list[int]:
        """Numbers of the rows of an area."""
        frame = offers(analysis, "begegnung")
        self.columns = self.columns or ([str(frame.index.name), *map(str, frame.columns)] if len(frame) else [])
        found = [[str(key), *map(str, cells)] for key, cells in zip(frame.index, frame.to_numpy(), strict=True)]
        self.rows += [row for row in found if row not in self.rows]
        return [self.rows.index(row) for row in found]

    def table(self) -> dict[str, Any]:
        """Heads and rows, for all areas."""
        return {"spalten": self.columns, "zeilen": self.rows}


def everything(analysis: Analysis, drawing: Drawing, items: Mapping[str, Item]) -> dict[str, Any]:
    """All that the scripts of the atlas read; ``items`` are the reports of the areas."""
    reasons = _Texts()
    reasons("")
    shown = [key for key, entry in analysis.katalog.items() if entry.verfuegbar and analysis.known_anywhere(key)]
    offered = _Offers()
    areas = _areas(analysis, drawing, items, offered)
    indicators = [_indicator(analysis, key, reasons) for key in shown]
    return {
        "stadt": analysis.data.register.city.id,
        "spalten": COLUMNS,
        "kapitel": _chapters(analysis),
        "gebiete": areas,
        "angebote": offered.table(),
        "kennzahlen": indicators,
        "gruende": reasons.listed,
        "klassen": list(KLASSEN),
        "saetze": _class_sentences(),
        "urteile": _verdicts(),
        "geschaetzt": art_label("geschaetzt"),
    }


def default_of(kennzahlen: list[dict[str, Any]], katalog: Mapping[str, Indikator]) -> str:
    """The indicator that is shown first: the first share."""
    known = [one["id"] for one in kennzahlen if one["bekannt"]]
    shares = [key for key in known if katalog[key].typ == "anteil"]
    return str((shares or known or [one["id"] for one in kennzahlen] or [""])[0])


def absent(analysis: Analysis) -> list[dict[str, str]]:
    """Indicators of which no area has a value: they stand in the picker, with where they are published."""
    return [
        {
            "titel": entry.titel,
            "kapitel": entry.kapitel,
            "wo": f"{_ABSENT}; veröffentlicht in: {entry.veroeffentlicht}" if entry.veroeffentlicht else _ABSENT,
        }
        for key, entry in analysis.katalog.items()
        if not entry.verfuegbar or not analysis.known_anywhere(key)
    ]


def _chapters(analysis: Analysis) -> dict[str, str]:
    """Topics by their letter, in the order of the catalogue."""
    named = analysis.data.indikatoren_yml.get("kapitel", {})
    used = sorted({entry.kapitel for entry in analysis.katalog.values()}, key=lambda key: (key not in named, key))
    return {key: str(named.get(key, "Weitere Themen")) for key in used}


def _class_sentences() -> dict[str, str]:
    """How the class of a value is told, by class."""
    clear = {key: f"Das {FINDINGS[key]}" for key in (AVERAGE, ABOVE, BELOW, FAR_ABOVE, FAR_BELOW)}
    return {**clear, UNCLEAR: "Die Einordnung ist nicht eindeutig", UNCLASSED: "Keine Einstufung"}


def _verdicts() -> dict[str, str]:
    """Words of :mod:`sozialraum.compare.side_by_side`, whose rule the scripts follow."""
    return {
        "ja": f"Unterschied {side_by_side.RELIABLE}",
        "nein": side_by_side.NOT_RELIABLE,
        "gleich": side_by_side.SAME,
        "offen": side_by_side.NO_STATEMENT,
        "regel": side_by_side.RULE,
        "spanne": side_by_side.NO_SPAN,
    }


def _areas(analysis: Analysis, drawing: Drawing, items: Mapping[str, Item], offered: "_Offers") -> list[dict[str, Any]]:
    arrows = ways(drawing.centres)
    found = []
    for area in analysis.data.register:
        here = analyse(analysis.data, area.id, issued=analysis.issued)
        found.append(_area(here, drawing, items[area.id], arrows) | {"angebote": offered.of(here)})
    return found


def _area(here: Analysis, drawing: Drawing, item: Item, arrows: Mapping[str, list[str]]) -> dict[str, Any]:
    area = here.gebiet
    near = here.neighbours if area.ebene != "stadt" else ()
    found: dict[str, Any] = {
        "id": area.id,
        "name": area.label,
        "lang": area.langname,
        "in": area.in_phrase,
        "ebene": area.ebene,
        "art": area.ebene_label,
        "bezirk": area.stadtbezirk_id or "",
        "nachbarn": list(near),
        "bericht": item.path if item.done else "",
        "zustand": item.state,
        "freigabe": item.freigabe,
        "pdf": [list(pair) for pair in item.pdfs],
        "hinweise": [sentence.text for sentence in area_note(here)],
    }
    if area.ebene == "stadtteil":
        alike = {
            "orte": [near.gebiet.id for near in similar(here).naechste],
            "worte": [sentence.text for sentence in alike_words(here)],
        }
        return {**found, "aehnlich": alike, "mitte": drawing.centres[area.id], "pfeile": arrows[area.id]}
    members = [] if area.ebene == "stadt" else here.data.register.members(area.id)
    return {**found, "teile": members, "umriss": drawing.outline(area.id)}


def _indicator(analysis: Analysis, key: str, reasons: _Texts) -> dict[str, Any]:
    entry, values = analysis.katalog[key], analysis.values(key)
    classes = breaks(values, indikator=entry)
    count = is_count(entry)
    known = {str(area): float(wert) for area, wert in values.items() if wert == wert}
    city = analysis.city_wert(key)
    axis = axis_of([*known.values(), *([] if count else [city.wert])])
    rows = {area.id: _row(analysis.wert(key, area.id), classes, axis, reasons) for area in analysis.data.register}
    unsure = COLUMNS.index("unsicher")
    return {
        **_words(analysis, entry, city),
        "stellen": entry.nachkommastellen,
        "zaehlung": count,
        "farben": list(classes.colours),
        "farbklassen": [] if count else classes.labels(),
        "unsicher": sum(rows[area][unsure] for area in analysis.stadtteile),
        "bekannt": len(known),
        "achse": axis.ticks,
        "stadtX": None if count else axis.at(city.wert),
        "band": _band(city, analysis.wert(key, analysis.stadtteile[0]), axis, count=count),
        "punkte": strip(axis, known) if known else {},
        "reihe": row_of_dots(axis, list(known.values())),
        "werte": rows,
        "zeit": _series(analysis, entry, classes),
    }


def _words(analysis: Analysis, entry: Indikator, city: Wert) -> dict[str, Any]:
    """Everything that is said of an indicator as such."""
    estimated = entry.art == "geschaetzt"
    noun = entry.counted if entry.typ == "anteil" else ""
    ends = analysis.ends(entry.id)
    told = f"von {ends[0].dated} ({ends[0].ort.label}) bis {ends[1].dated} ({ends[1].ort.label})" if ends else ""
    city_words = f"{analysis.stadt} {city.dated}{' insgesamt' if entry.typ == 'anzahl' else ''}"
    source = credit(analysis, [key for key in entry.quellen if key in analysis.data.quellen])
    notes = [analysis.data.quellen[key].quellenvermerk for key in entry.quellen if key in analysis.data.quellen]
    return {
        "id": entry.id,
        "titel": entry.titel,
        "kurz": upper_first(entry.kurztitel),
        "kapitel": entry.kapitel,
        "definition": entry.definition,
        "einheit": "" if entry.einheit == PLAIN_COUNT else entry.einheit,
        "masseinheit": entry.einheit,
        "anzahl": entry.typ == "anzahl",
        "zaehlt": f"{noun} (rund)" if noun and estimated else noun,
        "stand": day(entry.stand),
        "art": art_label(entry.art),
        "quelle": f"Stand: {day(entry.stand)} ({art_label(entry.art)}). Quelle: {source}.",
        "vermerk": neutral("; ".join(dict.fromkeys(part for note in notes for part in note.split("; ")))),
        "stadt": city_words if city.wert is not None else "",
        "reichweite": f"Die Stadtteile reichen {told}." if told else "",
    }


def _band(city: Wert, judged: Wert, axis: Axis, *, count: bool) -> list[float] | None:
    """Both ends of what counts as average, on the axis."""
    if count or judged.band is None or city.wert is None or axis.high <= axis.low:
        return None
    places = ((city.wert + sign * judged.band - axis.low) / (axis.high - axis.low) for sign in (-1, 1))
    return [round(min(1.0, max(0.0, place)), 4) for place in places]


def _row(item: Wert, classes: Breaks, axis: Axis, reasons: _Texts) -> list[Any]:
    entry, missing = item.eintrag, item.wert is None
    klasse = KLASSEN.index(item.klasse) if item.klasse in KLASSEN else -1
    said = (
        (item.hinweis or (item.grund if entry.typ != "anzahl" else "") or side_by_side.NO_VALUE)
        if missing
        else item.grund
    )
    printed = [item.as_printed(amount) for amount in (item.wert, item.von, item.bis)]
    dated = "" if missing or item.stand in ("", entry.stand) else f"({day(item.stand)})"
    return [
        MISSING if missing else item.text(unit=False),
        item.span(unit=False),
        item.people,
        klasse,
        reasons(said),
        _colour(item, classes),
        None if missing else axis.at(item.wert),
        *printed,
        None if missing or not item.people else item.count,
        int(_unsure(item, classes)),
        dated,
        art_label(item.art) if item.art != entry.art and not missing else "",
    ]


def _colour(item: Wert, classes: Breaks) -> float | int | None:
    """Colour class of a Stadtteil's value, or the radius of its circle; None for other areas and missing values."""
    if item.ebene != "stadtteil" or item.wert is None:
        return None
    return radius_of(item.eintrag, classes, item.wert) if is_count(item.eintrag) else classes.class_of(item.wert)


def _unsure(item: Wert, classes: Breaks) -> bool:
    """Whether the interval of a Stadtteil's value reaches over the limit of a colour class."""
    if item.ebene != "stadtteil" or item.interval is None or is_count(item.eintrag):
        return False
    low, high = item.interval
    return classes.class_of(low) != classes.class_of(high)


def _series(analysis: Analysis, entry: Indikator, classes: Breaks) -> dict[str, Any] | None:
    """Values of every date, where an area has two or more; None otherwise."""
    packages = list(series.latest_issues(analysis.data, entry.id).values())
    if len(packages) < 2:
        return None
    dated = series.time_series(analysis.data, entry.id).astype(object)
    areas = [area.id for area in analysis.data.register if area.id in dated]
    values = {key: dated[key].where(dated[key].notna(), None).tolist() for key in areas}
    found = {key: row for key, row in values.items() if sum(one is not None for one in row) > 1}
    if not found:
        return None
    city = analysis.data.register.city.id
    summed = city if is_count(entry) else ""
    axis = axis_of([one for key, row in found.items() if key != summed for one in row])
    alone = axis_of(found.get(summed, []))
    cut = series.breaks(packages)
    level = "stadtteil" if 2 * len(found.keys() & set(analysis.stadtteile)) >= len(analysis.stadtteile) else ""
    return {
        "tage": [day(paket.stand) for paket in packages],
        "x": _dates_on_axis([paket.stand for paket in packages]),
        "bruch": [paket.stand in cut for paket in packages],
        "achse": axis.ticks,
        "stadtachse": alone.ticks,
        "ebene": level,
        "texte": {key: [value(one, entry, unit=False) for one in row] for key, row in found.items()},
        "y": {key: [(alone if key == summed else axis).at(one) for one in row] for key, row in found.items()},
        "farben": _colours_by_date(found, classes, entry) if level else {},
        "worte": {key: _told(analysis, entry.id, key) for key in found},
    }


def _colours_by_date(
    found: Mapping[str, list[float | None]], classes: Breaks, entry: Indikator
) -> dict[str, list[Any]]:
    if is_count(entry):
        return {
            key: [None if one is None else radius_of(entry, classes, one) for one in row] for key, row in found.items()
        }
    return {key: [None if one is None else classes.class_of(one) for one in row] for key, row in found.items()}


def _dates_on_axis(stands: list[str]) -> list[float]:
    """Positions of dates between the first and the last, by the days between them."""
    numbers = [date.fromisoformat(last_day(stand)).toordinal() for stand in stands]
    width = numbers[-1] - numbers[0] or 1
    return [round((one - numbers[0]) / width, 4) for one in numbers]


def _told(analysis: Analysis, indikator: str, gebiet_id: str) -> list[str]:
    """What has changed for an area, in sentences."""
    return change_words(analyse(analysis.data, gebiet_id, issued=analysis.issued), indikator)
