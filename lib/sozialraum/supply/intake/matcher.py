"""Which area a label of a table means, as statistics offices write it.

A label is an area, a total (of the city or of the rows above), a rest that belongs to no area, or unknown. Names that
are misspelt are never guessed; what was read tolerantly (cut off, broken umlauts) is reported.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from sozialraum.city.gebiete import Gebiet, Register, fold
from sozialraum.errors import TableError, UnknownArea
from sozialraum.supply.intake.grid import WORDS

AREA, TOTAL, REST, MEAN, UNKNOWN, CLASH = "area", "total", "rest", "mean", "unknown", "clash"
ELSEWHERE = "elsewhere"
_TOTAL_WORDS: Final = frozenset(WORDS["summenwoerter"])
_ELSEWHERE: Final = re.compile(WORDS["anderswo"])
_MARKS: Final = re.compile(r"\s*(?:[¹²³⁰⁴-⁹]+|\*+|(?<=[a-zäöüß.])\s*\d\)|(?<=[\w)])\s+\d\))$", re.IGNORECASE)
_BEHIND: Final = re.compile(r"^(?P<name>.*\S)\s*[(\[]\s*(?P<number>\d{1,3})\s*[)\]]$")
_COMMA_NUMBER: Final = re.compile(r"^(?P<name>\D*[^\d\s,;–-])\s*[,;–-]\s*(?P<number>\d{1,3})$")
_BEFORE: Final = re.compile(
    r"^(?:stadtteil|stt\.?|ot|nr\.?)?\s*(?P<number>\d{1,3})\s*[-–—:./|,)]*\s*(?P<name>[^\W\d].*)$", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"^(?:stadtteil|stt\.?|nr\.?)?\s*0*(\d{1,3})(?:[.,]0+)?\.?$", re.IGNORECASE)
_BEZIRK: Final = re.compile(
    r"^(?:stadtbezirk|bezirk|stadtbez\.?|bez\.?|bv|sb|stbz\.?|sbz\.?)\s*(?:nr\.?\s*)?(?P<key>[ivx]+|\d{1,2})\b[\s:–—./-]*(?P<name>.*)$",
    re.IGNORECASE,
)
_ROMAN_NAME: Final = re.compile(r"^(?P<key>[IVX]+)[\s:–—./-]+(?P<name>\D+)$")
_BEZIRK_HEAD: Final = re.compile(
    r"\b(?:(?:stadt|verwaltungs)?bezirk\w*|stadtbez|bez|bv|sb|stbz|sbz|stbez|stadtbz|bz|bzk)\b"
)
_LEVEL_BEHIND: Final = re.compile(r"\s*(?:[,;:–-]\s*|\()(?:stadtteil|stt|ortsteil|ot)\.?\)?$", re.IGNORECASE)
_MIN_PREFIX: Final = 5


@dataclass(frozen=True)
class Match:
    """What a label means."""

    kind: str  # AREA, TOTAL, REST, MEAN, ELSEWHERE, UNKNOWN or CLASH (number and name disagree)
    gebiet: Gebiet | None = None
    by_number: bool = False  # whether only a number was given
    remark: str = ""  # how the label was read, if not exactly; or what is wrong with it
    other: Gebiet | None = None  # the Stadtbezirk that bears the name of the Stadtteil too ("Borbeck")


class Matcher:
    """Turns labels into areas of one register."""

    def __init__(self, register: Register, rule: Mapping[str, Any] | None = None) -> None:
        self.register, self.rule = register, dict(rule or {})
        self.level = str(self.rule.get("ebene", ""))
        levels = {area.ebene for area in register}
        if self.level and self.level not in levels:
            raise TableError(f"gebiet, ebene „{self.level}“ gibt es nicht, nur: {', '.join(sorted(levels))}.")
        self._official = [a for a in register if a.ebene in ("stadtteil", "stadtbezirk", "stadt", self.level)]
        self._stadtteile = [area for area in self._official if area.ebene == (self.level or "stadtteil")]
        self._numbers = {area.nummer: area for area in self._stadtteile}
        self._city = fold(register.city.name)
        self._without_area = re.compile(WORDS["ohne_zuordnung"].replace("STADT", re.escape(self._city)))
        self._seen: dict[str, Match] = {}
        self._given = {fold(text): self._resolved(area) for text, area in self._codes_given().items()}
        self._pattern = _pattern_of(str(self.rule.get("muster", "")))
        self._names: dict[str, Gebiet] = {}
        ranked = sorted(self._official, key=lambda area: area.ebene == self.level)
        for area in ranked if self.level else reversed(ranked):
            for name in (area.name, area.label, area.langname, *area.schreibweisen):
                self._names[fold(name)] = area
        for name, area in self._short_names():
            self._names.setdefault(name, area)

    def at(self, level: str) -> "Matcher":
        """For a column whose head names the level of its areas; a description goes before it."""
        return self if self.level or not level else Matcher(self.register, {**self.rule, "ebene": level})

    def match(self, label: str) -> Match:
        """The meaning of a label; never an error."""
        if label not in self._seen:
            self._seen[label] = self._match(label)
        return self._seen[label]

    def bezirk_of_name(self, label: str) -> Gebiet | None:
        """The Stadtbezirk that bears this name, for labels that a Stadtteil bears too ("Borbeck")."""
        return next((a for a in self._official if a.ebene == "stadtbezirk" and fold(a.name) == fold(label)), None)

    def _codes_given(self) -> dict[str, str]:
        given = [self.rule.get(key) or {} for key in ("codes", "namen")]
        if not all(isinstance(one, Mapping) for one in given):
            raise TableError(
                "gebiet, codes und namen brauchen Zeilen der Form „Code: Name“, "
                f"zum Beispiel {{STAD: {self.register.city.name}}}."
            )
        texts = {**given[0], **given[1]}
        return {str(text): str(area) for text, area in texts.items()}

    def _resolved(self, query: str) -> Match:
        if fold(query) == "nicht":
            return Match(ELSEWHERE)
        try:
            return Match(AREA, self.register.resolve(query))
        except UnknownArea as error:
            raise TableError(f"gebiet, codes und namen: {error}") from error

    def _short_names(self) -> Iterable[tuple[str, Gebiet]]:
        """First parts of names of Stadtbezirke ("Zollverein"); under a head that says Stadtbezirk all parts."""
        bezirke = [area for area in self._official if area.ebene == "stadtbezirk"]
        parts = [(fold(part), area) for area in bezirke for part in re.split(r"[/(),]", area.name) if fold(part)]
        firsts = [(fold(re.split(r"[/(),]", area.name)[0]), area) for area in bezirke]
        names = parts if self.level == "stadtbezirk" else firsts
        if self.level == "stadtbezirk":
            for name, area in names:
                if [one for one, _ in names].count(name) == 1:
                    self._names[name] = area
        return names

    def _match(self, label: str) -> Match:
        text = _LEVEL_BEHIND.sub("", _MARKS.sub("", repair(" ".join(label.split()))).strip(" :"))
        if fold(label) in self._given:
            return self._given[fold(label)]
        coded = self._pattern.fullmatch(label.strip()) if self._pattern else None
        if coded:
            digits = int("".join(coded.groups()))
            numbered = self._numbers.get(digits) if digits else self.register.city
            return Match(AREA, numbered, by_number=bool(digits)) if numbered else self._unknown(label)
        if not text:
            return Match(UNKNOWN)
        number = _NUMBER.fullmatch(text)
        if number:
            area = self._numbers.get(int(number[1]))
            return Match(AREA, area, by_number=True) if area else self._unknown(label)
        return self._bezirk(text, label) or self._numbered(text, label) or self._named(text) or self._unknown(label)

    def _bezirk(self, text: str, label: str) -> Match | None:
        text = re.sub(r"^(?:summe|zusammen|insgesamt|gesamt|total)[\s:–-]+(?=\w)", "", text, flags=re.IGNORECASE)
        named = self.bezirk_of_name(re.sub(r"^(?:stadt)?bezirk\s+(?=\D)", "", text, flags=re.IGNORECASE))
        if named and text.lower().startswith(("stadtbezirk", "bezirk")):
            return Match(AREA, named)
        found = _BEZIRK.fullmatch(text) or _ROMAN_NAME.fullmatch(text) or re.fullmatch(r"(?P<key>[IVX]+)\.?", text)
        if found is None:
            return None
        try:
            area = self.register.resolve(f"Stadtbezirk {found['key']}")
        except UnknownArea:
            return self._unknown(label)
        name = fold(found.groupdict().get("name") or "")
        rest = [word for word in name.split() if word not in _TOTAL_WORDS]
        known = set(fold(area.name).split()) | {*self._city.split(), "stadtbezirk"}
        known |= {
            word for part in self._stadtteile if part.stadtbezirk_id == area.id for word in fold(part.name).split()
        }
        if rest and not set(rest) <= known:
            other = self._names.get(name)
            if other is not None and other.id != area.id:
                return Match(CLASH, area, remark=f"„{label}“: Nummer und Name des Stadtbezirks gehören nicht zusammen.")
        return Match(AREA, area)

    def _numbered(self, text: str, label: str) -> Match | None:
        found = _BEHIND.fullmatch(text) or _COMMA_NUMBER.fullmatch(text) or _BEFORE.fullmatch(text)
        if found is None:
            return None
        area, named = self._numbers.get(int(found["number"])), self._named(found["name"])
        for coded in (named.gebiet if named else None, self.bezirk_of_name(found["name"])):
            if coded is not None and self._codes(found["number"], coded):
                return Match(AREA, coded)
        if area is None:
            return Match(UNKNOWN, remark=f"„{label}“: Einen Stadtteil mit der Nummer {found['number']} gibt es nicht.")
        if named is None or named.gebiet is None:
            return Match(CLASH, area, remark=f"„{label}“: Die Nummer {area.nummer} gehört zu {area.name}.")
        same = named.gebiet.id == area.id or fold(found["name"]) in {
            fold(name) for name in (area.name, *area.schreibweisen)
        }
        if same:
            return Match(AREA, area, remark=named.remark)
        return Match(
            CLASH,
            area,
            remark=f"„{label}“: Die Nummer {area.nummer} gehört zu {area.name}, der Name zu {named.gebiet.langname}.",
        )

    def _codes(self, digits: str, area: Gebiet) -> bool:
        """Whether digits are the number of a Stadtbezirk, or that and the two digits of its Stadtteil (``421``)."""
        if area.ebene == "stadtbezirk":
            return int(digits) == area.nummer
        if area.stadtbezirk_id is None or len(digits) < 3:
            return False
        return digits == f"{self.register.by_id(area.stadtbezirk_id).nummer}{area.nummer:02d}"

    def _named(self, text: str) -> Match | None:
        name = re.sub(r"^(?:stadtteil|stt) (?=.)", "", fold(text))
        area = self._exact(name) or self._exact(re.sub(rf"^{self._city} (?=.)", "", name))
        if area is not None:
            other = self.bezirk_of_name(text) if area.ebene == "stadtteil" and fold(area.name) != name else None
            return Match(AREA, area, other=other)
        words = name.split()
        if words and all(word in _TOTAL_WORDS or word == self._city for word in words):
            return Match(AREA, self.register.city) if self._city in words else Match(TOTAL)
        inner = [word for word in words if word not in _TOTAL_WORDS]
        area = self._exact(" ".join(inner)) if len(inner) < len(words) else None
        if area is not None and area.ebene != "stadtteil":
            return Match(AREA, area)
        if self._without_area.search(name):
            return Match(REST)
        if _ELSEWHERE.match(name):
            return Match(ELSEWHERE)
        if words and words[0] in ("durchschnitt", "mittelwert", "mittel", "median"):
            return Match(MEAN)
        return self._tolerant(text)

    def _exact(self, name: str) -> Gebiet | None:
        return self._names.get(name)

    def _tolerant(self, text: str) -> Match | None:
        """Cut-off names and names with lost umlauts, if exactly one Stadtteil fits."""
        pattern, lost = _tolerant_pattern(text)
        if pattern is None:
            return None
        hits = [
            area
            for area in self._stadtteile
            if any(pattern.fullmatch(fold(n)) for n in (area.name, *area.schreibweisen))
        ]
        if len(hits) != 1:
            return None
        how = "mit beschädigten Umlauten" if lost else "gekürzt"
        return Match(AREA, hits[0], remark=f"„{text}“ ({how}) gelesen als {hits[0].name}")

    def _unknown(self, label: str) -> Match:
        near = get_close_matches(fold(label), list(self._names), n=1, cutoff=0.6)
        hint = f" Meinten Sie {self._names[near[0]].langname}?" if near else ""
        return Match(UNKNOWN, remark=f"„{label}“ ist kein Stadtteil und kein Stadtbezirk.{hint}")


def repair(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252 ("BorbÃ¼ck")."""
    if "Ã" not in text and "Â" not in text:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _tolerant_pattern(text: str) -> tuple[re.Pattern[str] | None, bool]:
    lost = bool(re.search(r"[?\ufffd]", text.rstrip("?")))
    if lost:
        parts = [re.escape(fold(part)).replace("\\ ", "[ ]?") for part in re.split(r"[?\ufffd]+", text)]
        return re.compile("(?:ae|oe|ue|ss|.)?".join(parts)), True
    name = fold(text)
    if len(name) < _MIN_PREFIX:
        return None, False
    words = [re.escape(word) + "[a-z]*" for word in name.split()]
    without = _without_umlauts(name)
    return re.compile(
        " ".join(words) + ("(?: .*)?" if text.rstrip().endswith((".", "…")) else "") + f"|{without}"
    ), False


