"""The register of areas: ids, names, spelling variants, membership.

``Register.resolve`` is the one door through which a name or number from a person becomes an area.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Final

import pandas as pd
from rapidfuzz import fuzz, process

from sozialraum.errors import ParameterError, UnknownArea

QUARTIER: Final = "quartier"
LEVELS: Final = ("stadtteil", "stadtbezirk", "stadt", QUARTIER)
LEVEL_LABELS: Final = {"stadtteil": "Stadtteil", "stadtbezirk": "Stadtbezirk", "stadt": "Stadt", QUARTIER: "Quartier"}
LEVEL_PLURALS: Final = {"stadtteil": "Stadtteile", "stadtbezirk": "Stadtbezirke"}
#: What the id of a Quartier begins with; no official id does.
QUARTIER_PREFIX: Final = "q-"
#: Letters of the longest label that a drawing has room for; no official name is longer.
MAX_LABEL: Final = 20
#: The same of a planning area: its level is said before its own name, which often is only a number.
MAX_PLANNED: Final = 24
#: Letters of a level below which it is left out before the own name of a planning area.
SHORTEST_LEVEL: Final = 6
_UMLAUTS: Final = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "å": "a", "ł": "l", "đ": "d", "ð": "d",
    "þ": "th", "ı": "i",
})  # fmt: skip
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_MIN_SIMILARITY: Final = 72.0


@dataclass(frozen=True)
class Planungsebene:
    """A lasting level of an office's planning areas: its areas are Quartiere that have a level of their own.

    Attributes
    ----------
    id
        Folder of the reports, and what :meth:`Register.of_level` takes: "kita-planungsbezirke".
    name, einzahl
        "Kita-Planungsbezirke", "Kita-Planungsbezirk".
    artikel
        der, die or das, as of ``einzahl``.
    """

    id: str
    name: str
    einzahl: str
    artikel: str


@dataclass(frozen=True)
class Gebiet:
    """One area with its official number and its German grammar.

    Only a Quartier, which has no number, has what follows ``schreibweisen``: the Stadtteile that lie wholly in it,
    those that it cuts, and German sentences on who drew it and how its values come about. A planning area is a
    Quartier with a ``planung``; ``eigenname`` is its name within that level.
    """

    id: str
    ebene: str
    nummer: int
    name: str
    stadtbezirk_id: str | None
    artikel: str
    praeposition: str
    flaeche_km2: float
    schreibweisen: tuple[str, ...] = ()
    ganze: tuple[str, ...] = ()
    angeschnittene: tuple[str, ...] = ()
    beschreibung: str = ""
    planung: Planungsebene | None = None
    eigenname: str = ""

    @property
    def level(self) -> str:
        """Level as files and machines name it: ``ebene``, or the id of the planning level."""
        return self.planung.id if self.planung else self.ebene

    @property
    def label(self) -> str:
        """Name for headings and lists: "Borbeck-Mitte", "Stadtbezirk IV", "Essen"."""
        return f"Stadtbezirk {self.id}" if self.ebene == "stadtbezirk" else self.name

    @property
    def kurz(self) -> str:
        """Label for drawings and table heads: a Quartier with a long name is just "Quartier".

        A planning area keeps its own name or number, by which alone it differs from the others of its level.
        """
        if self.ebene != QUARTIER or len(self.name) <= (MAX_PLANNED if self.planung else MAX_LABEL):
            return self.label
        room = MAX_PLANNED - len(self.eigenname) - 1
        if self.planung and room < SHORTEST_LEVEL:
            return shortened(self.eigenname, MAX_PLANNED)
        return f"{shortened(self.ebene_label, room)} {self.eigenname}" if self.planung else self.ebene_label

    @property
    def langname(self) -> str:
        """Label with the Bezirk's name added: "Stadtbezirk IV – Borbeck"."""
        return f"{self.label} – {self.name}" if self.ebene == "stadtbezirk" else self.name

    @property
    def in_phrase(self) -> str:
        """Where-phrase: "in Kray", "im Ostviertel", "auf der Margarethenhöhe", "im Stadtbezirk IV", "im Quartier X"."""
        return f"{self.praeposition} {self.label}"

    @property
    def ebene_label(self) -> str:
        """Level as printed: Stadtteil, Stadtbezirk, Stadt, Quartier, or what one area of a planning level is called."""
        return self.planung.einzahl if self.planung else LEVEL_LABELS[self.ebene]

    @property
    def slug(self) -> str:
        """ASCII name for files: "21-borbeck-mitte", "4-borbeck", "essen"; of a Quartier its id without the prefix."""
        if self.ebene == QUARTIER:
            return self.id.removeprefix(QUARTIER_PREFIX)
        name = slugify(self.name)
        number = {"stadt": "", "stadtteil": f"{self.nummer:02d}-"}.get(self.ebene, f"{self.nummer}-")
        return f"{number}{name}"


@dataclass(frozen=True)
class Luecke:
    """A Quartier that has a name but no boundary yet, with the German sentence on what is missing."""

    id: str
    name: str
    grund: str
    schreibweisen: tuple[str, ...] = ()


