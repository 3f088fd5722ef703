"""Which column is which number of which indicator."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sozialraum.errors import TableError
from sozialraum.gebiete import fold
from sozialraum.intake import vocabulary
from sozialraum.intake.dates import without_dates
from sozialraum.intake.layout import Column, Table

PART, WHOLE, VALUE, SKIP = "zaehler", "nenner", "wert", "nicht"
KINDS: Final = (PART, WHOLE, VALUE)


@dataclass(frozen=True)
class Role:
    """What a column gives: numerator, denominator or value of an indicator."""

    indikator: str
    angabe: str


@dataclass(frozen=True)
class Assignment:
    """Roles of columns; a denominator may serve several indicators.

    Attributes
    ----------
    unused
        Columns of values without a role.
    """

    roles: tuple[tuple[Column, Role], ...]
    unused: tuple[Column, ...]

    def of(self, indikator: str, angabe: str) -> list[Column]:
        """All columns with a role."""
        return [column for column, role in self.roles if role == Role(indikator, angabe)]

    @property
    def indikatoren(self) -> list[str]:
        """Indicators in the order of their columns."""
        return list(dict.fromkeys(role.indikator for _, role in self.roles))


def assign(
    table: Table, *, known: Sequence[str], indikator: str | None = None, given: Mapping[str, str] | None = None
) -> Assignment:
    """Give every column its role.

    Parameters
    ----------
    known
        Ids of the catalogue and of new indicators that were described.
    indikator
        The one indicator that the table is about, if a person said so.
    given
        Roles by column (letter or words of its head): ``arbeitslosenanteil:zaehler`` or ``nicht``.

    Raises
    ------
    TableError
        If a named column does not exist, a role is unknown, or no column can be assigned.
    """
    columns = [column for column in table.columns if any(spot.cell.value is not None for spot in column.spots)]
    fixed = _given(table, columns, given or {}, known)
    roles = [(column, role) for column, role in fixed if role.angabe != SKIP]
    free = [column for column in columns if column not in [column for column, _ in fixed]]
    among = [indikator] if indikator else [key for key in known if key in vocabulary.WORDS or key in (given or {})]
    named = [(column, role) for column in free if (role := _by_id(column, known))]
    free = [column for column in free if column not in [column for column, _ in named]]
    roles += named
    if not given:
        guessed = _by_words(free, among, "") or ([] if named else _by_words(free, among, _context(table)))
        roles += guessed or ([] if named else _only_one(free, indikator, known))
    roles += _values(roles, [column for column in columns if column not in [c for c, _ in roles]]) if not given else []
    roles += _wholes(roles, [column for column in columns if column not in [c for c, _ in roles]] + _plain(roles))
    roles = _without_plain_wholes(roles)
    if not roles:
        raise TableError(_nothing(table, columns, indikator))
    used = [column for column, _ in roles]
    return Assignment(tuple(roles), tuple(column for column in columns if column not in used))


def _given(
    table: Table, columns: list[Column], given: Mapping[str, str], known: Sequence[str]
) -> list[tuple[Column, Role]]:
    found: list[tuple[Column, Role]] = []
    problems = []
    for name, text in given.items():
        letter = name.strip().upper()
        hits = [c for c in columns if letter in (c.letter, *c.letter.split("+")) or fold(c.title) == fold(name)]
        hits = hits or [c for c in columns if any(fold(head) == fold(name) for head in c.heads)]
        key, _, angabe = text.partition(":")
        key, angabe = key.strip(), angabe.strip().lower()
        if not hits:
            listed = ", ".join(f"{column.letter} ({column.title})" for column in columns)
            problems.append(
                f"{table.sheet.where()}: Eine Spalte „{name}“ mit Werten gibt es nicht. Vorhanden: {listed}."
            )
        elif key != SKIP and key not in known:
            problems.append(
                f"Spalte {name}: Den Indikator „{key}“ gibt es nicht. Kennungen zeigt: sozialraum indicators"
            )
        elif angabe and angabe not in KINDS:
            problems.append(f"Spalte {name}: „{angabe}“ ist nicht erlaubt, nur {', '.join(KINDS)}.")
        else:
            found += [(column, Role(key, SKIP if key == SKIP else angabe or _kind(column))) for column in hits]
    if problems:
        raise TableError(problems)
    return found


def _kind(column: Column, context: str = "") -> str:
    """Value of a share, or a count."""
    numbers = [spot.cell for spot in column.spots if spot.cell.value is not None]
    shown = any(cell.percent or (isinstance(cell.value, str) and "%" in cell.text) for cell in numbers)
    counted = re.search(r"\b(?:anzahl|absolut|abs|personen|zahl)\b", fold(column.title))
    return (
        VALUE if shown or vocabulary.is_share(column.title) or (vocabulary.is_share(context) and not counted) else PART
    )


def _by_id(column: Column, known: Iterable[str]) -> Role | None:
    """A role that the head spells out, as in our own template: ``arbeitslosenanteil: Zähler``."""
    for key in known:
        found = re.search(rf"\b{re.escape(key)}\b\s*[:·]\s*(zähler|nenner|wert|anteil)", column.title, re.IGNORECASE)
        if found:
            return Role(key, {"zähler": PART, "nenner": WHOLE}.get(found[1].lower(), VALUE))
    return None


def _context(table: Table) -> str:
    return " ".join([table.sheet.name, *table.titles])


def _by_words(columns: list[Column], among: Sequence[str], context: str) -> list[tuple[Column, Role]]:
    found = []
    for column in columns:
        words = without_dates(f"{context} {column.title}")
        key = vocabulary.meant(words, among) if not vocabulary.is_part(column.title) else None
        if key:
            kind = _kind(column, context)
            found.append((column, Role(key, PART if key == "einwohner" else kind)))
    return [(column, role) for column, role in found if not (role.indikator == "einwohner" and _kind(column) == VALUE)]


def _only_one(columns: list[Column], indikator: str | None, known: Sequence[str]) -> list[tuple[Column, Role]]:
    """The named indicator, if there is one column of values (perhaps at several dates)."""
    if indikator is None or indikator not in known:
        return []
    plain = [c for c in columns if not vocabulary.trap(indikator, c.title) and not vocabulary.is_part(c.title)]
    kinds = {fold(without_dates(column.title)) for column in plain}
    return [(column, Role(indikator, _kind(column))) for column in plain] if len(kinds) == 1 else []


def _plain(roles: list[tuple[Column, Role]]) -> list[Column]:
    """Columns that were taken for inhabitants or an age group and may be a denominator instead."""
    return [column for column, role in roles if role.indikator in ("einwohner", "anteil_15_64")]


def _values(roles: list[tuple[Column, Role]], free: list[Column]) -> list[tuple[Column, Role]]:
    """Shares that stand right of their count, under a head that names nothing but what they refer to."""
    found = []
    for column, role in roles:
        if role.angabe != PART or role.indikator in vocabulary.PLAIN:
            continue
        for other in free:
            beside = other.index == column.index + 1 and other.stand == column.stand
            other_key = vocabulary.meant(other.title, [key for key in vocabulary.WORDS if key not in vocabulary.PLAIN])
            fits = other_key in (None, role.indikator) and not vocabulary.trap(role.indikator, other.title)
            if beside and fits and _kind(other) == VALUE and not vocabulary.is_part(other.title):
                found.append((other, Role(role.indikator, VALUE)))
    return found


def _wholes(roles: list[tuple[Column, Role]], free: list[Column]) -> list[tuple[Column, Role]]:
    """Denominators for numerators and values that have none yet."""
    found = []
    for key in dict.fromkeys(role.indikator for _, role in roles):
        if not any(role == Role(key, WHOLE) for _, role in roles):
            own = [column for column, role in roles if role.indikator == key]
            found += [(c, Role(key, WHOLE)) for c in free if c not in own and vocabulary.is_whole(key, c.title)]
    return found


def _without_plain_wholes(roles: list[tuple[Column, Role]]) -> list[tuple[Column, Role]]:
    """A denominator is not imported as an indicator of its own unless somebody asks for it."""
    wholes = [column for column, role in roles if role.angabe == WHOLE]
    plain = {
        role.indikator
        for column, role in roles
        if role.angabe != WHOLE and column in wholes and role.indikator in ("einwohner", "anteil_15_64")
    }
    return [(column, role) for column, role in roles if role.indikator not in plain]


def _nothing(table: Table, columns: list[Column], indikator: str | None) -> list[str]:
    problems = []
    for column in columns:
        found = vocabulary.trapped(f"{_context(table)} {column.title}") or vocabulary.trapped(column.title)
        if found and (indikator in (None, found.indikator)):
            problems.append(f"{table.sheet.where()}, Spalte {column.letter} ({column.title}): {found.why}.")
    listed = ", ".join(dict.fromkeys(f"{column.letter} ({column.title or 'ohne Kopf'})" for column in columns))
    problems.append(
        f"{table.sheet.where()}: Keine Spalte ist einem Indikator zuzuordnen. Spalten mit Werten: {listed}. Bitte "
        "angeben, zum "
        f"Beispiel --indikator {indikator or 'arbeitslosenanteil'} oder "
        f'--spalte "{columns[0].letter if columns else "C"}={indikator or "arbeitslosenanteil"}:zaehler". '
        "Einen eigenen Indikator beschreibt eine YAML-Datei daneben; sie legt an: --beschreibung-anlegen"
    )
    return problems
