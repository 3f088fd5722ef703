"""Facilities of one schema: school sites, Kitas, stops, squares, parks, markets, hospitals ...; shopping streets.

Each facility keeps the Stadtteil that its source states and the one in which it lies; location counts,
a disagreement becomes a finding. Where the position is not known, the stated Stadtteil counts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from sozialraum.city.adressen import house_key
from sozialraum.city.gebiete import slugify
from sozialraum.city.load import CRS, CRS_FILES
from sozialraum.city.sources import Source
from sozialraum.city.spatial import assign
from sozialraum.errors import SchemaError
from sozialraum.supply.prepare.areas import Areas
from sozialraum.supply.prepare.quality import Findings
from sozialraum.supply.prepare.raw import RawTables, in_metres

MAX_OUTSIDE_M: Final = 100.0
BRANCH: Final = re.compile(r"\((?:Abzweig|Teilstandort|OGS-Gebäude)\)")
COLUMNS: Final = (
    "art", "unterart", "name", "verband", "adresse", "gebiet_id", "stadtteil_angabe", "lon", "lat", "stand", "quelle",
    "status", "hauptstandort", "alter_von", "alter_bis", "hinweis", "nachweis",
)  # fmt: skip
OFFICE: Final = "Stadtteilbüro"
MEETING_PLACE: Final = "Ort der Begegnung"
COMPULSORY_SCHOOL_AGE: Final = "6"
CORRIDOR_M: Final = 25
_AGES: Final = re.compile(r"von (\d+)\s*(?:J\.?)?\s*(?:-|bis unter)\s*(Schulpflicht|\d+)")
_REMARK: Final = re.compile(r"^(.*?)\s*\(([^()]*)\)$")
_DAYS: Final = {"Mo": "montags", "Tu": "dienstags", "We": "mittwochs", "Th": "donnerstags", "Fr": "freitags",
                "Sa": "samstags", "Su": "sonntags"}  # fmt: skip
_RULE: Final = re.compile(r"((?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[ ,-]+(?:Mo|Tu|We|Th|Fr|Sa|Su))*) (\d\d:\d\d)-(\d\d:\d\d)")


def build_places(
    raw: RawTables, areas: Areas, orte: Mapping[str, Any], sources: Mapping[str, Source], findings: Findings
) -> gpd.GeoDataFrame:
    """All facilities, index id, points in EPSG:25832 (missing where the position is not known).

    A SchemaError names the rows of facilities that lie outside the city, or that have one number.
    """
    city = areas.register.city.name
    parts = [
        _schools(raw.geo("schulen"), city),
        _kitas(raw, city, orte.get("verbaende") or {}),
        _stops(raw["haltestellen"], city),
        _squares(raw.geo("hauskoordinaten"), orte["plaetze"]),
        _parks(raw.geo("hauskoordinaten"), orte.get("parks") or []),
        _markets(raw),
        _hospitals(raw["krankenhaeuser"]),
        _care_homes(raw["pflegeeinrichtungen"], city),
        _contact_points(raw["anlaufstellen"], orte.get("belege") or []),
        *_offices(raw, orte.get("belege") or []),
        _stops_to_come(raw["citybahn"]),
        _accidents(raw["radunfaelle"]),
    ]
    return _placed(parts, raw, areas, {key: source.stand for key, source in sources.items()}, findings)


def newer_places(
    table: gpd.GeoDataFrame, file: str, key: str, areas: Areas, orte: Mapping[str, Any], stand: str, findings: Findings
) -> gpd.GeoDataFrame:
    """Facilities of one fetched table, as :func:`build_places` makes them.

    Parameters
    ----------
    file
        What messages call the file.
    key
        What the table holds: "kitas", "schulen" or "begegnung".
    """
    raw, city = RawTables({key: table}, {key: file}), areas.register.city.name
    if key == "kitas":
        part = _kitas(raw, city, orte.get("verbaende") or {})
    else:
        part = {"schulen": _schools, "begegnung": _meeting_places}[key](table, city)
    return _placed([part], raw, areas, {key: stand}, findings)


def _placed(
    parts: Iterable[gpd.GeoDataFrame], raw: RawTables, areas: Areas, issued: Mapping[str, str | None],
    findings: Findings,
) -> gpd.GeoDataFrame:  # fmt: skip
    """Facilities with the Stadtteil in which they lie; ``issued`` has the date of each source."""
    table = gpd.GeoDataFrame(pd.concat(parts), geometry="geometry", crs=CRS)
    table["gebiet_id"] = assign(table.geometry, areas.full, max_distance_m=MAX_OUTSIDE_M)
    _refuse_outside(table, raw)
    meant = {name: areas.register.match_stadtteil(name) for name in table["stadtteil_angabe"].dropna().unique()}
    stated = table["stadtteil_angabe"].map({name: area.id for name, area in meant.items() if area is not None})
    table["gebiet_id"] = table["gebiet_id"].fillna(stated[table.geometry.isna()])
    table = table.reindex(columns=[*dict.fromkeys((*COLUMNS, *table.columns))])
    dated = table["quelle"].isin(table.loc[table["stand"].notna(), "quelle"])  # rows have dates of their own
    table["stand"] = table["stand"].where(dated, table["quelle"].map(issued))
    _compare_stated(table.assign(stated=stated), areas, findings)
    degrees = table.geometry.to_crs(CRS_FILES)
    table["lon"], table["lat"] = degrees.x.round(6), degrees.y.round(6)
    return table.reindex(columns=[*COLUMNS, "geometry"]).rename_axis("id")


def build_streets(raw: RawTables, areas: Areas, orte: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Shopping streets as corridors: the houses of each street joined by their shortest tree, 25 m to each side."""
    houses = raw.geo("hauskoordinaten")
    rows = []
    for entry in orte.get("einkaufsstrassen") or []:
        area, place = areas.register.match_stadtteil(entry["stadtteil"]), f"orte.yml, {entry['id']}"
        if area is None:
            raise SchemaError([f"{place}: Den Stadtteil „{entry['stadtteil']}“ gibt es nicht. Bitte prüfen."])
        chosen = houses[houses["strname"].isin(entry["strassen"])]
        inside = chosen[chosen.within(areas.full[area.id])]
        missing = sorted(set(entry["strassen"]) - set(inside["strname"]))
        if missing:
            raise SchemaError([f"{place}: In {area.name} gibt es kein Haus an {', '.join(missing)}. Bitte prüfen."])
        lines = [shortest_tree(gpd.GeoSeries(points)) for _, points in inside.geometry.groupby(inside["strname"])]
        corridor = gpd.GeoSeries(lines, crs=CRS).buffer(CORRIDOR_M).union_all().simplify(1)
        rows.append(
            {"id": entry["id"], "name": entry["name"], "gebiet_id": area.id, "strassen": ", ".join(entry["strassen"]),
             "haeuser": int(inside["hsnr"].notna().sum()), "quelle": "hauskoordinaten", "geometry": corridor}
        )  # fmt: skip
    columns = ["id", "name", "gebiet_id", "strassen", "haeuser", "quelle", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, crs=CRS).set_index("id")


