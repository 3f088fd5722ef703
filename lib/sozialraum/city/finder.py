"""Find whatever a person types: areas, streets, places, addresses.

The atlas searches :func:`index` in the browser by the same rule; a test compares both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import pandas as pd
from rapidfuzz import process
from rapidfuzz.distance import OSA

from sozialraum.city.adressen import gazetteer, joined, locate, parsed, search_words, street_key
from sozialraum.city.gebiete import LEVEL_LABELS, QUARTIER, Gebiet
from sozialraum.city.load import Data
from sozialraum.errors import UnknownAddress

STREET: Final = "Straße"
ADDRESS: Final = "Adresse"
NOWHERE: Final = "Stadtteil nicht erfasst"
NAMELESS: Final = ("radunfall", "fussunfall")
"""Kinds of places whose entries have no name of their own."""
STREETS, PLACES, STOPS = 1, 2, 3
"""Groups of entries that fit as well: areas (0) come first, then these."""
STOP_KINDS: Final = ("haltestelle", "haltestelle_im_bau")
EXACT, BEGINNING, WORD, WORDS, INSIDE, FORGIVING = range(6)
"""How well an entry fits, best first."""
SHORTEST_INSIDE: Final = 3
FORGIVEN: Final = ((10, 2), (4, 1))
"""From how many letters on how many typing errors are forgiven."""
SHORTEST_BEGINNING: Final = 5
"""Letters from which an error is forgiven in the beginning of a name, not only in the whole."""


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    Attributes
    ----------
    label, kind, detail
        As printed: "Schloßstr.", "Straße", "Borbeck-Mitte, Schönebeck".
    gebiete
        Ids of the areas: of an area its own, of a street all Stadtteile that it runs through, most houses first.
    punkt
        Position in metres, if one is known.
    names
        Further names under which it is found: numbers and spellings of areas.
    group
        Areas (0) come before :data:`STREETS`, :data:`PLACES` and :data:`STOPS` that fit as well.
    """

    label: str
    kind: str
    detail: str
    gebiete: tuple[str, ...]
    punkt: tuple[int, int] | None = None
    names: tuple[str, ...] = field(default=(), repr=False)
    group: int = field(default=0, repr=False)


@dataclass(frozen=True)
class _Known:
    """All entries with the forms in which they are compared: names, their endings from each word on, and words."""

    entries: list[Entry]
    names: list[tuple[str, int]]
    endings: list[tuple[str, int]]
    words: list[tuple[str, str]]
    length: list[int]


def entries(data: Data) -> list[Entry]:
    """Everything that can be found, in the order in which equally good ones are listed."""
    return _known(data).entries


def find(data: Data, text: str, *, limit: int = 10) -> list[Entry]:
    """What a text may mean, best first: exact, beginning, beginning of a word, every word, inside.

    Only if nothing fits, one typing error is forgiven, and two in a long name. Case, umlauts, ß, hyphens, blanks and
    "Str." never matter. A house number leads to the address, or to the street if there is no such number.
    """
    words = search_words(text)
    if not words:
        return []
    return _addresses(data, text, limit) or _ranked(_known(data), words, limit)


def index(data: Data) -> dict[str, Any]:
    """All entries as columns for JSON, in their order.

    Returns
    -------
    dict
        ``label``; ``art``, ``ort`` and ``wo`` hold positions in ``arten`` (kinds), ``orte`` (ids joined by ``|``) and
        ``wos`` (details); ``namen`` the further names by position; ``gruppe`` the position at which each group begins;
        ``punkt`` metres from ``null`` as flat pairs, -1 where no position is known.
    """
    found = entries(data)
    known = [one.punkt for one in found if one.punkt]
    zero = (min((x for x, _ in known), default=0), min((y for _, y in known), default=0))
    columns: dict[str, Any] = {"label": [one.label for one in found]}
    for name, plural, values in (
        ("art", "arten", [one.kind for one in found]),
        ("ort", "orte", ["|".join(one.gebiete) for one in found]),
        ("wo", "wos", [one.detail for one in found]),
    ):
        codes, uniques = pd.factorize(pd.Series(values, dtype=object))
        columns |= {name: codes.tolist(), plural: list(uniques)}
    places = [(one.punkt[0] - zero[0], one.punkt[1] - zero[1]) if one.punkt else (-1, -1) for one in found]
    groups = [one.group for one in found]
    return {
        **columns,
        "namen": {str(place): list(one.names) for place, one in enumerate(found) if one.names},
        "gruppe": [sum(group < start for group in groups) for start in range(STOPS + 1)],
        "null": list(zero),
        "punkt": [part for pair in places for part in pair],
    }


