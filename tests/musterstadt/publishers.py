"""Files of publishers for Musterstadt, in the published form, by the path of their address."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from fetch_server import archive
from musterstadt import tables
from musterstadt.make import degrees, metres

KEY: Final = "99;0;01;000"
"""Land, Regierungsbezirk, Kreis, Gemeinde."""
ELSEWHERE: Final = "01;0;59;044"

# year, Stadtteil, (x, y), bicycle, on foot
UNFAELLE: Final = (
    (2021, 5, (510, 510), 1, 0), (2021, 5, (520, 520), 0, 1), (2022, 5, (530, 530), 0, 0), (2022, 2, (540, 540), 1, 1),
    (2023, 2, (100, 100), 0, 1), (2024, 9, (990, 500), 1, 0), (2025, 1, (250, 750), 0, 0), (2025, 1, (250, 740), 0, 1),
)  # fmt: skip
_TIME: Final = "ULAND;UREGBEZ;UKREIS;UGEMEINDE;UJAHR;UMONAT;USTUNDE;UWOCHENTAG;UKATEGORIE;UART;UTYP1"
_PLACE: Final = "LINREFX;LINREFY;XGCSWGS84;YGCSWGS84"
_TAKING_PART: Final = "ULICHTVERH;IstStrassenzustand;IstRad;IstPKW;IstFuss;IstKrad;IstGkfz;IstSonstige"
_2021: Final = "IstRad;IstPKW;IstFuss;IstKrad;IstSonstige;ULICHTVERH;IstGkfz"
# member and head of each year, as published
UNFALL_HEADS: Final = {
    2021: (
        "Unfallorte2021_EPSG25832_CSV/Unfallorte_2021_LinRef.txt",
        f"OID_;{_TIME};{_2021};{_PLACE};UIDENTSTLAE;IstStrassenzustand",
    ),
    2022: ("csv/Unfallorte2022_LinRef.csv", f"OBJECTID;UIDENTSTLAE;{_TIME};{_TAKING_PART};{_PLACE}"),
    2023: ("csv/Unfallorte2023_LinRef.csv", f"OID_;UIDENTSTLAE;{_TIME};{_TAKING_PART};{_PLACE};PLST"),
    2024: ("csv/Unfallorte2024_LinRef.csv", f"OID_;UIDENTSTLAE;{_TIME};{_TAKING_PART};{_PLACE};PLST"),
    2025: ("csv/Unfallorte_2025_LR_BasisDLM.csv", f"UIDENTSTLAE;{_TIME};{_TAKING_PART};{_PLACE};PLST"),
}
UNFALL_2021_AGAIN: Final = (
    "Unfallorte2021_EPSG25832_CSV.csv",
    f"OBJECTID;UIDENTSTLAE;{_TIME};ULICHTVERH;USTRZUSTAND;IstRad;IstPKW;IstFuss;IstKrad;IstGkfz;IstSonstige;{_PLACE}",
)

_BTW_KEYS: Final = (
    "Wahlkreis;Land;Regierungsbezirk;Kreis;Verbandsgemeinde;Gemeinde;Kennziffer Urnenwahlbezirke nach § 68 BWO;"
    "Kennziffer Briefwahlzugehörigkeit;{name};Wahlbezirk;Bezirksart;Wahlberechtigte (A);"
    "Wahlberechtigte ohne Sperrvermerk (A1);Wahlberechtigte mit Sperrvermerk (A2);"
    "Wahlberechtigte nach § 25 Abs. 2 BWO (A3);Wählende (B);"
    "Wählende mit Wahlschein (B1);"
)
_EW19_HEAD: Final = (
    "Land;Regierungsbezirk;Kreis;Verbandsgemeinde;Gemeinde;Kennziffer Briefwahlzugehörigkeit;Wahlbezirk;Bezirksart;"
    "Wahlberechtigte (A);Wahlberechtigte ohne Sperrvermerk (A1);Wahlberechtigte mit Sperrvermerk (A2);"
    "Wahlberechtigte nach § 24 Abs. 2 EuWO (A3);Wähler (B);Wähler mit Wahlschein (B1);Ungültig;Gültig;CDU;SPD;GRÜNE"
)


# Zensus 2022: zip, member, columns after x and y, and the values of cell A and cell B, the same in every Stadtteil
GITTER: Final = {
    "bevoelkerung": ("Zensus2022_Bevoelkerungszahl.zip", "Zensus2022_Bevoelkerungszahl", "Einwohner", "", ""),
    "alter": (
        "Alter_in_5_Altersklassen.zip", "Alter_in_5_Altersklassen/Zensus2022_Alter_in_5_Altersklassen",
        "Insgesamt_Bevoelkerung;Unter18;a18bis29;a30bis49;a50bis64;a65undaelter",
        "600;120;100;160;100;120", "400;80;70;100;70;80",
    ),
    "kinder": (
        "Alter_in_infrastrukturellen_Altersgruppen.zip", "Zensus2022_Alter_INFR",
        "Insgesamt_Bevoelkerung;Unter3;a3bis5;a6bis9;a10bis15;a16bis18;a19bis24;a25bis39;a40bis59;a60bis66;a67bis74;a75undaelter",
        "600;15;18;24;40;23;60;120;150;60;50;40", "400;10;12;16;30;12;40;80;100;40;30;30",
    ),
    "pass": (
        "Zensus2022_Staatsangehoerigkeit_in_Gitterzellen.zip", "Zensus2022_Staatsangehoerigkeit",
        "Insgesamt_Bevoelkerung;Deutschland;Ausland_Sonstige", "600;480;120", "400;340;60",
    ),
    "herkunft": (
        "Zensus2022_Staatsangehoerigkeit_Gruppen_in_Gitterzellen.zip", "Zensus2022_Staatsangehoerigkeit_Gruppen",
        "Insgesamt_Bevoelkerung;Deutschland;Ausland_Sonstige;EU27_Land;Sonstiges_Europa;Sonstige_Welt;Sonstige",
        "600;480;120;50;40;30;0", "400;340;60;30;20;10;0",
    ),
    "geburt": (
        "Zensus2022_Geburtsland_Gruppen_in_Gitterzellen.zip", "Zensus2022_Geburtsland_Gruppen",
        "Insgesamt_Bevoelkerung;Deutschland;Ausland_Sonstige;EU27_Land;Sonstiges_Europa;Sonstige_Welt;Sonstige",
        "600;450;150;60;50;40;0", "400;320;80;30;30;20;0",
    ),
    "gebaeude": (
        "Gebaeude_nach_Baujahr_in_Mikrozensus_Klassen.zip",
        "Gebaeude_nach_Baujahr_in_Mikrozensus_Klassen/Zensus2022_Gebaeude_nach_Baujahr_in_MZ_Klassen",
        "Insgesamt_Gebaeude;Vor1919;a1919bis1948;a1949bis1978;a1979bis1990;a1991bis2000;a2001bis2010;a2011bis2019;a2020undspaeter",
        "60;10;8;22;8;4;4;2;2", "40;5;7;18;4;2;2;1;1",
    ),
    "energie": (
        "Zensus2022_Energietraeger.zip", "Zensus2022_Energietraeger",
        "Insgesamt_Energietraeger;Gas;Heizoel;Holz_Holzpellets;Biomasse_Biogas;Solar_Geothermie_Waermepumpen;Strom;Kohle;Fernwaerme;kein_Energietraeger",
        "60;30;6;2;0;1;1;0;20;0", "40;20;4;1;0;2;0;0;13;0",
    ),
    "heizung": (
        "Zensus2022_Heizungsart.zip", "Zensus2022_Heizungsart",
        "Insgesamt_Heizungsart;Fernheizung;Etagenheizung;Blockheizung;Zentralheizung;Einzel_Mehrraumoefen;keine_Heizung",
        "60;20;0;4;30;6;0", "40;13;0;2;21;4;0",
    ),
    "familien": (
        "Typ_der_Kernfamilie_nach_Kindern.zip",
        "Typ_der_Kernfamilie_nach_Kindern/Zensus2022_Typ_der_Kernfamilie_nach_Kindern",
        (
            "Insgesamt_Familie;Ehep_ohneKind;Ehep_mind_1Kind_unter18;Ehep_Kinder_ab18;EingetrLP_ohneKind;"
            "EingetrLP_mind_1Kind_unter18;EingetrLP_Kinder_ab18;NichtehelLG_ohneKind;NichtehelLG_mind_1Kind_unter18;"
            "NichtehelLG_Kinder_ab18;Vater_mind_1Kind_unter18;Vater_Kinder_ab18;Mutter_mind_1Kind_unter18;"
            "Mutter_Kinder_ab18"
        ),
        "100;20;50;0;0;0;0;0;0;0;5;0;25;0", "50;10;30;0;0;0;0;0;0;0;0;0;10;0",
    ),
    "haushalte": (
        "Zensus2022_Groesse_des_privaten_Haushalts_in_Gitterzellen.zip", "Zensus2022_Groesse_des_privaten_Haushalts",
        "Insgesamt_Haushalte;1_Person;2_Personen;3_Personen;4_Personen;5_Personen;6_Personen_und_mehr",
        "300;150;80;40;20;10;0", "200;120;40;20;10;10;0",
    ),
    "haushaltsgroesse": (
        "Durchschnittliche_Haushaltsgroesse_in_Gitterzellen.zip", "Zensus2022_Durchschn_Haushaltsgroesse",
        "DurchschnHHGroesse;werterlaeuternde_Zeichen", "2,00;", "1,50;",
    ),
    "wohnungen": (
        "Wohnungen_nach_Gebaeudetyp_Groesse.zip", "Zensus2022_Wohnung_Gebaeudetyp_Groesse",
        "Insgesamt_Wohnungen;FreiEFH;EFH_DHH", "60;30;30", "40;20;20",
    ),
    "eigentum": (
        "Eigentuemerquote_in_Gitterzellen.zip", "Zensus2022_Eigentuemerquote",
        "Eigentuemerquote;werterlaeuternde_Zeichen", "20,00;", "50,00;",
    ),
    "leerstand": (
        "Leerstandsquote_in_Gitterzellen.zip", "Zensus2022_Leerstandsquote",
        "Leerstandsquote;werterlaeuternde_Zeichen", "5,00;", "2,50;",
    ),
    "miete": (
        "Durchschnittliche_Nettokaltmiete_und_Anzahl_der_Wohnungen.zip",
        "Zensus2022_Durchschn_Nettokaltmiete_Anzahl_der_Wohnungen",
        "durchschnMieteQM;AnzahlWohnungen;werterlaeuternde_Zeichen", "7,04;60;", "9,04;40;",
    ),
    "wohnflaeche": (
        "Durchschnittliche_Wohnflaeche_je_Bewohner_in_Gitterzellen.zip", "Zensus2022_Durchschn_Flaeche_je_Bewohner",
        "durchschnFlaechejeBew;werterlaeuternde_Zeichen", "40,00;", "50,00;",
    ),
}  # fmt: skip
EINWOHNER: Final = (1100, 2200, 1100, 1100, 2200, 900, 220, 660, 440)
"""People of the Stadtteile, six of ten in cell A; together two less than the official 9,922."""
IN_CP1252: Final = ("energie", "heizung")
"""Topics of which the 100 m cells are published in another character set."""
# What other cells show instead, by topic, Stadtteil and cell: A, B, or K for the 1 km cell
ANDERS: Final = {
    ("bevoelkerung", 7, "B"): "–",
    ("energie", 1, "B"): "40;20;4;1;–;2;0;0;13;0",
    ("alter", 1, "B"): "400;–;70;100;70;–",
    ("alter", 2, "B"): "400;–;70;100;70;80",
    ("alter", 2, "K"): "1000;–;170;260;170;200",
    ("alter", 3, "B"): "–;–;–;–;–;–",
    ("alter", 7, "A"): "10;–;–;–;–;–",
    ("alter", 7, "B"): "10;–;–;–;–;–",
    ("alter", 7, "K"): "",
    ("familien", 1, "B"): "50;10;30;0;0;0;0;0;0;0;0;0;–;0",
    ("eigentum", 1, "A"): "20,00;KLAMMERN",
    ("eigentum", 5, "B"): "–;",
    ("eigentum", 5, "K"): "35,00;",
}


# Private households: year, Stadtteil, in total, with one person, with children, with three and more, single parents
HAUSHALTE: Final = (
    *((2022, name, 500, 250, 100, 10, 20) for _, name, *_ in tables.STADTTEILE),
    *((2023, name, 500, 260, 100, 20, 25) for _, name, *_ in tables.STADTTEILE if name != "Weiler"),
)


def privathaushalte() -> bytes:
    """The city's own table; it ends with rows of the whole city."""
    head = (
        "Stadtbezirk;Stadtteil;Stadtteilname;Jahr;Insgesamt;HH_eine_Person;HH_eine_Person_25B69;HH_mit_Kindern;"
        "HH_mit_3om_Kindern;HH_Alleinerziehend;Bevoelkerung_in_HH"
    )
    rows = [
        f"1;1;{name};{year};{whole};{one};9;{children};{three};{alone};999"
        for year, name, whole, one, children, three, alone in (*HAUSHALTE, (2023, "Musterstadt", 1, 1, 1, 1, 1))
    ]
    return ("\ufeff" + _lines([head, *rows])).encode()