def shortest_tree(points: gpd.GeoSeries) -> Any:
    """Minimum spanning tree of points as a (multi)line; one point gives the point itself."""
    xy = np.unique(np.column_stack([points.x, points.y]), axis=0)
    if len(xy) == 1:
        return shapely.Point(xy[0])
    start, end = minimum_spanning_tree(squareform(pdist(xy))).nonzero()
    return shapely.multilinestrings(np.stack([xy[start], xy[end]], axis=1))


def _facilities(
    kind: str, source: str, points: gpd.GeoSeries, *, ids: pd.Series | pd.Index | None = None, **columns: Any
) -> gpd.GeoDataFrame:
    """Facilities of one kind; unless ids are given, they count the rows."""
    words = {"art": kind, "quelle": source, "zeile": points.index, "hauptstandort": True} | columns
    if ids is None:
        ids = pd.Series(range(1, len(points) + 1), dtype=int).map("{:03d}".format)
    return gpd.GeoDataFrame(words, index=points.index, geometry=points).set_index(f"{kind}-" + ids)


def _schools(table: gpd.GeoDataFrame, city: str) -> gpd.GeoDataFrame:
    address = _address(table["S_STRASSE"], table["S_HNR"], table["S_HNR_ZUSA"], table["S_PLZ"], city)
    return _facilities(
        "schule", "schulen", table.geometry,
        unterart=table["S_SCHULFOR"], name=table["S_BEZEICHN"].str.strip(), adresse=address,
        stadtteil_angabe=table["S_STADTT_1"], hauptstandort=~table["S_BEZEICHN"].str.contains(BRANCH),
    )  # fmt: skip