@lru_cache(maxsize=4)
def _known(data: Data) -> _Known:
    found = [*_areas(data), *sorted(_streets(data), key=_by_name), *sorted(_distinct(_places(data)), key=_by_name)]
    known = _Known(found, [], [], [], [])
    for place, one in enumerate(found):
        first = len(known.names)
        for name in dict.fromkeys((one.label, *one.names)):
            words = search_words(name)
            known.names.append((joined(words), place))
            known.endings.extend((joined(words[at:]), place) for at in range(1, len(words)))
        own = search_words(" ".join((one.label, *one.names, one.kind if one.group > STREETS else "")))
        known.words.append((_padded(own), _padded([*own, *search_words(f"{one.kind} {one.detail}")])))
        known.length.append(len(known.names[first][0]))
    return known


def _distinct(found: Iterable[Entry]) -> Iterator[Entry]:
    """Entries that read alike, the signs of one stop for example, once."""
    return iter({(one.label, one.kind, one.detail): one for one in found}.values())


def _padded(words: list[str]) -> str:
    return f" {' '.join(words)}"


def _by_name(one: Entry) -> tuple[Any, ...]:
    return one.group, street_key(one.label), one.kind, one.detail, one.gebiete


def _areas(data: Data) -> Iterator[Entry]:
    register = data.register
    for level in ("stadtteil", "stadtbezirk", "stadt", QUARTIER):
        for area in register.of_level(level):
            within = [register.by_id(key).label for key in register.bezirke(area.id)]
            detail = area.name if level == "stadtbezirk" and area.name != area.label else ", ".join(within)
            yield Entry(area.label, area.ebene_label, detail, (area.id,), None, area_names(area))
    for gap in register.luecken:
        yield Entry(gap.name, LEVEL_LABELS[QUARTIER], "Abgrenzung liegt nicht vor", (), None, gap.schreibweisen)


def area_names(area: Gebiet) -> tuple[str, ...]:
    """Names and numbers under which an area is found besides its label."""
    number = str(area.nummer or "")
    names = [area.name, area.langname, *area.schreibweisen]
    if area.ebene == "stadtbezirk":
        names += [area.id, *(f"{word} {key}" for word in ("Bezirk", "Stadtbezirk") for key in (area.id, number))]
    elif area.ebene == "stadt":
        names.append(f"Stadt {area.name}")
    elif area.planung:
        names.append(area.eigenname)
    elif number:
        names += [key + name for key in (area.id, number, f"Stadtteil {number}") for name in ("", f" {area.name}")]
    return tuple(dict.fromkeys(name for name in names if name and name != area.label))


def _streets(data: Data) -> Iterator[Entry]:
    """Every street once, with all its Stadtteile; its position is that of its sign, or of its first house."""
    table = gazetteer(data.dir)
    if table.empty:
        return
    houses = (table["hausnummer"] != "").groupby([table["strasse"], table["gebiet_id"]], observed=True).sum()
    order = houses.reset_index(name="n").sort_values("n", ascending=False, kind="stable")
    runs = order.groupby("strasse", observed=True)["gebiet_id"].agg(tuple)
    first = table.drop_duplicates("strasse").set_index("strasse")
    for street, x, y in zip(first.index, first["x"], first["y"], strict=True):
        keys = tuple(map(str, runs[street]))
        yield Entry(str(street), STREET, _labels(data, keys), keys, (int(x), int(y)), group=STREETS)


def _places(data: Data) -> Iterator[Entry]:
    """Places and offers with a name; one that is not open says so."""
    for row, point in zip(data.einrichtungen.to_dict("records"), data.einrichtungen.geometry, strict=True):
        if row["art"] not in NAMELESS and pd.notna(row["name"]):
            group = STOPS if row["art"] in STOP_KINDS else PLACES
            yield _place(data, row, row["name"], row["unterart"], _metres(point), group)
    for row, shape in zip(data.einkaufsstrassen.to_dict("records"), data.einkaufsstrassen.geometry, strict=True):
        yield _place(data, row, row["name"], "Einkaufsstraße", _metres(shape.representative_point()))
    for row in data.angebote.to_dict("records"):
        label = f"{row['art']} {row['bereich']}" if pd.isna(row["stelle"]) else row["stelle"]
        yield _place(data, row, label, row["art"])


