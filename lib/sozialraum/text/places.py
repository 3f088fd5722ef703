"""Tables of the places in an area: how many of each kind, and which."""

from typing import Final

import pandas as pd

from sozialraum.compare import Analysis
from sozialraum.errors import ParameterError
from sozialraum.style import number
from sozialraum.text.claims import fact, with_rows

SCHOOL_FORMS: Final = (
    "Grundschule", "Hauptschule", "Realschule", "Sekundarschule", "Gesamtschule", "Gymnasium", "Waldorfschule",
    "Förderschule", "Berufskolleg", "Weiterbildungskolleg", "Klinikschule",
)  # fmt: skip
ART_NAMES: Final = {"schule": "Schule", "kita": "Kita", "haltestelle": "Haltestelle", "platz": "Platz", "park": "Park"}


def supply(analysis: Analysis) -> pd.DataFrame:
    """Facilities of the area by kind beside the city's; index kind."""
    places = analysis.data.einrichtungen
    counted = places[places["hauptstandort"] & (places["status"] != "geplant")]
    kinds = counted["art"].map(ART_NAMES).where(counted["art"] != "schule", counted["unterart"])
    here, city = (kinds[chosen].value_counts() for chosen in (analysis.inside(counted), kinds.notna()))
    order = [kind for kind in (*SCHOOL_FORMS, *ART_NAMES.values()) if kind in city.index]
    rows = [
        {
            "Art": kind,
            analysis.gebiet.label: number(int(here.get(kind, 0))),
            f"{analysis.data.register.city.name} gesamt": number(int(city[kind])),
        }
        for kind in order
    ]
    refs = [(fact("einrichtungen", analysis.gebiet.id, kind).ref,) for kind in order]
    return with_rows(pd.DataFrame(rows).set_index("Art"), refs) if rows else pd.DataFrame()


def facilities(analysis: Analysis, *arten: str) -> pd.DataFrame:
    """Facilities of the area as a list: kind, name, address, note; index name. Parks by their stated Stadtteil too."""
    places = analysis.data.einrichtungen
    possible = list(dict.fromkeys([*ART_NAMES, *places["art"]]))
    unknown = [art for art in arten if art not in possible]
    if unknown:
        raise ParameterError(f"Die Art „{unknown[0]}“ gibt es nicht. Möglich sind: {', '.join(possible)}.")
    names = {analysis.data.register.by_id(key).name for key in analysis.members}
    unplaced = (places["art"] == "park") & places["stadtteil_angabe"].isin(names)
    chosen = places[(analysis.inside(places) | unplaced) & places["art"].isin(arten)]
    rows = [
        {
            "Name": row.name,
            "Art": row.unterart,
            "Adresse": row.adresse if isinstance(row.adresse, str) else "",
            "Stadtteil": _stadtteil(analysis, row.gebiet_id, row.stadtteil_angabe),
            "Hinweis": _facility_note(row),
        }
        for row in chosen.sort_values(["art", "unterart", "name"], kind="stable").itertuples()
    ]
    return pd.DataFrame(rows, columns=["Name", "Art", "Adresse", "Stadtteil", "Hinweis"]).set_index("Name")


def _stadtteil(analysis: Analysis, located: object, stated: object) -> str:
    if isinstance(located, str):
        return analysis.data.register.by_id(located).name
    return f"{stated} (Lage nicht erfasst)" if isinstance(stated, str) else "Lage nicht erfasst"


def _facility_note(row: object) -> str:
    notes = []
    if getattr(row, "status", "") == "geplant":
        notes.append("angekündigt, zählt nicht mit")
    if not getattr(row, "hauptstandort", True):
        notes.append("weiterer Standort")
    if isinstance(getattr(row, "verband", None), str):
        notes.append(str(getattr(row, "verband", "")))
    if getattr(row, "art", "") in ("kita", "park") and isinstance(getattr(row, "hinweis", None), str):
        notes.append(str(getattr(row, "hinweis", "")))
    return "; ".join(notes)
