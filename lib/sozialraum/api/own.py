"""A Series of one's own as an indicator of the city: laid over the data, it can be drawn and compared as any other."""

import math
from typing import Any, Final, TypedDict

import pandas as pd

from sozialraum.city.indicators import look_up
from sozialraum.city.load import Data
from sozialraum.city.sources import Licence, Source
from sozialraum.compare.analysis import Analysis, analyse
from sozialraum.errors import ParameterError, SozialraumError
from sozialraum.supply.intake.dates import as_stand

KEY: Final = "eigene_werte"
_MOST_DIGITS: Final = 6
_SOURCE: Final = "eigene_angabe"
_MOST_NAMED: Final = 5


class About(TypedDict, total=False):
    """What may be said of a Series of one's own.

    ``title`` and ``unit`` ("%", "Einw."), ``date`` ("31.12.2023", "2024/25"), ``source`` in words; ``city`` is the
    city's value if the Series has no row for it; ``digits`` after the comma; ``count`` for plain counts, which a map
    shows as circles and nobody classes.
    """

    title: str
    unit: str
    date: str
    source: str
    city: float
    digits: int
    count: bool


def with_series(data: Data, values: pd.Series, entry: dict[str, Any], source: str) -> Data:
    """Data whose only indicator, beside what all others rest on, is a Series of one's own; it is taken as exact.

    Parameters
    ----------
    values
        Index gebiet_id.
    entry
        The catalogue entry without its id.
    """
    areas = [area.id for area in data.register]
    known = values.reindex(areas).to_numpy()
    rows = pd.DataFrame({"gebiet_id": areas, "wert": known, "von": known, "bis": known})
    rows = rows.assign(indikator=KEY, art="berechnet", quelle=_SOURCE)
    if stand := entry["zaehler"]["stand"]:
        rows["stand"] = stand
    nobody = dict.fromkeys(("herausgeber", "url", "stand", "abruf", "datei", "sha256"))
    free = Licence("eigene", "eigene Angabe", None)
    own = Source(_SOURCE, entry["titel"], lizenz=free, quellenvermerk=source, **nobody)  # type: ignore[arg-type]
    return data.laid_over(
        indikatoren=lambda: pd.concat([data.indikatoren, rows], ignore_index=True),
        indikatoren_yml=lambda: {**data.indikatoren_yml, "indikatoren": {KEY: entry}},
        quellen=lambda: {**data.quellen, _SOURCE: own},
    )


def indicator_or_series(analysis: Analysis, what: str | pd.Series, about: dict[str, Any]) -> tuple[Analysis, str]:
    """The analysis and the id under which an indicator, or a Series of one's own, is to be found.

    A Series that is an indicator as it stands is that indicator; one that was computed from it only has its name.

    Raises
    ------
    ParameterError
        If the indicator is unknown or has no data, or the Series or what is said of it cannot be used; the German
        message lists what is possible.
    """
    if isinstance(what, pd.Series):
        if not about and _is_indicator(analysis, what):
            return analysis, str(what.name)
        layer = _with_series(analysis, what, about)
        return analyse(layer, analysis.gebiet.id, issued=analysis.issued), KEY
    if not isinstance(what, str):
        raise ParameterError(
            f"Erwartet wird die Kennung eines Indikators oder eine Series mit Nummern oder Namen als Index, nicht "
            f'{type(what).__name__}. Eine Spalte einer Tabelle ist eine Series: tabelle["spalte"].'
        )
    if about:
        raise ParameterError(
            f"„{what}“ ist ein Indikator: {', '.join(about)} lässt sich nur zu einer eigenen Series angeben."
        )
    return analysis, look_up(analysis.katalog, what).id