def _metres(point: Any) -> tuple[int, int] | None:
    return None if point is None or point.is_empty else (round(point.x), round(point.y))


def _place(
    data: Data, row: dict[Any, Any], label: Any, kind: Any, punkt: tuple[int, int] | None = None, group: int = PLACES
) -> Entry:
    ids = row.get("gebiet_id", row.get("gebiete"))
    keys = () if pd.isna(ids) else tuple(str(ids).split("|"))
    address, status = (row.get(name) for name in ("adresse", "status"))
    known = [_labels(data, keys) or NOWHERE, "" if pd.isna(address) else str(address).partition(",")[0]]
    known += [] if pd.isna(status) or status == "offen" else [str(status)]
    return Entry(str(label), str(kind), ", ".join(filter(None, known)), keys, punkt, group=group)


def _labels(data: Data, keys: tuple[str, ...]) -> str:
    return ", ".join(data.register.by_id(key).label for key in keys)


def _addresses(data: Data, text: str, limit: int) -> list[Entry]:
    """An address that is known; otherwise the street that is meant, if it is one."""
    street, number = parsed(data, text)
    if not number:
        return []
    try:
        place = locate(data, text)
    except UnknownAddress:
        known = _known(data)
        return [
            known.entries[place]
            for name, place in known.names
            if name == street and known.entries[place].group == STREETS
        ][:limit]
    return [Entry(place.adresse, ADDRESS, place.gebiet.label, (place.gebiet.id,), (place.x, place.y), group=STREETS)][
        :limit
    ]


def _ranked(known: _Known, words: list[str], limit: int) -> list[Entry]:
    text = joined(words)
    found: dict[int, int] = {}
    for name, place in known.names:
        if name.startswith(text):
            found[place] = min(found.get(place, INSIDE), EXACT if name == text else BEGINNING)
    for name, place in known.endings:
        if name.startswith(text):
            found.setdefault(place, WORD)
    if len(found) < limit:  # what fits worse would come behind these
        _with_every(known, [f" {word}" for word in words], WORDS, found)
    if len(found) < limit and min(map(len, words)) >= SHORTEST_INSIDE:
        _with_every(known, words, INSIDE, found)
        for name, place in known.names:
            if text in name:
                found.setdefault(place, INSIDE)
    ranks = found or _forgiven(known, text)
    order = sorted(ranks, key=lambda place: (ranks[place], known.entries[place].group, known.length[place], place))
    return [known.entries[place] for place in order[:limit]]


def _with_every(known: _Known, parts: list[str], rank: int, found: dict[int, int]) -> None:
    """Entries whose words hold every part, at least one of them in the name (of a place: in its name or kind)."""
    for place, (own, every) in enumerate(known.words):
        if all(part in every for part in parts) and any(part in own for part in parts):
            found.setdefault(place, rank)


def _forgiven(known: _Known, text: str) -> dict[int, int]:
    """Entries whose name, or its beginning from some word on, differs by few typing errors."""
    errors = next((errors for letters, errors in FORGIVEN if len(text) >= letters), 0)
    if not errors:
        return {}
    whole = [(name, place) for name, place in known.names if abs(len(name) - len(text)) <= errors]
    tried = list(whole)
    if len(text) >= SHORTEST_BEGINNING:
        lengths = range(len(text) - errors, len(text) + errors + 1)
        longer = [one for one in (*known.names, *known.endings) if len(one[0]) >= lengths[0]]
        tried += [(name[:length], place) for length in lengths for name, place in longer]
    far = process.cdist([text], [name for name, _ in tried], scorer=OSA.distance, score_cutoff=errors)[0]
    found: dict[int, int] = {}
    for place in (far <= errors).nonzero()[0]:
        owner, rank = tried[place][1], FORGIVING + int(far[place])
        found[owner] = min(found.get(owner, rank), rank)
    return found