def _kitas(raw: RawTables, city: str, associations: Mapping[str, str]) -> gpd.GeoDataFrame:
    table = raw.geo("kitas")
    ids = table["E_ENR"].map("{:04d}".format)
    if ids.duplicated().any():
        raise SchemaError(
            f"{raw.place('kitas', row)}: Die Nummer in E_ENR („kita-{key}“) kommt zweimal vor. "
            "Bitte eine Zeile streichen."
            for row, key in ids[ids.duplicated()].items()
        )
    plan = table["Betreukonz"]
    ages = plan.str.extract(_AGES).replace("Schulpflicht", COMPULSORY_SCHOOL_AGE)
    planned = plan.str.contains("voraussichtliche Inbetriebnahme")
    return _facilities(
        "kita", "kitas", table.geometry, ids=ids, unterart="Kita",
        name=table["E_Bezeichn"].str.replace(r"\s*KITABLATT$", "", regex=True).str.strip(),
        verband=table["V_Name"].replace(dict(associations)),
        adresse=_address(table["E_Strasse"], table["E_HNR"], table["E_HSNR_ZUS"], table["E_PLZ"].astype(str), city),
        stadtteil_angabe=table["E_Stadttei"], status=planned.map({True: "geplant", False: "offen"}),
        alter_von=pd.to_numeric(ages[0]).astype("Int64"), alter_bis=pd.to_numeric(ages[1]).astype("Int64"),
        hinweis=_squeezed(plan),
    )  # fmt: skip


def _stops(table: pd.DataFrame, city: str) -> gpd.GeoDataFrame:
    rail = table.groupby("parent_id")[["regional", "suburban"]].any().any(axis=1)
    ordered = table.assign(zeile=table.index).sort_values("typ", kind="stable")  # "station" before "stop"
    first = ordered.groupby("parent_id", sort=True).first()
    return _facilities(
        "haltestelle", "haltestellen", in_metres(first), ids=first.index.astype(str), zeile=first["zeile"],
        unterart=rail.map({True: "Bahnhof", False: "Haltestelle"}),
        name=first["parent_name"].str.replace(rf", {re.escape(city)} \([^()]*\)$", "", regex=True),
    )  # fmt: skip


def _squares(houses: gpd.GeoDataFrame, rule: Mapping[str, Any]) -> gpd.GeoDataFrame:
    names = houses["strname"]
    ending = names.str.lower().str.endswith(tuple(rule["endungen"]))
    chosen = houses[ending & ~names.str.startswith(tuple(rule["beginnt_nicht_mit"])) & houses["hsnr"].isna()]
    chosen = chosen.sort_values("strname", kind="stable").drop_duplicates("strname")
    name = chosen["strname"]
    return _facilities("platz", "hauskoordinaten", chosen.geometry, ids=name.map(slugify), unterart="Platz", name=name)


