"""Words of own tables and of series: which chapter shows an indicator, its dates, what a change consists of."""

import re
from collections.abc import Sequence
from typing import Final

from sozialraum.city.indicators import Indikator
from sozialraum.compare.analysis import Analysis
from sozialraum.style import art_label, change, day, value
from sozialraum.style.grammar import enumerate_words
from sozialraum.supply.intake import Paket
from sozialraum.supply.own_tables import filled_gaps
from sozialraum.supply.series import Change, dates_of, reissues, split_change, value_of, whole_change
from sozialraum.text.claims import Fact, fact

#: Chapter of own tables that name none.
OTHER_CHAPTER: Final = "X"
#: Of so many dates a source line names each.
NAMED_DATES: Final = 3
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def gaps_filled_in(analysis: Analysis, *kapitel: str) -> list[str]:
    """Indicators that only own tables have a value for, in catalogue order; of some chapters if any are named."""
    filled = filled_gaps(analysis.data)
    return [key for key, entry in analysis.katalog.items() if key in filled and _is_in(entry, kapitel)]


def with_series(analysis: Analysis, *kapitel: str) -> list[str]:
    """Indicators that the area has at two dates or more; of some chapters if any are named."""
    return [
        key
        for key, entry in analysis.katalog.items()
        if _is_in(entry, kapitel) and len(dates_of(analysis.data, key, analysis.gebiet.id)) > 1
    ]


def _is_in(entry: Indikator, kapitel: Sequence[str]) -> bool:
    return not kapitel or entry.kapitel in kapitel


def chapter_title(analysis: Analysis, kapitel: str) -> str:
    """Heading of a chapter by its letter; of one that no catalogue knows, the words that the table brought."""
    if kapitel == OTHER_CHAPTER:
        return "Weitere Themen"
    return str(
        analysis.data.indikatoren_yml["kapitel"].get(kapitel, kapitel if len(kapitel) > 1 else f"Kapitel {kapitel}")
    )


def series_basis(analysis: Analysis, indikator: str) -> Fact:
    """What the words of a series rest on: every value with its date, and what the changes consist of."""
    entry, area, city = analysis.katalog[indikator], analysis.gebiet, analysis.data.register.city
    packages = dates_of(analysis.data, indikator, area.id)
    found = [said(paket, area.id, entry) for paket in packages]
    values = [text for one in (area, city) for text in listed(packages, one.id, entry)]
    words = (*found, *values, *change_words(analysis, indikator), f"Stand: {_dates(packages)}", entry.titel)
    return fact("zeitreihe", *words, *credits_of_series(packages))


def change_words(analysis: Analysis, indikator: str) -> list[str]:
    """What has changed since the date before and since the first one, with sign, and what was only issued again."""
    data, entry, area = analysis.data, analysis.katalog[indikator], analysis.gebiet.id
    step, whole = split_change(data, indikator, area), whole_change(data, indikator, area)
    sentences = []
    if step is not None and step.change is None:
        sentences.append(f"Seit {day(step.last)} wird anders gezählt; die Werte davor sind nicht vergleichbar.")
    elif step is not None:
        sentences.append(ended(f"Seit {day(step.first)}: {parts_of_change(step, entry)}"))
    if whole is not None:
        sentences.append(ended(f"Seit {day(whole.first)}: Veränderung {change(whole.change, entry)}"))
    again = reissues(data, indikator, area)
    for place, found in enumerate(again):
        when, before, after = day(found.stand), value(found.before, entry), value(found.after, entry)
        last = all(later.stand != found.stand for later in again[place + 1 :])
        text = f"Berichtigt ist der Wert zum Stand {when}: zuerst {before}, {'jetzt' if last else 'dann'} {after}"
        if found.revision:
            text = f"Revision: Der Wert zum Stand {when} wurde nachträglich von {before} auf {after} geändert."
        sentences += [ended(text)] if before != after else []
    return sentences


def parts_of_change(step: Change, entry: Indikator) -> str:
    """What a change consists of: "Veränderung +12, Revision −3"; without a comparable value only the other way."""
    if step.change is None:
        return "anders gezählt, nicht vergleichbar"
    others = {"Revision": step.revision, "andere Zählweise": step.method}
    printed = {name: change(part, entry) for name, part in others.items() if part}
    parts = [f"{name} {text}" for name, text in printed.items() if not text.startswith("0")]
    return ", ".join([f"Veränderung {change(step.change, entry)}", *parts])


def ended(text: str) -> str:
    """A sentence with its full stop, which the end of a unit may be already: "−40 Einw."."""
    return f"{text.rstrip('.')}."


def in_time(stand: str) -> str:
    """A date as the end of a phrase: "am 31.12.2023", "im Dezember 2023", "im Jahr 2023", "im Schuljahr 2023/24"."""
    if _DAY.fullmatch(stand):
        return f"am {day(stand)}"
    if _MONTH.fullmatch(stand):
        return f"im {day(stand)}"
    return f"im Schuljahr {stand}" if "/" in stand else f"im Jahr {day(stand)}"


def said(paket: Paket, gebiet_id: str, entry: Indikator) -> str:
    """A value with its date as the end of a phrase."""
    return f"{value(value_of(paket, gebiet_id), entry)} {in_time(paket.stand)}"


def listed(packages: Sequence[Paket], gebiet_id: str, entry: Indikator) -> list[str]:
    """Every value behind its date."""
    return [f"{day(paket.stand)}: {value(value_of(paket, gebiet_id), entry)}" for paket in packages]


def _dates(packages: Sequence[Paket]) -> str:
    dates = [day(paket.stand) for paket in packages]
    return enumerate_words(dates) if len(dates) <= NAMED_DATES else f"{dates[0]} bis {dates[-1]}"


def series_source(packages: Sequence[Paket], entry: Indikator) -> str:
    """Line under the picture: all dates, the kind, and who published each of them."""
    return f"Stand: {_dates(packages)} ({art_label(entry.art)}). Quelle: {'; '.join(credits_of_series(packages))}."


def credits_of_series(packages: Sequence[Paket]) -> list[str]:
    """Short attributions of the sources of a series, each once."""
    return list(dict.fromkeys(str(one.quelle.get("kurz") or one.quelle["quellenvermerk"]) for one in packages))