def _without_umlauts(name: str) -> str:
    """Pattern for a name whose umlauts became plain vowels."""
    return re.sub(r"([aou])(?!e)", r"\1e?", re.escape(name)).replace("s", "s{1,2}")


def _pattern_of(muster: str) -> re.Pattern[str] | None:
    """``9NN00`` as a pattern: the Ns are digits of the number, ``?`` is any sign."""
    if not muster:
        return None
    if "N" not in muster:
        raise TableError(f"gebiet, muster „{muster}“ braucht N für die Ziffern der Nummer, zum Beispiel 9NN00.")
    parts = re.split(r"(N+)", muster)
    signs = [rf"(\d{{{len(part)}}})" if part[:1] == "N" else re.escape(part).replace(r"\?", ".") for part in parts]
    return re.compile("".join(signs))


def number_keys(labels: Iterable[str], city: str) -> dict[str, str]:
    """Official keys without their common beginning: ``05113021`` is ``21``, ``05113904`` Stadtbezirk 4."""
    found = [label for label in labels if re.fullmatch(r"\d{5,12}", label)]
    shortest = min(found, key=len, default="")
    longer = [label for label in found if label != shortest]
    if len(longer) > 2 and all(len(label) > len(shortest) and label.startswith(shortest) for label in longer):
        return {**number_keys(longer, city), shortest: city}  # the city's key is the beginning of all others
    if len(found) < 3 or len({len(label) for label in found}) != 1:
        return {}
    if len({label[:-2] for label in found}) == 1:
        return {label: label[-2:] for label in found}
    if len({label[:-3] for label in found}) != 1:
        return {}
    ends = {label: label[-3:] for label in found}
    if not all(re.fullmatch(r"0\d\d|9(?!00)\d\d", end) for end in ends.values()):
        return {}
    return {
        label: city if end == "000" else f"Stadtbezirk {int(end[1:])}" if end[0] == "9" else end
        for label, end in ends.items()
    }


def level_of(head: str) -> str:
    """The level that the head of a column names: ``stadtteil``, ``stadtbezirk``; empty if neither or both."""
    words = fold(head)
    bezirk = bool(_BEZIRK_HEAD.search(words))
    stadtteil = bool(re.search(r"\b(?:stadtteil\w*|stt|ortsteil\w*|ot)\b", words))
    return "" if bezirk == stadtteil else "stadtbezirk" if bezirk else "stadtteil"