def shortened(text: str, length: int) -> str:
    """A text of at most so many letters, with an ellipsis for what is cut off."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip(' -')}…"


def slugify(text: str) -> str:
    """Lower-case ASCII words joined by hyphens; German umlauts, composed or not, become two letters."""
    composed = unicodedata.normalize("NFC", text.lower()).translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def fold(text: str) -> str:
    """Form in which names are compared: no case, no umlauts, no punctuation, single blanks."""
    return slugify(text).replace("-", " ")


class Register:
    """All areas in official order: Stadtteile, Stadtbezirke, city; then Quartiere as they were defined.

    Parameters
    ----------
    table
        One row per official area, indexed by gebiet_id, with the columns of ``gebiete.csv``.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        areas = [_to_gebiet(str(key), row) for key, row in table.iterrows()]
        areas.sort(key=lambda area: (LEVELS.index(area.ebene), area.nummer))
        self._areas = {area.id: area for area in areas}
        self.luecken: tuple[Luecke, ...] = ()

    def extended(self, quartiere: Iterable[Gebiet], luecken: Iterable[Luecke] = ()) -> "Register":
        """A register with further areas, whose ids and names must be new."""
        wider = copy(self)
        wider._areas = self._areas | {area.id: area for area in quartiere}
        wider.luecken = (*self.luecken, *luecken)
        return wider

    def __iter__(self) -> Iterator[Gebiet]:
        return iter(self._areas.values())

    def __len__(self) -> int:
        return len(self._areas)

    @property
    def city(self) -> Gebiet:
        """The one area of level "stadt"."""
        return self.of_level("stadt")[0]

    @property
    def parts(self) -> list[Gebiet]:
        """What the city is divided into first: its Stadtbezirke, or the Stadtteile where there are none."""
        return self.of_level("stadtbezirk") or self.of_level("stadtteil")

    def by_id(self, gebiet_id: str) -> Gebiet:
        """The area with exactly this id; :class:`UnknownArea` if there is none."""
        if gebiet_id not in self._areas:
            raise UnknownArea(self._unknown(str(gebiet_id), fold(str(gebiet_id))))
        return self._areas[gebiet_id]

    @property
    def planungsebenen(self) -> list[Planungsebene]:
        """The levels of planning areas, in the order of ``batch.yml``."""
        return list(dict.fromkeys(area.planung for area in self if area.planung))

    def of_level(self, ebene: str) -> list[Gebiet]:
        """All areas of one level in official order; ParameterError if there is no such level.

        "quartier" are all areas that are not official, "kita-planungsbezirke" those of this planning level.
        """
        found = [area for area in self if ebene in (area.ebene, area.level)]
        if not found and ebene not in LEVELS:
            known = [*LEVELS, *(one.id for one in self.planungsebenen)]
            raise ParameterError(f"Die Ebene „{ebene}“ gibt es nicht. Möglich sind: {', '.join(known)}.")
        return found

    def siblings(self, gebiet_id: str) -> list[str]:
        """Ids of all areas of the planning level that an area belongs to, in order; none for any other area."""
        planung = self.by_id(gebiet_id).planung
        return [area.id for area in self if planung and area.planung == planung]

    def members(self, gebiet_id: str) -> list[str]:
        """Ids of the Stadtteile that lie wholly in an area (a Stadtteil is its own only member)."""
        area = self.by_id(gebiet_id)
        if area.ebene == "stadtteil":
            return [area.id]
        if area.ebene == QUARTIER:
            return list(area.ganze)
        return [
            part.id for part in self.of_level("stadtteil") if area.ebene == "stadt" or part.stadtbezirk_id == gebiet_id
        ]

    def bezirke(self, gebiet_id: str) -> list[str]:
        """Ids of the Stadtbezirke in which a Stadtteil or a Quartier lies, in official order; otherwise none."""
        area = self.by_id(gebiet_id)
        if area.ebene not in ("stadtteil", QUARTIER):
            return []
        parts = [self.by_id(key) for key in (*area.ganze, *area.angeschnittene)] or [area]
        return [bezirk.id for bezirk in self.of_level("stadtbezirk") if bezirk.id in {p.stadtbezirk_id for p in parts}]

    def resolve(self, query: str | int) -> Gebiet:
        """The one area that a person means.

        Accepts ids (``21``, ``7`` for 07, ``IV``), names, known spelling variants, "21 Borbeck-Mitte",
        "Stadtbezirk 4", "Essen-Kray"; case, umlauts and hyphens do not matter.

        Raises
        ------
        UnknownArea
            If nothing or more than one area fits, or a Quartier has no boundary; the German message lists what
            could be meant.
        """
        if str(query) in self._areas:
            return self.by_id(str(query))
        text = fold(str(query))
        hits = self._by_number(text) or self._by_name(text)
        if len(hits) == 1:
            return hits[0]
        gap = next(
            (gap for gap in self.luecken if query == gap.id or text in _folded(gap.name, *gap.schreibweisen)), None
        )
        if gap and not hits:
            raise UnknownArea(f"{gap.name}: Abgrenzung liegt nicht vor. {gap.grund}")
        raise UnknownArea(_ambiguous(str(query), hits) if hits else self._unknown(str(query), text))

    def named(self, name: str) -> list[Gebiet]:
        """Every area that a name or number may mean; none if it is free."""
        return self._by_number(fold(name)) or self._by_name(fold(name))

    def match_stadtteil(self, name: str) -> Gebiet | None:
        """The Stadtteil that a source file means by a name or known variant; None if there is none."""
        return next((a for a in self.of_level("stadtteil") if fold(name) in _names(a)), None)

    def _by_number(self, text: str) -> list[Gebiet]:
        bezirk = re.fullmatch(r"(?:stadt)?bezirk ?(\w+)", text)
        key = bezirk.group(1) if bezirk else text
        if key.upper() in _ROMAN:
            return self._pick("stadtbezirk", _ROMAN.index(key.upper()) + 1)
        if bezirk and key.isdigit():
            return self._pick("stadtbezirk", int(key))
        number = re.fullmatch(r"(?:stadtteil )?(\d+)(?: (.+))?", text)
        if number is None:
            return []
        hits = self._pick("stadtteil", int(number.group(1)))
        return [area for area in hits if number.group(2) is None or number.group(2) in _names(area)]

    def _by_name(self, text: str) -> list[Gebiet]:
        prefixes = "|".join(["stadtteil", QUARTIER, *(re.escape(fold(city.name)) for city in self.of_level("stadt"))])
        name = re.sub(rf"^(?:{prefixes}) (?=.)", "", text)
        return [area for area in self if {text, name} & _names(area)]

    def _pick(self, ebene: str, nummer: int) -> list[Gebiet]:
        return [area for area in self.of_level(ebene) if area.nummer == nummer]

    def _unknown(self, query: str, text: str) -> str:
        key = re.sub(r"^(?:stadtteil|(?:stadt)?bezirk) ?", "", text)
        if key.isdigit() or key.upper() in _ROMAN:
            hint = f" Es gibt {' und '.join(self._span(ebene) for ebene in LEVEL_PLURALS if self.of_level(ebene))}."
        else:
            parts = [area for area in self if text and any(text in name.split() for name in _names(area))]
            if len(parts) > 1:
                return _ambiguous(query, parts)
            near = list(dict.fromkeys(area.langname for area in parts or self._near(text)))
            hint = f" Meinten Sie {_either(near)}?" if near else ""
        where = "Alle Namen und Nummern zeigt: sozialraum areas"
        kinds = [
            f"ein {LEVEL_LABELS[level]}" for level in ("stadtteil", "stadtbezirk", QUARTIER) if self.of_level(level)
        ]
        what = f"weder {' noch '.join(kinds)}" if len(kinds) > 1 else f"k{kinds[0]}"
        return f"„{query}“ ist {what}.{hint} {where}"

    def _near(self, text: str) -> list[Gebiet]:
        """Areas of a number and a name that do not belong together, otherwise areas with similar names."""
        numbered = re.fullmatch(r"(\d+) (.+)", text)
        if numbered and (
            found := [*self._pick("stadtteil", int(numbered.group(1))), *self._by_name(numbered.group(2))]
        ):
            return found
        names = {name: area for area in self for name in _names(area)}
        similar = process.extract(text, list(names), scorer=fuzz.WRatio, limit=4, score_cutoff=_MIN_SIMILARITY)
        return [names[name] for name, _, _ in similar]

    def _span(self, ebene: str) -> str:
        areas = self.of_level(ebene)
        return f"die {LEVEL_PLURALS[ebene]} {areas[0].id} bis {areas[-1].id}"


def _to_gebiet(key: str, row: pd.Series) -> Gebiet:
    variants = row["schreibweisen"]
    return Gebiet(
        id=key,
        ebene=row["ebene"],
        nummer=int(row["nummer"]),
        name=row["name"],
        stadtbezirk_id=None if pd.isna(row["stadtbezirk_id"]) else row["stadtbezirk_id"],
        artikel="" if pd.isna(row["artikel"]) else row["artikel"],
        praeposition=row["praeposition"],
        flaeche_km2=float(row["flaeche_km2"]),
        schreibweisen=() if pd.isna(variants) else tuple(variants.split("|")),
    )


def _names(area: Gebiet) -> set[str]:
    return _folded(area.name, area.label, area.langname, *area.schreibweisen)


def _folded(*names: str) -> set[str]:
    return {fold(name) for name in names}


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} oder {names[-1]}"


def _ambiguous(query: str, hits: list[Gebiet]) -> str:
    listed = _either([f"{hit.ebene_label} {hit.id} {hit.name}" for hit in hits])
    return f"„{query}“ ist mehrdeutig: Gemeint sein kann {listed}. Bitte die Nummer angeben, zum Beispiel {hits[0].id}."