def data_catalogue(address: str) -> bytes:
    """The city's catalogue of data sets, with an older edition."""

    def entry(modified: str, name: str) -> dict[str, object]:
        given = [{"downloadURL": f"{address}/sites/default/files/{name}", "mediaType": "text/csv", "format": "csv"}]
        return {"title": "Privathaushalte Musterstadt", "modified": modified, "distribution": given}

    found = {"dataset": [entry("2024-07-02", "Privathaushalte_0.csv"), entry("2019-01-01", "Privathaushalte.csv")]}
    return json.dumps(found).encode()


def gitter(topic: str, *, without: str = "") -> bytes:
    """One topic at 100 m and 1 km, perhaps without one of these levels, with a cell that lies elsewhere."""
    _, stem, head, *_ = GITTER[topic]
    folder, _, name = stem.rpartition("/")
    members: dict[str, str | bytes] = {}
    for level, size, cells in (("100m", 100, "AB"), ("1km", 1000, "K")):
        elsewhere = _cell(size, 4_334_150, 2_684_050, ";".join("7" for _ in head.split(";")))
        shown = [
            _cell(size, *metres(number, PLACES[cell]), said)
            for number, *_ in tables.STADTTEILE
            for cell in cells
            if (said := ANDERS.get((topic, number, cell), _said(topic, number, cell)))
        ]
        rows = [f"GITTER_ID_{level};x_mp_{level};y_mp_{level};{head}", elsewhere, *shown]
        other = topic in IN_CP1252 and level == "100m"
        if level == without:
            continue
        members[f"{folder}/{name}_{level}-Gitter.csv".lstrip("/")] = _lines(rows).encode("cp1252" if other else "utf-8")
    members["Zensus2022_Beschreibung.csv"] = "nichts"
    return archive(members)


