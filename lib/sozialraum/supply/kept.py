"""The life of own tables in words: what is kept, what an import changed, what falls back when one is removed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from sozialraum.city.gebiete import Register, fold
from sozialraum.city.load import Data
from sozialraum.errors import ParameterError
from sozialraum.supply.intake import (
    NO_DENOMINATOR,
    Kept,
    Paket,
    Weitergabe,
    Written,
    counts_only,
    current,
    kept_packages,
    one_date,
    remove_packages,
    with_denominators,
)
from sozialraum.supply.intake.dates import as_stand, german_stand, last_day
from sozialraum.supply.intake.reading import german
from sozialraum.supply.own_tables import DENSITY, PEOPLE, built_entries, holding

LISTED: Final = 20
"""Of anything longer so many lines are printed, and how many more there are."""
NOTHING_KEPT: Final = "Es ist noch keine eigene Tabelle eingelesen. Wie es geht, zeigt: sozialraum data import --help"
UNKNOWN: Final = "–"
INDICATOR: Final = "Indikator"
_COLUMNS: Final = {"zaehler": "Zähler", "nenner": "Nenner", "wert": "Wert"}
_TOLD: Final = {
    "stand": "Stand", "revision": "Revision", "weitergabe": "Weitergabe", "geheimhaltung": "Geheimhaltung",
    "methode": "Zählweise", "begruendung": "Begründung", "quelle": "Quelle", "eintrag": "Angaben zum Indikator",
}  # fmt: skip
_KINDS: Final = {"geschaetzt": "die Schätzung", "stellvertretend": "der Stellvertreter"}


# What is kept


def kept(data: Data, *, weitergabe: str = Weitergabe.INTERN) -> list[Kept]:
    """Own tables that an audience may know of, damaged ones too, by indicator, date and issue."""
    return kept_packages(data.dir, stadt=data.register.city.id, weitergabe=Weitergabe.parse(weitergabe))


def kept_rows(found: Sequence[Kept], data: Data) -> list[dict[str, Any]]:
    """One row per own table for programs; what is not known is None."""
    readable = [one.paket for one in found if one.paket]
    hold = {(paket.indikator, last_day(paket.stand)): paket.name for paket in readable}.values()
    open_ = {paket.name for paket in with_denominators(readable, built_entries(data)) if counts_only(paket)}
    return [_row(one, hold, open_) for one in found]


_KEYS: Final = (
    "indikator", "titel", "stelle", "stand", "ausgabe", "gilt", "revision", "weitergabe", "geheimhaltung", "eingelesen",
    "datei", "beschreibung", "begruendung", "name", "hinweis",
)  # fmt: skip


def _row(one: Kept, hold: Collection[str], open_: Collection[str]) -> dict[str, Any]:
    paket = one.paket
    if paket is None:
        return {**dict.fromkeys(_KEYS), "name": one.folder.name, "hinweis": one.damage}
    origin = paket.herkunft.get("datei") or paket.quelle.get("datei")
    values = (
        paket.indikator, paket.eintrag.get("titel"), paket.quelle.get("herausgeber"), paket.stand, paket.ausgabe,
        paket.name in hold, paket.revision, paket.weitergabe, paket.geheimhaltung.text, paket.eingelesen or None,
        origin, paket.beschreibung or None, list(paket.begruendung), one.folder.name,
        NO_DENOMINATOR if paket.name in open_ else None,
    )  # fmt: skip
    return dict(zip(_KEYS, values, strict=True))


def for_people(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The rows with German heads, dates and audiences; :data:`UNKNOWN` where nothing is known."""
    return [
        {
            INDICATOR: f"{row['titel']} ({row['indikator']})" if row["indikator"] else "beschädigt",
            "Stand": german_stand(row["stand"]) if row["stand"] else UNKNOWN,
            "Ausgabe": _issue_words(row),
            "Von": row["stelle"] or UNKNOWN,
            "Weitergabe": Weitergabe(row["weitergabe"]).label if row["weitergabe"] else UNKNOWN,
            "Geheimhaltung": row["geheimhaltung"] or UNKNOWN,
            "Eingelesen": german_stand(row["eingelesen"]) if row["eingelesen"] else UNKNOWN,
            "Datei": row["datei"] or UNKNOWN,
            "Beschreibung": row["beschreibung"] or UNKNOWN,
            "Name": row["name"],
        }
        for row in rows
    ]


def _issue_words(row: Mapping[str, Any]) -> str:
    if row["ausgabe"] is None:
        return UNKNOWN
    return f"{row['ausgabe']}{', Revision' if row['revision'] else ''}{'' if row['gilt'] else ' (ersetzt)'}"


