"""Words of own tables and of series: which chapter shows an indicator, its dates, what a change consists of."""

import re
from collections.abc import Sequence
from typing import Final

from sozialraum.compare import Analysis
from sozialraum.indicators import Indikator
from sozialraum.intake import Paket
from sozialraum.style import change, day, value
from sozialraum.workspace import (
    dates_of,
    filled_gaps,
    reissues,
    split_change,
    whole_change,
)

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


def change_words(analysis: Analysis, indikator: str) -> list[str]:
    """What has changed since the date before and since the first one, with sign, and what was only issued again."""
    data, entry, area = analysis.data, analysis.katalog[indikator], analysis.gebiet.id
    step, whole = split_change(data, indikator, area), whole_change(data, indikator, area)
    sentences = []
    if step is not None and step.change is None:
        sentences.append(f"Seit {day(step.last)} wird anders gezählt; die Werte davor sind nicht vergleichbar.")
    elif step is not None:
        parts = [f"Veränderung {change(step.change, entry)}"]
        others = {"Revision": step.revision, "andere Zählweise": step.method}
        printed = {name: change(part, entry) for name, part in others.items() if part}
        parts += [f"{name} {text}" for name, text in printed.items() if not text.startswith("0")]
        sentences.append(ended(f"Seit {day(step.first)}: {', '.join(parts)}"))
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


def ended(text: str) -> str:
    """A sentence with its full stop, which the end of a unit may be already: "−40 Einw."."""
    return f"{text.rstrip('.')}."


def in_time(stand: str) -> str:
    """A date as the end of a phrase: "am 31.12.2023", "im Dezember 2023", "2023", "im Schuljahr 2023/24"."""
    if _DAY.fullmatch(stand):
        return f"am {day(stand)}"
    if _MONTH.fullmatch(stand):
        return f"im {day(stand)}"
    return f"im Schuljahr {stand}" if "/" in stand else day(stand)


def credits_of_series(packages: Sequence[Paket]) -> list[str]:
    """Short attributions of the sources of a series, each once."""
    return list(dict.fromkeys(str(one.quelle.get("kurz") or one.quelle["quellenvermerk"]) for one in packages))