def _with_series(analysis: Analysis, series: pd.Series, about: dict[str, Any]) -> Data:
    if wrong := [name for name in about if name not in About.__annotations__]:
        raise ParameterError(
            f"Die Angabe „{wrong[0]}“ gibt es nicht. Möglich sind: {', '.join(About.__annotations__)}."
        )
    values = by_id(analysis.data, series)
    city = analysis.data.register.city.id
    if about.get("city") is not None:
        values[city] = _as_numbers(pd.Series([about["city"]], name="city")).iloc[0]
    counts, unit = bool(about.get("count", False)), str(about.get("unit", ""))
    title = str(about.get("title") or ("Eigene Werte" if series.name is None else series.name))
    whole = bool((values.dropna() % 1 == 0).all())
    stand = _date(about.get("date"))
    entry = {
        **dict.fromkeys(("titel", "kurztitel", "subjekt", "bei"), title), "definition": "Eigene Werte.",
        "einheit": unit, "typ": "anzahl" if counts else "anteil" if unit == "%" else "rate", "richtung": "neutral",
        "kapitel": "", "verfuegbar": True, "art": "berechnet", "quellen": [_SOURCE],
        "nachkommastellen": _digits(about.get("digits", 0 if whole else 1)),
        "zaehler": {"was": title, "einheit": unit, "stand": stand},
    }  # fmt: skip
    return with_series(analysis.data, values, entry, str(about.get("source") or "eigene Angabe"))


def _is_indicator(analysis: Analysis, series: pd.Series) -> bool:
    """Whether a Series is an indicator of the catalogue as it stands: then date, source and intervals are known."""
    entry = analysis.katalog.get(str(series.name))
    return entry is not None and entry.verfuegbar and analysis.values(entry.id).equals(series.rename_axis("gebiet_id"))


def by_id(data: Data, series: pd.Series) -> pd.Series:
    """A Series with ids instead of names; every row must name an area, each once, and at least one a Stadtteil.

    Raises
    ------
    ParameterError
        Names every row that does not.
    """
    name = f"Die Series „{series.name}“" if series.name is not None else "Die Series"
    values = _as_numbers(series)
    ids, unknown, hint = [], [], ""
    for label in series.index:
        try:
            ids.append(data.register.resolve(_label(label)).id)
        except SozialraumError as error:
            unknown.append(f"„{label}“")
            hint = hint or str(error)
    if unknown:
        more = f" und {len(unknown) - _MOST_NAMED} weitere" if len(unknown) > _MOST_NAMED else ""
        raise ParameterError(
            f"{name}: Der Index nennt Orte, die es nicht gibt: {', '.join(unknown[:_MOST_NAMED])}{more}. {hint}"
        )
    found = pd.Series(values.to_numpy(), index=pd.Index(ids, name="gebiet_id"), name=series.name)
    if found.index.has_duplicates:
        twice = data.register.by_id(str(found.index[found.index.duplicated()][0]))
        raise ParameterError(f"{name}: {twice.label} kommt zweimal vor. Bitte vorher zusammenfassen, etwa mit groupby.")
    stadtteile = [area.id for area in data.register.of_level("stadtteil")]
    if found.reindex(stadtteile).isna().all():
        raise ParameterError(f"{name} hat für keinen Stadtteil einen Wert. Als Index gelten Nummern oder Namen.")
    return found


def _digits(given: object) -> int:
    if isinstance(given, int) and 0 <= given <= _MOST_DIGITS:
        return given
    raise ParameterError(f"„{given}“ ist keine Zahl von Nachkommastellen. Möglich sind: 0 bis {_MOST_DIGITS}.")


def _as_numbers(series: pd.Series) -> pd.Series:
    name = "Series" if series.name is None else series.name
    try:
        values = series.astype("float64")
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f'Die Werte von „{name}“ sind keine Zahlen. Umwandeln hilft: pd.to_numeric(werte, errors="coerce").'
        ) from error
    if values.map(math.isinf).any():
        raise ParameterError(f"Unter den Werten von „{name}“ ist unendlich; wohl durch 0 geteilt. Bitte prüfen.")
    return values


def _label(label: object) -> str:
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def _date(text: object) -> str:
    if not text:
        return ""
    stand = as_stand(str(text))
    if stand is None:
        raise ParameterError(f"„{text}“ ist kein Stand. Möglich sind: 31.12.2023, 2023-12-31, 2023-12, 2023, 2023/24.")
    return stand
