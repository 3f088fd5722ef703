"""Facilities of one schema: school sites, Kitas, stops, squares, parks, markets, hospitals ...; shopping streets.

Each facility keeps the Stadtteil that its source states and the one in which it lies; location counts,
a disagreement becomes a finding. Where the position is not known, the stated Stadtteil counts.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import pdist, squareform

from sozialraum.build.areas import Areas
from sozialraum.build.quality import Findings
from sozialraum.build.raw import RawTables
from sozialraum.errors import SchemaError
from sozialraum.gebiete import slugify
from sozialraum.load import CRS, CRS_FILES
from sozialraum.sources import Source
from sozialraum.spatial import assign

MAX_OUTSIDE_M: Final = 100.0
BRANCH: Final = re.compile(r"\((?:Abzweig|Teilstandort|OGS-Gebäude)\)")
COLUMNS: Final = (
    "art", "unterart", "name", "verband", "adresse", "gebiet_id", "stadtteil_angabe", "lon", "lat", "stand", "quelle",
    "status", "hauptstandort", "alter_von", "alter_bis", "hinweis", "nachweis",
)  # fmt: skip
ASSOCIATIONS: Final = {
    "DiCV": "Caritas (DiCV)",
    "DW": "Diakonie (DW)",
    "DPWV": "Der Paritätische (DPWV)",
    "AWO": "Arbeiterwohlfahrt (AWO)",
    "DRK": "Deutsches Rotes Kreuz (DRK)",
    "Land": "Land",
    "ohne": "kein Spitzenverband",
}
_REFERENCES: Final = (
    (r"\s*\(find_string id \d+\)", ""),
    (r"\b(WAZ|NRZ|IKZ) article(\d+)", r"\1, Artikel \2"),
    (r"\b(\w[\w-]*\.de) id(\d+)", r"\1, Artikel \2"),
    (r"\bessen\.de pressemeldung(en)?\b", r"essen.de, Pressemeldung\1"),
    (r"\bessen\.de (\d+)", r"essen.de, Pressemeldung \1"),
    (r"\bradioessen (\d+)", r"Radio Essen, Beitrag \1"),
    (r"\bRadio Essen (\d+)", r"Radio Essen, Beitrag \1"),
)
COMPULSORY_SCHOOL_AGE: Final = 6
DATED_BY_ROW: Final = ("anlaufstellen", "radunfaelle")
"""Sources whose rows have dates of their own."""
_AGES: Final = re.compile(r"von (\d+)\s*(?:J\.?)?\s*(?:-|bis unter)\s*(Schulpflicht|\d+)")


def build_places(
    raw: RawTables, areas: Areas, orte: Mapping[str, Any], sources: Mapping[str, Source], findings: Findings
) -> gpd.GeoDataFrame:
    """All facilities, index id, points in EPSG:25832 (missing where the position is not known).

    Raises
    ------
    SchemaError
        If a facility lies outside the city, or two have one number, naming their rows.
    """
    city = areas.register.city.name
    parts = [
        _schools(raw.geo("schulen"), city),
        _kitas(raw, city),
        _stops(raw["haltestellen"]),
        _squares(raw.geo("hauskoordinaten"), orte["plaetze"]),
        _parks(raw.geo("hauskoordinaten"), orte.get("parks") or []),
        _markets(raw),
        _hospitals(raw),
        _care_homes(raw, city),
        _contact_points(raw),
        _stops_to_come(raw),
        _accidents(raw),
    ]
    table = gpd.GeoDataFrame(pd.concat(parts), geometry="geometry", crs=CRS)
    table["gebiet_id"] = assign(table.geometry, areas.full, max_distance_m=MAX_OUTSIDE_M)
    _refuse_outside(table, raw)
    table["gebiet_id"] = table["gebiet_id"].fillna(_stated(table, areas)[table["geometry"].isna()])
    issued = table["quelle"].map({key: source.stand for key, source in sources.items()})
    table["stand"] = table["stand"].where(table["quelle"].isin(DATED_BY_ROW), issued)
    _compare_stated(table, areas, findings)
    degrees = table.geometry.to_crs(CRS_FILES)
    table["lon"], table["lat"] = degrees.x.round(6), degrees.y.round(6)
    return table.reindex(columns=[*COLUMNS, "geometry"]).rename_axis("id")


def build_streets(raw: RawTables, areas: Areas, orte: Mapping[str, Any]) -> gpd.GeoDataFrame:
    """Shopping streets as corridors: the houses of each street joined by their shortest tree, 25 m to each side.

    Raises
    ------
    SchemaError
        If a named street has no house in its Stadtteil.
    """
    houses = raw.geo("hauskoordinaten")
    rows = []
    for entry in orte.get("einkaufsstrassen") or []:
        area = areas.register.match_stadtteil(entry["stadtteil"])
        if area is None:
            raise SchemaError(
                [f"orte.yml, {entry['id']}: Den Stadtteil „{entry['stadtteil']}“ gibt es nicht. Bitte prüfen."]
            )
        chosen = houses[houses["strname"].isin(entry["strassen"])]
        inside = chosen[chosen.within(areas.full[area.id])]
        missing = sorted(set(entry["strassen"]) - set(inside["strname"]))
        if missing:
            raise SchemaError(
                [f"orte.yml, {entry['id']}: In {area.name} gibt es kein Haus an {', '.join(missing)}. Bitte prüfen."]
            )
        rows.append(_corridor(entry, area.id, inside))
    frame = gpd.GeoDataFrame(
        rows, columns=["id", "name", "gebiet_id", "strassen", "haeuser", "quelle", "geometry"], crs=CRS
    )
    return frame.set_index("id")


def _corridor(entry: Mapping[str, Any], gebiet_id: str, houses: gpd.GeoDataFrame) -> dict[str, Any]:
    streets = sorted(set(houses["strname"]))
    lines = [shortest_tree(houses.geometry[houses["strname"] == name]) for name in streets]
    shape = gpd.GeoSeries(lines, crs=CRS).buffer(25).union_all().simplify(1)
    return {
        "id": entry["id"],
        "name": entry["name"],
        "gebiet_id": gebiet_id,
        "strassen": ", ".join(entry["strassen"]),
        "haeuser": int(houses["hsnr"].notna().sum()),
        "quelle": "hauskoordinaten",
        "geometry": shape,
    }


def shortest_tree(points: gpd.GeoSeries) -> Any:
    """Minimum spanning tree of points as a (multi)line; one point gives the point itself."""
    xy = np.unique(np.column_stack([points.x, points.y]), axis=0)
    if len(xy) == 1:
        return shapely.Point(xy[0])
    start, end = minimum_spanning_tree(squareform(pdist(xy))).nonzero()
    return shapely.multilinestrings(np.stack([xy[start], xy[end]], axis=1))


def _schools(table: gpd.GeoDataFrame, city: str) -> gpd.GeoDataFrame:
    branch = table["S_BEZEICHN"].str.contains(BRANCH)
    rows = gpd.GeoDataFrame(
        {
            "art": "schule",
            "unterart": table["S_SCHULFOR"],
            "name": table["S_BEZEICHN"].str.strip(),
            "adresse": _address(table["S_STRASSE"], table["S_HNR"], table["S_HNR_ZUSA"], table["S_PLZ"], city),
            "stadtteil_angabe": table["S_STADTT_1"],
            "quelle": "schulen",
            "zeile": table.index,
            "hauptstandort": ~branch,
        },
        geometry=table.geometry,
    )
    return rows.set_index("schule-" + pd.Series(range(1, len(rows) + 1)).map("{:03d}".format))


def _kitas(raw: RawTables, city: str) -> gpd.GeoDataFrame:
    table = raw.geo("kitas")
    ids = "kita-" + table["E_ENR"].map("{:04d}".format)
    again = ids[ids.duplicated()]
    if len(again):
        raise SchemaError(
            f"{raw.place('kitas', row)}: Die Nummer in E_ENR („{key}“) kommt zweimal vor. Bitte eine Zeile streichen."
            for row, key in again.items()
        )
    ages = table["Betreukonz"].str.extract(_AGES)
    planned = table["Betreukonz"].str.contains("voraussichtliche Inbetriebnahme")
    rows = gpd.GeoDataFrame(
        {
            "art": "kita",
            "unterart": "Kita",
            "name": table["E_Bezeichn"].str.replace(r"\s*KITABLATT$", "", regex=True).str.strip(),
            "verband": table["V_Name"].replace({**ASSOCIATIONS, "Stadt": f"Stadt {city}"}),
            "adresse": _address(
                table["E_Strasse"], table["E_HNR"], table["E_HSNR_ZUS"], table["E_PLZ"].astype(str), city
            ),
            "stadtteil_angabe": table["E_Stadttei"],
            "quelle": "kitas",
            "zeile": table.index,
            "status": planned.map({True: "geplant", False: "offen"}),
            "hauptstandort": True,
            "alter_von": pd.to_numeric(ages[0]).astype("Int64"),
            "alter_bis": pd.to_numeric(ages[1].replace("Schulpflicht", str(COMPULSORY_SCHOOL_AGE))).astype("Int64"),
            "hinweis": table["Betreukonz"].str.split().str.join(" "),
        },
        geometry=table.geometry,
    )
    return rows.set_index(ids)


def _stops(table: pd.DataFrame) -> gpd.GeoDataFrame:
    rail = table.groupby("parent_id")[["regional", "suburban"]].any().any(axis=1)
    ordered = table.assign(zeile=table.index).sort_values("typ", kind="stable")  # "station" before "stop"
    first = ordered.groupby("parent_id", sort=True).first()
    points = gpd.GeoSeries(gpd.points_from_xy(first["lon"], first["lat"]), index=first.index, crs=CRS_FILES)
    rows = gpd.GeoDataFrame(
        {
            "art": "haltestelle",
            "unterart": rail.map({True: "Bahnhof", False: "Haltestelle"}),
            "name": first["parent_name"].str.replace(r", Essen \(Ruhr\)$", "", regex=True),
            "quelle": "haltestellen",
            "zeile": first["zeile"],
            "hauptstandort": True,
        },
        geometry=points.to_crs(CRS),
    )
    return rows.set_index("haltestelle-" + rows.index.astype(str))


def _squares(houses: gpd.GeoDataFrame, rule: Mapping[str, Any]) -> gpd.GeoDataFrame:
    names = houses["strname"]
    ending = names.str.lower().str.endswith(tuple(rule["endungen"]))
    chosen = houses[ending & ~names.str.startswith(tuple(rule["beginnt_nicht_mit"])) & houses["hsnr"].isna()]
    rows = gpd.GeoDataFrame(
        {
            "art": "platz",
            "unterart": "Platz",
            "name": chosen["strname"],
            "quelle": "hauskoordinaten",
            "zeile": chosen.index,
            "hauptstandort": True,
        },
        geometry=chosen.geometry,
    )
    rows = rows.sort_values("name", kind="stable").drop_duplicates("name")
    return rows.set_index("platz-" + rows["name"].map(slugify))


def _located(table: pd.DataFrame, kind: str, key: str, **columns: Any) -> gpd.GeoDataFrame:
    """Rows of a CSV with longitude and latitude as facilities; their ids count the rows."""
    points = gpd.GeoSeries(gpd.points_from_xy(table["lon"], table["lat"]), index=table.index, crs=CRS_FILES)
    known = points.where(table["lon"].notna() & table["lat"].notna()).to_crs(CRS)
    words = {"art": kind, "quelle": key, "zeile": table.index, "hauptstandort": True} | columns
    rows = gpd.GeoDataFrame(words, index=table.index, geometry=known)
    return rows.set_index(f"{kind}-" + pd.Series(range(1, len(rows) + 1), dtype=int).map("{:03d}".format))


def _markets(raw: RawTables) -> gpd.GeoDataFrame:
    table = raw["wochenmaerkte"]
    hours, faults = [], []
    for row, text in table["opening_hours"].items():
        try:
            hours.append(german_hours(text))
        except ValueError:
            place = raw.place("wochenmaerkte", row)
            faults.append(
                f"{place}: Die Öffnungszeit „{text}“ ist nicht lesbar. Bitte wie „Tu, Fr 08:00-13:00“ schreiben."
            )
            hours.append("")
    if faults:
        raise SchemaError(faults)
    return _located(
        table, "markt", "wochenmaerkte",
        unterart="Wochenmarkt", name=table["name"], stadtteil_angabe=table["stadtteil"], hinweis=hours,
    )  # fmt: skip


_DAYS: Final = {"Mo": "montags", "Tu": "dienstags", "We": "mittwochs", "Th": "donnerstags", "Fr": "freitags",
                "Sa": "samstags", "Su": "sonntags"}  # fmt: skip
_RULE: Final = re.compile(r"((?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[ ,-]+(?:Mo|Tu|We|Th|Fr|Sa|Su))*) (\d\d:\d\d)-(\d\d:\d\d)")


def german_hours(text: str) -> str:
    """Opening hours of OpenStreetMap in German words.

    Raises
    ------
    ValueError
        If they are more than days with one span of hours each.

    Examples
    --------
    >>> german_hours("Tu, Th 08:00-13:00; Sa 08:30-14:00")
    'dienstags und donnerstags 8 bis 13 Uhr, samstags 8:30 bis 14 Uhr'
    """
    parts = []
    for rule in text.split(";"):
        match = _RULE.fullmatch(rule.strip())
        if match is None:
            raise ValueError(text)
        days = [_DAYS[key] for key in _days(match[1])]
        start, end = (hour.lstrip("0").removesuffix(":00") or "0" for hour in match.groups()[1:])
        parts.append(f"{' und '.join(filter(None, [', '.join(days[:-1]), days[-1]]))} {start} bis {end} Uhr")
    return ", ".join(parts)


def _days(text: str) -> list[str]:
    """Days of a rule in the order of the week: "Mo-We, Sa"."""
    order = list(_DAYS)
    found = []
    for part in text.replace(" ", "").split(","):
        first, _, last = part.partition("-")
        found += order[order.index(first) : order.index(last or first) + 1]
    if not found:
        raise ValueError(text)
    return found


def _hospitals(raw: RawTables) -> gpd.GeoDataFrame:
    """Name, address and position only; a closed one is a fact of its year and never counts."""
    table = raw["krankenhaeuser"]
    closed = table["status"].str.startswith("geschlossen")
    return _located(
        table, "krankenhaus", "krankenhaeuser",
        unterart="Krankenhaus", name=_squeezed(table["name"]), adresse=_squeezed(table["adresse"]),
        stadtteil_angabe=table["stadtteil"], status=closed.map({True: "geschlossen", False: "offen"}),
        hinweis=table["status"].where(closed),
    )  # fmt: skip


def _care_homes(raw: RawTables, city: str) -> gpd.GeoDataFrame:
    """Entries of care homes; of several at one address only the first counts."""
    table = raw["pflegeeinrichtungen"]
    house = table["strasse"].str.lower().str.replace(r"stra(?:ß|ss)e", "str", regex=True)
    house = house.str.replace(r"[\s.-]+", "", regex=True) + "|" + table["plz"]
    return _located(
        table, "pflege", "pflegeeinrichtungen",
        unterart="Pflegeeinrichtung", name=_squeezed(table["name"]),
        adresse=_squeezed(table["strasse"]) + ", " + table["plz"] + f" {city}", stadtteil_angabe=table["stadtteil"],
        hauptstandort=~house.duplicated(),
    )  # fmt: skip


_REMARK: Final = re.compile(r"^(.*?)\s*\(([^()]*)\)$")


def _contact_points(raw: RawTables) -> gpd.GeoDataFrame:
    """Offices, centres, libraries, pools: a remark in brackets behind the name becomes the note."""
    table = raw["anlaufstellen"]
    parts = table["name"].str.extract(_REMARK)
    return _located(
        table, "anlaufstelle", "anlaufstellen",
        unterart=table["typ"], name=_squeezed(parts[0].fillna(table["name"])), adresse=_squeezed(table["adresse"]),
        stadtteil_angabe=table["stadtteil"], stand=table["stand"], hinweis=parts[1],
        nachweis=plain_reference(table["quelle"]),
    )  # fmt: skip


def _stops_to_come(raw: RawTables) -> gpd.GeoDataFrame:
    table = raw["citybahn"]
    section = table["bauabschnitt"].map("Citybahn, Bauabschnitt {}".format)
    return _located(
        table, "haltestelle_im_bau", "citybahn",
        unterart="Haltestelle im Bau", name=table["name"], stadtteil_angabe=table["stadtteil"], status="im Bau",
        hinweis=section.where(table["bauabschnitt"] > 0, "Citybahn"),
    )  # fmt: skip


def _accidents(raw: RawTables) -> gpd.GeoDataFrame:
    table = raw["radunfaelle"]
    year = table["jahr"].astype(str)
    return _located(
        table, "radunfall", "radunfaelle",
        unterart="Unfall mit Personenschaden und Fahrrad", name="Radunfall " + year, stand=year,
    )  # fmt: skip


def plain_reference(texts: pd.Series) -> pd.Series:
    """References to sources as a reader can follow them: German words, no numbers of search results."""
    for pattern, words in _REFERENCES:
        texts = texts.str.replace(pattern, words, regex=True)
    return _squeezed(texts)


def _squeezed(texts: pd.Series) -> pd.Series:
    return texts.str.split().str.join(" ")


def _parks(houses: gpd.GeoDataFrame, parks: list[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    position = houses.drop_duplicates("adresse").set_index("adresse").geometry
    unknown = [
        f"orte.yml, Park {park['id']}: Die Adresse „{park['adresse']}“ gibt es nicht. Bitte prüfen."
        for park in parks
        if park["adresse"] and park["adresse"] not in position.index
    ]
    if unknown:
        raise SchemaError(unknown)
    index = pd.Index([f"park-{park['id']}" for park in parks])
    points = pd.Series(
        [position.get(park["adresse"]) if park["adresse"] else None for park in parks], index, dtype=object
    )
    return gpd.GeoDataFrame(
        {
            "art": "park",
            "unterart": "Park",
            "name": [park["name"] for park in parks],
            "adresse": [park["adresse"] for park in parks],
            "stadtteil_angabe": [park["stadtteil"] for park in parks],
            "quelle": "parks",
            "hauptstandort": True,
            "hinweis": [park["hinweis"] for park in parks],
        },
        geometry=gpd.GeoSeries(points, crs=CRS),
        index=index,
    )


def _address(street: pd.Series, number: pd.Series, suffix: pd.Series, plz: pd.Series, city: str) -> pd.Series:
    house = street.str.strip() + " " + number.astype(str) + suffix.str.strip()
    return house + ", " + plz.str.strip() + " " + city


def _refuse_outside(table: gpd.GeoDataFrame, raw: RawTables) -> None:
    lost = table[table["gebiet_id"].isna() & table.geometry.notna()]
    if len(lost):
        raise SchemaError(
            f"{_where(key, row, raw)} („{row['name']}“): Die Lage {row.geometry.x:.0f}/{row.geometry.y:.0f} "
            f"(EPSG:25832) liegt mehr als {MAX_OUTSIDE_M:.0f} m außerhalb der Stadt. "
            "Bitte die Koordinaten in der Quelle prüfen."
            for key, row in lost.iterrows()
        )


def _stated(table: gpd.GeoDataFrame, areas: Areas) -> pd.Series:
    """Id of the Stadtteil that a source states; missing where it states none."""
    meant = {name: areas.register.match_stadtteil(name) for name in table["stadtteil_angabe"].dropna().unique()}
    return table["stadtteil_angabe"].map({name: area.id for name, area in meant.items() if area is not None})


def _where(key: object, row: pd.Series, raw: RawTables) -> str:
    return raw.place(row["quelle"], int(row["zeile"])) if pd.notna(row["zeile"]) else f"orte.yml, {key}"


def _compare_stated(table: gpd.GeoDataFrame, areas: Areas, findings: Findings) -> None:
    register = areas.register
    both = table[table["stadtteil_angabe"].notna() & table["gebiet_id"].notna()]
    corrected: dict[tuple[str, str], int] = {}
    for _, row in both.iterrows():
        meant = register.match_stadtteil(row["stadtteil_angabe"])
        located = register.by_id(row["gebiet_id"])
        if meant is None or meant.id != located.id:
            thing, stated = f"{row['name']} ({row['adresse']})", f"Quelle nennt {row['stadtteil_angabe']}"
            findings.add("Lage", located.id, thing, stated, f"liegt {located.in_phrase}; die Lage zählt")
        if meant is not None and meant.name != row["stadtteil_angabe"]:
            spelling = (meant.id, str(row["stadtteil_angabe"]))
            corrected[spelling] = corrected.get(spelling, 0) + 1
    for (key, name), count in sorted(corrected.items()):
        findings.add(
            "Namen und Nummern", key, name, f"{count}-mal so geschrieben", f"gelesen als {register.by_id(key).name}"
        )