PLACES: Final = {"A": tables.CELL_A, "B": tables.CELL_B, "K": (500, 500)}


def _cell(size: int, x: int, y: int, said: str) -> str:
    return f"CRS3035RES{size}mN{y - size // 2}E{x - size // 2};{x};{y};{said}"


def _said(topic: str, number: int, cell: str) -> str:
    """The values of a cell; a 1 km cell adds counts up, of means it shows the value of cell A."""
    people = EINWOHNER[number - 1]
    first, second = GITTER[topic][3:]
    if topic == "bevoelkerung":
        first, second = str(people * 6 // 10), str(people - people * 6 // 10)
    if cell == "K" and "," not in first:
        return ";".join(str(int(a) + int(b)) for a, b in zip(first.split(";"), second.split(";"), strict=True))
    return second if cell == "B" else first


def unfallorte(year: int, *, again: tuple[tuple[int, tuple[int, int], int, int], ...] | None = None) -> bytes:
    """One year of the Unfallatlas; the first row lies elsewhere, as in the real files.

    ``again`` are the accidents of a later edition of 2021, whose columns stand in another order.
    """
    member, head = UNFALL_HEADS[year] if again is None else UNFALL_2021_AGAIN
    names = head.split(";")
    rows = [_accident(names, ELSEWHERE, year, (9.389075, 54.556379), 0, 0)]
    rows += [
        _accident(names, KEY, year, degrees(number, place), bicycle, foot)
        for number, place, bicycle, foot in again or [row[1:] for row in UNFAELLE if row[0] == year]
    ]
    return archive({"README.txt": "x", member: "\ufeff" + _lines([head, *rows])})


def _accident(names: list[str], key: str, year: int, place: tuple[float, float], bicycle: int, foot: int) -> str:
    land, bezirk, kreis, gemeinde = key.split(";")
    lon, lat = (f"{part:.12f}".replace(".", ",") for part in place)
    said = {
        "ULAND": land, "UREGBEZ": bezirk, "UKREIS": kreis, "UGEMEINDE": gemeinde, "UJAHR": str(year), "UKATEGORIE": "3",
        "IstRad": str(bicycle), "IstFuss": str(foot), "XGCSWGS84": lon, "YGCSWGS84": lat,
    }  # fmt: skip
    return ";".join(said.get(name, "0") for name in names)


def bundestagswahl(year: int) -> bytes:
    """All Wahlbezirke of a Bundestagswahl: the facts of ``tables.WAHL``, and some of another city."""
    head = _BTW_KEYS.format(name="Gemeindename" if year == 2025 else "Gemeinde Name")
    head += "Ungültige - Erststimmen;SPD - Erststimmen" if year == 2025 else "E_Ungültige;E_CDU"
    said = "© Die Bundeswahlleiterin, Wiesbaden 2025"
    meta = [f"{said};;;", ";;;", "Ergebnisse der Wahlbezirksstatistik;;;", ";;;"] if year == 2025 else []
    rows = [_wahlbezirk("118;", KEY, row, f"Musterstadt, Stadt;{row[0]}") for row in tables.WAHL]
    rows.append(_wahlbezirk("119;", ELSEWHERE, (999, 0, 99_999, 9, 50_000, 9), 'Anderswo;"VI; Foyer"'))
    members = {f"btw{year % 100}_wbz_leitband.csv": "Satzart;Land", "btw_hinweise.pdf": "%PDF"}
    return archive({**members, f"btw{year % 100}_wbz_ergebnisse.csv": "\ufeff" + _lines([*meta, head, *rows])})


def _wahlbezirk(first: str, key: str, row: tuple[int, ...], name: str) -> str:
    land, bezirk, kreis, gemeinde = key.split(";")
    _, kind, eligible, cards, voters, by_card = row
    return (
        f"{first}{land};{bezirk};{kreis};0000;{gemeinde};0000;00;{name};{kind};{eligible};{eligible - cards};{cards};0;"
        f"{voters};{by_card};1;2"
    )


def europawahl_2019() -> bytes:
    """Latin-1, points between thousands, "Wähler": the facts of ``tables.WAHL``."""
    land, bezirk, kreis, gemeinde = KEY.split(";")
    rows = []
    for number, kind, *figures in tables.WAHL:
        eligible, cards, voters, by_card = (f"{figure:,}".replace(",", ".") for figure in figures)
        rows.append(
            f"{land};{bezirk};{kreis};0000;{gemeinde};00;{number:04};{kind};{eligible};0;{cards};0;{voters};{by_card};1;2;3;4;5"
        )
    meta = ["(c) Der Bundeswahlleiter, Wiesbaden 2019", ";", "Ergebnisse der Wahlbezirksstatistik", ";"]
    return archive({"ew19_wbz_ergebnisse.csv": _lines([*meta, _EW19_HEAD, *rows]).encode("latin-1")})


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)


def published() -> dict[str, bytes]:
    """Every file by the end of its address."""
    return {
        **{f"Unfallorte{year}_EPSG25832_CSV.zip": unfallorte(year) for year in UNFALL_HEADS},
        "btw25_wbz.zip": bundestagswahl(2025),
        "btw21_wbz.zip": bundestagswahl(2021),
        **{said[0]: gitter(topic) for topic, said in GITTER.items()},
    }
