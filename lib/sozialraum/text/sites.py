"""Words on sites: where the mean way is shortest, what is as good, what a wish costs, and what no data decide."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import pandas as pd
import shapely

from sozialraum.city.access import DETOUR, WALKING_SPEED_M_PER_MIN
from sozialraum.compare.site_question import STREETS, Siting, cells_of, house_near, streets_in
from sozialraum.compare.siting import COVER, DRAWS, EQUAL, MEAN, MINUTES, WORST, Reach, Sites, Span, Wish
from sozialraum.compare.wert import Reference
from sozialraum.style import NBSP, number
from sozialraum.style.grammar import enumerate_words, upper_first
from sozialraum.style.numbers import share
from sozialraum.text.chapters import subtitle
from sozialraum.text.claims import Fact, Sentence, fact, noted, with_rows
from sozialraum.text.walks import people

SITE: Final = "standort"
"""Kind of reference: a question about sites, answered again by the evidence checker."""
BARRIERS: Final = "Bahn, Kanal und Autobahn nicht berücksichtigt"
CHECKLIST: Final = (
    "Erdgeschoss, von der Straße zu sehen",
    "ohne Stufen zu erreichen, mit barrierefreier Toilette",
    "Miete, Nebenkosten und Laufzeit",
    "Fläche für Beratung, Gruppen und Arbeitsplätze",
    "Haltestelle, Markt oder Geschäfte in der Nähe, zu denen Menschen ohnehin gehen",
    "gefährliche oder unbeleuchtete Stellen auf dem Weg",
    "was die Menschen vor Ort, Vereine und Träger sagen",
)
"""What decides about rooms and stands in no table."""
_GOOD_PART: Final = 0.1
_AS_FAR: Final = {
    MEAN: "mittlerer Weg",
    COVER: "Anteil mit kurzem Weg",
    WORST: "längster Weg",
}


def site_basis(siting: Siting) -> Fact:
    """What all these words rest on."""
    return Fact(SITE, siting.question.key)


def site_name(siting: Siting, place: tuple[float, float], name: str = "") -> str:
    """A site as it is called: "bei" its address, "nahe" the house that is nearest to a cell."""
    if name:
        return f"bei {name}"
    return f"nahe {house_near(siting.analysis.data, *place) or f'{place[0]:.0f} / {place[1]:.0f}'}"


def site_names(siting: Siting) -> list[str]:
    """The new sites as they are called."""
    found = siting.sites.sites
    return [site_name(siting, (x, y), name) for (x, y), name in zip(found.at.tolist(), found.names, strict=True)]


def where(siting: Siting) -> str:
    """The catchment as a where-phrase: "in Borbeck-Mitte", "in Altendorf und Bochold"."""
    areas = [siting.analysis.data.register.by_id(key) for key in siting.question.gebiete]
    if len({area.praeposition for area in areas}) == 1:
        return f"{areas[0].praeposition} {enumerate_words([area.label for area in areas])}"
    return enumerate_words([area.in_phrase for area in areas])


def site_heading(siting: Siting) -> str:
    """Heading of the page: "Standort: kurze Wege in Borbeck-Mitte"."""
    return f"Standort: kurze Wege {where(siting)}"


def site_place(siting: Siting) -> Sentence:
    """Line under the title: where, or the areas whose people count."""
    register, keys = siting.analysis.data.register, siting.question.gebiete
    if len(keys) == 1:
        return subtitle(siting.located)
    return Sentence(f"Einzugsbereich: {enumerate_words([register.by_id(key).label for key in keys])}")


def site_question(siting: Siting) -> str:
    """What the page answers."""
    return f"Von wo aus haben {siting.who} {where(siting)} kurze Wege, und was kostet ein Wunschort?"


def site_title(siting: Siting) -> str:
    """The finding, with what straight lines leave out."""
    names, found = enumerate_words(site_names(siting)), siting.sites
    who = siting.who
    several = len(found.chosen) > 1
    to, other = (f"zu den Standorten {names}", "keinen") if several else (f"zum Standort {names}", "keinem")
    told = {
        MEAN: f"Die im Mittel kürzesten Wege enden {names}",
        COVER: f"Zu {other} anderen haben mehr {who} höchstens {_metres(found.metres)} Weg als {to}",
        WORST: f"Der längste Weg ist am kürzesten {to}",
    }[found.objective]
    told += "" if found.proven else " (nicht bewiesen)"
    return told if found.network else f"{told}; {BARRIERS}"


def site_answer(siting: Siting) -> list[Sentence]:
    """The answer as sentences."""
    basis = (site_basis(siting),)
    texts = [*_best(siting), *_wished(siting), *_equal(siting), *_second(siting), *_proof(siting)]
    return [*_special(siting), *(Sentence(text, facts=basis) for text in texts)]


def _special(siting: Siting) -> Iterator[Sentence]:
    """What is special about Stadtteile in which a good part of the people lives."""
    data, cells = siting.analysis.data, cells_of(siting.analysis.data, siting.question.gebiete)
    people = cells.groupby(cells["gebiet_id"].astype(str))["einwohner"].sum()
    for name, note in (data.stadt.get("besonderheiten") or {}).items():
        parts = [key for key in siting.members if data.register.by_id(key).name == name]
        if parts and people.get(parts[0], 0) >= _GOOD_PART * people.sum():
            yield noted("besonderheit", str(note["text"]))


def _best(siting: Siting) -> Iterator[str]:
    found, who = siting.sites, siting.who
    names = enumerate_words(site_names(siting))
    several = len(found.chosen) > 1
    lead = f"Standorte {names}" if several else f"Standort {names}"
    beside = f", neben {enumerate_words(list(found.fixed.names))}" if len(found.fixed) else ""
    nearest = " zum nächsten" if several or beside else ""
    yield f"{lead}{beside}: Der mittlere Fußweg{nearest} misst {_way(found.reach.mittel)}."
    if found.objective == COVER:
        yield f"Höchstens {_metres(found.metres)} haben es {share(found.value)} der {who}."
    yield f"Der längste Weg {where(siting)} misst {_metres(found.reach.laengster)}."
    first, *others = ((minutes, people(found.reach.binnen[minutes].wert)) for minutes in MINUTES)
    more = enumerate_words([f"höchstens {minutes} {amount}" for minutes, amount in others])
    yield f"Höchstens {first[0]} Minuten zu Fuß haben es {first[1]} {who}, {more}."


def _wished(siting: Siting) -> Iterator[str]:
    wish, found = siting.sites.wish, siting.sites
    if wish is None:
        return
    instead = f" anstelle des Standorts {site_names(siting)[wish.instead]}" if len(found.chosen) > 1 else ""
    yield f"{wish.name}{instead}: {_compared(wish, found)}."
    if not _inside(siting, wish):
        yield f"{wish.name} liegt außerhalb des Einzugsbereichs."
    if wish.gleichwertig:
        yield f"{wish.name} ist damit gleichwertig; die Daten unterscheiden beide Orte nicht."
    elif found.objective == MEAN and len(found.demand.drawn) > 1:
        yield "Der Unterschied ist größer als die Spanne der Schätzung. Ob er zählt, sagen die Daten nicht."
    else:
        yield "Ob der Unterschied zählt, sagen die Daten nicht."


def _inside(siting: Siting, wish: Wish) -> bool:
    shapes = siting.analysis.data.gebiete.geometry
    return any(shapes[key].covers(shapely.Point(wish.at)) for key in siting.question.gebiete)


def _compared(wish: Wish, found: Sites) -> str:
    """A wish beside the best by what was made as good as possible."""
    if found.objective == MEAN:
        if np.isinf(wish.mehr.wert):
            return f"{_metres(wish.reach.mittel.wert)} im Mittel statt {_metres(0)}"
        return f"{_metres(wish.reach.mittel.wert)} im Mittel, {_more(wish, several=len(found.chosen) > 1)}"
    values = [share(one) if found.objective == COVER else _metres(one) for one in (wish.value, found.value)]
    return f"{_AS_FAR[found.objective]} {values[0]} statt {values[1]}"


def _more(wish: Wish, *, several: bool) -> str:
    """By how much a way is longer, with its ends: "12,2 % mehr als am Standort mit dem kürzesten mittleren Weg"."""
    less = wish.mehr.wert < 0
    amount, one, other = (abs(end) for end in (wish.mehr.wert, wish.mehr.von, wish.mehr.bis))
    word = "weniger" if less else "mehr"
    ends = ""
    if number(one, 1) != number(other, 1) and (wish.mehr.von >= 0 or wish.mehr.bis <= 0):
        ends = f" (Spanne {number(min(one, other), 1)} bis {share(max(one, other))})"
    where_ = "an den Standorten" if several else "am Standort"
    return f"{share(amount)} {word} als {where_} mit dem kürzesten mittleren Weg{ends}"


def _equal(siting: Siting) -> Iterator[str]:
    found = siting.sites
    what = "Zellen von 100 m" if not any(found.candidates.names) else "möglichen Standorten"
    for name, near in zip(site_names(siting), found.equal, strict=True):
        lead = f"Gleichwertig zum Standort {name}" if len(found.chosen) > 1 else "Gleichwertig"
        count = int(near.sum())
        if count == 1:
            yield f"{lead} ist kein anderer Ort."
            continue
        yield f"{lead} sind {number(count)} von {number(len(found.candidates))} {what}: {_rule(siting)}."
        streets = streets_in(siting.analysis.data, found.candidates.some(np.flatnonzero(near)))
        if streets and not any(found.candidates.names):
            some = "unter anderem " if len(streets) > STREETS else ""
            yield f"Dort liegen {some}Häuser dieser Straßen: {enumerate_words(streets[:STREETS]).removesuffix('.')}."


def _rule(siting: Siting) -> str:
    """Why candidates count as equally good."""
    percent = f"{round(100 * EQUAL)}{NBSP}%"
    if siting.sites.objective == COVER:
        return f"sie erreichen höchstens {percent} weniger Menschen"
    much = f"ihr {_AS_FAR[siting.sites.objective]} ist höchstens {percent} länger"
    errs = siting.sites.objective == MEAN and len(siting.sites.demand.drawn) > 1
    return f"{much} oder die Schätzung der Einwohner lässt den Unterschied offen" if errs else much


def _second(siting: Siting) -> Iterator[str]:
    second, who = siting.sites.second, siting.who
    if second is None:
        return
    place = second.site.at[0].tolist()
    name = site_name(siting, (place[0], place[1]), second.site.names[0])
    yield (
        f"Ein weiterer Standort {name} wäre für {people(second.helped.wert)} {who} näher: im Mittel "
        f"{_metres(second.after)} statt {_metres(second.before)}."
    )
    yield f"Der mittlere Weg aller läge dann bei {_way(second.reach.mittel)}."


def _proof(siting: Siting) -> Iterator[str]:
    found = siting.sites
    if found.merged:
        yield (
            "So viele Zellen lassen sich nicht alle gegeneinander prüfen: gesucht wurde auf einem gröberen Netz, "
            "dann in der Nähe verfeinert. Bewiesen ist das Ergebnis nicht."
        )
    elif found.gap:
        yield f"Die Zeit reichte für keinen Beweis: besser sein könnte es um höchstens {share(100 * found.gap)}."


def plain_answer(found: Sites) -> str:
    """The answer without names of places."""
    more = "" if found.wish is None else f" Der Wunschort: {_compared(found.wish, found)}."
    number_ = f"{number(len(found.chosen))} {'Standort' if len(found.chosen) == 1 else 'Standorte'}"
    within = {
        MEAN: "",
        COVER: f" Höchstens {_metres(found.metres)} weit ist er für {share(found.value)}.",
        WORST: f" Der längste misst {_metres(found.value)}.",
    }[found.objective]
    return f"{number_}: Der mittlere Fußweg misst {_way(found.reach.mittel)}.{within}{more}"


def site_alt(siting: Siting) -> str:
    """What the map shows, in words."""
    found, names = siting.sites, enumerate_words(site_names(siting))
    wish = f", {found.wish.name}" if found.wish and _inside(siting, found.wish) else ""
    count = sum(int(near.sum()) for near in found.equal)
    zone = f"{number(count)} gleichwertige {'Zelle' if count == 1 else 'Zellen'}"
    return f"Karte der Umgebung {where(siting)}: markiert sind {names}{wish} und {zone}."


def site_subtitle(siting: Siting) -> str:
    """How the ways were measured."""
    ways = "auf dem Netz der Fußwege" if siting.sites.network else f"Luftlinie mal {number(DETOUR, 1)}"
    rings = "" if siting.sites.network else " Kreise: 5, 10 und 15 Minuten zu Fuß."
    return f"Wege von den Mitten der bewohnten 100-m-Zellen, {ways}. Ocker: gleichwertig.{rings}"


def site_table(siting: Siting) -> pd.DataFrame:
    """Ways and people of the sites, of the wish and with a further site; index the site."""
    found, names = siting.sites, enumerate_words(site_names(siting))
    rows = {f"Standort {names}": found.reach}
    if found.wish:
        instead = f" statt {site_names(siting)[found.wish.instead]}" if len(found.chosen) > 1 else ""
        rows[f"{found.wish.name}{instead}"] = found.wish.reach
    if found.second:
        place = found.second.site.at[0].tolist()
        further = site_name(siting, (place[0], place[1]), found.second.site.names[0])
        rows[f"dazu ein weiterer {further}"] = found.second.reach
    frame = pd.DataFrame.from_dict({name: _row(reach) for name, reach in rows.items()}, orient="index")
    basis = (site_basis(siting).ref, *_phrases())
    return with_rows(frame.rename_axis("Standort"), [basis] * len(frame))


def _phrases() -> tuple[Reference, ...]:
    return (fact("minuten", *(f"bis {minutes} Minuten" for minutes in MINUTES)).ref,)


def _row(reach: Reach) -> dict[str, str]:
    within = {f"bis {minutes} Minuten": _people(reach.binnen[minutes]) for minutes in MINUTES}
    return {"mittlerer Weg": _way(reach.mittel), "längster Weg": _metres(reach.laengster), **within}


def _people(span: Span) -> str:
    told = people(span.wert)
    if span.wert < 30 or people(span.von) == people(span.bis):
        return told
    return f"{told} ({people(span.von).removeprefix('rund ')} bis {people(span.bis).removeprefix('rund ')})"


def site_caption(siting: Siting) -> str:
    """Caption of the table."""
    return f"{upper_first(siting.who)} {where(siting)} und ihr Fußweg"


def site_checklist() -> list[str]:
    """What to look at on the spot."""
    return [f"{upper_first(one)}." for one in CHECKLIST]


def site_limits(siting: Siting) -> list[Sentence]:
    """What the numbers do not say."""
    basis = (site_basis(siting),)
    texts: Iterable[str] = (
        "Der mittlere Weg ist ein Maß unter mehreren. Der Ort mit dem kürzesten ist deshalb nicht der beste.",
        "Gerechnet wird vom Mittelpunkt der bewohnten Zellen"
        + (" auf den Fußwegen." if siting.sites.network else f" als Luftlinie mal {number(DETOUR, 1)}; {BARRIERS}."),
        f"Zu Fuß heißt: 5{NBSP}km/h, also rund {round(WALKING_SPEED_M_PER_MIN)}{NBSP}m je Minute.",
        _draws(siting),
    )
    return [Sentence(text, facts=basis) for text in texts if text]


def _draws(siting: Siting) -> str:
    if len(siting.sites.demand.drawn) == 1:
        return "Die Einwohner der Zellen gelten als genau; Spannen gibt es deshalb nicht."
    return (
        f"Spannen zeigen, was neun von zehn Rechnungen sagen: {DRAWS} Mal wurden die geschätzten Einwohner jeder "
        "Zelle innerhalb ihres Fehlers neu gezogen."
    )


def _way(span: Span) -> str:
    ends = [number(round(end)) for end in (span.von, span.bis)]
    spread = f" (Spanne {ends[0]} bis {ends[1]}{NBSP}m)" if ends[0] != ends[1] else ""
    return f"{_metres(span.wert)}{spread}"


def _metres(metres: float) -> str:
    return f"{number(round(metres))}{NBSP}m"
