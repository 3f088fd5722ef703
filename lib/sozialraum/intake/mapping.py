"""Which column is which number of which indicator: as described, else what equals a phrase of the catalogue."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from openpyxl.utils import column_index_from_string, get_column_letter

from sozialraum.errors import TableError
from sozialraum.gebiete import fold
from sozialraum.intake.axis import column_named
from sozialraum.intake.dates import without_dates
from sozialraum.intake.description import Auswahl, Description
from sozialraum.intake.layout import Column, Table
from sozialraum.intake.matcher import level_of
from sozialraum.intake.phrases import KINDS, PART, VALUE, WHOLE, Phrases, Role, is_share, normal, subject

#: Indicators of a table of inhabitants; where something else is counted, their columns are denominators only.
_POPULATION: Final = ("einwohner", "anteil_unter_15", "anteil_15_64", "anteil_65plus")
HOW_TO_ANSWER: Final = (
    "Von selbst zugeordnet wird nur ein Kopf, der genau so im Katalog steht. Alles andere sagt die Beschreibung: "
    "--beschreibung-anlegen schreibt sie zum Ausfüllen. Was nicht gebraucht wird: „rest: nicht“ (--rest nicht)."
)
#: Heads of columns that only number or encode.
_KEY_HEAD: Final = re.compile(
    r"(?i:(?:^|[ "
    r"_.-])(?:code|cd|id|nr\.?|nummer|sort|schlüssel|schluessel|kennziffer|lfd))$|[a-zäöü](?:Cd|Sort|Code|ID|Nr)$"
)
_OF_A_RATE: Final = frozenset({"je", "pro", "dichte", "anteil", "quote", "rate", "durchschnitt"})
_CANDIDATES: Final = 2
_SHOWN: Final = 12


@dataclass(frozen=True)
class Assignment:
    """Roles of columns; a denominator may serve several indicators."""

    roles: tuple[tuple[Column, Role], ...]
    # roles whose columns a person wants added; the flag says whether rows of one area are added too
    added: dict[Role, bool]
    unused: tuple[Column, ...]  # columns of values without a role that nobody has to decide about
    undecided: tuple[Column, ...] = ()  # columns of values that a person has to decide about

    def of(self, indikator: str, angabe: str) -> list[Column]:
        """All columns with a role."""
        return [column for column, role in self.roles if role == Role(indikator, angabe)]

    @property
    def indikatoren(self) -> list[str]:
        """Indicators in the order of their columns."""
        return list(dict.fromkeys(role.indikator for _, role in self.roles))


def assign(table: Table, answers: Description, phrases: Phrases, *, known: Sequence[str], city: str) -> Assignment:
    """Give every column its role."""
    answers = replace(answers, zeilen={}) if table.rows_chosen else answers
    columns = [c for c in table.columns if any(s.cell.value is not None or s.uncomputed for s in c.spots)]
    if answers.indikatoren:
        return _described(table, columns, answers)
    columns = list(_with_rows(table, columns, answers.chosen_rows))
    told = _Told(table, phrases, city)
    columns = [column for column in columns if not _KEY_HEAD.search(column.head) and not level_of(column.head)]
    exact = {column: told.roles(column, known) for column in columns}
    roles = _of_one(columns, exact, answers.indikator) if answers.indikator else _decided(exact)
    roles += _shares_beside(columns, roles, phrases)
    used = {column for column, _ in roles}
    free = [column for column in columns if column not in used]
    left = _of_nothing(columns, answers)
    if unknown := _unknown_left(table, columns, answers):
        raise TableError(unknown)
    aside = [c for c in free if exact[c] or c in left or told.is_part(c, used)]
    if answers.rest or answers.indikator:
        aside = free
    return Assignment(tuple(roles), {}, tuple(aside), tuple(column for column in free if column not in aside))


def _with_rows(table: Table, columns: list[Column], wanted: Auswahl) -> Iterator[Column]:
    """Columns of the chosen rows; the words by which they were chosen are no words of their heads."""
    problems: list[str] = []
    for column in _chosen(table, columns, wanted, "alle", problems):
        told = [key.text for key in column.keys if any(key.fits(name, ()) is not None for name in wanted.zeilen)]
        yield replace(column, heads=tuple(head for head in column.heads if head not in told))
    if problems:
        raise TableError(problems)


def _described(table: Table, columns: list[Column], answers: Description) -> Assignment:
    problems: list[str] = []
    roles: list[tuple[Column, Role]] = []
    added: dict[Role, bool] = {}
    left = _of_nothing(columns, answers)
    problems += _unknown_left(table, columns, answers)
    for key in answers.indikatoren:
        for kind in KINDS:
            wanted = answers.auswahl(key, kind)
            if wanted is None:
                continue
            found = list(_chosen(table, columns, wanted, f"{key}, {kind}", problems))
            roles += [(column, Role(key, kind)) for column in dict.fromkeys(found)]
            if set(found) & set(left):
                name = next(column.letter for column in found if column in left)
                problems.append(f"{table.sheet.where()}: Spalte {name} steht bei {key} ({kind}) und unter „nicht“.")
            names = _spread(wanted.spalten)
            if len(set(names)) < len(names):
                problems.append(f"{table.sheet.where()}: {key}, {kind}: Eine Spalte ist zweimal genannt.")
            if wanted.summe or len(names) > 1:
                added[Role(key, kind)] = wanted.summe
    if problems:
        raise TableError(problems)
    used = {column for column, _ in roles}
    return Assignment(tuple(roles), added, tuple(column for column in columns if column not in used))


def _chosen(table: Table, columns: list[Column], wanted: Auswahl, what: str, problems: list[str]) -> Iterator[Column]:
    rows = [column for column in columns if _fits(column, wanted)]
    if not rows and wanted.zeilen and columns:
        conditions = ", ".join(f"{name} = {' oder '.join(texts)}" for name, texts in wanted.zeilen.items())
        texts = dict.fromkeys(
            key.text for c in columns for key in c.keys if any(key.fits(n, ()) is not None for n in wanted.zeilen)
        )
        listed = ", ".join(f"„{text}“" for text in list(texts)[:_SHOWN])
        problems.append(
            f"{table.sheet.where()}: Keine Zeile erfüllt {conditions} (indikatoren, {what}). "
            + (f"Es gibt: {listed}." if listed else "Die Spalte für die Auswahl gibt es nicht.")
        )
        return
    if not wanted.spalten:
        yield from rows
    for name in _spread(wanted.spalten):
        hits = _of_name(rows, name)
        if not hits:
            listed = ", ".join(
                dict.fromkeys(f"{column.letter} ({column.head or 'ohne Kopf'})" for column in columns[:60])
            )
            problems.append(
                f"{table.sheet.where()}: Eine Spalte „{name}“ mit Werten gibt es nicht (indikatoren, {what}). "
                f"Vorhanden: {listed[:600]}."
            )
        yield from hits


def _fits(column: Column, wanted: Auswahl) -> bool:
    return all(any(key.fits(name, texts) for key in column.keys) for name, texts in wanted.zeilen.items())


def _of_name(columns: list[Column], name: str) -> list[Column]:
    """Columns of a letter in capitals, else of a head, else of a letter."""
    lettered = [column for column in columns if name.strip().upper() in column.letter.split("+")]
    if lettered and name.strip().isupper() | name.strip().isdigit():
        return lettered
    for form in (fold, lambda text: fold(without_dates(text))):
        wanted = form(name)
        hits = [c for c in columns if wanted and wanted in map(form, (c.title, c.head, *c.heads, *c.written))]
        if hits:
            return hits
    return lettered


def _spread(names: Sequence[str]) -> list[str]:
    """Names with ranges written out: ``J:L`` is J, K, L."""
    spread: list[str] = []
    for name in names:
        found = re.fullmatch(r"([A-Za-z]{1,3}|\d+)\s*:\s*([A-Za-z]{1,3}|\d+)", name.strip())
        if found is None:
            spread.append(name)
        elif found[1].isdigit() and found[2].isdigit():
            first, last = sorted(map(int, found.groups()))
            spread += [str(number) for number in range(first, last + 1)]
        else:
            first, last = sorted(column_index_from_string(part.upper()) for part in found.groups())
            spread += [get_column_letter(number) for number in range(first, last + 1)]
    return spread


class _Told:
    """What the heads of a table say by themselves, in the words of the catalogue."""

    def __init__(self, table: Table, phrases: Phrases, city: str) -> None:
        self.table, self.phrases, self.city = table, phrases, city
        self.said: dict[Column, set[str]] = {}

    def roles(self, column: Column, known: Sequence[str]) -> list[Role]:
        """Every role that a head spells out; a bare one or a group of ages with what the title counts."""
        for key in known:
            found = re.search(
                rf"\b{re.escape(key)}\b\s*[:·]\s*(zähler|nenner|wert|anteil)", column.title, re.IGNORECASE
            )
            if found:
                return [Role(key, {"zähler": PART, "nenner": WHOLE}.get(found[1].lower(), VALUE))]
        words, percent = " ".join([*dict.fromkeys(column.heads), *self._limits(column)]), _shown_as_percent(column)
        exact = self.phrases.exact(words, percent=percent)
        self.said[column] = set(normal(words).split())
        for title, counted in self._subjects(column) if not exact else ():
            exact = self.phrases.exact(f"{counted} {words}", percent=percent or is_share(title))
            if exact:
                self.said[column] |= set(counted.split())
                break
        return exact

    def _limits(self, column: Column) -> list[str]:
        """What limits all values of the table, and is not said by the head itself."""
        around = (*column.titles, *self.table.titles, self.table.sheet.name, *self.table.constants)
        words = set(normal(column.title).split())
        return [word for text in around for word in self.phrases.limits(text).split(" ") if word and word not in words]

    def _subjects(self, column: Column) -> list[tuple[str, str]]:
        titles = (*column.titles, *self.table.titles, self.table.sheet.name)
        return [(title, counted) for title in titles if (counted := subject(title, self.city))]

    def is_part(self, column: Column, used: set[Column]) -> bool:
        """Whether a column counts a part of what another one counts that is used: the words of that one and more."""
        words = set(normal(column.title).split())
        if words & _OF_A_RATE or _is_share(column):
            return False
        wider = [words, *(words | set(counted.split()) for _, counted in self._subjects(column))]
        return any(self.said[other] < all_ for other in used if self.said.get(other) for all_ in wider if words)


def _shown_as_percent(column: Column) -> bool:
    cells = [spot.cell for spot in column.spots[:60] if spot.cell.value is not None]
    return any(cell.percent or (isinstance(cell.value, str) and "%" in cell.text) for cell in cells)


def _decided(exact: dict[Column, list[Role]]) -> list[tuple[Column, Role]]:
    """One role for each column, and denominators for those that need one."""
    primary = {role.indikator for roles in exact.values() for role in roles if role.angabe != WHOLE}
    of_people = primary <= set(_POPULATION)
    wanted = primary if of_people else primary - set(_POPULATION)
    found: list[tuple[Column, Role]] = []
    for column, roles in exact.items():
        own = [role for role in roles if role.angabe != WHOLE and role.indikator in wanted]
        whole = [role for role in roles if role.angabe == WHOLE and role.indikator in wanted]
        if len({role.indikator for role in own}) == 1 or own:
            found.append((column, own[0]))
        found += [(column, role) for role in whole]
    return found


def _of_one(columns: list[Column], exact: dict[Column, list[Role]], indikator: str) -> list[tuple[Column, Role]]:
    """Roles for the one indicator that a person named: by phrases, else the only column of values."""
    found = [(column, role) for column, roles in exact.items() for role in roles if role.indikator == indikator]
    if any(role.angabe != WHOLE for _, role in found):
        return found
    wholes = [column for column, _ in found]
    plain = [column for column in columns if column not in wholes]
    if len({fold(without_dates(column.title)) for column in plain}) != 1:
        return found
    return [*found, *((c, Role(indikator, VALUE if _is_share(c) else PART)) for c in plain)]


def _is_share(column: Column) -> bool:
    return is_share(column.title) or _shown_as_percent(column)


def _shares_beside(
    columns: list[Column], roles: list[tuple[Column, Role]], phrases: Phrases
) -> list[tuple[Column, Role]]:
    """Shares right of their count, under a head that names the denominator at most: "in %", "Anteil an Einwohnern"."""
    taken = [column for column, _ in roles]
    found = []
    for column, role in roles:
        for other in columns:
            beside = other.index == column.index + 1 and other.stand == column.stand and other.keys == column.keys
            words, _, whole = f"{normal(other.head)} ".replace(" an alle ", " an ").partition("an ")
            bare = not set(words.split()) - {"anteil", "quote", *normal(column.head).split()}
            bare = bare and (not whole or whole.strip() in phrases.of(role.indikator).nenner)
            if role.angabe == PART and beside and bare and other not in taken and _is_share(other):
                found.append((other, Role(role.indikator, VALUE)))
    return found


def _unknown_left(table: Table, columns: list[Column], answers: Description) -> list[str]:
    names = [name for name in _spread(answers.nicht) if not _of_name(columns, name)]
    known = [key.letter for column in columns for key in column.keys]
    return [
        f"{table.sheet.where()}: Eine Spalte „{name}“ gibt es nicht (in der Beschreibung unter „nicht:“)."
        for name in names
        if name.upper() not in known and column_named(table.sheet, name) is None
    ]


def _of_nothing(columns: list[Column], answers: Description) -> list[Column]:
    """Columns that the description uses for nothing."""
    return [column for name in _spread(answers.nicht) for column in _of_name(columns, name)]


def questions(assignment: Assignment, phrases: Phrases) -> list[str]:
    """One line for each column that a person has to decide about, with candidates and why they are not taken."""
    groups: dict[tuple[str, str], list[Column]] = {}
    for column in assignment.undecided:
        groups.setdefault((column.letter, column.head), []).append(column)
    lines = []
    for (letter, head), columns in list(groups.items())[:_SHOWN]:
        many = f", {len(columns)} Gruppen von Zeilen, zum Beispiel „{columns[0].title}“" if len(columns) > 1 else ""
        title = columns[0].title if len(columns) == 1 else head
        near = list(phrases.near(f"{columns[0].title}"))[:_CANDIDATES]
        why = "; ".join(f"{key}: {reason}" for key, reason in near)
        lines.append(f"Spalte {letter} „{title or 'ohne Kopf'}“{many}: Was ist das?{f' ({why})' if why else ''}")
    rest = len(groups) - _SHOWN
    if rest > 0:
        lines.append(f"… und {rest} weitere Spalten")
    return lines or ([] if assignment.roles else ["Welche Spalte gibt welchen Indikator?"])
