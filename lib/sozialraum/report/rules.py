"""The rules for one statement: every number and every class word in it must follow from what it rests on."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

from sozialraum.city.access import OWN_AGES
from sozialraum.compare.analysis import AVERAGE
from sozialraum.compare.wert import Reference
from sozialraum.report.explanation import (
    BAND,
    CITY,
    CLASSED,
    HIGHEST,
    LOWEST,
    OTHER,
    SPAN_FROM,
    SPAN_TO,
    VALUE,
    Explanation,
    Number,
    explain,
)
from sozialraum.report.foreign_names import without
from sozialraum.report.known import Known
from sozialraum.report.printed_numbers import CLASS, CLASSES, Token, flat, tokens

_FILL: Final = "\x1f"
_DIGIT: Final = re.compile(r"\d")
_VERDICT: Final = re.compile(r"\bErgebnis: ([^.]+)\.")
_BESIDE: Final = re.compile(r"(?: gesamt| sind es| sind)?:? \(?(?:rund )?$")
_EXTREME: Final = re.compile(rf"({LOWEST}|höchster(?: Wert)?):? (?:\S+ ){{0,3}}$", re.IGNORECASE)
#: The word that announces an interval, and at most its first end.
_SPAN: Final = re.compile(r"\bSpanne:? (?P<first>[\d.,\u2212]+ bis )?$")
_WHERE: Final = re.compile(r" (?:in|im|in der|auf der) ")
_NAME_BEHIND: Final = re.compile(r" \(([^()]+)\)")
"""A name in parentheses right behind a number: "48,3 % (Bergeborbeck)"."""
DIFFERENCES: Final = "klare Unterschiede zum Stadtwert"
NO_DIFFERENCE: Final = "Kein Wert unterscheidet sich klar vom Stadtwert"
_OTHERS_WORDS: Final = re.compile(r"\[\d+\]")
#: Words behind a number that bind it to one indicator.
_BINDING: Final = (
    (re.compile(r" der \d+ Kitas Kinder unter drei Jahren\b"), "kitas_u3"),
    (re.compile(r" Schülerinnen und Schüler\b"), "grundschulkinder"),
    (re.compile(r" der \d+ Schulen aller Formen teil\b"), "startchancenschulen"),
    (re.compile(r" Grundschulen?\b"), "grundschulen"),
    (re.compile(r" Kitas?\b"), "kitas"),
    (re.compile(r" Haltestellen?\b"), "haltestellen"),
    (re.compile(r" Schulen?\b"), "schulen"),
    (re.compile(r" mit Stufe 1–3\b"), "grundschulen_sozialindex_1_3"),
    (re.compile(r" mit Stufe 4–6\b"), "grundschulen_sozialindex_4_6"),
    (re.compile(r" mit Stufe 7–9\b"), "grundschulen_sozialindex_7_9"),
    (re.compile(r" der Menschen unter 15\b"), "anteil_unter_15"),
    (re.compile(r" Kinder unter 15\b"), "anteil_unter_15"),
    (re.compile(r" unter 15 und\b"), "anteil_unter_15"),
    (re.compile(r" (?:über 64|ab 65) Jahre\b"), "anteil_65plus"),
)
_AGES: Final = ("unter 15 und", "ab 65 Jahre", "über 64 Jahre", "von 100 Menschen", "von 100.")
_CHILDREN: Final = tuple(
    f"{lead} {ages}"
    for ages in ("unter 15", *(words for _, words in OWN_AGES.values()))
    for lead in ("Kinder", "Kindern", "von 100 Kindern")
)


class Basis:
    """What a statement rests on: explanations, and the patterns that its text is read with."""

    def __init__(self, known: Known, refs: Iterable[Reference]) -> None:
        found = {ref: explain(known, ref) for ref in refs}
        self.lost = [ref for ref, item in found.items() if item is None]
        self.items: list[Explanation] = [item for item in found.values() if item is not None]
        self.indicators = frozenset(item.indikator for item in self.items if item.indikator)
        self.areas = frozenset(number.gebiet_id for item in self.items for number in item.numbers if number.gebiet_id)
        self.subjects = frozenset(item.gebiet_id for item in self.items if item.gebiet_id)
        self.phrases = known.phrases_of(self.indicators) if len(self.indicators) > 1 else None
        self.labels = known.labels_of(self.areas) if len(self.items) == 1 else known.label_pattern
        literals = {text for item in self.items for text in item.literals} | set(_AGES)
        if self.phrases is None:
            literals |= {text for text in known.words_of(self.indicators) if _DIGIT.search(text)} | set(_CHILDREN)
        self.literals = sorted(filter(None, literals), key=len, reverse=True)

    def binds(self, gebiet_id: str) -> bool:
        """Whether the name of an area binds the number beside it."""
        return len(self.items) != 1 or gebiet_id in self.areas


class Statement:
    """A printed text with what it rests on."""

    def __init__(self, known: Known, text: str, refs: Iterable[Reference], focus: str = "") -> None:
        self.known, self.text = known, flat(text)
        key = tuple(refs)
        if key not in known.bases:
            known.bases[key] = Basis(known, key)
        self.basis: Basis = known.bases[key]
        self.focus = focus if focus in self.basis.subjects else ""
        self.clean = self._without_literals()
        self._named = self._without_names({focus, *self.basis.subjects, *self.basis.areas})
        self.mentions = self._find_mentions()

    @cached_property
    def places(self) -> list[tuple[int, str]]:
        """Where the text names an area (end of the name)."""
        found = [(match.end(), self.known.labels[match[0]]) for match in self.basis.labels.finditer(self.clean)]
        return sorted([*found, *self._named])

    def faults(self) -> list[str]:
        """German sentences on what does not follow; empty if everything does."""
        lost = [f"Für „{' '.join(ref)}“ gibt es in den Tabellen keinen Beleg" for ref in self.basis.lost]
        found = [*self._number_faults(), *self._class_faults(), *self._verdict_faults(), *self._difference_faults()]
        return [*lost, *found]

    def _without_literals(self) -> str:
        text = _OTHERS_WORDS.sub(lambda match: _FILL * len(match[0]), self.text)
        for phrase in self.basis.literals:
            if phrase in text:
                text = without(phrase, text, _FILL)
        return text

    def _without_names(self, gebiet_ids: set[str]) -> list[tuple[int, str]]:
        """Blank the names of Quartiere that the statement is about; where each ended, if it binds a number."""
        found = []
        for name in (name for name in self.known.names if name.gebiet_id in gebiet_ids):
            for start, end, introduced in name.spans(self.text):
                if start and not introduced and self.basis.phrases and self.basis.phrases.search(self.text, start, end):
                    continue  # here the words mean the indicator that the Quartier is called after
                if self.clean[start:end] == self.text[start:end] and self.basis.binds(name.gebiet_id):
                    found.append((end, name.gebiet_id))
                self.clean = self.clean[:start] + _FILL * (end - start) + self.clean[end:]
        return found

    def _find_mentions(self) -> list[tuple[int, frozenset[str]]]:
        """Where the text names an indicator (end of the phrase); phrases with digits are blanked."""
        if self.basis.phrases is None:
            return []
        found = []
        for match in self.basis.phrases.finditer(self.clean):
            found.append((match.end(), self.known.phrases[match[0].lower()] & self.basis.indicators))
            if _DIGIT.search(match[0]):
                self.clean = self.clean[: match.start()] + _FILL * len(match[0]) + self.clean[match.end() :]
        return found

    def _number_faults(self) -> list[str]:
        names = [match.span() for match in self.known.numbered.finditer(self.clean)]
        return [
            f"„{self._quoted(token)}“ folgt nicht aus den Tabellen ({self._expected(token)})"
            for token in tokens(self.clean, self.known.numbers)
            if not any(start < token.start and token.end <= end for start, end in names)
            and not any(self._fits(token, number) for item in self.basis.items for number in item.numbers)
        ]

    def _quoted(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def _fits(self, token: Token, number: Number) -> bool:
        units = (number.unit, "") if number.role in (SPAN_FROM, SPAN_TO, BAND) else (number.unit,)  # once for both ends
        if token.printed != number.printed or (number.unit is not None and token.unit not in units):
            return False
        if number.after and not self.text[token.end :].lstrip(" ").startswith(number.after):
            return False
        bound = self._bound(token)
        if bound and number.indikator not in ("", bound):
            return False
        if number.indikator and not bound and number.indikator not in self._scope(token):
            return False
        return self._role_fits(token, number)

    def _role_fits(self, token: Token, number: Number) -> bool:
        before, place = self.clean[: token.start], self._place(token)
        named = _SPAN.search(before)
        if named or number.role in (SPAN_FROM, SPAN_TO):
            role = named and (SPAN_TO if named["first"] else SPAN_FROM)
            return number.role == role and number.gebiet_id in (self.focus or number.gebiet_id, place)
        if number.role == BAND:
            return before.endswith("bis ") or self.clean[token.end :].startswith(" bis ")
        extreme = _EXTREME.search(before)
        if number.role in (LOWEST, HIGHEST):
            wanted = LOWEST if extreme and extreme[1].lower().startswith("niedrig") else HIGHEST
            return number.role == wanted and place in ("", number.gebiet_id) if extreme else not place
        if place:
            return number.gebiet_id in ("", place)
        return number.role != CITY and (not self.focus or number.gebiet_id in ("", self.focus))

    def _place(self, token: Token) -> str:
        """Id of the area whose name stands beside the number; empty if none does."""
        where = _WHERE.match(self.clean, token.end)
        named = where and self.basis.labels.match(self.clean, where.end())
        if named:
            return self.known.labels[named[0]]
        behind = _NAME_BEHIND.match(self.clean, token.end)
        if behind and behind[1] in self.known.labels:
            return self.known.labels[behind[1]]
        for end, key in reversed(self.places):
            if end <= token.start:
                return key if _BESIDE.fullmatch(self.clean[end : token.start]) else ""
        return ""

    def _scope(self, token: Token) -> frozenset[str]:
        """Indicators that the number can belong to: those of the last mention before it, otherwise all."""
        before = [keys for end, keys in self.mentions if end <= token.start]
        return before[-1] if before else self.basis.indicators | {""}

    def _bound(self, token: Token) -> str:
        behind = self.text[token.end :]
        return next((key for words, key in _BINDING if words.match(behind)), "")

    def _expected(self, token: Token) -> str:
        """What the tables say instead, of the indicators in question."""
        scope = {self._bound(token)} if self._bound(token) else self._scope(token)
        named = [item for item in self.basis.items if item.name and item.indikator in scope]
        items = named or [item for item in self.basis.items if item.numbers]
        said = [phrase for item in self.basis.items for phrase in item.literals if _DIGIT.search(phrase)]
        parts = [_described(item) for item in items[:4]] or said[:3]
        return f"dort steht: {'; '.join(parts)}" if parts else "der Satz hat keinen Beleg mit Zahlen"

    def _class_faults(self) -> list[str]:
        stated = [(match.start(), CLASSES[match[0].lower()]) for match in CLASS.finditer(self.clean)]
        if not stated:
            return []
        area = self.focus
        classed = [item for item in self.basis.items if item.indikator and item.gebiet_id == (area or item.gebiet_id)]
        return list(dict.fromkeys(fault for at, word in stated for fault in self._class_fault(at, word, classed)))

    def _class_fault(self, at: int, word: str, classed: list[Explanation]) -> list[str]:
        """What speaks against a class word: the values of the indicators named in the clause must have this class.

        Those of all if none is named, or if it is the only class.
        """
        scope = self._clause(at)
        if self._states_one_class() or not scope:
            scope = self.basis.indicators
        asked = [item for item in classed if item.indikator in scope]
        if not asked:
            return [f"Die Einordnung „{word}“ hat keinen Beleg"]
        return [
            f"Im Text steht „{word}“, nach der Regel gilt „{item.klasse or 'keine Einordnung'}“ ({item.name})"
            for item in asked
            if item.klasse != word
        ]

    def _clause(self, at: int) -> frozenset[str]:
        """Indicators that are named in the clause around a place."""
        start, end = self.clean.rfind("; ", 0, at), self.clean.find("; ", at)
        return frozenset(
            key for place, keys in self.mentions for key in keys if start < place and (end < 0 or place <= end)
        )

    def _verdict_faults(self) -> list[str]:
        """A verdict on a statement of others must be the one that the rule gives."""
        printed = _VERDICT.search(self.text)
        stated = printed[1] if printed else ""
        return [
            f"Im Text steht „{stated}“, nach der Regel gilt „{item.ergebnis}“"
            for item in self.basis.items
            if item.ergebnis and item.ergebnis != stated
        ]

    def _difference_faults(self) -> list[str]:
        """A title that names clear differences from the city names only such, and denies none that there are."""
        own = [item for item in self.basis.items if item.gebiet_id == (self.focus or item.gebiet_id)]
        off = {item.indikator for item in own if item.klasse in CLASSED and item.klasse != AVERAGE}
        start = self.clean.find(DIFFERENCES)
        if start < 0:
            denied = NO_DIFFERENCE in self.clean and off
            return [f"Im Text steht „{NO_DIFFERENCE}“, nach der Regel gibt es Unterschiede"] if denied else []
        wrong = [end for end, keys in self.mentions if end > start and not keys & off]
        return [
            f"Im Text steht ein klarer Unterschied bei „… {self.text[:end].rsplit(' ', 1)[-1]}“, es gibt keinen"
            for end in wrong
        ]

    def _states_one_class(self) -> bool:
        return len({CLASSES[match[0].lower()] for match in CLASS.finditer(self.clean)}) == 1


def _described(item: Explanation) -> str:
    own = next((number.printed for number in item.numbers if number.role in (VALUE, OTHER)), "keine Angabe")
    unit = next((f" {number.unit}" for number in item.numbers if number.unit), "")
    city = next((f", Stadtwert {number.printed}{unit}" for number in item.numbers if number.role == CITY), "")
    return f"{item.name or 'Angabe'}: {own}{unit}{city}"
