"""Sentences and tables of the index: what enters, the classes, how they hold, what missing tables would change."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from sozialraum.city.indicators import Indikator
from sozialraum.compare.analysis import MIN_INHABITANTS, Analysis
from sozialraum.compare.city_index import COVERED, CityIndex, city_index
from sozialraum.compare.missing_table import RANGE, TIED, Piece, Tip
from sozialraum.compare.social_index import NEUTRAL, SMALL, STATUS
from sozialraum.compare.stability import CLEAR, DRAWS, KINDS, check_words
from sozialraum.errors import ParameterError
from sozialraum.style import NBSP, day, number, signed, value
from sozialraum.style.grammar import enumerate_words, plural
from sozialraum.supply.intake.template import MISSING
from sozialraum.supply.series import split_change
from sozialraum.text.chapters import citations
from sozialraum.text.claims import Sentence, noted, with_cells, with_form

INDEX: Final = "index"
"""Kind of reference: what was computed of an index; its phrases are made here."""
_DIRECTIONS: Final = {"belastung": "hoch heißt Belastung", "ressource": "hoch heißt Ressource", NEUTRAL: "neutral"}
_DIGITS: Final = 2
_TIES: Final = f"von keinem bis zu einem engen (Korrelation {number(TIED[0])} bis {number(TIED[1], 1)})"
_NO_TIP: Final = "keine bei einer Kennzahl allein"
_FEW: Final = 4
"""For so many Stadtteile what changes their class is said in sentences; for more in the table."""
_MANY: Final = 12
"""So many names a sentence lists; more stand in the table."""


def index_of(
    analysis: Analysis,
    indikatoren: Sequence[str] = (),
    *,
    richtungen: Sequence[str] = (),
    gewichte: Sequence[str] = (),
) -> CityIndex:
    """The index of the Stadtteile with dynamics where all its figures have a second date; see :func:`city_index`.

    Directions and weights are written as in a cell of parameters: "arbeitslosenanteil: 2". A ParameterError names the
    one that is not.
    """
    weights = {key: _number(key, text) for key, text in _pairs(gewichte, "gewichte", "arbeitslosenanteil: 2").items()}
    found = city_index(
        analysis, indikatoren, gewichte=weights,
        richtungen=_pairs(richtungen, "richtungen", "staatsangehoerige_bg_ro: belastung"),
    )  # fmt: skip
    changes = None if found.grund else _changes(analysis, list(found.eingegangen))
    return found if changes is None else replace(found, changes=changes)


def _pairs(given: Sequence[str], name: str, example: str) -> dict[str, str]:
    parts = [str(one).partition(":") for one in ([given] if isinstance(given, str) else given)]
    if wrong := [key for key, colon, said in parts if not (key.strip() and colon and said.strip())]:
        raise ParameterError(f'{name}: „{wrong[0]}“ nennt nicht Kennung und Angabe. Erwartet wird etwa ["{example}"].')
    return {key.strip(): said.strip() for key, _, said in parts}


def _number(key: str, said: str) -> float:
    try:
        return float(said.replace(",", "."))
    except ValueError as error:
        raise ParameterError(
            f"Das Gewicht „{said}“ von {key} ist keine Zahl. Erwartet wird etwa 2 oder 0,5."
        ) from error


def index_title(found: CityIndex) -> str:
    """Title of the page: it is called Sozialindex only with all figures in it that the city names for one."""
    where = found.analysis.gebiet.label if found.analysis.gebiet.ebene != "stadt" else found.analysis.stadt
    if found.grund:
        return f"Kein Index für {where}: Es fehlen Tabellen"
    name = "Sozialindex" if found.vollstaendig else f"Index aus {len(found.eingegangen)} Kennzahlen"
    return f"{name}: {where}"


def index_subtitle(found: CityIndex) -> Sentence:
    """What the index is made of."""
    if found.grund:
        wanted = plural(len(found.gewuenscht), "Kennzahl", "Kennzahlen")
        return noted(INDEX, f"{wanted} vorgesehen, {len(found.eingegangen)} davon zulässig und vorhanden")
    return noted(INDEX, f"Aus: {_names(found, found.eingegangen)}")


def index_result(found: CityIndex) -> list[Sentence]:
    """What the index says, whether it decides anything, and what is to be known of it."""
    if found.grund:
        return _no_index(found)
    sizes = Counter(found.index["klasse"].dropna())
    groups = enumerate_words([f"{number(sizes[word])} {word}" for word in STATUS if sizes[word]])
    lines = [
        f"Von {plural(sum(sizes.values()), 'Stadtteil', 'Stadtteilen')} haben nach diesem Index den Status: {groups}."
    ]
    lines += _decided(found)
    lines += _own_area(found)
    if found.neutral:
        lines.append(f"Auf ausdrücklichen Wunsch einbezogen, obwohl neutral: {_names(found, found.neutral)}.")
    if flat := found.basis.constant:
        lines.append(f"Überall derselbe Wert, deshalb ohne Einfluss: {_names(found, flat)}.")
    if found.gewichte:
        weights = [f"{found.analysis.katalog[key].kurztitel} {number(one, 2)}" for key, one in found.gewichte.items()]
        lines.append(f"Gewichte, die nicht 1 sind: {enumerate_words(weights)}.")
    small = [area for area, reason in found.basis.out.items() if reason == SMALL]
    if gaps := [area for area in found.basis.out if area not in small]:
        lines.append(f"Ohne Index, weil Werte fehlen: {_areas(found, gaps)}.")
    if small:
        lines.append(f"Ohne Index, weil dort weniger als {MIN_INHABITANTS} Menschen leben: {_areas(found, small)}.")
    lines.append("Der Index fasst Kennzahlen zusammen. Er nennt keine Ursache und sagt nichts über einzelne Menschen.")
    return [noted(INDEX, line) for line in lines]


def _no_index(found: CityIndex) -> list[Sentence]:
    lines = [f"Die vorliegenden Daten entscheiden nichts: Es lässt sich kein Index rechnen. {found.grund}"]
    if found.fehlend:
        lines.append(f"Es fehlen Tabellen zu: {_names(found, found.fehlend)}.")
    if found.abgelehnt:
        lines.append(f"Vorhanden, aber nicht zulässig: {_names(found, found.abgelehnt)}.")
    if found.eingegangen:
        lines.append(f"Vorhanden und zulässig: {_names(found, found.eingegangen)}.")
    lines.append(
        "Zulässig sind amtliche oder eingelesene Werte, die höchstens fünf Jahre alt sind. Schätzungen, Stellvertreter "
        "und bloße Anzahlen gehen nicht ein."
    )
    lines.append(
        "So kommt eine Tabelle hinein: leere Tabelle schreiben (sozialraum data template), von der Stelle ausfüllen "
        "lassen, einlesen (sozialraum data import). Danach steht hier der Index."
    )
    return [noted(INDEX, line) for line in lines]


def _decided(found: CityIndex) -> list[str]:
    """For which Stadtteile the data decide, and for which they do not."""
    share = found.stability.share
    open_ = [str(area) for area in share.index[share < CLEAR]]
    limit = round(CLEAR * 100)
    clear = len(share) - len(open_)
    lines = [
        f"Die Statusgruppe hält bei {clear} von {len(share)} Stadtteilen in mindestens {limit} von 100 Rechnungen."
    ]
    if open_:
        lines.append(f"Hier entscheiden die Daten nicht: {_areas(found, open_)}.")
    if len(open_) <= _FEW:
        called = _called(found)
        lines += [
            f"{_label(found, area)}: Status {found.stability.klassen[area]}; {found.stability.words(area, called)}."
            for area in open_
            if area != found.analysis.gebiet.id
        ]
    return lines


def _own_area(found: CityIndex) -> list[str]:
    """The Stadtteil of the page in words."""
    area = found.analysis.gebiet
    if area.ebene != "stadtteil":
        return []
    klasse = found.index["klasse"].get(area.id)
    if not isinstance(klasse, str):
        return [f"{area.label} hat keinen Index: {_lacking(found, area.id)}."]
    return [f"{area.label}: Status {klasse}; {found.stability.words(area.id, _called(found))}."]


def index_inputs(found: CityIndex) -> pd.DataFrame:
    """Every figure that was asked for: direction, date, whether it enters, where its table is to be had."""
    rows = {}
    for key in found.gewuenscht:
        entry = found.analysis.katalog[key]
        direction = found.eingegangen.get(key, entry.richtung)
        state = "fehlt" if key in found.fehlend else f"abgelehnt: {found.abgelehnt.get(key, '')}"
        if key in found.eingegangen:
            state = "geht auf Wunsch ein" if key in found.neutral else "geht ein"
        if key in found.fehlend and direction == NEUTRAL:
            state = "fehlt; ginge nur auf ausdrücklichen Wunsch ein"
        rows[entry.titel] = [
            _DIRECTIONS[direction], day(entry.stand) if entry.verfuegbar else "", state,
            _where(found, key),
        ]  # fmt: skip
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["Richtung", "Stand", "Was gilt", "Woher"])
    return with_cells(frame.rename_axis("Kennzahl"), INDEX)


def index_sources(found: CityIndex) -> list[Sentence]:
    """Sources of what entered; none without an index."""
    return citations(found.analysis, *found.eingegangen) if found.eingegangen else []


def index_table(found: CityIndex) -> pd.DataFrame:
    """Index, class and dynamics of every Stadtteil; empty without an index."""
    if found.grund:
        return pd.DataFrame()
    names, index = _labels(found), found.index
    frame = pd.DataFrame({"Index": [signed(one, _DIGITS) for one in index["index"]]}, index=names)
    frame["Statusgruppe"] = index["klasse"].fillna("ohne").to_numpy()
    if "dynamik" in index:
        frame["Dynamik"] = index["dynamik"].fillna("ohne").to_numpy()
    return with_form(with_cells(frame, INDEX), "Index", orte=index.index)


def dynamics_note(found: CityIndex) -> list[Sentence]:
    """Between which dates the changes are; empty without any."""
    if found.changes is None or found.grund:
        return []
    first, last = found.changes.attrs["stand"]
    return [noted(INDEX, f"Dynamik: Veränderung vom {day(first)} zum {day(last)}, auf dieselbe Art gezählt.")]


def stability_checks(found: CityIndex) -> pd.DataFrame:
    """What was computed otherwise: runs, and how many classes change; empty without an index."""
    if found.grund:
        return pd.DataFrame()
    rows, called = {}, _called(found)
    for check in found.stability.pruefungen:
        moved = int((check.anteil < 1).sum())
        rows[check_words(check, called)] = [KINDS[check.art], number(check.laeufe), number(moved)]
    head = ["Art", "Rechnungen", "Stadtteile mit anderer Statusgruppe"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=head).rename_axis("Prüfung")
    return with_form(with_cells(frame, INDEX), *head[1:])


STABILITY_LEAD: Final = (
    "Hält die Statusgruppe, wenn anders gerechnet wird: ohne eine Kennzahl, mit anderen Gewichten, mit Rängen statt "
    "Werten, mit Werten in ihren Spannen, ohne Sonderfälle? „Hält in 94 von 100 Rechnungen“ ist das Mittel über diese "
    "Arten der Prüfung; jede zählt gleich."
)


def stability_notes(found: CityIndex) -> list[Sentence]:
    """What changes most classes, and which kinds could not be checked; nothing without an index."""
    if found.grund:
        return []
    called = _called(found)
    moved = {check_words(check, called): int((check.anteil < 1).sum()) for check in found.stability.pruefungen}
    most = max(moved, key=lambda words: moved[words])
    count = plural(moved[most], "Stadtteil", "Stadtteilen")
    lines = [f"Am meisten ändert sich {most}: bei {count} wäre die Statusgruppe in mindestens einer Rechnung anders."]
    if not moved[most]:
        lines = ["Keine Rechnung ändert eine Statusgruppe."]
    lines += [f"Nicht geprüft: {KINDS[kind]}. {why}" for kind, why in found.stability.entfallen.items()]
    return [noted(INDEX, line) for line in lines]


def stability_table(found: CityIndex) -> pd.DataFrame:
    """How the class of every Stadtteil holds, what changes it, and the nearest limit; empty without an index."""
    if found.grund:
        return pd.DataFrame()
    rows, called = {}, _called(found)
    for area, klasse in found.stability.klassen.items():
        tip = found.tips.get(str(area))
        rows[_label(found, str(area))] = [
            klasse, found.stability.held(str(area)),
            found.stability.turning(str(area), called) or "durch keine Rechnung",
            _NO_TIP if tip is None else _tip_words(found.analysis.katalog[tip.indikator], tip),
        ]  # fmt: skip
    head = ["Statusgruppe", "hält", "kippt", "nächste Grenze"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=head).rename_axis("Stadtteil")
    return with_form(with_cells(frame, INDEX), orte=found.stability.klassen.index)


def missing_effects(found: CityIndex) -> pd.DataFrame:
    """Which tables to ask for first, and what each would change; empty if none is missing."""
    if not found.wanted:
        return pd.DataFrame()
    rows = {}
    for place, (key, row) in enumerate(found.effect.iterrows(), start=1):
        entry = found.analysis.katalog[str(key)]
        cells = (
            [] if found.grund else [f"{_percent(row['anteil'])} ({_percent(row['von'])} bis {_percent(row['bis'])})"]
        )
        hint = "ältere oder verwandte Werte" if row["anhalt"] else "keiner"
        rows[entry.titel] = [f"{place}.", *cells, hint, _where(found, str(key))]
    head = ["Reihenfolge", *([] if found.grund else ["ändert Statusgruppen"]), "Anhalt", "Woher"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=head).rename_axis("Fehlende Tabelle")
    return with_cells(frame, INDEX)


def missing_notes(found: CityIndex) -> list[Sentence]:
    """What the list rests on, and what plausible means."""
    if not found.wanted:
        return [
            noted(INDEX, "Von den vorgesehenen Kennzahlen mit einer Richtung ist keine weitere Tabelle zu erbitten.")
        ]
    names = [entry.titel for entry in (found.analysis.katalog[str(key)] for key in found.effect.index)]
    if found.grund:
        lines = _nothing_to_tip(found)
    else:
        part = round((RANGE[1] - RANGE[0]) * 100)
        lines = [
            "Was in einer fehlenden Tabelle steht, ist nicht bekannt.",
            f"Für die Rechnung sind ihre Werte {number(DRAWS)}-mal zufällig gezogen (normalverteilt).",
            f"Angenommen ist dabei jeder Zusammenhang mit dem Index, {_TIES}.",
            f"Die meisten Statusgruppen würde ändern: {names[0]}. In Klammern stehen {part} von 100 Ziehungen.",
        ]
    blind = [str(key) for key in found.effect.index if key not in found.hints]
    if len(blind) > 1:
        lines.append(
            f"Gleichauf liegen: {_names(found, blind)}. Nichts Bekanntes setzt eine davon vor die andere; die "
            "Reihenfolge ist die des Katalogs."
        )
    if hinted := [str(key) for key in found.effect.index if key in found.hints]:
        lines.append(
            f"Ältere oder verwandte Werte liegen vor: {_names(found, hinted)}. Sie gehen nicht in den Index ein, "
            "grenzen aber ein, was die fehlende Tabelle sagen kann."
        )
    return [noted(INDEX, line) for line in lines]


def _nothing_to_tip(found: CityIndex) -> list[str]:
    """Without an index: how far one, two ... of the tables would settle the classes."""
    lines = ["Ohne Index gibt es keine Statusgruppe, die eine fehlende Tabelle ändern könnte."]
    shares = [math.floor(share * 100) for share in found.agreement]
    if len(shares) > 1 and not found.eingegangen:
        first, *others = shares[:-1]
        more = [f"mit {place} bei {share}" for place, share in enumerate(others, start=2)]
        lines += [
            (
                f"Mit 1 von {len(shares)} Tabellen ist die Statusgruppe bei {first} von 100 Stadtteilen dieselbe "
                f"wie mit allen{', ' * bool(more)}{enumerate_words(more)}."
            ),
            "Das ist eine Simulation: Was in den Tabellen steht, ist nicht bekannt.",
            f"Angenommen ist jeder Zusammenhang zwischen den Tabellen, {_TIES}.",
        ]
    return lines


def missing_tips(found: CityIndex) -> pd.DataFrame:
    """From where on in a missing table the class of each Stadtteil would change; empty if there is no index."""
    if found.grund or not found.wanted:
        return pd.DataFrame()
    tips = [(area, found.tips_of_missing[area]) for area in found.analysis.stadtteile if area in found.tips_of_missing]
    rows = {_label(found, area): [_spread_words(tip)] for area, tip in tips}
    head = ["Streuungen vom Mittel, mit denen der Status kippt (+ heißt mehr Belastung)"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=head).rename_axis("Stadtteil")
    return with_form(with_cells(frame, INDEX), orte=[area for area, _ in tips])


def gap_words(found: CityIndex) -> list[Sentence]:
    """Which class a Stadtteil with a single gap would have, by what stands there."""
    if found.grund:
        return []
    lines = []
    for area, (key, pieces) in found.gaps.items():
        entry = found.analysis.katalog[key]
        ways = enumerate_words([_piece_words(entry, one, pieces) for one in pieces])
        lines.append(f"{_label(found, area)}, es fehlt {entry.kurztitel}. Der Status wäre {ways}.")
    return [noted(INDEX, line) for line in lines]


def _piece_words(entry: Indikator, piece: Piece, pieces: Sequence[Piece]) -> str:
    if len(pieces) == 1:
        return f"in jedem Fall {piece.klasse}"
    if piece is pieces[0]:
        return f"{piece.klasse} bis {value(piece.bis, entry)}"
    if piece is pieces[-1]:
        return f"{piece.klasse} über {value(piece.von, entry)}"
    return f"{piece.klasse} von {value(piece.von, entry)} bis {value(piece.bis, entry)}"


def _tip_words(entry: Indikator, tip: Tip) -> str:
    """Where the nearest limit lies: "Arbeitslose: ab 14,3 % niedrig (heute 12,1 %)"."""
    step = entry.schritt or 10.0**-entry.nachkommastellen
    outward = (math.ceil if tip.upwards else math.floor)(tip.ab / step) * step
    side = "ab" if tip.upwards else "bis"
    return f"{entry.kurztitel}: {side} {value(outward, entry)} {tip.klasse} (heute {value(tip.wert, entry)})"


def _spread_words(tip: Tip) -> str:
    outward = (math.ceil if tip.upwards else math.floor)(tip.ab * 10) / 10
    return f"{'ab' if tip.upwards else 'bis'} {signed(outward, 1)}: {tip.klasse}"


def _called(found: CityIndex) -> dict[str, str]:
    """Short names of indicators and Stadtteile by id."""
    areas = {key: found.analysis.data.register.by_id(key).name for key in found.analysis.stadtteile}
    return areas | {key: found.analysis.katalog[key].kurztitel for key in found.eingegangen}


def _percent(share: float) -> str:
    return f"{round(share * 100)}{NBSP}%"


def _where(found: CityIndex, key: str) -> str:
    """Who publishes a table, and the command by which it comes in; empty where no table would help."""
    entry = found.analysis.katalog[key]
    if key not in (*found.fehlend, *found.wanted):
        return ""
    ask = f"Leere Tabelle: sozialraum data template {entry.vorlage or MISSING}"
    ask = "Amtliche Tabelle einlesen: sozialraum data import" if entry.verfuegbar else ask
    return f"{entry.veroeffentlicht}. {ask}" if entry.veroeffentlicht else ask


def _names(found: CityIndex, keys: Iterable[str]) -> str:
    return enumerate_words([found.analysis.katalog[key].titel for key in keys])


def _areas(found: CityIndex, keys: Iterable[str]) -> str:
    names = [_label(found, key) for key in keys]
    return enumerate_words(names) if len(names) <= _MANY else f"{len(names)} Stadtteile, siehe Tabelle"


def _lacking(found: CityIndex, area: str) -> str:
    if found.basis.out.get(area) == SMALL:
        return f"Dort leben weniger als {MIN_INHABITANTS} Menschen"
    gone = [key for key in found.eingegangen if found.values[key].isna()[area]]
    return f"Es fehlt {_names(found, gone)}"


def _label(found: CityIndex, area: str) -> str:
    return found.analysis.data.register.by_id(area).label


def _labels(found: CityIndex) -> pd.Index:
    return pd.Index([_label(found, str(area)) for area in found.index.index], name="Stadtteil")


def _changes(analysis: Analysis, keys: list[str]) -> pd.DataFrame | None:
    """What really changed between the last two dates, the same for all figures; None where there are no two.

    A Stadtteil without both dates has no dynamics; where that are many nobody has.
    """
    found = {
        key: {area: one for area in analysis.stadtteile if (one := split_change(analysis.data, key, area)) is not None}
        for key in keys
    }
    dates = {(one.first, one.last) for each in found.values() for one in each.values()}
    if len(dates) != 1:
        return None
    rows = {key: {area: one.change for area, one in each.items()} for key, each in found.items()}
    frame = pd.DataFrame(rows, index=analysis.stadtteile).astype("float64")
    frame.attrs["stand"] = dates.pop()
    return frame if frame.notna().all(axis=1).mean() >= COVERED else None
