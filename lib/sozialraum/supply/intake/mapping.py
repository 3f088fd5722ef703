"""Which column is which number of which indicator: as described, else what equals a phrase of the catalogue."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Final

from openpyxl.utils import column_index_from_string, get_column_letter

from sozialraum.city.gebiete import fold
from sozialraum.errors import TableError
from sozialraum.supply.intake.axis import column_named
from sozialraum.supply.intake.dates import without_dates
from sozialraum.supply.intake.description import Auswahl, Description
from sozialraum.supply.intake.grid import Column, Table
from sozialraum.supply.intake.matcher import level_of
from sozialraum.supply.intake.phrases import KINDS, PART, VALUE, WHOLE, Phrases, Role, is_share, normal, subject

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
    """Give every column its role; ``known`` are the ids of the catalogue, titles may hold the name of the city."""
    answers = replace(answers, zeilen={}) if table.rows_chosen else answers
    columns = [c for c in table.columns if any(s.cell.value is not None or s.uncomputed for s in c.spots)]
    choice = _Choice(table, columns)
    if answers.indikatoren:
        return _described(choice, choice.left(answers), answers)
    choice.columns = columns = list(choice.with_rows(answers.chosen_rows))
    left = choice.left(answers)
    choice.refuse()
    told = _Told(table, phrases, city)
    columns = [column for column in columns if not _KEY_HEAD.search(column.head) and not level_of(column.head)]
    exact = {column: told.roles(column, known) for column in columns}
    roles = _of_one(columns, exact, answers.indikator) if answers.indikator else _decided(exact)
    roles += _shares_beside(columns, roles, phrases)
    used = {column for column, _ in roles}
    free = [column for column in columns if column not in used]
    aside = [c for c in free if answers.rest or answers.indikator or exact[c] or c in left or told.is_part(c, used)]
    return Assignment(tuple(roles), {}, tuple(aside), tuple(column for column in free if column not in aside))


def _described(choice: "_Choice", left: list[Column], answers: Description) -> Assignment:
    where, problems = choice.where, choice.problems
    roles: list[tuple[Column, Role]] = []
    added: dict[Role, bool] = {}
    for key, kind in product(answers.indikatoren, KINDS):
        wanted = answers.auswahl(key, kind)
        if wanted is None:
            continue
        found = dict.fromkeys(choice.of(wanted, f"{key}, {kind}"))
        roles += [(column, Role(key, kind)) for column in found]
        if name := next((column.letter for column in found if column in left), ""):
            problems.append(f"{where}: Spalte {name} steht bei {key} ({kind}) und unter „nicht“.")
        names = _spread(wanted.spalten)
        if len(set(names)) < len(names):
            problems.append(f"{where}: {key}, {kind}: Eine Spalte ist zweimal genannt.")
        if wanted.summe or len(names) > 1:
            added[Role(key, kind)] = wanted.summe
    choice.refuse()
    used = {column for column, _ in roles}
    return Assignment(tuple(roles), added, tuple(column for column in choice.columns if column not in used))


class _Choice:
    """Columns of a table as a description names them; what is not there is a problem."""

    def __init__(self, table: Table, columns: list[Column]) -> None:
        self.table, self.columns, self.where = table, columns, table.sheet.where()
        self.problems: list[str] = []

    def refuse(self) -> None:
        """Raise all problems, if there are any."""
        if self.problems:
            raise TableError(self.problems)

    def of(self, wanted: Auswahl, what: str) -> Iterator[Column]:
        """The columns that are wanted, with the rows that are."""
        conditions = wanted.zeilen.items()
        rows = [c for c in self.columns if all(any(key.fits(*one) for key in c.keys) for one in conditions)]
        if not rows and conditions and self.columns:
            keys = (key for column in self.columns for key in column.keys)
            texts = dict.fromkeys(key.text for key in keys if key.is_one_of(conditions))
            listed = ", ".join(f"„{text}“" for text in list(texts)[:_SHOWN])
            said = ", ".join(f"{name} = {' oder '.join(texts)}" for name, texts in conditions)
            there = f"Es gibt: {listed}." if listed else "Die Spalte für die Auswahl gibt es nicht."
            self.problems.append(f"{self.where}: Keine Zeile erfüllt {said} (indikatoren, {what}). {there}")
            return
        if not wanted.spalten:
            yield from rows
        for name in _spread(wanted.spalten):
            hits = _of_name(rows, name)
            if not hits:
                heads = dict.fromkeys(f"{one.letter} ({one.head or 'ohne Kopf'})" for one in self.columns[:60])
                self.problems.append(
                    f"{self.where}: Eine Spalte „{name}“ mit Werten gibt es nicht (indikatoren, {what}). "
                    f"Vorhanden: {', '.join(heads)[:600]}."
                )
            yield from hits

    def with_rows(self, wanted: Auswahl) -> Iterator[Column]:
        """Columns of the chosen rows; the words by which they were chosen are no words of their heads."""
        for column in self.of(wanted, "alle"):
            told = [key.text for key in column.keys if key.is_one_of(wanted.zeilen.items())]
            yield replace(column, heads=tuple(head for head in column.heads if head not in told))

    def left(self, answers: Description) -> list[Column]:
        """Columns that the description uses for nothing."""
        found = {name: _of_name(self.columns, name) for name in _spread(answers.nicht)}
        keys = [key.letter for column in self.columns for key in column.keys]
        self.problems += [
            f"{self.where}: Eine Spalte „{name}“ gibt es nicht (in der Beschreibung unter „nicht:“)."
            for name, hits in found.items()
            if not hits and name.upper() not in keys and column_named(self.table.sheet, name) is None
        ]
        return [column for hits in found.values() for column in hits]


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
        ends = found.groups() if found else ()
        if not ends:
            spread.append(name)
        elif all(end.isdigit() for end in ends):
            first, last = sorted(map(int, ends))
            spread += map(str, range(first, last + 1))
        else:
            first, last = sorted(column_index_from_string(end.upper()) for end in ends)
            spread += map(get_column_letter, range(first, last + 1))
    return spread


class _Told:
    """What the heads of a table say by themselves, in the words of the catalogue."""

    def __init__(self, table: Table, phrases: Phrases, city: str) -> None:
        self.table, self.phrases, self.city = table, phrases, city
        self.said: dict[Column, set[str]] = {}

    def roles(self, column: Column, known: Sequence[str]) -> list[Role]:
        """Every role that a head spells out; a bare one or a group of ages with what the title counts."""
        spelled = re.findall(r"\b(\w+)\b\s*[:·]\s*(zähler|nenner|wert|anteil)", column.title, re.IGNORECASE)
        for key, kind in ((key, kind) for key, kind in spelled if key.lower() in known):
            return [Role(key.lower(), {"zähler": PART, "nenner": WHOLE}.get(kind.lower(), VALUE))]
        words, percent = " ".join([*dict.fromkeys(column.heads), *self._limits(column)]), column.percent
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
        if not words or words & _OF_A_RATE or _is_share(column):
            return False
        wider = [words, *(words | set(counted.split()) for _, counted in self._subjects(column))]
        return any(self.said[other] < all_ for other in used if self.said.get(other) for all_ in wider)


def _is_share(column: Column) -> bool:
    return is_share(column.title) or column.percent


def _decided(exact: dict[Column, list[Role]]) -> list[tuple[Column, Role]]:
    """One role for each column, and denominators for those that need one."""
    primary = {role.indikator for roles in exact.values() for role in roles if role.angabe != WHOLE}
    wanted = primary if primary <= {*_POPULATION} else primary - {*_POPULATION}
    found: list[tuple[Column, Role]] = []
    for column, roles in exact.items():
        fitting = [role for role in roles if role.indikator in wanted]
        own = [role for role in fitting if role.angabe != WHOLE][:1]
        found += [(column, role) for role in (*own, *(role for role in fitting if role.angabe == WHOLE))]
    return found


def _of_one(columns: list[Column], exact: dict[Column, list[Role]], indikator: str) -> list[tuple[Column, Role]]:
    """Roles for the one indicator that a person named: by phrases, else the only column of values."""
    found = [(column, role) for column, roles in exact.items() for role in roles if role.indikator == indikator]
    plain = [column for column in columns if column not in [one for one, _ in found]]
    only = len({fold(without_dates(column.title)) for column in plain}) == 1
    if any(role.angabe != WHOLE for _, role in found) or not only:
        return found
    return [*found, *((c, Role(indikator, VALUE if _is_share(c) else PART)) for c in plain)]


def _shares_beside(
    columns: list[Column], roles: list[tuple[Column, Role]], phrases: Phrases
) -> list[tuple[Column, Role]]:
    """Shares right of their count, under a head that names the denominator at most: "in %", "Anteil an Einwohnern"."""
    taken, found = [column for column, _ in roles], []
    for (column, role), other in product(roles, columns):
        beside = other.index == column.index + 1 and other.stand == column.stand and other.keys == column.keys
        if role.angabe != PART or not beside or other in taken or not _is_share(other):
            continue
        words, _, whole = f"{normal(other.head)} ".replace(" an alle ", " an ").partition("an ")
        bare = not set(words.split()) - {"anteil", "quote", *normal(column.head).split()}
        if bare and (not whole or whole.strip() in phrases.of(role.indikator).nenner):
            found.append((other, Role(role.indikator, VALUE)))
    return found


def questions(assignment: Assignment, phrases: Phrases) -> list[str]:
    """One line for each column that a person has to decide about, with candidates and why they are not taken."""
    groups: dict[tuple[str, str], list[Column]] = {}
    for column in assignment.undecided:
        groups.setdefault((column.letter, column.head), []).append(column)
    lines = []
    for (letter, head), columns in list(groups.items())[:_SHOWN]:
        first, several = columns[0].title, len(columns) > 1
        many = f", {len(columns)} Gruppen von Zeilen, zum Beispiel „{first}“" if several else ""
        near = islice(phrases.near(first), _CANDIDATES)
        why = "; ".join(f"{key}: {reason}" for key, reason in near)
        title = (head if several else first) or "ohne Kopf"
        lines.append(f"Spalte {letter} „{title}“{many}: Was ist das?{f' ({why})' if why else ''}")
    lines += [f"… und {len(groups) - _SHOWN} weitere Spalten"] if len(groups) > _SHOWN else []
    return lines or ([] if assignment.roles else ["Welche Spalte gibt welchen Indikator?"])
