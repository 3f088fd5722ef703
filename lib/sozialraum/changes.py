"""What an own table changes: the sentences of the reports before and after, report by report."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sozialraum.compare import Analysis, analyse
from sozialraum.errors import ParameterError
from sozialraum.load import Data
from sozialraum.text import at_a_glance, plural, statements, strip_title, unknowns

GLANCE, UNKNOWN, SAID = "Auf einen Blick", "Was wir nicht wissen", "Einschätzungen"


@dataclass(frozen=True)
class Change:
    """One place of a report whose sentences differ.

    Attributes
    ----------
    place
        Chapter, or title of the indicator.
    old, new
        Sentences that are gone, sentences that are new.
    """

    gebiet_id: str
    place: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def changes(before: Data, after: Data, *, gebiete: Iterable[str] = ()) -> list[Change]:
    """Sentences of the reports that differ between two states of the data.

    Parameters
    ----------
    gebiete
        Ids of the areas whose reports are compared; by default all that both states know.

    Raises
    ------
    ParameterError
        If the two states are not of the same city.
    """
    if before.register.city.id != after.register.city.id:
        raise ParameterError("Die beiden Stände gehören zu verschiedenen Städten und lassen sich nicht vergleichen.")
    known = {area.id for area in before.register}
    chosen = list(gebiete) or [area.id for area in after.register if area.id in known]
    return [change for key in chosen for change in _of_report(before, after, key)]


def listed(found: Iterable[Change], data: Data) -> str:
    """Changes as German lines, grouped by report."""
    by_area: dict[str, list[Change]] = {}
    for change in found:
        by_area.setdefault(change.gebiet_id, []).append(change)
    if not by_area:
        return "Kein Satz ändert sich."
    count = sum(max(len(change.old), len(change.new)) for group in by_area.values() for change in group)
    lines = [f"{plural(count, 'geänderter Satz', 'geänderte Sätze')} in {plural(len(by_area), 'Bericht', 'Berichten')}"]
    for key, group in by_area.items():
        lines += ["", data.register.by_id(key).langname]
        for change in group:
            lines.append(f"  {change.place}")
            lines += [f"    − {text}" for text in change.old]
            lines += [f"    + {text}" for text in change.new]
    return "\n".join(lines)


def _of_report(before: Data, after: Data, key: str) -> Iterator[Change]:
    old, new = (_sentences(analyse(data, key)) for data in (before, after))
    for place in dict.fromkeys([*new, *old]):
        gone = tuple(text for text in old.get(place, ()) if text not in new.get(place, ()))
        come = tuple(text for text in new.get(place, ()) if text not in old.get(place, ()))
        if gone or come:
            yield Change(key, place, gone, come)


def _sentences(analysis: Analysis) -> Mapping[str, tuple[str, ...]]:
    """Sentences of a report by chapter or indicator."""
    chapters = {GLANCE: at_a_glance(analysis), SAID: statements(analysis), UNKNOWN: unknowns(analysis)}
    found = {name: tuple(sentence.text for sentence in sentences) for name, sentences in chapters.items()}
    for key in analysis.table.index.unique("indikator"):
        found[analysis.katalog[key].titel] = (strip_title(analysis, key),)
    return found
