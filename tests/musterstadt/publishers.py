"""Files of publishers for Musterstadt, in the published form, by the path of their address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fetch_server import archive
from musterstadt import tables
from musterstadt.make import degrees

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


def unfallorte(year: int) -> bytes:
    """One year of the Unfallatlas; the first row lies elsewhere, as in the real files."""
    member, head = UNFALL_HEADS[year]
    names = head.split(";")
    rows = [_accident(names, ELSEWHERE, year, (9.389075, 54.556379), 0, 0)]
    rows += [
        _accident(names, KEY, year, degrees(number, place), bicycle, foot)
        for at, number, place, bicycle, foot in UNFAELLE
        if at == year
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
    }