def _parks(houses: gpd.GeoDataFrame, parks: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    position = houses.drop_duplicates("adresse").set_index("adresse").geometry
    unknown = [
        f"orte.yml, Park {park['id']}: Die Adresse „{park['adresse']}“ gibt es nicht. Bitte prüfen."
        for park in parks
        if park["adresse"] and park["adresse"] not in position.index
    ]
    if unknown:
        raise SchemaError(unknown)
    table = pd.DataFrame(parks, columns=["id", "name", "adresse", "stadtteil", "hinweis"], dtype=object)
    points = pd.Series([position.get(address) if address else None for address in table["adresse"]], dtype=object)
    return _facilities(
        "park", "parks", gpd.GeoSeries(points, crs=CRS), ids=table["id"],
        unterart="Park", name=table["name"], adresse=table["adresse"], stadtteil_angabe=table["stadtteil"],
        hinweis=table["hinweis"],
    ).drop(columns="zeile")  # fmt: skip


def _markets(raw: RawTables) -> gpd.GeoDataFrame:
    table = raw["wochenmaerkte"]
    hours = table["opening_hours"].map(german_hours)
    if hours.isna().any():
        raise SchemaError(
            f"{raw.place('wochenmaerkte', row)}: Die Öffnungszeit „{text}“ ist nicht lesbar. "
            "Bitte wie „Tu, Fr 08:00-13:00“ schreiben."
            for row, text in table["opening_hours"][hours.isna()].items()
        )
    return _facilities(
        "markt", "wochenmaerkte", in_metres(table),
        unterart="Wochenmarkt", name=table["name"], stadtteil_angabe=table["stadtteil"], hinweis=hours,
    )  # fmt: skip


def german_hours(text: str) -> str | None:
    """Opening hours of OpenStreetMap in German words; None if they are more than days with one span of hours each.

    Examples
    --------
    >>> german_hours("Tu, Th 08:00-13:00; Sa 08:30-14:00")
    'dienstags und donnerstags 8 bis 13 Uhr, samstags 8:30 bis 14 Uhr'
    """
    parts = []
    for rule in text.split(";"):
        match = _RULE.fullmatch(rule.strip())
        days = _days(match[1]) if match else []
        if not match or not days:
            return None
        start, end = (hour.lstrip("0").removesuffix(":00") or "0" for hour in match.groups()[1:])
        parts.append(f"{' und '.join(filter(None, [', '.join(days[:-1]), days[-1]]))} {start} bis {end} Uhr")
    return ", ".join(parts)


def _days(text: str) -> list[str]:
    """Days of a rule such as "Mo-We, Sa"."""
    order, found = list(_DAYS), []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        found += order[order.index(first) : order.index(last or first) + 1]
    return [_DAYS[day] for day in found]


def _hospitals(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Name, address and position only; a closed one is a fact of its year and never counts."""
    closed = table["status"].str.startswith("geschlossen")
    return _facilities(
        "krankenhaus", "krankenhaeuser", in_metres(table),
        unterart="Krankenhaus", name=_squeezed(table["name"]), adresse=_squeezed(table["adresse"]),
        stadtteil_angabe=table["stadtteil"], status=closed.map({True: "geschlossen", False: "offen"}),
        hinweis=table["status"].where(closed),
    )  # fmt: skip


def _care_homes(table: pd.DataFrame, city: str) -> gpd.GeoDataFrame:
    """Entries of care homes; of several at one address only the first counts."""
    house = table["strasse"].str.lower().str.replace(r"stra(?:ß|ss)e", "str", regex=True)
    house = house.str.replace(r"[\s.-]+", "", regex=True) + "|" + table["plz"]
    return _facilities(
        "pflege", "pflegeeinrichtungen", in_metres(table), unterart="Pflegeeinrichtung", name=_squeezed(table["name"]),
        adresse=_squeezed(table["strasse"]) + ", " + table["plz"] + f" {city}", stadtteil_angabe=table["stadtteil"],
        hauptstandort=~house.duplicated(),
    )  # fmt: skip


def _contact_points(table: pd.DataFrame, references: Iterable[Sequence[str]]) -> gpd.GeoDataFrame:
    """Offices, centres, libraries, pools: a remark in brackets behind the name becomes the note."""
    parts = table["name"].str.extract(_REMARK)
    return _facilities(
        "anlaufstelle", "anlaufstellen", in_metres(table),
        unterart=table["typ"], name=_squeezed(parts[0].fillna(table["name"])), adresse=_squeezed(table["adresse"]),
        stadtteil_angabe=table["stadtteil"], stand=table["stand"], hinweis=parts[1],
        nachweis=plain_reference(table["quelle"], references),
    )  # fmt: skip


def _offices(raw: RawTables, references: Iterable[Sequence[str]]) -> Iterator[gpd.GeoDataFrame]:
    """Offices of the offers that are no contact point yet: open ones become such, decided ones a kind of their own."""
    table = raw["quartiermanagement"].dropna(subset=["stelle", "adresse"])
    table = table[~table["adresse"].map(house_key).isin(raw["anlaufstellen"]["adresse"].map(house_key))]
    houses = raw.geo("hauskoordinaten").assign(haus=lambda rows: rows["adresse"].map(house_key))
    position = houses.drop_duplicates("haus").set_index("haus").geometry
    names, states = table["stelle"].str.extract(_REMARK)[0].fillna(table["stelle"]), table["stelle"].map(office_state)
    for state, kind in (("offen", "anlaufstelle"), ("beschlossen", "anlaufstelle_beschlossen")):
        rows = table[states == state]
        points = gpd.GeoSeries(list(position.reindex(rows["adresse"].map(house_key))), rows.index, crs=CRS)
        yield _facilities(
            kind, "quartiermanagement", points, ids=rows["id"], unterart=OFFICE, name=_squeezed(names[rows.index]),
            adresse=_squeezed(rows["adresse"]), stand=rows["stand"], status=state,
            nachweis=plain_reference(rows["quelle"], references),
        )  # fmt: skip


def office_state(text: object) -> str:
    """State of an office as its remark says: "beschlossen" until it is opened, "geschlossen", otherwise "offen"."""
    remark = _REMARK.match(text) if isinstance(text, str) else None
    if remark and re.search("nicht eröffnet|beschlossen", remark[2]):
        return "beschlossen"
    if remark and "geschlossen" in remark[2]:
        return "geschlossen"
    return "offen" if isinstance(text, str) else ""


def _meeting_places(table: gpd.GeoDataFrame, city: str) -> gpd.GeoDataFrame:
    """Places to meet, with what they offer and how they are reached as their note."""
    said = table.drop(columns="geometry").apply(lambda column: column.map(_said))
    known = said.replace("", float("nan"))
    told = pd.concat([known["angebot"], "Telefon " + known["telefon"], known["mail"], known["internet"]], axis=1)
    return _facilities(
        "begegnung", "begegnung", table.geometry,
        unterart=MEETING_PLACE, name=said["name"],
        adresse=known["strasse"] + ", " + (said["plz"] + f" {city}").str.strip(),
        stadtteil_angabe=known["stadtteil"], hinweis=told.apply(lambda row: "; ".join(row.dropna()), axis=1),
    )  # fmt: skip


def _said(value: object) -> str:
    """What a property says as text: a number without its decimals, nothing as an empty text."""
    if value is None or value != value:  # NaN
        return ""
    return " ".join(str(int(value) if isinstance(value, float) else value).split())


def _stops_to_come(table: pd.DataFrame) -> gpd.GeoDataFrame:
    section = table["bauabschnitt"].map("Citybahn, Bauabschnitt {}".format)
    return _facilities(
        "haltestelle_im_bau", "citybahn", in_metres(table),
        unterart="Haltestelle im Bau", name=table["name"], stadtteil_angabe=table["stadtteil"], status="im Bau",
        hinweis=section.where(table["bauabschnitt"] > 0, "Citybahn"),
    )  # fmt: skip


def _accidents(table: pd.DataFrame) -> gpd.GeoDataFrame:
    year, kind = table["jahr"].astype(str), "Unfall mit Personenschaden und Fahrrad"
    points = in_metres(table)
    return _facilities("radunfall", "radunfaelle", points, unterart=kind, name="Radunfall " + year, stand=year)


def plain_reference(texts: pd.Series, references: Iterable[Sequence[str]]) -> pd.Series:
    """References to sources as a reader can follow them, by the patterns and words under ``belege`` in ``orte.yml``."""
    for pattern, words in references:
        texts = texts.str.replace(pattern, words, regex=True)
    return _squeezed(texts)


def _squeezed(texts: pd.Series) -> pd.Series:
    return texts.str.split().str.join(" ")


def _address(street: pd.Series, number: pd.Series, suffix: pd.Series, plz: pd.Series, city: str) -> pd.Series:
    house = street.str.strip() + " " + number.astype(str) + suffix.str.strip()
    return house + ", " + plz.str.strip() + " " + city


def _refuse_outside(table: gpd.GeoDataFrame, raw: RawTables) -> None:
    lost = table[table["gebiet_id"].isna() & table.geometry.notna()]
    if len(lost):
        raise SchemaError(
            f"{raw.place(row['quelle'], int(row['zeile'])) if pd.notna(row['zeile']) else f'orte.yml, {key}'} "
            f"(„{row['name']}“): Die Lage {row.geometry.x:.0f}/{row.geometry.y:.0f} (EPSG:25832) liegt mehr als "
            f"{MAX_OUTSIDE_M:.0f} m außerhalb der Stadt. Bitte die Koordinaten in der Quelle prüfen."
            for key, row in lost.iterrows()
        )


def _compare_stated(table: pd.DataFrame, areas: Areas, findings: Findings) -> None:
    """Note every facility that lies elsewhere than its source says, and every spelling that was corrected."""
    spellings: Counter[tuple[str, str]] = Counter()
    for _, row in table[table["stadtteil_angabe"].notna() & table["gebiet_id"].notna()].iterrows():
        located = areas.register.by_id(row["gebiet_id"])
        if row["stated"] != located.id:
            thing, said = f"{row['name']} ({row['adresse']})", f"Quelle nennt {row['stadtteil_angabe']}"
            findings.add("Lage", located.id, thing, said, f"liegt {located.in_phrase}; die Lage zählt")
        if pd.notna(row["stated"]) and areas.register.by_id(row["stated"]).name != row["stadtteil_angabe"]:
            spellings[row["stated"], str(row["stadtteil_angabe"])] += 1
    for (key, name), count in sorted(spellings.items()):
        treated = f"gelesen als {areas.register.by_id(key).name}"
        findings.add("Namen und Nummern", key, name, f"{count}-mal so geschrieben", treated)