def remarks(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What no column says: reasons of a person, missing denominators, damage."""
    lines = []
    for row in rows:
        lines += [f"{row['name']}: Begründung: {reason}" for reason in row["begruendung"] or ()]
        lines += [f"{row['name']}: {row['hinweis']}" if row["indikator"] else row["hinweis"]] if row["hinweis"] else []
    return lines


# What was written


def written_words(done: Sequence[Written], register: Register) -> str:
    """What an import did: what is new, which values a later issue changed, what was there already."""
    new, there = [one for one in done if one.new], [one for one in done if not one.new]
    lines = _short([f"Eingelesen: {one.folder}{_as_issue(one)}" for one in new])
    lines += _short([line for one in new if one.before for line in _changes(one, register)])
    since = [f", am {german_stand(one.paket.eingelesen)}" if one.paket.eingelesen else "" for one in there]
    lines += _short([f"Schon eingelesen: {_named(one.paket)}{day}." for one, day in zip(there, since, strict=True)])
    if there and not new:
        lines.append("Die Tabelle ist unverändert; es wird nichts geschrieben.")
    elif there:
        lines.append("Was schon eingelesen ist, wird nicht noch einmal geschrieben.")
    return "\n".join(lines)


def _as_issue(one: Written) -> str:
    if one.before is None:
        return ""
    kind = "Revision" if one.paket.revision else "Korrektur"
    return f" (Ausgabe {one.paket.ausgabe}, {kind} der Ausgabe {one.before.ausgabe})"


def _changes(one: Written, register: Register) -> list[str]:
    changed = one.changed
    if one.paket.eintrag["typ"] == "anzahl":
        changed = changed[changed["spalte"] == "wert"]
    lines = []
    for area in (area for area in register if (changed["gebiet_id"] == area.id).any()):
        rows = changed[changed["gebiet_id"] == area.id].set_index("spalte")
        parts = [
            f"{words} {_number(rows.at[name, 'vorher'])}, jetzt {_number(rows.at[name, 'jetzt'])}"
            for name, words in _COLUMNS.items()
            if name in rows.index
        ]
        lines.append(f"  {area.label}: {'; '.join(parts)}")
    head = f"Geänderte Werte, {_named(one.paket)}:" if lines else f"Kein Wert ist geändert, {_named(one.paket)}."
    told = [_TOLD.get(key, key) for key in one.told_otherwise]
    return [head, *lines, *([f"  Auch geändert: {', '.join(told)}"] if told else [])]


def _number(value: Any) -> str:
    return "keine Angabe" if value != value else german(float(value))


def _short(lines: list[str]) -> list[str]:
    rest = len(lines) - LISTED
    return lines if rest <= 0 else [*lines[: LISTED - 1], f"und {rest + 1} weitere"]


# What is removed


@dataclass(frozen=True)
class Removal:
    """Own tables to be removed, by the names of their folders, and in German what is removed and what holds then."""

    names: tuple[str, ...]
    text: str


def plan_removal(
    data: Data, wanted: Sequence[str], *, stichtag: str = "", weitergabe: str = Weitergabe.INTERN
) -> Removal:
    """What removing own tables means. Nothing is changed."""
    there = kept(data, weitergabe=weitergabe)
    chosen = _chosen(there, wanted, stichtag, data)
    names = {one.folder.name for one in chosen}
    packages = [one.paket for one in there if one.paket]
    left = [one.paket for one in there if one.paket and one.folder.name not in names]
    gone = [one.paket for one in chosen if one.paket]
    titles = [
        f"{_named(one.paket)} [{one.folder.name}]" if one.paket else f"beschädigt [{one.folder.name}]" for one in chosen
    ]
    after = _after(packages, left, gone, data)
    if any(one.paket is None for one in chosen):
        after.append("Was eine beschädigte Tabelle enthielt, kann bei der Geheimhaltung nicht mehr geprüft werden.")
    lines = ["Entfernt wird:", *_inner(titles), "Danach:", *_inner(after)]
    return Removal(tuple(one.folder.name for one in chosen), "\n".join(lines))


def _inner(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in _short(lines)]


def remove(data: Data, removal: Removal) -> str:
    """Remove what was planned; what was done, as a sentence."""
    place = remove_packages(data.dir, removal.names)
    one = len(removal.names) == 1
    count = "1 eigene Tabelle" if one else f"{len(removal.names)} eigene Tabellen"
    return (
        f"Entfernt: {count}. Für die Prüfung der Geheimhaltung {'bleibt sie' if one else 'bleiben sie'} in {place}: "
        "Was einmal herausgegeben war, zählt dort weiter. Werte werden daraus nicht mehr gelesen."
    )


def _chosen(there: Sequence[Kept], wanted: Sequence[str], stichtag: str, data: Data) -> list[Kept]:
    if not there:
        raise ParameterError("Es ist keine eigene Tabelle eingelesen; zu entfernen gibt es nichts.")
    day = as_stand(stichtag) if stichtag else ""
    if day is None:
        raise ParameterError(
            f"--stichtag „{stichtag}“ ist kein Datum. Erlaubt: 31.12.2023, 2023-12-31, 2023 oder 2023/24."
        )
    problems: list[str] = []
    found: dict[str, Kept] = {}
    for name in wanted:
        hits = [one for one in there if name in (one.folder.name, one.paket and one.paket.indikator)]
        hits = hits or [one for one in there if one.paket and fold(name) == fold(str(one.paket.eintrag.get("titel")))]
        dated = [one for one in hits if not day or (one.paket and last_day(one.paket.stand) == last_day(day))]
        if not hits:
            problems.append(_unknown(name, there, data))
        elif not dated:
            dates = dict.fromkeys(german_stand(one.paket.stand) for one in hits if one.paket)
            problems.append(f"Von „{name}“ gibt es den Stand {german_stand(day)} nicht, nur: {', '.join(dates)}.")
        found |= {one.folder.name: one for one in dated}
    if problems:
        raise ParameterError("\n".join([*_short(problems), "Es ist nichts entfernt."]))
    return [one for one in there if one.folder.name in found]


def _unknown(name: str, there: Sequence[Kept], data: Data) -> str:
    ids = list(dict.fromkeys(one.paket.indikator for one in there if one.paket))
    near = get_close_matches(name, [*ids, *(one.folder.name for one in there)], n=3, cutoff=0.6)
    if near:
        possible = f"Meinten Sie {' oder '.join(near)}?"
    else:
        more = " …" if len(ids) > LISTED else ""
        possible = f"Vorhanden: {', '.join(ids[:LISTED])}{more}. Alle Namen zeigt: sozialraum data list"
    what = "ist keine eigene Tabelle eingelesen" if name in built_entries(data) else "gibt es keine eigene Tabelle"
    return f"Zu „{name}“ {what}. {possible}"


def _after(packages: list[Paket], left: list[Paket], gone: list[Paket], data: Data) -> list[str]:
    """What holds when some packages are gone: of their indicators, and of those that had a denominator from them."""
    built = built_entries(data)
    before, after = (holding(some, built) for some in (packages, left))
    valued = {paket.name: paket for paket in after}
    stay = {paket.name for paket in left}
    lines, lost = [], []
    for paket in before:
        still = valued.get(paket.name)
        if paket.name not in stay or counts_only(paket):
            continue
        if still is None or counts_only(still):
            lines.append(f"{_dated(paket)}: verliert den Nenner; der Anteil fehlt dann.")
            lost.append(paket.indikator)
        elif not still.werte["nenner"].equals(paket.werte["nenner"]):
            lines.append(f"{_dated(paket)}: bekommt einen anderen Nenner.")
    held, holds = current(before), current(after)
    lost = [key for key in lost if key not in holds or held[key].name != holds[key].name]
    titles = {paket.indikator: _title(paket) for paket in packages}
    for key in dict.fromkeys([*(paket.indikator for paket in gone), *lost]):
        words = _falls_back(key, held.get(key), holds.get(key), gone, after, data)
        lines += [f"{titles[key]}: {text}" for text in words]
    if held.get(PEOPLE) is not holds.get(PEOPLE) and DENSITY in built and DENSITY not in holds:
        lines.append(f"{built[DENSITY]['titel']}: wird mit der Einwohnerzahl gerechnet, die dann gilt.")
    return lines


def _falls_back(
    key: str, held: Paket | None, holds: Paket | None, gone: list[Paket], after: list[Paket], data: Data
) -> list[str]:
    """What holds for one indicator: another issue or date, the built tables, or nothing."""
    if holds is None:
        return [_without_own(key, data, again="wieder " if held else "weiterhin ")]
    stays = held is not None and held.name == holds.name
    audience = Weitergabe.parse(holds.weitergabe).label
    issue = f"{german_stand(holds.stand)}, Ausgabe {holds.ausgabe} ({holds.quelle['herausgeber']}; {audience})"
    lines = [f"Es {'bleibt beim' if stays else 'gilt der'} Stand {issue}."]
    dates = {last_day(one.stand): one for one in gone if one.indikator == key}
    for paket in dates.values():
        rest = [one for one in after if one_date(one, paket)]
        if not rest:
            lines.append(f"Den Stand {german_stand(paket.stand)} gibt es nicht mehr.")
        elif rest[-1].name != holds.name:
            lines.append(f"Für den Stand {german_stand(paket.stand)} gilt Ausgabe {rest[-1].ausgabe}.")
    return lines


def _without_own(key: str, data: Data, *, again: str) -> str:
    entry = built_entries(data).get(key)
    if entry is None:
        return "Den Indikator gibt es nicht mehr."
    if not entry.get("verfuegbar"):
        return "Der Wert fehlt dann; die Berichte nennen die Lücke."
    what = _KINDS.get(entry.get("art", ""), "der Wert")
    return f"Es gilt {again}{what} aus den Tabellen der Stadt, Stand {german_stand(str(entry['zaehler']['stand']))}."


def _named(paket: Paket) -> str:
    return f"{_dated(paket)}, Ausgabe {paket.ausgabe}"


def _dated(paket: Paket) -> str:
    return f"{_title(paket)}, Stand {german_stand(paket.stand)}"


def _title(paket: Paket) -> str:
    return f"{paket.eintrag.get('titel', paket.indikator)} ({paket.indikator})"
