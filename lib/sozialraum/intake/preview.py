"""What was understood, in German, and the description to be filled in."""

from typing import Final

from sozialraum.gebiete import LEVEL_PLURALS
from sozialraum.intake.audience import Weitergabe
from sozialraum.intake.bring import Brought
from sozialraum.intake.dates import german_stand, last_day
from sozialraum.intake.numbers import ZERO, german
from sozialraum.intake.packages import read_packages
from sozialraum.intake.phrases import KINDS
from sozialraum.intake.series import Series, symbols_used
from sozialraum.load import Data

_KIND_WORDS: Final = {"zaehler": "Zähler", "nenner": "Nenner", "wert": "Wert"}
_EXAMPLES: Final = 3
_MAX_REMARKS: Final = 12


def preview(brought: Brought, data: Data) -> str:
    """What a table was read as: columns, areas, symbols, examples, what was left out, what is open."""
    table = brought.table
    lines = [f"Vorschau von {table.sheet.where()}", ""]
    lines += ["Titel:", *(f"  {title}" for title in table.titles), ""] if table.titles else []
    lines += ["Spalten:", *_columns(brought), ""]
    lines += ["Stadtteile und Summen:", f"  {_areas(brought, data)}", ""]
    lines += ["Zeichen:", *_symbols(brought), ""] if symbols_used(brought.series) else []
    lines += ["Beispiele:", *(line for series in brought.series for line in _examples(series, data)), ""]
    lines += ["Angaben:", *_answers(brought), ""]
    lines += [*_left_out(brought), *_replaced(brought, data)]
    return "\n".join([*lines, *_verdict(brought)]).rstrip() + "\n"


def _columns(brought: Brought) -> list[str]:
    return [
        f"  {column.letter:<4} {column.title or 'ohne Kopf'} → {role.indikator}, {_KIND_WORDS[role.angabe]}"
        + (f", Stand {german_stand(column.stand)}" if column.stand else "")
        for column, role in brought.assignment.roles
    ]


def _areas(brought: Brought, data: Data) -> str:
    keys = {spot.gebiet.id for column in brought.table.columns for spot in column.spots if spot.gebiet}
    counts = []
    for ebene, plural in LEVEL_PLURALS.items():
        areas = data.register.of_level(ebene)
        if areas:
            counts.append(f"{sum(area.id in keys for area in areas)} von {len(areas)} {plural}n")
    counts.append("die Stadt" if data.register.city.id in keys else "keine Zeile der Stadt")
    place = brought.table.gebiet
    found = [f"in {kind.capitalize()} {name}" for kind, name in place.items()]
    where = "je Stadtteil oder Stadtbezirk ein Blatt" if "blatt" in place else found[0]
    return f"{', '.join(counts)} ({where})"


def _symbols(brought: Brought) -> list[str]:
    return [
        f"  {text:<4} {reason}{' (Wert 0)' if reason == ZERO else ', fehlt'}: {count}-mal"
        for text, (reason, count) in symbols_used(brought.series).items()
    ]


def _examples(series: Series, data: Data) -> list[str]:
    stand = german_stand(series.stand) if series.stand else "offen"
    lines = [f"  {series.eintrag.id}, Stand {stand}"]
    keys = [key for key in series.numbers if any(series.number(key, kind) is not None for kind in KINDS)]
    for key in keys[:_EXAMPLES]:
        parts = []
        for kind in KINDS:
            number, found = series.number(key, kind), series.numbers[key].get(kind)
            if number is not None and found is not None:
                unit = " %" if kind == "wert" and series.eintrag.einheit == "%" else ""
                parts.append(f"{_KIND_WORDS[kind]} „{found.text}“ = {german(number)}{unit}")
        lines.append(f"    {data.register.by_id(key).label}: {'; '.join(parts)}")
    return lines


def _answers(brought: Brought) -> list[str]:
    answers, audience = brought.answers, Weitergabe.known(brought.answers.weitergabe)
    lines = [
        f"  {name}: {value}"
        for name, value in (
            ("Beschreibung", brought.described),
            ("Liefernde Stelle", answers.stelle),
            ("Stichtag", german_stand(answers.stichtag) if answers.stichtag else ""),
            ("Lizenz", answers.lizenz),
            ("Geheimhaltung", brought.method.text if brought.method else ""),
            ("Weitergabe", audience.label if audience else answers.weitergabe),
        )
        if value
    ]
    for key, definition in brought.definitions.items():
        words = [f"{was} ({einheit})" for was, einheit in (definition.zaehler, definition.nenner) if was]
        lines.append(f"  {key}: {' an '.join(words) or 'offen, was gezählt wird'}")
    return lines


def _left_out(brought: Brought) -> list[str]:
    table = brought.table
    lines = [f"  Spalte {name}" for name in table.ignored]
    lines += [f"  Anmerkung: {text[:100]}" for text in table.notes]
    lines += [f"  {remark}" for remark in brought.findings.remarks]
    rest = len(lines) - _MAX_REMARKS
    shown = lines[:_MAX_REMARKS] + ([f"  und {rest} weitere"] if rest > 0 else [])
    return ["Anmerkungen:", *shown, ""] if lines else []


def _replaced(brought: Brought, data: Data) -> list[str]:
    """Editions that an import would replace."""
    kept = read_packages(data.dir, stadt=data.register.city.id)
    lines = []
    for series in brought.series:
        day = last_day(series.stand) if series.stand else ""
        same = [one for one in kept if one.indikator == series.eintrag.id and last_day(one.stand) == day]
        for one in same[-1:]:
            file = one.herkunft.get("datei", "ohne Datei")
            lines.append(
                f"  {one.indikator}, Stand {german_stand(one.stand)}: Es gibt schon Ausgabe {one.ausgabe} "
                f"({file}); sie würde "
                "ersetzt."
            )
    return ["Schon da:", *lines, ""] if lines else []


def _verdict(brought: Brought) -> list[str]:
    problems = list(dict.fromkeys(brought.findings.problems))
    questions = list(dict.fromkeys(brought.findings.questions))
    lines = [f"Zu berichtigen ({len(problems)}):", *(f"  - {text}" for text in problems), ""] if problems else []
    lines += [f"Noch anzugeben ({len(questions)}):", *(f"  - {text}" for text in questions), ""] if questions else []
    lines += brought.findings.hints
    return lines or ["Alles geklärt. Es ist noch nichts geschrieben."]
